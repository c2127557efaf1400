//! CSV as spreadsheets open it.

use clinic::export::report::{COLUMNS, Narrowed, rows};
use clinic::store::Report;
use std::io::{self, Write};

/// One row. What a spreadsheet would take for a formula is marked as text.
pub fn line<W: Write, C: AsRef<str>>(table: &mut csv::Writer<W>, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
    for cell in cells {
        let cell = cell.as_ref();
        let is_formula = cell.starts_with(['=', '＝', '@', '＠', '\t', '\r'])
            || (cell.starts_with(['+', '-']) && cell.parse::<f64>().is_err());
        let written = if is_formula { table.write_field(format!("'{cell}")) } else { table.write_field(cell) };
        written.map_err(told)?;
    }
    table.write_record(None::<&[u8]>).map_err(told)
}

/// The figures of a report, and whose they are.
pub fn report<W: Write>(table: &mut csv::Writer<W>, report: &Report, narrowed: &Narrowed) -> io::Result<()> {
    line(table, COLUMNS)?;
    rows(report, narrowed).try_for_each(|row| line(table, row))
}

/// The disk's or the pipe's own error, when it is one.
fn told(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
