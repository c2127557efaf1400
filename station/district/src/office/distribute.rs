//! What every station of the district has to know: the others' keys, and the keys of the cards.

use super::error::OfficeError;
use super::pen::{Pen, retrying};
use super::people::Office;
use super::told::Told;
use crate::archive::{Archive, Station};
use clinic::ledger::Actor;
use clinic::record::Fact;
use clinic::record::fact::{StationForgotten, StationKnown};
use hub_protocol::PublicKey;
use std::collections::BTreeMap;

/// Tells each station what it lacks. Gives how many stations were told something. It may be repeated at any time.
pub fn distribute<A: Archive>(archive: &A) -> Result<usize, OfficeError> {
    retrying(|| {
        let office = Office::load(archive)?;
        let stations = archive.stations()?;
        let stands = |station: &&Station| !office.is_revoked(&station.key.device_id());
        let known: BTreeMap<_, _> = stations.iter().filter(stands).map(|s| (s.key.0, s.name.as_str())).collect();
        let mut pen = Pen::new(archive)?;
        for station in stations.iter().filter(stands) {
            let told = Told::load(archive, station.no)?;
            for (key, name) in known.iter().filter(|(key, _)| **key != station.key.0) {
                if told.stations.get(key).is_none_or(|told| told != name) {
                    let fact = Fact::StationKnown(StationKnown { key: PublicKey(*key), name: (*name).to_owned() });
                    pen.write(station.no, Actor::NODE, &fact)?;
                }
            }
            for key in told.stations.keys().filter(|key| !known.contains_key(*key)) {
                pen.write(station.no, Actor::NODE, &Fact::StationForgotten(StationForgotten { key: PublicKey(*key) }))?;
            }
            for (id, key) in &office.card_keys {
                if !told.card_keys.contains(id) {
                    pen.write(station.no, Actor::NODE, &Fact::CardKeyMade(key.clone()))?;
                }
            }
        }
        Ok(pen.commit()?.len())
    })
}
