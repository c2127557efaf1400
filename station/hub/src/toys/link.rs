//! One registered toy: dialled while it is announced, greeted, given its roster, relieved of its records.
//!
//! The states: absent (never announced yet), dialling, resting after a failure, live. The task runs until the
//! keeper drops it. One that is not announced any more is dialled where it was last: a toy that comes back into reach
//! without joining the network anew announces nothing, and mDNS asks for it again after as much as an hour.

use super::dial::{Dialler, Wire, WireError, clock_offset_ms};
use super::pace::{DIAL_MIN_INTERVAL, GOOD_CONNECTION, REST_MAX, REST_MIN, back_off};
use super::{DeskError, Fault, Presence, RegisteredToy, Taken, ToyDesk, now_ms, shown_model};
use hub_protocol::tls::Expect;
use hub_protocol::toy::{
    RECORDS_MAX, RecordsAck, Refusal, SLEEP_MAX_S, SignedObeyed, SignedRecord, Telemetry, ToHub, ToToy, ToyHello,
    ToyState,
};
use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

/// Back-off between dials of a toy that answers and cannot be worked with: it needs a person, not haste.
const FAULT_REST_MIN: Duration = Duration::from_secs(30);
const FAULT_REST_MAX: Duration = Duration::from_secs(300);
/// Changes of the records that come faster are looked at together.
const CHECK_MIN_INTERVAL: Duration = Duration::from_millis(250);
/// The same when they could not be read.
const UNREAD_INTERVAL: Duration = Duration::from_secs(5);
/// Rosters change with the days too.
const CHECK_INTERVAL: Duration = Duration::from_secs(600);
/// Messages a toy may send: so many at once, then so many a second.
const MESSAGES_BURST: f64 = 500.0;
const MESSAGES_PER_SECOND: f64 = 50.0;
/// Records that bring nothing new, which an honest toy sends when an answer was lost, a message of them at each contact.
/// Whoever sends so many at once, or more than so many a second for long, replays them: each is verified on the one
/// thread that writes.
const REPEATS_BURST: f64 = 2_000.0;
const REPEATS_PER_SECOND: f64 = 25.0;
/// When half of that is used up a toy is asked to wait so many seconds; whoever goes on is cut off.
const REPEATS_WAIT_S: u32 = 30;

/// What a link tells the keeper.
#[derive(Debug)]
pub(super) enum Update {
    State(Presence),
    Model(String),
    Firmware(String),
    Telemetry(Telemetry),
    ClockOffset(i64),
    /// It obeys the settings of this revision.
    Settings(u64),
    /// So much had no room in the list that it was given.
    LeftOut(u32),
    /// It has told more than it may tell in a day, or what it tells is taken.
    TooMuch(bool),
    /// The toy does not answer: is it still there, or somewhere else?
    Doubt,
}

/// The way to the keeper, with what tells it whose news it is.
pub(super) struct Updates {
    pub short: String,
    pub generation: u64,
    pub out: mpsc::Sender<(String, u64, Update)>,
}

impl Updates {
    async fn tell(&self, update: Update) {
        // A keeper that is gone takes this task with it.
        let _ = self.out.send((self.short.clone(), self.generation, update)).await;
    }
}

pub(super) struct Link {
    pub toy: RegisteredToy,
    pub desk: Arc<dyn ToyDesk>,
    pub dialler: Arc<Dialler>,
    /// Where the toy is announced now; empty when it is not.
    pub addresses: watch::Receiver<Vec<SocketAddr>>,
    pub changed: watch::Receiver<u64>,
    /// Do not wait: dial.
    pub nudge: Arc<Notify>,
    /// Somebody looks for the toy.
    pub ring: Arc<Notify>,
    pub updates: Updates,
    /// Where it was announced last.
    pub last: Vec<SocketAddr>,
    /// Epoch and number of the last of its records that was taken.
    pub taken: (u64, u64),
}

enum State {
    Absent,
    Dialling,
    Resting(Duration),
    Live(Box<Live>),
}

/// A connection on which the right toy has said hello.
struct Live {
    wire: Wire,
    hello: ToyHello,
    offset_ms: i64,
}

/// Why a live connection ended.
enum End {
    Wire(WireError),
    /// The toy sent what must be refused; it is told.
    Refuse(Refusal, Fault),
    Refused(Refusal),
    Floods,
    /// It sends the same again and again, although it was asked to wait.
    Replays,
    /// The toy answers at another address: the new connection goes on.
    Moved(Box<Live>),
    Unregistered,
}

