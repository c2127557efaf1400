//! Missed-dose alerts and the calls that follow from them.
//!
//! Nobody raises or closes an alert. It is open from the day a child is late for a dose, and closed when that dose was
//! given, or need not be given any more: both follow from the doses, so an alert cannot be forgotten or be wrong.

use super::children::{CHILD_LINE, ChildLine, child_line};
use super::today::{LastCall, call_outcome, doses_due, last_call, late_until};
use super::{Clinic, Query, Session, StoreError, SubmitError, all, date, day, int, one, uint, worker};
use crate::forecast::{Item, NextRow, Schedule, forecast};
use crate::record::fact::{CallOutcome, Declined, Gone};
use crate::record::refusal::Refusal;
use crate::record::role::{Right, not_ones_own};
use crate::record::rule::{forecast_child, forecast_given};
use crate::store::look::{LEFT, PARTS, child_state, doses};
use chrono::{Days, NaiveDate};
use hub_protocol::{ChildId, UserId};
use rusqlite::Connection;

/// Alerts of one page; of the closed ones, visits that are looked at for one page.
pub const ALERT_PAGE: u32 = 100;
/// How long a closed alert is shown, in days.
pub const CLOSED_SHOWN_DAYS: u64 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedBy {
    /// The dose was given, here or elsewhere.
    Given,
    /// It would harm the child.
    ContraIndicated,
    /// The child is not looked after here any more.
    Gone,
}

impl ClosedBy {
    /// The last part of the words' key `alert-closed-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::ContraIndicated => "contra-indicated",
            Self::Gone => "gone",
        }
    }
}

/// A child is late for doses, or was until one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertLine {
    pub child: ChildLine,
    /// The schedule's names of the doses, the longest due first.
    pub items: Vec<String>,
    /// When the first of them was due.
    pub due: NaiveDate,
    /// And when the child was late for it.
    pub opened_on: NaiveDate,
    pub closed: Option<(NaiveDate, ClosedBy)>,
    pub call: Option<LastCall>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertPage {
    pub rows: Vec<AlertLine>,
    /// Alerts that are open, on all pages: one for each dose.
    pub open: u32,
    /// Of so many children.
    pub children: u32,
    /// Where the next page begins.
    pub next: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertShow {
    /// The child who is late longest first.
    Open,
    /// Those of the last [`CLOSED_SHOWN_DAYS`], the last first.
    Closed,
}

/// A call to a family, or a visit at its house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLine {
    pub on: NaiveDate,
    pub outcome: CallOutcome,
    pub will_come_on: Option<NaiveDate>,
    pub note: String,
    pub by: Option<(UserId, String)>,
}

impl Clinic {
    /// Missed-dose alerts: of all children for an Admin, of her own and nobody's for a worker.
    pub fn alerts(&self, session: &Session, show: AlertShow, offset: u32) -> Result<AlertPage, SubmitError> {
        let own = self.own(session, Query::Today)?;
        let today = self.today()?;
        Ok(self.read(|conn| match show {
            AlertShow::Open => open_alerts(conn, own, today, offset),
            AlertShow::Closed => closed_alerts(conn, own, today, offset),
        })?)
    }

    /// Calls to the family of a child, the last one first.
    pub fn calls(&self, session: &Session, child: ChildId) -> Result<Vec<CallLine>, SubmitError> {
        let own = self.own(session, Query::Today)?;
        let (child, state) = self
            .read(|conn| {
                let Some(state) = child_state(conn, child)? else { return Ok(None) };
                let Some(root) = state.merged_into else { return Ok(Some((child, state))) };
                Ok(child_state(conn, root)?.map(|state| (root, state)))
            })?
            .ok_or(Refusal::UnknownChild)?;
        // Hers, or on the clinic's list that nobody has yet.
        let hers = state.worker == Some(session.user) || (state.worker.is_none() && state.active());
        if own.is_some() && !hers {
            return Err(not_ones_own(Right::See(Query::Today)).into());
        }
        self.saw_record(session, child, state.worker)?;
        let sql = format!(
            "SELECT k.day, k.outcome, k.will_come_on, k.note, u.id, u.name
             FROM call k LEFT JOIN user u ON u.id = k.by_user WHERE k.child IN ({PARTS})
             ORDER BY k.day DESC, k.hlc DESC, k.origin, k.seq LIMIT {}",
            super::PAGE_MAX
        );
        Ok(self.read(|conn| {
            Ok(all(conn, &sql, [int(child.0)], |r| {
                Ok(CallLine {
                    on: date(r.get(0)?),
                    outcome: call_outcome(r.get(1)?),
                    will_come_on: r.get::<_, Option<i64>>(2)?.map(date),
                    note: r.get(3)?,
                    by: worker(r, 4)?,
                })
            })?)
        })?)
    }
}

/// Of `waiting w`: one's own, and those that nobody looks after.
fn own_or_nobodys() -> String {
    format!("(?2 IS NULL OR w.worker = ?2 OR w.worker IS NULL OR w.worker {LEFT})")
}

/// Doses that were due so long ago that they are late, of children who are looked after.
fn from_missed() -> String {
    format!("FROM next_dose n JOIN waiting w ON w.child = n.child WHERE n.due <= ?1 AND {}", own_or_nobodys())
}

