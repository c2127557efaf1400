//! How the toys are and were: last values, places, alerts, what happened, and where they may be.

use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, bytes, int, one, uint, worker};
use crate::date::{india, india_ms, to_date};
use crate::device::{AlertKind, Fence, FenceFor, FenceId, Happened, Happening, Outlook, Sample, Shape};
use crate::ledger::Hlc;
use crate::record::Fact;
use crate::record::role::Scope;
use crate::store::device::{FIRMWARE, HEARD_MS, SAMPLE, SETTINGS, outlook, sample, settings_taken};
use crate::store::sql;
use crate::store::verify::entry;
use chrono::NaiveDate;
use hub_protocol::frame::from_cbor;
use hub_protocol::{DeviceId, UserId};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Alerts of one answer: the last ones first.
pub const TOY_ALERTS_MAX: u32 = 200;
/// Samples and happenings of one answer, the newest.
const COURSE_MAX: usize = 5_000;

/// What was last known of a toy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToyNow {
    pub toy: DeviceId,
    pub label: String,
    /// Who has it.
    pub worker: Option<(UserId, String)>,
    /// When it was last in contact; as long as the hub runs and sees it, now.
    pub heard_ms: Option<u64>,
    pub firmware: String,
    /// The revision of the settings that it took last, and when.
    pub settings: Option<(u64, u64)>,
    pub sample: Option<Sample>,
    /// Where it was last: the last sample that says so.
    pub place: Option<Sample>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToyAlertLine {
    pub no: i64,
    /// What the device announces.
    pub short: String,
    /// The registered toy, and what people call it.
    pub toy: Option<(DeviceId, String)>,
    /// Who has it.
    pub worker: Option<(UserId, String)>,
    pub kind: AlertKind,
    pub detail: String,
    pub opened_ms: u64,
    /// When its cause was gone.
    pub closed_ms: Option<u64>,
    /// Who saw it first, and when.
    pub seen: Option<(String, u64)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToyAlerts {
    /// Open ones first, those that nobody saw before the others; at most [`TOY_ALERTS_MAX`].
    pub lines: Vec<ToyAlertLine>,
    pub open: u32,
    /// Open, and seen by nobody.
    pub unseen: u32,
}

impl ToyAlerts {
    /// What must be looked at first of those that are open.
    pub fn worst(&self) -> Option<&ToyAlertLine> {
        let open = self.lines.iter().filter(|line| line.closed_ms.is_none());
        open.rev().max_by_key(|line| (line.seen.is_none(), line.kind.weight()))
    }
}

/// What a toy said and what happened to it in a time, the first first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToyCourse {
    pub samples: Vec<Sample>,
    pub happened: Vec<Happening>,
    /// There is more in this time than one answer holds: what is older was left out.
    pub has_older: bool,
}

/// What a toy told besides doses, of the days of a time, and is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToldBesides {
    pub measured: u64,
    /// Visits at home.
    pub visits: u64,
    /// Children registered on it.
    pub children: u64,
}

impl ToldBesides {
    pub fn add(&mut self, other: Self) {
        self.measured += other.measured;
        self.visits += other.visits;
        self.children += other.children;
    }
}

/// What a toy was to one worker in a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToyUse {
    pub worker: UserId,
    pub name: String,
    /// Doses that she told with it, whose day lies in the time, whoever had it when they were handed over.
    pub doses: u64,
    /// The same of what else she told with it.
    pub besides: ToldBesides,
    /// And what of both is not believed.
    pub doubted: u64,
    /// Of the time in which she had it: days on which it said something, how low its battery was, and how often it
    /// restarted, failed and went out of contact.
    pub days_heard: u64,
    pub lowest_battery_percent: Option<u8>,
    pub restarts: u64,
    pub faults: u64,
    pub lost: u64,
}

