//! The encrypted database of a clinic, and the only place that names it.

mod apply;
mod env;
mod keys;
mod logs;
mod look;
mod open;
mod query;
mod schema;
mod sql;
mod tries;
mod verify;
mod writer;

pub use env::{Env, KdfCost, NoRandom};
pub use keys::{DataKey, KeyFile, Keys, KeysError, RecoveryKey, Secret, SlotKind};
pub use open::{Founding, LoginError, NewPerson, OpenError, found, is_founded, may_found};
pub use query::PAGE_MAX;
pub use query::{
    CardKnown, CertificateData, ChildLine, ChildPage, ClinicView, ConflictLine, DistrictView, DoseLine, DueChild,
    DueDose, NextLine, Sync, TaskLine, TodayView, ToyLine, UserLine,
};
pub use verify::{Problem, VerifyReport};

use crate::ledger::EventId;
use crate::record::command::{Command, CommandKind, NewUser};
use crate::record::fact::Fact;
use crate::record::refusal::Refusal;
use crate::record::role::{Right, Role, Scope, may};
use crate::record::rule;
use hub_protocol::replica::Head;
use hub_protocol::toy::SignedRecord;
use hub_protocol::{Identity, OriginId, PublicKey, UserId};
use rusqlite::Connection;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tries::TriesFile;
use writer::{Job, Reply, Writer};

/// Jobs that may wait for the writer; more and the callers wait.
const JOBS_MAX: usize = 1_024;
/// Idle read connections that are kept.
const READERS_MAX: usize = 4;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database")]
    Sqlite(#[from] rusqlite::Error),
    #[error("a commit failed, nothing of it is stored")]
    Commit(#[source] Arc<rusqlite::Error>),
    #[error("an event")]
    Fact(#[from] crate::record::fact::FactError),
    #[error("the store is closed or cannot write")]
    Closed,
    #[error("the clinic follows a schedule that this program does not have")]
    UnknownSchedule,
    #[error("no clinic was founded here")]
    NoClinic,
    #[error("a log differs from what is held")]
    Fork,
    #[error("events are missing before these")]
    Gap,
    #[error("nobody else may write our own log")]
    OwnLog,
    #[error("a log does not say first that it is its sender's")]
    NotTheirLog,
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    #[error("key slots")]
    Keys(#[from] KeysError),
}

impl StoreError {
    /// The disk has no room: the one fault that a person at the desk can mend.
    pub fn is_disk_full(&self) -> bool {
        let error = match self {
            Self::Sqlite(error) => error,
            Self::Commit(error) => error,
            _ => return false,
        };
        error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
    }

    /// The database file is not what SQLite wrote.
    pub fn is_damaged(&self) -> bool {
        let Self::Sqlite(error) = self else { return false };
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
    }
}

/// A refusal by a rule, or a store that cannot do it now. Either way nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    #[error("not stored")]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for SubmitError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Proof that a command is durable: given only after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub event: EventId,
    pub fact: Fact,
}

/// How far a toy's records are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub epoch: u64,
    pub committed: u64,
}

/// A person who logged in. Every question and every command names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub user: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
}

impl Session {
    /// May this person ask or do it at all? What is not allowed is not shown.
    pub fn may(&self, right: Right) -> bool {
        may(self.role, right).is_some()
    }
}

type Watcher = Box<dyn Fn() + Send + std::marker::Sync>;

/// An open clinic. Clones share it; the database closes with the last one.
#[derive(Clone)]
pub struct Clinic(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    /// Held as long as the clinic is open: one station on one set of data.
    _lock: File,
    data_key: DataKey,
    identity: Identity,
    origin: OriginId,
    env: Env,
    keys: Mutex<Keys>,
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    readers: Mutex<Vec<Connection>>,
    watchers: Arc<Mutex<Vec<Watcher>>>,
    /// The day for which the forecasts were checked last.
    forecast_day: AtomicI64,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The writer only ends by itself; a panic there was already logged.
            let _ = thread.join();
        }
    }
}

