//! The station's link to its district: dials it, keeps the ledgers of both sides equal, and says honestly how
//! far that is.
//!
//! What is sent and stored is decided by [`clinic::replica`]; this module has the socket, the clock and the
//! threads. The district's key is pinned: somebody else at its address is told nothing.

mod backoff;
mod dial;
mod enrol;
mod exchange;
mod fetch;
mod meter;
mod silence;
mod status;

pub use enrol::{enrol, take_over};
pub use fetch::fetch;
pub use status::{LinkState, LinkStatus};

use backoff::Backoff;
use clinic::record::command::Line;
use clinic::replica::{Fault, Logs};
use dial::Dialled;
use exchange::{Ended, exchange};
use hub_protocol::certificate::Certificate;
use hub_protocol::frame::FrameError;
use hub_protocol::replica::{CLOSE_REPLACED, Refusal};
use hub_protocol::{DeviceId, Identity};
use meter::Meter;
use quinn::ConnectionError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A connection that stood so long was a good one, also if there was nothing to send.
const WORKED_AFTER: Duration = Duration::from_secs(60);
/// A line that is paid by the byte is dialled so often although there is nothing to send: the district may have something.
const ASK_EVERY: Duration = Duration::from_secs(60 * 60);
/// The clock on the wall may be set while we wait for midnight.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

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
    /// Where the count of the day's bytes is kept, if it is to outlive this program.
    pub meter: Option<PathBuf>,
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
    /// something was committed to a log of ours; its value does not matter. `line` says how the line is used.
    pub fn start<L: Logs + Send + Sync + 'static>(
        config: UplinkConfig,
        logs: Arc<L>,
        grew: watch::Receiver<u64>,
        line: watch::Receiver<Line>,
    ) -> Self {
        let (tell, status) = watch::channel(LinkStatus::START);
        let (stop, stopped) = watch::channel(false);
        let meter = Meter::open(config.meter.clone());
        let link = Link { meter, config, logs, grew, line, tell, stopped, certificate: None, shown: false, next: None };
        let task = tokio::spawn(link.run());
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
    line: watch::Receiver<Line>,
    meter: Meter,
    tell: watch::Sender<LinkStatus>,
    stopped: watch::Receiver<bool>,
    /// To be shown on the next connection.
    certificate: Option<Certificate>,
    /// It was shown on the last one.
    shown: bool,
    /// Stands already: it was dialled while the last one was silent.
    next: Option<Dialled>,
}

