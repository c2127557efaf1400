//! Many children and doses from files, as a clinic brings them from a register or another program.
//!
//! Files are read and their lines understood here ([`Import::read`]); each line then becomes one command that the rules
//! decide as they decide any other ([`run`]). A line is taken whole or not at all. A trial goes the same way with
//! nothing kept, so it says what the real run will. A line that was taken once is known again: a second run adds
//! nothing.

mod cells;
mod child;
mod decision;
mod dose;
mod product;
mod run;
mod sheet;

pub use child::COLUMNS as CHILD_COLUMNS;
pub use dose::COLUMNS as DOSE_COLUMNS;
pub use product::product;
pub use run::{Ended, Progress, Report, run};
pub use sheet::FileFault;

use crate::record::command::ChildForm;
use crate::record::refusal::Refusal;
use child::ChildRow;
use decision::Decisions;
use dose::DoseRow;
use hub_protocol::ChildId;
use sheet::Sheet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    Children,
    Doses,
    Decisions,
}

impl Which {
    pub fn code(self) -> &'static str {
        match self {
            Self::Children => "children",
            Self::Doses => "doses",
            Self::Decisions => "decisions",
        }
    }
}

/// What is wrong with a cell before any rule is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    Missing,
    NoDate,
    ShortYear,
    MonthFirst,
    /// Another line of the file, this one, has the month first.
    EitherWay {
        line: usize,
    },
    /// A spreadsheet kept only the first digits of a long number.
    Shortened,
    Word,
    Number,
    TooLong,
    Characters,
    /// More cells than columns.
    TooWide,
    /// Another line has this number already.
    RefTwice {
        line: usize,
    },
    /// No line of the file of children has this number.
    RefUnknown,
    /// The child of this line was not taken.
    RefNotTaken {
        line: usize,
    },
    /// The check symbol is wrong, or it is no number of a child at all.
    ChildNumber,
    /// The line names two children.
    TwoChildren,
}

impl Fault {
    /// One of each, for those who hold words for them.
    pub const ALL: [Self; 16] = [
        Self::Missing,
        Self::NoDate,
        Self::ShortYear,
        Self::MonthFirst,
        Self::EitherWay { line: 2 },
        Self::Shortened,
        Self::Word,
        Self::Number,
        Self::TooLong,
        Self::Characters,
        Self::TooWide,
        Self::RefTwice { line: 2 },
        Self::RefUnknown,
        Self::RefNotTaken { line: 2 },
        Self::ChildNumber,
        Self::TwoChildren,
    ];

    /// The last part of the words' key `import-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NoDate => "no-date",
            Self::ShortYear => "short-year",
            Self::MonthFirst => "month-first",
            Self::EitherWay { .. } => "either-way",
            Self::Shortened => "shortened",
            Self::Word => "word",
            Self::Number => "number",
            Self::TooLong => "too-long",
            Self::Characters => "characters",
            Self::TooWide => "too-wide",
            Self::RefTwice { .. } => "ref-twice",
            Self::RefUnknown => "ref-unknown",
            Self::RefNotTaken { .. } => "ref-not-taken",
            Self::ChildNumber => "child-number",
            Self::TwoChildren => "two-children",
        }
    }

    /// The other line that it is about.
    pub fn line(self) -> Option<usize> {
        match self {
            Self::EitherWay { line } | Self::RefTwice { line } | Self::RefNotTaken { line } => Some(line),
            _ => None,
        }
    }
}

/// Why a line was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Rule(Refusal),
    Cell { column: &'static str, fault: Fault },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Added(ChildId),
    /// The worker of the line has no place free: it stands on the Admin's list.
    AddedToList(ChildId),
    /// Nothing was left to do.
    AlreadyHere(ChildId),
    /// A child who was registered already: the record got what it lacked, and the line is a part of it.
    Joined(ChildId),
    /// Probably one of these: an Admin says whether it is.
    LooksLike(Vec<ChildId>),
    Refused {
        why: Why,
        /// Whom the line is about, as far as that is known.
        child: Option<ChildId>,
    },
}

