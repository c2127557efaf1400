//! A child at the desk.

use crate::child::type_child;
use crate::window::{Done, NOON_MS, Window, founded, password, session, today};
use crate::{form, give, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::forecast::NextStatus;
use clinic::record::command::{Command, GivenAt, Settings};
use hub_protocol::ChildId;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::time::Instant;
use station::app::Message;
use station::words::{Lang, Words};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_visit_from_the_registration_to_the_next_date() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    window.sees("6 weeks, born on Thursday 8 Oct 2026");
    window.picture("register");
    window.ctrl(Code::KeyS, "s");
    window.sees("Registered. The number is ");
    // Six weeks old: what is due is ticked.
    window.sees("Aarav Yadav");
    window.sees("Pentavalent 1");
    window.sees("43 days late: no need to start again from the first dose");
    window.picture("visit-before");
    let texts = window.texts();
    let save = texts.iter().find(|text| text.starts_with("Save ")).unwrap().clone();
    // The focus is in the first batch: one more Enter saves no dose that nobody gave.
    window.tap(Named::Enter);
    window.sees("No dose is recorded yet.");
    window.write_over("A-2");
    window.sees("A-2");
    window.click(&save);
    let count: usize = save.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(count >= 6, "{save}");
    window.sees(&format!("{count} vaccines recorded."));
    window.sees("Come back on Friday");
    window.sees("18 Dec 2026");
    window.sees(&format!("Doses given: {count}"));
    window.sees("only here");
    window.picture("visit-after");
    assert_eq!(clinic.child(&session(&clinic, "asha"), only_child(&clinic)).unwrap().doses.len(), count);
    // Enter again is for the next child.
    window.sees("Done, next child");
    window.sees_no("Give today");
    window.tap(Named::Enter);
    window.sees("Today, Friday 20 Nov 2026");
    // Nothing is due any more, and the child is found by any of its words.
    window.press(Code::Digit1, "1", Modifiers::ALT);
    window.sees("Nobody is waiting");
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.type_text("khaj mee");
    window.sees("1 child found");
    window.picture("children");
    window.tap(Named::Enter);
    window.sees("Come back on Friday");
    // Back is where one came from, as it was left.
    window.tap(Named::Escape);
    window.sees("khaj mee");
    window.sees("1 child found");
}

#[test]
fn the_next_date_is_in_sight_however_large_the_words_are() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for (larger, name) in [(0, "Imran Ansari"), (3, "Zoya Khatun")] {
        register(&clinic, "asha", form(name, today() - Days::new(43)));
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
        for _ in 0..larger {
            window.press(Code::Equal, "=", Modifiers::CTRL);
        }
        window.tap(Named::Enter);
        window.sees("Give today");
        let save = window.texts().into_iter().find(|text| text.starts_with("Save ")).unwrap();
        window.type_text("A-2");
        // Down the page.
        for _ in 0..20 {
            window.tap(Named::Tab);
        }
        window.click(&save);
        window.sees("Come back on Friday");
        assert!(window.in_sight("18 Dec 2026"), "{name}");
        window.picture(&format!("visit-done-{larger}"));
        window.tap(Named::Enter);
        window.sees("Nobody is waiting");
    }
}

#[test]
fn known_batches_are_saved_with_one_key_but_not_right_after_the_registration() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let other = register(&clinic, "asha", form("Imran Ansari", today() - Days::new(60)));
    let asha = session(&clinic, "asha");
    for line in clinic.child(&asha, other).unwrap().next {
        if let Some(product) = line.products.first().filter(|_| line.may_be_given_on(today())) {
            give(&clinic, other, product, today());
        }
    }
    let child = register(&clinic, "asha", form("Pooja Kumari", today() - Days::new(60)));
    let card = clinic.child(&asha, child).unwrap();
    assert!(card.next.iter().any(|line| line.batch.is_some()));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let stored = |child| clinic.child(&asha, child).unwrap().doses.len();
    type_child(&mut window, "Aarav Yadav", "21/9/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("Aarav Yadav");
    window.sees("OPV24-118");
    window.tap(Named::Enter);
    window.tap(Named::Enter);
    window.sees("No dose is recorded yet.");
    window.tap(Named::Escape);
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.tap(Named::Escape);
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.type_text("pooja");
    window.tap(Named::Enter);
    window.sees("OPV24-118");
    window.tap(Named::Enter);
    assert!(stored(child) > 0);
}

