//! Event -> read tables. Replay never refuses: what a rule would have refused at the desk, but happened
//! all the same, becomes a conflict for an Admin.

use super::look::{child_state, role_number};
use super::sql::{day, int, one, run};
use crate::date::{india, to_date, to_day};
use crate::forecast::Schedule;
use crate::ledger::Event;
use crate::record::fact::{ChildDetails, DoseGiven, Fact};
use crate::record::limits::{BATCH_MAX_CHARS, TOY_CLOCK_DOUBT_MS};
use crate::record::text::{clean, search_form};
use hub_protocol::ChildId;
use rusqlite::Connection;

/// A toy may have been in somebody's hands this long before the clinic wrote it down, in ms.
const HELD_SLACK_MS: i64 = 60 * 60 * 1000;

/// Whose forecast may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touched {
    Nobody,
    Child(ChildId),
}

/// Applies one event.
pub fn apply(conn: &Connection, event: &Event, fact: &Fact) -> rusqlite::Result<Touched> {
    match fact {
        // What the station keeps of these is the log itself.
        Fact::OriginOpened(_) | Fact::StationAdmitted(_) => {}
        Fact::ClinicFounded(f) => {
            run(
                conn,
                "INSERT INTO clinic VALUES (1, ?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                (&f.name, &f.schedule, f.je_endemic, f.recovery.0, f.demo),
            )?;
        }
        Fact::DistrictJoined(f) => {
            run(
                conn,
                "INSERT INTO district VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                (f.district.0, &f.address, &f.district_name, &f.station_name),
            )?;
        }
        Fact::UserRegistered(f) => {
            run(
                conn,
                "INSERT INTO user VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT DO NOTHING",
                (int(f.user.0), &f.login, &f.name, role_number(f.role)),
            )?;
        }
        Fact::UserDisabled(f) => {
            let user = int(f.user.0);
            run(conn, "UPDATE user SET active = 0 WHERE id = ?1", [user])?;
            let until = (user, int(f.at_ms));
            run(conn, "UPDATE toy_held SET until_ms = ?2 WHERE worker = ?1 AND until_ms IS NULL", until)?;
        }
        Fact::PasswordReset(_) | Fact::ClockAccepted(_) => {}
        Fact::ChildRegistered(f) => {
            register_child(conn, f.child, &f.details, f.worker.map(|w| int(w.0)))?;
            return Ok(Touched::Child(f.child));
        }
        Fact::ChildAssigned(f) => {
            let worker = f.worker.map(|w| int(w.0));
            run(conn, "UPDATE child SET worker = ?2 WHERE id = ?1", (int(f.child.0), worker))?;
        }
        Fact::DoseGiven(f) => return give_dose(conn, event, f),
        Fact::CardRegistered(f) => {
            run(
                conn,
                "INSERT INTO card VALUES (?1, ?2, ?3, NULL, NULL) ON CONFLICT DO NOTHING",
                (int(f.card.0), &f.uid, f.written),
            )?;
        }
        Fact::CardAssigned(f) => {
            run(conn, "UPDATE card SET child = ?2 WHERE no = ?1", (int(f.card.0), int(f.child.0)))?;
        }
        Fact::CardStopped(f) => {
            run(conn, "UPDATE card SET stopped = ?2 WHERE no = ?1", (int(f.card.0), f.why as i64))?;
        }
        Fact::ToyRegistered(f) => {
            run(
                conn,
                "INSERT INTO toy VALUES (?1, ?2, ?3, ?4, NULL) ON CONFLICT DO NOTHING",
                (f.key.device_id().0, f.key.0, &f.model, &f.label),
            )?;
        }
        Fact::ToyAssigned(f) => {
            let worker = f.worker.map(|w| int(w.0));
            let now = int(f.at_ms);
            run(conn, "UPDATE toy SET worker = ?2 WHERE id = ?1", (f.toy.0, worker))?;
            run(conn, "UPDATE toy_held SET until_ms = ?2 WHERE toy = ?1 AND until_ms IS NULL", (f.toy.0, now))?;
            if worker.is_some() {
                let row = (event.id.origin.0, int(event.id.seq), f.toy.0, worker, now);
                run(conn, "INSERT INTO toy_held VALUES (?1, ?2, ?3, ?4, ?5, NULL) ON CONFLICT DO NOTHING", row)?;
            }
        }
        Fact::TaskAssigned(f) => {
            run(
                conn,
                "INSERT INTO task VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL) ON CONFLICT DO NOTHING",
                (int(f.task.0), int(f.worker.0), f.kind as i64, f.child.map(|c| int(c.0)), i64::from(f.due.0), &f.note),
            )?;
        }
        Fact::TaskClosed(f) => {
            run(conn, "UPDATE task SET done = ?2, reason = ?3 WHERE id = ?1", (int(f.task.0), f.done, &f.reason))?;
        }
        Fact::CertificateIssued(f) => {
            let by = event.entry.actor.0.map(|u| int(u.0));
            run(
                conn,
                "INSERT INTO certificate VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                (event.id.origin.0, int(f.number), int(f.child.0), i64::from(f.on.0), by),
            )?;
        }
    }
    Ok(Touched::Nobody)
}

