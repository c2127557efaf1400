//! Between our numbers and SQLite's.

use crate::store::StoreError;
use chrono::NaiveDate;
use hub_protocol::{Day, OriginId};
use rusqlite::{OptionalExtension, Params, Row, Transaction};

/// SQLite's integers are signed. The map is one to one; ids and clocks of ours stay in the positive half.
pub fn int(value: u64) -> i64 {
    value.cast_signed()
}

pub fn uint(value: i64) -> u64 {
    value.cast_unsigned()
}

pub fn bytes<const N: usize>(row: &Row<'_>, at: usize) -> rusqlite::Result<[u8; N]> {
    row.get(at)
}

pub fn day(date: NaiveDate) -> i64 {
    i64::from(crate::date::to_day(date).0)
}

/// Dates in the database were checked on their way in, so the far past stands for what cannot be.
pub fn date(day: i64) -> NaiveDate {
    i32::try_from(day).ok().and_then(|d| crate::date::to_date(Day(d))).unwrap_or(NaiveDate::MIN)
}

/// One row, or none.
pub fn one<T>(
    conn: &rusqlite::Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    conn.prepare_cached(sql)?.query_row(params, read).optional()
}

pub fn all<T>(
    conn: &rusqlite::Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    conn.prepare_cached(sql)?.query_map(params, read)?.collect()
}

pub fn run(conn: &rusqlite::Connection, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
    conn.prepare_cached(sql)?.execute(params)
}

/// The number of a log in this database, made when it is new.
pub fn origin_no(tx: &Transaction<'_>, origin: OriginId, node: [u8; 32]) -> Result<i64, StoreError> {
    if let Some(no) = one(tx, "SELECT no FROM origin WHERE id = ?1", [origin.0], |r| r.get(0))? {
        return Ok(no);
    }
    run(tx, "INSERT INTO origin(id, node) VALUES (?1, ?2)", (origin.0, node))?;
    Ok(tx.last_insert_rowid())
}