const TOLD_BELIEVED: &str = "SELECT e.actor, u.name, count(*) FROM toy_record r
    JOIN dose_witness w ON w.origin = r.origin AND w.seq = r.event
    JOIN origin o ON o.id = r.origin JOIN event e ON e.origin = o.no AND e.seq = r.event JOIN user u ON u.id = e.actor
    WHERE r.toy = ?1 AND w.day BETWEEN ?2 AND ?3 GROUP BY e.actor";
const TOLD_DOUBTED: &str = "SELECT e.actor, u.name, count(*) FROM toy_record r
    JOIN conflict c ON c.origin = r.origin AND c.seq = r.event AND c.accepted IS NOT 1
    JOIN origin o ON o.id = r.origin JOIN event e ON e.origin = o.no AND e.seq = r.event JOIN user u ON u.id = e.actor
    WHERE r.toy = ?1 AND c.day BETWEEN ?2 AND ?3 GROUP BY e.actor";

impl ToyUse {
    fn of<'a>(uses: &'a mut BTreeMap<(String, u64), Self>, worker: UserId, name: &str) -> &'a mut Self {
        uses.entry((name.to_owned(), worker.0)).or_insert_with(|| Self {
            worker,
            name: name.to_owned(),
            doses: 0,
            besides: ToldBesides::default(),
            doubted: 0,
            days_heard: 0,
            lowest_battery_percent: None,
            restarts: 0,
            faults: 0,
            lost: 0,
        })
    }

    /// Adds a time in which she had it.
    fn add(&mut self, conn: &Connection, toy: DeviceId, from_ms: u64, until_ms: u64) -> rusqlite::Result<()> {
        let during = (toy.0, int(from_ms), int(until_ms));
        let sql = "SELECT min(battery_percent), count(DISTINCT (at_ms + 19800000) / 86400000) FROM toy_sample
                   WHERE toy = ?1 AND at_ms BETWEEN ?2 AND ?3";
        let heard = one(conn, sql, during, |r| Ok((r.get::<_, Option<u8>>(0)?, r.get::<_, i64>(1).map(uint)?)))?;
        if let Some((lowest, days)) = heard {
            self.days_heard += days;
            self.lowest_battery_percent = self.lowest_battery_percent.into_iter().chain(lowest).min();
        }
        let sql = "SELECT what, detail FROM toy_happened WHERE toy = ?1 AND at_ms BETWEEN ?2 AND ?3";
        for (what, detail) in all(conn, sql, during, |r| Ok((Happened::of(r.get(0)?), r.get::<_, String>(1)?)))? {
            match what {
                Some(Happened::Restarted) => self.restarts += detail.parse::<u64>().unwrap_or(1),
                Some(Happened::Failing) => self.faults += 1,
                Some(Happened::Offline) => self.lost += 1,
                _ => {}
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FenceLine {
    pub fence: FenceId,
    pub name: String,
    pub whose: FenceFor,
    /// Its worker's name, when it is a worker's.
    pub worker: Option<String>,
    pub shape: Shape,
}

impl Clinic {
    /// How each toy was last, where, and who has it.
    pub fn toys_now(&self, session: &Session) -> Result<Vec<ToyNow>, SubmitError> {
        let own = self.own(session, Query::Toys)?;
        let latest = |and: &str| {
            format!("SELECT {SAMPLE} FROM toy_sample s WHERE s.toy = ?1 {and} ORDER BY s.at_ms DESC LIMIT 1")
        };
        let (last, placed) = (latest(""), latest("AND s.latitude_e7 IS NOT NULL"));
        let sql = format!(
            "SELECT t.id, t.label, u.id, u.name, {HEARD_MS}, {FIRMWARE}, {SETTINGS} FROM toy t LEFT JOIN user u ON u.id = t.worker
             WHERE ?1 IS NULL OR t.worker = ?1 ORDER BY t.label, t.id"
        );
        Ok(self.read(|conn| {
            let mut toys = all(conn, &sql, [own], |r| {
                Ok(ToyNow {
                    toy: DeviceId(bytes(r, 0)?),
                    label: r.get(1)?,
                    worker: worker(r, 2)?,
                    heard_ms: r.get::<_, Option<i64>>(4)?.map(uint),
                    firmware: r.get::<_, Option<String>>(5)?.unwrap_or_default(),
                    settings: settings_taken(r, 6)?,
                    sample: None,
                    place: None,
                })
            })?;
            for toy in &mut toys {
                toy.sample = one(conn, &last, [toy.toy.0], |r| sample(r, 0))?;
                toy.place = one(conn, &placed, [toy.toy.0], |r| sample(r, 0))?;
            }
            Ok(toys)
        })?)
    }

    /// Alerts of toys: of all devices, or of a worker's own toy.
    pub fn toy_alerts(&self, session: &Session) -> Result<ToyAlerts, SubmitError> {
        let own = self.own(session, Query::Toys)?;
        let from = "FROM toy_alert a LEFT JOIN toy t ON t.id = a.toy LEFT JOIN user u ON u.id = t.worker
                    LEFT JOIN user s ON s.id = a.seen_by WHERE (?1 IS NULL OR t.worker = ?1)";
        let sql = format!(
            "SELECT a.no, a.short, a.toy, t.label, u.id, u.name, a.kind, a.detail, a.opened_ms, a.closed_ms, s.name, a.seen_ms
             {from} ORDER BY a.closed_ms IS NOT NULL, a.seen_ms IS NOT NULL, a.opened_ms DESC, a.no DESC
             LIMIT {TOY_ALERTS_MAX}"
        );
        let count = |conn: &Connection, and: &str| {
            one(conn, &format!("SELECT count(*) {from} AND a.closed_ms IS NULL {and}"), [own], |r| r.get(0))
        };
        Ok(self.read(|conn| {
            let rows = all(conn, &sql, [own], |r| {
                let Some(kind) = AlertKind::of(r.get(6)?) else { return Ok(None) };
                let toy = r.get::<_, Option<[u8; 32]>>(2)?.map(DeviceId);
                Ok(Some(ToyAlertLine {
                    no: r.get(0)?,
                    short: r.get(1)?,
                    toy: toy.zip(r.get::<_, Option<String>>(3)?),
                    worker: worker(r, 4)?,
                    kind,
                    detail: r.get(7)?,
                    opened_ms: r.get(8).map(uint)?,
                    closed_ms: r.get::<_, Option<i64>>(9)?.map(uint),
                    seen: r.get::<_, Option<String>>(10)?.zip(r.get::<_, Option<i64>>(11)?.map(uint)),
                }))
            })?;
            let open = count(conn, "")?.unwrap_or_default();
            let unseen = count(conn, "AND a.seen_ms IS NULL")?.unwrap_or_default();
            Ok(ToyAlerts { lines: rows.into_iter().flatten().collect(), open, unseen })
        })?)
    }

    /// The course of a toy between two moments, ms since 1970; of a long one its end.
    pub fn toy_course(
        &self,
        session: &Session,
        toy: DeviceId,
        from_ms: u64,
        until_ms: u64,
    ) -> Result<ToyCourse, SubmitError> {
        self.toy(session, toy)?;
        let during = (toy.0, int(from_ms), int(until_ms));
        Ok(self.read(|conn| {
            let sql = format!(
                "SELECT {SAMPLE} FROM toy_sample s WHERE s.toy = ?1 AND s.at_ms BETWEEN ?2 AND ?3
                 ORDER BY s.at_ms DESC LIMIT {COURSE_MAX} + 1"
            );
            let mut samples = all(conn, &sql, during, |r| sample(r, 0))?;
            let sql = format!(
                "SELECT at_ms, what, detail FROM toy_happened WHERE toy = ?1 AND at_ms BETWEEN ?2 AND ?3
                 ORDER BY at_ms DESC, what DESC LIMIT {COURSE_MAX} + 1"
            );
            let mut happened = all(conn, &sql, during, |r| {
                let Some(what) = Happened::of(r.get(1)?) else { return Ok(None) };
                Ok(Some(Happening { toy, at_ms: r.get(0).map(uint)?, what, detail: r.get(2)? }))
            })?;
            let has_older = samples.len().max(happened.len()) > COURSE_MAX;
            samples.truncate(COURSE_MAX);
            happened.truncate(COURSE_MAX);
            samples.reverse();
            Ok(ToyCourse { samples, happened: happened.into_iter().flatten().rev().collect(), has_older })
        })?)
    }

    /// What a toy was to each of those who had it or recorded with it in a time, by their names.
    pub fn toy_use(
        &self,
        session: &Session,
        toy: DeviceId,
        period: &RangeInclusive<NaiveDate>,
    ) -> Result<Vec<ToyUse>, SubmitError> {
        let report = self.toy_report(session, toy, period)?;
        let (start_ms, end_ms) = india_ms(*period.start(), *period.end());
        let days = (toy.0, sql::day(*period.start()), sql::day(*period.end()));
        Ok(self.read(|conn| {
            let mut uses: BTreeMap<(String, u64), ToyUse> = BTreeMap::new();
            for holder in report.holders {
                let from_ms = holder.from_ms.max(start_ms);
                // It is somebody else's from that moment on.
                let until_ms = holder.until_ms.map_or(end_ms, |until| until.min(end_ms)).saturating_sub(1);
                let one = ToyUse::of(&mut uses, holder.worker, &holder.name);
                one.add(conn, toy, from_ms, until_ms)?;
            }
            for (told, believed) in [(TOLD_BELIEVED, true), (TOLD_DOUBTED, false)] {
                for (worker, name, count) in all(conn, told, days, |r| {
                    Ok((UserId(uint(r.get(0)?)), r.get::<_, String>(1)?, r.get::<_, i64>(2).map(uint)?))
                })? {
                    let one = ToyUse::of(&mut uses, worker, &name);
                    *(if believed { &mut one.doses } else { &mut one.doubted }) += count;
                }
            }
            for (worker, name, besides, doubted) in told_besides(conn, toy, period)? {
                let one = ToyUse::of(&mut uses, worker, &name);
                one.besides.add(besides);
                one.doubted += doubted;
            }
            Ok(uses.into_values().collect())
        })?)
    }

    /// What is to be expected of a toy.
    pub fn toy_outlook(&self, session: &Session, toy: DeviceId) -> Result<Outlook, SubmitError> {
        self.toy(session, toy)?;
        let now_ms = self.env().now_ms();
        Ok(self.read(|conn| Ok(outlook(conn, toy, now_ms)?))?)
    }

    /// Where toys may be: all fences, or those that are a worker's own business.
    pub fn fences(&self, session: &Session) -> Result<Vec<FenceLine>, SubmitError> {
        let scope = self.scope(session, Right::See(Query::Toys))?;
        let lines = self.read(fence_lines)?;
        Ok(match scope {
            Scope::All => lines,
            Scope::Own => {
                let mine = |line: &FenceLine| match &line.whose {
                    FenceFor::Everybody | FenceFor::Village(_) => true,
                    FenceFor::Worker(worker) => *worker == session.user,
                };
                lines.into_iter().filter(mine).collect()
            }
        })
    }
}

/// Record by record of a toy, besides doses, whose day lies in the time: by whom, and whether it is believed.
pub(super) fn told_besides(
    conn: &Connection,
    toy: DeviceId,
    period: &RangeInclusive<NaiveDate>,
) -> Result<Vec<(UserId, String, ToldBesides, u64)>, StoreError> {
    // What came before the time is not of its days.
    let sql = "SELECT e.hlc, e.actor, e.kind, e.version, e.body, u.id, u.name, c.seq IS NOT NULL FROM toy_record r
               JOIN origin o ON o.id = r.origin JOIN event e ON e.origin = o.no AND e.seq = r.event
               JOIN user u ON u.id = e.actor
               LEFT JOIN conflict c ON c.origin = r.origin AND c.seq = r.event AND c.accepted IS NOT 1
               WHERE r.toy = ?1 AND e.hlc >= ?2";
    let (start_ms, _) = india_ms(*period.start(), *period.end());
    let rows = all(conn, sql, (toy.0, int(Hlc::first_of(start_ms).0)), |r| {
        Ok((entry(r, 0)?, UserId(uint(r.get(5)?)), r.get::<_, String>(6)?, r.get::<_, bool>(7)?))
    })?;
    let mut told = Vec::new();
    for (entry, worker, name, doubted) in rows {
        let one = |measured, visits, children| ToldBesides { measured, visits, children };
        let (on, one) = match Fact::of(&entry)? {
            Fact::MeasuredOnToy(f) => (to_date(f.growth.on), one(1, 0, 0)),
            Fact::ChildSighted(f) => (to_date(f.on), one(0, 1, 0)),
            Fact::ChildOnToy(f) => {
                let at_ms = f.toy.at_ms.saturating_add_signed(f.toy.clock_offset_ms.saturating_neg());
                (Some(india(at_ms)), one(0, 0, 1))
            }
            _ => continue,
        };
        if on.is_some_and(|on| period.contains(&on)) {
            told.push(if doubted { (worker, name, ToldBesides::default(), 1) } else { (worker, name, one, 0) });
        }
    }
    Ok(told)
}

fn fence_lines(conn: &Connection) -> Result<Vec<FenceLine>, StoreError> {
    let rows = all(conn, "SELECT id, name, whose, shape FROM fence ORDER BY name, id", [], |r| {
        Ok((FenceId(uint(r.get(0)?)), r.get::<_, String>(1)?, r.get::<_, Vec<u8>>(2)?, r.get::<_, Vec<u8>>(3)?))
    })?;
    let mut lines = Vec::with_capacity(rows.len());
    for (fence, name, whose, shape) in rows {
        // Both were written by this program from an event that was read.
        let (Ok(whose), Ok(shape)) = (from_cbor::<FenceFor>(&whose), from_cbor::<Shape>(&shape)) else { continue };
        let worker = match &whose {
            FenceFor::Worker(id) => one(conn, "SELECT name FROM user WHERE id = ?1", [int(id.0)], |r| r.get(0))?,
            FenceFor::Everybody | FenceFor::Village(_) => None,
        };
        lines.push(FenceLine { fence, name, whose, worker, shape });
    }
    Ok(lines)
}

/// All fences, and in which villages each worker has children.
pub(in crate::store) struct Fences {
    lines: Vec<FenceLine>,
    villages: BTreeSet<(i64, String)>,
}

impl Fences {
    /// Where a worker's toy may be.
    pub fn of(&self, worker: i64) -> Vec<Fence> {
        let fits = |line: &&FenceLine| match &line.whose {
            FenceFor::Everybody => true,
            FenceFor::Worker(id) => int(id.0) == worker,
            FenceFor::Village(village) => self.villages.contains(&(worker, village_key(village))),
        };
        let fence = |line: &FenceLine| Fence { name: line.name.clone(), shape: line.shape.clone() };
        self.lines.iter().filter(fits).map(fence).collect()
    }
}

fn village_key(village: &str) -> String {
    village.trim().to_lowercase()
}

pub(in crate::store) fn fences_of(conn: &Connection) -> Result<Fences, StoreError> {
    let lines = fence_lines(conn)?;
    let of_villages = lines.iter().any(|line| matches!(line.whose, FenceFor::Village(_)));
    let villages = if of_villages {
        let sql = "SELECT DISTINCT worker, village FROM child
                   WHERE worker IS NOT NULL AND gone IS NULL AND merged_into IS NULL";
        all(conn, sql, [], |r| Ok((r.get(0)?, village_key(&r.get::<_, String>(1)?))))?.into_iter().collect()
    } else {
        BTreeSet::new()
    };
    Ok(Fences { lines, villages })
}
