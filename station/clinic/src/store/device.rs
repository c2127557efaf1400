//! What the watch over the toys keeps, and what it begins with. Local tables: no log tells of them.

use super::sql::{all, bytes, int, one, run, uint};
use super::{Clinic, Session, StoreError, SubmitError};
use crate::date::{india, india_ms, to_date, to_day};
use crate::device::{Alert, AlertKind, BACK_MS, Batch, Happened, Happening, Known, Outlook, Rule, Sample};
use crate::ledger::Hlc;
use crate::record::command::CommandKind;
use crate::record::fact::ToyStop;
use crate::record::refusal::Refusal;
use crate::record::role::Right;
use crate::store::look::toy_stop;
use crate::store::writer::Job;
use hub_protocol::toy::Position;
use hub_protocol::{Day, DeviceId, UserId};
use rusqlite::{Connection, Row, Transaction};
use std::collections::BTreeSet;

/// How long samples, happenings and closed alerts are kept, in ms: 400 days, so that a year can be compared.
const KEPT_MS: u64 = 400 * DAY_MS;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What the watch over the toys begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub known: Vec<Known>,
    pub open: Vec<Alert>,
}

impl Clinic {
    /// What was kept of the toys before the hub started.
    pub fn toys_watched(&self) -> Result<Watched, StoreError> {
        self.read(|conn| Ok(Watched { known: known(conn)?, open: open_alerts(conn)? }))
    }

    /// The registered toys, as the watch needs them.
    pub fn toy_rules(&self) -> Result<Vec<Rule>, StoreError> {
        self.read(rules)
    }

    /// The last day before `today` on which somebody worked: at the desk, or with a toy that handed it over.
    pub fn worked_before(&self, today: Day) -> Result<Option<Day>, StoreError> {
        let Some(date) = to_date(today) else { return Ok(None) };
        let (began_ms, _) = india_ms(date, date);
        let sql = "SELECT hlc FROM event WHERE origin = (SELECT no FROM origin WHERE id = ?1)
                       AND actor IS NOT NULL AND hlc < ?2 ORDER BY seq DESC LIMIT 1";
        let began = int(Hlc::first_of(began_ms).0);
        let last = self.read(|conn| Ok(one(conn, sql, (self.origin().0, began), |r| r.get(0).map(uint))?))?;
        Ok(last.map(|hlc| to_day(india(Hlc(hlc).ms()))))
    }

    /// What is to be expected of the toys that said anything in the last weeks.
    pub fn toy_outlooks(&self) -> Result<Vec<(DeviceId, Outlook)>, StoreError> {
        let now_ms = self.0.env.now_ms();
        let toys = self.read(|conn| Ok(all(conn, "SELECT id FROM toy", [], |r| bytes(r, 0).map(DeviceId))?))?;
        // One after the other, each from its own snapshot: nobody waits for all of them.
        toys.into_iter().map(|toy| self.read(|conn| Ok((toy, outlook(conn, toy, now_ms)?)))).collect()
    }

    /// Keeps what the watch found worth it, in one commit.
    pub fn keep_devices(&self, batch: Batch) -> Result<(), StoreError> {
        self.ask(|reply| Job::KeepDevices { batch, reply })
    }

    /// Somebody saw an alert of a toy. It stays until its cause is gone; who saw it first stands there.
    pub fn acknowledge_alert(&self, session: &Session, no: i64) -> Result<(), SubmitError> {
        self.scope(session, Right::Do(CommandKind::AcknowledgeAlert))?;
        self.ask(|reply| Job::AcknowledgeAlert { no, by: session.user, reply })
    }
}

