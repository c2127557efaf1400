//! Counts of a time: what the monthly report (HMIS, section M9) asks, and what the clinic wants to know of itself.
//!
//! A dose is counted on the day it was given, by the age on that day, when it was given **here**, valid or not: it was
//! used. Which dose of a series it was is what the schedule makes of it. Months that are over keep their figures: what
//! was given later, and who left later, changes nothing of them; what is written down late does.
//!
//! A PHC Worker gets her own: doses, adverse events and sessions of hers, and milestones of the children she has now.

mod coverage;

pub use coverage::Covered;

use super::{Clinic, Query, Session, StoreError, SubmitError, all, clinic, date, day, int, one, sex};
use crate::forecast::{self, EntryId, Forecast, GivenRow, GivenStatus, Item, ProductId, Schedule, Span, forecast};
use crate::milestone::{FullySet, milestones};
use crate::record::fact::{AefiClass, AefiOutcome, Gone, Sex};
use crate::record::rule::{ChildState, forecast_child};
use crate::store::alike::sound;
use chrono::{Datelike, Months, NaiveDate};
use hub_protocol::UserId;
use rusqlite::{Connection, Statement};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

const HMIS: &str = include_str!("../../../../../assets/codes/hmis.csv");
/// Over this drop-out a programme looks for the reason, in percent (WHO's usual line; its text was not seen).
pub const DROP_OUT_ALARM_PERCENT: i64 = 10;
const DOSES_OF: &str =
    "SELECT day, product, outside IS NULL, by_user, hlc FROM dose WHERE child = ?1 AND day <= ?2 AND NOT withdrawn";

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportFilter {
    pub worker: Option<UserId>,
    /// By how it sounds, in either script.
    pub village: Option<String>,
}

/// One line of the monthly report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportItem {
    /// Ours, the same for ever; the last part of the words' key `hmis-…`.
    pub key: &'static str,
    /// The item's number in the present edition.
    pub number: &'static str,
    /// None: it is not recorded here.
    pub count: Option<u32>,
}

/// Children by sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BySex {
    pub female: u32,
    pub male: u32,
    pub other: u32,
}

impl BySex {
    pub fn total(self) -> u32 {
        self.female + self.male + self.other
    }

    fn add(&mut self, sex: Sex, is_one: bool) {
        let of = match sex {
            Sex::Female => &mut self.female,
            Sex::Male => &mut self.male,
            Sex::Other => &mut self.other,
        };
        *of += u32::from(is_one);
    }
}

/// The registered children who are 12 to 23 months old at the end of the time, and are looked after here then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cohort {
    pub children: u32,
    /// With a dose that counts, whoever gave it.
    pub bcg: u32,
    pub penta1: u32,
    pub penta3: u32,
    pub mr1: u32,
    /// Fully immunized before the first birthday: the basic set, and the one of all vaccines of the schedule.
    pub fully: u32,
    pub fully_extended: u32,
    pub zero_dose: u32,
    pub left_out: u32,
    pub dropped_out: u32,
}

/// The registered children who became one year old in the time, and are looked after here at its end: the share of them
/// who are fully immunized is the coverage by the clinic's own register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TurnedOne {
    pub children: u32,
    /// Before the birthday, by the basic set.
    pub fully: u32,
}

/// How many began, and how many of them did not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DropOut {
    /// The last part of the words' key `drop-out-…`.
    pub key: &'static str,
    pub began: u32,
    pub went_on: u32,
}

impl DropOut {
    /// In tenths of a percent; below nought when more went on than began, by children who moved in or caught up.
    pub fn permille(self) -> Option<i64> {
        let (began, went_on) = (i64::from(self.began), i64::from(self.went_on));
        (began > 0).then(|| (began - went_on) * 1000 / began)
    }

