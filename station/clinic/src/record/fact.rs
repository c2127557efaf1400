//! What happened: the body of each kind of event. A body's form never changes; a new form gets a new
//! version, and the old one stays readable.

use super::role::Role;
use crate::ledger::{Actor, Entry, Hlc};
use hub_protocol::frame::{FrameError, from_cbor, to_cbor};
use hub_protocol::toy::TaskKind;
use hub_protocol::{CardNo, ChildId, Day, DeviceId, PublicKey, TaskId, UserId};
use minicbor::{Decode, Encode};

macro_rules! facts {
    ($($(#[$doc:meta])* $kind:literal => $name:ident),* $(,)?) => {
        /// One fact of the ledger.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Fact { $($(#[$doc])* $name($name)),* }

        impl Fact {
            pub fn kind(&self) -> u16 {
                match self { $(Self::$name(_) => $kind),* }
            }

            fn body(&self) -> Vec<u8> {
                match self { $(Self::$name(body) => to_cbor(body)),* }
            }

            /// Reads the fact of an event.
            pub fn of(entry: &Entry) -> Result<Self, FactError> {
                match (entry.kind, entry.version) {
                    $(($kind, VERSION) => Ok(Self::$name(from_cbor(&entry.body)?)),)*
                    (kind, version) => Err(FactError::Unknown { kind, version }),
                }
            }
        }
    };
}

/// The version of every body so far.
const VERSION: u8 = 1;

#[derive(Debug, thiserror::Error)]
pub enum FactError {
    #[error("an event of kind {kind}, version {version} is not known to this program")]
    Unknown { kind: u16, version: u8 },
    #[error("an event's body cannot be read")]
    Malformed(#[from] FrameError),
}

facts! {
    /// The first event of every log.
    1 => OriginOpened,
    2 => ClinicFounded,
    3 => DistrictJoined,
    10 => UserRegistered,
    11 => UserDisabled,
    /// With the recovery key, by whoever had it in hand.
    12 => PasswordReset,
    /// An Admin looked at the clock and said that it is right, although it stands before earlier records.
    13 => ClockAccepted,
    20 => ChildRegistered,
    21 => ChildAssigned,
    30 => DoseGiven,
    40 => CardRegistered,
    41 => CardAssigned,
    42 => CardStopped,
    50 => ToyRegistered,
    51 => ToyAssigned,
    60 => TaskAssigned,
    61 => TaskClosed,
    70 => CertificateIssued,
    /// In a district's log for a station: the station was taken in.
    100 => StationAdmitted,
}

impl Fact {
    pub fn to_entry(&self, hlc: Hlc, actor: Actor) -> Entry {
        Entry { hlc, actor, kind: self.kind(), version: VERSION, body: self.body() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OriginOpened {
    /// The key that signs this log's heads.
    #[n(0)]
    pub node: PublicKey,
    #[n(1)]
    pub why: OpenedWhy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum OpenedWhy {
    #[n(0)]
    Founded,
    /// A district opened its log for a station.
    #[n(1)]
    Admitted,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ClinicFounded {
    #[n(0)]
    pub name: String,
    /// Which schedule is followed.
    #[n(1)]
    pub schedule: String,
    #[n(2)]
    pub je_endemic: bool,
    /// Public half of the key that the printed recovery key derives.
    #[n(3)]
    pub recovery: PublicKey,
    /// Made for showing: papers say SPECIMEN, real hubs and districts are out of reach.
    #[n(4)]
    pub demo: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DistrictJoined {
    #[n(0)]
    pub district: DeviceId,
    /// `host:port`.
    #[n(1)]
    pub address: String,
    #[n(2)]
    pub district_name: String,
    /// The name under which the district knows this station.
    #[n(3)]
    pub station_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct UserRegistered {
    #[n(0)]
    pub user: UserId,
    /// Lower case; what is typed at login.
    #[n(1)]
    pub login: String,
    #[n(2)]
    pub name: String,
    #[n(3)]
    pub role: Role,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct UserDisabled {
    #[n(0)]
    pub user: UserId,
    /// The wall clock: the ledger's own may run ahead of it.
    #[n(1)]
    pub at_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PasswordReset {
    #[n(0)]
    pub user: UserId,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ClockAccepted {
    /// The day the clock showed.
    #[n(0)]
    pub on: Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Sex {
    #[n(0)]
    Female,
    #[n(1)]
    Male,
    /// Other, or not recorded.
    #[n(2)]
    Other,
}

impl Sex {
    pub fn code(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Other => "X",
        }
    }
}

/// What is known of a child, as written on the form.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildDetails {
    /// May be empty at birth: then the guardian's name stands for it.
    #[n(0)]
    pub name: String,
    #[n(1)]
    pub dob: Day,
    #[n(2)]
    pub dob_estimated: bool,
    #[n(3)]
    pub sex: Sex,
    #[n(4)]
    pub mother: String,
    #[n(5)]
    pub father: String,
    /// Ten digits, or empty.
    #[n(6)]
    pub phone: String,
    #[n(7)]
    pub village: String,
    #[n(8)]
    pub landmark: String,
    #[n(9)]
    pub consent_reminders: bool,
    #[n(10)]
    pub consent_tracing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildRegistered {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub details: ChildDetails,
    /// Nobody yet: on the clinic's lists, any worker may vaccinate.
    #[n(2)]
    pub worker: Option<UserId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildAssigned {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub worker: Option<UserId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DoseGiven {
    #[n(0)]
    pub child: ChildId,
    /// The schedule's name of the product.
    #[n(1)]
    pub product: String,
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub batch: Option<String>,
    /// Why it was stored although a rule warned.
    #[n(4)]
    pub reason: Option<String>,
    /// Recorded on a toy: the toy's own signed words.
    #[n(5)]
    pub toy: Option<ToyWitness>,
}

/// A toy's record as it came, and how far the toy's clock was from the hub's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyWitness {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub epoch: u64,
    #[n(2)]
    pub seq: u64,
    #[n(3)]
    pub at_ms: u64,
    /// Toy minus hub, measured when it was taken.
    #[n(4)]
    pub clock_offset_ms: i64,
    /// The toy's signature over the record, which follows from the other fields and the actor.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardRegistered {
    #[n(0)]
    pub card: CardNo,
    /// The chip's own number.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub uid: Vec<u8>,
    /// Whether our signed record is on it, or only the chip's number is known.
    #[n(2)]
    pub written: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardAssigned {
    #[n(0)]
    pub card: CardNo,
    #[n(1)]
    pub child: ChildId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum CardStop {
    #[n(0)]
    Lost,
    #[n(1)]
    Blocked,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CardStopped {
    #[n(0)]
    pub card: CardNo,
    #[n(1)]
    pub why: CardStop,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyRegistered {
    #[n(0)]
    pub key: PublicKey,
    #[n(1)]
    pub model: String,
    /// What people call it: the number painted on it.
    #[n(2)]
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyAssigned {
    #[n(0)]
    pub toy: DeviceId,
    /// Nobody: it is taken back.
    #[n(1)]
    pub worker: Option<UserId>,
    /// The wall clock: the ledger's own may run ahead of it.
    #[n(2)]
    pub at_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TaskAssigned {
    #[n(0)]
    pub task: TaskId,
    #[n(1)]
    pub worker: UserId,
    #[n(2)]
    pub kind: TaskKind,
    #[n(3)]
    pub child: Option<ChildId>,
    #[n(4)]
    pub due: Day,
    #[n(5)]
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TaskClosed {
    #[n(0)]
    pub task: TaskId,
    #[n(1)]
    pub done: bool,
    /// Why it was not done.
    #[n(2)]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CertificateIssued {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub number: u64,
    #[n(2)]
    pub on: Day,
}

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
}
