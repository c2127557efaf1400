//! The lists of the clinic: who is due and late, alerts, the find list, the report.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{Datelike, Days, Months, NaiveDate};
use clinic::date::to_day;
use clinic::forecast::{EntryKind, Schedule};
use clinic::record::command::{ChildForm, Command, GivenAt, NewTask, NewUser};
use clinic::record::fact::{CallMade, CallOutcome, Declined, DoseDeclined, Gone, SessionKind, SessionPlan, Sex};
use clinic::record::refusal::Refusal;
use clinic::record::role::Role;
use clinic::store::{
    AlertShow, AuditFilter, ClosedBy, DUE_PAGE, DueFilter, DueList, DueShow, Founding, OfWorker, ReportFilter, Seen,
    found,
};
use clinic::{Clinic, Session};
use common::{Desk, NOON_MS, clocked, desk, desk_of, form, founding, minor_aefi, password, refusal, today};
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, SessionId, TaskId, UserId};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const DAY_MS: u64 = 86_400_000;

fn clocked_desk(dir: &Path, now: &Arc<AtomicU64>) -> Desk {
    let clinic = found(dir, &founding(), clocked(now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let (root, admin, asha) = (login("root1"), login("admin"), login("asha"));
    Desk { clinic, root, admin, asha }
}

fn staff(d: &Desk, login: &str, role: Role) -> Session {
    let new = NewUser { login: login.into(), name: login.into(), role };
    d.clinic.register_user(&d.admin, &new, "horse staple 44").unwrap();
    d.clinic.login(login, "horse staple 44").unwrap()
}

fn ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

/// A child whose mother no other child has, so that nobody looks like anybody.
fn someone(name: &str, born: NaiveDate, village: &str) -> ChildForm {
    ChildForm { mother: format!("Mata {name}"), phone: String::new(), village: village.into(), ..form(name, born) }
}

fn named(list: &DueList) -> Vec<&str> {
    list.rows.iter().map(|row| row.child.name.as_str()).collect()
}

fn verify(clinic: &Clinic, admin: &Session) {
    assert_eq!(clinic.verify(admin).unwrap().problems, []);
}

fn give(d: &Desk, child: ChildId, product: &str, on: NaiveDate) {
    let command = Command::RecordDose {
        child,
        product: product.into(),
        on: to_day(on),
        batch: None,
        reason: Some("it was given".into()),
        at: GivenAt::Here(None),
    };
    d.clinic.submit(&d.asha, command).unwrap();
}

#[test]
fn late_seven_days_after_due_and_most_at_risk_first() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    // BCG and the birth doses are due on the day of birth; HepB-0 and OPV-0 are over after 1 and 15 days.
    let register = |name: &str, born, village| d.register(&d.admin, someone(name, born, village), None).unwrap();
    let due = register("Seven less one", ago(6), "Rampur");
    let late = register("Seven", ago(7), "Rampur");
    let infant = register("Infant", ago(300), "Rampur");
    let second = register("Second year", ago(600), "Sonpur");
    let schoolchild = register("Schoolchild", ago(2_300), "Sonpur");
    let list = |filter: &DueFilter| d.clinic.due_list(&d.admin, filter, 0).unwrap();
    let all = list(&DueFilter::default());
    assert_eq!((all.late, all.due), (4, 1));
    // The infant misses more than the newborn; both come before the older ones.
    let ids: Vec<ChildId> = all.rows.iter().map(|row| row.child.id).collect();
    assert_eq!(ids, [infant, late, second, schoolchild, due]);
    assert_eq!(all.rows.iter().map(|row| row.late).collect::<Vec<_>>(), [true, true, true, true, false]);
    assert_eq!((all.rows[1].days_late, all.rows[4].days_late), (7, 6));
    let villages = |show| list(&DueFilter { show, ..DueFilter::default() }).villages;
    let of = |rampur, sonpur| [("Rampur".to_owned(), rampur), ("Sonpur".to_owned(), sonpur)];
    assert_eq!(villages(DueShow::All), of(3, 2), "those who are shown, late or due");
    assert_eq!(villages(DueShow::Late), of(2, 2));
    assert_eq!(villages(DueShow::Due), [("Rampur".to_owned(), 1)]);

    let shown = |show| named_of(&list(&DueFilter { show, ..DueFilter::default() }));
    assert_eq!(shown(DueShow::Late).len(), 4);
    assert_eq!(shown(DueShow::Due), ["Seven less one"]);
    let sonpur = list(&DueFilter { village: Some("सोनपुर".into()), ..DueFilter::default() });
    assert_eq!((named(&sonpur), sonpur.late, sonpur.due), (vec!["Second year", "Schoolchild"], 2, 0));

    // Of a worker, of nobody, and what another worker sees.
    let bina = staff(&d, "bina", Role::PhcWorker);
    d.clinic.submit(&d.admin, Command::AssignChild { child: infant, worker: Some(d.asha.user) }).unwrap();
    let of = |worker| named_of(&list(&DueFilter { worker, ..DueFilter::default() }));
    assert_eq!(of(OfWorker::Is(d.asha.user)), ["Infant"]);
    assert_eq!(of(OfWorker::Nobody).len(), 4);
    assert_eq!(d.clinic.due_list(&bina, &DueFilter::default(), 0).unwrap().rows.len(), 4);
    let others = DueFilter { worker: OfWorker::Is(d.asha.user), ..DueFilter::default() };
    assert_eq!(d.clinic.due_list(&bina, &others, 0).unwrap().rows.len(), 0);
    assert_eq!(d.clinic.today_view(&d.asha).unwrap().list.rows.len(), 5);
    assert_eq!(
        (d.clinic.today_view(&d.asha).unwrap().children, d.clinic.today_view(&d.admin).unwrap().children),
        (1, 5)
    );
    let sushma = staff(&d, "sushma", Role::Supervisor);
    assert!(matches!(refusal(d.clinic.due_list(&sushma, &DueFilter::default(), 0)), Refusal::NotAllowed(_)));

    // Who is gone, and who is a part of another, is on no list.
    let away =
        Command::InactivateChild { child: second, why: Gone::MovedAway, on: to_day(today()), note: String::new() };
    d.clinic.submit(&d.admin, away).unwrap();
    let merge = Command::MergeChildren { child: late, into: due, reason: "twice".into() };
    d.clinic.submit(&d.admin, merge).unwrap();
    let left = list(&DueFilter::default());
    assert_eq!((left.late, left.due), (2, 1));
    assert_eq!(d.clinic.today_view(&d.admin).unwrap().children, 3);
    let back = Command::ReactivateChild { child: second, worker: None, reason: "came back".into() };
    d.clinic.submit(&d.admin, back).unwrap();
    assert_eq!(list(&DueFilter::default()).late, 3);

    // Given all: nothing is due.
    for product in ["BCG", "OPV", "PENTA", "PCV", "RVV", "fIPV", "MR", "VitA"] {
        give(&d, infant, product, today());
    }
    assert!(!named(&list(&DueFilter::default())).contains(&"Infant"));
    verify(&d.clinic, &d.admin);
}

fn named_of(list: &DueList) -> Vec<String> {
    named(list).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_dose_that_may_not_be_given_any_more_leaves_the_list_on_the_day_after() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    // One who has all but BCG, which is given before the first birthday only.
    let born = today() - Months::new(12) + Days::new(2);
    let child = d.register(&d.asha, someone("Asha", born, "Rampur"), None).unwrap();
    let on = |months: u32| born + Months::new(months);
    for (product, at) in [("OPV", 2), ("OPV", 3), ("OPV", 4), ("PENTA", 2), ("PENTA", 3), ("PENTA", 4)] {
        give(&d, child, product, on(at));
    }
    for (product, at) in [("RVV", 2), ("RVV", 3), ("RVV", 4), ("fIPV", 2), ("fIPV", 4), ("fIPV", 9)] {
        give(&d, child, product, on(at));
    }
    for (product, at) in [("PCV", 2), ("PCV", 4), ("PCV", 9), ("MR", 9), ("VitA", 9)] {
        give(&d, child, product, on(at));
    }
    let items = || {
        let list = d.clinic.due_list(&d.admin, &DueFilter::default(), 0).unwrap();
        let rows = list.rows.iter().flat_map(|row| row.doses.iter().map(|dose| dose.item.clone()));
        (list.late, rows.collect::<Vec<_>>())
    };
    assert_eq!(items(), (1, vec!["BCG".to_owned()]));
    now.store(NOON_MS + DAY_MS, Ordering::Relaxed);
    assert_eq!(items(), (1, vec!["BCG".to_owned()]), "its last day");
    now.store(NOON_MS + 2 * DAY_MS, Ordering::Relaxed);
    assert_eq!(items(), (0, vec![]));
    verify(&d.clinic, &d.admin);
}

/// A flat battery sets the clock years back until somebody notices; meanwhile a screen asks for its list.
#[test]
fn a_clock_that_was_wrong_for_a_while_takes_nobody_off_the_lists() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let newborn = d.register(&d.asha, someone("Asha", today(), "Rampur"), None).unwrap();
    let late = d.register(&d.asha, someone("Imran", ago(200), "Rampur"), None).unwrap();
    give(&d, late, "BCG", ago(2));
    let list = || d.clinic.due_list(&d.admin, &DueFilter::default(), 0).unwrap();
    let right = list();
    assert!([newborn, late].iter().all(|child| right.rows.iter().any(|row| row.child.id == *child)));
    for back_days in [1, 5, 400, 2_500] {
        now.store(NOON_MS - back_days * DAY_MS, Ordering::Relaxed);
        list();
        verify(&d.clinic, &d.admin);
        now.store(NOON_MS, Ordering::Relaxed);
        assert_eq!(list(), right, "{back_days} days back");
        verify(&d.clinic, &d.admin);
    }
}

