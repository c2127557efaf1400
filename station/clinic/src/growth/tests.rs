#![allow(clippy::unwrap_used)]

use chrono::{Days, NaiveDate};

use super::lms::Lms;
use super::measure::{Exact, months_of};
use super::score::{for_age, for_length, in_months};
use super::table::{self, Key, Table};
use super::*;

const SEXES: [Sex; 2] = [Sex::Female, Sex::Male];

/// A boy measured this many days after birth.
fn boy(age_days: u64) -> Measurement {
    let dob = NaiveDate::from_ymd_opt(2020, 2, 29).unwrap();
    Measurement {
        sex: Sex::Male,
        dob,
        on: dob + Days::new(age_days),
        weight_g: None,
        length_mm: None,
        position: None,
        head_mm: None,
        muac_mm: None,
        oedema: false,
    }
}

fn z(hundredths: i32) -> Option<Z> {
    Some(Z::from_hundredths(hundredths))
}

/// xorshift64*: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        u32::try_from(high % u64::from(end)).unwrap()
    }
}

#[test]
fn every_table_is_sound_and_whole() {
    let found: Vec<_> = table::ALL
        .iter()
        .map(|(name, table)| {
            let table = table().unwrap_or_else(|error| panic!("{error}"));
            (*name, table.first, table.last())
        })
        .collect();
    assert_eq!(
        found,
        [
            ("weight_days", 0, 1826),
            ("length_days", 0, 1826),
            ("bmi_days", 0, 1826),
            ("head_days", 0, 1826),
            ("muac_days", 91, 1826),
            ("weight_for_length", 450, 1100),
            ("weight_for_height", 650, 1200),
            ("weight_months", 60, 121),
            ("height_months", 60, 229),
            ("bmi_months", 60, 229),
        ]
    );
}

/// The ends of the files and rows that WHO's own texts quote, so that no row slipped.
#[test]
fn rows_are_whos() {
    let lms = |l, m, s| Some(Lms { l, m, s });
    let days = |indicator, sex, day| for_age(indicator, sex, day).unwrap();
    assert_eq!(days(Indicator::WeightForAge, Sex::Male, 0), lms(0.3487, 3.3464, 0.14602));
    assert_eq!(days(Indicator::WeightForAge, Sex::Female, 365), lms(-0.2022, 8.9462, 0.12267));
    assert_eq!(days(Indicator::WeightForAge, Sex::Female, 1826), lms(-0.3518, 18.2179, 0.14821));
    assert_eq!(days(Indicator::LengthForAge, Sex::Male, 0), lms(1.0, 49.8842, 0.03795));
    assert_eq!(days(Indicator::HeadForAge, Sex::Female, 1826), lms(1.0, 49.9225, 0.0285));
    assert_eq!(days(Indicator::MuacForAge, Sex::Male, 90), None);
    assert_eq!(days(Indicator::MuacForAge, Sex::Male, 91), lms(0.3933, 13.4779, 0.07474));
    assert_eq!(for_length(Sex::Male, false, 450_000).unwrap(), lms(-0.3521, 2.441, 0.09182));
    assert_eq!(for_length(Sex::Female, true, 1_200_000).unwrap(), lms(-0.3833, 22.8173, 0.09828));
    assert_eq!(in_months(table::bmi_months().unwrap(), Sex::Male, 60, 0), lms(-0.7151, 15.2679, 0.08366));
}

