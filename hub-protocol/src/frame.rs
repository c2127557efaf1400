//! Bounded framing on a stream: four bytes of length (big endian), then one CBOR message.

use minicbor::{Decode, Encode};

/// Bytes of length before each message.
const HEADER: usize = 4;

/// Most events and messages are not larger.
const USUAL_BYTES: usize = 128;

/// The largest message between toy and hub, in bytes: a full roster is about 16 KiB.
pub const TOY_MAX_BYTES: usize = 64 * 1024;
/// The largest message between station and district, in bytes.
pub const REPLICA_MAX_BYTES: usize = 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("a message of {len} bytes is over the limit of {limit}")]
    TooLong { len: usize, limit: usize },
    #[error("a message is not what this version understands: {0}")]
    Malformed(String),
}

/// Encodes one message with its length in front. Fails when it is over `limit` bytes.
pub fn write<T: Encode<()>>(message: &T, limit: usize) -> Result<Vec<u8>, FrameError> {
    let body = to_cbor(message);
    if body.len() > limit {
        return Err(FrameError::TooLong { len: body.len(), limit });
    }
    let mut out = Vec::with_capacity(HEADER + body.len());
    out.extend_from_slice(&(body.len() as u32).to_be_bytes());
    out.extend_from_slice(&body);
    Ok(out)
}

/// Collects bytes as they arrive and gives whole messages back.
#[derive(Debug)]
pub struct Reader {
    held: Vec<u8>,
    limit: usize,
}

impl Reader {
    /// Refuses a message over `limit` bytes as soon as its length is read.
    pub fn new(limit: usize) -> Self {
        Self { held: Vec::new(), limit }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next whole message, or `None` until more bytes arrive. After an error the stream is lost.
    pub fn message<T: for<'b> Decode<'b, ()>>(&mut self) -> Result<Option<T>, FrameError> {
        let Some((header, rest)) = self.held.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let len = u32::from_be_bytes(*header) as usize;
        if len > self.limit {
            return Err(FrameError::TooLong { len, limit: self.limit });
        }
        let Some(body) = rest.get(..len) else {
            return Ok(None);
        };
        let message = from_cbor(body)?;
        self.held.drain(..HEADER + len);
        Ok(Some(message))
    }
}

/// Deterministic CBOR of a value: our types encode definite lengths and ascending keys only.
pub fn to_cbor<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    // Writing to a Vec cannot fail and no type of ours refuses to be encoded.
    if minicbor::encode(value, &mut out).is_err() {
        out.clear();
    }
    out
}

/// Decodes a value that must fill the bytes exactly.
pub fn from_cbor<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, FrameError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().map_err(|e| FrameError::Malformed(e.to_string()))?;
    if decoder.position() == bytes.len() { Ok(value) } else { Err(FrameError::Malformed("bytes are left over".into())) }
}
