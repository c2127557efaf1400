//! `export`: records for other systems and programs. Who may see them may take them out; that is noted in the audit.

mod csv_lists;
pub mod month;
pub mod out;

use super::narrow::Narrow;
use super::unlock::unlock;
use super::{Failure, Place, with_causes};
use clinic::exit::Code;
use clinic::export::dhis2::{self, Map, Target};
use clinic::export::fhir::Writer;
use clinic::record::Refusal;
use clinic::record::fact::Gone;
use clinic::record::role::Query;
use clinic::store::{ChildPage, Report, SubmitError};
use clinic::{Clinic, Session};
use csv_lists::List;
use hub_protocol::ChildId;
use out::{Out, To};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

#[derive(clap::Args)]
pub struct Export {
    #[command(subcommand)]
    form: Form,
}

#[derive(clap::Subcommand)]
enum Form {
    /// FHIR R4: a child's immunization record as an ABDM document, or those of all children as one bundle.
    Fhir(Fhir),
    /// The counts of a month as a DHIS2 data value set (JSON).
    Dhis2(Dhis2),
    /// A list as CSV.
    Csv(CsvList),
}

#[derive(clap::Args)]
struct Fhir {
    /// One child, by its number; without it all children of the clinic.
    #[arg(long)]
    child: Option<String>,
    #[command(flatten)]
    to: To,
}

#[derive(clap::Args)]
struct Dhis2 {
    #[command(flatten)]
    month: month::Month,
    /// The organisation unit of the clinic in the other system.
    #[arg(long, value_name = "ID")]
    org_unit: String,
    /// The data set in the other system.
    #[arg(long, value_name = "ID")]
    data_set: Option<String>,
    /// A CSV file with the columns key, data_element, category_option_combo: which of our keys is which data element.
    /// Without it the data elements are named by codes: TIKKA_BCG, TIKKA_PENTA_1.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Children born alive in the month in the clinic's area: there cannot be more doses of BCG.
    #[arg(long, value_name = "N")]
    live_births: Option<u32>,
    /// Writes the month although a check says that the figures cannot be true.
    #[arg(long)]
    anyway: bool,
    #[command(flatten)]
    to: To,
}

#[derive(clap::Args)]
struct CsvList {
    /// Which list.
    #[arg(value_enum)]
    list: List,
    #[command(flatten)]
    period: month::Period,
    // The report alone can be narrowed.
    #[command(flatten)]
    narrow: Narrow,
    #[command(flatten)]
    to: To,
}

impl Export {
    pub fn run(self, place: &Place) -> Result<(), Failure> {
        match self.form {
            Form::Fhir(fhir) => fhir.run(place),
            Form::Dhis2(dhis2) => dhis2.run(place),
            Form::Csv(list) => list.run(place),
        }
    }
}

impl CsvList {
    fn run(self, place: &Place) -> Result<(), Failure> {
        self.to.check()?;
        let period = self.period.days()?;
        let report = if self.list == List::Report { Some(self.period.whole()?) } else { None };
        if period.is_some() && !self.list.has_days() {
            return Err(Failure::new(Code::Usage, "this list is of today: it has no --month, --from or --until"));
        }
        if report.is_none() && self.narrow.is_given() {
            return Err(Failure::new(
                Code::Usage,
                "--village and --worker are for the report: other lists have a column for each",
            ));
        }
        let (clinic, session) = unlock(place)?;
        if let Some(days) = &report {
            month::has_begun(days, clinic::date::india(clinic.env().now_ms()))?;
        }
        let filter = self.narrow.filter(&clinic, &session)?;
        // Lists of whole records note it themselves.
        if !matches!(self.list, List::Doses | List::Growth) {
            clinic.takes_out(&session, self.list.query())?;
        }
        let mut out = self.to.open()?;
        csv_lists::write(self.list, &clinic, &session, period, &filter, &mut out)?;
        Ok(out.finish()?)
    }
}

