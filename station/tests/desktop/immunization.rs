//! Putting right, from elsewhere, refused, growth, adverse events: at the real desktop.

use crate::window::{Window, founded, later, session, today};
use crate::{form, give, left_in_english, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::forecast::GivenStatus;
use clinic::record::command::{Command, NewTask};
use clinic::record::fact::{AefiClass, CAME, Declined, UNDONE};
use clinic::store::{ChildPage, TaskFilter, TaskShow};
use hub_protocol::ChildId;
use hub_protocol::toy::TaskKind;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::{Lang, Words};
use std::collections::BTreeSet;
use tempfile::TempDir;

fn page(clinic: &Clinic, child: ChildId) -> ChildPage {
    clinic.child(&session(clinic, "asha"), child).unwrap()
}

fn opened(window: &mut Window, typed: &str) {
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.type_text(typed);
    window.tap(Named::Enter);
}

/// Ravi Paswan, so many days old, on his worker's desk.
fn with_ravi(age_days: u64) -> (TempDir, Clinic, ChildId, Window) {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(age_days)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    opened(&mut window, "ravi");
    (dir, clinic, child, window)
}

fn letter(window: &mut Window, code: Code, writes: &str) {
    window.press(code, writes, Modifiers::ALT);
}

#[test]
fn what_was_saved_can_be_undone_for_a_minute() {
    let (_dir, clinic, child, mut window) = with_ravi(60);
    window.sees_no("Undo");
    // No batch is known yet: it asks once, and Enter again means it.
    window.tap(Named::Enter);
    window.sees("Write the batch, or press Enter again");
    window.bounce(Named::Enter);
    assert_eq!(page(&clinic, child).doses.len(), 0);
    window.picture("visit-no-batch");
    window.tap(Named::Enter);
    window.sees("6 vaccines recorded.");
    window.sees("Undo 6 doses");
    window.picture("visit-undo");
    letter(&mut window, Code::KeyU, "u");
    window.sees("Undone: 6 doses were taken back.");
    window.sees("Save 6 doses");
    window.sees("undone right after saving");
    let after = page(&clinic, child);
    assert_eq!((after.doses.len(), after.taken_back.len()), (0, 6));
    assert!(after.taken_back.iter().all(|line| line.reason == UNDONE));
    // Nothing is left to undo.
    letter(&mut window, Code::KeyU, "u");
    assert_eq!(page(&clinic, child).taken_back.len(), 6);
    // Saved again; after a minute it is a correction.
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    window.sees("Undo 6 doses");
    later(60_000);
    letter(&mut window, Code::KeyU, "u");
    assert_eq!(page(&clinic, child).doses.len(), 6);
    window.sees_no("Undo 6 doses");
}

#[test]
fn a_dose_is_corrected_or_withdrawn_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    give(&clinic, child, "PENTA", today() - Days::new(10));
    give(&clinic, child, "OPV", today() - Days::new(10));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    opened(&mut window, "ravi");
    window.click("10 Nov 2026");
    window.sees("of 10 Nov 2026");
    window.picture("put-right");
    // Nothing changed: only withdrawing makes sense, and it asks why.
    window.click("It was not given: remove it");
    window.sees("Reason");
    window.type_text("another child's card");
    // A day that is too early warns first.
    window.fill("Given on", "20/10/2026");
    window.click("Correct the dose");
    window.sees("the child is too young for this dose");
    window.sees("Correct it all the same");
    window.fill("Given on", "05/11/2026");
    window.click("Correct the dose");
    window.sees("The dose is corrected.");
    window.sees("Written down wrong");
    window.sees("Sunita Devi, 20 Nov 2026: another child's card");
    window.picture("put-right-after");
    let after = page(&clinic, child);
    let moved = after.doses.iter().filter(|line| line.on == today() - Days::new(15)).count();
    assert_eq!((after.doses.len(), moved, after.taken_back.len()), (2, 1, 1));
    // The other one nobody gave.
    window.click("10 Nov 2026");
    window.type_text("never given");
    window.click("It was not given: remove it");
    window.sees("The dose is withdrawn.");
    assert_eq!(page(&clinic, child).doses.len(), 1);
    // It is not ticked by itself again, nor when the page is opened anew.
    let withdrawn = |window: &mut Window| {
        let ticked = window.texts().into_iter().find(|text| text.starts_with("Save ")).unwrap();
        window.sees("Pentavalent 1");
        window.click("Pentavalent 1");
        let more = window.texts().into_iter().find(|text| text.starts_with("Save ")).unwrap();
        window.click("Pentavalent 1");
        assert!(ticked < more, "{ticked} {more}");
    };
    withdrawn(&mut window);
    window.tap(Named::Escape);
    window.tap(Named::Escape);
    letter(&mut window, Code::Digit1, "1");
    opened(&mut window, "ravi");
    withdrawn(&mut window);
    // Escape leaves things as they are.
    window.click("5 Nov 2026");
    window.tap(Named::Escape);
    window.tap(Named::Escape);
    window.sees("Give today");
    window.picture("visit-taken-back");
}

