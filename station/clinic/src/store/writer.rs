//! The one thread that writes. Commands that wait together are committed together: each has a savepoint of
//! its own and sees the earlier ones, and a commit that fails fails them all.

use super::apply::{Touched, apply, apply_theirs, refresh_forecast};
use super::bulk::{Bulk, Keep};
use super::logs::put_proven;
use super::look::{Tables, standing};
use super::rebuild::{self, Progress, Rebuilt, rebuild};
use super::returned::take_back;
use super::seen::{Seen, looked};
use super::sql::{all, bytes, day, int, one, origin_no, run, uint};
use super::{Env, Receipt, StoreError, SubmitError, Taken};
use crate::date::india;
use crate::forecast::Schedule;
use crate::ledger::{Actor, Chain, Entry, Event, EventId, Hlc, HlcClock};
use crate::record::command::Command;
use crate::record::fact::{Fact, OriginOpened, PasswordReset};
use crate::record::refusal::Refusal;
use crate::record::rule::{No, Now, decide, implied_session};
use chrono::NaiveDate;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::toy::{self, SignedRecord};
use hub_protocol::{ChildId, Identity, OriginId, PublicKey, SessionId, UserId};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

/// Jobs committed together at most.
const GROUP_MAX: usize = 256;
/// How far the clock may stand before our last event before the desk refuses, in ms: a little is forgiven,
/// a flat clock battery is not. An Admin may say that the clock is right now and was wrong before.
const CLOCK_BACK_MAX_MS: u64 = 24 * 60 * 60 * 1000;

/// Pages kept in memory while every child's forecast is worked out again, in KiB: with less, each page of the
/// lists is sealed and written many times over. Given back afterwards.
const EVERYBODY_CACHE_KIB: i64 = 32 * 1024;

pub type Reply<T> = SyncSender<T>;

pub enum Job {
    Submit {
        by: UserId,
        /// Of the session: see `Session::since`.
        since: u64,
        command: Box<Command>,
        reply: Reply<Result<Receipt, SubmitError>>,
    },
    TakeToy {
        toy: PublicKey,
        records: Vec<SignedRecord>,
        offset_ms: i64,
        reply: Reply<Result<Taken, SubmitError>>,
    },
    /// Many commands of one person, that are kept together, or only tried.
    Bulk {
        by: UserId,
        since: u64,
        keep: Keep,
        work: BulkWork,
        reply: Reply<Result<(), SubmitError>>,
    },
    /// Events of another node's log, verified by the replication.
    Store {
        events: Vec<Event>,
        head: SignedHead,
        reply: Reply<Result<Head, StoreError>>,
    },
    /// Somebody with the recovery key in hand gave a user a new password.
    ResetPassword {
        user: UserId,
        reply: Reply<Result<EventId, StoreError>>,
    },
    /// The district proved that it holds one of our logs so far.
    Proven {
        head: Head,
        reply: Reply<Result<(), StoreError>>,
    },
    /// The read tables again, from the ledger.
    Rebuild {
        tell: Box<dyn FnMut(Progress) + Send>,
        reply: Reply<Result<Rebuilt, StoreError>>,
    },
    /// A new day: forecasts that time alone changes.
    NewDay {
        reply: Reply<Result<(), StoreError>>,
    },
    /// Somebody saw or did what stands in no log.
    Audit {
        user: Option<UserId>,
        seen: Seen,
        child: Option<ChildId>,
        at_ms: u64,
        reply: Reply<Result<(), StoreError>>,
    },
}

pub type BulkWork = Box<dyn FnOnce(&mut Bulk<'_, '_>) -> Result<(), SubmitError> + Send>;

/// What is told to a waiting caller after the commit, or when it failed.
type Tell = Box<dyn FnOnce(Option<Arc<rusqlite::Error>>) + Send>;

pub struct Writer {
    conn: Connection,
    state: State,
    identity: Identity,
    env: Env,
}