fn only_child(clinic: &Clinic) -> ChildId {
    clinic.children(&session(clinic, "asha"), "", 0).unwrap().0[0].id
}

#[test]
fn a_key_that_bounces_or_leaves_a_field_saves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    register(&clinic, "asha", form("Imran Ansari", today() - Days::new(60)));
    let stored = |clinic: &Clinic| {
        let asha = session(clinic, "asha");
        let children = clinic.children(&asha, "", 0).unwrap().0;
        children.iter().map(|child| clinic.child(&asha, child.id).unwrap().doses.len()).sum::<usize>()
    };
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    for _ in 0..3 {
        window.bounce(Named::Enter);
    }
    window.sees("No dose is recorded yet.");
    // Nor does the second half of a double click untick what is under it.
    window.sees("Save 6 doses");
    let dose = window.place_of("OPV 1").unwrap().center();
    window.click_at(dose);
    window.sees("Save 6 doses");
    window.click("OPV 1");
    window.sees("Save 5 doses");
    window.click("OPV 1");
    // From the date and from batch to batch, then to the button.
    window.fill_beside("Given on", "20/11/2026");
    window.tap(Named::Enter);
    window.write_over("A-1");
    window.tap(Named::Enter);
    window.write_over("A-2");
    let texts = window.texts();
    let (first, second) = (texts.iter().position(|text| text == "A-1"), texts.iter().position(|text| text == "A-2"));
    assert!(first.unwrap() < second.unwrap(), "{texts:?}");
    let count: usize = texts.iter().find_map(|text| text.strip_prefix("Save ")).unwrap()[..1].parse().unwrap();
    for _ in 1..count {
        window.tap(Named::Enter);
    }
    window.bounce(Named::Enter);
    assert_eq!(stored(&clinic), 0);
    window.tap(Named::Enter);
    assert_eq!(stored(&clinic), count);
    // Nor does it go on to the next child.
    window.bounce(Named::Enter);
    window.sees("Done, next child");
    window.tap(Named::Enter);
    window.sees("Today, Friday 20 Nov 2026");
    assert_eq!(stored(&clinic), count);
}

#[test]
fn the_date_says_what_is_wrong_and_changes_no_tick() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let other = register(&clinic, "asha", form("Imran Ansari", today() - Days::new(60)));
    give(&clinic, other, "OPV", today());
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(61)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.type_text("ravi");
    window.tap(Named::Enter);
    let saves = |window: &mut Window| window.texts().into_iter().find(|text| text.starts_with("Save ")).unwrap();
    let before = saves(&mut window);
    window.sees("OPV24-118");
    window.click("BCG");
    let unticked = saves(&mut window);
    assert_ne!(before, unticked);
    for (typed, said) in [
        ("05/11/20", "Before the birth"),
        ("31/02/2026", "There is no such day"),
        ("05/1", "Type day, month, year"),
        ("21/11/2026", "This day has not come yet."),
        ("19/11/2026", "Thursday 19 Nov 2026"),
    ] {
        window.fill_beside("Given on", typed);
        window.sees(said);
        assert_eq!(saves(&mut window), unticked, "{typed}");
    }
    // The vial of that day is not the one of today.
    window.sees_no("OPV24-118");
    window.fill_beside("Given on", "20/11/2026");
    window.sees("OPV24-118");
    assert_eq!(saves(&mut window), unticked);
}

