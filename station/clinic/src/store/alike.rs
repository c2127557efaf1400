//! Who looks like the same child, and by which words a child is found. What is kept for both follows from the form,
//! so that each is brought up to date by the event that changes the form.

use super::sql::{all, date, day, int, one, run, uint};
use crate::date::to_date;
use crate::names::duplicates::{
    ESTIMATED_MAX_DAYS, Level, Match, NEAR_MAX_DAYS, Person, candidate_keys, score, score_when_read, swapped,
};
use crate::names::{Searchable, key, search_words};
use crate::record::fact::ChildDetails;
use crate::record::limits::DISTINCT_MAX;
use hub_protocol::ChildId;
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Children that are compared with one at most: an invented phone number may stand with hundreds.
const COMPARED_MAX: usize = 400;
/// Words of a name that make its place in a list.
const NAME_MAX_WORDS: usize = 6;

type Score = fn(&Person<'_>, &Person<'_>) -> Option<Match>;

/// Somebody who looks like the child, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The record that stands for the child.
    pub child: ChildId,
    pub found: Match,
}

/// How a text sounds: equal for one name in two scripts, and in the order of a list.
pub fn sound(text: &str) -> String {
    let words = text.split_whitespace().take(NAME_MAX_WORDS).map(key).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What stands in `child.search`: words, each once.
pub fn search_text(child: ChildId, d: &ChildDetails) -> String {
    let searchable = Searchable {
        texts: &[&d.name, &d.mother, &d.father, &d.village, &d.landmark],
        phones: &[&d.phone],
        ids: &[&child.to_string(), &d.abha, &d.rch, &d.uwin],
    };
    search_words(&searchable).join(" ")
}

/// Takes a child, as its form stands now, out of everything by which it is found.
pub fn forget(conn: &Connection, child: ChildId) -> rusqlite::Result<()> {
    let id = int(child.0);
    run(
        conn,
        "INSERT INTO child_word(child_word, rowid, search) SELECT 'delete', id, search FROM child
         WHERE id = ?1 AND search <> ''",
        [id],
    )?;
    if let Some(was) = one(conn, &format!("{PERSON} WHERE c.id = ?1"), [id], person)? {
        for key in keys(&was.as_person()) {
            let row = (key, was.dob_estimated, day(was.dob), id);
            run(conn, "DELETE FROM child_key WHERE key = ?1 AND dob_estimated = ?2 AND dob = ?3 AND child = ?4", row)?;
        }
    }
    run(conn, "DELETE FROM child_alike WHERE a = ?1", [id])?;
    run(conn, "DELETE FROM child_alike WHERE b = ?1", [id])?;
    Ok(())
}

/// Makes a child, as its form stands now, one that is found.
pub fn learn(conn: &Connection, child: ChildId) -> rusqlite::Result<()> {
    let id = int(child.0);
    run(conn, "INSERT INTO child_word(rowid, search) SELECT id, search FROM child WHERE id = ?1", [id])?;
    let Some(is) = one(conn, &format!("{PERSON} WHERE c.id = ?1"), [id], person)? else { return Ok(()) };
    let keys = keys(&is.as_person());
    for (other, found) in compare(score, conn, &is.as_person(), &keys, Some(child))? {
        if found.level == Level::Probable {
            let row = (id.min(other.id), id.max(other.id), found.points);
            run(conn, "INSERT INTO child_alike VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING", row)?;
        }
    }
    for key in keys {
        let row = (key, is.dob_estimated, day(is.dob), id);
        run(conn, "INSERT INTO child_key VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING", row)?;
    }
    Ok(())
}

/// How many words of the index are not those of the children, or are missing in it.
pub fn strayed(conn: &Connection) -> rusqlite::Result<usize> {
    let mark = |word: &str, child: i64| {
        let mut hasher = DefaultHasher::new();
        (word, child).hash(&mut hasher);
        hasher.finish()
    };
    let mut of_children: Vec<u64> = Vec::new();
    let mut statement = conn.prepare("SELECT id, search FROM child")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, search) = (row.get(0)?, row.get_ref(1)?.as_str()?);
        of_children.extend(search.split(' ').filter(|word| !word.is_empty()).map(|word| mark(word, id)));
    }
    conn.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.child_word_seen USING fts5vocab(main, child_word, instance)",
    )?;
    let mut of_index: Vec<u64> = Vec::with_capacity(of_children.len());
    let mut statement = conn.prepare("SELECT term, doc FROM temp.child_word_seen")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        of_index.push(mark(row.get_ref(0)?.as_str()?, row.get(1)?));
    }
    for marks in [&mut of_children, &mut of_index] {
        marks.sort_unstable();
        marks.dedup();
    }
    let not_in = |a: &[u64], b: &[u64]| a.iter().filter(|mark| b.binary_search(mark).is_err()).count();
    Ok(not_in(&of_children, &of_index) + not_in(&of_index, &of_children))
}

/// Somebody said that they are two children.
pub fn tell_apart(conn: &Connection, child: ChildId, other: ChildId) -> rusqlite::Result<()> {
    let (a, b) = (int(child.0.min(other.0)), int(child.0.max(other.0)));
    run(conn, "INSERT INTO child_apart VALUES (?1, ?2) ON CONFLICT DO NOTHING", (a, b))?;
    Ok(())
}

/// Registered children who may be the one on the form, the likeliest first. Not more than a person can look at.
pub fn alike(conn: &Connection, form: &ChildDetails) -> rusqlite::Result<Vec<Alike>> {
    alike_by(score, conn, form)
}

