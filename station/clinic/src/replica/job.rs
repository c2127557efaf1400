//! What a session asks of the node's logs, and how it is done. Each job is one blocking piece of work.

use super::fork::Fork;
use super::{Fault, Logs};
use crate::ledger::{Chain, Hlc};
use hub_protocol::replica::{Ask, Batch, Head};
use hub_protocol::{Identity, OriginId, PublicKey};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// What do we hold?
    Hold,
    /// How does what the peer holds compare with what we hold?
    Compare { theirs: Vec<Head> },
    /// Which hashes do we hold at these places? Asked by the peer of a log that it writes, or by us of our own.
    Recall { ask: Ask, by: Asker },
    /// The peer holds other events, or more, of a log of ours after its first `common`.
    Settle { origin: OriginId, common: u64 },
    /// How far does the log that we write reach now?
    Look,
    /// Make a signed batch of what follows `from` in a log of our own.
    Read { from: Head, max_events: u32, max_bytes: usize },
    /// Check a batch of the peer's, and store it when it is right. `known` is how far this session knows its log
    /// to be held here.
    Take { batch: Batch, known: u64 },
    /// Note that the peer has proved to hold a log of ours so far.
    Acked(Head),
}

/// A log of our own: how far we hold it, and how far the peer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub held: Head,
    pub acked: Head,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    We,
    Peer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Held {
        heads: Vec<Head>,
        writes: Option<OriginId>,
    },
    Compared {
        ours: Vec<Standing>,
        theirs: Vec<Head>,
        /// Logs of ours of which the peer holds other events than we do, or more; those that are in doubt come last.
        forks: Vec<Fork>,
    },
    Recalled {
        heads: Vec<Head>,
        by: Asker,
    },
    /// The log is as the peer has it now.
    Settled(OriginId),
    Looked(Option<Head>),
    Read(Batch),
    /// The batch that ends here is durable; the log reaches at least to `held`.
    Took {
        batch: Head,
        held: Head,
    },
    Acked,
}

/// Why a job could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Failed<E: std::error::Error + 'static> {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("the store failed")]
    Logs(#[source] E),
}

impl<E: std::error::Error + 'static> Failed<E> {
    /// What the session needs to know; the store's own error is for the log.
    pub fn fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::Logs(_) => Fault::Storage,
        }
    }
}

/// Does one job. `me` signs what we send, `peer` is the key that the connection proved.
pub fn perform<L: Logs>(logs: &L, me: &Identity, peer: &PublicKey, job: Job) -> Result<Done, Failed<L::Error>> {
    let desk = Desk::new(logs, me, peer)?;
    match job {
        Job::Hold => Ok(Done::Held { heads: desk.heads()?, writes: desk.writes()? }),
        Job::Compare { theirs } => desk.compare(&theirs),
        Job::Recall { ask, by } => desk.recall(&ask, by),
        Job::Settle { origin, common } => desk.settle(origin, common),
        Job::Look => {
            let (held, writes) = (desk.heads()?, desk.writes()?);
            Ok(Done::Looked(held.into_iter().find(|head| Some(head.origin) == writes)))
        }
        Job::Read { from, max_events, max_bytes } => desk.read(from, max_events, max_bytes),
        Job::Take { batch, known } => desk.take(&batch, known),
        Job::Acked(head) => {
            logs.acked(head).map_err(Failed::Logs)?;
            Ok(Done::Acked)
        }
    }
}

/// Whose log it is, between the two of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Ours,
    Theirs,
    Nobodys,
}

pub(super) struct Desk<'a, L> {
    pub logs: &'a L,
    pub me: &'a Identity,
    /// The key of each, and then those that it had before.
    pub ours: Vec<PublicKey>,
    pub theirs: Vec<PublicKey>,
}

impl<'a, L: Logs> Desk<'a, L> {
    fn new(logs: &'a L, me: &'a Identity, peer: &PublicKey) -> Result<Self, Failed<L::Error>> {
        let keys = |key: PublicKey| -> Result<Vec<PublicKey>, Failed<L::Error>> {
            let mut keys = vec![key];
            keys.extend(logs.former(&key).map_err(Failed::Logs)?);
            Ok(keys)
        };
        Ok(Self { logs, me, ours: keys(me.public_key())?, theirs: keys(*peer)? })
    }

    /// Whose log is it that `writer` signs? A log of ours that is for another peer than this one is not among those that
    /// are held for it.
    pub fn side(&self, writer: &PublicKey, origin: OriginId, held: &[Head]) -> Side {
        match writer {
            key if self.ours.contains(key) && held.iter().any(|head| head.origin == origin) => Side::Ours,
            key if self.theirs.contains(key) => Side::Theirs,
            _ => Side::Nobodys,
        }
    }

    pub fn heads(&self) -> Result<Vec<Head>, Failed<L::Error>> {
        self.logs.heads().map_err(Failed::Logs)
    }

    pub fn writes(&self) -> Result<Option<OriginId>, Failed<L::Error>> {
        self.logs.writes().map_err(Failed::Logs)
    }

    pub fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, Failed<L::Error>> {
        self.logs.writer(origin).map_err(Failed::Logs)
    }

    pub fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, Failed<L::Error>> {
        if seq == 0 {
            return Ok(Some(Chain::empty(origin).head().hash));
        }
        self.logs.hash_at(origin, seq).map_err(Failed::Logs)
    }

    /// The clock of one event; before the first one any clock may follow.
    pub fn clock_at(&self, origin: OriginId, seq: u64) -> Result<Option<Hlc>, Failed<L::Error>> {
        let Some(before) = seq.checked_sub(1) else { return Ok(Some(Hlc(0))) };
        let entries = self.logs.entries(origin, before, 1, usize::MAX).map_err(Failed::Logs)?;
        Ok(entries.first().map(|entry| entry.hlc))
    }

    /// Of a log that concerns neither of the two nothing is told.
    fn recall(&self, ask: &Ask, by: Asker) -> Result<Done, Failed<L::Error>> {
        let origin = ask.origin;
        let mut heads = Vec::new();
        if let Some(writer) = self.writer(origin)? {
            if self.side(&writer, origin, &self.heads()?) == Side::Nobodys {
                return Err(Fault::NotYours { origin }.into());
            }
            for seq in ask.seqs.iter().copied() {
                heads.extend(self.hash_at(origin, seq)?.map(|hash| Head { origin, seq, hash }));
            }
        }
        Ok(Done::Recalled { heads, by })
    }

    fn settle(&self, origin: OriginId, common: u64) -> Result<Done, Failed<L::Error>> {
        // Two logs that never were one are no copies of each other.
        if common == 0 {
            return Err(Fault::Disowned { origin, seq: 1 }.into());
        }
        self.logs.reopen(origin, common).map_err(Failed::Logs)?;
        Ok(Done::Settled(origin))
    }
}

/// How far one of these logs reaches; a log that is not named is empty.
pub(super) fn end_of(heads: &[Head], origin: OriginId) -> Head {
    heads.iter().find(|h| h.origin == origin).copied().unwrap_or(Chain::empty(origin).head())
}
