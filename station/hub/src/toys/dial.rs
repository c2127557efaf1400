//! Dialling a toy, and the stream of framed messages as the hub sees it.

use super::pace::{DIAL_TIMEOUT, IDLE_TIMEOUT, KEEP_ALIVE};
use super::{now_ms, shown_model};
use hub_protocol::frame::{self, FrameError, TOY_MAX_BYTES};
use hub_protocol::tls::{self, EXPORTER_LABEL, Expect, SERVER_NAME};
use hub_protocol::toy::{HubHello, Refusal, TEXT_MAX_BYTES, ToHub, ToToy, ToyHello, VERSION};
use hub_protocol::{Identity, PublicKey};
use quinn::crypto::rustls::{NoInitialCipherSuite, QuicClientConfig};
use quinn::{ClientConfig, Connection, ConnectionError, Endpoint, RecvStream, SendStream, TransportConfig, VarInt};
use rustls::pki_types::CertificateDer;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{error::Elapsed, timeout};

const GREETING_TIMEOUT: Duration = Duration::from_secs(5);
/// A peer that does not read for this long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a refusal may take to arrive before the connection is closed behind it.
const LINGER: Duration = Duration::from_secs(1);
/// A message waits whole in the window, so that two sides that both write cannot lock each other up.
const STREAM_WINDOW_BYTES: u32 = 4 * TOY_MAX_BYTES as u32;
/// A toy opens none now; the limit stands for a later version.
const STREAMS_MAX: u32 = 8;
/// The TLS alert that our own refusal of a key turns into (`access_denied`).
const ALERT_ACCESS_DENIED: u8 = 49;

const CLOSE_DONE: VarInt = VarInt::from_u32(0);
const CLOSE_REFUSED: VarInt = VarInt::from_u32(1);

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("no address is known")]
    NoAddress,
    #[error("TLS refuses this device's key")]
    Tls(#[from] rustls::Error),
    #[error("TLS offers no cipher that QUIC can use")]
    Cipher(#[from] NoInitialCipherSuite),
    #[error("the address cannot be dialled")]
    Connect(#[from] quinn::ConnectError),
    #[error("the device there has another key")]
    WrongKey,
    #[error("the connection is lost")]
    Lost(#[source] ConnectionError),
    #[error("the stream cannot be read")]
    Read(#[from] quinn::ReadError),
    #[error("the stream cannot be written")]
    Write(#[from] quinn::WriteError),
    #[error("the toy does not answer or read in time")]
    Slow(#[from] Elapsed),
    #[error("the toy ended the stream")]
    Ended,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("TLS gives no value to prove a secret with")]
    Exporter,
    #[error("the toy refused: {0}")]
    Refused(Refusal),
    #[error("the toy speaks no version that the hub speaks")]
    Version,
    #[error("the toy answered with a message that does not belong there")]
    Unexpected,
}

impl From<ConnectionError> for WireError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::TransportError(e) if e.code == quinn::TransportErrorCode::crypto(ALERT_ACCESS_DENIED) => {
                Self::WrongKey
            }
            error => Self::Lost(error),
        }
    }
}

/// The hub's end of all toy connections.
pub(super) struct Dialler {
    endpoint: Endpoint,
    identity: Identity,
    alpn: &'static [u8],
    transport: Arc<TransportConfig>,
}

impl Dialler {
    pub fn new(identity: Identity, alpn: &'static [u8]) -> io::Result<Self> {
        // Both families where the machine has both.
        let endpoint = Endpoint::client(SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)))
            .or_else(|_| Endpoint::client(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))))?;
        let mut transport = TransportConfig::default();
        transport
            .keep_alive_interval(Some(KEEP_ALIVE))
            .max_idle_timeout(Some(VarInt::from_u32(IDLE_TIMEOUT.as_millis() as u32).into()))
            .max_concurrent_bidi_streams(VarInt::from_u32(STREAMS_MAX))
            .max_concurrent_uni_streams(VarInt::from_u32(0))
            .stream_receive_window(VarInt::from_u32(STREAM_WINDOW_BYTES))
            .receive_window(VarInt::from_u32(2 * STREAM_WINDOW_BYTES))
            .send_window(u64::from(2 * STREAM_WINDOW_BYTES))
            .datagram_receive_buffer_size(None);
        Ok(Self { endpoint, identity, alpn, transport: Arc::new(transport) })
    }

    /// Dials the addresses in turn until one answers. A wrong key is told before an unreachable address.
    pub async fn dial(&self, addresses: &[SocketAddr], expect: Expect) -> Result<Wire, WireError> {
        let mut error = WireError::NoAddress;
        for address in addresses {
            match timeout(DIAL_TIMEOUT, self.dial_one(*address, expect)).await {
                Ok(Ok(wire)) => return Ok(wire),
                Ok(Err(e)) if !matches!(error, WireError::WrongKey) => error = e,
                Err(e) if !matches!(error, WireError::WrongKey) => error = e.into(),
                Ok(Err(_)) | Err(_) => {}
            }
        }
        Err(error)
    }

    async fn dial_one(&self, address: SocketAddr, expect: Expect) -> Result<Wire, WireError> {
        let tls = tls::client_config(&self.identity, &[self.alpn], expect)?;
        let mut config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls)?));
        config.transport_config(self.transport.clone());
        let connection = self.endpoint.connect_with(config, address, SERVER_NAME)?.await?;
        let key = peer(&connection).ok_or(WireError::WrongKey)?;
        let (send, recv) = connection.open_bi().await?;
        Ok(Wire { connection, key, send, recv, frames: frame::Reader::new(TOY_MAX_BYTES) })
    }

    /// Says goodbye on every connection and waits until that was sent.
    pub async fn close(&self) {
        self.endpoint.close(CLOSE_DONE, b"off");
        let _ = timeout(LINGER, self.endpoint.wait_idle()).await;
    }
}

