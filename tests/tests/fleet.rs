//! Many toys of one process, each with its worker, against a real hub and its district, with random faults: radio, power
//! and clock go, packets are lost, writes are torn, toys flood and lie, the hub is killed. Afterwards each dose,
//! measuring, visit and new child that a toy said to have is at both ends once, as it was entered, and no other is.
//!
//! TIKKA_TOYS and TIKKA_SECONDS say how many and for how long (`tests/campaign toys 60`), TIKKA_SEED repeats the dice.
#![allow(clippy::unwrap_used)]

#[path = "fleet/toys.rs"]
mod toys;

use clinic::record::Fact;
use clinic::record::command::{Command, NewUser};
use clinic::record::role::Role;
use clinic::replica::Logs;
use clinic::store::KeyFile;
use clinic::{Clinic, Session};
use hub::toys::{ToyError, ToySeen};
use hub::{Hub, HubError};
use hub_protocol::{Day, DeviceId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use tests::district::District;
use tests::people::{self, PASSWORD};
use tests::station::{RunningHub, Station, sounds};
use toys::{Fleet, Phase, Told, Toy, What};

/// In the tests of every day; a campaign has more of both.
const TOYS: u64 = 24;
const SECONDS: u64 = 15;
const CHILDREN_EACH: u64 = 3;
const PATIENCE: Duration = Duration::from_secs(180);
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// Records of all toys together.
const RECORDS_A_SECOND: u64 = 40;
/// One in so many steps is a fault.
const STEPS_A_FAULT: u64 = 6;
/// The hub is killed about this often.
const HUB_LIVES_S: u64 = 20;
/// A dose is told for one of so many days: too few for a second one of the same vaccine to count, so that it stays due.
const DAYS: u64 = 20;
/// The clock of a toy may be a day behind, and takes no dose of tomorrow.
const DAYS_AGO: u64 = 2;

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        // Knuth's constants; the low bits are the weak ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn ms(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn whatever_happens_to_toys_each_record_is_at_both_ends_once() {
    let (toys, seconds) = (number("TIKKA_TOYS", TOYS), number("TIKKA_SECONDS", SECONDS));
    let seed = number("TIKKA_SEED", u64::from(std::process::id()) ^ people::env().now_ms());
    println!("TIKKA_SEED={seed} TIKKA_TOYS={toys} TIKKA_SECONDS={seconds}");
    let district = District::start();
    let station = Station::found(Some(&district.link("PHC Rampur").to_string()));
    people_and_children(&station, toys);
    let dir = tempfile::tempdir().unwrap();
    let mut fleet = Fleet::start(dir.path(), toys as usize, seed);
    give_toys(&station, &mut fleet);

    let mut round = Round::new(&station, fleet, Dice(seed));
    round.go(Duration::from_secs(seconds));
    let (fleet, hub) = round.go_home();
    assert_eq!(hub.terminate(), Some(0));
    agree(&station, &district, &fleet);
}

fn login(n: u64) -> String {
    format!("worker{n}")
}

fn open(station: &Station) -> (Clinic, Session) {
    let key = KeyFile::read(&station.key_file()).unwrap();
    Clinic::unlock_with_file(&station.data(), &key, people::env()).unwrap()
}

fn people_and_children(station: &Station, workers: u64) {
    let (clinic, admin) = open(station);
    for n in 0..workers {
        let new = NewUser { login: login(n), name: format!("Worker {n}"), role: Role::PhcWorker };
        clinic.register_user(&admin, &new, PASSWORD).unwrap();
    }
    drop((clinic, admin));
    let mut lines = "ref,name,dob,sex,mother,village,worker\n".to_owned();
    let year = chrono::Datelike::year(&clinic::date::india(people::env().now_ms()));
    for n in 0..workers * CHILDREN_EACH {
        let (name, mother, worker) = (sounds(n), sounds(n + 1_000_003), login(n / CHILDREN_EACH));
        let (born, month, day) = (year - 1, 1 + n % 6, 1 + n % 27);
        writeln!(lines, "F-{n},{name},{born}-{month:02}-{day:02},F,{mother},Rampur,{worker}").unwrap();
    }
    let file = station.path("fleet.csv");
    std::fs::write(&file, lines).unwrap();
    station.import(&file);
}

