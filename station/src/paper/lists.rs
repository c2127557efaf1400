//! Lists: certificates that were issued, children to be found, a session's tally.

use super::draft::{CELL, CELL_BOLD, Draft, NOTE, Stamp, paper, row, sex_key, text};
use super::sheet::{Cell, Row, Text};
use super::text::Typesetter;
use super::{Languages, PaperError};
use crate::words::{Arg, Words};
use clinic::store::{CertificateFilter, CertificateLine, ChildLine, DueChild, SessionPage, of_villages};

/// Certificates that were issued, as they stand in the register.
pub fn certificates(
    lines: &[CertificateLine],
    filter: &CertificateFilter,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper("paper-certificates-title", stamp, setter, languages, |draft| {
        let period = draft.fact("paper-period", 0.4, |words| match &filter.period {
            Some(days) => format!("{} – {}", words.day(*days.start()), words.day(*days.end())),
            None => words.get("paper-all"),
        });
        let typed = filter.typed.trim();
        let searched = (!typed.is_empty()).then(|| draft.plain("paper-searched", typed, 0.6));
        draft.facts(&[std::iter::once(period).chain(searched).collect()])?;
        draft.sheet.space(6.0);
        let rows: Vec<Row> = lines
            .iter()
            .map(|line| {
                let child = &line.child;
                let named = |words: &Words| words.child_name(&child.name, &child.mother);
                row(vec![
                    vec![Text::new(line.no.to_string(), CELL_BOLD)],
                    with_number(draft.cell(CELL, named), child.id.to_string()),
                    text(&*child.mother),
                    text(&*child.village),
                    draft.cell(CELL, |words| words.day(line.on)),
                    text(line.issue.to_string()),
                    text(&*line.by),
                ])
            })
            .collect();
        let columns = [
            ("paper-certificate-number", 0.14),
            ("paper-child-name", 0.24),
            ("paper-guardian", 0.16),
            ("paper-village", 0.13),
            ("paper-issued-on", 0.13),
            ("paper-issue", 0.07),
            ("paper-issued-by", 0.13),
        ];
        all(draft, &columns, rows)
    })
}

/// Children with missed doses, most at risk first, with room to write what came of the visit. Of several villages each has
/// a list of its own.
pub fn defaulters(
    children: Vec<DueChild>,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    let columns = [
        ("paper-number", 0.05),
        ("paper-child-name", 0.22),
        ("paper-family", 0.22),
        ("paper-missed", 0.22),
        ("paper-days-late", 0.08),
        ("paper-outcome", 0.21),
    ];
    let cells = |draft: &Draft<'_, '_>, due: &DueChild| {
        vec![family(draft, due), doses(draft, due), vec![Text::new(due.days_late.to_string(), CELL_BOLD)], Vec::new()]
    };
    by_village("paper-defaulters-title", children, stamp, setter, languages, &columns, cells)
}

/// Children whose doses are due and who are not late, with room to mark what was given.
pub fn due(
    children: Vec<DueChild>,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    let columns = [
        ("paper-number", 0.05),
        ("paper-child-name", 0.25),
        ("paper-family", 0.25),
        ("paper-due-doses", 0.25),
        ("paper-given", 0.2),
    ];
    let cells = |draft: &Draft<'_, '_>, due: &DueChild| vec![family(draft, due), doses(draft, due), Vec::new()];
    by_village("paper-due-title", children, stamp, setter, languages, &columns, cells)
}

/// A paper with a table for each village under its name, numbered through; `cells` are those beside a child's number and
/// name.
fn by_village(
    title: &str,
    children: Vec<DueChild>,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
    columns: &[(&str, f32)],
    cells: impl Fn(&Draft<'_, '_>, &DueChild) -> Vec<Cell>,
) -> Result<Vec<u8>, PaperError> {
    paper(title, stamp, setter, languages, |draft| {
        let count = children.len();
        if count == 0 {
            return nothing(draft);
        }
        let mut n = 0;
        for (village, children) in of_villages(children) {
            let many = [("n", Arg::from(children.len()))];
            let counted = |words: &Words| {
                let village = if village.is_empty() { words.get("paper-no-village") } else { village.clone() };
                format!("{village} · {}", words.with("children-count", &many))
            };
            // On a page that goes on with them it stands on top, too.
            draft.continued(title, &village)?;
            draft.heading_of(counted)?;
            let rows = children.iter().map(|due| {
                n += 1;
                let number = [text(n.to_string()), child(draft, &due.child, stamp)];
                row(number.into_iter().chain(cells(draft, due)).collect())
            });
            let rows = rows.collect();
            draft.table(columns, rows)?;
        }
        lines(draft, count)
    })
}

