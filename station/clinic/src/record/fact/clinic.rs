//! The clinic itself, its people, its district.

use crate::ledger::EventId;
use crate::milestone::FullySet;
use crate::record::role::Role;
use hub_protocol::{Day, DeviceId, OriginId, PublicKey, UserId};
use minicbor::{Decode, Encode};

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
    /// From a backup: what came after it may exist elsewhere under the old origin.
    #[n(2)]
    Restored,
    /// The district held other events of the log before, or more: this computer was an old copy, or one of two.
    #[n(3)]
    Reopened,
    /// For events that moved there from another log, see [`LogReopened`].
    #[n(4)]
    Moved,
    /// On a new computer in the place of a dead one.
    #[n(5)]
    TakenOver,
    /// A district opened the log for itself.
    #[n(8)]
    Office,
}

/// A log of ours was left as the peer holds it, and what only we had in it moved.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LogReopened {
    #[n(0)]
    pub origin: OriginId,
    /// Up to here both were the same.
    #[n(1)]
    pub common: u64,
    /// Events that moved.
    #[n(2)]
    pub moved: u64,
    /// The log that they are in now.
    #[n(3)]
    pub to: Option<OriginId>,
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

/// What an Admin may change: all of it, as it stands afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SettingsChanged {
    #[n(0)]
    pub schedule: String,
    #[n(1)]
    pub je_endemic: bool,
    /// A child is a defaulter this many days after `due`.
    #[n(2)]
    pub defaulter_days: u16,
    /// The desk locks itself after this many minutes without a touch.
    #[n(3)]
    pub auto_lock_min: u16,
    /// What families here eat: the name of a region of the diet plan, or empty.
    #[n(4)]
    pub region: String,
    /// What follows is as it was where nothing is said of it.
    /// The facility's number at the health department (HFR), or empty.
    #[n(5)]
    pub facility_code: Option<String>,
    /// Where families ask, or empty.
    #[n(6)]
    pub facility_phone: Option<String>,
    #[n(7)]
    pub fully: Option<FullySet>,
}

/// How the line to the district is used from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct LineChanged {
    /// Megabytes (10^6 bytes) a day, both directions with all headers, that the line may cost; `None`: it is not paid by
    /// the byte.
    #[n(0)]
    pub daily_mb: Option<u16>,
    #[n(1)]
    pub congestion: Congestion,
}

/// How fast a side of the link to the district sends when packets are lost on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Congestion {
    /// By what arrives: a bad link loses packets without being full.
    #[n(0)]
    #[default]
    Bbr,
    /// Slower with each loss, for a line that others need as well.
    #[n(1)]
    Cubic,
    #[n(2)]
    NewReno,
}

impl Congestion {
    pub const ALL: [Self; 3] = [Self::Bbr, Self::Cubic, Self::NewReno];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bbr => "bbr",
            Self::Cubic => "cubic",
            Self::NewReno => "newreno",
        }
    }
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
pub struct UserEnabled {
    #[n(0)]
    pub user: UserId,
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

/// An Admin's answer to a fact that broke a rule.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ConflictSettled {
    #[n(0)]
    pub event: EventId,
    /// It is true after all; else it stays in the ledger and nowhere else.
    #[n(1)]
    pub accepted: bool,
    #[n(2)]
    pub reason: String,
}
