//! Ages and intervals, and how they are added to a calendar date.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};

/// No schedule needs a longer age; the limit keeps every sum far from overflow.
const LONGEST_YEARS: u32 = 150;

/// An age or an interval as a schedule writes it: `0d`, `6w`, `9m`, `2y`, `14y3m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    pub years: u16,
    pub months: u16,
    pub weeks: u16,
    pub days: u16,
}

impl Span {
    pub const fn weeks(weeks: u16) -> Self {
        Self { years: 0, months: 0, weeks, days: 0 }
    }

    /// Reads `6w` or `1y6m`: whole numbers with the units y, m, w, d, the larger unit first.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not an age or interval; write it like \"6w\", \"9m\" or \"1y6m\"");
        let mut span = Self::default();
        let mut rest = text;
        let mut units = "ymwd".chars();
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u16 = rest[..digits].parse().map_err(|_| wrong())?;
            let unit = rest[digits..].chars().next().ok_or_else(wrong)?;
            // `find` also consumes the larger units, so each unit comes once and in order.
            let unit = units.find(|known| *known == unit).ok_or_else(wrong)?;
            match unit {
                'y' => span.years = number,
                'm' => span.months = number,
                'w' => span.weeks = number,
                _ => span.days = number,
            }
            rest = &rest[digits + 1..];
        }
        let days = span.total_days() + span.total_months() * 31;
        if days > LONGEST_YEARS * 372 {
            return Err(format!("\"{text}\" is longer than {LONGEST_YEARS} years"));
        }
        Ok(span)
    }

    /// Whole months, with a part of one for a whole one: `6w` is 2.
    pub(crate) fn months_about(self) -> u32 {
        self.total_months() + self.total_days().div_ceil(31)
    }

    fn total_months(self) -> u32 {
        u32::from(self.years) * 12 + u32::from(self.months)
    }

    fn total_days(self) -> u32 {
        u32::from(self.weeks) * 7 + u32::from(self.days)
    }

    /// The date this long after `date`: years and months keep the day of the month, and a day that
    /// does not exist becomes the first day of the next month (CDC CDSi CALCDT-5); weeks and days
    /// are then added as days. Clamping to the end of the month instead would allow a dose on the
    /// day before the age is completed. At the end of the calendar the result stays there.
    pub fn after(self, date: NaiveDate) -> NaiveDate {
        let months = self.total_months();
        let shifted = if months == 0 {
            Some(date)
        } else {
            i32::try_from(months).ok().and_then(|months| add_months(date, months))
        };
        shifted.and_then(|day| day.checked_add_days(Days::new(u64::from(self.total_days())))).unwrap_or(NaiveDate::MAX)
    }
}

fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let total = i32::try_from(date.month0()).ok()?.checked_add(months)?;
    let year = date.year().checked_add(total.div_euclid(12))?;
    let month = u32::try_from(total.rem_euclid(12)).ok()? + 1;
    NaiveDate::from_ymd_opt(year, month, date.day()).or_else(|| {
        // No December lacks a day, so the next month is in the same year.
        NaiveDate::from_ymd_opt(year, month + 1, 1)
    })
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(self.years, 'y'), (self.months, 'm'), (self.weeks, 'w'), (self.days, 'd')];
        if *self == Self::default() {
            return f.write_str("0d");
        }
        for (number, unit) in parts {
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        Ok(())
    }
}

/// `date` plus whole days, staying at the end of the calendar.
pub(super) fn plus_days(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The day before `date`: a limit in a schedule names the first day that is too late.
pub(super) fn day_before(date: NaiveDate) -> NaiveDate {
    date.pred_opt().unwrap_or(NaiveDate::MIN)
}

/// A date written `YYYY-MM-DD` and in no other way.
pub(super) fn parse_iso(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return None;
    }
    NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_iso(text).expect(text)
    }

    fn after(date: &str, span: &str) -> NaiveDate {
        Span::parse(span).expect(span).after(day(date))
    }

    #[test]
    fn a_day_that_does_not_exist_becomes_the_first_of_the_next_month() {
        for (date, span, expected) in [
            ("2024-02-29", "1y", "2025-03-01"),
            ("2024-08-31", "6m", "2025-03-01"),
            ("2024-11-30", "3m", "2025-03-01"),
            ("2023-05-31", "9m", "2024-03-01"),
            ("2024-02-29", "7y", "2031-03-01"),
            ("2024-02-29", "4y", "2028-02-29"),
            ("2024-03-31", "1m", "2024-05-01"),
            ("2023-10-31", "13m", "2024-12-01"),
        ] {
            assert_eq!(after(date, span), day(expected), "{date} + {span}");
        }
    }

    #[test]
    fn months_are_added_to_the_original_date() {
        assert_eq!(after("2024-01-31", "2m"), day("2024-03-31"));
        // Years and months are one step: 29 Feb 2025 is never looked at on the way.
        assert_eq!(after("2024-02-29", "1y3m"), day("2025-05-29"));
        assert_eq!(after("2024-02-29", "12m"), after("2024-02-29", "1y"));
    }

    #[test]
    fn weeks_and_days_are_days() {
        assert_eq!(after("2024-01-15", "6w"), day("2024-02-26"));
        assert_eq!(after("2024-08-31", "24w"), day("2025-02-15"));
        assert_eq!(after("2024-01-15", "16d"), day("2024-01-31"));
        assert_eq!(after("2024-12-31", "0d"), day("2024-12-31"));
        assert_eq!(after("2024-01-31", "1m1d"), day("2024-03-02"));
    }

    #[test]
    fn spans_are_read_strictly_and_written_back() {
        for text in ["0d", "6w", "9m", "2y", "14y3m", "225d", "1y2m3w4d"] {
            assert_eq!(Span::parse(text).expect(text).to_string(), text);
        }
        for text in [
            "",
            "w",
            "6",
            "6 w",
            "-6w",
            "+6w",
            "6W",
            "6w6w",
            "3m1y",
            "6x",
            "6é",
            "none",
            "70000d",
            "151y",
            "99999999999w",
            "१m",
        ] {
            assert!(Span::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_a_wall_not_a_crash() {
        for span in ["1d", "6w", "9m", "150y"] {
            let span = Span::parse(span).expect(span);
            assert_eq!(span.after(NaiveDate::MAX), NaiveDate::MAX);
            assert!(span.after(NaiveDate::MIN) > NaiveDate::MIN);
        }
        assert_eq!(day_before(NaiveDate::MIN), NaiveDate::MIN);
        assert_eq!(plus_days(NaiveDate::MAX, 28), NaiveDate::MAX);
    }

    #[test]
    fn only_iso_dates_are_dates() {
        assert!(parse_iso("2024-02-29").is_some());
        for text in [
            "2023-02-29",
            "2024-2-29",
            "29-02-2024",
            "2024/02/29",
            "+024-02-29",
            "2024-02-29 ",
            "",
            "2024-00-10",
            "२०२४-०२",
        ] {
            assert!(parse_iso(text).is_none(), "{text}");
        }
    }
}
