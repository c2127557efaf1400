//! Milestones of a child: fully and completely immunized, zero-dose, left-out, dropped out.
//!
//! Pure functions of a forecast. The doses that make the milestones stand in the schedule (`[milestone]`).
//!
//! - **Fully immunized** (FIC): the set was given, every dose valid, on a day before the first birthday. The basic set
//!   is the one of the NFHS survey (BCG, 3 DPT-containing, 3 polio without the birth dose, measles 1). The extended set
//!   is every vaccine that the schedule plans before 1 year for this child. Which of them the ministry's present
//!   definition means was not found, so the set is a choice and both are told.
//! - **Completely immunized** (CIC): fully immunized, and the second measles dose and both boosters before 24 months:
//!   the usual wording of the programme, whose text was not found.
//! - **Zero-dose** (Gavi): no DPT-containing dose, judged from 12 months. A dose that was too early does not protect,
//!   but the child was reached.
//! - **Left-out**: no dose but those of birth. **Dropped out**: started, and the fully-immunized set is not finished.
//!   Both are judged from 12 months too.

use chrono::NaiveDate;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::forecast::{
    Child, EntryId, EntryKind, Forecast, GivenRow, GivenStatus, Item, NextRow, NextStatus, Schedule, SeriesId, Span,
    VaccineKind, Why,
};

const FULLY_BEFORE: Span = Span { years: 1, months: 0, weeks: 0, days: 0 };
const COMPLETELY_BEFORE: Span = Span { years: 2, months: 0, weeks: 0, days: 0 };
const JUDGED_FROM: Span = FULLY_BEFORE;

/// Which doses make a child fully immunized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "lowercase")]
pub enum FullySet {
    #[n(0)]
    #[default]
    Basic,
    #[n(1)]
    Extended,
}

impl FullySet {
    pub const ALL: [Self; 2] = [Self::Basic, Self::Extended];

    /// The last part of the words' key `fully-set-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Extended => "extended",
        }
    }
}

/// A set of doses that is to be given before an age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// The first day that is too late.
    pub before: NaiveDate,
    /// The day of the dose that reached it, in time.
    pub reached_on: Option<NaiveDate>,
    /// The day of the dose that finished the set, in time or not.
    pub finished_on: Option<NaiveDate>,
    /// The doses of the set that are not given, in the order of the set.
    pub missing: Vec<EntryId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Reached {
        on: NaiveDate,
    },
    /// There is time yet.
    Open,
    Missed,
}

/// An answer that is given only from an age on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Judged {
    /// It may become so on this day.
    TooYoung {
        from: NaiveDate,
    },
    Yes {
        since: NaiveDate,
    },
    /// `on`: the day of the dose that says so.
    No {
        on: Option<NaiveDate>,
    },
}

