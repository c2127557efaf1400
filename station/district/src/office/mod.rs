//! The district's office: its people, what they tell the stations, and what they find in the stations' records.
//!
//! Everything is events in logs that the district signs: the office's own log (station number 0) has the people, the
//! card keys and what was done to stations; and for each station there is one log that flows down to it. The office's
//! log never leaves the district. A downstream log begins with `OriginOpened` and `StationAdmitted`; every later event
//! is a directive of the list in `clinic::store` (apply/directive). A log is made anew only when the district itself
//! comes from an old backup: the newest one of a station is the one that is written.
//!
//! What is told can be told again: [`distribute`] looks at what a station's log says already and adds what is
//! missing (the other stations' keys, the card keys, stopped cards), so it may be repeated after any fault.

mod asked;
mod clerk;
mod desk;
mod distribute;
mod error;
mod holders;
mod login;
mod mirrors;
mod moving;
mod pen;
mod people;
mod survey;
mod told;

pub use clerk::{Clerk, Round};
pub use desk::{Desk, SettingsChange};
pub use distribute::distribute;
pub use error::OfficeError;
pub use login::{Passwords, SignedIn, sign_in};
pub use mirrors::Mirrors;
pub use people::{Office, Person};
pub use survey::{Finding, FoundChild};
