//! Records on paper: PDF files that a clinic prints or hands over.
//!
//! printpdf does not shape text, so [`text`] does; [`sheet`] lays out pages, [`file`] makes a file of them; each kind of
//! paper has a module of its own and takes plain data.

pub mod certificate;
pub mod child;
mod content;
mod cut;
pub mod devices;
pub mod draft;
mod file;
pub mod lists;
pub mod month;
pub mod out;
mod qr;
mod records;
pub mod sheet;
pub mod text;
mod tongues;
pub mod wanted;

pub use records::certificate_of;
pub use tongues::Languages;

use std::io::Write;
use std::path::Path;

use crate::whole::Whole;
use crate::words::Words;

/// How far a paper is that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Records of a list are read.
    Lines { done: u32, of: u32 },
    /// This page is begun.
    Page(u32),
}

#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error("it was stopped")]
    Stopped,
    #[error("a font file cannot be read as a font")]
    Font,
    #[error("the fonts have no picture of U+{:04X}", u32::from(*.0))]
    NoGlyph(char),
    #[error("a text is longer than {max} letters")]
    TooLong { max: usize },
    #[error("more than {max} lines")]
    TooMany { max: usize },
    #[error("a text is longer than a QR code holds")]
    Code,
    #[error("the file was not saved")]
    Write(#[source] std::io::Error),
}

impl PaperError {
    /// What happened and what to do, for people.
    pub fn sentence(&self, words: &Words) -> String {
        match self {
            Self::Stopped => words.get("paper-error-stopped"),
            Self::Font => words.get("paper-error-font"),
            Self::NoGlyph(letter) => words.with("paper-error-no-glyph", &[("letter", letter.to_string().into())]),
            Self::TooLong { max } => words.with("paper-error-too-long", &[("max", (*max).into())]),
            Self::TooMany { max } => words.with("paper-error-too-many", &[("max", (*max).into())]),
            Self::Code => words.get("paper-error-code"),
            Self::Write(_) => words.get("paper-error-write"),
        }
    }
}

/// Writes a whole file or none: beside its place, to the disk, then over it in one step. The file is
/// readable by its owner only, for papers name people.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), PaperError> {
    save_all([(path, bytes)])
}

/// Writes files that belong together: none is put in its place before all of them are on the disk.
pub fn save_all<'a>(files: impl IntoIterator<Item = (&'a Path, &'a [u8])>) -> Result<(), PaperError> {
    let write = |(path, bytes): (&Path, &[u8])| {
        let mut file = Whole::beside(path)?;
        file.write_all(bytes)?;
        file.keep()?;
        Ok(file)
    };
    let written: Vec<Whole> = files.into_iter().map(write).collect::<Result<_, _>>().map_err(PaperError::Write)?;
    written.into_iter().try_for_each(Whole::put).map_err(PaperError::Write)
}
