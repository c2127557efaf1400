//! The immunization schedule engine: which doses count, and what comes next.
//!
//! A schedule is data ([`Schedule`]); [`forecast`] is a pure function of it, a child, the doses given
//! and a date. All dates are calendar dates in the clinic's time zone; there are no times of day.
//!
//! # Reading a schedule
//!
//! - Ages and intervals are added to the original date, never to one already shifted; a day that does
//!   not exist becomes the first of the next month (CDC CDSi CALCDT-1 to CALCDT-6, see [`Span::after`]).
//! - `latest_age` is the first age that is too late: the last permitted day is the day before it.
//! - An "unsourced" minimum age falls back to `rec_from`, an "unsourced" interval to four weeks.
//!
//! # Doses that were given
//!
//! Doses are taken by date, on the same date in order of entry. A product counts for one or more
//! series, and each series walks through its entries:
//!
//! 1. An entry whose `window_only` window has closed is passed over, as is one that
//!    `skip_if_previous_at` makes unnecessary.
//! 2. A second dose of a series on one day is a duplicate and changes nothing.
//! 3. A dose after the last entry is extra.
//! 4. A dose is valid when minimum age, minimum interval, the interval from the first valid dose and
//!    the live-vaccine spacing all hold. The interval counts from the last dose of the series, valid
//!    or not (CDSi, reference dose date). There is no grace period unless the schedule sets
//!    `grace_days`: the four days of the US are not Indian practice.
//! 5. A part of a combination that is too early is extra, not invalid, when another part of the same
//!    injection is valid.
//! 6. A late dose counts: a long gap never undoes earlier doses (WHO decision tables).
//!
//! Catch-up lists are chosen by the age at the first dose that was not too early, or by the age today
//! while there is none. An alternative list replaces the plan of a child who reaches `start_from`
//! without a valid dose. `complete_if` ends a series once enough doses, valid or extra, were given.
//!
//! # What comes next
//!
//! One row for each series, and one for each closed `window_only` window before it.
//! - earliest: the latest of minimum age, interval, interval from the first dose, live spacing;
//! - due: the later of `rec_from` and earliest;
//! - overdue: 28 days after the recommended window, moved by the intervals but not by live spacing, so
//!   that a blocked dose is not forgiven. CDSi adds four weeks to its latest recommended age likewise;
//! - last day: the day before `latest_age`.
//!
//! # Contra-indications and refusals
//!
//! [`forecast_with`] takes what stands against vaccines for the child ([`Constraints`]); doses that were given are
//! judged without it.
//! - A dose that no product may be given for, for good, is [`NextStatus::Contraindicated`]; so is its series until a
//!   person decides. A `window_only` entry gives way to the next one when its window closes.
//! - What passes moves earliest and due behind its last day, and overdue with them: a dose that waits for a medical
//!   reason is not late.
//! - A refusal changes no date. It marks the row until a later dose of the series is given.

mod cases;
mod constraint;
#[cfg(test)]
mod constraint_tests;
mod date;
mod evaluate;
mod load;
mod next;
#[cfg(test)]
mod properties;
mod schedule;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod third;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use crate::cases::{CasesError, RefusedRow};
pub use cases::{CasesSummary, run_cases, run_cases_with};
pub use constraint::{Against, Constraints, Contraindication, Refused};
pub use date::Span;
pub use schedule::{
    Entry, EntryId, EntryKind, Interval, MilestoneSets, NotOptional, ProductId, Schedule, ScheduleError, SeriesId,
    Vaccine, VaccineId, VaccineKind,
};

/// The interval where a schedule names none: the WHO and CDC minimum for nearly every pair of doses.
const FOUR_WEEKS_DAYS: u64 = 28;

/// A dose is overdue this long after its recommended window.
const OVERDUE_AFTER_DAYS: u64 = 28;

