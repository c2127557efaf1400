//! Reminders to families: who is told what on which day, how long a message is, and what may be done with one whose
//! outcome nobody knows. Pure: the day, the clock and chance are passed in.
//!
//! The day's run is made once: [`due_run`] says when, [`messages`] what. A message has a [`Reference`] that follows from
//! day, family and channel alone, so that a run that is worked out again gives the same messages and not more of them.

use minicbor::{Decode, Encode};

mod messages;
mod opt_out;
mod outcome;
mod run;
mod sms;
#[cfg(test)]
mod thirty_days;

pub use messages::{Coming, Family, Language, Message, Reference, Stage, Told, messages};
pub use opt_out::is_opt_out;
pub use outcome::{Answer, MessageState, Retry, WAIT_LONGEST_MS, after_answer, after_start, wait_ms};
pub use run::{CATCH_UP_DAYS, Hours, Run, due_run, may_send};
pub use sms::{Alphabet, SmsSize, sms_size};

/// The way a message goes. The numbers stand in references and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Channel {
    #[n(0)]
    Sms = 0,
    #[n(1)]
    WhatsApp = 1,
    #[n(2)]
    Modem = 2,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Sms, Self::WhatsApp, Self::Modem];

    /// The last part of the words' key `channel-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::WhatsApp => "whatsapp",
            Self::Modem => "modem",
        }
    }
}
