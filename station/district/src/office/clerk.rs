//! What the district does by itself while it serves: keeps the mirrors up, tells the stations what they have to know,
//! and sends after a child what its first station wrote when it did not know yet that the child had moved.

use super::distribute::{distribute, is_quarantined};
use super::error::OfficeError;
use super::holders::{CardAt, Cards, Place};
use super::mirrors::Mirrors;
use super::moving::pack;
use super::pen::{Pen, retrying};
use super::people::Office;
use super::told::Moved;
use crate::archive::{Archive, Station, StationNo};
use clinic::ledger::Actor;
use clinic::record::fact::{CardStop, CardStopped, CardUnblocked, Fact, Part};
use clinic::store::Stop;
use hub_protocol::replica::Head;
use hub_protocol::{ChildId, PublicKey};
use std::collections::{BTreeSet, HashMap};
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
    distributed: Option<Vec<(StationNo, PublicKey, String, bool)>>,
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
    /// `stop` ends a round between its steps, as an error; what was done of it stays done.
    pub fn new(archive: Arc<A>, data: &Path, stop: Stop) -> Result<Self, OfficeError> {
        let mirrors = Mirrors::new(archive.clone(), data, stop)?;
        Ok(Self { archive, mirrors, seen: HashMap::new(), distributed: None, changed: true, passed_on_ms: 0 })
    }

    /// Looks at what has changed. A station that is just sending is left alone for a while: its link comes first.
    pub fn round(&mut self, now_ms: u64) -> Result<Round, OfficeError> {
        let stations = self.archive.stations()?;
        let known = |s: &Station| (s.no, s.key, s.name.clone(), is_quarantined(s));
        let names: Vec<_> = stations.iter().map(known).collect();
        let mut round = Round::default();
        if self.distributed.as_ref() != Some(&names) {
            round.told += distribute(self.archive.as_ref())?;
            self.distributed = Some(names);
        }
        let mut office = None;
        for station in &stations {
            if !self.is_due(station)? {
                continue;
            }
            // What was sent by who is revoked is looked at when somebody asks for it.
            if office.is_none() {
                office = Some(Office::load(self.archive.as_ref())?);
            }
            let former = self.archive.former_keys(station.no)?;
            if office.as_ref().is_some_and(|office| office.is_revoked(former.iter().chain([&station.key]))) {
                continue;
            }
            self.changed = true;
            let _up_to_date = self.mirrors.of(station)?;
            round.mirrors += 1;
        }
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

    /// What one station wrote and another has to know. One mirror is open at a time.
    fn pass_on(&self) -> Result<usize, OfficeError> {
        retrying(|| {
            let all = Place::all(self.archive.as_ref(), &Office::load(self.archive.as_ref())?)?;
            let mut pen = Pen::new(self.archive.as_ref())?;
            for from in &all {
                self.late_events(from, &all, &mut pen)?;
            }
            self.stopped_cards(&all, &mut pen)?;
            Ok(pen.commit()?.len())
        })
    }

    /// Of children who moved: what the station that they left has written since, to those that look after them.
    fn late_events(&self, from: &Place, all: &[Place], pen: &mut Pen<'_, A>) -> Result<(), OfficeError> {
        let left = from.told.moved_out.keys().filter(|child| from.told.moved(**child) == Moved::Away);
        let left: Vec<ChildId> = left.copied().collect();
        if left.is_empty() {
            return Ok(());
        }
        let mirror = self.mirrors.of(&from.station)?;
        for child in left {
            let others = all.iter().filter(|place| place.station.no != from.station.no);
            let came = |place: &&Place| if let Moved::Here(came) = place.told.moved(child) { Some(came) } else { None };
            let Some(to) = others.filter(|place| came(place).is_some()).max_by_key(came) else { continue };
            let late = pack(self.archive.as_ref(), &mirror, &from.station, &to.station, child, &to.told, Part::Late)?;
            for part in late {
                pen.write(to.station.no, Actor::NODE, &Fact::ChildMovedIn(part))?;
            }
        }
        Ok(())
    }

    /// A card that is lost or blocked where it is used opens nothing anywhere; one that is free again does. Where it is
    /// not clear who uses it nobody is told anything: a person looks.
    fn stopped_cards(&self, all: &[Place], pen: &mut Pen<'_, A>) -> Result<(), OfficeError> {
        let mut cards = BTreeSet::new();
        for place in all {
            cards.extend(Cards::stopped(place, &self.mirrors.of(&place.station)?)?);
        }
        let mut cards = Cards::new(cards);
        for (at, place) in all.iter().enumerate() {
            cards.ask(at, place, &self.mirrors.of(&place.station)?)?;
        }
        for (card, used) in cards.iter() {
            let CardAt::One { at, stop } = used else { continue };
            for place in all.iter().filter(|place| place.station.no != all[at].station.no) {
                let fact = match (stop, place.told.cards.get(&card).copied().flatten()) {
                    // A lost one never comes back.
                    (_, Some(CardStop::Lost)) | (None, None | Some(CardStop::Replaced)) => continue,
                    (Some(why), told) if told == Some(why) => continue,
                    (Some(why), _) => Fact::CardStopped(CardStopped { card, why }),
                    // Where it is used it was freed by who may.
                    (None, Some(CardStop::Blocked)) => {
                        Fact::CardUnblocked(CardUnblocked { card, reason: String::new() })
                    }
                };
                pen.write(place.station.no, Actor::NODE, &fact)?;
            }
        }
        Ok(())
    }
}
