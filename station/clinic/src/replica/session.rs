//! The conversation over one connection, as a state machine: messages, finished jobs and time come in;
//! messages, jobs and the end come out.

use super::Fault;
use super::incoming::Incoming;
use super::job::{Asker, Done, Job};
use super::outgoing::Outgoing;
use super::settling::Settling;
use hub_protocol::replica::{
    ASK_MAX, Ask, BATCH_MAX_EVENTS, HEADS_MAX, Head, Hello, Message, VERSION, VERSION_MIN, agreed_version,
};
use std::collections::{BTreeSet, VecDeque};

#[derive(Debug, Clone)]
pub struct Limits {
    /// Events in a batch that we make, at most: fewer on a slow link, where a batch that is cut off costs time.
    pub batch_events: u32,
    /// Bytes of bodies in a batch that we make, before compression.
    pub batch_bytes: usize,
    /// Batches on their way at once.
    pub in_flight_batches: usize,
    /// Packed bytes on their way at which no further batch is begun, at most: less where the way holds less.
    pub in_flight_bytes: usize,
    /// Batches of the peer that wait for the store, at which we stop reading.
    pub queue_batches: usize,
    /// Packed bytes that wait for the store, at which we stop reading.
    pub queue_bytes: usize,
    /// From the start until both sides know what the other holds.
    pub hello_timeout_ms: u64,
    /// How long batches may be on their way without an ack, or wait for one before them.
    pub stall_timeout_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_events: BATCH_MAX_EVENTS,
            batch_bytes: 512 * 1024,
            in_flight_batches: 64,
            in_flight_bytes: 512 * 1024,
            queue_batches: 16,
            queue_bytes: 1024 * 1024,
            hello_timeout_ms: 30_000,
            stall_timeout_ms: 90_000,
        }
    }
}

#[derive(Debug)]
pub enum Output {
    Send(Message),
    /// To be done by [`super::perform`]; the result comes back by [`Session::done`]. A session has at most
    /// one job of each kind running.
    Run(Job),
    /// Nothing comes after this. The peer is to be told [`Fault::refusal`], if there is one.
    Close(Fault),
}

#[derive(Debug)]
enum Phase {
    /// Until we have said and heard hello.
    Opening {
        said: bool,
        heard: Option<Vec<Head>>,
    },
    Comparing,
    /// Until it is known how far the two hold the same of our logs; then we go on under another.
    Settling,
    Open,
    Over,
}

/// Times (`at_ms`) are milliseconds since the session began, from a clock that only goes forward.
#[derive(Debug)]
pub struct Session {
    limits: Limits,
    phase: Phase,
    wall_ms: u64,
    version: u16,
    outgoing: Outgoing,
    incoming: Incoming,
    settling: Settling,
    /// The peer asked for hashes of its log and has no answer yet.
    asked: bool,
    /// Since when we wait for an ack.
    unacked_since_ms: Option<u64>,
    /// Since when batches wait for one that did not come.
    gap_since_ms: Option<u64>,
    out: VecDeque<Output>,
}

impl Session {
    /// `wall_ms` is the wall clock now (ms since 1970), which the peer is told.
    pub fn new(limits: Limits, wall_ms: u64) -> Self {
        Self {
            limits,
            phase: Phase::Opening { said: false, heard: None },
            wall_ms,
            version: VERSION,
            outgoing: Outgoing::default(),
            incoming: Incoming::default(),
            settling: Settling::default(),
            asked: false,
            unacked_since_ms: None,
            gap_since_ms: None,
            out: VecDeque::from([Output::Run(Job::Hold)]),
        }
    }

    /// What is to be done next; `None` until something comes in.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// Whether a further message may be given; if not, it waits on the wire.
    pub fn has_room(&self) -> bool {
        matches!(self.phase, Phase::Settling) || self.incoming.has_room(&self.limits)
    }

    /// Have both sides compared what they hold?
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    /// The version that both sides agreed on.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// What the peer has proved to hold of our logs.
    pub fn acked(&self) -> impl Iterator<Item = Head> {
        self.outgoing.acked()
    }

    /// What was sent of our logs and is not proved yet.
    pub fn sent(&self) -> impl Iterator<Item = Head> {
        self.outgoing.sent_heads()
    }

    /// Events that the peer said it holds for us and that are not stored here yet.
    pub fn arriving(&self) -> u64 {
        self.incoming.arriving()
    }