/// What a rolled-back group must not leave behind.
#[derive(Clone, Copy)]
pub(super) struct State {
    chain: Chain,
    clock: HlcClock,
    /// What the wall clock said at the last event of ours.
    last_ms: u64,
    pub(super) settings: Option<Settings>,
    /// A log is longer than before this group.
    grew: bool,
    /// There is something new for those who watch.
    news: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub(super) schedule: &'static Schedule,
    je_endemic: bool,
}

impl Writer {
    pub fn new(conn: Connection, identity: Identity, origin: OriginId, env: Env) -> Result<Self, StoreError> {
        let chain = own_chain(&conn, origin)?;
        // Our own logs alone, the closed ones too: a peer whose clock was wrong must not set ours at the next start.
        let own_last = one(
            &conn,
            "SELECT max(e.hlc) FROM origin o JOIN event e ON e.origin = o.no
             WHERE o.node = ?1 AND e.seq = (SELECT max(seq) FROM event WHERE origin = o.no)",
            [identity.public_key().0],
            |r| r.get::<_, Option<i64>>(0),
        )?
        .flatten()
        .map(uint);
        let last_ms = one(&conn, "SELECT last_ms FROM node", [], |r| r.get(0).map(uint))?;
        let state = State {
            chain,
            clock: HlcClock::after(Hlc(own_last.unwrap_or_default())),
            last_ms: last_ms.unwrap_or_default(),
            settings: settings(&conn)?,
            grew: false,
            news: false,
        };
        Ok(Self { conn, state, identity, env })
    }

    /// Works until every sender is gone. `committed` is called after each commit that brought news.
    pub fn work(mut self, jobs: &Receiver<Job>, committed: &dyn Fn()) {
        while let Ok(first) = jobs.recv() {
            let group: Vec<Job> = std::iter::once(first).chain(jobs.try_iter().take(GROUP_MAX - 1)).collect();
            let before = self.state;
            (self.state.grew, self.state.news) = (false, false);
            let mut tells: Vec<Tell> = Vec::with_capacity(group.len());
            let outcome = self.group(group, &mut tells);
            let failure = outcome.err().map(Arc::new);
            if let Some(error) = &failure {
                self.state = before;
                tracing::error!(error = %error, "a commit failed; nothing of it is stored");
            }
            let news = failure.is_none() && (self.state.grew || self.state.news);
            for tell in tells {
                tell(failure.clone());
            }
            if news {
                committed();
            }
        }
    }

    /// Appends and applies facts of the node's own, outside the loop: the founding of a clinic.
    pub fn found(&mut self, facts: Vec<(Actor, Fact)>) -> Result<(), StoreError> {
        let mut tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (actor, fact) in facts {
            append(&mut tx, &mut self.state, &self.env, &self.identity, actor, &fact)?;
        }
        run(&tx, "UPDATE node SET last_ms = ?1", [int(self.state.last_ms)])?;
        sign_head(&tx, &self.state, &self.identity)?;
        tx.commit()?;
        Ok(())
    }

    /// Folds the write-ahead log into the file, all of it, or fails.
    pub fn fold(&self) -> Result<(), StoreError> {
        let busy: i64 = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::Closed) }
    }

    fn group(&mut self, group: Vec<Job>, tells: &mut Vec<Tell>) -> Result<(), rusqlite::Error> {
        let Self { conn, state, identity, env } = self;
        let begun = conn.transaction_with_behavior(TransactionBehavior::Immediate);
        let mut tx = match begun {
            Ok(tx) => tx,
            Err(error) => {
                // Nobody may wait for ever because a transaction could not begin.
                for job in group {
                    tells.push(job.fail());
                }
                return Err(error);
            }
        };
        for job in group {
            // A full or dying disk makes SQLite roll the whole transaction back by itself. What came after
            // would then be committed alone, so nothing may come after.
            if tx.is_autocommit() {
                tells.push(job.fail());
            } else {
                tells.push(job.run(&mut tx, state, env, identity));
            }
        }
        if tx.is_autocommit() {
            return Err(rolled_back());
        }
        run(&tx, "UPDATE node SET last_ms = ?1", [int(state.last_ms)])?;
        if state.grew {
            sign_head(&tx, state, identity)?;
        }
        tx.commit()
    }
}

