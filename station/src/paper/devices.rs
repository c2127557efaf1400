//! What the toys did in a time: each toy with each worker who had it or told something with it, then each worker with all
//! that she had.

use super::draft::{CELL, CELL_BOLD, Draft, NOTE, Stamp, paper, row, text};
use super::sheet::{Cell, Row, Text};
use super::text::Typesetter;
use super::wanted::Days;
use super::{Languages, PaperError};
use crate::words::{Arg, Words};
use clinic::store::{ToldBesides, ToyReport, ToyUse};
use std::collections::BTreeMap;

/// What stands where there is nothing.
const NONE: &str = "—";

/// A toy's time.
pub struct Device {
    pub report: ToyReport,
    /// By the names of the workers.
    pub used: Vec<ToyUse>,
}

/// The device report.
pub fn devices(
    devices: &[Device],
    days: &Days,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper("paper-devices-title", stamp, setter, languages, |draft| {
        let period = |words: &Words| format!("{} – {}", words.day(*days.start()), words.day(*days.end()));
        let period = draft.fact("paper-period", 1.0, period);
        draft.facts(&[vec![period]])?;
        draft.sheet.space(6.0);
        if devices.is_empty() {
            return draft.say(CELL, |words| words.get("paper-nothing"));
        }
        by_toy(draft, devices)?;
        by_worker(draft, devices)?;
        draft.sheet.space(4.0);
        draft.say(NOTE, |words| words.get("paper-devices-about"))
    })
}

fn by_toy(draft: &mut Draft<'_, '_>, devices: &[Device]) -> Result<(), PaperError> {
    let mut rows: Vec<Row> = Vec::new();
    for device in devices {
        let named = |used: &ToyUse| {
            let battery = used.lowest_battery_percent.map_or_else(|| NONE.to_owned(), |percent| format!("{percent} %"));
            let counts = [used.doubted, used.days_heard].map(|n| text(n.to_string()));
            let troubles = [used.restarts, used.faults, used.lost].map(|n| text(n.to_string()));
            let doses = text(used.doses.to_string());
            let cells = [this(draft, device), text(&*used.name), doses, besides(draft, used.besides)];
            let cells = cells.into_iter().chain(counts);
            row(cells.chain([text(battery)]).chain(troubles).collect())
        };
        rows.extend(device.used.iter().map(named));
        if device.used.is_empty() {
            let nothing = (0..9).map(|_| text(NONE));
            rows.push(row([this(draft, device)].into_iter().chain(nothing).collect()));
        }
    }
    let columns = [
        ("paper-device", 0.2),
        ("paper-worker", 0.14),
        ("paper-given", 0.06),
        ("paper-besides", 0.15),
        ("paper-doubted", 0.09),
        ("paper-days-heard", 0.07),
        ("paper-lowest-battery", 0.08),
        ("paper-restarts", 0.08),
        ("paper-faults", 0.06),
        ("paper-lost", 0.07),
    ];
    draft.table(&columns, rows)?;
    draft.sheet.space(3.0);
    draft.say(NOTE, |words| words.with("paper-toys", &[("n", Arg::from(devices.len()))]))
}

/// What was told besides doses.
fn besides(draft: &Draft<'_, '_>, told: ToldBesides) -> Cell {
    if told == ToldBesides::default() {
        return text(NONE);
    }
    let ToldBesides { measured, visits, children } = told;
    let told = [("measured", measured.into()), ("visits", visits.into()), ("children", children.into())];
    draft.cell(NOTE, |words| words.with("paper-besides-told", &told))
}

/// Which toy a row is about, and when it was heard of last.
fn this(draft: &Draft<'_, '_>, device: &Device) -> Cell {
    let toy = &device.report.toy;
    let mut cell = vec![Text::new(&*toy.label, CELL_BOLD), Text::new(toy.id.code(), NOTE)];
    if !toy.model.is_empty() {
        cell.push(Text::new(&*toy.model, NOTE));
    }
    if let Some(last) = device.report.last_record_ms.map(clinic::date::india) {
        cell.extend(draft.cell(NOTE, |words| words.with("paper-last-record", &[("day", Arg::from(words.day(last)))])));
    }
    cell
}

/// By the names, and by the number of whoever has the same one.
fn by_worker(draft: &mut Draft<'_, '_>, devices: &[Device]) -> Result<(), PaperError> {
    let mut workers: BTreeMap<(&str, u64), ([u64; 3], ToldBesides)> = BTreeMap::new();
    for used in devices.iter().flat_map(|device| &device.used) {
        let (sums, besides) = workers.entry((used.name.as_str(), used.worker.0)).or_default();
        for (sum, more) in sums.iter_mut().zip([1, used.doses, used.doubted]) {
            *sum += more;
        }
        besides.add(used.besides);
    }
    if workers.is_empty() {
        return Ok(());
    }
    draft.heading("paper-devices-by-worker")?;
    let line = |((name, _), ([toys, doses, doubted], told)): ((&str, u64), ([u64; 3], ToldBesides))| {
        let [toys, doses, doubted] = [toys, doses, doubted].map(|n| text(n.to_string()));
        row(vec![text(name), toys, doses, besides(draft, told), doubted])
    };
    let columns = [
        ("paper-worker", 0.34),
        ("paper-devices-count", 0.14),
        ("paper-given", 0.14),
        ("paper-besides", 0.24),
        ("paper-doubted", 0.14),
    ];
    let rows = workers.into_iter().map(line).collect();
    draft.table(&columns, rows)
}
