//! The hub's side of the desk without a network: a card lies on the reader when the test says so, and what
//! the desk asks about cards is answered from the real records.

use clinic::record::command::Command;
use clinic::store::{CardKnown, SubmitError};
use clinic::{Clinic, Session};
use hub::cards::{CardEvent, CardIn, CardKind, Content, ReaderState};
use hub::toys::{Found, Presence, ToySeen};
use hub::uplink::{LinkState, LinkStatus};
use hub::{CardMeaning, HubError};
use hub_protocol::{CardNo, DeviceId};
use station::live::{HubCalls, Later, Live, NewToy, News};
use std::sync::{Arc, Mutex};
use tokio::sync::{broadcast, watch};

#[derive(Clone)]
pub struct QuietHub {
    toys: Arc<watch::Sender<Vec<ToySeen>>>,
    reader: Arc<watch::Sender<ReaderState>>,
    link: Arc<watch::Sender<LinkStatus>>,
    changed: Arc<watch::Sender<u64>>,
    present: Arc<Mutex<Vec<CardIn>>>,
}

impl Default for QuietHub {
    fn default() -> Self {
        let reader = ReaderState::Ready { readers: vec!["Reader 1".into()] };
        let link = LinkStatus { state: LinkState::Off, acked: Vec::new(), last_contact_ms: None };
        Self {
            toys: Arc::new(watch::channel(Vec::new()).0),
            reader: Arc::new(watch::channel(reader).0),
            link: Arc::new(watch::channel(link).0),
            changed: Arc::new(watch::channel(0).0),
            present: Arc::default(),
        }
    }
}

impl QuietHub {
    /// What the desktop calls after the first login.
    pub fn live(&self) -> impl Fn(Clinic) -> Later<Result<Live, HubError>> + use<> {
        let hub = self.clone();
        move |clinic| {
            let live = Live {
                toys: hub.toys.subscribe(),
                reader: hub.reader.subscribe(),
                link: hub.link.subscribe(),
                changed: hub.changed.subscribe(),
                hub: Arc::new(Calls { hub: hub.clone(), clinic }),
            };
            Box::pin(async move { Ok(live) })
        }
    }

    /// Puts a card down; the news that the desk hears.
    pub fn put_down(&self, uid: u8) -> News {
        let card = CardIn {
            reader: "Reader 1".into(),
            uid: vec![uid; 7],
            kind: CardKind::UidOnly,
            content: Content::NoStorage,
        };
        *self.present.lock().unwrap() = vec![card.clone()];
        News::Card(CardEvent::Inserted(card))
    }

    pub fn take_away(&self) -> News {
        self.present.lock().unwrap().clear();
        News::Card(CardEvent::Removed { reader: "Reader 1".into() })
    }

    /// Toys that are seen, as the desk is told.
    pub fn see(&self, toys: &[(Option<DeviceId>, Presence)]) -> News {
        let seen = |(n, (id, state)): (usize, &(Option<DeviceId>, Presence))| ToySeen {
            short: id.map_or_else(|| format!("new{n}"), |id| id.short()),
            model: "TK-1".into(),
            id: *id,
            state: *state,
            telemetry: None,
            clock_offset_ms: None,
            addr: None,
        };
        let toys: Vec<ToySeen> = toys.iter().enumerate().map(seen).collect();
        self.toys.send_replace(toys.clone());
        News::Toys(toys)
    }

    pub fn link(&self, state: LinkState) -> News {
        let status = LinkStatus { state, acked: Vec::new(), last_contact_ms: None };
        self.link.send_replace(status.clone());
        News::Link(status)
    }
}

struct Calls {
    hub: QuietHub,
    clinic: Clinic,
}

impl HubCalls for Calls {
    fn cards(&self) -> Option<broadcast::Receiver<CardEvent>> {
        None
    }

    fn cards_present(&self) -> Vec<CardIn> {
        self.hub.present.lock().unwrap().clone()
    }

    fn look(&self, _: String) -> Later<Result<Found, HubError>> {
        Box::pin(async { Err(HubError::Stopped) })
    }

    fn register_toy(&self, _: Session, _: NewToy) -> Later<Result<DeviceId, HubError>> {
        Box::pin(async { Err(HubError::Stopped) })
    }

    fn enrol(&self, _: Session, link: String) -> Later<Result<(), HubError>> {
        Box::pin(async move { Err(link.parse::<hub_protocol::replica::EnrolLink>().unwrap_err().into()) })
    }

    fn meaning(&self, session: Session, card: CardIn) -> Later<Result<CardMeaning, HubError>> {
        let clinic = self.clinic.clone();
        Box::pin(async move {
            Ok(match clinic.card_by_uid(&session, &card.uid)? {
                None => CardMeaning::New,
                Some(CardKnown { stopped: true, .. }) => CardMeaning::Stopped,
                Some(CardKnown { child: Some(child), .. }) => CardMeaning::Child(child),
                Some(CardKnown { card, .. }) => CardMeaning::NotAssigned(card),
            })
        })
    }

    fn issue_card(&self, session: Session, card: CardIn) -> Later<Result<CardNo, HubError>> {
        let clinic = self.clinic.clone();
        Box::pin(async move {
            let number = clinic.env().new_card_no().map_err(|e| SubmitError::Store(e.into()))?;
            let command = Command::RegisterCard { card: number, uid: card.uid, written: false };
            clinic.submit(&session, command)?;
            Ok(number)
        })
    }

    fn shutdown(&self) -> Later<()> {
        Box::pin(async {})
    }
}
