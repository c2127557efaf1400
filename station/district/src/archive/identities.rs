//! What a store keeps of who is who: keys that came one after the other, logs that were given up for others, and
//! whether two machines speak with one key.

use super::append::{Log, LogTables, append};
use super::{ArchiveError, Peer, Station, StationNo};
use clinic::ledger::{Chain, Event};
use hub_protocol::replica::{ENROL_SECRET_BYTES, Head, SignedHead};
use hub_protocol::{DeviceId, OriginId, PublicKey};
use sha2::{Digest, Sha256};

/// Wrong recovery keys after which a link for a takeover is dead.
pub const RECOVERY_TRIES_MAX: u32 = 5;

/// Logs that are noted of what a station said that it writes: enough to tell two machines from each other.
const SPOKE_MAX: usize = 8;

/// A link for one takeover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takeover {
    pub station: StationNo,
    /// How often it was tried with another recovery key than the station's.
    pub tries: u32,
}

/// A run of events for a log, and its signed end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub events: Vec<Event>,
    pub head: SignedHead,
}

/// A key that becomes a station's, by a link for a takeover or by the district's own word that it was so.
#[derive(Debug, Clone)]
pub struct Accession {
    /// Used up with it.
    pub link: Option<[u8; ENROL_SECRET_BYTES]>,
    /// The station, or none if this archive does not know it.
    pub station: Option<StationNo>,
    pub name: String,
    pub key: PublicKey,
    pub former: Vec<PublicKey>,
    pub recovery: PublicKey,
    /// What the district writes into its log for the station.
    pub log: Run,
    pub now_ms: u64,
}

/// A log of the district's own that a station holds otherwise.
#[derive(Debug, Clone)]
pub struct Reopening {
    /// Where the log ended when the rest was made.
    pub end: Head,
    /// Where it ends from now on, and whether such a signed head is kept already.
    pub common: SignedHead,
    pub kept: bool,
    /// The events that only the district had, in a log of their own that nobody writes to any more.
    pub moved: Option<Run>,
    /// The first of the log that is written from now on, if this was the one.
    pub fresh: Option<Run>,
}

/// What the operator is to know of a station's identity. Times are wall clock, ms since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// A machine spoke with this station's key, then another one, then the first again.
    pub two_machines_ms: Option<u64>,
    /// It was taken in again by its certificate: this archive had forgotten it.
    pub readmitted_ms: Option<u64>,
}

/// What is noted of identities, in one small table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// A key that was the station's; `at` counts them.
    Former = 1,
    /// The SHA-256 of the secret of a link for a takeover; `at` counts the wrong tries.
    Takeover = 2,
    /// A log of the district's own that is written no more.
    Closed = 3,
    /// A log that the station said it writes, and when that was news.
    Spoke = 4,
    TwoMachines = 5,
    Readmitted = 6,
}

impl NoteKind {
    pub const ALL: [Self; 6] =
        [Self::Former, Self::Takeover, Self::Closed, Self::Spoke, Self::TwoMachines, Self::Readmitted];
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub kind: NoteKind,
    pub key: Vec<u8>,
    pub station: StationNo,
    pub at: u64,
}

