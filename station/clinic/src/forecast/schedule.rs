//! A loaded schedule: what people read of it, and the same figures as small numbers for the engine.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::LazyLock;

use super::date::Span;
use super::load;
use super::{Item, Sex};

const SEED: &str = include_str!("../../../../assets/schedules/seed.toml");
const UIP: &str = include_str!("../../../../assets/schedules/uip.toml");

/// A schedule text that cannot be used: where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ScheduleError {
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

/// The schedule has no optional entry of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schedule has no optional dose \"{0}\"")]
pub struct NotOptional(pub String);

// Ids are positions in the schedule that gave them. They are for memory only: what is stored or
// sent is the name, because another version of a schedule may number its entries differently.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) u16);

        impl $name {
            pub fn index(self) -> usize {
                usize::from(self.0)
            }
        }
    )*};
}

ids! {
    /// A product that can be recorded, such as PENTA.
    ProductId
    /// One dose of the plan, such as PENTA-1.
    EntryId
    /// The doses that follow each other, such as DTP.
    SeriesId
    /// A vaccine with its route and site.
    VaccineId
}

impl ProductId {
    /// No schedule holds it; the forecast answers with "unknown product".
    pub(super) const UNKNOWN: Self = Self(u16::MAX);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VaccineKind {
    /// Live, but not in the CDC table of conflicting live vaccines.
    LiveBcg,
    /// Never conflicts with another live vaccine (WHO: oral polio is an exception).
    LiveOral,
    /// Takes part in the 28-day spacing rule.
    LiveInjected,
    Inactivated,
    /// Not a vaccine: vitamin A.
    Supplement,
}

impl VaccineKind {
    pub fn is_live(self) -> bool {
        matches!(self, Self::LiveBcg | Self::LiveOral | Self::LiveInjected)
    }
}

/// What the plan says about one vaccine. `None` where no source was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vaccine {
    pub id: String,
    pub name: String,
    pub antigens: Vec<String>,
    pub kind: VaccineKind,
    pub route: Option<String>,
    pub site: Option<String>,
    pub volume: Option<String>,
    pub diluent: Option<String>,
    /// Where the figures come from: keys of [`Schedule::sources`], often with a remark.
    pub source: String,
}

/// The time that must pass since the last dose of the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// No interval, except four weeks after a dose that was too early.
    None,
    Is(Span),
    /// No source was found: four weeks, the WHO and CDC minimum for nearly every pair.
    Unsourced,
}

/// Under which heading an entry stands in the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    Plan,
    /// Off until the site switches it on ([`Schedule::with_optional`]).
    Optional,
    /// Given only to children who start late.
    LateStart,
}

/// One dose of the plan, as its schedule lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub label: String,
    pub kind: EntryKind,
    pub series: SeriesId,
    pub series_name: String,
    pub vaccine: VaccineId,
    pub rec_from: Span,
    pub rec_to: Span,
    /// `None` when no source was found; `rec_from` then stands in for it.
    pub min_age: Option<Span>,
    pub min_interval: Interval,
    pub from_first: Option<Span>,
    /// The first age at which the dose is no longer given; `None` without a limit.
    pub latest_age: Option<Span>,
    pub window_only: bool,
    pub skip_if_previous_at: Option<Span>,
    /// The same for every entry of a series, like `only_sex`.
    pub je_endemic_only: bool,
    pub only_sex: Option<Sex>,
    /// Where each figure comes from, by the name of the figure.
    pub sources: BTreeMap<String, String>,
}

/// An immunization schedule, checked when it was loaded.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) country: String,
    pub(super) notes: Vec<String>,
    pub(super) sources: BTreeMap<String, String>,
    pub(super) vaccines: Vec<Vaccine>,
    pub(super) products: Vec<Product>,
    pub(super) product_by_name: HashMap<String, ProductId>,
    pub(super) entries: Vec<Entry>,
    pub(super) entry_by_id: HashMap<String, EntryId>,
    pub(super) products_for: Vec<Vec<ProductId>>,
    pub(super) series: Vec<Series>,
    pub(super) rules: Vec<Rule>,
    /// Every distinct age in the plan; a child's dates are worked out once for each of them.
    pub(super) ages: Vec<Span>,
    pub(super) grace_days: u64,
    pub(super) live_count: usize,
    /// Of every two live products the time after the first, the first one's row; `None` without a limit.
    pub(super) live_spacing: Vec<Option<Span>>,
    pub(super) milestones: Option<MilestoneSets>,
}

