//! Who may come in, what each sees, and who is locked out.

use crate::window::{Window, founded, password, today};
use crate::{form, register};
use chrono::Days;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::time::Instant;
use station::app::Message;
use station::words::{Lang, Words};
use std::time::Duration;

#[test]
fn a_wrong_password_is_refused_and_locks_after_a_while() {
    let dir = tempfile::tempdir().unwrap();
    drop(founded(dir.path(), "uip"));
    let mut window = Window::open(dir.path(), Lang::En, None);
    window.picture("login");
    window.type_text("asha");
    window.tap(Named::Enter);
    for _ in 0..4 {
        window.type_text("not my password");
        window.tap(Named::Enter);
        window.sees("The login or the password is wrong.");
    }
    window.picture("login-wrong");
    window.type_text(&password("asha"));
    window.tap(Named::Enter);
    window.sees("Sunita Devi · PHC Worker");

    window.ctrl(Code::KeyL, "l");
    window.sees("Locked by Sunita Devi");
    for _ in 0..6 {
        window.type_text("not my password");
        window.tap(Named::Enter);
    }
    window.sees("Too many wrong passwords. Try again after 12:0");
    window.picture("login-locked");
    // Another person is not kept out: two keys, and the name.
    window.ctrl(Code::KeyU, "u");
    window.log_in("admin");
    window.sees("Rekha Kumari · Admin");
}

#[test]
fn letters_that_are_drawn_ahead_are_seen_by_nobody() {
    let dir = tempfile::tempdir().unwrap();
    drop(founded(dir.path(), "uip"));
    for lang in Lang::ALL {
        let mut window = Window::open(dir.path(), lang, None);
        let empty = window.draw();
        for _ in 0..6 {
            window.type_text("a");
            let ahead = window.texts().iter().any(|text| text.contains("xyz 0123"));
            assert!(ahead, "nothing is drawn ahead");
            assert!(window.draw() != empty);
            window.tap(Named::Backspace);
            assert!(window.draw() == empty, "something of it is seen");
        }
        // What was typed since stays where it was typed.
        window.type_text("asha");
        window.tap(Named::Enter);
        window.type_text(&password("asha"));
        window.tap(Named::Enter);
        window.sees("Sunita Devi");
    }
}

#[test]
fn a_desk_that_nobody_touches_is_locked_and_opens_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit3, "3", Modifiers::ALT);
    window.type_text("Half typed");
    window.tell(Message::Look(Instant::now() + Duration::from_secs(4 * 60)));
    window.sees("Half typed");
    window.tell(Message::Look(Instant::now() + Duration::from_secs(5 * 60)));
    window.sees("Locked by Sunita Devi");
    window.sees_no("Half typed");
    window.type_text(&password("asha"));
    window.tap(Named::Enter);
    window.sees("Half typed");
    // Another person does not see it.
    window.ctrl(Code::KeyL, "l");
    window.click("Somebody else logs in");
    window.log_in("admin");
    window.sees("Rekha Kumari · Admin");
    window.sees_no("Half typed");
    // Tab goes through the buttons too, and shows where it is.
    for _ in 0..2 {
        window.tap(Named::Tab);
    }
    window.picture("focus");
    window.tap(Named::Enter);
    window.sees("Search: name, mother, village, phone, number or card");
}

#[test]
fn whoever_unlocks_goes_on_typing() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let unlock = |window: &mut Window| {
        window.ctrl(Code::KeyL, "l");
        window.type_text(&password("asha"));
        window.tap(Named::Enter);
    };
    // In the first field of a form, in the search of a list, in the batch that is asked.
    window.alt(3);
    window.type_text("Half");
    unlock(&mut window);
    window.type_text(" typed");
    window.sees("Half typed");
    window.alt(2);
    window.ctrl(Code::KeyD, "d");
    unlock(&mut window);
    window.type_text("Ravi");
    window.sees("Ravi");
    window.tap(Named::Enter);
    unlock(&mut window);
    window.type_text("B-77");
    window.sees("B-77");
    window.sees("20/11/2026");
}

#[test]
fn the_login_does_not_move_when_a_password_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.ctrl(Code::KeyL, "l");
        let place = |window: &mut Window| window.place_of(&words.get("login-password")).unwrap().y;
        let before = place(&mut window);
        window.picture(&format!("locked-{lang}"));
        window.type_text("horse staple 44");
        window.tap(Named::Enter);
        window.sees(&words.get("trouble-login-wrong"));
        window.picture(&format!("locked-wrong-{lang}"));
        assert!((place(&mut window) - before).abs() < 1.0);
        // The next letters are the password again.
        window.type_text(&password("asha"));
        window.tap(Named::Enter);
        window.sees(&words.get("shell-today"));
    }
}

#[test]
fn whoever_logs_out_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.click(&words.get("shell-log-out"));
        window.sees(&words.get("login-say-who"));
        window.log_in("asha");
        // Something typed is not lost without a question.
        window.alt(3);
        window.type_text("Half typed");
        window.tell(Message::Keep);
        window.ctrl(Code::KeyU, "u");
        window.sees(&words.get("shell-leave-title"));
        window.ctrl(Code::KeyD, "d");
        window.sees(&words.get("login-say-who"));
        // Nor does it come back to who said that it may go.
        window.log_in("asha");
        window.sees_no(&words.get("shell-cut-off"));
        window.alt(3);
        window.sees_no("Half typed");
    }
}

#[test]
fn each_role_sees_its_own_places() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "seed");
    for (login, places, no) in [
        ("root1", &["Toys", "Staff", "Settings"][..], &["Today", "Children", "New child"][..]),
        ("admin", &["Today", "Children", "New child", "Toys", "Staff", "Settings"][..], &[][..]),
        ("asha", &["Today", "Children", "New child", "Toys", "Settings"][..], &["Staff"][..]),
    ] {
        let mut window = Window::at_desk(dir.path(), &clinic, login, Lang::En);
        let texts = window.texts();
        for place in places {
            assert!(texts.contains(&(*place).to_owned()), "{login}: {place} in {texts:?}");
        }
        for place in no {
            assert!(!texts.contains(&(*place).to_owned()), "{login}: {place} in {texts:?}");
        }
    }
}

#[test]
fn without_a_display_the_program_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_tikka-station"));
    program.arg("--data").arg(dir.path());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        program.env_remove(name);
    }
    let out = program.output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("there is no display here"), "{out:?}");
}
