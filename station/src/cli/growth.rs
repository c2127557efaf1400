//! `growth`: WHO's z-scores over a file of measurings, so that anybody can compare.

use super::Failure;
use clinic::exit::Code;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

pub fn run(cases: &Path) -> Result<(), Failure> {
    let input = table(cases)?;
    let mut output = BufWriter::new(std::io::stdout());
    let summary = clinic::growth::run_cases(input, &mut output, |row| eprintln!("{row}"));
    let summary = summary.map_err(|error| Failure::from(error).at(cases))?;
    output.flush()?;
    all_read(summary.refused, summary.rows)
}

/// A table from a file, or from standard input for `-`.
pub fn table(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = File::open(path).map_err(|error| Failure::from(error).at(path))?;
    Ok(Box::new(file))
}

/// Rows that could not be read were named, and are a failure all the same.
pub fn all_read(refused: u64, rows: u64) -> Result<(), Failure> {
    match refused {
        0 => Ok(()),
        refused => Err(Failure::new(Code::Failed, format!("{refused} of {rows} rows could not be read"))),
    }
}
