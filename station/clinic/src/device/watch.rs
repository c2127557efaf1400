//! The watch over all devices of a clinic.

use super::alert::{Alert, AlertKind, UNKNOWN_OPEN_MAX};
use super::fence::Fence;
use super::sample::{LOW_BATTERY_PERCENT, Sample};
use super::side::Side;
use hub_protocol::DeviceId;
use hub_protocol::toy::Telemetry;
use std::collections::BTreeMap;

const MINUTE_MS: u64 = 60_000;
/// A worker's toy that was not heard of for so long has missed a working day, in ms.
pub const OFFLINE_MS: u64 = 36 * 60 * MINUTE_MS;
/// After the hub starts, toys have this long to come back before they are missed, in ms.
pub const GRACE_MS: u64 = 30 * MINUTE_MS;
/// A toy that failed works again when nothing was wrong for so long, in ms.
pub const FAULT_GONE_MS: u64 = 10 * MINUTE_MS;
/// A device that merely passes by is not told of, in ms.
pub const STRANGER_MS: u64 = 30_000;
/// A device that is not seen any more is forgotten after this, in ms: mDNS comes and goes.
const STRANGER_GONE_MS: u64 = 2 * MINUTE_MS;
/// A clock that is wrong by more gets an alert; one wrong by less than half of it is right again, in ms.
pub const CLOCK_WRONG_MS: u64 = 10 * MINUTE_MS;
/// A battery is well again at this: a little above where it was low.
const BATTERY_WELL_PERCENT: u8 = LOW_BATTERY_PERCENT + 5;
/// How often the watch wants to be told the time, in ms.
pub const TICK_MS: u64 = 1_000;
/// Rows that wait for a disk that does not answer. What comes on top is not kept.
const WAITING_MAX: usize = 20_000;

/// How the hub sees a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Online,
    Offline,
    /// With a code that names the fault.
    Failing(&'static str),
    /// Nobody's here, or another's.
    Stranger,
}

#[derive(Debug, Clone, PartialEq)]
pub enum News {
    Seen(Seen),
    Told(Telemetry),
    ClockOffset(i64),
    Firmware(String),
    Model(String),
    /// A device that is not registered is not announced any more.
    Gone,
}

/// A registered toy, as the records have it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub toy: DeviceId,
    /// Since when it is with a worker, ms since 1970.
    pub given_ms: Option<u64>,
    /// Lost, blocked or out of use.
    pub stopped: bool,
    pub lost: bool,
    /// Where it may be. None: anywhere.
    pub fences: Vec<Fence>,
}

/// What was kept of a toy before the hub started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub toy: DeviceId,
    pub sample: Option<Sample>,
    pub seen_ms: u64,
    pub firmware: String,
}

/// The numbers stand in databases and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Happened {
    Online = 0,
    Offline = 1,
    Failing = 2,
    Restarted = 3,
    Firmware = 4,
    Left = 5,
    Entered = 6,
}

impl Happened {
    pub const ALL: [Self; 7] =
        [Self::Online, Self::Offline, Self::Failing, Self::Restarted, Self::Firmware, Self::Left, Self::Entered];

    /// The last part of the words' key `toy-happened-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Failing => "failing",
            Self::Restarted => "restarted",
            Self::Firmware => "firmware",
            Self::Left => "left",
            Self::Entered => "entered",
        }
    }

    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|what| *what as i64 == number)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    pub toy: DeviceId,
    pub at_ms: u64,
    pub what: Happened,
    /// A fault's code, a version, a fence's name.
    pub detail: String,
}

/// What is to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    pub samples: Vec<(DeviceId, Sample)>,
    pub happened: Vec<Happening>,
    /// A device and, if it is registered, whose it is.
    pub opened: Vec<(Option<DeviceId>, Alert)>,
    /// Short id, kind, when.
    pub closed: Vec<(String, AlertKind, u64)>,
}

impl Batch {
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    pub fn rows(&self) -> usize {
        self.samples.len() + self.happened.len() + self.opened.len() + self.closed.len()
    }

    /// A person waits for it.
    pub fn is_urgent(&self) -> bool {
        !(self.opened.is_empty() && self.closed.is_empty())
    }
}

#[derive(Default)]
struct Device {
    rule: Option<Rule>,
    seen: Option<Seen>,
    since_ms: u64,
    /// When it was last in contact.
    heard_ms: Option<u64>,
    model: String,
    firmware: String,
    clock_offset_ms: Option<i64>,
    told: Option<Sample>,
    kept: Option<Sample>,
    side: Side,
    /// Not announced any more since then.
    gone_ms: Option<u64>,
    open: BTreeMap<AlertKind, String>,
}

pub struct Watch {
    started_ms: u64,
    devices: BTreeMap<String, Device>,
    out: Batch,
}

