//! A session in frames: bytes in, bytes and jobs out.

use super::brief::{Brief, SINCE_VERSION};
use super::{Done, Fault, Job, Output, Session};
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{Head, Message};
use std::collections::VecDeque;

/// Bytes kept for the peer. A hello, the batches on their way and an answer to each of the peer's are far less:
/// only who sends and never reads gets here.
const UNSENT_MAX_BYTES: usize = 2 * REPLICA_MAX_BYTES;

#[derive(Debug)]
pub struct Wire {
    session: Session,
    reader: Reader,
    said: Brief,
    heard: Brief,
    jobs: VecDeque<Job>,
    unsent: Vec<u8>,
    /// Bytes of `unsent` that are gone.
    gone: usize,
    over: bool,
    fault: Option<Fault>,
}

impl Wire {
    /// Goes on where another has read the peer's first message, if it has, and perhaps some bytes more.
    pub fn new(session: Session, first: Option<Message>, reader: Reader) -> Self {
        let mut wire = Self {
            session,
            reader,
            said: Brief::default(),
            heard: Brief::default(),
            jobs: VecDeque::new(),
            unsent: Vec::new(),
            gone: 0,
            over: false,
            fault: None,
        };
        wire.drain();
        if let Some(message) = first {
            wire.hear(message, 0);
        }
        wire.settle(0);
        wire
    }

    /// Whether bytes may be read from the peer now; if not, its stream fills up and it waits.
    pub fn has_room(&self) -> bool {
        !self.over && self.session.has_room()
    }

    pub fn received(&mut self, bytes: &[u8], at_ms: u64) {
        self.reader.push(bytes);
        self.settle(at_ms);
    }

    pub fn done(&mut self, result: Result<Done, Fault>, at_ms: u64) {
        self.session.done(result, at_ms);
        self.settle(at_ms);
    }

    pub fn grew(&mut self, at_ms: u64) {
        self.session.grew(at_ms);
        self.settle(at_ms);
    }

    /// As [`Session::remind`].
    pub fn remind(&mut self, at_ms: u64) {
        self.session.remind();
        self.settle(at_ms);
    }

    pub fn tick(&mut self, at_ms: u64) {
        self.session.tick(at_ms);
        self.settle(at_ms);
    }

    pub fn next_job(&mut self) -> Option<Job> {
        self.jobs.pop_front()
    }

    /// Bytes for the peer; the caller says by [`Wire::sent`] how many of them it took.
    pub fn unsent(&self) -> &[u8] {
        &self.unsent[self.gone..]
    }

    pub fn sent(&mut self, bytes: usize) {
        self.gone = (self.gone + bytes).min(self.unsent.len());
        // Something may always be on its way; what is left moves up when that costs no more than sending did.
        if self.gone >= self.unsent.len() - self.gone {
            self.unsent.drain(..self.gone);
            self.gone = 0;
        }
    }

    /// Why the session is over, told once. What is unsent then (a refusal at its end) is still to be sent.
    pub fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    pub fn deadline_ms(&self) -> Option<u64> {
        self.session.deadline_ms()
    }

    pub fn is_open(&self) -> bool {
        self.session.is_open()
    }

    pub fn version(&self) -> u16 {
        self.session.version()
    }

    /// Is there nothing to do until something new happens?
    pub fn is_idle(&self) -> bool {
        self.session.is_idle() && self.jobs.is_empty() && self.unsent().is_empty()
    }

    /// As [`Session::sent`].
    pub fn sent_heads(&self) -> impl Iterator<Item = Head> {
        self.session.sent()
    }

    /// As [`Session::arriving`].
    pub fn arriving(&self) -> u64 {
        self.session.arriving()
    }

    pub fn acked(&self) -> impl Iterator<Item = Head> {
        self.session.acked()
    }

    fn settle(&mut self, at_ms: u64) {
        self.drain();
        while self.has_room() {
            match self.reader.message::<Message>() {
                Ok(Some(message)) => self.hear(message, at_ms),
                Ok(None) => break,
                Err(error) => self.session.fail(Fault::Frame(error)),
            }
            self.drain();
        }
    }

