//! Are two full names the same person's, as two people may have written it?

use super::common;
use super::fullname::{FullName, Word};

/// From this on two words are taken for one that was written differently.
const CLOSE_PERCENT: f32 = 82.0;
/// A key longer than this is compared by its beginning.
const COMPARED_MAX_CHARS: usize = 32;

/// In rising order of how much it speaks for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    Different,
    /// One of them is empty, or a child's without a name.
    Unknown,
    /// The first names agree, something else contradicts.
    Partial,
    /// Not one key, but as near as a slip or an uncommon spelling.
    Alike,
    /// One sound. Words that one of them leaves out, such as a family's name, do not matter.
    Same,
}

/// Names of persons: the order of words is free, Devi or Kumar counts for nothing, a family's name may be missing.
pub fn alike(a: &str, b: &str) -> Likeness {
    of_persons(&FullName::read(a).words, &FullName::read(b).words)
}

/// Names of villages: every word counts, later ones may be missing.
pub fn alike_places(a: &str, b: &str) -> Likeness {
    of_places(&FullName::read(a).words, &FullName::read(b).words)
}

pub(super) fn of_persons(a: &[Word], b: &[Word]) -> Likeness {
    compare(a, b, true)
}

pub(super) fn of_places(a: &[Word], b: &[Word]) -> Likeness {
    compare(a, b, false)
}

/// The given names of a person as coarse keys: two names that may be one share one, unless a consonant was mistyped.
pub(super) fn blocks(words: &[Word]) -> Vec<String> {
    const USED_MAX_WORDS: usize = 4;
    let mut blocks: Vec<String> =
        Roles::of(words, true).given.iter().take(USED_MAX_WORDS).map(|w| coarse(&w.key)).collect();
    // Ram Lal may be Ramlal elsewhere, Pooja Kumari hardly one word.
    let one_word = |pair: &&[Word]| !common::is_added(&pair[1].key) || common::is_filler(&pair[0].key);
    let pairs = words.windows(2).take(USED_MAX_WORDS - 1).filter(one_word);
    blocks.extend(pairs.map(|pair| coarse(&format!("{}{}", pair[0].key, pair[1].key))));
    blocks.sort_unstable();
    blocks.dedup();
    blocks
}

/// Only consonants, with those together that are written for one another.
fn coarse(key: &str) -> String {
    let mut coarse = String::with_capacity(key.len());
    for (n, c) in key.chars().enumerate() {
        match c {
            'a' | 'e' | 'i' | 'u' | 'h' if n > 0 => {}
            'b' => coarse.push('v'),
            'y' => coarse.push('j'),
            'd' if n > 0 => coarse.push('r'),
            c => coarse.push(c),
        }
    }
    coarse
}

struct Roles<'a> {
    given: Vec<&'a Word>,
    families: Vec<&'a Word>,
}

impl<'a> Roles<'a> {
    fn of(words: &'a [Word], persons: bool) -> Self {
        if !persons {
            return Self { given: words.iter().collect(), families: Vec::new() };
        }
        let common = |w: &&Word| common::is_filler(&w.key) || common::is_family(&w.key) || w.initial;
        let mut given: Vec<&Word> = words.iter().filter(|w| !common(w)).collect();
        if given.is_empty() {
            // Rani Kumari, Lal Singh, Mohammad Alam: then the first is what the person is called by.
            let called = match words {
                [first, second, ..] if common::is_forename(&first.key) && !common::is_added(&second.key) => 2,
                _ => 1,
            };
            given.extend(words.iter().take(called));
        }
        let family = |w: &&Word| common::is_family(&w.key) && !given.contains(w);
        Self { families: words.iter().filter(family).collect(), given }
    }
}

fn compare(a: &[Word], b: &[Word], persons: bool) -> Likeness {
    if a.is_empty() || b.is_empty() {
        return Likeness::Unknown;
    }
    let all = |words: &[Word]| words.iter().map(|w| w.key.as_str()).collect::<String>();
    if all(a) == all(b) {
        return Likeness::Same;
    }
    let mut best = compare_words(a, b, persons);
    let within = |a: &[Word], b: &[Word]| a.iter().all(|x| b.iter().any(|y| x.key == y.key));
    if within(a, b) || within(b, a) {
        best = best.max(Likeness::Partial);
    }
    // Ram Lal is Ramlal.
    for (joined, other) in joins(a).map(|j| (j, b)).chain(joins(b).map(|j| (j, a))) {
        let found = compare_words(&joined, other, persons);
        if found >= Likeness::Alike {
            best = best.max(found);
        }
    }
    best
}

