//! Which children have something to come, as reminders see it; and the outbox.

use super::coming::Plan;
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, bytes, date, day, int, one, uint};
use crate::ledger::Hlc;
use crate::record::fact::{NotSent, ReferenceKey, ReminderSettings};
use crate::record::rule::SESSION_WITHIN_DAYS;
use crate::reminder::{Channel, Coming, Family, Language, MessageState, Run, Stage, Told};
use crate::store::look::{language, stored};
use chrono::{Days, NaiveDate};
use hub_protocol::ChildId;
use hub_protocol::frame::from_cbor;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Messages of one page of the outbox.
pub const OUTBOX_PAGE: u32 = 100;
/// What was due before this many days is in no stage of any run that is made today: the wait for a session, a late day,
/// and the days that a run catches up.
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
    /// Each with its name and its mother's.
    pub children: Vec<(ChildId, String, String)>,
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
        self.outbox_of(session, None, show, offset)
    }

    /// What this person may take out of the outbox: all of the clinic for an Admin; for a worker what was sent for her own
    /// children.
    pub fn outbox_to_take_out(&self, session: &Session, offset: u32) -> Result<Outbox, SubmitError> {
        let own = self.own(session, Query::Child)?;
        self.outbox_of(session, own, OutboxShow::All, offset)
    }

    fn outbox_of(
        &self,
        session: &Session,
        own: Option<i64>,
        show: OutboxShow,
        offset: u32,
    ) -> Result<Outbox, SubmitError> {
        self.scope(session, Right::See(Query::Reminders))?;
        let today = self.today()?;
        Ok(self.read(|conn| outbox(conn, own, show, offset, today))?)
    }
}

/// `own`: of the children of one worker alone.
fn outbox(
    conn: &Connection,
    own: Option<i64>,
    show: OutboxShow,
    offset: u32,
    today: NaiveDate,
) -> Result<Outbox, StoreError> {
    let states: Vec<i64> = match show {
        OutboxShow::All => MessageState::ALL.into_iter().map(|s| s as i64).collect(),
        OutboxShow::Trouble => vec![MessageState::Failed as i64, MessageState::Unknown as i64],
        OutboxShow::Is(state) => vec![state as i64],
    };
    let states = states.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    const HERS: &str = "(?1 IS NULL OR EXISTS (SELECT 1 FROM message_child m JOIN child p ON p.id = m.child
                         JOIN child c ON c.id = coalesce(p.merged_into, p.id) WHERE m.reference = message.reference AND c.worker = ?1))";
    let count = format!("SELECT count(*) FROM message WHERE state IN ({states}) AND {HERS}");
    let count = one(conn, &count, [own], |r| r.get(0))?.unwrap_or_default();
    let sql = format!(
        "SELECT reference, run_day, channel, language, stage, day, state, why, paise, hlc FROM message
         WHERE state IN ({states}) AND {HERS} ORDER BY run_day DESC, reference LIMIT {OUTBOX_PAGE} OFFSET ?2"
    );
    let mut lines = all(conn, &sql, params![own, offset], |r| {
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
        let sql = "SELECT DISTINCT p.id, p.name, p.mother FROM message_child m JOIN child p ON p.id = m.child
                   JOIN child c ON c.id = coalesce(p.merged_into, p.id)
                   WHERE m.reference = ?1 AND (?2 IS NULL OR c.worker = ?2) ORDER BY p.id";
        line.children =
            all(conn, sql, params![line.reference, own], |r| Ok((ChildId(uint(r.get(0)?)), r.get(1)?, r.get(2)?)))?;
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
/// the family did not say no. One for each day on which some of a child's doses became due. The forecasts must be those
/// of the day.
pub(in crate::store) fn coming(conn: &Connection, run: Run, usual: Language) -> rusqlite::Result<Vec<Coming>> {
    let from = run.today.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(run.today);
    let until = run.today.checked_add_days(Days::new(LOOK_AHEAD_DAYS)).unwrap_or(run.today);
    let plan = Plan::for_days(conn, from, until)?;
    // No dose is due before it may be given.
    let sql = "SELECT c.id, c.phone, c.language, c.village, n.due, min(n.last_day)
               FROM next_dose n JOIN child c ON c.id = n.child
               WHERE n.refused IS NULL AND n.due BETWEEN ?1 AND ?2 AND c.consent_reminders AND c.phone <> ''
                   AND c.gone IS NULL AND c.merged_into IS NULL
               GROUP BY c.id, n.due ORDER BY c.id, n.due";
    all(conn, sql, (day(from), day(until)), |r| {
        let (village, due, last_day) = (r.get::<_, String>(3)?, date(r.get(4)?), r.get::<_, Option<i64>>(5)?.map(date));
        // As the rule said it before the day had come: by today's it would be today for whoever is late.
        let before = due.pred_opt().unwrap_or(due);
        Ok(Coming {
            child: ChildId(uint(r.get(0)?)),
            phone: r.get(1)?,
            language: language(r.get(2)?).unwrap_or(usual),
            come_on: plan.day_to_come(&village, (due, last_day), before).on,
        })
    })
}

/// What a message tells of one child.
pub(in crate::store) struct Telling {
    pub child: ChildId,
    pub stage: Stage,
    pub on: NaiveDate,
    /// Of its family.
    pub phone: String,
}

/// Of what a message was made to tell, what still holds as the records stand now; the most urgent first. A child who was
/// asked to come on a day still is as long as a dose waits for which that may have been the day.
pub(in crate::store) fn still_holds(conn: &Connection, reference: [u8; 16]) -> rusqlite::Result<Vec<Telling>> {
    let sql = "SELECT c.id, m.stage, m.day, c.phone FROM message_child m JOIN child c ON c.id = m.child
               WHERE m.reference = ?1 AND c.consent_reminders AND c.phone <> '' AND c.gone IS NULL
                   AND c.merged_into IS NULL AND c.phone NOT IN (SELECT phone FROM opt_out)
                   AND EXISTS (SELECT 1 FROM next_dose n WHERE n.child = c.id AND n.refused IS NULL
                               AND n.due BETWEEN m.day - ?2 AND m.day)
               ORDER BY m.stage DESC, m.day, c.id";
    all(conn, sql, (reference, int(SESSION_WITHIN_DAYS)), |r| {
        let stage = stored(Stage::ALL, r.get(1)?, |s| *s as i64);
        Ok(Telling { child: ChildId(uint(r.get(0)?)), stage, on: date(r.get(2)?), phone: r.get(3)? })
    })
}