/// Each toy is registered by its label and given to a worker of its own, and has her children.
fn give_toys(station: &Station, fleet: &mut Fleet) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (clinic, admin) = open(station);
    let workers: BTreeMap<String, _> =
        clinic.users(&admin).unwrap().into_iter().map(|user| (user.login, user.id)).collect();
    let hub = runtime.block_on(Hub::start(clinic.clone(), None)).unwrap();
    let wanted: BTreeSet<String> = fleet.toys.iter().map(|toy| toy.short.clone()).collect();
    let mut seen = hub.toys();
    let all_seen = seen.wait_for(|seen| wanted.iter().all(|short| seen.iter().any(|seen| seen.short == *short)));
    drop(runtime.block_on(async { tokio::time::timeout(PATIENCE, all_seen).await }).expect("all are found").unwrap());
    fleet.tell_all(&json!({"do": "pair"}));
    fleet.told_by_each("pair", |pair| pair["held"] == true);
    for (n, toy) in fleet.toys.iter().enumerate() {
        runtime.block_on(register(&hub, &admin, toy, &format!("Toy {n}")));
        let assign = Command::AssignToy { toy: toy.id, worker: Some(workers[&login(n as u64)]) };
        clinic.submit(&admin, assign).unwrap();
    }
    fleet.tell_all(&json!({"do": "unpair"}));
    fleet.told_by_each("roster", |roster| roster["children"] == CHILDREN_EACH);
    fleet.tell_all(&json!({"do": "children"}));
    let rosters = fleet.told_by_each("children", |_| true);
    for (toy, roster) in fleet.toys.iter_mut().zip(rosters) {
        let children = roster["children"].as_array().unwrap();
        toy.children = children.iter().map(|child| child["child"].as_str().unwrap().to_owned()).collect();
        // What is due to one of hers: she may tell it of any.
        toy.product = children.iter().find_map(|child| child["due"][0]["product"].as_str()).unwrap().to_owned();
    }
    runtime.block_on(hub.shutdown());
}

/// On a busy machine a toy may be out of sight for a moment: then it is tried again when it is seen.
async fn register(hub: &Hub, admin: &Session, toy: &Toy, label: &str) {
    const TRIES: u32 = 10;
    let mut seen = hub.toys();
    for _ in 0..TRIES {
        let in_sight = |seen: &Vec<ToySeen>| seen.iter().any(|seen| seen.short == toy.short && seen.addr.is_some());
        drop(tokio::time::timeout(PATIENCE, seen.wait_for(in_sight)).await.expect("it is found").unwrap());
        match hub.register_toy(admin, &toy.short, toy.id, toy.secret, label).await {
            Ok(_) => return,
            Err(HubError::Toy(ToyError::NotSeen | ToyError::Unreachable(_) | ToyError::Slow)) => {}
            Err(other) => panic!("{label}: {other}"),
        }
    }
    panic!("{label} is never registered");
}

/// What ends a fault, when, and at which toy.
type Healing = (Instant, usize, Value);

/// All workers on their rounds.
struct Round<'a> {
    station: &'a Station,
    fleet: Fleet,
    /// None while it is killed.
    hub: Option<RunningHub>,
    dice: Dice,
    healings: Vec<Healing>,
    told: u64,
    faults: BTreeMap<&'static str, u32>,
}

impl<'a> Round<'a> {
    fn new(station: &'a Station, mut fleet: Fleet, mut dice: Dice) -> Self {
        let track = station.path("track.csv");
        let point =
            |n: u64| format!("{},{},{},8\n", n * 60, 28.6 + 0.000_5 * (n % 7) as f64, 77.2 + 0.000_7 * n as f64);
        let points: String = (0..40).map(point).collect();
        std::fs::write(&track, format!("seconds,latitude,longitude,accuracy_m\n{points}")).unwrap();
        for at in (0..fleet.toys.len()).step_by(2) {
            let (start_s, track) = (dice.below(2_000), track.to_str().unwrap());
            fleet.tell(at, json!({"do": "walk", "track": track, "start_s": start_s, "times": 5}));
        }
        let hub = Some(station.hub());
        Self { station, fleet, hub, dice, healings: Vec::new(), told: 0, faults: BTreeMap::new() }
    }

    fn go(&mut self, how_long: Duration) {
        let end = Instant::now() + how_long;
        let step = Duration::from_secs(1) / RECORDS_A_SECOND as u32;
        let mut next = Instant::now();
        let mut blow = Instant::now() + self.dice.ms(HUB_LIVES_S * 500, HUB_LIVES_S * 1_500).min(how_long / 2);
        while Instant::now() < end {
            while self.fleet.hear(next).is_some() {}
            next = Instant::now().max(next + step);
            self.heal(Instant::now());
            let at = self.dice.below(self.fleet.toys.len() as u64) as usize;
            if self.dice.below(STEPS_A_FAULT) == 0 {
                self.break_something(at);
            } else {
                self.visit(at);
            }
            if Instant::now() > blow {
                blow = Instant::now() + self.dice.ms(HUB_LIVES_S * 500, HUB_LIVES_S * 1_500);
                self.kill_the_hub();
            }
        }
    }

