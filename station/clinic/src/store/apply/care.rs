//! Adverse events, growth and calls in the read tables.

use super::{At, Subject, Touched};
use crate::ledger::EventId;
use crate::record::fact::{
    AefiReported, AefiUpdated, AefiWithdrawn, CallMade, CallWithdrawn, GrowthMeasured, GrowthWithdrawn,
};
use crate::store::sql::{int, one, uint};
use hub_protocol::ChildId;
use hub_protocol::frame::to_cbor;

pub fn report_aefi(at: At<'_>, f: &AefiReported) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO aefi VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        rusqlite::params![
            at.origin(),
            at.seq(),
            int(f.child.0),
            f.on.0,
            f.form.class as i64,
            f.form.outcome as i64,
            f.session.map(|s| int(s.0)),
            at.by,
            to_cbor(&f.form),
        ],
    )?;
    at.note(Subject::Child, int(f.child.0))
}

pub fn update_aefi(at: At<'_>, f: &AefiUpdated) -> rusqlite::Result<()> {
    let EventId { origin, seq } = f.aefi;
    at.run(
        "UPDATE aefi SET class = ?3, outcome = ?4, form = ?5 WHERE origin = ?1 AND seq = ?2",
        (origin.0, int(seq), f.form.class as i64, f.form.outcome as i64, to_cbor(&f.form)),
    )?;
    let sql = "SELECT child FROM aefi WHERE origin = ?1 AND seq = ?2";
    match one(at.conn, sql, (origin.0, int(seq)), |r| r.get::<_, i64>(0))? {
        Some(child) => at.note(Subject::Child, child),
        None => Ok(()),
    }
}

/// A report that was withdrawn is in no table; the ledger keeps both.
pub fn withdraw_aefi(at: At<'_>, f: &AefiWithdrawn) -> rusqlite::Result<()> {
    let key = (f.aefi.origin.0, int(f.aefi.seq));
    let child = one(at.conn, "SELECT child FROM aefi WHERE origin = ?1 AND seq = ?2", key, |r| r.get::<_, i64>(0))?;
    let Some(child) = child else { return Ok(()) };
    at.run("DELETE FROM aefi WHERE origin = ?1 AND seq = ?2", key)?;
    at.note(Subject::Child, child)
}

pub fn measure(at: At<'_>, f: &GrowthMeasured) -> rusqlite::Result<Touched> {
    at.run(
        "INSERT INTO growth VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL) ON CONFLICT DO NOTHING",
        rusqlite::params![
            at.origin(),
            at.seq(),
            int(f.child.0),
            f.on.0,
            f.weight_g,
            f.length_mm,
            f.standing,
            f.muac_mm,
            f.head_mm,
            f.oedema,
            f.breastfed,
            at.by,
        ],
    )?;
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

pub fn withdraw_growth(at: At<'_>, f: &GrowthWithdrawn) -> rusqlite::Result<Touched> {
    let key = (f.growth.origin.0, int(f.growth.seq));
    at.run(
        "UPDATE growth SET withdrawn = ?3 WHERE origin = ?1 AND seq = ?2 AND withdrawn IS NULL",
        (key.0, key.1, &f.reason),
    )?;
    let child = one(at.conn, "SELECT child FROM growth WHERE origin = ?1 AND seq = ?2", key, |r| r.get::<_, i64>(0))?;
    let Some(child) = child else { return Ok(Touched::Nobody) };
    at.note(Subject::Child, child)?;
    Ok(Touched::Child(ChildId(uint(child))))
}

pub fn call(at: At<'_>, f: &CallMade) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO call VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        rusqlite::params![
            at.origin(),
            at.seq(),
            int(f.child.0),
            f.on.0,
            f.outcome as i64,
            f.will_come_on.map(|d| d.0),
            f.note,
            at.by,
            at.hlc,
        ],
    )?;
    at.note(Subject::Child, int(f.child.0))
}

/// A call that was never made is in no table; the ledger keeps both.
pub fn withdraw_call(at: At<'_>, f: &CallWithdrawn) -> rusqlite::Result<()> {
    at.run("DELETE FROM call WHERE origin = ?1 AND seq = ?2", (f.call.origin.0, int(f.call.seq)))?;
    at.note(Subject::Child, int(f.child.0))
}
