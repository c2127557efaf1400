//! The ledger of a clinic that is measured: doses in the order of the visits, by the clock of a busy day.

use super::Error;
use crate::corpus::{self, Chance, Desk};
use chrono::{Days, NaiveDate};
use clinic::Env;
use clinic::date::{to_date, to_day};
use clinic::record::command::{Command, GivenAt};
use clinic::record::refusal::Refusal;
use clinic::store::SubmitError;
use hub_protocol::ChildId;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1_000;
/// Commands that wait for one answer.
const GROUP: usize = 500;
/// Batches of a vaccine are used up in about so many days.
const BATCH_DAYS: i32 = 30;

/// A closed clinic that can be copied.
pub struct Ledger {
    pub dir: PathBuf,
    pub events: u64,
}

/// A clock that goes on by some seconds each time somebody looks, as records come at a desk.
fn busy_clock(start_ms: u64, seed: u64) -> Env {
    let clock = Mutex::new((start_ms, Chance(seed)));
    let mut env = Env::with_clock(move || {
        let mut clock = clock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (now_ms, chance) = &mut *clock;
        *now_ms += 500 + chance.below(40_000);
        *now_ms
    });
    env.kdf = corpus::env().kdf;
    env
}

/// A clinic with at least so many doses.
pub fn make(dir: &Path, doses: usize, seed: u64) -> Result<Ledger, Error> {
    let dir = dir.join(format!("ledger-{doses}-{seed}"));
    let start = Instant::now();
    let desk = corpus::make(&dir, busy_clock(corpus::env().now_ms(), seed))?;
    let mut chance = Chance(seed);
    let mut visits: Vec<(NaiveDate, ChildId, Vec<String>)> = Vec::new();
    let mut children = Vec::new();
    let mut waiting = 0;
    while waiting < doses {
        let id = ChildId(chance.next() >> 9);
        let dob = corpus::today() - Days::new(4 * 365 + chance.below(6 * 365));
        let form = corpus::child_form(&mut chance, dob);
        for (product, on) in corpus::history(&mut chance, &form)? {
            waiting += 1;
            match visits.last_mut() {
                Some((day, child, products)) if *day == on && *child == id => products.push(product),
                _ => visits.push((on, id, vec![product])),
            }
        }
        children.push((id, form));
    }
    corpus::register(&desk, &children)?;
    visits.sort_by_key(|(day, child, _)| (*day, child.0));
    let mut commands = visits
        .into_iter()
        .flat_map(|(day, child, products)| products.into_iter().map(move |product| dose(child, product, day)));
    loop {
        let group: Vec<Command> = commands.by_ref().take(GROUP).collect();
        if group.is_empty() {
            break;
        }
        give(&desk, group)?;
    }
    let events = desk.clinic.sync()?.events;
    eprintln!("a ledger of {events} events was made in {:.0} s", start.elapsed().as_secs_f64());
    Ok(Ledger { dir, events })
}

/// Each vaccine's batch of that month.
fn dose(child: ChildId, product: String, day: NaiveDate) -> Command {
    let on = to_day(day);
    let batch = Some(format!("{}{}", product.chars().take(3).collect::<String>(), on.0 / BATCH_DAYS));
    Command::RecordDose { child, product, on, batch, reason: None, at: GivenAt::Here(None) }
}

/// A dose of a day that nobody uses otherwise.
pub fn one_more(desk: &Desk, n: u64) -> Result<(), Error> {
    let list = desk.clinic.children(&desk.admin, "", 0)?;
    let child = list.0.first().ok_or("no child")?.id;
    let day = to_date(hub_protocol::Day(to_day(corpus::today()).0 - 1 - n as i32)).ok_or("no day")?;
    let Command::RecordDose { child, product, on, batch, at, .. } = dose(child, "OPV".into(), day) else {
        return Err("no dose".into());
    };
    desk.clinic
        .submit(&desk.worker, Command::RecordDose { child, product, on, batch, reason: Some("campaign".into()), at })?;
    Ok(())
}

/// A warning is answered once with a reason, as at the desk.
fn give(desk: &Desk, doses: Vec<Command>) -> Result<(), Error> {
    let results = desk.clinic.submit_all(&desk.worker, doses.clone());
    let mut again = Vec::new();
    for (command, result) in doses.into_iter().zip(results) {
        match (command, result) {
            (_, Ok(_) | Err(SubmitError::Refused(Refusal::DoseKnown))) => {}
            (
                Command::RecordDose { child, product, on, batch, at, .. },
                Err(SubmitError::Refused(Refusal::NeedsReason(_))),
            ) => again.push(Command::RecordDose { child, product, on, batch, reason: Some("as planned".into()), at }),
            (_, Err(error)) => return Err(error.into()),
        }
    }
    for result in desk.clinic.submit_all(&desk.worker, again) {
        match result {
            Ok(_) | Err(SubmitError::Refused(Refusal::DoseKnown)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Opens a clinic of ours with both who work in it, a year later.
pub fn open(dir: &Path) -> Result<Desk, Error> {
    corpus::desk(dir, busy_clock(corpus::env().now_ms() + YEAR_MS, 7))
}

/// A copy of a closed clinic.
pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
