//! The toy as one thing, as long as it has power: its store, its button, its case. Connections and the panel share it.
//! Calls that change the store wait for the disk and belong on a blocking thread.

use crate::case::{Case, Misdeed};
use crate::disk::Power;
use crate::label::Label;
use crate::pairing::Pairing;
use crate::panel::{Event, Events, ShownChild, ShownDue, Status};
use crate::rules::{self, Carried, NotRecorded};
use crate::store::{Owner, Store, StoreError};
use chrono::{Days, NaiveDate};
use hub_protocol::toy::{
    Dose, Fact, NewChild, Obeyed, Order, RECORDS_MAX, REPORT_S, Record, RecordsAck, Refusal, Roster,
    SETUP_SECRET_BYTES, Settings, SignedObeyed, SignedRecord, TEXT_MAX_BYTES, Telemetry, ToyHello, ToyState, VERSION,
};
use hub_protocol::{ChildId, Day, DeviceId, Identity, UserId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Bytes of records in one message: under the frame's limit with room for what is around them.
const RECORDS_MAX_BYTES: usize = 56 * 1024;
/// A toy that is in contact for days and loses its power was in contact until then, give or take this.
const CONTACT_INTERVAL_MS: u64 = 60 * 60 * 1000;

pub struct Device {
    label: Arc<Label>,
    model: String,
    store: Mutex<Store>,
    power: Power,
    pairing: Mutex<Pairing>,
    case: Arc<Case>,
    pub events: Events,
    /// Something is there to be sent.
    changed: watch::Sender<()>,
    /// The connection that speaks for the owner: the newest one, by number. 0 is none.
    seat: watch::Sender<u64>,
    /// Whether that connection stands.
    connected: watch::Sender<bool>,
}

/// Why something was not taken: a name for programs and words for people.
pub type NotTaken = (&'static str, String);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere does not make the store less durable; it stops by itself when a write failed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Device {
    pub fn new(label: Arc<Label>, store: Store, model: String, case: Arc<Case>, events: Events) -> Self {
        Self {
            label,
            model,
            power: store.power().clone(),
            store: Mutex::new(store),
            pairing: Mutex::default(),
            case,
            events,
            changed: watch::Sender::new(()),
            seat: watch::Sender::new(0),
            connected: watch::Sender::new(false),
        }
    }

    /// Nothing is written from here on, and nothing is being written when this returns.
    pub fn cut_power(&self) {
        let _nobody_writes = lock(&self.store);
        self.power.cut_after(0);
    }

    /// The memory's power, which goes by itself when its fuse blows.
    pub fn power(&self) -> &Power {
        &self.power
    }

    pub fn identity(&self) -> &Identity {
        &self.label.identity
    }

    pub fn secret(&self) -> &[u8; SETUP_SECRET_BYTES] {
        &self.label.secret
    }

    /// The toy's own clock, wrong or not.
    pub fn now_ms(&self) -> u64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
        let offset_ms = self.case.sensed(Instant::now()).clock_offset_ms;
        u64::try_from(real).unwrap_or(u64::MAX).saturating_add_signed(offset_ms)
    }

    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub fn radio(&self) -> watch::Receiver<bool> {
        self.case.radio()
    }

    pub fn sleep(&self) -> watch::Receiver<Option<u32>> {
        self.case.sleep()
    }

    /// What the toy is to do wrong next.
    pub fn next_misdeed(&self) -> Option<Misdeed> {
        self.case.next_misdeed()
    }

    /// Something in the case changed: it is worth telling the hub.
    pub fn sensed_anew(&self) {
        self.changed.send_replace(());
    }

    /// A new connection of the owner takes the seat; the one that had it sees that and ends.
    pub fn take_seat(&self) -> (u64, watch::Receiver<u64>) {
        let mut mine = 0;
        self.seat.send_modify(|seat| {
            *seat += 1;
            mine = *seat;
        });
        self.connected.send_replace(true);
        self.events.show(Event::Connected);
        (mine, self.seat.subscribe())
    }

    pub fn leave_seat(&self, mine: u64, why: String) {
        if *self.seat.borrow() == mine {
            self.connected.send_replace(false);
            self.events.show(Event::Disconnected { why });
        }
    }

    /// What the toy is to the hub that asks. Whoever holds the button may give it to another hub: the clinic's computer
    /// may be a new one, or the toy another clinic's from now on.
    pub fn state_for(&self, hub: DeviceId) -> ToyState {
        match lock(&self.store).owner() {
            Some(owner) if owner.hub == hub => ToyState::Yours,
            _ if lock(&self.pairing).held() => ToyState::Pairing,
            Some(_) => ToyState::Anothers,
            None => ToyState::New,
        }
    }

    pub fn hello(&self, hub: DeviceId) -> ToyHello {
        let state = self.state_for(hub);
        let now_ms = self.now_ms();
        let store = lock(&self.store);
        // Only its own hub learns how far the toy is.
        let (epoch, roster_revision, settings_revision) = match state {
            ToyState::Yours => {
                let roster = store.roster().map_or(0, |r| r.revision);
                (store.epoch(), roster, store.settings().map(|s| s.revision))
            }
            ToyState::New | ToyState::Pairing | ToyState::Anothers => (0, 0, None),
        };
        let firmware = concat!("tikka-toy ", env!("CARGO_PKG_VERSION")).to_owned();
        let model = self.model.clone();
        ToyHello { version: VERSION, model, firmware, now_ms, state, epoch, roster_revision, settings_revision }
    }

    /// A hub wants this toy. Waits for the disk.
    pub fn register(&self, hub: DeviceId, clinic: String, fits: impl FnOnce() -> bool) -> Result<(), Refusal> {
        let mut store = lock(&self.store);
        match store.owner() {
            // The hub may not have written down that it got the toy: it asks again and gets the same answer.
            Some(owner) if owner.hub == hub => return Ok(()),
            Some(_) if !lock(&self.pairing).held() => return Err(Refusal::Anothers),
            _ => {}
        }
        if clinic.len() > TEXT_MAX_BYTES {
            return Err(Refusal::Malformed);
        }
        lock(&self.pairing).try_secret(fits)?;
        store.set_owner(Owner { hub, clinic: clinic.clone() }).map_err(|e| storage(&e))?;
        self.events.show(Event::Registered { hub: hub.code(), clinic });
        Ok(())
    }

    /// Takes a roster from the connection that has the seat. Waits for the disk.
    pub fn take_roster(&self, seat: u64, roster: Roster) -> Result<u64, Refusal> {
        if !rules::roster_fits(&roster) {
            return Err(Refusal::Malformed);
        }
        let shown = Event::Roster {
            revision: roster.revision,
            children: roster.children.len(),
            tasks: roster.tasks.len(),
            worker: roster.worker.is_some(),
            blocked: roster.blocked.len(),
            left_out: roster.left_out,
        };
        let revision = roster.revision;
        let mut store = lock(&self.store);
        // An older connection must not put an older roster over a newer one.
        if *self.seat.borrow() != seat {
            return Err(Refusal::OutOfOrder);
        }
        store.set_roster(roster).map_err(|e| storage(&e))?;
        drop(store);
        self.events.show(shown);
        self.changed.send_replace(());
        Ok(revision)
    }

    /// Was the hub noted as there so long ago, by the toy's clock, that it is worth noting again?
    pub fn contact_is_old(&self) -> bool {
        self.now_ms().abs_diff(lock(&self.store).contact_ms()) >= CONTACT_INTERVAL_MS
    }

    /// The hub is there, or was until now. Waits for the disk.
    pub fn note_contact(&self) -> Result<(), Refusal> {
        lock(&self.store).set_contact(self.now_ms()).map_err(|e| storage(&e))
    }

    /// Is the hub away for so long that the toy must forget whom it carries?
    pub fn is_expired(&self) -> bool {
        let connected = *self.connected.borrow();
        !connected && lock(&self.store).is_expired(self.now_ms())
    }

    /// Forgets whom the toy carries when its hub was away for too long. Waits for the disk when it does.
    pub fn expire(&self) {
        if !self.is_expired() {
            return;
        }
        match lock(&self.store).expire() {
            Ok(()) => self.events.show(Event::Expired),
            // The store refuses everything from now on, and says so.
            Err(error) => tracing::error!(%error, "the roster cannot be forgotten"),
        }
    }

    /// Takes settings from the connection that has the seat, and obeys them. Waits for the disk.
    pub fn take_settings(&self, seat: u64, settings: Settings) -> Result<u64, Refusal> {
        if !settings.are_possible() {
            return Err(Refusal::Malformed);
        }
        let mut store = lock(&self.store);
        if *self.seat.borrow() != seat {
            return Err(Refusal::OutOfOrder);
        }
        let Settings { revision, report_s, roster_days, .. } = settings;
        let language = settings.language.clone();
        store.set_settings(settings).map_err(|e| storage(&e))?;
        drop(store);
        self.events.show(Event::Settings { language, report_s, roster_days });
        self.changed.send_replace(());
        Ok(revision)
    }

    /// How often telemetry is sent at least.
    pub fn report_interval(&self) -> Duration {
        let report_s = lock(&self.store).settings().map_or(REPORT_S, |settings| settings.report_s);
        Duration::from_secs(report_s.into())
    }

    /// Forgets what is durable at the district. Waits for the disk.
    pub fn take_ack(&self, ack: RecordsAck) -> Result<(), Refusal> {
        let mut store = lock(&self.store);
        if ack.epoch != store.epoch() || ack.committed > store.last_seq() || ack.durable > ack.committed {
            return Err(Refusal::BadSequence);
        }
        store.set_durable(ack.durable).map_err(|e| storage(&e))?;
        let held = store.held();
        drop(store);
        self.events.show(Event::Acked { committed: ack.committed, durable: ack.durable, held });
        self.changed.send_replace(());
        Ok(())
    }

    /// Takes an order from the connection that has the seat. Waits for the disk.
    pub fn take_order(&self, seat: u64, order: Order) -> Result<(), Refusal> {
        let mut store = lock(&self.store);
        if *self.seat.borrow() != seat {
            return Err(Refusal::OutOfOrder);
        }
        let before = store.order();
        store.set_order(order).map_err(|e| storage(&e))?;
        let is_new = store.order() != before;
        drop(store);
        if is_new {
            self.events.show(Event::Ordered { what: order.what.code() });
        }
        self.changed.send_replace(());
        Ok(())
    }

    /// The word that the order is done, when it is. A wipe is as soon as the hub has committed all records, of which
    /// `committed` is the last; then they go from the disk. Waits for it.
    pub fn obey(&self, committed: u64) -> Result<Option<SignedObeyed>, Refusal> {
        let at_ms = self.now_ms();
        let mut store = lock(&self.store);
        let Some(order) = store.order() else { return Ok(None) };
        if store.wiping() {
            if committed < store.last_seq() {
                return Ok(None);
            }
            store.wipe().map_err(|e| storage(&e))?;
            self.events.show(Event::Wiped);
        }
        let obeyed = Obeyed { toy: self.label.identity.device_id(), order, at_ms };
        Ok(Some(SignedObeyed::sign(obeyed, &self.label.identity)))
    }

    /// Up to which record all are durable at the district, and which was recorded last.
    pub fn progress(&self) -> (u64, u64) {
        let store = lock(&self.store);
        (store.durable(), store.last_seq())
    }

    /// The next records for one message.
    pub fn records_after(&self, seq: u64) -> Vec<SignedRecord> {
        lock(&self.store).after(seq, RECORDS_MAX, RECORDS_MAX_BYTES)
    }

    /// A record that nobody made, under any number.
    pub fn invent(&self, seq: u64) -> SignedRecord {
        let store = lock(&self.store);
        let worker = store.roster().and_then(|roster| roster.worker.as_ref()).map_or(UserId(1), |worker| worker.id);
        let dose = Dose { child: ChildId(1), product: "A LIE".into(), on: Day(1), batch: None };
        let (toy, epoch, at_ms) = (self.identity().device_id(), store.epoch(), self.now_ms());
        SignedRecord::sign(&Record { toy, epoch, seq, worker, at_ms, fact: Fact::Dose(dose) }, self.identity())
    }

    /// A worker recorded something: `entered` says what, by whom, of whom the toy carries and the day on the toy's
    /// clock. Waits for the disk; the record is safe when this returns its number.
    pub fn record(
        &self,
        entered: impl FnOnce(Carried<'_>, Day) -> Result<(UserId, Fact), NotRecorded>,
    ) -> Result<u64, NotTaken> {
        self.expire();
        let at_ms = self.now_ms();
        let mut store = lock(&self.store);
        if store.locked() {
            return Err(locked_out());
        }
        let new = new_children(&store);
        let carried = Carried { roster: store.roster(), new: &new };
        let (worker, fact) = entered(carried, rules::day_at(at_ms)).map_err(|e| (e.code(), e.to_string()))?;
        let seq = store.record(&self.label.identity, worker, at_ms, fact).map_err(|e| {
            let code = if matches!(e, StoreError::Full) { "full" } else { "storage" };
            (code, e.to_string())
        })?;
        drop(store);
        self.changed.send_replace(());
        Ok(seq)
    }

    pub fn telemetry(&self) -> Telemetry {
        let at_ms = self.now_ms();
        let sensed = self.case.sensed(Instant::now());
        let store = lock(&self.store);
        Telemetry {
            at_ms,
            battery_percent: sensed.battery_percent,
            charging: sensed.charging,
            temperature_c: sensed.temperature_c,
            storage_free_kib: (store.free_bytes() / 1024) as u32,
            restarts: store.restarts(),
            position: sensed.position,
            records_held: u32::try_from(store.held()).unwrap_or(u32::MAX),
            faults: Some(sensed.faults),
            sleep_s: *self.case.sleep().borrow(),
        }
    }

    pub fn hold_button(&self, held: bool) {
        lock(&self.pairing).set_held(held);
        self.events.show(Event::Pair { held });
    }

    pub fn show_children(&self) {
        self.expire();
        let store = lock(&self.store);
        if store.locked() {
            let (code, why) = locked_out();
            return self.events.show(Event::Refused { code, why });
        }
        let children = store.roster().map(|r| r.children.as_slice()).unwrap_or_default().iter().map(|child| {
            let due = child.due.iter().map(|d| ShownDue {
                item: d.item.clone(),
                product: d.product.clone(),
                due: write_day(d.due),
            });
            ShownChild { child: child.id.to_string(), dob: write_day(child.dob), due: due.collect() }
        });
        let on_roster = |id: ChildId| store.roster().is_some_and(|r| r.children.iter().any(|c| c.id == id));
        let new = new_children(&store).into_iter().filter(|new| !on_roster(new.child));
        let new = new.map(|new| ShownChild { child: new.child.to_string(), dob: write_day(new.dob), due: Vec::new() });
        self.events.show(Event::Children { children: children.chain(new).collect() });
    }

    /// Somebody holds a card to the toy.
    pub fn show_card(&self, number: &str) {
        self.expire();
        let store = lock(&self.store);
        let refused = |(code, why)| Event::Refused { code, why };
        self.events.show(if store.locked() {
            refused(locked_out())
        } else {
            match rules::card(Carried { roster: store.roster(), new: &[] }, number) {
                Ok((card, blocked)) => Event::Card { card: card.to_string(), blocked },
                Err(error) => refused((error.code(), error.to_string())),
            }
        });
    }

    pub fn show_status(&self) {
        let telemetry = self.telemetry();
        let clock_offset_ms = self.case.sensed(Instant::now()).clock_offset_ms;
        let pairing = lock(&self.pairing).held();
        let store = lock(&self.store);
        let owner = store.owner();
        self.events.show(Event::Status(Status {
            owner: owner.map(|o| o.hub.code()),
            clinic: owner.map(|o| o.clinic.clone()),
            radio: self.case.radio_is_on(),
            connected: *self.connected.borrow(),
            pairing,
            locked: store.locked(),
            epoch: store.epoch(),
            last_seq: store.last_seq(),
            durable: store.durable(),
            held: store.held(),
            roster_revision: store.roster().map_or(0, |r| r.revision),
            children: store.roster().map_or(0, |r| r.children.len()),
            language: store.settings().map(|settings| settings.language.clone()),
            report_s: store.settings().map_or(REPORT_S, |settings| settings.report_s),
            battery_percent: telemetry.battery_percent,
            charging: telemetry.charging,
            temperature_c: telemetry.temperature_c,
            clock_offset_ms,
            now_ms: telemetry.at_ms,
            restarts: telemetry.restarts,
            storage_free_kib: telemetry.storage_free_kib,
        }));
    }
}

/// Whom the worker who carries the toy registered on it. Never another's.
fn new_children(store: &Store) -> Vec<NewChild> {
    let worker = store.roster().and_then(|roster| roster.worker.as_ref());
    worker.map_or_else(Vec::new, |worker| store.new_children(worker.id))
}

/// What a locked toy says to whoever holds it.
fn locked_out() -> NotTaken {
    ("locked", "the toy is locked: bring it to its clinic".into())
}

fn storage(error: &StoreError) -> Refusal {
    tracing::error!(%error, "the store refuses");
    Refusal::Storage
}

fn write_day(day: Day) -> String {
    let epoch = NaiveDate::default();
    let days = Days::new(u64::from(day.0.unsigned_abs()));
    let date = if day.0 < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) };
    date.map_or_else(String::new, |d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_people_write_them() {
        assert_eq!(write_day(Day(20_000)), "2024-10-04");
        assert_eq!(write_day(Day(-1)), "1969-12-31");
        assert_eq!(rules::read_day(&write_day(Day(20_777))), Some(Day(20_777)));
        assert_eq!(write_day(Day(i32::MAX)), "");
    }
}
