//! The clinic's toys: found by mDNS, dialled by QUIC, given their rosters, relieved of their records.
//!
//! [`ToyHub`] is the handle. One task ([`keeper`]) knows every toy that is seen, one task a registered toy
//! ([`link`]) keeps its connection, and one ([`browse`]) listens to mDNS. What the toys' messages mean for
//! the records is decided behind [`ToyDesk`]; nothing here reads or writes a record.
//!
//! An mDNS announcement proves nothing: it only says where to dial. Who answers there is decided by the key
//! of the TLS handshake.

mod browse;
mod dial;
mod keeper;
mod link;
pub mod pace;

pub use crate::toy_watch::ToyNews;
pub use dial::WireError;

use dial::{Dialler, Greeting, Wire};
use hub_protocol::tls::{self, Expect};
use hub_protocol::toy::{
    Order, Refusal, Register, Roster, SETUP_SECRET_BYTES, Settings, SignedObeyed, SignedRecord, Telemetry, ToHub,
    ToToy, ToyState, setup_proof,
};
use hub_protocol::{DeviceId, Identity, PublicKey};
use keeper::{Ask, Keeper, Whereabouts};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Model names are shown to people; longer ones are cut.
const MODEL_MAX_CHARS: usize = 32;
/// Requests of screens that wait for the keeper.
const ASKS_MAX: usize = 64;
/// How long a toy may take to answer a registration: it waits for its disk.
const REGISTER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long shutting down may take.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

/// What the records know of toys. Calls may wait for a disk; they are made on threads that may.
pub trait ToyDesk: Send + Sync + 'static {
    /// The registered toy that announces itself by this short id.
    fn registered(&self, short: &str) -> Result<Option<RegisteredToy>, DeskError>;

    /// Differs after each commit by which the answer to [`ToyDesk::order`], [`ToyDesk::settings`], [`ToyDesk::roster`] or
    /// [`ToyDesk::durable`] for this toy may have changed. Waits for no disk.
    fn stamp(&self, toy: DeviceId) -> u64;

    /// Differs after each commit by which the answer to [`ToyDesk::registered`] may have changed. Waits for no disk.
    fn registrations(&self) -> u64;

    /// What the toy is to carry now. The revision changes whenever the content does.
    fn roster(&self, toy: DeviceId) -> Result<Roster, DeskError>;

    /// Checks each record with [`SignedRecord::open`] and commits them; durable when this returns.
    /// `offset_ms` is how far the toy's clock is ahead of the hub's.
    fn take(&self, toy: &PublicKey, records: Vec<SignedRecord>, offset_ms: i64) -> Result<Taken, Refusal>;

    /// What the toy is still to do; at each contact again, until it was [`ToyDesk::obeyed`], and as long as it is to
    /// be locked or wiped.
    fn order(&self, toy: DeviceId) -> Result<Option<Order>, DeskError>;

    /// How toys are to behave. The revision changes whenever the content does.
    fn settings(&self) -> Result<Settings, DeskError>;

    /// Commits that the toy did so; durable when this returns.
    fn obeyed(&self, toy: &PublicKey, obeyed: SignedObeyed) -> Result<(), Refusal>;

    /// Up to which record of this epoch all of the toy's are durable at the district.
    fn durable(&self, toy: DeviceId, epoch: u64) -> Result<u64, DeskError>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisteredToy {
    pub id: DeviceId,
    pub key: PublicKey,
}

/// How far a toy's records are, after a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub epoch: u64,
    pub committed: u64,
    pub durable: u64,
    /// How many of those that came were here before.
    pub repeated: usize,
    /// Too many for one day: the rest is taken in so many seconds.
    pub wait_s: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("the records do not know this toy")]
    UnknownToy,
    #[error("the records cannot be read now")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the thread that reads the records has failed")]
    Thread(#[from] tokio::task::JoinError),
}

/// Whose toys this hub sees. A demo and a real clinic on one network are invisible to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    Clinic,
    /// The name of the demo run.
    Demo(String),
}

impl Mode {
    fn alpn(&self) -> &'static [u8] {
        match self {
            Self::Clinic => tls::ALPN_TOY,
            Self::Demo(_) => tls::ALPN_TOY_DEMO,
        }
    }
}

