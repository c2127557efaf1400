//! Children found by what is typed: by how it sounds, in either script.

use super::children::{ChildFilter, FOUND_MAX, Wanted, Whose};
use super::{StoreError, all, int, one, uint};
use crate::names::{Searchable, key, query_words, search_words, typed_key};
use hub_protocol::{CardNo, ChildId, UserId};
use rusqlite::Connection;
use std::collections::HashSet;

/// Children that are looked at for a search with a filter.
const SCANNED_MAX: usize = 600;
/// What must be typed of a child's own number, drawn at random: less of it is the beginning of a name.
const OWN_NUMBER_MIN_CHARS: usize = 3;
/// Fewer letters may begin anything.
const NOISE_MIN_CHARS: usize = 3;

/// Letters that no name begins with, and that sound like very little: `zzzz` is heard as the J of Jyoti.
fn is_noise(typed: &str) -> bool {
    let typed = typed.to_ascii_lowercase();
    let letters = typed.as_bytes();
    if letters.len() < NOISE_MIN_CHARS || !letters.iter().all(u8::is_ascii_lowercase) {
        return false;
    }
    let thrice = letters.windows(3).any(|run| run.iter().all(|letter| *letter == run[0]));
    // An aspirate is written with two or three letters, and a vowel may not be heard.
    let is_heard = letters.iter().any(|letter| b"aeiouyh".contains(letter));
    thrice || (!is_heard && typed_key(&typed).len() < 2)
}

/// What was typed into the search.
pub(super) struct Typed<'a> {
    text: &'a str,
    words: Vec<String>,
    /// Those of so few letters that they are the beginning of a name, and of no number.
    short: Vec<String>,
    /// Those that no name sounds like, as they were typed.
    noise: Vec<String>,
}

impl<'a> Typed<'a> {
    pub fn read(text: &'a str) -> Option<Self> {
        let words = query_words(text);
        let letters = |typed: &&str| typed.chars().filter(|c| c.is_alphanumeric()).count();
        let short = text.split_whitespace().filter(|typed| letters(typed) < OWN_NUMBER_MIN_CHARS);
        let short = short.flat_map(query_words).filter(|word| words.contains(word)).collect();
        let noise = text.split_whitespace().filter(|word| is_noise(word)).map(str::to_lowercase).collect();
        (!words.is_empty()).then_some(Self { text, words, short, noise })
    }

    /// Is this child meant, as far as what sounds like no name says? Its beginning must be written there.
    fn is_written(&self, conn: &Connection, id: i64) -> rusqlite::Result<bool> {
        if self.noise.is_empty() {
            return Ok(true);
        }
        let sql = "SELECT name, mother, father, village, landmark FROM child WHERE id = ?1 OR merged_into = ?1";
        let mut written =
            all(conn, sql, [id], |r| (0..5).map(|at| r.get(at)).collect::<rusqlite::Result<Vec<String>>>())?;
        // Its number, as it is written and as somebody types it.
        let number = ChildId(uint(id)).to_string();
        written.push(vec![number.replace('-', ""), number]);
        let text = written.concat().join(" ").to_lowercase();
        let begins = |noise: &String| text.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(noise));
        Ok(self.noise.iter().all(begins))
    }

    /// What a name must begin like, if a name was typed from its beginning.
    fn name(&self) -> String {
        let mut words: Vec<&str> = self.text.split_whitespace().collect();
        let last = words.pop().map(typed_key).unwrap_or_default();
        let before = words.into_iter().map(key).filter(|word| !word.is_empty());
        before.chain([last]).collect::<Vec<_>>().join(" ")
    }

    /// What the index of words is asked: each typed word begins one of a record's. Words have letters and digits only, so
    /// that none can end the quotes.
    fn matching(&self, more: &[String]) -> String {
        self.words.iter().chain(more).map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND ")
    }

    fn numbers(&self) -> (Option<ChildId>, Option<CardNo>) {
        let child: Option<ChildId> = self.text.trim().parse().ok();
        (child, child.map(|number| CardNo(number.0)))
    }
}

