//! Faults of the machine: what was answered stays, what was not answered leaves no trace.
#![allow(clippy::unwrap_used)]

#[path = "faults/disk.rs"]
mod disk;

use clinic::date::{india, to_day};
use clinic::ledger::{Actor, Chain, Event, Hlc};
use clinic::record::command::{ChildForm, Command as Ask};
use clinic::record::fact::{Fact, OpenedWhy, OriginOpened, Sex, StationAdmitted};
use clinic::replica::Logs;
use clinic::store::{OpenError, RecoveryKey, SubmitError, found};
use clinic::{Clinic, Session};
use disk::on_a_disk_of;
use hub_protocol::replica::SignedHead;
use hub_protocol::{Day, Identity, OriginId};
use std::path::Path;
use tests::people::{PASSWORD, env, founding};

/// Writes tried until the disk is full.
const TRIES: u32 = 20_000;
/// Refusals of one full disk.
const REFUSALS: u32 = 5;
/// Times the disk fills at another place.
const ROUNDS: u64 = 24;

fn founded(dir: &Path) -> (Clinic, Session) {
    let clinic = try_found(dir).unwrap();
    let admin = clinic.login("admin", PASSWORD).unwrap();
    (clinic, admin)
}

fn try_found(dir: &Path) -> Result<Clinic, OpenError> {
    found(dir, &founding("PHC", RecoveryKey::generate(&env()).unwrap()), env())
}

/// Another child each time, whose names sound like nobody else's and who was born on another day.
fn register(clinic: &Clinic, admin: &Session) -> Result<(), SubmitError> {
    const SYLLABLES: [&str; 16] =
        ["ba", "chu", "di", "fo", "ga", "hi", "ju", "ko", "la", "mi", "nu", "po", "ra", "si", "tu", "yo"];
    let child = clinic.env().new_child_id().unwrap();
    let sounds = |from: u32| (0..5).map(|n| SYLLABLES[(child.0 >> (from + 4 * n)) as usize % 16]).collect::<String>();
    let form = ChildForm {
        name: sounds(0),
        dob: Day(to_day(india(clinic.env().now_ms())).0 - i32::try_from(child.0 % 3_000).unwrap()),
        dob_estimated: false,
        sex: Sex::Other,
        mother: sounds(20),
        father: String::new(),
        phone: String::new(),
        village: "A village".to_owned(),
        landmark: "x".repeat(300),
        consent_reminders: true,
        consent_tracing: true,
        ..ChildForm::default()
    };
    clinic.submit(admin, Ask::RegisterChild { child, form, worker: None, distinct_from: Vec::new() }).map(drop)
}

#[test]
fn a_full_disk_refuses_plainly_and_keeps_what_was_answered() {
    on_a_disk_of("3m", "a_full_disk_refuses_plainly_and_keeps_what_was_answered", on_a_full_disk);
}

#[test]
fn a_disk_that_fills_in_the_middle_of_a_group_fails_the_group() {
    on_a_disk_of("6m", "a_disk_that_fills_in_the_middle_of_a_group_fails_the_group", |disk| {
        (0..ROUNDS).for_each(|round| fill_in_a_group(disk, round));
    });
}

#[test]
fn a_clinic_is_founded_whole_or_not_at_all() {
    on_a_disk_of("2m", "a_clinic_is_founded_whole_or_not_at_all", |disk| {
        let mut refused = 0;
        for free_kib in (160..420).step_by(20) {
            let room = disk.join("room");
            std::fs::write(&room, vec![1; (2048 - free_kib) * 1024]).unwrap();
            let data = disk.join("clinic");
            let founded = try_found(&data).is_ok();
            assert_eq!(founded, clinic::store::is_founded(&data), "with {free_kib} KiB free");
            if founded {
                Clinic::unlock(&data, "admin", PASSWORD, env()).unwrap();
            } else {
                refused += 1;
            }
            std::fs::remove_file(&room).unwrap();
            if !founded {
                drop(try_found(&data).expect("with room it can be founded after all"));
            }
            std::fs::remove_dir_all(&data).unwrap();
        }
        assert!(refused > 0, "the disk was never too small");
    });
}

/// Clerks and a batch from the district write at once while the disk fills: each answer is true.
fn fill_in_a_group(disk: &Path, round: u64) {
    let data = disk.join("clinic");
    let (clinic, admin) = founded(&data);
    let used: u64 = std::fs::read_dir(&data).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum();
    let room = disk.join("room");
    let free = (40 + round * 180) * 1024;
    std::fs::write(&room, vec![1; usize::try_from(6 * 1024 * 1024 - used - free - 64 * 1024).unwrap()]).unwrap();
    let answers = std::thread::scope(|scope| {
        let batch = scope.spawn(|| {
            let (events, head) = district_batch();
            clinic.store(&Identity::from_seed([9; 32]).public_key(), &events, head).is_ok()
        });
        let clerks: Vec<_> =
            (0..30).map(|_| scope.spawn(|| (0..3).filter(|_| register(&clinic, &admin).is_ok()).count())).collect();
        let told: usize = clerks.into_iter().map(|clerk| clerk.join().unwrap()).sum();
        let _ = batch.join();
        told
    });
    std::fs::remove_file(&room).unwrap();
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, u32::try_from(answers).unwrap(), "round {round}");
    register(&clinic, &admin).unwrap();
    assert_eq!(clinic.verify(&admin).unwrap().problems, [], "round {round}");
    drop(clinic);
    std::fs::remove_dir_all(&data).unwrap();
}

/// A log of a district that is too large for the page cache.
fn district_batch() -> (Vec<Event>, SignedHead) {
    let district = Identity::from_seed([9; 32]);
    let opened = Fact::OriginOpened(OriginOpened { node: district.public_key(), why: OpenedWhy::Admitted });
    let mut chain = Chain::empty(OriginId([7; 16]));
    let mut events = vec![chain.append(opened.to_entry(Hlc(1 << 16), Actor::NODE))];
    for n in 0..900 {
        let admitted = StationAdmitted {
            district: district.device_id(),
            district_key: district.public_key(),
            district_name: "x".repeat(900),
            station_name: n.to_string(),
            certificate: None,
        };
        events.push(chain.append(Fact::StationAdmitted(admitted).to_entry(Hlc(1 << 16), Actor::NODE)));
    }
    (events, chain.head().sign(&district))
}

fn on_a_full_disk(disk: &Path) {
    let room = disk.join("room");
    std::fs::write(&room, vec![1; 512 * 1024]).unwrap();
    let data = disk.join("clinic");
    let (clinic, admin) = founded(&data);
    let mut answered = 0;
    // More than once: a checkpoint may make a little room after a refusal, and what is taken then is stored.
    for _ in 0..REFUSALS {
        let error = loop {
            assert!(answered < TRIES, "the disk never filled");
            match register(&clinic, &admin) {
                Ok(()) => answered += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(&error, SubmitError::Store(e) if e.is_disk_full()), "{error:?}");
        assert_eq!(clinic.children(&admin, "", 0).unwrap().1, answered);
    }
    // Room is made: it goes on where it was.
    std::fs::remove_file(&room).unwrap();
    register(&clinic, &admin).unwrap();
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, answered + 1);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    drop(clinic);
    let (clinic, admin) = Clinic::unlock(&data, "admin", PASSWORD, env()).unwrap();
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, answered + 1);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}
