//! `hub`: everything but the screen, for a room without one.

use super::unlock::unlock;
use super::{Failure, Place, say};
use clinic::Clinic;
use hub::Hub;
use hub::toys::{Presence, ToySeen};
use hub::uplink::LinkState;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

pub fn run(place: &Place) -> Result<(), Failure> {
    let (clinic, _session) = unlock(place)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let records = clinic.clone();
        let hub = Hub::start(clinic, None).await?;
        say(&json!({"event": "ready"}))?;
        let mut toys = hub.toys();
        let (mut link, mut changed) = (hub.link(), hub.changed());
        let mut told = Told::default();
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        loop {
            tokio::select! {
                _ = interrupt.recv() => break,
                _ = terminate.recv() => break,
                Ok(()) = toys.changed() => {
                    let seen = toys.borrow_and_update().clone();
                    say(&json!({"event": "toys", "toys": seen.iter().map(toy_json).collect::<Vec<_>>()}))?;
                }
                Ok(()) = link.changed() => {
                    let state = link_word(&link.borrow_and_update().state);
                    told.say(&records, state)?;
                }
                // The records are told a moment later than the link what the district has proved.
                Ok(()) = changed.changed() => {
                    let state = link_word(&link.borrow().state);
                    told.say(&records, state)?;
                }
            }
        }
        hub.shutdown().await;
        say(&json!({"event": "stopped"}))?;
        Ok(())
    })
}

/// What was said of the link last: nothing is said twice.
#[derive(Default)]
struct Told {
    state: &'static str,
    at_district: u64,
}

impl Told {
    fn say(&mut self, records: &Clinic, state: &'static str) -> Result<(), Failure> {
        let sync = records.sync()?;
        if (state, sync.at_district) != (self.state, self.at_district) {
            (self.state, self.at_district) = (state, sync.at_district);
            say(&json!({"event": "link", "state": state, "events": sync.events, "at_district": sync.at_district}))?;
        }
        Ok(())
    }
}

fn link_word(state: &LinkState) -> &'static str {
    match state {
        LinkState::Off => "off",
        LinkState::Connecting => "connecting",
        LinkState::Connected => "connected",
        LinkState::Waiting { .. } => "waiting",
        LinkState::Resting { .. } => "resting",
        LinkState::Spent { .. } => "spent",
        LinkState::Refused(_) => "refused",
        LinkState::WrongDistrict => "wrong-district",
    }
}

fn toy_json(toy: &ToySeen) -> serde_json::Value {
    let state = match toy.state {
        Presence::New => "new",
        Presence::Pairing => "pairing",
        Presence::Connecting => "connecting",
        Presence::Online => "online",
        Presence::Offline { .. } => "offline",
        Presence::Anothers => "anothers",
        Presence::Failing(_) => "failing",
    };
    json!({"short": toy.short, "model": toy.model, "state": state,
           "battery_percent": toy.telemetry.map(|t| t.battery_percent)})
}
