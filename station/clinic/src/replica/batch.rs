//! Batches: those that are made here, and those that come.

use super::job::{Desk, Done, Failed, Side, end_of};
use super::verify::{bounds, verify};
use super::{Fault, Logs};
use crate::ledger::{Chain, pack};
use hub_protocol::PublicKey;
use hub_protocol::frame::REPLICA_MAX_BYTES;
use hub_protocol::replica::{BATCH_MAX_EVENTS, BATCH_MAX_RAW_BYTES, Batch, HEADS_MAX, Head, LOGS_PER_KEY_MAX};

/// Bytes a batch's message has beside the packed run, rounded up.
const BATCH_ROOM_BYTES: usize = 512;
/// Bytes an entry has beside its body, rounded up.
const ENTRY_ROOM_BYTES: usize = 64;

impl<L: Logs> Desk<'_, L> {
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

    /// The next run of a log of ours.
    pub(super) fn read(&self, from: Head, max_events: u32, max_bytes: usize) -> Result<Done, Failed<L::Error>> {
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

    /// Checks a batch and stores it. What contradicts what this session knew is the peer's fault; what contradicts
    /// what came since by another is nobody's, and the two compare anew.
    pub(super) fn take(&self, batch: &Batch, known: u64) -> Result<Done, Failed<L::Error>> {
        bounds(batch)?;
        let end = batch.head.head;
        let origin = end.origin;
        let heads = self.heads()?;
        let writer = self.writer_of(batch, &heads)?;
        let held = end_of(&heads, origin);
        if batch.first_seq > held.seq + 1 {
            return Err(Fault::Gap { origin, first_seq: batch.first_seq }.into());
        }
        let before = batch.first_seq - 1;
        let hash = self.hash_at(origin, before)?.ok_or(Fault::Gap { origin, first_seq: batch.first_seq })?;
        let since = self.clock_at(origin, before)?.ok_or(Fault::Gap { origin, first_seq: batch.first_seq })?;
        let events = verify(Chain::at(Head { origin, seq: before, hash }), since, batch, &writer)?;
        // What we hold already must be the same: a chain hash answers for all before it. The store sees to it
        // again within its transaction.
        if let Some(shared) = events.iter().rfind(|e| e.id.seq <= held.seq)
            && self.hash_at(origin, shared.id.seq)? != Some(shared.hash)
        {
            let seq = shared.id.seq;
            let overtaken = held.seq > known;
            return Err(if overtaken { Fault::Overtaken { origin } } else { Fault::Fork { origin, seq } }.into());
        }
        if end.seq <= held.seq {
            return Ok(Done::Took { batch: end, held });
        }
        let fresh = &events[(held.seq + 1 - batch.first_seq) as usize..];
        let held = self.logs.store(&writer, fresh, batch.head).map_err(Failed::Logs)?;
        Ok(Done::Took { batch: end, held })
    }

    /// Who signed this batch, if the peer may send it: its own logs, and those of ours that we do not write.
    fn writer_of(&self, batch: &Batch, held: &[Head]) -> Result<PublicKey, Failed<L::Error>> {
        let origin = batch.head.head.origin;
        if let Some(writer) = self.writer(origin)? {
            return match self.side(&writer, origin, held) {
                Side::Theirs => Ok(writer),
                Side::Ours if self.writes()? != Some(origin) => Ok(writer),
                Side::Ours | Side::Nobodys => Err(Fault::NotYours { origin }.into()),
            };
        }
        // One of the peer's, or one that we lost altogether: only its writer can have signed it.
        let mut keys = self.theirs.iter().chain(&self.ours);
        let writer = keys.find(|key| batch.head.verify(key)).or(self.theirs.first());
        let writer = *writer.ok_or(Fault::NotYours { origin })?;
        let mut opened = 0;
        for head in held {
            opened += usize::from(self.writer(head.origin)? == Some(writer));
        }
        if opened >= LOGS_PER_KEY_MAX || held.len() >= HEADS_MAX {
            return Err(Fault::TooManyLogs { origin }.into());
        }
        Ok(writer)
    }
}
