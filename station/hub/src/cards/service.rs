//! The thread that owns PC/SC: waits for cards and readers, and survives that the service goes and comes.

use super::chip::{Chip, Look};
use super::{CardError, CardEvent, CardIn, CardKind, Content, ReadFailure, ReaderState};
use hub_protocol::card::Slot;
use pcsc::{Context, Disposition, Protocols, Scope, ShareMode, State};
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, oneshot, watch};

/// How long one wait for news may last: a write or a stop waits as long before it is seen. `cancel` would
/// be quicker, but it can be lost in pcsc-lite.
const WAIT_MS: u64 = 50;
/// Between two attempts to reach the service.
const RETRY_MS: u64 = 500;
/// A wait that ended sooner without news would make the thread spin.
const TOO_SOON_MS: u64 = 20;
/// How often a card that does not answer well is tried before a person is told.
const LOOK_TRIES: u32 = 5;
/// How often and how long to wait for another program to let go of a card before a write.
const HOLD_TRIES: u32 = 5;
const HOLD_PAUSE_MS: u64 = 100;

/// What the thread tells, and is told.
pub(super) struct Board {
    pub state: watch::Sender<ReaderState>,
    pub events: broadcast::Sender<CardEvent>,
    pub present: watch::Sender<Vec<CardIn>>,
    stop: AtomicBool,
}

impl Board {
    pub(super) fn new(events_held: usize) -> Self {
        Self {
            state: watch::Sender::new(ReaderState::Starting),
            events: broadcast::Sender::new(events_held),
            present: watch::Sender::new(Vec::new()),
            stop: AtomicBool::new(false),
        }
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn say(&self, now: ReaderState) {
        self.state.send_if_modified(|state| {
            let new = *state != now;
            if new {
                tracing::info!(state = ?now, "card readers");
                *state = now;
            }
            new
        });
    }

    /// The list of present cards is up to date before the event goes out. Nobody listening is no error.
    fn inserted(&self, card: CardIn) {
        self.replace(&card);
        let _ = self.events.send(CardEvent::Inserted(card));
    }

    fn replace(&self, card: &CardIn) {
        self.present.send_modify(|cards| {
            cards.retain(|c| c.reader != card.reader);
            cards.push(card.clone());
        });
    }

    fn removed(&self, reader: &str) {
        let was_there = self.present.send_if_modified(|cards| {
            let before = cards.len();
            cards.retain(|c| c.reader != reader);
            cards.len() != before
        });
        if was_there {
            let _ = self.events.send(CardEvent::Removed { reader: reader.to_owned() });
        }
    }

    fn all_removed(&self) {
        let readers: Vec<String> = self.present.borrow().iter().map(|c| c.reader.clone()).collect();
        for reader in readers {
            self.removed(&reader);
        }
    }
}

/// One slot to be written on the card that the caller saw.
pub(super) struct Request {
    pub card: CardIn,
    pub slot: Slot,
    pub bytes: Vec<u8>,
    pub answer: oneshot::Sender<Result<CardIn, CardError>>,
}

/// The thread: ends when it is told to, or when its handle is gone.
pub(super) fn run(board: &Board, requests: &Receiver<Request>) {
    while !board.stopped() {
        let error = match Context::establish(Scope::User) {
            Ok(context) => Session::new(context, board).run(requests),
            Err(error) => Some(error),
        };
        board.all_removed();
        let Some(error) = error else { break };
        board.say(match error {
            pcsc::Error::SecurityViolation | pcsc::Error::NoAccess => ReaderState::ServiceRefused,
            _ => ReaderState::ServiceNotRunning,
        });
        tracing::debug!(%error, "no card service");
        refuse_for(Duration::from_millis(RETRY_MS), board, requests);
    }
}

/// Waits, and refuses every write meanwhile.
fn refuse_for(wait: Duration, board: &Board, requests: &Receiver<Request>) {
    let until = Instant::now() + wait;
    while !board.stopped() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        match requests.recv_timeout(left.min(Duration::from_millis(WAIT_MS))) {
            Ok(request) => drop(request.answer.send(Err(CardError::ServiceNotRunning))),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return board.stop(),
        }
    }
}

