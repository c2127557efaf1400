//! The files of an import: empty ones to be filled, and the report of what became of each line, which an Admin gives back
//! with decisions in it. The same words stand on the screen.

use crate::ui::trouble;
use crate::words::Words;
use clinic::import::{CHILD_COLUMNS, DOSE_COLUMNS, Outcome, What, Why};
use clinic::record::refusal::Refusal;
use clinic::store::Keep;
use hub_protocol::ChildId;
use std::io::{self, Write};

/// The report as CSV. `decision` says what somebody decided of a line and a child it looks like; nothing yet is an empty
/// text.
pub fn report(
    outcomes: &[Outcome],
    keep: Keep,
    words: &Words,
    decision: impl Fn(&Outcome, ChildId) -> &'static str,
    output: impl Write,
) -> io::Result<()> {
    let mut rows = csv::Writer::from_writer(output);
    rows.write_record(["file", "line", "ref", "outcome", "child", "field", "code", "words", "decision"])
        .map_err(io::Error::from)?;
    for outcome in outcomes {
        let (file, line, what) = (outcome.which.code(), outcome.line.to_string(), &outcome.what);
        let Said { column, code, words: said } = said(outcome, keep, words);
        let children = match what {
            What::LooksLike(alike) if !alike.is_empty() => alike.iter().map(|child| Some(*child)).collect(),
            What::LooksLike(_) => vec![None],
            What::Refused { child, .. } => vec![*child],
            What::Added(child) | What::AddedToList(child) | What::AlreadyHere(child) | What::Joined(child) => {
                vec![Some(*child)]
            }
        };
        // Whoever looks like several children has a line for each, and each can be decided.
        for child in children {
            let decision = child.map_or("", |child| decision(outcome, child));
            let child = child.map(|child| child.to_string()).unwrap_or_default();
            let row = [file, &line, &outcome.reference, what.code(), &child, &column, code, &said, decision];
            rows.write_record(row).map_err(io::Error::from)?;
        }
    }
    rows.flush()
}

/// What is said of a line.
pub struct Said {
    /// The column it is about; empty when it is about the whole line.
    pub column: String,
    /// Of a refusal, for programs.
    pub code: &'static str,
    pub words: String,
}

/// What became of a line, in words.
pub fn said(outcome: &Outcome, keep: Keep, words: &Words) -> Said {
    let plain = |code: &str| Said { column: String::new(), code: "", words: words.get(&format!("import-{code}")) };
    match &outcome.what {
        What::Refused { why: Why::Rule(refusal), .. } => {
            let (column, said) = (column(*refusal), trouble::refused(*refusal, words));
            // A field has another name at the desk than in the file.
            let said = match column.as_str() {
                "" => said,
                column => words.with("import-column", &[("words", said.into()), ("column", column.into())]),
            };
            Said { column, code: refusal.code(), words: said }
        }
        What::Refused { why: Why::Cell { column, fault }, .. } => {
            let line = fault.line().unwrap_or_default().to_string();
            let args = [("column", (*column).into()), ("line", line.into())];
            let words = words.with(&format!("import-{}", fault.code()), &args);
            Said { column: (*column).to_owned(), code: fault.code(), words }
        }
        What::Added(_) | What::AddedToList(_) | What::Joined(_) if keep == Keep::No => {
            plain(&format!("{}-trial", outcome.what.code()))
        }
        what => plain(what.code()),
    }
}

/// The column that a refusal is about; empty for a refusal of the whole line.
fn column(refusal: Refusal) -> String {
    let known = match refusal {
        Refusal::UnknownUser | Refusal::NotAWorker | Refusal::WorkerFull { .. } => "worker",
        Refusal::UnknownProduct | Refusal::ContraIndicated => "product",
        Refusal::UnknownChild | Refusal::ChildGone => "id",
        Refusal::BatchExpired => "batch",
        Refusal::NeedsReason(_) => "reason",
        _ => return trouble::field(refusal).map(|field| field.code().replace('-', "_")).unwrap_or_default(),
    };
    known.to_owned()
}

/// Which empty file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Template {
    Children,
    Doses,
}

