//! What this station wrote before it was restored from a backup, and the district still held.

use super::logs::put_proven;
use super::sql::{bytes, one};
use super::writer::{insert_event, put_head};
use super::{StoreError, sql};
use crate::ledger::{Event, Hlc};
use crate::record::fact::{Fact, OriginOpened};
use hub_protocol::PublicKey;
use hub_protocol::replica::{Head, SignedHead};
use rusqlite::Transaction;

/// Keeps events of a log of ours that we do not write any more, which `key` signed. The read tables are to be built
/// again: these come before what was written since. `held` is the end of that log here, and `events` follow it.
/// Gives the newest stamp among them.
pub fn take_back(
    tx: &Transaction<'_>,
    key: &PublicKey,
    held: Head,
    events: &[Event],
    head: &SignedHead,
    now_ms: u64,
) -> Result<Option<Hlc>, StoreError> {
    let origin = held.origin;
    let writer = one(tx, "SELECT node FROM origin WHERE id = ?1", [origin.0], |r| bytes(r, 0).map(PublicKey))?;
    // A log says first whose it is, and nobody goes on with ours.
    let ours = match (writer, events.first()) {
        (Some(writer), _) => writer == *key,
        (None, Some(first)) => {
            first.id.seq == 1
                && matches!(Fact::of(&first.entry)?, Fact::OriginOpened(OriginOpened { node, .. }) if node == *key)
        }
        (None, None) => false,
    };
    if !ours || !head.verify(key) {
        return Err(StoreError::NotTheirLog);
    }
    // Only whole: without their signed end they would be nobody's word.
    if events.last().is_some_and(|last| last.id.seq != head.head.seq || last.hash != head.head.hash) {
        return Err(StoreError::Gap);
    }
    let no = sql::origin_no(tx, origin, key.0)?;
    for (event, seq) in events.iter().zip(held.seq + 1..) {
        if event.id.origin != origin || event.id.seq != seq {
            return Err(StoreError::Gap);
        }
        insert_event(tx, no, event)?;
    }
    if events.is_empty() {
        return Ok(None);
    }
    put_head(tx, head)?;
    // Who gives them back holds them.
    put_proven(tx, head.head, now_ms)?;
    Ok(events.iter().map(|event| event.entry.hlc).max())
}
