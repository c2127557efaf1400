//! What hands do without meaning it: a key held down, one that bounces, a click beside something half typed.

use crate::sheet::{NAMES, begun, doses, village};
use crate::window::{Window, founded, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{Command, NewUser};
use clinic::record::fact::{SessionKind, SessionPlan};
use clinic::record::role::Role;
use hub_protocol::{ChildId, SessionId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::{Lang, Words};
use tempfile::TempDir;

const NONE: Modifiers = Modifiers::empty();

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
fn a_child_of_the_sheet_that_is_being_stored_is_not_left() {
    for leave in ["Esc", "Another child", "Change day and batches"] {
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
