//! The one thread that writes. Commands that wait together are committed together: each has a savepoint of
//! its own and sees the earlier ones, and a commit that fails fails them all.

mod append;
mod arrived;

pub(super) use append::{State, append, insert_event, not_back, put_head, settings, submit};

use super::bulk::{Bulk, Keep};
use super::device::{acknowledge, keep_devices};
use super::draft::{self, Draft};
use super::logs::put_proven;
use super::look::standing;
use super::rebuild::{Progress, Rebuilt, rebuild};
use super::reminder::{self, MessageStep, SaidStop, Way, make_run, put_way};
use super::reopen::reopen;
use super::seen::{Seen, looked};
use super::sql::{int, one, run, uint};
use super::touched::Touched;
use super::{Env, Receipt, StoreError, SubmitError, Taken};
use crate::date::india;
use crate::device::Batch;
use crate::ledger::{Actor, Event, EventId, Hlc, HlcClock};
use crate::record::command::Command;
use crate::record::fact::{Fact, PasswordReset};
use crate::record::refusal::Refusal;
use crate::reminder::{Channel, MessageState};
use append::{check_clock, new_day, own_chain, sign_head};
use arrived::{obeyed, store, take};
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::toy::{SignedObeyed, SignedRecord};
use hub_protocol::{ChildId, Identity, OriginId, PublicKey, UserId};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

