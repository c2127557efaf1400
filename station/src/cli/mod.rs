//! The command line. What machines read goes to stdout as JSON lines, words for people go to stderr.

mod backup;
pub(crate) mod desktop;
mod forecast;
mod growth;
mod hub;
mod import;
mod init;
mod list;
mod progress;
mod rebuild;
mod recover;
mod restore;
mod takeover;
mod unlock;
mod verify;

use crate::demo;
use clap::{Args, Parser, Subcommand};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit codes, also in `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Code {
    /// Nobody listens any more: `… | head` is no failure.
    Silent = 0,
    /// Something did not work; stderr says what.
    Failed = 1,
    /// Records are not what they should be.
    Differs = 3,
    /// A login, password or key was refused.
    Refused = 4,
    /// Another program has the clinic open.
    InUse = 5,
    /// There is no clinic in the folder, or there is one already.
    NoClinic = 6,
}

const HELP_CODES: &str = "The log goes to stderr; RUST_LOG=info shows more of it.

Exit codes: 0 all went well; 1 something failed, stderr says what; 2 the command line is \
wrong; 3 records differ from what they should be; 4 a login or key was refused; 5 another program has the clinic \
open; 6 there is no clinic in the folder, or there is one already.";

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
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    /// What an opening says has words and a code of its own, wherever in the chain it stands.
    fn from(error: E) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(now) = cause {
            // Whoever read our lines has enough.
            let gone = now.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe);
            if gone {
                return Self::new(Code::Silent, "");
            }
            if let Some(failure) = unlock::failure(now) {
                return failure;
            }
            cause = now.source();
        }
        Self::new(Code::Failed, with_causes(&error))
    }
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
#[command(name = "tikka-station", version, after_help = HELP_CODES)]
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
    Join { link: String },
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
        #[arg(value_enum)]
        what: list::What,
    },
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
    /// Puts this computer in the place of one that is gone, with everything that the district holds of it.
    ///
    /// LINK comes from `tikka-district enroll --replaces`. On a terminal it asks for the recovery key on paper and a new
    /// password for the login; else it reads two lines from standard input: the key, the new password. Cut off, it is
    /// run again with the same link.
    Takeover(takeover::TakeOver),
    /// Takes children and doses from CSV files into the records, as an Admin; `--dry-run` only says what it would do.
    #[command(after_long_help = import::HELP)]
    Import(import::Import),
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

pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if failure.code != Code::Silent {
                eprintln!("tikka-station: {}", failure.words);
            }
            ExitCode::from(failure.code as u8)
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let place = cli.place;
    match cli.command {
        None => desktop::run(&place),
        Some(Sub::Init(init)) => init.run(&place),
        Some(Sub::Demo(demo)) => Ok(demo.run()?),
        Some(Sub::KeyFile { out }) => key_file(&place, &out),
        Some(Sub::Join { link }) => {
            let (clinic, session) = unlock::unlock(&place)?;
            init::join(&clinic, &session, &link)?;
            Ok(say(&serde_json::json!({"event": "joined"}))?)
        }
        Some(Sub::Hub) => hub::run(&place),
        Some(Sub::Recover { login }) => recover::run(&place, &login),
        Some(Sub::List { what }) => list::run(&place, what),
        Some(Sub::Verify) => verify::run(&place),
        Some(Sub::Rebuild) => rebuild::run(&place),
        Some(Sub::Backup { file }) => backup::run(&place, &file),
        Some(Sub::Restore(restore)) => restore.run(&place),
        Some(Sub::Takeover(takeover)) => takeover.run(&place),
        Some(Sub::Import(import)) => import.run(&place),
        Some(Sub::Forecast(forecast)) => forecast.run(),
        Some(Sub::Growth { cases }) => growth::run(&cases),
    }
}

fn key_file(place: &Place, out: &std::path::Path) -> Result<(), Failure> {
    let (clinic, session) = unlock::unlock(place)?;
    clinic.make_key_file(&session, out)?;
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
