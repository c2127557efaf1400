//! What the line cost today: every byte of both directions, with the headers of IP and UDP.

use clinic::date::{india, india_ms, to_day};
use clinic::store::write_durably;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a dial that nobody answers costs, rounded up: some packets of 1,200 bytes, each tried again after twice the time.
const DIAL_BYTES: u64 = 8 * 1024;
/// What a try beside a silent connection costs in vain, rounded up: two such packets.
const TRY_BYTES: u64 = 3 * 1024;
/// The count is kept on the disk when it grew by so much; a power cut forgets no more.
const KEEP_EVERY_BYTES: u64 = 64 * 1024;
const MEGABYTE: u64 = 1_000_000;

/// Days begin at midnight in India.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    /// Days since 1970.
    day: i32,
    bytes: u64,
}

#[derive(Debug)]
pub(super) struct Meter {
    /// Where the count of the day is kept; a program that starts again goes on with it.
    file: Option<PathBuf>,
    today: Day,
    kept: Day,
    /// Bytes of the current connection that are counted.
    counted: u64,
}

impl Meter {
    /// A missing or damaged file is a day that has cost nothing yet.
    pub fn open(file: Option<PathBuf>) -> Self {
        let read = file.as_ref().and_then(|path| std::fs::read(path).ok());
        let today: Day = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, today, kept: today, counted: 0 }
    }

    /// A connection that has carried nothing yet.
    pub fn new_connection(&mut self) {
        self.counted = 0;
    }

    /// The connection has carried so much by now.
    pub fn carried(&mut self, bytes: u64, now_ms: u64) {
        let new = bytes.saturating_sub(self.counted);
        self.counted = bytes;
        self.add(new, now_ms);
    }

    pub fn dialled_in_vain(&mut self, now_ms: u64) {
        self.add(DIAL_BYTES, now_ms);
    }

    pub fn tried_in_vain(&mut self, now_ms: u64) {
        self.add(TRY_BYTES, now_ms);
    }

    fn add(&mut self, bytes: u64, now_ms: u64) {
        let day = to_day(india(now_ms)).0;
        if day != self.today.day {
            self.today = Day { day, bytes: 0 };
        }
        self.today.bytes += bytes;
        if self.today.day != self.kept.day || self.today.bytes >= self.kept.bytes + KEEP_EVERY_BYTES {
            self.keep();
        }
    }

    pub fn today_bytes(&self, now_ms: u64) -> u64 {
        if to_day(india(now_ms)).0 == self.today.day { self.today.bytes } else { 0 }
    }

    /// Until when the line is not used, ms since 1970, if the day may cost no more.
    pub fn spent_until_ms(&self, daily_mb: Option<u16>, now_ms: u64) -> Option<u64> {
        let budget = u64::from(daily_mb?) * MEGABYTE;
        let today = india(now_ms);
        (self.today_bytes(now_ms) >= budget).then(|| india_ms(today, today).1)
    }

    /// A count that cannot be kept is no reason to stop.
    pub fn keep(&mut self) {
        let Some(file) = self.file.as_ref().filter(|_| self.kept != self.today) else { return };
        self.kept = self.today;
        let written =
            serde_json::to_vec(&self.today).map_err(std::io::Error::from).and_then(|bytes| write_durably(file, &bytes));
        if let Err(error) = written {
            tracing::warn!(%error, "what the line cost today cannot be kept");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 2026-11-20, 23:00 in India.
    const LATE_MS: u64 = 1_795_156_200_000 + 11 * 3_600_000;
    const HOUR_MS: u64 = 3_600_000;

    #[test]
    fn a_budget_ends_and_comes_back_at_midnight() {
        let mut meter = Meter::open(None);
        meter.new_connection();
        meter.carried(4_000_000, LATE_MS);
        assert_eq!(meter.spent_until_ms(Some(5), LATE_MS), None);
        // The same bytes are counted once, those of the next connection from its beginning.
        meter.carried(4_500_000, LATE_MS);
        meter.new_connection();
        meter.carried(500_000, LATE_MS);
        assert_eq!(meter.today_bytes(LATE_MS), 5_000_000);
        let midnight = LATE_MS + HOUR_MS;
        assert_eq!(meter.spent_until_ms(Some(5), LATE_MS), Some(midnight));
        assert_eq!(meter.spent_until_ms(Some(20), LATE_MS), None);
        assert_eq!(meter.spent_until_ms(None, LATE_MS), None);
        assert_eq!(meter.spent_until_ms(Some(5), midnight), None);
        meter.carried(500_100, midnight);
        assert_eq!(meter.today_bytes(midnight), 100);
    }

    /// Root may run the hub, and its user owns the folder.
    #[test]
    fn a_planted_link_is_not_written_through() {
        let dir = tempfile::tempdir().unwrap();
        let (file, of_root) = (dir.path().join("line.json"), dir.path().join("shadow"));
        std::fs::write(&of_root, "of root").unwrap();
        for name in ["line.draft", "line.new", "line.json"] {
            std::os::unix::fs::symlink(&of_root, dir.path().join(name)).unwrap();
        }
        let mut meter = Meter::open(Some(file.clone()));
        meter.carried(4_000, LATE_MS);
        meter.keep();
        assert_eq!(std::fs::read_to_string(&of_root).unwrap(), "of root");
        assert_eq!(Meter::open(Some(file)).today_bytes(LATE_MS), 4_000);
    }

    #[test]
    fn the_count_outlives_the_program_and_damage_is_a_new_day() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("line.json");
        let mut meter = Meter::open(Some(file.clone()));
        meter.dialled_in_vain(LATE_MS);
        meter.carried(1_000_000, LATE_MS);
        meter.carried(1_000_010, LATE_MS);
        let before = Meter::open(Some(file.clone())).today_bytes(LATE_MS);
        assert_eq!(before, DIAL_BYTES + 1_000_000, "small steps are not written each");
        meter.keep();
        assert_eq!(Meter::open(Some(file.clone())).today_bytes(LATE_MS), before + 10);
        std::fs::write(&file, b"{").unwrap();
        assert_eq!(Meter::open(Some(file)).today_bytes(LATE_MS), 0);
    }
}
