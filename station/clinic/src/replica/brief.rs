//! What one direction of a connection carries, in fewer bytes: a stream comes in order and whole, so a message may build
//! on the ones before it. Few new events are sent as what follows the last batch, packed against the events before
//! them; an ack leaves out the log that the last one named.

use super::Fault;
use super::verify::bounds;
use crate::ledger::{Chain, Entry, pack, pack_after, unpack, unpack_after};
use hub_protocol::OriginId;
use hub_protocol::frame::to_cbor;
use hub_protocol::replica::{Batch, Head, Held, Message, More, SignedHead};

/// The first version that says things briefly.
pub(super) const SINCE_VERSION: u16 = 2;
/// Events that are sent so, at most.
const EVENTS_MAX: u64 = 8;
/// Bytes of earlier events that are remembered.
const RECENT_MAX_BYTES: usize = 2 * 1024;

/// What was said in one direction. Both ends follow it by the same messages, and so remember the same.
#[derive(Debug, Default)]
pub(super) struct Brief {
    /// Where the last batch ended, as it said itself.
    end: Option<Head>,
    /// The last events of batches that had few, one after the other.
    recent: Vec<u8>,
    /// The log of the last ack.
    acked: Option<OriginId>,
}

impl Brief {
    /// A message that is to be sent, briefly where that says the same.
    pub fn shorten(&mut self, message: Message) -> Message {
        match message {
            Message::Batch(batch) => self.shorten_batch(batch),
            Message::Ack(Head { origin, seq, hash }) if self.acked == Some(origin) => Message::Held(Held { seq, hash }),
            Message::Ack(head) => {
                self.acked = Some(head.origin);
                Message::Ack(head)
            }
            other => other,
        }
    }

    /// What a message that came says in full.
    pub fn whole(&mut self, message: Message) -> Result<Message, Fault> {
        match message {
            Message::More(more) => self.whole_batch(&more).map(Message::Batch),
            Message::Held(Held { seq, hash }) => {
                let origin = self.acked.ok_or(Fault::OutOfOrder("a brief ack before any"))?;
                Ok(Message::Ack(Head { origin, seq, hash }))
            }
            Message::Batch(batch) => {
                bounds(&batch)?;
                self.follow(batch.head.head, few(&batch).as_deref());
                Ok(Message::Batch(batch))
            }
            Message::Ack(head) => {
                self.acked = Some(head.origin);
                Ok(Message::Ack(head))
            }
            other => Ok(other),
        }
    }

    fn shorten_batch(&mut self, batch: Batch) -> Message {
        let SignedHead { head, signature } = batch.head;
        let entries = few(&batch);
        let continues = self.end.is_some_and(|end| end.origin == head.origin && end.seq + 1 == batch.first_seq);
        let packed = entries.as_deref().filter(|_| continues).and_then(|e| pack_after(e, &self.recent).ok());
        self.follow(head, entries.as_deref());
        packed.map_or(Message::Batch(batch), |packed| Message::More(More { signature, packed }))
    }

    /// The batch that the sender had made, except that its end is what its events lead to: only the right one is signed.
    fn whole_batch(&mut self, more: &More) -> Result<Batch, Fault> {
        let end = self.end.ok_or(Fault::OutOfOrder("more events before any batch"))?;
        let unpacked = unpack_after(&more.packed, &self.recent);
        let entries = unpacked.map_err(|_| Fault::Malformed("more events that cannot be unpacked"))?;
        let count = entries.len() as u64;
        if count == 0 || count > EVENTS_MAX || end.seq.checked_add(count).is_none() {
            return Err(Fault::Malformed("more events, of a number that cannot be"));
        }
        let packed = pack(&entries).map_err(|_| Fault::Malformed("more events that cannot be packed"))?;
        let mut chain = Chain::at(end);
        for entry in &entries {
            chain.append(entry.clone());
        }
        let head = chain.head();
        self.follow(head, Some(&entries));
        Ok(Batch { first_seq: end.seq + 1, head: SignedHead { head, signature: more.signature }, packed })
    }

    fn follow(&mut self, end: Head, entries: Option<&[Entry]>) {
        self.end = Some(end);
        self.recent.extend(entries.into_iter().flatten().flat_map(to_cbor));
        let over = self.recent.len().saturating_sub(RECENT_MAX_BYTES);
        self.recent.drain(..over);
    }
}

