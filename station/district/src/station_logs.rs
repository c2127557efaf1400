//! The archive as one station may see it: its own logs and the district's log for it, nothing of others.

use crate::archive::{Archive, ArchiveError, StationNo};
use crate::wall_ms;
use clinic::ledger::{Entry, Event};
use clinic::replica::Logs;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey};
use std::sync::Arc;

#[derive(Debug)]
pub struct StationLogs<A> {
    archive: Arc<A>,
    station: StationNo,
}

impl<A> StationLogs<A> {
    pub fn new(archive: Arc<A>, station: StationNo) -> Self {
        Self { archive, station }
    }
}

impl<A: Archive> Logs for StationLogs<A> {
    type Error = ArchiveError;

    fn heads(&self) -> Result<Vec<Head>, ArchiveError> {
        Ok(self.archive.logs(self.station)?.into_iter().map(|log| log.head).collect())
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, ArchiveError> {
        self.archive.writer(origin)
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.archive.hash_at(origin, seq)
    }

    fn entries(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, ArchiveError> {
        self.archive.entries(origin, after, max_events, max_bytes)
    }

    fn signed_head(&self, origin: OriginId, after: u64, last: u64) -> Result<Option<SignedHead>, ArchiveError> {
        self.archive.signed_head(origin, after, last)
    }

    fn store(&self, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError> {
        self.archive.store(self.station, events, head, wall_ms())
    }
}
