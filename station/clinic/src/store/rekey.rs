//! Another key for the database. The records are copied beside themselves, put under the new key and checked there;
//! then they take the place of the old ones. Whoever copied the old key reads nothing that is written afterwards.
//!
//! One rename decides. Before it nothing has happened, and what lies beside is thrown away; after it the next opening
//! finishes what was cut off.

use super::backup::BackupError;
use super::encrypted::{open_encrypted, put_under};
use super::keys::{DataKey, FILE as KEYS, Keys, RecoveryKey, Secret, private, write_durably};
use super::lock::FolderLock;
use super::open::{DATABASE, OpenError, connect, connect_known, is_founded, make_private_dir, node};
use super::rebuild::{Progress, Step, Tell};
use super::sql::{all, int, run};
use super::upgrade::upgrade;
use super::verify::verify;
use super::writer::Writer;
use super::{Env, Seen, StoreError, look};
use crate::date::india;
use crate::ledger::Actor;
use crate::record::fact::{Fact, PasswordReset};
use crate::record::role::Role;
use crate::record::rule;
use hub_protocol::UserId;
use rusqlite::OpenFlags;
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
/// them held the old key.
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
    let old = Keys::read(dir)?.open(&Secret::Recovery(recovery), env)?.ok_or(BackupError::WrongKey)?;
    let mut conn = connect_known(dir, &old)?;
    upgrade(&mut conn, india(env.now_ms()), tell)?;
    let user = look::user_by_login(&conn, &login.trim().to_lowercase())?
        .filter(|user| user.role == Role::SuperAdmin)
        .ok_or(BackupError::NotAnAdmin)?;
    rule::password(new_password, &user.login)?;
    let active = all(&conn, "SELECT id FROM user WHERE active", [], |_| Ok(()))?.len() as u64;
    // All of it into the file that is copied.
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
    if busy != 0 {
        return Err(StoreError::Closed.into());
    }
    drop(conn);

    let beside = dir.join(MAKING);
    make_private_dir(&beside)?;
    let mut made = || -> Result<u64, BackupError> {
        copy(&dir.join(DATABASE), &beside.join(DATABASE), tell)?;
        let new: DataKey = Zeroizing::new(env.random().map_err(StoreError::from)?);
        change_key(&beside.join(DATABASE), &old, &new)?;
        let events = go_on(&beside, &new, user.user, env, tell)?;
        let mut keys = Keys::create(&beside, env)?;
        keys.put(&Secret::Recovery(recovery), &new, env)?;
        keys.put(&Secret::Password { login: &user.login, password: new_password }, &new, env)?;
        File::open(&beside)?.sync_all()?;
        fs::rename(&beside, dir.join(MADE))?;
        Ok(events)
    };
    let events = made().inspect_err(|_| {
        // Above all on a full disk; else the next opening does it.
        let _ = fs::remove_dir_all(&beside);
    })?;
    finish(dir)?;
    Ok(Rekeyed { events, without_password: active.saturating_sub(1) })
}

/// Ends a change of the key that was cut off: what was ready takes its place, what was not is thrown away. Called by
/// whoever holds the clinic, before its keys are read.
pub(super) fn finish(dir: &Path) -> io::Result<()> {
    let (making, made) = (dir.join(MAKING), dir.join(MADE));
    if making.exists() {
        fs::remove_dir_all(making)?;
    }
    if !made.exists() {
        return Ok(());
    }
    // The rename that decided must not be forgotten once the first file is in its place.
    File::open(dir)?.sync_all()?;
    if made.join(DATABASE).exists() {
        // They are of the old database, and hold nothing that is not in the new one.
        for name in BESIDE.map(|name| dir.join(name)).iter().filter(|path| path.exists()) {
            fs::remove_file(name)?;
        }
        // The keys stay here as well until the records are in their place: whatever somebody puts back meanwhile, the
        // two fit each other afterwards.
        write_durably(&dir.join(KEYS), &fs::read(made.join(KEYS))?)?;
        fs::rename(made.join(DATABASE), dir.join(DATABASE))?;
        File::open(dir)?.sync_all()?;
    }
    fs::remove_dir_all(made)
}

fn copy(from: &Path, to: &Path, tell: Tell<'_>) -> Result<(), BackupError> {
    let mut from = File::open(from)?;
    let total = from.metadata()?.len();
    let mut to = private(to, true)?;
    let mut done = 0;
    while done < total {
        done += match io::copy(&mut (&mut from).take(COPY_BYTES), &mut to)? {
            0 => return Err(BackupError::Damaged),
            bytes => bytes,
        };
        tell(Progress { step: Step::Copying, done, total });
    }
    Ok(to.sync_all()?)
}

/// Of a database that nobody else has open.
fn change_key(path: &Path, old: &DataKey, new: &DataKey) -> Result<(), BackupError> {
    let conn = open_encrypted(path, OpenFlags::default(), old)?;
    // Every page is written anew, in one transaction.
    conn.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(put_under(&conn, new)?)
}

/// Says in the records that the password is another, and looks at all of them once more under the new key.
fn go_on(dir: &Path, key: &DataKey, user: UserId, env: &Env, tell: Tell<'_>) -> Result<u64, BackupError> {
    let conn = connect(dir, key)?;
    let (identity, origin) = node(&conn)?;
    let seen = (int(env.now_ms()), int(user.0), Seen::Rekey as i64);
    run(&conn, "INSERT INTO audit(at_ms, user, what) VALUES (?1, ?2, ?3)", seen)?;
    let mut writer = Writer::new(conn, identity, origin, env.clone())?;
    writer.found(vec![(Actor::NODE, Fact::PasswordReset(PasswordReset { user }))])?;
    writer.fold()?;
    drop(writer);
    let report = verify(&connect(dir, key)?, tell)?;
    if report.problems.is_empty() { Ok(report.events) } else { Err(BackupError::Records(report.problems)) }
}
