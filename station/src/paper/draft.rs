//! What most papers share: a head with the clinic's name, boxes of facts, tables, pages with numbers.

use super::file::pdf;
use super::sheet::{Align, Backdrop, Bar, Cell, Column, Fact, Format, Row, Sheet, Table, Text};
use super::text::{Style, Typesetter};
use super::tongues::Tongues;
use super::{Languages, PaperError};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::record::fact::Sex;

pub(super) const TITLE: Style = Style::bold(15.0);
pub(super) const FACILITY: Style = Style::bold(11.0);
pub(super) const SECTION: Style = Style::bold(10.5);
pub(super) const SMALL: Style = Style::plain(8.0).grey(0.2);
pub(super) const LABEL: Style = Style::plain(7.0).grey(0.3);
pub(super) const VALUE: Style = Style::plain(9.5);
pub(super) const HEAD: Style = Style::bold(7.5);
pub(super) const CELL: Style = Style::plain(8.5);
pub(super) const CELL_BOLD: Style = Style::bold(8.5);
pub(super) const NOTE: Style = Style::plain(7.8);

/// Whose paper it is, and of which day.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    pub facility: &'a str,
    pub on: NaiveDate,
    /// Made for showing: each page says so.
    pub specimen: bool,
}

/// Lays a paper out and makes it a file. `write` is given the empty paper, under its head.
pub(super) fn paper(
    title: &str,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
    write: impl FnOnce(&mut Draft<'_, '_>) -> Result<(), PaperError>,
) -> Result<Vec<u8>, PaperError> {
    paper_of(Format::A4, title, stamp, setter, languages, write)
}

/// The same on pages of another kind.
pub(super) fn paper_of(
    format: Format,
    title: &str,
    stamp: Stamp<'_>,
    setter: &Typesetter<'_>,
    languages: Languages,
    write: impl FnOnce(&mut Draft<'_, '_>) -> Result<(), PaperError>,
) -> Result<Vec<u8>, PaperError> {
    let tongues = Tongues::new(languages);
    let backdrop = stamp
        .specimen
        .then(|| Backdrop { text: tongues.each(|words| words.get("paper-specimen")).join(" "), size: format.large() });
    let sheet = Sheet::new(setter, format, backdrop.as_ref())?;
    let mut draft = Draft { sheet, tongues: &tongues };
    draft.head(title, stamp)?;
    write(&mut draft)?;
    let left = format!("{} · {}", tongues.get(title), stamp.facility);
    let pages = draft
        .sheet
        .finish(&left, |page, pages| tongues.with("paper-page", &[("page", page.into()), ("pages", pages.into())]))?;
    pdf(&tongues.get(title), stamp.on, setter, pages)
}

/// A paper that is being written, from top to bottom.
pub(super) struct Draft<'t, 'f> {
    pub sheet: Sheet<'t, 'f>,
    pub tongues: &'t Tongues,
}

impl Draft<'_, '_> {
    fn head(&mut self, title: &str, stamp: Stamp<'_>) -> Result<(), PaperError> {
        let right =
            [Text::new(self.tongues.get("paper-printed-on"), LABEL), Text::new(self.tongues.day(stamp.on), VALUE)];
        self.sheet.pair(&[Text::new(stamp.facility, FACILITY)], &right, 0.62)?;
        self.sheet.space(3.0);
        self.sheet.rule();
        self.sheet.space(5.0);
        for title in self.tongues.each(|words| words.get(title)) {
            self.sheet.paragraph(&Text::new(title, TITLE), Align::Centre)?;
        }
        self.sheet.space(5.0);
        self.continued(title, "")
    }

    /// What stands on top of each later page: the paper's title, and of whom it is.
    pub fn continued(&mut self, title: &str, of: &str) -> Result<(), PaperError> {
        let parts = [self.tongues.get(title), of.to_owned()];
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        self.sheet.heading(&Text::new(parts.join(" · "), CELL_BOLD))
    }

    pub fn heading(&mut self, key: &str) -> Result<(), PaperError> {
        self.heading_of(|words| words.get(key))
    }

    pub fn heading_of(&mut self, say: impl Fn(&Words) -> String) -> Result<(), PaperError> {
        self.sheet.space(8.0);
        self.sheet.need(60.0)?;
        self.sheet.paragraph(&Text::new(self.tongues.joined(say), SECTION), Align::Left)?;
        self.sheet.space(2.0);
        Ok(())
    }

    /// A sentence in each language.
    pub fn say(&mut self, style: Style, say: impl Fn(&Words) -> String) -> Result<(), PaperError> {
        let said = self.tongues.each(say);
        said.into_iter().try_for_each(|text| self.sheet.paragraph(&Text::new(text, style), Align::Left))
    }

    pub fn facts(&mut self, rows: &[Vec<Fact>]) -> Result<(), PaperError> {
        self.sheet.facts(rows, LABEL)
    }

    /// A fact that is the same in every language.
    pub fn plain(&self, key: &str, value: impl Into<String>, share: f32) -> Fact {
        Fact { label: self.tongues.get(key), value: vec![Text::new(value, VALUE)], share }
    }

    pub fn fact(&self, key: &str, share: f32, say: impl Fn(&Words) -> String) -> Fact {
        let value = self.tongues.each(say).into_iter().map(|text| Text::new(text, VALUE)).collect();
        Fact { label: self.tongues.get(key), value, share }
    }

    /// A cell with a text for each language, one below the other.
    pub fn cell(&self, style: Style, say: impl Fn(&Words) -> String) -> Cell {
        self.tongues.each(say).into_iter().map(|text| Text::new(text, style)).collect()
    }

    /// Columns with the keys of their heads and their shares of the width; an empty key has no head.
    pub fn table(&mut self, columns: &[(&str, f32)], rows: Vec<Row>) -> Result<(), PaperError> {
        let column = |(key, share): &(&str, f32)| {
            let head = if key.is_empty() { Vec::new() } else { self.cell(HEAD, |words| words.get(key)) };
            Column { head, share: *share }
        };
        let columns = columns.iter().map(column).collect();
        self.sheet.table(&Table { columns, rows })
    }

    pub fn bars(&mut self, bars: &[Bar]) -> Result<(), PaperError> {
        self.sheet.bars(bars)
    }

    /// Places to sign, with the key of what stands below each.
    pub fn sign(&mut self, keys: &[&str]) -> Result<(), PaperError> {
        self.sheet.need(64.0)?;
        self.sheet.space(40.0);
        let places: Vec<Cell> = keys.iter().map(|key| vec![Text::new(self.tongues.get(key), SMALL)]).collect();
        self.sheet.signatures(&places)
    }
}

/// The key of the words for a child's sex.
pub(super) fn sex_key(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "sex-female",
        Sex::Male => "sex-male",
        Sex::Other => "sex-other",
    }
}

/// A cell of one text.
pub(super) fn text(value: impl Into<String>) -> Cell {
    vec![Text::new(value, CELL)]
}

/// A row of cells alone.
pub(super) fn row(cells: Vec<Cell>) -> Row {
    Row { cells, ..Row::default() }
}
