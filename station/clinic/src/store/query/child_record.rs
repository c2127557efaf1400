//! What is written of a child beside what was given: the form as it stands, and the records that are parts of it.

use super::children::{CHILD_LINE, ChildLine, child_line};
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, date, int, one};
use crate::record::fact::{ChildDetails, Food, Place};
use crate::record::refusal::Refusal;
use crate::store::look::{child_state, language, sex};
use chrono::NaiveDate;
use hub_protocol::{ChildId, Day};
use rusqlite::Connection;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildRecord {
    pub line: ChildLine,
    /// As it was last saved.
    pub form: ChildDetails,
    pub gone_on: Option<NaiveDate>,
    /// Whoever has this phone wants no more reminders, whatever the form says.
    pub opted_out: bool,
    /// Records that turned out to be this child's.
    pub parts: Vec<ChildLine>,
}

impl Clinic {
    /// The form of a child; of a record that is a part of another, that of the other. For a child of another worker the
    /// look itself is recorded.
    pub fn child_record(&self, session: &Session, child: ChildId) -> Result<ChildRecord, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let record = self.read(|conn| record(conn, child))?.ok_or(Refusal::UnknownChild)?;
        self.saw_record(session, record.line.id, record.line.worker.as_ref().map(|(id, _)| *id))?;
        Ok(record)
    }
}

pub(in crate::store) fn record(conn: &Connection, child: ChildId) -> Result<Option<ChildRecord>, StoreError> {
    let Some(state) = child_state(conn, child)? else { return Ok(None) };
    let root = int(state.merged_into.unwrap_or(child).0);
    let Some(line) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [root], child_line)? else { return Ok(None) };
    let sql = "SELECT name, dob, dob_estimated, sex, mother, father, phone, village, landmark, consent_reminders,
                   consent_tracing, abha, rch, uwin, birth_order, food, lat_udeg, lon_udeg, gone_on, language,
                   EXISTS (SELECT 1 FROM opt_out o WHERE o.phone = child.phone)
               FROM child WHERE id = ?1";
    let read = one(conn, sql, [root], |r| {
        let place =
            r.get::<_, Option<i32>>(16)?.zip(r.get(17)?).map(|(lat_udeg, lon_udeg)| Place { lat_udeg, lon_udeg });
        let food = r.get::<_, Option<i64>>(15)?;
        let form = ChildDetails {
            name: r.get(0)?,
            dob: Day(r.get(1)?),
            dob_estimated: r.get(2)?,
            sex: sex(r.get(3)?),
            mother: r.get(4)?,
            father: r.get(5)?,
            phone: r.get(6)?,
            village: r.get(7)?,
            landmark: r.get(8)?,
            consent_reminders: r.get(9)?,
            consent_tracing: r.get(10)?,
            abha: r.get(11)?,
            rch: r.get(12)?,
            uwin: r.get(13)?,
            birth_order: r.get(14)?,
            food: food.and_then(|n| [Food::Veg, Food::Egg, Food::NonVeg].into_iter().find(|f| *f as i64 == n)),
            place,
            language: language(r.get(19)?),
        };
        Ok((form, r.get::<_, Option<i64>>(18)?.map(date), r.get(20)?))
    })?;
    let Some((form, gone_on, opted_out)) = read else { return Ok(None) };
    let parts = all(conn, &format!("{CHILD_LINE} WHERE c.merged_into = ?1 ORDER BY c.id"), [root], child_line)?;
    Ok(Some(ChildRecord { line, form, gone_on, opted_out, parts }))
}