/// `last_ms` is when something was written to the ledger last.
pub(super) fn keep_devices(tx: &Transaction<'_>, batch: &Batch, now_ms: u64, last_ms: u64) -> rusqlite::Result<()> {
    let mut toys = BTreeSet::new();
    for (toy, s) in &batch.samples {
        let _ = toys.insert(*toy);
        let place = s.position;
        run(
            tx,
            "INSERT OR REPLACE INTO toy_sample VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            rusqlite::params![
                toy.0,
                int(s.at_ms),
                s.battery_percent,
                s.charging,
                s.temperature_c,
                s.storage_free_kib,
                s.restarts,
                s.records_held,
                s.clock_offset_ms,
                place.map(|p| p.latitude_e7),
                place.map(|p| p.longitude_e7),
                place.map(|p| p.accuracy_m),
            ],
        )?;
    }
    for h in &batch.happened {
        let _ = toys.insert(h.toy);
        let row = (h.toy.0, int(h.at_ms), h.what as i64, &h.detail);
        run(tx, "INSERT OR REPLACE INTO toy_happened VALUES (?1, ?2, ?3, ?4)", row)?;
    }
    for (toy, alert) in &batch.opened {
        // Once: also when a batch is stored again because its answer was lost.
        let row = (&alert.short, toy.map(|t| t.0), alert.kind as i64, int(alert.opened_ms), &alert.detail);
        run(
            tx,
            "INSERT INTO toy_alert(short, toy, kind, opened_ms, detail) SELECT ?1, ?2, ?3, ?4, ?5
             WHERE NOT EXISTS (SELECT 1 FROM toy_alert WHERE short = ?1 AND kind = ?3 AND closed_ms IS NULL)",
            row,
        )?;
    }
    for (short, kind, at_ms) in &batch.closed {
        let row = (short, *kind as i64, int(*at_ms));
        run(tx, "UPDATE toy_alert SET closed_ms = ?3 WHERE short = ?1 AND kind = ?2 AND closed_ms IS NULL", row)?;
    }
    // A clock that stands far ahead must not make everything old.
    let before_ms = int(now_ms.min(last_ms.saturating_add(DAY_MS)).saturating_sub(KEPT_MS));
    for toy in toys {
        run(tx, "DELETE FROM toy_sample WHERE toy = ?1 AND at_ms < ?2", (toy.0, before_ms))?;
        run(tx, "DELETE FROM toy_happened WHERE toy = ?1 AND at_ms < ?2", (toy.0, before_ms))?;
    }
    if !batch.closed.is_empty() {
        run(tx, "DELETE FROM toy_alert WHERE opened_ms < ?1 AND closed_ms < ?1", [before_ms])?;
    }
    Ok(())
}

pub(super) fn acknowledge(tx: &Transaction<'_>, no: i64, by: UserId, now_ms: u64) -> Result<(), SubmitError> {
    let row = (no, int(by.0), int(now_ms));
    let sql = "UPDATE toy_alert SET seen_by = coalesce(seen_by, ?2), seen_ms = coalesce(seen_ms, ?3) WHERE no = ?1";
    if run(tx, sql, row)? == 0 { Err(Refusal::UnknownAlert.into()) } else { Ok(()) }
}

/// The columns of a sample, from the first one on.
pub(super) const SAMPLE: &str =
    "s.at_ms, s.battery_percent, s.charging, s.temperature_c, s.storage_free_kib, s.restarts,
    s.records_held, s.clock_offset_ms, s.latitude_e7, s.longitude_e7, s.accuracy_m";

pub(super) fn sample(r: &Row<'_>, at: usize) -> rusqlite::Result<Sample> {
    let place = (r.get::<_, Option<i32>>(at + 8)?, r.get::<_, Option<i32>>(at + 9)?, r.get::<_, Option<u32>>(at + 10)?);
    let position = match place {
        (Some(latitude_e7), Some(longitude_e7), Some(accuracy_m)) => {
            Some(Position { latitude_e7, longitude_e7, accuracy_m })
        }
        _ => None,
    };
    Ok(Sample {
        at_ms: r.get(at).map(uint)?,
        battery_percent: r.get(at + 1)?,
        charging: r.get(at + 2)?,
        temperature_c: r.get(at + 3)?,
        storage_free_kib: r.get(at + 4)?,
        restarts: r.get(at + 5)?,
        records_held: r.get(at + 6)?,
        clock_offset_ms: r.get(at + 7)?,
        position,
    })
}

/// When a toy `t` was last in contact; nothing when it never was.
pub(super) const HEARD_MS: &str = "nullif(max(
    coalesce((SELECT max(at_ms) FROM toy_sample WHERE toy = t.id), 0),
    coalesce((SELECT max(at_ms) FROM toy_happened WHERE toy = t.id AND what IN (0, 1, 8)), 0)), 0)";

/// The version that a toy `t` said last.
pub(super) const FIRMWARE: &str =
    "(SELECT detail FROM toy_happened WHERE toy = t.id AND what = 4 ORDER BY at_ms DESC LIMIT 1)";

/// When a toy `t` took settings last, and the revision of these.
pub(super) const SETTINGS: &str =
    "(SELECT at_ms FROM toy_happened WHERE toy = t.id AND what = 7 ORDER BY at_ms DESC LIMIT 1),
    (SELECT detail FROM toy_happened WHERE toy = t.id AND what = 7 ORDER BY at_ms DESC LIMIT 1)";