/// An empty file: the names of the columns, and a line that shows how they are filled.
pub fn template(which: Template) -> io::Result<Vec<u8>> {
    let (columns, example): (&[&str], &[&str]) = match which {
        Template::Children => (
            &CHILD_COLUMNS,
            &[
                "# 17",
                "Example Child",
                "25/03/2024",
                "no",
                "F",
                "Example Mother",
                "Example Father",
                "9000000000",
                "Example Village",
                "near the school",
                "",
                "",
                "",
                "",
                "veg",
                "yes",
                "no",
                "worker1",
            ],
        ),
        Template::Doses => {
            (&DOSE_COLUMNS, &["# 17", "", "Penta-1", "06/05/2024", "B 17", "immunization card", "no", ""])
        }
    };
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(columns).map_err(io::Error::from)?;
    rows.write_record(example).map_err(io::Error::from)?;
    rows.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::words::Lang;
    use clinic::import::{Fault, Import, Options, Which};
    use clinic::record::refusal::Field;

    fn outcome(what: What) -> Outcome {
        Outcome { which: Which::Children, line: 7, reference: "a,1".into(), what }
    }

    #[test]
    fn every_outcome_has_words_in_both_languages() {
        let child = ChildId(5);
        let mut whats = vec![
            What::Added(child),
            What::AddedToList(child),
            What::AlreadyHere(child),
            What::Joined(child),
            What::LooksLike(vec![child]),
        ];
        let why = |fault| Why::Cell { column: "dob", fault };
        whats.extend(Fault::ALL.map(|fault| What::Refused { why: why(fault), child: None }));
        for lang in Lang::ALL {
            let words = Words::new(lang);
            let mut told = std::collections::BTreeSet::new();
            for what in &whats {
                let done = said(&outcome(what.clone()), Keep::Yes, &words).words;
                let tried = said(&outcome(what.clone()), Keep::No, &words).words;
                assert!(!done.contains(['[', '{']) && !tried.contains(['[', '{']), "{lang}: {what:?}: {done} {tried}");
                // What would be taken is not said to be taken.
                let taken = matches!(what, What::Added(_) | What::AddedToList(_) | What::Joined(_));
                assert_eq!(done != tried, taken, "{lang}: {done} {tried}");
                assert!(told.insert(done), "{what:?} is told as another is");
            }
        }
    }

    #[test]
    fn the_report_is_one_line_for_each_child_it_may_be() {
        let outcomes = [
            outcome(What::LooksLike(vec![ChildId(5), ChildId(6)])),
            outcome(What::Refused { why: Why::Rule(Refusal::WorkerFull { max: 50 }), child: None }),
            outcome(What::Refused { why: Why::Rule(Refusal::Range(Field::BirthOrder)), child: None }),
            outcome(What::Refused { why: Why::Rule(Refusal::Missing(Field::Proof)), child: None }),
        ];
        let mut written = Vec::new();
        let same = |_: &Outcome, child| if child == ChildId(6) { "same" } else { "" };
        report(&outcomes, Keep::Yes, &Words::new(Lang::En), same, &mut written).unwrap();
        let mut rows = csv::Reader::from_reader(written.as_slice());
        let rows: Vec<Vec<String>> =
            rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[0][..5], ["children", "7", "a,1", "looks-like", &ChildId(5).to_string()]);
        assert_eq!((&*rows[1][4], &*rows[1][8]), (&*ChildId(6).to_string(), "same"));
        assert_eq!(rows[2][5..7], ["worker", "worker-full"]);
        assert_eq!(rows[3][5..7], ["birth_order", "range"]);
        assert!(rows[2][7].contains("50"));
        assert!(rows[4][7].ends_with("(Column \"proof\".)"), "{}", rows[4][7]);
    }

    #[test]
    fn a_template_is_an_empty_file_whose_example_can_be_read() {
        for (which, file) in [(Template::Children, 0), (Template::Doses, 1)] {
            let empty = String::from_utf8(template(which).unwrap()).unwrap();
            let filled = empty.replace("# 17", "17");
            let read = |text: &str| {
                let bytes = Some(text.as_bytes());
                let (children, doses) = if file == 0 { (bytes, None) } else { (None, bytes) };
                Import::read(children, doses, None, Options::default()).unwrap()
            };
            assert_eq!((read(&empty).lines(), read(&filled).lines()), (0, 1));
            assert_eq!(read(&empty).notes()[0].comments, 1);
        }
    }
}