impl Job {
    fn fail(self) -> Tell {
        match self {
            Self::Submit { reply, .. } => tell(reply, Err(StoreError::Closed.into())),
            Self::Bulk { reply, .. } => tell(reply, Err(StoreError::Closed.into())),
            Self::TakeToy { reply, .. } => tell(reply, Err(StoreError::Closed.into())),
            Self::Store { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::ResetPassword { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::Rebuild { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::Proven { reply, .. } | Self::NewDay { reply } | Self::Audit { reply, .. } => {
                tell(reply, Err(StoreError::Closed))
            }
        }
    }

    fn run(self, tx: &mut Transaction<'_>, state: &mut State, env: &Env, identity: &Identity) -> Tell {
        match self {
            Self::Submit { by, since, command, reply } => {
                let result = guarded(tx, state, |tx, state| match standing(tx, by)? {
                    Some((_, now)) if now != since => Err(Refusal::LoggedOut.into()),
                    _ => submit(tx, state, env, identity, by, *command),
                });
                tell(reply, result)
            }
            Self::Bulk { by, since, keep, work, reply } => {
                let result = guarded(tx, state, |tx, state| {
                    Bulk { tx, state, env, identity, by, since }.work(work)?;
                    match keep {
                        Keep::Yes => Ok(()),
                        Keep::No => Err(Undone::Tried),
                    }
                });
                tell(
                    reply,
                    match result {
                        Ok(()) | Err(Undone::Tried) => Ok(()),
                        Err(Undone::Broken(error)) => Err(error),
                    },
                )
            }
            Self::TakeToy { toy, records, offset_ms, reply } => {
                let result = guarded(tx, state, |tx, state| take(tx, state, env, identity, &toy, records, offset_ms));
                tell(reply, result)
            }
            Self::Store { events, head, reply } => {
                let result = guarded(tx, state, |tx, state| store(tx, state, env, identity, &events, &head));
                tell(reply, result)
            }
            Self::ResetPassword { user, reply } => {
                let fact = Fact::PasswordReset(PasswordReset { user });
                let result = guarded(tx, state, |tx, state| append(tx, state, env, identity, Actor::NODE, &fact));
                tell(reply, result)
            }
            Self::Proven { head, reply } => {
                let result = guarded(tx, state, |tx, state| {
                    state.news = true;
                    put_proven(tx, head, env.now_ms())?;
                    Ok::<_, StoreError>(())
                });
                tell(reply, result)
            }
            Self::Rebuild { tell: mut progress, reply } => {
                let today = india(env.now_ms());
                let result = guarded(tx, state, |tx, state| {
                    let rebuilt = rebuild(tx, today, &mut progress)?;
                    state.settings = settings(tx)?;
                    Ok::<_, StoreError>(rebuilt)
                });
                tell(reply, result)
            }
            Self::NewDay { reply } => tell(reply, guarded(tx, state, |tx, state| new_day(tx, state, env))),
            Self::Audit { user, seen, child, at_ms, reply } => {
                let result = guarded(tx, state, |tx, _| {
                    // The same look may wait in this very group.
                    let again = match user.zip(child) {
                        Some((user, child)) => looked(tx, user, seen, child, at_ms)?,
                        None => false,
                    };
                    if !again {
                        let row = (int(at_ms), user.map(|u| int(u.0)), seen as i64, child.map(|c| int(c.0)));
                        run(tx, "INSERT INTO audit VALUES (?1, ?2, ?3, ?4)", row)?;
                    }
                    Ok::<_, StoreError>(())
                });
                tell(reply, result)
            }
        }
    }
}

/// The answer, unless the commit fails after all.
fn tell<T: Send + 'static, E: From<StoreError> + Send + 'static>(
    reply: Reply<Result<T, E>>,
    result: Result<T, E>,
) -> Tell {
    Box::new(move |failure| {
        let result = match failure {
            Some(error) => Err(StoreError::Commit(error).into()),
            None => result,
        };
        // Whoever asked may have gone; what was committed stays committed.
        let _ = reply.send(result);
    })
}

/// SQLite does this where there is no room to go on.
pub(super) fn rolled_back() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None)
}

/// Why a savepoint is rolled back although nobody else is told of a failure.
enum Undone {
    Tried,
    Broken(SubmitError),
}

impl From<SubmitError> for Undone {
    fn from(error: SubmitError) -> Self {
        Self::Broken(error)
    }
}

impl From<rusqlite::Error> for Undone {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error.into())
    }
}

