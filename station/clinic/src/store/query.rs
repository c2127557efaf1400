//! What can be asked: each answer is a view over the read tables, and each question names who asks.

use super::look::{Tables, child_state, doses, role, sex, user_id};
use super::sql::{all, bytes, date, day, int, one, uint};
use super::writer::Job;
use super::{Clinic, Session, StoreError, SubmitError};
use crate::date::to_day;
use crate::forecast::{GivenNote, GivenReason, GivenStatus, NextStatus, Schedule, Why, forecast};
use crate::ledger::EventId;
use crate::record::command::Command;
use crate::record::fact::{Fact, Sex};
use crate::record::limits::DEFAULTER_DAYS;
use crate::record::refusal::Refusal;
use crate::record::role::{Query, Right, Role, Scope};
use crate::record::rule::{Look, No, forecast_child, forecast_given};
use crate::record::text::search_form;
use chrono::NaiveDate;
use hub_protocol::replica::Head;
use hub_protocol::toy::{Roster, RosterChild, RosterDue, RosterTask, TaskKind, Worker};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, OriginId, PublicKey, TaskId, UserId};
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

/// Rows of one page of a list.
pub const PAGE_MAX: u32 = 500;
/// How far ahead a toy's roster looks, in days.
const ROSTER_AHEAD_DAYS: i64 = 42;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClinicView {
    pub name: String,
    pub schedule: String,
    pub schedule_name: String,
    pub je_endemic: bool,
    pub demo: bool,
    /// Public half of the key on the printed recovery sheet.
    pub recovery: PublicKey,
    pub district: Option<DistrictView>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictView {
    pub device: DeviceId,
    pub address: String,
    pub name: String,
    pub station_name: String,
}

/// How much of what was written here the district has proven to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sync {
    pub events: u64,
    pub at_district: u64,
    /// When the oldest one that waits was written, ms since 1970.
    pub waiting_since_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLine {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub active: bool,
    /// Children of a worker.
    pub children: u32,
}

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
    pub worker: Option<(UserId, String)>,
    /// When the next dose is due.
    pub next_due: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDose {
    pub item: String,
    pub product: String,
    pub earliest: NaiveDate,
    pub due: NaiveDate,
    pub last_day: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueChild {
    pub child: ChildLine,
    /// What may be given today, the longest due first.
    pub doses: Vec<DueDose>,
    /// Since the due date of the first of them.
    pub days_late: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodayView {
    pub on: NaiveDate,
    /// Due, and not late enough to be a defaulter.
    pub due: Vec<DueChild>,
    /// The defaulter list, the latest first.
    pub defaulters: Vec<DueChild>,
    pub children: u32,
    pub open_tasks: u32,
    pub conflicts: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseLine {
    /// The schedule's name for what the dose counted as; a combination has one line for each.
    pub item: String,
    pub product: String,
    pub on: NaiveDate,
    pub batch: Option<String>,
    /// Why it was stored although the schedule warned.
    pub reason: Option<String>,
    pub by: String,
    /// What people call the toy it came from.
    pub toy: Option<String>,
    pub status: GivenStatus,
    pub why: Option<GivenReason>,
    pub note: Option<GivenNote>,
    pub event: EventId,
    /// The district has proven to hold it.
    pub at_district: bool,
}

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
}

impl NextLine {
    pub fn may_be_given_on(&self, day: NaiveDate) -> bool {
        self.earliest.is_some_and(|e| e <= day) && self.last_day.is_none_or(|l| day <= l)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildPage {
    pub child: ChildLine,
    pub landmark: String,
    pub on: NaiveDate,
    pub doses: Vec<DoseLine>,
    pub next: Vec<NextLine>,
    pub card: Option<CardNo>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardKnown {
    pub card: CardNo,
    /// Our signed record was written on it.
    pub written: bool,
    pub child: Option<ChildId>,
    /// Lost or blocked: opens nothing.
    pub stopped: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToyLine {
    pub id: DeviceId,
    pub key: PublicKey,
    pub model: String,
    pub label: String,
    pub worker: Option<(UserId, String)>,
    /// Doses taken from it.
    pub records: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    pub id: TaskId,
    pub worker: (UserId, String),
    pub kind: TaskKind,
    pub child: Option<ChildId>,
    pub due: NaiveDate,
    pub note: String,
    pub done: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictLine {
    pub event: EventId,
    /// The last part of the words' key `conflict-…`.
    pub kind: String,
    pub child: Option<ChildId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateData {
    pub number: u64,
    pub issued_on: NaiveDate,
    pub page: ChildPage,
    pub clinic: ClinicView,
}

impl Clinic {
    /// The clinic itself; shown before anybody logs in too.
    pub fn clinic(&self) -> Result<ClinicView, StoreError> {
        self.read(clinic)
    }

    pub fn sync(&self) -> Result<Sync, StoreError> {
        let origin = self.origin();
        self.read(|conn| {
            let no: i64 = one(conn, "SELECT no FROM origin WHERE id = ?1", [origin.0], |r| r.get(0))?
                .ok_or(StoreError::NoClinic)?;
            let events =
                one(conn, "SELECT max(seq) FROM event WHERE origin = ?1", [no], |r| r.get::<_, Option<i64>>(0))?;
            let events = events.flatten().map_or(0, uint);
            let at_district = proven(conn, origin)?;
            let waiting =
                one(conn, "SELECT hlc FROM event WHERE origin = ?1 AND seq = ?2", (no, int(at_district + 1)), |r| {
                    r.get(0).map(uint)
                })?;
            Ok(Sync { events, at_district, waiting_since_ms: waiting.map(|h| crate::ledger::Hlc(h).ms()) })
        })
    }

    pub fn users(&self, session: &Session) -> Result<Vec<UserLine>, SubmitError> {
        self.scope(session, Right::See(Query::Users))?;
        let sql = "SELECT id, login, name, role, active,
                          (SELECT count(*) FROM child WHERE worker = user.id)
                   FROM user ORDER BY active DESC, role, name";
        Ok(self.read(|conn| {
            Ok(all(conn, sql, [], |r| {
                Ok(UserLine {
                    id: UserId(uint(r.get(0)?)),
                    login: r.get(1)?,
                    name: r.get(2)?,
                    role: role(r.get(3)?),
                    active: r.get(4)?,
                    children: r.get(5)?,
                })
            })?)
        })?)
    }

    /// Who is due and who is late: all of the clinic for an Admin, her own for a worker, with the children
    /// nobody has yet.
    pub fn today_view(&self, session: &Session) -> Result<TodayView, SubmitError> {
        let own = self.own(session, Query::Today)?;
        let on = self.today()?;
        Ok(self.read(|conn| {
            let mut due = Vec::new();
            let mut defaulters = Vec::new();
            for child in due_children(conn, own, on, on)? {
                if child.days_late >= DEFAULTER_DAYS { defaulters.push(child) } else { due.push(child) }
            }
            defaulters.sort_by_key(|c| std::cmp::Reverse(c.days_late));
            let count =
                |sql: &str| -> Result<u32, StoreError> { Ok(one(conn, sql, [own], |r| r.get(0))?.unwrap_or_default()) };
            Ok(TodayView {
                on,
                due,
                defaulters,
                children: count("SELECT count(*) FROM child WHERE ?1 IS NULL OR worker = ?1")?,
                open_tasks: count("SELECT count(*) FROM task WHERE done IS NULL AND (?1 IS NULL OR worker = ?1)")?,
                conflicts: count(
                    "SELECT count(*) FROM conflict f LEFT JOIN child c ON c.id = f.child
                     WHERE ?1 IS NULL OR c.worker = ?1",
                )?,
            })
        })?)
    }

    /// Children whose name, parents, village, phone or id hold every typed word. At most [`PAGE_MAX`] a page;
    /// the second value is how many there are in all.
    pub fn children(&self, session: &Session, typed: &str, offset: u32) -> Result<(Vec<ChildLine>, u32), SubmitError> {
        self.scope(session, Right::See(Query::Children))?;
        let words: Vec<String> = typed.split_whitespace().take(8).map(|w| like(&search_form(w))).collect();
        let wanted: String = (0..words.len()).map(|n| format!(" AND c.search LIKE ?{} ESCAPE '\\'", n + 1)).collect();
        Ok(self.read(|conn| {
            let params = rusqlite::params_from_iter(&words);
            let total = one(conn, &format!("SELECT count(*) FROM child c WHERE 1{wanted}"), params, |r| r.get(0))?;
            let sql = format!(
                "{CHILD_LINE} WHERE 1{wanted} ORDER BY c.name, c.mother, c.id LIMIT {PAGE_MAX} OFFSET {offset}"
            );
            let lines = all(conn, &sql, rusqlite::params_from_iter(&words), child_line)?;
            Ok((lines, total.unwrap_or_default()))
        })?)
    }

    /// A child's whole record. For a child of another worker the look itself is recorded.
    pub fn child(&self, session: &Session, child: ChildId) -> Result<ChildPage, SubmitError> {
        let own = self.own(session, Query::Child)?;
        let today = self.today()?;
        let origin = self.origin();
        let page = self.read(|conn| child_page(conn, child, today, origin))?.ok_or(Refusal::UnknownChild)?;
        if own.is_some() && page.child.worker.as_ref().map(|(id, _)| *id) != Some(session.user) {
            self.ask(|reply| Job::Audit { user: session.user, child, reply })?;
        }
        Ok(page)
    }

    /// What is registered for a chip.
    pub fn card_by_uid(&self, session: &Session, uid: &[u8]) -> Result<Option<CardKnown>, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        Ok(self.read(|conn| {
            Ok(one(conn, "SELECT no, written, child, stopped FROM card WHERE uid = ?1", [uid], |r| {
                Ok(CardKnown {
                    card: CardNo(uint(r.get(0)?)),
                    written: r.get(1)?,
                    child: r.get::<_, Option<i64>>(2)?.map(|c| ChildId(uint(c))),
                    stopped: r.get::<_, Option<i64>>(3)?.is_some(),
                })
            })?)
        })?)
    }

    pub fn toys(&self, session: &Session) -> Result<Vec<ToyLine>, SubmitError> {
        let own = self.own(session, Query::Toys)?;
        let sql = "SELECT t.id, t.key, t.model, t.label, u.id, u.name,
                          (SELECT count(*) FROM toy_record WHERE toy = t.id)
                   FROM toy t LEFT JOIN user u ON u.id = t.worker
                   WHERE ?1 IS NULL OR t.worker = ?1 ORDER BY t.label, t.id";
        Ok(self.read(|conn| Ok(all(conn, sql, [own], toy_line)?))?)
    }

    pub fn tasks(&self, session: &Session) -> Result<Vec<TaskLine>, SubmitError> {
        let own = self.own(session, Query::Tasks)?;
        Ok(self.read(|conn| Ok(tasks(conn, own)?))?)
    }

    pub fn conflicts(&self, session: &Session) -> Result<Vec<ConflictLine>, SubmitError> {
        self.scope(session, Right::See(Query::Conflicts))?;
        Ok(self.read(|conn| {
            Ok(all(conn, "SELECT origin, seq, kind, child FROM conflict ORDER BY origin, seq", [], |r| {
                Ok(ConflictLine {
                    event: EventId { origin: OriginId(bytes(r, 0)?), seq: uint(r.get(1)?) },
                    kind: r.get(2)?,
                    child: r.get::<_, Option<i64>>(3)?.map(|c| ChildId(uint(c))),
                })
            })?)
        })?)
    }

    /// Issues a numbered certificate and gives what stands on it.
    pub fn issue_certificate(&self, session: &Session, child: ChildId) -> Result<CertificateData, SubmitError> {
        self.scope(session, Right::See(Query::Certificate))?;
        let today = self.today()?;
        let receipt = self.submit(session, Command::IssueCertificate { child, on: to_day(today) })?;
        let Fact::CertificateIssued(issued) = receipt.fact else { return Err(StoreError::Closed.into()) };
        let page = self.child(session, child)?;
        let clinic = self.clinic()?;
        Ok(CertificateData { number: issued.number, issued_on: today, page, clinic })
    }

    /// The key registered for a toy that announces this short id.
    pub fn toy_by_short(&self, short: &str) -> Result<Option<PublicKey>, StoreError> {
        self.read(|conn| {
            let keys = all(conn, "SELECT key FROM toy", [], |r| bytes(r, 0).map(PublicKey))?;
            Ok(keys.into_iter().find(|k| k.device_id().short() == short))
        })
    }

    /// What a toy carries: the children and tasks of its worker.
    pub fn roster(&self, toy: DeviceId) -> Result<Roster, StoreError> {
        let today = self.today()?;
        self.read(|conn| roster(conn, toy, today))
    }

    /// How far a toy's records are at the district: all up to this one.
    pub fn toy_durable(&self, toy: DeviceId, epoch: u64) -> Result<u64, StoreError> {
        let origin = self.origin();
        self.read(|conn| {
            let proven = proven(conn, origin)?;
            let sql = "SELECT max(seq) FROM toy_record WHERE toy = ?1 AND epoch = ?2 AND origin = ?3 AND event <= ?4";
            let seq = one(conn, sql, (toy.0, int(epoch), origin.0, int(proven)), |r| r.get::<_, Option<i64>>(0))?;
            Ok(seq.flatten().map_or(0, uint))
        })
    }

    /// `None`: all of the clinic. A worker's number: only what is hers.
    fn own(&self, session: &Session, query: Query) -> Result<Option<i64>, SubmitError> {
        Ok(match self.scope(session, Right::See(query))? {
            Scope::All => None,
            Scope::Own => Some(int(session.user.0)),
        })
    }
}

fn clinic(conn: &Connection) -> Result<ClinicView, StoreError> {
    let district = one(conn, "SELECT device, address, name, station_name FROM district", [], |r| {
        Ok(DistrictView {
            device: DeviceId(bytes(r, 0)?),
            address: r.get(1)?,
            name: r.get(2)?,
            station_name: r.get(3)?,
        })
    })?;
    let (name, schedule, je_endemic, demo, recovery) =
        one(conn, "SELECT name, schedule, je_endemic, demo, recovery FROM clinic", [], |r| {
            Ok((r.get(0)?, r.get::<_, String>(1)?, r.get(2)?, r.get(3)?, PublicKey(bytes(r, 4)?)))
        })?
        .ok_or(StoreError::NoClinic)?;
    let schedule_name = Schedule::builtin(&schedule).ok_or(StoreError::UnknownSchedule)?.name().to_owned();
    Ok(ClinicView { name, schedule, schedule_name, je_endemic, demo, recovery, district })
}

/// How far the district has proven to hold our log.
fn proven(conn: &Connection, origin: OriginId) -> Result<u64, StoreError> {
    let head = one(conn, "SELECT seq, hash FROM proven WHERE origin = ?1", [origin.0], |r| {
        Ok(Head { origin, seq: uint(r.get(0)?), hash: bytes(r, 1)? })
    })?;
    Ok(head.map_or(0, |h| h.seq))
}

const CHILD_LINE: &str = "SELECT c.id, c.name, c.dob, c.dob_estimated, c.sex, c.mother, c.father, c.phone, c.village,
    u.id, u.name, (SELECT min(due) FROM next_dose n WHERE n.child = c.id)
    FROM child c LEFT JOIN user u ON u.id = c.worker";

fn child_line(r: &Row<'_>) -> rusqlite::Result<ChildLine> {
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
        worker: worker(r, 9)?,
        next_due: r.get::<_, Option<i64>>(11)?.map(date),
    })
}

/// A worker's number and name from two columns of an outer join.
fn worker(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<(UserId, String)>> {
    Ok(user_id(r.get(at)?).zip(r.get::<_, Option<String>>(at + 1)?))
}

/// Children with something due on or before `until`, each with all of it. The cost follows what is due.
fn due_children(
    conn: &Connection,
    own: Option<i64>,
    today: NaiveDate,
    until: NaiveDate,
) -> rusqlite::Result<Vec<DueChild>> {
    let sql = "SELECT n.child, n.item, n.product, n.earliest, n.due, n.last_day
               FROM next_dose n JOIN child c ON c.id = n.child
               WHERE n.due <= ?1 AND (n.last_day IS NULL OR n.last_day >= ?2)
                 AND (?3 IS NULL OR c.worker = ?3 OR c.worker IS NULL)
               ORDER BY n.child, n.due, n.item";
    let rows = all(conn, sql, (day(until), day(today), own), |r| {
        let dose = DueDose {
            item: r.get(1)?,
            product: r.get(2)?,
            earliest: date(r.get(3)?),
            due: date(r.get(4)?),
            last_day: r.get::<_, Option<i64>>(5)?.map(date),
        };
        Ok((r.get::<_, i64>(0)?, dose))
    })?;
    let mut children: Vec<DueChild> = Vec::new();
    for (id, dose) in rows {
        match children.last_mut().filter(|c| c.child.id == ChildId(uint(id))) {
            Some(child) => child.doses.push(dose),
            None => {
                let Some(child) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [id], child_line)? else {
                    continue;
                };
                let days_late = (today - dose.due).num_days();
                children.push(DueChild { child, doses: vec![dose], days_late });
            }
        }
    }
    Ok(children)
}

fn child_page(
    conn: &Connection,
    child: ChildId,
    today: NaiveDate,
    own_origin: OriginId,
) -> Result<Option<ChildPage>, StoreError> {
    let Some(line) = one(conn, &format!("{CHILD_LINE} WHERE c.id = ?1"), [int(child.0)], child_line)? else {
        return Ok(None);
    };
    let Some(state) = child_state(conn, child)? else { return Ok(None) };
    let view = clinic(conn)?;
    let schedule = Schedule::builtin(&view.schedule).ok_or(StoreError::UnknownSchedule)?;
    let proven = proven(conn, own_origin)?;
    let told = all(
        conn,
        "SELECT d.batch, d.reason, u.name, d.origin, d.seq,
                (SELECT t.label FROM dose_witness w JOIN toy t ON t.id = w.toy
                 WHERE w.child = d.child AND w.day = d.day AND w.product = d.product LIMIT 1)
         FROM dose d LEFT JOIN user u ON u.id = d.by_user WHERE d.child = ?1 AND d.day <= ?2 ORDER BY d.day, d.hlc",
        (int(child.0), day(today)),
        |r| {
            Ok(Told {
                batch: r.get(0)?,
                reason: r.get(1)?,
                by: r.get::<_, Option<String>>(2)?.unwrap_or_default(),
                event: EventId { origin: OriginId(bytes(r, 3)?), seq: uint(r.get(4)?) },
                toy: r.get(5)?,
            })
        },
    )?;
    let mut given = doses(conn, child)?;
    given.retain(|(_, on)| *on <= today);
    let known: Vec<usize> = (0..given.len()).filter(|n| schedule.product(&given[*n].0).is_some()).collect();
    let result = forecast(schedule, &forecast_child(state, view.je_endemic), &forecast_given(schedule, &given), today);
    let result = result.map_err(|_| StoreError::NoClinic)?;
    let lines = result.given.iter().filter_map(|row| {
        let told = told.get(*known.get(row.index)?)?;
        Some(DoseLine {
            item: schedule.item_name(row.item).to_owned(),
            product: schedule.product_name(row.product).to_owned(),
            on: row.on,
            batch: told.batch.clone(),
            reason: told.reason.clone(),
            by: told.by.clone(),
            toy: told.toy.clone(),
            status: row.status,
            why: row.reason,
            note: row.note,
            event: told.event,
            at_district: told.event.origin != own_origin || told.event.seq <= proven,
        })
    });
    let mut next = Vec::new();
    for row in &result.next {
        let products: Vec<String> = match row.item {
            crate::forecast::Item::Entry(entry) => {
                schedule.products_for(entry).iter().map(|p| schedule.product_name(*p).to_owned()).collect()
            }
            crate::forecast::Item::Series(_) => Vec::new(),
        };
        let batch = match products.first() {
            Some(product) => last_batch(conn, product)?,
            None => None,
        };
        next.push(NextLine {
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
        });
    }
    let landmark = one(conn, "SELECT landmark FROM child WHERE id = ?1", [int(child.0)], |r| r.get(0))?;
    let card = match Tables(conn).card_of(child) {
        Ok(card) => card,
        Err(No::Broken(error)) => return Err(error.into()),
        Err(No::Refused(_)) => None,
    };
    let doses = lines.collect();
    Ok(Some(ChildPage { child: line, landmark: landmark.unwrap_or_default(), on: today, doses, next, card }))
}

/// What is told of a dose, beside the product and the day.
struct Told {
    batch: Option<String>,
    reason: Option<String>,
    by: String,
    event: EventId,
    toy: Option<String>,
}

fn last_batch(conn: &Connection, product: &str) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT batch FROM dose WHERE product = ?1 AND batch IS NOT NULL ORDER BY hlc DESC LIMIT 1";
    one(conn, sql, [product], |r| r.get(0))
}

fn toy_line(r: &Row<'_>) -> rusqlite::Result<ToyLine> {
    Ok(ToyLine {
        id: DeviceId(bytes(r, 0)?),
        key: PublicKey(bytes(r, 1)?),
        model: r.get(2)?,
        label: r.get(3)?,
        worker: worker(r, 4)?,
        records: r.get::<_, i64>(6).map(uint)?,
    })
}

fn tasks(conn: &Connection, own: Option<i64>) -> rusqlite::Result<Vec<TaskLine>> {
    let sql = "SELECT t.id, u.id, u.name, t.kind, t.child, t.due, t.note, t.done
               FROM task t JOIN user u ON u.id = t.worker
               WHERE ?1 IS NULL OR t.worker = ?1 ORDER BY t.done IS NOT NULL, t.due, t.id";
    all(conn, sql, [own], |r| {
        Ok(TaskLine {
            id: TaskId(uint(r.get(0)?)),
            worker: (UserId(uint(r.get(1)?)), r.get(2)?),
            kind: task_kind(r.get(3)?),
            child: r.get::<_, Option<i64>>(4)?.map(|c| ChildId(uint(c))),
            due: date(r.get(5)?),
            note: r.get(6)?,
            done: r.get(7)?,
        })
    })
}

fn task_kind(number: i64) -> TaskKind {
    let kinds = [TaskKind::Visit, TaskKind::Trace, TaskKind::Card];
    kinds.into_iter().find(|k| *k as i64 == number).unwrap_or(TaskKind::Other)
}

fn roster(conn: &Connection, toy: DeviceId, today: NaiveDate) -> Result<Roster, StoreError> {
    let holder = one(
        conn,
        "SELECT u.id, u.name FROM toy t JOIN user u ON u.id = t.worker WHERE t.id = ?1 AND u.active",
        [toy.0],
        |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)),
    )?;
    let mut roster = Roster { revision: 0, worker: None, children: Vec::new(), tasks: Vec::new() };
    if let Some((id, name)) = holder {
        roster.worker = Some(Worker { id: UserId(uint(id)), name });
        let until = today + chrono::Days::new(ROSTER_AHEAD_DAYS.unsigned_abs());
        let due = due_children(conn, Some(id), today, until)?;
        let sql = format!("{CHILD_LINE} WHERE c.worker = ?1 ORDER BY c.id");
        for line in all(conn, &sql, [id], child_line)? {
            let doses = due.iter().find(|d| d.child.id == line.id).map_or(&[][..], |d| &d.doses);
            roster.children.push(roster_child(line, doses));
        }
        for task in tasks(conn, Some(id))?.into_iter().filter(|t| t.done.is_none()) {
            let TaskLine { id, kind, child, due, note, .. } = task;
            roster.tasks.push(RosterTask { id, kind, child, due: to_day(due), note });
        }
        roster.children.truncate(hub_protocol::toy::ROSTER_MAX_CHILDREN);
        roster.tasks.truncate(hub_protocol::toy::ROSTER_MAX_TASKS);
    }
    // The revision follows from the content: the same content is never sent twice, any change is.
    let hash = Sha256::digest(hub_protocol::frame::to_cbor(&roster));
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    roster.revision = u64::from_be_bytes(first) | 1;
    Ok(roster)
}

fn roster_child(line: ChildLine, doses: &[DueDose]) -> RosterChild {
    let guardian = if line.mother.is_empty() { line.father } else { line.mother };
    RosterChild {
        id: line.id,
        name: line.name,
        dob: to_day(line.dob),
        guardian,
        village: line.village,
        due: doses
            .iter()
            .map(|d| RosterDue {
                item: d.item.clone(),
                product: d.product.clone(),
                earliest: to_day(d.earliest),
                due: to_day(d.due),
                last_day: d.last_day.map(to_day) as Option<Day>,
            })
            .collect(),
    }
}

/// Words of a search as a pattern: what SQL would read as a wildcard is meant as itself.
fn like(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
