//! Registrations made up from the table of spellings by a seeded generator, and the same ones typed a second time.

use super::duplicates::level;
use super::tables::ONE_NAME;
use crate::names::duplicates::{Level, Person};
use crate::names::{Likeness, alike};
use crate::record::fact::Sex;
use chrono::{Datelike, Days, NaiveDate};

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a>(&mut self, line: &[&'a str]) -> &'a str {
        line[self.below(line.len())]
    }
}

#[derive(Debug, Clone)]
struct Family {
    child: usize,
    mother: usize,
    father: usize,
    village: usize,
    dob: NaiveDate,
    phone: String,
    sex: Sex,
}

#[derive(Debug, Clone)]
struct Typed {
    name: String,
    mother: String,
    father: String,
    village: String,
    phone: String,
    dob: NaiveDate,
    estimated: bool,
    sex: Sex,
}

impl Typed {
    fn person(&self) -> Person<'_> {
        Person {
            name: &self.name,
            dob: self.dob,
            dob_estimated: self.estimated,
            sex: self.sex,
            mother: &self.mother,
            father: &self.father,
            phone: &self.phone,
            village: &self.village,
            birth_order: None,
        }
    }
}

/// Lines of given names; the table's last are villages and digits.
fn names() -> &'static [&'static [&'static str]] {
    &ONE_NAME[..ONE_NAME.len() - 6]
}

fn family(dice: &mut Dice) -> Family {
    let lines = names().len();
    let day = NaiveDate::from_ymd_opt(2022, 1, 1).unwrap() + Days::new(dice.below(1200) as u64);
    Family {
        child: dice.below(lines),
        mother: dice.below(lines),
        father: dice.below(lines),
        village: dice.below(lines),
        dob: day,
        phone: format!("9{:09}", dice.below(1_000_000_000)),
        sex: if dice.once_in(2) { Sex::Male } else { Sex::Female },
    }
}

/// As somebody types it: any spelling, with or without Devi, Kumar, Smt.
fn typed(dice: &mut Dice, family: &Family) -> Typed {
    let name = dice.of(names()[family.child]);
    let name = match dice.below(4) {
        0 => format!("{name} Kumar"),
        1 => format!("{name} कुमारी"),
        _ => name.to_owned(),
    };
    let mother = dice.of(names()[family.mother]);
    let mother = match dice.below(4) {
        0 => format!("{mother} Devi"),
        1 => format!("Smt. {mother}"),
        2 => format!("{mother} देवी"),
        _ => mother.to_owned(),
    };
    let seldom = |dice: &mut Dice, text: String| if dice.once_in(3) { String::new() } else { text };
    let father = dice.of(names()[family.father]).to_owned();
    let village = dice.of(names()[family.village]).to_owned();
    Typed {
        name,
        mother,
        father: seldom(dice, father),
        village: seldom(dice, village),
        phone: seldom(dice, family.phone.clone()),
        dob: family.dob,
        estimated: false,
        sex: family.sex,
    }
}

fn swapped(date: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(date.year(), date.day(), date.month()).unwrap_or(date)
}

fn with_slip(dice: &mut Dice, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..1 + dice.below(2) {
        if chars.len() > 1 {
            let len = chars.len();
            let at = dice.below(len);
            match dice.below(3) {
                0 => drop(chars.remove(at)),
                1 => chars.swap(at, (at + 1) % len),
                _ => chars[at] = char::from(b'a' + dice.below(26) as u8),
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn a_second_registration_is_probable_whatever_the_spelling() {
    let mut dice = Dice(0x5eed_0001);
    for n in 0..4000 {
        let family = family(&mut dice);
        let one = typed(&mut dice, &family);
        let mut two = typed(&mut dice, &family);
        match n % 5 {
            0 => {}
            1 => two.dob = swapped(two.dob),
            2 => two.dob = two.dob + Days::new(dice.below(8) as u64),
            3 => {
                two.dob = two.dob - Days::new(dice.below(91) as u64);
                two.estimated = true;
            }
            _ => two.name = ["", "Baby", "Baby of X"][dice.below(3)].replace('X', &two.mother),
        }
        assert_eq!(level(&one.person(), &two.person()), Some(Level::Probable), "{one:?} {two:?}");
    }
}

/// `level` checks for each pair that what is probable shares a candidate key and that the order does not matter.
#[test]
fn what_is_probable_is_found_by_its_keys() {
    let mut dice = Dice(0x5eed_0002);
    let (mut probable, mut slips) = (0, 0);
    for _ in 0..6000 {
        let family = family(&mut dice);
        let one = typed(&mut dice, &family);
        let mut two = typed(&mut dice, &family);
        if dice.once_in(2) {
            two.name = with_slip(&mut dice, &two.name);
            slips += 1;
        }
        if dice.once_in(2) {
            two.mother = with_slip(&mut dice, &two.mother);
        }
        if dice.once_in(2) {
            two.dob = swapped(two.dob) + Days::new(dice.below(100) as u64);
            two.estimated = dice.once_in(2);
        }
        if dice.once_in(8) {
            two.sex = Sex::Male;
        }
        probable += usize::from(level(&one.person(), &two.person()) == Some(Level::Probable));
    }
    assert!(probable > 2000 && slips > 2000, "{probable} {slips}");
}

#[test]
fn strangers_are_not_matched() {
    let mut dice = Dice(0x5eed_0003);
    let mut asked = 0;
    for _ in 0..8000 {
        let one = family(&mut dice);
        let mut two = family(&mut dice);
        // The worst case: one day, one village, one name of the child.
        two.dob = one.dob;
        two.village = one.village;
        if dice.once_in(2) {
            two.child = one.child;
        }
        let (a, b) = (typed(&mut dice, &one), typed(&mut dice, &two));
        if alike(&a.mother, &b.mother) == Likeness::Different {
            let found = level(&a.person(), &b.person());
            assert_ne!(found, Some(Level::Probable), "{a:?} {b:?}");
            // Where even the father's name is one, somebody may look.
            if alike(&a.father, &b.father) <= Likeness::Unknown {
                asked += 1;
                assert_eq!(found, None, "{a:?} {b:?}");
            }
        }
    }
    assert!(asked > 5000, "{asked}");
}

#[test]
fn a_twin_is_not_matched() {
    let mut dice = Dice(0x5eed_0004);
    for _ in 0..4000 {
        let one = family(&mut dice);
        let two = Family { child: dice.below(names().len()), ..one.clone() };
        let (a, b) = (typed(&mut dice, &one), typed(&mut dice, &two));
        if alike(&a.name, &b.name) == Likeness::Different {
            assert_eq!(level(&a.person(), &b.person()), None, "{a:?} {b:?}");
        }
    }
}
