//! Adverse events following immunization, with what the records know for the case reporting form.

use super::child::child_page;
use super::child_record::{ChildRecord, record};
use super::dose::{SessionOf, session_kind};
use super::things::Named;
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, bytes, date, day, int, one, uint};
use crate::date::{india, to_date};
use crate::ledger::{EventId, Hlc};
use crate::record::fact::{AefiClass, AefiDose, AefiForm, AefiOutcome};
use crate::record::refusal::Refusal;
use crate::store::look::PARTS;
use chrono::{Days, NaiveDate};
use hub_protocol::frame::from_cbor;
use hub_protocol::{ChildId, OriginId, SessionId};
use rusqlite::{Connection, Row};
use std::ops::RangeInclusive;

/// Rows of one page of the list.
pub const AEFI_PAGE: u32 = 100;

/// The case reporting form reaches the district within so many days of the notice, and the investigation form ends
/// so many days after it (National AEFI guideline; SAFE-VAC case investigation form, 2023).
const CRF_WITHIN_DAYS: u64 = 1;
const CIF_WITHIN_DAYS: u64 = 10;

/// One report, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AefiLine {
    pub event: EventId,
    pub child: Named,
    /// When it was noticed here.
    pub on: NaiveDate,
    pub onset_on: NaiveDate,
    pub class: AefiClass,
    pub outcome: AefiOutcome,
    pub products: Vec<String>,
    pub case_id: String,
    pub by: String,
    /// Noticed and to be reported by this clinic, not by the one that the child came from.
    pub here: bool,
}

impl AefiLine {
    /// Severe and serious events are told to the district; the others stand in the monthly register alone.
    pub fn is_reported_on(&self) -> bool {
        self.class != AefiClass::Minor
    }

    /// The day by which the case reporting form is to be at the district, while no case number came back.
    pub fn crf_due(&self) -> Option<NaiveDate> {
        (self.is_reported_on() && self.case_id.is_empty()).then(|| self.on + Days::new(CRF_WITHIN_DAYS))
    }

    /// The day by which the case is investigated.
    pub fn cif_due(&self) -> Option<NaiveDate> {
        self.is_reported_on().then(|| self.on + Days::new(CIF_WITHIN_DAYS))
    }
}

/// A dose that is suspected, with all that the records know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AefiDoseView {
    pub dose: AefiDose,
    pub on: NaiveDate,
    /// What it counted as, by the schedule's names: the dose number.
    pub items: Vec<String>,
    pub batch: Option<String>,
    /// None of a batch that never stood in the stock here.
    pub manufacturer: Option<String>,
    pub expires_on: Option<NaiveDate>,
    /// When the vial was opened, ms since 1970: as written, or the last one of the batch opened by that day.
    pub opened_ms: Option<u64>,
    pub given_by: String,
    pub session: Option<SessionOf>,
    /// Given elsewhere.
    pub outside: Option<String>,
    /// It was corrected or withdrawn since.
    pub taken_back: bool,
}

/// A whole report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AefiView {
    pub line: AefiLine,
    pub form: AefiForm,
    /// Name, birth, parents, address, phone.
    pub record: ChildRecord,
    /// The station.
    pub facility: String,
    pub session: Option<SessionOf>,
    pub doses: Vec<AefiDoseView>,
    pub reported_ms: u64,
}

impl Clinic {
    /// Reports by the day on which they were noticed, the latest first: all of the clinic for an Admin, for a worker
    /// those of her children and her own. The second value is how many there are in all.
    pub fn aefis(
        &self,
        session: &Session,
        period: &RangeInclusive<NaiveDate>,
        offset: u32,
    ) -> Result<(Vec<AefiLine>, u32), SubmitError> {
        let own = self.own(session, Query::Aefis)?;
        let params = (day(*period.start()), day(*period.end()), own);
        let wanted = "WHERE a.day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR a.by_user = ?3 OR c.worker = ?3)";
        Ok(self.read(|conn| {
            let total = one(conn, &format!("SELECT count(*) {FROM} {wanted}"), params, |r| r.get(0))?;
            let sql =
                format!("{LINE} {FROM} {wanted} ORDER BY a.day DESC, a.seq DESC LIMIT {AEFI_PAGE} OFFSET {offset}");
            Ok((all(conn, &sql, params, line)?, total.unwrap_or_default()))
        })?)
    }

    /// One report with all that the form asks for. For a child of another worker the look itself is recorded.
    pub fn aefi(&self, session: &Session, event: EventId) -> Result<AefiView, SubmitError> {
        self.scope(session, Right::See(Query::Aefis))?;
        let today = self.today()?;
        let view = self.read(|conn| view(conn, event, today))?.ok_or(Refusal::UnknownAefi)?;
        let child = &view.record.line;
        self.saw_record(session, child.id, child.worker.as_ref().map(|(id, _)| *id))?;
        Ok(view)
    }
}

const LINE: &str =
    "SELECT a.origin, a.seq, c.id, c.name, c.mother, c.village, a.day, a.class, a.outcome, a.form, u.name,
     NOT EXISTS (SELECT 1 FROM carried k WHERE k.origin = a.origin AND k.seq = a.seq)";
const FROM: &str = "FROM aefi a JOIN child p ON p.id = a.child JOIN child c ON c.id = coalesce(p.merged_into, p.id)
    LEFT JOIN user u ON u.id = a.by_user";

