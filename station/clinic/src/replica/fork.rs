//! Two nodes hold different events in one log: the one that writes it asks how far they are the same.
//!
//! It happens to an old copy of a node that was put back, and to two copies of one node that both went on. Nobody
//! is to blame and nothing is overwritten: the writer leaves that log as the peer has it and moves what only it
//! wrote to another, see [`super::Logs::reopen`].

use hub_protocol::OriginId;
use hub_protocol::replica::{ASK_MAX, Ask, Head};
use sha2::{Digest, Sha256};

/// Where the events go that a node wrote after the place up to which its peer agrees: `first` is the hash of the
/// first of them, `node` the key of the one that moves them. The same events always go to the same log, so that
/// another copy of the node that moves them too moves them to the same place.
pub fn branch_origin(node: &hub_protocol::PublicKey, origin: OriginId, first: [u8; 32]) -> OriginId {
    let mut hasher = Sha256::new();
    hasher.update(b"tikka branch 1\0");
    hasher.update(node.0);
    hasher.update(origin.0);
    hasher.update(first);
    let hash: [u8; 32] = hasher.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    OriginId(id)
}

/// The search for the last event that both hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    origin: OriginId,
    /// Up to here the two are known to be the same.
    same: u64,
    /// Here they are known to differ, or one of them has nothing.
    differs: u64,
    /// Where the log ends here.
    ours: u64,
    doubt: bool,
}

impl Fork {
    /// `ours` is where the log ends here, `theirs` what the peer says of it.
    pub fn new(ours: u64, theirs: Head) -> Self {
        let differs = theirs.seq.min(ours.saturating_add(1));
        Self { origin: theirs.origin, same: 0, differs, ours, doubt: false }
    }

    /// The same of a log that we do not write, of which the peer holds more: ours may be the beginning of it, and then
    /// all is well.
    pub fn doubt(ours: u64, theirs: Head) -> Self {
        Self { doubt: true, ..Self::new(ours, theirs) }
    }

    pub fn is_doubt(&self) -> bool {
        self.doubt
    }

    /// It was a doubt, and all is well.
    pub fn is_none(&self) -> bool {
        self.doubt && self.same == self.ours
    }

    pub fn origin(&self) -> OriginId {
        self.origin
    }

    /// What to ask next, the last place first; `None` when it is found.
    pub fn next(&self) -> Option<Ask> {
        let open = self.differs - self.same - 1;
        let step = open.div_ceil(ASK_MAX as u64).max(1);
        let places = (0..).map(|n| (self.differs - 1).saturating_sub(n * step));
        let seqs: Vec<u64> = places.take_while(|place| *place > self.same).collect();
        (!seqs.is_empty()).then_some(Ask { origin: self.origin, seqs })
    }

    /// What both hold at the places that were asked for last.
    pub fn weigh(&mut self, ours: &[Head], theirs: &[Head]) {
        let Some(Ask { seqs, .. }) = self.next() else { return };
        for seq in seqs {
            let here = |heads: &[Head]| heads.iter().find(|h| h.origin == self.origin && h.seq == seq).copied();
            match (here(ours), here(theirs)) {
                (Some(ours), Some(theirs)) if ours == theirs => {
                    self.same = seq;
                    return;
                }
                _ => self.differs = seq,
            }
        }
    }

    /// The last place at which both are the same, once it is found; 0 when even the first events differ.
    pub fn common(&self) -> u64 {
        self.same
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const LOG: OriginId = OriginId([1; 16]);

    fn head(seq: u64, branch: u8) -> Head {
        Head { origin: LOG, seq, hash: [branch; 32] }
    }

    /// Both write the same up to `common` and other things after it.
    fn search(common: u64, ours: u64, theirs: u64) -> (u64, u32) {
        let hash = |seq, branch| head(seq, if seq > common { branch } else { 0 });
        let mut fork = Fork::new(ours, hash(theirs, 2));
        let mut rounds = 0;
        while let Some(ask) = fork.next() {
            assert!(ask.seqs.len() <= ASK_MAX);
            let held =
                |end: u64, branch| ask.seqs.iter().filter(|s| **s <= end).map(|s| hash(*s, branch)).collect::<Vec<_>>();
            fork.weigh(&held(ours, 1), &held(theirs, 2));
            rounds += 1;
        }
        (fork.common(), rounds)
    }

    #[test]
    fn the_last_common_event_is_found_wherever_it_is() {
        for (ours, theirs) in [(1, 1), (1, 2), (2, 1), (40, 40), (40, 90), (90, 40)] {
            for common in 0..ours.min(theirs) {
                assert_eq!(search(common, ours, theirs).0, common, "of {ours} and {theirs}");
            }
            // Ours is the beginning of theirs.
            if theirs > ours {
                assert_eq!(search(ours, ours, theirs).0, ours);
            }
        }
        let (found, rounds) = search(12_345, 100_000, 1_000_000);
        assert_eq!(found, 12_345);
        assert!(rounds <= 4, "{rounds} rounds");
    }

    #[test]
    fn a_peer_that_answers_nothing_ends_the_search() {
        let mut fork = Fork::new(1_000, head(500, 2));
        while fork.next().is_some() {
            fork.weigh(&[], &[]);
        }
        assert_eq!(fork.common(), 0);
    }

    #[test]
    fn the_same_events_go_to_the_same_log() {
        let keys = [1, 2].map(|seed| hub_protocol::Identity::from_seed([seed; 32]).public_key());
        assert_eq!(branch_origin(&keys[0], LOG, [3; 32]), branch_origin(&keys[0], LOG, [3; 32]));
        assert_ne!(branch_origin(&keys[0], LOG, [3; 32]), branch_origin(&keys[0], LOG, [4; 32]));
        assert_ne!(branch_origin(&keys[0], LOG, [3; 32]), branch_origin(&keys[1], LOG, [3; 32]));
    }
}
