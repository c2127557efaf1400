//! What a district tells a station: how it is taken, where it comes into force, and what becomes of what cannot.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::date::to_day;
use clinic::ledger::{Chain, Event};
use clinic::record::command::{Command, Settings};
use clinic::record::fact::*;
use clinic::record::limits::LOGIN_TRIES;
use clinic::record::refusal::{Field, Refusal, Weak};
use clinic::record::role::{Query, Role};
use clinic::replica::Logs;
use clinic::store::{CertificateFilter, Happened, LoginError, RecoveryKey, ReportFilter, restore};
use clinic::{Clinic, Session};
use common::*;
use hub_protocol::replica::Head;
use hub_protocol::toy::TaskKind;
use hub_protocol::{CardNo, ChildId, Identity, OriginId, TaskId, UserId};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const PASSWORD: &str = "tall neem 42";
const DAY_MS: u64 = 86_400_000;
const PERSON: UserId = UserId(4711);

fn sound(clinic: &Clinic, by: &Session) {
    assert_eq!(clinic.verify(by).unwrap().problems, []);
}

/// The read tables, without what belongs to this machine and to the log that it opened.
fn read_tables(
    dir: &Path,
    key: &clinic::store::DataKey,
    log: OriginId,
) -> std::collections::BTreeMap<String, Vec<String>> {
    let mut tables = tables(&database(dir, key));
    for local in ["node", "proven", "audit", "event", "origin", "head", "forecast", "next_dose", "nourished", "waiting"]
    {
        tables.remove(local);
    }
    let own = format!("{:?}", log.0);
    tables.values_mut().for_each(|rows| rows.retain(|row| !row.contains(&own)));
    tables
}

fn disabled(user: UserId) -> Fact {
    Fact::UserDisabled(UserDisabled { user, at_ms: NOON_MS })
}

fn kinds(d: &Desk) -> Vec<String> {
    d.clinic.conflicts(&d.admin).unwrap().into_iter().map(|line| line.kind).collect()
}

#[test]
fn a_person_whom_the_district_sends_chooses_a_password_with_the_code() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = clinic::store::found(dir.path(), &founding(), clocked(&now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
    let mut district = TestDistrict::joined(&d);
    let (sent, code) = TestDistrict::sends(PERSON, "bina", Role::Admin);
    district.tell(&d.clinic, &[sent]);
    let line = || d.clinic.users(&d.root).unwrap().into_iter().find(|user| user.id == PERSON).unwrap();
    assert!(line().waiting && !line().active);
    assert!(matches!(d.clinic.login("bina", PASSWORD), Err(LoginError::Wrong)));
    // An Admin, who may not make Admins, only sits beside: it is the district that made this one.
    let admit = |code: &str, password: &str| d.clinic.admit_user(&d.admin, PERSON, code, password);
    assert!(matches!(refusal(d.clinic.admit_user(&d.asha, PERSON, &code.printed(), PASSWORD)), Refusal::NotAllowed(_)));
    assert_eq!(refusal(d.clinic.enable_user(&d.root, PERSON, PASSWORD)), Refusal::NeedsCode);
    assert_eq!(refusal(admit(&code.printed(), "12345678")), Refusal::WeakPassword(Weak::Common));
    // A slip is told by the check symbols, and is no guess.
    for slip in ["", "AAAA", &code.printed()[1..]] {
        assert_eq!(refusal(admit(slip, PASSWORD)), Refusal::Form(Field::Code));
    }
    let wrong = clinic::record::secret::OneTimeCode::from_random([9; 10]).printed();
    for _ in 0..LOGIN_TRIES {
        assert_eq!(refusal(admit(&wrong, PASSWORD)), Refusal::WrongCode);
    }
    assert!(matches!(refusal(admit(&code.printed(), PASSWORD)), Refusal::CodeLocked { .. }));
    now.fetch_add(61_000, Ordering::Relaxed);
    admit(&code.printed().to_lowercase(), PASSWORD).unwrap();
    assert!(line().active && !line().waiting);
    assert_eq!(d.clinic.login("bina", PASSWORD).unwrap().role, Role::Admin);
    // Once.
    assert_eq!(refusal(admit(&code.printed(), "other neem 43")), Refusal::NotWaiting);
    sound(&d.clinic, &d.root);
    drop(d);
    drop(clinic);
    let (clinic, session) = Clinic::unlock(dir.path(), "bina", PASSWORD, clocked(&now)).unwrap();
    sound(&clinic, &session);
}

#[test]
fn whom_the_district_disables_is_out_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut district = TestDistrict::joined(&d);
    let child = d.register(&d.asha, form("Asha", today()), None).unwrap();
    district.tell(&d.clinic, &[disabled(d.asha.user)]);
    let refused = refusal(d.dose(&d.asha, child, "BCG", today()));
    assert!(matches!(refused, Refusal::NotActive), "{refused:?}");
    assert!(matches!(d.clinic.login("asha", &password("asha")), Err(LoginError::Wrong)));
    // The slot is gone too: the password opens the file no more.
    drop(d);
    let unlocked = Clinic::unlock(dir.path(), "asha", &password("asha"), env());
    assert!(matches!(unlocked, Err(LoginError::Wrong)));
    let (clinic, admin) = Clinic::unlock(dir.path(), "admin", &password("admin"), env()).unwrap();
    // And what was recorded stays.
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, 1);
    // With a new code the same person comes back.
    let user = clinic.users(&admin).unwrap().into_iter().find(|user| user.login == "asha").unwrap().id;
    let (sent, code) = TestDistrict::sends(user, "asha", Role::PhcWorker);
    district.tell(&clinic, &[sent]);
    clinic.admit_user(&admin, user, &code.printed(), PASSWORD).unwrap();
    assert_eq!(clinic.login("asha", PASSWORD).unwrap().user, user);
    sound(&clinic, &admin);
}

