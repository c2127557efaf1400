//! What an Admin says of lines that look like a child who is registered: the report of a run, with a word in its column
//! `decision`.

use super::cells::{self, plain};
use super::child::ChildRow;
use super::sheet::{FileFault, Sheet};
use hub_protocol::ChildId;
use std::collections::{BTreeSet, HashMap};

/// Those of a report; what is only told in one is known, too, so that it can be given back as it is.
pub const COLUMNS: [&str; 10] = ["file", "line", "ref", "outcome", "child", "id", "field", "code", "words", "decision"];
pub const NEEDED: [&str; 1] = ["decision"];

/// A line of the file of children: by its reference where it has one, because lines move when a file is edited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Ref(String),
    Line(usize),
}

/// Of one line.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    pub same: Option<ChildId>,
    pub other: BTreeSet<ChildId>,
}

#[derive(Debug, Clone, Default)]
pub struct Decisions(HashMap<Key, Decided>);

impl Decisions {
    pub fn read(sheet: &Sheet) -> Result<Self, FileFault> {
        let mut decisions = Self::default();
        for row in &sheet.rows {
            let line = row.line;
            let word = sheet.cell(row, "decision").trim();
            if word.is_empty() {
                continue;
            }
            let number = match sheet.cell(row, "child").trim() {
                "" => sheet.cell(row, "id").trim(),
                child => child,
            };
            let number = cells::reference(number).map_err(|_| FileFault::DecisionChild { line })?;
            let child: ChildId = number.parse().map_err(|_| FileFault::DecisionChild { line })?;
            let decided = decisions.0.entry(key(sheet, row)?).or_default();
            match word.chars().take(10).collect::<String>() {
                word if ["same", "वही"].contains(&plain(&word).as_str()) => {
                    if decided.same.is_some_and(|same| same != child) {
                        return Err(FileFault::SameTwice { line });
                    }
                    decided.same = Some(child);
                }
                word if ["other", "अलग"].contains(&plain(&word).as_str()) => drop(decided.other.insert(child)),
                _ => return Err(FileFault::Decision { line }),
            }
        }
        Ok(decisions)
    }

    pub fn of(&self, row: &ChildRow) -> Option<&Decided> {
        let by_ref = || self.0.get(&Key::Ref(row.reference.clone())).filter(|_| !row.reference.is_empty());
        by_ref().or_else(|| self.0.get(&Key::Line(row.line)))
    }

    pub fn unused(&self, rows: &[ChildRow]) -> usize {
        let refs: BTreeSet<&str> = rows.iter().map(|row| row.reference.as_str()).collect();
        let lines: BTreeSet<usize> = rows.iter().map(|row| row.line).collect();
        let matched = |key: &Key| match key {
            Key::Ref(reference) => refs.contains(reference.as_str()),
            Key::Line(line) => lines.contains(line),
        };
        self.0.keys().filter(|key| !matched(key)).count()
    }
}

fn key(sheet: &Sheet, row: &super::sheet::Row) -> Result<Key, FileFault> {
    let nobody = FileFault::DecisionOf { line: row.line };
    if !matches!(plain(sheet.cell(row, "file").trim()).as_str(), "" | "children") {
        return Err(nobody);
    }
    match cells::reference(sheet.cell(row, "ref")) {
        Ok(reference) if !reference.is_empty() => Ok(Key::Ref(reference)),
        Ok(_) => plain(sheet.cell(row, "line").trim()).parse().map(Key::Line).map_err(|_| nobody),
        Err(_) => Err(nobody),
    }
}
