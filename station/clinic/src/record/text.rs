//! What people type: trimmed, in one Unicode form, bounded, and free of characters that hide or turn text.

use super::limits;
use super::refusal::{Field, Refusal};
use unicode_normalization::UnicodeNormalization;

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

/// ० to ९ are digits too.
pub fn devanagari_digit(c: char) -> Option<char> {
    let value = u32::from(c).checked_sub(0x0966)?;
    char::from_digit(value, 10)
}

/// Control characters and those that change the direction of text. The joiners of Devanagari stay.
fn hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Lower case, without accents and marks of case: what search compares.
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
        assert_eq!(required(Field::Name, &"x".repeat(10_000_000), 20), Err(Refusal::TooLong(Field::Name)));
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
