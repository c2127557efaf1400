//! What each series needs next.

use chrono::NaiveDate;

use super::date::{day_before, plus_days};
use super::evaluate::{Birthdays, Course, LiveDose, Walk};
use super::schedule::{Interval, Schedule, Series, SeriesId, Step};
use super::{Child, FOUR_WEEKS_DAYS, Item, NextRow, NextStatus, OVERDUE_AFTER_DAYS, Sex, Why};

pub(super) fn next_rows<'s>(
    schedule: &'s Schedule,
    child: &Child,
    birthdays: &Birthdays,
    walks: Vec<Walk<'s>>,
    live: &[LiveDose],
    on: NaiveDate,
) -> (Vec<NextRow>, Option<NaiveDate>) {
    let mut view =
        View { schedule, child, birthdays, live, on, rows: Vec::with_capacity(walks.len() + 4), recheck_on: None };
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
        let overdue_from = earliest.max(self.birthdays.on(rule.rec_to));

        if of_series.live {
            let others =
                self.live.iter().filter(|dose| !self.schedule.products[dose.product.index()].series.contains(&series));
            for dose in others {
                let free_on = plus_days(dose.on, FOUR_WEEKS_DAYS);
                if earliest >= free_on {
                    continue;
                }
                if self.on == dose.on && earliest <= dose.on {
                    // Two live vaccines may share a day; from tomorrow they may not.
                    let tomorrow = plus_days(self.on, 1);
                    self.recheck_on = Some(self.recheck_on.map_or(tomorrow, |known| known.min(tomorrow)));
                    continue;
                }
                why.push(Why::LiveSpacing { product: dose.product, since: dose.on, on: free_on });
                earliest = free_on;
            }
        }

        let recommended = self.birthdays.on(rule.rec_from);
        why.push(Why::Recommended { on: recommended });
        let due = earliest.max(recommended);
        let last_day = self.birthdays.last_day(rule);
        if let Some(last_day) = last_day {
            let missed = if earliest > last_day {
                Some(Why::TooLateByThen { earliest, last_day })
            } else if self.on > last_day {
                Some(Why::WindowClosed { last_day })
            } else {
                None
            };
            if let Some(missed) = missed {
                self.rows.push(NextRow::missed(item, series, missed, last_day));
                return !rule.window_only;
            }
            if rule.window_only {
                self.recheck(plus_days(last_day, 1));
            }
        }
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
}