impl Judged {
    pub fn is_yes(self) -> bool {
        matches!(self, Self::Yes { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestones {
    /// The set that `completely` and `dropped_out` go by.
    pub set: FullySet,
    pub basic: Milestone,
    pub extended: Milestone,
    /// Its `missing` begins with what is missing for fully.
    pub completely: Milestone,
    pub zero_dose: Judged,
    pub left_out: Judged,
    pub dropped_out: Judged,
}

impl Milestone {
    fn new(before: NaiveDate, finished_on: Option<NaiveDate>, missing: Vec<EntryId>) -> Self {
        Self { before, reached_on: finished_on.filter(|on| *on < before), finished_on, missing }
    }

    pub fn standing(&self, on: NaiveDate) -> Standing {
        match self.reached_on {
            Some(reached_on) => Standing::Reached { on: reached_on },
            None if on < self.before => Standing::Open,
            None => Standing::Missed,
        }
    }
}

impl Milestones {
    /// Fully immunized by the chosen set.
    pub fn fully(&self) -> &Milestone {
        match self.set {
            FullySet::Basic => &self.basic,
            FullySet::Extended => &self.extended,
        }
    }

    /// How completely stands on a day: it is missed as soon as fully is.
    pub fn completely_standing(&self, on: NaiveDate) -> Standing {
        match (self.completely.standing(on), self.fully().standing(on)) {
            (Standing::Open, Standing::Missed) => Standing::Missed,
            (standing, _) => standing,
        }
    }
}

/// The milestones of a child as a forecast of the day `on` shows them; `None` when the schedule names none.
pub fn milestones(s: &Schedule, c: &Child, forecast: &Forecast, set: FullySet, on: NaiveDate) -> Option<Milestones> {
    let sets = s.milestones()?;
    let view = View { s, c, forecast };
    let basic = view.set(&sets.fully, FULLY_BEFORE);
    let extended = view.extended();
    let fully = if set == FullySet::Basic { &basic } else { &extended };
    let mut completely = view.set(&sets.completely, COMPLETELY_BEFORE);
    completely.reached_on = fully.reached_on.zip(completely.reached_on).map(|(a, b)| a.max(b));
    completely.finished_on = fully.finished_on.zip(completely.finished_on).map(|(a, b)| a.max(b));
    completely.missing.splice(0..0, fully.missing.iter().copied());

    let from = JUDGED_FROM.after(c.dob);
    let judge = |ended_on: Option<NaiveDate>, since: NaiveDate| match ended_on {
        Some(_) => Judged::No { on: ended_on },
        None if on < since => Judged::TooYoung { from: since },
        None => Judged::Yes { since },
    };
    let zero_dose = judge(view.first_dose(|row| row.series == sets.dtp_series), from);
    let started_on = view.first_dose(|row| view.is_beyond_birth(row));
    let dropped_out = match started_on {
        Some(started_on) => judge(fully.finished_on, from.max(started_on)),
        None => Judged::No { on: None },
    };
    let left_out = judge(started_on, from);
    Some(Milestones { set, basic, extended, completely, zero_dose, left_out, dropped_out })
}

struct View<'a> {
    s: &'a Schedule,
    c: &'a Child,
    forecast: &'a Forecast,
}

impl View<'_> {
    fn set(&self, needs: &[Vec<EntryId>], before: Span) -> Milestone {
        let mut missing = Vec::new();
        let mut last = None;
        for one_of in needs {
            match one_of.iter().filter_map(|entry| self.valid_on(*entry)).min() {
                Some(on) => last = last.max(Some(on)),
                None => missing.extend(self.told_missing(one_of)),
            }
        }
        Milestone::new(before.after(self.c.dob), last.filter(|_| missing.is_empty()), missing)
    }

    /// Every vaccine the schedule plans before 1 year, for this child.
    fn extended(&self) -> Milestone {
        let before = FULLY_BEFORE.after(self.c.dob);
        let mut missing = Vec::new();
        let mut last = None;
        for series in self.s.series().filter(|series| self.is_for_child(*series)) {
            for entry in self.s.plan(series).filter(|entry| self.is_planned_before(*entry, before)) {
                match self.valid_on(entry) {
                    Some(on) => last = last.max(Some(on)),
                    None if self.is_unneeded(series, entry) => last = last.max(self.counted_on(series)),
                    None => missing.push(entry),
                }
            }
        }
        Milestone::new(before, last.filter(|_| missing.is_empty()), missing)
    }

    fn is_for_child(&self, series: SeriesId) -> bool {
        self.rows_of(series).all(|row| row.status != NextStatus::NotApplicable)
    }

    fn is_planned_before(&self, entry: EntryId, before: NaiveDate) -> bool {
        let entry = self.s.entry(entry);
        self.s.vaccine(entry.vaccine).kind != VaccineKind::Supplement && entry.rec_from.after(self.c.dob) < before
    }

    /// Whether the series went on, or ended, without this entry: a shorter list for a late start, or enough doses
    /// counted. A window that closed is no such reason.
    fn is_unneeded(&self, series: SeriesId, entry: EntryId) -> bool {
        // Rows come in the order of the series: closed windows first, then where it stands.
        let stands_at = self.rows_of(series).last().map(|row| row.item);
        let passed = match stands_at {
            Some(Item::Entry(at)) => at > entry,
            Some(Item::Series(_)) => true,
            None => false,
        };
        let was_missed = |row: &NextRow| row.status == NextStatus::MissedWindow && row.item == Item::Entry(entry);
        passed && !self.rows_of(series).any(was_missed)
    }

    /// When a series ended because enough doses were counted: the day of the last of them.
    fn counted_on(&self, series: SeriesId) -> Option<NaiveDate> {
        if !self.rows_of(series).any(|row| row.why.contains(&Why::EnoughCounted)) {
            return None;
        }
        let counted = |row: &&GivenRow| {
            row.series == series
                && match row.status {
                    GivenStatus::Valid => true,
                    GivenStatus::Extra => matches!(row.item, Item::Entry(_)),
                    GivenStatus::InvalidTooEarly | GivenStatus::Duplicate => false,
                }
        };
        self.forecast.given.iter().filter(counted).map(|row| row.on).max()
    }

    fn rows_of(&self, series: SeriesId) -> impl Iterator<Item = &NextRow> {
        self.forecast.next.iter().filter(move |row| row.series == series)
    }

    fn valid_on(&self, entry: EntryId) -> Option<NaiveDate> {
        let valid = |row: &&GivenRow| row.status == GivenStatus::Valid && row.item == Item::Entry(entry);
        self.forecast.given.iter().find(valid).map(|row| row.on)
    }

    /// Of doses that stand for one another the one this child needs: another one after a late start.
    fn told_missing(&self, one_of: &[EntryId]) -> Option<EntryId> {
        let first = *one_of.first()?;
        let series = self.s.entry(first).series;
        let is_late = |entry: EntryId| self.s.entry(entry).kind == EntryKind::LateStart;
        let given = self.forecast.given.iter().filter(|row| row.series == series).map(|row| row.item);
        let mut items = self.rows_of(series).map(|row| row.item).chain(given);
        let late_start = items.any(|item| matches!(item, Item::Entry(entry) if is_late(entry)));
        Some(one_of.iter().copied().find(|entry| late_start && is_late(*entry)).unwrap_or(first))
    }

    fn first_dose(&self, is: impl Fn(&GivenRow) -> bool) -> Option<NaiveDate> {
        self.forecast.given.iter().filter(|row| is(row)).map(|row| row.on).min()
    }

    /// Whether the dose shows that the child was reached after birth. A second dose on one day does not.
    fn is_beyond_birth(&self, row: &GivenRow) -> bool {
        let is_birth = |entry: EntryId| self.s.entry(entry).rec_to == Span::default();
        let first = self.s.entries().find(|(_, entry)| entry.series == row.series);
        let supplement = first.is_some_and(|(_, e)| self.s.vaccine(e.vaccine).kind == VaccineKind::Supplement);
        let at_birth = match row.item {
            Item::Entry(entry) => is_birth(entry),
            Item::Series(series) => self.s.plan(series).all(is_birth),
        };
        !supplement && !at_birth && row.status != GivenStatus::Duplicate
    }
}

#[cfg(test)]
mod tests;
