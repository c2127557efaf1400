//! The store as a whole: founding, roles, limits, refusals, the ledger and its verification.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{Days, Months, NaiveDate};
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, NewTask, NewUser};
use clinic::record::refusal::{Field, Refusal, Weak};
use clinic::record::role::Role;
use clinic::store::{KeyFile, Keys, LoginError, OpenError, Problem, Secret, TaskFilter, TaskShow, found};
use common::{NOON_MS, clocked, database, desk, env, form, founding, password, refusal, today};
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord, TaskKind};
use hub_protocol::{ChildId, Identity};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_visit_from_registration_to_the_next_date() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(43);
    let child = d.register(&d.asha, form("Asha", dob), None).unwrap();
    let view = d.clinic.today_view(&d.asha).unwrap();
    assert_eq!(view.children, 1);
    assert_eq!(view.list.late, 1, "BCG was due at birth");
    let page = d.clinic.child(&d.asha, child).unwrap();
    assert_eq!(page.child.worker.as_ref().unwrap().0, d.asha.user);
    let products: Vec<String> =
        page.next.iter().filter(|n| n.may_be_given_on(today())).map(|n| n.products[0].clone()).collect();
    assert!(products.contains(&"PENTA".to_owned()) && products.contains(&"BCG".to_owned()), "{products:?}");
    for product in &products {
        d.dose(&d.asha, child, product, today()).unwrap();
    }
    let after = d.clinic.child(&d.asha, child).unwrap();
    assert_eq!(after.doses.len(), products.len());
    assert!(after.next.iter().all(|n| !(n.may_be_given_on(today()) && n.due.unwrap() <= today())));
    assert!(d.clinic.today_view(&d.asha).unwrap().list.rows.is_empty());
    assert_eq!(after.next.iter().find(|n| n.series == "DTP").unwrap().batch, Some("B 17".into()));
    assert_eq!(refusal(d.dose(&d.asha, child, "BCG", today())), Refusal::DoseKnown);
    assert!(matches!(
        refusal(d.dose(&d.asha, child, "PENTA", today() - Days::new(1))),
        Refusal::NeedsReason(_) | Refusal::DoseKnown
    ));
    let report = d.clinic.verify(&d.admin).unwrap();
    assert_eq!(report.problems, []);
}

