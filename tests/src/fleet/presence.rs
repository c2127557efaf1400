//! A week of toys that come and go, as it was and as the hub shows it.
//!
//! The hub's side is the pace of [`hub::toys::pace`] (idle time-out, back-off, dial time-out, how often the list is
//! published), a toy's side and the air are dice: departures without a word, good-byes, power cuts, gaps in the radio,
//! restarts, announcements that are lost. What mDNS and a handshake take was measured on loopback.

use super::Dice;
use hub::toys::pace::{
    DIAL_MIN_INTERVAL, DIAL_TIMEOUT, GOOD_CONNECTION, IDLE_TIMEOUT, KEEP_ALIVE, PUBLISH_MIN_INTERVAL, REST_MAX,
    REST_MIN, back_off,
};
use std::time::Duration;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// A handshake and the first exchange.
const HANDSHAKE: u64 = 20;

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How a toy goes out of contact, and how it comes back.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Away {
    from_ms: u64,
    until_ms: u64,
    /// It says so: switched off properly.
    goodbye: bool,
    /// It was off, or the network is new to it: it announces itself, at another port.
    anew: bool,
}

/// One toy's week: the times at which it is out of contact, apart from each other.
fn week(days: u64, dice: &mut Dice) -> Vec<Away> {
    let mut away = Vec::new();
    let mut at_home = 0;
    for day in 0..days {
        let at = |from: f64, until: f64, dice: &mut Dice| {
            day * DAY + dice.between(from * HOUR as f64, until * HOUR as f64) as u64
        };
        if day % 7 == 6 {
            continue;
        }
        // In the cupboard, without power, until somebody comes.
        let comes = at(8.0, 9.5, dice);
        away.push(Away { from_ms: at_home, until_ms: comes, goodbye: dice.share() < 0.6, anew: true });
        let (leaves, back, goes) = (at(10.0, 11.0, dice), at(14.0, 16.0, dice), at(16.5, 18.0, dice));
        // To the villages and back. Whether it joins the network anew depends on the toy.
        away.push(Away { from_ms: leaves, until_ms: back, goodbye: false, anew: dice.share() < 0.8 });
        let mut between = |from: u64, until: u64| {
            let mut now = from + (dice.between(0.0, 2.0) * HOUR as f64) as u64;
            while now + 10 * MINUTE < until {
                // A gap in the radio, a restart, an empty battery.
                let (long, goodbye, anew) = match dice.roll() % 10 {
                    0 => (dice.between(30.0, 600.0), false, true),
                    1 | 2 => (dice.between(15.0, 45.0), true, true),
                    _ => (dice.between(0.5, 25.0), false, false),
                };
                let until_ms = now + (long * SECOND as f64) as u64;
                away.push(Away { from_ms: now, until_ms, goodbye, anew });
                now = until_ms + (dice.between(0.3, 3.0) * HOUR as f64) as u64;
            }
        };
        between(comes, leaves);
        between(back, goes);
        at_home = goes;
    }
    away.push(Away { from_ms: at_home, until_ms: days * DAY, goodbye: dice.share() < 0.6, anew: true });
    away.retain(|one| one.from_ms < one.until_ms);
    away.sort_by_key(|one| one.from_ms);
    away
}

/// The times at which the hub shows the toy as out of contact.
fn shown(away: &[Away], dice: &mut Dice) -> Vec<(u64, u64)> {
    let mut shown = Vec::new();
    let mut attempt = 0;
    let mut since_ms = 0;
    for (n, one) in away.iter().enumerate() {
        let next_ms = away.get(n + 1).map_or(u64::MAX, |next| next.from_ms);
        if one.from_ms.saturating_sub(since_ms) >= ms(GOOD_CONNECTION) {
            attempt = 0;
        }
        let noticed = if one.goodbye || n == 0 {
            one.from_ms + HANDSHAKE
        } else {
            // Something was heard within the keep-alive before it went. The hub's own keep-alive starts the clock anew.
            let heard = one.from_ms.saturating_sub(dice.roll() % ms(KEEP_ALIVE));
            heard + ms(KEEP_ALIVE) + ms(IDLE_TIMEOUT)
        };
        if !one.anew && one.until_ms < noticed {
            // The connection outlived the gap.
            continue;
        }
        // One that was restarted is followed to its new port, whether or not it was missed.
        let announced = one.anew.then(|| {
            let heard = if dice.share() < 0.03 { dice.between(1.0, 8.0) } else { dice.between(0.02, 1.0) };
            one.until_ms + (heard * SECOND as f64) as u64
        });
        let mut dial = noticed;
        let back = loop {
            let random = (dice.roll() >> 32) as u32;
            let next = dial + ms(back_off(attempt, random, REST_MIN, REST_MAX)).max(ms(DIAL_MIN_INTERVAL));
            attempt += 1;
            match announced {
                Some(heard) if heard <= next => break heard.max(dial) + HANDSHAKE,
                _ => dial = next,
            }
            // Where it was last: a toy that is at another port is not there.
            if dial >= one.until_ms && !one.anew {
                break dial + HANDSHAKE;
            }
            dial += ms(DIAL_TIMEOUT);
        };
        since_ms = back;
        let publish = ms(PUBLISH_MIN_INTERVAL);
        if noticed < back {
            shown.push((noticed + publish, (back + publish).min(next_ms)));
        }
    }
    shown
}

/// What a week showed.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Seconds that were sampled, of all toys, and those in which what was shown was not so.
    pub seconds: u64,
    pub wrong: u64,
    /// How long it took until a departure without a word was seen, and a return, in ms, sorted.
    pub missed_ms: Vec<u64>,
    pub back_ms: Vec<u64>,
}

impl Shown {
    pub fn right(&self) -> f64 {
        1.0 - self.wrong as f64 / self.seconds.max(1) as f64
    }
}

/// Each second of so many days of so many toys: whether it is in contact, and who has it.
pub fn sampled(seed: u64, toys: u64, days: u64) -> Shown {
    let mut dice = Dice(seed);
    let mut sum = Shown::default();
    for _ in 0..toys {
        let away = week(days, &mut dice);
        let shown = shown(&away, &mut dice);
        // Handed to somebody else now and then: written down within half a minute of it, and shown as soon as it is.
        let handed = dice.between(0.0, (days * DAY) as f64) as i64;
        let written = handed + dice.between(-30.0, 30.0) as i64 * SECOND as i64 + 350;
        let wrong_holder = handed.min(written)..handed.max(written);
        let (mut a, mut s) = (0, 0);
        for second in 0..days * DAY / SECOND {
            let now = second * SECOND;
            while away.get(a).is_some_and(|one| one.until_ms <= now) {
                a += 1;
            }
            while shown.get(s).is_some_and(|(_, until)| *until <= now) {
                s += 1;
            }
            let truth = away.get(a).is_some_and(|one| one.from_ms <= now);
            let seen = shown.get(s).is_some_and(|(from, _)| *from <= now);
            sum.seconds += 1;
            sum.wrong += u64::from(truth != seen || wrong_holder.contains(&(now as i64)));
        }
        for (from, until) in shown {
            // Before the first beginning nobody was missed.
            let Some(one) = away.iter().skip(1).find(|one| one.from_ms <= from && from <= one.until_ms) else {
                continue;
            };
            if !one.goodbye {
                sum.missed_ms.push(from - one.from_ms);
            }
            sum.back_ms.push(until.saturating_sub(one.until_ms));
        }
    }
    sum.missed_ms.sort_unstable();
    sum.back_ms.sort_unstable();
    sum
}
