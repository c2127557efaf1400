//! A backup: one file with a consistent copy of the encrypted database and the one key slot that opens it, the
//! printed recovery key's. Made while the clinic works, and read back before it counts as made.
//!
//! The file, in order: the database as SQLCipher writes it (so no second copy is ever needed, and nothing lies
//! readable anywhere), the [`Footer`] in CBOR, its length in four bytes (big endian), sixteen bytes of
//! [`MAGIC`], and the SHA-256 of everything before.

use super::encrypted::open_encrypted;
use super::env::Env;
use super::keys::{DataKey, Keys, KeysError, RecoveryKey, Secret, SlotKind, is_disk_full, private, private_of_folder};
use super::open::{OpenError, node};
use super::rebuild::{Progress, Step, Stop, Tell};
use super::sql::{bytes, one, uint};
use super::verify::{Checked, Problem, check_ledger, is_sound};
use super::{Clinic, Seen, Session, StoreError, SubmitError, guard, open, upgrade};
use crate::record::command::CommandKind;
use crate::record::refusal::Refusal;
use crate::replica::Logs;
use hub_protocol::frame::{from_cbor, to_cbor};
use hub_protocol::replica::Head;
use minicbor::{Decode, Encode};
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const MAGIC: [u8; 16] = *b"tikka backup 1\n\0";
const DIGEST_BYTES: usize = 32;
/// Length of the footer, magic, digest.
const TAIL_BYTES: usize = 4 + MAGIC.len() + DIGEST_BYTES;
/// A footer is below a kilobyte; a larger one is not ours.
const FOOTER_MAX_BYTES: u64 = 64 * 1024;
const FOOTER_VERSION: u16 = 1;
/// Bytes read at once.
const READ_BYTES: usize = 1024 * 1024;
/// How often the growing file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("there is a file of this name already")]
    Exists,
    #[error("another backup is being written to this name")]
    Busy,
    #[error("somebody stopped it")]
    Stopped,
    #[error("this is not a backup")]
    NotABackup,
    /// Cut off, or a byte of it is not what was written.
    #[error("the backup is damaged")]
    Damaged,
    #[error("the backup was made by a newer program (form {0})")]
    Newer(i64),
    #[error("the recovery key does not open this backup")]
    WrongKey,
    /// Whole as a file, but the records in it were changed behind the program's back.
    #[error("{} things are wrong with the records in the backup", .0.len())]
    Records(Vec<Problem>),
    #[error("the backup does not hold what this clinic holds")]
    Differs,
    #[error("nobody of this login is an active Admin or Super Admin in the backup")]
    NotAnAdmin,
    #[error("the clinic has no slot for a recovery key")]
    NoRecovery,
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    #[error("files")]
    Io(#[from] io::Error),
    #[error("key slots")]
    Keys(#[from] KeysError),
    #[error("records")]
    Store(#[source] StoreError),
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The records are under the new key. The next opening of the clinic ends what was begun.
    #[error("the new keys and records are not in their place yet")]
    Unfinished(#[source] OpenError),
}

impl BackupError {
    /// The disk has no room: the one fault that a person at the desk can mend.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io(error) => is_disk_full(error),
            Self::Keys(error) => error.is_disk_full(),
            Self::Store(error) => error.is_disk_full(),
            Self::Open(error) | Self::Unfinished(error) => error.is_disk_full(),
            _ => false,
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stopped => Self::Stopped,
            error => Self::Store(error),
        }
    }
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<SubmitError> for BackupError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => Self::Refused(refusal),
            SubmitError::Store(error) => error.into(),
        }
    }
}

/// A backup that was written and read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    pub made_at_ms: u64,
    /// The end of the station's own log in it.
    pub head: Head,
    /// Events of all logs.
    pub events: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(super) struct Footer {
    #[n(0)]
    version: u16,
    #[n(1)]
    pub made_at_ms: u64,
    #[n(2)]
    pub database_bytes: u64,
    /// The end of the log that was written when the backup was made.
    #[n(3)]
    pub head: Head,
    /// A keys file with one slot, the recovery key's.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub keys: Vec<u8>,
}

impl Clinic {
    /// Writes a backup to a new file and reads it back. Commands go on meanwhile; what is committed after the
    /// beginning is not in it. Whatever fails, no file is left.
    pub fn backup(&self, session: &Session, path: &Path, tell: Tell<'_>) -> Result<Backup, BackupError> {
        self.backup_unless(session, path, &Stop::default(), tell)
    }