#[test]
fn a_long_list_comes_in_pages_that_fit_together() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for n in 0..DUE_PAGE + 20 {
        let village = if n % 2 == 0 { "Rampur" } else { "Sonpur" };
        d.register(&d.admin, someone(&format!("Child {n}"), ago(10 + u64::from(n)), village), None).unwrap();
    }
    let page = |offset| d.clinic.due_list(&d.admin, &DueFilter::default(), offset).unwrap();
    let (first, second, third) = (page(0), page(DUE_PAGE), page(2 * DUE_PAGE));
    assert_eq!((first.late, first.due), (DUE_PAGE + 20, 0));
    assert_eq!((first.rows.len(), second.rows.len(), third.rows.len()), (DUE_PAGE as usize, 20, 0));
    let mut ids: Vec<ChildId> = first.rows.iter().chain(&second.rows).map(|row| row.child.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), DUE_PAGE as usize + 20, "each once");
    assert_eq!(first.villages.iter().map(|(_, n)| n).sum::<u32>(), DUE_PAGE + 20);
    verify(&d.clinic, &d.admin);
}

#[test]
fn calls_and_marks_stand_on_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let bina = staff(&d, "bina", Role::PhcWorker);
    let tracker = staff(&d, "tara", Role::Tracker);
    let child = d.register(&d.asha, someone("Asha", ago(100), "Rampur"), None).unwrap();
    let no_tracing = ChildForm { consent_tracing: false, ..someone("Bela", ago(100), "Rampur") };
    let private = d.register(&d.asha, no_tracing, None).unwrap();
    let call = |by: &Session, child, outcome, will_come_on: Option<NaiveDate>, on| {
        let will_come_on = will_come_on.map(to_day);
        let call = CallMade { child, on: to_day(on), outcome, will_come_on, note: String::new() };
        d.clinic.submit(by, Command::RecordCall(call))
    };
    let line = |name: &str| {
        let list = d.clinic.due_list(&d.admin, &DueFilter::default(), 0).unwrap();
        list.rows.into_iter().find(|row| row.child.name == name).unwrap()
    };
    assert!(line("Asha").call.is_none() && line("Asha").consent_tracing && !line("Bela").consent_tracing);
    call(&d.asha, child, CallOutcome::NoAnswer, None, ago(1)).unwrap();
    call(&d.asha, child, CallOutcome::WillCome, Some(today() + Days::new(3)), today()).unwrap();
    // Written down later, but made earlier.
    call(&d.asha, child, CallOutcome::WrongNumber, None, ago(2)).unwrap();
    let last = line("Asha").call.unwrap();
    assert_eq!((last.on, last.outcome), (today(), CallOutcome::WillCome));
    assert_eq!(last.will_come_on, Some(today() + Days::new(3)));
    assert_eq!(refusal(call(&tracker, private, CallOutcome::NoAnswer, None, today())), Refusal::NoConsent);
    let calls = d.clinic.calls(&d.asha, child).unwrap();
    let told: Vec<CallOutcome> = calls.iter().map(|call| call.outcome).collect();
    assert_eq!(told, [CallOutcome::WillCome, CallOutcome::NoAnswer, CallOutcome::WrongNumber]);
    assert_eq!(calls[0].by.as_ref().map(|(id, _)| *id), Some(d.asha.user));
    assert!(matches!(refusal(d.clinic.calls(&bina, child)), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(d.clinic.calls(&tracker, child)), Refusal::NotAllowed(_)));

    let task = TaskId(17);
    let new = NewTask {
        worker: d.asha.user,
        kind: TaskKind::Trace,
        child: Some(child),
        place: String::new(),
        due: to_day(today()),
        note: String::new(),
    };
    d.clinic.submit(&d.admin, Command::AssignTask { task, new }).unwrap();
    assert_eq!(line("Asha").trace, Some(task));
    d.clinic.submit(&d.asha, Command::CloseTask { task, done: true, reason: String::new() }).unwrap();
    assert_eq!(line("Asha").trace, None);

    let decline = Command::DeclineDose(DoseDeclined {
        child,
        series: "BCG".into(),
        why: Declined::Refused,
        on: to_day(today()),
        until: None,
        reason: "the grandmother".into(),
    });
    d.clinic.submit(&d.asha, decline).unwrap();
    assert!(line("Asha").is_refused() && !line("Bela").is_refused());
    verify(&d.clinic, &d.admin);
}