#[test]
fn the_limits_of_fifty_children_and_one_toy() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(100);
    for n in 0..50 {
        d.register(&d.admin, form(&format!("Child {n}"), dob), Some(d.asha.user)).unwrap();
    }
    assert_eq!(refusal(d.register(&d.asha, form("One more", dob), None)), Refusal::WorkerFull { max: 50 });
    assert_eq!(
        refusal(d.register(&d.admin, form("One more", dob), Some(d.asha.user))),
        Refusal::WorkerFull { max: 50 }
    );
    let waiting = d.register(&d.admin, form("One more", dob), None).unwrap();
    let assign = Command::AssignChild { child: waiting, worker: Some(d.asha.user) };
    assert_eq!(refusal(d.clinic.submit(&d.admin, assign)), Refusal::WorkerFull { max: 50 });
    assert_eq!(d.clinic.children(&d.admin, "", 0).unwrap().1, 51);

    let toys = [Identity::from_seed([1; 32]), Identity::from_seed([2; 32])].map(|i| i.public_key());
    for key in toys {
        let command = Command::RegisterToy { key, model: "m".into(), label: "7".into() };
        d.clinic.submit(&d.admin, command.clone()).unwrap();
        assert_eq!(refusal(d.clinic.submit(&d.root, command)), Refusal::ToyTaken);
    }
    let assign = |toy: usize, worker| Command::AssignToy { toy: toys[toy].device_id(), worker };
    d.clinic.submit(&d.admin, assign(0, Some(d.asha.user))).unwrap();
    assert_eq!(refusal(d.clinic.submit(&d.admin, assign(1, Some(d.asha.user)))), Refusal::WorkerHasToy);
    assert!(matches!(refusal(d.clinic.submit(&d.root, assign(1, Some(d.asha.user)))), Refusal::NotAllowed(_)));
    let second = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
    let bina = d.clinic.register_user(&d.admin, &second, "horse staple 44").unwrap();
    assert_eq!(refusal(d.clinic.submit(&d.admin, assign(0, Some(bina)))), Refusal::ToyHasWorker);
    d.clinic.submit(&d.admin, assign(0, None)).unwrap();
    d.clinic.submit(&d.admin, assign(0, Some(bina))).unwrap();
    let roster = d.clinic.roster(toys[0].device_id()).unwrap();
    assert_eq!(roster.worker.unwrap().id, bina);
    assert!(roster.children.is_empty());
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn bad_input_is_refused_by_name_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(10);
    let before = d.clinic.sync().unwrap().events;
    let cases = [
        (ChildForm { village: "  ".into(), ..form("A", dob) }, Refusal::Missing(Field::Village)),
        (ChildForm { mother: String::new(), ..form("A", dob) }, Refusal::Missing(Field::Mother)),
        (form(&"x".repeat(10_000_000), dob), Refusal::TooLong(Field::Name)),
        (form("a\u{202e}b", dob), Refusal::Characters(Field::Name)),
        (form("????", dob), Refusal::OnlySigns(Field::Name)),
        (ChildForm { mother: "-".into(), ..form("A", dob) }, Refusal::OnlySigns(Field::Mother)),
        (ChildForm { village: "??".into(), ..form("A", dob) }, Refusal::OnlySigns(Field::Village)),
        (form("A", today() + Days::new(1)), Refusal::Future(Field::Dob)),
        (form("A", today() - Months::new(12 * 19)), Refusal::TooOld { years: 19 }),
        (ChildForm { phone: "12".into(), ..form("A", dob) }, Refusal::Form(Field::Phone)),
    ];
    for (form, expected) in cases {
        assert_eq!(refusal(d.register(&d.asha, form, None)), expected);
    }
    assert_eq!(d.clinic.sync().unwrap().events, before);
    let child = d.register(&d.asha, form("", dob), None).unwrap();
    assert_eq!(refusal(d.dose(&d.asha, child, "BCG", dob - Days::new(1))), Refusal::BeforeBirth);
    assert_eq!(refusal(d.dose(&d.asha, child, "BCG", today() + Days::new(1))), Refusal::Future(Field::Date));
    assert_eq!(refusal(d.dose(&d.asha, child, "NOPE", dob)), Refusal::UnknownProduct);
    assert!(matches!(refusal(d.dose(&d.admin, child, "BCG", dob)), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(d.dose(&d.asha, child, "PENTA", dob)), Refusal::NeedsReason(_)));
    let unknown = ChildId(12345);
    assert_eq!(refusal(d.dose(&d.asha, unknown, "BCG", dob)), Refusal::UnknownChild);
    let weak = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
    assert_eq!(refusal(d.clinic.register_user(&d.admin, &weak, "12345678")), Refusal::WeakPassword(Weak::Common));
    assert!(matches!(refusal(d.clinic.register_user(&d.asha, &weak, "horse staple 9")), Refusal::NotAllowed(_)));
    let taken = NewUser { login: "Asha".into(), ..weak };
    assert_eq!(refusal(d.clinic.register_user(&d.admin, &taken, "horse staple 9")), Refusal::LoginTaken);
    assert!(d.clinic.login("asha", &password("asha")).is_ok(), "a refusal must not replace a slot");
}