/// The same, from the first of the two columns on: the revision, and when.
pub(super) fn settings_taken(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<(u64, u64)>> {
    let revision = r.get::<_, Option<String>>(at + 1)?.and_then(|text| text.parse().ok());
    Ok(revision.zip(r.get::<_, Option<i64>>(at)?.map(uint)))
}

pub(super) fn outlook(conn: &Connection, toy: DeviceId, now_ms: u64) -> rusqlite::Result<Outlook> {
    let since = (toy.0, int(now_ms.saturating_sub(BACK_MS)), int(now_ms));
    let sql =
        format!("SELECT {SAMPLE} FROM toy_sample s WHERE s.toy = ?1 AND s.at_ms BETWEEN ?2 AND ?3 ORDER BY s.at_ms");
    let samples = all(conn, &sql, since, |r| sample(r, 0))?;
    let sql = "SELECT at_ms, what, detail FROM toy_happened WHERE toy = ?1 AND at_ms BETWEEN ?2 AND ?3 ORDER BY at_ms";
    let happened = all(conn, sql, since, |r| {
        let Some(what) = Happened::of(r.get(1)?) else { return Ok(None) };
        Ok(Some(Happening { toy, at_ms: r.get(0).map(uint)?, what, detail: r.get(2)? }))
    })?;
    Ok(Outlook::of(&samples, &happened.into_iter().flatten().collect::<Vec<_>>(), now_ms))
}

fn known(conn: &Connection) -> rusqlite::Result<Vec<Known>> {
    let sql = format!(
        "SELECT t.id, {HEARD_MS}, {FIRMWARE}, {SETTINGS}, {SAMPLE} FROM toy t LEFT JOIN toy_sample s ON s.toy = t.id
             AND s.at_ms = (SELECT max(at_ms) FROM toy_sample WHERE toy = t.id)"
    );
    let rows = all(conn, &sql, [], |r| {
        let Some(heard_ms) = r.get::<_, Option<i64>>(1)? else { return Ok(None) };
        let sample = r.get::<_, Option<i64>>(5)?.map(|_| sample(r, 5)).transpose()?;
        let firmware = r.get::<_, Option<String>>(2)?.unwrap_or_default();
        let settings = settings_taken(r, 3)?.map(|(revision, _)| revision);
        Ok(Some(Known { toy: DeviceId(bytes(r, 0)?), sample, seen_ms: uint(heard_ms), firmware, settings }))
    })?;
    Ok(rows.into_iter().flatten().collect())
}

fn open_alerts(conn: &Connection) -> rusqlite::Result<Vec<Alert>> {
    let sql = "SELECT short, kind, opened_ms, detail FROM toy_alert WHERE closed_ms IS NULL ORDER BY no";
    let rows = all(conn, sql, [], |r| {
        let Some(kind) = AlertKind::of(r.get(1)?) else { return Ok(None) };
        Ok(Some(Alert { short: r.get(0)?, kind, opened_ms: r.get(2).map(uint)?, detail: r.get(3)? }))
    })?;
    Ok(rows.into_iter().flatten().collect())
}

fn rules(conn: &Connection) -> Result<Vec<Rule>, StoreError> {
    let fences = super::query::fences_of(conn)?;
    let sql = format!(
        "SELECT t.id, t.worker, t.stopped,
             (SELECT from_ms FROM toy_held h WHERE h.toy = t.id AND until_ms IS NULL ORDER BY from_ms DESC LIMIT 1),
             EXISTS (SELECT 1 FROM toy_alert a WHERE a.toy = t.id AND a.kind = {lost} AND a.closed_ms IS NULL
                         AND a.seen_ms IS NOT NULL)
         FROM toy t",
        lost = AlertKind::LostIsHere as i64
    );
    Ok(all(conn, &sql, [], |r| {
        let stop = toy_stop(r.get(2)?);
        let worker: Option<i64> = r.get(1)?;
        Ok(Rule {
            toy: DeviceId(bytes(r, 0)?),
            given_ms: r.get::<_, Option<i64>>(3)?.map(uint).filter(|_| worker.is_some()),
            stopped: stop.is_some(),
            lost: stop == Some(ToyStop::Lost),
            lost_seen: r.get(4)?,
            fences: worker.map(|worker| fences.of(worker)).unwrap_or_default(),
        })
    })?)
}