impl From<WireError> for End {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Frame(_) => Self::Refuse(Refusal::Malformed, Fault::Misbehaves(Refusal::Malformed)),
            error => Self::Wire(error),
        }
    }
}

impl Link {
    pub async fn run(mut self) {
        let mut state = State::Absent;
        let mut tries = Tries {
            attempt: 0,
            last_dial: None,
            repeats: Bucket::full(REPEATS_BURST, REPEATS_PER_SECOND, Instant::now()),
            wakes_ms: None,
        };
        loop {
            state = match state {
                State::Absent => {
                    if self.addresses.wait_for(|a| !a.is_empty()).await.is_err() {
                        return;
                    }
                    State::Dialling
                }
                State::Dialling => self.dial(&mut tries).await,
                State::Resting(how_long) => self.rest(how_long, &mut tries).await,
                State::Live(live) => self.live(*live, &mut tries).await,
            };
        }
    }

    async fn dial(&mut self, tries: &mut Tries) -> State {
        if let Some(last) = tries.last_dial {
            sleep_until(last + DIAL_MIN_INTERVAL).await;
        }
        tries.last_dial = Some(Instant::now());
        let announced = self.addresses.borrow_and_update().clone();
        let is_announced = !announced.is_empty();
        if is_announced {
            self.last.clone_from(&announced);
        }
        let connected = tokio::select! {
            connected = connect(&self.dialler, &self.last, self.toy) => connected,
            // It was started anew, and nobody is left where it was: each of those addresses would take its time.
            () = announced_elsewhere(&mut self.addresses, &self.last) => {
                tries.attempt = 0;
                return State::Dialling;
            }
        };
        if *self.addresses.borrow() != announced {
            // What was heard meanwhile is looked at before anybody rests.
            self.addresses.mark_changed();
        }
        match connected {
            Ok(live) => match live.hello.state {
                ToyState::Yours => State::Live(live),
                ToyState::Anothers => {
                    live.wire.close();
                    self.fail(tries, Presence::Anothers).await
                }
                ToyState::New | ToyState::Pairing => {
                    live.wire.close();
                    self.fail(tries, Presence::Failing(Fault::Forgotten)).await
                }
            },
            Err(error) => {
                tracing::debug!(toy = %self.updates.short, error = %error, "dialling failed");
                match fault_of(&error) {
                    Some(presence) if is_announced => self.fail(tries, presence).await,
                    // Whoever has the address by now is not to blame.
                    _ => {
                        self.updates.tell(Update::State(Presence::Offline { since_ms: now_ms() })).await;
                        self.updates.tell(Update::Doubt).await;
                        tries.rest(REST_MIN, REST_MAX)
                    }
                }
            }
        }
    }

    /// The toy answers and cannot be worked with.
    async fn fail(&self, tries: &mut Tries, presence: Presence) -> State {
        tracing::warn!(toy = %self.updates.short, state = ?presence, "a toy cannot be worked with");
        self.updates.tell(Update::State(presence)).await;
        match presence {
            // Not the toy's doing, and over as soon as there is room again.
            Presence::Failing(Fault::NotStored) => tries.rest(REST_MIN, REST_MAX),
            _ => tries.rest(FAULT_REST_MIN, FAULT_REST_MAX),
        }
    }

    async fn rest(&mut self, how_long: Duration, tries: &mut Tries) -> State {
        tokio::select! {
            () = sleep(how_long) => State::Dialling,
            () = self.nudge.notified() => State::Dialling,
            changed = self.addresses.changed() => {
                // When the keeper is gone this task is being dropped: nothing is left to be done.
                if changed.is_err() {
                    pending::<()>().await;
                }
                if !self.addresses.borrow_and_update().is_empty() {
                    tries.attempt = 0;
                    return State::Dialling;
                }
                self.updates.tell(Update::State(Presence::Offline { since_ms: now_ms() })).await;
                State::Resting(how_long)
            }
        }
    }

