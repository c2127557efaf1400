//! Who a device is: its Ed25519 key, and the name that follows from it.

use crate::symbols::{self, SymbolError};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use std::fmt;

/// Bytes of the DeviceId that a person compares: 80 bits.
const CODE_BYTES: usize = 10;
/// Bytes of the DeviceId in an mDNS name: enough to tell toys apart, too few to be taken for an identity.
const SHORT_BYTES: usize = 5;

/// SHA-256 of a device's Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct DeviceId(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl DeviceId {
    /// What stands on a toy's label and is compared by eye: 80 bits, a check symbol every four.
    pub fn code(&self) -> String {
        symbols::write_bytes(&self.0[..CODE_BYTES])
    }

    /// Does a typed code name this device?
    pub fn matches_code(&self, typed: &str) -> Result<bool, SymbolError> {
        Ok(symbols::read_bytes(typed, CODE_BYTES)? == self.0[..CODE_BYTES])
    }

    /// The short name announced by mDNS. Not an identity: the key behind it is checked on the wire.
    pub fn short(&self) -> String {
        symbols::plain(&self.0[..SHORT_BYTES])
    }

    /// A short name in the form of [`code`](Self::code), to be compared with what stands on a label: its first groups.
    pub fn beginning_of_code(short: &str) -> Option<String> {
        symbols::plain_as_written(short).ok()
    }

    /// The whole of it, for links and files.
    pub fn full(&self) -> String {
        symbols::write_bytes(&self.0)
    }

    pub fn from_full(text: &str) -> Result<Self, SymbolError> {
        let bytes = symbols::read_bytes(text, 32)?;
        bytes.try_into().map(Self).map_err(|_| SymbolError::Length)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({})", self.short())
    }
}

/// A device's Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct PublicKey(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl PublicKey {
    pub fn device_id(&self) -> DeviceId {
        DeviceId(Sha256::digest(self.0).into())
    }

    /// Strict verification: no malleable signature and no weak key passes.
    pub fn verify(&self, domain: Domain, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(&domain.prefix(message), &Signature::from_bytes(signature)).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.device_id().short())
    }
}

/// What a signature is for; a signature made for one purpose is worth nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    LedgerHead,
    ToyRecord,
    /// A toy's word that it did what it was ordered.
    ToyObeyed,
    CardRecord,
    /// The recovery key's word for a takeover.
    Takeover,
    /// A district's word for a station.
    Certificate,
}

impl Domain {
    fn prefix(self, message: &[u8]) -> Vec<u8> {
        let tag: &[u8] = match self {
            Self::LedgerHead => b"tikka ledger head 1\0",
            Self::ToyRecord => b"tikka toy record 1\0",
            Self::ToyObeyed => b"tikka toy obeyed 1\0",
            // COSE's Sig_structure starts with 0x84 and its own name, and any COSE library can check it.
            Self::CardRecord => b"",
            Self::Takeover => b"tikka takeover 1\0",
            Self::Certificate => b"tikka station certificate 1\0",
        };
        [tag, message].concat()
    }
}

/// HMAC-SHA256 over a tag and what the TLS exporter gave: proves a shared secret on one connection.
pub(crate) fn mac(secret: &[u8], tag: &[u8], exporter: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC takes a key of any length; the default stands in for an error that cannot come.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    mac.update(tag);
    mac.update(exporter);
    mac
}

/// A device's own secret key.
#[derive(Clone)]
pub struct Identity(SigningKey);

impl Identity {
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The secret itself, for the one place that keeps it.
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    pub fn device_id(&self) -> DeviceId {
        self.public_key().device_id()
    }

    pub fn sign(&self, domain: Domain, message: &[u8]) -> [u8; 64] {
        self.0.sign(&domain.prefix(message)).to_bytes()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.device_id().short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_for_one_purpose() {
        let id = Identity::from_seed([7; 32]);
        let sig = id.sign(Domain::LedgerHead, b"head");
        assert!(id.public_key().verify(Domain::LedgerHead, b"head", &sig));
        assert!(!id.public_key().verify(Domain::ToyRecord, b"head", &sig));
        assert!(!id.public_key().verify(Domain::LedgerHead, b"hea", &sig));
    }

    #[test]
    fn codes_are_read_back() {
        let id = Identity::from_seed([7; 32]).device_id();
        assert_eq!(id.matches_code(&id.code()), Ok(true));
        let beginning = DeviceId::beginning_of_code(&id.short()).expect("a short name");
        assert!(id.code().starts_with(&beginning) && beginning.len() == 11, "{beginning} {}", id.code());
        for other in ["", "bear", "bears", "ü123"] {
            assert_eq!(DeviceId::beginning_of_code(other).is_some(), other == "bear", "{other}");
        }
        assert_eq!(DeviceId::from_full(&id.full()), Ok(id));
        assert_eq!(Identity::from_seed([8; 32]).device_id().matches_code(&id.code()), Ok(false));
    }
}
