//! Whole records that leave the clinic. It is noted before the first of them is given.

use super::child::{ChildPage, child_page};
use super::children::{ChildFilter, ChildLine, Whose};
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, date, uint};
use crate::record::command::CommandKind;
use crate::record::fact::Gone;
use crate::record::refusal::Refusal;
use crate::store::Seen;
use chrono::NaiveDate;
use hub_protocol::{ChildId, UserId};
use rusqlite::Row;
use std::collections::BTreeMap;

/// Numbers of children that are read at once.
const CHUNK: u32 = 500;

/// When the batches of this clinic expire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expiries(BTreeMap<(String, String), NaiveDate>);

impl Expiries {
    /// However the batch is written, in large letters or small ones.
    pub fn on(&self, product: &str, batch: &str) -> Option<NaiveDate> {
        self.0.get(&(product.to_owned(), batch.to_ascii_lowercase())).copied()
    }
}

impl Clinic {
    /// For what is written of doses.
    pub fn expiries(&self) -> Result<Expiries, StoreError> {
        let sql = "SELECT product, batch, expires FROM batch";
        let row = |r: &Row<'_>| {
            let batch: String = r.get(1)?;
            Ok(((r.get(0)?, batch.to_ascii_lowercase()), date(r.get(2)?)))
        };
        self.read(|conn| Ok(Expiries(all(conn, sql, [], row)?.into_iter().collect())))
    }

    /// One child's record, for another system or another program.
    pub fn take_out_child(&self, session: &Session, child: ChildId) -> Result<ChildPage, SubmitError> {
        self.scope(session, Right::Do(CommandKind::Export))?;
        self.scope(session, Right::See(Query::Child))?;
        let today = self.today()?;
        let page = self.read(|conn| child_page(conn, child, today))?.ok_or(Refusal::UnknownChild)?;
        self.seen(session, Seen::Export, Some(page.child.id))?;
        Ok(page)
    }

    /// The children whose records this person may take out, by name: all of the clinic for an Admin, her own for a worker.
    /// The second value is how many there are in all.
    pub fn children_to_take_out(&self, session: &Session, offset: u32) -> Result<(Vec<ChildLine>, u32), SubmitError> {
        let own = self.own(session, Query::Child)?;
        let whose = own.map_or(Whose::Anybodys, |user| Whose::Of(UserId(uint(user))));
        let found = self.find_children(session, "", &ChildFilter { whose, ..ChildFilter::default() }, offset)?;
        Ok((found.lines, found.total))
    }

    /// Every child's record, one after the other, each as it is when it is read: all of the clinic for an Admin, her own
    /// children for a worker. Those who are not looked after here any more are among them; of whom only a toy told, and
    /// nobody has looked at yet, is not. Gives how many there were.
    pub fn take_out_children<E: From<SubmitError>>(
        &self,
        session: &Session,
        mut each: impl FnMut(ChildPage) -> Result<(), E>,
    ) -> Result<u32, E> {
        // What is refused is not noted as taken.
        let own = self.own(session, Query::Child)?;
        self.takes_out(session, Query::Child)?;
        let today = self.today().map_err(SubmitError::from)?;
        let (mut last, mut count) = (i64::MIN, 0);
        loop {
            let ids = self.read(|conn| chunk(conn, own, last)).map_err(SubmitError::from)?;
            let Some(end) = ids.last() else { return Ok(count) };
            last = *end;
            for id in ids {
                let child = ChildId(uint(id));
                let page = self.read(|conn| child_page(conn, child, today)).map_err(SubmitError::from)?;
                // Merged into another one since the number was read.
                if let Some(page) = page.filter(|page| page.child.id == child) {
                    each(page)?;
                    count += 1;
                }
            }
        }
    }
}

fn chunk(conn: &rusqlite::Connection, own: Option<i64>, after: i64) -> Result<Vec<i64>, StoreError> {
    let sql = format!(
        "SELECT id FROM child WHERE id > ?1 AND merged_into IS NULL AND (?2 IS NULL OR worker = ?2) AND gone IS NOT ?3
         ORDER BY id LIMIT {CHUNK}"
    );
    Ok(all(conn, &sql, (after, own, Gone::Waiting as i64), |r| r.get(0))?)
}
