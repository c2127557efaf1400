//! Toy <-> hub. The toy listens and announces itself by mDNS, the hub dials it and opens one
//! bidirectional stream, on which both write framed messages ([`crate::frame`]).
//!
//! The order: hub `Hello`, toy `Hello`; then, once, `Register` and `Registered`; then the hub sends the
//! `Roster` and the toy its `Records` and `Telemetry` whenever it has some. The hub acknowledges records
//! only after its commit, and says separately how far they are durable at the district; the toy keeps
//! a record until then.
//!
//! An `Order` (lock, unlock, wipe) is sent at each contact until the hub has stored that it was `Obeyed`, and the
//! `Settings` whenever the toy holds others.

use crate::day::Day;
use crate::id::{CardNo, ChildId, TaskId, UserId};
use crate::identity::{DeviceId, Domain, Identity, PublicKey};
use hmac::{Hmac, Mac};
use minicbor::{Decode, Encode};
use sha2::Sha256;

/// The service a toy announces.
pub const SERVICE: &str = "_tikka-toy._udp.local.";
/// TXT keys: protocol version, model, short DeviceId, and (a demo's toys only) the name of the demo run.
pub const TXT_VERSION: &str = "v";
pub const TXT_MODEL: &str = "model";
pub const TXT_ID: &str = "id";
pub const TXT_DEMO: &str = "demo";

/// The version this crate speaks.
pub const VERSION: u16 = 1;

