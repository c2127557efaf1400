//! What cannot be taken back is asked first, and what can be is taken back by one key.

use crate::lists::{child, letter};
use crate::window::{Window, founded, later, session, today};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::device::{FenceFor, Place, Shape};
use clinic::record::Role;
use clinic::record::command::{Command, NewUser};
use clinic::record::fact::{BY_MISTAKE, CallOutcome, CardStop, FenceSet, SessionKind, SessionPlan};
use clinic::store::{CardFilter, TaskFilter, TaskShow};
use hub_protocol::toy::OrderKind;
use hub_protocol::{CardNo, ChildId, Identity, SessionId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::{Lang, Words};

fn has_card(clinic: &Clinic, id: ChildId) -> bool {
    clinic.child(&session(clinic, "asha"), id).unwrap().card.is_some()
}

#[test]
fn a_card_is_given_to_a_child_only_when_its_name_was_seen() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let id = child(&clinic, "Aarti", 120, "Rampur", true);
    for lang in Lang::ALL {
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        // Also where the page is long, and was scrolled.
        window.enlarge();
        let news = window.hub.put_down(7);
        window.tell(station::app::Message::News(news));
        window.tap(Named::Enter);
        window.press(Code::KeyK, "k", Modifiers::ALT);
        // A key that bounces is no answer.
        window.press(Code::KeyK, "k", Modifiers::ALT);
        assert!(!has_card(&clinic, id), "{lang}");
        let words = Words::new(lang);
        window.sees(&words.get("visit-give-card-about"));
        let age = words.age(today() - Days::new(120), today());
        let who = [("child", "Aarti".into()), ("age", age.into())];
        let who = words.with("visit-give-card-to", &who);
        assert!(window.in_sight(&who), "{lang}");
        window.tap(Named::Escape);
        window.sees_no(&words.get("visit-give-card-about"));
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let news = window.hub.put_down(7);
    window.tell(station::app::Message::News(news));
    window.tap(Named::Enter);
    // Another card lies there by then: of that one nobody was asked.
    window.press(Code::KeyK, "k", Modifiers::ALT);
    let news = window.hub.put_down(8);
    window.tell(station::app::Message::News(news));
    window.tap(Named::Enter);
    assert!(!has_card(&clinic, id));
    window.press(Code::KeyK, "k", Modifiers::ALT);
    later(1_000);
    window.press(Code::KeyK, "k", Modifiers::ALT);
    assert!(has_card(&clinic, id));
}

#[test]
fn a_card_is_replaced_and_a_toy_wiped_after_a_question() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    let key = Identity::from_seed([3; 32]).public_key();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    let (id, card) = (child(&clinic, "Aarti", 120, "Rampur", true), CardNo(77));
    clinic.submit(&asha, Command::RegisterCard { card, uid: vec![4, 1, 2, 3], written: true }).unwrap();
    clinic.submit(&asha, Command::AssignCard { card, child: id }).unwrap();
    let stopped = || clinic.cards(&admin, &CardFilter::default(), 0).unwrap().0[0].stopped;
    let ordered = || clinic.toy_order(key.device_id()).unwrap().map(|order| order.what);

    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(7);
    window.click("Another card takes its place");
    assert_eq!(stopped(), None);
    window.sees("A card that was replaced never opens a record again");
    window.tap(Named::Escape);
    window.sees_no("A card that was replaced never opens a record again");
    window.click("Another card takes its place");
    window.click("Yes, another takes its place");
    assert_eq!(stopped(), Some(CardStop::Replaced));

    window.alt(4);
    window.click("More");
    window.click("Wipe it");
    assert_eq!(ordered(), None);
    window.sees("What is on the toy goes");
    window.tap(Named::Escape);
    window.sees_no("What is on the toy goes");
    // By the keys: they go to it, and Enter says it, twice.
    for expected in [None, Some(OrderKind::Wipe)] {
        letter(&mut window, Code::KeyW, "w");
        window.tap(Named::Enter);
        assert_eq!(ordered(), expected);
    }
}

fn planned(clinic: &Clinic, in_days: u64) {
    let plan = SessionPlan {
        on: to_day(today() + Days::new(in_days)),
        kind: SessionKind::Outreach,
        site: "Anganwadi 3".into(),
        villages: vec!["Rampur".into()],
        worker: None,
    };
    clinic.submit(&session(clinic, "admin"), Command::PlanSession { session: SessionId(1), plan }).unwrap();
}

#[test]
fn a_session_is_held_after_a_question() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    planned(&clinic, 0);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(6);
    window.click("It is being held");
    window.sees("Is it being held?");
    window.sees("Once said, this cannot be taken back.");
    window.tap(Named::Escape);
    window.sees_no("Held");
    // By its key too. Enter opens nothing in this list, and nothing says that it does.
    assert!(window.place_of(&Words::new(Lang::En).get("shell-keys-open")).is_none());
    letter(&mut window, Code::KeyX, "x");
    window.sees("This cannot be taken back. For another day, plan a new session.");
    window.unfocus();
    window.tap(Named::Escape);
    window.sees("It is being held");
    letter(&mut window, Code::KeyH, "h");
    window.bounce(Named::Enter);
    window.sees("Is it being held?");
    window.tap(Named::Enter);
    window.sees("Held · doses: 0");
}

