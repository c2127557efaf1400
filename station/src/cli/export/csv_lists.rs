//! Every list as CSV: one line a row, columns named in the first one, days as 2026-10-31.

use super::Stopped;
use super::month::{EARLIEST, LATEST};
use crate::cli::Failure;
use chrono::NaiveDate;
use clinic::export::report::rows as report_rows;
use clinic::forecast::GivenStatus;
use clinic::record::role::Query;
use clinic::record::rule::SessionStage;
use clinic::store::{
    AuditFilter, CardFilter, CertificateFilter, ChildLine, DUE_PAGE, DueFilter, GrowthShow, Seen, SubmitError,
    TaskFilter, TaskShow,
};
use clinic::{Clinic, Session};
use std::io::{self, Write};
use std::ops::RangeInclusive;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum List {
    /// Every child who is looked after here.
    Children,
    /// Every dose of every child, given here or elsewhere: a line for each series that it counts for.
    Doses,
    /// Children with a dose that is due or late; those who are late, the defaulters, say so.
    Due,
    /// Every measuring of every child.
    Growth,
    /// Children who need more food or a facility, the most urgent first.
    Malnourished,
    /// Adverse events.
    Aefis,
    /// Certificates that were issued.
    Certificates,
    /// Sessions, planned and held.
    Sessions,
    /// Batches on the shelf.
    Stock,
    /// What became of the doses of each product, by month.
    Wastage,
    /// Toys, with the doses taken from each.
    Toys,
    /// Cards.
    Cards,
    /// Tasks, open and done.
    Tasks,
    /// The people who work here.
    Users,
    /// Who saw whose record, who took records out.
    Audit,
    /// The counts of a time: the month's report, coverage, drop-out, checks.
    Report,
}

impl List {
    /// What somebody sees who takes it out.
    pub fn query(self) -> Query {
        match self {
            Self::Children => Query::Children,
            Self::Doses | Self::Growth => Query::Child,
            Self::Due | Self::Malnourished => Query::Today,
            Self::Aefis => Query::Aefis,
            Self::Certificates => Query::Certificates,
            Self::Sessions => Query::Sessions,
            Self::Stock | Self::Wastage => Query::Stock,
            Self::Toys => Query::Toys,
            Self::Cards => Query::Cards,
            Self::Tasks => Query::Tasks,
            Self::Users => Query::Users,
            Self::Audit => Query::Audit,
            Self::Report => Query::Reports,
        }
    }
}

