//! Doses in the read tables, and what speaks against believing one.

use super::{At, Subject, Touched, toy};
use crate::date::{india, to_date};
use crate::forecast::Schedule;
use crate::ledger::Hlc;
use crate::record::fact::{
    ConflictSettled, DeclineLifted, DoseCorrected, DoseDeclined, DoseGiven, DoseWithdrawn, Gone,
};
use crate::record::limits::BATCH_MAX_CHARS;
use crate::record::text::clean;
use crate::store::look::{PARTS, child_id, child_state, root};
use crate::store::sql::{all, bytes, int, one, uint};
use hub_protocol::{ChildId, Day};

/// A toy's text was never on our form; its own words stay in the ledger.
pub fn batch_text(batch: &str) -> String {
    clean(batch, BATCH_MAX_CHARS)
}

/// One dose may be told of several times: by the desk, by a toy, later by a card. The earliest telling
/// is the dose, each is a witness.
pub fn give(at: At<'_>, f: &DoseGiven) -> rusqlite::Result<Touched> {
    if let Some(toy) = &f.toy {
        toy::record(at, toy)?;
    }
    if let Some(kind) = doubt(at, f)? {
        at.conflict(kind, Some(f.child), Some(f))?;
        return Ok(Touched::Nobody);
    }
    put(at, Telling::of(at, f))
}

/// A dose that another station has believed, given where its author works: for us it is one given elsewhere, and that
/// station's record is the proof.
pub fn tell(at: At<'_>, f: &DoseGiven, from: &str) -> rusqlite::Result<Touched> {
    let place = one(at.conn, "SELECT place FROM user WHERE id = ?1", [at.by], |r| r.get::<_, Option<String>>(0))?;
    let place = place.flatten().unwrap_or_else(|| from.to_owned());
    put(at, Telling { outside: f.outside.as_deref().or(Some(&place)), ..Telling::of(at, f) })
}

/// What is told of a dose, by whom.
struct Telling<'a> {
    child: ChildId,
    day: i64,
    product: &'a str,
    batch: Option<String>,
    reason: Option<&'a str>,
    session: Option<i64>,
    outside: Option<&'a str>,
    by: Option<i64>,
    hlc: i64,
    toy: Option<[u8; 32]>,
}

impl<'a> Telling<'a> {
    fn of(at: At<'_>, f: &'a DoseGiven) -> Self {
        Self {
            child: f.child,
            day: i64::from(f.on.0),
            product: &f.product,
            batch: f.batch.as_deref().map(batch_text).filter(|batch| !batch.is_empty()),
            reason: f.reason.as_deref(),
            session: f.session.map(|s| int(s.0)),
            outside: f.outside.as_deref(),
            by: at.by,
            hlc: at.hlc,
            toy: f.toy.as_ref().map(|t| t.toy.0),
        }
    }
}

/// A dose as its row has it.
struct Held {
    batch: Option<String>,
    reason: Option<String>,
    session: Option<i64>,
    outside: Option<String>,
    /// Nobody gave it. What was said of another record, of which this one is a part, says nothing of its own.
    withdrawn: bool,
    by: Option<i64>,
    at: (i64, [u8; 16], i64),
    batch_hidden_by: Option<i64>,
}

fn held(at: At<'_>, child: i64, day: i64, product: &str) -> rusqlite::Result<Option<Held>> {
    let sql = "SELECT batch, reason, session, outside, withdrawn AND hidden_by IS NULL, by_user, hlc, origin, seq,
                   batch_hidden_by FROM dose
               WHERE child = ?1 AND day = ?2 AND product = ?3";
    one(at.conn, sql, (child, day, product), |r| {
        Ok(Held {
            batch: r.get(0)?,
            reason: r.get(1)?,
            session: r.get(2)?,
            outside: r.get(3)?,
            withdrawn: r.get(4)?,
            by: r.get(5)?,
            at: (r.get(6)?, bytes(r, 7)?, r.get(8)?),
            batch_hidden_by: r.get(9)?,
        })
    })
}

