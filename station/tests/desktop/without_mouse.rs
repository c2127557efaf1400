//! What an Admin does is done without a mouse too: each list has a chosen row, and its buttons have keys, whatever the
//! layout writes with them. What takes something away is never done by one stroke.

use crate::reminders::busy_outbox;
use crate::tangled::tangled;
use crate::window::{Window, founded, later, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::Clinic;
use clinic::device::{Alert, AlertKind, Batch};
use clinic::record::Role;
use clinic::record::command::{Command, NewUser};
use clinic::record::fact::ToyStop;
use clinic::reminder::MessageState;
use clinic::store::OutboxShow;
use hub::toys::Presence;
use hub_protocol::Identity;
use hub_protocol::toy::OrderKind;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::words::{Lang, Words};

/// A key as a Hindi layout writes it.
fn key(window: &mut Window, code: Code) {
    later(1_100);
    window.press(code, "त", Modifiers::empty());
}

fn worker(clinic: &Clinic, login: &str, name: &str) {
    let new = NewUser { login: login.into(), name: name.into(), role: Role::PhcWorker };
    clinic.register_user(&session(clinic, "admin"), &new, "tall neem 42").unwrap();
}

#[test]
fn toys_are_seen_given_and_taken_out_of_use() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        worker(&clinic, "farida", "Farida Bano");
        let (admin, words) = (session(&clinic, "admin"), Words::new(lang));
        for (seed, label) in [(3, "Toy 1"), (4, "Toy 2")] {
            let key = Identity::from_seed([seed; 32]).public_key();
            clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: label.into() }).unwrap();
        }
        let (first, second) = (Identity::from_seed([3; 32]).device_id(), Identity::from_seed([4; 32]).device_id());
        let opened_ms = clinic.env().now_ms();
        let alert = Alert { short: first.short(), kind: AlertKind::Offline, opened_ms, detail: String::new() };
        clinic.keep_devices(Batch { opened: vec![(Some(first), alert)], ..Batch::default() }).unwrap();
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        let news = window.hub.see(&[(None, Presence::Pairing)]);
        window.tell(Message::News(news));
        window.alt(4);
        // The alert stands beside the toys, after the last of them.
        window.tap(Named::End);
        key(&mut window, Code::KeyS);
        assert!(clinic.toy_alerts(&admin).unwrap().lines.iter().all(|line| line.seen.is_some()));
        let names: Vec<_> = clinic.toys(&admin).unwrap().into_iter().map(|toy| toy.id).collect();
        assert_eq!(names, [first, second]);
        // The second toy, and the second worker.
        window.tap(Named::Home);
        window.tap(Named::ArrowDown);
        key(&mut window, Code::KeyG);
        window.tap(Named::ArrowDown);
        window.tap(Named::Enter);
        window.sees(&words.get("toys-assigned"));
        let toys = clinic.toys(&admin).unwrap();
        let names: Vec<_> = toys.iter().map(|toy| toy.worker.as_ref().map(|(_, name)| name.as_str())).collect();
        assert_eq!(names, [None, Some("Sunita Devi")]);
        // Taken back again.
        later(1_100);
        key(&mut window, Code::KeyG);
        key(&mut window, Code::KeyT);
        assert_eq!(clinic.toys(&admin).unwrap()[1].worker, None);
        // More; a letter alone wipes nothing, and the second key does it.
        later(1_100);
        window.tap(Named::Enter);
        window.sees(&words.get("toys-do-wipe"));
        key(&mut window, Code::KeyW);
        assert_eq!(clinic.toy_order(second).unwrap(), None);
        assert!(window.in_sight(&words.get("toys-do-wipe")));
        window.tap(Named::Escape);
        window.tap(Named::Enter);
        assert_eq!(clinic.toy_order(second).unwrap(), None);
        // It is asked first, and a key that bounces is no answer.
        key(&mut window, Code::KeyW);
        window.tap(Named::Enter);
        window.sees(&words.get("toys-wipe-about"));
        window.bounce(Named::Enter);
        assert_eq!(clinic.toy_order(second).unwrap(), None);
        for _ in 0..2 {
            key(&mut window, Code::KeyW);
            window.tap(Named::Enter);
        }
        assert_eq!(clinic.toy_order(second).unwrap().unwrap().what, OrderKind::Wipe);
        later(1_100);
        window.tap(Named::Enter);
        key(&mut window, Code::KeyL);
        assert_eq!(clinic.toy(&admin, second).unwrap().stopped, None);
        window.tap(Named::Enter);
        assert_eq!(clinic.toy(&admin, second).unwrap().stopped, Some(ToyStop::Lost));
        // A new one is the last row.
        window.tap(Named::End);
        key(&mut window, Code::KeyR);
        window.sees(&words.get("toys-register-title"));
        window.tap(Named::Escape);
        window.unfocus();
        window.tap(Named::Escape);
        key(&mut window, Code::KeyA);
        window.sees(&words.get("fences-new"));
    }
}

