//! Everything that reads bytes from outside, one function a target. A target panics when a reader does what it must
//! not: crash, take what it would not write, or grow without bound.

mod files;
mod ledger;
mod records;
mod session;
mod texts;
mod wire;

/// The name of a target, which is also its folder in `corpus/`, and its entry.
pub type Target = (&'static str, fn(&[u8]));

pub const ALL: [Target; 16] = [
    ("frames", wire::frames),
    ("messages", wire::messages),
    ("card", wire::card),
    ("session", session::session),
    ("packed", ledger::packed),
    ("facts", ledger::facts),
    ("records", records::records),
    ("texts", texts::texts),
    ("health_cards", texts::health_cards),
    ("sheets", texts::sheets),
    ("cases", texts::cases),
    ("schedule", texts::schedule),
    ("keys", files::keys),
    ("key_files", files::key_files),
    ("backup", files::backup),
    ("journal", files::journal),
];

/// The first byte chooses between forms of input; the rest is the input.
fn chosen(data: &[u8]) -> Option<(u8, &[u8])> {
    data.split_first().map(|(first, rest)| (*first, rest))
}
