//! The monthly report of the health department's form, and the clinic's own coverage beside it.

use super::draft::{CELL, CELL_BOLD, Draft, NOTE, Stamp, paper, row, text};
use super::sheet::{Bar, Cell, Row, Text};
use super::text::Typesetter;
use super::{Languages, PaperError};
use crate::words::Words;
use clinic::export::report::Narrowed;
use clinic::store::{Covered, DropOut, Report, ReportItem};

/// The monthly sheet (HMIS, section M9): every item with its number and count, doses by vaccine, the checks.
pub fn month(
    report: &Report,
    narrowed: &Narrowed,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper("paper-month-title", stamp, setter, languages, |draft| {
        head(draft, report, narrowed)?;
        draft.sheet.space(6.0);
        items(draft, &report.items)?;
        draft.heading("paper-by-vaccine")?;
        let rows = report
            .by_product
            .iter()
            .map(|(product, n)| row(vec![draft.cell(CELL, |words| words.product(product)), text(n.to_string())]));
        let rows = rows.collect();
        draft.table(&[("paper-vaccine", 0.7), ("paper-count", 0.3)], rows)?;
        draft.say(NOTE, |words| {
            words.with("reports-counted", &[("n", report.doses.into()), ("outside", report.outside.into())])
        })?;
        checks(draft, report)?;
        draft.sign(&["paper-sign-worker", "paper-sign-officer"])
    })
}

/// Coverage, each share with the children it is of, drop-out, and whether the figures can be true.
pub fn coverage(
    report: &Report,
    covered: &[Covered],
    narrowed: &Narrowed,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper("paper-coverage-title", stamp, setter, languages, |draft| {
        head(draft, report, narrowed)?;
        draft.heading("reports-coverage")?;
        by_dose(draft, covered)?;
        draft.sheet.space(4.0);
        draft.say(NOTE, |words| words.get("paper-coverage-denominator"))?;
        draft.heading("paper-coverage-turned")?;
        let one = report.turned_one;
        let fully = bar(draft, "reports-fully", one.fully, one.children);
        draft.bars(&[fully])?;
        draft.heading("reports-reached")?;
        let reached = [
            ("reports-fully", report.fully.total()),
            ("reports-fully-extended", report.fully_extended),
            ("reports-completely", report.completely),
        ];
        let rows = reached.map(|(key, n)| row(vec![draft.cell(CELL, |words| words.get(key)), text(n.to_string())]));
        draft.table(&[("", 0.7), ("paper-count", 0.3)], rows.into())?;
        draft.heading("reports-cohort")?;
        let c = report.cohort;
        draft.say(NOTE, |words| words.with("reports-cohort-about", &[("n", c.children.into())]))?;
        let of = |draft: &Draft<'_, '_>, key, n| bar(draft, key, n, c.children);
        let bars = [
            of(draft, "reports-fully", c.fully),
            of(draft, "reports-fully-extended", c.fully_extended),
            of(draft, "reports-zero-dose", c.zero_dose),
            of(draft, "reports-left-out", c.left_out),
            of(draft, "reports-dropped-out", c.dropped_out),
        ];
        draft.bars(&bars)?;
        drop_outs(draft, report)?;
        checks(draft, report)
    })
}

fn head(draft: &mut Draft<'_, '_>, report: &Report, narrowed: &Narrowed) -> Result<(), PaperError> {
    let period =
        draft.fact("paper-period", 0.4, |words| format!("{} – {}", words.day(report.from), words.day(report.until)));
    let whole = |narrowed: &Option<String>, words: &Words| narrowed.clone().unwrap_or_else(|| words.get("paper-all"));
    let worker = draft.fact("paper-worker", 0.3, |words| whole(&narrowed.worker, words));
    let village = draft.fact("paper-village", 0.3, |words| whole(&narrowed.village, words));
    let schedule = draft.fact("paper-schedule", 1.0, |words| {
        words.schedule(&report.schedule).unwrap_or_else(|| report.schedule.clone())
    });
    draft.facts(&[vec![period, worker, village], vec![schedule]])
}

