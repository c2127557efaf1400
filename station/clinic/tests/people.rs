//! Passwords, sessions, locks, the audit, the settings and the conflicts of a clinic.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::milestone::FullySet;
use clinic::record::command::{ChildForm, Command, Line, NewTask, NewUser, Settings};
use clinic::record::fact::{Congestion, HANDED_OVER};
use clinic::record::refusal::{Field, Refusal, Weak};
use clinic::record::role::Role;
use clinic::store::{
    AuditFilter, ChildFilter, DueFilter, KeyFile, LoginError, OfWorker, OpenError, Seen, TaskFilter, TaskShow,
    VaccineEffect, Whose, found,
};
use clinic::{Clinic, Session};
use common::{Desk, NOON_MS, clocked, desk, env, form, founding, password, refusal, today};
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord, TaskKind};
use hub_protocol::{ChildId, Identity, TaskId, UserId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const NEW: &str = "tall neem 42";
const MINUTE_MS: u64 = 60_000;

fn sound(d: &Desk) {
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

fn worker(d: &Desk, login: &str) -> UserId {
    let new = NewUser { login: login.into(), name: format!("The {login}"), role: Role::PhcWorker };
    d.clinic.register_user(&d.admin, &new, &password(login)).unwrap()
}

/// Children who look alike, and of whom somebody says that they are others.
fn children(d: &Desk, count: u64, worker: Option<UserId>) -> Vec<ChildId> {
    let mut all: Vec<ChildId> = Vec::new();
    for n in 0..count {
        let child = d.clinic.env().new_child_id().unwrap();
        let form = form(&format!("Child {n}"), today() - Days::new(n * 5));
        let known = d.clinic.children(&d.admin, "", 0).unwrap().0.into_iter().map(|line| line.id).collect();
        let command = Command::RegisterChild { child, form, worker, distinct_from: known };
        d.clinic.submit(&d.admin, command).unwrap();
        all.push(child);
    }
    all
}

#[test]
fn a_reset_password_opens_and_the_old_one_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let before = d.clinic.sync().unwrap().events;
    d.clinic.reset_password(&d.admin, d.asha.user, NEW).unwrap();
    assert_eq!(d.clinic.sync().unwrap().events, before + 1, "no password changes without a trace");
    assert!(matches!(d.clinic.login("asha", &password("asha")), Err(LoginError::Wrong)));
    let asha = d.clinic.login("asha", NEW).unwrap();
    // The session of the old password is over, for questions and for commands.
    assert_eq!(refusal(d.clinic.children(&d.asha, "", 0)), Refusal::LoggedOut);
    assert_eq!(refusal(d.register(&d.asha, form("A", today()), None)), Refusal::LoggedOut);
    d.register(&asha, form("A", today()), None).unwrap();
    // An Admin's and a Super Admin's password are the Super Admin's to reset.
    assert!(matches!(refusal(d.clinic.reset_password(&d.admin, d.root.user, NEW)), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(d.clinic.reset_password(&d.admin, d.admin.user, NEW)), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(d.clinic.reset_password(&asha, d.admin.user, NEW)), Refusal::NotAllowed(_)));
    assert_eq!(refusal(d.clinic.reset_password(&d.admin, UserId(7), NEW)), Refusal::UnknownUser);
    assert_eq!(refusal(d.clinic.reset_password(&d.admin, asha.user, "12345678")), Refusal::WeakPassword(Weak::Common));
    assert!(d.clinic.login("root1", &password("root1")).is_ok(), "a refusal must not replace a slot");
    assert!(d.clinic.login("admin", &password("admin")).is_ok());
    d.clinic.reset_password(&d.root, d.admin.user, NEW).unwrap();
    assert!(d.clinic.login("admin", NEW).is_ok());
    assert_eq!(refusal(d.clinic.users(&d.admin)), Refusal::LoggedOut);
    let events = d.clinic.sync().unwrap().events;
    drop(d);
    assert!(matches!(Clinic::unlock(dir.path(), "asha", &password("asha"), env()), Err(LoginError::Wrong)));
    let (clinic, admin) = Clinic::unlock(dir.path(), "admin", NEW, env()).unwrap();
    assert_eq!(clinic.sync().unwrap().events, events);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}

#[test]
fn ones_own_password_needs_the_old_one() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let key_file = dir.path().join("hub.key");
    d.clinic.make_key_file(&d.admin, &key_file).unwrap();
    let wrong = d.clinic.change_password(&d.admin, "not my password", NEW);
    assert!(matches!(wrong, Err(LoginError::Open(OpenError::Refused(Refusal::WrongPassword)))), "{wrong:?}");
    let same = d.clinic.change_password(&d.admin, &password("admin"), &password("admin"));
    assert!(
        matches!(same, Err(LoginError::Open(OpenError::Refused(Refusal::WeakPassword(Weak::AsBefore))))),
        "{same:?}"
    );
    let admin = d.clinic.change_password(&d.admin, &password("admin"), NEW).unwrap();
    assert!(d.clinic.users(&admin).is_ok());
    assert_eq!(refusal(d.clinic.users(&d.admin)), Refusal::LoggedOut);
    // Wrong old ones are counted with wrong logins.
    for _ in 0..5 {
        assert!(d.clinic.change_password(&admin, "not my password", "red kite 77").is_err());
    }
    assert!(matches!(d.clinic.change_password(&admin, NEW, "red kite 77"), Err(LoginError::Locked { .. })));
    assert!(matches!(d.clinic.login("admin", NEW), Err(LoginError::Locked { .. })));
    assert_eq!(d.clinic.verify(&admin).unwrap().problems, []);
    drop(d);
    // The key file was made with the old password.
    let file = KeyFile::read(&key_file).unwrap();
    assert!(matches!(Clinic::unlock_with_file(dir.path(), &file, env()), Err(LoginError::Wrong)));
    // A command alone cannot say that a password changed.
    let (clinic, root) = Clinic::unlock(dir.path(), "root1", &password("root1"), env()).unwrap();
    let events = clinic.sync().unwrap().events;
    let new = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::Tracker };
    for command in [
        Command::ChangePassword,
        Command::ResetPassword { user: root.user },
        Command::EnableUser { user: root.user },
        Command::RegisterUser { user: UserId(9), new },
    ] {
        assert_eq!(refusal(clinic.submit(&root, command)), Refusal::Missing(Field::Password));
    }
    assert_eq!(clinic.sync().unwrap().events, events);
}

