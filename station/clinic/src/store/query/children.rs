//! Children: listed, compared.

use super::coming::{Plan, open_doses, wanted};
use super::search::{Typed, find};
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, date, day, int, one, sex, uint, worker};
use crate::names::duplicates::{Level, Reason, score};
use crate::record::fact::{ChildDetails, Gone, Sex};
use crate::store::alike::{self, PERSON, person, sound};
use crate::store::look::{LEFT, gone};
use chrono::{Months, NaiveDate};
use hub_protocol::{ChildId, UserId};
use rusqlite::{Connection, Row, params_from_iter};
use std::collections::HashSet;

/// Rows of one page of the list of children.
pub const CHILDREN_PAGE: u32 = 100;
/// Children that a search finds at most: who wants more types more.
pub const FOUND_MAX: usize = 200;
/// Pairs of one page of probable duplicates.
pub const PAIRS_PAGE: u32 = 50;
/// Villages that can be chosen from.
const VILLAGES_MAX: u32 = 400;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildLine {
    pub id: ChildId,
    pub name: String,
    pub dob: NaiveDate,
    pub dob_estimated: bool,
    pub sex: Sex,
    pub mother: String,
    pub father: String,
    pub phone: String,
    pub village: String,
    /// The family may be looked for: its phone may leave the clinic.
    pub consent_tracing: bool,
    pub worker: Option<(UserId, String)>,
    /// The worker may not log in any more: nobody looks after the child.
    pub worker_left: bool,
    /// When the next dose is due.
    pub next_due: Option<NaiveDate>,
    /// The day on which the family is asked to come for it, on lists of children and on the child's own page: one on which
    /// somebody is there.
    pub come_on: Option<NaiveDate>,
    /// Not looked after here any more.
    pub gone: Option<Gone>,
    /// Of twins and more.
    pub birth_order: Option<u8>,
}

impl ChildLine {
    /// A dose was due by then.
    pub fn is_due_on(&self, day: NaiveDate) -> bool {
        self.next_due.is_some_and(|due| due <= day)
    }
}

pub(super) const CHILD_LINE: &str =
    "SELECT c.id, c.name, c.dob, c.dob_estimated, c.sex, c.mother, c.father, c.phone, c.village,
    u.id, u.name, (SELECT min(due) FROM next_dose n WHERE n.child = c.id), c.gone, c.birth_order, NOT u.active,
    c.consent_tracing
    FROM child c LEFT JOIN user u ON u.id = c.worker";

/// Whose children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    #[default]
    Anybodys,
    /// Of no worker, or of one who may not log in any more.
    Nobodys,
    Of(UserId),
}

/// What a list of children is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChildFilter {
    pub whose: Whose,
    /// By how it sounds, in either script.
    pub village: Option<String>,
    /// Only those who moved away, died, or were registered by mistake.
    pub gone: bool,
    pub without_card: bool,
    /// From so many completed months, and up to so many.
    pub age_months: Option<(u32, u32)>,
}

/// A page of children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildrenFound {
    pub lines: Vec<ChildLine>,
    /// On all pages.
    pub total: u32,
    /// There are more than `total`, and no page has them: more must be typed.
    pub more: bool,
}

/// Somebody who looks like a child, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateLine {
    pub child: ChildLine,
    pub level: Level,
    pub why: Vec<Reason>,
}

/// Two records that are probably one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicatePair {
    pub one: ChildLine,
    pub other: ChildLine,
    pub why: Vec<Reason>,
}

/// Children whose words begin like each one that is typed, the best match first; the first page of them.
pub fn found_by(conn: &Connection, typed: &str, today: NaiveDate) -> Result<Vec<ChildLine>, StoreError> {
    let Some(typed) = Typed::read(typed) else { return Ok(Vec::new()) };
    let filter = ChildFilter::default();
    let (mut found, _) = find(conn, &typed, &filter, &Wanted::of(&filter, today))?;
    found.truncate(CHILDREN_PAGE as usize);
    Ok(lines(conn, &found, today)?)
}

impl Clinic {
    /// Children whose words begin like each one that is typed, without any filter.
    pub fn children(&self, session: &Session, typed: &str, offset: u32) -> Result<(Vec<ChildLine>, u32), SubmitError> {
        let found = self.find_children(session, typed, &ChildFilter::default(), offset)?;
        Ok((found.lines, found.total))
    }

