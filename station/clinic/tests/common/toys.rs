//! Toys that tell the clinic something.

use super::{Desk, NOON_MS};
use hub_protocol::{Identity, toy};

/// A toy in good hands.
pub struct Toy {
    pub identity: Identity,
    pub seq: u64,
}

impl Toy {
    pub fn of_asha(d: &Desk) -> Self {
        let identity = Identity::from_seed([5; 32]);
        d.give_toy(&identity, d.asha.user);
        Self { identity, seq: 0 }
    }

    pub fn tells(&mut self, d: &Desk, fact: toy::Fact, offset_ms: i64) {
        self.seq += 1;
        let record = toy::Record {
            toy: self.identity.device_id(),
            epoch: 1,
            seq: self.seq,
            worker: d.asha.user,
            at_ms: NOON_MS.checked_add_signed(offset_ms).unwrap(),
            fact,
        };
        let signed = toy::SignedRecord::sign(&record, &self.identity);
        // Sent a second time, because the answer was lost.
        for _ in 0..2 {
            let taken = d.clinic.take_toy_records(&self.identity.public_key(), vec![signed.clone()], offset_ms);
            assert_eq!(taken.unwrap().committed, self.seq);
        }
    }
}
