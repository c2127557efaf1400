//! Files that are written whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file beside its place, until it is put there in one step. Dropped before, it is gone. It is readable by its owner
/// only, for what a clinic writes names people.
pub struct Whole {
    path: PathBuf,
    part: NamedTempFile,
}

impl Whole {
    /// A file that will be at `path`.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let part = tempfile::Builder::new().prefix(".tikka-").suffix(".part").tempfile_in(dir_of(path))?;
        Ok(Self { path: path.to_owned(), part })
    }

    /// All of it is on the disk, though not in its place yet.
    pub fn keep(&mut self) -> io::Result<()> {
        self.part.as_file().sync_all()
    }

    /// Over whatever is at its place. Durable when it returns.
    pub fn put(mut self) -> io::Result<()> {
        self.keep()?;
        let _ = self.part.persist(&self.path).map_err(|failed| failed.error)?;
        // The new name is durable only with its directory.
        File::open(dir_of(&self.path))?.sync_all()
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.part.flush()
    }
}

fn dir_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}