    /// Children whose name, parents, village, phone or numbers begin like each typed word, in either script; the best
    /// match first. Nothing typed: all who are looked after here, by name. Its cost does not grow with the clinic, save
    /// that of a filter without a typed word.
    pub fn find_children(
        &self,
        session: &Session,
        typed: &str,
        filter: &ChildFilter,
        offset: u32,
    ) -> Result<ChildrenFound, SubmitError> {
        self.scope(session, Right::See(Query::Children))?;
        let today = self.today()?;
        Ok(self.read(|conn| {
            let wanted = Wanted::of(filter, today);
            let (ids, total, more) = match Typed::read(typed) {
                None => {
                    let (ids, total) = browse(conn, &wanted, offset)?;
                    (ids, total, false)
                }
                Some(typed) => {
                    let (found, more) = find(conn, &typed, filter, &wanted)?;
                    let page = found.iter().copied().skip(offset as usize).take(CHILDREN_PAGE as usize).collect();
                    (page, u32::try_from(found.len()).unwrap_or(u32::MAX), more)
                }
            };
            Ok(ChildrenFound { lines: lines(conn, &ids, today)?, total, more })
        })?)
    }

    /// The villages of all children, as one of them has it written, by sound.
    pub fn villages(&self, session: &Session) -> Result<Vec<String>, SubmitError> {
        self.scope(session, Right::See(Query::Children))?;
        let sql = format!(
            "WITH RECURSIVE place(key) AS (
                 SELECT min(place_key) FROM child
                 UNION ALL
                 SELECT (SELECT min(place_key) FROM child WHERE place_key > place.key) FROM place WHERE place.key IS NOT NULL
             )
             SELECT (SELECT village FROM child WHERE place_key = place.key LIMIT 1) FROM place
             WHERE place.key IS NOT NULL LIMIT {VILLAGES_MAX}"
        );
        Ok(self.read(|conn| Ok(all(conn, &sql, [], |r| r.get(0))?))?)
    }

    /// Registered children who may be the one on the form, the likeliest first. [`Level::Probable`] ones must be named
    /// before the child can be registered.
    pub fn probable_duplicates(
        &self,
        session: &Session,
        form: &ChildDetails,
    ) -> Result<Vec<DuplicateLine>, SubmitError> {
        self.scope(session, Right::See(Query::Duplicates))?;
        Ok(self.read(|conn| {
            let mut found = Vec::new();
            for alike in alike::alike(conn, form)? {
                let id = int(alike.child.0);
                if let Some(child) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [id], child_line)? {
                    found.push(DuplicateLine { child, level: alike.found.level, why: alike.found.why });
                }
            }
            Ok(found)
        })?)
    }

    /// Registered children who are probably one, and of whom nobody said that they are two: the likeliest first,
    /// [`PAIRS_PAGE`] a page.
    pub fn duplicates(&self, session: &Session, page: u32) -> Result<Vec<DuplicatePair>, SubmitError> {
        self.scope(session, Right::See(Query::Duplicates))?;
        let today = self.today()?;
        Ok(self.read(|conn| duplicates(conn, page, today))?)
    }
}

pub(super) fn child_line(r: &Row<'_>) -> rusqlite::Result<ChildLine> {
    Ok(ChildLine {
        id: ChildId(uint(r.get(0)?)),
        name: r.get(1)?,
        dob: date(r.get(2)?),
        dob_estimated: r.get(3)?,
        sex: sex(r.get(4)?),
        mother: r.get(5)?,
        father: r.get(6)?,
        phone: r.get(7)?,
        village: r.get(8)?,
        consent_tracing: r.get(15)?,
        worker: worker(r, 9)?,
        worker_left: r.get::<_, Option<bool>>(14)?.unwrap_or_default(),
        next_due: r.get::<_, Option<i64>>(11)?.map(date),
        come_on: None,
        gone: gone(r.get(12)?),
        birth_order: r.get(13)?,
    })
}

fn lines(conn: &Connection, ids: &[i64], today: NaiveDate) -> rusqlite::Result<Vec<ChildLine>> {
    let sql = format!("{CHILD_LINE} WHERE c.id = ?1");
    let lines = ids.iter().filter_map(|id| one(conn, &sql, [id], child_line).transpose());
    let mut lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
    let days = lines.iter().map(|line| Ok(wanted(&open_doses(conn, int(line.id.0))?, today)));
    let days = days.collect::<rusqlite::Result<Vec<_>>>()?;
    let Some((last, _)) = days.iter().flatten().max() else { return Ok(lines) };
    let plan = Plan::for_days(conn, today, *last)?;
    for (line, day) in lines.iter_mut().zip(&days) {
        line.come_on = day.map(|day| plan.day_to_come(&line.village, day, today).on);
    }
    Ok(lines)
}

