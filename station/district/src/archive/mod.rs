//! Where the district keeps what it holds: one narrow trait, and the stores that implement it.

mod append;
mod backup;
mod boxed;
pub mod identities;
mod key_file;
mod pieces;
mod postgres;
mod sealing;
mod sqlite;

pub use backup::{BackupError, Stage, Unpacked, backup, unpack};
pub use identities::Identities;
pub use key_file::{KeyFile, KeyFileError, hex};
pub use postgres::PostgresArchive;
pub use sqlite::SqliteArchive;

use clinic::ledger::{Entry, Event};
use hub_protocol::replica::{ENROL_SECRET_BYTES, Head, SignedHead};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey};
use std::path::PathBuf;

/// Enrolment links that are kept at once, used or not.
pub const INVITES_MAX: u64 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("the database cannot be opened with this key, or is damaged")]
    WrongKey,
    #[error("the database was made by a newer program (schema {0})")]
    Newer(i64),
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Says what is wrong with it, never what it is: there may be a password in it.
    #[error("the database's URL cannot be used: {0}")]
    Url(String),
    #[error("this database holds no district of this key")]
    NoDistrict,
    #[error("PostgreSQL runs with fsync off: what it calls durable may be lost, so nothing is kept in it")]
    NotDurable,
    #[error("this archive is in use already")]
    InUse,
    #[error("the data directory {} cannot be used", .0.display())]
    Directory(PathBuf, #[source] std::io::Error),
    #[error("the database holds something that cannot be read back: {0}")]
    Damaged(&'static str),
    #[error("another event is held at {seq} of log {origin}")]
    Fork { origin: OriginId, seq: u64 },
    #[error("events are missing before event {seq} of log {origin}")]
    Gap { origin: OriginId, seq: u64 },
    #[error("log {origin} is written by another node, or for another station")]
    NotTheWriter { origin: OriginId },
    #[error("log {origin} does not say first whose it is")]
    NotOpened { origin: OriginId },
    #[error("so many logs like {origin} were opened that there may be no more")]
    TooManyLogs { origin: OriginId },
    #[error("the station was shut out, or another computer has its place")]
    ShutOut,
    #[error("the enrolment link is used or expired")]
    InviteGone,
    #[error("{INVITES_MAX} enrolment links were made within their lifetime; wait until some expire")]
    TooManyInvites,
}

/// The archive's own number of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StationNo(pub i64);

impl StationNo {
    /// No station: what the district keeps for itself is kept under this number.
    pub const OFFICE: Self = Self(0);
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StationState {
    Active,
    /// Kept out until a person has looked; what it sent before stays.
    Quarantined {
        why: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    pub no: StationNo,
    pub name: String,
    pub key: PublicKey,
    /// The public half of the key that the station's printed recovery key derives.
    pub recovery: PublicKey,
    pub state: StationState,
    /// Wall clock, ms since 1970.
    pub last_contact_ms: Option<u64>,
}

/// Who sends: a station, the key that its connection proved, and when. What comes of it is kept only if it is in good
/// standing with this key, as the transaction finds it; otherwise [`ArchiveError::ShutOut`] says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    pub station: StationNo,
    pub key: PublicKey,
    /// Wall clock, noted as its last contact.
    pub now_ms: u64,
}

/// A one-time enrolment link that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// The name that the station will have here.
    pub name: String,
    /// Kept until it expires, because the proof is made with it; the database is encrypted.
    pub secret: [u8; ENROL_SECRET_BYTES],
    pub expires_ms: u64,
    pub used_by: Option<DeviceId>,
}

/// A station that is taken in, with the first events of the district's log for it.
#[derive(Debug, Clone)]
pub struct Admission {
    pub secret: [u8; ENROL_SECRET_BYTES],
    pub name: String,
    pub key: PublicKey,
    pub recovery: PublicKey,
    pub log: Vec<Event>,
    pub log_head: SignedHead,
    pub now_ms: u64,
}

/// One log, whose it is, and how far it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldLog {
    pub writer: PublicKey,
    pub head: Head,
}

/// Events that continue a log of the district's own, up to its new signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// For whom the log is.
    pub station: StationNo,
    pub events: Vec<Event>,
    pub head: SignedHead,
}

/// A part of what an archive holds, on its way into another one. Every table has its piece.
#[derive(Debug)]
pub enum Piece {
    District {
        identity: Identity,
        name: Option<String>,
        listened_at: Option<String>,
    },
    Invite(Invite),
    Station {
        station: Station,
        enrolled_ms: u64,
    },
    /// After its station.
    Note(identities::Note),
    /// After its station, and before its events.
    Log {
        origin: OriginId,
        station: StationNo,
        writer: PublicKey,
    },
    /// The next ones of one log.
    Events(Vec<Event>),
    /// After its event.
    Signed(SignedHead),
}