/// Puts a telling into the row of its dose. A dose that was withdrawn and is told again is a dose again. Of several
/// tellings the earliest is the dose, and the later ones fill in what it left out: told here by one of them, it
/// was given here.
fn put(at: At<'_>, t: Telling<'_>) -> rusqlite::Result<Touched> {
    let (child, when) = (int(t.child.0), (t.hlc, at.origin(), at.seq()));
    let new = Held {
        batch: t.batch,
        reason: t.reason.map(str::to_owned),
        session: t.session,
        outside: t.outside.map(str::to_owned),
        withdrawn: false,
        by: t.by,
        at: when,
        batch_hidden_by: None,
    };
    let row = match held(at, child, t.day, t.product)? {
        Some(old) if !old.withdrawn => {
            let (first, then) = if new.at < old.at { (new, old) } else { (old, new) };
            Held {
                batch: first.batch.or(then.batch),
                reason: first.reason.or(then.reason),
                session: first.session.or(then.session),
                outside: first.outside.zip(then.outside).map(|(proof, _)| proof),
                batch_hidden_by: first.batch_hidden_by.or(then.batch_hidden_by),
                ..first
            }
        }
        _ => new,
    };
    let (hlc, origin, seq) = row.at;
    at.run(
        "INSERT INTO dose VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?11, NULL, ?12)
         ON CONFLICT(child, day, product) DO UPDATE SET
             batch = excluded.batch, reason = excluded.reason, session = excluded.session, outside = excluded.outside,
             withdrawn = 0, by_user = excluded.by_user, hlc = excluded.hlc, origin = excluded.origin, seq = excluded.seq,
             hidden_by = NULL, batch_hidden_by = excluded.batch_hidden_by",
        rusqlite::params![
            child,
            t.day,
            t.product,
            row.batch,
            row.reason,
            row.session,
            row.outside,
            row.by,
            hlc,
            origin,
            seq,
            row.batch_hidden_by
        ],
    )?;
    witness(at, child, t.day, t.product, t.toy)?;
    Ok(Touched::Child(t.child))
}

fn witness(at: At<'_>, child: i64, day: i64, product: &str, toy: Option<[u8; 32]>) -> rusqlite::Result<()> {
    at.run(
        "INSERT INTO dose_witness VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        (at.origin(), at.seq(), child, day, product, toy),
    )?;
    Ok(())
}

/// Was written down wrong. Who gave it stays who gave it; a session is of one day.
pub fn correct(at: At<'_>, f: &DoseCorrected) -> rusqlite::Result<Touched> {
    let day = i64::from(f.on.0);
    at.note(Subject::Child, int(f.child.0))?;
    if f.to.product == f.product && f.to.on == f.on {
        let child = int(f.child.0);
        at.run(
            "UPDATE dose SET batch = ?4, batch_hidden_by = NULL
             WHERE child = ?1 AND day = ?2 AND product = ?3 AND NOT withdrawn",
            (child, day, &f.product, &f.to.batch),
        )?;
        let sql = format!(
            "UPDATE dose SET batch_hidden_by = ?4 WHERE child IN ({PARTS}) AND child <> ?4 AND day = ?2 AND product = ?3
             AND NOT withdrawn RETURNING child"
        );
        hide(at, &sql, (int(root(at.conn, f.child)?.0), day, &f.product, child))?;
        return Ok(Touched::Child(f.child));
    }
    let was = held(at, int(f.child.0), day, &f.product)?;
    take_out(at, f.child, day, &f.product)?;
    let told = Telling {
        child: f.child,
        day: i64::from(f.to.on.0),
        product: &f.to.product,
        batch: f.to.batch.clone(),
        // Why it was stored although a rule warned was said of what was wrong.
        reason: None,
        session: if f.to.on == f.on { was.as_ref().and_then(|w| w.session) } else { f.session.map(|s| int(s.0)) },
        outside: was.as_ref().and_then(|w| w.outside.as_deref()),
        by: was.as_ref().map_or(at.by, |w| w.by),
        hlc: at.hlc,
        toy: None,
    };
    put(at, told)
}

