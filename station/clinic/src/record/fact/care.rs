//! Beside the doses: adverse events, growth, calls to families.

use crate::ledger::EventId;
use hub_protocol::{ChildId, Day, SessionId};
use minicbor::{Decode, Encode};

/// Classes of an adverse event following immunization, as the National AEFI guideline and HMIS 9.6 name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum AefiClass {
    #[n(0)]
    Minor,
    /// Needs treatment, no hospital stay, not life-threatening.
    #[n(1)]
    Severe,
    /// Death, hospital stay, disability, cluster, or public concern.
    #[n(2)]
    Serious,
}

impl AefiClass {
    pub const ALL: [Self; 3] = [Self::Minor, Self::Severe, Self::Serious];

    /// The last part of the words' key `aefi-class-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Severe => "severe",
            Self::Serious => "serious",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum AefiOutcome {
    #[n(0)]
    Unknown,
    #[n(1)]
    Recovering,
    #[n(2)]
    Recovered,
    #[n(3)]
    Sequelae,
    #[n(4)]
    NotRecovered,
    #[n(5)]
    Died,
}

impl AefiOutcome {
    pub const ALL: [Self; 6] =
        [Self::Unknown, Self::Recovering, Self::Recovered, Self::Sequelae, Self::NotRecovered, Self::Died];

    /// The last part of the words' key `aefi-outcome-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Recovering => "recovering",
            Self::Recovered => "recovered",
            Self::Sequelae => "sequelae",
            Self::NotRecovered => "not-recovered",
            Self::Died => "died",
        }
    }
}

/// A dose that is suspected.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AefiDose {
    #[n(0)]
    pub product: String,
    #[n(1)]
    pub on: Day,
    /// When it was given, minutes after midnight in India.
    #[n(2)]
    pub at_min: Option<u16>,
    /// When the vial was opened, ms since 1970.
    #[n(3)]
    pub opened_ms: Option<u64>,
    /// The diluent's batch.
    #[n(4)]
    #[cbor(default)]
    pub diluent: String,
}

/// The Case Reporting Form, as far as the records do not hold it already.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AefiForm {
    #[n(0)]
    pub class: AefiClass,
    #[n(1)]
    pub doses: Vec<AefiDose>,
    #[n(2)]
    pub onset_on: Day,
    /// Minutes after midnight in India.
    #[n(3)]
    pub onset_min: Option<u16>,
    #[n(4)]
    pub description: String,
    #[n(5)]
    pub hospital: String,
    #[n(6)]
    pub admitted_on: Option<Day>,
    #[n(7)]
    pub outcome: AefiOutcome,
    #[n(8)]
    pub died_on: Option<Day>,
    #[n(9)]
    pub past_reactions: String,
    /// The district's case number `IND(AEFI)/…`, when it is known.
    #[n(10)]
    pub case_id: String,
    /// Who told of it.
    #[n(11)]
    pub told_by: String,
    /// More children of the same session or batch.
    #[n(12)]
    pub cluster: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AefiReported {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub form: AefiForm,
    /// When it was noticed here.
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub session: Option<SessionId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AefiUpdated {
    /// The report.
    #[n(0)]
    pub aefi: EventId,
    /// The whole form as it stands afterwards.
    #[n(1)]
    pub form: AefiForm,
}

/// Nothing of it is true of this child: it was another one's, or did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AefiWithdrawn {
    /// The report.
    #[n(0)]
    pub aefi: EventId,
    #[n(1)]
    pub reason: String,
}

/// How a child was weighed and measured.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GrowthMeasured {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub on: Day,
    #[n(2)]
    pub weight_g: Option<u32>,
    #[n(3)]
    pub length_mm: Option<u32>,
    /// Standing (height); else lying (length).
    #[n(4)]
    pub standing: bool,
    #[n(5)]
    pub muac_mm: Option<u16>,
    #[n(6)]
    pub head_mm: Option<u16>,
    /// Of both feet.
    #[n(7)]
    pub oedema: bool,
    #[n(8)]
    pub breastfed: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GrowthWithdrawn {
    /// The measurement.
    #[n(0)]
    pub growth: EventId,
    #[n(1)]
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum CallOutcome {
    #[n(0)]
    WillCome,
    #[n(1)]
    NoAnswer,
    #[n(2)]
    Moved,
    #[n(3)]
    Refused,
    #[n(4)]
    WrongNumber,
}

impl CallOutcome {
    pub const ALL: [Self; 5] = [Self::WillCome, Self::NoAnswer, Self::Moved, Self::Refused, Self::WrongNumber];

    /// The last part of the words' key `call-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::WillCome => "will-come",
            Self::NoAnswer => "no-answer",
            Self::Moved => "moved",
            Self::Refused => "refused",
            Self::WrongNumber => "wrong-number",
        }
    }
}

/// Whoever wrote down a call takes it back: it was another family, or another key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CallWithdrawn {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub call: EventId,
}

/// Somebody called or met the family of a child who missed doses.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CallMade {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub on: Day,
    #[n(2)]
    pub outcome: CallOutcome,
    /// The day the family named.
    #[n(3)]
    pub will_come_on: Option<Day>,
    #[n(4)]
    pub note: String,
}
