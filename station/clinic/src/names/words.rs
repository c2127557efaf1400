//! The words under which a child is found, and those that a typed search looks for.

use super::letters::{digit, ignored};
use super::sound::End;
use super::{WORD_MAX_CHARS, key, typed_key, write_key};
use unicode_normalization::char::is_combining_mark;

pub const QUERY_MAX_WORDS: usize = 8;
const INDEX_MAX_WORDS: usize = 256;
const FIELD_MAX_CHARS: usize = 512;
/// A phone with its country, an ABHA number: nothing longer is typed in groups.
const NUMBER_MAX_DIGITS: usize = 14;
/// The ends of a phone number that people remember.
const PHONE_TAILS: [usize; 2] = [5, 4];
const PHONE_DIGITS: usize = 10;

/// What a child may be found by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Searchable<'a> {
    /// Names of the child, the parents, the village, the landmark.
    pub texts: &'a [&'a str],
    pub phones: &'a [&'a str],
    /// Ids and card numbers as they are written, with or without separators.
    pub ids: &'a [&'a str],
}

/// Each word once, sorted. A word that [`query_words`] gives for the same text, or for the beginning of a word of it, is
/// the beginning of one of these.
pub fn search_words(child: &Searchable<'_>) -> Vec<String> {
    let mut index = Index::default();
    for text in child.texts {
        for chunk in chunks(text, false) {
            index.chunk(&chunk);
        }
        for chunk in chunks(text, true) {
            if let Chunk::Number(digits) = chunk {
                index.push(digits);
            }
        }
    }
    for phone in child.phones {
        let digits = local(&digits(phone)).to_owned();
        for tail in PHONE_TAILS {
            if let Some(from) = digits.len().checked_sub(tail) {
                index.push(digits[from..].to_owned());
            }
        }
        index.push(digits);
    }
    for id in child.ids {
        let joined: String = bounded(id).chars().filter(|c| in_word(*c)).collect();
        index.word(&joined);
    }
    index.words.sort_unstable();
    index.words.dedup();
    index.words
}

/// Each is the beginning of a word to find; a child must have them all. Empty: nothing to look for was typed.
pub fn query_words(typed: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chunks = chunks(typed, true);
    let baby_of = match chunks.as_slice() {
        // How a child without a name is called: the mother's name finds it.
        [Chunk::Word(baby), Chunk::Word(of), _, ..] => is_baby_of(baby, of),
        _ => false,
    };
    for chunk in chunks.iter().skip(if baby_of { 2 } else { 0 }) {
        let word = match chunk {
            Chunk::Number(digits) => local(digits).to_owned(),
            Chunk::Word(word) | Chunk::Mixed(word, _) => typed_key(word),
        };
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
        if words.len() == QUERY_MAX_WORDS {
            break;
        }
    }
    words
}

fn is_baby_of(baby: &str, of: &str) -> bool {
    ["baby", "बेबी"].iter().any(|b| key(b) == key(baby)) && key("of") == key(of)
}

#[derive(Default)]
struct Index {
    words: Vec<String>,
    typed: String,
}

impl Index {
    fn push(&mut self, word: String) {
        if !word.is_empty() && self.words.len() < INDEX_MAX_WORDS {
            self.words.push(word);
        }
    }

    fn chunk(&mut self, chunk: &Chunk) {
        match chunk {
            Chunk::Number(digits) => self.push(digits.clone()),
            Chunk::Word(word) => self.word(word),
            Chunk::Mixed(joined, parts) => {
                self.word(joined);
                for part in parts {
                    self.word(part);
                }
            }
        }
    }

    fn word(&mut self, word: &str) {
        self.spelling(word);
        if let Some(other) = flapped(word) {
            self.spelling(&other);
        }
    }

    /// The word's key, and what any beginning of the word promised that the key does not keep.
    fn spelling(&mut self, word: &str) {
        let whole = key(word);
        let mut promised: Vec<String> = Vec::new();
        let ends = word.char_indices().map(|(at, _)| at).skip(1).take(WORD_MAX_CHARS).collect::<Vec<_>>();
        for end in ends.into_iter().rev() {
            write_key(&word[..end], End::Open, &mut self.typed);
            if !whole.starts_with(&self.typed) && !promised.iter().any(|p| p.starts_with(&self.typed)) {
                promised.push(self.typed.clone());
            }
        }
        self.push(whole);
        for word in promised {
            self.push(word);
        }
    }
}

