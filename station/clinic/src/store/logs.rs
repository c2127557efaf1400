//! The ledger as the replication sees it.

use super::rebuild::entry;
use super::sql::{all, bytes, int, one, run, uint};
use super::writer::Job;
use super::{Clinic, StoreError, guard};
use crate::ledger::{Entry, Event, EventId};
use crate::record::Fact;
use crate::replica::Logs;
use hub_protocol::certificate::Certificate;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey};
use rusqlite::Connection;

/// A signature is kept for one in so many events, and for the newest: a run that is given back is no longer.
const SIGNED_EVERY_EVENTS: u64 = 500;

/// A log that this station writes, or wrote before it was restored from a backup.
pub struct OwnLog {
    pub no: i64,
    pub events: u64,
    /// How many of them the district has proven to hold.
    pub proven: u64,
}

/// Our key, and those of the computers that this one took over.
pub fn own_keys(conn: &Connection, me: &PublicKey) -> rusqlite::Result<Vec<PublicKey>> {
    let mut keys = vec![*me];
    // A backup of an older form has no such table, and was made before a computer could be taken over.
    if one(conn, "SELECT 1 FROM sqlite_schema WHERE name = 'former'", [], |_| Ok(()))?.is_none() {
        return Ok(keys);
    }
    keys.extend(all(conn, "SELECT key FROM former ORDER BY no", [], |r| bytes(r, 0).map(PublicKey))?);
    Ok(keys)
}

pub fn is_own(keys: &[PublicKey], node: [u8; 32]) -> bool {
    keys.contains(&PublicKey(node))
}

pub fn own_logs(conn: &Connection, me: &PublicKey) -> rusqlite::Result<Vec<OwnLog>> {
    let sql = "SELECT o.no, (SELECT max(seq) FROM event WHERE origin = o.no), p.seq
               FROM origin o LEFT JOIN proven p ON p.origin = o.id 
               WHERE o.node = ?1 OR o.node IN (SELECT key FROM former) ORDER BY o.no";
    all(conn, sql, [me.0], |r| {
        let events = r.get::<_, Option<i64>>(1)?.map_or(0, uint);
        let proven = r.get::<_, Option<i64>>(2)?.map_or(0, uint);
        Ok(OwnLog { no: r.get(0)?, events, proven: proven.min(events) })
    })
}

/// Has the district proven to hold this event, or did it come from there?
pub fn is_proven(conn: &Connection, id: EventId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM proven WHERE origin = ?1 AND seq >= ?2
               UNION ALL SELECT 1 FROM directive WHERE origin = ?1
               UNION ALL SELECT 1 FROM carried WHERE origin = ?1 AND seq = ?2 LIMIT 1";
    one(conn, sql, (id.origin.0, int(id.seq)), |_| Ok(())).map(|row| row.is_some())
}

/// Notes how far the district has proven to hold a log.
pub fn put_proven(conn: &Connection, head: Head, now_ms: u64) -> rusqlite::Result<()> {
    run(
        conn,
        "INSERT INTO proven VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT(origin) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at_ms = excluded.at_ms",
        (head.origin.0, int(head.seq), head.hash, int(now_ms)),
    )
    .map(drop)
}

/// Keeps the signature under a head of a log that we do not sign: where a run of events may end that is given back
/// to who signed them. The one before is forgotten when the one before that is near enough.
pub fn keep_signed(conn: &Connection, signed: &SignedHead) -> rusqlite::Result<()> {
    let Head { origin, seq, .. } = signed.head;
    let sql = "SELECT s.seq FROM signed s JOIN origin o ON o.no = s.origin
               WHERE o.id = ?1 AND s.seq < ?2 ORDER BY s.seq DESC LIMIT 2";
    let before: Vec<u64> = all(conn, sql, (origin.0, int(seq)), |r| r.get(0).map(uint))?;
    let far = before.get(1).copied().unwrap_or(0);
    if let Some(near) = before.first()
        && seq - far <= SIGNED_EVERY_EVENTS
    {
        let sql = "DELETE FROM signed WHERE origin = (SELECT no FROM origin WHERE id = ?1) AND seq = ?2";
        run(conn, sql, (origin.0, int(*near)))?;
    }
    let sql = "INSERT INTO signed SELECT no, ?2, ?3 FROM origin WHERE id = ?1 ON CONFLICT DO NOTHING";
    run(conn, sql, (origin.0, int(seq), signed.signature)).map(drop)
}

pub fn heads(conn: &Connection) -> rusqlite::Result<Vec<Head>> {
    let sql = "SELECT o.id, e.seq, e.hash FROM origin o JOIN event e ON e.origin = o.no
               WHERE e.seq = (SELECT max(seq) FROM event WHERE origin = o.no) ORDER BY o.no";
    all(conn, sql, [], |r| Ok(Head { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?), hash: bytes(r, 2)? }))
}

