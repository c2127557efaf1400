//! Staff, toys and the district.

use crate::quiet_hub::{SETUP_SECRET, new_toy};
use crate::window::{NOON_MS, Window, founded, later, plug_in, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::device::{Alert, AlertKind, Batch};
use clinic::record::Role;
use clinic::record::command::{Command, NewUser};
use clinic::store::AlertShow;
use hub::cards::ReaderState;
use hub::toys::Presence;
use hub::uplink::{LinkState, LinkStatus};
use hub_protocol::Identity;
use hub_protocol::replica::{EnrolLink, Refusal};
use iced::Size;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::words::{Lang, Words};

#[test]
fn an_admin_adds_and_disables_a_person() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.press(Code::Digit9, "9", Modifiers::ALT);
    window.fill("Name", "Farida Bano");
    window.fill("Login", "farida");
    window.fill("Password", "tall neem 42");
    window.fill("Password once more", "tall neem 43");
    // Enter goes on, here to the button; on the button it adds.
    window.tap(Named::Enter);
    window.sees_no("The two passwords are not the same");
    window.tap(Named::Enter);
    window.sees("The two passwords are not the same");
    window.picture("staff");
    window.fill("Name", "Farida Bano");
    for typed in ["farida", "tall neem 42", "tall neem 42"] {
        window.tap(Named::Enter);
        window.write_over(typed);
    }
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    window.sees("Farida Bano can log in now.");
    assert_eq!(clinic.login("farida", "tall neem 42").unwrap().role, clinic::record::Role::PhcWorker);
    // An Admin cannot disable an Admin or the Super Admin: those two rows have no button, nor has the own one.
    let buttons = window.texts().iter().filter(|text| *text == "Disable").count();
    assert_eq!(buttons, 2);
    window.click("Disable");
    window.sees("Farida Bano will not be able to log in any more.");
    window.picture("staff-disable");
    window.click("Yes, disable");
    window.sees("Done. This person can no longer log in.");
    assert_eq!(clinic.users(&session(&clinic, "admin")).unwrap().iter().filter(|user| user.active).count(), 3);
}

#[test]
fn toys_are_shown_as_they_are_and_given_to_workers() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let key = Identity::from_seed([3; 32]).public_key();
    let toy = Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() };
    clinic.submit(&admin, toy).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    let news = window.hub.see(&[(Some(key.device_id()), Presence::Online), (None, Presence::New)]);
    window.tell(Message::News(news));
    window.sees("1 of 1 toys online");
    window.sees("1 new toy nearby");
    window.press(Code::Digit4, "4", Modifiers::ALT);
    window.sees("Online");
    window.sees("nobody yet");
    window.picture("toys");
    window.click("Give to…");
    window.picture("toys-assign");
    window.click("Sunita Devi");
    window.sees("Saved. The toy learns it at its next contact.");
    assert_eq!(clinic.toys(&admin).unwrap()[0].worker.as_ref().unwrap().1, "Sunita Devi");
    // What is said about it moves nothing.
    let title = window.place_of("Found nearby, not registered");
    window.click("Close");
    assert_eq!(window.place_of("Found nearby, not registered"), title);
    // Another worker gets it: it is taken back first.
    let farida = NewUser { login: "farida".into(), name: "Farida Bano".into(), role: Role::PhcWorker };
    clinic.register_user(&admin, &farida, "tall neem 42").unwrap();
    window.press(Code::Digit4, "4", Modifiers::ALT);
    window.click("Give to…");
    window.sees("Sunita Devi has it now.");
    window.click("Farida Bano");
    window.sees("Saved. The toy learns it at its next contact.");
    assert_eq!(clinic.toys(&admin).unwrap()[0].worker.as_ref().unwrap().1, "Farida Bano");
    clinic.submit(&admin, Command::AssignToy { toy: key.device_id(), worker: None }).unwrap();
    let worker = Some(session(&clinic, "asha").user);
    clinic.submit(&admin, Command::AssignToy { toy: key.device_id(), worker }).unwrap();
    // A worker sees her own toy and nothing to register.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit4, "4", Modifiers::ALT);
    window.sees("Toy 1");
    window.sees_no("Found nearby, not registered");
}

