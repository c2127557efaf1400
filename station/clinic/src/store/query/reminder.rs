//! Which children have something to come, as reminders see it; and the outbox.

use super::coming::{OpenDose, Plan, wanted};
use super::{Clinic, PAGE_MAX, Query, Right, Session, StoreError, SubmitError, all, bytes, date, day, one, uint};
use crate::ledger::Hlc;
use crate::record::fact::{NotSent, ReferenceKey, ReminderSettings};
use crate::reminder::{Channel, Coming, Family, Language, MessageState, Run, Stage, Told};
use crate::store::look::{language, stored};
use chrono::{Days, NaiveDate};
use hub_protocol::ChildId;
use hub_protocol::frame::from_cbor;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Messages of one page of the outbox.
pub const OUTBOX_PAGE: u32 = 100;
/// A child whose first dose was due before this many days is in no stage of any run that is made today: the wait for a
/// session, a late day, and the days that a run catches up.
const LOOK_BACK_DAYS: u64 = 45;
/// And the first message comes so many days before.
const LOOK_AHEAD_DAYS: u64 = 3;

/// How reminders are set, with the key of their references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminders {
    pub settings: ReminderSettings,
    pub key: ReferenceKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutboxShow {
    #[default]
    All,
    /// Of which a person should know: failed, or nobody knows what became of it.
    Trouble,
    Is(MessageState),
}

