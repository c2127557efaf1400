//! How fast the hub looks after its toys: when one that is gone is missed, and when it is dialled again.

use std::time::Duration;

/// A toy on the LAN answers in milliseconds; an address of another network never does.
pub const DIAL_TIMEOUT: Duration = Duration::from_secs(2);
/// Presence is what the connection says: a toy that is carried away is missed after the idle timeout. That begins anew with
/// the first packet that is sent to nobody, the next keep-alive: both together are less than the ten seconds in which a
/// power cut is to be noticed, and three keep-alives may be lost before that.
pub const KEEP_ALIVE: Duration = Duration::from_secs(2);
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(7);
/// Back-off between dials of a toy that does not answer.
pub const REST_MIN: Duration = Duration::from_millis(500);
pub const REST_MAX: Duration = Duration::from_secs(30);
/// A connection that stood this long was a good one: the back-off starts anew.
pub const GOOD_CONNECTION: Duration = Duration::from_secs(5);
/// Whatever the announcements say, no toy is dialled more often than this.
pub const DIAL_MIN_INTERVAL: Duration = Duration::from_millis(500);
/// The list of toys is published at most this often, so that a screen has time to paint.
pub const PUBLISH_MIN_INTERVAL: Duration = Duration::from_millis(100);

/// A toy that said when it wakes may oversleep by this before it is missed.
pub const ASLEEP_GRACE: Duration = Duration::from_secs(60);

/// Doubles from `min` to `max`; the random half keeps many hubs and toys from acting in step.
pub fn back_off(attempt: u32, random: u32, min: Duration, max: Duration) -> Duration {
    let full = min.saturating_mul(1 << attempt.min(16)).min(max);
    full / 2 + (full / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_cut_is_noticed_within_ten_seconds() {
        assert!(KEEP_ALIVE + IDLE_TIMEOUT < Duration::from_secs(10));
        assert!(3 * KEEP_ALIVE < IDLE_TIMEOUT, "three may be lost");
    }

    #[test]
    fn the_back_off_grows_to_its_cap_and_never_to_nothing() {
        let at = |attempt, random| back_off(attempt, random, REST_MIN, REST_MAX).as_millis();
        assert_eq!((at(0, 0), at(0, u32::MAX)), (250, 500));
        assert_eq!((at(3, 0), at(3, u32::MAX)), (2_000, 4_000));
        for attempt in [6, 16, 17, u32::MAX] {
            assert_eq!((at(attempt, 0), at(attempt, u32::MAX)), (15_000, 30_000));
        }
    }
}
