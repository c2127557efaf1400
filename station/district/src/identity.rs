//! A key that becomes a station's although the station has one: a new computer in the place of a dead one, and a
//! station that this district took in and forgot, because it was put back from an older copy.

use crate::archive::identities::{Accession, RECOVERY_TRIES_MAX, Run};
use crate::archive::{Archive, ArchiveError, Station, StationNo, StationState};
use crate::enrolment::{Asking, EnrolmentError, make_link, proven_invite};
use crate::office::{Office, OfficeError};
use clinic::ledger::{Actor, Chain, Event, Hlc, HlcClock};
use clinic::record::Fact;
use clinic::record::fact::{OpenedWhy, OriginOpened, StationAdmitted, StationReplaced};
use hub_protocol::certificate::{self, Certificate};
use hub_protocol::identity::Domain;
use hub_protocol::replica::{
    ENROL_SECRET_BYTES, EnrolLink, FORMER_KEYS_MAX, Refusal, TakeOver, TakenOver, agreed_version, takeover_words,
};
use hub_protocol::{Identity, OriginId, PublicKey};

/// Makes a link with which one new computer may take the place of this station's.
pub fn make_takeover_link<A: Archive>(
    archive: &A,
    station: &Station,
    name: &str,
    address: &str,
    secret: [u8; ENROL_SECRET_BYTES],
    now_ms: u64,
) -> Result<EnrolLink, EnrolmentError> {
    let link = make_link(archive, name, address, secret, now_ms)?;
    archive.allow_takeover(&secret, station.no)?;
    Ok(link)
}

/// Gives the station of the link to a new key, or says why not. Who asks again with the same key, because the answer
/// was lost, is told the same again.
pub fn take_over<A: Archive>(archive: &A, request: &TakeOver, asking: &Asking) -> Result<TakenOver, EnrolmentError> {
    let refused = |refusal| Err(EnrolmentError::Refused(refusal));
    if agreed_version(request.version_min, request.version_max).is_none() {
        return refused(Refusal::Version);
    }
    let Asking { key, exporter, now_ms, .. } = *asking;
    let invite = proven_invite(archive, &request.proof, &exporter, now_ms)?;
    let Some(takeover) = archive.takeover(&invite.secret)? else { return refused(Refusal::BadSecret) };
    let station = archive.stations()?.into_iter().find(|station| station.no == takeover.station);
    let Some(station) = station.filter(|_| takeover.tries < RECOVERY_TRIES_MAX) else {
        return refused(Refusal::BadSecret);
    };
    // Who was shut out is looked at by a person first.
    if station.state != StationState::Active {
        return refused(Refusal::Quarantined);
    }
    let words = takeover_words(&exporter, &key);
    if !station.recovery.verify(Domain::Takeover, &words, &request.signature) {
        archive.wrong_recovery(&invite.secret)?;
        return refused(Refusal::BadRecovery);
    }
    if station.key != key {
        if invite.used_by.is_some() || archive.is_former(&key)? || archive.station_by_key(&key)?.is_some() {
            return refused(Refusal::BadSecret);
        }
        replace(archive, &station, &invite.name, invite.secret, asking)?;
    }
    Ok(TakenOver {
        district: archive.name()?.unwrap_or_default(),
        station: invite.name,
        former: archive.former_keys(station.no)?,
        heads: archive.logs(station.no)?.into_iter().map(|log| log.head).collect(),
    })
}

