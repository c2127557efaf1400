//! What a child of this age should eat, as structured data that screen and paper both show.
//!
//! The facts stand in `assets/diet/plan.toml`, each with its source and an age; what a person reads is a key of
//! `assets/i18n`. A fact without a source keeps a mark ([`Line::unsourced`]) for the medical officer who reviews it.
//! Pure: the day is given. Supplements are information; when a dose of vitamin A is due, the schedule says.

mod facts;
mod load;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

pub use facts::{Facts, KeyUse};
pub use load::FactsError;

use crate::forecast::Sex;
use crate::growth::Assessment;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The key of its name or heading.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => concat!($prefix, $code)),* }
            }

            /// `None` for a code that is none of these.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
    )*};
}

codes! {
    /// What the family eats. Milk is eaten by all.
    Choice, "diet-choice-" {
        Veg = "veg",
        /// Eggs, but no fish or meat.
        Egg = "egg",
        NonVeg = "nonveg",
    }
    /// Where the examples of food come from.
    Region, "diet-region-" {
        North = "north",
        South = "south",
        East = "east",
        West = "west",
        Northeast = "northeast",
    }
    /// A part of the plan, in the order in which it is shown.
    Part, "diet-heading-" {
        Referral = "referral",
        Advice = "advice",
        Milk = "milk",
        Meals = "meals",
        Energy = "energy",
        Groups = "groups",
        Foods = "foods",
        Regional = "regional",
        Anganwadi = "anganwadi",
        Supplements = "supplements",
        Deworming = "deworming",
        Rules = "rules",
        Choking = "choking",
    }
}

/// The key of the mark beside a line that has no source yet.
pub const UNSOURCED_KEY: &str = "diet-unsourced";
/// The key of the heading over the sources.
pub const SOURCES_KEY: &str = "diet-heading-sources";

/// Of whom, and of which day.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub dob: NaiveDate,
    pub on: NaiveDate,
    pub sex: Sex,
    /// `None` is taken as breastfed where it matters ([`Plan::breastfed_assumed`]).
    pub breastfed: Option<bool>,
    pub choice: Choice,
    pub region: Region,
    /// The last assessment of growth, where there is one.
    pub growth: Option<&'a Assessment>,
}

/// One thing to show: a key, the values in its words, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'f> {
    pub key: &'f str,
    /// The value of `$n`.
    pub number: Option<u32>,
    /// The value of `$date`.
    pub date: Option<NaiveDate>,
    /// Ids of [`Facts::sources`].
    pub sources: &'f [String],
    /// Nothing to rely on before a medical officer has seen it; shown with [`UNSOURCED_KEY`].
    pub unsourced: bool,
}

/// The bands of age together cover every day from birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band<'f> {
    pub id: &'f str,
    pub title_key: &'f str,
}

/// Examples of the region's food.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Regional<'f> {
    pub staple: Vec<Line<'f>>,
    pub pulse: Vec<Line<'f>>,
    /// Vegetables, fruit, milk products, and eggs, fish or meat by choice.
    pub more: Vec<Line<'f>>,
}

/// What the programme gives at this age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplement<'f> {
    /// `IFA-syrup`, `IFA-pink`, `IFA-blue`, `VitA`.
    pub id: &'f str,
    pub dose: Line<'f>,
    pub content: Line<'f>,
    pub notes: Vec<Line<'f>>,
}

/// One National Deworming Day, with the dose of the age the child will have then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DewormingDay<'f> {
    pub on: NaiveDate,
    /// "National Deworming Day: …", with the date as value.
    pub date: Line<'f>,
    pub dose: Line<'f>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deworming<'f> {
    /// One or two, within a year.
    pub days: Vec<DewormingDay<'f>>,
    pub notes: Vec<Line<'f>>,
}

