//! A clinic comes back from a backup, before anybody is logged in.

use crate::window::{Window, env, founded_with, plug_in, session};
use crate::{form, left_in_english, register};
use chrono::Days;
use clinic::store::{RecoveryKey, is_founded};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::{Lang, Words};
use std::path::PathBuf;

const NEW_PASSWORD: &str = "tall neem 42";

/// A stick with a backup, and the paper.
fn stick() -> (tempfile::TempDir, PathBuf, RecoveryKey) {
    let stick = tempfile::tempdir().unwrap();
    let recovery = RecoveryKey::generate(&env()).unwrap();
    let clinic = founded_with(&stick.path().join("clinic"), "uip", recovery.clone());
    register(&clinic, "asha", form("Aarav Yadav", crate::window::today() - Days::new(60)));
    let file = stick.path().join("tikka.backup");
    let _made = clinic.backup(&session(&clinic, "admin"), &file, &mut |_| {}).unwrap();
    (stick, file, recovery)
}

#[test]
fn a_dead_computers_clinic_comes_back_on_a_new_one() {
    for lang in Lang::ALL {
        let ((stick, _, recovery), dir) = (stick(), tempfile::tempdir().unwrap());
        let words = Words::new(lang);
        let mut window = Window::open(dir.path(), lang, None);
        window.press(Code::KeyR, "r", Modifiers::empty());
        window.sees(&words.get("restore-title"));
        window.tap(Named::Enter);
        window.sees(&words.get("restore-no-file"));
        window.type_text("/no/such/stick");
        let fill = |window: &mut Window, key: &str, typed: &str| window.fill(&words.get(key), typed);
        fill(&mut window, "first-run-key-field", "K7QM");
        window.tap(Named::Enter);
        window.sees(&words.get("restore-no-key"));
        fill(&mut window, "first-run-key-field", &RecoveryKey::generate(&env()).unwrap().printed());
        fill(&mut window, "restore-login", "asha");
        fill(&mut window, "restore-password", "12345678");
        window.tap(Named::Enter);
        window.sees(&words.get("refusal-weak-password-common"));
        fill(&mut window, "restore-password", NEW_PASSWORD);
        window.tap(Named::Enter);
        window.sees(&words.get("first-run-password-differs"));
        fill(&mut window, "first-run-password-again", NEW_PASSWORD);
        window.tap(Named::Enter);
        window.sees(&words.get("restore-unreadable"));
        if lang == Lang::Hi {
            assert_eq!(left_in_english(&mut window), ["/no/such/stick", "asha"]);
        }
        // Nobody types where it is.
        window.sees(&words.get("plugged-no-file"));
        plug_in(dir.path(), stick.path());
        window.click(&words.get("plugged-look"));
        window.sees_no(&words.get("plugged-no-file"));
        window.click("tikka.backup");
        window.tap(Named::Enter);
        window.sees(&words.get("restore-wrong-key"));
        window.picture(&format!("restore-wrong-{lang}"));
        fill(&mut window, "first-run-key-field", &recovery.printed().to_lowercase());
        window.tap(Named::Enter);
        window.sees(&words.get("restore-not-an-admin"));
        fill(&mut window, "restore-login", "Admin");
        // Somebody stops it: nothing is changed, and it may begin again.
        window.meanwhile = Some(words.get("long-stop"));
        window.tap(Named::Enter);
        window.sees(&words.get("restore-stopped"));
        assert!(!is_founded(dir.path()));
        window.picture(&format!("restore-stopped-{lang}"));
        window.tap(Named::Enter);
        window.sees(&words.get("restore-done-title"));
        window.picture(&format!("restore-done-{lang}"));
        window.tap(Named::Enter);
        window.sees(&words.get("login-say-who"));
        window.type_text("admin");
        window.tap(Named::Tab);
        window.type_text(NEW_PASSWORD);
        window.tap(Named::Enter);
        window.alt(2);
        window.sees("Aarav Yadav");
    }
}
