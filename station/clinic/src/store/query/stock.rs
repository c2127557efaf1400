//! Batches on the shelf, open vials, and what was wasted.

use super::{Clinic, PAGE_MAX, Query, Right, Session, SubmitError, all, bytes, date, day, one, uint};
use crate::codes::{OpenVial, open_vial_rule};
use crate::date::{india, india_ms};
use crate::ledger::EventId;
use crate::record::fact::StockWhy;
use crate::store::apply::OPENED;
use chrono::{Datelike, Days, NaiveDate};
use hub_protocol::OriginId;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A batch that ends within so many days is to be used before the others.
pub const EXPIRES_SOON_DAYS: u64 = 60;

/// Batches of one product that are offered for a dose.
const AT_HAND_MAX: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchStage {
    Good,
    /// Within [`EXPIRES_SOON_DAYS`].
    ExpiresSoon,
    /// Yesterday was its last day, or an earlier one: not to be used.
    Expired,
    /// No unopened vial is left.
    Empty,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLine {
    pub product: String,
    pub batch: String,
    pub manufacturer: String,
    /// The last day on which it may be used.
    pub expires_on: NaiveDate,
    pub doses_per_vial: u16,
    /// Unopened.
    pub vials: i64,
    pub stage: BatchStage,
    /// Of this product the one to open next: of those that may be used, the one that expires first.
    pub next: bool,
}

/// A vial that was opened and is not empty or thrown away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VialLine {
    /// Its opening.
    pub vial: EventId,
    pub product: String,
    pub batch: String,
    pub opened_ms: u64,
    pub doses: u16,
    /// By when it must be thrown away, ms since 1970; none: it holds one dose, or is no vaccine.
    pub discard_ms: Option<u64>,
    /// It may be used now.
    pub usable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockView {
    /// By product; of one product, first expired first out.
    pub batches: Vec<BatchLine>,
    /// How many batches there are on all pages.
    pub total: u32,
    /// Those that must go first.
    pub vials: Vec<VialLine>,
}

/// What became of the doses of a product in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WastageLine {
    pub product: String,
    /// Year and month.
    pub month: (i32, u32),
    /// In vials that were opened.
    pub opened: u32,
    /// In vials that were lost unopened: expired, VVM, broken, frozen, other.
    pub lost: u32,
    /// Given here.
    pub given: u32,
    /// Known to have been thrown away from open vials.
    pub thrown_away: u32,
}

impl WastageLine {
    /// (opened or lost - given) / (opened or lost), in tenths of a percent. Below nought: more doses were given than
    /// vials were written down as opened.
    pub fn rate_permille(&self) -> Option<i64> {
        let used = i64::from(self.opened) + i64::from(self.lost);
        (used > 0).then(|| (used - i64::from(self.given)) * 1000 / used)
    }
}

impl Clinic {
    /// What is on the shelf, and which vials are open; at most [`PAGE_MAX`] batches a page. Empty batches come last.
    pub fn stock(&self, session: &Session, offset: u32) -> Result<StockView, SubmitError> {
        self.scope(session, Right::See(Query::Stock))?;
        let now_ms = self.env().now_ms();
        let today = india(now_ms);
        Ok(self.read(|conn| {
            let total = one(conn, "SELECT count(*) FROM batch", [], |r| r.get(0))?.unwrap_or_default();
            let sql = format!(
                "SELECT product, batch, manufacturer, expires, doses_per_vial, vials,
                        vials > 0 AND expires >= ?1 AND NOT EXISTS(
                            SELECT 1 FROM batch o WHERE o.product = b.product AND o.vials > 0 AND o.expires >= ?1
                            AND (o.expires, o.received, o.batch) < (b.expires, b.received, b.batch))
                 FROM batch b ORDER BY vials <= 0, product, expires, received, batch LIMIT {PAGE_MAX} OFFSET {offset}"
            );
            let batches = all(conn, &sql, [day(today)], |r| {
                let (expires_on, vials) = (date(r.get(3)?), r.get(5)?);
                Ok(BatchLine {
                    product: r.get(0)?,
                    batch: r.get(1)?,
                    manufacturer: r.get(2)?,
                    expires_on,
                    doses_per_vial: r.get(4)?,
                    vials,
                    stage: batch_stage(expires_on, vials, today),
                    next: r.get(6)?,
                })
            })?;
            Ok(StockView { batches, total, vials: open_vials(conn, None, now_ms)? })
        })?)
    }