    fn kill_the_hub(&mut self) {
        *self.faults.entry("hub killed").or_default() += 1;
        if let Some(hub) = self.hub.take() {
            hub.kill();
        }
        self.hub = Some(self.station.hub());
    }

    /// A dose mostly; now and then a child is weighed, or not at home, or registered.
    fn visit(&mut self, at: usize) {
        let toy = &mut self.fleet.toys[at];
        if toy.phase != Phase::Ready {
            return;
        }
        let today = clinic::date::india(people::env().now_ms());
        let on = (today - chrono::Days::new(DAYS_AGO + self.told % DAYS)).to_string();
        let known = toy.children[self.dice.below(CHILDREN_EACH) as usize].clone();
        let child = toy.new.take().unwrap_or(known);
        let n = self.told;
        self.told += 1;
        let (command, what) = match self.dice.below(20) {
            0 => {
                let mother = sounds(n + 2_000_003);
                let command = json!({"do": "child", "dob": on, "sex": "F", "mother": mother, "village": "Rampur"});
                (command, What::New { mother })
            }
            1..=4 => {
                let weight_g = 4_000 + (n % 20_000) as u32;
                (json!({"do": "growth", "child": child, "on": on, "weight_g": weight_g}), What::Weight { weight_g })
            }
            5..=8 => {
                let note = format!("visit {n}");
                let command = json!({"do": "sighting", "child": child, "on": on, "found": "away", "note": note});
                (command, What::Visit { note })
            }
            _ => {
                let (product, batch) = (toy.product.clone(), format!("F{at}-{n}"));
                let command = json!({"do": "dose", "child": child, "product": product, "on": on, "batch": batch});
                (command, What::Dose { product, batch })
            }
        };
        // Which number a new child gets is for the toy to say.
        let child = if matches!(what, What::New { .. }) { String::new() } else { child };
        toy.phase = Phase::Asked(Told { child, on, what });
        self.fleet.tell(at, command);
    }

    fn break_something(&mut self, at: usize) {
        let dice = &mut self.dice;
        let (name, fault, healing) = match dice.below(9) {
            0 => ("radio", json!({"do": "offline"}), Some(json!({"do": "online"}))),
            1 => ("power", json!({"do": "power", "on": false}), Some(json!({"do": "power", "on": true}))),
            // An entry of a dose takes some 300 bytes.
            2 | 3 => ("torn write", json!({"do": "power-cut", "at_byte": 1 + dice.below(700)}), None),
            4 => {
                let per_mille = 50 + dice.below(350);
                ("drops", json!({"do": "drop", "per_mille": per_mille}), Some(json!({"do": "drop", "per_mille": 0})))
            }
            5 => {
                let offset_ms = dice.below(2 * 86_400_000) as i64 - 86_400_000;
                ("clock", json!({"do": "clock", "offset_ms": offset_ms}), Some(json!({"do": "clock", "offset_ms": 0})))
            }
            6 => ("flood", json!({"do": "flood", "messages": 100 + dice.below(1_500)}), None),
            7 => {
                let about =
                    ["signature", "sequence", "content", "telemetry", "rubbish", "replay"][dice.below(6) as usize];
                ("lie", json!({"do": "lie", "about": about}), None)
            }
            _ => {
                // A charge of some seconds: it may go out on the way.
                let empty = json!({"do": "battery", "percent": 1 + dice.below(99), "full_hours": 0.01});
                ("battery", empty, Some(json!({"do": "battery", "percent": 90})))
            }
        };
        *self.faults.entry(name).or_default() += 1;
        if let Some(healing) = healing {
            self.healings.push((Instant::now() + self.dice.ms(500, 6_000), at, healing));
        }
        self.fleet.tell(at, fault);
    }

    /// What was broken long enough is put right; whoever has no power gets it back sooner or later.
    fn heal(&mut self, now: Instant) {
        let due: Vec<Healing> = self.healings.extract_if(.., |(when, ..)| *when <= now).collect();
        for (_, at, healing) in due {
            self.fleet.tell(at, healing);
        }
        for at in 0..self.fleet.toys.len() {
            let waits = self.healings.iter().any(|(_, toy, healing)| *toy == at && healing["do"] == "power");
            if matches!(self.fleet.toys[at].phase, Phase::Off(_)) && !waits {
                let when = now + self.dice.ms(300, 4_000);
                self.healings.push((when, at, json!({"do": "battery", "percent": 90})));
                self.healings.push((when, at, json!({"do": "power", "on": true})));
            }
        }
    }

