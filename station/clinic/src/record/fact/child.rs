//! Children.

use super::ToyWitness;
use crate::reminder::Language;
pub use hub_protocol::toy::Sex;
use hub_protocol::{CardNo, ChildId, Day, UserId};
use minicbor::{Decode, Encode};

/// What the family eats, for the diet plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Food {
    #[n(0)]
    Veg,
    #[n(1)]
    Egg,
    #[n(2)]
    NonVeg,
}

/// A place on the earth (WGS 84), in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Place {
    #[n(0)]
    pub lat_udeg: i32,
    #[n(1)]
    pub lon_udeg: i32,
}

/// What is known of a child, as written on the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct ChildDetails {
    /// May be empty at birth: then the guardian's name stands for it.
    #[n(0)]
    pub name: String,
    #[n(1)]
    pub dob: Day,
    #[n(2)]
    pub dob_estimated: bool,
    #[n(3)]
    pub sex: Sex,
    #[n(4)]
    pub mother: String,
    #[n(5)]
    pub father: String,
    /// Ten digits, or empty.
    #[n(6)]
    pub phone: String,
    #[n(7)]
    pub village: String,
    #[n(8)]
    pub landmark: String,
    #[n(9)]
    pub consent_reminders: bool,
    #[n(10)]
    pub consent_tracing: bool,
    /// Ayushman Bharat Health Account: 14 digits, the last a Verhoeff check, or empty.
    #[n(11)]
    #[cbor(default)]
    pub abha: String,
    /// Number in the Reproductive and Child Health portal, or empty.
    #[n(12)]
    #[cbor(default)]
    pub rch: String,
    /// Reference number in U-WIN, or empty.
    #[n(13)]
    #[cbor(default)]
    pub uwin: String,
    /// Of twins and more: who came first.
    #[n(14)]
    pub birth_order: Option<u8>,
    #[n(15)]
    pub food: Option<Food>,
    #[n(16)]
    pub place: Option<Place>,
    /// In which the family is written to; none: in the clinic's.
    #[n(17)]
    pub language: Option<Language>,
}

impl ChildDetails {
    /// Is what the child is known by another than `before`, so that somebody has to say why? A field that stood empty is
    /// filled without.
    pub fn tells_another(&self, before: &Self) -> bool {
        let changed = |is: &str, was: &str| !was.trim().is_empty() && is.trim() != was.trim();
        changed(&self.name, &before.name)
            || changed(&self.mother, &before.mother)
            || self.dob != before.dob
            || self.sex != before.sex
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildRegistered {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub details: ChildDetails,
    /// Nobody yet: on the clinic's lists, any worker may vaccinate.
    #[n(2)]
    pub worker: Option<UserId>,
    /// Children who looked like the same one, and of whom a person said that they are others.
    #[n(3)]
    #[cbor(default)]
    pub distinct_from: Vec<ChildId>,
}

/// A child registered in the village: the toy's own signed words. It is a registered child like any other, unless
/// something speaks against it: then it waits, with what else is told of it, until an Admin has answered.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildOnToy {
    #[n(0)]
    pub child: ChildId,
    /// As they were told; what a toy does not ask is empty.
    #[n(1)]
    pub details: ChildDetails,
    #[n(2)]
    pub toy: ToyWitness,
}

/// Whose record a station asks for: what it has of a child who is looked after elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub enum Sought {
    #[n(0)]
    Child(#[n(0)] ChildId),
    /// The child of this card.
    #[n(1)]
    Card(#[n(0)] CardNo),
}

/// A child of another station of the district stands at this desk: the district is asked for its record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildAsked {
    #[n(0)]
    pub sought: Sought,
}

/// The record is not asked for any more: the district has not answered, and need not.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AskWithdrawn {
    #[n(0)]
    pub sought: Sought,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildAssigned {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub worker: Option<UserId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildEdited {
    #[n(0)]
    pub child: ChildId,
    /// The whole form as it stands afterwards.
    #[n(1)]
    pub details: ChildDetails,
    #[n(2)]
    pub reason: String,
}

/// Two records turned out to be one child.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildMerged {
    #[n(0)]
    pub child: ChildId,
    /// The record that is shown from now on.
    #[n(1)]
    pub into: ChildId,
    #[n(2)]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildUnmerged {
    #[n(0)]
    pub child: ChildId,
    /// Whose the child is again. Nobody: on the clinic's list.
    #[n(1)]
    pub worker: Option<UserId>,
    #[n(2)]
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Gone {
    #[n(0)]
    MovedAway,
    #[n(1)]
    Died,
    /// Registered by mistake, or looked after elsewhere.
    #[n(2)]
    Other,
    /// To another station of the district, with the whole record. The district says so, nobody at the desk.
    #[n(3)]
    MovedStation,
    /// Not here yet: a toy told of the child, and an Admin is to look at it first. Nobody says so.
    #[n(4)]
    Waiting,
}

impl Gone {
    /// What a person at the desk can say.
    pub const ALL: [Self; 3] = [Self::MovedAway, Self::Died, Self::Other];
    /// What nobody at the desk says.
    pub const NOT_SAID: [Self; 2] = [Self::MovedStation, Self::Waiting];

    /// The last part of the words' key `gone-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::MovedAway => "moved-away",
            Self::Died => "died",
            Self::Other => "other",
            Self::MovedStation => "moved-station",
            Self::Waiting => "waiting",
        }
    }
}

/// The child is not looked after here any more; its worker has a place free.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildInactivated {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub why: Gone,
    #[n(2)]
    pub on: Day,
    #[n(3)]
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildReactivated {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub worker: Option<UserId>,
    #[n(2)]
    pub reason: String,
}

/// Two records look like one child, and somebody who looked says that they are two.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChildrenToldApart {
    #[n(0)]
    pub child: ChildId,
    #[n(1)]
    pub other: ChildId,
}