    /// Open vials of a product from which a dose may be given now: none of BCG, MR, JE or rotavirus from an earlier
    /// session is among them.
    pub fn usable_vials(&self, session: &Session, product: &str) -> Result<Vec<VialLine>, SubmitError> {
        self.scope(session, Right::See(Query::Stock))?;
        let now_ms = self.env().now_ms();
        let mut vials = self.read(|conn| Ok(open_vials(conn, Some(product), now_ms)?))?;
        vials.retain(|vial| vial.usable);
        Ok(vials)
    }

    /// What was wasted, by product and month of the time; whole months.
    pub fn wastage(
        &self,
        session: &Session,
        period: &RangeInclusive<NaiveDate>,
    ) -> Result<Vec<WastageLine>, SubmitError> {
        self.scope(session, Right::See(Query::Stock))?;
        let from = period.start().with_day(1).unwrap_or(*period.start());
        let until = last_of_month(*period.end());
        Ok(self.read(|conn| Ok(wastage(conn, from, until)?))?)
    }
}

fn batch_stage(expires_on: NaiveDate, vials: i64, today: NaiveDate) -> BatchStage {
    if vials <= 0 {
        BatchStage::Empty
    } else if expires_on < today {
        BatchStage::Expired
    } else if expires_on <= today + Days::new(EXPIRES_SOON_DAYS) {
        BatchStage::ExpiresSoon
    } else {
        BatchStage::Good
    }
}

fn open_vials(conn: &Connection, product: Option<&str>, now_ms: u64) -> rusqlite::Result<Vec<VialLine>> {
    let sql = "SELECT v.origin, v.seq, v.product, b.batch, v.opened_ms, b.doses_per_vial, b.expires
               FROM vial v JOIN batch b ON b.product = v.product AND b.batch = v.batch
               WHERE v.closed_ms IS NULL AND (?1 IS NULL OR v.product = ?1)";
    let mut vials = all(conn, sql, [product], |r| {
        let (product, opened_ms): (String, _) = (r.get(2)?, uint(r.get(4)?));
        let rule = open_vial_rule(&product);
        let expired = date(r.get(6)?) < india(now_ms);
        Ok(VialLine {
            vial: EventId { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?) },
            batch: r.get(3)?,
            opened_ms,
            doses: r.get(5)?,
            discard_ms: rule.map(|rule| discard_ms(rule, opened_ms)),
            usable: !expired
                && rule.is_none_or(|rule| rule.may_be_used(opened_ms, now_ms, same_day(opened_ms, now_ms))),
            product,
        })
    })?;
    vials.sort_by_key(|v| (v.discard_ms.is_none(), v.discard_ms, v.opened_ms));
    Ok(vials)
}

