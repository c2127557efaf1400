//! How reminders are sent: the hours, the ways and the texts.

use crate::reminder::{Channel, Hours, Language, Retry, Stage};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Tries of one message: with the waits between them, most of a day.
const TRIES_MAX: u32 = 12;

/// How and when reminders are sent: all of it, as it stands afterwards. What opens a gateway (a key, a token, the
/// modem's port) belongs to one computer and stands in no log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReminderSettings {
    /// The run of a day is made.
    #[n(0)]
    pub on: bool,
    /// When, in minutes after midnight in India.
    #[n(1)]
    #[serde(rename = "run-at", with = "clock")]
    pub run_at_min: u16,
    /// Nothing is sent from here ...
    #[n(2)]
    #[serde(rename = "quiet-from", with = "clock")]
    pub quiet_from_min: u16,
    /// ... to here.
    #[n(3)]
    #[serde(rename = "quiet-until", with = "clock")]
    pub quiet_until_min: u16,
    /// Of a family whose language is not written down.
    #[n(4)]
    pub language: Language,
    #[n(5)]
    pub sms: Option<Box<SmsGateway>>,
    #[n(6)]
    pub whatsapp: Option<WhatsApp>,
    #[n(7)]
    pub modem: Option<Modem>,
}

impl ReminderSettings {
    pub fn hours(&self) -> Hours {
        let Self { run_at_min, quiet_from_min, quiet_until_min, .. } = *self;
        Hours { run_at_min, quiet_from_min, quiet_until_min }
    }

    /// The ways that are set up.
    pub fn channels(&self) -> Vec<Channel> {
        let set = [self.sms.is_some(), self.whatsapp.is_some(), self.modem.is_some()];
        Channel::ALL.into_iter().zip(set).filter(|(_, set)| *set).map(|(channel, _)| channel).collect()
    }

    /// Does this, kept at a computer, open the way from there?
    pub fn is_open(&self, channel: Channel, place: &str, secret: &str) -> bool {
        match channel {
            Channel::Sms => !secret.is_empty() || !self.sms.as_ref().is_some_and(|sms| sms.needs_key()),
            Channel::WhatsApp => !secret.is_empty(),
            Channel::Modem => !place.is_empty(),
        }
    }

    /// How a channel may be tried again.
    pub fn retry(&self, channel: Channel) -> Retry {
        let once = channel == Channel::Sms && self.sms.as_ref().is_some_and(|sms| sms.once_by_reference);
        Retry { once_by_reference: once, tries_max: TRIES_MAX }
    }
}

impl Default for ReminderSettings {
    fn default() -> Self {
        let hours = Hours::default();
        Self {
            on: false,
            run_at_min: hours.run_at_min,
            quiet_from_min: hours.quiet_from_min,
            quiet_until_min: hours.quiet_until_min,
            language: Language::English,
            sms: None,
            whatsapp: None,
            modem: None,
        }
    }
}

