//! Sessions: planned, held, and what was done in them.

use super::child::product_use;
use super::today::{DUE_PAGE, DueChild, OfWorker, by_risk, due_child, waiting};
use super::{
    Clinic, PAGE_MAX, Query, Right, Session, StoreError, SubmitError, all, clinic, date, day, int, one, uint, worker,
};
use crate::forecast::Schedule;
use crate::record::fact::SessionKind;
use crate::record::refusal::Refusal;
use crate::record::rule::{Look, No, SessionStage};
use crate::store::alike::sound;
use crate::store::apply::Subject;
use crate::store::look::{Tables, stage};
use chrono::NaiveDate;
use hub_protocol::{SessionId, UserId};
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    pub id: SessionId,
    pub on: NaiveDate,
    pub kind: SessionKind,
    /// Empty: the clinic itself.
    pub site: String,
    /// Empty: for all villages.
    pub villages: Vec<String>,
    pub worker: Option<(UserId, String)>,
    /// It stood in the plan before it was held.
    pub planned: bool,
    pub stage: SessionStage,
    /// Why it was not held.
    pub reason: String,
    /// Doses given in it.
    pub doses: u32,
}

/// One session, in numbers that anybody who may see sessions may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPage {
    pub session: SessionLine,
    /// Doses given in it, by product.
    pub tally: Vec<(String, u32)>,
    /// Children who got one.
    pub children: u32,
    /// Children of its villages with something due on its day or earlier; of one that is over, none.
    pub expected_children: u32,
    /// And the doses they need, by the usual product.
    pub expected: Vec<(String, u32)>,
}

impl Clinic {
    /// Sessions of a time, the last day first; at most [`PAGE_MAX`] a page. The second value is how many there are.
    pub fn sessions(
        &self,
        session: &Session,
        period: &RangeInclusive<NaiveDate>,
        offset: u32,
    ) -> Result<(Vec<SessionLine>, u32), SubmitError> {
        self.scope(session, Right::See(Query::Sessions))?;
        let days = (day(*period.start()), day(*period.end()));
        Ok(self.read(|conn| {
            let total = one(conn, "SELECT count(*) FROM session WHERE day BETWEEN ?1 AND ?2", days, |r| r.get(0))?;
            let sql = format!(
                "{SESSION_LINE} WHERE s.day BETWEEN ?1 AND ?2 ORDER BY s.day DESC, s.id LIMIT {PAGE_MAX} OFFSET {offset}"
            );
            Ok((all(conn, &sql, days, session_line)?, total.unwrap_or_default()))
        })?)
    }

    /// The session of today in which this person records doses: her own before the others'.
    pub fn session_today(&self, session: &Session) -> Result<Option<SessionLine>, SubmitError> {
        self.scope(session, Right::See(Query::Sessions))?;
        let today = crate::date::to_day(crate::date::india(self.env().now_ms()));
        Ok(self.read(|conn| match Tables(conn).session_on(today, session.user) {
            Ok(Some(id)) => Ok(one_session(conn, id)?),
            Ok(None) | Err(No::Refused(_)) => Ok(None),
            Err(No::Broken(error)) => Err(error.into()),
        })?)
    }

    pub fn session_page(&self, session: &Session, id: SessionId) -> Result<SessionPage, SubmitError> {
        self.scope(session, Right::See(Query::Sessions))?;
        let today = self.today()?;
        let page = self.read(|conn| session_page(conn, id, today))?;
        Ok(page.ok_or(Refusal::UnknownSession)?)
    }

    /// The vaccines that a session's sheet may name, in the order of the schedule; those used here lately come first.
    pub fn vaccines_used(&self, session: &Session) -> Result<Vec<String>, SubmitError> {
        self.scope(session, Right::See(Query::Sessions))?;
        let (today, now_ms) = (self.today()?, self.env().now_ms());
        Ok(self.read(|conn| {
            let schedule = Schedule::builtin(&clinic(conn)?.schedule).ok_or(StoreError::UnknownSchedule)?;
            let mut all = Vec::new();
            for product in schedule.products().map(|product| schedule.product_name(product)) {
                all.push((product_use(conn, product, today, now_ms)?.doses == 0, product.to_owned()));
            }
            all.sort_by_key(|(unused, _)| *unused);
            Ok(all.into_iter().map(|(_, product)| product).collect())
        })?)
    }

