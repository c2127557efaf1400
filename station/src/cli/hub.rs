//! `hub`: everything but the screen, for a room without one.

use super::unlock::unlock;
use super::{Failure, Place, refused, say};
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
        // Whoever hears that it is ready may tell it to stop.
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let records = clinic.clone();
        let hub = Hub::start(clinic, None).await?;
        say(&json!({"event": "ready"}))?;
        let mut toys = hub.toys();
        let (mut link, mut changed) = (hub.link(), hub.changed());
        let mut told = Told::default();
        loop {
            tokio::select! {
                _ = interrupt.recv() => break,
                _ = terminate.recv() => break,
                Ok(()) = toys.changed() => {
                    let seen = toys.borrow_and_update().clone();
                    say(&json!({"event": "toys", "toys": seen.iter().map(toy_json).collect::<Vec<_>>()}))?;
                }
                Ok(()) = link.changed() => {
                    let state = link.borrow_and_update().state;
                    told.say(&records, state)?;
                }
                // The records are told a moment later than the link what the district has proved.
                Ok(()) = changed.changed() => {
                    let state = link.borrow().state;
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
    why: Option<&'static str>,
    at_district: u64,
}

impl Told {
    fn say(&mut self, records: &Clinic, state: LinkState) -> Result<(), Failure> {
        let sync = records.sync()?;
        let (word, why) = (link_word(&state), why(&state));
        if (word, why, sync.at_district) == (self.state, self.why, self.at_district) {
            return Ok(());
        }
        if (word, why) != (self.state, self.why)
            && let Some(words) = advice(&state)
        {
            eprintln!("{words}");
        }
        *self = Self { state: word, why, at_district: sync.at_district };
        let mut line = json!({
            "event": "link", "state": word, "events": sync.events, "at_district": sync.at_district,
        });
        if let Some(why) = why {
            line["why"] = why.into();
        }
        Ok(say(&line)?)
    }
}

/// For machines: why the district refuses.
fn why(state: &LinkState) -> Option<&'static str> {
    if let LinkState::Refused(no) = state { Some(no.code()) } else { None }
}

/// For the person who runs the hub: what can be done about a district that does not take the records.
fn advice(state: &LinkState) -> Option<String> {
    let words = match state {
        LinkState::Refused(no) => refused::district(*no),
        LinkState::WrongDistrict => format!("{}.", refused::WRONG_DISTRICT),
        _ => return None,
    };
    let mut letters = words.chars();
    Some(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect())
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
        Presence::Asleep { .. } => "asleep",
        Presence::Anothers => "anothers",
        Presence::Failing(_) => "failing",
    };
    json!({"short": toy.short, "model": toy.model, "state": state,
           "battery_percent": toy.telemetry.map(|t| t.battery_percent)})
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use hub_protocol::replica::Refusal;

    #[test]
    fn a_hub_that_is_refused_says_what_can_be_done() {
        let refused = LinkState::Refused(Refusal::UnknownStation);
        assert_eq!((link_word(&refused), why(&refused)), ("refused", Some("unknown-station")));
        let words = advice(&refused).unwrap();
        assert!(words.starts_with("The district refuses: ") && words.contains("Tell the district office"), "{words}");
        assert!(advice(&LinkState::WrongDistrict).unwrap().starts_with("Whoever answers"));
        assert_eq!(advice(&LinkState::Connected), None);
    }
}