#[test]
fn staff_get_a_password_leave_and_hand_over() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        worker(&clinic, "farida", "Farida Bano");
        register(&clinic, "asha", form("Aarav", today() - Days::new(60)));
        let (admin, words) = (session(&clinic, "admin"), Words::new(lang));
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        window.alt(9);
        let users = clinic.users(&admin).unwrap();
        let at = users.iter().position(|user| user.login == "asha").unwrap();
        // Nobody disables oneself, and an Admin no Super Admin: the key means nothing there.
        key(&mut window, Code::KeyD);
        window.sees_no(&words.get("staff-disable-now"));
        for _ in 0..at {
            window.tap(Named::ArrowDown);
        }
        key(&mut window, Code::KeyP);
        window.sees(&words.get("staff-reset-now"));
        window.unfocus();
        window.tap(Named::Escape);
        key(&mut window, Code::KeyD);
        // A letter or Enter says no yes.
        key(&mut window, Code::KeyD);
        window.tap(Named::Enter);
        assert!(clinic.users(&admin).unwrap()[at].active);
        window.ctrl(Code::KeyD, "d");
        assert!(!clinic.users(&admin).unwrap()[at].active);
        // Whoever is left takes the children.
        later(1_100);
        window.tap(Named::Escape);
        key(&mut window, Code::KeyH);
        window.tap(Named::Enter);
        let farida = clinic.users(&admin).unwrap().into_iter().find(|user| user.login == "farida").unwrap();
        assert_eq!(farida.children, 1);
        key(&mut window, Code::KeyN);
        window.type_text("Gita Devi");
        window.fill(&words.get("field-login"), "gita");
        window.fill(&words.get("field-password"), "tall neem 42");
        window.fill(&words.get("first-run-password-again"), "tall neem 42");
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.with("staff-added", &[("name", "Gita Devi".into())]));
    }
}

#[test]
fn messages_are_sent_again_or_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    busy_outbox(&clinic);
    let admin = session(&clinic, "admin");
    let lines = || clinic.outbox(&admin, OutboxShow::All, 0).unwrap().lines;
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::Hi);
    window.alt(0);
    key(&mut window, Code::KeyM);
    let unknown = lines().iter().position(|line| line.state == MessageState::Unknown).unwrap();
    let reference = lines()[unknown].reference;
    let state = || lines().into_iter().find(|line| line.reference == reference).unwrap().state;
    for _ in 0..unknown {
        window.tap(Named::ArrowDown);
    }
    key(&mut window, Code::KeyN);
    assert_eq!(state(), MessageState::Failed);
    key(&mut window, Code::KeyS);
    assert_eq!(state(), MessageState::Queued);
    // Another choice of messages, and back.
    let waiting = lines().iter().filter(|line| line.state == MessageState::Queued).count();
    assert!(waiting > 0);
    key(&mut window, Code::KeyF);
    key(&mut window, Code::KeyF);
    let words = Words::new(Lang::Hi);
    let shown = window.texts().iter().filter(|text| **text == words.get("message-queued")).count();
    // Once as a chip over the list.
    assert_eq!(shown, waiting + 1);
}

#[test]
fn records_of_one_child_are_told_apart_and_merged() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    tangled(&clinic);
    let (admin, words) = (session(&clinic, "admin"), Words::new(Lang::Hi));
    let pairs = || clinic.duplicates(&admin, 0).unwrap();
    let before = pairs();
    assert_eq!(before.len(), 1);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::Hi);
    let open = |window: &mut Window| {
        window.alt(2);
        window.click(&words.get("children-duplicates"));
    };
    open(&mut window);
    key(&mut window, Code::KeyB);
    window.sees(&before[0].other.id.to_string());
    open(&mut window);
    key(&mut window, Code::KeyM);
    window.sees(&words.with("merge-together", &[("n", 0.into())]));
    // The merging that was begun is left, after the question.
    window.alt(2);
    window.ctrl(Code::KeyD, "d");
    open(&mut window);
    // Two children: asked once more, and Esc says no.
    key(&mut window, Code::KeyT);
    window.sees(&words.get("pairs-two-sure"));
    window.tap(Named::Escape);
    window.tap(Named::Enter);
    assert_eq!(pairs().len(), 1);
    key(&mut window, Code::KeyT);
    window.tap(Named::Enter);
    window.sees(&words.get("pairs-told"));
    assert_eq!(pairs(), []);
}

#[test]
fn settings_open_and_change_by_key() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let words = Words::new(Lang::Hi);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::Hi);
    for (code, seen) in [
        (Code::KeyA, "audit-title"),
        (Code::KeyB, "bring-title"),
        (Code::KeyM, "outbox-title"),
        (Code::KeyR, "reminders-title"),
    ] {
        window.alt(0);
        key(&mut window, code);
        window.sees(&words.get(seen));
        window.sees_no(&words.get("settings-scale-keys"));
    }
    window.alt(0);
    // Nothing was changed: there is nothing to be saved.
    for code in [Code::KeyE, Code::KeyS, Code::KeyU, Code::KeyD, Code::KeyT] {
        key(&mut window, code);
    }
    window.sees(&words.get("settings-change-hint"));
    window.size.height = 2_400.0;
    window.fill(&words.get("settings-defaulter-days"), "20");
    window.unfocus();
    key(&mut window, Code::KeyE);
    window.sees(&words.get("settings-save"));
    key(&mut window, Code::KeyS);
    assert_eq!(clinic.clinic().unwrap().defaulter_days, 20);
    // The letter alone says nothing of the clock.
    let events = |clinic: &Clinic| clinic.sync().unwrap().events;
    let before = events(&clinic);
    key(&mut window, Code::KeyC);
    assert_eq!(events(&clinic), before);
    key(&mut window, Code::KeyP);
    window.type_text("typed");
    assert!(window.focused().is_some());
    // A worker has no key for what is not on her page.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::Hi);
    window.alt(0);
    for code in [Code::KeyA, Code::KeyB, Code::KeyR, Code::KeyE, Code::KeyS, Code::KeyC] {
        key(&mut window, code);
        window.sees(&words.get("settings-scale-keys"));
    }
}
