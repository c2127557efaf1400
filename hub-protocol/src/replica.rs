//! Station <-> district. The station dials, opens one bidirectional stream, and both write framed
//! messages ([`crate::frame`]). The protocol is the same in both directions: each node sends what it
//! wrote itself and the other lacks. A node that lost events of its own logs, restored from a backup, is given
//! them back in batches whose heads are the ones that it signed itself.
//!
//! The order: `Hello` from both (a station that enrols sends `Enrol` first and is told `Enrolled`);
//! then `Batch` and `Ack` in both directions as long as the connection stands.

use crate::id::OriginId;
use crate::identity::{DeviceId, Domain, Identity, PublicKey};
use hmac::{Hmac, Mac};
use minicbor::{Decode, Encode};
use sha2::Sha256;

pub const VERSION: u16 = 1;

/// Logs one node may name in a hello: a station's own past origins and the district's log for it.
pub const HEADS_MAX: usize = 256;
/// Events in one batch.
pub const BATCH_MAX_EVENTS: u32 = 2_000;
/// Bytes of one batch before compression: bounds what a small message can unfold to.
pub const BATCH_MAX_RAW_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of the one-time enrolment secret.
pub const ENROL_SECRET_BYTES: usize = 15;

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Message {
    #[n(0)]
    Hello(#[n(0)] Hello),
    #[n(1)]
    Enrol(#[n(0)] Enrol),
    #[n(2)]
    Enrolled(#[n(0)] Enrolled),
    #[n(3)]
    Batch(#[n(0)] Batch),
    #[n(4)]
    Ack(#[n(0)] Head),
    #[n(5)]
    Refused(#[n(0)] Refusal),
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Hello {
    #[n(0)]
    pub version_min: u16,
    #[n(1)]
    pub version_max: u16,
    /// Wall clock, ms since 1970.
    #[n(2)]
    pub now_ms: u64,
    /// What this node *holds*, durably: of the other's logs and of its own.
    #[n(3)]
    pub heads: Vec<Head>,
}

/// How far a log is held: the last sequence and the chain hash there. Sequence 0 is the empty log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Head {
    #[n(0)]
    pub origin: OriginId,
    #[n(1)]
    pub seq: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub hash: [u8; 32],
}

impl Head {
    /// The bytes a node signs for a head of its own log.
    fn signed_bytes(&self) -> Vec<u8> {
        crate::frame::to_cbor(self)
    }

    pub fn sign(self, node: &Identity) -> SignedHead {
        let signature = node.sign(Domain::LedgerHead, &self.signed_bytes());
        SignedHead { head: self, signature }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedHead {
    #[n(0)]
    pub head: Head,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

impl SignedHead {
    pub fn verify(&self, node: &PublicKey) -> bool {
        node.verify(Domain::LedgerHead, &self.head.signed_bytes(), &self.signature)
    }
}

/// Events `first_seq ..= head.seq` of one log, without their hashes: the receiver computes the chain
/// from what it holds and stores nothing unless it ends in the signed head.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Batch {
    #[n(0)]
    pub first_seq: u64,
    #[n(1)]
    pub head: SignedHead,
    /// The events, packed; at most [`BATCH_MAX_RAW_BYTES`] unpacked.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub packed: Vec<u8>,
}

impl Batch {
    /// How many events it says it has.
    pub fn events(&self) -> u64 {
        (self.head.head.seq + 1).saturating_sub(self.first_seq)
    }
}

/// A station asks to be taken in, proving the one-time secret on this very connection.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Enrol {
    #[n(0)]
    pub version_min: u16,
    #[n(1)]
    pub version_max: u16,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub proof: [u8; 32],
    /// The public half of the key that the printed recovery key derives: a takeover needs it.
    #[n(3)]
    pub recovery: PublicKey,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Enrolled {
    /// The district's name.
    #[n(0)]
    pub district: String,
    /// The name under which the district knows the station.
    #[n(1)]
    pub station: String,
}

/// HMAC-SHA256 over what the TLS exporter gives for [`crate::tls::EXPORTER_LABEL`] (32 bytes, no context).
pub fn enrol_proof(secret: &[u8], exporter: &[u8; 32]) -> [u8; 32] {
    enrol_mac(secret, exporter).finalize().into_bytes().into()
}

/// Compares in constant time.
pub fn enrol_proof_fits(secret: &[u8], exporter: &[u8; 32], proof: &[u8; 32]) -> bool {
    enrol_mac(secret, exporter).verify_slice(proof).is_ok()
}

fn enrol_mac(secret: &[u8], exporter: &[u8; 32]) -> Hmac<Sha256> {
    crate::identity::mac(secret, b"tikka enrol 1\0", exporter)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, thiserror::Error)]
#[cbor(index_only)]
pub enum Refusal {
    #[n(0)]
    #[error("no version that both sides speak")]
    Version,
    #[n(1)]
    #[error("this station is not enrolled here")]
    UnknownStation,
    #[n(2)]
    #[error("the enrolment link is wrong or was used")]
    BadSecret,
    #[n(3)]
    #[error("the message is not what this version understands")]
    Malformed,
    #[n(4)]
    #[error("the chain of events does not fit its signed head")]
    BadChain,
    #[n(5)]
    #[error("a signature is wrong")]
    BadSignature,
    #[n(6)]
    #[error("the log is not the one that was held before")]
    Fork,
    #[n(7)]
    #[error("a log that the sender may not write")]
    NotYours,
    #[n(8)]
    #[error("events are missing before this batch")]
    Gap,
    #[n(9)]
    #[error("the receiver cannot store now")]
    Storage,
    #[n(10)]
    #[error("this station is quarantined")]
    Quarantined,
    #[n(11)]
    #[error("a message that does not belong here")]
    OutOfOrder,
}

impl Refusal {
    /// For logs and counters, which machines read.
    pub fn code(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::UnknownStation => "unknown-station",
            Self::BadSecret => "bad-secret",
            Self::Malformed => "malformed",
            Self::BadChain => "bad-chain",
            Self::BadSignature => "bad-signature",
            Self::Fork => "fork",
            Self::NotYours => "not-yours",
            Self::Gap => "gap",
            Self::Storage => "storage",
            Self::Quarantined => "quarantined",
            Self::OutOfOrder => "out-of-order",
        }
    }
}

/// What `tikka-district enroll` prints: where the district is, who it is, and the one-time secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolLink {
    /// `host:port`.
    pub address: String,
    pub district: DeviceId,
    pub secret: [u8; ENROL_SECRET_BYTES],
}

impl std::fmt::Display for EnrolLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let secret = crate::symbols::write_bytes(&self.secret);
        write!(f, "tikka://{}/{}/{secret}", self.address, self.district.full())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an enrolment link")]
pub struct NotALink;

impl std::str::FromStr for EnrolLink {
    type Err = NotALink;
    fn from_str(s: &str) -> Result<Self, NotALink> {
        let rest = s.trim().strip_prefix("tikka://").ok_or(NotALink)?;
        let mut parts = rest.split('/');
        let (Some(address), Some(district), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotALink);
        };
        let secret = crate::symbols::read_bytes(secret, ENROL_SECRET_BYTES).map_err(|_| NotALink)?;
        let (host, port) = address.rsplit_once(':').ok_or(NotALink)?;
        if host.is_empty() || port.parse::<u16>().is_err() {
            return Err(NotALink);
        }
        Ok(Self {
            address: address.to_owned(),
            district: DeviceId::from_full(district).map_err(|_| NotALink)?,
            secret: secret.try_into().map_err(|_| NotALink)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_back_and_a_slip_is_found() {
        let link = EnrolLink {
            address: "district.example:4433".into(),
            district: Identity::from_seed([1; 32]).device_id(),
            secret: [9; ENROL_SECRET_BYTES],
        };
        assert_eq!(link.to_string().parse(), Ok(link.clone()));
        assert_eq!(link.to_string().replace(":4433", "").parse::<EnrolLink>(), Err(NotALink));
        let mut slip = link.to_string();
        slip.truncate(slip.len() - 1);
        assert_eq!(slip.parse::<EnrolLink>(), Err(NotALink));
    }
}