#[test]
fn what_a_station_cannot_do_waits_for_its_admin_and_is_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut district = TestDistrict::joined(&d);
    let task = |task: u64, worker: UserId, child: Option<ChildId>| {
        let (kind, due) = (TaskKind::Visit, to_day(today()));
        let (note, place) = ("Look".into(), "Well".into());
        Fact::TaskAssigned(TaskAssigned { task: TaskId(task), worker, kind, child, due, note, place })
    };
    let settings = |schedule: &str| {
        let settings = d.clinic.settings(&d.admin).unwrap();
        Fact::SettingsChanged(Settings { schedule: schedule.into(), auto_lock_min: 9, ..settings })
    };
    let (same_login, _) = TestDistrict::sends(PERSON, "asha", Role::Tracker);
    let not_for_a_district = Fact::UserRegistered(UserRegistered {
        user: UserId(5),
        login: "boss".into(),
        name: "B".into(),
        role: Role::SuperAdmin,
    });
    district.tell(&d.clinic, &[disabled(d.root.user), disabled(d.admin.user)]);
    district.tell(&d.clinic, &[task(1, d.admin.user, None), task(2, d.asha.user, Some(ChildId(3)))]);
    district.tell(&d.clinic, &[settings("of next year"), same_login, not_for_a_district]);
    let expected = [
        "last-of-role",
        "last-of-role",
        "task-for-nobody",
        "task-for-nobody",
        "unknown-settings",
        "login-twice",
        "not-the-districts",
    ];
    assert_eq!(kinds(&d), expected);
    assert!(d.clinic.login("root1", &password("root1")).is_ok() && d.clinic.login("asha", &password("asha")).is_ok());
    assert_ne!(d.clinic.settings(&d.admin).unwrap().auto_lock_min, 9);
    // What can be done is done.
    district.tell(&d.clinic, &[task(4, d.asha.user, None), settings("seed")]);
    assert_eq!(d.clinic.settings(&d.admin).unwrap().auto_lock_min, 9);
    assert_eq!(d.clinic.tasks(&d.asha, &clinic::store::TaskFilter::default(), 0).unwrap().0.len(), 1);
    sound(&d.clinic, &d.admin);
}