#[test]
fn a_disabled_user_is_out_at_once_and_comes_back_with_a_new_password() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    assert_eq!(refusal(d.clinic.enable_user(&d.admin, d.asha.user, NEW)), Refusal::UserActive);
    // The plain command does the same as the call.
    d.clinic.submit(&d.admin, Command::DisableUser { user: d.asha.user }).unwrap();
    assert_eq!(refusal(d.clinic.children(&d.asha, "", 0)), Refusal::NotActive);
    assert!(matches!(d.clinic.login("asha", &password("asha")), Err(LoginError::Wrong)));
    assert_eq!(refusal(d.clinic.reset_password(&d.admin, d.asha.user, NEW)), Refusal::UnknownUser);
    assert!(matches!(d.clinic.login("asha", NEW), Err(LoginError::Wrong)));
    d.clinic.enable_user(&d.admin, d.asha.user, NEW).unwrap();
    assert!(matches!(d.clinic.login("asha", &password("asha")), Err(LoginError::Wrong)));
    assert_eq!(refusal(d.clinic.children(&d.asha, "", 0)), Refusal::LoggedOut, "the session from before stays over");
    let asha = d.clinic.login("asha", NEW).unwrap();
    assert!(d.clinic.children(&asha, "", 0).is_ok());
    assert_eq!(refusal(d.clinic.disable_user(&d.root, d.root.user)), Refusal::LastOfRole(Role::SuperAdmin));
    assert_eq!(refusal(d.clinic.disable_user(&d.root, d.admin.user)), Refusal::LastOfRole(Role::Admin));
    let second = NewUser { login: "admin2".into(), name: "Second".into(), role: Role::Admin };
    let second = d.clinic.register_user(&d.root, &second, NEW).unwrap();
    assert!(matches!(refusal(d.clinic.disable_user(&d.admin, second)), Refusal::NotAllowed(_)));
    // Two at once, each of whom would be the other's last: one stays.
    let out = std::thread::scope(|scope| {
        let d = &d;
        let tries =
            [second, d.admin.user].map(|user| scope.spawn(move || d.clinic.disable_user(&d.root, user).is_ok()));
        tries.map(|tried| tried.join().unwrap())
    });
    assert_eq!(out.iter().filter(|done| **done).count(), 1);
    drop(d);
    let (clinic, root) = Clinic::unlock(dir.path(), "root1", &password("root1"), env()).unwrap();
    assert_eq!(clinic.users(&root).unwrap().iter().filter(|u| u.role == Role::Admin && u.active).count(), 1);
    assert_eq!(clinic.verify(&root).unwrap().problems, []);
}