impl Watch {
    /// Goes on where the last one ended: `open` are its open alerts.
    pub fn new(known: Vec<Known>, open: Vec<Alert>, now_ms: u64) -> Self {
        let mut devices: BTreeMap<String, Device> = BTreeMap::new();
        for Known { toy, sample, seen_ms, firmware } in known {
            let device = devices.entry(toy.short()).or_default();
            (device.told, device.kept, device.firmware) = (sample, sample, firmware);
            device.heard_ms = Some(seen_ms);
        }
        for alert in open {
            let device = devices.entry(alert.short).or_default();
            if alert.kind == AlertKind::LeftFence {
                device.side = Side::known(true);
            }
            device.gone_ms = Some(now_ms);
            let _ = device.open.insert(alert.kind, alert.detail);
        }
        Self { started_ms: now_ms, devices, out: Batch::default() }
    }

    /// The registered toys, all of them, as the records have them now.
    pub fn rules(&mut self, rules: Vec<Rule>, now_ms: u64) {
        let mut rules: BTreeMap<String, Rule> = rules.into_iter().map(|rule| (rule.toy.short(), rule)).collect();
        for (short, device) in &mut self.devices {
            let rule = rules.remove(short);
            let fences = |rule: &Option<Rule>| rule.as_ref().map(|rule| rule.fences.clone()).unwrap_or_default();
            if fences(&rule) != fences(&device.rule) && device.rule.is_some() {
                // Other fences: what was outside of the old ones is looked at anew.
                device.side = Side::default();
            }
            let begins = device.rule.is_none() && rule.is_some();
            device.rule = rule;
            if begins {
                device.begins(now_ms, &mut self.out);
            }
        }
        for (short, rule) in rules {
            let _ = self.devices.insert(short, Device { rule: Some(rule), ..Device::default() });
        }
        self.tick(now_ms);
    }

    /// Takes what the hub saw or heard of a device.
    pub fn take(&mut self, short: &str, news: News, now_ms: u64) {
        let device = self.devices.entry(short.to_owned()).or_default();
        device.gone_ms = None;
        match news {
            News::Seen(seen) => device.see(seen, now_ms, &mut self.out),
            News::Told(told) => device.hear(&told, now_ms, &mut self.out),
            News::ClockOffset(offset_ms) => device.clock_offset_ms = Some(offset_ms),
            News::Model(model) => device.model = model,
            News::Firmware(firmware) => device.runs(firmware, now_ms, &mut self.out),
            News::Gone => device.gone_ms = Some(now_ms),
        }
        self.judge(short, now_ms);
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: u64) {
        let shorts: Vec<String> = self.devices.keys().cloned().collect();
        for short in shorts {
            if let Some(device) = self.devices.get_mut(&short) {
                device.settle(now_ms, &mut self.out);
            }
            self.judge(&short, now_ms);
        }
        self.devices.retain(|_, device| device.rule.is_some() || device.gone_ms.is_none() || !device.open.is_empty());
    }

    /// What is to be kept and was not taken yet.
    pub fn waiting(&self) -> &Batch {
        &self.out
    }

    pub fn take_batch(&mut self) -> Batch {
        std::mem::take(&mut self.out)
    }

    /// Puts a batch back that could not be stored: it is tried again, before what came since.
    pub fn put_back(&mut self, mut batch: Batch) {
        let since = std::mem::take(&mut self.out);
        batch.samples.extend(since.samples);
        batch.happened.extend(since.happened);
        batch.opened.extend(since.opened);
        batch.closed.extend(since.closed);
        // What a person must be told stays.
        batch.samples.truncate(WAITING_MAX);
        batch.happened.truncate(WAITING_MAX);
        self.out = batch;
    }

    /// Opens and closes the alerts of one device.
    fn judge(&mut self, short: &str, now_ms: u64) {
        let full = || {
            let open = |device: &&Device| device.open.contains_key(&AlertKind::Unknown);
            self.devices.values().filter(open).count() >= UNKNOWN_OPEN_MAX
        };
        let Some(device) = self.devices.get(short) else { return };
        let not_now = device.rule.is_none() && full();
        let Some(device) = self.devices.get_mut(short) else { return };
        for kind in AlertKind::ALL {
            let is_open = device.open.contains_key(&kind);
            match device.stands(kind, now_ms, self.started_ms) {
                Some(true) if !(is_open || (not_now && kind == AlertKind::Unknown)) => {
                    let detail = device.detail(kind);
                    let alert = Alert { short: short.to_owned(), kind, opened_ms: now_ms, detail: detail.clone() };
                    self.out.opened.push((device.rule.as_ref().map(|rule| rule.toy), alert));
                    let _ = device.open.insert(kind, detail);
                }
                Some(false) if is_open => {
                    let _ = device.open.remove(&kind);
                    self.out.closed.push((short.to_owned(), kind, now_ms));
                }
                _ => {}
            }
        }
    }
}

