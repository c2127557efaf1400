//! Which station a child or a card is at, where several say that it is at theirs. A station's word about itself is no
//! proof: what the district moved there counts before what a station only says.

use super::error::OfficeError;
use super::mirrors::Mirrors;
use super::people::Office;
use super::told::{Moved, Told};
use crate::archive::{Archive, Station};
use clinic::record::fact::CardStop;
use clinic::store::Mirror;
use hub_protocol::{CardNo, ChildId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A station, with what it was told.
pub(super) struct Place {
    pub station: Station,
    pub told: Told,
}

impl Place {
    /// Those that were not revoked.
    pub fn all<A: Archive>(archive: &A, office: &Office) -> Result<Vec<Self>, OfficeError> {
        Self::of(archive, office.standing(archive)?)
    }

    /// Those that were.
    pub fn revoked<A: Archive>(archive: &A, office: &Office) -> Result<Vec<Self>, OfficeError> {
        let standing: BTreeSet<_> = office.standing(archive)?.iter().map(|s| s.no).collect();
        let revoked = archive.stations()?.into_iter().filter(|station| !standing.contains(&station.no)).collect();
        Self::of(archive, revoked)
    }

    fn of<A: Archive>(archive: &A, stations: Vec<Station>) -> Result<Vec<Self>, OfficeError> {
        let told = |station: Station| Ok(Self { told: Told::load(archive, station.no)?, station });
        stations.into_iter().map(told).collect()
    }
}

/// The places that look after a child, as they say; the first is the one that counts: the one to which the district
/// moved the child last, or else the one whose records tell of it since the earliest time.
pub(super) fn of_child<A: Archive>(
    mirrors: &Mirrors<A>,
    all: &[Place],
    child: ChildId,
) -> Result<Vec<usize>, OfficeError> {
    let mut holders = Vec::new();
    for (at, place) in all.iter().enumerate() {
        let moved = place.told.moved(child);
        if moved == Moved::Away {
            continue;
        }
        let mirror = mirrors.of(&place.station)?;
        if mirror.child(child)?.is_some_and(|held| held.gone.is_none()) {
            holders.push((Reverse(moved), mirror.child_since(child)?, at));
        }
    }
    holders.sort_unstable();
    Ok(holders.into_iter().map(|(.., at)| at).collect())
}

/// The revoked stations that were the last to look after a child: their records say so, or the district had moved it
/// there, which they never learn any more.
pub(super) fn stranded_at<A: Archive>(
    mirrors: &Mirrors<A>,
    revoked: &[Place],
    child: ChildId,
) -> Result<Vec<usize>, OfficeError> {
    let mut at = of_child(mirrors, revoked, child)?;
    for (place, Place { told, .. }) in revoked.iter().enumerate() {
        if matches!(told.moved(child), Moved::Here(_)) && !at.contains(&place) {
            at.push(place);
        }
    }
    Ok(at)
}

/// Where a card is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CardAt {
    /// By nobody, as far as is known.
    Nowhere,
    One {
        at: usize,
        stop: Option<CardStop>,
    },
    /// By several, none of which has a better claim: nobody's word about the card counts for the others.
    Several(Vec<usize>),
}

/// Some cards, and who says that they use them.
#[derive(Debug, Default)]
pub(super) struct Cards {
    /// By card: how good a claim is, which place has it, and whether it has stopped the card.
    claims: BTreeMap<CardNo, Vec<(Claim, usize, Option<CardStop>)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    Nobodys,
    OfItsChild,
    /// The child came there by the district.
    OfChildMovedThere,
}

impl Cards {
    pub fn new(cards: BTreeSet<CardNo>) -> Self {
        Self { claims: cards.into_iter().map(|card| (card, Vec::new())).collect() }
    }

    /// The cards that a place has stopped, and those of which it was told.
    pub fn stopped(place: &Place, mirror: &Mirror) -> Result<BTreeSet<CardNo>, OfficeError> {
        let mut cards: BTreeSet<CardNo> = mirror.cards_stopped()?.into_iter().map(|(card, _)| card).collect();
        cards.extend(place.told.cards.keys());
        Ok(cards)
    }

    /// Asks one place about all of them.
    pub fn ask(&mut self, at: usize, place: &Place, mirror: &Mirror) -> Result<(), OfficeError> {
        for (card, claims) in &mut self.claims {
            let Some(there) = mirror.card(*card)?.filter(|there| there.used) else { continue };
            let claim = match there.child.map(|child| place.told.moved(child)) {
                None => Claim::Nobodys,
                Some(Moved::Never) => Claim::OfItsChild,
                Some(Moved::Here(_)) => Claim::OfChildMovedThere,
                Some(Moved::Away) => continue,
            };
            claims.push((claim, at, there.stop.filter(|stop| matches!(stop, CardStop::Lost | CardStop::Blocked))));
        }
        Ok(())
    }

    pub fn iter(&self) -> impl Iterator<Item = (CardNo, CardAt)> {
        self.claims.iter().map(|(card, claims)| (*card, where_used(claims)))
    }

    /// Who says that they use a card, and have stopped it.
    pub fn stopped_by(&self, card: CardNo) -> impl Iterator<Item = usize> {
        let claims = self.claims.get(&card).into_iter().flatten();
        claims.filter(|(.., stop)| stop.is_some()).map(|(_, at, _)| *at)
    }
}

fn where_used(claims: &[(Claim, usize, Option<CardStop>)]) -> CardAt {
    let best = claims.iter().map(|(claim, ..)| claim).max();
    let mut best = claims.iter().filter(|(claim, ..)| Some(claim) == best);
    match (best.next(), best.next()) {
        (None, _) => CardAt::Nowhere,
        (Some((_, at, stop)), None) => CardAt::One { at: *at, stop: *stop },
        (Some((_, first, _)), Some((_, second, _))) => {
            CardAt::Several([*first, *second].into_iter().chain(best.map(|(_, at, _)| *at)).collect())
        }
    }
}
