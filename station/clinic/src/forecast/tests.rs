//! One test for each rule, beyond what the table of cases holds.

use super::date::parse_iso;
use super::*;

fn day(text: &str) -> NaiveDate {
    parse_iso(text).expect(text)
}

fn seed() -> &'static Schedule {
    Schedule::builtin("seed").expect("the seed schedule loads")
}

fn uip() -> &'static Schedule {
    Schedule::builtin("uip").expect("the UIP schedule loads")
}

fn awkward() -> Schedule {
    Schedule::parse(include_str!("awkward.toml")).expect("the awkward schedule loads")
}

fn girl(dob: &str) -> Child {
    Child { dob: day(dob), sex: Sex::Female, je_endemic: false }
}

fn doses(schedule: &Schedule, given: &[(&str, &str)]) -> Vec<Given> {
    given.iter().map(|(name, on)| Given { product: schedule.product(name).expect(name), on: day(on) }).collect()
}

fn run(schedule: &Schedule, child: &Child, given: &[(&str, &str)], on: &str) -> Forecast {
    forecast(schedule, child, &doses(schedule, given), day(on)).expect("good input")
}

/// `item status reason note` of every dose.
fn judged(schedule: &Schedule, forecast: &Forecast) -> Vec<String> {
    let line = |row: &GivenRow| {
        let mut words = vec![schedule.item_name(row.item), row.status.as_str()];
        words.extend(row.reason.map(GivenReason::as_str));
        words.extend(row.note.map(GivenNote::as_str));
        words.join(" ")
    };
    forecast.given.iter().map(line).collect()
}

/// `item status` of the rows of one series.
fn next(schedule: &Schedule, forecast: &Forecast, series: &str) -> Vec<String> {
    let series = schedule.series_id(series).expect("a series");
    let rows = forecast.next.iter().filter(|row| row.series == series);
    rows.map(|row| format!("{} {}", schedule.item_name(row.item), row.status.as_str())).collect()
}

fn row<'f>(schedule: &Schedule, forecast: &'f Forecast, item: &str) -> &'f NextRow {
    forecast.next.iter().find(|row| schedule.item_name(row.item) == item).expect(item)
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let child = girl("2024-01-15");
    let bcg = uip().product("BCG").expect("BCG");
    let ask = |given: &[(ProductId, &str)], on: &str| {
        let given: Vec<Given> = given.iter().map(|&(product, on)| Given { product, on: day(on) }).collect();
        forecast(uip(), &child, &given, day(on)).expect_err("bad input")
    };
    let good = (bcg, "2024-01-15");
    assert_eq!(ask(&[], "2024-01-14"), InputError::EvalBeforeBirth);
    assert_eq!(ask(&[good, (bcg, "2024-01-14")], "2024-02-01"), InputError::BeforeBirth { index: 1 });
    assert_eq!(ask(&[(bcg, "2024-02-02"), good], "2024-02-01"), InputError::FutureDate { index: 0 });
    let unknown = ask(&[good, (ProductId::UNKNOWN, "2024-01-20")], "2024-02-01");
    assert_eq!(unknown, InputError::UnknownProduct { index: 1 });
    assert_eq!(unknown.as_str(), "reject:unknown-product");
    assert_eq!(unknown.to_string(), "dose 2 is of a product the schedule does not know");
}

