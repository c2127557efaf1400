//! What crosses the wire, both ways, with the headers of IP and UDP.

use super::ledger::Ledger;
use super::{Pair, USUAL, between, both, network};
use crate::{Outcome, figure};
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tests::badlink::Link;

/// For the last acks of the transport, which nobody waits for.
const TRAILING: Duration = Duration::from_millis(500);
/// New records, one after the other.
const ALONE: u32 = 20;
/// A line that is paid by the byte asks once an hour.
const CONTACTS_A_DAY: u32 = 24;

pub fn run(dir: &Path, ledger: &Ledger, seed: u64) -> Outcome {
    let runtime = network()?;
    for (name, loss, goal) in [("bytes-clean", 0.0, 40.0), ("bytes-at-10-percent-loss", 0.1, 50.0)] {
        let mut pair = Pair::new(dir, ledger, USUAL)?;
        // Without loss as fast as it goes; with loss over a link on which it matters.
        let link = if loss == 0.0 { Link::CLEAN } else { Link { loss, ..Link::VILLAGE } };
        let bad = between(&runtime, pair.district.address, link, seed)?;
        pair.go(bad.address())?;
        let (took_ms, _) = pair.done()?;
        let count = both(&bad);
        let more = json!({"records": ledger.events, "bytes": count.bytes, "up": bad.up().bytes, "down": bad.down().bytes,
            "lost_packets": count.lost, "seconds": took_ms / 1_000.0, "handshake_and_probes": "included"});
        figure(name, count.bytes as f64 / ledger.events as f64, "bytes a record", Some(goal), more)?;
    }
    alone(dir, ledger, seed)?;
    idle(dir, ledger, seed)
}

/// One new record at a time, over a connection that stands.
fn alone(dir: &Path, ledger: &Ledger, seed: u64) -> Outcome {
    let runtime = network()?;
    let mut pair = Pair::new(dir, ledger, USUAL)?;
    let round_trip = Duration::from_millis(200);
    let bad = between(&runtime, pair.district.address, Link { round_trip, ..Link::CLEAN }, seed)?;
    pair.go(bad.address())?;
    let _ = pair.done()?;
    let (mut bytes, mut ms) = (0, 0.0);
    for _ in 0..ALONE {
        std::thread::sleep(TRAILING);
        let before = both(&bad);
        pair.station.say("dose")?;
        ms += pair.station.hear("one_ms")?["one_ms"].as_f64().unwrap_or_default();
        std::thread::sleep(TRAILING);
        bytes += (both(&bad) - before).bytes;
    }
    let each = f64::from(ALONE);
    figure("bytes-one-record", bytes as f64 / each, "bytes", Some(400.0), json!({"records": ALONE}))?;
    let trips = ms / each / round_trip.as_secs_f64() / 1_000.0;
    let more = json!({"ms": ms / each, "round_trip_ms": 200, "with": "the district's durable store"});
    figure("one-record-time", trips, "round trips", Some(1.1), more)
}

/// A day on which nothing is recorded, on a line that is paid by the byte: a contact an hour.
fn idle(dir: &Path, ledger: &Ledger, seed: u64) -> Outcome {
    let runtime = network()?;
    let mut pair = Pair::new(dir, ledger, USUAL)?;
    pair.go(pair.district.address)?;
    let _ = pair.done()?;
    pair.station.say("stop")?;
    let _ = pair.station.hear("stopped")?;
    let bad = between(&runtime, pair.district.address, Link::VILLAGE, seed)?;
    for _ in 0..CONTACTS_A_DAY {
        pair.go_on(bad.address(), "5")?;
        let _ = pair.done()?;
        pair.station.say("stop")?;
        let _ = pair.station.hear("stopped")?;
        std::thread::sleep(TRAILING);
    }
    let more = json!({"contacts": CONTACTS_A_DAY, "each": both(&bad).bytes / u64::from(CONTACTS_A_DAY),
        "how": "24 real contacts one after the other, each: dial, compare, good-bye"});
    figure("idle-day-metered", both(&bad).bytes as f64 / 1_000.0, "kB", Some(200.0), more)
}
