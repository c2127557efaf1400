//! The people of a clinic and their key slots. A new password goes in three steps, each durable before the
//! next: its slot beside the old one, the event, the old slot away. Whatever happens between two of them, the
//! event decides which of the two passwords is the user's.

use super::keys::{Holder, KeyFile, KeysError, Secret, SlotId};
use super::open::{self, LoginError, OpenError};
use super::tries::TriesFile;
use super::writer::Job;
use super::{Clinic, Seen, Session, SlotKind, StoreError, SubmitError, guard, look, sql};
use crate::ledger::EventId;
use crate::record::command::{Command, CommandKind, NewUser};
use crate::record::fact::HANDED_OVER;
use crate::record::refusal::{Field, Refusal, Weak};
use crate::record::role::Roles;
use crate::record::rule;
use crate::record::secret::{OneTimeCode, SecretHash};
use hub_protocol::frame::from_cbor;
use hub_protocol::{ChildId, UserId};
use std::path::Path;

/// Whose password it is to be.
#[derive(Clone, Copy)]
enum Is {
    New,
    Known,
}

/// What became of the children and tasks of a worker who was to hand them over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedOver {
    pub moved: u32,
    /// There was no room for these, or somebody changed them meanwhile.
    pub left: u32,
    pub tasks: u32,
    /// A rule is against giving these to anybody: the family may not be looked for any more.
    pub tasks_left: u32,
}

impl Clinic {
    /// Registers a user and makes the key slot of the first password.
    pub fn register_user(&self, session: &Session, new: &NewUser, password: &str) -> Result<UserId, SubmitError> {
        let user = self.0.env.new_user_id().map_err(StoreError::from)?;
        let new = rule::user_fields(new)?;
        let login = new.login.clone();
        let command = Command::RegisterUser { user, new };
        self.allows(session, command.kind())?;
        rule::password(password, &login)?;
        self.with_password(user, &login, Is::New, password, || self.command(session, command).map(drop))?;
        Ok(user)
    }

    /// Gives somebody a new password who forgot it. Who is logged in with the old one is logged out, and a key
    /// file of theirs opens nothing any more.
    pub fn reset_password(&self, session: &Session, user: UserId, password: &str) -> Result<(), SubmitError> {
        self.new_password(session, user, Command::ResetPassword { user }, password)
    }

    /// Lets somebody log in again who was disabled, with a new password.
    pub fn enable_user(&self, session: &Session, user: UserId, password: &str) -> Result<(), SubmitError> {
        self.new_password(session, user, Command::EnableUser { user }, password)
    }

    /// A person whom the district sent chooses a password, with the one-time code in hand and beside somebody who may
    /// look after the staff. Wrong codes are counted, and lock for a growing time.
    pub fn admit_user(&self, session: &Session, user: UserId, code: &str, password: &str) -> Result<(), SubmitError> {
        let command = Command::AdmitUser { user };
        self.allows(session, command.kind())?;
        let (login, hash) = self.waiting(user)?.ok_or(Refusal::NotWaiting)?;
        rule::password(password, &login)?;
        // A slip is no guess.
        let code = OneTimeCode::typed(code).map_err(|_| Refusal::Form(Field::Code))?;
        self.guess_code(user, &code, &hash)?;
        self.with_password(user, &login, Is::Known, password, || self.command(session, command).map(drop))
    }

    /// The login of somebody whom the district sent, and the hash of their code.
    fn waiting(&self, user: UserId) -> Result<Option<(String, SecretHash)>, StoreError> {
        let query = "SELECT login, code FROM user WHERE id = ?1 AND code IS NOT NULL";
        let row = self.read(|conn| {
            Ok(sql::one(conn, query, [sql::int(user.0)], |r| Ok((r.get::<_, String>(0)?, r.get::<_, Vec<u8>>(1)?)))?)
        })?;
        let Some((login, code)) = row else { return Ok(None) };
        let hash = from_cbor(&code).map_err(|error| StoreError::Keys(error.into()))?;
        Ok(Some((login, hash)))
    }