/// One toy, as it is seen now.
#[derive(Debug, Clone, PartialEq)]
pub struct ToySeen {
    /// The short id it announces.
    pub short: String,
    /// The model it announces. Any device may announce anything.
    pub model: String,
    /// Its proven identity, once its key was seen or when it is registered.
    pub id: Option<DeviceId>,
    pub state: Presence,
    /// The latest values, kept when the toy goes away.
    pub telemetry: Option<Telemetry>,
    /// How far its clock is ahead of the hub's.
    pub clock_offset_ms: Option<i64>,
    /// Where it announces itself; `None` when it does not.
    pub addr: Option<SocketAddr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Not registered here.
    New,
    /// Not registered here, and its pair button was held when it was last looked at.
    Pairing,
    /// Registered, and being dialled for the first time since the hub runs.
    Connecting,
    Online,
    /// Registered, and gone since this moment (ms since 1970).
    Offline {
        since_ms: u64,
    },
    /// Registered, and without contact to save power until this moment, as it said (ms since 1970).
    Asleep {
        until_ms: u64,
    },
    /// It says that it belongs to another hub.
    Anothers,
    /// It can be reached, but not worked with.
    Failing(Fault),
}

/// Why a toy that answers cannot be worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the device that answers has not the key of the registered toy")]
    WrongKey,
    #[error("the toy does not remember this hub and must be registered again")]
    Forgotten,
    #[error("the toy speaks no version that the hub speaks")]
    Version,
    #[error("the toy sends what the hub must refuse: {0}")]
    Misbehaves(Refusal),
    #[error("the toy sends more than it may")]
    Floods,
    #[error("the toy sends the same records again and again")]
    Replays,
    #[error("the toy refuses the hub: {0}")]
    Refuses(Refusal),
    #[error("the hub cannot store what the toy sends")]
    NotStored,
}

impl Fault {
    /// The last part of the words' key `toy-fault-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongKey => "wrong-key",
            Self::Forgotten => "forgotten",
            Self::Version => "version",
            Self::Misbehaves(Refusal::BadSequence) => "bad-sequence",
            Self::Misbehaves(Refusal::BadSignature) => "bad-signature",
            Self::Misbehaves(_) => "misbehaves",
            Self::Floods => "floods",
            Self::Replays => "replays",
            Self::Refuses(_) => "refuses",
            Self::NotStored => "not-stored",
        }
    }
}

/// A toy as it answered when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub key: PublicKey,
    /// Its code is what the Admin compares with the label.
    pub id: DeviceId,
    pub model: String,
    pub state: ToyState,
}

#[derive(Debug, thiserror::Error)]
pub enum ToyError {
    #[error("no such toy is seen on the network")]
    NotSeen,
    #[error("the toy is announced but does not answer")]
    Unreachable(#[source] WireError),
    #[error("the device that answers is not the one that was expected")]
    WrongKey,
    #[error("the toy refused: {0}")]
    Refused(Refusal),
    #[error("the toy answers what the hub does not understand")]
    NotUnderstood,
    #[error("the toy took too long to answer")]
    Slow,
    #[error("the hub is stopping")]
    Stopped,
}

impl From<WireError> for ToyError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::WrongKey => Self::WrongKey,
            WireError::Refused(refusal) => Self::Refused(refusal),
            WireError::Frame(_) | WireError::Unexpected => Self::NotUnderstood,
            WireError::Version => Self::Refused(Refusal::Version),
            error => Self::Unreachable(error),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("no UDP socket can be opened")]
    Socket(#[source] std::io::Error),
}

