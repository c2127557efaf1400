//! The one task that knows every toy that is seen: it starts and ends links and publishes the list.

use super::browse::{Announcement, Sighting, browse};
use super::dial::Dialler;
use super::link::{Link, Update, Updates};
use super::pace::{ASLEEP_GRACE, PUBLISH_MIN_INTERVAL};
use super::{Fault, Found, Mode, Presence, RegisteredToy, ToyDesk, ToyNews, ToySeen, now_ms};
use clinic::device::{News, Seen};
use hub_protocol::DeviceId;
use hub_protocol::toy::ToyState;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

/// Toys that are kept at once. A registered one takes the place of one that is not.
const TOYS_MAX: usize = 512;
/// Registrations are looked up at most this often.
const RECHECK_MIN_INTERVAL: Duration = Duration::from_millis(250);
/// The same when the records could not be read.
const UNSURE_INTERVAL: Duration = Duration::from_secs(5);
const SIGHTINGS_MAX: usize = 256;
const UPDATES_MAX: usize = 256;
const DOUBTS_MAX: usize = 64;

/// What the handle asks.
pub(super) enum Ask {
    Where {
        short: String,
        reply: oneshot::Sender<Option<Whereabouts>>,
    },
    /// A toy is to make itself heard. Says whether it is in contact.
    Ring {
        short: String,
        reply: oneshot::Sender<bool>,
    },
    /// A toy was looked at, and this is what it is.
    Looked {
        short: String,
        id: DeviceId,
        state: ToyState,
    },
    Shutdown,
}

pub(super) struct Whereabouts {
    pub addresses: Vec<SocketAddr>,
    /// Known without dialling.
    pub online: Option<Found>,
}

/// A link that ends with its entry.
struct Running {
    generation: u64,
    task: AbortHandle,
    nudge: Arc<Notify>,
    ring: Arc<Notify>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Entry {
    seen: ToySeen,
    registered: Option<RegisteredToy>,
    link: Option<Running>,
    /// Empty when the toy is not announced.
    addresses: watch::Sender<Vec<SocketAddr>>,
}

pub(super) struct Keeper {
    desk: Arc<dyn ToyDesk>,
    dialler: Arc<Dialler>,
    changed: watch::Receiver<u64>,
    publish: watch::Sender<Vec<ToySeen>>,
    news: mpsc::Sender<ToyNews>,
    updates: mpsc::Sender<(String, u64, Update)>,
    updated: mpsc::Receiver<(String, u64, Update)>,
    toys: BTreeMap<String, Entry>,
    generation: u64,
    /// Registrations could not be looked up: it is tried again.
    is_unsure: bool,
}

impl Keeper {
    pub fn new(
        desk: Arc<dyn ToyDesk>,
        dialler: Arc<Dialler>,
        changed: watch::Receiver<u64>,
        publish: watch::Sender<Vec<ToySeen>>,
        news: mpsc::Sender<ToyNews>,
    ) -> Self {
        let (updates, updated) = mpsc::channel(UPDATES_MAX);
        Self {
            desk,
            dialler,
            changed,
            publish,
            news,
            updates,
            updated,
            toys: BTreeMap::new(),
            generation: 0,
            is_unsure: false,
        }
    }