#[test]
fn logins_locks_and_the_doors_of_the_database() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let key_path = dir.path().join("hub.key");
    d.clinic.make_key_file(&d.admin, &key_path).unwrap();
    assert!(matches!(
        Clinic::unlock(dir.path(), "asha", &password("asha"), env()),
        Err(LoginError::Open(OpenError::InUse))
    ));
    for _ in 0..5 {
        assert!(matches!(d.clinic.login("admin", "wrong wrong"), Err(LoginError::Wrong)));
    }
    assert!(matches!(d.clinic.login("admin", &password("admin")), Err(LoginError::Locked { .. })));
    assert!(matches!(d.clinic.login("nobody", "wrong wrong"), Err(LoginError::Wrong)));
    let asha = d.clinic.login("asha", &password("asha")).unwrap();
    d.clinic.disable_user(&d.admin, asha.user).unwrap();
    assert!(matches!(d.clinic.login("asha", &password("asha")), Err(LoginError::Wrong)));
    assert_eq!(
        refusal(
            d.clinic
                .submit(&asha, Command::CloseTask { task: hub_protocol::TaskId(1), done: true, reason: String::new() })
        ),
        Refusal::NotActive
    );
    assert_eq!(refusal(d.clinic.disable_user(&d.root, d.admin.user)), Refusal::LastOfRole(Role::Admin));
    drop(d);

    assert!(matches!(Clinic::unlock(dir.path(), "asha", &password("asha"), env()), Err(LoginError::Wrong)));
    let file = KeyFile::read(&key_path).unwrap();
    let (clinic, session) = Clinic::unlock_with_file(dir.path(), &file, env()).unwrap();
    assert_eq!(session.role, Role::Admin);
    drop(clinic);
    // Another clinic's keys over this database.
    let other = tempfile::tempdir().unwrap();
    drop(found(other.path(), &founding(), env()).unwrap());
    std::fs::copy(other.path().join("keys.cbor"), dir.path().join("keys.cbor")).unwrap();
    assert!(matches!(
        Clinic::unlock(dir.path(), "root1", &password("root1"), env()),
        Err(LoginError::Open(OpenError::WrongKey))
    ));
    assert!(matches!(
        Clinic::unlock(&dir.path().join("nowhere"), "root1", "x", env()),
        Err(LoginError::Open(OpenError::NoClinic))
    ));
    assert!(matches!(found(other.path(), &founding(), env()), Err(OpenError::Founded)));
}

#[test]
fn nothing_readable_lies_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    d.register(&d.asha, form("Kamalavati", today()), None).unwrap();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in ["Kamalavati", "Meena", "9876543210", "Rampur", "asha"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret}");
        }
    }
}

