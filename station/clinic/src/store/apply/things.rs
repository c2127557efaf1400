//! Cards, toys, tasks and certificates in the read tables.

use super::{At, Subject};
use crate::record::fact::{
    CardAssigned, CardRegistered, CardStop, CardStopped, CardUnblocked, CardWritten, CertificateIssued, FenceRemoved,
    FenceSet, TaskAssigned, TaskClosed, TaskReopened, ToyAssigned, ToyObeyed, ToyOrdered, ToyRegistered, ToyReturned,
    ToyStopped,
};
use crate::store::sql::{int, one};
use hub_protocol::frame::to_cbor;
use hub_protocol::{CardNo, DeviceId};

pub fn register_card(at: At<'_>, f: &CardRegistered) -> rusqlite::Result<()> {
    let row = (int(f.card.0), &f.uid, f.written);
    at.run("INSERT INTO card VALUES (?1, ?2, ?3, NULL, NULL, 0) ON CONFLICT DO NOTHING", row)?;
    at.note(Subject::Card, int(f.card.0))
}

pub fn assign_card(at: At<'_>, f: &CardAssigned) -> rusqlite::Result<()> {
    at.run("UPDATE card SET child = ?2 WHERE no = ?1", (int(f.card.0), int(f.child.0)))?;
    note_card(at, f.card)
}

pub fn stop_card(at: At<'_>, f: &CardStopped) -> rusqlite::Result<()> {
    // Lost is lost, and what another card replaced is not merely blocked: whoever says so, and when.
    at.run(
        "UPDATE card SET stopped = ?2 WHERE no = ?1 AND (stopped IS NULL OR stopped = ?3 OR ?2 = ?4)",
        (int(f.card.0), f.why as i64, CardStop::Blocked as i64, CardStop::Lost as i64),
    )?;
    note_card(at, f.card)
}

pub fn unblock_card(at: At<'_>, f: &CardUnblocked) -> rusqlite::Result<()> {
    let blocked = (int(f.card.0), CardStop::Blocked as i64);
    at.run("UPDATE card SET stopped = NULL WHERE no = ?1 AND stopped = ?2", blocked)?;
    note_card(at, f.card)
}

/// Told in any order, the highest counter stays.
pub fn write_card(at: At<'_>, f: &CardWritten) -> rusqlite::Result<()> {
    at.run("UPDATE card SET counter = max(counter, ?2) WHERE no = ?1", (int(f.card.0), f.counter))?;
    at.note(Subject::Card, int(f.card.0))
}

/// A card's events are its child's too.
fn note_card(at: At<'_>, card: CardNo) -> rusqlite::Result<()> {
    at.note(Subject::Card, int(card.0))?;
    let child = one(at.conn, "SELECT child FROM card WHERE no = ?1", [int(card.0)], |r| r.get::<_, Option<i64>>(0))?;
    match child.flatten() {
        Some(child) => at.note(Subject::Child, child),
        None => Ok(()),
    }
}

pub fn register_toy(at: At<'_>, f: &ToyRegistered) -> rusqlite::Result<()> {
    let row = (f.key.device_id().0, f.key.0, &f.model, &f.label);
    let sql = "INSERT INTO toy(id, key, model, label) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    at.run(sql, row)?;
    at.note(Subject::Toy, f.key.device_id().0)
}

pub fn assign_toy(at: At<'_>, f: &ToyAssigned) -> rusqlite::Result<()> {
    let worker = f.worker.map(|w| int(w.0));
    let now = int(f.at_ms);
    take_back(at, f.toy, now)?;
    at.run("UPDATE toy SET worker = ?2 WHERE id = ?1", (f.toy.0, worker))?;
    if let Some(worker) = worker {
        let row = (at.origin(), at.seq(), f.toy.0, worker, now);
        at.run("INSERT INTO toy_held VALUES (?1, ?2, ?3, ?4, ?5, NULL) ON CONFLICT DO NOTHING", row)?;
        at.note(Subject::User, worker)?;
    }
    at.note(Subject::Toy, f.toy.0)
}