#[test]
fn an_alert_opens_by_itself_and_closes_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let bina = staff(&d, "bina", Role::PhcWorker);
    // BCG was due six days ago.
    let asha = d.register(&d.asha, someone("Asha", ago(6), "Rampur"), None).unwrap();
    let alerts = |by: &Session, show| {
        let page = d.clinic.alerts(by, show, 0).unwrap();
        assert_eq!(page.next, None);
        assert_eq!(d.clinic.today_view(by).unwrap().missed, page.open, "as Today tells");
        page.rows
    };
    assert_eq!(alerts(&d.asha, AlertShow::Open), []);
    now.store(NOON_MS + DAY_MS, Ordering::Relaxed);
    let open = alerts(&d.asha, AlertShow::Open);
    let told: Vec<_> = open.iter().map(|a| (a.child.id, a.items.join(" "), a.due, a.opened_on, a.closed)).collect();
    let opened = today() + Days::new(1);
    assert_eq!(told, [(asha, "BCG OPV-0".to_owned(), ago(6), opened, None)], "one line a child");
    assert_eq!(alerts(&d.admin, AlertShow::Open).len(), 1);
    assert_eq!(alerts(&bina, AlertShow::Open), [], "not her child");
    assert_eq!(alerts(&d.asha, AlertShow::Closed), []);

    now.store(NOON_MS + 3 * DAY_MS, Ordering::Relaxed);
    let day = today() + Days::new(3);
    give(&d, asha, "BCG", day);
    let closed = alerts(&d.asha, AlertShow::Closed);
    let told: Vec<_> = closed.iter().map(|a| (a.items.join(" "), a.opened_on, a.closed)).collect();
    assert_eq!(told, [("BCG".to_owned(), opened, Some((day, ClosedBy::Given)))]);
    assert_eq!(alerts(&d.asha, AlertShow::Open)[0].items, ["OPV-0"]);

    // What would harm closes it too, and so does a family that moved away.
    let decline = Command::DeclineDose(DoseDeclined {
        child: asha,
        series: "OPV".into(),
        why: Declined::ContraIndicated,
        on: to_day(day),
        until: None,
        reason: "immune deficiency".into(),
    });
    d.clinic.submit(&d.asha, decline).unwrap();
    assert_eq!(alerts(&d.asha, AlertShow::Open), []);
    let bela = d.register(&d.asha, someone("Bela", ago(6), "Rampur"), None).unwrap();
    assert_eq!(alerts(&d.asha, AlertShow::Open)[0].items, ["BCG", "OPV-0"]);
    // Who is late longest comes first.
    let chanda = d.register(&d.asha, someone("Chanda", ago(8), "Rampur"), None).unwrap();
    let order: Vec<ChildId> = alerts(&d.asha, AlertShow::Open).iter().map(|a| a.child.id).collect();
    assert_eq!(order, [chanda, bela]);
    let moved = Command::InactivateChild { child: chanda, why: Gone::MovedAway, on: to_day(day), note: String::new() };
    d.clinic.submit(&d.admin, moved).unwrap();
    let away = Command::InactivateChild { child: bela, why: Gone::MovedAway, on: to_day(day), note: String::new() };
    d.clinic.submit(&d.admin, away).unwrap();
    assert_eq!(alerts(&d.asha, AlertShow::Open), []);
    let closed = alerts(&d.admin, AlertShow::Closed);
    let told = closed.iter().filter(|a| a.child.id != chanda);
    let mut told: Vec<_> = told.map(|a| (a.child.id, a.items.join(" "), a.closed.unwrap().1)).collect();
    told.sort_by_key(|(child, item, _)| (*child != asha, item.clone()));
    let expected = [
        (asha, "BCG".to_owned(), ClosedBy::Given),
        (asha, "OPV-0".to_owned(), ClosedBy::ContraIndicated),
        (bela, "BCG OPV-0".to_owned(), ClosedBy::Gone),
    ];
    assert_eq!(told, expected);
    // After a month nobody asks any more.
    now.store(NOON_MS + 34 * DAY_MS, Ordering::Relaxed);
    assert!(alerts(&d.admin, AlertShow::Closed).is_empty());
    verify(&d.clinic, &d.admin);
}