    /// Who is to come to a session: children of its villages with something due on its day or earlier, the most at
    /// risk first; of them those whose names this person may see. [`DUE_PAGE`] a page; the second value is how many
    /// there are.
    pub fn session_due(
        &self,
        session: &Session,
        id: SessionId,
        offset: u32,
    ) -> Result<(Vec<DueChild>, u32), SubmitError> {
        self.scope(session, Right::See(Query::Sessions))?;
        let own = self.own(session, Query::Today)?;
        let today = self.today()?;
        let due = self.read(|conn| {
            let Some(line) = one_session(conn, id)? else { return Ok(None) };
            let until = line.on.max(today);
            let mut found = waiting(conn, own, OfWorker::Anybody, (today, until))?;
            let villages = wanted_places(&line.villages);
            found.retain(|w| villages.is_empty() || villages.contains(&w.place));
            by_risk(&mut found);
            let mut rows = Vec::new();
            for waiting in found.iter().skip(offset as usize).take(DUE_PAGE as usize) {
                rows.extend(due_child(conn, waiting.child, waiting.risk.is_some(), (today, until))?);
            }
            Ok(Some((rows, u32::try_from(found.len()).unwrap_or(u32::MAX))))
        })?;
        Ok(due.ok_or(Refusal::UnknownSession)?)
    }

    /// What became of a session, the first event first.
    pub fn session_history(
        &self,
        session: &Session,
        id: SessionId,
    ) -> Result<Vec<super::things::ThingEvent>, SubmitError> {
        self.scope(session, Right::See(Query::Sessions))?;
        Ok(self.read(|conn| super::things::history(conn, Subject::Session, int(id.0)))?)
    }
}

fn session_page(conn: &Connection, id: SessionId, today: NaiveDate) -> Result<Option<SessionPage>, StoreError> {
    let Some(line) = one_session(conn, id)? else { return Ok(None) };
    let of_session = (day(line.on), int(id.0));
    let sql = "SELECT product, count(*) FROM dose WHERE day = ?1 AND session = ?2 AND NOT withdrawn
               GROUP BY product ORDER BY product";
    let tally = all(conn, sql, of_session, |r| Ok((r.get(0)?, r.get(1)?)))?;
    let sql = "SELECT count(DISTINCT child) FROM dose WHERE day = ?1 AND session = ?2 AND NOT withdrawn";
    let children = one(conn, sql, of_session, |r| r.get(0))?.unwrap_or_default();
    let over = line.stage == SessionStage::NotHeld || line.on < today;
    let (expected_children, expected) = if over { (0, Vec::new()) } else { expected(conn, &line)? };
    Ok(Some(SessionPage { session: line, tally, children, expected_children, expected }))
}

fn expected(conn: &Connection, line: &SessionLine) -> rusqlite::Result<(u32, Vec<(String, u32)>)> {
    let villages = wanted_places(&line.villages);
    let is_wanted = |place: &str| villages.is_empty() || villages.iter().any(|v| v == place);
    let sql = "SELECT place_key, count(*) FROM waiting WHERE first_due <= ?1 GROUP BY place_key";
    let counts = all(conn, sql, [day(line.on)], |r| Ok((r.get::<_, String>(0)?, r.get::<_, u32>(1)?)))?;
    let children = counts.iter().filter(|(village, _)| is_wanted(village)).map(|(_, n)| n).sum();
    let sql = "SELECT w.place_key, n.product, count(*) FROM waiting w JOIN next_dose n ON n.child = w.child
               WHERE w.first_due <= ?1 AND n.due <= ?1 GROUP BY w.place_key, n.product";
    let counts =
        all(conn, sql, [day(line.on)], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, u32>(2)?)))?;
    let mut doses: BTreeMap<String, u32> = BTreeMap::new();
    for (_, product, n) in counts.into_iter().filter(|(village, ..)| is_wanted(village)) {
        *doses.entry(product).or_default() += n;
    }
    Ok((children, doses.into_iter().collect()))
}

pub(super) fn wanted_places(villages: &[String]) -> Vec<String> {
    villages.iter().map(|village| sound(village)).collect()
}

const SESSION_LINE: &str = "SELECT s.id, s.day, s.kind, s.site, s.villages, u.id, u.name, s.planned, s.held, s.reason,
        (SELECT count(*) FROM dose d WHERE d.day = s.day AND d.session = s.id AND NOT d.withdrawn)
    FROM session s LEFT JOIN user u ON u.id = s.worker";

fn one_session(conn: &Connection, id: SessionId) -> rusqlite::Result<Option<SessionLine>> {
    one(conn, &format!("{SESSION_LINE} WHERE s.id = ?1"), [int(id.0)], session_line)
}

fn session_line(r: &Row<'_>) -> rusqlite::Result<SessionLine> {
    let kind: i64 = r.get(2)?;
    Ok(SessionLine {
        id: SessionId(uint(r.get(0)?)),
        on: date(r.get(1)?),
        kind: SessionKind::ALL.into_iter().find(|k| *k as i64 == kind).unwrap_or(SessionKind::Fixed),
        site: r.get(3)?,
        villages: r.get::<_, String>(4)?.lines().map(str::to_owned).collect(),
        worker: worker(r, 5)?,
        planned: r.get(7)?,
        stage: stage(r.get(8)?),
        reason: r.get(9)?,
        doses: r.get(10)?,
    })
}
