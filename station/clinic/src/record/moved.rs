//! Events that leave the log in which they were written, because the peer holds others in their places.

use super::fact::{Fact, OpenedWhy, OriginOpened};
use crate::ledger::{Actor, Chain, Event, EventId};
use crate::replica::branch_origin;
use hub_protocol::Identity;
use hub_protocol::replica::SignedHead;

/// Events, which stood one after the other in one log, as the whole of the log that belongs to them. Author, time
/// and body stay; what one of them says of another follows it. The log begins at the time of the first of them, so
/// that they keep their place among all others. The same events give the same log, whoever moves them. `None`
/// without an event.
pub fn branch(node: &Identity, moved: &[Event]) -> Option<(Vec<Event>, SignedHead)> {
    let first = moved.first()?;
    let to = branch_origin(&node.public_key(), first.id.origin, first.hash);
    let follows = |id: EventId| match id.seq.checked_sub(first.id.seq) {
        Some(after) if id.origin == first.id.origin => EventId { origin: to, seq: after + 2 },
        _ => id,
    };
    let opened = OriginOpened { node: node.public_key(), why: OpenedWhy::Moved };
    let opened = Fact::OriginOpened(opened).to_entry(first.entry.hlc, Actor::NODE);
    let entries = moved.iter().map(|event| Fact::following(&event.entry, follows));
    let mut chain = Chain::empty(to);
    let events = std::iter::once(opened).chain(entries).map(|entry| chain.append(entry)).collect();
    Some((events, chain.head().sign(node)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::ledger::Hlc;
    use crate::record::fact::{GrowthWithdrawn, PasswordReset};
    use hub_protocol::{OriginId, UserId};

    #[test]
    fn what_moves_keeps_author_time_and_body_and_speaks_of_the_same() {
        let (node, log) = (Identity::from_seed([1; 32]), OriginId([7; 16]));
        let by = Actor(Some(UserId(5)));
        let withdrawn = |seq| {
            let growth = EventId { origin: log, seq };
            Fact::GrowthWithdrawn(GrowthWithdrawn { growth, reason: "wrong child".into() })
        };
        let mut chain = Chain::empty(log);
        for n in 0..4 {
            chain.append(Fact::PasswordReset(PasswordReset { user: UserId(n) }).to_entry(Hlc(n), by));
        }
        let facts = [Fact::PasswordReset(PasswordReset { user: UserId(9) }), withdrawn(5), withdrawn(3)];
        let at = |n: usize| Hlc(100 + n as u64);
        let moved: Vec<Event> =
            facts.iter().enumerate().map(|(n, fact)| chain.append(fact.to_entry(at(n), by))).collect();
        let (events, head) = branch(&node, &moved).unwrap();
        assert!(head.verify(&node.public_key()) && head.head.seq == 4 && head.head.origin != log);
        assert_eq!(events[0].entry.hlc, at(0));
        assert_eq!(events[1].entry, moved[0].entry);
        // The second speaks of the first, which moved too; the third of one that did not.
        let Fact::GrowthWithdrawn(second) = Fact::of(&events[2].entry).unwrap() else { panic!() };
        assert_eq!(second.growth, events[1].id);
        assert_eq!((events[2].entry.hlc, events[2].entry.actor), (at(1), by));
        assert_eq!(events[3].entry, moved[2].entry);
        // Another copy that wrote more moves to the same place.
        let more: Vec<Event> = moved.iter().cloned().chain([chain.append(facts[0].to_entry(at(7), by))]).collect();
        assert_eq!(branch(&node, &more).unwrap().0[..4], events[..]);
    }
}
