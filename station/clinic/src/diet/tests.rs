#![allow(clippy::unwrap_used)]

use chrono::{Days, Months, NaiveDate};

use super::load::PLAN;
use super::*;
use crate::growth::{Measurement, assess};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A girl of this many months, born on 5 March 2024.
fn girl(months: u32) -> Input<'static> {
    let dob = date("2024-03-05");
    Input {
        dob,
        on: dob + Months::new(months),
        sex: Sex::Female,
        breastfed: Some(true),
        choice: Choice::NonVeg,
        region: Region::North,
        growth: None,
    }
}

fn keys_of<'f>(lines: &[Line<'f>]) -> Vec<&'f str> {
    lines.iter().map(|line| line.key).collect()
}

fn assessed(of: &Input<'_>, weight_g: u32, muac_mm: Option<u16>) -> Assessment {
    assess(&Measurement {
        sex: of.sex,
        dob: of.dob,
        on: of.on,
        weight_g: Some(weight_g),
        length_mm: None,
        position: None,
        head_mm: None,
        muac_mm,
        oedema: false,
    })
    .unwrap()
}

#[test]
fn the_facts_that_come_with_the_product_are_sound() {
    let facts = Facts::builtin().unwrap_or_else(|error| panic!("{error}"));
    assert!(facts.sources().len() > 10);
    // No source is listed for nothing.
    let unused: Vec<_> = facts.sources().keys().filter(|id| PLAN.matches(&format!("\"{id}\"")).count() == 0).collect();
    assert!(unused.is_empty(), "{unused:?}");
    assert_eq!(keys().unwrap().iter().filter(|used| used.date).count(), 1);
}

/// Every month of a childhood, every choice and region: a plan that is whole, shows no line twice and names only
/// sources that exist.
#[test]
fn every_month_has_a_whole_plan() {
    let facts = Facts::builtin().unwrap();
    for months in 0..156 {
        for (choice, region) in Choice::ALL.iter().flat_map(|c| Region::ALL.iter().map(move |r| (*c, *r))) {
            for breastfed in [Some(true), Some(false), None] {
                let plan = plan(&Input { choice, region, breastfed, ..girl(months) }).unwrap();
                assert_eq!(plan.milk.len(), 1, "{months}");
                let food = usize::from(months >= 6);
                assert_eq!(
                    [plan.meals.len(), plan.snacks.len(), plan.texture.len(), plan.choking.len() / 4],
                    [food, food, food, if months < 48 { food } else { 0 }],
                    "{months}"
                );
                assert!(!plan.energy.is_empty() && !plan.rules.is_empty());
                assert_eq!(plan.groups.is_empty(), months < 6);
                assert_eq!(plan.regional.staple.is_empty() || plan.regional.pulse.is_empty(), months < 6);
                let sections = plan.sections();
                for section in &sections {
                    let mut keys = keys_of(&section.lines);
                    assert!(section.part == Part::Deworming || section.lines.iter().all(|line| line.date.is_none()));
                    keys.sort_unstable();
                    let all = keys.len();
                    keys.dedup();
                    assert!(keys.len() == all || section.part == Part::Deworming, "{months} {section:?}");
                    for line in &section.lines {
                        assert!(line.unsourced || !line.sources.is_empty(), "{line:?}");
                    }
                }
                assert!(plan.source_ids().iter().all(|id| facts.sources().contains_key(*id)));
            }
        }
    }
}

#[test]
fn bands_change_on_the_day_the_month_is_completed() {
    let band = |on| plan(&Input { on: date(on), ..girl(0) }).map(|plan| plan.band.id);
    for (on, id) in [
        ("2024-03-05", "0-6m"),
        ("2024-09-04", "0-6m"),
        ("2024-09-05", "6-8m"),
        ("2024-12-04", "6-8m"),
        ("2024-12-05", "9-11m"),
        ("2025-03-05", "12-23m"),
        ("2026-03-04", "12-23m"),
        ("2026-03-05", "2-3y"),
        ("2028-03-05", "4-6y"),
        ("2031-03-05", "7-12y"),
        ("2037-03-04", "7-12y"),
    ] {
        assert_eq!(band(on), Ok(id), "{on}");
    }
    assert_eq!(band("2037-03-05"), Err(DietError::TooOld));
    assert_eq!(band("2024-03-04"), Err(DietError::BeforeBirth));
}