#[test]
fn the_find_list_has_what_finding_needs_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let d = clocked_desk(dir.path(), &now);
    let tara = staff(&d, "tara", Role::Tracker);
    let late = ChildForm { landmark: "near the well".into(), ..someone("asha", ago(100), "Rampur") };
    let late = d.register(&d.asha, late, None).unwrap();
    let newborn = d.register(&d.asha, someone("विद्या", ago(3), "Rampur"), None).unwrap();
    let elsewhere = d.register(&d.asha, someone("Bela", ago(100), "Sonpur"), None).unwrap();
    let private = ChildForm { consent_tracing: false, ..someone("Chanda", ago(100), "Rampur") };
    d.register(&d.asha, private, None).unwrap();
    let list = || d.clinic.find_list(&tara, 0).unwrap();
    assert_eq!((list().total, list().valid_until), (0, None), "no session is planned");

    let session_on = today() + Days::new(2);
    let session = SessionId(1);
    let plan = SessionPlan {
        on: to_day(session_on),
        kind: SessionKind::Outreach,
        site: "Anganwadi 3".into(),
        villages: vec!["RAMPUR".into()],
        worker: Some(d.asha.user),
    };
    d.clinic.submit(&d.admin, Command::PlanSession { session, plan }).unwrap();
    let found = list();
    assert_eq!((found.total, found.valid_until), (2, Some(session_on)));
    let line = found.rows.iter().find(|line| line.child == late).unwrap();
    assert_eq!((line.letter.as_str(), line.village.as_str(), line.landmark.as_str()), ("A", "Rampur", "near the well"));
    assert!(line.overdue && line.session_place == "Anganwadi 3" && line.session_on == session_on);
    assert_eq!(line.born, (2026, 8));
    let line = found.rows.iter().find(|line| line.child == newborn).unwrap();
    assert_eq!((line.letter.as_str(), line.overdue), ("व", false));
    assert!(found.rows.iter().all(|line| line.child != elsewhere));

    // "Does not want" hides the child; a later word of the family shows it again.
    let call = |by: &Session, outcome, will_come_on| {
        let call = CallMade { child: late, on: to_day(today()), outcome, will_come_on, note: String::new() };
        d.clinic.submit(by, Command::RecordCall(call)).unwrap();
    };
    call(&tara, CallOutcome::NoAnswer, None);
    assert_eq!(list().rows.iter().find(|l| l.child == late).unwrap().told, Some((today(), CallOutcome::NoAnswer)));
    call(&tara, CallOutcome::Refused, None);
    assert!(list().rows.iter().all(|line| line.child != late));
    call(&d.asha, CallOutcome::WillCome, Some(to_day(session_on)));
    assert_eq!(list().total, 2);
    // A family that says no at the desk is off the list at once.
    let page = ChildForm { consent_tracing: false, ..someone("विद्या", ago(3), "Rampur") };
    d.clinic.submit(&d.asha, Command::EditChild { child: newborn, form: page, reason: "asked not to".into() }).unwrap();
    assert_eq!(list().total, 1);

    // After the session's day it is of no use; each look was noted.
    now.store(NOON_MS + 2 * DAY_MS, Ordering::Relaxed);
    assert_eq!(list().total, 1);
    now.store(NOON_MS + 3 * DAY_MS, Ordering::Relaxed);
    assert_eq!((list().total, list().valid_until), (0, None));
    let looks = d.clinic.audit(&d.admin, &AuditFilter::default(), None).unwrap();
    let looks = looks.lines.iter().filter(|line| line.what == Some(Seen::FindList));
    assert!(looks.count() > 8);
    let sushma = staff(&d, "sushma", Role::Supervisor);
    assert!(matches!(refusal(d.clinic.find_list(&sushma, 0)), Refusal::NotAllowed(_)));
    verify(&d.clinic, &d.admin);
}

