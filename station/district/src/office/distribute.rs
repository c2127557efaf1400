//! What every station of the district has to know: the others' keys, and the keys of the cards.

use super::error::OfficeError;
use super::pen::{Pen, retrying};
use super::people::Office;
use super::told::Told;
use crate::archive::{Archive, Station, StationState};
use clinic::ledger::Actor;
use clinic::record::Fact;
use clinic::record::fact::{CardKeyMade, StationForgotten, StationKnown};
use hub_protocol::PublicKey;
use std::collections::{BTreeMap, BTreeSet};

/// Tells each station what it lacks. Gives how many stations were told something. It may be repeated at any time.
pub fn distribute<A: Archive>(archive: &A) -> Result<usize, OfficeError> {
    retrying(|| {
        let office = Office::load(archive)?;
        let (stand, gone) = office.divide(archive)?;
        let told = |station: Station| Ok((Told::load(archive, station.no)?, station));
        let all: Vec<(Told, Station)> = stand.into_iter().map(told).collect::<Result<_, OfficeError>>()?;
        // Whom a station was told to forget is trusted by none until a person takes it in again, also when this district
        // was put back from a copy that does not know why.
        let forgotten = all.iter().flat_map(|(told, _)| &told.forgotten).chain(&gone);
        let mut forgotten: BTreeSet<[u8; 32]> = forgotten.copied().collect();
        forgotten.extend(all.iter().filter(|(_, station)| is_quarantined(station)).map(|(_, station)| station.key.0));
        let known = all.iter().filter(|(_, station)| !forgotten.contains(&station.key.0));
        let known: BTreeMap<[u8; 32], &str> = known.map(|(_, s)| (s.key.0, s.name.as_str())).collect();
        // A copy may not know the newest key either.
        let mut card_keys: BTreeMap<u32, &CardKeyMade> =
            all.iter().flat_map(|(told, _)| &told.card_keys).map(by_id).collect();
        card_keys.extend(office.card_keys.iter().map(by_id));
        let mut pen = Pen::new(archive)?;
        for (told, station) in &all {
            for (key, name) in known.iter().filter(|(key, _)| **key != station.key.0) {
                if told.stations.get(key).is_none_or(|told| told != name) {
                    let fact = Fact::StationKnown(StationKnown { key: PublicKey(*key), name: (*name).to_owned() });
                    pen.write(station.no, Actor::NODE, &fact)?;
                }
            }
            // One that this district does not know was taken in after the copy from which it comes, and will be again.
            for key in told.stations.keys().filter(|key| forgotten.contains(*key)) {
                pen.write(station.no, Actor::NODE, &Fact::StationForgotten(StationForgotten { key: PublicKey(*key) }))?;
            }
            for (_, key) in card_keys.iter().filter(|(id, _)| !told.card_keys.contains_key(id)) {
                pen.write(station.no, Actor::NODE, &Fact::CardKeyMade((*key).clone()))?;
            }
        }
        Ok(pen.commit()?.len())
    })
}

/// Everybody who was told to forget this station is told to know it again: a person has looked at it.
pub fn trust_again<A: Archive>(archive: &A, again: &Station) -> Result<(), OfficeError> {
    retrying(|| {
        let mut pen = Pen::new(archive)?;
        for station in Office::load(archive)?.standing(archive)? {
            if Told::load(archive, station.no)?.forgotten.contains(&again.key.0) {
                let fact = Fact::StationKnown(StationKnown { key: again.key, name: again.name.clone() });
                pen.write(station.no, Actor::NODE, &fact)?;
            }
        }
        pen.commit().map(drop)
    })
}

pub fn is_quarantined(station: &Station) -> bool {
    matches!(station.state, StationState::Quarantined { .. })
}

fn by_id<'a>((id, key): (&u32, &'a CardKeyMade)) -> (u32, &'a CardKeyMade) {
    (*id, key)
}
