//! The nodes, and how the days of a schedule go by.

use super::super::memory::{Breaks, Disk, Memory};
use super::super::{Failed, Fault, Limits, Logs, Output, Session, perform};
use super::link::{Computer, Snapshot};
use super::{Count, Dice};
use hub_protocol::{Identity, PublicKey};
use std::collections::BTreeSet;

/// Messages on one direction of a link; more are lost.
const LINK_MAX: usize = 64;
const DISTRICT_SEED: u8 = 1;
const FIRST_COMPUTER_SEED: u8 = 2;

/// What may happen beside the weather. A district that forgets which of two copies it heard first is left out where
/// there are copies: see the README's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfortune {
    Copies,
    OldDistricts,
}

pub struct World {
    pub district: Memory,
    pub computers: Vec<Computer>,
    pub district_snapshots: Vec<Disk>,
    /// How often the district was put back.
    pub epoch: u64,
    pub misfortune: Misfortune,
    /// All that somebody wrote and that no lost disk took along.
    pub expected: BTreeSet<Vec<u8>>,
    pub at_ms: u64,
    pub wall_ms: u64,
    pub breaks: Breaks,
    pub limits: Limits,
    pub count: Count,
    written: u64,
}

impl World {
    pub fn new(dice: &mut Dice, breaks: Breaks) -> Self {
        let limits = Limits {
            batch_events: 1 + dice.below(5) as u32,
            batch_bytes: 1 + dice.below(60),
            in_flight_batches: 1 + dice.below(4),
            in_flight_bytes: 1 + dice.below(2_000),
            queue_batches: 1 + dice.below(4),
            queue_bytes: 1 + dice.below(2_000),
            ..Limits::default()
        };
        let misfortune = if dice.below(2) == 0 { Misfortune::Copies } else { Misfortune::OldDistricts };
        let mut world = Self {
            district: Memory::new(Identity::from_seed([DISTRICT_SEED; 32]), dice.next()),
            computers: vec![],
            district_snapshots: vec![],
            epoch: 0,
            misfortune,
            expected: BTreeSet::new(),
            at_ms: 0,
            wall_ms: 1_000_000,
            breaks,
            limits,
            count: Count { schedules: 1, ..Count::default() },
            written: 0,
        };
        world.district.breaks = breaks;
        // Before it knew its station, and the day after.
        world.district_snapshots.push(world.district.disk());
        let first = world.computer(dice);
        first.open_log();
        world.admit(first.key.public_key(), vec![]);
        world.district_snapshots.push(world.district.disk());
        let mut first = Computer::new(first);
        first.snapshots.push(Snapshot { disk: first.logs.disk(), epoch: 0 });
        world.computers.push(first);
        world
    }

    /// One with a key of its own.
    pub fn computer(&self, dice: &mut Dice) -> Memory {
        let seed = FIRST_COMPUTER_SEED + self.computers.len() as u8;
        let mut logs = Memory::new(Identity::from_seed([seed; 32]), dice.next());
        logs.breaks = self.breaks;
        logs
    }

    /// The district takes this key for its station's, whose keys were `former` before.
    pub fn admit(&mut self, key: PublicKey, former: Vec<PublicKey>) {
        let known = self.district.change(|disk| {
            disk.former = vec![(key, former)];
            disk.writes.is_some()
        });
        if !known {
            self.district.open_log();
        }
    }

    /// The computers that still work.
    pub fn alive(&self) -> Vec<usize> {
        (0..self.computers.len()).filter(|at| self.computers[*at].alive).collect()
    }

    pub fn connect(&mut self, at: usize) {
        let key = self.computers[at].logs.key.public_key();
        let known = self.district.change(|disk| disk.former.first().cloned());
        if known.is_none_or(|(known, _)| known != key) {
            // The district was put back; the station shows its word for it.
            let former = self.computers[at].logs.former(&key).unwrap();
            self.admit(key, former);
            self.count.readmitted += 1;
        }
        self.replace(at);
        self.count.connections += 1;
        for end in &mut self.computers[at].ends {
            end.session = Some(Session::new(self.limits.clone(), self.wall_ms));
        }
        self.settle(at);
    }

