use crate::names::duplicates::{Level, Person, Reason, candidate_keys, score, score_when_read};
use crate::record::fact::Sex;
use chrono::NaiveDate;

pub fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn pooja() -> Person<'static> {
    Person {
        name: "Pooja",
        dob: day(2024, 3, 5),
        dob_estimated: false,
        sex: Sex::Female,
        mother: "Sunita Devi",
        father: "Ramesh",
        phone: "9876543210",
        village: "Rampur",
        birth_order: None,
    }
}

pub fn level(a: &Person<'_>, b: &Person<'_>) -> Option<Level> {
    let (one, two) = (score(a, b), score(b, a));
    assert_eq!(one.as_ref().map(|m| m.level), two.as_ref().map(|m| m.level), "{a:?} {b:?}");
    let found = one.map(|m| m.level);
    if found == Some(Level::Probable) {
        let keys = candidate_keys(a);
        assert!(candidate_keys(b).iter().any(|k| keys.contains(k)), "{a:?} {b:?}");
    }
    found
}

const PROBABLE: Option<Level> = Some(Level::Probable);
const POSSIBLE: Option<Level> = Some(Level::Possible);

#[test]
fn one_child_registered_twice() {
    let a = pooja();
    let twice = [
        a,
        Person { name: "Puja Kumari", ..a },
        Person {
            name: "पूजा", mother: "सुनीता", father: "रमेश", village: "रामपुर", ..a
        },
        Person { name: "पूजा", mother: "सुनीता", father: "", phone: "", village: "", ..a },
        Person { dob: day(2024, 5, 3), phone: "", father: "", village: "", ..a },
        Person { dob: day(2024, 3, 2), phone: "", father: "", village: "", ..a },
        Person { dob: day(2024, 3, 12), phone: "", ..a },
        Person { dob: day(2024, 6, 1), dob_estimated: true, phone: "", father: "", village: "", ..a },
        Person { dob: day(2023, 12, 8), dob_estimated: true, phone: "", ..a },
        Person { sex: Sex::Male, ..a },
        Person { sex: Sex::Other, phone: "", father: "", village: "", ..a },
        Person { phone: "9123456780", village: "Sitapur", ..a },
        Person { name: "Pooja w/o X", phone: "+91 98765 43210", mother: "", ..a },
        Person { name: "", ..a },
        Person { name: "Baby of Sunita", mother: "", father: "", phone: "", village: "", ..a },
        Person { name: "baby girl", phone: "", father: "", village: "", ..a },
        Person { name: "सुनीता की बेटी", mother: "", phone: "", father: "", village: "", ..a },
        Person { birth_order: Some(1), ..a },
    ];
    for b in &twice {
        assert_eq!(level(&a, b), PROBABLE, "{b:?} {:?}", score(&a, b));
    }
    let nameless = Person { name: "", father: "", phone: "", village: "", ..a };
    assert_eq!(level(&nameless, &nameless), PROBABLE);
}

/// Her name at home, and the one on her card.
#[test]
fn a_mother_of_two_names_has_one_child() {
    let a = pooja();
    for b in [
        Person { mother: "Guddi Devi", father: "", ..a },
        Person { mother: "Guddi Devi", ..a },
        Person { mother: "Guddi Devi", father: "", village: "", ..a },
        Person { mother: "Guddi Devi", father: "", village: "Sitapur", ..a },
        Person { name: "Puja", mother: "गुड्डी", father: "", ..a },
    ] {
        assert_eq!(level(&a, &b), PROBABLE, "{b:?} {:?}", score(&a, &b));
    }
    // What a toy told is read as it always was.
    let read = score_when_read(&a, &Person { mother: "Guddi Devi", father: "", ..a });
    assert_eq!(read.map(|found| found.level), POSSIBLE);
    for b in [
        Person { mother: "Guddi Devi", phone: "9123456780", ..a },
        Person { mother: "Guddi Devi", dob: day(2024, 3, 9), father: "", ..a },
        Person { mother: "Guddi Devi", name: "Priya", ..a },
    ] {
        assert_ne!(level(&a, &b), PROBABLE, "{b:?} {:?}", score(&a, &b));
    }
}

