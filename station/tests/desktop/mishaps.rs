//! What hands do without meaning it: a key held down, one that bounces, a click beside something half typed.

use crate::lists::child;
use crate::quiet_hub::QuietHub;
use crate::reminders::{label, set_up};
use crate::sheet::{NAMES, begun, doses, village};
use crate::window::{Window, founded, later, password, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::device::{Batch, Sample};
use clinic::record::command::{ChildForm, Command, NewUser};
use clinic::record::fact::{CardStop, SessionKind, SessionPlan};
use clinic::record::role::Role;
use clinic::reminder::{Language, Stage};
use clinic::store::CardFilter;
use hub::CardMeaning;
use hub_protocol::toy::Position;
use hub_protocol::{CardNo, ChildId, Identity, SessionId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::time::Instant;
use station::app::Message;
use station::live::News;
use station::words::{Lang, Words};
use tempfile::TempDir;

const NONE: Modifiers = Modifiers::empty();
const DAY_MS: u64 = 24 * 3_600_000;

/// The sheet of a session, ready for the first child.
fn on_the_sheet() -> (TempDir, Clinic, Vec<ChildId>, Window) {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let children = village(&clinic);
    let window = begun(dir.path(), &clinic);
    (dir, clinic, children, window)
}

#[test]
fn a_key_held_down_tells_of_one_family_once() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let child = register(&clinic, "asha", form("Aarti", today() - Days::new(120)));
    let new = NewUser { login: "tara7".into(), name: "tara7".into(), role: Role::Tracker };
    clinic.register_user(&admin, &new, &crate::window::password("tara7")).unwrap();
    let plan = SessionPlan {
        on: to_day(today() + Days::new(2)),
        kind: SessionKind::Outreach,
        site: "Anganwadi 3".into(),
        villages: vec!["Khajuri".into()],
        worker: None,
    };
    clinic.submit(&admin, Command::PlanSession { session: SessionId(1), plan }).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "tara7", Lang::En);
    window.sees("Children to be found");
    window.hold(Code::KeyN, "n", NONE, 5);
    assert_eq!(clinic.calls(&admin, child).unwrap().len(), 1);
}

#[test]
fn ctrl_z_held_down_takes_back_one_child_of_the_sheet() {
    let (_dir, clinic, children, mut window) = on_the_sheet();
    for (name, _) in NAMES {
        window.type_text(&name[..4]);
        window.tap(Named::Enter);
        window.tap(Named::Enter);
    }
    window.hold(Code::KeyZ, "z", Modifiers::CTRL, 4);
    let left: Vec<_> = children.iter().map(|child| doses(&clinic, *child).is_empty()).collect();
    assert_eq!(left, [false, false, true]);
}

#[test]
fn a_key_that_bounces_saves_no_child_of_the_sheet_that_nobody_looked_at() {
    let (_dir, clinic, children, mut window) = on_the_sheet();
    window.type_text("Aara");
    window.tap(Named::Enter);
    window.bounce(Named::Enter);
    window.sees(&Words::new(Lang::En).get("sheet-save"));
    assert_eq!(doses(&clinic, children[0]), []);
    window.tap(Named::Enter);
    assert!(!doses(&clinic, children[0]).is_empty());
}

#[test]
fn a_key_that_bounces_does_not_end_the_sheet() {
    let (_dir, clinic, children, mut window) = on_the_sheet();
    let words = Words::new(Lang::En);
    let on_search = |window: &mut Window| window.sees(&words.get("sheet-child-hint"));
    // Ctrl+S goes on from the head, saves a child, and ends the sheet.
    window.ctrl(Code::KeyS, "s");
    on_search(&mut window);
    window.type_text("Aara");
    window.tap(Named::Enter);
    later(1_000);
    window.ctrl(Code::KeyS, "s");
    window.ctrl(Code::KeyS, "s");
    on_search(&mut window);
    assert!(!doses(&clinic, children[0]).is_empty());
    // Taken back at once.
    window.ctrl(Code::KeyZ, "z");
    assert_eq!(doses(&clinic, children[0]), []);
    later(1_000);
    window.ctrl(Code::KeyS, "s");
    window.sees_no(&words.get("sheet-child-hint"));
}

