//! Papers about one child: what was given and what comes, what it should eat, and the slip with the next visit.

use super::draft::{CELL, CELL_BOLD, Draft, NOTE, Stamp, paper, paper_of, row, sex_key, text};
use super::file::pdf;
use super::sheet::{Align, Cell, Format, Row, Sheet, Text};
use super::text::{Style, Typesetter};
use super::tongues::Tongues;
use super::{Languages, PaperError};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::diet::Part;
use clinic::store::{ChildLine, ChildPage, DietView, GrowthLine, StripLine, StripState};

/// The tallest strip: a next visit has a handful of doses.
const STRIP_MAX: f32 = 1_500.0;
/// Measurings that are printed, the latest ones.
const MEASURINGS: usize = 12;

/// Every dose of the plan with how it stands, and the child's growth.
pub fn report(
    page: &ChildPage,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper("paper-child-title", stamp, setter, languages, |draft| {
        draft.continued("paper-child-title", &named(draft, &page.child))?;
        person(draft, &page.child, stamp)?;
        draft.heading("paper-plan")?;
        let rows: Vec<Row> = page.strip.iter().map(|line| plan(draft, line)).collect();
        let columns = [("paper-dose-vaccine", 0.4), ("paper-state", 0.3), ("paper-state-day", 0.3)];
        draft.table(&columns, rows)?;
        draft.heading("paper-growth")?;
        if page.growth.is_empty() {
            return draft.say(CELL, |words| words.get("paper-nothing"));
        }
        let rows = page.growth.iter().take(MEASURINGS).map(|line| measured(draft, line)).collect();
        let columns = [
            ("paper-measured-on", 0.28),
            ("paper-weight", 0.18),
            ("paper-length", 0.18),
            ("paper-muac", 0.18),
            ("paper-head", 0.18),
        ];
        draft.table(&columns, rows)
    })
}

/// The plan by its days, on a card of A6: what was given, and when to come again, with room for a date by hand.
pub fn schedule(
    page: &ChildPage,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper_of(Format::A6, "paper-schedule-title", stamp, setter, languages, |draft| {
        let child = &page.child;
        draft.continued("paper-schedule-title", &named(draft, child))?;
        let name = draft.fact("paper-child-name", 0.6, |words| words.child_name(&child.name, guardian(child)));
        let born = draft.fact("paper-dob", 0.4, |words| words.day(child.dob));
        let id = draft.plain("paper-child-id", child.id.to_string(), 0.4);
        draft.facts(&[vec![name, id], vec![draft.plain("paper-guardian", guardian(child), 0.6), born]])?;
        draft.sheet.space(6.0);
        let rows = days(&page.strip).into_iter().map(|(state, on, items)| on_a_day(draft, state, on, &items)).collect();
        draft.table(&[("paper-state-day", 0.25), ("paper-dose-vaccine", 0.5), ("paper-state", 0.25)], rows)?;
        draft.sheet.space(4.0);
        draft.say(NOTE, |words| words.get("paper-schedule-bring"))
    })
}

/// Doses that stand in the same way on the same day, in the order of the days; what has none comes last.
fn days(strip: &[StripLine]) -> Vec<(StripState, Option<NaiveDate>, Vec<&str>)> {
    let mut days: Vec<(StripState, Option<NaiveDate>, Vec<&str>)> = Vec::new();
    for line in strip.iter().filter(|line| line.state != StripState::NotNeeded) {
        // Whether an earlier dose comes first is nothing to a family.
        let state =
            if matches!(line.state, StripState::Due | StripState::Later) { StripState::Upcoming } else { line.state };
        match days.iter_mut().find(|day| (day.0, day.1) == (state, line.on)) {
            Some((.., items)) => items.push(&line.item),
            None => days.push((state, line.on, vec![&line.item])),
        }
    }
    days.sort_by_key(|(_, on, _)| (on.is_none(), *on));
    days
}

fn on_a_day(draft: &Draft<'_, '_>, state: StripState, on: Option<NaiveDate>, items: &[&str]) -> Row {
    let doses = |words: &Words| items.iter().map(|item| words.dose_label(item)).collect::<Vec<_>>().join(", ");
    // What is still to come has room for the date.
    let said = (state != StripState::Upcoming).then(|| state_key(state));
    Row {
        cells: vec![
            draft.cell(CELL, |words| day_or_none(on, words)),
            draft.cell(CELL, doses),
            said.map_or_else(Vec::new, |key| draft.cell(CELL_BOLD, |words| words.get(key))),
        ],
        shaded: state == StripState::Late,
        ..Row::default()
    }
}

/// What the child should eat, in words.
pub fn diet(
    view: &DietView,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    paper("paper-diet-title", stamp, setter, languages, |draft| {
        draft.continued("paper-diet-title", &named(draft, &view.child))?;
        person(draft, &view.child, stamp)?;
        draft.sheet.space(6.0);
        draft.say(Style::bold(11.0), |words| words.get(view.plan.band.title_key))?;
        for section in view.plan.sections() {
            draft.heading(section.part.key())?;
            // What cannot wait stands out.
            let style = if section.part == Part::Referral { CELL_BOLD } else { Style::plain(9.5) };
            for line in &section.lines {
                draft.say(style, |words| format!("• {}", words.diet_line(line)))?;
            }
        }
        Ok(())
    })
}

