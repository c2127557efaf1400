//! Is everything still what was written? The chain is computed again, the heads' signatures are checked,
//! and the read tables are built a second time from the ledger and compared row by row.

use super::apply::apply;
use super::schema::{DERIVED, DERIVED_TABLES};
use super::sql::{all, bytes, one, uint};
use super::{Clinic, Session, StoreError, SubmitError};
use crate::ledger::{Actor, Chain, Entry, EventId, Hlc};
use crate::record::fact::Fact;
use crate::record::role::Query;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey, UserId};
use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Differences in one table that are named; the rest are counted.
const NAMED_MAX: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The event is not the one that was hashed when it was written.
    EventChanged(EventId),
    EventMissing(EventId),
    /// The body of an event cannot be read.
    EventUnreadable(EventId),
    /// The signed head does not fit the events, or was not signed by the log's own key.
    HeadWrong(OriginId),
    /// A row of a read table is not what the ledger says.
    RowDiffers {
        table: &'static str,
        key: String,
    },
    RowsDiffer {
        table: &'static str,
        more: usize,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    pub events: u64,
    pub logs: u64,
    pub rows: u64,
    pub problems: Vec<Problem>,
}

impl Clinic {
    /// Checks everything. Reads only; takes time that grows with the ledger.
    pub fn verify(&self, session: &Session) -> Result<VerifyReport, SubmitError> {
        session.scope(Query::Verify)?;
        Ok(self.read(verify)?)
    }
}

fn verify(conn: &Connection) -> Result<VerifyReport, StoreError> {
    let mut problems = Vec::new();
    let again = Connection::open_in_memory()?;
    again.execute_batch(DERIVED)?;
    let logs = all(conn, "SELECT no, id, node FROM origin ORDER BY no", [], |r| {
        Ok((r.get::<_, i64>(0)?, OriginId(bytes(r, 1)?), PublicKey(bytes(r, 2)?)))
    })?;
    let mut events = 0;
    for (no, origin, node) in &logs {
        events += verify_log(conn, &again, *no, *origin, node, &mut problems)?;
    }
    let mut rows = 0;
    for (table, key) in DERIVED_TABLES {
        rows += compare(conn, &again, table, key, &mut problems)?;
    }
    Ok(VerifyReport { events, logs: logs.len() as u64, rows, problems })
}

fn verify_log(
    conn: &Connection,
    again: &Connection,
    no: i64,
    origin: OriginId,
    node: &PublicKey,
    problems: &mut Vec<Problem>,
) -> Result<u64, StoreError> {
    let mut chain = Chain::empty(origin);
    let mut statement =
        conn.prepare("SELECT seq, hlc, actor, kind, version, body, hash FROM event WHERE origin = ?1 ORDER BY seq")?;
    let mut stored = statement.query([no])?;
    let mut count = 0;
    while let Some(row) = stored.next()? {
        let seq = uint(row.get(0)?);
        for missing in chain.head().seq + 1..seq {
            problems.push(Problem::EventMissing(EventId { origin, seq: missing }));
        }
        let hash: [u8; 32] = bytes(row, 6)?;
        let entry = entry(row, 1)?;
        let mut at = Chain::at(Head { seq: seq - 1, ..chain.head() });
        let event = at.append(entry);
        if event.hash != hash {
            problems.push(Problem::EventChanged(event.id));
        }
        // Goes on from the stored hash, so that one changed event is named and not all after it.
        chain = Chain::at(Head { origin, seq, hash });
        match Fact::of(&event.entry) {
            Ok(fact) => {
                apply(again, &event, &fact)?;
            }
            Err(_) => problems.push(Problem::EventUnreadable(event.id)),
        }
        count += 1;
    }
    let head = one(conn, "SELECT seq, hash, signature FROM head WHERE origin = ?1", [no], |r| {
        Ok(SignedHead { head: Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }, signature: bytes(r, 2)? })
    })?;
    if !head.is_some_and(|h| h.head == chain.head() && h.verify(node)) {
        problems.push(Problem::HeadWrong(origin));
    }
    Ok(count)
}

/// The entry in a row of `event`, from column `at` on: hlc, actor, kind, version, body.
pub fn entry(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Entry> {
    Ok(Entry {
        hlc: Hlc(uint(row.get(at)?)),
        actor: Actor(row.get::<_, Option<i64>>(at + 1)?.map(|u| UserId(uint(u)))),
        kind: row.get(at + 2)?,
        version: row.get(at + 3)?,
        body: row.get(at + 4)?,
    })
}

fn compare(
    conn: &Connection,
    again: &Connection,
    table: &'static str,
    key: &str,
    problems: &mut Vec<Problem>,
) -> Result<u64, StoreError> {
    let keys = key.split(',').count();
    let (stored, built) = (Rows::read(conn, table, key, keys)?, Rows::read(again, table, key, keys)?);
    let differing: Vec<&String> = stored.not_in(&built).chain(built.not_in(&stored)).collect();
    let more = differing.len().saturating_sub(NAMED_MAX);
    problems.extend(differing.into_iter().take(NAMED_MAX).map(|key| Problem::RowDiffers { table, key: key.clone() }));
    if more > 0 {
        problems.push(Problem::RowsDiffer { table, more });
    }
    Ok(stored.0.len() as u64)
}

/// The rows of one table: a fingerprint of each whole row, with its key.
struct Rows(BTreeMap<[u8; 32], String>);

impl Rows {
    fn read(conn: &Connection, table: &str, order: &str, keys: usize) -> rusqlite::Result<Self> {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut read = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let values: Vec<Value> = (0..columns).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            let fingerprint = Sha256::digest(format!("{values:?}")).into();
            read.insert(fingerprint, values.iter().take(keys).map(show).collect::<Vec<_>>().join(" "));
        }
        Ok(Self(read))
    }

    fn not_in<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a String> {
        self.0.iter().filter(|(print, _)| !other.0.contains_key(*print)).map(|(_, key)| key)
    }
}

/// A key for a report: numbers and ids, never names.
fn show(value: &Value) -> String {
    match value {
        Value::Integer(n) => n.to_string(),
        Value::Blob(b) => data_encoding::HEXLOWER.encode(b),
        Value::Text(_) | Value::Real(_) | Value::Null => "-".to_owned(),
    }
}