/// Limits that both sides check.
pub const ROSTER_MAX_CHILDREN: usize = 50;
pub const ROSTER_MAX_TASKS: usize = 100;
/// Numbers of stopped cards in one roster.
pub const BLOCKED_MAX: usize = 1_000;
/// How long a toy may say that it sleeps, in seconds.
pub const SLEEP_MAX_S: u32 = 24 * 60 * 60;
/// Records in one message.
pub const RECORDS_MAX: usize = 100;
pub const TEXT_MAX_BYTES: usize = 500;
/// Of the name, mother and village of a child registered on a toy.
pub const NAME_MAX_CHARS: usize = 120;
/// Wrong setup secrets before the pair button must be pressed again.
pub const PAIR_TRIES: u8 = 5;
/// What a toy does without settings: how often it sends telemetry, in seconds, and after how many days without its hub
/// it forgets its roster.
pub const REPORT_S: u16 = 30;
pub const ROSTER_DAYS: u16 = 14;
/// Within which settings are obeyed.
pub const REPORT_MAX_S: u16 = 3_600;
pub const ROSTER_MAX_DAYS: u16 = 90;
/// Bytes of a language's code.
pub const LANGUAGE_MAX_BYTES: usize = 35;
/// Bytes of the setup secret on the label.
pub const SETUP_SECRET_BYTES: usize = 10;

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum ToToy {
    #[n(0)]
    Hello(#[n(0)] HubHello),
    #[n(1)]
    Register(#[n(0)] Register),
    #[n(2)]
    Roster(#[n(0)] Roster),
    #[n(3)]
    Ack(#[n(0)] RecordsAck),
    #[n(4)]
    Refused(#[n(0)] Refusal),
    #[n(5)]
    Order(#[n(0)] Order),
    /// Somebody looks for the toy: it makes itself heard, locked or not. Nothing is kept of it.
    #[n(6)]
    Ring,
    #[n(7)]
    Settings(#[n(0)] Settings),
    /// No more records are taken for so many seconds: these are more than a person makes in a day. What was not
    /// acknowledged is kept and sent again then, and all else goes on.
    #[n(8)]
    NotNow(#[n(0)] u32),
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum ToHub {
    #[n(0)]
    Hello(#[n(0)] ToyHello),
    /// The toy belongs to this hub from now on.
    #[n(1)]
    Registered,
    /// The roster of this revision is durable on the toy.
    #[n(2)]
    RosterTaken(#[n(0)] u64),
    #[n(3)]
    Records(#[n(0)] Vec<SignedRecord>),
    #[n(4)]
    Telemetry(#[n(0)] Telemetry),
    #[n(5)]
    Refused(#[n(0)] Refusal),
    #[n(6)]
    Obeyed(#[n(0)] SignedObeyed),
    /// The settings of this revision are durable on the toy and obeyed.
    #[n(7)]
    SettingsTaken(#[n(0)] u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HubHello {
    #[n(0)]
    pub version_min: u16,
    #[n(1)]
    pub version_max: u16,
    /// The hub's wall clock, ms since 1970. The hub vouches for time.
    #[n(2)]
    pub now_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToyHello {
    #[n(0)]
    pub version: u16,
    #[n(1)]
    pub model: String,
    #[n(2)]
    pub firmware: String,
    /// The toy's wall clock, ms since 1970.
    #[n(3)]
    pub now_ms: u64,
    #[n(4)]
    pub state: ToyState,
    /// Grows each time the toy lost its store: sequence numbers start anew with it.
    #[n(5)]
    pub epoch: u64,
    /// The revision of the roster it holds, 0 for none.
    #[n(6)]
    pub roster_revision: u64,
    /// The revision of the settings it obeys; none: of no hub.
    #[n(7)]
    pub settings_revision: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ToyState {
    /// Belongs to nobody; the pair button is not held.
    #[n(0)]
    New,
    /// Belongs to nobody and its pair button is held: it may be registered now.
    #[n(1)]
    Pairing,
    /// Belongs to the hub it talks to.
    #[n(2)]
    Yours,
    /// Belongs to another hub; it will say nothing more.
    #[n(3)]
    Anothers,
}

/// The hub proves that it was told the setup secret on the label, on this very connection.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Register {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub proof: [u8; 32],
    /// Shown on the toy.
    #[n(1)]
    pub clinic: String,
}

/// HMAC-SHA256 over what the TLS exporter gives for [`crate::tls::EXPORTER_LABEL`] (32 bytes, no context).
pub fn setup_proof(secret: &[u8], exporter: &[u8; 32]) -> [u8; 32] {
    setup_mac(secret, exporter).finalize().into_bytes().into()
}

/// Compares in constant time.
pub fn setup_proof_fits(secret: &[u8], exporter: &[u8; 32], proof: &[u8; 32]) -> bool {
    setup_mac(secret, exporter).verify_slice(proof).is_ok()
}

fn setup_mac(secret: &[u8], exporter: &[u8; 32]) -> Hmac<Sha256> {
    crate::identity::mac(secret, b"tikka setup 1\0", exporter)
}

/// How the clinic wants its toys to behave.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Settings {
    /// Follows from the content, and is not 0.
    #[n(0)]
    pub revision: u64,
    /// In which the toy speaks to its worker: a code of BCP 47, `hi`.
    #[n(1)]
    pub language: String,
    /// Telemetry is sent at least this often, in seconds: 1 to 3,600.
    #[n(2)]
    pub report_s: u16,
    /// So many days after the last contact the toy forgets its roster: 1 to 90.
    #[n(3)]
    pub roster_days: u16,
}

impl Settings {
    /// Are they within what a toy obeys?
    pub fn are_possible(&self) -> bool {
        let is_code = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (1..=REPORT_MAX_S).contains(&self.report_s)
            && (1..=ROSTER_MAX_DAYS).contains(&self.roster_days)
            && (1..=LANGUAGE_MAX_BYTES).contains(&self.language.len())
            && is_code(&self.language)
    }
}

/// What a worker carries: at most 50 children, and what each is due.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Roster {
    /// Follows from the content: another revision is another content, 0 is none.
    #[n(0)]
    pub revision: u64,
    /// Nobody: the toy is unassigned and forgets what it held.
    #[n(1)]
    pub worker: Option<Worker>,
    #[n(2)]
    pub children: Vec<RosterChild>,
    #[n(3)]
    pub tasks: Vec<RosterTask>,
    /// Cards that are lost, blocked or replaced and open nothing any more, ascending: what a toy that reads one says.
    #[cbor(n(4), default, skip_if = "Vec::is_empty")]
    pub blocked: Vec<CardNo>,
    /// So many notes, cards, tasks and children had no room here; 0: all are here.
    #[cbor(n(5), default, skip_if = "is_zero")]
    pub left_out: u32,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Worker {
    #[n(0)]
    pub id: UserId,
    #[n(1)]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RosterChild {
    #[n(0)]
    pub id: ChildId,
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub dob: Day,
    #[n(3)]
    pub guardian: String,
    #[n(4)]
    pub village: String,
    #[n(5)]
    pub due: Vec<RosterDue>,
}

/// One dose that is due, or will be.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RosterDue {
    /// The schedule's name for the dose, `PENTA-1`.
    #[n(0)]
    pub item: String,
    /// The product to give, as a record names it.
    #[n(1)]
    pub product: String,
    #[n(2)]
    pub earliest: Day,
    /// When it is to be given. When that lies ahead, it is the day on which the family is asked to come.
    #[n(3)]
    pub due: Day,
    #[n(4)]
    pub last_day: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RosterTask {
    #[n(0)]
    pub id: TaskId,
    #[n(1)]
    pub kind: TaskKind,
    #[n(2)]
    pub child: Option<ChildId>,
    #[n(3)]
    pub due: Day,
    #[n(4)]
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum TaskKind {
    #[n(0)]
    Visit,
    /// Find a child who missed doses.
    #[n(1)]
    Trace,
    #[n(2)]
    Card,
    #[n(3)]
    Other,
}

/// One fact a worker recorded on the toy, signed by the toy. The bytes are kept as they came.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedRecord {
    /// Deterministic CBOR of a [`Record`].
    #[cbor(n(0), with = "minicbor::bytes")]
    pub body: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

impl SignedRecord {
    pub fn sign(record: &Record, toy: &Identity) -> Self {
        let body = crate::frame::to_cbor(record);
        let signature = toy.sign(Domain::ToyRecord, &body);
        Self { body, signature }
    }

    /// The record, when `toy` signed it and it keeps the limits.
    pub fn open(&self, toy: &PublicKey) -> Result<Record, Refusal> {
        if !toy.verify(Domain::ToyRecord, &self.body, &self.signature) {
            return Err(Refusal::BadSignature);
        }
        let record: Record = crate::frame::from_cbor(&self.body).map_err(|_| Refusal::Malformed)?;
        // The ledger keeps the signature and puts the bytes together again from what they mean.
        if crate::frame::to_cbor(&record) != self.body {
            return Err(Refusal::Malformed);
        }
        // Both count up by one, so that no toy comes near: what is more would be another order where integers are signed.
        if i64::try_from(record.epoch.max(record.seq)).is_err() {
            return Err(Refusal::Malformed);
        }
        if record.toy != toy.device_id() || record.fact.texts().any(|text| text.len() > TEXT_MAX_BYTES) {
            return Err(Refusal::Malformed);
        }
        Ok(record)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Record {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub epoch: u64,
    /// From 1, no gaps within an epoch.
    #[n(2)]
    pub seq: u64,
    /// Who recorded it. Bound here, whoever carries the toy when it is sent.
    #[n(3)]
    pub worker: UserId,
    /// The toy's wall clock when it was recorded, ms since 1970.
    #[n(4)]
    pub at_ms: u64,
    #[n(5)]
    pub fact: Fact,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Fact {
    #[n(0)]
    Dose(#[n(0)] Dose),
    #[n(1)]
    Growth(#[n(0)] Growth),
    #[n(2)]
    Sighting(#[n(0)] Sighting),
    #[n(3)]
    Child(#[n(0)] NewChild),
}

impl Fact {
    /// Of whom it tells.
    pub fn child(&self) -> ChildId {
        match self {
            Self::Dose(dose) => dose.child,
            Self::Growth(growth) => growth.child,
            Self::Sighting(sighting) => sighting.child,
            Self::Child(child) => child.child,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let texts = match self {
            Self::Dose(dose) => [Some(&dose.product), dose.batch.as_ref(), None, None],
            Self::Growth(_) => [None; 4],
            Self::Sighting(sighting) => [Some(&sighting.note), None, None, None],
            Self::Child(child) => [Some(&child.name), Some(&child.mother), Some(&child.phone), Some(&child.village)],
        };
        texts.into_iter().flatten()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Dose {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub product: String,
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub batch: Option<String>,
}

/// How a child was weighed and measured in the village. What was not measured is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Growth {
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
    /// Of the upper arm.
    #[n(5)]
    pub muac_mm: Option<u16>,
    #[n(6)]
    pub head_mm: Option<u16>,
    /// Of both feet.
    #[n(7)]
    pub oedema: bool,
}

/// A worker was at a child's home.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Sighting {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub on: Day,
    #[n(2)]
    pub found: Found,
    /// In the worker's words; may be empty.
    #[n(3)]
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Found {
    #[n(0)]
    AtHome,
    /// Nobody was there, or the child was elsewhere for the day.
    #[n(1)]
    Away,
    /// The family lives there no more.
    #[n(2)]
    Moved,
}

impl Found {
    pub const ALL: [Self; 3] = [Self::AtHome, Self::Away, Self::Moved];

    /// A name for programs, and the last part of the words' key `found-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::AtHome => "at-home",
            Self::Away => "away",
            Self::Moved => "moved",
        }
    }
}

/// A child whom nobody had registered, as the worker wrote it down in the village.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewChild {
    /// Made by the toy from 55 random bits; other records of the toy may speak of the child by it at once.
    #[n(0)]
    pub child: ChildId,
    /// May be empty at birth.
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub dob: Day,
    #[n(3)]
    pub dob_estimated: bool,
    #[n(4)]
    pub sex: Sex,
    #[n(5)]
    pub mother: String,
    /// Ten digits, or empty.
    #[n(6)]
    pub phone: String,
    #[n(7)]
    pub village: String,
    /// The family agrees to be reminded, and that the child is looked for when doses are missed.
    #[n(8)]
    pub consent_reminders: bool,
    #[n(9)]
    pub consent_tracing: bool,
    /// Of twins and more: who came first.
    #[n(10)]
    pub birth_order: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Sex {
    #[n(0)]
    Female,
    #[n(1)]
    Male,
    /// Other, or not recorded.
    #[n(2)]
    #[default]
    Other,
}

impl Sex {
    pub const ALL: [Self; 3] = [Self::Female, Self::Male, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Other => "X",
        }
    }
}

/// Which records the hub has. Sent after its commit, never before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecordsAck {
    #[n(0)]
    pub epoch: u64,
    /// All up to this one are committed at the hub: need not be sent again on this connection.
    #[n(1)]
    pub committed: u64,
    /// All up to this one are durable at the district: may be forgotten.
    #[n(2)]
    pub durable: u64,
}

/// What an Admin wants of a toy that is not in good hands. It stays so over restarts, until another order comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Order {
    /// The hub's number of this order. The same number is the same order: it is only confirmed again.
    #[n(0)]
    pub no: u64,
    #[n(1)]
    pub what: OrderKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum OrderKind {
    /// Shows nothing and records nothing; what it holds it keeps, and goes on handing over.
    #[n(0)]
    Lock,
    #[n(1)]
    Unlock,
    /// Locks, forgets its roster at once, and its records as soon as the hub has committed them. Obeyed is this
    /// order when all of it is gone. The toy goes on belonging to its hub.
    #[n(2)]
    Wipe,
}

impl OrderKind {
    pub const ALL: [Self; 3] = [Self::Lock, Self::Unlock, Self::Wipe];

    /// A name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Wipe => "wipe",
        }
    }
}

/// The toy did what it was ordered, durably.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Obeyed {
    #[n(0)]
    pub toy: DeviceId,
    #[n(1)]
    pub order: Order,
    /// The toy's wall clock, ms since 1970.
    #[n(2)]
    pub at_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedObeyed {
    #[n(0)]
    pub obeyed: Obeyed,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

impl SignedObeyed {
    pub fn sign(obeyed: Obeyed, toy: &Identity) -> Self {
        let signature = toy.sign(Domain::ToyObeyed, &crate::frame::to_cbor(&obeyed));
        Self { obeyed, signature }
    }

    /// What was done, when `toy` signed it for itself.
    pub fn open(&self, toy: &PublicKey) -> Result<Obeyed, Refusal> {
        let signed = toy.verify(Domain::ToyObeyed, &crate::frame::to_cbor(&self.obeyed), &self.signature);
        if signed && self.obeyed.toy == toy.device_id() { Ok(self.obeyed) } else { Err(Refusal::BadSignature) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Telemetry {
    /// The toy's wall clock, ms since 1970.
    #[n(0)]
    pub at_ms: u64,
    #[n(1)]
    pub battery_percent: u8,
    #[n(2)]
    pub charging: bool,
    #[n(3)]
    pub temperature_c: i8,
    #[n(4)]
    pub storage_free_kib: u32,
    #[n(5)]
    pub restarts: u32,
    #[n(6)]
    pub position: Option<Position>,
    /// Records not yet acknowledged as durable.
    #[n(7)]
    pub records_held: u32,
    /// What the toy itself finds broken; nothing: it does not look.
    #[n(8)]
    pub faults: Option<Faults>,
    /// It goes to sleep to save power: it ends this connection, and is back within so many seconds, 1 to
    /// [`SLEEP_MAX_S`].
    #[n(9)]
    pub sleep_s: Option<u32>,
}

/// What a toy finds broken of itself: a set of numbers from 0 to 31, of which bit n says that n is in it. Those without
/// a name are kept as they are: toys to come may find more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Faults(#[n(0)] pub u32);

impl Faults {
    /// The names of the first numbers.
    pub const CODES: [&'static str; 4] = ["sensor", "storage", "battery", "radio"];

    /// For programs: the names of those that have one, the numbers of the others, with spaces between them.
    pub fn codes(self) -> String {
        let numbers = (0..u32::BITS as usize).filter(|n| self.0 >> n & 1 == 1);
        let codes = numbers.map(|n| Self::CODES.get(n).map_or_else(|| n.to_string(), ToString::to_string));
        codes.collect::<Vec<_>>().join(" ")
    }
}

/// Degrees times 10^7 (about 1 cm), WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Position {
    #[n(0)]
    pub latitude_e7: i32,
    #[n(1)]
    pub longitude_e7: i32,
    #[n(2)]
    pub accuracy_m: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, thiserror::Error)]
#[cbor(index_only)]
pub enum Refusal {
    #[n(0)]
    #[error("no version that both sides speak")]
    Version,
    #[n(1)]
    #[error("the toy belongs to another hub")]
    Anothers,
    #[n(2)]
    #[error("the pair button is not held")]
    NotPairing,
    #[n(3)]
    #[error("the setup secret is wrong")]
    WrongSecret,
    #[n(4)]
    #[error("too many wrong setup secrets: press the pair button again")]
    TooManyTries,
    #[n(5)]
    #[error("the message is not what this version understands")]
    Malformed,
    #[n(6)]
    #[error("the signature is wrong")]
    BadSignature,
    #[n(7)]
    #[error("a sequence number is missing or was used for something else")]
    BadSequence,
    #[n(8)]
    #[error("a message that does not belong here")]
    OutOfOrder,
    #[n(9)]
    #[error("the hub does not know this toy")]
    UnknownToy,
    #[n(10)]
    #[error("the store is full or broken")]
    Storage,
}
