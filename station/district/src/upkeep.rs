//! `tikka-district verify`, `backup` and `restore`.

use crate::cli::Failure;
use crate::place::{Data, open_existing};
use clap::Args;
use district::archive::{Archive, PostgresArchive, SqliteArchive, Stage, backup, unpack};
use district::verify::{LogLine, Total, verify};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Work that is done sooner needs no line.
const TELL_FIRST_AFTER: Duration = Duration::from_secs(2);
const TELL_AGAIN_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    pub data: Data,
    /// The file to write; one that is there already is left alone.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    pub data: Data,
    /// A file that `tikka-district backup` wrote.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

pub fn check(data: &Data) -> Result<(), Failure> {
    let archive = open_existing(data)?;
    let total = verify(&archive, |walked| print(&LogLine::from(walked)))?;
    print(&total)?;
    if total.problems > 0 {
        return Err(Failure::Differs(total.problems));
    }
    eprintln!("{} events in {} logs: all of it is what was written.", total.events, total.logs);
    Ok(())
}

pub fn make_backup(wanted: &Backup) -> Result<(), Failure> {
    let archive = open_existing(&wanted.data)?;
    let total = backup(archive.as_ref(), &wanted.file, wanted.data.key()?)?;
    tell(&wanted.file, &total)?;
    eprintln!("The backup was read back and is whole. It is encrypted: without the key file it cannot be restored,");
    eprintln!("and whoever has both reads everything. Keep {} elsewhere.", wanted.data.key_path().display());
    Ok(())
}

pub fn restore(wanted: &Restore) -> Result<(), Failure> {
    let data = &wanted.data;
    if data.is_taken() {
        return Err(Failure::Occupied(data.data.clone()));
    }
    let key = data.key()?;
    SqliteArchive::make_directory(&data.data)?;
    let place = SqliteArchive::path_in(&data.data);
    let unpacked = unpack(&wanted.file, &place, key, &mut teller())?;
    let total = unpacked.total.clone();
    match &data.database_url {
        None => unpacked.keep(&place)?,
        Some(url) => {
            let archive = PostgresArchive::open(url, key, Some(&unpacked.archive.identity()?))?;
            eprintln!("Putting {} events into PostgreSQL, then reading them back.", total.events);
            archive.fill(&unpacked.archive)?;
            let filled = verify::<_, Failure>(&archive, |_| Ok(()))?;
            if filled != total {
                return Err(Failure::Differs(filled.problems.max(1)));
            }
            data.mark()?;
        }
    }
    tell(&wanted.file, &total)?;
    eprintln!("The district is here as it was when the backup was made. The stations send what it lacks.");
    Ok(())
}

/// Says on stderr from time to time how far it is.
fn teller() -> impl FnMut(Stage) {
    let mut next = Instant::now() + TELL_FIRST_AFTER;
    move |stage| {
        let now = Instant::now();
        if now >= next {
            next = now + TELL_AGAIN_AFTER;
            eprintln!("{}", how_far(stage));
        }
    }
}

fn how_far(stage: Stage) -> String {
    match stage {
        Stage::Copying { done, total } => format!("Copying: {} of {} MB.", done / 1_000_000, total / 1_000_000),
        Stage::Checking { done, total } => format!("Checking: {done} of {total} events."),
    }
}

fn tell(file: &Path, total: &Total) -> Result<(), Failure> {
    let Total { logs, events, .. } = total;
    let bytes = std::fs::metadata(file).map_err(|error| Failure::File(file.to_owned(), error))?.len();
    print(&serde_json::json!({"logs": logs, "events": events, "bytes": bytes}))
}

fn print(line: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(line).map_err(std::io::Error::from)?;
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
