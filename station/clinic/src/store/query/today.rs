//! Who is due and who is late.
//!
//! The lists are read from `waiting`, which has one row for each child with something due, in the order of the first
//! due day: what is not due yet is never looked at. A child is **late** (a defaulter) when a dose that may still be
//! given was due [`ClinicView::defaulter_days`](super::ClinicView) ago or earlier; the days of lateness count from
//! `due` of the first such dose.
//!
//! **Most at risk first**: children under one year before those under two, under five, and older ones, because the
//! diseases kill most in the first years; of one age, those who miss most doses; of these, those who are late longest;
//! then the youngest.

use super::children::{CHILD_LINE, ChildLine, child_line};
use super::{Clinic, Query, Session, StoreError, SubmitError, all, date, day, int, one, uint};
use crate::record::fact::{CallOutcome, Gone};
use crate::store::alike::sound;
use crate::store::look::{LEFT, PARTS};
use chrono::{Months, NaiveDate};
use hub_protocol::toy::TaskKind;
use hub_protocol::{TaskId, UserId};
use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Children of one page.
pub const DUE_PAGE: u32 = 100;
/// The ages, in months, up to which a missed dose weighs more than at any later age.
const AGES_AT_RISK_MONTHS: [u32; 3] = [12, 24, 60];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDose {
    pub item: String,
    pub product: String,
    pub earliest: NaiveDate,
    pub due: NaiveDate,
    pub last_day: Option<NaiveDate>,
    /// The family said no to it on this day.
    pub refused: Option<NaiveDate>,
}

