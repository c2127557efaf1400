//! Cards, toys, tasks: which there are, how they stand, and what became of each.

use super::children::ChildFilter;
use super::device::{ToldBesides, told_besides};
use super::{Clinic, PAGE_MAX, Query, Right, Session, StoreError, SubmitError, all, bytes, date, day, int, one, uint};
use super::{user_id, worker};
use crate::date::india;
use crate::ledger::{EventId, Hlc};
use crate::record::fact::{CardStop, Fact, Sought, ToyStop};
use crate::record::refusal::Refusal;
use crate::store::apply::Subject;
use crate::store::look::{NEVER_OPENS, PARTS, card_stop, sought_in, task_kind, toy_order, toy_stop};
use crate::store::verify::entry;
use chrono::{Days, NaiveDate};
use hub_protocol::toy::{OrderKind, RosterTask, TEXT_MAX_BYTES, TaskKind};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, OriginId, PublicKey, TaskId, UserId};
use rusqlite::{Connection, Row, ToSql};
use std::ops::RangeInclusive;

/// For how long an answer of the district stands where it was asked for.
pub const ASKED_DAYS: u64 = 30;

/// What became of the wish for a child's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskAnswer {
    NotYet,
    Came,
    /// Why it does not come.
    Withheld(String),
}

/// A child of another station, for whose record the district was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedFor {
    pub sought: Sought,
    pub on: NaiveDate,
    pub answer: AskAnswer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardKnown {
    pub card: CardNo,
    /// Our signed record was written on it.
    pub written: bool,
    pub child: Option<ChildId>,
    /// Lost, blocked or replaced: opens nothing.
    pub stopped: bool,
    /// Of the last time it was written here.
    pub counter: u32,
}

/// A child as far as a line about something else names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: ChildId,
    pub name: String,
    pub mother: String,
    pub village: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLine {
    pub card: CardNo,
    /// The chip's own number.
    pub uid: Vec<u8>,
    pub written: bool,
    pub child: Option<Named>,
    pub stopped: Option<CardStop>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CardShow {
    #[default]
    All,
    /// With a child, and opening its record.
    InUse,
    /// Registered, of no child.
    Free,
    Stopped,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardFilter {
    pub show: CardShow,
    /// Words of the child's name, parents, village, phone or number.
    pub typed: String,
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
    pub stopped: Option<ToyStop>,
    /// The last one.
    pub order: Option<ToyOrder>,
}

/// An order as the desk gave it to a toy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToyOrder {
    pub what: OrderKind,
    /// By whom, and when by the wall clock, in ms since 1970.
    pub by: Option<String>,
    pub at_ms: u64,
    /// When the toy confirmed it; until then it waits for the toy's next contact.
    pub obeyed_ms: Option<u64>,
}

/// Who had a toy, and when, by the wall clock in ms since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub worker: UserId,
    pub name: String,
    pub from_ms: u64,
    pub until_ms: Option<u64>,
}

/// What a toy did in a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToyReport {
    pub toy: ToyLine,
    /// Doses told by it whose day lies in the time, and which are believed.
    pub doses: u64,
    /// The same of what else it told.
    pub besides: ToldBesides,
    /// And what of both is not: it waits for an Admin, or was set aside.
    pub doubted: u64,
    /// Who had it in that time, the first one first.
    pub holders: Vec<Holder>,
    /// When its last record was taken, at any time.
    pub last_record_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    pub id: TaskId,
    pub worker: (UserId, String),
    pub kind: TaskKind,
    pub child: Option<Named>,
    /// Where, when it is about no child.
    pub place: String,
    pub due: NaiveDate,
    pub note: String,
    pub done: Option<bool>,
    /// Why it was not done; what was found.
    pub reason: String,
    pub closed_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TaskShow {
    #[default]
    Open,
    /// Open, and due before today.
    Overdue,
    Closed,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskFilter {
    pub show: TaskShow,
    pub worker: Option<UserId>,
    pub child: Option<ChildId>,
}

/// One event of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThingEvent {
    pub event: EventId,
    pub at_ms: u64,
    /// Who did it; nobody: the station itself.
    pub by: Option<(UserId, String)>,
    pub fact: Fact,
}

