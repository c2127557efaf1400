//! What is told of a child's doses: those that are believed, those that were taken back, and what stands against
//! the next ones.

use super::things::{CARRIED, OF_OURS};
use super::{all, bytes, date, day, int, uint};
use crate::date::to_date;
use crate::forecast::{GivenNote, GivenReason, GivenStatus, Schedule};
use crate::ledger::{EventId, Hlc};
use crate::record::fact::{Declined, Fact, SessionKind};
use crate::store::StoreError;
use crate::store::apply::Subject;
use crate::store::look::{PARTS, declined, root};
use crate::store::rebuild::entry;
use chrono::NaiveDate;
use hub_protocol::{ChildId, OriginId, SessionId, UserId};
use rusqlite::{Connection, Row};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseLine {
    /// The schedule's name for what the dose counted as; a combination has one line for each.
    pub item: String,
    pub product: String,
    pub on: NaiveDate,
    pub batch: Option<String>,
    /// Why it was stored although a rule warned.
    pub reason: Option<String>,
    pub by: String,
    /// Whose name that is: two people may have one.
    pub by_user: Option<UserId>,
    /// What people call the toy that told of it.
    pub toy: Option<String>,
    pub session: Option<SessionOf>,
    /// Given elsewhere: the proof that was seen.
    pub outside: Option<String>,
    pub status: GivenStatus,
    pub why: Option<GivenReason>,
    pub note: Option<GivenNote>,
    /// Of a dose that was too early: the first day on which it would have counted.
    pub valid_from: Option<NaiveDate>,
    pub event: EventId,
    /// The district has proven to hold it.
    pub at_district: bool,
}

/// Where a dose was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOf {
    pub id: SessionId,
    pub kind: SessionKind,
    /// Empty: the clinic itself.
    pub site: String,
}

/// A dose that was written down wrong, or that nobody gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseTakenBack {
    pub product: String,
    pub on: NaiveDate,
    /// What stands for it now; `None`: nobody gave it.
    pub to: Option<(String, NaiveDate, Option<String>)>,
    /// [`crate::record::fact::UNDONE`] when it was undone right away.
    pub reason: String,
    /// Who took it back.
    pub by: String,
    pub at_ms: u64,
    pub event: EventId,
    /// The same dose was told again and is believed.
    pub stands_again: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineLine {
    /// What [`crate::forecast::Against`] reads.
    pub against: String,
    pub why: Declined,
    pub on: NaiveDate,
    pub until: Option<NaiveDate>,
    pub reason: String,
    pub by: String,
    /// It counts: its time has not passed, it is about something in the schedule, and what was refused was not given
    /// since.
    pub counts: bool,
}

/// What is told of one dose.
pub(super) struct Told {
    pub product: String,
    pub on: NaiveDate,
    batch: Option<String>,
    reason: Option<String>,
    by: String,
    by_user: Option<UserId>,
    toy: Option<String>,
    session: Option<SessionOf>,
    outside: Option<String>,
    event: EventId,
    at_district: bool,
}

impl Told {
    /// Not judged yet.
    pub fn line(&self, item: &str) -> DoseLine {
        DoseLine {
            item: item.to_owned(),
            product: self.product.clone(),
            on: self.on,
            batch: self.batch.clone(),
            reason: self.reason.clone(),
            by: self.by.clone(),
            by_user: self.by_user,
            toy: self.toy.clone(),
            session: self.session.clone(),
            outside: self.outside.clone(),
            status: GivenStatus::Extra,
            why: None,
            note: None,
            valid_from: None,
            event: self.event,
            at_district: self.at_district,
        }
    }
}

/// The doses of a child and its parts that are believed, in order of entry. What two of its records tell alike is
/// one dose.
pub(super) fn known_doses(conn: &Connection, child: ChildId, today: NaiveDate) -> rusqlite::Result<Vec<Told>> {
    let sql = format!(
        "SELECT d.product, d.day, iif(d.batch_hidden_by IS NULL, d.batch, NULL), d.reason, u.name, d.outside, d.origin, d.seq,
                (SELECT t.label FROM dose_witness w JOIN toy t ON t.id = w.toy
                 WHERE w.child = d.child AND w.day = d.day AND w.product = d.product LIMIT 1),
                s.id, s.kind, s.site,
                p.seq IS NOT NULL OR EXISTS (SELECT 1 FROM carried WHERE origin = d.origin AND seq = d.seq), u.id
         FROM dose d LEFT JOIN user u ON u.id = d.by_user LEFT JOIN session s ON s.id = d.session
             LEFT JOIN proven p ON p.origin = d.origin AND p.seq >= d.seq
         WHERE d.child IN ({PARTS}) AND d.day <= ?2 AND NOT d.withdrawn ORDER BY d.day, d.hlc, d.origin, d.seq"
    );
    let mut doses: Vec<Told> = Vec::new();
    for dose in all(conn, &sql, (int(child.0), day(today)), told)? {
        match doses.iter_mut().rev().find(|known| known.on == dose.on && known.product == dose.product) {
            Some(known) => {
                known.batch = known.batch.take().or(dose.batch);
                known.reason = known.reason.take().or(dose.reason);
                known.toy = known.toy.take().or(dose.toy);
                known.session = known.session.take().or(dose.session);
                known.outside = known.outside.take().zip(dose.outside).map(|(proof, _)| proof);
                known.at_district &= dose.at_district;
            }
            None => doses.push(dose),
        }
    }
    Ok(doses)
}

