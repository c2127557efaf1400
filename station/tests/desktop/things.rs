//! Toys and cards at the desk: what is wrong with them, where they are, and what becomes of them.

use crate::lists::{child, letter};
use crate::window::{Window, founded, later, session, today};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::device::{Alert, AlertKind, Batch, FenceFor, Happened, Happening, Place, Sample, Shape};
use clinic::record::command::Command;
use clinic::record::fact::{CardStop, FenceSet, ToyStop};
use clinic::store::{CardFilter, CardFraud};
use hub::toys::Presence;
use hub_protocol::toy::{Fact as ToyFact, NewChild, OrderKind, Position, Record, Sex, SignedRecord, Telemetry};
use hub_protocol::{CardNo, ChildId, Identity};
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::live::News;
use station::words::{Lang, Words};

#[test]
fn what_is_wrong_with_a_toy_is_seen_once_and_an_area_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    let key = Identity::from_seed([3; 32]).public_key();
    let toy = key.device_id();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    clinic.submit(&admin, Command::AssignToy { toy, worker: Some(asha.user) }).unwrap();
    let opened_ms = clinic.env().now_ms();
    let alert = Alert { short: toy.short(), kind: AlertKind::Failing, opened_ms, detail: "floods".into() };
    let told = |minutes: u64, percent| {
        let latitude_e7 = 286_139_000 + i32::try_from(minutes).unwrap() * 400;
        let position = Some(Position { latitude_e7, longitude_e7: 772_090_000, accuracy_m: 12 });
        let sample = Sample {
            at_ms: opened_ms - minutes * 60_000,
            battery_percent: percent,
            charging: false,
            temperature_c: 24,
            storage_free_kib: 4_000,
            restarts: 1,
            records_held: 0,
            clock_offset_ms: 0,
            position,
        };
        (toy, sample)
    };
    let samples = (0..20).map(|n| told(n * 15, 15 + 4 * u8::try_from(n).unwrap())).collect();
    clinic.keep_devices(Batch { samples, opened: vec![(Some(toy), alert)], ..Batch::default() }).unwrap();

    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit4, "4");
    window.sees("Needs attention: 1");
    window.sees("does not work: it sends more than it may");
    window.picture("toys-alert");
    window.click("I have seen it");
    window.sees("Seen by");
    window.sees_no("I have seen it");
    assert_eq!(clinic.toy_alerts(&admin).unwrap().unseen, 0);
    window.click("More");
    window.sees("Last place: 28.61390, 77.20900, within 12 m");
    window.picture("toys-course");
    window.tap(Named::Escape);
    window.click("Areas");
    window.sees("There is no area yet.");
    window.fill("Name", "Rampur");
    window.fill("Places", "28.6139, 77.2090");
    window.fill("Radius in metres", "800");
    window.click("Save the area");
    window.sees("Circle of 800 m");
    assert_eq!(clinic.toy_rules().unwrap()[0].fences.len(), 1);
    window.picture("toys-areas");
    window.tap(Named::Escape);
    letter(&mut window, Code::KeyM, "m");
    window.sees("1. Toy 1 (");
    window.click("Today's track");
    window.sees("20 places today");
    window.picture("toys-map");
    window.tap(Named::Escape);
    window.click("Areas");
    window.click("Remove");
    window.sees("There is no area yet.");
}

#[test]
fn a_card_that_is_not_believed_is_told_to_the_admin_alone() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let asha = session(&clinic, "asha");
    let id = child(&clinic, "Aarti", 120, "Rampur", true);
    let card = CardNo(77);
    clinic.submit(&asha, Command::RegisterCard { card, uid: vec![4, 1, 2, 3], written: true }).unwrap();
    clinic.submit(&asha, Command::AssignCard { card, child: id }).unwrap();
    for _ in 0..2 {
        clinic.report_card(&asha, Some(card), CardFraud::Copied).unwrap();
    }
    clinic.report_card(&asha, None, CardFraud::Altered).unwrap();
    let told = |window: &mut Window, what: &str| {
        let found = window.texts().into_iter().filter(|text| text.starts_with(what)).collect::<Vec<_>>();
        found.join("; ")
    };
    let (copied, altered) = ("A copy of a card was on the reader", "An altered card was on the reader");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit7, "7");
    assert_eq!(told(&mut window, copied), format!("{copied} · Aarti · 20 Nov 2026, 12:00 · Sunita Devi"));
    assert_eq!(told(&mut window, altered), format!("{altered} · 20 Nov 2026, 12:00 · Sunita Devi"));
    window.picture("cards-copied");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    letter(&mut window, Code::Digit7, "7");
    window.sees("Aarti");
    assert_eq!(told(&mut window, copied), "");
}

