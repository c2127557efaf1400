//! The power fails at any moment: what was acknowledged is there, what was not is there whole or not at all.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::record::command::Command;
use clinic::{Clinic, Env};
use common::*;
use std::fs;
use std::path::Path;

const DATABASE: &str = "ledger.db";
const WAL: &str = "ledger.db-wal";

/// SplitMix64 (Steele, Lea, Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The folder as a power cut leaves it: the write-ahead log ends at `end`, and may hold rubbish from there on.
fn cut(from: &Path, to: &Path, end: usize, rubbish: bool) {
    fs::create_dir_all(to).unwrap();
    for name in [DATABASE, "keys.cbor"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    let mut wal = fs::read(from.join(WAL)).unwrap();
    if rubbish {
        wal[end..].iter_mut().for_each(|byte| *byte = !*byte);
    } else {
        wal.truncate(end);
    }
    fs::write(to.join(WAL), wal).unwrap();
}

#[test]
fn a_power_cut_at_any_byte_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    // How long the write-ahead log was, and the log of events with it, after each answer.
    let mut answered: Vec<(usize, u64)> = Vec::new();
    let length = || usize::try_from(fs::metadata(dir.path().join(WAL)).map_or(0, |m| m.len())).unwrap();
    let names = ["Asha", "Bina", "Chanda", "Divya", "Esha", "Farida", "Gita", "Hema", "Indu", "Jaya", "Kiran", "Lata"];
    for (n, name) in (0..).zip(names) {
        let born = today() - Days::new(400 + 40 * n);
        let child = d.register(&d.asha, form(name, born), None).unwrap();
        answered.push((length(), d.clinic.sync().unwrap().events));
        for (product, after_days) in [("BCG", 0), ("OPV", 0), ("PENTA", 50)] {
            d.dose(&d.asha, child, product, born + Days::new(after_days)).unwrap();
            answered.push((length(), d.clinic.sync().unwrap().events));
        }
        if n == 5 {
            d.clinic.submit(&d.admin, Command::AssignChild { child, worker: None }).unwrap();
            answered.push((length(), d.clinic.sync().unwrap().events));
        }
    }
    let (whole, last) = *answered.last().unwrap();
    assert_eq!(whole, length());
    let seed: u64 = std::env::var("TIKKA_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(7);
    eprintln!("TIKKA_SEED={seed}");
    let mut chance = seed;
    let cuts = std::env::var("TIKKA_CUTS").ok().and_then(|s| s.parse().ok()).unwrap_or(60);
    let mut seen = Vec::new();
    for n in 0..cuts {
        let end = usize::try_from(next(&mut chance)).unwrap_or_default() % (whole + 1);
        let copy = tempfile::tempdir().unwrap();
        cut(dir.path(), copy.path(), end, n % 2 == 0);
        let (clinic, admin) = match open(copy.path()) {
            Ok(opened) => opened,
            Err(error) => panic!("cut at {end} of {whole}: {error}"),
        };
        assert_eq!(clinic.verify(&admin).unwrap().problems, [], "cut at {end}");
        let events = clinic.sync().unwrap().events;
        let promised = answered.iter().filter(|(length, _)| *length <= end).map(|(_, events)| *events).max();
        assert!(promised.is_none_or(|promised| events >= promised), "cut at {end}: {events} of {promised:?}");
        assert!(events <= last);
        seen.push(events);
        // It goes on from there.
        clinic.submit(&admin, Command::AcceptClock).unwrap();
        assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    }
    seen.sort_unstable();
    seen.dedup();
    // Cuts that all end alike would show nothing.
    assert!(seen.len() > 5, "{seen:?}");
}

fn open(dir: &Path) -> Result<(Clinic, clinic::Session), clinic::store::LoginError> {
    let env: Env = env();
    Clinic::unlock(dir, "admin", &password("admin"), env)
}