#[test]
fn a_child_of_the_sheet_that_is_being_stored_is_not_left() {
    for leave in ["Esc", "Another child", "Change day, village and batches"] {
        let (_dir, clinic, children, mut window) = on_the_sheet();
        window.type_text("Aara");
        window.tap(Named::Enter);
        let stored = window.held_back(|window| window.tap(Named::Enter));
        match leave {
            "Esc" => window.tap(Named::Escape),
            button => window.click(button),
        }
        window.answer(stored);
        // It is a line of the sheet, and the next one is entered and taken back like it.
        assert!(!doses(&clinic, children[0]).is_empty());
        window.type_text("Zoya");
        window.tap(Named::Enter);
        window.tap(Named::Enter);
        assert!(!doses(&clinic, children[1]).is_empty(), "{leave}");
        window.ctrl(Code::KeyZ, "z");
        window.ctrl(Code::KeyZ, "z");
        assert_eq!([doses(&clinic, children[0]), doses(&clinic, children[1])], [vec![], vec![]], "{leave}");
    }
}

#[test]
fn what_was_ticked_of_a_child_of_the_sheet_is_not_lost_by_one_key() {
    let (_dir, _clinic, _children, mut window) = on_the_sheet();
    window.type_text("Aara");
    window.tap(Named::Enter);
    window.press_space();
    window.tap(Named::Escape);
    window.sees("Esc once more leaves it");
    window.sees(&Words::new(Lang::En).get("sheet-save"));
    window.tap(Named::Escape);
    window.sees_no(&Words::new(Lang::En).get("sheet-save"));
}

#[test]
fn figures_of_another_village_do_not_stand_under_the_name_of_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let _child = register(&clinic, "asha", form("Aarti", today() - Days::new(120)));
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(8);
    window.sees("0 doses given here");
    window.press(Code::KeyF, "f", NONE);
    window.fill("Village", "Nowhere");
    let counted = window.held_back(|window| window.tap(Named::Enter));
    window.sees("Only: village Nowhere");
    window.sees_no("0 doses given here");
    window.answer(counted);
    window.sees("No child here lives in a village that sounds so.");
    window.sees_no("0 doses given here");
    window.sees_no("Reading the records");
    window.fill("Village", "Khajuri");
    window.tap(Named::Enter);
    window.sees("0 doses given here");
}

/// A child who is late, and the Admin who calls the family.
fn late(dir: &std::path::Path) -> (clinic::Clinic, Window) {
    let clinic = founded(dir, "uip");
    let _child = register(&clinic, "asha", form("Aarti", today() - Days::new(120)));
    let window = Window::at_desk(dir, &clinic, "admin", Lang::En);
    (clinic, window)
}

#[test]
fn a_list_that_was_left_while_it_stored_something_hears_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, mut window) = late(dir.path());
    window.press(Code::KeyC, "c", NONE);
    let stored = window.held_back(|window| window.press(Code::KeyN, "n", NONE));
    window.click("Aarti");
    window.sees("Give today");
    window.answer(stored);
    window.sees("Written down");
    window.sees("Give today");
    window.unfocus();
    window.tap(Named::Escape);
    // The list can be used, and what was stored is taken back.
    window.press(Code::KeyU, "u", NONE);
    window.sees("The call is taken back");
    let child = clinic.children(&session(&clinic, "admin"), "", 0).unwrap().0[0].id;
    assert!(clinic.calls(&session(&clinic, "admin"), child).unwrap().is_empty());
}

#[test]
fn a_list_that_is_shown_again_before_its_answer_hears_of_it_too() {
    let dir = tempfile::tempdir().unwrap();
    let (_clinic, mut window) = late(dir.path());
    window.press(Code::KeyC, "c", NONE);
    let stored = window.held_back(|window| window.press(Code::KeyN, "n", NONE));
    window.click("Aarti");
    window.unfocus();
    window.tap(Named::Escape);
    window.answer(stored);
    window.sees("Written down");
    window.sees_no("Esc once more leaves it");
    window.press(Code::KeyU, "u", NONE);
    window.sees("The call is taken back");
}

