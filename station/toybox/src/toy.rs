//! One toy of the process, switched on and off: its own task, which does what the panel says.

use crate::air::{self, Air, Loss};
use crate::announce::Announcer;
use crate::case::{Case, Misdeed};
use crate::device::Device;
use crate::label::Label;
use crate::panel::{At, ChildForm, Command, Event, Events, SexOf};
use crate::rules::{self, Carried, Entered, NotRecorded};
use crate::run::RunError;
use crate::session::{Places, serve};
use crate::store::Store;
use crate::track::Track;
use crate::wire;
use hub_protocol::toy::{Fact, Faults, Found, Growth, NewChild, Position, SLEEP_MAX_S, Sex};
use hub_protocol::{ChildId, Day, UserId, symbols, tls};
use mdns_sd::ServiceDaemon;
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Endpoint, ServerConfig};
use std::future::pending;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Handshakes that may wait at once; more are turned away by QUIC itself.
const HANDSHAKES_MAX: usize = 32;
/// How long closed connections may take to say so.
const FAREWELL: Duration = Duration::from_secs(1);
/// A toy that is carried or used up says so this often.
const SECOND: Duration = Duration::from_secs(1);
/// The longest time that a charge may last: a year.
const FULL_MAX_HOURS: f64 = 24.0 * 366.0;

/// What makes a toy this one.
#[derive(Clone)]
pub struct Place {
    pub data: PathBuf,
    pub model: String,
    /// The demo run this toy belongs to, when it belongs to one.
    pub demo: Option<String>,
    /// 0 for any free port.
    pub port: u16,
    /// Of the dice that lose packets.
    pub seed: u64,
}

pub struct Toy {
    place: Place,
    label: Arc<Label>,
    case: Arc<Case>,
    daemon: ServiceDaemon,
    events: Events,
    on: Option<On>,
    /// When it has slept enough.
    wakes: Option<Instant>,
}

/// What is there as long as there is power.
struct On {
    device: Arc<Device>,
    endpoint: Endpoint,
    air: Arc<Air>,
    announcer: Announcer,
}

impl Toy {
    /// Opens a toy's directory, or makes one, and switches the toy on. Waits for the disk.
    pub async fn open(place: Place, daemon: &ServiceDaemon, events: Events) -> Result<Self, RunError> {
        let label = Arc::new(Label::open(&place.data)?);
        let store = Store::open(&place.data, &label.identity)?;
        let (case, daemon) = (Arc::new(Case::default()), daemon.clone());
        let mut toy = Self { place, label, case, daemon, events, on: None, wakes: None };
        toy.switch_on(store).await?;
        Ok(toy)
    }

