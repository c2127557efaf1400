//! The server: listens on one UDP port, and serves each station that dials.

mod connected;
mod connection;
mod downstream;
mod exchange;
mod metrics;
mod reset;

use crate::archive::{Archive, ArchiveError};
use clinic::record::fact::Congestion;
use connected::Connected;
use hub_protocol::line::{IDLE_TIMEOUT_MS, INITIAL_WINDOW_BYTES};
use hub_protocol::{DeviceId, Identity, tls};
use metrics::Metrics;
use quinn::congestion::{BbrConfig, ControllerFactory, CubicConfig, NewRenoConfig};
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Endpoint, Incoming, ServerConfig, TokioRuntime, TransportConfig, VarInt};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Connections at once; one more is refused and tries again later.
const CONNECTIONS_MAX: usize = 512;
/// From here on an address must prove that it can be answered before anything is kept for it.
const RETRY_FROM: usize = CONNECTIONS_MAX / 2;
/// Handshakes that wait to be looked at.
const INCOMING_MAX: usize = 256;
/// Bytes kept for all of these.
const INCOMING_BYTES: u64 = 8 * 1024 * 1024;
/// Jobs that read or write the archive at once. More only wait for the same disk.
const JOBS_MAX: usize = 8;
/// Bytes that a station may send ahead of us: kept for each connection, so it stays small. Enough for
/// 3 Mbit/s at 600 ms.
const RECEIVE_WINDOW_BYTES: u32 = 256 * 1024;
/// Bytes that may be on their way to a station.
const SEND_WINDOW_BYTES: u64 = 256 * 1024;
/// For the conversations to end when the server is stopped.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Why we close a connection, for the peer's eyes in a packet capture; words go over the stream.
const CLOSE_DONE: VarInt = VarInt::from_u32(0);
const CLOSE_REPLACED: VarInt = VarInt::from_u32(hub_protocol::replica::CLOSE_REPLACED);
const CLOSE_REFUSED: VarInt = VarInt::from_u32(2);
const CLOSE_STOPPING: VarInt = VarInt::from_u32(3);
const CLOSE_CROWDED: VarInt = VarInt::from_u32(4);

