//! The form of a database: every table, index, trigger and view, as this program makes them.

use super::StoreError;
use super::schema::{DERIVED, FORECAST, LEDGER, LOCAL};
use super::sql::all;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What was added, left out, or made anew in another way. A table without its constraints keeps what it should not, one
/// with others loses what it is told, and a trigger goes on working unseen.
pub fn differs(conn: &Connection) -> Result<BTreeSet<String>, StoreError> {
    let made = Connection::open_in_memory()?;
    for part in [LEDGER, DERIVED, FORECAST, LOCAL] {
        made.execute_batch(part)?;
    }
    let (has, should) = (parts(conn)?, parts(&made)?);
    Ok(has.symmetric_difference(&should).map(|part| part.name.clone()).collect())
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    kind: String,
    name: String,
    of_table: String,
    /// None for the index of a key: it follows from its table.
    sql: Option<String>,
}

fn parts(conn: &Connection) -> rusqlite::Result<BTreeSet<Part>> {
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema";
    let parts = all(conn, sql, [], |r| {
        let sql = r.get::<_, Option<String>>(3)?.map(|sql| bare(&sql));
        Ok(Part { kind: r.get(0)?, name: r.get(1)?, of_table: r.get(2)?, sql })
    })?;
    Ok(parts.into_iter().collect())
}

/// The same words without comments, and with one space wherever there are any: a file that an older program made has
/// others between its words.
fn bare(sql: &str) -> String {
    let mut bare = String::with_capacity(sql.len());
    let mut quote = None;
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        if quote.is_none() && c == '-' && chars.peek() == Some(&'-') {
            chars.by_ref().find(|c| *c == '\n');
        } else if quote.is_some() || !c.is_whitespace() {
            match quote {
                Some(end) if c == end => quote = None,
                None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
                None if c == '[' => quote = Some(']'),
                _ => {}
            }
            bare.push(c);
            continue;
        }
        if !bare.ends_with(' ') {
            bare.push(' ');
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn only_what_is_between_the_words_is_taken_away() {
        let sql = "CREATE TABLE t(\n    a TEXT, -- it's a comment\n    -- b\n    b DEFAULT '-- x  y''\n' )";
        assert_eq!(bare(sql), "CREATE TABLE t( a TEXT, b DEFAULT '-- x  y''\n' )");
        assert_ne!(bare("a DEFAULT 'x y'"), bare("a DEFAULT 'x  y'"));
        assert_ne!(bare("a - -1"), bare("a --1"));
    }
}