    pub fn is_alarming(self) -> bool {
        self.permille().is_some_and(|rate| rate > DROP_OUT_ALARM_PERCENT * 10)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AefiCounts {
    pub minor: u32,
    pub severe: u32,
    pub serious: u32,
    /// Of these.
    pub deaths: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionCounts {
    pub planned: u32,
    /// Planned or not.
    pub held: u32,
    pub held_unplanned: u32,
    /// Of the time before the clinic had Tikka: nobody knows what was planned.
    pub imported: u32,
    pub not_held: u32,
}

/// A check that the health department's validators make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The last part of the words' key `check-…`.
    pub key: &'static str,
    /// Must not be more than `most`.
    pub count: u32,
    pub most: u32,
}

impl Check {
    pub fn holds(self) -> bool {
        self.count <= self.most
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub from: NaiveDate,
    pub until: NaiveDate,
    /// Whose it is alone, by what was asked for or because this person sees no more; `None` for the whole clinic.
    pub worker: Option<UserId>,
    pub schedule: String,
    /// In the order of the form.
    pub items: Vec<ReportItem>,
    /// Doses given here.
    pub doses: u32,
    /// Doses of the same days that were given elsewhere: another's to report.
    pub outside: u32,
    /// Given here, by product.
    pub by_product: Vec<(String, u32)>,
    /// Children who became it in the time by a dose given here.
    pub fully: BySex,
    pub fully_extended: u32,
    pub completely: u32,
    pub aefi: AefiCounts,
    pub sessions: SessionCounts,
    pub cohort: Cohort,
    pub turned_one: TurnedOne,
    /// By the doses of the time.
    pub drop_outs: [DropOut; 3],
    /// By the children of the cohort: of those who began, how many went on.
    pub cohort_drop_outs: [DropOut; 3],
    pub checks: Vec<Check>,
}

impl Report {
    /// One calendar month, whole.
    pub fn is_month(&self) -> bool {
        let next = self.from.checked_add_months(Months::new(1));
        self.from.day() == 1 && next.and_then(|next| next.pred_opt()) == Some(self.until)
    }

    /// The checks that do not hold: somebody looks at them before the report is sent.
    pub fn doubts(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.holds())
    }

    /// Born alive in the area, as somebody counted: the clinic knows the children who were registered here, alone.
    pub fn within_births(&self, births: u32) -> Check {
        Check { key: "bcg-births", count: self.count("bcg").unwrap_or_default(), most: births }
    }

    pub fn count(&self, key: &str) -> Option<u32> {
        self.items.iter().find(|item| item.key == key)?.count
    }
}

impl Clinic {
    /// Does any child live there, by how it sounds? A slip of the hand is no village with nobody in it.
    pub fn knows_village(&self, session: &Session, village: &str) -> Result<bool, SubmitError> {
        let _own = self.own(session, Query::Reports)?;
        let place = sound(village);
        let sql = "SELECT 1 FROM child WHERE place_key = ?1 LIMIT 1";
        Ok(self.read(|conn| Ok(one(conn, sql, [&place], |_| Ok(()))?.is_some()))?)
    }

    /// Counts of a time. No name of anybody is in them.
    pub fn report(
        &self,
        session: &Session,
        period: &RangeInclusive<NaiveDate>,
        filter: &ReportFilter,
    ) -> Result<Report, SubmitError> {
        let own = self.own(session, Query::Reports)?;
        let worker = own.or(filter.worker.map(|w| int(w.0)));
        let village = filter.village.as_ref().map(|v| sound(v));
        Ok(self.read(|conn| Counter::new(conn, period, worker, village)?.report(conn))?)
    }
}

/// A line of the table of items.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileItem {
    key: String,
    number: String,
    what: String,
    items: String,
    products: String,
    from: String,
    before: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    NotRecorded,
    Dose,
    FullyMale,
    FullyFemale,
    AefiMinor,
    AefiSevere,
    AefiSerious,
    AefiDeaths,
    SessionsPlanned,
    SessionsHeld,
}

struct HmisItem {
    key: String,
    number: String,
    what: What,
    items: Vec<String>,
    products: Vec<String>,
    from: Option<Span>,
    before: Option<Span>,
}

/// What of the table could not be read is left out; a test holds all of it to be readable.
static ITEMS: LazyLock<Vec<HmisItem>> = LazyLock::new(|| read_items(HMIS).unwrap_or_default());

fn read_items(text: &str) -> Result<Vec<HmisItem>, String> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let split = |text: &str| text.split('|').filter(|t| !t.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let age = |text: &str| if text.is_empty() { Ok(None) } else { Span::parse(text).map(Some) };
    let mut items = Vec::new();
    for line in reader.deserialize() {
        let line: FileItem = line.map_err(|error| error.to_string())?;
        let what = match line.what.as_str() {
            "none" => What::NotRecorded,
            "dose" => What::Dose,
            "fully-male" => What::FullyMale,
            "fully-female" => What::FullyFemale,
            "aefi-minor" => What::AefiMinor,
            "aefi-severe" => What::AefiSevere,
            "aefi-serious" => What::AefiSerious,
            "aefi-deaths" => What::AefiDeaths,
            "sessions-planned" => What::SessionsPlanned,
            "sessions-held" => What::SessionsHeld,
            other => return Err(format!("{}: what is \"{other}\"?", line.key)),
        };
        items.push(HmisItem {
            what,
            items: split(&line.items),
            products: split(&line.products),
            from: age(&line.from)?,
            before: age(&line.before)?,
            key: line.key,
            number: line.number,
        });
    }
    Ok(items)
}

/// A dose of a child, whoever gave it.
struct Dose {
    on: NaiveDate,
    product: ProductId,
    here: bool,
    by: Option<i64>,
    hlc: i64,
}

struct Counter {
    from: NaiveDate,
    until: NaiveDate,
    worker: Option<i64>,
    village: Option<String>,
    schedule: &'static Schedule,
    je_endemic: bool,
    set: FullySet,
    /// Of a table item and an item of the schedule: the lines of the report where it may be counted.
    lines: HashMap<(Item, ProductId), Vec<usize>>,
    counts: Vec<u32>,
    doses: u32,
    outside: u32,
    by_product: BTreeMap<ProductId, u32>,
    fully: BySex,
    fully_extended: u32,
    /// By the set that the clinic chose.
    fully_told: BySex,
    completely: u32,
    cohort: Cohort,
    cohort_drop_outs: [DropOut; 3],
    turned_one: TurnedOne,
}

struct ReportChild {
    id: i64,
    state: ChildState,
    worker: Option<i64>,
    gone_on: Option<NaiveDate>,
}

impl Counter {
    fn new(
        conn: &Connection,
        period: &RangeInclusive<NaiveDate>,
        worker: Option<i64>,
        village: Option<String>,
    ) -> Result<Self, StoreError> {
        let view = clinic(conn)?;
        let schedule = Schedule::builtin(&view.schedule).ok_or(StoreError::UnknownSchedule)?;
        let mut lines: HashMap<(Item, ProductId), Vec<usize>> = HashMap::new();
        for (n, item) in ITEMS.iter().enumerate() {
            for entry in item.items.iter().filter_map(|name| schedule.entry_id(name)) {
                for product in schedule.products() {
                    if item.products.iter().any(|name| name == schedule.product_name(product)) {
                        lines.entry((Item::Entry(entry), product)).or_default().push(n);
                    }
                }
            }
        }
        Ok(Self {
            from: *period.start(),
            until: *period.end(),
            worker,
            village,
            schedule,
            je_endemic: view.je_endemic,
            lines,
            counts: vec![0; ITEMS.len()],
            doses: 0,
            outside: 0,
            by_product: BTreeMap::new(),
            set: view.fully,
            fully: BySex::default(),
            fully_told: BySex::default(),
            fully_extended: 0,
            completely: 0,
            cohort: Cohort::default(),
            cohort_drop_outs: drop_outs(0, 0, 0, 0),
            turned_one: TurnedOne::default(),
        })
    }

