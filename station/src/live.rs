//! The hub's news into messages, and the desk's calls to the hub.
//!
//! The screens need only what stands in [`Live`]. What changes fast is told at most five times a second,
//! always with its newest value; the hub never waits for a screen.

use clinic::{Clinic, Session};
use hub::cards::{CardEvent, CardIn, ReaderState};
use hub::toys::{Found, ToySeen};
use hub::uplink::LinkStatus;
use hub::{CardMeaning, CardTold, Hub, HubError, WayTrouble};
use hub_protocol::toy::SETUP_SECRET_BYTES;
use hub_protocol::{CardNo, ChildId, DeviceId};
use iced::Subscription;
use iced::futures::channel::mpsc;
use iced::futures::{SinkExt, Stream};
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

/// Between two tellings of what changes fast.
const COALESCE: Duration = Duration::from_millis(200);
/// News that may wait for the screen.
const NEWS_WAITING: usize = 16;

/// Work that ends later.
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Starts the hub after the first login of the day.
pub type StartHub = Arc<dyn Fn(Clinic) -> Later<Result<Live, HubError>> + Send + Sync>;

/// What the desk sees of the hub. A clone is a few pointers.
#[derive(Clone)]
pub struct Live {
    pub toys: watch::Receiver<Vec<ToySeen>>,
    pub reader: watch::Receiver<ReaderState>,
    pub link: watch::Receiver<LinkStatus>,
    /// Ticks when a record was committed or the district proved to hold more.
    pub changed: watch::Receiver<u64>,
    /// What keeps messages to families from going out.
    pub troubles: watch::Receiver<Vec<WayTrouble>>,
    pub hub: Arc<dyn HubCalls>,
}

/// What the desk asks of the hub.
pub trait HubCalls: Send + Sync {
    /// Cards that come and go from now on; `None` when there will be none.
    fn cards(&self) -> Option<broadcast::Receiver<CardEvent>>;
    /// Cards that lie on a reader now.
    fn cards_present(&self) -> Vec<CardIn>;
    /// Dials a new toy, so that its code can be compared with its label.
    fn look(&self, short: String) -> Later<Result<Found, HubError>>;
    fn register_toy(&self, session: Session, toy: NewToy) -> Later<Result<DeviceId, HubError>>;
    /// Makes a toy that is in contact heard.
    fn ring_toy(&self, session: Session, toy: DeviceId) -> Later<Result<(), HubError>>;
    /// Joins the district behind a one-time link.
    fn enrol(&self, session: Session, link: String) -> Later<Result<(), HubError>>;
    /// What a card stands for.
    fn meaning(&self, session: Session, card: CardIn) -> Later<Result<CardMeaning, HubError>>;
    /// What a card tells of doses that the child's record does not have; of all, when the child is not known here.
    fn card_told(
        &self,
        session: Session,
        card: CardIn,
        child: Option<ChildId>,
    ) -> Later<Result<Option<CardTold>, HubError>>;
    /// Writes the child's record on its card. Whether there was anything to write.
    fn renew_card(&self, session: Session, card: CardIn) -> Later<Result<bool, HubError>>;
    /// Writes and registers a card that is not known yet.
    fn issue_card(&self, session: Session, card: CardIn) -> Later<Result<CardNo, HubError>>;
    fn shutdown(&self) -> Later<()>;
}

/// A toy as the Admin found it and has it on the table.
#[derive(Clone)]
pub struct NewToy {
    pub short: String,
    /// Whose code was compared with the label.
    pub expected: DeviceId,
    pub secret: [u8; SETUP_SECRET_BYTES],
    /// What people call it.
    pub label: String,
}

impl HubCalls for Hub {
    fn cards(&self) -> Option<broadcast::Receiver<CardEvent>> {
        Self::cards(self)
    }

    fn cards_present(&self) -> Vec<CardIn> {
        Self::cards_present(self)
    }

    fn look(&self, short: String) -> Later<Result<Found, HubError>> {
        let hub = self.clone();
        Box::pin(async move { Self::look(&hub, &short).await })
    }

    fn register_toy(&self, session: Session, toy: NewToy) -> Later<Result<DeviceId, HubError>> {
        let hub = self.clone();
        Box::pin(
            async move { Self::register_toy(&hub, &session, &toy.short, toy.expected, toy.secret, &toy.label).await },
        )
    }

    fn ring_toy(&self, session: Session, toy: DeviceId) -> Later<Result<(), HubError>> {
        let hub = self.clone();
        Box::pin(async move { Self::ring_toy(&hub, &session, toy).await })
    }

    fn enrol(&self, session: Session, link: String) -> Later<Result<(), HubError>> {
        let hub = self.clone();
        Box::pin(async move { Self::enrol(&hub, &session, &link).await })
    }

    fn meaning(&self, session: Session, card: CardIn) -> Later<Result<CardMeaning, HubError>> {
        let hub = self.clone();
        Box::pin(async move { Self::meaning(&hub, &session, &card).await })
    }

    fn card_told(
        &self,
        session: Session,
        card: CardIn,
        child: Option<ChildId>,
    ) -> Later<Result<Option<CardTold>, HubError>> {
        let hub = self.clone();
        Box::pin(async move { Self::card_told(&hub, &session, &card, child).await })
    }

