//! What went wrong, in two layers: the exact error goes to the log, a plain sentence with a remedy to the
//! person. Wherever a person reads one, nothing has changed in the records.

use crate::paper::PaperError;
use crate::paper::out::PrintError;
use crate::paper::wanted::NotMade;
use crate::ui::typed_date;
use crate::words::Words;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Roles;
use clinic::store::{BackupError, LoginError, OpenError, StoreError, SubmitError};
use hub::HubError;
use hub::cards::{CardError, NoRecord};
use hub::toys::ToyError;
use hub::uplink::UplinkError;
use hub_protocol::{replica, toy};
use std::sync::Arc;

#[derive(Debug, Clone)]
pub enum Trouble {
    /// A rule says no.
    Refused(Refusal),
    LoginLocked {
        until_ms: u64,
    },
    /// What was typed for a date can be read, but is no day.
    NoSuchDay(Field),
    Paper(Arc<PaperError>),
    Print(Arc<PrintError>),
    /// The key of the words that say it.
    Plain(&'static str),
}

impl Trouble {
    /// Work that ended without an answer. The log has more.
    pub const CRASHED: Self = Self::Plain("trouble-crashed");

    /// What was typed for a date cannot be taken.
    pub fn no_date(typed: &str, field: Field) -> Self {
        if typed_date::is_whole(typed) { Self::NoSuchDay(field) } else { Self::Refused(Refusal::Form(field)) }
    }

    pub fn sentence(&self, words: &Words) -> String {
        match self {
            Self::Refused(refusal) => refused(*refusal, words),
            Self::LoginLocked { until_ms } => {
                words.with("trouble-login-locked", &[("time", time_of_day(*until_ms).into())])
            }
            Self::NoSuchDay(_) => words.get("refusal-no-such-day"),
            Self::Paper(error) => error.sentence(words),
            Self::Print(error) => error.sentence(words),
            Self::Plain(key) => words.get(key),
        }
    }

    /// Which field of a form it is about, if it is about one.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Refused(refusal) => field(*refusal),
            Self::NoSuchDay(field) => Some(*field),
            _ => None,
        }
    }
}

/// Which field a refusal is about.
pub fn field(refusal: Refusal) -> Option<Field> {
    Some(match refusal {
        Refusal::Missing(field)
        | Refusal::TooLong(field)
        | Refusal::Characters(field)
        | Refusal::OnlySigns(field)
        | Refusal::Form(field)
        | Refusal::Range(field)
        | Refusal::Taken(field)
        | Refusal::Future(field) => field,
        Refusal::BeforeBirth => Field::Date,
        Refusal::TooOld { .. } => Field::Dob,
        Refusal::WeakPassword(_) => Field::Password,
        Refusal::WrongCode | Refusal::CodeLocked { .. } => Field::Code,
        Refusal::LoginTaken => Field::Login,
        _ => return None,
    })
}

/// A rule's no in words.
pub fn refused(refusal: Refusal, words: &Words) -> String {
    let key = format!("refusal-{}", refusal.code());
    match refusal {
        Refusal::Missing(field)
        | Refusal::TooLong(field)
        | Refusal::Characters(field)
        | Refusal::OnlySigns(field)
        | Refusal::Form(field)
        | Refusal::Range(field)
        | Refusal::Taken(field)
        | Refusal::Future(field) => {
            // A field with a form of its own has words of its own.
            let own = format!("{key}-{}", field.code());
            if words.has(&own) {
                return words.get(&own);
            }
            words.with(&key, &[("field", words.get(&format!("field-{}", field.code())).into())])
        }
        Refusal::NotAllowed(roles) if roles != Roles::NONE => {
            let names: Vec<_> = roles.iter().map(|role| words.get(&format!("role-{}", role.code()))).collect();
            words.with("refusal-not-allowed-to", &[("roles", names.join(", ").into())])
        }
        Refusal::WeakPassword(why) => words.get(&format!("{key}-{}", why.code())),
        Refusal::TooOld { years } => words.with(&key, &[("years", years.into())]),
        Refusal::FencesFull { max } => words.with(&key, &[("max", max.into())]),
        Refusal::WorkerFull { max } | Refusal::OutOfContact { max } => words.with(&key, &[("max", max.into())]),
        Refusal::CodeLocked { until_ms } => words.with(&key, &[("time", time_of_day(until_ms).into())]),
        Refusal::LastOfRole(role) => words.with(&key, &[("role", words.get(&format!("role-{}", role.code())).into())]),
        Refusal::NeedsReason(warning) => {
            words.with(&key, &[("warning", words.get(&format!("given-{}", warning.as_str())).into())])
        }
        _ => words.get(&key),
    }
}

pub use clinic::date::india_clock as time_of_day;

/// An error with all its causes, for the log.
pub fn logged(error: &dyn std::error::Error) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    tracing::error!(error = text, "told to the person in plain words");
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<SubmitError> for Trouble {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => Self::Refused(refusal),
            SubmitError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        logged(&error);
        Self::Plain("trouble-store")
    }
}

