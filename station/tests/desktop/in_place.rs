//! What comes by itself while somebody looks at a list moves nothing that she is about to click.

use crate::goldens::busy;
use crate::reminders::busy_outbox;
use crate::tangled::tangled;
use crate::window::{NOON_MS, Window, founded, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::Clinic;
use clinic::device::{Alert, AlertKind, Batch};
use clinic::record::command::Command;
use clinic::record::fact::Sought;
use clinic::reminder::Channel;
use clinic::store::CardFraud;
use hub::toys::Presence;
use hub::{Trouble, WayTrouble};
use hub_protocol::{CardNo, ChildId, DeviceId, Identity};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::{Rectangle, Size};
use station::app::Message;
use station::live::News;
use station::words::{Lang, Words};
use tempfile::TempDir;

/// As large as a window is, and whether its words are twice as large.
const WINDOWS: [(f32, f32, bool); 3] = [(1366.0, 768.0, false), (1024.0, 600.0, false), (1366.0, 768.0, true)];

/// A window of each size, in each language.
fn each(clinic: &Clinic, dir: &std::path::Path, login: &str, look: impl Fn(&mut Window, &Words, &str)) {
    for lang in Lang::ALL {
        for (width, height, twice) in WINDOWS {
            let mut window = Window::at_desk(dir, clinic, login, lang);
            window.size = Size::new(width, height);
            // How large the words are is kept.
            window.ctrl(Code::Digit0, "0");
            if twice {
                window.enlarge();
            }
            look(&mut window, &Words::new(lang), &format!("{lang} {width} {twice}"));
        }
    }
}

/// Where all stands that reads so; there is some.
#[track_caller]
fn places(window: &mut Window, texts: &[&str]) -> Vec<Vec<Rectangle>> {
    let places: Vec<_> = texts.iter().map(|text| window.places_of(text)).collect();
    assert!(places.iter().all(|of| !of.is_empty()), "{texts:?} in {:#?}", window.texts());
    places
}

fn on_a_busy_day() -> (TempDir, Clinic) {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    busy(&clinic);
    (dir, clinic)
}

fn toy() -> DeviceId {
    Identity::from_seed([1; 32]).device_id()
}

/// Of the toy.
fn over(clinic: &Clinic, kinds: &[AlertKind]) {
    let closed = kinds.iter().map(|kind| (toy().short(), *kind, NOON_MS)).collect();
    clinic.keep_devices(Batch { closed, ..Batch::default() }).unwrap();
}

fn alert(clinic: &Clinic, kind: AlertKind) {
    let toy = toy();
    let alert = Alert { short: toy.short(), kind, opened_ms: NOON_MS, detail: String::new() };
    clinic.keep_devices(Batch { opened: vec![(Some(toy), alert)], ..Batch::default() }).unwrap();
}

#[test]
fn a_new_alert_moves_no_toy_and_no_other_alert() {
    for (login, new) in [("admin", false), ("root1", true)] {
        let (dir, clinic) = on_a_busy_day();
        each(&clinic, dir.path(), login, |window, words, what| {
            if new {
                let news = window.hub.see(&[(None, Presence::Pairing)]);
                window.tell(Message::News(news));
            }
            window.alt(4);
            let more = words.get("toys-more");
            let of_rows = if new { vec!["Toy 1", &more, "TK-1"] } else { vec!["Toy 1", &more] };
            let before = places(window, &of_rows);
            alert(&clinic, AlertKind::LowBattery);
            window.tell(Message::News(News::Changed));
            assert_eq!(places(window, &of_rows), before, "{what}");
            window.sees(&words.with("toys-alerts-title", &[("n", 1.into())]));
            let seen = words.get("toys-alert-seen");
            let first = (login == "admin").then(|| places(window, &[&seen]));
            alert(&clinic, AlertKind::WrongClock);
            window.tell(Message::News(News::Changed));
            assert_eq!(places(window, &of_rows), before, "{what}");
            if let Some(first) = first {
                assert_eq!(places(window, &[&seen])[0][0], first[0][0], "{what}");
            }
            over(&clinic, &[AlertKind::LowBattery, AlertKind::WrongClock]);
        });
    }
}

#[test]
fn a_new_toy_nearby_moves_no_toy_and_no_alert() {
    let (dir, clinic) = on_a_busy_day();
    alert(&clinic, AlertKind::LowBattery);
    each(&clinic, dir.path(), "root1", |window, words, what| {
        window.alt(4);
        let state = words.get("toys-alert-new");
        let before = places(window, &["Toy 1", &state]);
        let news = window.hub.see(&[(None, Presence::Pairing)]);
        window.tell(Message::News(news));
        window.sees(&words.get("toys-register"));
        assert_eq!(places(window, &["Toy 1", &state]), before, "{what}");
    });
}

#[test]
fn a_card_that_is_put_down_and_one_that_is_not_believed_move_no_card() {
    let (dir, clinic) = on_a_busy_day();
    let asha = session(&clinic, "asha");
    let card = CardNo(77);
    clinic.submit(&asha, Command::RegisterCard { card, uid: vec![4, 1, 2, 3], written: true }).unwrap();
    clinic.submit(&asha, Command::AssignCard { card, child: ChildId(11) }).unwrap();
    each(&clinic, dir.path(), "admin", |window, words, what| {
        window.alt(7);
        let rows = ["Aarav Yadav", &words.get("cards-do-blocked")];
        let before = places(window, &rows);
        window.put_down(9);
        assert_eq!(places(window, &rows), before, "{what}");
        clinic.report_card(&asha, Some(card), CardFraud::Copied).unwrap();
        window.tell(Message::News(News::Changed));
        window.sees(&words.get("seen-card-copied"));
        assert_eq!(places(window, &rows), before, "{what}");
    });
}

#[test]
fn news_moves_no_child_and_no_task_of_today() {
    let (dir, clinic) = on_a_busy_day();
    each(&clinic, dir.path(), "asha", |window, words, what| {
        let twice = window.app.scale_factor() > 1.5;
        let done = words.get("today-task-done");
        let rows = if twice { vec!["Zoya Khatun"] } else { vec!["Zoya Khatun", &done] };
        let before = places(window, &rows);
        alert(&clinic, AlertKind::LowBattery);
        window.tell(Message::News(News::Changed));
        assert_eq!(places(window, &rows), before, "{what}");
        over(&clinic, &[AlertKind::LowBattery]);
    });
}

#[test]
fn a_way_that_fails_moves_no_message() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    busy_outbox(&clinic);
    each(&clinic, dir.path(), "admin", |window, words, what| {
        window.alt(0);
        let size = std::mem::replace(&mut window.size, Size::new(2_732.0, 6_000.0));
        window.click(&words.get("settings-outbox-open"));
        window.size = size;
        let again = words.get("outbox-again");
        let before = places(window, &[&again]);
        let trouble = WayTrouble { channel: Channel::Modem, trouble: Trouble::ALL[0], at_ms: NOON_MS };
        window.tell(Message::News(News::Troubles(vec![trouble])));
        assert_eq!(places(window, &[&again]), before, "{what}");
    });
}

