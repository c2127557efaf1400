//! Who is told what in a run: one message a family and channel.

use super::{Channel, Run};
use crate::date::to_day;
use chrono::{Days, NaiveDate};
use hkdf::Hkdf;
use hub_protocol::ChildId;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};

/// Days between the first message and the day to come, and between that day and the last message.
const AHEAD_DAYS: u64 = 3;
const LATE_DAYS: u64 = 7;
/// Separates this use of the key from every other.
const LABEL: &[u8] = b"tikka reminder v1";

/// The language of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
pub enum Language {
    #[n(0)]
    #[default]
    #[serde(rename = "en")]
    English,
    #[n(1)]
    #[serde(rename = "hi")]
    Hindi,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Hindi];

    /// ISO 639-1; also the last part of the words' key `language-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Hindi => "hi",
        }
    }
}

/// What a message is about. The greater is the more urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    #[n(0)]
    Ahead,
    #[n(1)]
    Today,
    #[n(2)]
    Late,
}

impl Stage {
    pub const ALL: [Self; 3] = [Self::Ahead, Self::Today, Self::Late];

    /// The last part of the words' key `stage-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Today => "today",
            Self::Late => "late",
        }
    }
}

/// A child with something to come, as far as a reminder is concerned: looked after here, with its family's consent. One
/// for each day on which something became due: a dose that waits for years must not silence those that come after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    pub child: ChildId,
    /// Ten digits. A family is who has one phone: names alone are those of many families.
    pub phone: String,
    pub language: Language,
    /// The day on which the child was asked to come for what is due, by the rule of the desk and the toys, as that rule
    /// says it before the day has come. It stays when the day is over: whoever is late would else be told each day that
    /// today is the day. Only who did not come on it is late.
    pub come_on: NaiveDate,
}

/// What a family was told of a child. No family is told the same twice, whatever the clock showed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Told {
    pub child: ChildId,
    pub stage: Stage,
    /// The day it is about: the one to come, or the one that was missed.
    pub on: NaiveDate,
}

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Family(pub String);

/// What a message is known by here, at the gateway and in the log. It says nothing of the family without the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(pub [u8; 16]);

