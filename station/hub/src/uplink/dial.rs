//! One QUIC connection to the district.

use super::meter::Meter;
use super::silence::Packets;
use super::{UplinkConfig, UplinkError, wall_ms};
use clinic::record::command::Line;
use clinic::record::fact::Congestion;
use hub_protocol::line::{IDLE_TIMEOUT_MS, INITIAL_WINDOW_BYTES};
use hub_protocol::tls::{self, ALPN_DISTRICT, Expect, SERVER_NAME};
use hub_protocol::{DeviceId, Identity};
use quinn::congestion::{BbrConfig, ControllerFactory, CubicConfig, NewRenoConfig};
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{
    AckFrequencyConfig, ClientConfig, Connection, ConnectionError, ConnectionId, ConnectionIdGenerator, Endpoint,
    EndpointConfig, TokioRuntime, TransportConfig, TransportErrorCode, VarInt,
};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(10);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);
/// One try beside a connection that is silent: its second packet goes after a second and gets the time for an answer. The
/// third would only come after two more, and a line that is back is not to wait for it.
const AGAIN_TIMEOUT: Duration = Duration::from_millis(1_100);
/// Before routers forget a way that nobody uses, which the quickest do after 30 s. A line that is paid by the byte is let
/// go instead.
const KEEP_ALIVE: Duration = Duration::from_secs(25);
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;
/// Bytes that the district may send ahead of us.
const RECEIVE_WINDOW_BYTES: u32 = 2 * 1024 * 1024;
/// Bytes that may be on their way to the district. The session sends no more than the way holds.
const SEND_WINDOW_BYTES: u64 = 1024 * 1024;
/// Packets without an ack, at most, and how long the district may wait with one.
const ACK_EVERY_PACKETS: u32 = 6;
const ACK_DELAY: Duration = Duration::from_millis(60);
const HEADERS_V4_BYTES: u64 = 28;
const HEADERS_V6_BYTES: u64 = 48;
/// The TLS alert (RFC 8446: access_denied) by which our own check of the pinned key ends a handshake.
const WRONG_KEY_ALERT: u8 = 49;

/// The connection and the socket under it, which must live as long.
#[derive(Debug)]
pub(super) struct Dialled {
    pub connection: Connection,
    endpoint: Endpoint,
    /// What IP and UDP put before each packet.
    pub headers_bytes: u64,
}

impl Dialled {
    /// What crossed the wire so far, in both directions.
    pub fn carried_bytes(&self) -> u64 {
        let stats = self.connection.stats();
        let of = |udp: quinn::UdpStats| udp.bytes + udp.datagrams * self.headers_bytes;
        of(stats.udp_tx) + of(stats.udp_rx)
    }

    pub fn packets(&self) -> Packets {
        let stats = self.connection.stats();
        Packets { sent: stats.udp_tx.datagrams, heard: stats.udp_rx.datagrams, round_trip: stats.path.rtt }
    }

    /// Another connection to where this one goes, from a port of its own. One try, which takes a few seconds if it fails.
    pub fn again(&self, config: &UplinkConfig, line: Line) -> impl Future<Output = Result<Self, UplinkError>> + use<> {
        let (to, path) = (self.connection.remote_address(), self.connection.stats().path);
        let config = client_config(&config.identity, config.district, line);
        // What the line can, not what waits in it now; and half as often where each try is paid for.
        let once = if line.daily_mb.is_some() { 2 } else { 1 };
        let patience = ((AGAIN_TIMEOUT + path.min_rtt) * once).min(HANDSHAKE_TIMEOUT);
        let until = tokio::time::Instant::now() + patience;
        async move {
            let dialled = connect(to, config?, patience).await;
            if dialled.is_err() {
                // Whoever says no at once is not asked again at once.
                tokio::time::sleep_until(until).await;
            }
            dialled
        }
    }

    /// Says good-bye and waits a moment until the district has heard it.
    pub async fn close(self, meter: &mut Meter) {
        self.connection.close(VarInt::from_u32(0), b"");
        let _ = tokio::time::timeout(Duration::from_secs(1), self.endpoint.wait_idle()).await;
        meter.carried(self.carried_bytes(), wall_ms());
    }

    /// Lets a connection go on which nobody answers.
    pub fn leave(self, meter: &mut Meter) {
        self.connection.close(VarInt::from_u32(0), b"");
        meter.carried(self.carried_bytes(), wall_ms());
    }
}

