//! What the logs of one node amount to, computed from the entries themselves: two nodes that hold the same
//! events get the same answer, whatever their databases claim in other columns.

use super::Logs;
use crate::ledger::Chain;
use hub_protocol::{OriginId, PublicKey};
use sha2::{Digest, Sha256};

/// Events read at once.
const PAGE_EVENTS: u32 = 2_000;
/// Bytes of bodies read at once.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    pub events: u64,
    /// SHA-256 over origin, sequence (eight bytes, big endian) and recomputed chain hash of each log,
    /// in the order of origins.
    pub hash: [u8; 32],
}

#[derive(Debug, thiserror::Error)]
pub enum ContentError<E: std::error::Error + 'static> {
    #[error("the logs cannot be read")]
    Logs(#[source] E),
    #[error("log {origin} ends at event {found}, its head says {expected}")]
    Short { origin: OriginId, found: u64, expected: u64 },
}

/// All logs that `writer` signs, or that keys signed which it replaced. Every chain is recomputed from its first event.
pub fn content<L: Logs>(logs: &L, writer: &PublicKey) -> Result<Content, ContentError<L::Error>> {
    let mut heads = logs.heads().map_err(ContentError::Logs)?;
    heads.sort_by_key(|h| h.origin);
    let mut keys = logs.former(writer).map_err(ContentError::Logs)?;
    keys.push(*writer);
    let mut events = 0;
    let mut hasher = Sha256::new();
    for head in heads {
        if head.seq == 0 || logs.writer(head.origin).map_err(ContentError::Logs)?.is_none_or(|key| !keys.contains(&key))
        {
            continue;
        }
        let end = recompute(logs, head.origin, head.seq)?.head();
        events += end.seq;
        hasher.update(end.origin.0);
        hasher.update(end.seq.to_be_bytes());
        hasher.update(end.hash);
    }
    Ok(Content { events, hash: hasher.finalize().into() })
}

/// The end of one log at `seq`, from its entries alone.
fn recompute<L: Logs>(logs: &L, origin: OriginId, seq: u64) -> Result<Chain, ContentError<L::Error>> {
    let mut chain = Chain::empty(origin);
    while chain.head().seq < seq {
        let at = chain.head().seq;
        let left = u32::try_from(seq - at).unwrap_or(u32::MAX).min(PAGE_EVENTS);
        let page = logs.entries(origin, at, left, PAGE_BYTES).map_err(ContentError::Logs)?;
        if page.is_empty() {
            return Err(ContentError::Short { origin, found: at, expected: seq });
        }
        for entry in page {
            chain.append(entry);
        }
    }
    Ok(chain)
}
