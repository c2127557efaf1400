//! Batches, vials and sessions in the read tables.

use super::{At, Subject};
use crate::date::{india, to_day};
use crate::record::fact::{
    BatchReceived, SessionHeld, SessionNotHeld, SessionPlan, SessionPlanned, StockChanged, VialClosed, VialOpened,
};
use crate::store::sql::int;
use hub_protocol::{Day, SessionId};

/// In the column `stock.why`: a vial was opened.
pub const OPENED: i64 = -1;

pub fn receive(at: At<'_>, f: &BatchReceived) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO batch VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6) ON CONFLICT DO NOTHING",
        (&f.product, &f.batch, &f.manufacturer, f.expires_on.0, f.doses_per_vial, f.on.0),
    )?;
    moved(at, (&f.product, &f.batch), f.on, i64::from(f.vials), None, "")
}

pub fn change(at: At<'_>, f: &StockChanged) -> rusqlite::Result<()> {
    moved(at, (&f.product, &f.batch), f.on, i64::from(f.vials), Some(f.why as i64), &f.note)
}

pub fn open_vial(at: At<'_>, f: &VialOpened) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO vial VALUES (?1, ?2, ?3, ?4, ?5, NULL, NULL) ON CONFLICT DO NOTHING",
        (at.origin(), at.seq(), &f.product, &f.batch, int(f.at_ms)),
    )?;
    moved(at, (&f.product, &f.batch), to_day(india(f.at_ms)), -1, Some(OPENED), "")
}

pub fn close_vial(at: At<'_>, f: &VialClosed) -> rusqlite::Result<()> {
    at.run(
        "UPDATE vial SET closed_ms = ?3, wasted_doses = ?4 WHERE origin = ?1 AND seq = ?2 AND closed_ms IS NULL",
        (f.vial.origin.0, int(f.vial.seq), int(f.at_ms), f.wasted_doses),
    )?;
    Ok(())
}

fn moved(
    at: At<'_>,
    (product, batch): (&str, &str),
    on: Day,
    vials: i64,
    why: Option<i64>,
    note: &str,
) -> rusqlite::Result<()> {
    at.run("UPDATE batch SET vials = vials + ?3 WHERE product = ?1 AND batch = ?2", (product, batch, vials))?;
    at.run(
        "INSERT INTO stock VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        rusqlite::params![at.origin(), at.seq(), product, batch, on.0, vials, why, note, at.by],
    )?;
    Ok(())
}

pub fn plan_session(at: At<'_>, f: &SessionPlanned) -> rusqlite::Result<()> {
    put(at, f.session, &f.plan, true, None)?;
    at.note(Subject::Session, int(f.session.0))
}

pub fn hold_session(at: At<'_>, f: &SessionHeld) -> rusqlite::Result<()> {
    match &f.plan {
        Some(plan) => put(at, f.session, plan, false, Some(true))?,
        None => {
            at.run("UPDATE session SET held = 1 WHERE id = ?1", [int(f.session.0)])?;
        }
    }
    at.note(Subject::Session, int(f.session.0))
}

pub fn cancel_session(at: At<'_>, f: &SessionNotHeld) -> rusqlite::Result<()> {
    at.run("UPDATE session SET held = 0, reason = ?2 WHERE id = ?1", (int(f.session.0), &f.reason))?;
    at.note(Subject::Session, int(f.session.0))
}

fn put(at: At<'_>, session: SessionId, p: &SessionPlan, planned: bool, held: Option<bool>) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '') ON CONFLICT(id) DO UPDATE SET
             day = excluded.day, kind = excluded.kind, site = excluded.site, villages = excluded.villages,
             worker = excluded.worker WHERE held IS NULL",
        rusqlite::params![
            int(session.0),
            p.on.0,
            p.kind as i64,
            p.site,
            p.villages.join("\n"),
            p.worker.map(|w| int(w.0)),
            planned,
            held,
        ],
    )?;
    Ok(())
}