impl From<LoginError> for Trouble {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Wrong => Self::Plain("trouble-login-wrong"),
            LoginError::Locked { until_ms } => Self::LoginLocked { until_ms },
            // No page is open yet on which to see what is recorded.
            LoginError::Open(OpenError::Store(error)) => {
                logged(&error);
                Self::Plain("trouble-login-store")
            }
            LoginError::Open(error) => error.into(),
        }
    }
}

impl From<OpenError> for Trouble {
    fn from(error: OpenError) -> Self {
        logged(&error);
        Self::Plain(match error {
            OpenError::Refused(refusal) => return refusal.into(),
            OpenError::Store(error) => return error.into(),
            OpenError::NoClinic => "trouble-no-clinic",
            OpenError::Founded => "trouble-founded",
            OpenError::RecordsGone => "trouble-records-gone",
            OpenError::InUse => "trouble-in-use",
            OpenError::WrongKey => "trouble-wrong-key",
            OpenError::Newer(_) => "trouble-newer",
            OpenError::InTheWay(_) => "trouble-in-the-way",
            OpenError::Io(_) | OpenError::Keys(_) | OpenError::NotTheFile(_) => "trouble-files",
            OpenError::NoRandom(_) => "trouble-no-random",
        })
    }
}

impl From<BackupError> for Trouble {
    fn from(error: BackupError) -> Self {
        let full = error.is_disk_full();
        let plain = match error {
            BackupError::Refused(refusal) => return refusal.into(),
            BackupError::Stopped => return Self::Plain("trouble-backup-stopped"),
            BackupError::Exists => return Self::Plain("trouble-backup-exists"),
            BackupError::Busy => return Self::Plain("trouble-backup-busy"),
            _ if full => "trouble-backup-full",
            BackupError::Io(_) => "trouble-backup-place",
            BackupError::Records(_) | BackupError::Differs | BackupError::Damaged => "trouble-backup-differs",
            BackupError::NoRecovery => "trouble-backup-no-recovery",
            _ => "trouble-store",
        };
        logged(&error);
        Self::Plain(plain)
    }
}

impl From<PaperError> for Trouble {
    fn from(error: PaperError) -> Self {
        logged(&error);
        Self::Paper(Arc::new(error))
    }
}

impl From<PrintError> for Trouble {
    fn from(error: PrintError) -> Self {
        logged(&error);
        Self::Print(Arc::new(error))
    }
}

impl From<NotMade> for Trouble {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::Records(error) => error.into(),
            NotMade::Paper(error) => error.into(),
            NotMade::TooOld => Self::Plain("growth-diet-too-old"),
        }
    }
}

impl From<HubError> for Trouble {
    fn from(error: HubError) -> Self {
        logged(&error);
        match error {
            HubError::Submit(error) => error.into(),
            HubError::Toy(error) => Self::Plain(toy_key(&error)),
            HubError::Card(error) => Self::Plain(card_key(&error)),
            HubError::CardTellsMore => Self::Plain("trouble-card-tells-more"),
            HubError::CardNotUnderstood => Self::Plain("trouble-card-not-understood"),
            HubError::Uplink(error) => Self::Plain(uplink_key(&error)),
            HubError::Link(_) => Self::Plain("trouble-link-form"),
            HubError::DemoStaysAlone => Self::Plain("trouble-demo-alone"),
            HubError::Start(_) | HubError::Thread(_) => Self::Plain("trouble-hub-start"),
            HubError::Stopped => Self::CRASHED,
        }
    }
}

fn toy_key(error: &ToyError) -> &'static str {
    match error {
        ToyError::NotSeen | ToyError::Unreachable(_) => "trouble-toy-unreachable",
        ToyError::WrongKey => "trouble-toy-wrong-key",
        ToyError::Refused(toy::Refusal::Anothers) => "trouble-toy-anothers",
        ToyError::Refused(toy::Refusal::NotPairing) => "trouble-toy-not-pairing",
        ToyError::Refused(toy::Refusal::WrongSecret) => "trouble-toy-wrong-secret",
        ToyError::Refused(toy::Refusal::TooManyTries) => "trouble-toy-too-many-tries",
        ToyError::Refused(toy::Refusal::Version) => "trouble-toy-version",
        ToyError::Refused(_) | ToyError::NotUnderstood => "trouble-toy-not-understood",
        ToyError::Slow => "trouble-toy-slow",
        ToyError::Stopped => "trouble-crashed",
    }
}

fn card_key(error: &CardError) -> &'static str {
    match error {
        CardError::ServiceNotRunning => "trouble-card-service",
        CardError::ReaderGone => "trouble-card-reader-gone",
        CardError::CardPulled | CardError::TimedOut => "trouble-card-pulled",
        CardError::WrongCard | CardError::Changed => "trouble-card-another",
        CardError::Foreign => "trouble-card-foreign",
        CardError::AlreadyIssued => "trouble-card-issued",
        CardError::NoRecord(NoRecord::Unreadable(_)) => "trouble-card-unreadable",
        CardError::NoStorage
        | CardError::NoRecord(_)
        | CardError::CounterSpent
        | CardError::WriteRefused { .. }
        | CardError::NotKept
        | CardError::NotSealed
        | CardError::Encode(_) => "trouble-card-not-written",
        CardError::Busy | CardError::QueueFull => "trouble-card-busy",
        CardError::Stopped | CardError::Pcsc(_) => "trouble-card-reader",
    }
}

