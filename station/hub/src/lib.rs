//! What the station does with the world: toys on the LAN, cards on the reader, the link to the district,
//! messages to families.
//!
//! [`Hub`] starts all of them over an open [`clinic::Clinic`] and is what a screen, the headless hub and the
//! demo hold. Nothing here decides about a record: that is the clinic's.

mod card_desk;
pub mod cards;
mod desk;
mod messages;
mod toy_watch;
pub mod toys;
pub mod uplink;

pub use card_desk::{CardMeaning, CardTold};
use cards::{CardEvent, CardIn, CardReader, ReaderState};
use clinic::record::command::{Command, CommandKind, Line};
use clinic::record::refusal::Refusal;
use clinic::store::{StoreError, SubmitError};
use clinic::{Clinic, Session};
use desk::Desk;
use hub_protocol::DeviceId;
use hub_protocol::replica::{EnrolLink, NotALink};
use hub_protocol::toy::SETUP_SECRET_BYTES;
use messages::Messages;
pub use messages::{Trouble, WayTrouble};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use toys::{Found, Mode, ToyError, ToyHub, ToySeen};
use uplink::{LinkStatus, Uplink, UplinkConfig, UplinkError};

/// How long the last news of the toys may take to be stored.
const TOY_WATCH_ENDS: Duration = Duration::from_secs(3);
/// In the clinic's folder: what the line to the district cost today.
const METER_FILE: &str = "line.json";

