//! What the toy must not lose: whom it belongs to, its roster, and every record until it is durable at the
//! district. Kept in memory and in the [`Journal`]; a change is in the journal before it counts.

use crate::disk::{self, Power};
use crate::journal::{FRAME_OVERHEAD_BYTES, Journal, JournalError};
use hkdf::Hkdf;
use hub_protocol::toy::{Fact, NewChild, Order, OrderKind, ROSTER_DAYS, Record, Roster, Settings, SignedRecord};
use hub_protocol::{DeviceId, Identity, UserId, frame};
use minicbor::{Decode, Encode};
use sha2::Sha256;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const EPOCH: &str = "epoch";
/// The memory of this device. No record is taken that would need more.
pub const STORE_MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Kept free for what the hub may still send: a roster, a new owner, acknowledgements.
const RESERVE_BYTES: u64 = 256 * 1024;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// The journal is rewritten when it has grown by this much, and by as much as it held at the last time.
const COMPACT_AFTER_BYTES: u64 = 64 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("an entry of the journal is not what this version understands")]
    Entry(#[source] frame::FrameError),
    #[error("the journal does not begin as it must")]
    NoStart,
    #[error("the file that counts the toy's stores cannot be read or written")]
    Epoch(#[source] io::Error),
    #[error("the key of the store cannot be derived")]
    Key,
    #[error("the toy's memory is full")]
    Full,
    #[error("an acknowledgement names records that do not exist")]
    NeverRecorded,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
enum Entry {
    #[n(0)]
    Start(#[n(0)] Start),
    #[n(1)]
    Restarted,
    #[n(2)]
    Owner(#[n(0)] Owner),
    #[n(3)]
    Roster(#[n(0)] Roster),
    #[n(4)]
    Record(#[n(0)] SignedRecord),
    #[n(5)]
    Durable(#[n(0)] u64),
    #[n(6)]
    Order(#[n(0)] Order),
    /// A wipe has come to its end.
    #[n(7)]
    Wiped,
    #[n(8)]
    Settings(#[n(0)] Settings),
    /// The hub was there at this time by the toy's clock, ms since 1970.
    #[n(9)]
    Contact(#[n(0)] u64),
    /// The hub was not there for too long: whom the toy carries is forgotten.
    #[n(10)]
    Expired,
}

/// The first entry of a journal: what the compacted ones before it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Start {
    #[n(0)]
    epoch: u64,
    /// All records up to here were recorded; those up to `durable` are forgotten.
    #[n(1)]
    last_seq: u64,
    #[n(2)]
    durable: u64,
    #[n(3)]
    restarts: u32,
}

/// The hub a toy belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Owner {
    #[n(0)]
    pub hub: DeviceId,
    /// The clinic's name, to be shown on the toy.
    #[n(1)]
    pub clinic: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    start: Start,
    owner: Option<Owner>,
    roster: Option<Roster>,
    order: Option<Order>,
    settings: Option<Settings>,
    /// When the hub was there last, by the toy's clock.
    contact_ms: u64,
    /// The order to wipe is obeyed: nothing is left.
    wiped: bool,
    /// Records not durable at the district, by sequence, without gaps, up to `start.last_seq`.
    held: VecDeque<SignedRecord>,
}

impl State {
    /// Applies one entry. The same code runs when an entry is made and when it is read back.
    fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Start(start) => self.start = start,
            Entry::Restarted => self.start.restarts = self.start.restarts.saturating_add(1),
            Entry::Owner(owner) => {
                // Whom it carried for another hub is nobody's business here.
                if self.owner.as_ref().is_some_and(|held| held.hub != owner.hub) {
                    self.roster = None;
                }
                self.owner = Some(owner);
            }
            Entry::Roster(roster) => self.roster = Some(roster),
            Entry::Record(record) => {
                self.held.push_back(record);
                // After a compaction the start already counts the records that follow it.
                self.start.last_seq = self.start.last_seq.max(self.start.durable + self.held.len() as u64);
            }
            Entry::Durable(seq) => {
                for _ in self.start.durable..seq.min(self.start.last_seq) {
                    self.held.pop_front();
                }
                self.start.durable = self.start.durable.max(seq);
            }
            Entry::Order(order) => {
                self.order = Some(order);
                self.wiped = false;
                if order.what == OrderKind::Wipe {
                    self.roster = None;
                }
            }
            Entry::Wiped => {
                self.wiped = true;
                self.start.durable = self.start.last_seq;
                self.held.clear();
            }
            Entry::Settings(settings) => self.settings = Some(settings),
            Entry::Contact(at_ms) => self.contact_ms = at_ms,
            Entry::Expired => self.roster = None,
        }
    }

    fn empty(start: Start) -> Self {
        Self {
            start,
            owner: None,
            roster: None,
            order: None,
            settings: None,
            contact_ms: 0,
            wiped: false,
            held: VecDeque::new(),
        }
    }

    /// The shortest journal that gives this state.
    fn entries(&self) -> Vec<Vec<u8>> {
        let mut entries = vec![frame::to_cbor(&Entry::Start(self.start))];
        entries.extend(self.owner.iter().map(|o| frame::to_cbor(&Entry::Owner(o.clone()))));
        entries.extend(self.order.iter().map(|o| frame::to_cbor(&Entry::Order(*o))));
        entries.extend(self.wiped.then(|| frame::to_cbor(&Entry::Wiped)));
        entries.extend(self.settings.iter().map(|s| frame::to_cbor(&Entry::Settings(s.clone()))));
        entries.extend((self.contact_ms > 0).then(|| frame::to_cbor(&Entry::Contact(self.contact_ms))));
        entries.extend(self.roster.iter().map(|r| frame::to_cbor(&Entry::Roster(r.clone()))));
        entries.extend(self.held.iter().map(|r| frame::to_cbor(&Entry::Record(r.clone()))));
        entries
    }
}

pub struct Store {
    dir: PathBuf,
    journal: Journal,
    state: State,
    /// Bytes of the journal after its last compaction.
    compacted_bytes: u64,
    max_bytes: u64,
}

impl Store {
    /// Opens the store of a toy, or begins one under a new epoch. Counts the restart.
    pub fn open(dir: &Path, toy: &Identity) -> Result<Self, StoreError> {
        let mut key = Zeroizing::new([0; 32]);
        let seed = Zeroizing::new(toy.seed());
        Hkdf::<Sha256>::new(Some(b"tikka toy store 1"), seed.as_slice())
            .expand(b"journal", key.as_mut_slice())
            .map_err(|_| StoreError::Key)?;
        let Some(found) = Journal::open(dir, &key)? else {
            let epoch = next_epoch(dir).map_err(StoreError::Epoch)?;
            let start = Start { epoch, last_seq: 0, durable: 0, restarts: 0 };
            let state = State::empty(start);
            let journal = Journal::create(dir, &key, &state.entries())?;
            let (dir, compacted_bytes) = (dir.to_owned(), journal.len_bytes());
            return Ok(Self { dir, compacted_bytes, journal, state, max_bytes: STORE_MAX_BYTES });
        };
        if found.torn_bytes > 0 {
            tracing::warn!(bytes = found.torn_bytes, "the last write was cut off by a crash and is gone");
        }
        let mut entries = found.entries.iter().map(|e| frame::from_cbor::<Entry>(e).map_err(StoreError::Entry));
        let Some(Entry::Start(start)) = entries.next().transpose()? else {
            return Err(StoreError::NoStart);
        };
        let mut state = State::empty(start);
        let mut rosters = 0;
        for entry in entries {
            let entry = entry?;
            rosters += usize::from(matches!(entry, Entry::Roster(_)));
            state.apply(entry);
        }
        let forgets = rosters > usize::from(state.roster.is_some()) || state.wiped;
        let (dir, journal) = (dir.to_owned(), found.journal);
        let mut store = Self { dir, compacted_bytes: 0, journal, state, max_bytes: STORE_MAX_BYTES };
        store.put(Entry::Restarted)?;
        if forgets {
            // A crash came between what the toy forgot and its leaving the disk.
            store.compact()?;
        }
        Ok(store)
    }

    /// What it is written with.
    pub fn power(&self) -> &Power {
        self.journal.power()
    }

    pub fn epoch(&self) -> u64 {
        self.state.start.epoch
    }

    pub fn restarts(&self) -> u32 {
        self.state.start.restarts
    }

    pub fn owner(&self) -> Option<&Owner> {
        self.state.owner.as_ref()
    }

    pub fn roster(&self) -> Option<&Roster> {
        self.state.roster.as_ref()
    }

    pub fn settings(&self) -> Option<&Settings> {
        self.state.settings.as_ref()
    }

    /// The toy obeys these from now on.
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), StoreError> {
        if self.settings() == Some(&settings) { Ok(()) } else { self.put(Entry::Settings(settings)) }
    }

    /// The hub was there at this time, by the toy's clock.
    pub fn set_contact(&mut self, at_ms: u64) -> Result<(), StoreError> {
        self.put(Entry::Contact(at_ms))
    }

    /// Is the hub away for so long that the toy must forget whom it carries?
    pub fn is_expired(&self, now_ms: u64) -> bool {
        let days = self.settings().map_or(ROSTER_DAYS, |settings| settings.roster_days);
        self.roster().is_some() && now_ms.saturating_sub(self.state.contact_ms) > u64::from(days) * DAY_MS
    }

    /// Forgets whom the toy carries, on the disk too. Its records stay.
    pub fn expire(&mut self) -> Result<(), StoreError> {
        self.put(Entry::Expired)?;
        self.compact()
    }

    /// The children that a worker registered on this toy, as long as it holds what was told of them.
    pub fn new_children(&self, worker: UserId) -> Vec<NewChild> {
        let records = self.state.held.iter().filter_map(|held| frame::from_cbor::<Record>(&held.body).ok());
        let children = records.filter(|record| record.worker == worker).filter_map(|record| match record.fact {
            Fact::Child(child) => Some(child),
            Fact::Dose(_) | Fact::Growth(_) | Fact::Sighting(_) => None,
        });
        children.collect()
    }

    pub fn last_seq(&self) -> u64 {
        self.state.start.last_seq
    }

    pub fn durable(&self) -> u64 {
        self.state.start.durable
    }

    /// Records not yet durable at the district.
    pub fn held(&self) -> usize {
        self.state.held.len()
    }

    pub fn free_bytes(&self) -> u64 {
        self.max_bytes.saturating_sub(self.journal.len_bytes())
    }

    /// Records that follow `seq`, in order, as many as fit one message of `max_bytes`.
    pub fn after(&self, seq: u64, max_count: usize, max_bytes: usize) -> Vec<SignedRecord> {
        let skip = seq.saturating_sub(self.durable());
        let mut bytes = 0;
        let fits = |r: &&SignedRecord| {
            bytes += frame::to_cbor(*r).len();
            bytes <= max_bytes
        };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        self.state.held.iter().skip(skip).take(max_count).take_while(fits).cloned().collect()
    }

    /// The toy belongs to this hub from now on. When it was another's it forgets whom it carried, on the disk too; a lock
    /// holds whoever has it. Records that wait go to the new one under the numbers that they have; when none waits, a
    /// new count begins, since the new one may never have heard of the old.
    pub fn set_owner(&mut self, owner: Owner) -> Result<(), StoreError> {
        let is_another = self.owner().is_some_and(|held| held.hub != owner.hub);
        if is_another && self.held() == 0 {
            let epoch = next_epoch(&self.dir).map_err(StoreError::Epoch)?;
            self.put(Entry::Start(Start { epoch, last_seq: 0, durable: 0, ..self.state.start }))?;
        }
        self.put(Entry::Owner(owner))?;
        if is_another { self.compact() } else { Ok(()) }
    }

    /// Takes a roster. One of another worker or of nobody makes the toy forget what it held, on the disk too.
    pub fn set_roster(&mut self, roster: Roster) -> Result<(), StoreError> {
        let worker = |roster: &Roster| roster.worker.as_ref().map(|w| w.id);
        let forget = self.roster().is_some_and(|held| worker(held) != worker(&roster));
        let nobodys = roster.worker.is_none();
        let roster =
            if nobodys { Roster { children: vec![], tasks: vec![], blocked: vec![], ..roster } } else { roster };
        self.put(Entry::Roster(roster))?;
        if forget { self.compact() } else { Ok(()) }
    }

    /// The order that holds.
    pub fn order(&self) -> Option<Order> {
        self.state.order
    }

    pub fn locked(&self) -> bool {
        self.order().is_some_and(|order| order.what != OrderKind::Unlock)
    }

    /// An order that is not done yet: records wait until they are committed at the hub, and then go.
    pub fn wiping(&self) -> bool {
        self.order().is_some_and(|order| order.what == OrderKind::Wipe) && !self.state.wiped
    }

    /// When the hub was there last, by the toy's clock.
    pub fn contact_ms(&self) -> u64 {
        self.state.contact_ms
    }

    /// Takes an order; the same one again changes nothing, nor does an older one: a hub that was put back from a backup
    /// does not know the newer. To wipe makes the toy forget its roster at once, on the
    /// disk too.
    pub fn set_order(&mut self, order: Order) -> Result<(), StoreError> {
        if self.order().is_some_and(|held| held == order || held.no > order.no) {
            return Ok(());
        }
        self.put(Entry::Order(order))?;
        if order.what == OrderKind::Wipe { self.compact() } else { Ok(()) }
    }

    /// Ends a wipe: every record was committed at the hub, and goes from the disk.
    pub fn wipe(&mut self) -> Result<(), StoreError> {
        self.put(Entry::Wiped)?;
        self.compact()
    }

    /// Signs and keeps a record. It is durable on the toy when this returns its sequence number.
    pub fn record(&mut self, toy: &Identity, worker: UserId, at_ms: u64, fact: Fact) -> Result<u64, StoreError> {
        let (epoch, seq) = (self.epoch(), self.last_seq() + 1);
        let record = Record { toy: toy.device_id(), epoch, seq, worker, at_ms, fact };
        let entry = Entry::Record(SignedRecord::sign(&record, toy));
        let needed = frame::to_cbor(&entry).len() as u64 + FRAME_OVERHEAD_BYTES + RESERVE_BYTES;
        if needed > self.free_bytes() {
            self.compact()?;
            if needed > self.free_bytes() {
                return Err(StoreError::Full);
            }
        }
        self.put(entry)?;
        Ok(seq)
    }

    /// All records up to `seq` are durable at the district and may be forgotten.
    pub fn set_durable(&mut self, seq: u64) -> Result<(), StoreError> {
        if seq > self.last_seq() {
            return Err(StoreError::NeverRecorded);
        }
        if seq > self.durable() { self.put(Entry::Durable(seq)) } else { Ok(()) }
    }

    fn put(&mut self, entry: Entry) -> Result<(), StoreError> {
        self.journal.append(&frame::to_cbor(&entry))?;
        self.state.apply(entry);
        let grown = self.journal.len_bytes().saturating_sub(self.compacted_bytes);
        if grown > COMPACT_AFTER_BYTES.max(self.compacted_bytes)
            && let Err(e) = self.compact()
        {
            // The entry itself is durable. The next one finds out whether the journal still works.
            tracing::warn!(error = %e, "the journal could not be compacted");
        }
        Ok(())
    }

    fn compact(&mut self) -> Result<(), StoreError> {
        self.journal.replace(&self.state.entries())?;
        self.compacted_bytes = self.journal.len_bytes();
        Ok(())
    }
}

/// A number above that of every store this toy had before: a store that was lost must not be mistaken for
/// the one that replaces it.
fn next_epoch(dir: &Path) -> io::Result<u64> {
    let last = match disk::get(dir, EPOCH)? {
        None => 0,
        Some(bytes) => {
            let text = String::from_utf8(bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
            text.trim().parse().map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?
        }
    };
    let next: u64 = last + 1;
    disk::put(dir, EPOCH, format!("{next}\n").as_bytes())?;
    Ok(next)
}

#[cfg(test)]
mod tests;
