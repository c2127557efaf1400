//! The read tables again, from the ledger alone. `verify`, `rebuild` and the upgrade of an older file all go
//! through [`replay`]: the events of every log, merged into the one order that every node sees.

use super::apply::{apply, refresh_forecast, untaken};
use super::logs::own_keys;
use super::schema::{DERIVED_TABLES, FORECAST_TABLES};
use super::sql::{all, bytes, int, one, uint};
use super::verify::{self, Problem};
use super::writer::Job;
use super::{Clinic, Seen, Session, StoreError, SubmitError};
use crate::forecast::Schedule;
use crate::ledger::{Actor, Entry, Event, EventId, Hlc};
use crate::record::command::CommandKind;
use crate::record::fact::{DirectivesTaken, Fact};
use crate::record::role::Right;
use chrono::NaiveDate;
use hub_protocol::{ChildId, OriginId, PublicKey, UserId};
use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Progress is told after so many events.
const TELL_EVERY_EVENTS: u64 = 1_000;

/// What is being done just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The database is being copied; `done` and `total` are bytes.
    Copying,
    /// The ledger is being checked and replayed; `done` and `total` are events.
    Checking,
    /// The read tables are being built; `done` and `total` are events.
    Building,
}

/// How far a long piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    pub done: u64,
    pub total: u64,
}

/// Who is told how far it is. Called on the thread that works; it must not block.
pub type Tell<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// Somebody's wish that a piece of work ends before it is done. A clone asks the same work.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.is_asked() { Err(StoreError::Stopped) } else { Ok(()) }
    }
}

/// What a rebuild did, or why it did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rebuilt {
    Done {
        events: u64,
    },
    /// The ledger itself is not what was written: nothing was changed, and nothing may follow from it.
    LedgerBroken(Vec<Problem>),
}

impl Clinic {
    /// Empties the read tables and builds them again from the ledger, in one transaction. Never from a ledger
    /// that is not what was written.
    pub fn rebuild(
        &self,
        session: &Session,
        tell: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Rebuilt, SubmitError> {
        self.scope(session, Right::Do(CommandKind::Rebuild))?;
        let damaged = self.read(verify::damaged_pages)?;
        if damaged > 0 {
            return Ok(Rebuilt::LedgerBroken(vec![Problem::Damaged { pages: damaged }]));
        }
        self.seen(session, Seen::Rebuild, None)?;
        Ok(self.ask::<_, StoreError>(|reply| Job::Rebuild { tell: Box::new(tell), reply })?)
    }
}

/// One log of this database.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    pub no: i64,
    pub origin: OriginId,
    pub node: PublicKey,
}

pub fn logs(conn: &Connection) -> rusqlite::Result<Vec<Log>> {
    all(conn, "SELECT no, id, node FROM origin ORDER BY no", [], |r| {
        Ok(Log { no: r.get(0)?, origin: OriginId(bytes(r, 1)?), node: PublicKey(bytes(r, 2)?) })
    })
}

/// Applies the events of all logs to the tables of `into`, which are empty. Logs that `me` signs, or that the computers
/// signed which this one took over, are ours, also the ones that are no longer written; their order is that of (clock,
/// origin, sequence), and within a log always that of its sequence. The district's events come into force where our own
/// log says so; what it does not name yet changes nothing. `before` sees each event, with the place of its log, before it
/// is applied.
pub fn replay(
    conn: &Connection,
    into: &Connection,
    me: &PublicKey,
    step: Step,
    tell: Tell<'_>,
    mut before: impl FnMut(usize, &Event, Option<&Fact>) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let logs = logs(conn)?;
    let keys = own_keys(conn, me)?;
    let total = one(conn, "SELECT count(*) FROM event", [], |r| r.get(0).map(uint))?.unwrap_or_default();
    tell(Progress { step, done: 0, total });
    let sql = "SELECT seq, hlc, actor, kind, version, body, hash FROM event WHERE origin = ?1 ORDER BY seq";
    let mut statements = logs.iter().map(|_| conn.prepare(sql)).collect::<Result<Vec<_>, _>>()?;
    let mut cursors = Vec::with_capacity(logs.len());
    for (statement, log) in statements.iter_mut().zip(&logs) {
        cursors.push(Cursor::begin(log.origin, statement.query([log.no])?)?);
    }
    // A heap of the places of our own logs in the order.
    let place = |at: usize, next: &Event| Reverse((next.entry.hlc, logs[at].origin, at));
    let ours = |at: &usize| keys.contains(&logs[*at].node);
    let next = |at: usize, cursors: &[Cursor<'_>]| cursors[at].next.as_ref().map(|next| place(at, next));
    let mut order: BinaryHeap<_> = (0..logs.len()).filter(ours).filter_map(|at| next(at, &cursors)).collect();
    let mut done = 0;
    while let Some(Reverse((_, _, at))) = order.pop() {
        let Some(event) = cursors[at].pop()? else { continue };
        order.extend(next(at, &cursors));
        let fact = Fact::of(&event.entry).ok();
        before(at, &event, fact.as_ref())?;
        let mut directives = Vec::new();
        if let Some(Fact::DirectivesTaken(taken)) = &fact
            && let Some(from) = logs.iter().position(|log| log.origin == taken.origin && !keys.contains(&log.node))
        {
            cursors[from].is_taken = true;
            while cursors[from].next.as_ref().is_some_and(|next| next.id.seq <= taken.seq) {
                let Some(event) = cursors[from].pop()? else { break };
                before(from, &event, Fact::of(&event.entry).ok().as_ref())?;
                directives.push(event);
            }
        }
        if let Some(fact) = fact {
            apply(into, &event, &fact, &directives)?;
        }
        let before_this = done / TELL_EVERY_EVENTS;
        done += 1 + directives.len() as u64;
        if done / TELL_EVERY_EVENTS > before_this {
            tell(Progress { step, done, total });
        }
    }
    for (at, cursor) in cursors.iter_mut().enumerate() {
        while let Some(event) = cursor.pop()? {
            let fact = Fact::of(&event.entry).ok();
            before(at, &event, fact.as_ref())?;
            if !cursor.is_taken {
                untaken(into, &event, fact.as_ref())?;
            }
            done += 1;
        }
    }
    tell(Progress { step, done, total });
    Ok(done)
}

/// The events of one log, one after the other.
struct Cursor<'a> {
    origin: OriginId,
    rows: rusqlite::Rows<'a>,
    next: Option<Event>,
    /// Our own log names events of this one.
    is_taken: bool,
}

