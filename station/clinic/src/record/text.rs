//! What people type: trimmed, in one Unicode form, bounded, and free of characters that hide or turn text.

use super::limits;
use super::refusal::{Field, Refusal};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// May be empty.
pub fn optional(field: Field, text: &str, max_chars: usize) -> Result<String, Refusal> {
    // Counted before anything else is done with it: ten megabytes are not worth normalising.
    if text.chars().nth(max_chars).is_some() && text.trim().chars().nth(max_chars).is_some() {
        return Err(Refusal::TooLong(field));
    }
    if text.chars().any(hidden) {
        return Err(Refusal::Characters(field));
    }
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if text.chars().nth(max_chars).is_some() {
        return Err(Refusal::TooLong(field));
    }
    Ok(text)
}

pub fn required(field: Field, text: &str, max_chars: usize) -> Result<String, Refusal> {
    let text = optional(field, text, max_chars)?;
    if text.is_empty() { Err(Refusal::Missing(field)) } else { Ok(text) }
}

/// What a person, a village or a thing is called: in any script, and with a letter or a digit in it, for signs alone
/// name nobody. May be empty.
pub fn optional_name(field: Field, text: &str, max_chars: usize) -> Result<String, Refusal> {
    let name = optional(field, text, max_chars)?;
    let is_said = |c: char| c.is_alphanumeric() && !is_combining_mark(c);
    if name.is_empty() || name.chars().any(is_said) { Ok(name) } else { Err(Refusal::OnlySigns(field)) }
}

pub fn name(field: Field, text: &str, max_chars: usize) -> Result<String, Refusal> {
    let name = optional_name(field, text, max_chars)?;
    if name.is_empty() { Err(Refusal::Missing(field)) } else { Ok(name) }
}

/// For names that machines give: what does not belong is left out, nothing is refused.
pub fn clean(text: &str, max_chars: usize) -> String {
    text.chars().filter(|c| !hidden(*c)).take(max_chars).collect::<String>().trim().to_owned()
}

/// An Indian phone number: ten digits, the first 6 to 9; `+91`, `0`, spaces and hyphens are let go. Empty is allowed.
pub fn phone(text: &str) -> Result<String, Refusal> {
    let typed = optional(Field::Phone, text, limits::NAME_MAX_CHARS)?;
    let digits: String = typed
        .strip_prefix("+91")
        .unwrap_or(&typed)
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .map(|c| devanagari_digit(c).unwrap_or(c))
        .collect();
    let digits = digits.strip_prefix('0').unwrap_or(&digits);
    let good = digits.is_empty()
        || (digits.len() == 10
            && digits.bytes().all(|b| b.is_ascii_digit())
            && digits.starts_with(['6', '7', '8', '9']));
    if good { Ok(digits.to_owned()) } else { Err(Refusal::Form(Field::Phone)) }
}

/// An ABHA number: 14 digits, the last one a Verhoeff check over the others; spaces and hyphens are let go. Empty is
/// allowed. (Ayushman Bharat Digital Mission, ABHA number.)
pub fn abha(text: &str) -> Result<String, Refusal> {
    let digits = digits(Field::Abha, text)?;
    let good = digits.is_empty() || (digits.len() == 14 && verhoeff(&digits));
    if good { Ok(digits) } else { Err(Refusal::Form(Field::Abha)) }
}

/// A number of another system: letters, digits, `/` and `-`. Empty is allowed.
pub fn other_id(field: Field, text: &str) -> Result<String, Refusal> {
    let text = optional(field, text, limits::OTHER_ID_MAX_CHARS)?;
    let good = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-'));
    if good { Ok(text.to_uppercase()) } else { Err(Refusal::Characters(field)) }
}

fn digits(field: Field, text: &str) -> Result<String, Refusal> {
    let typed = optional(field, text, limits::NAME_MAX_CHARS)?;
    let kept = typed.chars().filter(|c| !matches!(c, ' ' | '-'));
    kept.map(|c| devanagari_digit(c).unwrap_or(c))
        .map(|c| if c.is_ascii_digit() { Ok(c) } else { Err(Refusal::Form(field)) })
        .collect()
}

/// Verhoeff's check over the dihedral group of the pentagon (J. Verhoeff, 1969).
fn verhoeff(digits: &str) -> bool {
    let times = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let turned =
        |digit: u8, times: usize| (0..times).fold(usize::from(digit), |d, _| [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][d]);
    let check = digits
        .bytes()
        .rev()
        .enumerate()
        .fold(0, |check, (at, digit)| times(check, u8::try_from(turned(digit - b'0', at % 8)).unwrap_or_default()));
    check == 0
}

/// ० to ९ are digits too.
pub fn devanagari_digit(c: char) -> Option<char> {
    let value = u32::from(c).checked_sub(0x0966)?;
    char::from_digit(value, 10)
}

