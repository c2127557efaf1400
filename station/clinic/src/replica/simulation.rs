//! Two nodes, a bad link and bad luck, from a seed: whatever is lost, repeated, swapped or cut off, and
//! whichever side loses its power, both end with the same logs, and nothing that was acknowledged is ever
//! missing on the other side's disk.
#![allow(clippy::unwrap_used)]

use super::memory::Memory;
use super::{Done, Fault, Job, Limits, Output, Session, content, perform};
use hub_protocol::replica::Message;
use hub_protocol::{Identity, OriginId};
use std::collections::VecDeque;
use std::sync::Mutex;

/// Messages on one direction of the link; more are lost.
const LINK_MAX: usize = 64;
const CALM_STEPS_MAX: u32 = 20_000;

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

struct Node {
    logs: Memory,
    session: Option<Session>,
    jobs: Vec<Job>,
    results: Vec<Result<Done, Fault>>,
    /// What the peer sent and is still on the link.
    inbox: VecDeque<Message>,
    origins: Vec<OriginId>,
    /// Why sessions ended here.
    faults: Vec<Fault>,
}

struct World {
    nodes: [Node; 2],
    at_ms: u64,
    limits: Limits,
    steps: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    steps: u64,
    events: u64,
    sessions_ended: u64,
}

impl World {
    fn new(dice: &mut Dice, answers_early: bool) -> Self {
        let keys = [Identity::from_seed([1; 32]), Identity::from_seed([2; 32])];
        let node = |own: usize, origins: &[u8]| {
            let mut logs = Memory::new(keys[own].clone(), keys[1 - own].public_key());
            logs.answers_early = answers_early;
            Node {
                logs,
                session: None,
                jobs: vec![],
                results: vec![],
                inbox: VecDeque::new(),
                origins: origins.iter().map(|o| OriginId([*o; 16])).collect(),
                faults: vec![],
            }
        };
        let limits = Limits {
            batch_events: 1 + dice.below(5) as u32,
            batch_bytes: 1 + dice.below(60),
            in_flight_batches: 1 + dice.below(4),
            in_flight_bytes: 1 + dice.below(2_000),
            queue_batches: 1 + dice.below(4),
            queue_bytes: 1 + dice.below(2_000),
            ..Limits::default()
        };
        Self { nodes: [node(0, &[10, 11]), node(1, &[20])], at_ms: 0, limits, steps: 0 }
    }

    fn connect(&mut self) {
        for node in &mut self.nodes {
            node.session = Some(Session::new(self.limits.clone(), self.at_ms));
        }
        self.settle();
    }

    fn cut(&mut self) {
        for node in &mut self.nodes {
            node.session = None;
            node.jobs.clear();
            node.results.clear();
            node.inbox.clear();
        }
    }

    fn connected(&self) -> bool {
        self.nodes.iter().all(|node| node.session.is_some())
    }

    /// Carries what the sessions put out to where it goes.
    fn settle(&mut self) {
        let mut over = false;
        for me in 0..2 {
            while let Some(output) = self.nodes[me].session.as_mut().and_then(Session::poll) {
                match output {
                    Output::Run(job) => self.nodes[me].jobs.push(job),
                    Output::Send(message) if self.nodes[1 - me].inbox.len() < LINK_MAX => {
                        self.nodes[1 - me].inbox.push_back(message);
                    }
                    Output::Send(_) => {}
                    Output::Close(fault) => {
                        self.nodes[me].faults.push(fault);
                        over = true;
                    }
                }
            }
        }
        if over {
            self.cut();
        }
    }

    fn deliver(&mut self, me: usize) {
        let at_ms = self.at_ms;
        let node = &mut self.nodes[me];
        if let Some(session) = &mut node.session
            && session.has_room()
            && let Some(message) = node.inbox.pop_front()
        {
            session.received(message, at_ms);
        }
        self.settle();
    }

    fn work(&mut self, me: usize, dice: &mut Dice) {
        let peer = self.nodes[1 - me].logs.key.public_key();
        let node = &mut self.nodes[me];
        if !node.jobs.is_empty() {
            let job = node.jobs.swap_remove(dice.below(node.jobs.len()));
            let result = perform(&node.logs, &node.logs.key, &peer, job).map_err(super::Failed::fault);
            node.results.push(result);
        }
    }

    fn report(&mut self, me: usize, dice: &mut Dice) {
        let at_ms = self.at_ms;
        let node = &mut self.nodes[me];
        if !node.results.is_empty() {
            let result = node.results.swap_remove(dice.below(node.results.len()));
            if let Some(session) = &mut node.session {
                session.done(result, at_ms);
            }
        }
        self.settle();
    }

    fn append(&mut self, me: usize, dice: &mut Dice) {
        let at_ms = self.at_ms;
        let node = &mut self.nodes[me];
        let origin = node.origins[dice.below(node.origins.len())];
        for _ in 0..=dice.below(6) {
            node.logs.append(origin, dice.next().to_be_bytes()[..dice.below(9)].to_vec());
        }
        if let Some(session) = &mut node.session {
            session.grew(at_ms);
        }
        self.settle();
    }

