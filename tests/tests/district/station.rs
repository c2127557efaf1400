//! A station of the test's own: logs in memory under the real uplink.

use clinic::record::command::Line;
use clinic::replica::{Content, content};
use hub::uplink::{LinkStatus, Uplink, UplinkConfig};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey};
use std::sync::Arc;
use std::time::Duration;
use tests::logs::Memory;
use tokio::sync::watch;

const DEADLINE: Duration = Duration::from_secs(90);

pub struct Station {
    pub key: Identity,
    pub logs: Arc<Memory>,
    origin: OriginId,
    grew: watch::Sender<u64>,
    pub line: watch::Sender<Line>,
}

impl Station {
    pub fn new(seed: u8) -> Self {
        let key = Identity::from_seed([seed; 32]);
        let logs = Arc::new(Memory::new(key.public_key()));
        Self {
            key,
            logs,
            origin: OriginId([100 + seed; 16]),
            grew: watch::channel(0).0,
            line: watch::channel(Line::default()).0,
        }
    }

    pub fn recovery(&self) -> PublicKey {
        Identity::from_seed([201; 32]).public_key()
    }

    pub fn append(&self, count: u64) {
        self.logs.append(self.origin, count);
        self.grew.send_modify(|n| *n += 1);
    }

    /// Events whose bodies do not pack.
    pub fn append_noise(&self, count: u64, bytes: usize) {
        self.logs.append_noise(self.origin, count, bytes);
        self.grew.send_modify(|n| *n += 1);
    }

    pub fn connect(&self, address: &str, district: DeviceId) -> Uplink {
        let identity = self.key.clone();
        let config = UplinkConfig { address: address.to_owned(), district, identity, meter: None };
        Uplink::start(config, self.logs.clone(), self.grew.subscribe(), self.line.subscribe())
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
