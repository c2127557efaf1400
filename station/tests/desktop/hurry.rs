//! A nurse in a hurry: keys come before the screen does, and nothing of hers is lost or goes to another child.

use crate::child::type_child;
use crate::window::{Window, founded, later, session, today};
use crate::{form, give, register};
use chrono::Days;
use clinic::Clinic;
use clinic::record::command::ChildForm;
use clinic::store::TaskFilter;
use hub_protocol::ChildId;
use iced::Size;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::words::Lang;

const ASKS: &str = "Write the batch";
const LOST: &str = "Something here is not saved";

/// Two children who are due, and batches that nobody knows.
fn two(clinic: &Clinic) -> (ChildId, ChildId) {
    let child = |name: &str, mother: &str, days: u64| {
        let born = today() - Days::new(days);
        let child = register(clinic, "asha", ChildForm { mother: mother.into(), ..form(name, born) });
        ["BCG", "OPV", "HepB"].iter().for_each(|product| give(clinic, child, product, born));
        child
    };
    (child("Aarav Yadav", "Meena Devi", 60), child("Rahul Rampur", "Sunita Kumari", 47))
}

fn doses(clinic: &Clinic, child: ChildId) -> usize {
    clinic.child(&session(clinic, "asha"), child).unwrap().doses.len()
}

#[test]
fn enter_opens_who_is_asked_for_however_fast_it_comes() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (_aarav, _rahul) = two(&clinic);
    for (name, typed) in [("Aarav Yadav", "aarav"), ("Rahul Rampur", "rahul rampur")] {
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        window.alt(2);
        window.hurry(typed, Named::Enter);
        window.sees("Give today");
        window.sees(name);
        // So on the sheet of a session on paper.
        window.alt(6);
        window.press(Code::KeyE, "e", Modifiers::empty());
        // The day may stand there from before.
        window.write_over("15/11/2026");
        window.ctrl(Code::KeyS, "s");
        window.hurry(typed, Named::Enter);
        window.sees("Save the doses of this child");
        window.sees(name);
    }
}

#[test]
fn the_next_name_takes_the_place_of_the_last_one() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    two(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(2);
    window.type_text("rahul");
    window.tap(Named::Enter);
    window.sees("Give today");
    window.unfocus();
    window.tap(Named::Escape);
    window.sees("Rahul Rampur");
    window.type_text("aarav");
    window.sees("Aarav Yadav");
    window.sees_no("Rahul Rampur");
}

#[test]
fn a_batch_that_is_asked_for_is_written_whole_into_its_field() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (aarav, _) = two(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(2);
    window.type_text("aarav");
    window.tap(Named::Enter);
    later(2_000);
    // A vaccine that is not given is no answer to the question for the batches of the others.
    window.click("Rotavirus 1");
    window.unfocus();
    window.tap(Named::Enter);
    window.sees(ASKS);
    assert_eq!(doses(&clinic, aarav), 3);
    for letter in ["O", "P", "V", "2", "6", "A"] {
        window.type_text(letter);
    }
    let written: Vec<String> = window.texts().into_iter().filter(|text| text.starts_with("OPV26")).collect();
    assert_eq!(written, ["OPV26A"]);
    window.sees_no(ASKS);
    let save = window.texts().into_iter().find(|text| text.starts_with("Save ")).unwrap();
    later(2_000);
    window.click(&save);
    assert!(doses(&clinic, aarav) > 3);
}

#[test]
fn a_name_that_is_typed_on_answers_no_question() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    two(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(3);
    window.type_text("Half typed");
    window.alt(2);
    window.sees(LOST);
    window.type_text("lalita");
    window.sees(LOST);
    window.ctrl(Code::KeyD, "d");
    window.sees_no(LOST);
}

#[test]
fn a_measuring_is_not_left_unasked() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    two(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(2);
    window.type_text("aarav");
    window.tap(Named::Enter);
    window.press(Code::KeyG, "g", Modifiers::ALT);
    window.type_text("4.85");
    window.tap(Named::Escape);
    window.tap(Named::Escape);
    window.sees("Esc once more leaves it");
    window.sees("4.85");
    window.tap(Named::Escape);
    window.sees_no("4.85");
    window.sees("Give today");
}

#[test]
fn a_task_has_a_child_or_a_place() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    two(&clinic);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.size = Size::new(1366.0, 1600.0);
    window.alt(5);
    window.press(Code::KeyN, "n", Modifiers::ALT);
    window.click("Sunita Devi");
    window.click("Give the task");
    window.sees("Choose a child, or write a place.");
    window.fill("Child", "rah");
    window.click("Give the task");
    window.sees("Choose the child below its name");
    assert_eq!(clinic.tasks(&session(&clinic, "admin"), &TaskFilter::default(), 0).unwrap().1, 0);
}

#[test]
fn a_form_whose_child_was_here_already_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    for _ in 0..2 {
        type_child(&mut window, "Aarav Yadav", "8/10/2026");
        window.tell(Message::Keep);
        window.ctrl(Code::KeyS, "s");
    }
    window.sees("1 registered child who looks the same");
    later(2_000);
    window.tap(Named::Enter);
    window.sees("Give today");
    window.alt(3);
    window.sees("Register a child");
    window.sees_no("Aarav Yadav");
}

#[test]
fn a_vaccine_that_was_given_has_its_name_also_in_large_words() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    two(&clinic);
    for lang in Lang::ALL {
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        (0..3).for_each(|_| window.press(Code::Equal, "=", Modifiers::CTRL));
        window.size = Size::new(1366.0, 4_000.0);
        window.alt(2);
        window.type_text("aarav");
        window.tap(Named::Enter);
        let name = if lang == Lang::En { "BCG" } else { "बीसीजी" };
        let place = window.place_of(name).unwrap();
        assert!(place.width > 20.0, "{place:?}");
        window.picture(&format!("visit-given-twice-{lang}"));
    }
}
