//! The stores that every test of the archive is run against.
#![allow(dead_code)]

#[path = "../../../../tests/src/postgres.rs"]
pub mod postgres;

use district::archive::{Archive, ArchiveError, Peer, PostgresArchive, SqliteArchive, Station, hex};
use hub_protocol::{Identity, OriginId};
use tempfile::TempDir;

/// The identity of a district that is made by a test.
pub fn district() -> Identity {
    Identity::from_seed([9; 32])
}

/// What somebody does to the rows of one log behind the program's back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tamper {
    /// Another body for event 2.
    Body,
    /// Event 2 is gone.
    Missing,
    /// Another signature for each signed head.
    Signature,
    /// No signed head is left.
    Unsigned,
}

/// The station as it was when it was let in.
pub fn peer(station: &Station, now_ms: u64) -> Peer {
    Peer { station: station.no, key: station.key, now_ms }
}

pub trait Store: Archive + std::fmt::Debug + Sized {
    /// Where one archive lies; another process would be given the same.
    type Place: Sync;

    fn place() -> Self::Place;
    fn key(place: &Self::Place) -> [u8; 32];
    fn open_with(place: &Self::Place, key: [u8; 32], identity: &Identity) -> Result<Self, ArchiveError>;

    fn tamper(place: &Self::Place, log: OriginId, how: Tamper);

    fn open(place: &Self::Place) -> Self {
        Self::open_with(place, Self::key(place), &district()).unwrap()
    }
}

impl Store for SqliteArchive {
    type Place = TempDir;

    fn place() -> TempDir {
        tempfile::tempdir().unwrap()
    }

    fn key(_: &TempDir) -> [u8; 32] {
        [42; 32]
    }

    fn open_with(dir: &TempDir, key: [u8; 32], identity: &Identity) -> Result<Self, ArchiveError> {
        Self::open(dir.path(), key, identity)
    }

    fn tamper(dir: &TempDir, log: OriginId, how: Tamper) {
        let conn = rusqlite::Connection::open(Self::path_in(dir.path())).unwrap();
        conn.pragma_update(None, "key", format!("x'{}'", hex(&Self::key(dir)))).unwrap();
        let sql = match how {
            Tamper::Body => "UPDATE event SET body = x'00' WHERE seq = 2 AND log",
            Tamper::Missing => "DELETE FROM event WHERE seq = 2 AND log",
            Tamper::Signature => "UPDATE signed SET signature = zeroblob(64) WHERE log",
            Tamper::Unsigned => "DELETE FROM signed WHERE log",
        };
        let changed = conn.execute(&format!("{sql} = (SELECT no FROM log WHERE origin = ?1)"), [log.0]).unwrap();
        assert!(changed > 0);
    }
}

impl Store for PostgresArchive {
    /// The key says which district it is: all share one database.
    type Place = [u8; 32];

    fn place() -> [u8; 32] {
        let mut key = [0; 32];
        getrandom::fill(&mut key).unwrap();
        key
    }

    fn key(key: &[u8; 32]) -> [u8; 32] {
        *key
    }

    fn open_with(_: &[u8; 32], key: [u8; 32], identity: &Identity) -> Result<Self, ArchiveError> {
        Self::open(postgres::url(), key, Some(identity))
    }

    /// `log` is of one test alone, because all share the tables.
    fn tamper(_: &[u8; 32], log: OriginId, how: Tamper) {
        let sql = match how {
            Tamper::Body => {
                "UPDATE tikka.event SET sealed = set_byte(sealed, 70, get_byte(sealed, 70) # 1) WHERE seq = 2"
            }
            Tamper::Missing => "DELETE FROM tikka.event WHERE seq = 2",
            Tamper::Signature => {
                "UPDATE tikka.signed SET signature = set_byte(signature, 30, get_byte(signature, 30) # 1) WHERE true"
            }
            Tamper::Unsigned => "DELETE FROM tikka.signed WHERE true",
        };
        let log = hex(&log.0);
        let of = format!("(district, log) IN (SELECT district, no FROM tikka.log WHERE origin = '\\x{log}')");
        assert_ne!(postgres::sql(postgres::url(), &format!("{sql} AND {of} RETURNING 1")), "");
    }
}

/// Makes each of these functions a test against each store.
#[macro_export]
macro_rules! against_each_store {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name::<district::archive::SqliteArchive>(); })+
        }
        mod postgres {
            $(#[test] fn $name() { super::$name::<district::archive::PostgresArchive>(); })+
        }
    };
}
