//! Cards, toys, tasks, certificates.

use crate::device::{FenceFor, FenceId, Shape};
use crate::reminder::Language;
use hub_protocol::toy::{Order, OrderKind, REPORT_S, ROSTER_DAYS, TaskKind};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, PublicKey, TaskId, UserId};
use minicbor::{Decode, Encode};

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardRegistered {
    #[n(0)]
    pub card: CardNo,
    /// The chip's own number.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub uid: Vec<u8>,
    /// Whether our signed record is on it, or only the chip's number is known.
    #[n(2)]
    pub written: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardAssigned {
    #[n(0)]
    pub card: CardNo,
    #[n(1)]
    pub child: ChildId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum CardStop {
    #[n(0)]
    Lost,
    #[n(1)]
    Blocked,
    /// Another card took its place.
    #[n(2)]
    Replaced,
}

impl CardStop {
    pub const ALL: [Self; 3] = [Self::Lost, Self::Blocked, Self::Replaced];

    /// The last part of the words' key `card-stop-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Blocked => "blocked",
            Self::Replaced => "replaced",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardStopped {
    #[n(0)]
    pub card: CardNo,
    #[n(1)]
    pub why: CardStop,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardUnblocked {
    #[n(0)]
    pub card: CardNo,
    #[n(1)]
    pub reason: String,
}

/// What stands on the card was written anew and read back. A counter below this one is an older card's, or a copy's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardWritten {
    #[n(0)]
    pub card: CardNo,
    #[n(1)]
    pub counter: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum ToyStop {
    #[n(0)]
    Lost,
    #[n(1)]
    Blocked,
    /// Broken, or given back to the store.
    #[n(2)]
    Retired,
}

impl ToyStop {
    pub const ALL: [Self; 3] = [Self::Lost, Self::Blocked, Self::Retired];

    /// The last part of the words' key `toy-stop-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Blocked => "blocked",
            Self::Retired => "retired",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyStopped {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub why: ToyStop,
    #[n(2)]
    pub note: String,
    /// The wall clock: the ledger's own may run ahead of it.
    #[n(3)]
    pub at_ms: u64,
}

/// A lost toy was found, a broken one mended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyReturned {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub note: String,
}

/// An Admin wants a toy locked, unlocked or wiped: it is told so at its next contact.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyOrdered {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub what: OrderKind,
    /// Greater than that of any order before.
    #[n(2)]
    pub no: u64,
    #[n(3)]
    pub note: String,
    /// The wall clock: the ledger's own may run ahead of it.
    #[n(4)]
    pub at_ms: u64,
}

/// The toy says, under its signature, that it did so.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyObeyed {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub order: Order,
    /// The toy's own clock, which may be wrong.
    #[n(2)]
    pub toy_ms: u64,
    #[cbor(n(3), with = "minicbor::bytes")]
    pub signature: [u8; 64],
    /// The wall clock here.
    #[n(4)]
    pub at_ms: u64,
}

/// Where toys may be. Said again of the same fence, it is the new one that counts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FenceSet {
    #[n(0)]
    pub fence: FenceId,
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub whose: FenceFor,
    #[n(3)]
    pub shape: Shape,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FenceRemoved {
    #[n(0)]
    pub fence: FenceId,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyRegistered {
    #[n(0)]
    pub key: PublicKey,
    #[n(1)]
    pub model: String,
    /// What people call it: the number painted on it.
    #[n(2)]
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyAssigned {
    #[n(0)]
    pub toy: DeviceId,
    /// Nobody: it is taken back.
    #[n(1)]
    pub worker: Option<UserId>,
    /// The wall clock: the ledger's own may run ahead of it.
    #[n(2)]
    pub at_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TaskAssigned {
    #[n(0)]
    pub task: TaskId,
    #[n(1)]
    pub worker: UserId,
    #[n(2)]
    pub kind: TaskKind,
    #[n(3)]
    pub child: Option<ChildId>,
    #[n(4)]
    pub due: Day,
    #[n(5)]
    pub note: String,
    /// Where, when it is about no child.
    #[n(6)]
    #[cbor(default)]
    pub place: String,
}

/// The reason of a task that was closed because another worker was given it: the screens have words for it.
pub const HANDED_OVER: &str = "handed-over";

/// The reason of a task that was closed because the child came and got doses; words as above.
pub const CAME: &str = "came";

/// The reason of a task that was taken back by whoever had given it; words as above.
pub const BY_MISTAKE: &str = "by-mistake";

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TaskClosed {
    #[n(0)]
    pub task: TaskId,
    #[n(1)]
    pub done: bool,
    /// Why it was not done.
    #[n(2)]
    pub reason: String,
}

/// It was closed by mistake, and is open as before.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TaskReopened {
    #[n(0)]
    pub task: TaskId,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CertificateIssued {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub number: u64,
    #[n(2)]
    pub on: Day,
    /// The public half of the key that signed its codes: a computer that takes this one's place has another key, and
    /// must know this one. Since version 2.
    #[n(3)]
    pub key: Option<CertificateKey>,
}

/// A key of the curve P-256 that signs certificates: its point, in 33 bytes (SEC 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct CertificateKey(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 33]);

/// How the toys are to behave from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToySettingsChanged {
    /// In which they speak to their workers.
    #[n(0)]
    pub language: Language,
    /// They say how they are at least this often, in seconds.
    #[n(1)]
    pub report_s: u16,
    /// So many days after the last contact they forget whom they carry.
    #[n(2)]
    pub roster_days: u16,
}

impl Default for ToySettingsChanged {
    fn default() -> Self {
        Self { language: Language::default(), report_s: REPORT_S, roster_days: ROSTER_DAYS }
    }
}
