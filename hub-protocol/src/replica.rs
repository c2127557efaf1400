//! Station <-> district. The station dials, opens one bidirectional stream, and both write framed
//! messages ([`crate::frame`]). The protocol is the same in both directions: each node sends what it
//! wrote itself and the other lacks. A node that lost events of its own logs, restored from a backup, is given
//! them back in batches whose heads are the ones that it signed itself.
//!
//! The order: `Hello` from both; then `Batch` and `Ack` in both directions as long as the connection stands.
//! Before its hello a station may send `Enrol` (told `Enrolled`), `TakeOver` (told `TakenOver`) or, to a district
//! that does not know it any more, `Readmit`. Where the two hold different events in one log, the one who writes
//! it asks by `Ask` and `Tell` how far they are the same.

use crate::certificate::Certificate;
use crate::id::OriginId;
use crate::identity::{DeviceId, Domain, Identity, PublicKey};
use hmac::{Hmac, Mac};
use minicbor::{Decode, Encode};
use sha2::Sha256;

/// From version 2 on [`Message::More`] and [`Message::Held`] are sent.
pub const VERSION: u16 = 2;
/// The oldest that is still spoken.
pub const VERSION_MIN: u16 = 1;

/// The newest version that both sides speak, of what the other one says.
pub fn agreed_version(min: u16, max: u16) -> Option<u16> {
    let version = max.min(VERSION);
    (version >= min.max(VERSION_MIN)).then_some(version)
}

/// Logs one node may name in a hello: a station's own past origins and the district's log for it.
pub const HEADS_MAX: usize = 256;
/// Logs that one key may open, the district's for this station among them. Who stole a key can use up that key's and no
/// more: a new computer in the station's place has its own.
pub const LOGS_PER_KEY_MAX: usize = 48;
/// Events in one batch.
pub const BATCH_MAX_EVENTS: u32 = 2_000;
/// Bytes of one batch before compression: bounds what a small message can unfold to.
pub const BATCH_MAX_RAW_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of one event's body. The largest that a station writes (all of its settings for messages, with each text as long
/// as it may be) has some 210 KB, the largest of a district's (what a child takes along) some 260 KB.
pub const BODY_MAX_BYTES: usize = 384 * 1024;
/// The code with which the district closes a connection because another one with the same key came that writes the
/// same log: it is either a later one of the same machine, or a machine with a copy of its disk.
pub const CLOSE_REPLACED: u32 = 1;
/// Places of a log that one `Ask` names.
pub const ASK_MAX: usize = 32;
/// Keys that one after the other were a station's, the last one apart.
pub const FORMER_KEYS_MAX: usize = 64;
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
    #[n(6)]
    TakeOver(#[n(0)] TakeOver),
    #[n(7)]
    TakenOver(#[n(0)] TakenOver),
    /// "You took me in, here is your own word for it": nobody answers, a hello follows.
    #[n(8)]
    Readmit(#[n(0)] Certificate),
    /// Which hashes does the other hold at these places of a log that the sender writes?
    #[n(9)]
    Ask(#[n(0)] Ask),
    /// The answer: those of the places that are held.
    #[n(10)]
    Tell(#[n(0)] Vec<Head>),
    /// A batch that follows the sender's last one on this connection, and has few events.
    #[n(11)]
    More(#[n(0)] More),
    /// An ack for the log that the sender's last one on this connection named.
    #[n(12)]
    Held(#[n(0)] Held),
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
    /// The one log of its own that this node appends to. Two machines with one key (a copied disk) are told
    /// apart by it.
    #[n(4)]
    pub writes: Option<OriginId>,
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
        self.head.head.seq.checked_sub(self.first_seq).map_or(0, |more| more.saturating_add(1))
    }
}

/// At most eight events, which follow the last batch that the sender sent on this connection, in the same log. The receiver
/// computes the head; only the right one fits the signature.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct More {
    /// As a batch's head has it.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub signature: [u8; 64],
    /// The events as rows; under zstd against what the two remember of this direction: the rows of the batches that had
    /// at most eight events, of either form, their last 2,048 bytes.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub packed: Vec<u8>,
}

/// As [`Head`], without the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Held {
    #[n(0)]
    pub seq: u64,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: [u8; 32],
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

/// A new computer asks to be the station whose computer is gone: it proves the one-time secret on this very
/// connection, and that somebody holds the station's recovery key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TakeOver {
    #[n(0)]
    pub version_min: u16,
    #[n(1)]
    pub version_max: u16,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub proof: [u8; 32],
    /// By the key that the recovery key derives, see [`takeover_words`].
    #[cbor(n(3), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TakenOver {
    /// The district's name.
    #[n(0)]
    pub district: String,
    /// The name under which the district knows the station.
    #[n(1)]
    pub station: String,
    /// The keys that were the station's before, whose logs are now the new computer's own.
    #[n(2)]
    pub former: Vec<PublicKey>,
    /// All that the new computer is to receive.
    #[n(3)]
    pub heads: Vec<Head>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ask {
    #[n(0)]
    pub origin: OriginId,
    #[n(1)]
    pub seqs: Vec<u64>,
}

/// What the recovery key signs for a takeover: that on this connection this key is to be the station's.
pub fn takeover_words(exporter: &[u8; 32], key: &PublicKey) -> [u8; 64] {
    let mut words = [0; 64];
    words[..32].copy_from_slice(exporter);
    words[32..].copy_from_slice(&key.0);
    words
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
    #[error("the enrolment link is wrong, too old, or was used")]
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
    #[n(12)]
    #[error("the recovery key is not this station's")]
    BadRecovery,
    #[n(13)]
    #[error("another computer has taken this station over")]
    Replaced,
    #[n(14)]
    #[error("this key has opened all the logs that it may: a new computer in the station's place needs a new key")]
    TooManyLogs,
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
            Self::BadRecovery => "bad-recovery",
            Self::Replaced => "replaced",
            Self::TooManyLogs => "too-many-logs",
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

/// Why a text is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALink {
    #[error("this is not an enrolment link: it begins with tikka:// and has three parts, as the district prints it")]
    Form,
    #[error("the address in this link is not of the form host:port")]
    Address,
    #[error("a character of this link is wrong or missing: copy it once more, whole")]
    Slip,
}

impl std::str::FromStr for EnrolLink {
    type Err = NotALink;
    fn from_str(s: &str) -> Result<Self, NotALink> {
        let rest = s.trim().strip_prefix("tikka://").ok_or(NotALink::Form)?;
        let mut parts = rest.split('/');
        let (Some(address), Some(district), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotALink::Form);
        };
        let (host, port) = address.rsplit_once(':').ok_or(NotALink::Address)?;
        if host.is_empty() || port.parse::<u16>().is_err() {
            return Err(NotALink::Address);
        }
        let secret = crate::symbols::read_bytes(secret, ENROL_SECRET_BYTES).map_err(|_| NotALink::Slip)?;
        Ok(Self {
            address: address.to_owned(),
            district: DeviceId::from_full(district).map_err(|_| NotALink::Slip)?,
            secret: secret.try_into().map_err(|_| NotALink::Slip)?,
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
        assert_eq!(link.to_string().replace(":4433", "").parse::<EnrolLink>(), Err(NotALink::Address));
        let mut slip = link.to_string();
        slip.truncate(slip.len() - 1);
        assert_eq!(slip.parse::<EnrolLink>(), Err(NotALink::Slip));
        for not in ["", "district.example:4433", "https://district.example/x/y", "tikka://district.example:4433"] {
            assert_eq!(not.parse::<EnrolLink>(), Err(NotALink::Form), "{not}");
        }
    }
}
