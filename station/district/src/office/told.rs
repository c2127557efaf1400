//! What a station was told already: the log that the district writes for it.

use super::error::OfficeError;
use super::pen::facts;
use crate::archive::{Archive, StationNo};
use clinic::ledger::{EventId, Hlc};
use clinic::record::fact::{CardStop, Fact, Part};
use hub_protocol::{CardNo, ChildId, UserId};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub struct Told {
    /// By key.
    pub stations: BTreeMap<[u8; 32], String>,
    pub card_keys: BTreeSet<u32>,
    /// Cards that it was told of: stopped, or free again.
    pub cards: BTreeMap<CardNo, Option<CardStop>>,
    pub operators: BTreeMap<UserId, String>,
    /// Children that were moved here, when, and with which events.
    pub moved_in: BTreeMap<ChildId, (Hlc, BTreeSet<EventId>)>,
    /// Children that were moved away, when, and to which name.
    pub moved_out: BTreeMap<ChildId, (Hlc, String)>,
}

impl Told {
    pub fn load<A: Archive>(archive: &A, station: StationNo) -> Result<Self, OfficeError> {
        let mut told = Self::default();
        if let Some(head) = archive.own_log(station)? {
            facts(archive, head, |event, fact| told.learn(event.entry.hlc, fact))?;
        }
        Ok(told)
    }

    fn learn(&mut self, hlc: Hlc, fact: Fact) {
        match fact {
            Fact::StationKnown(f) => {
                self.stations.insert(f.key.0, f.name);
            }
            Fact::StationForgotten(f) => {
                self.stations.remove(&f.key.0);
            }
            Fact::CardKeyMade(f) => {
                self.card_keys.insert(f.id);
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
            Fact::ChildMovedIn(f) => {
                let (when, events) = self.moved_in.entry(f.child).or_insert((hlc, BTreeSet::new()));
                events.extend(f.events.iter().map(|carried| carried.id));
                if f.part != Part::Late {
                    *when = hlc;
                }
            }
            Fact::ChildMovedOut(f) => {
                self.moved_out.insert(f.child, (hlc, f.to));
            }
            _ => {}
        }
    }
}