/// What came of the last call to the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCall {
    pub on: NaiveDate,
    pub outcome: CallOutcome,
    pub will_come_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueChild {
    pub child: ChildLine,
    /// What may be given today, the longest due first.
    pub doses: Vec<DueDose>,
    /// On the defaulter list.
    pub late: bool,
    /// Since the due date of the first of them.
    pub days_late: i64,
    pub call: Option<LastCall>,
    /// The family may be looked for at home.
    pub consent_tracing: bool,
    /// Somebody has the task to find the child.
    pub trace: Option<TaskId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DueShow {
    #[default]
    All,
    Late,
    /// Due, and not late.
    Due,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfWorker {
    #[default]
    Anybody,
    Nobody,
    Is(UserId),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DueFilter {
    pub show: DueShow,
    /// By how it sounds, in either script.
    pub village: Option<String>,
    pub worker: OfWorker,
}

/// A page of the list, and how much there is in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueList {
    pub on: NaiveDate,
    /// Children on the defaulter list, by the filter's village and worker.
    pub late: u32,
    /// Children with something due who are not on it.
    pub due: u32,
    /// The late ones first, the most at risk of them first; then those who are due, the longest first.
    pub rows: Vec<DueChild>,
    /// Where the children live whom the list shows, the most first; of every village.
    pub villages: Vec<(String, u32)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodayView {
    pub on: NaiveDate,
    /// The first page of everybody.
    pub list: DueList,
    /// Children who are looked after here.
    pub children: u32,
    pub open_tasks: u32,
    pub conflicts: u32,
    /// Children registered on toys who wait for an Admin's word.
    pub waiting: u32,
    /// Doses that children missed: each is an alert until it is given, or cannot be given any more.
    pub missed: u32,
}

/// The same children by their villages, each spelled as in the first of its rows: where the most are comes first, of as
/// many where the first of the list lives. Within a village the order stays.
pub fn of_villages(rows: Vec<DueChild>) -> Vec<(String, Vec<DueChild>)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut villages: Vec<(String, Vec<DueChild>)> = Vec::new();
    for due in rows {
        let place = *places.entry(sound(&due.child.village)).or_insert(villages.len());
        match villages.get_mut(place) {
            Some((_, there)) => there.push(due),
            None => villages.push((due.child.village.clone(), vec![due])),
        }
    }
    villages.sort_by_key(|(_, there)| Reverse(there.len()));
    villages
}

impl DueChild {
    /// The family said no to some of it.
    pub fn is_refused(&self) -> bool {
        self.doses.iter().any(|dose| dose.refused.is_some())
    }
}

impl Clinic {
    /// Who is due and who is late: all of the clinic for an Admin, her own for a worker, with the children
    /// nobody has yet. The first page.
    pub fn today_view(&self, session: &Session) -> Result<TodayView, SubmitError> {
        let own = self.own(session, Query::Today)?;
        let on = self.today()?;
        Ok(self.read(|conn| {
            let filter = DueFilter::default();
            let found = waiting(conn, own, filter.worker, (on, on))?;
            let missed: usize = found.iter().map(Waiting::doses_missed).sum();
            let list = listed(conn, found, on, &filter, 0)?;
            let count =
                |sql: &str| -> Result<u32, StoreError> { Ok(one(conn, sql, [own], |r| r.get(0))?.unwrap_or_default()) };
            Ok(TodayView {
                on,
                list,
                children: children(conn, own)?,
                open_tasks: count("SELECT count(*) FROM task WHERE done IS NULL AND (?1 IS NULL OR worker = ?1)")?,
                conflicts: count(
                    "SELECT count(*) FROM conflict f LEFT JOIN child c ON c.id = f.child
                     WHERE f.accepted IS NULL AND (?1 IS NULL OR c.worker = ?1)",
                )?,
                waiting: count(&format!(
                    "SELECT count(*) FROM conflict f JOIN child c ON c.id = f.child
                     WHERE f.accepted IS NULL AND c.gone = {} AND (?1 IS NULL OR f.by_user = ?1)",
                    Gone::Waiting as i64
                ))?,
                missed: u32::try_from(missed).unwrap_or(u32::MAX),
            })
        })?)
    }

    /// Where the children live who are late now, the most first: of a worker's report her own alone.
    pub fn late_by_village(
        &self,
        session: &Session,
        worker: Option<UserId>,
    ) -> Result<Vec<(String, u32)>, SubmitError> {
        let own = self.own(session, Query::Reports)?.map(|_| session.user);
        let of = own.or(worker).map_or(OfWorker::Anybody, OfWorker::Is);
        let on = self.today()?;
        Ok(self.read(|conn| {
            let found = waiting(conn, None, of, (on, on))?;
            Ok(by_village(found.iter().filter(|w| w.risk.is_some())))
        })?)
    }

    /// A page of [`DUE_PAGE`] children from `offset` on.
    pub fn due_list(&self, session: &Session, filter: &DueFilter, offset: u32) -> Result<DueList, SubmitError> {
        let own = self.own(session, Query::Today)?;
        let on = self.today()?;
        Ok(self.read(|conn| {
            let found = waiting(conn, own, filter.worker, (on, on))?;
            listed(conn, found, on, filter, offset)
        })?)
    }
}

/// A child is late when a dose was due on this day or before it.
pub(super) fn late_until(conn: &Connection, today: NaiveDate) -> Result<NaiveDate, StoreError> {
    let days = one(conn, "SELECT defaulter_days FROM clinic", [], |r| r.get::<_, u16>(0))?;
    Ok(today - chrono::Days::new(days.ok_or(StoreError::NoClinic)?.into()))
}

/// Who is looked after here. Each has a forecast, which is the shorter list to count.
fn children(conn: &Connection, own: Option<i64>) -> rusqlite::Result<u32> {
    let of_worker = "SELECT count(*) FROM child WHERE worker = ?1 AND gone IS NULL AND merged_into IS NULL";
    let count = match own {
        Some(worker) => one(conn, of_worker, [worker], |r| r.get(0))?,
        None => one(conn, "SELECT count(*) FROM forecast", [], |r| r.get(0))?,
    };
    Ok(count.unwrap_or_default())
}

pub(super) struct Waiting {
    pub child: i64,
    pub first_due: i64,
    pub village: String,
    /// How it sounds.
    pub place: String,
    /// What puts one late child before another; nothing for one who is not late.
    pub risk: Option<Risk>,
}

/// Less is more at risk.
pub(super) type Risk = (usize, Reverse<usize>, i64, Reverse<i64>);

impl Waiting {
    /// Each of them is an alert.
    fn doses_missed(&self) -> usize {
        self.risk.map_or(0, |(_, Reverse(doses), ..)| doses)
    }
}

/// A page of who was found for the filter's worker.
fn listed(
    conn: &Connection,
    mut found: Vec<Waiting>,
    today: NaiveDate,
    filter: &DueFilter,
    offset: u32,
) -> Result<DueList, StoreError> {
    let is_shown = |w: &Waiting| match filter.show {
        DueShow::All => true,
        DueShow::Late => w.risk.is_some(),
        DueShow::Due => w.risk.is_none(),
    };
    let villages = by_village(found.iter().filter(|w| is_shown(w)));
    if let Some(village) = &filter.village {
        let wanted = sound(village);
        found.retain(|w| w.place == wanted);
    }
    let late = found.iter().filter(|w| w.risk.is_some()).count();
    let due = found.len() - late;
    found.retain(is_shown);
    by_risk(&mut found);
    let page = found.iter().skip(offset as usize).take(DUE_PAGE as usize);
    let mut rows = Vec::new();
    for waiting in page {
        if let Some(line) = due_child(conn, waiting.child, waiting.risk.is_some(), (today, today))? {
            rows.push(line);
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(DueList { on: today, late: count(late), due: count(due), rows, villages })
}

/// Children with something due on `until` or before it, in no order.
pub(super) fn waiting(
    conn: &Connection,
    own: Option<i64>,
    worker: OfWorker,
    (today, until): (NaiveDate, NaiveDate),
) -> Result<Vec<Waiting>, StoreError> {
    let late_until = day(late_until(conn, today)?);
    let born_after = AGES_AT_RISK_MONTHS.map(|m| today.checked_sub_months(Months::new(m)).map_or(i64::MIN, day));
    let (any, of) = match worker {
        OfWorker::Anybody => (true, None),
        OfWorker::Nobody => (false, None),
        OfWorker::Is(worker) => (false, Some(int(worker.0))),
    };
    // Whose worker left has nobody, and stands on everybody's list.
    let sql = format!(
        "SELECT first_due, child, village, place_key, dob, dues FROM waiting
         WHERE first_due <= ?1 AND (?2 IS NULL OR worker = ?2 OR worker IS NULL OR worker {LEFT})
             AND (?3 OR worker IS ?4 OR (?4 IS NULL AND worker {LEFT}))"
    );
    Ok(all(conn, &sql, (day(until), own, any, of), |r| {
        let (first_due, dob): (i64, i64) = (r.get(0)?, r.get(4)?);
        let risk = if first_due <= late_until {
            let age = born_after.iter().position(|after| dob > *after).unwrap_or(born_after.len());
            Some((age, Reverse(due_by(r.get_ref(5)?.as_blob()?, late_until)), first_due, Reverse(dob)))
        } else {
            None
        };
        Ok(Waiting { child: r.get(1)?, first_due, village: r.get(2)?, place: r.get(3)?, risk })
    })?)
}

/// The order of the list.
pub(super) fn by_risk(found: &mut [Waiting]) {
    found.sort_unstable_by_key(|w| (w.risk.is_none(), w.risk, w.first_due, w.child));
}

/// How many of the packed days are this one or before it.
fn due_by(dues: &[u8], until: i64) -> usize {
    let (days, _) = dues.as_chunks::<4>();
    days.iter().take_while(|due| i64::from(i32::from_be_bytes(**due)) <= until).count()
}

fn by_village<'w>(found: impl Iterator<Item = &'w Waiting>) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<&str, (&str, u32)> = BTreeMap::new();
    for waiting in found {
        counts.entry(&waiting.place).or_insert((&waiting.village, 0)).1 += 1;
    }
    let mut villages: Vec<(String, u32)> = counts.into_values().map(|(name, n)| (name.to_owned(), n)).collect();
    villages.sort_by_key(|(_, n)| Reverse(*n));
    villages
}

/// A line of the list: with what is due on `until` or before it.
pub(super) fn due_child(
    conn: &Connection,
    id: i64,
    late: bool,
    (today, until): (NaiveDate, NaiveDate),
) -> rusqlite::Result<Option<DueChild>> {
    let Some(child) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [id], child_line)? else {
        return Ok(None);
    };
    let doses = doses_due(conn, id, until)?;
    let days_late = doses.first().map_or(0, |dose| (today - dose.due).num_days());
    let sql = format!(
        "SELECT c.consent_tracing,
                (SELECT id FROM task WHERE child IN ({PARTS}) AND kind = ?2 AND done IS NULL ORDER BY due LIMIT 1)
         FROM child c WHERE c.id = ?1"
    );
    let marks = one(conn, &sql, (id, TaskKind::Trace as i64), |r| {
        Ok((r.get(0)?, r.get::<_, Option<i64>>(1)?.map(|t| TaskId(uint(t)))))
    })?;
    let (consent_tracing, trace) = marks.unwrap_or_default();
    let call = last_call(conn, id)?;
    Ok(Some(DueChild { child, doses, late, days_late, call, consent_tracing, trace }))
}

/// What of a child's next doses is due on `until` or before it, the longest due first.
pub(super) fn doses_due(conn: &Connection, child: i64, until: NaiveDate) -> rusqlite::Result<Vec<DueDose>> {
    let sql = "SELECT item, product, earliest, due, last_day, refused FROM next_dose WHERE child = ?1 AND due <= ?2
               ORDER BY due, item";
    all(conn, sql, (child, day(until)), |r| {
        Ok(DueDose {
            item: r.get(0)?,
            product: r.get(1)?,
            earliest: date(r.get(2)?),
            due: date(r.get(3)?),
            last_day: r.get::<_, Option<i64>>(4)?.map(date),
            refused: r.get::<_, Option<i64>>(5)?.map(date),
        })
    })
}

pub(super) fn last_call(conn: &Connection, child: i64) -> rusqlite::Result<Option<LastCall>> {
    let sql = format!(
        "SELECT day, outcome, will_come_on FROM call WHERE child IN ({PARTS})
         ORDER BY day DESC, hlc DESC, origin, seq LIMIT 1"
    );
    one(conn, &sql, [child], |r| {
        Ok(LastCall {
            on: date(r.get(0)?),
            outcome: call_outcome(r.get(1)?),
            will_come_on: r.get::<_, Option<i64>>(2)?.map(date),
        })
    })
}

pub(super) fn call_outcome(number: i64) -> CallOutcome {
    CallOutcome::ALL.into_iter().find(|o| *o as i64 == number).unwrap_or(CallOutcome::NoAnswer)
}
