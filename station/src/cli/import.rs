//! `import`: children and doses from the files of a register or of another program.

use super::unlock::unlock;
use super::{Failure, Place, stop};
use crate::import_files::{self, Template, template};
use crate::whole::new_private;
use crate::words::{Lang, Words, indian_grouping};
use clinic::exit::Code;
use clinic::import::{self, Ended, Note, Options, Outcome, Progress, Report, What, Which, Why};
use clinic::record::limits::IMPORT_FILE_MAX_BYTES;
use clinic::record::refusal::{Field, Refusal};
use clinic::store::Keep;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Work that is done sooner needs no line.
const TELL_FIRST_AFTER: Duration = Duration::from_millis(500);
const TELL_AGAIN_AFTER: Duration = Duration::from_secs(5);

pub const HELP: &str = "\
The files: CSV in UTF-8 (in a spreadsheet: \"CSV UTF-8\"), columns separated by comma, semicolon or tab. The first line \
names the columns, in any order; others are named and left out. A line that begins with \"# \" is left out.

children.csv
  ref                the clinic's own number of the child in these files; a line of doses is the child's by it
  name               may be empty for a newborn
  dob                needed: 25/03/2024 or 2024-03-25, digits of either script; a year of two digits, or a date that could
                     be read in two ways, is refused
  dob_estimated      yes or no; empty is no
  sex                F, M, X; female, male; girl, boy; or in Hindi
  mother, father     one of the two is needed
  phone              ten digits
  village            needed
  landmark
  birth_order        of twins and more: 1, 2, ...
  abha, rch, uwin    numbers in other systems
  food               veg, egg, non-veg
  consent_reminders  yes or no; empty is no
  consent_tracing    yes or no; empty is no
  worker             the login of the worker whose child it is; empty: on the Admin's list

doses.csv
  ref or id          whose dose: a ref of children.csv, or a child's number (K7QM-2XDR-9FWT)
  product            as the schedule or people call it: PENTA, Penta-1, OPV 0, Hep B birth
  date               as dob
  batch
  proof              of a dose given elsewhere: what was seen, e.g. a card; another name of the column: source
  here               yes: given at this clinic before it had Tikka
  reason             why a dose is stored against which the schedule speaks

A line is taken whole or not at all. What was taken once is known again: the same files can be given a second time, after \
a stop or when refused lines were put right. The report has a line for each line of the files: file, line, ref, outcome \
(added, added-to-list, already-here, joined, looks-like, refused), child, field, code, words, decision. For looks-like write same \
or other in the column decision, and give the report back with --decisions.

Exit codes: 0 every line is taken, 1 some are not, the others as of tikka-station.";

#[derive(clap::Args)]
pub struct Import {
    /// The file of children.
    #[arg(value_name = "children.csv", required_unless_present_any = ["doses", "template"])]
    children: Option<PathBuf>,
    /// The file of doses.
    #[arg(long, value_name = "doses.csv")]
    doses: Option<PathBuf>,
    /// Says what it would do with each line, and stores nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where the report is written; nothing is overwritten. Without it: standard output.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// A report in whose column `decision` somebody wrote same or other.
    #[arg(long, value_name = "FILE", requires = "children")]
    decisions: Option<PathBuf>,
    /// A child whose worker has 50 already goes on the Admin's list instead of being refused.
    #[arg(long)]
    full_to_list: bool,
    /// The proof of doses given elsewhere whose line has none.
    #[arg(long, value_name = "TEXT", default_value = "")]
    proof: String,
    /// Why doses are stored against which the schedule speaks, where their line has no reason.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// The language of the report's words: en or hi.
    #[arg(long, default_value = "en")]
    lang: Lang,
    /// Prints an empty file with the names of the columns and an example, and does nothing else.
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, default_missing_value = "children")]
    template: Option<Template>,
}

