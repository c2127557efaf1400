//! Children's smart cards, through PC/SC.
//!
//! One thread owns the PC/SC service and tells what it sees: whether there is a service and a reader, which
//! card was put down and what is on it, and that it was taken away. It writes only to a card that is blank
//! or ours, and only to the very card that the caller saw.
//!
//! What a card can do here: an NTAG215 or NTAG216, and a card with the NFC Forum's files (type 4), holds a signed record
//! (`hub_protocol::card`); every other card is known by its UID alone. A perfect copy of either cannot be told from the original.

mod chip;
mod files;
mod service;

use hub_protocol::card::{self, CardRecord, CardRefusal, EncodeError, KeyId, Slot, Verified};
use hub_protocol::{CardNo, Identity, PublicKey};
use service::{Board, Request};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
use tokio::sync::{broadcast, oneshot, watch};

/// Events that a slow listener may be behind before it misses some.
const EVENTS_HELD: usize = 64;
/// Writes that may wait for the thread.
const WRITES_WAITING: usize = 8;
/// A write takes about 1 s on a slow reader; after this time its outcome is unknown.
const WRITE_TIMEOUT_MS: u64 = 5_000;
/// How long `stop` waits for the thread, which a hung driver may hold.
const STOP_TIMEOUT_MS: u64 = 1_000;

/// Is there anything to put a card on? Each state has its own remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderState {
    /// Not asked yet.
    Starting,
    /// The PC/SC service (pcscd) does not run.
    ServiceNotRunning,
    /// The service runs, but this user may not use it.
    ServiceRefused,
    NoReader,
    Ready {
        readers: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardEvent {
    Inserted(CardIn),
    Removed { reader: String },
}

/// A card that lies on a reader, as it was read when it came.
#[derive(Clone, PartialEq, Eq)]
pub struct CardIn {
    pub reader: String,
    /// 4, 7 or 10 bytes; empty when the card did not tell it.
    pub uid: Vec<u8>,
    pub kind: CardKind,
    pub content: Content,
}

/// The UID names a card that a child carries, so it stays out of logs.
impl fmt::Debug for CardIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardIn({:?}, {:?}, {:?})", self.reader, self.kind, self.content)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardKind {
    /// MIFARE Classic, whose cipher is broken, and every other storage card.
    UidOnly,
    /// Too small for two slots, so its UID alone is used.
    Ntag213,
    Ntag215,
    Ntag216,
    /// A card with a processor and the files of an NFC Forum type 4 tag (DESFire, Java Card).
    Files,
    /// Another card with a processor (a bank's); its UID alone is used.
    Iso7816,
}

impl CardKind {
    /// Can it hold a record?
    pub fn holds_record(self) -> bool {
        matches!(self, Self::Ntag215 | Self::Ntag216 | Self::Files)
    }
}