/// What the test itself knows of a dose that was given here.
struct Told {
    product: &'static str,
    number: u32,
    on: NaiveDate,
    born: NaiveDate,
    by: UserId,
}

#[test]
fn the_report_agrees_with_an_independent_count() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let bina = staff(&d, "bina", Role::PhcWorker);
    let months = |n: u32, born: NaiveDate| born + Months::new(n);
    let mut told: Vec<Told> = Vec::new();
    let mut outside = 0;
    let (mut fully, mut completely) = (Vec::new(), Vec::new());
    for n in 0..48_u64 {
        // Ages from a month to more than four years.
        let born = ago(40 + n * 31);
        let sex = [Sex::Female, Sex::Male, Sex::Other][(n % 3) as usize];
        let who =
            ChildForm { sex, ..someone(&format!("Child {n}"), born, if n % 2 == 0 { "Rampur" } else { "Sonpur" }) };
        let child = d.register(&d.admin, who, None).unwrap();
        // Every seventh is never reached, every fifth stops after the second visit, every fourth comes late.
        let late = [8, 0, 0, 0, 4, 0, 0, 0][(n % 8) as usize];
        let plan: [(&'static str, u32, u32); 20] = [
            ("BCG", 1, 0),
            ("OPV", 1, 2),
            ("PENTA", 1, 2),
            ("RVV", 1, 2),
            ("fIPV", 1, 2),
            ("PCV", 1, 2),
            ("OPV", 2, 3),
            ("PENTA", 2, 3),
            ("OPV", 3, 4),
            ("PENTA", 3, 4),
            ("fIPV", 2, 4),
            ("PCV", 2, 4),
            ("MR", 1, 9),
            ("PCV", 3, 9),
            ("fIPV", 3, 9),
            ("VitA", 1, 9),
            ("MR", 2, 17),
            ("DPT", 1, 17),
            ("OPV", 4, 17),
            ("VitA", 2, 17),
        ];
        let mut seen: BTreeMap<&str, NaiveDate> = BTreeMap::new();
        for (product, number, at) in plan {
            let on = months(at + if at > 0 { late } else { 0 }, born);
            let stops = n % 7 == 0 || (n % 5 == 0 && at > 3);
            if stops || on > today() {
                continue;
            }
            // Rotavirus is not begun after the first birthday, and late ones may be past other limits too: what the
            // rules would warn of is stored with the reason.
            let elsewhere = n % 6 == 1 && product == "BCG";
            let by = if n % 2 == 0 { &d.asha } else { &bina };
            let at = if elsewhere { GivenAt::Outside("paper card".into()) } else { GivenAt::Here(None) };
            let command = Command::RecordDose {
                child,
                product: product.into(),
                on: to_day(on),
                batch: None,
                reason: Some("as it was".into()),
                at,
            };
            d.clinic.submit(by, command).unwrap();
            seen.insert(product, on);
            if elsewhere {
                outside += 1;
            } else {
                told.push(Told { product, number, on, born, by: by.user });
            }
        }
        // By hand: the basic set is whole with the later of the third pentavalent and the first MR.
        if let (Some(_), true) = (seen.get("MR"), n % 5 != 0 && n % 7 != 0) {
            let on = months(9 + late, born);
            if on < months(12, born) && on <= today() {
                fully.push((on, sex));
                let on = months(17 + late, born);
                if on < months(24, born) && on <= today() {
                    completely.push(on);
                }
            }
        }
    }
    let with_dose = told.iter().max_by_key(|t| t.on).unwrap();
    let list = d.clinic.children(&d.asha, "", 0).unwrap().0;
    let child = list.iter().find(|line| line.dob == with_dose.born).unwrap().id;
    let form = minor_aefi(with_dose.product, to_day(with_dose.on), to_day(with_dose.on));
    d.clinic.submit(&d.asha, Command::ReportAefi { child, form }).unwrap();

    let check = |from: NaiveDate, until: NaiveDate| {
        let report = d.clinic.report(&d.admin, &(from..=until), &ReportFilter::default()).unwrap();
        let within = |on: NaiveDate| from <= on && on <= until;
        let count = |product: &str, number: u32, age: std::ops::Range<u32>| {
            let of_age = |t: &&Told| t.on >= months(age.start, t.born) && t.on < months(age.end, t.born);
            let found = told.iter().filter(|t| t.product == product && t.number == number && within(t.on));
            u32::try_from(found.filter(of_age).count()).unwrap()
        };
        let ever = 0..1_000;
        for (key, product, number, age) in [
            ("bcg", "BCG", 1, ever.clone()),
            ("penta-1", "PENTA", 1, ever.clone()),
            ("penta-2", "PENTA", 2, ever.clone()),
            ("penta-3", "PENTA", 3, ever.clone()),
            ("opv-1", "OPV", 1, ever.clone()),
            ("opv-3", "OPV", 3, ever.clone()),
            ("rota-1", "RVV", 1, ever.clone()),
            ("ipv-1", "fIPV", 1, ever.clone()),
            ("pcv-1", "PCV", 1, ever.clone()),
            ("pcv-b", "PCV", 3, ever.clone()),
            ("mr-1", "MR", 1, 0..12),
            ("mr-1-late", "MR", 1, 12..1_000),
            ("mr-2", "MR", 2, ever.clone()),
            ("dpt-b1", "DPT", 1, 0..24),
            ("dpt-b1-late", "DPT", 1, 24..1_000),
            ("opv-b", "OPV", 4, 0..24),
            ("vita-1", "VitA", 1, ever),
        ] {
            assert_eq!(report.count(key), Some(count(product, number, age)), "{key} from {from} to {until}");
        }
        let all = told.iter().filter(|t| within(t.on)).count();
        assert_eq!(report.doses as usize, all);
        assert_eq!(report.by_product.iter().map(|(_, n)| *n as usize).sum::<usize>(), all);
        let of_sex = |sex| fully.iter().filter(|(on, s)| within(*on) && *s == sex).count();
        assert_eq!(report.fully.female as usize, of_sex(Sex::Female), "from {from} to {until}");
        assert_eq!(report.fully.male as usize, of_sex(Sex::Male));
        assert_eq!(report.count("fully-male"), Some(report.fully.male));
        assert_eq!(report.completely as usize, completely.iter().filter(|on| within(**on)).count());
        assert_eq!(report.count("vitk"), None, "not recorded here");
        report
    };
    let first = today().with_day0(0).unwrap();
    for ago in 0..30 {
        let from = first - Months::new(ago);
        check(from, from + Months::new(1) - Days::new(1));
    }
    let whole = check(ago(3_000), today());
    for key in ["bcg", "penta-3", "rota-1", "pcv-b", "mr-1", "mr-1-late", "dpt-b1", "dpt-b1-late", "opv-b", "vita-1"] {
        assert!(whole.count(key).unwrap() > 1, "{key} was not put to the test");
    }
    assert!(whole.fully.female > 2 && whole.fully.male > 2 && whole.completely > 2);
    assert_eq!(whole.outside, outside);
    assert_eq!(whole.aefi.minor, 1);
    assert_eq!(whole.sessions.planned, 0);
    assert!(whole.sessions.held > 0 && whole.sessions.held == whole.sessions.held_unplanned);
    let failing: Vec<&str> = whole.checks.iter().filter(|check| !check.holds()).map(|check| check.key).collect();
    assert_eq!(failing, ["held-planned"]);

    // Her own, and of a village.
    let mine = d.clinic.report(&bina, &(ago(3_000)..=today()), &ReportFilter::default()).unwrap();
    assert_eq!(mine.doses as usize, told.iter().filter(|t| t.by == bina.user).count());
    assert_eq!((mine.worker, whole.worker), (Some(bina.user), None), "whose it is");
    let others = ReportFilter { worker: Some(d.asha.user), ..ReportFilter::default() };
    assert_eq!(d.clinic.report(&bina, &(ago(3_000)..=today()), &others).unwrap(), mine, "never another's");
    let sonpur = ReportFilter { village: Some("sonpur".into()), ..ReportFilter::default() };
    assert_eq!(d.clinic.report(&d.admin, &(ago(3_000)..=today()), &sonpur).unwrap().doses, mine.doses);

    // The cohort: 12 to 23 months old today. Every seventh of them is a zero-dose child.
    let in_cohort: Vec<u64> = (0..48)
        .filter(|n| {
            let born = ago(40 + n * 31);
            born <= today() - Months::new(12) && born > today() - Months::new(24)
        })
        .collect();
    assert_eq!(whole.cohort.children as usize, in_cohort.len());
    assert_eq!(whole.cohort.zero_dose as usize, in_cohort.iter().filter(|n| *n % 7 == 0).count());
    assert_eq!(whole.cohort.dropped_out as usize, in_cohort.iter().filter(|n| *n % 5 == 0 && *n % 7 != 0).count());
    assert_eq!(whole.cohort_drop_outs[0].began, whole.cohort.penta1);
    let sushma = staff(&d, "sushma", Role::Supervisor);
    assert_eq!(d.clinic.report(&sushma, &(ago(3_000)..=today()), &ReportFilter::default()).unwrap(), whole);
    let tara = staff(&d, "tara", Role::Tracker);
    assert!(matches!(
        refusal(d.clinic.report(&tara, &(today()..=today()), &ReportFilter::default())),
        Refusal::NotAllowed(_)
    ));

    // A month that is over keeps its figures when a child leaves.
    let gone = Command::InactivateChild { child, why: Gone::MovedAway, on: to_day(today()), note: String::new() };
    d.clinic.submit(&d.admin, gone).unwrap();
    check(ago(3_000), ago(1));
    verify(&d.clinic, &d.admin);
}