#[test]
fn a_click_beside_something_half_typed_asks_first() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let _child = register(&clinic, "asha", form("Aarti", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.size.height = 1_600.0;
    window.alt(5);
    window.press(Code::KeyN, "n", NONE);
    window.fill("Note", "Bring the card");
    window.click("New task");
    window.sees("Once more opens the other");
    window.sees("Bring the card");
    window.click("New task");
    window.sees_no("Bring the card");
    // Nor are rules that are half typed left by a button of their page.
    window.alt(0);
    window.fill("Phone of the facility", "9876");
    window.click("Bring files");
    window.sees("Something here is not saved");
    window.tap(Named::Escape);
    window.sees("9876");
}

/// More alerts than one page has room for.
fn many_alerts(clinic: &Clinic) {
    for n in 0..105 {
        register(clinic, "admin", form(&format!("Child {n}"), today() - Days::new(150 + n)));
    }
}

#[test]
fn an_answer_for_another_page_of_the_alerts_is_not_shown_on_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    many_alerts(&clinic);
    let words = Words::new(Lang::En);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::KeyA, "a", NONE);
    let late = window.held_back(|window| window.tell(Message::News(News::Changed)));
    window.click(&words.get("shell-page-next"));
    let second = window.texts();
    assert!(second.contains(&words.get("shell-page-before")), "{second:#?}");
    window.answer(late);
    assert_eq!(window.texts(), second);
}

#[test]
fn an_answer_for_another_page_of_the_families_is_not_shown_on_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    for n in 0..105 {
        let form = form(&format!("Child {n}"), today() - Days::new(120 + n));
        register(&clinic, "admin", ChildForm { consent_tracing: true, ..form });
    }
    let new = NewUser { login: "tara7".into(), name: "tara7".into(), role: Role::Tracker };
    clinic.register_user(&admin, &new, &crate::window::password("tara7")).unwrap();
    let plan = SessionPlan {
        on: to_day(today() + Days::new(2)),
        kind: SessionKind::Outreach,
        site: "Anganwadi 3".into(),
        villages: Vec::new(),
        worker: None,
    };
    clinic.submit(&admin, Command::PlanSession { session: SessionId(1), plan }).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "tara7", Lang::En);
    let saved = window.held_back(|window| window.press(Code::KeyN, "n", NONE));
    let late = window.held_back(|window| window.answer(saved));
    let words = Words::new(Lang::En);
    window.click(&words.get("shell-page-next"));
    let second = window.texts();
    assert!(second.contains(&words.get("shell-page-before")), "{second:#?}");
    window.answer(late);
    assert_eq!(window.texts(), second);
}

#[test]
fn a_date_that_is_changed_while_duplicates_are_looked_for_leaves_nothing_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let words = Words::new(Lang::En);
    let _child = register(&clinic, "asha", form("Aarti", today() - Days::new(120)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(3);
    let born = (today() - Days::new(120)).format("%d/%m/%Y").to_string();
    for (key, typed) in [
        ("register-name", "Aarti"),
        ("field-mother", "Meena Devi"),
        ("field-village", "Khajuri"),
        ("field-dob", born.as_str()),
    ] {
        window.fill(&words.get(key), typed);
    }
    window.ctrl(Code::KeyG, "g");
    let refused = window.held_back(|window| window.ctrl(Code::KeyS, "s"));
    window.sees(&words.get("shell-saving"));
    window.fill(&words.get("field-dob"), "31/02/2026");
    window.answer(refused);
    window.sees_no(&words.get("shell-saving"));
    window.fill(&words.get("field-dob"), &born);
    window.ctrl(Code::KeyS, "s");
    window.sees(&words.get("alike-title"));
}

#[test]
fn a_set_up_that_is_half_stored_says_so() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        set_up(&mut window, &words);
        window.fill(&words.get("reminders-run-at"), "10:15");
        window.click(&words.get("reminders-sms-modem"));
        window.fill(&words.get("reminders-port"), &"x".repeat(5_000));
        window.fill(&words.get("field-price"), "25");
        for stage in Stage::ALL {
            window.fill(&label(&words, stage, Language::English), "Please come on {date}");
        }
        window.ctrl(Code::KeyS, "s");
        assert_eq!(clinic.reminders().unwrap().unwrap().settings.run_at_min, 615, "{lang}");
        window.sees(&words.get("reminders-partly"));
        window.fill(&words.get("reminders-port"), "/dev/ttyUSB0");
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("reminders-saved"));
        window.sees_no(&words.get("reminders-partly"));
    }
}