    /// Is there nothing to do until something new happens?
    pub fn is_idle(&self) -> bool {
        let settled = self.settling.is_idle() && !self.asked;
        self.is_open() && settled && self.outgoing.is_idle() && self.incoming.is_idle()
    }

    /// A log of our own was appended to.
    pub fn grew(&mut self, at_ms: u64) {
        self.outgoing.grew();
        self.go_on(at_ms);
    }

    pub fn received(&mut self, message: Message, at_ms: u64) {
        if let Err(fault) = self.hear(message, at_ms) {
            self.fail(fault);
        }
        self.go_on(at_ms);
    }

    /// A job was done, or could not be.
    pub fn done(&mut self, result: Result<Done, Fault>, at_ms: u64) {
        if matches!(self.phase, Phase::Over) {
            return;
        }
        match result {
            Err(fault) => self.fail(fault),
            Ok(done) => self.finish(done, at_ms),
        }
        self.go_on(at_ms);
    }

    /// When [`Session::tick`] is to be called at the latest.
    pub fn deadline_ms(&self) -> Option<u64> {
        match self.phase {
            Phase::Opening { .. } | Phase::Comparing | Phase::Settling => Some(self.limits.hello_timeout_ms),
            Phase::Open => {
                let since = [self.unacked_since_ms, self.gap_since_ms].into_iter().flatten().min();
                since.map(|ms| ms.saturating_add(self.limits.stall_timeout_ms))
            }
            Phase::Over => None,
        }
    }

    /// Says the last proof again, which changes nothing: a word for the line to carry, so that it shows whether it does.
    pub fn remind(&mut self) {
        if let (true, Some(head)) = (self.is_open(), self.incoming.last_taken()) {
            self.out.push_back(Output::Send(Message::Ack(head)));
        }
    }

    pub fn tick(&mut self, at_ms: u64) {
        if self.deadline_ms().is_none_or(|deadline| at_ms < deadline) {
            return;
        }
        let gap_first = self.gap_since_ms.is_some_and(|gap| self.unacked_since_ms.is_none_or(|unacked| gap <= unacked));
        self.fail(if self.is_open() && gap_first { self.incoming.gap() } else { Fault::Stalled });
    }

    /// Ends the session for a reason that was found outside it.
    pub fn fail(&mut self, fault: Fault) {
        if !matches!(self.phase, Phase::Over) {
            self.phase = Phase::Over;
            self.out.retain(|output| matches!(output, Output::Send(_)));
            self.out.push_back(Output::Close(fault));
        }
    }

    fn hear(&mut self, message: Message, at_ms: u64) -> Result<(), Fault> {
        match (message, &mut self.phase) {
            (_, Phase::Over) => Ok(()),
            (Message::Refused(refusal), _) => Err(Fault::Refused(refusal)),
            (Message::Hello(hello), Phase::Opening { heard: heard @ None, .. }) => {
                self.version = agree(&hello)?;
                check_heads(&hello.heads)?;
                self.incoming.named(&hello.heads);
                *heard = Some(hello.heads);
                self.compare();
                Ok(())
            }
            (Message::Batch(batch), Phase::Comparing | Phase::Open) => self.incoming.push(batch),
            // It comes again after the next comparison.
            (Message::Batch(_), Phase::Settling) => Ok(()),
            (Message::Ask(ask), Phase::Comparing | Phase::Settling | Phase::Open) => self.asked(ask),
            (Message::Tell(heads), Phase::Settling | Phase::Open) if self.settling.told(&heads) => {
                self.out.extend(self.settling.next_job().map(Output::Run));
                Ok(())
            }
            (Message::Ack(head), Phase::Open) => {
                if self.outgoing.ack(head, at_ms)? {
                    self.unacked_since_ms = self.outgoing.waits().then_some(at_ms);
                }
                Ok(())
            }
            (Message::Hello(_), _) => Err(Fault::OutOfOrder("a second hello")),
            (Message::Batch(_), _) => Err(Fault::OutOfOrder("a batch before the hello")),
            (Message::Ack(_), _) => Err(Fault::OutOfOrder("an ack before any batch")),
            (Message::Ask(_), _) => Err(Fault::OutOfOrder("a question before the hello")),
            (Message::Tell(_), _) => Err(Fault::OutOfOrder("an answer to no question")),
            (
                Message::Enrol(_)
                | Message::Enrolled(_)
                | Message::TakeOver(_)
                | Message::TakenOver(_)
                | Message::Readmit(_),
                _,
            ) => Err(Fault::OutOfOrder("an enrolment")),
            // The wire says them in full.
            (Message::More(_) | Message::Held(_), _) => Err(Fault::OutOfOrder("a brief message before the hello")),
        }
    }

