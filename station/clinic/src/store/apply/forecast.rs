//! The next doses of a child in the read tables. A row that says what it said is not written again: each page that
//! is touched is sealed and written anew, and that is most of what a dose costs.

use super::{nourished, waiting};
use crate::forecast::{Item, Schedule, forecast_with};
use crate::record::rule::{Declines, forecast_child, forecast_given};
use crate::store::look::{child_state, declines, doses};
use crate::store::sql::{all, day, int, run};
use hub_protocol::ChildId;
use rusqlite::Connection;

/// Works out a child's next doses again.
pub fn refresh_forecast(
    conn: &Connection,
    child: ChildId,
    schedule: &Schedule,
    je_endemic: bool,
    today: chrono::NaiveDate,
) -> rusqlite::Result<()> {
    let Some(mut state) = child_state(conn, child)? else { return Ok(()) };
    let mut child = child;
    if let Some(into) = state.merged_into {
        clear(conn, child)?;
        child = into;
        state = match child_state(conn, into)? {
            Some(state) => state,
            None => return Ok(()),
        };
    }
    if !state.active() {
        return clear(conn, child);
    }
    let mut doses = doses(conn, child)?;
    // A clock that went back: doses that lie ahead of it are judged when their day comes. One before the birth was
    // told of a record that had another birth date before it became a part of this one.
    let ahead = doses.iter().map(|(_, on)| *on).chain([state.dob]).filter(|on| *on > today).min();
    doses.retain(|(_, on)| *on <= today && *on >= state.dob);
    let given = forecast_given(schedule, &doses);
    let id = int(child.0);
    let declines = Declines::of(schedule, &declines(conn, child)?);
    let against = declines.constraints();
    let result = forecast_with(schedule, &forecast_child(state, je_endemic), &given, &against, today);
    let recheck_on = result.as_ref().ok().and_then(|f| f.recheck_on);
    let next = result.map(|f| f.next).unwrap_or_default();
    let recheck = waiting::recheck_on(recheck_on, &next, today).into_iter().chain(ahead).min().map(day);
    waiting::put(conn, child, &next)?;
    nourished::put(conn, child, &state)?;
    run(
        conn,
        "INSERT INTO forecast VALUES (?1, ?2, ?3)
         ON CONFLICT(child) DO UPDATE SET computed_on = excluded.computed_on, recheck_on = excluded.recheck_on
         WHERE (computed_on, recheck_on) IS NOT (excluded.computed_on, excluded.recheck_on)",
        (id, day(today), recheck),
    )?;
    let mut gone: Vec<String> = all(conn, "SELECT item FROM next_dose WHERE child = ?1", [id], |r| r.get(0))?;
    for row in next {
        let (Some(earliest), Some(due)) = (row.earliest, row.due) else { continue };
        let Item::Entry(entry) = row.item else { continue };
        let product = against.products_for(schedule, entry, today.max(earliest)).next();
        let product = product.map(|p| schedule.product_name(p)).unwrap_or_default();
        let item = schedule.item_name(row.item);
        let refused = row.refused_on().map(day);
        run(
            conn,
            "INSERT INTO next_dose VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT(child, item) DO UPDATE SET product = excluded.product, earliest = excluded.earliest,
                 due = excluded.due, last_day = excluded.last_day, refused = excluded.refused
             WHERE (product, earliest, due, last_day, refused)
                 IS NOT (excluded.product, excluded.earliest, excluded.due, excluded.last_day, excluded.refused)",
            (id, item, product, day(earliest), day(due), row.last_day.map(day), refused),
        )?;
        gone.retain(|was| *was != item);
    }
    for item in gone {
        run(conn, "DELETE FROM next_dose WHERE child = ?1 AND item = ?2", (id, item))?;
    }
    Ok(())
}

/// Nothing is due for a child who is not looked after here, or whose record is a part of another.
fn clear(conn: &Connection, child: ChildId) -> rusqlite::Result<()> {
    run(conn, "DELETE FROM next_dose WHERE child = ?1", [int(child.0)])?;
    waiting::clear(conn, child)?;
    nourished::clear(conn, child)?;
    run(conn, "DELETE FROM forecast WHERE child = ?1", [int(child.0)])?;
    Ok(())
}
