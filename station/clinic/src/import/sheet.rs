//! A file of lines and columns, as spreadsheets write it: decoded, its columns found by their names.

use super::cells::plain;
use crate::record::limits::{IMPORT_COLUMNS_MAX, IMPORT_FILE_MAX_BYTES, IMPORT_LINES_MAX};
use crate::record::text::clean;
use csv::StringRecord;
use std::borrow::Cow;

const BOM: char = '\u{feff}';
/// The signs that part columns; the one that shows most known names is meant.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// One record stands on as many lines at most; more of them are a quotation mark that nobody closed.
const RECORD_MAX_LINES: usize = 20;
const NAME_SHOWN_MAX_CHARS: usize = 40;

/// Why a whole file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    #[error("the file is larger than {} MB", IMPORT_FILE_MAX_BYTES / 1_000_000)]
    TooLarge,
    #[error("the file has more than {IMPORT_LINES_MAX} lines: make several of it")]
    TooManyLines,
    #[error("line {line} is not UTF-8 text: save the file as \"CSV UTF-8\" and try again")]
    NotUtf8 { line: usize },
    #[error("the file is not UTF-8 text: save it as \"CSV UTF-8\" and try again")]
    NotText,
    #[error("the file is empty")]
    Empty,
    #[error("the first line must hold the names of the columns, separated by commas; the column \"{0}\" is missing")]
    NoColumn(&'static str),
    #[error("two columns have the name \"{0}\"")]
    ColumnTwice(&'static str),
    #[error("the file has more than {IMPORT_COLUMNS_MAX} columns")]
    TooManyColumns,
    #[error("the quotation mark in line {line} is not closed: nothing after it can be read")]
    OpenQuote { line: usize },
    #[error("line {line}: the decision must be \"same\" or \"other\"")]
    Decision { line: usize },
    #[error("line {line}: a decision needs the child it is about: its number in the column \"child\"")]
    DecisionChild { line: usize },
    #[error("line {line}: a decision needs the line or the ref it is about")]
    DecisionOf { line: usize },
    #[error("line {line}: one child cannot be the same as two others")]
    SameTwice { line: usize },
}

pub struct Row {
    /// Where it begins, counted from 1.
    pub line: usize,
    cells: StringRecord,
    /// More cells than columns have something in them.
    pub too_wide: bool,
}

pub struct Sheet {
    /// The place of each column that was asked for.
    places: Vec<Option<usize>>,
    names: &'static [&'static str],
    pub rows: Vec<Row>,
    /// Names of columns that nobody knows.
    pub unknown: Vec<String>,
    /// Lines that begin with `# `.
    pub comments: usize,
}

impl Sheet {
    /// Columns by their names, in any order; those of `needed` must be there.
    pub fn read(bytes: &[u8], names: &'static [&'static str], needed: &[&'static str]) -> Result<Self, FileFault> {
        if bytes.len() > IMPORT_FILE_MAX_BYTES {
            return Err(FileFault::TooLarge);
        }
        let text = decode(bytes)?;
        let text = text.strip_prefix(BOM).unwrap_or(&text);
        let best = SEPARATORS.iter().max_by_key(|separator| known_names(text, **separator, names));
        let mut sheet =
            Self { places: vec![None; names.len()], names, rows: Vec::new(), unknown: Vec::new(), comments: 0 };
        let mut records = Records::new(text, best.copied().unwrap_or(b','));
        let (line, header) = loop {
            let (line, record) = records.next()?.ok_or(FileFault::Empty)?;
            if comment(&record) { sheet.comments += 1 } else { break (line, record) }
        };
        sheet.header(line, &header)?;
        if let Some(missing) = needed.iter().find(|name| sheet.place(name).is_none()) {
            return Err(FileFault::NoColumn(missing));
        }
        while let Some((line, cells)) = records.next()? {
            if comment(&cells) {
                sheet.comments += 1;
                continue;
            }
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if sheet.rows.len() == IMPORT_LINES_MAX {
                return Err(FileFault::TooManyLines);
            }
            let too_wide = cells.iter().skip(header.len()).any(|cell| !cell.trim().is_empty());
            sheet.rows.push(Row { line, cells, too_wide });
        }
        Ok(sheet)
    }

