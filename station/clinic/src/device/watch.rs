//! The watch over all devices of a clinic.

use super::alert::{Alert, AlertKind, UNKNOWN_OPEN_MAX};
use super::fence::Fence;
use super::one::{Device, Hours, WAITING_MAX};
use super::outlook::Outlook;
use super::sample::Sample;
use super::side::Side;
use hub_protocol::toy::Telemetry;
use hub_protocol::{Day, DeviceId};
use std::collections::BTreeMap;

/// How often the watch wants to be told the time, in ms.
pub const TICK_MS: u64 = 1_000;

/// How the hub sees a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Online,
    Offline,
    /// It said when it is back, ms since 1970.
    Asleep(u64),
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
    /// It obeys the settings of this revision.
    Settings(u64),
    /// It has told more than it may tell in a day, or what it tells is taken again.
    TooMuch(bool),
    /// So much had no room in the list that it was given.
    LeftOut(u32),
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
    /// Somebody saw that it is here, and that alert is still open.
    pub lost_seen: bool,
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
    /// The revision of the settings that it took last.
    pub settings: Option<u64>,
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
    /// It took the settings of the clinic.
    Settings = 7,
    /// It went to sleep to save power.
    Asleep = 8,
    /// It says of itself that something is broken, or is not any more.
    Broken = 9,
}

impl Happened {
    pub const ALL: [Self; 10] = [
        Self::Online,
        Self::Offline,
        Self::Failing,
        Self::Restarted,
        Self::Firmware,
        Self::Left,
        Self::Entered,
        Self::Settings,
        Self::Asleep,
        Self::Broken,
    ];

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
            Self::Settings => "settings",
            Self::Asleep => "asleep",
            Self::Broken => "broken",
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
    /// A fault's code, a version, a fence's name, a revision, ms since 1970, what is broken.
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

    /// An alert whose end was not stored yet goes on: stored together, the two would leave it closed.
    fn open(&mut self, toy: Option<DeviceId>, alert: Alert) {
        match self.closed.iter().position(|(short, kind, _)| (short, *kind) == (&alert.short, alert.kind)) {
            Some(at) => drop(self.closed.remove(at)),
            None => self.opened.push((toy, alert)),
        }
    }

    /// A person waits for it.
    pub fn is_urgent(&self) -> bool {
        !(self.opened.is_empty() && self.closed.is_empty())
    }
}

pub struct Watch {
    hours: Hours,
    devices: BTreeMap<String, Device>,
    /// Open alerts of strangers. Kept, because each stranger is judged by it at each tick.
    unknown_open: usize,
    out: Batch,
}

impl Watch {
    /// Goes on where the last one ended: `open` are its open alerts.
    pub fn new(known: Vec<Known>, open: Vec<Alert>, now_ms: u64) -> Self {
        let mut devices: BTreeMap<String, Device> = BTreeMap::new();
        let mut unknown_open = 0;
        for Known { toy, sample, seen_ms, firmware, settings } in known {
            let device = devices.entry(toy.short()).or_default();
            (device.told, device.kept, device.firmware, device.settings) = (sample, sample, firmware, settings);
            // By a clock that stood ahead: when it was heard is not known.
            device.heard_ms = Some(seen_ms).filter(|seen_ms| *seen_ms <= now_ms);
        }
        for alert in open {
            let device = devices.entry(alert.short).or_default();
            if alert.kind == AlertKind::LeftFence {
                device.side = Side::known(true);
            }
            device.gone_ms = Some(now_ms);
            let told = device.open.insert(alert.kind, alert.detail);
            unknown_open += usize::from(told.is_none() && alert.kind == AlertKind::Unknown);
        }
        let hours = Hours { started_ms: now_ms, worked: None };
        Self { hours, devices, unknown_open, out: Batch::default() }
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

    /// The last day before today on which somebody worked here. Wants to be told once a day.
    pub fn worked(&mut self, last: Option<Day>) {
        self.hours.worked = last;
    }

    /// What is to be expected of the registered toys, all of them. Wants to be told once a day.
    pub fn outlooks(&mut self, outlooks: Vec<(DeviceId, Outlook)>, now_ms: u64) {
        let mut outlooks: BTreeMap<String, Outlook> =
            outlooks.into_iter().map(|(toy, outlook)| (toy.short(), outlook)).collect();
        for (short, device) in &mut self.devices {
            device.outlook = outlooks.remove(short).unwrap_or_default();
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
            News::Settings(revision) => device.obeys(revision, now_ms, &mut self.out),
            News::TooMuch(is_so) => device.too_much = Some(is_so),
            News::LeftOut(count) => device.left_out = Some(count),
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
        since.opened.into_iter().for_each(|(toy, alert)| batch.open(toy, alert));
        batch.closed.extend(since.closed);
        // What a person must be told stays.
        batch.samples.truncate(WAITING_MAX);
        batch.happened.truncate(WAITING_MAX);
        self.out = batch;
    }

    /// Opens and closes the alerts of one device.
    fn judge(&mut self, short: &str, now_ms: u64) {
        let Some(device) = self.devices.get_mut(short) else { return };
        for kind in AlertKind::ALL {
            let is_open = device.open.contains_key(&kind);
            let stands = device.stands(kind, now_ms, &self.hours);
            if stands == Some(true) {
                let _ = device.well_ms.remove(&kind);
            }
            match stands {
                Some(true) if is_open || (kind == AlertKind::Unknown && self.unknown_open >= UNKNOWN_OPEN_MAX) => {}
                Some(true) => {
                    let detail = device.detail(kind);
                    let alert = Alert { short: short.to_owned(), kind, opened_ms: now_ms, detail: detail.clone() };
                    self.out.open(device.rule.as_ref().map(|rule| rule.toy), alert);
                    let _ = device.open.insert(kind, detail);
                    self.unknown_open += usize::from(kind == AlertKind::Unknown);
                    if let Some(rule) = device.rule.as_mut().filter(|_| kind == AlertKind::LostIsHere) {
                        // Nobody has seen this one.
                        rule.lost_seen = false;
                    }
                }
                Some(false) if is_open && device.is_over(kind, now_ms) => {
                    let _ = (device.open.remove(&kind), device.well_ms.remove(&kind));
                    self.unknown_open -= usize::from(kind == AlertKind::Unknown);
                    self.out.closed.push((short.to_owned(), kind, now_ms));
                }
                _ => {}
            }
        }
    }
}
