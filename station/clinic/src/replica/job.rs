//! What a session asks of the node's logs, and how it is done. Each job is one blocking piece of work.

use super::verify::{bounds, verify};
use super::{Fault, Logs};
use crate::ledger::{Chain, pack};
use hub_protocol::frame::REPLICA_MAX_BYTES;
use hub_protocol::replica::{BATCH_MAX_EVENTS, BATCH_MAX_RAW_BYTES, Batch, HEADS_MAX, Head};
use hub_protocol::{Identity, OriginId, PublicKey};

/// Bytes a batch's message has beside the packed run, rounded up.
const BATCH_ROOM_BYTES: usize = 512;
/// Bytes an entry has beside its body, rounded up.
const ENTRY_ROOM_BYTES: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// What do we hold?
    Hold,
    /// How does what the peer holds compare with what we hold?
    Compare { theirs: Vec<Head> },
    /// How far do our own logs reach now?
    Look,
    /// Make a signed batch of what follows `from` in a log of our own.
    Read { from: Head, max_events: u32, max_bytes: usize },
    /// Check a batch of the peer's, and store it when it is right.
    Take(Batch),
    /// Note that the peer has proved to hold a log of ours so far.
    Acked(Head),
}

/// A log of our own: how far we hold it, and how far the peer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub held: Head,
    pub acked: Head,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Held(Vec<Head>),
    Compared {
        ours: Vec<Standing>,
        theirs: Vec<Head>,
    },
    Looked(Vec<Head>),
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
    let desk = Desk { logs, me, peer };
    match job {
        Job::Hold => Ok(Done::Held(logs.heads().map_err(Failed::Logs)?)),
        Job::Compare { theirs } => desk.compare(&theirs),
        Job::Look => {
            let held = logs.heads().map_err(Failed::Logs)?;
            let mut ours = desk.signed_by(&held, &me.public_key())?;
            // A closed log does not grow here, whatever comes back of it.
            for at in (0..ours.len()).rev() {
                if desk.takes_back(ours[at].origin)? {
                    ours.swap_remove(at);
                }
            }
            Ok(Done::Looked(ours))
        }
        Job::Read { from, max_events, max_bytes } => desk.read(from, max_events, max_bytes),
        Job::Take(batch) => desk.take(&batch),
        Job::Acked(head) => {
            logs.acked(head).map_err(Failed::Logs)?;
            Ok(Done::Acked)
        }
    }
}

struct Desk<'a, L> {
    logs: &'a L,
    me: &'a Identity,
    peer: &'a PublicKey,
}