/// A lost toy that is back is not first found by who happens to open Toys.
#[test]
fn what_is_wrong_with_a_toy_stands_on_the_first_page_and_on_the_rail() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let (admin, words) = (session(&clinic, "admin"), Words::new(lang));
        let key = Identity::from_seed([3; 32]).public_key();
        let register = Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 7".into() };
        clinic.submit(&admin, register).unwrap();
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        let count = |n: i64| words.with("today-toy-alerts", &[("n", n.into())]);
        window.sees_no(&count(0));
        let id = key.device_id();
        let alert = |kind| {
            let alert = Alert { short: id.short(), kind, opened_ms: NOON_MS, detail: "north".into() };
            (Some(id), alert)
        };
        let keep = |opened| clinic.keep_devices(Batch { opened, ..Batch::default() }).unwrap();
        keep(vec![alert(AlertKind::LostIsHere), alert(AlertKind::LowBattery), alert(AlertKind::LeftFence)]);
        window.tell(Message::News(station::live::News::Changed));
        // The number, and what must be looked at first.
        window.sees(&count(3));
        let toy = [("toy", "Toy 7".into())];
        window.sees(&words.with("toy-alert-lost-was-here", &toy));
        window.sees_no(&words.with("toy-alert-low-battery", &toy));
        // On another page the rail still says so.
        window.alt(2);
        window.sees_no(&count(3));
        assert_eq!(window.places_of("3").len(), 2, "the key of a place, and the mark on Toys");
        let closed = vec![(id.short(), AlertKind::LowBattery, NOON_MS), (id.short(), AlertKind::LostIsHere, NOON_MS)];
        clinic.keep_devices(Batch { closed, ..Batch::default() }).unwrap();
        window.tell(Message::News(station::live::News::Changed));
        assert_eq!(window.places_of("3").len(), 1);
        window.alt(1);
        window.sees(&count(1));
        window.click(&words.get("today-look-at-toys"));
        window.sees(&words.with("toys-alerts-title", &[("n", 1.into())]));
        // Her toy it is not.
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.sees_no(&count(1));
    }
}

#[test]
fn missed_doses_are_counted_where_they_are_opened() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        register(&clinic, "asha", form("Aarav", today() - Days::new(86)));
        let page = clinic.alerts(&session(&clinic, "asha"), AlertShow::Open, 0).unwrap();
        let open = page.open;
        assert!(open > 0);
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.click(&words.with("today-alerts", &[("n", open.into())]));
        window.sees(&words.with("alerts-open", &[("children", page.children.into()), ("n", open.into())]));
    }
}

#[test]
fn a_new_toy_is_registered_by_its_label() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "root1", Lang::En);
    let news = window.hub.see(&[(None, Presence::Pairing)]);
    window.tell(Message::News(news));
    window.sees("Ready to register");
    window.click("Register");
    let code = new_toy().device_id().code();
    let mut slip: Vec<char> = code.chars().collect();
    slip.swap(0, 1);
    let slip: String = slip.into_iter().collect();
    window.type_text(&slip);
    window.sees(if slip == code { "This is the toy in your hand" } else { "One letter or digit is mistyped." });
    window.write_over(&Identity::from_seed([78; 32]).device_id().code());
    window.sees("This code belongs to another toy.");
    window.picture("toys-register");
    window.write_over(&code.to_lowercase());
    window.sees("This is the toy in your hand");
    window.fill("Secret on the label", &hub_protocol::symbols::write_bytes(&[6; 10]));
    window.fill("Name of the toy", "Toy 1");
    window.tap(Named::Enter);
    window.sees("The secret is wrong. Compare it with the label.");
    window.fill("Secret on the label", &hub_protocol::symbols::write_bytes(&SETUP_SECRET));
    window.tap(Named::Enter);
    window.sees("Toy 1 is registered. Now give it to a worker.");
    // The Super Admin registers toys, an Admin gives them.
    window.sees_no("Give to…");
    assert_eq!(clinic.toys(&session(&clinic, "root1")).unwrap()[0].label, "Toy 1");
}

