//! Worked cases at the edges of the ages.

use super::*;
use crate::forecast::{Given, Sex, forecast};

fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

fn uip() -> &'static Schedule {
    Schedule::builtin("uip").expect("a schedule")
}

fn seed() -> &'static Schedule {
    Schedule::builtin("seed").expect("a schedule")
}

fn born(dob: &str) -> Child {
    Child { dob: day(dob), sex: Sex::Female, je_endemic: false }
}

/// `given` is written `BCG@2024-01-15 OPV@2024-01-15`.
fn ask(s: &Schedule, c: &Child, given: &str, set: FullySet, on: &str) -> Milestones {
    let dose = |text: &str| {
        let (product, on) = text.split_once('@').expect(text);
        Given { product: s.product(product).expect(product), on: day(on) }
    };
    let given: Vec<Given> = given.split_whitespace().map(dose).collect();
    let on = day(on);
    let given: Vec<Given> = given.into_iter().filter(|dose| dose.on <= on).collect();
    let forecast = forecast(s, c, &given, on).expect("good input");
    milestones(s, c, &forecast, set, on).expect("the schedule names milestones")
}

fn missing(s: &Schedule, milestone: &Milestone) -> String {
    milestone.missing.iter().map(|entry| s.entry(*entry).id.as_str()).collect::<Vec<_>>().join(" ")
}

/// On time until 14 weeks, for a child born on 15 January 2024.
const ON_TIME: &str = "BCG@2024-01-15 OPV@2024-01-15 HepB@2024-01-15 \
    PENTA@2024-02-26 OPV@2024-02-26 RVV@2024-02-26 fIPV@2024-02-26 PCV@2024-02-26 \
    PENTA@2024-03-25 OPV@2024-03-25 RVV@2024-03-25 \
    PENTA@2024-04-22 OPV@2024-04-22 RVV@2024-04-22 fIPV@2024-04-22 PCV@2024-04-22 ";

#[test]
fn fully_immunized_before_the_first_birthday() {
    let c = born("2024-01-15");
    for (mr, reached, finished) in [
        // 9 months, the last day in time, exactly 12 months.
        ("2024-10-15", true, true),
        ("2025-01-14", true, true),
        ("2025-01-15", false, true),
        // A day before 9 months it does not count; nor does a dose of 8 months.
        ("2024-10-14", false, false),
        ("2024-09-15", false, false),
    ] {
        let found = ask(uip(), &c, &format!("{ON_TIME} MR@{mr}"), FullySet::Basic, "2025-06-01");
        assert_eq!(found.basic.before, day("2025-01-15"));
        assert_eq!(found.basic.reached_on, reached.then(|| day(mr)), "{mr}");
        assert_eq!(found.basic.finished_on, finished.then(|| day(mr)), "{mr}");
        assert_eq!(missing(uip(), &found.basic), if finished { "" } else { "MR-1" }, "{mr}");
        let standing = if reached { Standing::Reached { on: day(mr) } } else { Standing::Missed };
        assert_eq!(found.fully().standing(day("2025-06-01")), standing);
        assert_eq!(found.dropped_out.is_yes(), !finished, "{mr}");
    }
    let found = ask(uip(), &c, ON_TIME, FullySet::Basic, "2025-01-14");
    assert_eq!(found.fully().standing(day("2025-01-14")), Standing::Open);
    assert_eq!(found.dropped_out, Judged::TooYoung { from: day("2025-01-15") });
}

#[test]
fn an_invalid_dose_is_not_one_of_the_set() {
    // The second pentavalent came three weeks after the first: the set waits for a fourth.
    let c = born("2024-01-15");
    let given = "BCG@2024-01-15 PENTA@2024-02-26 PENTA@2024-03-18 PENTA@2024-04-22 \
        OPV@2024-02-26 OPV@2024-03-25 OPV@2024-04-22 MR@2024-10-15";
    let found = ask(uip(), &c, given, FullySet::Basic, "2024-12-01");
    assert_eq!(missing(uip(), &found.basic), "PENTA-3");
    let found = ask(uip(), &c, &format!("{given} PENTA@2024-11-20"), FullySet::Basic, "2024-12-01");
    assert_eq!(found.basic.reached_on, Some(day("2024-11-20")));
    // The birth dose of OPV is none of the three.
    let given = "BCG@2024-01-15 OPV@2024-01-15 OPV@2024-02-26 OPV@2024-03-25 \
        PENTA@2024-02-26 PENTA@2024-03-25 PENTA@2024-04-22 MR@2024-10-15";
    let found = ask(uip(), &c, given, FullySet::Basic, "2024-12-01");
    assert_eq!(missing(uip(), &found.basic), "OPV-3");
}

