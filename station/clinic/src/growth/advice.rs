//! What to do about an assessment: codes, whose words stand with the diet plan.

use super::class::{SIX_MONTHS, Thinness, Underweight, Wasting};
use super::measure::Exact;
use super::{Assessment, Indicator};

/// When a moderately malnourished child is weighed again. The interval is usual practice without a source.
const RECHECK_DAYS: u16 = 14;
/// The anganwadi's ration for malnourished children is for 6 months to 6 years (National Food Security Act 2013).
const RATION_MONTHS: std::ops::Range<u32> = 6..72;

/// What is to be measured once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remeasure {
    Weight,
    Length,
    Head,
    Muac,
    /// Length, this time lying: the child is too young to stand.
    Lying,
}

/// One thing to do. Where no source was found for it, the diet plan's line of its code says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// The figure is implausible; do not act on it alone.
    Remeasure(Remeasure),
    /// To a facility (Nutrition Rehabilitation Centre).
    ReferFacility,
    /// To the medical officer, for the community programme.
    ReferMedicalOfficer,
    /// No rule was found for this finding: the medical officer decides.
    AskMedicalOfficer,
    /// Appetite and danger signs decide between facility and community programme.
    CheckAppetite,
    /// One or two more meals, rich in energy.
    ExtraMeals,
    /// Enrol for the anganwadi's ration for malnourished children.
    AnganwadiRation,
    RecheckInDays(u16),
    /// The diet plan of the age is all it needs.
    FollowDiet,
}

impl Advice {
    /// Every code there is.
    pub const CODES: [&str; 13] = [
        "remeasure-weight",
        "remeasure-length",
        "remeasure-head",
        "remeasure-muac",
        "remeasure-lying",
        "refer-facility",
        "refer-medical-officer",
        "ask-medical-officer",
        "check-appetite",
        "extra-meals",
        "anganwadi-ration",
        "recheck-in-days",
        "follow-diet",
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Remeasure(Remeasure::Weight) => "remeasure-weight",
            Self::Remeasure(Remeasure::Length) => "remeasure-length",
            Self::Remeasure(Remeasure::Head) => "remeasure-head",
            Self::Remeasure(Remeasure::Muac) => "remeasure-muac",
            Self::Remeasure(Remeasure::Lying) => "remeasure-lying",
            Self::ReferFacility => "refer-facility",
            Self::ReferMedicalOfficer => "refer-medical-officer",
            Self::AskMedicalOfficer => "ask-medical-officer",
            Self::CheckAppetite => "check-appetite",
            Self::ExtraMeals => "extra-meals",
            Self::AnganwadiRation => "anganwadi-ration",
            Self::RecheckInDays(_) => "recheck-in-days",
            Self::FollowDiet => "follow-diet",
        }
    }

    /// The number in its words.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::RecheckInDays(days) => Some(days.into()),
            _ => None,
        }
    }

    pub fn is_referral(self) -> bool {
        matches!(self, Self::ReferFacility | Self::ReferMedicalOfficer)
    }
}

pub(super) fn advice(of: &Exact, found: &Assessment) -> Vec<Advice> {
    let mut advice: Vec<Advice> = again(found).into_iter().map(Advice::Remeasure).collect();
    let months = of.completed_months();
    let severe = found.wasting == Some(Wasting::Sam) || found.underweight == Some(Underweight::Severe);
    if found.oedema || (severe && months < SIX_MONTHS) {
        // Oedema at any age, and whatever is severe under 6 months, is not for the community programme.
        advice.push(Advice::ReferFacility);
    } else if severe {
        advice.extend([Advice::ReferMedicalOfficer, Advice::CheckAppetite]);
    } else if found.is_malnourished() {
        if months < SIX_MONTHS || found.thinness == Some(Thinness::Severe) {
            // Before 6 months there is no food yet of which it could have more.
            advice.push(Advice::AskMedicalOfficer);
        }
        if months >= SIX_MONTHS {
            advice.push(Advice::ExtraMeals);
        }
        if RATION_MONTHS.contains(&months) {
            advice.push(Advice::AnganwadiRation);
        }
        advice.push(Advice::RecheckInDays(RECHECK_DAYS));
    }
    if !advice.iter().any(|advice| advice.is_referral()) {
        advice.push(Advice::FollowDiet);
    }
    advice
}

/// What the implausible scores are made of, each once. Of a score made of two measures it is not the one that is
/// plausible for the age by itself, unless both are.
fn again(found: &Assessment) -> Vec<Remeasure> {
    let mut again = Vec::new();
    let fits = |indicator| found.z(indicator).is_some() && !found.implausible.contains(&indicator);
    let (weight_fits, length_fits) = (fits(Indicator::WeightForAge), fits(Indicator::LengthForAge));
    for indicator in &found.implausible {
        let made_of: &[Remeasure] = match indicator {
            Indicator::WeightForAge => &[Remeasure::Weight],
            Indicator::LengthForAge => &[Remeasure::Length],
            Indicator::WeightForLength | Indicator::BmiForAge => match (weight_fits, length_fits) {
                (false, true) => &[Remeasure::Weight],
                (true, false) => &[Remeasure::Length],
                _ => &[Remeasure::Weight, Remeasure::Length],
            },
            Indicator::HeadForAge => &[Remeasure::Head],
            Indicator::MuacForAge => &[Remeasure::Muac],
        };
        for part in made_of {
            if !again.contains(part) {
                again.push(*part);
            }
        }
    }
    if found.standing_too_young {
        again.push(Remeasure::Lying);
    }
    again
}
