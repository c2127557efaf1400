//! How much is sent ahead of the acks: enough that the link and the district's disk never wait, and no more, because
//! what is on its way when a connection breaks is sent again.
//!
//! As in BBR (Cardwell and others, 2016), from two measures of the batches that came back: how fast they are
//! acknowledged at best, and how soon at best. Their product is what the way holds.

use super::session::Limits;
use std::collections::VecDeque;

/// Before anything was measured, and the least: a slow disk at the other end must have the next batch at hand, and on a
/// line that loses every fifth packet a batch waits several times there and back for those before it.
const WINDOW_MIN_BYTES: usize = 40 * 1024;
/// The window over what the way holds: where packets are lost, what came after one waits until it came again, perhaps
/// more than once, and the line is not to stand still meanwhile.
const GAIN: u64 = 4;
/// But no more than this, unless the way itself holds nearly as much: what is on its way when either end dies is paid
/// twice.
const WINDOW_SPARE_BYTES: usize = 48 * 1024;
/// The window over what such a way holds, as a fraction: with less it would not grow to it.
const WIDE_GAIN: (u64, u64) = (7, 4);
/// Of the window, the share of one batch.
const BATCHES_PER_WINDOW: usize = 3;
/// Acknowledged batches whose rate is remembered: enough to meet a good moment of a bad link.
const RATES_MAX: usize = 24;
/// What an event takes when packed, before anything was measured.
const EVENT_START_BYTES: usize = 24;

/// A batch that is on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    at_ms: u64,
    /// What was acknowledged before it was sent, and when.
    acked_bytes: u64,
    acked_at_ms: u64,
    /// More waited behind it, so that it says how fast the way is.
    more: bool,
}

#[derive(Debug, Default)]
pub(super) struct Pace {
    acked_bytes: u64,
    acked_at_ms: u64,
    /// Bytes a second.
    rates: VecDeque<u64>,
    /// The shortest time from sending to the ack. Later ones may have waited behind others.
    delay_ms: Option<u64>,
    /// Packed bytes and events of the batches so far.
    packed: (usize, usize),
}

impl Pace {
    /// A batch is sent: `idle` when none was on its way, `more` when others wait behind it.
    pub fn sent(&mut self, events: usize, bytes: usize, idle: bool, more: bool, at_ms: u64) -> Sent {
        let (all_bytes, all_events) = self.packed;
        // Older batches count for half: logs change their character.
        self.packed = (all_bytes / 2 + bytes, all_events / 2 + events);
        if idle {
            // The time in which nothing was to be sent says nothing about the way.
            self.acked_at_ms = at_ms;
        }
        Sent { at_ms, acked_bytes: self.acked_bytes, acked_at_ms: self.acked_at_ms, more }
    }

    pub fn acked(&mut self, sent: Sent, bytes: usize, at_ms: u64) {
        self.acked_bytes += bytes as u64;
        self.acked_at_ms = at_ms;
        let delay_ms = at_ms.saturating_sub(sent.at_ms).max(1);
        self.delay_ms = Some(self.delay_ms.map_or(delay_ms, |best| best.min(delay_ms)));
        let took_ms = at_ms.saturating_sub(sent.acked_at_ms).max(1);
        let rate = (self.acked_bytes - sent.acked_bytes) * 1_000 / took_ms;
        if sent.more || self.rates.iter().all(|known| *known < rate) {
            self.rates.push_back(rate);
        }
        if self.rates.len() > RATES_MAX {
            self.rates.pop_front();
        }
    }

    /// Packed bytes that may be on their way.
    pub fn window_bytes(&self, limits: &Limits) -> usize {
        let rate = self.rates.iter().max().copied().unwrap_or_default();
        let holds = rate.saturating_mul(self.delay_ms.unwrap_or_default()) / 1_000;
        let bytes = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let most = WINDOW_SPARE_BYTES.max(bytes(holds.saturating_mul(WIDE_GAIN.0) / WIDE_GAIN.1));
        bytes(holds.saturating_mul(GAIN)).clamp(WINDOW_MIN_BYTES, most).min(limits.in_flight_bytes)
    }

