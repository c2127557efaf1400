//! A full name as typed into one field: its words, or that there is no name yet.

use super::words::{bounded, in_word, is_relation, without_abbreviation};
use super::{common, key};

const NAME_MAX_WORDS: usize = 8;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct FullName {
    /// The keys of its words. Empty: there is no name.
    pub(super) words: Vec<Word>,
    /// Of a child without a name: whose it is.
    pub(super) mother: Vec<Word>,
    /// Of a child without a name: which of several.
    pub(super) order: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) key: String,
    /// One letter that stands for a name.
    pub(super) initial: bool,
}

struct Read {
    lower: String,
    key: String,
}

enum Piece {
    Word(Read),
    /// s/o, w/o, b/o.
    Relation(u8),
}

impl FullName {
    pub(super) fn read(text: &str) -> Self {
        let mut pieces = Vec::new();
        for chunk in bounded(text).split_whitespace().take(NAME_MAX_WORDS * 2) {
            let (relation, rest) = match chunk.char_indices().nth(3).map_or((chunk, ""), |(end, _)| chunk.split_at(end))
            {
                (relation, rest) if is_relation(relation) => (Some(relation.as_bytes()[0]), rest),
                _ => (None, chunk),
            };
            pieces.extend(relation.map(|r| Piece::Relation(r.to_ascii_lowercase())));
            for word in without_abbreviation(rest).split(|c| !in_word(c)).filter(|w| !w.is_empty()) {
                let read = Read { lower: word.to_lowercase(), key: key(word) };
                if !read.key.is_empty() {
                    pieces.push(Piece::Word(read));
                }
            }
        }
        pieces.truncate(NAME_MAX_WORDS * 2);
        Self::parse(&pieces)
    }

    fn parse(pieces: &[Piece]) -> Self {
        match pieces.first() {
            None => return Self::default(),
            Some(Piece::Relation(b'b')) => return Self::nameless(words_of(&pieces[1..]), None, true),
            // The son or daughter of somebody, most often the father.
            Some(Piece::Relation(_)) => return Self::nameless(words_of(&pieces[1..]), None, false),
            Some(Piece::Word(_)) => {}
        }
        // Sunita w/o Ramesh is Sunita; but Baby b/o Sunita is Sunita's.
        let related = pieces.iter().position(|p| matches!(p, Piece::Relation(_)));
        let (words, after) = pieces.split_at(related.unwrap_or(pieces.len()));
        let words = words_of(words);
        if let Some(nameless) = Self::begins_with_baby(&words, after) {
            return nameless;
        }
        if let Some(nameless) = Self::ends_with_offspring(&words) {
            return nameless;
        }
        match (1..words.len()).find(|at| somebody_else_from(&words, *at)) {
            Some(own) => Self { words: spoken(&words[..own]), ..Self::default() },
            None if somebody_else_from(&words, 0) && words.len() > 1 => Self::nameless(words, None, false),
            None => Self { words: spoken(&words), ..Self::default() },
        }
    }

    /// Baby, Baby of Meena, Baby boy 2 of Meena Devi, Twin 1 of Meena, Baby b/o Meena.
    fn begins_with_baby(words: &[&Read], after: &[Piece]) -> Option<Self> {
        let first = words.first()?;
        if !common::is_baby(&first.key) {
            return None;
        }
        let mut order = None;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let number = common::order(&word.lower, &word.key);
            if number.is_none() && !common::is_baby(&word.key) && !common::is_kind(&word.key) {
                break;
            }
            order = order.or(number);
            at += 1;
        }
        match words.get(at) {
            Some(of) if common::is_of(&of.key) => Some(Self::nameless(words[at + 1..].to_vec(), order, true)),
            None if !after.is_empty() => Some(Self::nameless(words_of(&after[1..]), order, true)),
            None => Some(Self { order, ..Self::default() }),
            Some(_) if common::is_nameless(&first.key) => Some(Self::nameless(words[at..].to_vec(), order, true)),
            // Baby Kumari is a name.
            Some(_) => None,
        }
    }

    /// मीना का बच्चा, Meena ki beti 2.
    fn ends_with_offspring(words: &[&Read]) -> Option<Self> {
        let at = words.windows(2).position(|w| common::is_of_after(&w[0].key) && common::is_offspring(&w[1].key))?;
        let order = words[at + 2..].iter().find_map(|w| common::order(&w.lower, &w.key));
        (at > 0).then(|| Self::nameless(words[..at].to_vec(), order, true))
    }

    fn nameless(mut mother: Vec<&Read>, order: Option<u8>, mothers: bool) -> Self {
        let last = mother.last().and_then(|w| common::order(&w.lower, &w.key));
        if last.is_some() {
            mother.pop();
        }
        Self { words: Vec::new(), mother: if mothers { spoken(&mother) } else { Vec::new() }, order: order.or(last) }
    }
}

fn somebody_else_from(words: &[&Read], at: usize) -> bool {
    let of = words.get(at + 1).is_some_and(|w| common::is_of(&w.key));
    common::is_relation_word(&words[at].key) || (of && common::is_relation_before_of(&words[at].lower))
}

fn words_of(pieces: &[Piece]) -> Vec<&Read> {
    let words = pieces.iter().map_while(|p| match p {
        Piece::Word(word) => Some(word),
        Piece::Relation(_) => None,
    });
    words.collect()
}

fn spoken(words: &[&Read]) -> Vec<Word> {
    let numbers = |w: &&&Read| w.key.bytes().all(|b| b.is_ascii_digit());
    let titles = |w: &&&Read| common::is_title(&w.lower);
    let mut kept: Vec<_> = words.iter().filter(|w| !numbers(w) && !titles(w)).collect();
    if kept.is_empty() {
        kept = words.iter().collect();
    }
    let word = |w: &&&Read| Word { key: w.key.clone(), initial: w.lower.chars().count() == 1 };
    kept.iter().take(NAME_MAX_WORDS).map(word).collect()
}