#[test]
fn twins_are_two() {
    let a = pooja();
    let twins = [
        Person { name: "Priya", ..a },
        Person { name: "Reena Kumari", ..a },
        Person { name: "राधा", mother: "सुनीता", ..a },
    ];
    for b in &twins {
        assert_eq!(level(&a, b), None, "{b:?}");
    }
    let first = Person { birth_order: Some(1), ..a };
    for b in ["Pooja", "", "Baby of Sunita", "Puja"] {
        assert_eq!(level(&first, &Person { name: b, birth_order: Some(2), ..a }), None, "{b}");
    }
    assert_eq!(level(&first, &Person { name: "Baby 2 of Sunita", ..a }), None);
    assert_eq!(level(&first, &Person { name: "Twin II of Sunita", ..a }), None);
    assert_eq!(level(&first, &Person { name: "Baby 1 of Sunita", ..a }), PROBABLE);
    // A brother and a sister: somebody has to look.
    let boy = Person { name: "", sex: Sex::Male, ..a };
    assert_eq!(level(&a, &boy), POSSIBLE);
}

#[test]
fn siblings_are_two() {
    let a = pooja();
    for dob in [day(2024, 11, 1), day(2025, 3, 5), day(2022, 7, 9), day(2023, 3, 5)] {
        for name in ["Priya", "", "Baby of Sunita"] {
            assert_eq!(level(&a, &Person { name, dob, ..a }), None, "{name} {dob}");
        }
    }
    // Day and month the other way round could be a sibling of nearly a year: not more than possible without a name.
    let (jan, dec) = (Person { dob: day(2024, 1, 12), ..a }, Person { name: "", dob: day(2024, 12, 1), ..a });
    assert_eq!(level(&jan, &dec), POSSIBLE);
}

#[test]
fn a_common_name_is_not_a_child() {
    let a = pooja();
    let others = [
        Person { mother: "Geeta Devi", village: "Sitapur", phone: "9123456780", father: "Suresh", ..a },
        Person { mother: "Geeta Devi", village: "Sitapur", phone: "", father: "", ..a },
        Person { mother: "Anita", father: "", phone: "", ..a },
        Person { dob: day(2024, 4, 25), ..Person { phone: "", mother: "", father: "", ..a } },
        Person { dob: day(2024, 7, 1), dob_estimated: true, ..a },
    ];
    for b in &others {
        assert_eq!(level(&a, b), None, "{b:?} {:?}", score(&a, b));
    }
    // The child's name and day, another mother's name and no phone: nothing.
    assert_eq!(level(&a, &Person { mother: "Guddi", father: "", phone: "", ..a }), None);
    // A phone that somebody filled in says nothing.
    let zeros = Person { phone: "0000000000", mother: "", father: "", village: "", ..a };
    assert_eq!(level(&zeros, &zeros), POSSIBLE);
    assert!(!candidate_keys(&zeros).iter().any(|k| k.starts_with("p:")));
}

#[test]
fn a_slip_of_the_date_is_possible() {
    let a = pooja();
    for dob in [day(2024, 3, 25), day(2024, 4, 5), day(2025, 3, 5)] {
        let found = score(&a, &Person { dob, ..a }).unwrap();
        assert_eq!((found.level, found.why.contains(&Reason::DobSlip)), (Level::Possible, true), "{dob}");
    }
}

#[test]
fn the_reasons_are_told() {
    let a = pooja();
    let b = Person { name: "पूजा", dob: day(2024, 3, 7), sex: Sex::Male, village: "Sitapur", phone: "", ..a };
    let why = score(&a, &b).unwrap().why;
    let expected = [
        Reason::NameSame,
        Reason::DobNear { days: 2 },
        Reason::MotherSame,
        Reason::FatherSame,
        Reason::VillageDiffers,
        Reason::SexDiffers,
    ];
    assert_eq!(why, expected);
}

#[test]
fn keys_are_few() {
    assert!(candidate_keys(&pooja()).len() <= 7, "{:?}", candidate_keys(&pooja()));
    let long = "Ka Kha Ga Gha Cha Ja Ta Da Pa Ba Ma Ra".repeat(1000);
    let worst = Person { name: &long, mother: &long, ..pooja() };
    assert!(candidate_keys(&worst).len() <= 43, "{}", candidate_keys(&worst).len());
    let dates = [NaiveDate::MIN, NaiveDate::MAX, day(2024, 2, 29), day(-44, 3, 15)];
    for dob in dates {
        for other in dates {
            level(&Person { dob, ..pooja() }, &Person { dob: other, ..pooja() });
        }
    }
}
