//! The command line. What machines read goes to stdout as JSON lines, words for people go to stderr.

mod backup;
pub(crate) mod certificate;
mod desktop;
mod export;
mod forecast;
mod growth;
mod hub;
mod import;
mod init;
mod list;
mod narrow;
mod paper;
mod progress;
mod rebuild;
mod recover;
mod refused;
mod rekey;
mod reminders;
mod restore;
mod stop;
mod takeover;
mod unlock;
mod verify;

use crate::demo;
use crate::whole;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clinic::exit::{self, Code};
use clinic::store::StoreError;
use hub_protocol::replica::EnrolLink;
use std::io::{BufRead, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A person may want to see more.
const LOG_HELP: &str = "The log goes to stderr; RUST_LOG=info shows more of it.";

/// Why the command ends early: a sentence for the person, the exact error for the log, and a code.
#[derive(Debug)]
pub struct Failure {
    code: Code,
    words: String,
}

impl Failure {
    fn new(code: Code, words: impl Into<String>) -> Self {
        Self { code, words: words.into() }
    }

    /// Names the file that it is about, unless it is about something else.
    fn at(mut self, path: &Path) -> Self {
        if self.code == Code::Failed {
            self.words = format!("{}: {}", path.display(), self.words);
        }
        self
    }
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    /// What an opening says has words and a code of its own, wherever in the chain it stands.
    fn from(error: E) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(now) = cause {
            // Whoever read our lines has enough.
            let gone = now.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe);
            if gone {
                return Self::new(Code::Done, "");
            }
            if is_disk_full(now) {
                return Self::new(Code::Failed, DISK_FULL);
            }
            if let Some(failure) = unlock::failure(now).or_else(|| refused::failure(now)) {
                return failure;
            }
            cause = now.source();
        }
        Self::new(Code::Failed, with_causes(&error))
    }
}

/// True of whatever was begun: a file is there whole or not at all, and a record is durable once it was said to be.
const DISK_FULL: &str =
    "the disk is full. What was there before is as it was: make room on it, then run the same command again";

fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let full = |error: &std::io::Error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    error.downcast_ref().is_some_and(full) || error.downcast_ref().is_some_and(StoreError::is_disk_full)
}

/// An error with all its causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some errors tell their cause already.
        let more = error.to_string();
        if !words.ends_with(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}