    /// Runs until it is told to quit, or nobody can tell it anything any more.
    pub async fn run(mut self, mut commands: mpsc::Receiver<Command>) -> Result<(), RunError> {
        let mut second = interval(SECOND);
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let power = self.on.as_ref().map(|on| on.device.power().clone());
            tokio::select! {
                command = commands.recv() => match command {
                    Some(Command::Quit) | None => break,
                    Some(command) => self.obey(command).await?,
                },
                () = async { match power { Some(power) => power.gone().await, None => pending().await } } => {
                    self.lose_power("cut");
                }
                _ = second.tick() => self.pass().await?,
            }
        }
        if let Some(on) = self.on {
            on.announcer.withdraw().await;
            on.endpoint.close(wire::CLOSE_DONE, b"off");
            let _ = timeout(FAREWELL, on.endpoint.wait_idle()).await;
        }
        Ok(())
    }

    async fn switch_on(&mut self, store: Store) -> Result<(), RunError> {
        let Place { model, demo, port, seed, .. } = &self.place;
        let (endpoint, air) = listen(&self.label, demo.is_some(), *port, self.case.loss.clone(), *seed)?;
        let port = endpoint.local_addr().map_err(|source| RunError::Listen { port: *port, source })?.port();
        let id = self.label.identity.device_id();
        let announcer = Announcer::new(&self.daemon, &id.short(), model, port, demo.as_deref())?;
        let device = Device::new(self.label.clone(), store, model.clone(), self.case.clone(), self.events.clone());
        let device = Arc::new(device);
        tokio::spawn(accept(endpoint.clone(), device.clone()));
        if self.case.radio_is_on() {
            announcer.announce().await?;
        }
        self.events.show(Event::Label {
            code: id.code(),
            secret: symbols::write_bytes(&self.label.secret),
            id: id.full(),
            short: id.short(),
            model: model.clone(),
            port,
        });
        tracing::info!(toy = %id.short(), port, "listening");
        self.on = Some(On { device, endpoint, air, announcer });
        Ok(())
    }

    /// Nothing is written and nothing is said any more. The announcement stays, as it does with those who heard it.
    fn lose_power(&mut self, why: &'static str) {
        let Some(On { device, endpoint, air, .. }) = self.on.take() else { return };
        device.cut_power();
        air.fall_silent();
        endpoint.close(wire::CLOSE_DONE, b"");
        self.events.show(Event::Power { on: false, why });
    }

    async fn power_on(&mut self) -> Result<(), RunError> {
        if self.on.is_none() {
            let sensed = self.case.sensed(Instant::now());
            if sensed.battery_percent == 0 && !sensed.charging {
                self.wrong("the battery is empty");
                return Ok(());
            }
            let (dir, label) = (self.place.data.clone(), self.label.clone());
            let opened = tokio::task::spawn_blocking(move || Store::open(&dir, &label.identity)).await;
            self.switch_on(opened.map_err(|e| RunError::System(e.into()))??).await?;
        }
        self.events.show(Event::Power { on: true, why: "told" });
        Ok(())
    }

    /// A second has passed.
    async fn pass(&mut self) -> Result<(), RunError> {
        if self.wakes.is_some_and(|wakes| wakes <= Instant::now()) {
            self.wake().await?;
            self.events.show(Event::Awake);
        }
        if let Some(device) = self.on.as_ref().map(|on| on.device.clone()).filter(|device| device.is_expired()) {
            // What fails now is tried again in a second.
            let _ended = tokio::task::spawn_blocking(move || device.expire()).await;
        }
        if !self.case.is_moving() {
            return Ok(());
        }
        let sensed = self.case.sensed(Instant::now());
        match &self.on {
            Some(_) if sensed.battery_percent == 0 && !sensed.charging => self.lose_power("battery"),
            Some(on) => on.device.sensed_anew(),
            None => {}
        }
        Ok(())
    }

    fn wrong(&self, why: &str) {
        self.events.show(Event::Error { why: why.into() });
    }

    /// Does what a person does with a toy that has power, and with one that has none.
    async fn obey(&mut self, command: Command) -> Result<(), RunError> {
        match command {
            Command::Battery { percent, charging, full_hours } => self.set_battery(percent, charging, full_hours),
            Command::Temperature { celsius } => {
                self.case.set_temperature(celsius);
                self.events.show(Event::Temperature { celsius });
            }
            Command::Position { latitude, longitude, accuracy_m } => self.put(latitude, longitude, accuracy_m),
            Command::Walk { track, start_s, times } => self.walk(&track, start_s, times),
            Command::Clock { offset_ms } => {
                self.case.set_clock(offset_ms);
                self.events.show(Event::Clock { offset_ms });
            }
            Command::Power { on: true } => self.power_on().await?,
            Command::Power { on: false } => self.lose_power("told"),
            Command::Drop { per_mille } if per_mille <= Loss::MAX_PER_MILLE => {
                self.case.loss.set(per_mille);
                self.events.show(Event::Fault { what: "drop" });
            }
            Command::Drop { .. } => self.wrong("there are a thousand in a thousand"),
            Command::Flood { messages } => self.order(Misdeed::Flood(messages), "flood"),
            Command::Lie { about } => self.order(Misdeed::Lie(about), "lie"),
            Command::Faults { numbers } => self.set_faults(&numbers),
            Command::Sleep { seconds } => self.fall_asleep(seconds).await,
            Command::Offline => {
                self.radio_off().await;
                self.events.show(Event::Radio { on: false });
            }
            Command::Online => {
                self.wake().await?;
                self.events.show(Event::Radio { on: true });
            }
            command => match &self.on {
                Some(on) => do_with(&on.device, command).await,
                None => self.wrong("the toy has no power"),
            },
        }
        if let Some(on) = &self.on {
            on.device.sensed_anew();
        }
        Ok(())
    }

    fn set_battery(&self, percent: u8, charging: bool, full_hours: Option<f64>) {
        if full_hours.is_some_and(|hours| !(hours > 0.0 && hours <= FULL_MAX_HOURS)) {
            return self.wrong("no charge lasts so long");
        }
        let percent = percent.min(100);
        let full = full_hours.map(|hours| Duration::from_secs_f64(hours * 3_600.0));
        self.case.set_battery(percent, charging, full);
        self.events.show(Event::Battery { percent, charging });
    }

    fn put(&self, latitude: f64, longitude: f64, accuracy_m: u32) {
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return self.wrong("there is no such place on Earth");
        }
        // In range, so that the product fits 32 bits.
        let (latitude_e7, longitude_e7) = ((latitude * 1e7) as i32, (longitude * 1e7) as i32);
        self.case.set_position(Position { latitude_e7, longitude_e7, accuracy_m });
        self.events.show(Event::Position { latitude_e7, longitude_e7, accuracy_m });
    }

    fn walk(&self, track: &Path, start_s: f64, times: f64) {
        if !(start_s.is_finite() && times.is_finite() && times >= 0.0) {
            return self.wrong("nobody walks like that");
        }
        match Track::open(track) {
            Ok(track) => {
                let points = track.points();
                self.case.walk(track, start_s, times);
                self.events.show(Event::Walk { points });
            }
            Err(e) => self.wrong(&e.to_string()),
        }
    }

    fn order(&self, misdeed: Misdeed, what: &'static str) {
        if self.case.order(misdeed) {
            self.events.show(Event::Fault { what });
        } else {
            self.wrong("enough of them wait already");
        }
    }

    fn set_faults(&self, numbers: &[u8]) {
        if numbers.iter().any(|n| u32::from(*n) >= u32::BITS) {
            return self.wrong("there are 32 numbers for faults, from 0 on");
        }
        let faults = Faults(numbers.iter().fold(0, |set, n| set | 1 << n));
        self.case.set_faults(faults);
        self.events.show(Event::Faults { codes: faults.codes() });
    }

    async fn radio_off(&self) {
        self.case.set_radio(false);
        if let Some(on) = &self.on {
            let _ = timeout(FAREWELL, on.endpoint.wait_idle()).await;
            on.announcer.withdraw().await;
        }
    }

    /// The hub is told first, when it is there.
    async fn fall_asleep(&mut self, seconds: u32) {
        if !(1..=SLEEP_MAX_S).contains(&seconds) {
            return self.wrong("a toy sleeps for a second at least, and for a day at most");
        }
        self.case.set_sleep(Some(seconds));
        if let Some(on) = &self.on {
            let _ = timeout(FAREWELL, on.endpoint.wait_idle()).await;
        }
        self.radio_off().await;
        self.wakes = Some(Instant::now() + Duration::from_secs(seconds.into()));
        self.events.show(Event::Asleep { seconds });
    }

    async fn wake(&mut self) -> Result<(), RunError> {
        self.wakes = None;
        self.case.set_sleep(None);
        self.case.set_radio(true);
        if let Some(on) = &self.on {
            on.announcer.announce().await?;
        }
        Ok(())
    }
}

