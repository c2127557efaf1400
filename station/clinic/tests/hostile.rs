//! What somebody would try who wants to lose, forge or read a record.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::date::to_day;
use clinic::ledger::{Actor, Chain, Entry, Event, Hlc};
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{Fact, OpenedWhy, OriginOpened, UserRegistered};
use clinic::record::refusal::Refusal;
use clinic::record::role::{Query, Role};
use clinic::replica::Logs;
use clinic::store::{
    AuditFilter, BackupError, Keys, LoginError, Problem, RecoveryKey, Secret, Seen, StoreError, SubmitError, found,
};
use clinic::{Clinic, Session};
use common::{
    Desk, NOON_MS, a_district_takes_all_of, clocked, database, desk, env, form, founding, password, refusal, today,
};
use hub_protocol::replica::SignedHead;
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, Refusal as ToyRefusal, SignedRecord};
use hub_protocol::{ChildId, Identity, OriginId, UserId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const DAY_MS: u64 = 86_400_000;

fn log_of(node: &Identity, entries: Vec<Entry>) -> (Vec<Event>, SignedHead) {
    let mut chain = Chain::empty(OriginId([7; 16]));
    let events = entries.into_iter().map(|entry| chain.append(entry)).collect();
    (events, chain.head().sign(node))
}

fn opened(node: &Identity, at_ms: u64) -> Entry {
    let fact = Fact::OriginOpened(OriginOpened { node: node.public_key(), why: OpenedWhy::Admitted });
    fact.to_entry(Hlc(at_ms << 16), Actor::NODE)
}

#[test]
fn a_districts_log_cannot_speak_in_our_name_or_make_users() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let district = Identity::from_seed([9; 32]);
    let (events, head) = log_of(&district, vec![opened(d.clinic.identity(), NOON_MS)]);
    assert!(matches!(d.clinic.store(&district.public_key(), &events, head), Err(StoreError::NotTheirLog)));
    let boss = UserRegistered { user: UserId(1), login: "boss".into(), name: "B".into(), role: Role::SuperAdmin };
    let user = Fact::UserRegistered(boss).to_entry(Hlc(NOON_MS << 16), Actor::NODE);
    let (events, head) = log_of(&district, vec![user.clone()]);
    assert!(matches!(d.clinic.store(&district.public_key(), &events, head), Err(StoreError::NotTheirLog)));
    let (events, head) = log_of(&district, vec![opened(&district, NOON_MS), user]);
    d.clinic.store(&district.public_key(), &events, head).unwrap();
    assert!(d.clinic.users(&d.root).unwrap().iter().all(|u| u.login != "boss"));
    assert_eq!(d.clinic.conflicts(&d.admin).unwrap()[0].kind, "not-the-districts");
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn a_wrong_clock_neither_locks_the_desk_nor_takes_a_toys_doses() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = found(dir.path(), &founding(), clocked(&now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let (admin, asha) = (login("admin"), login("asha"));
    let d = Desk { root: login("root1"), clinic: clinic.clone(), admin, asha };
    let child = d.register(&d.asha, form("Asha", today() - Days::new(50)), None).unwrap();
    let toy = Identity::from_seed([5; 32]);
    d.give_toy(&toy, d.asha.user);

    // A flat battery: the clock stands two years back. The desk refuses, and a toy keeps what it has.
    now.store(NOON_MS - 730 * DAY_MS, Ordering::Relaxed);
    assert_eq!(refusal(d.register(&d.asha, form("B", today() - Days::new(900)), None)), Refusal::ClockBack);
    // Nor does what is written nowhere but in a file: how long the district was not heard is told by the same clock.
    assert_eq!(refusal(d.clinic.takes_out(&d.admin, Query::Children)), Refusal::ClockBack);
    assert_eq!(refusal(d.clinic.allows(&d.admin, CommandKind::MakeKeyFile)), Refusal::ClockBack);
    let record = signed(&toy, 1, d.asha.user, child, NOON_MS);
    let kept = d.clinic.take_toy_records(&toy.public_key(), vec![record.clone()], 0);
    assert_eq!(refusal(kept), Refusal::Toy(ToyRefusal::Storage));
    now.store(NOON_MS, Ordering::Relaxed);
    assert_eq!(d.clinic.take_toy_records(&toy.public_key(), vec![record], 0).unwrap().committed, 1);
    assert_eq!(d.clinic.child(&d.asha, child).unwrap().doses.len(), 1);

    // One event with the clock years ahead; then the clock is right, and an Admin says so.
    now.store(NOON_MS + 3_000 * DAY_MS, Ordering::Relaxed);
    d.register(&d.asha, form("C", today()), None).unwrap();
    now.store(NOON_MS + DAY_MS, Ordering::Relaxed);
    assert_eq!(refusal(d.register(&d.asha, form("D", today()), None)), Refusal::ClockBack);
    assert!(matches!(refusal(d.clinic.submit(&d.asha, Command::AcceptClock)), Refusal::NotAllowed(_)));
    d.clinic.submit(&d.admin, Command::AcceptClock).unwrap();
    d.register(&d.asha, form("D", today()), None).unwrap();
    // A toy that is given out now is believed now, although the ledger's own clock runs ahead.
    let second = Identity::from_seed([6; 32]);
    d.clinic.submit(&d.admin, Command::AssignToy { toy: toy.device_id(), worker: None }).unwrap();
    d.give_toy(&second, d.asha.user);
    // Taken back and given again within one moment of the clock: she has it.
    for worker in [None, Some(d.asha.user)] {
        d.clinic.submit(&d.admin, Command::AssignToy { toy: second.device_id(), worker }).unwrap();
    }
    now.fetch_add(1, Ordering::Relaxed);
    let record = signed(&second, 1, d.asha.user, child, NOON_MS + DAY_MS + 1);
    d.clinic.take_toy_records(&second.public_key(), vec![record], 0).unwrap();
    assert_eq!(d.clinic.conflicts(&d.admin).unwrap(), []);
    // Also after a restart, and whatever a district's clock says.
    let district = Identity::from_seed([9; 32]);
    let (events, head) = log_of(&district, vec![opened(&district, NOON_MS + 4_000 * DAY_MS)]);
    d.clinic.store(&district.public_key(), &events, head).unwrap();
    drop((d, clinic));
    let (clinic, asha) = Clinic::unlock(dir.path(), "asha", &password("asha"), clocked(&now)).unwrap();
    for name in ["E", "F"] {
        let id = clinic.env().new_child_id().unwrap();
        clinic
            .submit(
                &asha,
                Command::RegisterChild {
                    child: id,
                    form: form(name, today()),
                    worker: None,
                    distinct_from: Vec::new(),
                },
            )
            .unwrap();
    }
    // A district, which keeps out whose clock goes back within a log, finds nothing of the kind.
    a_district_takes_all_of(&clinic);
}

fn signed(toy: &Identity, seq: u64, worker: UserId, child: ChildId, at_ms: u64) -> SignedRecord {
    let dose = Dose { child, product: "PENTA".into(), on: to_day(clinic::date::india(at_ms)), batch: None };
    let record = Record { toy: toy.device_id(), epoch: 1, seq, worker, at_ms, fact: ToyFact::Dose(dose) };
    SignedRecord::sign(&record, toy)
}

#[test]
fn a_toy_that_was_taken_back_is_believed_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = found(dir.path(), &founding(), clocked(&now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
    let child = d.register(&d.asha, form("Asha", today() - Days::new(60)), None).unwrap();
    let toy = Identity::from_seed([5; 32]);
    d.give_toy(&toy, d.asha.user);
    now.store(NOON_MS + DAY_MS, Ordering::Relaxed);
    d.clinic.submit(&d.admin, Command::AssignToy { toy: toy.device_id(), worker: None }).unwrap();
    now.store(NOON_MS + 10 * DAY_MS, Ordering::Relaxed);
    // Recorded while she carried it, handed over late: believed.
    let true_one = signed(&toy, 1, d.asha.user, child, NOON_MS + 3_600_000);
    // Recorded by whoever has it now: kept and shown.
    let forged = signed(&toy, 2, d.asha.user, child, NOON_MS + 9 * DAY_MS);
    d.clinic.take_toy_records(&toy.public_key(), vec![true_one, forged], 0).unwrap();
    assert_eq!(d.clinic.child(&d.admin, child).unwrap().doses.len(), 1);
    assert_eq!(d.clinic.conflicts(&d.admin).unwrap()[0].kind, "not-her-toy");
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn a_session_is_worth_what_its_user_is() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let forged = Session { role: Role::Admin, ..d.asha.clone() };
    assert!(matches!(refusal(d.clinic.users(&forged)), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(d.clinic.verify(&forged)), Refusal::NotAllowed(_)));
    let path = dir.path().join("key");
    assert!(matches!(refusal(d.clinic.make_key_file(&d.asha, &path)), Refusal::NotAllowed(_)));
    assert!(!path.exists());
    d.clinic.disable_user(&d.admin, d.asha.user).unwrap();
    assert_eq!(refusal(d.clinic.children(&d.asha, "", 0)), Refusal::NotActive);
    // A path that is taken does not cost the file that works.
    d.clinic.make_key_file(&d.admin, &path).unwrap();
    assert!(matches!(d.clinic.make_key_file(&d.admin, &path), Err(SubmitError::Store(_))));
    let file = clinic::store::KeyFile::read(&path).unwrap();
    drop(d);
    assert!(Clinic::unlock_with_file(dir.path(), &file, env()).is_ok());
}

#[test]
fn guesses_that_come_together_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let tried = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..32).map(|_| scope.spawn(|| d.clinic.login("root1", "wrong wrong"))).collect();
        guesses
            .into_iter()
            .filter(|_| true)
            .map(|g| g.join().unwrap())
            .filter(|r| matches!(r, Err(LoginError::Wrong)))
            .count()
    });
    assert_eq!(tried, 5);
}

