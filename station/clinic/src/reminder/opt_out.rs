//! A family that writes back that it wants no more messages.

/// Whole answers, in the form that [`plain`] gives. A longer text is read by a person.
const WORDS: [&str; 12] = [
    "stop",
    "stop all",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "band karo",
    "band",
    "mat bhejo",
    "बंद",
    "बंद करो",
    "बंद करें",
];
const WORDS_MAX_CHARS: usize = 40;

/// Does this answer say that nothing more is to be sent?
pub fn is_opt_out(text: &str) -> bool {
    text.chars().nth(WORDS_MAX_CHARS).is_none() && WORDS.contains(&plain(text).as_str())
}

/// Lower case, one space between words, no marks; the two ways to write the nasal of `बंद` are one.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace("न्द", "ंद");
    let marks = |c: char| c.is_ascii_punctuation() || matches!(c, '।' | '\u{200c}' | '\u{200d}');
    text.replace(marks, " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_in_the_words_people_write() {
        for said in ["STOP", " stop. ", "Stop All", "BAND KARO", "band karo!", "बंद", "बन्द", "बंद करो।", "बन्द करें"]
        {
            assert!(is_opt_out(said), "{said}");
        }
        for said in ["", "ok", "we will stop by tomorrow", "kal aayenge", "दुकान बंद है", "1", &"stop ".repeat(100)]
        {
            assert!(!is_opt_out(said), "{said}");
        }
    }
}
