//! What share of the children has each dose of the schedule.
//!
//! A dose is judged when its time is over: of the registered children in the year of age that follows it, 12 to 23
//! months for what is planned before the first birthday, 24 to 35 months for the boosters of the second year, and so on.

use super::{Clinic, Counter, Query, ReportFilter, Session, StoreError, SubmitError, parts};
use crate::forecast::{Entry, EntryId, EntryKind, Forecast, GivenStatus, Item, NextStatus, Schedule};
use crate::store::query::{all, day, int};
use chrono::{Months, NaiveDate};
use rusqlite::Connection;
use std::collections::BTreeSet;

const MONTHS_A_YEAR: u32 = 12;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// A dose of the schedule.
    pub item: String,
    /// Of the children who are as many years old at the end of the time, and not yet one more.
    pub age_years: u32,
    /// Those of them for whom the dose is.
    pub children: u32,
    /// Of these: with a dose that counts for it, whoever gave it.
    pub given: u32,
}

impl Clinic {
    /// The coverage at the end of a day, by age and then in the order of the schedule. No name of anybody is in it.
    pub fn coverage(
        &self,
        session: &Session,
        until: NaiveDate,
        filter: &ReportFilter,
    ) -> Result<Vec<Covered>, SubmitError> {
        let own = self.own(session, Query::Reports)?;
        let worker = own.or(filter.worker.map(|worker| int(worker.0)));
        let village = filter.village.as_ref().map(|village| super::sound(village));
        Ok(self.read(|conn| Counter::new(conn, &(until..=until), worker, village)?.coverage(conn))?)
    }
}

/// A dose with all that stands for it.
struct Counted {
    entries: Vec<EntryId>,
    age_years: u32,
    children: u32,
    given: u32,
}

impl Counted {
    fn new(schedule: &Schedule, id: EntryId, entry: &Entry) -> Self {
        let (from, to) = (entry.rec_from.months_about(), entry.rec_to.months_about());
        let age_years = to.div_ceil(MONTHS_A_YEAR).max(from / MONTHS_A_YEAR + 1);
        let entries = std::iter::once(id).chain(schedule.late_start_for(id)).collect();
        Self { entries, age_years, children: 0, given: 0 }
    }

    /// The dose that the plan has.
    fn planned(&self) -> EntryId {
        self.entries[0]
    }

    fn count(&mut self, schedule: &Schedule, made: &Forecast) {
        let series = schedule.entry(self.planned()).series;
        if made.next.iter().any(|row| row.series == series && row.status == NextStatus::NotApplicable) {
            return;
        }
        let is_it = |item| matches!(item, Item::Entry(entry) if self.entries.contains(&entry));
        let given = made.given.iter().any(|row| row.status == GivenStatus::Valid && is_it(row.item));
        self.children += 1;
        self.given += u32::from(given);
    }
}

impl Counter {
    fn coverage(self, conn: &Connection) -> Result<Vec<Covered>, StoreError> {
        let schedule = self.schedule;
        let plan = schedule.entries().filter(|(id, entry)| entry.kind != EntryKind::LateStart && schedule.is_on(*id));
        let mut counted: Vec<Counted> = plan.map(|(id, entry)| Counted::new(schedule, id, entry)).collect();
        counted.sort_by_key(|dose| (dose.age_years, schedule.entry(dose.planned()).rec_from.months_about()));
        let ages: BTreeSet<u32> = counted.iter().map(|dose| dose.age_years).collect();
        let parts = parts(conn)?;
        let mut of_child = conn.prepare_cached(super::DOSES_OF)?;
        for age_years in ages {
            let born = |years: u32| {
                let ago = Months::new(years * MONTHS_A_YEAR);
                day(self.until.checked_sub_months(ago).unwrap_or(NaiveDate::MIN))
            };
            let sql = "SELECT id FROM child WHERE dob > ?1 AND dob <= ?2 AND merged_into IS NULL";
            let of_age = all(conn, sql, (born(age_years + 1), born(age_years)), |r| r.get::<_, i64>(0))?;
            for child in self.read_children(conn, of_age)? {
                let is_hers = self.worker.is_none() || child.worker == self.worker;
                if !is_hers || child.gone_on.is_some_and(|on| on <= self.until) {
                    continue;
                }
                let parts = parts.get(&child.id).map_or(&[][..], Vec::as_slice);
                let doses = self.doses(&mut of_child, child.id, parts)?;
                let Some((_, made)) = self.judged(&child, &doses) else { continue };
                let of_age = counted.iter_mut().filter(|dose| dose.age_years == age_years);
                of_age.for_each(|dose| dose.count(schedule, &made));
            }
        }
        let covered = counted.into_iter().map(|dose| Covered {
            item: schedule.entry(dose.planned()).id.clone(),
            age_years: dose.age_years,
            children: dose.children,
            given: dose.given,
        });
        Ok(covered.collect())
    }
}
