//! A backup: one file with everything, whatever store it comes from. It is an archive itself, an encrypted SQLite
//! database under the same key file, so it can be checked like one, and a later program reads it as it reads an old
//! database.

use super::{Archive, ArchiveError, SqliteArchive};
use crate::verify::{Total, verify};
use hub_protocol::Identity;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes that are copied before it is told how far it is.
const COPY_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is there already; a backup never overwrites", .0.display())]
    Exists(PathBuf),
    #[error("{} cannot be read", .0.display())]
    Read(PathBuf, #[source] io::Error),
    #[error("the backup cannot be written or read")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{0} logs in the backup are not what their stations wrote")]
    Damaged(u64),
    #[error("what was written is not what the archive holds")]
    Differs,
}

/// Writes a backup to a new file and reads it back. The archive may be in use meanwhile; what is stored after the
/// beginning may be missing in it. Whatever fails, no file is left.
pub fn backup(archive: &dyn Archive, file: &Path, key: [u8; 32]) -> Result<Total, BackupError> {
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let part = Part::beside(file);
    let before = archive.every_log()?;
    let copy = part.make(key, &archive.identity()?)?;
    copy.fill(archive)?;
    let total = check(&copy, &mut |_| ())?;
    // It holds all that was held when it was begun.
    for log in before {
        if copy.hash_at(log.head.origin, log.head.seq)? != Some(log.head.hash) {
            return Err(BackupError::Differs);
        }
    }
    copy.close()?;
    part.finish(file)?;
    Ok(total)
}

/// How far an unpacking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Bytes of the file.
    Copying { done: u64, total: u64 },
    /// Events in it.
    Checking { done: u64, total: u64 },
}

/// Opens a copy of a backup beside `place`, for who makes an archive of it, and checks it whole.
pub fn unpack(file: &Path, place: &Path, key: [u8; 32], tell: &mut dyn FnMut(Stage)) -> Result<Unpacked, BackupError> {
    let read = |e| BackupError::Read(file.to_owned(), e);
    let mut from = File::open(file).map_err(read)?;
    let total = from.metadata().map_err(read)?.len();
    let part = Part::beside(place);
    let mut copy = part.create()?;
    let mut done = 0;
    while done < total {
        done += match io::copy(&mut (&mut from).take(COPY_BYTES), &mut copy)? {
            // It grew shorter meanwhile; the check says what is missing.
            0 => break,
            bytes => bytes,
        };
        tell(Stage::Copying { done, total });
    }
    copy.sync_all()?;
    // It has an identity of its own.
    let archive = SqliteArchive::open_file(part.0.clone(), key, &Identity::from_seed([0; 32]))?;
    let total = check(&archive, tell)?;
    Ok(Unpacked { archive, total, part })
}

/// A backup that was found whole.
#[derive(Debug)]
pub struct Unpacked {
    pub archive: SqliteArchive,
    pub total: Total,
    part: Part,
}

impl Unpacked {
    /// Puts the archive in its place as a database of its own.
    pub fn keep(self, place: &Path) -> Result<(), BackupError> {
        self.archive.close()?;
        self.part.finish(place)
    }
}

fn check(copy: &SqliteArchive, tell: &mut dyn FnMut(Stage)) -> Result<Total, BackupError> {
    let events = copy.every_log()?.iter().map(|log| log.head.seq).sum();
    let mut done = 0;
    let total = verify::<_, ArchiveError>(copy, |walked| {
        done += walked.head.seq;
        tell(Stage::Checking { done, total: events });
        Ok(())
    })?;
    if total.problems == 0 { Ok(total) } else { Err(BackupError::Damaged(total.problems)) }
}

/// A database that is being written beside its place; it goes when it is not finished.
#[derive(Debug)]
struct Part(PathBuf);

impl Part {
    fn beside(place: &Path) -> Self {
        Self(with_end(place, &format!(".{}.part", std::process::id())))
    }

    /// A new file, for its owner alone.
    fn create(&self) -> Result<File, io::Error> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.0)
    }

    fn make(&self, key: [u8; 32], identity: &Identity) -> Result<SqliteArchive, BackupError> {
        self.create()?;
        Ok(SqliteArchive::open_file(self.0.clone(), key, identity)?)
    }

    /// Puts it in its place, never over another file.
    fn finish(self, place: &Path) -> Result<(), BackupError> {
        File::open(&self.0)?.sync_all()?;
        let taken = |e: io::Error| match e.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(place.to_owned()),
            _ => e.into(),
        };
        File::options().write(true).create_new(true).open(place).map_err(taken)?;
        if let Err(error) = fs::rename(&self.0, place) {
            let _ = fs::remove_file(place);
            return Err(error.into());
        }
        let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(File::open(folder)?.sync_all()?)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(with_end(&self.0, end));
        }
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(end);
    PathBuf::from(name)
}