    fn report(mut self, conn: &Connection) -> Result<Report, StoreError> {
        let parts = parts(conn)?;
        let mut of_child = conn.prepare_cached(DOSES_OF)?;
        for child in self.children(conn, &parts)? {
            let parts = parts.get(&child.id).map_or(&[][..], Vec::as_slice);
            let doses = self.doses(&mut of_child, child.id, parts)?;
            self.child(&child, &doses);
        }
        let (aefi, sessions) = (self.aefi(conn)?, self.sessions(conn)?);
        Ok(self.finish(aefi, sessions))
    }

    /// Those with a dose in the time, and those of the cohort; each once, as the record that is shown.
    fn children(&self, conn: &Connection, parts: &BTreeMap<i64, Vec<i64>>) -> rusqlite::Result<Vec<ReportChild>> {
        let part_of: HashMap<i64, i64> =
            parts.iter().flat_map(|(root, parts)| parts.iter().map(|part| (*part, *root))).collect();
        let mut roots = BTreeSet::new();
        let sql = "SELECT DISTINCT child FROM dose WHERE day BETWEEN ?1 AND ?2";
        for child in all(conn, sql, (day(self.from), day(self.until)), |r| r.get::<_, i64>(0))? {
            roots.insert(part_of.get(&child).copied().unwrap_or(child));
        }
        let (born_after, born_by) = self.cohort_born();
        // Who became one in the time was born a year before it; a long time reaches further back than the cohort.
        let year_before = self.from.checked_sub_months(Months::new(12)).and_then(|day| day.pred_opt());
        let born_after = year_before.map_or(born_after, |day| born_after.min(day));
        let sql = "SELECT id FROM child WHERE dob > ?1 AND dob <= ?2 AND merged_into IS NULL";
        roots.extend(all(conn, sql, (day(born_after), day(born_by)), |r| r.get::<_, i64>(0))?);
        self.read_children(conn, roots)
    }

