//! The facts of the plan, and which of them are for a child.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::load::{self, FactsError};
use super::{Band, Choice, Deworming, DewormingDay, DietError, Input, Line, Plan, Region, Regional, Supplement};
use crate::forecast::{Sex, Span};
use crate::growth::Advice;

/// Deworming days are shown this far ahead.
const AHEAD: Span = Span { years: 1, months: 0, weeks: 0, days: 0 };
/// At most this many of them.
const MOST_DAYS: usize = 2;

/// A key of the words, and the values its words have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    pub key: String,
    /// `$n`
    pub number: bool,
    /// `$date`
    pub date: bool,
}

/// From the first age, before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ages {
    pub from: Span,
    pub to: Span,
}

impl Ages {
    pub fn hold(self, dob: NaiveDate, on: NaiveDate) -> bool {
        self.from.after(dob) <= on && on < self.to.after(dob)
    }
}

/// One line of the file, and for whom it is. What is `None` does not matter.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub key: String,
    pub ages: Option<Ages>,
    pub sex: Option<Sex>,
    pub breastfed: Option<bool>,
    pub malnourished: Option<bool>,
    pub choices: Option<Vec<Choice>>,
    pub number: Option<u32>,
    pub sources: Vec<String>,
    /// From this age on, no source.
    pub unsourced_from: Option<Span>,
}

#[derive(Debug, Clone)]
pub(super) struct FactBand {
    pub id: String,
    pub ages: Ages,
    pub title: String,
}

#[derive(Debug, Clone)]
pub(super) struct FactRegion {
    pub staple: Vec<Fact>,
    pub pulse: Vec<Fact>,
    pub more: Vec<Fact>,
}

#[derive(Debug, Clone)]
pub(super) struct FactSupplement {
    pub id: String,
    pub ages: Ages,
    pub dose: Fact,
    pub content: Fact,
    pub notes: Vec<Fact>,
}

#[derive(Debug, Clone)]
pub(super) struct FactDeworming {
    /// Month and day, in the order of the year.
    pub days: Vec<(u32, u32)>,
    pub date: Fact,
    pub doses: Vec<Fact>,
    pub notes: Vec<Fact>,
}

#[derive(Debug, Clone)]
pub(super) struct Lists {
    pub milk: Vec<Fact>,
    pub meals: Vec<Fact>,
    pub snacks: Vec<Fact>,
    pub texture: Vec<Fact>,
    pub amount: Vec<Fact>,
    pub energy: Vec<Fact>,
    pub groups: Vec<Fact>,
    pub foods: Vec<Fact>,
    pub anganwadi: Vec<Fact>,
    pub rules: Vec<Fact>,
    pub choking: Vec<Fact>,
}

impl Lists {
    fn all(&self) -> [&Vec<Fact>; 11] {
        let Self { milk, meals, snacks, texture, amount, energy, groups, foods, anganwadi, rules, choking } = self;
        [milk, meals, snacks, texture, amount, energy, groups, foods, anganwadi, rules, choking]
    }
}

/// The facts of a diet plan, checked when they were loaded.
#[derive(Debug, Clone)]
pub struct Facts {
    pub(super) sources: BTreeMap<String, String>,
    pub(super) bands: Vec<FactBand>,
    pub(super) lists: Lists,
    /// Every region.
    pub(super) regions: BTreeMap<Region, FactRegion>,
    pub(super) supplements: Vec<FactSupplement>,
    pub(super) deworming: FactDeworming,
    /// By the codes of [`Advice::CODES`], every one.
    pub(super) advice: BTreeMap<String, Fact>,
}

/// What a line is chosen by.
struct Of<'a> {
    input: &'a Input<'a>,
    breastfed: bool,
    malnourished: bool,
}

impl Of<'_> {
    fn lines<'f>(&self, facts: &'f [Fact]) -> Vec<Line<'f>> {
        let Input { dob, on, .. } = *self.input;
        facts.iter().filter(|fact| fact.is_for(self)).map(|fact| fact.line(dob, on)).collect()
    }
}

impl Fact {
    fn is_for(&self, of: &Of<'_>) -> bool {
        let Input { dob, on, sex, choice, .. } = *of.input;
        self.ages.is_none_or(|ages| ages.hold(dob, on))
            // Where the sex is neither, the lines of both are shown.
            && self.sex.is_none_or(|only| only == sex || sex == Sex::Other)
            && self.breastfed.is_none_or(|only| only == of.breastfed)
            && self.malnourished.is_none_or(|only| only == of.malnourished)
            && self.choices.as_ref().is_none_or(|choices| choices.contains(&choice))
    }

    fn line(&self, dob: NaiveDate, on: NaiveDate) -> Line<'_> {
        Line {
            key: &self.key,
            number: self.number,
            date: None,
            sources: &self.sources,
            unsourced: self.unsourced_from.is_some_and(|from| from.after(dob) <= on),
        }
    }
}

impl Facts {
    /// Reads and checks the facts of a plan.
    pub fn parse(text: &str) -> Result<Self, FactsError> {
        load::parse(text)
    }

    /// The facts that come with the product.
    pub fn builtin() -> Result<&'static Self, &'static FactsError> {
        static BUILTIN: LazyLock<Result<Facts, FactsError>> = LazyLock::new(|| Facts::parse(load::PLAN));
        BUILTIN.as_ref()
    }

