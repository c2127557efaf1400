//! How true what is shown of a fleet is, and how well failures are foreseen: simulated, so the same on every machine.

use crate::{Outcome, figure};
use serde_json::json;
use tests::fleet::{ageing, presence};

/// Apart from the seeds with which the weights were set.
const OTHER_SEEDS: u64 = 100;
const FLEETS: u64 = 5;
const TOYS: u64 = 200;

pub fn run(seed: u64) -> Outcome {
    let seed = OTHER_SEEDS + seed;
    let week = presence::sampled(seed, TOYS, 7);
    let middle = |sorted: &[u64]| sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let last = |sorted: &[u64]| sorted.last().copied().unwrap_or_default();
    let more = json!({"seconds": week.seconds, "seed": seed,
        "missed_ms": {"median": middle(&week.missed_ms), "most": last(&week.missed_ms)},
        "back_ms": {"median": middle(&week.back_ms), "most": last(&week.back_ms)}});
    figure("toys-presence", 100.0 * week.right(), "% of a week's seconds shown as they were", Some(99.9), more)?;
    let mut tally = ageing::Tally::default();
    for fleet in 0..FLEETS {
        let one = ageing::judged(seed * FLEETS + fleet, 2 * TOYS as u32);
        tally.right += one.right;
        tally.wrong += one.wrong;
        tally.failed += one.failed;
        tally.foreseen += one.foreseen;
        tally.well += one.well;
    }
    let more = json!({"right": tally.right, "wrong": tally.wrong, "looks_at_well_toys": tally.well, "seed": seed});
    figure(
        "toys-failure-precision",
        100.0 * tally.precision(),
        "% of warnings were followed by a failure",
        None,
        more,
    )?;
    let more = json!({"failed": tally.failed, "foreseen": tally.foreseen});
    figure(
        "toys-failure-recall",
        100.0 * tally.recall(),
        "% of failures were foreseen in the two weeks before",
        None,
        more,
    )
}
