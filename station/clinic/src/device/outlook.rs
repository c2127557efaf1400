//! What the last weeks of a toy say of its next two: whether it is likely to fail, and why.
//!
//! Four signs, compared with the same toy's own past, each with a weight: no more than a person could reckon with
//! pencil and paper. The weights were set on simulated fleets of some seeds and measured on others (`tikka-bench toys`).

use super::sample::Sample;
use super::watch::{Happened, Happening};
use std::fmt::{self, Display};

const HOUR_MS: u64 = 60 * 60 * 1000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// How far ahead it looks.
pub const AHEAD_DAYS: u64 = 14;
/// How far back, in ms.
pub const BACK_MS: u64 = 42 * DAY_MS;
/// What is said of "now" is of so many days; a week, because a week has all kinds of days.
const NOW_MS: u64 = 7 * DAY_MS;
/// Its past ends so long ago, so that what comes slowly is seen.
const PAST_ENDS_MS: u64 = 14 * DAY_MS;
/// A past shorter than this is none, in ms.
const PAST_MIN_MS: u64 = 7 * DAY_MS;
/// Two samples further apart say nothing of how fast a battery is used up between them.
const GAP_MS: u64 = 2 * HOUR_MS;
/// Use that must be known before a battery is judged, in hours.
const USED_MIN_H: f64 = 6.0;

/// How much of each sign alone makes a toy likely to fail.
/// A charge that lasts 1 / (1 + this) of what it did.
const WEAR: f64 = 0.5;
/// More restarts in a week than before.
const RESTARTS: f64 = 9.0;
/// More faults in a week than before.
const FAULTS: f64 = 5.0;
/// More times out of contact in a week than before, for each time that there were anyway.
const LOST: f64 = 2.0;
/// Times out of contact in a week below which nothing is made of a multiple.
const LOST_USUAL: f64 = 14.0;
/// A sign that makes less than this is no reason.
const REASON_MIN: f64 = 0.2;
/// Below this a toy that was likely to fail is so no more: it does not come and go from day to day.
const WELL_BELOW: f64 = 0.7;
/// Reasons of one alert.
const SIGNS_MAX: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Hours that a charge lasts.
    Battery,
    /// Restarts in a week.
    Restarts,
    /// Faults in a week.
    Faults,
    /// Times in a week that it went out of contact.
    Contacts,
}

impl Sign {
    pub const ALL: [Self; 4] = [Self::Battery, Self::Restarts, Self::Faults, Self::Contacts];

    /// The last part of the words' key `toy-sign-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Battery => "battery",
            Self::Restarts => "restarts",
            Self::Faults => "faults",
            Self::Contacts => "contacts",
        }
    }
}

/// One reason: how a sign is now, and how it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Because {
    pub sign: Sign,
    pub now: u32,
    pub before: u32,
}

impl Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.sign.code(), self.now, self.before)
    }
}

/// What is to be expected of a toy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// 1 and more: likely to fail.
    points: f64,
    /// The strongest reason first.
    because: Vec<Because>,
}

impl Outlook {
    /// From what a toy said and what happened to it in the last [`BACK_MS`], the first first.
    pub fn of(samples: &[Sample], happened: &[Happening], now_ms: u64) -> Self {
        let (recent_ms, past_ms) = (now_ms.saturating_sub(NOW_MS), now_ms.saturating_sub(PAST_ENDS_MS));
        let begun_ms = samples.first().map_or(now_ms, |sample| sample.at_ms).max(now_ms.saturating_sub(BACK_MS));
        let past_weeks = past_ms.saturating_sub(begun_ms) as f64 / (7 * DAY_MS) as f64;
        if past_weeks < (PAST_MIN_MS / DAY_MS) as f64 / 7.0 {
            return Self::default();
        }
        let mut signs = Vec::new();
        if let (Some(now), Some(before)) = (charge_h(samples, recent_ms..now_ms), charge_h(samples, begun_ms..past_ms))
        {
            signs.push(((before / now - 1.0) / WEAR, Sign::Battery, now, before));
        }
        for sign in [Sign::Restarts, Sign::Faults, Sign::Contacts] {
            let in_time = |from_ms: u64, until_ms: u64| -> f64 {
                let during = happened.iter().filter(|h| (from_ms..until_ms).contains(&h.at_ms));
                during.map(|h| times(sign, h)).sum()
            };
            let (now, before) = (in_time(recent_ms, now_ms), in_time(begun_ms, past_ms) / past_weeks);
            let points = match sign {
                Sign::Restarts | Sign::Battery => (now - before) / RESTARTS,
                Sign::Faults => (now - before) / FAULTS,
                Sign::Contacts => (now - before) / before.max(LOST_USUAL) / LOST,
            };
            signs.push((points, sign, now, before));
        }
        signs.retain(|(points, ..)| *points > 0.0);
        signs.sort_by(|one, other| other.0.total_cmp(&one.0));
        let reasons = signs.iter().filter(|(points, ..)| *points >= REASON_MIN).take(SIGNS_MAX);
        // Whole numbers: more would look as if it were known.
        let because = reasons.map(|(_, sign, now, before)| Because {
            sign: *sign,
            now: now.round() as u32,
            before: before.round() as u32,
        });
        Self { points: signs.iter().map(|(points, ..)| points).sum(), because: because.collect() }
    }

    /// The reasons, when it is likely to fail within [`AHEAD_DAYS`].
    pub fn likely_to_fail(&self) -> Option<&[Because]> {
        (self.points >= 1.0).then_some(self.because.as_slice())
    }

