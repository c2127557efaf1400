//! What stands in one cell of a file, as people and their programs write it.

use super::Fault;
use crate::record::fact::{Food, Sex};
use crate::record::text::{devanagari_digit, hidden};
use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

/// Longer than any date, word or number that is meant.
const CELL_MAX_CHARS: usize = 40;
/// The longest number that a clinic gives a child in its own register.
pub const REF_MAX_CHARS: usize = 60;

/// In one Unicode form, small letters, ASCII digits.
pub fn plain(text: &str) -> String {
    text.nfc().map(|c| devanagari_digit(c).unwrap_or(c)).collect::<String>().to_lowercase()
}

fn short(text: &str) -> Option<String> {
    let text = text.trim();
    if text.chars().nth(CELL_MAX_CHARS).is_some() { None } else { Some(plain(text)) }
}

/// Day, month, year with four digits; or year, month, day. A date that could mean two days is not guessed at.
pub fn date(text: &str) -> Result<NaiveDate, Fault> {
    let typed = short(text).ok_or(Fault::NoDate)?;
    let typed = without_time(&typed);
    let parts: Vec<&str> = typed.split(['/', '-', '.']).map(str::trim).collect();
    let all_digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let &[first, second, third] = parts.as_slice() else { return Err(Fault::NoDate) };
    if !parts.iter().all(all_digits) {
        return Err(Fault::NoDate);
    }
    let number = |part: &str| part.parse::<u32>().map_err(|_| Fault::NoDate);
    let (day, month, year) = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => (number(third)?, number(second)?, number(first)?),
        (1..=2, 1..=2, 4) => {
            let (day, month) = (number(first)?, number(second)?);
            if month > 12 && day <= 12 {
                return Err(Fault::MonthFirst);
            }
            (day, month, number(third)?)
        }
        (1..=2, 1..=2, 1..=2) => return Err(Fault::ShortYear),
        _ => return Err(Fault::NoDate),
    };
    i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day)).ok_or(Fault::NoDate)
}

/// Databases write a date with the midnight it begins at.
fn without_time(typed: &str) -> &str {
    let Some((date, time)) = typed.split_once(['t', ' ']).filter(|(date, _)| date.len() == 10) else { return typed };
    let midnight = time.bytes().all(|b| matches!(b, b'0' | b':' | b'.' | b'z')) && time.starts_with("00:00");
    if midnight { date } else { typed }
}

/// Would be another date with the month first.
pub fn either_way(text: &str) -> bool {
    let typed = short(text).unwrap_or_default();
    let mut parts = typed.split(['/', '-', '.']).map(str::trim);
    let (Some(first), Some(second)) = (parts.next(), parts.next()) else { return false };
    let (Ok(first), Ok(second)) = (first.parse::<u32>(), second.parse::<u32>()) else { return false };
    first <= 12 && second <= 12 && first != second
}

/// Makes sense with the day first only.
pub fn day_first(text: &str) -> bool {
    let typed = short(text).unwrap_or_default();
    let first = typed.split(['/', '-', '.']).next().unwrap_or_default().trim();
    first.len() == 2 && first.parse::<u32>().is_ok_and(|day| day > 12) && date(text).is_ok()
}

pub fn sex(text: &str) -> Result<Sex, Fault> {
    const FEMALE: [&str; 9] = ["f", "female", "girl", "स्त्री", "महिला", "लड़की", "बालिका", "कन्या", "बच्ची"];
    const MALE: [&str; 6] = ["m", "male", "boy", "पुरुष", "लड़का", "बालक"];
    const OTHER: [&str; 4] = ["", "x", "other", "अन्य"];
    let typed = short(text).ok_or(Fault::Word)?;
    let is = |words: &[&str]| words.iter().any(|word| plain(word) == typed);
    if is(&FEMALE) {
        Ok(Sex::Female)
    } else if is(&MALE) {
        Ok(Sex::Male)
    } else if is(&OTHER) {
        Ok(Sex::Other)
    } else {
        Err(Fault::Word)
    }
}

pub fn food(text: &str) -> Result<Option<Food>, Fault> {
    let typed = short(text).ok_or(Fault::Word)?.replace([' ', '_'], "-");
    Ok(match typed.as_str() {
        "" => None,
        "veg" | "vegetarian" | "शाकाहारी" => Some(Food::Veg),
        "egg" | "अंडा" | "अंडाहारी" => Some(Food::Egg),
        "non-veg" | "nonveg" | "non-vegetarian" | "मांसाहारी" => Some(Food::NonVeg),
        _ => return Err(Fault::Word),
    })
}

/// Empty is no.
pub fn yes(text: &str) -> Result<bool, Fault> {
    let typed = short(text).ok_or(Fault::Word)?;
    match typed.as_str() {
        "yes" | "y" | "true" | "1" | "हाँ" | "हां" => Ok(true),
        "" | "no" | "n" | "false" | "0" | "नहीं" => Ok(false),
        _ => Err(Fault::Word),
    }
}

/// Of several born together. Whether it can be so many is the rules' to say.
pub fn birth_order(text: &str) -> Result<Option<u8>, Fault> {
    let typed = short(text).ok_or(Fault::Number)?;
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|_| Fault::Number)
}

