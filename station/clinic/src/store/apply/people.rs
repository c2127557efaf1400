//! Users in the read tables. At most one active user has a login: keys and sessions go by it.
//!
//! Two may have been given one login where neither knew of the other: on a station, and on the same one restored
//! from an older backup. The first in the order of replay keeps it.

use super::{At, Subject};
use crate::record::fact::{Author, UserAdmitted, UserDisabled, UserEnabled, UserRegistered, UserSent};
use crate::record::role::Role;
use crate::store::look::{other_has_login, role_number};
use crate::store::sql::{int, one};
use hub_protocol::frame::to_cbor;

const TWICE: &str = "login-twice";

pub fn register(at: At<'_>, f: &UserRegistered) -> rusqlite::Result<()> {
    let user = int(f.user.0);
    let known = one(at.conn, "SELECT 1 FROM user WHERE id = ?1", [user], |_| Ok(()))?.is_some();
    if !known {
        at.run(
            "INSERT INTO user VALUES (?1, ?2, ?3, ?4, 0, ?5, NULL, NULL)",
            (user, &f.login, &f.name, role_number(f.role), at.hlc),
        )?;
        activate(at, user)?;
    }
    at.note(Subject::User, user)
}

pub fn enable(at: At<'_>, f: &UserEnabled) -> rusqlite::Result<()> {
    let user = int(f.user.0);
    at.run("UPDATE user SET code = NULL, since = ?2 WHERE id = ?1", (user, at.hlc))?;
    activate(at, user)?;
    at.note(Subject::User, user)
}

pub fn disable(at: At<'_>, f: &UserDisabled) -> rusqlite::Result<()> {
    let user = int(f.user.0);
    at.run("UPDATE user SET active = 0, code = NULL, since = ?2 WHERE id = ?1", (user, at.hlc))?;
    let until = (user, int(f.at_ms));
    at.run("UPDATE toy_held SET until_ms = ?2 WHERE worker = ?1 AND until_ms IS NULL", until)?;
    at.run("UPDATE toy SET worker = NULL WHERE worker = ?1", [user])?;
    at.note(Subject::User, user)
}

/// The district sent a person, or a new code for one. Who is active meanwhile stays so.
pub fn send(at: At<'_>, f: &UserSent) -> rusqlite::Result<()> {
    let (user, code) = (int(f.user.0), to_cbor(&f.code));
    at.run(
        "INSERT INTO user VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, NULL)
         ON CONFLICT DO UPDATE SET code = excluded.code, since = excluded.since WHERE NOT active AND place IS NULL",
        (user, &f.login, &f.name, role_number(f.role), at.hlc, code),
    )?;
    if other_has_login(at.conn, user)? {
        at.conflict(TWICE, None, None)?;
    }
    at.note(Subject::User, user)
}

/// A person whom the district sent chose a password.
pub fn admit(at: At<'_>, f: &UserAdmitted) -> rusqlite::Result<()> {
    let user = int(f.user.0);
    at.run("UPDATE user SET code = NULL, since = ?2 WHERE id = ?1", (user, at.hlc))?;
    activate(at, user)?;
    at.note(Subject::User, user)
}

/// Somebody who is no user here and wrote what came from `place`, for the names in histories. Whoever is a user here
/// too stays one.
pub fn author(at: At<'_>, author: &Author, place: &str) -> rusqlite::Result<()> {
    let place = author.place.as_deref().unwrap_or(place);
    at.run(
        "INSERT INTO user VALUES (?1, '', ?2, ?3, 0, 0, NULL, ?4) ON CONFLICT DO UPDATE SET name = excluded.name
         WHERE place IS NOT NULL",
        (int(author.user.0), format!("{} ({place})", author.name), role_number(Role::Tracker), place),
    )
    .map(drop)
}

/// Unless another active user has the login.
fn activate(at: At<'_>, user: i64) -> rusqlite::Result<()> {
    if other_has_login(at.conn, user)? {
        return at.conflict(TWICE, None, None);
    }
    at.run("UPDATE user SET active = 1 WHERE id = ?1", [user]).map(drop)
}
