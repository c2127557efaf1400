//! One QUIC connection to the district.

use super::UplinkError;
use hub_protocol::tls::{self, ALPN_DISTRICT, Expect, SERVER_NAME};
use hub_protocol::{DeviceId, Identity};
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ClientConfig, Connection, ConnectionError, Endpoint, TransportConfig, TransportErrorCode, VarInt};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(10);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const IDLE_TIMEOUT_MS: u32 = 60_000;
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;
/// Bytes that the district may send ahead of us.
const RECEIVE_WINDOW_BYTES: u32 = 2 * 1024 * 1024;
/// Bytes that may be on their way to the district.
const SEND_WINDOW_BYTES: u64 = 2 * 1024 * 1024;
/// The TLS alert (RFC 8446: access_denied) by which our own check of the pinned key ends a handshake.
const WRONG_KEY_ALERT: u8 = 49;

/// The connection and the socket under it, which must live as long.
pub(super) struct Dialled {
    pub connection: Connection,
    endpoint: Endpoint,
}

impl Dialled {
    /// Says good-bye and waits a moment until the district has heard it.
    pub async fn close(self) {
        self.connection.close(VarInt::from_u32(0), b"");
        let _ = tokio::time::timeout(Duration::from_secs(1), self.endpoint.wait_idle()).await;
    }
}

/// Connects to the one district with this key.
pub(super) async fn dial(address: &str, district: DeviceId, identity: &Identity) -> Result<Dialled, UplinkError> {
    let found = tokio::time::timeout(RESOLVE_TIMEOUT, tokio::net::lookup_host(address)).await;
    let found = found.map_err(|_| UplinkError::Timeout)?.map_err(UplinkError::Resolve)?;
    let config = config(identity, district)?;
    let mut last = UplinkError::NoAddress;
    for address in found.take(ADDRESSES_MAX) {
        match connect(address, config.clone()).await {
            Ok(dialled) => return Ok(dialled),
            Err(error @ UplinkError::WrongDistrict) => return Err(error),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn connect(address: SocketAddr, config: ClientConfig) -> Result<Dialled, UplinkError> {
    let any: SocketAddr =
        if address.is_ipv6() { (Ipv6Addr::UNSPECIFIED, 0).into() } else { (Ipv4Addr::UNSPECIFIED, 0).into() };
    let endpoint = Endpoint::client(any).map_err(UplinkError::Socket)?;
    let connecting = endpoint.connect_with(config, address, SERVER_NAME).map_err(UplinkError::Connect)?;
    let connection = tokio::time::timeout(HANDSHAKE_TIMEOUT, connecting).await;
    match connection.map_err(|_| UplinkError::Timeout)? {
        Ok(connection) => Ok(Dialled { connection, endpoint }),
        Err(ConnectionError::TransportError(e)) if e.code == TransportErrorCode::crypto(WRONG_KEY_ALERT) => {
            Err(UplinkError::WrongDistrict)
        }
        Err(error) => Err(UplinkError::Lost(error)),
    }
}

fn config(identity: &Identity, district: DeviceId) -> Result<ClientConfig, UplinkError> {
    let tls = tls::client_config(identity, &[ALPN_DISTRICT], Expect::Exactly(district)).map_err(UplinkError::Tls)?;
    let tls = QuicClientConfig::try_from(tls).map_err(|_| UplinkError::NoCipher)?;
    let mut transport = TransportConfig::default();
    transport
        .keep_alive_interval(Some(KEEP_ALIVE))
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