    /// Those of the village that is asked for, if one is.
    fn read_children(
        &self,
        conn: &Connection,
        ids: impl IntoIterator<Item = i64>,
    ) -> rusqlite::Result<Vec<ReportChild>> {
        let mut children = Vec::new();
        // Of whom only a toy told, nobody has looked at yet: whoever says that it is a child has it counted from then on.
        let sql = "SELECT dob, sex, worker, gone_on, place_key FROM child WHERE id = ?1 AND gone IS NOT ?2";
        for id in ids {
            let found = one(conn, sql, (id, Gone::Waiting as i64), |r| {
                let place: String = r.get(4)?;
                if self.village.as_ref().is_some_and(|wanted| place != *wanted) {
                    return Ok(None);
                }
                let state = ChildState {
                    dob: date(r.get(0)?),
                    sex: sex(r.get(1)?),
                    worker: None,
                    gone: None,
                    gone_on: None,
                    merged_into: None,
                    consent_tracing: false,
                };
                let gone_on = r.get::<_, Option<i64>>(3)?.map(date);
                Ok(Some(ReportChild { id, state, worker: r.get(2)?, gone_on }))
            })?;
            children.extend(found.flatten());
        }
        Ok(children)
    }

    /// Born after the first day and on the last one, or between: 12 to 23 months old at the end of the time.
    fn cohort_born(&self) -> (NaiveDate, NaiveDate) {
        let ago = |months| self.until.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
        (ago(24), ago(12))
    }

    /// A child's doses up to the end of the time, by day and then by when they were told. What two records tell
    /// alike is one dose.
    fn doses(&self, of_child: &mut Statement<'_>, child: i64, parts: &[i64]) -> rusqlite::Result<Vec<Dose>> {
        let mut doses: Vec<Dose> = Vec::with_capacity(32);
        for child in std::iter::once(&child).chain(parts) {
            let mut rows = of_child.query((child, day(self.until)))?;
            while let Some(r) = rows.next()? {
                let Some(product) = self.schedule.product(r.get_ref(1)?.as_str()?) else { continue };
                let dose = Dose { on: date(r.get(0)?), product, here: r.get(2)?, by: r.get(3)?, hlc: r.get(4)? };
                match doses.iter_mut().find(|d| !parts.is_empty() && d.on == dose.on && d.product == dose.product) {
                    Some(told) if told.hlc <= dose.hlc => {}
                    Some(told) => *told = dose,
                    None => doses.push(dose),
                }
            }
        }
        doses.sort_by_key(|dose| (dose.on, dose.hlc));
        Ok(doses)
    }

