//! What toys tell besides doses, and what speaks against believing a toy.

use super::{At, Subject, Touched, care, child, dose};
use crate::date::{india, to_date, to_day};
use crate::ledger::{EventId, Hlc};
use crate::record::fact::{
    ChildDetails, ChildOnToy, ChildRegistered, ChildSighted, Gone, GrowthMeasured, MeasuredOnToy, ToyWitness,
};
use crate::record::limits::TOY_CLOCK_DOUBT_MS;
use crate::record::refusal::Refusal;
use crate::record::rule::{No, form_fields, measurement, room};
use crate::store::alike;
use crate::store::look::{Tables, child_state};
use crate::store::sql::{int, one, uint};
use hub_protocol::{ChildId, Day, UserId};

/// A toy may have been in somebody's hands this long before the clinic wrote it down, in ms.
const HELD_SLACK_MS: i64 = 60 * 60 * 1000;
/// Stands where the reason of a measuring that is not true stands, as long as an Admin has not said that this one is.
const DOUBTED: &str = "?";

/// Each record of a toy is in the ledger once.
pub fn record(at: At<'_>, toy: &ToyWitness) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO toy_record VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        (toy.toy.0, int(toy.epoch), int(toy.seq), toy.signature, at.origin(), at.seq()),
    )?;
    Ok(())
}

/// Has the one in whose name it speaks ever carried it?
pub fn was_hers(at: At<'_>, toy: &ToyWitness) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM toy_held WHERE toy = ?1 AND worker = ?2 LIMIT 1";
    Ok(one(at.conn, sql, (toy.toy.0, at.by), |_| Ok(()))?.is_some())
}

