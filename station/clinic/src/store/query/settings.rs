//! What a change of the settings would do, before anybody makes it.

use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, date, one, uint};
use crate::forecast::Schedule;
use crate::record::command::Settings;
use crate::record::rule;
use crate::store::apply::refresh_forecast;
use crate::store::open;
use crate::store::schema::FORECAST;
use crate::store::sql::day;
use chrono::NaiveDate;
use hub_protocol::ChildId;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of one vaccine, in children with an open dose of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaccineEffect {
    /// By its name in the schedules.
    pub series: String,
    /// It would be planned for them, and is not now.
    pub added: u32,
    /// It is planned for them now, and would not be.
    pub removed: u32,
    /// The next dose would be another one, or be due on another day.
    pub moved: u32,
}

impl VaccineEffect {
    pub fn children(&self) -> u32 {
        self.added + self.removed + self.moved
    }
}

/// Children whose lists would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Active ones.
    pub children: u32,
    /// With something due today and not late enough to be a defaulter.
    pub due_before: u32,
    pub due_after: u32,
    pub late_before: u32,
    pub late_after: u32,
    /// Children for whom any vaccine changes.
    pub touched: u32,
    /// Vaccines that change for somebody, those of the most children first.
    pub vaccines: Vec<VaccineEffect>,
}

impl Clinic {
    /// The settings as they are.
    pub fn settings(&self, session: &Session) -> Result<Settings, SubmitError> {
        self.scope(session, Right::See(Query::Settings))?;
        let view = self.clinic()?;
        Ok(Settings {
            schedule: view.schedule,
            je_endemic: view.je_endemic,
            defaulter_days: view.defaulter_days,
            auto_lock_min: view.auto_lock_min,
            region: view.region,
            facility_code: Some(view.facility_code),
            facility_phone: Some(view.facility_phone),
            fully: Some(view.fully),
        })
    }

    /// How many children would be due and late by these settings, and are now. Every forecast is worked out
    /// again, beside the records: nothing changes and nobody waits.
    pub fn settings_effect(&self, session: &Session, new: &Settings) -> Result<Effect, SubmitError> {
        self.scope(session, Right::See(Query::Settings))?;
        let new = rule::change_settings(new.clone())?;
        let schedule = Schedule::builtin(&new.schedule).ok_or(StoreError::UnknownSchedule)?;
        let today = self.today()?;
        // A connection of its own: what is worked out stands in tables of this connection's, in memory, which
        // hide the real ones and are gone with it.
        let conn = open::connect(&self.0.dir, &self.0.data_key)?;
        let effect = || -> Result<Effect, StoreError> {
            let snapshot = conn.unchecked_transaction()?;
            let now = "SELECT defaulter_days, schedule FROM clinic";
            let now = one(&snapshot, now, [], |r| Ok((r.get(0)?, r.get::<_, String>(1)?)))?;
            let (days, followed) = now.ok_or(StoreError::NoClinic)?;
            let followed = Schedule::builtin(&followed).ok_or(StoreError::UnknownSchedule)?;
            let (due_before, late_before) = count(&snapshot, today, days)?;
            let before = open_doses(&snapshot, followed)?;
            snapshot.execute_batch(&in_memory(FORECAST))?;
            let sql = "SELECT id FROM child WHERE gone IS NULL AND merged_into IS NULL";
            let children = all(&snapshot, sql, [], |r| r.get(0).map(uint).map(ChildId))?;
            for child in &children {
                refresh_forecast(&snapshot, *child, schedule, new.je_endemic, today)?;
            }
            let (due_after, late_after) = count(&snapshot, today, new.defaulter_days)?;
            let children = u32::try_from(children.len()).unwrap_or(u32::MAX);
            let (touched, vaccines) = compare(&before, &open_doses(&snapshot, schedule)?);
            Ok(Effect { children, due_before, due_after, late_before, late_after, touched, vaccines })
        };
        Ok(effect()?)
    }
}

/// The tables of the forecast as temporary ones. SQLCipher keeps those in memory.
fn in_memory(tables: &str) -> String {
    let tables = tables.replace("CREATE TABLE ", "CREATE TEMP TABLE ");
    format!("PRAGMA temp_store = MEMORY; {}", tables.replace("CREATE INDEX ", "CREATE INDEX temp."))
}

/// Children who are due, and those who are late.
fn count(conn: &Connection, today: NaiveDate, defaulter_days: u16) -> rusqlite::Result<(u32, u32)> {
    let sql = "SELECT min(due) FROM next_dose WHERE due <= ?1 AND (last_day IS NULL OR last_day >= ?1) GROUP BY child";
    let (mut due, mut late) = (0, 0);
    for first in all(conn, sql, [day(today)], |r| r.get(0).map(date))? {
        let days = (today - first).num_days();
        *(if days >= i64::from(defaulter_days) { &mut late } else { &mut due }) += 1;
    }
    Ok((due, late))
}

/// By child and series: the next dose and when it is due.
type Open = BTreeMap<(ChildId, String), (String, i64)>;

fn open_doses(conn: &Connection, schedule: &Schedule) -> rusqlite::Result<Open> {
    let rows = all(conn, "SELECT child, item, due FROM next_dose", [], |r| {
        Ok((ChildId(uint(r.get(0)?)), r.get::<_, String>(1)?, r.get(2)?))
    })?;
    let series = |item: &str| {
        let entry = schedule.entry_id(item)?;
        Some(vaccine(&schedule.entry(entry).series_name).to_owned())
    };
    let open = rows.into_iter().map(|(child, item, due)| ((child, series(&item).unwrap_or_default()), (item, due)));
    Ok(open.collect())
}

/// Two schedules have a name of their own for one vaccine.
fn vaccine(series: &str) -> &str {
    match series {
        "DTP" => "DPT",
        "RVV" => "RV",
        other => other,
    }
}

/// How many children are touched, and by which vaccines.
fn compare(before: &Open, after: &Open) -> (u32, Vec<VaccineEffect>) {
    let mut touched = BTreeSet::new();
    let mut vaccines: BTreeMap<&str, VaccineEffect> = BTreeMap::new();
    for key @ (child, series) in before.keys().chain(after.keys().filter(|key| !before.contains_key(*key))) {
        let (old, new) = (before.get(key), after.get(key));
        if old == new {
            continue;
        }
        touched.insert(*child);
        let none = || VaccineEffect { series: series.clone(), added: 0, removed: 0, moved: 0 };
        let vaccine = vaccines.entry(series).or_insert_with(none);
        match (old, new) {
            (None, _) => vaccine.added += 1,
            (_, None) => vaccine.removed += 1,
            (Some(_), Some(_)) => vaccine.moved += 1,
        }
    }
    let mut vaccines: Vec<_> = vaccines.into_values().collect();
    vaccines.sort_by(|a, b| b.children().cmp(&a.children()).then_with(|| a.series.cmp(&b.series)));
    (u32::try_from(touched.len()).unwrap_or(u32::MAX), vaccines)
}
