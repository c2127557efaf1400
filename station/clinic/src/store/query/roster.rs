//! What a toy carries, and how far its records are.

use super::children::{CHILD_LINE, ChildLine, child_line};
use super::coming::Plan;
use super::things::open_tasks;
use super::today::{DueDose, doses_due};
use super::{Clinic, StoreError, all, int, one, uint};
use crate::date::to_day;
use crate::record::command::ToySettings;
use crate::store::apply::Subject;
use crate::store::look;
use chrono::NaiveDate;
use hub_protocol::frame::{TOY_MAX_BYTES, to_cbor};
use hub_protocol::toy::{
    BLOCKED_MAX, Order, OrderKind, ROSTER_MAX_CHILDREN, ROSTER_MAX_TASKS, Roster, RosterChild, RosterDue, Settings,
    Worker,
};
use hub_protocol::{CardNo, Day, DeviceId, UserId};
use minicbor::Encode;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

/// What one message holds beside its own name and the roster's revision, in bytes.
const ROSTER_MAX_BYTES: usize = TOY_MAX_BYTES - 32;
/// Of one card's number in it.
const CARD_MAX_BYTES: usize = 9;
/// Of so many tasks those that have no room are counted.
const TASKS_COUNTED: usize = 10 * ROSTER_MAX_TASKS;
/// How far ahead a toy's roster looks, in days.
pub(super) const ROSTER_AHEAD_DAYS: i64 = 42;

impl Clinic {
    /// What a toy carries: the children and tasks of its worker.
    pub fn roster(&self, toy: DeviceId) -> Result<Roster, StoreError> {
        let today = self.today()?;
        self.read(|conn| roster(conn, toy, today))
    }

    /// What a toy is to do, when it has not said yet that it did, or what it is to hold to: one that lost its store has
    /// forgotten that it is locked.
    pub fn toy_order(&self, toy: DeviceId) -> Result<Option<Order>, StoreError> {
        let sql = "SELECT ordered, order_no FROM toy WHERE id = ?1 AND (obeyed_ms IS NULL OR ordered <> ?2)";
        let unlock = OrderKind::Unlock as i64;
        self.read(|conn| Ok(one(conn, sql, (toy.0, unlock), |r| Ok(look::toy_order(r.get(0)?, r.get(1)?)))?.flatten()))
    }

    /// How toys are to behave, as they are told.
    pub fn toy_settings(&self) -> Result<Settings, StoreError> {
        self.read(|conn| Ok(for_toys(toy_settings(conn)?)))
    }

    /// How far a toy's records are at the district: all up to this one.
    pub fn toy_durable(&self, toy: DeviceId, epoch: u64) -> Result<u64, StoreError> {
        self.read(|conn| {
            // Before the first that waits, or all: also those of a log from before a restore.
            let sql = "SELECT coalesce(
                (SELECT min(r.seq) - 1 FROM toy_record r LEFT JOIN proven p ON p.origin = r.origin
                 WHERE r.toy = ?1 AND r.epoch = ?2 AND r.event > coalesce(p.seq, 0)),
                (SELECT max(seq) FROM toy_record WHERE toy = ?1 AND epoch = ?2))";
            let seq = one(conn, sql, (toy.0, int(epoch)), |r| r.get::<_, Option<i64>>(0))?;
            Ok(seq.flatten().map_or(0, uint))
        })
    }
}

pub(super) fn toy_settings(conn: &Connection) -> rusqlite::Result<ToySettings> {
    let settings = one(conn, "SELECT language, report_s, roster_days FROM toy_settings", [], |r| {
        let language = look::language(r.get(0)?).unwrap_or_default();
        Ok(ToySettings { language, report_s: r.get(1)?, roster_days: r.get(2)? })
    })?;
    Ok(settings.unwrap_or_default())
}

fn for_toys(ToySettings { language, report_s, roster_days }: ToySettings) -> Settings {
    let told = Settings { revision: 0, language: language.code().to_owned(), report_s, roster_days };
    Settings { revision: revision(&told), ..told }
}

/// Follows from the content: the same content is never sent twice, any change is.
fn revision<T: Encode<()>>(content: &T) -> u64 {
    let hash = Sha256::digest(to_cbor(content));
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    u64::from_be_bytes(first) | 1
}