/// Why a toy is not believed about a day: its clock, or that somebody else carried it then.
pub fn doubted(at: At<'_>, toy: &ToyWitness, on: Day) -> rusqlite::Result<Option<&'static str>> {
    if toy.clock_offset_ms.unsigned_abs() > TOY_CLOCK_DOUBT_MS.unsigned_abs() {
        return Ok(Some("toy-clock"));
    }
    let at_ms = i64::try_from(toy.at_ms).unwrap_or(i64::MAX).saturating_sub(toy.clock_offset_ms);
    let held = one(
        at.conn,
        "SELECT 1 FROM toy_held WHERE toy = ?1 AND worker = ?2
         AND from_ms <= ?3 + ?4 AND (until_ms IS NULL OR until_ms >= ?3)",
        (toy.toy.0, at.by, at_ms, HELD_SLACK_MS),
        |_| Ok(()),
    )?;
    let before = on <= to_day(india(u64::try_from(at_ms).unwrap_or_default()));
    Ok((held.is_none() || !before).then_some("not-her-toy"))
}

/// Is something that a toy tells of a child and a day to be looked at first?
fn is_doubted(at: At<'_>, toy: &ToyWitness, child: ChildId, on: Day) -> rusqlite::Result<bool> {
    Ok(dose::doubted_day(at, child, on)?.is_some() || !was_hers(at, toy)? || doubted(at, toy, on)?.is_some())
}

/// Can it be true of any child?
fn is_possible(at: At<'_>, growth: &GrowthMeasured) -> rusqlite::Result<bool> {
    let (Some(child), Some(on)) = (child_state(at.conn, growth.child)?, to_date(growth.on)) else { return Ok(false) };
    Ok(measurement(growth, &child, on).check().is_ok())
}

pub fn measured(at: At<'_>, f: &MeasuredOnToy) -> rusqlite::Result<Touched> {
    record(at, &f.toy)?;
    let child = f.growth.child;
    if !is_possible(at, &f.growth)? {
        at.conflict("toy-measured-impossible", Some(child), None)?;
        at.note(Subject::Child, int(child.0))?;
        return Ok(Touched::Nobody);
    }
    let touched = care::measure(at, &f.growth)?;
    if !is_doubted(at, &f.toy, child, f.growth.on)? {
        return Ok(touched);
    }
    at.run("UPDATE growth SET withdrawn = ?3 WHERE origin = ?1 AND seq = ?2", (at.origin(), at.seq(), DOUBTED))?;
    at.conflict("toy-measured", Some(child), None)?;
    Ok(touched)
}

pub fn sighted(at: At<'_>, f: &ChildSighted) -> rusqlite::Result<Touched> {
    record(at, &f.toy)?;
    at.note(Subject::Child, int(f.child.0))?;
    if is_doubted(at, &f.toy, f.child, f.on)? {
        at.conflict("toy-sighted", Some(f.child), None)?;
    }
    Ok(Touched::Nobody)
}

/// A child registered in the village: a child like any other, or one that waits with all that is told of it. What is no
/// form at all is no child.
pub fn registered(at: At<'_>, f: &ChildOnToy) -> rusqlite::Result<Touched> {
    record(at, &f.toy)?;
    let is_new = child_state(at.conn, f.child)?.is_none();
    let Some(details) = told_form(at, &f.details).filter(|_| is_new) else {
        at.conflict("toy-child-impossible", Some(f.child), None)?;
        return Ok(Touched::Nobody);
    };
    let waits = why_it_waits(at, &f.toy, &details)?;
    let worker = at.by.filter(|_| waits.is_none()).map(|by| UserId(uint(by)));
    let new = ChildRegistered { child: f.child, details, worker, distinct_from: Vec::new() };
    let touched = child::register(at, &new)?;
    if let Some(kind) = waits {
        let row = (int(f.child.0), Gone::Waiting as i64, i64::from(today(at).0));
        at.run("UPDATE child SET gone = ?2, gone_on = ?3 WHERE id = ?1", row)?;
        at.conflict(kind, Some(f.child), None)?;
    }
    Ok(touched)
}

/// A form as a toy told it, as it is kept.
pub fn told_form(at: At<'_>, told: &ChildDetails) -> Option<ChildDetails> {
    form_fields(told, to_date(today(at))?).ok()
}

/// The day on which it came.
fn today(at: At<'_>) -> Day {
    to_day(india(Hlc(uint(at.hlc)).ms()))
}

/// Why an Admin is to look first: the toy may not be believed, the child may be known, the worker may have no room.
fn why_it_waits(at: At<'_>, toy: &ToyWitness, details: &ChildDetails) -> rusqlite::Result<Option<&'static str>> {
    if !was_hers(at, toy)? || doubted(at, toy, details.dob)?.is_some() {
        return Ok(Some("toy-child"));
    }
    if !alike::probable(at.conn, details)?.is_empty() {
        return Ok(Some("toy-child-alike"));
    }
    Ok(match no_room(at, at.by)? {
        None => None,
        Some(Refusal::WorkerFull { .. }) => Some("toy-child-full"),
        Some(_) => Some("toy-child"),
    })
}

/// Why a worker can have no more children.
fn no_room(at: At<'_>, worker: Option<i64>) -> rusqlite::Result<Option<Refusal>> {
    match room(worker.map(|worker| UserId(uint(worker))), &Tables(at.conn)) {
        Ok(()) => Ok(None),
        Err(No::Refused(refusal)) => Ok(Some(refusal)),
        Err(No::Broken(error)) => Err(error),
    }
}

/// Does a doubt of this kind keep a child waiting?
pub fn keeps_waiting(kind: &str) -> bool {
    matches!(kind, "toy-child" | "toy-child-alike" | "toy-child-full")
}

/// An Admin said whether a child that waits is one. It is its worker's when there is room, else it is on the clinic's
/// list.
pub fn answered(at: At<'_>, child: ChildId, by: Option<i64>, accepted: bool) -> rusqlite::Result<Touched> {
    let (id, waiting) = (int(child.0), Gone::Waiting as i64);
    at.note(Subject::Child, id)?;
    if accepted {
        let worker = if no_room(at, by)?.is_none() { by } else { None };
        let sql = "UPDATE child SET gone = NULL, gone_on = NULL, worker = ?3 WHERE id = ?1 AND gone = ?2";
        at.run(sql, (id, waiting, worker))?;
    } else {
        at.run("UPDATE child SET gone = ?3 WHERE id = ?1 AND gone = ?2", (id, waiting, Gone::Other as i64))?;
    }
    Ok(Touched::Child(child))
}

/// A child that waited was taken in, or is a part of another one: nothing is left to be answered.
pub fn taken(at: At<'_>, child: ChildId) -> rusqlite::Result<()> {
    let id = int(child.0);
    at.run("UPDATE child SET gone = NULL, gone_on = NULL WHERE id = ?1 AND gone = ?2", (id, Gone::Waiting as i64))?;
    at.run(
        "UPDATE conflict SET accepted = 1, reason = '', settled_by = ?2, settled_hlc = ?3
         WHERE child = ?1 AND accepted IS NULL AND kind IN ('toy-child', 'toy-child-alike', 'toy-child-full')",
        (id, at.by, at.hlc),
    )?;
    Ok(())
}

/// An Admin said that it is true: a measuring counts from now on.
pub fn believe(at: At<'_>, event: EventId) -> rusqlite::Result<Touched> {
    let key = (event.origin.0, int(event.seq), DOUBTED);
    let sql = "UPDATE growth SET withdrawn = NULL WHERE origin = ?1 AND seq = ?2 AND withdrawn = ?3 RETURNING child";
    let Some(child) = one(at.conn, sql, key, |r| r.get::<_, i64>(0))? else { return Ok(Touched::Nobody) };
    at.note(Subject::Child, child)?;
    Ok(Touched::Child(ChildId(uint(child))))
}
