//! The lists of the clinic at the desk: calls, tasks, sessions, stock, reports, and who sees what of them.

use crate::window::{Window, founded, later, session, size, today};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::Role;
use clinic::record::command::{ChildForm, Command, NewTask, NewUser};
use clinic::record::fact::{CallMade, CallOutcome, Declined, DoseDeclined, SessionKind, SessionPlan};
use clinic::store::{DueFilter, ReportFilter, TaskFilter, TaskShow};
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, SessionId};
use iced::Size;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::live::News;
use station::paper::wanted::{month_of, narrowed};
use station::words::{Lang, Words};

pub fn child(clinic: &Clinic, name: &str, age_days: u64, village: &str, hers: bool) -> ChildId {
    let (admin, asha) = (session(clinic, "admin"), session(clinic, "asha"));
    let form = ChildForm {
        name: name.into(),
        dob: to_day(today() - Days::new(age_days)),
        mother: format!("Mother of {name}"),
        phone: "98765 43210".into(),
        village: village.into(),
        landmark: "near the well".into(),
        consent_tracing: true,
        ..ChildForm::default()
    };
    let id = clinic.env().new_child_id().unwrap();
    let worker = hers.then_some(asha.user);
    clinic.submit(&admin, Command::RegisterChild { child: id, form, worker, distinct_from: Vec::new() }).unwrap();
    id
}

pub fn letter(window: &mut Window, code: Code, letter: &str) {
    window.press(code, letter, Modifiers::empty());
}

#[test]
fn a_refusal_is_marked_on_today_beside_the_call() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let asha = session(&clinic, "asha");
    let child = child(&clinic, "Aarti", 60, "Rampur", true);
    let on = to_day(today());
    let will_come_on = Some(to_day(today() + Days::new(7)));
    let call = CallMade { child, on, outcome: CallOutcome::WillCome, will_come_on, note: String::new() };
    clinic.submit(&asha, Command::RecordCall(call)).unwrap();
    let (series, why, reason) = ("OPV".into(), Declined::Refused, "fear of fever".into());
    let decline = DoseDeclined { child, series, why, on, until: None, reason };
    clinic.submit(&asha, Command::DeclineDose(decline)).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.sees("The family refused · will come on 27 Nov 2026");
}