/// One that was found: how well it fits, its place in the list, whose record it is.
type Hit = (u8, String, i64, i64);

/// The children who fit, the best first, and whether there are more.
pub(super) fn find(
    conn: &Connection,
    typed: &Typed<'_>,
    filter: &ChildFilter,
    wanted: &Wanted,
) -> Result<(Vec<i64>, bool), StoreError> {
    let (mut found, mut more) = find_by_sound(conn, typed, filter, wanted)?;
    if !typed.noise.is_empty() {
        let written = found.iter().map(|id| typed.is_written(conn, *id)).collect::<rusqlite::Result<Vec<_>>>()?;
        let mut written = written.into_iter();
        found.retain(|_| written.next().unwrap_or_default());
        more &= !found.is_empty();
    }
    Ok((found, more))
}

fn find_by_sound(
    conn: &Connection,
    typed: &Typed<'_>,
    filter: &ChildFilter,
    wanted: &Wanted,
) -> Result<(Vec<i64>, bool), StoreError> {
    let mut found: Vec<i64> = Vec::new();
    let mut seen: HashSet<i64> = HashSet::new();
    let mut more = false;
    for (_, _, _, id) in by_number(conn, typed, wanted)? {
        if seen.insert(id) {
            found.push(id);
        }
    }
    if let Whose::Of(user) = filter.whose {
        let mut hits = of_worker(conn, user, typed, wanted)?;
        hits.sort_unstable();
        found.extend(hits.into_iter().map(|hit| hit.3).filter(|id| seen.insert(*id)));
        return Ok((found, false));
    }
    // A name from its beginning: the index of the list has them in order.
    let name = typed.name();
    if !name.is_empty() {
        let sql = format!(
            "SELECT r.id FROM child r INDEXED BY child_list
             WHERE {} AND r.name_key >= ?2 AND r.name_key < ?3 ORDER BY r.name_key, r.dob, r.id LIMIT {}",
            wanted.sql,
            FOUND_MAX + 1
        );
        let end = format!("{name}\u{10ffff}");
        let ids = all(conn, &sql, (wanted.village.as_deref(), &name, &end), |r| r.get(0))?;
        found.extend(ids.into_iter().filter(|id| seen.insert(*id)));
    }
    if found.len() <= FOUND_MAX {
        let (mut hits, all_seen) = by_words(conn, typed, filter, wanted)?;
        more |= !all_seen;
        hits.sort_unstable();
        found.extend(hits.into_iter().map(|hit| hit.3).filter(|id| seen.insert(*id)));
    }
    more |= found.len() > FOUND_MAX;
    found.truncate(FOUND_MAX);
    Ok((found, more))
}

/// A whole id of a child, or the number of its card.
fn by_number(conn: &Connection, typed: &Typed<'_>, wanted: &Wanted) -> rusqlite::Result<Vec<Hit>> {
    let (child, card) = typed.numbers();
    let mut hits = Vec::new();
    if let Some(child) = child {
        hits.extend(root(conn, int(child.0), typed, wanted)?);
    }
    if let Some(card) = card {
        let sql = "SELECT child FROM card WHERE no = ?1 AND child IS NOT NULL";
        if let Some(child) = one(conn, sql, [int(card.0)], |r| r.get(0))? {
            hits.extend(root(conn, child, typed, wanted)?);
        }
    }
    Ok(hits)
}

