//! What the rules look at, from the transaction they decide in.

use super::sql::{all, date, int, one, uint};
use crate::record::fact::Sex;
use crate::record::role::Role;
use crate::record::rule::{CardState, ChildState, Look, No, TaskState, UserState};
use chrono::NaiveDate;
use hub_protocol::{CardNo, ChildId, DeviceId, TaskId, UserId};
use rusqlite::Connection;

pub struct Tables<'a>(pub &'a Connection);

type Answer<T> = Result<T, No<rusqlite::Error>>;

fn answer<T>(result: rusqlite::Result<T>) -> Answer<T> {
    result.map_err(No::Broken)
}

pub fn role_number(role: Role) -> i64 {
    role as i64
}

/// Roles in the database were written by [`role_number`]; the least powerful stands for what cannot be.
pub fn role(number: i64) -> Role {
    Role::ALL.into_iter().find(|r| role_number(*r) == number).unwrap_or(Role::Tracker)
}

pub fn sex(number: i64) -> Sex {
    match number {
        0 => Sex::Female,
        1 => Sex::Male,
        _ => Sex::Other,
    }
}

pub fn user_id(number: Option<i64>) -> Option<UserId> {
    number.map(|n| UserId(uint(n)))
}

/// A child's doses in order of entry: products with their dates.
pub fn doses(conn: &Connection, child: ChildId) -> rusqlite::Result<Vec<(String, NaiveDate)>> {
    all(conn, "SELECT product, day FROM dose WHERE child = ?1 ORDER BY day, hlc", [int(child.0)], |r| {
        Ok((r.get(0)?, date(r.get(1)?)))
    })
}

pub fn child_state(conn: &Connection, child: ChildId) -> rusqlite::Result<Option<ChildState>> {
    one(conn, "SELECT dob, sex, worker FROM child WHERE id = ?1", [int(child.0)], |r| {
        Ok(ChildState { dob: date(r.get(0)?), sex: sex(r.get(1)?), worker: user_id(r.get(2)?) })
    })
}

impl Look for Tables<'_> {
    type Error = rusqlite::Error;

    fn user(&self, user: UserId) -> Answer<Option<UserState>> {
        answer(one(self.0, "SELECT role, active FROM user WHERE id = ?1", [int(user.0)], |r| {
            Ok(UserState { role: role(r.get(0)?), active: r.get(1)? })
        }))
    }

    fn login_taken(&self, login: &str) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM user WHERE login = ?1 LIMIT 1", [login], |_| Ok(()))).map(|r| r.is_some())
    }

    fn active_users(&self, role: Role) -> Answer<u32> {
        let sql = "SELECT count(*) FROM user WHERE role = ?1 AND active";
        answer(one(self.0, sql, [role_number(role)], |r| r.get(0))).map(Option::unwrap_or_default)
    }

    fn child(&self, child: ChildId) -> Answer<Option<ChildState>> {
        answer(child_state(self.0, child))
    }

    fn children_of(&self, worker: UserId) -> Answer<u32> {
        let sql = "SELECT count(*) FROM child WHERE worker = ?1";
        answer(one(self.0, sql, [int(worker.0)], |r| r.get(0))).map(Option::unwrap_or_default)
    }

    fn doses(&self, child: ChildId) -> Answer<Vec<(String, NaiveDate)>> {
        answer(doses(self.0, child))
    }

    fn toy(&self, toy: DeviceId) -> Answer<Option<Option<UserId>>> {
        answer(one(self.0, "SELECT worker FROM toy WHERE id = ?1", [toy.0], |r| Ok(user_id(r.get(0)?))))
    }

    fn toy_of(&self, worker: UserId) -> Answer<Option<DeviceId>> {
        answer(one(self.0, "SELECT id FROM toy WHERE worker = ?1 LIMIT 1", [int(worker.0)], |r| r.get(0).map(DeviceId)))
    }

    fn toy_last_seq(&self, toy: DeviceId, epoch: u64) -> Answer<u64> {
        let sql = "SELECT max(seq) FROM toy_record WHERE toy = ?1 AND epoch = ?2";
        let last = answer(one(self.0, sql, (toy.0, int(epoch)), |r| r.get::<_, Option<i64>>(0)))?;
        Ok(last.flatten().map_or(0, uint))
    }

    fn card(&self, card: CardNo) -> Answer<Option<CardState>> {
        answer(one(self.0, "SELECT child, stopped FROM card WHERE no = ?1", [int(card.0)], |r| {
            let child: Option<i64> = r.get(0)?;
            Ok(CardState { child: child.map(|c| ChildId(uint(c))), stopped: r.get::<_, Option<i64>>(1)?.is_some() })
        }))
    }

    fn uid_taken(&self, uid: &[u8]) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM card WHERE uid = ?1 LIMIT 1", [uid], |_| Ok(()))).map(|r| r.is_some())
    }

    fn card_of(&self, child: ChildId) -> Answer<Option<CardNo>> {
        let sql = "SELECT no FROM card WHERE child = ?1 AND stopped IS NULL LIMIT 1";
        answer(one(self.0, sql, [int(child.0)], |r| r.get(0).map(uint).map(CardNo)))
    }

    fn task(&self, task: TaskId) -> Answer<Option<TaskState>> {
        answer(one(self.0, "SELECT worker, done FROM task WHERE id = ?1", [int(task.0)], |r| {
            Ok(TaskState { worker: UserId(uint(r.get(0)?)), open: r.get::<_, Option<bool>>(1)?.is_none() })
        }))
    }

    fn last_certificate(&self) -> Answer<u64> {
        answer(one(self.0, "SELECT max(number) FROM certificate", [], |r| r.get::<_, Option<i64>>(0)))
            .map(|n| n.flatten().map_or(0, uint))
    }

    fn has_district(&self) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM district", [], |_| Ok(()))).map(|r| r.is_some())
    }
}

/// An active user by login.
pub fn user_by_login(conn: &Connection, login: &str) -> rusqlite::Result<Option<super::Session>> {
    one(conn, "SELECT id, login, name, role FROM user WHERE login = ?1 AND active", [login], |r| {
        Ok(super::Session { user: UserId(uint(r.get(0)?)), login: r.get(1)?, name: r.get(2)?, role: role(r.get(3)?) })
    })
}

/// The role of a user who may log in.
pub fn active_role(conn: &Connection, user: UserId) -> rusqlite::Result<Option<Role>> {
    one(conn, "SELECT role FROM user WHERE id = ?1 AND active", [int(user.0)], |r| r.get(0).map(role))
}

pub fn login_of(conn: &Connection, user: UserId) -> rusqlite::Result<Option<String>> {
    one(conn, "SELECT login FROM user WHERE id = ?1 AND active", [int(user.0)], |r| r.get(0))
}