/// Minutes after midnight as people write them: `09:00`.
mod clock {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(minutes: &u16, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&super::clock_text(*minutes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
        let text = String::deserialize(from)?;
        super::clock_minutes(&text).ok_or_else(|| de::Error::custom("a time of day is written as 09:00"))
    }
}

/// `09:00` as minutes after midnight.
pub fn clock_minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two = |part: &str| part.parse::<u16>().ok().filter(|_| (1..=2).contains(&part.len()));
    let (hour, minute) = (two(hour)?, two(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Minutes after midnight as `09:00`.
pub fn clock_text(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What is sent at one stage in one language.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Template {
    #[n(0)]
    pub stage: Stage,
    #[n(1)]
    pub language: Language,
    /// Under which it was registered: with the operators (DLT) for SMS, its name for WhatsApp. Empty for a modem.
    #[n(2)]
    #[cbor(default)]
    #[serde(default)]
    pub id: String,
    /// `{date}` is the day to come, or the one that was missed, as 15-12-2026; `{day}`, `{month}` and `{year}` are its
    /// numbers, for operators that let a day through as numbers alone; `{children}` how many children it is about.
    #[n(3)]
    pub text: String,
}

/// How a gateway wants to be given a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// `application/x-www-form-urlencoded`.
    #[n(0)]
    Form,
    /// One object of texts.
    #[n(1)]
    Json,
}

/// A name with a text, in which `{to}`, `{text}`, `{unicode}` (1 when the text has letters beyond the phone's first
/// alphabet, as Hindi has, else 0), `{sender}`, `{entity}`, `{template}`, `{reference}` and `{key}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Filled {
    #[n(0)]
    pub name: String,
    #[n(1)]
    pub value: String,
}

/// A place in a JSON answer (RFC 6901), and what must stand there. Where the answer is plain text, the empty place is all
/// of it, and it must begin so.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Says {
    #[n(0)]
    pub pointer: String,
    #[n(1)]
    pub value: String,
}

/// An HTTP gateway for SMS, with what the operators of India ask for (DLT: TCCCPR 2018).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SmsGateway {
    /// `https:`; `http:` on this computer only.
    #[n(0)]
    pub url: String,
    #[n(1)]
    pub body: Body,
    #[n(2)]
    pub fields: Vec<Filled>,
    /// Of HTTP, for the key.
    #[n(3)]
    #[serde(default)]
    pub headers: Vec<Filled>,
    /// What a taken message is answered with. Without it every answer 200 to 299 says so, but for `not_taken`.
    #[n(4)]
    pub taken: Option<Says>,
    /// Where the gateway's own number of the message stands in the answer; empty: it gives none.
    #[n(5)]
    #[cbor(default)]
    #[serde(default)]
    pub id_pointer: String,
    /// Given the same `{reference}` again, it sends nothing more.
    #[n(6)]
    #[serde(default)]
    pub once_by_reference: bool,
    /// The registered name of the sender: six letters or digits.
    #[n(7)]
    pub sender: String,
    /// The number of the clinic as a registered principal entity.
    #[n(8)]
    pub entity: String,
    #[n(9)]
    pub templates: Vec<Template>,
    /// What a part of a message costs, in paise.
    #[n(10)]
    pub part_paise: u16,
    /// Where it is asked what became of a message.
    #[n(11)]
    pub status: Option<StatusPage>,
    /// Where what families wrote back is read.
    #[n(12)]
    pub answers: Option<AnswersPage>,
    /// What one that was not taken is answered with: it is given again. Where `taken` is set, a message with any other
    /// answer may have gone out.
    #[n(13)]
    pub not_taken: Option<Says>,
    /// The one HTTP status that says that it took the message; without it, any from 200 to 299.
    #[n(14)]
    pub taken_status: Option<u16>,
}

impl SmsGateway {
    /// Is its key given with a message?
    fn needs_key(&self) -> bool {
        self.fields.iter().chain(&self.headers).any(|filled| filled.value.contains("{key}"))
    }
}

/// `{id}` and `{key}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StatusPage {
    #[n(0)]
    pub url: String,
    #[n(1)]
    pub delivered: Says,
    #[n(2)]
    pub failed: Says,
}

/// `{key}` is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnswersPage {
    #[n(0)]
    pub url: String,
    /// Where the list of the answers stands; the others are places in one of them.
    #[n(1)]
    pub list_pointer: String,
    #[n(2)]
    pub from_pointer: String,
    #[n(3)]
    pub text_pointer: String,
}

/// The WhatsApp Business Cloud API.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WhatsApp {
    /// Of the API with its version, as `https://graph.facebook.com/v23.0`.
    #[n(0)]
    pub url: String,
    /// The number that Meta gave to the clinic's phone number.
    #[n(1)]
    pub number_id: String,
    /// The text is what Meta approved, for the outbox; its `{date}` and `{children}` are the variables, in this order.
    #[n(2)]
    pub templates: Vec<Template>,
    /// What a message costs, in paise.
    #[n(3)]
    pub message_paise: u16,
}

/// A modem with a SIM card at this computer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Modem {
    #[n(0)]
    pub templates: Vec<Template>,
    /// What a part of a message costs, in paise.
    #[n(1)]
    pub part_paise: u16,
}