fn peer(connection: &Connection) -> Option<PublicKey> {
    let chain = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    tls::peer(&chain)
}

/// What the first exchange told.
pub(super) struct Greeting {
    pub key: PublicKey,
    pub hello: ToyHello,
    /// How far the toy's clock is ahead of the hub's.
    pub offset_ms: i64,
}

pub(super) struct Wire {
    connection: Connection,
    key: PublicKey,
    send: SendStream,
    recv: RecvStream,
    frames: frame::Reader,
}

impl Wire {
    /// Exchanges hellos and measures the toy's clock.
    pub async fn greet(&mut self) -> Result<Greeting, WireError> {
        let sent_ms = now_ms();
        let hello = HubHello { version_min: VERSION, version_max: VERSION, now_ms: sent_ms };
        self.send(&ToToy::Hello(hello)).await?;
        let answer = timeout(GREETING_TIMEOUT, self.next()).await??;
        let received_ms = now_ms();
        let mut hello = match answer {
            ToHub::Hello(hello) => hello,
            ToHub::Refused(Refusal::Version) => return Err(WireError::Version),
            ToHub::Refused(refusal) => return Err(WireError::Refused(refusal)),
            _ => return Err(WireError::Unexpected),
        };
        if hello.version != VERSION {
            return Err(WireError::Version);
        }
        if hello.model.len() > TEXT_MAX_BYTES || hello.firmware.len() > TEXT_MAX_BYTES {
            return Err(WireError::Unexpected);
        }
        hello.model = shown_model(&hello.model);
        let offset_ms = clock_offset_ms(hello.now_ms, sent_ms, received_ms);
        Ok(Greeting { key: self.key, hello, offset_ms })
    }

    /// The next message. May be dropped and called again without loss.
    pub async fn next(&mut self) -> Result<ToHub, WireError> {
        loop {
            if let Some(message) = self.frames.message()? {
                return Ok(message);
            }
            let chunk = self.recv.read_chunk(TOY_MAX_BYTES, true).await?.ok_or(WireError::Ended)?;
            self.frames.push(&chunk.bytes);
        }
    }

    pub async fn send(&mut self, message: &ToToy) -> Result<(), WireError> {
        let bytes = frame::write(message, TOY_MAX_BYTES)?;
        timeout(WRITE_TIMEOUT, self.send.write_all(&bytes)).await??;
        Ok(())
    }

    /// What both ends of this connection, and nobody else, can compute.
    pub fn exporter(&self) -> Result<[u8; 32], WireError> {
        let mut value = [0; 32];
        self.connection.export_keying_material(&mut value, EXPORTER_LABEL, &[]).map_err(|_| WireError::Exporter)?;
        Ok(value)
    }

    /// Where this connection goes.
    pub fn remote(&self) -> SocketAddr {
        match self.connection.remote_address() {
            // A socket of both families shows it so.
            SocketAddr::V6(v6) if let Some(v4) = v6.ip().to_ipv4_mapped() => SocketAddr::from((v4, v6.port())),
            address => address,
        }
    }

    /// Is the toy still announced where this connection goes?
    pub fn goes_to(&self, addresses: &[SocketAddr]) -> bool {
        let remote = self.remote();
        let same = |a: &SocketAddr| a.port() == remote.port() && a.ip().to_canonical() == remote.ip().to_canonical();
        addresses.iter().any(same)
    }

    /// Says why and closes, once the toy has read it or had the time to.
    pub async fn refuse(mut self, refusal: Refusal) {
        if self.send(&ToToy::Refused(refusal)).await.is_ok() && self.send.finish().is_ok() {
            let _ = timeout(LINGER, self.connection.closed()).await;
        }
        self.connection.close(CLOSE_REFUSED, b"refused");
    }

    pub fn close(self) {
        self.connection.close(CLOSE_DONE, b"done");
    }
}

/// How far the toy's clock is ahead, when it was read half-way between sending and receiving.
pub(super) fn clock_offset_ms(toy_ms: u64, sent_ms: u64, received_ms: u64) -> i64 {
    let half_way = (i128::from(sent_ms) + i128::from(received_ms)) / 2;
    let offset = i128::from(toy_ms) - half_way;
    i64::try_from(offset).unwrap_or(if offset < 0 { i64::MIN } else { i64::MAX })
}