fn line(r: &Row<'_>) -> rusqlite::Result<AefiLine> {
    let (class, outcome): (i64, i64) = (r.get(7)?, r.get(8)?);
    let on = date(r.get(6)?);
    let form = form(r, 9)?;
    Ok(AefiLine {
        event: EventId { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?) },
        child: Named { id: ChildId(uint(r.get(2)?)), name: r.get(3)?, mother: r.get(4)?, village: r.get(5)? },
        on,
        onset_on: to_date(form.onset_on).unwrap_or(on),
        // The worse one stands for what cannot be.
        class: AefiClass::ALL.into_iter().find(|c| *c as i64 == class).unwrap_or(AefiClass::Serious),
        outcome: AefiOutcome::ALL.into_iter().find(|o| *o as i64 == outcome).unwrap_or(AefiOutcome::Unknown),
        products: form.doses.into_iter().map(|dose| dose.product).collect(),
        case_id: form.case_id,
        by: r.get::<_, Option<String>>(10)?.unwrap_or_default(),
        here: r.get(11)?,
    })
}

/// A form was written by this program; one that cannot be read is a broken row.
fn form(r: &Row<'_>, at: usize) -> rusqlite::Result<AefiForm> {
    from_cbor(&r.get::<_, Vec<u8>>(at)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Blob, Box::new(error)))
}

/// The reports of a child and its parts, the latest first.
pub(super) fn aefis_of(conn: &Connection, child: ChildId) -> rusqlite::Result<Vec<AefiLine>> {
    let sql = format!("{LINE} {FROM} WHERE a.child IN ({PARTS}) ORDER BY a.day DESC, a.seq DESC LIMIT {AEFI_PAGE}");
    all(conn, &sql, [int(child.0)], line)
}

fn view(conn: &Connection, event: EventId, today: NaiveDate) -> Result<Option<AefiView>, StoreError> {
    let key = (event.origin.0, int(event.seq));
    let found =
        one(conn, &format!("{LINE} {FROM} WHERE a.origin = ?1 AND a.seq = ?2"), key, |r| Ok((line(r)?, form(r, 9)?)))?;
    let Some((line, form)) = found else { return Ok(None) };
    let Some(record) = record(conn, line.child.id)? else { return Ok(None) };
    let Some(page) = child_page(conn, line.child.id, today)? else { return Ok(None) };
    let sql = "SELECT s.id, s.kind, s.site, e.hlc FROM aefi a JOIN origin o ON o.id = a.origin
               JOIN event e ON e.origin = o.no AND e.seq = a.seq LEFT JOIN session s ON s.id = a.session
               WHERE a.origin = ?1 AND a.seq = ?2";
    let read = one(conn, sql, key, |r| Ok((session_of(r, 0)?, Hlc(uint(r.get(3)?)).ms())))?;
    let (session, reported_ms) = read.unwrap_or_default();
    let mut doses = Vec::with_capacity(form.doses.len());
    for dose in &form.doses {
        let Some(on) = to_date(dose.on) else { continue };
        let known = page.doses.iter().filter(|known| known.product == dose.product && known.on == on);
        let items = known.map(|known| known.item.clone()).collect();
        doses.push(dose_view(conn, line.child.id, dose, on, items)?);
    }
    let facility = one(conn, "SELECT name FROM clinic", [], |r| r.get(0))?.unwrap_or_default();
    Ok(Some(AefiView { line, form, record, facility, session, doses, reported_ms }))
}

fn session_of(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<SessionOf>> {
    let Some(id) = r.get::<_, Option<i64>>(at)? else { return Ok(None) };
    let kind = session_kind(r.get(at + 1)?);
    Ok(Some(SessionOf { id: SessionId(uint(id)), kind, site: r.get(at + 2)? }))
}

fn dose_view(
    conn: &Connection,
    child: ChildId,
    dose: &AefiDose,
    on: NaiveDate,
    items: Vec<String>,
) -> rusqlite::Result<AefiDoseView> {
    // The row stays when the dose is corrected or withdrawn.
    let sql = format!(
        "SELECT d.batch, b.manufacturer, b.expires, u.name, s.id, s.kind, s.site, d.outside, d.withdrawn
         FROM dose d LEFT JOIN batch b ON b.product = d.product AND b.batch = d.batch
             LEFT JOIN user u ON u.id = d.by_user LEFT JOIN session s ON s.id = d.session
         WHERE d.child IN ({PARTS}) AND d.day = ?2 AND d.product = ?3 ORDER BY d.withdrawn, d.batch_hidden_by IS NOT NULL, d.hlc LIMIT 1"
    );
    let mut view = AefiDoseView {
        dose: dose.clone(),
        on,
        items,
        batch: None,
        manufacturer: None,
        expires_on: None,
        opened_ms: dose.opened_ms,
        given_by: String::new(),
        session: None,
        outside: None,
        taken_back: true,
    };
    one(conn, &sql, (int(child.0), day(on), &dose.product), |r| {
        view.batch = r.get(0)?;
        view.manufacturer = r.get::<_, Option<String>>(1)?.filter(|maker| !maker.is_empty());
        view.expires_on = r.get::<_, Option<i64>>(2)?.map(date);
        view.given_by = r.get::<_, Option<String>>(3)?.unwrap_or_default();
        view.session = session_of(r, 4)?;
        view.outside = r.get(7)?;
        view.taken_back = r.get(8)?;
        Ok(())
    })?;
    if view.opened_ms.is_none()
        && let Some(batch) = &view.batch
    {
        let sql = "SELECT opened_ms FROM vial WHERE product = ?1 AND batch = ?2 ORDER BY opened_ms DESC";
        let opened: Vec<u64> = all(conn, sql, (&dose.product, batch), |r| r.get(0).map(uint))?;
        view.opened_ms = opened.into_iter().find(|ms| india(*ms) <= on);
    }
    Ok(view)
}
