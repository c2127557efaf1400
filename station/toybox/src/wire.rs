//! One connection's stream of framed messages, as the toy sees it.

use hub_protocol::frame::{self, FrameError, TOY_MAX_BYTES};
use hub_protocol::tls::EXPORTER_LABEL;
use hub_protocol::toy::{Refusal, ToHub, ToToy};
use quinn::{Connection, RecvStream, SendStream, TransportConfig, VarInt};
use std::time::Duration;
use tokio::time::{error::Elapsed, timeout};

/// A peer that does not read for this long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a refusal may take to arrive before the connection is closed behind it.
const LINGER: Duration = Duration::from_secs(1);
const KEEP_ALIVE: Duration = Duration::from_secs(2);
const IDLE_TIMEOUT_MS: u32 = 7_000;
/// A message waits whole in the window, so that two sides that both write cannot lock each other up.
const STREAM_WINDOW_BYTES: u32 = 4 * TOY_MAX_BYTES as u32;
/// The hub opens one; the others are for a later version that opens more.
const STREAMS_MAX: u32 = 8;

/// Codes on a closed connection. For the log only: what a side must know is said in a message.
pub const CLOSE_DONE: VarInt = VarInt::from_u32(0);
pub const CLOSE_REFUSED: VarInt = VarInt::from_u32(1);
pub const CLOSE_BUSY: VarInt = VarInt::from_u32(2);

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("the connection is lost")]
    Lost(#[from] quinn::ConnectionError),
    #[error("the stream cannot be read")]
    Read(#[from] quinn::ReadError),
    #[error("the stream cannot be written")]
    Write(#[from] quinn::WriteError),
    #[error("the peer does not read or answer in time")]
    Slow(#[from] Elapsed),
    #[error("the peer ended the stream")]
    Ended,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("TLS gives no value to prove a secret with")]
    Exporter,
}

/// Limits of every connection.
pub fn transport() -> TransportConfig {
    let mut transport = TransportConfig::default();
    transport
        .keep_alive_interval(Some(KEEP_ALIVE))
        .max_idle_timeout(Some(VarInt::from_u32(IDLE_TIMEOUT_MS).into()))
        .max_concurrent_bidi_streams(VarInt::from_u32(STREAMS_MAX))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW_BYTES))
        .receive_window(VarInt::from_u32(2 * STREAM_WINDOW_BYTES))
        .send_window(u64::from(2 * STREAM_WINDOW_BYTES))
        .datagram_receive_buffer_size(None);
    transport
}

pub struct Wire {
    connection: Connection,
    send: SendStream,
    recv: RecvStream,
    frames: frame::Reader,
}

impl Wire {
    /// Takes the stream that the hub opens.
    pub async fn accept(connection: Connection) -> Result<Self, WireError> {
        let (send, recv) = connection.accept_bi().await?;
        Ok(Self { connection, send, recv, frames: frame::Reader::new(TOY_MAX_BYTES) })
    }

    /// The next message. May be dropped and called again without loss.
    pub async fn next(&mut self) -> Result<ToToy, WireError> {
        loop {
            if let Some(message) = self.frames.message()? {
                return Ok(message);
            }
            let chunk = self.recv.read_chunk(TOY_MAX_BYTES, true).await?.ok_or(WireError::Ended)?;
            self.frames.push(&chunk.bytes);
        }
    }

    pub async fn send(&mut self, message: &ToHub) -> Result<(), WireError> {
        self.send_bytes(&frame::write(message, TOY_MAX_BYTES)?).await
    }

    /// Sends what may be no message at all.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        timeout(WRITE_TIMEOUT, self.send.write_all(bytes)).await??;
        Ok(())
    }

    /// What both ends of this connection, and nobody else, can compute.
    pub fn exporter(&self) -> Result<[u8; 32], WireError> {
        let mut value = [0; 32];
        self.connection.export_keying_material(&mut value, EXPORTER_LABEL, &[]).map_err(|_| WireError::Exporter)?;
        Ok(value)
    }

    /// Says why and closes, once the peer has read it or had the time to.
    pub async fn refuse(mut self, refusal: Refusal) {
        if self.send(&ToHub::Refused(refusal)).await.is_ok() && self.send.finish().is_ok() {
            let _ = timeout(LINGER, self.connection.closed()).await;
        }
        self.connection.close(CLOSE_REFUSED, b"refused");
    }

    /// Closes once the peer has read what was said, or had the time to.
    pub async fn part(mut self) {
        if self.send.finish().is_ok() {
            let _ = timeout(LINGER, self.connection.closed()).await;
        }
        self.close();
    }

    /// Says nothing, and ends when the connection does.
    pub async fn gone(self) {
        let _ = self.connection.closed().await;
    }

    pub fn close(self) {
        self.connection.close(CLOSE_DONE, b"done");
    }
}
