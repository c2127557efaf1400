//! A child of another clinic of the district stands at the desk: its record is asked for.

use crate::records::open_record;
use crate::window::{NOON_MS, Window, founded, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::ledger::{Actor, Chain, Hlc};
use clinic::record::Fact;
use clinic::record::command::Command;
use clinic::record::fact::{ChildMovedOut, ChildWithheld, OpenedWhy, OriginOpened, Sought};
use clinic::replica::Logs;
use hub::CardMeaning;
use hub_protocol::replica::Head;
use hub_protocol::{CardNo, ChildId, Identity, OriginId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::Code;
use station::app::Message;
use station::live::News;
use station::words::Lang;

/// A district to which a clinic belongs, and its log for it.
struct District {
    key: Identity,
    log: Chain,
}

impl District {
    fn of(clinic: &Clinic) -> Self {
        let mut district = Self { key: Identity::from_seed([9; 32]), log: Chain::empty(OriginId([66; 16])) };
        let join = Command::JoinDistrict {
            district: district.key.device_id(),
            address: "district.example:4433".into(),
            district_name: "Gaya".into(),
            station_name: "PHC Rampur".into(),
        };
        clinic.submit(&session(clinic, "root1"), join).unwrap();
        let opened = OriginOpened { node: district.key.public_key(), why: OpenedWhy::Admitted };
        district.says(clinic, &Fact::OriginOpened(opened));
        district
    }

    fn says(&mut self, clinic: &Clinic, fact: &Fact) {
        let event = self.log.append(fact.to_entry(Hlc((NOON_MS << 16) + self.log.head().seq + 1), Actor::NODE));
        let head = Head { origin: event.id.origin, seq: event.id.seq, hash: event.hash };
        clinic.store(&self.key.public_key(), &[event], head.sign(&self.key)).unwrap();
    }
}

/// Types something else into the search of the children.
fn search(window: &mut Window, typed: &str) {
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.write_over(typed);
}

#[test]
fn a_child_of_another_clinic_is_asked_for_by_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (child, number) = (ChildId(999), ChildId(999).to_string());
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    search(&mut window, &number);
    window.sees("No child fits");
    window.sees_no("Ask the district for the record");

    let mut district = District::of(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    // A number that is not whole is that of nobody.
    search(&mut window, &number[..number.len() - 2]);
    window.sees("No child fits");
    window.sees_no("Ask the district for the record");
    search(&mut window, &number.to_lowercase());
    window.sees("No child of this clinic has this number");
    window.click("Ask the district for the record");
    let waits = format!("Record of {number}: asked for on 20 Nov 2026. No answer from the district yet.");
    window.sees(&waits);
    // Who waits for a record is not asked to register the child.
    window.sees("No child of this clinic has this number");
    window.sees("The record comes by itself once the district says yes.");
    window.sees_no("Ask the district for the record");
    search(&mut window, "");
    window.sees(&waits);

    let no = ChildWithheld { sought: Sought::Child(child), reason: "The family said no".into() };
    district.says(&clinic, &Fact::ChildWithheld(no));
    window.tell(Message::News(News::Changed));
    let said = format!("{number}: asked on 20 Nov 2026. The district says no: The family said no");
    window.sees(&said);
    window.sees_no(&waits);
    // It can be asked once more.
    search(&mut window, &number);
    window.sees(&said);
    window.sees("Ask the district for the record");
}

#[test]
fn who_asked_by_mistake_takes_it_back_with_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let _district = District::of(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let asks = || clinic.asked_for(&session(&clinic, "asha")).unwrap().into_iter().map(|asked| asked.sought);
    let numbers = [999, 1_999].map(|n| ChildId(n).to_string());
    for number in &numbers {
        search(&mut window, number);
        window.click("Ask the district for the record");
        window.sees(&format!("{number}: asked"));
    }
    // The one whose number stands in the field, though the focus is there.
    search(&mut window, &numbers[0]);
    window.press(Code::KeyW, "w", Modifiers::ALT);
    window.sees_no("asked on");
    window.sees("Ask the district for the record");
    assert_eq!(asks().collect::<Vec<_>>(), [Sought::Child(ChildId(1_999))]);
    search(&mut window, "");
    window.click("Cancel the request");
    window.sees_no("asked on");
    assert_eq!(asks().count(), 0);
}

#[test]
fn a_child_that_the_district_moved_on_is_asked_back_on_its_page() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut district = District::of(&clinic);
    let child = register(&clinic, "asha", form("Pooja Kumari", today() - Days::new(60)));
    let out = ChildMovedOut { child, to: "PHC Belwa".into(), on: to_day(today()) };
    district.says(&clinic, &Fact::ChildMovedOut(out));
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    open_record(&mut window, "pooja");
    window.press(Code::KeyR, "r", Modifiers::ALT);
    window.sees("Moved to another clinic of the district");
    // Two clinics would look after one child.
    window.sees_no("Bring back");
    window.click("Ask the district for the record");
    window.sees("The district is asked at the next contact.");
    window.sees("asked for on 20 Nov 2026. No answer from the district yet.");
    window.sees_no("Ask the district for the record");
    let admin = session(&clinic, "admin");
    assert_eq!(clinic.asked_for(&admin).unwrap()[0].sought, Sought::Child(child));
}

#[test]
fn a_card_of_another_clinic_leads_to_its_child() {
    // Whether what stands on it is believed or not.
    let cases = [
        (CardMeaning::Neighbour(CardNo(77)), "This card is from another clinic of the district."),
        (CardMeaning::Distrusted(Some(CardNo(77))), "a computer that the district trusts no more"),
    ];
    for (meaning, sentence) in cases {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let _district = District::of(&clinic);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        *window.hub.another.lock().unwrap() = Some(meaning);
        let news = window.hub.put_down(4);
        window.tell(Message::News(news));
        window.sees(sentence);
        window.click("Ask the district for the record");
        window.sees("The district is asked at the next contact.");
        let news = window.hub.put_down(4);
        window.tell(Message::News(news));
        window.sees(sentence);
        window.sees(&format!("Record of Card {}: asked for on 20 Nov 2026. No answer", CardNo(77)));
        window.sees_no("Ask the district for the record");
    }
}
