//! Children: found, compared, edited, merged, moved, and what is told of them afterwards.
#![allow(clippy::unwrap_used)]

mod alike;
#[path = "../common/mod.rs"]
mod common;
mod find;
mod life;
mod merging;
mod on_toys;
mod speed;

use chrono::{Days, NaiveDate};
use clinic::Session;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, NewUser};
use clinic::record::fact::Gone;
use clinic::record::role::Role;
use clinic::store::{ChildFilter, SubmitError};
use common::{Desk, today};
use hub_protocol::{CardNo, ChildId, UserId};

/// A child who looks like no other one.
pub fn form(name: &str, days: u64, mother: &str) -> ChildForm {
    ChildForm { mother: mother.into(), phone: String::new(), ..common::form(name, today() - Days::new(days)) }
}

pub fn registered(d: &Desk, form: ChildForm) -> ChildId {
    d.register(&d.admin, form, None).unwrap()
}

pub fn found(d: &Desk, typed: &str) -> Vec<String> {
    d.clinic.children(&d.asha, typed, 0).unwrap().0.into_iter().map(|child| child.name).collect()
}

pub fn filtered(d: &Desk, typed: &str, filter: &ChildFilter) -> Vec<String> {
    let found = d.clinic.find_children(&d.admin, typed, filter, 0).unwrap();
    assert_eq!(found.total as usize, found.lines.len());
    found.lines.into_iter().map(|child| child.name).collect()
}

pub fn do_it(d: &Desk, command: Command) -> Result<(), SubmitError> {
    d.clinic.submit(&d.admin, command).map(|_| ())
}

pub fn merge(child: ChildId, into: ChildId) -> Command {
    Command::MergeChildren { child, into, reason: "One child, written twice".into() }
}

pub fn unmerge(child: ChildId, worker: Option<UserId>) -> Command {
    Command::UnmergeChild { child, worker, reason: "They are two".into() }
}

pub fn gone(child: ChildId, why: Gone, on: NaiveDate) -> Command {
    Command::InactivateChild { child, why, on: to_day(on), note: "To Patna".into() }
}

pub fn back(child: ChildId, worker: Option<UserId>) -> Command {
    Command::ReactivateChild { child, worker, reason: "The family is here again".into() }
}

pub fn card(d: &Desk, uid: u8, child: ChildId) -> CardNo {
    let card = d.clinic.env().new_card_no().unwrap();
    d.clinic.submit(&d.asha, Command::RegisterCard { card, uid: vec![uid; 7], written: true }).unwrap();
    d.clinic.submit(&d.asha, Command::AssignCard { card, child }).unwrap();
    card
}

pub fn second_worker(d: &Desk) -> Session {
    let bina = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
    d.clinic.register_user(&d.admin, &bina, "horse staple 44").unwrap();
    d.clinic.login("bina", "horse staple 44").unwrap()
}

/// Fifty children for a worker, of whom none looks like another.
pub fn fill(d: &Desk, worker: UserId) -> Vec<ChildId> {
    let one = |n: u64| {
        let mother = format!("{}eeta", char::from(b'A' + u8::try_from(n % 26).unwrap()));
        d.register(&d.admin, form("", 40 + n * 20, &mother), Some(worker)).unwrap()
    };
    (0..50).map(one).collect()
}

pub fn all_is_well(d: &Desk) {
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}
