//! Files that are written whole or not at all.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::NamedTempFile;

const PREFIX: &str = ".tikka-";
const SUFFIX: &str = ".part";
/// A part is locked as soon as it is there; who looks in between must not take it for one that was left.
const LEFT_AFTER: Duration = Duration::from_secs(60);

/// Where this program has begun files.
static PARTS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Of a program that is about to end. While what it gives is held, no other file is begun or put in its place.
pub fn remove_parts() -> impl Sized {
    let parts = parts();
    for part in parts.iter() {
        // One that was put in its place in time is whole.
        let _ = std::fs::remove_file(part);
    }
    parts
}

fn parts() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file beside its place, until it is put there in one step. Dropped before, it is gone; what a power cut leaves goes
/// when the next file is begun there. It is readable by its owner only, for what a clinic writes names people.
pub struct Whole {
    path: PathBuf,
    part: NamedTempFile,
}

impl Whole {
    /// A file that will be at `path`.
    pub fn beside(path: &Path) -> io::Result<Self> {
        refuse_of_the_program(path)?;
        let mut parts = parts();
        let part = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(dir_of(path))?;
        let _ = parts.insert(part.path().to_owned());
        drop(parts);
        // Where files cannot be locked, nobody can tell which one is still written.
        if part.as_file().try_lock().is_ok() {
            remove_left(dir_of(path));
        }
        Ok(Self { path: path.to_owned(), part })
    }

    /// All of it is on the disk, though not in its place yet.
    pub fn keep(&mut self) -> io::Result<()> {
        self.part.as_file().sync_all()
    }

    /// Over whatever is at its place. Durable when it returns.
    pub fn put(mut self) -> io::Result<()> {
        self.keep()?;
        let mut parts = parts();
        let _ = parts.remove(self.part.path());
        let _ = self.part.persist(&self.path).map_err(|failed| failed.error)?;
        drop(parts);
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

/// Removes the parts that a program left which was cut off: nobody writes them any more.
fn remove_left(dir: &Path) {
    for file in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = file.file_name();
        let is_part = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let is_file = file.file_type().is_ok_and(|kind| kind.is_file());
        if is_part && is_file && is_left(&file.path()).unwrap_or(false) {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

fn is_left(part: &Path) -> io::Result<bool> {
    let part = File::open(part)?;
    let age = part.metadata()?.modified()?.elapsed().unwrap_or_default();
    Ok(age >= LEFT_AFTER && part.try_lock().is_ok())
}

/// A file that is not there yet, for its owner alone.
pub fn new_private(path: &Path) -> io::Result<File> {
    refuse_of_the_program(path)?;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// Nothing but the program itself writes where the records are.
pub fn refuse_of_the_program(path: &Path) -> io::Result<()> {
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn what_was_left_half_written_goes_and_what_is_written_stays() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let old = |name: &str| {
            std::fs::write(at(name), "names").unwrap();
            let file = File::options().write(true).open(at(name)).unwrap();
            file.set_modified(SystemTime::now() - 2 * LEFT_AFTER).unwrap();
            file
        };
        let _ = (old(".tikka-left.part"), old("tikka-mine.part"), old(".tikka-mine"));
        let written = old(".tikka-written.part");
        written.lock().unwrap();
        std::fs::write(at(".tikka-begun.part"), "").unwrap();
        drop(Whole::beside(&at("list.csv")).unwrap());
        let mut names: Vec<_> = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [".tikka-begun.part", ".tikka-mine", ".tikka-written.part", "tikka-mine.part"]);
    }
}
