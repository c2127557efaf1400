//! Which station an operator means, and what they are told about each, computed from the stored events themselves.

use crate::archive::{Archive, ArchiveError, Station, StationState, hex};
use crate::station_logs::StationLogs;
use clinic::replica::{ContentError, content};
use serde::Serialize;
use std::sync::Arc;

/// Why no station is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOne {
    #[error("no station here has the name or the device {0:?}")]
    Nobody(String),
    #[error("{said:?} is more than one station: say the whole device, which is one of {}", devices.join(", "))]
    Several { said: String, devices: Vec<String> },
}

/// The one station of this name, or of this device in full or as it is printed short.
pub fn the_one(stations: Vec<Station>, said: &str) -> Result<Station, NotOne> {
    let said = said.trim();
    let is = |station: &Station| {
        let device = station.key.device_id();
        [&station.name, &device.full(), &device.short()].into_iter().any(|name| name == said)
    };
    let mut meant: Vec<Station> = stations.into_iter().filter(is).collect();
    match (meant.pop(), meant.is_empty()) {
        (Some(station), true) => Ok(station),
        (None, _) => Err(NotOne::Nobody(said.to_owned())),
        (Some(last), false) => {
            let devices = meant.iter().chain([&last]).map(|station| station.key.device_id().full()).collect();
            Err(NotOne::Several { said: said.to_owned(), devices })
        }
    }
}

/// One line of `tikka-district stations`.
#[derive(Debug, Serialize)]
pub struct StationLine {
    pub station: String,
    /// The DeviceId in full.
    pub device: String,
    /// `active` or `quarantined`.
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantined_why: Option<String>,
    pub last_contact_ms: Option<u64>,
    /// When it was seen last that two machines speak with this station's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub two_machines_ms: Option<u64>,
    /// When it was taken in again by its certificate, because this archive is older than its enrolment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readmitted_ms: Option<u64>,
    /// The DeviceIds of the computers that it had before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<String>,
    /// Events of the logs that the station wrote.
    pub events: u64,
    /// Their content, recomputed from the entries (see [`clinic::replica::content`]).
    pub hash: String,
    pub logs: Vec<LogLine>,
}

#[derive(Debug, Serialize)]
pub struct LogLine {
    pub origin: String,
    /// `station` or `district`: who writes it.
    pub writer: &'static str,
    pub seq: u64,
    pub hash: String,
}

pub fn station_line<A: Archive>(
    archive: &Arc<A>,
    station: &Station,
) -> Result<StationLine, ContentError<ArchiveError>> {
    let content = content(&StationLogs::new(archive.clone(), station), &station.key)?;
    let logs = archive.logs(station.no).map_err(ContentError::Logs)?;
    let former = archive.former_keys(station.no).map_err(ContentError::Logs)?;
    let marks = archive.marks(station.no).map_err(ContentError::Logs)?;
    let district = archive.identity().map_err(ContentError::Logs)?.public_key();
    let (state, quarantined_why) = match &station.state {
        StationState::Active => ("active", None),
        StationState::Quarantined { why } => ("quarantined", Some(why.clone())),
    };
    Ok(StationLine {
        station: station.name.clone(),
        device: station.key.device_id().full(),
        state,
        quarantined_why,
        last_contact_ms: station.last_contact_ms,
        two_machines_ms: marks.two_machines_ms,
        readmitted_ms: marks.readmitted_ms,
        former: former.iter().map(|key| key.device_id().full()).collect(),
        events: content.events,
        hash: hex(&content.hash),
        logs: logs
            .iter()
            .map(|log| LogLine {
                origin: log.head.origin.to_string(),
                writer: if log.writer == district { "district" } else { "station" },
                seq: log.head.seq,
                hash: hex(&log.head.hash),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::StationNo;
    use hub_protocol::Identity;

    fn station(seed: u8, name: &str) -> Station {
        let key = Identity::from_seed([seed; 32]).public_key();
        let (no, name, state) = (StationNo(i64::from(seed)), name.to_owned(), StationState::Active);
        Station { no, name, key, recovery: key, state, last_contact_ms: None }
    }

    #[test]
    fn who_may_be_meant_is_named_and_nobody_is_chosen() {
        let (one, two, third) = (station(1, "PHC Belwa"), station(2, "PHC Belwa"), station(3, "PHC Kheri"));
        // Somebody gives a station the name that another's device has.
        let posing = station(4, &third.key.device_id().short());
        let all = vec![one.clone(), two.clone(), third.clone(), posing.clone()];
        let said = |said: &str| the_one(all.clone(), said);
        let several = |found: Result<Station, NotOne>, among: [&Station; 2]| {
            let devices = among.map(|station| station.key.device_id().full());
            assert!(matches!(&found, Err(NotOne::Several { devices: named, .. }) if **named == devices), "{found:?}");
        };
        several(said("PHC Belwa"), [&one, &two]);
        several(said(&third.key.device_id().short()), [&third, &posing]);
        assert_eq!(said(" PHC Kheri "), Ok(third.clone()));
        assert_eq!(said(&third.key.device_id().full()), Ok(third));
        assert_eq!(said(&two.key.device_id().short()), Ok(two));
        assert_eq!(said("PHC"), Err(NotOne::Nobody("PHC".to_owned())));
    }
}