fn replace<A: Archive>(
    archive: &A,
    station: &Station,
    name: &str,
    secret: [u8; ENROL_SECRET_BYTES],
    asking: &Asking,
) -> Result<(), EnrolmentError> {
    let mut former = archive.former_keys(station.no)?;
    former.push(station.key);
    if former.len() > FORMER_KEYS_MAX {
        return Err(EnrolmentError::Refused(Refusal::Storage));
    }
    let node = archive.identity()?;
    let certified = certificate::Station {
        key: asking.key,
        former: former.clone(),
        recovery: station.recovery,
        name: name.to_owned(),
        issued_ms: asking.now_ms,
    };
    let certificate = Certificate::issue(certified, &node);
    let fact = Fact::StationReplaced(StationReplaced { former: station.key, certificate });
    let log = written(archive, &node, Some(station.no), vec![fact], asking.new_origin, asking.now_ms)?;
    let done = archive.accede(&Accession {
        link: Some(secret),
        station: Some(station.no),
        name: name.to_owned(),
        key: asking.key,
        former,
        recovery: station.recovery,
        log,
        now_ms: asking.now_ms,
    });
    match done {
        Ok(_) => Ok(()),
        Err(ArchiveError::InviteGone) => Err(EnrolmentError::Refused(Refusal::BadSecret)),
        Err(error) => Err(error.into()),
    }
}

/// Takes a station in again that shows this district's own word for it. `new_origin` is random.
pub fn readmit<A: Archive>(
    archive: &A,
    certificate: &Certificate,
    key: &PublicKey,
    new_origin: OriginId,
    now_ms: u64,
) -> Result<Station, EnrolmentError> {
    let refused = |refusal| Err(EnrolmentError::Refused(refusal));
    let node = archive.identity()?;
    let certified = &certificate.station;
    if !certificate.is_by(&node.public_key()) || certified.key != *key || certified.former.len() > FORMER_KEYS_MAX {
        return refused(Refusal::UnknownStation);
    }
    if archive.is_former(key)? {
        return refused(Refusal::Replaced);
    }
    if let Some(known) = archive.station_by_key(key)? {
        return Ok(known);
    }
    // One of the keys before it may be the one that is known here.
    let mut before = None;
    for former in &certified.former {
        before = archive.station_by_key(former)?.or(before);
    }
    if before.as_ref().is_some_and(|known| known.state != StationState::Active) {
        return refused(Refusal::Quarantined);
    }
    let office = Office::load(archive).map_err(|error| match error {
        OfficeError::Archive(error) => error,
        _ => ArchiveError::Damaged("the office's log"),
    })?;
    if office.is_revoked(certified.former.iter().chain([key])) {
        return refused(Refusal::Quarantined);
    }
    let fact = Fact::StationAdmitted(StationAdmitted {
        district: node.device_id(),
        district_key: node.public_key(),
        district_name: archive.name()?.unwrap_or_default(),
        station_name: certified.name.clone(),
        certificate: Some(certificate.clone()),
    });
    let known = before.map(|station| station.no);
    let station = archive.accede(&Accession {
        link: None,
        station: known,
        name: certified.name.clone(),
        key: *key,
        former: certified.former.clone(),
        recovery: certified.recovery,
        log: written(archive, &node, known, vec![fact], new_origin, now_ms)?,
        now_ms,
    })?;
    Ok(station)
}

/// Facts at the end of the log that the district writes for a station, or as the first of a new one.
fn written<A: Archive>(
    archive: &A,
    node: &Identity,
    station: Option<StationNo>,
    mut facts: Vec<Fact>,
    new_origin: OriginId,
    now_ms: u64,
) -> Result<Run, EnrolmentError> {
    let held = match station {
        Some(station) => archive.own_log(station)?,
        None => None,
    };
    let (mut chain, last) = match held {
        Some(head) => {
            let last = archive.entries(head.origin, head.seq - 1, 1, usize::MAX)?;
            (Chain::at(head), last.first().map_or(Hlc(0), |entry| entry.hlc))
        }
        None => {
            let opened = OriginOpened { node: node.public_key(), why: OpenedWhy::Admitted };
            facts.insert(0, Fact::OriginOpened(opened));
            (Chain::empty(new_origin), Hlc(0))
        }
    };
    let mut clock = HlcClock::after(last);
    let events: Vec<Event> =
        facts.iter().map(|fact| chain.append(fact.to_entry(clock.tick(now_ms), Actor::NODE))).collect();
    Ok(Run { events, head: chain.head().sign(node) })
}