#[test]
fn a_family_is_called_and_a_child_is_traced_with_one_key_each() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    child(&clinic, "Aarti", 120, "Rampur", true);
    child(&clinic, "Bela", 90, "Sonpur", false);
    let admin = session(&clinic, "admin");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.sees("2 late · 0 due · 2 children registered");
    letter(&mut window, Code::KeyC, "c");
    window.sees("Call the family");
    window.picture("today-call");
    letter(&mut window, Code::KeyN, "n");
    window.sees("Written down: no answer. U takes it back.");
    window.sees("no answer, 20 Nov 2026");
    // Every outcome is one key; one more takes it back, for a minute.
    let calls = || clinic.due_list(&admin, &DueFilter::default(), 0).unwrap().rows[0].call.map(|call| call.outcome);
    letter(&mut window, Code::KeyC, "c");
    letter(&mut window, Code::KeyW, "w");
    window.sees("will come on Friday 27 Nov 2026");
    window.sees("will come on 27 Nov 2026");
    assert_eq!(calls(), Some(CallOutcome::WillCome));
    letter(&mut window, Code::KeyU, "u");
    window.sees("The call is taken back.");
    assert_eq!(calls(), Some(CallOutcome::NoAnswer));
    letter(&mut window, Code::KeyC, "c");
    letter(&mut window, Code::KeyX, "x");
    window.sees("wrong number, 20 Nov 2026");
    later(60_000);
    letter(&mut window, Code::KeyU, "u");
    assert_eq!(calls(), Some(CallOutcome::WrongNumber));
    // What is no day, is over, or too far ahead is said as it is; nothing is written down.
    letter(&mut window, Code::KeyC, "c");
    for (typed, said) in [
        ("31/02/2027", "This day is not in the calendar: there is no such day."),
        ("01/2027", "This day does not fit."),
        ("19/11/2026", "This day does not fit."),
        ("19/11/2046", "This day is too far ahead."),
    ] {
        window.fill("Comes on", typed);
        window.tap(Named::Enter);
        window.sees(said);
        assert_eq!(calls(), Some(CallOutcome::WrongNumber));
    }
    // A day on which nobody is there is said, with the next one on which somebody is, and is not written down.
    window.fill("Comes on", "22/11/2026");
    window.sees("22 Nov 2026 is a Sunday: the clinic is closed.");
    for _ in 0..2 {
        window.tap(Named::Enter);
        window.sees("22 Nov 2026 is a Sunday: the clinic is closed.");
        window.sees("Nothing is written down yet: Alt D takes the day below.");
    }
    assert_eq!(calls(), Some(CallOutcome::WrongNumber));
    window.picture("today-call-sunday");
    window.press(Code::KeyW, "w", Modifiers::ALT);
    assert_eq!(calls(), Some(CallOutcome::WrongNumber));
    window.press(Code::KeyD, "d", Modifiers::ALT);
    window.sees_no("is a Sunday");
    window.sees_no("Nothing is written down yet");
    window.fill("Note", "Asked the father");
    window.press(Code::KeyW, "w", Modifiers::ALT);
    window.sees("will come on 23 Nov 2026");
    let list = clinic.due_list(&admin, &DueFilter::default(), 0).unwrap();
    let aarti = list.rows.iter().find(|row| row.child.name == "Aarti").unwrap();
    assert_eq!(aarti.call.unwrap().outcome, CallOutcome::WillCome);

    letter(&mut window, Code::KeyT, "t");
    window.sees("Sunita Devi has the task now: Aarti.");
    window.sees("To be found by a worker");
    // Nobody has Bela: somebody is chosen.
    window.tap(Named::ArrowDown);
    letter(&mut window, Code::KeyT, "t");
    window.sees("New task");
    window.sees("Bela · Sonpur");
    window.picture("tasks-new");
    // Her name stands in the list too, and last in the form.
    let choice = *window.places_of("Sunita Devi").last().unwrap();
    window.click_at(choice.center());
    window.click("Give the task");
    window.sees("Sunita Devi has the task now: Bela.");
    assert_eq!(clinic.tasks(&admin, &TaskFilter::default(), 0).unwrap().1, 2);

    // A village is a filter, and pressed again it is none.
    letter(&mut window, Code::Digit1, "1");
    window.click("Sonpur: 1");
    window.sees("1 late · 0 due · 2 children registered");
    window.sees_no("Mother of Aarti");
    window.click("Sonpur: 1");
    window.sees("Mother of Aarti");
    window.picture("today-marks");
}

#[test]
fn a_family_without_a_phone_is_not_called_but_met() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let form = ChildForm { phone: String::new(), ..crate::form("Aarti", today() - Days::new(120)) };
    crate::register(&clinic, "asha", form);
    let asha = session(&clinic, "asha");
    let call = || clinic.due_list(&asha, &DueFilter::default(), 0).unwrap().rows[0].call.map(|call| call.outcome);
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.sees(&words.get("today-met"));
        letter(&mut window, Code::KeyC, "c");
        window.sees(&words.get("call-no-phone"));
        window.sees_no(&words.get("called-wrong-number"));
        window.picture(&format!("today-met-{lang}"));
        // No number was wrong, where there is none.
        letter(&mut window, Code::KeyX, "x");
        assert_eq!(call(), None);
        letter(&mut window, Code::KeyN, "n");
        assert_eq!(call(), Some(CallOutcome::NoAnswer));
        letter(&mut window, Code::KeyU, "u");
        assert_eq!(call(), None);
    }
}