/// A card in a reader, by the reader's count of comings and goings.
#[derive(Clone, Copy)]
struct Seen {
    count: u32,
    tries: u32,
    /// Nothing more is to be done until it goes.
    settled: bool,
}

/// From one `establish` to the error that ends it.
struct Session<'b> {
    context: Context,
    board: &'b Board,
    /// The plug-and-play pseudo reader first, then the real ones.
    watched: Vec<pcsc::ReaderState>,
    seen: HashMap<CString, Seen>,
}

impl<'b> Session<'b> {
    fn new(context: Context, board: &'b Board) -> Self {
        let pnp = pcsc::ReaderState::new(pcsc::PNP_NOTIFICATION(), State::UNAWARE);
        Self { context, board, watched: vec![pnp], seen: HashMap::new() }
    }

    /// Ends with `None` when the thread is to stop.
    fn run(mut self, requests: &Receiver<Request>) -> Option<pcsc::Error> {
        while !self.board.stopped() {
            if let Err(error) = self.follow_readers().and_then(|()| self.follow_cards()) {
                return Some(error);
            }
            loop {
                match requests.try_recv() {
                    // A caller that gave up must not find its card written later.
                    Ok(request) if request.answer.is_closed() => {}
                    Ok(request) => {
                        let outcome = self.write(&request).map_err(|error| self.or_gone(&request.card.reader, error));
                        let _ = request.answer.send(outcome);
                    }
                    Err(std::sync::mpsc::TryRecvError::Empty) => break,
                    Err(std::sync::mpsc::TryRecvError::Disconnected) => return None,
                }
            }
        }
        None
    }

    fn follow_readers(&mut self) -> Result<(), pcsc::Error> {
        let names = self.context.list_readers_owned()?;
        let gone = |name: &CStr| name != pcsc::PNP_NOTIFICATION() && !names.iter().any(|n| n.as_c_str() == name);
        self.watched.retain(|reader| !gone(reader.name()));
        let board = self.board;
        self.seen.retain(|name, _| {
            if gone(name) {
                board.removed(&name.to_string_lossy());
            }
            !gone(name)
        });
        for name in &names {
            if !self.watched.iter().any(|reader| reader.name() == name.as_c_str()) {
                self.watched.push(pcsc::ReaderState::new(name.clone(), State::UNAWARE));
            }
        }
        self.board.say(if names.is_empty() {
            ReaderState::NoReader
        } else {
            ReaderState::Ready { readers: names.iter().map(|n| n.to_string_lossy().into_owned()).collect() }
        });
        Ok(())
    }

    fn follow_cards(&mut self) -> Result<(), pcsc::Error> {
        let began = Instant::now();
        match self.context.get_status_change(Duration::from_millis(WAIT_MS), &mut self.watched) {
            // A reader that went meanwhile is left out in the next round.
            Ok(()) | Err(pcsc::Error::Timeout | pcsc::Error::UnknownReader) => {}
            Err(error) => return Err(error),
        }
        let mut news = false;
        for at in 1..self.watched.len() {
            let reader = &mut self.watched[at];
            let present = reader.event_state().contains(State::PRESENT).then(|| reader.event_count());
            reader.sync_current_state();
            let name = reader.name().to_owned();
            news |= self.follow_card(&name, present)?;
        }
        self.watched[0].sync_current_state();
        if !news && began.elapsed() < Duration::from_millis(TOO_SOON_MS) {
            std::thread::sleep(Duration::from_millis(TOO_SOON_MS));
        }
        Ok(())
    }