/// Which doses make a child fully, and completely, immunized, and who is a zero-dose child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneSets {
    /// The series of the vaccines that hold diphtheria, tetanus and pertussis.
    pub dtp_series: SeriesId,
    /// Each need is met by one of its entries, the planned one first.
    pub fully: Vec<Vec<EntryId>>,
    /// What is needed beside `fully`.
    pub completely: Vec<Vec<EntryId>>,
}

#[derive(Debug, Clone)]
pub(super) struct Product {
    pub name: String,
    pub series: Vec<SeriesId>,
    /// The place among the products that take part in the spacing of live-injected vaccines.
    pub live: Option<usize>,
    /// Holds a live vaccine of any kind.
    pub live_vaccine: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Series {
    pub name: String,
    pub live: bool,
    pub je_endemic_only: bool,
    pub only_sex: Option<Sex>,
    /// The plan's entries in order, with the optional ones that are switched on.
    pub plan: Vec<Step>,
    pub catch_up: Vec<CatchUp>,
    pub late_start: Option<LateStart>,
    pub complete_if: Option<CompleteIf>,
}

/// An entry as one of several lists has it; a catch-up list brings its own intervals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub entry: EntryId,
    pub interval: Interval,
}

#[derive(Debug, Clone)]
pub(super) struct CatchUp {
    pub from: AgeId,
    pub before: AgeId,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(super) struct LateStart {
    pub from: AgeId,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct CompleteIf {
    pub counted_doses: u32,
    pub last_min_age: AgeId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AgeId(pub u16);

/// The figures of an [`Entry`] in the form the engine walks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub min_age: AgeId,
    pub rec_from: AgeId,
    pub rec_to: AgeId,
    pub latest_age: Option<AgeId>,
    pub from_first: Option<Span>,
    pub skip_if_previous_at: Option<AgeId>,
    pub window_only: bool,
    /// The vaccine is live, of whatever kind.
    pub live: bool,
}

impl Schedule {
    /// Reads and checks a schedule. A new schedule needs no code, only this text.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        load::parse(text)
    }

    /// The schedules that come with the product: `seed` and `uip`.
    pub fn builtin(id: &str) -> Option<&'static Self> {
        // A test holds both texts to be valid, so a schedule is never missing in a release.
        static BUILTIN: LazyLock<[Option<Schedule>; 2]> =
            LazyLock::new(|| [SEED, UIP].map(|text| Schedule::parse(text).ok()));
        BUILTIN.iter().flatten().find(|known| known.id == id)
    }

    /// The ids [`Schedule::builtin`] knows.
    pub fn builtin_ids() -> [&'static str; 2] {
        ["seed", "uip"]
    }