/// What the engine needs to know of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    pub dob: NaiveDate,
    pub sex: Sex,
    /// Whether the child lives where Japanese encephalitis is endemic.
    pub je_endemic: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sex {
    #[serde(rename = "F")]
    Female,
    #[serde(rename = "M")]
    Male,
    /// Another sex, or not recorded.
    #[serde(rename = "X")]
    Other,
}

impl Sex {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Other => "X",
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sex is written F, M or X")]
pub struct NotASex;

impl FromStr for Sex {
    type Err = NotASex;

    fn from_str(text: &str) -> Result<Self, NotASex> {
        match text {
            "F" => Ok(Self::Female),
            "M" => Ok(Self::Male),
            "X" => Ok(Self::Other),
            _ => Err(NotASex),
        }
    }
}

/// A dose that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    pub product: ProductId,
    pub on: NaiveDate,
}

/// An input that no forecast can be made from. `index` is the position in the list of doses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    #[error("dose {} was given before birth", .index + 1)]
    BeforeBirth { index: usize },
    #[error("dose {} lies in the future", .index + 1)]
    FutureDate { index: usize },
    #[error("the forecast is asked for a date before birth")]
    EvalBeforeBirth,
    #[error("dose {} is of a product the schedule does not know", .index + 1)]
    UnknownProduct { index: usize },
}

impl InputError {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeBirth { .. } => "reject:before-birth",
            Self::FutureDate { .. } => "reject:future-date",
            Self::EvalBeforeBirth => "reject:eval-before-birth",
            Self::UnknownProduct { .. } => "reject:unknown-product",
        }
    }
}

/// What a row is about: one dose of the plan, or a whole series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    Entry(EntryId),
    Series(SeriesId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// By date, then by order of entry; a combination has one row for each series it counts for.
    pub given: Vec<GivenRow>,
    /// In the order of the schedule.
    pub next: Vec<NextRow>,
    /// The first later date on which `next` may change in another way than [`NextRow::as_of`] shows;
    /// `None` when time alone never does that.
    pub recheck_on: Option<NaiveDate>,
}

/// How one dose counts for one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenRow {
    /// Position in the list of doses passed in.
    pub index: usize,
    pub item: Item,
    pub series: SeriesId,
    pub product: ProductId,
    pub on: NaiveDate,
    pub status: GivenStatus,
    pub reason: Option<GivenReason>,
    pub note: Option<GivenNote>,
    /// For a dose that was too early: the first day on which it would have been valid.
    pub valid_from: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GivenStatus {
    Valid,
    InvalidTooEarly,
    Duplicate,
    Extra,
}

impl GivenStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "given-valid",
            Self::InvalidTooEarly => "given-invalid-too-early",
            Self::Duplicate => "given-duplicate",
            Self::Extra => "given-extra",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GivenReason {
    MinAge,
    MinInterval,
    FromFirst,
    LiveSpacing,
    /// Too early by itself, but part of an injection that was valid for another series.
    Combination,
    SeriesComplete,
    /// The only entry left could be given only within a time that has passed.
    WindowClosed,
}

impl GivenReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MinAge => "min-age",
            Self::MinInterval => "min-interval",
            Self::FromFirst => "from-first",
            Self::LiveSpacing => "live-spacing",
            Self::Combination => "combination",
            Self::SeriesComplete => "series-complete",
            Self::WindowClosed => "window-closed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GivenNote {
    /// Given after the catch-up limit; it counts.
    AfterLatestAge,
    /// The rule a combination's part did not meet.
    Failed(GivenReason),
}

impl GivenNote {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AfterLatestAge => "after-latest-age",
            Self::Failed(rule) => rule.as_str(),
        }
    }
}

/// What a series needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextRow {
    pub item: Item,
    pub series: SeriesId,
    pub status: NextStatus,
    pub why: Vec<Why>,
    /// The first day on which the dose would be valid.
    pub earliest: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
    /// Empty when it would fall after the last day.
    pub overdue: Option<NaiveDate>,
    /// The last permitted day; empty without a limit.
    pub last_day: Option<NaiveDate>,
}

