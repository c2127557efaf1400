//! Is everything still what was written? The chain is computed again, the signatures of heads and toys are
//! checked, and the read tables are built a second time from the ledger and compared row by row.

use super::apply::refresh_forecast;
use super::logs::own_keys;
pub use super::rebuild::entry;
use super::rebuild::{Log, Step, Stop, Tell, logs, replay, settings};
use super::schema::{DERIVED, DERIVED_TABLES, FORECAST, FORECAST_TABLES};
use super::sql::{all, bytes, date, one, uint};
use super::{Clinic, Session, StoreError, SubmitError, form, issuers};
use crate::ledger::{Chain, Event, EventId};
use crate::record::fact::{ChildOnToy, Fact, ToyObeyed};
use crate::record::role::{Query, Right};
use hub_protocol::frame::to_cbor;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::toy::{self, Record, SignedObeyed, SignedRecord};
use hub_protocol::{ChildId, DeviceId, OriginId, PublicKey};
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
    /// A table, an index or a trigger of the database is not as the program makes it, or only one of the two has it.
    FormDiffers {
        name: String,
    },
    /// The file for verifiers in the clinic's folder names other keys than the records.
    KeySetDiffers,
    /// Events stand in no log.
    EventsOfNobody {
        events: u64,
    },
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
        self.verify_telling(session, &mut |_| {})
    }

    /// The same, and says how far it is.
    pub fn verify_telling(&self, session: &Session, tell: Tell<'_>) -> Result<VerifyReport, SubmitError> {
        self.scope(session, Right::See(Query::Verify))?;
        let damaged = self.read(damaged_pages)?;
        let unreadable =
            |pages| VerifyReport { events: 0, logs: 0, rows: 0, problems: vec![Problem::Damaged { pages }] };
        if damaged > 0 {
            return Ok(unreadable(damaged));
        }
        let checked = self.read(|conn| {
            let mut report = verify(conn, &Stop::default(), tell)?;
            if issuers::differs(conn, self.identity(), self.dir())? {
                report.problems.push(Problem::KeySetDiffers);
            }
            Ok(report)
        });
        match checked {
            Err(error) if error.is_damaged() => Ok(unreadable(1)),
            report => Ok(report?),
        }
    }
}

/// SQLCipher authenticates each page, also those that no query reads.
pub fn damaged_pages(conn: &Connection) -> Result<usize, StoreError> {
    let told = all(conn, "PRAGMA cipher_integrity_check", [], |_| Ok(()))?.len();
    Ok(told.max(usize::from(!is_sound(conn))))
}

/// SQLite finds nothing wrong with the structure of the file.
pub fn is_sound(conn: &Connection) -> bool {
    all(conn, "PRAGMA integrity_check", [], |r| r.get::<_, String>(0)).is_ok_and(|lines| lines == ["ok"])
}

/// Ledger and read tables, unless somebody stops it.
pub fn verify(conn: &Connection, stop: &Stop, tell: Tell<'_>) -> Result<VerifyReport, StoreError> {
    let mut checked = check_ledger(conn, stop, tell)?;
    let rows = checked.compare(conn)?;
    let Checked { events, heads, mut problems, .. } = checked;
    let held = one(conn, "SELECT count(*) FROM event", [], |r| r.get(0).map(uint))?.unwrap_or_default();
    if held != events {
        problems.push(Problem::EventsOfNobody { events: held.abs_diff(events) });
    }
    Ok(VerifyReport { events, logs: heads.len() as u64, rows, problems })
}

/// What a ledger holds, after its chains and signatures were looked at.
pub struct Checked {
    /// The read tables as they follow from the ledger, without forecasts.
    pub again: Connection,
    pub events: u64,
    /// Where each log ends.
    pub heads: Vec<Head>,
    /// What is wrong with the ledger itself.
    pub problems: Vec<Problem>,
}

/// Checks chains and signatures, and builds the read tables a second time, in memory, unless somebody stops it.
pub fn check_ledger(conn: &Connection, stop: &Stop, tell: Tell<'_>) -> Result<Checked, StoreError> {
    let again = Connection::open_in_memory()?;
    again.execute_batch(DERIVED)?;
    again.execute_batch(FORECAST)?;
    let (identity, own) = super::open::node(conn)?;
    let me = identity.public_key();
    let keys = own_keys(conn, &me)?;
    let mut problems = Vec::new();
    let logs = logs(conn)?;
    if !logs.iter().any(|log| log.origin == own && log.node == me) {
        problems.push(Problem::OwnLogWrong);
    }
    let mut checks = logs.iter().map(|log| LogCheck::begin(conn, log, &keys)).collect::<Result<Vec<_>, _>>()?;
    let events = replay(conn, &again, &me, Step::Checking, tell, |at, event, fact| {
        stop.check()?;
        checks[at].see(&again, event, fact, &mut problems)
    })?;
    let mut heads = Vec::with_capacity(checks.len());
    for check in checks {
        heads.push(check.chain.head());
        check.end(conn, &mut problems)?;
    }
    Ok(Checked { again, events, heads, problems })
}

