//! Which paper is wanted, and how it is made from the records. Who may see the records may have the paper; it is noted
//! as an export.

use super::devices::{self, Device};
use super::draft::Stamp;
use super::text::Typesetter;
use super::{Languages, PaperError, Step, certificate, certificate_of, child, lists, month};
use crate::spreadsheet;
use chrono::NaiveDate;
use clinic::date::period;
use clinic::export::report::Narrowed;
use clinic::record::role::{Query, Right};
use clinic::store::{
    CERTIFICATE_PAGE, CertificateData, CertificateFilter, DUE_PAGE, DueFilter, DueShow, OfWorker, Report, ReportFilter,
    StoreError, SubmitError, ToyLine,
};
use clinic::{Clinic, Session};
use hub_protocol::{ChildId, SessionId, UserId};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// A time.
pub type Days = RangeInclusive<NaiveDate>;

/// The month of a day.
pub fn month_of(day: NaiveDate) -> Days {
    period(1, day)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The monthly sheet of the health department's form.
    Month(Days, ReportFilter),
    Coverage(Days, ReportFilter),
    /// The figures of both for a spreadsheet: no paper, but it is had in the same way.
    Figures(Days, ReportFilter),
    /// Those that were issued, of what was looked for.
    Certificates(CertificateFilter),
    /// Children with missed doses, of a village or a worker.
    Defaulters {
        village: Option<String>,
        worker: Option<UserId>,
    },
    /// Children with something due who are not late, of a village.
    Due {
        village: Option<String>,
    },
    Session(SessionId),
    /// A certificate that was issued.
    Certificate(Arc<CertificateData>),
    Child(ChildId),
    /// The child's plan, to fold and carry.
    Schedule(ChildId),
    Diet(ChildId),
    Slip(ChildId),
    Devices(Days),
    /// The same for a spreadsheet.
    DeviceFigures(Days),
}

#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    #[error("the records")]
    Records(#[from] SubmitError),
    #[error("the paper")]
    Paper(#[from] PaperError),
    #[error("the child is too old for the diet plan")]
    TooOld,
}

impl From<StoreError> for NotMade {
    fn from(error: StoreError) -> Self {
        Self::Records(error.into())
    }
}

impl Wanted {
    /// Whose right to see is the right to print; none of those that ask for a child's record, which is noted by itself.
    fn query(&self) -> Option<Query> {
        Some(match self {
            Self::Month(..) | Self::Coverage(..) | Self::Figures(..) => Query::Reports,
            Self::Certificates(_) => Query::Certificates,
            Self::Defaulters { .. } | Self::Due { .. } => Query::Today,
            Self::Session(_) => Query::Sessions,
            Self::Diet(_) => Query::Child,
            Self::Devices(_) | Self::DeviceFigures(_) => Query::Toys,
            Self::Certificate(_) | Self::Child(_) | Self::Schedule(_) | Self::Slip(_) => return None,
        })
    }

    /// May this person have it? Whoever stands before a child's record may.
    pub fn is_for(&self, session: &Session) -> bool {
        self.query().is_none_or(|query| session.may(Right::See(query)))
    }

    /// The key of the words that stand over it.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Month(..) => "paper-month-title",
            Self::Coverage(..) => "paper-coverage-title",
            Self::Figures(..) => "paper-figures-title",
            Self::Certificates(_) => "paper-certificates-title",
            Self::Defaulters { .. } => "paper-defaulters-title",
            Self::Due { .. } => "paper-due-title",
            Self::Session(_) => "paper-session-title",
            Self::Certificate(_) => "paper-certificate-title",
            Self::Child(_) => "paper-child-title",
            Self::Schedule(_) => "paper-schedule-title",
            Self::Diet(_) => "paper-diet-title",
            Self::Slip(_) => "paper-slip-title",
            Self::Devices(_) => "paper-devices-title",
            Self::DeviceFigures(_) => "paper-device-figures-title",
        }
    }

    /// The time it is of, when it is of one.
    pub fn days(&self) -> Option<&Days> {
        match self {
            Self::Month(days, _)
            | Self::Coverage(days, _)
            | Self::Figures(days, _)
            | Self::Devices(days)
            | Self::DeviceFigures(days) => Some(days),
            Self::Certificates(filter) => filter.period.as_ref(),
            _ => None,
        }
    }

    /// Can it be printed, and in a language?
    pub fn is_paper(&self) -> bool {
        !matches!(self, Self::Figures(..) | Self::DeviceFigures(_))
    }

    /// The name of its file when it is made on a day: it names nobody.
    pub fn file_name(&self, on: NaiveDate) -> String {
        let name = match self {
            Self::Month(..) => "month",
            Self::Coverage(..) => "coverage",
            Self::Figures(..) => return format!("figures-{on}.csv"),
            Self::Certificates(_) => "certificates",
            Self::Defaulters { .. } => "defaulters",
            Self::Due { .. } => "due",
            Self::Session(_) => "session",
            Self::Certificate(data) => return format!("certificate-{}.pdf", data.no),
            Self::Child(_) => "child",
            Self::Schedule(_) => "schedule",
            Self::Diet(_) => "diet",
            Self::Slip(_) => "slip",
            Self::Devices(_) => "devices",
            Self::DeviceFigures(_) => return format!("devices-{on}.csv"),
        };
        format!("{name}-{on}.pdf")
    }
}

