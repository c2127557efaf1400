//! How children grow, and what they should eat.

use super::child::root_state;
use super::child_record::record;
use super::children::{CHILD_LINE, ChildLine, child_line};
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, bytes, clinic, date, day, int, one, uint};
use crate::diet::{self, Choice, DietError, Plan, Region};
use crate::forecast::Sex;
use crate::growth::{Assessment, Chart, Curve, curves};
use crate::ledger::EventId;
use crate::record::fact::{Food, GrowthMeasured};
use crate::record::refusal::Refusal;
use crate::record::rule::{ChildState, engine_sex};
use crate::store::apply::nourished::{MEASURED, Need, assessed, measured};
use crate::store::look::{LEFT, PARTS};
use chrono::NaiveDate;
use hub_protocol::{ChildId, OriginId};
use rusqlite::Connection;

/// Measurings of one child that are read: more than any childhood has.
const MEASURINGS_MAX: u32 = 400;
/// Rows of one page of the list of children by growth.
pub const GROWTH_PAGE: u32 = 100;
/// A chart's lines have about so many points.
const CURVE_POINTS: u32 = 160;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrowthLine {
    pub event: EventId,
    pub on: NaiveDate,
    pub measured: GrowthMeasured,
    /// None when it was measured before the birth date that is known now.
    pub found: Option<Assessment>,
    pub by: String,
}

/// A child's measurings with the lines of WHO's charts behind them.
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthView {
    pub child: ChildLine,
    pub on: NaiveDate,
    pub sex: Sex,
    /// The latest first.
    pub lines: Vec<GrowthLine>,
    /// Those that are not true, with the reason; the latest first.
    pub withdrawn: Vec<(GrowthLine, String)>,
    /// What the charts show: the child's years so far, and some more.
    pub charts: Vec<ChartView>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ChartView {
    pub chart: Chart,
    /// Empty for a child whose sex is not one of the two WHO has tables for.
    pub curves: Vec<Curve>,
    /// x as the chart has it; y in g or mm.
    pub points: Vec<(u32, u32)>,
}

/// A child's diet plan, and what of it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DietView {
    pub child: ChildLine,
    pub on: NaiveDate,
    pub plan: Plan<'static>,
    /// The Admin's setting; without one there are no examples of the region's food.
    pub region: Option<Region>,
    /// What the family eats; when nobody asked, the plan has what everybody eats.
    pub food: Option<Choice>,
    /// The day of the measuring that it goes by.
    pub measured_on: Option<NaiveDate>,
}

/// Which children a list of growth shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrowthShow {
    /// To be seen by the medical officer or a facility, and those who need more food.
    #[default]
    InNeed,
    /// Under five years, and not measured since this day, or never.
    NotSince(NaiveDate),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrowthListLine {
    pub child: ChildLine,
    pub measured_on: Option<NaiveDate>,
    pub need: Option<Need>,
}

impl Clinic {
    /// A child's measurings and charts. For a child of another worker the look itself is recorded.
    pub fn child_growth(&self, session: &Session, child: ChildId) -> Result<GrowthView, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let today = self.today()?;
        let view = self.read(|conn| growth_view(conn, child, today))?.ok_or(Refusal::UnknownChild)?;
        self.saw_record(session, view.child.id, view.child.worker.as_ref().map(|(id, _)| *id))?;
        Ok(view)
    }

    /// What the child should eat; none for one who is too old for the plan. For a child of another worker the look
    /// itself is recorded.
    pub fn diet_plan(&self, session: &Session, child: ChildId) -> Result<Option<DietView>, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let today = self.today()?;
        let (line, view) = self.read(|conn| diet_view(conn, child, today))?.ok_or(Refusal::UnknownChild)?;
        self.saw_record(session, line.id, line.worker.as_ref().map(|(id, _)| *id))?;
        Ok(view)
    }

    /// Children by how they grow, the most urgent first: all of the clinic for an Admin, her own for a worker with
    /// the children nobody has yet. The second value is how many there are in all.
    pub fn growth_list(
        &self,
        session: &Session,
        show: GrowthShow,
        offset: u32,
    ) -> Result<(Vec<GrowthListLine>, u32), SubmitError> {
        let own = self.own(session, Query::Today)?;
        let today = self.today()?;
        Ok(self.read(|conn| growth_list(conn, own, show, today, offset))?)
    }
}

