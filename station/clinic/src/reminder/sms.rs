//! How long a text message is, and in how many parts it goes (3GPP TS 23.038 and 23.040).

/// Letters of the default alphabet that are not ASCII, or count once although they look as if they did not.
const GSM7_OTHER: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ ¤¡ÄÖÑÜ§¿äöñüà";
/// Of the default alphabet's extension: each takes two septets.
const GSM7_TWICE: &str = "^{}\\[~]|€\u{000c}";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Gsm7,
    Ucs2,
}

/// What a text costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsSize {
    pub alphabet: Alphabet,
    /// Septets, or UTF-16 units.
    pub units: usize,
    /// Messages that are paid for; an empty text is one.
    pub segments: usize,
}

/// One letter outside the default alphabet makes the whole text UCS-2. No letter is cut in two: what takes two units and
/// does not fit at the end of a part goes to the next.
pub fn sms_size(text: &str) -> SmsSize {
    let septets: Option<Vec<usize>> = text.chars().map(septets).collect();
    let (alphabet, costs, one, joined) = match septets {
        Some(costs) => (Alphabet::Gsm7, costs, 160, 153),
        None => (Alphabet::Ucs2, text.chars().map(char::len_utf16).collect(), 70, 67),
    };
    let units = costs.iter().sum();
    let segments = if units <= one { 1 } else { parts(&costs, joined) };
    SmsSize { alphabet, units, segments }
}

fn septets(c: char) -> Option<usize> {
    let plain = c.is_ascii_alphanumeric() || "!\"#%&'()*+,-./:;<=>?".contains(c) || GSM7_OTHER.contains(c);
    if plain { Some(1) } else { GSM7_TWICE.contains(c).then_some(2) }
}

fn parts(costs: &[usize], of: usize) -> usize {
    let (mut parts, mut used) = (1, 0);
    for cost in costs {
        if used + cost > of {
            parts += 1;
            used = 0;
        }
        used += cost;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> (Alphabet, usize, usize) {
        let SmsSize { alphabet, units, segments } = sms_size(text);
        (alphabet, units, segments)
    }

    #[test]
    fn plain_letters_go_160_in_one_and_153_in_a_part() {
        assert_eq!(size(""), (Alphabet::Gsm7, 0, 1));
        assert_eq!(size(&"a".repeat(160)), (Alphabet::Gsm7, 160, 1));
        assert_eq!(size(&"a".repeat(161)), (Alphabet::Gsm7, 161, 2));
        assert_eq!(size(&"a".repeat(306)), (Alphabet::Gsm7, 306, 2));
        assert_eq!(size(&"a".repeat(307)), (Alphabet::Gsm7, 307, 3));
    }

    #[test]
    fn braces_count_twice_and_are_not_cut() {
        assert_eq!(size("{x}"), (Alphabet::Gsm7, 5, 1));
        assert_eq!(size(&"[".repeat(80)), (Alphabet::Gsm7, 160, 1));
        // 153 is odd: 76 braces a part.
        assert_eq!(size(&"[".repeat(153)), (Alphabet::Gsm7, 306, 3));
    }

    #[test]
    fn one_letter_of_hindi_makes_it_ucs2() {
        assert_eq!(size("टीका"), (Alphabet::Ucs2, 4, 1));
        assert_eq!(size(&format!("{}क", "a".repeat(69))), (Alphabet::Ucs2, 70, 1));
        assert_eq!(size(&format!("{}क", "a".repeat(70))), (Alphabet::Ucs2, 71, 2));
        assert_eq!(size(&"क".repeat(135)), (Alphabet::Ucs2, 135, 3));
        assert_eq!(size("₹"), (Alphabet::Ucs2, 1, 1));
        assert_eq!(size("`"), (Alphabet::Ucs2, 1, 1));
        assert_eq!(size("💉"), (Alphabet::Ucs2, 2, 1));
        // 67 is odd: 33 of them a part.
        assert_eq!(size(&"💉".repeat(67)), (Alphabet::Ucs2, 134, 3));
    }
}