    fn header(&mut self, line: usize, header: &StringRecord) -> Result<(), FileFault> {
        if header.iter().any(|name| name.contains('\0')) {
            return Err(FileFault::NotText);
        }
        if header.len() > IMPORT_COLUMNS_MAX {
            return Err(FileFault::TooManyColumns);
        }
        tracing::debug!(line, columns = header.len(), "the names of the columns");
        for (at, name) in header.iter().enumerate() {
            match self.names.iter().position(|known| *known == column_name(name)) {
                Some(known) if self.places[known].is_some() => return Err(FileFault::ColumnTwice(self.names[known])),
                Some(known) => self.places[known] = Some(at),
                None if name.trim().is_empty() => {}
                None => self.unknown.push(clean(name, NAME_SHOWN_MAX_CHARS)),
            }
        }
        Ok(())
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name).and_then(|known| self.places[known])
    }

    /// Empty where the file has no such column, or the line ends before it: spreadsheets leave out the separators
    /// after the last cell that has something in it.
    pub fn cell<'r>(&self, row: &'r Row, name: &str) -> &'r str {
        self.place(name).and_then(|at| row.cells.get(at)).unwrap_or_default()
    }

    #[cfg(test)]
    fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }
}

fn column_name(typed: &str) -> String {
    if typed.chars().nth(NAME_SHOWN_MAX_CHARS).is_some() {
        return String::new();
    }
    plain(typed.trim()).replace([' ', '-'], "_")
}

/// A line of explanation; `#12` may be the number of a child.
fn comment(record: &StringRecord) -> bool {
    record.get(0).is_some_and(|first| first.starts_with("# "))
}

fn known_names(text: &str, separator: u8, names: &[&str]) -> usize {
    let mut records = Records::new(text, separator);
    while let Ok(Some((_, record))) = records.next() {
        if !comment(&record) {
            return record.iter().filter(|name| names.contains(&column_name(name).as_str())).count();
        }
    }
    0
}

/// UTF-8 with or without its mark, or UTF-16 with one.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileFault> {
    let (little, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, rest),
        [0xfe, 0xff, rest @ ..] => (false, rest),
        _ => {
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let before = &bytes[..error.valid_up_to()];
                FileFault::NotUtf8 { line: 1 + before.iter().filter(|b| **b == b'\n').count() }
            })?;
            return Ok(Cow::Borrowed(text));
        }
    };
    let (pairs, []) = rest.as_chunks::<2>() else { return Err(FileFault::NotText) };
    let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(unit)).collect();
    text.map(Cow::Owned).map_err(|_| FileFault::NotText)
}

struct Records<'t> {
    text: &'t str,
    reader: csv::Reader<&'t [u8]>,
    /// A place in the text and its line.
    at: (usize, usize),
}

impl<'t> Records<'t> {
    fn new(text: &'t str, separator: u8) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        Self { text, reader, at: (0, 1) }
    }

    fn next(&mut self) -> Result<Option<(usize, StringRecord)>, FileFault> {
        let mut record = StringRecord::new();
        // Reading from memory what is UTF-8 already cannot fail.
        if !self.reader.read_record(&mut record).map_err(|_| FileFault::NotText)? {
            return Ok(None);
        }
        let place = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let start = record.position().map_or(0, |position| place(position.byte()));
        let end = place(self.reader.position().byte());
        // A record begins after the empty lines before it.
        let bytes = self.text.as_bytes();
        let empty = bytes[start..end].iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let line = self.line_at(start + empty);
        let raw = self.text[start + empty..end].trim_end_matches(['\n', '\r']);
        let lines = newlines(raw.as_bytes());
        // Inside quotes a quotation mark stands twice, so a whole record has an even number of them.
        if lines >= RECORD_MAX_LINES || (lines > 0 && raw.matches('"').count() % 2 == 1) {
            return Err(FileFault::OpenQuote { line });
        }
        Ok(Some((line, record)))
    }

    fn line_at(&mut self, place: usize) -> usize {
        let (from, line) = self.at;
        self.at = (place, line + newlines(&self.text.as_bytes()[from..place]));
        self.at.1
    }
}

