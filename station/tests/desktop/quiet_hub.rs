//! The hub's side of the desk without a network: a card lies on the reader when the test says so, and what
//! the desk asks about cards is answered from the real records.

use clinic::record::command::Command;
use clinic::store::{CardKnown, SubmitError};
use clinic::{Clinic, Session};
use hub::cards::{CardEvent, CardIn, CardKind, Content, ReaderState};
use hub::toys::{Found, Presence, ToyError, ToySeen};
use hub::uplink::{LinkState, LinkStatus};
use hub::{CardMeaning, CardTold, HubError, WayTrouble};
use hub_protocol::replica::EnrolLink;
use hub_protocol::toy::{self, SETUP_SECRET_BYTES, Telemetry, ToyState};
use hub_protocol::{CardNo, ChildId, DeviceId, Identity};
use station::live::{HubCalls, Later, Live, NewToy, News};
use std::sync::{Arc, Mutex};
use tokio::sync::{broadcast, watch};

/// What stands on the label of [`new_toy`].
pub const SETUP_SECRET: [u8; SETUP_SECRET_BYTES] = [5; SETUP_SECRET_BYTES];

/// The toy that is on the table, not registered yet.
pub fn new_toy() -> Identity {
    Identity::from_seed([77; 32])
}

#[derive(Clone)]
pub struct QuietHub {
    toys: Arc<watch::Sender<Vec<ToySeen>>>,
    reader: Arc<watch::Sender<ReaderState>>,
    link: Arc<watch::Sender<LinkStatus>>,
    changed: Arc<watch::Sender<u64>>,
    troubles: Arc<watch::Sender<Vec<WayTrouble>>>,
    present: Arc<Mutex<Vec<CardIn>>>,
    /// What the card that lies there stands for, when the test says so.
    pub another: Arc<Mutex<Option<CardMeaning>>>,
    /// What the card tells, when the test says so.
    pub told: Arc<Mutex<Option<CardTold>>>,
    /// So often it does not start.
    pub fails: Arc<Mutex<u32>>,
    /// How often the desk asked for a card to be written anew.
    pub renewed: Arc<Mutex<u32>>,
}

impl Default for QuietHub {
    fn default() -> Self {
        let reader = ReaderState::Ready { readers: vec!["Reader 1".into()] };
        let link = LinkStatus::START;
        Self {
            toys: Arc::new(watch::channel(Vec::new()).0),
            reader: Arc::new(watch::channel(reader).0),
            link: Arc::new(watch::channel(link).0),
            changed: Arc::new(watch::channel(0).0),
            troubles: Arc::new(watch::channel(Vec::new()).0),
            present: Arc::default(),
            another: Arc::default(),
            told: Arc::default(),
            fails: Arc::default(),
            renewed: Arc::default(),
        }
    }
}

impl QuietHub {
    /// What the desktop calls after the first login.
    pub fn live(&self) -> impl Fn(Clinic) -> Later<Result<Live, HubError>> + use<> {
        let hub = self.clone();
        move |clinic| {
            let mut fails = hub.fails.lock().unwrap();
            if *fails > 0 {
                *fails -= 1;
                return Box::pin(async { Err(HubError::Toy(ToyError::NotSeen)) });
            }
            let live = Live {
                toys: hub.toys.subscribe(),
                reader: hub.reader.subscribe(),
                link: hub.link.subscribe(),
                changed: hub.changed.subscribe(),
                troubles: hub.troubles.subscribe(),
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
        let seen = |(id, state): &(Option<DeviceId>, Presence)| ToySeen {
            short: id.unwrap_or_else(|| new_toy().device_id()).short(),
            model: "TK-1".into(),
            id: *id,
            state: *state,
            telemetry: None,
            clock_offset_ms: None,
            addr: None,
        };
        let toys: Vec<ToySeen> = toys.iter().map(seen).collect();
        self.toys.send_replace(toys.clone());
        News::Toys(toys)
    }

    /// The same, of one toy that tells how it is.
    pub fn hear(&self, toy: DeviceId, state: Presence, telemetry: Telemetry) -> News {
        let _ = self.see(&[(Some(toy), state)]);
        self.toys.send_modify(|toys| toys[0].telemetry = Some(telemetry));
        News::Toys(self.toys.borrow().clone())
    }

    pub fn reader(&self, state: ReaderState) -> News {
        self.reader.send_replace(state.clone());
        News::Reader(state)
    }

    pub fn link(&self, state: LinkState) -> News {
        self.link_status(LinkStatus { state, ..LinkStatus::START })
    }

    pub fn link_status(&self, status: LinkStatus) -> News {
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

    fn look(&self, short: String) -> Later<Result<Found, HubError>> {
        let toy = new_toy();
        Box::pin(async move {
            let (key, id) = (toy.public_key(), toy.device_id());
            if short != id.short() {
                return Err(HubError::Toy(ToyError::NotSeen));
            }
            Ok(Found { key, id, model: "TK-1".into(), state: ToyState::Pairing })
        })
    }

    fn register_toy(&self, session: Session, toy: NewToy) -> Later<Result<DeviceId, HubError>> {
        let clinic = self.clinic.clone();
        Box::pin(async move {
            if toy.secret != SETUP_SECRET {
                return Err(HubError::Toy(ToyError::Refused(toy::Refusal::WrongSecret)));
            }
            let key = new_toy().public_key();
            clinic.submit(&session, Command::RegisterToy { key, model: "TK-1".into(), label: toy.label })?;
            Ok(toy.expected)
        })
    }

    fn ring_toy(&self, _: Session, _: DeviceId) -> Later<Result<(), HubError>> {
        // The room is empty.
        Box::pin(async { Err(HubError::Toy(ToyError::NotSeen)) })
    }

    fn enrol(&self, session: Session, link: String) -> Later<Result<(), HubError>> {
        let clinic = self.clinic.clone();
        Box::pin(async move {
            let link: EnrolLink = link.parse()?;
            let (district, address) = (link.district, link.address);
            let names = ("Gaya".into(), "PHC Rampur".into());
            let join = Command::JoinDistrict { district, address, district_name: names.0, station_name: names.1 };
            clinic.submit(&session, join)?;
            Ok(())
        })
    }

    fn meaning(&self, session: Session, card: CardIn) -> Later<Result<CardMeaning, HubError>> {
        let (clinic, another) = (self.clinic.clone(), *self.hub.another.lock().unwrap());
        Box::pin(async move {
            if let Some(meaning) = another {
                return Ok(meaning);
            }
            Ok(match clinic.card_by_uid(&session, &card.uid)? {
                None => CardMeaning::New,
                Some(CardKnown { stopped: true, .. }) => CardMeaning::Stopped,
                Some(CardKnown { child: Some(child), .. }) => CardMeaning::Child(child),
                Some(CardKnown { card, .. }) => CardMeaning::NotAssigned(card),
            })
        })
    }

    fn card_told(
        &self,
        session: Session,
        _card: CardIn,
        child: Option<ChildId>,
    ) -> Later<Result<Option<CardTold>, HubError>> {
        let (clinic, told) = (self.clinic.clone(), self.hub.told.lock().unwrap().clone());
        Box::pin(async move {
            let Some(mut told) = told else { return Ok(None) };
            if let Some(child) = child {
                told.doses = clinic.doses_unknown(&session, child, told.doses)?;
            }
            Ok(Some(told))
        })
    }

    fn renew_card(&self, _session: Session, _card: CardIn) -> Later<Result<bool, HubError>> {
        // Its cards are known by their number alone: nothing is written on them.
        *self.hub.renewed.lock().unwrap() += 1;
        Box::pin(async { Ok(false) })
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