fn alike_by(score: Score, conn: &Connection, form: &ChildDetails) -> rusqlite::Result<Vec<Alike>> {
    let Some(dob) = to_date(form.dob) else { return Ok(Vec::new()) };
    let new = Person {
        name: &form.name,
        dob,
        dob_estimated: form.dob_estimated,
        sex: form.sex,
        mother: &form.mother,
        father: &form.father,
        phone: &form.phone,
        village: &form.village,
        birth_order: form.birth_order,
    };
    let keys = keys(&new);
    // A record that became a part of another speaks for it.
    let mut best: BTreeMap<ChildId, Match> = BTreeMap::new();
    for (other, found) in compare(score, conn, &new, &keys, None)? {
        let root = ChildId(uint(other.merged_into.unwrap_or(other.id)));
        match best.get(&root) {
            Some(better) if (better.level, better.points) >= (found.level, found.points) => {}
            _ => drop(best.insert(root, found)),
        }
    }
    let mut alike: Vec<Alike> = best.into_iter().map(|(child, found)| Alike { child, found }).collect();
    alike.sort_by_key(|a| (std::cmp::Reverse((a.found.level, a.found.points)), a.child));
    alike.truncate(DISTINCT_MAX);
    Ok(alike)
}

/// Registered children who are probably the one of whom a toy told.
pub fn probable(conn: &Connection, form: &ChildDetails) -> rusqlite::Result<Vec<ChildId>> {
    let alike = alike_by(score_when_read, conn, form)?;
    Ok(alike.into_iter().filter(|a| a.found.level == Level::Probable).map(|a| a.child).collect())
}

/// A registered child as far as it tells a child apart.
pub struct Known {
    pub id: i64,
    pub merged_into: Option<i64>,
    name: String,
    dob: chrono::NaiveDate,
    dob_estimated: bool,
    sex: crate::record::fact::Sex,
    mother: String,
    father: String,
    phone: String,
    village: String,
    birth_order: Option<u8>,
}

impl Known {
    pub fn as_person(&self) -> Person<'_> {
        Person {
            name: &self.name,
            dob: self.dob,
            dob_estimated: self.dob_estimated,
            sex: self.sex,
            mother: &self.mother,
            father: &self.father,
            phone: &self.phone,
            village: &self.village,
            birth_order: self.birth_order,
        }
    }
}

pub const PERSON: &str =
    "SELECT c.id, c.merged_into, c.name, c.dob, c.dob_estimated, c.sex, c.mother, c.father, c.phone,
    c.village, c.birth_order FROM child c";

pub fn person(r: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        id: r.get(0)?,
        merged_into: r.get(1)?,
        name: r.get(2)?,
        dob: date(r.get(3)?),
        dob_estimated: r.get(4)?,
        sex: super::look::sex(r.get(5)?),
        mother: r.get(6)?,
        father: r.get(7)?,
        phone: r.get(8)?,
        village: r.get(9)?,
        birth_order: r.get(10)?,
    })
}

/// Those of a common key who were born near enough, with how alike each is.
fn compare(
    score: Score,
    conn: &Connection,
    new: &Person<'_>,
    keys: &[i64],
    but: Option<ChildId>,
) -> rusqlite::Result<Vec<(Known, Match)>> {
    let but = but.map(|child| int(child.0));
    let apart = |days: u64| i64::try_from(days).unwrap_or(i64::MAX);
    let (near, wide) = (apart(NEAR_MAX_DAYS), apart(ESTIMATED_MAX_DAYS));
    let born = day(new.dob);
    // Two dates are near, or far apart when one of them is a guess.
    let mut windows = vec![(1, born - wide, born + wide)];
    let sure = if new.dob_estimated { wide } else { near };
    windows.push((0, born - sure, born + sure));
    if let Some(other) = swapped(new.dob).map(day) {
        windows.extend([(0, other, other), (1, other, other)]);
    }
    let mut ids = std::collections::BTreeSet::new();
    let sql = "SELECT child FROM child_key WHERE key = ?1 AND dob_estimated = ?2 AND dob BETWEEN ?3 AND ?4";
    'keys: for key in keys {
        for (estimated, from, to) in &windows {
            for id in all(conn, sql, (key, estimated, from, to), |r| r.get::<_, i64>(0))? {
                if Some(id) != but {
                    ids.insert(id);
                }
                if ids.len() == COMPARED_MAX {
                    break 'keys;
                }
            }
        }
    }
    let sql = format!("{PERSON} WHERE c.id = ?1");
    let mut found = Vec::new();
    for id in ids {
        if let Some(known) = one(conn, &sql, [id], person)?
            && let Some(alike) = score(new, &known.as_person())
        {
            found.push((known, alike));
        }
    }
    Ok(found)
}

/// Short, equally long, and only a hint: two keys of one fingerprint cost one comparison too many. The time that ends a
/// key of a name is left out: the day of birth stands beside the key, where a range of days can be asked for.
fn keys(person: &Person<'_>) -> Vec<i64> {
    let of_name = |key: &str| key.starts_with("n:") || key.starts_with("m:");
    let timeless = |key: &str| match key.rsplit_once(':') {
        Some((name, _when)) if of_name(key) => fingerprint(name),
        _ => fingerprint(key),
    };
    let mut keys: Vec<i64> = candidate_keys(person).iter().map(|key| timeless(key)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn fingerprint(key: &str) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::digest(key)[..8]);
    i64::from_be_bytes(first)
}
