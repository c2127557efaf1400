//! `tikka-district`: the district server and its operator's commands.

mod cli;
mod serve;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let done = match arguments.command {
        cli::Command::Serve(serve) => serve::run(&serve),
        cli::Command::Enroll(enroll) => cli::enroll(&enroll),
        cli::Command::Stations(data) => cli::stations(&data),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tikka-district: {}", district::chain(&failure));
            failure.exit_code()
        }
    }
}