/// How many alerts are open, and of how many children.
fn missed(conn: &Connection, own: Option<i64>, late_until: NaiveDate) -> Result<(u32, u32), StoreError> {
    let sql = format!("SELECT count(*), count(DISTINCT n.child) {}", from_missed());
    Ok(one(conn, &sql, (day(late_until), own), |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or_default())
}

fn open_alerts(conn: &Connection, own: Option<i64>, today: NaiveDate, offset: u32) -> Result<AlertPage, StoreError> {
    let late_until = late_until(conn, today)?;
    let (open, children) = missed(conn, own, late_until)?;
    let sql = format!(
        "SELECT n.child, min(n.due) AS first {} GROUP BY n.child ORDER BY first, n.child
         LIMIT {ALERT_PAGE} OFFSET {offset}",
        from_missed()
    );
    let found = all(conn, &sql, (day(late_until), own), |r| Ok((r.get::<_, i64>(0)?, date(r.get::<_, i64>(1)?))))?;
    let mut rows = Vec::new();
    for (child, due) in found {
        let items = doses_due(conn, child, late_until)?.into_iter().map(|dose| dose.item).collect();
        let opened_on = due + (today - late_until);
        rows.extend(line(conn, child, |child, call| AlertLine { child, items, due, opened_on, closed: None, call })?);
    }
    let end = offset.saturating_add(ALERT_PAGE);
    Ok(AlertPage { rows, open, children, next: (end < children).then_some(end) })
}

fn line(
    conn: &Connection,
    child: i64,
    of: impl FnOnce(ChildLine, Option<LastCall>) -> AlertLine,
) -> rusqlite::Result<Option<AlertLine>> {
    let Some(found) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [child], child_line)? else {
        return Ok(None);
    };
    let call = last_call(conn, child)?;
    Ok(Some(of(found, call)))
}

/// Of each day on which something happened to a child that can close alerts: those it did close.
fn closed_alerts(conn: &Connection, own: Option<i64>, today: NaiveDate, offset: u32) -> Result<AlertPage, StoreError> {
    let since = today - Days::new(CLOSED_SHOWN_DAYS);
    let late_for = today - late_until(conn, today)?;
    let clinic = one(conn, "SELECT schedule, je_endemic FROM clinic", [], |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, bool>(1)?))
    })?;
    let (schedule, je_endemic) = clinic.ok_or(StoreError::NoClinic)?;
    let schedule = Schedule::builtin(&schedule).ok_or(StoreError::UnknownSchedule)?;
    let shown = own_or_nobodys();
    let sql = format!(
        "SELECT e.child, e.day, e.why, e.series FROM (
             SELECT coalesce(c.merged_into, c.id) AS child, d.day, 0 AS why, '' AS series
             FROM dose d JOIN child c ON c.id = d.child WHERE d.day BETWEEN ?1 AND ?3 AND NOT d.withdrawn
             UNION SELECT child, day, 1, series FROM decline WHERE day BETWEEN ?1 AND ?3 AND why = {contra} AND hidden_by IS NULL
             UNION SELECT id, gone_on, 2, '' FROM child WHERE gone_on BETWEEN ?1 AND ?3 AND gone <> {waiting}
         ) e JOIN child w ON w.id = e.child WHERE {shown}
         ORDER BY e.day DESC, e.child, e.why, e.series LIMIT {ALERT_PAGE} OFFSET {offset}",
        contra = Declined::ContraIndicated as i64,
        waiting = Gone::Waiting as i64
    );
    let visits = all(conn, &sql, (day(since), own, day(today)), |r| {
        let by = match r.get::<_, i64>(2)? {
            0 => ClosedBy::Given,
            1 => ClosedBy::ContraIndicated,
            _ => ClosedBy::Gone,
        };
        Ok((r.get::<_, i64>(0)?, date(r.get(1)?), by, r.get::<_, String>(3)?))
    })?;
    let full = visits.len() == ALERT_PAGE as usize;
    let mut rows: Vec<AlertLine> = Vec::new();
    for (id, on, by, series) in visits {
        let child = ChildId(uint(id));
        let Some(state) = child_state(conn, child)? else { continue };
        let given = doses(conn, child)?;
        let next = |until: &dyn Fn(NaiveDate) -> bool| {
            let known: Vec<_> = given.iter().filter(|(_, given_on)| until(*given_on)).cloned().collect();
            let child = forecast_child(state, je_endemic);
            forecast(schedule, &child, &forecast_given(schedule, &known), on).map(|f| f.next).unwrap_or_default()
        };
        let before = next(&|given_on| given_on < on);
        let after = if by == ClosedBy::Given { next(&|given_on| given_on <= on) } else { Vec::new() };
        let mut closes: Vec<(NaiveDate, String)> = Vec::new();
        for row in before {
            let (Item::Entry(_), Some(due)) = (row.item, row.due) else { continue };
            let was_open = due + late_for <= on && row.may_be_given_on(on);
            let closed = match by {
                ClosedBy::Given => !still_needed(&after, &row),
                ClosedBy::ContraIndicated => schedule.series_name(row.series) == series,
                ClosedBy::Gone => true,
            };
            if was_open && closed {
                closes.push((due, schedule.item_name(row.item).to_owned()));
            }
        }
        closes.sort();
        let Some((due, _)) = closes.first().cloned() else { continue };
        let items = closes.into_iter().map(|(_, item)| item);
        // Each series that would harm is said by itself.
        match rows.last_mut().filter(|last| last.child.id == child && last.closed == Some((on, by))) {
            Some(last) => last.items.extend(items),
            None => {
                let (items, opened_on, closed) = (items.collect(), due + late_for, Some((on, by)));
                rows.extend(line(conn, id, |child, call| AlertLine { child, items, due, opened_on, closed, call })?);
            }
        }
    }
    let (open, children) = missed(conn, own, today - late_for)?;
    let end = offset.saturating_add(ALERT_PAGE);
    Ok(AlertPage { rows, open, children, next: full.then_some(end) })
}

/// The same dose still waits: what was given that day did not count for it.
fn still_needed(after: &[NextRow], row: &NextRow) -> bool {
    after.iter().any(|now| now.item == row.item && now.due.is_some())
}