#[test]
fn a_newer_district_says_what_this_program_does_not_know() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut district = TestDistrict::joined(&d);
    let known = Fact::StationRenamed(StationRenamed { name: "PHC Belwa".into() });
    let mut events = district.write(std::slice::from_ref(&known));
    let mut entry = events.pop().unwrap().entry;
    (entry.kind, entry.version) = (60_000, 1);
    let mut chain = Chain::at(Head { seq: 1, hash: first_hash(&d, &district), origin: district.chain.head().origin });
    let unknown = chain.append(entry);
    let after = chain.append(known.to_entry(clinic::ledger::Hlc(1), clinic::ledger::Actor::NODE));
    district.chain = chain;
    district.deliver(&d.clinic, &[unknown, after]);
    assert_eq!(kinds(&d), ["not-the-districts"]);
    assert_eq!(d.clinic.clinic().unwrap().district.unwrap().station_name, "PHC Belwa");
}

fn first_hash(d: &Desk, district: &TestDistrict) -> [u8; 32] {
    d.clinic.hash_at(district.chain.head().origin, 1).unwrap().unwrap()
}

/// A child's record as another station wrote it.
fn carried(child: ChildId, at: &Identity) -> Vec<Carried> {
    use clinic::ledger::{Actor, EventId, Hlc};
    let dob = today() - Days::new(100);
    let worker = UserId(900);
    let facts = [
        Fact::ChildRegistered(ChildRegistered {
            child,
            details: form("Rukmini", dob),
            worker: Some(worker),
            distinct_from: vec![],
        }),
        Fact::DoseGiven(DoseGiven {
            child,
            product: "BCG".into(),
            on: to_day(dob),
            batch: Some("B 1".into()),
            reason: None,
            toy: None,
            session: None,
            outside: None,
        }),
        Fact::CardRegistered(CardRegistered { card: CardNo(9), uid: vec![4, 1, 2, 3], written: true }),
        Fact::CardAssigned(CardAssigned { card: CardNo(9), child }),
        // Not a child's: it does not change anything here.
        Fact::UserDisabled(UserDisabled { user: worker, at_ms: 0 }),
    ];
    let origin = OriginId(at.device_id().0[..16].try_into().unwrap());
    let carry = |(fact, seq): (&Fact, u64)| Carried {
        id: EventId { origin, seq },
        entry: fact.to_entry(Hlc(((NOON_MS - 50 * DAY_MS) << 16) + seq), Actor(Some(worker))),
    };
    facts.iter().zip(10..).map(carry).collect()
}

fn moved_in(child: ChildId, part: Part, events: &[Carried]) -> Fact {
    let authors = vec![Author { user: UserId(900), name: "Sunita".into(), place: None }];
    let (from, on) = ("PHC Belwa".into(), to_day(today()));
    Fact::ChildMovedIn(ChildMovedIn { child, from, on, part, events: events.to_vec(), authors })
}