#[test]
fn a_child_of_a_leap_day_has_until_the_first_of_march() {
    let c = born("2024-02-29");
    let given = "BCG@2024-02-29 PENTA@2024-04-11 PENTA@2024-05-09 PENTA@2024-06-06 \
        OPV@2024-04-11 OPV@2024-05-09 OPV@2024-06-06";
    let reached =
        |mr: &str| ask(uip(), &c, &format!("{given} MR@{mr}"), FullySet::Basic, "2025-06-01").basic.reached_on;
    assert_eq!(reached("2025-02-28"), Some(day("2025-02-28")));
    assert_eq!(reached("2025-03-01"), None);
}

#[test]
fn completely_immunized_before_the_second_birthday() {
    let c = born("2024-01-15");
    let first = format!("{ON_TIME} MR@2024-10-15 DPT@2025-05-20 OPV@2025-05-20");
    let ask = |given: &str, on: &str| ask(uip(), &c, given, FullySet::Basic, on);
    let found = ask(&first, "2025-12-01");
    assert_eq!((missing(uip(), &found.completely).as_str(), found.completely.reached_on), ("MR-2", None));
    assert_eq!(found.completely_standing(day("2026-01-14")), Standing::Open);
    assert_eq!(found.completely_standing(day("2026-01-15")), Standing::Missed);
    for (mr, reached) in [("2025-05-20", true), ("2026-01-14", true), ("2026-01-15", false)] {
        let found = ask(&format!("{first} MR@{mr}"), "2026-03-01");
        assert_eq!(found.completely.reached_on, reached.then(|| day(mr)), "{mr}");
        assert_eq!(found.completely.finished_on, Some(day(mr)));
    }
    // Who was not fully immunized in the first year is not completely immunized in the second.
    let late = format!("{ON_TIME} MR@2025-01-20 MR@2025-05-20 DPT@2025-05-20 OPV@2025-05-20");
    let found = ask(&late, "2025-06-01");
    assert_eq!((found.completely.reached_on, found.completely.finished_on), (None, Some(day("2025-05-20"))));
    assert_eq!(found.completely_standing(day("2025-06-01")), Standing::Missed);
    assert_eq!(
        missing(uip(), &ask("BCG@2024-01-15", "2025-06-01").completely),
        "DPT-1 DPT-2 DPT-3 OPV-1 OPV-2 OPV-3 MR-1 MR-2 DPT-B1 OPV-B"
    );
}

#[test]
fn the_extended_set_is_all_that_is_planned_in_the_first_year() {
    let c = born("2024-01-15");
    let all = "BCG HepB-0 OPV-0 OPV-1 OPV-2 OPV-3 PENTA-1 PENTA-2 PENTA-3 RVV-1 RVV-2 RVV-3 fIPV-1 fIPV-2 fIPV-3 \
        PCV-1 PCV-2 PCV-B MR-1";
    let newborn = |c: &Child| missing(uip(), &ask(uip(), c, "", FullySet::Extended, "2024-01-15").extended);
    assert_eq!(newborn(&c), all);
    assert_eq!(newborn(&Child { je_endemic: true, ..c }), format!("{all} JE-1"));

    let nine_months = "MR@2024-10-15 fIPV@2024-10-15 PCV@2024-10-20";
    let found = ask(uip(), &c, &format!("{ON_TIME} {nine_months}"), FullySet::Extended, "2024-11-01");
    assert_eq!(found.basic.reached_on, Some(day("2024-10-15")));
    assert_eq!((found.fully().reached_on, missing(uip(), &found.extended)), (Some(day("2024-10-20")), String::new()));
    // A closed window stays missing; the basic set does not need it.
    let home = ON_TIME.replace("HepB@2024-01-15", "HepB@2024-01-18");
    let found = ask(uip(), &c, &format!("{home} {nine_months}"), FullySet::Extended, "2024-11-01");
    assert_eq!((missing(uip(), &found.extended).as_str(), found.basic.missing.len()), ("HepB-0", 0));
    assert_eq!(found.fully().reached_on, None);
}

