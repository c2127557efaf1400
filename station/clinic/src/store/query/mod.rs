//! What can be asked: each answer is a view over the read tables, and each question names who asks.

mod aefi;
mod alert;
mod audit;
mod card;
mod certificate;
mod child;
mod child_record;
mod children;
mod coming;
mod conflict;
mod device;
mod dose;
mod export;
mod find;
mod growth;
mod history;
mod merge;
mod people;
mod reminder;
mod report;
mod roster;
mod search;
mod session;
mod settings;
mod stock;
mod strip;
mod things;
mod today;

pub use aefi::{AEFI_PAGE, AefiDoseView, AefiLine, AefiView};
pub use alert::{ALERT_PAGE, AlertLine, AlertPage, AlertShow, CLOSED_SHOWN_DAYS, CallLine, ClosedBy};
pub use audit::{AUDIT_PAGE, AuditChild, AuditFilter, AuditLine, AuditPage, AuditPlace};
pub use card::{CardContent, CardSigner};
pub use certificate::{CERTIFICATE_PAGE, CertificateData, CertificateFilter, CertificateLine, CertificateNo};
pub use child::{ChildPage, MilestoneLine, MilestonesView, NextLine, NextVisit, ProductUse};
pub use child_record::ChildRecord;
pub(in crate::store) use child_record::record as child_record;
pub(in crate::store) use children::found_by;
pub use children::{
    CHILDREN_PAGE, ChildFilter, ChildLine, ChildrenFound, DuplicateLine, DuplicatePair, FOUND_MAX, PAIRS_PAGE, Whose,
};
pub use conflict::{CONFLICT_PAGE, ConflictChild, ConflictLine, Settled};
pub(in crate::store) use device::fences_of;
pub use device::{FenceLine, TOY_ALERTS_MAX, ToldBesides, ToyAlertLine, ToyAlerts, ToyCourse, ToyNow, ToyUse};
pub use dose::{DeclineLine, DoseLine, DoseTakenBack, SessionOf};
pub use export::Expiries;
pub use find::{FIND_PAGE, FindLine, FindList};
pub use growth::{ChartView, DietView, GROWTH_PAGE, GrowthLine, GrowthListLine, GrowthShow, GrowthView};
pub use history::{Change, Detail, DoseSaid, Happened, HistoryLine, Told};
pub use merge::{MergeView, RecordHas};
pub use people::{Standing, UserLine};
pub use reminder::{OUTBOX_PAGE, Outbox, OutboxLine, OutboxShow, Reminders};
pub(in crate::store) use reminder::{coming, days_run, opted_out, reminders, still_holds, told};
pub use report::{
    AefiCounts, BySex, Check, Cohort, Covered, DROP_OUT_ALARM_PERCENT, DropOut, Report, ReportFilter, ReportItem,
    SessionCounts, TurnedOne,
};
pub use session::{SessionLine, SessionPage};
pub use settings::{Effect, VaccineEffect};
pub use stock::{BatchLine, BatchStage, EXPIRES_SOON_DAYS, StockView, VialLine, WastageLine};
pub use strip::{StripLine, StripState};
pub use things::{
    AskAnswer, AskedFor, CardFilter, CardKnown, CardLine, CardShow, Holder, Named, TaskFilter, TaskLine, TaskShow,
    ThingEvent, ToyLine, ToyOrder, ToyReport,
};
pub use today::{DUE_PAGE, DueChild, DueDose, DueFilter, DueList, DueShow, LastCall, OfWorker, TodayView, of_villages};

use super::logs::own_logs;
use super::look::{role, sex, stored, user_id};
use super::sql::{all, bytes, date, day, int, one, uint};
use super::{Clinic, Session, StoreError, SubmitError};
use crate::forecast::Schedule;
use crate::milestone::FullySet;
use crate::record::command::{Line, ToySettings};
use crate::record::fact::Congestion;
use crate::record::role::{Query, Right, Scope};
use hub_protocol::{DeviceId, PublicKey, UserId};
use roster::toy_settings;
use rusqlite::{Connection, Row};

