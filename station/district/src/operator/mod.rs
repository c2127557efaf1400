//! The operator's commands: what one of the district's people does, logged in.

mod people;
mod stations;

use crate::cli::Failure;
use crate::place::{Data, open_existing};
use clap::{Args, Subcommand};
use clinic::exit;
use clinic::record::refusal::Refusal;
use clinic::record::secret::KdfCost;
use clinic::secret_file::password_in;
use district::archive::Archive;
use district::office::{Desk, OfficeError, SignedIn, sign_in};
use serde_json::Value;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

pub type Store = Box<dyn Archive>;

#[derive(Debug, Subcommand)]
pub enum Commands {
    /// The district's own people, and those of its stations.
    #[command(subcommand, after_help = exit::HELP)]
    User(people::User),
    /// Cards: block one wherever it is used, and free it again.
    #[command(subcommand, after_help = exit::HELP)]
    Card(stations::Card),
    /// Children: find one in the whole district, move one to another station.
    #[command(subcommand, after_help = exit::HELP)]
    Child(stations::Child),
    /// Stations: what is told to one, its name, its end.
    #[command(subcommand, after_help = exit::HELP)]
    Station(stations::Station),
    /// Toys of a station.
    #[command(subcommand, after_help = exit::HELP)]
    Toy(stations::Toy),
    /// Tasks for the workers of a station.
    #[command(subcommand, after_help = exit::HELP)]
    Task(stations::Task),
    /// The key with which the summaries on cards are sealed.
    #[command(subcommand, after_help = exit::HELP)]
    Key(stations::Key),
    /// Print one JSON line for each thing that somebody has to look at: facts that broke a rule of their station, the
    /// same dose given to one child at two stations on one day, a child or a card that two stations use. No names.
    #[command(after_help = exit::HELP)]
    Conflicts(Login),
}

/// Which district, and who acts.
#[derive(Debug, Args)]
pub struct Login {
    #[command(flatten)]
    pub data: Data,
    /// The login of one of the district's people.
    #[arg(long, value_name = "LOGIN")]
    pub login: Option<String>,
    /// A file with the password in its first line, which only its owner may read; - is standard input. Without it the
    /// password is asked on the terminal.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

pub fn run(command: Commands) -> Result<(), Failure> {
    match command {
        Commands::User(user) => people::run(user),
        Commands::Card(card) => stations::card(card),
        Commands::Child(child) => stations::child(child),
        Commands::Station(station) => stations::station(station),
        Commands::Toy(toy) => stations::toy(toy),
        Commands::Task(task) => stations::task(task),
        Commands::Key(key) => stations::key(key),
        Commands::Conflicts(login) => stations::conflicts(&login),
    }
}

impl Login {
    fn archive(&self) -> Result<Arc<Store>, Failure> {
        Ok(Arc::new(open_existing(&self.data)?))
    }

    fn sign_in(&self, archive: &Store) -> Result<SignedIn, Failure> {
        let login = self.login.as_deref().ok_or(Failure::NoLogin)?;
        let password = secret(self.password_file.as_deref(), "Password: ")?;
        Ok(sign_in(archive, &self.data.data, login, &password, KdfCost::CLINIC)?)
    }

    /// The desk of whoever is named, after the password was right.
    fn desk(&self) -> Result<Desk<Store>, Failure> {
        let archive = self.archive()?;
        let by = self.sign_in(&archive)?;
        Ok(Desk::new(archive, &self.data.data, by, KdfCost::CLINIC)?)
    }
}

/// One line from a file, from standard input, or from the terminal, where it is not shown.
fn secret(from: Option<&Path>, asked: &str) -> Result<Zeroizing<String>, Failure> {
    match from {
        Some(path) => Ok(password_in(path)?),
        None if std::io::stdin().is_terminal() => Ok(Zeroizing::new(rpassword::prompt_password(asked)?)),
        None => Err(Failure::NoPassword),
    }
}

/// What a shell's history must not keep: one line of standard input, which a terminal asks for.
fn asked(what: &str) -> Result<String, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("{what}");
    }
    let mut line = String::new();
    let _ = stdin.lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// One line for machines.
fn say(line: &Value) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// What was done: one line for machines, and the same in words.
fn done(line: &Value, words: &str) -> Result<(), Failure> {
    say(line)?;
    eprintln!("{words}");
    Ok(())
}

/// What a person must read, and nothing else, on standard output.
fn give(text: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// How one learns which stations there are.
pub const STATIONS: &str = "`tikka-district stations` prints the name and the device of each.";

/// What an operator is told when it cannot be done, with what to do about it where there is something.
pub fn advice(error: &OfficeError) -> Option<String> {
    Some(match error {
        OfficeError::Refused(Refusal::FirstIsSuperAdmin) => {
            "Say --role super-admin now; then that person makes the others with --login.".into()
        }
        OfficeError::Refused(Refusal::OfficeRole) => "For a person of a station say --station STATION.".into(),
        OfficeError::NotOneStation(_) => STATIONS.into(),
        OfficeError::UnknownLogin(_) => "`tikka-district user list` prints the logins.".into(),
        OfficeError::NoRecords => "It can be told something after its first contact.".into(),
        OfficeError::EventMissing => "Try again after the station's next contact.".into(),
        _ => return None,
    })
}
