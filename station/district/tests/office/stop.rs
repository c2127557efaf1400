//! What is being looked at when the server is told to stop.

use super::clerk::forge_entries;
use super::world::World;
use clinic::ledger::{Actor, Entry, Event, Hlc};
use clinic::record::Fact;
use clinic::replica::Logs;
use clinic::store::{DataKey, Mirror, MirrorError, Stop, StoreError};
use district::archive::{Archive, ArchiveError, SqliteArchive};
use district::office::{Clerk, OfficeError};
use district::station_logs::StationLogs;
use district::wall_ms;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey};

/// The archive as a station's logs, for a server that is told to stop while they are read.
struct Stopping<'a>(StationLogs<SqliteArchive>, &'a Stop);

impl Logs for Stopping<'_> {
    type Error = ArchiveError;

    fn heads(&self) -> Result<Vec<Head>, ArchiveError> {
        self.0.heads()
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, ArchiveError> {
        self.0.writer(origin)
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.0.hash_at(origin, seq)
    }

    fn entries(&self, origin: OriginId, after: u64, events: u32, bytes: usize) -> Result<Vec<Entry>, ArchiveError> {
        self.1.ask();
        self.0.entries(origin, after, events, bytes)
    }

    fn store(&self, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError> {
        self.0.store(writer, events, head)
    }

    fn writes(&self) -> Result<Option<OriginId>, ArchiveError> {
        self.0.writes()
    }

    fn reopen(&self, origin: OriginId, common: u64) -> Result<(), ArchiveError> {
        self.0.reopen(origin, common)
    }
}

#[test]
fn a_server_that_is_told_to_stop_waits_for_one_step_and_not_for_a_whole_mirror() {
    let w = World::new();
    let fact = Fact::SettingsChanged(w.one.clinic.settings(&w.one.admin).unwrap());
    let at = |n: u64| Hlc((wall_ms() << 16) + n);
    forge_entries(&w, &w.one, (0..6_000).map(|n| fact.to_entry(at(n), Actor::NODE)));
    let all = w.logs(&w.one).heads().unwrap().iter().map(|head| head.seq).max().unwrap();
    let district = w.archive.identity().unwrap().public_key();
    let (file, key) = (w.dir.path().join("mirror.db"), DataKey::new([5; 32]));
    let mut mirror = Mirror::open(&file, &key).unwrap();
    let stop = Stop::default();
    let stopped = mirror.advance(&Stopping(w.logs(&w.one), &stop), &district, &stop);
    assert!(matches!(stopped, Err(MirrorError::Store(StoreError::Stopped))), "{stopped:?}");
    // It goes on where it was.
    let left = mirror.advance(&w.logs(&w.one), &district, &Stop::default()).unwrap();
    assert!((1..all).contains(&left), "{left} of {all}");

    // And so does the whole round of a clerk.
    let mut clerk = Clerk::new(w.archive.clone(), w.dir.path(), stop).unwrap();
    let stopped = clerk.round(wall_ms());
    let stopped_in =
        |error: &OfficeError| matches!(error, OfficeError::Mirror(MirrorError::Store(StoreError::Stopped)));
    assert!(stopped.as_ref().is_err_and(stopped_in), "{stopped:?}");
}
