//! What the toys' telemetry costs the database: 200 toys that send a message a second for ten minutes, kept as the watch
//! keeps them, beside one write a message. The time is the bench's own; only the writing is real.

use crate::corpus::{self, Chance, Desk};
use crate::{Outcome, cpu_s, figure};
use clinic::device::{Batch, News, Sample, Seen, Watch};
use clinic::record::command::Command;
use hub_protocol::toy::{Position, Telemetry};
use hub_protocol::{DeviceId, Identity};
use serde_json::json;
use std::path::Path;
use std::time::Instant;

const TOYS: u8 = 200;
const SECONDS: u64 = 600;
/// One write a message is measured for less: each message costs the same.
const SECONDS_EACH: u64 = 30;
/// As the hub does: see `hub::toy_watch`.
const FLUSH_S: u64 = 5;

pub fn run(dir: &Path, seed: u64) -> Outcome {
    let each = cost(&dir.join("each"), seed, false, SECONDS_EACH)?;
    let kept = cost(&dir.join("kept"), seed, true, SECONDS)?;
    let fewer = |per: fn(&Cost) -> f64| 100.0 * (1.0 - (per(&kept) / kept.messages) / (per(&each) / each.messages));
    let told = |cost: &Cost| {
        json!({"messages": cost.messages, "rows": cost.rows, "commits": cost.commits, "bytes": cost.bytes,
            "cpu_s": cost.cpu_s, "wall_s": cost.wall_s})
    };
    let more = json!({"one_each": told(&each), "kept": told(&kept), "seed": seed});
    figure("telemetry-rows", fewer(|c| c.rows as f64), "% fewer than one a message", Some(95.0), more)?;
    figure("telemetry-bytes", fewer(|c| c.bytes as f64), "% fewer bytes to the disk for a message", None, json!({}))?;
    figure("telemetry-cpu", fewer(|c| c.cpu_s), "% less processor time for a message", None, json!({}))?;
    let more = json!({"changes": kept.changes});
    figure(
        "telemetry-changes-lost",
        kept.changes as f64 - kept.changes_kept as f64,
        "changes of state",
        Some(0.0),
        more,
    )
}

/// What was written, and what that took.
#[derive(Default)]
struct Cost {
    messages: f64,
    rows: u64,
    commits: u64,
    /// Times that charging, restarts or records on a toy changed, and those of them that stand in a row.
    changes: u64,
    changes_kept: u64,
    bytes: u64,
    cpu_s: f64,
    wall_s: f64,
}

fn cost(dir: &Path, seed: u64, coalesced: bool, seconds: u64) -> Result<Cost, corpus::Error> {
    let desk = corpus::make(dir, corpus::env())?;
    let toys = register(&desk)?;
    let (bytes, cpu, start) = (written_bytes()?, cpu_s(std::process::id()), Instant::now());
    let mut cost = play(&desk, &toys, seed, coalesced, seconds)?;
    cost.bytes = written_bytes()? - bytes;
    cost.cpu_s = cpu_s(std::process::id()) - cpu;
    cost.wall_s = start.elapsed().as_secs_f64();
    for toy in &toys {
        let course = desk.clinic.toy_course(&desk.admin, *toy, 0, u64::MAX / 2)?;
        if course.has_older {
            return Err("more samples of one toy than are counted".into());
        }
        let state = |s: &Sample| (s.charging, s.restarts, s.records_held == 0);
        let changes = course.samples.windows(2).filter(|pair| state(&pair[0]) != state(&pair[1]));
        cost.changes_kept += changes.count() as u64;
    }
    drop(desk);
    std::fs::remove_dir_all(dir)?;
    Ok(cost)
}

/// Bytes that this process has caused to be written to disks, as Linux counts them.
fn written_bytes() -> Result<u64, corpus::Error> {
    let io = std::fs::read_to_string("/proc/self/io")?;
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: ")).ok_or("no count of bytes written")?;
    Ok(line.trim().parse()?)
}