    /// The same, unless somebody stops it.
    pub fn backup_unless(
        &self,
        session: &Session,
        path: &Path,
        stop: &Stop,
        tell: Tell<'_>,
    ) -> Result<Backup, BackupError> {
        self.allows(session, CommandKind::Backup)?;
        let path = std::path::absolute(path)?;
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Exists);
        }
        let keys = guard(&self.0.keys).for_recovery().ok_or(BackupError::NoRecovery)?;
        match self.seen(session, Seen::Backup, None) {
            // Then more than ever.
            Err(error) if error.is_disk_full() => tracing::warn!("the disk is full; a backup is not in the audit"),
            seen => seen?,
        }
        let mut partial = Partial::begin(&path, &self.0.env)?;
        self.copy_into(&partial.path, stop, tell)?;
        seal(&mut partial.file, &partial.path, &self.0.data_key, keys, self.0.env.now_ms())?;
        let read = Reading::of(&partial.path)?;
        let checked = read.check(&self.0.data_key, stop, tell)?;
        stop.check()?;
        // The copy is of these records and no others.
        for head in &checked.heads {
            if self.hash_at(head.origin, head.seq)? != Some(head.hash) {
                return Err(BackupError::Differs);
            }
        }
        let Footer { made_at_ms, head, .. } = read.footer;
        let backup = Backup { made_at_ms, head, events: checked.events, bytes: read.bytes };
        partial.finish(&path)?;
        Ok(backup)
    }

    /// `VACUUM INTO` gives a new file with the same key and without what was deleted, as it stood at one moment.
    fn copy_into(&self, path: &Path, stop: &Stop, tell: Tell<'_>) -> Result<(), BackupError> {
        let conn = open::connect(&self.0.dir, &self.0.data_key)?;
        let sizes = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let total = conn.query_row(sizes, [], |r| r.get(0).map(uint))?;
        let uri = uri(path, "");
        let (waiting, interrupt) = (std::thread::current(), conn.get_interrupt_handle());
        let copied = std::thread::scope(|scope| {
            let copying = scope.spawn(move || {
                let copied = conn.execute("VACUUM INTO ?1", [uri]).map(drop);
                waiting.unpark();
                copied
            });
            while !copying.is_finished() {
                if stop.is_asked() {
                    interrupt.interrupt();
                }
                let done = fs::metadata(path).map_or(0, |m| m.len()).min(total);
                tell(Progress { step: Step::Copying, done, total });
                std::thread::park_timeout(LOOK_EVERY);
            }
            copying.join().map_err(|_| StoreError::Closed)
        });
        stop.check()?;
        copied??;
        tell(Progress { step: Step::Copying, done: total, total });
        Ok(())
    }
}

/// An unfinished backup is called `FILE.0123456789abcdef.part`.
const PARTIAL_RANDOM_BYTES: usize = 8;
const PARTIAL_END: &str = ".part";

/// A file that is being written beside its place.
struct Partial {
    path: PathBuf,
    file: File,
    whole: bool,
}