    /// Runs until it is asked to stop or nobody holds the handle any more.
    pub async fn run(mut self, mode: Mode, mut asked: mpsc::Receiver<Ask>, refresh: Arc<Notify>) {
        let (sightings, mut seen) = mpsc::channel(SIGHTINGS_MAX);
        let (doubt, doubts) = mpsc::channel(DOUBTS_MAX);
        let browser = tokio::spawn(browse(mode, sightings, doubts));
        let mut records_end = false;
        let mut last_check = Instant::now();
        let mut next_check = None;
        let mut registrations = self.desk.registrations();
        let mut last_publish = Instant::now();
        let mut next_publish = None;
        loop {
            let worth_telling = tokio::select! {
                Some(sighting) = seen.recv() => {
                    self.sight(sighting).await;
                    true
                }
                Some((short, generation, update)) = self.updated.recv() => {
                    self.update(&short, generation, update, &doubt).await;
                    true
                }
                ask = asked.recv() => match ask {
                    Some(Ask::Where { short, reply }) => {
                        // An asker that went away needs no answer.
                        let _ = reply.send(self.whereabouts(&short));
                        false
                    }
                    Some(Ask::Ring { short, reply }) => {
                        let _ = reply.send(self.ring(&short));
                        false
                    }
                    Some(Ask::Looked { short, id, state }) => {
                        self.looked(&short, id, state);
                        true
                    }
                    Some(Ask::Shutdown) | None => break,
                },
                () = refresh.notified() => {
                    last_check = Instant::now();
                    next_check = None;
                    self.recheck().await;
                    for link in self.toys.values().filter_map(|t| t.link.as_ref()) {
                        link.nudge.notify_one();
                    }
                    true
                }
                changed = self.changed.changed(), if !records_end => {
                    match changed {
                        Ok(()) if self.desk.registrations() == registrations => {}
                        Ok(()) => next_check = Some(last_check + RECHECK_MIN_INTERVAL),
                        Err(_) => records_end = true,
                    }
                    false
                }
                () = sleep_until(next_check.unwrap_or(last_check)), if next_check.is_some() => {
                    last_check = Instant::now();
                    next_check = None;
                    registrations = self.desk.registrations();
                    self.recheck().await;
                    true
                }
                () = sleep_until(next_publish.unwrap_or(last_publish)), if next_publish.is_some() => {
                    last_publish = Instant::now();
                    next_publish = None;
                    self.tell();
                    false
                }
            };
            if std::mem::take(&mut self.is_unsure) && next_check.is_none() {
                next_check = Some(Instant::now() + UNSURE_INTERVAL);
            }
            if worth_telling && next_publish.is_none() {
                next_publish = Some(last_publish + PUBLISH_MIN_INTERVAL);
            }
        }
        self.toys.clear();
        self.tell();
        self.dialler.close().await;
        drop((seen, doubt));
        let _ = browser.await;
    }

    fn tell(&self) {
        let all: Vec<ToySeen> = self.toys.values().map(|t| t.seen.clone()).collect();
        self.publish.send_if_modified(|told| {
            let differs = *told != all;
            if differs {
                *told = all;
            }
            differs
        });
    }

    /// Tells how a device is seen now.
    async fn report(&self, short: &str) {
        let Some(entry) = self.toys.get(short) else { return self.told(short, News::Gone).await };
        if entry.registered.is_none() {
            self.told(short, News::Model(entry.seen.model.clone())).await;
        }
        if let Some(seen) = seen_as(entry) {
            self.told(short, News::Seen(seen)).await;
        }
    }

    async fn told(&self, short: &str, news: News) {
        // Whoever does not listen any more needs no news.
        let _ = self.news.send(ToyNews { short: short.to_owned(), news }).await;
    }

    async fn sight(&mut self, sighting: Sighting) {
        let (Sighting::Seen(Announcement { short, .. }) | Sighting::Gone(short)) = &sighting;
        let short = short.clone();
        self.sighted(sighting).await;
        self.report(&short).await;
    }

