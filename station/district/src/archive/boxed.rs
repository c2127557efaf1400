//! An archive of a kind that is chosen while the program runs.

use super::identities::{Identities, Note, NoteKind, Tables};
use super::{Admission, Archive, ArchiveError, HeldLog, Invite, Peer, Station, StationNo, Take, Written};
use clinic::ledger::Event;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{Identity, OriginId, PublicKey};

impl Archive for Box<dyn Archive> {
    fn identity(&self) -> Result<Identity, ArchiveError> {
        (**self).identity()
    }

    fn name(&self) -> Result<Option<String>, ArchiveError> {
        (**self).name()
    }

    fn set_name(&self, name: &str) -> Result<(), ArchiveError> {
        (**self).set_name(name)
    }

    fn listened_at(&self) -> Result<Option<String>, ArchiveError> {
        (**self).listened_at()
    }

    fn set_listened_at(&self, address: &str) -> Result<(), ArchiveError> {
        (**self).set_listened_at(address)
    }

    fn invite(&self, invite: &Invite, now_ms: u64) -> Result<(), ArchiveError> {
        (**self).invite(invite, now_ms)
    }

    fn invites(&self, now_ms: u64) -> Result<Vec<Invite>, ArchiveError> {
        (**self).invites(now_ms)
    }

    fn admit(&self, admission: &Admission) -> Result<Station, ArchiveError> {
        (**self).admit(admission)
    }

    fn stations(&self) -> Result<Vec<Station>, ArchiveError> {
        (**self).stations()
    }

    fn station_by_key(&self, key: &PublicKey) -> Result<Option<Station>, ArchiveError> {
        (**self).station_by_key(key)
    }

    fn quarantine(&self, station: StationNo, why: &str) -> Result<(), ArchiveError> {
        (**self).quarantine(station, why)
    }

    fn contact(&self, station: StationNo, now_ms: u64) -> Result<(), ArchiveError> {
        (**self).contact(station, now_ms)
    }

    fn logs(&self, station: StationNo) -> Result<Vec<HeldLog>, ArchiveError> {
        (**self).logs(station)
    }

    fn every_log(&self) -> Result<Vec<HeldLog>, ArchiveError> {
        (**self).every_log()
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, ArchiveError> {
        (**self).writer(origin)
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
        (**self).hash_at(origin, seq)
    }

    fn events(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Event>, ArchiveError> {
        (**self).events(origin, after, max_events, max_bytes)
    }

    fn signed_head(&self, origin: OriginId, after: u64, last: u64) -> Result<Option<SignedHead>, ArchiveError> {
        (**self).signed_head(origin, after, last)
    }

    fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError> {
        (**self).signed_heads(origin, after, max)
    }

    fn store(&self, peer: &Peer, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError> {
        (**self).store(peer, events, head)
    }

    fn own_log(&self, station: StationNo) -> Result<Option<Head>, ArchiveError> {
        (**self).own_log(station)
    }

    fn own_logs(&self) -> Result<Vec<(StationNo, Head)>, ArchiveError> {
        (**self).own_logs()
    }

    fn write(&self, written: &[Written]) -> Result<(), ArchiveError> {
        (**self).write(written)
    }

    fn rename(&self, station: StationNo, name: &str) -> Result<(), ArchiveError> {
        (**self).rename(station, name)
    }

    fn check_pages(&self) -> Result<(), ArchiveError> {
        (**self).check_pages()
    }

    fn pieces(&self, take: Take<'_>) -> Result<(), ArchiveError> {
        (**self).pieces(take)
    }

    fn fill(&self, from: &dyn Archive) -> Result<(), ArchiveError> {
        (**self).fill(from)
    }
}

impl Identities for Box<dyn Archive> {
    fn in_one_step(&self, work: &mut dyn FnMut(&dyn Tables) -> Result<(), ArchiveError>) -> Result<(), ArchiveError> {
        (**self).in_one_step(work)
    }

    fn notes(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError> {
        (**self).notes(kind, station)
    }
}
