//! Files that are whole or absent, whatever moment the power goes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The power of a toy's memory, with a fuse that blows at a given byte: what is being written then is torn there, and
/// nothing is written any more. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Power(Arc<Supply>);

#[derive(Debug, Default)]
struct Supply {
    /// Bytes that may still be written. None: any number.
    left: Mutex<Option<u64>>,
    gone: watch::Sender<bool>,
}

impl Power {
    /// The power goes when so many more bytes have been written; with 0 at once.
    pub fn cut_after(&self, bytes: u64) {
        *self.left() = Some(bytes);
        if bytes == 0 {
            self.0.gone.send_replace(true);
        }
    }

    /// Fails when the power is gone.
    pub fn check(&self) -> io::Result<()> {
        if *self.left() == Some(0) { Err(io::Error::other("the power is gone")) } else { Ok(()) }
    }

    /// Writes all bytes, or those for which the power lasts.
    pub fn write_all(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let mut left = self.left();
        let Some(before) = *left else { return file.write_all(bytes) };
        let lasts = usize::try_from(before).map_or(bytes.len(), |before| before.min(bytes.len()));
        file.write_all(&bytes[..lasts])?;
        *left = Some(before - lasts as u64);
        drop(left);
        if before == lasts as u64 {
            self.0.gone.send_replace(true);
        }
        self.check()
    }

    /// Ends when the power is gone.
    pub async fn gone(&self) {
        // We hold the sender ourselves.
        let _ = self.0.gone.subscribe().wait_for(|gone| *gone).await;
    }

    fn left(&self) -> MutexGuard<'_, Option<u64>> {
        self.0.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the directory for its owner alone. One that exists stays as it is.
pub fn make_dir(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// An empty file that only its owner can read, open for writing. What stood there is gone.
pub fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).read(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Makes the names in `dir` durable.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Puts `bytes` at `dir/name`, durably and all at once.
pub fn put(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let new = dir.join(format!("{name}.new"));
    let mut file = create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, dir.join(name))?;
    sync_dir(dir)
}

/// The whole file, or `None` where there is none.
pub fn get(dir: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    match fs::read(dir.join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}
