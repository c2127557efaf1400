//! Who waits for what, as the lists of the clinic read it: one row a child, beside its next doses.

use crate::forecast::{Item, NextRow};
use crate::store::sql::{day, int, one, run};
use chrono::NaiveDate;
use hub_protocol::ChildId;
use rusqlite::Connection;

/// The days on which these doses are due, the first one first.
fn dues(next: &[NextRow]) -> Vec<i64> {
    let entries = next.iter().filter(|row| matches!(row.item, Item::Entry(_)) && row.earliest.is_some());
    let mut dues: Vec<i64> = entries.filter_map(|row| row.due.map(day)).collect();
    dues.sort_unstable();
    dues
}

/// What a child waits for. A child who waits for nothing has no row.
pub fn put(conn: &Connection, child: ChildId, next: &[NextRow]) -> rusqlite::Result<()> {
    let dues = dues(next);
    let Some(first) = dues.first().copied() else { return clear(conn, child) };
    let packed: Vec<u8> = dues.iter().flat_map(|due| i32::try_from(*due).unwrap_or(i32::MAX).to_be_bytes()).collect();
    let stands = one(
        conn,
        "SELECT 1 FROM waiting w JOIN child c ON c.id = w.child
         WHERE w.child = ?1 AND (w.first_due, w.dues, w.worker, w.village, w.place_key, w.dob)
             IS (?2, ?3, c.worker, c.village, c.place_key, c.dob)",
        (int(child.0), first, &packed),
        |_| Ok(()),
    )?;
    if stands.is_some() {
        return Ok(());
    }
    clear(conn, child)?;
    run(
        conn,
        "INSERT INTO waiting SELECT ?2, id, worker, village, place_key, dob, ?3 FROM child WHERE id = ?1",
        (int(child.0), first, packed),
    )?;
    Ok(())
}

pub fn clear(conn: &Connection, child: ChildId) -> rusqlite::Result<()> {
    run(conn, "DELETE FROM waiting WHERE child = ?1", [int(child.0)])?;
    Ok(())
}

/// When the forecast must be made again: when the engine says, or when one of the doses may not be given any more.
/// So the rows hold only what may still be given, and nobody who reads them must look at the last days.
pub fn recheck_on(engine: Option<NaiveDate>, next: &[NextRow], today: NaiveDate) -> Option<NaiveDate> {
    let closed = next.iter().filter(|row| row.due.is_some()).filter_map(|row| row.last_day?.succ_opt());
    engine.into_iter().chain(closed).filter(|on| *on > today).min()
}