#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// The card is known by its UID alone.
    NoStorage,
    Blank,
    /// Both slots as they were read; [`verify`] says what they are worth.
    Ours {
        area: Vec<u8>,
    },
    /// Somebody else's data: never written.
    Foreign,
    Unreadable(ReadFailure),
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStorage => f.write_str("NoStorage"),
            Self::Blank => f.write_str("Blank"),
            Self::Ours { .. } => f.write_str("Ours"),
            Self::Foreign => f.write_str("Foreign"),
            Self::Unreadable(why) => write!(f, "Unreadable({why:?})"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadFailure {
    #[error("the card does not answer")]
    NoAnswer,
    #[error("another program holds the card")]
    Busy,
    #[error("the card does not tell its number")]
    NoUid,
    /// Telephones and some bank cards do so.
    #[error("the card shows a new number each time")]
    RandomUid,
    #[error("the card's memory is locked")]
    Locked,
}

/// Why a card gives no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRecord {
    #[error("a card of this kind holds no record")]
    NoStorage,
    #[error(transparent)]
    Unreadable(#[from] ReadFailure),
    #[error(transparent)]
    Refused(#[from] CardRefusal),
}

#[derive(Debug, thiserror::Error)]
pub enum CardError {
    #[error("the card service does not run")]
    ServiceNotRunning,
    #[error("the card reader is gone")]
    ReaderGone,
    /// Whatever was being written is torn; the older record is still valid.
    #[error("the card left the reader before the work was done")]
    CardPulled,
    #[error("another card lies on the reader now")]
    WrongCard,
    #[error("the card's content is not what it was when it was read")]
    Changed,
    #[error("the card holds something that is not ours")]
    Foreign,
    #[error("a card of this kind holds no record")]
    NoStorage,
    #[error("the card already holds a record")]
    AlreadyIssued,
    #[error("the card's record cannot be renewed")]
    NoRecord(#[source] NoRecord),
    #[error("the card was written too often")]
    CounterSpent,
    #[error("another program holds the card")]
    Busy,
    #[error("the card refuses to be written (status {status:04x})")]
    WriteRefused { status: u16 },
    #[error("the card does not keep what is written")]
    NotKept,
    #[error("too many writes are waiting")]
    QueueFull,
    #[error("the reader did not finish in time; whether the card was written is unknown")]
    TimedOut,
    #[error("the card reader was stopped")]
    Stopped,
    #[error("the summary cannot be sealed")]
    NotSealed,
    #[error("the record does not fit a card")]
    Encode(#[from] EncodeError),
    #[error("the card reader failed")]
    Pcsc(#[source] pcsc::Error),
}

/// The record on a card, when its signature is that of a station which `station` knows.
pub fn verify(card: &CardIn, station: impl Fn(&KeyId) -> Option<PublicKey>) -> Result<Verified, NoRecord> {
    match &card.content {
        Content::NoStorage => Err(NoRecord::NoStorage),
        Content::Unreadable(why) => Err(NoRecord::Unreadable(*why)),
        Content::Blank => Err(CardRefusal::Blank.into()),
        Content::Foreign => Err(CardRefusal::Foreign.into()),
        Content::Ours { area } => Ok(card::read(area, &card.uid, station)?),
    }
}

/// The handle of the thread that owns PC/SC. Dropping it ends the thread soon; [`CardReader::stop`] waits.
pub struct CardReader {
    board: Arc<Board>,
    requests: mpsc::SyncSender<Request>,
    /// Closed when the thread has ended. The lock only lets the handle be shared.
    ended: Mutex<mpsc::Receiver<()>>,
}

impl CardReader {
    /// Starts the thread. That a service or a reader is missing is a state, not an error.
    pub fn start() -> std::io::Result<Self> {
        let board = Arc::new(Board::new(EVENTS_HELD));
        let (requests, inbox) = mpsc::sync_channel(WRITES_WAITING);
        let (alive, ended) = mpsc::channel();
        let theirs = Arc::clone(&board);
        std::thread::Builder::new().name("cards".into()).spawn(move || {
            service::run(&theirs, &inbox);
            drop(theirs);
            drop(alive);
        })?;
        Ok(Self { board, requests, ended: Mutex::new(ended) })
    }

    pub fn state(&self) -> watch::Receiver<ReaderState> {
        self.board.state.subscribe()
    }

    /// Cards that come and go from now on. Who also wants a card that lies there already asks
    /// [`CardReader::present`] after this.
    pub fn cards(&self) -> broadcast::Receiver<CardEvent> {
        self.board.events.subscribe()
    }

    /// The cards that lie on a reader now.
    pub fn present(&self) -> Vec<CardIn> {
        self.board.present.borrow().clone()
    }

    /// Writes the first record on a card that holds none, and gives the card as it is then.
    pub async fn issue(&self, card: &CardIn, card_no: CardNo, station: &Identity) -> Result<CardIn, CardError> {
        let own = |kid: &KeyId| (*kid == KeyId::of(&station.device_id())).then(|| station.public_key());
        match verify(card, own) {
            // A first write of ours that was torn may be repeated.
            Err(NoRecord::Refused(CardRefusal::Blank | CardRefusal::Malformed | CardRefusal::BadSignature)) => {}
            Err(NoRecord::Refused(CardRefusal::Foreign)) => return Err(CardError::Foreign),
            Err(NoRecord::NoStorage) => return Err(CardError::NoStorage),
            Err(why @ NoRecord::Unreadable(_)) => return Err(CardError::NoRecord(why)),
            Ok(_) | Err(NoRecord::Refused(CardRefusal::UnknownStation | CardRefusal::FutureVersion)) => {
                return Err(CardError::AlreadyIssued);
            }
        }
        let record = CardRecord { card_no, counter: 1, sealed: None };
        self.write(card, Slot::A, card::encode(&record, &card.uid, station)?).await
    }

    /// Writes the record again with the next counter and this sealed summary, in the slot that does not hold it,
    /// signed by this station. `known` finds the keys of the district's stations.
    pub async fn renew(
        &self,
        card: &CardIn,
        known: impl Fn(&KeyId) -> Option<PublicKey>,
        sealed: Option<Vec<u8>>,
        station: &Identity,
    ) -> Result<CardIn, CardError> {
        let held = verify(card, known).map_err(CardError::NoRecord)?;
        let counter = held.record.counter.checked_add(1).ok_or(CardError::CounterSpent)?;
        let record = CardRecord { counter, sealed, ..held.record };
        self.write(card, held.slot.other(), card::encode(&record, &card.uid, station)?).await
    }

    async fn write(&self, card: &CardIn, slot: Slot, bytes: Vec<u8>) -> Result<CardIn, CardError> {
        let (answer, answered) = oneshot::channel();
        let request = Request { card: card.clone(), slot, bytes, answer };
        self.requests.try_send(request).map_err(|e| match e {
            mpsc::TrySendError::Full(_) => CardError::QueueFull,
            mpsc::TrySendError::Disconnected(_) => CardError::Stopped,
        })?;
        match tokio::time::timeout(Duration::from_millis(WRITE_TIMEOUT_MS), answered).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(CardError::Stopped),
            Err(_) => Err(CardError::TimedOut),
        }
    }

    /// Ends the thread; waits at most a second. A thread that a hung driver holds ends with the program.
    pub fn stop(self) {
        self.board.stop();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(Duration::from_millis(STOP_TIMEOUT_MS)) == Err(mpsc::RecvTimeoutError::Timeout) {
            tracing::warn!("the card service holds its thread; leaving it behind");
        }
    }
}

impl Drop for CardReader {
    fn drop(&mut self) {
        self.board.stop();
    }
}