#[test]
fn a_broken_table_is_refused_with_line_and_reason() {
    let good = "# WHO\nsex,age_days,l,m,s\nM,0,1,2,0.1\nM,1,1,2,0.1\nF,0,1,2,0.1\nF,1,1,2,0.1\n";
    assert_eq!(Table::parse("t.csv", Key::Days, good).unwrap().last(), 1);
    for (from, to, error) in [
        ("sex,age_days,l,m,s", "sex,age_months,l,m,s", "t.csv, line 2: the heading is not \"sex,age_days,l,m,s\""),
        ("M,1,1,2,0.1", "M,2,1,2,0.1", "t.csv, line 4: this row does not follow the one before"),
        ("M,1,1,2,0.1", "X,1,1,2,0.1", "t.csv, line 4: the sex is not F or M"),
        ("M,1,1,2,0.1", "M,1,1,2", "t.csv, line 4: there must be five fields"),
        ("M,1,1,2,0.1", "M,1.5,1,2,0.1", "t.csv, line 4: the second field is not a whole step"),
        ("M,1,1,2,0.1", "M,1,1,x,0.1", "t.csv, line 4: L, M or S is not a number"),
        ("M,1,1,2,0.1", "M,1,1,-2,0.1", "t.csv, line 4: L, M and S give no curve"),
        ("M,1,1,2,0.1", "M,1,1,NaN,0.1", "t.csv, line 4: L, M and S give no curve"),
        ("M,1,1,2,0.1", "M,1,inf,2,0.1", "t.csv, line 4: L, M and S give no curve"),
        ("M,1,1,2,0.1", "M,1,1,2,0.5", "t.csv, line 4: L, M and S give no curve"),
        ("F,1,1,2,0.1\n", "", "t.csv, line 5: girls and boys do not have the same rows"),
        ("F,0,1,2,0.1\nF,1,1,2,0.1\n", "", "t.csv, line 4: girls and boys do not have the same rows"),
    ] {
        let text = good.replace(from, to);
        assert_eq!(Table::parse("t.csv", Key::Days, &text).unwrap_err().to_string(), error, "{to}");
    }
    assert_eq!(Table::parse("t.csv", Key::Mm, "").unwrap_err().to_string(), "t.csv, line 1: the file is empty");
    let mm = "sex,cm,l,m,s\nM,45.0,1,2,0.1\nM,45.1,1,2,0.1\nF,45.0,1,2,0.1\nF,45.1,1,2,0.1";
    assert_eq!(Table::parse("t.csv", Key::Mm, mm).unwrap().first, 450);
    assert!(Table::parse("t.csv", Key::Mm, &mm.replace("45.1", "45.10")).is_err());
}

/// Values of the tests of WHO's R package anthroplus, and of its page of examples.
#[test]
fn from_five_years_as_anthroplus() {
    // 60.32 and 60.911701 months.
    for (age_days, weight_g, length_mm, wfa, hfa, bmi) in
        [(1836, 18_700, 1_138, 21, 96, -58), (1854, 20_500, 1_136, 79, 85, 42)]
    {
        let girl =
            Measurement { sex: Sex::Female, weight_g: Some(weight_g), length_mm: Some(length_mm), ..boy(age_days) };
        let found = assess(&girl).unwrap();
        assert_eq!((found.weight_for_age, found.length_for_age, found.bmi_for_age), (z(wfa), z(hfa), z(bmi)));
        assert_eq!((found.weight_for_length, found.wasting), (None, None));
    }
    // 100 months are not whole days: a boy of 30 kg and 100 cm.
    let row = |table: Result<&'static Table, _>| in_months(table.unwrap(), Sex::Male, 100, 0).unwrap();
    assert_eq!(score::Z::round(row(table::weight_months()).z_weight(30.0)), z(87));
    assert_eq!(score::Z::round(row(table::height_months()).z(100.0)), z(-504));
    assert_eq!(score::Z::round(row(table::bmi_months()).z_weight(30.0)), z(503));
}

