//! The station's link to its district: dials it, keeps the ledgers of both sides equal, and says honestly how
//! far that is.
//!
//! What is sent and stored is decided by [`clinic::replica`]; this module has the socket, the clock and the
//! threads. The district's key is pinned: somebody else at its address is told nothing.

mod backoff;
mod dial;
mod enrol;
mod exchange;
mod status;

pub use enrol::enrol;
pub use status::{LinkState, LinkStatus};

use backoff::Backoff;
use clinic::replica::{Fault, Logs};
use exchange::{Ended, exchange};
use hub_protocol::frame::FrameError;
use hub_protocol::replica::Refusal;
use hub_protocol::{DeviceId, Identity};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A connection that stood so long was a good one, also if there was nothing to send.
const WORKED_AFTER: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
pub enum UplinkError {
    #[error("the district's address cannot be resolved")]
    Resolve(#[source] std::io::Error),
    #[error("the district's name has no address")]
    NoAddress,
    #[error("no socket for the district")]
    Socket(#[source] std::io::Error),
    #[error("the district cannot be dialled")]
    Connect(#[source] quinn::ConnectError),
    #[error("the TLS settings are refused")]
    Tls(#[source] rustls::Error),
    #[error("the TLS provider has no cipher for QUIC")]
    NoCipher,
    #[error("the connection gives no exporter value")]
    Exporter,
    #[error("the district did not answer in time")]
    Timeout,
    #[error("the connection to the district was lost")]
    Lost(#[source] quinn::ConnectionError),
    #[error("the connection to the district broke while reading")]
    Read(#[source] quinn::ReadError),
    #[error("the connection to the district broke while writing")]
    Write(#[source] quinn::WriteError),
    #[error("the district's answer cannot be read")]
    Frame(#[from] FrameError),
    #[error("the district's answer does not belong here")]
    Unexpected,
    #[error("whoever answers there is not the district that was expected")]
    WrongDistrict,
    #[error("the district refuses: {0}")]
    Refused(Refusal),
}

#[derive(Debug, Clone)]
pub struct UplinkConfig {
    /// `host:port`.
    pub address: String,
    /// The only key that is spoken to.
    pub district: DeviceId,
    pub identity: Identity,
}

/// The running link. Dropping it breaks it off; [`Uplink::shutdown`] says good-bye.
#[derive(Debug)]
pub struct Uplink {
    status: watch::Receiver<LinkStatus>,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Uplink {
    /// Starts replicating on the current tokio runtime and goes on until stopped. `grew` changes whenever
    /// something was committed to a log of ours; its value does not matter.
    pub fn start<L: Logs + Send + Sync + 'static>(
        config: UplinkConfig,
        logs: Arc<L>,
        grew: watch::Receiver<u64>,
    ) -> Self {
        let (tell, status) = watch::channel(LinkStatus::START);
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(Link { config, logs, grew, tell, stopped }.run());
        Self { status, stop, task: Some(task) }
    }

    pub fn status(&self) -> watch::Receiver<LinkStatus> {
        self.status.clone()
    }

    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the uplink ended badly");
        }
    }
}

impl Drop for Uplink {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

struct Link<L> {
    config: UplinkConfig,
    logs: Arc<L>,
    grew: watch::Receiver<u64>,
    tell: watch::Sender<LinkStatus>,
    stopped: watch::Receiver<bool>,
}

impl<L: Logs + Send + Sync + 'static> Link<L> {
    async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            self.say(LinkState::Connecting);
            let ended = self.one_connection().await;
            if ended.worked {
                backoff.succeeded();
            }
            let state = match &ended.why {
                Why::Stopped => break,
                Why::WrongDistrict => {
                    tracing::error!("another key than the pinned one answers at the district's address");
                    backoff.hopeless();
                    Some(LinkState::WrongDistrict)
                }
                Why::Refused(refusal) => {
                    tracing::warn!(%refusal, "refused");
                    if needs_a_person(*refusal) {
                        backoff.hopeless();
                    }
                    Some(LinkState::Refused(*refusal))
                }
                Why::Lost => None,
            };
            let wait = backoff.next(random());
            let next_try_ms = wall_ms().saturating_add(wait.as_millis() as u64);
            self.say(state.unwrap_or(LinkState::Waiting { next_try_ms }));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = asked_to_stop(&mut self.stopped) => break,
            }
        }
        self.say(LinkState::Off);
    }

    async fn one_connection(&mut self) -> Connection {
        let UplinkConfig { address, district, identity } = &self.config;
        let dialled = tokio::select! {
            dialled = dial::dial(address, *district, identity) => dialled,
            () = asked_to_stop(&mut self.stopped) => return Connection { worked: false, why: Why::Stopped },
        };
        let dialled = match dialled {
            Ok(dialled) => dialled,
            Err(UplinkError::WrongDistrict) => return Connection { worked: false, why: Why::WrongDistrict },
            Err(error) => {
                tracing::info!(error = chain(&error), "the district cannot be reached");
                return Connection { worked: false, why: Why::Lost };
            }
        };
        let started = Instant::now();
        let mut news = false;
        let ended = exchange(&dialled.connection, self, &mut news).await;
        let worked = news || started.elapsed() >= WORKED_AFTER;
        dialled.close().await;
        let why = match ended {
            Ended::Stopped => Why::Stopped,
            Ended::Lost(error) => {
                tracing::info!(error = chain(&error), "the link broke");
                Why::Lost
            }
            Ended::Fault(Fault::Refused(refusal)) => Why::Refused(refusal),
            Ended::Fault(fault) => {
                tracing::warn!(error = chain(&fault), "the link was ended by this station");
                match fault {
                    Fault::Damaged { .. } => Why::Refused(Refusal::BadChain),
                    // What a person must look at is shown; everything else may pass.
                    fault => fault.refusal().filter(|r| needs_a_person(*r)).map_or(Why::Lost, Why::Refused),
                }
            }
        };
        Connection { worked, why }
    }

    fn say(&self, state: LinkState) {
        self.tell.send_if_modified(|status| std::mem::replace(&mut status.state, state) != state);
    }
}

struct Connection {
    /// Something came of it. A connection that stands and breaks at once does not count.
    worked: bool,
    why: Why,
}

enum Why {
    Stopped,
    Lost,
    Refused(Refusal),
    WrongDistrict,
}

/// Trying again soon changes nothing about these.
fn needs_a_person(refusal: Refusal) -> bool {
    match refusal {
        Refusal::Version
        | Refusal::UnknownStation
        | Refusal::BadSecret
        | Refusal::BadChain
        | Refusal::BadSignature
        | Refusal::Fork
        | Refusal::NotYours
        | Refusal::Quarantined => true,
        Refusal::Malformed | Refusal::Gap | Refusal::Storage | Refusal::OutOfOrder => false,
    }
}

/// Resolves when the link is to stop, also when its owner is gone.
async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

fn wall_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64)
}

fn random() -> u32 {
    // Only spreads the tries; without the system's generator they are merely not spread.
    getrandom::u32().unwrap_or(0)
}

/// An error with all its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