    fn finish(&mut self, done: Done, at_ms: u64) {
        match done {
            Done::Held { heads, writes } => {
                if heads.len() > HEADS_MAX {
                    self.fail(Fault::Malformed("more logs than a hello can name"));
                    return;
                }
                self.incoming.holds(&heads);
                if let Phase::Opening { said, .. } = &mut self.phase {
                    *said = true;
                }
                self.out.push_back(Output::Send(Message::Hello(Hello {
                    version_min: VERSION_MIN,
                    version_max: VERSION,
                    now_ms: self.wall_ms,
                    heads,
                    writes,
                })));
                self.compare();
            }
            Done::Compared { ours, theirs, forks } => {
                self.outgoing.start(ours);
                self.incoming.start(&theirs);
                self.settling = Settling::new(forks);
                self.phase = if self.settling.is_sure() { Phase::Settling } else { Phase::Open };
                self.out.extend(self.settling.next_job().map(Output::Run));
            }
            Done::Recalled { heads, by: Asker::Peer } => {
                self.asked = false;
                self.out.push_back(Output::Send(Message::Tell(heads)));
            }
            Done::Recalled { heads, by: Asker::We } => {
                let ask = self.settling.recalled(heads);
                self.out.extend(ask.map(|ask| Output::Send(Message::Ask(ask))));
            }
            // What is written now, and what the peer has to give back, comes out of the next comparison.
            Done::Settled(origin) => self.fail(Fault::Reopened { origin }),
            Done::Looked(head) => self.outgoing.looked(head),
            Done::Read(batch) => {
                self.outgoing.sent(&batch, at_ms);
                self.unacked_since_ms.get_or_insert(at_ms);
                self.out.push_back(Output::Send(Message::Batch(batch)));
            }
            Done::Took { batch, .. } => {
                // What is held beyond it came by another connection, and may be something else than this peer has.
                self.incoming.took(batch);
                self.out.push_back(Output::Send(Message::Ack(batch)));
            }
            Done::Acked => self.outgoing.noted(),
        }
    }

    fn asked(&mut self, ask: Ask) -> Result<(), Fault> {
        if ask.seqs.len() > ASK_MAX || ask.seqs.contains(&0) {
            return Err(Fault::Malformed("a question with too many places, or none that there is"));
        }
        if std::mem::replace(&mut self.asked, true) {
            return Err(Fault::OutOfOrder("a second question before the answer"));
        }
        self.out.push_back(Output::Run(Job::Recall { ask, by: Asker::Peer }));
        Ok(())
    }

    /// Once both have said hello.
    fn compare(&mut self) {
        if let Phase::Opening { said: true, heard } = &mut self.phase
            && let Some(theirs) = heard.take()
        {
            self.phase = Phase::Comparing;
            self.out.push_back(Output::Run(Job::Compare { theirs }));
        }
    }

    /// Hands out the jobs that can be begun now.
    fn go_on(&mut self, at_ms: u64) {
        if !self.is_open() {
            return;
        }
        while let Some(job) = self.outgoing.next_job(&self.limits) {
            self.out.push_back(Output::Run(job));
        }
        match self.incoming.next_job(&self.limits) {
            Ok(Some(job)) => {
                self.gap_since_ms = None;
                self.out.push_back(Output::Run(job));
            }
            Ok(None) if self.incoming.waits() => {
                self.gap_since_ms.get_or_insert(at_ms);
            }
            Ok(None) => self.gap_since_ms = None,
            Err(fault) => self.fail(fault),
        }
    }
}

fn agree(hello: &Hello) -> Result<u16, Fault> {
    let theirs = (hello.version_min, hello.version_max);
    agreed_version(theirs.0, theirs.1).ok_or(Fault::Version { ours: (VERSION_MIN, VERSION), theirs })
}

fn check_heads(heads: &[Head]) -> Result<(), Fault> {
    if heads.len() > HEADS_MAX {
        return Err(Fault::Malformed("a hello that names too many logs"));
    }
    let origins: BTreeSet<_> = heads.iter().map(|h| h.origin).collect();
    if origins.len() < heads.len() {
        return Err(Fault::Malformed("a hello that names a log twice"));
    }
    Ok(())
}
