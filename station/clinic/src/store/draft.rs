//! What a person has typed and not saved yet: kept with the records, under their key, so that a power cut takes
//! none of it. It is in no log, and leaves this computer only in a backup.

use super::sql::{int, one, run};
use super::writer::Job;
use super::{Clinic, Session, StoreError};
use hub_protocol::UserId;
use rusqlite::Connection;

/// A longer one is not kept.
pub const DRAFT_MAX_BYTES: usize = 16 * 1024;

macro_rules! drafts {
    ($($(#[$doc:meta])* $name:ident = $number:literal),* $(,)?) => {
        /// The form that is being filled. The numbers stand in databases and never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Draft { $($(#[$doc])* $name = $number),* }

        impl Draft {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

drafts! {
    /// A child that is to be registered.
    NewChild = 1,
    /// The page of a child: doses, a measuring, an adverse event, a refusal, a dose that is put right.
    Visit = 2,
    /// The day and the batches of a session that is entered from paper.
    Sheet = 3,
    /// What is written of a child, while it is edited.
    Edit = 4,
    /// How families are reminded, without what opens a gateway.
    Reminders = 5,
}

impl Clinic {
    /// Keeps what stands in a form, in place of what this person had there before; `None` forgets it. Durable when
    /// it returns.
    pub fn keep_draft(&self, session: &Session, draft: Draft, body: Option<Vec<u8>>) -> Result<(), StoreError> {
        let body = body.filter(|body| body.len() <= DRAFT_MAX_BYTES);
        self.ask(|reply| Job::Draft { user: session.user, draft, body, reply })
    }

    /// What this person had typed there and not saved.
    pub fn draft(&self, session: &Session, draft: Draft) -> Result<Option<Vec<u8>>, StoreError> {
        let key = (int(session.user.0), draft as i64);
        self.read(|conn| Ok(one(conn, "SELECT body FROM draft WHERE user = ?1 AND form = ?2", key, |r| r.get(0))?))
    }
}

pub(super) fn keep(conn: &Connection, user: UserId, draft: Draft, body: Option<Vec<u8>>) -> rusqlite::Result<()> {
    let (user, form) = (int(user.0), draft as i64);
    let _rows = match body {
        Some(body) => run(conn, "INSERT OR REPLACE INTO draft VALUES (?1, ?2, ?3)", (user, form, body))?,
        None => run(conn, "DELETE FROM draft WHERE user = ?1 AND form = ?2", (user, form))?,
    };
    Ok(())
}
