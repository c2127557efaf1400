//! Hybrid logical clock (Kulkarni and others, 2014): wall time that never goes back, with a counter
//! for what happens within one millisecond.

use minicbor::{Decode, Encode};

/// How far ahead of our own a peer's clock may be and still be followed, in ms.
const MAX_AHEAD_MS: u64 = 24 * 60 * 60 * 1000;

const COUNTER_BITS: u32 = 16;

/// Milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Hlc(#[n(0)] pub u64);

impl Hlc {
    /// The earliest stamp of a moment, ms since 1970.
    pub fn first_of(ms: u64) -> Self {
        Self(ms << COUNTER_BITS)
    }

    pub fn ms(self) -> u64 {
        self.0 >> COUNTER_BITS
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HlcClock {
    last: Hlc,
}

impl HlcClock {
    /// Goes on after the last stamp that was written.
    pub fn after(last: Hlc) -> Self {
        Self { last }
    }

    /// The stamp of an event that happens now. Later than every earlier one, whatever the wall clock says.
    pub fn tick(&mut self, now_ms: u64) -> Hlc {
        self.last = Hlc((now_ms << COUNTER_BITS).max(self.last.0 + 1));
        self.last
    }

    /// Follows a peer's stamp, unless it is more than a day ahead of our own wall clock.
    pub fn observe(&mut self, peer: Hlc, now_ms: u64) {
        if peer.ms() <= now_ms.saturating_add(MAX_AHEAD_MS) {
            self.last = self.last.max(peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back_and_a_mad_peer_is_not_followed() {
        let mut clock = HlcClock::after(Hlc(0));
        let first = clock.tick(1_000);
        let second = clock.tick(500);
        assert!(second > first);
        clock.observe(Hlc((1_000 + 2 * MAX_AHEAD_MS) << COUNTER_BITS), 1_000);
        assert!(clock.tick(1_001).ms() == 1_001);
        clock.observe(Hlc(5_000 << COUNTER_BITS), 1_001);
        assert!(clock.tick(1_002).ms() == 5_000);
    }
}
