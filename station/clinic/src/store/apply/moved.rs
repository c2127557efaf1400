//! Children who move between the stations of a district, with their whole record.

use super::{At, Subject, Touched, care, child, dose, people, things, toy};
use crate::ledger::{Entry, EventId};
use crate::record::fact::{
    AefiUpdated, AefiWithdrawn, AskWithdrawn, CardAssigned, CardRegistered, CardStopped, CardUnblocked, CardWritten,
    Carried, ChildAsked, ChildMovedIn, ChildMovedOut, ChildRegistered, ChildUnmerged, ChildWithheld, Fact, Gone, Part,
};
use crate::store::look::{PARTS, sought};
use crate::store::sql::{int, one};
use hub_protocol::{CardNo, ChildId};

/// The child is looked after elsewhere from now on; its worker has a place free.
pub fn leave(at: At<'_>, f: &ChildMovedOut) -> rusqlite::Result<Touched> {
    let row = (int(f.child.0), Gone::MovedStation as i64, i64::from(f.on.0));
    at.run("UPDATE child SET gone = ?2, gone_on = ?3, worker = NULL WHERE id = ?1", row)?;
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

/// The district is asked for a child.
pub fn ask(at: At<'_>, f: &ChildAsked) -> rusqlite::Result<()> {
    let (child, card) = sought(f.sought);
    let row = (at.origin(), at.seq(), at.hlc, at.by, child, card);
    at.run("INSERT INTO asked VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL) ON CONFLICT DO NOTHING", row)?;
    at.note(Subject::Clinic, 1)
}

/// It is asked no more.
pub fn withdraw_ask(at: At<'_>, f: &AskWithdrawn) -> rusqlite::Result<()> {
    at.run("DELETE FROM asked WHERE answer IS NULL AND child IS ?1 AND card IS ?2", sought(f.sought))?;
    at.note(Subject::Clinic, 1)
}

/// The district says no.
pub fn withhold(at: At<'_>, f: &ChildWithheld) -> rusqlite::Result<()> {
    let (child, card) = sought(f.sought);
    let sql = "UPDATE asked SET answer = ?3 WHERE answer IS NULL AND child IS ?1 AND card IS ?2";
    at.run(sql, (child, card, &f.reason)).map(drop)
}

/// A child comes with what happened elsewhere, and has no worker yet.
pub fn arrive(at: At<'_>, f: &ChildMovedIn) -> rusqlite::Result<Touched> {
    for author in &f.authors {
        people::author(at, author, &f.from)?;
    }
    let mut touched = Touched::Child(f.child);
    for carried in &f.events {
        touched = touched.and(carry(at, f, carried)?);
    }
    let child = int(f.child.0);
    if one(at.conn, "SELECT 1 FROM child WHERE id = ?1", [child], |_| Ok(()))?.is_none() {
        at.conflict("unknown-child", Some(f.child), None)?;
        return Ok(touched);
    }
    match f.part {
        // As long as its record is not whole, nobody gives it a dose by it.
        Part::More => {
            let row = (child, Gone::MovedStation as i64, i64::from(f.on.0));
            at.run("UPDATE child SET gone = ?2, gone_on = ?3, worker = NULL WHERE id = ?1", row)?;
        }
        Part::Last => {
            at.run("UPDATE child SET gone = NULL, gone_on = NULL, worker = NULL WHERE id = ?1", [child])?;
            let answered = format!(
                "UPDATE asked SET answer = '' WHERE answer IS NULL
                 AND (child IN ({PARTS}) OR card IN (SELECT no FROM card WHERE child IN ({PARTS})))"
            );
            at.run(&answered, [child])?;
        }
        Part::Late => {}
    }
    at.note(Subject::Child, child)?;
    Ok(touched)
}

/// An event of another station. Its place in the history is its own; rules of ours do not judge it again. Once. What
/// comes late was written there by somebody who did not know yet that the child is looked after here: it does not undo
/// what was done here, an Admin is told.
fn carry(at: At<'_>, moved: &ChildMovedIn, carried: &Carried) -> rusqlite::Result<Touched> {
    let Carried { id, entry: Entry { hlc, actor, kind, version, body } } = carried;
    let (hlc, by) = (int(hlc.0), actor.0.map(|user| int(user.0)));
    let row = (id.origin.0, int(id.seq), hlc, by, kind, version, body);
    if at.run("INSERT INTO carried VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING", row)? == 0 {
        return Ok(Touched::Nobody);
    }
    let then = At { id: *id, hlc, by, ..at };
    let note = |child: ChildId| then.note(Subject::Child, int(child.0));
    let late = moved.part == Part::Late;
    let fact = Fact::of(&carried.entry);
    if let Ok(fact) = &fact
        && is_of_another(then, moved.child, fact)?
    {
        then.conflict("of-another-child", Some(moved.child), None)?;
        return Ok(Touched::Nobody);
    }
    match fact {
        // Workers are not the same people here, and of whom the child was told apart is elsewhere.
        Ok(Fact::ChildRegistered(f)) => {
            let f = ChildRegistered { worker: None, distinct_from: Vec::new(), ..f };
            return child::register(then, &f);
        }
        Ok(Fact::ChildOnToy(f)) => {
            let Some(details) = toy::told_form(then, &f.details) else { return Ok(Touched::Nobody) };
            let f = ChildRegistered { child: f.child, details, worker: None, distinct_from: Vec::new() };
            return child::register(then, &f);
        }
        Ok(Fact::ChildEdited(f)) if late && touched_since(then, f.child)? => {
            note(f.child)?;
            then.conflict("edited-elsewhere", Some(f.child), None)?;
        }
        Ok(Fact::ChildEdited(f)) => return child::edit(then, &f),
        Ok(Fact::ChildMerged(f)) if late && f.child == moved.child => {
            note(f.child)?;
            then.conflict("merged-elsewhere", Some(f.child), None)?;
        }
        Ok(Fact::ChildMerged(f)) => return child::merge(then, &f),
        Ok(Fact::ChildUnmerged(f)) => return child::unmerge(then, &ChildUnmerged { worker: None, ..f }),
        Ok(Fact::ChildAssigned(f)) => note(f.child)?,
        Ok(Fact::ChildInactivated(f)) => note(f.child)?,
        Ok(Fact::ChildReactivated(f)) => note(f.child)?,
        Ok(Fact::ChildrenToldApart(f)) => note(f.child)?,
        Ok(Fact::DoseGiven(f)) if late && dose::is_withdrawn(then, &f)? => {
            then.conflict("withdrawn-dose", Some(f.child), Some(&f))?;
        }
        Ok(Fact::DoseGiven(f)) => return dose::tell(then, &f, &moved.from),
        Ok(Fact::DoseCorrected(f)) => return dose::correct(then, &f),
        Ok(Fact::DoseWithdrawn(f)) => return dose::withdraw(then, &f),
        Ok(Fact::DoseDeclined(f)) => return dose::decline(then, &f),
        Ok(Fact::DeclineLifted(f)) => return dose::lift_decline(then, &f),
        Ok(Fact::AefiReported(f)) => care::report_aefi(then, &f)?,
        Ok(Fact::AefiUpdated(f)) => care::update_aefi(then, &f)?,
        Ok(Fact::AefiWithdrawn(f)) => care::withdraw_aefi(then, &f)?,
        Ok(Fact::GrowthMeasured(f)) => return care::measure(then, &f),
        Ok(Fact::GrowthWithdrawn(f)) => return care::withdraw_growth(then, &f),
        Ok(Fact::MeasuredOnToy(f)) => return care::measure(then, &f.growth),
        Ok(Fact::ChildSighted(f)) => note(f.child)?,
        Ok(Fact::CallMade(f)) => care::call(then, &f)?,
        Ok(Fact::CallWithdrawn(f)) => care::withdraw_call(then, &f)?,
        Ok(Fact::CardRegistered(f)) => things::register_card(then, &f)?,
        Ok(Fact::CardAssigned(f)) => things::assign_card(then, &f)?,
        Ok(Fact::CardStopped(f)) => things::stop_card(then, &f)?,
        Ok(Fact::CardUnblocked(f)) => things::unblock_card(then, &f)?,
        Ok(Fact::CardWritten(f)) => things::write_card(then, &f)?,
        Ok(Fact::CertificateIssued(f)) => things::issue_certificate(then, &f)?,
        // The rest is not about a child, or this program does not know it yet.
        Ok(_) | Err(_) => {}
    }
    Ok(Touched::Nobody)
}

/// Does this tell of another child than the one who moved, whom this station has from elsewhere and looks after, or of
/// that one's card? Who gave the one away has no say about the other.
fn is_of_another(at: At<'_>, moved: ChildId, fact: &Fact) -> rusqlite::Result<bool> {
    let of_event = |table: &str, event: EventId| {
        let sql = format!("SELECT child FROM {table} WHERE origin = ?1 AND seq = ?2");
        one(at.conn, &sql, (event.origin.0, int(event.seq)), |r| r.get(0).map(Some))
    };
    // A card that is nobody's yet is this station's all the same.
    let of_card = |card: CardNo| one(at.conn, "SELECT child FROM card WHERE no = ?1", [int(card.0)], |r| r.get(0));
    let there: Option<Option<i64>> = match fact {
        Fact::AefiUpdated(AefiUpdated { aefi, .. }) | Fact::AefiWithdrawn(AefiWithdrawn { aefi, .. }) => {
            of_event("aefi", *aefi)?
        }
        Fact::GrowthWithdrawn(f) => of_event("growth", f.growth)?,
        Fact::CallWithdrawn(f) => of_event("call", f.call)?,
        Fact::CardRegistered(CardRegistered { card, .. })
        | Fact::CardAssigned(CardAssigned { card, .. })
        | Fact::CardStopped(CardStopped { card, .. })
        | Fact::CardUnblocked(CardUnblocked { card, .. })
        | Fact::CardWritten(CardWritten { card, .. }) => match of_card(*card)? {
            Some(None) if has_itself(at, Subject::Card, int(card.0))? => return Ok(true),
            there => there,
        },
        _ => None,
    };
    for child in fact.children().into_iter().map(|child| int(child.0)).chain(there.flatten()) {
        if is_another(at, moved, child)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A record here that is no part of the moved child's, is looked after, and did not merely come along with it.
fn is_another(at: At<'_>, moved: ChildId, child: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT r.id FROM child c JOIN child r ON r.id = coalesce(c.merged_into, c.id)
               WHERE c.id = ?2 AND r.gone IS NULL
                   AND r.id <> coalesce((SELECT merged_into FROM child WHERE id = ?1), ?1)";
    match one(at.conn, sql, (int(moved.0), child), |r| r.get(0))? {
        Some(whole) => has_itself(at, Subject::Child, whole),
        None => Ok(false),
    }
}

/// Is there something about this in the logs of this station, or in the district's for it?
fn has_itself(at: At<'_>, subject: Subject, id: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM history h WHERE h.subject = ?1 AND h.id = ?2
                   AND NOT EXISTS (SELECT 1 FROM carried c WHERE c.origin = h.origin AND c.seq = h.seq) LIMIT 1";
    Ok(one(at.conn, sql, (subject as i64, id), |_| Ok(()))?.is_some())
}

/// Did somebody write about this child after this event? That it came or went is no such thing.
fn touched_since(at: At<'_>, child: ChildId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM history WHERE subject = ?1 AND id = ?2 AND hlc > ?3
                   AND origin NOT IN (SELECT origin FROM directive) LIMIT 1";
    Ok(one(at.conn, sql, (Subject::Child as i64, int(child.0), at.hlc), |_| Ok(()))?.is_some())
}
