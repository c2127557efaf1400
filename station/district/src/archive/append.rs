//! How events come to the end of a log, the same for every store: what is held is compared, what is missing before
//! is told, and of the signed heads enough are kept.

use super::{ArchiveError, StationNo};
use clinic::ledger::{Chain, Event};
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey};

/// Of signed heads that lie closer together than this many events, one is kept.
const SIGNED_EVERY_EVENTS: u64 = 500;

/// A log as a transaction finds it.
#[derive(Debug)]
pub struct Log {
    /// The store's own number of it.
    pub no: i64,
    pub station: StationNo,
    pub writer: PublicKey,
    pub end: Head,
    /// Where its last two signed heads are, the newest first.
    pub signed: Vec<u64>,
}

impl Log {
    pub fn new(no: i64, origin: OriginId, station: StationNo, writer: PublicKey) -> Self {
        Self { no, station, writer, end: Chain::empty(origin).head(), signed: vec![] }
    }
}

/// What a store does with a log within one transaction.
pub trait LogTables {
    /// Nobody else changes the log from here to the end of the transaction.
    fn log(&self, origin: OriginId) -> Result<Option<Log>, ArchiveError>;
    fn make_log(&self, origin: OriginId, station: StationNo, writer: &PublicKey) -> Result<Log, ArchiveError>;
    /// The hashes of the events from `first` to `last`, which are held.
    fn hashes(&self, log: &Log, first: u64, last: u64) -> Result<Vec<[u8; 32]>, ArchiveError>;
    /// Puts events after the log's end.
    fn insert(&self, log: &Log, events: &[Event]) -> Result<(), ArchiveError>;
    /// Keeps a signed head, in the place of another one if that is no longer needed.
    fn keep_signed(&self, log: &Log, head: &SignedHead, instead_of: Option<u64>) -> Result<(), ArchiveError>;
}

/// Puts events at the end of a log of `writer`, which is made if it is new. Gives the log's end.
pub(super) fn append(
    tables: &(impl LogTables + ?Sized),
    station: StationNo,
    writer: &PublicKey,
    events: &[Event],
    head: &SignedHead,
) -> Result<Head, ArchiveError> {
    let origin = head.head.origin;
    let log = match tables.log(origin)? {
        Some(log) if log.station == station && log.writer == *writer => log,
        Some(_) => return Err(ArchiveError::NotTheWriter { origin }),
        None => tables.make_log(origin, station, writer)?,
    };
    let new = compare(tables, &log, events)?;
    if !new.is_empty() {
        tables.insert(&log, new)?;
    }
    let end = new.last().map_or(log.end, |e| Head { origin, seq: e.id.seq, hash: e.hash });
    if end == head.head && log.signed.first() != Some(&end.seq) {
        tables.keep_signed(&log, head, superseded(&log.signed, end.seq))?;
    }
    Ok(end)
}

/// Puts events at the end of a log of the district's own. `held` is the end of the one that it writes now: whoever
/// looked before somebody else wrote is told so.
pub(super) fn append_own(
    tables: &impl LogTables,
    station: StationNo,
    district: &PublicKey,
    held: Option<Head>,
    events: &[Event],
    head: &SignedHead,
) -> Result<Head, ArchiveError> {
    let origin = head.head.origin;
    if !head.verify(district) {
        return Err(ArchiveError::NotTheWriter { origin });
    }
    let end = held.filter(|held| held.origin == origin).map_or(0, |held| held.seq);
    let first = events.first().map_or(0, |event| event.id.seq);
    if first <= end {
        return Err(ArchiveError::Fork { origin, seq: first });
    }
    append(tables, station, district, events, head)
}

/// The events that are not held yet. Those that are must be the same, and none may be missing before or between.
fn compare<'a>(
    tables: &(impl LogTables + ?Sized),
    log: &Log,
    events: &'a [Event],
) -> Result<&'a [Event], ArchiveError> {
    let origin = log.end.origin;
    let Some(first) = events.first().map(|e| e.id.seq) else { return Ok(events) };
    for (event, due) in events.iter().zip(first..) {
        let seq = event.id.seq;
        if event.id.origin != origin || seq != due || seq == 0 || first > log.end.seq + 1 {
            return Err(ArchiveError::Gap { origin, seq });
        }
    }
    let (held, new) = events.split_at(events.partition_point(|e| e.id.seq <= log.end.seq));
    if let Some(last) = held.last() {
        let hashes = tables.hashes(log, first, last.id.seq)?;
        if hashes.len() != held.len() {
            return Err(ArchiveError::Damaged("an event is missing in the middle of a log"));
        }
        if let Some((event, _)) = held.iter().zip(&hashes).find(|(event, hash)| event.hash != **hash) {
            return Err(ArchiveError::Fork { origin, seq: event.id.seq });
        }
    }
    Ok(new)
}

/// The newest signed head so far, unless the one before it lies too far back. The beginning of a log needs no signature.
fn superseded(signed: &[u64], next: u64) -> Option<u64> {
    let (near, far) = (signed.first()?, signed.get(1).unwrap_or(&0));
    (next - far <= SIGNED_EVERY_EVENTS).then_some(*near)
}