#[test]
fn the_list_of_the_owner_counts_by_its_own_data() {
    let c = born("2024-01-15");
    let given = "BCG@2024-01-15 OPV@2024-01-15 HepB@2024-01-15 \
        PENTA@2024-02-26 OPV@2024-02-26 PENTA@2024-03-25 OPV@2024-03-25 PENTA@2024-04-22 OPV@2024-04-22 \
        MR@2024-10-15 MMR@2025-05-20 DPT@2025-05-20 OPV@2025-05-20";
    let found = ask(seed(), &c, given, FullySet::Basic, "2025-06-01");
    assert_eq!(found.basic.reached_on, Some(day("2024-10-15")));
    assert_eq!(found.completely.reached_on, Some(day("2025-05-20")));
    // Four doses that hold hepatitis B complete that series, and the third of pentavalent was the fourth.
    assert_eq!(missing(seed(), &found.extended), "IPV-1 IPV-2 IPV-3 RV-1 RV-2 RV-3 PCV-1 PCV-2 PCV-3 Flu-1 Flu-2");
    let with = format!(
        "{given} IPV@2024-02-26 IPV@2024-03-25 IPV@2024-04-22 RV@2024-02-26 RV@2024-03-25 RV@2024-04-22 \
         PCV@2024-02-26 PCV@2024-03-25 PCV@2024-04-22 Flu@2024-07-15 Flu@2024-08-20"
    );
    assert_eq!(ask(seed(), &c, &with, FullySet::Extended, "2025-06-01").fully().reached_on, Some(day("2024-10-15")));

    // Hib started at 8 months follows a shorter list, in which the third dose does not exist.
    let late = "Hib@2024-09-20 Hib@2024-10-20";
    let found = ask(seed(), &c, late, FullySet::Extended, "2024-12-01");
    assert!(!missing(seed(), &found.extended).contains("Hib"), "{}", missing(seed(), &found.extended));
}

#[test]
fn zero_dose_left_out_and_dropped_out() {
    let c = born("2024-01-15");
    let told = |given: &str, on: &str| {
        let found = ask(uip(), &c, given, FullySet::Basic, on);
        [found.zero_dose, found.left_out, found.dropped_out]
    };
    let (birthday, never) = (day("2025-01-15"), Judged::No { on: None });
    let (young, yes) = (Judged::TooYoung { from: birthday }, Judged::Yes { since: birthday });
    let no = |on: &str| Judged::No { on: Some(day(on)) };
    let birth = "BCG@2024-01-15 OPV@2024-01-15 HepB@2024-01-18";
    for (given, on, expected) in [
        ("", "2025-01-14", [young, young, never]),
        ("", "2025-01-15", [yes, yes, never]),
        (birth, "2025-01-15", [yes, yes, never]),
        // BCG later is still the dose of birth, and vitamin A is no vaccine.
        ("BCG@2024-03-01 VitA@2024-10-15", "2025-01-15", [yes, yes, never]),
        // OPV at 6 weeks reached the child, without DPT.
        ("OPV@2024-02-26", "2025-01-15", [yes, no("2024-02-26"), yes]),
        // A day too early: it does not count, but it is a dose that was given.
        ("PENTA@2024-02-25", "2025-01-15", [no("2024-02-25"), no("2024-02-25"), yes]),
        ("PENTA@2024-02-26", "2025-01-14", [no("2024-02-26"), no("2024-02-26"), young]),
        // Reached after the birthday: no longer zero-dose, and a drop-out until the set is finished.
        ("DPT@2025-03-01", "2025-02-28", [yes, yes, never]),
        (
            "DPT@2025-03-01",
            "2025-03-01",
            [no("2025-03-01"), no("2025-03-01"), Judged::Yes { since: day("2025-03-01") }],
        ),
    ] {
        assert_eq!(told(given, on), expected, "{given} on {on}");
    }
    let full = format!("{ON_TIME} MR@2024-10-15");
    assert_eq!(told(&full, "2025-06-01"), [no("2024-02-26"), no("2024-02-26"), no("2024-10-15")]);
    let late = ask(uip(), &c, "DPT@2025-03-01", FullySet::Basic, "2025-03-01");
    assert_eq!(missing(uip(), &late.basic), "BCG DPT-2 DPT-3 OPV-1 OPV-2 OPV-3 MR-1");
    // Twice on the day of birth is one birth dose.
    assert_eq!(told("OPV@2024-01-15 OPV@2024-01-15", "2025-01-15"), [yes, yes, never]);
}

#[test]
fn the_chosen_set_decides() {
    let c = born("2024-01-15");
    let given = format!("{ON_TIME} MR@2024-10-15");
    let by = |set| ask(uip(), &c, &given, set, "2025-06-01");
    assert_eq!(FullySet::default(), FullySet::Basic);
    assert!(!by(FullySet::Basic).dropped_out.is_yes() && by(FullySet::Extended).dropped_out.is_yes());
    assert_eq!(missing(uip(), by(FullySet::Extended).fully()), "fIPV-3 PCV-B");
    assert_eq!(missing(uip(), &by(FullySet::Extended).completely), "fIPV-3 PCV-B MR-2 DPT-B1 OPV-B");
}

#[test]
fn a_schedule_may_name_no_milestones() {
    let awkward = Schedule::parse(include_str!("../forecast/awkward.toml")).expect("a schedule");
    let c = born("2024-01-15");
    let forecast = forecast(&awkward, &c, &[], c.dob).expect("good input");
    assert_eq!(milestones(&awkward, &c, &forecast, FullySet::Basic, c.dob), None);
}
