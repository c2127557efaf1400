//! Puts an emulated card on vpcd's virtual reader, until it is told to take it away.

use clap::Parser;
use std::io::{self, BufRead};
use std::path::PathBuf;
use std::process::ExitCode;
use tests::vcard::{Chip, DEFAULT_PORT, Kind, VirtualCard};

/// Puts an emulated smart card on the virtual reader vpcd of pcscd. The card lies there until standard input
/// ends or a line "remove" comes. Prints "inserted" and "removed".
#[derive(Parser)]
#[command(name = "tikka-vcard")]
struct Options {
    /// The port of vpcd's slot on this machine.
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The kind of card: classic, ntag213, ntag215, ntag216, files or bank.
    #[arg(long)]
    kind: Kind,
    /// The chip's UID in hexadecimal digits: 4 bytes for classic, 7 for the others.
    #[arg(long)]
    uid: String,
    /// The file that holds the card's memory; without it the card is blank and forgets all in the end.
    #[arg(long)]
    image: Option<PathBuf>,
    /// Pulls the card in the middle of this page write; 1 is the first.
    #[arg(long)]
    pull_at_write: Option<usize>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tikka-vcard: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> io::Result<()> {
    let uid = data_encoding::HEXUPPER_PERMISSIVE
        .decode(options.uid.as_bytes())
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, format!("the UID is not hexadecimal: {e}")))?;
    let mut chip = match &options.image {
        Some(image) => Chip::in_file(options.kind, &uid, image)?,
        None => Chip::blank(options.kind, &uid)?,
    };
    if let Some(nth) = options.pull_at_write {
        chip = chip.pulled_at_write(nth);
    }
    let card = VirtualCard::insert(options.port, chip)?;
    println!("inserted");
    for line in io::stdin().lock().lines() {
        if line?.trim() == "remove" {
            break;
        }
    }
    card.remove();
    println!("removed");
    Ok(())
}