#[test]
fn a_paper_card_is_copied_with_its_proof() {
    let (_dir, clinic, child, mut window) = with_ravi(60);
    letter(&mut window, Code::KeyE, "e");
    window.sees("What proof did you see?");
    // The day is typed, and then the proof: nothing is saved without either.
    window.type_text("22/09/2026");
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    assert_eq!(page(&clinic, child).doses.len(), 0);
    window.type_text("paper card of the hospital");
    window.sees("given elsewhere");
    window.picture("visit-elsewhere");
    window.tap(Named::Enter);
    let texts = window.texts();
    let save = texts.iter().find(|text| text.starts_with("Save ")).unwrap().clone();
    window.click(&save);
    window.sees("recorded.");
    window.sees("Given elsewhere, seen: paper card of the hospital");
    let after = page(&clinic, child);
    assert!(!after.doses.is_empty());
    for line in &after.doses {
        assert_eq!(
            (line.on.to_string().as_str(), line.outside.as_deref()),
            ("2026-09-22", Some("paper card of the hospital"))
        );
        assert_eq!(line.session, None);
    }
    // The next day of the card is asked for; today's doses are given here again.
    window.sees("What proof did you see?");
    letter(&mut window, Code::KeyE, "e");
    window.sees_no("What proof did you see?");
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    window.sees("recorded.");
    let all = page(&clinic, child);
    assert!(all.doses.iter().any(|line| line.on == today() && line.outside.is_none() && line.session.is_some()));
}

#[test]
fn what_is_refused_or_would_harm_is_marked_and_lifted() {
    let (_dir, clinic, child, mut window) = with_ravi(60);
    letter(&mut window, Code::KeyD, "d");
    window.sees("Refused, or not to be given");
    // As the list has it; what is due stands first.
    window.sees("Pentavalent");
    let (due, later) = (window.place_of("On today's list").unwrap(), window.place_of("Not on today's list").unwrap());
    assert!(due.y < window.place_of("OPV").unwrap().y && window.place_of("OPV").unwrap().y < later.y);
    // The grey button says what it waits for, and Enter goes there.
    window.sees("Choose a vaccine first.");
    window.click("OPV");
    window.sees("Still to write: what was said or found.");
    window.tap(Named::Enter);
    window.type_text("the grandmother fears fever");
    window.picture("decline");
    window.tap(Named::Enter);
    window.sees("It is written down.");
    window.sees("Refused on 20 Nov 2026");
    window.sees("OPV: refused");
    assert_eq!(page(&clinic, child).declines[0].why, Declined::Refused);
    letter(&mut window, Code::KeyD, "d");
    window.click("It would harm the child");
    window.click("All live vaccines");
    window.fill("What was said or found?", "steroids for two weeks");
    window.fill("Until when?", "31/11/2026");
    window.sees("There is no such day");
    window.fill("Until when?", "04/12/2026");
    window.click("Write it down");
    window.sees("All live vaccines: would harm until 4 Dec 2026");
    window.picture("decline-after");
    // What lives is not ticked any more; the rest is.
    let texts = window.texts();
    let save = texts.iter().find(|text| text.starts_with("Save ")).unwrap().clone();
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    window.sees("recorded.");
    let after = page(&clinic, child);
    assert!(after.doses.iter().all(|line| line.product != "OPV" && line.product != "BCG"), "{save}");
    letter(&mut window, Code::KeyD, "d");
    window.fill("What was said or found?", "the steroids ended");
    let lift = window.places_of("Not any more")[0].center();
    window.click_at(lift);
    window.sees("It does not hold any more.");
    assert_eq!(page(&clinic, child).declines.len(), 1);
}