/// Applies an event of a log that is not ours. What a district may tell a station is a short list; the rest
/// is kept in its log, and shown.
pub fn apply_theirs(conn: &Connection, event: &Event, fact: &Fact) -> rusqlite::Result<Touched> {
    if matches!(fact, Fact::OriginOpened(_) | Fact::StationAdmitted(_)) {
        return apply(conn, event, fact);
    }
    conflict(conn, event, "not-the-districts", None)?;
    Ok(Touched::Nobody)
}

fn conflict(conn: &Connection, event: &Event, kind: &str, child: Option<ChildId>) -> rusqlite::Result<()> {
    run(
        conn,
        "INSERT INTO conflict VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        (event.id.origin.0, int(event.id.seq), kind, child.map(|c| int(c.0))),
    )?;
    Ok(())
}

fn register_child(conn: &Connection, child: ChildId, d: &ChildDetails, worker: Option<i64>) -> rusqlite::Result<()> {
    let words = [&d.name, &d.mother, &d.father, &d.village, &d.phone].map(|w| search_form(w)).join("\n");
    let search = format!("{words}\n{}", child.to_string().to_lowercase());
    run(
        conn,
        "INSERT INTO child VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT DO NOTHING",
        rusqlite::params![
            int(child.0),
            d.name,
            i64::from(d.dob.0),
            d.dob_estimated,
            d.sex as i64,
            d.mother,
            d.father,
            d.phone,
            d.village,
            d.landmark,
            d.consent_reminders,
            d.consent_tracing,
            worker,
            search
        ],
    )?;
    Ok(())
}

/// One dose may be told of several times: by the desk, by a toy, later by a card. The earliest telling
/// is the dose, each is a witness.
fn give_dose(conn: &Connection, event: &Event, f: &DoseGiven) -> rusqlite::Result<Touched> {
    let (origin, seq) = (event.id.origin.0, int(event.id.seq));
    if let Some(toy) = &f.toy {
        run(
            conn,
            "INSERT INTO toy_record VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            (toy.toy.0, int(toy.epoch), int(toy.seq), toy.signature, origin, seq),
        )?;
    }
    if let Some(kind) = doubt(conn, event, f)? {
        conflict(conn, event, kind, Some(f.child))?;
        return Ok(Touched::Nobody);
    }
    let on = i64::from(f.on.0);
    let hlc = int(event.entry.hlc.0);
    let by = event.entry.actor.0.map(|u| int(u.0));
    // A toy's text was never on our form; its own words stay in the ledger.
    let batch = f.batch.as_deref().map(|batch| clean(batch, BATCH_MAX_CHARS)).filter(|batch| !batch.is_empty());
    run(
        conn,
        "INSERT INTO dose VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT(child, day, product) DO UPDATE SET
             batch = excluded.batch, reason = excluded.reason, by_user = excluded.by_user,
             hlc = excluded.hlc, origin = excluded.origin, seq = excluded.seq
         WHERE (excluded.hlc, excluded.origin, excluded.seq) < (dose.hlc, dose.origin, dose.seq)",
        rusqlite::params![int(f.child.0), on, f.product, batch, f.reason, by, hlc, origin, seq],
    )?;
    run(
        conn,
        "INSERT INTO dose_witness VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        (origin, seq, int(f.child.0), on, &f.product, f.toy.as_ref().map(|t| t.toy.0)),
    )?;
    Ok(Touched::Child(f.child))
}

