//! The record of a child: who looks the same, what is changed, what is merged and taken apart.

use crate::child::type_child;
use crate::window::{Window, founded, later, session, today};
use crate::{form, left_in_english, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, GivenAt};
use clinic::record::fact::Gone;
use clinic::store::{ChildFilter, Happened};
use hub_protocol::ChildId;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::Lang;

fn children(clinic: &Clinic) -> u32 {
    clinic.children(&session(clinic, "admin"), "", 0).unwrap().1
}

/// From the list to the page of a child's record.
pub fn open_record(window: &mut Window, typed: &str) {
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.type_text(typed);
    window.tap(Named::Enter);
    window.tap(Named::Escape);
    window.tap(Named::Enter);
}

#[test]
fn a_child_of_the_other_script_is_offered_before_a_second_one_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let there = ChildForm {
        mother: "मीना देवी".into(), ..form("आरव यादव", today() - Days::new(43))
    };
    let there = register(&clinic, "admin", there);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("Is it one of these?");
    window.sees("आरव यादव");
    window.sees(&there.to_string());
    window.sees("Probably the same");
    window.picture("alike-en");
    // A key that was meant for the form makes no second record.
    window.bounce(Named::Enter);
    window.sees("Is it one of these?");
    assert_eq!(children(&clinic), 1);
    // Back to the form, as it was; then it is another child after all.
    window.tap(Named::Escape);
    window.sees("Register a child");
    window.ctrl(Code::KeyS, "s");
    window.sees("It is another child: register");
    later(1_000);
    window.press(Code::KeyA, "a", Modifiers::empty());
    window.sees("Aarav Yadav");
    assert_eq!(children(&clinic), 2);
    assert_eq!(clinic.duplicates(&session(&clinic, "admin"), 0).unwrap(), []);
    // The same form once more: now it is the first one, which opens. Out of the field of the batch first.
    window.tap(Named::Escape);
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("2 registered children who look the same");
    window.tap(Named::ArrowDown);
    // Words twice as large leave both answers in sight.
    window.enlarge();
    for answer in ["This is the same child: open", "It is another child: register"] {
        assert!(window.in_sight(answer), "{answer}");
    }
    window.press(Code::Digit0, "0", Modifiers::CTRL);
    window.tap(Named::Enter);
    window.sees("Family and history");
    assert_eq!(children(&clinic), 2);
    // In Hindi too.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::Hi);
    window.press(Code::Digit3, "३", Modifiers::ALT);
    window.fill("बच्चे का नाम", "आरव यादव");
    window.fill("जन्म तिथि", "8/10/2026");
    window.click("बालक");
    window.fill("माता का नाम", "मीना देवी");
    window.fill("गाँव", "खजुरी");
    window.click("और: पास की पहचान, नंबर, जुड़वाँ, खाना, भाषा");
    window.picture("register-more-hi");
    window.ctrl(Code::KeyS, "s");
    window.sees("क्या यह इनमें से कोई है?");
    window.picture("alike-hi");
    let own = ["Aarav Yadav"];
    let latin: Vec<String> = left_in_english(&mut window).into_iter().filter(|t| !own.contains(&t.as_str())).collect();
    assert!(latin.is_empty(), "{latin:?}");
}

#[test]
fn twins_are_two_children() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    for order in ["1", "२"] {
        // Out of the field of the batch, which the one before led to.
        window.tap(Named::Escape);
        type_child(&mut window, "", "8/10/2026");
        window.click("More: landmark, numbers, twins, food, language");
        window.fill("Order among twins", "many");
        window.fill("ABHA number", "91-2345-6789-0125");
        window.ctrl(Code::KeyS, "s");
        window.sees("Order among twins: this number cannot be right.");
        window.fill("Order among twins", order);
        window.ctrl(Code::KeyS, "s");
        window.sees("An ABHA number has 14 digits. One of them is wrong");
        window.picture("register-more-en");
        window.fill("ABHA number", if order == "1" { "91-2345-6789-0124" } else { "91234567890130" });
        window.click("Vegetarian with egg");
        window.ctrl(Code::KeyS, "s");
        window.sees("Baby of Meena Devi");
    }
    assert_eq!(children(&clinic), 2);
    window.tap(Named::Escape);
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.sees("Baby of Meena Devi, number 1");
    window.sees("Baby of Meena Devi, number 2");
}

#[test]
fn an_edit_stands_in_the_history() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Pooja Kumari", today() - Days::new(60)));
    for (lang, name, record) in [(Lang::En, "Puja Kumari", "R"), (Lang::Hi, "पूजा कुमारी", "R")] {
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        open_record(&mut window, "pooja");
        window.press(Code::KeyR, record, Modifiers::ALT);
        window.press(Code::KeyE, "e", Modifiers::empty());
        // Nothing changed: nothing to save.
        window.ctrl(Code::KeyS, "s");
        window.press(Code::KeyE, "e", Modifiers::empty());
        window.write_over(name);
        // Who the child is does not change without a reason.
        window.ctrl(Code::KeyS, "s");
        window.sees_no(if lang == Lang::En {
            "Saved. The history shows who did it."
        } else {
            "सहेज लिया।"
        });
        assert_ne!(clinic.child(&session(&clinic, "asha"), child).unwrap().child.name, name);
        window.fill(if lang == Lang::En { "Why it is changed" } else { "क्यों बदल रहे हैं?" }, "The mother says so");
        window.picture(&format!("record-edit-{lang}"));
        window.ctrl(Code::KeyS, "s");
        window.sees(if lang == Lang::En {
            "Saved. The history shows who did it."
        } else {
            "सहेज लिया।"
        });
        window.sees("The mother says so");
        window.sees(name);
        window.picture(&format!("record-{lang}"));
        if lang == Lang::En {
            window.sees("Name: Pooja Kumari → Puja Kumari");
            window.sees_no("Merge with another record");
            window.sees_no("Give to a worker");
        }
    }
    let history = clinic.child_history(&session(&clinic, "asha"), child).unwrap();
    assert_eq!(history.iter().filter(|line| matches!(line.what, Happened::Edited { .. })).count(), 2);
}

