//! Children for whose records stations ask, and what they are answered.

use super::desk::Desk;
use super::error::OfficeError;
use super::holders::{CardAt, Cards, Place, of_child};
use super::pen::retrying;
use crate::archive::{Archive, Station};
use clinic::record::fact::Sought;
use clinic::record::refusal::Refusal;
use clinic::record::role::OfficeKind;
use clinic::record::rule::OfficeCommand;
use clinic::store::Ask;
use hub_protocol::ChildId;
use std::collections::BTreeMap;

impl<A: Archive> Desk<A> {
    /// Moves a child to a station that asked for it. Gives the child, and the stations that it leaves.
    pub fn release_child(&self, whom: Sought, to: &Station) -> Result<(ChildId, Vec<Station>), OfficeError> {
        self.may(OfficeKind::MoveChild)?;
        retrying(|| {
            let (office, all) = self.places(to)?;
            let (_, child) = self.asked_by(&all, to, whom)?;
            let child = child.ok_or(OfficeError::UnknownChild)?;
            Ok((child, self.moved(&office, &all, child, to)?))
        })
    }

    /// Tells a station that the record for which it asked does not come.
    pub fn withhold_child(&self, whom: Sought, from: &Station, reason: &str) -> Result<(), OfficeError> {
        self.may(OfficeKind::MoveChild)?;
        let (_, all) = self.places(from)?;
        for sought in self.asked_by(&all, from, whom)?.0 {
            self.tell_standing(from, &OfficeCommand::WithholdChild { sought, reason: reason.to_owned() })?;
        }
        Ok(())
    }

    /// As what a station asks for this one, by the number or by the card, and which child that is.
    fn asked_by(
        &self,
        all: &[Place],
        station: &Station,
        whom: Sought,
    ) -> Result<(Vec<Sought>, Option<ChildId>), OfficeError> {
        let asks: Vec<Sought> = self.asks_of(station)?.into_iter().map(|ask| ask.sought).collect();
        let meant = self.children_sought(all, asks.iter().copied().chain([whom]))?;
        let child = meant.get(&whom).copied();
        let is_this = |sought: &Sought| *sought == whom || (child.is_some() && meant.get(sought).copied() == child);
        let asks: Vec<Sought> = asks.into_iter().filter(is_this).collect();
        if asks.is_empty() { Err(Refusal::NotAskedFor.into()) } else { Ok((asks, child)) }
    }

    /// For whom a station still waits when it has taken what it was told.
    pub(super) fn asks_of(&self, station: &Station) -> Result<Vec<Ask>, OfficeError> {
        Ok(self.mirrors.of(station)?.asks(&self.mirrors.logs(station), &self.mirrors.district)?)
    }

    /// Which children are meant: the record of which the number's is a part by now, or the one that the card opens where
    /// it is used. Of a card that several use nobody can say whose it is.
    pub(super) fn children_sought(
        &self,
        all: &[Place],
        sought: impl IntoIterator<Item = Sought>,
    ) -> Result<BTreeMap<Sought, ChildId>, OfficeError> {
        let (mut meant, mut wanted) = (BTreeMap::new(), Vec::new());
        for sought in sought {
            match sought {
                Sought::Card(card) => wanted.push(card),
                Sought::Child(child) => {
                    let holders = of_child(&self.mirrors, all, child)?;
                    let whole = holders
                        .first()
                        .map(|at| self.mirrors.of(&all[*at].station)?.whole(child).map_err(OfficeError::from));
                    let _known = meant.insert(sought, whole.transpose()?.unwrap_or(child));
                }
            }
        }
        let mut cards = Cards::new(wanted.into_iter().collect());
        for (at, place) in all.iter().enumerate() {
            cards.ask(at, place, &self.mirrors.of(&place.station)?)?;
        }
        for (card, used) in cards.iter() {
            let CardAt::One { at, .. } = used else { continue };
            if let Some(child) = self.mirrors.of(&all[at].station)?.card(card)?.and_then(|there| there.child) {
                let _known = meant.insert(Sought::Card(card), child);
            }
        }
        Ok(meant)
    }
}
