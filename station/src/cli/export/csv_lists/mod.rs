//! Every list as CSV: one line a row, columns named in the first one, days as 2026-10-31.

mod children;
mod things;
mod toy_samples;

use super::Stopped;
use super::month::{EARLIEST, LATEST};
use crate::cli::Failure;
use crate::paper::wanted::narrowed;
use crate::spreadsheet::{self, line};
use chrono::NaiveDate;
use clinic::record::role::Query;
use clinic::store::{ReportFilter, SubmitError};
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
    /// What each toy was to each worker in a time: doses, days in contact, battery, restarts, faults.
    ToyUse,
    /// What each toy said of itself, and where it was, the newest first.
    ToySamples,
    /// Cards.
    Cards,
    /// Tasks, open and done.
    Tasks,
    /// The people who work here.
    Users,
    /// Facts that broke a rule: those that wait for an answer, then those that were answered.
    Conflicts,
    /// Messages to families, the newest run first.
    Messages,
    /// Who saw whose record, who took records out.
    Audit,
    /// The counts of a time: the month's report, coverage, drop-out, checks.
    Report,
}

impl List {
    /// Can it be of a time?
    pub fn has_days(self) -> bool {
        match self {
            Self::Doses | Self::Growth | Self::Aefis | Self::Certificates | Self::Sessions => true,
            Self::Wastage | Self::ToyUse | Self::ToySamples | Self::Audit | Self::Report => true,
            Self::Children | Self::Due | Self::Malnourished | Self::Stock => false,
            Self::Toys | Self::Cards | Self::Tasks | Self::Users | Self::Conflicts | Self::Messages => false,
        }
    }

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
            Self::Toys | Self::ToyUse | Self::ToySamples => Query::Toys,
            Self::Cards => Query::Cards,
            Self::Tasks => Query::Tasks,
            Self::Users => Query::Users,
            Self::Conflicts => Query::Conflicts,
            Self::Messages => Query::Reminders,
            Self::Audit => Query::Audit,
            Self::Report => Query::Reports,
        }
    }
}

type Table<'o> = csv::Writer<&'o mut (dyn Write + 'o)>;

/// Writes a list whole; of those that have days, that of a time, and of the report what was asked for.
pub fn write(
    list: List,
    clinic: &Clinic,
    session: &Session,
    period: Option<RangeInclusive<NaiveDate>>,
    filter: &ReportFilter,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut table = csv::Writer::from_writer(out);
    let days = period.clone().unwrap_or(EARLIEST..=LATEST);
    match list {
        List::Children => children::children(clinic, session, &mut table)?,
        List::Doses => children::doses(clinic, session, &days, &mut table)?,
        List::Due => children::due(clinic, session, &mut table)?,
        List::Growth => children::growth(clinic, session, &days, &mut table)?,
        List::Malnourished => children::malnourished(clinic, session, &mut table)?,
        List::Aefis => children::aefis(clinic, session, &days, &mut table)?,
        List::Certificates => children::certificates(clinic, session, period, &mut table)?,
        List::Sessions => things::sessions(clinic, session, &days, &mut table)?,
        List::Stock => things::stock(clinic, session, &mut table)?,
        List::Wastage => things::wastage(clinic, session, &days, &mut table)?,
        List::Toys => things::toys(clinic, session, &mut table)?,
        List::ToyUse => things::toy_use(clinic, session, &days, &mut table)?,
        List::ToySamples => toy_samples::write(clinic, session, &days, &mut table)?,
        List::Cards => things::cards(clinic, session, &mut table)?,
        List::Tasks => things::tasks(clinic, session, &mut table)?,
        List::Users => things::users(clinic, session, &mut table)?,
        List::Conflicts => things::conflicts(clinic, session, &mut table)?,
        List::Messages => things::messages(clinic, session, &mut table)?,
        List::Audit => things::audit(clinic, session, &days, &mut table)?,
        List::Report => {
            let report = clinic.report(session, &days, filter)?;
            spreadsheet::report(&mut table, &report, &narrowed(clinic, session, &report, filter))?;
        }
    }
    Ok(table.flush()?)
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
