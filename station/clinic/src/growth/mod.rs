//! How a child grows: WHO's z-scores, what they mean, and what to do about it.
//!
//! The tables and the method are the World Health Organization's: the Child Growth Standards (2006 and 2007, birth to
//! 5 years, a row for each day of age or mm of length) and the growth reference for 5-19 years (2007, a row for each
//! month), as WHO ships them with its R packages `anthro` and `anthroplus`, whose rules this module follows:
//! age in days, months of 30.4375 days, scores rounded to two decimals before they are classified.
//!
//! Pure: no clock, no database. [`assess`] takes what was measured, [`curves`] gives the lines of a chart,
//! [`run_cases`] a whole table for people who compare with their own figures.

mod advice;
mod cases;
mod chart;
mod class;
mod lms;
mod measure;
mod score;
mod table;

#[cfg(test)]
mod tests;

pub use crate::cases::{CasesError, RefusedRow};
pub use advice::{Advice, Remeasure};
pub use cases::{CasesSummary, run_cases};
pub use chart::{Chart, Curve, Point, SD_LINES, curves};
pub use class::{Overweight, Stunting, Thinness, Underweight, WastedBy, Wasting};
pub use measure::{Bounds, Field, Measurement, Position};
pub use score::{Indicator, Z};
pub use table::TableError;

pub use crate::forecast::Sex;

use measure::Exact;

/// Until this day of age the standards of 2006 hold, later the reference of 2007: 60 months of 30.4375 days are
/// 1826.25 days.
pub const LAST_DAY_OF_STANDARD: u32 = 1826;

/// From this day of age a child is measured standing (WHO: 24 months).
pub const STANDING_FROM_DAY: u32 = 731;

/// Why a measurement cannot be assessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrowthError {
    #[error("the day of measuring is before birth")]
    BeforeBirth,
    #[error("{} is {value} {}, which is not possible (from {} to {})", field.code(), field.unit(), field.bounds().min, field.bounds().max)]
    Impossible { field: Field, value: u32 },
    #[error("nothing was measured")]
    NothingMeasured,
    #[error("a growth table cannot be used")]
    Table(#[from] TableError),
}

impl From<&TableError> for GrowthError {
    fn from(error: &TableError) -> Self {
        Self::Table(error.clone())
    }
}

/// What WHO's tables say about one measuring of a child.
///
/// A score is `None` where something is missing or outside its table, and for a child whose sex is not one of the
/// two WHO has tables for; arm and oedema are judged all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub age_days: u32,
    /// Length or height in the position of the age, after the 0.7 cm, in µm.
    pub standardised_um: Option<u32>,
    /// Body mass index in hundredths of kg/m².
    pub bmi_hundredths: Option<u32>,
    pub weight_for_age: Option<Z>,
    /// Length until day 730, height from day 731.
    pub length_for_age: Option<Z>,
    /// Under 5 years.
    pub weight_for_length: Option<Z>,
    pub bmi_for_age: Option<Z>,
    /// Under 5 years.
    pub head_for_age: Option<Z>,
    /// From 91 days to 5 years.
    pub muac_for_age: Option<Z>,
    /// Scores beyond WHO's limits: rather a wrong measurement or birth date than such a child.
    pub implausible: Vec<Indicator>,
    /// Said to be measured standing, but too young to stand (WHO: under 9 months). Taken as lying.
    pub standing_too_young: bool,
    pub underweight: Option<Underweight>,
    pub stunting: Option<Stunting>,
    /// Under 5 years.
    pub wasting: Option<Wasting>,
    /// Which signs made `wasting` as severe as it is.
    pub wasted_by: Vec<WastedBy>,
    pub overweight: Option<Overweight>,
    /// 5-19 years, where wasting is not defined.
    pub thinness: Option<Thinness>,
    pub oedema: bool,
    /// What to do, the most urgent first. Never empty.
    pub advice: Vec<Advice>,
}

impl Assessment {
    /// The score of an indicator.
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

    /// Underweight, wasted or thin, moderately or severely.
    pub fn is_malnourished(&self) -> bool {
        self.underweight.is_some_and(|class| class != Underweight::Normal)
            || self.wasting.is_some_and(|class| class != Wasting::None)
            || self.thinness.is_some_and(|class| class != Thinness::None)
            || self.oedema
    }

    /// The measures that are hardly possible, each once: to be measured again, and compared with the birth date.
    pub fn doubted(&self) -> Vec<Remeasure> {
        let doubted = |advice: &Advice| match advice {
            Advice::Remeasure(Remeasure::Lying) => None,
            Advice::Remeasure(part) => Some(*part),
            _ => None,
        };
        self.advice.iter().filter_map(doubted).collect()
    }

    /// To be seen by a medical officer or a facility, not managed with a diet sheet.
    pub fn is_referred(&self) -> bool {
        self.advice.iter().any(|advice| advice.is_referral())
    }
}

/// Assesses one measuring of a child.
pub fn assess(measured: &Measurement) -> Result<Assessment, GrowthError> {
    assess_exact(&measured.exact()?)
}

/// The same from the finest units, which a table of cases may need.
fn assess_exact(of: &Exact) -> Result<Assessment, GrowthError> {
    let standing_too_young =
        of.position == Some(Position::Standing) && of.completed_months() < measure::STANDS_FROM_MONTH;
    let scores = score::scores(of, standing_too_young)?;
    let implausible =
        Indicator::ALL.into_iter().filter(|of| scores.z(*of).is_some_and(|z| of.is_implausible(z))).collect();
    let (wasting, wasted_by) = class::wasting(of, &scores);
    let mut assessment = Assessment {
        age_days: of.age_days,
        standardised_um: scores.standardised_um,
        bmi_hundredths: scores.bmi_hundredths,
        weight_for_age: scores.weight_for_age,
        length_for_age: scores.length_for_age,
        weight_for_length: scores.weight_for_length,
        bmi_for_age: scores.bmi_for_age,
        head_for_age: scores.head_for_age,
        muac_for_age: scores.muac_for_age,
        implausible,
        standing_too_young,
        underweight: scores.weight_for_age.map(class::underweight),
        stunting: scores.length_for_age.map(class::stunting),
        wasting,
        wasted_by,
        overweight: class::overweight(of, &scores),
        thinness: class::thinness(of, &scores),
        oedema: of.oedema,
        advice: Vec::new(),
    };
    assessment.advice = advice::advice(of, &assessment);
    Ok(assessment)
}