impl Clinic {
    /// What is registered for a chip. A child whose record became a part of another is that one.
    ///
    /// A chip may be there under two numbers: registered on a station, and again on the same one restored from an
    /// older backup. What was lost or blocked under either opens nothing, nor does what stands for two children.
    pub fn card_by_uid(&self, session: &Session, uid: &[u8]) -> Result<Option<CardKnown>, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let sql = "SELECT d.no, d.written, coalesce(c.merged_into, d.child), d.stopped, d.counter
                   FROM card d LEFT JOIN child c ON c.id = d.child WHERE d.uid = ?1
                   ORDER BY d.stopped IS NOT NULL, d.child IS NULL, d.no";
        let rows = self.read(|conn| {
            Ok(all(conn, sql, [uid], |r| {
                let stop = card_stop(r.get(3)?);
                let known = CardKnown {
                    card: CardNo(uint(r.get(0)?)),
                    written: r.get(1)?,
                    child: r.get::<_, Option<i64>>(2)?.map(|c| ChildId(uint(c))),
                    stopped: stop.is_some(),
                    counter: r.get(4)?,
                };
                Ok((known, stop))
            })?)
        })?;
        let never = rows.iter().any(|(_, stop)| stop.is_some_and(|stop| NEVER_OPENS.contains(&stop)));
        let of = rows.iter().filter(|(known, _)| !known.stopped).filter_map(|(known, _)| known.child);
        let two = of.clone().any(|child| of.clone().any(|other| other != child));
        let Some((known, _)) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(CardKnown { stopped: known.stopped || never || two, ..known }))
    }

    /// Cards, those of children first by the child's name; at most [`PAGE_MAX`] a page. The second value is how many
    /// there are in all.
    pub fn cards(
        &self,
        session: &Session,
        filter: &CardFilter,
        offset: u32,
    ) -> Result<(Vec<CardLine>, u32), SubmitError> {
        self.cards_of(session, None, filter, offset)
    }

    /// The cards that this person may take out: all of the clinic for an Admin; for a worker those of her own children and
    /// those of no child.
    pub fn cards_to_take_out(&self, session: &Session, offset: u32) -> Result<(Vec<CardLine>, u32), SubmitError> {
        let own = self.own(session, Query::Child)?;
        self.cards_of(session, own, &CardFilter::default(), offset)
    }

    fn cards_of(
        &self,
        session: &Session,
        own: Option<i64>,
        filter: &CardFilter,
        offset: u32,
    ) -> Result<(Vec<CardLine>, u32), SubmitError> {
        self.scope(session, Right::See(Query::Cards))?;
        let shown = match filter.show {
            CardShow::All => "1",
            CardShow::InUse => "d.stopped IS NULL AND d.child IS NOT NULL",
            CardShow::Free => "d.stopped IS NULL AND d.child IS NULL",
            CardShow::Stopped => "d.stopped IS NOT NULL",
        };
        let from = "FROM card d LEFT JOIN child p ON p.id = d.child
                    LEFT JOIN child c ON c.id = coalesce(p.merged_into, p.id)";
        let mut wanted = format!("WHERE {shown} AND (?1 IS NULL OR c.id IS NULL OR c.worker = ?1)");
        if !filter.typed.trim().is_empty() {
            let found = self.find_children(session, &filter.typed, &ChildFilter::default(), 0)?;
            let ids: Vec<String> = found.lines.iter().map(|line| int(line.id.0).to_string()).collect();
            wanted.push_str(&format!(" AND c.id IN ({})", ids.join(",")));
        }
        Ok(self.read(|conn| {
            let total = conn.query_row(&format!("SELECT count(*) {from} {wanted}"), [own], |r| r.get(0))?;
            let sql = format!(
                "SELECT d.no, d.uid, d.written, d.stopped, c.id, c.name, c.mother, c.village {from} {wanted}
                 ORDER BY c.id IS NULL, c.name, c.mother, d.no LIMIT {PAGE_MAX} OFFSET {offset}"
            );
            let lines = all(conn, &sql, [own], |r| {
                Ok(CardLine {
                    card: CardNo(uint(r.get(0)?)),
                    uid: r.get(1)?,
                    written: r.get(2)?,
                    child: named(r, 4)?,
                    stopped: card_stop(r.get(3)?),
                })
            })?;
            Ok((lines, total))
        })?)
    }

    /// What became of a card, the first event first.
    pub fn card_history(&self, session: &Session, card: CardNo) -> Result<Vec<ThingEvent>, SubmitError> {
        self.scope(session, Right::See(Query::Cards))?;
        Ok(self.read(|conn| history(conn, Subject::Card, int(card.0)))?)
    }

    pub fn toys(&self, session: &Session) -> Result<Vec<ToyLine>, SubmitError> {
        let own = self.own(session, Query::Toys)?;
        let sql = format!("{TOY_LINE} WHERE ?1 IS NULL OR t.worker = ?1 ORDER BY t.stopped IS NOT NULL, t.label, t.id");
        Ok(self.read(|conn| Ok(all(conn, &sql, [own], toy_line)?))?)
    }

    /// One toy as it stands.
    pub fn toy(&self, session: &Session, toy: DeviceId) -> Result<ToyLine, SubmitError> {
        let own = self.own(session, Query::Toys)?;
        let line = self.read(|conn| Ok(one_toy(conn, toy, own)?))?;
        Ok(line.ok_or(Refusal::UnknownToy)?)
    }

    /// What became of a toy, the first event first.
    pub fn toy_history(&self, session: &Session, toy: DeviceId) -> Result<Vec<ThingEvent>, SubmitError> {
        self.toy(session, toy)?;
        Ok(self.read(|conn| history(conn, Subject::Toy, toy.0))?)
    }

    /// Who had a toy, and when, the first one first.
    pub fn toy_holders(&self, session: &Session, toy: DeviceId) -> Result<Vec<Holder>, SubmitError> {
        self.toy(session, toy)?;
        Ok(self.read(|conn| Ok(holders(conn, toy, 0, i64::MAX.cast_unsigned())?))?)
    }

    /// What a toy did in a time.
    pub fn toy_report(
        &self,
        session: &Session,
        toy: DeviceId,
        period: &RangeInclusive<NaiveDate>,
    ) -> Result<ToyReport, SubmitError> {
        let line = self.toy(session, toy)?;
        let (from, until) = (day(*period.start()), day(*period.end()));
        Ok(self.read(|conn| {
            let count = |sql: &str| -> rusqlite::Result<u64> {
                Ok(one(conn, sql, (toy.0, from, until), |r| r.get(0).map(uint))?.unwrap_or_default())
            };
            let doses = count(
                "SELECT count(*) FROM toy_record r JOIN dose_witness w ON w.origin = r.origin AND w.seq = r.event
                 WHERE r.toy = ?1 AND w.day BETWEEN ?2 AND ?3",
            )?;
            let doubted = count(
                "SELECT count(*) FROM toy_record r JOIN conflict c ON c.origin = r.origin AND c.seq = r.event
                 WHERE r.toy = ?1 AND c.day BETWEEN ?2 AND ?3 AND c.accepted IS NOT 1",
            )?;
            let last = "SELECT max(e.hlc) FROM toy_record r JOIN origin o ON o.id = r.origin
                        JOIN event e ON e.origin = o.no AND e.seq = r.event WHERE r.toy = ?1";
            let last = one(conn, last, [toy.0], |r| r.get::<_, Option<i64>>(0))?.flatten();
            let (mut besides, mut not_believed) = (ToldBesides::default(), 0);
            for (_, _, one, doubted) in told_besides(conn, toy, period)? {
                besides.add(one);
                not_believed += doubted;
            }
            let (start_ms, end_ms) = crate::date::india_ms(*period.start(), *period.end());
            let holders = holders(conn, toy, start_ms, end_ms)?;
            let doubted = doubted + not_believed;
            let last_record_ms = last.map(|hlc| Hlc(uint(hlc)).ms());
            Ok(ToyReport { toy: line, doses, besides, doubted, holders, last_record_ms })
        })?)
    }

    /// Tasks, those that are due first before the others, closed ones last; at most [`PAGE_MAX`] a page. The second
    /// value is how many there are in all.
    pub fn tasks(
        &self,
        session: &Session,
        filter: &TaskFilter,
        offset: u32,
    ) -> Result<(Vec<TaskLine>, u32), SubmitError> {
        let own = self.own(session, Query::Tasks)?;
        let today = crate::date::india(self.env().now_ms());
        Ok(self.read(|conn| {
            let mut wanted = match filter.show {
                TaskShow::Open => "t.done IS NULL".to_owned(),
                TaskShow::Overdue => format!("t.done IS NULL AND t.due < {}", day(today)),
                TaskShow::Closed => "t.done IS NOT NULL".to_owned(),
                TaskShow::All => "1".to_owned(),
            };
            if filter.child.is_some() {
                wanted.push_str(&format!(" AND t.child IN ({PARTS})"));
            }
            let params = (
                filter.child.map(|c| int(c.0)),
                own.or(filter.worker.map(|w| int(w.0))),
                // A worker who asks for another's tasks gets none.
                filter.worker.map(|w| int(w.0)),
            );
            let from = format!(
                "FROM task t JOIN user u ON u.id = t.worker LEFT JOIN child p ON p.id = t.child
                 LEFT JOIN child c ON c.id = coalesce(p.merged_into, p.id)
                 WHERE {wanted} AND (?2 IS NULL OR t.worker = ?2) AND (?3 IS NULL OR t.worker = ?3) AND ?1 IS ?1"
            );
            let total = one(conn, &format!("SELECT count(*) {from}"), params, |r| r.get(0))?;
            let sql = format!(
                "SELECT t.id, u.id, u.name, t.kind, c.id, c.name, c.mother, c.village, t.place, t.due, t.note, t.done,
                        t.reason, t.closed_hlc {from}
                 ORDER BY t.done IS NOT NULL, CASE WHEN t.done IS NULL THEN t.due ELSE -t.closed_hlc END, t.id
                 LIMIT {PAGE_MAX} OFFSET {offset}"
            );
            let lines = all(conn, &sql, params, |r| {
                Ok(TaskLine {
                    id: TaskId(uint(r.get(0)?)),
                    worker: (UserId(uint(r.get(1)?)), r.get(2)?),
                    kind: task_kind(r.get(3)?),
                    child: named(r, 4)?,
                    place: r.get(8)?,
                    due: date(r.get(9)?),
                    note: r.get(10)?,
                    done: r.get(11)?,
                    reason: r.get::<_, Option<String>>(12)?.unwrap_or_default(),
                    closed_ms: r.get::<_, Option<i64>>(13)?.map(|hlc| Hlc(uint(hlc)).ms()),
                })
            })?;
            Ok((lines, total.unwrap_or_default()))
        })?)
    }

    /// What became of a task, the first event first.
    pub fn task_history(&self, session: &Session, task: TaskId) -> Result<Vec<ThingEvent>, SubmitError> {
        let own = self.own(session, Query::Tasks)?;
        Ok(self.read(|conn| {
            let sql = "SELECT 1 FROM task WHERE id = ?1 AND (?2 IS NULL OR worker = ?2)";
            match one(conn, sql, (int(task.0), own), |_| Ok(()))? {
                Some(()) => history(conn, Subject::Task, int(task.0)),
                None => Ok(Vec::new()),
            }
        })?)
    }

    /// The keys of the other stations of the district: what one of them signed can be checked.
    pub fn stations_known(&self) -> Result<Vec<PublicKey>, StoreError> {
        self.read(|conn| {
            Ok(all(conn, "SELECT key FROM station WHERE trusted ORDER BY key", [], |r| bytes(r, 0).map(PublicKey))?)
        })
    }

    /// Children of other stations for whose records the district was asked, the latest first: those for whom it has not
    /// answered, and the others of the last [`ASKED_DAYS`] days.
    pub fn asked_for(&self, session: &Session) -> Result<Vec<AskedFor>, SubmitError> {
        self.scope(session, Right::See(Query::Children))?;
        let since = self.today()? - Days::new(ASKED_DAYS);
        Ok(self.read(|conn| {
            // Of the row with the greatest `hlc`, as SQLite promises.
            let sql = "SELECT child, card, max(hlc) AS last, answer FROM asked GROUP BY child, card ORDER BY last DESC";
            let asks = all(conn, sql, [], |r| {
                let answer = match r.get::<_, Option<String>>(3)? {
                    None => AskAnswer::NotYet,
                    Some(reason) if reason.is_empty() => AskAnswer::Came,
                    Some(reason) => AskAnswer::Withheld(reason),
                };
                let on = india(Hlc(uint(r.get(2)?)).ms());
                Ok(sought_in(r)?.map(|sought| AskedFor { sought, on, answer }))
            })?;
            let asks = asks.into_iter().flatten();
            Ok(asks.filter(|ask| ask.answer == AskAnswer::NotYet || ask.on >= since).collect())
        })?)
    }

    /// Was this card of another station lost or blocked there?
    pub fn is_stopped_elsewhere(&self, card: CardNo) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM stopped_card WHERE no = ?1";
        self.read(|conn| Ok(one(conn, sql, [int(card.0)], |_| Ok(()))?.is_some()))
    }

    /// The key registered for a toy that announces this short id. One that is lost or blocked is served too: it has to
    /// forget its children, and to obey.
    pub fn toy_by_short(&self, short: &str) -> Result<Option<PublicKey>, StoreError> {
        self.read(|conn| {
            let toys =
                all(conn, "SELECT id, key FROM toy", [], |r| Ok((DeviceId(bytes(r, 0)?), PublicKey(bytes(r, 1)?))))?;
            Ok(toys.into_iter().find(|(id, _)| id.short() == short).map(|(_, key)| key))
        })
    }
}

