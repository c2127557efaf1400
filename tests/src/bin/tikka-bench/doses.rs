//! Doses that are durable: one by one, and by many writers at once, beside a bare loop of SQLite.

use crate::corpus::{self, Desk};
use crate::{Outcome, figure, ms};
use chrono::Days;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, GivenAt};
use clinic::record::fact::Sex;
use hub_protocol::ChildId;
use rusqlite::Connection;
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

const ONE_BY_ONE: usize = 3_000;
const WRITERS: usize = 16;
const EACH: usize = 400;

pub fn run(dir: &Path, seed: u64) -> Outcome {
    let sync_ms = sync_ms(dir)?;
    let place = dir.join("doses");
    let desk = corpus::make(&place, corpus::env())?;
    let children = register(&desk, ONE_BY_ONE / 10 + WRITERS * EACH / 10, seed)?;
    let commands = doses(&children);
    let (first, rest) = commands.split_at(ONE_BY_ONE);

    // In turn, in slices, so that a disk that grows tired is tired for both.
    let bare = Bare::open(&dir.join("bare.db"))?;
    let (mut ours_s, mut bare_s) = (0.0, 0.0);
    for slice in first.chunks(500) {
        let start = Instant::now();
        for command in slice {
            desk.clinic.submit(&desk.worker, command.clone())?;
        }
        ours_s += start.elapsed().as_secs_f64();
        let start = Instant::now();
        for _ in slice {
            bare.insert()?;
        }
        bare_s += start.elapsed().as_secs_f64();
    }
    let count = first.len() as f64;
    let (ours, floor) = (count / ours_s, count / bare_s);
    let more = json!({"doses_per_s": ours.round(), "bare_rows_per_s": floor.round(), "sync_ms": sync_ms, "doses": first.len()});
    figure("doses-one-by-one", ours / floor, "of a bare SQLite loop", Some(0.5), more)?;

    let start = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = rest
            .chunks(EACH)
            .take(WRITERS)
            .map(|part| {
                let desk = &desk;
                scope.spawn(move || {
                    part.iter().try_for_each(|command| desk.clinic.submit(&desk.worker, command.clone()).map(drop))
                })
            })
            .collect();
        writers.into_iter().try_for_each(|writer| match writer.join() {
            Ok(outcome) => outcome.map_err(Into::into),
            Err(_) => Err::<(), Box<dyn std::error::Error + Send + std::marker::Sync>>("a writer fell".into()),
        })
    })?;
    let together = (WRITERS * EACH) as f64 / start.elapsed().as_secs_f64();
    let more = json!({"doses_per_s": together.round(), "alone_doses_per_s": ours.round(), "writers": WRITERS, "sync_ms": sync_ms,
        "note": "the goal holds where a sync takes 2 ms or more"});
    figure("doses-group-commit", together / ours, "times one writer", Some(5.0), more)?;
    drop(desk);
    drop(bare);
    std::fs::remove_dir_all(place)?;
    Ok(std::fs::remove_file(dir.join("bare.db"))?)
}

/// What a durable write costs on this disk.
fn sync_ms(dir: &Path) -> Result<f64, std::io::Error> {
    let path = dir.join("sync");
    let mut file = File::create(&path)?;
    let start = Instant::now();
    for _ in 0..100 {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
    }
    let each = ms(start.elapsed()) / 100.0;
    std::fs::remove_file(path)?;
    Ok(crate::rounded(each))
}

fn register(
    desk: &Desk,
    children: usize,
    seed: u64,
) -> Result<Vec<ChildId>, Box<dyn std::error::Error + Send + std::marker::Sync>> {
    let form = |n: usize| ChildForm {
        name: format!("Child {n}"),
        dob: to_day(corpus::today() - Days::new(2_000)),
        sex: Sex::Male,
        mother: format!("Mother {n}"),
        village: "Rampur".into(),
        ..ChildForm::default()
    };
    let ids: Vec<ChildId> = (0..children).map(|n| ChildId(seed.wrapping_mul(1_000_003) + n as u64)).collect();
    let commands = ids.iter().enumerate().map(|(n, child)| {
        // They are numbered, not named: each is another, whatever the names look like.
        Command::RegisterChild { child: *child, form: form(n), worker: None, distinct_from: ids[..n].to_vec() }
    });
    for result in desk.clinic.submit_all(&desk.admin, commands) {
        result?;
    }
    Ok(ids)
}

/// Ten days of oral polio for each child: not sense, but each one a dose like any other.
fn doses(children: &[ChildId]) -> Vec<Command> {
    let first = corpus::today() - Days::new(1_500);
    let of = |child: &ChildId| {
        let child = *child;
        (0..10).map(move |n| Command::RecordDose {
            child,
            product: "OPV".into(),
            on: to_day(first + Days::new(30 * n)),
            batch: Some("OPV101".into()),
            reason: Some("as planned".into()),
            at: GivenAt::Here(None),
        })
    };
    children.iter().flat_map(of).collect()
}

/// One row a transaction, with our encryption and our settings, and nothing else.
struct Bare(Connection);

impl Bare {
    fn open(path: &Path) -> rusqlite::Result<Self> {
        let conn = Connection::open(path)?;
        conn.pragma_update(None, "key", format!("x'{}'", "42".repeat(32)))?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.execute_batch("CREATE TABLE row(id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")?;
        Ok(Self(conn))
    }

    fn insert(&self) -> rusqlite::Result<usize> {
        self.0.prepare_cached("INSERT INTO row(body) VALUES (?1)")?.execute([[7_u8; 120]])
    }
}
