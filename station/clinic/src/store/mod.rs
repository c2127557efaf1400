//! The encrypted database of a clinic, and the only place that names it.

mod alike;
mod apply;
mod backup;
mod bulk;
mod device;
mod draft;
mod encrypted;
mod env;
mod form;
mod issuers;
mod keys;
mod lock;
mod logs;
mod look;
mod mirror;
mod open;
mod owner;
mod people;
mod query;
mod readers;
mod rebuild;
mod rekey;
mod reminder;
mod reopen;
mod restore;
mod returned;
mod schema;
mod seen;
mod sql;
mod takeover;
mod touched;
mod tries;
mod upgrade;
mod verify;
mod writer;

pub use crate::record::rule::{ComeBack, NotThen};
pub use crate::record::secret::KdfCost;
pub use apply::nourished::Need;
pub use backup::{Backup, BackupError};
pub(crate) use bulk::Bulk;
pub use bulk::Keep;
pub use device::Watched;
pub use draft::{DRAFT_MAX_BYTES, Draft};
pub use encrypted::{open_encrypted, open_shared};
pub use env::{Env, NoRandom};
pub use issuers::KEY_SET_FILE;
pub use keys::{DataKey, KeyFile, Keys, KeysError, RecoveryKey, Secret, SlotKind, write_durably};
pub use mirror::{Ask, Breach, CardHeld, CardThere, ChildFound, ChildHeld, DoseHere, Mirror, MirrorError, MirrorUser};
pub use open::{Founding, LoginError, NewPerson, OpenError, found, is_founded, may_found};
pub use people::HandedOver;
pub use query::Expiries;
pub use query::PAGE_MAX;
pub use query::{
    AEFI_PAGE, AefiDoseView, AefiLine, AefiView, CERTIFICATE_PAGE, CertificateData, CertificateFilter, CertificateLine,
    CertificateNo, ChartView, DeclineLine, DietView, DoseTakenBack, GROWTH_PAGE, GrowthLine, GrowthListLine,
    GrowthShow, GrowthView, MilestoneLine, MilestonesView, SessionOf, StripLine, StripState,
};
pub use query::{
    ALERT_PAGE, AlertLine, AlertPage, AlertShow, CLOSED_SHOWN_DAYS, CallLine, ClosedBy, DUE_PAGE, DueChild, DueDose,
    DueFilter, DueList, DueShow, FIND_PAGE, FindLine, FindList, LastCall, OfWorker, TodayView, of_villages,
};
pub use query::{
    AUDIT_PAGE, AuditChild, AuditFilter, AuditLine, AuditPage, AuditPlace, CONFLICT_PAGE, ConflictChild, Effect,
    Settled, VaccineEffect,
};
pub use query::{
    AefiCounts, BySex, Check, Cohort, Covered, DROP_OUT_ALARM_PERCENT, DropOut, Report, ReportFilter, ReportItem,
    SessionCounts, TurnedOne,
};
pub use query::{
    AskAnswer, AskedFor, BatchLine, BatchStage, CardContent, CardFilter, CardKnown, CardLine, CardShow, CardSigner,
    EXPIRES_SOON_DAYS, Holder, Named, SessionLine, SessionPage, StockView, TaskFilter, TaskLine, TaskShow, ThingEvent,
    ToyLine, ToyOrder, ToyReport, VialLine, WastageLine,
};
pub use query::{
    CHILDREN_PAGE, Change, ChildFilter, ChildRecord, ChildrenFound, Detail, DoseSaid, DuplicateLine, DuplicatePair,
    FOUND_MAX, Happened, HistoryLine, PAIRS_PAGE, Told, Whose,
};
pub use query::{
    ChildLine, ChildPage, ClinicView, ConflictLine, DistrictView, DoseLine, MergeView, NextLine, NextVisit, ProductUse,
    RecordHas, Standing, Sync, UserLine,
};
pub use query::{FenceLine, TOY_ALERTS_MAX, ToldBesides, ToyAlertLine, ToyAlerts, ToyCourse, ToyNow, ToyUse};
pub use query::{OUTBOX_PAGE, Outbox, OutboxLine, OutboxShow, Reminders};
pub use rebuild::{Progress, Rebuilt, Step, Stop};
pub use rekey::{Rekeyed, rekey};
pub use reminder::{Awaited, MessageStep, NextMessage, Outgoing, SaidStop, Way};
pub use restore::{Restored, Restoring, restore};
pub use seen::{CardFraud, Seen};
pub use takeover::{TakenOver, Takeover};
pub use tries::TriesFile;
pub use verify::{Problem, VerifyReport};