impl Import {
    pub fn run(&self, place: &Place) -> Result<(), Failure> {
        if let Some(which) = self.template {
            io::stdout().lock().write_all(&template(which)?)?;
            return Ok(());
        }
        let files = self.read()?;
        let (clinic, session) = unlock(place)?;
        let stop = stop_when_asked()?;
        // Before the work: a report that cannot be written would be missed.
        let output: Box<dyn Write> = match &self.report {
            Some(path) => Box::new(new_private(path).map_err(|error| Failure::from(error).at(path))?),
            None => Box::new(io::stdout()),
        };
        let keep = if self.dry_run { Keep::No } else { Keep::Yes };
        let mut teller = Teller::new();
        let report = import::run(&clinic, &session, files, keep, move |progress| {
            teller.tell(progress);
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match report {
            Ok(report) if !report.outcomes.is_empty() || !matches!(report.ended, Ended::Broken(_)) => {
                import_files::report(
                    &report.outcomes,
                    keep,
                    &Words::new(self.lang),
                    |_, _| "",
                    BufWriter::new(output),
                )?;
                self.summary(report)
            }
            // Of what was refused as a whole there is nothing to report.
            refused => {
                self.report.iter().for_each(|path| drop(fs::remove_file(path)));
                self.summary(refused?)
            }
        }
    }

    fn read(&self) -> Result<import::Import, Failure> {
        let file = |path: &Option<PathBuf>| path.as_deref().map(bytes).transpose();
        let (children, doses, decisions) = (file(&self.children)?, file(&self.doses)?, file(&self.decisions)?);
        let options = Options {
            full_to_list: self.full_to_list,
            proof: self.proof.clone(),
            reason: self.reason.clone(),
            same: Words::new(self.lang).get("import-same-note"),
        };
        let read = import::Import::read(children.as_deref(), doses.as_deref(), decisions.as_deref(), options);
        let read = read.map_err(|(which, fault)| match self.path(which) {
            Some(path) => Failure::from(fault).at(path),
            None => fault.into(),
        })?;
        for Note { which, unknown_columns, comments } in read.notes() {
            let which = which.code();
            if !unknown_columns.is_empty() {
                eprintln!("{which}: these columns are not known and left out: {}.", unknown_columns.join(", "));
            }
            if *comments > 0 {
                eprintln!("{which}: lines that begin with \"# \" and are left out: {comments}.");
            }
        }
        if read.decisions_of_no_line() > 0 {
            let count = read.decisions_of_no_line();
            eprintln!("decisions: {count} are about lines that are not in the file of children, and do nothing.");
        }
        Ok(read)
    }

    fn path(&self, which: Which) -> Option<&Path> {
        match which {
            Which::Children => self.children.as_deref(),
            Which::Doses => self.doses.as_deref(),
            Which::Decisions => self.decisions.as_deref(),
        }
    }

    /// What became of it, in words; a failure when lines are left.
    fn summary(&self, report: Report) -> Result<(), Failure> {
        let Report { outcomes, lines, ended } = report;
        let number = |count: usize| indian_grouping(i64::try_from(count).unwrap_or(i64::MAX));
        for which in [Which::Children, Which::Doses] {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            let of_it = outcomes.iter().filter(|outcome| outcome.which == which);
            of_it.for_each(|outcome| *counts.entry(outcome.what.code()).or_default() += 1);
            let counts: Vec<_> = counts.iter().map(|(code, count)| format!("{} {code}", number(*count))).collect();
            if !counts.is_empty() {
                let would = if self.dry_run { " (a trial)" } else { "" };
                eprintln!("{}{would}: {}.", which.code(), counts.join(", "));
            }
        }
        for help in helps(&outcomes) {
            eprintln!("{help}");
        }
        if self.dry_run {
            eprintln!("This was a trial: nothing is stored.");
        }
        let left = lines - outcomes.len();
        match ended {
            Ended::All => {}
            Ended::Stopped => {
                let done = if self.dry_run { "tried" } else { "done, and what they say is stored" };
                let words = format!(
                    "stopped: {} of {} lines are {done}; the same command goes on with the rest",
                    number(outcomes.len()),
                    number(lines)
                );
                return Err(Failure::new(Code::Failed, words));
            }
            Ended::Broken(error) => {
                if !outcomes.is_empty() {
                    eprintln!("{} of {} lines are not stored; the report has the others.", number(left), number(lines));
                }
                return Err(error.into());
            }
        }
        match outcomes.iter().filter(|outcome| outcome.what.taken().is_none()).count() {
            0 => Ok(()),
            open => {
                let words = format!("{} of {} lines are not taken; the report says why", number(open), number(lines));
                Err(Failure::new(Code::Failed, words))
            }
        }
    }
}

/// What can be done about lines that were not taken.
fn helps(outcomes: &[Outcome]) -> Vec<&'static str> {
    let any = |wanted: &dyn Fn(&What) -> bool| outcomes.iter().any(|outcome| wanted(&outcome.what));
    let refused = |wanted: fn(Refusal) -> bool| {
        any(&|what| matches!(what, What::Refused { why: Why::Rule(refusal), .. } if wanted(*refusal)))
    };
    let helps = [
        (
            any(&|what| matches!(what, What::LooksLike(_))),
            "Lines look like children who are registered: write same or other in the column decision of the report, and \
             give it with --decisions.",
        ),
        (
            refused(|refusal| matches!(refusal, Refusal::WorkerFull { .. })),
            "Workers have no place free: --full-to-list puts their other children on the Admin's list.",
        ),
        (
            refused(|refusal| refusal == Refusal::Missing(Field::Proof)),
            "Doses have no proof: --proof TEXT says for all of them what was seen.",
        ),
        (
            refused(|refusal| matches!(refusal, Refusal::NeedsReason(_) | Refusal::BatchExpired)),
            "The schedule speaks against doses: look at them, then --reason TEXT stores them with that reason.",
        ),
    ];
    helps.into_iter().filter(|(applies, _)| *applies).map(|(_, help)| help).collect()
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let most = u64::try_from(IMPORT_FILE_MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| Failure::from(error).at(path))?;
    Ok(bytes)
}

/// True once it is to end.
fn stop_when_asked() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    stop::when_asked(move || {
        eprintln!("Stopping after the lines at hand.");
        asked.store(true, Ordering::Relaxed);
    })?;
    Ok(stop)
}