impl What {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::AddedToList(_) => "added-to-list",
            Self::AlreadyHere(_) => "already-here",
            Self::Joined(_) => "joined",
            Self::LooksLike(_) => "looks-like",
            Self::Refused { .. } => "refused",
        }
    }

    /// The child's data is in the records now.
    pub fn taken(&self) -> Option<ChildId> {
        match self {
            Self::Added(child) | Self::AddedToList(child) | Self::AlreadyHere(child) | Self::Joined(child) => {
                Some(*child)
            }
            Self::LooksLike(_) | Self::Refused { .. } => None,
        }
    }
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub which: Which,
    pub line: usize,
    /// The clinic's own number of the child, as the file has it.
    pub reference: String,
    pub what: What,
}

#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The 51st child of a worker goes on the Admin's list instead of being refused.
    pub full_to_list: bool,
    /// The proof of doses whose line has none.
    pub proof: String,
    /// The reason for storing doses against which the schedule speaks and whose line has none.
    pub reason: String,
    /// What is noted where a line is a child who was registered already. Without it no line is joined.
    pub same: String,
}

/// What the reader of the files should be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub which: Which,
    /// Names of columns that nobody knows and nothing was taken from.
    pub unknown_columns: Vec<String>,
    /// Lines that begin with `# ` and were left out.
    pub comments: usize,
}

/// Files that were read and understood as far as that goes without the records.
#[derive(Debug, Clone)]
pub struct Import {
    children: Vec<ChildRow>,
    doses: Vec<DoseRow>,
    decisions: Decisions,
    options: Options,
    notes: Vec<Note>,
}

impl Import {
    pub fn read(
        children: Option<&[u8]>,
        doses: Option<&[u8]>,
        decisions: Option<&[u8]>,
        options: Options,
    ) -> Result<Self, (Which, FileFault)> {
        let mut import = Self {
            children: Vec::new(),
            doses: Vec::new(),
            decisions: Decisions::default(),
            options,
            notes: Vec::new(),
        };
        if let Some(bytes) = children {
            let sheet = import.sheet(Which::Children, bytes, &child::COLUMNS, &child::NEEDED)?;
            import.children = child::rows(&sheet);
        }
        if let Some(bytes) = doses {
            let sheet = import.sheet(Which::Doses, bytes, &dose::ALL_COLUMNS, &dose::NEEDED)?;
            import.doses = dose::rows(&sheet);
        }
        if let Some(bytes) = decisions {
            import.decide(bytes)?;
        }
        Ok(import)
    }

    /// Takes what somebody decided, in place of earlier decisions.
    pub fn decide(&mut self, decisions: &[u8]) -> Result<(), (Which, FileFault)> {
        let sheet = self.sheet(Which::Decisions, decisions, &decision::COLUMNS, &decision::NEEDED)?;
        self.decisions = Decisions::read(&sheet).map_err(|fault| (Which::Decisions, fault))?;
        Ok(())
    }

    fn sheet(
        &mut self,
        which: Which,
        bytes: &[u8],
        columns: &'static [&'static str],
        needed: &[&'static str],
    ) -> Result<Sheet, (Which, FileFault)> {
        let mut sheet = Sheet::read(bytes, columns, needed).map_err(|fault| (which, fault))?;
        let unknown_columns = std::mem::take(&mut sheet.unknown);
        if !unknown_columns.is_empty() || sheet.comments > 0 {
            self.notes.push(Note { which, unknown_columns, comments: sheet.comments });
        }
        Ok(sheet)
    }

    pub fn lines(&self) -> usize {
        self.children.len() + self.doses.len()
    }

    /// The child that this line of the file of children tells of, if it was understood.
    pub fn child(&self, line: usize) -> Option<&ChildForm> {
        let row = self.children.iter().find(|row| row.line == line)?;
        row.said.as_ref().ok().map(|said| &said.form)
    }

    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Decisions about lines that the file of children does not have.
    pub fn decisions_of_no_line(&self) -> usize {
        self.decisions.unused(&self.children)
    }
}
