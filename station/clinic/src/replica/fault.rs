//! Why a session ends.

use hub_protocol::OriginId;
use hub_protocol::frame::FrameError;
use hub_protocol::replica::Refusal;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("no version that both sides speak: we {ours:?}, the peer {theirs:?}")]
    Version { ours: (u16, u16), theirs: (u16, u16) },
    #[error("the peer's message cannot be read")]
    Frame(#[from] FrameError),
    #[error("the peer's message breaks a bound: {0}")]
    Malformed(&'static str),
    #[error("the peer sent {0}, which does not belong here")]
    OutOfOrder(&'static str),
    #[error("the peer names log {origin}, which it may not write")]
    NotYours { origin: OriginId },
    /// By an honest node it is not reached; by one whose key was stolen it may be.
    #[error("the key that signs log {origin} has opened all the logs that it may")]
    TooManyLogs { origin: OriginId },
    #[error("events are missing before event {first_seq} of log {origin}")]
    Gap { origin: OriginId, first_seq: u64 },
    #[error("the signature under event {seq} of log {origin} is wrong")]
    BadSignature { origin: OriginId, seq: u64 },
    #[error("the chain of log {origin} does not end in its signed head at event {seq}")]
    BadChain { origin: OriginId, seq: u64 },
    /// A writer's clock never goes back within a log, whatever its wall clock does.
    #[error("the clock goes back at event {seq} of log {origin}")]
    ClockFell { origin: OriginId, seq: u64 },
    #[error("event {seq} of log {origin} is larger than any that a node may write")]
    Oversized { origin: OriginId, seq: u64 },
    /// The writer of a log wrote two events for one place.
    #[error("log {origin} is not the one that was held before at event {seq}")]
    Fork { origin: OriginId, seq: u64 },
    /// Nothing to accuse the peer of: it may be this node that goes on from an old copy.
    #[error("the peer holds another event {seq} of our log {origin} than we do")]
    Disowned { origin: OriginId, seq: u64 },
    /// This node was put back from an old copy, or another one goes on in its name: it now writes another log.
    #[error("the peer holds other events of our log {origin}: we go on under another")]
    Reopened { origin: OriginId },
    /// Nobody's fault: the two compare anew.
    #[error("log {origin} grew meanwhile, by another connection")]
    Overtaken { origin: OriginId },
    /// Never signed, never sent: our own database gives another chain than it gave before.
    #[error("our own log {origin} is damaged at or before event {seq}")]
    Damaged { origin: OriginId, seq: u64 },
    #[error("event {seq} of our log {origin} is too large to be sent")]
    TooLarge { origin: OriginId, seq: u64 },
    #[error("this node cannot read or write its own store now")]
    Storage,
    #[error("the peer did not answer in time")]
    Stalled,
    #[error("the peer sends without reading what it is sent")]
    Unread,
    #[error("the peer refuses: {0}")]
    Refused(Refusal),
}

impl Fault {
    /// What the peer is told; nothing when it would not help it.
    pub fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            Self::Version { .. } => Refusal::Version,
            Self::Frame(_) | Self::Malformed(_) => Refusal::Malformed,
            Self::OutOfOrder(_) => Refusal::OutOfOrder,
            Self::NotYours { .. } => Refusal::NotYours,
            Self::TooManyLogs { .. } => Refusal::TooManyLogs,
            Self::Gap { .. } => Refusal::Gap,
            Self::BadSignature { .. } => Refusal::BadSignature,
            Self::BadChain { .. } | Self::ClockFell { .. } | Self::Oversized { .. } => Refusal::BadChain,
            Self::Fork { .. } | Self::Disowned { .. } => Refusal::Fork,
            Self::Damaged { .. } | Self::TooLarge { .. } | Self::Storage => Refusal::Storage,
            Self::Reopened { .. } | Self::Overtaken { .. } | Self::Stalled | Self::Unread | Self::Refused(_) => {
                return None;
            }
        })
    }

    /// A bad signature, a bad chain, events that no program of ours writes and two truths for one place cannot come from
    /// an honest peer: the receiver of a log keeps its writer out until a person has looked.
    pub fn quarantines(&self) -> bool {
        matches!(
            self,
            Self::BadSignature { .. }
                | Self::BadChain { .. }
                | Self::ClockFell { .. }
                | Self::Oversized { .. }
                | Self::Fork { .. }
        )
    }
}