    /// One step of an ordinary or a bad day.
    fn step(&mut self, dice: &mut Dice) {
        self.at_ms += dice.below(200) as u64;
        let me = dice.below(2);
        match dice.below(100) {
            _ if !self.connected() => self.connect(),
            0..30 => self.deliver(me),
            30..58 => self.work(me, dice),
            58..84 => self.report(me, dice),
            84..89 => self.append(me, dice),
            89 => drop(self.nodes[me].inbox.pop_front()),
            90..92 => {
                let inbox = &mut self.nodes[me].inbox;
                if let Some(message) = inbox.front().cloned() {
                    inbox.insert(dice.below(inbox.len() + 1), message);
                }
            }
            92..94 => {
                let inbox = &mut self.nodes[me].inbox;
                if inbox.len() > 1 {
                    let place = dice.below(inbox.len() - 1);
                    inbox.swap(place, place + 1);
                }
            }
            94 => self.cut(),
            95 => self.tick(dice.next() % 200_000),
            96 => self.nodes[me].logs.full.set(true),
            97 => self.nodes[me].logs.sync(),
            _ => {
                self.cut();
                self.nodes[me].logs.power_cut();
            }
        }
    }

    fn tick(&mut self, ms: u64) {
        self.at_ms += ms;
        for node in &mut self.nodes {
            if let Some(session) = &mut node.session {
                session.tick(self.at_ms);
            }
        }
        self.settle();
    }

    /// The promise: what a side was told is durable at the other is so, also after a power cut.
    fn check_promise(&self) -> Result<(), String> {
        for me in 0..2 {
            let (node, peer) = (&self.nodes[me], &self.nodes[1 - me]);
            let live: Vec<_> = node.session.iter().flat_map(Session::acked).collect();
            let noted: Vec<_> = node.logs.proved.borrow().values().copied().collect();
            for head in live.iter().chain(&noted) {
                if !peer.logs.has_on_disk(head) {
                    return Err(format!("event {} of {} was acknowledged and is lost", head.seq, head.origin));
                }
            }
            let wrong = |f: &&Fault| f.quarantines() || matches!(f, Fault::Behind { .. } | Fault::Disowned { .. });
            if let Some(fault) = node.faults.iter().find(wrong) {
                return Err(format!("an honest peer was accused: {fault}"));
            }
        }
        Ok(())
    }

    /// The weather clears: everything that is still owed is done.
    fn calm(&mut self, dice: &mut Dice) -> Result<(), String> {
        for _ in 0..CALM_STEPS_MAX {
            self.nodes.iter().for_each(|node| node.logs.full.set(false));
            if !self.connected() {
                self.connect();
            }
            let busy = |n: &Node| {
                !n.jobs.is_empty()
                    || !n.results.is_empty()
                    || (!n.inbox.is_empty() && n.session.as_ref().is_some_and(Session::has_room))
            };
            let at_rest = |n: &Node| n.session.as_ref().is_some_and(|s| s.is_open() && s.deadline_ms().is_none());
            if self.nodes.iter().any(busy) {
                for me in 0..2 {
                    self.work(me, dice);
                    self.report(me, dice);
                    self.deliver(me);
                }
                self.check_promise()?;
            } else if self.same() && self.nodes.iter().all(at_rest) {
                return Ok(());
            } else {
                self.tick(self.limits.stall_timeout_ms);
            }
        }
        Err("the two sides never became equal".into())
    }

    fn same(&self) -> bool {
        self.nodes[0].logs.all() == self.nodes[1].logs.all()
    }
}

/// One schedule. An error says what was broken.
fn run(seed: u64, steps: usize, answers_early: bool) -> Result<Count, String> {
    let mut dice = Dice(seed);
    let mut world = World::new(&mut dice, answers_early);
    for _ in 0..steps {
        world.step(&mut dice);
        world.steps += 1;
        world.check_promise()?;
    }
    world.calm(&mut dice)?;
    let all = world.nodes[0].logs.all();
    for events in all.values() {
        // The sequence has no gap and no repetition.
        if events.iter().enumerate().any(|(place, event)| event.id.seq != place as u64 + 1) {
            return Err("an event is missing or there twice".into());
        }
    }
    for writer in [0, 1].map(|me: usize| world.nodes[me].logs.key.public_key()) {
        let [a, b] = [0, 1].map(|me: usize| content(&world.nodes[me].logs, &writer).unwrap());
        if a != b {
            return Err("the contents differ".into());
        }
    }
    for me in 0..2 {
        let proved = world.nodes[me].logs.proved.borrow();
        for origin in &world.nodes[me].origins {
            let held = all.get(origin).map_or(0, Vec::len) as u64;
            if proved.get(origin).map_or(0, |h| h.seq) != held {
                return Err("all is there, and the sender does not know it".into());
            }
        }
    }
    Ok(Count {
        steps: world.steps,
        events: all.values().map(|events| events.len() as u64).sum(),
        sessions_ended: world.nodes.iter().map(|n| n.faults.len() as u64).sum(),
    })
}

#[test]
fn nothing_is_lost_and_nothing_twice_whatever_happens() {
    let total = Mutex::new(Count::default());
    let campaign = |seeds: std::ops::Range<u64>| {
        for seed in seeds {
            let count = run(seed, 100, false).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
            let mut total = total.lock().unwrap();
            total.steps += count.steps;
            total.events += count.events;
            total.sessions_ended += count.sessions_ended;
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(|| campaign(0..1_000));
        threads.spawn(|| campaign(1_000..2_000));
    });
    let total = total.into_inner().unwrap();
    // The schedules did what they are for.
    assert!(total.events > 10_000 && total.sessions_ended > 1_000, "{total:?}");
    println!("{total:?}");
}

#[test]
fn a_receiver_that_acknowledges_before_it_stores_is_caught() {
    let caught = (0..200).filter(|seed| run(*seed, 120, true).is_err_and(|e| e.contains("is lost"))).count();
    assert!(caught > 50, "caught in {caught} of 200 schedules");
}
