//! What the district finds when it looks at the mirrors of all stations.

use super::desk::Desk;
use super::error::OfficeError;
use crate::archive::Archive;
use crate::wall_ms;
use clinic::date::india;
use clinic::record::Fact;
use clinic::record::fact::OperatorLooked;
use clinic::record::role::OfficeKind;
use clinic::store::{Breach, ChildFound, DoseHere};
use hub_protocol::{CardNo, ChildId};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A fact broke a rule of its station.
    Broken { station: String, breach: Breach },
    /// Several stations gave a child the same dose on one day.
    DoseTwice { dose: DoseHere, stations: BTreeSet<String> },
    /// Several stations look after one child.
    ChildTwice { child: ChildId, stations: BTreeSet<String> },
    /// One card, by its number or its chip, opens a record at several stations.
    CardTwice { card: CardNo, stations: BTreeSet<String> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundChild {
    pub station: String,
    pub child: ChildFound,
}

impl<A: Archive> Desk<A> {
    /// Everything that is to be looked at: first what broke a rule, station by station.
    pub fn findings(&self) -> Result<Vec<Finding>, OfficeError> {
        self.may(OfficeKind::SeeConflicts)?;
        let mut findings = Vec::new();
        let mut children: BTreeMap<ChildId, Vec<(usize, bool)>> = BTreeMap::new();
        let mut cards: BTreeMap<CardNo, BTreeSet<String>> = BTreeMap::new();
        let mut chips: BTreeMap<Vec<u8>, (CardNo, BTreeSet<String>)> = BTreeMap::new();
        let stations = self.standing()?;
        for (at, station) in stations.iter().enumerate() {
            let mirror = self.mirrors.of(station)?;
            let broken = mirror.breaches()?.into_iter();
            findings.extend(broken.map(|breach| Finding::Broken { station: station.name.clone(), breach }));
            for held in mirror.children()? {
                children.entry(held.child).or_default().push((at, held.gone.is_none()));
            }
            for held in mirror.cards_held()? {
                cards.entry(held.card).or_default().insert(station.name.clone());
                let chip = chips.entry(held.uid).or_insert_with(|| (held.card, BTreeSet::new()));
                chip.1.insert(station.name.clone());
            }
        }
        for (child, at) in children.into_iter().filter(|(_, at)| at.len() > 1) {
            let mut doses: BTreeMap<DoseHere, BTreeSet<String>> = BTreeMap::new();
            for (at, _) in &at {
                for dose in self.mirrors.of(&stations[*at])?.doses_here(child)? {
                    doses.entry(dose).or_default().insert(stations[*at].name.clone());
                }
            }
            let twice = doses.into_iter().filter(|(_, stations)| stations.len() > 1);
            findings.extend(twice.map(|(dose, stations)| Finding::DoseTwice { dose, stations }));
            let active: BTreeSet<String> =
                at.iter().filter(|(_, active)| *active).map(|(at, _)| stations[*at].name.clone()).collect();
            if active.len() > 1 {
                findings.push(Finding::ChildTwice { child, stations: active });
            }
        }
        for (card, stations) in chips.into_values() {
            cards.entry(card).or_default().extend(stations);
        }
        let twice = cards.into_iter().filter(|(_, stations)| stations.len() > 1);
        findings.extend(twice.map(|(card, stations)| Finding::CardTwice { card, stations }));
        Ok(findings)
    }

    /// Children of all stations whose words begin like each typed one, in either script. Noted before they are shown.
    pub fn find_children(&self, typed: &str) -> Result<Vec<FoundChild>, OfficeError> {
        self.may(OfficeKind::FindChildren)?;
        let today = india(wall_ms());
        let mut found = Vec::new();
        for station in self.standing()? {
            let lines = self.mirrors.of(&station)?.children_found(typed, today)?;
            found.extend(lines.into_iter().map(|child| FoundChild { station: station.name.clone(), child }));
        }
        let children: BTreeSet<ChildId> = found.iter().map(|found| found.child.id).collect();
        self.note(&Fact::OperatorLooked(OperatorLooked { children: children.into_iter().collect() }))?;
        Ok(found)
    }
}