#[test]
fn a_worker_closes_her_tasks_and_says_why_not() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    child(&clinic, "Aarti", 120, "Rampur", true);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit5, "5");
    window.sees("No task here");
    letter(&mut window, Code::KeyN, "n");
    window.click("Home visit");
    window.click("Sunita Devi");
    window.fill("Note", "Ask for the green card");
    window.fill("Place, if the task is not about a child", "Brick kiln");
    window.click("Give the task");
    window.sees("Brick kiln · Ask for the green card");
    // Nothing that could be done: a rule says so at its field.
    letter(&mut window, Code::KeyN, "n");
    window.click("Give the task");
    window.sees("Choose who is to do it.");
    window.tap(Named::Escape);

    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    letter(&mut window, Code::Digit5, "5");
    window.sees_no("New task");
    window.picture("tasks");
    letter(&mut window, Code::KeyX, "x");
    window.tap(Named::Enter);
    window.fill("Why not?", "the kiln is closed");
    window.tap(Named::Enter);
    window.sees("The task is closed. U opens it again.");
    // For a minute one key opens it again, wherever it was closed.
    letter(&mut window, Code::KeyU, "u");
    window.sees("The task is open again.");
    window.sees("Brick kiln · Ask for the green card");
    // What the family said has its place, and may stay empty.
    letter(&mut window, Code::KeyD, "d");
    window.type_text("They come on Monday");
    window.tap(Named::Enter);
    window.sees("The task is closed.");
    later(60_000);
    letter(&mut window, Code::KeyU, "u");
    window.sees_no("open again.");
    let closed =
        clinic.tasks(&session(&clinic, "asha"), &TaskFilter { show: TaskShow::Closed, ..TaskFilter::default() }, 0);
    let (tasks, _) = closed.unwrap();
    assert_eq!((tasks[0].done, tasks[0].reason.as_str()), (Some(true), "They come on Monday"));
    let task = tasks[0].id;
    clinic.submit(&session(&clinic, "asha"), Command::ReopenTask { task }).unwrap();
    letter(&mut window, Code::Digit1, "1");
    window.click("Done");
    window.sees("The task is closed. U opens it again.");
    letter(&mut window, Code::KeyU, "u");
    window.sees("The task is open again.");
    letter(&mut window, Code::Digit5, "5");
    letter(&mut window, Code::KeyX, "x");
    window.tap(Named::Enter);
    window.fill("Why not?", "the kiln is closed");
    window.tap(Named::Enter);
    window.sees("The task is closed.");
    window.click("Closed");
    window.sees("Brick kiln · Ask for the green card · the kiln is closed");
    let asha = session(&clinic, "asha");
    let closed = TaskFilter { show: TaskShow::Closed, ..TaskFilter::default() };
    assert_eq!(clinic.tasks(&asha, &closed, 0).unwrap().0[0].done, Some(false));
    drop(window);
    Window::at_desk(dir.path(), &clinic, "asha", Lang::Hi).picture("today-worker-hi");
}

#[test]
fn a_session_is_planned_held_and_its_vials_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    child(&clinic, "Aarti", 120, "Rampur", true);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    letter(&mut window, Code::Digit6, "6");
    window.sees("No session is planned");
    letter(&mut window, Code::KeyN, "n");
    window.fill("Day", "20/11/2026");
    window.click("Save the plan");
    window.sees("Place");
    window.fill("Place", "Anganwadi 3");
    window.fill("Villages", "Rampur, Sonpur");
    window.picture("sessions-plan");
    window.click("Save the plan");
    window.sees("Anganwadi 3 · In the village");
    window.sees("Children expected: 1");
    window.picture("sessions");
    window.click("It is being held");
    window.tap(Named::Enter);
    window.sees("Held · doses: 0");

    letter(&mut window, Code::KeyS, "s");
    window.sees("No batch is in stock");
    letter(&mut window, Code::KeyN, "n");
    window.click("BCG");
    window.fill("Batch", "B 17");
    window.fill("Expiry date", "31/12/2026");
    window.fill("Vials", "५");
    window.picture("stock-receive");
    window.click("Save");
    window.sees("BCG · B 17");
    window.sees("Use this one first");
    drop(window);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    letter(&mut window, Code::Digit6, "6");
    letter(&mut window, Code::KeyS, "s");
    window.click("Open a vial");
    window.sees("4 vials of 10 doses");
    window.sees("use until 20 Nov 2026 16:00");
    window.picture("stock");
    window.click("Empty or thrown away");
    window.fill("Doses that were in it and are wasted", "9");
    window.tap(Named::Enter);
    window.sees("No vial is open.");
    window.sees("0 given of 10");
    // Whoever writes down no vials is not told of doses out of nothing.
    let child = child(&clinic, "Kiran", 100, "Sonpur", true);
    crate::give(&clinic, child, "PENTA", today());
    letter(&mut window, Code::Digit6, "6");
    letter(&mut window, Code::KeyS, "s");
    window.sees("1 given, no opened vial is written down");
}