#[test]
fn who_went_on_without_having_begun_hides_no_drop_out() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for (name, doses) in [
        ("Asha", &[("PENTA", 350), ("MR", 100)][..]),
        ("Bela", &[("PENTA", 350)]),
        ("Chanda", &[("MR", 100)]),
        ("Durga", &[("MR", 100)]),
    ] {
        let child = d.register(&d.admin, someone(name, ago(400), "Rampur"), None).unwrap();
        doses.iter().for_each(|(product, days)| give(&d, child, product, ago(*days)));
    }
    let report = d.clinic.report(&d.admin, &(ago(30)..=today()), &ReportFilter::default()).unwrap();
    let [_, lost, _] = report.cohort_drop_outs;
    assert_eq!((lost.key, lost.began, lost.went_on, lost.is_alarming()), ("penta1-mr1", 2, 1, true));
    // The sums of the same children hide it: three have MR, two have Penta.
    assert_eq!((report.cohort.penta1, report.cohort.mr1), (2, 3));
}

#[test]
fn the_coverage_has_every_dose_of_the_schedule_with_the_children_of_its_age() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let born = |months: u32| today() - Months::new(months);
    for (name, months, doses) in [
        ("Asha", 13, &[("BCG", 0), ("PENTA", 2), ("MR", 9)][..]),
        // She began late: the vaccine for it stands for the planned dose.
        ("Bela", 15, &[("DPT", 13)]),
        // Too early: it does not count.
        ("Chanda", 20, &[("BCG", 0), ("MR", 4)]),
        ("Durga", 26, &[("BCG", 0), ("MR", 9), ("MR", 17), ("DPT", 17)]),
        ("Esha", 30, &[("MR", 9)]),
        // Not yet of any age that is judged.
        ("Fiza", 6, &[("BCG", 0), ("PENTA", 2)]),
    ] {
        let child = d.register(&d.admin, someone(name, born(months), "Rampur"), None).unwrap();
        for (product, age) in doses {
            give(&d, child, product, born(months) + Months::new(*age));
        }
    }
    let all = ReportFilter::default();
    let covered = d.clinic.coverage(&d.admin, today(), &all).unwrap();
    let of = |item: &str| {
        let found = covered.iter().find(|c| c.item == item).unwrap();
        (found.age_years, found.given, found.children)
    };
    assert_eq!(of("BCG"), (1, 2, 3));
    assert_eq!((of("PENTA-1"), of("PENTA-2"), of("MR-1")), ((1, 2, 3), (1, 0, 3), (1, 1, 3)));
    assert_eq!((of("MR-2"), of("OPV-B")), ((2, 1, 2), (2, 0, 2)));
    assert_eq!((of("DPT-B2"), of("Td-16")), ((6, 0, 0), (17, 0, 0)));
    // Nobody needs it where there is none of the disease.
    assert_eq!(of("JE-1"), (1, 0, 0));
    let schedule = Schedule::builtin("uip").unwrap();
    let plan = schedule.entries().filter(|(_, entry)| entry.kind == EntryKind::Plan).count();
    assert_eq!(covered.len(), plan, "each dose once");
    assert!(covered.is_sorted_by_key(|c| c.age_years));
    // The time that is asked for, and whose.
    let then = d.clinic.coverage(&d.admin, born(7), &all).unwrap();
    assert_eq!(then.iter().find(|c| c.item == "BCG").map(|c| (c.given, c.children)), Some((2, 3)), "as old then");
    let nowhere = ReportFilter { village: Some("Sonpur".into()), ..ReportFilter::default() };
    assert!(d.clinic.coverage(&d.admin, today(), &nowhere).unwrap().iter().all(|c| c.children == 0));
    assert!(d.clinic.coverage(&d.asha, today(), &all).unwrap().iter().all(|c| c.children == 0), "hers alone");
}