fn joins(words: &[Word]) -> impl Iterator<Item = Vec<Word>> {
    (1..words.len()).map(|n| {
        let mut joined = words.to_vec();
        let second = joined.remove(n);
        joined[n - 1].key.push_str(&second.key);
        joined[n - 1].initial = false;
        joined
    })
}

fn compare_words(a: &[Word], b: &[Word], persons: bool) -> Likeness {
    let (a, b) = (Roles::of(a, persons), Roles::of(b, persons));
    let pairs = paired(&a.given, &b.given);
    if pairs.is_empty() {
        return Likeness::Different;
    }
    let firsts = pairs.iter().any(|p| p.a == 0 && p.b == 0);
    let (left_a, left_b) = (a.given.len() - pairs.len(), b.given.len() - pairs.len());
    if left_a > 0 && left_b > 0 {
        return if firsts { Likeness::Partial } else { Likeness::Different };
    }
    // A later name may be missing, the first is the one a person is called by.
    let missing_first =
        (left_a > 0 && pairs.iter().all(|p| p.a != 0)) || (left_b > 0 && pairs.iter().all(|p| p.b != 0));
    let families_differ =
        !a.families.is_empty() && !b.families.is_empty() && paired(&a.families, &b.families).is_empty();
    if missing_first || families_differ {
        return Likeness::Partial;
    }
    if pairs.iter().all(|p| p.exact) { Likeness::Same } else { Likeness::Alike }
}

struct Pair {
    a: usize,
    b: usize,
    exact: bool,
}

/// The best pairs of words that are close, each word in one pair.
fn paired(a: &[&Word], b: &[&Word]) -> Vec<Pair> {
    let mut near: Vec<(f32, usize, usize)> = Vec::new();
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            let percent = closeness(&x.key, &y.key);
            if percent >= CLOSE_PERCENT {
                near.push((percent, i, j));
            }
        }
    }
    near.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let mut pairs: Vec<Pair> = Vec::new();
    for (_, i, j) in near {
        if pairs.iter().all(|p| p.a != i && p.b != j) {
            pairs.push(Pair { a: i, b: j, exact: a[i].key == b[j].key });
        }
    }
    pairs
}

/// How near two keys are: 100 is the same, and each difference costs by how easily it comes about.
fn closeness(a: &str, b: &str) -> f32 {
    if a == b {
        return 100.0;
    }
    let a: Vec<char> = a.chars().take(COMPARED_MAX_CHARS).collect();
    let b: Vec<char> = b.chars().take(COMPARED_MAX_CHARS).collect();
    let longer = a.len().max(b.len());
    if longer == 0 || a.len().abs_diff(b.len()) * 2 > longer {
        return 0.0;
    }
    let mut above: Vec<f32> = Vec::new();
    let mut row: Vec<f32> = vec![0.0];
    for (j, c) in b.iter().enumerate() {
        row.push(row[j] + one_more(*c, j, b.len()));
    }
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![row[0] + one_more(*x, i, a.len())];
        for (j, y) in b.iter().enumerate() {
            let left_out = (row[j + 1] + one_more(*x, i, a.len())).min(next[j] + one_more(*y, j, b.len()));
            let mut cost = left_out.min(row[j] + instead(*x, *y, i == 0 && j == 0));
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                // Manju is not Manoj.
                let last = i + 1 == a.len() || j + 1 == b.len();
                cost = cost.min(above[j - 1] + if last { 1.0 } else { 0.6 });
            }
            next.push(cost);
        }
        above = std::mem::replace(&mut row, next);
    }
    100.0 * (1.0 - row[b.len()] / longer as f32)
}

/// A letter that only one of them has. The last vowel is rarely a slip: Kumar, Kumari.
fn one_more(c: char, at: usize, len: usize) -> f32 {
    match c {
        _ if at == 0 => 1.3,
        'h' => 0.4,
        'a' | 'e' | 'i' | 'u' if at + 1 == len => 1.0,
        'a' | 'e' => 0.4,
        'i' | 'u' => 0.8,
        _ => 1.0,
    }
}

fn instead(a: char, b: char, first: bool) -> f32 {
    let pair = (a.min(b), a.max(b));
    match pair {
        _ if a == b => 0.0,
        ('b', 'v') => 0.4,
        ('j', 'y') => 0.5,
        ('a', 'i') if first => 0.7,
        ('e', 'i') => 0.5,
        _ if first => 1.5,
        ('i', 'u') => 0.9,
        ('d', 'r') => 0.6,
        ('c', 's') => 0.8,
        ('g', 'j') | ('d', 't') => 0.8,
        _ => 1.0,
    }
}
