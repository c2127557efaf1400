//! What somebody may not do is not there: no field, no button without an answer.

use crate::lists::letter;
use crate::reminders::busy_outbox;
use crate::window::{Window, founded, session, today};
use crate::{form, give, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::Command;
use clinic::record::fact::{AefiClass, AefiDose, AefiForm, AefiOutcome};
use hub_protocol::{ChildId, Day};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::{Lang, Words};

/// After a dose of that day.
pub fn event(product: &str, on: Day) -> AefiForm {
    let dose = AefiDose { product: product.into(), on, at_min: Some(600), opened_ms: None, diluent: String::new() };
    AefiForm {
        class: AefiClass::Severe,
        doses: vec![dose],
        onset_on: to_day(today()),
        onset_min: Some(21 * 60 + 30),
        description: "high fever, fits".into(),
        hospital: String::new(),
        admitted_on: None,
        outcome: AefiOutcome::Recovering,
        died_on: None,
        past_reactions: String::new(),
        case_id: "IND(AEFI)/UP/1/2026/4".into(),
        told_by: "the grandmother".into(),
        cluster: false,
    }
}

/// A child of whom an adverse event was reported.
pub fn reported(clinic: &Clinic) -> ChildId {
    let child = register(clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let on = today() - Days::new(1);
    give(clinic, child, "PENTA", on);
    let event = event("PENTA", to_day(on));
    clinic.submit(&session(clinic, "asha"), Command::ReportAefi { child, form: event }).unwrap();
    child
}

#[test]
fn an_admin_reads_an_adverse_event_and_finds_no_form() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        reported(&clinic);
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        window.alt(2);
        window.type_text("ravi");
        window.tap(Named::Enter);
        window.press(Code::KeyA, "a", Modifiers::ALT);
        window.sees(&words.get("aefi-title"));
        window.sees_no(&words.get("aefi-new"));
        window.click(&words.get("aefi-open"));
        for said in ["high fever, fits", "21:30", "10:00", "the grandmother", "IND(AEFI)/UP/1/2026/4"] {
            window.sees(said);
        }
        window.sees(&words.get("aefi-outcome-recovering"));
        assert_eq!(window.fields(), 0, "{lang}");
        for absent in ["aefi-save", "aefi-withdraw"] {
            window.sees_no(&words.get(absent));
        }
        window.picture(&format!("aefi-read-{lang}"));
        window.tap(Named::Escape);
        window.sees(&words.get("aefi-open"));
        // Of a child without any it is said who writes one.
        register(&clinic, "asha", form("Bina", today() - Days::new(60)));
        window.alt(2);
        window.type_text("bina");
        window.tap(Named::Enter);
        window.press(Code::KeyA, "a", Modifiers::ALT);
        window.sees(&words.get("aefi-none-worker"));
        window.sees_no(&words.get("aefi-new"));
    }
}

#[test]
fn a_worker_who_decides_about_no_message_has_no_buttons_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    busy_outbox(&clinic);
    let words = Words::new(Lang::En);
    for (login, decides) in [("admin", true), ("asha", false)] {
        let mut window = Window::at_desk(dir.path(), &clinic, login, Lang::En);
        window.size.height = 2_400.0;
        letter(&mut window, Code::Digit0, "0");
        window.click(&words.get("settings-outbox-open"));
        window.sees(&words.get("message-unknown"));
        for button in ["outbox-again", "outbox-give-up"] {
            assert_eq!(window.place_of(&words.get(button)).is_some(), decides, "{login}: {button}");
        }
    }
}
