//! What happened: the body of each kind of event. A body's form never changes; a new form gets a new
//! version, and the old one stays readable.

mod care;
mod child;
mod clinic;
mod district;
mod dose;
mod reminder;
mod reminder_settings;
mod stock;
mod things;

pub use care::*;
pub use child::*;
pub use clinic::*;
pub use district::*;
pub use dose::*;
pub use reminder::*;
pub use reminder_settings::*;
pub use stock::*;
pub use things::*;

use crate::ledger::{Actor, Entry, EventId, Hlc};
use hub_protocol::ChildId;
use hub_protocol::frame::{FrameError, from_cbor, to_cbor};

macro_rules! facts {
    ($($(#[$doc:meta])* $kind:literal v $version:literal => $name:ident),* $(,)?) => {
        /// One fact of the ledger.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Fact { $($(#[$doc])* $name($name)),* }

        impl Fact {
            pub fn kind(&self) -> u16 {
                match self { $(Self::$name(_) => $kind),* }
            }

            fn version(&self) -> u8 {
                match self { $(Self::$name(_) => $version),* }
            }

            fn body(&self) -> Vec<u8> {
                match self { $(Self::$name(body) => to_cbor(body)),* }
            }

            /// Reads the fact of an event. A newer form only has more fields than an older one, each of
            /// which may be absent, so that one reader reads both.
            pub fn of(entry: &Entry) -> Result<Self, FactError> {
                match (entry.kind, entry.version) {
                    $(($kind, 1..=$version) => Ok(Self::$name(from_cbor(&entry.body)?)),)*
                    (kind, version) => Err(FactError::Unknown { kind, version }),
                }
            }
        }
    };
}

#[derive(Debug, thiserror::Error)]
pub enum FactError {
    #[error("an event of kind {kind}, version {version} is not known to this program")]
    Unknown { kind: u16, version: u8 },
    #[error("an event's body cannot be read")]
    Malformed(#[from] FrameError),
}

// Each kind with the version that is written today; the older ones are read too.
facts! {
    /// The first event of every log.
    1 v 1 => OriginOpened,
    2 v 1 => ClinicFounded,
    3 v 1 => DistrictJoined,
    4 v 1 => SettingsChanged,
    5 v 1 => LineChanged,
    6 v 1 => DirectivesTaken,
    10 v 1 => UserRegistered,
    11 v 1 => UserDisabled,
    /// By an Admin, by the user, or with the recovery key (then nobody is the actor).
    12 v 1 => PasswordReset,
    /// An Admin looked at the clock and said that it is right, although it stands before earlier records.
    13 v 1 => ClockAccepted,
    14 v 1 => UserEnabled,
    15 v 1 => UserAdmitted,
    20 v 3 => ChildRegistered,
    21 v 1 => ChildAssigned,
    22 v 2 => ChildEdited,
    23 v 1 => ChildMerged,
    24 v 1 => ChildUnmerged,
    25 v 1 => ChildInactivated,
    26 v 1 => ChildReactivated,
    27 v 1 => ChildrenToldApart,
    28 v 1 => ChildAsked,
    29 v 1 => AskWithdrawn,
    30 v 2 => DoseGiven,
    31 v 1 => DoseCorrected,
    32 v 1 => DoseWithdrawn,
    33 v 1 => DoseDeclined,
    34 v 1 => DeclineLifted,
    35 v 1 => AefiReported,
    36 v 1 => AefiUpdated,
    37 v 1 => GrowthMeasured,
    38 v 1 => GrowthWithdrawn,
    39 v 1 => CallMade,
    40 v 1 => CardRegistered,
    41 v 1 => CardAssigned,
    42 v 1 => CardStopped,
    43 v 1 => CardUnblocked,
    44 v 1 => CardWritten,
    45 v 1 => MeasuredOnToy,
    46 v 1 => ChildSighted,
    47 v 1 => ChildOnToy,
    48 v 1 => CallWithdrawn,
    49 v 1 => AefiWithdrawn,
    50 v 1 => ToyRegistered,
    51 v 1 => ToyAssigned,
    52 v 1 => ToyStopped,
    53 v 1 => ToyReturned,
    54 v 1 => ToyOrdered,
    55 v 1 => ToyObeyed,
    56 v 1 => FenceSet,
    57 v 1 => FenceRemoved,
    58 v 1 => ToySettingsChanged,
    60 v 2 => TaskAssigned,
    61 v 1 => TaskClosed,
    62 v 1 => TaskReopened,
    70 v 2 => CertificateIssued,
    80 v 1 => BatchReceived,
    81 v 1 => StockChanged,
    82 v 1 => VialOpened,
    83 v 1 => VialClosed,
    85 v 1 => SessionPlanned,
    86 v 1 => SessionHeld,
    87 v 1 => SessionNotHeld,
    90 v 1 => ConflictSettled,
    100 v 2 => StationAdmitted,
    101 v 1 => UserSent,
    102 v 1 => ChildMovedIn,
    103 v 1 => ChildMovedOut,
    104 v 1 => CardKeyMade,
    105 v 1 => StationKnown,
    106 v 1 => StationForgotten,
    107 v 1 => StationRenamed,
    108 v 1 => ContactRule,
    109 v 1 => OperatorKnown,
    /// By either side, in the log that is written from then on.
    110 v 1 => LogReopened,
    111 v 1 => StationReplaced,
    112 v 1 => ChildWithheld,
    120 v 1 => OperatorPassword,
    121 v 1 => StationRevoked,
    122 v 1 => OperatorLooked,
    123 v 1 => StationReadmitted,
    130 v 1 => RemindersRun,
    131 v 1 => MessageBecame,
    /// By a family's answer, or by a person.
    132 v 1 => OptOutSet,
    133 v 1 => RemindersChanged,
    134 v 1 => MessageSettled,
}

impl Fact {
    /// Is it a part of a child's record, and goes with it to another station?
    pub fn goes_with_child(&self) -> bool {
        matches!(
            self,
            Self::ChildRegistered(_)
                | Self::ChildOnToy(_)
                | Self::ChildAssigned(_)
                | Self::ChildEdited(_)
                | Self::ChildMerged(_)
                | Self::ChildUnmerged(_)
                | Self::ChildInactivated(_)
                | Self::ChildReactivated(_)
                | Self::ChildrenToldApart(_)
                | Self::DoseGiven(_)
                | Self::DoseCorrected(_)
                | Self::DoseWithdrawn(_)
                | Self::DoseDeclined(_)
                | Self::DeclineLifted(_)
                | Self::AefiReported(_)
                | Self::AefiUpdated(_)
                | Self::AefiWithdrawn(_)
                | Self::GrowthMeasured(_)
                | Self::GrowthWithdrawn(_)
                | Self::MeasuredOnToy(_)
                | Self::ChildSighted(_)
                | Self::CallMade(_)
                | Self::CallWithdrawn(_)
                | Self::CardRegistered(_)
                | Self::CardAssigned(_)
                | Self::CardStopped(_)
                | Self::CardUnblocked(_)
                | Self::CardWritten(_)
                | Self::CertificateIssued(_)
        )
    }

    /// Of what goes with a child: the children whom it names. What names an event or a card alone has none.
    pub fn children(&self) -> Vec<ChildId> {
        match self {
            Self::ChildRegistered(f) => vec![f.child],
            Self::ChildOnToy(f) => vec![f.child],
            Self::ChildAssigned(f) => vec![f.child],
            Self::ChildEdited(f) => vec![f.child],
            Self::ChildMerged(f) => vec![f.child, f.into],
            Self::ChildUnmerged(f) => vec![f.child],
            Self::ChildInactivated(f) => vec![f.child],
            Self::ChildReactivated(f) => vec![f.child],
            Self::ChildrenToldApart(f) => vec![f.child],
            Self::DoseGiven(f) => vec![f.child],
            Self::DoseCorrected(f) => vec![f.child],
            Self::DoseWithdrawn(f) => vec![f.child],
            Self::DoseDeclined(f) => vec![f.child],
            Self::DeclineLifted(f) => vec![f.child],
            Self::AefiReported(f) => vec![f.child],
            Self::GrowthMeasured(f) => vec![f.child],
            Self::MeasuredOnToy(f) => vec![f.growth.child],
            Self::ChildSighted(f) => vec![f.child],
            Self::CallMade(f) => vec![f.child],
            Self::CallWithdrawn(f) => vec![f.child],
            Self::CardAssigned(f) => vec![f.child],
            Self::CertificateIssued(f) => vec![f.child],
            _ => Vec::new(),
        }
    }

    /// An entry that goes to another log, together with the events it speaks of: `follows` says where an event is
    /// then. All else of it stays as it is, byte for byte.
    pub fn following(entry: &Entry, follows: impl Fn(EventId) -> EventId) -> Entry {
        let Ok(mut fact) = Self::of(entry) else { return entry.clone() };
        let speaks_of = match &mut fact {
            Self::AefiUpdated(f) => &mut f.aefi,
            Self::AefiWithdrawn(f) => &mut f.aefi,
            Self::GrowthWithdrawn(f) => &mut f.growth,
            Self::CallWithdrawn(f) => &mut f.call,
            Self::VialClosed(f) => &mut f.vial,
            Self::ConflictSettled(f) => &mut f.event,
            _ => return entry.clone(),
        };
        let now = follows(*speaks_of);
        if now == *speaks_of {
            return entry.clone();
        }
        *speaks_of = now;
        fact.to_entry(entry.hlc, entry.actor)
    }

    /// The toy that told it, when one did.
    pub fn witness(&self) -> Option<&ToyWitness> {
        match self {
            Self::DoseGiven(f) => f.toy.as_ref(),
            Self::MeasuredOnToy(f) => Some(&f.toy),
            Self::ChildSighted(f) => Some(&f.toy),
            Self::ChildOnToy(f) => Some(&f.toy),
            _ => None,
        }
    }

    pub fn to_entry(&self, hlc: Hlc, actor: Actor) -> Entry {
        Entry { hlc, actor, kind: self.kind(), version: self.version(), body: self.body() }
    }
}