pub(super) fn roster(conn: &Connection, toy: DeviceId, today: NaiveDate) -> Result<Roster, StoreError> {
    // What was wiped gets nothing until it is unlocked.
    let holder = one(
        conn,
        "SELECT u.id, u.name FROM toy t JOIN user u ON u.id = t.worker
         WHERE t.id = ?1 AND u.active AND t.ordered IS NOT ?2",
        (toy.0, OrderKind::Wipe as i64),
        |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)),
    )?;
    let (children, tasks, blocked) = (Vec::new(), Vec::new(), Vec::new());
    let mut roster = Roster { revision: 0, worker: None, children, tasks, blocked, left_out: 0 };
    if let Some((id, name)) = holder {
        roster.worker = Some(Worker { id: UserId(uint(id)), name });
        let until = today + chrono::Days::new(ROSTER_AHEAD_DAYS.unsigned_abs());
        let sql =
            format!("{CHILD_LINE} WHERE c.worker = ?1 AND c.gone IS NULL AND c.merged_into IS NULL ORDER BY c.id");
        let plan = Plan::for_days(conn, today, until)?;
        let mut lines = all(conn, &sql, [id], child_line)?;
        roster.left_out += surplus(&mut lines, ROSTER_MAX_CHILDREN);
        for line in lines {
            let mut doses = doses_due(conn, int(line.id.0), until)?;
            for dose in &mut doses {
                let wanted = (dose.due.max(dose.earliest), dose.last_day);
                dose.due = plan.day_to_come(&line.village, wanted, today).on;
            }
            roster.children.push(roster_child(line, &doses));
        }
        roster.tasks = open_tasks(conn, id, TASKS_COUNTED)?;
        roster.left_out += surplus(&mut roster.tasks, ROSTER_MAX_TASKS);
        roster.blocked = stopped_cards(conn)?;
        roster.left_out += surplus(&mut roster.blocked, BLOCKED_MAX);
        fit(&mut roster);
        // Which they are matters, not which was stopped last.
        roster.blocked.sort_unstable();
    }
    roster.revision = revision(&roster);
    Ok(roster)
}

/// Cards that open nothing any more, here or elsewhere; those that were stopped here last come first.
fn stopped_cards(conn: &Connection) -> rusqlite::Result<Vec<CardNo>> {
    let sql = "SELECT no, (SELECT max(hlc) FROM history WHERE subject = ?1 AND id = card.no) AS hlc FROM card
                   WHERE stopped IS NOT NULL
               UNION ALL SELECT no, 0 FROM stopped_card WHERE no NOT IN (SELECT no FROM card WHERE stopped IS NOT NULL)
               ORDER BY hlc DESC, no";
    all(conn, sql, [Subject::Card as i64], |r| r.get(0).map(|no| CardNo(uint(no))))
}

/// Cuts a list, and says by how much.
fn surplus<T>(list: &mut Vec<T>, most: usize) -> u32 {
    let over = list.len().saturating_sub(most);
    list.truncate(most);
    u32::try_from(over).unwrap_or(u32::MAX)
}

/// Leaves out what is missed least until one message holds a roster: notes, then cards, then tasks, then children,
/// always the last first. A toy that cannot be told whose it is would go on showing the children of who had it before.
fn fit(roster: &mut Roster) {
    let mut noted = roster.tasks.len();
    loop {
        let over = to_cbor(roster).len().saturating_sub(ROSTER_MAX_BYTES);
        if over == 0 {
            return;
        }
        if noted > 0 {
            noted -= 1;
            if roster.tasks[noted].note.is_empty() {
                continue;
            }
            roster.tasks[noted].note.clear();
        } else if !roster.blocked.is_empty() {
            let fewer = roster.blocked.len().saturating_sub(over.div_ceil(CARD_MAX_BYTES));
            roster.left_out += surplus(&mut roster.blocked, fewer);
            continue;
        } else if roster.tasks.pop().is_none() && roster.children.pop().is_none() {
            return;
        }
        roster.left_out += 1;
    }
}

pub(super) fn roster_child(line: ChildLine, doses: &[DueDose]) -> RosterChild {
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