/// A number too long for a spreadsheet, which kept only its first digits: `9.87654E+09`.
pub fn not_shortened(text: &str) -> Result<String, Fault> {
    let typed = short(text).unwrap_or_default();
    let cut = typed.split_once("e+").is_some_and(|(digits, power)| {
        let digit = |b: u8| b.is_ascii_digit();
        digits.bytes().all(|b| digit(b) || b == b'.' || b == b',') && !digits.is_empty() && power.bytes().all(digit)
    });
    if cut { Err(Fault::Shortened) } else { Ok(text.to_owned()) }
}

/// The clinic's own number of a child. It stands in the report, which is opened in a spreadsheet: what such a program
/// would take for a formula is refused.
pub fn reference(text: &str) -> Result<String, Fault> {
    if text.trim().starts_with(['=', '+', '-', '@']) {
        return Err(Fault::Characters);
    }
    if text.trim().chars().nth(REF_MAX_CHARS).is_some() {
        return Err(Fault::TooLong);
    }
    if text.trim().chars().any(hidden) {
        return Err(Fault::Characters);
    }
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_one_way_or_not_at_all() {
        let expected = NaiveDate::from_ymd_opt(2024, 5, 10);
        for typed in [
            "10/05/2024",
            "10-5-2024",
            "10.05.2024",
            "2024-05-10",
            "2024/5/10",
            "१०/०५/२०२४",
            " 10 / 05 / 2024 ",
            "2024-05-10 00:00:00",
            "2024-05-10T00:00:00.000Z",
            "2024-05-10 00:00",
        ] {
            assert_eq!(date(typed).ok(), expected, "{typed}");
        }
        for (typed, fault) in [
            ("10/05/24", Fault::ShortYear),
            ("24-05-10", Fault::ShortYear),
            ("05/25/2024", Fault::MonthFirst),
            ("31/02/2024", Fault::NoDate),
            ("2024-13-01", Fault::NoDate),
            ("25/25/2024", Fault::NoDate),
            ("45422", Fault::NoDate),
            ("10052024", Fault::NoDate),
            ("10-May-2024", Fault::NoDate),
            ("2024-05-10 09:30:00", Fault::NoDate),
            ("10/05/20244", Fault::NoDate),
            ("1/1/1/2024", Fault::NoDate),
            ("", Fault::NoDate),
        ] {
            assert_eq!(date(typed), Err(fault), "{typed}");
        }
        assert_eq!(date(&"1/".repeat(5_000_000)), Err(Fault::NoDate));
        assert!(either_way("03/04/2024") && !either_way("04/04/2024") && !either_way("13/04/2024"));
        assert!(!either_way("2024-03-04"));
        assert!(day_first("13/04/2024") && day_first("१३/०४/२०२४"));
        assert!(
            !day_first("12/04/2024")
                && !day_first("2024-04-13")
                && !day_first("04/13/2024")
                && !day_first("31/02/2024")
        );
    }

    #[test]
    fn words_in_both_languages() {
        for typed in ["F", " female", "स्त्री", "लड़की", "लड\u{93c}की", "बालिका"]
        {
            assert_eq!(sex(typed), Ok(Sex::Female), "{typed}");
        }
        assert_eq!((sex("लड़का"), sex("M"), sex("पुरुष")), (Ok(Sex::Male), Ok(Sex::Male), Ok(Sex::Male)));
        assert_eq!((sex("X"), sex(""), sex("?")), (Ok(Sex::Other), Ok(Sex::Other), Err(Fault::Word)));
        assert_eq!((yes("हाँ"), yes("Yes"), yes("१")), (Ok(true), Ok(true), Ok(true)));
        assert_eq!((yes(""), yes("नहीं"), yes("maybe")), (Ok(false), Ok(false), Err(Fault::Word)));
        assert_eq!((food("Non Veg"), food("अंडा"), food("")), (Ok(Some(Food::NonVeg)), Ok(Some(Food::Egg)), Ok(None)));
        assert_eq!((birth_order("२"), birth_order(""), birth_order("-1")), (Ok(Some(2)), Ok(None), Err(Fault::Number)));
    }

    #[test]
    fn what_a_spreadsheet_cut_off_is_seen() {
        assert_eq!(not_shortened("9.87654E+09"), Err(Fault::Shortened));
        assert_eq!(not_shortened("9E+13"), Err(Fault::Shortened));
        assert_eq!(not_shortened("98765 43210"), Ok("98765 43210".into()));
        assert_eq!(not_shortened("ABE+12"), Ok("ABE+12".into()));
    }

    #[test]
    fn a_reference_is_one_line_of_visible_text() {
        assert_eq!(reference("  12/ 7\u{a0}b "), Ok("12/ 7 b".into()));
        assert_eq!(reference("12\u{202e}7"), Err(Fault::Characters));
        assert_eq!(reference("a\u{0}b"), Err(Fault::Characters));
        assert_eq!(reference(&"x".repeat(61)), Err(Fault::TooLong));
    }
}