/// Why a dose that somebody reports cannot simply be believed. The word is the last part of the words'
/// key `conflict-…`.
fn doubt(conn: &Connection, event: &Event, f: &DoseGiven) -> rusqlite::Result<Option<&'static str>> {
    let Some(child) = child_state(conn, f.child)? else { return Ok(Some("unknown-child")) };
    let Some(on) = to_date(f.on) else { return Ok(Some("impossible-date")) };
    if on < child.dob {
        return Ok(Some("before-birth"));
    }
    if on > india(event.entry.hlc.ms()) {
        return Ok(Some("future-date"));
    }
    let schedule = one(conn, "SELECT schedule FROM clinic", [], |r| r.get::<_, String>(0))?;
    let known = schedule.and_then(|s| Schedule::builtin(&s)).is_some_and(|s| s.product(&f.product).is_some());
    if !known {
        return Ok(Some("unknown-product"));
    }
    let Some(toy) = &f.toy else { return Ok(None) };
    if toy.clock_offset_ms.unsigned_abs() > TOY_CLOCK_DOUBT_MS.unsigned_abs() {
        return Ok(Some("toy-clock"));
    }
    // A toy can sign in any name, and a stolen one goes on doing it: it is believed for those who carried it,
    // for as long as they did, by the hub's clock.
    let worker = event.entry.actor.0.map(|user| int(user.0));
    let at_ms = i64::try_from(toy.at_ms).unwrap_or(i64::MAX).saturating_sub(toy.clock_offset_ms);
    let held = one(
        conn,
        "SELECT 1 FROM toy_held WHERE toy = ?1 AND worker = ?2
         AND from_ms <= ?3 + ?4 AND (until_ms IS NULL OR until_ms >= ?3)",
        (toy.toy.0, worker, at_ms, HELD_SLACK_MS),
        |_| Ok(()),
    )?;
    let given_before = f.on <= to_day(india(u64::try_from(at_ms).unwrap_or_default()));
    Ok((held.is_none() || !given_before).then_some("not-her-toy"))
}

/// Works out a child's next doses again.
pub fn refresh_forecast(
    conn: &Connection,
    child: ChildId,
    schedule: &Schedule,
    je_endemic: bool,
    today: chrono::NaiveDate,
) -> rusqlite::Result<()> {
    use crate::forecast::forecast;
    use crate::record::rule::{forecast_child, forecast_given};
    let Some(state) = child_state(conn, child)? else { return Ok(()) };
    let mut doses = super::look::doses(conn, child)?;
    // A clock that went back: doses that lie ahead of it are judged when their day comes.
    doses.retain(|(_, on)| *on <= today);
    let given = forecast_given(schedule, &doses);
    let id = int(child.0);
    run(conn, "DELETE FROM next_dose WHERE child = ?1", [id])?;
    let result = forecast(schedule, &forecast_child(state, je_endemic), &given, today);
    let recheck = result.as_ref().ok().and_then(|f| f.recheck_on).map(day);
    run(
        conn,
        "INSERT INTO forecast VALUES (?1, ?2, ?3)
         ON CONFLICT(child) DO UPDATE SET computed_on = excluded.computed_on, recheck_on = excluded.recheck_on",
        (id, day(today), recheck),
    )?;
    for row in result.map(|f| f.next).unwrap_or_default() {
        let (Some(earliest), Some(due)) = (row.earliest, row.due) else { continue };
        let crate::forecast::Item::Entry(entry) = row.item else { continue };
        let product = schedule.products_for(entry).first().map(|p| schedule.product_name(*p)).unwrap_or_default();
        run(
            conn,
            "INSERT INTO next_dose VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (id, schedule.item_name(row.item), product, day(earliest), day(due), row.last_day.map(day)),
        )?;
    }
    Ok(())
}