/// Makes a paper.
pub fn make(
    clinic: &Clinic,
    session: &Session,
    wanted: &Wanted,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, NotMade> {
    let view = clinic.clinic()?;
    let today = clinic::date::india(clinic.env().now_ms());
    let stamp = Stamp { facility: &view.name, on: today, specimen: view.demo };
    if let Some(records) = wanted.query() {
        clinic.takes_out(session, records)?;
    }
    Ok(match wanted {
        Wanted::Month(days, filter) => {
            let report = clinic.report(session, days, filter)?;
            month::month(&report, &narrowed(clinic, session, &report, filter), stamp, setter, languages)?
        }
        Wanted::Coverage(days, filter) => {
            let report = clinic.report(session, days, filter)?;
            let covered = clinic.coverage(session, *days.end(), filter)?;
            month::coverage(&report, &covered, &narrowed(clinic, session, &report, filter), stamp, setter, languages)?
        }
        Wanted::Figures(days, filter) => {
            let report = clinic.report(session, days, filter)?;
            let narrowed = narrowed(clinic, session, &report, filter);
            let covered = clinic.coverage(session, *days.end(), filter)?;
            table(|table| spreadsheet::report(table, &report, &covered, &narrowed))?
        }
        Wanted::Certificates(filter) => {
            let lines = pages(setter, |offset| clinic.certificates(session, filter, offset))?;
            lists::certificates(&lines, filter, stamp, setter, languages)?
        }
        Wanted::Defaulters { village, worker } => {
            let worker = worker.map_or(OfWorker::Anybody, OfWorker::Is);
            let filter = DueFilter { show: DueShow::Late, village: village.clone(), worker };
            let page = |offset| clinic.due_list(session, &filter, offset).map(|list| (list.rows, list.late));
            lists::defaulters(pages(setter, page)?, stamp, setter, languages)?
        }
        Wanted::Due { village } => {
            let filter = DueFilter { show: DueShow::Due, village: village.clone(), ..DueFilter::default() };
            let page = |offset| clinic.due_list(session, &filter, offset).map(|list| (list.rows, list.due));
            lists::due(pages(setter, page)?, stamp, setter, languages)?
        }
        Wanted::Session(id) => {
            let page = clinic.session_page(session, *id)?;
            let due = pages(setter, |offset| clinic.session_due(session, *id, offset))?;
            lists::session(&page, &due, stamp, setter, languages)?
        }
        Wanted::Certificate(data) => certificate::render(&certificate_of(data, &session.name), setter, languages)?,
        Wanted::Schedule(id) => child::schedule(&clinic.take_out_child(session, *id)?, stamp, setter, languages)?,
        Wanted::Child(id) => child::report(&clinic.take_out_child(session, *id)?, stamp, setter, languages)?,
        Wanted::Slip(id) => child::slip(&clinic.take_out_child(session, *id)?, stamp, setter, languages)?,
        Wanted::Diet(id) => {
            let diet = clinic.diet_plan(session, *id)?.ok_or(NotMade::TooOld)?;
            child::diet(&diet, stamp, setter, languages)?
        }
        Wanted::Devices(days) => {
            let toys = of_each_toy(clinic, session, setter, |toy| {
                let report = clinic.toy_report(session, toy.id, days)?;
                Ok(Device { report, used: clinic.toy_use(session, toy.id, days)? })
            })?;
            devices::devices(&toys, days, stamp, setter, languages)?
        }
        Wanted::DeviceFigures(days) => {
            let toys = of_each_toy(clinic, session, setter, |toy| {
                let used = clinic.toy_use(session, toy.id, days)?;
                Ok((toy, used))
            })?;
            table(|table| {
                spreadsheet::line(table, spreadsheet::TOY_USE)?;
                let each = toys.iter().flat_map(|(toy, used)| used.iter().map(move |used| (toy, used)));
                each.map(spreadsheet::toy_use).try_for_each(|cells| spreadsheet::line(table, cells))
            })?
        }
    })
}

/// A table for a spreadsheet.
fn table(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> std::io::Result<()>) -> Result<Vec<u8>, PaperError> {
    let mut table = csv::Writer::from_writer(Vec::new());
    write(&mut table).map_err(PaperError::Write)?;
    table.into_inner().map_err(|error| PaperError::Write(error.into_error()))
}

/// What is asked of each toy, one after the other.
fn of_each_toy<T>(
    clinic: &Clinic,
    session: &Session,
    setter: &Typesetter<'_>,
    ask: impl Fn(ToyLine) -> Result<T, SubmitError>,
) -> Result<Vec<T>, NotMade> {
    let toys = clinic.toys(session)?;
    let of = u32::try_from(toys.len()).unwrap_or(u32::MAX);
    let each = toys.into_iter().zip(1..).map(|(toy, done)| {
        setter.tell(Step::Lines { done, of })?;
        Ok(ask(toy)?)
    });
    each.collect()
}

/// All pages of a list; each of these lists has pages of one size.
fn pages<T>(
    setter: &Typesetter<'_>,
    page: impl Fn(u32) -> Result<(Vec<T>, u32), SubmitError>,
) -> Result<Vec<T>, NotMade> {
    const { assert!(DUE_PAGE == CERTIFICATE_PAGE) };
    let (mut all, mut offset) = (Vec::new(), 0);
    loop {
        let (lines, of) = page(offset)?;
        all.extend(lines);
        offset += DUE_PAGE;
        setter.tell(Step::Lines { done: offset.min(of), of })?;
        if offset >= of {
            return Ok(all);
        }
    }
}

/// In the words of the person who may know them: whoever may not see the staff sees a number. A worker's own figures
/// say so, whatever was asked for.
pub fn narrowed(clinic: &Clinic, session: &Session, report: &Report, filter: &ReportFilter) -> Narrowed {
    let name = |worker: UserId| {
        if worker == session.user {
            return session.name.clone();
        }
        let mut users = clinic.users(session).unwrap_or_default().into_iter();
        users.find(|user| user.id == worker).map_or_else(|| worker.0.to_string(), |user| user.name)
    };
    Narrowed { worker: report.worker.map(name), village: filter.village.clone() }
}