#[test]
fn a_child_comes_with_its_whole_record_and_is_nobodys_yet() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut district = TestDistrict::joined(&d);
    let child = ChildId(77);
    let events = carried(child, &Identity::from_seed([30; 32]));
    district.tell(&d.clinic, &[moved_in(child, Part::More, &events[..1])]);
    // Half of a record is no record to give doses by.
    assert_eq!(d.clinic.children(&d.admin, "", 0).unwrap().1, 0);
    district.tell(&d.clinic, &[moved_in(child, Part::Last, &events[1..])]);
    let page = d.clinic.child(&d.admin, child).unwrap();
    assert_eq!((page.doses.len(), page.gone), (1, None));
    assert_eq!(page.child.worker, None);
    let (dose, by) = (&page.doses[0], "Sunita (PHC Belwa)");
    assert_eq!((dose.product.as_str(), dose.batch.as_deref(), dose.by.as_str()), ("BCG", Some("B 1"), by));
    assert!(dose.at_district, "it came from there");
    assert_eq!(refusal(d.dose(&d.asha, child, "BCG", today() - Days::new(100))), Refusal::DoseKnown);
    d.clinic.submit(&d.admin, Command::AssignChild { child, worker: Some(d.asha.user) }).unwrap();
    // The card that the family has opens the record.
    assert!(d.clinic.card_by_uid(&d.asha, &[4, 1, 2, 3]).unwrap().is_some_and(|card| card.child == Some(child)));
    let history = d.clinic.child_history(&d.asha, child).unwrap();
    assert!(history.iter().any(|line| matches!(&line.what, Happened::MovedIn { from, .. } if from == "PHC Belwa")));
    let told = |line: &&clinic::store::HistoryLine| line.by.as_deref() == Some(by);
    assert_eq!(history.iter().filter(told).count(), 3, "{history:?}");
    // Those who wrote it are no people of this clinic.
    assert!(d.clinic.users(&d.admin).unwrap().iter().all(|user| user.name != by));
    // What comes later takes no worker from it, and twice is once.
    district.tell(&d.clinic, &[moved_in(child, Part::Late, &events)]);
    let page = d.clinic.child(&d.admin, child).unwrap();
    assert_eq!((page.doses.len(), page.child.worker.is_some()), (1, true));
    sound(&d.clinic, &d.admin);

    // And on to the next station: off the lists, not to be taken back here.
    let out = Fact::ChildMovedOut(ChildMovedOut { child, to: "PHC Kheri".into(), on: to_day(today()) });
    district.tell(&d.clinic, &[out]);
    assert_eq!(d.clinic.child(&d.admin, child).unwrap().gone, Some((Gone::MovedStation, today())));
    let back = Command::ReactivateChild { child, worker: None, reason: "came".into() };
    assert_eq!(refusal(d.clinic.submit(&d.admin, back)), Refusal::ChildElsewhere);
    let on = to_day(today());
    let other = d.register(&d.admin, form("Other", today()), None).unwrap();
    let not_a_desks = Command::InactivateChild { child: other, why: Gone::MovedStation, on, note: String::new() };
    assert!(matches!(refusal(d.clinic.submit(&d.admin, not_a_desks)), Refusal::NotAllowed(_)));
    sound(&d.clinic, &d.admin);
}

#[test]
fn what_was_noticed_elsewhere_is_reported_there() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut district = TestDistrict::joined(&d);
    let child = ChildId(77);
    let mut events = carried(child, &Identity::from_seed([30; 32]));
    let given_on = to_day(today() - Days::new(100));
    let on = to_day(today() - Days::new(99));
    let noticed = AefiReported { child, form: minor_aefi("BCG", given_on, on), on, session: None };
    let last = events.pop().unwrap();
    let entry = Fact::AefiReported(noticed).to_entry(last.entry.hlc, last.entry.actor);
    events.push(Carried { entry, ..last });
    district.tell(&d.clinic, &[moved_in(child, Part::Last, &events)]);
    let days = today() - Days::new(200)..=today();
    let report = || d.clinic.report(&d.admin, &days, &ReportFilter::default()).unwrap();
    let (listed, _) = d.clinic.aefis(&d.admin, &days, 0).unwrap();
    assert_eq!((report().aefi.minor, report().outside, listed[0].here), (0, 1, false), "the other clinic's");
    let form = minor_aefi("BCG", given_on, to_day(today()));
    d.clinic.submit(&d.asha, Command::ReportAefi { child, form }).unwrap();
    let (listed, _) = d.clinic.aefis(&d.admin, &days, 0).unwrap();
    assert_eq!((report().aefi.minor, listed.len(), listed[0].here), (1, 2, true));
    sound(&d.clinic, &d.admin);
}

/// Each station counts its certificates by itself: which is the child's first says the day.
#[test]
fn a_certificate_after_a_move_is_no_first_one() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut district = TestDistrict::joined(&d);
    let child = ChildId(77);
    let mut events = carried(child, &Identity::from_seed([30; 32]));
    let issued = CertificateIssued { child, number: 500, on: to_day(today() - Days::new(9)), key: None };
    let last = events.pop().unwrap();
    let entry = Fact::CertificateIssued(issued).to_entry(last.entry.hlc, last.entry.actor);
    events.push(Carried { entry, ..last });
    district.tell(&d.clinic, &[moved_in(child, Part::Last, &events)]);
    let data = d.clinic.issue_certificate(&d.admin, child).unwrap();
    assert_eq!((data.no.number, data.issue), (1, 2));
    let (listed, _) = d.clinic.certificates(&d.admin, &CertificateFilter::default(), 0).unwrap();
    let issues: Vec<_> = listed.iter().map(|line| (line.no.number, line.issue)).collect();
    assert_eq!(issues, [(500, 1), (1, 2)]);
}