fn two_of_one(clinic: &Clinic) -> (ChildId, ChildId) {
    let one = register(clinic, "asha", form("Pooja Kumari", today() - Days::new(60)));
    let other =
        register(clinic, "asha", ChildForm { mother: "Sunita".into(), ..form("Zoya", today() - Days::new(400)) });
    // It turns out who the second one is.
    let same = ChildForm { village: "खजुरी".into(), ..form("पूजा", today() - Days::new(60)) };
    let edit = Command::EditChild { child: other, form: same, reason: "Asked the family".into() };
    clinic.submit(&session(clinic, "asha"), edit).unwrap();
    (one, other)
}

#[test]
fn an_admin_merges_two_records_and_takes_them_apart() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (one, other) = two_of_one(&clinic);
    let admin = session(&clinic, "admin");
    let (batch, at) = (Some("B 17".into()), GivenAt::Here(None));
    let bcg = Command::RecordDose { child: one, product: "BCG".into(), on: to_day(today()), batch, reason: None, at };
    clinic.submit(&session(&clinic, "asha"), bcg).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.picture("children-filters");
    window.click("Probable duplicates");
    window.sees("One child: merge the records");
    window.picture("pairs");
    // Before they are two for good, what each has is shown.
    window.click("They are two children");
    window.sees("If they are two children, this pair is not shown again");
    window.sees("Doses given: 1");
    window.picture("pairs-two");
    window.tap(Named::Escape);
    assert_eq!(clinic.duplicates(&admin, 0).unwrap().len(), 1);
    window.click("One child: merge the records");
    // Both are shown, and which of them stays is said before it is done.
    window.sees("Two records of one child become one.");
    let said = |window: &mut Window, stays: ChildId, goes: ChildId, how: &str| {
        let told = |child| format!("{} ({child})", if child == one { "Pooja Kumari" } else { "पूजा" });
        window.sees(&format!("{} {}", told(stays), how.replace("GOES", &told(goes))));
    };
    let before = "is kept. GOES is added to it.";
    // The fuller record stays, unless somebody says otherwise.
    said(&mut window, one, other, before);
    window.sees("Doses in both together: 1.");
    window.sees("BCG");
    window.picture("record-merge-both");
    window.click("Keep this one instead");
    said(&mut window, other, one, before);
    window.click("Keep this one instead");
    said(&mut window, one, other, before);
    window.ctrl(Code::KeyS, "s");
    window.sees("This is needed: Reason");
    window.type_text("Written twice");
    window.picture("record-merge");
    window.ctrl(Code::KeyS, "s");
    said(&mut window, one, other, "stays; GOES is now a part of it.");
    window.sees("Merged into this record");
    window.sees("Reason: Written twice");
    window.picture("record-merged");
    assert_eq!(children(&clinic), 1);
    window.click("Take apart");
    window.fill("Reason", "They are cousins");
    window.ctrl(Code::KeyS, "s");
    window.sees_no("Merged into this record");
    window.sees("stands for itself again");
    assert_eq!(children(&clinic), 2);
    assert_eq!(clinic.duplicates(&admin, 0).unwrap(), []);
    assert_eq!(clinic.child_record(&admin, one).unwrap().parts, []);
    assert_eq!(clinic.child_record(&admin, other).unwrap().line.id, other);
}

#[test]
fn an_admin_moves_a_child_away_and_back_and_to_another_worker() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Pooja Kumari", today() - Days::new(60)));
    let admin = session(&clinic, "admin");
    let line = || clinic.child_record(&admin, child).unwrap().line;
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    open_record(&mut window, "pooja");
    window.press(Code::KeyR, "r", Modifiers::ALT);
    window.click("Moved away or died");
    window.fill("Note", "To Patna");
    window.picture("record-away");
    window.ctrl(Code::KeyS, "s");
    window.sees("Moved away, 20 Nov 2026");
    assert_eq!((line().gone, line().worker), (Some(Gone::MovedAway), None));
    window.picture("record-gone");
    window.sees_no("Give to a worker");
    // Nobody is vaccinated by one key who is not looked after here.
    let mut worker = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    open_record(&mut worker, "pooja");
    worker.sees("Moved away, 20 Nov 2026");
    worker.sees("Nothing is ticked");
    // And is asked to come on no day.
    worker.sees_no("To give");
    worker.sees_no("for Pentavalent");
    worker.picture("visit-gone");
    window.click("Bring back");
    window.fill("Reason", "Here again");
    window.ctrl(Code::KeyS, "s");
    assert_eq!(line().gone, None);
    window.click("Give to a worker");
    window.click("Sunita Devi (0 children)");
    window.ctrl(Code::KeyS, "s");
    assert_eq!(line().worker.map(|(_, name)| name).as_deref(), Some("Sunita Devi"));
    // The filters of the list.
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.click("Moved away or died");
    window.sees("No child fits");
    window.click("Show all");
    window.click("Worker…");
    window.click("Sunita Devi");
    window.sees("Pooja Kumari");
    window.click("Village…");
    window.click("Khajuri");
    window.sees_no("Village…");
    window.click("5 years and older");
    window.sees("No child fits");
    window.click("Under 1 year");
    window.sees("1 child found");
    window.picture("children-filtered");
    let found = clinic.find_children(&admin, "", &ChildFilter { gone: true, ..ChildFilter::default() }, 0).unwrap();
    assert_eq!(found.total, 0);
}