    /// What the schedule makes of a child's doses at the end of the time, and the doses that it is of. None before birth:
    /// the birth date was corrected since, or two records became one.
    fn judged<'a>(&self, child: &ReportChild, doses: &'a [Dose]) -> Option<(&'a [Dose], Forecast)> {
        let doses = &doses[doses.partition_point(|dose| dose.on < child.state.dob)..];
        let given: Vec<forecast::Given> =
            doses.iter().map(|dose| forecast::Given { product: dose.product, on: dose.on }).collect();
        let input = forecast_child(child.state, self.je_endemic);
        Some((doses, forecast(self.schedule, &input, &given, self.until).ok()?))
    }

    fn child(&mut self, child: &ReportChild, doses: &[Dose]) {
        let (from, until, worker) = (self.from, self.until, self.worker);
        let is_within = |on: NaiveDate| from <= on && on <= until;
        let mine = |dose: &Dose| worker.is_none_or(|worker| dose.by == Some(worker));
        for dose in doses.iter().filter(|dose| is_within(dose.on) && mine(dose)) {
            if dose.here {
                self.doses += 1;
                *self.by_product.entry(dose.product).or_default() += 1;
            } else {
                self.outside += 1;
            }
        }
        // What was given before birth is counted among the doses only.
        let Some((doses, made)) = self.judged(child, doses) else { return };
        for row in &made.given {
            let Some(dose) = doses.get(row.index) else { continue };
            if row.status == GivenStatus::Duplicate || !dose.here || !is_within(dose.on) || !mine(dose) {
                continue;
            }
            for line in self.lines.get(&(row.item, row.product)).into_iter().flatten() {
                let item = &ITEMS[*line];
                let old_enough = item.from.is_none_or(|age| dose.on >= age.after(child.state.dob));
                let young_enough = item.before.is_none_or(|age| dose.on < age.after(child.state.dob));
                if old_enough && young_enough {
                    self.counts[*line] += 1;
                }
            }
        }
        if self.worker.is_some() && child.worker != self.worker {
            return;
        }
        let input = forecast_child(child.state, self.je_endemic);
        let Some(reached) = milestones(self.schedule, &input, &made, self.set, self.until) else { return };
        let sets = self.schedule.milestones();
        // One of the doses that finished the set, not only another one of that day.
        let by_us = |on: Option<NaiveDate>, is_of_set: &dyn Fn(EntryId) -> bool| {
            let finished = |row: &GivenRow| {
                let entry = matches!(row.item, Item::Entry(entry) if is_of_set(entry));
                entry && row.status == GivenStatus::Valid && Some(row.on) == on && doses[row.index].here
            };
            on.is_some_and(is_within) && made.given.iter().any(finished)
        };
        let in_fully = |entry: EntryId| sets.is_some_and(|sets| sets.fully.iter().flatten().any(|e| *e == entry));
        let in_completely =
            |entry: EntryId| sets.is_some_and(|sets| sets.completely.iter().flatten().any(|e| *e == entry));
        let basic = by_us(reached.basic.reached_on, &in_fully);
        let extended = by_us(reached.extended.reached_on, &|_| true);
        self.fully.add(child.state.sex, basic);
        self.fully_extended += u32::from(extended);
        self.fully_told.add(child.state.sex, if self.set == FullySet::Basic { basic } else { extended });
        let in_either = |entry| in_fully(entry) || in_completely(entry);
        self.completely += u32::from(by_us(reached.completely.reached_on, &in_either));

        let (born_after, born_by) = self.cohort_born();
        let here = child.gone_on.is_none_or(|on| on > self.until);
        if here && is_within(reached.fully().before) {
            self.turned_one.children += 1;
            self.turned_one.fully += u32::from(reached.fully().reached_on.is_some());
        }
        if !here || child.state.dob <= born_after || child.state.dob > born_by {
            return;
        }
        let counted = |names: &[&str]| {
            made.given
                .iter()
                .any(|row| row.status == GivenStatus::Valid && names.contains(&self.schedule.item_name(row.item)))
        };
        let of = &mut self.cohort;
        of.children += 1;
        let (bcg, penta1, penta3, mr1) =
            (counted(&["BCG"]), counted(&["PENTA-1", "DPT-1"]), counted(&["PENTA-3", "DPT-3"]), counted(&["MR-1"]));
        of.bcg += u32::from(bcg);
        of.penta1 += u32::from(penta1);
        of.penta3 += u32::from(penta3);
        of.mr1 += u32::from(mr1);
        // Who went on without having begun makes up for nobody.
        for (kept, (began, went_on)) in
            self.cohort_drop_outs.iter_mut().zip([(penta1, penta3), (penta1, mr1), (bcg, mr1)])
        {
            kept.began += u32::from(began);
            kept.went_on += u32::from(began && went_on);
        }
        of.fully += u32::from(reached.basic.reached_on.is_some());
        of.fully_extended += u32::from(reached.extended.reached_on.is_some());
        of.zero_dose += u32::from(reached.zero_dose.is_yes());
        of.left_out += u32::from(reached.left_out.is_yes());
        of.dropped_out += u32::from(reached.dropped_out.is_yes());
    }