/// The hub's side of its toys. Stops when [`ToyHub::shutdown`] is called or the last clone is dropped.
#[derive(Clone)]
pub struct ToyHub {
    asks: mpsc::Sender<Ask>,
    refresh: Arc<Notify>,
    seen: watch::Receiver<Vec<ToySeen>>,
    dialler: Arc<Dialler>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl ToyHub {
    /// Starts looking for toys. `changed` ticks when records changed: rosters and acknowledgements follow. What is seen
    /// of the toys is told to `news`, all of it. Must be called inside a tokio runtime.
    pub fn start(
        identity: Identity,
        desk: Arc<dyn ToyDesk>,
        changed: watch::Receiver<u64>,
        mode: Mode,
        news: mpsc::Sender<ToyNews>,
    ) -> Result<Self, StartError> {
        let dialler = Arc::new(Dialler::new(identity, mode.alpn()).map_err(StartError::Socket)?);
        let (asks, asked) = mpsc::channel(ASKS_MAX);
        let (publish, seen) = watch::channel(Vec::new());
        let refresh = Arc::new(Notify::new());
        let keeper = Keeper::new(desk, dialler.clone(), changed, publish, news);
        let task = tokio::spawn(keeper.run(mode, asked, refresh.clone()));
        Ok(Self { asks, refresh, seen, dialler, task: Arc::new(Mutex::new(Some(task))) })
    }

    /// Every toy that is seen, and every registered one that was seen since the start; at most ten
    /// changes a second.
    pub fn watch(&self) -> watch::Receiver<Vec<ToySeen>> {
        self.seen.clone()
    }

    /// Dials a toy once to learn its key, so that a person can compare its code with the label.
    pub async fn look(&self, short: &str) -> Result<Found, ToyError> {
        let seen = self.find(short).await?;
        if let Some(found) = seen.online {
            return Ok(found);
        }
        let (wire, greeting) = self.greet(&seen, Expect::Stranger).await?;
        wire.close();
        let id = greeting.key.device_id();
        if id.short() != short {
            return Err(ToyError::WrongKey);
        }
        let found = Found { key: greeting.key, id, model: greeting.hello.model, state: greeting.hello.state };
        self.ask(Ask::Looked { short: short.to_owned(), id, state: found.state }).await?;
        Ok(found)
    }

    /// Makes the toy this hub's, by the secret on its label while its pair button is held, whosever it was. Succeeds
    /// again when the toy already is this hub's. The caller then records it and calls [`ToyHub::refresh`].
    pub async fn register(
        &self,
        short: &str,
        expected: DeviceId,
        secret: [u8; SETUP_SECRET_BYTES],
        clinic_name: &str,
    ) -> Result<PublicKey, ToyError> {
        let seen = self.find(short).await?;
        let (mut wire, greeting) = self.greet(&seen, Expect::Exactly(expected)).await?;
        let state = greeting.hello.state;
        let answer = match state {
            ToyState::Yours => Ok(()),
            ToyState::Anothers => Err(ToyError::Refused(Refusal::Anothers)),
            ToyState::New => Err(ToyError::Refused(Refusal::NotPairing)),
            ToyState::Pairing => prove(&mut wire, secret, clinic_name).await,
        };
        wire.close();
        let state = if answer.is_ok() { ToyState::Yours } else { state };
        self.ask(Ask::Looked { short: short.to_owned(), id: expected, state }).await?;
        answer.map(|()| greeting.key)
    }

    /// Makes a toy that is in contact heard.
    pub async fn ring(&self, short: &str) -> Result<(), ToyError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Ask::Ring { short: short.to_owned(), reply }).await?;
        if answer.await.map_err(|_| ToyError::Stopped)? { Ok(()) } else { Err(ToyError::NotSeen) }
    }

    /// Registrations changed: looks them up again and dials at once what is waiting.
    pub fn refresh(&self) {
        self.refresh.notify_one();
    }

    /// Ends every connection and the search. Returns when all is closed, or after three seconds.
    pub async fn shutdown(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut task) = task {
            let _ = self.asks.send(Ask::Shutdown).await;
            if timeout(SHUTDOWN_TIMEOUT, &mut task).await.is_err() {
                task.abort();
            }
        }
    }

    async fn ask(&self, ask: Ask) -> Result<(), ToyError> {
        self.asks.send(ask).await.map_err(|_| ToyError::Stopped)
    }

    async fn find(&self, short: &str) -> Result<Whereabouts, ToyError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Ask::Where { short: short.to_owned(), reply }).await?;
        answer.await.map_err(|_| ToyError::Stopped)?.ok_or(ToyError::NotSeen)
    }

    async fn greet(&self, seen: &Whereabouts, expect: Expect) -> Result<(Wire, Greeting), ToyError> {
        let mut wire = self.dialler.dial(&seen.addresses, expect).await?;
        let greeting = wire.greet().await?;
        Ok((wire, greeting))
    }
}

/// Proves the setup secret on this connection and waits for the toy's word.
async fn prove(wire: &mut Wire, secret: [u8; SETUP_SECRET_BYTES], clinic: &str) -> Result<(), ToyError> {
    let proof = setup_proof(&secret, &wire.exporter()?);
    wire.send(&ToToy::Register(Register { proof, clinic: clinic.to_owned() })).await?;
    match timeout(REGISTER_TIMEOUT, wire.next()).await.map_err(|_| ToyError::Slow)?? {
        ToHub::Registered => Ok(()),
        ToHub::Refused(refusal) => Err(ToyError::Refused(refusal)),
        _ => Err(ToyError::NotUnderstood),
    }
}

/// A model's name as it may be shown: any device may call itself anything.
fn shown_model(told: &str) -> String {
    told.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(MODEL_MAX_CHARS).collect()
}

/// The hub's wall clock, ms since 1970.
fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
