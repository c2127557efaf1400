//! The archive in one SQLCipher file. One connection writes; others read beside it (WAL), also those of another
//! process: `enroll` and `stations` work while `serve` runs.

mod identities;
mod rows;

use super::append::{append, append_own};
use super::identities::Tables as _;
use super::pieces::{fill, give};
use super::{
    Admission, Archive, ArchiveError, HeldLog, INVITES_MAX, Invite, Peer, Station, StationNo, Take, Written, int, uint,
};
use clinic::ledger::Event;
use clinic::store::open_shared;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{Identity, OriginId, PublicKey};
use rows::{STATION_COLUMNS, Tables, View, bytes, identity, station};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const SCHEMA: &str = include_str!("schema.sql");
/// What makes a database of each version one of the next. A new one begins as version [`SCHEMA_VERSION`].
const UPGRADES: [&str; 3] = [
    // Version 1 kept the newest signed head of each log alone.
    "CREATE TABLE signed (
        log             INTEGER NOT NULL REFERENCES log (no),
        seq             INTEGER NOT NULL,
        signature       BLOB NOT NULL CHECK (length(signature) = 64),
        PRIMARY KEY (log, seq)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO signed SELECT no, signed_seq, signature FROM log;",
    // Version 2 kept it twice.
    "ALTER TABLE log DROP COLUMN signed_seq;
    ALTER TABLE log DROP COLUMN signature;",
    // Version 3 knew nothing of keys that replace keys and logs that replace logs.
    "CREATE TABLE note (
        kind            INTEGER NOT NULL,
        key             BLOB NOT NULL,
        station         INTEGER NOT NULL REFERENCES station (no),
        at              INTEGER NOT NULL,
        PRIMARY KEY (kind, key, station)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX note_of_station ON note (station);",
];
const SCHEMA_VERSION: usize = UPGRADES.len() + 1;
/// How long a call waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept for each connection.
const STATEMENTS_MAX: usize = 32;
/// The data directory is for its owner alone.
const DIRECTORY_MODE: u32 = 0o700;

pub struct SqliteArchive {
    path: PathBuf,
    key: [u8; 32],
    writer: Mutex<Connection>,
    /// Connections that nobody uses at the moment. Never more than there were readers at once.
    readers: Mutex<Vec<Connection>>,
}

impl std::fmt::Debug for SqliteArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteArchive").field("path", &self.path).finish_non_exhaustive()
    }
}

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::WrongKey,
            _ => Self::Database(Box::new(error)),
        }
    }
}

impl SqliteArchive {
    /// Where the database is in a data directory.
    pub fn path_in(data: &Path) -> PathBuf {
        data.join("district.db")
    }

    /// Makes the data directory if it is not there.
    pub fn make_directory(data: &Path) -> Result<(), ArchiveError> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(DIRECTORY_MODE)
            .create(data)
            .map_err(|error| ArchiveError::Directory(data.to_owned(), error))
    }

    /// Opens the archive of a data directory, or makes it with `new_identity` as the district's key.
    pub fn open(data: &Path, key: [u8; 32], new_identity: &Identity) -> Result<Self, ArchiveError> {
        Self::open_file(Self::path_in(data), key, new_identity)
    }

    /// As [`Self::open`], for a file of any name.
    pub fn open_file(path: PathBuf, key: [u8; 32], new_identity: &Identity) -> Result<Self, ArchiveError> {
        let mut writer = connect(&path, &key)?;
        // Nothing is written where nothing is to be: what is held must be told on a full disk too.
        if form(&writer)? != SCHEMA_VERSION as i64 {
            Self::upgrade(&mut writer, new_identity)?;
        }
        Ok(Self { path, key, writer: Mutex::new(writer), readers: Mutex::default() })
    }

    fn upgrade(writer: &mut Connection, new_identity: &Identity) -> Result<(), ArchiveError> {
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have been quicker.
        let version = form(&tx)?;
        match usize::try_from(version).map_err(|_| ArchiveError::Newer(version))? {
            0 => {
                tx.execute_batch(SCHEMA)?;
                tx.execute("INSERT INTO district (one, identity_seed) VALUES (1, ?1)", [new_identity.seed()])?;
            }
            known @ 1..=SCHEMA_VERSION => {
                UPGRADES[known - 1..].iter().try_for_each(|upgrade| tx.execute_batch(upgrade))?;
            }
            _ => return Err(ArchiveError::Newer(version)),
        }
        tx.pragma_update(None, "user_version", SCHEMA_VERSION as i64)?;
        Ok(tx.commit()?)
    }

    /// Puts everything into the one file and closes it: no other file is needed beside it then. Nobody else may have it
    /// open.
    pub fn close(self) -> Result<(), ArchiveError> {
        drop(self.readers);
        let conn = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        conn.pragma_update(None, "journal_mode", "DELETE")?;
        conn.close().map_err(|(_, error)| error.into())
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => connect(&self.path, &self.key)?,
        };
        let result = read(&conn);
        // One that failed may be in a state of its own; a new one is cheap.
        if result.is_ok() {
            self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
        result
    }

    fn write<T>(&self, write: impl FnOnce(&Transaction<'_>) -> Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        let mut conn = self.writer();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = write(&tx)?;
        tx.commit()?;
        Ok(result)
    }
}