/// By each word's index.
fn by_words(
    conn: &Connection,
    typed: &Typed<'_>,
    filter: &ChildFilter,
    wanted: &Wanted,
) -> rusqlite::Result<(Vec<Hit>, bool)> {
    let matching = typed.matching(&filter.village.as_deref().map(query_words).unwrap_or_default());
    let most = if wanted.any { SCANNED_MAX } else { FOUND_MAX } + 1;
    let sql = format!(
        "SELECT c.id, c.search FROM child_word JOIN child c ON c.id = child_word.rowid
         WHERE child_word MATCH ?1 LIMIT {most}"
    );
    let records: Vec<(i64, String)> = all(conn, &sql, [matching], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let all_seen = records.len() < most;
    let meant = records.into_iter().filter(|(id, search)| !by_chance(*id, search, &typed.short));
    let hits = meant.filter_map(|(id, _)| root(conn, id, typed, wanted).transpose());
    Ok((hits.collect::<rusqlite::Result<_>>()?, all_seen))
}

/// Every child with a certificate who fits, in no order: there are fewer of them than children.
pub(super) fn find_certified(conn: &Connection, typed: &Typed<'_>, wanted: &Wanted) -> rusqlite::Result<Vec<i64>> {
    let by_number = by_number(conn, typed, wanted)?.into_iter().map(|hit| hit.3);
    let sql =
        "SELECT c.id, coalesce(c.merged_into, c.id), c.search FROM child_word JOIN child c ON c.id = child_word.rowid
               WHERE child_word MATCH ?1 AND coalesce(c.merged_into, c.id) IN (
                   SELECT coalesce(p.merged_into, p.id) FROM certificate f JOIN child p ON p.id = f.child)";
    let records: Vec<(i64, i64, String)> =
        all(conn, sql, [typed.matching(&[])], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let mut found: Vec<i64> = by_number.collect();
    for (id, root, search) in records {
        if !by_chance(id, &search, &typed.short) && typed.is_written(conn, root)? {
            found.push(root);
        }
    }
    Ok(found)
}

/// Of a worker's own children: so few that they are looked through.
fn of_worker(conn: &Connection, user: UserId, typed: &Typed<'_>, wanted: &Wanted) -> rusqlite::Result<Vec<Hit>> {
    let sql =
        "SELECT c.id, c.search FROM child r JOIN child c ON c.id = r.id OR c.merged_into = r.id WHERE r.worker = ?1";
    let records = all(conn, sql, [int(user.0)], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)))?;
    let fits = |search: &str| typed.words.iter().all(|word| search.split(' ').any(|w| w.starts_with(word.as_str())));
    let hits = records.into_iter().filter(|(id, search)| fits(search) && !by_chance(*id, search, &typed.short));
    hits.filter_map(|(id, _)| root(conn, id, typed, wanted).transpose()).collect()
}

/// A word so short that it found the child by its own number alone.
fn by_chance(id: i64, search: &str, short: &[String]) -> bool {
    if short.is_empty() {
        return false;
    }
    let number = search_words(&Searchable { ids: &[&ChildId(uint(id)).to_string()], ..Searchable::default() });
    let begins = |word: &str, short: &str| word.starts_with(short) && !number.iter().any(|part| part == word);
    short.iter().any(|short| !search.split(' ').any(|word| begins(word, short)))
}

/// The record that stands for one that was found, if the filter has it.
fn root(conn: &Connection, id: i64, typed: &Typed<'_>, wanted: &Wanted) -> rusqlite::Result<Option<Hit>> {
    let sql = format!(
        "SELECT r.name_key, r.dob, r.id FROM child c JOIN child r ON r.id = coalesce(c.merged_into, c.id)
         WHERE c.id = ?2 AND {}",
        wanted.sql
    );
    one(conn, &sql, (wanted.village.as_deref(), id), |r| {
        let name: String = r.get(0)?;
        // What stands in the name counts more than what stands elsewhere.
        let elsewhere =
            typed.words.iter().filter(|typed| !name.split(' ').any(|word| word.starts_with(typed.as_str())));
        Ok((u8::try_from(elsewhere.count()).unwrap_or(u8::MAX), name, r.get(1)?, r.get(2)?))
    })
}

#[cfg(test)]
mod tests {
    use super::is_noise;

    #[test]
    fn what_is_no_beginning_of_a_name_is_told_from_one() {
        for noise in ["zzzz", "ZZZ", "jzjz", "sss", "aaaa", "vww"] {
            assert!(is_noise(noise), "{noise}");
        }
        for name in ["zz", "jyo", "chh", "chhaya", "bhaa", "shr", "ooha", "mrs", "मीना", "k7q", "zzz4", "12 3"]
        {
            assert!(!is_noise(name), "{name}");
        }
    }
}