/// A line on stderr from time to time.
struct Teller {
    began: Instant,
    next: Instant,
}

impl Teller {
    fn new() -> Self {
        let began = Instant::now();
        Self { began, next: began + TELL_FIRST_AFTER }
    }

    fn tell(&mut self, progress: Progress) {
        let now = Instant::now();
        if now >= self.next {
            self.next = now + TELL_AGAIN_AFTER;
            eprintln!("{}", how_far(progress, now - self.began));
        }
    }
}

fn how_far(progress: Progress, took: Duration) -> String {
    let Progress { done, total, open } = progress;
    let number = |count: usize| indian_grouping(i64::try_from(count).unwrap_or(i64::MAX));
    let left_s = took.as_secs_f64() / done.max(1) as f64 * total.saturating_sub(done) as f64;
    let left = if left_s < 90.0 { format!("{left_s:.0} s") } else { format!("{:.0} min", left_s / 60.0) };
    format!("{} of {} lines, {} refused, {left} left.", number(done), number(total), number(open))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is() {
        let progress = Progress { done: 1_200, total: 10_000, open: 3 };
        assert_eq!(how_far(progress, Duration::from_secs(6)), "1,200 of 10,000 lines, 3 refused, 44 s left.");
        let slow = Progress { done: 1_200, total: 100_000, open: 0 };
        assert!(how_far(slow, Duration::from_secs(60)).ends_with("82 min left."));
    }
}
