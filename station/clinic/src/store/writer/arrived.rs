//! What was recorded elsewhere and comes in: a toy's records, events of another node's log.

use super::super::logs::{keep_signed, own_keys};
use super::super::look::Tables;
use super::super::rebuild::refill;
use super::super::returned::take_back;
use super::super::sql::{all, bytes, int, one, origin_no, uint};
use super::super::{Env, StoreError, SubmitError, Taken};
use super::append::{State, append, check_clock, insert_event, now, put_head, settings};
use crate::date::{india, india_ms};
use crate::ledger::{Actor, Chain, Event, EventId, Hlc};
use crate::record::command::Command;
use crate::record::fact::{DirectivesTaken, Fact, OriginOpened};
use crate::record::limits::TOY_RECORDS_PER_DAY;
use crate::record::refusal::Refusal;
use crate::record::rule::{Look, decide, toy_obeyed};
use chrono::NaiveDate;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::toy::{self, SignedObeyed, SignedRecord};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey};
use rusqlite::Transaction;

pub(super) fn take(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    key: &PublicKey,
    records: Vec<SignedRecord>,
    offset_ms: i64,
) -> Result<Taken, SubmitError> {
    let toy = key.device_id();
    let refuse = |r: toy::Refusal| SubmitError::Refused(Refusal::Toy(r));
    // By a wrong clock of ours every date of the toy's would look wrong: it keeps its records for now.
    check_clock(state, env).map_err(|_| refuse(toy::Refusal::Storage))?;
    let mut taken = Taken { epoch: 0, committed: 0, repeated: 0, wait_s: None };
    let today = india(env.now_ms());
    let mut left = left_today(tx, toy, records.len(), today)?;
    for signed in records {
        let record = signed.open(key).map_err(refuse)?;
        taken.epoch = record.epoch;
        let held = one(
            tx,
            "SELECT signature FROM toy_record WHERE toy = ?1 AND epoch = ?2 AND seq = ?3",
            (toy.0, int(record.epoch), int(record.seq)),
            |r| bytes::<64>(r, 0),
        )?;
        match held {
            // Sent again because our answer was lost. Ed25519 signs equal bytes equally.
            Some(signature) if signature == signed.signature => taken.repeated += 1,
            Some(_) => return Err(refuse(toy::Refusal::BadSequence)),
            None if left == 0 => {
                let (_, tomorrow_ms) = india_ms(today, today);
                let wait_s = tomorrow_ms.saturating_sub(env.now_ms()) / 1_000 + 1;
                taken.wait_s = Some(u32::try_from(wait_s).unwrap_or(u32::MAX));
                tracing::warn!(
                    toy = toy.short(),
                    "a toy has told more than it may tell in a day: the rest waits on it"
                );
                break;
            }
            None => {
                left -= 1;
                let (worker, epoch, seq) = (record.worker, record.epoch, record.seq);
                let command = Command::TakeToyRecord { toy: *key, record: signed, clock_offset_ms: offset_ms };
                let fact = decide(command, worker, &Tables(tx), now(tx, state, env)?)?;
                append(tx, state, env, identity, Actor(Some(worker)), &fact)?;
                tracing::debug!(toy = toy.short(), epoch, seq, "a toy's record is in the ledger");
            }
        }
    }
    // Whichever were sent: all up to this one are here, as far as any of them is at the district.
    taken.committed = Tables(tx).toy_last_seq(toy, taken.epoch)?;
    Ok(taken)
}

/// How many more records of a toy are taken on this day, when so many come.
fn left_today(tx: &Transaction<'_>, toy: DeviceId, coming: usize, today: NaiveDate) -> rusqlite::Result<usize> {
    let coming = coming.min(TOY_RECORDS_PER_DAY);
    let sql = "SELECT e.hlc FROM (
                   SELECT origin, event, epoch, seq FROM toy_record WHERE toy = ?1
                   ORDER BY epoch DESC, seq DESC LIMIT ?2 OFFSET ?3
               ) r JOIN origin o ON o.id = r.origin JOIN event e ON e.origin = o.no AND e.seq = r.event
               ORDER BY r.epoch DESC, r.seq DESC";
    // One has room for each of those that they would push out of the day's number and that is not of this day. After a clock
    // that stood ahead stamps stay ahead, and tell of no day: a toy that waits for years would be worse.
    let pushed_out = all(tx, sql, (toy.0, int(coming as u64), int((TOY_RECORDS_PER_DAY - coming) as u64)), |r| {
        Ok(india(Hlc(uint(r.get(0)?)).ms()))
    })?;
    Ok(coming - pushed_out.iter().take_while(|day| **day == today).count())
}

/// A toy's word that it obeyed. Said again, it is in the ledger once.
pub(super) fn obeyed(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    key: &PublicKey,
    signed: &SignedObeyed,
) -> Result<(), SubmitError> {
    if let Some(fact) = toy_obeyed(key, signed, &Tables(tx), now(tx, state, env)?)? {
        append(tx, state, env, identity, Actor::NODE, &fact)?;
    }
    Ok(())
}

