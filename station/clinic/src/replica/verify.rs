//! Is a batch what its writer signed?

use super::Fault;
use crate::ledger::{Chain, Event, EventId, Hlc, unpack};
use hub_protocol::PublicKey;
use hub_protocol::replica::{BATCH_MAX_EVENTS, Batch};

/// The bounds that hold for a batch whatever it contains.
pub(super) fn bounds(batch: &Batch) -> Result<(), Fault> {
    let last = batch.head.head.seq;
    if batch.first_seq == 0 || last < batch.first_seq {
        return Err(Fault::Malformed("a batch without events"));
    }
    if last - batch.first_seq >= u64::from(BATCH_MAX_EVENTS) {
        return Err(Fault::Malformed("a batch of too many events"));
    }
    Ok(())
}

/// The events of a batch, after the chain that leads up to it: `before` is the end of the log at the place before the
/// batch, `since` the clock of the event there (0 before the first). All of them, or the reason why none may be stored.
pub fn verify(before: Chain, since: Hlc, batch: &Batch, writer: &PublicKey) -> Result<Vec<Event>, Fault> {
    bounds(batch)?;
    let head = batch.head.head;
    let (origin, seq) = (head.origin, head.seq);
    if before.head().origin != origin || before.head().seq + 1 != batch.first_seq {
        return Err(Fault::Gap { origin, first_seq: batch.first_seq });
    }
    if !batch.head.verify(writer) {
        return Err(Fault::BadSignature { origin, seq });
    }
    let entries = unpack(&batch.packed).map_err(|_| Fault::Malformed("a batch that cannot be unpacked"))?;
    let mut chain = before;
    let events: Vec<Event> = entries.into_iter().map(|entry| chain.append(entry)).collect();
    if chain.head() != head {
        return Err(Fault::BadChain { origin, seq });
    }
    could_be_written(since, &events)?;
    Ok(events)
}

/// Whoever signed them: no program of ours writes a clock that goes back, or a body over the limit.
fn could_be_written(since: Hlc, events: &[Event]) -> Result<(), Fault> {
    let mut latest = since;
    for Event { id: EventId { origin, seq }, entry, .. } in events {
        let (origin, seq) = (*origin, *seq);
        if entry.hlc < latest {
            return Err(Fault::ClockFell { origin, seq });
        }
        if !entry.fits() {
            return Err(Fault::Oversized { origin, seq });
        }
        latest = entry.hlc;
    }
    Ok(())
}
