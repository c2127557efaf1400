//! A clinic whose computer is gone, on a new one: its logs come from the district, which wants the recovery key's
//! word for it. Until all has come the folder has no clinic, and what came is kept: cut off, it is repeated.

use super::backup::BackupError;
use super::keys::{DataKey, Keys, RecoveryKey, Secret};
use super::logs::{self, keep_signed, own_keys, put_proven};
use super::open::{Place, connect, connect_first, create, make_database, node};
use super::rebuild::{Stop, Tell, refill};
use super::restore::{go_on, last_look};
use super::sql::{all, one, origin_no, run, uint};
use super::writer::{insert_event, put_head};
use super::{Env, Seen, StoreError, guard, issuers, look};
use crate::date::india;
use crate::ledger::{Entry, Event};
use crate::record::fact::{DirectivesTaken, Fact, OpenedWhy, OriginOpened};
use crate::record::role::Role;
use crate::record::rule;
use crate::replica::Logs;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{Identity, OriginId, PublicKey};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;
use std::sync::Mutex;
use zeroize::Zeroizing;

/// A clinic that is just coming.
pub struct Takeover {
    place: Place,
    conn: Mutex<Connection>,
    data_key: DataKey,
    keys: Keys,
    identity: Identity,
    env: Env,
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// Events of all logs.
    pub events: u64,
    /// The new log of this station.
    pub origin: OriginId,
    /// Active people who cannot log in before an Admin gives them a password.
    pub without_password: u64,
}

impl Takeover {
    /// In a folder without a clinic: with a new key for the station, or with the one of a takeover that was cut off,
    /// which the same recovery key opens.
    pub fn begin(dir: &Path, recovery: &RecoveryKey, env: &Env) -> Result<Self, BackupError> {
        let place = Place::for_takeover(dir)?;
        let beside = place.beside.clone();
        let secret = Secret::Recovery(recovery);
        let before = Keys::read(&beside).ok().filter(|_| beside.join(super::open::DATABASE).exists());
        let opened = match &before {
            Some(keys) => Some(keys.open(&secret, env)?.ok_or(BackupError::WrongKey)?),
            None => None,
        };
        if let (Some(keys), Some(data_key)) = (before, opened)
            && let Ok(conn) = connect_first(&beside, &data_key)
            && let Ok((identity, _)) = node(&conn)
        {
            return Ok(Self { place, conn: Mutex::new(conn), data_key, keys, identity, env: env.clone() });
        }
        // Nothing was there, or it was cut off before it was anything.
        place.give_up()?;
        let place = Place::for_takeover(dir)?;
        let data_key: DataKey = Zeroizing::new(env.random().map_err(StoreError::from)?);
        let identity = Identity::from_seed(env.random().map_err(StoreError::from)?);
        let conn = create(&beside, &data_key)?;
        make_database(&conn, &identity, OriginId(env.random().map_err(StoreError::from)?))?;
        let mut keys = Keys::create(&beside, env)?;
        keys.put(&secret, &data_key, env)?;
        Ok(Self { place, conn: Mutex::new(conn), data_key, keys, identity, env: env.clone() })
    }

    /// The key that is to be the station's.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The district has taken this key for the station's, which had these before.
    pub fn accepted(&self, former: &[PublicKey]) -> Result<(), StoreError> {
        let conn = guard(&self.conn);
        for key in former {
            run(&conn, "INSERT INTO former(key) VALUES (?1) ON CONFLICT DO NOTHING", [key.0])?;
        }
        Ok(())
    }

