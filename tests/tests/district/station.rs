//! A station of the test's own: logs in memory under the real uplink.

use clinic::ledger::{Actor, Chain, Entry, Event, Hlc};
use clinic::record::Fact;
use clinic::replica::{Content, Logs, content};
use hub::uplink::{LinkStatus, Uplink, UplinkConfig};
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

const DEADLINE: Duration = Duration::from_secs(30);

pub struct Station {
    pub key: Identity,
    pub logs: Arc<Memory>,
    origin: OriginId,
    grew: watch::Sender<u64>,
}

impl Station {
    pub fn new(seed: u8) -> Self {
        let key = Identity::from_seed([seed; 32]);
        let logs = Arc::new(Memory { own: key.public_key(), state: Mutex::default() });
        Self { key, logs, origin: OriginId([100 + seed; 16]), grew: watch::channel(0).0 }
    }

    pub fn recovery(&self) -> PublicKey {
        Identity::from_seed([201; 32]).public_key()
    }

    pub fn append(&self, count: u64) {
        self.logs.append(self.origin, count);
        self.grew.send_modify(|n| *n += 1);
    }

    pub fn connect(&self, address: &str, district: DeviceId) -> Uplink {
        let config = UplinkConfig { address: address.to_owned(), district, identity: self.key.clone() };
        Uplink::start(config, self.logs.clone(), self.grew.subscribe())
    }

    pub fn content(&self) -> Content {
        content(self.logs.as_ref(), &self.key.public_key()).unwrap()
    }

    /// How much of this station's log the district has proved to hold.
    pub fn acked(&self, link: &Uplink) -> u64 {
        link.status().borrow().acked.iter().find(|h| h.origin == self.origin).map_or(0, |h| h.seq)
    }

    pub async fn all_acked(&self, link: &Uplink) {
        let heads = self.logs.heads_of(&self.key);
        eventually(link, |status| status.acked == heads).await;
        // The store is told a moment after the status.
        let end = tokio::time::Instant::now() + DEADLINE;
        while self.logs.proved() != heads {
            assert!(tokio::time::Instant::now() < end, "the store was not told");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

pub async fn eventually(link: &Uplink, wanted: impl Fn(&LinkStatus) -> bool) {
    let mut status = link.status();
    let reached = tokio::time::timeout(DEADLINE, status.wait_for(|s| wanted(s))).await.map(|r| r.map(drop));
    assert!(matches!(reached, Ok(Ok(()))), "the link stays at {:?}", link.status().borrow());
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A random number; what it was is printed by who uses it.
pub fn random() -> u32 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish() as u32
}

#[derive(Debug, thiserror::Error)]
#[error("another event is held at this place, or events are missing before it")]
pub struct Refused;

pub struct Memory {
    own: PublicKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    logs: BTreeMap<OriginId, Log>,
    proved: BTreeMap<OriginId, Head>,
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
    fn append(&self, origin: OriginId, count: u64) {
        let mut state = self.state.lock().unwrap();
        let log = state.logs.entry(origin).or_insert(Log { writer: self.own, events: vec![] });
        let mut chain = log.end(origin);
        for n in chain.head().seq..chain.head().seq + count {
            // About as large as a dose.
            let body = format!("event {n} of a busy clinic, {}", "x".repeat((n % 90) as usize)).into_bytes();
            log.events.push(chain.append(Entry { hlc: Hlc(n), actor: Actor::NODE, kind: 30, version: 1, body }));
        }
    }

    pub fn heads_of(&self, key: &Identity) -> Vec<Head> {
        let state = self.state.lock().unwrap();
        let own = state.logs.iter().filter(|(_, log)| log.writer == key.public_key());
        own.map(|(origin, log)| log.end(*origin).head()).collect()
    }

    pub fn proved(&self) -> Vec<Head> {
        self.state.lock().unwrap().proved.values().copied().collect()
    }

    /// What the node with this id wrote, as facts.
    pub fn facts_by(&self, device: DeviceId) -> Vec<Fact> {
        let state = self.state.lock().unwrap();
        let logs = state.logs.values().filter(|log| log.writer.device_id() == device);
        logs.flat_map(|log| log.events.iter().map(|e| Fact::of(&e.entry).unwrap())).collect()
    }
}

impl Logs for Memory {
    type Error = Refused;

    fn heads(&self) -> Result<Vec<Head>, Refused> {
        let state = self.state.lock().unwrap();
        Ok(state.logs.iter().map(|(origin, log)| log.end(*origin).head()).collect())
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, Refused> {
        Ok(self.state.lock().unwrap().logs.get(&origin).map(|log| log.writer))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, Refused> {
        let state = self.state.lock().unwrap();
        Ok(state.logs.get(&origin).and_then(|log| log.events.get(seq as usize - 1)).map(|e| e.hash))
    }

    fn entries(&self, origin: OriginId, after: u64, events: u32, _bytes: usize) -> Result<Vec<Entry>, Refused> {
        let state = self.state.lock().unwrap();
        let page = state.logs[&origin].events.iter().skip(after as usize).take(events as usize);
        Ok(page.map(|e| e.entry.clone()).collect())
    }

    fn store(&self, events: &[Event], head: SignedHead) -> Result<Head, Refused> {
        let origin = head.head.origin;
        let mut state = self.state.lock().unwrap();
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
        self.state.lock().unwrap().proved.insert(head.origin, head);
        Ok(())
    }
}