    async fn sighted(&mut self, sighting: Sighting) {
        match sighting {
            Sighting::Seen(Announcement { short, model, addresses }) => {
                if let Some(entry) = self.toys.get_mut(&short) {
                    entry.seen.addr = addresses.first().copied();
                    if entry.link.is_none() {
                        entry.seen.model = model;
                    }
                    entry.addresses.send_replace(addresses);
                    return;
                }
                let looked = self.look_up(vec![short.clone()]).await;
                let registered = looked.and_then(|mut all| all.pop().flatten());
                if self.toys.len() >= TOYS_MAX && !self.make_place(registered.is_some()).await {
                    return tracing::warn!("more toys are announced than are kept");
                }
                let seen = ToySeen {
                    short: short.clone(),
                    model,
                    id: None,
                    state: Presence::New,
                    telemetry: None,
                    clock_offset_ms: None,
                    addr: addresses.first().copied(),
                };
                let addresses = watch::Sender::new(addresses);
                self.toys.insert(short.clone(), Entry { seen, registered: None, link: None, addresses });
                self.set_registered(&short, registered);
            }
            Sighting::Gone(short) => {
                let Some(entry) = self.toys.get_mut(&short) else { return };
                entry.seen.addr = None;
                entry.addresses.send_replace(Vec::new());
                if entry.registered.is_none() {
                    self.toys.remove(&short);
                }
            }
        }
    }

    /// Lets a toy that is not registered go, when the new one is.
    async fn make_place(&mut self, for_registered: bool) -> bool {
        let other = self.toys.iter().find(|(_, t)| for_registered && t.registered.is_none());
        let Some(short) = other.map(|(short, _)| short.clone()) else { return false };
        let gone = self.toys.remove(&short).is_some();
        self.report(&short).await;
        gone
    }

    /// `None` while nothing can be known.
    async fn look_up(&mut self, shorts: Vec<String>) -> Option<Vec<Option<RegisteredToy>>> {
        let desk = self.desk.clone();
        let look = move || shorts.iter().map(|s| desk.registered(s)).collect();
        let looked = tokio::task::spawn_blocking(look).await.unwrap_or_else(|error| Err(error.into()));
        looked
            .inspect_err(|error| {
                tracing::error!(%error, "toys cannot be looked up");
                self.is_unsure = true;
            })
            .ok()
    }

    async fn recheck(&mut self) {
        let shorts: Vec<String> = self.toys.keys().cloned().collect();
        let Some(registered) = self.look_up(shorts.clone()).await else { return };
        for (short, registered) in shorts.iter().zip(registered) {
            if self.set_registered(short, registered) {
                self.report(short).await;
            }
        }
    }

    /// Starts or ends the link of a toy as the records say. Says whether that is news.
    fn set_registered(&mut self, short: &str, registered: Option<RegisteredToy>) -> bool {
        let Some(entry) = self.toys.get_mut(short) else { return false };
        if entry.registered == registered {
            return false;
        }
        entry.registered = registered;
        entry.link = None;
        (entry.seen.telemetry, entry.seen.clock_offset_ms) = (None, None);
        let Some(toy) = registered else {
            entry.seen.state = Presence::New;
            if entry.seen.addr.is_none() {
                self.toys.remove(short);
            }
            return true;
        };
        self.generation += 1;
        entry.seen.id = Some(toy.id);
        entry.seen.state = match entry.seen.addr {
            Some(_) => Presence::Connecting,
            None => Presence::Offline { since_ms: now_ms() },
        };
        let (nudge, ring) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let link = Link {
            toy,
            desk: self.desk.clone(),
            dialler: self.dialler.clone(),
            addresses: entry.addresses.subscribe(),
            changed: self.changed.clone(),
            nudge: nudge.clone(),
            ring: ring.clone(),
            updates: Updates { short: short.to_owned(), generation: self.generation, out: self.updates.clone() },
            last: Vec::new(),
            taken: (0, 0),
        };
        let task = tokio::spawn(link.run()).abort_handle();
        entry.link = Some(Running { generation: self.generation, task, nudge, ring });
        true
    }