/// What it tells of itself now, so far to the north of the well.
fn telemetry(clinic: &Clinic, battery_percent: u8, north_e7: i32) -> Telemetry {
    Telemetry {
        at_ms: clinic.env().now_ms(),
        battery_percent,
        charging: false,
        temperature_c: 24,
        storage_free_kib: 4_000,
        restarts: 1,
        position: Some(Position { latitude_e7: 286_139_000 + north_e7, longitude_e7: 772_090_000, accuracy_m: 12 }),
        records_held: 0,
        faults: None,
        sleep_s: None,
    }
}

#[test]
fn a_toy_that_moves_is_followed_on_the_open_map_and_moves_no_button() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let key = Identity::from_seed([3; 32]).public_key();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    let centre = Place { latitude_e7: 286_139_000, longitude_e7: 772_090_000 };
    let shape = Shape::Circle { centre, radius_m: 800 };
    let fence = clinic.env().new_fence_id().unwrap();
    let area = FenceSet { fence, name: "Rampur".into(), whose: FenceFor::Everybody, shape };
    clinic.submit(&admin, Command::SetFence(area)).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit4, "4");
    letter(&mut window, Code::KeyM, "m");
    window.sees("1. Toy 1");
    window.sees("It has not said where it is.");
    let back = window.place_of("Back");
    assert!(back.is_some());
    let tells = |window: &mut Window, north_e7| {
        let told = telemetry(&clinic, 80, north_e7);
        let news = window.hub.hear(key.device_id(), Presence::Online, told);
        window.tell(Message::News(news));
        window.draw()
    };
    let here = tells(&mut window, 0);
    window.sees_no("It has not said where it is.");
    window.sees("20 Nov 2026, 12:0");
    assert!(tells(&mut window, 0) == here, "the picture is of the place alone");
    assert!(tells(&mut window, 20_000) != here, "it went 200 metres, and the dot stood still");
    assert_eq!(window.place_of("Back"), back);
    // Today's track grows while it is looked at.
    let kept = |north_e7| {
        let sample = Sample::of(&telemetry(&clinic, 80, north_e7), 0, clinic.env().now_ms());
        clinic.keep_devices(Batch { samples: vec![(key.device_id(), sample)], ..Batch::default() }).unwrap();
    };
    kept(0);
    window.click("Today's track");
    window.sees("1 place today");
    later(60_000);
    kept(20_000);
    window.tell(Message::News(News::Changed));
    window.sees("2 places today");
}

#[test]
fn what_stands_under_more_is_of_now() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let key = Identity::from_seed([3; 32]).public_key();
    let toy = key.device_id();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    let sample = Sample::of(&telemetry(&clinic, 80, 0), 0, clinic.env().now_ms());
    clinic.keep_devices(Batch { samples: vec![(toy, sample)], ..Batch::default() }).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit4, "4");
    window.click("More");
    window.sees("Last place: 28.61390, 77.20900, within 12 m");
    window.sees("Has not taken the clinic's settings yet");
    window.fill("Note", "left on the bus");
    let button = window.place_of("It is lost");
    // It moves, and goes on being in contact.
    later(20 * 60_000);
    let online = window.hub.hear(toy, Presence::Online, telemetry(&clinic, 60, 20_000));
    window.tell(Message::News(online));
    window.sees("Last contact: 20 Nov 2026, 12:20");
    window.sees("Last place: 28.61590, 77.20900, within 12 m");
    later(10 * 60_000);
    window.tell(Message::News(News::Changed));
    window.sees("Last contact: 20 Nov 2026, 12:30");
    // It is gone: nothing is of now any more.
    let since_ms = clinic.env().now_ms();
    let gone = window.hub.hear(toy, Presence::Offline { since_ms }, telemetry(&clinic, 60, 20_000));
    later(10 * 60_000);
    window.tell(Message::News(gone));
    window.sees("Last contact: 20 Nov 2026, 12:30");
    // What is in the records is read again, and nothing that is clicked or typed goes away.
    let at_ms = clinic.env().now_ms();
    let detail = clinic.toy_settings().unwrap().revision.to_string();
    let took = Happening { toy, at_ms, what: Happened::Settings, detail };
    clinic.keep_devices(Batch { happened: vec![took], ..Batch::default() }).unwrap();
    window.tell(Message::News(News::Changed));
    window.sees("Obeys the clinic's settings, since");
    window.sees("left on the bus");
    assert_eq!(window.place_of("It is lost"), button);
}

