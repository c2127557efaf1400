//! What the operator is told about each station, computed from the stored events themselves.

use crate::archive::{Archive, ArchiveError, Station, StationState, hex};
use crate::station_logs::StationLogs;
use clinic::replica::{ContentError, content};
use serde::Serialize;
use std::sync::Arc;

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
    let content = content(&StationLogs::new(archive.clone(), station.no), &station.key)?;
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
