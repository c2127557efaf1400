//! What a toy said of itself at a moment, and when that is worth a row.

use super::fence::{Place, metres};
use hub_protocol::toy::{Position, Telemetry};

/// Below this a toy may not last the day.
pub const LOW_BATTERY_PERCENT: u8 = 20;
/// A toy that does not change gives a row this often, in ms.
pub const PERIOD_MS: u64 = 15 * 60 * 1000;
/// Two rows of a toy lie this far apart, in ms, whatever it says...
const ROWS_MIN_MS: u64 = 2_000;
/// ...but for so many changes of state in each [`PERIOD_MS`]: one that flips back at once is kept too. Who flips more
/// often is kept as it stood every two seconds.
pub(super) const SPARE_ROWS: u32 = 20;
/// A change of less is no change.
const BATTERY_STEP_PERCENT: u8 = 5;
const TEMPERATURE_STEP_C: u8 = 5;
/// A toy that moved less has not moved, in metres.
const MOVED_M: f64 = 100.0;
/// With less than this, in KiB, a toy soon takes no more records: it keeps room for a list and its settings.
pub const STORAGE_LOW_KIB: u32 = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The hub's wall clock, ms since 1970.
    pub at_ms: u64,
    pub battery_percent: u8,
    pub charging: bool,
    pub temperature_c: i8,
    pub storage_free_kib: u32,
    pub restarts: u32,
    /// Records not yet durable at the district.
    pub records_held: u32,
    /// How far the toy's clock is ahead of the hub's.
    pub clock_offset_ms: i64,
    pub position: Option<Position>,
}

impl Sample {
    pub fn of(told: &Telemetry, clock_offset_ms: i64, at_ms: u64) -> Self {
        Self {
            at_ms,
            battery_percent: told.battery_percent,
            charging: told.charging,
            temperature_c: told.temperature_c,
            storage_free_kib: told.storage_free_kib,
            restarts: told.restarts,
            records_held: told.records_held,
            clock_offset_ms,
            position: told.position,
        }
    }

    pub fn low_battery(&self) -> bool {
        self.battery_percent < LOW_BATTERY_PERCENT && !self.charging
    }

    /// Is it worth a row, when `kept` was the last one?
    pub(super) fn is_news(&self, kept: Option<&Self>) -> bool {
        // One from the time to come was kept while the clock stood ahead.
        let Some(kept) = kept.filter(|kept| kept.at_ms <= self.at_ms) else { return true };
        let passed_ms = self.at_ms.saturating_sub(kept.at_ms);
        passed_ms >= PERIOD_MS || (passed_ms >= ROWS_MIN_MS && self.differs(kept))
    }

    /// Was it news, but too soon after `kept`, and is that over?
    pub(super) fn waits(&self, kept: Option<&Self>, now_ms: u64) -> bool {
        kept.is_none_or(|kept| now_ms.saturating_sub(kept.at_ms) >= ROWS_MIN_MS && self.differs(kept))
    }

    /// Is its state another one than in the row that was kept last?
    pub(super) fn changes_state(&self, kept: Option<&Self>) -> bool {
        kept.is_some_and(|kept| self.state() != kept.state())
    }

    fn state(&self) -> (bool, u32, bool, bool, bool) {
        let has_room = self.storage_free_kib >= STORAGE_LOW_KIB;
        (self.charging, self.restarts, self.records_held == 0, self.low_battery(), has_room)
    }

    /// Has anything changed that a person would call a change?
    fn differs(&self, kept: &Self) -> bool {
        self.state() != kept.state()
            || self.battery_percent.abs_diff(kept.battery_percent) >= BATTERY_STEP_PERCENT
            || self.temperature_c.abs_diff(kept.temperature_c) >= TEMPERATURE_STEP_C
            || self.moved(kept)
    }

    /// Further than both fixes may be wrong.
    fn moved(&self, kept: &Self) -> bool {
        let Some(now) = self.position else { return false };
        let Some(before) = kept.position else { return true };
        let doubt = f64::from(now.accuracy_m).max(f64::from(before.accuracy_m));
        metres(Place::of(now), Place::of(before)) > MOVED_M.max(doubt)
    }
}