/// Takes one piece after the other.
pub type Take<'a> = &'a mut dyn FnMut(Piece) -> Result<(), ArchiveError>;

/// What the district needs of a store. Every call may block; every change is durable when its call returns.
pub trait Archive: Identities + Send + Sync + 'static {
    /// The district's own key. Made when the archive is made.
    fn identity(&self) -> Result<Identity, ArchiveError>;
    /// The district's name, once it was given.
    fn name(&self) -> Result<Option<String>, ArchiveError>;
    fn set_name(&self, name: &str) -> Result<(), ArchiveError>;
    /// Where the server listened last, as `host:port`.
    fn listened_at(&self) -> Result<Option<String>, ArchiveError>;
    fn set_listened_at(&self, address: &str) -> Result<(), ArchiveError>;

    /// Keeps a new link and forgets those that have expired.
    fn invite(&self, invite: &Invite, now_ms: u64) -> Result<(), ArchiveError>;
    /// The links that have not expired, used or not.
    fn invites(&self, now_ms: u64) -> Result<Vec<Invite>, ArchiveError>;
    /// Uses up a link, and keeps the station and the district's log for it: all or nothing.
    fn admit(&self, admission: &Admission) -> Result<Station, ArchiveError>;

    fn stations(&self) -> Result<Vec<Station>, ArchiveError>;
    fn station_by_key(&self, key: &PublicKey) -> Result<Option<Station>, ArchiveError>;
    fn quarantine(&self, station: StationNo, why: &str) -> Result<(), ArchiveError>;
    fn contact(&self, station: StationNo, now_ms: u64) -> Result<(), ArchiveError>;

    /// A station's own logs and the district's log for it, each as far as its last event.
    fn logs(&self, station: StationNo) -> Result<Vec<HeldLog>, ArchiveError>;
    /// Every log of this archive, in the order of origins.
    fn every_log(&self) -> Result<Vec<HeldLog>, ArchiveError>;
    /// Whose key signs a log, of whichever station it is.
    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, ArchiveError>;
    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError>;
    /// As [`clinic::replica::Logs::entries`], each with the hash that is stored beside it.
    fn events(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Event>, ArchiveError>;
    /// As [`clinic::replica::Logs::entries`].
    fn entries(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, ArchiveError> {
        Ok(self.events(origin, after, max_events, max_bytes)?.into_iter().map(|event| event.entry).collect())
    }
    /// As [`clinic::replica::Logs::signed_head`].
    fn signed_head(&self, origin: OriginId, after: u64, last: u64) -> Result<Option<SignedHead>, ArchiveError>;
    /// Heads after `after` under which the signature of the log's writer is kept, in order.
    fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError>;
    /// As [`clinic::replica::Logs::store`], for a log that this station writes; also notes the contact.
    fn store(&self, peer: &Peer, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError>;
    /// The log that the district writes for a station now, or for itself, as far as its last event.
    fn own_log(&self, station: StationNo) -> Result<Option<Head>, ArchiveError>;
    /// The end of the log that the district writes now for each station.
    fn own_logs(&self) -> Result<Vec<(StationNo, Head)>, ArchiveError>;
    /// Appends to logs of the district's own: to all of them or to none. Whoever was overtaken by another writer
    /// is told [`ArchiveError::Fork`] or [`ArchiveError::Gap`], and has to look again.
    fn write(&self, written: &[Written]) -> Result<(), ArchiveError>;
    /// The name under which the district knows a station from now on.
    fn rename(&self, station: StationNo, name: &str) -> Result<(), ArchiveError>;

    /// Is every page of the store what was written? The events are looked at by [`crate::verify`].
    fn check_pages(&self) -> Result<(), ArchiveError>;
    /// Gives everything, as it stands at one moment.
    fn pieces(&self, take: Take<'_>) -> Result<(), ArchiveError>;
    /// Puts everything of another archive into this one, the district's key too: all or nothing. Refused unless this
    /// one is as it was made.
    fn fill(&self, from: &dyn Archive) -> Result<(), ArchiveError>;
}

/// Databases know signed integers only: the same 64 bits, there and back.
fn int(value: u64) -> i64 {
    value.cast_signed()
}

fn uint(value: i64) -> u64 {
    value.cast_unsigned()
}
