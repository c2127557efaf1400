#![allow(clippy::unwrap_used)]
use super::*;
use hub_protocol::toy::{Dose, OrderKind, RECORDS_MAX, RosterChild, Sex, Worker};
use hub_protocol::{CardNo, ChildId, Day};
use std::fs;

fn toy() -> Identity {
    Identity::from_seed([3; 32])
}

fn dose(n: u64) -> Fact {
    Fact::Dose(Dose { child: ChildId(n), product: "PENTA".into(), on: Day(20_000), batch: None })
}

fn roster(revision: u64, worker: bool) -> Roster {
    let child = RosterChild {
        id: ChildId(9),
        name: "Name on a roster".into(),
        dob: Day(19_000),
        guardian: String::new(),
        village: String::new(),
        due: vec![],
    };
    let worker = worker.then(|| Worker { id: UserId(1), name: "Worker".into() });
    Roster { revision, worker, children: vec![child], tasks: vec![], blocked: vec![CardNo(77)], left_out: 0 }
}

fn record(store: &mut Store, n: u64) -> u64 {
    store.record(&toy(), UserId(1), 1_000 + n, dose(n)).unwrap()
}

fn seqs(store: &Store, after: u64, max_count: usize, max_bytes: usize) -> Vec<u64> {
    let key = toy().public_key();
    store.after(after, max_count, max_bytes).iter().map(|r| r.open(&key).unwrap().seq).collect()
}

#[test]
fn everything_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!((store.epoch(), store.restarts()), (1, 0));
    let owner = Owner { hub: Identity::from_seed([4; 32]).device_id(), clinic: "PHC".into() };
    store.set_owner(owner.clone()).unwrap();
    store.set_roster(roster(7, true)).unwrap();
    for n in 1..=5 {
        assert_eq!(record(&mut store, n), n);
    }
    store.set_durable(2).unwrap();
    drop(store);
    let store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!(store.owner(), Some(&owner));
    assert_eq!(store.roster(), Some(&roster(7, true)));
    assert_eq!((store.epoch(), store.restarts(), store.last_seq(), store.durable()), (1, 1, 5, 2));
    assert_eq!(seqs(&store, 0, RECORDS_MAX, 60_000), [3, 4, 5]);
    assert_eq!(seqs(&store, 3, RECORDS_MAX, 60_000), [4, 5]);
    assert_eq!(seqs(&store, 3, 1, 60_000), [4]);
    let two = 2 * frame::to_cbor(&store.after(2, 1, 60_000)[0]).len();
    assert_eq!(seqs(&store, 0, RECORDS_MAX, two), [3, 4]);
    assert_eq!(seqs(&store, 0, RECORDS_MAX, two - 1), [3]);
    assert!(seqs(&store, 9, RECORDS_MAX, 60_000).is_empty());
}

#[test]
fn sequence_numbers_go_on_after_all_was_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    record(&mut store, 1);
    record(&mut store, 2);
    store.set_durable(2).unwrap();
    assert_eq!(store.held(), 0);
    store.compact().unwrap();
    drop(store);
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!(record(&mut store, 3), 3);
    store.compact().unwrap();
    drop(store);
    let store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!((store.last_seq(), store.durable(), store.held()), (3, 2, 1));
}

#[test]
fn an_acknowledgement_never_goes_back_or_ahead() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    for n in 1..=3 {
        record(&mut store, n);
    }
    assert!(matches!(store.set_durable(4), Err(StoreError::NeverRecorded)));
    store.set_durable(2).unwrap();
    store.set_durable(1).unwrap();
    assert_eq!(seqs(&store, 0, RECORDS_MAX, 60_000), [3]);
}

#[test]
fn a_toy_of_nobody_forgets_the_roster_and_keeps_its_records() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    store.set_roster(roster(1, true)).unwrap();
    record(&mut store, 1);
    let with_roster = fs::metadata(dir.path().join("journal")).unwrap().len();
    store.set_roster(roster(2, false)).unwrap();
    let held = store.roster().unwrap().clone();
    assert_eq!((held.revision, held.worker, held.children.len()), (2, None, 0));
    assert_eq!(store.held(), 1);
    // Not merely hidden by a later entry.
    assert!(fs::metadata(dir.path().join("journal")).unwrap().len() < with_roster);
    drop(store);
    assert_eq!(Store::open(dir.path(), &toy()).unwrap().held(), 1);
}

