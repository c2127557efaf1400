//! Are two registrations one child? What is weighed is what people mistake: spelling, script, the order of day and month, an
//! estimated date, a mother in her parents' village. Twins and siblings are not duplicates.
//!
//! A match is an offer to look, never an act. [`Level::Probable`] needs one firm agreement (the phone, or a given name of
//! child or mother up to vowels), and two such persons always share a [`candidate_keys`] key, so that an index finds them.
//! [`Level::Possible`] pairs need not share one.

use super::alike::{Likeness, blocks, of_persons, of_places};
use super::fullname::{FullName, Word};
use super::words::{digits, local};
use crate::record::fact::Sex;
use chrono::{Datelike, NaiveDate};

/// A date put down some days late or early.
pub(crate) const NEAR_MAX_DAYS: u64 = 7;
pub(crate) const ESTIMATED_MAX_DAYS: u64 = 90;
/// Two children of one mother are further apart.
const SIBLING_MIN_DAYS: u64 = 212;
/// Two dates at most [`ESTIMATED_MAX_DAYS`] apart lie in one of two such windows, which overlap by half.
const WINDOW_DAYS: i32 = 2 * ESTIMATED_MAX_DAYS as i32;
const PHONE_MIN_DIGITS: usize = 8;

const PROBABLE_POINTS: i32 = 70;
const POSSIBLE_POINTS: i32 = 55;

/// One registration, as far as it tells a child apart. What is not known is empty.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    pub name: &'a str,
    pub dob: NaiveDate,
    pub dob_estimated: bool,
    pub sex: Sex,
    pub mother: &'a str,
    pub father: &'a str,
    pub phone: &'a str,
    pub village: &'a str,
    /// Of several born together.
    pub birth_order: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Possible,
    Probable,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub level: Level,
    /// Higher is nearer; for the order of several matches.
    pub points: i32,
    /// What speaks for it, then what speaks against.
    pub why: Vec<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    NameSame,
    NameAlike,
    /// The first name agrees, another does not.
    NamePartly,
    /// At least one of the two has no name yet.
    NameMissing,
    DobSame,
    DobSwapped,
    DobNear {
        days: u16,
    },
    DobEstimated {
        days: u16,
    },
    /// One of day, month, year differs.
    DobSlip,
    MotherSame,
    MotherAlike,
    FatherSame,
    FatherAlike,
    PhoneSame,
    VillageSame,
    SexDiffers,
    MotherDiffers,
    FatherDiffers,
    PhoneDiffers,
    VillageDiffers,
}

/// `None`: two children, or nothing that says otherwise.
pub fn score(new: &Person<'_>, other: &Person<'_>) -> Option<Match> {
    weighed(new, other, true)
}

/// So a child of whom a toy told is judged whenever the ledger is read, however long ago it came: what is weighed here
/// stays as it is.
pub fn score_when_read(new: &Person<'_>, other: &Person<'_>) -> Option<Match> {
    weighed(new, other, false)
}

fn weighed(new: &Person<'_>, other: &Person<'_>, asks: bool) -> Option<Match> {
    let (a, b) = (Known::read(new), Known::read(other));
    if let (Some(x), Some(y)) = (a.birth_order, b.birth_order)
        && x != y
    {
        return None;
    }
    let dob = Dob::compare(new, other)?;
    let name = of_persons(&a.name.words, &b.name.words);
    if name == Likeness::Different {
        return None;
    }
    let mother = of_persons(a.mother(), b.mother());
    let phone = (!a.phone.is_empty() && !b.phone.is_empty()).then(|| a.phone == b.phone);

    let mut weigh = Weigh::default();
    match name {
        Likeness::Same => weigh.add(28, Reason::NameSame),
        Likeness::Alike => weigh.add(22, Reason::NameAlike),
        Likeness::Partial => weigh.add(10, Reason::NamePartly),
        Likeness::Unknown | Likeness::Different => weigh.add(10, Reason::NameMissing),
    }
    let (points, reason) = dob.weight();
    weigh.add(points, reason);
    // A mother has a name at home and one on her card: where child, day and phone are the same, it is asked.
    let against = |points: i32| {
        if asks && name >= Likeness::Alike && dob == Dob::Same && phone == Some(true) { points / 2 } else { points }
    };
    weigh.parent(mother, [25, 20, against(-30)], [Reason::MotherSame, Reason::MotherAlike, Reason::MotherDiffers]);
    let father = of_persons(&a.father.words, &b.father.words);
    weigh.parent(father, [12, 9, against(-15)], [Reason::FatherSame, Reason::FatherAlike, Reason::FatherDiffers]);
    match phone {
        Some(true) => weigh.add(20, Reason::PhoneSame),
        Some(false) => weigh.add(-5, Reason::PhoneDiffers),
        None => {}
    }
    match of_places(&a.village.words, &b.village.words) {
        Likeness::Same | Likeness::Alike => weigh.add(10, Reason::VillageSame),
        Likeness::Different => weigh.add(against(-5), Reason::VillageDiffers),
        Likeness::Partial | Likeness::Unknown => {}
    }
    let sexes_differ = new.sex != other.sex && new.sex != Sex::Other && other.sex != Sex::Other;
    if sexes_differ {
        weigh.add(-15, Reason::SexDiffers);
    }

    let mut most = Level::Probable;
    if name == Likeness::Unknown {
        // A brother and a sister born together, of whom one or both have no name yet.
        if sexes_differ || apart_days(new, other) >= SIBLING_MIN_DAYS {
            most = Level::Possible;
        }
    }
    if dob == Dob::Slip {
        let sure_of_parents = mother >= Likeness::Alike || phone == Some(true);
        let needed = if apart_days(new, other) > SIBLING_MIN_DAYS { Likeness::Same } else { Likeness::Alike };
        if name < needed || !sure_of_parents {
            return None;
        }
        most = Level::Possible;
    }
    weigh.level(most, || phone == Some(true) || a.firmly(&b))
}