#[test]
fn doses_are_taken_by_date_and_keep_their_index() {
    let found = run(uip(), &girl("2024-01-15"), &[("OPV", "2024-02-26"), ("OPV", "2024-01-15")], "2024-03-01");
    assert_eq!(judged(uip(), &found), ["OPV-0 given-valid", "OPV-1 given-valid"]);
    assert_eq!(found.given.iter().map(|row| row.index).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn a_dose_after_the_last_entry_is_extra() {
    let child = girl("2024-01-15");
    let given = [("BCG", "2024-01-15"), ("BCG", "2024-01-15"), ("BCG", "2024-03-01")];
    let found = run(uip(), &child, &given, "2024-03-01");
    assert_eq!(judged(uip(), &found), ["BCG given-valid", "BCG given-duplicate", "BCG given-extra series-complete"]);
}

#[test]
fn hepatitis_b_on_day_5_finds_its_window_closed() {
    let child = girl("2024-01-15");
    let found = run(uip(), &child, &[("HepB", "2024-01-16")], "2024-01-20");
    assert_eq!(judged(uip(), &found), ["HepB-0 given-valid"]);
    let found = run(uip(), &child, &[("HepB", "2024-01-20")], "2024-01-20");
    assert_eq!(judged(uip(), &found), ["HepB0 given-extra window-closed"]);
    // The row stands alone: the series was not completed.
    assert_eq!(next(uip(), &found, "HepB0"), ["HepB-0 missed-window"]);
}

#[test]
fn a_missed_zero_dose_does_not_hold_up_the_series() {
    let child = girl("2018-01-15");
    let given = [
        ("OPV", "2018-02-26"),
        ("OPV", "2018-03-26"),
        ("OPV", "2018-04-23"),
        ("OPV", "2019-05-15"),
        ("OPV", "2019-08-15"),
    ];
    let found = run(uip(), &child, &given, "2020-01-01");
    assert_eq!(judged(uip(), &found)[3..], ["OPV-B given-valid", "OPV given-extra series-complete"]);
    assert_eq!(next(uip(), &found, "OPV"), ["OPV-0 missed-window", "OPV complete"]);
}

#[test]
fn late_doses_count() {
    let found = run(uip(), &girl("2023-01-15"), &[("BCG", "2024-03-01")], "2024-03-01");
    assert_eq!(judged(uip(), &found), ["BCG given-valid after-latest-age"]);
    assert_eq!(next(uip(), &found, "BCG"), ["BCG complete"]);
}

#[test]
fn without_an_interval_four_weeks_follow_a_dose_that_was_too_early() {
    let child = girl("2024-01-15");
    // No interval from the zero dose, so OPV-1 depends on age alone.
    let found = run(uip(), &child, &[("OPV", "2024-01-30"), ("OPV", "2024-02-26")], "2024-02-26");
    assert_eq!(judged(uip(), &found), ["OPV-0 given-valid", "OPV-1 given-valid"]);
    let found = run(uip(), &child, &[("OPV", "2024-02-04"), ("OPV", "2024-03-02")], "2024-03-10");
    assert_eq!(
        judged(uip(), &found),
        ["OPV-1 given-invalid-too-early min-age", "OPV-1 given-invalid-too-early min-interval"]
    );
    assert_eq!(found.given[1].valid_from, Some(day("2024-03-03")));
    assert_eq!(row(uip(), &found, "OPV-1").earliest, Some(day("2024-03-30")));
}

#[test]
fn an_unsourced_interval_is_four_weeks() {
    let child = Child { je_endemic: true, ..girl("2023-01-15") };
    let given = [("JE", "2024-05-01"), ("JE", "2024-05-28")];
    let found = run(uip(), &child, &given, "2024-05-28");
    assert_eq!(judged(uip(), &found)[1], "JE-2 given-invalid-too-early min-interval");
    let why = &row(uip(), &found, "JE-2").why;
    let waits = Why::MinInterval { since: day("2024-05-28"), on: day("2024-06-25"), repeat: true, assumed: true };
    assert!(why.contains(&waits), "{why:?}");
}

#[test]
fn hepatitis_b_3_also_counts_from_the_first_dose() {
    let child = girl("2023-01-15");
    // Eight weeks after the second dose, but only twelve after the first.
    let given = [("HepB", "2024-01-01"), ("HepB", "2024-01-29"), ("HepB", "2024-03-25")];
    let found = run(seed(), &child, &given, "2024-03-25");
    assert_eq!(judged(seed(), &found)[2], "HepB-3 given-invalid-too-early from-first");
    assert_eq!(found.given[2].valid_from, Some(day("2024-04-22")));
}

#[test]
fn part_of_a_combination_that_is_too_early_is_extra() {
    let child = girl("2023-01-10");
    let found = run(seed(), &child, &[("MMRV", "2023-11-10")], "2023-12-20");
    assert_eq!(judged(seed(), &found), ["MR-1 given-valid", "Var-1 given-extra combination min-age"]);
    // It is a reference for what follows, like any dose that was too early.
    let given = [("MMRV", "2024-01-09"), ("Var", "2024-01-20"), ("Var", "2024-02-25")];
    let found = run(seed(), &child, &given, "2024-03-01");
    assert_eq!(
        judged(seed(), &found),
        [
            "MR-1 given-valid",
            "Var-1 given-extra combination min-age",
            "Var-1 given-invalid-too-early min-interval",
            "Var-1 given-valid",
        ]
    );
    // Alone, the same dose is invalid; so are both parts when both are too early.
    let found = run(seed(), &child, &[("Var", "2023-11-10")], "2023-12-20");
    assert_eq!(judged(seed(), &found), ["Var-1 given-invalid-too-early min-age"]);
    let found = run(seed(), &child, &[("MMRV", "2023-06-10")], "2023-12-20");
    assert_eq!(
        judged(seed(), &found),
        ["MR-1 given-invalid-too-early min-age", "Var-1 given-invalid-too-early min-age"]
    );
}

#[test]
fn an_invalid_live_dose_still_blocks_the_next() {
    let child = Child { je_endemic: true, ..girl("2023-01-15") };
    // MR a day too early; JE 27 days later is blocked by it, 28 days later it is not.
    let too_early = ("MR", "2023-10-14");
    let found = run(uip(), &child, &[too_early, ("JE", "2023-11-10")], "2023-12-20");
    assert_eq!(judged(uip(), &found)[1], "JE-1 given-invalid-too-early live-spacing");
    let found = run(uip(), &child, &[too_early, ("JE", "2023-11-11")], "2023-12-20");
    assert_eq!(judged(uip(), &found)[1], "JE-1 given-valid");
}

#[test]
fn live_vaccines_share_a_day_but_not_the_weeks_after_it() {
    let child = Child { je_endemic: true, ..girl("2023-01-15") };
    let today = run(uip(), &child, &[("MR", "2023-11-15")], "2023-11-15");
    assert_eq!(row(uip(), &today, "JE-1").earliest, Some(day("2023-10-15")));
    assert_eq!(today.recheck_on, Some(day("2023-11-16")));
    let tomorrow = run(uip(), &child, &[("MR", "2023-11-15")], "2023-11-16");
    assert_eq!(row(uip(), &tomorrow, "JE-1").earliest, Some(day("2023-12-13")));
    let mr = uip().product("MR").expect("MR");
    let blocked = Why::LiveSpacing { product: mr, since: day("2023-11-15"), on: day("2023-12-13") };
    assert!(row(uip(), &tomorrow, "JE-1").why.contains(&blocked));
}

#[test]
fn a_live_dose_today_moves_what_could_not_be_given_today() {
    let child = Child { je_endemic: true, ..girl("2023-01-15") };
    // JE-2 had to wait until 29 May; an MR dose, though itself too early, moves it further.
    let found = run(uip(), &child, &[("JE", "2024-05-01"), ("MR", "2024-05-20")], "2024-05-20");
    assert_eq!(judged(uip(), &found)[1], "MR-1 given-invalid-too-early live-spacing");
    assert_eq!(row(uip(), &found, "JE-2").earliest, Some(day("2024-06-17")));
}

#[test]
fn spacing_is_for_live_series_only() {
    // PQ is a live product that also counts for W, which is not live.
    let found = run(&awkward(), &girl("2023-01-15"), &[("R", "2023-05-01"), ("PQ", "2023-05-10")], "2023-06-01");
    assert_eq!(
        judged(&awkward(), &found)[1..],
        ["Q-2 given-extra combination live-spacing", "P-1 given-extra combination live-spacing", "W-2 given-valid",]
    );
}

#[test]
fn a_late_booster_stands_for_the_next() {
    let child = girl("2018-01-15");
    let given = [
        ("DPT", "2018-02-26"),
        ("DPT", "2018-03-26"),
        ("DPT", "2018-04-23"),
        ("DPT", "2022-01-15"),
        ("DPT", "2022-09-15"),
    ];
    let found = run(seed(), &child, &given[..4], "2022-10-01");
    assert_eq!(next(seed(), &found, "DPT"), ["DPT complete"]);
    let found = run(seed(), &child, &given, "2022-10-01");
    assert_eq!(judged(seed(), &found)[4], "DPT given-extra series-complete");
    let found = run(seed(), &child, &[given[0], given[1], given[2], ("DPT", "2022-01-14")], "2022-10-01");
    assert_eq!(next(seed(), &found, "DPT"), ["DPT-B2 due"]);
}

#[test]
fn catch_up_lists_follow_the_age_at_the_first_dose() {
    let child = girl("2023-01-10");
    let last = |given: &[(&str, &str)]| next(seed(), &run(seed(), &child, given, "2025-01-20"), "Hib").join(", ");
    // At 12 months one dose and a booster, at 15 months a single dose.
    assert_eq!(last(&[("Hib", "2024-01-10")]), "Hib-B overdue");
    assert_eq!(last(&[("Hib", "2024-01-10"), ("Hib", "2024-03-06")]), "Hib complete");
    assert_eq!(last(&[("Hib", "2024-04-10")]), "Hib complete");
    // Started on time: the full list, however long the pause.
    assert_eq!(last(&[("Hib", "2023-03-10")]), "Hib-2 overdue");
    // Too early a dose does not choose the list; here the second, at 12 months, does.
    assert_eq!(last(&[("Hib", "2023-02-01"), ("Hib", "2024-01-10")]), "Hib-B overdue");
    // Nothing given: the age today chooses.
    let row_at = |on: &str| {
        let found = run(seed(), &child, &[], on);
        (found.recheck_on, row(seed(), &found, "Hib-1").why.contains(&Why::CatchUp))
    };
    assert_eq!(row_at("2023-07-09"), (Some(day("2023-07-10")), false));
    assert!(row_at("2023-07-10").1);
}

#[test]
fn a_child_without_pentavalent_before_one_year_gets_dpt() {
    let child = girl("2023-01-15");
    let found = run(uip(), &child, &[("PENTA", "2023-02-20")], "2024-01-14");
    assert_eq!(next(uip(), &found, "DTP"), ["PENTA-1 overdue"]);
    assert_eq!(found.recheck_on, Some(day("2024-01-15")));
    // The early dose stays what it was; from the birthday on another list applies.
    let given = [("PENTA", "2023-02-20"), ("DPT", "2024-01-15")];
    let found = run(uip(), &child, &given, "2024-01-15");
    assert_eq!(judged(uip(), &found), ["PENTA-1 given-invalid-too-early min-age", "DPT-1 given-valid"]);
    assert_eq!(next(uip(), &found, "DTP"), ["PENTA-1 missed-window", "DPT-2 upcoming"]);
    assert!(row(uip(), &found, "DPT-2").why.contains(&Why::LateStart));
    let given = [
        ("DPT", "2024-01-15"),
        ("DPT", "2024-02-12"),
        ("DPT", "2024-03-11"),
        ("DPT", "2024-09-11"),
        ("DPT", "2028-01-15"),
    ];
    let found = run(uip(), &child, &given, "2028-02-01");
    assert_eq!(judged(uip(), &found)[4], "DPT-B2 given-valid");
    assert_eq!(next(uip(), &found, "DTP"), ["PENTA-1 missed-window", "DTP complete"]);
}

#[test]
fn the_plan_left_behind_shows_until_the_change() {
    let found = run(&awkward(), &girl("2023-01-15"), &[], "2024-01-15");
    assert_eq!(next(&awkward(), &found, "L"), ["L-0 missed-window", "LL-0 due"]);
    // Its own window would have stayed open for two months more.
    assert_eq!(row(&awkward(), &found, "L-0").last_day, Some(day("2024-01-14")));
}

#[test]
fn windows_missed_in_one_list_are_not_missed_in_another() {
    let given = [("C", "2023-02-20")];
    let found = run(&awkward(), &girl("2023-01-15"), &given, "2023-07-01");
    assert_eq!(judged(&awkward(), &found), ["C-1 given-invalid-too-early min-age"]);
    assert_eq!(next(&awkward(), &found, "C"), ["C-0 missed-window", "C-1 overdue"]);
    let found = run(&awkward(), &girl("2023-01-15"), &given, "2023-08-01");
    assert_eq!(next(&awkward(), &found, "C"), ["C-2 overdue"]);
}

#[test]
fn a_dose_too_late_for_a_window_may_still_complete_the_count() {
    let given = [("W", "2023-01-15"), ("W", "2023-03-01"), ("W", "2023-08-01"), ("W", "2023-09-01")];
    let found = run(&awkward(), &girl("2023-01-15"), &given, "2023-09-01");
    assert_eq!(judged(&awkward(), &found)[2..], ["W given-extra window-closed", "W given-extra series-complete"]);
    assert_eq!(next(&awkward(), &found, "W"), ["W-3 missed-window", "W complete"]);
}

#[test]
fn four_counted_doses_complete_hepatitis_b_only_from_14_weeks() {
    let child = girl("2024-05-10");
    let given = |last: &'static str| {
        [("HepB", "2024-05-10"), ("PENTA", "2024-06-21"), ("PENTA", "2024-07-19"), ("PENTA", last)]
    };
    let found = run(seed(), &child, &given("2024-08-16"), "2024-12-01");
    assert_eq!(next(seed(), &found, "HepB"), ["HepB complete"]);
    assert_eq!(row(seed(), &found, "HepB").why, [Why::EnoughCounted]);
    // Four counted by 13 weeks are not enough.
    let early = [("HepB", "2024-05-10"), ("PENTA", "2024-06-21"), ("PENTA", "2024-07-19"), ("HEXA", "2024-08-09")];
    let found = run(seed(), &child, &early, "2024-12-01");
    assert_eq!(judged(seed(), &found)[8], "HepB-3 given-extra combination min-age");
    assert_eq!(next(seed(), &found, "HepB"), ["HepB-3 due"]);
    // A day before 14 weeks every part is too early, and the series stays open.
    let found = run(seed(), &child, &given("2024-08-15"), "2024-12-01");
    assert_eq!(next(seed(), &found, "HepB"), ["HepB-3 due"]);
}

#[test]
fn some_doses_are_not_for_every_child() {
    let child = |sex| Child { sex, ..girl("2013-03-03") };
    let hpv = |sex| next(seed(), &run(seed(), &child(sex), &[], "2024-03-03"), "HPV").join(", ");
    assert_eq!(hpv(Sex::Female), "HPV due");
    assert_eq!(hpv(Sex::Other), "HPV due");
    assert_eq!(hpv(Sex::Male), "HPV not-applicable");
    let je = |given: &[(&str, &str)]| next(uip(), &run(uip(), &girl("2023-01-15"), given, "2024-03-03"), "JE");
    assert_eq!(je(&[]), ["JE not-applicable"]);
    assert_eq!(je(&[("JE", "2023-10-15")]), ["JE not-applicable"]);
}

#[test]
fn optional_doses_are_off_until_switched_on() {
    let child = girl("2010-01-15");
    let series = uip().series_id("HPV").expect("HPV");
    let off = run(uip(), &child, &[("HPV", "2024-02-01")], "2024-02-01");
    assert!(off.next.iter().all(|row| row.series != series));
    assert_eq!(judged(uip(), &off), ["HPV given-extra series-complete"]);

    let with = uip().with_optional(&["HPV-14"]).expect("an optional dose");
    let entry = with.entry_id("HPV-14").expect("HPV-14");
    assert!(with.is_on(entry) && !uip().is_on(entry));
    assert_eq!(next(&with, &run(&with, &child, &[], "2024-02-01"), "HPV"), ["HPV-14 due"]);
    assert_eq!(judged(&with, &run(&with, &child, &[("HPV", "2024-02-01")], "2024-02-01")), ["HPV-14 given-valid"]);
    assert_eq!(uip().with_optional(&["BCG"]).map(|_| ()), Err(NotOptional("BCG".to_owned())));
    assert_eq!(with.with_optional(&["HPV-14"]).expect("twice is once").plan(series).count(), 1);
}

#[test]
fn a_dose_that_is_blocked_past_its_last_day_is_missed() {
    // The second rotavirus dose falls a day before the end, its repeat after it.
    let child = girl("2024-01-15");
    let given = [("RV", "2024-04-28"), ("RV", "2024-08-26")];
    let found = run(seed(), &child, &given[..1], "2024-08-26");
    assert_eq!(row(seed(), &found, "RV-2").last_day, Some(day("2024-08-26")));
    let found = run(seed(), &child, &given, "2024-08-26");
    assert_eq!(next(seed(), &found, "RV"), ["RV-3 missed-window"]);
    let why = Why::TooLateByThen { earliest: day("2024-09-23"), last_day: day("2024-08-26") };
    assert_eq!(row(seed(), &found, "RV-3").why, [why]);
}

#[test]
fn a_row_tells_its_status_on_another_day() {
    let found = run(uip(), &girl("2024-01-15"), &[], "2024-01-20");
    let row = row(uip(), &found, "MR-1");
    let status = |on: &str| row.status_on(day(on)).as_str();
    assert_eq!(status("2024-10-14"), "upcoming");
    assert_eq!(status("2024-10-15"), "due");
    assert_eq!(status("2025-02-11"), "due");
    assert_eq!(status("2025-02-12"), "overdue");
    assert_eq!(status("2029-01-14"), "overdue");
    assert_eq!(status("2029-01-15"), "missed-window");
    assert!(!row.may_be_given_on(day("2024-10-14")) && row.may_be_given_on(day("2024-10-15")));
    assert!(row.may_be_given_on(day("2029-01-14")) && !row.may_be_given_on(day("2029-01-15")));
    let missed = row.as_of(day("2029-01-15"));
    assert_eq!((missed.earliest, missed.due, missed.overdue), (None, None, None));
    assert_eq!(missed.last_day, row.last_day);
}

#[test]
fn a_dose_between_earliest_and_due_is_valid() {
    let child = girl("2024-05-10");
    let found = run(seed(), &child, &[], "2024-12-01");
    let typhoid = row(seed(), &found, "TCV");
    assert_eq!((typhoid.status, typhoid.earliest), (NextStatus::Upcoming, Some(day("2024-11-10"))));
    let found = run(seed(), &child, &[("TCV", "2024-11-10")], "2024-12-01");
    assert_eq!(judged(seed(), &found), ["TCV given-valid"]);
}

#[test]
fn grace_days_are_a_setting() {
    let text = |grace: &str| {
        format!(
            r#"
            schema = 1
            id = "small"
            name = "Small"
            {grace}
            live_products = ["A", "B"]
            live_series = ["A", "B"]
            [vaccine]
            A = {{ name = "A", antigens = [], kind = "live-injected", route = "oral", site = "arm", volume = "" }}
            [product]
            A = ["A"]
            B = ["B"]
            [[dose]]
            id = "A-1"
            series = "A"
            rec_from = "6w"
            rec_to = "6w"
            min_age = "6w"
            min_interval = "none"
            latest_age = "none"
            [[dose]]
            id = "B-1"
            vaccine = "A"
            series = "B"
            rec_from = "6w"
            rec_to = "6w"
            min_age = "unsourced"
            min_interval = "none"
            latest_age = "none"
            "#
        )
    };
    let child = girl("2024-01-15");
    let given = [("A", "2024-02-22"), ("B", "2024-03-20")];
    let strict = Schedule::parse(&text("")).expect("a schedule");
    let lenient = Schedule::parse(&text("grace_days = 4")).expect("a schedule");
    assert_eq!(judged(&strict, &run(&strict, &child, &given, "2024-04-01"))[0], "A-1 given-invalid-too-early min-age");
    assert_eq!(
        judged(&lenient, &run(&lenient, &child, &given, "2024-04-01")),
        // The spacing of live vaccines has no grace.
        ["A-1 given-valid", "B-1 given-invalid-too-early live-spacing"]
    );
}

#[test]
fn the_schedules_tell_people_what_they_hold() {
    assert_eq!(Schedule::builtin_ids().map(|id| Schedule::builtin(id).map(Schedule::id)), [Some("seed"), Some("uip")]);
    assert!(Schedule::builtin("other").is_none());
    let offered = |schedule: &Schedule, entry: &str| {
        let entry = schedule.entry_id(entry).expect("an entry");
        let names: Vec<_> = schedule.products_for(entry).iter().map(|id| schedule.product_name(*id)).collect();
        names.join(" ")
    };
    assert_eq!(offered(uip(), "PENTA-1"), "PENTA");
    assert_eq!(offered(uip(), "DPT-B1"), "DPT");
    assert_eq!(offered(uip(), "DPT-1"), "DPT");
    assert_eq!(offered(uip(), "HepB-0"), "HepB");
    assert_eq!(offered(uip(), "MR-1"), "MR MMR");
    assert_eq!(offered(seed(), "DPT-1"), "DPT PENTA HEXA");
    assert_eq!(offered(seed(), "MR-1"), "MR MMR MMRV");
    assert_eq!(offered(seed(), "MMR-2"), "MMR MR MMRV");
    assert_eq!(offered(seed(), "Tdap"), "Tdap Td");

    let bcg = uip().entry(uip().entry_id("BCG").expect("BCG"));
    assert_eq!((bcg.label.as_str(), bcg.series_name.as_str()), ("at birth", "BCG"));
    let vaccine = uip().vaccine(bcg.vaccine);
    assert_eq!(vaccine.route.as_deref(), Some("intradermal"));
    let hpv = uip().vaccines().find(|(_, vaccine)| vaccine.id == "HPV").expect("HPV").1;
    assert_eq!(hpv.route, None);
    let first: Vec<_> = uip().products().take(3).map(|id| uip().product_name(id)).collect();
    assert_eq!(first, ["BCG", "HepB", "OPV"]);
    assert_eq!(uip().name(), "Universal Immunization Programme (National Immunization Schedule)");
    assert_eq!(seed().entries().filter(|(_, entry)| entry.sources.is_empty()).count(), 0);
}
