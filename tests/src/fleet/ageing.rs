//! Toys that grow old: batteries wear, connectors loosen, memories fail, and some toys just stop. What the station keeps
//! of them is looked at once a week, and what was expected is compared with what came.

use super::Dice;
use clinic::device::{AHEAD_DAYS, BACK_MS, Happened, Happening, Outlook, Sample};
use hub_protocol::DeviceId;

const HOUR_MS: u64 = 60 * 60 * 1000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// Days of one simulation.
const DAYS: u64 = 180;
/// Days before a toy is first looked at: it needs a past.
const FIRST_LOOK: u64 = 28;
const LOOK_EVERY: u64 = 7;

/// What will make a toy fail, and how long it shows before.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Well,
    /// The battery loses its charge, so much in the end as a part of what it was.
    Battery {
        left: f64,
    },
    /// A loose contact: so many restarts on the last day.
    Contact {
        restarts: f64,
    },
    /// Memory or radio: so many faults on the last day, and as many times out of contact.
    Board {
        faults: f64,
    },
    /// It falls into a well.
    Sudden,
}

/// One toy's life.
struct Life {
    fate: Fate,
    /// The day on which it fails; beyond the end when it does not.
    fails_on: u64,
    /// Days before that on which it begins to show.
    shows: f64,
}

impl Life {
    fn of(dice: &mut Dice) -> Self {
        let fate = match dice.share() {
            p if p < 0.55 => Fate::Well,
            p if p < 0.76 => Fate::Battery { left: dice.between(0.25, 0.5) },
            p if p < 0.87 => Fate::Contact { restarts: dice.between(3.0, 10.0) },
            p if p < 0.96 => Fate::Board { faults: dice.between(1.5, 6.0) },
            _ => Fate::Sudden,
        };
        let fails_on = match fate {
            Fate::Well => u64::MAX,
            _ => FIRST_LOOK + (dice.roll() % (DAYS - FIRST_LOOK)),
        };
        Self { fate, fails_on, shows: dice.between(14.0, 45.0) }
    }

    /// From 0 (as new) to 1 (on the day it fails).
    fn decay(&self, day: u64) -> f64 {
        let left = self.fails_on.saturating_sub(day) as f64;
        (1.0 - left / self.shows).max(0.0)
    }
}

/// What the station kept of a toy.
#[derive(Default)]
struct Course {
    samples: Vec<Sample>,
    happened: Vec<Happening>,
}

impl Course {
    fn live(life: &Life, dice: &mut Dice) -> Self {
        let mut course = Self::default();
        // A toy used hard or little; a village with more or fewer gaps in its radio.
        let (an_hour, lost) = (dice.between(4.0, 9.0), dice.between(1.0, 5.0));
        let mut on_leave = 0;
        for day in 0..DAYS.min(life.fails_on) {
            // Sundays, leave of some days, and a day off now and then.
            if on_leave == 0 && dice.share() < 0.015 {
                on_leave = 1 + dice.roll() % 5;
            }
            if on_leave > 0 {
                on_leave -= 1;
                continue;
            }
            if day % 7 == 6 {
                continue;
            }
            let decay = life.decay(day);
            let (mut restarts, mut faults, mut lost) = (0.06, 0.02, lost);
            let mut an_hour = an_hour * dice.between(0.75, 1.35);
            match life.fate {
                Fate::Battery { left } => an_hour /= 1.0 - (1.0 - left) * decay,
                Fate::Contact { restarts: most } => restarts += most * decay * decay,
                Fate::Board { faults: most } => {
                    faults += most * decay * decay;
                    lost += most * decay * decay;
                }
                Fate::Well | Fate::Sudden => {}
            }
            // New software, for all on one day, and with it a restart or two.
            if day % 45 == 20 {
                restarts += 1.5;
            }
            course.day(day, an_hour, dice);
            for (what, mean) in
                [(Happened::Restarted, restarts), (Happened::Failing, faults), (Happened::Offline, lost)]
            {
                for _ in 0..dice.times(mean) {
                    let at_ms = day * DAY_MS + 9 * HOUR_MS + dice.roll() % (8 * HOUR_MS);
                    let detail = if what == Happened::Restarted { "1" } else { "" };
                    course.happened.push(Happening { toy: DeviceId([0; 32]), at_ms, what, detail: detail.into() });
                }
            }
        }
        course.happened.sort_by_key(|happening| happening.at_ms);
        course
    }

    /// A working day, charged to the full at night: a row every half hour that it is seen.
    fn day(&mut self, day: u64, an_hour: f64, dice: &mut Dice) {
        let mut percent = dice.between(92.0, 100.0);
        for half_hour in 0..17 {
            let seen = !(3..=13).contains(&half_hour) || dice.share() < 0.4;
            if seen && percent > 0.0 {
                self.samples.push(Sample {
                    at_ms: day * DAY_MS + 9 * HOUR_MS + half_hour * HOUR_MS / 2,
                    battery_percent: percent as u8,
                    charging: false,
                    temperature_c: 30,
                    storage_free_kib: 4_000,
                    restarts: 0,
                    records_held: 0,
                    clock_offset_ms: 0,
                    position: None,
                });
            }
            percent -= an_hour / 2.0 * dice.between(0.5, 1.5);
        }
    }

    /// What somebody would have been told in the evening of a day.
    fn outlook(&self, day: u64) -> Outlook {
        let now_ms = (day + 1) * DAY_MS;
        let from_ms = now_ms.saturating_sub(BACK_MS);
        let samples =
            self.samples.partition_point(|s| s.at_ms < from_ms)..self.samples.partition_point(|s| s.at_ms < now_ms);
        let happened =
            self.happened.partition_point(|h| h.at_ms < from_ms)..self.happened.partition_point(|h| h.at_ms < now_ms);
        Outlook::of(&self.samples[samples], &self.happened[happened], now_ms)
    }
}

/// What was expected, and what came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Looks at which a toy was said to be likely to fail, and did within the time.
    pub right: u32,
    /// And did not.
    pub wrong: u32,
    /// Toys that failed, and those of them of which it was said in the time before.
    pub failed: u32,
    pub foreseen: u32,
    /// All looks at toys that did not fail within the time.
    pub well: u32,
}

impl Tally {
    /// Of those that were said to fail, how many did.
    pub fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    /// Of those that failed, of how many it was said.
    pub fn recall(&self) -> f64 {
        f64::from(self.foreseen) / f64::from(self.failed.max(1))
    }
}

/// Lives of so many toys, looked at once a week.
pub fn judged(seed: u64, toys: u32) -> Tally {
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    for _ in 0..toys {
        let life = Life::of(&mut dice);
        let course = Course::live(&life, &mut dice);
        let mut foreseen = false;
        for day in (FIRST_LOOK..DAYS.min(life.fails_on)).step_by(LOOK_EVERY as usize) {
            let fails = life.fails_on.saturating_sub(day) <= AHEAD_DAYS;
            let said = course.outlook(day).likely_to_fail().is_some();
            match (said, fails) {
                (true, true) => (tally.right, foreseen) = (tally.right + 1, true),
                (true, false) => tally.wrong += 1,
                (false, _) => {}
            }
            tally.well += u32::from(!fails);
        }
        // One that fails before it was looked at a first time says nothing.
        if life.fails_on < DAYS && life.fails_on > FIRST_LOOK {
            tally.failed += 1;
            tally.foreseen += u32::from(foreseen);
        }
    }
    tally
}
