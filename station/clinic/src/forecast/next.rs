//! What each series needs next.

use chrono::NaiveDate;

use super::date::{day_before, plus_days};
use super::evaluate::{Birthdays, Course, LiveDose, Walk};
use super::schedule::{EntryId, Interval, Rule, Schedule, Series, SeriesId, Step};
use super::{Child, Constraints, Contraindication, Item, NextRow, NextStatus, OVERDUE_AFTER_DAYS, Sex, Why};

pub(super) fn next_rows<'s>(
    schedule: &'s Schedule,
    child: &Child,
    constraints: &Constraints<'_>,
    birthdays: &Birthdays,
    walks: Vec<Walk<'s>>,
    live: &[LiveDose],
    on: NaiveDate,
) -> (Vec<NextRow>, Option<NaiveDate>) {
    let rows = Vec::with_capacity(walks.len() + 4);
    let mut view = View { schedule, child, constraints, birthdays, live, on, rows, recheck_on: None };
    for (series, walk) in schedule.series().zip(walks) {
        // A series of optional entries only, none of them switched on, has no rows.
        if !schedule.series[series.index()].plan.is_empty() {
            view.series(series, walk);
        }
    }
    (view.rows, view.recheck_on)
}

struct View<'s, 'a> {
    schedule: &'s Schedule,
    child: &'a Child,
    constraints: &'a Constraints<'a>,
    birthdays: &'a Birthdays,
    live: &'a [LiveDose],
    on: NaiveDate,
    rows: Vec<NextRow>,
    recheck_on: Option<NaiveDate>,
}

