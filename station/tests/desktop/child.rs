//! A child is registered: what is missing, what is refused.

use crate::window::{Window, founded, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::record::command::ChildForm;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::Lang;

/// Types the form of a child; the desk shows the visit afterwards.
pub fn type_child(window: &mut Window, name: &str, dob: &str) {
    window.press(Code::Digit3, "3", Modifiers::ALT);
    window.fill("Name of the child", name);
    window.fill("Date of birth", dob);
    window.click("Girl");
    window.fill("Mother's name", "Meena Devi");
    window.fill("Phone", "98765 43210");
    window.fill("Village", "Khajuri");
    window.click("reminders by phone");
}

#[test]
fn a_form_says_what_is_missing_beside_the_field() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit3, "3", Modifiers::ALT);
    // Enter only goes on: nothing is ticked by it.
    for _ in 0..20 {
        window.tap(Named::Enter);
    }
    window.sees("Register a child");
    window.ctrl(Code::KeyS, "s");
    // All of it at once, each beside its field, and what must be filled in is marked in words before.
    window.sees("This is needed: Date of birth");
    window.sees("Choose the sex.");
    window.sees("This is needed: Village");
    window.sees("The name of the mother or of the father is needed.");
    assert_eq!(window.places_of("must be filled in").len(), 3);
    // The first one has the focus.
    window.type_text("31/02/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("This day is not in the calendar: there is no such day.");
    // Digits of the other script are digits too, and a number is no shortcut while somebody types.
    window.write_over("०१/११/२०२६");
    window.sees("2 weeks, born on Sunday 1 Nov 2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("Choose the sex.");
    window.press_space();
    window.sees_no("Choose the sex.");
    window.ctrl(Code::KeyS, "s");
    // Then the village: what is typed there takes its fault away.
    window.type_text("Belwa");
    window.sees_no("This is needed: Village");
    window.ctrl(Code::KeyS, "s");
    window.type_text("Sita");
    window.fill("Phone", "12345");
    window.ctrl(Code::KeyS, "s");
    window.sees("An Indian number has ten digits");
    window.picture("register-refused");
    window.fill("Phone", "+91 98765-43210");
    window.ctrl(Code::KeyS, "s");
    window.sees("Baby of Sita");
    assert!(!clinic.children(&session(&clinic, "asha"), "", 0).unwrap().0[0].dob_estimated);
}

#[test]
fn a_known_village_is_offered_and_an_older_child_is_asked_about_its_paper_card() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let known = |village: &str, days| ChildForm { village: village.into(), ..form("Imran", today() - Days::new(days)) };
    register(&clinic, "asha", known("Rampur", 60));
    register(&clinic, "asha", known("Belwa", 400));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(3);
    window.type_text("Dev Paswan");
    window.fill("Date of birth", "08/02/2026");
    window.ctrl(Code::KeyB, "b");
    // In the other script, and taken by keys: no second spelling comes into being.
    window.type_text("\u{930}\u{93e}\u{92e}");
    window.sees("Rampur");
    window.tap(Named::ArrowDown);
    window.tap(Named::Enter);
    // The focus went on to the mother.
    window.type_text("Guddi Devi");
    window.ctrl(Code::KeyS, "s");
    window.sees("Registered. The number is ");
    let asha = session(&clinic, "asha");
    let child = clinic.children(&asha, "dev", 0).unwrap().0.remove(0);
    assert_eq!((child.village.as_str(), child.mother.as_str()), ("Rampur", "Guddi Devi"));
    // Nine months old, and nothing is written: nothing is ticked before it is said where it was given.
    window.sees("do they stand on a paper card?");
    window.sees("Nothing is ticked");
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    assert!(clinic.child(&asha, child.id).unwrap().doses.is_empty());
    window.press(Code::KeyH, "h", Modifiers::ALT);
    window.sees_no("do they stand on a paper card?");
    assert!(window.texts().iter().any(|text| text.starts_with("Save ")));
    // Opened again it is asked no more; from the card is one key.
    window.press(Code::KeyE, "e", Modifiers::ALT);
    window.sees("Given here");
}

#[test]
fn the_fifty_first_child_is_refused_with_a_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for n in 0..50 {
        let of_others =
            ChildForm { mother: "Rukhsana".into(), phone: String::new(), ..form("", today() - Days::new(20 + 9 * n)) };
        register(&clinic, "asha", of_others);
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Too Many", "1/11/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("This worker has 50 children already");
    window.sees("Ask the Admin to register this child");
    window.picture("register-full");

    window.ctrl(Code::KeyL, "l");
    window.ctrl(Code::KeyU, "u");
    window.log_in("admin");
    type_child(&mut window, "Not Too Many", "1/11/2026");
    window.click("Sunita Devi (50 children)");
    window.ctrl(Code::KeyS, "s");
    window.sees("This worker has 50 children already");
    window.picture("register-admin");
    window.click("Leave it on the clinic's list");
    window.sees("Not Too Many");
    window.sees("nobody yet");
    window.sees("A PHC Worker records doses.");
    window.picture("visit-admin");
    assert_eq!(clinic.children(&session(&clinic, "admin"), "", 0).unwrap().1, 51);
}