/// A child's measurings that are true, the latest first.
pub(super) fn growth_of(conn: &Connection, child: ChildId, state: &ChildState) -> rusqlite::Result<Vec<GrowthLine>> {
    Ok(measurings(conn, child, state)?.into_iter().filter(|(_, why)| why.is_none()).map(|(line, _)| line).collect())
}

fn measurings(
    conn: &Connection,
    child: ChildId,
    state: &ChildState,
) -> rusqlite::Result<Vec<(GrowthLine, Option<String>)>> {
    let columns = MEASURED.split(", ").map(|column| format!("g.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT g.origin, g.seq, u.name, g.withdrawn, {columns} FROM growth g LEFT JOIN user u ON u.id = g.by_user
         WHERE g.child IN ({PARTS}) ORDER BY g.day DESC, g.seq DESC, g.origin DESC LIMIT {MEASURINGS_MAX}"
    );
    all(conn, &sql, [int(child.0)], |r| {
        let measured = measured(r, 4)?;
        let line = GrowthLine {
            event: EventId { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?) },
            on: date(i64::from(measured.on.0)),
            found: assessed(&measured, state),
            measured,
            by: r.get::<_, Option<String>>(2)?.unwrap_or_default(),
        };
        Ok((line, r.get(3)?))
    })
}

fn growth_view(conn: &Connection, asked: ChildId, today: NaiveDate) -> Result<Option<GrowthView>, StoreError> {
    let Some((child, state)) = root_state(conn, asked)? else { return Ok(None) };
    let Some(line) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [int(child.0)], child_line)? else {
        return Ok(None);
    };
    let (mut lines, mut withdrawn) = (Vec::new(), Vec::new());
    for (line, why) in measurings(conn, child, &state)? {
        match why {
            None => lines.push(line),
            Some(why) => withdrawn.push((line, why)),
        }
    }
    let sex = engine_sex(state.sex);
    let age_days = u32::try_from((today - state.dob).num_days()).unwrap_or_default();
    let charts = Chart::ALL.into_iter().map(|chart| chart_view(chart, sex, age_days, &lines)).collect();
    Ok(Some(GrowthView { child: line, on: today, sex, lines, withdrawn, charts }))
}

/// One chart: its range ends some time after today, or some length beyond the last one.
fn chart_view(chart: Chart, sex: Sex, age_days: u32, lines: &[GrowthLine]) -> ChartView {
    let mut points: Vec<(u32, u32)> = lines.iter().filter_map(|line| point(chart, line)).collect();
    points.sort_unstable();
    let whole = chart.whole().unwrap_or(0..=0);
    let range = match chart {
        Chart::WeightForAge | Chart::LengthForAge => {
            let years = age_days / 365 + 1;
            // Whole years, at least two: the shape of the lines tells more than a few weeks of them.
            0..=(years.max(2) * 366).min(*whole.end())
        }
        Chart::WeightForLength | Chart::WeightForHeight => whole,
    };
    let step = (range.end() - range.start()) / CURVE_POINTS;
    ChartView { chart, curves: curves(chart, sex, range, step).unwrap_or_default(), points }
}

fn point(chart: Chart, line: &GrowthLine) -> Option<(u32, u32)> {
    let found = line.found.as_ref()?;
    let (weight, length) = (line.measured.weight_g, found.standardised_um.map(|um| um / 1_000));
    let stands = found.age_days >= crate::growth::STANDING_FROM_DAY;
    match chart {
        Chart::WeightForAge => Some((found.age_days, weight?)),
        Chart::LengthForAge => Some((found.age_days, length?)),
        Chart::WeightForLength if !stands => Some((length?, weight?)),
        Chart::WeightForHeight if stands => Some((length?, weight?)),
        Chart::WeightForLength | Chart::WeightForHeight => None,
    }
}

