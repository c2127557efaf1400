//! Children to be found, as little of each as finding needs: for people of the community who help families to come.
//!
//! A child stands on the list when something is due, the family agreed to be looked for, the last word of the family
//! was not "does not want", and a session is planned where the child can be brought. The list is for that session and
//! is of no use after its day. Names, phones, vaccines and parents are not on it, and each look at it is noted.

use super::today::last_call;
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, clinic, date, day, uint};
use crate::record::fact::CallOutcome;
use crate::store::alike::sound;
use crate::store::seen::Seen;
use chrono::{Datelike, NaiveDate};
use hub_protocol::ChildId;
use rusqlite::Connection;

/// Children of one page.
pub const FIND_PAGE: u32 = 100;
/// Sessions that are looked through for the next one of a village.
const SESSIONS_MAX: u32 = 400;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindLine {
    /// To say what came of it.
    pub child: ChildId,
    /// The first letter of the name; empty when the child has none yet.
    pub letter: String,
    pub village: String,
    pub landmark: String,
    /// Year and month.
    pub born: (i32, u32),
    /// A vaccine is overdue; else it is due.
    pub overdue: bool,
    pub session_on: NaiveDate,
    /// Where; empty: at the clinic.
    pub session_place: String,
    /// When the family was last met or called, and what came of it.
    pub told: Option<(NaiveDate, CallOutcome)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindList {
    pub on: NaiveDate,
    /// The clinic, where a session without a place of its own is held.
    pub clinic: String,
    /// By village and landmark.
    pub rows: Vec<FindLine>,
    pub total: u32,
    /// The last day on which the list may be used: that of the nearest session on it.
    pub valid_until: Option<NaiveDate>,
}

struct Ahead {
    on: NaiveDate,
    place: String,
    villages: Vec<String>,
}

impl Clinic {
    /// A page of [`FIND_PAGE`] children from `offset` on. Noted in the audit before it is shown.
    pub fn find_list(&self, session: &Session, offset: u32) -> Result<FindList, SubmitError> {
        self.scope(session, Right::See(Query::Find))?;
        let today = self.today()?;
        let list = self.read(|conn| find_list(conn, today, offset))?;
        self.seen(session, Seen::FindList, None)?;
        Ok(list)
    }
}

fn find_list(conn: &Connection, today: NaiveDate, offset: u32) -> Result<FindList, StoreError> {
    let ahead = ahead(conn, today)?;
    let late_until = super::today::late_until(conn, today)?;
    let sql = "SELECT c.id, c.name, c.dob, c.village, c.landmark, w.first_due, c.place_key
               FROM waiting w JOIN child c ON c.id = w.child
               WHERE w.first_due <= ?1 AND c.consent_tracing ORDER BY c.village, c.landmark, c.id";
    let mut rows = all(conn, sql, [day(today)], |r| {
        let wanted: String = r.get(6)?;
        let Some(next) = ahead.iter().find(|s| s.villages.is_empty() || s.villages.contains(&wanted)) else {
            return Ok(None);
        };
        let dob = date(r.get(2)?);
        Ok(Some(FindLine {
            child: ChildId(uint(r.get(0)?)),
            letter: first_letter(&r.get::<_, String>(1)?),
            village: r.get(3)?,
            landmark: r.get(4)?,
            born: (dob.year(), dob.month()),
            overdue: date(r.get(5)?) <= late_until,
            session_on: next.on,
            session_place: next.place.clone(),
            told: None,
        }))
    })?;
    let mut shown = Vec::new();
    for mut line in rows.drain(..).flatten() {
        let last = last_call(conn, crate::store::sql::int(line.child.0))?;
        if last.is_some_and(|call| call.outcome == CallOutcome::Refused) {
            continue;
        }
        line.told = last.map(|call| (call.on, call.outcome));
        shown.push(line);
    }
    let total = u32::try_from(shown.len()).unwrap_or(u32::MAX);
    let valid_until = shown.iter().map(|line| line.session_on).min();
    let rows = shown.into_iter().skip(offset as usize).take(FIND_PAGE as usize).collect();
    Ok(FindList { on: today, clinic: clinic(conn)?.name, rows, total, valid_until })
}

/// Sessions of today and later, the next one first.
fn ahead(conn: &Connection, today: NaiveDate) -> rusqlite::Result<Vec<Ahead>> {
    let sql = format!(
        "SELECT day, site, villages FROM session WHERE day >= ?1 AND held IS NOT 0 ORDER BY day, id
         LIMIT {SESSIONS_MAX}"
    );
    all(conn, &sql, [day(today)], |r| {
        let villages: String = r.get(2)?;
        Ok(Ahead { on: date(r.get(0)?), place: r.get(1)?, villages: villages.lines().map(sound).collect() })
    })
}

fn first_letter(name: &str) -> String {
    name.chars().find(|c| c.is_alphabetic()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
}