#[test]
fn the_super_admin_joins_the_district_by_its_link() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "root1", Lang::En);
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees("Not joined yet");
    window.fill("Link from the district office", "https://district.example");
    window.tap(Named::Enter);
    window.sees("This is not a link from the district office");
    let link = EnrolLink {
        address: "district.example:4433".into(),
        district: Identity::from_seed([9; 32]).device_id(),
        secret: [1; hub_protocol::replica::ENROL_SECRET_BYTES],
    };
    window.fill("Link from the district office", &link.to_string());
    window.tap(Named::Enter);
    window.sees("The clinic has joined the district.");
    window.sees("district.example:4433");
    // An Admin sees the state, not the field.
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees("Gaya");
    window.sees_no("Link from the district office");
}

#[test]
fn the_bar_tells_the_truth_about_the_district() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    join(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.sees("6 records wait for the district since 12:00");
    let news = window.hub.link(LinkState::Waiting { next_try_ms: NOON_MS + 38_000 });
    window.tell(Message::News(news));
    window.sees("6 records wait since 12:00, next try in 40 s");
    let news = window.hub.link(LinkState::Connected);
    window.tell(Message::News(news));
    window.sees("Sending 6 of 6 records to the district");
    // What waits since another day says so.
    later(24 * 3_600_000);
    window.tell(Message::News(window.hub.link(LinkState::Waiting { next_try_ms: NOON_MS + 24 * 3_600_000 + 38_000 })));
    window.sees("6 records wait since 20 Nov 2026 12:00, next try in 40 s");
    let spent = LinkState::Spent { until_ms: NOON_MS + 12 * 3_600_000 };
    window.tell(Message::News(window.hub.link(spent)));
    window.sees("6 records wait until midnight");
    let back = LinkStatus { state: LinkState::Connected, arriving: 1_200, ..LinkStatus::START };
    window.tell(Message::News(window.hub.link_status(back)));
    window.sees("Receiving from the district");
    let head =
        clinic::replica::Logs::heads(&clinic).unwrap().into_iter().find(|h| h.origin == clinic.origin()).unwrap();
    clinic.proven(head).unwrap();
    window.tell(Message::News(station::live::News::Changed));
    // Proved, but more is coming down: not all is said yet.
    window.sees("Receiving from the district");
    window.tell(Message::News(window.hub.link(LinkState::Connected)));
    window.sees("All 6 records are at the district");
    let news = window.hub.link(LinkState::WrongDistrict);
    window.tell(Message::News(news));
    window.sees("A stranger answers at the district's address");
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees("Gaya");
    window.picture("settings");
}

