//! Vaccine batches, open vials, and the sessions in which doses are given.

use crate::ledger::EventId;
use hub_protocol::{Day, SessionId, UserId};
use minicbor::{Decode, Encode};

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BatchReceived {
    #[n(0)]
    pub product: String,
    #[n(1)]
    pub batch: String,
    #[n(2)]
    pub manufacturer: String,
    /// The last day on which it may be used.
    #[n(3)]
    pub expires_on: Day,
    #[n(4)]
    pub doses_per_vial: u16,
    #[n(5)]
    pub vials: u32,
    #[n(6)]
    pub on: Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum StockWhy {
    #[n(0)]
    Returned,
    #[n(1)]
    Expired,
    /// The vaccine vial monitor reached its discard point.
    #[n(2)]
    Vvm,
    #[n(3)]
    Broken,
    #[n(4)]
    Frozen,
    /// What was counted on the shelf.
    #[n(5)]
    Counted,
    #[n(6)]
    Other,
}

impl StockWhy {
    pub const ALL: [Self; 7] =
        [Self::Returned, Self::Expired, Self::Vvm, Self::Broken, Self::Frozen, Self::Counted, Self::Other];

    /// The last part of the words' key `stock-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Expired => "expired",
            Self::Vvm => "vvm",
            Self::Broken => "broken",
            Self::Frozen => "frozen",
            Self::Counted => "counted",
            Self::Other => "other",
        }
    }
}

/// Unopened vials left the shelf, or were found on it, otherwise than by use.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StockChanged {
    #[n(0)]
    pub product: String,
    #[n(1)]
    pub batch: String,
    /// Negative: fewer than before.
    #[n(2)]
    pub vials: i32,
    #[n(3)]
    pub why: StockWhy,
    #[n(4)]
    pub on: Day,
    #[n(5)]
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct VialOpened {
    #[n(0)]
    pub product: String,
    #[n(1)]
    pub batch: String,
    /// The wall clock, ms since 1970.
    #[n(2)]
    pub at_ms: u64,
}

/// An open vial is empty or was thrown away.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct VialClosed {
    /// Its opening.
    #[n(0)]
    pub vial: EventId,
    /// Doses that were in it and given to nobody.
    #[n(1)]
    pub wasted_doses: u16,
    #[n(2)]
    pub at_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum SessionKind {
    /// At the health centre.
    #[n(0)]
    Fixed,
    #[n(1)]
    Outreach,
    #[n(2)]
    Mobile,
}

impl SessionKind {
    pub const ALL: [Self; 3] = [Self::Fixed, Self::Outreach, Self::Mobile];

    /// The last part of the words' key `session-kind-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Outreach => "outreach",
            Self::Mobile => "mobile",
        }
    }
}

/// A line of the micro-plan.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionPlan {
    #[n(0)]
    pub on: Day,
    #[n(1)]
    pub kind: SessionKind,
    #[n(2)]
    pub site: String,
    #[n(3)]
    pub villages: Vec<String>,
    /// Who gives the doses.
    #[n(4)]
    pub worker: Option<UserId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionPlanned {
    #[n(0)]
    pub session: SessionId,
    #[n(1)]
    pub plan: SessionPlan,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionHeld {
    #[n(0)]
    pub session: SessionId,
    /// What it was, when nobody planned it.
    #[n(1)]
    pub plan: Option<SessionPlan>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionNotHeld {
    #[n(0)]
    pub session: SessionId,
    #[n(1)]
    pub reason: String,
}
