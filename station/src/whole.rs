//! Files that are written whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
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
        refuse_of_the_program(path)?;
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

/// A file that is not there yet, for its owner alone.
pub fn new_private(path: &Path) -> io::Result<File> {
    refuse_of_the_program(path)?;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

fn refuse_of_the_program(path: &Path) -> io::Result<()> {
    if is_of_the_program(dir_of(path)) {
        let words = "this folder holds the records themselves: write the file into another one";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    Ok(())
}

/// Where a slip of the hand would replace the records or their keys, of a clinic or a district.
fn is_of_the_program(dir: &Path) -> bool {
    ["keys.cbor", "ledger.db", "district.key", "district.db"].iter().any(|name| dir.join(name).exists())
}

fn dir_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}