    fn guess_code(&self, user: UserId, code: &OneTimeCode, hash: &SecretHash) -> Result<(), SubmitError> {
        // Read under the lock: guesses that come together are counted one after the other.
        let keys = guard(&self.0.keys);
        let mut tries = TriesFile::read(&self.0.dir);
        let (tag, now_ms) = (keys.code_tag(user), self.0.env.now_ms());
        let io = |error| StoreError::Keys(KeysError::Io(error));
        if let Some(until_ms) = tries.locked_until_ms(tag, now_ms).map_err(io)? {
            return Err(Refusal::CodeLocked { until_ms }.into());
        }
        let fits = hash.fits(code.bytes()).map_err(|error| StoreError::Keys(error.into()))?;
        let noted = if fits { tries.right(tag) } else { tries.wrong(tag, now_ms) };
        if let Err(error) = noted {
            // A full disk must not keep the staff out; the length of the code still holds.
            tracing::warn!(%error, "the count of wrong codes cannot be written");
        }
        if fits { Ok(()) } else { Err(Refusal::WrongCode.into()) }
    }

    fn new_password(
        &self,
        session: &Session,
        user: UserId,
        command: Command,
        password: &str,
    ) -> Result<(), SubmitError> {
        self.allows(session, command.kind())?;
        let login = self.login_of(user)?.ok_or(Refusal::UnknownUser)?;
        rule::password(password, &login)?;
        self.with_password(user, &login, Is::Known, password, || self.command(session, command).map(drop))
    }

    /// One's own password, with the old one in hand: wrong ones are counted as at the login. Gives the session
    /// that is good from now on; every other one of this user is over.
    pub fn change_password(&self, session: &Session, old: &str, new: &str) -> Result<Session, LoginError> {
        let own = || -> Result<String, SubmitError> {
            self.allows(session, CommandKind::ChangePassword)?;
            let login = self.login_of(session.user)?.ok_or(Refusal::NotActive)?;
            rule::password(new, &login)?;
            if new == old {
                return Err(Refusal::WeakPassword(Weak::AsBefore).into());
            }
            Ok(login)
        };
        let login = own().map_err(OpenError::from)?;
        match self.guess(&login, old) {
            Err(LoginError::Wrong) => return Err(OpenError::Refused(Refusal::WrongPassword).into()),
            Ok(user) if user != session.user => return Err(OpenError::Refused(Refusal::WrongPassword).into()),
            guessed => guessed?,
        };
        let command = || self.command(session, Command::ChangePassword).map(drop);
        self.with_password(session.user, &login, Is::Known, new, command).map_err(OpenError::from)?;
        self.session_of(session.user)
    }

    /// Disables a user; the key slots go with the right to log in.
    pub fn disable_user(&self, session: &Session, user: UserId) -> Result<(), SubmitError> {
        self.submit(session, Command::DisableUser { user }).map(drop)
    }

    /// By the recovery key on paper, for the user of `session`.
    pub(super) fn recover_password(&self, session: &Session, password: &str) -> Result<(), OpenError> {
        rule::password(password, &session.login)?;
        let event = || -> Result<(), StoreError> {
            let _traced: EventId = self.ask(|reply| Job::ResetPassword { user: session.user, reply })?;
            Ok(())
        };
        self.with_password(session.user, &session.login, Is::Known, password, event)?;
        let keys = guard(&self.0.keys);
        TriesFile::read(&self.0.dir).right(keys.tag(SlotKind::Password, &session.login))?;
        Ok(())
    }

    /// The slot beside the old one, then the event, then what the event decides. Nobody logs in meanwhile.
    fn with_password<E: From<StoreError>>(
        &self,
        user: UserId,
        login: &str,
        is: Is,
        password: &str,
        event: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), SubmitError>
    where
        SubmitError: From<E>,
    {
        let mut keys = guard(&self.0.keys);
        // Asked while nobody else can change a slot: the slot of a command that is then refused must never look
        // as if its event had come.
        let since = match is {
            Is::New if self.login_taken(login)? => return Err(Refusal::LoginTaken.into()),
            Is::New => 0,
            Is::Known => self.since(user)?.ok_or(Refusal::UnknownUser)?,
        };
        let secret = Secret::Password { login, password };
        keys.put_beside(&secret, &self.0.data_key, &self.0.env, user, since).map_err(StoreError::from)?;
        let outcome = event();
        // Which of the two passwords counts follows from the records, here or at the next opening.
        let reconciled = self.holders().and_then(|holders| Ok(keys.reconcile(&holders)?));
        if let Err(error) = reconciled {
            tracing::warn!(error = %error, "key slots that count no more are not removed yet");
        }
        Ok(outcome?)
    }