/// The form's items in two columns side by side.
fn items(draft: &mut Draft<'_, '_>, items: &[ReportItem]) -> Result<(), PaperError> {
    let cells = |item: &ReportItem| -> [Cell; 3] {
        let count = match item.count {
            Some(n) => vec![Text::new(n.to_string(), CELL_BOLD)],
            None => draft.cell(NOTE, |words| words.get("reports-not-recorded")),
        };
        [text(item.number), draft.cell(CELL, |words| words.get(&format!("hmis-{}", item.key))), count]
    };
    let (left, right) = items.split_at(items.len().div_ceil(2));
    let rows: Vec<Row> = left
        .iter()
        .enumerate()
        .map(|(n, item)| {
            row(cells(item).into_iter().chain(right.get(n).map_or_else(Default::default, cells)).collect())
        })
        .collect();
    let head = [("paper-number", 0.075), ("paper-item", 0.305), ("paper-count", 0.12)];
    draft.table(&[head, head].concat(), rows)
}

fn share(n: u32, of: u32) -> f32 {
    if of == 0 { 0.0 } else { n as f32 / of as f32 }
}

/// Every dose of the schedule, with the children of its age.
fn by_dose(draft: &mut Draft<'_, '_>, covered: &[Covered]) -> Result<(), PaperError> {
    let (counted, others): (Vec<_>, Vec<_>) = covered.iter().partition(|dose| dose.children > 0);
    for of_age in counted.chunk_by(|one, next| one.age_years == next.age_years) {
        draft.say(NOTE, |words| words.of_age(of_age[0].age_years))?;
        let bars = of_age.iter().map(|dose| {
            let label = draft.cell(CELL, |words| words.dose_label(&dose.item));
            bar_of(label, dose.given, dose.children)
        });
        let bars: Vec<Bar> = bars.collect();
        draft.bars(&bars)?;
        draft.sheet.space(4.0);
    }
    if others.is_empty() {
        return Ok(());
    }
    draft.say(NOTE, |words| {
        let doses: Vec<String> = others.iter().map(|dose| words.dose_label(&dose.item)).collect();
        words.with("reports-coverage-none", &[("doses", doses.join(", ").into())])
    })
}

fn bar(draft: &Draft<'_, '_>, key: &str, n: u32, of: u32) -> Bar {
    bar_of(draft.cell(CELL, |words| words.get(key)), n, of)
}

fn bar_of(label: Cell, n: u32, of: u32) -> Bar {
    let percent = share(n, of) * 100.0;
    let said = if of == 0 { "—".to_owned() } else { format!("{n} / {of} = {percent:.1} %") };
    Bar { label, share: share(n, of), figure: Text::new(said, CELL_BOLD) }
}

fn drop_outs(draft: &mut Draft<'_, '_>, report: &Report) -> Result<(), PaperError> {
    draft.heading("reports-drop-out")?;
    let rate = |rate: &DropOut| {
        let Some(permille) = rate.permille() else { return draft.cell(CELL, |words| words.get("reports-no-rate")) };
        // A dash: the fonts of the papers have no minus.
        let (sign, permille) = (if permille < 0 { "–" } else { "" }, permille.abs());
        let style = if rate.is_alarming() { CELL_BOLD } else { CELL };
        let lost = i64::from(rate.began) - i64::from(rate.went_on);
        vec![Text::new(format!("{lost} / {} = {sign}{}.{} %", rate.began, permille / 10, permille % 10), style)]
    };
    let rows: Vec<Row> = report
        .drop_outs
        .iter()
        .zip(&report.cohort_drop_outs)
        .map(|(doses, children)| {
            let name = draft.cell(CELL, |words| words.get(&format!("drop-out-{}", doses.key)));
            row(vec![name, rate(doses), rate(children)])
        })
        .collect();
    draft.table(&[("", 0.4), ("reports-by-month", 0.3), ("reports-by-cohort", 0.3)], rows)
}

fn checks(draft: &mut Draft<'_, '_>, report: &Report) -> Result<(), PaperError> {
    draft.heading("reports-checks")?;
    let rows: Vec<Row> = report
        .checks
        .iter()
        .map(|check| {
            let args = || [("n", check.count.into()), ("most", check.most.into())];
            let said = draft.cell(CELL, |words| words.with(&format!("check-{}", check.key), &args()));
            let (style, key) = if check.holds() { (CELL, "reports-holds") } else { (CELL_BOLD, "reports-look") };
            let state = draft.cell(style, |words| words.get(key));
            Row { cells: vec![said, state], shaded: !check.holds(), ..Row::default() }
        })
        .collect();
    draft.table(&[("", 0.75), ("", 0.25)], rows)
}
