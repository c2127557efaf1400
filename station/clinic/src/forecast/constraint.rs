//! What stands against a vaccine for one child: contra-indications and refusals.

use std::fmt;

use chrono::NaiveDate;

use super::schedule::{EntryId, ProductId, Schedule, SeriesId};

/// What a contra-indication or a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Against {
    Series(SeriesId),
    /// One product; another one of the series may still be given.
    Product(ProductId),
    /// Every live vaccine: injected, oral and BCG.
    LiveVaccines,
}

/// A vaccine would harm the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Contraindication {
    pub against: Against,
    /// The last day of it; `None` for good.
    pub until: Option<NaiveDate>,
}

/// The family said no. It changes no date; the row says so until a later dose of the series is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refused {
    pub against: Against,
    pub on: NaiveDate,
}

/// What stands against vaccines for one child. Doses that were given are judged without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Constraints<'a> {
    pub contraindications: &'a [Contraindication],
    pub refusals: &'a [Refused],
}

const LIVE: &str = "kind:live";
const PRODUCT: &str = "product:";

impl Against {
    /// Reads `MMR` (a series), `product:PENTA` or `kind:live`; `None` for what the schedule does not know.
    pub fn parse(schedule: &Schedule, text: &str) -> Option<Self> {
        if text == LIVE {
            return Some(Self::LiveVaccines);
        }
        match text.strip_prefix(PRODUCT) {
            Some(product) => schedule.product(product).map(Self::Product),
            None => schedule.series_id(text).map(Self::Series),
        }
    }

    /// The text that [`Against::parse`] reads.
    pub fn write(self, schedule: &Schedule) -> impl fmt::Display + use<'_> {
        let (prefix, name) = match self {
            Self::Series(series) => ("", schedule.series_name(series)),
            Self::Product(product) => (PRODUCT, schedule.product_name(product)),
            Self::LiveVaccines => (LIVE, ""),
        };
        fmt::from_fn(move |f| write!(f, "{prefix}{name}"))
    }

    /// Whether it is about this product. A combination is met by what is against one of its parts.
    fn meets_product(self, schedule: &Schedule, product: ProductId) -> bool {
        match self {
            Self::Series(series) => schedule.product_series(product).contains(&series),
            Self::Product(other) => product == other,
            Self::LiveVaccines => schedule.is_live(product),
        }
    }

    fn meets_entry(self, schedule: &Schedule, entry: EntryId) -> bool {
        match self {
            Self::Series(series) => schedule.entry(entry).series == series,
            Self::Product(product) => schedule.products_for(entry).contains(&product),
            Self::LiveVaccines => schedule.rules[entry.index()].live,
        }
    }
}

impl Contraindication {
    /// The calendar's last day is for good, too: nothing follows it.
    fn normal(self) -> Self {
        Self { until: self.until.filter(|until| *until < NaiveDate::MAX), ..self }
    }

    pub(super) fn is_over(&self, on: NaiveDate) -> bool {
        self.until.is_some_and(|until| on > until)
    }

    fn ends_before(&self, other: &Self) -> bool {
        match (self.until, other.until) {
            (Some(this), Some(other)) => this < other,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

impl Constraints<'_> {
    /// What lasts longest against this product, over or not.
    pub(super) fn against_product(&self, schedule: &Schedule, product: ProductId) -> Option<Contraindication> {
        let meeting = self.contraindications.iter().filter(|found| found.against.meets_product(schedule, product));
        meeting.map(|found| found.normal()).reduce(|a, b| if a.ends_before(&b) { b } else { a })
    }

    /// What stands against every product of the entry, ending with the first product that is free again.
    pub(super) fn against_entry(&self, schedule: &Schedule, entry: EntryId) -> Option<Contraindication> {
        if self.contraindications.is_empty() {
            return None;
        }
        let mut first: Option<Contraindication> = None;
        for &product in schedule.products_for(entry) {
            let found = self.against_product(schedule, product)?;
            if first.is_none_or(|first| found.ends_before(&first)) {
                first = Some(found);
            }
        }
        first
    }

    /// The contra-indication that stands against giving this product on this day.
    pub fn forbid(&self, schedule: &Schedule, product: ProductId, on: NaiveDate) -> Option<Contraindication> {
        self.against_product(schedule, product).filter(|found| !found.is_over(on))
    }

    /// [`Schedule::products_for`] without those that are contra-indicated on this day.
    pub fn products_for<'s>(
        &self,
        schedule: &'s Schedule,
        entry: EntryId,
        on: NaiveDate,
    ) -> impl Iterator<Item = ProductId> + use<'s, '_> {
        let this = *self;
        let products = schedule.products_for(entry).iter().copied();
        products.filter(move |product| this.forbid(schedule, *product, on).is_none())
    }

    /// The refusals that are about this entry.
    pub(super) fn refusals_of(&self, schedule: &Schedule, entry: EntryId) -> impl Iterator<Item = NaiveDate> {
        self.refusals.iter().filter(move |found| found.against.meets_entry(schedule, entry)).map(|found| found.on)
    }
}
