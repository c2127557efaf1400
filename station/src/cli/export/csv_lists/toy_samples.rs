//! What toys said of themselves, as CSV: one row a sample that was kept, of the toys that somebody may see.

use super::{Stopped, Table, line, number, time, yes};
use chrono::NaiveDate;
use clinic::date::india_ms;
use clinic::device::Sample;
use clinic::{Clinic, Session};
use std::ops::RangeInclusive;

const COLUMNS: [&str; 13] = [
    "toy",
    "label",
    "at",
    "battery_percent",
    "charging",
    "temperature_c",
    "storage_free_kib",
    "restarts",
    "records_held",
    "clock_offset_ms",
    "latitude",
    "longitude",
    "accuracy_m",
];

/// Toy after toy, of each the newest first.
pub fn write(
    clinic: &Clinic,
    session: &Session,
    days: &RangeInclusive<NaiveDate>,
    table: &mut Table<'_>,
) -> Result<(), Stopped> {
    line(table, COLUMNS)?;
    let (from_ms, end_ms) = india_ms(*days.start(), *days.end());
    for toy in clinic.toys(session)? {
        // A course ends with the newest; what is older comes with the next one.
        let mut until_ms = end_ms.saturating_sub(1);
        loop {
            let course = clinic.toy_course(session, toy.id, from_ms, until_ms)?;
            for sample in course.samples.iter().rev() {
                line(table, cells(&toy.id.code(), &toy.label, sample))?;
            }
            let oldest = course.samples.first().filter(|oldest| course.has_older && oldest.at_ms > from_ms);
            let Some(oldest) = oldest else { break };
            until_ms = oldest.at_ms - 1;
        }
    }
    Ok(())
}

fn cells(toy: &str, label: &str, s: &Sample) -> [String; 13] {
    let degrees = |e7: i32| format!("{:.7}", f64::from(e7) / 1e7);
    [
        toy.to_owned(),
        label.to_owned(),
        time(s.at_ms),
        s.battery_percent.to_string(),
        yes(s.charging),
        s.temperature_c.to_string(),
        s.storage_free_kib.to_string(),
        s.restarts.to_string(),
        s.records_held.to_string(),
        s.clock_offset_ms.to_string(),
        number(s.position.map(|p| degrees(p.latitude_e7))),
        number(s.position.map(|p| degrees(p.longitude_e7))),
        number(s.position.map(|p| p.accuracy_m)),
    ]
}