impl<'s> View<'s, '_> {
    fn series(&mut self, series: SeriesId, mut walk: Walk<'s>) {
        let of_series = &self.schedule.series[series.index()];
        // A series that is not for this child says so even when its doses were given.
        if let Some(why) = self.not_for_child(of_series) {
            self.rows.push(NextRow::closed(series, NextStatus::NotApplicable, why));
            return;
        }
        self.recheck_at_turns(of_series, &walk);
        walk.choose_steps(self.schedule, of_series, self.birthdays, self.on);

        let changed_on = of_series.late_start.as_ref().map(|late_start| self.birthdays.on(late_start.from));
        self.missed_windows(series, &of_series.plan, walk.missed_before, changed_on);
        self.missed_windows(series, walk.steps, walk.missed, None);
        while let Some(step) = walk.current() {
            if walk.is_unneeded(&self.schedule.rules[step.entry.index()], self.birthdays) {
                walk.pass(false);
            } else if self.step(series, of_series, &walk, step) {
                return;
            } else {
                walk.pass(true);
            }
        }
        if walk.enough_counted {
            self.rows.push(NextRow::closed(series, NextStatus::Complete, Why::EnoughCounted));
        } else if !walk.ended_by_closed_window() {
            self.rows.push(NextRow::closed(series, NextStatus::Complete, Why::AllGiven));
        }
    }

    /// The ages at which an unstarted series takes another list of entries.
    fn recheck_at_turns(&mut self, series: &Series, walk: &Walk<'_>) {
        if let Some(late_start) = &series.late_start
            && walk.course == Course::Plan
            && walk.first_valid.is_none()
        {
            self.recheck(self.birthdays.on(late_start.from));
        }
        if !walk.settled {
            for list in &series.catch_up {
                self.recheck(self.birthdays.on(list.from));
                self.recheck(self.birthdays.on(list.before));
            }
        }
    }

    fn recheck(&mut self, day: NaiveDate) {
        if day > self.on {
            self.recheck_on = Some(self.recheck_on.map_or(day, |known| known.min(day)));
        }
    }

    fn not_for_child(&self, series: &Series) -> Option<Why> {
        if series.je_endemic_only && !self.child.je_endemic {
            return Some(Why::NotEndemic);
        }
        // Where the sex is another or not recorded, a person decides: CDSi lists female,
        // transgender and unknown together for HPV.
        match (series.only_sex, self.child.sex) {
            (Some(Sex::Female), Sex::Male) | (Some(Sex::Male), Sex::Female) => Some(Why::OtherSex),
            _ => None,
        }
    }

    /// Rows for windows that closed before the doses that were given, or when the list changed.
    fn missed_windows(&mut self, series: SeriesId, steps: &[Step], missed: u64, changed_on: Option<NaiveDate>) {
        if missed == 0 {
            return;
        }
        for (at, step) in steps.iter().enumerate() {
            let rule = &self.schedule.rules[step.entry.index()];
            if missed >> at & 1 == 0 {
                continue;
            }
            let last_day = self.birthdays.last_day(rule).into_iter().chain(changed_on.map(day_before)).min();
            if let Some(last_day) = last_day {
                self.rows.push(NextRow::missed(
                    Item::Entry(step.entry),
                    series,
                    Why::WindowClosed { last_day },
                    last_day,
                ));
            }
        }
    }

    /// Adds the row of one entry; `false` when its window is missed and the series goes on.
    fn step(&mut self, series: SeriesId, of_series: &Series, walk: &Walk<'_>, step: Step) -> bool {
        let rule = &self.schedule.rules[step.entry.index()];
        let item = Item::Entry(step.entry);
        let mut why = Vec::with_capacity(4);
        match walk.course {
            Course::Plan => {}
            Course::CatchUp => why.push(Why::CatchUp),
            Course::LateStart => why.push(Why::LateStart),
        }

        let min_age = self.birthdays.on(rule.min_age);
        why.push(Why::MinAge { on: min_age });
        let mut earliest = min_age;
        if let Some((since, on)) = walk.interval_ends(step) {
            let assumed = !matches!(step.interval, Interval::Is(_));
            why.push(Why::MinInterval { since, on, repeat: walk.last_too_early, assumed });
            earliest = earliest.max(on);
        }
        if let Some((since, on)) = walk.first_interval_ends(rule) {
            why.push(Why::FromFirst { since, on });
            earliest = earliest.max(on);
        }
        let against = self.constraints.against_entry(self.schedule, step.entry);
        if let Some(Contraindication { against, until: Some(until) }) = against
            && walk.last.is_none_or(|last| last <= until)
        {
            why.push(Why::ContraindicatedUntil { against, until });
            earliest = earliest.max(plus_days(until, 1));
        }
        let overdue_from = earliest.max(self.birthdays.on(rule.rec_to));
        if of_series.live {
            earliest = self.after_live(step.entry, earliest, &mut why);
        }

        let recommended = self.birthdays.on(rule.rec_from);
        why.push(Why::Recommended { on: recommended });
        let due = earliest.max(recommended);
        let refused = self.refused(walk, step.entry);
        let last_day = self.birthdays.last_day(rule);
        let missed = last_day.and_then(|last_day| {
            if earliest > last_day {
                Some((Why::TooLateByThen { earliest, last_day }, last_day))
            } else {
                (self.on > last_day).then_some((Why::WindowClosed { last_day }, last_day))
            }
        });
        // What is against a dose for good stays the reason after its last day, unless the series goes on then.
        if let Some(Contraindication { against, until: None }) = against
            && (missed.is_none() || !rule.window_only)
        {
            self.recheck_after_window(rule, last_day);
            let mut row = NextRow::closed(series, NextStatus::Contraindicated, Why::Contraindicated { against });
            row.item = item;
            row.why.extend(refused);
            self.rows.push(row);
            return true;
        }
        if let Some((missed, last_day)) = missed {
            let mut row = NextRow::missed(item, series, missed, last_day);
            row.why.extend(refused);
            self.rows.push(row);
            return !rule.window_only;
        }
        self.recheck_after_window(rule, last_day);
        self.other_products(step.entry, against, &mut why);
        why.extend(refused);
        let overdue = Some(due.max(plus_days(overdue_from, OVERDUE_AFTER_DAYS)))
            .filter(|overdue| last_day.is_none_or(|last_day| *overdue <= last_day));
        let mut row = NextRow {
            item,
            series,
            status: NextStatus::Upcoming,
            why,
            earliest: Some(earliest),
            due: Some(due),
            overdue,
            last_day,
        };
        row.status = row.status_on(self.on);
        self.rows.push(row);
        true
    }

    /// `earliest` moved behind the live vaccines that were given.
    fn after_live(&mut self, entry: EntryId, mut earliest: NaiveDate, why: &mut Vec<Why>) -> NaiveDate {
        // The product usually given; another one may have another spacing, and is judged when it is given.
        let usual = self.schedule.products_for(entry)[0];
        let Some(usual) = self.schedule.products[usual.index()].live else { return earliest };
        for dose in self.live {
            // A dose of the same series is no exception: its own interval is never the shorter one.
            let Some(spacing) = self.schedule.live_pair(dose.live, usual) else { continue };
            let free_on = spacing.after(dose.on);
            if earliest >= free_on {
                continue;
            }
            if self.on == dose.on && earliest <= dose.on {
                // Two live vaccines may share a day; from tomorrow they may not.
                self.recheck(plus_days(self.on, 1));
                continue;
            }
            why.push(Why::LiveSpacing { product: dose.product, since: dose.on, on: free_on });
            earliest = free_on;
        }
        earliest
    }

    fn recheck_after_window(&mut self, rule: &Rule, last_day: Option<NaiveDate>) {
        if let Some(last_day) = last_day.filter(|_| rule.window_only) {
            self.recheck(plus_days(last_day, 1));
        }
    }

    /// The products that must not be used although the dose may be given.
    fn other_products(&mut self, entry: EntryId, whole: Option<Contraindication>, why: &mut Vec<Why>) {
        if self.constraints.contraindications.is_empty() {
            return;
        }
        let schedule = self.schedule;
        for &product in schedule.products_for(entry) {
            let Some(found) = self.constraints.against_product(schedule, product) else { continue };
            if found.is_over(self.on) || whole.is_some_and(|whole| whole.until == found.until) {
                continue;
            }
            why.push(Why::NotWith { product, until: found.until });
            if let Some(until) = found.until {
                self.recheck(plus_days(until, 1));
            }
        }
    }

    /// The family's last refusal, as long as no dose of the series followed it.
    fn refused(&mut self, walk: &Walk<'_>, entry: EntryId) -> Option<Why> {
        if self.constraints.refusals.is_empty() {
            return None;
        }
        let mut last = None;
        for on in self.constraints.refusals_of(self.schedule, entry) {
            if on > self.on {
                self.recheck(on);
            } else if walk.last.is_none_or(|given| given < on) {
                last = last.max(Some(on));
            }
        }
        last.map(|on| Why::Refused { on })
    }
}
