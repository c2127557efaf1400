//! Users in the read tables. At most one active user has a login: keys and sessions go by it.
//!
//! Two may have been given one login where neither knew of the other: on a station, and on the same one restored
//! from an older backup. The first in the order of replay keeps it.

use super::{At, Subject};
use crate::record::fact::{UserEnabled, UserRegistered};
use crate::store::look::{other_has_login, role_number};
use crate::store::sql::{int, one};

const TWICE: &str = "login-twice";

pub fn register(at: At<'_>, f: &UserRegistered) -> rusqlite::Result<()> {
    let user = int(f.user.0);
    let known = one(at.conn, "SELECT 1 FROM user WHERE id = ?1", [user], |_| Ok(()))?.is_some();
    if !known {
        at.run(
            "INSERT INTO user VALUES (?1, ?2, ?3, ?4, 0, ?5)",
            (user, &f.login, &f.name, role_number(f.role), at.hlc),
        )?;
        activate(at, user)?;
    }
    at.note(Subject::User, user)
}

pub fn enable(at: At<'_>, f: &UserEnabled) -> rusqlite::Result<()> {
    let user = int(f.user.0);
    at.run("UPDATE user SET since = ?2 WHERE id = ?1", (user, at.hlc))?;
    activate(at, user)?;
    at.note(Subject::User, user)
}

/// Unless another active user has the login.
fn activate(at: At<'_>, user: i64) -> rusqlite::Result<()> {
    if other_has_login(at.conn, user)? {
        return at.conflict(TWICE, None, None);
    }
    at.run("UPDATE user SET active = 1 WHERE id = ?1", [user]).map(drop)
}
