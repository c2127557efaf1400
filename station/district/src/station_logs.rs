//! The archive as one station may see it: its own logs and the district's log for it, nothing of others.

use crate::archive::identities::{Reopening, Run};
use crate::archive::{Archive, ArchiveError, Peer, Station, StationNo};
use crate::wall_ms;
use clinic::ledger::{Actor, Chain, Entry, Event, Hlc, HlcClock};
use clinic::record::Fact;
use clinic::record::fact::{LogReopened, OpenedWhy, OriginOpened};
use clinic::record::moved::branch;
use clinic::replica::Logs;
use hub_protocol::replica::{Head, LOGS_PER_KEY_MAX, SignedHead};
use hub_protocol::{OriginId, PublicKey};
use std::sync::Arc;

/// Events and bytes of bodies read at once.
const PAGE_EVENTS: u32 = 2_000;
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// What comes is kept only as long as the station is in good standing, with the key that it has here.
#[derive(Debug)]
pub struct StationLogs<A> {
    archive: Arc<A>,
    station: StationNo,
    key: PublicKey,
}

impl<A> StationLogs<A> {
    pub fn new(archive: Arc<A>, station: &Station) -> Self {
        Self { archive, station: station.no, key: station.key }
    }

    fn peer(&self) -> Peer {
        Peer { station: self.station, key: self.key, now_ms: wall_ms() }
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

    fn store(&self, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError> {
        // A log says first whose it is.
        if events.first().is_some_and(|first| first.id.seq == 1 && !opens(first, writer)) {
            return Err(ArchiveError::NotOpened { origin: head.head.origin });
        }
        if *writer == self.key {
            return self.archive.store(&self.peer(), events, head);
        }
        self.archive.keep(&self.peer(), writer, events, head)
    }

    fn writes(&self) -> Result<Option<OriginId>, ArchiveError> {
        Ok(self.archive.own_log(self.station)?.map(|head| head.origin))
    }

    fn former(&self, key: &PublicKey) -> Result<Vec<PublicKey>, ArchiveError> {
        if *key == self.archive.identity()?.public_key() {
            return Ok(Vec::new());
        }
        self.archive.former_keys(self.station)
    }

    fn reopen(&self, origin: OriginId, common: u64) -> Result<(), ArchiveError> {
        let node = self.archive.identity()?;
        let logs = self.archive.logs(self.station)?;
        // What moves goes to another, and a new one is written. A station that says again and again that it holds
        // something else gets no further.
        if logs.iter().filter(|log| log.writer == node.public_key()).count() + 2 > LOGS_PER_KEY_MAX {
            return Err(ArchiveError::TooManyLogs { origin });
        }
        let held = logs.into_iter().map(|log| log.head).find(|head| head.origin == origin);
        let (Some(end), Some(hash)) = (held, self.hash_at(origin, common)?) else {
            return Err(ArchiveError::Gap { origin, seq: common });
        };
        let mut moved = Vec::new();
        while common + (moved.len() as u64) < end.seq {
            let seq = common + moved.len() as u64;
            let page = self.archive.events(origin, seq, PAGE_EVENTS, PAGE_BYTES)?;
            if page.is_empty() {
                return Err(ArchiveError::Gap { origin, seq });
            }
            moved.extend(page);
        }
        let latest = moved.iter().map(|event| event.entry.hlc).max();
        let count = moved.len() as u64;
        let moved = branch(&node, &moved).map(|(events, head)| Run { events, head });
        let fresh = if self.writes()? == Some(origin) {
            let mut id = [0; 16];
            getrandom::fill(&mut id).map_err(|error| ArchiveError::Database(Box::new(error)))?;
            let facts = [
                Fact::OriginOpened(OriginOpened { node: node.public_key(), why: OpenedWhy::Reopened }),
                Fact::LogReopened(LogReopened {
                    origin,
                    common,
                    moved: count,
                    to: moved.as_ref().map(|run| run.head.head.origin),
                }),
            ];
            let mut clock = HlcClock::after(latest.unwrap_or(Hlc(0)));
            let mut chain = Chain::empty(OriginId(id));
            let events = facts.map(|fact| chain.append(fact.to_entry(clock.tick(wall_ms()), Actor::NODE))).into();
            Some(Run { events, head: chain.head().sign(&node) })
        } else {
            None
        };
        let kept = self.archive.signed_head(origin, common - 1, common)?.is_some();
        let common = Head { origin, seq: common, hash }.sign(&node);
        self.archive.reopen(&self.peer(), &Reopening { end, common, kept, moved, fresh })
    }
}

fn opens(first: &Event, writer: &PublicKey) -> bool {
    matches!(Fact::of(&first.entry), Ok(Fact::OriginOpened(opened)) if opened.node == *writer)
}
