//! Thirty days of runs with power cuts, days without the station and a clock that jumps: nothing is told twice, and what
//! fell into the days is told.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::date::india_ms;
use chrono::{Days, NaiveDate};
use hub_protocol::ChildId;
use std::collections::BTreeSet;

const HOUR_MS: u64 = 3_600_000;
const DAYS: u64 = 30;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

/// What a power cut leaves: the runs that were committed, each with its messages in one piece.
#[derive(Default)]
struct Ledger {
    ran: BTreeSet<NaiveDate>,
    told: BTreeSet<Told>,
    references: BTreeSet<Reference>,
}

impl Ledger {
    fn run(&mut self, now_ms: u64, coming: &[Coming], cut: bool, seed: u64) {
        let Some(run) = due_run(now_ms, Hours::default(), self.ran.iter().copied()) else { return };
        let made = messages(run, &[1; 32], &[Channel::Sms], coming.to_vec(), &BTreeSet::new(), &self.told);
        if cut {
            return;
        }
        assert!(self.ran.insert(run.today), "seed {seed}: a day was run twice");
        for message in made {
            assert!(self.references.insert(message.reference), "seed {seed}: a reference was used twice");
            for told in message.told {
                assert!(self.told.insert(told), "seed {seed}: {told:?} was told twice");
            }
        }
    }
}

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()
}

/// Days to come of children: some have more than one.
fn families(chance: &mut Chance) -> Vec<Coming> {
    // Half of them are siblings of another.
    let phones: Vec<String> = (0..40).map(|n| format!("98765{:05}", n / 2 + chance.below(2))).collect();
    (0..60)
        .zip(phones.iter().enumerate().cycle())
        .map(|(_, (child, phone))| Coming {
            child: ChildId(child as u64),
            phone: phone.clone(),
            language: Language::Hindi,
            come_on: first() + Days::new(chance.below(DAYS)),
        })
        .collect()
}

#[test]
fn nothing_is_told_twice_and_nothing_is_missing() {
    let (mut late, mut today) = (0, 0);
    for seed in 0..500 {
        let mut chance = Chance(seed);
        let coming = families(&mut chance);
        let mut ledger = Ledger::default();
        let mut on_days = BTreeSet::new();
        for day in 0..DAYS + 12 {
            // The station is off for a day, never for as long as is let go; the last days see it all.
            if day < DAYS && chance.below(6) == 0 && on_days.contains(&day.saturating_sub(1)) {
                continue;
            }
            let date = first() + Days::new(day);
            let midnight = india_ms(date, date).0;
            if chance.below(9) == 0 {
                let jump = 1 + chance.below(20);
                ledger.run(midnight + jump * 24 * HOUR_MS + 10 * HOUR_MS, &coming, chance.below(2) == 0, seed);
            }
            // Looked at many times, cut off at some of them; the last look of a day is not.
            for hour in 0..24 {
                let cut = hour < 20 && chance.below(2) == 0;
                ledger.run(midnight + hour * HOUR_MS, &coming, cut, seed);
            }
            assert!(ledger.ran.contains(&date), "seed {seed}: {date} was not run");
            let _ = on_days.insert(day);
        }
        for child in &coming {
            let told = |stage, on| ledger.told.contains(&Told { child: child.child, stage, on });
            let was_on = |day: NaiveDate| on_days.contains(&(day - first()).num_days().unsigned_abs());
            assert!(told(Stage::Late, child.come_on), "seed {seed}: nobody told that {child:?} is late");
            late += 1;
            if was_on(child.come_on) {
                assert!(told(Stage::Today, child.come_on), "seed {seed}: nobody told {child:?} on the day");
                today += 1;
            }
        }
    }
    assert!(late == 30_000 && today > 20_000, "{late} {today}");
}