pub fn withdraw(at: At<'_>, f: &DoseWithdrawn) -> rusqlite::Result<Touched> {
    take_out(at, f.child, i64::from(f.on.0), &f.product)?;
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

/// Nobody gave this dose to this child, whichever of the child's records tells of it. What the other records tell is
/// hidden as long as they are one child.
fn take_out(at: At<'_>, child: ChildId, day: i64, product: &str) -> rusqlite::Result<()> {
    let (own, root) = (int(child.0), int(root(at.conn, child)?.0));
    let sql = "UPDATE dose SET withdrawn = 1, hidden_by = NULL WHERE child = ?1 AND day = ?2 AND product = ?3";
    at.run(sql, (own, day, product))?;
    // The root is what the others part from last.
    let sql = format!(
        "UPDATE dose SET withdrawn = 1, hidden_by = ?4 WHERE child IN ({PARTS}) AND child <> ?4 AND day = ?2
         AND product = ?3 AND (NOT withdrawn OR hidden_by IS NOT NULL AND ?4 = ?1) RETURNING child"
    );
    hide(at, &sql, (root, day, product, own))
}

/// Hides what parts of the child tell: it belongs to the history of each of them.
fn hide(at: At<'_>, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<()> {
    for part in all(at.conn, sql, params, |r| r.get::<_, i64>(0))? {
        at.note(Subject::Child, part)?;
    }
    Ok(())
}

/// Two records are two children again: what was said of one of them hides nothing of the other any more.
pub fn take_apart(at: At<'_>, child: i64, into: i64) -> rusqlite::Result<()> {
    let rows = format!("child IN ({PARTS} UNION ALL SELECT ?2)");
    let sql = format!(
        "UPDATE dose SET withdrawn = 0, hidden_by = NULL
         WHERE {rows} AND hidden_by IS NOT NULL AND (child = ?2 OR hidden_by = ?2)"
    );
    at.run(&sql, (into, child))?;
    let sql = format!(
        "UPDATE dose SET batch_hidden_by = NULL
         WHERE {rows} AND batch_hidden_by IS NOT NULL AND (child = ?2 OR batch_hidden_by = ?2)"
    );
    at.run(&sql, (into, child))?;
    let sql = format!(
        "UPDATE decline SET hidden_by = NULL
         WHERE {rows} AND hidden_by IS NOT NULL AND (child = ?2 OR hidden_by = ?2)"
    );
    at.run(&sql, (into, child))?;
    Ok(())
}

pub fn decline(at: At<'_>, f: &DoseDeclined) -> rusqlite::Result<Touched> {
    at.run(
        "INSERT INTO decline VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL) ON CONFLICT(child, series, why) DO UPDATE SET
             day = excluded.day, until = excluded.until, reason = excluded.reason, by_user = excluded.by_user,
             hidden_by = NULL",
        rusqlite::params![
            int(f.child.0),
            f.series,
            f.why as i64,
            i64::from(f.on.0),
            f.until.map(|d| d.0),
            f.reason,
            at.by
        ],
    )?;
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

pub fn lift_decline(at: At<'_>, f: &DeclineLifted) -> rusqlite::Result<Touched> {
    let (own, why) = (int(f.child.0), f.why as i64);
    at.run("DELETE FROM decline WHERE child = ?1 AND series = ?2 AND why = ?3", (own, &f.series, why))?;
    let sql = format!(
        "UPDATE decline SET hidden_by = ?4 WHERE child IN ({PARTS}) AND child <> ?4 AND series = ?2 AND why = ?3
         AND (hidden_by IS NULL OR ?4 = ?1) RETURNING child"
    );
    hide(at, &sql, (int(root(at.conn, f.child)?.0), &f.series, why, own))?;
    at.note(Subject::Child, int(f.child.0))?;
    Ok(Touched::Child(f.child))
}

/// What an Admin answered; the first answer stands. A dose that is true after all is told by the one who gave it:
/// where somebody has told of it meanwhile, it is one more witness.
pub fn settle(at: At<'_>, f: &ConflictSettled) -> rusqlite::Result<Touched> {
    let (origin, seq) = (f.event.origin.0, int(f.event.seq));
    let answered = one(
        at.conn,
        "UPDATE conflict SET accepted = ?3, reason = ?4, settled_by = ?5, settled_hlc = ?6
         WHERE origin = ?1 AND seq = ?2 AND accepted IS NULL RETURNING kind, child, by_user",
        (origin, seq, f.accepted, &f.reason, at.by, at.hlc),
        |r| Ok((r.get::<_, String>(0)?, child_id(r.get(1)?), r.get(2)?)),
    )?;
    let Some((kind, child, by)) = answered else { return Ok(Touched::Nobody) };
    if let Some(child) = child.filter(|_| toy::keeps_waiting(&kind)) {
        return toy::answered(at, child, by, f.accepted);
    }
    let dose = one(
        at.conn,
        "SELECT child, day, product, batch, by_user, hlc, toy FROM conflict
         WHERE origin = ?1 AND seq = ?2 AND child IS NOT NULL AND product IS NOT NULL",
        (origin, seq),
        |r| {
            Ok((
                r.get::<_, i64>(0)?,
                r.get::<_, i64>(1)?,
                r.get::<_, String>(2)?,
                r.get(3)?,
                r.get(4)?,
                r.get(5)?,
                r.get(6)?,
            ))
        },
    )?;
    let Some((child, day, product, batch, by, hlc, toy)) = dose else {
        return if f.accepted { toy::believe(at, f.event) } else { Ok(Touched::Nobody) };
    };
    at.note(Subject::Child, child)?;
    if !f.accepted {
        return Ok(Touched::Nobody);
    }
    let telling = At { id: f.event, ..at };
    if held(at, child, day, &product)?.is_some_and(|dose| !dose.withdrawn) {
        witness(telling, child, day, &product, toy)?;
        return Ok(Touched::Nobody);
    }
    let told = Telling {
        child: ChildId(uint(child)),
        day,
        product: &product,
        batch,
        reason: None,
        session: None,
        outside: None,
        by,
        hlc,
        toy,
    };
    put(telling, told)
}

/// Why a dose that somebody reports cannot simply be believed. The word is the last part of the words'
/// key `conflict-…`.
fn doubt(at: At<'_>, f: &DoseGiven) -> rusqlite::Result<Option<&'static str>> {
    if let Some(kind) = doubted_day(at, f.child, f.on)? {
        return Ok(Some(kind));
    }
    let schedule = one(at.conn, "SELECT schedule FROM clinic", [], |r| r.get::<_, String>(0))?;
    let known = schedule.and_then(|s| Schedule::builtin(&s)).is_some_and(|s| s.product(&f.product).is_some());
    if !known {
        return Ok(Some("unknown-product"));
    }
    let Some(toy) = &f.toy else { return Ok(None) };
    // A toy can sign in any name, and a stolen one goes on doing it: it is believed for those who carried it,
    // for as long as they did, by the hub's clock. What its own clock says comes last: it must not hide the rest.
    if !toy::was_hers(at, toy)? {
        return Ok(Some("not-her-toy"));
    }
    if is_withdrawn(at, f)? {
        return Ok(Some("withdrawn-dose"));
    }
    toy::doubted(at, toy, f.on)
}

/// Why nothing can have happened to this child on this day.
pub(super) fn doubted_day(at: At<'_>, child: ChildId, on: Day) -> rusqlite::Result<Option<&'static str>> {
    let Some(state) = child_state(at.conn, child)? else { return Ok(Some("unknown-child")) };
    let Some(on) = to_date(on) else { return Ok(Some("impossible-date")) };
    if on < state.dob {
        return Ok(Some("before-birth"));
    }
    if on > india(Hlc(uint(at.hlc)).ms()) {
        return Ok(Some("future-date"));
    }
    let whole = child_state(at.conn, root(at.conn, child)?)?;
    let died_on = whole.filter(|child| child.gone == Some(Gone::Died)).and_then(|child| child.gone_on);
    Ok(died_on.is_some_and(|died_on| on > died_on).then_some("after-death"))
}

/// Somebody at the desk said that nobody gave it, and nobody told it again since.
pub fn is_withdrawn(at: At<'_>, f: &DoseGiven) -> rusqlite::Result<bool> {
    let sql = format!("SELECT min(withdrawn) FROM dose WHERE child IN ({PARTS}) AND day = ?2 AND product = ?3");
    let key = (int(root(at.conn, f.child)?.0), i64::from(f.on.0), &f.product);
    Ok(one(at.conn, &sql, key, |r| r.get::<_, Option<bool>>(0))?.flatten() == Some(true))
}