/// Takes events of another node's log: their chain and signature were verified, their place is checked here. They
/// come into force with an event of our own, in this same transaction.
pub(super) fn store(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    writer: &PublicKey,
    events: &[Event],
    head: &SignedHead,
) -> Result<Head, StoreError> {
    let origin = head.head.origin;
    let keys = own_keys(tx, &identity.public_key())?;
    if origin == state.chain.head().origin {
        return Err(StoreError::OwnLog);
    }
    if keys.contains(writer) {
        // Signed by ourselves: what we wrote and do not have any more, or what the computer before this one wrote.
        return store_returned(tx, state, env, identity, writer, events, head);
    }
    let mut held = end_of(tx, origin)?;
    let before = held.seq;
    for event in events {
        if event.id.origin != origin {
            return Err(StoreError::Gap);
        }
        if event.id.seq <= held.seq {
            let same = hash_at(tx, event.id)?.is_some_and(|h| h == event.hash);
            if same { continue } else { return Err(StoreError::Fork) }
        }
        if event.id.seq != held.seq + 1 {
            return Err(StoreError::Gap);
        }
        let no = match event.id.seq {
            // A log says first whose it is, and nobody opens one in our name.
            1 => match Fact::of(&event.entry)? {
                Fact::OriginOpened(OriginOpened { node, .. }) if node == *writer && head.verify(&node) => {
                    origin_no(tx, origin, node.0)?
                }
                _ => return Err(StoreError::NotTheirLog),
            },
            _ => origin_no(tx, origin, [0; 32])?,
        };
        insert_event(tx, no, event)?;
        state.clock.observe(event.entry.hlc, env.now_ms());
        held = Head { origin, seq: event.id.seq, hash: event.hash };
    }
    if held.seq == head.head.seq {
        if held.hash != head.head.hash {
            return Err(StoreError::Fork);
        }
        put_head(tx, head)?;
        keep_signed(tx, head)?;
    }
    if held.seq > before {
        bring_into_force(tx, state, env, identity, before, held)?;
    }
    state.grew = true;
    Ok(held)
}

/// An event of ours says how far the district's log is taken. Of events that an earlier one names (it came back to us
/// before they did) the place in the history is there, and everything since is built again; so it is once for a log
/// that began to come when programs took nothing of it.
fn bring_into_force(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    before: u64,
    held: Head,
) -> Result<(), StoreError> {
    let Head { origin, seq, .. } = held;
    let sql = "SELECT marked FROM directive WHERE origin = ?1";
    let marked = one(tx, sql, [origin.0], |r| r.get(0).map(uint))?.unwrap_or_default();
    if seq > marked {
        let taken = Fact::DirectivesTaken(DirectivesTaken { origin, seq });
        append(tx, state, env, identity, Actor::NODE, &taken)?;
    }
    if before < marked || (marked == 0 && before > 0) {
        refill(tx, &identity.public_key(), india(env.now_ms()), &mut |_| {})?;
        state.settings = settings(tx)?;
    }
    Ok(())
}

fn store_returned(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    writer: &PublicKey,
    events: &[Event],
    head: &SignedHead,
) -> Result<Head, StoreError> {
    let held = end_of(tx, head.head.origin)?;
    let known = events.iter().take_while(|event| event.id.seq <= held.seq).count();
    for event in &events[..known] {
        if hash_at(tx, event.id)? != Some(event.hash) {
            return Err(StoreError::Fork);
        }
    }
    let now_ms = env.now_ms();
    let Some(newest) = take_back(tx, writer, held, &events[known..], head, now_ms)? else {
        return Ok(held);
    };
    if *writer != identity.public_key() {
        keep_signed(tx, head)?;
    }
    refill(tx, &identity.public_key(), india(now_ms), &mut |_| {})?;
    // What comes from now on comes later, whatever clock stamped those.
    state.clock.observe(newest, newest.ms());
    state.settings = settings(tx)?;
    state.grew = true;
    Ok(head.head)
}

/// How far a log is held whose head is signed.
fn end_of(tx: &Transaction<'_>, origin: OriginId) -> rusqlite::Result<Head> {
    let sql = "SELECT h.seq, h.hash FROM head h JOIN origin o ON o.no = h.origin WHERE o.id = ?1";
    let end = one(tx, sql, [origin.0], |r| Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }))?;
    Ok(end.unwrap_or(Chain::empty(origin).head()))
}

fn hash_at(tx: &Transaction<'_>, id: EventId) -> rusqlite::Result<Option<[u8; 32]>> {
    one(
        tx,
        "SELECT e.hash FROM event e JOIN origin o ON o.no = e.origin WHERE o.id = ?1 AND e.seq = ?2",
        (id.origin.0, int(id.seq)),
        |r| bytes(r, 0),
    )
}
