//! Logs in memory, for tests and benchmarks that need many stations and no disk.

use clinic::ledger::{Actor, Chain, Entry, Event, Hlc};
use clinic::record::Fact;
use clinic::record::fact::{OpenedWhy, OriginOpened};
use clinic::replica::Logs;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, thiserror::Error)]
#[error("another event is held at this place, or events are missing before it")]
pub struct Refused;

pub struct Memory {
    own: PublicKey,
    state: Mutex<State>,
}

/// The first event of a log of this key.
pub fn opening(node: PublicKey) -> Entry {
    Fact::OriginOpened(OriginOpened { node, why: OpenedWhy::Founded }).to_entry(Hlc(0), Actor::NODE)
}

#[derive(Default)]
struct State {
    logs: BTreeMap<OriginId, Log>,
    proved: BTreeMap<OriginId, Head>,
    /// The log that was appended to last.
    writes: Option<OriginId>,
}

struct Log {
    writer: PublicKey,
    events: Vec<Event>,
}

impl Log {
    fn end(&self, origin: OriginId) -> Chain {
        let last = self.events.last();
        last.map_or(Chain::empty(origin), |e| Chain::at(Head { origin, seq: e.id.seq, hash: e.hash }))
    }
}

impl Memory {
    /// Empty; `own` signs what is appended.
    pub fn new(own: PublicKey) -> Self {
        Self { own, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Events about as large as a dose; the first of a log says whose it is.
    pub fn append(&self, origin: OriginId, count: u64) {
        self.put(origin, count, |n| {
            format!("event {n} of a busy clinic, {}", "x".repeat((n % 90) as usize)).into_bytes()
        });
    }

    /// Events whose bodies do not pack.
    pub fn append_noise(&self, origin: OriginId, count: u64, bytes: usize) {
        self.put(origin, count, |n| {
            // Knuth's linear congruential generator.
            let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let next = || {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (x >> 56) as u8
            };
            std::iter::repeat_with(next).take(bytes).collect()
        });
    }

    fn put(&self, origin: OriginId, count: u64, body: impl Fn(u64) -> Vec<u8>) {
        let mut state = self.state();
        state.writes = Some(origin);
        let log = state.logs.entry(origin).or_insert(Log { writer: self.own, events: vec![] });
        let mut chain = log.end(origin);
        for n in chain.head().seq..chain.head().seq + count {
            let entry = match n {
                0 => opening(self.own),
                _ => Entry { hlc: Hlc(n), actor: Actor::NODE, kind: 30, version: 1, body: body(n) },
            };
            log.events.push(chain.append(entry));
        }
    }

    pub fn heads_of(&self, key: &Identity) -> Vec<Head> {
        let state = self.state();
        let own = state.logs.iter().filter(|(_, log)| log.writer == key.public_key());
        own.map(|(origin, log)| log.end(*origin).head()).collect()
    }

    pub fn proved(&self) -> Vec<Head> {
        self.state().proved.values().copied().collect()
    }

    /// What the node with this id wrote, as facts.
    pub fn facts_by(&self, device: DeviceId) -> Vec<Fact> {
        let state = self.state();
        let logs = state.logs.values().filter(|log| log.writer.device_id() == device);
        logs.flat_map(|log| log.events.iter().filter_map(|e| Fact::of(&e.entry).ok())).collect()
    }
}

impl Logs for Memory {
    type Error = Refused;

    fn heads(&self) -> Result<Vec<Head>, Refused> {
        let state = self.state();
        Ok(state.logs.iter().map(|(origin, log)| log.end(*origin).head()).collect())
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, Refused> {
        Ok(self.state().logs.get(&origin).map(|log| log.writer))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, Refused> {
        let state = self.state();
        Ok(state.logs.get(&origin).and_then(|log| log.events.get(seq as usize - 1)).map(|e| e.hash))
    }

    fn entries(&self, origin: OriginId, after: u64, events: u32, _bytes: usize) -> Result<Vec<Entry>, Refused> {
        let state = self.state();
        let page = state.logs[&origin].events.iter().skip(after as usize).take(events as usize);
        Ok(page.map(|e| e.entry.clone()).collect())
    }

    fn writes(&self) -> Result<Option<OriginId>, Refused> {
        Ok(self.state().writes)
    }

    /// These are never copied or put back.
    fn reopen(&self, _origin: OriginId, _common: u64) -> Result<(), Refused> {
        Err(Refused)
    }

    fn store(&self, _writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, Refused> {
        let origin = head.head.origin;
        let mut state = self.state();
        if let (None, Some(first)) = (state.logs.get(&origin), events.first()) {
            let Ok(Fact::OriginOpened(opened)) = Fact::of(&first.entry) else { return Err(Refused) };
            state.logs.insert(origin, Log { writer: opened.node, events: vec![] });
        }
        let log = state.logs.get_mut(&origin).ok_or(Refused)?;
        for event in events {
            match log.events.get(event.id.seq as usize - 1) {
                Some(held) if held == event => {}
                None if event.id.seq as usize == log.events.len() + 1 => log.events.push(event.clone()),
                _ => return Err(Refused),
            }
        }
        Ok(log.end(origin).head())
    }

    fn acked(&self, head: Head) -> Result<(), Refused> {
        self.state().proved.insert(head.origin, head);
        Ok(())
    }
}
