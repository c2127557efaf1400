//! Numbers as people type them, with digits of either script.

use clinic::record::text::devanagari_digit;
use std::str::FromStr;

/// With Latin digits, and nothing around it.
pub fn latin(typed: &str) -> String {
    typed.trim().chars().map(|c| devanagari_digit(c).unwrap_or(c)).collect()
}

pub fn parse<T: FromStr>(typed: &str) -> Option<T> {
    latin(typed).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_either_script_are_a_number() {
        assert_eq!(parse(" १५ "), Some(15_u16));
        assert_eq!(parse("-३"), Some(-3));
        assert_eq!(parse("२८.६"), Some(28.6));
        assert_eq!(parse::<u16>(""), None);
        assert_eq!(parse::<u16>("12 days"), None);
    }
}
