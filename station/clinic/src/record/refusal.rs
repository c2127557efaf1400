//! Why a command was refused: typed, without personal data, and with a key of the words a person reads.

use crate::forecast::GivenReason;

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    Login,
    Name,
    Password,
    Dob,
    Mother,
    Father,
    Phone,
    Village,
    Landmark,
    Label,
    Batch,
    Note,
    Reason,
    Date,
    Product,
    CardUid,
    ClinicName,
}

impl Field {
    /// The last part of the words' key `field-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Name => "name",
            Self::Password => "password",
            Self::Dob => "dob",
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Phone => "phone",
            Self::Village => "village",
            Self::Landmark => "landmark",
            Self::Label => "label",
            Self::Batch => "batch",
            Self::Note => "note",
            Self::Reason => "reason",
            Self::Date => "date",
            Self::Product => "product",
            Self::CardUid => "card-uid",
            Self::ClinicName => "clinic-name",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the role may not do this")]
    NotAllowed,
    #[error("the actor is not an active user here")]
    NotActive,
    #[error("a needed field is empty: {0:?}")]
    Missing(Field),
    #[error("a field is too long: {0:?}")]
    TooLong(Field),
    #[error("a field holds characters that are not allowed: {0:?}")]
    Characters(Field),
    #[error("a field is not of the needed form: {0:?}")]
    Form(Field),
    #[error("a date lies in the future: {0:?}")]
    Future(Field),
    #[error("a date lies before the birth")]
    BeforeBirth,
    #[error("the birth date is more than {years} years ago")]
    TooOld { years: u32 },
    #[error("the password is too easy to guess")]
    WeakPassword,
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
    #[error("the schedule warns ({0:?}): a reason is needed")]
    NeedsReason(GivenReason),
    #[error("the toy's record: {0}")]
    Toy(hub_protocol::toy::Refusal),
    #[error("the station belongs to a district already")]
    DistrictKnown,
    #[error("the clock of this computer stands before the last record: set it right first")]
    ClockBack,
}

impl Refusal {
    /// The last part of the words' key `refusal-…`. What is counted or named is given to the words as
    /// `field`, `max` or `years`.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::NotActive => "not-active",
            Self::Missing(_) => "missing",
            Self::TooLong(_) => "too-long",
            Self::Characters(_) => "characters",
            Self::Form(_) => "form",
            Self::Future(_) => "future",
            Self::BeforeBirth => "before-birth",
            Self::TooOld { .. } => "too-old",
            Self::WeakPassword => "weak-password",
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
            Self::NeedsReason(_) => "needs-reason",
            Self::Toy(_) => "toy-record",
            Self::DistrictKnown => "district-known",
            Self::ClockBack => "clock-back",
        }
    }
}
