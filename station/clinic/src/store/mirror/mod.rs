//! A station's records as its district has them: the read tables again, from the station's logs in the district's
//! archive. They follow from these alone, so a mirror that is missing, damaged or of another form is made anew.
//!
//! The district decides what it tells a station by its mirror, and finds by the mirrors of all what no station can
//! see: what broke a rule, and what two stations did without knowing of each other.

mod found;
mod moving;
mod order;

pub use found::{Ask, Breach, CardHeld, CardThere, ChildFound, ChildHeld, DoseHere, MirrorUser};

use super::apply::apply;
use super::encrypted::open_shared;
use super::look::Tables;
use super::rebuild::{Stop, settings};
use super::schema::{DERIVED, DERIVED_TABLES, FORECAST, FORECAST_TABLES, SCHEMA_VERSION};
use super::sql::{all, bytes, int, one, run, uint};
use super::{DataKey, StoreError};
use crate::date::india;
use crate::ledger::{Actor, Event, EventId, Hlc};
use crate::record::fact::{DirectivesTaken, Fact};
use crate::record::refusal::Refusal;
use crate::record::rule::{self, No, Now, OfficeCommand, Operator, People, asked, decide, decide_directive};
use crate::replica::Logs;
use hub_protocol::replica::Head;
use hub_protocol::{ChildId, OriginId, PublicKey};
use order::{Order, Placed, read_all};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// The form of what a mirror has beside the read tables.
const FORM: i64 = 2;
/// For the transaction of another process that works at the same mirror.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);
/// Events applied in one transaction.
const STEP_EVENTS: usize = 2_000;

const MIRROR: &str = "
-- how far each log of the station is in the tables
CREATE TABLE mirrored(
    origin BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    -- the latest clock of these events
    hlc INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- the place of the last of these events in the order
CREATE TABLE mirrored_to(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    hlc INTEGER NOT NULL,
    origin BLOB NOT NULL
) STRICT;
-- what the rules would have refused, as the records stood then
CREATE TABLE breach(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    -- the code of the refusal
    rule TEXT NOT NULL,
    hlc INTEGER NOT NULL,
    by_user INTEGER,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
";

#[derive(Debug, thiserror::Error)]
pub enum MirrorError<E: std::error::Error + 'static> {
    #[error("the mirror of a station")]
    Store(#[from] StoreError),
    #[error("the logs of a station")]
    Logs(#[source] E),
}

impl<E: std::error::Error + 'static> From<rusqlite::Error> for MirrorError<E> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

pub struct Mirror {
    conn: Connection,
}

impl std::fmt::Debug for Mirror {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mirror").finish_non_exhaustive()
    }
}

impl Mirror {
    /// Opens the mirror in this file, which is encrypted with `key`; makes it when there is none that can be used.
    pub fn open(path: &Path, key: &DataKey) -> Result<Self, StoreError> {
        match Self::try_open(path, key) {
            Ok(Some(mirror)) => return Ok(mirror),
            Err(error) if !error.is_damaged() => return Err(error),
            Ok(None) | Err(_) => {}
        }
        for end in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::Keys(error.into()));
                }
                _ => {}
            }
        }
        Self::try_open(path, key)?.ok_or(StoreError::Closed)
    }

    /// `None` when it has another form.
    fn try_open(path: &Path, key: &DataKey) -> Result<Option<Self>, StoreError> {
        let conn = open_shared(path, key, BUSY_TIMEOUT)?;
        // A power cut costs the last of it, which is made again.
        conn.pragma_update(None, "synchronous", "NORMAL")?;
        conn.set_prepared_statement_cache_capacity(128);
        let mut mirror = Self { conn };
        let form = (FORM << 16) | SCHEMA_VERSION;
        let tx = mirror.begin()?;
        let held: i64 = tx.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        if held == 0 {
            for part in [DERIVED, FORECAST, MIRROR] {
                tx.execute_batch(part)?;
            }
            tx.pragma_update(None, "user_version", form)?;
        }
        tx.commit()?;
        Ok((held == 0 || held == form).then_some(mirror))
    }

    fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.conn.transaction_with_behavior(TransactionBehavior::Immediate)
    }

    /// Brings the mirror up to what `logs` hold of the station. `district` is who writes the logs that are not the
    /// station's own. Gives how many events were applied. Two processes may do it at once. Told to stop, it keeps what it
    /// has applied and goes on there the next time.
    pub fn advance<L: Logs>(
        &mut self,
        logs: &L,
        district: &PublicKey,
        stop: &Stop,
    ) -> Result<u64, MirrorError<L::Error>> {
        let mut applied = 0;
        loop {
            stop.check()?;
            let tx = self.begin()?;
            let step = step(&tx, logs, district)?;
            tx.commit()?;
            match step {
                Step::Applied(0) => return Ok(applied),
                Step::Applied(events) => applied += events,
                Step::Again => {}
            }
        }
    }

    /// What an operator asks for at this station: the directive that follows, or why it is refused. Decided as if the
    /// station had taken everything that the district has told it already.
    pub fn decide<L: Logs>(
        &mut self,
        logs: &L,
        district: &PublicKey,
        command: OfficeCommand,
        by: Operator,
        now_ms: u64,
    ) -> Result<Result<Fact, Refusal>, MirrorError<L::Error>> {
        self.when_told(logs, district, |conn| {
            let now = now(conn, now_ms)?.ok_or(StoreError::NoClinic)?;
            answered(decide_directive(command, by, &Tables(conn), now))
        })
    }

    /// May this child be moved here?
    pub fn arrives<L: Logs>(
        &mut self,
        logs: &L,
        district: &PublicKey,
        child: ChildId,
    ) -> Result<Result<(), Refusal>, MirrorError<L::Error>> {
        self.when_told(logs, district, |conn| answered(rule::arrives(child, &Tables(conn))))
    }

    /// Looks at the tables as they will be when the station has taken every directive, and takes these back.
    fn when_told<L: Logs, T>(
        &mut self,
        logs: &L,
        district: &PublicKey,
        look: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, MirrorError<L::Error>> {
        let tx = self.begin()?;
        let (_, theirs) = sorted(logs, district)?;
        for Head { origin, seq, .. } in theirs {
            let taken = DirectivesTaken { origin, seq };
            let directives = directives(&tx, logs, &taken)?;
            let Some(last) = directives.last() else { continue };
            let fact = Fact::DirectivesTaken(taken);
            let entry = fact.to_entry(last.entry.hlc, Actor::NODE);
            let soon = Event { id: EventId { origin: OriginId([0; 16]), seq: 0 }, entry, hash: [0; 32] };
            let _whose_forecast = apply(&tx, &soon, &fact, &directives)?;
        }
        Ok(look(&tx)?)
        // Not committed.
    }
}

