//! The file with the key that the database is encrypted with. Whoever has both reads everything, so it is to
//! be kept apart from backups of the data.

use clinic::secret_file::{SecretFileError, text_in};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes of the key; the file holds them as hexadecimal digits.
const KEY_BYTES: usize = 32;
/// Readable by the owner alone.
const MODE: u32 = 0o600;

#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    #[error("the key file {0} cannot be written")]
    Io(PathBuf, #[source] std::io::Error),
    #[error("{0} is not a key file: 64 hexadecimal digits are expected")]
    NotAKey(PathBuf),
    #[error("the key file {0} is not here, and without it nothing of the district can be read")]
    Missing(PathBuf),
}

pub struct KeyFile {
    pub key: [u8; KEY_BYTES],
    /// It was not there before.
    pub new: bool,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile").field("new", &self.new).finish_non_exhaustive()
    }
}

impl KeyFile {
    pub fn read(path: &Path) -> Result<Option<Self>, KeyFileError> {
        let text = match text_in(path) {
            Ok(text) => text,
            Err(SecretFileError::Missing(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        match from_hex(text.trim()) {
            Some(key) => Ok(Some(Self { key, new: false })),
            None => Err(KeyFileError::NotAKey(path.to_owned())),
        }
    }

    /// Keeps `key` in a new file, unless another process was quicker: then that one's key counts.
    pub fn create(path: &Path, key: [u8; KEY_BYTES]) -> Result<Self, KeyFileError> {
        let io = |e| KeyFileError::Io(path.to_owned(), e);
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(MODE).open(&draft).map_err(io)?;
        file.write_all(format!("{}\n", hex(&key)).as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        // A link is made whole or not at all, and never over a file that is there.
        let linked = std::fs::hard_link(&draft, path);
        std::fs::remove_file(&draft).map_err(io)?;
        match linked {
            Ok(()) => {
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                File::open(folder).and_then(|d| d.sync_all()).map_err(io)?;
                Ok(Self { key, new: true })
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                Self::read(path)?.ok_or_else(|| KeyFileError::Missing(path.to_owned()))
            }
            Err(e) => Err(io(e)),
        }
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; KEY_BYTES]> {
    if text.len() != 2 * KEY_BYTES || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Vec<u8> = (0..KEY_BYTES).filter_map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect();
    bytes.try_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_kept_once_and_for_the_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("district.key");
        assert!(KeyFile::read(&path).unwrap().is_none());
        assert!(KeyFile::create(&path, [7; 32]).unwrap().new);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        let second = KeyFile::create(&path, [8; 32]).unwrap();
        assert_eq!((second.key, second.new), ([7; 32], false));
        assert_eq!(KeyFile::read(&path).unwrap().unwrap().key, [7; 32]);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("district.key");
        assert!(KeyFile::create(&path, [7; 32]).unwrap().new);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeyFileError::Secret(SecretFileError::Open(_)))));
    }

    #[test]
    fn another_file_is_not_taken_for_a_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("district.key");
        for text in ["", "abc", &"g".repeat(64), &"ä".repeat(32), &"a".repeat(66)] {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(MODE)).unwrap();
            assert!(matches!(KeyFile::read(&path), Err(KeyFileError::NotAKey(_))), "{text}");
        }
    }
}
