//! What was given to a child, and what was not.

use super::GrowthMeasured;
use hub_protocol::toy::Found;
use hub_protocol::{ChildId, Day, DeviceId, SessionId};
use minicbor::{Decode, Encode};

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DoseGiven {
    #[n(0)]
    pub child: ChildId,
    /// The schedule's name of the product.
    #[n(1)]
    pub product: String,
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub batch: Option<String>,
    /// Why it was stored although a rule warned.
    #[n(4)]
    pub reason: Option<String>,
    /// Recorded on a toy: the toy's own signed words.
    #[n(5)]
    pub toy: Option<ToyWitness>,
    /// The session in which it was given here.
    #[n(6)]
    pub session: Option<SessionId>,
    /// Given elsewhere: what was seen as the proof of it (a paper card, a discharge slip).
    #[n(7)]
    pub outside: Option<String>,
}

/// A toy's record as it came, and how far the toy's clock was from the hub's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyWitness {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub epoch: u64,
    #[n(2)]
    pub seq: u64,
    #[n(3)]
    pub at_ms: u64,
    /// Toy minus hub, measured when it was taken.
    #[n(4)]
    pub clock_offset_ms: i64,
    /// The toy's signature over the record, which follows from the other fields and the actor.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

/// A child was weighed and measured in the village: the toy's own signed words.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MeasuredOnToy {
    #[n(0)]
    pub growth: GrowthMeasured,
    #[n(1)]
    pub toy: ToyWitness,
}

/// A worker was at a child's home, and says so by a toy.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildSighted {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub on: Day,
    #[n(2)]
    pub found: Found,
    #[n(3)]
    pub note: String,
    #[n(4)]
    pub toy: ToyWitness,
}

/// What a dose should have said.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DoseTold {
    #[n(0)]
    pub product: String,
    #[n(1)]
    pub on: Day,
    #[n(2)]
    pub batch: Option<String>,
}

/// A dose was written down wrong. A dose is known by its child, product and day, whoever told of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DoseCorrected {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub product: String,
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub to: DoseTold,
    #[n(4)]
    pub reason: String,
    /// The session in which it was given here, when the day became another one.
    #[n(5)]
    pub session: Option<SessionId>,
}

/// The reason of a withdrawal right after the dose was saved: nobody has to write one, and the screens have words
/// for it.
pub const UNDONE: &str = "undone";

/// A dose was written down that nobody gave.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DoseWithdrawn {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub product: String,
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Declined {
    /// The family said no.
    #[n(0)]
    Refused,
    /// It would harm the child.
    #[n(1)]
    ContraIndicated,
}

impl Declined {
    pub const ALL: [Self; 2] = [Self::Refused, Self::ContraIndicated];

    /// The last part of the words' key `declined-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::ContraIndicated => "contra-indicated",
        }
    }
}

/// A vaccine was not given, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DoseDeclined {
    #[n(0)]
    pub child: ChildId,
    /// The schedule's name of the series, or what else [`crate::forecast::Against`] reads.
    #[n(1)]
    pub series: String,
    #[n(2)]
    pub why: Declined,
    #[n(3)]
    pub on: Day,
    /// A contra-indication that passes.
    #[n(4)]
    pub until: Option<Day>,
    #[n(5)]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeclineLifted {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub series: String,
    #[n(2)]
    pub reason: String,
    #[n(3)]
    pub why: Declined,
}