#[test]
fn what_a_tracker_wrote_down_is_taken_back_for_a_minute() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let (admin, words) = (session(&clinic, "admin"), Words::new(lang));
        let id = child(&clinic, "Aarti", 120, "Rampur", true);
        let new = NewUser { login: "tara7".into(), name: "tara7".into(), role: Role::Tracker };
        clinic.register_user(&admin, &new, &crate::window::password("tara7")).unwrap();
        planned(&clinic, 2);
        let calls = || clinic.calls(&admin, id).unwrap().iter().map(|call| call.outcome).collect::<Vec<_>>();
        let mut window = Window::at_desk(dir.path(), &clinic, "tara7", lang);
        // The family leaves the list, and comes back on it.
        letter(&mut window, Code::KeyR, "r");
        assert_eq!(calls(), [CallOutcome::Refused]);
        window.sees(&words.get("find-none"));
        window.sees(&words.get("call-undo"));
        letter(&mut window, Code::KeyU, "u");
        assert_eq!(calls(), []);
        window.sees("near the well · Rampur");
        window.sees_no(&words.get("call-undo"));
        // After a minute it stands.
        later(1_000);
        letter(&mut window, Code::KeyN, "n");
        later(61_000);
        letter(&mut window, Code::KeyU, "u");
        assert_eq!(calls(), [CallOutcome::NoAnswer]);
    }
}

#[test]
fn a_task_that_was_given_by_mistake_is_taken_back_for_a_minute() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let id = child(&clinic, "Aarti", 120, "Rampur", true);
    let admin = session(&clinic, "admin");
    let tasks = |show| clinic.tasks(&admin, &TaskFilter { show, ..TaskFilter::default() }, 0).unwrap().0;
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::KeyT, "t");
    assert_eq!(tasks(TaskShow::Open).len(), 1);
    letter(&mut window, Code::KeyU, "u");
    window.sees("The task is taken back.");
    assert!(tasks(TaskShow::Open).is_empty());
    assert_eq!(tasks(TaskShow::Closed)[0].reason, BY_MISTAKE);
    // Under Tasks too, where it is said what became of it.
    window.alt(5);
    letter(&mut window, Code::KeyN, "n");
    window.click("Sunita Devi");
    window.fill("Place, if the task is not about a child", "Brick kiln");
    window.click("Give the task");
    window.sees("Sunita Devi has the task now. U takes it back.");
    window.unfocus();
    letter(&mut window, Code::KeyU, "u");
    assert!(tasks(TaskShow::Open).is_empty());
    window.click("Closed");
    window.sees("given by mistake");
    assert!(!clinic.child(&admin, id).unwrap().open_tasks.iter().any(|_| true));
}

#[test]
fn an_adverse_event_of_the_wrong_child_is_taken_back_with_a_reason() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let id = crate::allowed::reported(&clinic);
        let (asha, words) = (session(&clinic, "asha"), Words::new(lang));
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.alt(2);
        window.type_text("ravi");
        window.tap(Named::Enter);
        window.press(Code::KeyA, "a", Modifiers::ALT);
        window.click(&words.get("aefi-open"));
        // What was typed is not lost by it.
        window.fill(&words.get("aefi-hospital"), "CHC");
        window.press(Code::KeyW, "w", Modifiers::ALT);
        window.sees(&words.get("shell-replace-loses"));
        window.sees("CHC");
        window.press(Code::KeyW, "w", Modifiers::ALT);
        window.sees(&words.get("aefi-withdraw-about"));
        window.picture(&format!("aefi-withdraw-{lang}"));
        window.tap(Named::Enter);
        assert_eq!(clinic.child(&asha, id).unwrap().aefis.len(), 1);
        window.type_text("her sister's");
        window.tap(Named::Enter);
        window.sees(&words.get("aefi-withdrawn"));
        assert_eq!(clinic.child(&asha, id).unwrap().aefis, []);
        window.press(Code::KeyR, "r", Modifiers::ALT);
        window.sees(&words.get("history-aefi-withdrawn"));
        window.sees("her sister's");
    }
}

#[test]
fn an_area_that_was_removed_is_put_back_for_a_minute_and_takes_nothing_that_is_typed() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let centre = Place { latitude_e7: 286_139_000, longitude_e7: 772_090_000 };
    let area = FenceSet {
        fence: clinic.env().new_fence_id().unwrap(),
        name: "Rampur".into(),
        whose: FenceFor::Village("Rampur".into()),
        shape: Shape::Circle { centre, radius_m: 800 },
    };
    clinic.submit(&session(&clinic, "admin"), Command::SetFence(area)).unwrap();
    let admin = session(&clinic, "admin");
    let areas = || clinic.fences(&admin).unwrap();
    let before = areas();
    assert_eq!(before.len(), 1);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(4);
    window.click("Areas");
    window.fill("Name", "Sonpur");
    window.click("Remove");
    assert_eq!(areas(), []);
    window.sees("Sonpur");
    window.press(Code::KeyU, "u", Modifiers::ALT);
    window.sees("The area is there again.");
    assert_eq!(areas(), before);
    window.click("Remove");
    later(61_000);
    window.press(Code::KeyU, "u", Modifiers::ALT);
    assert_eq!(areas(), []);
}
