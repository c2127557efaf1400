//! What a station was told already: all the logs that the district wrote for it.

use super::error::OfficeError;
use super::pen::facts;
use crate::archive::{Archive, ArchiveError, StationNo};
use clinic::ledger::{EventId, Hlc};
use clinic::record::fact::{CardKeyMade, CardStop, ChildMovedIn, Fact, Part};
use hub_protocol::replica::Head;
use hub_protocol::{CardNo, ChildId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// What the district did with a child, as far as one station was told. The later the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moved {
    Away,
    Never,
    Here(Hlc),
}

#[derive(Debug, Default)]
pub struct Told {
    /// By key.
    pub stations: BTreeMap<[u8; 32], String>,
    /// Keys that it was told to believe no more.
    pub forgotten: BTreeSet<[u8; 32]>,
    pub card_keys: BTreeMap<u32, CardKeyMade>,
    /// Cards that it was told of: stopped, or free again.
    pub cards: BTreeMap<CardNo, Option<CardStop>>,
    pub operators: BTreeMap<UserId, String>,
    /// Children that were moved here, when, and with which events.
    pub moved_in: BTreeMap<ChildId, (Hlc, BTreeSet<EventId>)>,
    /// Children that were moved away, when, and to which name.
    pub moved_out: BTreeMap<ChildId, (Hlc, String)>,
}

impl Told {
    /// A district that was put back from an old copy goes on in a new log; what it said before stays said.
    pub fn load<A: Archive>(archive: &A, station: StationNo) -> Result<Self, OfficeError> {
        let mut told = Self::default();
        for head in in_turn(archive, station)? {
            facts(archive, head, |event, fact| told.learn(event.entry.hlc, fact))?;
        }
        Ok(told)
    }

    pub fn moved(&self, child: ChildId) -> Moved {
        let left = self.moved_out.get(&child).map(|(when, _)| *when);
        match self.moved_in.get(&child).map(|(when, _)| *when) {
            Some(came) if left.is_none_or(|left| came > left) => Moved::Here(came),
            _ if left.is_some() => Moved::Away,
            _ => Moved::Never,
        }
    }

    /// This goes to the station too.
    pub fn moves_in(&mut self, hlc: Hlc, f: &ChildMovedIn) {
        let (when, events) = self.moved_in.entry(f.child).or_insert((hlc, BTreeSet::new()));
        events.extend(f.events.iter().map(|carried| carried.id));
        if f.part != Part::Late {
            *when = hlc;
        }
    }

    fn learn(&mut self, hlc: Hlc, fact: Fact) {
        match fact {
            Fact::StationKnown(f) => {
                self.forgotten.remove(&f.key.0);
                self.stations.insert(f.key.0, f.name);
            }
            Fact::StationForgotten(f) => {
                self.stations.remove(&f.key.0);
                self.forgotten.insert(f.key.0);
            }
            Fact::CardKeyMade(f) => {
                self.card_keys.insert(f.id, f);
            }
            Fact::CardStopped(f) => {
                self.cards.insert(f.card, Some(f.why));
            }
            Fact::CardUnblocked(f) => {
                self.cards.insert(f.card, None);
            }
            Fact::OperatorKnown(f) => {
                self.operators.insert(f.operator.user, f.operator.name);
            }
            Fact::ChildMovedIn(f) => self.moves_in(hlc, &f),
            Fact::ChildMovedOut(f) => {
                self.moved_out.insert(f.child, (hlc, f.to));
            }
            _ => {}
        }
    }
}

/// The district's logs for a station, in the order in which they came into force there: the one that is written now
/// after all that are closed, whatever the district's clock said meanwhile.
fn in_turn<A: Archive>(archive: &A, station: StationNo) -> Result<Vec<Head>, ArchiveError> {
    let district = archive.identity()?.public_key();
    let written = archive.own_log(station)?.map(|head| head.origin);
    let mut logs = Vec::new();
    for log in archive.logs(station)?.into_iter().filter(|log| log.writer == district) {
        let Head { origin, seq, .. } = log.head;
        let last = archive.entries(origin, seq.saturating_sub(1), 1, usize::MAX)?;
        logs.push((Some(origin) == written, last.first().map(|entry| entry.hlc), log.head));
    }
    logs.sort_by_key(|(is_written, last, head)| (*is_written, *last, head.origin));
    Ok(logs.into_iter().map(|(.., head)| head).collect())
}
