//! Children who move between stations, and what they take along.

use super::desk::Desk;
use super::error::OfficeError;
use super::holders::{Place, of_child, stranded_at};
use super::pen::{Pen, retrying};
use super::people::Office;
use super::told::Told;
use crate::archive::{Archive, Station};
use crate::wall_ms;
use clinic::date::{india, to_day};
use clinic::ledger::{EventId, Hlc};
use clinic::record::fact::{Author, Carried, ChildMovedIn, Fact, Part};
use clinic::record::limits::MOVED_MAX_BYTES;
use clinic::record::refusal::Refusal;
use clinic::record::role::OfficeKind;
use clinic::record::rule::OfficeCommand;
use clinic::store::Mirror;
use hub_protocol::{ChildId, UserId};
use std::collections::BTreeMap;

/// Bytes that an event has beside its body, rounded up.
const EVENT_ROOM_BYTES: usize = 64;
/// And an author beside the name and the place.
const AUTHOR_ROOM_BYTES: usize = 32;

impl<A: Archive> Desk<A> {
    /// Moves a child with its whole record to another station, where it has no worker yet. Gives the stations that it
    /// leaves: one, unless several say that they look after it. What each of these knows of it goes along, and to one
    /// of them what the others know. From a station that was revoked it comes with what the archive has.
    pub fn move_child(&self, child: ChildId, to: &Station) -> Result<Vec<Station>, OfficeError> {
        self.may(OfficeKind::MoveChild)?;
        retrying(|| {
            let (office, all) = self.places(to)?;
            self.moved(&office, &all, child, to)
        })
    }

    /// The same, where the places are known.
    pub(super) fn moved(
        &self,
        office: &Office,
        all: &[Place],
        child: ChildId,
        to: &Station,
    ) -> Result<Vec<Station>, OfficeError> {
        let holders = of_child(&self.mirrors, all, child)?;
        let there = holders.iter().any(|at| all[*at].station.no == to.no);
        let left = holders.iter().map(|at| &all[*at].station).filter(|from| from.no != to.no);
        let left: Vec<Station> = left.cloned().collect();
        if left.is_empty() {
            return if there { Err(Refusal::ChildActive.into()) } else { self.fetch_back(office, all, child, to) };
        }
        if !there {
            self.mirrors.of(to)?.arrives(&self.mirrors.logs(to), &self.mirrors.district, child)??;
        }
        let mut told = Told::load(self.archive.as_ref(), to.no)?;
        let mut pen = Pen::new(self.archive.as_ref())?;
        for (nth, from) in left.iter().enumerate() {
            self.send_away(&mut pen, child, from, to)?;
            // With the one that counts comes the child, with the others what else is known of it.
            let last = if there || nth > 0 { Part::Late } else { Part::Last };
            self.bring(&mut pen, &mut told, child, from, to, last)?;
        }
        pen.commit()?;
        Ok(left)
    }

    /// Brings a child to a station from one that was revoked and looked after it last, with what that one and all
    /// others know of it.
    fn fetch_back(
        &self,
        office: &Office,
        all: &[Place],
        child: ChildId,
        to: &Station,
    ) -> Result<Vec<Station>, OfficeError> {
        let revoked = Place::revoked(self.archive.as_ref(), office)?;
        let at = stranded_at(&self.mirrors, &revoked, child)?;
        let left: Vec<Station> = at.into_iter().map(|place| revoked[place].station.clone()).collect();
        let Some(first) = left.first() else { return Err(self.not_held(all, child)?) };
        self.mirrors.of(to)?.arrives(&self.mirrors.logs(to), &self.mirrors.district, child)??;
        let mut told = Told::load(self.archive.as_ref(), to.no)?;
        let mut pen = Pen::new(self.archive.as_ref())?;
        for from in &left {
            self.send_away(&mut pen, child, from, to)?;
        }
        // The one that counts comes last: with it the record is whole.
        let others = all.iter().chain(&revoked).map(|place| &place.station);
        for from in others.filter(|from| from.no != to.no && from.no != first.no) {
            self.bring(&mut pen, &mut told, child, from, to, Part::More)?;
        }
        self.bring(&mut pen, &mut told, child, first, to, Part::Last)?;
        pen.commit()?;
        Ok(left)
    }

