//! Times as they are typed.

use crate::cli::Failure;
use chrono::{Months, NaiveDate};
use clinic::exit::Code;
use std::ops::RangeInclusive;

#[derive(clap::Args)]
pub struct Month {
    /// The month, as 2026-10.
    #[arg(long, value_name = "YYYY-MM")]
    month: String,
}

#[derive(clap::Args)]
pub struct Period {
    /// A month, as 2026-10; of lists that have days.
    #[arg(long, value_name = "YYYY-MM", conflicts_with_all = ["from", "until"])]
    month: Option<String>,
    /// The first day, as 2026-10-01.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = typed_day)]
    from: Option<NaiveDate>,
    /// The last day.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = typed_day)]
    until: Option<NaiveDate>,
}

impl Month {
    pub fn days(&self) -> Result<RangeInclusive<NaiveDate>, Failure> {
        days_of(&self.month)
    }
}

impl Period {
    /// The days of what must be of some time.
    pub fn whole(&self) -> Result<RangeInclusive<NaiveDate>, Failure> {
        let days = self.days()?.filter(|_| self.month.is_some() || (self.from.is_some() && self.until.is_some()));
        let words = "say of which time the report is: --month 2026-10, or --from and --until";
        days.ok_or_else(|| Failure::new(Code::Usage, words))
    }

    /// `None`: all that there is.
    pub fn days(&self) -> Result<Option<RangeInclusive<NaiveDate>>, Failure> {
        if let Some(month) = &self.month {
            return days_of(month).map(Some);
        }
        if self.from.is_none() && self.until.is_none() {
            return Ok(None);
        }
        let (from, until) = (self.from.unwrap_or(EARLIEST), self.until.unwrap_or(LATEST));
        if from <= until {
            Ok(Some(from..=until))
        } else {
            Err(Failure::new(Code::Usage, "the first day is after the last one"))
        }
    }
}

/// Figures of what has not begun are none; of what is not over they are not final, and that is said.
pub fn has_begun(days: &RangeInclusive<NaiveDate>, today: NaiveDate) -> Result<(), Failure> {
    no_later(days, today)?;
    if *days.end() >= today {
        eprintln!("The time is not over: the figures are not final.");
    }
    Ok(())
}

pub fn no_later(days: &RangeInclusive<NaiveDate>, today: NaiveDate) -> Result<(), Failure> {
    if *days.start() <= today {
        return Ok(());
    }
    let words = format!("{} has not come yet: there is nothing to count, and nothing is written", days.start());
    Err(Failure::new(Code::Usage, words))
}

/// A day of the calendar as it is typed.
pub fn typed_day(typed: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(typed, "%Y-%m-%d")
        .map_err(|_| "it is no day of the calendar: write it as 2026-11-30".to_owned())
}

/// Days before and after any record.
pub const EARLIEST: NaiveDate = day(1970);
pub const LATEST: NaiveDate = day(2200);

const fn day(year: i32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, 1, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

fn days_of(month: &str) -> Result<RangeInclusive<NaiveDate>, Failure> {
    let wrong = || Failure::new(Code::Usage, format!("{month} is not a month: write it as 2026-10"));
    let first: NaiveDate = format!("{month}-01").parse().map_err(|_| wrong())?;
    let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).ok_or_else(wrong)?;
    Ok(first..=last)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_none_is_told_how_days_are_written() {
        assert_eq!(typed_day("2026-11-30").unwrap().to_string(), "2026-11-30");
        for bad in ["30.11.2026", "30/11/2026", "2026-02-30", "today", ""] {
            assert!(typed_day(bad).unwrap_err().contains("as 2026-11-30"), "{bad}");
        }
    }

    #[test]
    fn a_month_has_all_its_days() {
        let days = |month: &str| days_of(month).ok().map(|days| (days.start().to_string(), days.end().to_string()));
        assert_eq!(days("2028-02").unwrap(), ("2028-02-01".into(), "2028-02-29".into()));
        assert_eq!(days("2026-12").unwrap().1, "2026-12-31");
        for bad in ["2026", "2026-13", "10-2026", "2026-10-01", "", "last month"] {
            assert_eq!(days(bad), None, "{bad}");
        }
    }
}
