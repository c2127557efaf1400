//! Measurements into z-scores.

use std::fmt;

use super::lms::Lms;
use super::measure::{Exact, Position, months_of};
use super::table::{self, Table, TableError};
use super::{LAST_DAY_OF_STANDARD, STANDING_FROM_DAY, Sex};

/// Between lying and standing (WHO 2006): a lying child is this much longer.
const LYING_MORE_UM: u32 = 7_000;
/// One step of the tables for length and height.
const STEP_UM: u32 = 1_000;

/// A z-score in hundredths, as WHO rounds it before anything is compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Z(i32);

impl Z {
    pub const fn from_hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    pub const fn hundredths(self) -> i32 {
        self.0
    }

    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Rounded to two decimals, half away from zero; none for what is no number.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn round(z: f64) -> Option<Self> {
        let hundredths = (z * 100.0).round();
        // Bounds of figures keep real scores within a few thousand.
        (hundredths.abs() < f64::from(i32::MAX)).then_some(Self(hundredths as i32))
    }
}

/// Always two decimals: `-0.50`, and never `-0.00`.
impl fmt::Display for Z {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", whole / 100, whole % 100)
    }
}

/// What is compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Indicator {
    WeightForAge,
    /// Length until day 730, height from day 731.
    LengthForAge,
    /// By age as well: the table of lengths until day 730, that of heights from day 731.
    WeightForLength,
    BmiForAge,
    HeadForAge,
    MuacForAge,
}

impl Indicator {
    pub const ALL: [Self; 6] = [
        Self::WeightForAge,
        Self::LengthForAge,
        Self::WeightForLength,
        Self::BmiForAge,
        Self::HeadForAge,
        Self::MuacForAge,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::WeightForAge => "weight-for-age",
            Self::LengthForAge => "length-for-age",
            Self::WeightForLength => "weight-for-length",
            Self::BmiForAge => "bmi-for-age",
            Self::HeadForAge => "head-for-age",
            Self::MuacForAge => "muac-for-age",
        }
    }

    /// Beyond WHO's limits of plausible scores.
    pub fn is_implausible(self, z: Z) -> bool {
        let (low, high) = match self {
            Self::WeightForAge => (-6, 5),
            Self::LengthForAge => (-6, 6),
            Self::WeightForLength | Self::BmiForAge | Self::HeadForAge | Self::MuacForAge => (-5, 5),
        };
        z < Z(low * 100) || z > Z(high * 100)
    }
}

/// The scores of one measuring.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scores {
    pub standardised_um: Option<u32>,
    pub bmi_hundredths: Option<u32>,
    pub weight_for_age: Option<Z>,
    pub length_for_age: Option<Z>,
    pub weight_for_length: Option<Z>,
    pub bmi_for_age: Option<Z>,
    pub head_for_age: Option<Z>,
    pub muac_for_age: Option<Z>,
}

impl Scores {
    pub fn z(&self, indicator: Indicator) -> Option<Z> {
        match indicator {
            Indicator::WeightForAge => self.weight_for_age,
            Indicator::LengthForAge => self.length_for_age,
            Indicator::WeightForLength => self.weight_for_length,
            Indicator::BmiForAge => self.bmi_for_age,
            Indicator::HeadForAge => self.head_for_age,
            Indicator::MuacForAge => self.muac_for_age,
        }
    }
}

type Maybe<T> = Result<Option<T>, TableError>;