#[test]
fn a_child_who_was_looked_for_and_came_closes_the_task() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Om Paswan", today() - Days::new(60)));
    let (asha, admin) = (session(&clinic, "asha"), session(&clinic, "admin"));
    let new = NewTask {
        worker: asha.user,
        kind: TaskKind::Trace,
        child: Some(child),
        place: String::new(),
        due: to_day(today() + Days::new(3)),
        note: "Moved to the grandmother".into(),
    };
    let task = clinic.env().new_task_id().unwrap();
    clinic.submit(&admin, Command::AssignTask { task, new }).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    opened(&mut window, "om");
    // Whoever looks at the child sees what was asked; there is nothing to close yet.
    window.sees("Find a child who missed doses");
    window.sees("Moved to the grandmother");
    letter(&mut window, Code::KeyT, "t");
    assert_eq!(page(&clinic, child).open_tasks.len(), 1);
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    window.sees("The child came: close the task");
    letter(&mut window, Code::KeyT, "t");
    window.sees("The task is closed.");
    window.sees_no("Moved to the grandmother");
    let filter = TaskFilter { show: TaskShow::Closed, ..TaskFilter::default() };
    let closed = clinic.tasks(&asha, &filter, 0).unwrap().0;
    assert_eq!((closed[0].done, closed[0].reason.as_str()), (Some(true), CAME));
    // It is told in words.
    letter(&mut window, Code::Digit5, "5");
    window.click("Closed");
    window.sees("came and got doses");
}

#[test]
fn enter_goes_on_in_a_measuring_and_one_key_takes_it_back() {
    let (_dir, clinic, child, mut window) = with_ravi(400);
    letter(&mut window, Code::KeyG, "g");
    // As in every form: the next field, and after the last one the button.
    window.type_text("9.1");
    window.tap(Named::Enter);
    assert!(page(&clinic, child).growth.is_empty(), "the weight alone is no measuring yet");
    window.type_text("75.5");
    window.tap(Named::Enter);
    window.type_text("14.2");
    window.tap(Named::Enter);
    assert!(page(&clinic, child).growth.is_empty());
    window.tap(Named::Enter);
    let saved = page(&clinic, child).growth;
    let figures = &saved[0].measured;
    assert_eq!((figures.weight_g, figures.length_mm, figures.muac_mm), (Some(9_100), Some(755), Some(142)));
    letter(&mut window, Code::KeyU, "u");
    assert!(page(&clinic, child).growth.is_empty());
    letter(&mut window, Code::KeyL, "l");
    window.sees("taken back: undone right after saving");
    // After a minute it wants a reason.
    window.fill("Weight, kg", "9.2");
    window.ctrl(Code::KeyS, "s");
    assert_eq!(page(&clinic, child).growth.len(), 1);
    window.sees("Undo this measurement");
    later(60_000);
    letter(&mut window, Code::KeyU, "u");
    assert_eq!(page(&clinic, child).growth.len(), 1);
}

#[test]
fn a_family_refuses_all_of_today_without_the_mouse() {
    let (_dir, clinic, child, mut window) = with_ravi(60);
    let due = |clinic: &Clinic| {
        let after = page(clinic, child);
        let due = after.next.iter().filter(|line| line.is_due_on(today()));
        due.map(|line| line.series.clone()).collect::<BTreeSet<_>>()
    };
    let asked = due(&clinic);
    assert!(asked.len() > 3, "{asked:?}");
    letter(&mut window, Code::KeyD, "d");
    // The form has the focus.
    window.press_space();
    window.tap(Named::Enter);
    window.type_text("not before the wedding");
    window.tap(Named::Enter);
    window.sees("It is written down.");
    let refused: BTreeSet<_> = page(&clinic, child).declines.into_iter().map(|line| line.against).collect();
    assert_eq!(refused, asked);
    // Nothing of it is given by Enter afterwards.
    window.tap(Named::Enter);
    assert!(page(&clinic, child).doses.is_empty());
}

