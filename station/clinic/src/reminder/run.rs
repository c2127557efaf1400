//! When the run of a day is made, and when a message may go out.

use crate::date::{india, india_time};
use chrono::{Days, NaiveDate, Timelike};

/// A run looks back for so long at what was not told yet: the station was off, the clock was wrong, or the family gave its
/// consent late. Nobody is reminded of what was longer ago.
pub const CATCH_UP_DAYS: u64 = 7;

/// What the clinic has set, in minutes after midnight in India.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// When the run of a day is made.
    pub run_at_min: u16,
    /// Nothing is sent from here ...
    pub quiet_from_min: u16,
    /// ... to here. The same as `quiet_from_min`: there are no quiet hours.
    pub quiet_until_min: u16,
}

impl Hours {
    /// At this minute after midnight.
    pub fn is_quiet(self, minute: u16) -> bool {
        let (from, until) = (self.quiet_from_min, self.quiet_until_min);
        if from <= until { (from..until).contains(&minute) } else { minute >= from || minute < until }
    }
}

impl Default for Hours {
    fn default() -> Self {
        Self { run_at_min: 9 * 60, quiet_from_min: 21 * 60, quiet_until_min: 8 * 60 }
    }
}

/// A run that is to be made: for what fell on a day after `after`, up to and with `today`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub after: NaiveDate,
    pub today: NaiveDate,
}

/// The run to be made now, if there is one. `ran`: the days whose run is in the ledger.
///
/// A station that was off at the hour makes the run later that day; one that was off for days takes them with the next
/// run. A clock that jumps ahead makes a run for that day; when it is right again, days that have not come yet do not
/// count, and no day's run is ever made a second time.
pub fn due_run(now_ms: u64, hours: Hours, ran: impl IntoIterator<Item = NaiveDate>) -> Option<Run> {
    let today = india(now_ms);
    if minute(now_ms)? < hours.run_at_min || ran.into_iter().any(|day| day == today) {
        return None;
    }
    Some(Run { after: today.checked_sub_days(Days::new(CATCH_UP_DAYS))?, today })
}

/// No family is woken by a message.
pub fn may_send(now_ms: u64, hours: Hours) -> bool {
    minute(now_ms).is_some_and(|now| !hours.is_quiet(now))
}

fn minute(now_ms: u64) -> Option<u16> {
    let time = india_time(now_ms)?;
    u16::try_from(time.hour() * 60 + time.minute()).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::date::india_ms;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn at(on: u32, hour: u64, minute: u64) -> u64 {
        india_ms(day(on), day(on)).0 + (hour * 60 + minute) * 60_000
    }

    fn run(now_ms: u64, ran: &[u32]) -> Option<Run> {
        due_run(now_ms, Hours::default(), ran.iter().map(|d| day(*d)))
    }

    #[test]
    fn the_run_of_a_day_is_made_once_at_its_hour_or_later() {
        let made = Some(Run { after: day(13), today: day(20) });
        assert_eq!(run(at(20, 8, 59), &[19]), None);
        assert_eq!(run(at(20, 9, 0), &[19]), made);
        assert_eq!(run(at(20, 17, 30), &[19]), made, "the station was off at nine");
        assert_eq!(run(at(20, 17, 30), &[19, 20]), None);
        assert_eq!(run(at(20, 9, 0), &[]), made);
    }

    #[test]
    fn a_clock_that_jumps_makes_no_run_twice_and_none_never() {
        // It showed the 28th for a while.
        assert!(run(at(28, 10, 0), &[19]).is_some());
        assert!(run(at(20, 10, 0), &[19, 28]).is_some());
        assert_eq!(run(at(20, 10, 0), &[19, 20, 28]), None);
        assert_eq!(run(at(28, 10, 0), &[27, 28]), None);
    }

    #[test]
    fn nights_are_quiet() {
        let hours = Hours::default();
        assert!(!may_send(at(20, 7, 59), hours) && may_send(at(20, 8, 0), hours));
        assert!(may_send(at(20, 20, 59), hours) && !may_send(at(20, 21, 0), hours));
        let noon = Hours { quiet_from_min: 12 * 60, quiet_until_min: 14 * 60, ..hours };
        assert!(!may_send(at(20, 13, 0), noon) && may_send(at(20, 23, 0), noon));
        let never = Hours { quiet_from_min: 0, quiet_until_min: 0, ..hours };
        assert!(may_send(at(20, 0, 0), never));
    }
}