    /// Whose password it is. A wrong guess is counted, a right one clears the count.
    fn guess(&self, login: &str, password: &str) -> Result<UserId, LoginError> {
        // Read under the lock: guesses that come together are counted one after the other.
        let keys = guard(&self.0.keys);
        let mut tries = TriesFile::read(&self.0.dir);
        let guessed = open::guess(&keys, &mut tries, &Secret::Password { login, password }, &self.0.env);
        let standing = guessed.and_then(|(opened, slot)| {
            if opened != self.0.data_key {
                return Err(OpenError::WrongKey.into());
            }
            let holders = self.holders().map_err(OpenError::from)?;
            keys.stands(slot, &holders).ok_or(LoginError::Wrong)
        });
        drop(keys);
        if standing.is_err() {
            self.note_locks();
        }
        standing
    }

    /// Logs somebody in while the clinic is open.
    pub fn login(&self, login: &str, password: &str) -> Result<Session, LoginError> {
        let session = self.session_of(self.guess(login, password)?)?;
        self.note_login(&session);
        Ok(session)
    }

    /// Who logs in by this name now.
    pub(super) fn session_by(&self, login: &str) -> Result<Session, LoginError> {
        let login = login.trim().to_lowercase();
        let session = self.read(|conn| Ok(look::user_by_login(conn, &login)?)).map_err(OpenError::from)?;
        session.ok_or(LoginError::Wrong)
    }

    /// The session of somebody who may log in now.
    pub(super) fn session_of(&self, user: UserId) -> Result<Session, LoginError> {
        let session = self.read(|conn| Ok(look::active_user(conn, user)?)).map_err(OpenError::from)?;
        session.ok_or(LoginError::Wrong)
    }

    /// Makes a file that opens this clinic as the user of `session`, for a headless hub. An earlier file of
    /// the same user opens nothing from then on, nor does this one after the user's next password.
    pub fn make_key_file(&self, session: &Session, path: &Path) -> Result<(), SubmitError> {
        self.allows(session, CommandKind::MakeKeyFile)?;
        let login = self.login_of(session.user)?.ok_or(Refusal::NotActive)?;
        let file = KeyFile::generate(&self.0.env, &login).map_err(StoreError::from)?;
        // The file first: a path that cannot be written must not cost the file that works.
        file.write(path).map_err(StoreError::from)?;
        let put = || -> Result<(), StoreError> {
            self.seen(session, Seen::KeyFile, None)?;
            let mut keys = guard(&self.0.keys);
            keys.reconcile(&self.holders()?)?;
            Ok(keys.put_of(Some(session.user), &Secret::KeyFile(&file), &self.0.data_key, &self.0.env)?)
        };
        let put = put();
        if put.is_err() {
            let _ = std::fs::remove_file(path);
        }
        Ok(put?)
    }

    /// Hands a worker's active children to another worker, or to the clinic's list: one command a child, as
    /// far as there is room. Open tasks go to the other worker too; the clinic's list does nothing by itself.
    pub fn hand_over(&self, session: &Session, from: UserId, to: Option<UserId>) -> Result<HandedOver, SubmitError> {
        self.allows(session, CommandKind::AssignChild)?;
        let query = "SELECT id FROM child WHERE worker = ?1 AND gone IS NULL AND merged_into IS NULL ORDER BY id";
        let children =
            self.read(|conn| Ok(sql::all(conn, query, [sql::int(from.0)], |r| r.get(0).map(sql::uint).map(ChildId))?))?;
        let mut done = HandedOver { moved: 0, left: 0, tasks: 0, tasks_left: 0 };
        for child in children {
            match self.submit(session, Command::AssignChild { child, worker: to }) {
                Ok(_) => done.moved += 1,
                Err(SubmitError::Refused(refusal @ (Refusal::UnknownUser | Refusal::NotAWorker))) => {
                    return Err(refusal.into());
                }
                Err(SubmitError::Refused(_)) => done.left += 1,
                Err(error) => return Err(error),
            }
        }
        if let Some(to) = to {
            self.hand_over_tasks(session, from, to, &mut done)?;
        }
        Ok(done)
    }

