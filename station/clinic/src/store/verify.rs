//! Is everything still what was written? The chain is computed again, the signatures of heads and toys are
//! checked, and the read tables are built a second time from the ledger and compared row by row.

use super::apply::{apply, apply_theirs, refresh_forecast};
use super::schema::{DERIVED, DERIVED_TABLES, FORECAST, FORECAST_TABLES};
use super::sql::{all, bytes, date, one, uint};
use super::{Clinic, Session, StoreError, SubmitError};
use crate::forecast::Schedule;
use crate::ledger::{Actor, Chain, Entry, Event, EventId, Hlc};
use crate::record::fact::{DoseGiven, Fact};
use crate::record::role::{Query, Right};
use hub_protocol::frame::to_cbor;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::toy::{self, Record, SignedRecord};
use hub_protocol::{ChildId, OriginId, PublicKey, UserId};
use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// Differences in one table that are named; the rest are counted.
const NAMED_MAX: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The event is not the one that was hashed when it was written.
    EventChanged(EventId),
    EventMissing {
        origin: OriginId,
        first: u64,
        last: u64,
    },
    /// The body of an event cannot be read.
    EventUnreadable(EventId),
    /// Pages of the database file are not what was written: nothing in it can be trusted.
    Damaged {
        pages: usize,
    },
    /// The signed head does not fit the events, or was not signed by the log's own key.
    HeadWrong(OriginId),
    /// The log does not begin by saying whose it is, or another key stands beside it.
    WriterWrong(OriginId),
    /// This station's own log is not there, or not its own.
    OwnLogWrong,
    /// A toy's kept signature does not fit the dose.
    ToySignatureWrong(EventId),
    /// What the district is said to have proven is not what the log holds.
    ProofWrong(OriginId),
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
        self.scope(session, Right::See(Query::Verify))?;
        let damaged = self.read(damaged_pages)?;
        let unreadable =
            |pages| VerifyReport { events: 0, logs: 0, rows: 0, problems: vec![Problem::Damaged { pages }] };
        if damaged > 0 {
            return Ok(unreadable(damaged));
        }
        match self.read(verify) {
            Err(error) if error.is_damaged() => Ok(unreadable(1)),
            report => Ok(report?),
        }
    }
}

/// SQLCipher authenticates each page, also those that no query reads.
fn damaged_pages(conn: &Connection) -> Result<usize, StoreError> {
    let told = all(conn, "PRAGMA cipher_integrity_check", [], |_| Ok(()))?.len();
    let structure = all(conn, "PRAGMA integrity_check", [], |r| r.get::<_, String>(0));
    let sound = structure.is_ok_and(|lines| lines == ["ok"]);
    Ok(told.max(usize::from(!sound)))
}

fn verify(conn: &Connection) -> Result<VerifyReport, StoreError> {
    let mut problems = Vec::new();
    let again = Connection::open_in_memory()?;
    again.execute_batch(DERIVED)?;
    again.execute_batch(FORECAST)?;
    let (identity, own) = super::open::node(conn)?;
    let logs = all(conn, "SELECT no, id, node FROM origin ORDER BY no", [], |r| {
        Ok(Log { no: r.get(0)?, origin: OriginId(bytes(r, 1)?), node: PublicKey(bytes(r, 2)?) })
    })?;
    if !logs.iter().any(|log| log.origin == own && log.node == identity.public_key()) {
        problems.push(Problem::OwnLogWrong);
    }
    let mut events = 0;
    for log in &logs {
        events += log.verify(conn, &again, log.origin == own, &mut problems)?;
    }
    let mut rows = 0;
    for (table, key) in DERIVED_TABLES {
        rows += compare(conn, &again, table, key, &mut problems)?;
    }
    forecast_again(conn, &again)?;
    for (table, key) in FORECAST_TABLES {
        rows += compare(conn, &again, table, key, &mut problems)?;
    }
    Ok(VerifyReport { events, logs: logs.len() as u64, rows, problems })
}