#[test]
fn a_dose_too_early_is_stored_only_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Zoya Khatun", today() - Days::new(30)));
    for product in ["BCG", "OPV", "HepB"] {
        if clinic
            .child(&session(&clinic, "asha"), child)
            .unwrap()
            .next
            .iter()
            .any(|n| n.products.contains(&product.to_owned()) && n.may_be_given_on(today()))
        {
            give(&clinic, child, product, today());
        }
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.type_text("zoya");
    window.tap(Named::Enter);
    window.sees("Nothing is due today");
    // Of another place nobody knows yet on which day.
    window.press(Code::KeyE, "e", Modifiers::ALT);
    window.sees("Type the day on which they were given");
    window.sees_no("Nothing is due today");
    window.press(Code::KeyE, "e", Modifiers::ALT);
    window.sees("Nothing is due today");
    window.unfocus();
    window.press(Code::KeyM, "m", Modifiers::empty());
    window.click("Pentavalent 1");
    window.sees("Save 1 dose");
    window.tap(Named::Enter);
    window.sees("Write the batch, or press Enter again");
    window.tap(Named::Enter);
    window.sees("The schedule warns: the child is too young for this dose.");
    window.picture("visit-warned");
    // The focus is in the field that asks.
    window.type_text("Family leaves for the brick kiln");
    window.tap(Named::Enter);
    window.sees("1 vaccine recorded.");
    window.sees("Too early");
    window.sees("Reason: Family leaves for the brick kiln");
    window.picture("visit-too-early");
}

#[test]
fn of_several_doses_the_one_too_early_asks_for_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Zoya Khatun", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    window.sees("Save 6 doses");
    window.press(Code::KeyM, "m", Modifiers::ALT);
    window.click("MR 1");
    window.click("Save 7 doses");
    window.click("Save 7 doses");
    window.sees("Saved: 6. Not saved yet: MR 1. Write why it is given although the schedule warns.");
    // The batches were left out knowingly: one thing is asked.
    window.sees_no("Write the batch");
    let (_, seen) = window.focused().unwrap();
    assert!(seen.is_some(), "the field of the reason is in sight");
    window.type_text("Outbreak in the village");
    window.tap(Named::Enter);
    window.sees("1 vaccine recorded.");
    let doses = clinic.child(&session(&clinic, "asha"), child).unwrap().doses;
    assert_eq!(doses.iter().filter(|dose| dose.reason.as_deref() == Some("Outbreak in the village")).count(), 1);
}

#[test]
fn after_what_was_saved_the_next_child_comes_though_something_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    window.click("OPV 1");
    window.click("Save 5 doses");
    window.click("Save 5 doses");
    window.sees("5 vaccines recorded.");
    window.sees("Done, next child");
    window.bounce(Named::Enter);
    window.tap(Named::Enter);
    window.sees("Today, Friday 20 Nov 2026");
    // What was saved a moment ago can still be undone on its page.
    window.tap(Named::Enter);
    window.sees("Undo 5 doses");
    window.press(Code::KeyU, "u", Modifiers::ALT);
    window.sees("Undone: 5 doses were taken back.");
    assert_eq!(clinic.child(&session(&clinic, "asha"), child).unwrap().doses.len(), 0);
}

#[test]
fn doses_from_a_paper_card_get_their_own_date() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    window.sees("Ravi Paswan");
    window.fill_beside("Given on", "05/11/2026");
    window.sees("Thursday 5 Nov 2026");
    window.tap(Named::Enter);
    window.sees("No dose is recorded yet.");
    window.click("Save 6 doses");
    window.sees("vaccines recorded.");
    window.sees("Doses given: 6");
    // What comes next is for today again.
    window.sees("today");
    window.sees("Come back on Thursday");
    window.sees("3 Dec 2026");
}

