//! Contra-indications and refusals, one test for each rule.

use super::date::parse_iso;
use super::*;

fn day(text: &str) -> NaiveDate {
    parse_iso(text).expect(text)
}

fn seed() -> &'static Schedule {
    Schedule::builtin("seed").expect("a schedule")
}

fn uip() -> &'static Schedule {
    Schedule::builtin("uip").expect("a schedule")
}

const DOB: &str = "2024-01-15";

/// Contra-indications are written `DTP`, `product:PENTA` or `kind:live@2024-12-31`, refusals `MR@2024-11-01`.
fn run(s: &Schedule, given: &[(&str, &str)], against: &[&str], refused: &[&str], on: &str) -> Forecast {
    let child = Child { dob: day(DOB), sex: Sex::Female, je_endemic: true };
    let given: Vec<Given> =
        given.iter().map(|(name, on)| Given { product: s.product(name).expect(name), on: day(on) }).collect();
    let read = |text: &str| {
        let (what, on) = text.split_once('@').map_or((text, None), |(what, on)| (what, Some(day(on))));
        (Against::parse(s, what).expect(what), on)
    };
    let contraindications: Vec<_> =
        against.iter().map(|text| read(text)).map(|(against, until)| Contraindication { against, until }).collect();
    let refusals: Vec<_> = refused
        .iter()
        .map(|text| read(text))
        .map(|(against, on)| Refused { against, on: on.expect("a day") })
        .collect();
    let with = Constraints { contraindications: &contraindications, refusals: &refusals };
    forecast_with(s, &child, &given, &with, day(on)).expect("good input")
}

fn row<'f>(s: &Schedule, forecast: &'f Forecast, item: &str) -> &'f NextRow {
    forecast.next.iter().find(|row| s.item_name(row.item) == item).expect(item)
}

fn codes(row: &NextRow) -> Vec<&'static str> {
    row.why.iter().map(Why::as_str).collect()
}

#[test]
fn a_series_may_be_contra_indicated_for_good() {
    let given = [("PENTA", "2024-02-26"), ("PENTA", "2024-03-18")];
    let found = run(uip(), &given, &["DTP"], &[], "2024-06-01");
    let dtp = row(uip(), &found, "PENTA-2");
    assert_eq!((dtp.status, codes(dtp)), (NextStatus::Contraindicated, vec!["contraindicated"]));
    assert_eq!((dtp.earliest, dtp.due, dtp.overdue, dtp.last_day), (None, None, None, None));
    assert!(!dtp.may_be_given_on(day("2024-06-01")));
    assert_eq!(dtp.status_on(day("2040-01-01")), NextStatus::Contraindicated);
    // What was given is judged as it is, and other series go on.
    let statuses: Vec<_> = found.given.iter().map(|row| row.status.as_str()).collect();
    assert_eq!(statuses, ["given-valid", "given-invalid-too-early"]);
    assert_eq!(row(uip(), &found, "OPV-1").status, NextStatus::Overdue);
    // After the last day it is still the reason; a complete series stays complete.
    assert_eq!(row(uip(), &run(uip(), &[], &["BCG"], &[], "2026-01-01"), "BCG").status, NextStatus::Contraindicated);
    let found = run(uip(), &[("BCG", DOB)], &["BCG"], &[], "2024-02-01");
    assert_eq!(row(uip(), &found, "BCG").status, NextStatus::Complete);
}

#[test]
fn live_vaccines_are_all_that_live() {
    let found = run(uip(), &[], &["kind:live"], &[], "2024-10-20");
    let blocked: Vec<_> = found
        .next
        .iter()
        .filter(|row| row.status == NextStatus::Contraindicated)
        .map(|row| uip().item_name(row.item))
        .collect();
    assert_eq!(blocked, ["BCG", "OPV-1", "RVV-1", "MR-1", "JE-1"]);
    assert_eq!(codes(row(uip(), &found, "BCG")), ["contraindicated-live"]);
    // The window of the birth dose closed all the same.
    assert_eq!(row(uip(), &found, "OPV-0").status, NextStatus::MissedWindow);
    let newborn = run(uip(), &[], &["kind:live"], &[], DOB);
    assert_eq!(row(uip(), &newborn, "OPV-0").status, NextStatus::Contraindicated);
    assert_eq!(newborn.recheck_on, Some(day("2024-01-17")), "HepB-0 ends first");
    assert!(uip().is_live(uip().product("OPV").expect("OPV")));
    assert!(!uip().is_live(uip().product("PENTA").expect("PENTA")));
}