impl Checked {
    /// Compares the form of `conn`, which is today's, with the program's, and its read tables with what follows from its
    /// ledger, row by row. Gives their number.
    pub fn compare(&mut self, conn: &Connection) -> Result<u64, StoreError> {
        let Self { again, problems, .. } = self;
        problems.extend(form::differs(conn)?.into_iter().map(|name| Problem::FormDiffers { name }));
        let mut rows = 0;
        for (table, key) in DERIVED_TABLES {
            rows += compare(conn, again, table, key, problems)?;
        }
        let more = super::alike::strayed(conn)?;
        if more > 0 {
            problems.push(Problem::RowsDiffer { table: "child_word", more });
        }
        forecast_again(conn, again)?;
        for (table, key) in FORECAST_TABLES {
            rows += compare(conn, again, table, key, problems)?;
        }
        Ok(rows)
    }
}

/// Each child's forecast again, for the day it was made for.
fn forecast_again(conn: &Connection, again: &Connection) -> Result<(), StoreError> {
    let Some((schedule, je_endemic)) = settings(again)? else { return Ok(()) };
    let days: HashMap<i64, i64> =
        all(conn, "SELECT child, computed_on FROM forecast", [], |r| Ok((r.get(0)?, r.get(1)?)))?.into_iter().collect();
    for child in
        all(again, "SELECT id FROM child WHERE gone IS NULL AND merged_into IS NULL", [], |r| r.get::<_, i64>(0))?
    {
        // A child without a forecast is found by comparing: it gets one here.
        let day = date(days.get(&child).copied().unwrap_or_default());
        refresh_forecast(again, ChildId(uint(child)), schedule, je_endemic, day)?;
    }
    Ok(())
}

/// One log, while its events go by.
struct LogCheck {
    log: Log,
    chain: Chain,
    /// Who may have signed its end: the log's own key; for a log of a computer that this one took over, also this one.
    signers: Vec<PublicKey>,
    /// What the district is said to have proven, until it is met.
    proven: Option<(u64, [u8; 32])>,
}

impl LogCheck {
    fn begin(conn: &Connection, log: &Log, own: &[PublicKey]) -> Result<Self, StoreError> {
        let mut signers = vec![log.node];
        signers.extend(own.first().filter(|_| own.contains(&log.node)));
        let proven = one(conn, "SELECT seq, hash FROM proven WHERE origin = ?1", [log.origin.0], |r| {
            Ok((uint(r.get(0)?), bytes::<32>(r, 1)?))
        })?;
        Ok(Self { log: *log, chain: Chain::empty(log.origin), signers, proven })
    }

    fn see(
        &mut self,
        again: &Connection,
        stored: &Event,
        fact: Option<&Fact>,
        problems: &mut Vec<Problem>,
    ) -> Result<(), StoreError> {
        let (id, Log { origin, node, .. }) = (stored.id, self.log);
        let expected = self.chain.head().seq + 1;
        // Sequences below 1 were never written; above the signed range they read as such.
        if id.seq < expected || i64::try_from(id.seq).is_err() {
            problems.push(Problem::EventChanged(id));
            return Ok(());
        }
        if id.seq > expected {
            problems.push(Problem::EventMissing { origin, first: expected, last: id.seq - 1 });
        }
        let event = Chain::at(Head { seq: id.seq - 1, ..self.chain.head() }).append(stored.entry.clone());
        if event.hash != stored.hash {
            problems.push(Problem::EventChanged(id));
        }
        // Goes on from the stored hash, so that one changed event is named and not all after it.
        self.chain = Chain::at(Head { origin, seq: id.seq, hash: stored.hash });
        if self.proven == Some((id.seq, stored.hash)) {
            self.proven = None;
        }
        let Some(fact) = fact else {
            problems.push(Problem::EventUnreadable(id));
            return Ok(());
        };
        let opens = matches!(fact, Fact::OriginOpened(opened) if opened.node == node);
        if id.seq == 1 && !opens {
            problems.push(Problem::WriterWrong(origin));
        }
        let signed = match fact {
            Fact::ToyObeyed(obeyed) => toy_obeyed(again, obeyed)?,
            fact => fact.witness().is_none() || toy_signed(again, stored, fact)?,
        };
        if !signed {
            problems.push(Problem::ToySignatureWrong(id));
        }
        Ok(())
    }

