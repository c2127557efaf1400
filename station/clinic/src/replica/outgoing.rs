//! The sending half of a session: logs of our own, from what the peer is known to hold to what we hold.
//!
//! One log after the other, in the order in which they came to be: what moved from one log to another must never
//! be at the peer before what it made room for.

use super::job::Standing;
use super::pace::{Pace, Sent};
use super::session::Limits;
use super::{Fault, Job};
use crate::ledger::Chain;
use hub_protocol::OriginId;
use hub_protocol::replica::{Batch, Head};
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Default)]
pub(super) struct Outgoing {
    logs: Vec<Log>,
    /// Batches sent and not acknowledged, over all logs.
    flying: usize,
    flying_bytes: usize,
    pace: Pace,
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
    flying: VecDeque<Flying>,
}

/// A batch that is on its way.
#[derive(Debug)]
struct Flying {
    head: Head,
    bytes: usize,
    sent: Sent,
}

impl Outgoing {
    pub fn start(&mut self, logs: Vec<Standing>) {
        for Standing { held, acked } in logs {
            if acked.seq > 0 {
                self.unnoted.insert(held.origin, acked);
            }
            let log = Log { held_seq: held.seq, sent: acked, acked, flying: VecDeque::new() };
            self.logs.push(log);
        }
    }

    /// A log of our own was appended to; how far is asked of the store.
    pub fn grew(&mut self) {
        self.grew = true;
    }

    pub fn looked(&mut self, head: Option<Head>) {
        self.looking = false;
        let Some(head) = head else { return };
        if self.log(head.origin).is_none() {
            let empty = Chain::empty(head.origin).head();
            self.logs.push(Log { held_seq: 0, sent: empty, acked: empty, flying: VecDeque::new() });
        }
        if let Some(log) = self.log(head.origin) {
            log.held_seq = log.held_seq.max(head.seq);
        }
    }

    fn log(&mut self, origin: OriginId) -> Option<&mut Log> {
        self.logs.iter_mut().find(|log| log.acked.origin == origin)
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
        let open = self.flying < limits.in_flight_batches && self.pace.has_room(self.flying_bytes, limits);
        if self.reading || !open {
            return None;
        }
        let log = self.logs.iter().find(|log| log.acked.seq < log.held_seq)?;
        if log.sent.seq >= log.held_seq {
            return None;
        }
        let from = log.sent;
        self.reading = true;
        let max_events = self.pace.batch_events(limits);
        Some(Job::Read { from, max_events, max_bytes: limits.batch_bytes })
    }

    pub fn noted(&mut self) {
        self.noting = false;
    }

    /// A batch was made and is being sent.
    pub fn sent(&mut self, batch: &Batch, at_ms: u64) {
        self.reading = false;
        let (head, bytes) = (batch.head.head, batch.packed.len());
        if let Some(log) = self.logs.iter_mut().find(|log| log.acked.origin == head.origin) {
            let events = (head.seq - log.sent.seq) as usize;
            log.sent = head;
            let sent = self.pace.sent(events, bytes, self.flying == 0, head.seq < log.held_seq, at_ms);
            log.flying.push_back(Flying { head, bytes, sent });
            self.flying += 1;
            self.flying_bytes += bytes;
        }
    }

    /// The peer says what it holds durably. Gives whether that is news.
    pub fn ack(&mut self, head: Head, at_ms: u64) -> Result<bool, Fault> {
        let Head { origin, seq, .. } = head;
        let log = self.logs.iter_mut().find(|log| log.acked.origin == origin);
        let log = log.ok_or(Fault::OutOfOrder("an ack for a log that was not sent"))?;
        if seq < log.acked.seq {
            return Ok(false); // Overtaken by a later one.
        }
        if seq == log.acked.seq {
            return if head == log.acked { Ok(false) } else { Err(Fault::Disowned { origin, seq }) };
        }
        let place = log.flying.iter().position(|flying| flying.head.seq == seq);
        let place = place.ok_or(Fault::OutOfOrder("an ack for what was not sent"))?;
        if log.flying[place].head != head {
            return Err(Fault::Disowned { origin, seq });
        }
        for Flying { bytes, sent, .. } in log.flying.drain(..=place) {
            self.flying -= 1;
            self.flying_bytes -= bytes;
            self.pace.acked(sent, bytes, at_ms);
        }
        log.acked = head;
        self.unnoted.insert(origin, head);
        Ok(true)
    }

    /// Is an answer owed to us?
    pub fn waits(&self) -> bool {
        self.flying > 0
    }

    /// The end of what was sent, of each log of which not all is proved.
    pub fn sent_heads(&self) -> impl Iterator<Item = Head> {
        self.logs.iter().filter(|log| log.sent.seq > log.acked.seq).map(|log| log.sent)
    }

    /// Is all sent, proved, and noted?
    pub fn is_idle(&self) -> bool {
        let busy = self.reading || self.looking || self.grew || self.noting;
        !busy && self.flying == 0 && self.unnoted.is_empty() && self.logs.iter().all(|l| l.sent.seq >= l.held_seq)
    }

    pub fn acked(&self) -> impl Iterator<Item = Head> {
        self.logs.iter().map(|log| log.acked).filter(|head| head.seq > 0)
    }
}