/// What stops an export in the middle.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("the records")]
    Records(#[from] SubmitError),
    #[error("the file was not written")]
    Write(#[from] io::Error),
}

impl Fhir {
    fn run(self, place: &Place) -> Result<(), Failure> {
        self.to.check()?;
        let child: Option<ChildId> = match &self.child {
            Some(typed) => Some(typed.parse().map_err(|error| Failure::new(Code::Usage, format!("{typed}: {error}")))?),
            None => None,
        };
        let (clinic, session) = unlock(place)?;
        let view = clinic.clinic()?;
        let at = clinic::date::india_time(clinic.env().now_ms()).map(|time| time.to_rfc3339()).unwrap_or_default();
        let expiries = clinic.expiries()?;
        let writer = Writer { clinic: &view, station: clinic.identity().device_id(), expiries, at };
        if let Some(child) = child {
            let page = clinic.take_out_child(&session, child)?;
            if page.gone.is_some_and(|(why, _)| why == Gone::Waiting) {
                return Err(Refusal::ChildWaits.into());
            }
            let mut out = self.to.open()?;
            serde_json::to_writer_pretty(&mut out, &writer.child(&page)).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
            return Ok(out.finish()?);
        }
        all(&clinic, &session, &writer, self.to.open()?)
    }
}

/// Children that are read while others are written.
const AHEAD: usize = 16;

/// One child after the other: the bundle is never in memory. To write a child takes about as long as to read it, so each
/// has a thread.
fn all(clinic: &Clinic, session: &Session, writer: &Writer<'_>, out: Out) -> Result<(), Failure> {
    let (pages, read) = mpsc::sync_channel(AHEAD);
    let (taken, written) = thread::scope(|scope| {
        let writing = scope.spawn(|| write_all(writer, read, out));
        let taken = clinic.take_out_children(session, |page| {
            // Another system would take a record that was made by mistake for a child.
            let is_one = page.gone.is_none_or(|(why, _)| why != Gone::Other);
            let sent = if is_one { pages.send(page) } else { Ok(()) };
            // Nobody writes any more: why, the writer says.
            sent.map_err(|_| Stopped::Write(io::ErrorKind::BrokenPipe.into()))
        });
        drop(pages);
        (taken, writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (mut out, count) = written?;
    let _all = taken?;
    if count == 0 {
        writer.begin(&mut out)?;
    }
    writer.end(&mut out)?;
    out.finish()?;
    eprintln!("{count} children are written.");
    Ok(())
}

/// All but the end, which stands when all were read; nothing before the first child, for the whole may be refused.
fn write_all(writer: &Writer<'_>, pages: mpsc::Receiver<ChildPage>, mut out: Out) -> io::Result<(Out, u32)> {
    let mut count = 0;
    for page in pages {
        if count == 0 {
            writer.begin(&mut out)?;
        }
        writer.next(&page, count == 0, &mut out)?;
        count += 1;
    }
    Ok((out, count))
}

impl Dhis2 {
    fn run(self, place: &Place) -> Result<(), Failure> {
        self.to.check()?;
        let usage = |error: &dyn std::error::Error| Failure::new(Code::Usage, with_causes(error));
        dhis2::check_id(&self.org_unit).map_err(|error| usage(&error))?;
        let map = match &self.map {
            Some(path) => {
                let text = std::fs::read(path).map_err(|error| Failure::from(error).at(path))?;
                Some(
                    Map::read(&text)
                        .map_err(|error| Failure::new(Code::Usage, format!("{}: {error}", path.display())))?,
                )
            }
            None => None,
        };
        let days = self.month.days()?;
        let (clinic, session) = unlock(place)?;
        let today = clinic::date::india(clinic.env().now_ms());
        month::no_later(&days, today)?;
        let report = clinic.report(&session, &days, &Default::default())?;
        if report.worker.is_some() {
            return Err(Failure::new(Code::Refused, NOT_THE_CLINIC));
        }
        clinic.takes_out(&session, Query::Reports)?;
        if !self.anyway {
            believable(&report, self.live_births)?;
        }
        let left_out = map.as_ref().map(|map| map.leaves_out(&report)).unwrap_or_default();
        // Whoever gets a part is not told that it is the whole.
        let complete_on = (report.until < today && left_out.is_empty()).then_some(today);
        let target = Target { org_unit: self.org_unit, data_set: self.data_set, map };
        let set = dhis2::data_value_set(&report, &target, complete_on).map_err(|error| usage(&error))?;
        let mut out = self.to.open()?;
        serde_json::to_writer_pretty(&mut out, &set).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        out.finish()?;
        if !left_out.is_empty() {
            let (n, names) = (left_out.len(), left_out.join(", "));
            eprintln!(
                "{n} figures have no line in the map and are not in the set, which does not say that it is complete: {names}"
            );
        }
        if report.until >= today {
            eprintln!(
                "The month is not over: the figures are not final, and the set does not say that it is complete."
            );
        }
        Ok(())
    }
}

const NOT_THE_CLINIC: &str =
    "you see your own figures, which are not the clinic's: an Admin or a Supervisor sends the month";

/// A month whose figures cannot be true is looked at before it is sent.
fn believable(report: &Report, live_births: Option<u32>) -> Result<(), Failure> {
    let births = live_births.map(|births| report.within_births(births)).filter(|check| !check.holds());
    let doubts: Vec<String> = report
        .doubts()
        .copied()
        .chain(births)
        .map(|check| format!("{} ({} of at most {})", check.key, check.count, check.most))
        .collect();
    if doubts.is_empty() {
        return Ok(());
    }
    let words = format!(
        "the figures cannot be true, nothing is written: {}. Look at them under Reports, or say --anyway",
        doubts.join("; ")
    );
    Err(Failure::new(Code::Differs, words))
}