fn holders(conn: &Connection, toy: DeviceId, start_ms: u64, end_ms: u64) -> rusqlite::Result<Vec<Holder>> {
    let held = "SELECT h.worker, u.name, h.from_ms, h.until_ms FROM toy_held h JOIN user u ON u.id = h.worker
                WHERE h.toy = ?1 AND h.from_ms < ?3 AND (h.until_ms IS NULL OR h.until_ms >= ?2)
                ORDER BY h.from_ms, h.origin, h.seq";
    all(conn, held, (toy.0, int(start_ms), int(end_ms)), |r| {
        Ok(Holder {
            worker: UserId(uint(r.get(0)?)),
            name: r.get(1)?,
            from_ms: uint(r.get(2)?),
            until_ms: r.get::<_, Option<i64>>(3)?.map(uint),
        })
    })
}

/// Where the events of a history `h` are: in the logs, or with a child that came from another station.
pub(super) const OF_OURS: &str = "JOIN origin o ON o.id = h.origin JOIN event e ON e.origin = o.no AND e.seq = h.seq";
pub(super) const CARRIED: &str = "JOIN carried e ON e.origin = h.origin AND e.seq = h.seq";

/// The events that speak of something, the first one first.
pub(super) fn history(conn: &Connection, subject: Subject, id: impl ToSql) -> Result<Vec<ThingEvent>, StoreError> {
    let from = |events: &str| {
        format!(
            "SELECT e.hlc, e.actor, e.kind, e.version, e.body, h.origin AS log, h.seq AS place, u.id, u.name, h.hlc AS at
             FROM history h {events} LEFT JOIN user u ON u.id = e.actor WHERE h.subject = ?1 AND h.id = ?2"
        )
    };
    let sql = format!("{} UNION {} ORDER BY at, log, place LIMIT {PAGE_MAX}", from(OF_OURS), from(CARRIED));
    let rows = all(conn, &sql, rusqlite::params![subject as i64, id], |r| {
        Ok((entry(r, 0)?, EventId { origin: OriginId(bytes(r, 5)?), seq: uint(r.get(6)?) }, worker(r, 7)?))
    })?;
    let happened = |(entry, event, by): (crate::ledger::Entry, _, _)| {
        Ok(ThingEvent { event, at_ms: entry.hlc.ms(), by, fact: Fact::of(&entry)? })
    };
    rows.into_iter().map(happened).collect()
}