pub fn stop_toy(at: At<'_>, f: &ToyStopped) -> rusqlite::Result<()> {
    take_back(at, f.toy, int(f.at_ms))?;
    at.run("UPDATE toy SET worker = NULL, stopped = ?2 WHERE id = ?1", (f.toy.0, f.why as i64))?;
    at.note(Subject::Toy, f.toy.0)
}

pub fn return_toy(at: At<'_>, f: &ToyReturned) -> rusqlite::Result<()> {
    at.run("UPDATE toy SET stopped = NULL WHERE id = ?1", [f.toy.0])?;
    at.note(Subject::Toy, f.toy.0)
}

pub fn order_toy(at: At<'_>, f: &ToyOrdered) -> rusqlite::Result<()> {
    at.run(
        "UPDATE toy SET ordered = ?2, order_no = ?3, ordered_by = ?4, ordered_ms = ?5, obeyed_ms = NULL
         WHERE id = ?1 AND (order_no IS NULL OR order_no < ?3)",
        (f.toy.0, f.what as i64, int(f.no), at.by, int(f.at_ms)),
    )?;
    at.note(Subject::Toy, f.toy.0)
}

pub fn toy_obeyed(at: At<'_>, f: &ToyObeyed) -> rusqlite::Result<()> {
    at.run("UPDATE toy SET obeyed_ms = ?3 WHERE id = ?1 AND order_no = ?2", (f.toy.0, int(f.order.no), int(f.at_ms)))?;
    at.note(Subject::Toy, f.toy.0)
}

pub fn set_fence(at: At<'_>, f: &FenceSet) -> rusqlite::Result<()> {
    let row = (int(f.fence.0), &f.name, to_cbor(&f.whose), to_cbor(&f.shape));
    at.run("INSERT OR REPLACE INTO fence VALUES (?1, ?2, ?3, ?4)", row)?;
    at.note(Subject::Clinic, 1)
}

pub fn remove_fence(at: At<'_>, f: &FenceRemoved) -> rusqlite::Result<()> {
    at.run("DELETE FROM fence WHERE id = ?1", [int(f.fence.0)])?;
    at.note(Subject::Clinic, 1)
}

/// Whoever had the toy has it no more.
fn take_back(at: At<'_>, toy: DeviceId, now_ms: i64) -> rusqlite::Result<()> {
    at.run("UPDATE toy_held SET until_ms = ?2 WHERE toy = ?1 AND until_ms IS NULL", (toy.0, now_ms))?;
    Ok(())
}

pub fn assign_task(at: At<'_>, f: &TaskAssigned) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO task VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, NULL, NULL) ON CONFLICT DO NOTHING",
        rusqlite::params![
            int(f.task.0),
            int(f.worker.0),
            f.kind as i64,
            f.child.map(|c| int(c.0)),
            f.due.0,
            f.note,
            f.place
        ],
    )?;
    at.note(Subject::Task, int(f.task.0))?;
    match f.child {
        Some(child) => at.note(Subject::Child, int(child.0)),
        None => Ok(()),
    }
}

pub fn close_task(at: At<'_>, f: &TaskClosed) -> rusqlite::Result<()> {
    at.run(
        "UPDATE task SET done = ?2, reason = ?3, closed_hlc = ?4 WHERE id = ?1",
        (int(f.task.0), f.done, &f.reason, at.hlc),
    )?;
    at.note(Subject::Task, int(f.task.0))
}

pub fn reopen_task(at: At<'_>, f: &TaskReopened) -> rusqlite::Result<()> {
    at.run("UPDATE task SET done = NULL, reason = NULL, closed_hlc = NULL WHERE id = ?1", [int(f.task.0)])?;
    at.note(Subject::Task, int(f.task.0))
}

pub fn issue_certificate(at: At<'_>, f: &CertificateIssued) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO certificate VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        (at.origin(), int(f.number), int(f.child.0), f.on.0, at.by),
    )?;
    at.note(Subject::Child, int(f.child.0))
}