type Diet = (ChildLine, Option<DietView>);

fn diet_view(conn: &Connection, asked: ChildId, today: NaiveDate) -> Result<Option<Diet>, StoreError> {
    let Some((child, state)) = root_state(conn, asked)? else { return Ok(None) };
    let Some(line) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [int(child.0)], child_line)? else {
        return Ok(None);
    };
    let food = record(conn, child)?.and_then(|record| record.form.food).map(|food| match food {
        Food::Veg => Choice::Veg,
        Food::Egg => Choice::Egg,
        Food::NonVeg => Choice::NonVeg,
    });
    let region = Region::of_code(&clinic(conn)?.region);
    let last = growth_of(conn, child, &state)?;
    let breastfed = last.iter().find_map(|line| line.measured.breastfed);
    let last = last.into_iter().find(|line| line.found.is_some());
    let input = diet::Input {
        dob: state.dob,
        on: today.max(state.dob),
        sex: engine_sex(state.sex),
        breastfed,
        choice: food.unwrap_or(Choice::Veg),
        region: region.unwrap_or(Region::North),
        growth: last.as_ref().and_then(|line| line.found.as_ref()),
    };
    let mut plan = match diet::plan(&input) {
        Ok(plan) => plan,
        Err(DietError::TooOld | DietError::BeforeBirth) => return Ok(Some((line, None))),
        Err(DietError::Facts(error)) => return Err(StoreError::Diet(error)),
    };
    if region.is_none() {
        plan.regional = diet::Regional::default();
    }
    let measured_on = last.map(|line| line.on);
    Ok(Some((line.clone(), Some(DietView { child: line, on: today, plan, region, food, measured_on }))))
}

/// Children of under five years are measured; the cost follows those who are shown.
fn growth_list(
    conn: &Connection,
    own: Option<i64>,
    show: GrowthShow,
    today: NaiveDate,
    offset: u32,
) -> Result<(Vec<GrowthListLine>, u32), StoreError> {
    const UNDER: u32 = 12 * 5;
    let active = format!(
        "c.gone IS NULL AND c.merged_into IS NULL
         AND (?1 IS NULL OR c.worker = ?1 OR c.worker IS NULL OR c.worker {LEFT})"
    );
    let (wanted, order, key) = match show {
        GrowthShow::InNeed => ("n.need >= ?2 AND ?3 IS NOT NULL", "n.need DESC, n.day, c.id", Need::Watch as i64),
        GrowthShow::NotSince(since) => {
            ("(n.day IS NULL OR n.day < ?2) AND c.dob > ?3", "n.day IS NOT NULL, n.day, c.id", day(since))
        }
    };
    let join = match show {
        GrowthShow::InNeed => "FROM nourished n JOIN child c ON c.id = n.child",
        GrowthShow::NotSince(_) => "FROM child c LEFT JOIN nourished n ON n.child = c.id",
    };
    let born_after = today.checked_sub_months(chrono::Months::new(UNDER)).map_or(0, day);
    let params = (own, key, born_after);
    let total = one(conn, &format!("SELECT count(*) {join} WHERE {active} AND {wanted}"), params, |r| r.get(0))?;
    let sql = format!(
        "SELECT c.id, n.day, n.need {join} WHERE {active} AND {wanted} ORDER BY {order} LIMIT {GROWTH_PAGE} OFFSET {offset}"
    );
    let rows = all(conn, &sql, params, |r| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, Option<i64>>(1)?.map(date), r.get::<_, Option<i64>>(2)?))
    })?;
    let mut lines = Vec::with_capacity(rows.len());
    for (id, measured_on, need) in rows {
        let Some(child) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [id], child_line)? else { continue };
        lines.push(GrowthListLine { child, measured_on, need: need.map(Need::of_number) });
    }
    Ok((lines, total.unwrap_or_default()))
}