#[test]
fn five_years_and_the_ends_of_the_months() {
    assert_eq!((months_of(1826).0, months_of(1827).0), (59, 60));
    assert_eq!(months_of(487), (16, 0));
    let scores = |age_days| {
        let found = assess(&Measurement {
            weight_g: Some(30_000),
            length_mm: Some(1_300),
            head_mm: Some(500),
            muac_mm: Some(160),
            ..boy(age_days)
        })
        .unwrap();
        Indicator::ALL.map(|indicator| found.z(indicator).is_some())
    };
    // Weight, length, weight for length (1.30 m is outside), BMI, head, arm.
    assert_eq!(scores(1826), [true, true, false, true, true, true]);
    assert_eq!(scores(1827), [true, true, false, true, false, false]);
    // 120 completed months, then 121.
    assert_eq!(scores(3682), [true, true, false, true, false, false]);
    assert_eq!(scores(3683), [false, true, false, true, false, false]);
    // 228 completed months, then 229.
    assert_eq!(scores(6970), [false, true, false, true, false, false]);
    assert_eq!(scores(6971), [false; 6]);
}

#[test]
fn lying_and_standing_change_at_day_731() {
    let cm = |age_days, position| {
        assess(&Measurement { length_mm: Some(800), position, ..boy(age_days) }).unwrap().standardised_um.unwrap()
    };
    let (lying, standing) = (Some(Position::Lying), Some(Position::Standing));
    assert_eq!([cm(730, None), cm(730, lying), cm(730, standing)], [800_000, 800_000, 807_000]);
    assert_eq!([cm(731, None), cm(731, lying), cm(731, standing)], [800_000, 793_000, 800_000]);
    // 273 days are 8 completed months, 274 are 9.
    let young = assess(&Measurement { length_mm: Some(700), position: standing, ..boy(273) }).unwrap();
    assert!(young.standing_too_young);
    assert_eq!(young.standardised_um, Some(700_000));
    assert_eq!(young.advice, [Advice::Remeasure(Remeasure::Lying), Advice::FollowDiet]);
    assert_eq!(cm(274, standing), 807_000);
    // The table is chosen by age: the same child is judged by length, a day later by height.
    let wfl = |age_days| {
        let child = Measurement { weight_g: Some(10_000), length_mm: Some(800), ..boy(age_days) };
        assess(&child).unwrap().weight_for_length.unwrap()
    };
    assert!(wfl(730) > wfl(731));
}

#[test]
fn outside_the_tables_of_length_there_is_no_score() {
    let wfl = |age_days, length_mm| {
        let child = Measurement { weight_g: Some(6_000), length_mm: Some(length_mm), ..boy(age_days) };
        assess(&child).unwrap().weight_for_length.is_some()
    };
    assert_eq!([wfl(100, 449), wfl(100, 450), wfl(100, 1_100), wfl(100, 1_101)], [false, true, true, false]);
    assert_eq!([wfl(800, 649), wfl(800, 650), wfl(800, 1_200), wfl(800, 1_201)], [false, true, true, false]);
    // The last row needs no row after it, but a tenth of a mm more does; and interpolation is a straight line.
    let row = |um| for_length(Sex::Male, false, um).unwrap();
    assert!(row(1_100_000).is_some() && row(1_100_100).is_none() && row(449_900).is_none());
    let (low, middle, high) = (row(700_000).unwrap(), row(700_500).unwrap(), row(701_000).unwrap());
    assert!((middle.m - f64::midpoint(low.m, high.m)).abs() < 1e-12);
    assert!((middle.s - f64::midpoint(low.s, high.s)).abs() < 1e-12);
}