/// The diet plan of one child on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<'f> {
    pub band: Band<'f>,
    /// Nobody said whether the child is breastfed, and the plan depends on it.
    pub breastfed_assumed: bool,
    /// Not empty: the child is referred and not managed with this sheet.
    pub referral: Vec<Line<'f>>,
    /// What else growth asks for: measure again, extra meals, the ration, when to come back.
    pub advice: Vec<Line<'f>>,
    pub milk: Vec<Line<'f>>,
    /// Empty before food begins, as are all that follow up to `regional`.
    pub meals: Vec<Line<'f>>,
    pub snacks: Vec<Line<'f>>,
    pub texture: Vec<Line<'f>>,
    pub amount: Vec<Line<'f>>,
    /// kcal a day: in all, and from food besides breast milk. Two lines by sex where the sex is not known.
    pub energy: Vec<Line<'f>>,
    pub groups: Vec<Line<'f>>,
    pub foods: Vec<Line<'f>>,
    pub regional: Regional<'f>,
    pub anganwadi: Vec<Line<'f>>,
    pub supplements: Vec<Supplement<'f>>,
    pub deworming: Option<Deworming<'f>>,
    pub rules: Vec<Line<'f>>,
    /// What a child of this age may choke on.
    pub choking: Vec<Line<'f>>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'f> {
    pub part: Part,
    pub lines: Vec<Line<'f>>,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DietError {
    #[error("the day of the plan is before birth")]
    BeforeBirth,
    #[error("the diet plan ends before this age")]
    TooOld,
    #[error("the facts of the diet plan cannot be used")]
    Facts(#[from] FactsError),
}

/// The plan by the facts that come with the product.
pub fn plan(input: &Input<'_>) -> Result<Plan<'static>, DietError> {
    Facts::builtin().map_err(|error| DietError::Facts(error.clone()))?.plan(input)
}

impl<'f> Plan<'f> {
    /// The whole plan in order, without empty parts: what screen and paper show. A child who is referred gets no
    /// menu; milk and the rules of feeding hold for it all the same.
    pub fn sections(&self) -> Vec<Section<'f>> {
        let meals = [&self.meals, &self.snacks, &self.texture, &self.amount];
        let regional = [&self.regional.staple, &self.regional.pulse, &self.regional.more];
        let all = |lists: &[&Vec<Line<'f>>]| lists.iter().flat_map(|lines| lines.iter().copied()).collect();
        let of_part = |part: Part| -> Vec<Line<'f>> {
            match part {
                Part::Referral => self.referral.clone(),
                Part::Advice => self.advice.clone(),
                Part::Milk => self.milk.clone(),
                Part::Rules => self.rules.clone(),
                Part::Choking => self.choking.clone(),
                _ if !self.referral.is_empty() => Vec::new(),
                Part::Meals => all(&meals),
                Part::Energy => self.energy.clone(),
                Part::Groups => self.groups.clone(),
                Part::Foods => self.foods.clone(),
                Part::Regional => all(&regional),
                Part::Anganwadi => self.anganwadi.clone(),
                Part::Supplements => self.supplements.iter().flat_map(Supplement::lines).collect(),
                Part::Deworming => self.deworming.iter().flat_map(Deworming::lines).collect(),
            }
        };
        let sections = Part::ALL.iter().map(|part| Section { part: *part, lines: of_part(*part) });
        sections.filter(|section| !section.lines.is_empty()).collect()
    }

    /// The ids of the sources of everything [`Plan::sections`] shows, each once, by name.
    pub fn source_ids(&self) -> BTreeSet<&'f str> {
        let sections = self.sections();
        let lines = sections.iter().flat_map(|section| &section.lines);
        lines.flat_map(|line| line.sources.iter().map(String::as_str)).collect()
    }
}

impl<'f> Supplement<'f> {
    fn lines(&self) -> Vec<Line<'f>> {
        [self.dose, self.content].into_iter().chain(self.notes.iter().copied()).collect()
    }
}

impl<'f> Deworming<'f> {
    fn lines(&self) -> Vec<Line<'f>> {
        let days = self.days.iter().flat_map(|day| [day.date, day.dose]);
        days.chain(self.notes.iter().copied()).collect()
    }
}

/// Every key a plan can show, with the values in its words. For the tests of the words.
pub fn keys() -> Result<Vec<KeyUse>, FactsError> {
    let mut keys: BTreeMap<String, KeyUse> = BTreeMap::new();
    let fixed = [UNSOURCED_KEY, SOURCES_KEY].into_iter();
    let named = Choice::ALL.iter().map(|c| c.key()).chain(Region::ALL.iter().map(|r| r.key()));
    for key in fixed.chain(named).chain(Part::ALL.iter().map(|part| part.key())) {
        keys.insert(key.to_owned(), KeyUse { key: key.to_owned(), number: false, date: false });
    }
    for used in Facts::builtin().map_err(Clone::clone)?.keys() {
        keys.insert(used.key.clone(), used);
    }
    Ok(keys.into_values().collect())
}