impl<L: Logs + Send + Sync + 'static> Link<L> {
    async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            let line = self.line();
            if let Some(until_ms) = self.meter.spent_until_ms(line.daily_mb, wall_ms()) {
                self.next = None;
                self.say(LinkState::Spent { until_ms });
                let left = Duration::from_millis(until_ms.saturating_sub(wall_ms()));
                if self.pause(left.min(LOOK_AGAIN), false).await { continue } else { break }
            }
            self.say(LinkState::Connecting);
            let ended = self.one_connection(line).await;
            self.meter.keep();
            if ended.worked {
                backoff.succeeded();
            }
            let state = match &ended.why {
                Why::Stopped => break,
                Why::AtOnce => continue,
                Why::Quiet => {
                    backoff.succeeded();
                    let next_try_ms = wall_ms().saturating_add(ASK_EVERY.as_millis() as u64);
                    self.say(LinkState::Resting { next_try_ms });
                    if self.pause(ASK_EVERY, true).await { continue } else { break }
                }
                Why::WrongDistrict => {
                    tracing::error!("another key than the pinned one answers at the district's address");
                    backoff.hopeless();
                    Some(LinkState::WrongDistrict)
                }
                Why::Refused(Refusal::UnknownStation) if self.may_show_certificate().await => {
                    tracing::warn!("the district does not know this station any more; it is shown its own word");
                    None
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
            let wait = backoff.next(line.daily_mb.is_some(), random());
            let next_try_ms = wall_ms().saturating_add(wait.as_millis() as u64);
            self.say(state.unwrap_or(LinkState::Waiting { next_try_ms }));
            if !self.pause(wait, false).await {
                break;
            }
        }
        self.say(LinkState::Off);
    }

    async fn one_connection(&mut self, line: Line) -> Connection {
        let UplinkConfig { address, district, identity, .. } = &self.config;
        let next = self.next.take();
        let dialling = async {
            match next {
                Some(dialled) => Ok(dialled),
                None => dial::dial(address, *district, identity, line).await,
            }
        };
        let dialled = tokio::select! {
            dialled = dialling => dialled,
            () = asked_to_stop(&mut self.stopped) => return Connection { worked: false, why: Why::Stopped },
        };
        let dialled = match dialled {
            Ok(dialled) => dialled,
            Err(error) => {
                self.meter.dialled_in_vain(wall_ms());
                let UplinkError::WrongDistrict = error else {
                    tracing::info!(error = chain(&error), "the district cannot be reached");
                    return Connection { worked: false, why: Why::Lost };
                };
                return Connection { worked: false, why: Why::WrongDistrict };
            }
        };
        let started = Instant::now();
        let mut news = false;
        self.meter.new_connection();
        self.shown = self.certificate.is_some();
        let ended = exchange(&dialled, self, &mut news).await;
        let worked = news || started.elapsed() >= WORKED_AFTER;
        self.tell.send_modify(LinkStatus::cut);
        if let Ended::Silent(next) = ended {
            tracing::info!("the connection fell silent; another one answers");
            dialled.leave(&mut self.meter);
            self.next = Some(*next);
            return Connection { worked, why: Why::AtOnce };
        }
        let replaced = was_replaced(&dialled.connection);
        dialled.close(&mut self.meter).await;
        if replaced {
            self.make_way().await;
        }
        let why = match ended {
            Ended::Stopped => Why::Stopped,
            Ended::Quiet => Why::Quiet,
            Ended::Spent | Ended::LineChanged | Ended::Silent(_) => Why::AtOnce,
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

    /// Once after each refusal: the district may have been restored from a backup older than our enrolment.
    async fn may_show_certificate(&mut self) -> bool {
        if self.shown {
            return false;
        }
        let logs = self.logs.clone();
        let certificate = tokio::task::spawn_blocking(move || logs.certificate().ok().flatten());
        self.certificate = certificate.await.ok().flatten();
        self.certificate.is_some()
    }

    /// Another machine with our key writes the log that we write: a copy of this disk. We write another from now on,
    /// and the district serves both.
    async fn make_way(&self) {
        tracing::error!("another computer has this station's key and writes its log: we go on under another");
        let logs = self.logs.clone();
        let reopened = tokio::task::spawn_blocking(move || -> Result<(), L::Error> {
            let writes = logs.writes()?;
            match logs.heads()?.into_iter().find(|head| Some(head.origin) == writes) {
                Some(head) => logs.reopen(head.origin, head.seq),
                None => Ok(()),
            }
        });
        if let Ok(Err(error)) = reopened.await {
            tracing::error!(error = chain(&error), "the log cannot be given up");
        }
    }

    fn line(&self) -> Line {
        *self.line.borrow()
    }

    /// Waits so long, or until the line is used in another way, or (`for_news`) a log of ours grew. Gives whether to go
    /// on.
    async fn pause(&mut self, wait: Duration, for_news: bool) -> bool {
        tokio::select! {
            () = tokio::time::sleep(wait) => true,
            Ok(()) = self.line.changed() => true,
            Ok(()) = self.grew.changed(), if for_news => true,
            () = asked_to_stop(&mut self.stopped) => false,
        }
    }

    fn say(&self, state: LinkState) {
        let today_bytes = self.meter.today_bytes(wall_ms());
        self.tell.send_if_modified(|status| {
            status.today_bytes = today_bytes;
            std::mem::replace(&mut status.state, state) != state
        });
    }
}

struct Connection {
    /// Something came of it. A connection that stands and breaks at once does not count.
    worked: bool,
    why: Why,
}

enum Why {
    Stopped,
    /// Nothing is wrong; the next look decides.
    AtOnce,
    Quiet,
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
        | Refusal::Quarantined
        | Refusal::BadRecovery
        | Refusal::Replaced
        | Refusal::TooManyLogs => true,
        Refusal::Malformed | Refusal::Gap | Refusal::Storage | Refusal::OutOfOrder => false,
    }
}

/// Did the district close it because another connection with our key came that writes our log?
fn was_replaced(connection: &quinn::Connection) -> bool {
    let replaced = quinn::VarInt::from_u32(CLOSE_REPLACED);
    matches!(connection.close_reason(), Some(ConnectionError::ApplicationClosed(close)) if close.error_code == replaced)
}

/// Resolves when the link is to stop, also when its owner is gone.
async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Resolves when the line is to be used in another way.
async fn changes(line: &mut watch::Receiver<Line>) {
    if line.changed().await.is_err() {
        // Nobody is left who could change it.
        std::future::pending::<()>().await;
    }
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