#[test]
fn locks_grow_outlive_a_restart_and_are_in_the_audit() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    drop(found(dir.path(), &founding(), clocked(&now)).unwrap());
    let wrong = || Clinic::unlock(dir.path(), "asha", "wrong wrong", clocked(&now)).map(drop);
    let until = |tried: Result<(), LoginError>| match tried {
        Err(LoginError::Locked { until_ms }) => Some(until_ms),
        _ => None,
    };
    // Each try is a new start of the program: the count is on the disk.
    for _ in 0..5 {
        assert!(matches!(wrong(), Err(LoginError::Wrong)));
    }
    assert_eq!(until(wrong()), Some(NOON_MS + MINUTE_MS));
    let right = || Clinic::unlock(dir.path(), "asha", &password("asha"), clocked(&now));
    assert_eq!(until(right().map(drop)), Some(NOON_MS + MINUTE_MS), "the right one waits too");
    // The clock set back neither opens it nor locks for years.
    now.store(NOON_MS - 86_400_000, Ordering::Relaxed);
    assert_eq!(until(wrong()), Some(NOON_MS - 86_400_000 + MINUTE_MS));
    now.store(NOON_MS + 2 * MINUTE_MS, Ordering::Relaxed);
    assert!(matches!(wrong(), Err(LoginError::Wrong)));
    assert_eq!(until(wrong()), Some(NOON_MS + 4 * MINUTE_MS), "twice as long");
    now.store(NOON_MS + 5 * MINUTE_MS, Ordering::Relaxed);
    let (clinic, asha) = right().unwrap();
    // Locks from while the records were shut, then those at the open desk; a login nobody has is nobody's.
    for _ in 0..6 {
        let _wrong = clinic.login("nobody", "wrong wrong");
    }
    let admin = clinic.login("admin", &password("admin")).unwrap();
    let locks = AuditFilter { what: Some(Seen::LoginLocked), ..AuditFilter::default() };
    let lines = clinic.audit(&admin, &locks, None).unwrap().lines;
    let told: Vec<_> = lines.iter().map(|l| (l.at_ms - NOON_MS, l.user.as_ref().map(|u| u.0))).collect();
    assert_eq!(told, [(5 * MINUTE_MS, None), (2 * MINUTE_MS, Some(asha.user))]);
    let logins = AuditFilter { what: Some(Seen::LoggedIn), user: Some(asha.user), ..AuditFilter::default() };
    assert_eq!(clinic.audit(&admin, &logins, None).unwrap().lines.len(), 1);
}