impl NextRow {
    /// The status on another day, from the dates in this row.
    pub fn status_on(&self, day: NaiveDate) -> NextStatus {
        let Some(due) = self.due else {
            return self.status;
        };
        if self.last_day.is_some_and(|last| day > last) {
            NextStatus::MissedWindow
        } else if day < due {
            NextStatus::Upcoming
        } else if self.overdue.is_some_and(|overdue| day >= overdue) {
            NextStatus::Overdue
        } else {
            NextStatus::Due
        }
    }

    /// This row as a forecast on another day has it, up to [`Forecast::recheck_on`].
    pub fn as_of(&self, day: NaiveDate) -> Self {
        let status = self.status_on(day);
        match (status, self.last_day) {
            (NextStatus::MissedWindow, Some(last_day)) if self.due.is_some() => {
                let mut row = Self::missed(self.item, self.series, Why::WindowClosed { last_day }, last_day);
                row.why.extend(self.refused_on().map(|on| Why::Refused { on }));
                row
            }
            _ => Self { status, ..self.clone() },
        }
    }

    /// Whether the dose may be given on this day: it would be valid, and not too late.
    pub fn may_be_given_on(&self, day: NaiveDate) -> bool {
        self.earliest.is_some_and(|earliest| earliest <= day) && self.last_day.is_none_or(|last| day <= last)
    }

    /// The day on which the family refused this dose, when none of the series was given since.
    pub fn refused_on(&self) -> Option<NaiveDate> {
        self.why.iter().find_map(|why| match why {
            Why::Refused { on } => Some(*on),
            _ => None,
        })
    }

    fn missed(item: Item, series: SeriesId, why: Why, last_day: NaiveDate) -> Self {
        Self {
            item,
            series,
            status: NextStatus::MissedWindow,
            why: vec![why],
            earliest: None,
            due: None,
            overdue: None,
            last_day: Some(last_day),
        }
    }