/// A message as the outbox shows it: the family is its children's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxLine {
    pub reference: [u8; 16],
    pub run_on: NaiveDate,
    pub channel: Channel,
    pub language: Language,
    pub stage: Stage,
    /// The day that it names.
    pub on: NaiveDate,
    pub state: MessageState,
    pub why: Option<NotSent>,
    pub paise: Option<u32>,
    /// When it became what it is, ms since 1970.
    pub since_ms: u64,
    pub children: Vec<(ChildId, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbox {
    pub lines: Vec<OutboxLine>,
    /// Of all messages that fit, not of this page alone.
    pub count: u32,
    /// What the messages of this month cost, in paise.
    pub month_paise: u64,
}

impl Clinic {
    /// How reminders are set; nothing before an Admin set them. For the station itself: it names no family.
    pub fn reminders(&self) -> Result<Option<Reminders>, StoreError> {
        self.read(reminders)
    }

    /// The same for whoever may change it.
    pub fn reminder_settings(&self, session: &Session) -> Result<ReminderSettings, SubmitError> {
        self.scope(session, Right::See(Query::Settings))?;
        Ok(self.reminders()?.map(|reminders| reminders.settings).unwrap_or_default())
    }

    /// A page of the outbox, the newest run first.
    pub fn outbox(&self, session: &Session, show: OutboxShow, offset: u32) -> Result<Outbox, SubmitError> {
        self.scope(session, Right::See(Query::Reminders))?;
        let today = self.today()?;
        Ok(self.read(|conn| outbox(conn, show, offset, today))?)
    }
}

fn outbox(conn: &Connection, show: OutboxShow, offset: u32, today: NaiveDate) -> Result<Outbox, StoreError> {
    let states: Vec<i64> = match show {
        OutboxShow::All => MessageState::ALL.into_iter().map(|s| s as i64).collect(),
        OutboxShow::Trouble => vec![MessageState::Failed as i64, MessageState::Unknown as i64],
        OutboxShow::Is(state) => vec![state as i64],
    };
    let states = states.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let count = format!("SELECT count(*) FROM message WHERE state IN ({states})");
    let count = one(conn, &count, [], |r| r.get(0))?.unwrap_or_default();
    let sql = format!(
        "SELECT reference, run_day, channel, language, stage, day, state, why, paise, hlc FROM message
         WHERE state IN ({states}) ORDER BY run_day DESC, reference LIMIT {OUTBOX_PAGE} OFFSET ?1"
    );
    let mut lines = all(conn, &sql, [offset], |r| {
        Ok(OutboxLine {
            reference: bytes(r, 0)?,
            run_on: date(r.get(1)?),
            channel: stored(Channel::ALL, r.get(2)?, |c| *c as i64),
            language: stored(Language::ALL, r.get(3)?, |l| *l as i64),
            stage: stored(Stage::ALL, r.get(4)?, |s| *s as i64),
            on: date(r.get(5)?),
            state: stored(MessageState::ALL, r.get(6)?, |s| *s as i64),
            why: r.get::<_, Option<i64>>(7)?.map(|why| stored(NotSent::ALL, why, |w| *w as i64)),
            paise: r.get(8)?,
            since_ms: Hlc(uint(r.get(9)?)).ms(),
            children: Vec::new(),
        })
    })?;
    for line in &mut lines {
        let sql = "SELECT DISTINCT c.id, c.name FROM message_child m JOIN child c ON c.id = m.child
                   WHERE m.reference = ?1 ORDER BY c.id";
        line.children = all(conn, sql, [line.reference], |r| Ok((ChildId(uint(r.get(0)?)), r.get(1)?)))?;
    }
    let month = chrono::Datelike::with_day(&today, 1).unwrap_or(today);
    let sql = "SELECT coalesce(sum(paise), 0) FROM message WHERE run_day >= ?1";
    let month_paise = one(conn, sql, [day(month)], |r| r.get(0).map(uint))?.unwrap_or_default();
    Ok(Outbox { lines, count, month_paise })
}

pub(in crate::store) fn reminders(conn: &Connection) -> Result<Option<Reminders>, StoreError> {
    let row = one(conn, "SELECT key, settings FROM reminders", [], |r| Ok((bytes(r, 0)?, r.get::<_, Vec<u8>>(1)?)))?;
    // Written by `apply` from a fact that was read: it is readable again.
    Ok(row.and_then(|(key, settings)| Some(Reminders { settings: from_cbor(&settings).ok()?, key: ReferenceKey(key) })))
}

/// The days whose run is made, or is not to be made.
pub(in crate::store) fn days_run(conn: &Connection, since: NaiveDate) -> rusqlite::Result<Vec<NaiveDate>> {
    all(conn, "SELECT day FROM reminder_day WHERE day >= ?1", [day(since)], |r| r.get(0).map(date))
}

pub(in crate::store) fn opted_out(conn: &Connection) -> rusqlite::Result<BTreeSet<Family>> {
    Ok(all(conn, "SELECT phone FROM opt_out", [], |r| r.get(0).map(Family))?.into_iter().collect())
}

/// What was told that a run of `today` could tell again.
pub(in crate::store) fn told(conn: &Connection, today: NaiveDate) -> rusqlite::Result<BTreeSet<Told>> {
    let since = today.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(today);
    let rows = all(conn, "SELECT child, stage, day FROM message_child WHERE day >= ?1", [day(since)], |r| {
        let stage = stored(Stage::ALL, r.get(1)?, |s| *s as i64);
        Ok(Told { child: ChildId(uint(r.get(0)?)), stage, on: date(r.get(2)?) })
    })?;
    Ok(rows.into_iter().collect())
}

/// The children of whom this run may tell: looked after here, with consent and a phone, and with a dose to come to which
/// the family did not say no. The forecasts must be those of the day.
pub(in crate::store) fn coming(conn: &Connection, run: Run, usual: Language) -> rusqlite::Result<Vec<Coming>> {
    let from = run.today.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(run.today);
    let until = run.today.checked_add_days(Days::new(LOOK_AHEAD_DAYS)).unwrap_or(run.today);
    let plan = Plan::for_days(conn, from, until)?;
    // A child who waits for several doses is asked for the first of them.
    let sql = "SELECT c.id, c.phone, c.language, c.village, min(n.due) AS first_due
               FROM next_dose n JOIN child c ON c.id = n.child
               WHERE n.refused IS NULL AND n.due <= ?2 AND c.consent_reminders AND c.phone <> ''
                   AND c.gone IS NULL AND c.merged_into IS NULL
               GROUP BY c.id HAVING first_due >= ?1 ORDER BY c.id";
    let rows = all(conn, sql, (day(from), day(until)), |r| {
        let child: i64 = r.get(0)?;
        let language = language(r.get(2)?).unwrap_or(usual);
        Ok((child, r.get::<_, String>(1)?, language, r.get::<_, String>(3)?, date(r.get(4)?)))
    })?;
    let mut coming = Vec::with_capacity(rows.len());
    for (child, phone, language, village, due) in rows {
        // As the rule said it before the day had come: by today's it would be today for whoever is late.
        let Some(first) = wanted(&not_refused(conn, child)?, NaiveDate::MIN) else { continue };
        let before = first.0.pred_opt().unwrap_or(first.0);
        let come_on = plan.day_to_come(&village, first, before).on;
        coming.push(Coming { child: ChildId(uint(child)), phone, language, come_on, due });
    }
    Ok(coming)
}

fn not_refused(conn: &Connection, child: i64) -> rusqlite::Result<Vec<OpenDose>> {
    let sql = format!(
        "SELECT max(due, earliest), last_day FROM next_dose WHERE child = ?1 AND refused IS NULL LIMIT {PAGE_MAX}"
    );
    all(conn, &sql, [child], |r| {
        Ok(OpenDose { from: date(r.get(0)?), last_day: r.get::<_, Option<i64>>(1)?.map(date) })
    })
}

/// Whose phone a message goes to, as the records stand now: that of the first of its children of whom it still holds.
pub(in crate::store) fn phone_of(conn: &Connection, reference: [u8; 16]) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT c.phone FROM message_child m JOIN child c ON c.id = m.child
               WHERE m.reference = ?1 AND c.consent_reminders AND c.phone <> '' AND c.gone IS NULL
                   AND c.merged_into IS NULL AND c.phone NOT IN (SELECT phone FROM opt_out)
                   AND EXISTS (SELECT 1 FROM next_dose n WHERE n.child = c.id AND n.refused IS NULL AND n.due <= m.day)
               ORDER BY m.stage DESC, m.day, c.id LIMIT 1";
    one(conn, sql, [reference], |r| r.get(0))
}

/// Children of whom a message tells.
pub(in crate::store) fn children_of(conn: &Connection, reference: [u8; 16]) -> rusqlite::Result<u32> {
    let sql = "SELECT count(DISTINCT child) FROM message_child WHERE reference = ?1";
    Ok(one(conn, sql, [reference], |r| r.get(0))?.unwrap_or_default())
}