#[test]
fn a_card_on_the_reader_opens_its_child() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Pooja Kumari", today() - Days::new(100)));
    register(&clinic, "asha", form("Imran Ansari", today() - Days::new(40)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let news = window.hub.put_down(7);
    window.tell(Message::News(news));
    window.sees("This card is not given to any child.");
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.type_text("pooja");
    window.tap(Named::Enter);
    window.sees("Give this card to the child");
    window.picture("visit-card");
    window.press(Code::KeyK, "k", Modifiers::ALT);
    window.picture("visit-give-card");
    window.tap(Named::Enter);
    window.sees("The card is this child's now.");
    window.sees("This child has a card");
    let news = window.hub.take_away();
    window.tell(Message::News(news));

    window.press(Code::Digit1, "1", Modifiers::ALT);
    let news = window.hub.put_down(7);
    window.tell(Message::News(news));
    window.sees("Pooja Kumari");
    window.sees("Give today");
    // A form that is half typed is not thrown away for a card.
    window.press(Code::Digit3, "3", Modifiers::ALT);
    window.type_text("Half typed");
    let news = window.hub.put_down(7);
    window.tell(Message::News(news));
    window.sees("Half typed");
    window.sees("The card of a registered child lies on the reader.");
    window.click("Open the child");
    window.sees("Something here is not saved");
    window.click("Leave without saving");
    window.sees("Give today");
    window.press(Code::KeyC, "c", Modifiers::ALT);
    window.tap(Named::Enter);
    window.sees("Immunization certificate 1-");
    window.sees("certificate-1-");
}

/// The usual visit: the card, and Enter. Not one child after a page was looked at, but a queue of them.
#[test]
fn a_visit_with_a_card_takes_no_more_than_two_taps_and_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let asha = clinic.login("asha", &password("asha")).unwrap();
    let mut children = Vec::new();
    // The batches in use are known from the day before.
    let before = register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(90)));
    for product in ["OPV", "PENTA", "RVV", "fIPV", "PCV"] {
        give(&clinic, before, product, today() - Days::new(1));
    }
    for (uid, name, days) in [(1, "Pooja Kumari", 42), (2, "Imran Ansari", 43), (3, "Kavya Singh", 45)] {
        let born = today() - Days::new(days);
        let child = register(&clinic, "asha", form(name, born));
        ["BCG", "OPV", "HepB"].iter().for_each(|product| give(&clinic, child, product, born));
        let (card, uid) = (clinic.env().new_card_no().unwrap(), vec![uid; 7]);
        clinic.submit(&asha, Command::RegisterCard { card, uid, written: false }).unwrap();
        clinic.submit(&asha, Command::AssignCard { card, child }).unwrap();
        children.push((child, name));
    }
    for lang in Lang::ALL {
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        for (uid, (child, name)) in (1..).zip(&children) {
            let before = clinic.child(&asha, *child).unwrap().doses.len();
            window.done = Done::default();
            window.put_down(uid);
            window.sees(name);
            window.tap(Named::Enter);
            let page = clinic.child(&asha, *child).unwrap();
            let is_due = |status| matches!(status, NextStatus::Due | NextStatus::Overdue);
            let due: Vec<_> = page.next.iter().filter(|line| is_due(line.status)).collect();
            assert!(window.done.taps <= 2 && window.done.keys <= 1, "{name}: {:?}", window.done);
            match lang {
                Lang::En => assert!(page.doses.len() >= before + 3, "{name}: {} of {before}", page.doses.len()),
                // Whoever comes again is given nothing again.
                Lang::Hi => assert_eq!(page.doses.len(), before, "{name}"),
            }
            assert!(due.is_empty(), "{name}: {due:?}");
        }
    }
}

#[test]
fn doses_that_a_card_tells_are_put_into_the_record_by_a_person_alone() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let born = today() - Days::new(100);
    let child = register(&clinic, "asha", form("Pooja Kumari", born));
    let asha = clinic.login("asha", &password("asha")).unwrap();
    let (card, uid) = (clinic.env().new_card_no().unwrap(), vec![7; 7]);
    clinic.submit(&asha, Command::RegisterCard { card, uid, written: false }).unwrap();
    clinic.submit(&asha, Command::AssignCard { card, child }).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let given = [("BCG", born), ("OPV", born + Days::new(50))];
    let doses = given.map(|(product, on)| (product.to_owned(), to_day(on))).to_vec();
    let told = hub::CardTold { station: Some("PHC Belwa".into()), doses, more: 2, due: None };
    *window.hub.told.lock().unwrap() = Some(told);
    let news = window.hub.put_down(7);
    window.tell(Message::News(news));
    window.sees("On the card, signed by PHC Belwa, and not in this record:");
    window.sees("2 older doses are not on this card.");
    let doses = || clinic.child(&asha, child).unwrap().doses;
    assert_eq!(doses(), [], "nothing is mixed silently");
    assert_eq!(*window.hub.renewed.lock().unwrap(), 0, "nor written over");
    window.click("These doses were given: put them into the record");
    window.sees("2 doses of the card are in the record now.");
    let proofs: Vec<_> = doses().into_iter().map(|dose| dose.outside).collect();
    assert_eq!(proofs, [Some("Card, signed by PHC Belwa".to_owned()), Some("Card, signed by PHC Belwa".to_owned())]);
    assert_eq!(*window.hub.renewed.lock().unwrap(), 1, "what is in the record now goes on the card");
    // Those that have no room on the card are nowhere in the record yet.
    window.sees("2 older doses are not on this card.");
    window.sees_no("not in this record");
}

