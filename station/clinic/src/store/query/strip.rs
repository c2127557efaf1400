//! The plan of one child: every dose of the schedule with how it stands.

use super::child::Judgement;
use crate::forecast::{EntryId, EntryKind, Forecast, GivenStatus, Item, NextStatus, Span};
use chrono::NaiveDate;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StripState {
    Given,
    Due,
    Late,
    Upcoming,
    /// An earlier dose of the series comes first.
    Later,
    /// The last permitted day has passed.
    Missed,
    ContraIndicated,
    /// The series is complete without it, or is not for this child.
    NotNeeded,
}

impl StripState {
    pub const ALL: [Self; 8] = [
        Self::Given,
        Self::Due,
        Self::Late,
        Self::Upcoming,
        Self::Later,
        Self::Missed,
        Self::ContraIndicated,
        Self::NotNeeded,
    ];

    /// The last part of the words' key `strip-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Due => "due",
            Self::Late => "late",
            Self::Upcoming => "upcoming",
            Self::Later => "later",
            Self::Missed => "missed",
            Self::ContraIndicated => "contra-indicated",
            Self::NotNeeded => "not-needed",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripLine {
    pub item: String,
    pub series: String,
    /// The age from which the plan recommends it.
    pub age: Span,
    pub state: StripState,
    /// The day of the dose that counts, or the day on which it is due. Of [`StripState::Later`] the day by the plan.
    pub on: Option<NaiveDate>,
    /// Doses that were given for it and do not count.
    pub tries: Vec<NaiveDate>,
    pub refused: Option<NaiveDate>,
}

/// In the order of age, and of the schedule at one age.
pub(super) fn strip(judge: &Judgement<'_>, result: &Forecast) -> Vec<StripLine> {
    let schedule = judge.schedule;
    let mut entries: Vec<(NaiveDate, EntryId)> = schedule
        .entries()
        .filter(|(id, entry)| {
            let named = || {
                let item = Item::Entry(*id);
                result.given.iter().any(|row| row.item == item) || result.next.iter().any(|row| row.item == item)
            };
            match entry.kind {
                EntryKind::Plan => schedule.is_on(*id),
                // Only the child who starts late, or got it, has it in its plan.
                EntryKind::Optional | EntryKind::LateStart => named(),
            }
        })
        .map(|(id, entry)| (entry.rec_from.after(judge.child.dob), id))
        .collect();
    entries.sort_by_key(|(on, id)| (*on, *id));
    entries.into_iter().map(|(planned, id)| line(judge, result, planned, id)).collect()
}

fn line(judge: &Judgement<'_>, result: &Forecast, planned: NaiveDate, id: EntryId) -> StripLine {
    let schedule = judge.schedule;
    let (entry, item) = (schedule.entry(id), Item::Entry(id));
    let of_item = || result.given.iter().filter(move |row| row.item == item);
    let counts = of_item().find(|row| row.status == GivenStatus::Valid);
    let tries = of_item().filter(|row| row.status == GivenStatus::InvalidTooEarly).map(|row| row.on).collect();
    let rows = || result.next.iter().filter(|row| row.series == entry.series);
    let next = rows().find(|row| row.item == item);
    let (state, on) = match (counts, next) {
        (Some(given), _) => (StripState::Given, Some(given.on)),
        (None, Some(row)) => {
            let state = match row.status {
                NextStatus::Due => StripState::Due,
                NextStatus::Overdue => StripState::Late,
                NextStatus::Upcoming => StripState::Upcoming,
                NextStatus::MissedWindow => StripState::Missed,
                NextStatus::Contraindicated => StripState::ContraIndicated,
                NextStatus::Complete | NextStatus::NotApplicable => StripState::NotNeeded,
            };
            (state, row.due.or(row.last_day))
        }
        // Where the series stands says what becomes of a dose that has no row of its own.
        (None, None) => match rows().next_back().map(|row| (row.item, row.status)) {
            Some((_, NextStatus::Contraindicated)) => (StripState::ContraIndicated, None),
            Some((Item::Entry(stands), _)) if stands < id => (StripState::Later, Some(planned)),
            Some((Item::Series(_), NextStatus::MissedWindow)) => (StripState::Missed, None),
            Some(_) | None => (StripState::NotNeeded, None),
        },
    };
    StripLine {
        item: schedule.item_name(item).to_owned(),
        series: schedule.series_name(entry.series).to_owned(),
        age: entry.rec_from,
        state,
        on,
        tries,
        refused: next.and_then(|row| row.refused_on()),
    }
}
