//! The archive in one SQLCipher file. One connection writes; others read beside it (WAL), also those of another
//! process: `enroll` and `stations` work while `serve` runs.

use super::key_file::hex;
use super::{Admission, Archive, ArchiveError, HeldLog, INVITES_MAX, Invite, Station, StationNo, StationState};
use clinic::ledger::{Actor, Entry, Event, Hlc};
use hub_protocol::replica::{ENROL_SECRET_BYTES, Head, SignedHead};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey, UserId};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const SCHEMA: &str = include_str!("schema.sql");
const SCHEMA_VERSION: i64 = 2;
/// What version 1 lacks: it kept the newest signed head of each log alone.
const FROM_1: &str = "
CREATE TABLE signed (
    log             INTEGER NOT NULL REFERENCES log (no),
    seq             INTEGER NOT NULL,
    signature       BLOB NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO signed SELECT no, signed_seq, signature FROM log;
";
/// Of heads that lie closer together than this many events, one is kept.
const SIGNED_EVERY_EVENTS: u64 = 500;
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
        match tx.query_row("PRAGMA user_version", [], |r| r.get(0))? {
            0 => {
                tx.execute_batch(SCHEMA)?;
                tx.execute("INSERT INTO district (one, identity_seed) VALUES (1, ?1)", [new_identity.seed()])?;
                tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            1 => {
                tx.execute_batch(FROM_1)?;
                tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            SCHEMA_VERSION => {}
            newer => return Err(ArchiveError::Newer(newer)),
        }
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
    let conn = Connection::open(path)?;
    // A wrong key is told by the error, not by SQLCipher's own log.
    conn.pragma_update(None, "cipher_log_level", "NONE")?;
    conn.pragma_update(None, "key", format!("x'{}'", hex(key)))?;
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
        self.read(|conn| {
            Ok(Identity::from_seed(conn.query_row("SELECT identity_seed FROM district", [], |r| bytes(r, 0))?))
        })
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
            let district =
                Identity::from_seed(tx.query_row("SELECT identity_seed FROM district", [], |r| bytes(r, 0))?);
            append(tx, no, &district.public_key(), log, log_head)?;
            let sql = format!("SELECT {STATION_COLUMNS} FROM station WHERE no = ?1");
            Ok(tx.query_row(&sql, [no.0], station)?)
        })
    }

    fn stations(&self) -> Result<Vec<Station>, ArchiveError> {
        self.read(|conn| {
            let mut statement = conn.prepare(&format!("SELECT {STATION_COLUMNS} FROM station ORDER BY no"))?;
            let rows = statement.query_map([], station)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn station_by_key(&self, key: &PublicKey) -> Result<Option<Station>, ArchiveError> {
        self.read(|conn| {
            let sql = format!("SELECT {STATION_COLUMNS} FROM station WHERE key = ?1");
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
        self.read(|conn| Ok(log(conn, origin)?.map(|log| log.writer)))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.read(|conn| match log(conn, origin)? {
            Some(log) => hash_at(conn, log.no, seq),
            None => Ok(None),
        })
    }

    fn entries(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, ArchiveError> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT e.hlc, e.actor, e.kind, e.version, e.body FROM event e JOIN log l ON l.no = e.log
                 WHERE l.origin = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3",
            )?;
            let mut rows = statement.query(params![origin.0, int(after), max_events])?;
            let (mut entries, mut held_bytes) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                let entry = entry(row)?;
                held_bytes += entry.body.len();
                if held_bytes > max_bytes && !entries.is_empty() {
                    break;
                }
                entries.push(entry);
            }
            Ok(entries)
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
            let key = tx
                .prepare_cached("SELECT key FROM station WHERE no = ?1")?
                .query_row([station.0], |r| bytes(r, 0).map(PublicKey))?;
            let end = append(tx, station, &key, events, &head)?;
            note_contact(tx, station, now_ms)?;
            Ok(end)
        })
    }
}