#[test]
fn supervisors_see_counts_and_trackers_what_finding_needs() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    child(&clinic, "Aarti", 120, "Rampur", true);
    for (login, role) in [("sushma", Role::Supervisor), ("tara7", Role::Tracker)] {
        let new = NewUser { login: login.into(), name: login.into(), role };
        clinic.register_user(&admin, &new, &crate::window::password(login)).unwrap();
    }
    let plan = SessionPlan {
        on: to_day(today() + Days::new(2)),
        kind: SessionKind::Outreach,
        site: "Anganwadi 3".into(),
        villages: vec!["Rampur".into()],
        worker: None,
    };
    clinic.submit(&admin, Command::PlanSession { session: SessionId(1), plan }).unwrap();

    let mut window = Window::at_desk(dir.path(), &clinic, "sushma", Lang::En);
    window.sees("Report, Nov 2026");
    window.sees("Children of 12 to 23 months");
    window.picture("reports");
    window.sees_no("Aarti");
    letter(&mut window, Code::Digit6, "6");
    window.sees("Children expected: 1");
    window.sees_no("Aarti");
    drop(window);
    Window::at_desk(dir.path(), &clinic, "sushma", Lang::Hi).picture("supervisor-hi");

    let mut window = Window::at_desk(dir.path(), &clinic, "tara7", Lang::En);
    window.sees("Children to be found");
    window.sees("near the well · Rampur");
    window.sees("A vaccine is late");
    for hidden in ["Aarti", "Mother of Aarti", "98765 43210", "BCG"] {
        window.sees_no(hidden);
    }
    window.picture("find");
    window.click("Refused");
    window.sees("Nobody is to be found now");
    let mut window = Window::at_desk(dir.path(), &clinic, "tara7", Lang::Hi);
    window.picture("find-hi");
    letter(&mut window, Code::Digit0, "0");
    window.sees_no("बच्चे");
}

#[test]
fn alerts_open_and_close_by_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let id = child(&clinic, "Aarti", 10, "Rampur", true);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    letter(&mut window, Code::KeyA, "a");
    window.sees("Open: children 1, doses 2");
    window.sees("BCG, OPV 0");
    window.sees("due since 10 Nov 2026");
    window.sees("10 days late");
    window.picture("alerts");
    let dose = Command::RecordDose {
        child: id,
        product: "BCG".into(),
        on: to_day(today()),
        batch: None,
        reason: None,
        at: clinic::record::command::GivenAt::Here(None),
    };
    clinic.submit(&session(&clinic, "asha"), dose).unwrap();
    window.click("Closed recently");
    window.sees("closed on 20 Nov 2026");
    window.sees("Open: children 1, doses 1");
    window.tap(Named::Escape);
    window.sees("New visit");
}

#[test]
fn every_village_of_the_list_can_be_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let names = ["Aarav", "Zoya", "Ravi", "Imran", "Kavya", "Ananya", "Pooja", "Farida", "Golu"];
    for (n, name) in (1..).zip(names) {
        child(&clinic, name, 200 + 30 * n, &format!("Village {n}"), false);
    }
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let chip =
            |n: u32| words.with("today-filter-village", &[("name", format!("Village {n}").into()), ("n", 1.into())]);
        let more = |n: u32| words.with("today-filter-more", &[("n", n.into())]);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        let hidden = (1..=9).find(|n| window.place_of(&chip(*n)).is_none()).unwrap();
        window.click(&more(5));
        window.picture(&format!("today-villages-{lang}"));
        window.click(&chip(hidden));
        // It stays in sight, to be taken back.
        let (shown, other): (Vec<_>, Vec<_>) = (1..).zip(names).partition(|(n, _)| *n == hidden);
        window.sees(shown[0].1);
        window.sees_no(other[0].1);
        window.sees(&more(4));
        window.click(&chip(hidden));
        window.sees(&more(5));
        // Nobody of it is shown: it can be taken back all the same.
        window.click(&chip(1));
        let due = words.with("today-filter-due", &[("n", 0.into())]);
        window.click(&due);
        let none = words.with("today-filter-village", &[("name", "Village 1".into()), ("n", 0.into())]);
        window.click(&none);
        window.sees_no(&none);
    }
}