#[test]
fn the_recovery_key_gives_a_new_password() {
    let dir = tempfile::tempdir().unwrap();
    let founding = founding();
    drop(found(dir.path(), &founding, env()).unwrap());
    let recover = |key: &RecoveryKey, login: &str| Clinic::recover(dir.path(), key, login, "another horse 7", env());
    let other = RecoveryKey::generate(&env()).unwrap();
    assert!(matches!(recover(&other, "root1"), Err(LoginError::Wrong)));
    assert!(matches!(recover(&founding.recovery, "nobody"), Err(LoginError::Wrong)));
    recover(&founding.recovery, "root1").unwrap();
    assert!(matches!(Clinic::unlock(dir.path(), "root1", &password("root1"), env()), Err(LoginError::Wrong)));
    let (clinic, root) = Clinic::unlock(dir.path(), "root1", "another horse 7", env()).unwrap();
    assert_eq!(clinic.verify(&root).unwrap().problems, []);
}

#[test]
fn verify_sees_what_somebody_with_the_key_cuts_off_or_adds() {
    type Sees = fn(&Problem) -> bool;
    let cases: [(&str, Sees); 5] = [
        // Cut off below what the district proved, head signed again.
        ("DELETE FROM event WHERE seq = 6", |p| matches!(p, Problem::ProofWrong(_))),
        ("UPDATE origin SET node = zeroblob(32)", |p| matches!(p, Problem::WriterWrong(_))),
        ("DELETE FROM next_dose", |p| matches!(p, Problem::RowDiffers { table: "next_dose", .. })),
        ("UPDATE event SET seq = 0 WHERE seq = 3", |p| matches!(p, Problem::EventChanged(_))),
        ("UPDATE event SET seq = 9000000000000 WHERE seq = 6", |p| matches!(p, Problem::EventMissing { .. })),
    ];
    for (sql, sees) in cases {
        let dir = tempfile::tempdir().unwrap();
        let d = desk(dir.path());
        d.register(&d.asha, form("Asha", today()), None).unwrap();
        let head = d.clinic.heads().unwrap()[0];
        assert_eq!(head.seq, 6);
        d.clinic.proven(head).unwrap();
        assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
        let secret = Secret::Password { login: "asha", password: &password("asha") };
        let key = Keys::read(dir.path()).unwrap().open(&secret, &env()).unwrap().unwrap();
        let conn = rusqlite::Connection::open(dir.path().join("ledger.db")).unwrap();
        let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
        conn.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
        assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
        let before = d.clinic.hash_at(head.origin, 5).unwrap();
        if let (true, Some(hash)) = (sql.starts_with("DELETE FROM event"), before) {
            let signed = hub_protocol::replica::Head { seq: 5, hash, ..head }.sign(d.clinic.identity());
            let row = (5, hash, signed.signature);
            conn.execute("UPDATE head SET seq = ?1, hash = ?2, signature = ?3", row).unwrap();
            conn.execute("DELETE FROM child", []).unwrap();
            conn.execute("DELETE FROM next_dose", []).unwrap();
            conn.execute("DELETE FROM forecast", []).unwrap();
        }
        let problems = d.clinic.verify(&d.admin).unwrap().problems;
        assert!(problems.iter().any(sees), "{sql}: {problems:?}");
        assert!(problems.len() < 50, "{sql}");
    }
}

