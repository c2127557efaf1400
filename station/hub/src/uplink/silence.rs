//! Is the line dead although the connection stands?
//!
//! QUIC waits twice as long after each probe that nobody answers. When a line was dead for twenty seconds, its next
//! probe may be twenty more away, and records wait although the line is back. So a district that is silent for
//! some seconds, while the transport repeats itself, is dialled once more beside the connection: who answers first is
//! spoken to. That a district is slow is no silence: its machine acknowledges packets while it stores. Who only
//! listens has to say something to find out.

use std::time::Duration;

/// No pause of a line that works is so long.
const SILENT_AFTER: Duration = Duration::from_secs(5);
/// Who waits for records and heard nothing for so long says something.
const SPEAK_AFTER: Duration = Duration::from_secs(3);
/// And on a very slow line, so many times there and back.
const SILENT_AFTER_ROUND_TRIPS: u32 = 4;
/// Packets that nobody answers: one may be an ack, which nobody does, and two are what is sent and repeated once.
const UNANSWERED_MIN: u64 = 4;

/// What a connection has carried so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packets {
    pub sent: u64,
    pub heard: u64,
    pub round_trip: Duration,
}

#[derive(Debug, Default)]
pub(super) struct Silence {
    heard: u64,
    heard_at_ms: u64,
    /// What was sent when something was heard last.
    sent: u64,
    spoke: bool,
    /// Since when enough is unanswered.
    since_ms: Option<u64>,
}

impl Silence {
    /// Looks at the line at `at_ms`, on a clock that only goes forward. Gives whether it seems dead.
    pub fn is_dead(&mut self, now: Packets, at_ms: u64) -> bool {
        if now.heard != self.heard {
            *self = Self { heard: now.heard, heard_at_ms: at_ms, sent: now.sent, spoke: false, since_ms: None };
        }
        if now.sent.saturating_sub(self.sent) < UNANSWERED_MIN {
            return false;
        }
        let since_ms = *self.since_ms.get_or_insert(at_ms);
        let patience = SILENT_AFTER.max(now.round_trip * SILENT_AFTER_ROUND_TRIPS);
        u128::from(at_ms.saturating_sub(since_ms)) >= patience.as_millis()
    }

    /// Is it time to say something, once in each silence?
    pub fn should_speak(&mut self, at_ms: u64) -> bool {
        let silent_ms = at_ms.saturating_sub(self.heard_at_ms);
        u128::from(silent_ms) >= SPEAK_AFTER.as_millis() && !std::mem::replace(&mut self.spoke, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packets(sent: u64, heard: u64) -> Packets {
        Packets { sent, heard, round_trip: Duration::from_millis(600) }
    }

    #[test]
    fn a_line_is_dead_when_what_is_repeated_stays_unanswered() {
        let mut silence = Silence::default();
        assert!(!silence.is_dead(packets(500, 100), 10_000));
        assert!(!silence.is_dead(packets(540, 100), 10_500));
        assert!(!silence.is_dead(packets(544, 100), 15_400));
        assert!(silence.is_dead(packets(544, 100), 15_500));
        assert!(silence.is_dead(packets(546, 100), 19_000));
        // One packet is enough to live.
        assert!(!silence.is_dead(packets(546, 101), 19_100));
        assert!(!silence.is_dead(packets(550, 101), 19_200));
        assert!(silence.is_dead(packets(552, 101), 24_200));
    }

    #[test]
    fn who_has_nothing_to_say_is_not_dead() {
        let mut silence = Silence::default();
        assert!(!silence.is_dead(packets(500, 100), 0));
        // Only acks of ours, which nobody answers, and then an hour later a record.
        assert!(!silence.is_dead(packets(502, 100), 1_000));
        assert!(!silence.is_dead(packets(503, 100), 3_600_000));
        assert!(!silence.is_dead(packets(505, 100), 3_601_000));
        assert!(!silence.is_dead(packets(508, 101), 3_602_000));
    }

    #[test]
    fn who_listens_speaks_once_in_each_silence() {
        let mut silence = Silence::default();
        assert!(!silence.is_dead(packets(5, 100), 1_000) && !silence.should_speak(1_000));
        assert!(!silence.should_speak(3_900));
        assert!(silence.should_speak(4_000) && !silence.should_speak(9_000));
        assert!(!silence.is_dead(packets(6, 101), 9_500) && !silence.should_speak(9_500));
        assert!(silence.should_speak(12_500));
    }

    #[test]
    fn a_slow_line_gets_its_time() {
        let slow = |sent| Packets { round_trip: Duration::from_secs(3), ..packets(sent, 7) };
        let mut silence = Silence::default();
        assert!(!silence.is_dead(slow(10), 0));
        assert!(!silence.is_dead(slow(20), 100));
        assert!(!silence.is_dead(slow(24), 12_000));
        assert!(silence.is_dead(slow(24), 12_100));
    }
}
