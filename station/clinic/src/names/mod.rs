//! Indian names of persons and villages, compared by how they sound: across scripts, spellings and typing.
//!
//! * [`key`] is the sound of one whole word, [`typed_key`] of a word still being typed. Both are built so that
//!   `key(word)` begins with `typed_key(prefix)`: a search as you type is a search for prefixes of keys.
//! * [`search_words`] are the words under which a child is found, [`query_words`] what a typed search looks for.
//! * [`alike`] compares two full names, [`duplicates`] two registrations.
//!
//! # The key
//! Lower-case ASCII letters. Every `a` is dropped except at the start of a word, because neither its length nor its
//! absence at the end can be relied on (Ram, Raam, Rama, राम). `i`/`ee`/`y` are one sound, so are `o`/`oo`/`u`/`au`, and
//! `e`/`ai`/`ay`. Aspirates, doubled letters, the three s, both v, `f`/`ph`/`p`, `z`/`j` fall together; `b` and `v` do not
//! (that difference is forgiven by [`alike`], not by the key). A word with a digit, or in a script other than Latin and
//! Devanagari, is its own key: composed (NFC), lower case, digits of Indian scripts as ASCII.
//!
//! # What the words are made of
//! Latin and Devanagari become ASCII `a-z0-9`. Words of other scripts keep their letters and combining marks
//! (categories L, N, Mn, Mc), never punctuation or white space. SQLite's FTS5 takes each as one token with
//! `tokenize = 'ascii'`, which counts every character above 127 as part of a word; `unicode61` would cut Indian words at
//! their vowel signs unless told `categories 'L* N* Co Mn Mc'` and `remove_diacritics 0`.
//!
//! # Where a prefix is not found
//! A few beginnings promise one sound and become another: `J`, `D` of Jnan and Dnyan (ज्ञ), the hard or soft `C` of
//! Catherine and Cecilia, `Prad` of Pradnya, a ड or ढ whose dot is not yet typed. A child is still found by every
//! beginning of the spelling it was registered in, because [`search_words`] adds those; only the beginning of another
//! spelling misses, until the next letter is typed.

mod alike;
mod common;
pub mod duplicates;
mod fullname;
mod letters;
mod sound;
#[cfg(test)]
mod tests;
mod words;

pub use alike::{Likeness, alike, alike_places};
pub use words::{QUERY_MAX_WORDS, Searchable, query_words, search_words};

use letters::Letters;
use sound::End;

/// Beyond this a word's letters do not count.
pub const WORD_MAX_CHARS: usize = 64;

/// The sound of one whole word. Characters that are not letters or digits are not heard.
pub fn key(word: &str) -> String {
    let mut out = String::new();
    write_key(word, End::Whole, &mut out);
    out
}

/// The part of a word's key that is certain whatever is typed next.
pub fn typed_key(prefix: &str) -> String {
    let mut out = String::new();
    write_key(prefix, End::Open, &mut out);
    out
}

/// Does a name of a place begin as it is typed so far, in either script? Of the last word more may come.
pub fn begins(name: &str, typed: &str) -> bool {
    let heard: Vec<String> = name.split_whitespace().map(key).collect();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let Some((last, before)) = words.split_last() else { return true };
    let same = heard.iter().zip(before).all(|(heard, word)| *heard == key(word));
    same && heard.get(before.len()).is_some_and(|heard| heard.starts_with(&typed_key(last)))
}

fn write_key(word: &str, end: End, out: &mut String) {
    out.clear();
    match Letters::read(word) {
        Some(mut letters) => {
            letters.respell(end);
            sound::encode(letters.as_slice(), end, out);
        }
        None => letters::write_as_is(word, out),
    }
}
