//! The certificates that were issued, at the desk.

use crate::window::{Window, founded, session, today};
use crate::{form, left_in_english};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::health_card::IssuerKey;
use clinic::record::command::{ChildForm, Command};
use hub_protocol::ChildId;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::Lang;
use std::fs;

fn child(clinic: &Clinic, no: u64, name: &str, hers: bool) -> ChildId {
    let (admin, asha) = (session(clinic, "admin"), session(clinic, "asha"));
    let form = ChildForm { mother: format!("Mother of {name}"), ..form(name, today() - Days::new(100 + no)) };
    let worker = hers.then_some(asha.user);
    let (child, distinct_from) = (ChildId(no), Vec::new());
    clinic.submit(&admin, Command::RegisterChild { child, form, worker, distinct_from }).unwrap();
    child
}

fn letter(window: &mut Window, code: Code) {
    window.press(code, "x", Modifiers::ALT);
}

/// From the reports, where the figures of the same papers are.
fn certificates(window: &mut Window) {
    window.alt(8);
    letter(window, Code::KeyC);
    window.sees("Certificates");
}

#[test]
fn a_certificate_is_found_opened_and_printed_again() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    let (aarti, pooja) = (child(&clinic, 11, "Aarti", true), child(&clinic, 12, "पूजा कुमारी", false));
    for (by, child) in [(&asha, aarti), (&admin, pooja), (&asha, aarti)] {
        clinic.issue_certificate(by, child).unwrap();
    }
    // A worker has her own, and of each it is said which one it is.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    certificates(&mut window);
    for seen in ["2 certificates", "Aarti", "First", "Issued again (2)", "20 Nov 2026", "Sunita Devi"] {
        window.sees(seen);
    }
    window.sees_no("पूजा कुमारी");
    window.type_text("pooja");
    window.sees("No certificate");
    window.sees("Type less, or another time.");

    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    certificates(&mut window);
    window.sees("3 certificates");
    window.picture("certificates");
    // In either script, by the certificate's number and by the child's.
    for (typed, found) in [
        ("puja", "1 certificate"),
        ("आरती", "2 certificates"),
        ("3", "1 certificate"),
        (&aarti.to_string(), "2 certificates"),
    ] {
        window.write_over(typed);
        window.sees(found);
    }
    window.write_over("pooja");
    window.tap(Named::Enter);
    window.sees("Family and history");
    window.unfocus();
    window.tap(Named::Escape);
    // The list is as it was left. The certificate that is chosen is issued again, and says so.
    window.sees("1 certificate");
    window.sees("pooja");
    letter(&mut window, Code::KeyC);
    window.sees("it cannot be taken back.");
    window.tap(Named::Escape);
    assert_eq!(clinic.certificates(&admin, &Default::default(), 0).unwrap().1, 3);
    letter(&mut window, Code::KeyC);
    window.tap(Named::Enter);
    window.sees("Immunization certificate 4-");
    letter(&mut window, Code::KeyS);
    window.sees("The paper is saved: ");
    window.sees("2 certificates");
    window.sees("Issued again (2)");
    assert_eq!(clinic.certificates(&admin, &Default::default(), 0).unwrap().0[0].issue, 2);
    // The list itself, of what was looked for.
    letter(&mut window, Code::KeyP);
    window.sees("Certificates issued");
    letter(&mut window, Code::KeyS);
    window.sees("certificates-2026-11-20.pdf");
    let paper = fs::read(dir.path().join("papers/certificates-2026-11-20.pdf")).unwrap();
    assert!(paper.starts_with(b"%PDF"));
    window.unfocus();
    window.tap(Named::Escape);
    window.sees("Report, Nov 2026");

    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::Hi);
    certificates_in_hindi(&mut window);
}