const TOY_LINE: &str = "SELECT t.id, t.key, t.model, t.label, u.id, u.name,
        (SELECT count(*) FROM toy_record WHERE toy = t.id), t.stopped, t.ordered, t.order_no, b.name, t.ordered_ms,
        t.obeyed_ms
    FROM toy t LEFT JOIN user u ON u.id = t.worker LEFT JOIN user b ON b.id = t.ordered_by";

fn one_toy(conn: &Connection, toy: DeviceId, own: Option<i64>) -> rusqlite::Result<Option<ToyLine>> {
    let sql = format!("{TOY_LINE} WHERE t.id = ?1 AND (?2 IS NULL OR t.worker = ?2)");
    one(conn, &sql, (toy.0, own), toy_line)
}

fn toy_line(r: &Row<'_>) -> rusqlite::Result<ToyLine> {
    Ok(ToyLine {
        id: DeviceId(bytes(r, 0)?),
        key: PublicKey(bytes(r, 1)?),
        model: r.get(2)?,
        label: r.get(3)?,
        worker: worker(r, 4)?,
        records: r.get::<_, i64>(6).map(uint)?,
        stopped: toy_stop(r.get(7)?),
        order: ordered(r)?,
    })
}

fn ordered(r: &Row<'_>) -> rusqlite::Result<Option<ToyOrder>> {
    let Some(order) = toy_order(r.get(8)?, r.get(9)?) else { return Ok(None) };
    let obeyed_ms = r.get::<_, Option<i64>>(12)?.map(uint);
    let at_ms = r.get::<_, i64>(11).map(uint)?;
    Ok(Some(ToyOrder { what: order.what, by: r.get(10)?, at_ms, obeyed_ms }))
}

