//! Reminders to families: how they are sent, which were made, and what became of each.

use super::ReminderSettings;
use crate::reminder::{Channel, Language, Stage};
use hub_protocol::{ChildId, Day};
use minicbor::{Decode, Encode};

/// By which references are made. It is in the log, so that a restored clinic makes the same ones.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct ReferenceKey(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl std::fmt::Debug for ReferenceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReferenceKey").finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RemindersChanged {
    #[n(0)]
    pub settings: ReminderSettings,
    /// The first one that was ever written holds.
    #[n(1)]
    pub key: ReferenceKey,
}

/// What one message tells of one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ToldOf {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub stage: Stage,
    #[n(2)]
    pub on: Day,
}

/// No phone and no text: both follow from the children's records when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MessageMade {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub reference: [u8; 16],
    #[n(1)]
    pub channel: Channel,
    #[n(2)]
    pub language: Language,
    #[n(3)]
    pub stage: Stage,
    /// The day that it names.
    #[n(4)]
    pub on: Day,
    #[n(5)]
    pub told: Vec<ToldOf>,
}

/// The run of a day, whole: a power cut leaves all of its messages or none.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RemindersRun {
    #[n(0)]
    pub on: Day,
    #[n(1)]
    pub messages: Vec<MessageMade>,
}

/// What became of a message, when it is more than that it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Became {
    /// The gateway took it.
    #[n(0)]
    Sent,
    /// The family's phone has it.
    #[n(1)]
    Delivered,
    #[n(2)]
    Failed,
    /// It may have gone out.
    #[n(3)]
    Unknown,
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum NotSent {
    /// The gateway will never take it like this.
    #[n(0)]
    Refused,
    /// No gateway took it in all its tries.
    #[n(1)]
    Tries,
    /// The day that it is about went by.
    #[n(2)]
    TooLate,
    /// The family has no phone any more, does not agree any more, or wrote that it wants no more.
    #[n(3)]
    NotWanted,
    /// The network gave it back.
    #[n(4)]
    NotDelivered,
    /// There is no way or no template for it any more.
    #[n(5)]
    NoWay,
}

impl NotSent {
    pub const ALL: [Self; 6] =
        [Self::Refused, Self::Tries, Self::TooLate, Self::NotWanted, Self::NotDelivered, Self::NoWay];

    /// The last part of the words' key `not-sent-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Tries => "tries",
            Self::TooLate => "too-late",
            Self::NotWanted => "not-wanted",
            Self::NotDelivered => "not-delivered",
            Self::NoWay => "no-way",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MessageBecame {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub reference: [u8; 16],
    #[n(1)]
    pub became: Became,
    #[n(2)]
    pub why: Option<NotSent>,
    /// Parts that are paid for, or may be: of all the times that it was given.
    #[n(3)]
    pub parts: Option<u8>,
    /// What they cost by the settings of that day.
    #[n(4)]
    pub paise: Option<u32>,
}

/// A person decided about a message of which nobody knows whether it went out, or that failed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MessageSettled {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub reference: [u8; 16],
    /// It is sent again; else it is given up.
    #[n(1)]
    pub again: bool,
}

/// A family wants no more reminders, or wants them again. It is about the phone: whoever has it said so.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OptOutSet {
    /// Ten digits.
    #[n(0)]
    pub phone: String,
    #[n(1)]
    pub out: bool,
}