    /// The evening: everything works again, and what the toys hold is handed over.
    fn go_home(mut self) -> (Fleet, RunningHub) {
        let hub = self.hub.take().unwrap();
        let fleet = &mut self.fleet;
        // A dose that was told is answered first. Another port is a new beginning for the hub, whatever it thought of a toy.
        let well = [
            json!({"do": "drop", "per_mille": 0}),
            json!({"do": "clock", "offset_ms": 0}),
            json!({"do": "battery", "percent": 90}),
            json!({"do": "online"}),
            json!({"do": "power", "on": false}),
            json!({"do": "power", "on": true}),
        ];
        well.iter().for_each(|command| fleet.tell_all(command));
        fleet.told_by_each("power", |power| power["on"] == true);
        let (end, mut ask) = (Instant::now() + PATIENCE, Instant::now());
        while !fleet.toys.iter().all(|toy| toy.phase == Phase::Ready && toy.held == 0) {
            if fleet.hear(ask).is_none() {
                ask = Instant::now() + ASK_AGAIN;
                fleet.tell_all(&json!({"do": "status"}));
            }
            let left: Vec<_> = fleet.toys.iter().filter(|toy| toy.held > 0).map(|toy| (&toy.short, toy.held)).collect();
            assert!(Instant::now() < end, "not handed over: {left:?}; {}", hub.words());
        }
        println!("faults: {:?}", self.faults);
        (self.fleet, hub)
    }
}

/// What all toys told, in the ledger: what is there under each number, and how often.
fn in_the_ledger(station: &Station) -> BTreeMap<DeviceId, BTreeMap<u64, Vec<Told>>> {
    let (clinic, _) = open(station);
    let mut seen: BTreeMap<DeviceId, BTreeMap<u64, Vec<Told>>> = BTreeMap::new();
    for head in clinic.heads().unwrap() {
        let mut after = 0;
        while after < head.seq {
            let page = clinic.entries(head.origin, after, 1_000, 1 << 20).unwrap();
            after += page.len() as u64;
            for fact in page.iter().map(|entry| Fact::of(entry).unwrap()) {
                let Some(witness) = fact.witness() else { continue };
                let (toy, seq) = (witness.toy, witness.seq);
                seen.entry(toy).or_default().entry(seq).or_default().push(told(fact));
            }
        }
    }
    seen
}

fn told(fact: Fact) -> Told {
    let (child, Day(days), what) = match fact {
        Fact::DoseGiven(dose) => {
            (dose.child, dose.on, What::Dose { product: dose.product, batch: dose.batch.unwrap_or_default() })
        }
        Fact::MeasuredOnToy(f) => {
            (f.growth.child, f.growth.on, What::Weight { weight_g: f.growth.weight_g.unwrap_or_default() })
        }
        Fact::ChildSighted(f) => (f.child, f.on, What::Visit { note: f.note }),
        Fact::ChildOnToy(f) => (f.child, f.details.dob, What::New { mother: f.details.mother }),
        other => panic!("no toy tells that: {other:?}"),
    };
    let on = chrono::NaiveDate::default() + chrono::Days::new(days as u64);
    Told { child: child.to_string(), on: on.to_string(), what }
}

fn agree(station: &Station, district: &District, fleet: &Fleet) {
    let (events, hash) = station.verified();
    let line = district.station("PHC Rampur");
    assert_eq!((line["events"].as_u64(), line["hash"].as_str()), (Some(events), Some(hash.as_str())));
    let mut seen = in_the_ledger(station);
    let mut records = 0;
    for toy in &fleet.toys {
        let mut there = seen.remove(&toy.id).unwrap_or_default();
        for (seq, _) in toy.recorded.iter().filter(|(_, told)| told.child.is_empty()) {
            // The power went before the toy could say which number it is.
            there.entry(*seq).or_default().iter_mut().for_each(|told| told.child.clear());
        }
        let told: BTreeMap<u64, Vec<Told>> =
            toy.recorded.iter().map(|(seq, told)| (*seq, vec![told.clone()])).collect();
        assert_eq!(there, told, "of {}", toy.short);
        records += told.len();
    }
    assert!(seen.is_empty(), "records of toys that nobody has: {seen:?}");
    assert!(records > 0, "nobody gave a dose");
    println!("{records} records of {} toys and {events} events are at both ends, each once", fleet.toys.len());
}
