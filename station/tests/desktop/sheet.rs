//! A session that was written on paper, entered without the mouse.

use crate::window::{Done, Window, founded, later, session, today};
use crate::{form, give, left_in_english, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::Command;
use clinic::record::fact::{SessionKind, SessionPlan};
use hub_protocol::{ChildId, SessionId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::words::{Lang, Words};

pub const NAMES: [(&str, u64); 3] = [("Aarav Yadav", 60), ("Zoya Khatun", 63), ("Imran Ansari", 66)];

/// A session a week ago that nobody has answered for, and children who were due then.
pub fn village(clinic: &Clinic) -> Vec<ChildId> {
    let plan = SessionPlan {
        on: to_day(today() - Days::new(7)),
        kind: SessionKind::Outreach,
        site: "Anganwadi 2".into(),
        villages: vec!["Khajuri".into()],
        worker: Some(session(clinic, "asha").user),
    };
    let admin = session(clinic, "admin");
    clinic.submit(&admin, Command::PlanSession { session: SessionId(71), plan }).unwrap();
    let child = |(name, days): (&str, u64)| {
        let born = today() - Days::new(days);
        let mut form = form(name, born);
        (form.mother, form.phone) = (format!("Mother of {name}"), String::new());
        let child = register(clinic, "asha", form);
        ["BCG", "OPV", "HepB"].iter().for_each(|product| give(clinic, child, product, born));
        child
    };
    NAMES.map(child).into()
}

pub fn doses(clinic: &Clinic, child: ChildId) -> Vec<(String, Option<String>)> {
    let week_ago = today() - Days::new(7);
    let page = clinic.child(&session(clinic, "asha"), child).unwrap();
    page.doses.into_iter().filter(|dose| dose.on == week_ago).map(|dose| (dose.item, dose.batch)).collect()
}

/// The sheet of that session, with its children before it.
pub fn begun(dir: &std::path::Path, clinic: &Clinic) -> Window {
    let mut window = Window::at_desk(dir, clinic, "asha", Lang::En);
    window.alt(6);
    window.press(Code::KeyE, "e", Modifiers::empty());
    window.ctrl(Code::KeyS, "s");
    window
}

#[test]
fn the_day_and_the_batches_once_then_child_after_child_by_keyboard() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let children = village(&clinic);
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.alt(6);
        window.done = Done::default();
        window.press(Code::KeyE, "e", Modifiers::empty());
        window.sees(&words.get("sheet-title"));
        // The day and the village of the session stand there; Enter goes from batch to batch: BCG, HepB, OPV, PENTA.
        window.sees("13/11/2026");
        for batch in ["", "", "B-1", "", "O-3", "P-4"] {
            window.type_text(batch);
            window.tap(Named::Enter);
        }
        window.picture(&format!("sheet-head-{lang}"));
        // The power goes: what was typed is still there.
        window.tell(Message::Keep);
        drop(window);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.alt(6);
        window.press(Code::KeyE, "e", Modifiers::empty());
        window.sees("P-4");
        window.ctrl(Code::KeyS, "s");
        if lang == Lang::Hi {
            assert_eq!(left_in_english(&mut window), [""; 0]);
        }
        for (n, (name, _)) in NAMES.iter().enumerate() {
            window.type_text(&name[..4]);
            window.sees(name);
            window.tap(Named::Enter);
            window.sees(&words.get("sheet-save"));
            if n == 0 {
                window.picture(&format!("sheet-child-{lang}"));
                // The first line of this child's was not given: Space unticks it.
                window.press_space();
            }
            window.tap(Named::Enter);
            window.sees(&words.get("sheet-child"));
        }
        assert_eq!(window.done.taps, 0, "the mouse was not needed");
        window.picture(&format!("sheet-entered-{lang}"));
        let given: Vec<_> = children.iter().map(|child| doses(&clinic, *child)).collect();
        assert!(given[0].len() + 1 == given[1].len() && given[1].len() == given[2].len(), "{given:?}");
        assert!(given[1].iter().any(|(item, batch)| item == "PENTA-1" && batch.as_deref() == Some("P-4")), "{given:?}");
        // It is the sheet of that session.
        let held = clinic.session_page(&session(&clinic, "asha"), SessionId(71)).unwrap();
        assert_eq!(held.session.stage, clinic::record::SessionStage::Held);
        // While a name is typed no child is taken back.
        window.type_text("Im");
        window.ctrl(Code::KeyZ, "z");
        assert_ne!(doses(&clinic, children[2]), []);
        window.write_over("");
        window.tap(Named::Backspace);
        // The last line was somebody else's.
        window.ctrl(Code::KeyZ, "z");
        window.sees(&words.with("sheet-taken-back", &[("name", NAMES[2].0.into())]));
        assert_eq!(doses(&clinic, children[2]), []);
        // Entered again, it is asked about nothing.
        window.type_text("Imran");
        window.tap(Named::Enter);
        window.tap(Named::Enter);
        assert_eq!(doses(&clinic, children[2]), given[2]);
        // At its end it says what was entered, and goes back to the sessions.
        later(1_000);
        window.ctrl(Code::KeyS, "s");
        let doses: usize = given.iter().map(Vec::len).sum();
        let counts = words.with("sheet-counts", &[("children", 3.into()), ("doses", doses.into())]);
        window.sees(&words.with("sheet-finished", &[("counts", counts.into())]));
        window.sees_no(&words.get("sheet-take-back"));
    }
}