impl<'a> Cursor<'a> {
    fn begin(origin: OriginId, rows: rusqlite::Rows<'a>) -> rusqlite::Result<Self> {
        let mut cursor = Self { origin, rows, next: None, is_taken: false };
        let _nothing_before = cursor.pop()?;
        Ok(cursor)
    }

    fn pop(&mut self) -> rusqlite::Result<Option<Event>> {
        let following = read(&mut self.rows, self.origin)?;
        Ok(std::mem::replace(&mut self.next, following))
    }
}

/// The district's events that come into force with `taken`, an event of ours that is about to be applied.
pub fn directives(conn: &Connection, taken: &DirectivesTaken) -> rusqlite::Result<Vec<Event>> {
    let origin = taken.origin;
    let sql = "SELECT applied FROM directive WHERE origin = ?1";
    let applied = one(conn, sql, [origin.0], |r| r.get::<_, i64>(0))?.unwrap_or_default();
    let sql =
        "SELECT e.seq, e.hlc, e.actor, e.kind, e.version, e.body, e.hash FROM event e JOIN origin o ON o.no = e.origin
               WHERE o.id = ?1 AND e.seq > ?2 AND e.seq <= ?3 ORDER BY e.seq";
    all(conn, sql, (origin.0, applied, int(taken.seq)), |r| {
        Ok(Event { id: EventId { origin, seq: uint(r.get(0)?) }, entry: entry(r, 1)?, hash: bytes(r, 6)? })
    })
}

fn read(rows: &mut rusqlite::Rows<'_>, origin: OriginId) -> rusqlite::Result<Option<Event>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let id = EventId { origin, seq: uint(row.get(0)?) };
    Ok(Some(Event { id, entry: entry(row, 1)?, hash: bytes(row, 6)? }))
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

/// Builds the read tables of `conn`, which is in a transaction, unless the ledger is not what was written.
pub fn rebuild(conn: &Connection, today: NaiveDate, tell: Tell<'_>) -> Result<Rebuilt, StoreError> {
    let checked = verify::check_ledger(conn, &Stop::default(), tell)?;
    if !checked.problems.is_empty() {
        return Ok(Rebuilt::LedgerBroken(checked.problems));
    }
    let (me, _) = super::open::node(conn)?;
    let events = refill(conn, &me.public_key(), today, tell)?;
    Ok(Rebuilt::Done { events })
}

/// Empties the read tables and fills them again.
pub fn refill(conn: &Connection, me: &PublicKey, today: NaiveDate, tell: Tell<'_>) -> Result<u64, StoreError> {
    // The index of words keeps nothing of its own but what the rows of `child` say.
    conn.execute("INSERT INTO child_word(child_word) VALUES ('delete-all')", [])?;
    for (table, _) in DERIVED_TABLES.iter().chain(&FORECAST_TABLES) {
        conn.execute(&format!("DELETE FROM {table}"), [])?;
    }
    fill(conn, me, today, tell)
}

/// Fills empty read tables, forecasts included.
pub fn fill(conn: &Connection, me: &PublicKey, today: NaiveDate, tell: Tell<'_>) -> Result<u64, StoreError> {
    let events = replay(conn, conn, me, Step::Building, tell, |_, _, _| Ok(()))?;
    if let Some((schedule, je_endemic)) = settings(conn)? {
        for child in
            all(conn, "SELECT id FROM child WHERE gone IS NULL AND merged_into IS NULL", [], |r| r.get(0).map(uint))?
        {
            refresh_forecast(conn, ChildId(child), schedule, je_endemic, today)?;
        }
    }
    Ok(events)
}

/// What forecasts are worked out by.
pub fn settings(conn: &Connection) -> Result<Option<(&'static Schedule, bool)>, StoreError> {
    let row = one(conn, "SELECT schedule, je_endemic FROM clinic", [], |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, bool>(1)?))
    })?;
    let Some((schedule, je_endemic)) = row else { return Ok(None) };
    Ok(Some((Schedule::builtin(&schedule).ok_or(StoreError::UnknownSchedule)?, je_endemic)))
}
