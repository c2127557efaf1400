//! What the district does by itself while it serves: keeps the mirrors up, tells the stations what they have to know,
//! and sends after a child what its first station wrote when it did not know yet that the child had moved.

use super::distribute;
use super::error::OfficeError;
use super::mirrors::Mirrors;
use super::moving::pack;
use super::pen::{Pen, retrying};
use super::people::Office;
use super::told::Told;
use crate::archive::{Archive, Station, StationNo};
use clinic::ledger::{Actor, Hlc};
use clinic::record::fact::{CardStop, CardStopped, CardUnblocked, Fact, Part};
use clinic::store::Mirror;
use hub_protocol::replica::Head;
use hub_protocol::{CardNo, ChildId, PublicKey};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// A station that goes on sending is looked at after so many rounds all the same.
const PATIENCE_ROUNDS: u32 = 20;
/// What one station wrote for others is looked for in all of them: the more there are, the more seldom.
const PAUSE_MS_PER_STATION: u64 = 200;

pub struct Clerk<A> {
    archive: Arc<A>,
    mirrors: Mirrors<A>,
    seen: HashMap<StationNo, Seen>,
    /// What is told to all was looked at since it may have changed.
    distributed: Option<Vec<(StationNo, PublicKey, String)>>,
    /// A mirror has changed since it was looked for what is to be passed on.
    changed: bool,
    passed_on_ms: u64,
}

#[derive(Debug, Default)]
struct Seen {
    heads: Vec<Head>,
    /// Rounds since it was found to have grown.
    waited: Option<u32>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Mirrors that were brought up to date.
    pub mirrors: usize,
    /// Stations that were told something.
    pub told: usize,
}

impl<A: Archive> Clerk<A> {
    pub fn new(archive: Arc<A>, data: &Path) -> Result<Self, OfficeError> {
        let mirrors = Mirrors::new(archive.clone(), data)?;
        Ok(Self { archive, mirrors, seen: HashMap::new(), distributed: None, changed: true, passed_on_ms: 0 })
    }

    /// Looks at what has changed. A station that is just sending is left alone for a while: its link comes first.
    pub fn round(&mut self, now_ms: u64) -> Result<Round, OfficeError> {
        let stations = self.archive.stations()?;
        let known = |s: &Station| (s.no, s.key, s.name.clone());
        let names: Vec<_> = stations.iter().map(known).collect();
        let mut round = Round::default();
        if self.distributed.as_ref() != Some(&names) {
            round.told += distribute(self.archive.as_ref())?;
            self.distributed = Some(names);
        }
        for station in &stations {
            if self.is_due(station)? {
                let _up_to_date = self.mirrors.of(station)?;
                round.mirrors += 1;
            }
        }
        self.changed |= round.mirrors > 0;
        let pause_ms = PAUSE_MS_PER_STATION * stations.len() as u64;
        if self.changed && now_ms.abs_diff(self.passed_on_ms) >= pause_ms {
            round.told += self.pass_on()?;
            (self.changed, self.passed_on_ms) = (false, now_ms);
        }
        Ok(round)
    }

    fn is_due(&mut self, station: &Station) -> Result<bool, OfficeError> {
        let heads: Vec<Head> = self.archive.logs(station.no)?.into_iter().map(|log| log.head).collect();
        let seen = self.seen.entry(station.no).or_default();
        let grew = seen.heads != heads;
        seen.heads = heads;
        let waited = match (grew, seen.waited) {
            (false, None) => return Ok(false),
            (true, None) => 0,
            (_, Some(waited)) => waited + 1,
        };
        let due = !grew || waited >= PATIENCE_ROUNDS;
        seen.waited = (!due).then_some(waited);
        Ok(due)
    }

    /// What one station wrote and another has to know.
    fn pass_on(&self) -> Result<usize, OfficeError> {
        retrying(|| {
            let office = Office::load(self.archive.as_ref())?;
            let mut stations = self.archive.stations()?;
            stations.retain(|station| !office.is_revoked(&station.key.device_id()));
            let mut all = Vec::with_capacity(stations.len());
            for station in stations {
                let told = Told::load(self.archive.as_ref(), station.no)?;
                let mirror = self.mirrors.of(&station)?;
                all.push(Place { station, told, mirror });
            }
            let mut pen = Pen::new(self.archive.as_ref())?;
            self.late_events(&all, &mut pen)?;
            stopped_cards(&all, &mut pen)?;
            Ok(pen.commit()?.len())
        })
    }

    /// Of a child who moved: what the station that it left has written since, to the one that looks after it.
    fn late_events(&self, all: &[Place], pen: &mut Pen<'_, A>) -> Result<(), OfficeError> {
        for from in all {
            for (child, (left, _)) in &from.told.moved_out {
                let came = |place: &Place| place.told.moved_in.get(child).map(|(when, _)| *when);
                // It came back since.
                if came(from).is_some_and(|came| came > *left) {
                    continue;
                }
                let at = all.iter().filter(|place| place.station.no != from.station.no);
                let Some(to) = at.filter(|p| came(p).is_some()).max_by_key(|p| came(p).unwrap_or(Hlc(0))) else {
                    continue;
                };
                let late = self.late(from, to, *child)?;
                for part in late {
                    pen.write(to.station.no, Actor::NODE, &Fact::ChildMovedIn(part))?;
                }
            }
        }
        Ok(())
    }

    fn late(
        &self,
        from: &Place,
        to: &Place,
        child: ChildId,
    ) -> Result<Vec<clinic::record::fact::ChildMovedIn>, OfficeError> {
        pack(self.archive.as_ref(), &from.mirror, &from.station, &to.station, child, &to.told, Part::Late)
    }
}

/// A station with what it was told and what it holds.
struct Place {
    station: Station,
    told: Told,
    mirror: Mirror,
}

/// A card that is lost or blocked where it is used opens nothing anywhere; one that is free again does.
fn stopped_cards<A: Archive>(all: &[Place], pen: &mut Pen<'_, A>) -> Result<(), OfficeError> {
    let mut stopped: BTreeMap<CardNo, (StationNo, CardStop)> = BTreeMap::new();
    for place in all {
        for (card, why) in place.mirror.cards_stopped()? {
            stopped.insert(card, (place.station.no, why));
        }
    }
    for place in all {
        for (card, (_, why)) in stopped.iter().filter(|(_, (at, _))| *at != place.station.no) {
            let told = place.told.cards.get(card).copied().flatten();
            if told != Some(*why) && told != Some(CardStop::Lost) {
                let fact = Fact::CardStopped(CardStopped { card: *card, why: *why });
                pen.write(place.station.no, Actor::NODE, &fact)?;
            }
        }
        for (card, told) in &place.told.cards {
            let free = told.is_some() && !stopped.contains_key(card);
            // At its own station the card was freed by who may.
            if free && place.mirror.card_use(*card)? != Some(true) {
                let fact = Fact::CardUnblocked(CardUnblocked { card: *card, reason: String::new() });
                pen.write(place.station.no, Actor::NODE, &fact)?;
            }
        }
    }
    Ok(())
}