impl Partial {
    /// A file of a name that nobody can foresee: what lies beside a backup may be anybody's, and a link may lead
    /// anywhere. What a program that was killed left behind is cleared away.
    fn begin(path: &Path, env: &Env) -> Result<Self, BackupError> {
        clear_unfinished(path)?;
        let random = data_encoding::HEXLOWER.encode(&env.random::<PARTIAL_RANDOM_BYTES>().map_err(StoreError::from)?);
        let mut name = OsString::from(path.as_os_str());
        name.push(format!(".{random}{PARTIAL_END}"));
        let partial = PathBuf::from(name);
        let file = private(&partial)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(BackupError::Busy),
            // Some file systems of sticks and shares have no locks.
            Err(fs::TryLockError::Error(error)) => tracing::debug!(%error, "no lock on the backup's folder"),
        }
        Ok(Self { path: partial, file, whole: false })
    }

    /// Puts the file in its place, and never over another.
    fn finish(mut self, path: &Path) -> Result<(), BackupError> {
        let taken = File::options().write(true).create_new(true).open(path);
        taken.map_err(|e| if e.kind() == io::ErrorKind::AlreadyExists { BackupError::Exists } else { e.into() })?;
        if let Err(error) = fs::rename(&self.path, path) {
            let _ = fs::remove_file(path);
            return Err(error.into());
        }
        self.whole = true;
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.whole {
            let mut journal = OsString::from(self.path.as_os_str());
            journal.push("-journal");
            let _ = fs::remove_file(journal);
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes unfinished backups of this name that no program is writing.
fn clear_unfinished(path: &Path) -> Result<(), BackupError> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
    let begin = format!("{}.", name.to_string_lossy());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.file_name();
        let random = found.to_str().and_then(|n| n.strip_prefix(&begin)).and_then(|n| n.strip_suffix(PARTIAL_END));
        let ours = random.is_some_and(|r| {
            r.len() == 2 * PARTIAL_RANDOM_BYTES && r.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        });
        // A link is neither followed nor removed.
        if !ours || !entry.file_type()?.is_file() {
            continue;
        }
        match File::open(entry.path())?.try_lock() {
            Err(fs::TryLockError::WouldBlock) => return Err(BackupError::Busy),
            Ok(()) | Err(fs::TryLockError::Error(_)) => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// Makes a backup of a file that is so far only a database.
fn seal(file: &mut File, path: &Path, key: &DataKey, keys: Vec<u8>, made_at_ms: u64) -> Result<(), BackupError> {
    let database_bytes = file.metadata()?.len();
    let conn = read_only(path, key)?;
    let (_, origin) = node(&conn)?;
    let head = one(
        &conn,
        "SELECT e.seq, e.hash FROM event e JOIN origin o ON o.no = e.origin
         WHERE o.id = ?1 ORDER BY e.seq DESC LIMIT 1",
        [origin.0],
        |r| Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }),
    )?;
    drop(conn);
    let head = head.ok_or(StoreError::NoClinic)?;
    let footer = to_cbor(&Footer { version: FOOTER_VERSION, made_at_ms, database_bytes, head, keys });
    let mut tail = footer;
    let length = u32::try_from(tail.len()).map_err(io::Error::other)?;
    tail.extend_from_slice(&length.to_be_bytes());
    tail.extend_from_slice(&MAGIC);
    let mut hasher = Sha256::new();
    digest_of(&mut File::open(path)?, database_bytes, &mut hasher)?;
    hasher.update(&tail);
    tail.extend_from_slice(&hasher.finalize());
    file.seek(SeekFrom::Start(database_bytes))?;
    file.write_all(&tail)?;
    file.sync_all()?;
    Ok(())
}

fn digest_of(file: &mut File, bytes: u64, hasher: &mut Sha256) -> io::Result<()> {
    let mut left = bytes;
    let mut buffer = vec![0; READ_BYTES];
    while left > 0 {
        let want = usize::try_from(left).unwrap_or(READ_BYTES).min(READ_BYTES);
        file.read_exact(&mut buffer[..want])?;
        hasher.update(&buffer[..want]);
        left -= want as u64;
    }
    Ok(())
}

/// A backup that is being read. As a file it is whole.
pub(super) struct Reading {
    path: PathBuf,
    pub footer: Footer,
    pub bytes: u64,
}

impl Reading {
    /// Reads all of it: a backup that was cut off or has a wrong byte is found here.
    pub fn of(path: &Path) -> Result<Self, BackupError> {
        let path = std::path::absolute(path)?;
        let mut file = File::open(&path)?;
        let bytes = file.metadata()?.len();
        let body = bytes.checked_sub(TAIL_BYTES as u64).ok_or(BackupError::NotABackup)?;
        file.seek(SeekFrom::Start(body))?;
        let mut tail = [0; TAIL_BYTES];
        file.read_exact(&mut tail)?;
        let (length, rest) = tail.split_at(4);
        let (magic, digest) = rest.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(BackupError::NotABackup);
        }
        let mut hasher = Sha256::new();
        file.rewind()?;
        digest_of(&mut file, bytes - DIGEST_BYTES as u64, &mut hasher)?;
        if hasher.finalize()[..] != *digest {
            return Err(BackupError::Damaged);
        }
        // From here on the file is what somebody wrote on purpose.
        let length = length.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        let database_bytes = body.checked_sub(length).filter(|_| length <= FOOTER_MAX_BYTES);
        let database_bytes = database_bytes.ok_or(BackupError::Damaged)?;
        file.seek(SeekFrom::Start(database_bytes))?;
        let mut footer = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        file.read_exact(&mut footer)?;
        let footer: Footer = from_cbor(&footer).map_err(|_| BackupError::Damaged)?;
        if footer.version != FOOTER_VERSION {
            return Err(BackupError::Newer(i64::from(footer.version)));
        }
        if footer.database_bytes != database_bytes {
            return Err(BackupError::Damaged);
        }
        Ok(Self { path, footer, bytes })
    }

    /// The key of the database in it.
    pub fn open(&self, recovery: &RecoveryKey, env: &Env) -> Result<DataKey, BackupError> {
        let keys = Keys::parse(&self.footer.keys, Path::new(""))?;
        keys.open(&Secret::Recovery(recovery), env)?.ok_or(BackupError::WrongKey)
    }

    /// Checks everything in it, from the file as it lies there. One of an older form has its ledger checked; its
    /// read tables are built anew when it is restored.
    pub fn check(&self, key: &DataKey, stop: &Stop, tell: Tell<'_>) -> Result<Checked, BackupError> {
        if Keys::parse(&self.footer.keys, Path::new(""))?.kinds() != [SlotKind::Recovery] {
            return Err(BackupError::Damaged);
        }
        let conn = read_only(&self.path, key)?;
        let version = upgrade::version(&conn)?;
        if !upgrade::is_readable(version) {
            return Err(BackupError::Newer(version));
        }
        if !is_sound(&conn) {
            return Err(BackupError::Damaged);
        }
        let mut checked = check_ledger(&conn, stop, tell)?;
        if checked.problems.is_empty() && !checked.heads.contains(&self.footer.head) {
            return Err(BackupError::Differs);
        }
        if version == super::schema::SCHEMA_VERSION {
            checked.compare(&conn)?;
        }
        if checked.problems.is_empty() { Ok(checked) } else { Err(BackupError::Records(checked.problems)) }
    }

    /// Writes the database in it to a new file, durably.
    pub fn extract(&self, to: &Path, stop: &Stop, tell: Tell<'_>) -> Result<(), BackupError> {
        let total = self.footer.database_bytes;
        let mut from = File::open(&self.path)?.take(total);
        let mut file = private_of_folder(to)?;
        let mut done = 0;
        while done < total {
            done += match io::copy(&mut (&mut from).take(READ_BYTES as u64), &mut file)? {
                0 => return Err(BackupError::Damaged),
                bytes => bytes,
            };
            tell(Progress { step: Step::Copying, done, total });
            stop.check()?;
        }
        file.sync_all()?;
        Ok(())
    }
}