    /// Tells a station that the child is looked after elsewhere from now on.
    fn send_away(&self, pen: &mut Pen<'_, A>, child: ChildId, from: &Station, to: &Station) -> Result<(), OfficeError> {
        let out = OfficeCommand::MoveChild { child, to: to.name.clone() };
        let out = self.decide(&mut self.mirrors.of(from)?, from, out)?;
        self.write(pen, from, &out)
    }

    /// Tells a station what another one knows of a child, beyond what it was `told`. The last part is of the kind `last`.
    fn bring(
        &self,
        pen: &mut Pen<'_, A>,
        told: &mut Told,
        child: ChildId,
        from: &Station,
        to: &Station,
        last: Part,
    ) -> Result<(), OfficeError> {
        let mirror = self.mirrors.of(from)?;
        for part in pack(self.archive.as_ref(), &mirror, from, to, child, told, last)? {
            told.moves_in(Hlc(0), &part);
            self.write(pen, to, &Fact::ChildMovedIn(part))?;
        }
        Ok(())
    }

    /// Why nobody can give a child away.
    fn not_held(&self, all: &[Place], child: ChildId) -> Result<OfficeError, OfficeError> {
        for place in all {
            if self.mirrors.of(&place.station)?.child(child)?.is_some() {
                return Ok(Refusal::ChildGone.into());
            }
        }
        Ok(OfficeError::UnknownChild)
    }
}

/// What the station `from` has of a child and `to` lacks, in parts that fit a directive each. The last one is of the
/// kind `last`; of a [`Part::Last`] it comes also without anything new.
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
    let mut parcels = vec![Parcel::default()];
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
        let authors = people(&carried, fact.as_ref()).into_iter().map(|user| mirror.author(user));
        let authors: Vec<Author> = authors.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        let alone = Parcel::default().room_for(&carried, &authors);
        if alone > MOVED_MAX_BYTES {
            // No program of ours writes one: it would cut off the other station from all that follows.
            tracing::warn!(bytes = alone, "an event of a child is too large to go along");
            continue;
        }
        if parcels.last().is_none_or(|last| last.bytes + last.room_for(&carried, &authors) > MOVED_MAX_BYTES) {
            parcels.push(Parcel::default());
        }
        if let Some(last) = parcels.last_mut() {
            last.put(carried, authors);
        }
    }
    let on = to_day(india(wall_ms()));
    let count = parcels.len();
    let more = if last == Part::Late { Part::Late } else { Part::More };
    let pack = |(at, Parcel { events, authors, .. }): (usize, Parcel)| {
        let part = if at + 1 == count { last } else { more };
        ChildMovedIn { child, from: from.name.clone(), on, part, events, authors: authors.into_values().collect() }
    };
    let parts = parcels.into_iter().enumerate().map(pack);
    Ok(parts.filter(|part| part.part == Part::Last || !part.events.is_empty()).collect())
}

/// What goes into one directive.
#[derive(Default)]
struct Parcel {
    events: Vec<Carried>,
    authors: BTreeMap<UserId, Author>,
    bytes: usize,
}

impl Parcel {
    /// Bytes that this takes here, rounded up.
    fn room_for(&self, carried: &Carried, authors: &[Author]) -> usize {
        let place_bytes = |author: &Author| author.place.as_ref().map_or(0, String::len);
        let new = authors.iter().filter(|author| !self.authors.contains_key(&author.user));
        let names: usize = new.map(|author| author.name.len() + place_bytes(author) + AUTHOR_ROOM_BYTES).sum();
        carried.entry.body.len() + EVENT_ROOM_BYTES + names
    }

    fn put(&mut self, carried: Carried, authors: Vec<Author>) {
        self.bytes += self.room_for(&carried, &authors);
        self.authors.extend(authors.into_iter().map(|author| (author.user, author)));
        self.events.push(carried);
    }
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
