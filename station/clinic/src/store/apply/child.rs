//! Children in the read tables.

use super::{At, Subject, Touched, toy};
use crate::record::fact::{
    ChildAssigned, ChildDetails, ChildEdited, ChildInactivated, ChildMerged, ChildReactivated, ChildRegistered,
    ChildUnmerged, ChildrenToldApart,
};
use crate::store::alike;
use crate::store::look::PARTS;
use crate::store::sql::{int, one};
use hub_protocol::{ChildId, UserId};

pub fn register(at: At<'_>, f: &ChildRegistered) -> rusqlite::Result<Touched> {
    let id = int(f.child.0);
    let new = at.run(
        "INSERT INTO child(id, name, dob, dob_estimated, sex, mother, father, phone, village, landmark,
             consent_reminders, consent_tracing, abha, rch, uwin, birth_order, food, lat_udeg, lon_udeg, worker,
             name_key, place_key, search)
         VALUES (?1, '', 0, 0, 0, '', '', '', '', '', 0, 0, '', '', '', NULL, NULL, NULL, NULL, ?2, '', '', '')
         ON CONFLICT DO NOTHING",
        (id, number(f.worker)),
    )?;
    if new > 0 {
        details(at, f.child, &f.details)?;
        for other in &f.distinct_from {
            alike::tell_apart(at.conn, f.child, *other)?;
        }
    }
    at.note(Subject::Child, id)?;
    Ok(Touched::Child(f.child))
}

pub fn edit(at: At<'_>, f: &ChildEdited) -> rusqlite::Result<Touched> {
    if one(at.conn, "SELECT 1 FROM child WHERE id = ?1", [int(f.child.0)], |_| Ok(()))?.is_some() {
        alike::forget(at.conn, f.child)?;
        details(at, f.child, &f.details)?;
    }
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

pub fn tell_apart(at: At<'_>, f: &ChildrenToldApart) -> rusqlite::Result<()> {
    alike::tell_apart(at.conn, f.child, f.other)?;
    at.note(Subject::Child, int(f.child.0))?;
    at.note(Subject::Child, int(f.other.0))
}

pub fn assign(at: At<'_>, f: &ChildAssigned) -> rusqlite::Result<Touched> {
    at.run("UPDATE child SET worker = ?2 WHERE id = ?1", (int(f.child.0), number(f.worker)))?;
    at.note(Subject::Child, int(f.child.0))?;
    // The lists of what is due know whose each child is.
    Ok(Touched::Child(f.child))
}

pub fn merge(at: At<'_>, f: &ChildMerged) -> rusqlite::Result<Touched> {
    let (child, into) = (int(f.child.0), int(f.into.0));
    toy::taken(at, f.child)?;
    at.run("UPDATE child SET merged_into = ?2, worker = NULL WHERE id = ?1", (child, into))?;
    at.note(Subject::Child, child)?;
    at.note(Subject::Child, into)?;
    if active_cards(at, into)? > 1 {
        at.conflict("two-cards", Some(f.into), None)?;
    }
    Ok(Touched::Both(f.child, f.into))
}

pub fn unmerge(at: At<'_>, f: &ChildUnmerged) -> rusqlite::Result<Touched> {
    let child = int(f.child.0);
    let was = one(at.conn, "SELECT merged_into FROM child WHERE id = ?1", [child], |r| r.get::<_, Option<i64>>(0))?;
    at.run("UPDATE child SET merged_into = NULL, worker = ?2 WHERE id = ?1", (child, number(f.worker)))?;
    at.note(Subject::Child, child)?;
    let Some(into) = was.flatten() else { return Ok(Touched::Child(f.child)) };
    at.note(Subject::Child, into)?;
    super::dose::take_apart(at, child, into)?;
    // Each has a card of its own again: nothing is left to be settled.
    if active_cards(at, into)? < 2 {
        at.run(
            "UPDATE conflict SET accepted = 0, reason = ?2, settled_by = ?3, settled_hlc = ?4
             WHERE child = ?1 AND kind = 'two-cards' AND accepted IS NULL",
            (into, &f.reason, at.by, at.hlc),
        )?;
    }
    // Who took them apart said that they are two.
    alike::tell_apart(at.conn, f.child, ChildId(crate::store::sql::uint(into)))?;
    Ok(Touched::Both(f.child, ChildId(crate::store::sql::uint(into))))
}

pub fn inactivate(at: At<'_>, f: &ChildInactivated) -> rusqlite::Result<Touched> {
    let row = (int(f.child.0), f.why as i64, i64::from(f.on.0));
    at.run("UPDATE child SET gone = ?2, gone_on = ?3, worker = NULL WHERE id = ?1", row)?;
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

pub fn reactivate(at: At<'_>, f: &ChildReactivated) -> rusqlite::Result<Touched> {
    let row = (int(f.child.0), number(f.worker));
    toy::taken(at, f.child)?;
    at.run("UPDATE child SET gone = NULL, gone_on = NULL, worker = ?2 WHERE id = ?1", row)?;
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

fn active_cards(at: At<'_>, child: i64) -> rusqlite::Result<i64> {
    let sql = format!("SELECT count(*) FROM card WHERE child IN ({PARTS}) AND stopped IS NULL");
    Ok(one(at.conn, &sql, [child], |r| r.get(0))?.unwrap_or_default())
}

fn number(worker: Option<UserId>) -> Option<i64> {
    worker.map(|w| int(w.0))
}

fn details(at: At<'_>, child: ChildId, d: &ChildDetails) -> rusqlite::Result<()> {
    at.run(
        "UPDATE child SET name = ?2, dob = ?3, dob_estimated = ?4, sex = ?5, mother = ?6, father = ?7, phone = ?8,
             village = ?9, landmark = ?10, consent_reminders = ?11, consent_tracing = ?12, abha = ?13, rch = ?14,
             uwin = ?15, birth_order = ?16, food = ?17, lat_udeg = ?18, lon_udeg = ?19, name_key = ?20, place_key = ?21,
             search = ?22, language = ?23
         WHERE id = ?1",
        rusqlite::params![
            int(child.0),
            d.name,
            i64::from(d.dob.0),
            d.dob_estimated,
            d.sex as i64,
            d.mother,
            d.father,
            d.phone,
            d.village,
            d.landmark,
            d.consent_reminders,
            d.consent_tracing,
            d.abha,
            d.rch,
            d.uwin,
            d.birth_order,
            d.food.map(|f| f as i64),
            d.place.map(|p| p.lat_udeg),
            d.place.map(|p| p.lon_udeg),
            alike::sound(&d.name),
            alike::sound(&d.village),
            alike::search_text(child, d),
            d.language.map(|l| l as i64),
        ],
    )?;
    alike::learn(at.conn, child)
}