#[test]
fn an_admin_says_how_the_toys_behave_and_sees_which_obey() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let key = Identity::from_seed([3; 32]).public_key();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    let before = clinic.toy_settings().unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit4, "4");
    window.click("More");
    window.sees("Has not taken the clinic's settings yet: it does at its next contact");
    let took = |revision: u64| Happening {
        toy: key.device_id(),
        at_ms: clinic.env().now_ms(),
        what: Happened::Settings,
        detail: revision.to_string(),
    };
    let told = |revision| Batch { happened: vec![took(revision)], ..Batch::default() };
    clinic.keep_devices(told(before.revision)).unwrap();
    window.click("More");
    window.sees("Obeys the clinic's settings, since");
    window.tap(Named::Escape);

    window.alt(0);
    window.click("2 minutes");
    window.click("7 days");
    window.picture("settings-toys");
    window.click("Save for all toys");
    window.sees("Saved. The toys take it at their next contact.");
    let now = clinic.toy_settings().unwrap();
    assert_eq!((now.report_s, now.roster_days, now.language.as_str()), (120, 7, "en"));
    window.alt(4);
    window.click("More");
    window.sees("Has not taken the clinic's settings yet: it does at its next contact");
    // A worker changes none of it.
    let mut worker = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    worker.alt(0);
    worker.sees_no("Save for all toys");
    worker.sees_no("Without contact they forget");
}

/// A child told by a toy who looks like another one: the Admin says what it is.
#[test]
fn a_child_registered_on_a_toy_waits_for_the_admins_word() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    let toy = Identity::from_seed([3; 32]);
    let key = toy.public_key();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    clinic.submit(&admin, Command::AssignToy { toy: key.device_id(), worker: Some(asha.user) }).unwrap();
    let at_ms = clinic.env().now_ms();
    let tell = |seq: u64| {
        let new = NewChild {
            child: ChildId(900 + seq),
            name: "Munni".into(),
            dob: to_day(today() - Days::new(3)),
            dob_estimated: false,
            sex: Sex::Female,
            mother: "Zeenat Begum".into(),
            phone: String::new(),
            village: "Belwa".into(),
            consent_reminders: false,
            consent_tracing: false,
            birth_order: None,
        };
        let (toy_id, worker, fact) = (key.device_id(), asha.user, ToyFact::Child(new));
        SignedRecord::sign(&Record { toy: toy_id, epoch: 1, seq, worker, at_ms, fact }, &toy)
    };
    clinic.take_toy_records(&key, vec![tell(1), tell(2)], 0).unwrap();
    Window::at_desk(dir.path(), &clinic, "asha", Lang::En).sees("1 child registered on a toy waits for an Admin");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.click(&Words::new(Lang::En).get("today-settle"));
    window.sees("A toy registered a child who looks like one that is registered here.");
    window.picture("conflicts-toy-child");
    window.click("Answer");
    window.sees("Probable duplicates. Set it aside only when there is no such child.");
    window.fill("Reason", "another child, the worker says");
    window.click("It is true: count it");
    assert_eq!(clinic.child(&admin, ChildId(902)).unwrap().gone, None);
    assert_eq!(clinic.conflicts(&admin).unwrap(), []);
}

