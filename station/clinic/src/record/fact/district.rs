//! What a district tells a station in its log for it (a directive), what the station answers, and what the district
//! writes down for itself. Kinds from 100 on.

use super::Sought;
use crate::ledger::{Entry, EventId};
use crate::record::role::Role;
use crate::record::secret::SecretHash;
use hub_protocol::certificate::Certificate;
use hub_protocol::{ChildId, Day, DeviceId, OriginId, PublicKey, UserId};
use minicbor::{Decode, Encode};

/// The first directive: the station was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StationAdmitted {
    #[n(0)]
    pub district: DeviceId,
    #[n(1)]
    pub district_key: PublicKey,
    #[n(2)]
    pub district_name: String,
    #[n(3)]
    pub station_name: String,
    /// The district's word for it, which the station can show again. Since version 2.
    #[n(4)]
    pub certificate: Option<Certificate>,
}

/// A new computer has taken the place of the one whose key was `former`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StationReplaced {
    #[n(0)]
    pub former: PublicKey,
    #[n(1)]
    pub certificate: Certificate,
}

/// A person for the station, or the new code of one who has none: with it the person chooses a password there,
/// while an Admin is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct UserSent {
    #[n(0)]
    pub user: UserId,
    /// Lower case; what is typed at login.
    #[n(1)]
    pub login: String,
    #[n(2)]
    pub name: String,
    #[n(3)]
    pub role: Role,
    /// Of the one-time code.
    #[n(4)]
    pub code: SecretHash,
}

/// An event of another station's log, as it stands there; the district vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Carried {
    #[n(0)]
    pub id: EventId,
    #[n(1)]
    pub entry: Entry,
}

/// Somebody who is no user of the station, but wrote what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Author {
    #[n(0)]
    pub user: UserId,
    #[n(1)]
    pub name: String,
    /// Where they wrote it, when it is not the place that the rest is from.
    #[n(2)]
    pub place: Option<String>,
}

/// Which part of a child's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Part {
    /// More of it comes: the child is not looked after here yet.
    #[n(0)]
    More,
    /// From here on the child is looked after by the station.
    #[n(1)]
    Last,
    /// What the other station wrote when it did not know yet that the child had moved.
    #[n(2)]
    Late,
}

/// A child moves to this station with its whole history. It arrives without a worker. A long history comes in
/// several of these.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildMovedIn {
    #[n(0)]
    pub child: ChildId,
    /// The name of the station from which it comes.
    #[n(1)]
    pub from: String,
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub part: Part,
    /// In the order in which they happened.
    #[n(4)]
    pub events: Vec<Carried>,
    /// Who wrote them.
    #[n(5)]
    pub authors: Vec<Author>,
}

/// The child is looked after by another station of the district from now on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildMovedOut {
    #[n(0)]
    pub child: ChildId,
    /// The name of that station.
    #[n(1)]
    pub to: String,
    #[n(2)]
    pub on: Day,
}

/// The record for which the station asked does not come.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildWithheld {
    #[n(0)]
    pub sought: Sought,
    #[n(1)]
    pub reason: String,
}

/// What is only known to the district and its stations.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct SealingKey(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

/// The key with which the summary on a card is sealed from now on. Earlier ones stay, to read what they sealed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardKeyMade {
    /// Each next one is greater by one.
    #[n(0)]
    pub id: u32,
    #[n(1)]
    pub key: SealingKey,
}

/// Another station of the district: what it signs (a card) can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StationKnown {
    #[n(0)]
    pub key: PublicKey,
    #[n(1)]
    pub name: String,
}

/// What this station signs is believed no more.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StationForgotten {
    #[n(0)]
    pub key: PublicKey,
}

/// The name under which the district knows the station now.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StationRenamed {
    #[n(0)]
    pub name: String,
}

/// How many days a station may go on without the district.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ContactRule {
    #[n(0)]
    pub days: u16,
}

/// The name of one of the district's people, who is the actor of what follows.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OperatorKnown {
    #[n(0)]
    pub operator: Author,
}

/// In a station's own log: the district's log `origin` is in force up to this event. What the directives change,
/// they change here, whenever they arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DirectivesTaken {
    #[n(0)]
    pub origin: OriginId,
    #[n(1)]
    pub seq: u64,
}

/// In a station's own log: a person whom the district sent has a password here now.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct UserAdmitted {
    #[n(0)]
    pub user: UserId,
}

/// In the district's own log: the password of one of its people.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OperatorPassword {
    #[n(0)]
    pub user: UserId,
    #[n(1)]
    pub password: SecretHash,
}

/// In the district's own log: a station is kept out for good.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StationRevoked {
    #[n(0)]
    pub station: DeviceId,
    #[n(1)]
    pub reason: String,
}

/// In the district's own log: a person has looked at a station that was quarantined or spoke with two voices, and it may
/// connect again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StationReadmitted {
    #[n(0)]
    pub station: DeviceId,
}

/// In the district's own log: one of its people was shown children's records.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OperatorLooked {
    /// The children who were shown.
    #[n(0)]
    pub children: Vec<ChildId>,
}
