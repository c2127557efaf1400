//! Line by line into the records.

use super::child::{ChildRow, ChildSaid};
use super::decision::Decided;
use super::dose::{DoseRow, DoseSaid};
use super::{Fault, Import, Outcome, What, Which, Why, product};
use crate::date::to_day;
use crate::record::command::{ChildForm, Command, CommandKind, GivenAt};
use crate::record::refusal::{Field, Refusal};
use crate::record::rule::OtherId;
use crate::record::text::{abha, other_id};
use crate::store::{Bulk, Keep, Seen, SubmitError};
use crate::{Clinic, Session};
use hub_protocol::{ChildId, UserId};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Lines that are durable together; between two such groups a run can be stopped.
const GROUP_LINES: usize = 200;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
    /// Refused, or waiting for a decision.
    pub open: usize,
}

#[derive(Debug)]
pub enum Ended {
    All,
    /// Somebody stopped it; the lines that are left were not tried.
    Stopped,
    /// The lines of the last group, and those after it, are not stored.
    Broken(SubmitError),
}

#[derive(Debug)]
pub struct Report {
    /// In the order of the files.
    pub outcomes: Vec<Outcome>,
    /// Of both files.
    pub lines: usize,
    pub ended: Ended,
}

/// Takes the lines in, as an Admin; or tries them, with nothing kept. `tell` hears how far it is after each group and
/// may stop it there; it must not ask anything of the records itself. What a report of a real run says is durable.
pub fn run(
    clinic: &Clinic,
    session: &Session,
    import: Import,
    keep: Keep,
    mut tell: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static,
) -> Result<Report, SubmitError> {
    clinic.allows(session, CommandKind::Import)?;
    if matches!(keep, Keep::Yes) {
        clinic.seen(session, Seen::Import, None)?;
    }
    let workers = {
        // The inactive come last; where two had one login, the active one is meant.
        let users = clinic.users(session)?.into_iter().rev();
        users.map(|user| (user.login.to_lowercase(), user.id)).collect()
    };
    let lines = import.lines();
    let mut run = Run::new(clinic, import, workers);
    let mut outcomes = Vec::new();
    let ended = match keep {
        Keep::No => {
            let tried = clinic.bulk(session, Keep::No, move |bulk| {
                let mut outcomes = Vec::new();
                while !run.done() {
                    run.group(bulk, &mut outcomes)?;
                    if tell(run.progress).is_break() && !run.done() {
                        return Ok((outcomes, Ended::Stopped));
                    }
                }
                Ok((outcomes, Ended::All))
            });
            let (tried, ended) = tried?;
            outcomes = tried;
            ended
        }
        Keep::Yes => loop {
            if run.done() {
                break Ended::All;
            }
            let group = clinic.bulk(session, Keep::Yes, move |bulk| {
                let mut outcomes = Vec::new();
                run.group(bulk, &mut outcomes)?;
                Ok((run, outcomes))
            });
            match group {
                Ok((back, group)) => {
                    run = back;
                    outcomes.extend(group);
                }
                Err(error) => break Ended::Broken(error),
            }
            if tell(run.progress).is_break() && !run.done() {
                break Ended::Stopped;
            }
        },
    };
    outcomes.sort_by_key(|outcome| (outcome.which, outcome.line));
    Ok(Report { outcomes, lines, ended })
}

struct Run {
    import: Import,
    /// What each line of children will be called; none for one that was not understood.
    ids: Vec<Option<ChildId>>,
    workers: HashMap<String, UserId>,
    /// Each reference, with the line that has it and the child who was taken for it.
    refs: HashMap<String, (usize, Option<ChildId>)>,
    next: usize,
    progress: Progress,
}

impl Run {
    fn new(clinic: &Clinic, import: Import, workers: HashMap<String, UserId>) -> Self {
        let id = |row: &ChildRow| row.said.as_ref().ok().map(|said| clinic.id_of_line(&said.mark(&row.reference)));
        let ids = import.children.iter().map(id).collect();
        let progress = Progress { done: 0, total: import.lines(), open: 0 };
        Self { import, ids, workers, refs: HashMap::new(), next: 0, progress }
    }

    fn done(&self) -> bool {
        self.next >= self.import.lines()
    }

    fn group(&mut self, bulk: &mut Bulk<'_, '_>, outcomes: &mut Vec<Outcome>) -> Result<(), SubmitError> {
        let end = self.import.lines().min(self.next + GROUP_LINES);
        for at in self.next..end {
            let outcome = match at.checked_sub(self.import.children.len()) {
                None => self.child(bulk, at)?,
                Some(at) => self.dose(bulk, at)?,
            };
            self.progress.open += usize::from(outcome.what.taken().is_none());
            outcomes.push(outcome);
        }
        self.next = end;
        self.progress.done = end;
        Ok(())
    }