#[test]
fn what_passes_moves_the_dates_behind_it() {
    let until = "MR@2024-12-31";
    let found = run(uip(), &[], &[until], &[], "2024-10-20");
    let mr = row(uip(), &found, "MR-1");
    assert_eq!(
        (mr.status, mr.earliest, mr.due),
        (NextStatus::Upcoming, Some(day("2025-01-01")), Some(day("2025-01-01")))
    );
    // 28 days after the window, which ends at 12 months and so after the contra-indication.
    assert_eq!(mr.overdue, Some(day("2025-02-12")));
    let why = Why::ContraindicatedUntil { against: Against::Series(mr.series), until: day("2024-12-31") };
    assert!(mr.why.contains(&why), "{:?}", mr.why);
    assert_eq!((why.as_str(), why.on()), ("contraindicated-until", Some(day("2025-01-01"))));
    // A dose that waited for a medical reason is due when that ends, not late.
    let found = run(uip(), &[], &["kind:live@2025-06-30"], &[], "2025-07-01");
    let mr = row(uip(), &found, "MR-1");
    assert_eq!((mr.status, mr.overdue), (NextStatus::Due, Some(day("2025-07-29"))));
    // The longest one counts, for good before any day.
    let found = run(uip(), &[], &["MR@2025-06-30", until, "kind:live@2025-03-01"], &[], "2025-02-01");
    assert_eq!(row(uip(), &found, "MR-1").earliest, Some(day("2025-07-01")));
    let found = run(uip(), &[], &[until, "kind:live"], &[], "2025-02-01");
    assert_eq!(row(uip(), &found, "MR-1").status, NextStatus::Contraindicated);
    // A dose given since shows that it is over.
    let found = run(uip(), &[("MR", "2025-01-10")], &[until], &[], "2025-02-01");
    assert!(!codes(row(uip(), &found, "MR-2")).contains(&"contraindicated-until"));
}

#[test]
fn past_the_last_day_it_is_missed() {
    let found = run(uip(), &[], &["BCG@2025-01-13"], &[], "2024-02-01");
    assert_eq!(row(uip(), &found, "BCG").earliest, Some(day("2025-01-14")));
    let found = run(uip(), &[], &["BCG@2025-01-14"], &[], "2024-02-01");
    let bcg = row(uip(), &found, "BCG");
    assert_eq!((bcg.status, codes(bcg)), (NextStatus::MissedWindow, vec!["too-late-by-then"]));
    // A window of the first days closes, and the series goes on.
    let found = run(uip(), &[], &["OPV@2024-02-10"], &[], "2024-01-16");
    assert_eq!(row(uip(), &found, "OPV-0").status, NextStatus::MissedWindow);
    assert_eq!(row(uip(), &found, "OPV-1").earliest, Some(day("2024-02-26")));
}

#[test]
fn one_product_gives_way_to_another() {
    // The single vaccine is left for each part of pentavalent.
    let found = run(seed(), &[], &["product:PENTA", "product:HEXA@2024-04-30"], &[], "2024-03-01");
    let dpt = row(seed(), &found, "DPT-1");
    assert_eq!(dpt.status, NextStatus::Due);
    let (penta, hexa) = (seed().product("PENTA").expect("PENTA"), seed().product("HEXA").expect("HEXA"));
    assert!(dpt.why.contains(&Why::NotWith { product: penta, until: None }));
    assert!(dpt.why.contains(&Why::NotWith { product: hexa, until: Some(day("2024-04-30")) }));
    assert_eq!(found.recheck_on, Some(day("2024-05-01")));
    let found = run(seed(), &[], &["product:PENTA", "product:HEXA@2024-04-30"], &[], "2024-05-01");
    assert_eq!(codes(row(seed(), &found, "DPT-1")).iter().filter(|code| code.starts_with("not-with")).count(), 1);
    // What is against one part is against the combination.
    let found = run(seed(), &[], &["HepB"], &[], "2024-03-01");
    assert!(row(seed(), &found, "Hib-1").why.contains(&Why::NotWith { product: penta, until: None }));
    assert_eq!(row(seed(), &found, "HepB-1").status, NextStatus::Contraindicated);
    // The programme has nothing else before 1 year, and DPT after it.
    let found = run(uip(), &[], &["product:PENTA"], &[], "2024-03-01");
    let penta_1 = row(uip(), &found, "PENTA-1");
    assert_eq!((penta_1.status, codes(penta_1)), (NextStatus::Contraindicated, vec!["contraindicated-product"]));
    assert_eq!(found.recheck_on, Some(day("2025-01-15")));
    let found = run(uip(), &[], &["product:PENTA"], &[], "2025-01-15");
    assert_eq!(row(uip(), &found, "DPT-1").status, NextStatus::Due);
    // With a day each, the first product that is free again opens the dose.
    let found = run(uip(), &[], &["product:MR@2024-11-30", "product:MMR@2024-12-31"], &[], "2024-11-01");
    let mr = row(uip(), &found, "MR-1");
    assert_eq!(mr.earliest, Some(day("2024-12-01")));
    assert!(codes(mr).ends_with(&["recommended", "not-with-product-until"]), "{:?}", codes(mr));
}

