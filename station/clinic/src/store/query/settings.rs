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

/// Children whose lists would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// Active ones.
    pub children: u32,
    /// With something due today and not late enough to be a defaulter.
    pub due_before: u32,
    pub due_after: u32,
    pub late_before: u32,
    pub late_after: u32,
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
            let days = one(&snapshot, "SELECT defaulter_days FROM clinic", [], |r| r.get(0))?;
            let (due_before, late_before) = count(&snapshot, today, days.ok_or(StoreError::NoClinic)?)?;
            snapshot.execute_batch(&in_memory(FORECAST))?;
            let sql = "SELECT id FROM child WHERE gone IS NULL AND merged_into IS NULL";
            let children = all(&snapshot, sql, [], |r| r.get(0).map(uint).map(ChildId))?;
            for child in &children {
                refresh_forecast(&snapshot, *child, schedule, new.je_endemic, today)?;
            }
            let (due_after, late_after) = count(&snapshot, today, new.defaulter_days)?;
            let children = u32::try_from(children.len()).unwrap_or(u32::MAX);
            Ok(Effect { children, due_before, due_after, late_before, late_after })
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
