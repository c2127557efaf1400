//! Keys never do what nobody meant: digits that missed their field, keys that come fast, fields below the fold.

use crate::child::type_child;
use crate::window::{Window, founded, password, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::record::command::NewUser;
use clinic::record::role::Role;
use iced::Size;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::words::{Lang, Words};
use std::collections::{BTreeMap, BTreeSet};

const NONE: Modifiers = Modifiers::empty();

#[test]
fn digits_on_a_childs_page_are_its_batch_and_no_shortcut() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    window.sees("Give today");
    // The focus is in the first batch that nobody knows.
    window.type_text("2418");
    window.sees("2418");
    window.sees("Give today");
    // Out of the field, by a click beside it, they still belong there.
    let child = clinic.children(&session(&clinic, "asha"), "", 0).unwrap().0[0].id;
    let title = window.place_of("Give today").unwrap().center();
    window.click_at(title);
    for digit in [7, 1, 3] {
        if digit == 7 { window.digit(digit, NONE) } else { window.type_text(&digit.to_string()) }
    }
    window.sees("713");
    window.sees("Give today");
    assert!(clinic.child(&session(&clinic, "asha"), child).unwrap().doses.is_empty());
    // With Alt the place opens, but not before it is asked.
    window.alt(2);
    window.sees("Something here is not saved");
    window.picture("leave-asks");
    window.tap(Named::Enter);
    window.sees("713");
    window.alt(2);
    window.ctrl(Code::KeyD, "d");
    window.sees("Search: name, mother, village, phone, number or card");
}

#[test]
fn digits_never_leave_a_form() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.digit(3, NONE);
    window.sees("Register a child");
    for typed in ["", "Aarav"] {
        window.type_text(typed);
        window.tap(Named::Escape);
        for digit in 0..=9 {
            window.digit(digit, NONE);
            window.sees("Register a child");
        }
        window.sees("A number alone does nothing on a page with fields.");
        window.fill("Name of the child", "");
    }
    window.type_text("Aarav");
    // Neither does a click on the rail, without being asked.
    window.click("Children");
    window.sees("Something here is not saved");
    window.tap(Named::Escape);
    window.sees("Aarav");
    // Also from within the field, and nothing is written there.
    window.fill("Name of the child", "Aarav");
    window.alt(2);
    window.ctrl(Code::KeyD, "d");
    window.sees("Search: name, mother, village, phone, number or card");
    // In the list they are looked for.
    window.unfocus();
    window.digit(9, NONE);
    window.type_text("8");
    window.sees("98");
    window.alt(1);
    window.sees("Today, Friday 20 Nov 2026");
    // On a page without a field a digit alone is enough.
    window.digit(2, NONE);
    window.sees("Search: name, mother, village, phone, number or card");
}

#[test]
fn a_number_is_the_same_place_for_everybody() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for (login, name, role) in [("sushma", "Sushma Rai", Role::Supervisor), ("tara7", "Tara Bai", Role::Tracker)] {
        let new = NewUser { login: login.into(), name: name.into(), role };
        clinic.register_user(&session(&clinic, "admin"), &new, &password(login)).unwrap();
    }
    let words = Words::new(Lang::En);
    let mut numbers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut opened = BTreeMap::new();
    for login in ["asha", "admin", "root1", "sushma", "tara7"] {
        let mut window = Window::at_desk(dir.path(), &clinic, login, Lang::En);
        for place in
            ["today", "children", "register", "toys", "tasks", "sessions", "cards", "reports", "staff", "settings"]
        {
            let texts = window.texts();
            let name = words.get(&format!("shell-{place}"));
            // Its number stands beside it.
            let Some(at) = texts.windows(2).find(|two| two[0] == name && two[1].len() == 1) else { continue };
            numbers.entry(place).or_default().insert(at[1].clone());
        }
        // A number without a place opens none.
        window.alt(5);
        opened.insert(login, window.texts().contains(&words.get("tasks-none")));
    }
    assert!(numbers.values().all(|keys| keys.len() == 1), "{numbers:#?}");
    assert_eq!(numbers.len(), 10, "{numbers:#?}");
    assert_eq!(numbers["tasks"], BTreeSet::from(["5".to_owned()]));
    assert_eq!((opened["asha"], opened["admin"], opened["tara7"]), (true, true, false));
}

