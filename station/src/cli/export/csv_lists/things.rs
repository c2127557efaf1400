//! Lists of what a clinic works with, and of its people.

use super::{Stopped, Table, line, number, pages, time, yes};
use crate::spreadsheet;
use chrono::NaiveDate;
use clinic::record::rule::SessionStage;
use clinic::store::{AuditFilter, CONFLICT_PAGE, ConflictLine, Seen, TaskFilter, TaskShow};
use clinic::{Clinic, Session};
use std::ops::RangeInclusive;

pub(super) fn sessions(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["on", "kind", "site", "villages", "worker", "planned", "stage", "reason", "doses"])?;
    pages(
        |offset| clinic.sessions(session, days, offset),
        |one| {
            let stage = match one.stage {
                SessionStage::Planned => "planned",
                SessionStage::Held => "held",
                SessionStage::NotHeld => "not-held",
            };
            let cells = [
                one.on.to_string(),
                one.kind.code().to_owned(),
                one.site.clone(),
                one.villages.join("; "),
                one.worker.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
                yes(one.planned),
                stage.to_owned(),
                one.reason.clone(),
                one.doses.to_string(),
            ];
            line(table, cells)
        },
    )
}

pub(super) fn stock(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["product", "batch", "manufacturer", "expires_on", "doses_per_vial", "vials"])?;
    let page = |offset| clinic.stock(session, offset).map(|stock| (stock.batches, stock.total));
    pages(page, |batch| {
        let (expires_on, doses, vials) =
            (batch.expires_on.to_string(), batch.doses_per_vial.to_string(), batch.vials.to_string());
        line(table, [batch.product.clone(), batch.batch.clone(), batch.manufacturer.clone(), expires_on, doses, vials])
    })
}

pub(super) fn wastage(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["month", "product", "opened", "lost", "given", "thrown_away", "wastage_permille"])?;
    for row in clinic.wastage(session, days)? {
        let (year, month) = row.month;
        let cells = [
            format!("{year}-{month:02}"),
            row.product.clone(),
            row.opened.to_string(),
            row.lost.to_string(),
            row.given.to_string(),
            row.thrown_away.to_string(),
            number(row.rate_permille()),
        ];
        line(table, cells)?;
    }
    Ok(())
}

pub(super) fn toys(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["toy", "label", "model", "worker", "records", "stopped"])?;
    for toy in clinic.toys(session)? {
        let worker = toy.worker.map(|(_, name)| name).unwrap_or_default();
        let stopped = toy.stopped.map(|why| why.code()).unwrap_or_default().to_owned();
        line(table, [toy.id.code(), toy.label, toy.model, worker, toy.records.to_string(), stopped])?;
    }
    Ok(())
}

/// What each toy was to each worker in a time.
pub(super) fn toy_use(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, spreadsheet::TOY_USE)?;
    for toy in clinic.toys(session)? {
        for used in clinic.toy_use(session, toy.id, days)? {
            line(table, spreadsheet::toy_use((&toy, &used)))?;
        }
    }
    Ok(())
}

pub(super) fn cards(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["card", "written", "child", "name", "village", "stopped"])?;
    pages(
        |offset| clinic.cards_to_take_out(session, offset),
        |card| {
            let (child, name, village) = match &card.child {
                Some(child) => (child.id.to_string(), child.name.clone(), child.village.clone()),
                None => (String::new(), String::new(), String::new()),
            };
            let stopped = card.stopped.map(|why| why.code()).unwrap_or_default().to_owned();
            line(table, [card.card.to_string(), yes(card.written), child, name, village, stopped])
        },
    )
}

pub(super) fn tasks(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["task", "worker", "kind", "child", "place", "due", "note", "done", "reason"])?;
    let filter = TaskFilter { show: TaskShow::All, ..TaskFilter::default() };
    pages(
        |offset| clinic.tasks(session, &filter, offset),
        |task| {
            let cells = [
                format!("{:016x}", task.id.0),
                task.worker.1.clone(),
                crate::cli::list::task_kind(task.kind).to_owned(),
                task.child.as_ref().map(|child| child.id.to_string()).unwrap_or_default(),
                task.place.clone(),
                task.due.to_string(),
                task.note.clone(),
                task.done.map(yes).unwrap_or_default(),
                task.reason.clone(),
            ];
            line(table, cells)
        },
    )
}

pub(super) fn users(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    line(table, ["login", "name", "role", "state", "children"])?;
    for user in clinic.users(session)? {
        let (role, state) = (user.role.code().to_owned(), user.standing().code().to_owned());
        line(table, [user.login, user.name, role, state, user.children.to_string()])?;
    }
    Ok(())
}

pub(super) fn conflicts(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    let heads =
        ["kind", "at", "child", "by", "toy", "product", "on", "batch", "proposed", "answer", "reason", "answered_by"];
    line(table, heads)?;
    let mut row = |one: &ConflictLine| {
        let answer = one.settled.as_ref();
        let cells = [
            one.kind.clone(),
            time(one.at_ms),
            number(one.child),
            one.by.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            one.toy.clone().unwrap_or_default(),
            one.product.clone().unwrap_or_default(),
            number(one.on),
            one.batch.clone().unwrap_or_default(),
            if one.proposed { "accept" } else { "set-aside" }.to_owned(),
            answer.map_or("", |answer| if answer.accepted { "accepted" } else { "set-aside" }).to_owned(),
            answer.map(|answer| answer.reason.clone()).unwrap_or_default(),
            answer.map(|answer| answer.by.clone()).unwrap_or_default(),
        ];
        line(table, cells)
    };
    clinic.conflicts(session)?.iter().try_for_each(&mut row)?;
    let mut offset = 0;
    loop {
        let page = clinic.settled_conflicts(session, offset)?;
        page.iter().try_for_each(&mut row)?;
        offset += CONFLICT_PAGE;
        if page.len() < CONFLICT_PAGE as usize {
            return Ok(());
        }
    }
}

/// No phone: who may see one finds it at the child.
pub(super) fn messages(clinic: &Clinic, session: &Session, table: &mut Table<'_>) -> Result<(), Stopped> {
    let heads = ["run_on", "channel", "language", "stage", "on", "state", "why", "since", "paise", "children"];
    line(table, heads)?;
    let page = |offset| clinic.outbox_to_take_out(session, offset).map(|page| (page.lines, page.count));
    pages(page, |one| {
        let children: Vec<String> = one.children.iter().map(|(id, ..)| id.to_string()).collect();
        let cells = [
            one.run_on.to_string(),
            one.channel.code().to_owned(),
            one.language.code().to_owned(),
            one.stage.code().to_owned(),
            one.on.to_string(),
            one.state.code().to_owned(),
            one.why.map(|why| why.code().to_owned()).unwrap_or_default(),
            time(one.since_ms),
            number(one.paise),
            children.join("; "),
        ];
        line(table, cells)
    })
}

pub(super) fn audit(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, ["at", "user", "what", "child"])?;
    let (from_ms, until_ms) = clinic::date::india_ms(*days.start(), *days.end());
    let (from_ms, to_ms) = (Some(from_ms), Some(until_ms.saturating_sub(1)));
    let filter = AuditFilter { from_ms, to_ms, ..AuditFilter::default() };
    let mut after = None;
    loop {
        let page = clinic.audit(session, &filter, after)?;
        for row in page.lines {
            let what = row.what.map(Seen::code).unwrap_or_default().to_owned();
            let user = row.user.map(|(_, name)| name).unwrap_or_default();
            let child = row.child.map(|child| child.id.to_string()).unwrap_or_default();
            line(table, [time(row.at_ms), user, what, child])?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
