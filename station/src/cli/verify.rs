//! `verify`: is everything still what was written?

use super::unlock::unlock;
use super::{Code, Failure, Place, say};
use clinic::store::Problem;
use serde_json::json;

pub fn run(place: &Place) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    let report = clinic.verify(&session)?;
    for problem in &report.problems {
        eprintln!("{}", words(problem));
        say(&line(problem));
    }
    let good = report.problems.is_empty();
    say(&json!({
        "good": good, "events": report.events, "logs": report.logs, "rows": report.rows,
        "problems": report.problems.len(),
    }));
    if good {
        eprintln!(
            "All {} events are what was written, and the {} rows of the read tables follow from them.",
            report.events, report.rows
        );
        return Ok(());
    }
    Err(Failure::new(Code::Differs, "the records are not what was written; keep this folder and tell the district"))
}

fn words(problem: &Problem) -> String {
    match problem {
        Problem::EventChanged(id) => {
            format!("Event {} of log {} was changed after it was written.", id.seq, id.origin)
        }
        Problem::EventMissing(id) => format!("Event {} of log {} is missing.", id.seq, id.origin),
        Problem::EventUnreadable(id) => format!("Event {} of log {} cannot be read.", id.seq, id.origin),
        Problem::HeadWrong(origin) => format!("The signed end of log {origin} does not fit its events."),
        Problem::RowDiffers { table, key } => {
            format!("In table {table}, the row {key} is not what the ledger says.")
        }
        Problem::RowsDiffer { table, more } => format!("In table {table}, {more} more rows differ."),
    }
}

fn line(problem: &Problem) -> serde_json::Value {
    match problem {
        Problem::EventChanged(id) => {
            json!({"problem": "event-changed", "origin": id.origin.to_string(), "seq": id.seq})
        }
        Problem::EventMissing(id) => {
            json!({"problem": "event-missing", "origin": id.origin.to_string(), "seq": id.seq})
        }
        Problem::EventUnreadable(id) => {
            json!({"problem": "event-unreadable", "origin": id.origin.to_string(), "seq": id.seq})
        }
        Problem::HeadWrong(origin) => json!({"problem": "head-wrong", "origin": origin.to_string()}),
        Problem::RowDiffers { table, key } => json!({"problem": "row-differs", "table": table, "key": key}),
        Problem::RowsDiffer { table, more } => json!({"problem": "rows-differ", "table": table, "more": more}),
    }
}