#[test]
fn who_saw_whose_record_is_written_down_once_in_ten_minutes() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = found(dir.path(), &founding(), clocked(&now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
    let bina = worker(&d, "bina");
    let bina = (bina, d.clinic.login("bina", &password("bina")).unwrap()).1;
    let child = d.register(&d.asha, form("Asha", today()), None).unwrap();
    let saw = AuditFilter { child: Some(child), ..AuditFilter::default() };
    let lines = |filter: &AuditFilter| d.clinic.audit(&d.admin, filter, None).unwrap().lines;
    d.clinic.child(&d.asha, child).unwrap();
    assert_eq!(lines(&saw), [], "her own child");
    d.clinic.child(&bina, child).unwrap();
    let line = lines(&saw).remove(0);
    assert_eq!((line.what, line.at_ms), (Some(Seen::SawRecord), NOON_MS));
    assert_eq!(line.user.unwrap().1, "The bina");
    assert_eq!(line.child.unwrap().name, "Asha");
    for (later_min, count) in [(0, 1), (9, 1), (11, 2), (20, 2), (22, 3)] {
        now.store(NOON_MS + later_min * MINUTE_MS, Ordering::Relaxed);
        d.clinic.child(&bina, child).unwrap();
        assert_eq!(lines(&saw).len(), count, "after {later_min} min");
    }
    // A clock that went back: another look, another line.
    now.store(NOON_MS - 60 * MINUTE_MS, Ordering::Relaxed);
    d.clinic.child(&bina, child).unwrap();
    assert_eq!(lines(&saw).len(), 4);
    // Sixteen at once are one.
    now.store(NOON_MS + 100 * MINUTE_MS, Ordering::Relaxed);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| d.clinic.child(&d.admin, child).unwrap());
        }
    });
    let by_admin = AuditFilter { user: Some(d.admin.user), what: Some(Seen::SawRecord), ..AuditFilter::default() };
    assert_eq!(lines(&by_admin).len(), 1);
    let all = lines(&AuditFilter::default());
    assert!(all.is_sorted_by(|a, b| a.at_ms >= b.at_ms));
    let early = AuditFilter { to_ms: Some(NOON_MS - 1), ..AuditFilter::default() };
    let late = AuditFilter { from_ms: Some(NOON_MS), ..AuditFilter::default() };
    assert_eq!(lines(&early).len() + lines(&late).len(), all.len());
    assert_eq!(lines(&early).len(), 1);
    assert!(matches!(refusal(d.clinic.audit(&bina, &early, None)), Refusal::NotAllowed(_)));
    sound(&d);
}

#[test]
fn the_audit_is_paged_and_survives_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let children = children(&d, 130, None);
    for child in &children {
        d.clinic.child(&d.admin, *child).unwrap();
    }
    let key = dir.path().join("key");
    d.clinic.make_key_file(&d.root, &key).unwrap();
    let Desk { clinic, root, .. } = d;
    drop(clinic);
    let (clinic, _) = Clinic::unlock(dir.path(), "root1", &password("root1"), env()).unwrap();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = clinic.audit(&root, &AuditFilter::default(), after).unwrap();
        seen.extend(page.lines);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // Three logins, the looks, the key file, and the login just now.
    assert_eq!(seen.len(), 3 + 130 + 1 + 1);
    let codes: Vec<&str> = seen.iter().take(2).map(|l| l.what.unwrap().code()).collect();
    assert_eq!(codes, ["logged-in", "key-file"]);
    let looked: Vec<ChildId> = seen.iter().rev().filter_map(|l| l.child.as_ref().map(|c| c.id)).collect();
    assert_eq!(looked, children);
}