    /// Those noticed here: what came with a child who moved is the other clinic's to report.
    fn aefi(&self, conn: &Connection) -> rusqlite::Result<AefiCounts> {
        let sql = "SELECT a.class, a.outcome, c.place_key FROM aefi a JOIN child c ON c.id = a.child
                   WHERE a.day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR a.by_user = ?3)
                     AND NOT EXISTS (SELECT 1 FROM carried k WHERE k.origin = a.origin AND k.seq = a.seq)";
        let mut counts = AefiCounts::default();
        for (class, outcome, place) in all(conn, sql, (day(self.from), day(self.until), self.worker), |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, r.get::<_, String>(2)?))
        })? {
            if self.village.as_ref().is_some_and(|wanted| place != *wanted) {
                continue;
            }
            match AefiClass::ALL.into_iter().find(|c| *c as i64 == class) {
                Some(AefiClass::Minor) | None => counts.minor += 1,
                Some(AefiClass::Severe) => counts.severe += 1,
                Some(AefiClass::Serious) => counts.serious += 1,
            }
            counts.deaths += u32::from(outcome == AefiOutcome::Died as i64);
        }
        Ok(counts)
    }

    /// A session may be for several villages: by village its number cannot be told, so it is that of all.
    fn sessions(&self, conn: &Connection) -> rusqlite::Result<SessionCounts> {
        let sql = "SELECT count(*) FILTER (WHERE planned), count(*) FILTER (WHERE held),
                          count(*) FILTER (WHERE held AND NOT planned AND worker IS NOT NULL),
                          count(*) FILTER (WHERE held AND NOT planned AND worker IS NULL),
                          count(*) FILTER (WHERE held = 0)
                   FROM session WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR worker = ?3)";
        let counts = one(conn, sql, (day(self.from), day(self.until), self.worker), |r| {
            Ok(SessionCounts {
                planned: r.get(0)?,
                held: r.get(1)?,
                held_unplanned: r.get(2)?,
                imported: r.get(3)?,
                not_held: r.get(4)?,
            })
        })?;
        Ok(counts.unwrap_or_default())
    }

    fn finish(self, aefi: AefiCounts, sessions: SessionCounts) -> Report {
        let count = |n: usize, item: &HmisItem| match item.what {
            What::NotRecorded => None,
            What::Dose => Some(self.counts[n]),
            What::FullyMale => Some(self.fully_told.male),
            What::FullyFemale => Some(self.fully_told.female),
            What::AefiMinor => Some(aefi.minor),
            What::AefiSevere => Some(aefi.severe),
            What::AefiSerious => Some(aefi.serious),
            What::AefiDeaths => Some(aefi.deaths),
            What::SessionsPlanned => Some(sessions.planned),
            // As the check below has it: of a register that was brought in nobody wrote down which sessions there were.
            What::SessionsHeld => Some(sessions.held - sessions.imported),
        };
        let lines = ITEMS.iter().enumerate();
        let items: Vec<ReportItem> =
            lines.map(|(n, item)| ReportItem { key: &item.key, number: &item.number, count: count(n, item) }).collect();
        let told =
            |key: &str| items.iter().find(|item| item.key == key).and_then(|item| item.count).unwrap_or_default();
        let penta1 = told("penta-1") + told("dpt-1-late");
        let penta3 = told("penta-3") + told("dpt-3-late");
        let mr1 = told("mr-1") + told("mr-1-late");
        let checks = vec![
            Check { key: "fully-mr1", count: self.fully_told.total(), most: told("mr-1") },
            Check { key: "aefi-doses", count: aefi.minor + aefi.severe + aefi.serious, most: self.doses },
            Check { key: "held-planned", count: sessions.held - sessions.imported, most: sessions.planned },
        ];
        let product = |(product, n): (&ProductId, &u32)| (self.schedule.product_name(*product).to_owned(), *n);
        Report {
            from: self.from,
            until: self.until,
            worker: self.worker.map(|worker| UserId(worker.cast_unsigned())),
            schedule: self.schedule.id().to_owned(),
            drop_outs: drop_outs(told("bcg"), penta1, penta3, mr1),
            cohort_drop_outs: self.cohort_drop_outs,
            items,
            doses: self.doses,
            outside: self.outside,
            by_product: self.by_product.iter().map(product).collect(),
            fully: self.fully,
            fully_extended: self.fully_extended,
            completely: self.completely,
            aefi,
            sessions,
            cohort: self.cohort,
            turned_one: self.turned_one,
            checks,
        }
    }
}