#[test]
fn a_child_that_the_district_is_asked_for_moves_no_other() {
    let (dir, clinic) = on_a_busy_day();
    let join = Command::JoinDistrict {
        district: Identity::from_seed([9; 32]).device_id(),
        address: "district.example:4433".into(),
        district_name: "Gaya".into(),
        station_name: "PHC Rampur".into(),
    };
    clinic.submit(&session(&clinic, "root1"), join).unwrap();
    let asha = session(&clinic, "asha");
    each(&clinic, dir.path(), "asha", |window, words, what| {
        window.alt(2);
        let before = places(window, &["Aarav Yadav"]);
        let sought = Sought::Child(ChildId(999));
        clinic.submit(&asha, Command::AskForChild { sought }).unwrap();
        window.tell(Message::News(News::Changed));
        window.sees(&words.get("ask-district-take-back"));
        assert_eq!(places(window, &["Aarav Yadav"]), before, "{what}");
        clinic.submit(&asha, Command::WithdrawAsk { sought }).unwrap();
    });
}

/// Names of those who stand on a list; none of them is cut through at its lower edge.
#[test]
fn no_row_of_a_list_is_cut_through() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for n in 0..30 {
        register(&clinic, "admin", form(&format!("Child {n}"), today() - Days::new(100 + n)));
    }
    each(&clinic, dir.path(), "admin", |window, _, what| {
        for place in [1, 2] {
            window.alt(place);
            let texts = window.texts_above(f32::MAX);
            let names = texts.iter().filter(|(text, ..)| text.starts_with("Child "));
            let seen: Vec<_> = names.filter(|(.., seen)| seen.height > 0.0).collect();
            assert!(!seen.is_empty(), "{what}");
            for (name, all, seen) in seen {
                assert!(seen.height > all.height - 1.0, "{name} on {place}, {what}");
            }
        }
    });
}

/// With large words nothing else is seen: of whom it is, and both answers.
#[test]
fn who_settles_sees_of_which_child_it_is_and_both_answers() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    tangled(&clinic);
    each(&clinic, dir.path(), "admin", |window, words, what| {
        let size = std::mem::replace(&mut window.size, Size::new(2_732.0, 4_000.0));
        if window.app.scale_factor() > 1.5 {
            window.size = Size::new(4_000.0, 4_000.0);
        }
        window.click(&words.get("today-settle"));
        window.size = size;
        window.tap(Named::Enter);
        let texts = window.texts();
        let child = texts.iter().find(|text| text.starts_with("Pooja Kumari")).unwrap().clone();
        for seen in [child, words.get("conflicts-accept"), words.get("conflicts-set-aside")] {
            assert!(window.in_sight(&seen), "{seen}: {what}");
        }
    });
}

/// Whose paper it is, and what can be done with it.
#[test]
fn who_makes_a_paper_sees_whose_it_is_and_the_buttons() {
    let (dir, clinic) = on_a_busy_day();
    each(&clinic, dir.path(), "asha", |window, words, what| {
        window.tap(Named::Enter);
        window.press(Code::KeyP, "p", Modifiers::ALT);
        let title = words.with("papers-title-of", &[("name", "Zoya Khatun".into())]);
        for seen in [title, words.get("papers-save"), words.get("shell-cancel")] {
            assert!(window.in_sight(&seen), "{seen}: {what}");
        }
    });
}

/// With large words a question stands in the place of its list.
#[test]
fn who_closes_a_task_or_cancels_a_session_sees_which() {
    let (dir, clinic) = on_a_busy_day();
    each(&clinic, dir.path(), "asha", |window, words, _| {
        window.alt(5);
        window.press(Code::KeyX, "x", Modifiers::ALT);
        window.sees(&words.get("tasks-why-not"));
        window.sees("Aarav Yadav");
    });
    each(&clinic, dir.path(), "admin", |window, words, _| {
        window.alt(6);
        window.press(Code::KeyX, "x", Modifiers::ALT);
        window.sees(&words.get("sessions-not-held-about"));
        window.sees("Anganwadi 2");
    });
}