#[test]
fn settings_say_what_they_would_do_and_do_it() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for (n, child) in (0..).zip(children(&d, 30, None)) {
        if n % 3 == 0 {
            d.clinic.submit(&d.asha, dose(child, "BCG", today() - Days::new(n * 5))).unwrap();
        }
    }
    let old = d.clinic.settings(&d.admin).unwrap();
    let new = Settings {
        schedule: "seed".into(),
        je_endemic: true,
        defaulter_days: 21,
        auto_lock_min: 3,
        region: "east".into(),
        facility_code: Some("IN0910001234".into()),
        facility_phone: Some("05922-234567".into()),
        fully: Some(FullySet::Extended),
    };
    let before = d.clinic.sync().unwrap().events;
    let same = d.clinic.settings_effect(&d.admin, &old).unwrap();
    assert_eq!((same.due_before, same.late_before), (same.due_after, same.late_after));
    assert_eq!((same.touched, &*same.vaccines), (0, &[][..]));
    let effect = d.clinic.settings_effect(&d.admin, &new).unwrap();
    assert_eq!((effect.due_before, effect.late_before), (same.due_before, same.late_before));
    assert_ne!(effect.late_before, effect.late_after);
    assert_eq!(effect.children, 30);
    // The list with the academy's vaccines: each of them is new for every child.
    let of = |series: &str| effect.vaccines.iter().find(|vaccine| vaccine.series == series).unwrap();
    assert_eq!(of("HepA"), &VaccineEffect { series: "HepA".into(), added: 30, removed: 0, moved: 0 });
    assert_eq!(effect.touched, 30);
    // What both have is no new vaccine, whatever its name is there.
    assert_eq!((of("DPT").added, of("DPT").removed), (0, 0));
    assert!(effect.vaccines.is_sorted_by_key(|vaccine| std::cmp::Reverse(vaccine.children())));
    // JE alone touches JE alone.
    let je = d.clinic.settings_effect(&d.admin, &Settings { je_endemic: true, ..old }).unwrap();
    assert_eq!(je.vaccines, [VaccineEffect { series: "JE".into(), added: 30, removed: 0, moved: 0 }]);
    assert_eq!(d.clinic.sync().unwrap().events, before, "nothing changed");
    assert_eq!(d.clinic.settings_effect(&d.admin, &new).unwrap(), effect);
    for (wrong, expected) in [
        (Settings { schedule: "none".into(), ..new.clone() }, Refusal::UnknownSchedule),
        (Settings { defaulter_days: 61, ..new.clone() }, Refusal::Range(Field::DefaulterDays)),
        (Settings { facility_code: Some("नौ".into()), ..new.clone() }, Refusal::Characters(Field::FacilityCode)),
        (Settings { facility_phone: Some("9".repeat(31)), ..new.clone() }, Refusal::TooLong(Field::FacilityPhone)),
        (Settings { auto_lock_min: 0, ..new.clone() }, Refusal::Range(Field::AutoLock)),
        (Settings { region: "moon".into(), ..new.clone() }, Refusal::Form(Field::Region)),
    ] {
        assert_eq!(refusal(d.clinic.settings_effect(&d.admin, &wrong)), expected);
        assert_eq!(refusal(d.clinic.submit(&d.admin, Command::ChangeSettings(wrong))), expected);
    }
    d.clinic.submit(&d.admin, Command::ChangeSettings(new.clone())).unwrap();
    assert_eq!(d.clinic.settings(&d.admin).unwrap(), new);
    let after = d.clinic.settings_effect(&d.admin, &new).unwrap();
    assert_eq!((after.due_before, after.late_before), (effect.due_after, effect.late_after), "as it was said");
    sound(&d);
}

fn dose(child: ChildId, product: &str, on: NaiveDate) -> Command {
    Command::RecordDose {
        child,
        product: product.into(),
        on: to_day(on),
        batch: None,
        reason: None,
        at: clinic::record::command::GivenAt::Here(None),
    }
}