use crate::ledger::EventId;
use crate::record::command::{Command, CommandKind};
use crate::record::fact::Fact;
use crate::record::refusal::Refusal;
use crate::record::role::{Right, Role, Scope, may, not_allowed};
use crate::record::rule::in_contact;
use hub_protocol::replica::Head;
use hub_protocol::toy::{SignedObeyed, SignedRecord};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey, UserId};
use lock::FolderLock;
use readers::Readers;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use touched::{Stamps, Touched};
use writer::{Job, Reply, Writer};

/// Jobs that may wait for the writer; more and the callers wait.
const JOBS_MAX: usize = 1_024;

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
    #[error("an event would be larger than any that a node may write")]
    EventTooLarge,
    #[error("there are as many logs as a node may have")]
    TooManyLogs,
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    #[error("the pages cannot be written under another key")]
    NotRekeyed(#[source] rusqlite::Error),
    #[error("the facts of the diet plan")]
    Diet(#[source] crate::diet::FactsError),
    #[error("key slots")]
    Keys(#[from] KeysError),
    #[error("somebody stopped it")]
    Stopped,
}

impl StoreError {
    /// The disk has no room: the one fault that a person at the desk can mend.
    pub fn is_disk_full(&self) -> bool {
        let error = match self {
            Self::Sqlite(error) => error,
            Self::Commit(error) => error,
            Self::Keys(error) => return error.is_disk_full(),
            _ => return false,
        };
        // The file by which connections share their work grows too, and SQLite has a code of its own for that.
        let sharing = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
        error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            || error.sqlite_error().is_some_and(|error| error.extended_code == sharing)
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
    /// How many of those that came were here before.
    pub repeated: usize,
    /// More than a toy may tell in a day: the rest is taken in so many seconds.
    pub wait_s: Option<u32>,
}

/// A person who logged in. Every question and every command names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub user: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    /// The last event about the user or the password when they logged in: a later one ends this session.
    pub since: u64,
}

impl Session {
    /// May this person ask or do it at all? What is not allowed is not shown.
    pub fn may(&self, right: Right) -> bool {
        may(self.role, right).is_some()
    }

    /// Does this right reach one's own children, toy and tasks alone?
    pub fn sees_own(&self, right: Right) -> bool {
        may(self.role, right) == Some(Scope::Own)
    }
}

type Watcher = Box<dyn Fn() + Send + std::marker::Sync>;

/// An open clinic. Clones share it; the database closes with the last one.
#[derive(Clone)]
pub struct Clinic(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    data_key: DataKey,
    identity: Identity,
    /// The log that is written.
    origin: Mutex<OriginId>,
    env: Env,
    keys: Mutex<Keys>,
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    readers: Readers<Connection>,
    watchers: Arc<Mutex<Vec<Watcher>>>,
    stamps: Arc<Mutex<Stamps>>,
    /// The day for which the forecasts were checked last.
    forecast_day: AtomicI64,
    /// One station on one set of data. Let go of last, when every connection is closed.
    _lock: FolderLock,
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
    /// `conn`: of the writer, to a database of today's form.
    fn start(
        dir: PathBuf,
        lock: FolderLock,
        conn: Connection,
        data_key: DataKey,
        keys: Keys,
        env: Env,
    ) -> Result<Self, OpenError> {
        let (identity, origin) = open::node(&conn)?;
        Touched::watch(&conn).map_err(StoreError::from)?;
        let writer = Writer::new(conn, identity.clone(), origin, env.clone())?;
        let (jobs, queue) = sync_channel(JOBS_MAX);
        let watchers: Arc<Mutex<Vec<Watcher>>> = Arc::default();
        let stamps: Arc<Mutex<Stamps>> = Arc::default();
        let (told, noted) = (watchers.clone(), stamps.clone());
        let work = move || {
            let touched = |toys: &Touched| guard(&noted).note(toys);
            writer.work(&queue, &touched, &|| guard(&told).iter().for_each(|w| w()));
        };
        let thread = std::thread::Builder::new().name("clinic-writer".into()).spawn(work)?;
        let clinic = Self(Arc::new(Inner {
            dir,
            _lock: lock,
            data_key,
            identity,
            origin: Mutex::new(origin),
            env,
            keys: Mutex::new(keys),
            jobs: Some(jobs),
            thread: Some(thread),
            readers: Readers::default(),
            watchers,
            stamps,
            forecast_day: AtomicI64::new(i64::MIN),
        }));
        clinic.reconcile_slots();
        Ok(clinic)
    }

    /// The key by which this station is known to toys and to the district.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The folder of this clinic.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// The log that this station writes now.
    pub fn origin(&self) -> OriginId {
        *guard(&self.0.origin)
    }

    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// Calls `watcher` after each commit that made a log grow, or by which the district proved to hold more
    /// of ours. It must not block.
    pub fn on_commit(&self, watcher: impl Fn() + Send + std::marker::Sync + 'static) {
        guard(&self.0.watchers).push(Box::new(watcher));
    }

    /// Grows with each commit after which a toy may be told something else: another order, roster or settings, or that
    /// the district holds its records. Waits for no disk.
    pub fn toy_stamp(&self, toy: DeviceId) -> u64 {
        guard(&self.0.stamps).of(toy)
    }

    /// Grows with each commit after which another toy may be registered. Waits for no disk.
    pub fn toy_registrations(&self) -> u64 {
        guard(&self.0.stamps).registrations()
    }

    /// Does what a person asks, or says why not. Returns after the commit is durable; blocks until then.
    pub fn submit(&self, session: &Session, command: Command) -> Result<Receipt, SubmitError> {
        self.has_no_own_call(session, &command)?;
        let disables = matches!(command, Command::DisableUser { .. });
        let receipt = self.command(session, command)?;
        if disables {
            self.reconcile_slots();
        }
        Ok(receipt)
    }

    fn command(&self, session: &Session, command: Command) -> Result<Receipt, SubmitError> {
        let Session { user: by, since, .. } = *session;
        self.ask(|reply| Job::Submit { by, since, command: Box::new(command), reply })
    }

    /// Does many things in the order given, with few commits: each one by itself is done or refused. Returns
    /// after the last of them is durable.
    pub fn submit_all(
        &self,
        session: &Session,
        commands: impl IntoIterator<Item = Command>,
    ) -> Vec<Result<Receipt, SubmitError>> {
        let Some(jobs) = &self.0.jobs else { return Vec::new() };
        let Session { user: by, since, .. } = *session;
        let mut disables = false;
        let asked: Vec<_> = commands
            .into_iter()
            .map(|command| {
                disables |= matches!(command, Command::DisableUser { .. });
                let (reply, answer) = sync_channel(1);
                // A writer that is gone drops the reply, and the answer says so.
                let _ = match self.has_no_own_call(session, &command) {
                    Ok(()) => jobs.send(Job::Submit { by, since, command: Box::new(command), reply }).is_ok(),
                    Err(error) => reply.send(Err(error)).is_ok(),
                };
                answer
            })
            .collect();
        let done = asked.iter().map(|answer| answer.recv().unwrap_or(Err(StoreError::Closed.into()))).collect();
        if disables {
            self.reconcile_slots();
        }
        done
    }

    /// May this person do it, as the records stand now? Asked before something is done to the world that a
    /// refused command could not take back.
    pub fn allows(&self, session: &Session, kind: CommandKind) -> Result<(), SubmitError> {
        self.scope(session, Right::Do(kind)).map(drop)
    }

    /// How far a right of this person reaches, as the records stand now: a session that was opened earlier,
    /// or made up, is worth no more than its user.
    fn scope(&self, session: &Session, right: Right) -> Result<Scope, SubmitError> {
        let (role, since) = self.read(|conn| Ok(look::standing(conn, session.user)?))?.ok_or(Refusal::NotActive)?;
        if since != session.since {
            return Err(Refusal::LoggedOut.into());
        }
        let scope = may(role, right).ok_or_else(|| not_allowed(right))?;
        if let Right::Do(kind) = right {
            // What becomes no event asks here; a clock set back would lift the rule below.
            if matches!(kind, CommandKind::Export | CommandKind::MakeKeyFile) {
                let last_ms = self.read(|conn| Ok(look::last_ms(conn)?))?;
                writer::not_back(last_ms, self.0.env.now_ms())?;
            }
            in_contact(right, self.read(|conn| Ok(look::contact(conn)?))?, self.0.env.now_ms())?;
        }
        Ok(scope)
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

    /// Notes that a toy did what it was ordered.
    pub fn toy_obeyed(&self, toy: &PublicKey, obeyed: SignedObeyed) -> Result<(), SubmitError> {
        self.ask(|reply| Job::ToyObeyed { toy: *toy, obeyed, reply })
    }

    /// Notes what the district has proven to hold.
    pub fn proven(&self, head: Head) -> Result<(), StoreError> {
        self.ask(|reply| Job::Proven { head, reply })
    }

    fn ask<T, E: From<StoreError>>(&self, job: impl FnOnce(Reply<Result<T, E>>) -> Job) -> Result<T, E> {
        let (reply, answer) = sync_channel(1);
        let jobs = self.0.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(job(reply)).map_err(|_| StoreError::Closed)?;
        answer.recv().map_err(|_| StoreError::Closed)?
    }

    /// Reads from a consistent snapshot. Readers never wait for the writer.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let connect = || open::connect(&self.0.dir, &self.0.data_key);
        self.0.readers.read(connect, |conn| read(&*conn.unchecked_transaction()?))
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
        f.debug_struct("Clinic").field("origin", &self.origin()).finish_non_exhaustive()
    }
}

/// A panic elsewhere does not make our data wrong: every change of it is whole before the lock is let go.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
