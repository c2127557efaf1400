//! Runs a toy on a directory until it is told to stop.

use crate::announce::Announcer;
use crate::device::Device;
use crate::label::{Label, LabelError};
use crate::panel::{Command, Event, Events, read_commands};
use crate::rules::Entered;
use crate::session::{Places, serve};
use crate::store::{Store, StoreError};
use crate::wire;
use hub_protocol::{symbols, tls};
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Endpoint, ServerConfig};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Handshakes that may wait at once; more are turned away by QUIC itself.
const HANDSHAKES_MAX: usize = 32;
/// Lines of commands that wait.
const COMMANDS_MAX: usize = 64;
/// How long closed connections may take to say so.
const FAREWELL: Duration = Duration::from_secs(1);

pub struct Options {
    pub data: PathBuf,
    pub model: String,
    /// The demo run this toy belongs to, when it belongs to one.
    pub demo: Option<String>,
    /// 0 for any free port.
    pub port: u16,
    /// The end of the commands is the end of the toy.
    pub attached: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Label(#[from] LabelError),
    #[error("the toy's store cannot be opened: {0}")]
    Store(#[from] StoreError),
    #[error("TLS refuses the toy's key")]
    Tls(#[from] rustls::Error),
    #[error("TLS offers no cipher that QUIC can use")]
    Cipher(#[from] quinn::crypto::rustls::NoInitialCipherSuite),
    #[error("UDP port {port} cannot be used")]
    Listen { port: u16, source: io::Error },
    #[error("the toy cannot be announced by mDNS")]
    Announce(#[from] mdns_sd::Error),
    #[error("the system refuses a thread or a signal handler")]
    System(#[source] io::Error),
}

impl RunError {
    /// As `--help` documents it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Label(LabelError::InUse) => 3,
            Self::Label(_) | Self::Store(_) => 4,
            Self::Listen { .. } | Self::Announce(_) => 5,
            Self::Tls(_) | Self::Cipher(_) | Self::System(_) => 1,
        }
    }
}

/// Runs until `quit`, SIGINT or SIGTERM; the end of the commands ends it only when it is attached.
pub async fn run(options: Options, events: Events) -> Result<(), RunError> {
    let label = Label::open(&options.data)?;
    let store = Store::open(&options.data, &label.identity)?;
    let endpoint = listen(&label, options.demo.is_some(), options.port)?;
    let port = endpoint.local_addr().map_err(|source| RunError::Listen { port: options.port, source })?.port();
    let id = label.identity.device_id();
    let announcer = Announcer::new(&id.short(), &options.model, port, options.demo.as_deref())?;
    let shown = Event::Label {
        code: id.code(),
        secret: symbols::write_bytes(&label.secret),
        id: id.full(),
        short: id.short(),
        model: options.model.clone(),
        port,
    };
    let device = Arc::new(Device::new(label, store, options.model.clone(), events));
    let system = RunError::System;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(system)?;
    let mut commands = listen_to_panel().map_err(system)?;
    tokio::spawn(accept(endpoint.clone(), device.clone()));
    announcer.announce()?;
    device.events.show(shown);
    tracing::info!(toy = %id.short(), port, "listening");
    let mut commands_ended = false;
    loop {
        tokio::select! {
            line = commands.recv(), if !commands_ended => match line {
                Some(Ok(Command::Quit)) => break,
                Some(Ok(command)) => obey(&device, &endpoint, &announcer, command).await?,
                Some(Err(why)) => device.events.show(Event::Error { why }),
                None if options.attached => break,
                None => commands_ended = true,
            },
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
        }
    }
    announcer.shutdown().await;
    endpoint.close(wire::CLOSE_DONE, b"off");
    let _ = timeout(FAREWELL, endpoint.wait_idle()).await;
    device.events.show(Event::Bye);
    Ok(())
}

/// Listens on IPv6 and IPv4, or on IPv4 alone where there is no other.
pub(crate) fn listen(label: &Label, demo: bool, port: u16) -> Result<Endpoint, RunError> {
    let alpn = if demo { tls::ALPN_TOY_DEMO } else { tls::ALPN_TOY };
    let crypto = QuicServerConfig::try_from(tls::server_config(&label.identity, &[alpn])?)?;
    let mut config = ServerConfig::with_crypto(Arc::new(crypto));
    config.transport_config(Arc::new(wire::transport())).max_incoming(HANDSHAKES_MAX);
    // `Endpoint::client` is the one that makes a socket for both families; it can listen as well.
    let both = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
    let endpoint = Endpoint::client(both)
        .or_else(|_| Endpoint::client(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))))
        .map_err(|source| RunError::Listen { port, source })?;
    endpoint.set_server_config(Some(config));
    Ok(endpoint)
}

pub(crate) async fn accept(endpoint: Endpoint, device: Arc<Device>) {
    let places = Arc::new(Places::default());
    while let Some(incoming) = endpoint.accept().await {
        tokio::spawn(serve(device.clone(), places.clone(), incoming));
    }
}

/// A thread of its own reads the commands, because reading them cannot be interrupted.
fn listen_to_panel() -> io::Result<mpsc::Receiver<Result<Command, String>>> {
    let (lines, waiting) = mpsc::channel(COMMANDS_MAX);
    std::thread::Builder::new().name("panel".into()).spawn(move || {
        let read = read_commands(io::stdin().lock(), |line| lines.blocking_send(line).is_ok());
        if let Err(e) = read {
            tracing::warn!(error = %e, "commands cannot be read any more");
        }
    })?;
    Ok(waiting)
}

async fn obey(
    device: &Arc<Device>,
    endpoint: &Endpoint,
    announcer: &Announcer,
    command: Command,
) -> Result<(), RunError> {
    match command {
        Command::Pair => device.hold_button(true),
        Command::Unpair => device.hold_button(false),
        Command::Dose { child, product, on, batch } => {
            let keeper = device.clone();
            let recorded = tokio::task::spawn_blocking(move || {
                let batch = batch.as_deref();
                keeper.record_dose(Entered { child: &child, product: &product, on: &on, batch })
            });
            device.events.show(match recorded.await {
                Ok(Ok(seq)) => Event::Recorded { seq },
                Ok(Err((code, why))) => Event::Refused { code, why },
                Err(e) => Event::Refused { code: "storage", why: e.to_string() },
            });
        }
        Command::Battery { percent, charging } => device.set_battery(percent, charging),
        Command::Temperature { celsius } => device.set_temperature(celsius),
        Command::Position { latitude, longitude, accuracy_m } => device.set_position(latitude, longitude, accuracy_m),
        Command::Offline => {
            device.set_radio(false);
            let _ = timeout(FAREWELL, endpoint.wait_idle()).await;
            announcer.withdraw().await;
            device.events.show(Event::Radio { on: false });
        }
        Command::Online => {
            device.set_radio(true);
            announcer.announce()?;
            device.events.show(Event::Radio { on: true });
        }
        Command::Clock { offset_ms } => device.set_clock(offset_ms),
        Command::Children => device.show_children(),
        Command::Status => device.show_status(),
        Command::Quit => {}
    }
    Ok(())
}