#[test]
fn a_station_long_without_its_district_gives_doses_and_takes_nobody_in() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(NOON_MS));
    let clinic = clinic::store::found(dir.path(), &founding(), clocked(&now)).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
    let child = d.register(&d.asha, form("Asha", today()), None).unwrap();
    let new = clinic::record::NewUser { login: "dina".into(), name: "Dina".into(), role: Role::Tracker };
    let add = || clinic.register_user(&d.admin, &new, PASSWORD);
    let disable = || clinic.disable_user(&d.admin, d.asha.user);
    let days = |days: u64| now.store(NOON_MS + days * DAY_MS + 1, Ordering::Relaxed);
    // A clinic without a district asks nobody.
    days(400);
    clinic.takes_out(&d.admin, Query::Children).unwrap();
    let mut district = TestDistrict::joined(&d);
    days(430);
    clinic.takes_out(&d.admin, Query::Children).unwrap();
    days(431);
    let refused = Refusal::OutOfContact { max: 30 };
    assert_eq!(refusal(add()), refused);
    assert_eq!(refusal(disable()), refused);
    assert_eq!(refusal(clinic.takes_out(&d.admin, Query::Children)), refused);
    assert_eq!(refusal(clinic.make_key_file(&d.admin, &dir.path().join("k"))), refused);
    assert!(!dir.path().join("k").exists());
    d.dose(&d.asha, child, "BCG", today()).unwrap();
    clinic.backup(&d.admin, &dir.path().join("b"), &mut |_| {}).unwrap();
    // The district proves that it holds what we wrote: it was heard.
    let head = clinic.heads().unwrap().into_iter().find(|head| head.origin == clinic.origin()).unwrap();
    clinic.proven(head).unwrap();
    add().unwrap();
    // It may set another number.
    district.tell(&clinic, &[Fact::ContactRule(ContactRule { days: 5 })]);
    days(437);
    assert_eq!(refusal(disable()), Refusal::OutOfContact { max: 5 });
    sound(&clinic, &d.root);
}

/// Directives of every kind that need nothing else, about these people and children.
fn anything(n: u64, d: &Desk, children: &[ChildId]) -> Fact {
    let user = UserId(5_000 + n % 7);
    let child = children[(n as usize / 3) % children.len()];
    match n % 11 {
        0 | 1 => TestDistrict::sends(user, &format!("user{}", n % 7), Role::PhcWorker).0,
        2 => disabled(user),
        3 => disabled(d.asha.user),
        4 => Fact::ChildMovedOut(ChildMovedOut { child, to: "B".into(), on: to_day(today()) }),
        5 => moved_in(child, Part::Last, &[]),
        6 => Fact::CardStopped(CardStopped { card: CardNo(n % 5), why: CardStop::Blocked }),
        7 => Fact::CardUnblocked(CardUnblocked { card: CardNo(n % 5), reason: "r".into() }),
        8 => Fact::StationKnown(StationKnown {
            key: Identity::from_seed([n as u8; 32]).public_key(),
            name: format!("PHC {n}"),
        }),
        9 => Fact::CardKeyMade(CardKeyMade { id: n as u32, key: SealingKey([n as u8; 32]) }),
        _ => {
            let settings = d.clinic.settings(&d.admin).unwrap();
            let schedule = if n.is_multiple_of(2) { "seed" } else { "uip" };
            Fact::SettingsChanged(Settings { schedule: schedule.into(), ..settings })
        }
    }
}

/// A random number, made from one before (SplitMix64).
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 27)
}

