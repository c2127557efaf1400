//! Dates as people here type them: day, month, year.

use chrono::{Datelike, NaiveDate};
use clinic::record::text::devanagari_digit;

/// Two digits of a year mean this century.
const CENTURY: i32 = 2000;
const TYPED_MAX_CHARS: usize = 24;

/// `21/11/2026`, `21-11-26`, `21 11 2026`, `21.11.2026`, `21112026`, `2026-11-21`, with digits of either script.
pub fn parse(typed: &str) -> Option<NaiveDate> {
    if typed.chars().count() > TYPED_MAX_CHARS {
        return None;
    }
    let typed: String = typed.trim().chars().map(|c| devanagari_digit(c).unwrap_or(c)).collect();
    let parts: Vec<&str> = typed.split(['/', '-', '.', ' ', ',']).filter(|part| !part.is_empty()).collect();
    if !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let (day, month, year) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*day, *month, *year),
        [day, month, year] => (*day, *month, *year),
        [run] if run.len() == 8 || run.len() == 6 => (&run[..2], &run[2..4], &run[4..]),
        _ => return None,
    };
    let year = match year.len() {
        4 => year.parse().ok()?,
        2 => CENTURY + year.parse::<i32>().ok()?,
        _ => return None,
    };
    if day.len() > 2 || month.len() > 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// Typed to the end, date or not: what is no date then never becomes one by typing on.
pub fn is_whole(typed: &str) -> bool {
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit() || devanagari_digit(c).is_some());
    let parts: Vec<&str> = typed.split(['/', '-', '.', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.chars().count()).collect();
    parts.iter().all(|part| digits(part)) && matches!(lengths[..], [1..=2, 1..=2, 4] | [4, 1..=2, 1..=2] | [8])
}

/// As it stands in a field.
pub fn write(date: NaiveDate) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        let expected = NaiveDate::from_ymd_opt(2026, 11, 5);
        for typed in [
            "05/11/2026",
            "5/11/2026",
            "5-11-26",
            " 5 11 2026 ",
            "5.11.2026",
            "05112026",
            "051126",
            "2026-11-05",
            "०५/११/२०२६",
            "5 / 11 / 2026",
        ] {
            assert_eq!(parse(typed), expected, "{typed}");
        }
        assert_eq!(expected.map(write).as_deref(), Some("05/11/2026"));
        assert_eq!(expected.map(write).and_then(|w| parse(&w)), expected);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for typed in
            ["", "5", "5/11", "31/02/2026", "5/13/2026", "005/11/2026", "5/11/2026/1", "5/11/226", "today", "-"]
        {
            assert_eq!(parse(typed), None, "{typed}");
        }
        assert_eq!(parse(&"1".repeat(10_000)), None);
        assert!(["31/02/2026", "५/१३/२०२६", "31022026", "2026-13-01"].into_iter().all(is_whole));
        assert!(!["", "31/02", "31/02/20", "today", "3102"].into_iter().any(is_whole));
    }
}