    async fn live(&mut self, live: Live, tries: &mut Tries) -> State {
        let Live { mut wire, hello, offset_ms } = live;
        let since = Instant::now();
        self.updates.tell(Update::Model(hello.model.clone())).await;
        self.updates.tell(Update::Firmware(shown_model(&hello.firmware))).await;
        self.updates.tell(Update::ClockOffset(offset_ms)).await;
        if let Some(revision) = hello.settings_revision {
            self.updates.tell(Update::Settings(revision)).await;
        }
        self.updates.tell(Update::State(Presence::Online)).await;
        let Err(end) = self.exchange(&mut wire, &hello, offset_ms, tries).await;
        if since.elapsed() >= GOOD_CONNECTION {
            tries.attempt = 0;
        }
        match end {
            End::Moved(live) => {
                wire.close();
                self.last = vec![live.wire.remote()];
                State::Live(live)
            }
            End::Wire(error) => {
                tracing::debug!(toy = %self.updates.short, error = %error, "the connection ended");
                let is_elsewhere = self.elsewhere(&wire).is_some();
                wire.close();
                let presence = match tries.wakes_ms {
                    // However its end came: it said that it would go.
                    Some(until_ms) => Presence::Asleep { until_ms },
                    None => Presence::Offline { since_ms: now_ms() },
                };
                self.updates.tell(Update::State(presence)).await;
                self.updates.tell(Update::Doubt).await;
                if is_elsewhere { State::Dialling } else { tries.rest(REST_MIN, REST_MAX) }
            }
            End::Refuse(refusal, fault) => {
                let state = self.fail(tries, Presence::Failing(fault)).await;
                wire.refuse(refusal).await;
                state
            }
            End::Refused(Refusal::Anothers) => {
                wire.close();
                self.fail(tries, Presence::Anothers).await
            }
            End::Refused(refusal) => {
                wire.close();
                self.fail(tries, Presence::Failing(Fault::Refuses(refusal))).await
            }
            End::Floods => {
                wire.close();
                self.fail(tries, Presence::Failing(Fault::Floods)).await
            }
            End::Replays => {
                let state = self.fail(tries, Presence::Failing(Fault::Replays)).await;
                wire.refuse(Refusal::OutOfOrder).await;
                state
            }
            End::Unregistered => {
                // The keeper looks it up too and ends this task.
                wire.refuse(Refusal::UnknownToy).await;
                tries.rest(FAULT_REST_MIN, FAULT_REST_MAX)
            }
        }
    }

    async fn exchange(
        &mut self,
        wire: &mut Wire,
        hello: &ToyHello,
        offset_ms: i64,
        tries: &mut Tries,
    ) -> Result<Infallible, End> {
        tries.wakes_ms = None;
        let mut told = Told {
            epoch: hello.epoch,
            roster: hello.roster_revision,
            roster_sent: None,
            left_out: 0,
            settings: hello.settings_revision,
            settings_sent: None,
            order_sent: None,
            committed: 0,
            durable: 0,
            offset_ms,
        };
        let mut messages = Bucket::full(MESSAGES_BURST, MESSAGES_PER_SECOND, Instant::now());
        let mut moving: Option<Moving> = None;
        let mut moves = 0;
        let mut records_end = false;
        let mut last_check = Instant::now();
        let mut next_check = last_check;
        let mut stamp = self.desk.stamp(self.toy.id);
        self.changed.borrow_and_update();
        loop {
            tokio::select! {
                message = wire.next() => {
                    let message = message?;
                    if !messages.take(1.0, Instant::now()) {
                        return Err(End::Floods);
                    }
                    if self.take(wire, &mut told, message, tries).await? {
                        next_check = next_check.min(last_check + CHECK_MIN_INTERVAL);
                    }
                }
                () = sleep_until(next_check) => {
                    last_check = Instant::now();
                    next_check = last_check + CHECK_INTERVAL;
                    // First: what is committed while the records are looked at is looked at again.
                    stamp = self.desk.stamp(self.toy.id);
                    if !self.check(wire, &mut told).await? {
                        next_check = last_check + UNREAD_INTERVAL;
                    }
                }
                changed = self.changed.changed(), if !records_end => match changed {
                    Ok(()) if self.desk.stamp(self.toy.id) == stamp => {}
                    Ok(()) => next_check = next_check.min(last_check + CHECK_MIN_INTERVAL),
                    Err(_) => records_end = true,
                },
                // This one is dialled already.
                () = self.nudge.notified() => {}
                () = self.ring.notified() => wire.send(&ToToy::Ring).await?,
                Ok(()) = self.addresses.changed() => {
                    self.addresses.mark_unchanged();
                    // The toy was restarted or got another address: perhaps this connection is dead already.
                    // Only a handshake with the toy's own key moves it.
                    moves = 0;
                    moving = self.elsewhere(wire).map(|addresses| self.moving(addresses, Duration::ZERO));
                }
                moved = follow(&mut moving) => moving = match moved {
                    Ok(live) if live.hello.state == ToyState::Yours => return Err(End::Moved(live)),
                    // It may not listen yet. Whoever else answers there is left alone.
                    Err(error) if fault_of(&error).is_none() => {
                        let wait = back_off(moves, u32::MAX, REST_MIN, REST_MAX);
                        moves += 1;
                        self.elsewhere(wire).map(|addresses| self.moving(addresses, wait))
                    }
                    _ => None,
                },
            }
        }
    }