    fn renew_card(&self, session: Session, card: CardIn) -> Later<Result<bool, HubError>> {
        let hub = self.clone();
        Box::pin(async move { Self::renew_card(&hub, &session, &card).await })
    }

    fn issue_card(&self, session: Session, card: CardIn) -> Later<Result<CardNo, HubError>> {
        let hub = self.clone();
        Box::pin(async move { Self::issue_card(&hub, &session, &card).await })
    }

    fn shutdown(&self) -> Later<()> {
        let hub = self.clone();
        Box::pin(async move { Self::shutdown(&hub).await })
    }
}

impl From<Hub> for Live {
    fn from(hub: Hub) -> Self {
        Self {
            toys: hub.toys(),
            reader: hub.reader(),
            link: hub.link(),
            changed: hub.changed(),
            troubles: hub.troubles(),
            hub: Arc::new(hub),
        }
    }
}

/// The newest of each thing, as the screens show it.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveNow {
    pub toys: Vec<ToySeen>,
    pub reader: ReaderState,
    pub link: LinkStatus,
    pub troubles: Vec<WayTrouble>,
    /// The card that came last and still lies there.
    pub card: Option<CardIn>,
}

impl LiveNow {
    pub fn of(live: &Live) -> Self {
        Self {
            toys: live.toys.borrow().clone(),
            reader: live.reader.borrow().clone(),
            link: live.link.borrow().clone(),
            troubles: live.troubles.borrow().clone(),
            card: live.hub.cards_present().pop(),
        }
    }

    /// Keeps what a piece of news says.
    pub fn learn(&mut self, news: &News) {
        match news {
            News::Toys(toys) => self.toys.clone_from(toys),
            News::Reader(reader) => {
                self.reader.clone_from(reader);
                if !matches!(reader, ReaderState::Ready { .. }) {
                    self.card = None;
                }
            }
            News::Link(link) => self.link.clone_from(link),
            News::Troubles(troubles) => self.troubles.clone_from(troubles),
            News::Card(CardEvent::Inserted(card)) => self.card = Some(card.clone()),
            News::Card(CardEvent::Removed { reader }) => {
                self.card.take_if(|card| card.reader == *reader);
            }
            News::Changed => {}
        }
    }
}

#[derive(Debug, Clone)]
pub enum News {
    Toys(Vec<ToySeen>),
    Reader(ReaderState),
    Link(LinkStatus),
    Troubles(Vec<WayTrouble>),
    Card(CardEvent),
    /// Records were committed: what is shown is read again.
    Changed,
}

/// The news of one hub, for as long as it is asked for.
pub fn news(live: &Live) -> Subscription<News> {
    Subscription::batch([
        Subscription::run_with(Feed(live.clone()), slow_news),
        Subscription::run_with(Feed(live.clone()), cards),
    ])
}

/// Two feeds of one hub are the same feed.
struct Feed(Live);

impl Hash for Feed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0.hub).cast::<()>().hash(state);
    }
}

fn slow_news(feed: &Feed) -> impl Stream<Item = News> + use<> {
    let mut live = feed.0.clone();
    iced::stream::channel(NEWS_WAITING, async move |mut out: mpsc::Sender<News>| {
        // What happened before anybody listened is news too.
        live.toys.mark_changed();
        live.reader.mark_changed();
        live.link.mark_changed();
        live.troubles.mark_changed();
        loop {
            let woke = tokio::select! {
                it = live.toys.changed() => it.map(|()| 0),
                it = live.reader.changed() => it.map(|()| 1),
                it = live.link.changed() => it.map(|()| 2),
                it = live.changed.changed() => it.map(|()| 3),
                Ok(()) = live.troubles.changed() => Ok(4),
            };
            // An error is a hub that has ended: it has no more news.
            let Ok(first) = woke else { break };
            let mut news = Vec::new();
            if first == 0 || live.toys.has_changed().unwrap_or(false) {
                news.push(News::Toys(live.toys.borrow_and_update().clone()));
            }
            if first == 1 || live.reader.has_changed().unwrap_or(false) {
                news.push(News::Reader(live.reader.borrow_and_update().clone()));
            }
            if first == 2 || live.link.has_changed().unwrap_or(false) {
                news.push(News::Link(live.link.borrow_and_update().clone()));
            }
            if first == 4 || live.troubles.has_changed().unwrap_or(false) {
                news.push(News::Troubles(live.troubles.borrow_and_update().clone()));
            }
            if first == 3 || live.changed.has_changed().unwrap_or(false) {
                live.changed.mark_unchanged();
                news.push(News::Changed);
            }
            for news in news {
                if out.send(news).await.is_err() {
                    return;
                }
            }
            tokio::time::sleep(COALESCE).await;
        }
    })
}

fn cards(feed: &Feed) -> impl Stream<Item = News> + use<> {
    let hub = feed.0.hub.clone();
    iced::stream::channel(NEWS_WAITING, async move |mut out: mpsc::Sender<News>| {
        let Some(mut events) = hub.cards() else { return };
        for card in hub.cards_present() {
            let _ = out.send(News::Card(CardEvent::Inserted(card))).await;
        }
        loop {
            match events.recv().await {
                Ok(event) => {
                    if out.send(News::Card(event)).await.is_err() {
                        break;
                    }
                }
                // Missed ones are of no use now: the next one says what lies there.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
    })
}