/// A refusal is an answer, what broke is not.
fn answered<T>(answer: Result<T, No<rusqlite::Error>>) -> Result<Result<T, Refusal>, StoreError> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(No::Refused(refusal)) => Ok(Err(refusal)),
        Err(No::Broken(error)) => Err(error.into()),
    }
}

enum Step {
    /// So many events; none when there is nothing more.
    Applied(u64),
    /// The tables were emptied: what came does not follow what was there.
    Again,
}

/// Applies the next events in the order in which the station has them.
fn step<L: Logs>(tx: &Transaction<'_>, logs: &L, district: &PublicKey) -> Result<Step, MirrorError<L::Error>> {
    let (own, theirs) = sorted(logs, district)?;
    if !follows(tx, &own, &theirs)? {
        empty(tx)?;
        return Ok(Step::Again);
    }
    let mut order = Order::begin(tx, &own)?;
    let to =
        one(tx, "SELECT hlc, origin FROM mirrored_to", [], |r| Ok((Hlc(uint(r.get(0)?)), OriginId(bytes(r, 1)?))))?;
    let mut last: Option<Placed> = None;
    let mut applied = 0;
    while applied < STEP_EVENTS as u64 {
        let Some(placed) = order.next(logs)? else { break };
        let Placed { event, hlc } = &placed;
        if applied == 0 && to.is_some_and(|to| (*hlc, event.id.origin) < to) {
            empty(tx)?;
            return Ok(Step::Again);
        }
        take(tx, logs, &theirs, event)?;
        let row = (event.id.origin.0, int(event.id.seq), event.hash, int(hlc.0));
        run(
            tx,
            "INSERT INTO mirrored VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash, hlc = excluded.hlc",
            row,
        )?;
        applied += 1;
        last = Some(placed);
    }
    if let Some(Placed { event, hlc }) = last {
        let row = (int(hlc.0), event.id.origin.0);
        run(
            tx,
            "INSERT INTO mirrored_to VALUES (1, ?1, ?2) ON CONFLICT DO UPDATE SET hlc = excluded.hlc, origin = excluded.origin",
            row,
        )?;
    }
    Ok(Step::Applied(applied))
}

/// How far each log reaches: the station's own, and the district's for it.
type Ends = (Vec<Head>, Vec<Head>);

fn sorted<L: Logs>(logs: &L, district: &PublicKey) -> Result<Ends, MirrorError<L::Error>> {
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    for head in logs.heads().map_err(MirrorError::Logs)? {
        let writer = logs.writer(head.origin).map_err(MirrorError::Logs)?;
        if writer == Some(*district) { theirs.push(head) } else { own.push(head) }
    }
    Ok((own, theirs))
}