/// ड़ and ढ़ are written with r or with d in Latin: Gurgaon, but Gudiya. The key takes them for r; this is the other
/// spelling of a word that has one, or may have.
fn flapped(word: &str) -> Option<String> {
    const DOT: char = '\u{93c}';
    let mut other = String::with_capacity(word.len());
    let mut last = ' ';
    for c in word.chars() {
        match c {
            '\u{95c}' => other.push('ड'),
            '\u{95d}' => other.push('ढ'),
            DOT if matches!(last, 'ड' | 'ढ') => {}
            // Only between or after vowels.
            'd' | 'D' if matches!(last.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') => other.push('r'),
            c => other.push(c),
        }
        last = c;
    }
    (other != word).then_some(other)
}

enum Chunk {
    Word(String),
    Number(String),
    /// Letters and digits without a space between, and its runs of each.
    Mixed(String, Vec<String>),
}

/// `join`: groups of digits of one long number become one.
fn chunks(text: &str, join: bool) -> Vec<Chunk> {
    let mut found: Vec<Chunk> = Vec::new();
    for chunk in bounded(text).split_whitespace().take(INDEX_MAX_WORDS) {
        let chunk = chunk.strip_prefix("+91").unwrap_or(chunk);
        if is_relation(chunk) {
            continue;
        }
        let chunk = without_abbreviation(chunk);
        if !chunk.chars().any(|c| digit(c).is_some()) {
            let words = chunk.split(|c| !in_word(c)).filter(|w| w.chars().any(char::is_alphanumeric));
            found.extend(words.map(|w| Chunk::Word(w.to_owned())));
            continue;
        }
        if chunk.chars().any(|c| c.is_alphanumeric() && digit(c).is_none()) {
            found.push(Chunk::Mixed(chunk.chars().filter(|c| in_word(*c)).collect(), runs(chunk)));
            continue;
        }
        let digits = digits(chunk);
        match found.last_mut() {
            Some(Chunk::Number(begun))
                if join
                    && (begun.len() >= 3 || digits.len() >= 4)
                    && begun.len() + digits.len() <= NUMBER_MAX_DIGITS =>
            {
                begun.push_str(&digits);
            }
            _ => found.push(Chunk::Number(digits)),
        }
    }
    found
}

/// `12-A/45` is 12, A, 45.
fn runs(chunk: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut last = None;
    for c in chunk.chars() {
        let kind = in_word(c).then(|| digit(c).is_some());
        match (kind, runs.last_mut()) {
            (Some(_), Some(run)) if kind == last => run.push(c),
            (Some(_), _) => runs.push(c.to_string()),
            (None, _) => {}
        }
        last = kind;
    }
    runs
}

/// s/o, d/o, w/o, b/o: between two names, itself no part of one.
pub(super) fn is_relation(chunk: &str) -> bool {
    matches!(chunk.trim_end_matches('.').as_bytes(), [l, b'/' | b'\\', b'o' | b'O'] if l.is_ascii_alphabetic())
}

/// In Hindi lists a nought stands for the full stop of an abbreviation: मो0.
pub(super) fn without_abbreviation(chunk: &str) -> &str {
    match chunk.trim_end_matches('.').strip_suffix(['0', '०']) {
        Some(rest) if rest.chars().all(|c| matches!(c, '\u{900}'..='\u{963}')) && !rest.is_empty() => rest,
        _ => chunk,
    }
}

pub(super) fn in_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || ignored(c)
}

pub(super) fn digits(text: &str) -> String {
    bounded(text).chars().filter_map(digit).collect()
}

/// A phone number without the country or the nought of a long-distance call; anything else as it is.
pub(super) fn local(digits: &str) -> &str {
    let local = match digits.len() {
        11 => digits.strip_prefix('0'),
        12 => digits.strip_prefix("91"),
        13 => digits.strip_prefix("091"),
        14 => digits.strip_prefix("0091"),
        _ => None,
    };
    local.filter(|l| l.len() == PHONE_DIGITS && l.starts_with(['6', '7', '8', '9'])).unwrap_or(digits)
}

pub(super) fn bounded(text: &str) -> &str {
    text.char_indices().nth(FIELD_MAX_CHARS).map_or(text, |(end, _)| &text[..end])
}