    async fn update(&mut self, short: &str, generation: u64, update: Update, doubt: &mpsc::Sender<String>) {
        let Some(entry) = self.toys.get_mut(short) else { return };
        if entry.link.as_ref().is_none_or(|l| l.generation != generation) {
            return;
        }
        match update {
            // Since when it is away does not change while it is away.
            Update::State(Presence::Offline { .. }) if is_away(entry.seen.state, now_ms()) => {}
            Update::State(state) => {
                entry.seen.state = state;
                self.report(short).await;
            }
            Update::Model(model) => entry.seen.model = model,
            Update::Firmware(firmware) => self.told(short, News::Firmware(firmware)).await,
            Update::Telemetry(telemetry) => {
                entry.seen.telemetry = Some(telemetry);
                self.told(short, News::Told(telemetry)).await;
            }
            Update::ClockOffset(offset_ms) => {
                entry.seen.clock_offset_ms = Some(offset_ms);
                self.told(short, News::ClockOffset(offset_ms)).await;
            }
            Update::Settings(revision) => self.told(short, News::Settings(revision)).await,
            Update::LeftOut(count) => self.told(short, News::LeftOut(count)).await,
            Update::TooMuch(is_so) => self.told(short, News::TooMuch(is_so)).await,
            Update::Doubt => {
                // When so many doubts wait, the next failed dial asks again.
                let _ = doubt.try_send(short.to_owned());
            }
        }
    }

    fn whereabouts(&self, short: &str) -> Option<Whereabouts> {
        let entry = self.toys.get(short)?;
        let online = entry.registered.filter(|_| entry.seen.state == Presence::Online).map(|toy| Found {
            key: toy.key,
            id: toy.id,
            model: entry.seen.model.clone(),
            state: ToyState::Yours,
        });
        let addresses = entry.addresses.borrow().clone();
        (online.is_some() || !addresses.is_empty()).then_some(Whereabouts { addresses, online })
    }

    fn ring(&self, short: &str) -> bool {
        let online = self.toys.get(short).filter(|entry| entry.seen.state == Presence::Online);
        let Some(link) = online.and_then(|entry| entry.link.as_ref()) else { return false };
        link.ring.notify_one();
        true
    }

    fn looked(&mut self, short: &str, id: DeviceId, state: ToyState) {
        let Some(entry) = self.toys.get_mut(short) else { return };
        if entry.registered.is_some() {
            return;
        }
        entry.seen.id = Some(id);
        entry.seen.state = match state {
            ToyState::New | ToyState::Yours => Presence::New,
            ToyState::Pairing => Presence::Pairing,
            ToyState::Anothers => Presence::Anothers,
        };
    }
}

/// It is known to be out of contact, and is to be for now.
fn is_away(state: Presence, now_ms: u64) -> bool {
    match state {
        Presence::Offline { .. } => true,
        Presence::Asleep { until_ms } => {
            now_ms <= until_ms.saturating_add(u64::try_from(ASLEEP_GRACE.as_millis()).unwrap_or(u64::MAX))
        }
        _ => false,
    }
}

/// How the watch is to take it; nothing while nothing is known.
fn seen_as(entry: &Entry) -> Option<Seen> {
    Some(match (entry.seen.state, entry.registered) {
        (_, None) => Seen::Stranger,
        (Presence::Online, Some(_)) => Seen::Online,
        (Presence::Offline { .. }, Some(_)) => Seen::Offline,
        (Presence::Asleep { until_ms }, Some(_)) => Seen::Asleep(until_ms),
        // The disk here is full: no fault of the toy's.
        (Presence::Failing(Fault::NotStored) | Presence::Connecting, Some(_)) => return None,
        (Presence::Failing(fault), Some(_)) => Seen::Failing(fault.code()),
        (Presence::Anothers | Presence::New | Presence::Pairing, Some(_)) => Seen::Failing("anothers"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toy_that_sleeps_is_not_missed_before_it_overslept() {
        let grace_ms = ASLEEP_GRACE.as_millis() as u64;
        let asleep = Presence::Asleep { until_ms: 1_000_000 };
        let away = |now_ms| is_away(asleep, now_ms);
        assert_eq!((away(0), away(1_000_000 + grace_ms), away(1_000_001 + grace_ms)), (true, true, false));
        assert!(is_away(Presence::Offline { since_ms: 1 }, u64::MAX));
        assert!(!is_away(Presence::Online, 0) && !is_away(Presence::Connecting, 0));
    }
}
