//! What is fixed for a toy's life and printed on its label: its key and its setup secret. Made on the
//! first run. Also the lock that keeps a second process off the same directory.

use crate::disk;
use hub_protocol::Identity;
use hub_protocol::toy::SETUP_SECRET_BYTES;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

const LOCK: &str = "lock";
const SEED: &str = "identity";
const SECRET: &str = "setup-secret";

#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    #[error("another process runs a toy on this directory")]
    InUse,
    #[error("the directory holds something that is no toy's: take an empty one")]
    NotAToy,
    #[error("the file `{name}` cannot be read or written")]
    Io { name: &'static str, source: io::Error },
    #[error("the file `{name}` does not have the length it was written with")]
    Damaged { name: &'static str },
    #[error("the system gives no random bytes")]
    NoRandom(#[source] getrandom::Error),
}

/// The toy's key and setup secret, with the directory locked as long as this lives.
pub struct Label {
    pub identity: Identity,
    pub secret: [u8; SETUP_SECRET_BYTES],
    _lock: File,
}

impl Label {
    /// Makes and locks the directory, and makes key and secret where there are none.
    pub fn open(dir: &Path) -> Result<Self, LabelError> {
        let io = |name| move |source| LabelError::Io { name, source };
        disk::make_dir(dir).map_err(io(LOCK))?;
        let strange = |entry: io::Result<std::fs::DirEntry>| entry.is_ok_and(|e| e.file_name() != LOCK);
        if !dir.join(SEED).exists() && std::fs::read_dir(dir).map_err(io(LOCK))?.any(strange) {
            return Err(LabelError::NotAToy);
        }
        let lock = disk::create(&dir.join(LOCK)).map_err(io(LOCK))?;
        lock.try_lock().map_err(|e| match e {
            TryLockError::WouldBlock => LabelError::InUse,
            TryLockError::Error(source) => LabelError::Io { name: LOCK, source },
        })?;
        let seed = Zeroizing::new(keep::<32>(dir, SEED)?);
        Ok(Self { identity: Identity::from_seed(*seed), secret: keep(dir, SECRET)?, _lock: lock })
    }
}

/// The random bytes of a file, made and made durable when the file is not there.
fn keep<const N: usize>(dir: &Path, name: &'static str) -> Result<[u8; N], LabelError> {
    let io = |source| LabelError::Io { name, source };
    if let Some(bytes) = disk::get(dir, name).map_err(io)? {
        let bytes = Zeroizing::new(bytes);
        return bytes.as_slice().try_into().map_err(|_| LabelError::Damaged { name });
    }
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(LabelError::NoRandom)?;
    disk::put(dir, name, &bytes).map_err(io)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn key_and_secret_stay_and_are_for_their_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("toy");
        let first = Label::open(&dir).unwrap();
        assert!(matches!(Label::open(&dir), Err(LabelError::InUse)));
        let (id, secret) = (first.identity.device_id(), first.secret);
        drop(first);
        let again = Label::open(&dir).unwrap();
        assert_eq!((again.identity.device_id(), again.secret), (id, secret));
        assert_eq!(dir.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        for name in [SEED, SECRET] {
            assert_eq!(dir.join(name).metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(again);
        std::fs::write(dir.join(SECRET), [1, 2]).unwrap();
        assert!(matches!(Label::open(&dir), Err(LabelError::Damaged { name: SECRET })));
    }
}
