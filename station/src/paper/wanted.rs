//! Which paper is wanted, and how it is made from the records. Who may see the records may have the paper; it is noted
//! as an export.

use super::draft::Stamp;
use super::month::Narrowed;
use super::{Languages, PaperError, child, lists, month, save};
use crate::fonts::Fonts;
use crate::words::Lang;
use chrono::NaiveDate;
use clinic::record::role::Query;
use clinic::store::{
    CERTIFICATE_PAGE, CertificateFilter, DUE_PAGE, DueFilter, DueShow, OfWorker, ReportFilter, StoreError, SubmitError,
    UserLine,
};
use clinic::{Clinic, Session};
use hub_protocol::{ChildId, SessionId, UserId};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where papers are put, in the clinic's folder.
const PAPERS: &str = "papers";

/// A time.
pub type Days = RangeInclusive<NaiveDate>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The monthly sheet of the health department's form.
    Month(Days, ReportFilter),
    Coverage(Days, ReportFilter),
    Certificates(Option<Days>),
    /// Children with missed doses, of a village or a worker.
    Defaulters {
        village: Option<String>,
        worker: Option<UserId>,
    },
    Session(SessionId),
    Child(ChildId),
    Diet(ChildId),
    Slip(ChildId),
    Devices(Days),
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
            Self::Month(..) | Self::Coverage(..) => Query::Reports,
            Self::Certificates(_) => Query::Certificates,
            Self::Defaulters { .. } => Query::Today,
            Self::Session(_) => Query::Sessions,
            Self::Diet(_) => Query::Child,
            Self::Devices(_) => Query::Toys,
            Self::Child(_) | Self::Slip(_) => return None,
        })
    }

    /// The name of its file: it names nobody.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Month(..) => "month",
            Self::Coverage(..) => "coverage",
            Self::Certificates(_) => "certificates",
            Self::Defaulters { .. } => "defaulters",
            Self::Session(_) => "session",
            Self::Child(_) => "child",
            Self::Diet(_) => "diet",
            Self::Slip(_) => "slip",
            Self::Devices(_) => "devices",
        }
    }
}

/// Makes a paper.
pub fn make(
    clinic: &Clinic,
    session: &Session,
    wanted: &Wanted,
    fonts: &Fonts,
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
            month::month(&report, &narrowed(clinic, session, filter), stamp, fonts, languages)?
        }
        Wanted::Coverage(days, filter) => {
            let report = clinic.report(session, days, filter)?;
            month::coverage(&report, &narrowed(clinic, session, filter), stamp, fonts, languages)?
        }
        Wanted::Certificates(period) => {
            let filter = CertificateFilter { typed: String::new(), period: period.clone() };
            let lines = pages(|offset| clinic.certificates(session, &filter, offset))?;
            lists::certificates(&lines, stamp, fonts, languages)?
        }
        Wanted::Defaulters { village, worker } => {
            let worker = worker.map_or(OfWorker::Anybody, OfWorker::Is);
            let filter = DueFilter { show: DueShow::Late, village: village.clone(), worker };
            let page = |offset| clinic.due_list(session, &filter, offset).map(|list| (list.rows, list.late));
            lists::defaulters(&pages(page)?, stamp, fonts, languages)?
        }
        Wanted::Session(id) => {
            let page = clinic.session_page(session, *id)?;
            let due = pages(|offset| clinic.session_due(session, *id, offset))?;
            lists::session(&page, &due, stamp, fonts, languages)?
        }
        Wanted::Child(id) => child::report(&clinic.take_out_child(session, *id)?, stamp, fonts, languages)?,
        Wanted::Slip(id) => child::slip(&clinic.take_out_child(session, *id)?, stamp, fonts, languages)?,
        Wanted::Diet(id) => {
            let diet = clinic.diet_plan(session, *id)?.ok_or(NotMade::TooOld)?;
            child::diet(&diet, stamp, fonts, languages)?
        }
        Wanted::Devices(days) => {
            let toys = clinic.toys(session)?;
            let reports: Vec<_> =
                toys.iter().map(|toy| clinic.toy_report(session, toy.id, days)).collect::<Result<_, _>>()?;
            lists::devices(&reports, stamp, fonts, languages)?
        }
    })
}

/// Makes a paper for the desk: a file in the clinic's folder, shown by the system's own viewer.
pub fn show(clinic: &Clinic, session: &Session, wanted: &Wanted, lang: Lang) -> Result<PathBuf, NotMade> {
    let fonts = Fonts::load().map_err(|_| PaperError::Font)?;
    let pdf = make(clinic, session, wanted, &fonts, lang.into())?;
    let today = clinic::date::india(clinic.env().now_ms());
    Ok(put(clinic.dir(), &format!("{}-{today}.pdf", wanted.name()), &pdf)?)
}

/// Puts a paper into the clinic's folder and shows it, where the system has a viewer.
pub fn put(dir: &Path, name: &str, pdf: &[u8]) -> Result<PathBuf, PaperError> {
    let papers = dir.join(PAPERS);
    std::fs::create_dir_all(&papers).map_err(PaperError::Write)?;
    let path = papers.join(name);
    save(&path, pdf)?;
    let viewer = Command::new("xdg-open").arg(&path).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if viewer.is_err() {
        tracing::info!("this system has no xdg-open: the paper is saved, not shown");
    }
    Ok(path)
}

/// All pages of a list; each of these lists has pages of one size.
fn pages<T>(page: impl Fn(u32) -> Result<(Vec<T>, u32), SubmitError>) -> Result<Vec<T>, SubmitError> {
    const { assert!(DUE_PAGE == CERTIFICATE_PAGE) };
    let (mut all, mut offset) = (Vec::new(), 0);
    loop {
        let (lines, total) = page(offset)?;
        all.extend(lines);
        offset += DUE_PAGE;
        if offset >= total {
            return Ok(all);
        }
    }
}

/// In the words of the person who may know them: whoever may not see the staff sees numbers only.
fn narrowed(clinic: &Clinic, session: &Session, filter: &ReportFilter) -> Narrowed {
    let users = if filter.worker.is_some() { clinic.users(session).unwrap_or_default() } else { Vec::new() };
    let name = |user: &UserLine| (Some(user.id) == filter.worker).then(|| user.name.clone());
    Narrowed { worker: users.iter().find_map(name), village: filter.village.clone() }
}