#[test]
fn a_child_is_weighed_and_the_answer_comes_at_once() {
    let (_dir, clinic, child, mut window) = with_ravi(400);
    letter(&mut window, Code::KeyG, "g");
    window.sees("Weigh and measure");
    window.type_text("7.35x");
    window.sees("Type a number like 7.35");
    window.fill("Weight, kg", "8.1");
    window.fill("Length, cm", "73.5");
    window.fill("Arm (MUAC), cm", "11.4");
    window.sees("severe (SAM)");
    window.picture("growth-typed");
    window.click("Save");
    window.sees("The measurement is saved.");
    // What it means and what to do stays to be read, until something new is typed.
    window.sees("Saved: 8.10 kg");
    window.sees("severe (SAM)");
    window.picture("growth-saved");
    window.fill("Weight, kg", "9");
    window.sees_no("Saved: 8.10 kg");
    window.tap(Named::Backspace);
    window.sees("Saved: 8.10 kg");
    let after = page(&clinic, child);
    let line = &after.growth[0];
    assert_eq!(
        (line.measured.weight_g, line.measured.muac_mm, line.measured.standing),
        (Some(8_100), Some(114), false)
    );
    assert!(line.found.as_ref().unwrap().is_referred());
    // The chart, the list, the plan.
    window.click("All measurements");
    window.sees("8.10 kg");
    window.picture("growth-list");
    letter(&mut window, Code::KeyF, "f");
    window.sees("1 to 2 years");
    window.sees("Refer this child");
    window.picture("diet");
    letter(&mut window, Code::KeyH, "h");
    window.picture("growth-height");
    letter(&mut window, Code::KeyL, "l");
    window.click("Take back");
    window.type_text("another child on the scale");
    window.tap(Named::Enter);
    window.sees("taken back: another child on the scale");
    assert_eq!(page(&clinic, child).growth.len(), 0);
    window.tap(Named::Escape);
    window.sees("Give today");
}

#[test]
fn an_impossible_weight_is_asked_about_first() {
    let (_dir, clinic, child, mut window) = with_ravi(7);
    letter(&mut window, Code::KeyG, "g");
    window.fill("Length, cm", "50.5");
    window.fill("Weight, kg", "23");
    window.sees("Weight: nearly impossible, measure again");
    // The length is as it should be.
    window.sees_no("Length or height: nearly impossible");
    window.sees("Length or height: normal");
    window.sees_no("The length or height is hardly possible");
    window.size = iced::Size::new(1024.0, 600.0);
    window.ctrl(Code::KeyS, "s");
    let asked = Words::new(Lang::En).with("growth-sure", &[("figures", "23.00 kg".into())]);
    assert!(window.in_sight(&asked), "it is seen in a small window too");
    window.picture("growth-impossible");
    // Another figure is another question.
    window.ctrl(Code::KeyS, "s");
    window.fill("Weight, kg", "24");
    window.sees_no("Is this right");
    window.ctrl(Code::KeyS, "s");
    window.sees("Is this right: 24.00 kg?");
    window.ctrl(Code::KeyS, "s");
    assert_eq!(page(&clinic, child).growth.len(), 0);
    // A digit that missed its field does not leave it.
    window.tap(Named::Escape);
    letter(&mut window, Code::Digit1, "1");
    window.sees("Something here is not saved");
    window.tap(Named::Escape);
    window.sees("Is this right: 24.00 kg?");
    // Enter goes to the button first.
    window.tap(Named::Enter);
    assert_eq!(page(&clinic, child).growth.len(), 0);
    window.tap(Named::Enter);
    window.sees("The measurement is saved.");
    assert_eq!(page(&clinic, child).growth[0].measured.weight_g, Some(24_000));
    // It stays marked, on the child's page and in the history.
    window.tap(Named::Escape);
    window.sees("nearly impossible, check this");
    letter(&mut window, Code::KeyR, "r");
    window.sees("Weight: nearly impossible, measure again");
}

#[test]
fn a_digit_beside_the_field_leaves_no_half_written_form() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    give(&clinic, child, "OPV", today() - Days::new(10));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    opened(&mut window, "ravi");
    window.click("10 Nov 2026");
    window.type_text("wrong child");
    window.tap(Named::Escape);
    window.digit(2, Modifiers::empty());
    window.sees("A number alone does nothing on a page with fields. Alt and 2 together open the page.");
    window.sees("wrong child");
    // With Alt it is asked, and another digit is no answer.
    window.alt(2);
    window.alt(1);
    window.sees("Something here is not saved");
    window.ctrl(Code::KeyD, "d");
    window.sees("Search: name, mother, village, phone, number or card");
}

