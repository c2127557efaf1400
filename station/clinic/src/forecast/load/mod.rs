//! Reading a schedule file and refusing what the engine could not trust.
//!
//! An interval always counts from the dose before it or from the first one, so a schedule cannot hold a cycle.

mod file;
mod lists;
mod live;
mod milestones;
mod plan;
mod products;
#[cfg(test)]
mod shaken;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::ops::Range;

use super::date::Span;
use super::schedule::{
    AgeId, Entry, EntryId, Product, ProductId, Rule, Schedule, ScheduleError, Series, SeriesId, Vaccine, VaccineId,
};
use file::{File, Word};
use words::check_name;

// Far above any real schedule; they keep every position within its small number.
const MOST_BYTES: usize = 1 << 20;
const MOST_ITEMS: usize = 1_000;
/// A walk keeps the closed windows of a list in the bits of a `u64`.
const MOST_STEPS: usize = 64;
/// Each pair of live products has its interval.
const MOST_LIVE: usize = 64;
const MOST_GRACE_DAYS: u32 = 10;
const LONGEST_NAME: usize = 32;

/// A complaint and the place in the text it is about.
struct Complaint {
    at: Range<usize>,
    reason: String,
}

type Checked<T> = Result<T, Complaint>;

fn complain<T>(at: Range<usize>, reason: impl Into<String>) -> Checked<T> {
    Err(Complaint { at, reason: reason.into() })
}

pub(super) fn parse(text: &str) -> Result<Schedule, ScheduleError> {
    let line = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    if text.len() > MOST_BYTES {
        return Err(ScheduleError { line: 1, reason: format!("the file is larger than {MOST_BYTES} bytes") });
    }
    let file: File = toml::from_str(text).map_err(|error| ScheduleError {
        line: line(error.span().map_or(0, |span| span.start)),
        reason: error.message().to_owned(),
    })?;
    build(file).map_err(|complaint| ScheduleError { line: line(complaint.at.start), reason: complaint.reason })
}

fn build(file: File) -> Checked<Schedule> {
    if *file.schema.get_ref() != 1 {
        return complain(file.schema.span(), "schema must be 1; this program reads no other");
    }
    check_name(&file.id, "schedule id")?;
    if file.name.get_ref().trim().is_empty() {
        return complain(file.name.span(), "the schedule's name is empty");
    }
    let grace_days = file.grace_days.map_or(Ok(0), |days| match *days.get_ref() {
        allowed if allowed <= MOST_GRACE_DAYS => Ok(u64::from(allowed)),
        _ => complain(days.span(), format!("grace_days may be at most {MOST_GRACE_DAYS}")),
    })?;

    let mut builder = Builder::default();
    builder.vaccines(file.vaccine)?;
    builder.plan(&file.dose, &file.optional_dose)?;
    builder.products(file.product)?;
    builder.live_products(&file.live_products)?;
    builder.live_series(&file.live_series)?;
    builder.live_pairs(&file.live_pair, &file.live_products)?;
    builder.late_starts(&file.alternative)?;
    builder.catch_ups(&file.catchup)?;
    builder.complete_ifs(&file.complete_if)?;
    builder.live_intervals()?;
    builder.products_for()?;
    builder.live_vaccines()?;
    builder.in_order(&file.optional_dose)?;
    let milestones = file.milestone.map(|found| builder.milestones(&found)).transpose()?;

    Ok(Schedule {
        id: file.id.into_inner(),
        name: file.name.into_inner(),
        country: file.country,
        notes: file.notes,
        sources: file.sources,
        vaccines: builder.vaccines,
        product_by_name: builder.product_by_name,
        products: builder.products,
        entry_by_id: builder.entry_by_id,
        entries: builder.entries,
        products_for: builder.products_for,
        series: builder.series,
        rules: builder.rules,
        ages: builder.ages,
        grace_days,
        live_count: file.live_products.len(),
        live_spacing: builder.live_spacing,
        milestones,
    })
}

#[derive(Default)]
struct Builder {
    vaccines: Vec<Vaccine>,
    vaccine_by_id: HashMap<String, VaccineId>,
    products: Vec<Product>,
    product_by_name: HashMap<String, ProductId>,
    entries: Vec<Entry>,
    /// Where each entry stands in the text, and the product it asks for.
    places: Vec<(Range<usize>, Option<Word>)>,
    entry_by_id: HashMap<String, EntryId>,
    products_for: Vec<Vec<ProductId>>,
    series: Vec<Series>,
    series_by_name: HashMap<String, SeriesId>,
    rules: Vec<Rule>,
    ages: Vec<Span>,
    /// Of every two live products, the first one's row.
    live_spacing: Vec<Option<Span>>,
}

impl Builder {
    fn known_series(&self, name: &Word) -> Checked<SeriesId> {
        match self.series_by_name.get(name.get_ref()) {
            Some(series) => Ok(*series),
            None => complain(name.span(), format!("no dose belongs to a series \"{}\"", name.get_ref())),
        }
    }

    fn age(&mut self, span: Span) -> AgeId {
        let position = self.ages.iter().position(|known| *known == span).unwrap_or_else(|| {
            self.ages.push(span);
            self.ages.len() - 1
        });
        // At most five ages an entry, and entries are limited.
        AgeId(u16::try_from(position).unwrap_or(u16::MAX))
    }
}
