//! SIGKILL at random moments, at both ends of the district's link, while a toy hands over doses and files are
//! imported: real programs, real disks. Afterwards each side is what it was and holds the same, no record that a toy
//! was told to be safe is missing, and none is there twice.
//!
//! TIKKA_KILLS says how many (`tests/campaign kills 200`), TIKKA_SEED repeats a run.
#![allow(clippy::unwrap_used)]

#[path = "toys/process.rs"]
#[allow(dead_code, reason = "the tests of toys use the rest")]
mod process;

use clinic::record::Fact;
use clinic::record::command::Command;
use clinic::replica::Logs;
use clinic::store::KeyFile;
use clinic::{Clinic, Env};
use hub::Hub;
use hub_protocol::DeviceId;
use process::Toy;
use serde_json::json;
use std::collections::BTreeMap;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tests::district::District;
use tests::station::Station;

/// In the tests of every day; a campaign does many more.
const KILLS: u32 = 6;
/// From the last sign of work to the blow, at most.
const MOMENT_MAX_MS: u64 = 250;
/// For work to be seen after a start: the toy must be found again first.
const PATIENCE: Duration = Duration::from_secs(60);
/// The toy's worker carries as many as a worker may.
const CHILDREN: u64 = 50;
/// Lines of a file that is imported while blows fall.
const IMPORT_LINES: u64 = 60;
/// Doses that the toy may hold before it waits for the clinic, as a worker does who visits a few villages.
const HELD_MAX: u64 = 60;

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        // Knuth's constants; the low bits are the weak ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn whatever_is_killed_and_when_both_ends_hold_the_same_and_nothing_is_lost() {
    let kills = number("TIKKA_KILLS").unwrap_or(KILLS.into());
    let seed = number("TIKKA_SEED").unwrap_or_else(|| u64::from(std::process::id()) ^ Env::system().now_ms());
    println!("TIKKA_SEED={seed} TIKKA_KILLS={kills}");
    let mut dice = Dice(seed);
    let mut site = Site::founded();

    let working = AtomicBool::new(true);
    let recorded = AtomicU64::new(0);
    let imported = std::thread::scope(|scope| {
        let toy = &site.toy;
        let (stop, count) = (&working, &recorded);
        // So many kills take so long that at full speed she would tell more than a toy may in one day.
        let pace = Duration::from_millis(kills + kills / 4);
        scope.spawn(move || give_doses(toy, pace, stop, count));
        // However the blows end, the worker goes home.
        let _home = Home(&working);
        strike(&site.station, &mut site.district, &mut dice, kills)
    });
    site.agree(recorded.into_inner(), imported);
}

struct Home<'a>(&'a AtomicBool);

impl Drop for Home<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

struct Site {
    district: District,
    station: Station,
    toy: Toy,
}

impl Site {
    /// A clinic of a district, with a worker, her children and her toy.
    fn founded() -> Self {
        let district = District::start();
        let station = Station::found(Some(&district.link("PHC Rampur").to_string()));
        station.import(&station.children_file(0, CHILDREN, CHILDREN));
        let toy = Toy::start("kills");
        give_toy(&station, &toy);
        Self { district, station, toy }
    }

    /// The end: everything arrives, and nobody differs.
    fn agree(&self, recorded: u64, imported: u64) {
        assert_eq!(self.station.children() as u64, imported);
        let hub = self.station.hub();
        self.toy.tell(&json!({"do": "status"}));
        let mut held = self.toy.event("status")["held"].as_u64().unwrap();
        while held > 0 {
            held = self.toy.event("acked")["held"].as_u64().unwrap();
        }
        assert_eq!(hub.terminate(), Some(0));
        let (events, hash) = self.station.verified();
        let hub = self.station.hub();
        assert!(hub.at_district() >= events || hub.waits_for_more_than(events - 1, PATIENCE), "it does not all arrive");
        assert_eq!(hub.terminate(), Some(0));

        let line = self.district.station("PHC Rampur");
        assert_eq!((line["events"].as_u64(), line["hash"].as_str()), (Some(events), Some(hash.as_str())));
        assert_eq!(line["state"], "active");
        let seen = toy_records(&self.station, self.toy.id);
        let expected: Vec<u64> = (1..=recorded).collect();
        assert_eq!(seen.keys().copied().collect::<Vec<_>>(), expected, "records of the toy that are there");
        assert!(seen.values().all(|times| *times == 1), "twice: {seen:?}");
        println!("{recorded} records of the toy and {events} events are at both ends, each once");
    }
}

