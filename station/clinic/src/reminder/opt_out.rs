//! A family that writes back that it wants no more messages.

/// Whole answers, in the form that [`plain`] gives. Of a longer text nobody here can tell what it wants: it stops nothing.
const WORDS: [&str; 68] = [
    "stop",
    "stop all",
    "stopall",
    "stop it",
    "stop karo",
    "stop kar do",
    "stop kare",
    "stop karen",
    "stop kijiye",
    "unsubscribe",
    "unsub",
    "cancel",
    "end",
    "quit",
    "opt out",
    "optout",
    "no more",
    "do not send",
    "dont send",
    "don t send",
    "band",
    "bandh",
    "band karo",
    "bandh karo",
    "band kar do",
    "band kardo",
    "band kare",
    "band karen",
    "band karein",
    "band kijiye",
    "band kijie",
    "mat bhejo",
    "mat bhejiye",
    "mat bheje",
    "mat bhejen",
    "mat bhejna",
    "na bheje",
    "na bhejen",
    "roko",
    "rok do",
    "roke",
    "roken",
    "rokiye",
    "बंद",
    "बंद करो",
    "बंद करें",
    "बंद करे",
    "बंद कर दो",
    "बंद कर दें",
    "बंद कीजिए",
    "बंद कीजिये",
    "बंद करिए",
    "मत भेजो",
    "मत भेजें",
    "मत भेजे",
    "मत भेजिए",
    "मत भेजिये",
    "मत भेजना",
    "न भेजें",
    "ना भेजें",
    "रोको",
    "रोकें",
    "रोक दो",
    "रोकिए",
    "स्टॉप",
    "स्टाप",
    "स्टोप",
    "स्टॉप करो",
];
/// Said around them: to whom, how politely, and of what.
const AROUND: [&str; 23] = [
    "please",
    "pls",
    "plz",
    "kripya",
    "ji",
    "the",
    "these",
    "ye",
    "yeh",
    "sms",
    "msg",
    "message",
    "messages",
    "sandesh",
    "कृपया",
    "जी",
    "यह",
    "ये",
    "मैसेज",
    "मेसेज",
    "संदेश",
    "एसएमएस",
    "भाई",
];
const WORDS_MAX_CHARS: usize = 40;

/// Does this answer say that nothing more is to be sent?
pub fn is_opt_out(text: &str) -> bool {
    text.chars().nth(WORDS_MAX_CHARS).is_none() && WORDS.contains(&plain(text).as_str())
}

/// Lower case, one space between words, no marks and nothing of what is said around; each nasal of Hindi written in one
/// way.
fn plain(text: &str) -> String {
    let joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0f}');
    let text: String = text.to_lowercase().chars().filter(|c| !joiner(*c)).collect();
    let text = text.replace("न्द", "ंद").replace('ँ', "ं");
    let devanagari = |c: char| matches!(c, '\u{900}'..='\u{97f}') && !matches!(c, '।' | '॥');
    let words = text.split(|c: char| !c.is_alphanumeric() && !devanagari(c));
    words.filter(|word| !word.is_empty() && !AROUND.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_in_the_words_people_write() {
        for said in [
            "STOP",
            " stop. ",
            "Stop All",
            "Please stop",
            "STOP SMS",
            "stop messages!",
            "stop 🙏",
            "stop karo",
            "Opt-out",
            "opt out",
            "Unsubscribe",
            "Don't send",
            "don’t send msg",
            "BAND KARO",
            "band karo!",
            "band kar do",
            "message band karo",
            "Sms band karen ji",
            "mat bhejo",
            "msg mat bhejo",
            "message mat bhejiye",
            "roko",
            "rok do",
            "बंद",
            "बन्द",
            "बन्\u{200d}द",
            "बंद करो।",
            "बन्द करें",
            "बंद कर दो",
            "बंद कीजिए",
            "कृपया बंद करें",
            "मैसेज बंद करो",
            "सन्देश बंद करें।",
            "मत भेजो",
            "मत भेजें",
            "मैसेज मत भेजिए",
            "रोको",
            "रोकें",
            "स्टॉप",
        ] {
            assert!(is_opt_out(said), "{said}");
        }
        for said in [
            "",
            "ok",
            "sms",
            "please",
            "we will stop by tomorrow",
            "nonstop",
            "kal aayenge",
            "bachche ko band karo",
            "dukaan band hai",
            "दुकान बंद है",
            "टीका बंद है क्या",
            "बच्चे को मत भेजो",
            "नहीं",
            "1",
            &"stop ".repeat(100),
        ] {
            assert!(!is_opt_out(said), "{said}");
        }
    }
}