    fn closed(series: SeriesId, status: NextStatus, why: Why) -> Self {
        Self {
            item: Item::Series(series),
            series,
            status,
            why: vec![why],
            earliest: None,
            due: None,
            overdue: None,
            last_day: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NextStatus {
    Due,
    Overdue,
    Upcoming,
    Complete,
    NotApplicable,
    MissedWindow,
    /// It would harm the child, for good. The row has no dates.
    Contraindicated,
}

impl NextStatus {
    /// Can it be said of the dose that the family does not want it, or that it would harm? Not when it will not come.
    pub fn can_be_declined(self) -> bool {
        self.is_to_come() || self == Self::Contraindicated
    }

    /// The dose is still to be given, today or later.
    pub fn is_to_come(self) -> bool {
        matches!(self, Self::Due | Self::Overdue | Self::Upcoming)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Upcoming => "upcoming",
            Self::Complete => "complete",
            Self::NotApplicable => "not-applicable",
            Self::MissedWindow => "missed-window",
            Self::Contraindicated => "contraindicated",
        }
    }
}

/// One reason behind a row. Every limit that applies is listed, not only the deciding one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// Old enough on this day.
    MinAge {
        on: NaiveDate,
    },
    /// The interval from the last dose ends on this day.
    MinInterval {
        since: NaiveDate,
        on: NaiveDate,
        /// The last dose was too early and is repeated.
        repeat: bool,
        /// Four weeks, because the schedule names no interval with a source.
        assumed: bool,
    },
    /// The interval from the first valid dose ends on this day.
    FromFirst {
        since: NaiveDate,
        on: NaiveDate,
    },
    /// A live-injected vaccine was given; the next may follow from this day.
    LiveSpacing {
        product: ProductId,
        since: NaiveDate,
        on: NaiveDate,
    },
    /// The plan recommends the dose from this day.
    Recommended {
        on: NaiveDate,
    },
    /// A late start changed which doses are needed.
    CatchUp,
    /// A late start changed the vaccine.
    LateStart,
    /// The last permitted day has passed.
    WindowClosed {
        last_day: NaiveDate,
    },
    /// The first day on which the dose would be valid is after the last permitted one.
    TooLateByThen {
        earliest: NaiveDate,
        last_day: NaiveDate,
    },
    /// The child does not live where the disease is endemic.
    NotEndemic,
    /// The dose is for the other sex.
    OtherSex,
    AllGiven,
    /// Enough doses were given, counting those of combination vaccines.
    EnoughCounted,
    /// It would harm the child.
    Contraindicated {
        against: Against,
    },
    /// It would harm the child up to this day; it may be given from the next.
    ContraindicatedUntil {
        against: Against,
        until: NaiveDate,
    },
    /// Not with this product; another one may be given.
    NotWith {
        product: ProductId,
        until: Option<NaiveDate>,
    },
    /// The family said no on this day; the dates are as they were.
    Refused {
        on: NaiveDate,
    },
}

impl Why {
    /// A word for logs and interfaces.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::MinAge { .. } => "min-age",
            Self::MinInterval { .. } => "min-interval",
            Self::FromFirst { .. } => "from-first",
            Self::LiveSpacing { .. } => "live-spacing",
            Self::Recommended { .. } => "recommended",
            Self::CatchUp => "catch-up",
            Self::LateStart => "late-start",
            Self::WindowClosed { .. } => "window-closed",
            Self::TooLateByThen { .. } => "too-late-by-then",
            Self::NotEndemic => "not-endemic",
            Self::OtherSex => "other-sex",
            Self::AllGiven => "all-given",
            Self::EnoughCounted => "enough-counted",
            Self::Contraindicated { against: Against::Series(_) } => "contraindicated",
            Self::Contraindicated { against: Against::Product(_) } => "contraindicated-product",
            Self::Contraindicated { against: Against::LiveVaccines } => "contraindicated-live",
            Self::ContraindicatedUntil { against: Against::Series(_), .. } => "contraindicated-until",
            Self::ContraindicatedUntil { against: Against::Product(_), .. } => "contraindicated-product-until",
            Self::ContraindicatedUntil { against: Against::LiveVaccines, .. } => "contraindicated-live-until",
            Self::NotWith { until: None, .. } => "not-with-product",
            Self::NotWith { until: Some(_), .. } => "not-with-product-until",
            Self::Refused { .. } => "refused",
        }
    }

    /// The day from which this reason no longer stands in the way of the dose.
    pub fn on(&self) -> Option<NaiveDate> {
        match *self {
            Self::MinAge { on }
            | Self::MinInterval { on, .. }
            | Self::FromFirst { on, .. }
            | Self::LiveSpacing { on, .. }
            | Self::Recommended { on } => Some(on),
            Self::ContraindicatedUntil { until, .. } => Some(date::plus_days(until, 1)),
            _ => None,
        }
    }
}

/// Judges the doses given and says what each series needs next, as it stands on the date `on`.
pub fn forecast(s: &Schedule, c: &Child, given: &[Given], on: NaiveDate) -> Result<Forecast, InputError> {
    forecast_with(s, c, given, &Constraints::default(), on)
}

/// The same for a child for whom something stands against vaccines.
pub fn forecast_with(
    s: &Schedule,
    c: &Child,
    given: &[Given],
    constraints: &Constraints<'_>,
    on: NaiveDate,
) -> Result<Forecast, InputError> {
    if on < c.dob {
        return Err(InputError::EvalBeforeBirth);
    }
    for (index, dose) in given.iter().enumerate() {
        if dose.on < c.dob {
            return Err(InputError::BeforeBirth { index });
        }
        if dose.on > on {
            return Err(InputError::FutureDate { index });
        }
        if dose.product.index() >= s.products.len() {
            return Err(InputError::UnknownProduct { index });
        }
    }
    let birthdays = evaluate::Birthdays::of(s, c.dob);
    let record = evaluate::evaluate(s, &birthdays, given);
    let (next, recheck_on) = next::next_rows(s, c, constraints, &birthdays, record.walks, &record.live, on);
    Ok(Forecast { given: record.given, next, recheck_on })
}