    /// May another batch be sent while so many bytes are on their way?
    pub fn has_room(&self, flying_bytes: usize, limits: &Limits) -> bool {
        flying_bytes == 0 || flying_bytes + self.batch_bytes(limits) <= self.window_bytes(limits)
    }

    fn batch_bytes(&self, limits: &Limits) -> usize {
        self.window_bytes(limits) / BATCHES_PER_WINDOW
    }

    /// Events of the next batch: few when the link is slow.
    pub fn batch_events(&self, limits: &Limits) -> u32 {
        let (bytes, events) = self.packed;
        let each = if events == 0 { EVENT_START_BYTES } else { bytes.div_ceil(events).max(1) };
        let fit = self.batch_bytes(limits) / each;
        u32::try_from(fit).unwrap_or(u32::MAX).clamp(1, limits.batch_events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A way that carries `bytes_per_s` and answers after `delay_ms`, filled as the pace says, for `seconds`.
    fn drive(pace: &mut Pace, bytes_per_s: u64, delay_ms: u64, seconds: u64) {
        let limits = Limits::default();
        let (mut free_at_ms, mut flying, mut in_flight) = (0, VecDeque::<(u64, Sent, usize)>::new(), 0);
        for at_ms in 0..seconds * 1_000 {
            while flying.front().is_some_and(|(back_at_ms, ..)| *back_at_ms <= at_ms) {
                let Some((_, sent, bytes)) = flying.pop_front() else { break };
                pace.acked(sent, bytes, at_ms);
                in_flight -= bytes;
            }
            while pace.has_room(in_flight, &limits) {
                let events = pace.batch_events(&limits) as usize;
                let bytes = events * 20;
                let sent = pace.sent(events, bytes, in_flight == 0, true, at_ms);
                free_at_ms = at_ms.max(free_at_ms) + bytes as u64 * 1_000 / bytes_per_s;
                flying.push_back((free_at_ms + delay_ms, sent, bytes));
                in_flight += bytes;
            }
        }
    }

    #[test]
    fn the_window_grows_to_what_the_way_holds_and_no_further() {
        let limits = Limits::default();
        let after = |bytes_per_s, delay_ms| {
            let mut pace = Pace::default();
            drive(&mut pace, bytes_per_s, delay_ms, 30);
            (pace.window_bytes(&limits), pace.batch_events(&limits))
        };
        // A village's link holds 19 KB, a satellite's 600 KB, the next room's 1 KB and one of 8 kbit/s next to nothing.
        let (village, few) = after(32_000, 600);
        assert!((40_000..56_000).contains(&village), "{village}");
        assert!(after(1_000_000, 1).0 <= WINDOW_SPARE_BYTES);
        assert!(few < limits.batch_events, "{few}");
        assert_eq!(after(1_000_000, 600), (limits.in_flight_bytes, limits.batch_events));
        assert!(after(1_000, 100).0 < 2 * WINDOW_MIN_BYTES);
    }

    #[test]
    fn a_pause_is_not_a_slow_link() {
        const BYTES_PER_S: u64 = 400_000;
        const DELAY_MS: u64 = 200;
        let limits = Limits::default();
        let mut pace = Pace::default();
        drive(&mut pace, BYTES_PER_S, DELAY_MS, 5);
        let before = pace.window_bytes(&limits);
        let one_an_hour = |pace: &mut Pace, from_hour: u64, delay_ms: u64| {
            for hour in from_hour..from_hour + 100 {
                let at_ms = 3_600_000 * hour;
                let sent = pace.sent(1, 80, true, false, at_ms);
                pace.acked(sent, 80, at_ms + delay_ms);
            }
            pace.window_bytes(&limits)
        };
        // One that is answered later than the batches were says nothing new.
        assert_eq!(one_an_hour(&mut pace, 1, 2 * DELAY_MS), before);
        // Alone it is answered as soon as the way allows, sooner than a batch that takes its time to be sent: the window
        // follows that, and still is what such a way holds.
        let after = one_an_hour(&mut pace, 101, DELAY_MS);
        let holds = usize::try_from(BYTES_PER_S * DELAY_MS / 1_000).unwrap();
        assert!((holds..=before).contains(&after), "{before} {after}, of {holds}");
    }
}