/// Why something that the hub was asked to do was not done.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error(transparent)]
    Toy(#[from] ToyError),
    #[error(transparent)]
    Card(#[from] cards::CardError),
    /// Somebody looks at them first: what is written now would leave them out.
    #[error("the card tells of doses that are not in the record")]
    CardTellsMore,
    /// It is left as it is: nobody loses what another clinic wrote.
    #[error("the card tells something that cannot be read here")]
    CardNotUnderstood,
    #[error(transparent)]
    Uplink(#[from] UplinkError),
    #[error(transparent)]
    Link(#[from] NotALink),
    #[error("a demo clinic belongs to no real district")]
    DemoStaysAlone,
    #[error("toys")]
    Start(#[from] toys::StartError),
    #[error("a thread cannot be started")]
    Thread(#[from] std::io::Error),
    #[error("the hub is stopping")]
    Stopped,
}

impl From<StoreError> for HubError {
    fn from(error: StoreError) -> Self {
        Self::Submit(error.into())
    }
}

/// The running hub. Clones share it.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    clinic: Clinic,
    toys: ToyHub,
    cards: Mutex<Option<Arc<CardReader>>>,
    reader: watch::Receiver<ReaderState>,
    changed: watch::Receiver<u64>,
    troubles: watch::Receiver<Vec<WayTrouble>>,
    link: watch::Sender<LinkStatus>,
    uplink: tokio::sync::Mutex<Option<Uplink>>,
    /// Ends by itself after the toys' side.
    toy_watch: Mutex<Option<JoinHandle<()>>>,
    /// None in a demo: its families are nobody's, and a gateway is real.
    messages: Mutex<Option<Messages>>,
}

impl Hub {
    /// Starts everything on the current tokio runtime. `demo_run` names the demo that a demo clinic belongs
    /// to: it sees the toys of that demo and no others, and no real hub sees them.
    pub async fn start(clinic: Clinic, demo_run: Option<String>) -> Result<Self, HubError> {
        let (tick, changed) = watch::channel(0);
        clinic.on_commit(move || tick.send_modify(|n| *n += 1));
        let desk = Arc::new(Desk(clinic.clone()));
        let view = blocking(&clinic, |c| c.clinic()).await?;
        let mode = match (view.demo, demo_run) {
            (true, run) => Mode::Demo(run.unwrap_or_default()),
            (false, _) => Mode::Clinic,
        };
        let (tell, news) = mpsc::channel(toy_watch::NEWS_MAX);
        let toys = ToyHub::start(clinic.identity().clone(), desk, changed.clone(), mode, tell)?;
        let toy_watch = tokio::spawn(toy_watch::run(clinic.clone(), news, changed.clone()));
        let cards = Arc::new(CardReader::start()?);
        let (troubled, troubles) = watch::channel(Vec::new());
        let messages = (!view.demo).then(|| Messages::start(clinic.clone(), changed.clone(), troubled));
        let reader = cards.state();
        let (link, _) = watch::channel(LinkStatus::START);
        let hub = Self(Arc::new(Inner {
            clinic,
            toys,
            cards: Mutex::new(Some(cards)),
            reader,
            changed,
            troubles,
            link,
            uplink: tokio::sync::Mutex::new(None),
            toy_watch: Mutex::new(Some(toy_watch)),
            messages: Mutex::new(messages),
        }));
        if let Some(district) = view.district {
            hub.replicate(district.address, district.device, view.line).await;
        }
        Ok(hub)
    }

    /// Every toy that is seen or was.
    pub fn toys(&self) -> watch::Receiver<Vec<ToySeen>> {
        self.0.toys.watch()
    }

    pub fn reader(&self) -> watch::Receiver<ReaderState> {
        self.0.reader.clone()
    }

    /// Cards that come and go from now on; `None` when the hub has stopped.
    pub fn cards(&self) -> Option<broadcast::Receiver<CardEvent>> {
        self.card_reader().ok().map(|reader| reader.cards())
    }

    /// Cards that lie on a reader now.
    pub fn cards_present(&self) -> Vec<CardIn> {
        self.card_reader().map(|reader| reader.present()).unwrap_or_default()
    }

    /// The link to the district; [`uplink::LinkState::Off`] as long as there is none.
    pub fn link(&self) -> watch::Receiver<LinkStatus> {
        self.0.link.subscribe()
    }

    /// Ticks when a record was committed, or the district proved to hold more.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.changed.clone()
    }

    /// What keeps messages to families from going out, by channel.
    pub fn troubles(&self) -> watch::Receiver<Vec<WayTrouble>> {
        self.0.troubles.clone()
    }

    /// Dials a toy that is not registered, so that its code can be compared with its label.
    pub async fn look(&self, short: &str) -> Result<Found, HubError> {
        Ok(self.0.toys.look(short).await?)
    }

    /// Makes a toy this clinic's: proves the label's secret to it, then records it. Repeating it after a
    /// crash between the two is safe: the toy already knows this hub. One that is in the records already, and knows
    /// this hub no more or not yet, keeps its place there.
    pub async fn register_toy(
        &self,
        session: &Session,
        short: &str,
        expected: DeviceId,
        secret: [u8; SETUP_SECRET_BYTES],
        label: &str,
    ) -> Result<DeviceId, HubError> {
        self.check(session, CommandKind::RegisterToy).await?;
        let clinic = blocking(&self.0.clinic, |c| c.clinic()).await?;
        let model = self.toys().borrow().iter().find(|t| t.short == short).map(|t| t.model.clone());
        let key = self.0.toys.register(short, expected, secret, &clinic.name).await?;
        let announced = short.to_owned();
        if blocking(&self.0.clinic, move |c| c.toy_by_short(&announced)).await? != Some(key) {
            let command = Command::RegisterToy { key, model: model.unwrap_or_default(), label: label.to_owned() };
            self.submit(session, command).await?;
        }
        self.0.toys.refresh();
        Ok(key.device_id())
    }

    /// Makes a toy of ours that is in contact heard, for whoever looks for it.
    pub async fn ring_toy(&self, session: &Session, toy: DeviceId) -> Result<(), HubError> {
        self.check(session, CommandKind::OrderToy).await?;
        Ok(self.0.toys.ring(&toy.short()).await?)
    }

    /// Joins the district behind a one-time link, and starts replicating.
    pub async fn enrol(&self, session: &Session, link: &str) -> Result<(), HubError> {
        self.check(session, CommandKind::JoinDistrict).await?;
        let link: EnrolLink = link.parse()?;
        let view = blocking(&self.0.clinic, |c| c.clinic()).await?;
        if view.district.is_some() {
            return Err(SubmitError::from(Refusal::DistrictKnown).into());
        }
        if view.demo && !is_this_machine(&link.address) {
            return Err(HubError::DemoStaysAlone);
        }
        let enrolled = uplink::enrol(self.0.clinic.identity(), &link, view.recovery).await?;
        let command = Command::JoinDistrict {
            district: link.district,
            address: link.address.clone(),
            district_name: enrolled.district,
            station_name: enrolled.station,
        };
        self.submit(session, command).await?;
        self.replicate(link.address, link.district, view.line).await;
        Ok(())
    }

    /// Says good-bye to toys and district and lets the reader go.
    pub async fn shutdown(&self) {
        self.0.toys.shutdown().await;
        let toy_watch = self.0.toy_watch.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(toy_watch) = toy_watch {
            let _ = timeout(TOY_WATCH_ENDS, toy_watch).await;
        }
        let messages = self.0.messages.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(messages) = messages {
            messages.shutdown().await;
        }
        if let Some(uplink) = self.0.uplink.lock().await.take() {
            uplink.shutdown().await;
        }
        let reader = self.0.cards.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reader) = reader.and_then(Arc::into_inner) {
            let _ = tokio::task::spawn_blocking(move || reader.stop()).await;
        }
    }

    async fn replicate(&self, address: String, district: DeviceId, line: Line) {
        let meter = Some(self.0.clinic.dir().join(METER_FILE));
        let config = UplinkConfig { address, district, identity: self.0.clinic.identity().clone(), meter };
        let line = self.watch_line(line);
        let uplink = Uplink::start(config, Arc::new(self.0.clinic.clone()), self.0.changed.clone(), line);
        let mut status = uplink.status();
        let link = self.0.link.clone();
        // Ends with the uplink, which holds the other end.
        tokio::spawn(async move {
            loop {
                let now = status.borrow_and_update().clone();
                link.send_replace(now);
                if status.changed().await.is_err() {
                    break;
                }
            }
        });
        *self.0.uplink.lock().await = Some(uplink);
    }

    /// How the line is used, as the Admin says it from now on.
    fn watch_line(&self, now: Line) -> watch::Receiver<Line> {
        let (tell, line) = watch::channel(now);
        let (clinic, mut changed) = (self.0.clinic.clone(), self.0.changed.clone());
        // Ends with the uplink, which holds the other end.
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    more = changed.changed() => if more.is_err() { break },
                    () = tell.closed() => break,
                }
                // A clinic that cannot be read now is read at the next change.
                if let Ok(view) = blocking(&clinic, |c| c.clinic()).await {
                    tell.send_if_modified(|line| std::mem::replace(line, view.line) != view.line);
                }
            }
        });
        line
    }

    async fn check(&self, session: &Session, kind: CommandKind) -> Result<(), HubError> {
        let session = session.clone();
        blocking(&self.0.clinic, move |c| c.allows(&session, kind)).await
    }

    async fn submit(&self, session: &Session, command: Command) -> Result<(), HubError> {
        let session = session.clone();
        blocking(&self.0.clinic, move |c| c.submit(&session, command)).await?;
        Ok(())
    }

    fn card_reader(&self) -> Result<Arc<CardReader>, HubError> {
        let held = self.0.cards.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone().ok_or(HubError::Stopped)
    }
}

/// The clinic's calls wait for a disk; they must not hold up the network.
async fn blocking<T: Send + 'static, E: Into<HubError> + Send + 'static>(
    clinic: &Clinic,
    call: impl FnOnce(&Clinic) -> Result<T, E> + Send + 'static,
) -> Result<T, HubError> {
    let clinic = clinic.clone();
    let done = tokio::task::spawn_blocking(move || call(&clinic)).await;
    done.map_err(|_| HubError::Stopped)?.map_err(Into::into)
}

fn is_this_machine(address: &str) -> bool {
    address.parse::<std::net::SocketAddr>().is_ok_and(|a| a.ip().is_loopback())
}
