//! Papers about one child: what was given and what comes, what it should eat, and the slip with the next visit.

use super::draft::{CELL, CELL_BOLD, Draft, Stamp, paper, pdf, row, sex_key, text};
use super::sheet::{Align, Cell, Format, Row, Sheet, Text};
use super::text::{Style, Typesetter};
use super::tongues::Tongues;
use super::{Languages, PaperError};
use crate::fonts::Fonts;
use crate::words::Words;
use clinic::diet::Part;
use clinic::store::{ChildLine, ChildPage, DietView, GrowthLine, StripLine, StripState};

/// The tallest strip: a next visit has a handful of doses.
const STRIP_MAX: f32 = 1_500.0;
/// Measurings that are printed, the latest ones.
const MEASURINGS: usize = 12;

/// Every dose of the plan with how it stands, and the child's growth.
pub fn report(page: &ChildPage, stamp: Stamp<'_>, fonts: &Fonts, languages: Languages) -> Result<Vec<u8>, PaperError> {
    paper("paper-child-title", stamp, fonts, languages, |draft| {
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

/// What the child should eat, in words.
pub fn diet(view: &DietView, stamp: Stamp<'_>, fonts: &Fonts, languages: Languages) -> Result<Vec<u8>, PaperError> {
    paper("paper-diet-title", stamp, fonts, languages, |draft| {
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
pub fn slip(page: &ChildPage, stamp: Stamp<'_>, fonts: &Fonts, languages: Languages) -> Result<Vec<u8>, PaperError> {
    let setter = Typesetter::new(fonts)?;
    let tongues = Tongues::new(languages);
    // Once to know how long it is, and once as long as that.
    let length = strip(page, stamp, &setter, &tongues, STRIP_MAX)?.used();
    let pages = strip(page, stamp, &setter, &tongues, length)?.strip();
    Ok(pdf(&tongues.get("paper-slip-title"), stamp.on, &setter, pages))
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
    let (style, state) = match line.state {
        StripState::Given => (CELL_BOLD, "paper-state-given"),
        StripState::Due => (CELL_BOLD, "paper-state-due"),
        StripState::Late => (CELL_BOLD, "paper-state-late"),
        StripState::Upcoming => (CELL, "paper-state-upcoming"),
        StripState::Later => (CELL, "paper-state-later"),
        StripState::Missed => (CELL, "paper-state-missed"),
        StripState::ContraIndicated => (CELL, "paper-state-contra-indicated"),
        StripState::NotNeeded => (CELL, "paper-state-not-needed"),
    };
    let on = |words: &Words| line.on.map_or_else(|| "—".to_owned(), |day| words.day(day));
    Row {
        cells: vec![
            draft.cell(CELL, |words| words.dose_label(&line.item)),
            draft.cell(style, |words| words.get(state)),
            draft.cell(CELL, on),
        ],
        shaded: line.state == StripState::Late,
        ..Row::default()
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
