//! What was measured, and which figures cannot be true of any child.

use chrono::NaiveDate;

use super::{GrowthError, LAST_DAY_OF_STANDARD, Sex};

/// Younger children cannot stand for a measurement (WHO anthro).
pub(super) const STANDS_FROM_MONTH: u32 = 9;

/// How length or height was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// Recumbent length.
    Lying,
    /// Standing height.
    Standing,
}

/// A figure of a measuring, as errors name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    Age,
    Weight,
    Length,
    Head,
    Muac,
}

/// The least and the most a figure may be, in [`Field::unit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub min: u32,
    pub max: u32,
}

impl Field {
    pub const ALL: [Self; 5] = [Self::Age, Self::Weight, Self::Length, Self::Head, Self::Muac];

    pub fn code(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Weight => "weight",
            Self::Length => "length",
            Self::Head => "head",
            Self::Muac => "muac",
        }
    }

    /// The unit the bounds and the errors speak in.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Age => "days",
            Self::Weight => "g",
            Self::Length | Self::Head | Self::Muac => "mm",
        }
    }

    /// The only place that says what is impossible. Wide on purpose: a slip of the hand (a zero too many, the wrong
    /// unit) is refused, an unusual child is not; what is merely unlikely is flagged by its z-score.
    pub fn bounds(self) -> Bounds {
        let (min, max) = match self {
            // WHO's tables end at 19 years; a day of the 20th year is still a child's, more is a wrong birth date.
            Self::Age => (0, 20 * 366),
            // The lightest newborns that lived weighed just over 200 g; hardly any youth weighs over 200 kg.
            Self::Weight => (200, 200_000),
            // The smallest newborns that lived were a little over 20 cm long; hardly any youth is over 2.20 m.
            Self::Length => (200, 2_200),
            // Newborns of 22 weeks have 17 cm and more; a head over 80 cm is a slip even in hydrocephalus.
            Self::Head => (150, 800),
            // Tapes for children begin at about 6 cm and end at 26 cm; adults' end below 60 cm.
            Self::Muac => (50, 600),
        };
        Bounds { min, max }
    }

    pub(super) fn check(self, value: u32) -> Result<(), GrowthError> {
        let bounds = self.bounds();
        if (bounds.min..=bounds.max).contains(&value) {
            Ok(())
        } else {
            Err(GrowthError::Impossible { field: self, value })
        }
    }
}

/// One measuring of a child. Whatever was not measured is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measurement {
    pub sex: Sex,
    pub dob: NaiveDate,
    /// The day of measuring.
    pub on: NaiveDate,
    pub weight_g: Option<u32>,
    pub length_mm: Option<u32>,
    /// `None` is taken as WHO does: lying until day 730, standing later.
    pub position: Option<Position>,
    pub head_mm: Option<u16>,
    pub muac_mm: Option<u16>,
    /// Pitting oedema of both feet.
    pub oedema: bool,
}

impl Measurement {
    /// Age on the day of measuring, in days.
    pub fn age_days(&self) -> Result<u32, GrowthError> {
        u32::try_from((self.on - self.dob).num_days()).map_err(|_| GrowthError::BeforeBirth)
    }

    /// Whether this can be true of a child, and says anything; what a rule asks before it stores a measuring.
    pub fn check(&self) -> Result<(), GrowthError> {
        self.exact().map(|_| ())
    }

    pub(super) fn exact(&self) -> Result<Exact, GrowthError> {
        let age_days = self.age_days()?;
        let head_mm = self.head_mm.map(u32::from);
        let muac_mm = self.muac_mm.map(u32::from);
        let figures = [
            (Field::Age, Some(age_days)),
            (Field::Weight, self.weight_g),
            (Field::Length, self.length_mm),
            (Field::Head, head_mm),
            (Field::Muac, muac_mm),
        ];
        for (field, value) in figures {
            value.map_or(Ok(()), |value| field.check(value))?;
        }
        // Somebody looked for oedema and found it: that is a finding without any figure.
        if !self.oedema && figures[1..].iter().all(|(_, value)| value.is_none()) {
            return Err(GrowthError::NothingMeasured);
        }
        Ok(Exact {
            sex: self.sex,
            age_days,
            weight_mg: self.weight_g.map(|g| g * 1_000),
            length_um: self.length_mm.map(|mm| mm * 1_000),
            position: self.position,
            head_um: head_mm.map(|mm| mm * 1_000),
            muac_um: muac_mm.map(|mm| mm * 1_000),
            oedema: self.oedema,
        })
    }
}

/// A measuring in the finest units a table of cases may have (four decimals of a kg or cm and more). Whole numbers,
/// so that a cut-off is met exactly and a step of a table is found without rounding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact {
    pub sex: Sex,
    pub age_days: u32,
    pub weight_mg: Option<u32>,
    pub length_um: Option<u32>,
    pub position: Option<Position>,
    pub head_um: Option<u32>,
    pub muac_um: Option<u32>,
    pub oedema: bool,
}

/// WHO's month is 30.4375 days, 487/16: the completed months, and what is left in 487ths of a month.
pub(super) fn months_of(age_days: u32) -> (u32, u32) {
    let sixteenths = u64::from(age_days) * 16;
    // Both are smaller than the days they come from.
    (u32::try_from(sixteenths / 487).unwrap_or(u32::MAX), u32::try_from(sixteenths % 487).unwrap_or_default())
}

impl Exact {
    pub fn completed_months(&self) -> u32 {
        months_of(self.age_days).0
    }

    pub fn under_five(&self) -> bool {
        self.age_days <= LAST_DAY_OF_STANDARD
    }
}