/// An Admin registers cards; a worker gives them to children. A list without a line says to each what comes next.
#[test]
fn an_admin_registers_a_card_and_empty_lists_say_what_that_person_does_next() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    let words = Words::new(Lang::En);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    for (place, next) in [("Sessions", "sessions-none-next"), ("Cards", "cards-none-next")] {
        window.click(place);
        window.sees(&words.get(next));
    }
    drop(window);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.click("Sessions");
    window.sees(&words.get("sessions-none-plan"));
    window.click("Cards");
    window.sees(&words.get("cards-none-admin"));
    let cards = || clinic.cards(&admin, &CardFilter::default(), 0).unwrap().0;
    // The button stands there always, and means nothing without a new card.
    window.sees("Register this card");
    letter(&mut window, Code::KeyK, "k");
    window.click("Register this card");
    window.put_down(9);
    window.picture("cards-register");
    letter(&mut window, Code::KeyK, "k");
    window.sees("The card is registered. A worker can give it to a child now.");
    letter(&mut window, Code::KeyK, "k");
    assert_eq!(cards().len(), 1);
    window.click(&words.get("cards-stopped"));
    window.sees(&words.get("cards-none-found"));
    let number = cards()[0].card;
    let id = child(&clinic, "Aarti", 120, "Rampur", true);
    clinic.submit(&asha, Command::AssignCard { card: number, child: id }).unwrap();
}

#[test]
fn a_lost_toy_and_a_lost_card_are_said_to_be_lost() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    let key = Identity::from_seed([3; 32]).public_key();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    clinic.submit(&admin, Command::AssignToy { toy: key.device_id(), worker: Some(asha.user) }).unwrap();
    let id = child(&clinic, "Aarti", 120, "Rampur", true);
    let card = CardNo(77);
    clinic.submit(&asha, Command::RegisterCard { card, uid: vec![4, 1, 2, 3], written: true }).unwrap();
    clinic.submit(&asha, Command::AssignCard { card, child: id }).unwrap();

    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit4, "4");
    window.click("More");
    window.sees("Given to Sunita Devi");
    window.fill("Note", "left on the bus");
    window.picture("toys-one");
    window.click("It is lost");
    window.sees("Lost");
    assert_eq!(clinic.toy(&admin, key.device_id()).unwrap().stopped, Some(ToyStop::Lost));
    window.click("More");
    window.sees("left on the bus");
    window.click("Wipe it");
    window.sees("Wipe Toy 1");
    window.click("Yes, wipe it");
    window.sees("To be wiped");
    assert_eq!(clinic.toy_order(key.device_id()).unwrap().unwrap().what, OrderKind::Wipe);
    window.click("More");
    window.sees("The toy has not confirmed it yet: it takes effect at the next contact.");
    // Below the window: the key goes to it, Enter does it.
    letter(&mut window, Code::KeyU, "u");
    window.tap(Named::Enter);
    window.sees("To be unlocked");
    window.click("More");
    window.click("It is back and may be used");
    assert_eq!(clinic.toy(&admin, key.device_id()).unwrap().stopped, None);

    letter(&mut window, Code::Digit7, "7");
    window.sees("In use");
    window.click("Block it");
    window.sees("Blocked");
    window.click("Let it be used again");
    window.fill("Why", "the family came");
    // Records of others come in meanwhile.
    window.tell(Message::News(News::Changed));
    window.sees("the family came");
    window.picture("cards");
    window.click("Let it be used again");
    window.sees("Used again");
    let stopped = || clinic.cards(&admin, &clinic::store::CardFilter::default(), 0).unwrap().0[0].stopped;
    window.click("It is lost");
    window.sees("A lost card never opens a record again.");
    window.tap(Named::Escape);
    window.sees_no("A lost card never opens a record again.");
    window.click("It is lost");
    assert_eq!(stopped(), None);
    window.click("Yes, it is lost");
    window.sees("A lost card never opens a record again.");
    window.sees_no("Let it be used again");
    assert_eq!(stopped(), Some(CardStop::Lost));
}
