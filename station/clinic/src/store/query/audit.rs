//! Who saw whose record, who logged in, who took data away: for Admins.

use super::{Clinic, Query, Right, Session, SubmitError, all, int, one, uint};
use crate::store::Seen;
use hub_protocol::{ChildId, UserId};

/// Lines of one page.
pub const AUDIT_PAGE: usize = 100;

/// What is asked for; `Default` is everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub user: Option<UserId>,
    pub child: Option<ChildId>,
    pub what: Option<Seen>,
    /// Both included, ms since 1970.
    pub from_ms: Option<u64>,
    pub to_ms: Option<u64>,
}

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPlace {
    at_ms: i64,
    no: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    pub at_ms: u64,
    /// Nobody: a login that does not exist.
    pub user: Option<(UserId, String)>,
    /// `None`: written by a newer program.
    pub what: Option<Seen>,
    pub child: Option<AuditChild>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditChild {
    pub id: ChildId,
    pub name: String,
    pub mother: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// Newest first.
    pub lines: Vec<AuditLine>,
    pub next: Option<AuditPlace>,
}

impl Clinic {
    /// One page of the audit, newest first; `after` is where the page before ended.
    pub fn audit(
        &self,
        session: &Session,
        filter: &AuditFilter,
        after: Option<AuditPlace>,
    ) -> Result<AuditPage, SubmitError> {
        self.scope(session, Right::See(Query::Audit))?;
        let mut wanted = String::new();
        let mut values: Vec<i64> = Vec::new();
        let mut want = |sql: &str, value: Option<i64>| {
            if let Some(value) = value {
                values.push(value);
                wanted.push_str(&sql.replace('?', &format!("?{}", values.len())));
            }
        };
        want(" AND a.user = ?", filter.user.map(|u| int(u.0)));
        want(" AND a.child = ?", filter.child.map(|c| int(c.0)));
        want(" AND a.what = ?", filter.what.map(|s| s as i64));
        want(" AND a.at_ms >= ?", filter.from_ms.map(int));
        want(" AND a.at_ms <= ?", filter.to_ms.map(int));
        // Two lines of the same millisecond are told apart by the order in which they were written.
        want(" AND a.at_ms <= ?", after.map(|a| a.at_ms));
        if let Some(after) = after {
            values.extend([after.at_ms, after.no]);
            let n = values.len();
            wanted.push_str(&format!(" AND (a.at_ms < ?{} OR a.rowid < ?{n})", n - 1));
        }
        let sql = format!(
            "SELECT a.at_ms, a.rowid, a.user, a.what, a.child FROM audit a
             WHERE 1{wanted} ORDER BY a.at_ms DESC, a.rowid DESC LIMIT {}",
            AUDIT_PAGE + 1
        );
        Ok(self.read(|conn| {
            type Row = (i64, i64, Option<i64>, i64, Option<i64>);
            let mut rows: Vec<Row> = all(conn, &sql, rusqlite::params_from_iter(&values), |r| {
                Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))
            })?;
            let more = rows.len() > AUDIT_PAGE;
            rows.truncate(AUDIT_PAGE);
            let next = rows.last().filter(|_| more).map(|row| AuditPlace { at_ms: row.0, no: row.1 });
            let mut lines = Vec::with_capacity(rows.len());
            for (at_ms, _, user, what, child) in rows {
                let name = |id: i64| one(conn, "SELECT name FROM user WHERE id = ?1", [id], |r| r.get(0));
                let user = match user {
                    Some(id) => Some((UserId(uint(id)), name(id)?.unwrap_or_default())),
                    None => None,
                };
                let child = match child {
                    Some(id) => {
                        let named = one(conn, "SELECT name, mother FROM child WHERE id = ?1", [id], |r| {
                            Ok((r.get(0)?, r.get(1)?))
                        })?;
                        let (name, mother) = named.unwrap_or_default();
                        Some(AuditChild { id: ChildId(uint(id)), name, mother })
                    }
                    None => None,
                };
                lines.push(AuditLine { at_ms: uint(at_ms), user, what: Seen::of(what), child });
            }
            Ok(AuditPage { lines, next })
        })?)
    }
}
