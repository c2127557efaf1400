//! Judging the doses that were given.

use chrono::NaiveDate;

use super::date::{day_before, plus_days};
use super::schedule::{AgeId, Interval, Rule, Schedule, Series, SeriesId, Step};
use super::{FOUR_WEEKS_DAYS, Given, GivenNote, GivenReason, GivenRow, GivenStatus, Item, ProductId};

/// The days on which one child reaches each age the schedule names.
pub(super) struct Birthdays(Vec<NaiveDate>);

impl Birthdays {
    pub fn of(schedule: &Schedule, dob: NaiveDate) -> Self {
        Self(schedule.ages.iter().map(|age| age.after(dob)).collect())
    }

    pub fn on(&self, age: AgeId) -> NaiveDate {
        self.0[usize::from(age.0)]
    }

    /// The last day on which the entry may be given.
    pub fn last_day(&self, rule: &Rule) -> Option<NaiveDate> {
        rule.latest_age.map(|age| day_before(self.on(age)))
    }
}

/// A live-injected dose, for the spacing of the others.
pub(super) struct LiveDose {
    pub product: ProductId,
    /// The product's place among the live ones.
    pub live: usize,
    pub on: NaiveDate,
}

pub(super) struct Record<'s> {
    pub given: Vec<GivenRow>,
    /// One for each series, in order.
    pub walks: Vec<Walk<'s>>,
    /// By date.
    pub live: Vec<LiveDose>,
}

/// Which list of entries a child follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    Plan,
    CatchUp,
    LateStart,
}

/// How far one series has come.
pub(super) struct Walk<'s> {
    pub course: Course,
    pub steps: &'s [Step],
    /// The next step.
    pub at: usize,
    /// Bit n: step n was passed over because its window had closed.
    pub missed: u64,
    /// The same for the plan that a late start replaced, with the step it had come to.
    pub missed_before: u64,
    /// The last dose of the series, valid or not: the reference for intervals.
    pub last: Option<NaiveDate>,
    /// That dose was too early, alone or as part of a combination.
    pub last_too_early: bool,
    pub first_valid: Option<NaiveDate>,
    pub last_valid: Option<NaiveDate>,
    /// Valid and extra doses.
    counted: u32,
    pub enough_counted: bool,
    /// A dose was not too early, so the age at that dose has chosen the list.
    pub settled: bool,
}

impl<'s> Walk<'s> {
    fn new(series: &'s Series) -> Self {
        Self {
            course: Course::Plan,
            steps: &series.plan,
            at: 0,
            missed: 0,
            missed_before: 0,
            last: None,
            last_too_early: false,
            first_valid: None,
            last_valid: None,
            counted: 0,
            enough_counted: false,
            settled: false,
        }
    }

    /// The step that comes next; `None` when nothing is left.
    pub fn current(&self) -> Option<Step> {
        if self.enough_counted { None } else { self.steps.get(self.at).copied() }
    }

    /// Passes over a step. A missed window is kept for the forecast to show.
    pub fn pass(&mut self, missed: bool) {
        self.missed |= u64::from(missed) << self.at;
        self.at += 1;
    }

    /// Whether the list ended with a window that nobody used.
    pub fn ended_by_closed_window(&self) -> bool {
        !self.enough_counted && self.at == self.steps.len() && self.at > 0 && self.missed >> (self.at - 1) & 1 == 1
    }

    /// Takes the list that the child's age on `day` asks for, as long as no dose has settled it.
    pub fn choose_steps(&mut self, schedule: &'s Schedule, series: &'s Series, birthdays: &Birthdays, day: NaiveDate) {
        if let Some(late_start) = &series.late_start
            && self.course == Course::Plan
            && self.first_valid.is_none()
            && !self.enough_counted
            && day >= birthdays.on(late_start.from)
        {
            // Windows are closed as of the day of the change, so that looking later changes nothing.
            self.pass_closed(schedule, birthdays, birthdays.on(late_start.from));
            self.missed_before = self.missed;
            if self.at < self.steps.len() {
                self.missed_before |= 1 << self.at;
            }
            self.course = Course::LateStart;
            self.steps = &late_start.steps;
            self.at = 0;
            self.missed = 0;
        }
        if !self.settled && !series.catch_up.is_empty() {
            let chosen =
                series.catch_up.iter().find(|list| birthdays.on(list.from) <= day && day < birthdays.on(list.before));
            self.course = if chosen.is_some() { Course::CatchUp } else { Course::Plan };
            self.steps = chosen.map_or(&series.plan, |list| &list.steps);
            self.at = 0;
            self.missed = 0;
        }
    }

    /// Passes over entries that can no longer be given or are no longer needed.
    pub fn pass_closed(&mut self, schedule: &Schedule, birthdays: &Birthdays, day: NaiveDate) {
        while let Some(step) = self.current() {
            let rule = &schedule.rules[step.entry.index()];
            if rule.window_only && birthdays.last_day(rule).is_some_and(|last| day > last) {
                self.pass(true);
            } else if self.is_unneeded(rule, birthdays) {
                self.pass(false);
            } else {
                break;
            }
        }
    }

    /// A booster is not needed when the dose before it was given late enough to stand for it.
    pub fn is_unneeded(&self, rule: &Rule, birthdays: &Birthdays) -> bool {
        rule.skip_if_previous_at.zip(self.last_valid).is_some_and(|(age, last_valid)| last_valid >= birthdays.on(age))
    }

    /// The end of the interval from the last dose, with that dose.
    pub fn interval_ends(&self, step: Step) -> Option<(NaiveDate, NaiveDate)> {
        let last = self.last?;
        match step.interval {
            Interval::Is(span) => Some((last, span.after(last))),
            Interval::Unsourced => Some((last, plus_days(last, FOUR_WEEKS_DAYS))),
            Interval::None => self.last_too_early.then(|| (last, plus_days(last, FOUR_WEEKS_DAYS))),
        }
    }