async fn record(
    device: &Arc<Device>,
    new: Option<ChildId>,
    entered: impl FnOnce(Carried<'_>, Day) -> Result<(UserId, Fact), NotRecorded> + Send + 'static,
) {
    let keeper = device.clone();
    let recorded = tokio::task::spawn_blocking(move || keeper.record(entered)).await;
    device.events.show(match recorded {
        Ok(Ok(seq)) => Event::Recorded { seq, child: new.map(|id| id.to_string()) },
        Ok(Err((code, why))) => Event::Refused { code, why },
        Err(e) => Event::Refused { code: "storage", why: e.to_string() },
    });
}

/// A child is registered, under a number of its own.
async fn register(device: &Arc<Device>, form: ChildForm) {
    let mut random = [0; 8];
    if let Err(error) = getrandom::fill(&mut random) {
        return device.events.show(Event::Refused { code: "random", why: error.to_string() });
    }
    let id = ChildId::from_random(random);
    let new = NewChild {
        child: id,
        name: form.name,
        dob: Day(0),
        dob_estimated: form.dob_estimated,
        sex: match form.sex {
            SexOf::F => Sex::Female,
            SexOf::M => Sex::Male,
            SexOf::X => Sex::Other,
        },
        mother: form.mother,
        phone: form.phone,
        village: form.village,
        consent_reminders: form.reminders,
        consent_tracing: form.tracing,
        birth_order: form.birth_order,
    };
    record(device, Some(id), move |all, today| rules::child(all, &form.dob, new, today)).await;
}

/// What needs power.
async fn do_with(device: &Arc<Device>, command: Command) {
    match command {
        Command::Pair => device.hold_button(true),
        Command::Unpair => device.hold_button(false),
        Command::Dose { child, product, on, batch } => {
            let dose = move |carried: Carried<'_>, today| {
                let entered = Entered { child: &child, product: &product, on: &on, batch: batch.as_deref() };
                rules::dose(carried, entered, today)
            };
            record(device, None, dose).await;
        }
        Command::Growth { child, on, weight_g, length_mm, standing, muac_mm, head_mm, oedema } => {
            let (nobody, never) = (ChildId(0), Day(0));
            let measured = Growth { child: nobody, on: never, weight_g, length_mm, standing, muac_mm, head_mm, oedema };
            record(device, None, move |all, today| rules::growth(all, (&child, &on), measured, today)).await;
        }
        Command::Child(form) => register(device, form).await,
        Command::Sighting { child, on, found, note } => {
            let found = match found {
                At::Home => Found::AtHome,
                At::Away => Found::Away,
                At::Moved => Found::Moved,
            };
            record(device, None, move |all, today| rules::sighting(all, (&child, &on), found, note, today)).await;
        }
        Command::PowerCut { at_byte } => {
            device.power().cut_after(at_byte);
            device.events.show(Event::Fault { what: "power-cut" });
        }
        Command::Card { card } => device.show_card(&card),
        Command::Children => device.show_children(),
        Command::Status => device.show_status(),
        // What is left was done without asking for power.
        _ => {}
    }
}

/// Listens on IPv6 and IPv4, or on IPv4 alone where there is no other.
pub(crate) fn listen(
    label: &Label,
    demo: bool,
    port: u16,
    loss: Loss,
    seed: u64,
) -> Result<(Endpoint, Arc<Air>), RunError> {
    let alpn = if demo { tls::ALPN_TOY_DEMO } else { tls::ALPN_TOY };
    let crypto = QuicServerConfig::try_from(tls::server_config(&label.identity, &[alpn])?)?;
    let mut config = ServerConfig::with_crypto(Arc::new(crypto));
    config.transport_config(Arc::new(wire::transport())).max_incoming(HANDSHAKES_MAX);
    let air = Arc::new(Air::new(loss, seed));
    let at = |address| air::endpoint(address, air.clone());
    let endpoint = at(SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)))
        .or_else(|_| at(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))))
        .map_err(|source| RunError::Listen { port, source })?;
    endpoint.set_server_config(Some(config));
    Ok((endpoint, air))
}

pub(crate) async fn accept(endpoint: Endpoint, device: Arc<Device>) {
    let places = Arc::new(Places::default());
    while let Some(incoming) = endpoint.accept().await {
        tokio::spawn(serve(device.clone(), places.clone(), incoming));
    }
}