impl Clinic {
    fn start(dir: PathBuf, lock: File, data_key: DataKey, keys: Keys, env: Env) -> Result<Self, OpenError> {
        let conn = open::connect_first(&dir, &data_key)?;
        let (identity, origin) = open::node(&conn)?;
        let writer = Writer::new(conn, identity.clone(), origin, env.clone())?;
        let (jobs, queue) = sync_channel(JOBS_MAX);
        let watchers: Arc<Mutex<Vec<Watcher>>> = Arc::default();
        let told = watchers.clone();
        let thread = std::thread::Builder::new()
            .name("clinic-writer".into())
            .spawn(move || writer.work(&queue, &|| guard(&told).iter().for_each(|w| w())))?;
        let clinic = Self(Arc::new(Inner {
            dir,
            _lock: lock,
            data_key,
            identity,
            origin,
            env,
            keys: Mutex::new(keys),
            jobs: Some(jobs),
            thread: Some(thread),
            readers: Mutex::default(),
            watchers,
            forecast_day: AtomicI64::new(i64::MIN),
        }));
        clinic.reconcile_slots()?;
        Ok(clinic)
    }

    /// The key by which this station is known to toys and to the district.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub fn origin(&self) -> OriginId {
        self.0.origin
    }

    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// Calls `watcher` after each commit that made a log grow, or by which the district proved to hold more
    /// of ours. It must not block.
    pub fn on_commit(&self, watcher: impl Fn() + Send + std::marker::Sync + 'static) {
        guard(&self.0.watchers).push(Box::new(watcher));
    }

    /// Does what a person asks, or says why not. Returns after the commit is durable; blocks until then.
    pub fn submit(&self, session: &Session, command: Command) -> Result<Receipt, SubmitError> {
        self.ask(|reply| Job::Submit { by: session.user, command: Box::new(command), reply })
    }

    /// Registers a user and makes the key slot of the first password. The slot is durable first: a user
    /// who stands in the records can log in.
    pub fn register_user(&self, session: &Session, new: &NewUser, password: &str) -> Result<UserId, SubmitError> {
        let new = rule::user_fields(new)?;
        rule::password(password, &new.login)?;
        // Asked before the slot is made, so that a refusal cannot replace anybody's slot.
        if self.read(|conn| Ok(look::user_by_login(conn, &new.login)?.is_some()))? {
            return Err(Refusal::LoginTaken.into());
        }
        let user = self.0.env.new_user_id().map_err(StoreError::from)?;
        let secret = Secret::Password { login: &new.login, password };
        guard(&self.0.keys).put(&secret, &self.0.data_key, &self.0.env).map_err(StoreError::from)?;
        let outcome = self.submit(session, Command::RegisterUser { user, new });
        if outcome.is_err() {
            self.reconcile_slots().map_err(|_| StoreError::Closed)?;
        }
        outcome.map(|_| user)
    }

    /// Disables a user; the key slot goes with the right to log in.
    pub fn disable_user(&self, session: &Session, user: UserId) -> Result<(), SubmitError> {
        self.submit(session, Command::DisableUser { user })?;
        self.reconcile_slots().map_err(|_| StoreError::Closed)?;
        Ok(())
    }

    /// May this person do it, as the records stand now? Asked before something is done to the world that a
    /// refused command could not take back.
    pub fn allows(&self, session: &Session, kind: CommandKind) -> Result<(), SubmitError> {
        self.scope(session, Right::Do(kind)).map(drop)
    }

    fn reset_password(&self, session: &Session, password: &str) -> Result<(), StoreError> {
        // The event first: no password may change without a trace.
        let _event: EventId = self.ask(|reply| Job::ResetPassword { user: session.user, reply })?;
        let secret = Secret::Password { login: &session.login, password };
        let keys = &mut guard(&self.0.keys);
        keys.put(&secret, &self.0.data_key, &self.0.env)?;
        TriesFile::read(&self.0.dir).right(keys.tag(SlotKind::Password, &session.login)).map_err(KeysError::from)?;
        Ok(())
    }

    /// Makes a file that opens this clinic as the user of `session`, for a headless hub. An earlier file of
    /// the same user opens nothing from then on.
    pub fn make_key_file(&self, session: &Session, path: &Path) -> Result<(), SubmitError> {
        self.allows(session, CommandKind::MakeKeyFile)?;
        let login = self.read(|conn| Ok(look::login_of(conn, session.user)?))?.ok_or(Refusal::NotActive)?;
        let file = KeyFile::generate(&self.0.env, &login).map_err(StoreError::from)?;
        // The file first: a path that cannot be written must not cost the file that works.
        file.write(path).map_err(StoreError::from)?;
        let put = guard(&self.0.keys).put(&Secret::KeyFile(&file), &self.0.data_key, &self.0.env);
        if put.is_err() {
            let _ = std::fs::remove_file(path);
        }
        Ok(put.map_err(StoreError::from)?)
    }

    /// How far a right of this person reaches, as the records stand now: a session that was opened earlier,
    /// or made up, is worth no more than its user.
    fn scope(&self, session: &Session, right: Right) -> Result<Scope, SubmitError> {
        let role = self.read(|conn| Ok(look::active_role(conn, session.user)?))?.ok_or(Refusal::NotActive)?;
        may(role, right).ok_or(SubmitError::Refused(Refusal::NotAllowed))
    }

    /// Takes records from a toy that is registered here. Each is in the ledger once, however often it is sent.
    pub fn take_toy_records(
        &self,
        toy: &PublicKey,
        records: Vec<SignedRecord>,
        clock_offset_ms: i64,
    ) -> Result<Taken, SubmitError> {
        self.ask(|reply| Job::TakeToy { toy: *toy, records, offset_ms: clock_offset_ms, reply })
    }

    /// Notes what the district has proven to hold.
    pub fn proven(&self, head: Head) -> Result<(), StoreError> {
        self.ask(|reply| Job::Proven { head, reply })
    }

    /// Logs somebody in while the clinic is open.
    pub fn login(&self, login: &str, password: &str) -> Result<Session, LoginError> {
        // Read under the lock: guesses that come together are counted one after the other.
        let keys = guard(&self.0.keys);
        let mut tries = TriesFile::read(&self.0.dir);
        let opened = open::guess(&keys, &mut tries, &Secret::Password { login, password }, &self.0.env)?;
        drop(keys);
        if opened != self.0.data_key {
            return Err(OpenError::WrongKey.into());
        }
        self.session_of(login)
    }

    fn session_of(&self, login: &str) -> Result<Session, LoginError> {
        let login = login.trim().to_lowercase();
        let session = self.read(|conn| Ok(look::user_by_login(conn, &login)?)).map_err(OpenError::from)?;
        session.ok_or(LoginError::Wrong)
    }

    /// Slots of people who are not active users go: after a refusal, a disabled user, or a crash between
    /// the two steps.
    fn reconcile_slots(&self) -> Result<(), OpenError> {
        let active = self
            .read(|conn| Ok(sql::all(conn, "SELECT login FROM user WHERE active", [], |r| r.get::<_, String>(0))?))?;
        let gone = guard(&self.0.keys).keep(&active)?;
        if gone > 0 {
            tracing::info!(gone, "key slots of people who may not log in were removed");
        }
        Ok(())
    }

    fn ask<T, E: From<StoreError>>(&self, job: impl FnOnce(Reply<Result<T, E>>) -> Job) -> Result<T, E> {
        let (reply, answer) = sync_channel(1);
        let jobs = self.0.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(job(reply)).map_err(|_| StoreError::Closed)?;
        answer.recv().map_err(|_| StoreError::Closed)?
    }

    /// Reads from a consistent snapshot. Readers never wait for the writer.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let held = guard(&self.0.readers).pop();
        let conn = match held {
            Some(conn) => conn,
            None => open::connect(&self.0.dir, &self.0.data_key)?,
        };
        let result = {
            let snapshot = conn.unchecked_transaction()?;
            read(&snapshot)
        };
        let mut readers = guard(&self.0.readers);
        if readers.len() < READERS_MAX {
            readers.push(conn);
        }
        result
    }

    /// The day, with the forecasts worked out for it.
    fn today(&self) -> Result<chrono::NaiveDate, StoreError> {
        let today = crate::date::india(self.0.env.now_ms());
        if self.0.forecast_day.load(Ordering::Relaxed) != sql::day(today) {
            self.ask(|reply| Job::NewDay { reply })?;
            self.0.forecast_day.store(sql::day(today), Ordering::Relaxed);
        }
        Ok(today)
    }
}

impl std::fmt::Debug for Clinic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clinic").field("origin", &self.0.origin).finish_non_exhaustive()
    }
}

/// A panic elsewhere does not make our data wrong: every change of it is whole before the lock is let go.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