/// An index over these finds every person that [`score`] may call probable. A handful a person, at most 43.
pub fn candidate_keys(person: &Person<'_>) -> Vec<String> {
    let known = Known::read(person);
    let day = person.dob.num_days_from_ce();
    let mut when = vec![
        format!("a{}", day.div_euclid(WINDOW_DAYS)),
        format!("b{}", (day + WINDOW_DAYS / 2).div_euclid(WINDOW_DAYS)),
    ];
    if swapped(person.dob).is_some() {
        let (low, high) = (person.dob.day().min(person.dob.month()), person.dob.day().max(person.dob.month()));
        when.push(format!("s{}.{low}.{high}", person.dob.year()));
    }
    let mut keys = Vec::new();
    if !known.phone.is_empty() {
        keys.push(format!("p:{}", known.phone));
    }
    for (kind, blocks) in [("n", blocks(&known.name.words)), ("m", blocks(known.mother()))] {
        for block in blocks {
            keys.extend(when.iter().map(|when| format!("{kind}:{block}:{when}")));
        }
    }
    keys
}

struct Known {
    name: FullName,
    mother: FullName,
    father: FullName,
    village: FullName,
    phone: String,
    birth_order: Option<u8>,
}

impl Known {
    fn read(person: &Person<'_>) -> Self {
        let name = FullName::read(person.name);
        Self {
            birth_order: person.birth_order.or(name.order),
            name,
            mother: FullName::read(person.mother),
            father: FullName::read(person.father),
            village: FullName::read(person.village),
            phone: phone(person.phone),
        }
    }

    fn mother(&self) -> &[Word] {
        if self.mother.words.is_empty() { &self.name.mother } else { &self.mother.words }
    }

    fn firmly(&self, other: &Self) -> bool {
        let shared = |a: Vec<String>, b: Vec<String>| a.iter().any(|block| b.contains(block));
        shared(blocks(&self.name.words), blocks(&other.name.words))
            || shared(blocks(self.mother()), blocks(other.mother()))
    }
}

/// Empty unless it can be somebody's: not cut short, not one digit all along.
fn phone(text: &str) -> String {
    let digits = digits(text);
    let digits = local(&digits);
    let filled_in = digits.bytes().all(|d| Some(d) == digits.bytes().next());
    if digits.len() < PHONE_MIN_DIGITS || filled_in { String::new() } else { digits.to_owned() }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dob {
    Same,
    Swapped,
    Near(u16),
    Estimated(u16),
    Slip,
}

impl Dob {
    fn compare(a: &Person<'_>, b: &Person<'_>) -> Option<Self> {
        let apart = apart_days(a, b);
        let days = u16::try_from(apart).unwrap_or(u16::MAX);
        let (x, y) = (a.dob, b.dob);
        if x == y {
            return Some(Self::Same);
        }
        if swapped(x) == Some(y) {
            return Some(Self::Swapped);
        }
        if apart <= NEAR_MAX_DAYS {
            return Some(Self::Near(days));
        }
        if (a.dob_estimated || b.dob_estimated) && apart <= ESTIMATED_MAX_DAYS {
            return Some(Self::Estimated(days));
        }
        let same = [x.year() == y.year(), x.month() == y.month(), x.day() == y.day()];
        let next_year = x.year().abs_diff(y.year()) == 1;
        match same {
            [true, true, false] => Some(Self::Slip),
            [true, false, true] if apart <= SIBLING_MIN_DAYS => Some(Self::Slip),
            [false, true, true] if next_year => Some(Self::Slip),
            _ => None,
        }
    }

    fn weight(self) -> (i32, Reason) {
        match self {
            Self::Same => (40, Reason::DobSame),
            Self::Swapped => (30, Reason::DobSwapped),
            Self::Near(days) => (25, Reason::DobNear { days }),
            Self::Estimated(days) => (20, Reason::DobEstimated { days }),
            Self::Slip => (10, Reason::DobSlip),
        }
    }
}

fn apart_days(a: &Person<'_>, b: &Person<'_>) -> u64 {
    a.dob.signed_duration_since(b.dob).num_days().unsigned_abs()
}

/// Day and month the other way round, where that is another date.
pub(crate) fn swapped(date: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year(), date.day(), date.month()).filter(|other| *other != date)
}

#[derive(Default)]
struct Weigh {
    points: i32,
    for_it: Vec<Reason>,
    against: Vec<Reason>,
}

impl Weigh {
    fn add(&mut self, points: i32, reason: Reason) {
        self.points += points;
        if points < 0 { self.against.push(reason) } else { self.for_it.push(reason) }
    }

    fn parent(&mut self, likeness: Likeness, points: [i32; 3], [same, alike, differs]: [Reason; 3]) {
        match likeness {
            Likeness::Same => self.add(points[0], same),
            Likeness::Alike => self.add(points[1], alike),
            Likeness::Partial => self.add(points[1] / 2, alike),
            Likeness::Different => self.add(points[2], differs),
            Likeness::Unknown => {}
        }
    }

    fn level(mut self, most: Level, firm: impl FnOnce() -> bool) -> Option<Match> {
        if self.points < POSSIBLE_POINTS {
            return None;
        }
        let probable = self.points >= PROBABLE_POINTS && most == Level::Probable && firm();
        self.for_it.append(&mut self.against);
        let level = if probable { Level::Probable } else { Level::Possible };
        Some(Match { level, points: self.points, why: self.for_it })
    }
}