#[test]
fn an_audit_that_is_too_long_says_that_there_are_older_lines() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for _ in 0..2_005 {
        session(&clinic, "asha");
    }
    let words = Words::new(Lang::En);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.size.height = 200_000.0;
    window.alt(0);
    window.click(&words.get("settings-audit-open"));
    let cut = words.with("audit-cut", &[("n", 2_000.into())]);
    for _ in 1..20 {
        window.sees_no(&cut);
        window.click(&words.get("audit-more"));
    }
    window.sees(&cut);
    window.sees_no(&words.get("audit-more"));
}

#[test]
fn the_head_of_a_sheet_is_offered_for_some_days() {
    let (dir, clinic, _children, mut window) = on_the_sheet();
    window.click(&Words::new(Lang::En).get("sheet-to-head"));
    window.fill("BCG", "B-1");
    window.ctrl(Code::KeyS, "s");
    let unplanned = |clinic: &Clinic| {
        let mut window = Window::at_desk(dir.path(), clinic, "asha", Lang::En);
        window.alt(6);
        // The session of the sheet was a week ago: another one is chosen, and it is to come.
        window.tap(Named::Home);
        window.press(Code::KeyE, "e", NONE);
        window
    };
    let plan = SessionPlan {
        on: to_day(today() + Days::new(20)),
        kind: SessionKind::Outreach,
        site: "Anganwadi 3".into(),
        villages: Vec::new(),
        worker: None,
    };
    clinic.submit(&session(&clinic, "admin"), Command::PlanSession { session: SessionId(2), plan }).unwrap();
    later(2 * DAY_MS);
    let mut window = unplanned(&clinic);
    window.sees("B-1");
    window.sees_no("begun here some days ago");
    later(2 * DAY_MS);
    let mut window = unplanned(&clinic);
    window.sees_no("B-1");
    window.sees("A sheet of 13/11/2026 was begun here some days ago.");
    // Of the same day they hold as long as somebody asks.
    window.fill("Date", "13/11/2026");
    window.sees_no("begun here some days ago");
    window.unfocus();
    window.tap(Named::Escape);
    window.tap(Named::ArrowDown);
    window.press(Code::KeyE, "e", NONE);
    window.sees("13/11/2026");
    window.sees("B-1");
}

#[test]
fn whatever_is_half_typed_waits_for_each_of_many_people() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let logins = ["bina1", "chanda1", "deepa1", "esha1", "farida1", "gita1"];
    for login in logins {
        let new = NewUser { login: login.into(), name: login.into(), role: Role::PhcWorker };
        clinic.register_user(&admin, &new, &crate::window::password(login)).unwrap();
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let leave = |window: &mut Window, typed: &str| {
        window.alt(3);
        window.type_text(typed);
        window.ctrl(Code::KeyL, "l");
        window.ctrl(Code::KeyU, "u");
    };
    leave(&mut window, "Half typed");
    for login in logins {
        window.log_in(login);
        leave(&mut window, "Another one");
    }
    window.log_in("asha");
    // Not from what was kept on the disk: the page is as it was left.
    window.sees("Half typed");
    window.sees_no(&Words::new(Lang::En).get("register-from-before"));
}

#[test]
fn a_reason_stays_with_its_card_when_an_arrow_shows_another() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    for n in [1, 2] {
        let id = child(&clinic, &format!("Child {n}"), 120, "Rampur", true);
        let card = CardNo(n);
        let uid = vec![4, 1, 2, u8::try_from(n).unwrap()];
        clinic.submit(&asha, Command::RegisterCard { card, uid, written: true }).unwrap();
        clinic.submit(&asha, Command::AssignCard { card, child: id }).unwrap();
        clinic.submit(&admin, Command::StopCard { card, why: CardStop::Blocked }).unwrap();
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(7);
    window.fill("Why", "the family came");
    window.tap(Named::ArrowDown);
    window.sees_no("the family came");
    window.tap(Named::ArrowUp);
    window.sees("the family came");
    window.click("Let it be used again");
    let stopped = clinic.cards(&admin, &CardFilter::default(), 0).unwrap().0;
    assert_eq!(stopped.iter().filter(|card| card.stopped.is_some()).count(), 1);
}

