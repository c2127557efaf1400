//! Scores into what a nurse calls them. A value exactly on a cut-off belongs to the better class.

use super::Z;
use super::measure::Exact;
use super::score::Scores;

/// WHO/UNICEF 2009; IAP consensus on SAM, 2013.
const SAM_MUAC_UM: u32 = 115_000;
/// WHO/UNICEF convention. No Indian text was found for it.
const MAM_MUAC_UM: u32 = 125_000;
/// The arm is judged from here to 59 months.
pub(super) const SIX_MONTHS: u32 = 6;

const MINUS_3: Z = Z::from_hundredths(-300);
const MINUS_2: Z = Z::from_hundredths(-200);
const PLUS_1: Z = Z::from_hundredths(100);
const PLUS_2: Z = Z::from_hundredths(200);
const PLUS_3: Z = Z::from_hundredths(300);

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }
    )*};
}

classes! {
    /// Weight for age. The worse class is the greater, here and below.
    Underweight {
        Normal = "normal",
        Moderate = "underweight",
        Severe = "severely_underweight",
    }
    /// Length or height for age.
    Stunting {
        Normal = "normal",
        Moderate = "stunted",
        Severe = "severely_stunted",
    }
    /// Weight for length or height, arm, oedema.
    Wasting {
        None = "none",
        /// Moderate acute malnutrition.
        Mam = "MAM",
        /// Severe acute malnutrition.
        Sam = "SAM",
    }
    /// Under 5 years by weight for length, later by body mass index for age.
    Overweight {
        None = "none",
        Overweight = "overweight",
        Obese = "obese",
    }
    /// Body mass index for age, 5-19 years.
    Thinness {
        None = "none",
        Thin = "thin",
        Severe = "severely_thin",
    }
    /// A sign of acute malnutrition.
    WastedBy {
        WeightForLength = "weight-for-length",
        Muac = "muac",
        Oedema = "oedema",
    }
}

pub(super) fn underweight(z: Z) -> Underweight {
    if z < MINUS_3 {
        Underweight::Severe
    } else if z < MINUS_2 {
        Underweight::Moderate
    } else {
        Underweight::Normal
    }
}

pub(super) fn stunting(z: Z) -> Stunting {
    if z < MINUS_3 {
        Stunting::Severe
    } else if z < MINUS_2 {
        Stunting::Moderate
    } else {
        Stunting::Normal
    }
}

/// Under 5 years, and only of what was measured: `None` is "not known". Under 6 months the arm says nothing (WHO 2013
/// defines severe acute malnutrition there by weight-for-length and oedema alone).
pub(super) fn wasting(of: &Exact, scores: &Scores) -> (Option<Wasting>, Vec<WastedBy>) {
    if !of.under_five() {
        return (None, Vec::new());
    }
    let by_score = scores.weight_for_length.map(|z| {
        if z < MINUS_3 {
            Wasting::Sam
        } else if z < MINUS_2 {
            Wasting::Mam
        } else {
            Wasting::None
        }
    });
    let by_arm = of.muac_um.filter(|_| of.completed_months() >= SIX_MONTHS).map(|um| {
        if um < SAM_MUAC_UM {
            Wasting::Sam
        } else if um < MAM_MUAC_UM {
            Wasting::Mam
        } else {
            Wasting::None
        }
    });
    let by_oedema = of.oedema.then_some(Wasting::Sam);
    let signs = [(WastedBy::WeightForLength, by_score), (WastedBy::Muac, by_arm), (WastedBy::Oedema, by_oedema)];
    let worst = signs.iter().filter_map(|(_, class)| *class).max();
    let by = match worst {
        None | Some(Wasting::None) => Vec::new(),
        Some(_) => signs.iter().filter(|(_, class)| *class == worst).map(|(sign, _)| *sign).collect(),
    };
    (worst, by)
}

/// WHO's fact sheet on obesity and overweight: over +2 and +3 under 5 years, over +1 and +2 from 5 to 19.
pub(super) fn overweight(of: &Exact, scores: &Scores) -> Option<Overweight> {
    let (z, overweight, obese) = if of.under_five() {
        (scores.weight_for_length?, PLUS_2, PLUS_3)
    } else {
        (scores.bmi_for_age?, PLUS_1, PLUS_2)
    };
    Some(if z > obese {
        Overweight::Obese
    } else if z > overweight {
        Overweight::Overweight
    } else {
        Overweight::None
    })
}

pub(super) fn thinness(of: &Exact, scores: &Scores) -> Option<Thinness> {
    let z = scores.bmi_for_age.filter(|_| !of.under_five())?;
    Some(if z < MINUS_3 {
        Thinness::Severe
    } else if z < MINUS_2 {
        Thinness::Thin
    } else {
        Thinness::None
    })
}
