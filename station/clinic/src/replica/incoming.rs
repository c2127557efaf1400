//! The receiving half of a session: batches of the peer's logs, taken one at a time and in order.

use super::session::Limits;
use super::verify::bounds;
use super::{Fault, Job};
use hub_protocol::OriginId;
use hub_protocol::replica::{Batch, Head};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// How far each log of the peer is known to be held as the peer has it. A hint for the order of work: the job
    /// reads the store again.
    held: BTreeMap<OriginId, u64>,
    /// How far the peer said that it holds each log, and how far we did then or do since.
    named: BTreeMap<OriginId, u64>,
    stored: BTreeMap<OriginId, u64>,
    queue: Vec<Batch>,
    queued_bytes: usize,
    taking: bool,
    last_taken: Option<Head>,
}

impl Incoming {
    /// What is held now. The peer goes by what our hello said; what came since came by another connection, and may be
    /// something else than this peer has.
    pub fn start(&mut self, heads: &[Head]) {
        let said = |head: &Head| self.stored.get(&head.origin).copied().unwrap_or_default();
        self.held = heads.iter().map(|head| (head.origin, head.seq.min(said(head)))).collect();
    }

    /// What the peer holds.
    pub fn named(&mut self, heads: &[Head]) {
        self.named = heads.iter().map(|h| (h.origin, h.seq)).collect();
    }

    /// What we hold.
    pub fn holds(&mut self, heads: &[Head]) {
        self.stored = heads.iter().map(|h| (h.origin, h.seq)).collect();
    }

    /// Events that the peer has beyond what we hold.
    pub fn arriving(&self) -> u64 {
        let stored = |origin| self.stored.get(origin).copied().unwrap_or_default();
        self.named.iter().map(|(origin, seq)| seq.saturating_sub(stored(origin))).sum()
    }

    pub fn is_idle(&self) -> bool {
        !self.taking && self.queue.is_empty() && self.arriving() == 0
    }

    pub fn push(&mut self, batch: Batch) -> Result<(), Fault> {
        bounds(&batch)?;
        self.queued_bytes += batch.packed.len();
        self.queue.push(batch);
        Ok(())
    }

    /// Whether there is room for what the peer sends; if not, it is left on the wire.
    pub fn has_room(&self, limits: &Limits) -> bool {
        self.queue.len() < limits.queue_batches && self.queued_bytes < limits.queue_bytes
    }

    /// The next batch that continues what is held. One that came too early waits for the ones before it.
    pub fn next_job(&mut self, limits: &Limits) -> Result<Option<Job>, Fault> {
        if self.taking || self.queue.is_empty() {
            return Ok(None);
        }
        match self.queue.iter().position(|b| b.first_seq <= self.held_seq(b) + 1) {
            Some(place) => {
                self.taking = true;
                let batch = self.queue.remove(place);
                self.queued_bytes -= batch.packed.len();
                let known = self.held_seq(&batch);
                Ok(Some(Job::Take { batch, known }))
            }
            None if self.has_room(limits) => Ok(None),
            None => Err(self.gap()),
        }
    }

    /// What was acknowledged last.
    pub fn last_taken(&self) -> Option<Head> {
        self.last_taken
    }

    pub fn took(&mut self, held: Head) {
        self.taking = false;
        self.last_taken = Some(held);
        let seq = self.held.entry(held.origin).or_insert(0);
        *seq = held.seq.max(*seq);
        self.stored.insert(held.origin, *seq);
    }

    /// Does everything that came wait for something that did not?
    pub fn waits(&self) -> bool {
        !self.taking && !self.queue.is_empty()
    }

    pub fn gap(&self) -> Fault {
        let first = self.queue.iter().map(|b| (b.head.head.origin, b.first_seq)).min();
        first.map_or(Fault::Stalled, |(origin, first_seq)| Fault::Gap { origin, first_seq })
    }

    fn held_seq(&self, batch: &Batch) -> u64 {
        self.held.get(&batch.head.head.origin).copied().unwrap_or(0)
    }
}
