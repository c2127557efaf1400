use super::tables::ONE_NAME;
use crate::names::{QUERY_MAX_WORDS, Searchable, query_words, search_words};

fn child() -> Vec<String> {
    search_words(&Searchable {
        texts: &[
            "Baby",
            "Pooja Kumari",
            "मो0 आरिफ",
            "Rampur-Kalan",
            "H.No. 12-A/45",
            "near Dnyandeep School",
            "ফাতেমা",
            "98 7654",
        ],
        phones: &["+91 98765-43210", ""],
        ids: &["4K7Q-ZC2M-9PXD", "91-1234-5678-9012", "04:A2:2B:C1"],
    })
}

/// As an index of tokens finds it: every word typed begins a word of the child.
fn found(typed: &str) -> bool {
    let (child, typed) = (child(), query_words(typed));
    !typed.is_empty() && typed.iter().all(|t| child.iter().any(|word| word.starts_with(t)))
}

#[test]
fn a_flapped_letter_is_found_by_either_of_its_latin_spellings() {
    let found = |name: &str, typed: &str| {
        let child = search_words(&Searchable { texts: &[name], ..Searchable::default() });
        query_words(typed).iter().all(|t| child.iter().any(|word| word.starts_with(t)))
    };
    for (name, typed) in [
        ("गुड़िया", "gudiya"),
        ("गुड़िया", "gud"),
        ("गु\u{921}\u{93c}िया", "Guriya"),
        ("गुड़िया", "गुडिया"),
        ("Gudiya", "गुड़िया"),
        ("Rathod", "राठौड़"),
        ("राठौड़", "rathod"),
        ("Badhiya", "बढ़िया"),
    ] {
        assert!(found(name, typed), "{typed} does not find {name}");
    }
    assert!(!found("Dinesh", "rinesh"));
}

#[test]
fn a_child_is_found() {
    let ways = [
        "pooja",
        "puja",
        "पूजा",
        "POO",
        "pu ku",
        "kumari pooja",
        "arif mohammad",
        "मोहम्मद",
        "mohd",
        "आरिफ",
        "rampur",
        "रामपुर कला",
        "kal ram",
        "9876543210",
        "98765 43210",
        "+91 98765 4",
        "09876543210",
        "९८७६५",
        "43210",
        "3210",
        "321",
        "4k7qzc2m9pxd",
        "4K7Q-ZC",
        "4k7q",
        "4K",
        "91-1234-5678",
        "91 1234 5678 9012",
        "9112",
        "04:a2:2b",
        "04a22b",
        "12-A/45",
        "12a",
        "45",
        "baby of pooja",
        "dny",
        "d",
        "dn",
        "gyan",
        "school",
        "ফাতে",
        "ফা",
        "987654",
    ];
    for typed in ways {
        assert!(found(typed), "{typed}: {:?} in {:?}", query_words(typed), child());
    }
    for typed in ["sunita", "pooja devi", "5432", "9976", "sitapur", "4k7r", "", "  ", "-", "\u{200d}", "ফি", "w/o"]
    {
        assert!(!found(typed), "{typed}: {:?}", query_words(typed));
    }
}

/// With the index's own words there is no exception: every beginning of the spelling it was registered in.
#[test]
fn every_beginning_of_the_registered_spelling_finds_it() {
    for word in
        ONE_NAME.iter().flat_map(|line| line.iter()).chain(&["Catherine", "Cecilia", "Pradnya", "Xavier", "K7QF2"])
    {
        let index = search_words(&Searchable { texts: &[word], ..Searchable::default() });
        for (end, c) in word.char_indices() {
            let typed = &word[..end + c.len_utf8()];
            for query in query_words(typed) {
                assert!(index.iter().any(|w| w.starts_with(&query)), "{typed} of {word}: {query} in {index:?}");
            }
        }
    }
}

#[test]
fn words_are_single_tokens() {
    use unicode_normalization::char::is_combining_mark;
    for word in child() {
        assert!(
            word.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c.is_alphanumeric() || is_combining_mark(c)),
            "{word}"
        );
        assert!(word.is_ascii() || word.starts_with('ফ'), "{word}");
    }
    let mut sorted = child();
    sorted.dedup();
    assert_eq!(sorted, child());
}

#[test]
fn hostile_texts_end() {
    assert_eq!(query_words("a b c d e f g h i j k l m n o p").len(), QUERY_MAX_WORDS);
    for part in ["a ", "a", "1 ", "1a", "-", "\u{301}", "क ", "\u{0}", "\" OR *", "'", "मो0 ", "+91"] {
        let text = part.repeat(10_000_000 / part.len());
        let words = search_words(&Searchable { texts: &[&text], phones: &[&text], ids: &[&text] });
        assert!(words.iter().map(String::len).sum::<usize>() < 100_000);
        assert!(query_words(&text).len() <= QUERY_MAX_WORDS);
    }
    assert!(query_words("\"asha\" OR NEAR(x) *").iter().all(|w| w.chars().all(|c| c.is_ascii_alphanumeric())));
}
