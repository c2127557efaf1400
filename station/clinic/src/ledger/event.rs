//! One event of a log, its hash, and how a run of events is packed for the wire.

use super::Hlc;
use hub_protocol::frame::to_cbor;
use hub_protocol::replica::{BATCH_MAX_EVENTS, BATCH_MAX_RAW_BYTES, Head};
use hub_protocol::{OriginId, UserId};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

/// zstd level of a packed run: 3 is where the curve bends for rows like ours.
const ZSTD_LEVEL: i32 = 3;

/// Who did it: a person, or the node itself (founding, joining).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Actor(#[n(0)] pub Option<UserId>);

impl Actor {
    pub const NODE: Self = Self(None);
}

/// Which event: its log and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(map)]
pub struct EventId {
    #[n(0)]
    pub origin: OriginId,
    #[n(1)]
    pub seq: u64,
}

/// What a log holds at one place, without what follows from the place itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    #[n(0)]
    pub hlc: Hlc,
    #[n(1)]
    pub actor: Actor,
    /// See [`crate::record::Fact`].
    #[n(2)]
    pub kind: u16,
    /// Version of the body's form. Old versions stay readable for ever.
    #[n(3)]
    pub version: u8,
    /// Deterministic CBOR.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub entry: Entry,
    /// Over the entry, its place, and the hash before it.
    pub hash: [u8; 32],
}

/// The end of a log: where the next event goes and what its hash builds on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain(Head);

impl Chain {
    pub fn empty(origin: OriginId) -> Self {
        Self(Head { origin, seq: 0, hash: [0; 32] })
    }

    pub fn at(head: Head) -> Self {
        Self(head)
    }

    pub fn head(&self) -> Head {
        self.0
    }

    /// Puts an entry at the end of the log.
    pub fn append(&mut self, entry: Entry) -> Event {
        let id = EventId { origin: self.0.origin, seq: self.0.seq + 1 };
        let mut hasher = Sha256::new();
        hasher.update(b"tikka event 1\0");
        hasher.update(to_cbor(&id));
        hasher.update(to_cbor(&entry));
        hasher.update(self.0.hash);
        let hash = hasher.finalize().into();
        self.0 = Head { origin: id.origin, seq: id.seq, hash };
        Event { id, entry, hash }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("a packed run is damaged or too large: {0}")]
    Damaged(String),
    #[error("a packed run holds {0} events, over the limit")]
    TooMany(usize),
}

/// zstd over the entries' CBOR, one after the other. Their places and hashes follow and are not sent.
pub fn pack<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Vec<u8>, PackError> {
    let mut raw = Vec::new();
    for entry in entries {
        raw.extend_from_slice(&to_cbor(entry));
    }
    zstd::bulk::compress(&raw, ZSTD_LEVEL).map_err(|e| PackError::Damaged(e.to_string()))
}

/// Reads what [`pack`] wrote. Never unfolds to more than the limits, whatever the bytes claim.
pub fn unpack(packed: &[u8]) -> Result<Vec<Entry>, PackError> {
    let raw = zstd::bulk::decompress(packed, BATCH_MAX_RAW_BYTES).map_err(|e| PackError::Damaged(e.to_string()))?;
    let mut decoder = minicbor::Decoder::new(&raw);
    let mut entries = Vec::new();
    while decoder.position() < raw.len() {
        if entries.len() == BATCH_MAX_EVENTS as usize {
            return Err(PackError::TooMany(entries.len() + 1));
        }
        let start = decoder.position();
        let entry: Entry = decoder.decode().map_err(|e| PackError::Damaged(e.to_string()))?;
        // The hash is over the bytes: what would not encode to the same bytes again is not ours.
        if to_cbor(&entry) != raw[start..decoder.position()] {
            return Err(PackError::Damaged("an entry is not in deterministic form".into()));
        }
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(n: u8) -> Entry {
        Entry { hlc: Hlc(u64::from(n)), actor: Actor(Some(UserId(7))), kind: 30, version: 1, body: vec![n] }
    }

    #[test]
    fn a_packed_run_gives_the_same_chain() {
        let entries: Vec<Entry> = (0..9).map(entry).collect();
        let mut chain = Chain::empty(OriginId([3; 16]));
        let events: Vec<Event> = entries.iter().cloned().map(|e| chain.append(e)).collect();
        let mut again = Chain::empty(OriginId([3; 16]));
        let read: Vec<Event> = unpack(&pack(&entries).unwrap()).unwrap().into_iter().map(|e| again.append(e)).collect();
        assert_eq!(events, read);
        assert_eq!(chain, again);
    }

    #[test]
    fn one_changed_byte_changes_every_later_hash() {
        let run = |third: u8| {
            let mut chain = Chain::empty(OriginId([3; 16]));
            [1, 2, third, 4].map(|n| chain.append(entry(n)).hash)
        };
        let (a, b) = (run(3), run(9));
        assert_eq!(a[..2], b[..2]);
        assert_ne!(a[2], b[2]);
        assert_ne!(a[3], b[3]);
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = zstd::bulk::compress(&vec![0u8; BATCH_MAX_RAW_BYTES + 1], ZSTD_LEVEL).unwrap();
        assert!(matches!(unpack(&bomb), Err(PackError::Damaged(_))));
        assert!(unpack(&[1, 2, 3]).is_err());
    }
}
