//! `tikka-district`: the district server and its operator's commands.

mod cli;
mod operator;
mod place;
mod serve;
mod upkeep;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let done = match arguments.command {
        cli::Command::Serve(serve) => serve::run(&serve),
        cli::Command::Enroll(enroll) => cli::enroll(&enroll),
        cli::Command::Stations(data) => cli::stations(&data),
        cli::Command::Verify(data) => upkeep::check(&data),
        cli::Command::Backup(backup) => upkeep::make_backup(&backup),
        cli::Command::Restore(restore) => upkeep::restore(&restore),
        cli::Command::Office(command) => operator::run(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tikka-district: {}", district::chain(&failure));
            if let Some(advice) = failure.advice() {
                eprintln!("{advice}");
            }
            failure.code().into()
        }
    }
}