#[test]
fn conflicts_say_what_happened_and_are_settled() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let toy = Identity::from_seed([5; 32]);
    d.give_toy(&toy, d.asha.user);
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    let record = |seq, child, worker: UserId| {
        let dose = Dose { child, product: "PENTA".into(), on: to_day(today()), batch: Some("P 7".into()) };
        let (epoch, at_ms, fact) = (1, NOON_MS, ToyFact::Dose(dose));
        SignedRecord::sign(&Record { toy: toy.device_id(), epoch, seq, worker, at_ms, fact }, &toy)
    };
    let key = toy.public_key();
    d.clinic.take_toy_records(&key, vec![record(1, ChildId(77), d.asha.user)], 0).unwrap();
    d.clinic.take_toy_records(&key, vec![record(2, child, d.asha.user)], 86_400_000).unwrap();
    d.clinic.take_toy_records(&key, vec![record(3, child, d.admin.user)], 0).unwrap();
    let open = d.clinic.conflicts(&d.admin).unwrap();
    assert_eq!(d.clinic.open_conflicts(&d.admin).unwrap(), 3);
    let kinds: Vec<_> = open.iter().map(|c| (c.kind.as_str(), c.acceptable, c.proposed)).collect();
    assert_eq!(kinds, [("unknown-child", false, false), ("toy-clock", true, true), ("not-her-toy", true, false)]);
    let clock = &open[1];
    assert_eq!(clock.of.as_ref().unwrap().name, "Asha");
    assert_eq!(clock.by.as_ref().unwrap().0, d.asha.user);
    assert_eq!(
        (clock.toy.as_deref(), clock.product.as_deref(), clock.batch.as_deref()),
        (Some("7"), Some("PENTA"), Some("P 7"))
    );
    assert_eq!((clock.on, clock.at_ms, clock.child), (Some(today()), NOON_MS, Some(child)));
    assert_eq!(open[0].of, None);
    let settle = |n: usize, accepted, reason: &str| {
        d.clinic.submit(&d.admin, Command::SettleConflict { event: open[n].event, accepted, reason: reason.into() })
    };
    assert_eq!(refusal(settle(0, true, "it is true")), Refusal::CannotAccept);
    assert_eq!(refusal(settle(0, false, " ")), Refusal::Missing(Field::Reason));
    settle(0, false, "the child of another clinic").unwrap();
    settle(1, true, "asked the worker").unwrap();
    assert_eq!(refusal(settle(1, false, "again")), Refusal::UnknownConflict);
    assert_eq!(d.clinic.conflicts(&d.admin).unwrap().len(), 1);
    let settled = d.clinic.settled_conflicts(&d.admin, 0).unwrap();
    assert_eq!(settled.len(), 2);
    let last = settled[0].settled.as_ref().unwrap();
    assert_eq!((last.accepted, last.reason.as_str(), last.by.as_str()), (true, "asked the worker", "The admin"));
    assert_eq!(d.clinic.child(&d.asha, child).unwrap().doses.len(), 1, "it is a dose now");
    assert!(matches!(refusal(d.clinic.conflicts(&d.asha)), Refusal::NotAllowed(_)));
    sound(&d);
}

#[test]
fn the_children_of_a_worker_who_left_are_handed_over_as_far_as_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let bina = worker(&d, "bina");
    children(&d, 12, Some(d.asha.user));
    children(&d, 45, Some(bina));
    d.clinic.disable_user(&d.admin, d.asha.user).unwrap();
    let children = |user| d.clinic.users(&d.admin).unwrap().iter().find(|u| u.id == user).unwrap().children;
    assert_eq!(children(d.asha.user), 12);
    let done = d.clinic.hand_over(&d.admin, d.asha.user, Some(bina)).unwrap();
    assert_eq!((done.moved, done.left, children(bina), children(d.asha.user)), (5, 7, 50, 7));
    assert_eq!(refusal(d.clinic.hand_over(&d.admin, d.asha.user, Some(d.root.user))), Refusal::NotAWorker);
    let done = d.clinic.hand_over(&d.admin, d.asha.user, None).unwrap();
    assert_eq!((done.moved, done.left, children(d.asha.user)), (7, 0, 0));
    assert!(matches!(refusal(d.clinic.hand_over(&d.root, bina, None)), Refusal::NotAllowed(_)));
    sound(&d);
}