/// Puts events at the end of a log of `writer`, which is made if it is new. What is held already is compared.
fn append(
    tx: &Transaction<'_>,
    station: StationNo,
    writer: &PublicKey,
    events: &[Event],
    head: &SignedHead,
) -> Result<Head, ArchiveError> {
    let origin = head.head.origin;
    let log = match log(tx, origin)? {
        Some(log) if log.station == station && log.writer == *writer => log.no,
        Some(_) => return Err(ArchiveError::NotTheWriter { origin }),
        None => {
            tx.execute(
                "INSERT INTO log (origin, station, writer, signed_seq, signature) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![origin.0, station.0, writer.0, int(head.head.seq), head.signature],
            )?;
            tx.last_insert_rowid()
        }
    };
    let mut end = tx
        .prepare_cached("SELECT seq, hash FROM event WHERE log = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([log], |r| Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? }))
        .optional()?
        .unwrap_or(Head { origin, seq: 0, hash: [0; 32] });
    let mut insert = tx.prepare_cached(
        "INSERT INTO event (log, seq, hlc, actor, kind, version, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for event in events {
        let seq = event.id.seq;
        if event.id.origin != origin || seq == 0 || seq > end.seq + 1 {
            return Err(ArchiveError::Gap { origin, seq });
        }
        if seq <= end.seq {
            if hash_at(tx, log, seq)? != Some(event.hash) {
                return Err(ArchiveError::Fork { origin, seq });
            }
            continue;
        }
        let Entry { hlc, actor, kind, version, body } = &event.entry;
        let actor = actor.0.map(|user| int(user.0));
        insert.execute(params![log, int(seq), int(hlc.0), actor, kind, version, body, event.hash])?;
        end = Head { origin, seq, hash: event.hash };
    }
    if end == head.head {
        tx.prepare_cached("UPDATE log SET signed_seq = ?1, signature = ?2 WHERE no = ?3")?.execute(params![
            int(end.seq),
            head.signature,
            log
        ])?;
        keep_signed(tx, log, head)?;
    }
    Ok(end)
}

/// Keeps a signed head, and forgets the one before it when the one before that is near enough.
fn keep_signed(tx: &Transaction<'_>, log: i64, head: &SignedHead) -> Result<(), ArchiveError> {
    let mut last = tx.prepare_cached("SELECT seq FROM signed WHERE log = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT 2")?;
    let last: Vec<i64> = last.query_map(params![log, int(head.head.seq)], |r| r.get(0))?.collect::<Result<_, _>>()?;
    // The beginning of a log needs no signature.
    let (near, far) = (last.first().copied(), last.get(1).copied().unwrap_or(0));
    if let Some(near) = near
        && head.head.seq - uint(far) <= SIGNED_EVERY_EVENTS
    {
        tx.prepare_cached("DELETE FROM signed WHERE log = ?1 AND seq = ?2")?.execute(params![log, near])?;
    }
    tx.prepare_cached("INSERT INTO signed (log, seq, signature) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![log, int(head.head.seq), head.signature])?;
    Ok(())
}

fn note_contact(tx: &Transaction<'_>, station: StationNo, now_ms: u64) -> Result<(), ArchiveError> {
    tx.prepare_cached("UPDATE station SET last_contact_ms = ?1 WHERE no = ?2")?
        .execute(params![int(now_ms), station.0])?;
    Ok(())
}

struct Log {
    no: i64,
    station: StationNo,
    writer: PublicKey,
}

fn log(conn: &Connection, origin: OriginId) -> Result<Option<Log>, ArchiveError> {
    let mut statement = conn.prepare_cached("SELECT no, station, writer FROM log WHERE origin = ?1")?;
    let row = statement.query_row([origin.0], |r| {
        Ok(Log { no: r.get(0)?, station: StationNo(r.get(1)?), writer: PublicKey(bytes(r, 2)?) })
    });
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

/// SQLite knows signed integers only: the same 64 bits, there and back.
fn int(value: u64) -> i64 {
    value.cast_signed()
}

fn uint(value: i64) -> u64 {
    value.cast_unsigned()
}
