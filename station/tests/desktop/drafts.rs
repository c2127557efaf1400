//! A power cut in the middle of a form.

use crate::child::type_child;
use crate::window::{Window, founded, today};
use crate::{form, give, register};
use chrono::Days;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::words::Lang;

const BEFORE: &str = "This stands here from before: it was typed and not saved.";

#[test]
fn what_was_typed_outlives_a_power_cut() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    window.tell(Message::Keep);
    drop(window);
    // Nobody else sees it.
    let mut other = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    other.sees_no("A child you began to register is not saved.");
    other.alt(3);
    other.sees_no("Aarav Yadav");
    drop(other);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.sees("A child you began to register is not saved.");
    window.alt(3);
    window.sees(BEFORE);
    window.sees("Aarav Yadav");
    window.sees("6 weeks, born on Thursday 8 Oct 2026");
    window.picture("register-from-before");
    // Saved, it is no draft any more; the girl was chosen, or it would not be saved.
    window.ctrl(Code::KeyS, "s");
    window.sees("Give today");
    drop(window);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.sees_no("A child you began to register is not saved.");
    window.alt(3);
    window.sees_no("Aarav Yadav");
}

#[test]
fn what_is_left_or_emptied_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for leave in [true, false] {
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::Hi);
        window.alt(3);
        window.type_text("Aarav");
        window.tell(Message::Keep);
        drop(window);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        window.alt(3);
        window.sees("Aarav");
        if leave {
            window.click("Cancel");
            window.click("Leave without saving");
            window.alt(3);
        } else {
            window.click("Empty the form");
        }
        window.sees_no("Aarav");
        drop(window);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        window.alt(3);
        window.sees_no("Aarav");
    }
}

const WAITS: &str = "Something you typed for a child is not saved.";

#[test]
fn what_was_typed_on_a_childs_page_outlives_a_power_cut() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let born = today() - Days::new(60);
    let child = register(&clinic, "asha", form("Aarav Yadav", born));
    give(&clinic, child, "BCG", today());
    // Each part of the page, with what is typed there and what of it is seen again.
    type Part = (Code, &'static str, fn(&mut Window), &'static [&'static str]);
    let parts: [Part; 3] = [
        (Code::KeyG, "g", |window| window.type_text("4.85"), &["4.85"]),
        (Code::KeyA, "a", |window| window.fill("What happened?", "Fever in the night"), &["Fever in the night"]),
        (Code::KeyX, "x", |window| window.fill_beside("Batch", "P 4711"), &["P 4711"]),
    ];
    for (code, letter, write, again) in parts {
        let mut window = open(&clinic, dir.path());
        if letter != "x" {
            window.press(code, letter, Modifiers::ALT);
        }
        write(&mut window);
        window.tell(Message::Keep);
        drop(window);
        // Nobody else sees it.
        let mut other = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
        other.sees_no(WAITS);
        drop(other);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        window.sees(WAITS);
        window.click("Open the child");
        again.iter().for_each(|words| window.sees(words));
        window.picture(&format!("visit-from-before-{letter}"));
        // Left on purpose, it is forgotten.
        window.alt(2);
        window.click("Leave without saving");
        drop(window);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        window.sees_no(WAITS);
        window.alt(2);
        window.type_text("aarav");
        window.tap(Named::Enter);
        again.iter().for_each(|words| window.sees_no(words));
    }
}

/// A refusal and a dose that is put right: on the child's page, too.
#[test]
fn a_refusal_and_a_correction_outlive_a_power_cut() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let born = today() - Days::new(60);
    let child = register(&clinic, "asha", form("Aarav Yadav", born));
    give(&clinic, child, "BCG", today() - Days::new(10));
    type Part = (fn(&mut Window), &'static [&'static str]);
    let parts: [Part; 2] = [
        (
            |window| {
                window.press(Code::KeyD, "d", Modifiers::ALT);
                window.click("It would harm the child");
                window.click("All live vaccines");
                window.fill("What was said or found?", "steroids for two weeks");
                window.fill("Until when?", "04/12/2026");
            },
            &["Refused, or not to be given", "steroids for two weeks", "04/12/2026"],
        ),
        (
            |window| {
                window.click("10 Nov 2026");
                window.fill("Given on", "05/11/2026");
                window.fill("Why is it changed?", "another child's card");
            },
            &["Correct the dose", "05/11/2026", "another child's card"],
        ),
    ];
    for (n, (write, again)) in parts.into_iter().enumerate() {
        let mut window = open(&clinic, dir.path());
        write(&mut window);
        window.tell(Message::Keep);
        drop(window);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        window.sees(WAITS);
        window.click("Open the child");
        again.iter().for_each(|words| window.sees(words));
        window.picture(&format!("visit-from-before-panel-{n}"));
        // What is saved now is no draft any more.
        window.click(if n == 0 { "Write it down" } else { "Correct the dose" });
        window.sees(if n == 0 { "It is written down." } else { "The dose is corrected." });
        window.tell(Message::Keep);
        drop(window);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        window.sees_no(WAITS);
    }
}