/// Which version of its tables a file has; 0 for a new one.
fn form(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA user_version", [], |r| r.get(0))
}

fn connect(path: &Path, key: &[u8; 32]) -> Result<Connection, ArchiveError> {
    let conn = open_shared(path, key, BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // Sorting and the like must leave nothing readable on the disk.
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(conn)
}

impl Archive for SqliteArchive {
    fn identity(&self) -> Result<Identity, ArchiveError> {
        self.read(identity)
    }

    fn name(&self) -> Result<Option<String>, ArchiveError> {
        self.read(|conn| Ok(conn.query_row("SELECT name FROM district", [], |r| r.get(0))?))
    }

    fn set_name(&self, name: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            tx.execute("UPDATE district SET name = ?1", [name])?;
            Ok(())
        })
    }

    fn listened_at(&self) -> Result<Option<String>, ArchiveError> {
        self.read(|conn| Ok(conn.query_row("SELECT listened_at FROM district", [], |r| r.get(0))?))
    }

    fn set_listened_at(&self, address: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            tx.execute("UPDATE district SET listened_at = ?1", [address])?;
            Ok(())
        })
    }

    fn invite(&self, invite: &Invite, now_ms: u64) -> Result<(), ArchiveError> {
        self.write(|tx| {
            tx.execute("DELETE FROM invite WHERE expires_ms <= ?1", [int(now_ms)])?;
            let open: u64 = tx.query_row("SELECT count(*) FROM invite", [], |r| r.get(0).map(uint))?;
            if open >= INVITES_MAX {
                return Err(ArchiveError::TooManyInvites);
            }
            tx.execute(
                "INSERT INTO invite (secret, name, expires_ms) VALUES (?1, ?2, ?3)",
                params![invite.secret, invite.name, int(invite.expires_ms)],
            )?;
            Ok(())
        })
    }

    fn invites(&self, now_ms: u64) -> Result<Vec<Invite>, ArchiveError> {
        self.read(|conn| rows::invites(conn, now_ms))
    }

    fn admit(&self, admission: &Admission) -> Result<Station, ArchiveError> {
        self.write(|tx| {
            let Admission { secret, name, key, recovery, log, log_head, now_ms } = admission;
            let used = tx.execute(
                "UPDATE invite SET used_by = ?1 WHERE secret = ?2 AND used_by IS NULL AND expires_ms > ?3",
                params![key.device_id().0, secret, int(*now_ms)],
            )?;
            if used != 1 {
                return Err(ArchiveError::InviteGone);
            }
            tx.execute(
                "INSERT INTO station (name, key, recovery, enrolled_ms, last_contact_ms) VALUES (?1, ?2, ?3, ?4, ?4)",
                params![name, key.0, recovery.0, int(*now_ms)],
            )?;
            let no = StationNo(tx.last_insert_rowid());
            append(&Tables(tx), no, &identity(tx)?.public_key(), log, log_head)?;
            let sql = format!("SELECT {STATION_COLUMNS} FROM station WHERE no = ?1");
            Ok(tx.query_row(&sql, [no.0], station)?)
        })
    }

    fn stations(&self) -> Result<Vec<Station>, ArchiveError> {
        self.read(|conn| {
            let mut statement =
                conn.prepare(&format!("SELECT {STATION_COLUMNS} FROM station WHERE no > 0 ORDER BY no"))?;
            let rows = statement.query_map([], station)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn station_by_key(&self, key: &PublicKey) -> Result<Option<Station>, ArchiveError> {
        self.read(|conn| {
            let sql = format!("SELECT {STATION_COLUMNS} FROM station WHERE key = ?1 AND no > 0");
            Ok(conn.query_row(&sql, [key.0], station).optional()?)
        })
    }

    fn quarantine(&self, station: StationNo, why: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            // The first reason is the one to look at.
            let sql = "UPDATE station SET quarantined_why = ?1 WHERE no = ?2 AND quarantined_why IS NULL";
            tx.execute(sql, params![why, station.0])?;
            Ok(())
        })
    }

    fn contact(&self, station: StationNo, now_ms: u64) -> Result<(), ArchiveError> {
        self.write(|tx| rows::note_contact(tx, station, now_ms))
    }

    fn logs(&self, station: StationNo) -> Result<Vec<HeldLog>, ArchiveError> {
        self.read(|conn| rows::held_logs(conn, Some(station)))
    }

    fn every_log(&self) -> Result<Vec<HeldLog>, ArchiveError> {
        self.read(|conn| rows::held_logs(conn, None))
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, ArchiveError> {
        self.read(|conn| Ok(rows::log(conn, origin)?.map(|(_, _, writer)| writer)))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.read(|conn| match rows::log(conn, origin)? {
            Some((no, ..)) => rows::hash_at(conn, no, seq),
            None => Ok(None),
        })
    }

    fn events(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Event>, ArchiveError> {
        self.read(|conn| rows::events(conn, origin, after, max_events, max_bytes))
    }

    fn signed_head(&self, origin: OriginId, after: u64, last: u64) -> Result<Option<SignedHead>, ArchiveError> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT s.seq, e.hash, s.signature FROM log l JOIN signed s ON s.log = l.no
                 JOIN event e ON e.log = s.log AND e.seq = s.seq
                 WHERE l.origin = ?1 AND s.seq > ?2 AND s.seq <= ?3 ORDER BY s.seq DESC LIMIT 1",
            )?;
            let head = statement.query_row(params![origin.0, int(after), int(last)], |r| {
                let head = Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? };
                Ok(SignedHead { head, signature: bytes(r, 2)? })
            });
            Ok(head.optional()?)
        })
    }

    fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError> {
        self.read(|conn| rows::signed_heads(conn, origin, after, max))
    }

    fn store(&self, peer: &Peer, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError> {
        self.write(|tx| {
            let tables = Tables(tx);
            tables.hears(peer)?;
            append(&tables, peer.station, &peer.key, events, &head)
        })
    }

    fn own_log(&self, station: StationNo) -> Result<Option<Head>, ArchiveError> {
        self.read(|conn| rows::own_log(conn, &identity(conn)?.public_key(), station))
    }

    fn own_logs(&self) -> Result<Vec<(StationNo, Head)>, ArchiveError> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT l.station, l.origin, e.seq, e.hash FROM log l JOIN event e ON e.log = l.no
                 WHERE l.no IN (SELECT max(no) FROM log WHERE writer = ?1 AND station > 0
                     AND origin NOT IN (SELECT key FROM note WHERE kind = 3) GROUP BY station)
                 AND e.seq = (SELECT max(seq) FROM event WHERE log = l.no) ORDER BY l.station",
            )?;
            let rows = statement.query_map([identity(conn)?.public_key().0], |r| {
                let head = Head { origin: OriginId(bytes(r, 1)?), seq: uint(r.get(2)?), hash: bytes(r, 3)? };
                Ok((StationNo(r.get(0)?), head))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn write(&self, written: &[Written]) -> Result<(), ArchiveError> {
        self.write(|tx| {
            let writer = identity(tx)?.public_key();
            for Written { station, events, head } in written {
                if *station == StationNo::OFFICE {
                    tx.execute(
                        "INSERT INTO station (no, name, key, recovery, enrolled_ms) VALUES (0, '', ?1, ?1, 0)
                         ON CONFLICT DO NOTHING",
                        [writer.0],
                    )?;
                }
                let held = rows::own_log(tx, &writer, *station)?;
                append_own(&Tables(tx), *station, &writer, held, events, head)?;
            }
            Ok(())
        })
    }

    fn rename(&self, station: StationNo, name: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            tx.execute("UPDATE station SET name = ?1 WHERE no = ?2", params![name, station.0])?;
            Ok(())
        })
    }

    fn check_pages(&self) -> Result<(), ArchiveError> {
        self.read(|conn| {
            // The first names each page that is not what was written; the second looks at the tables in them.
            for pragma in ["cipher_integrity_check", "integrity_check(1)"] {
                let mut statement = conn.prepare(&format!("PRAGMA {pragma}"))?;
                let mut told = statement.query_map([], |r| r.get::<_, String>(0))?;
                if told.next().transpose()?.is_some_and(|told| told != "ok") {
                    return Err(ArchiveError::Damaged("a page of the database"));
                }
            }
            Ok(())
        })
    }

    fn pieces(&self, take: Take<'_>) -> Result<(), ArchiveError> {
        self.read(|conn| {
            let moment = conn.unchecked_transaction()?;
            give(&View(&moment), take)
        })
    }

    fn fill(&self, from: &dyn Archive) -> Result<(), ArchiveError> {
        self.write(|tx| fill(&Tables(tx), from))
    }
}