fn newlines(bytes: &[u8]) -> usize {
    let lone_return = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|at| bytes[*at] == b'\n' || lone_return(*at)).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["ref", "name", "dob", "birth_order"];

    fn read(text: impl AsRef<[u8]>) -> Result<Vec<(usize, String, String)>, FileFault> {
        let sheet = Sheet::read(text.as_ref(), NAMES, &["dob"])?;
        let cell = |row: &Row, name: &str| sheet.cell(row, name).to_owned();
        Ok(sheet.rows.iter().map(|row| (row.line, cell(row, "name"), cell(row, "dob"))).collect())
    }

    fn one(line: usize, name: &str, dob: &str) -> Vec<(usize, String, String)> {
        vec![(line, name.into(), dob.into())]
    }

    #[test]
    fn every_way_a_spreadsheet_writes_it() {
        let expected = one(2, "मीना, छोटी", "1/2/2024");
        let text = "Name,DOB\n\"मीना, छोटी\",1/2/2024\n";
        let utf16 = |be: bool| {
            let unit = |u: u16| if be { u.to_be_bytes() } else { u.to_le_bytes() };
            format!("{BOM}{text}").encode_utf16().flat_map(unit).collect::<Vec<u8>>()
        };
        assert_eq!(read(text), Ok(expected.clone()));
        assert_eq!(read(format!("{BOM}{text}")), Ok(expected.clone()));
        assert_eq!(read(utf16(false)), Ok(expected.clone()));
        assert_eq!(read(utf16(true)), Ok(expected.clone()));
        assert_eq!(read(text.replace('\n', "\r\n")), Ok(expected.clone()));
        assert_eq!(read(text.replace('\n', "\r")), Ok(expected.clone()));
        assert_eq!(read("name;dob\nमीना, छोटी;1/2/2024"), Ok(expected.clone()));
        assert_eq!(read("dob\tname\n1/2/2024\tमीना, छोटी"), Ok(expected));
        assert_eq!(
            read("# said before\n\nname,dob\n,,\n\n# x\n\"मीना, छोटी\",1/2/2024"),
            Ok(one(7, "मीना, छोटी", "1/2/2024"))
        );
        // The separators after the last cell may be missing, or be too many.
        assert_eq!(read("dob,name,ref\n1/2/2024"), Ok(one(2, "", "1/2/2024")));
        assert_eq!(read("dob,name\n1/2/2024,a,,,"), Ok(one(2, "a", "1/2/2024")));
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let rows = read("name,dob\n\n\"a\nb\",x\n\nc,y\n#12,z\n").unwrap();
        let rows: Vec<_> = rows.iter().map(|(line, name, _)| (*line, name.as_str())).collect();
        assert_eq!(rows, [(3, "a\nb"), (6, "c"), (7, "#12")]);
    }

    #[test]
    fn unknown_columns_are_named_and_too_wide_lines_marked() {
        let sheet = Sheet::read(b"ref,Birth Order,Ward\x1b,dob,\n1,2,3,4,,5\n1,2,3,4\n", NAMES, &["dob"]).unwrap();
        assert_eq!(sheet.unknown, ["Ward"]);
        assert!(sheet.has("birth_order") && !sheet.has("name"));
        assert_eq!(sheet.rows.iter().map(|row| row.too_wide).collect::<Vec<_>>(), [true, false]);
        assert_eq!(sheet.cell(&sheet.rows[1], "birth_order"), "2");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert_eq!(read(""), Err(FileFault::Empty));
        assert_eq!(read("\n\n"), Err(FileFault::Empty));
        assert_eq!(read("name,ref\na,b"), Err(FileFault::NoColumn("dob")));
        assert_eq!(read("dob,name,DOB\n"), Err(FileFault::ColumnTwice("dob")));
        assert_eq!(read("x,".repeat(101) + "dob\n"), Err(FileFault::TooManyColumns));
        // Windows-1252, and bytes of ISCII or of a spreadsheet.
        assert_eq!(read(b"name,dob\nMeena,1\nJos\xe9,1\n"), Err(FileFault::NotUtf8 { line: 3 }));
        assert_eq!(read(b"PK\x03\x04\xa1\xb2"), Err(FileFault::NotUtf8 { line: 1 }));
        assert_eq!(read(b"n\0a\0m\0e\0,\0d\0o\0b\0\n\0"), Err(FileFault::NotText));
        assert_eq!(read(b"\xff\xfen\0a"), Err(FileFault::NotText));
        assert_eq!(read(b"\xff\xfe\x00\xd8n\0"), Err(FileFault::NotText));
        assert_eq!(read("name,dob\na,1\n\"b,2\nc,3\n"), Err(FileFault::OpenQuote { line: 3 }));
        let long = format!("name,dob\n\"{}\",2\n", "b\n".repeat(20));
        assert_eq!(read(long), Err(FileFault::OpenQuote { line: 2 }));
        assert_eq!(read(vec![b'a'; IMPORT_FILE_MAX_BYTES + 1]), Err(FileFault::TooLarge));
        let lines = "name,dob\n".to_owned() + &"a,b\n".repeat(IMPORT_LINES_MAX + 1);
        assert_eq!(read(lines), Err(FileFault::TooManyLines));
    }
}
