use super::tables::{ONE_NAME, ONE_PERSON, OTHER_NAMES, TWO_PERSONS};
use crate::names::{Likeness, alike, alike_places, key, typed_key};

#[test]
fn spellings_of_one_name_have_one_key() {
    let mut pairs = 0;
    let mut wrong = Vec::new();
    for line in ONE_NAME {
        for other in &line[1..] {
            pairs += 1;
            if key(line[0]) != key(other) {
                wrong.push(format!("{} {} / {} {}", line[0], key(line[0]), other, key(other)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(pairs > 400, "{pairs}");
}

#[test]
fn other_names_have_other_keys() {
    let mut pairs = 0;
    let mut wrong = Vec::new();
    for line in OTHER_NAMES {
        for (n, a) in line.iter().enumerate() {
            for b in &line[n + 1..] {
                pairs += 1;
                if key(a) == key(b) {
                    wrong.push(format!("{a} {b} {}", key(a)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(pairs >= 120, "{pairs}");
}

/// The first letters that promise another sound; see the module's words on it.
const MISLEADING: &[(&str, &str)] = &[
    ("Jnan", "J"),
    ("Dnyan", "D"),
    ("Dnyaneshwar", "D"),
    ("Jnaneshwar", "J"),
    ("Cavita", "C"),
    ("ज्ञान", "ज"),
    ("ज्ञान", "ज्"),
    ("ज्ञानेश्वर", "ज"),
    ("ज्ञानेश्वर", "ज्"),
];

#[test]
fn whatever_is_typed_of_a_name_begins_its_key() {
    let mut prefixes = 0;
    let mut missed = Vec::new();
    for word in ONE_NAME.iter().chain(OTHER_NAMES).flat_map(|line| line.iter()).filter(|w| !w.contains(' ')) {
        let whole = key(word);
        for (end, c) in word.char_indices() {
            let (typed, rest) = word.split_at(end + c.len_utf8());
            // Before its dot a letter is half a letter.
            if rest.starts_with('\u{93c}') {
                continue;
            }
            prefixes += 1;
            if !whole.starts_with(&typed_key(typed)) && !MISLEADING.contains(&(*word, typed)) {
                missed.push(format!("{typed} of {word}: {} of {whole}", typed_key(typed)));
            }
        }
    }
    assert!(missed.is_empty(), "{} of {prefixes}: {missed:#?}", missed.len());
    assert!(prefixes > 3000, "{prefixes}");
}

#[test]
fn a_typed_beginning_says_something() {
    for (typed, at_least) in
        [("as", "as"), ("ash", "as"), ("asha", "as"), ("lak", "lk"), ("laks", "lks"), ("पू", "pu"), ("पूज", "puj")]
    {
        assert_eq!(typed_key(typed), at_least, "{typed}");
    }
    // One letter of a word is never nothing.
    for c in ('a'..='z').chain('क'..='न').chain('प'..='न').chain(['अ', 'आ', 'ई', 'ऊ', 'ए', 'ओ']) {
        assert!(!typed_key(&c.to_string()).is_empty(), "{c}");
    }
}

#[test]
fn full_names() {
    for (a, b) in ONE_PERSON {
        for (a, b) in [(a, b), (b, a)] {
            let found = alike(a, b);
            assert!(found >= Likeness::Alike, "{a} / {b}: {found:?}");
        }
    }
    for (a, b) in TWO_PERSONS {
        for (a, b) in [(a, b), (b, a)] {
            let found = alike(a, b);
            assert!(found < Likeness::Partial, "{a} / {b}: {found:?}");
        }
    }
    for (a, b) in
        [("Rahul Sharma", "Rahul Verma"), ("Sita Paswan", "Sita Ekka"), ("Sita", "Ramola Sita"), ("Mohd", "Mohd Arif")]
    {
        assert_eq!(alike(a, b), Likeness::Partial, "{a} / {b}");
    }
}

#[test]
fn a_child_without_a_name() {
    let nameless = [
        "",
        " ",
        "Baby",
        "baby of Meena Devi",
        "Baby boy of Meena",
        "B/o Meena",
        "Baby 2 of Meena",
        "Twin II of Meena",
        "baby girl",
        "मीना का बच्चा",
        "Meena ki beti",
        "बेबी ऑफ़ मीना",
        "Infant",
        "NEWBORN",
        "b/o. Meena",
        "...",
        "S/o Ramesh",
        "Son of Ramesh",
        "पुत्री रमेश",
    ];
    for name in nameless {
        assert_eq!(alike(name, "Rahul"), Likeness::Unknown, "{name}");
        assert_eq!(alike(name, name), Likeness::Unknown, "{name}");
    }
    for named in ["Baby Kumari", "Meena", "Babita", "Ofelia", "Bachcha Singh", "Iqra", "Anam", "Sunita Sona"] {
        assert_eq!(alike(named, named), Likeness::Same, "{named}");
    }
}

#[test]
fn villages() {
    for (a, b) in [("Rampur", "रामपुर"), ("Ram Pur", "Rampur"), ("Rampur Kalan", "Rampur"), ("Naugaon", "नौगांव")]
    {
        assert!(alike_places(a, b) >= Likeness::Alike, "{a} / {b}");
    }
    assert!(alike_places("Rampur Kalan", "Rampur Khurd") < Likeness::Alike);
    assert_eq!(alike_places("Rampur", "Sitapur"), Likeness::Different);
    assert_eq!(alike_places("", "Sitapur"), Likeness::Unknown);
}

#[test]
fn other_scripts_pass_and_are_not_lost() {
    for word in ["ফাতেমা", "ਗੁਰਪ੍ਰੀਤ", "மீனா", "فاطمہ", "మీనా", "Ωμέγα", "日本", "ßen", "मीनाফ"]
    {
        let found = key(word);
        assert!(!found.is_empty(), "{word}");
        assert_eq!(found, key(&found), "{word}");
        assert_eq!(alike(word, word), Likeness::Same, "{word}");
    }
    assert_eq!(key("কো"), key("ক\u{9c7}\u{9be}"), "composed or not");
    assert_eq!(key("\u{202e}Asha\u{200f}"), key("Asha"));
    assert_eq!(key("As\u{0}ha\u{7}"), key("Asha"));
}

#[test]
fn hostile_words_end() {
    let mut words: Vec<String> = [
        "a", "h", "x", "y", "e", "o", "ksh", "क", "्", "\u{93c}", "ं", "ा", "\u{301}", "\u{202e}", "0", "o0", "ॐ", "ঁ",
        "😀",
    ]
    .iter()
    .map(|part| part.repeat(10_000_000 / part.len()))
    .collect();
    words.extend(
        ["\u{93c}", "\u{94d}", "\u{93e}", "\u{902}", "\u{301}", "\u{0}", "\u{fdfa}", "ﬃ", "\u{1e9e}", "İ"]
            .map(str::to_owned),
    );
    for word in &words {
        assert!(key(word).len() <= 1024);
        assert!(typed_key(word).len() <= 1024);
        alike(word, "Asha");
        alike(word, word);
    }
    // Any three of these in any order.
    let parts = [
        "a", "e", "o", "w", "n", "h", "y", "M", "sin", "c", "q", "u", "x", "ज", "्", "ञ", "ह", "ं", "ि", "\u{93c}", "ड",
        "ক", "7", "\u{200d}",
    ];
    for a in parts {
        for b in parts {
            for c in parts {
                let word = format!("{a}{b}{c}");
                assert!(key(&word).is_ascii() || word.contains(['ক', '7']), "{word}");
                typed_key(&word);
            }
        }
    }
}
