//! A district, its station's computers, bad links and bad luck, from a seed: whatever is lost, repeated, swapped,
//! cut off, put back from an old copy, copied to a second computer or taken over by a new one, all end with the
//! same logs; what was acknowledged stays, and nothing is there twice.
//!
//! `TIKKA_SEED` replays one schedule or starts elsewhere, `TIKKA_SCHEDULES` says how many are run.
#![allow(clippy::unwrap_used)]

mod link;
mod luck;
mod promise;
mod world;

use super::memory::Breaks;
use std::sync::Mutex;
use world::World;

/// Steps of a schedule before the weather clears.
const STEPS: usize = 120;
/// Schedules of a run that nobody asked to be longer.
const SCHEDULES: u64 = 3_000;

/// SplitMix64.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// What schedules did.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    schedules: u64,
    steps: u64,
    events: u64,
    connections: u64,
    sessions_ended: u64,
    power_cuts: u64,
    restored: u64,
    put_back: u64,
    district_restored: u64,
    district_put_back: u64,
    copied: u64,
    taken_over: u64,
    readmitted: u64,
    reopened: u64,
}

impl Count {
    fn add(&mut self, other: &Self) {
        let Self { schedules, steps, events, connections, sessions_ended, power_cuts, restored, put_back, .. } = other;
        let Self { district_restored, district_put_back, copied, taken_over, readmitted, reopened, .. } = other;
        for (sum, more) in [
            (&mut self.schedules, schedules),
            (&mut self.steps, steps),
            (&mut self.events, events),
            (&mut self.connections, connections),
            (&mut self.sessions_ended, sessions_ended),
            (&mut self.power_cuts, power_cuts),
            (&mut self.restored, restored),
            (&mut self.put_back, put_back),
            (&mut self.district_restored, district_restored),
            (&mut self.district_put_back, district_put_back),
            (&mut self.copied, copied),
            (&mut self.taken_over, taken_over),
            (&mut self.readmitted, readmitted),
            (&mut self.reopened, reopened),
        ] {
            *sum += more;
        }
    }
}

/// One schedule. An error says what was broken.
fn run(seed: u64, breaks: Breaks) -> Result<Count, String> {
    let mut dice = Dice(seed);
    let mut world = World::new(&mut dice, breaks);
    for _ in 0..STEPS {
        world.step(&mut dice);
        world.check_promise()?;
    }
    world.calm(&mut dice)?;
    world.check_end()?;
    Ok(world.count)
}

fn from_environment(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().expect("a number"))
}

#[test]
fn nothing_is_lost_and_nothing_twice_whatever_happens() {
    let first = from_environment("TIKKA_SEED").unwrap_or_default();
    let schedules = from_environment("TIKKA_SCHEDULES").unwrap_or(SCHEDULES);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let begun = std::time::Instant::now();
    let total = Mutex::new(Count::default());
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let total = &total;
            scope.spawn(move || {
                for seed in (first + thread..first + schedules).step_by(threads as usize) {
                    let count = run(seed, Breaks::Nothing)
                        .unwrap_or_else(|broken| panic!("{broken}: replay with TIKKA_SEED={seed} TIKKA_SCHEDULES=1"));
                    total.lock().unwrap().add(&count);
                }
            });
        }
    });
    let total = total.into_inner().unwrap();
    println!("{total:?} in {:.1} s", begun.elapsed().as_secs_f64());
    // The schedules did what they are for.
    if schedules >= SCHEDULES {
        let Count { events, sessions_ended, restored, put_back, copied, .. } = total;
        let Count { district_restored, district_put_back, taken_over, readmitted, reopened, .. } = total;
        let rare = [restored, put_back, copied, district_restored, district_put_back, taken_over, readmitted, reopened];
        assert!(events > 10 * schedules && sessions_ended > schedules / 4, "{total:?}");
        assert!(rare.iter().all(|n| *n > schedules / 40), "{total:?}");
    }
}

/// A rule broken on purpose is found, and found to be what it is: so often in so many schedules.
fn caught(breaks: Breaks, says: &str, times: usize, schedules: u64) {
    let found = (0..schedules).filter(|seed| run(*seed, breaks).is_err_and(|broken| broken.contains(says)));
    assert_eq!(found.take(times).count(), times, "{breaks:?} is not found in {schedules} schedules");
}

#[test]
fn a_receiver_that_acknowledges_before_it_stores_is_caught() {
    caught(Breaks::AnswersEarly, "is lost", 20, 400);
}

#[test]
fn a_writer_whose_own_events_are_overwritten_by_the_peers_is_caught() {
    caught(Breaks::Overwrites, "is lost", 5, 1_000);
}

#[test]
fn a_copy_that_moves_its_events_to_a_log_of_its_own_choice_is_caught() {
    caught(Breaks::MovesAnywhere, "is there twice", 1, 3_000);
}