type Table<'o> = csv::Writer<&'o mut (dyn Write + 'o)>;

/// Writes a list whole; of those that have days, that of a time.
pub fn write(
    list: List,
    clinic: &Clinic,
    session: &Session,
    period: Option<RangeInclusive<NaiveDate>>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut table = csv::Writer::from_writer(out);
    let days = period.clone().unwrap_or(EARLIEST..=LATEST);
    match list {
        List::Children => children(clinic, session, &mut table)?,
        List::Doses => doses(clinic, session, &days, &mut table)?,
        List::Due => due(clinic, session, &mut table)?,
        List::Growth => growth(clinic, session, &days, &mut table)?,
        List::Malnourished => malnourished(clinic, session, &mut table)?,
        List::Aefis => aefis(clinic, session, &days, &mut table)?,
        List::Certificates => certificates(clinic, session, period, &mut table)?,
        List::Sessions => sessions(clinic, session, &days, &mut table)?,
        List::Stock => stock(clinic, session, &mut table)?,
        List::Wastage => wastage(clinic, session, &days, &mut table)?,
        List::Toys => toys(clinic, session, &mut table)?,
        List::Cards => cards(clinic, session, &mut table)?,
        List::Tasks => tasks(clinic, session, &mut table)?,
        List::Users => users(clinic, session, &mut table)?,
        List::Audit => audit(clinic, session, &days, &mut table)?,
        List::Report => {
            let report = clinic.report(session, &days, &Default::default())?;
            line(&mut table, ["section", "number", "key", "value", "of"])?;
            report_rows(&report).try_for_each(|row| line(&mut table, row))?;
        }
    }
    Ok(table.flush()?)
}

/// One row. What a spreadsheet would take for a formula is marked as text.
fn line<const N: usize>(table: &mut Table<'_>, cells: [impl AsRef<str>; N]) -> io::Result<()> {
    for cell in cells {
        let cell = cell.as_ref();
        let is_formula =
            cell.starts_with(['=', '@', '\t', '\r']) || (cell.starts_with(['+', '-']) && cell.parse::<f64>().is_err());
        let written = if is_formula { table.write_field(format!("'{cell}")) } else { table.write_field(cell) };
        written.map_err(told)?;
    }
    table.write_record(None::<&[u8]>).map_err(told)
}

/// The disk's or the pipe's own error, when it is one.
fn told(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// All pages of a list; the second value of each is how many there are in all.
fn pages<T>(
    page: impl Fn(u32) -> Result<(Vec<T>, u32), SubmitError>,
    mut each: impl FnMut(&T) -> io::Result<()>,
) -> Result<(), Stopped> {
    let mut offset = 0;
    loop {
        let (lines, total) = page(offset)?;
        lines.iter().try_for_each(&mut each)?;
        offset += u32::try_from(lines.len()).unwrap_or(u32::MAX);
        if offset >= total || lines.is_empty() {
            return Ok(());
        }
    }
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// A moment, in India: RFC 3339.
fn time(ms: u64) -> String {
    clinic::date::india_time(ms).map(|time| time.to_rfc3339()).unwrap_or_default()
}

fn number<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

const CHILD_COLUMNS: [&str; 11] =
    ["child", "name", "dob", "dob_estimated", "sex", "mother", "father", "phone", "village", "worker", "next_due"];

fn child_cells(child: &ChildLine) -> [String; 11] {
    [
        child.id.to_string(),
        child.name.clone(),
        child.dob.to_string(),
        yes(child.dob_estimated),
        child.sex.code().to_owned(),
        child.mother.clone(),
        child.father.clone(),
        child.phone.clone(),
        child.village.clone(),
        child.worker.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        day(child.next_due),
    ]
}

fn children(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, CHILD_COLUMNS)?;
    pages(|offset| clinic.children(session, "", offset), |child| line(table, child_cells(child)))
}

fn doses(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    let columns = [
        "child",
        "dob",
        "sex",
        "village",
        "worker",
        "item",
        "product",
        "on",
        "batch",
        "here",
        "outside",
        "status",
        "why",
        "by",
        "session_site",
    ];
    line(table, columns)?;
    let _ = clinic.take_out_children(session, |page| {
        let child = &page.child;
        for dose in page.doses.iter().filter(|dose| days.contains(&dose.on)) {
            let status = match dose.status {
                GivenStatus::Valid => "valid",
                GivenStatus::InvalidTooEarly => "too-early",
                GivenStatus::Extra => "extra",
                GivenStatus::Duplicate => "duplicate",
            };
            let cells = [
                child.id.to_string(),
                child.dob.to_string(),
                child.sex.code().to_owned(),
                child.village.clone(),
                child.worker.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
                dose.item.clone(),
                dose.product.clone(),
                dose.on.to_string(),
                dose.batch.clone().unwrap_or_default(),
                yes(dose.outside.is_none()),
                dose.outside.clone().unwrap_or_default(),
                status.to_owned(),
                dose.why.map(|why| why.as_str().to_owned()).unwrap_or_default(),
                dose.by.clone(),
                dose.session.as_ref().map(|session| session.site.clone()).unwrap_or_default(),
            ];
            line(table, cells)?;
        }
        Ok::<(), Stopped>(())
    })?;
    Ok(())
}

fn due(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    let [a, b, c, d, e, f, g, h, i, j, k] = CHILD_COLUMNS;
    line(table, [a, b, c, d, e, f, g, h, i, j, k, "defaulter", "days_late", "doses"])?;
    let mut offset = 0;
    loop {
        let page = clinic.due_list(session, &DueFilter::default(), offset)?;
        for row in &page.rows {
            let doses: Vec<String> = row.doses.iter().map(|dose| format!("{}@{}", dose.item, dose.due)).collect();
            let [a, b, c, d, e, f, g, h, i, j, k] = child_cells(&row.child);
            let (late, days_late) = (yes(row.late), row.days_late.to_string());
            line(table, [a, b, c, d, e, f, g, h, i, j, k, late, days_late, doses.join("; ")])?;
        }
        offset += DUE_PAGE;
        if offset >= page.late + page.due {
            return Ok(());
        }
    }
}

fn growth(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(
        table,
        ["child", "dob", "sex", "on", "weight_g", "length_mm", "measured", "muac_mm", "head_mm", "oedema", "by"],
    )?;
    let _ = clinic.take_out_children(session, |page| {
        for growth in page.growth.iter().filter(|growth| days.contains(&growth.on)) {
            let measured = &growth.measured;
            let how = measured.length_mm.map(|_| if measured.standing { "standing" } else { "lying" });
            let cells = [
                page.child.id.to_string(),
                page.child.dob.to_string(),
                page.child.sex.code().to_owned(),
                growth.on.to_string(),
                number(measured.weight_g),
                number(measured.length_mm),
                how.unwrap_or_default().to_owned(),
                number(measured.muac_mm),
                number(measured.head_mm),
                yes(measured.oedema),
                growth.by.clone(),
            ];
            line(table, cells)?;
        }
        Ok::<(), Stopped>(())
    })?;
    Ok(())
}

fn malnourished(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["child", "name", "dob", "mother", "village", "measured_on", "need"])?;
    pages(
        |offset| clinic.growth_list(session, GrowthShow::InNeed, offset),
        |row| {
            let child = &row.child;
            let need = row.need.map(|need| need.code()).unwrap_or_default().to_owned();
            let (id, dob) = (child.id.to_string(), child.dob.to_string());
            let (name, mother, village) = (child.name.clone(), child.mother.clone(), child.village.clone());
            line(table, [id, name, dob, mother, village, day(row.measured_on), need])
        },
    )
}

fn aefis(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(
        table,
        ["child", "name", "village", "noticed_on", "onset_on", "class", "outcome", "products", "case_id", "by"],
    )?;
    pages(
        |offset| clinic.aefis(session, days, offset),
        |event| {
            let cells = [
                event.child.id.to_string(),
                event.child.name.clone(),
                event.child.village.clone(),
                event.on.to_string(),
                event.onset_on.to_string(),
                event.class.code().to_owned(),
                event.outcome.code().to_owned(),
                event.products.join("; "),
                event.case_id.clone(),
                event.by.clone(),
            ];
            line(table, cells)
        },
    )
}

fn certificates(
    clinic: &Clinic,
    session: &Session,
    period: Option<RangeInclusive<NaiveDate>>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["certificate", "child", "name", "mother", "village", "on", "issue", "by"])?;
    let filter = CertificateFilter { typed: String::new(), period };
    pages(
        |offset| clinic.certificates(session, &filter, offset),
        |one| {
            let (no, child, issue) = (one.no.to_string(), &one.child, one.issue.to_string());
            let (name, mother, village) = (child.name.clone(), child.mother.clone(), child.village.clone());
            line(table, [no, child.id.to_string(), name, mother, village, one.on.to_string(), issue, one.by.clone()])
        },
    )
}

