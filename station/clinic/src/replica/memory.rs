//! Logs in memory with a disk that can be slow, full, cut off from its power, copied or put back as it was: for the
//! tests of this module.
#![allow(clippy::unwrap_used)]

use super::{Logs, branch_origin};
use crate::ledger::{Actor, Chain, Entry, Event, Hlc, HlcClock};
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{Identity, OriginId, PublicKey};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Kinds of events: the first of a log, and what somebody wrote.
pub const OPENING: u16 = 1;
pub const WORK: u16 = 2;

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
    pub origin: OriginId,
    pub writer: PublicKey,
    pub events: Vec<Event>,
    signed: Vec<SignedHead>,
    /// How many of the events survive a power cut.
    pub synced: usize,
}

impl Log {
    fn end(&self) -> Chain {
        let last = self.events.last();
        last.map_or(Chain::empty(self.origin), |e| Chain::at(Head { origin: self.origin, seq: e.id.seq, hash: e.hash }))
    }

    fn append(&mut self, entry: Entry) {
        let event = self.end().append(entry);
        self.events.push(event);
        self.synced = self.events.len();
    }
}

/// What can be copied and put back.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    /// In the order in which they came to be.
    logs: Vec<Log>,
    pub writes: Option<OriginId>,
    /// A key, and those before it.
    pub former: Vec<(PublicKey, Vec<PublicKey>)>,
    /// What the peer has proved to hold.
    pub proved: BTreeMap<OriginId, Head>,
}

/// Rules that are broken on purpose, to see that it is noticed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Breaks {
    #[default]
    Nothing,
    /// Answers before the events are on the disk.
    AnswersEarly,
    /// What the peer holds overwrites what is held here.
    Overwrites,
    /// What moves goes to a new log each time.
    MovesAnywhere,
}

#[derive(Debug)]
pub struct Memory {
    pub key: Identity,
    disk: RefCell<Disk>,
    pub breaks: Breaks,
    /// The next change fails.
    pub full: Cell<bool>,
    /// For new logs.
    random: Cell<u64>,
}

impl Memory {
    /// Without a log; `random` is for the names of those that are opened.
    pub fn new(key: Identity, random: u64) -> Self {
        Self {
            key,
            disk: RefCell::default(),
            breaks: Breaks::Nothing,
            full: Cell::new(false),
            random: Cell::new(random),
        }
    }

    /// From now on a new log is written.
    pub fn open_log(&self) {
        self.random.set(self.random.get().wrapping_add(1));
        let random = Chain::empty(OriginId([0; 16])).append(entry(OPENING, self.random.get().to_be_bytes().into()));
        let origin = OriginId(random.hash[..16].try_into().unwrap());
        self.append_to(origin, &entry(OPENING, vec![]));
    }

    /// Writes to the log that is written, by a clock that never goes back in it.
    pub fn append(&self, at_ms: u64, body: Vec<u8>) {
        let writes = self.disk.borrow().writes.unwrap();
        let latest = self.read(writes, |log| log.events.last().map(|event| event.entry.hlc)).flatten();
        let hlc = HlcClock::after(latest.unwrap_or(Hlc(0))).tick(at_ms);
        self.append_to(writes, &Entry { hlc, ..entry(WORK, body) });
    }

    /// Writes to this log from now on.
    pub fn append_to(&self, origin: OriginId, entry: &Entry) {
        let mut disk = self.disk.borrow_mut();
        disk.writes = Some(origin);
        if !disk.logs.iter().any(|log| log.origin == origin) {
            let writer = self.key.public_key();
            disk.logs.push(Log { origin, writer, events: vec![], signed: vec![], synced: 0 });
        }
        disk.logs.iter_mut().filter(|log| log.origin == origin).for_each(|log| log.append(entry.clone()));
    }

    pub fn sync(&self) {
        self.disk.borrow_mut().logs.iter_mut().for_each(|log| log.synced = log.events.len());
    }

    /// The power goes: what was not on the disk is gone.
    pub fn power_cut(&self) {
        for log in &mut self.disk.borrow_mut().logs {
            log.events.truncate(log.synced);
            log.signed.retain(|signed| signed.head.seq <= log.events.len() as u64);
        }
        self.full.set(false);
    }

    pub fn disk(&self) -> Disk {
        self.disk.borrow().clone()
    }

    /// The disk as it was once, or as another's is.
    pub fn put_back(&self, disk: Disk) {
        *self.disk.borrow_mut() = disk;
        self.full.set(false);
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut Disk) -> T) -> T {
        change(&mut self.disk.borrow_mut())
    }

    /// Would this head survive a power cut?
    pub fn has_on_disk(&self, head: &Head) -> bool {
        self.disk.borrow().logs.iter().find(|log| log.origin == head.origin).is_some_and(|log| {
            let place = head.seq as usize - 1;
            place < log.synced && log.events[place].hash == head.hash
        })
    }

    /// What somebody wrote and would survive a power cut.
    pub fn work_on_disk(&self) -> Vec<Vec<u8>> {
        let disk = self.disk.borrow();
        let events = disk.logs.iter().flat_map(|log| &log.events[..log.synced]);
        events.filter(|e| e.entry.kind == WORK).map(|e| e.entry.body.clone()).collect()
    }

    pub fn all(&self) -> BTreeMap<OriginId, Vec<Event>> {
        self.disk.borrow().logs.iter().map(|log| (log.origin, log.events.clone())).collect()
    }

    pub fn proved(&self) -> BTreeMap<OriginId, Head> {
        self.disk.borrow().proved.clone()
    }

    /// Changes the ledger behind its back.
    pub fn with_log(&self, origin: OriginId, change: impl FnOnce(&mut Log)) {
        change(self.disk.borrow_mut().logs.iter_mut().find(|log| log.origin == origin).unwrap());
    }

    fn read<T>(&self, origin: OriginId, read: impl FnOnce(&Log) -> T) -> Option<T> {
        self.disk.borrow().logs.iter().find(|log| log.origin == origin).map(read)
    }
}

