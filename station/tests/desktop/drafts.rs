//! A power cut in the middle of a form.

use crate::child::type_child;
use crate::window::{Window, founded};
use iced::keyboard::key::Code;
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
