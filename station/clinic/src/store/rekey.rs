//! Another key for the database. The records are copied beside themselves, put under the new key and checked there;
//! then they take the place of the old ones. Whoever copied the old key reads nothing that is written afterwards.
//!
//! One rename decides. Before it nothing has happened, and what lies beside is thrown away; after it the next opening
//! finishes what was cut off.

use super::backup::BackupError;
use super::encrypted::{open_encrypted, put_under};
use super::keys::{DataKey, FILE as KEYS, Keys, RecoveryKey, Secret, private, remove, write_durably};
use super::lock::FolderLock;
use super::open::{
    DATABASE, LoginError, OpenError, connect, connect_known, guess, is_founded, make_own_folder, node, own_folder,
};
use super::rebuild::{Progress, Step, Stop, Tell};
use super::seen::{put_seen, untold};
use super::sql::all;
use super::tries::{FILE as TRIES, TriesFile};
use super::upgrade::upgrade;
use super::verify::{damaged_pages, verify};
use super::writer::Writer;
use super::{Env, Seen, Session, StoreError, look, owner};
use crate::date::india;
use crate::ledger::Actor;
use crate::record::fact::{Fact, PasswordReset};
use crate::record::role::Role;
use crate::record::rule;
use hub_protocol::UserId;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// Where the copy is made.
pub(super) const MAKING: &str = "rekeying";
/// The same folder, once everything in it is right: from then on it is the clinic's.
pub(super) const MADE: &str = "rekeyed";
/// Beside a database that is in use.
const BESIDE: [&str; 2] = ["ledger.db-wal", "ledger.db-shm"];
/// Bytes copied at once.
const COPY_BYTES: u64 = 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rekeyed {
    /// Events of all logs.
    pub events: u64,
    /// Active people who cannot log in before an Admin gives them a password.
    pub without_password: u64,
}

/// Puts the records of a clinic that is closed under a new key. `login`, a Super Admin, gets the new password; the
/// recovery key on paper stays what it is. The passwords and key files of the others open nothing any more: each of
/// them held the old key. Nothing is changed when it fails, but for [`BackupError::Unfinished`].
pub fn rekey(
    dir: &Path,
    recovery: &RecoveryKey,
    login: &str,
    new_password: &str,
    env: &Env,
    tell: Tell<'_>,
) -> Result<Rekeyed, BackupError> {
    if !is_founded(dir) {
        return Err(OpenError::NoClinic.into());
    }
    let _lock = FolderLock::take(dir)?;
    finish(dir)?;
    for name in [DATABASE, KEYS] {
        // A link would be replaced, and the old records stay where it leads, under the old key.
        if !fs::symlink_metadata(dir.join(name))?.is_file() {
            return Err(OpenError::NotTheFile(name).into());
        }
    }
    let keys = Keys::read(dir)?;
    let guessed = guess(&keys, &mut TriesFile::read(dir), &Secret::Recovery(recovery), env);
    let (old, _) = guessed.map_err(|error| match error {
        LoginError::Open(error) => error.into(),
        LoginError::Wrong | LoginError::Locked { .. } => BackupError::WrongKey,
    })?;
    let change = Change { dir, recovery, env, keys, old };
    let made = change.make(login, new_password, tell);
    let done = made.inspect_err(|_| change.note_failure(login))?;
    finish(dir).map_err(BackupError::Unfinished)?;
    Ok(done)
}

/// A change of the key by somebody who has the recovery key.
struct Change<'a> {
    dir: &'a Path,
    recovery: &'a RecoveryKey,
    env: &'a Env,
    keys: Keys,
    old: DataKey,
}

