//! Answers that come when the person is somewhere else already, and lists that change under the hand.

use crate::window::{Window, founded, later, password, session, today};
use crate::{form, give};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, NewTask};
use clinic::store::{DueFilter, TaskFilter, TaskShow};
use hub::CardMeaning;
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, TaskId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::live::News;
use station::words::Lang;

fn letter(window: &mut Window, code: Code, letter: &str) {
    window.press(code, letter, Modifiers::empty());
}

/// One of her children, so old.
fn hers(clinic: &Clinic, name: &str, age_days: u64) -> ChildId {
    let (admin, asha) = (session(clinic, "admin"), session(clinic, "asha"));
    let child = clinic.env().new_child_id().unwrap();
    let form = ChildForm { mother: format!("Mother of {name}"), ..form(name, today() - Days::new(age_days)) };
    let worker = Some(asha.user);
    clinic.submit(&admin, Command::RegisterChild { child, form, worker, distinct_from: Vec::new() }).unwrap();
    child
}

/// Records of others come in.
fn changed(window: &mut Window) {
    window.tell(Message::News(News::Changed));
}

#[test]
fn the_child_that_was_chosen_is_traced_also_when_the_list_changed() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let list = || clinic.due_list(&admin, &DueFilter::default(), 0).unwrap().rows;
    hers(&clinic, "Aarti", 120);
    hers(&clinic, "Bela", 90);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.tap(Named::ArrowDown);
    let chosen = list()[1].child.clone();
    // Others are later, and stand before it.
    hers(&clinic, "Chanda", 150);
    hers(&clinic, "Deepa", 180);
    assert_ne!(list()[1].child.id, chosen.id);
    changed(&mut window);
    letter(&mut window, Code::KeyT, "t");
    window.sees(&format!("Sunita Devi has the task now: {}.", chosen.name));
    let traced = |id| list().iter().find(|row| row.child.id == id).unwrap().trace.is_some();
    assert!(traced(chosen.id));
    assert_eq!(list().iter().filter(|row| row.trace.is_some()).count(), 1);
}

#[test]
fn an_older_list_does_not_follow_a_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    hers(&clinic, "Aarti", 120);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    let old = window.held_back(changed);
    hers(&clinic, "Bela", 90);
    changed(&mut window);
    window.answer(old);
    window.sees("Mother of Bela");
}

fn task(clinic: &Clinic, place: &str, in_days: u64) -> TaskId {
    let task = clinic.env().new_task_id().unwrap();
    let new = NewTask {
        worker: session(clinic, "asha").user,
        kind: TaskKind::Other,
        child: None,
        place: place.into(),
        due: to_day(today() + Days::new(in_days)),
        note: String::new(),
    };
    clinic.submit(&session(clinic, "admin"), Command::AssignTask { task, new }).unwrap();
    task
}

#[test]
fn the_task_that_was_chosen_is_closed_also_when_the_list_changed() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let asha = session(&clinic, "asha");
    let closed = || {
        let filter = TaskFilter { show: TaskShow::Closed, ..TaskFilter::default() };
        let lines = clinic.tasks(&asha, &filter, 0).unwrap().0;
        lines.into_iter().map(|line| line.id).collect::<Vec<_>>()
    };
    let (_, kiln, well) = (task(&clinic, "Mill", 5), task(&clinic, "Kiln", 6), task(&clinic, "Well", 7));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    letter(&mut window, Code::Digit5, "5");
    window.tap(Named::ArrowDown);
    // Another one is to be done sooner.
    task(&clinic, "School", 1);
    changed(&mut window);
    letter(&mut window, Code::KeyD, "d");
    window.bounce(Named::Enter);
    window.sees("The task is closed.");
    assert_eq!(closed(), [kiln]);
    // The key that bounces, and one that was meant for a task which somebody else closed, close no other one.
    letter(&mut window, Code::KeyD, "d");
    window.bounce(Named::Enter);
    assert_eq!(closed(), [kiln]);
    later(2_000);
    clinic.submit(&asha, Command::CloseTask { task: well, done: true, reason: String::new() }).unwrap();
    changed(&mut window);
    letter(&mut window, Code::KeyD, "d");
    window.bounce(Named::Enter);
    assert_eq!(closed().len(), 2);
    later(2_000);
    letter(&mut window, Code::KeyD, "d");
    window.bounce(Named::Enter);
    assert_eq!(closed().len(), 3);
}

/// A child of hers who was given what is due at birth: the next doses are due.
fn due(clinic: &Clinic, name: &str) -> ChildId {
    let child = hers(clinic, name, 60);
    ["BCG", "OPV", "HepB"].iter().for_each(|product| give(clinic, child, product, today() - Days::new(60)));
    child
}

fn open(window: &mut Window, typed: &str) {
    window.alt(2);
    window.type_text(typed);
    window.tap(Named::Enter);
}

fn doses(clinic: &Clinic, child: ChildId) -> usize {
    clinic.child(&session(clinic, "asha"), child).unwrap().doses.len()
}