#[test]
fn an_adverse_event_is_reported_and_completed() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    give(&clinic, child, "PENTA", today() - Days::new(1));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    opened(&mut window, "ravi");
    letter(&mut window, Code::KeyA, "a");
    window.sees("Report of an adverse event");
    window.fill("At", "25:00");
    window.sees("Type a time like 14:30");
    window.fill("At", "21:30");
    // Nobody has said how bad it was, since when, or how the child is.
    window.sees("Choose first how bad it was.");
    window.click("minor");
    window.sees("Still to write: the day of the first sign.");
    window.fill("First sign on", "19/11/2026");
    window.sees("Still to choose: how the child is.");
    window.click("Save the report");
    assert_eq!(page(&clinic, child).aefis.len(), 0);
    window.click("not known yet");
    window.click("Save the report");
    // It names what is missing.
    window.sees("What happened");
    window.fill("What happened?", "high fever, fits");
    window.fill("Hospital, if the child stayed in one", "District hospital");
    window.picture("aefi-form");
    window.click("Save the report");
    window.sees("The report is saved.");
    let report = page(&clinic, child).aefis[0].clone();
    assert_eq!((report.class, report.products.as_slice()), (AefiClass::Serious, &["PENTA".to_owned()][..]));
    letter(&mut window, Code::KeyA, "a");
    window.sees("by 21 Nov 2026");
    window.picture("aefi-list");
    window.click("Open");
    window.sees("batch PENTA24-118");
    window.fill("Case number of the district", "IND(AEFI)/UP/1/2026/4");
    window.click("recovered");
    window.picture("aefi-open");
    window.click("Save the report");
    window.sees("The report is saved.");
    let report = page(&clinic, child).aefis[0].clone();
    assert_eq!((report.case_id.as_str(), report.outcome.code()), ("IND(AEFI)/UP/1/2026/4", "recovered"));
    assert_eq!(page(&clinic, child).aefis.len(), 1);
}

#[test]
fn every_part_of_the_page_is_in_hindi() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Ravi Prasad", today() - Days::new(400)));
    give(&clinic, child, "PENTA", today() - Days::new(1));
    assert_eq!(page(&clinic, child).doses[0].status, GivenStatus::Valid);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::Hi);
    opened(&mut window, "ravi");
    window.picture("hi-visit-past");
    for (code, writes, name) in
        [(Code::KeyD, "d", "hi-decline"), (Code::KeyG, "g", "hi-growth"), (Code::KeyA, "a", "hi-aefi")]
    {
        letter(&mut window, code, writes);
        if code == Code::KeyG {
            window.fill("वज़न, किलो", "8.1");
            window.fill("लंबाई, सेमी", "73.5");
            window.fill("बाँह (एमयूएसी), सेमी", "11.4");
            window.sees("गंभीर (सैम)");
        }
        window.picture(name);
        assert_eq!(left_in_english(&mut window), Vec::<String>::new(), "{name}");
        // Out of the field first, and then out of the part.
        window.tap(Named::Escape);
        if code == Code::KeyG {
            window.tap(Named::Escape);
        }
    }
    window.click("19 नवंबर 2026");
    window.picture("hi-put-right");
    assert_eq!(left_in_english(&mut window), Vec::<String>::new());
}

#[test]
fn another_vaccine_is_chosen_from_a_list_and_keeps_its_batch() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "seed");
    let other = register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(90)));
    give(&clinic, other, "PENTA", today() - Days::new(1));
    let child = register(&clinic, "asha", form("Meena Kumari", today() - Days::new(60)));
    let words = Words::new(Lang::En);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(2);
    window.type_text("Meena Kumari");
    window.tap(Named::Enter);
    window.sees("Give today");
    let penta = words.product("PENTA");
    window.press(Code::KeyV, "v", Modifiers::ALT);
    window.sees(&words.get("visit-product-keys"));
    // Penta is what this clinic has: it stands first.
    let texts = window.texts();
    let at = texts.iter().position(|text| *text == words.get("visit-product-keys")).unwrap();
    let offered = texts[..at].iter().rposition(|text| *text == penta).unwrap();
    assert!(texts[offered..at].contains(&words.product("HepB")), "{texts:#?}");
    window.picture("visit-products");
    // Esc leaves it as it was, and stays with the child.
    window.tap(Named::Escape);
    window.sees_no(&words.get("visit-product-keys"));
    window.sees("Give today");
    window.press(Code::KeyV, "v", Modifiers::ALT);
    window.tap(Named::ArrowUp);
    window.tap(Named::Enter);
    window.sees_no(&words.get("visit-product-keys"));
    window.sees(&words.with("visit-as-product", &[("product", penta.into())]));
    window.sees("PENTA24-118");
    assert!(clinic.child(&session(&clinic, "asha"), child).unwrap().doses.is_empty(), "Enter chose, and saved nothing");
}