/// What an Admin does at the desk to make a toy a worker's.
fn give_toy(station: &Station, toy: &Toy) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let key = KeyFile::read(&station.key_file()).unwrap();
        let (clinic, admin) = Clinic::unlock_with_file(&station.data(), &key, Env::system()).unwrap();
        let hub = Hub::start(clinic.clone(), None).await.unwrap();
        let mut toys = hub.toys();
        let seen = toys.wait_for(|toys| toys.iter().any(|seen| seen.short == toy.short));
        drop(tokio::time::timeout(PATIENCE, seen).await.expect("the toy is found").unwrap());
        toy.tell(&json!({"do": "pair"}));
        toy.event("pair");
        hub.register_toy(&admin, &toy.short, toy.id, toy.secret, "1").await.unwrap();
        toy.tell(&json!({"do": "unpair"}));
        let users = clinic.users(&admin).unwrap();
        let asha = users.iter().find(|user| user.login == "asha").unwrap().id;
        clinic.submit(&admin, Command::AssignToy { toy: toy.id, worker: Some(asha) }).unwrap();
        toy.wait_for("roster", |roster| roster["children"] == CHILDREN);
        hub.shutdown().await;
    });
}

/// A worker on her round: a dose after the other, as long as the toy has room.
fn give_doses(toy: &Toy, pace: Duration, working: &AtomicBool, recorded: &AtomicU64) {
    toy.tell(&json!({"do": "children"}));
    let children = toy.event("children")["children"].as_array().unwrap().clone();
    let product = children.iter().find_map(|child| child["due"][0]["product"].as_str()).unwrap();
    let today = clinic::date::india(Env::system().now_ms());
    let mut n = 0;
    while working.load(Ordering::Relaxed) {
        toy.tell(&json!({"do": "status"}));
        if toy.event("status")["held"].as_u64() >= Some(HELD_MAX) {
            // She rests; it is her pace, nobody waits for it.
            std::thread::sleep(Duration::from_millis(20));
            continue;
        }
        std::thread::sleep(pace);
        let (child, round) = (&children[n % children.len()]["child"], n / children.len());
        let on = (today - chrono::Days::new(round as u64 % 300)).to_string();
        toy.tell(&json!({"do": "dose", "child": child, "product": product, "on": on, "batch": format!("K{n}")}));
        n += 1;
        assert_eq!(toy.event("recorded")["seq"].as_u64(), Some(n as u64));
        recorded.store(n as u64, Ordering::Relaxed);
    }
}

/// Gives how many children were imported.
fn strike(station: &Station, district: &mut District, dice: &mut Dice, kills: u64) -> u64 {
    let mut hub = station.hub();
    let (mut files, mut imported) = (1, CHILDREN);
    for kill in 0..kills {
        // The toy hands over, the district acknowledges; then the blow falls somewhere among the next ones.
        let before = hub.at_district();
        assert!(hub.waits_for_more_than(before, PATIENCE), "nothing moves before kill {kill}: {}", hub.words());
        let moment_ms = dice.below(MOMENT_MAX_MS);
        std::thread::sleep(Duration::from_millis(moment_ms));
        let acked = hub.at_district();
        match dice.below(8) {
            0..=3 => {
                println!("kill {kill}: the district, {moment_ms} ms after {acked}");
                district.kill();
                holds(district, hub.at_district());
                district.restart();
            }
            4..=6 => {
                println!("kill {kill}: the station, {moment_ms} ms after {acked}");
                hub.kill();
                holds(district, acked);
                hub = station.hub();
            }
            _ => {
                println!("kill {kill}: station and import, {moment_ms} ms after {acked}");
                hub.kill();
                let first = files * 1_000;
                files += 1;
                imported += kill_an_import(station, first, dice);
                hub = station.hub();
            }
        }
    }
    hub.kill();
    imported
}

/// What was acknowledged is there, whoever was killed.
fn holds(district: &District, acked: u64) {
    let held = district.station("PHC Rampur")["events"].as_u64().unwrap();
    assert!(held >= acked, "{acked} events were acknowledged, {held} are there");
}

/// An import that is killed and run again: each line is taken, none twice.
fn kill_an_import(station: &Station, first: u64, dice: &mut Dice) -> u64 {
    let file = station.children_file(first, IMPORT_LINES, 0);
    let mut import: Child = station.as_admin(&["import"]).arg(&file).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(dice.below(3_000)));
    import.kill().unwrap();
    import.wait().unwrap();
    station.import(&file);
    IMPORT_LINES
}

/// The numbers of a toy's records in the ledger, and how often each is there.
fn toy_records(station: &Station, toy: DeviceId) -> BTreeMap<u64, u32> {
    let key = KeyFile::read(&station.key_file()).unwrap();
    let (clinic, _) = Clinic::unlock_with_file(&station.data(), &key, Env::system()).unwrap();
    let mut seen = BTreeMap::new();
    for head in clinic.heads().unwrap() {
        let mut after = 0;
        while after < head.seq {
            let page = clinic.entries(head.origin, after, 1_000, 1 << 20).unwrap();
            after += page.len() as u64;
            for entry in &page {
                if let Ok(Fact::DoseGiven(dose)) = Fact::of(entry)
                    && let Some(witness) = dose.toy
                    && witness.toy == toy
                {
                    *seen.entry(witness.seq).or_insert(0) += 1;
                }
            }
        }
    }
    seen
}