/// A filter as SQL over `child r`, a record that stands for itself. The village is `?1`.
pub(super) struct Wanted {
    pub sql: String,
    pub village: Option<String>,
    pub any: bool,
}

impl Wanted {
    pub fn of(filter: &ChildFilter, today: NaiveDate) -> Self {
        let mut all: Vec<String> = Vec::new();
        match filter.whose {
            Whose::Anybodys => {}
            Whose::Nobodys => all.push(format!("(r.worker IS NULL OR r.worker {LEFT}) AND r.gone IS NULL")),
            Whose::Of(user) => all.push(format!("r.worker = {}", int(user.0))),
        }
        let village = filter.village.as_deref().map(sound);
        if village.is_some() {
            all.push("r.place_key = ?1".to_owned());
        }
        if filter.gone {
            all.push("r.gone IS NOT NULL".to_owned());
        }
        if filter.without_card {
            all.push(
                "NOT EXISTS (SELECT 1 FROM card k WHERE k.child = r.id AND k.stopped IS NULL) AND NOT EXISTS (
                     SELECT 1 FROM child p JOIN card k ON k.child = p.id WHERE p.merged_into = r.id AND k.stopped IS NULL)"
                    .to_owned(),
            );
        }
        if let Some((from, to)) = filter.age_months {
            let ago = |months| today.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
            all.push(format!("r.dob > {} AND r.dob <= {}", day(ago(to)), day(ago(from))));
        }
        let any = !all.is_empty();
        all.push("r.merged_into IS NULL".to_owned());
        Self { sql: all.join(" AND "), village, any }
    }
}

/// All children, or all of a filter, by name.
fn browse(conn: &Connection, wanted: &Wanted, offset: u32) -> rusqlite::Result<(Vec<i64>, u32)> {
    // Those who went away stand in their own list, and are found by their names.
    let here = if wanted.sql.contains("r.gone IS NOT NULL") { "" } else { " AND r.gone IS NULL" };
    let of = match wanted.any {
        true if wanted.sql.contains("r.worker = ") => "child r",
        true => "child r INDEXED BY child_list",
        false => "child r INDEXED BY child_here",
    };
    let listed = if wanted.any { of } else { "child r INDEXED BY child_list" };
    let filter = &wanted.sql;
    let total = one(
        conn,
        &format!("SELECT count(*) FROM {of} WHERE {filter}{here}"),
        params_from_iter(&wanted.village),
        |r| r.get(0),
    )?;
    let sql = format!(
        "SELECT r.id FROM {listed} WHERE {filter}{here} ORDER BY r.name_key, r.dob, r.id LIMIT {CHILDREN_PAGE} OFFSET {offset}"
    );
    let ids = all(conn, &sql, params_from_iter(&wanted.village), |r| r.get(0))?;
    Ok((ids, total.unwrap_or_default()))
}

fn duplicates(conn: &Connection, page: u32, today: NaiveDate) -> Result<Vec<DuplicatePair>, StoreError> {
    // A record that became a part of another speaks for it; who is gone twice is nobody's work.
    let sql = format!(
        "SELECT a.id, b.id, x.id, y.id FROM child_alike p
         JOIN child x ON x.id = p.a JOIN child a ON a.id = coalesce(x.merged_into, x.id)
         JOIN child y ON y.id = p.b JOIN child b ON b.id = coalesce(y.merged_into, y.id)
         WHERE a.id <> b.id AND (a.gone IS NULL OR b.gone IS NULL)
           AND NOT EXISTS (SELECT 1 FROM child_apart t WHERE t.a = p.a AND t.b = p.b)
           AND NOT EXISTS (SELECT 1 FROM child_apart t WHERE t.a = min(a.id, b.id) AND t.b = max(a.id, b.id))
         ORDER BY p.points DESC, p.a, p.b LIMIT {PAIRS_PAGE} OFFSET {}",
        u64::from(page) * u64::from(PAIRS_PAGE)
    );
    let pairs = all(conn, &sql, [], |r| Ok([r.get::<_, i64>(0)?, r.get(1)?, r.get(2)?, r.get(3)?]))?;
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for [a, b, x, y] in pairs {
        if !seen.insert((a.min(b), a.max(b))) {
            continue;
        }
        let record = |id: i64| one(conn, &format!("{PERSON} WHERE c.id = ?1"), [id], person);
        let (Some(x), Some(y)) = (record(x)?, record(y)?) else { continue };
        let why = score(&x.as_person(), &y.as_person()).map(|found| found.why).unwrap_or_default();
        if let [one, other] = &lines(conn, &[a, b], today)?[..] {
            found.push(DuplicatePair { one: one.clone(), other: other.clone(), why });
        }
    }
    Ok(found)
}
