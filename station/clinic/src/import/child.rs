//! A line of the file of children.

use super::sheet::{Row, Sheet};
use super::{Fault, Why, cells};
use crate::date::to_day;
use crate::record::command::ChildForm;
use crate::record::limits::NAME_MAX_CHARS;
use crate::record::text::search_form;

pub const COLUMNS: [&str; 18] = [
    "ref",
    "name",
    "dob",
    "dob_estimated",
    "sex",
    "mother",
    "father",
    "phone",
    "village",
    "landmark",
    "birth_order",
    "abha",
    "rch",
    "uwin",
    "food",
    "consent_reminders",
    "consent_tracing",
    "worker",
];
pub const NEEDED: [&str; 3] = ["dob", "mother", "village"];

#[derive(Debug, Clone)]
pub struct ChildRow {
    pub line: usize,
    pub reference: String,
    pub said: Result<ChildSaid, Why>,
}

#[derive(Debug, Clone)]
pub struct ChildSaid {
    pub form: ChildForm,
    /// A login, or empty.
    pub worker: String,
}

impl ChildSaid {
    /// By what the line is known again, whatever else in it changes.
    pub fn mark(&self, reference: &str) -> Vec<u8> {
        let ChildForm { name, dob, sex, mother, father, birth_order, .. } = &self.form;
        let words = [reference, name, mother, father].map(|text| {
            // The rules refuse what is longer.
            let text: String = text.trim().chars().take(2 * NAME_MAX_CHARS).collect();
            // What is joined has no line ends in it, so no line can be made of two others.
            search_form(&text).split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let order = birth_order.unwrap_or_default();
        format!("{}\n{}\n{}\n{order}", words.join("\n"), dob.0, sex.code()).into_bytes()
    }
}

pub fn rows(sheet: &Sheet) -> Vec<ChildRow> {
    let month_first = month_first(sheet, "dob");
    let row = |row: &Row| {
        let (reference, fault) = match cells::reference(sheet.cell(row, "ref")) {
            Ok(reference) => (reference, None),
            Err(fault) => (String::new(), Some(Why::Cell { column: "ref", fault })),
        };
        let said = fault.map_or_else(|| said(sheet, row, month_first), Err);
        ChildRow { line: row.line, reference, said }
    };
    sheet.rows.iter().map(row).collect()
}

fn said(sheet: &Sheet, row: &Row, month_first: Option<usize>) -> Result<ChildSaid, Why> {
    if row.too_wide {
        return Err(Why::Cell { column: "", fault: Fault::TooWide });
    }
    let cell = |column| sheet.cell(row, column);
    let text = |column| cell(column).to_owned();
    let number = |column| in_cell(column, cells::not_shortened(cell(column)));
    let yes = |column| in_cell(column, cells::yes(cell(column)));
    let form = ChildForm {
        dob: to_day(date(cell("dob"), "dob", month_first)?),
        dob_estimated: yes("dob_estimated")?,
        sex: in_cell("sex", cells::sex(cell("sex")))?,
        phone: number("phone")?,
        birth_order: in_cell("birth_order", cells::birth_order(cell("birth_order")))?,
        abha: number("abha")?,
        rch: number("rch")?,
        uwin: number("uwin")?,
        food: in_cell("food", cells::food(cell("food")))?,
        consent_reminders: yes("consent_reminders")?,
        consent_tracing: yes("consent_tracing")?,
        name: text("name"),
        mother: text("mother"),
        father: text("father"),
        village: text("village"),
        landmark: text("landmark"),
        place: None,
        language: None,
    };
    let worker = in_cell("worker", cells::reference(cell("worker")))?;
    Ok(ChildSaid { form, worker })
}

pub fn in_cell<T>(column: &'static str, read: Result<T, Fault>) -> Result<T, Why> {
    read.map_err(|fault| Why::Cell { column, fault })
}

/// A date, unless it could be another one because a line of this file has the month first.
pub fn date(text: &str, column: &'static str, month_first: Option<usize>) -> Result<chrono::NaiveDate, Why> {
    if text.trim().is_empty() {
        return Err(Why::Cell { column, fault: Fault::Missing });
    }
    let date = in_cell(column, cells::date(text))?;
    match month_first {
        Some(line) if cells::either_way(text) => Err(Why::Cell { column, fault: Fault::EitherWay { line } }),
        _ => Ok(date),
    }
}

/// The first line whose date makes sense with the month first only, unless more lines make sense with the day first
/// only: then it is a slip. Otherwise who wrote the file may have meant so everywhere, and a date that makes sense both
/// ways is not one to guess at.
pub fn month_first(sheet: &Sheet, column: &str) -> Option<usize> {
    let mut found = sheet.rows.iter().filter(|row| cells::date(sheet.cell(row, column)) == Err(Fault::MonthFirst));
    let first = found.next()?.line;
    let month_first = 1 + found.count();
    let day_first = sheet.rows.iter().filter(|row| cells::day_first(sheet.cell(row, column))).count();
    (day_first <= month_first).then_some(first)
}