/// Opens a database that nobody writes to, without so much as a lock file beside it.
fn read_only(path: &Path, key: &DataKey) -> Result<Connection, BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(open_encrypted(uri(path, "?immutable=1"), flags, key)?)
}

/// As SQLite reads it: a path may hold any byte.
fn uri(path: &Path, query: &str) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            other => uri.push_str(&format!("%{other:02x}")),
        }
    }
    uri + query
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::record::secret::KdfCost;

    /// A backup that a program of the first form would have made.
    fn old_backup(dir: &Path) -> (PathBuf, RecoveryKey, Env) {
        let frozen = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/v1");
        let expected: serde_json::Value =
            serde_json::from_slice(&fs::read(frozen.join("expected.json")).unwrap()).unwrap();
        let now_ms = expected["now_ms"].as_u64().unwrap() + 1_000;
        let mut env = Env::with_clock(move || now_ms);
        env.kdf = KdfCost { memory_kib: 64, passes: 1 };
        let recovery = RecoveryKey::typed(expected["recovery_key"].as_str().unwrap()).unwrap();
        let keys = Keys::read(&frozen).unwrap();
        let key = keys.open(&Secret::Recovery(&recovery), &env).unwrap().unwrap();
        let plain = dir.join("plain");
        fs::create_dir(&plain).unwrap();
        fs::copy(frozen.join("ledger.db"), plain.join("ledger.db")).unwrap();
        let path = dir.join("old.tikka");
        let conn = open::connect(&plain, &key).unwrap();
        conn.execute("VACUUM INTO ?1", [uri(&path, "")]).unwrap();
        let mut file = File::options().write(true).open(&path).unwrap();
        seal(&mut file, &path, &key, keys.for_recovery().unwrap(), now_ms).unwrap();
        (path, recovery, env)
    }

    #[test]
    fn a_backup_of_the_first_form_is_restored_in_todays() {
        let dir = tempfile::tempdir().unwrap();
        let (path, recovery, env) = old_backup(dir.path());
        let to = dir.path().join("again");
        let restored =
            super::super::restore(&path, &to, &recovery, "root1", "another horse 7", &env, &mut |_| {}).unwrap();
        assert_eq!(restored.without_password, 5);
        let (clinic, root) = Clinic::unlock(&to, "root1", "another horse 7", env).unwrap();
        assert_eq!(clinic.verify(&root).unwrap().problems, []);
        assert_eq!(clinic.users(&root).unwrap().len(), 7);
        let held = clinic.heads().unwrap();
        assert!(held.iter().any(|h| h.seq == 56) && held.iter().any(|h| h.origin == restored.origin && h.seq == 2));
    }

    #[test]
    fn a_backup_of_a_newer_program_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (path, recovery, env) = old_backup(dir.path());
        let key = Reading::of(&path).unwrap().open(&recovery, &env).unwrap();
        let plain = open::connect(&dir.path().join("plain"), &key).unwrap();
        plain.pragma_update(None, "user_version", 1_000).unwrap();
        let newer = dir.path().join("newer.tikka");
        plain.execute("VACUUM INTO ?1", [uri(&newer, "")]).unwrap();
        let keys = Reading::of(&path).unwrap().footer.keys;
        seal(&mut File::options().write(true).open(&newer).unwrap(), &newer, &key, keys, 1).unwrap();
        let to = dir.path().join("again");
        let refused = super::super::restore(&newer, &to, &recovery, "root1", "another horse 7", &env, &mut |_| {});
        assert!(matches!(refused, Err(BackupError::Newer(1_000))), "{refused:?}");
        assert!(!to.exists());
    }
}