#[test]
fn before_six_months_there_is_only_milk() {
    let young = plan(&girl(3)).unwrap();
    assert_eq!(keys_of(&young.milk), ["diet-milk-only"]);
    assert_eq!((young.milk[0].number, young.milk[0].unsourced), (Some(8), false));
    assert!(young.foods.is_empty() && young.supplements.is_empty() && young.amount.is_empty());
    assert!(young.anganwadi.is_empty());
    let bottle = plan(&Input { breastfed: Some(false), ..girl(3) }).unwrap();
    assert_eq!(keys_of(&bottle.milk), ["diet-milk-without-breast-young"]);
    assert!(bottle.milk[0].unsourced);
}

#[test]
fn breastfeeding_decides_meals_and_energy_until_two() {
    let of = |months, breastfed| {
        let plan = plan(&Input { breastfed, ..girl(months) }).unwrap();
        let numbers: Vec<_> = plan.energy.iter().map(|line| line.number.unwrap()).collect();
        (plan.meals[0].key, numbers, plan.breastfed_assumed)
    };
    assert_eq!(of(7, Some(true)), ("diet-meals-2-3", vec![670, 200], false));
    assert_eq!(of(7, Some(false)), ("diet-meals-4-5", vec![600], false));
    assert_eq!(of(7, None), ("diet-meals-2-3", vec![670, 200], true));
    assert_eq!(of(10, Some(false)), ("diet-meals-4-5", vec![700], false));
    assert_eq!(of(18, Some(true)), ("diet-meals-3-4", vec![1_110, 550], false));
    assert_eq!(of(30, None), ("diet-meals-3", vec![1_110], false));
}