/// Runs one job in its own savepoint: refused or failed, it leaves no trace and the others go on.
pub(super) fn guarded<T, E: From<rusqlite::Error>>(
    tx: &mut Transaction<'_>,
    state: &mut State,
    job: impl FnOnce(&mut Transaction<'_>, &mut State) -> Result<T, E>,
) -> Result<T, E> {
    let before = *state;
    tx.execute_batch("SAVEPOINT job")?;
    match job(tx, state) {
        Ok(value) => {
            tx.execute_batch("RELEASE job")?;
            Ok(value)
        }
        Err(error) => {
            *state = before;
            if !tx.is_autocommit() {
                tx.execute_batch("ROLLBACK TO job; RELEASE job")?;
            }
            Err(error)
        }
    }
}

fn now<'a>(state: &State, env: &Env) -> Result<Now<'a>, StoreError> {
    let settings = state.settings.ok_or(StoreError::NoClinic)?;
    let now_ms = env.now_ms();
    let Settings { schedule, je_endemic } = settings;
    Ok(Now { now_ms, today: india(now_ms), schedule, je_endemic })
}

pub(super) fn submit(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    by: UserId,
    command: Command,
) -> Result<Receipt, SubmitError> {
    if !matches!(command, Command::AcceptClock) {
        check_clock(state, env)?;
    }
    let now = now(state, env)?;
    let asked = decide(command.clone(), by, &Tables(tx), now);
    let fact = match asked {
        // Nothing but the session stands in its way: the first dose of a day opens it.
        Err(No::Refused(no @ (Refusal::UnknownSession | Refusal::SessionOver))) => {
            let fresh = SessionId::from_random(env.random().map_err(StoreError::from)?);
            let opens = implied_session(&command, by, fresh, &Tables(tx))?.ok_or(no)?;
            append(tx, state, env, identity, Actor(Some(by)), &opens)?;
            decide(command, by, &Tables(tx), now)?
        }
        asked => asked?,
    };
    let event = append(tx, state, env, identity, Actor(Some(by)), &fact)?;
    Ok(Receipt { event, fact })
}

fn check_clock(state: &State, env: &Env) -> Result<(), Refusal> {
    let back = env.now_ms().saturating_add(CLOCK_BACK_MAX_MS) < state.last_ms;
    if back { Err(Refusal::ClockBack) } else { Ok(()) }
}

fn take(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    key: &PublicKey,
    records: Vec<SignedRecord>,
    offset_ms: i64,
) -> Result<Taken, SubmitError> {
    let toy = key.device_id();
    let refuse = |r: toy::Refusal| SubmitError::Refused(Refusal::Toy(r));
    // By a wrong clock of ours every date of the toy's would look wrong: it keeps its records for now.
    check_clock(state, env).map_err(|_| refuse(toy::Refusal::Storage))?;
    let mut taken = Taken { epoch: 0, committed: 0 };
    for signed in records {
        let record = signed.open(key).map_err(refuse)?;
        taken.epoch = record.epoch;
        let held = one(
            tx,
            "SELECT signature FROM toy_record WHERE toy = ?1 AND epoch = ?2 AND seq = ?3",
            (toy.0, int(record.epoch), int(record.seq)),
            |r| bytes::<64>(r, 0),
        )?;
        match held {
            // Sent again because our answer was lost. Ed25519 signs equal bytes equally.
            Some(signature) if signature == signed.signature => {}
            Some(_) => return Err(refuse(toy::Refusal::BadSequence)),
            None => {
                let (worker, epoch, seq) = (record.worker, record.epoch, record.seq);
                let command = Command::TakeToyRecord { toy: *key, record: signed, clock_offset_ms: offset_ms };
                let fact = decide(command, worker, &Tables(tx), now(state, env)?)?;
                append(tx, state, env, identity, Actor(Some(worker)), &fact)?;
                tracing::debug!(toy = toy.short(), epoch, seq, "a toy's record is in the ledger");
            }
        }
        taken.committed = record.seq;
    }
    Ok(taken)
}

/// Takes events of another node's log: their chain and signature were verified, their place is checked here.
fn store(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    events: &[Event],
    head: &SignedHead,
) -> Result<Head, StoreError> {
    let origin = head.head.origin;
    if origin == state.chain.head().origin {
        return Err(StoreError::OwnLog);
    }
    let mut held = one(
        tx,
        "SELECT h.seq, h.hash FROM head h JOIN origin o ON o.no = h.origin WHERE o.id = ?1",
        [origin.0],
        |r| Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }),
    )?
    .unwrap_or(Chain::empty(origin).head());
    if head.verify(&identity.public_key()) {
        // Signed by ourselves: what we wrote before we were restored from a backup.
        return store_returned(tx, state, env, identity, held, events, head);
    }
    for event in events {
        if event.id.origin != origin {
            return Err(StoreError::Gap);
        }
        if event.id.seq <= held.seq {
            let same = hash_at(tx, event.id)?.is_some_and(|h| h == event.hash);
            if same { continue } else { return Err(StoreError::Fork) }
        }
        if event.id.seq != held.seq + 1 {
            return Err(StoreError::Gap);
        }
        let fact = Fact::of(&event.entry)?;
        let no = match &fact {
            // A log says first whose it is, and nobody opens one in our name.
            Fact::OriginOpened(OriginOpened { node, .. }) if event.id.seq == 1 => {
                if *node == identity.public_key() || !head.verify(node) {
                    return Err(StoreError::NotTheirLog);
                }
                origin_no(tx, origin, node.0)?
            }
            _ if event.id.seq == 1 => return Err(StoreError::NotTheirLog),
            _ => origin_no(tx, origin, [0; 32])?,
        };
        insert_event(tx, no, event)?;
        state.clock.observe(event.entry.hlc, env.now_ms());
        touch(tx, state, env, apply_theirs(tx, event, &fact)?)?;
        held = Head { origin, seq: event.id.seq, hash: event.hash };
    }
    if held.seq == head.head.seq {
        if held.hash != head.head.hash {
            return Err(StoreError::Fork);
        }
        put_head(tx, head)?;
    }
    state.grew = true;
    Ok(held)
}