impl<L: Logs> Desk<'_, L> {
    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, Failed<L::Error>> {
        self.logs.writer(origin).map_err(Failed::Logs)
    }

    fn takes_back(&self, origin: OriginId) -> Result<bool, Failed<L::Error>> {
        self.logs.takes_back(origin).map_err(Failed::Logs)
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, Failed<L::Error>> {
        if seq == 0 {
            return Ok(Some(Chain::empty(origin).head().hash));
        }
        self.logs.hash_at(origin, seq).map_err(Failed::Logs)
    }

    fn signed_by(&self, heads: &[Head], key: &PublicKey) -> Result<Vec<Head>, Failed<L::Error>> {
        let mut signed = Vec::new();
        for head in heads {
            if self.writer(head.origin)?.as_ref() == Some(key) {
                signed.push(*head);
            }
        }
        Ok(signed)
    }

    fn compare(&self, theirs: &[Head]) -> Result<Done, Failed<L::Error>> {
        let held = self.logs.heads().map_err(Failed::Logs)?;
        let me = self.me.public_key();
        for peer_head in theirs {
            let Head { origin, seq, hash } = *peer_head;
            if seq == 0 {
                continue;
            }
            let Some(writer) = self.writer(origin)? else {
                continue; // A log that the peer wrote and we never met.
            };
            if writer != me && writer != *self.peer {
                return Err(Fault::NotYours { origin }.into());
            }
            let ours = end_of(&held, origin).seq;
            if seq > ours {
                // Of its own log the peer has more to send; more of one that we write it cannot have.
                if writer == me && !self.takes_back(origin)? {
                    return Err(Fault::Behind { origin, ours, theirs: seq }.into());
                }
            } else if self.hash_at(origin, seq)? != Some(hash) {
                let own = writer == me;
                return Err(if own { Fault::Disowned { origin, seq } } else { Fault::Fork { origin, seq } }.into());
            }
        }
        let (mut ours, mut taken) = (Vec::new(), Vec::new());
        for held in held {
            let writer = self.writer(held.origin)?;
            let acked = end_of(theirs, held.origin);
            if writer == Some(*self.peer) {
                taken.push(held);
                // The peer lost events of its own: they are given back, as far as its signatures reach.
                let reach = self.signed_up_to(acked, held.seq)?;
                ours.extend((reach.seq > acked.seq).then_some(Standing { held: reach, acked }));
            } else if writer == Some(me) {
                if self.takes_back(held.origin)? {
                    taken.push(held);
                }
                ours.extend((acked.seq <= held.seq).then_some(Standing { held, acked }));
            }
        }
        Ok(Done::Compared { ours, theirs: taken })
    }

    /// How far a log of the peer's can be given back from `from` on, in runs that each end in its signature.
    fn signed_up_to(&self, from: Head, end: u64) -> Result<Head, Failed<L::Error>> {
        let mut reach = from;
        while reach.seq < end {
            let last = reach.seq + u64::from(BATCH_MAX_EVENTS);
            match self.logs.signed_head(from.origin, reach.seq, last.min(end)).map_err(Failed::Logs)? {
                Some(signed) => reach = signed.head,
                None => break,
            }
        }
        Ok(reach)
    }

    /// A run of the peer's own log, to be given back.
    fn read_back(&self, from: Head) -> Result<Done, Failed<L::Error>> {
        let origin = from.origin;
        let too_large = Fault::TooLarge { origin, seq: from.seq + 1 };
        let mut most = u64::from(BATCH_MAX_EVENTS);
        loop {
            let signed = self.logs.signed_head(origin, from.seq, from.seq + most).map_err(Failed::Logs)?;
            let Some(head) = signed else { return Err(too_large.into()) };
            let count = head.head.seq - from.seq;
            let max_events = u32::try_from(count).unwrap_or(BATCH_MAX_EVENTS);
            let entries = self.logs.entries(origin, from.seq, max_events, BATCH_MAX_RAW_BYTES).map_err(Failed::Logs)?;
            let raw_bytes: usize = entries.iter().map(|e| e.body.len() + ENTRY_ROOM_BYTES).sum();
            let packed = pack(&entries).map_err(|_| Fault::TooLarge { origin, seq: from.seq + 1 })?;
            let whole = entries.len() as u64 == count && raw_bytes <= BATCH_MAX_RAW_BYTES;
            if whole && packed.len() <= REPLICA_MAX_BYTES - BATCH_ROOM_BYTES {
                let mut chain = Chain::at(from);
                for entry in entries {
                    chain.append(entry);
                }
                if chain.head() != head.head {
                    return Err(Fault::Damaged { origin, seq: head.head.seq }.into());
                }
                return Ok(Done::Read(Batch { first_seq: from.seq + 1, head, packed }));
            }
            most = count.saturating_sub(1);
        }
    }

    fn read(&self, from: Head, max_events: u32, max_bytes: usize) -> Result<Done, Failed<L::Error>> {
        let origin = from.origin;
        if self.writer(origin)? != Some(self.me.public_key()) {
            return self.read_back(from);
        }
        let mut entries = self.logs.entries(origin, from.seq, max_events, max_bytes).map_err(Failed::Logs)?;
        if entries.is_empty() {
            return Err(Fault::Damaged { origin, seq: from.seq + 1 }.into());
        }
        let packed = loop {
            let raw_bytes: usize = entries.iter().map(|e| e.body.len() + ENTRY_ROOM_BYTES).sum();
            let packed = pack(&entries).map_err(|_| Fault::TooLarge { origin, seq: from.seq + 1 })?;
            if raw_bytes <= BATCH_MAX_RAW_BYTES && packed.len() <= REPLICA_MAX_BYTES - BATCH_ROOM_BYTES {
                break packed;
            }
            if entries.len() == 1 {
                return Err(Fault::TooLarge { origin, seq: from.seq + 1 }.into());
            }
            entries.truncate(entries.len() / 2);
        };
        let mut chain = Chain::at(from);
        for entry in entries {
            chain.append(entry);
        }
        let head = chain.head();
        // Our signature says "this is what I wrote": only for what still is what was written.
        if self.hash_at(origin, head.seq)? != Some(head.hash) {
            return Err(Fault::Damaged { origin, seq: head.seq }.into());
        }
        Ok(Done::Read(Batch { first_seq: from.seq + 1, head: head.sign(self.me), packed }))
    }

    fn take(&self, batch: &Batch) -> Result<Done, Failed<L::Error>> {
        bounds(batch)?;
        let end = batch.head.head;
        let origin = end.origin;
        let heads = self.logs.heads().map_err(Failed::Logs)?;
        let me = self.me.public_key();
        let writer = match self.writer(origin)? {
            Some(writer) if writer == *self.peer => writer,
            Some(writer) if writer == me && self.takes_back(origin)? => writer,
            Some(_) => return Err(Fault::NotYours { origin }.into()),
            None if heads.len() >= HEADS_MAX => {
                return Err(Fault::Malformed("more logs than a node may have").into());
            }
            // One that we lost altogether: only we can have signed it.
            None if batch.head.verify(&me) && self.takes_back(origin)? => me,
            None => *self.peer,
        };
        let held = end_of(&heads, origin);
        if batch.first_seq > held.seq + 1 {
            return Err(Fault::Gap { origin, first_seq: batch.first_seq }.into());
        }
        let before = batch.first_seq - 1;
        let hash = self.hash_at(origin, before)?.ok_or(Fault::Gap { origin, first_seq: batch.first_seq })?;
        let events = verify(Chain::at(Head { origin, seq: before, hash }), batch, &writer)?;
        // What we hold already must be the same: a chain hash answers for all before it. The store sees to it
        // again within its transaction.
        if let Some(shared) = events.iter().rfind(|e| e.id.seq <= held.seq)
            && self.hash_at(origin, shared.id.seq)? != Some(shared.hash)
        {
            return Err(Fault::Fork { origin, seq: shared.id.seq }.into());
        }
        if end.seq <= held.seq {
            return Ok(Done::Took { batch: end, held });
        }
        let fresh = &events[(held.seq + 1 - batch.first_seq) as usize..];
        let held = self.logs.store(fresh, batch.head).map_err(Failed::Logs)?;
        Ok(Done::Took { batch: end, held })
    }
}

/// How far one of these logs reaches; a log that is not named is empty.
fn end_of(heads: &[Head], origin: OriginId) -> Head {
    heads.iter().find(|h| h.origin == origin).copied().unwrap_or(Chain::empty(origin).head())
}
