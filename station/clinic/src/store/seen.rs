//! Who saw, or did, what stands in no log: kept in the local table `audit`.

use super::tries::{self, TriesFile};
use super::writer::Job;
use super::{Clinic, Keys, Session, SlotKind, StoreError, SubmitError, guard};
use crate::record::command::CommandKind;
use crate::record::role::{Query, Right};
use crate::store::sql::{all, int, one, run, uint};
use hub_protocol::{CardNo, ChildId, UserId};
use rusqlite::Connection;
use std::collections::HashMap;

/// The same look at the same child within this time is one line of the audit, in ms.
pub(super) const SAME_LOOK_MS: u64 = 10 * 60 * 1000;

macro_rules! seen {
    ($($(#[$doc:meta])* $name:ident = $number:literal => $code:literal),* $(,)?) => {
        /// What was seen or done. The numbers stand in databases and never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Seen { $($(#[$doc])* $name = $number),* }

        impl Seen {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The last part of the words' key `seen-…`, and the word on the command line.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

seen! {
    /// A child's record, by somebody whose child it is not.
    SawRecord = 1 => "saw-record",
    LoggedIn = 2 => "logged-in",
    /// Too many wrong passwords for this user.
    LoginLocked = 3 => "login-locked",
    /// A file that opens the clinic was made.
    KeyFile = 4 => "key-file",
    Backup = 5 => "backup",
    Restore = 6 => "restore",
    Rebuild = 7 => "rebuild",
    Import = 8 => "import",
    /// Records, as lines for another program.
    Export = 9 => "export",
    /// The list of children to be found.
    FindList = 10 => "find-list",
    /// A new computer took the place of a dead one, with the recovery key.
    Takeover = 11 => "takeover",
    /// The records were put under a new key, with the recovery key.
    Rekey = 12 => "rekey",
    /// The recovery key was typed wrong, or what was asked with it was refused.
    RecoveryFailed = 13 => "recovery-failed",
    /// Records, as lines on a terminal or for a script.
    List = 14 => "list",
    /// A card was put on the reader whose number is another chip's, or that was written less often than it should.
    CardCopied = 15 => "card-copied",
    /// A card was put on the reader that does not carry what was written on it.
    CardAltered = 16 => "card-altered",
}

/// Why a card that is put on the reader is not believed, and a person has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFraud {
    Copied,
    Altered,
}

impl Seen {
    pub(super) fn of(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|seen| *seen as i64 == number)
    }

    /// Is it noted once, however often it comes within some minutes?
    pub(super) fn is_once(self, child: Option<ChildId>) -> bool {
        child.is_some() || matches!(self, Self::CardCopied | Self::CardAltered)
    }
}

impl Clinic {
    /// Notes what somebody saw or did. Durable when it returns, so it is called before anything is shown. The
    /// same look at a child again within some minutes is not noted twice, and costs no write.
    pub(crate) fn seen(&self, session: &Session, seen: Seen, child: Option<ChildId>) -> Result<(), StoreError> {
        let now_ms = self.0.env.now_ms();
        if seen.is_once(child) && self.read(|conn| Ok(looked(conn, session.user, seen, child, now_ms)?))? {
            return Ok(());
        }
        self.ask(|reply| Job::Audit { user: Some(session.user), seen, child, at_ms: now_ms, reply })
    }

    /// A card that is not what it should be lies on the reader: told to the Admin, of the child that has the card.
    pub fn report_card(&self, session: &Session, card: Option<CardNo>, what: CardFraud) -> Result<(), SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let of = "SELECT coalesce(c.merged_into, c.id) FROM card d JOIN child c ON c.id = d.child WHERE d.no = ?1";
        let child =
            |card: CardNo| self.read(|conn| Ok(one(conn, of, [int(card.0)], |r| Ok(ChildId(uint(r.get(0)?))))?));
        let child = card.map(child).transpose()?.flatten();
        let seen = match what {
            CardFraud::Copied => Seen::CardCopied,
            CardFraud::Altered => Seen::CardAltered,
        };
        Ok(self.seen(session, seen, child)?)
    }

    /// Somebody takes records of this kind out, as a file or as lines for another program. Called before the first of them.
    pub fn takes_out(&self, session: &Session, records: Query) -> Result<(), SubmitError> {
        self.takes(session, records, Seen::Export)
    }

    /// The same, for a list that is printed.
    pub fn lists(&self, session: &Session, records: Query) -> Result<(), SubmitError> {
        self.takes(session, records, Seen::List)
    }

    fn takes(&self, session: &Session, records: Query, seen: Seen) -> Result<(), SubmitError> {
        self.scope(session, Right::Do(CommandKind::Export))?;
        // What they may not see they do not take out, and nobody is to read that they did.
        self.scope(session, Right::See(records))?;
        Ok(self.seen(session, seen, None)?)
    }

    /// A child's record is shown to somebody whose child it may not be.
    pub(crate) fn saw_record(
        &self,
        session: &Session,
        child: ChildId,
        worker: Option<UserId>,
    ) -> Result<(), StoreError> {
        if worker == Some(session.user) { Ok(()) } else { self.seen(session, Seen::SawRecord, Some(child)) }
    }

    /// The recovery key was right, and nothing came of it.
    pub(super) fn note_failed_recovery(&self, user: Option<UserId>) {
        let at_ms = self.0.env.now_ms();
        let seen = Seen::RecoveryFailed;
        if let Err(error) = self.ask::<(), StoreError>(|reply| Job::Audit { user, seen, child: None, at_ms, reply }) {
            tracing::warn!(error = %error, "a use of the recovery key is not in the audit");
        }
    }

    /// A login, and the locks that came before it while the records may have been shut. A full disk must not
    /// keep the staff out.
    pub(super) fn note_login(&self, session: &Session) {
        self.note_locks();
        if let Err(error) = self.seen(session, Seen::LoggedIn, None) {
            tracing::warn!(error = %error, "a login is not in the audit");
        }
    }

    /// Locked logins, from the file where they are counted into the audit.
    pub(super) fn note_locks(&self) {
        if let Err(error) = self.tell_locks() {
            tracing::warn!(error = %error, "a locked login is not in the audit");
        }
    }

    fn tell_locks(&self) -> Result<(), StoreError> {
        let keys = guard(&self.0.keys);
        let mut tries = TriesFile::read(&self.0.dir);
        let untold = self.read(|conn| Ok(untold(conn, &keys, &tries)?))?;
        if untold.is_empty() {
            return Ok(());
        }
        for (user, seen, at_ms) in untold {
            self.ask::<(), StoreError>(|reply| Job::Audit { user, seen, child: None, at_ms, reply })?;
        }
        tries.told().map_err(|error| StoreError::Keys(error.into()))
    }
}

/// What happened while the records were shut, for the audit: to whom, what, when.
pub(super) fn untold(
    conn: &Connection,
    keys: &Keys,
    tries: &TriesFile,
) -> rusqlite::Result<Vec<(Option<UserId>, Seen, u64)>> {
    let untold = tries.untold();
    if untold.is_empty() {
        return Ok(Vec::new());
    }
    let users = all(conn, "SELECT id, login FROM user", [], |r| Ok((UserId(uint(r.get(0)?)), r.get::<_, String>(1)?)))?;
    let tagged = users.iter().map(|(id, login)| (tries::name(keys.tag(SlotKind::Password, login)), *id));
    let by_tag: HashMap<String, UserId> = tagged.collect();
    let recovery = tries::name(keys.tag(SlotKind::Recovery, ""));
    let seen = |tag: &String| if *tag == recovery { Seen::RecoveryFailed } else { Seen::LoginLocked };
    Ok(untold.into_iter().map(|(tag, at_ms)| (by_tag.get(&tag).copied(), seen(&tag), at_ms)).collect())
}

/// One line of the audit of a clinic that is not open.
pub(super) fn put_seen(conn: &Connection, at_ms: u64, user: Option<UserId>, seen: Seen) -> rusqlite::Result<()> {
    let row = (int(at_ms), user.map(|user| int(user.0)), seen as i64);
    run(conn, "INSERT INTO audit(at_ms, user, what) VALUES (?1, ?2, ?3)", row).map(drop)
}

/// Is the same look noted already?
pub(super) fn looked(
    conn: &Connection,
    user: UserId,
    seen: Seen,
    child: Option<ChildId>,
    now_ms: u64,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM audit WHERE user = ?1 AND what = ?2 AND child IS ?3 AND at_ms BETWEEN ?4 AND ?5 LIMIT 1";
    let from = now_ms.saturating_sub(SAME_LOOK_MS);
    one(conn, sql, (int(user.0), seen as i64, child.map(|child| int(child.0)), int(from), int(now_ms)), |_| Ok(()))
        .map(|r| r.is_some())
}