fn store_returned(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    held: Head,
    events: &[Event],
    head: &SignedHead,
) -> Result<Head, StoreError> {
    let known = events.iter().take_while(|event| event.id.seq <= held.seq).count();
    for event in &events[..known] {
        if hash_at(tx, event.id)? != Some(event.hash) {
            return Err(StoreError::Fork);
        }
    }
    let (now_ms, me) = (env.now_ms(), identity.public_key());
    let Some(newest) = take_back(tx, &me, held, &events[known..], head, india(now_ms), now_ms)? else {
        return Ok(held);
    };
    // What comes from now on comes later, whatever clock stamped those.
    state.clock.observe(newest, newest.ms());
    state.settings = settings(tx)?;
    state.grew = true;
    Ok(head.head)
}

fn append(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    actor: Actor,
    fact: &Fact,
) -> Result<EventId, StoreError> {
    let now_ms = env.now_ms();
    let entry = fact.to_entry(state.clock.tick(now_ms), actor);
    state.last_ms = match fact {
        Fact::ClockAccepted(_) => now_ms,
        _ => state.last_ms.max(now_ms),
    };
    let event = state.chain.append(entry);
    let no = origin_no(tx, event.id.origin, identity.public_key().0)?;
    insert_event(tx, no, &event)?;
    let touched = apply(tx, &event, fact)?;
    if matches!(fact, Fact::ClinicFounded(_) | Fact::SettingsChanged(_)) {
        state.settings = settings(tx)?;
    }
    touch(tx, state, env, touched)?;
    state.grew = true;
    Ok(event.id)
}

