//! On which day a child is asked to come: one rule for the page, the lists and the toys.

use super::session::wanted_places;
use super::{Clinic, PAGE_MAX, Query, Right, Session, SubmitError, all, date, day, int, one};
use crate::record::fact::SessionKind;
use crate::record::refusal::Refusal;
use crate::record::rule::{ComeBack, SESSION_WITHIN_DAYS, SessionDay, come_back};
use crate::store::alike::sound;
use crate::store::look::stage;
use chrono::{Days, NaiveDate};
use hub_protocol::ChildId;
use rusqlite::Connection;

/// A dose that waits to be given, as far as the day is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenDose {
    /// It is due, and may be given.
    pub from: NaiveDate,
    pub last_day: Option<NaiveDate>,
}

/// The day that the schedule wants for the first of these doses, not before today, and by when they must be given.
pub(super) fn wanted(open: &[OpenDose], today: NaiveDate) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let day_of = |dose: &OpenDose| dose.from.max(today);
    let wanted = open.iter().map(day_of).min()?;
    Some((wanted, open.iter().filter(|dose| day_of(dose) == wanted).filter_map(|dose| dose.last_day).min()))
}

/// The doses of a child that wait, now or later.
pub(super) fn open_doses(conn: &Connection, child: i64) -> rusqlite::Result<Vec<OpenDose>> {
    let sql = "SELECT max(due, earliest), last_day FROM next_dose WHERE child = ?1";
    all(conn, sql, [child], |r| Ok(OpenDose { from: date(r.get(0)?), last_day: r.get::<_, Option<i64>>(1)?.map(date) }))
}

/// Sessions that were planned for some days, held or given up.
pub(super) struct Plan(Vec<Planned>);

struct Planned {
    /// How the villages sound that it is for; empty: all.
    places: Vec<String>,
    day: SessionDay,
}

impl Plan {
    /// All that is needed for any day wanted between these two.
    pub fn for_days(conn: &Connection, from: NaiveDate, until: NaiveDate) -> rusqlite::Result<Self> {
        let sql = format!(
            "SELECT day, kind, site, villages, held FROM session WHERE day BETWEEN ?1 AND ?2 ORDER BY day, id LIMIT {PAGE_MAX}"
        );
        let until = until + Days::new(SESSION_WITHIN_DAYS);
        let planned = all(conn, &sql, [day(from), day(until)], |r| {
            let villages: Vec<String> = r.get::<_, String>(3)?.lines().map(str::to_owned).collect();
            let kind: i64 = r.get(1)?;
            let kind = SessionKind::ALL.into_iter().find(|k| *k as i64 == kind).unwrap_or(SessionKind::Fixed);
            let day = SessionDay { on: date(r.get(0)?), kind, site: r.get(2)?, stage: stage(r.get(4)?) };
            Ok(Planned { places: wanted_places(&villages), day })
        })?;
        Ok(Self(planned))
    }

    /// Who is there already, or was to come long ago, is asked for no other day.
    pub fn day_to_come(
        &self,
        village: &str,
        (wanted, last_day): (NaiveDate, Option<NaiveDate>),
        today: NaiveDate,
    ) -> ComeBack {
        if wanted <= today {
            return ComeBack { wanted, on: wanted, not_then: None, session: None };
        }
        let place = sound(village);
        let near = wanted..=wanted + Days::new(SESSION_WITHIN_DAYS);
        let for_it = |planned: &&Planned| {
            near.contains(&planned.day.on) && (planned.places.is_empty() || planned.places.contains(&place))
        };
        let sessions: Vec<SessionDay> = self.0.iter().filter(for_it).map(|planned| planned.day.clone()).collect();
        come_back(wanted, last_day, &sessions)
    }
}

pub(super) fn day_to_come(
    conn: &Connection,
    village: &str,
    wanted: (NaiveDate, Option<NaiveDate>),
    today: NaiveDate,
) -> rusqlite::Result<ComeBack> {
    Ok(Plan::for_days(conn, wanted.0, wanted.0)?.day_to_come(village, wanted, today))
}

impl Clinic {
    /// On which day a family that wants to come on one should come.
    pub fn coming(&self, session: &Session, child: ChildId, wanted: NaiveDate) -> Result<ComeBack, SubmitError> {
        self.scope(session, Right::See(Query::Today))?;
        let today = self.today()?;
        let village = "SELECT village FROM child WHERE id = ?1";
        let village = self.read(|conn| Ok(one(conn, village, [int(child.0)], |r| r.get::<_, String>(0))?))?;
        let village = village.ok_or(Refusal::UnknownChild)?;
        Ok(self.read(|conn| {
            // Of what can be given on that day, the dose whose time ends first.
            let sql = "SELECT min(last_day) FROM next_dose WHERE child = ?1 AND earliest <= ?2 AND last_day >= ?2";
            let last = one(conn, sql, (int(child.0), day(wanted)), |r| r.get::<_, Option<i64>>(0))?.flatten().map(date);
            Ok(day_to_come(conn, &village, (wanted, last), today)?)
        })?)
    }
}