/// Control characters, those that change the direction of text, and those that show nothing. The joiners of Devanagari
/// stay.
pub(crate) fn hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        )
        || matches!(c, '\u{200b}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Lower case, in one Unicode form: what a plain search compares.
pub fn search_form(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_tricks_refused() {
        assert_eq!(required(Field::Name, "  Asha \n Devi ", 20), Ok("Asha Devi".into()));
        assert_eq!(required(Field::Name, "विद्या", 20), Ok("विद्या".into()));
        assert_eq!(required(Field::Name, "   ", 20), Err(Refusal::Missing(Field::Name)));
        assert_eq!(required(Field::Name, "abc\u{202e}txt", 20), Err(Refusal::Characters(Field::Name)));
        assert_eq!(required(Field::Name, "a\u{0}b", 20), Err(Refusal::Characters(Field::Name)));
        for unseen in ["\u{200b}", "\u{3164}", "Asha\u{ad}", "Asha\u{e0041}"] {
            assert_eq!(required(Field::Name, unseen, 20), Err(Refusal::Characters(Field::Name)), "{unseen:?}");
        }
        assert_eq!(required(Field::Name, &"x".repeat(10_000_000), 20), Err(Refusal::TooLong(Field::Name)));
    }

    #[test]
    fn a_name_is_not_made_of_signs_alone() {
        let said = |text: &str| name(Field::Name, text, 60);
        for signs in ["????", "-", "...", "'", "\u{94d}\u{93e}", "\u{301}", "\u{200d}", "☺", "— —", "＝"] {
            assert_eq!(said(signs), Err(Refusal::OnlySigns(Field::Name)), "{signs:?}");
            assert_eq!(optional_name(Field::Name, signs, 60), Err(Refusal::OnlySigns(Field::Name)), "{signs:?}");
        }
        for unseen in ["\u{200b}", "\u{3164}", "\u{ad}", "\u{e0041}\u{e007f}", "\u{e0100}", "\u{2800}", "\u{17b4}"] {
            assert_eq!(said(unseen), Err(Refusal::Characters(Field::Name)), "{unseen:?}");
        }
        for real in [
            "O'Neil",
            "D’Souza",
            "Md. Arif",
            "मो. आरिफ़",
            "Baby 2 of Meena",
            "मीना की बच्ची २",
            "Anne-Marie",
            "ॐ",
            "S",
            "श्",
            "4",
        ] {
            assert_eq!(said(real).as_deref(), Ok(real));
        }
        assert_eq!(optional_name(Field::Name, "  ", 60), Ok(String::new()));
        assert_eq!(said(" "), Err(Refusal::Missing(Field::Name)));
    }

    #[test]
    fn abha_numbers_have_a_check_digit() {
        // 2363 is the worked example of the Verhoeff literature: 236 with the check digit 3.
        assert!(verhoeff("2363") && !verhoeff("2364") && !verhoeff("3263"));
        let good = (0..10).map(|d| format!("9123456789012{d}")).filter(|n| verhoeff(n)).collect::<Vec<_>>();
        let [one] = good.as_slice() else { panic!("{good:?}") };
        let spaced = format!("{}-{} {}", &one[..2], &one[2..6], &one[6..]);
        assert_eq!(abha(&spaced), Ok(one.clone()));
        // Every single slip and every swap of neighbours is seen.
        for at in 0..14 {
            for digit in b'0'..=b'9' {
                let mut wrong = one.clone().into_bytes();
                wrong[at] = digit;
                let wrong = String::from_utf8(wrong).unwrap_or_default();
                assert_eq!(abha(&wrong).is_ok(), wrong == *one);
            }
            let mut swapped = one.clone().into_bytes();
            swapped.swap(at, (at + 1).min(13));
            let swapped = String::from_utf8(swapped).unwrap_or_default();
            assert_eq!(abha(&swapped).is_ok(), swapped == *one);
        }
        assert_eq!(abha(""), Ok(String::new()));
        assert_eq!(abha("12a"), Err(Refusal::Form(Field::Abha)));
        assert_eq!(other_id(Field::Rch, "ab/12-3"), Ok("AB/12-3".into()));
        assert_eq!(other_id(Field::Rch, "ab'12"), Err(Refusal::Characters(Field::Rch)));
    }

    #[test]
    fn phones_as_people_write_them() {
        assert_eq!(phone("+91 98765-43210"), Ok("9876543210".into()));
        assert_eq!(phone("०९८७६५४३२१०"), Ok("9876543210".into()));
        assert_eq!(phone(""), Ok(String::new()));
        assert_eq!(phone("12345"), Err(Refusal::Form(Field::Phone)));
        assert_eq!(phone("1234567890"), Err(Refusal::Form(Field::Phone)));
    }
}