fn told(r: &Row<'_>) -> rusqlite::Result<Told> {
    let session = match (r.get::<_, Option<i64>>(9)?, r.get::<_, Option<i64>>(10)?) {
        (Some(id), Some(kind)) => {
            Some(SessionOf { id: SessionId(uint(id)), kind: session_kind(kind), site: r.get(11)? })
        }
        _ => None,
    };
    Ok(Told {
        product: r.get(0)?,
        on: date(r.get(1)?),
        batch: r.get(2)?,
        reason: r.get(3)?,
        by: r.get::<_, Option<String>>(4)?.unwrap_or_default(),
        outside: r.get(5)?,
        event: EventId { origin: OriginId(bytes(r, 6)?), seq: uint(r.get(7)?) },
        toy: r.get(8)?,
        session,
        at_district: r.get(12)?,
        by_user: r.get::<_, Option<i64>>(13)?.map(|id| UserId(uint(id))),
    })
}

pub(super) fn session_kind(number: i64) -> SessionKind {
    SessionKind::ALL.into_iter().find(|kind| *kind as i64 == number).unwrap_or(SessionKind::Fixed)
}

/// Corrections and withdrawals, from the ledger itself; the latest first.
pub(super) fn taken_back(conn: &Connection, child: ChildId) -> Result<Vec<DoseTakenBack>, StoreError> {
    // 31 and 32: a dose corrected, a dose withdrawn.
    let from = |events: &str| {
        format!(
            "SELECT e.hlc, e.actor, e.kind, e.version, e.body, h.origin, h.seq AS place, u.name, h.hlc AS at
             FROM history h {events} LEFT JOIN user u ON u.id = e.actor
             WHERE h.subject = {subject} AND h.id IN ({PARTS}) AND e.kind IN (31, 32)",
            subject = Subject::Child as i64
        )
    };
    let sql = format!("{} UNION {} ORDER BY at DESC, place DESC", from(OF_OURS), from(CARRIED));
    let events = all(conn, &sql, [int(child.0)], |r| {
        let event = EventId { origin: OriginId(bytes(r, 5)?), seq: uint(r.get(6)?) };
        Ok((entry(r, 0)?, event, r.get::<_, Option<String>>(7)?.unwrap_or_default()))
    })?;
    let stands = format!("SELECT 1 FROM dose WHERE child IN ({PARTS}) AND day = ?2 AND product = ?3 AND NOT withdrawn");
    let mut lines = Vec::with_capacity(events.len());
    for (entry, event, by) in events {
        let (of, product, on, to, reason) = match Fact::of(&entry)? {
            Fact::DoseCorrected(f) => (f.child, f.product, f.on, Some(f.to), f.reason),
            Fact::DoseWithdrawn(f) => (f.child, f.product, f.on, None, f.reason),
            _ => continue,
        };
        // Said of another record, when this one was a part of it.
        if root(conn, of)? != child {
            continue;
        }
        let same = to.as_ref().is_some_and(|to| to.product == product && to.on == on);
        let key = (int(child.0), i64::from(on.0), &product);
        let stands_again = !same && conn.prepare_cached(&stands)?.exists(key)?;
        let Some(on) = to_date(on) else { continue };
        let to = to.and_then(|to| Some((to.product, to_date(to.on)?, to.batch)));
        lines.push(DoseTakenBack { product, on, to, reason, by, at_ms: Hlc(entry.hlc.0).ms(), event, stands_again });
    }
    Ok(lines)
}

pub(super) fn declines_of(
    conn: &Connection,
    child: ChildId,
    schedule: &Schedule,
    today: NaiveDate,
) -> rusqlite::Result<Vec<DeclineLine>> {
    let sql = format!(
        "SELECT d.series, d.why, d.day, d.until, d.reason, u.name FROM decline d LEFT JOIN user u ON u.id = d.by_user
         WHERE d.child IN ({PARTS}) AND d.hidden_by IS NULL ORDER BY d.day DESC, d.series, d.why, d.child"
    );
    all(conn, &sql, [int(child.0)], |r| {
        let (against, until): (String, _) = (r.get(0)?, r.get::<_, Option<i64>>(3)?.map(date));
        let known = !crate::record::rule::against(schedule, &against).is_empty();
        Ok(DeclineLine {
            against,
            why: declined(r.get(1)?),
            on: date(r.get(2)?),
            until,
            reason: r.get(4)?,
            by: r.get::<_, Option<String>>(5)?.unwrap_or_default(),
            counts: known && until.is_none_or(|until| today <= until),
        })
    })
}
