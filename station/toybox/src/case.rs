//! The toy's case and what surrounds it: sensors, radio, and the faults that are ordered. None of it changes when the
//! power goes and comes back.

use crate::air::Loss;
use crate::track::Track;
use hub_protocol::toy::{Faults, Position};
use serde::Deserialize;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Misdeeds that wait for a connection.
const MISDEEDS_MAX: usize = 16;

/// Something that an honest toy never does, done at the next chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misdeed {
    Lie(Lie),
    /// So many messages at once.
    Flood(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lie {
    /// A record that somebody else may have signed.
    Signature,
    /// A record with a number far ahead.
    Sequence,
    /// Something else under the number of the last record that the hub has.
    Content,
    /// A battery that is fuller than full.
    Telemetry,
    /// Bytes that are no message.
    Rubbish,
    /// The records that the hub has, again and again.
    Replay,
}

/// A battery, as it is used up or charged.
#[derive(Debug, Clone, Copy)]
struct Battery {
    percent: f64,
    charging: bool,
    /// How long a full charge lasts, and takes. None: it stays as it is.
    full: Option<Duration>,
    since: Instant,
}

impl Battery {
    fn percent(&self, now: Instant) -> u8 {
        let passed = now.saturating_duration_since(self.since).as_secs_f64();
        let change = self.full.map_or(0.0, |full| 100.0 * passed / full.as_secs_f64());
        let percent = if self.charging { self.percent + change } else { self.percent - change };
        // In range, so that it fits.
        percent.clamp(0.0, 100.0).ceil() as u8
    }
}

struct Walk {
    track: Track,
    begun: Instant,
    /// How far along the track it began.
    start_s: f64,
    times: f64,
}

struct Sensors {
    battery: Battery,
    temperature_c: i8,
    position: Option<Position>,
    walk: Option<Walk>,
    /// How wrong the toy's clock is.
    clock_offset_ms: i64,
    faults: Faults,
}

/// What the sensors see at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sensed {
    pub battery_percent: u8,
    pub charging: bool,
    pub temperature_c: i8,
    pub position: Option<Position>,
    pub clock_offset_ms: i64,
    /// What is broken.
    pub faults: Faults,
}

pub struct Case {
    sensors: Mutex<Sensors>,
    misdeeds: Mutex<VecDeque<Misdeed>>,
    pub loss: Loss,
    radio: watch::Sender<bool>,
    /// It saves power, for so many seconds from when it began to.
    sleep: watch::Sender<Option<u32>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Case {
    fn default() -> Self {
        let battery = Battery { percent: 100.0, charging: false, full: None, since: Instant::now() };
        let (position, walk, faults) = (None, None, Faults::default());
        let sensors = Sensors { battery, temperature_c: 25, position, walk, clock_offset_ms: 0, faults };
        Self {
            sensors: Mutex::new(sensors),
            misdeeds: Mutex::default(),
            loss: Loss::default(),
            radio: watch::Sender::new(true),
            sleep: watch::Sender::new(None),
        }
    }
}

impl Case {
    pub fn sensed(&self, now: Instant) -> Sensed {
        let sensors = lock(&self.sensors);
        let walked = sensors.walk.as_ref().map(|walk| {
            let passed = now.saturating_duration_since(walk.begun).as_secs_f64();
            walk.track.at(walk.start_s + passed * walk.times)
        });
        Sensed {
            battery_percent: sensors.battery.percent(now),
            charging: sensors.battery.charging,
            temperature_c: sensors.temperature_c,
            position: walked.or(sensors.position),
            clock_offset_ms: sensors.clock_offset_ms,
            faults: sensors.faults,
        }
    }

    /// Does what the sensors see change by itself?
    pub fn is_moving(&self) -> bool {
        let sensors = lock(&self.sensors);
        sensors.walk.is_some() || sensors.battery.full.is_some()
    }

    pub fn set_battery(&self, percent: u8, charging: bool, full: Option<Duration>) {
        let percent = f64::from(percent.min(100));
        lock(&self.sensors).battery = Battery { percent, charging, full, since: Instant::now() };
    }

    pub fn set_temperature(&self, celsius: i8) {
        lock(&self.sensors).temperature_c = celsius;
    }

    /// The toy lies here from now on; a walk ends.
    pub fn set_position(&self, position: Position) {
        let mut sensors = lock(&self.sensors);
        (sensors.position, sensors.walk) = (Some(position), None);
    }

    /// The toy is carried along a track, `times` as fast as it was written.
    pub fn walk(&self, track: Track, start_s: f64, times: f64) {
        lock(&self.sensors).walk = Some(Walk { track, begun: Instant::now(), start_s, times });
    }

    pub fn set_clock(&self, offset_ms: i64) {
        lock(&self.sensors).clock_offset_ms = offset_ms;
    }

    pub fn set_faults(&self, faults: Faults) {
        lock(&self.sensors).faults = faults;
    }

    pub fn sleep(&self) -> watch::Receiver<Option<u32>> {
        self.sleep.subscribe()
    }

    /// For so many seconds, or not any more.
    pub fn set_sleep(&self, seconds: Option<u32>) {
        self.sleep.send_replace(seconds);
    }

    pub fn radio(&self) -> watch::Receiver<bool> {
        self.radio.subscribe()
    }

    pub fn radio_is_on(&self) -> bool {
        *self.radio.borrow()
    }

    pub fn set_radio(&self, on: bool) {
        self.radio.send_replace(on);
    }

    /// Says whether there was room for one more.
    pub fn order(&self, misdeed: Misdeed) -> bool {
        let mut misdeeds = lock(&self.misdeeds);
        let room = misdeeds.len() < MISDEEDS_MAX;
        if room {
            misdeeds.push_back(misdeed);
        }
        room
    }

    pub fn next_misdeed(&self) -> Option<Misdeed> {
        lock(&self.misdeeds).pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_is_used_up_and_charged() {
        let case = Case::default();
        let now = Instant::now();
        let hours = |n: u64| now + Duration::from_secs(n * 3_600);
        assert_eq!(case.sensed(hours(100)).battery_percent, 100, "it stays as it was set");
        assert!(!case.is_moving());
        case.set_battery(80, false, Some(Duration::from_secs(10 * 3_600)));
        assert!(case.is_moving());
        let percent = |n| case.sensed(hours(n)).battery_percent;
        assert_eq!((percent(0), percent(4), percent(9)), (80, 41, 0));
        case.set_battery(20, true, Some(Duration::from_secs(2 * 3_600)));
        assert!((69..=70).contains(&case.sensed(hours(1)).battery_percent));
        assert_eq!(case.sensed(hours(9)).battery_percent, 100);
    }

    #[test]
    fn misdeeds_are_done_in_turn_and_not_without_end() {
        let case = Case::default();
        assert!((0..MISDEEDS_MAX).all(|n| case.order(Misdeed::Flood(n as u32))));
        assert!(!case.order(Misdeed::Lie(Lie::Rubbish)));
        assert_eq!(case.next_misdeed(), Some(Misdeed::Flood(0)));
        assert_eq!((1..).map_while(|_| case.next_misdeed()).count(), MISDEEDS_MAX - 1);
    }
}