#[test]
fn after_midnight_other_doses_are_due() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clock = now.clone();
    let mut env = clinic::Env::with_clock(move || clock.load(Ordering::SeqCst));
    env.kdf = crate::window::env().kdf;
    drop(founded(dir.path(), "uip"));
    let (clinic, asha) = Clinic::unlock(dir.path(), "asha", &password("asha"), env).unwrap();
    let child = register(&clinic, "asha", form("Kavya Singh", today() - Days::new(41)));
    give(&clinic, child, "BCG", today() - Days::new(41));
    let mut window = Window::open(dir.path(), Lang::En, Some((clinic, asha)));
    window.sees("Nobody is waiting");
    now.fetch_add(12 * 3_600_000, Ordering::SeqCst);
    window.tell(Message::Look(Instant::now()));
    window.sees("Today, Saturday 21 Nov 2026");
    window.sees("Kavya Singh");
}

fn open(window: &mut Window, typed: &str) {
    window.press(Code::Digit2, "2", Modifiers::empty());
    window.type_text(typed);
    window.tap(Named::Enter);
}

#[test]
fn a_dose_is_late_when_the_clinic_says_so_and_then_it_is_not_due() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let dob = today() - Days::new(45);
    let child = register(&clinic, "asha", form("Aarav Yadav", dob));
    ["BCG", "HepB", "OPV"].into_iter().for_each(|product| give(&clinic, child, product, dob));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    open(&mut window, "aarav");
    window.sees("Due 3 days ago");
    window.sees_no("3 days late");
    assert!(window.place_of("Late").is_none() && window.place_of("Due").is_some());
    // A clinic that waits for two days only.
    let admin = session(&clinic, "admin");
    let settings = Settings { defaulter_days: 2, ..clinic.settings(&admin).unwrap() };
    clinic.submit(&admin, Command::ChangeSettings(settings)).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    open(&mut window, "aarav");
    window.sees("3 days late: no need to start again from the first dose");
    window.sees_no("days ago");
    assert!(window.place_of("Late").is_some() && window.place_of("Due").is_none());
}

#[test]
fn another_batch_of_the_day_is_one_click_away() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let born = |name: &str| register(&clinic, "asha", form(name, today() - Days::new(45)));
    let (first, second, _) = (born("Aarav Yadav"), born("Bela"), born("Chhaya"));
    give(&clinic, first, "OPV", today());
    let (product, on, batch) = ("OPV".to_owned(), to_day(today()), Some("OPV-NEW".to_owned()));
    let dose = Command::RecordDose { child: second, product, on, batch, reason: None, at: GivenAt::Here(None) };
    clinic.submit(&session(&clinic, "asha"), dose).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    open(&mut window, "chhaya");
    window.sees("or batch");
    window.picture("visit-two-batches");
    assert!(window.place_of("OPV-NEW").is_none(), "it stands in the field, as the one last used");
    window.click("OPV24-118");
    assert!(window.place_of("OPV-NEW").is_some() && window.place_of("OPV24-118").is_none());
}