/// Jobs committed together at most.
const GROUP_MAX: usize = 256;
/// When our last event was. Our own logs alone, the closed ones too: a peer whose clock was wrong must not set ours at
/// the next start.
const OWN_LAST: &str = "SELECT max((SELECT hlc FROM event WHERE origin = o.no ORDER BY seq DESC LIMIT 1)) FROM origin o
    WHERE o.node = ?1 OR o.node IN (SELECT key FROM former)";
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
    /// What the watch over the toys keeps.
    KeepDevices {
        batch: Batch,
        reply: Reply<Result<(), StoreError>>,
    },
    /// Somebody saw an alert of a toy.
    AcknowledgeAlert {
        no: i64,
        by: UserId,
        reply: Reply<Result<(), SubmitError>>,
    },
    /// A toy says that it did what it was ordered.
    ToyObeyed {
        toy: PublicKey,
        obeyed: SignedObeyed,
        reply: Reply<Result<(), SubmitError>>,
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
        writer: PublicKey,
        events: Vec<Event>,
        head: SignedHead,
        reply: Reply<Result<Head, StoreError>>,
    },
    /// The district holds other events of a log of ours after its first `common`. Gives the log that is written then.
    Reopen {
        origin: OriginId,
        common: u64,
        reply: Reply<Result<OriginId, StoreError>>,
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
    /// The day's messages to families, when it is time.
    RunReminders {
        reply: Reply<Result<Option<usize>, StoreError>>,
    },
    /// What was on its way to a gateway when the program ended.
    ResumeMessages {
        random: u32,
        reply: Reply<Result<(), StoreError>>,
    },
    Message {
        reference: [u8; 16],
        step: MessageStep,
        reply: Reply<Result<MessageState, StoreError>>,
    },
    /// Families wrote that they want no more.
    StopsHeard {
        channel: Channel,
        stops: Vec<SaidStop>,
        reply: Reply<Result<(), StoreError>>,
    },
    /// What opens a way from this computer.
    PutWay {
        channel: Channel,
        way: Way,
        reply: Reply<Result<(), StoreError>>,
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
    /// Somebody typed, and has not saved; `None`: not any more.
    Draft {
        user: UserId,
        draft: Draft,
        body: Option<Vec<u8>>,
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

impl Writer {
    pub fn new(conn: Connection, identity: Identity, origin: OriginId, env: Env) -> Result<Self, StoreError> {
        let chain = own_chain(&conn, origin)?;
        let own_last =
            one(&conn, OWN_LAST, [identity.public_key().0], |r| r.get::<_, Option<i64>>(0))?.flatten().map(uint);
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

    /// Works until every sender is gone. `touched` is called after each commit, before anybody hears of it, and
    /// `committed` after each one that brought news. The connection is one that [`Touched::watch`] has seen.
    pub fn work(mut self, jobs: &Receiver<Job>, touched: &dyn Fn(&Touched), committed: &dyn Fn()) {
        while let Ok(first) = jobs.recv() {
            let group: Vec<Job> = std::iter::once(first).chain(jobs.try_iter().take(GROUP_MAX - 1)).collect();
            let before = self.state;
            (self.state.grew, self.state.news) = (false, false);
            let mut tells: Vec<Tell> = Vec::with_capacity(group.len());
            let failure = match self.group(group, &mut tells) {
                Ok(toys) => {
                    touched(&toys);
                    None
                }
                Err(error) => {
                    self.state = before;
                    tracing::error!(%error, "a commit failed; nothing of it is stored");
                    Some(Arc::new(error))
                }
            };
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

    fn group(&mut self, group: Vec<Job>, tells: &mut Vec<Tell>) -> Result<Touched, rusqlite::Error> {
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
        let touched = Touched::take(&tx)?;
        tx.commit()?;
        Ok(touched)
    }
}

impl Job {
    fn fail(self) -> Tell {
        match self {
            Self::Submit { reply, .. } => tell(reply, Err(StoreError::Closed.into())),
            Self::Bulk { reply, .. } | Self::ToyObeyed { reply, .. } | Self::AcknowledgeAlert { reply, .. } => {
                tell(reply, Err(StoreError::Closed.into()))
            }
            Self::TakeToy { reply, .. } => tell(reply, Err(StoreError::Closed.into())),
            Self::Store { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::Reopen { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::ResetPassword { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::Rebuild { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::RunReminders { reply } => tell(reply, Err(StoreError::Closed)),
            Self::Message { reply, .. } => tell(reply, Err(StoreError::Closed)),
            Self::Proven { reply, .. }
            | Self::NewDay { reply }
            | Self::ResumeMessages { reply, .. }
            | Self::StopsHeard { reply, .. }
            | Self::PutWay { reply, .. }
            | Self::Audit { reply, .. }
            | Self::Draft { reply, .. }
            | Self::KeepDevices { reply, .. } => tell(reply, Err(StoreError::Closed)),
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
            Self::KeepDevices { batch, reply } => {
                let now_ms = env.now_ms();
                let result = guarded(tx, state, |tx, state| {
                    state.news |= batch.is_urgent();
                    Ok::<_, StoreError>(keep_devices(tx, &batch, now_ms, state.last_ms)?)
                });
                tell(reply, result)
            }
            Self::AcknowledgeAlert { no, by, reply } => {
                let now_ms = env.now_ms();
                let result = guarded(tx, state, |tx, state| {
                    state.news = true;
                    acknowledge(tx, no, by, now_ms)
                });
                tell(reply, result)
            }
            Self::ToyObeyed { toy, obeyed: signed, reply } => {
                tell(reply, guarded(tx, state, |tx, state| obeyed(tx, state, env, identity, &toy, &signed)))
            }
            Self::Store { writer, events, head, reply } => {
                let result = guarded(tx, state, |tx, state| store(tx, state, env, identity, &writer, &events, &head));
                tell(reply, result)
            }
            Self::Reopen { origin, common, reply } => {
                let result = guarded(tx, state, |tx, state| reopen(tx, state, env, identity, origin, common));
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
                    Touched::everybody(tx)?;
                    state.settings = settings(tx)?;
                    Ok::<_, StoreError>(rebuilt)
                });
                tell(reply, result)
            }
            Self::RunReminders { reply } => {
                let result = guarded(tx, state, |tx, state| {
                    // By a wrong clock families would be told of days that are not.
                    if check_clock(state, env).is_err() {
                        return Ok(None);
                    }
                    new_day(tx, state, env)?;
                    make_run(tx, state, env, identity)
                });
                tell(reply, result)
            }
            Self::ResumeMessages { random, reply } => {
                tell(reply, guarded(tx, state, |tx, state| reminder::resume(tx, state, env, identity, random)))
            }
            Self::Message { reference, step, reply } => {
                let result = guarded(tx, state, |tx, state| reminder::step(tx, state, env, identity, reference, step));
                tell(reply, result)
            }
            Self::StopsHeard { channel, stops, reply } => {
                let result =
                    guarded(tx, state, |tx, state| reminder::hear_stops(tx, state, env, identity, channel, &stops));
                tell(reply, result)
            }
            Self::PutWay { channel, way, reply } => {
                tell(reply, guarded(tx, state, |tx, _| Ok::<_, StoreError>(put_way(tx, channel, &way)?)))
            }
            Self::NewDay { reply } => tell(reply, guarded(tx, state, |tx, state| new_day(tx, state, env))),
            Self::Draft { user, draft, body, reply } => {
                tell(reply, guarded(tx, state, |tx, _| Ok::<_, StoreError>(draft::keep(tx, user, draft, body)?)))
            }
            Self::Audit { user, seen, child, at_ms, reply } => {
                let result = guarded(tx, state, |tx, _| {
                    // The same look may wait in this very group.
                    let again = match user.filter(|_| seen.is_once(child)) {
                        Some(user) => looked(tx, user, seen, child, at_ms)?,
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::open::make_database;
    use super::super::schema::{DERIVED, FORECAST, LEDGER, LOCAL};
    use super::*;
    use crate::record::fact::OptOutSet;
    use hub_protocol::replica::BODY_MAX_BYTES;

    #[test]
    fn an_event_that_no_district_takes_is_not_written() {
        let (conn, key) = (Connection::open_in_memory().unwrap(), Identity::from_seed([1; 32]));
        make_database(&conn, &key, OriginId([2; 16])).unwrap();
        let mut writer = Writer::new(conn, key, OriginId([2; 16]), Env::with_clock(|| 1_000)).unwrap();
        let mut write = |bytes: usize| {
            let said = Fact::OptOutSet(OptOutSet { phone: "9".repeat(bytes), out: true });
            writer.found(vec![(Actor::NODE, said)])
        };
        assert!(matches!(write(BODY_MAX_BYTES), Err(StoreError::EventTooLarge)));
        // With the few bytes that are around it.
        write(BODY_MAX_BYTES - 16).unwrap();
    }

    /// A clinic that opens must not read its whole ledger for it.
    #[test]
    fn the_last_event_is_looked_up_and_not_searched_for() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(&format!("{LEDGER} {DERIVED} {FORECAST} {LOCAL}")).unwrap();
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {OWN_LAST}")).unwrap();
        let steps: Vec<String> =
            plan.query_map([[0_u8; 32]], |r| r.get("detail")).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(steps.iter().any(|step| step.contains("event USING PRIMARY KEY (origin=?)")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN event") || step.starts_with("SCAN e ")), "{steps:?}");
    }
}