/// Tikka station: the immunization desk of a Primary Health Centre, and the hub of its clinic network.
///
/// Without a command it opens the desktop; in an empty folder the desktop begins with the first run.
#[derive(Parser)]
#[command(name = "tikka-station", version, after_help = format!("{LOG_HELP}\n\n{}", exit::HELP))]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Args, Clone)]
pub(crate) struct Place {
    /// The folder with the clinic's records. Without it: $TIKKA_DATA, or tikka/station in the user's data folder.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A key file that opens the clinic without a password, as the user it was made for.
    #[arg(long, global = true, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Who opens the clinic. Without it the terminal asks.
    #[arg(long, global = true, value_name = "LOGIN")]
    login: Option<String>,
    /// A file with the password of LOGIN in its first line, which only its owner may read; - is standard input.
    #[arg(long, global = true, value_name = "FILE", requires = "login", conflicts_with = "key_file")]
    password_file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Sub {
    /// Founds a clinic without a screen, from a file of answers; prints the recovery key once, on stdout.
    Init(init::Init),
    /// Shows Tikka with invented children: starts a district, two toys and a station on this machine.
    Demo(demo::Demo),
    /// Writes a new key file that opens the clinic as the one who logs in, for `--key-file`.
    KeyFile {
        /// Where it is written; nothing is overwritten.
        out: PathBuf,
    },
    /// Joins the district behind a one-time link, as a Super Admin.
    Join {
        /// What `tikka-district enroll` printed. It works once. Without it, or for `-`, the terminal asks, or it is read from
        /// the first line of standard input: whoever works on this computer can read a command line.
        link: Option<String>,
    },
    /// Runs the hub without a screen: toys, cards and the district, until it is told to stop.
    Hub,
    /// Gives somebody a new password, with the recovery key from the paper.
    ///
    /// On a terminal it asks for both; else it reads two lines from standard input: the key, the new password.
    Recover {
        /// Whose password.
        #[arg(long)]
        login: String,
    },
    /// Prints records as JSON lines.
    List {
        /// Which records.
        #[arg(value_enum)]
        what: list::What,
    },
    /// Issues a child's immunization certificate: a PDF, and the signed proof of it for machines.
    Certificate(certificate::Certificate),
    /// Checks the signed proof of a certificate, offline: says yes, or no and why. Needs no clinic and no login.
    VerifyCertificate(certificate::VerifyCertificate),
    /// Checks the ledger's chain and signatures, and builds the read tables a second time to compare them.
    Verify,
    /// Builds the read tables again from the ledger; refuses when the ledger itself is not what was written.
    Rebuild,
    /// Writes everything to one encrypted file and reads it back. It opens with the recovery key on paper alone.
    Backup {
        /// Where it is written; nothing is overwritten.
        file: PathBuf,
    },
    /// Makes the clinic of a backup again, in a folder without one.
    ///
    /// On a terminal it asks for the recovery key and a new password for the login; else it reads two lines from
    /// standard input: the key, the new password.
    Restore(restore::Restore),
    /// Puts the records under a new key, when somebody may have copied the old one; nobody else keeps a password.
    ///
    /// On a terminal it asks for the recovery key on paper and a new password for the login; else it reads two lines from
    /// standard input: the key, the new password. The others get new passwords from an Admin.
    Rekey(rekey::Rekey),
    /// Puts this computer in the place of one that is gone, with everything that the district holds of it.
    ///
    /// LINK comes from `tikka-district enroll --replaces`. On a terminal it asks for it, for the recovery key on paper and a
    /// new password for the login; else it reads lines from standard input: the link (unless it is LINK), the key, the new
    /// password. Cut off, it is run again with the same link.
    Takeover(takeover::TakeOver),
    /// How families are reminded of what is due, and what opens a gateway from this computer.
    #[command(subcommand, after_long_help = reminders::EXAMPLE)]
    Reminders(reminders::Reminders),
    /// Takes children and doses from CSV files into the records, as an Admin; `--dry-run` only says what it would do.
    #[command(after_long_help = import::HELP)]
    Import(import::Import),
    /// Makes a paper as PDF: the monthly report, coverage, lists, a child's plan, diet or next visit.
    #[command(after_help = paper::HELP)]
    Paper(paper::Paper),
    /// Writes records for other systems: FHIR, DHIS2, CSV. Who may see them may; it is noted in the audit.
    Export(export::Export),
    /// Forecasts the cases of a CSV file and prints the result as CSV, or checks a schedule file. Needs no clinic.
    ///
    /// Columns: case_id, schedule, dob, sex, je_endemic, eval_date, doses (`BCG@2024-05-10; OPV@2024-05-10`); may be
    /// there: contraindicated (`MR; product:PENTA@2024-12-31; kind:live`), refused (`MR@2024-11-02`).
    Forecast(forecast::Forecast),
    /// Computes WHO's z-scores for the measurings of a CSV file and prints them as CSV. Needs no clinic.
    ///
    /// Columns: id, sex, age_days, weight_kg, length_cm, measured (L or H), muac_cm, oedema.
    Growth {
        /// The file, or `-` for standard input.
        cases: PathBuf,
    },
}

/// These open no clinic, or open it with the recovery key.
const WITHOUT_LOGIN: [&str; 9] =
    ["init", "demo", "recover", "restore", "rekey", "takeover", "forecast", "growth", "verify-certificate"];

/// The ways to open a clinic.
const WAYS_IN: [&str; 3] = ["key_file", "login", "password_file"];

/// The command line, where no command lists a way to open the clinic that it does not go.
fn command() -> clap::Command {
    let command = Cli::command();
    let ways = command.get_arguments().filter(|arg| WAYS_IN.contains(&arg.get_id().as_str()));
    let hidden: Vec<clap::Arg> = ways.map(|arg| arg.clone().hide(true)).collect();
    command.mut_subcommands(|sub| {
        if !WITHOUT_LOGIN.contains(&sub.get_name()) {
            return sub;
        }
        // An argument that a command has itself is not handed down to it; `--login` of `restore` is one already.
        let own: Vec<clap::Id> = sub.get_arguments().map(|arg| arg.get_id().clone()).collect();
        sub.args(hidden.iter().filter(|arg| !own.contains(arg.get_id())).cloned())
    })
}

pub fn main() -> ExitCode {
    let cli = Cli::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit());
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if failure.code != Code::Done {
                eprintln!("tikka-station: {}", failure.words);
            }
            failure.code.into()
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let place = cli.place;
    if matches!(cli.command, Some(Sub::Certificate(_) | Sub::Paper(_) | Sub::Export(_))) {
        leave_no_part()?;
    }
    match cli.command {
        None => desktop::run(&place),
        Some(Sub::Init(init)) => init.run(&place),
        Some(Sub::Demo(demo)) => Ok(demo.run(place.data)?),
        Some(Sub::KeyFile { out }) => key_file(&place, &out),
        Some(Sub::Join { link }) => {
            let link = one_time_link(link)?;
            let (clinic, session) = unlock::unlock(&place)?;
            init::join(&clinic, &session, &link)?;
            eprintln!(
                "The clinic belongs to the district now. `tikka-station hub`, or the desktop, sends the records."
            );
            Ok(say(&serde_json::json!({"event": "joined"}))?)
        }
        Some(Sub::Hub) => hub::run(&place),
        Some(Sub::Recover { login }) => recover::run(&place, &login),
        Some(Sub::List { what }) => list::run(&place, what),
        Some(Sub::Certificate(certificate)) => certificate.run(&place),
        Some(Sub::VerifyCertificate(verify)) => verify.run(&place),
        Some(Sub::Verify) => verify::run(&place),
        Some(Sub::Rebuild) => rebuild::run(&place),
        Some(Sub::Backup { file }) => backup::run(&place, &file),
        Some(Sub::Restore(restore)) => restore.run(&place),
        Some(Sub::Rekey(rekey)) => rekey.run(&place),
        Some(Sub::Takeover(takeover)) => takeover.run(&place),
        Some(Sub::Reminders(reminders)) => reminders.run(&place),
        Some(Sub::Import(import)) => import.run(&place),
        Some(Sub::Paper(paper)) => paper.run(&place),
        Some(Sub::Export(export)) => export.run(&place),
        Some(Sub::Forecast(forecast)) => forecast.run(),
        Some(Sub::Growth { cases }) => growth::run(&cases),
    }
}

