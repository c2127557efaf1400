//! One device under watch: what of its news is kept, and whether the cause of an alert stands.

use super::alert::AlertKind;
use super::outlook::Outlook;
use super::sample::{LOW_BATTERY_PERCENT, PERIOD_MS, SPARE_ROWS, STORAGE_LOW_KIB, Sample};
use super::side::Side;
use super::watch::{Batch, Happened, Happening, Rule, Seen};
use crate::date::{india, to_day};
use hub_protocol::Day;
use hub_protocol::toy::{Faults, Telemetry};
use std::collections::BTreeMap;

const MINUTE_MS: u64 = 60_000;
/// A worker's toy that was not heard of for so long is missed, whether or not anybody was at work, in ms: longer than
/// any feast.
pub const OFFLINE_MS: u64 = 7 * 24 * 60 * MINUTE_MS;
/// After the hub starts, toys have this long to come back before they are missed, in ms.
pub const GRACE_MS: u64 = 30 * MINUTE_MS;
/// A toy that failed works again when nothing was wrong for so long, in ms.
pub const FAULT_GONE_MS: u64 = 10 * MINUTE_MS;
/// A lost toy that is not in contact for so long is gone again, in ms.
pub const LOST_GONE_MS: u64 = 10 * MINUTE_MS;
/// The code of the fault of what answers in a toy's place.
const WRONG_KEY: &str = "wrong-key";
/// A device that merely passes by is not told of, in ms.
pub const STRANGER_MS: u64 = 30_000;
/// A device that is not seen any more is forgotten after this, in ms: mDNS comes and goes.
const STRANGER_GONE_MS: u64 = 2 * MINUTE_MS;
/// A clock that is wrong by more gets an alert; one wrong by less than half of it is right again, in ms.
pub const CLOCK_WRONG_MS: u64 = 10 * MINUTE_MS;
/// What a toy says of itself is well when it said so for as long, in ms: it may say something else with each message,
/// and that is one alert and not one each.
pub const WELL_MS: u64 = 30_000;
/// A battery is well again at this: a little above where it was low.
const BATTERY_WELL_PERCENT: u8 = LOW_BATTERY_PERCENT + 5;
/// The same of a memory, in KiB.
const STORAGE_WELL_KIB: u32 = STORAGE_LOW_KIB + STORAGE_LOW_KIB / 2;
/// Rows that wait for a disk that does not answer. What comes on top is not kept.
pub(super) const WAITING_MAX: usize = 20_000;

/// When the hub and the clinic's people were at work.
pub(super) struct Hours {
    pub started_ms: u64,
    /// The last day before today on which somebody worked.
    pub worked: Option<Day>,
}

impl Hours {
    /// Has a whole day of work gone by between the day of the last contact and today?
    fn missed_day(&self, heard_ms: u64, now_ms: u64) -> bool {
        let day = |ms| to_day(india(ms));
        let (heard, today) = (day(heard_ms), day(now_ms));
        self.worked.is_some_and(|worked| heard < worked && worked < today)
    }
}

#[derive(Default)]
pub(super) struct Device {
    pub rule: Option<Rule>,
    pub seen: Option<Seen>,
    pub since_ms: u64,
    /// When it was last in contact.
    pub heard_ms: Option<u64>,
    pub model: String,
    pub firmware: String,
    /// The revision of the settings that it obeys.
    pub settings: Option<u64>,
    /// It told more than it may tell in a day; none: not known since the hub started.
    pub too_much: Option<bool>,
    /// So much had no room in its list; none: not known since the hub started.
    pub left_out: Option<u32>,
    pub clock_offset_ms: Option<i64>,
    /// What it says to be broken; none: it has not said since the hub started.
    pub faults: Option<Faults>,
    /// What of that was noted last, and when.
    pub faults_noted: (Faults, Option<u64>),
    pub told: Option<Sample>,
    pub kept: Option<Sample>,
    pub side: Side,
    pub outlook: Outlook,
    /// Not announced any more since then.
    pub gone_ms: Option<u64>,
    pub open: BTreeMap<AlertKind, String>,
    /// Since when the cause of an open alert is gone.
    pub well_ms: BTreeMap<AlertKind, u64>,
    /// Restarts that are not noted yet, and when some were noted last.
    pub restarted: u32,
    pub restarts_noted_ms: Option<u64>,
    /// Rows that are left for changes too soon after another, of the time since then.
    pub spare_rows: u32,
    pub spare_since_ms: Option<u64>,
}

impl Device {
    pub fn see(&mut self, seen: Seen, now_ms: u64, out: &mut Batch) {
        if self.seen.as_ref() == Some(&seen) {
            return;
        }
        let was_online = self.seen == Some(Seen::Online);
        if was_online || seen == Seen::Online {
            self.heard_ms = Some(now_ms);
        }
        let what = match &seen {
            Seen::Online => Some((Happened::Online, String::new())),
            Seen::Failing(code) => Some((Happened::Failing, (*code).to_owned())),
            Seen::Asleep(until_ms) => Some((Happened::Asleep, until_ms.to_string())),
            // Never seen since the hub runs: nothing has happened.
            Seen::Offline if self.seen.is_some() => Some((Happened::Offline, String::new())),
            Seen::Offline | Seen::Stranger => None,
        };
        self.since_ms = now_ms;
        self.seen = Some(seen);
        if let Some((what, detail)) = what {
            self.note(what, &detail, now_ms, out);
        }
        if let Some(told) = self.told.filter(|told| was_online && self.kept.as_ref().is_none_or(|k| *k != *told)) {
            // The last values of a toy that leaves.
            self.keep(told, out);
        }
    }

