//! Children: the form, whose they are, and which records are one child.

use super::people::active_worker;
use super::{By, ChildState, Look, No, Now, OtherId, note_text, past, reason_text};
use crate::date::{to_date, to_day};
use crate::record::fact::{self, ChildDetails, Fact, Gone, Sought};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal};
use crate::record::role::{Role, Roles};
use crate::record::text::{self, optional};
use chrono::{Months, NaiveDate};
use hub_protocol::{ChildId, Day, UserId};

pub(super) fn register<L: Look>(
    child: ChildId,
    form: &ChildDetails,
    worker: Option<UserId>,
    mut distinct_from: Vec<ChildId>,
    by: By,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    if look.child(child)?.is_some() {
        return Err(Refusal::ChildTaken.into());
    }
    let details = details(child, form, look, now.today)?;
    // A worker who registers a child takes it; an Admin may leave it to be given to one.
    let worker = if by.role == Role::PhcWorker { Some(by.user) } else { worker };
    room(worker, look)?;
    let alike = look.probable_duplicates(&details)?;
    if alike.iter().any(|one| !distinct_from.contains(one)) {
        return Err(Refusal::Duplicates.into());
    }
    // What nobody asked about says nothing.
    distinct_from.retain(|one| alike.contains(one));
    distinct_from.truncate(limits::DISTINCT_MAX);
    Ok(Fact::ChildRegistered(fact::ChildRegistered { child, details, worker, distinct_from }))
}

pub(super) fn edit<L: Look>(
    child: ChildId,
    form: &ChildDetails,
    reason: &str,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let state = own_record(child, look)?;
    let details = details(child, form, look, now.today)?;
    let first_dose = look.doses(child)?.into_iter().map(|(_, on)| on).min();
    let first = first_dose.into_iter().chain(state.gone_on).min();
    if first.zip(to_date(details.dob)).is_some_and(|(first, dob)| first < dob) {
        return Err(Refusal::BeforeBirth.into());
    }
    let reason = optional(Field::Reason, reason, limits::TEXT_MAX_CHARS)?;
    Ok(Fact::ChildEdited(fact::ChildEdited { child, details, reason }))
}

pub(super) fn assign<L: Look>(child: ChildId, worker: Option<UserId>, look: &L) -> Result<Fact, No<L::Error>> {
    let state = own_record(child, look)?;
    if state.gone.is_some() {
        return Err(Refusal::ChildGone.into());
    }
    if state.worker != worker {
        room(worker, look)?;
    }
    Ok(Fact::ChildAssigned(fact::ChildAssigned { child, worker }))
}

pub(super) fn merge<L: Look>(child: ChildId, into: ChildId, reason: &str, look: &L) -> Result<Fact, No<L::Error>> {
    may_merge(child, into, look)?;
    Ok(Fact::ChildMerged(fact::ChildMerged { child, into, reason: reason_text(reason)? }))
}

/// May the record `child` become a part of `into`?
pub fn may_merge<L: Look>(child: ChildId, into: ChildId, look: &L) -> Result<(), No<L::Error>> {
    if child == into {
        return Err(Refusal::SameChild.into());
    }
    let (goes, stays) = (own_record(child, look)?, own_record(into, look)?);
    // The record that is shown from now on must not hide a child who is looked after here.
    if stays.gone.is_some() && goes.gone.is_none() {
        return Err(Refusal::ChildGone.into());
    }
    // Nor one who is looked after at another station, where this merge would arrive too.
    if goes.gone == Some(Gone::MovedStation) {
        return Err(Refusal::ChildGone.into());
    }
    // One level deep, so that each merge can be taken back by itself.
    if look.has_parts(child)? {
        return Err(Refusal::HasParts.into());
    }
    Ok(())
}

pub(super) fn unmerge<L: Look>(
    child: ChildId,
    worker: Option<UserId>,
    reason: &str,
    look: &L,
) -> Result<Fact, No<L::Error>> {
    let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    if state.merged_into.is_none() {
        return Err(Refusal::NotMerged.into());
    }
    // Who is gone is nobody's.
    let worker = worker.filter(|_| state.gone.is_none());
    room(worker, look)?;
    Ok(Fact::ChildUnmerged(fact::ChildUnmerged { child, worker, reason: reason_text(reason)? }))
}