#[test]
fn where_the_late_children_live_is_told_of_her_own_alone() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for (name, village, worker) in
        [("Asha", "Rampur", Some(d.asha.user)), ("Bela", "Rampur", None), ("Chanda", "Sonpur", None)]
    {
        let child = d.register(&d.admin, someone(name, ago(200), village), worker).unwrap();
        give(&d, child, "BCG", ago(200));
    }
    let late = |by, of| d.clinic.late_by_village(by, of).unwrap();
    // The children of nobody stand on her list of who is due; a report is of hers.
    assert_eq!(d.clinic.due_list(&d.asha, &DueFilter::default(), 0).unwrap().villages.len(), 2);
    assert_eq!(late(&d.asha, None), [("Rampur".to_owned(), 1)]);
    assert_eq!(late(&d.admin, Some(d.asha.user)), late(&d.asha, None));
    assert_eq!(late(&d.asha, Some(d.admin.user)), late(&d.asha, None), "never another's");
    assert_eq!(late(&d.admin, None), [("Rampur".to_owned(), 2), ("Sonpur".to_owned(), 1)]);
}

#[test]
fn a_hexavalent_dose_is_reported_as_what_is_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk_of(dir.path(), &Founding { schedule: "seed".into(), ..founding() });
    let child = d.register(&d.admin, someone("Asha", ago(150), "Rampur"), None).unwrap();
    for days in [105, 75, 45] {
        give(&d, child, "HEXA", ago(days));
    }
    let report = d.clinic.report(&d.admin, &(ago(3_000)..=today()), &ReportFilter::default()).unwrap();
    for key in ["penta-1", "penta-2", "penta-3", "ipv-1", "ipv-2", "ipv-3"] {
        assert_eq!(report.count(key), Some(1), "{key}");
    }
    assert_eq!((report.doses, report.count("hepb-0")), (3, Some(0)));
    let [began, ..] = report.drop_outs;
    assert_eq!((began.key, began.began, began.went_on), ("penta1-penta3", 1, 1));
}

