//! `rebuild`: the read tables again, from the ledger.

use super::unlock::unlock;
use super::{Failure, Place, progress, say, verify};
use clinic::exit::Code;
use clinic::store::Rebuilt;
use serde_json::json;

pub fn run(place: &Place) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    match clinic.rebuild(&session, progress::teller())? {
        Rebuilt::Done { events } => {
            say(&json!({"event": "rebuilt", "events": events}))?;
            eprintln!("The read tables were built again from {events} events.");
            Ok(())
        }
        Rebuilt::LedgerBroken(problems) => {
            verify::tell(&problems)?;
            let words = "the ledger itself is not what was written, so nothing is built on it and nothing is changed; \
                         keep this folder and tell the district";
            Err(Failure::new(Code::Differs, words))
        }
    }
}