/// Connects to the one district with this key.
pub(super) async fn dial(
    address: &str,
    district: DeviceId,
    identity: &Identity,
    line: Line,
) -> Result<Dialled, UplinkError> {
    let found = tokio::time::timeout(RESOLVE_TIMEOUT, tokio::net::lookup_host(address)).await;
    let found = found.map_err(|_| UplinkError::Timeout)?.map_err(UplinkError::Resolve)?;
    let config = client_config(identity, district, line)?;
    let mut last = UplinkError::NoAddress;
    for address in found.take(ADDRESSES_MAX) {
        match connect(address, config.clone(), HANDSHAKE_TIMEOUT).await {
            Ok(dialled) => return Ok(dialled),
            Err(error @ UplinkError::WrongDistrict) => return Err(error),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn connect(address: SocketAddr, config: ClientConfig, patience: Duration) -> Result<Dialled, UplinkError> {
    let any: SocketAddr =
        if address.is_ipv6() { (Ipv6Addr::UNSPECIFIED, 0).into() } else { (Ipv4Addr::UNSPECIFIED, 0).into() };
    let headers_bytes = if address.is_ipv6() { HEADERS_V6_BYTES } else { HEADERS_V4_BYTES };
    let endpoint = endpoint(any).map_err(UplinkError::Socket)?;
    let connecting = endpoint.connect_with(config, address, SERVER_NAME).map_err(UplinkError::Connect)?;
    let connection = tokio::time::timeout(patience, connecting).await;
    match connection.map_err(|_| UplinkError::Timeout)? {
        Ok(connection) => Ok(Dialled { connection, endpoint, headers_bytes }),
        Err(ConnectionError::TransportError(e)) if e.code == TransportErrorCode::crypto(WRONG_KEY_ALERT) => {
            Err(UplinkError::WrongDistrict)
        }
        Err(error) => Err(UplinkError::Lost(error)),
    }
}

/// The socket is one connection's alone: packets that come need no connection id to find it.
struct NoIds;

impl ConnectionIdGenerator for NoIds {
    fn generate_cid(&mut self) -> ConnectionId {
        ConnectionId::new(&[])
    }

    fn cid_len(&self) -> usize {
        0
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
}

fn endpoint(any: SocketAddr) -> std::io::Result<Endpoint> {
    let mut config = EndpointConfig::default();
    config.cid_generator(|| Box::new(NoIds));
    Endpoint::new(config, None, UdpSocket::bind(any)?, Arc::new(TokioRuntime))
}

/// Asks the district to wait a moment with the transport's acks, so that they go with its own word that a batch is
/// durable; and not to pay for one with every second packet.
fn acks() -> AckFrequencyConfig {
    let mut acks = AckFrequencyConfig::default();
    acks.ack_eliciting_threshold(VarInt::from_u32(ACK_EVERY_PACKETS)).max_ack_delay(Some(ACK_DELAY));
    acks
}

fn controller(congestion: Congestion) -> Arc<dyn ControllerFactory + Send + Sync> {
    match congestion {
        Congestion::Bbr => Arc::new(BbrConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
        Congestion::Cubic => Arc::new(CubicConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
        Congestion::NewReno => Arc::new(NewRenoConfig::default().initial_window(INITIAL_WINDOW_BYTES).clone()),
    }
}

fn client_config(identity: &Identity, district: DeviceId, line: Line) -> Result<ClientConfig, UplinkError> {
    let tls = tls::client_config(identity, &[ALPN_DISTRICT], Expect::Exactly(district)).map_err(UplinkError::Tls)?;
    let tls = QuicClientConfig::try_from(tls).map_err(|_| UplinkError::NoCipher)?;
    let mut transport = TransportConfig::default();
    transport
        .ack_frequency_config(Some(acks()))
        // Packets of 1,200 bytes pass everywhere. Finding out that larger ones pass costs what they save in the first 400 KB.
        .mtu_discovery_config(None)
        .keep_alive_interval(line.daily_mb.is_none().then_some(KEEP_ALIVE))
        .congestion_controller_factory(controller(line.congestion))
        .max_idle_timeout(Some(VarInt::from_u32(IDLE_TIMEOUT_MS).into()))
        .max_concurrent_bidi_streams(VarInt::from_u32(0))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .stream_receive_window(VarInt::from_u32(RECEIVE_WINDOW_BYTES))
        .receive_window(VarInt::from_u32(RECEIVE_WINDOW_BYTES))
        .send_window(SEND_WINDOW_BYTES)
        .datagram_receive_buffer_size(None);
    let mut config = ClientConfig::new(Arc::new(tls));
    config.transport_config(Arc::new(transport));
    Ok(config)
}