#[test]
fn verify_sees_what_somebody_makes_anew_in_another_form() {
    const AUDIT: &str = "DROP TABLE audit;
        CREATE TABLE audit(at_ms INTEGER NOT NULL, user INTEGER, what INTEGER NOT NULL UNIQUE ON CONFLICT IGNORE,
            child INTEGER) STRICT;
        CREATE INDEX audit_seen ON audit(user, what, child, at_ms);
        CREATE INDEX audit_at ON audit(at_ms);
        CREATE INDEX audit_child ON audit(child, at_ms) WHERE child IS NOT NULL;";
    // Without its key, and every row twice.
    const USER: &str = "CREATE TABLE again AS SELECT * FROM user;
        DROP TABLE user; ALTER TABLE again RENAME TO user; INSERT INTO user SELECT * FROM user;
        CREATE INDEX user_login ON user(login);";
    const INDEX: &str = "DROP INDEX toy_worker; CREATE INDEX toy_worker ON toy(worker) WHERE 0;";
    const VIEW: &str = "CREATE VIEW quiet AS SELECT name FROM child;";
    for (sql, forms, doubled) in [
        (AUDIT, &["audit", "sqlite_autoindex_audit_1"][..], 0),
        (USER, &["user"], 3),
        (INDEX, &["toy_worker"], 0),
        (VIEW, &["quiet"], 0),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let d = desk(dir.path());
        let secret = Secret::Password { login: "asha", password: &password("asha") };
        let key = Keys::read(dir.path()).unwrap().open(&secret, &env()).unwrap().unwrap();
        database(dir.path(), &key).execute_batch(sql).unwrap();
        let problems = d.clinic.verify(&d.admin).unwrap().problems;
        let differ: Vec<_> = problems
            .iter()
            .filter_map(|p| if let Problem::FormDiffers { name } = p { Some(name.as_str()) } else { None })
            .collect();
        assert_eq!(differ, forms);
        let rows = problems.iter().filter(|p| matches!(p, Problem::RowDiffers { table: "user", .. })).count();
        assert_eq!((rows, problems.len()), (doubled, doubled + forms.len()), "{problems:?}");
        let backup = d.clinic.backup(&d.admin, &dir.path().join("b.tikka"), &mut |_| {});
        assert!(matches!(backup, Err(BackupError::Records(_))), "{backup:?}");
    }
}