/// What was given, what waits and what comes, by vaccine and age, without a mouse.
#[test]
fn the_plan_of_a_child_is_a_table_of_vaccines_and_ages() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let born = today() - Days::new(86);
        let child = register(&clinic, "asha", form("Aarav Yadav", born));
        give(&clinic, child, "BCG", born);
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.tap(Named::Enter);
        window.press(Code::KeyS, "स", Modifiers::ALT);
        window.picture(&format!("plan-{lang}"));
        let said = |state: &str, day: &str| words.with(&format!("plan-{state}"), &[("day", day.into())]);
        let (bcg, penta) = (words.dose_label("BCG"), words.dose_label("PENTA-1"));
        window.sees(&said("given", &words.day(born)));
        let late = said("late", &words.day(born + Days::new(42)));
        window.sees(&said("later", ""));
        // A column for each age from birth on, a row for each vaccine.
        let (birth, weeks) = (words.get("plan-at-birth"), words.with("age-weeks", &[("n", 6.into())]));
        let at = |window: &mut Window, words: &str| window.places_of(words).pop().unwrap();
        let (birth, weeks, penta) = (at(&mut window, &birth), at(&mut window, &weeks), at(&mut window, &penta));
        assert!(birth.y == weeks.y && birth.x < weeks.x);
        let row = at(&mut window, &words.dose_label("DTP"));
        assert!((penta.y - row.y).abs() < 20.0 && penta.x >= weeks.x && penta.x < weeks.x + 60.0, "{penta:?} {row:?}");
        let given = at(&mut window, &bcg);
        assert!(given.y < penta.y && given.x < weeks.x, "{given:?}");
        assert!(window.places_of(&late).iter().any(|place| place.y > penta.y && (place.x - weeks.x).abs() < 1.0));
        // What is beside or below the window is reached with the keys, and the way back stays in sight.
        let last = words.with("age-years", &[("n", 16.into())]);
        assert!(!window.in_sight(&last));
        for _ in 0..16 {
            window.tap(Named::ArrowRight);
        }
        assert!(window.in_sight(&last));
        window.size.height = 480.0;
        let td = words.dose_label("Td");
        assert!(!window.in_sight(&td));
        window.tap(Named::End);
        assert!(window.in_sight(&td) && window.in_sight(&words.get("shell-back")));
        // Where no table has room the same stands age by age.
        window.enlarge();
        window.sees(&words.get("plan-title-ages"));
        window.sees(&late);
        window.tap(Named::Escape);
        window.sees_no(&last);
        window.sees(&words.get("visit-give-title"));
    }
}

/// Words twice as large, on the screen of an old PC.
fn at_ravi_enlarged(dir: &std::path::Path) -> Window {
    let clinic = founded(dir, "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir, &clinic, "asha", Lang::En);
    window.size = iced::Size::new(1366.0, 768.0);
    window.enlarge();
    window.tap(Named::Enter);
    window.sees("Save 6 doses");
    window
}

#[test]
fn whose_page_it_is_and_what_is_asked_stay_in_sight_with_large_words() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = at_ravi_enlarged(dir.path());
    assert!(window.in_sight("Ravi Paswan"), "the page opens at the first batch");
    assert!(window.in_sight("More vaccines"));
    window.tap(Named::Enter);
    let asked = "Write the batch, or press Enter again to save without it.";
    assert!(window.in_sight(asked));
    assert!(window.in_sight("Ravi Paswan"));
    window.type_text("B7");
    window.sees_no(asked);
    window.press(Code::KeyC, "c", Modifiers::ALT);
    assert!(window.in_sight("Issue the certificate"));
    assert!(window.in_sight("Ravi Paswan"));
    window.tap(Named::Escape);
    window.press(Code::KeyD, "d", Modifiers::ALT);
    assert!(window.in_sight("Ravi Paswan"));
}

#[test]
fn a_certificate_that_is_asked_for_says_what_is_not_given_yet() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    window.press(Code::KeyC, "c", Modifiers::ALT);
    window.sees("Issue Ravi Paswan's certificate?");
    window.sees("Not yet given: BCG, OPV 1");
}

#[test]
fn of_doses_given_elsewhere_nothing_is_ticked_before_their_day() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    window.sees("Save 6 doses");
    window.press(Code::KeyE, "e", Modifiers::ALT);
    window.sees("Type the day on which they were given");
    window.sees("Nothing is ticked");
    window.sees_no("Give today");
    window.type_text("06/11/2026");
    window.sees_no("Nothing is ticked");
    window.press(Code::KeyE, "e", Modifiers::ALT);
    window.sees("Save 6 doses");
    window.sees("Give today");
}

#[test]
fn news_cover_no_button_with_large_words() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = at_ravi_enlarged(dir.path());
    window.press(Code::KeyM, "m", Modifiers::ALT);
    let usual = std::mem::replace(&mut window.size, iced::Size::new(2_732.0, 4_000.0));
    window.click("MR 1");
    window.size = usual;
    window.click("Save 7 doses");
    window.click("Save 7 doses");
    let said = "Saved: 6. Not saved yet: MR 1. Write why it is given although the schedule warns.";
    let said = window.place_of(said).unwrap();
    for button in ["Save 1 dose", "Undo 6 doses"] {
        let button = window.place_of(button).unwrap();
        assert!(button.intersection(&said).is_none(), "{button:?} {said:?}");
    }
}