/// Rows of one page of a list.
pub const PAGE_MAX: u32 = 500;
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClinicView {
    pub name: String,
    pub schedule: String,
    pub schedule_name: String,
    pub je_endemic: bool,
    /// A child is a defaulter this many days after `due`.
    pub defaulter_days: u16,
    /// The desk locks itself after this many minutes without a touch.
    pub auto_lock_min: u16,
    /// A region of the diet plan, or empty.
    pub region: String,
    /// The facility's number at the health department, or empty.
    pub facility_code: String,
    /// Where families ask, or empty.
    pub facility_phone: String,
    /// Which doses make a child fully immunized.
    pub fully: FullySet,
    pub demo: bool,
    /// How the line to the district is used.
    pub line: Line,
    /// How the toys are to behave.
    pub toys: ToySettings,
    /// Public half of the key on the printed recovery sheet.
    pub recovery: PublicKey,
    pub district: Option<DistrictView>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictView {
    pub device: DeviceId,
    pub address: String,
    pub name: String,
    pub station_name: String,
}

/// How much of what was written here the district has proven to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sync {
    pub events: u64,
    pub at_district: u64,
    /// When the oldest one that waits was written, ms since 1970.
    pub waiting_since_ms: Option<u64>,
}

impl Clinic {
    /// The clinic itself; shown before anybody logs in too.
    pub fn clinic(&self) -> Result<ClinicView, StoreError> {
        self.read(clinic)
    }

    pub fn sync(&self) -> Result<Sync, StoreError> {
        let me = self.identity().public_key();
        self.read(|conn| {
            let mut sync = Sync { events: 0, at_district: 0, waiting_since_ms: None };
            for log in own_logs(conn, &me)? {
                sync.events += log.events;
                sync.at_district += log.proven;
                let sql = "SELECT hlc FROM event WHERE origin = ?1 AND seq = ?2";
                let waiting = one(conn, sql, (log.no, int(log.proven + 1)), |r| r.get(0).map(uint))?;
                let since = waiting.map(|hlc| crate::ledger::Hlc(hlc).ms());
                sync.waiting_since_ms = sync.waiting_since_ms.into_iter().chain(since).min();
            }
            Ok(sync)
        })
    }

    /// `None`: all of the clinic. A worker's number: only what is hers.
    fn own(&self, session: &Session, query: Query) -> Result<Option<i64>, SubmitError> {
        Ok(match self.scope(session, Right::See(query))? {
            Scope::All => None,
            Scope::Own => Some(int(session.user.0)),
        })
    }
}

fn clinic(conn: &Connection) -> Result<ClinicView, StoreError> {
    let district = one(conn, "SELECT device, address, name, station_name FROM district", [], |r| {
        Ok(DistrictView {
            device: DeviceId(bytes(r, 0)?),
            address: r.get(1)?,
            name: r.get(2)?,
            station_name: r.get(3)?,
        })
    })?;
    let line = one(conn, "SELECT daily_mb, congestion FROM line", [], |r| {
        let code = usize::from(r.get::<_, u16>(1)?);
        Ok(Line { daily_mb: r.get(0)?, congestion: Congestion::ALL.get(code).copied().unwrap_or_default() })
    })?
    .unwrap_or_default();
    let toys = toy_settings(conn)?;
    let sql = "SELECT name, schedule, je_endemic, demo, recovery, defaulter_days, auto_lock_min, region,
                   facility_code, facility_phone, fully FROM clinic";
    let mut view = one(conn, sql, [], |r| {
        Ok(ClinicView {
            name: r.get(0)?,
            schedule: r.get(1)?,
            schedule_name: String::new(),
            je_endemic: r.get(2)?,
            demo: r.get(3)?,
            line,
            toys,
            recovery: PublicKey(bytes(r, 4)?),
            defaulter_days: r.get(5)?,
            auto_lock_min: r.get(6)?,
            region: r.get(7)?,
            facility_code: r.get(8)?,
            facility_phone: r.get(9)?,
            fully: stored(FullySet::ALL, r.get(10)?, |set| *set as i64),
            district,
        })
    })?
    .ok_or(StoreError::NoClinic)?;
    let schedule = Schedule::builtin(&view.schedule).ok_or(StoreError::UnknownSchedule)?;
    schedule.name().clone_into(&mut view.schedule_name);
    Ok(view)
}

/// A worker's number and name from two columns of an outer join.
fn worker(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<(UserId, String)>> {
    Ok(user_id(r.get(at)?).zip(r.get::<_, Option<String>>(at + 1)?))
}