/// A child's number, name, mother and village from four columns of an outer join.
fn named(r: &Row<'_>, at: usize) -> rusqlite::Result<Option<Named>> {
    let Some(id) = user_id(r.get(at)?) else { return Ok(None) };
    Ok(Some(Named { id: ChildId(id.0), name: r.get(at + 1)?, mother: r.get(at + 2)?, village: r.get(at + 3)? }))
}

/// What a worker has still to do, for her toy. A place that is no child's stands in the note there.
pub(super) fn open_tasks(conn: &Connection, worker: i64, most: usize) -> rusqlite::Result<Vec<RosterTask>> {
    let sql = format!(
        "SELECT id, kind, child, due, note, place FROM task WHERE done IS NULL AND worker = ?1
         ORDER BY due, id LIMIT {most}"
    );
    all(conn, &sql, [worker], |r| {
        let (note, place): (String, String) = (r.get(4)?, r.get(5)?);
        let both = [place, note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
        Ok(RosterTask {
            id: TaskId(uint(r.get(0)?)),
            kind: task_kind(r.get(1)?),
            child: r.get::<_, Option<i64>>(2)?.map(|c| ChildId(uint(c))),
            due: Day(r.get(3)?),
            note: cut(both.join(": ")),
        })
    })
}

/// As much of a text as a toy takes.
fn cut(mut text: String) -> String {
    const CUT: &str = "…";
    if text.len() > TEXT_MAX_BYTES {
        text.truncate(text.floor_char_boundary(TEXT_MAX_BYTES - CUT.len()));
        text.push_str(CUT);
    }
    text
}