    /// The sources the lines name, by id.
    pub fn sources(&self) -> &BTreeMap<String, String> {
        &self.sources
    }

    /// The plan of a child.
    pub fn plan(&self, input: &Input<'_>) -> Result<Plan<'_>, DietError> {
        let Input { dob, on, .. } = *input;
        if on < dob {
            return Err(DietError::BeforeBirth);
        }
        let band = self.bands.iter().find(|band| band.ages.hold(dob, on)).ok_or(DietError::TooOld)?;
        let of = Of {
            input,
            breastfed: input.breastfed.unwrap_or(true),
            malnourished: input.growth.is_some_and(|growth| growth.is_malnourished()),
        };
        let lines = |facts| of.lines(facts);
        let depends = |facts: &[Fact]| {
            facts.iter().any(|fact| fact.breastfed.is_some() && fact.ages.is_none_or(|ages| ages.hold(dob, on)))
        };
        let region = self.regions.get(&input.region);
        let (referral, advice) = self.advice(input);
        let lists = &self.lists;
        Ok(Plan {
            band: Band { id: &band.id, title_key: &band.title },
            breastfed_assumed: input.breastfed.is_none() && lists.all().into_iter().any(|facts| depends(facts)),
            referral,
            advice,
            milk: lines(&lists.milk),
            meals: lines(&lists.meals),
            snacks: lines(&lists.snacks),
            texture: lines(&lists.texture),
            amount: lines(&lists.amount),
            energy: lines(&lists.energy),
            groups: lines(&lists.groups),
            foods: lines(&lists.foods),
            regional: region.map_or_else(Regional::default, |region| Regional {
                staple: lines(&region.staple),
                pulse: lines(&region.pulse),
                more: lines(&region.more),
            }),
            anganwadi: lines(&lists.anganwadi),
            supplements: self
                .supplements
                .iter()
                .filter(|supplement| supplement.ages.hold(dob, on))
                .map(|supplement| Supplement {
                    id: &supplement.id,
                    dose: supplement.dose.line(dob, on),
                    content: supplement.content.line(dob, on),
                    notes: lines(&supplement.notes),
                })
                .collect(),
            deworming: self.deworming(dob, on),
            rules: lines(&lists.rules),
            choking: lines(&lists.choking),
        })
    }
    /// What growth asks for, parted into referral and the rest.
    fn advice(&self, input: &Input<'_>) -> (Vec<Line<'_>>, Vec<Line<'_>>) {
        let advice = input.growth.map_or(&[][..], |growth| &growth.advice);
        let is_referred = advice.iter().any(|advice| advice.is_referral());
        let line = |advice: &Advice| {
            let fact = self.advice.get(advice.code())?;
            let line = fact.line(input.dob, input.on);
            Some(Line { number: advice.number().or(line.number), ..line })
        };
        // The appetite decides where a referred child goes.
        let of_referral = |advice: &Advice| advice.is_referral() || (is_referred && *advice == Advice::CheckAppetite);
        let (referral, rest): (Vec<&Advice>, Vec<&Advice>) = advice.iter().partition(|advice| of_referral(advice));
        (referral.into_iter().filter_map(line).collect(), rest.into_iter().filter_map(line).collect())
    }

    /// The next National Deworming Days on which the child is old enough.
    fn deworming(&self, dob: NaiveDate, on: NaiveDate) -> Option<Deworming<'_>> {
        let facts = &self.deworming;
        let until = AHEAD.after(on);
        let dates = (on.year()..=until.year())
            .flat_map(|year| facts.days.iter().map(move |(month, day)| NaiveDate::from_ymd_opt(year, *month, *day)));
        let days: Vec<DewormingDay<'_>> = dates
            .flatten()
            .filter(|date| (on..until).contains(date))
            .filter_map(|date| {
                let dose = facts.doses.iter().find(|dose| dose.ages.is_none_or(|ages| ages.hold(dob, date)))?;
                let line = facts.date.line(dob, date);
                Some(DewormingDay { on: date, date: Line { date: Some(date), ..line }, dose: dose.line(dob, date) })
            })
            .take(MOST_DAYS)
            .collect();
        let notes = facts.notes.iter().map(|note| note.line(dob, on)).collect();
        (!days.is_empty()).then_some(Deworming { days, notes })
    }

    /// Every key of these facts with the values in its words.
    pub(super) fn keys(&self) -> impl Iterator<Item = KeyUse> {
        let lists = self.lists.all().into_iter().flatten();
        let regional =
            self.regions.values().flat_map(|region| region.staple.iter().chain(&region.pulse).chain(&region.more));
        let supplements = self
            .supplements
            .iter()
            .flat_map(|supplement| [&supplement.dose, &supplement.content].into_iter().chain(&supplement.notes));
        let deworming = self.deworming.doses.iter().chain(&self.deworming.notes);
        let plain = |fact: &Fact| KeyUse { key: fact.key.clone(), number: fact.number.is_some(), date: false };
        let titles = self.bands.iter().map(|band| KeyUse { key: band.title.clone(), number: false, date: false });
        let date = std::iter::once(KeyUse { date: true, ..plain(&self.deworming.date) });
        let advice = self.advice.iter().map(move |(code, fact)| {
            let number = fact.number.is_some() || *code == Advice::RecheckInDays(0).code();
            KeyUse { number, ..plain(fact) }
        });
        lists.chain(regional).chain(supplements).chain(deworming).map(plain).chain(titles).chain(date).chain(advice)
    }
}
