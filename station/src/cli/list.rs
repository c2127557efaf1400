//! `list`: records as JSON lines, for scripts of the clinic's own.

use super::unlock::unlock;
use super::{Failure, Place, say};
use clinic::record::role::Query;
use clinic::store::{
    AuditFilter, CONFLICT_PAGE, CardFilter, ChildLine, ConflictLine, DUE_PAGE, DueChild, DueFilter, OutboxLine,
    OutboxShow, Seen, SubmitError, TaskFilter, TaskShow,
};
use hub_protocol::toy::TaskKind;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Every child.
    Children,
    /// Children with a dose that is due or late.
    Due,
    /// Registered toys and who has them.
    Toys,
    /// Cards, with the children they belong to.
    Cards,
    /// Tasks of the workers, open and done.
    Tasks,
    /// The people who work here.
    Users,
    /// Facts that broke a rule: those that wait for an answer, then those that were answered.
    Conflicts,
    /// Who saw whose record, who logged in; newest first.
    Audit,
    /// Messages to families, the newest run first.
    Messages,
}

impl What {
    fn query(self) -> Query {
        match self {
            Self::Children => Query::Children,
            Self::Due => Query::Today,
            Self::Toys => Query::Toys,
            Self::Cards => Query::Cards,
            Self::Tasks => Query::Tasks,
            Self::Users => Query::Users,
            Self::Conflicts => Query::Conflicts,
            Self::Audit => Query::Audit,
            Self::Messages => Query::Reminders,
        }
    }
}

