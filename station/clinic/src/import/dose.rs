//! A line of the file of doses.

use super::child::{date, in_cell, month_first};
use super::sheet::{Row, Sheet};
use super::{Fault, Why, cells};
use chrono::NaiveDate;
use hub_protocol::ChildId;

pub const COLUMNS: [&str; 8] = ["ref", "id", "product", "date", "batch", "proof", "here", "reason"];
/// `source` is another name of the proof.
pub const ALL_COLUMNS: [&str; 9] = ["ref", "id", "product", "date", "batch", "proof", "here", "reason", "source"];
pub const NEEDED: [&str; 2] = ["product", "date"];

#[derive(Debug, Clone)]
pub struct DoseRow {
    pub line: usize,
    pub reference: String,
    pub said: Result<DoseSaid, Why>,
}

#[derive(Debug, Clone)]
pub struct DoseSaid {
    /// The child's own number; without it the reference says whose it is.
    pub child: Option<ChildId>,
    pub product: String,
    pub on: NaiveDate,
    pub batch: String,
    pub proof: String,
    /// Given at this clinic, before it had Tikka.
    pub here: bool,
    pub reason: String,
}

/// In the order in which the doses were given, so that the schedule sees each one after those before it.
pub fn rows(sheet: &Sheet) -> Vec<DoseRow> {
    let month_first = month_first(sheet, "date");
    let row = |row: &Row| {
        let (reference, fault) = match cells::reference(sheet.cell(row, "ref")) {
            Ok(reference) => (reference, None),
            Err(fault) => (String::new(), Some(Why::Cell { column: "ref", fault })),
        };
        let said = fault.map_or_else(|| said(sheet, row, &reference, month_first), Err);
        DoseRow { line: row.line, reference, said }
    };
    let mut rows: Vec<DoseRow> = sheet.rows.iter().map(row).collect();
    rows.sort_by_key(|row| (row.said.as_ref().ok().map(|said| said.on), row.line));
    rows
}

fn said(sheet: &Sheet, row: &Row, reference: &str, month_first: Option<usize>) -> Result<DoseSaid, Why> {
    if row.too_wide {
        return Err(Why::Cell { column: "", fault: Fault::TooWide });
    }
    let cell = |column| sheet.cell(row, column);
    let text = |column| cell(column).to_owned();
    let id = in_cell("id", cells::reference(cell("id")))?;
    let child = match id.as_str() {
        "" if reference.is_empty() => return Err(Why::Cell { column: "ref", fault: Fault::Missing }),
        "" => None,
        id => Some(in_cell("id", id.parse().map_err(|_| Fault::ChildNumber))?),
    };
    let proof = if cell("proof").trim().is_empty() { text("source") } else { text("proof") };
    Ok(DoseSaid {
        child,
        product: text("product"),
        on: date(cell("date"), "date", month_first)?,
        batch: text("batch"),
        proof,
        here: in_cell("here", cells::yes(cell("here")))?,
        reason: text("reason"),
    })
}
