//! `forecast`: the schedule engine over a file of cases, so that anybody can compare, and the check of a schedule.

use super::growth::{all_read, table};
use super::{Failure, with_causes};
use clinic::exit::Code;
use clinic::forecast::Schedule;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// A schedule is text of a few pages; more is another kind of file.
const SCHEDULE_MAX_BYTES: u64 = 1 << 20;

#[derive(clap::Args)]
pub struct Forecast {
    /// The file of cases, or `-` for standard input.
    #[arg(required_unless_present = "check", conflicts_with = "check")]
    cases: Option<PathBuf>,
    /// A schedule of your own that the cases may name by its id; may be given more than once.
    #[arg(long, value_name = "FILE.toml", conflicts_with = "check")]
    schedule: Vec<PathBuf>,
    /// Says whether a schedule file is good; if not, which line is wrong and why.
    #[arg(long, value_name = "FILE.toml")]
    check: Option<PathBuf>,
}

impl Forecast {
    pub fn run(&self) -> Result<(), Failure> {
        let mut output = BufWriter::new(std::io::stdout());
        if let Some(file) = &self.check {
            return check(file, &mut output);
        }
        let own = self.schedule.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
        // A schedule of one's own stands before the one of the product with the same id.
        let find = |id: &str| own.iter().find(|schedule| schedule.id() == id).or_else(|| Schedule::builtin(id));
        let cases = self.cases.as_deref().unwrap_or(Path::new("-"));
        let summary = clinic::forecast::run_cases_with(find, table(cases)?, &mut output, |row| eprintln!("{row}"));
        let summary = summary.map_err(|error| Failure::from(error).at(cases))?;
        output.flush()?;
        all_read(summary.refused, summary.rows_read)
    }
}

/// One JSON line: that the file is good and what it holds, or the line and the reason.
fn check(file: &Path, output: &mut impl Write) -> Result<(), Failure> {
    let found = Schedule::parse(&text(file)?);
    let line = match &found {
        Ok(schedule) => serde_json::json!({
            "good": true,
            "id": schedule.id(),
            "name": schedule.name(),
            "doses": schedule.entries().count(),
            "series": schedule.series().count(),
            "products": schedule.products().count(),
            "milestones": schedule.milestones().is_some(),
        }),
        Err(error) => serde_json::json!({"good": false, "line": error.line, "reason": error.reason}),
    };
    writeln!(output, "{line}")?;
    output.flush()?;
    match found {
        Ok(_) => Ok(()),
        Err(error) => Err(failure(file, &error)),
    }
}

fn read(file: &Path) -> Result<Schedule, Failure> {
    Schedule::parse(&text(file)?).map_err(|error| failure(file, &error))
}

fn text(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = File::open(file).and_then(|opened| opened.take(SCHEDULE_MAX_BYTES + 1).read_to_string(&mut text));
    read.map_err(|error| failure(file, &error))?;
    Ok(text)
}

fn failure(file: &Path, error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::new(Code::Failed, format!("{}: {}", file.display(), with_causes(error)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const UIP: &str = include_str!("../../../assets/schedules/uip.toml");

    fn checked(text: &[u8]) -> (String, Option<Failure>) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("schedule.toml");
        std::fs::write(&file, text).unwrap();
        let mut output = Vec::new();
        let failure = check(&file, &mut output).err();
        (String::from_utf8(output).unwrap(), failure)
    }

    #[test]
    fn a_good_schedule_is_said_to_be_good() {
        let (said, failure) = checked(UIP.as_bytes());
        assert!(failure.is_none());
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((&said["good"], &said["id"]), (&true.into(), &"uip".into()));
        assert!(said["doses"].as_u64().unwrap() >= 40);
    }

    #[test]
    fn a_bad_one_is_refused_with_line_and_reason() {
        let text = UIP.replacen("rec_from = \"6w\"", "rec_from = \"6 weeks\"", 1);
        let line = 1 + UIP.lines().position(|line| line == "rec_from = \"6w\"").unwrap();
        let (said, failure) = checked(text.as_bytes());
        let failure = failure.unwrap();
        assert_eq!(failure.code, Code::Failed);
        assert!(failure.words.contains(&format!("schedule.toml: line {line}: \"6 weeks\" is not an age")));
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((&said["good"], &said["line"]), (&false.into(), &line.into()));
        // Not text at all, much too long, not there.
        assert_eq!(checked(b"\xff\xfe").1.unwrap().code, Code::Failed);
        assert!(checked(&vec![b'#'; (1 << 20) + 1]).1.unwrap().words.contains("larger than"));
        assert!(check(Path::new("/nowhere/schedule.toml"), &mut Vec::new()).is_err());
    }
}