#[test]
fn an_admin_makes_a_backup_on_a_stick() {
    for lang in Lang::ALL {
        let (dir, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clinic = founded(dir.path(), "uip");
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        let words = Words::new(lang);
        // The card stands under the rules of the clinic.
        window.size = Size::new(1366.0, 1600.0);
        window.press(Code::Digit0, "0", Modifiers::ALT);
        window.fill(&words.get("settings-backup-to"), "/no/such/folder");
        window.tap(Named::Enter);
        window.sees(&words.get("trouble-backup-place"));
        window.sees(&words.get("plugged-none"));
        plug_in(dir.path(), stick.path());
        window.click(&words.get("plugged-look"));
        window.click(stick.path().file_name().unwrap().to_str().unwrap());
        window.click(&words.get("settings-backup-make"));
        window.sees(&stick.path().join("tikka-2026-11-20-1200.backup").display().to_string());
        window.picture(&format!("settings-backup-{lang}"));
        // Nothing is overwritten: the same minute gives the same name.
        window.fill(&words.get("settings-backup-to"), &stick.path().display().to_string());
        window.tap(Named::Enter);
        window.sees(&words.get("trouble-backup-exists"));
        let files: Vec<_> = std::fs::read_dir(stick.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(files, ["tikka-2026-11-20-1200.backup"]);
    }
    // A worker has no such card.
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees_no("Folder of the stick");
}

#[test]
fn an_admin_limits_the_line_and_a_worker_sees_what_it_cost() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    join(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees_no("Save the line");
    window.click("20 MB a day");
    window.sees("records wait here until midnight");
    assert_eq!(clinic.clinic().unwrap().line.daily_mb, None, "nothing is saved by choosing");
    window.picture("settings-line");
    window.click("Save the line");
    window.sees("Saved. The line is used so from now on.");
    window.sees_no("Save the line");
    assert_eq!(clinic.clinic().unwrap().line.daily_mb, Some(20));

    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let status = LinkStatus { today_bytes: 3_100_000, ..LinkStatus::START };
    window.tell(Message::News(window.hub.link_status(status)));
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees("20 MB a day");
    window.sees("Used today: 3,100 kB");
    window.sees_no("No limit");
}

/// The truth is told whole: nothing of what is said of district, toys and reader is cut off.
#[test]
fn nothing_in_the_bar_is_cut() {
    /// Lower than the bar of the smallest window.
    const BAR: f32 = 70.0;
    for (lang, (width, height, twice)) in Lang::ALL.into_iter().flat_map(|lang| {
        [(1366.0, 768.0, false), (1366.0, 768.0, true), (1024.0, 600.0, false)].map(|size| (lang, size))
    }) {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        join(&clinic);
        let mut window = Window::at_desk(dir.path(), &clinic, "root1", lang);
        if twice {
            window.enlarge();
        }
        let key = Identity::from_seed([3; 32]).public_key();
        for (toy, label) in [(3, "Toy 1"), (4, "Toy 2"), (5, "Toy 3")] {
            let key = if toy == 3 { key } else { Identity::from_seed([toy; 32]).public_key() };
            let register = Command::RegisterToy { key, model: "TK-1".into(), label: label.into() };
            clinic.submit(&session(&clinic, "root1"), register).unwrap();
        }
        let offline = Presence::Offline { since_ms: NOON_MS };
        let id = |toy| Some(Identity::from_seed([toy; 32]).device_id());
        window.tell(Message::News(window.hub.see(&[(id(3), Presence::Online), (id(4), offline), (id(5), offline)])));
        // What waits since another day needs more words.
        later(24 * 3_600_000);
        let status = |state| LinkStatus { state, ..LinkStatus::START };
        let now_ms = clinic.env().now_ms();
        let links = [
            status(LinkState::Off),
            status(LinkState::Connecting),
            status(LinkState::Connected),
            status(LinkState::Waiting { next_try_ms: now_ms + 118_000 }),
            status(LinkState::Spent { until_ms: now_ms + 3_600_000 }),
            status(LinkState::WrongDistrict),
            status(LinkState::Refused(Refusal::UnknownStation)),
            LinkStatus { arriving: 123_456, ..status(LinkState::Connected) },
        ];
        let readers = [
            ReaderState::Ready { readers: vec!["Reader 1".into()] },
            ReaderState::Starting,
            ReaderState::NoReader,
            ReaderState::ServiceNotRunning,
            ReaderState::ServiceRefused,
        ];
        for link in &links {
            window.tell(Message::News(window.hub.link_status(link.clone())));
            for reader in &readers {
                window.tell(Message::News(window.hub.reader(reader.clone())));
                window.size = Size::new(10_000.0, height);
                let whole = window.texts_above(BAR / 2.0);
                let (sync, facts) = (&whole[1].0, &whole[1..4]);
                window.size = Size::new(width, height);
                let bar = window.texts_above(BAR);
                assert!(bar.iter().any(|(said, ..)| said == sync), "no {sync:?} in {bar:?}");
                for (said, natural, _) in facts {
                    let Some((_, at, seen)) = bar.iter().find(|(text, ..)| text == said) else { continue };
                    let is_whole = at.width > natural.width - 1.0 && seen.width > natural.width - 1.0;
                    let is_high = seen.height > natural.height - 1.0 && at.y + at.height <= BAR;
                    assert!(is_whole && is_high, "{lang} {width} {twice}: {said:?} {at:?} {seen:?}");
                }
            }
        }
    }
}

fn join(clinic: &clinic::Clinic) {
    let join = Command::JoinDistrict {
        district: Identity::from_seed([9; 32]).device_id(),
        address: "district.example:4433".into(),
        district_name: "Gaya".into(),
        station_name: "PHC Rampur".into(),
    };
    clinic.submit(&session(clinic, "root1"), join).unwrap();
}