#[test]
fn a_toys_record_is_taken_once_and_never_refused_for_a_rule() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let toy = Identity::from_seed([5; 32]);
    let dob = today() - Days::new(50);
    let child = d.register(&d.asha, form("Asha", dob), None).unwrap();
    let record = |seq, child, on: NaiveDate| {
        let dose = Dose { child, product: "PENTA".into(), on: to_day(on), batch: None };
        let record = Record {
            toy: toy.device_id(),
            epoch: 1,
            seq,
            worker: d.asha.user,
            at_ms: NOON_MS,
            fact: ToyFact::Dose(dose),
        };
        SignedRecord::sign(&record, &toy)
    };
    let key = toy.public_key();
    let first = record(1, child, today());
    assert!(matches!(refusal(d.clinic.take_toy_records(&key, vec![first.clone()], 0)), Refusal::Toy(_)));
    d.clinic.submit(&d.admin, Command::RegisterToy { key, model: "m".into(), label: "7".into() }).unwrap();
    let assign = Command::AssignToy { toy: toy.device_id(), worker: Some(d.asha.user) };
    d.clinic.submit(&d.admin, assign).unwrap();
    assert_eq!(d.clinic.take_toy_records(&key, vec![first.clone()], 0).unwrap().committed, 1);
    let events = d.clinic.sync().unwrap().events;
    assert_eq!(d.clinic.take_toy_records(&key, vec![first], 0).unwrap().committed, 1);
    assert_eq!(d.clinic.sync().unwrap().events, events);
    assert!(matches!(refusal(d.clinic.take_toy_records(&key, vec![record(1, child, dob)], 0)), Refusal::Toy(_)));
    assert!(matches!(refusal(d.clinic.take_toy_records(&key, vec![record(3, child, dob)], 0)), Refusal::Toy(_)));
    // What breaks a rule is kept and shown, not refused.
    let strange = vec![record(2, ChildId(77), today()), record(3, child, dob - Days::new(1))];
    assert_eq!(d.clinic.take_toy_records(&key, strange, 0).unwrap().committed, 3);
    assert_eq!(d.clinic.take_toy_records(&key, vec![record(4, child, today())], 86_400_000).unwrap().committed, 4);
    let kinds: Vec<String> = d.clinic.conflicts(&d.admin).unwrap().into_iter().map(|c| c.kind).collect();
    assert_eq!(kinds, ["unknown-child", "before-birth", "toy-clock"]);
    // A toy that signs in the name of somebody who never carried it.
    let dose = Dose { child, product: "OPV".into(), on: to_day(today()), batch: None };
    let fact = ToyFact::Dose(dose);
    let forged = Record { toy: toy.device_id(), epoch: 1, seq: 5, worker: d.admin.user, at_ms: NOON_MS, fact };
    d.clinic.take_toy_records(&key, vec![SignedRecord::sign(&forged, &toy)], 0).unwrap();
    assert_eq!(d.clinic.conflicts(&d.admin).unwrap().last().unwrap().kind, "not-her-toy");
    let page = d.clinic.child(&d.asha, child).unwrap();
    assert_eq!(page.doses.len(), 1);
    assert_eq!(page.doses[0].toy.as_deref(), Some("7"));
    // The desk tells the same dose: it is known.
    assert_eq!(refusal(d.dose(&d.asha, child, "PENTA", today())), Refusal::DoseKnown);
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn verify_names_the_event_that_was_changed() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.register(&d.asha, form("Asha", today() - Days::new(1)), None).unwrap();
    d.dose(&d.asha, child, "BCG", today()).unwrap();
    let seq = d.clinic.sync().unwrap().events;
    // With the key, behind the program's back.
    let secret = Secret::Password { login: "asha", password: &password("asha") };
    let key = Keys::read(dir.path()).unwrap().open(&secret, &env()).unwrap().unwrap();
    let conn = database(dir.path(), &key);
    conn.execute_batch("CREATE TRIGGER quiet AFTER INSERT ON audit BEGIN DELETE FROM audit; END").unwrap();
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, [Problem::FormDiffers { name: "quiet".into() }]);
    let sql = "UPDATE event SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE seq = 6";
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
    let problems = d.clinic.verify(&d.admin).unwrap().problems;
    assert!(
        problems.iter().any(|p| matches!(p, Problem::EventChanged(id) if id.seq == 6)),
        "{seq} events, problems: {problems:?}"
    );
}

