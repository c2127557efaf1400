//! What the district finds when it looks at the mirrors of all stations.

use super::desk::Desk;
use super::distribute::is_quarantined;
use super::error::OfficeError;
use super::holders::{CardAt, Cards, Place, of_child};
use crate::archive::Archive;
use crate::wall_ms;
use clinic::date::india;
use clinic::record::Fact;
use clinic::record::fact::OperatorLooked;
use clinic::record::role::OfficeKind;
use clinic::store::{Ask, Breach, ChildFound, DoseHere};
use hub_protocol::{CardNo, ChildId};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A fact broke a rule of its station.
    Broken { station: String, breach: Breach },
    /// Several stations gave a child the same dose on one day.
    DoseTwice { dose: DoseHere, stations: BTreeSet<String> },
    /// Several stations say that they look after one child; `counts` is the one to which the district moved it last, or
    /// else the one that had it first. A move brings together what they know of it.
    ChildTwice { child: ChildId, stations: BTreeSet<String>, counts: String },
    /// One card, by its number or its chip, opens a record at several stations.
    CardTwice { card: CardNo, stations: BTreeSet<String> },
    /// Stations stopped a card that others use, so that the others were not told: by number, and by which.
    CardStopDisputed { card: CardNo, stopped: BTreeSet<String>, used: BTreeSet<String> },
    /// A station waits for the record of a child whom another one looks after: `held` of them, or nobody.
    Asked { station: String, ask: Ask, child: Option<ChildId>, held: BTreeSet<String> },
    /// Others were told to forget this station, and this district does not know why: it was put back from a copy that
    /// was made before.
    ShutOutBefore { station: String },
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
        let all = Place::all(self.archive.as_ref(), &self.office()?)?;
        let name = |at: usize| all[at].station.name.clone();
        let forgotten: BTreeSet<[u8; 32]> = all.iter().flat_map(|place| &place.told.forgotten).copied().collect();
        let connects = all.iter().filter(|place| !is_quarantined(&place.station));
        let shut_out = connects.filter(|place| forgotten.contains(&place.station.key.0));
        findings.extend(shut_out.map(|place| Finding::ShutOutBefore { station: place.station.name.clone() }));
        findings.extend(self.asked(&all)?);
        let mut stopped = BTreeSet::new();
        for (at, place) in all.iter().enumerate() {
            let mirror = self.mirrors.of(&place.station)?;
            let broken = mirror.breaches()?.into_iter();
            findings.extend(broken.map(|breach| Finding::Broken { station: name(at), breach }));
            for held in mirror.children()? {
                children.entry(held.child).or_default().push((at, held.gone.is_none()));
            }
            for held in mirror.cards_held()? {
                cards.entry(held.card).or_default().insert(name(at));
                let chip = chips.entry(held.uid).or_insert_with(|| (held.card, BTreeSet::new()));
                chip.1.insert(name(at));
            }
            stopped.extend(mirror.cards_stopped()?.into_iter().map(|(card, _)| card));
        }
        findings.extend(self.disputed(&all, stopped)?);
        for (child, at) in children.into_iter().filter(|(_, at)| at.len() > 1) {
            let mut doses: BTreeMap<DoseHere, BTreeSet<String>> = BTreeMap::new();
            for (at, _) in &at {
                for dose in self.mirrors.of(&all[*at].station)?.doses_here(child)? {
                    doses.entry(dose).or_default().insert(name(*at));
                }
            }
            let twice = doses.into_iter().filter(|(_, stations)| stations.len() > 1);
            findings.extend(twice.map(|(dose, stations)| Finding::DoseTwice { dose, stations }));
            if at.iter().filter(|(_, active)| *active).count() < 2 {
                continue;
            }
            let holders = of_child(&self.mirrors, &all, child)?;
            if let [counts, _, ..] = holders[..] {
                let stations = names(&all, holders.iter().copied());
                findings.push(Finding::ChildTwice { child, stations, counts: name(counts) });
            }
        }
        for (card, stations) in chips.into_values() {
            cards.entry(card).or_default().extend(stations);
        }
        let twice = cards.into_iter().filter(|(_, stations)| stations.len() > 1);
        findings.extend(twice.map(|(card, stations)| Finding::CardTwice { card, stations }));
        Ok(findings)
    }

    /// For whom stations wait, and who has them.
    fn asked(&self, all: &[Place]) -> Result<Vec<Finding>, OfficeError> {
        let mut asks = Vec::new();
        for place in all {
            asks.extend(self.asks_of(&place.station)?.into_iter().map(|ask| (place.station.name.clone(), ask)));
        }
        let meant = self.children_sought(all, asks.iter().map(|(_, ask)| ask.sought))?;
        let finding = |(station, ask): (String, Ask)| {
            let child = meant.get(&ask.sought).copied();
            let holders = child.map(|child| of_child(&self.mirrors, all, child)).transpose()?;
            let held = names(all, holders.unwrap_or_default());
            Ok(Finding::Asked { station, ask, child, held })
        };
        asks.into_iter().map(finding).collect()
    }

    /// Of these cards those that one station stopped and another uses.
    fn disputed(&self, all: &[Place], stopped: BTreeSet<CardNo>) -> Result<Vec<Finding>, OfficeError> {
        let mut cards = Cards::new(stopped);
        for (at, place) in all.iter().enumerate() {
            cards.ask(at, place, &self.mirrors.of(&place.station)?)?;
        }
        let dispute = |(card, used)| {
            let used = match used {
                CardAt::Nowhere | CardAt::One { stop: Some(_), .. } => return None,
                CardAt::One { at, stop: None } => vec![at],
                CardAt::Several(at) => at,
            };
            let stopped = names(all, cards.stopped_by(card));
            let used = names(all, used);
            (!stopped.is_empty()).then_some(Finding::CardStopDisputed { card, stopped, used })
        };
        Ok(cards.iter().filter_map(dispute).collect())
    }

    /// Children of all stations whose words begin like each typed one, in either script. Noted before they are shown.
    pub fn find_children(&self, typed: &str) -> Result<Vec<FoundChild>, OfficeError> {
        self.may(OfficeKind::FindChildren)?;
        let today = india(wall_ms());
        let mut found = Vec::new();
        for station in self.office()?.standing(self.archive.as_ref())? {
            let lines = self.mirrors.of(&station)?.children_found(typed, today)?;
            found.extend(lines.into_iter().map(|child| FoundChild { station: station.name.clone(), child }));
        }
        let children: BTreeSet<ChildId> = found.iter().map(|found| found.child.id).collect();
        self.note(&Fact::OperatorLooked(OperatorLooked { children: children.into_iter().collect() }))?;
        Ok(found)
    }
}

fn names(all: &[Place], at: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
    at.into_iter().map(|at| all[at].station.name.clone()).collect()
}
