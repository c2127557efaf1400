//! Files that may come from elsewhere, or from a disk that forgets.

use clinic::store::{Env, KdfCost, Keys, RecoveryKey};
use hub_protocol::Identity;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use toybox::store::Store;

/// A folder for one run; in memory where the system has such a place.
pub(super) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.unwrap_or_else(|e| panic!("{e}: no folder can be made"))
}

fn put(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{e}: a file cannot be written"));
    path
}

/// The key slots of a clinic (`keys.cbor`).
pub fn keys(data: &[u8]) {
    let nowhere = Path::new("");
    let Ok(keys) = Keys::parse(data, nowhere) else { return };
    let slots = keys.kinds().len();
    if let Some(bytes) = keys.for_recovery() {
        let again = Keys::parse(&bytes, nowhere).unwrap_or_else(|e| panic!("{e}: a backup's keys cannot be read"));
        assert!(again.kinds().len() == 1 && slots >= 1);
        assert_eq!(again.for_recovery(), Some(bytes));
    }
}

/// The key files of a station and of a district.
pub fn key_files(data: &[u8]) {
    let folder = folder();
    let path = put(&folder, "file.key", data);
    if let Ok(file) = clinic::store::KeyFile::read(&path) {
        let copy = folder.path().join("copy.key");
        file.write(&copy).unwrap_or_else(|e| panic!("{e}: a key file that was read cannot be written"));
        assert!(clinic::store::KeyFile::read(&copy).is_ok_and(|again| again.login == file.login));
    }
    if let Ok(Some(file)) = district::archive::KeyFile::read(&path) {
        assert!(!file.new);
    }
}

/// A backup: as it came, or with a footer of the length that the first two bytes say and a tail that fits it, so that
/// the footer is read. The recovery key is not the backup's.
pub fn backup(data: &[u8]) {
    let [high, low, rest @ ..] = data else { return };
    let mut bytes = rest.to_vec();
    let footer = u32::from(u16::from_be_bytes([*high, *low]));
    if footer > 0 {
        bytes.extend_from_slice(&footer.to_be_bytes());
        bytes.extend_from_slice(b"tikka backup 1\n\0");
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
    }
    let folder = folder();
    let (path, place) = (put(&folder, "backup", &bytes), folder.path().join("clinic"));
    let mut env = Env::with_clock(|| 1_795_156_200_000);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    let recovery = RecoveryKey::generate(&env).unwrap_or_else(|e| panic!("{e}"));
    let restored = clinic::store::restore(&path, &place, &recovery, "admin", "horse staple 9", &env, &mut |_| {});
    assert!(restored.is_err(), "a backup opened with another's recovery key");
    assert!(!place.exists(), "a backup that was refused left something behind");
}

/// A toy's journal. What was refused is left as it was; what was opened can be opened again.
pub fn journal(data: &[u8]) {
    let folder = folder();
    let toy = Identity::from_seed([3; 32]);
    let path = put(&folder, "journal", data);
    match Store::open(folder.path(), &toy) {
        Err(_) => assert_eq!(std::fs::read(&path).ok().as_deref(), Some(data)),
        Ok(store) => {
            let (held, restarts) = (store.held(), store.restarts());
            drop(store);
            let again = Store::open(folder.path(), &toy).unwrap_or_else(|e| panic!("{e}: it was opened before"));
            assert_eq!((again.held(), again.restarts()), (held, restarts.saturating_add(1)));
        }
    }
}
