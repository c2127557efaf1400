//! Bad links: how long it takes and what is paid, by each kind of congestion control, beside the bare transport.

use super::ledger::{self, Ledger};
use super::{Error, Pair, USUAL, between, both, network, raw};
use crate::{Outcome, figure};
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tests::badlink::{Link, Outage};

const RECORDS: usize = 24_000;
const MANY: usize = 100_000;
/// Dead in the middle third of each minute, so that also a run of less than a minute meets a whole outage.
const OUTAGE: Outage =
    Outage { first: Duration::from_secs(20), every: Duration::from_secs(60), dead: Duration::from_secs(20) };
/// Losses, who is tried, and the goal in seconds. What falls far behind at 10 percent is not tried at 20.
const TRIALS: [(f64, &[&str], Option<f64>); 3] = [
    (0.0, &["bbr", "cubic", "newreno"], None),
    (0.1, &["bbr", "cubic", "newreno"], Some(40.0)),
    (0.2, &["bbr", "cubic"], Some(60.0)),
];

pub fn run(dir: &Path, seed: u64) -> Outcome {
    let ledger = ledger::make(dir, RECORDS, seed)?;
    for (loss, controls, goal) in TRIALS {
        let link = Link { loss, ..Link::VILLAGE };
        let percent = (loss * 100.0).round();
        for &control in controls {
            let ours = through(dir, &ledger, link, control, seed)?;
            let bare_s = raw::send(link, ours.payload_bytes, control, seed)?.as_secs_f64();
            let goal = goal.filter(|_| control == USUAL);
            let more = json!({"records": ledger.events, "control": control, "bytes_a_record": ours.bytes_each,
                "lost_packets": ours.lost, "raw_transport_s": bare_s, "payload_bytes": ours.payload_bytes,
                "link": "256/512 kbit/s, 600 ms"});
            figure(&format!("link-loss-{percent}-{control}"), ours.seconds, "s", goal, more)?;
        }
    }
    Ok(std::fs::remove_dir_all(&ledger.dir)?)
}

pub fn outages(dir: &Path, seed: u64) -> Outcome {
    let ledger = ledger::make(dir, MANY, seed)?;
    let whole = through(dir, &ledger, Link::VILLAGE, USUAL, seed)?;
    let dead = Link { outage: Some(OUTAGE), ..Link::VILLAGE };
    let cut = through(dir, &ledger, dead, USUAL, seed)?;
    let bare_s = raw::send(dead, cut.payload_bytes, USUAL, seed)?.as_secs_f64();
    let met = OUTAGE.begun(Duration::from_secs_f64(cut.seconds));
    if met == 0 {
        return Err("the run was over before the first outage".into());
    }
    // Half a minute of sending is met by a whole outage or by none, so its own ratio says little: what each outage cost
    // beyond its length does, and gives what a long run takes.
    let dead_s = OUTAGE.dead.as_secs_f64();
    let lost_s = (cut.seconds - whole.seconds - met as f64 * dead_s) / met as f64;
    let every_s = OUTAGE.every.as_secs_f64();
    let more = json!({"records": ledger.events, "lost_after_each_s": lost_s, "outages": met, "seconds": cut.seconds,
        "seconds_without": whole.seconds, "times_in_this_run": cut.seconds / whole.seconds,
        "times_at_best_in_this_run": (whole.seconds + met as f64 * dead_s) / whole.seconds,
        "bytes_a_record": cut.bytes_each, "bytes_a_record_without": whole.bytes_each, "raw_transport_s": bare_s,
        "link": "256/512 kbit/s, 600 ms, dead 20 s of every 60"});
    let unit = "times the time without, in a long run";
    figure("link-outages", every_s / (every_s - dead_s - lost_s), unit, Some(1.6), more)?;
    Ok(std::fs::remove_dir_all(&ledger.dir)?)
}

struct Run {
    seconds: f64,
    bytes_each: f64,
    /// What the bare transport is to carry in comparison: what ours carried on a clean link's terms.
    payload_bytes: u64,
    lost: u64,
}

fn through(dir: &Path, ledger: &Ledger, link: Link, control: &'static str, seed: u64) -> Result<Run, Error> {
    let runtime = network()?;
    let mut pair = Pair::new(dir, ledger, control)?;
    let bad = between(&runtime, pair.district.address, link, seed)?;
    pair.go(bad.address())?;
    let (took_ms, _) = pair.done()?;
    let count = both(&bad);
    let up = bad.up();
    // Packets that were lost were paid for twice; headers are not payload.
    let arrived = up.packets - up.lost - up.overflowed;
    let payload_bytes = up.bytes * arrived / up.packets.max(1) - arrived * PACKET_BYTES;
    let bytes_each = count.bytes as f64 / ledger.events as f64;
    Ok(Run { seconds: took_ms / 1_000.0, bytes_each, payload_bytes, lost: count.lost + count.overflowed })
}

/// Headers of IP, UDP and QUIC, and the tag of a packet, about.
const PACKET_BYTES: u64 = 28 + 30;