pub fn run(place: &Place, what: What) -> Result<(), Failure> {
    let (clinic, session) = unlock(place)?;
    clinic.lists(&session, what.query())?;
    match what {
        What::Children => {
            let mut offset = 0;
            loop {
                let (lines, total) = clinic.children(&session, "", offset)?;
                for child in &lines {
                    let mut line = child_json(child);
                    line["come_on"] = json!(child.come_on.map(|day| day.to_string()));
                    say(&line)?;
                }
                offset += lines.len() as u32;
                if offset >= total || lines.is_empty() {
                    return Ok(());
                }
            }
        }
        What::Due => {
            let mut offset = 0;
            loop {
                let page = clinic.due_list(&session, &DueFilter::default(), offset)?;
                page.rows.iter().try_for_each(|child| say(&due_json(child)))?;
                offset += DUE_PAGE;
                if offset >= page.late + page.due {
                    break;
                }
            }
        }
        What::Toys => {
            for toy in clinic.toys(&session)? {
                say(&json!({
                    "toy": toy.id.code(), "label": toy.label, "model": toy.model, "records": toy.records,
                    "worker": toy.worker.map(|(_, name)| name), "stopped": toy.stopped.map(|why| why.code()),
                    "order": toy.order.map(|order| json!({
                        "what": order.what.code(), "by": order.by, "at": time(order.at_ms),
                        "obeyed": order.obeyed_ms.and_then(time),
                    })),
                }))?;
            }
        }
        What::Cards => {
            pages(
                |offset| clinic.cards(&session, &CardFilter::default(), offset),
                |card| {
                    json!({
                        "card": card.card.to_string(), "written": card.written,
                        "child": card.child.as_ref().map(|child| child.id.to_string()),
                        "stopped": card.stopped.map(|why| why.code()),
                    })
                },
            )?;
        }
        What::Tasks => {
            let filter = TaskFilter { show: TaskShow::All, ..TaskFilter::default() };
            pages(
                |offset| clinic.tasks(&session, &filter, offset),
                |task| {
                    json!({
                        "task": format!("{:016x}", task.id.0), "worker": task.worker.1, "kind": task_kind(task.kind),
                        "child": task.child.as_ref().map(|child| child.id.to_string()), "place": task.place,
                        "due": task.due.to_string(), "note": task.note, "done": task.done, "reason": task.reason,
                    })
                },
            )?;
        }
        What::Users => {
            for user in clinic.users(&session)? {
                say(&json!({
                    "login": user.login, "name": user.name, "role": user.role.code(), "state": user.standing().code(),
                    "children": user.children, "since": time(user.since_ms()),
                }))?;
            }
        }
        What::Conflicts => {
            clinic.conflicts(&session)?.iter().try_for_each(|line| say(&conflict_json(line)))?;
            let mut offset = 0;
            loop {
                let page = clinic.settled_conflicts(&session, offset)?;
                page.iter().try_for_each(|line| say(&conflict_json(line)))?;
                offset += CONFLICT_PAGE;
                if page.len() < CONFLICT_PAGE as usize {
                    break;
                }
            }
        }
        What::Messages => {
            pages(
                |offset| {
                    let page = clinic.outbox(&session, OutboxShow::All, offset)?;
                    Ok((page.lines, page.count))
                },
                message_json,
            )?;
        }
        What::Audit => {
            let mut after = None;
            loop {
                let page = clinic.audit(&session, &AuditFilter::default(), after)?;
                for line in page.lines {
                    say(&json!({
                        "at": time(line.at_ms), "user": line.user.map(|(_, name)| name),
                        "what": line.what.map(Seen::code), "child": line.child.map(|child| child.id.to_string()),
                    }))?;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// All pages of a list; the second value of each is how many there are in all.
fn pages<T>(
    page: impl Fn(u32) -> Result<(Vec<T>, u32), SubmitError>,
    line: impl Fn(&T) -> Value,
) -> Result<(), Failure> {
    let mut offset = 0;
    loop {
        let (lines, total) = page(offset)?;
        lines.iter().try_for_each(|one| say(&line(one)))?;
        offset += lines.len() as u32;
        if offset >= total || lines.is_empty() {
            return Ok(());
        }
    }
}

/// A moment as people of this clinic's country write it for machines: RFC 3339.
fn time(ms: u64) -> Option<String> {
    clinic::date::india_time(ms).map(|t| t.to_rfc3339())
}

fn message_json(line: &OutboxLine) -> Value {
    json!({
        "reference": super::hex(&line.reference), "run_on": line.run_on.to_string(), "channel": line.channel.code(),
        "language": line.language.code(), "stage": line.stage.code(), "on": line.on.to_string(),
        "state": line.state.code(), "why": line.why.map(|why| why.code()), "since": time(line.since_ms),
        "paise": line.paise, "children": line.children.iter().map(|(id, ..)| id.to_string()).collect::<Vec<_>>(),
    })
}

pub(super) fn task_kind(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Visit => "visit",
        TaskKind::Trace => "trace",
        TaskKind::Card => "card",
        TaskKind::Other => "other",
    }
}

fn conflict_json(line: &ConflictLine) -> Value {
    json!({
        "kind": line.kind, "at": time(line.at_ms), "child": line.child.map(|child| child.to_string()),
        "known": line.of.is_some(), "by": line.by.as_ref().map(|(_, name)| name), "toy": line.toy,
        "product": line.product, "on": line.on.map(|on| on.to_string()), "batch": line.batch,
        "acceptable": line.acceptable, "proposed": if line.proposed { "accept" } else { "set-aside" },
        "settled": line.settled.as_ref().map(|s| json!({
            "accepted": s.accepted, "reason": s.reason, "by": s.by, "at": time(s.at_ms),
        })),
    })
}

fn child_json(child: &ChildLine) -> Value {
    json!({
        "child": child.id.to_string(), "name": child.name, "dob": child.dob.to_string(),
        "dob_estimated": child.dob_estimated, "sex": child.sex.code(), "mother": child.mother,
        // As in every list that leaves: only of a family that may be looked for.
        "father": child.father, "phone": child.consent_tracing.then_some(&child.phone), "village": child.village,
        "worker": child.worker.as_ref().map(|(_, name)| name),
        "next_due": child.next_due.map(|d| d.to_string()),
    })
}

fn due_json(due: &DueChild) -> Value {
    let mut line = child_json(&due.child);
    line["defaulter"] = json!(due.late);
    line["days_late"] = json!(due.days_late);
    line["doses"] =
        due.doses.iter().map(|d| json!({"item": d.item, "product": d.product, "due": d.due.to_string()})).collect();
    line
}