    /// Each is a new task of the other worker, and closed for this one.
    fn hand_over_tasks(
        &self,
        session: &Session,
        from: UserId,
        to: UserId,
        done: &mut HandedOver,
    ) -> Result<(), SubmitError> {
        for (old, new) in self.read(|conn| Ok(look::open_tasks(conn, from, to)?))? {
            let task = self.0.env.new_task_id().map_err(StoreError::from)?;
            let given = self.submit(session, Command::AssignTask { task, new });
            let reason = HANDED_OVER.to_owned();
            let closed =
                given.and_then(|_| self.submit(session, Command::CloseTask { task: old, done: false, reason }));
            match closed {
                Ok(_) => done.tasks += 1,
                Err(SubmitError::Refused(_)) => done.tasks_left += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Commands that say less than the whole of what must happen have a call of their own: a password is never
    /// changed by an event alone, and a toy's record comes from a toy.
    pub(super) fn has_no_own_call(&self, session: &Session, command: &Command) -> Result<(), SubmitError> {
        let refusal = match command.kind() {
            CommandKind::CreateSuperAdmin
            | CommandKind::CreateAdmin
            | CommandKind::CreateStaff
            | CommandKind::EnableUser
            | CommandKind::AdmitUser
            | CommandKind::ResetPassword
            | CommandKind::ChangePassword => Refusal::Missing(Field::Password),
            CommandKind::TakeToyRecord => Refusal::NotAllowed(Roles::NONE),
            _ => return Ok(()),
        };
        self.allows(session, command.kind())?;
        Err(refusal.into())
    }

    /// Slots follow the records: after a disabled user, a refusal, or a power cut between two steps.
    pub(super) fn reconcile_slots(&self) {
        let reconcile = || -> Result<usize, StoreError> {
            let mut keys = guard(&self.0.keys);
            Ok(keys.reconcile(&self.holders()?)?)
        };
        match reconcile() {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "key slots that count no more were removed"),
            // They open nothing all the same: who logs in is looked up in the records.
            Err(error) => tracing::warn!(error = %error, "key slots that count no more are not removed yet"),
        }
    }

    /// Whose slot it is, if it still counts as the records stand.
    pub(super) fn slot_stands(&self, slot: SlotId) -> Result<Option<UserId>, StoreError> {
        let holders = self.holders()?;
        Ok(guard(&self.0.keys).stands(slot, &holders))
    }

    /// Everybody who may log in.
    fn holders(&self) -> Result<Vec<Holder>, StoreError> {
        self.read(|conn| {
            Ok(sql::all(conn, "SELECT id, login, since FROM user WHERE active", [], |r| {
                Ok(Holder { user: UserId(sql::uint(r.get(0)?)), login: r.get(1)?, since: sql::uint(r.get(2)?) })
            })?)
        })
    }

    /// Active or not.
    fn login_of(&self, user: UserId) -> Result<Option<String>, StoreError> {
        let query = "SELECT login FROM user WHERE id = ?1";
        self.read(|conn| Ok(sql::one(conn, query, [sql::int(user.0)], |r| r.get(0))?))
    }

    /// When the last event about this user or the password was; active or not.
    fn since(&self, user: UserId) -> Result<Option<u64>, StoreError> {
        let query = "SELECT since FROM user WHERE id = ?1";
        self.read(|conn| Ok(sql::one(conn, query, [sql::int(user.0)], |r| r.get(0).map(sql::uint))?))
    }

    /// By anybody, active or not: as the rules say.
    fn login_taken(&self, login: &str) -> Result<bool, StoreError> {
        let query = "SELECT 1 FROM user WHERE login = ?1 LIMIT 1";
        self.read(|conn| Ok(sql::one(conn, query, [login], |_| Ok(()))?.is_some()))
    }
}

impl From<SubmitError> for OpenError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => Self::Refused(refusal),
            SubmitError::Store(error) => Self::Store(error),
        }
    }
}

#[cfg(test)]
mod tests;