#[test]
fn what_was_refused_is_not_written_down_as_taken_out() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let exports = || {
        let exports = AuditFilter { what: Some(Seen::Export), ..AuditFilter::default() };
        d.clinic.audit(&d.admin, &exports, None).unwrap().lines.len()
    };
    assert!(matches!(refusal(d.clinic.takes_out(&d.asha, Query::Audit)), Refusal::NotAllowed(_)));
    assert_eq!(exports(), 0);
    d.clinic.takes_out(&d.asha, Query::Children).unwrap();
    assert_eq!(exports(), 1);
}

#[test]
fn keys_without_records_are_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    drop(desk(dir.path()));
    let (records, away) = (dir.path().join("ledger.db"), dir.path().join("away"));
    std::fs::rename(&records, &away).unwrap();
    assert!(matches!(found(dir.path(), &founding(), env()), Err(clinic::store::OpenError::RecordsGone)));
    std::fs::rename(&away, &records).unwrap();
    assert!(Clinic::unlock(dir.path(), "asha", &password("asha"), env()).is_ok());
}

#[test]
fn a_changed_byte_anywhere_in_the_file_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    drop(d);
    let path = dir.path().join("ledger.db");
    let whole = std::fs::read(&path).unwrap();
    for page in (1..whole.len() / 4096).step_by(3) {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 1000] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        // Either it does not open any more, or verify says so.
        if let Ok((clinic, admin)) = Clinic::unlock(dir.path(), "admin", &password("admin"), env()) {
            let problems = clinic.verify(&admin).unwrap().problems;
            assert!(matches!(problems[..], [Problem::Damaged { .. }]), "page {page}: {problems:?}");
        }
    }
}