/// The batches of a product that a dose may be of now: those of open vials and those used here today, or else those on the
/// shelf.
pub(super) fn at_hand(conn: &Connection, product: &str, now_ms: u64) -> rusqlite::Result<Vec<String>> {
    let today = day(india(now_ms));
    let vials = open_vials(conn, Some(product), now_ms)?.into_iter().filter(|vial| vial.usable).map(|vial| vial.batch);
    let used = "SELECT batch FROM dose INDEXED BY dose_day WHERE day = ?2 AND product = ?1 AND batch IS NOT NULL
                AND NOT withdrawn AND outside IS NULL ORDER BY hlc DESC";
    let used = all(conn, used, (product, today), |r| r.get::<_, String>(0))?;
    let mut found: Vec<String> = Vec::new();
    for batch in vials.chain(used) {
        // As the table of batches compares them.
        if !found.iter().any(|known| known.eq_ignore_ascii_case(&batch)) {
            found.push(batch);
        }
    }
    if found.is_empty() {
        let shelf = format!(
            "SELECT batch FROM batch WHERE product = ?1 AND vials > 0 AND expires >= ?2
             ORDER BY expires, received, batch LIMIT {AT_HAND_MAX}"
        );
        found = all(conn, &shelf, (product, today), |r| r.get(0))?;
    }
    found.truncate(AT_HAND_MAX);
    Ok(found)
}

/// A session is of one day: what is opened in one is of no use in the next.
fn same_day(opened_ms: u64, now_ms: u64) -> bool {
    india(opened_ms) >= india(now_ms)
}

fn discard_ms(rule: OpenVial, opened_ms: u64) -> u64 {
    let after = opened_ms.saturating_add(rule.discard_after_ms);
    if rule.end_of_session { after.min(india_ms(india(opened_ms), india(opened_ms)).1) } else { after }
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    let next = day.with_day(1).and_then(|first| first.checked_add_months(chrono::Months::new(1)));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}

fn wastage(conn: &Connection, from: NaiveDate, until: NaiveDate) -> rusqlite::Result<Vec<WastageLine>> {
    type Key = (String, i32, u32);
    let mut lines: BTreeMap<Key, WastageLine> = BTreeMap::new();
    let mut line = |product: String, on: NaiveDate, add: &dyn Fn(&mut WastageLine)| {
        let month = (on.year(), on.month());
        let empty = WastageLine { product: product.clone(), month, opened: 0, lost: 0, given: 0, thrown_away: 0 };
        add(lines.entry((product, month.0, month.1)).or_insert(empty));
    };
    let days = (day(from), day(until));
    let wasted = |why: i64| {
        let lost = [StockWhy::Expired, StockWhy::Vvm, StockWhy::Broken, StockWhy::Frozen, StockWhy::Other];
        lost.iter().any(|w| *w as i64 == why)
    };
    let sql = "SELECT s.product, s.day, s.why, s.vials * b.doses_per_vial FROM stock s
               JOIN batch b ON b.product = s.product AND b.batch = s.batch
               WHERE s.day BETWEEN ?1 AND ?2 AND s.why IS NOT NULL AND s.vials < 0";
    for (product, on, why, doses) in
        all(conn, sql, days, |r| Ok((r.get(0)?, date(r.get(1)?), r.get::<_, i64>(2)?, r.get::<_, i64>(3)?)))?
    {
        let doses = u32::try_from(-doses).unwrap_or_default();
        if why == OPENED {
            line(product, on, &|l| l.opened += doses);
        } else if wasted(why) {
            line(product, on, &|l| l.lost += doses);
        }
    }
    let sql = "SELECT product, day, count(*) FROM dose WHERE day BETWEEN ?1 AND ?2 AND NOT withdrawn
               AND outside IS NULL GROUP BY product, day";
    for (product, on, doses) in all(conn, sql, days, |r| Ok((r.get(0)?, date(r.get(1)?), r.get::<_, u32>(2)?)))? {
        line(product, on, &|l| l.given += doses);
    }
    let (from_ms, end_ms) = india_ms(from, until);
    let sql = "SELECT product, closed_ms, wasted_doses FROM vial WHERE closed_ms >= ?1 AND closed_ms < ?2";
    let params = (crate::store::sql::int(from_ms), crate::store::sql::int(end_ms));
    for (product, closed, doses) in all(conn, sql, params, |r| Ok((r.get(0)?, uint(r.get(1)?), r.get::<_, u32>(2)?)))? {
        line(product, india(closed), &|l| l.thrown_away += doses);
    }
    Ok(lines.into_values().collect())
}