fn register(desk: &Desk) -> Result<Vec<DeviceId>, corpus::Error> {
    let mut toys = Vec::new();
    for n in 0..TOYS {
        let key = Identity::from_seed([n; 32]).public_key();
        let register = Command::RegisterToy { key, model: "bench".into(), label: format!("Toy {n}") };
        desk.clinic.submit(&desk.admin, register)?;
        toys.push(key.device_id());
    }
    Ok(toys)
}

/// A fleet that walks, uses its batteries, is put on chargers, restarts and records doses.
fn play(desk: &Desk, toys: &[DeviceId], seed: u64, coalesced: bool, seconds: u64) -> Result<Cost, corpus::Error> {
    let start_ms = corpus::NOW_MS;
    let mut chance = Chance(seed);
    let mut watch = Watch::new(Vec::new(), Vec::new(), start_ms);
    watch.rules(desk.clinic.toy_rules()?, start_ms);
    let shorts: Vec<String> = toys.iter().map(DeviceId::short).collect();
    let mut said: Vec<Telemetry> = toys.iter().map(|_| begins(&mut chance)).collect();
    let mut cost = Cost { messages: (toys.len() as u64 * seconds) as f64, ..Cost::default() };
    shorts.iter().for_each(|short| watch.take(short, News::Seen(Seen::Online), start_ms));
    for second in 0..seconds {
        let now_ms = start_ms + second * 1_000;
        for ((toy, short), said) in toys.iter().zip(&shorts).zip(&mut said) {
            let before = *said;
            goes_on(said, second, &mut chance);
            cost.changes += u64::from(states(&before) != states(said));
            if coalesced {
                watch.take(short, News::Told(*said), now_ms);
            } else {
                let samples = vec![(*toy, Sample::of(said, 0, now_ms))];
                cost.keep(desk, Batch { samples, ..Batch::default() })?;
            }
        }
        if coalesced {
            watch.tick(now_ms);
            let due = watch.waiting().is_urgent() || second % FLUSH_S == 0 || second + 1 == seconds;
            if due && !watch.waiting().is_empty() {
                cost.keep(desk, watch.take_batch())?;
            }
        }
    }
    Ok(cost)
}

impl Cost {
    fn keep(&mut self, desk: &Desk, batch: Batch) -> Result<(), corpus::Error> {
        self.rows += batch.rows() as u64;
        self.commits += 1;
        Ok(desk.clinic.keep_devices(batch)?)
    }
}

fn begins(chance: &mut Chance) -> Telemetry {
    let place = |chance: &mut Chance, middle: i32| middle + i32::try_from(chance.below(100_000)).unwrap_or_default();
    Telemetry {
        at_ms: 0,
        battery_percent: 30 + u8::try_from(chance.below(70)).unwrap_or_default(),
        charging: false,
        temperature_c: 25,
        storage_free_kib: 4_000,
        restarts: 1,
        position: Some(Position {
            latitude_e7: place(chance, 286_000_000),
            longitude_e7: place(chance, 772_000_000),
            accuracy_m: 12,
        }),
        records_held: 0,
        faults: None,
        sleep_s: None,
    }
}

/// A walk of 1.2 m/s for half of them, a per cent of battery in six minutes, and a change of state now and then.
fn goes_on(said: &mut Telemetry, second: u64, chance: &mut Chance) {
    if second % 360 == 359 {
        said.battery_percent = said.battery_percent.saturating_sub(1);
    }
    if let Some(at) = &mut said.position
        && at.longitude_e7 % 2 == 0
    {
        at.latitude_e7 += 108;
    }
    // A loose plug: half of those that begin to charge stop a second later.
    if second % 10 == 6 && said.charging && chance.below(2) == 0 {
        said.charging = false;
    }
    if second % 10 == 5 && chance.below(60) == 0 {
        match chance.below(3) {
            0 => said.charging = !said.charging,
            1 => said.restarts += 1,
            _ => said.records_held = u32::from(said.records_held == 0),
        }
    }
}

fn states(said: &Telemetry) -> (bool, u32, bool) {
    (said.charging, said.restarts, said.records_held == 0)
}