/// Saves what is ticked, whatever batch it is of.
fn save(window: &mut Window) {
    later(2_000);
    let save = window.texts().into_iter().find(|text| text.starts_with("Save ")).unwrap();
    window.click(&save);
    later(2_000);
    window.unfocus();
    window.tap(Named::Enter);
}

#[test]
fn a_card_that_is_put_down_while_doses_are_stored_does_not_take_their_child_away() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (aarti, bela) = (due(&clinic, "Aarti"), due(&clinic, "Bela"));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    *window.hub.another.lock().unwrap() = Some(CardMeaning::Child(bela));
    open(&mut window, "aarti");
    window.sees("Give today");
    let stored = window.held_back(save);
    assert!(doses(&clinic, aarti) > 3);
    window.put_down(9);
    window.sees("Open the child");
    window.sees("Mother of Aarti");
    window.sees_no("Mother of Bela");
    // Nor does a key, unless that is meant.
    window.tap(Named::Escape);
    window.sees("Something here is not saved");
    window.tap(Named::Escape);
    window.answer(stored);
    window.sees("recorded.");
    window.sees("Mother of Aarti");
    assert_eq!(doses(&clinic, bela), 3);
}

#[test]
fn the_page_of_a_child_that_was_left_comes_to_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (_aarti, _bela) = (due(&clinic, "Aarti"), due(&clinic, "Bela"));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(2);
    window.type_text("aarti");
    let page = window.held_back(|window| window.tap(Named::Enter));
    open(&mut window, "bela");
    window.sees("Mother of Bela");
    window.answer(page);
    window.sees("Mother of Bela");
    window.sees_no("Mother of Aarti");
}

/// Somebody else takes the place at the desk.
fn change_to(window: &mut Window, login: &str) {
    window.ctrl(Code::KeyL, "l");
    window.ctrl(Code::KeyU, "u");
    window.log_in(login);
}

#[test]
fn what_one_person_asked_for_is_answered_to_nobody_else() {
    let (dir, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.size.height = 1_600.0;
    window.alt(0);
    let folder = stick.path().display().to_string();
    window.fill("Folder of the stick", &folder);
    let made = window.held_back(|window| window.tap(Named::Enter));
    change_to(&mut window, "asha");
    window.sees("Sunita Devi");
    window.alt(0);
    window.answer(made);
    window.sees_no(&folder);
    change_to(&mut window, "admin");
    window.sees(&format!("{folder}/tikka-2026-11-20-1200.backup"));
    window.sees_no("Stopping");
}

#[test]
fn a_child_that_is_saved_empties_the_form_of_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    crate::child::type_child(&mut window, "Aarav Yadav", "8/10/2026");
    let saved = window.held_back(|window| window.ctrl(Code::KeyS, "s"));
    change_to(&mut window, "admin");
    window.alt(3);
    window.type_text("Half typed");
    window.answer(saved);
    window.sees("Half typed");
    change_to(&mut window, "asha");
    window.sees("Aarav Yadav");
    window.sees("Give today");
}

#[test]
fn a_page_that_was_open_at_midnight_gives_today() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let aarti = due(&clinic, "Aarti");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    open(&mut window, "aarti");
    window.sees("20/11/2026");
    later(24 * 3_600_000);
    window.tell(Message::Active(iced::time::Instant::now()));
    window.tell(Message::Look(iced::time::Instant::now()));
    window.sees("21/11/2026");
    save(&mut window);
    let page = clinic.child(&session(&clinic, "asha"), aarti).unwrap();
    assert!(page.doses.iter().any(|dose| dose.on == today() + Days::new(1)));
}

#[test]
fn the_card_that_lies_there_when_the_desk_is_unlocked_counts() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (aarti, bela) = (due(&clinic, "Aarti"), due(&clinic, "Bela"));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let means = |window: &Window, child| *window.hub.another.lock().unwrap() = Some(CardMeaning::Child(child));
    means(&window, aarti);
    window.put_down(9);
    window.sees("Mother of Aarti");
    window.ctrl(Code::KeyL, "l");
    means(&window, bela);
    window.put_down(8);
    window.type_text(&password("asha"));
    window.tap(Named::Enter);
    window.sees("Mother of Bela");
}

#[test]
fn what_was_typed_on_a_panel_is_not_lost_by_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    due(&clinic, "Aarti");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::KeyC, "c");
    for typed in ["Asked the father", "Asked the mother"] {
        // Whoever goes on is asked again.
        window.fill("Note", typed);
        window.unfocus();
        window.tap(Named::Escape);
        window.sees("Esc once more leaves it");
        window.sees(typed);
    }
    window.tap(Named::Escape);
    window.sees_no("Asked the mother");
    window.sees_no("Esc once more leaves it");
}

#[test]
fn what_was_typed_on_the_list_behind_a_child_is_not_lost_unasked() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    due(&clinic, "Aarti");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::KeyC, "c");
    window.fill("Note", "Asked the father");
    window.click("Aarti");
    window.sees("Give today");
    window.alt(2);
    window.sees("Something here is not saved");
    window.tap(Named::Escape);
    window.unfocus();
    window.tap(Named::Escape);
    window.sees("Asked the father");
}
