//! One child's record, as one consistent picture.

use super::aefi::{AefiLine, aefis_of};
use super::certificate::{CertificateLine, certificates_of};
use super::child_record::{ChildRecord, record};
use super::children::{CHILD_LINE, ChildLine, child_line};
use super::coming::{OpenDose, day_to_come, wanted};
use super::dose::{DeclineLine, DoseLine, DoseTakenBack, Told, declines_of, known_doses, taken_back};
use super::growth::{GrowthLine, growth_of};
use super::stock::at_hand;
use super::strip::{StripLine, strip};
use super::things::{Named, TaskLine};
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, clinic, date, day, int, one, uint};
use crate::forecast::{
    self, Constraints, Forecast, GivenStatus, Item, NextRow, NextStatus, Schedule, Why, forecast_with,
};
use crate::ledger::{Hlc, HlcClock};
use crate::milestone::{self, FullySet, Judged, Milestone, Standing};
use crate::record::fact::{ChildDetails, Declined, Gone};
use crate::record::refusal::Refusal;
use crate::record::rule::{ChildState, ComeBack, Declines, Look, No, forecast_child};
use crate::store::look::{PARTS, Tables, child_state, declines, task_kind};
use chrono::NaiveDate;
use hub_protocol::toy::TaskKind;
use hub_protocol::{CardNo, ChildId, TaskId, UserId};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Whoever is so late for a dose may have got it elsewhere.
const PAPER_CARD_DAYS: i64 = 28;
/// Doses recorded since then tell which of several vaccines is used most.
const USED_LATELY_MS: u64 = 90 * 24 * 60 * 60 * 1000;
/// Open tasks that a child's page names.
const TASKS_MAX: u32 = 20;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextLine {
    pub item: String,
    pub series: String,
    /// What can be recorded for it, the usual product first.
    pub products: Vec<String>,
    /// The batch last recorded here for the usual product.
    pub batch: Option<String>,
    pub status: NextStatus,
    pub why: Vec<Why>,
    pub earliest: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
    pub overdue: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    /// The family said no on this day, and none of the series was given since.
    pub refused: Option<NaiveDate>,
}

/// How a vaccine is used in this clinic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductUse {
    /// The batch last recorded here.
    pub batch: Option<String>,
    /// Doses recorded here lately.
    pub doses: u32,
}

impl NextLine {
    pub fn may_be_given_on(&self, day: NaiveDate) -> bool {
        self.earliest.is_some_and(|e| e <= day) && self.last_day.is_none_or(|l| day <= l)
    }

    /// It may be given on that day, and its time has come.
    pub fn is_due_on(&self, day: NaiveDate) -> bool {
        self.may_be_given_on(day) && self.due.is_some_and(|due| due <= day)
    }

    /// The family said no on that day or after it: what was said before is asked again.
    pub fn is_refused_on(&self, day: NaiveDate) -> bool {
        self.refused.is_some_and(|on| on >= day)
    }

    /// Is it ticked for that day before a person says anything?
    pub fn is_ticked_on(&self, day: NaiveDate) -> bool {
        self.is_due_on(day) && !self.is_refused_on(day)
    }
}

/// When the family is to come again, and for which doses of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextVisit {
    pub day: ComeBack,
    pub items: Vec<String>,
}

