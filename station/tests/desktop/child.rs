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
    window.sees("This is needed: Date of birth");
    window.sees("Choose the sex.");
    window.type_text("31/02/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("This day is not in the calendar: there is no such day.");
    // Digits of the other script are digits too, and a number is no shortcut while somebody types.
    window.write_over("०१/११/२०२६");
    window.sees("2 weeks, born on Sunday 1 Nov 2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("Choose the sex.");
    window.ctrl(Code::KeyB, "b");
    window.sees_no("Choose the sex.");
    window.ctrl(Code::KeyS, "s");
    window.sees("The name of the mother or of the father is needed.");
    window.type_text("Sita");
    window.fill("Phone", "12345");
    window.ctrl(Code::KeyS, "s");
    window.sees("An Indian number has ten digits");
    window.picture("register-refused");
    window.fill("Phone", "+91 98765-43210");
    window.ctrl(Code::KeyS, "s");
    window.sees("This is needed: Village");
    window.type_text("Belwa");
    window.ctrl(Code::KeyS, "s");
    window.sees("Baby of Sita");
    assert!(!clinic.children(&session(&clinic, "asha"), "", 0).unwrap().0[0].dob_estimated);
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