fn sessions(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["on", "kind", "site", "villages", "worker", "planned", "stage", "reason", "doses"])?;
    pages(
        |offset| clinic.sessions(session, days, offset),
        |one| {
            let stage = match one.stage {
                SessionStage::Planned => "planned",
                SessionStage::Held => "held",
                SessionStage::NotHeld => "not-held",
            };
            let cells = [
                one.on.to_string(),
                one.kind.code().to_owned(),
                one.site.clone(),
                one.villages.join("; "),
                one.worker.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
                yes(one.planned),
                stage.to_owned(),
                one.reason.clone(),
                one.doses.to_string(),
            ];
            line(table, cells)
        },
    )
}

fn stock(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["product", "batch", "manufacturer", "expires_on", "doses_per_vial", "vials"])?;
    let page = |offset| clinic.stock(session, offset).map(|stock| (stock.batches, stock.total));
    pages(page, |batch| {
        let (expires_on, doses, vials) =
            (batch.expires_on.to_string(), batch.doses_per_vial.to_string(), batch.vials.to_string());
        line(table, [batch.product.clone(), batch.batch.clone(), batch.manufacturer.clone(), expires_on, doses, vials])
    })
}

fn wastage(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["month", "product", "opened", "lost", "given", "thrown_away", "wastage_permille"])?;
    for row in clinic.wastage(session, days)? {
        let (year, month) = row.month;
        let cells = [
            format!("{year}-{month:02}"),
            row.product.clone(),
            row.opened.to_string(),
            row.lost.to_string(),
            row.given.to_string(),
            row.thrown_away.to_string(),
            number(row.rate_permille()),
        ];
        line(table, cells)?;
    }
    Ok(())
}

