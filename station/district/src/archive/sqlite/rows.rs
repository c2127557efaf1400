//! The tables' rows: what is read from them, and what a transaction puts into them.

use super::super::append::{Log, LogTables};
use super::super::identities::NoteKind;
use super::super::pieces::{self, Fill};
use super::super::{ArchiveError, HeldLog, Invite, Piece, Station, StationNo, StationState, Take, int, uint};
use super::identities::notes;
use clinic::ledger::{Actor, Chain, Entry, Event, EventId, Hlc};
use hub_protocol::replica::{ENROL_SECRET_BYTES, Head, SignedHead};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey, UserId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

pub(super) const STATION_COLUMNS: &str = "no, name, key, recovery, quarantined_why, last_contact_ms";

/// The tables within a transaction.
pub(super) struct Tables<'a>(pub &'a Transaction<'a>);

impl LogTables for Tables<'_> {
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

impl Fill for Tables<'_> {
    fn is_new(&self) -> Result<bool, ArchiveError> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM station) AND NOT EXISTS (SELECT 1 FROM invite)";
        Ok(self.0.query_row(sql, [], |r| r.get(0))?)
    }

    fn district(&self, identity: &Identity, name: Option<&str>, address: Option<&str>) -> Result<(), ArchiveError> {
        let sql = "UPDATE district SET identity_seed = ?1, name = ?2, listened_at = ?3";
        self.0.execute(sql, params![identity.seed(), name, address])?;
        Ok(())
    }

    fn invite(&self, invite: &Invite) -> Result<(), ArchiveError> {
        let Invite { name, secret, expires_ms, used_by } = invite;
        let sql = "INSERT INTO invite (secret, name, expires_ms, used_by) VALUES (?1, ?2, ?3, ?4)";
        self.0.execute(sql, params![secret, name, int(*expires_ms), used_by.map(|device| device.0)])?;
        Ok(())
    }

    fn station(&self, station: &Station, enrolled_ms: u64) -> Result<(), ArchiveError> {
        let Station { no, name, key, recovery, state, last_contact_ms } = station;
        let why = match state {
            StationState::Active => None,
            StationState::Quarantined { why } => Some(why),
        };
        self.0.execute(
            "INSERT INTO station (no, name, key, recovery, quarantined_why, enrolled_ms, last_contact_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![no.0, name, key.0, recovery.0, why, int(enrolled_ms), last_contact_ms.map(int)],
        )?;
        Ok(())
    }
}

/// The database at one moment.
pub(super) struct View<'a>(pub &'a Connection);

