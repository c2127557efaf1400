//! What becomes of one message, step for step, and what is known of it when the program starts again.

use super::MessageStep;
use crate::ledger::Actor;
use crate::record::fact::{Became, Fact, MessageBecame, NotSent};
use crate::record::rule::message_became;
use crate::reminder::{Answer, Channel, MessageState, Retry, after_answer, after_start};
use crate::store::look::{message_state, stored};
use crate::store::query::reminders;
use crate::store::sql::{all, bytes, int, one, run};
use crate::store::writer::{State, append};
use crate::store::{Env, StoreError};
use hub_protocol::Identity;
use rusqlite::{Connection, Transaction};

/// How far this computer is with a message: its tries, and whether one is on its way.
fn tries(tx: &Transaction<'_>, reference: [u8; 16]) -> rusqlite::Result<(u32, bool)> {
    let sql = "SELECT tries, sending FROM message_try WHERE reference = ?1";
    Ok(one(tx, sql, [reference], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or_default())
}

pub(in crate::store) fn step(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    reference: [u8; 16],
    step: MessageStep,
) -> Result<MessageState, StoreError> {
    // One that no run here made is not sent.
    let Some(stands) = message_state(tx, reference)? else { return Ok(MessageState::Failed) };
    match step {
        MessageStep::Begin => {
            let (tries, sending) = tries(tx, reference)?;
            // Somebody gave it up meanwhile, or another sender has it.
            if stands != MessageState::Queued || sending {
                return Ok(if sending { MessageState::Sending } else { stands });
            }
            let sql = "INSERT INTO message_try VALUES (?1, ?2, 0, 1, '', 0)
                       ON CONFLICT DO UPDATE SET tries = ?2, next_ms = 0, sending = 1, gateway_id = ''";
            run(tx, sql, (reference, tries.saturating_add(1)))?;
            Ok(MessageState::Sending)
        }
        MessageStep::Answered { answer, gateway_id, parts, paise, random } => {
            let (tries, _) = tries(tx, reference)?;
            let (now, wait_ms) = after_answer(answer, tries, retry(tx, reference)?, random);
            let why = match (now, answer) {
                (MessageState::Failed, Answer::Refused) => Some(NotSent::Refused),
                (MessageState::Failed, _) => Some(NotSent::Tries),
                _ => None,
            };
            let next_ms = env.now_ms().saturating_add(wait_ms.unwrap_or_default());
            run(
                tx,
                "UPDATE message_try SET sending = 0, next_ms = ?2, gateway_id = ?3, unclear = unclear OR ?4
                 WHERE reference = ?1",
                (reference, int(next_ms), &gateway_id, answer == Answer::Unclear),
            )?;
            match became_of(now) {
                Some(became) => {
                    tell(tx, state, env, identity, (reference, stands), (became, why, Some((parts, paise))))
                }
                None => Ok(stands),
            }
        }
        MessageStep::Became { became, why } => tell(tx, state, env, identity, (reference, stands), (became, why, None)),
    }
}

pub(super) fn is_unclear(conn: &Connection, reference: [u8; 16]) -> rusqlite::Result<bool> {
    let sql = "SELECT unclear FROM message_try WHERE reference = ?1";
    Ok(one(conn, sql, [reference], |r| r.get(0))?.unwrap_or_default())
}

fn became_of(state: MessageState) -> Option<Became> {
    match state {
        MessageState::Queued | MessageState::Sending => None,
        MessageState::Sent => Some(Became::Sent),
        MessageState::Delivered => Some(Became::Delivered),
        MessageState::Failed => Some(Became::Failed),
        MessageState::Unknown => Some(Became::Unknown),
    }
}

fn retry(conn: &Connection, reference: [u8; 16]) -> Result<Retry, StoreError> {
    let channel = one(conn, "SELECT channel FROM message WHERE reference = ?1", [reference], |r| {
        Ok(stored(Channel::ALL, r.get(0)?, |c| *c as i64))
    })?;
    let settings = reminders(conn)?.map(|set| set.settings).unwrap_or_default();
    Ok(settings.retry(channel.unwrap_or(Channel::Modem)))
}

/// The cost of all that was given of a message: a person may have had it sent again.
fn with_earlier(conn: &Connection, reference: [u8; 16], (parts, paise): (u8, u32)) -> rusqlite::Result<(u8, u32)> {
    let sql = "SELECT coalesce(parts, 0), coalesce(paise, 0) FROM message WHERE reference = ?1";
    let before: Option<(u8, u32)> = one(conn, sql, [reference], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let before = before.unwrap_or_default();
    Ok((parts.saturating_add(before.0), paise.saturating_add(before.1)))
}

/// Writes down what became of a message, when it is news. What is over is not tried again: only the gateway's number of
/// what it took is kept.
fn tell(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    (reference, stands): ([u8; 16], MessageState),
    (became, why, cost): (Became, Option<NotSent>, Option<(u8, u32)>),
) -> Result<MessageState, StoreError> {
    // What may have gone out at an earlier try did not fail for certain.
    let doubted = stands == MessageState::Queued && became == Became::Failed && is_unclear(tx, reference)?;
    let (became, why) = if doubted { (Became::Unknown, None) } else { (became, why) };
    if !message_became(stands, became) {
        return Ok(stands);
    }
    let (parts, paise) = match cost {
        // What may have gone out may have been paid for.
        Some(cost) if matches!(became, Became::Sent | Became::Unknown) => Some(with_earlier(tx, reference, cost)?),
        _ => None,
    }
    .unzip();
    let fact = Fact::MessageBecame(MessageBecame { reference, became, why, parts, paise });
    append(tx, state, env, identity, Actor::NODE, &fact)?;
    if became != Became::Sent {
        run(tx, "DELETE FROM message_try WHERE reference = ?1", [reference])?;
    }
    Ok(message_state(tx, reference)?.unwrap_or(stands))
}

pub(in crate::store) fn resume(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    random: u32,
) -> Result<(), StoreError> {
    // Of what is over only the gateway's number of a message that it took is of use. A restored copy has more.
    run(
        tx,
        "DELETE FROM message_try WHERE reference NOT IN (SELECT reference FROM message WHERE state IN (?1, ?2))",
        (MessageState::Queued as i64, MessageState::Sent as i64),
    )?;
    let sql = "SELECT t.reference, t.tries FROM message_try t JOIN message m ON m.reference = t.reference
               WHERE t.sending AND m.state = ?1 ORDER BY t.reference";
    let begun = all(tx, sql, [MessageState::Queued as i64], |r| Ok((bytes::<16>(r, 0)?, r.get::<_, u32>(1)?)))?;
    for (reference, tries) in begun {
        let (now, wait_ms) = after_start(MessageState::Sending, tries, retry(tx, reference)?, random);
        let next_ms = env.now_ms().saturating_add(wait_ms.unwrap_or_default());
        let sql = "UPDATE message_try SET sending = 0, next_ms = ?2, unclear = 1 WHERE reference = ?1";
        run(tx, sql, (reference, int(next_ms)))?;
        if let Some(became) = became_of(now) {
            let stands = MessageState::Queued;
            let _ = tell(tx, state, env, identity, (reference, stands), (became, None, None))?;
        }
    }
    Ok(())
}