pub fn writer(conn: &Connection, origin: OriginId) -> rusqlite::Result<Option<PublicKey>> {
    one(conn, "SELECT node FROM origin WHERE id = ?1", [origin.0], |r| bytes(r, 0).map(PublicKey))
}

pub fn hash_at(conn: &Connection, origin: OriginId, seq: u64) -> rusqlite::Result<Option<[u8; 32]>> {
    let sql = "SELECT e.hash FROM event e JOIN origin o ON o.no = e.origin WHERE o.id = ?1 AND e.seq = ?2";
    one(conn, sql, (origin.0, int(seq)), |r| bytes(r, 0))
}

pub fn entries(
    conn: &Connection,
    origin: OriginId,
    after: u64,
    max_events: u32,
    max_bytes: usize,
) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = conn.prepare_cached(
        "SELECT e.hlc, e.actor, e.kind, e.version, e.body FROM event e JOIN origin o ON o.no = e.origin
         WHERE o.id = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3",
    )?;
    let mut rows = statement.query((origin.0, int(after), max_events))?;
    let (mut entries, mut held_bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let entry = entry(row, 0)?;
        held_bytes += entry.body.len();
        if held_bytes > max_bytes && !entries.is_empty() {
            break;
        }
        entries.push(entry);
    }
    Ok(entries)
}

pub fn signed_head(conn: &Connection, origin: OriginId, after: u64, last: u64) -> rusqlite::Result<Option<SignedHead>> {
    let sql = "SELECT s.seq, e.hash, s.signature FROM signed s JOIN origin o ON o.no = s.origin
               JOIN event e ON e.origin = s.origin AND e.seq = s.seq
               WHERE o.id = ?1 AND s.seq > ?2 AND s.seq <= ?3 ORDER BY s.seq DESC LIMIT 1";
    one(conn, sql, (origin.0, int(after), int(last)), |r| {
        let head = Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? };
        Ok(SignedHead { head, signature: bytes(r, 2)? })
    })
}

impl Logs for Clinic {
    type Error = StoreError;

    fn heads(&self) -> Result<Vec<Head>, StoreError> {
        self.read(|conn| Ok(heads(conn)?))
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, StoreError> {
        self.read(|conn| Ok(writer(conn, origin)?))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, StoreError> {
        self.read(|conn| Ok(hash_at(conn, origin, seq)?))
    }

    fn entries(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.read(|conn| Ok(entries(conn, origin, after, max_events, max_bytes)?))
    }

    fn store(&self, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, StoreError> {
        let (writer, events) = (*writer, events.to_vec());
        let held = self.ask::<_, StoreError>(|reply| Job::Store { writer, events, head, reply })?;
        // The district may have disabled somebody, and what comes back may tell of another who had a login first.
        self.reconcile_slots();
        Ok(held)
    }

    fn writes(&self) -> Result<Option<OriginId>, StoreError> {
        Ok(Some(self.origin()))
    }

    fn former(&self, key: &PublicKey) -> Result<Vec<PublicKey>, StoreError> {
        let me = self.identity().public_key();
        if *key != me {
            return Ok(Vec::new());
        }
        self.read(|conn| Ok(own_keys(conn, &me)?.split_off(1)))
    }

    fn reopen(&self, origin: OriginId, common: u64) -> Result<(), StoreError> {
        // Held meanwhile: whoever asks for the log that is written is told the new one.
        let mut written = guard(&self.0.origin);
        *written = self.ask::<_, StoreError>(|reply| Job::Reopen { origin, common, reply })?;
        drop(written);
        self.reconcile_slots();
        Ok(())
    }

    fn signed_head(&self, origin: OriginId, after: u64, last: u64) -> Result<Option<SignedHead>, StoreError> {
        self.read(|conn| Ok(signed_head(conn, origin, after, last)?))
    }

    fn certificate(&self) -> Result<Option<Certificate>, StoreError> {
        let me = self.identity().public_key();
        // What the district said of this station: few events, the last one counts.
        let sql = "SELECT hlc, actor, kind, version, body FROM event WHERE kind IN (100, 111) ORDER BY hlc";
        let said = self.read(|conn| Ok(all(conn, sql, [], |r| entry(r, 0))?))?;
        let mut certificates = said.iter().filter_map(|entry| match Fact::of(entry) {
            Ok(Fact::StationAdmitted(f)) => f.certificate,
            Ok(Fact::StationReplaced(f)) => Some(f.certificate),
            _ => None,
        });
        Ok(certificates.rfind(|certificate| certificate.station.key == me))
    }

    fn acked(&self, head: Head) -> Result<(), StoreError> {
        self.ask(|reply| Job::Proven { head, reply })
    }
}
