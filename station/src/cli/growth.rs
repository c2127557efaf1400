//! `growth`: WHO's z-scores over a file of measurings, so that anybody can compare.

use super::{Code, Failure};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

pub fn run(cases: &Path) -> Result<(), Failure> {
    let input: Box<dyn Read> =
        if cases.as_os_str() == "-" { Box::new(std::io::stdin()) } else { Box::new(File::open(cases)?) };
    let mut output = BufWriter::new(std::io::stdout());
    let summary = clinic::growth::run_cases(input, &mut output, |row| eprintln!("{row}"))?;
    output.flush()?;
    if summary.refused > 0 {
        let words = format!("{} of {} rows could not be read", summary.refused, summary.rows);
        return Err(Failure::new(Code::Failed, words));
    }
    Ok(())
}