    fn child(&mut self, bulk: &mut Bulk<'_, '_>, at: usize) -> Result<Outcome, SubmitError> {
        let row = &self.import.children[at];
        let (line, reference) = (row.line, row.reference.clone());
        let what = match self.refs.get(&reference) {
            // The very same line again is the same child.
            Some((line, had)) if self.ids[at].is_none() || *had != self.ids[at] => {
                refused(Why::Cell { column: "ref", fault: Fault::RefTwice { line: *line } })
            }
            _ => match (&row.said, self.ids[at]) {
                (Ok(said), Some(id)) => self.register(bulk, row, said, id)?,
                (Err(why), _) => refused(*why),
                (Ok(_), None) => refused(Why::Rule(Refusal::UnknownChild)),
            },
        };
        if !reference.is_empty() && !self.refs.contains_key(&reference) {
            self.refs.insert(reference.clone(), (line, what.taken()));
        }
        Ok(Outcome { which: Which::Children, line, reference, what })
    }

    fn register(
        &self,
        bulk: &mut Bulk<'_, '_>,
        row: &ChildRow,
        said: &ChildSaid,
        child: ChildId,
    ) -> Result<What, SubmitError> {
        if let Some(root) = bulk.root(child)? {
            return Ok(What::AlreadyHere(root));
        }
        let none = Decided::default();
        let decided = self.import.decisions.of(row).unwrap_or(&none);
        if let Some(same) = decided.same {
            return match bulk.root(same)? {
                Some(root) => self.join(bulk, &said.form, child, root),
                None => Ok(What::Refused { why: Why::Rule(Refusal::UnknownChild), child: Some(same) }),
            };
        }
        let numbered = numbered(bulk, &said.form)?.map(|(_, known)| known);
        if let Some(known) = numbered
            && bulk.resembles(known, &said.form)?
        {
            return self.join(bulk, &said.form, child, known);
        }
        let worker = match said.worker.to_lowercase() {
            login if login.is_empty() => None,
            login => match self.workers.get(&login) {
                Some(worker) => Some(*worker),
                None => return Ok(refused(Why::Rule(Refusal::UnknownUser))),
            },
        };
        let command = |worker| Command::RegisterChild {
            child,
            form: said.form.clone(),
            worker,
            distinct_from: decided.other.iter().copied().collect(),
        };
        let mut refusal = ask(bulk, command(worker))?;
        let full = matches!(refusal, Some(Refusal::WorkerFull { .. })) && self.import.options.full_to_list;
        if full {
            refusal = ask(bulk, command(None))?;
        }
        Ok(match refusal {
            None if full => What::AddedToList(child),
            None => What::Added(child),
            Some(Refusal::Duplicates) => {
                let mut alike = bulk.probable(&said.form)?;
                alike.retain(|one| !decided.other.contains(one));
                What::LooksLike(alike)
            }
            Some(no) => {
                let other = if matches!(no, Refusal::Taken(_)) { numbered } else { None };
                What::Refused { why: Why::Rule(no), child: other }
            }
        })
    }

    /// The line is a child who is registered. It becomes a record of its own that is a part of that child's, so that
    /// nothing it says is lost, it is known again, and who finds that they are two can take them apart; and the child's
    /// record gets what it lacked.
    fn join(
        &self,
        bulk: &mut Bulk<'_, '_>,
        form: &ChildForm,
        line: ChildId,
        root: ChildId,
    ) -> Result<What, SubmitError> {
        let reason = &self.import.options.same;
        let refusal = refusal(bulk.together(|bulk| {
            let Some(record) = bulk.record(root)? else { return Err(Refusal::UnknownChild.into()) };
            // Of who has left or died the record alone stands: a part of it would be a child who is here.
            if record.line.gone.is_none() {
                let distinct_from = bulk.probable(form)?;
                let form = without_numbers_of(root, form, bulk)?;
                bulk.submit(Command::RegisterChild { child: line, form, worker: None, distinct_from })?;
                bulk.submit(Command::MergeChildren { child: line, into: root, reason: reason.clone() })?;
            }
            let whole = completed(&record.form, form);
            if whole != record.form {
                bulk.submit(Command::EditChild { child: root, form: whole, reason: reason.clone() })?;
            }
            Ok(())
        }))?;
        Ok(match refusal {
            None => What::Joined(root),
            Some(no) => What::Refused { why: Why::Rule(no), child: Some(root) },
        })
    }

    fn dose(&self, bulk: &mut Bulk<'_, '_>, at: usize) -> Result<Outcome, SubmitError> {
        let row = &self.import.doses[at];
        let what = match row.said.as_ref().map_err(|why| *why).and_then(|said| Ok((said, self.whose(row, said)?))) {
            Ok((said, child)) => self.give(bulk, said, child)?,
            Err(why) => refused(why),
        };
        Ok(Outcome { which: Which::Doses, line: row.line, reference: row.reference.clone(), what })
    }

    fn whose(&self, row: &DoseRow, said: &DoseSaid) -> Result<ChildId, Why> {
        let by_ref = match self.refs.get(&row.reference) {
            _ if row.reference.is_empty() => None,
            None => Some(Err(Fault::RefUnknown)),
            Some((line, None)) => Some(Err(Fault::RefNotTaken { line: *line })),
            Some((_, Some(child))) => Some(Ok(*child)),
        };
        match (said.child, by_ref) {
            // The reference may be of a file that was brought earlier.
            (Some(child), None | Some(Err(_))) => Ok(child),
            (Some(child), Some(Ok(other))) if child == other => Ok(child),
            (Some(_), Some(Ok(_))) => Err(Why::Cell { column: "id", fault: Fault::TwoChildren }),
            (None, Some(child)) => child.map_err(|fault| Why::Cell { column: "ref", fault }),
            (None, None) => Err(Why::Cell { column: "ref", fault: Fault::Missing }),
        }
    }

