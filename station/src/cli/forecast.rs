//! `forecast`: the schedule engine over a file of cases, so that anybody can compare.

use super::Failure;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

pub fn run(cases: &Path) -> Result<(), Failure> {
    let input: Box<dyn Read> =
        if cases.as_os_str() == "-" { Box::new(std::io::stdin()) } else { Box::new(File::open(cases)?) };
    let mut output = BufWriter::new(std::io::stdout());
    clinic::forecast::run_cases(input, &mut output)?;
    output.flush()?;
    Ok(())
}