/// Files that name people are written whole or not at all, also when the command is told to stop.
fn leave_no_part() -> Result<(), Failure> {
    stop::when_asked(|| {
        let _nobody_begins_another = whole::remove_parts();
        eprintln!("tikka-station: stopped before the end. No half-written file of --out stays.");
        std::process::exit(Code::Failed as i32);
    })
}

fn key_file(place: &Place, out: &Path) -> Result<(), Failure> {
    whole::refuse_of_the_program(out).map_err(|error| Failure::from(error).at(out))?;
    let (clinic, session) = unlock::unlock(place)?;
    clinic.make_key_file(&session, out).map_err(|error| Failure::from(error).at(out))?;
    eprintln!("The key file is written: whoever has it can open the clinic as {}.", session.login);
    Ok(())
}

impl Place {
    fn dir(&self) -> Result<PathBuf, Failure> {
        if let Some(dir) = &self.data {
            return Ok(dir.clone());
        }
        if let Some(dir) = std::env::var_os("TIKKA_DATA") {
            return Ok(dir.into());
        }
        default_data().ok_or_else(|| Failure::new(Code::Failed, "no home folder is known: say --data DIR"))
    }
}

/// `tikka/station` in the user's data folder (XDG base directories).
fn default_data() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let base = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")))?;
    Some(base.join("tikka/station"))
}

/// Where a demo with a window keeps its invented records: never where a clinic's own are.
pub fn demo_data() -> Option<PathBuf> {
    Some(default_data()?.with_file_name("demo"))
}

/// The link of the command line, or else the one that is typed.
fn one_time_link(said: Option<String>) -> Result<EnrolLink, Failure> {
    let link = match said.filter(|said| said != "-") {
        Some(link) => link,
        None => typed("The one-time link (tikka://…):")?,
    };
    Ok(link.trim().parse()?)
}

/// One line of standard input, which a terminal asks for.
fn typed(what: &str) -> std::io::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("{what}");
    }
    let mut line = String::new();
    let _ = stdin.lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// Prints one JSON line.
fn say(value: &serde_json::Value) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")?;
    out.flush()
}

/// As hashes are printed everywhere.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