/// What a store does with identities within one transaction.
pub trait Tables: LogTables {
    /// Of one station or of all, in the order of `at`.
    fn notes(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError>;
    /// In the place of the one of the same kind, key and station.
    fn put_note(&self, note: &Note) -> Result<(), ArchiveError>;
    fn remove_note(&self, note: &Note) -> Result<(), ArchiveError>;
    /// Takes the events and signed heads after `seq` out of a log.
    fn cut(&self, log: &Log, seq: u64) -> Result<(), ArchiveError>;
    /// Gives whether the link was there and free.
    fn use_link(&self, secret: &[u8; ENROL_SECRET_BYTES], device: DeviceId, now_ms: u64) -> Result<bool, ArchiveError>;
    fn new_station(
        &self,
        name: &str,
        key: &PublicKey,
        recovery: &PublicKey,
        now_ms: u64,
    ) -> Result<StationNo, ArchiveError>;
    fn rekey(&self, station: StationNo, key: &PublicKey, name: &str, now_ms: u64) -> Result<(), ArchiveError>;
    /// Notes the contact of a station that is in good standing with this key; nobody shuts it out, or gives it another
    /// key, from here to the end of the transaction. Otherwise [`ArchiveError::ShutOut`].
    fn hears(&self, peer: &Peer) -> Result<(), ArchiveError>;
    fn find_station(&self, station: StationNo) -> Result<Station, ArchiveError>;
    fn lift_quarantine(&self, station: StationNo) -> Result<(), ArchiveError>;
    fn district_key(&self) -> Result<PublicKey, ArchiveError>;
}

/// As [`super::Archive`]: every call may block, and every change is durable when its call returns, all of it or nothing.
pub trait Identities {
    fn in_one_step(&self, work: &mut dyn FnMut(&dyn Tables) -> Result<(), ArchiveError>) -> Result<(), ArchiveError>;
    /// As [`Tables::notes`], outside a transaction.
    fn notes(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError>;

    /// The keys that were a station's before the present one, the oldest first.
    fn former_keys(&self, station: StationNo) -> Result<Vec<PublicKey>, ArchiveError> {
        self.notes(NoteKind::Former, Some(station))?.iter().map(key_of).collect()
    }

    /// Those of all stations, each with the station that it was of.
    fn every_former_key(&self) -> Result<Vec<(StationNo, PublicKey)>, ArchiveError> {
        self.notes(NoteKind::Former, None)?.iter().map(|note| Ok((note.station, key_of(note)?))).collect()
    }

    /// Was this key a station's, before another computer took it over?
    fn is_former(&self, key: &PublicKey) -> Result<bool, ArchiveError> {
        Ok(self.notes(NoteKind::Former, None)?.iter().any(|note| note.key == key.0))
    }

    /// Makes a link, which was kept, one for a takeover of this station.
    fn allow_takeover(&self, secret: &[u8; ENROL_SECRET_BYTES], station: StationNo) -> Result<(), ArchiveError> {
        let note = Note { kind: NoteKind::Takeover, key: digest(secret), station, at: 0 };
        self.in_one_step(&mut |tables| tables.put_note(&note))
    }

    fn takeover(&self, secret: &[u8; ENROL_SECRET_BYTES]) -> Result<Option<Takeover>, ArchiveError> {
        let digest = digest(secret);
        let note = self.notes(NoteKind::Takeover, None)?.into_iter().find(|note| note.key == digest);
        Ok(note.map(|note| Takeover { station: note.station, tries: u32::try_from(note.at).unwrap_or(u32::MAX) }))
    }

    /// Counts a try with a wrong recovery key.
    fn wrong_recovery(&self, secret: &[u8; ENROL_SECRET_BYTES]) -> Result<(), ArchiveError> {
        let digest = digest(secret);
        self.in_one_step(&mut |tables| {
            let note = tables.notes(NoteKind::Takeover, None)?.into_iter().find(|note| note.key == digest);
            note.map_or(Ok(()), |note| tables.put_note(&Note { at: note.at + 1, ..note }))
        })
    }

    fn accede(&self, accession: &Accession) -> Result<Station, ArchiveError> {
        let mut acceded = None;
        self.in_one_step(&mut |tables| {
            acceded = Some(accede(tables, accession)?);
            Ok(())
        })?;
        acceded.ok_or(ArchiveError::Damaged("a station's row"))
    }

    /// As [`super::Archive::store`], for a log that another key signed than the station's present one: that of an
    /// earlier computer of it, or the district's, which comes back.
    fn keep(&self, peer: &Peer, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError> {
        let origin = head.head.origin;
        let mut end = Chain::empty(origin).head();
        self.in_one_step(&mut |tables| {
            tables.hears(peer)?;
            let comes_back = *writer == tables.district_key()?;
            let former = || tables.notes(NoteKind::Former, Some(peer.station));
            if !comes_back && !former()?.iter().any(|note| note.key == writer.0) {
                return Err(ArchiveError::NotTheWriter { origin });
            }
            let is_new = tables.log(origin)?.is_none();
            end = append(tables, peer.station, writer, events, &head)?;
            if comes_back && is_new { close(tables, peer.station, origin) } else { Ok(()) }
        })?;
        Ok(end)
    }

    /// [`ArchiveError::Fork`] when the log grew meanwhile.
    fn reopen(&self, peer: &Peer, reopening: &Reopening) -> Result<(), ArchiveError> {
        let Reopening { end, common, kept, moved, fresh } = reopening;
        let Head { origin, seq, .. } = common.head;
        let station = peer.station;
        self.in_one_step(&mut |tables| {
            tables.hears(peer)?;
            let writer = tables.district_key()?;
            let log = tables.log(origin)?.filter(|log| log.end == *end && log.writer == writer);
            let log = log.ok_or(ArchiveError::Fork { origin, seq })?;
            tables.cut(&log, seq)?;
            if !kept {
                tables.keep_signed(&log, common, None)?;
            }
            close(tables, station, origin)?;
            if let Some(moved) = moved {
                append(tables, station, &writer, &moved.events, &moved.head)?;
                close(tables, station, moved.head.head.origin)?;
            }
            if let Some(fresh) = fresh {
                append(tables, station, &writer, &fresh.events, &fresh.head)?;
            }
            Ok(())
        })
    }

    /// A station speaks, and says which log of its own it writes.
    fn spoke(&self, station: StationNo, writes: OriginId, now_ms: u64) -> Result<(), ArchiveError> {
        let is_last = |notes: &[Note]| notes.last().is_some_and(|note| note.key == writes.0);
        if is_last(&self.notes(NoteKind::Spoke, Some(station))?) {
            return Ok(());
        }
        self.in_one_step(&mut |tables| {
            let spoke = tables.notes(NoteKind::Spoke, Some(station))?;
            if is_last(&spoke) {
                return Ok(());
            }
            for forgotten in spoke.iter().rev().skip(SPOKE_MAX - 1) {
                tables.remove_note(forgotten)?;
            }
            // Later than the one before, whatever the clock says.
            let at = spoke.last().map_or(now_ms, |last| now_ms.max(last.at + 1));
            tables.put_note(&Note { kind: NoteKind::Spoke, key: writes.0.to_vec(), station, at })?;
            if spoke.iter().any(|note| note.key == writes.0) {
                tables.put_note(&Note { kind: NoteKind::TwoMachines, key: vec![], station, at: now_ms })?;
            }
            Ok(())
        })
    }

    fn marks(&self, station: StationNo) -> Result<Marks, ArchiveError> {
        let at = |kind| Ok::<_, ArchiveError>(self.notes(kind, Some(station))?.last().map(|note| note.at));
        Ok(Marks { two_machines_ms: at(NoteKind::TwoMachines)?, readmitted_ms: at(NoteKind::Readmitted)? })
    }

    /// A person has looked: the station may speak again, and its marks are gone.
    fn clear(&self, station: StationNo) -> Result<(), ArchiveError> {
        self.in_one_step(&mut |tables| {
            tables.lift_quarantine(station)?;
            for kind in [NoteKind::Spoke, NoteKind::TwoMachines, NoteKind::Readmitted] {
                tables.notes(kind, Some(station))?.iter().try_for_each(|note| tables.remove_note(note))?;
            }
            Ok(())
        })
    }
}

fn accede(tables: &dyn Tables, accession: &Accession) -> Result<Station, ArchiveError> {
    let Accession { link, station: known, name, key, former, recovery, log, now_ms } = accession;
    if let Some(secret) = link
        && !tables.use_link(secret, key.device_id(), *now_ms)?
    {
        return Err(ArchiveError::InviteGone);
    }
    let station = match known {
        Some(station) => {
            tables.rekey(*station, key, name, *now_ms)?;
            *station
        }
        None => tables.new_station(name, key, recovery, *now_ms)?,
    };
    for (at, former) in (1..).zip(former) {
        tables.put_note(&Note { kind: NoteKind::Former, key: former.0.to_vec(), station, at })?;
    }
    if link.is_none() {
        tables.put_note(&Note { kind: NoteKind::Readmitted, key: vec![], station, at: *now_ms })?;
    }
    append(tables, station, &tables.district_key()?, &log.events, &log.head)?;
    tables.find_station(station)
}

fn close(tables: &dyn Tables, station: StationNo, origin: OriginId) -> Result<(), ArchiveError> {
    tables.put_note(&Note { kind: NoteKind::Closed, key: origin.0.to_vec(), station, at: 0 })
}

fn key_of(note: &Note) -> Result<PublicKey, ArchiveError> {
    let key = note.key.as_slice().try_into();
    Ok(PublicKey(key.map_err(|_| ArchiveError::Damaged("a key that was a station's"))?))
}

/// A secret is not kept twice.
fn digest(secret: &[u8]) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