/// Each child's forecast again, for the day it was made for.
fn forecast_again(conn: &Connection, again: &Connection) -> Result<(), StoreError> {
    let clinic = one(again, "SELECT schedule, je_endemic FROM clinic", [], |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, bool>(1)?))
    })?;
    let Some((schedule, je_endemic)) = clinic else { return Ok(()) };
    let schedule = Schedule::builtin(&schedule).ok_or(StoreError::UnknownSchedule)?;
    let days: HashMap<i64, i64> =
        all(conn, "SELECT child, computed_on FROM forecast", [], |r| Ok((r.get(0)?, r.get(1)?)))?.into_iter().collect();
    for child in all(again, "SELECT id FROM child", [], |r| r.get::<_, i64>(0))? {
        // A child without a forecast is found by comparing: it gets one here.
        let day = date(days.get(&child).copied().unwrap_or_default());
        refresh_forecast(again, ChildId(uint(child)), schedule, je_endemic, day)?;
    }
    Ok(())
}

struct Log {
    no: i64,
    origin: OriginId,
    node: PublicKey,
}

impl Log {
    fn verify(
        &self,
        conn: &Connection,
        again: &Connection,
        own: bool,
        problems: &mut Vec<Problem>,
    ) -> Result<u64, StoreError> {
        let Self { no, origin, node } = *self;
        let proven = one(conn, "SELECT seq, hash FROM proven WHERE origin = ?1", [origin.0], |r| {
            Ok((uint(r.get(0)?), bytes::<32>(r, 1)?))
        })?;
        let mut proof_fits = proven.is_none();
        let mut chain = Chain::empty(origin);
        let mut statement = conn
            .prepare("SELECT seq, hlc, actor, kind, version, body, hash FROM event WHERE origin = ?1 ORDER BY seq")?;
        let mut stored = statement.query([no])?;
        let mut count = 0;
        while let Some(row) = stored.next()? {
            let seq = uint(row.get(0)?);
            let expected = chain.head().seq + 1;
            let id = EventId { origin, seq };
            count += 1;
            if seq < expected || row.get::<_, i64>(0)? < 1 {
                problems.push(Problem::EventChanged(id));
                continue;
            }
            if seq > expected {
                problems.push(Problem::EventMissing { origin, first: expected, last: seq - 1 });
            }
            let hash: [u8; 32] = bytes(row, 6)?;
            let event = Chain::at(Head { seq: seq - 1, ..chain.head() }).append(entry(row, 1)?);
            if event.hash != hash {
                problems.push(Problem::EventChanged(id));
            }
            // Goes on from the stored hash, so that one changed event is named and not all after it.
            chain = Chain::at(Head { origin, seq, hash });
            proof_fits |= proven == Some((seq, hash));
            let Ok(fact) = Fact::of(&event.entry) else {
                problems.push(Problem::EventUnreadable(id));
                continue;
            };
            let opens = matches!(&fact, Fact::OriginOpened(opened) if opened.node == node);
            if seq == 1 && !opens {
                problems.push(Problem::WriterWrong(origin));
            }
            if let Fact::DoseGiven(dose) = &fact
                && !toy_signed(again, &event, dose)?
            {
                problems.push(Problem::ToySignatureWrong(id));
            }
            if own {
                apply(again, &event, &fact)?
            } else {
                apply_theirs(again, &event, &fact)?
            };
        }
        let head = one(conn, "SELECT seq, hash, signature FROM head WHERE origin = ?1", [no], |r| {
            Ok(SignedHead { head: Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }, signature: bytes(r, 2)? })
        })?;
        if !head.is_some_and(|h| h.head == chain.head() && h.verify(&node)) {
            problems.push(Problem::HeadWrong(origin));
        }
        if !proof_fits {
            problems.push(Problem::ProofWrong(origin));
        }
        Ok(count)
    }
}

/// The record that a toy signed, put together again from the event, still fits the kept signature.
fn toy_signed(again: &Connection, event: &Event, dose: &DoseGiven) -> Result<bool, StoreError> {
    let (Some(toy), Some(worker)) = (&dose.toy, event.entry.actor.0) else { return Ok(dose.toy.is_none()) };
    let key = one(again, "SELECT key FROM toy WHERE id = ?1", [toy.toy.0], |r| bytes(r, 0).map(PublicKey))?;
    let told = toy::Dose { child: dose.child, product: dose.product.clone(), on: dose.on, batch: dose.batch.clone() };
    let record =
        Record { toy: toy.toy, epoch: toy.epoch, seq: toy.seq, worker, at_ms: toy.at_ms, fact: toy::Fact::Dose(told) };
    let signed = SignedRecord { body: to_cbor(&record), signature: toy.signature };
    Ok(key.is_some_and(|key| signed.open(&key).is_ok()))
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