fn uplink_key(error: &UplinkError) -> &'static str {
    match error {
        UplinkError::WrongDistrict => "trouble-district-wrong",
        UplinkError::Refused(replica::Refusal::BadSecret) => "trouble-district-secret",
        UplinkError::Refused(_) => "trouble-district-refuses",
        _ => "trouble-district-unreachable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;
    use clinic::forecast::GivenReason;
    use clinic::record::Role;
    use clinic::record::refusal::Weak;

    #[test]
    fn every_refusal_has_words_in_both_languages() {
        let mut refusals = vec![
            Refusal::NotAllowed(Roles::NONE),
            Refusal::NotAllowed(Roles::of(Role::ALL)),
            Refusal::FirstIsSuperAdmin,
            Refusal::OfficeRole,
            Refusal::NotActive,
            Refusal::BeforeBirth,
            Refusal::TooOld { years: 19 },
            Refusal::LoginTaken,
            Refusal::UnknownUser,
            Refusal::NotAWorker,
            Refusal::UnknownChild,
            Refusal::ChildTaken,
            Refusal::WorkerFull { max: 50 },
            Refusal::UnknownToy,
            Refusal::ToyTaken,
            Refusal::WorkerHasToy,
            Refusal::ToyHasWorker,
            Refusal::UnknownCard,
            Refusal::CardTaken,
            Refusal::CardHasChild,
            Refusal::ChildHasCard,
            Refusal::CardStopped,
            Refusal::UnknownTask,
            Refusal::UnknownProduct,
            Refusal::DoseKnown,
            Refusal::DoseWithdrawn,
            Refusal::Toy(toy::Refusal::Malformed),
            Refusal::DistrictKnown,
            Refusal::ClockBack,
            Refusal::HasParts,
            Refusal::Duplicates,
            Refusal::ChildGone,
            Refusal::ChildWaits,
            Refusal::ChildActive,
            Refusal::ChildMerged,
            Refusal::NotMerged,
            Refusal::SameChild,
            Refusal::UserActive,
            Refusal::ToyStopped,
            Refusal::ToyNotStopped,
            Refusal::ToyLocked,
            Refusal::UnknownAlert,
            Refusal::UnknownFence,
            Refusal::FencesFull { max: 100 },
            Refusal::ToyOrdered,
            Refusal::CardNotStopped,
            Refusal::CardOlder,
            Refusal::UnknownDose,
            Refusal::UnknownSeries,
            Refusal::NotDeclined,
            Refusal::UnknownSession,
            Refusal::SessionTaken,
            Refusal::SessionDay,
            Refusal::SessionOver,
            Refusal::SessionAhead,
            Refusal::UnknownBatch,
            Refusal::BatchDiffers,
            Refusal::BatchExpired,
            Refusal::ContraIndicated,
            Refusal::NoVials,
            Refusal::UnknownVial,
            Refusal::UnknownAefi,
            Refusal::UnknownGrowth,
            Refusal::UnknownCall,
            Refusal::NotMeasured,
            Refusal::UnknownConflict,
            Refusal::CannotAccept,
            Refusal::UnknownSchedule,
            Refusal::NoConsent,
            Refusal::TwoWays,
            Refusal::OptOutKnown,
            Refusal::UnknownMessage,
            Refusal::MessageOver,
        ];
        refusals.extend(Weak::ALL.map(Refusal::WeakPassword));
        refusals.extend(Role::ALL.map(Refusal::LastOfRole));
        for field in Field::ALL {
            let with = [
                Refusal::Missing,
                Refusal::TooLong,
                Refusal::Characters,
                Refusal::OnlySigns,
                Refusal::Form,
                Refusal::Range,
                Refusal::Taken,
                Refusal::Future,
            ];
            refusals.extend(with.map(|refusal| refusal(*field)));
        }
        let reasons = [
            GivenReason::MinAge,
            GivenReason::MinInterval,
            GivenReason::FromFirst,
            GivenReason::LiveSpacing,
            GivenReason::Combination,
            GivenReason::SeriesComplete,
            GivenReason::WindowClosed,
        ];
        refusals.extend(reasons.map(Refusal::NeedsReason));
        for lang in Lang::ALL {
            let words = Words::new(lang);
            for refusal in &refusals {
                let said = refused(*refusal, &words);
                assert!(!said.contains(['[', '{']), "{lang}: {refusal:?}: {said}");
            }
        }
        let said = refused(Refusal::NotAllowed(Roles::of([Role::Admin, Role::SuperAdmin])), &Words::new(Lang::En));
        assert_eq!(said, "Your role may not do this. It can be done by: Super Admin, Admin.");
        assert_eq!(time_of_day(1_795_156_200_000), "12:00");
    }
}