const EDIT_WAITS: &str = "Something you changed in a child's record is not saved. It still stands in the form.";

#[test]
fn an_edit_outlives_a_power_cut() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Aarav Yadav", today() - Days::new(60)));
    let edit = |window: &mut Window| {
        window.press(Code::KeyR, "r", Modifiers::ALT);
        window.press(Code::KeyE, "e", Modifiers::empty());
        window.fill("Village", "Sonpur");
        window.fill("Why it is changed", "they moved");
        window.tell(Message::Keep);
    };
    let mut window = open(&clinic, dir.path());
    edit(&mut window);
    drop(window);
    // Nobody else sees it.
    let mut other = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    other.sees_no(EDIT_WAITS);
    drop(other);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.sees(EDIT_WAITS);
    window.click("Open the child");
    window.sees(BEFORE);
    window.sees("Sonpur");
    window.sees("they moved");
    window.picture("record-from-before");
    window.ctrl(Code::KeyS, "s");
    window.sees("Saved. The history shows who did it.");
    let of =
        |clinic: &clinic::Clinic| clinic.child_record(&crate::window::session(clinic, "asha"), child).unwrap().form;
    assert_eq!(
        of(&clinic),
        clinic::record::command::ChildForm { village: "Sonpur".into(), ..form("Aarav Yadav", today() - Days::new(60)) }
    );
    drop(window);
    // Saved, it is no draft any more; nor when it is left on purpose.
    let mut window = open(&clinic, dir.path());
    window.sees_no(EDIT_WAITS);
    window.press(Code::KeyR, "r", Modifiers::ALT);
    window.sees_no(BEFORE);
    window.tap(Named::Escape);
    edit(&mut window);
    window.click("Cancel");
    drop(window);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.sees_no(EDIT_WAITS);
}

#[test]
fn what_was_saved_is_no_draft_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Aarav Yadav", today() - Days::new(60)));
    let mut window = open(&clinic, dir.path());
    window.fill_beside("Batch", "B 1");
    window.tell(Message::Keep);
    drop(window);
    let mut window = open(&clinic, dir.path());
    window.sees(BEFORE);
    window.picture("visit-from-before");
    window.click("Empty the form");
    window.sees_no(BEFORE);
    window.sees_no("B 1");
    window.fill_beside("Batch", "B 2");
    window.tell(Message::Keep);
    crate::window::later(2_000);
    let save = window.texts().into_iter().find(|text| text.starts_with("Save ")).unwrap();
    window.click(&save);
    window.sees("recorded.");
    window.tell(Message::Keep);
    drop(window);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.sees_no(WAITS);
}

#[test]
fn the_next_child_does_not_take_the_place_of_what_a_power_cut_left() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Aarav Yadav", today() - Days::new(60)));
    register(&clinic, "asha", form("Bela Kumari", today() - Days::new(60)));
    let mut window = open(&clinic, dir.path());
    window.fill_beside("Batch", "B 1");
    window.tell(Message::Keep);
    drop(window);
    // Another child is served before anybody looks at the first one again.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(2);
    window.type_text("bela");
    window.tap(Named::Enter);
    window.fill_beside("Batch", "B 2");
    window.tell(Message::Keep);
    window.alt(2);
    window.click("Leave without saving");
    drop(window);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.sees(WAITS);
    window.click("Open the child");
    window.sees("Aarav Yadav");
    window.sees("B 1");
}

/// The page of the child.
fn open(clinic: &clinic::Clinic, dir: &std::path::Path) -> Window {
    let mut window = Window::at_desk(dir, clinic, "asha", Lang::En);
    window.alt(2);
    window.type_text("aarav");
    window.tap(Named::Enter);
    window.sees("Aarav Yadav");
    window
}
