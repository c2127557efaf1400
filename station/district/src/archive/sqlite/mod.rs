//! The archive in one SQLCipher file. One connection writes; others read beside it (WAL), also those of another
//! process: `enroll` and `stations` work while `serve` runs.

use super::append::{Log, LogTables, append, append_own};
use super::{
    Admission, Archive, ArchiveError, HeldLog, INVITES_MAX, Invite, Station, StationNo, StationState, Written, int,
    uint,
};
use clinic::ledger::{Actor, Chain, Entry, Event, EventId, Hlc};
use clinic::store::open_encrypted;
use hub_protocol::replica::{ENROL_SECRET_BYTES, Head, SignedHead};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey, UserId};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const SCHEMA: &str = include_str!("schema.sql");
/// What makes a database of each version one of the next. A new one begins as version [`SCHEMA_VERSION`].
const UPGRADES: [&str; 2] = [
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
];
const SCHEMA_VERSION: usize = UPGRADES.len() + 1;
/// How long a call waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept for each connection.
const STATEMENTS_MAX: usize = 32;
/// The data directory is for its owner alone.
const DIRECTORY_MODE: u32 = 0o700;

const STATION_COLUMNS: &str = "no, name, key, recovery, quarantined_why, last_contact_ms";

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
        std::fs::DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(data).map_err(ArchiveError::Directory)
    }

    /// Opens the archive, or makes it with `new_identity` as the district's key.
    pub fn open(data: &Path, key: [u8; 32], new_identity: &Identity) -> Result<Self, ArchiveError> {
        let path = Self::path_in(data);
        let mut writer = connect(&path, &key)?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = tx.query_row("PRAGMA user_version", [], |r| r.get(0))?;
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
        tx.commit()?;
        Ok(Self { path, key, writer: Mutex::new(writer), readers: Mutex::default() })
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

fn connect(path: &Path, key: &[u8; 32]) -> Result<Connection, ArchiveError> {
    let conn = open_encrypted(path, OpenFlags::default(), key)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // The first read, which shows whether the key fits, and the change to WAL, which two processes that make
    // the same database may both try.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // Sorting and the like must leave nothing readable on the disk.
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(conn)
}

impl Archive for SqliteArchive {
    fn identity(&self) -> Result<Identity, ArchiveError> {
        self.read(district)
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
        self.read(|conn| {
            let mut statement =
                conn.prepare_cached("SELECT secret, name, expires_ms, used_by FROM invite WHERE expires_ms > ?1")?;
            let rows = statement.query_map([int(now_ms)], |r| {
                Ok(Invite {
                    secret: bytes::<ENROL_SECRET_BYTES>(r, 0)?,
                    name: r.get(1)?,
                    expires_ms: uint(r.get(2)?),
                    used_by: r.get::<_, Option<[u8; 32]>>(3)?.map(DeviceId),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
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
            append(&Logs(tx), no, &district(tx)?.public_key(), log, log_head)?;
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
        self.write(|tx| note_contact(tx, station, now_ms))
    }

    fn logs(&self, station: StationNo) -> Result<Vec<HeldLog>, ArchiveError> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT l.writer, l.origin, e.seq, e.hash FROM log l JOIN event e ON e.log = l.no
                 WHERE l.station = ?1 AND e.seq = (SELECT max(seq) FROM event WHERE log = l.no) ORDER BY l.origin",
            )?;
            let rows = statement.query_map([station.0], |r| {
                let head = Head { origin: OriginId(bytes(r, 1)?), seq: uint(r.get(2)?), hash: bytes(r, 3)? };
                Ok(HeldLog { writer: PublicKey(bytes(r, 0)?), head })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, ArchiveError> {
        self.read(|conn| Ok(log(conn, origin)?.map(|(_, _, writer)| writer)))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.read(|conn| match log(conn, origin)? {
            Some((no, ..)) => hash_at(conn, no, seq),
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
        self.read(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT e.hlc, e.actor, e.kind, e.version, e.body, e.seq, e.hash FROM event e JOIN log l ON l.no = e.log
                 WHERE l.origin = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3",
            )?;
            let mut rows = statement.query(params![origin.0, int(after), max_events])?;
            let (mut events, mut held_bytes) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                let id = EventId { origin, seq: uint(row.get(5)?) };
                let event = Event { id, entry: entry(row)?, hash: bytes(row, 6)? };
                held_bytes += event.entry.body.len();
                if held_bytes > max_bytes && !events.is_empty() {
                    break;
                }
                events.push(event);
            }
            Ok(events)
        })
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

    fn store(&self, station: StationNo, events: &[Event], head: SignedHead, now_ms: u64) -> Result<Head, ArchiveError> {
        self.write(|tx| {
            let writer = tx
                .prepare_cached("UPDATE station SET last_contact_ms = ?1 WHERE no = ?2 RETURNING key")?
                .query_row(params![int(now_ms), station.0], |r| bytes(r, 0).map(PublicKey))?;
            append(&Logs(tx), station, &writer, events, &head)
        })
    }

    fn own_log(&self, station: StationNo) -> Result<Option<Head>, ArchiveError> {
        self.read(|conn| own_log(conn, &district(conn)?.public_key(), station))
    }

    fn own_logs(&self) -> Result<Vec<(StationNo, Head)>, ArchiveError> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT l.station, l.origin, e.seq, e.hash FROM log l JOIN event e ON e.log = l.no
                 WHERE l.no IN (SELECT max(no) FROM log WHERE writer = ?1 AND station > 0 GROUP BY station)
                 AND e.seq = (SELECT max(seq) FROM event WHERE log = l.no) ORDER BY l.station",
            )?;
            let rows = statement.query_map([district(conn)?.public_key().0], |r| {
                let head = Head { origin: OriginId(bytes(r, 1)?), seq: uint(r.get(2)?), hash: bytes(r, 3)? };
                Ok((StationNo(r.get(0)?), head))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn write(&self, written: &[Written]) -> Result<(), ArchiveError> {
        self.write(|tx| {
            let writer = district(tx)?.public_key();
            for Written { station, events, head } in written {
                if *station == StationNo::OFFICE {
                    tx.execute(
                        "INSERT INTO station (no, name, key, recovery, enrolled_ms) VALUES (0, '', ?1, ?1, 0)
                         ON CONFLICT DO NOTHING",
                        [writer.0],
                    )?;
                }
                let held = own_log(tx, &writer, *station)?;
                append_own(&Logs(tx), *station, &writer, held, events, head)?;
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
}

/// The key of the district.
fn district(conn: &Connection) -> Result<Identity, ArchiveError> {
    Ok(Identity::from_seed(conn.query_row("SELECT identity_seed FROM district", [], |r| bytes(r, 0))?))
}

/// The newest of the logs that the district wrote for a station.
fn own_log(conn: &Connection, writer: &PublicKey, station: StationNo) -> Result<Option<Head>, ArchiveError> {
    let mut statement = conn.prepare_cached(
        "SELECT l.origin, e.seq, e.hash FROM log l JOIN event e ON e.log = l.no
         WHERE l.no = (SELECT max(no) FROM log WHERE station = ?1 AND writer = ?2)
         ORDER BY e.seq DESC LIMIT 1",
    )?;
    let head = statement.query_row(params![station.0, writer.0], |r| {
        Ok(Head { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?), hash: bytes(r, 2)? })
    });
    Ok(head.optional()?)
}

/// The tables of the logs within a transaction.
struct Logs<'a>(&'a Transaction<'a>);

impl LogTables for Logs<'_> {
    fn log(&self, origin: OriginId) -> Result<Option<Log>, ArchiveError> {
        let Some((no, station, writer)) = log(self.0, origin)? else { return Ok(None) };
        let end = self
            .0
            .prepare_cached("SELECT seq, hash FROM event WHERE log = ?1 ORDER BY seq DESC LIMIT 1")?
            .query_row([no], |r| Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }))
            .optional()?;
        let mut signed = self.0.prepare_cached("SELECT seq FROM signed WHERE log = ?1 ORDER BY seq DESC LIMIT 2")?;
        let signed = signed.query_map([no], |r| r.get(0).map(uint))?.collect::<Result<_, _>>()?;
        Ok(Some(Log { no, station, writer, end: end.unwrap_or(Chain::empty(origin).head()), signed }))
    }

    fn make_log(&self, origin: OriginId, station: StationNo, writer: &PublicKey) -> Result<Log, ArchiveError> {
        let sql = "INSERT INTO log (origin, station, writer) VALUES (?1, ?2, ?3)";
        self.0.execute(sql, params![origin.0, station.0, writer.0])?;
        Ok(Log::new(self.0.last_insert_rowid(), origin, station, *writer))
    }

    fn hashes(&self, log: &Log, first: u64, last: u64) -> Result<Vec<[u8; 32]>, ArchiveError> {
        let sql = "SELECT hash FROM event WHERE log = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq";
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map([log.no, int(first), int(last)], |r| bytes(r, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn insert(&self, log: &Log, events: &[Event]) -> Result<(), ArchiveError> {
        let mut insert = self.0.prepare_cached(
            "INSERT INTO event (log, seq, hlc, actor, kind, version, body, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for event in events {
            let Entry { hlc, actor, kind, version, body } = &event.entry;
            let actor = actor.0.map(|user| int(user.0));
            insert.execute(params![log.no, int(event.id.seq), int(hlc.0), actor, kind, version, body, event.hash])?;
        }
        Ok(())
    }

    fn keep_signed(&self, log: &Log, head: &SignedHead, instead_of: Option<u64>) -> Result<(), ArchiveError> {
        if let Some(seq) = instead_of {
            let mut delete = self.0.prepare_cached("DELETE FROM signed WHERE log = ?1 AND seq = ?2")?;
            delete.execute([log.no, int(seq)])?;
        }
        self.0.prepare_cached("INSERT INTO signed (log, seq, signature) VALUES (?1, ?2, ?3)")?.execute(params![
            log.no,
            int(head.head.seq),
            head.signature
        ])?;
        Ok(())
    }
}

fn note_contact(tx: &Transaction<'_>, station: StationNo, now_ms: u64) -> Result<(), ArchiveError> {
    tx.prepare_cached("UPDATE station SET last_contact_ms = ?1 WHERE no = ?2")?
        .execute(params![int(now_ms), station.0])?;
    Ok(())
}

/// Number, station and writer of a log.
fn log(conn: &Connection, origin: OriginId) -> Result<Option<(i64, StationNo, PublicKey)>, ArchiveError> {
    let mut statement = conn.prepare_cached("SELECT no, station, writer FROM log WHERE origin = ?1")?;
    let row = statement.query_row([origin.0], |r| Ok((r.get(0)?, StationNo(r.get(1)?), PublicKey(bytes(r, 2)?))));
    Ok(row.optional()?)
}

fn hash_at(conn: &Connection, log: i64, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
    let mut statement = conn.prepare_cached("SELECT hash FROM event WHERE log = ?1 AND seq = ?2")?;
    Ok(statement.query_row([log, int(seq)], |r| bytes(r, 0)).optional()?)
}

fn station(row: &Row<'_>) -> rusqlite::Result<Station> {
    Ok(Station {
        no: StationNo(row.get(0)?),
        name: row.get(1)?,
        key: PublicKey(bytes(row, 2)?),
        recovery: PublicKey(bytes(row, 3)?),
        state: match row.get(4)? {
            Some(why) => StationState::Quarantined { why },
            None => StationState::Active,
        },
        last_contact_ms: row.get::<_, Option<i64>>(5)?.map(uint),
    })
}

fn entry(row: &Row<'_>) -> Result<Entry, ArchiveError> {
    let version = u8::try_from(row.get::<_, i64>(3)?).map_err(|_| ArchiveError::Damaged("an event's version"))?;
    let kind = u16::try_from(row.get::<_, i64>(2)?).map_err(|_| ArchiveError::Damaged("an event's kind"))?;
    Ok(Entry {
        hlc: Hlc(uint(row.get(0)?)),
        actor: Actor(row.get::<_, Option<i64>>(1)?.map(|user| UserId(uint(user)))),
        kind,
        version,
        body: row.get(4)?,
    })
}

fn bytes<const N: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; N]> {
    row.get(column)
}
