//! The engine alone, and what a person waits for: lists and search.

use crate::corpus::{self, Chance, Place};
use crate::{Outcome, figure, memory_mib, ms, spread, timed};
use chrono::Days;
use clinic::date::to_date;
use clinic::forecast::{self, Child, Given};
use clinic::record::command::ChildForm;
use clinic::record::fact::Sex;
use serde_json::json;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// One core, one child after the other, each with at least 30 doses.
pub fn forecast(seed: u64) -> Outcome {
    let schedule = corpus::schedule()?;
    let mut chance = Chance(seed);
    let mut children = Vec::new();
    while children.len() < 500 {
        let dob = corpus::today() - Days::new(5 * 365 + chance.below(5 * 365));
        let form = ChildForm { dob: clinic::date::to_day(dob), sex: Sex::Male, ..ChildForm::default() };
        let mut doses = corpus::history(&mut chance, &form)?;
        if doses.len() < 30 {
            continue;
        }
        doses.truncate(30);
        let dob = to_date(form.dob).ok_or("no date")?;
        let given =
            doses.iter().filter_map(|(product, on)| Some(Given { product: schedule.product(product)?, on: *on }));
        children.push((Child { dob, sex: forecast::Sex::Male, je_endemic: false }, given.collect::<Vec<_>>()));
    }
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(3) {
        for (child, given) in &children {
            black_box(forecast::forecast(schedule, child, given, corpus::today())?);
            count += 1;
        }
    }
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    figure("forecast", rate, "children/s on one core", Some(100_000.0), json!({"doses": 30, "forecasts": count}))
}

pub fn run(place: &Place) -> Outcome {
    let Place { dir, doses, bytes_before, bytes_after, children } = place;
    let each = (bytes_after - bytes_before) as f64 / *doses as f64;
    let size = json!({"doses": doses, "children": children, "file_bytes": bytes_after, "file_bytes_before_doses": bytes_before});
    figure("size", each, "bytes/dose", Some(600.0), size)?;

    let ((clinic, admin), opening) = timed(|| corpus::open(dir))?;
    let (first, cold) = timed(|| clinic.due_list(&admin, &clinic::store::DueFilter::default(), 0))?;
    let cold_more = json!({"open_ms": ms(opening), "rows": first.rows.len(), "children": children,
        "note": "a process that just opened the file; the system's own cache may be warm"});
    figure("due-list-cold", ms(opening) + ms(cold), "ms", Some(250.0), cold_more)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let (page, time) = timed(|| clinic.due_list(&admin, &clinic::store::DueFilter::default(), 0))?;
        black_box(page);
        times.push(time);
    }
    let (median, p99) = spread(times);
    figure("due-list-warm", median, "ms", Some(16.0), json!({"p99_ms": p99, "rows": first.rows.len()}))?;

    let mut times = Vec::new();
    let (some, _) = clinic.children(&admin, "", 0)?;
    for line in some.iter().take(200) {
        times.push(timed(|| clinic.child(&admin, line.id))?.1);
    }
    let (median, p99) = spread(times);
    figure("child-page", median, "ms", None, json!({"p99_ms": p99}))?;

    let (report, time) = timed(|| clinic.verify(&admin))?;
    let sound = report.problems.is_empty();
    figure(
        "verify",
        time.as_secs_f64(),
        "s",
        None,
        json!({"events": report.events, "rows": report.rows, "sound": sound}),
    )
}

/// Each keystroke of names as they are typed.
pub fn search(dir: &Path, children: usize, seed: u64) -> Outcome {
    let desk = corpus::named(dir, children, seed)?;
    let typed = ["asha devi", "lakshmi", "meena yadav", "मीना", "rampur kabir", "6120045", "zoya khan", "a", "p y"];
    let mut times = Vec::new();
    let mut worst = (Duration::ZERO, String::new());
    for _ in 0..5 {
        for text in typed {
            for (end, letter) in text.char_indices() {
                let so_far = &text[..end + letter.len_utf8()];
                let (found, time) = timed(|| {
                    desk.clinic.find_children(&desk.admin, so_far, &clinic::store::ChildFilter::default(), 0)
                })?;
                black_box(found);
                if time > worst.0 {
                    worst = (time, so_far.to_owned());
                }
                times.push(time);
            }
        }
    }
    let (median, p99) = spread(times);
    let more = json!({"p99_ms": p99, "worst_ms": ms(worst.0), "worst": worst.1, "children": children,
        "peak_mib": memory_mib("self", "VmHWM")});
    figure("search-keystroke", median, "ms", Some(16.0), more)?;
    drop(desk);
    Ok(std::fs::remove_dir_all(dir.join("named"))?)
}