/// The events of a batch that has few.
fn few(batch: &Batch) -> Option<Vec<Entry>> {
    let entries = (batch.events() <= EVENTS_MAX).then(|| unpack(&batch.packed).ok()).flatten();
    entries.filter(|entries| entries.len() as u64 <= EVENTS_MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::ledger::{Actor, Hlc};
    use hub_protocol::replica::Refusal;
    use hub_protocol::{Identity, UserId};

    const LOG: OriginId = OriginId([2; 16]);

    fn entry(n: u64) -> Entry {
        let body = [&n.to_be_bytes()[..], b"the same batch, place and person as the last time"].concat();
        Entry { hlc: Hlc(n << 20), actor: Actor(Some(UserId(1 << 60))), kind: 30, version: 1, body }
    }

    /// The next `count` events of a log.
    fn next(chain: &mut Chain, count: u64) -> Batch {
        let first_seq = chain.head().seq + 1;
        let entries: Vec<Entry> = (first_seq..first_seq + count).map(entry).collect();
        entries.iter().for_each(|entry| drop(chain.append(entry.clone())));
        let head = chain.head().sign(&Identity::from_seed([1; 32]));
        Batch { first_seq, head, packed: pack(&entries).unwrap() }
    }

    fn bytes(message: &Message) -> usize {
        to_cbor(message).len()
    }

    #[test]
    fn what_is_said_briefly_is_heard_in_full() {
        let (mut said, mut heard) = (Brief::default(), Brief::default());
        let (mut log, mut other) = (Chain::empty(LOG), Chain::empty(OriginId([3; 16])));
        let mut brief = 0;
        for n in 0..600_u64 {
            let message = match n % 7 {
                0 => Message::Ack(log.head()),
                1 if n % 5 == 0 => Message::Ack(other.head()),
                2 if n % 3 == 0 => Message::Batch(next(&mut other, 1 + n % 40)),
                3 => Message::Batch(next(&mut log, 1 + n % 13)),
                4 => Message::Refused(Refusal::Storage),
                _ => Message::Batch(next(&mut log, 1)),
            };
            let short = said.shorten(message.clone());
            assert!(bytes(&short) <= bytes(&message));
            brief += u32::from(short != message);
            assert_eq!(heard.whole(short).unwrap(), message, "{n}");
        }
        assert!(brief > 300, "{brief}");
        assert!(said.recent == heard.recent && said.recent.len() == RECENT_MAX_BYTES);
    }

    #[test]
    fn one_event_more_costs_its_signature_and_what_is_new_in_it() {
        let (mut said, mut log) = (Brief::default(), Chain::empty(LOG));
        assert!(matches!(said.shorten(Message::Batch(next(&mut log, 1))), Message::Batch(_)));
        let batch = Message::Batch(next(&mut log, 1));
        let (long, short) = (bytes(&batch), bytes(&said.shorten(batch)));
        assert!(short <= 100 && long >= 200, "{short} bytes instead of {long}");
    }

    /// Out of its order, or by somebody who lies: refused, or a batch that its signature does not fit.
    #[test]
    fn what_builds_on_nothing_is_refused() {
        let fresh = || (Brief::default(), Brief::default(), Chain::empty(LOG));
        let (mut said, mut heard, mut log) = fresh();
        said.shorten(Message::Batch(next(&mut log, 1)));
        let second = said.shorten(Message::Batch(next(&mut log, 1)));
        assert!(matches!(heard.whole(second), Err(Fault::OutOfOrder(_))));
        assert!(matches!(heard.whole(Message::Held(Held { seq: 1, hash: [0; 32] })), Err(Fault::OutOfOrder(_))));

        let (mut said, mut heard, mut log) = fresh();
        heard.whole(said.shorten(Message::Batch(next(&mut log, 1)))).unwrap();
        let more = |packed| Message::More(More { signature: [0; 64], packed });
        for packed in [vec![], vec![1, 2, 3], pack(&(0..9).map(entry).collect::<Vec<_>>()).unwrap()] {
            assert!(matches!(heard.whole(more(packed)), Err(Fault::Malformed(_))));
        }
        said.shorten(Message::Batch(next(&mut log, 1)));
        let third = said.shorten(Message::Batch(next(&mut log, 1)));
        if let Ok(Message::Batch(batch)) = heard.whole(third) {
            assert!(!batch.head.verify(&Identity::from_seed([1; 32]).public_key()));
        }

        // A log that says it is full.
        let (_, mut heard, _) = fresh();
        let mut last = next(&mut log, 1);
        last.head.head.seq = u64::MAX;
        last.first_seq = u64::MAX;
        heard.whole(Message::Batch(last)).unwrap();
        assert!(matches!(heard.whole(more(to_cbor(&entry(1)))), Err(Fault::Malformed(_))));
    }
}
