//! What is done with the files beside the screen: they are read once, tried, and taken as they were tried.

use super::Answers;
use crate::import_files;
use crate::screen::Hands;
use crate::screen::long::Teller;
use crate::ui::Trouble;
use crate::whole::new_private;
use crate::words::Words;
use chrono::Timelike;
use clinic::date::{india, india_time};
use clinic::import::{self, Ended, FileFault, Import, Options, Outcome, Progress, What, Which};
use clinic::record::command::ChildForm;
use clinic::record::limits::IMPORT_FILE_MAX_BYTES;
use clinic::store::{Keep, RecordHas, Stop};
use hub_protocol::ChildId;
use std::fs::File;
use std::io::{BufWriter, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// As they were read when they were tried.
pub struct Files {
    /// Where they are.
    folder: PathBuf,
    import: Import,
}

/// What is wrong before any line was looked at.
#[derive(Clone)]
pub enum Wrong {
    Trouble(Trouble),
    /// This file cannot be read.
    Unreadable(Which),
    File(Which, FileFault),
}

impl From<Trouble> for Wrong {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// What became of the lines.
pub struct Told {
    pub files: Arc<Files>,
    pub outcomes: Vec<Outcome>,
    /// Of both files.
    pub lines: usize,
    /// Tried, or taken.
    pub keep: Keep,
    /// Why lines are left that were not looked at, if any are.
    pub left: Option<Left>,
    /// Columns that nobody knows and nothing was taken from.
    pub unknown_columns: Vec<String>,
}

#[derive(Clone)]
pub enum Left {
    Stopped,
    Broken(Trouble),
}

/// A line that looks like registered children.
#[derive(Clone)]
pub struct Alike {
    pub line: usize,
    pub form: Option<ChildForm>,
    pub found: Vec<RecordHas>,
}

impl Files {
    /// Reads them, once. An empty path names none.
    pub fn read(children: &str, doses: &str, options: Options) -> Result<Self, Wrong> {
        let (children, doses) = (children.trim(), doses.trim());
        let file = |which: Which, path: &str| {
            let read = (!path.is_empty()).then(|| bytes(Path::new(path))).transpose();
            read.map_err(|error| {
                tracing::warn!(%error, file = which.code(), "a file of an import cannot be read");
                Wrong::Unreadable(which)
            })
        };
        let first = if children.is_empty() { doses } else { children };
        let folder = Path::new(first).parent().unwrap_or(Path::new("")).to_owned();
        let (children, doses) = (file(Which::Children, children)?, file(Which::Doses, doses)?);
        let import = Import::read(children.as_deref(), doses.as_deref(), None, options);
        Ok(Self { folder, import: import.map_err(|(which, fault)| Wrong::File(which, fault))? })
    }

    /// Tries the lines, or takes them.
    pub fn run(
        self: Arc<Self>,
        hands: &Hands,
        decisions: Option<&[u8]>,
        keep: Keep,
        stop: &Stop,
        teller: &Teller<Progress>,
    ) -> Result<Told, Wrong> {
        let mut import = self.import.clone();
        if let Some(decisions) = decisions {
            import.decide(decisions).map_err(|(which, fault)| Wrong::File(which, fault))?;
        }
        let unknown_columns = import.notes().iter().flat_map(|note| note.unknown_columns.clone()).collect();
        let (stop, teller) = (stop.clone(), teller.clone());
        let tell = move |progress| {
            teller.tell(progress);
            if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let report = import::run(&hands.clinic, &hands.session, import, keep, tell).map_err(Trouble::from)?;
        let left = match report.ended {
            Ended::All => None,
            Ended::Stopped => Some(Left::Stopped),
            Ended::Broken(error) => Some(Left::Broken(error.into())),
        };
        Ok(Told { files: self, outcomes: report.outcomes, lines: report.lines, keep, left, unknown_columns })
    }

    /// What the line says, and the records that it looks like.
    pub fn alike(&self, hands: &Hands, outcome: &Outcome) -> Result<Alike, Trouble> {
        let ids = match &outcome.what {
            What::LooksLike(ids) => ids.as_slice(),
            _ => &[],
        };
        let form = self.import.child(outcome.line).cloned();
        let found = ids.iter().map(|id| Ok(hands.clinic.record_has(&hands.session, *id)?));
        Ok(Alike { line: outcome.line, form, found: found.collect::<Result<_, Trouble>>()? })
    }
}

impl Told {
    /// What somebody decided, as the file in which it could be given.
    pub fn decisions(&self, answers: &Answers, words: &Words) -> Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        self.write(answers, words, &mut bytes)?;
        Ok(bytes)
    }

    /// Puts the report beside the files, with what was decided so far. Nothing is overwritten.
    pub fn save(&self, answers: &Answers, words: &Words, now_ms: u64) -> Result<PathBuf, Trouble> {
        let time = india_time(now_ms)
            .map_or_else(String::new, |t| format!("-{:02}{:02}{:02}", t.hour(), t.minute(), t.second()));
        let path = self.files.folder.join(format!("report-{}{time}.csv", india(now_ms)));
        let made = new_private(&path).map_err(|error| {
            tracing::warn!(%error, "the report of an import cannot be written");
            Trouble::Plain("bring-report-not-written")
        })?;
        self.write(answers, words, BufWriter::new(made))?;
        Ok(path)
    }

    fn write(&self, answers: &Answers, words: &Words, output: impl std::io::Write) -> Result<(), Trouble> {
        let decision = |outcome: &Outcome, child: ChildId| answers.of(outcome).map_or("", |answer| answer.word(child));
        import_files::report(&self.outcomes, self.keep, words, decision, output).map_err(|error| {
            tracing::warn!(%error, "the report of an import cannot be written");
            Trouble::Plain("bring-report-not-written")
        })
    }
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(IMPORT_FILE_MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let _read = File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