#[test]
fn tasks_cards_and_certificates() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.register(&d.asha, form("Asha", today() - Days::new(1)), None).unwrap();
    let card = d.clinic.env().new_card_no().unwrap();
    let uid = vec![4, 1, 2, 3];
    d.clinic.submit(&d.asha, Command::RegisterCard { card, uid: uid.clone(), written: true }).unwrap();
    let again = Command::RegisterCard { card: d.clinic.env().new_card_no().unwrap(), uid: uid.clone(), written: true };
    assert_eq!(refusal(d.clinic.submit(&d.asha, again)), Refusal::CardTaken);
    assert_eq!(d.clinic.card_by_uid(&d.asha, &uid).unwrap().unwrap().child, None);
    assert!(matches!(refusal(d.clinic.submit(&d.admin, Command::AssignCard { card, child })), Refusal::NotAllowed(_)));
    d.clinic.submit(&d.asha, Command::AssignCard { card, child }).unwrap();
    assert_eq!(d.clinic.card_by_uid(&d.asha, &uid).unwrap().unwrap().child, Some(child));
    let why = clinic::record::fact::CardStop::Lost;
    d.clinic.submit(&d.admin, Command::StopCard { card, why }).unwrap();
    assert!(d.clinic.card_by_uid(&d.asha, &uid).unwrap().unwrap().stopped);

    let task = d.clinic.env().new_task_id().unwrap();
    let assign = Command::AssignTask {
        task,
        new: NewTask {
            worker: d.asha.user,
            kind: TaskKind::Visit,
            child: Some(child),
            place: String::new(),
            due: to_day(today()),
            note: "near the well".into(),
        },
    };
    assert!(matches!(refusal(d.clinic.submit(&d.asha, assign.clone())), Refusal::NotAllowed(_)));
    d.clinic.submit(&d.admin, assign).unwrap();
    assert_eq!(d.clinic.tasks(&d.asha, &TaskFilter::default(), 0).unwrap().1, 1);
    d.clinic.submit(&d.asha, Command::CloseTask { task, done: true, reason: String::new() }).unwrap();
    let closed = TaskFilter { show: TaskShow::Closed, ..TaskFilter::default() };
    assert_eq!(d.clinic.tasks(&d.asha, &closed, 0).unwrap().0[0].done, Some(true));

    assert_eq!(d.clinic.issue_certificate(&d.asha, child).unwrap().no.number, 1);
    assert_eq!(d.clinic.issue_certificate(&d.admin, child).unwrap().no.number, 2);
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn a_new_day_moves_the_lists() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = found(dir.path(), &founding(), clocked(&now)).unwrap();
    let asha = clinic.login("asha", &password("asha")).unwrap();
    let child = clinic.env().new_child_id().unwrap();
    clinic
        .submit(
            &asha,
            Command::RegisterChild { child, form: form("Asha", today()), worker: None, distinct_from: Vec::new() },
        )
        .unwrap();
    assert_eq!(clinic.today_view(&asha).unwrap().list.due, 1);
    now.store(NOON_MS + 20 * 86_400_000, Ordering::Relaxed);
    let view = clinic.today_view(&asha).unwrap();
    assert_eq!((view.list.late, view.list.due), (1, 0));
    let items: Vec<&str> = view.list.rows[0].doses.iter().map(|d| d.item.as_str()).collect();
    assert_eq!(items, ["BCG"], "the birth windows of OPV-0 and HepB-0 have closed");
}

#[test]
fn the_limit_holds_when_many_write_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(30);
    let registered = std::thread::scope(|scope| {
        let clerks: Vec<_> = (0..16)
            .map(|clerk| {
                let d = &d;
                scope.spawn(move || {
                    let tried = (0..5).map(|n| d.register(&d.asha, form(&format!("{clerk}-{n}"), dob), None));
                    tried.filter(|result| result.is_ok()).count()
                })
            })
            .collect();
        clerks.into_iter().map(|clerk| clerk.join().unwrap()).sum::<usize>()
    });
    assert_eq!(registered, 50);
    assert_eq!(d.clinic.children(&d.asha, "", 0).unwrap().1, 50);
    let report = d.clinic.verify(&d.admin).unwrap();
    assert_eq!(report.problems, []);
    assert_eq!(report.events, 5 + 50);
}

#[test]
fn a_founding_that_was_cut_off_leaves_nothing_and_can_be_repeated() {
    let dir = tempfile::tempdir().unwrap();
    // What a power cut at its worst moment leaves: keys in place, the database not yet.
    let cut = tempfile::tempdir().unwrap();
    drop(found(cut.path(), &founding(), env()).unwrap());
    std::fs::copy(cut.path().join("keys.cbor"), dir.path().join("keys.cbor")).unwrap();
    std::fs::create_dir(dir.path().join("founding")).unwrap();
    std::fs::copy(cut.path().join("ledger.db"), dir.path().join("founding/ledger.db")).unwrap();
    assert!(!clinic::store::is_founded(dir.path()));
    let d = desk(dir.path());
    assert_eq!(d.clinic.clinic().unwrap().name, "PHC Rampur");
    assert!(!dir.path().join("founding").exists());
}
