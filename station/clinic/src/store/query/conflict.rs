//! Facts that broke a rule, and what an Admin answered.

use super::history::entry_of;
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, bytes, date, one, uint};
use crate::date::to_date;
use crate::ledger::{EventId, Hlc};
use crate::record::fact::{ChildDetails, Fact};
use crate::record::rule::{may_accept, proposed};
use crate::store::look::user_id;
use chrono::NaiveDate;
use hub_protocol::{ChildId, OriginId, UserId};
use rusqlite::{Connection, Params, Row};

/// Lines of one page.
pub const CONFLICT_PAGE: u32 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictLine {
    pub event: EventId,
    /// Which rule: the last part of the words' key `conflict-…`.
    pub kind: String,
    /// When the fact came into the ledger.
    pub at_ms: u64,
    /// Of whom it tells; a child that is not registered here has a number only.
    pub child: Option<ChildId>,
    pub of: Option<ConflictChild>,
    /// Of which user it tells: name and login.
    pub user: Option<(String, String)>,
    /// In whose name.
    pub by: Option<(UserId, String)>,
    /// What people call the toy that told it.
    pub toy: Option<String>,
    pub product: Option<String>,
    pub on: Option<NaiveDate>,
    pub batch: Option<String>,
    /// It may be said to be true after all.
    pub acceptable: bool,
    /// The answer that is proposed: true after all, or set aside.
    pub proposed: bool,
    pub settled: Option<Settled>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictChild {
    pub name: String,
    pub mother: String,
    pub dob: NaiveDate,
    pub village: String,
}

/// What an Admin answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub accepted: bool,
    pub reason: String,
    pub by: String,
    pub at_ms: u64,
}

const LINE: &str = "SELECT f.origin, f.seq, f.kind, f.hlc, f.child, c.name, c.mother, c.dob, c.village,
    u.id, u.name, t.label, f.product, f.day, f.batch, f.accepted, f.reason, s.name, f.settled_hlc, w.name, w.login
    FROM conflict f LEFT JOIN child c ON c.id = f.child LEFT JOIN user u ON u.id = f.by_user
    LEFT JOIN user w ON f.kind = 'login-twice' AND w.id = (
        SELECT h.id FROM history h WHERE h.subject = 1 AND h.hlc = f.hlc AND h.origin = f.origin AND h.seq = f.seq)
    LEFT JOIN toy t ON t.id = f.toy LEFT JOIN user s ON s.id = f.settled_by";

impl Clinic {
    /// Facts that wait for an answer, the oldest first: the first page of them.
    pub fn conflicts(&self, session: &Session) -> Result<Vec<ConflictLine>, SubmitError> {
        self.scope(session, Right::See(Query::Conflicts))?;
        let sql = format!("{LINE} WHERE f.accepted IS NULL ORDER BY f.hlc, f.origin, f.seq LIMIT {CONFLICT_PAGE}");
        Ok(self.read(|conn| lines(conn, &sql, []))?)
    }

    /// How many wait for an answer.
    pub fn open_conflicts(&self, session: &Session) -> Result<u32, SubmitError> {
        self.scope(session, Right::See(Query::Conflicts))?;
        let sql = "SELECT count(*) FROM conflict WHERE accepted IS NULL";
        Ok(self.read(|conn| Ok(one(conn, sql, [], |r| r.get(0))?.unwrap_or_default()))?)
    }

    /// Facts that were answered, the last answer first; a page from `offset` on.
    pub fn settled_conflicts(&self, session: &Session, offset: u32) -> Result<Vec<ConflictLine>, SubmitError> {
        self.scope(session, Right::See(Query::Conflicts))?;
        let sql = format!(
            "{LINE} WHERE f.accepted IS NOT NULL ORDER BY f.settled_hlc DESC, f.origin, f.seq
             LIMIT {CONFLICT_PAGE} OFFSET ?1"
        );
        Ok(self.read(|conn| lines(conn, &sql, [offset]))?)
    }
}

fn lines(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<ConflictLine>, StoreError> {
    let mut lines = all(conn, sql, params, line)?;
    for line in lines.iter_mut().filter(|line| line.kind == "toy-child-impossible") {
        // No record was made of it: what was told stands in the ledger alone.
        (line.of, line.child) = (told_child(conn, line.event)?, None);
    }
    Ok(lines)
}

fn told_child(conn: &Connection, event: EventId) -> Result<Option<ConflictChild>, StoreError> {
    let Some(entry) = entry_of(conn, event)? else { return Ok(None) };
    let Fact::ChildOnToy(told) = Fact::of(&entry)? else { return Ok(None) };
    let ChildDetails { name, mother, dob, village, .. } = told.details;
    Ok(Some(ConflictChild { name, mother, dob: to_date(dob).unwrap_or_default(), village }))
}

fn line(r: &Row<'_>) -> rusqlite::Result<ConflictLine> {
    let kind: String = r.get(2)?;
    let name: Option<String> = r.get(5)?;
    let of = match name {
        Some(name) => Some(ConflictChild { name, mother: r.get(6)?, dob: date(r.get(7)?), village: r.get(8)? }),
        None => None,
    };
    let ms = |hlc: i64| Hlc(uint(hlc)).ms();
    let settled = match r.get::<_, Option<bool>>(15)? {
        Some(accepted) => Some(Settled {
            accepted,
            reason: r.get::<_, Option<String>>(16)?.unwrap_or_default(),
            by: r.get::<_, Option<String>>(17)?.unwrap_or_default(),
            at_ms: r.get::<_, Option<i64>>(18)?.map(ms).unwrap_or_default(),
        }),
        None => None,
    };
    Ok(ConflictLine {
        event: EventId { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?) },
        at_ms: ms(r.get(3)?),
        child: r.get::<_, Option<i64>>(4)?.map(|c| ChildId(uint(c))),
        of,
        user: r.get::<_, Option<String>>(19)?.zip(r.get(20)?),
        by: user_id(r.get(9)?).zip(r.get::<_, Option<String>>(10)?),
        toy: r.get(11)?,
        product: r.get(12)?,
        on: r.get::<_, Option<i64>>(13)?.map(date),
        batch: r.get(14)?,
        acceptable: may_accept(&kind),
        proposed: proposed(&kind),
        settled,
        kind,
    })
}