#[test]
fn a_value_on_a_cut_off_is_in_the_better_class() {
    let z = Z::from_hundredths;
    assert_eq!([-301, -300, -201, -200].map(|h| class::underweight(z(h))), {
        use Underweight::{Moderate, Normal, Severe};
        [Severe, Moderate, Moderate, Normal]
    });
    assert_eq!([-301, -300, -201, -200].map(|h| class::stunting(z(h))), {
        use Stunting::{Moderate, Normal, Severe};
        [Severe, Moderate, Moderate, Normal]
    });
    let wasting = |hundredths| {
        let scores = score::Scores { weight_for_length: Some(z(hundredths)), ..Default::default() };
        class::wasting(&exact(400), &scores).0.unwrap()
    };
    assert_eq!([-301, -300, -201, -200].map(wasting), [Wasting::Sam, Wasting::Mam, Wasting::Mam, Wasting::None]);
    let overweight = |age_days, hundredths| {
        let z = Some(z(hundredths));
        let scores = score::Scores { weight_for_length: z, bmi_for_age: z, ..Default::default() };
        class::overweight(&exact(age_days), &scores).unwrap()
    };
    assert_eq!([200, 201, 300, 301].map(|h| overweight(400, h).code()), ["none", "overweight", "overweight", "obese"]);
    assert_eq!(
        [100, 101, 200, 201].map(|h| overweight(2_000, h).code()),
        ["none", "overweight", "overweight", "obese"]
    );
    let thinness = |age_days, hundredths| {
        let scores = score::Scores { bmi_for_age: Some(z(hundredths)), ..Default::default() };
        class::thinness(&exact(age_days), &scores)
    };
    let found = [-301, -300, -201, -200].map(|h| thinness(2_000, h).unwrap().code());
    assert_eq!(found, ["severely_thin", "thin", "thin", "none"]);
    assert_eq!(thinness(1_826, -301), None);
}

fn exact(age_days: u32) -> Exact {
    Exact {
        sex: Sex::Male,
        age_days,
        weight_mg: None,
        length_um: None,
        position: None,
        head_um: None,
        muac_um: None,
        oedema: false,
    }
}

/// Rounding comes first: what prints as -2.00 is not underweight.
#[test]
fn classes_follow_the_rounded_score() {
    let row = for_age(Indicator::WeightForAge, Sex::Male, 400).unwrap().unwrap();
    for (target, class) in [(-2.0049, Underweight::Normal), (-2.0051, Underweight::Moderate)] {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let weight_mg = (row.at(target) * 1e6).round() as u32;
        let found = assess_exact(&Exact { weight_mg: Some(weight_mg), ..exact(400) }).unwrap();
        assert_eq!(found.underweight, Some(class), "{:?}", found.weight_for_age);
    }
}

#[test]
fn the_arm_counts_from_six_months() {
    let arm = |age_days, muac_mm| {
        let found = assess(&Measurement { muac_mm: Some(muac_mm), ..boy(age_days) }).unwrap();
        (found.wasting, found.wasted_by)
    };
    // 182 days are 5 completed months, 183 are 6.
    assert_eq!(arm(182, 100), (None, vec![]));
    assert_eq!(arm(183, 114), (Some(Wasting::Sam), vec![WastedBy::Muac]));
    assert_eq!(arm(183, 115), (Some(Wasting::Mam), vec![WastedBy::Muac]));
    assert_eq!(arm(183, 124), (Some(Wasting::Mam), vec![WastedBy::Muac]));
    assert_eq!(arm(183, 125), (Some(Wasting::None), vec![]));
    assert_eq!(arm(1826, 114).0, Some(Wasting::Sam));
    assert_eq!(arm(1827, 114).0, None);
    // WHO has no tables for another sex, the arm speaks all the same.
    let other =
        assess(&Measurement { sex: Sex::Other, muac_mm: Some(114), weight_g: Some(9_000), ..boy(400) }).unwrap();
    assert_eq!((other.wasting, other.weight_for_age, other.muac_for_age), (Some(Wasting::Sam), None, None));
}