impl pieces::View for View<'_> {
    fn people(&self, take: Take<'_>) -> Result<(), ArchiveError> {
        let (name, listened_at) =
            self.0.query_row("SELECT name, listened_at FROM district", [], |r| Ok((r.get(0)?, r.get(1)?)))?;
        take(Piece::District { identity: identity(self.0)?, name, listened_at })?;
        invites(self.0, 0)?.into_iter().try_for_each(|invite| take(Piece::Invite(invite)))?;
        let sql = format!("SELECT {STATION_COLUMNS}, enrolled_ms FROM station ORDER BY no");
        let mut statement = self.0.prepare(&sql)?;
        let rows = statement.query_map([], |r| Ok((station(r)?, uint(r.get(6)?))))?;
        for row in rows {
            let (station, enrolled_ms) = row?;
            take(Piece::Station { station, enrolled_ms })?;
        }
        for kind in NoteKind::ALL {
            notes(self.0, kind, None)?.into_iter().try_for_each(|note| take(Piece::Note(note)))?;
        }
        Ok(())
    }

    fn all_logs(&self) -> Result<Vec<(OriginId, StationNo, PublicKey)>, ArchiveError> {
        let mut statement = self.0.prepare("SELECT origin, station, writer FROM log ORDER BY no")?;
        let rows =
            statement.query_map([], |r| Ok((OriginId(bytes(r, 0)?), StationNo(r.get(1)?), PublicKey(bytes(r, 2)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn events(&self, origin: OriginId, after: u64, max: u32, max_bytes: usize) -> Result<Vec<Event>, ArchiveError> {
        events(self.0, origin, after, max, max_bytes)
    }

    fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError> {
        signed_heads(self.0, origin, after, max)
    }
}

/// The key of the district.
pub(super) fn identity(conn: &Connection) -> Result<Identity, ArchiveError> {
    Ok(Identity::from_seed(conn.query_row("SELECT identity_seed FROM district", [], |r| bytes(r, 0))?))
}

/// The links that have not expired.
pub(super) fn invites(conn: &Connection, now_ms: u64) -> Result<Vec<Invite>, ArchiveError> {
    let sql = "SELECT secret, name, expires_ms, used_by FROM invite WHERE expires_ms > ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([int(now_ms)], |r| {
        Ok(Invite {
            secret: bytes::<ENROL_SECRET_BYTES>(r, 0)?,
            name: r.get(1)?,
            expires_ms: uint(r.get(2)?),
            used_by: r.get::<_, Option<[u8; 32]>>(3)?.map(DeviceId),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The logs of one station or of all, each as far as its last event, in the order in which they came.
pub(super) fn held_logs(conn: &Connection, station: Option<StationNo>) -> Result<Vec<HeldLog>, ArchiveError> {
    let mut statement = conn.prepare_cached(
        "SELECT l.writer, l.origin, e.seq, e.hash FROM log l JOIN event e ON e.log = l.no
         WHERE (l.station = ?1 OR ?1 IS NULL) AND e.seq = (SELECT max(seq) FROM event WHERE log = l.no)
         ORDER BY l.no",
    )?;
    let rows = statement.query_map([station.map(|station| station.0)], |r| {
        let head = Head { origin: OriginId(bytes(r, 1)?), seq: uint(r.get(2)?), hash: bytes(r, 3)? };
        Ok(HeldLog { writer: PublicKey(bytes(r, 0)?), head })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest of the logs that the district wrote for a station.
pub(super) fn own_log(
    conn: &Connection,
    district: &PublicKey,
    station: StationNo,
) -> Result<Option<Head>, ArchiveError> {
    let mut statement = conn.prepare_cached(
        "SELECT l.origin, e.seq, e.hash FROM log l JOIN event e ON e.log = l.no
         WHERE l.no = (SELECT max(no) FROM log WHERE station = ?1 AND writer = ?2
             AND origin NOT IN (SELECT key FROM note WHERE kind = 3))
         ORDER BY e.seq DESC LIMIT 1",
    )?;
    let head = statement.query_row(params![station.0, district.0], |r| {
        Ok(Head { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?), hash: bytes(r, 2)? })
    });
    Ok(head.optional()?)
}

/// The events of a log after `after`.
pub(super) fn events(
    conn: &Connection,
    origin: OriginId,
    after: u64,
    max_events: u32,
    max_bytes: usize,
) -> Result<Vec<Event>, ArchiveError> {
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
}

pub(super) fn signed_heads(
    conn: &Connection,
    origin: OriginId,
    after: u64,
    max: u32,
) -> Result<Vec<SignedHead>, ArchiveError> {
    let mut statement = conn.prepare_cached(
        "SELECT s.seq, e.hash, s.signature FROM log l JOIN signed s ON s.log = l.no
         JOIN event e ON e.log = s.log AND e.seq = s.seq
         WHERE l.origin = ?1 AND s.seq > ?2 ORDER BY s.seq LIMIT ?3",
    )?;
    let rows = statement.query_map(params![origin.0, int(after), max], |r| {
        let head = Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? };
        Ok(SignedHead { head, signature: bytes(r, 2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn note_contact(tx: &Transaction<'_>, station: StationNo, now_ms: u64) -> Result<(), ArchiveError> {
    tx.prepare_cached("UPDATE station SET last_contact_ms = ?1 WHERE no = ?2")?
        .execute(params![int(now_ms), station.0])?;
    Ok(())
}

/// Number, station and writer of a log.
pub(super) fn log(conn: &Connection, origin: OriginId) -> Result<Option<(i64, StationNo, PublicKey)>, ArchiveError> {
    let mut statement = conn.prepare_cached("SELECT no, station, writer FROM log WHERE origin = ?1")?;
    let row = statement.query_row([origin.0], |r| Ok((r.get(0)?, StationNo(r.get(1)?), PublicKey(bytes(r, 2)?))));
    Ok(row.optional()?)
}

pub(super) fn hash_at(conn: &Connection, log: i64, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
    let mut statement = conn.prepare_cached("SELECT hash FROM event WHERE log = ?1 AND seq = ?2")?;
    Ok(statement.query_row([log, int(seq)], |r| bytes(r, 0)).optional()?)
}

pub(super) fn station(row: &Row<'_>) -> rusqlite::Result<Station> {
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

pub(super) fn bytes<const N: usize>(row: &Row<'_>, column: usize) -> rusqlite::Result<[u8; N]> {
    row.get(column)
}