#[test]
fn the_journal_is_compacted_as_it_grows() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    record(&mut store, 1);
    for revision in 1..=2_000 {
        store.set_roster(roster(revision, true)).unwrap();
    }
    let len = fs::metadata(dir.path().join("journal")).unwrap().len();
    assert!(len < 2 * COMPACT_AFTER_BYTES + 4_096, "{len} bytes");
    drop(store);
    let store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!(store.roster().unwrap().revision, 2_000);
    assert_eq!(seqs(&store, 0, RECORDS_MAX, 60_000), [1]);
}

#[test]
fn a_full_memory_refuses_records_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    store.max_bytes = RESERVE_BYTES + 32 * 1024;
    // Each about as large as a record can be.
    let long = |n| Dose { child: ChildId(n), product: "P".repeat(500), on: Day(1), batch: Some("B".repeat(500)) };
    let mut taken = 0;
    let error = loop {
        match store.record(&toy(), UserId(1), 1, Fact::Dose(long(taken))) {
            Ok(seq) => taken = seq,
            Err(e) => break e,
        }
    };
    assert!(matches!(error, StoreError::Full));
    assert_eq!(store.held() as u64, taken);
    assert!(fs::metadata(dir.path().join("journal")).unwrap().len() <= store.max_bytes);
    store.set_roster(roster(1, true)).unwrap();
    store.set_durable(taken).unwrap();
    assert_eq!(record(&mut store, 1), taken + 1);
}

#[test]
fn a_lost_store_begins_a_new_epoch() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    record(&mut store, 1);
    drop(store);
    fs::remove_file(dir.path().join("journal")).unwrap();
    let store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!((store.epoch(), store.last_seq()), (2, 0));
}

#[test]
fn another_toys_key_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path(), &toy()).unwrap());
    let error = Store::open(dir.path(), &Identity::from_seed([5; 32])).err().unwrap();
    assert!(matches!(error, StoreError::Journal(JournalError::WrongKey)));
}

fn order(no: u64, what: OrderKind) -> Order {
    Order { no, what }
}

#[test]
fn a_locked_toy_stays_so_over_restarts_and_compactions() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    store.set_roster(roster(1, true)).unwrap();
    record(&mut store, 1);
    assert!(!store.locked());
    store.set_order(order(7, OrderKind::Lock)).unwrap();
    for _ in 0..2 {
        drop(store);
        store = Store::open(dir.path(), &toy()).unwrap();
        assert_eq!((store.order(), store.locked()), (Some(order(7, OrderKind::Lock)), true));
        // Nothing of it is lost.
        assert_eq!((store.roster().map(|r| r.revision), store.held(), store.wiping()), (Some(1), 1, false));
        store.compact().unwrap();
    }
    store.set_order(order(8, OrderKind::Unlock)).unwrap();
    // A hub that was put back from a backup knows the newer one no more.
    store.set_order(order(7, OrderKind::Lock)).unwrap();
    assert_eq!(store.order(), Some(order(8, OrderKind::Unlock)));
    drop(store);
    assert!(!Store::open(dir.path(), &toy()).unwrap().locked());
}

#[test]
fn a_wiped_toy_forgets_its_roster_at_once_and_its_records_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let len = || fs::metadata(dir.path().join("journal")).unwrap().len();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    let owner = Owner { hub: Identity::from_seed([4; 32]).device_id(), clinic: "PHC".into() };
    store.set_owner(owner.clone()).unwrap();
    let empty = len();
    store.set_roster(roster(1, true)).unwrap();
    for n in 1..=3 {
        record(&mut store, n);
    }
    let full = len();
    store.set_order(order(7, OrderKind::Wipe)).unwrap();
    assert!(store.roster().is_none() && store.locked() && store.wiping());
    assert!(len() < full);
    // The records wait for the hub, also over a restart.
    drop(store);
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!((store.held(), store.wiping(), store.roster()), (3, true, None));
    store.wipe().unwrap();
    for _ in 0..2 {
        assert_eq!((store.held(), store.wiping(), store.locked()), (0, false, true));
        assert_eq!((store.last_seq(), store.durable(), store.owner()), (3, 3, Some(&owner)));
        drop(store);
        store = Store::open(dir.path(), &toy()).unwrap();
    }
    assert!(len() < empty + 200, "nothing but the order and the count is left");
    // It can be used again.
    store.set_order(order(8, OrderKind::Unlock)).unwrap();
    store.set_roster(roster(2, true)).unwrap();
    assert_eq!(record(&mut store, 4), 4);
    drop(store);
    let store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!((store.held(), store.roster().map(|r| r.revision), store.locked()), (1, Some(2), false));
}

