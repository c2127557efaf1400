//! The events of a station's logs in the order in which they count: by (clock, origin, sequence), and within a log by
//! its sequence. Where a clock falls within a log, which the station's own program never lets it, the event counts by
//! the latest clock before it: the order is the same however many events are taken at once.

use super::MirrorError;
use crate::ledger::{Chain, Event, Hlc};
use crate::replica::Logs;
use crate::store::sql::{bytes, one, uint};
use hub_protocol::OriginId;
use hub_protocol::replica::Head;
use rusqlite::Connection;
use std::collections::VecDeque;

/// Events read at once.
const PAGE_EVENTS: u32 = 500;
const PAGE_BYTES: usize = 1024 * 1024;

pub(super) struct Order {
    logs: Vec<Log>,
}

struct Log {
    chain: Chain,
    end: u64,
    latest: Hlc,
    page: VecDeque<Placed>,
}

/// An event, and the clock by which it counts.
pub(super) struct Placed {
    pub event: Event,
    pub hlc: Hlc,
}

impl Order {
    /// From where the tables of `conn` are.
    pub fn begin(conn: &Connection, own: &[Head]) -> rusqlite::Result<Self> {
        let logs = own.iter().map(|head| {
            let origin = head.origin;
            let at = one(conn, "SELECT seq, hash, hlc FROM mirrored WHERE origin = ?1", [origin.0], |r| {
                Ok((Chain::at(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }), Hlc(uint(r.get(2)?))))
            })?;
            let (chain, latest) = at.unwrap_or((Chain::empty(origin), Hlc(0)));
            Ok(Log { chain, end: head.seq, latest, page: VecDeque::new() })
        });
        Ok(Self { logs: logs.collect::<rusqlite::Result<_>>()? })
    }

    pub fn next<L: Logs>(&mut self, logs: &L) -> Result<Option<Placed>, MirrorError<L::Error>> {
        for log in &mut self.logs {
            let Head { origin, seq, .. } = log.chain.head();
            if log.page.is_empty() && seq < log.end {
                let entries = logs.entries(origin, seq, PAGE_EVENTS, PAGE_BYTES).map_err(MirrorError::Logs)?;
                for entry in entries {
                    let event = log.chain.append(entry);
                    log.latest = log.latest.max(event.entry.hlc);
                    log.page.push_back(Placed { event, hlc: log.latest });
                }
            }
        }
        let first = self.logs.iter_mut().filter(|log| !log.page.is_empty());
        let first = first.min_by_key(|log| log.page.front().map(|placed| (placed.hlc, placed.event.id.origin)));
        Ok(first.and_then(|log| log.page.pop_front()))
    }
}

/// The events of one log after `after` and up to `last`, as far as they are held.
pub(super) fn read_all<L: Logs>(
    logs: &L,
    origin: OriginId,
    after: u64,
    last: u64,
) -> Result<Vec<Event>, MirrorError<L::Error>> {
    // What is applied is not hashed again: it was when it was stored.
    let mut chain = Chain::at(Head { origin, seq: after, hash: [0; 32] });
    let mut events = Vec::new();
    while chain.head().seq < last {
        let entries = logs.entries(origin, chain.head().seq, PAGE_EVENTS, PAGE_BYTES).map_err(MirrorError::Logs)?;
        if entries.is_empty() {
            break;
        }
        events.extend(entries.into_iter().map(|entry| chain.append(entry)));
    }
    events.retain(|event| event.id.seq <= last);
    Ok(events)
}
