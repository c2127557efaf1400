//! One event of a log, and its hash.

use super::Hlc;
use hub_protocol::frame::to_cbor;
use hub_protocol::replica::{BODY_MAX_BYTES, Head};
use hub_protocol::{OriginId, UserId};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

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

impl Entry {
    /// Is it small enough to be written? Who writes a log asks before; nobody takes one that is not.
    pub fn fits(&self) -> bool {
        self.body.len() <= BODY_MAX_BYTES
    }
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(n: u8) -> Entry {
        Entry { hlc: Hlc(u64::from(n)), actor: Actor(Some(UserId(7))), kind: 30, version: 1, body: vec![n] }
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
}
