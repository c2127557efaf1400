//! CSV as spreadsheets open it.

use clinic::export::report::{COLUMNS, Narrowed, rows};
use clinic::store::{Covered, Report, ToyLine, ToyUse};
use std::io::{self, Write};

/// One row. What a spreadsheet would take for a formula is marked as text.
pub fn line<W: Write, C: AsRef<str>>(table: &mut csv::Writer<W>, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
    for cell in cells {
        let cell = cell.as_ref();
        let is_formula = cell.starts_with(['=', '＝', '@', '＠', '＋', '－', '\t', '\r'])
            || (cell.starts_with(['+', '-']) && cell.parse::<f64>().is_err());
        let written = if is_formula { table.write_field(format!("'{cell}")) } else { table.write_field(cell) };
        written.map_err(told)?;
    }
    table.write_record(None::<&[u8]>).map_err(told)
}

/// The figures of a report, and whose they are.
pub fn report<W: Write>(
    table: &mut csv::Writer<W>,
    report: &Report,
    covered: &[Covered],
    narrowed: &Narrowed,
) -> io::Result<()> {
    line(table, COLUMNS)?;
    rows(report, covered, narrowed).try_for_each(|row| line(table, row))
}

/// What a toy was to a worker in a time: the columns of [`toy_use`].
pub const TOY_USE: [&str; 13] = [
    "toy",
    "label",
    "worker",
    "doses",
    "doubted",
    "days_heard",
    "lowest_battery_percent",
    "restarts",
    "faults",
    "lost",
    "measured",
    "visits",
    "children",
];

pub fn toy_use((toy, used): (&ToyLine, &ToyUse)) -> [String; 13] {
    [
        toy.id.code(),
        toy.label.clone(),
        used.name.clone(),
        used.doses.to_string(),
        used.doubted.to_string(),
        used.days_heard.to_string(),
        used.lowest_battery_percent.map(|percent| percent.to_string()).unwrap_or_default(),
        used.restarts.to_string(),
        used.faults.to_string(),
        used.lost.to_string(),
        used.besides.measured.to_string(),
        used.besides.visits.to_string(),
        used.besides.children.to_string(),
    ]
}

/// The disk's or the pipe's own error, when it is one.
fn told(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_text() {
        let mut table = csv::Writer::from_writer(Vec::new());
        let cells = ["=1+1", "＝1+1", "@A1", "＠A1", "+1+1", "＋1", "-1+1", "－1", "\t=1", "-5", "+2.5", "A=1", "मीना"];
        line(&mut table, cells).unwrap();
        let bytes = table.into_inner().unwrap();
        let rows: Vec<_> = csv::ReaderBuilder::new().has_headers(false).from_reader(&*bytes).into_records().collect();
        let row: Vec<&str> = rows[0].as_ref().unwrap().iter().collect();
        assert!(row[..9].iter().all(|cell| cell.starts_with('\'')), "{row:?}");
        assert_eq!(row[9..], cells[9..]);
    }
}