fn certificates_in_hindi(window: &mut Window) {
    window.alt(8);
    letter(window, Code::KeyC);
    window.sees("4 प्रमाण पत्र");
    window.picture("certificates-hi");
    let names = |text: &String| ["Aarti", "Mother of", "Rekha Kumari"].iter().any(|name| text.contains(name));
    let english: Vec<_> = left_in_english(window).into_iter().filter(|text| !names(text)).collect();
    assert!(english.is_empty(), "{english:#?}");
}

fn of_time(window: &mut Window, from: &str, until: &str) {
    for (label, typed) in [("From which day", from), ("Until which day", until)] {
        window.fill(label, typed);
        if typed.is_empty() {
            // What stood there is chosen.
            window.tap(Named::Backspace);
        }
    }
}

#[test]
fn certificates_are_found_by_their_day() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let aarti = child(&clinic, 11, "Aarti", true);
    clinic.issue_certificate(&session(&clinic, "asha"), aarti).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    certificates(&mut window);
    for (from, until, found) in [
        ("01/11/2026", "20/11/2026", "1 certificate"),
        ("01/10/2026", "31/10/2026", "0 certificates"),
        ("20/11/2026", "", "1 certificate"),
        ("", "", "1 certificate"),
    ] {
        of_time(&mut window, from, until);
        window.sees(found);
    }
    // What is no time is said when it is meant, and the list stays.
    for (from, until, said) in [
        ("31/02/2026", "", "This day is not in the calendar"),
        ("20/11/2026", "19/11/2026", "The first day is needed"),
        ("", "19/11/2026", "The first day is needed"),
    ] {
        of_time(&mut window, from, until);
        window.tap(Named::Enter);
        window.sees(said);
        window.sees("1 certificate");
        of_time(&mut window, "", "");
        window.sees_no(said);
    }
}

/// Pages are read as they are seen: the last of many is there at once, and is opened.
#[test]
fn the_last_of_many_certificates_is_reached_by_a_key() {
    const MANY: u64 = 250;
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let (first, other) = (child(&clinic, 11, "Aarti", false), child(&clinic, 12, "Bela", false));
    let key = IssuerKey::of(&[1; 32]).public();
    for n in 0..MANY {
        let (child, on) = (if n == 0 { first } else { other }, to_day(today()));
        clinic.submit(&admin, Command::IssueCertificate { child, on, key }).unwrap();
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    certificates(&mut window);
    window.sees("250 certificates");
    window.sees("Bela");
    window.sees_no("Aarti");
    window.unfocus();
    window.tap(Named::End);
    window.sees("Aarti");
    window.tap(Named::Enter);
    window.sees("Family and history");
    window.sees("Aarti");
}

/// A new issue stands on top of the list: what was chosen stays so, also for the key that is pressed once more.
#[test]
fn a_certificate_is_issued_again_for_the_child_that_was_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let children = [(11, "Aarti"), (12, "Bela"), (13, "Chanda")].map(|(no, name)| child(&clinic, no, name, false));
    for child in children {
        clinic.issue_certificate(&admin, child).unwrap();
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    certificates(&mut window);
    window.unfocus();
    window.tap(Named::End);
    for issues in [4, 5] {
        letter(&mut window, Code::KeyC);
        window.sees("Mother of Aarti · Khajuri");
        window.tap(Named::Enter);
        window.sees("Immunization certificate");
        window.tap(Named::Escape);
        let (lines, total) = clinic.certificates(&admin, &Default::default(), 0).unwrap();
        assert_eq!((total, lines[0].child.id), (issues, children[0]));
    }
    window.tap(Named::Enter);
    window.sees("Family and history");
    window.sees("Aarti");
}

#[test]
fn one_key_goes_back_from_a_search_with_nothing_typed() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    certificates(&mut window);
    window.tap(Named::Escape);
    window.sees("Report, Nov 2026");
    // What is typed is not taken for nothing.
    certificates(&mut window);
    window.type_text("Aarti");
    window.tap(Named::Escape);
    window.sees("Certificates");
    window.sees("Aarti");
}