#[test]
fn letters_right_after_tab_are_for_the_next_field() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.digit(3, NONE);
    window.burst("Aarav Yadav", Named::Tab, "8/10/2026");
    window.sees("6 weeks, born on Thursday 8 Oct 2026");
    // Enter goes on too, as in a ledger.
    window.fill("Name of the child", "Aarav");
    window.burst(" Yadav", Named::Enter, "");
    window.write_over("9/10/2026");
    window.sees("born on Friday 9 Oct 2026");
}

#[test]
fn what_has_the_focus_is_in_sight() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.size = Size::new(1024.0, 600.0);
    window.digit(3, NONE);
    window.sees("Register a child");
    for stop in 0..40 {
        window.tap(Named::Tab);
        let (bounds, seen) = window.focused().unwrap_or_else(|| panic!("nothing has the focus after {stop}"));
        let seen = seen.unwrap_or_else(|| panic!("stop {stop} at {bounds:?} is out of sight"));
        assert!(seen.height > bounds.height - 1.0, "stop {stop}: {seen:?} of {bounds:?}");
    }
}

#[test]
fn the_program_asks_before_it_closes_on_something_unsaved() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let close = |window: &mut Window| window.tell(Message::Close(iced::window::Id::unique()));
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    close(&mut window);
    window.sees("Something is not saved");
    window.picture("close-asks");
    window.tap(Named::Enter);
    window.sees("Aarav Yadav");
    assert!(!window.closed);
    // Who locked the desk left it there, and has to log in to find it.
    window.ctrl(Code::KeyL, "l");
    close(&mut window);
    window.sees("Not saved by: Sunita Devi.");
    window.click("Keep the program open");
    window.ctrl(Code::KeyU, "u");
    window.log_in("admin");
    window.sees("Rekha Kumari");
    close(&mut window);
    window.sees("Not saved by: Sunita Devi.");
    window.ctrl(Code::KeyD, "d");
    assert!(window.closed);
}

#[test]
fn the_desk_is_locked_also_over_a_question() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    window.alt(2);
    window.sees("Something here is not saved");
    window.ctrl(Code::KeyL, "l");
    window.sees("Locked by Sunita Devi");
    window.type_text(&password("asha"));
    window.tap(Named::Enter);
    // It was not answered.
    window.sees("Something here is not saved");
    window.tap(Named::Escape);
    window.sees("Aarav Yadav");
    window.tell(Message::Close(iced::window::Id::unique()));
    window.sees("Something is not saved");
    window.ctrl(Code::KeyL, "l");
    window.sees("Locked by Sunita Devi");
    assert!(!window.closed);
}

#[test]
fn ctrl_and_nought_make_the_words_as_they_were_and_write_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    window.ctrl(Code::Equal, "=");
    assert!(window.scale() > 1.0);
    window.fill("Village", "Belwa");
    window.ctrl(Code::Digit0, "0");
    assert!((window.scale() - 1.0).abs() < 0.01);
    window.sees_no("Belwa0");
}

#[test]
fn with_nothing_unsaved_it_closes_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::Hi);
    window.tell(Message::Close(iced::window::Id::unique()));
    assert!(window.closed);
}

#[test]
fn the_whole_window_is_painted_however_many_messages_came() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let shade = |window: &Window| window.app.style(&window.app.theme()).background_color;
    let first = shade(&window);
    for messages in 1..16 {
        window.tell(Message::Count);
        let now = shade(&window);
        assert_ne!(now, first, "after {messages}");
        assert_eq!(now.into_rgba8(), first.into_rgba8(), "after {messages}");
    }
}
