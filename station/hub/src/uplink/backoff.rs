//! How long to wait before the next try.

use std::time::Duration;

const FIRST_MS: u64 = 1_000;
const MAX_MS: u64 = 5 * 60 * 1_000;
const MAX_METERED_MS: u64 = 60 * 60 * 1_000;
/// More do not change the wait.
const DOUBLINGS_MAX: u32 = 16;

/// Doubles with each failure, up to five minutes. The second half of the wait is random, so that the stations
/// of a district that was away do not all come back in the same second.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Trying again soon would not help: the next wait is the longest.
    pub fn hopeless(&mut self) {
        self.failures = DOUBLINGS_MAX;
    }

    /// The wait before the next try; `random` is any random number. Each try costs some thousand bytes: where the line
    /// is paid by them, the wait grows to an hour.
    pub fn next(&mut self, metered: bool, random: u32) -> Duration {
        let max = if metered { MAX_METERED_MS } else { MAX_MS };
        let whole = FIRST_MS.saturating_mul(1 << self.failures.min(DOUBLINGS_MAX)).min(max);
        self.failures = self.failures.saturating_add(1);
        let half = whole / 2;
        Duration::from_millis(whole - half + u64::from(random) % (half + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_a_limit_and_starts_again() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> =
            (0..100).map(|n: u32| backoff.next(false, n.wrapping_mul(0x9e37_79b9)).as_millis() as u64).collect();
        assert!((500..=1_000).contains(&waits[0]));
        assert!((1_000..=2_000).contains(&waits[1]));
        assert!(waits[20..].iter().all(|ms| (MAX_MS / 2..=MAX_MS).contains(ms)));
        backoff.succeeded();
        assert!(backoff.next(false, 7).as_millis() <= 1_000);
        backoff.hopeless();
        assert!(backoff.next(false, 7).as_millis() >= u128::from(MAX_MS / 2));
        assert!(backoff.next(true, 7).as_millis() >= u128::from(MAX_METERED_MS / 2));
    }
}
