//! Why a command was refused: typed, without personal data, and with a key of the words a person reads.

use super::role::Roles;
use crate::date::india_clock;
use crate::forecast::GivenReason;

macro_rules! fields {
    ($($name:ident => $code:literal),* $(,)?) => {
        /// A field of a form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Field { $($name),* }

        impl Field {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The last part of the words' key `field-…`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

fields! {
    Login => "login",
    Name => "name",
    Password => "password",
    Dob => "dob",
    Mother => "mother",
    Father => "father",
    Phone => "phone",
    Village => "village",
    Landmark => "landmark",
    Label => "label",
    Batch => "batch",
    Note => "note",
    Reason => "reason",
    Date => "date",
    Product => "product",
    CardUid => "card-uid",
    ClinicName => "clinic-name",
    Abha => "abha",
    Rch => "rch",
    Uwin => "uwin",
    BirthOrder => "birth-order",
    Place => "place",
    Proof => "proof",
    Weight => "weight",
    Length => "length",
    Muac => "muac",
    Head => "head",
    Vials => "vials",
    DosesPerVial => "doses-per-vial",
    Manufacturer => "manufacturer",
    Expiry => "expiry",
    Site => "site",
    Onset => "onset",
    Description => "description",
    Hospital => "hospital",
    PastReactions => "past-reactions",
    CaseId => "case-id",
    ToldBy => "told-by",
    Until => "until",
    DefaulterDays => "defaulter-days",
    AutoLock => "auto-lock",
    LineDaily => "line-daily",
    ToyReport => "toy-report",
    ToyRoster => "toy-roster",
    Region => "region",
    FacilityCode => "facility-code",
    FacilityPhone => "facility-phone",
    Code => "code",
    ContactDays => "contact-days",
    Hours => "hours",
    Gateway => "gateway",
    GatewayAddress => "gateway-address",
    GatewayFields => "gateway-fields",
    GatewayAnswer => "gateway-answer",
    Sender => "sender",
    Entity => "entity",
    NumberId => "number-id",
    Template => "template",
    TemplateId => "template-id",
    Price => "price",
}

/// Why a password is the first thing that somebody would try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Weak {
    #[error("it is too short")]
    Short,
    #[error("it has the same few signs again and again")]
    FewSigns,
    #[error("the login is in it")]
    HasLogin,
    #[error("it is one of those that everybody tries first")]
    Common,
    #[error("it is the password of before")]
    AsBefore,
}

impl Weak {
    pub const ALL: [Self; 5] = [Self::Short, Self::FewSigns, Self::HasLogin, Self::Common, Self::AsBefore];

    /// The last part of the words' key `refusal-weak-password-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::FewSigns => "few-signs",
            Self::HasLogin => "has-login",
            Self::Common => "common",
            Self::AsBefore => "as-before",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// With the roles that may; none when nobody does it in this way.
    #[error("the role may not do this{}", takes(*.0))]
    NotAllowed(Roles),
    #[error("nobody is here yet: the first of all is a Super Admin, who makes the others")]
    FirstIsSuperAdmin,
    #[error("the district's own people are Super Admins and Admins; people of another role are a station's")]
    OfficeRole,
    #[error("the actor is not an active user here")]
    NotActive,
    #[error("the password was changed after this login")]
    LoggedOut,
    #[error("the password is wrong")]
    WrongPassword,
    #[error("a needed field is empty: {0:?}")]
    Missing(Field),
    #[error("a field is too long: {0:?}")]
    TooLong(Field),
    #[error("a field holds characters that are not allowed: {0:?}")]
    Characters(Field),
    #[error("a name has neither a letter nor a digit: {0:?}")]
    OnlySigns(Field),
    #[error("a field is not of the needed form: {0:?}")]
    Form(Field),
    #[error("a date lies in the future: {0:?}")]
    Future(Field),
    #[error("a date lies before the birth")]
    BeforeBirth,
    #[error("a number is another child's: {0:?}")]
    Taken(Field),
    #[error("other records are parts of this one")]
    HasParts,
    #[error("a number is out of range: {0:?}")]
    Range(Field),
    #[error("the birth date is more than {years} years ago")]
    TooOld { years: u32 },
    #[error("the password is too easy to guess: {0}")]
    WeakPassword(Weak),
    #[error("the login is taken")]
    LoginTaken,
    #[error("the last active {role} cannot be disabled", role = .0.code())]
    LastOfRole(super::Role),
    #[error("no such user, or disabled")]
    UnknownUser,
    #[error("the user is not a PHC Worker")]
    NotAWorker,
    #[error("no such child")]
    UnknownChild,
    #[error("the child's number is taken")]
    ChildTaken,
    #[error("the worker has {max} children already")]
    WorkerFull { max: u32 },
    #[error("no such toy")]
    UnknownToy,
    #[error("the toy is registered already")]
    ToyTaken,
    #[error("the worker has a toy already")]
    WorkerHasToy,
    #[error("another worker has the toy")]
    ToyHasWorker,
    #[error("no such card")]
    UnknownCard,
    #[error("the card is registered already")]
    CardTaken,
    #[error("the card belongs to another child")]
    CardHasChild,
    #[error("the child has an active card already")]
    ChildHasCard,
    #[error("the card was reported lost or is blocked")]
    CardStopped,
    #[error("no such task, or closed")]
    UnknownTask,
    #[error("the schedule does not know the product")]
    UnknownProduct,
    #[error("this dose is recorded already")]
    DoseKnown,
    #[error("this dose was corrected or taken out of the record")]
    DoseWithdrawn,
    #[error("the schedule warns ({0:?}): a reason is needed")]
    NeedsReason(GivenReason),
    #[error("the toy's record: {0}")]
    Toy(hub_protocol::toy::Refusal),
    #[error("children who look like the same one are registered: look at them first")]
    Duplicates,
    #[error("the child is not active here")]
    ChildGone,
    #[error("the child was registered on a toy and waits for an Admin's answer")]
    ChildWaits,
    #[error("the child is active")]
    ChildActive,
    #[error("the record is a part of another child's")]
    ChildMerged,
    #[error("the record is not a part of another's")]
    NotMerged,
    #[error("a record cannot be merged with itself")]
    SameChild,
    #[error("the user is active")]
    UserActive,
    #[error("the toy is lost, blocked or retired")]
    ToyStopped,
    #[error("the toy is in use")]
    ToyNotStopped,
    #[error("no such fence")]
    UnknownFence,
    #[error("there are {max} fences already")]
    FencesFull { max: u32 },
    #[error("no such alert")]
    UnknownAlert,
    #[error("the toy is locked or to be wiped")]
    ToyLocked,
    #[error("the toy has this order already, or nothing to be unlocked")]
    ToyOrdered,
    #[error("the card is not blocked")]
    CardNotStopped,
    #[error("the card was written more often already")]
    CardOlder,
    #[error("no such dose")]
    UnknownDose,
    #[error("the schedule does not know the vaccine")]
    UnknownSeries,
    #[error("nothing was declined")]
    NotDeclined,
    #[error("no such session")]
    UnknownSession,
    #[error("the session's number is taken")]
    SessionTaken,
    #[error("the session is of another day")]
    SessionDay,
    #[error("the session was held or given up")]
    SessionOver,
    #[error("the session lies ahead")]
    SessionAhead,
    #[error("the batch is not in stock")]
    UnknownBatch,
    #[error("the batch is known with other particulars")]
    BatchDiffers,
    #[error("the batch is past its expiry: a reason is needed")]
    BatchExpired,
    #[error("the vaccine would harm this child: a reason is needed")]
    ContraIndicated,
    #[error("there are not so many vials")]
    NoVials,
    #[error("no such open vial")]
    UnknownVial,
    #[error("no such report")]
    UnknownAefi,
    #[error("no such measurement")]
    UnknownGrowth,
    #[error("no such call of this person")]
    UnknownCall,
    #[error("nothing was measured")]
    NotMeasured,
    #[error("no such conflict, or settled")]
    UnknownConflict,
    #[error("it cannot be true: it can only be set aside")]
    CannotAccept,
    #[error("no such schedule")]
    UnknownSchedule,
    #[error("the family did not agree to be looked for")]
    NoConsent,
    #[error("the station belongs to a district already")]
    DistrictKnown,
    #[error("the station belongs to no district")]
    NoDistrict,
    #[error("the district was asked for this child already")]
    AskedAlready,
    #[error("the district has not answered for {} children", super::limits::ASKED_MAX)]
    TooManyAsked,
    #[error("the station did not ask for this child")]
    NotAskedFor,
    #[error("the district moved the child to another station")]
    ChildElsewhere,
    #[error("the person chooses a password with the district's one-time code")]
    NeedsCode,
    #[error("nobody of the district's waits for a password here")]
    NotWaiting,
    #[error("the one-time code is wrong")]
    WrongCode,
    #[error("too many wrong codes; locked until {}", india_clock(*until_ms))]
    CodeLocked { until_ms: u64 },
    #[error("no word from the district for more than {max} days")]
    OutOfContact { max: u32 },
    #[error("a modem and a gateway for SMS at once")]
    TwoWays,
    #[error("nothing changes for this phone")]
    OptOutKnown,
    #[error("no such message")]
    UnknownMessage,
    #[error("what became of the message is known")]
    MessageOver,
    #[error("the clock of this computer stands before the last record: set it right first")]
    ClockBack,
}

fn takes(roles: Roles) -> String {
    if roles == Roles::NONE { String::new() } else { format!(": it takes {roles}") }
}

impl Refusal {
    /// The last part of the words' key `refusal-…`. What is counted or named is given to the words as
    /// `field`, `max` or `years`.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAllowed(_) => "not-allowed",
            Self::FirstIsSuperAdmin => "first-is-super-admin",
            Self::OfficeRole => "office-role",
            Self::NotActive => "not-active",
            Self::LoggedOut => "logged-out",
            Self::WrongPassword => "wrong-password",
            Self::Missing(_) => "missing",
            Self::TooLong(_) => "too-long",
            Self::Characters(_) => "characters",
            Self::OnlySigns(_) => "only-signs",
            Self::Form(_) => "form",
            Self::Future(_) => "future",
            Self::BeforeBirth => "before-birth",
            Self::Taken(_) => "taken",
            Self::HasParts => "has-parts",
            Self::Range(_) => "range",
            Self::TooOld { .. } => "too-old",
            Self::WeakPassword(_) => "weak-password",
            Self::LoginTaken => "login-taken",
            Self::LastOfRole(_) => "last-of-role",
            Self::UnknownUser => "unknown-user",
            Self::NotAWorker => "not-a-worker",
            Self::UnknownChild => "unknown-child",
            Self::ChildTaken => "child-taken",
            Self::WorkerFull { .. } => "worker-full",
            Self::UnknownToy => "unknown-toy",
            Self::ToyTaken => "toy-taken",
            Self::WorkerHasToy => "worker-has-toy",
            Self::ToyHasWorker => "toy-has-worker",
            Self::UnknownCard => "unknown-card",
            Self::CardTaken => "card-taken",
            Self::CardHasChild => "card-has-child",
            Self::ChildHasCard => "child-has-card",
            Self::CardStopped => "card-stopped",
            Self::UnknownTask => "unknown-task",
            Self::UnknownProduct => "unknown-product",
            Self::DoseKnown => "dose-known",
            Self::DoseWithdrawn => "dose-withdrawn",
            Self::NeedsReason(_) => "needs-reason",
            Self::Toy(_) => "toy-record",
            Self::Duplicates => "duplicates",
            Self::ChildGone => "child-gone",
            Self::ChildWaits => "child-waits",
            Self::ChildActive => "child-active",
            Self::ChildMerged => "child-merged",
            Self::NotMerged => "not-merged",
            Self::SameChild => "same-child",
            Self::UserActive => "user-active",
            Self::ToyStopped => "toy-stopped",
            Self::ToyNotStopped => "toy-not-stopped",
            Self::UnknownFence => "unknown-fence",
            Self::FencesFull { .. } => "fences-full",
            Self::UnknownAlert => "unknown-alert",
            Self::ToyLocked => "toy-locked",
            Self::ToyOrdered => "toy-ordered",
            Self::CardNotStopped => "card-not-stopped",
            Self::CardOlder => "card-older",
            Self::UnknownDose => "unknown-dose",
            Self::UnknownSeries => "unknown-series",
            Self::NotDeclined => "not-declined",
            Self::UnknownSession => "unknown-session",
            Self::SessionTaken => "session-taken",
            Self::SessionDay => "session-day",
            Self::SessionOver => "session-over",
            Self::SessionAhead => "session-ahead",
            Self::UnknownBatch => "unknown-batch",
            Self::BatchDiffers => "batch-differs",
            Self::BatchExpired => "batch-expired",
            Self::ContraIndicated => "contra-indicated",
            Self::NoVials => "no-vials",
            Self::UnknownVial => "unknown-vial",
            Self::UnknownAefi => "unknown-aefi",
            Self::UnknownGrowth => "unknown-growth",
            Self::UnknownCall => "unknown-call",
            Self::NotMeasured => "not-measured",
            Self::UnknownConflict => "unknown-conflict",
            Self::CannotAccept => "cannot-accept",
            Self::UnknownSchedule => "unknown-schedule",
            Self::NoConsent => "no-consent",
            Self::DistrictKnown => "district-known",
            Self::NoDistrict => "no-district",
            Self::AskedAlready => "asked-already",
            Self::TooManyAsked => "too-many-asked",
            Self::NotAskedFor => "not-asked-for",
            Self::ChildElsewhere => "child-elsewhere",
            Self::NeedsCode => "needs-code",
            Self::NotWaiting => "not-waiting",
            Self::WrongCode => "wrong-code",
            Self::CodeLocked { .. } => "code-locked",
            Self::OutOfContact { .. } => "out-of-contact",
            Self::TwoWays => "two-ways",
            Self::OptOutKnown => "opt-out-known",
            Self::UnknownMessage => "unknown-message",
            Self::MessageOver => "message-over",
            Self::ClockBack => "clock-back",
        }
    }
}
