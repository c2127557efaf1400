//! The sending half of a session: logs of our own, from what the peer is known to hold to what we hold.

use super::job::Standing;
use super::session::Limits;
use super::{Fault, Job};
use crate::ledger::Chain;
use hub_protocol::OriginId;
use hub_protocol::replica::{Batch, Head};
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Default)]
pub(super) struct Outgoing {
    logs: BTreeMap<OriginId, Log>,
    /// Batches sent and not acknowledged, over all logs.
    flying: usize,
    flying_bytes: usize,
    reading: bool,
    looking: bool,
    grew: bool,
    /// Proofs that the store has not been told of yet: the newest of each log.
    unnoted: BTreeMap<OriginId, Head>,
    noting: bool,
}

#[derive(Debug)]
struct Log {
    held_seq: u64,
    sent: Head,
    acked: Head,
    /// The end and the size of each batch that is on its way.
    flying: VecDeque<(Head, usize)>,
}

impl Outgoing {
    pub fn start(&mut self, logs: Vec<Standing>) {
        for Standing { held, acked } in logs {
            if acked.seq > 0 {
                self.unnoted.insert(held.origin, acked);
            }
            let log = Log { held_seq: held.seq, sent: acked, acked, flying: VecDeque::new() };
            self.logs.insert(held.origin, log);
        }
    }

    /// A log of our own was appended to; how far is asked of the store.
    pub fn grew(&mut self) {
        self.grew = true;
    }

    pub fn looked(&mut self, heads: &[Head]) {
        self.looking = false;
        for head in heads {
            let log = self.logs.entry(head.origin).or_insert_with(|| {
                let empty = Chain::empty(head.origin).head();
                Log { held_seq: 0, sent: empty, acked: empty, flying: VecDeque::new() }
            });
            log.held_seq = log.held_seq.max(head.seq);
        }
    }

    /// The next thing to ask of the store, as long as the window is open.
    pub fn next_job(&mut self, limits: &Limits) -> Option<Job> {
        if !self.noting
            && let Some((_, head)) = self.unnoted.pop_first()
        {
            self.noting = true;
            return Some(Job::Acked(head));
        }
        if self.grew && !self.looking {
            self.grew = false;
            self.looking = true;
            return Some(Job::Look);
        }
        let open = self.flying < limits.in_flight_batches && self.flying_bytes < limits.in_flight_bytes;
        if self.reading || !open {
            return None;
        }
        let from = self.logs.values().find(|log| log.sent.seq < log.held_seq)?.sent;
        self.reading = true;
        Some(Job::Read { from, max_events: limits.batch_events, max_bytes: limits.batch_bytes })
    }

    pub fn noted(&mut self) {
        self.noting = false;
    }

    /// A batch was made and is being sent.
    pub fn sent(&mut self, batch: &Batch) {
        self.reading = false;
        let (head, bytes) = (batch.head.head, batch.packed.len());
        if let Some(log) = self.logs.get_mut(&head.origin) {
            log.sent = head;
            log.flying.push_back((head, bytes));
            self.flying += 1;
            self.flying_bytes += bytes;
        }
    }

    /// The peer says what it holds durably. Gives whether that is news.
    pub fn ack(&mut self, head: Head) -> Result<bool, Fault> {
        let Head { origin, seq, .. } = head;
        let log = self.logs.get_mut(&origin).ok_or(Fault::OutOfOrder("an ack for a log that was not sent"))?;
        if seq < log.acked.seq {
            return Ok(false); // Overtaken by a later one.
        }
        if seq == log.acked.seq {
            return if head == log.acked { Ok(false) } else { Err(Fault::Disowned { origin, seq }) };
        }
        let place = log.flying.iter().position(|(sent, _)| sent.seq == seq);
        let place = place.ok_or(Fault::OutOfOrder("an ack for what was not sent"))?;
        if log.flying[place].0 != head {
            return Err(Fault::Disowned { origin, seq });
        }
        for (_, bytes) in log.flying.drain(..=place) {
            self.flying -= 1;
            self.flying_bytes -= bytes;
        }
        log.acked = head;
        self.unnoted.insert(origin, head);
        Ok(true)
    }

    /// Is an answer owed to us?
    pub fn waits(&self) -> bool {
        self.flying > 0
    }

    pub fn acked(&self) -> impl Iterator<Item = Head> {
        self.logs.values().map(|log| log.acked).filter(|head| head.seq > 0)
    }
}
