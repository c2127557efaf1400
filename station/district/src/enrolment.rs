//! How a station gets in: a one-time link, made by the operator and proved by the station on its connection.

use crate::archive::{Admission, Archive, ArchiveError, Invite, StationState};
use clinic::ledger::{Actor, Chain, Hlc, HlcClock};
use clinic::record::Fact;
use clinic::record::fact::{OpenedWhy, OriginOpened, StationAdmitted};
use hub_protocol::certificate::{self, Certificate};
use hub_protocol::replica::{
    ENROL_SECRET_BYTES, Enrol, EnrolLink, Enrolled, Refusal, agreed_version, enrol_proof_fits,
};
use hub_protocol::{OriginId, PublicKey};

/// How long a link can be used.
pub const LINK_LIFETIME_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// Characters of a station's or a district's name.
pub const NAME_MAX_CHARS: usize = 80;

#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    #[error("a name has 1 to {NAME_MAX_CHARS} characters on one line")]
    Name,
    #[error("{0:?} is not an address of the form host:port that stations can dial")]
    Address(String),
    #[error("the station is refused: {0}")]
    Refused(Refusal),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// A name as it may be kept: trimmed, not empty, not long, one line.
pub fn clean_name(name: &str) -> Result<String, EnrolmentError> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= NAME_MAX_CHARS && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(EnrolmentError::Name) }
}

/// Makes a link that takes one station in, under this name. `secret` is fresh and random.
pub fn make_link<A: Archive>(
    archive: &A,
    name: &str,
    address: &str,
    secret: [u8; ENROL_SECRET_BYTES],
    now_ms: u64,
) -> Result<EnrolLink, EnrolmentError> {
    let name = clean_name(name)?;
    let link = EnrolLink { address: address.to_owned(), district: archive.identity()?.device_id(), secret };
    // What the station will read must be a link, whatever was typed as the address.
    if link.to_string().parse::<EnrolLink>().as_ref() != Ok(&link) {
        return Err(EnrolmentError::Address(address.to_owned()));
    }
    let expires_ms = now_ms.saturating_add(LINK_LIFETIME_MS);
    archive.invite(&Invite { name, secret, expires_ms, used_by: None }, now_ms)?;
    Ok(link)
}

/// Who asks, over which connection, and what is random or of the moment.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    pub key: PublicKey,
    /// What the TLS exporter of the connection gives.
    pub exporter: [u8; 32],
    /// For the district's log for the station; random.
    pub new_origin: OriginId,
    pub now_ms: u64,
}

/// Takes a station in, or says why not. A station that asks again, because the answer was lost, is told the
/// same again.
pub fn admit<A: Archive>(archive: &A, request: &Enrol, asking: &Asking) -> Result<Enrolled, EnrolmentError> {
    if agreed_version(request.version_min, request.version_max).is_none() {
        return Err(EnrolmentError::Refused(Refusal::Version));
    }
    let Asking { key, exporter, new_origin, now_ms } = *asking;
    let district = archive.name()?.unwrap_or_default();
    let invite = proven_invite(archive, &request.proof, &exporter, now_ms)?;
    // A link for a takeover takes nobody else in.
    if archive.takeover(&invite.secret)?.is_some() {
        return Err(EnrolmentError::Refused(Refusal::BadSecret));
    }
    if invite.used_by.is_some_and(|device| device != key.device_id()) {
        return Err(EnrolmentError::Refused(Refusal::BadSecret));
    }
    if let Some(known) = archive.station_by_key(&key)? {
        return match known.state {
            StationState::Active => Ok(Enrolled { district, station: known.name }),
            StationState::Quarantined { .. } => Err(EnrolmentError::Refused(Refusal::Quarantined)),
        };
    }
    // A computer whose place another has taken does not come back as a second station.
    if archive.is_former(&key)? {
        return Err(EnrolmentError::Refused(Refusal::Replaced));
    }
    let node = archive.identity()?;
    let certificate = certificate::Station {
        key,
        former: vec![],
        recovery: request.recovery,
        name: invite.name.clone(),
        issued_ms: now_ms,
    };
    let facts = [
        Fact::OriginOpened(OriginOpened { node: node.public_key(), why: OpenedWhy::Admitted }),
        Fact::StationAdmitted(StationAdmitted {
            district: node.device_id(),
            district_key: node.public_key(),
            district_name: district.clone(),
            station_name: invite.name.clone(),
            certificate: Some(Certificate::issue(certificate, &node)),
        }),
    ];
    let mut clock = HlcClock::after(Hlc(0));
    let mut chain = Chain::empty(new_origin);
    let log = facts.iter().map(|fact| chain.append(fact.to_entry(clock.tick(now_ms), Actor::NODE))).collect();
    let admitted = archive.admit(&Admission {
        secret: invite.secret,
        name: invite.name,
        key,
        recovery: request.recovery,
        log,
        log_head: chain.head().sign(&node),
        now_ms,
    });
    match admitted {
        Ok(station) => Ok(Enrolled { district, station: station.name }),
        Err(ArchiveError::InviteGone) => Err(EnrolmentError::Refused(Refusal::BadSecret)),
        Err(error) => Err(error.into()),
    }
}

/// The link whose secret was proven on a connection.
pub(crate) fn proven_invite<A: Archive>(
    archive: &A,
    proof: &[u8; 32],
    exporter: &[u8; 32],
    now_ms: u64,
) -> Result<Invite, EnrolmentError> {
    // Every link is tried, so that the time tells nothing about them.
    let fits = |invite: &Invite| enrol_proof_fits(&invite.secret, exporter, proof);
    let invite = archive.invites(now_ms)?.into_iter().fold(None, |found, i| if fits(&i) { Some(i) } else { found });
    invite.ok_or(EnrolmentError::Refused(Refusal::BadSecret))
}
