//! Packs what a child takes along.

use super::error::OfficeError;
use super::told::Told;
use crate::archive::{Archive, Station};
use crate::wall_ms;
use clinic::date::{india, to_day};
use clinic::ledger::EventId;
use clinic::record::fact::{Author, Carried, ChildMovedIn, Fact, Part};
use clinic::record::limits::MOVED_MAX_BYTES;
use clinic::store::Mirror;
use hub_protocol::{ChildId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes that an event has beside its body, rounded up.
const EVENT_ROOM_BYTES: usize = 64;

/// What the station `from` has of a child and `to` lacks, in parts that fit a directive each. The last one is of the
/// kind `last`. Without anything new there is one part, unless only late events are wanted.
pub fn pack<A: Archive>(
    archive: &A,
    mirror: &Mirror,
    from: &Station,
    to: &Station,
    child: ChildId,
    told: &Told,
    last: Part,
) -> Result<Vec<ChildMovedIn>, OfficeError> {
    let has = told.moved_in.get(&child).map(|(_, events)| events);
    // What a computer wrote whose place another has taken is at hand there too.
    let mut own = archive.former_keys(to.no)?;
    own.push(to.key);
    let mut parts = vec![Vec::new()];
    let mut room = MOVED_MAX_BYTES;
    let mut authors: BTreeMap<UserId, Author> = BTreeMap::new();
    for id in mirror.events_of(child)? {
        let known = has.is_some_and(|has| has.contains(&id))
            || archive.writer(id.origin)?.is_some_and(|writer| own.contains(&writer));
        if known {
            continue;
        }
        let carried = event(archive, mirror, id)?;
        // What this program cannot read goes along all the same: the next one may.
        let fact = Fact::of(&carried.entry).ok();
        if fact.as_ref().is_some_and(|fact| !fact.goes_with_child()) {
            continue;
        }
        let bytes = carried.entry.body.len() + EVENT_ROOM_BYTES;
        if bytes > MOVED_MAX_BYTES {
            // No program of ours writes one: it would cut off the other station from all that follows.
            tracing::warn!(bytes, "an event of a child is too large to go along");
            continue;
        }
        for user in people(&carried, fact.as_ref()) {
            if let std::collections::btree_map::Entry::Vacant(new) = authors.entry(user)
                && let Some(author) = mirror.author(user)?
            {
                new.insert(author);
            }
        }
        if bytes > room {
            parts.push(Vec::new());
            room = MOVED_MAX_BYTES;
        }
        room = room.saturating_sub(bytes);
        if let Some(part) = parts.last_mut() {
            part.push(carried);
        }
    }
    let on = to_day(india(wall_ms()));
    let count = parts.len();
    let more = if last == Part::Late { Part::Late } else { Part::More };
    let pack = |(at, events): (usize, Vec<Carried>)| {
        let wrote: BTreeSet<UserId> =
            events.iter().flat_map(|carried| people(carried, Fact::of(&carried.entry).ok().as_ref())).collect();
        let authors = wrote.iter().filter_map(|user| authors.get(user).cloned()).collect();
        let part = if at + 1 == count { last } else { more };
        ChildMovedIn { child, from: from.name.clone(), on, part, events, authors }
    };
    let parts = parts.into_iter().enumerate().map(pack);
    Ok(parts.filter(|part| part.part != Part::Late || !part.events.is_empty()).collect())
}

/// Whose names a reader of this event needs.
fn people(carried: &Carried, fact: Option<&Fact>) -> Vec<UserId> {
    let worker = match fact {
        Some(Fact::ChildRegistered(f)) => f.worker,
        Some(Fact::ChildAssigned(f)) => f.worker,
        Some(Fact::ChildUnmerged(f)) => f.worker,
        Some(Fact::ChildReactivated(f)) => f.worker,
        _ => None,
    };
    carried.entry.actor.0.into_iter().chain(worker).collect()
}

/// The event as it stands in its log, or as it came along from there.
fn event<A: Archive>(archive: &A, mirror: &Mirror, id: EventId) -> Result<Carried, OfficeError> {
    if let Some(carried) = mirror.carried(id)? {
        return Ok(carried);
    }
    let mut entries = archive.entries(id.origin, id.seq - 1, 1, usize::MAX)?;
    let entry = entries.pop().ok_or(OfficeError::EventMissing)?;
    Ok(Carried { id, entry })
}
