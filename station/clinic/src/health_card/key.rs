//! The key that a clinic signs certificates with, and the keys that a verifier trusts.

use crate::record::fact::CertificateKey;
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// What the key is made for; another purpose would say something else.
const PURPOSE: &[u8] = b"tikka health card issuer key 1";
const SET_MAX_BYTES: usize = 256 * 1024;
const KEYS_MAX: usize = 500;
/// Bytes of a coordinate of P-256.
const COORDINATE: usize = 32;
/// Of one with the other one's sign before it, which is a whole point.
const POINT: usize = COORDINATE + 1;

/// A P-256 key that follows from the station's own secret, which stands in the encrypted database and nowhere else.
pub struct IssuerKey(SigningKey);

/// One public key as RFC 7517 writes it. The members of the thumbprint come first and in its order.
#[derive(Serialize, Deserialize)]
struct Jwk {
    crv: Option<String>,
    kty: String,
    x: Option<String>,
    y: Option<String>,
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    /// The private half: in no file that is handed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    #[error("the key set is larger than {max} bytes or has more than {KEYS_MAX} keys", max = SET_MAX_BYTES)]
    TooLarge,
    #[error("this is not a key set (JSON Web Key Set)")]
    NotASet,
    #[error("the key set holds a private key: whoever made it must make a new key")]
    Private,
    #[error("a key of the set is not a point of the curve P-256")]
    NoPoint,
    #[error("the name of a key of the set is not its thumbprint")]
    WrongName,
    #[error("the key set has no key for health cards (EC, P-256)")]
    Empty,
}

impl IssuerKey {
    /// The same key for the same secret.
    pub fn of(seed: &[u8; 32]) -> Self {
        let kdf = Hkdf::<Sha256>::new(None, seed);
        let mut round = 0u8;
        loop {
            let mut scalar = Zeroizing::new([0u8; 32]);
            // 32 bytes are always given. All but one in 2^32 numbers are a key; the next round gives another.
            let filled = kdf.expand_multi_info(&[PURPOSE, &[round]], scalar.as_mut_slice()).is_ok();
            if filled && let Ok(key) = SigningKey::from_slice(scalar.as_slice()) {
                return Self(key);
            }
            round = round.wrapping_add(1);
        }
    }

    /// The name of the key: its thumbprint (RFC 7638).
    pub fn kid(&self) -> String {
        let (x, y) = coordinates(self.0.verifying_key());
        thumbprint(&x, &y)
    }

    /// The public half.
    pub fn public(&self) -> CertificateKey {
        let mut point = CertificateKey([0; POINT]);
        point.0.copy_from_slice(self.0.verifying_key().to_sec1_point(true).as_bytes());
        point
    }

    /// The public half as a key set, for verifiers.
    pub fn key_set(&self) -> String {
        key_set([&self.public()])
    }

    /// r and s, 32 bytes each.
    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }
}

/// Public halves as a key set, for verifiers. What is no point of the curve is in none.
pub fn key_set<'k>(keys: impl IntoIterator<Item = &'k CertificateKey>) -> String {
    let text = |text: &str| Some(text.to_owned());
    let jwk = |key: VerifyingKey| {
        let (x, y) = coordinates(&key);
        let kid = thumbprint(&x, &y);
        Jwk {
            crv: text("P-256"),
            kty: "EC".to_owned(),
            x: Some(x),
            y: Some(y),
            kid: Some(kid),
            r#use: text("sig"),
            alg: text("ES256"),
            d: None,
        }
    };
    let points = keys.into_iter().filter_map(|key| VerifyingKey::from_sec1_bytes(&key.0).ok());
    // Plain texts: nothing of it can fail.
    serde_json::to_string_pretty(&Jwks { keys: points.map(jwk).take(KEYS_MAX).collect() }).unwrap_or_default() + "\n"
}

impl std::fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuerKey({})", self.kid())
    }
}

fn coordinates(key: &VerifyingKey) -> (String, String) {
    let point = key.to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(COORDINATE);
    (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y))
}

fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    BASE64URL_NOPAD.encode(&Sha256::digest(members))
}

/// Keys by their names: whose signature a verifier believes.
#[derive(Debug, Clone, Default)]
pub struct KeySet(BTreeMap<String, VerifyingKey>);

impl KeySet {
    /// Reads a JSON Web Key Set. Keys of other kinds are passed over.
    pub fn read(text: &[u8]) -> Result<Self, KeySetError> {
        if text.len() > SET_MAX_BYTES {
            return Err(KeySetError::TooLarge);
        }
        let set: Jwks = serde_json::from_slice(text).map_err(|_| KeySetError::NotASet)?;
        if set.keys.len() > KEYS_MAX {
            return Err(KeySetError::TooLarge);
        }
        let mut keys = BTreeMap::new();
        for key in &set.keys {
            if key.d.is_some() {
                return Err(KeySetError::Private);
            }
            if key.kty == "EC" && key.crv.as_deref() == Some("P-256") {
                let (kid, point) = key.point()?;
                keys.insert(kid, point);
            }
        }
        if keys.is_empty() { Err(KeySetError::Empty) } else { Ok(Self(keys)) }
    }

    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn has(&self, kid: &str) -> bool {
        self.0.contains_key(kid)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Did the key of this name sign it? `None`: no such key is trusted.
    pub(super) fn is_signed(&self, kid: &str, message: &[u8], signature: &[u8; 64]) -> Option<bool> {
        let key = self.0.get(kid)?;
        Some(Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok()))
    }
}

impl Jwk {
    fn point(&self) -> Result<(String, VerifyingKey), KeySetError> {
        let (Some(x), Some(y)) = (&self.x, &self.y) else { return Err(KeySetError::NoPoint) };
        let number =
            |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() == COORDINATE);
        let (Some(first), Some(second)) = (number(x), number(y)) else { return Err(KeySetError::NoPoint) };
        let bytes = [&[4u8], first.as_slice(), second.as_slice()].concat();
        let key = VerifyingKey::from_sec1_bytes(&bytes).map_err(|_| KeySetError::NoPoint)?;
        let kid = thumbprint(x, y);
        if self.kid.as_ref().is_some_and(|name| *name != kid) {
            return Err(KeySetError::WrongName);
        }
        Ok((kid, key))
    }
}
