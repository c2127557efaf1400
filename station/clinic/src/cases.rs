//! The frame of a table of cases: CSV in, CSV out; a row that cannot be read is told, and does not stop the others.

use std::io::{Read, Write};

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column \"{column}\": {reason}")]
pub struct RefusedRow {
    /// Counted from 1, with the heading.
    pub line: u64,
    pub column: &'static str,
    pub reason: String,
}

/// Why the table as a whole cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    #[error("the heading has no column \"{column}\"")]
    MissingColumn { column: &'static str },
    #[error("the table cannot be read")]
    Read(#[source] csv::Error),
    #[error("the result cannot be written")]
    Write(#[source] csv::Error),
    #[error("the scores cannot be computed")]
    Tables(#[source] crate::growth::GrowthError),
}

/// The column of a row that is wrong, and why.
pub(crate) type Fault = (&'static str, String);

/// Where the columns of a table stand: those that it needs, of which the first names the case, and those that it may have.
pub(crate) struct Columns<const N: usize, const M: usize> {
    pub needed: [&'static str; N],
    pub more: [&'static str; M],
}

/// The fields of a row as they are written; of a column that is not there, nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'r, const N: usize, const M: usize> {
    pub line: u64,
    pub fields: [&'r str; N],
    pub more: [&'r str; M],
}

/// Rows of the table without its heading, and how many of them could not be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rows {
    pub read: u64,
    pub refused: u64,
}

impl<const N: usize, const M: usize> Columns<N, M> {
    /// Gives each row to `work`, which writes what follows from it or says what is wrong with it; that goes to `refuse`.
    pub fn run<W: Write>(
        &self,
        input: impl Read,
        (output, heading): (W, &[&str]),
        mut work: impl FnMut(Row<'_, N, M>, &mut csv::Writer<W>) -> Result<Result<(), Fault>, CasesError>,
        mut refuse: impl FnMut(&RefusedRow),
    ) -> Result<Rows, CasesError> {
        // Flexible: a row with too few fields is one bad row, not the end of the table.
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
        let found = reader.headers().map_err(CasesError::Read)?.clone();
        let place = |column: &str| found.iter().position(|found| found.trim_start_matches('\u{feff}') == column);
        let mut needed = [0; N];
        for (at, column) in needed.iter_mut().zip(self.needed) {
            *at = place(column).ok_or(CasesError::MissingColumn { column })?;
        }
        let places = (needed.map(Some), self.more.map(place));
        let mut writer = csv::Writer::from_writer(output);
        writer.write_record(heading).map_err(CasesError::Write)?;
        let mut rows = Rows::default();
        for record in reader.byte_records() {
            let record = record.map_err(CasesError::Read)?;
            rows.read += 1;
            let done = match self.row(&record, found.len(), places) {
                Ok(row) => work(row, &mut writer)?,
                Err(fault) => Err(fault),
            };
            if let Err((column, reason)) = done {
                rows.refused += 1;
                let line = record.position().map_or(0, csv::Position::line);
                refuse(&RefusedRow { line, column, reason });
            }
        }
        writer.flush().map_err(|error| CasesError::Write(error.into()))?;
        Ok(rows)
    }

    fn row<'r>(
        &self,
        record: &'r csv::ByteRecord,
        fields: usize,
        (needed, more): ([Option<usize>; N], [Option<usize>; M]),
    ) -> Result<Row<'r, N, M>, Fault> {
        let line = record.position().map_or(0, csv::Position::line);
        let text = |column, place: Option<usize>| match place.map(|place| record.get(place)) {
            None => Ok(""),
            Some(None) => Err((column, "the row ends before it".to_owned())),
            Some(Some(bytes)) => std::str::from_utf8(bytes).map_err(|_| (column, "it is not UTF-8 text".to_owned())),
        };
        let mut row = Row { line, fields: [""; N], more: [""; M] };
        for ((field, column), place) in row.fields.iter_mut().zip(self.needed).zip(needed) {
            *field = text(column, place)?;
        }
        for ((field, column), place) in row.more.iter_mut().zip(self.more).zip(more) {
            *field = text(column, place)?;
        }
        let id = self.needed[0];
        if record.len() > fields {
            return Err((id, "the row has more fields than the heading".to_owned()));
        }
        if row.fields[0].is_empty() {
            return Err((id, "it is empty".to_owned()));
        }
        Ok(row)
    }
}