#[test]
fn a_report_is_of_a_time_a_worker_and_a_village() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for (name, village, hers) in [("Aarti", "Rampur", true), ("Bela", "Sonpur", false)] {
        let id = child(&clinic, name, 120, village, hers);
        for (product, days) in [("BCG", 120), ("OPV", 70)] {
            let at = clinic::record::command::GivenAt::Here(None);
            let (product, on) = (product.into(), to_day(today() - Days::new(days)));
            let dose = Command::RecordDose { child: id, product, on, batch: None, reason: None, at };
            clinic.submit(&session(&clinic, "asha"), dose).unwrap();
        }
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.alt(8);
    window.sees("Report, Nov 2026");
    window.sees("0 doses given here");
    window.press(Code::KeyF, "f", Modifiers::ALT);
    window.click("Year, April to March");
    window.sees("Report, 1 Apr 2026 – 31 Mar 2027");
    window.sees("4 doses given here");
    window.picture("reports-year");
    window.fill("Village", "रामपुर");
    window.tap(Named::Enter);
    window.sees("2 doses given here");
    window.sees("Only: village रामपुर");
    window.click("From date to date");
    window.fill("From which day", "31/02/2026");
    window.click("Count");
    window.sees("there is no such day");
    window.fill("From which day", "01/09/2026");
    window.click("Count");
    window.sees("1 dose given here");
    window.picture("reports-days");
    window.click("Of everybody");
    window.sees("2 doses given here");
    window.sees_no("Only: ");
    window.press(Code::KeyP, "p", Modifiers::ALT);
    window.sees("Coverage report, 1 Sep 2026 – 31 Mar 2027");
    drop(window);
    // A worker's is of her own children, and says so without being asked.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.alt(8);
    window.sees("Only: children of Sunita Devi");
    let of = |login| {
        let (session, filter) = (session(&clinic, login), ReportFilter::default());
        let report = clinic.report(&session, &month_of(today()), &filter).unwrap();
        narrowed(&clinic, &session, &report, &filter).worker
    };
    assert_eq!((of("asha").as_deref(), of("admin")), (Some("Sunita Devi"), None));
}

/// What an Admin wrote, and why a task was not done, is longer than a row.
#[test]
fn what_a_task_says_can_be_read_whole() {
    let note = "Moved to the grandmother in Belwa, the blue house behind the second hand pump; ask at the shop first";
    let why = "The family is at the brick kiln until the rains and nobody there knows when they come back";
    for (lang, twice) in Lang::ALL.into_iter().flat_map(|lang| [false, true].map(|twice| (lang, twice))) {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let (admin, words) = (session(&clinic, "admin"), Words::new(lang));
        let worker = session(&clinic, "asha").user;
        // It is about a place: there is no child's page to read it on.
        let new = NewTask {
            worker,
            kind: TaskKind::Visit,
            child: None,
            place: "Brick kiln".into(),
            due: to_day(today() + Days::new(3)),
            note: note.into(),
        };
        let task = clinic.env().new_task_id().unwrap();
        clinic.submit(&admin, Command::AssignTask { task, new }).unwrap();
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        if twice {
            window.enlarge();
        }
        window.alt(5);
        let read_whole = |window: &mut Window, said: &str| {
            window.tap(Named::Enter);
            // Without room it is scrolled to.
            let size = std::mem::replace(&mut window.size, if twice { Size::new(1366.0, 2_400.0) } else { size() });
            assert!(window.in_sight(said), "{lang} {twice}: {said:?} in {:#?}", window.texts());
            let place = window.place_of(said).unwrap();
            assert!(place.height > 30.0 && place.x + place.width <= size.width, "{place:?}");
            window.size = size;
            window.tap(Named::Escape);
        };
        read_whole(&mut window, note);
        clinic.submit(&session(&clinic, "asha"), Command::CloseTask { task, done: false, reason: why.into() }).unwrap();
        window.tell(Message::News(station::live::News::Changed));
        window.click(&words.get("tasks-over"));
        read_whole(&mut window, why);
    }
}