    pub fn hear(&mut self, told: &Telemetry, now_ms: u64, out: &mut Batch) {
        let sample = Sample::of(told, self.clock_offset_ms.unwrap_or_default(), now_ms);
        if let Some(before) = self.told
            && sample.restarts > before.restarts
        {
            self.restarted = self.restarted.saturating_add(sample.restarts - before.restarts);
        }
        self.note_restarts(now_ms, out);
        self.faults = told.faults;
        self.note_faults(now_ms, out);
        self.heard_ms = Some(now_ms);
        self.told = Some(sample);
        let kept = self.kept.as_ref();
        if sample.is_news(kept) || (sample.changes_state(kept) && self.spares_a_row(now_ms)) {
            self.keep(sample, out);
        }
        if let (Some(rule), Some(position)) = (&self.rule, sample.position)
            && !rule.stopped
            && let Some(fence) = self.side.take(&rule.fences, position, now_ms)
        {
            let what = if self.side.outside { Happened::Left } else { Happened::Entered };
            self.note(what, &fence.name, now_ms, out);
        }
    }

    /// It is registered from now on: what was heard of it a moment before is its history too.
    pub fn begins(&mut self, now_ms: u64, out: &mut Batch) {
        if self.seen == Some(Seen::Online) {
            self.note(Happened::Online, "", now_ms, out);
            if !self.firmware.is_empty() {
                self.note(Happened::Firmware, &self.firmware, now_ms, out);
            }
            if let Some(revision) = self.settings {
                self.note(Happened::Settings, &revision.to_string(), now_ms, out);
            }
        }
    }

    /// A change that came too soon after the last row gets its row now.
    pub fn settle(&mut self, now_ms: u64, out: &mut Batch) {
        self.note_faults(now_ms, out);
        if let Some(told) = self.told.filter(|told| told.waits(self.kept.as_ref(), now_ms)) {
            self.keep(told, out);
        }
    }

    pub fn runs(&mut self, firmware: String, now_ms: u64, out: &mut Batch) {
        if self.firmware != firmware {
            self.note(Happened::Firmware, &firmware, now_ms, out);
            self.firmware = firmware;
        }
    }

    pub fn obeys(&mut self, revision: u64, now_ms: u64, out: &mut Batch) {
        if self.settings.replace(revision) != Some(revision) {
            self.note(Happened::Settings, &revision.to_string(), now_ms, out);
        }
    }

    fn keep(&mut self, sample: Sample, out: &mut Batch) {
        let Some(rule) = &self.rule else { return };
        self.kept = Some(sample);
        if out.samples.len() < WAITING_MAX {
            out.samples.push((rule.toy, sample));
        }
    }

    /// Is there a row left for a change that comes too soon after the one before?
    fn spares_a_row(&mut self, now_ms: u64) -> bool {
        if self.spare_since_ms.is_none_or(|since_ms| now_ms.abs_diff(since_ms) >= PERIOD_MS) {
            (self.spare_since_ms, self.spare_rows) = (Some(now_ms), SPARE_ROWS);
        }
        let spares = self.spare_rows > 0;
        self.spare_rows = self.spare_rows.saturating_sub(1);
        spares
    }

    /// One row for all of a minute: a toy may say of itself what it likes, as often as it likes.
    fn note_restarts(&mut self, now_ms: u64, out: &mut Batch) {
        let is_soon = self.restarts_noted_ms.is_some_and(|noted_ms| now_ms.saturating_sub(noted_ms) < MINUTE_MS);
        if self.restarted > 0 && !is_soon {
            self.restarts_noted_ms = Some(now_ms);
            let restarts = std::mem::take(&mut self.restarted);
            self.note(Happened::Restarted, &restarts.to_string(), now_ms, out);
        }
    }

    /// One row a minute at most, for what it came to.
    fn note_faults(&mut self, now_ms: u64, out: &mut Batch) {
        let (noted, noted_ms) = self.faults_noted;
        let Some(faults) = self.faults.filter(|faults| *faults != noted && self.rule.is_some()) else { return };
        if noted_ms.is_none_or(|noted_ms| now_ms.abs_diff(noted_ms) >= MINUTE_MS) {
            self.faults_noted = (faults, Some(now_ms));
            self.note(Happened::Broken, &faults.codes(), now_ms, out);
        }
    }

    fn note(&self, what: Happened, detail: &str, at_ms: u64, out: &mut Batch) {
        if let Some(rule) = &self.rule
            && out.happened.len() < WAITING_MAX
        {
            out.happened.push(Happening { toy: rule.toy, at_ms, what, detail: detail.to_owned() });
        }
    }