/// A set of doses that is to be given before an age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneLine {
    pub standing: Standing,
    /// The first day that is too late.
    pub before: NaiveDate,
    /// The day of the dose that finished the set, in time or not.
    pub finished_on: Option<NaiveDate>,
    /// What is not given, by the schedule's names.
    pub missing: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestonesView {
    /// Fully immunized, by the basic set.
    pub fully: MilestoneLine,
    /// Fully immunized with every vaccine that the schedule plans before 1 year.
    pub fully_extended: MilestoneLine,
    pub completely: MilestoneLine,
    pub zero_dose: Judged,
    pub left_out: Judged,
    pub dropped_out: Judged,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildPage {
    pub child: ChildLine,
    /// The whole form.
    pub details: ChildDetails,
    pub landmark: String,
    /// Not looked after here any more, since when.
    pub gone: Option<(Gone, NaiveDate)>,
    /// Records that are parts of this one.
    pub parts: Vec<ChildLine>,
    pub on: NaiveDate,
    /// Those that are believed; a combination has one line for each series it counts for.
    pub doses: Vec<DoseLine>,
    /// What was written down wrong, the latest first; on the page alone: the whole history is read for it.
    pub taken_back: Vec<DoseTakenBack>,
    pub next: Vec<NextLine>,
    /// For each product of these the batches that a dose given now may be of; on the page alone, not on its papers.
    pub at_hand: BTreeMap<String, Vec<String>>,
    /// How each of these products is used here; on the page alone.
    pub used: BTreeMap<String, ProductUse>,
    /// Nothing when no dose is open, or the child is not looked after here.
    pub next_visit: Option<NextVisit>,
    /// Every dose of the plan with how it stands, in the order of age.
    pub strip: Vec<StripLine>,
    pub milestones: Option<MilestonesView>,
    /// Refusals and contra-indications that were not lifted.
    pub declines: Vec<DeclineLine>,
    /// The latest first.
    pub growth: Vec<GrowthLine>,
    /// The latest first.
    pub aefis: Vec<AefiLine>,
    pub certificates: Vec<CertificateLine>,
    pub open_tasks: Vec<TaskLine>,
    pub card: Option<CardNo>,
}

impl ChildPage {
    /// The child was to be found because it missed doses, and got some today: what was asked is done.
    pub fn is_found(&self, task: &TaskLine) -> bool {
        let came = self.doses.iter().any(|dose| dose.on == self.on && dose.outside.is_none());
        task.kind == TaskKind::Trace && came
    }

    /// Doses after those of the birth are long due, and none is written: a paper card may tell of some.
    pub fn may_have_paper_card(&self) -> bool {
        let missed = |due: NaiveDate| due > self.child.dob && (self.on - due).num_days() >= PAPER_CARD_DAYS;
        self.doses.is_empty() && self.next.iter().any(|line| line.is_due_on(self.on) && line.due.is_some_and(missed))
    }
}

impl Clinic {
    /// A child's whole record; of a record that is a part of another, that other one. For a child of another worker
    /// the look itself is recorded.
    pub fn child(&self, session: &Session, child: ChildId) -> Result<ChildPage, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let today = self.today()?;
        let now_ms = self.env().now_ms();
        let page = self.read(|conn| {
            let Some(mut page) = child_page(conn, child, today)? else { return Ok(None) };
            for product in page.next.iter().flat_map(|line| &line.products) {
                if !page.at_hand.contains_key(product) {
                    page.at_hand.insert(product.clone(), at_hand(conn, product, now_ms)?);
                    page.used.insert(product.clone(), product_use(conn, product, today, now_ms)?);
                }
            }
            page.taken_back = taken_back(conn, page.child.id)?;
            Ok(Some(page))
        })?;
        let page = page.ok_or(Refusal::UnknownChild)?;
        self.saw_record(session, page.child.id, page.child.worker.as_ref().map(|(id, _)| *id))?;
        Ok(page)
    }
}

/// What is judged for a child's page, and by what.
pub(super) struct Judgement<'a> {
    pub schedule: &'static Schedule,
    pub against: Constraints<'a>,
    pub child: forecast::Child,
    pub fully: FullySet,
    pub today: NaiveDate,
}

pub(super) fn child_page(conn: &Connection, asked: ChildId, today: NaiveDate) -> Result<Option<ChildPage>, StoreError> {
    let Some((child, state)) = root_state(conn, asked)? else { return Ok(None) };
    let Some(mut line) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [int(child.0)], child_line)? else {
        return Ok(None);
    };
    let view = clinic(conn)?;
    let schedule = Schedule::builtin(&view.schedule).ok_or(StoreError::UnknownSchedule)?;
    let declined = Declines::of(schedule, &declines(conn, child)?);
    let judge = Judgement {
        schedule,
        against: declined.constraints(),
        child: forecast_child(state, view.je_endemic),
        fully: view.fully,
        today,
    };
    let told = known_doses(conn, child, today)?;
    let mut given = Vec::with_capacity(told.len());
    // What the engine counts, by its place among all that is told.
    let mut place = Vec::with_capacity(told.len());
    for (at, dose) in told.iter().enumerate() {
        // Before birth: the birth date was corrected since. Neither that nor what the schedule does not know counts.
        if let Some(product) = schedule.product(&dose.product).filter(|_| dose.on >= state.dob) {
            given.push(forecast::Given { product, on: dose.on });
            place.push(at);
        }
    }
    // A clock that stands before the birth judges as of the birth.
    let judged_on = today.max(state.dob);
    let result =
        forecast_with(schedule, &judge.child, &given, &judge.against, judged_on).map_err(|_| StoreError::NoClinic)?;
    let doses = dose_lines(&told, &place, &result, schedule);
    let next = result.next.iter().map(|row| next_line(conn, &judge, row)).collect::<Result<Vec<_>, _>>()?;
    let mut declines = declines_of(conn, child, schedule, today)?;
    // The family came back: what was refused was given since.
    for line in declines.iter_mut().filter(|line| line.why == Declined::Refused) {
        let said = |row: &NextRow| {
            row.why.contains(&Why::Refused { on: line.on })
                && schedule.series_id(&line.against).is_none_or(|series| series == row.series)
        };
        line.counts &= result.next.iter().any(said);
    }
    let strip = strip(&judge, &result);
    let milestones = milestones(&judge, &result, judged_on);
    let Some(ChildRecord { form: details, parts, .. }) = record(conn, child)? else { return Ok(None) };
    let card = match Tables(conn).card_of(child) {
        Ok(card) => card,
        Err(No::Broken(error)) => return Err(error.into()),
        Err(No::Refused(_)) => None,
    };
    // Who is not looked after here is not asked to come here.
    let next_visit = match state.gone {
        Some(_) => None,
        None => next_visit(conn, &next, &line.village, today)?,
    };
    line.come_on = next_visit.as_ref().map(|visit| visit.day.on);
    Ok(Some(ChildPage {
        landmark: details.landmark.clone(),
        gone: state.gone.zip(state.gone_on),
        parts,
        on: today,
        doses,
        taken_back: Vec::new(),
        next,
        at_hand: BTreeMap::new(),
        used: BTreeMap::new(),
        next_visit,
        strip,
        milestones,
        declines,
        growth: growth_of(conn, child, &state)?,
        aefis: aefis_of(conn, child)?,
        certificates: certificates_of(conn, child)?,
        open_tasks: open_tasks(conn, &line)?,
        card,
        details,
        child: line,
    }))
}

