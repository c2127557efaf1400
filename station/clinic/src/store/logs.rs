//! The ledger as the replication sees it.

use super::sql::{all, bytes, int, one, uint};
use super::verify::entry;
use super::writer::Job;
use super::{Clinic, StoreError};
use crate::ledger::{Entry, Event};
use crate::replica::Logs;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{OriginId, PublicKey};

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
        self.ask(|reply| Job::Store { events: events.to_vec(), head, reply })
    }

    fn acked(&self, head: Head) -> Result<(), StoreError> {
        self.ask(|reply| Job::Proven { head, reply })
    }
}