    /// This schedule with these optional entries switched on. Ids keep their meaning.
    pub fn with_optional(&self, ids: &[&str]) -> Result<Self, NotOptional> {
        let mut switched = self.clone();
        for id in ids {
            let (entry, found) = self
                .entries()
                .find(|(_, entry)| entry.id == *id && entry.kind == EntryKind::Optional)
                .ok_or_else(|| NotOptional(id.to_string()))?;
            let plan = &mut switched.series[found.series.index()].plan;
            if plan.iter().all(|step| step.entry != entry) {
                plan.push(Step { entry, interval: found.min_interval });
                plan.sort_by_key(|step| step.entry);
            }
        }
        Ok(switched)
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// ISO 3166 code of the country the plan is for; may be empty.
    pub fn country(&self) -> &str {
        &self.country
    }

    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The sources the figures name, by key.
    pub fn sources(&self) -> &BTreeMap<String, String> {
        &self.sources
    }

    pub fn product(&self, name: &str) -> Option<ProductId> {
        self.product_by_name.get(name).copied()
    }

    pub fn product_name(&self, product: ProductId) -> &str {
        &self.products[product.index()].name
    }

    /// In the order of the schedule.
    pub fn products(&self) -> impl Iterator<Item = ProductId> + use<> {
        (0..).map(ProductId).take(self.products.len())
    }

    /// The series one injection of this product counts for.
    pub fn product_series(&self, product: ProductId) -> &[SeriesId] {
        &self.products[product.index()].series
    }

    pub fn vaccine(&self, vaccine: VaccineId) -> &Vaccine {
        &self.vaccines[vaccine.index()]
    }

    pub fn vaccines(&self) -> impl Iterator<Item = (VaccineId, &Vaccine)> {
        (0..).map(VaccineId).zip(&self.vaccines)
    }

    pub fn entry(&self, entry: EntryId) -> &Entry {
        &self.entries[entry.index()]
    }

    /// Every entry in the order of the schedule: the plan, then optional and late-start entries.
    pub fn entries(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        (0..).map(EntryId).zip(&self.entries)
    }

    pub fn entry_id(&self, id: &str) -> Option<EntryId> {
        self.entry_by_id.get(id).copied()
    }

    /// Whether the entry is in use; an optional one may be switched off.
    pub fn is_on(&self, entry: EntryId) -> bool {
        let of_entry = self.entry(entry);
        of_entry.kind != EntryKind::Optional
            || self.series[of_entry.series.index()].plan.iter().any(|step| step.entry == entry)
    }

    /// The products that can be recorded to give this entry, the vaccine's own product first.
    pub fn products_for(&self, entry: EntryId) -> &[ProductId] {
        &self.products_for[entry.index()]
    }

    /// In the order of the schedule, which is the order of the forecast's rows.
    pub fn series(&self) -> impl Iterator<Item = SeriesId> + use<> {
        (0..).map(SeriesId).take(self.series.len())
    }

    pub fn series_name(&self, series: SeriesId) -> &str {
        &self.series[series.index()].name
    }

    pub fn series_id(&self, name: &str) -> Option<SeriesId> {
        (0..).map(SeriesId).zip(&self.series).find_map(|(id, series)| (series.name == name).then_some(id))
    }

    /// The plan's entries of one series, for a child who starts on time.
    pub fn plan(&self, series: SeriesId) -> impl Iterator<Item = EntryId> + '_ {
        self.series[series.index()].plan.iter().map(|step| step.entry)
    }

    /// What a child who starts the series late gets in the place of a planned dose.
    pub fn late_start_for(&self, entry: EntryId) -> Option<EntryId> {
        let series = &self.series[self.entry(entry).series.index()];
        let place = series.plan.iter().position(|step| step.entry == entry)?;
        series.late_start.as_ref()?.steps.get(place).map(|step| step.entry)
    }

    /// What the schedule's milestones need; `None` when it names none.
    pub fn milestones(&self) -> Option<&MilestoneSets> {
        self.milestones.as_ref()
    }

    /// Whether the product holds a live vaccine of any kind.
    pub fn is_live(&self, product: ProductId) -> bool {
        self.products[product.index()].live_vaccine
    }

    /// How long after the live product `first` the live product `then` may follow on another day.
    pub fn live_spacing(&self, first: ProductId, then: ProductId) -> Option<Span> {
        self.live_pair(self.products[first.index()].live?, self.products[then.index()].live?)
    }

    /// The same by the products' places among the live ones.
    pub(super) fn live_pair(&self, first: usize, then: usize) -> Option<Span> {
        self.live_spacing[first * self.live_count + then]
    }

    /// The entry's or the series' name.
    pub fn item_name(&self, item: Item) -> &str {
        match item {
            Item::Entry(entry) => &self.entry(entry).id,
            Item::Series(series) => self.series_name(series),
        }
    }
}

impl fmt::Display for VaccineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LiveBcg => "live-bcg",
            Self::LiveOral => "live-oral",
            Self::LiveInjected => "live-injected",
            Self::Inactivated => "inactivated",
            Self::Supplement => "supplement",
        })
    }
}