pub(super) fn scores(of: &Exact, standing_too_young: bool) -> Result<Scores, TableError> {
    let standardised_um = standardise(of, standing_too_young);
    let length_cm = standardised_um.map(|um| f64::from(um) / 10_000.0);
    // Oedema weighs: whatever weight takes part in would look too good.
    let weight_kg = of.weight_mg.filter(|_| !of.oedema).map(|mg| f64::from(mg) / 1_000_000.0);
    let bmi = weight_kg.zip(length_cm).map(|(kg, cm)| kg / (cm / 100.0).powi(2));

    let score = |y: Option<f64>, row: Maybe<Lms>, z: fn(Lms, f64) -> f64| -> Maybe<Z> {
        let row = row?;
        Ok(y.zip(row).and_then(|(y, row)| Z::round(z(row, y))))
    };
    let (sex, age) = (of.sex, of.age_days);
    let weight_for_length = match standardised_um {
        Some(um) if of.under_five() => for_length(sex, age >= STANDING_FROM_DAY, um),
        _ => Ok(None),
    };
    Ok(Scores {
        standardised_um,
        bmi_hundredths: bmi.and_then(Z::round).and_then(|bmi| u32::try_from(bmi.0).ok()),
        weight_for_age: score(weight_kg, for_age(Indicator::WeightForAge, sex, age), Lms::z_weight)?,
        length_for_age: score(length_cm, for_age(Indicator::LengthForAge, sex, age), Lms::z)?,
        weight_for_length: score(weight_kg, weight_for_length, Lms::z_weight)?,
        bmi_for_age: score(bmi, for_age(Indicator::BmiForAge, sex, age), Lms::z_weight)?,
        head_for_age: score(cm(of.head_um), for_age(Indicator::HeadForAge, sex, age), Lms::z)?,
        muac_for_age: score(cm(of.muac_um), for_age(Indicator::MuacForAge, sex, age), Lms::z_weight)?,
    })
}

fn cm(um: Option<u32>) -> Option<f64> {
    um.map(|um| f64::from(um) / 10_000.0)
}

/// Length or height in the position that its age is judged in. A child too young to stand was lying, whatever the
/// form says, and is taken as measured (WHO anthro).
fn standardise(of: &Exact, standing_too_young: bool) -> Option<u32> {
    let um = of.length_um?;
    match of.position {
        Some(Position::Standing) if of.age_days < STANDING_FROM_DAY && !standing_too_young => {
            um.checked_add(LYING_MORE_UM)
        }
        Some(Position::Lying) if of.age_days >= STANDING_FROM_DAY => um.checked_sub(LYING_MORE_UM),
        _ => Some(um),
    }
}

/// The row of an age. From 5 years the tables have months; between two of them everything is interpolated (WHO
/// anthroplus), and the last month is there for that alone.
pub(super) fn for_age(indicator: Indicator, sex: Sex, age_days: u32) -> Maybe<Lms> {
    if age_days <= LAST_DAY_OF_STANDARD {
        let table = match indicator {
            Indicator::WeightForAge => table::weight_days(),
            Indicator::LengthForAge => table::length_days(),
            Indicator::BmiForAge => table::bmi_days(),
            Indicator::HeadForAge => table::head_days(),
            Indicator::MuacForAge => table::muac_days(),
            Indicator::WeightForLength => return Ok(None),
        };
        return Ok(table.map_err(Clone::clone)?.row(sex, age_days));
    }
    let table = match indicator {
        Indicator::WeightForAge => table::weight_months(),
        Indicator::LengthForAge => table::height_months(),
        Indicator::BmiForAge => table::bmi_months(),
        Indicator::WeightForLength | Indicator::HeadForAge | Indicator::MuacForAge => return Ok(None),
    };
    let (month, rest) = months_of(age_days);
    Ok(in_months(table.map_err(Clone::clone)?, sex, month, rest))
}

pub(super) fn in_months(table: &Table, sex: Sex, month: u32, rest_487ths: u32) -> Option<Lms> {
    if month >= table.last() { None } else { table.between(sex, month, rest_487ths, 487) }
}

/// The row of a length or height.
pub(super) fn for_length(sex: Sex, standing: bool, um: u32) -> Maybe<Lms> {
    let table = if standing { table::weight_for_height() } else { table::weight_for_length() };
    Ok(table.map_err(Clone::clone)?.between(sex, um / STEP_UM, um % STEP_UM, STEP_UM))
}