    /// Does the cause of an alert stand? `None`: neither yes nor no; an alert stays as it is.
    pub fn stands(&self, kind: AlertKind, now_ms: u64, hours: &Hours) -> Option<bool> {
        let Some(rule) = &self.rule else {
            return match kind {
                AlertKind::Unknown => self.is_stranger(now_ms),
                _ => Some(false),
            };
        };
        let passed = |since_ms: u64| now_ms.saturating_sub(since_ms);
        match kind {
            AlertKind::Unknown => Some(false),
            AlertKind::LostIsHere if !rule.lost => Some(false),
            AlertKind::LostIsHere => match self.seen {
                // What answers with another key is not the toy.
                Some(Seen::Failing(code)) if code != WRONG_KEY => Some(true),
                Some(Seen::Online) => Some(true),
                // It was here: that stays until somebody has seen it.
                _ => {
                    let gone = passed(self.since_ms) >= LOST_GONE_MS && passed(hours.started_ms) > GRACE_MS;
                    (rule.lost_seen && gone).then_some(false)
                }
            },
            // What is lost, blocked or out of use is not missed, watched or cared for.
            _ if rule.stopped => Some(false),
            AlertKind::Offline => {
                let Some(given_ms) = rule.given_ms else { return Some(false) };
                if self.seen == Some(Seen::Online) {
                    return Some(false);
                }
                if let Some(Seen::Asleep(until_ms)) = self.seen
                    && now_ms <= until_ms.saturating_add(GRACE_MS)
                {
                    return None;
                }
                let heard_ms = self.heard_ms.unwrap_or_default().max(given_ms);
                let missed = hours.missed_day(heard_ms, now_ms) || passed(heard_ms) > OFFLINE_MS;
                (missed && passed(hours.started_ms) > GRACE_MS).then_some(true)
            }
            AlertKind::LowBattery => {
                let told = self.told?;
                if told.low_battery() {
                    Some(true)
                } else {
                    (told.charging || told.battery_percent >= BATTERY_WELL_PERCENT).then_some(false)
                }
            }
            AlertKind::LeftFence => Some(self.side.outside && !rule.fences.is_empty()),
            AlertKind::Failing => match self.seen {
                Some(Seen::Failing(_)) => Some(true),
                Some(Seen::Online) if passed(self.since_ms) >= FAULT_GONE_MS => Some(false),
                _ => None,
            },
            AlertKind::LikelyToFail => self.outlook.stands(),
            AlertKind::TooMuch => self.too_much,
            AlertKind::LowStorage => match self.told?.storage_free_kib {
                free if free < STORAGE_LOW_KIB => Some(true),
                free if free >= STORAGE_WELL_KIB => Some(false),
                _ => None,
            },
            AlertKind::Broken => Some(self.faults? != Faults::default()),
            AlertKind::LeftOut => Some(self.left_out? > 0),
            AlertKind::WrongClock => match self.clock_offset_ms?.unsigned_abs() {
                wrong if wrong > CLOCK_WRONG_MS => Some(true),
                wrong if wrong < CLOCK_WRONG_MS / 2 => Some(false),
                _ => None,
            },
        }
    }

    /// The cause of an open alert is gone. Is it gone for good?
    pub fn is_over(&mut self, kind: AlertKind, now_ms: u64) -> bool {
        use AlertKind::{Broken, LowBattery, LowStorage, TooMuch, WrongClock};
        let told = matches!(kind, LowBattery | WrongClock | TooMuch | LowStorage | Broken);
        // What the records say of a toy holds at once.
        if !told || self.rule.as_ref().is_none_or(|rule| rule.stopped) {
            return true;
        }
        let well_ms = *self.well_ms.entry(kind).or_insert(now_ms);
        now_ms.abs_diff(well_ms) >= WELL_MS
    }

    fn is_stranger(&self, now_ms: u64) -> Option<bool> {
        if let Some(gone_ms) = self.gone_ms {
            return (now_ms.saturating_sub(gone_ms) >= STRANGER_GONE_MS).then_some(false);
        }
        let here = self.seen == Some(Seen::Stranger) && now_ms.saturating_sub(self.since_ms) >= STRANGER_MS;
        here.then_some(true)
    }

    pub fn detail(&self, kind: AlertKind) -> String {
        match (kind, &self.seen, &self.rule) {
            (AlertKind::Failing, Some(Seen::Failing(code)), _) => (*code).to_owned(),
            (AlertKind::LeftFence, _, Some(rule)) => {
                rule.fences.iter().map(|fence| fence.name.as_str()).collect::<Vec<_>>().join(", ")
            }
            (AlertKind::LikelyToFail, ..) => self.outlook.detail(),
            (AlertKind::Unknown, ..) => self.model.clone(),
            (AlertKind::Broken, ..) => self.faults.unwrap_or_default().codes(),
            (AlertKind::LeftOut, ..) => self.left_out.unwrap_or_default().to_string(),
            (AlertKind::WrongClock, ..) => self.clock_offset_ms.unwrap_or_default().to_string(),
            _ => String::new(),
        }
    }
}