    /// Where the toy is announced, when it is not where this connection goes.
    fn elsewhere(&self, wire: &Wire) -> Option<Vec<SocketAddr>> {
        let announced = self.addresses.borrow();
        (!announced.is_empty() && !wire.goes_to(&announced)).then(|| announced.clone())
    }

    fn moving(&self, addresses: Vec<SocketAddr>, wait: Duration) -> Moving {
        let (dialler, toy) = (self.dialler.clone(), self.toy);
        Box::pin(async move {
            sleep(wait).await;
            connect(&dialler, &addresses, toy).await
        })
    }

    /// Takes one message. Says whether the records should be looked at.
    async fn take(&mut self, wire: &mut Wire, told: &mut Told, message: ToHub, tries: &mut Tries) -> Result<bool, End> {
        let misbehaves = |refusal| Err(End::Refuse(refusal, Fault::Misbehaves(refusal)));
        match message {
            ToHub::Records(records) if records.is_empty() || records.len() > RECORDS_MAX => {
                misbehaves(Refusal::Malformed)
            }
            ToHub::Records(records) => {
                let taken = self.commit(records, told.offset_ms).await?;
                if !tries.repeats.take(taken.repeated as f64, Instant::now()) {
                    return Err(End::Replays);
                }
                (told.committed, told.durable) = (taken.committed, taken.durable);
                let Taken { epoch, committed, durable, wait_s, repeated } = taken;
                wire.send(&ToToy::Ack(RecordsAck { epoch, committed, durable })).await?;
                if let Some(wait_s) = wait_s {
                    wire.send(&ToToy::NotNow(wait_s)).await?;
                } else if repeated > 0 && tries.repeats.left < REPEATS_BURST / 2.0 {
                    tracing::warn!(toy = %self.updates.short, "a toy sends the same again and again: it is to wait");
                    wire.send(&ToToy::NotNow(REPEATS_WAIT_S)).await?;
                }
                // What was sent again says nothing of what is taken today.
                let is_new = (epoch, committed) > self.taken;
                self.taken = self.taken.max((epoch, committed));
                if wait_s.is_some() || is_new {
                    self.updates.tell(Update::TooMuch(wait_s.is_some())).await;
                }
                Ok(true)
            }
            ToHub::Telemetry(telemetry) if !is_possible(&telemetry) => misbehaves(Refusal::Malformed),
            ToHub::Telemetry(telemetry) => {
                let now = now_ms();
                told.offset_ms = clock_offset_ms(telemetry.at_ms, now, now);
                tries.wakes_ms = telemetry.sleep_s.map(|sleep_s| now.saturating_add(u64::from(sleep_s) * 1_000));
                self.updates.tell(Update::ClockOffset(told.offset_ms)).await;
                self.updates.tell(Update::Telemetry(telemetry)).await;
                Ok(false)
            }
            ToHub::RosterTaken(revision) if told.roster_sent == Some(revision) => {
                told.roster = revision;
                told.roster_sent = None;
                // It may have changed again while the toy wrote it down.
                Ok(true)
            }
            ToHub::SettingsTaken(revision) if told.settings_sent == Some(revision) => {
                told.settings = Some(revision);
                told.settings_sent = None;
                self.updates.tell(Update::Settings(revision)).await;
                // They may have changed again meanwhile.
                Ok(true)
            }
            ToHub::Obeyed(obeyed) if told.order_sent.is_some_and(|no| no >= obeyed.obeyed.order.no) => {
                self.obeyed(obeyed).await?;
                Ok(true)
            }
            // A newer order than ours, from before these records were put back from a backup. It holds until the next.
            ToHub::Obeyed(_) if told.order_sent.is_some() => {
                tracing::warn!(toy = %self.updates.short, "a toy obeys an order that is not in the records");
                Ok(false)
            }
            ToHub::Refused(refusal) => Err(End::Refused(refusal)),
            ToHub::Hello(_)
            | ToHub::Registered
            | ToHub::RosterTaken(_)
            | ToHub::Obeyed(_)
            | ToHub::SettingsTaken(_) => misbehaves(Refusal::OutOfOrder),
        }
    }