#[test]
fn oedema_leaves_weight_scores_empty_and_counts_as_severe() {
    let child = Measurement {
        weight_g: Some(9_000),
        length_mm: Some(750),
        head_mm: Some(460),
        muac_mm: Some(140),
        oedema: true,
        ..boy(400)
    };
    let found = assess(&child).unwrap();
    assert_eq!((found.weight_for_age, found.weight_for_length, found.bmi_for_age), (None, None, None));
    assert_eq!((found.bmi_hundredths, found.underweight, found.overweight), (None, None, None));
    assert!(found.length_for_age.is_some() && found.head_for_age.is_some() && found.muac_for_age.is_some());
    assert_eq!((found.wasting, found.wasted_by), (Some(Wasting::Sam), vec![WastedBy::Oedema]));
    assert_eq!(found.advice, [Advice::ReferFacility]);
    // Nothing but oedema is a finding too; at any age it is referred.
    let found = assess(&Measurement { oedema: true, ..boy(3_000) }).unwrap();
    assert_eq!((found.wasting, found.advice), (None, vec![Advice::ReferFacility]));
}

#[test]
fn advice_follows_the_worst_finding() {
    let advice = |age_days, weight_g, length_mm, muac_mm| {
        let child = Measurement { weight_g, length_mm, muac_mm, ..boy(age_days) };
        assess(&child).unwrap().advice
    };
    let recheck = Advice::RecheckInDays(14);
    let (facility, officer, ask) = (Advice::ReferFacility, Advice::ReferMedicalOfficer, Advice::AskMedicalOfficer);
    assert_eq!(advice(400, Some(9_900), Some(760), Some(150)), [Advice::FollowDiet]);
    // Severe by the arm alone; severe by weight for age alone.
    assert_eq!(advice(400, Some(9_900), Some(760), Some(110)), [officer, Advice::CheckAppetite]);
    assert_eq!(advice(400, Some(6_700), None, None), [officer, Advice::CheckAppetite]);
    assert_eq!(advice(100, Some(4_000), None, None), [facility]);
    // Moderate: extra food, but not before food begins and no ration after six years.
    let (meals, ration, diet) = (Advice::ExtraMeals, Advice::AnganwadiRation, Advice::FollowDiet);
    assert_eq!(advice(400, Some(7_700), None, None), [meals, ration, recheck, diet]);
    assert_eq!(advice(100, Some(4_900), None, None), [ask, recheck, diet]);
    assert_eq!(advice(2_191, Some(15_000), None, None), [meals, ration, recheck, diet]);
    assert_eq!(advice(2_192, Some(15_000), None, None), [meals, recheck, diet]);
    // 14 years, 1.50 m, 29 kg.
    assert_eq!(advice(5_114, Some(29_000), Some(1_500), None), [ask, meals, recheck, diet]);
    for advice in [facility, officer, ask, meals, ration, recheck, diet, Advice::CheckAppetite] {
        assert!(Advice::CODES.contains(&advice.code()));
        assert_eq!(advice.number(), (advice == recheck).then_some(14));
    }
}

#[test]
fn implausible_scores_ask_for_another_measuring() {
    // A kilo too many: 30 instead of 10 kg.
    let found = assess(&Measurement { weight_g: Some(30_000), length_mm: Some(760), ..boy(400) }).unwrap();
    assert_eq!(found.implausible, [Indicator::WeightForAge, Indicator::WeightForLength, Indicator::BmiForAge]);
    // The length is as it should be at that age.
    let again = |found: &Assessment| -> Vec<Advice> {
        found.advice.iter().copied().filter(|advice| matches!(advice, Advice::Remeasure(_))).collect()
    };
    assert_eq!(again(&found), [Advice::Remeasure(Remeasure::Weight)]);
    let found = assess(&Measurement { weight_g: Some(10_000), length_mm: Some(450), ..boy(400) }).unwrap();
    assert_eq!(again(&found), [Advice::Remeasure(Remeasure::Length)]);
    for (indicator, low, high) in [
        (Indicator::WeightForAge, -600, 500),
        (Indicator::LengthForAge, -600, 600),
        (Indicator::WeightForLength, -500, 500),
        (Indicator::BmiForAge, -500, 500),
        (Indicator::HeadForAge, -500, 500),
        (Indicator::MuacForAge, -500, 500),
    ] {
        let flags = [low - 1, low, high, high + 1].map(|h| indicator.is_implausible(Z::from_hundredths(h)));
        assert_eq!(flags, [true, false, false, true], "{}", indicator.code());
    }
}

