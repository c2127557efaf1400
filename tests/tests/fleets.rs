//! Fleets that exist as numbers alone: what the station would show and say of them.
#![allow(clippy::unwrap_used)]

use tests::fleet::{ageing, presence};

/// With these the weights of the outlook were set.
const TUNED: std::ops::Range<u64> = 1..6;
/// Others.
const SEEDS: std::ops::Range<u64> = 101..104;

#[test]
fn what_is_shown_of_a_fleet_is_so() {
    for seed in SEEDS {
        let week = presence::sampled(seed, 200, 7);
        println!("seed {seed}: right in {:.4} % of {} seconds", 100.0 * week.right(), week.seconds);
        assert!(week.right() >= 0.999, "seed {seed}: {} seconds were wrong", week.wrong);
    }
}

#[test]
fn toys_that_will_fail_are_named_and_others_seldom() {
    for seed in TUNED {
        let tally = ageing::judged(seed, 400);
        println!("tuned with {seed}: precision {:.2}, recall {:.2}, {tally:?}", tally.precision(), tally.recall());
    }
    for seed in SEEDS {
        let tally = ageing::judged(seed, 400);
        println!("seed {seed}: precision {:.2}, recall {:.2}, {tally:?}", tally.precision(), tally.recall());
        assert!(tally.precision() >= 0.6 && tally.recall() >= 0.6, "seed {seed}: {tally:?}");
    }
}