    fn hear(&mut self, message: Message, at_ms: u64) {
        match self.heard.whole(message) {
            Ok(message) => self.session.received(message, at_ms),
            Err(fault) => self.session.fail(fault),
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(message) if self.session.version() < SINCE_VERSION => self.put(&message),
                Output::Send(message) => {
                    let message = self.said.shorten(message);
                    self.put(&message);
                }
                Output::Run(job) => self.jobs.push_back(job),
                Output::Close(fault) => {
                    if let Some(refusal) = fault.refusal() {
                        self.put(&Message::Refused(refusal));
                    }
                    self.jobs.clear();
                    self.over = true;
                    self.fault = Some(fault);
                }
            }
        }
    }

    fn put(&mut self, message: &Message) {
        match write(message, REPLICA_MAX_BYTES) {
            Ok(bytes) => {
                self.unsent.extend_from_slice(&bytes);
                if self.unsent().len() > UNSENT_MAX_BYTES {
                    self.session.fail(Fault::Unread);
                }
            }
            // Batches are cut to fit and everything else is small: a bug, and the end of this session.
            Err(error) => self.session.fail(Fault::Frame(error)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::memory::Memory;
    use super::super::{Limits, perform};
    use super::*;
    use crate::ledger::{Actor, Chain, Entry, Hlc, pack};
    use hub_protocol::replica::{Batch, Hello, VERSION};
    use hub_protocol::{Identity, OriginId};

    /// A node with `ours` events, to a peer that has said hello.
    fn open(ours: u32) -> (Wire, Memory) {
        let logs = Memory::new(Identity::from_seed([1; 32]), 1);
        logs.open_log();
        (0..ours).for_each(|n| logs.append(0, n.to_be_bytes().repeat(60)));
        let session = Session::new(Limits { batch_events: 10, ..Limits::default() }, 0);
        let (heads, writes) = (vec![], None);
        let hello = Hello { version_min: VERSION, version_max: VERSION, now_ms: 0, heads, writes };
        let hello = Message::Hello(hello);
        let mut wire = Wire::new(session, Some(hello), Reader::new(REPLICA_MAX_BYTES));
        work(&mut wire, &logs);
        (wire, logs)
    }

    fn work(wire: &mut Wire, logs: &Memory) {
        let peer = Identity::from_seed([2; 32]).public_key();
        while let Some(job) = wire.next_job() {
            let done = perform(logs, &logs.key, &peer, job).map_err(super::super::Failed::fault);
            wire.done(done, 0);
        }
    }

    #[test]
    fn a_peer_that_never_reads_is_not_kept_answers_for_without_end() {
        let (mut wire, logs) = open(0);
        let entry = Entry { hlc: Hlc(1), actor: Actor::NODE, kind: 1, version: 1, body: vec![7] };
        let mut chain = Chain::empty(OriginId([2; 16]));
        chain.append(entry.clone());
        let head = chain.head().sign(&Identity::from_seed([2; 32]));
        let batch = Message::Batch(Batch { first_seq: 1, head, packed: pack(&[entry]).unwrap() });
        let bytes = write(&batch, REPLICA_MAX_BYTES).unwrap();
        for _ in 0..200_000 {
            wire.received(&bytes, 0);
            work(&mut wire, &logs);
            if let Some(fault) = wire.take_fault() {
                assert!(matches!(fault, Fault::Unread), "{fault:?}");
                return;
            }
            assert!(wire.unsent.capacity() <= 4 * REPLICA_MAX_BYTES, "{} bytes are kept", wire.unsent.capacity());
        }
        panic!("it goes on for ever");
    }

    #[test]
    fn what_is_gone_takes_no_room_however_long_the_backlog() {
        let (mut wire, logs) = open(30_000);
        let mut reader = Reader::new(REPLICA_MAX_BYTES);
        let mut acked = 0;
        while acked < 30_000 {
            // All but the last byte: something is always on its way.
            let some = wire.unsent().len().saturating_sub(1).max(1);
            reader.push(&wire.unsent()[..some]);
            wire.sent(some);
            while let Some(message) = reader.message::<Message>().unwrap() {
                if let Message::Batch(batch) = message {
                    acked = batch.head.head.seq;
                    wire.received(&write(&Message::Ack(batch.head.head), REPLICA_MAX_BYTES).unwrap(), 0);
                }
            }
            work(&mut wire, &logs);
        }
        assert!(wire.unsent.capacity() <= 256 * 1024, "{} bytes are kept", wire.unsent.capacity());
    }
}