fn entry(kind: u16, body: Vec<u8>) -> Entry {
    Entry { hlc: Hlc(0), actor: Actor::NODE, kind, version: 1, body }
}

impl Logs for Memory {
    type Error = MemoryError;

    fn heads(&self) -> Result<Vec<Head>, MemoryError> {
        Ok(self.disk.borrow().logs.iter().map(|log| log.end().head()).collect())
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, MemoryError> {
        Ok(self.read(origin, |log| log.writer))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, MemoryError> {
        Ok(self.read(origin, |log| log.events.get(seq as usize - 1).map(|e| e.hash)).flatten())
    }

    fn entries(&self, origin: OriginId, after: u64, events: u32, bytes: usize) -> Result<Vec<Entry>, MemoryError> {
        let page = self.read(origin, |log| {
            let mut room = bytes;
            let mut page = Vec::new();
            for event in log.events.iter().skip(after as usize).take(events as usize) {
                if !page.is_empty() && event.entry.body.len() > room {
                    break;
                }
                room = room.saturating_sub(event.entry.body.len());
                page.push(event.entry.clone());
            }
            page
        });
        Ok(page.unwrap_or_default())
    }

    fn store(&self, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, MemoryError> {
        if self.full.take() {
            return Err(MemoryError::Full);
        }
        let origin = head.head.origin;
        let me = self.key.public_key();
        let mut disk = self.disk.borrow_mut();
        let at = disk.logs.iter().position(|log| log.origin == origin);
        let at = at.unwrap_or_else(|| {
            disk.logs.push(Log { origin, writer: *writer, events: vec![], signed: vec![], synced: 0 });
            disk.logs.len() - 1
        });
        let log = &mut disk.logs[at];
        for event in events {
            match log.events.get(event.id.seq as usize - 1) {
                Some(held) if held.hash != event.hash => return Err(MemoryError::Fork),
                Some(_) => {}
                None if event.id.seq as usize != log.events.len() + 1 => return Err(MemoryError::Gap),
                None => log.events.push(event.clone()),
            }
        }
        if self.breaks != Breaks::AnswersEarly {
            log.synced = log.events.len();
        }
        let end = log.end().head();
        if end == head.head && log.signed.last().is_none_or(|last| last.head != end) {
            log.signed.push(head);
        }
        // Who gives our own back holds it.
        let ours = *writer == me || disk.former.iter().any(|(key, former)| *key == me && former.contains(writer));
        if ours {
            disk.proved.insert(origin, end);
        }
        Ok(end)
    }

    fn writes(&self) -> Result<Option<OriginId>, MemoryError> {
        Ok(self.disk.borrow().writes)
    }

    fn former(&self, key: &PublicKey) -> Result<Vec<PublicKey>, MemoryError> {
        let disk = self.disk.borrow();
        Ok(disk.former.iter().find(|(of, _)| of == key).map(|(_, former)| former.clone()).unwrap_or_default())
    }

    fn reopen(&self, origin: OriginId, common: u64) -> Result<(), MemoryError> {
        if self.full.take() {
            return Err(MemoryError::Full);
        }
        let me = self.key.public_key();
        let mut disk = self.disk.borrow_mut();
        let log = disk.logs.iter_mut().find(|log| log.origin == origin).unwrap();
        let moved = log.events.split_off(common as usize);
        log.signed.retain(|signed| signed.head.seq <= common);
        log.synced = log.events.len();
        let end = log.end().head();
        if disk.proved.get(&origin).is_some_and(|proved| proved.seq > common) {
            disk.proved.insert(origin, end);
        }
        if let Some(first) = moved.first().filter(|_| self.breaks != Breaks::Overwrites) {
            let mut to = branch_origin(&me, origin, first.hash);
            if self.breaks == Breaks::MovesAnywhere {
                self.random.set(self.random.get().wrapping_add(1));
                to = branch_origin(&me, to, [self.random.get() as u8; 32]);
            }
            let mut branch = Log { origin: to, writer: me, events: vec![], signed: vec![], synced: 0 };
            branch.append(Entry { hlc: first.entry.hlc, ..entry(OPENING, vec![]) });
            moved.into_iter().for_each(|event| branch.append(event.entry));
            match disk.logs.iter_mut().find(|log| log.origin == to) {
                Some(held) if held.events.len() >= branch.events.len() => {
                    assert_eq!(held.events[..branch.events.len()], branch.events);
                }
                Some(held) => {
                    assert_eq!(held.events, branch.events[..held.events.len()]);
                    held.events = branch.events;
                    held.synced = branch.synced;
                }
                None => disk.logs.push(branch),
            }
        }
        let written = disk.writes == Some(origin);
        drop(disk);
        if written {
            self.open_log();
        }
        Ok(())
    }

    fn signed_head(&self, origin: OriginId, after: u64, last: u64) -> Result<Option<SignedHead>, MemoryError> {
        Ok(self
            .read(origin, |log| {
                log.signed.iter().rfind(|signed| signed.head.seq > after && signed.head.seq <= last).copied()
            })
            .flatten())
    }

    fn acked(&self, head: Head) -> Result<(), MemoryError> {
        self.disk.borrow_mut().proved.insert(head.origin, head);
        Ok(())
    }
}