/// Is what was applied still what the logs hold, and was all that came into force with it there?
fn follows(tx: &Transaction<'_>, own: &[Head], theirs: &[Head]) -> rusqlite::Result<bool> {
    let end = |heads: &[Head], origin: [u8; 16]| heads.iter().find(|h| h.origin.0 == origin).map_or(0, |h| h.seq);
    let mirrored = all(tx, "SELECT origin, seq, hash FROM mirrored", [], |r| {
        Ok((bytes::<16>(r, 0)?, uint(r.get(1)?), bytes::<32>(r, 2)?))
    })?;
    let same = mirrored.iter().all(|(origin, seq, hash)| {
        own.iter().any(|h| h.origin.0 == *origin && (h.seq > *seq || (h.seq == *seq && h.hash == *hash)))
    });
    let missed = all(tx, "SELECT origin, applied FROM directive WHERE applied < marked", [], |r| {
        Ok((bytes::<16>(r, 0)?, uint(r.get(1)?)))
    })?;
    Ok(same && missed.iter().all(|(origin, applied)| end(theirs, *origin) <= *applied))
}

fn empty(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute("INSERT INTO child_word(child_word) VALUES ('delete-all')", [])?;
    let tables = DERIVED_TABLES.iter().chain(&FORECAST_TABLES).map(|(table, _)| *table);
    for table in tables.chain(["mirrored", "mirrored_to", "breach"]) {
        tx.execute(&format!("DELETE FROM {table}"), [])?;
    }
    Ok(())
}

/// Applies one event of the station's, after the rules were asked about it again.
fn take<L: Logs>(tx: &Transaction<'_>, logs: &L, theirs: &[Head], event: &Event) -> Result<(), MirrorError<L::Error>> {
    let Ok(fact) = Fact::of(&event.entry) else { return Ok(()) };
    if let Some(refusal) = ask_again(tx, event, &fact)? {
        let by = event.entry.actor.0.map(|user| int(user.0));
        let row = (event.id.origin.0, int(event.id.seq), refusal, int(event.entry.hlc.0), by);
        run(tx, "INSERT INTO breach VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING", row)?;
    }
    let directives = match &fact {
        Fact::DirectivesTaken(taken) if theirs.iter().any(|head| head.origin == taken.origin) => {
            directives(tx, logs, taken)?
        }
        _ => Vec::new(),
    };
    let _whose_forecast = apply(tx, event, &fact, &directives)?;
    Ok(())
}

fn directives<L: Logs>(
    tx: &Transaction<'_>,
    logs: &L,
    taken: &DirectivesTaken,
) -> Result<Vec<Event>, MirrorError<L::Error>> {
    let sql = "SELECT applied FROM directive WHERE origin = ?1";
    let applied = one(tx, sql, [taken.origin.0], |r| r.get(0).map(uint))?.unwrap_or_default();
    read_all(logs, taken.origin, applied, taken.seq)
}

/// Would the rules refuse it, as the records of the station stood then? What nobody asked for is not judged, and when
/// exactly it was asked only the station's own clock knew.
fn ask_again(tx: &Transaction<'_>, event: &Event, fact: &Fact) -> Result<Option<&'static str>, StoreError> {
    let Some(by) = event.entry.actor.0 else { return Ok(None) };
    // What a toy told is never refused: what it breaks is a conflict at the station.
    if fact.witness().is_some() {
        return Ok(None);
    }
    let tables = Tables(tx);
    let refused = |no: No<rusqlite::Error>| match no {
        No::Refused(refusal) => Ok(Some(refusal.code())),
        No::Broken(error) => Err(StoreError::from(error)),
    };
    let role = match tables.user(by) {
        Ok(Some(user)) => user.role,
        // The first Super Admin is made by the founding.
        Ok(None) => return Ok(Some(Refusal::NotActive.code())),
        Err(no) => return refused(no),
    };
    let Some(command) = asked(fact.clone(), by, role) else { return Ok(None) };
    let now = match now(tx, event.entry.hlc.ms()) {
        // What follows a schedule of a newer program cannot be judged here; that it does so was found.
        Err(StoreError::UnknownSchedule) => return Ok(None),
        now => now?,
    };
    let Some(now) = now else { return Ok(None) };
    match decide(command, by, &tables, now) {
        Ok(_) => Ok(None),
        Err(no) => refused(no),
    }
}

/// `None` before the clinic was founded.
fn now<'a>(conn: &Connection, now_ms: u64) -> Result<Option<Now<'a>>, StoreError> {
    let Some((schedule, je_endemic)) = settings(conn)? else { return Ok(None) };
    Ok(Some(Now { now_ms, today: india(now_ms), schedule, je_endemic, contact: None }))
}

/// Of which event a line tells.
fn event_id(origin: [u8; 16], seq: i64) -> EventId {
    EventId { origin: OriginId(origin), seq: uint(seq) }
}
