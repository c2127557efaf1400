//! The people of the clinic.

use super::{Clinic, Query, Right, Session, SubmitError, all, role, uint};
use crate::ledger::Hlc;
use crate::record::role::Role;
use hub_protocol::UserId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLine {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub active: bool,
    /// The district sent this person, who has no password here yet.
    pub waiting: bool,
    /// A worker's active children. A disabled one keeps them until somebody hands them over.
    pub children: u32,
    /// Open tasks, which a disabled one keeps as well.
    pub tasks: u32,
    /// When the password was last set, or the user disabled, in the ledger's time. A session begins after it.
    pub since: u64,
}

/// May this person log in?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// Sent by the district, and not yet admitted with the one-time code.
    Waiting,
    Disabled,
}

impl Standing {
    pub fn of(active: bool, waiting: bool) -> Self {
        match (active, waiting) {
            (true, _) => Self::Active,
            (false, true) => Self::Waiting,
            (false, false) => Self::Disabled,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Disabled => "disabled",
        }
    }
}

impl UserLine {
    pub fn standing(&self) -> Standing {
        Standing::of(self.active, self.waiting)
    }

    /// The same, as ms since 1970.
    pub fn since_ms(&self) -> u64 {
        Hlc(self.since).ms()
    }
}

impl Clinic {
    pub fn users(&self, session: &Session) -> Result<Vec<UserLine>, SubmitError> {
        self.scope(session, Right::See(Query::Users))?;
        let sql = "SELECT id, login, name, role, active,
                          (SELECT count(*) FROM child WHERE worker = user.id AND gone IS NULL AND merged_into IS NULL),
                          since, code IS NOT NULL,
                          (SELECT count(*) FROM task WHERE worker = user.id AND done IS NULL)
                   FROM user WHERE place IS NULL ORDER BY active DESC, code IS NULL, role, name, login";
        Ok(self.read(|conn| {
            Ok(all(conn, sql, [], |r| {
                Ok(UserLine {
                    id: UserId(uint(r.get(0)?)),
                    login: r.get(1)?,
                    name: r.get(2)?,
                    role: role(r.get(3)?),
                    active: r.get(4)?,
                    children: r.get(5)?,
                    since: uint(r.get(6)?),
                    waiting: r.get(7)?,
                    tasks: r.get(8)?,
                })
            })?)
        })?)
    }
}