pub(super) fn tell_apart<L: Look>(child: ChildId, other: ChildId, look: &L) -> Result<Fact, No<L::Error>> {
    if child == other {
        return Err(Refusal::SameChild.into());
    }
    own_record(child, look)?;
    own_record(other, look)?;
    Ok(Fact::ChildrenToldApart(fact::ChildrenToldApart { child, other }))
}

pub(super) fn inactivate<L: Look>(
    child: ChildId,
    why: Gone,
    on: Day,
    note: &str,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let state = own_record(child, look)?;
    if state.gone.is_some() {
        return Err(Refusal::ChildGone.into());
    }
    // That is for the district to say, or for a toy.
    if Gone::NOT_SAID.contains(&why) {
        return Err(Refusal::NotAllowed(Roles::NONE).into());
    }
    if past(Field::Date, on, now.today)? < state.dob {
        return Err(Refusal::BeforeBirth.into());
    }
    Ok(Fact::ChildInactivated(fact::ChildInactivated { child, why, on, note: note_text(note)? }))
}

pub(super) fn reactivate<L: Look>(
    child: ChildId,
    worker: Option<UserId>,
    reason: &str,
    look: &L,
) -> Result<Fact, No<L::Error>> {
    match own_record(child, look)?.gone {
        None => return Err(Refusal::ChildActive.into()),
        // Two stations would look after one child: the district moves it back.
        Some(Gone::MovedStation) => return Err(Refusal::ChildElsewhere.into()),
        Some(_) => {}
    }
    room(worker, look)?;
    Ok(Fact::ChildReactivated(fact::ChildReactivated { child, worker, reason: reason_text(reason)? }))
}

/// To another station of the district, of this name, with the whole record.
pub(super) fn move_out<L: Look>(child: ChildId, to: &str, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    if own_record(child, look)?.gone.is_some() {
        return Err(Refusal::ChildGone.into());
    }
    Ok(Fact::ChildMovedOut(fact::ChildMovedOut { child, to: to.to_owned(), on: to_day(now.today) }))
}

/// Is the station to which a child is moved one that does not look after it already?
pub fn arrives<L: Look>(child: ChildId, look: &L) -> Result<(), No<L::Error>> {
    match look.child(child)? {
        Some(state) if state.merged_into.is_some() => Err(Refusal::ChildMerged.into()),
        Some(state) if state.gone.is_none() => Err(Refusal::ChildActive.into()),
        _ => Ok(()),
    }
}

/// For what another station has of a child, who is not looked after here.
pub(super) fn ask<L: Look>(sought: Sought, look: &L) -> Result<Fact, No<L::Error>> {
    if !look.has_district()? {
        return Err(Refusal::NoDistrict.into());
    }
    let here = match sought {
        Sought::Child(child) => Some(child),
        Sought::Card(card) => look.card(card)?.and_then(|card| card.child),
    };
    if let Some(child) = here {
        arrives(child, look)?;
    }
    if look.is_asked_for(sought)? {
        return Err(Refusal::AskedAlready.into());
    }
    if look.children_asked_for()? >= limits::ASKED_MAX {
        return Err(Refusal::TooManyAsked.into());
    }
    Ok(Fact::ChildAsked(fact::ChildAsked { sought }))
}

/// As long as the district has not answered.
pub(super) fn withdraw_ask<L: Look>(sought: Sought, look: &L) -> Result<Fact, No<L::Error>> {
    if !look.is_asked_for(sought)? {
        return Err(Refusal::NotAskedFor.into());
    }
    Ok(Fact::AskWithdrawn(fact::AskWithdrawn { sought }))
}

/// The record of a child, when it stands for itself.
fn own_record<L: Look>(child: ChildId, look: &L) -> Result<ChildState, No<L::Error>> {
    let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    if state.merged_into.is_some() { Err(Refusal::ChildMerged.into()) } else { Ok(state) }
}