    /// Two computers that write one log are not served at once: the one before is told, and writes another.
    fn replace(&mut self, at: usize) {
        let writes = self.computers[at].logs.writes().unwrap();
        for other in self.alive() {
            let computer = &mut self.computers[other];
            if other != at && computer.connected() && computer.logs.writes().unwrap() == writes {
                computer.cut();
                let head = computer.logs.heads().unwrap().into_iter().find(|head| Some(head.origin) == writes);
                let head = head.unwrap();
                self.count.reopened += u64::from(computer.logs.reopen(head.origin, head.seq).is_ok());
            }
        }
    }

    /// Carries what the sessions put out to where it goes.
    pub fn settle(&mut self, at: usize) {
        let Computer { ends, faults, .. } = &mut self.computers[at];
        let mut over = false;
        for me in 0..2 {
            while let Some(output) = ends[me].session.as_mut().and_then(Session::poll) {
                match output {
                    Output::Run(job) => ends[me].jobs.push(job),
                    Output::Send(message) if ends[1 - me].inbox.len() < LINK_MAX => {
                        ends[1 - me].inbox.push_back(message);
                    }
                    Output::Send(_) => {}
                    Output::Close(fault) => {
                        self.count.sessions_ended += 1;
                        self.count.reopened += u64::from(matches!(fault, Fault::Reopened { .. }));
                        faults.push(fault);
                        over = true;
                    }
                }
            }
        }
        if over {
            self.computers[at].cut();
        }
    }

    pub fn deliver(&mut self, at: usize, me: usize) {
        let at_ms = self.at_ms;
        let end = &mut self.computers[at].ends[me];
        if let Some(session) = &mut end.session
            && session.has_room()
            && let Some(message) = end.inbox.pop_front()
        {
            session.received(message, at_ms);
        }
        self.settle(at);
    }

    pub fn work(&mut self, at: usize, me: usize, dice: &mut Dice) {
        let Self { district, computers, .. } = self;
        let Computer { logs, ends, .. } = &mut computers[at];
        let end = &mut ends[me];
        if end.jobs.is_empty() {
            return;
        }
        let job = end.jobs.swap_remove(dice.below(end.jobs.len()));
        let (here, there) = if me == 0 { (&*logs, &*district) } else { (&*district, &*logs) };
        end.results.push(perform(here, &here.key, &there.key.public_key(), job).map_err(Failed::fault));
        self.note_arrival(at);
    }

    /// A computer that took over has all that it was promised, and begins.
    fn note_arrival(&mut self, at: usize) {
        let Computer { logs, awaits, .. } = &mut self.computers[at];
        if awaits.as_ref().is_some_and(|heads| heads.iter().all(|head| logs.has_on_disk(head))) {
            *awaits = None;
            logs.open_log();
        }
    }

    pub fn report(&mut self, at: usize, me: usize, dice: &mut Dice) {
        let at_ms = self.at_ms;
        let end = &mut self.computers[at].ends[me];
        if !end.results.is_empty() {
            let result = end.results.swap_remove(dice.below(end.results.len()));
            if let Some(session) = &mut end.session {
                session.done(result, at_ms);
            }
        }
        self.settle(at);
    }

    /// Somebody works at a computer, or at the district.
    pub fn append(&mut self, at: usize, me: usize, dice: &mut Dice) {
        let logs = if me == 0 { &self.computers[at].logs } else { &self.district };
        if logs.writes().unwrap().is_none() {
            return;
        }
        for _ in 0..=dice.below(6) {
            self.written += 1;
            let work = [&self.written.to_be_bytes()[..], &[7; 9][..dice.below(9)]].concat();
            logs.append(self.wall_ms, work.clone());
            self.expected.insert(work);
        }
        let grew: Vec<usize> = if me == 0 { vec![at] } else { self.alive() };
        for at in grew {
            if let Some(session) = &mut self.computers[at].ends[me].session {
                session.grew(self.at_ms);
            }
            self.settle(at);
        }
    }

    pub fn tick(&mut self, ms: u64) {
        self.at_ms += ms;
        for at in self.alive() {
            for end in &mut self.computers[at].ends {
                if let Some(session) = &mut end.session {
                    session.tick(self.at_ms);
                }
            }
            self.settle(at);
        }
    }

    /// A disk is gone with what only it had.
    pub fn disk_lost(&mut self) {
        let mut held: BTreeSet<Vec<u8>> = self.district.work_on_disk().into_iter().collect();
        for at in self.alive() {
            held.extend(self.computers[at].logs.work_on_disk());
        }
        self.expected.retain(|work| held.contains(work));
    }
}