#[test]
fn sex_decides_energy_from_ten() {
    let energy = |months, sex| {
        let plan = plan(&Input { sex, ..girl(months) }).unwrap();
        plan.energy.iter().map(|line| line.number.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(energy(119, Sex::Female), [1_690]);
    assert_eq!(energy(120, Sex::Female), [2_010]);
    assert_eq!(energy(120, Sex::Male), [2_190]);
    // Not known: both are shown, each with whose it is.
    assert_eq!(energy(120, Sex::Other), [2_190, 2_010]);
}

#[test]
fn nobody_is_shown_what_the_family_does_not_eat() {
    const EGG: &str = "egg";
    const FLESH: [&str; 6] = ["fish", "chicken", "meat", "pork", "flesh", "flesh-"];
    let shown = |months, choice, region| {
        let plan = plan(&Input { choice, region, ..girl(months) }).unwrap();
        let parts = [Part::Groups, Part::Foods, Part::Regional];
        let sections = plan.sections();
        let lines = sections.iter().filter(|section| parts.contains(&section.part)).flat_map(|s| s.lines.clone());
        lines.map(|line| line.key.to_owned()).collect::<Vec<_>>().join(" ")
    };
    for months in 6..156 {
        for region in Region::ALL {
            let [veg, egg, all] = [Choice::Veg, Choice::Egg, Choice::NonVeg].map(|c| shown(months, c, *region));
            let has_flesh = |text: &str| FLESH.iter().any(|word| text.contains(word));
            // "vegetable" holds "veg", not "egg".
            assert!(!veg.contains(EGG) && !has_flesh(&veg), "{months} {veg}");
            assert!(egg.contains(EGG) && !has_flesh(&egg), "{months} {egg}");
            assert!(all.contains(EGG) && has_flesh(&all), "{months} {all}");
        }
    }
    assert_ne!(shown(30, Choice::Veg, Region::South), shown(30, Choice::Veg, Region::Northeast));
}

#[test]
fn unsourced_marks_begin_where_the_sources_end() {
    let meals = |months| plan(&girl(months)).unwrap().meals[0];
    assert_eq!((meals(47).key, meals(47).unsourced), ("diet-meals-3", false));
    assert_eq!((meals(48).key, meals(48).unsourced), ("diet-meals-3", true));
}

#[test]
fn supplements_follow_the_age() {
    let ids = |months| plan(&girl(months)).unwrap().supplements.iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(ids(5), [""; 0]);
    assert_eq!(ids(6), ["IFA-syrup"]);
    assert_eq!(ids(9), ["IFA-syrup", "VitA"]);
    assert_eq!(ids(59), ["IFA-syrup", "VitA"]);
    assert_eq!(ids(60), ["IFA-pink", "VitA"]);
    assert_eq!(ids(61), ["IFA-pink"]);
    assert_eq!(ids(120), ["IFA-blue"]);
    let notes = plan(&girl(6)).unwrap().supplements[0].notes.clone();
    assert_eq!(notes.iter().map(|note| note.unsourced).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn deworming_days_bring_the_dose_of_their_day() {
    let days = |on: &str| {
        let deworming = plan(&Input { on: date(on), ..girl(0) }).unwrap().deworming;
        deworming.map_or(Vec::new(), |found| {
            found.days.iter().map(|day| (day.on.to_string(), day.dose.key)).collect::<Vec<_>>()
        })
    };
    let (half, full) = ("diet-deworming-half", "diet-deworming-full");
    let expect = |pairs: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
        pairs.iter().map(|(on, dose)| ((*on).to_owned(), *dose)).collect()
    };
    // Born on 5 March 2024: old enough from 5 March 2025.
    assert_eq!(days("2024-08-10"), []);
    assert_eq!(days("2024-08-11"), expect(&[("2025-08-10", half)]));
    assert_eq!(days("2025-08-10"), expect(&[("2025-08-10", half), ("2026-02-10", half)]));
    assert_eq!(days("2025-08-11"), expect(&[("2026-02-10", half), ("2026-08-10", full)]));
    assert_eq!(days("2026-08-11"), expect(&[("2027-02-10", full), ("2027-08-10", full)]));
    let shown = plan(&girl(18)).unwrap().deworming.unwrap();
    assert_eq!(shown.days[0].date.date, Some(shown.days[0].on));
}

#[test]
fn growth_brings_extra_food_or_a_referral() {
    let child = girl(18);
    let of = |growth: &Assessment| plan(&Input { growth: Some(growth), ..child }).unwrap();
    let parts = |plan: &Plan<'_>| plan.sections().iter().map(|section| section.part).collect::<Vec<_>>();

    let normal = of(&assessed(&child, 10_200, None));
    assert_eq!(keys_of(&normal.advice), ["diet-advice-follow-diet"]);
    assert_eq!(keys_of(&normal.anganwadi), ["diet-anganwadi-take-home"]);
    assert!(normal.referral.is_empty() && parts(&normal).contains(&Part::Foods));

    let moderate = of(&assessed(&child, 8_000, None));
    assert_eq!(
        moderate.advice.iter().map(|line| (line.key, line.number, line.unsourced)).collect::<Vec<_>>(),
        [
            ("diet-advice-extra-meals", None, true),
            ("diet-advice-anganwadi-ration", Some(800), false),
            ("diet-advice-recheck", Some(14), true),
            ("diet-advice-follow-diet", None, false),
        ]
    );
    assert_eq!(keys_of(&moderate.anganwadi), ["diet-anganwadi-malnourished"]);

    let severe = of(&assessed(&child, 10_200, Some(112)));
    assert_eq!(keys_of(&severe.referral), ["diet-advice-refer-medical-officer", "diet-advice-check-appetite"]);
    // Not managed with a diet sheet.
    assert_eq!(parts(&severe), [Part::Referral, Part::Milk, Part::Rules, Part::Choking]);
}

#[test]
fn ages_at_the_ends_of_the_calendar_are_no_crash() {
    for (dob, on) in [
        (NaiveDate::MAX, NaiveDate::MAX),
        (NaiveDate::MIN, NaiveDate::MIN),
        (NaiveDate::MIN, NaiveDate::MAX),
        (NaiveDate::MAX - Days::new(800), NaiveDate::MAX),
    ] {
        if let Ok(plan) = plan(&Input { dob, on, ..girl(0) }) {
            assert!(!plan.sections().is_empty());
        }
    }
}

#[test]
fn a_bad_plan_is_refused_with_file_line_and_reason() {
    let line_of = |text: &str| 1 + PLAN[..PLAN.find(text).unwrap()].matches('\n').count();
    for (from, to, reason) in [
        ("schema = 1", "schema = 2", "schema must be 1; this program reads no other"),
        ("to = \"6m\"\ntitle", "to = \"0d\"\ntitle", "the age must end after it begins"),
        (
            "from = \"6m\"\nto = \"9m\"\ntitle",
            "from = \"7m\"\nto = \"9m\"\ntitle",
            "the band must begin where the one before ends: 6m",
        ),
        ("id = \"9-11m\"", "id = \"6-8m\"", "band \"6-8m\" is listed twice"),
        (
            "key = \"diet-milk-only\"",
            "key = \"Milk only\"",
            "a key begins with \"diet-\" and has small letters, digits and hyphens",
        ),
        ("n = 8,", "n = 0,", "n must be from 1 to 10000"),
        ("n = 670, src", "src", "\"diet-energy\" stands with and without a number"),
        ("n = 8, src = [\"IYCF06\"", "n = 8, src = [\"IYCF07\"", "there is no source \"IYCF07\""),
        (
            "breastfed = false, unsourced = true }",
            "breastfed = false }",
            "\"diet-milk-without-breast-young\" has no source and does not say so",
        ),
        ("sex = \"M\"", "sex = \"male\"", "\"male\" is not F or M"),
        ("choice = [\"egg\"]", "choice = []", "a choice of nothing is for nobody"),
        ("choice = [\"egg\"]", "choice = [\"eggs\"]", "\"eggs\" is not a choice (veg, egg, nonveg)"),
        (
            "key = \"diet-milk-often\", from = \"6m\", to = \"9m\"",
            "key = \"diet-milk-often\"",
            "\"diet-milk-often\" says for no age",
        ),
        (
            "key = \"diet-milk-often\", from = \"6m\", to = \"9m\"",
            "key = \"diet-milk-often\", from = \"6m\"",
            "an age needs both from and to",
        ),
        ("[region.west]", "[region.centre]", "\"centre\" is not a region"),
        (
            "title = \"diet-region-west\"",
            "title = \"diet-region-east\"",
            "the title of this region is \"diet-region-west\"",
        ),
        ("id = \"IFA-pink\"", "id = \"IFA-syrup\"", "supplement \"IFA-syrup\" is listed twice"),
        ("{ month = 2, day = 10 }", "{ month = 2, day = 29 }", "the days must be days of every year, in order"),
        ("{ month = 2, day = 10 }", "{ month = 9, day = 10 }", "the days must be days of every year, in order"),
        ("extra-meals = {", "more-meals = {", "growth gives no advice \"more-meals\""),
    ] {
        assert!(PLAN.contains(from), "{from}");
        let error = Facts::parse(&PLAN.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.reason, reason);
        assert_eq!(error.file, "assets/diet/plan.toml");
        // The complaint points at the changed place or, for some, at a line that no longer fits it.
        assert!(error.line.abs_diff(line_of(from)) <= 3, "{reason}: line {}, not {}", error.line, line_of(from));
    }
    let cut = |from: &str, to: &str| {
        let (start, end) = (PLAN.find(from).unwrap(), PLAN.find(to).unwrap());
        Facts::parse(&format!("{}{}", &PLAN[..start], &PLAN[end..])).unwrap_err().to_string()
    };
    assert!(cut("[region.west]", "[region.northeast]").ends_with("region \"west\" is missing"));
    assert!(cut("extra-meals = {", "anganwadi-ration = {").ends_with("advice \"extra-meals\" is missing"));
    assert!(Facts::parse("").is_err());
    assert!(Facts::parse("schema = ").unwrap_err().to_string().starts_with("assets/diet/plan.toml, line 1: "));
    assert!(Facts::parse(&" ".repeat(2 << 20)).unwrap_err().reason.contains("larger"));
}
