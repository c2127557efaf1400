//! Calendar dates: between the wire's day numbers and the calendar, and what day it is in India.

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate};
use hub_protocol::Day;
use std::ops::RangeInclusive;

/// India has one time zone, UTC+5:30, and no summer time.
const INDIA_OFFSET_S: i32 = 5 * 3600 + 30 * 60;
/// 1970-01-01 counted from 0001-01-01, as chrono counts.
const EPOCH_DAYS: i32 = 719_163;

pub fn to_day(date: NaiveDate) -> Day {
    Day(date.num_days_from_ce() - EPOCH_DAYS)
}

/// `None` for a day number outside any calendar.
pub fn to_date(day: Day) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(day.0.checked_add(EPOCH_DAYS)?)
}

/// The calendar date in India at a moment, ms since 1970.
pub fn india(now_ms: u64) -> NaiveDate {
    india_time(now_ms).map_or(NaiveDate::MIN, |t| t.date_naive())
}

/// The time of these days in India, both included: the first ms since 1970, and the first one after it.
pub fn india_ms(from: NaiveDate, until: NaiveDate) -> (u64, u64) {
    let start = |days: i64| {
        let ms = days * 24 * 3600 * 1000 - i64::from(INDIA_OFFSET_S) * 1000;
        u64::try_from(ms).unwrap_or_default()
    };
    (start(i64::from(to_day(from).0)), start(i64::from(to_day(until).0) + 1))
}

/// The programme's year begins in April.
const YEAR_BEGINS: u32 = 4;

/// The period of so many months in which a day is: a month, a quarter (from April, July, October or January), or a year
/// from April to March.
pub fn period(months: u32, day: NaiveDate) -> RangeInclusive<NaiveDate> {
    let since_first = (day.month() + 12 - YEAR_BEGINS) % months.max(1);
    let first = day.with_day(1).and_then(|first| first.checked_sub_months(Months::new(since_first))).unwrap_or(day);
    let next = first.checked_add_months(Months::new(months.max(1)));
    first..=next.and_then(|next| next.pred_opt()).unwrap_or(NaiveDate::MAX)
}

/// Date and time of day in India; `None` beyond what a calendar can say.
pub fn india_time(now_ms: u64) -> Option<DateTime<FixedOffset>> {
    let zone = FixedOffset::east_opt(INDIA_OFFSET_S)?;
    Some(DateTime::from_timestamp_millis(i64::try_from(now_ms).ok()?)?.with_timezone(&zone))
}

/// The time of day in India, as `09:12`; empty beyond what a calendar can say.
pub fn india_clock(now_ms: u64) -> String {
    india_time(now_ms).map_or_else(String::new, |t| t.format("%H:%M").to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_the_programme_begins_in_april() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (months, of, first, last) in [
            (1, "2028-02-29", "2028-02-01", "2028-02-29"),
            (3, "2026-06-30", "2026-04-01", "2026-06-30"),
            (3, "2026-12-31", "2026-10-01", "2026-12-31"),
            (3, "2027-01-01", "2027-01-01", "2027-03-31"),
            (12, "2027-03-31", "2026-04-01", "2027-03-31"),
            (12, "2027-04-01", "2027-04-01", "2028-03-31"),
        ] {
            assert_eq!(period(months, day(of)), day(first)..=day(last), "{months} of {of}");
        }
    }

    #[test]
    fn days_and_dates_are_the_same_thing() {
        let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        assert_eq!(to_date(to_day(date)), Some(date));
        assert_eq!(to_day(NaiveDate::from_ymd_opt(1970, 1, 1).unwrap()), Day(0));
        assert_eq!(to_date(Day(i32::MAX)), None);
        // 18:30 UTC is midnight in India.
        assert_eq!(india(18 * 3_600_000 + 30 * 60_000).to_string(), "1970-01-02");
        assert_eq!(india(18 * 3_600_000 + 29 * 60_000).to_string(), "1970-01-01");
        assert_eq!((india_clock(0), india_clock(u64::MAX)), ("05:30".into(), String::new()));
    }
}
