//! Dates and ages in words.

use chrono::{Datelike, NaiveDate};

use super::{Arg, Words};

/// Younger than this an age is told in days.
const DAYS_UNTIL: i64 = 14;
/// Younger than this in weeks: the schedule speaks of 6, 10 and 14 weeks.
const WEEKS_UNTIL_DAYS: i64 = 16 * 7;
/// Younger than this in months: the schedule speaks of 16 to 24 months.
const MONTHS_UNTIL: i64 = 24;

impl Words {
    /// `21 Nov 2026`, `21 नवंबर 2026`.
    pub fn day(&self, day: NaiveDate) -> String {
        let month = self.get(&format!("month-{}", day.month()));
        self.with(
            "date-day",
            &[("day", day.day().to_string().into()), ("month", month.into()), ("year", day.year().to_string().into())],
        )
    }

    /// The name of its day of the week.
    pub fn weekday(&self, day: NaiveDate) -> String {
        self.get(&format!("weekday-{}", day.weekday().number_from_monday()))
    }

    /// The age on a day, in completed units: `3 days`, `6 weeks`, `9 months`, `2 years 3 months`.
    pub fn age(&self, dob: NaiveDate, on: NaiveDate) -> String {
        let days = (on - dob).num_days();
        let months = completed_months(dob, on);
        let count = |key: &str, n: i64| self.with(key, &[("n", Arg::Number(n))]);
        if days < 0 {
            self.get("age-before-birth")
        } else if days == 0 {
            self.get("age-newborn")
        } else if days < DAYS_UNTIL {
            count("age-days", days)
        } else if days < WEEKS_UNTIL_DAYS {
            count("age-weeks", days / 7)
        } else if months < MONTHS_UNTIL {
            count("age-months", months)
        } else if months % 12 == 0 {
            count("age-years", months / 12)
        } else {
            format!("{} {}", count("age-years", months / 12), count("age-months", months % 12))
        }
    }
}

/// Whole calendar months from `dob` to `on`. A month whose day does not exist is complete on the first day
/// of the next, as in the forecast.
pub fn completed_months(dob: NaiveDate, on: NaiveDate) -> i64 {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    months(on) - months(dob) - i64::from(on.day() < dob.day())
}
