//! A computer of the station and its connection to the district.

use super::super::memory::{Disk, Memory};
use super::super::{Done, Fault, Job, Session};
use super::Dice;
use hub_protocol::replica::{Head, Message};
use std::collections::VecDeque;

/// One side of a connection.
#[derive(Debug, Default)]
pub struct End {
    pub session: Option<Session>,
    pub jobs: Vec<Job>,
    pub results: Vec<Result<Done, Fault>>,
    /// What the peer sent and is still on the link.
    pub inbox: VecDeque<Message>,
}

impl End {
    pub fn busy(&self) -> bool {
        let readable = !self.inbox.is_empty() && self.session.as_ref().is_some_and(Session::has_room);
        !self.jobs.is_empty() || !self.results.is_empty() || readable
    }

    pub fn at_rest(&self) -> bool {
        self.session.as_ref().is_some_and(|s| s.is_open() && s.deadline_ms().is_none())
    }

    /// The first message on the link is lost, comes twice, or is overtaken.
    pub fn lose(&mut self) {
        drop(self.inbox.pop_front());
    }

    pub fn repeat(&mut self, dice: &mut Dice) {
        if let Some(message) = self.inbox.front().cloned() {
            self.inbox.insert(dice.below(self.inbox.len() + 1), message);
        }
    }

    pub fn swap(&mut self, dice: &mut Dice) {
        if self.inbox.len() > 1 {
            let place = dice.below(self.inbox.len() - 1);
            self.inbox.swap(place, place + 1);
        }
    }
}

/// A snapshot of a disk, and how often the district had been put back before it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub disk: Disk,
    pub epoch: u64,
}

#[derive(Debug)]
pub struct Computer {
    pub logs: Memory,
    /// The computer's side, the district's side.
    pub ends: [End; 2],
    pub snapshots: Vec<Snapshot>,
    /// What a takeover still has to bring.
    pub awaits: Option<Vec<Head>>,
    pub alive: bool,
    /// Why sessions ended, on either side.
    pub faults: Vec<Fault>,
}

impl Computer {
    pub fn new(logs: Memory) -> Self {
        Self { logs, ends: Default::default(), snapshots: vec![], awaits: None, alive: true, faults: vec![] }
    }

    pub fn cut(&mut self) {
        self.ends = Default::default();
    }

    pub fn connected(&self) -> bool {
        self.ends.iter().all(|end| end.session.is_some())
    }

    pub fn busy(&self) -> bool {
        self.ends.iter().any(End::busy)
    }

    pub fn at_rest(&self) -> bool {
        self.ends.iter().all(End::at_rest)
    }
}