#[test]
fn a_product_is_asked_about_before_it_is_given() {
    let s = seed();
    let product = |name: &str| s.product(name).expect(name);
    let contraindications = [
        Contraindication { against: Against::Series(s.series_id("HepB").expect("HepB")), until: None },
        Contraindication { against: Against::LiveVaccines, until: Some(day("2024-06-30")) },
        Contraindication { against: Against::Product(product("MMRV")), until: Some(day("2024-03-01")) },
    ];
    let with = Constraints { contraindications: &contraindications, refusals: &[] };
    let forbid = |name: &str, on: &str| with.forbid(s, product(name), day(on));
    assert_eq!(forbid("PENTA", "2030-01-01"), Some(contraindications[0]));
    assert_eq!(forbid("DPT", "2024-05-01"), None);
    assert_eq!(forbid("MMRV", "2024-06-30"), Some(contraindications[1]));
    assert_eq!(forbid("MMRV", "2024-07-01"), None);
    let dpt = s.entry_id("DPT-1").expect("DPT-1");
    let offered: Vec<_> = with.products_for(s, dpt, day("2024-05-01")).map(|p| s.product_name(p)).collect();
    assert_eq!(offered, ["DPT"]);
}

#[test]
fn a_refusal_marks_the_row_and_changes_no_date() {
    let free = run(uip(), &[], &[], &[], "2024-11-01");
    let found = run(uip(), &[], &[], &["MR@2024-10-16", "product:MMR@2024-10-20", "DTP@2024-10-01"], "2024-11-01");
    let (mr, was) = (row(uip(), &found, "MR-1"), row(uip(), &free, "MR-1"));
    assert_eq!((mr.status, mr.earliest, mr.due, mr.overdue), (was.status, was.earliest, was.due, was.overdue));
    // The last one is told.
    assert_eq!(mr.refused_on(), Some(day("2024-10-20")));
    assert_eq!(codes(mr).last(), Some(&"refused"));
    assert_eq!(row(uip(), &found, "PENTA-1").refused_on(), Some(day("2024-10-01")));
    assert_eq!(row(uip(), &found, "JE-1").refused_on(), None);
    // Still told when the time has passed.
    assert_eq!(mr.as_of(day("2029-01-15")).refused_on(), Some(day("2024-10-20")));
    // A dose of the series on that day or later takes it away; one before it does not.
    let after = |on: &str| {
        let found = run(uip(), &[("MR", on)], &[], &["MR@2024-11-01"], "2024-12-01");
        row(uip(), &found, "MR-2").refused_on()
    };
    assert_eq!(after("2024-10-31"), Some(day("2024-11-01")));
    assert_eq!((after("2024-11-01"), after("2024-11-02")), (None, None));
    // A day that lies ahead is not told yet.
    let early = run(uip(), &[], &[], &["MR@2024-12-01"], "2024-11-01");
    assert_eq!((row(uip(), &early, "MR-1").refused_on(), early.recheck_on), (None, Some(day("2024-12-01"))));
    // Refused and contra-indicated: both are told.
    let both = run(uip(), &[], &["MR"], &["MR@2024-10-16"], "2024-11-01");
    assert_eq!(codes(row(uip(), &both, "MR-1")), ["contraindicated", "refused"]);
}

#[test]
fn what_it_is_about_is_written_and_read() {
    for text in ["DTP", "product:PENTA", "kind:live"] {
        let against = Against::parse(uip(), text).expect(text);
        assert_eq!(against.write(uip()).to_string(), text);
    }
    for text in ["", "XYZ", "product:DTP", "kind:oral", "product:", "live"] {
        assert_eq!(Against::parse(uip(), text), None, "{text}");
    }
}