    fn end(self, conn: &Connection, problems: &mut Vec<Problem>) -> Result<(), StoreError> {
        let Log { no, origin, .. } = self.log;
        let head = one(conn, "SELECT seq, hash, signature FROM head WHERE origin = ?1", [no], |r| {
            Ok(SignedHead { head: Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }, signature: bytes(r, 2)? })
        })?;
        let signed = |h: &SignedHead| self.signers.iter().any(|key| h.verify(key));
        if !head.is_some_and(|h| h.head == self.chain.head() && signed(&h)) {
            problems.push(Problem::HeadWrong(origin));
        }
        if self.proven.is_some() {
            problems.push(Problem::ProofWrong(origin));
        }
        Ok(())
    }
}

/// The record that a toy signed, put together again from the event, still fits the kept signature.
fn toy_signed(again: &Connection, event: &Event, fact: &Fact) -> Result<bool, StoreError> {
    let (Some(toy), Some(worker)) = (fact.witness(), event.entry.actor.0) else { return Ok(false) };
    let key = toy_key(again, toy.toy)?;
    let Some(fact) = told(fact) else { return Ok(false) };
    let record = Record { toy: toy.toy, epoch: toy.epoch, seq: toy.seq, worker, at_ms: toy.at_ms, fact };
    let signed = SignedRecord { body: to_cbor(&record), signature: toy.signature };
    Ok(key.is_some_and(|key| signed.open(&key).is_ok()))
}

/// What the toy said, in its own form.
fn told(fact: &Fact) -> Option<toy::Fact> {
    Some(match fact {
        Fact::DoseGiven(f) => {
            toy::Fact::Dose(toy::Dose { child: f.child, product: f.product.clone(), on: f.on, batch: f.batch.clone() })
        }
        Fact::MeasuredOnToy(f) => toy::Fact::Growth(toy::Growth {
            child: f.growth.child,
            on: f.growth.on,
            weight_g: f.growth.weight_g,
            length_mm: f.growth.length_mm,
            standing: f.growth.standing,
            muac_mm: f.growth.muac_mm,
            head_mm: f.growth.head_mm,
            oedema: f.growth.oedema,
        }),
        Fact::ChildSighted(f) => {
            toy::Fact::Sighting(toy::Sighting { child: f.child, on: f.on, found: f.found, note: f.note.clone() })
        }
        Fact::ChildOnToy(ChildOnToy { child, details: d, .. }) => toy::Fact::Child(toy::NewChild {
            child: *child,
            name: d.name.clone(),
            dob: d.dob,
            dob_estimated: d.dob_estimated,
            sex: d.sex,
            mother: d.mother.clone(),
            phone: d.phone.clone(),
            village: d.village.clone(),
            consent_reminders: d.consent_reminders,
            consent_tracing: d.consent_tracing,
            birth_order: d.birth_order,
        }),
        _ => return None,
    })
}

/// The same of its word that it obeyed.
fn toy_obeyed(again: &Connection, f: &ToyObeyed) -> Result<bool, StoreError> {
    let obeyed = toy::Obeyed { toy: f.toy, order: f.order, at_ms: f.toy_ms };
    let signed = SignedObeyed { obeyed, signature: f.signature };
    Ok(toy_key(again, f.toy)?.is_some_and(|key| signed.open(&key).is_ok()))
}

fn toy_key(again: &Connection, toy: DeviceId) -> rusqlite::Result<Option<PublicKey>> {
    one(again, "SELECT key FROM toy WHERE id = ?1", [toy.0], |r| bytes(r, 0).map(PublicKey))
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
    Ok(stored.0.values().map(|rows| rows.same).sum())
}

/// The rows of one table, by a fingerprint of the whole row.
struct Rows(BTreeMap<[u8; 32], SameRows>);

struct SameRows {
    key: String,
    same: u64,
}

impl Rows {
    fn read(conn: &Connection, table: &str, order: &str, keys: usize) -> rusqlite::Result<Self> {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut read = BTreeMap::<[u8; 32], SameRows>::new();
        while let Some(row) = rows.next()? {
            let values: Vec<Value> = (0..columns).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            let fingerprint = Sha256::digest(format!("{values:?}")).into();
            let key = || values.iter().take(keys).map(show).collect::<Vec<_>>().join(" ");
            read.entry(fingerprint).or_insert_with(|| SameRows { key: key(), same: 0 }).same += 1;
        }
        Ok(Self(read))
    }

    fn not_in<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a String> {
        let there = |print| other.0.get(print).map_or(0, |rows| rows.same);
        self.0.iter().filter(move |(print, rows)| rows.same > there(*print)).map(|(_, rows)| &rows.key)
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
