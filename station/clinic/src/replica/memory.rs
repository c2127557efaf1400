//! Logs in memory with a disk that can be slow, full or cut off from its power: for the tests of this module.
#![allow(clippy::unwrap_used)]

use super::Logs;
use crate::ledger::{Actor, Chain, Entry, Event, Hlc};
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{Identity, OriginId, PublicKey};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MemoryError {
    #[error("the disk is full")]
    Full,
    #[error("another event is held at this place")]
    Fork,
    #[error("events are missing before these")]
    Gap,
}

#[derive(Debug, Clone)]
pub struct Log {
    pub writer: PublicKey,
    pub events: Vec<Event>,
    /// How many of them survive a power cut.
    pub synced: usize,
}

#[derive(Debug)]
pub struct Memory {
    pub key: Identity,
    peer: PublicKey,
    logs: RefCell<BTreeMap<OriginId, Log>>,
    /// What the peer has proved to hold.
    pub proved: RefCell<BTreeMap<OriginId, Head>>,
    /// Breaks the contract of [`Logs::store`] on purpose: answers before the events are on the disk.
    pub answers_early: bool,
    /// The next store fails.
    pub full: Cell<bool>,
}

impl Memory {
    pub fn new(key: Identity, peer: PublicKey) -> Self {
        Self {
            key,
            peer,
            logs: RefCell::default(),
            proved: RefCell::default(),
            answers_early: false,
            full: Cell::new(false),
        }
    }

    /// Writes to a log of our own.
    pub fn append(&self, origin: OriginId, body: Vec<u8>) {
        let mut logs = self.logs.borrow_mut();
        let log = logs.entry(origin).or_insert(Log { writer: self.key.public_key(), events: vec![], synced: 0 });
        let entry = Entry { hlc: Hlc(log.events.len() as u64), actor: Actor::NODE, kind: 1, version: 1, body };
        let event = chain_end(origin, &log.events).append(entry);
        log.events.push(event);
        log.synced = log.events.len();
    }

    pub fn sync(&self) {
        self.logs.borrow_mut().values_mut().for_each(|log| log.synced = log.events.len());
    }

    /// The power goes: what was not on the disk is gone.
    pub fn power_cut(&self) {
        self.logs.borrow_mut().values_mut().for_each(|log| log.events.truncate(log.synced));
        self.full.set(false);
    }

    /// Would this head survive a power cut?
    pub fn has_on_disk(&self, head: &Head) -> bool {
        self.logs.borrow().get(&head.origin).is_some_and(|log| {
            let place = head.seq as usize - 1;
            place < log.synced && log.events[place].hash == head.hash
        })
    }

    pub fn all(&self) -> BTreeMap<OriginId, Vec<Event>> {
        self.logs.borrow().iter().map(|(origin, log)| (*origin, log.events.clone())).collect()
    }

    /// Changes the ledger behind its back.
    pub fn with_log(&self, origin: OriginId, change: impl FnOnce(&mut Log)) {
        change(self.logs.borrow_mut().get_mut(&origin).unwrap());
    }
}

fn chain_end(origin: OriginId, events: &[Event]) -> Chain {
    events.last().map_or(Chain::empty(origin), |e| Chain::at(Head { origin, seq: e.id.seq, hash: e.hash }))
}

impl Logs for Memory {
    type Error = MemoryError;

    fn heads(&self) -> Result<Vec<Head>, MemoryError> {
        Ok(self.logs.borrow().iter().map(|(origin, log)| chain_end(*origin, &log.events).head()).collect())
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, MemoryError> {
        Ok(self.logs.borrow().get(&origin).map(|log| log.writer))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, MemoryError> {
        let logs = self.logs.borrow();
        Ok(logs.get(&origin).and_then(|log| log.events.get(seq as usize - 1)).map(|e| e.hash))
    }

    fn entries(&self, origin: OriginId, after: u64, events: u32, bytes: usize) -> Result<Vec<Entry>, MemoryError> {
        let logs = self.logs.borrow();
        let mut room = bytes;
        let mut page = Vec::new();
        for event in logs[&origin].events.iter().skip(after as usize).take(events as usize) {
            if !page.is_empty() && event.entry.body.len() > room {
                break;
            }
            room = room.saturating_sub(event.entry.body.len());
            page.push(event.entry.clone());
        }
        Ok(page)
    }

    fn store(&self, events: &[Event], head: SignedHead) -> Result<Head, MemoryError> {
        if self.full.take() {
            return Err(MemoryError::Full);
        }
        let origin = head.head.origin;
        let mut logs = self.logs.borrow_mut();
        let log = logs.entry(origin).or_insert(Log { writer: self.peer, events: vec![], synced: 0 });
        for event in events {
            match log.events.get(event.id.seq as usize - 1) {
                Some(held) if held.hash != event.hash => return Err(MemoryError::Fork),
                Some(_) => {}
                None if event.id.seq as usize != log.events.len() + 1 => return Err(MemoryError::Gap),
                None => log.events.push(event.clone()),
            }
        }
        if !self.answers_early {
            log.synced = log.events.len();
        }
        Ok(chain_end(origin, &log.events).head())
    }

    fn acked(&self, head: Head) -> Result<(), MemoryError> {
        self.proved.borrow_mut().insert(head.origin, head);
        Ok(())
    }
}