fn touch(tx: &Transaction<'_>, state: &State, env: &Env, touched: Touched) -> Result<(), StoreError> {
    let Some(settings) = state.settings else { return Ok(()) };
    let today = india(env.now_ms());
    match touched {
        Touched::Nobody => {}
        Touched::Child(child) => refresh(tx, &[child], settings, today)?,
        Touched::Both(one, other) => refresh(tx, &[one, other], settings, today)?,
        Touched::Everybody => {
            let sql = "SELECT id FROM child WHERE gone IS NULL AND merged_into IS NULL";
            let everybody = all(tx, sql, [], |r| r.get(0).map(uint).map(ChildId))?;
            let usual: i64 = tx.query_row("PRAGMA cache_size", [], |r| r.get(0))?;
            tx.pragma_update(None, "cache_size", -EVERYBODY_CACHE_KIB)?;
            let done = refresh(tx, &everybody, settings, today);
            tx.pragma_update(None, "cache_size", usual)?;
            done?;
        }
    }
    Ok(())
}

fn refresh(tx: &Transaction<'_>, children: &[ChildId], settings: Settings, today: NaiveDate) -> Result<(), StoreError> {
    for child in children {
        refresh_forecast(tx, *child, settings.schedule, settings.je_endemic, today)?;
    }
    Ok(())
}

fn new_day(tx: &Transaction<'_>, state: &State, env: &Env) -> Result<(), StoreError> {
    let Some(settings) = state.settings else { return Ok(()) };
    let today = india(env.now_ms());
    let stale: Vec<i64> =
        all(tx, "SELECT child FROM forecast WHERE recheck_on <= ?1 OR computed_on > ?1", [day(today)], |r| r.get(0))?;
    for child in stale {
        refresh_forecast(tx, ChildId(uint(child)), settings.schedule, settings.je_endemic, today)?;
    }
    Ok(())
}

pub fn insert_event(tx: &Transaction<'_>, no: i64, event: &Event) -> rusqlite::Result<()> {
    let Entry { hlc, actor, kind, version, body } = &event.entry;
    run(
        tx,
        "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (no, int(event.id.seq), int(hlc.0), actor.0.map(|u| int(u.0)), kind, version, body, event.hash),
    )?;
    Ok(())
}

fn hash_at(tx: &Transaction<'_>, id: EventId) -> rusqlite::Result<Option<[u8; 32]>> {
    one(
        tx,
        "SELECT e.hash FROM event e JOIN origin o ON o.no = e.origin WHERE o.id = ?1 AND e.seq = ?2",
        (id.origin.0, int(id.seq)),
        |r| bytes(r, 0),
    )
}

fn sign_head(tx: &Transaction<'_>, state: &State, identity: &Identity) -> rusqlite::Result<()> {
    put_head(tx, &state.chain.head().sign(identity))
}

pub fn put_head(tx: &Transaction<'_>, signed: &SignedHead) -> rusqlite::Result<()> {
    run(
        tx,
        "INSERT INTO head SELECT no, ?2, ?3, ?4 FROM origin WHERE id = ?1
         ON CONFLICT(origin) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = excluded.signature",
        (signed.head.origin.0, int(signed.head.seq), signed.head.hash, signed.signature),
    )?;
    Ok(())
}

fn settings(conn: &Connection) -> Result<Option<Settings>, StoreError> {
    Ok(rebuild::settings(conn)?.map(|(schedule, je_endemic)| Settings { schedule, je_endemic }))
}

/// The end of our own log, from the events themselves.
fn own_chain(conn: &Connection, origin: OriginId) -> Result<Chain, StoreError> {
    let last = one(
        conn,
        "SELECT e.seq, e.hash FROM event e JOIN origin o ON o.no = e.origin
         WHERE o.id = ?1 ORDER BY e.seq DESC LIMIT 1",
        [origin.0],
        |r| Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }),
    )?;
    Ok(last.map_or(Chain::empty(origin), Chain::at))
}

impl From<No<rusqlite::Error>> for SubmitError {
    fn from(no: No<rusqlite::Error>) -> Self {
        match no {
            No::Refused(refusal) => Self::Refused(refusal),
            No::Broken(error) => Self::Store(error.into()),
        }
    }
}