/// The record that stands for this child: its own, or the one of which it became a part.
pub(super) fn root<L: Look>(child: ChildId, look: &L) -> Result<ChildId, No<L::Error>> {
    Ok(look.child(child)?.ok_or(Refusal::UnknownChild)?.merged_into.unwrap_or(child))
}

pub fn room<L: Look>(worker: Option<UserId>, look: &L) -> Result<(), No<L::Error>> {
    let Some(worker) = worker else { return Ok(()) };
    active_worker(worker, look)?;
    let max = limits::CHILDREN_PER_WORKER;
    if look.children_of(worker)? >= max { Err(Refusal::WorkerFull { max }.into()) } else { Ok(()) }
}

fn details<L: Look>(
    child: ChildId,
    form: &ChildDetails,
    look: &L,
    today: NaiveDate,
) -> Result<ChildDetails, No<L::Error>> {
    let details = form_fields(form, today)?;
    let numbers = [
        (OtherId::Abha, Field::Abha, &details.abha),
        (OtherId::Rch, Field::Rch, &details.rch),
        (OtherId::Uwin, Field::Uwin, &details.uwin),
    ];
    for (kind, field, number) in numbers {
        if !number.is_empty() && look.other_id_taken(kind, number, child)? {
            return Err(Refusal::Taken(field).into());
        }
    }
    Ok(details)
}

/// A form as it is kept, or what is wrong with it first.
pub fn form_fields(form: &ChildDetails, today: NaiveDate) -> Result<ChildDetails, Refusal> {
    let (details, faults) = checked(form, today);
    faults.first().map_or(Ok(details), |fault| Err(*fault))
}

/// All that is wrong with a form, so that a person mends it in one go. What only the records know is not among it.
pub fn form_faults(form: &ChildDetails, today: NaiveDate) -> Vec<Refusal> {
    checked(form, today).1
}

fn checked(form: &ChildDetails, today: NaiveDate) -> (ChildDetails, Vec<Refusal>) {
    let mut faults = Vec::new();
    let years = limits::AGE_MAX_YEARS;
    let is_grown = |dob: NaiveDate| dob.checked_add_months(Months::new(12 * years)).is_none_or(|grown| grown <= today);
    match past(Field::Dob, form.dob, today) {
        Ok(dob) if is_grown(dob) => faults.push(Refusal::TooOld { years }),
        Ok(_) => {}
        Err(fault) => faults.push(fault),
    }
    let mut kept = |text: Result<String, Refusal>| {
        text.unwrap_or_else(|fault| {
            faults.push(fault);
            String::new()
        })
    };
    let name = kept(text::optional_name(Field::Name, &form.name, limits::NAME_MAX_CHARS));
    let mother = kept(text::optional_name(Field::Mother, &form.mother, limits::NAME_MAX_CHARS));
    let father = kept(text::optional_name(Field::Father, &form.father, limits::NAME_MAX_CHARS));
    if form.mother.trim().is_empty() && form.father.trim().is_empty() {
        let _nobody = kept(Err(Refusal::Missing(Field::Mother)));
    }
    let phone = kept(text::phone(&form.phone));
    let village = kept(text::name(Field::Village, &form.village, limits::NAME_MAX_CHARS));
    let landmark = kept(optional(Field::Landmark, &form.landmark, limits::TEXT_MAX_CHARS));
    let abha = kept(text::abha(&form.abha));
    let rch = kept(text::other_id(Field::Rch, &form.rch));
    let uwin = kept(text::other_id(Field::Uwin, &form.uwin));
    if form.birth_order.is_some_and(|order| !(1..=limits::BIRTH_ORDER_MAX).contains(&order)) {
        faults.push(Refusal::Range(Field::BirthOrder));
    }
    // India lies between 6 and 38 degrees north and 68 and 98 degrees east: anything else is a mistake.
    let in_india = |p: &fact::Place| {
        (6_000_000..=38_000_000).contains(&p.lat_udeg) && (68_000_000..=98_000_000).contains(&p.lon_udeg)
    };
    if form.place.as_ref().is_some_and(|p| !in_india(p)) {
        faults.push(Refusal::Range(Field::Place));
    }
    (ChildDetails { name, mother, father, phone, village, landmark, abha, rch, uwin, ..form.clone() }, faults)
}