impl Reference {
    /// Follows from the day of the run, the family and the channel. `key` is the clinic's own, the same after a restore.
    pub fn of(key: &[u8; 32], day: NaiveDate, family: &Family, channel: Channel) -> Self {
        // Every part but the last has a length of its own, so that no two read alike.
        let mut of = to_day(day).0.to_be_bytes().to_vec();
        of.push(channel as u8);
        of.extend_from_slice(family.0.as_bytes());
        let mut reference = [0; 16];
        // Cannot fail: HKDF gives up to 8,160 bytes.
        let _ = Hkdf::<Sha256>::new(Some(LABEL), key).expand(&of, &mut reference);
        Self(reference)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub reference: Reference,
    pub family: Family,
    pub channel: Channel,
    pub language: Language,
    /// The most urgent of its children's.
    pub stage: Stage,
    /// The day to name: the earliest of the children at that stage.
    pub on: NaiveDate,
    /// All that is told of children of the family, in their order.
    pub told: Vec<Told>,
}

/// The messages of a run, in the order of their references. `told`: what earlier runs told.
pub fn messages(
    run: Run,
    key: &[u8; 32],
    channels: &[Channel],
    coming: impl IntoIterator<Item = Coming>,
    opted_out: &BTreeSet<Family>,
    told: &BTreeSet<Told>,
) -> Vec<Message> {
    let mut families: BTreeMap<Family, Vec<(Told, Language)>> = BTreeMap::new();
    for child in coming {
        let family = Family(child.phone.clone());
        if child.phone.is_empty() || opted_out.contains(&family) {
            continue;
        }
        if let Some(new) = to_tell(run, &child, told) {
            families.entry(family).or_default().push((new, child.language));
        }
    }
    let channels: BTreeSet<Channel> = channels.iter().copied().collect();
    let of_family = |(family, children): (Family, Vec<(Told, Language)>)| {
        channels.iter().filter_map(|channel| message(run, key, &family, *channel, &children)).collect::<Vec<_>>()
    };
    let mut messages: Vec<Message> = families.into_iter().flat_map(of_family).collect();
    messages.sort_unstable_by_key(|message| message.reference);
    messages
}

/// What a child's family is told by this run: the most urgent of what fell into its days and was not told.
fn to_tell(run: Run, child: &Coming, told: &BTreeSet<Told>) -> Option<Told> {
    let falls = |day: Option<NaiveDate>| day.is_some_and(|day| run.after < day && day <= run.today);
    let on = child.come_on;
    // A day that is over is no day to come: the family hears of it when it is late.
    let all = [
        (Stage::Late, falls(on.checked_add_days(Days::new(LATE_DAYS)))),
        (Stage::Today, on == run.today),
        (Stage::Ahead, on > run.today && falls(on.checked_sub_days(Days::new(AHEAD_DAYS)))),
    ];
    let now = all.into_iter().filter(|(_, falls)| *falls);
    now.map(|(stage, _)| Told { child: child.child, stage, on }).find(|new| !told.contains(new))
}

fn message(
    run: Run,
    key: &[u8; 32],
    family: &Family,
    channel: Channel,
    children: &[(Told, Language)],
) -> Option<Message> {
    let stage = children.iter().map(|(told, _)| told.stage).max()?;
    let urgent = children.iter().filter(|(told, _)| told.stage == stage);
    let (first, language) = urgent.min_by_key(|(told, _)| (told.on, told.child))?;
    let mut told: Vec<Told> = children.iter().map(|(told, _)| *told).collect();
    told.sort_unstable();
    told.dedup();
    Some(Message {
        reference: Reference::of(key, run.today, family, channel),
        family: family.clone(),
        channel,
        language: *language,
        stage,
        on: first.on,
        told,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn coming(child: u64, phone: &str, on: u32) -> Coming {
        Coming { child: ChildId(child), phone: phone.into(), language: Language::Hindi, come_on: day(on) }
    }

    fn told(after: u32, today: u32, children: &[Coming]) -> Vec<Message> {
        let run = Run { after: day(after), today: day(today) };
        messages(run, &KEY, &[Channel::Sms], children.to_vec(), &BTreeSet::new(), &BTreeSet::new())
    }

    #[test]
    fn three_days_before_on_the_day_and_seven_days_after() {
        let child = coming(1, "9876543210", 15);
        let days: Vec<(u32, Stage)> = (2..=30)
            .filter_map(|d| told(d - 1, d, std::slice::from_ref(&child)).first().map(|m| (d, m.stage)))
            .collect();
        assert_eq!(days, [(12, Stage::Ahead), (15, Stage::Today), (22, Stage::Late)]);
    }

    #[test]
    fn twins_are_one_message_and_the_urgent_stage_speaks() {
        let (one, two) = (coming(2, "9876543210", 15), coming(1, "9876543210", 15));
        let twins = told(14, 15, &[one, two.clone()]);
        assert_eq!(twins.len(), 1);
        let children: Vec<ChildId> = twins[0].told.iter().map(|told| told.child).collect();
        assert_eq!(children, [ChildId(1), ChildId(2)]);
        let late = told(14, 15, &[two, coming(3, "9876543210", 8)]);
        assert_eq!((late.len(), late[0].stage, late[0].on), (1, Stage::Late, day(8)));
        assert_eq!(told(14, 15, &[coming(1, "9876543210", 15), coming(2, "9876543211", 15)]).len(), 2);
    }

    #[test]
    fn a_child_with_two_days_is_told_of_both_in_one_message() {
        let days = [coming(1, "9876543210", 8), coming(1, "9876543210", 18), coming(1, "9876543210", 18)];
        let made = told(14, 15, &days);
        assert_eq!(made.len(), 1);
        assert_eq!((made[0].stage, made[0].on), (Stage::Late, day(8)));
        let days: Vec<_> = made[0].told.iter().map(|told| (told.child, told.stage, told.on)).collect();
        assert_eq!(days, [(ChildId(1), Stage::Ahead, day(18)), (ChildId(1), Stage::Late, day(8))]);
    }

    #[test]
    fn who_has_no_phone_or_said_stop_is_told_nothing() {
        assert_eq!(told(14, 15, &[coming(1, "", 15)]), []);
        let run = Run { after: day(14), today: day(15) };
        let stopped = BTreeSet::from([Family("9876543210".into())]);
        assert_eq!(messages(run, &KEY, &[Channel::Sms], [coming(1, "9876543210", 15)], &stopped, &BTreeSet::new()), []);
    }

    #[test]
    fn days_that_were_missed_are_told_as_they_stand_now() {
        // Three days before was the 12th, and the station came back on the 14th.
        assert_eq!(told(11, 14, &[coming(1, "9876543210", 15)])[0].stage, Stage::Ahead);
        assert_eq!(told(11, 15, &[coming(1, "9876543210", 15)])[0].stage, Stage::Today);
        assert_eq!(told(11, 16, &[coming(1, "9876543210", 15)]), [], "it is told when it is late");
    }

    #[test]
    fn a_reference_follows_from_day_family_and_channel() {
        let run = Run { after: day(14), today: day(15) };
        let channels = [Channel::WhatsApp, Channel::Sms, Channel::Sms];
        let work_out =
            || messages(run, &KEY, &channels, [coming(1, "9876543210", 15)], &BTreeSet::new(), &BTreeSet::new());
        assert_eq!(work_out(), work_out());
        assert_eq!(work_out().len(), 2, "one for each channel");
        let family = Family("9876543210".into());
        let of = |key: u8, on, channel| Reference::of(&[key; 32], day(on), &family, channel);
        let all =
            [of(7, 15, Channel::Sms), of(7, 16, Channel::Sms), of(7, 15, Channel::Modem), of(8, 15, Channel::Sms)];
        assert_eq!(BTreeSet::from(all).len(), 4);
    }
}
