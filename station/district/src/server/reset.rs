//! So that stations find out at once when the server was killed and started again: QUIC's stateless reset
//! (RFC 9000, 10.3) with a key that is the same after the restart. Without it each would wait for its idle
//! timeout.

use hmac::{Hmac, KeyInit, Mac};
use hub_protocol::Identity;
use quinn::crypto::{CryptoError, HmacKey};
use quinn::{ConnectionId, ConnectionIdGenerator, EndpointConfig};
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a connection id: enough that none is met twice.
const CID_BYTES: usize = 8;
/// Bytes of an HMAC-SHA256.
const MAC_BYTES: usize = 32;

/// Endpoint settings whose resets are understood by stations that were connected before a restart. `boot` is
/// random and new for each start.
pub(super) fn endpoint_config(identity: &Identity, boot: [u8; 32]) -> EndpointConfig {
    let key = mac(&identity.seed(), &[b"tikka stateless reset 1"]).finalize().into_bytes().into();
    let mut config = EndpointConfig::new(Arc::new(ResetKey(key)));
    config.cid_generator(move || Box::new(Cids { boot, count: 0 }));
    config
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC takes a key of any length; the default stands in for an error that cannot come.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    parts.iter().for_each(|part| mac.update(part));
    mac
}

struct ResetKey([u8; MAC_BYTES]);

impl HmacKey for ResetKey {
    fn sign(&self, data: &[u8], signature_out: &mut [u8]) {
        signature_out.copy_from_slice(&mac(&self.0, &[data]).finalize().into_bytes());
    }

    fn signature_len(&self) -> usize {
        MAC_BYTES
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        mac(&self.0, &[data]).verify_slice(signature).map_err(|_| CryptoError)
    }
}

/// Connection ids that look random and do not repeat. Quinn's own would ignore packets for those of the
/// process before; these answer them.
struct Cids {
    boot: [u8; 32],
    count: u64,
}

impl ConnectionIdGenerator for Cids {
    fn generate_cid(&mut self) -> ConnectionId {
        self.count += 1;
        ConnectionId::new(&mac(&self.boot, &[&self.count.to_be_bytes()]).finalize().into_bytes()[..CID_BYTES])
    }

    fn cid_len(&self) -> usize {
        CID_BYTES
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
}