/// Words twice as large still show whom the list is about, and one bar to scroll it.
#[test]
fn the_first_page_shows_children_with_words_twice_as_large() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        crate::goldens::busy(&clinic);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.enlarge();
        let words = Words::new(lang);
        window.picture(&format!("today-low-{lang}"));
        let seen = ["Aarav Yadav", "Zoya Khatun", "Ravi Paswan", "Imran Ansari", "पूजा कुमारी", "Kavya Singh"];
        let seen = seen.iter().filter(|name| window.in_sight(name)).count();
        assert!(seen >= 2, "{lang}: {seen}");
        // What stood beside the list is one key away, and back.
        window.sees_no(&words.get("today-all-tasks"));
        window.press(Code::KeyS, "s", Modifiers::empty());
        window.sees(&words.get("today-all-tasks"));
        window.tap(Named::Escape);
        window.sees_no(&words.get("today-all-tasks"));
    }
}

/// What a family said is not lost by a button of the list beside it.
#[test]
fn a_call_half_written_down_is_asked_about_before_another_page() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    child(&clinic, "Aarti", 120, "Rampur", true);
    let missed = clinic.today_view(&session(&clinic, "asha")).unwrap().missed;
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        letter(&mut window, Code::KeyC, "c");
        window.fill(&words.get("call-note"), "comes back from the kiln");
        window.click(&words.with("today-alerts", &[("n", missed.into())]));
        window.sees(&words.get("shell-leave-title"));
        window.click(&words.get("shell-leave-stay"));
        window.sees("comes back from the kiln");
        window.click(&words.with("today-alerts", &[("n", missed.into())]));
        window.click(&words.get("shell-leave-go"));
        window.sees(&words.get("alerts-title"));
    }
}

/// Records change while somebody reads: another row is not opened by it.
#[test]
fn the_chosen_alert_stays_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    child(&clinic, "Aarti", 120, "Rampur", true);
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    letter(&mut window, Code::KeyA, "a");
    window.tap(Named::End);
    // A child who came late to the clinic: its alerts stand before the last one.
    child(&clinic, "Bina", 100, "Rampur", true);
    window.tell(Message::News(News::Changed));
    window.tap(Named::Enter);
    window.sees("Aarti");
    window.sees_no("Bina");
}

/// As on every list: the chosen row is seen, and one key says what came of it, whatever the layout writes.
#[test]
fn families_to_be_found_and_conflicts_are_answered_without_a_mouse() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        crate::tangled::tangled(&clinic);
        let (admin, words) = (session(&clinic, "admin"), Words::new(lang));
        let mut window = Window::at_desk(dir.path(), &clinic, "tara7", lang);
        let list = clinic.find_list(&session(&clinic, "tara7"), 0).unwrap();
        let second = list.rows[1].child;
        window.tap(Named::ArrowDown);
        letter(&mut window, Code::KeyN, "न");
        window.sees(&words.get("find-saved"));
        let calls = clinic.calls(&admin, second).unwrap();
        assert_eq!(calls.iter().map(|call| call.outcome).collect::<Vec<_>>(), [CallOutcome::NoAnswer]);

        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        window.click(&words.get("today-settle"));
        let before: Vec<_> = clinic.conflicts(&admin).unwrap().into_iter().map(|line| line.event).collect();
        assert!(before.len() >= 2, "{before:?}");
        window.tap(Named::ArrowDown);
        window.tap(Named::Enter);
        window.type_text("यह खुराक नहीं दी गई");
        // In a field the same key with Alt.
        window.press(Code::KeyS, "स", Modifiers::ALT);
        window.sees(&words.get("conflicts-said"));
        let after: Vec<_> = clinic.conflicts(&admin).unwrap().into_iter().map(|line| line.event).collect();
        assert_eq!((after.len(), after.contains(&before[1])), (before.len() - 1, false));
        // What is set aside stays to be read, and another one is chosen now.
        window.click(&words.get("conflicts-settled"));
        window.sees("यह खुराक नहीं दी गई");
    }
}
