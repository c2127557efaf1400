//! Secrets that people type and that are kept as a slow hash only: the passwords of the district's people, and the
//! code with which a person whom the district made chooses a password at the station.

use hub_protocol::symbols::{self, SymbolError};
use minicbor::{Decode, Encode};
use zeroize::{Zeroize, Zeroizing};

/// More memory than this is not asked of any PC, whatever a file or a log says.
pub const MEMORY_MAX_KIB: u32 = 1024 * 1024;
pub const PASSES_MAX: u32 = 64;
/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;
/// 80 random bits: with the cost of a guess, more than can be tried.
pub const CODE_BYTES: usize = 10;

#[derive(Debug, thiserror::Error)]
pub enum HashError {
    #[error("an impossible effort is asked for")]
    Cost,
    #[error("the password hash failed: {0}")]
    Failed(String),
}

/// Argon2id (RFC 9106): memory and passes of one guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfCost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl KdfCost {
    /// About a third of a second on an old PC, 64 MiB.
    pub const CLINIC: Self = Self { memory_kib: 64 * 1024, passes: 3 };
}

/// The slow hash of a secret.
pub fn argon2id(secret: &[u8], salt: &[u8; SALT_BYTES], cost: KdfCost) -> Result<Zeroizing<[u8; 32]>, HashError> {
    if cost.memory_kib > MEMORY_MAX_KIB || cost.passes > PASSES_MAX {
        return Err(HashError::Cost);
    }
    let params = argon2::Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| HashError::Cost)?;
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut hash = Zeroizing::new([0; 32]);
    argon.hash_password_into(secret, salt, &mut hash[..]).map_err(|e| HashError::Failed(e.to_string()))?;
    Ok(hash)
}

/// What is kept of a secret: enough to know it again, and a price for each guess.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SecretHash {
    #[n(0)]
    memory_kib: u32,
    #[n(1)]
    passes: u32,
    #[cbor(n(2), with = "minicbor::bytes")]
    salt: [u8; SALT_BYTES],
    #[cbor(n(3), with = "minicbor::bytes")]
    hash: [u8; 32],
}

impl SecretHash {
    /// `salt` is fresh and random.
    pub fn of(secret: &[u8], salt: [u8; SALT_BYTES], cost: KdfCost) -> Result<Self, HashError> {
        let hash = *argon2id(secret, &salt, cost)?;
        Ok(Self { memory_kib: cost.memory_kib, passes: cost.passes, salt, hash })
    }

    /// Is this the secret? Takes as long for a wrong one.
    pub fn fits(&self, secret: &[u8]) -> Result<bool, HashError> {
        let cost = KdfCost { memory_kib: self.memory_kib, passes: self.passes };
        let hash = argon2id(secret, &self.salt, cost)?;
        // Every byte is looked at, so that the time tells nothing.
        Ok(hash.iter().zip(&self.hash).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0)
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretHash").finish_non_exhaustive()
    }
}

/// A code that is told to one person, to be used once.
#[derive(Clone)]
pub struct OneTimeCode(Zeroizing<[u8; CODE_BYTES]>);

impl OneTimeCode {
    pub fn from_random(bytes: [u8; CODE_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// As it is written down: groups of five, each with its own check symbol.
    pub fn printed(&self) -> String {
        symbols::write_bytes(&self.0[..])
    }

    pub fn typed(text: &str) -> Result<Self, SymbolError> {
        let mut bytes = symbols::read_bytes(text, CODE_BYTES)?;
        let mut code = Zeroizing::new([0; CODE_BYTES]);
        code.copy_from_slice(&bytes);
        bytes.zeroize();
        Ok(Self(code))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const CHEAP: KdfCost = KdfCost { memory_kib: 64, passes: 1 };

    #[test]
    fn a_secret_is_known_again_and_no_other() {
        let hash = SecretHash::of(b"tall neem", [3; SALT_BYTES], CHEAP).unwrap();
        assert!(hash.fits(b"tall neem").unwrap());
        assert!(!hash.fits(b"tall neen").unwrap() && !hash.fits(b"").unwrap());
        // Another salt, another hash; and what a log asks of this PC is bounded.
        assert_ne!(hash, SecretHash::of(b"tall neem", [4; SALT_BYTES], CHEAP).unwrap());
        let greedy = SecretHash { memory_kib: MEMORY_MAX_KIB + 1, ..hash };
        assert!(matches!(greedy.fits(b"tall neem"), Err(HashError::Cost)));
    }

    #[test]
    fn a_code_is_read_as_it_is_written_and_a_slip_is_found() {
        let code = OneTimeCode::from_random([0xa5; CODE_BYTES]);
        let printed = code.printed();
        assert_eq!(printed.len(), 4 * 5 + 3);
        assert_eq!(OneTimeCode::typed(&printed.to_lowercase()).unwrap().bytes(), code.bytes());
        let first = if printed.starts_with('0') { '1' } else { '0' };
        let slip = format!("{first}{}", &printed[1..]);
        assert_eq!(OneTimeCode::typed(&slip).map(drop), Err(SymbolError::Check));
        assert!(OneTimeCode::typed("").is_err());
    }
}