#[test]
fn a_file_that_was_tried_is_not_lost_to_a_card() {
    let (dir, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clinic = founded(dir.path(), "uip");
    let id = register(&clinic, "asha", form("Aarti", today() - Days::new(120)));
    let files = crate::importing::files(stick.path());
    let words = Words::new(Lang::En);
    let mut window = crate::importing::at_files(dir.path(), &clinic, Lang::En, &files);
    window.tap(Named::Enter);
    window.sees(&words.get("bring-tried"));
    *window.hub.another.lock().unwrap() = Some(CardMeaning::Child(id));
    window.put_down(7);
    window.sees(&words.get("bring-tried"));
    window.sees(&words.get("live-card-of-child"));
}

#[test]
fn the_track_of_a_toy_is_not_overtaken_by_an_earlier_one() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    for (n, places) in [(3, 4), (4, 2)] {
        let key = Identity::from_seed([n; 32]).public_key();
        clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: format!("Toy {n}") }).unwrap();
        let told = |at: u64| {
            let position = Position { latitude_e7: 286_139_000, longitude_e7: 772_090_000, accuracy_m: 12 };
            let sample = Sample {
                at_ms: clinic.env().now_ms() - at * 60_000,
                battery_percent: 80,
                charging: false,
                temperature_c: 24,
                storage_free_kib: 4_000,
                restarts: 1,
                records_held: 0,
                clock_offset_ms: 0,
                position: Some(position),
            };
            (key.device_id(), sample)
        };
        let samples = (0..places).map(|at| told(at * 15)).collect();
        clinic.keep_devices(Batch { samples, ..Batch::default() }).unwrap();
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(4);
    window.press(Code::KeyM, "m", NONE);
    let first = window.held_back(|window| window.press(Code::KeyT, "t", NONE));
    window.tap(Named::ArrowDown);
    window.press(Code::KeyT, "t", NONE);
    let second = window.texts();
    assert!(second.iter().any(|text| text.contains("places today")), "{second:#?}");
    window.answer(first);
    assert_eq!(window.texts(), second);
}

/// A worker at her desk, whose hub does not start so often.
fn while_the_hub_fails(times: u32) -> (TempDir, QuietHub, Window) {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let hub = QuietHub::default();
    *hub.fails.lock().unwrap() = times;
    let asha = session(&clinic, "asha");
    let window = Window::open_with(hub.clone(), dir.path(), Lang::En, Some((clinic, asha)));
    (dir, hub, window)
}

#[test]
fn a_hub_that_did_not_start_is_started_again_by_itself() {
    let (_dir, hub, mut window) = while_the_hub_fails(2);
    let said = Words::new(Lang::En).get("shell-reader-ready");
    let look = |window: &mut Window| {
        window.tell(Message::Active(Instant::now()));
        window.tell(Message::Look(Instant::now()));
    };
    window.sees_no(&said);
    look(&mut window);
    assert_eq!(*hub.fails.lock().unwrap(), 1, "it was just tried");
    for left in [0, 0] {
        later(61_000);
        look(&mut window);
        assert_eq!(*hub.fails.lock().unwrap(), left);
    }
    window.sees(&said);
}

#[test]
fn while_nobody_is_at_the_desk_the_hub_is_started_again_and_whoever_comes_is_told_how_it_is() {
    let (_dir, hub, mut window) = while_the_hub_fails(3);
    let words = Words::new(Lang::En);
    let why = words.get("trouble-toy-unreachable");
    let look = |window: &mut Window, left: u32| {
        later(61_000);
        window.tell(Message::Look(Instant::now()));
        assert_eq!(*hub.fails.lock().unwrap(), left);
    };
    window.sees(&why);
    window.ctrl(Code::KeyU, "u");
    look(&mut window, 1);
    window.log_in("admin");
    window.sees(&why);
    window.ctrl(Code::KeyL, "l");
    look(&mut window, 0);
    look(&mut window, 0);
    window.type_text(&password("admin"));
    window.tap(Named::Enter);
    window.sees(&words.get("shell-hub-back"));
}
