//! How what a person could recognise lies in a database that others keep: XChaCha20-Poly1305 under a key that only the
//! key file gives, each value bound to its place, so that nothing can be read, changed, or put elsewhere unnoticed.

use super::ArchiveError;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Key, Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;

const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// What sealing adds to a value.
pub(super) const SEAL_BYTES: usize = NONCE_BYTES + TAG_BYTES;
/// Bytes of a district's mark.
pub(super) const MARK_BYTES: usize = 16;

pub(super) struct Sealer(XChaCha20Poly1305);

/// Random nonces, taken from the system in one go for as many values.
pub(super) struct Nonces(Vec<u8>);

impl Nonces {
    pub fn take(count: usize) -> Result<Self, ArchiveError> {
        let mut bytes = vec![0; count * NONCE_BYTES];
        getrandom::fill(&mut bytes).map_err(|e| ArchiveError::Database(Box::new(e)))?;
        Ok(Self(bytes))
    }
}

impl Iterator for Nonces {
    type Item = [u8; NONCE_BYTES];

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.0.len().checked_sub(NONCE_BYTES)?;
        let nonce = self.0[at..].try_into().ok();
        self.0.truncate(at);
        nonce
    }
}

impl Sealer {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(derived(key, b"values 1"))))
    }

    /// One value with a nonce of its own.
    pub fn seal(&self, place: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, ArchiveError> {
        let nonce = Nonces::take(1)?.next().unwrap_or_default();
        self.seal_with(nonce, place, parts)
    }

    /// Nonce, sealed parts one after the other, tag. No nonce may be used twice.
    pub fn seal_with(&self, nonce: [u8; NONCE_BYTES], place: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, ArchiveError> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let mut sealed = Vec::with_capacity(length + SEAL_BYTES);
        sealed.extend_from_slice(&nonce);
        parts.iter().for_each(|part| sealed.extend_from_slice(part));
        let tag = self
            .0
            .encrypt_inout_detached(&XNonce::from(nonce), place, (&mut sealed[NONCE_BYTES..]).into())
            .map_err(|_| ArchiveError::Damaged("a value is too long to be sealed"))?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// What was sealed at this place; `what` names it if it was not.
    pub fn open(&self, place: &[u8], sealed: &[u8], what: &'static str) -> Result<Vec<u8>, ArchiveError> {
        let damaged = || ArchiveError::Damaged(what);
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        let (value, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or_else(damaged)?;
        let mut value = value.to_vec();
        self.0
            .decrypt_inout_detached(&XNonce::from(*nonce), place, value.as_mut_slice().into(), &Tag::from(*tag))
            .map_err(|_| damaged())?;
        Ok(value)
    }
}

/// By what a database of many districts knows the one of this key. It tells nothing about the key.
pub(super) fn mark(key: &[u8; 32]) -> [u8; MARK_BYTES] {
    derived(key, b"mark 1")
}

fn derived<const N: usize>(key: &[u8; 32], purpose: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    // N is far below what HKDF can give.
    let _ = Hkdf::<Sha256>::new(Some(b"tikka district store 1"), key).expand(purpose, &mut out);
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_at_its_own_place_with_its_own_key_alone() {
        let sealer = Sealer::new(&[1; 32]);
        let sealed = sealer.seal(b"station 1", &[b"PHC ", b"Rampur"]).unwrap();
        assert_eq!(sealed.len(), 10 + SEAL_BYTES);
        assert!(!sealed.windows(6).any(|w| w == b"Rampur"));
        assert_eq!(sealer.open(b"station 1", &sealed, "a name").unwrap(), b"PHC Rampur");
        assert!(sealer.open(b"station 2", &sealed, "a name").is_err());
        assert!(Sealer::new(&[2; 32]).open(b"station 1", &sealed, "a name").is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(sealer.open(b"station 1", &changed, "a name").is_err(), "byte {at}");
            assert!(sealer.open(b"station 1", &sealed[..at], "a name").is_err(), "{at} bytes");
        }
        assert_ne!(sealer.seal(b"station 1", &[b"PHC Rampur"]).unwrap(), sealed);
    }

    #[test]
    fn nonces_do_not_repeat() {
        let nonces: std::collections::BTreeSet<_> = Nonces::take(1_000).unwrap().collect();
        assert_eq!(nonces.len(), 1_000);
    }

    #[test]
    fn a_mark_is_of_one_key() {
        assert_eq!(mark(&[1; 32]), mark(&[1; 32]));
        assert_ne!(mark(&[1; 32]), mark(&[2; 32]));
    }
}
