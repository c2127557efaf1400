//! Why the office cannot do something.

use crate::archive::ArchiveError;
use crate::stations::NotOne;
use clinic::record::refusal::Refusal;
use clinic::record::secret::HashError;
use clinic::store::{MirrorError, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    #[error("refused")]
    Refused(#[from] Refusal),
    /// Unknown, wrong, or disabled: not told apart for a stranger.
    #[error("login or password is wrong")]
    WrongLogin,
    #[error("too many wrong passwords; locked until {}", clinic::date::india_clock(*until_ms))]
    Locked { until_ms: u64 },
    #[error(
        "the district has no people yet: `tikka-district user add LOGIN --district --name NAME --role super-admin` makes the first"
    )]
    Nobody,
    #[error(transparent)]
    NotOneStation(#[from] NotOne),
    #[error("{0} was revoked for good; enroll it anew")]
    Revoked(String),
    #[error("nobody there has the login {0:?}")]
    UnknownLogin(String),
    #[error("no station looks after this child")]
    UnknownChild,
    #[error("no station has this card")]
    UnknownCard,
    #[error("the station has not sent its records yet")]
    NoRecords,
    #[error("others write at the same moment; try again")]
    Overtaken,
    #[error("an event of the child is not in the archive: a station has still to send it")]
    EventMissing,
    #[error("what is to be told is larger than a station takes")]
    EventTooLarge,
    #[error("the archive")]
    Archive(#[from] ArchiveError),
    #[error("a mirror")]
    Mirror(#[from] MirrorError<ArchiveError>),
    #[error("a mirror's records")]
    Store(#[from] StoreError),
    #[error("an event")]
    Fact(#[from] clinic::record::fact::FactError),
    #[error("a password's hash")]
    Hash(#[from] HashError),
    #[error("a name or a reason")]
    Name(#[from] crate::enrolment::EnrolmentError),
    #[error("files")]
    Io(#[from] std::io::Error),
    #[error("the system gives no random numbers")]
    Random(#[from] getrandom::Error),
}