    /// Has all of this come?
    pub fn holds(&self, heads: &[Head]) -> Result<bool, StoreError> {
        let conn = guard(&self.conn);
        for head in heads {
            if head.seq > 0 && logs::hash_at(&conn, head.origin, head.seq)? != Some(head.hash) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The recovery key was the wrong one: nothing is kept.
    pub fn give_up(self) -> Result<(), BackupError> {
        drop(self.conn);
        Ok(self.place.give_up()?)
    }

    /// All has come: the read tables are made, `login`, an Admin or a Super Admin, gets a password, and the folder has
    /// its clinic. May be repeated when it fails.
    pub fn finish(
        self,
        recovery: &RecoveryKey,
        login: &str,
        new_password: &str,
        tell: Tell<'_>,
    ) -> Result<TakenOver, BackupError> {
        let Self { place, conn, data_key, mut keys, identity, env } = self;
        let mut conn = conn.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let events = refill(&tx, &identity.public_key(), india(env.now_ms()), tell)?;
        let of_clinic = one(&tx, "SELECT recovery FROM clinic", [], |r| super::sql::bytes(r, 0).map(PublicKey));
        if of_clinic.map_err(StoreError::from)? != Some(recovery.public_key()) {
            return Err(BackupError::WrongKey);
        }
        let login = login.trim().to_lowercase();
        let user = look::user_by_login(&tx, &login)
            .map_err(StoreError::from)?
            .filter(|user| matches!(user.role, Role::SuperAdmin | Role::Admin))
            .ok_or(BackupError::NotAnAdmin)?;
        rule::password(new_password, &user.login)?;
        let active =
            all(&tx, "SELECT id FROM user WHERE active", [], |_| Ok(())).map_err(StoreError::from)?.len() as u64;
        // All that the district said has come, and is in force from here on.
        let own = own_keys(&tx, &identity.public_key()).map_err(StoreError::from)?;
        let mut news = Vec::new();
        for Head { origin, seq, .. } in logs::heads(&tx).map_err(StoreError::from)? {
            let writer = logs::writer(&tx, origin).map_err(StoreError::from)?;
            if writer.is_some_and(|writer| !own.contains(&writer)) {
                news.push(Fact::DirectivesTaken(DirectivesTaken { origin, seq }));
            }
        }
        tx.commit().map_err(StoreError::from)?;
        keys.put(&Secret::Password { login: &user.login, password: new_password }, &data_key, &env)?;
        let beside = place.beside.clone();
        drop(conn);
        let origin = go_on(&beside, &data_key, (OpenedWhy::TakenOver, Seen::Takeover), news, user.user, &env)?;
        last_look(&beside, &data_key, &Stop::default(), tell)?;
        let dir = place.dir.clone();
        let _lock = place.fill()?;
        // The certificates of the computer before are true on this one too.
        let _key_set = issuers::keep(&connect(&dir, &data_key)?, &identity, &dir)?;
        Ok(TakenOver { events, origin, without_password: active.saturating_sub(1) })
    }
}

/// Only receives.
impl Logs for Takeover {
    type Error = StoreError;

    fn heads(&self) -> Result<Vec<Head>, StoreError> {
        Ok(logs::heads(&guard(&self.conn))?)
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, StoreError> {
        Ok(logs::writer(&guard(&self.conn), origin)?)
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, StoreError> {
        Ok(logs::hash_at(&guard(&self.conn), origin, seq)?)
    }

    fn entries(&self, origin: OriginId, after: u64, events: u32, bytes: usize) -> Result<Vec<Entry>, StoreError> {
        Ok(logs::entries(&guard(&self.conn), origin, after, events, bytes)?)
    }

    fn store(&self, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, StoreError> {
        let origin = head.head.origin;
        let mut conn = guard(&self.conn);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let no = origin_no(&tx, origin, writer.0)?;
        let sql = "SELECT max(seq) FROM event WHERE origin = ?1";
        let mut held = one(&tx, sql, [no], |r| r.get::<_, Option<i64>>(0))?.flatten().map_or(0, uint);
        for event in events.iter().filter(|event| event.id.seq > held).collect::<Vec<_>>() {
            if event.id.origin != origin || event.id.seq != held + 1 {
                return Err(StoreError::Gap);
            }
            // A log says first whose it is.
            let opens = || matches!(Fact::of(&event.entry), Ok(Fact::OriginOpened(OriginOpened { node, .. })) if node == *writer);
            if event.id.seq == 1 && !opens() {
                return Err(StoreError::NotTheirLog);
            }
            insert_event(&tx, no, event)?;
            held += 1;
        }
        if logs::hash_at(&tx, origin, head.head.seq)? != Some(head.head.hash) || held != head.head.seq {
            return Err(StoreError::Fork);
        }
        put_head(&tx, &head)?;
        keep_signed(&tx, &head)?;
        if own_keys(&tx, &self.identity.public_key())?.contains(writer) {
            put_proven(&tx, head.head, self.env.now_ms())?;
        }
        tx.commit()?;
        Ok(head.head)
    }

    fn writes(&self) -> Result<Option<OriginId>, StoreError> {
        Ok(None)
    }

    fn former(&self, key: &PublicKey) -> Result<Vec<PublicKey>, StoreError> {
        let me = self.identity.public_key();
        if *key != me {
            return Ok(Vec::new());
        }
        Ok(own_keys(&guard(&self.conn), &me)?.split_off(1))
    }

    fn reopen(&self, _origin: OriginId, _common: u64) -> Result<(), StoreError> {
        Err(StoreError::OwnLog)
    }
}
