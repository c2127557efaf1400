//! Two records beside each other, for whoever is about to make one of them.

use super::certificate::certificates_of;
use super::children::{CHILD_LINE, ChildLine, child_line};
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, int, one};
use crate::record::refusal::Refusal;
use crate::record::rule::{Look, No, may_merge};
use crate::store::look::{PARTS, Tables, doses};
use chrono::NaiveDate;
use hub_protocol::{CardNo, ChildId};
use rusqlite::Connection;

/// A record, and what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHas {
    pub line: ChildLine,
    /// Products with their days, in order.
    pub doses: Vec<(String, NaiveDate)>,
    pub measurings: u32,
    pub certificates: u32,
    /// The one in use.
    pub card: Option<CardNo>,
}

/// What a merge would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeView {
    /// Becomes a part of the other.
    pub goes: RecordHas,
    /// Is shown from then on, under its number and with its form.
    pub stays: RecordHas,
    /// Doses of the two together; what both tell alike is one.
    pub doses: usize,
    /// Why it cannot be done in this direction.
    pub refused: Option<Refusal>,
}

impl MergeView {
    /// The fuller record stays, and that of a child who is looked after here before one who is not.
    fn is_proposed(&self) -> bool {
        let fullness = |record: &RecordHas| {
            let RecordHas { line, doses, measurings, certificates, card } = record;
            (line.gone.is_none(), doses.len(), *measurings, card.is_some(), *certificates)
        };
        fullness(&self.stays) >= fullness(&self.goes)
    }
}

impl Clinic {
    /// What a merge of two records would do in the direction that is proposed, or the only one in which it can be done.
    pub fn merge_proposed(&self, session: &Session, one: ChildId, other: ChildId) -> Result<MergeView, SubmitError> {
        let asked = self.merging(session, one, other)?;
        if asked.is_proposed() && asked.refused.is_none() {
            return Ok(asked);
        }
        let turned = self.merging(session, other, one)?;
        let is_better = turned.refused.is_none() && (asked.refused.is_some() || turned.is_proposed());
        Ok(if is_better { turned } else { asked })
    }

    /// What a record has. The look at it is recorded.
    pub fn record_has(&self, session: &Session, child: ChildId) -> Result<RecordHas, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let record = self.read(|conn| has(conn, child))?.ok_or(Refusal::UnknownChild)?;
        self.saw_record(session, child, record.line.worker.as_ref().map(|(id, _)| *id))?;
        Ok(record)
    }

    /// What each of two records has, and whether the first may become a part of the second. The look at both is
    /// recorded.
    pub fn merging(&self, session: &Session, goes: ChildId, stays: ChildId) -> Result<MergeView, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let found = self.read(|conn| {
            let (Some(goes), Some(stays)) = (has(conn, goes)?, has(conn, stays)?) else { return Ok(None) };
            let mut together: Vec<_> = goes.doses.iter().chain(&stays.doses).collect();
            together.sort_unstable_by_key(|(product, on)| (*on, product));
            together.dedup();
            let doses = together.len();
            let refused = match may_merge(goes.line.id, stays.line.id, &Tables(conn)) {
                Ok(()) => None,
                Err(No::Refused(refusal)) => Some(refusal),
                Err(No::Broken(error)) => return Err(error.into()),
            };
            Ok(Some(MergeView { goes, stays, doses, refused }))
        })?;
        let view = found.ok_or(Refusal::UnknownChild)?;
        for record in [&view.goes, &view.stays] {
            self.saw_record(session, record.line.id, record.line.worker.as_ref().map(|(id, _)| *id))?;
        }
        Ok(view)
    }
}

fn has(conn: &Connection, child: ChildId) -> Result<Option<RecordHas>, StoreError> {
    let Some(line) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [int(child.0)], child_line)? else {
        return Ok(None);
    };
    let measurings = format!("SELECT count(*) FROM growth WHERE child IN ({PARTS}) AND withdrawn IS NULL");
    let measurings = one(conn, &measurings, [int(child.0)], |r| r.get(0))?.unwrap_or_default();
    let certificates = u32::try_from(certificates_of(conn, child)?.len()).unwrap_or(u32::MAX);
    let card = match Tables(conn).card_of(child) {
        Ok(card) => card,
        Err(No::Broken(error)) => return Err(error.into()),
        Err(No::Refused(_)) => None,
    };
    Ok(Some(RecordHas { line, doses: doses(conn, child)?, measurings, certificates, card }))
}