/// Who is expected at a session and what is to be carried there, with room to count; of one that was held, what was given.
pub fn session(
    page: &SessionPage,
    due: &[DueChild],
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper("paper-session-title", stamp, setter, languages, |draft| {
        let of = &page.session;
        let kind = |words: &Words| words.get(&format!("session-kind-{}", of.kind.code()));
        let site = if of.site.is_empty() { stamp.facility } else { of.site.as_str() };
        let villages =
            |words: &Words| if of.villages.is_empty() { words.get("paper-all") } else { of.villages.join(", ") };
        let worker = of.worker.as_ref().map_or("—", |(_, name)| name.as_str());
        let facts = [
            vec![
                draft.fact("paper-session-day", 0.3, |words| words.day(of.on)),
                draft.fact("paper-session-kind", 0.3, kind),
                draft.plain("paper-session-site", site, 0.4),
            ],
            vec![draft.plain("paper-worker", worker, 0.3), draft.fact("paper-villages", 0.7, villages)],
        ];
        draft.facts(&facts)?;
        draft.heading("paper-session-doses")?;
        let count = |counted: &[(String, u32)], product: &str| {
            counted.iter().find(|(name, _)| name == product).map_or(0, |(_, n)| *n)
        };
        let mut products: Vec<&str> = page.expected.iter().chain(&page.tally).map(|(name, _)| name.as_str()).collect();
        products.sort_unstable();
        products.dedup();
        let rows: Vec<Row> = products
            .into_iter()
            .map(|product| {
                let given = count(&page.tally, product);
                let given = if given == 0 { String::new() } else { given.to_string() };
                let name = draft.cell(CELL_BOLD, |words| words.product(product));
                let expected = text(count(&page.expected, product).to_string());
                row(vec![name, expected, text(given), Vec::new(), Vec::new(), Vec::new()])
            })
            .collect();
        let columns = [
            ("paper-vaccine", 0.3),
            ("paper-expected", 0.14),
            ("paper-given", 0.14),
            ("paper-vials-opened", 0.14),
            ("paper-vials-returned", 0.14),
            ("paper-doses-wasted", 0.14),
        ];
        all(draft, &columns, rows)?;
        draft.heading("paper-session-children")?;
        let rows: Vec<Row> = due
            .iter()
            .enumerate()
            .map(|(n, due)| {
                let given: Cell = due.doses.iter().map(|_| Text::new("____", CELL)).collect();
                row(vec![
                    text((n + 1).to_string()),
                    child(draft, &due.child, stamp),
                    family(draft, due),
                    doses(draft, due),
                    given,
                ])
            })
            .collect();
        let columns = [
            ("paper-number", 0.05),
            ("paper-child-name", 0.27),
            ("paper-family", 0.27),
            ("paper-due-doses", 0.27),
            ("paper-given", 0.14),
        ];
        all(draft, &columns, rows)?;
        draft.sign(&["paper-sign-worker", "paper-sign-officer"])
    })
}

/// A table, or that there is nothing to list.
fn all(draft: &mut Draft<'_, '_>, columns: &[(&str, f32)], rows: Vec<Row>) -> Result<(), PaperError> {
    if rows.is_empty() {
        return nothing(draft);
    }
    let count = rows.len();
    draft.table(columns, rows)?;
    lines(draft, count)
}

fn nothing(draft: &mut Draft<'_, '_>) -> Result<(), PaperError> {
    draft.say(CELL, |words| words.get("paper-nothing"))
}

/// How many lines there were.
fn lines(draft: &mut Draft<'_, '_>, count: usize) -> Result<(), PaperError> {
    draft.sheet.space(3.0);
    draft.say(NOTE, |words| words.with("paper-lines", &[("n", Arg::from(count))]))
}

fn with_number(mut cell: Cell, number: String) -> Cell {
    cell.push(Text::new(number, NOTE));
    cell
}

/// Name, number, age and sex.
fn child(draft: &Draft<'_, '_>, child: &ChildLine, stamp: Stamp<'_>) -> Cell {
    let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
    let mut cell = draft.cell(CELL_BOLD, |words| words.child_name(&child.name, guardian));
    cell.push(Text::new(child.id.to_string(), NOTE));
    let sex = |words: &Words| words.get(sex_key(child.sex));
    cell.extend(draft.cell(NOTE, |words| format!("{}, {}", words.age(child.dob, stamp.on), sex(words))));
    cell
}

/// Who they are and where; the phone, and the way to the house, only when they agreed to be looked for.
fn family(draft: &Draft<'_, '_>, due: &DueChild) -> Cell {
    let child = &due.child;
    let parents: Vec<&str> =
        [child.mother.as_str(), child.father.as_str()].into_iter().filter(|name| !name.is_empty()).collect();
    let mut cell = vec![Text::new(parents.join(", "), CELL), Text::new(&*child.village, CELL)];
    if !due.consent_tracing {
        cell.extend(draft.cell(NOTE, |words| words.get("paper-no-consent")));
    } else if !child.phone.is_empty() {
        cell.push(Text::new(&*child.phone, CELL));
    }
    cell
}

fn doses(draft: &Draft<'_, '_>, due: &DueChild) -> Cell {
    due.doses.iter().map(|dose| Text::new(draft.tongues.joined(|words| words.dose_label(&dose.item)), CELL)).collect()
}