#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("the archive failed")]
    Archive(#[from] ArchiveError),
    #[error("the TLS settings are refused")]
    Tls(#[source] rustls::Error),
    #[error("the TLS provider has no cipher for QUIC")]
    NoCipher,
    #[error("the system gives no random numbers")]
    Random(#[from] getrandom::Error),
    #[error("{0} cannot be listened on")]
    Listen(SocketAddr, #[source] std::io::Error),
    #[error("the metrics are for this machine: {0} is not a loopback address")]
    NotLoopback(SocketAddr),
    #[error("the counters cannot be made")]
    Metrics(#[from] prometheus::Error),
}

/// A server that listens and serves once [`Server::run`] is called.
pub struct Server<A> {
    endpoint: Endpoint,
    address: SocketAddr,
    metrics: Option<TcpListener>,
    shared: Arc<Shared<A>>,
    tell_ends: watch::Sender<downstream::Ends>,
}

struct Shared<A> {
    archive: Arc<A>,
    identity: Identity,
    metrics: Metrics,
    jobs: Arc<Semaphore>,
    connected: Connected,
    /// How far the logs reach that flow down.
    ends: watch::Receiver<downstream::Ends>,
}

impl<A: Archive> Server<A> {
    pub fn bind(archive: Arc<A>, listen: SocketAddr, congestion: Congestion) -> Result<Self, ServerError> {
        let identity = archive.identity()?;
        let mut boot = [0; 32];
        getrandom::fill(&mut boot)?;
        let failed = |e| ServerError::Listen(listen, e);
        let socket = UdpSocket::bind(listen).map_err(failed)?;
        let settings = reset::endpoint_config(&identity, boot);
        let endpoint = Endpoint::new(settings, Some(config(&identity, congestion)?), socket, Arc::new(TokioRuntime));
        let endpoint = endpoint.map_err(failed)?;
        let address = endpoint.local_addr().map_err(failed)?;
        let jobs = Arc::new(Semaphore::new(JOBS_MAX));
        let (tell_ends, ends) = watch::channel(downstream::Ends::default());
        let metrics = Metrics::new()?;
        let shared = Shared { archive, identity, metrics, jobs, connected: Connected::default(), ends };
        Ok(Self { endpoint, address, metrics: None, shared: Arc::new(shared), tell_ends })
    }

    /// Lets programs on this machine read what is counted: `GET /metrics` over HTTP. Gives the real address.
    pub async fn measure(&mut self, listen: SocketAddr) -> Result<SocketAddr, ServerError> {
        if !listen.ip().is_loopback() {
            return Err(ServerError::NotLoopback(listen));
        }
        let failed = |e| ServerError::Listen(listen, e);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        self.metrics = Some(listener);
        Ok(address)
    }

    /// The port is the real one, also when any was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn district(&self) -> DeviceId {
        self.shared.identity.device_id()
    }

    /// Serves until `stop` resolves, then ends the conversations and waits for what is being stored.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut conversations = JoinSet::new();
        let metrics = self.metrics.take();
        let measured = metrics.map(|listener| tokio::spawn(metrics::serve(listener, self.shared.clone())));
        let looking = tokio::spawn(downstream::look(self.shared.clone(), self.tell_ends.clone()));
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                incoming = self.endpoint.accept() => match incoming {
                    Some(incoming) => self.admit(incoming, &mut conversations),
                    None => break,
                },
                Some(ended) = conversations.join_next(), if !conversations.is_empty() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a conversation ended badly");
                    }
                }
            }
        }
        looking.abort();
        self.endpoint.close(CLOSE_STOPPING, b"stopping");
        let ended = async { while conversations.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_TIMEOUT, ended).await.is_err() {
            tracing::warn!("some conversations did not end in time");
        }
        let _ = tokio::time::timeout(STOP_TIMEOUT, self.endpoint.wait_idle()).await;
        if let Some(measured) = measured {
            measured.abort();
        }
    }

    fn admit(&self, incoming: Incoming, conversations: &mut JoinSet<()>) {
        let open = conversations.len();
        if open >= CONNECTIONS_MAX {
            tracing::warn!(open, "too many connections; one is refused");
            self.shared.metrics.refused_connections.inc();
            incoming.refuse();
        } else if open >= RETRY_FROM && !incoming.remote_address_validated() && incoming.may_retry() {
            if let Err(error) = incoming.retry() {
                tracing::debug!(%error, "an address could not be asked to prove itself");
            }
        } else {
            conversations.spawn(connection::serve(self.shared.clone(), incoming));
        }
    }
}

fn controller(congestion: Congestion) -> Arc<dyn ControllerFactory + Send + Sync> {
    match congestion {
        Congestion::Bbr => Arc::new(BbrConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
        Congestion::Cubic => Arc::new(CubicConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
        Congestion::NewReno => Arc::new(NewRenoConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
    }
}

fn config(identity: &Identity, congestion: Congestion) -> Result<ServerConfig, ServerError> {
    let tls = tls::server_config(identity, &[tls::ALPN_DISTRICT]).map_err(ServerError::Tls)?;
    let tls = QuicServerConfig::try_from(tls).map_err(|_| ServerError::NoCipher)?;
    let mut transport = TransportConfig::default();
    transport
        .max_idle_timeout(Some(VarInt::from_u32(IDLE_TIMEOUT_MS).into()))
        .max_concurrent_bidi_streams(VarInt::from_u32(1))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .stream_receive_window(VarInt::from_u32(RECEIVE_WINDOW_BYTES))
        .receive_window(VarInt::from_u32(RECEIVE_WINDOW_BYTES))
        .send_window(SEND_WINDOW_BYTES)
        // What flows down is little: finding out that larger packets pass would cost each station more than it saves.
        .mtu_discovery_config(None)
        .congestion_controller_factory(controller(congestion))
        .datagram_receive_buffer_size(None);
    let mut config = ServerConfig::with_crypto(Arc::new(tls));
    config.transport_config(Arc::new(transport));
    config.max_incoming(INCOMING_MAX).incoming_buffer_size_total(INCOMING_BYTES);
    Ok(config)
}
