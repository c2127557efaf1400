//! `verify`: is everything still what was written?

use super::unlock::unlock;
use super::{Failure, Place, hex, progress, say};
use clinic::exit::Code;
use clinic::ledger::EventId;
use clinic::replica::content;
use clinic::store::Problem;
use hub_protocol::OriginId;
use serde_json::json;

pub fn run(place: &Place) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    let report = clinic.verify_telling(&session, &mut progress::teller())?;
    tell(&report.problems)?;
    let good = report.problems.is_empty();
    // The same that `tikka-district stations` says of this station, so that the two can be compared.
    let own = content(&clinic, &clinic.identity().public_key()).ok().filter(|_| good);
    say(&json!({
        "good": good, "events": report.events, "logs": report.logs, "rows": report.rows,
        "problems": report.problems.len(),
        "own": own.map(|own| json!({"events": own.events, "hash": hex(&own.hash)})),
    }))?;
    if good {
        eprintln!(
            "All {} events are what was written, and the {} rows of the read tables follow from them.",
            report.events, report.rows
        );
        return Ok(());
    }
    Err(Failure::new(Code::Differs, "the records are not what was written; keep this folder and tell the district"))
}

/// Words for people, lines for machines.
pub fn tell(problems: &[Problem]) -> std::io::Result<()> {
    for problem in problems {
        eprintln!("{}", words(problem));
        say(&line(problem))?;
    }
    Ok(())
}

pub fn words(problem: &Problem) -> String {
    match problem {
        Problem::EventChanged(id) => {
            format!("Event {} of log {} was changed after it was written.", id.seq, id.origin)
        }
        Problem::EventMissing { origin, first, last } => {
            format!("Events {first} to {last} of log {origin} are missing.")
        }
        Problem::EventUnreadable(id) => format!("Event {} of log {} cannot be read.", id.seq, id.origin),
        Problem::HeadWrong(origin) => format!("The signed end of log {origin} does not fit its events."),
        Problem::Damaged { pages } => format!("The database file is damaged: {pages} pages are not what was written."),
        Problem::WriterWrong(origin) => format!("Log {origin} does not begin by saying whose it is."),
        Problem::FormDiffers { name } => {
            format!("In the database {name} was added, left out or made anew: it is not as the program makes it.")
        }
        Problem::KeySetDiffers => {
            "jwks.json in the clinic's folder names other keys than the records: a certificate that it calls true may not \
             be. The next certificate that is issued writes it anew."
                .to_owned()
        }
        Problem::EventsOfNobody { events } => format!("{events} events stand in no log."),
        Problem::OwnLogWrong => "This station's own log is not there, or not its own.".to_owned(),
        Problem::ToySignatureWrong(id) => {
            format!("The toy's signature does not fit event {} of log {}.", id.seq, id.origin)
        }
        Problem::ProofWrong(origin) => {
            format!("The district is said to hold what log {origin} does not: its events were changed or cut off.")
        }
        Problem::RowDiffers { table, key } => {
            format!("In table {table}, the row {key} is not what the ledger says.")
        }
        Problem::RowsDiffer { table, more } => format!("In table {table}, {more} more rows differ."),
    }
}

fn line(problem: &Problem) -> serde_json::Value {
    let event = |what: &str, id: &EventId| json!({"problem": what, "origin": id.origin.to_string(), "seq": id.seq});
    let log = |what: &str, origin: &OriginId| json!({"problem": what, "origin": origin.to_string()});
    match problem {
        Problem::EventChanged(id) => event("event-changed", id),
        Problem::EventMissing { origin, first, last } => {
            json!({"problem": "event-missing", "origin": origin.to_string(), "first": first, "last": last})
        }
        Problem::EventUnreadable(id) => event("event-unreadable", id),
        Problem::ToySignatureWrong(id) => event("toy-signature-wrong", id),
        Problem::HeadWrong(origin) => log("head-wrong", origin),
        Problem::WriterWrong(origin) => log("writer-wrong", origin),
        Problem::ProofWrong(origin) => log("proof-wrong", origin),
        Problem::Damaged { pages } => json!({"problem": "damaged", "pages": pages}),
        Problem::FormDiffers { name } => json!({"problem": "form-differs", "name": name}),
        Problem::KeySetDiffers => json!({"problem": "key-set-differs"}),
        Problem::EventsOfNobody { events } => json!({"problem": "events-of-nobody", "events": events}),
        Problem::OwnLogWrong => json!({"problem": "own-log-wrong"}),
        Problem::RowDiffers { table, key } => json!({"problem": "row-differs", "table": table, "key": key}),
        Problem::RowsDiffer { table, more } => json!({"problem": "rows-differ", "table": table, "more": more}),
    }
}