    async fn commit(&self, records: Vec<SignedRecord>, offset_ms: i64) -> Result<Taken, End> {
        let (desk, key) = (self.desk.clone(), self.toy.key);
        let taken = tokio::task::spawn_blocking(move || desk.take(&key, records, offset_ms)).await;
        // A desk that panicked has stored nothing that it would stand for.
        taken.unwrap_or(Err(Refusal::Storage)).map_err(not_taken)
    }

    async fn obeyed(&self, obeyed: SignedObeyed) -> Result<(), End> {
        let (desk, key) = (self.desk.clone(), self.toy.key);
        let noted = tokio::task::spawn_blocking(move || desk.obeyed(&key, obeyed)).await;
        noted.unwrap_or(Err(Refusal::Storage)).map_err(not_taken)
    }

    /// Sends an order, the settings, the roster and the acknowledgement when they differ from what the toy was told.
    /// Says whether all of them could be read.
    async fn check(&self, wire: &mut Wire, told: &mut Told) -> Result<bool, End> {
        let (desk, toy, epoch) = (self.desk.clone(), self.toy.id, told.epoch);
        let look = move || (desk.order(toy), desk.settings(), desk.roster(toy), desk.durable(toy, epoch));
        let Ok((order, settings, roster, durable)) = tokio::task::spawn_blocking(look).await else {
            return Ok(false);
        };
        if matches!(roster, Err(DeskError::UnknownToy)) {
            return Err(End::Unregistered);
        }
        let all_read = order.is_ok() && settings.is_ok() && roster.is_ok() && durable.is_ok();
        if let Some(order) = self.readable(order).flatten()
            && told.order_sent != Some(order.no)
        {
            wire.send(&ToToy::Order(order)).await?;
            told.order_sent = Some(order.no);
        }
        if let Some(settings) = self.readable(settings)
            && told.settings != Some(settings.revision)
            && told.settings_sent.is_none()
        {
            told.settings_sent = Some(settings.revision);
            wire.send(&ToToy::Settings(settings)).await?;
        }
        if let Some(durable) = self.readable(durable)
            && durable > told.durable
        {
            told.durable = durable;
            told.committed = told.committed.max(durable);
            let ack = RecordsAck { epoch, committed: told.committed, durable };
            wire.send(&ToToy::Ack(ack)).await?;
        }
        let Some(roster) = self.readable(roster) else { return Ok(all_read) };
        let (revision, left_out) = (roster.revision, roster.left_out);
        let is_due = revision != told.roster && told.roster_sent.is_none();
        if is_due || left_out != told.left_out {
            told.left_out = left_out;
            self.updates.tell(Update::LeftOut(left_out)).await;
        }
        if is_due {
            if left_out > 0 {
                tracing::warn!(toy = %self.updates.short, left_out, "a toy's list has no room for all of it");
            }
            match wire.send(&ToToy::Roster(roster)).await {
                Ok(()) => told.roster_sent = Some(revision),
                // Nothing of it was sent, and the toy is not to blame.
                Err(WireError::Frame(error)) => {
                    tracing::error!(toy = %self.updates.short, error = %error, "a roster does not fit");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(all_read)
    }

    fn readable<T>(&self, read: Result<T, DeskError>) -> Option<T> {
        let toy = &self.updates.short;
        read.inspect_err(|error| tracing::warn!(%toy, %error, "what a toy is to be told cannot be read")).ok()
    }
}

fn not_taken(refusal: Refusal) -> End {
    match refusal {
        Refusal::Storage => End::Refuse(refusal, Fault::NotStored),
        Refusal::UnknownToy => End::Unregistered,
        refusal => End::Refuse(refusal, Fault::Misbehaves(refusal)),
    }
}

type Moving = Pin<Box<dyn Future<Output = Result<Box<Live>, WireError>> + Send>>;

async fn follow(moving: &mut Option<Moving>) -> Result<Box<Live>, WireError> {
    match moving {
        Some(moving) => moving.await,
        None => pending().await,
    }
}

/// Until the toy is announced, and at none of the addresses that are being dialled.
async fn announced_elsewhere(addresses: &mut watch::Receiver<Vec<SocketAddr>>, dialled: &[SocketAddr]) {
    let elsewhere = |now: &Vec<SocketAddr>| !now.is_empty() && !now.iter().any(|address| dialled.contains(address));
    if addresses.wait_for(elsewhere).await.is_err() {
        // The keeper is gone, and this task is being dropped.
        pending::<()>().await;
    }
}

/// Dials and greets; nobody but the registered toy is greeted.
async fn connect(dialler: &Dialler, addresses: &[SocketAddr], toy: RegisteredToy) -> Result<Box<Live>, WireError> {
    let mut wire = dialler.dial(addresses, Expect::Exactly(toy.id)).await?;
    match wire.greet().await {
        Ok(greeting) => Ok(Box::new(Live { wire, hello: greeting.hello, offset_ms: greeting.offset_ms })),
        Err(error @ (WireError::Frame(_) | WireError::Unexpected)) => {
            tokio::spawn(wire.refuse(Refusal::Malformed));
            Err(error)
        }
        Err(error) => Err(error),
    }
}

/// A failure that needs a person; any other is a toy out of reach.
fn fault_of(error: &WireError) -> Option<Presence> {
    match error {
        WireError::WrongKey => Some(Presence::Failing(Fault::WrongKey)),
        WireError::Version => Some(Presence::Failing(Fault::Version)),
        WireError::Frame(_) | WireError::Unexpected => Some(Presence::Failing(Fault::Misbehaves(Refusal::Malformed))),
        WireError::Refused(Refusal::Anothers) => Some(Presence::Anothers),
        WireError::Refused(refusal) => Some(Presence::Failing(Fault::Refuses(*refusal))),
        _ => None,
    }
}

fn is_possible(telemetry: &Telemetry) -> bool {
    let on_earth = telemetry.position.is_none_or(|p| {
        (-900_000_000..=900_000_000).contains(&p.latitude_e7)
            && (-1_800_000_000..=1_800_000_000).contains(&p.longitude_e7)
    });
    let sleeps = telemetry.sleep_s.is_none_or(|sleep_s| (1..=SLEEP_MAX_S).contains(&sleep_s));
    telemetry.battery_percent <= 100 && on_earth && sleeps
}

/// What the toy was told on this connection, and its clock.
struct Told {
    epoch: u64,
    /// The revision that is durable on the toy.
    roster: u64,
    /// The one on its way; the next waits for it.
    roster_sent: Option<u64>,
    /// What had no room in the list, as the keeper was told.
    left_out: u32,
    /// The same of the settings.
    settings: Option<u64>,
    settings_sent: Option<u64>,
    /// The number of the last order on this connection.
    order_sent: Option<u64>,
    committed: u64,
    durable: u64,
    offset_ms: i64,
}

struct Tries {
    attempt: u32,
    last_dial: Option<Instant>,
    /// What the toy may still send again; it goes on over its connections.
    repeats: Bucket,
    /// When it is back, as it said last on this connection.
    wakes_ms: Option<u64>,
}

impl Tries {
    fn rest(&mut self, min: Duration, max: Duration) -> State {
        let mut random = [0; 4];
        // Without randomness all toys are dialled in step: a pity, not a failure.
        let _ = getrandom::fill(&mut random);
        let how_long = back_off(self.attempt, u32::from_be_bytes(random), min, max);
        self.attempt = self.attempt.saturating_add(1);
        State::Resting(how_long)
    }
}

/// Allows a burst, then a steady rate.
struct Bucket {
    most: f64,
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Bucket {
    fn full(most: f64, per_second: f64, now: Instant) -> Self {
        Self { most, per_second, left: most, at: now }
    }

    fn take(&mut self, how_many: f64, now: Instant) -> bool {
        let refill = (now - self.at).as_secs_f64() * self.per_second;
        // Never so deep in debt that time does not help.
        self.left = ((self.left + refill).min(self.most) - how_many).max(-1.0);
        self.at = now;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_a_steady_sender_is_not() {
        let start = Instant::now();
        let full = || Bucket::full(MESSAGES_BURST, MESSAGES_PER_SECOND, start);
        let mut bucket = full();
        let taken = (0..10_000).take_while(|_| bucket.take(1.0, start)).count();
        assert_eq!(taken, MESSAGES_BURST as usize);
        let mut bucket = full();
        assert!((1..10_000).all(|n| bucket.take(1.0, start + Duration::from_millis(20 * n))));
    }

    #[test]
    fn a_clock_is_compared_with_the_middle_of_the_exchange() {
        assert_eq!(clock_offset_ms(1_000, 1_000, 1_200), -100);
        assert_eq!(clock_offset_ms(90_001_100, 1_000, 1_200), 90_000_000);
        assert_eq!(clock_offset_ms(u64::MAX, 0, 0), i64::MAX);
    }
}
