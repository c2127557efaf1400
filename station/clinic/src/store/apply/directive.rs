//! What the district says, where it comes into force.
//!
//! A directive changes nothing when it arrives: it does so at the event in our own log that says how far the
//! district's log is taken. So the tables follow from our log and from what is held of the district's, whenever and
//! in whatever order that came. What is not on the list below is kept in its log, and shown.

use super::{At, Subject, Touched, happened, moved, people};
use crate::ledger::Event;
use crate::record::fact::{CardStop, CardStopped, CardUnblocked, DirectivesTaken, Fact, TaskAssigned, UserDisabled};
use crate::record::role::Role;
use crate::record::rule::{No, People, change_settings, last_of_role};
use crate::store::look::{Tables, child_state};
use crate::store::sql::{int, one};

/// Brings the directives into force that this event of ours names.
pub fn take(at: At<'_>, f: &DirectivesTaken, directives: &[Event]) -> rusqlite::Result<Touched> {
    let mut touched = Touched::Nobody;
    for event in directives {
        let by = event.entry.actor.0.map(|user| int(user.0));
        touched = touched.and(directive(At { id: event.id, by, ..at }, event)?);
    }
    let applied = directives.last().map_or(0, |event| event.id.seq);
    at.run(
        "INSERT INTO directive VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET
             marked = max(marked, excluded.marked), applied = max(applied, excluded.applied)",
        (f.origin.0, int(f.seq), int(applied)),
    )?;
    Ok(touched)
}

fn directive(at: At<'_>, event: &Event) -> rusqlite::Result<Touched> {
    // A newer district may say more than this program knows.
    let Ok(fact) = Fact::of(&event.entry) else { return not_allowed(at) };
    match &fact {
        Fact::OriginOpened(_) | Fact::StationAdmitted(_) | Fact::StationReplaced(_) | Fact::LogReopened(_) => {}
        Fact::UserSent(f) => people::send(at, f)?,
        Fact::UserDisabled(f) => disable(at, f)?,
        Fact::SettingsChanged(f) => match change_settings(f.clone()) {
            Ok(_) => return happened(at, &fact),
            Err(_) => at.conflict("unknown-settings", None, None)?,
        },
        Fact::TaskAssigned(f) => match is_somebodys(at, f)? {
            true => return happened(at, &fact),
            false => at.conflict("task-for-nobody", f.child, None)?,
        },
        Fact::ToyStopped(_) => return happened(at, &fact),
        Fact::CardStopped(f) => stop_card(at, f, &fact)?,
        Fact::CardUnblocked(f) => unblock_card(at, f, &fact)?,
        Fact::ChildMovedIn(f) => return moved::arrive(at, f),
        Fact::ChildMovedOut(f) => return moved::leave(at, f),
        Fact::ChildWithheld(f) => moved::withhold(at, f)?,
        Fact::CardKeyMade(f) => {
            at.run("INSERT INTO card_key VALUES (?1, ?2) ON CONFLICT DO NOTHING", (f.id, f.key.0))?;
        }
        Fact::StationKnown(f) => {
            let sql =
                "INSERT INTO station VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET name = excluded.name, trusted = 1";
            at.run(sql, (f.key.0, &f.name))?;
        }
        Fact::StationForgotten(f) => {
            at.run("UPDATE station SET trusted = 0 WHERE key = ?1", [f.key.0])?;
        }
        Fact::StationRenamed(f) => {
            at.run("UPDATE district SET station_name = ?1", [&f.name])?;
            at.note(Subject::Clinic, 1)?;
        }
        Fact::ContactRule(f) => {
            at.run("UPDATE district SET contact_days = ?1", [f.days])?;
            at.note(Subject::Clinic, 1)?;
        }
        Fact::OperatorKnown(f) => {
            let district = one(at.conn, "SELECT name FROM district", [], |r| r.get::<_, String>(0))?;
            people::author(at, &f.operator, &district.unwrap_or_default())?;
        }
        _ => return not_allowed(at),
    }
    Ok(Touched::Nobody)
}

fn not_allowed(at: At<'_>) -> rusqlite::Result<Touched> {
    at.conflict("not-the-districts", None, None)?;
    Ok(Touched::Nobody)
}

/// Meanwhile the others of this role may have gone: somebody must stay who can look after the clinic.
fn disable(at: At<'_>, f: &UserDisabled) -> rusqlite::Result<()> {
    let tables = Tables(at.conn);
    let stays = match tables.user(f.user).and_then(|user| user.map(|user| last_of_role(user, &tables)).transpose()) {
        Ok(_) => false,
        Err(No::Refused(_)) => true,
        Err(No::Broken(error)) => return Err(error),
    };
    if stays { at.conflict("last-of-role", None, None) } else { people::disable(at, f) }
}

/// The task is for an active PHC Worker, and about a child that is known here.
fn is_somebodys(at: At<'_>, f: &TaskAssigned) -> rusqlite::Result<bool> {
    let worker = match Tables(at.conn).user(f.worker) {
        Ok(user) => user.is_some_and(|user| user.active && user.role == Role::PhcWorker),
        Err(No::Refused(_)) => false,
        Err(No::Broken(error)) => return Err(error),
    };
    Ok(worker && f.child.map_or(Ok(true), |child| child_state(at.conn, child).map(|state| state.is_some()))?)
}

/// A card of ours; or one of another station, which opens nothing here from now on.
fn stop_card(at: At<'_>, f: &CardStopped, fact: &Fact) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO stopped_card VALUES (?1, ?2) ON CONFLICT DO UPDATE SET stopped = excluded.stopped
         WHERE stopped <> ?3",
        (int(f.card.0), f.why as i64, CardStop::Lost as i64),
    )?;
    happened(at, fact).map(drop)
}

fn unblock_card(at: At<'_>, f: &CardUnblocked, fact: &Fact) -> rusqlite::Result<()> {
    let blocked = (int(f.card.0), CardStop::Blocked as i64);
    at.run("DELETE FROM stopped_card WHERE no = ?1 AND stopped = ?2", blocked)?;
    happened(at, fact).map(drop)
}