fn drop_outs(bcg: u32, penta1: u32, penta3: u32, mr1: u32) -> [DropOut; 3] {
    [
        DropOut { key: "penta1-penta3", began: penta1, went_on: penta3 },
        DropOut { key: "penta1-mr1", began: penta1, went_on: mr1 },
        DropOut { key: "bcg-mr1", began: bcg, went_on: mr1 },
    ]
}

/// The records that are parts of others, by the one that is shown.
fn parts(conn: &Connection) -> rusqlite::Result<BTreeMap<i64, Vec<i64>>> {
    let sql = "SELECT merged_into, id FROM child WHERE merged_into IS NOT NULL ORDER BY id";
    let mut parts: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (root, part) in all(conn, sql, [], |r| Ok((r.get(0)?, r.get(1)?)))? {
        parts.entry(root).or_default().push(part);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_monthly_report_can_be_read() {
        let items = read_items(HMIS).expect("the table");
        let keys: BTreeSet<&str> = items.iter().map(|item| item.key.as_str()).collect();
        let numbers: BTreeSet<&str> = items.iter().map(|item| item.number.as_str()).collect();
        assert_eq!((keys.len(), numbers.len()), (items.len(), items.len()), "a line stands twice");
        let schedules: Vec<_> = Schedule::builtin_ids().iter().filter_map(|id| Schedule::builtin(id)).collect();
        for item in items {
            assert_eq!(item.items.is_empty(), item.what != What::Dose, "{}", item.key);
            assert_eq!(item.products.is_empty(), item.what != What::Dose, "{}", item.key);
            for name in &item.items {
                assert!(schedules.iter().any(|s| s.entry_id(name).is_some()), "{}: {name}", item.key);
            }
            for name in &item.products {
                assert!(schedules.iter().any(|s| s.product(name).is_some()), "{}: {name}", item.key);
            }
        }
        assert!(read_items("key,number,what,items,products,from,before\nx,1,dosis,,,,\n").is_err());
    }
}
