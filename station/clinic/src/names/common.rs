//! Words that many names share and that therefore say little about whose name it is. Compared by key, so that one spelling
//! stands for all of them in both scripts.

use super::key;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Their presence or absence means nothing: Sunita, Sunita Devi, Sunita Kumari.
const FILLERS: &[&str] = &[
    "Kumar", "Kr", "Kumari", "Devi", "Singh", "Kaur", "Lal", "Prasad", "Bai", "Bhai", "Ben", "Behan", "Bano", "Begum",
    "Begam", "Bibi", "Khatun", "Khatoon", "Khanam", "Khanum", "Bi", "Mohammad", "Mohd", "Mahamad", "Sheikh", "Sk",
    "Syed", "Rani", "Lata", "Bala", "Shri", "Ji", "Chand", "Nath", "Das", "Dasi", "Bhau", "Rao", "Appa", "Amma", "Ram",
    "Alam",
];

/// Names of families and communities: agreeing proves little, but differing counts.
const FAMILIES: &[&str] = &[
    "Sharma",
    "Verma",
    "Yadav",
    "Gupta",
    "Mishra",
    "Pandey",
    "Pandeya",
    "Tiwari",
    "Tripathi",
    "Dubey",
    "Shukla",
    "Srivastava",
    "Shrivastav",
    "Patel",
    "Khan",
    "Ansari",
    "Qureshi",
    "Siddiqui",
    "Pathan",
    "Mandal",
    "Mondal",
    "Paswan",
    "Manjhi",
    "Sah",
    "Shah",
    "Sahu",
    "Mahto",
    "Mahato",
    "Jha",
    "Chaudhary",
    "Chowdhury",
    "Thakur",
    "Rathore",
    "Rathod",
    "Chauhan",
    "Solanki",
    "Parmar",
    "Oraon",
    "Munda",
    "Soren",
    "Hansda",
    "Tudu",
    "Murmu",
    "Kisku",
    "Hembram",
    "Naik",
    "Nayak",
    "Patil",
    "Jadhav",
    "Pawar",
    "Shinde",
    "Kamble",
    "Gaikwad",
    "Reddy",
    "Naidu",
    "Nair",
    "Pillai",
    "Gowda",
    "Shetty",
    "Biswas",
    "Sarkar",
    "Ghosh",
    "Rajput",
    "Prajapati",
    "Kushwaha",
    "Maurya",
    "Nishad",
    "Gond",
    "Bhil",
    "Jain",
    "Saini",
    "Jatav",
    "Valmiki",
    "Joshi",
    "Bhatt",
    "Rawat",
    "Negi",
    "Bisht",
    "Pradhan",
    "Behera",
    "Sahoo",
    "Swain",
    "Ekka",
    "Tirkey",
    "Lakra",
    "Minj",
    "Toppo",
    "Kujur",
    "Mohanty",
    "Barman",
    "Hazarika",
    "Deka",
    "Saikia",
    "Gogoi",
    "Kumbhar",
    "Lohar",
    "Vishwakarma",
    "Rajbhar",
    "Pal",
];

/// Before or after a name, never part of it. In lower case, as written.
const TITLES: &[&str] = &[
    "smt",
    "mrs",
    "mr",
    "ms",
    "miss",
    "late",
    "dr",
    "km",
    "ku",
    "kum",
    "mst",
    "mt",
    "musammat",
    "shrimati",
    "shreemati",
    "श्रीमती",
    "सुश्री",
    "कु",
    "स्व",
    "स्वर्गीय",
    "डॉ",
    "मु",
    "मुसम्मात",
];

fn keys(words: &[&str]) -> HashSet<String> {
    words.iter().map(|w| key(w)).collect()
}

pub(super) fn is_filler(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| keys(FILLERS));
    KEYS.contains(key)
}

pub(super) fn is_family(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| keys(FAMILIES));
    KEYS.contains(key)
}

/// Mohammad and the like, before the name that a person is called by.
pub(super) fn is_forename(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| keys(&["Mohammad", "Mahamad", "Sheikh", "Syed", "Shri"]));
    KEYS.contains(key)
}

/// Those that are added to a name and never written as one word with it.
pub(super) fn is_added(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        keys(&["Kumar", "Kumari", "Devi", "Singh", "Kaur", "Begum", "Begam", "Khatun", "Bano", "Bibi", "Bai", "Khan"])
    });
    KEYS.contains(key)
}

pub(super) fn is_title(lower: &str) -> bool {
    TITLES.contains(&lower)
}

/// What a child without a name is called.
pub(super) fn is_baby(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> =
        LazyLock::new(|| keys(&["baby", "बेबी", "babyboy", "babygirl", "twin", "twins", "triplet", "child"]));
    KEYS.contains(key) || is_nameless(key)
}

/// The same, where no other meaning is possible.
pub(super) fn is_nameless(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> =
        LazyLock::new(|| keys(&["infant", "newborn", "unnamed", "unknown", "नवजात", "शिशु"]));
    KEYS.contains(key)
}

/// What may follow `baby`: baby boy, baby girl twin.
pub(super) fn is_kind(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> =
        LazyLock::new(|| keys(&["boy", "girl", "male", "female", "son", "daughter", "लड़का", "लड़की", "no"]));
    KEYS.contains(key)
}

/// `of`, in English and as Hindi writes it.
pub(super) fn is_of(key: &str) -> bool {
    key == "up"
}

/// का, की, के.
pub(super) fn is_of_after(key: &str) -> bool {
    matches!(key, "k" | "ki")
}

/// X का बच्चा, X की बेटी.
pub(super) fn is_offspring(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        keys(&["बच्चा", "बच्ची", "बेटा", "बेटी", "पुत्र", "पुत्री", "लड़का", "लड़की", "शिशु", "नवजात", "बेबी", "baby"])
    });
    KEYS.contains(key)
}

/// Sunita पत्नी Ramesh: what follows is somebody else.
pub(super) fn is_relation_word(key: &str) -> bool {
    static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| keys(&["पत्नी", "पुत्र", "पुत्री", "सुपुत्र", "सुपुत्री"]));
    KEYS.contains(key)
}

/// The same in English, where `of` must follow: Sona is a name.
pub(super) fn is_relation_before_of(lower: &str) -> bool {
    matches!(lower, "wife" | "daughter" | "son")
}

/// Which of several born together.
pub(super) fn order(lower: &str, key: &str) -> Option<u8> {
    match lower {
        "i" | "first" | "1st" => return Some(1),
        "ii" | "second" | "2nd" => return Some(2),
        "iii" | "third" | "3rd" => return Some(3),
        _ => {}
    }
    key.parse().ok().filter(|n| (1..=9).contains(n))
}