impl Device {
    fn see(&mut self, seen: Seen, now_ms: u64, out: &mut Batch) {
        if self.seen.as_ref() == Some(&seen) {
            return;
        }
        let was_online = self.seen == Some(Seen::Online);
        if was_online || seen == Seen::Online {
            self.heard_ms = Some(now_ms);
        }
        let what = match &seen {
            Seen::Online => Some((Happened::Online, "")),
            Seen::Failing(code) => Some((Happened::Failing, *code)),
            // Never seen since the hub runs: nothing has happened.
            Seen::Offline if self.seen.is_some() => Some((Happened::Offline, "")),
            Seen::Offline | Seen::Stranger => None,
        };
        self.since_ms = now_ms;
        self.seen = Some(seen);
        if let Some((what, detail)) = what {
            self.note(what, detail, now_ms, out);
        }
        if let Some(told) = self.told.filter(|told| was_online && self.kept.as_ref().is_none_or(|k| *k != *told)) {
            // The last values of a toy that leaves.
            self.keep(told, out);
        }
    }

    fn hear(&mut self, told: &Telemetry, now_ms: u64, out: &mut Batch) {
        let sample = Sample::of(told, self.clock_offset_ms.unwrap_or_default(), now_ms);
        if let Some(before) = self.told
            && sample.restarts > before.restarts
        {
            self.note(Happened::Restarted, &(sample.restarts - before.restarts).to_string(), now_ms, out);
        }
        self.heard_ms = Some(now_ms);
        self.told = Some(sample);
        if sample.is_news(self.kept.as_ref()) {
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
    fn begins(&mut self, now_ms: u64, out: &mut Batch) {
        if self.seen == Some(Seen::Online) {
            self.note(Happened::Online, "", now_ms, out);
            if !self.firmware.is_empty() {
                self.note(Happened::Firmware, &self.firmware, now_ms, out);
            }
        }
    }

    /// A change that came too soon after the last row gets its row now.
    fn settle(&mut self, now_ms: u64, out: &mut Batch) {
        if let Some(told) = self.told.filter(|told| told.waits(self.kept.as_ref(), now_ms)) {
            self.keep(told, out);
        }
    }

    fn runs(&mut self, firmware: String, now_ms: u64, out: &mut Batch) {
        if self.firmware != firmware {
            self.note(Happened::Firmware, &firmware, now_ms, out);
            self.firmware = firmware;
        }
    }

    fn keep(&mut self, sample: Sample, out: &mut Batch) {
        let Some(rule) = &self.rule else { return };
        self.kept = Some(sample);
        if out.samples.len() < WAITING_MAX {
            out.samples.push((rule.toy, sample));
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
    fn stands(&self, kind: AlertKind, now_ms: u64, started_ms: u64) -> Option<bool> {
        let Some(rule) = &self.rule else {
            return match kind {
                AlertKind::Unknown => self.is_stranger(now_ms),
                _ => Some(false),
            };
        };
        let passed = |since_ms: u64| now_ms.saturating_sub(since_ms);
        match kind {
            AlertKind::Unknown => Some(false),
            AlertKind::LostIsHere => match self.seen {
                _ if !rule.lost => Some(false),
                Some(Seen::Online) => Some(true),
                _ => None,
            },
            // What is lost, blocked or out of use is not missed, watched or cared for.
            _ if rule.stopped => Some(false),
            AlertKind::Offline => {
                let Some(given_ms) = rule.given_ms else { return Some(false) };
                if self.seen == Some(Seen::Online) {
                    return Some(false);
                }
                let heard_ms = self.heard_ms.unwrap_or_default().max(given_ms);
                (passed(heard_ms) > OFFLINE_MS && passed(started_ms) > GRACE_MS).then_some(true)
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
            AlertKind::WrongClock => match self.clock_offset_ms?.unsigned_abs() {
                wrong if wrong > CLOCK_WRONG_MS => Some(true),
                wrong if wrong < CLOCK_WRONG_MS / 2 => Some(false),
                _ => None,
            },
        }
    }

    fn is_stranger(&self, now_ms: u64) -> Option<bool> {
        if let Some(gone_ms) = self.gone_ms {
            return (now_ms.saturating_sub(gone_ms) >= STRANGER_GONE_MS).then_some(false);
        }
        let here = self.seen == Some(Seen::Stranger) && now_ms.saturating_sub(self.since_ms) >= STRANGER_MS;
        here.then_some(true)
    }

    fn detail(&self, kind: AlertKind) -> String {
        match (kind, &self.seen, &self.rule) {
            (AlertKind::Failing, Some(Seen::Failing(code)), _) => (*code).to_owned(),
            (AlertKind::LeftFence, _, Some(rule)) => {
                rule.fences.iter().map(|fence| fence.name.as_str()).collect::<Vec<_>>().join(", ")
            }
            (AlertKind::Unknown, ..) => self.model.clone(),
            (AlertKind::WrongClock, ..) => self.clock_offset_ms.unwrap_or_default().to_string(),
            _ => String::new(),
        }
    }
}