    fn give(&self, bulk: &mut Bulk<'_, '_>, said: &DoseSaid, child: ChildId) -> Result<What, SubmitError> {
        let schedule = bulk.schedule()?;
        let Some(product) = product(&said.product, schedule) else {
            let missing = said.product.trim().is_empty();
            let no = if missing { Refusal::Missing(Field::Product) } else { Refusal::UnknownProduct };
            return Ok(What::Refused { why: Why::Rule(no), child: Some(child) });
        };
        let filled = |own: &str, general: &str| if own.trim().is_empty() { general } else { own }.to_owned();
        let at = match said.here {
            true => GivenAt::Here(None),
            false => GivenAt::Outside(filled(&said.proof, &self.import.options.proof)),
        };
        let command = |reason| Command::ImportDose {
            child,
            product: schedule.product_name(product).to_owned(),
            on: to_day(said.on),
            batch: Some(said.batch.clone()),
            reason,
            at: at.clone(),
        };
        let mut refusal = ask(bulk, command(None))?;
        // A reason is kept with a dose that needs one, not with every dose of the file.
        let reason = filled(&said.reason, &self.import.options.reason);
        if refusal.is_some_and(needs_reason) && !reason.trim().is_empty() {
            refusal = ask(bulk, command(Some(reason)))?;
        }
        Ok(match refusal {
            None => What::Added(child),
            Some(Refusal::DoseKnown) => What::AlreadyHere(child),
            Some(no) => What::Refused { why: Why::Rule(no), child: Some(child) },
        })
    }
}

fn refused(why: Why) -> What {
    What::Refused { why, child: None }
}

/// It happened all the same, and can be stored with a reason.
fn needs_reason(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::NeedsReason(_) | Refusal::BatchExpired | Refusal::ContraIndicated)
}

/// What the rules say to it. Fails when the run cannot go on.
fn ask(bulk: &mut Bulk<'_, '_>, command: Command) -> Result<Option<Refusal>, SubmitError> {
    refusal(bulk.submit(command).map(drop))
}

fn refusal(done: Result<(), SubmitError>) -> Result<Option<Refusal>, SubmitError> {
    match done {
        Ok(()) => Ok(None),
        // No other line would fare better.
        Err(SubmitError::Refused(
            no @ (Refusal::NotAllowed(_) | Refusal::NotActive | Refusal::LoggedOut | Refusal::ClockBack),
        )) => Err(no.into()),
        Err(SubmitError::Refused(no)) => Ok(Some(no)),
        Err(error) => Err(error),
    }
}

/// The first of the numbers that other systems gave the child of the line whose child is known, and that child.
fn numbered(bulk: &Bulk<'_, '_>, form: &ChildForm) -> Result<Option<(OtherId, ChildId)>, SubmitError> {
    let numbers = [
        (OtherId::Abha, abha(&form.abha)),
        (OtherId::Rch, other_id(Field::Rch, &form.rch)),
        (OtherId::Uwin, other_id(Field::Uwin, &form.uwin)),
    ];
    for (kind, number) in numbers {
        // What is no number is the rules' to refuse.
        if let Ok(number) = number
            && !number.is_empty()
            && let Some(known) = bulk.numbered(kind, &number)?
        {
            return Ok(Some((kind, known)));
        }
    }
    Ok(None)
}

/// The form without what would be refused as another record's: the numbers that `child` has itself.
fn without_numbers_of(child: ChildId, form: &ChildForm, bulk: &Bulk<'_, '_>) -> Result<ChildForm, SubmitError> {
    let mut form = form.clone();
    while let Some((kind, known)) = numbered(bulk, &form)?
        && known == child
    {
        match kind {
            OtherId::Abha => form.abha.clear(),
            OtherId::Rch => form.rch.clear(),
            OtherId::Uwin => form.uwin.clear(),
        }
    }
    Ok(form)
}

/// A record with what it lacks and the line says. What both say stays as it is, and so do date of birth, sex, village
/// and the family's consent: an empty answer is one.
fn completed(record: &ChildForm, line: &ChildForm) -> ChildForm {
    let text = |own: &String, said: &String| if own.is_empty() { said.trim() } else { own }.to_owned();
    ChildForm {
        name: text(&record.name, &line.name),
        mother: text(&record.mother, &line.mother),
        father: text(&record.father, &line.father),
        phone: text(&record.phone, &line.phone),
        landmark: text(&record.landmark, &line.landmark),
        abha: text(&record.abha, &line.abha),
        rch: text(&record.rch, &line.rch),
        uwin: text(&record.uwin, &line.uwin),
        birth_order: record.birth_order.or(line.birth_order),
        food: record.food.or(line.food),
        ..record.clone()
    }
}