impl Change<'_> {
    /// Makes keys and records anew beside the old ones, up to the rename that decides.
    fn make(&self, login: &str, new_password: &str, tell: Tell<'_>) -> Result<Rekeyed, BackupError> {
        let Self { dir, env, .. } = *self;
        let mut conn = connect_known(dir, &self.old)?;
        upgrade(&mut conn, india(env.now_ms()), tell)?;
        let user = user(&conn, login)?.filter(|user| user.role == Role::SuperAdmin).ok_or(BackupError::NotAnAdmin)?;
        rule::password(new_password, &user.login)?;
        let active = all(&conn, "SELECT id FROM user WHERE active", [], |_| Ok(()))?.len() as u64;
        self.tell_audit(&conn)?;
        // All of it into the file that is copied.
        let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
        if busy != 0 {
            return Err(StoreError::Closed.into());
        }
        drop(conn);

        let beside = make_own_folder(dir, MAKING)?;
        let events = self.make_in(&beside, &user, new_password, tell).inspect_err(|_| {
            // Above all on a full disk; else the next opening does it.
            let _ = fs::remove_dir_all(&beside);
        })?;
        Ok(Rekeyed { events, without_password: active.saturating_sub(1) })
    }

    fn make_in(&self, beside: &Path, user: &Session, new_password: &str, tell: Tell<'_>) -> Result<u64, BackupError> {
        let Self { dir, env, .. } = *self;
        let copy = copy(&dir.join(DATABASE), &beside.join(DATABASE), tell)?;
        let new: DataKey = Zeroizing::new(env.random().map_err(StoreError::from)?);
        change_key(&beside.join(DATABASE), &self.old, &new)?;
        let events = go_on(beside, &new, user.user, env, tell)?;
        // Not before it is known what was copied.
        owner::give(&copy, beside)?;
        drop(copy);
        let mut keys = Keys::create(beside, env)?;
        keys.put(&Secret::Recovery(self.recovery), &new, env)?;
        keys.put(&Secret::Password { login: &user.login, password: new_password }, &new, env)?;
        File::open(beside)?.sync_all()?;
        fs::rename(beside, dir.join(MADE))?;
        Ok(events)
    }

    /// What was noted while the records were shut: what it is noted under follows from keys that are about to go.
    fn tell_audit(&self, conn: &Connection) -> Result<(), BackupError> {
        let mut tries = TriesFile::read(self.dir);
        let untold = untold(conn, &self.keys, &tries)?;
        if untold.is_empty() {
            return Ok(());
        }
        for (user, seen, at_ms) in untold {
            put_seen(conn, at_ms, user, seen)?;
        }
        Ok(tries.told()?)
    }

    fn note_failure(&self, login: &str) {
        let note = || -> Result<(), BackupError> {
            let conn = connect_known(self.dir, &self.old)?;
            let user = user(&conn, login)?.map(|user| user.user);
            Ok(put_seen(&conn, self.env.now_ms(), user, Seen::RecoveryFailed)?)
        };
        if let Err(error) = note() {
            tracing::warn!(%error, "a change of the key that failed is not in the audit");
        }
    }
}

fn user(conn: &Connection, login: &str) -> rusqlite::Result<Option<Session>> {
    look::user_by_login(conn, &login.trim().to_lowercase())
}

/// Ends a change of the key that was cut off: what was ready takes its place, what was not is thrown away. Called by
/// whoever holds the clinic, before its keys are read.
pub(super) fn finish(dir: &Path) -> Result<(), OpenError> {
    if let Some(making) = own_folder(dir, MAKING)? {
        fs::remove_dir_all(making)?;
    }
    let Some(made) = own_folder(dir, MADE)? else { return Ok(()) };
    // The rename that decided must not be forgotten once the first file is in its place.
    File::open(dir)?.sync_all()?;
    if made.join(DATABASE).exists() {
        // They are of the old database, and hold nothing that is not in the new one.
        BESIDE.iter().try_for_each(|name| remove(&dir.join(name)))?;
        // The keys stay here as well until the records are in their place: whatever somebody puts back meanwhile, the
        // two fit each other afterwards.
        write_durably(&dir.join(KEYS), &fs::read(made.join(KEYS))?)?;
        // What was counted under the old keys is found under none of the new.
        remove(&dir.join(TRIES))?;
        fs::rename(made.join(DATABASE), dir.join(DATABASE))?;
        File::open(dir)?.sync_all()?;
    }
    Ok(fs::remove_dir_all(made)?)
}

fn copy(from: &Path, to: &Path, tell: Tell<'_>) -> Result<File, BackupError> {
    let mut from = File::open(from)?;
    let total = from.metadata()?.len();
    let mut to = private(to)?;
    let mut done = 0;
    while done < total {
        done += match io::copy(&mut (&mut from).take(COPY_BYTES), &mut to)? {
            0 => return Err(BackupError::Damaged),
            bytes => bytes,
        };
        tell(Progress { step: Step::Copying, done, total });
    }
    to.sync_all()?;
    Ok(to)
}

/// Of a copy that nobody else has open: cut off, it is thrown away, so nothing of it is kept twice.
fn change_key(path: &Path, old: &DataKey, new: &DataKey) -> Result<(), BackupError> {
    let conn = open_encrypted(path, OpenFlags::default(), old)?;
    // Out of the write-ahead log first: from there only a journal can be left out.
    conn.pragma_update(None, "journal_mode", "DELETE")?;
    conn.pragma_update(None, "journal_mode", "OFF")?;
    Ok(put_under(&conn, new)?)
}

/// Says in the records that the password is another, and looks at all of them once more under the new key.
fn go_on(dir: &Path, key: &DataKey, user: UserId, env: &Env, tell: Tell<'_>) -> Result<u64, BackupError> {
    let conn = connect(dir, key)?;
    let (identity, origin) = node(&conn)?;
    put_seen(&conn, env.now_ms(), Some(user), Seen::Rekey)?;
    let mut writer = Writer::new(conn, identity, origin, env.clone())?;
    writer.found(vec![(Actor::NODE, Fact::PasswordReset(PasswordReset { user }))])?;
    writer.fold()?;
    drop(writer);
    let conn = connect(dir, key)?;
    if damaged_pages(&conn)? > 0 {
        return Err(BackupError::Damaged);
    }
    let report = verify(&conn, &Stop::default(), tell)?;
    if report.problems.is_empty() { Ok(report.events) } else { Err(BackupError::Records(report.problems)) }
}
