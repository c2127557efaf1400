//! A session in frames: bytes in, bytes and jobs out.

use super::{Done, Fault, Job, Output, Session};
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{Head, Message};
use std::collections::VecDeque;

#[derive(Debug)]
pub struct Wire {
    session: Session,
    reader: Reader,
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
        let mut wire =
            Self { session, reader, jobs: VecDeque::new(), unsent: Vec::new(), gone: 0, over: false, fault: None };
        wire.drain();
        if let Some(message) = first {
            wire.session.received(message, 0);
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
        self.gone += bytes;
        if self.gone >= self.unsent.len() {
            self.unsent.clear();
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
                Ok(Some(message)) => self.session.received(message, at_ms),
                Ok(None) => break,
                Err(error) => self.session.fail(Fault::Frame(error)),
            }
            self.drain();
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(message) => self.put(&message),
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
            Ok(bytes) => self.unsent.extend_from_slice(&bytes),
            // Batches are cut to fit and everything else is small: a bug, and the end of this session.
            Err(error) => self.session.fail(Fault::Frame(error)),
        }
    }
}