/// The day of the next visit and its doses, on a strip of 80 mm.
pub fn slip(
    page: &ChildPage,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
) -> Result<Vec<u8>, PaperError> {
    let tongues = Tongues::new(languages);
    // Once to know how long it is, and once as long as that.
    let length = strip(page, stamp, setter, &tongues, STRIP_MAX)?.used();
    let pages = strip(page, stamp, setter, &tongues, length)?.strip();
    pdf(&tongues.get("paper-slip-title"), stamp.on, setter, pages)
}

fn strip<'t, 'f>(
    page: &ChildPage,
    stamp: Stamp<'_>,
    setter: &'t Typesetter<'f>,
    tongues: &Tongues,
    length: f32,
) -> Result<Sheet<'t, 'f>, PaperError> {
    let mut sheet = Sheet::new(setter, Format::receipt(length), None)?;
    let mut say = |said: Vec<String>, style: Style, align: Align| {
        said.into_iter().try_for_each(|text| sheet.paragraph(&Text::new(text, style), align))
    };
    let (small, large) = (Style::plain(8.5), Style::bold(13.0));
    say(vec![stamp.facility.to_owned()], Style::bold(10.0), Align::Centre)?;
    if stamp.specimen {
        say(tongues.each(|words| words.get("paper-specimen")), Style::bold(10.0), Align::Centre)?;
    }
    say(vec![String::from(" ")], small, Align::Left)?;
    let child = &page.child;
    say(tongues.each(|words| words.child_name(&child.name, guardian(child))), Style::bold(11.0), Align::Left)?;
    say(vec![child.id.to_string()], small, Align::Left)?;
    say(vec![String::from(" ")], small, Align::Left)?;
    match &page.next_visit {
        None => say(tongues.each(|words| words.get("paper-no-next")), small, Align::Left)?,
        Some(visit) => {
            say(tongues.each(|words| words.get("paper-slip-come")), small, Align::Left)?;
            let day = |words: &Words| format!("{}, {}", words.weekday(visit.day.on), words.day(visit.day.on));
            say(tongues.each(day), large, Align::Left)?;
            for item in &visit.items {
                let dose = tongues.joined(|words| words.dose_label(item));
                say(vec![format!("• {dose}")], Style::plain(9.5), Align::Left)?;
            }
        }
    }
    say(vec![String::from(" ")], small, Align::Left)?;
    say(tongues.each(|words| words.get("paper-slip-bring")), small, Align::Left)?;
    Ok(sheet)
}

fn guardian(child: &ChildLine) -> &str {
    if child.mother.is_empty() { &child.father } else { &child.mother }
}

/// Of whom a later page is.
fn named(draft: &Draft<'_, '_>, child: &ChildLine) -> String {
    let name = draft.tongues.joined(|words| words.child_name(&child.name, guardian(child)));
    format!("{name} · {}", draft.tongues.day(child.dob))
}

fn person(draft: &mut Draft<'_, '_>, child: &ChildLine, stamp: Stamp<'_>) -> Result<(), PaperError> {
    let name = draft.fact("paper-child-name", 0.6, |words| words.child_name(&child.name, guardian(child)));
    let born = draft.fact("paper-dob", 0.36, |words| {
        let day = words.day(child.dob);
        if child.dob_estimated { words.with("date-estimated", &[("date", day.into())]) } else { day }
    });
    let age = draft.fact("paper-age", 0.4, |words| words.age(child.dob, stamp.on));
    let sex = draft.fact("paper-sex", 0.24, |words| words.get(sex_key(child.sex)));
    let rows = [
        vec![name, draft.plain("paper-child-id", child.id.to_string(), 0.4)],
        vec![born, age, sex],
        vec![draft.plain("paper-guardian", guardian(child), 0.6), draft.plain("paper-village", &*child.village, 0.4)],
    ];
    draft.facts(&rows)
}

fn plan(draft: &Draft<'_, '_>, line: &StripLine) -> Row {
    let is_bold = matches!(line.state, StripState::Given | StripState::Due | StripState::Late);
    let style = if is_bold { CELL_BOLD } else { CELL };
    Row {
        cells: vec![
            draft.cell(CELL, |words| words.dose_label(&line.item)),
            draft.cell(style, |words| words.get(state_key(line.state))),
            draft.cell(CELL, |words| day_or_none(line.on, words)),
        ],
        shaded: line.state == StripState::Late,
        ..Row::default()
    }
}

fn day_or_none(day: Option<NaiveDate>, words: &Words) -> String {
    day.map_or_else(|| "—".to_owned(), |day| words.day(day))
}

/// The key of the words for how a dose stands.
fn state_key(state: StripState) -> &'static str {
    match state {
        StripState::Given => "paper-state-given",
        StripState::Due => "paper-state-due",
        StripState::Late => "paper-state-late",
        StripState::Upcoming => "paper-state-upcoming",
        StripState::Later => "paper-state-later",
        StripState::Missed => "paper-state-missed",
        StripState::ContraIndicated => "paper-state-contra-indicated",
        StripState::NotNeeded => "paper-state-not-needed",
    }
}

fn measured(draft: &Draft<'_, '_>, line: &GrowthLine) -> Row {
    let tenths = |value: Option<u32>, whole: f64| -> Cell {
        text(value.map_or_else(|| "—".to_owned(), |value| format!("{:.1}", f64::from(value) / whole)))
    };
    let of = &line.measured;
    let weight = of.weight_g.map_or_else(|| "—".to_owned(), |grams| format!("{:.2}", f64::from(grams) / 1000.0));
    row(vec![
        draft.cell(CELL, |words| words.day(line.on)),
        text(weight),
        tenths(of.length_mm, 10.0),
        tenths(of.muac_mm.map(u32::from), 10.0),
        tenths(of.head_mm.map(u32::from), 10.0),
    ])
}