#[test]
fn a_report_counts_what_was_given_here_and_after_birth() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let whole = || d.clinic.report(&d.admin, &(ago(3_000)..=today()), &ReportFilter::default()).unwrap();
    // Of two records that became one the other one's birth date holds: what was given before it hides no other dose.
    let into = d.register(&d.admin, someone("Asha", ago(98), "Rampur"), None).unwrap();
    let child = d.register(&d.admin, someone("Asha", ago(100), "Rampur"), None).unwrap();
    give(&d, child, "BCG", ago(100));
    give(&d, into, "PENTA", ago(50));
    d.clinic.submit(&d.admin, Command::MergeChildren { child, into, reason: "one child".into() }).unwrap();
    let report = whole();
    assert_eq!((report.doses, report.count("bcg"), report.count("penta-1")), (2, Some(0), Some(1)));
    // A set that was finished elsewhere is another's to report, whatever else was given here on that day.
    for (name, at, fully) in [("Bela", GivenAt::Outside("paper card".into()), 0), ("Chanda", GivenAt::Here(None), 1)] {
        let child = d.register(&d.admin, someone(name, ago(300), "Rampur"), None).unwrap();
        give(&d, child, "BCG", ago(300));
        for (product, age) in [("OPV", 45), ("PENTA", 45), ("OPV", 76), ("PENTA", 76), ("OPV", 107), ("PENTA", 107)] {
            give(&d, child, product, ago(300 - age));
        }
        let (product, on) = ("MR".to_owned(), to_day(ago(20)));
        let command = Command::RecordDose { child, product, on, batch: None, reason: None, at };
        d.clinic.submit(&d.asha, command).unwrap();
        give(&d, child, "VitA", ago(20));
        assert_eq!(whole().fully.total(), fully, "{name}");
    }
}