/// The power goes when the order is on the disk and the old entries still are.
#[test]
fn a_wipe_that_was_cut_off_is_finished_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    store.set_roster(roster(1, true)).unwrap();
    let with_roster = fs::metadata(dir.path().join("journal")).unwrap().len();
    store.put(Entry::Order(order(7, OrderKind::Wipe))).unwrap();
    drop(store);
    let store = Store::open(dir.path(), &toy()).unwrap();
    assert!(store.wiping() && store.roster().is_none());
    assert!(fs::metadata(dir.path().join("journal")).unwrap().len() < with_roster);
}

#[test]
fn another_workers_roster_takes_the_first_ones_children_from_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    let first = roster(1, true);
    store.set_roster(Roster { children: vec![first.children[0].clone(); 20], ..first.clone() }).unwrap();
    record(&mut store, 1);
    let before = fs::metadata(dir.path().join("journal")).unwrap().len();
    let other = Some(Worker { id: UserId(2), name: "Other".into() });
    store.set_roster(Roster { revision: 2, worker: other, ..first }).unwrap();
    assert_eq!((store.roster().unwrap().children.len(), store.held()), (1, 1));
    assert_eq!(store.roster().unwrap().blocked, [CardNo(77)]);
    // Nobody's toy knows no cards either.
    store.set_roster(Roster { revision: 3, ..roster(3, false) }).unwrap();
    assert_eq!(store.roster().unwrap().blocked, []);
    assert!(fs::metadata(dir.path().join("journal")).unwrap().len() < before);
}

/// The hub is away for longer than the clinic allows: nobody who finds the toy sees whom it carried.
#[test]
fn a_roster_that_is_too_old_is_forgotten_and_the_records_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    let met_ms = 1_000 * DAY_MS;
    store.set_contact(met_ms).unwrap();
    store.set_roster(roster(1, true)).unwrap();
    record(&mut store, 1);
    let days = |days: u16| met_ms + u64::from(days) * DAY_MS;
    assert!(!store.is_expired(days(ROSTER_DAYS)) && store.is_expired(days(ROSTER_DAYS) + 1));
    let settings = Settings { revision: 7, language: "hi".into(), report_s: 60, roster_days: 3 };
    store.set_settings(settings.clone()).unwrap();
    for _ in 0..2 {
        assert_eq!(store.settings(), Some(&settings));
        assert!(!store.is_expired(days(3)) && store.is_expired(days(3) + 1));
        store.compact().unwrap();
        drop(store);
        store = Store::open(dir.path(), &toy()).unwrap();
    }
    let len = || fs::metadata(dir.path().join("journal")).unwrap().len();
    let before = len();
    store.expire().unwrap();
    assert!(store.roster().is_none() && !store.is_expired(days(99)) && len() < before);
    drop(store);
    let store = Store::open(dir.path(), &toy()).unwrap();
    assert_eq!((store.roster(), store.held(), store.settings()), (None, 1, Some(&settings)));
}

#[test]
fn whom_a_worker_registered_is_shown_to_her_alone_as_long_as_it_is_held() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path(), &toy()).unwrap();
    let new = |n| NewChild {
        child: ChildId(n),
        name: String::new(),
        dob: Day(20_000),
        dob_estimated: false,
        sex: Sex::Other,
        mother: "Meena".into(),
        phone: String::new(),
        village: "Rampur".into(),
        consent_reminders: false,
        consent_tracing: false,
        birth_order: None,
    };
    for (n, worker) in [(1, UserId(1)), (2, UserId(2)), (3, UserId(1))] {
        store.record(&toy(), worker, 1_000, Fact::Child(new(n))).unwrap();
    }
    assert_eq!(store.new_children(UserId(1)), [new(1), new(3)]);
    assert_eq!(store.new_children(UserId(2)), [new(2)]);
    store.set_durable(1).unwrap();
    assert_eq!(store.new_children(UserId(1)), [new(3)]);
}