#[test]
fn nobody_looks_after_what_a_worker_left_until_it_is_handed_over() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let bina = worker(&d, "bina");
    let session = d.clinic.login("bina", &password("bina")).unwrap();
    let [hers, traced] = children(&d, 2, Some(d.asha.user))[..] else { panic!() };
    let task = |task, kind, child, note: &str| {
        let (due, note, place) = (to_day(today()), note.to_owned(), String::new());
        let new = NewTask { worker: d.asha.user, kind, child, place, due, note };
        d.clinic.submit(&d.admin, Command::AssignTask { task: TaskId(task), new }).unwrap();
    };
    task(1, TaskKind::Visit, Some(hers), "");
    task(2, TaskKind::Trace, Some(traced), "");
    task(3, TaskKind::Other, None, "the cold box");
    let nobodys = || {
        let filter = ChildFilter { whose: Whose::Nobodys, ..ChildFilter::default() };
        let lines = d.clinic.find_children(&d.admin, "", &filter, 0).unwrap().lines;
        assert!(lines.iter().all(|line| line.worker_left));
        let mut ids: Vec<ChildId> = lines.iter().map(|line| line.id).collect();
        ids.sort_unstable();
        ids
    };
    let waiting = |by: &Session, worker| {
        let filter = DueFilter { worker, ..DueFilter::default() };
        d.clinic.due_list(by, &filter, 0).unwrap().rows.len()
    };
    let left = || {
        let users = d.clinic.users(&d.admin).unwrap();
        let user = users.iter().find(|user| user.id == d.asha.user).unwrap();
        (user.children, user.tasks)
    };
    assert_eq!((nobodys(), waiting(&session, OfWorker::Anybody), left()), (vec![], 0, (2, 3)));
    d.clinic.disable_user(&d.admin, d.asha.user).unwrap();
    let mut both = vec![hers, traced];
    both.sort_unstable();
    assert_eq!(nobodys(), both);
    assert_eq!((waiting(&session, OfWorker::Anybody), waiting(&d.admin, OfWorker::Nobody)), (2, 2));

    // The clinic's list takes the children, and does nothing by itself.
    let done = d.clinic.hand_over(&d.admin, d.asha.user, None).unwrap();
    assert_eq!((done.moved, done.tasks, left()), (2, 0, (0, 3)));
    // A family that may not be looked for any more is nobody's task.
    let form = ChildForm { consent_tracing: false, ..d.clinic.child_record(&d.admin, traced).unwrap().form };
    d.clinic.submit(&d.admin, Command::EditChild { child: traced, form, reason: "asked".into() }).unwrap();
    let done = d.clinic.hand_over(&d.admin, d.asha.user, Some(bina)).unwrap();
    assert_eq!((done.tasks, done.tasks_left, left()), (2, 1, (0, 1)));
    let open = d.clinic.tasks(&session, &TaskFilter::default(), 0).unwrap().0;
    let open: Vec<_> = open.into_iter().map(|task| (task.kind, task.child.map(|c| c.id), task.note)).collect();
    assert_eq!(open.len(), 2);
    assert!(open.contains(&(TaskKind::Visit, Some(hers), String::new())), "{open:?}");
    assert!(open.contains(&(TaskKind::Other, None, "the cold box".into())), "{open:?}");
    let closed = TaskFilter { show: TaskShow::Closed, ..TaskFilter::default() };
    let closed = d.clinic.tasks(&d.admin, &closed, 0).unwrap().0;
    assert!(closed.len() == 2 && closed.iter().all(|task| task.reason == HANDED_OVER && task.done == Some(false)));
    // The work goes on in another task: this one stays closed.
    let reopened = d.clinic.submit(&d.admin, Command::ReopenTask { task: closed[0].id });
    assert_eq!(refusal(reopened), Refusal::UnknownTask);
    sound(&d);
}

#[test]
fn an_admin_says_what_the_line_to_the_district_may_cost() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let line = || d.clinic.clinic().unwrap().line;
    assert_eq!(line(), Line { daily_mb: None, congestion: Congestion::Bbr });
    let change = |session, daily_mb| {
        let line = Line { daily_mb, congestion: Congestion::Cubic };
        d.clinic.submit(session, Command::ChangeLine(line))
    };
    for wrong in [0, 1_001] {
        assert_eq!(refusal(change(&d.admin, Some(wrong))), Refusal::Range(Field::LineDaily));
    }
    for somebody in [&d.asha, &d.root] {
        assert!(matches!(refusal(change(somebody, Some(5))), Refusal::NotAllowed(_)));
    }
    change(&d.admin, Some(5)).unwrap();
    assert_eq!(line(), Line { daily_mb: Some(5), congestion: Congestion::Cubic });
    change(&d.admin, None).unwrap();
    assert_eq!(line(), Line { daily_mb: None, congestion: Congestion::Cubic });
    sound(&d);
}