/// The record that stands for a child, and how it stands.
pub(super) fn root_state(conn: &Connection, asked: ChildId) -> rusqlite::Result<Option<(ChildId, ChildState)>> {
    let Some(state) = child_state(conn, asked)? else { return Ok(None) };
    match state.merged_into {
        None => Ok(Some((asked, state))),
        Some(into) => Ok(child_state(conn, into)?.map(|state| (into, state))),
    }
}

fn dose_lines(told: &[Told], place: &[usize], result: &Forecast, schedule: &Schedule) -> Vec<DoseLine> {
    let mut lines: Vec<(usize, DoseLine)> = Vec::with_capacity(told.len());
    for row in &result.given {
        let Some((at, told)) = place.get(row.index).and_then(|at| Some((*at, told.get(*at)?))) else { continue };
        let mut line = told.line(schedule.item_name(row.item));
        (line.status, line.why, line.note, line.valid_from) = (row.status, row.reason, row.note, row.valid_from);
        lines.push((at, line));
    }
    // The schedule was another one when it was given: it counts for nothing now, and was given all the same.
    for (at, told) in told.iter().enumerate().filter(|(at, _)| !place.contains(at)) {
        let mut line = told.line(&told.product);
        line.status = GivenStatus::Extra;
        lines.push((at, line));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn next_line(conn: &Connection, judge: &Judgement<'_>, row: &NextRow) -> rusqlite::Result<NextLine> {
    let Judgement { schedule, against, today, .. } = judge;
    let products: Vec<String> = match row.item {
        Item::Entry(entry) => {
            let on = row.earliest.map_or(*today, |earliest| earliest.max(*today));
            against.products_for(schedule, entry, on).map(|p| schedule.product_name(p).to_owned()).collect()
        }
        Item::Series(_) => Vec::new(),
    };
    let batch = match products.first() {
        Some(product) => last_batch(conn, product, *today)?,
        None => None,
    };
    Ok(NextLine {
        item: schedule.item_name(row.item).to_owned(),
        series: schedule.series_name(row.series).to_owned(),
        products,
        batch,
        status: row.status,
        why: row.why.clone(),
        earliest: row.earliest,
        due: row.due,
        overdue: row.overdue,
        last_day: row.last_day,
        refused: row.refused_on(),
    })
}

/// The first day on which one of the open doses is due, and those that can be given on it.
fn next_visit(
    conn: &Connection,
    next: &[NextLine],
    village: &str,
    today: NaiveDate,
) -> rusqlite::Result<Option<NextVisit>> {
    let open = |line: &&NextLine| {
        matches!(line.status, NextStatus::Due | NextStatus::Overdue | NextStatus::Upcoming) && !line.products.is_empty()
    };
    let day_of = |line: &NextLine| Some(line.due?.max(line.earliest?).max(today));
    let dose = |line: &NextLine| Some(OpenDose { from: day_of(line)?, last_day: line.last_day });
    let doses: Vec<OpenDose> = next.iter().filter(open).filter_map(dose).collect();
    let Some(wanted) = wanted(&doses, today) else { return Ok(None) };
    let day = day_to_come(conn, village, wanted, today)?;
    // Who comes some days later gets what falls due until then, too.
    let due_then = |line: &&NextLine| day_of(line).is_some_and(|due| due <= day.on);
    let items = next.iter().filter(open).filter(due_then).map(|line| line.item.clone()).collect();
    Ok(Some(NextVisit { day, items }))
}

/// The batch last used here, when it is not known to be past its expiry.
pub(super) fn last_batch(conn: &Connection, product: &str, today: NaiveDate) -> rusqlite::Result<Option<String>> {
    // The conditions are those of the index.
    let sql = "SELECT d.batch, b.expires FROM dose d LEFT JOIN batch b ON b.product = d.product AND b.batch = d.batch
               WHERE d.product = ?1 AND d.batch IS NOT NULL AND NOT d.withdrawn AND d.outside IS NULL
                   AND d.batch_hidden_by IS NULL
               ORDER BY d.hlc DESC LIMIT 1";
    let last = one(conn, sql, [product], |r| Ok((r.get(0)?, r.get::<_, Option<i64>>(1)?)))?;
    Ok(last.filter(|(_, expires)| expires.is_none_or(|expires| expires >= day(today))).map(|(batch, _)| batch))
}

/// Of the doses that were recorded with a batch.
pub(super) fn product_use(
    conn: &Connection,
    product: &str,
    today: NaiveDate,
    now_ms: u64,
) -> rusqlite::Result<ProductUse> {
    // The conditions are those of the index.
    let sql = "SELECT COUNT(*) FROM dose
               WHERE product = ?1 AND batch IS NOT NULL AND NOT withdrawn AND outside IS NULL AND hlc > ?2";
    let since = HlcClock::after(Hlc(0)).tick(now_ms.saturating_sub(USED_LATELY_MS));
    let doses = one(conn, sql, (product, int(since.0)), |r| r.get(0))?.unwrap_or_default();
    Ok(ProductUse { batch: last_batch(conn, product, today)?, doses })
}

fn milestones(judge: &Judgement<'_>, result: &Forecast, on: NaiveDate) -> Option<MilestonesView> {
    let found = milestone::milestones(judge.schedule, &judge.child, result, judge.fully, on)?;
    let line = |milestone: &Milestone, standing| MilestoneLine {
        standing,
        before: milestone.before,
        finished_on: milestone.finished_on,
        missing: milestone.missing.iter().map(|e| judge.schedule.item_name(Item::Entry(*e)).to_owned()).collect(),
    };
    Some(MilestonesView {
        fully: line(found.fully(), found.fully().standing(on)),
        fully_extended: line(&found.extended, found.extended.standing(on)),
        completely: line(&found.completely, found.completely_standing(on)),
        zero_dose: found.zero_dose,
        left_out: found.left_out,
        dropped_out: found.dropped_out,
    })
}

fn open_tasks(conn: &Connection, child: &ChildLine) -> rusqlite::Result<Vec<TaskLine>> {
    let sql = format!(
        "SELECT t.id, t.worker, u.name, t.kind, t.place, t.due, t.note FROM task t LEFT JOIN user u ON u.id = t.worker
         WHERE t.child IN ({PARTS}) AND t.done IS NULL ORDER BY t.due, t.id LIMIT {TASKS_MAX}"
    );
    let named =
        Named { id: child.id, name: child.name.clone(), mother: child.mother.clone(), village: child.village.clone() };
    all(conn, &sql, [int(child.id.0)], |r| {
        Ok(TaskLine {
            id: TaskId(uint(r.get(0)?)),
            worker: (UserId(uint(r.get(1)?)), r.get::<_, Option<String>>(2)?.unwrap_or_default()),
            kind: task_kind(r.get(3)?),
            child: Some(named.clone()),
            place: r.get(4)?,
            due: date(r.get(5)?),
            note: r.get(6)?,
            done: None,
            reason: String::new(),
            closed_ms: None,
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_and_not_refused_is_ticked_by_itself() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let line = |refused: Option<&str>| NextLine {
            item: "OPV-1".into(),
            series: "OPV".into(),
            products: vec!["OPV".into()],
            batch: None,
            status: NextStatus::Due,
            why: Vec::new(),
            earliest: Some(day("2026-11-01")),
            due: Some(day("2026-11-08")),
            overdue: None,
            last_day: Some(day("2026-12-01")),
            refused: refused.map(day),
        };
        let on = |refused, on: &str| line(refused).is_ticked_on(day(on));
        assert!(!on(None, "2026-11-07"), "it may be given, and is not due");
        assert!(on(None, "2026-11-08") && on(None, "2026-12-01") && !on(None, "2026-12-02"));
        // Said on that day or later it holds; on a later day the family is asked again.
        assert!(!on(Some("2026-11-10"), "2026-11-10") && !on(Some("2026-11-10"), "2026-11-09"));
        assert!(on(Some("2026-11-10"), "2026-11-11"));
    }

    #[test]
    fn what_will_not_come_cannot_be_declined() {
        use NextStatus::{Complete, Contraindicated, Due, MissedWindow, NotApplicable, Overdue, Upcoming};
        assert!([Due, Overdue, Upcoming, Contraindicated].iter().all(|status| status.can_be_declined()));
        assert!(![Complete, NotApplicable, MissedWindow].iter().any(|status| status.can_be_declined()));
    }
}
