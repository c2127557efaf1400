//! One command, one event: decided by the rules, put at the end of our log, applied to the read tables.

use super::super::apply::{Touched, apply, refresh_forecast};
use super::super::look::{Tables, contact};
use super::super::sql::{all, bytes, day, int, one, origin_no, run, uint};
use super::super::{Env, Receipt, StoreError, SubmitError, rebuild};
use crate::date::india;
use crate::forecast::Schedule;
use crate::ledger::{Actor, Chain, Entry, Event, EventId, HlcClock};
use crate::record::command::Command;
use crate::record::fact::Fact;
use crate::record::refusal::Refusal;
use crate::record::rule::{No, Now, decide, implied_session};
use chrono::NaiveDate;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{ChildId, Identity, OriginId, SessionId, UserId};
use rusqlite::{Connection, Transaction};

/// How far the clock may stand before our last event before the desk refuses, in ms: a little is forgiven,
/// a flat clock battery is not. An Admin may say that the clock is right now and was wrong before.
const CLOCK_BACK_MAX_MS: u64 = 24 * 60 * 60 * 1000;

/// Pages kept in memory while every child's forecast is worked out again, in KiB: with less, each page of the
/// lists is sealed and written many times over. Given back afterwards.
const EVERYBODY_CACHE_KIB: i64 = 32 * 1024;

/// What a rolled-back group must not leave behind.
#[derive(Clone, Copy)]
pub(in crate::store) struct State {
    pub(in crate::store) chain: Chain,
    pub(super) clock: HlcClock,
    /// What the wall clock said at the last event of ours.
    pub(super) last_ms: u64,
    pub(in crate::store) settings: Option<Settings>,
    /// A log is longer than before this group.
    pub(super) grew: bool,
    /// There is something new for those who watch.
    pub(super) news: bool,
}

#[derive(Clone, Copy)]
pub(in crate::store) struct Settings {
    pub(in crate::store) schedule: &'static Schedule,
    je_endemic: bool,
}

pub(super) fn now<'a>(conn: &Connection, state: &State, env: &Env) -> Result<Now<'a>, StoreError> {
    let settings = state.settings.ok_or(StoreError::NoClinic)?;
    let now_ms = env.now_ms();
    let Settings { schedule, je_endemic } = settings;
    Ok(Now { now_ms, today: india(now_ms), schedule, je_endemic, contact: contact(conn)? })
}

pub(in crate::store) fn submit(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    by: UserId,
    command: Command,
) -> Result<Receipt, SubmitError> {
    if !matches!(command, Command::AcceptClock) {
        check_clock(state, env)?;
    }
    let now = now(tx, state, env)?;
    let asked = decide(command.clone(), by, &Tables(tx), now);
    let fact = match asked {
        // Nothing but the session stands in its way: the first dose of a day opens it.
        Err(No::Refused(no @ (Refusal::UnknownSession | Refusal::SessionOver))) => {
            let fresh = SessionId::from_random(env.random().map_err(StoreError::from)?);
            let opens = implied_session(&command, by, fresh, &Tables(tx))?.ok_or(no)?;
            append(tx, state, env, identity, Actor(Some(by)), &opens)?;
            decide(command, by, &Tables(tx), now)?
        }
        asked => asked?,
    };
    let event = append(tx, state, env, identity, Actor(Some(by)), &fact)?;
    Ok(Receipt { event, fact })
}

pub(super) fn check_clock(state: &State, env: &Env) -> Result<(), Refusal> {
    not_back(state.last_ms, env.now_ms())
}

/// A clock that stands before what was written last is believed by nobody.
pub(in crate::store) fn not_back(last_ms: u64, now_ms: u64) -> Result<(), Refusal> {
    let back = now_ms.saturating_add(CLOCK_BACK_MAX_MS) < last_ms;
    if back { Err(Refusal::ClockBack) } else { Ok(()) }
}

pub(in crate::store) fn append(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    actor: Actor,
    fact: &Fact,
) -> Result<EventId, StoreError> {
    let now_ms = env.now_ms();
    let entry = fact.to_entry(state.clock.tick(now_ms), actor);
    // No rule lets one through; the district would keep out who sends it.
    if !entry.fits() {
        return Err(StoreError::EventTooLarge);
    }
    state.last_ms = match fact {
        Fact::ClockAccepted(_) => now_ms,
        _ => state.last_ms.max(now_ms),
    };
    let event = state.chain.append(entry);
    let no = origin_no(tx, event.id.origin, identity.public_key().0)?;
    insert_event(tx, no, &event)?;
    let directives = match fact {
        Fact::DirectivesTaken(taken) => rebuild::directives(tx, taken)?,
        _ => Vec::new(),
    };
    let touched = apply(tx, &event, fact, &directives)?;
    if matches!(fact, Fact::ClinicFounded(_) | Fact::SettingsChanged(_) | Fact::DirectivesTaken(_)) {
        state.settings = settings(tx)?;
    }
    touch(tx, state, env, touched)?;
    state.grew = true;
    Ok(event.id)
}