    /// The end of the interval from the first valid dose, with that dose.
    pub fn first_interval_ends(&self, rule: &Rule) -> Option<(NaiveDate, NaiveDate)> {
        self.first_valid.zip(rule.from_first).map(|(first, span)| (first, span.after(first)))
    }

    /// Takes the judged dose into account.
    fn take(&mut self, series: &Series, birthdays: &Birthdays, row: &GivenRow) {
        match row.status {
            GivenStatus::Duplicate => return,
            GivenStatus::InvalidTooEarly => self.last_too_early = true,
            GivenStatus::Valid => {
                self.first_valid.get_or_insert(row.on);
                self.last_valid = Some(row.on);
                self.last_too_early = false;
                self.at += 1;
            }
            GivenStatus::Extra => self.last_too_early = row.reason == Some(GivenReason::Combination),
        }
        self.last = Some(row.on);
        if row.status == GivenStatus::InvalidTooEarly {
            return;
        }
        self.settled = true;
        self.counted += 1;
        self.enough_counted |= series
            .complete_if
            .is_some_and(|rule| self.counted >= rule.counted_doses && row.on >= birthdays.on(rule.last_min_age));
    }
}

/// A day the judged dose had to wait for, with the rule that asks for it.
struct Limits {
    day: NaiveDate,
    failed: Option<GivenReason>,
    valid_from: NaiveDate,
}

impl Limits {
    fn hold(&mut self, rule: GivenReason, from: NaiveDate, grace_days: u64) {
        if from > plus_days(self.day, grace_days) {
            self.failed.get_or_insert(rule);
        }
        self.valid_from = self.valid_from.max(from);
    }
}

pub(super) fn evaluate<'s>(schedule: &'s Schedule, birthdays: &Birthdays, given: &[Given]) -> Record<'s> {
    let mut order: Vec<usize> = (0..given.len()).collect();
    // Stable: doses of one day stay in order of entry.
    order.sort_by_key(|&index| given[index].on);

    let mut record = Record {
        given: Vec::with_capacity(given.len() + 8),
        walks: schedule.series.iter().map(Walk::new).collect(),
        live: Vec::new(),
    };
    for index in order {
        let dose = given[index];
        let product = &schedule.products[dose.product.index()];
        let first_row = record.given.len();
        for &series in &product.series {
            let row = judge(schedule, birthdays, &mut record.walks[series.index()], series, index, dose, &record.live);
            record.given.push(row);
        }
        let rows = &mut record.given[first_row..];
        let any_valid = rows.iter().any(|row| row.status == GivenStatus::Valid);
        for row in rows {
            if row.status == GivenStatus::InvalidTooEarly && any_valid {
                row.status = GivenStatus::Extra;
                row.note = row.reason.map(GivenNote::Failed);
                row.reason = Some(GivenReason::Combination);
            }
            let series = row.series.index();
            record.walks[series].take(&schedule.series[series], birthdays, row);
        }
        if let Some(live) = product.live {
            record.live.push(LiveDose { product: dose.product, live, on: dose.on });
        }
    }
    record
}

fn judge<'s>(
    schedule: &'s Schedule,
    birthdays: &Birthdays,
    walk: &mut Walk<'s>,
    series: SeriesId,
    index: usize,
    dose: Given,
    live: &[LiveDose],
) -> GivenRow {
    let of_series = &schedule.series[series.index()];
    let mut row = GivenRow {
        index,
        item: Item::Series(series),
        series,
        product: dose.product,
        on: dose.on,
        status: GivenStatus::Extra,
        reason: None,
        note: None,
        valid_from: None,
    };
    if walk.last == Some(dose.on) {
        row.status = GivenStatus::Duplicate;
        return row;
    }
    walk.choose_steps(schedule, of_series, birthdays, dose.on);
    walk.pass_closed(schedule, birthdays, dose.on);
    let Some(step) = walk.current() else {
        let closed = walk.ended_by_closed_window();
        row.reason = Some(if closed { GivenReason::WindowClosed } else { GivenReason::SeriesComplete });
        return row;
    };
    row.item = Item::Entry(step.entry);

    let rule = &schedule.rules[step.entry.index()];
    let grace_days = schedule.grace_days;
    let mut limits = Limits { day: dose.on, failed: None, valid_from: dose.on };
    limits.hold(GivenReason::MinAge, birthdays.on(rule.min_age), grace_days);
    if let Some((_, ends)) = walk.interval_ends(step) {
        limits.hold(GivenReason::MinInterval, ends, grace_days);
    }
    if let Some((_, ends)) = walk.first_interval_ends(rule) {
        limits.hold(GivenReason::FromFirst, ends, grace_days);
    }
    if of_series.live
        && let Some(own) = schedule.products[dose.product.index()].live
    {
        // The same day is fine.
        for other in live.iter().filter(|other| other.on < dose.on) {
            if let Some(spacing) = schedule.live_pair(other.live, own) {
                // CDSi gives no grace to the spacing of live vaccines.
                limits.hold(GivenReason::LiveSpacing, spacing.after(other.on), 0);
            }
        }
    }
    if limits.failed.is_some() {
        row.status = GivenStatus::InvalidTooEarly;
        row.reason = limits.failed;
        row.valid_from = Some(limits.valid_from);
        return row;
    }
    row.status = GivenStatus::Valid;
    if birthdays.last_day(rule).is_some_and(|last| dose.on > last) {
        row.note = Some(GivenNote::AfterLatestAge);
    }
    row
}