    /// Compares one reader with what was seen before; says whether anything was news.
    fn follow_card(&mut self, name: &CStr, present: Option<u32>) -> Result<bool, pcsc::Error> {
        let before = self.seen.get(name).copied();
        if before.map(|seen| seen.count) != present && before.is_some() {
            self.seen.remove(name);
            self.board.removed(&name.to_string_lossy());
        }
        let Some(count) = present else {
            return Ok(before.is_some());
        };
        let seen = before.filter(|seen| seen.count == count).unwrap_or(Seen { count, tries: 0, settled: false });
        if seen.settled {
            return Ok(false);
        }
        let tries = seen.tries + 1;
        let looked = self.connect(name, ShareMode::Shared).and_then(|card| on_card(card, |chip| chip.look()));
        let look = match looked {
            Ok(look) => Some(look),
            Err(e @ (pcsc::Error::CommError | pcsc::Error::NoService | pcsc::Error::ServiceStopped)) => return Err(e),
            // It may be on its way in or out; the next round tells.
            Err(_) if tries < LOOK_TRIES => None,
            Err(error) => {
                let busy = error == pcsc::Error::SharingViolation;
                let why = if busy { ReadFailure::Busy } else { ReadFailure::NoAnswer };
                Some(Look { uid: Vec::new(), kind: CardKind::UidOnly, content: Content::Unreadable(why) })
            }
        };
        self.seen.insert(name.to_owned(), Seen { count, tries, settled: look.is_some() });
        let settled = look.is_some();
        if let Some(look) = look {
            self.board.inserted(card_in(&name.to_string_lossy(), look));
        }
        Ok(settled)
    }

    fn connect(&self, name: &CStr, share: ShareMode) -> Result<pcsc::Card, pcsc::Error> {
        self.context.connect(name, share, Protocols::ANY)
    }

    /// Writes one slot, when the card is still the one that the caller saw, with the same content.
    fn write(&self, request: &Request) -> Result<CardIn, CardError> {
        let card = &request.card;
        let name = CString::new(card.reader.as_str()).map_err(|_| CardError::ReaderGone)?;
        let held = self.connect_alone(&name)?;
        let after = on_card(held, |chip| {
            let now = chip.look()?;
            if now.uid != card.uid {
                return Err(CardError::WrongCard);
            }
            match (&now.content, &card.content) {
                (Content::Foreign, _) => return Err(CardError::Foreign),
                (Content::NoStorage, _) => return Err(CardError::NoStorage),
                (Content::Unreadable(why), _) => return Err(CardError::NoRecord((*why).into())),
                (Content::Blank | Content::Ours { .. }, seen) if *seen != now.content => {
                    return Err(CardError::Changed);
                }
                (Content::Blank | Content::Ours { .. }, _) => {}
            }
            chip.write_slot(&now, request.slot, &request.bytes)
        })?;
        let after = card_in(&card.reader, after);
        self.board.replace(&after);
        Ok(after)
    }

    /// The service loses a reader in many ways; whether one is there is what it lists.
    fn or_gone(&self, reader: &str, error: CardError) -> CardError {
        match self.context.list_readers_owned() {
            Ok(names) if !names.iter().any(|name| name.to_bytes() == reader.as_bytes()) => CardError::ReaderGone,
            // What was held is not held any more, and the service and its reader are there.
            Ok(_) if matches!(error, CardError::ServiceNotRunning) => CardError::CardPulled,
            _ => error,
        }
    }

    /// Alone, so that no other program talks to the card between two pages.
    fn connect_alone(&self, name: &CStr) -> Result<pcsc::Card, CardError> {
        for _ in 1..HOLD_TRIES {
            match self.connect(name, ShareMode::Exclusive) {
                Err(pcsc::Error::SharingViolation) => std::thread::sleep(Duration::from_millis(HOLD_PAUSE_MS)),
                outcome => return Ok(outcome?),
            }
        }
        Ok(self.connect(name, ShareMode::Exclusive)?)
    }
}

/// Talks with a card and lets go of it, without the reset that a plain drop would do. Meanwhile no other program speaks
/// to it: what a card answers depends on the file that was selected last.
fn on_card<T, E: From<pcsc::Error>>(
    mut card: pcsc::Card,
    talk: impl FnOnce(&Chip<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let outcome = match card.transaction() {
        Ok(held) => {
            let outcome = talk(&Chip(&held));
            // It ends with the connection: another program that began its own before would keep us from letting go.
            std::mem::forget(held);
            outcome
        }
        Err(error) => Err(error.into()),
    };
    if let Err((_, error)) = card.disconnect(Disposition::LeaveCard) {
        tracing::debug!(%error, "the card was gone before it was let go");
    }
    outcome
}

fn card_in(reader: &str, look: Look) -> CardIn {
    CardIn { reader: reader.to_owned(), uid: look.uid, kind: look.kind, content: look.content }
}