#[test]
fn what_cannot_be_is_an_error_with_its_field() {
    let child = boy(400);
    for (wrong, field, value) in [
        (Measurement { weight_g: Some(0), ..child }, Field::Weight, 0),
        (Measurement { weight_g: Some(300_000), ..child }, Field::Weight, 300_000),
        (Measurement { weight_g: Some(u32::MAX), ..child }, Field::Weight, u32::MAX),
        (Measurement { length_mm: Some(0), ..child }, Field::Length, 0),
        (Measurement { length_mm: Some(u32::MAX), ..child }, Field::Length, u32::MAX),
        (Measurement { head_mm: Some(46), ..child }, Field::Head, 46),
        (Measurement { muac_mm: Some(13), ..child }, Field::Muac, 13),
        (Measurement { weight_g: Some(60_000), ..boy(7_321) }, Field::Age, 7_321),
    ] {
        assert_eq!(assess(&wrong), Err(GrowthError::Impossible { field, value }));
    }
    for field in Field::ALL {
        let Bounds { min, max } = field.bounds();
        assert!(field.check(min).is_ok() && field.check(max).is_ok() && field.check(max + 1).is_err());
    }
    assert_eq!(assess(&child), Err(GrowthError::NothingMeasured));
    let unborn = Measurement { on: child.dob - Days::new(1), weight_g: Some(3_000), ..child };
    assert_eq!(assess(&unborn), Err(GrowthError::BeforeBirth));
    let wrong = assess(&Measurement { weight_g: Some(0), ..child }).unwrap_err();
    assert_eq!(wrong.to_string(), "weight is 0 g, which is not possible (from 200 to 200000)");
    // The far ends of the calendar are no crash.
    let ends = Measurement { dob: NaiveDate::MIN, on: NaiveDate::MAX, weight_g: Some(3_000), ..child };
    assert!(matches!(assess(&ends), Err(GrowthError::Impossible { field: Field::Age, .. })));
}

#[test]
fn scores_have_two_decimals_and_no_minus_zero() {
    let shown = |h| Z::from_hundredths(h).to_string();
    assert_eq!([-1234, -5, 0, 7, 100].map(shown), ["-12.34", "-0.05", "0.00", "0.07", "1.00"]);
    assert_eq!(Z::round(-0.004).unwrap().to_string(), "0.00");
    assert_eq!((Z::round(f64::NAN), Z::round(f64::INFINITY)), (None, None));
}

/// A thousand rows of the tables: the median is 0, more is more, and each SD line is its own z-score.
#[test]
fn scores_and_lines_are_inverse_and_rise() {
    let mut numbers = Numbers(20_240_229);
    for round in 0..1_000 {
        let sex = SEXES[round % 2];
        let age_days = numbers.below(1_827);
        let row = match round % 4 {
            0 => for_age(Indicator::WeightForAge, sex, age_days),
            1 => for_age(Indicator::BmiForAge, sex, 1_827 + numbers.below(5_000)),
            2 => for_length(sex, false, 450_000 + numbers.below(650_001)),
            _ => for_length(sex, true, 650_000 + numbers.below(550_001)),
        };
        let row = row.unwrap().unwrap();
        assert!(row.z_weight(row.m).abs() < 1e-12);
        let mut before = f64::NEG_INFINITY;
        for tenths in -60..=60 {
            let z = f64::from(tenths) / 10.0;
            let y = row.at_weight(z);
            assert!(y > before, "{row:?} falls at {z}");
            assert!(y <= 0.0 || (row.z_weight(y) - z).abs() < 1e-6, "{row:?} at {z}: {}", row.z_weight(y));
            before = y;
        }
    }
    let log = Lms { l: 0.0, m: 10.0, s: 0.1 };
    assert!((log.z(log.at(1.5)) - 1.5).abs() < 1e-12);
}

