//! The ledger as the replication sees it.

use super::rebuild::entry;
use super::sql::{all, bytes, int, one, run, uint};
use super::writer::Job;
use super::{Clinic, StoreError};
use crate::ledger::{Entry, Event, EventId};
use crate::replica::Logs;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey};
use rusqlite::Connection;

/// A log that this station writes, or wrote before it was restored from a backup.
pub struct OwnLog {
    pub no: i64,
    pub events: u64,
    /// How many of them the district has proven to hold.
    pub proven: u64,
}

pub fn own_logs(conn: &Connection, me: &PublicKey) -> rusqlite::Result<Vec<OwnLog>> {
    let sql = "SELECT o.no, (SELECT max(seq) FROM event WHERE origin = o.no), p.seq
               FROM origin o LEFT JOIN proven p ON p.origin = o.id WHERE o.node = ?1 ORDER BY o.no";
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

impl Logs for Clinic {
    type Error = StoreError;

    fn heads(&self) -> Result<Vec<Head>, StoreError> {
        self.read(|conn| {
            let sql = "SELECT o.id, e.seq, e.hash FROM origin o JOIN event e ON e.origin = o.no
                       WHERE e.seq = (SELECT max(seq) FROM event WHERE origin = o.no) ORDER BY o.id";
            Ok(all(conn, sql, [], |r| {
                Ok(Head { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?), hash: bytes(r, 2)? })
            })?)
        })
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, StoreError> {
        self.read(|conn| {
            Ok(one(conn, "SELECT node FROM origin WHERE id = ?1", [origin.0], |r| bytes(r, 0).map(PublicKey))?)
        })
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, StoreError> {
        self.read(|conn| {
            let sql = "SELECT e.hash FROM event e JOIN origin o ON o.no = e.origin WHERE o.id = ?1 AND e.seq = ?2";
            Ok(one(conn, sql, (origin.0, int(seq)), |r| bytes(r, 0))?)
        })
    }

    fn entries(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.read(|conn| {
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
        })
    }

    fn store(&self, events: &[Event], head: SignedHead) -> Result<Head, StoreError> {
        let held = self.ask::<_, StoreError>(|reply| Job::Store { events: events.to_vec(), head, reply })?;
        // The district may have disabled somebody, and what comes back may tell of another who had a login first.
        self.reconcile_slots();
        Ok(held)
    }

    fn takes_back(&self, origin: OriginId) -> Result<bool, StoreError> {
        Ok(origin != self.origin())
    }

    fn acked(&self, head: Head) -> Result<(), StoreError> {
        self.ask(|reply| Job::Proven { head, reply })
    }
}