fn toys(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["toy", "label", "model", "worker", "records", "stopped"])?;
    for toy in clinic.toys(session)? {
        let worker = toy.worker.map(|(_, name)| name).unwrap_or_default();
        let stopped = toy.stopped.map(|why| why.code()).unwrap_or_default().to_owned();
        line(table, [toy.id.code(), toy.label, toy.model, worker, toy.records.to_string(), stopped])?;
    }
    Ok(())
}

fn cards(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["card", "written", "child", "name", "village", "stopped"])?;
    pages(
        |offset| clinic.cards(session, &CardFilter::default(), offset),
        |card| {
            let (child, name, village) = match &card.child {
                Some(child) => (child.id.to_string(), child.name.clone(), child.village.clone()),
                None => (String::new(), String::new(), String::new()),
            };
            let stopped = card.stopped.map(|why| why.code()).unwrap_or_default().to_owned();
            line(table, [card.card.to_string(), yes(card.written), child, name, village, stopped])
        },
    )
}

fn tasks(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["task", "worker", "kind", "child", "place", "due", "note", "done", "reason"])?;
    let filter = TaskFilter { show: TaskShow::All, ..TaskFilter::default() };
    pages(
        |offset| clinic.tasks(session, &filter, offset),
        |task| {
            let cells = [
                format!("{:016x}", task.id.0),
                task.worker.1.clone(),
                crate::cli::list::task_kind(task.kind).to_owned(),
                task.child.as_ref().map(|child| child.id.to_string()).unwrap_or_default(),
                task.place.clone(),
                task.due.to_string(),
                task.note.clone(),
                task.done.map(yes).unwrap_or_default(),
                task.reason.clone(),
            ];
            line(table, cells)
        },
    )
}

fn users(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["login", "name", "role", "state", "children"])?;
    for user in clinic.users(session)? {
        let (role, state) = (user.role.code().to_owned(), user.standing().code().to_owned());
        line(table, [user.login, user.name, role, state, user.children.to_string()])?;
    }
    Ok(())
}

fn audit(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["at", "user", "what", "child"])?;
    let (from_ms, until_ms) = clinic::date::india_ms(*days.start(), *days.end());
    let (from_ms, to_ms) = (Some(from_ms), Some(until_ms.saturating_sub(1)));
    let filter = AuditFilter { from_ms, to_ms, ..AuditFilter::default() };
    let mut after = None;
    loop {
        let page = clinic.audit(session, &filter, after)?;
        for row in page.lines {
            let what = row.what.map(Seen::code).unwrap_or_default().to_owned();
            let user = row.user.map(|(_, name)| name).unwrap_or_default();
            let child = row.child.map(|child| child.id.to_string()).unwrap_or_default();
            line(table, [time(row.at_ms), user, what, child])?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
