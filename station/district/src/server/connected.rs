//! Who is connected. One key has a few connections at once and no more, whatever is said over them.

use super::{CLOSE_CROWDED, CLOSE_REFUSED, CLOSE_REPLACED};
use hub_protocol::{DeviceId, OriginId};
use quinn::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Connections of one key at once: of a machine and of one with a copy of its disk, each with one that is dead and not
/// yet known to be. One more closes the oldest: of those that have not said hello, if there are any.
const OF_A_KEY_MAX: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Connected(Mutex<HashMap<DeviceId, Vec<Held>>>);

#[derive(Debug)]
struct Held {
    connection: Connection,
    /// Once it was let in: the log that it says it writes.
    speaks: Option<Option<OriginId>>,
}

/// A connection that is counted until this is dropped.
pub(super) struct Place<'a> {
    of: &'a Connected,
    device: DeviceId,
    id: usize,
}

impl Connected {
    /// After the handshake, which proved the key.
    pub fn enter(&self, device: DeviceId, connection: &Connection) -> Place<'_> {
        let mut all = self.all();
        let held = all.entry(device).or_default();
        if held.len() >= OF_A_KEY_MAX {
            let silent = held.iter().position(|held| held.speaks.is_none());
            held.remove(silent.unwrap_or(0)).connection.close(CLOSE_CROWDED, b"too many connections of one key");
        }
        held.push(Held { connection: connection.clone(), speaks: None });
        Place { of: self, device, id: connection.stable_id() }
    }

    /// Whoever was let in.
    pub fn devices(&self) -> HashSet<DeviceId> {
        let spoke = |held: &[Held]| held.iter().any(|held| held.speaks.is_some());
        self.all().iter().filter(|(_, held)| spoke(held)).map(|(device, _)| *device).collect()
    }

    /// Ends the connections of a station.
    pub fn hang_up(&self, device: DeviceId) {
        for held in self.all().get(&device).into_iter().flatten() {
            tracing::info!(device = device.short(), "a station is shut out");
            held.connection.close(CLOSE_REFUSED, b"shut out");
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<DeviceId, Vec<Held>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// It was let in and says which log it writes. An older connection that said the same is closed: a station dials
    /// again before we know that its last connection is dead. A second machine that writes the same log closes the
    /// first one's connection too, and that one goes on under another log.
    pub fn speaks(&self, writes: Option<OriginId>) {
        let mut all = self.of.all();
        for held in all.get_mut(&self.device).into_iter().flatten() {
            if held.connection.stable_id() == self.id {
                held.speaks = Some(writes);
            } else if held.speaks == Some(writes) {
                held.connection.close(CLOSE_REPLACED, b"replaced by a newer connection");
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut all = self.of.all();
        if let Some(held) = all.get_mut(&self.device) {
            held.retain(|held| held.connection.stable_id() != self.id);
            if held.is_empty() {
                all.remove(&self.device);
            }
        }
    }
}