#[test]
fn a_heavier_child_never_scores_less() {
    let mut numbers = Numbers(7);
    for _ in 0..300 {
        let sex = SEXES[usize::from(numbers.below(2) == 0)];
        let child =
            Measurement { sex, length_mm: Some(450 + numbers.below(750)), ..boy(u64::from(numbers.below(3_000))) };
        let light = 1_000 + numbers.below(20_000);
        let heavy = light + 1 + numbers.below(5_000);
        let [light, heavy] =
            [light, heavy].map(|weight_g| assess(&Measurement { weight_g: Some(weight_g), ..child }).unwrap());
        for indicator in [Indicator::WeightForAge, Indicator::WeightForLength, Indicator::BmiForAge] {
            assert!(light.z(indicator) <= heavy.z(indicator), "{indicator:?} {child:?}");
            assert_eq!(light.z(indicator).is_some(), heavy.z(indicator).is_some());
        }
        assert!(light.underweight >= heavy.underweight);
    }
}

#[test]
fn the_lines_of_a_chart_are_the_scores_of_its_points() {
    for sex in SEXES {
        let curves = curves(Chart::WeightForAge, sex, 0..=1_826, 30).unwrap();
        assert_eq!(curves.iter().map(|curve| curve.sd).collect::<Vec<_>>(), SD_LINES);
        for curve in &curves {
            assert_eq!((curve.points[0].x, curve.points.last().unwrap().x), (0, 1_826));
            for point in &curve.points {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let weight_g = point.y.round() as u32;
                let dob = boy(0).dob;
                let on = dob + Days::new(point.x.into());
                let found = assess(&Measurement { sex, weight_g: Some(weight_g), on, ..boy(0) }).unwrap();
                let off = found.weight_for_age.unwrap().hundredths() - i32::from(curve.sd) * 100;
                assert!(off.abs() <= 1, "day {}: {off}", point.x);
            }
        }
    }
}

#[test]
fn a_chart_is_cut_to_its_table() {
    let ends = |chart, range| {
        let curves = curves(chart, Sex::Female, range, 10).unwrap();
        curves.first().map(|curve| (curve.points[0].x, curve.points.last().unwrap().x, curve.points.len()))
    };
    assert_eq!(ends(Chart::WeightForLength, 0..=5_000), Some((450, 1_100, 66)));
    assert_eq!(ends(Chart::WeightForHeight, 700..=705), Some((700, 705, 2)));
    assert_eq!(ends(Chart::WeightForHeight, 1_201..=1_300), None);
    assert_eq!(ends(Chart::WeightForAge, 3_000..=u32::MAX).map(|found| found.1), Some(3_682));
    assert_eq!(ends(Chart::LengthForAge, 0..=u32::MAX).map(|found| found.1), Some(6_970));
    assert!(curves(Chart::LengthForAge, Sex::Other, 0..=100, 1).unwrap().is_empty());
    // A step of nothing is a step of one, and no range makes more points than a screen has columns.
    assert!(curves(Chart::LengthForAge, Sex::Male, 0..=6_970, 0).unwrap()[0].points.len() <= 3_500);
    // Units: mm and g.
    let middle = |chart, x| curves(chart, Sex::Male, x..=x, 1).unwrap()[2].points[0].y;
    assert!((middle(Chart::LengthForAge, 0) - 498.842).abs() < 0.01);
    assert!((middle(Chart::WeightForAge, 0) - 3_346.4).abs() < 0.01);
    for chart in Chart::ALL {
        let lines = curves(chart, Sex::Male, 0..=u32::MAX, 50).unwrap();
        for pair in lines.windows(2) {
            let (low, high) = (&pair[0].points, &pair[1].points);
            assert!(low.iter().zip(high).all(|(low, high)| low.x == high.x && low.y < high.y));
        }
    }
}