/// The district's log comes in any pieces, some of them twice, between what the desk does: the tables are always what
/// the ledger says, and what a backup of any moment becomes, when log and directives come back to it in any order, is
/// the same.
#[test]
fn whenever_directives_come_the_tables_are_what_the_ledger_says() {
    let first: u64 = std::env::var("TIKKA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_129);
    for seed in first..first + 6 {
        eprintln!("TIKKA_SEED={seed}");
        one_history(seed);
    }
}

fn one_history(seed: u64) {
    let mut chance = seed;
    let dir = tempfile::tempdir().unwrap();
    let clinic_dir = dir.path().join("clinic");
    let recovery = RecoveryKey::generate(&env()).unwrap();
    let founding = clinic::store::Founding { recovery: recovery.clone(), ..founding() };
    let clinic = clinic::store::found(&clinic_dir, &founding, env()).unwrap();
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
    let children: Vec<ChildId> = (0..6)
        .map(|n| d.register(&d.admin, form(&format!("Child {n}"), today() - Days::new(200 + n)), None).unwrap())
        .collect();
    let mut district = TestDistrict::joined(&d);
    let mut told: Vec<Event> = Vec::new();
    let mut held = 0;
    let backup_at = 10 + next(&mut chance) % 20;
    let backup = dir.path().join("stick");
    for step in 0..40 {
        if step == backup_at {
            clinic.backup(&d.admin, &backup, &mut |_| {}).unwrap();
        }
        let fact = anything(next(&mut chance) % 1_000, &d, &children);
        told.extend(district.write(&[fact]));
        if next(&mut chance).is_multiple_of(3) {
            // From before what is held, up to somewhere.
            let from = (held as u64).saturating_sub(next(&mut chance) % 3) as usize;
            let to = held + 1 + (next(&mut chance) as usize) % (told.len() - held);
            district.deliver(&clinic, &told[from..to]);
            held = to;
            assert_eq!(clinic.verify(&d.admin).unwrap().problems, [], "seed {seed}, step {step}");
        }
        let child = children[(next(&mut chance) as usize) % children.len()];
        let worker = next(&mut chance).is_multiple_of(2).then_some(d.asha.user);
        // Refused or not.
        let _ = clinic.submit(&d.admin, Command::AssignChild { child, worker });
    }
    district.deliver(&clinic, &told[held..]);
    assert_eq!(clinic.verify(&d.admin).unwrap().problems, [], "seed {seed}");
    let own = clinic.heads().unwrap().into_iter().find(|head| head.origin == clinic.origin()).unwrap();
    let secret = clinic::store::Secret::Recovery(&recovery);
    let key = clinic::store::Keys::read(&clinic_dir).unwrap().open(&secret, &env()).unwrap().unwrap();
    let mut ends = Vec::new();
    for order in 0..3 {
        let again = dir.path().join(format!("again{order}"));
        // Later than what is to come back.
        let later = clocked(&Arc::new(AtomicU64::new(NOON_MS + 60_000)));
        restore(&backup, &again, &recovery, "admin", PASSWORD, &later, &mut |_| {}).unwrap();
        let (restored, admin) = Clinic::unlock(&again, "admin", PASSWORD, later).unwrap();
        let at = |origin| restored.heads().unwrap().into_iter().find(|h| h.origin == origin).map_or(0, |h| h.seq);
        let back = |restored: &Clinic| {
            let from = at(own.origin);
            let entries = clinic.entries(own.origin, from, 10_000, usize::MAX).unwrap();
            let hash = clinic.hash_at(own.origin, from).unwrap().unwrap();
            let mut chain = Chain::at(Head { origin: own.origin, seq: from, hash });
            let events: Vec<Event> = entries.into_iter().map(|entry| chain.append(entry)).collect();
            restored.store(&clinic.identity().public_key(), &events, chain.head().sign(clinic.identity())).unwrap();
        };
        let directives = |to: usize| {
            // The first event of the log was there before these.
            let from = (at(district.chain.head().origin) as usize).saturating_sub(1);
            if from < to {
                district.deliver(&restored, &told[from..to]);
            }
        };
        match order {
            0 => (back(&restored), directives(told.len())).1,
            1 => (directives(told.len()), back(&restored)).0,
            _ => {
                directives(held);
                back(&restored);
                directives(told.len());
            }
        }
        assert_eq!(restored.verify(&admin).unwrap().problems, [], "seed {seed}, order {order}");
        let log = restored.origin();
        drop(restored);
        ends.push(read_tables(&again, &key, log));
    }
    for (table, rows) in &ends[0] {
        for other in &ends[1..] {
            assert!(rows == &other[table], "seed {seed}: {table} differs");
        }
    }
}
