//! Messages to families in the read tables.

use super::{At, Subject};
use crate::date::india;
use crate::ledger::Hlc;
use crate::record::fact::{
    Became, MessageBecame, MessageMade, MessageSettled, OpenedWhy, OptOutSet, RemindersChanged, RemindersRun,
};
use crate::record::rule::message_became;
use crate::reminder::MessageState;
use crate::store::look::message_state;
use crate::store::sql::{day, int, uint};
use hub_protocol::Day;
use hub_protocol::frame::to_cbor;

pub fn change(at: At<'_>, f: &RemindersChanged) -> rusqlite::Result<()> {
    // The first key holds.
    at.run(
        "INSERT INTO reminders VALUES (1, ?1, ?2) ON CONFLICT DO UPDATE SET settings = excluded.settings",
        (f.key.0, to_cbor(&f.settings)),
    )?;
    at.note(Subject::Clinic, 1)
}

pub fn run(at: At<'_>, f: &RemindersRun) -> rusqlite::Result<()> {
    at.run("INSERT INTO reminder_day VALUES (?1) ON CONFLICT DO NOTHING", [f.on.0])?;
    for message in &f.messages {
        make(at, f.on.0, message)?;
    }
    Ok(())
}

fn make(at: At<'_>, run_on: i32, m: &MessageMade) -> rusqlite::Result<()> {
    let new = at.run(
        "INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, NULL, NULL, ?8) ON CONFLICT DO NOTHING",
        (
            m.reference,
            run_on,
            m.channel as i64,
            m.language as i64,
            m.stage as i64,
            m.on.0,
            MessageState::Queued as i64,
            at.hlc,
        ),
    )?;
    if new == 0 {
        return Ok(());
    }
    for told in &m.told {
        let row = (m.reference, int(told.child.0), told.stage as i64, told.on.0);
        at.run("INSERT INTO message_child VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING", row)?;
    }
    Ok(())
}

pub fn became(at: At<'_>, f: &MessageBecame) -> rusqlite::Result<()> {
    let Some(state) = message_state(at.conn, f.reference)? else { return Ok(()) };
    if !message_became(state, f.became) {
        return Ok(());
    }
    let state = match f.became {
        Became::Sent => MessageState::Sent,
        Became::Delivered => MessageState::Delivered,
        Became::Failed => MessageState::Failed,
        Became::Unknown => MessageState::Unknown,
    };
    at.run(
        "UPDATE message SET state = ?2, why = ?3, parts = coalesce(?4, parts), paise = coalesce(?5, paise), hlc = ?6
         WHERE reference = ?1",
        (f.reference, state as i64, f.why.map(|why| why as i64), f.parts, f.paise, at.hlc),
    )?;
    Ok(())
}

pub fn settle(at: At<'_>, f: &MessageSettled) -> rusqlite::Result<()> {
    let state = if f.again { MessageState::Queued } else { MessageState::Failed };
    let sql = "UPDATE message SET state = ?2, why = NULL, hlc = ?3 WHERE reference = ?1";
    at.run(sql, (f.reference, state as i64, at.hlc))?;
    Ok(())
}

pub fn opt_out(at: At<'_>, f: &OptOutSet) -> rusqlite::Result<()> {
    if f.out {
        at.run("INSERT INTO opt_out VALUES (?1, ?2) ON CONFLICT DO NOTHING", (&f.phone, at.hlc))?;
    } else {
        at.run("DELETE FROM opt_out WHERE phone = ?1", [&f.phone])?;
    }
    Ok(())
}

/// Runs of days that have not come yet were made by a clock that was wrong: those days get theirs, and who was told
/// something then is not told it again.
pub fn clock_accepted(at: At<'_>, today: Day) -> rusqlite::Result<()> {
    at.run("DELETE FROM reminder_day WHERE day > ?1", [today.0])?;
    Ok(())
}

/// A log was opened in the place of another one: what the computer before us, or this one before its copy was put back,
/// did after that, nobody here knows. What waited may have gone out, and the run of this day may have been made.
pub fn opened(at: At<'_>, why: OpenedWhy) -> rusqlite::Result<()> {
    if !matches!(why, OpenedWhy::Restored | OpenedWhy::Reopened | OpenedWhy::TakenOver) {
        return Ok(());
    }
    at.run(
        "UPDATE message SET state = ?1, hlc = ?3 WHERE state = ?2",
        (MessageState::Unknown as i64, MessageState::Queued as i64, at.hlc),
    )?;
    let today = india(Hlc(uint(at.hlc)).ms());
    at.run("INSERT INTO reminder_day VALUES (?1) ON CONFLICT DO NOTHING", [day(today)])?;
    Ok(())
}