    /// Is the cause of an alert there? `None`: neither yes nor no.
    pub(super) fn stands(&self) -> Option<bool> {
        match self.points {
            points if points >= 1.0 => Some(true),
            points if points < WELL_BELOW => Some(false),
            _ => None,
        }
    }

    /// The reasons as an alert keeps them.
    pub(super) fn detail(&self) -> String {
        self.because.iter().map(Because::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// The reasons that an alert kept.
pub fn reasons(detail: &str) -> Vec<Because> {
    let one = |text: &str| {
        let mut parts = text.split(':');
        let code = parts.next()?;
        let sign = Sign::ALL.into_iter().find(|sign| sign.code() == code)?;
        let mut number = || parts.next()?.parse().ok();
        Some(Because { sign, now: number()?, before: number()? })
    };
    detail.split(' ').filter_map(one).collect()
}

/// How often something happened.
fn times(sign: Sign, happening: &Happening) -> f64 {
    match (sign, happening.what) {
        (Sign::Restarts, Happened::Restarted) => happening.detail.parse().unwrap_or(1.0),
        (Sign::Faults, Happened::Failing) | (Sign::Contacts, Happened::Offline) => 1.0,
        _ => 0.0,
    }
}

/// How long a full charge would last, in hours, by how fast it was used up; nothing when that is not known.
fn charge_h(samples: &[Sample], during: std::ops::Range<u64>) -> Option<f64> {
    let (mut hours, mut percent) = (0.0, 0.0);
    for pair in samples.windows(2) {
        let [one, next] = pair else { continue };
        let apart_ms = next.at_ms.saturating_sub(one.at_ms);
        let in_use = !one.charging && !next.charging && next.battery_percent <= one.battery_percent;
        if in_use && during.contains(&one.at_ms) && apart_ms <= GAP_MS {
            hours += apart_ms as f64 / HOUR_MS as f64;
            percent += f64::from(one.battery_percent - next.battery_percent);
        }
    }
    (hours >= USED_MIN_H && percent >= 1.0).then(|| 100.0 * hours / percent)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use hub_protocol::DeviceId;

    const NOW: u64 = 100 * DAY_MS;

    /// Eight hours of use a day, a sample an hour, over 42 days.
    fn used(percent_an_hour: impl Fn(u64) -> f64) -> Vec<Sample> {
        let sample = |day: u64, hour: u64| Sample {
            at_ms: NOW - BACK_MS + day * DAY_MS + hour * HOUR_MS,
            battery_percent: (100.0 - percent_an_hour(day) * hour as f64).max(0.0) as u8,
            charging: false,
            temperature_c: 25,
            storage_free_kib: 4_000,
            restarts: 0,
            records_held: 0,
            clock_offset_ms: 0,
            position: None,
        };
        (0..42).flat_map(|day| (0..=8).map(move |hour| (day, hour))).map(|(day, hour)| sample(day, hour)).collect()
    }

    fn happened(days_ago: u64, what: Happened, detail: &str) -> Happening {
        Happening { toy: DeviceId([1; 32]), at_ms: NOW - days_ago * DAY_MS - 1, what, detail: detail.into() }
    }

    #[test]
    fn a_toy_that_goes_on_as_it_was_is_well() {
        let often: Vec<Happening> = (0..42)
            .rev()
            .flat_map(|day| [happened(day, Happened::Restarted, "2"), happened(day, Happened::Offline, "")])
            .collect();
        let outlook = Outlook::of(&used(|_| 8.0), &often, NOW);
        assert_eq!(outlook.likely_to_fail(), None, "{outlook:?}");
        assert_eq!(outlook.stands(), Some(false));
    }

    #[test]
    fn a_battery_that_is_used_up_twice_as_fast_is_the_reason() {
        let outlook = Outlook::of(&used(|day| if day < 34 { 6.0 } else { 12.0 }), &[], NOW);
        let because = outlook.likely_to_fail().unwrap();
        assert_eq!(because, [Because { sign: Sign::Battery, now: 8, before: 17 }]);
        assert_eq!(outlook.detail(), "battery:8:17");
        assert_eq!(reasons(&outlook.detail()), because);
    }

    #[test]
    fn several_weak_signs_are_one_strong_one_and_the_strongest_comes_first() {
        let mut lately: Vec<Happening> = (0..5).map(|day| happened(day, Happened::Restarted, "1")).collect();
        lately.extend((0..3).map(|day| happened(day, Happened::Failing, "floods")));
        let outlook = Outlook::of(&used(|_| 8.0), &lately, NOW);
        let signs: Vec<Sign> = outlook.likely_to_fail().unwrap().iter().map(|because| because.sign).collect();
        assert_eq!(signs, [Sign::Faults, Sign::Restarts]);
        // A little better is not yet well.
        let fewer = Outlook::of(&used(|_| 8.0), &lately[1..7], NOW);
        assert_eq!((fewer.likely_to_fail(), fewer.stands()), (None, None), "{fewer:?}");
    }

    #[test]
    fn nothing_is_said_of_a_toy_without_a_past() {
        let samples: Vec<Sample> = used(|_| 40.0).into_iter().filter(|s| s.at_ms > NOW - 20 * DAY_MS).collect();
        let lately: Vec<Happening> = (0..5).map(|day| happened(day, Happened::Failing, "floods")).collect();
        assert_eq!(Outlook::of(&samples, &lately, NOW), Outlook::default());
        assert_eq!(Outlook::of(&[], &lately, NOW), Outlook::default());
        assert_eq!(reasons("battery:1 wings:1:2 restarts:x:1 "), []);
    }
}
