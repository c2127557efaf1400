//! `paper`: the papers of the clinic as PDF files, and on a printer.

use super::certificate::Language;
use super::export::month::{Month, Period, has_begun, typed_day};
use super::export::out::keeps;
use super::narrow::Narrow;
use super::unlock::unlock;
use super::{Failure, Place, with_causes};
use crate::fonts::Fonts;
use crate::paper::out::{PrintError, Programs};
use crate::paper::text::Typesetter;
use crate::paper::wanted::{Days, NotMade, Wanted, make};
use crate::paper::{PaperError, save};
use crate::words::{Lang, Words};
use chrono::NaiveDate;
use clinic::exit::Code;
use clinic::store::{CertificateFilter, ReportFilter};
use clinic::{Clinic, Session};
use hub_protocol::ChildId;
use std::path::{Path, PathBuf};

/// What each paper is of.
pub const HELP: &str = "\
What each paper is of:
  month, coverage   --month 2026-10, or --from and --until; --village, --worker
  certificates      --month, or --from and --until, or all
  defaulters        --village, --worker, or all
  session           --on 2026-11-30, and --site where there are several
  child, schedule, diet, slip   --child ID, as `list children` has it
  devices           --month 2026-10

  tikka-station paper month --month 2026-10 --out month.pdf
  tikka-station paper slip --child K7QM-2XDR-9FWT --language hi --printer receipt --out slip.pdf
";

#[derive(clap::Args)]
pub struct Paper {
    #[command(subcommand)]
    kind: Kind,
    /// The PDF file to write, whole or not at all. One that is there already stays.
    #[arg(long, value_name = "FILE", global = true, default_value = "paper.pdf")]
    out: PathBuf,
    /// Writes over the file that is there already.
    #[arg(long, global = true)]
    replace: bool,
    /// The language of the paper.
    #[arg(long, value_enum, global = true, default_value = "both")]
    language: Language,
    /// Prints it, too: on this printer, by the system's `lp`.
    #[arg(long, value_name = "NAME", global = true)]
    printer: Option<String>,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// The monthly report of the health department's form (HMIS, section M9).
    Month(Counted),
    /// Coverage with charts, drop-out, and whether the figures can be true.
    Coverage(Counted),
    /// Certificates that were issued.
    Certificates(Period),
    /// Children with missed doses, for the field.
    Defaulters(Narrow),
    /// A session's tally sheet: who is expected, what is to be carried.
    Session {
        /// Its day, as 2026-11-30.
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = typed_day)]
        on: NaiveDate,
        /// Its place, when there are several on that day.
        #[arg(long)]
        site: Option<String>,
    },
    /// A child's whole plan: what was given, what comes, how it grows.
    Child(OfChild),
    /// A child's plan by its days, on a card of A6 to keep.
    Schedule(OfChild),
    /// A child's diet plan.
    Diet(OfChild),
    /// The next visit, on a strip of 80 mm for a receipt printer.
    Slip(OfChild),
    /// What each toy did in a month.
    Devices(Month),
}

#[derive(clap::Args)]
struct Counted {
    #[command(flatten)]
    period: Period,
    #[command(flatten)]
    narrow: Narrow,
}

impl Counted {
    fn wanted(
        self,
        clinic: &Clinic,
        session: &Session,
        paper: impl Fn(Days, ReportFilter) -> Wanted,
    ) -> Result<Wanted, Failure> {
        let days = self.period.whole()?;
        has_begun(&days, clinic::date::india(clinic.env().now_ms()))?;
        Ok(paper(days, self.narrow.filter(clinic, session)?))
    }
}

#[derive(clap::Args)]
struct OfChild {
    /// The child's number.
    #[arg(long)]
    child: String,
}

impl Paper {
    pub fn run(self, place: &Place) -> Result<(), Failure> {
        keeps(&self.out, self.replace)?;
        // Found missing before anything is asked.
        let fonts = Fonts::load()?;
        let setter = Typesetter::new(&fonts).map_err(|error| said(&error))?;
        let (clinic, session) = unlock(place)?;
        let wanted = self.kind.wanted(&clinic, &session)?;
        let pdf = make(&clinic, &session, &wanted, &setter, self.language.into()).map_err(not_made)?;
        keeps(&self.out, self.replace)?;
        save(&self.out, &pdf).map_err(|error| said(&error))?;
        eprintln!("The paper is in {}.", self.out.display());
        self.printer.as_deref().map_or(Ok(()), |printer| print(pdf, printer, &self.out))
    }
}

impl Kind {
    fn wanted(self, clinic: &Clinic, session: &Session) -> Result<Wanted, Failure> {
        Ok(match self {
            Self::Month(of) => of.wanted(clinic, session, Wanted::Month)?,
            Self::Coverage(of) => of.wanted(clinic, session, Wanted::Coverage)?,
            Self::Certificates(period) => {
                Wanted::Certificates(CertificateFilter { period: period.days()?, ..CertificateFilter::default() })
            }
            Self::Defaulters(narrow) => {
                let ReportFilter { worker, village } = narrow.filter(clinic, session)?;
                Wanted::Defaulters { village, worker }
            }
            Self::Session { on, site } => session_on(clinic, session, on, site.as_deref())?,
            Self::Child(of) => Wanted::Child(of.id()?),
            Self::Schedule(of) => Wanted::Schedule(of.id()?),
            Self::Diet(of) => Wanted::Diet(of.id()?),
            Self::Slip(of) => Wanted::Slip(of.id()?),
            Self::Devices(month) => Wanted::Devices(month.days()?),
        })
    }
}

impl OfChild {
    fn id(&self) -> Result<ChildId, Failure> {
        self.child.parse().map_err(|error| Failure::new(Code::Usage, format!("{}: {error}", self.child)))
    }
}

fn session_on(clinic: &Clinic, session: &Session, on: NaiveDate, site: Option<&str>) -> Result<Wanted, Failure> {
    let (mut lines, _) = clinic.sessions(session, &(on..=on), 0)?;
    lines.retain(|line| site.is_none_or(|site| line.site == site));
    match lines.as_slice() {
        [one] => Ok(Wanted::Session(one.id)),
        [] => Err(Failure::new(Code::Usage, format!("there is no such session on {on}"))),
        several => {
            let sites: Vec<&str> = several.iter().map(|line| line.site.as_str()).collect();
            let words = format!("there are several sessions on {on}, say --site: \"{}\"", sites.join("\", \""));
            Err(Failure::new(Code::Usage, words))
        }
    }
}

fn not_made(error: NotMade) -> Failure {
    match error {
        NotMade::Paper(error) => said(&error),
        NotMade::Records(error) => error.into(),
        NotMade::TooOld => Failure::new(Code::Usage, "the child is too old for the diet plan"),
    }
}

/// What went wrong with a paper, in the words of the desktop.
pub(super) fn said(error: &PaperError) -> Failure {
    Failure::new(Code::Failed, format!("{} ({})", error.sentence(&Words::new(Lang::En)), with_causes(error)))
}

/// The file stays, whatever the printer does.
fn print(pdf: Vec<u8>, printer: &str, file: &Path) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let kept = |error: PrintError| {
        Failure::new(Code::Failed, format!("{}; the paper is saved as {}", with_causes(&error), file.display()))
    };
    runtime.block_on(Programs::of_system().print(printer, pdf)).map_err(kept)
}
