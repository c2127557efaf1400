//! A clinic from a backup, in a folder that has none. All that can be wrong is found before the folder is
//! touched, and the records are put in their place last: until then the restoring may be repeated.
//!
//! What was recorded after the backup may exist at the district, under the same log. So the restored station
//! never goes on writing there: it opens a new origin, and the old one is read from then on.

use super::backup::{BackupError, Reading};
use super::keys::{DataKey, Keys, RecoveryKey, Secret};
use super::open::{Place, connect, may_found, node};
use super::rebuild::{Stop, Tell};
use super::seen::put_seen;
use super::sql::{all, run};
use super::upgrade::upgrade;
use super::verify::verify;
use super::writer::Writer;
use super::{Env, Seen, StoreError, issuers, look};
use crate::date::india;
use crate::ledger::Actor;
use crate::record::fact::{Fact, OpenedWhy, OriginOpened, PasswordReset};
use crate::record::role::Role;
use crate::record::rule;
use hub_protocol::{OriginId, UserId};
use std::path::Path;

/// Opens a new log for records that came from elsewhere, with a new password of `user` as its first news.
pub(super) fn go_on(
    dir: &Path,
    data_key: &DataKey,
    (why, seen): (OpenedWhy, Seen),
    news: Vec<Fact>,
    user: UserId,
    env: &Env,
) -> Result<OriginId, BackupError> {
    let conn = connect(dir, data_key)?;
    let (identity, _) = node(&conn)?;
    let origin = OriginId(env.random().map_err(StoreError::from)?);
    run(&conn, "UPDATE node SET origin = ?1", [origin.0])?;
    put_seen(&conn, env.now_ms(), Some(user), seen)?;
    let opened = OriginOpened { node: identity.public_key(), why };
    let mut writer = Writer::new(conn, identity, origin, env.clone())?;
    let reset = Fact::PasswordReset(PasswordReset { user });
    let facts = std::iter::once(Fact::OriginOpened(opened)).chain(news).chain([reset]);
    writer.found(facts.map(|fact| (Actor::NODE, fact)).collect())?;
    writer.fold()?;
    Ok(origin)
}

/// The last word before such records count: what will be opened is read once more, as it lies there.
pub(super) fn last_look(dir: &Path, data_key: &DataKey, stop: &Stop, tell: Tell<'_>) -> Result<(), BackupError> {
    let report = verify(&connect(dir, data_key)?, stop, tell)?;
    if report.problems.is_empty() { Ok(()) } else { Err(BackupError::Records(report.problems)) }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made, ms since 1970: nothing later is in it.
    pub made_at_ms: u64,
    /// Events of all logs in the backup.
    pub events: u64,
    /// The new log of this station.
    pub origin: OriginId,
    /// Active people who cannot log in before an Admin gives them a password.
    pub without_password: u64,
}

/// Makes the clinic of a backup again in `dir`. `login`, an Admin or a Super Admin, gets the new password; the
/// passwords of the others are not in the backup.
pub fn restore(
    file: &Path,
    dir: &Path,
    recovery: &RecoveryKey,
    login: &str,
    new_password: &str,
    env: &Env,
    tell: Tell<'_>,
) -> Result<Restored, BackupError> {
    Restoring { file, dir, recovery, login, new_password }.unless(&Stop::default(), env, tell)
}

/// What is to be restored, where, and who can log in then.
#[derive(Clone, Copy)]
pub struct Restoring<'a> {
    pub file: &'a Path,
    pub dir: &'a Path,
    pub recovery: &'a RecoveryKey,
    pub login: &'a str,
    pub new_password: &'a str,
}

impl Restoring<'_> {
    /// Restores it, unless somebody stops it: then the folder is as it was, and takes it another time.
    pub fn unless(self, stop: &Stop, env: &Env, tell: Tell<'_>) -> Result<Restored, BackupError> {
        let Self { file, dir, recovery, login, new_password } = self;
        may_found(dir)?;
        let backup = Reading::of(file)?;
        let data_key = backup.open(recovery, env)?;
        let checked = backup.check(&data_key, stop, tell)?;
        let login = login.trim().to_lowercase();
        let user = look::user_by_login(&checked.again, &login)?
            .filter(|user| matches!(user.role, Role::SuperAdmin | Role::Admin))
            .ok_or(BackupError::NotAnAdmin)?;
        rule::password(new_password, &user.login)?;
        let active = all(&checked.again, "SELECT id FROM user WHERE active", [], |_| Ok(()))?.len() as u64;

        let place = Place::for_restoring(dir)?;
        let mut fill = || {
            let beside = &place.beside;
            backup.extract(&beside.join(super::open::DATABASE), stop, tell)?;
            let mut keys = Keys::parse(&backup.footer.keys, beside)?;
            keys.put(&Secret::Password { login: &user.login, password: new_password }, &data_key, env)?;
            let mut conn = connect(beside, &data_key)?;
            upgrade(&mut conn, india(env.now_ms()), tell)?;
            drop(conn);
            stop.check()?;
            let origin = go_on(beside, &data_key, (OpenedWhy::Restored, Seen::Restore), vec![], user.user, env)?;
            last_look(beside, &data_key, stop, tell)?;
            stop.check()?;
            Ok(origin)
        };
        let origin = match fill() {
            Ok(origin) => origin,
            Err(error @ BackupError::Stopped) => {
                place.give_up()?;
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        let _lock = place.fill()?;
        let conn = connect(dir, &data_key)?;
        let (identity, _) = node(&conn)?;
        let _key_set = issuers::keep(&conn, &identity, dir)?;
        Ok(Restored {
            made_at_ms: backup.footer.made_at_ms,
            events: checked.events,
            origin,
            without_password: active.saturating_sub(1),
        })
    }
}