#[test]
fn a_day_that_cannot_be_is_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(6);
    window.press(Code::KeyE, "e", Modifiers::empty());
    window.ctrl(Code::KeyS, "s");
    window.sees("Type the day that stands on the paper.");
    window.write_over("31/02/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("there is no such day");
    window.write_over("21/11/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("This day has not come yet.");
    // Nobody was born yet.
    register(&clinic, "asha", form("Aarav Yadav", today() - Days::new(60)));
    window.write_over("1/9/2026");
    window.ctrl(Code::KeyS, "s");
    window.type_text("Aarav");
    window.tap(Named::Enter);
    window.sees("This day is before the birth of the child.");
    window.sees_no("Save the doses of this child");
    // An Admin records no doses.
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(6);
    window.sees_no("Enter from paper");
}

#[test]
fn another_vaccine_is_chosen_for_a_line_of_the_paper() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "seed");
    let children = village(&clinic);
    let words = Words::new(Lang::En);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(6);
    window.press(Code::KeyE, "e", Modifiers::empty());
    // The vaccines that this clinic uses stand first.
    assert!(window.place_of(&words.product("BCG")).unwrap().y < window.place_of(&words.product("PENTA")).unwrap().y);
    window.size.height = 2_000.0;
    window.fill(&words.product("PENTA"), "P-4");
    window.ctrl(Code::KeyS, "s");
    window.type_text(&NAMES[0].0[..4]);
    window.tap(Named::Enter);
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.sees(&words.get("visit-product-keys"));
    // From the one that stands in the line to the one that was given.
    let texts = window.texts();
    let keys = texts.iter().position(|text| *text == words.get("visit-product-keys")).unwrap();
    let at = |product| texts[..keys].iter().rposition(|text| *text == words.product(product)).unwrap();
    assert!(at("PENTA") > at("HepB"));
    for _ in at("HepB")..at("PENTA") {
        window.tap(Named::ArrowDown);
    }
    window.tap(Named::Enter);
    // A key that bounces chooses, and saves nothing.
    window.bounce(Named::Enter);
    window.sees_no(&words.get("visit-product-keys"));
    // Whoever would leave is told what is not saved.
    window.alt(1);
    window.sees(&format!("{}: {}", words.get("sheet-title"), NAMES[0].0));
    window.tap(Named::Escape);
    assert_eq!(doses(&clinic, children[0]), [], "Enter chose, and saved nothing");
    window.sees("Pentavalent · batch P-4");
    window.tap(Named::Enter);
    window.sees(&words.get("sheet-child"));
    let given = doses(&clinic, children[0]);
    assert!(given.iter().any(|(_, batch)| batch.as_deref() == Some("P-4")), "{given:?}");
}

#[test]
fn of_one_name_the_child_of_that_village_who_had_something_due_stands_first() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let words = Words::new(Lang::En);
    let born = |mother: &str, village: &str, days| {
        let mut form = form("Bhavna Ansari", today() - Days::new(days));
        (form.mother, form.village, form.phone) = (mother.into(), village.into(), String::new());
        register(&clinic, "asha", form)
    };
    let _there = (born("Zara Bano", "Sonpur", 75), born("Noor Bano", "Belwa", 75));
    // Its next doses are due at six weeks.
    let young = born("Amina Bano", "Belwa", 25);
    ["BCG", "OPV", "HepB"].iter().for_each(|product| give(&clinic, young, product, today() - Days::new(25)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(6);
    window.press(Code::KeyE, "e", Modifiers::empty());
    window.write_over("13/11/2026");
    window.tap(Named::Tab);
    window.type_text("Bel");
    window.tap(Named::ArrowDown);
    window.tap(Named::Enter);
    window.ctrl(Code::KeyS, "s");
    window.sees("Paper of 13 Nov 2026 · Belwa");
    window.type_text("Bhavna");
    window.picture("sheet-found");
    let texts = window.texts();
    let at = |name: &str| texts.iter().position(|text| text.contains(name)).unwrap();
    assert!(at("mother Noor Bano") < at("mother Amina Bano"), "{texts:#?}");
    assert!(at("mother Amina Bano") < at("mother Zara Bano"), "{texts:#?}");
    window.sees(&words.get("sheet-due"));
}
