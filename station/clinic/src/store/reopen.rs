//! The district holds other events of a log of ours than we do, or more: this folder is an old copy that was put
//! back, or another computer goes on with a copy of it. What the district holds stands. What only we have moves to
//! another log, and we write a new one from then on; the Admin is told.

use super::logs::{is_own, own_keys, put_proven};
use super::rebuild::{entry, refill};
use super::sql::{all, bytes, int, one, origin_no, run, uint};
use super::writer::{State, append, insert_event, put_head, settings};
use super::{Env, StoreError};
use crate::date::india;
use crate::ledger::{Actor, Chain, Event, EventId};
use crate::record::fact::{Fact, LogReopened, OpenedWhy, OriginOpened};
use crate::record::moved::branch;
use hub_protocol::replica::{HEADS_MAX, Head, LOGS_PER_KEY_MAX};
use hub_protocol::{Identity, OriginId};
use rusqlite::Transaction;

/// All of [`crate::replica::Logs::reopen`], within one transaction. Gives the log that is written from then on.
pub fn reopen(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    origin: OriginId,
    common: u64,
) -> Result<OriginId, StoreError> {
    let keys = own_keys(tx, &identity.public_key())?;
    let log = one(tx, "SELECT no, node FROM origin WHERE id = ?1", [origin.0], |r| Ok((r.get(0)?, bytes(r, 1)?)))?;
    let (no, node) = log.ok_or(StoreError::Gap)?;
    if !is_own(&keys, node) {
        return Err(StoreError::NotTheirLog);
    }
    let me = identity.public_key().0;
    let counts = |r: &rusqlite::Row<'_>| Ok((r.get(0).map(uint)?, r.get(1).map(uint)?));
    let sql = "SELECT count(*), count(*) FILTER (WHERE node = ?1) FROM origin";
    let (logs, mine) = one(tx, sql, [me], counts)?.unwrap_or_default();
    if logs + 2 > HEADS_MAX as u64 || mine + 2 > LOGS_PER_KEY_MAX as u64 {
        return Err(StoreError::TooManyLogs);
    }
    let moved = cut(tx, identity, Head { origin, seq: common, hash: hash_at(tx, no, common)? }, no, env.now_ms())?;
    let to = put_branch(tx, identity, &moved)?;
    if state.chain.head().origin == origin {
        let fresh = OriginId(env.random()?);
        run(tx, "UPDATE node SET origin = ?1", [fresh.0])?;
        state.chain = Chain::empty(fresh);
        let opened = OriginOpened { node: identity.public_key(), why: OpenedWhy::Reopened };
        append(tx, state, env, identity, Actor::NODE, &Fact::OriginOpened(opened))?;
    }
    let told = LogReopened { origin, common, moved: moved.len() as u64, to };
    append(tx, state, env, identity, Actor::NODE, &Fact::LogReopened(told))?;
    refill(tx, &identity.public_key(), india(env.now_ms()), &mut |_| {})?;
    state.settings = settings(tx)?;
    Ok(state.chain.head().origin)
}

fn hash_at(tx: &Transaction<'_>, no: i64, seq: u64) -> Result<[u8; 32], StoreError> {
    let sql = "SELECT hash FROM event WHERE origin = ?1 AND seq = ?2";
    one(tx, sql, (no, int(seq)), |r| bytes(r, 0))?.ok_or(StoreError::Gap)
}

/// Takes the events after `end` out of a log. Gives them.
fn cut(tx: &Transaction<'_>, identity: &Identity, end: Head, no: i64, now_ms: u64) -> Result<Vec<Event>, StoreError> {
    let Head { origin, seq, .. } = end;
    let sql = "SELECT hlc, actor, kind, version, body, seq, hash FROM event
               WHERE origin = ?1 AND seq > ?2 ORDER BY seq";
    let moved = all(tx, sql, (no, int(seq)), |r| {
        let id = EventId { origin, seq: uint(r.get(5)?) };
        Ok(Event { id, entry: entry(r, 0)?, hash: bytes(r, 6)? })
    })?;
    run(tx, "DELETE FROM event WHERE origin = ?1 AND seq > ?2", (no, int(seq)))?;
    run(tx, "DELETE FROM signed WHERE origin = ?1 AND seq > ?2", (no, int(seq)))?;
    put_head(tx, &end.sign(identity))?;
    // The district said just now that it holds the log so far.
    put_proven(tx, end, now_ms)?;
    Ok(moved)
}

/// Puts events that were taken out of another log to where they belong. Gives the log.
fn put_branch(tx: &Transaction<'_>, identity: &Identity, moved: &[Event]) -> Result<Option<OriginId>, StoreError> {
    let Some((events, head)) = branch(identity, moved) else { return Ok(None) };
    let to = head.head.origin;
    let no = origin_no(tx, to, identity.public_key().0)?;
    let held = all(tx, "SELECT hash FROM event WHERE origin = ?1 ORDER BY seq", [no], |r| bytes::<32>(r, 0))?;
    // Another copy of this folder moved them too, and they came back from the district.
    if held.iter().zip(&events).any(|(held, event)| *held != event.hash) {
        return Err(StoreError::Fork);
    }
    for event in events.iter().skip(held.len()) {
        insert_event(tx, no, event)?;
    }
    if events.len() > held.len() {
        put_head(tx, &head)?;
    }
    Ok(Some(to))
}
