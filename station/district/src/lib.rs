//! The district server: takes the ledgers of its stations, proves that it holds them, and keeps one log of its
//! own for each station.
//!
//! What a station sends is checked whole (chain and signature, [`clinic::replica`]) before it is stored, and
//! acknowledged only when it is durable in the [`archive`]. A station that writes two truths is quarantined;
//! the others go on.
//!
//! What the district itself writes is in logs that its key signs, in the same archive: one for the [`office`] (under the
//! station number 0; it never leaves the district) and one for each station, which flows down to it. They are appended
//! to by [`archive::Archive::write`] alone, several at once or none, and the newest of a station is the one that is
//! written. A station says in its own log how far the district's is in force there.

pub mod archive;
pub mod enrolment;
pub mod identity;
pub mod office;
pub mod server;
pub mod station_logs;
pub mod stations;
pub mod verify;

/// An error with all its causes, for logs and for the operator.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The wall clock, ms since 1970.
pub fn wall_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |d| d.as_millis() as u64)
}
