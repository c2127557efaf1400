//! Replication of logs between two nodes, without socket, clock, file or database: bytes and times come in,
//! bytes and jobs go out.
//!
//! A node sends the logs that its own key signs and takes the logs that the peer's key signs; the protocol is
//! the same in both directions. To a peer that lost events of its own logs they are given back, as it signed them.
//! [`Session`] is the conversation over one connection, [`Wire`] puts its messages into frames, and [`perform`]
//! does what a session asks of the node's [`Logs`].
//!
//! What makes it safe: on every connection both sides compare what they *hold*, read from the store; nothing
//! is remembered from an earlier connection. A batch is checked whole, chain and signature, before anything
//! of it is stored, and acknowledged only after the store said that it is durable. A batch that comes twice,
//! late or not at all therefore changes nothing but the time it takes.

mod batch;
mod brief;
mod compare;
mod content;
mod fault;
mod fork;
mod incoming;
mod job;
#[cfg(test)]
mod memory;
mod outgoing;
mod pace;
mod session;
mod settling;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod verify;
mod wire;

pub use content::{Content, ContentError, content};
pub use fault::Fault;
pub use fork::{Fork, branch_origin};
pub use job::{Asker, Done, Failed, Job, Standing, perform};
pub use session::{Limits, Output, Session};
pub use verify::verify;
pub use wire::Wire;

use crate::ledger::{Entry, Event};
use hub_protocol::certificate::Certificate;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey};

/// What a node holds, as a session needs it. Every call may block on a disk.
///
/// All answers are read from the store at the time of the call, never remembered: a session is only as honest
/// as this.
pub trait Logs {
    type Error: std::error::Error + Send + Sync + 'static;

    /// Every log that concerns the peer, with the hash at its end, in the order in which they came to be. Logs
    /// without an event may be left out.
    fn heads(&self) -> Result<Vec<Head>, Self::Error>;

    /// Whose key signs this log; `None` for a log that was never met. The log of a third node is named too
    /// (so that a peer who writes to it is refused), even where [`Logs::heads`] leaves it out.
    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, Self::Error>;

    /// The chain hash of one event, as it was stored. `None` when the log does not reach so far.
    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, Self::Error>;

    /// The entries that follow `after`, in order and without a gap: at most `max_events`, and no more than
    /// `max_bytes` of bodies unless the first alone is larger.
    fn entries(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, Self::Error>;

    /// Keeps verified events of a log that `writer` signs, and the signed head they end in; durable when it returns.
    /// Events that are held already are skipped when their hashes are equal; another hash at the same place is an
    /// error and changes nothing, and so is a gap. Gives the end of the log as it is then.
    fn store(&self, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, Self::Error>;

    /// The one log of ours that we append to. All others of ours are closed: they grow only by what the peer gives
    /// back of them, under our own signature.
    fn writes(&self) -> Result<Option<OriginId>, Self::Error>;

    /// The keys that were a node's before `key`: a station's, when another computer took it over. Their logs are
    /// the node's own.
    fn former(&self, _key: &PublicKey) -> Result<Vec<PublicKey>, Self::Error> {
        Ok(Vec::new())
    }

    /// The peer holds other events of this log of ours after its first `common`, or more. They stand, because they
    /// were acknowledged first. In one step, durable when it returns: what we have after `common` moves to the end
    /// of the log named by [`branch_origin`], and if the log is the one that we write, we write a new one from now
    /// on.
    fn reopen(&self, origin: OriginId, common: u64) -> Result<(), Self::Error>;

    /// The farthest head after `after` and up to `last` under which the signature of the log's writer is kept: where
    /// a run of events may end that is given back to who wrote them.
    fn signed_head(&self, _origin: OriginId, _after: u64, _last: u64) -> Result<Option<SignedHead>, Self::Error> {
        Ok(None)
    }

    /// The peer's own word that it took this node in: shown to one that does not know us any more.
    fn certificate(&self) -> Result<Option<Certificate>, Self::Error> {
        Ok(None)
    }

    /// The peer has proved that it holds this log of ours so far: what may be shown as "at the district".
    fn acked(&self, _head: Head) -> Result<(), Self::Error> {
        Ok(())
    }
}
