//! Either end is killed half way: what is sent again.

use super::ledger::Ledger;
use super::{Error, Pair, USUAL, between, both, network};
use crate::{Outcome, figure};
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tests::badlink::Link;

/// Slow enough that half way is somewhere in the middle.
const LINK: Link = Link {
    up_bits_per_s: Some(2_000_000),
    down_bits_per_s: Some(2_000_000),
    round_trip: Duration::from_millis(50),
    ..Link::CLEAN
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Blow {
    None,
    Station,
    District,
}

pub fn run(dir: &Path, ledger: &Ledger, seed: u64) -> Outcome {
    let whole = bytes(dir, ledger, seed, Blow::None)?;
    for (name, blow) in [("resume-station-killed", Blow::Station), ("resume-district-killed", Blow::District)] {
        let with = bytes(dir, ledger, seed, blow)?;
        let more = json!({"records": ledger.events, "kb": with as f64 / 1_000.0, "kb_without": whole as f64 / 1_000.0,
            "with": "the second handshake"});
        figure(name, with.saturating_sub(whole) as f64 / 1_024.0, "KiB more", Some(64.0), more)?;
    }
    Ok(())
}

fn bytes(dir: &Path, ledger: &Ledger, seed: u64, blow: Blow) -> Result<u64, Error> {
    let runtime = network()?;
    let mut pair = Pair::new(dir, ledger, USUAL)?;
    let bad = between(&runtime, pair.district.address, LINK, seed)?;
    pair.go(bad.address())?;
    if blow != Blow::None {
        pair.station.until(ledger.events / 2)?;
    }
    match blow {
        Blow::None => {}
        Blow::District => pair.district.kill_and_restart()?,
        Blow::Station => {
            pair = pair.restart_station()?;
            pair.go(bad.address())?;
        }
    }
    let _ = pair.done()?;
    Ok(both(&bad).bytes)
}
