//! Letters and digits as they are written in India.

/// Whether a character belongs to Devanagari text: its letters and signs, and the two joiners.
pub fn is_devanagari(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{97F}' | '\u{A8E0}'..='\u{A8FF}' | '\u{1CD0}'..='\u{1CFF}' | '\u{200C}' | '\u{200D}')
}

/// Parts words where Latin meets Devanagari with an invisible space (U+200B). The screen's shaper guesses
/// one script for each word and draws the other one wrong.
pub fn join_scripts(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 6);
    let mut script: Option<bool> = None;
    for c in text.chars() {
        if c.is_whitespace() || c == '\u{200B}' {
            script = None;
        } else if is_devanagari(c) || c.is_alphabetic() {
            let devanagari = is_devanagari(c);
            if script.is_some_and(|before| before != devanagari) {
                out.push('\u{200B}');
            }
            script = Some(devanagari);
        }
        out.push(c);
    }
    out
}

/// Thousands, then hundreds: `1,204`, `1,00,000`, `-12,34,567`.
pub fn indian_grouping(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 3 / 2 + 1);
    if number < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len() - at;
        if at > 0 && left >= 3 && left % 2 == 1 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_the_indian_way() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_204, "1,204"),
            (37_000, "37,000"),
            (100_000, "1,00,000"),
            (-1_234_567, "-12,34,567"),
            (i64::MIN, "-92,23,37,20,36,85,47,75,808"),
        ] {
            assert_eq!(indian_grouping(number), text);
        }
    }

    #[test]
    fn scripts_are_parted_only_where_they_touch() {
        assert_eq!(join_scripts("Name:नाम"), "Name:\u{200B}नाम");
        assert_eq!(join_scripts("नामABC"), "नाम\u{200B}ABC");
        assert_eq!(join_scripts("Name: नाम 21 नवंबर"), "Name: नाम 21 नवंबर");
        assert_eq!(join_scripts("21नवंबर"), "21नवंबर");
        assert_eq!(join_scripts("Name:\u{200B}नाम"), "Name:\u{200B}नाम");
        // A joiner belongs to the Devanagari word it stands in.
        assert_eq!(join_scripts("क्\u{200D}ष"), "क्\u{200D}ष");
        assert_eq!(join_scripts("plain"), "plain");
    }
}