fn touch(tx: &Transaction<'_>, state: &State, env: &Env, touched: Touched) -> Result<(), StoreError> {
    let Some(settings) = state.settings else { return Ok(()) };
    let today = india(env.now_ms());
    match touched {
        Touched::Nobody => {}
        Touched::Child(child) => refresh(tx, &[child], settings, today)?,
        Touched::Both(one, other) => refresh(tx, &[one, other], settings, today)?,
        Touched::Many(mut children) => {
            children.sort_unstable();
            children.dedup();
            refresh(tx, &children, settings, today)?;
        }
        Touched::Everybody(others) => {
            let sql = "SELECT id FROM child WHERE gone IS NULL AND merged_into IS NULL";
            let mut everybody = all(tx, sql, [], |r| r.get(0).map(uint).map(ChildId))?;
            everybody.extend(others);
            let usual: i64 = tx.query_row("PRAGMA cache_size", [], |r| r.get(0))?;
            tx.pragma_update(None, "cache_size", -EVERYBODY_CACHE_KIB)?;
            let done = refresh(tx, &everybody, settings, today);
            tx.pragma_update(None, "cache_size", usual)?;
            done?;
        }
    }
    Ok(())
}

fn refresh(tx: &Transaction<'_>, children: &[ChildId], settings: Settings, today: NaiveDate) -> Result<(), StoreError> {
    for child in children {
        refresh_forecast(tx, *child, settings.schedule, settings.je_endemic, today)?;
    }
    Ok(())
}

pub(super) fn new_day(tx: &Transaction<'_>, state: &State, env: &Env) -> Result<(), StoreError> {
    let Some(settings) = state.settings else { return Ok(()) };
    let today = india(env.now_ms());
    let stale: Vec<i64> =
        all(tx, "SELECT child FROM forecast WHERE recheck_on <= ?1 OR computed_on > ?1", [day(today)], |r| r.get(0))?;
    for child in stale {
        refresh_forecast(tx, ChildId(uint(child)), settings.schedule, settings.je_endemic, today)?;
    }
    Ok(())
}

pub fn insert_event(tx: &Transaction<'_>, no: i64, event: &Event) -> rusqlite::Result<()> {
    let Entry { hlc, actor, kind, version, body } = &event.entry;
    run(
        tx,
        "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (no, int(event.id.seq), int(hlc.0), actor.0.map(|u| int(u.0)), kind, version, body, event.hash),
    )?;
    Ok(())
}

pub(super) fn sign_head(tx: &Transaction<'_>, state: &State, identity: &Identity) -> rusqlite::Result<()> {
    put_head(tx, &state.chain.head().sign(identity))
}

pub(in crate::store) fn put_head(tx: &Transaction<'_>, signed: &SignedHead) -> rusqlite::Result<()> {
    run(
        tx,
        "INSERT INTO head SELECT no, ?2, ?3, ?4 FROM origin WHERE id = ?1
         ON CONFLICT(origin) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = excluded.signature",
        (signed.head.origin.0, int(signed.head.seq), signed.head.hash, signed.signature),
    )?;
    Ok(())
}

pub(in crate::store) fn settings(conn: &Connection) -> Result<Option<Settings>, StoreError> {
    Ok(rebuild::settings(conn)?.map(|(schedule, je_endemic)| Settings { schedule, je_endemic }))
}

/// The end of our own log, from the events themselves.
pub(super) fn own_chain(conn: &Connection, origin: OriginId) -> Result<Chain, StoreError> {
    let last = one(
        conn,
        "SELECT e.seq, e.hash FROM event e JOIN origin o ON o.no = e.origin
         WHERE o.id = ?1 ORDER BY e.seq DESC LIMIT 1",
        [origin.0],
        |r| Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }),
    )?;
    Ok(last.map_or(Chain::empty(origin), Chain::at))
}

impl From<No<rusqlite::Error>> for SubmitError {
    fn from(no: No<rusqlite::Error>) -> Self {
        match no {
            No::Refused(refusal) => Self::Refused(refusal),
            No::Broken(error) => Self::Store(error.into()),
        }
    }
}
