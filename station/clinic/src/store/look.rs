//! What the rules look at, from the transaction they decide in.

use super::sql::{all, bytes, date, int, one, uint};
use crate::device::FenceId;
use crate::ledger::EventId;
use crate::record::command::NewTask;
use crate::record::fact::{
    AefiForm, CardStop, ChildDetails, Declined, Gone, HANDED_OVER, ReferenceKey, Sex, Sought, ToyStop,
};
use crate::record::role::Role;
use crate::record::rule::{
    AefiState, BatchState, CallState, CardState, ChildState, Contact, DeclineState, DoseState, Look, No, OtherId,
    People, SessionStage, SessionState, TaskState, ToyState, UserState, VialState,
};
use crate::reminder::{Language, MessageState};
use chrono::NaiveDate;
use hub_protocol::frame::from_cbor;
use hub_protocol::toy::{Order, OrderKind, TaskKind};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, SessionId, TaskId, UserId};
use rusqlite::Connection;

pub struct Tables<'a>(pub &'a Connection);

type Answer<T> = Result<T, No<rusqlite::Error>>;

fn answer<T>(result: rusqlite::Result<T>) -> Answer<T> {
    result.map_err(No::Broken)
}

pub fn role_number(role: Role) -> i64 {
    role as i64
}

/// Roles in the database were written by [`role_number`]; the least powerful stands for what cannot be.
pub fn role(number: i64) -> Role {
    Role::ALL.into_iter().find(|r| role_number(*r) == number).unwrap_or(Role::Tracker)
}

pub fn sex(number: i64) -> Sex {
    match number {
        0 => Sex::Female,
        1 => Sex::Male,
        _ => Sex::Other,
    }
}

pub fn user_id(number: Option<i64>) -> Option<UserId> {
    number.map(|n| UserId(uint(n)))
}

pub fn child_id(number: Option<i64>) -> Option<ChildId> {
    number.map(|n| ChildId(uint(n)))
}

pub fn gone(number: Option<i64>) -> Option<Gone> {
    let known = Gone::ALL.into_iter().chain(Gone::NOT_SAID);
    number.map(|n| known.into_iter().find(|g| *g as i64 == n).unwrap_or(Gone::Other))
}

pub fn toy_stop(number: Option<i64>) -> Option<ToyStop> {
    number.map(|n| ToyStop::ALL.into_iter().find(|s| *s as i64 == n).unwrap_or(ToyStop::Retired))
}

/// An order from two columns. The safer one stands for what cannot be.
pub fn toy_order(what: Option<i64>, no: Option<i64>) -> Option<Order> {
    let (what, no) = what.zip(no)?;
    let what = OrderKind::ALL.into_iter().find(|o| *o as i64 == what).unwrap_or(OrderKind::Lock);
    Some(Order { no: uint(no), what })
}

pub fn card_stop(number: Option<i64>) -> Option<CardStop> {
    number.map(|n| match n {
        0 => CardStop::Lost,
        1 => CardStop::Blocked,
        _ => CardStop::Replaced,
    })
}

pub fn stage(held: Option<bool>) -> SessionStage {
    match held {
        None => SessionStage::Planned,
        Some(true) => SessionStage::Held,
        Some(false) => SessionStage::NotHeld,
    }
}

/// One of a list by its number in a column; what cannot be is the last of them.
pub fn stored<T: Copy, const N: usize>(known: [T; N], number: i64, number_of: impl Fn(&T) -> i64) -> T {
    known.iter().copied().find(|one| number_of(one) == number).unwrap_or(known[N - 1])
}

pub fn language(number: Option<i64>) -> Option<Language> {
    number.map(|n| stored(Language::ALL, n, |l| *l as i64))
}

/// How a message stands by the ledger: one that is being sent still waits.
pub fn message_state(conn: &Connection, reference: [u8; 16]) -> rusqlite::Result<Option<MessageState>> {
    let sql = "SELECT state FROM message WHERE reference = ?1";
    one(conn, sql, [reference], |r| Ok(stored(MessageState::ALL, r.get(0)?, |s| *s as i64)))
}

/// A child and the records that are parts of it: `?1` is the child.
pub const PARTS: &str = "SELECT ?1 UNION ALL SELECT id FROM child WHERE merged_into = ?1";

pub fn task_kind(number: i64) -> TaskKind {
    let kinds = [TaskKind::Visit, TaskKind::Trace, TaskKind::Card];
    kinds.into_iter().find(|k| *k as i64 == number).unwrap_or(TaskKind::Other)
}

/// Of a column that names a worker: one who may not log in any more.
pub const LEFT: &str = "NOT IN (SELECT id FROM user WHERE active)";

/// A child's doses in order of entry: products with their dates. What two of its records tell alike is one dose.
pub fn doses(conn: &Connection, child: ChildId) -> rusqlite::Result<Vec<(String, NaiveDate)>> {
    let sql = format!(
        "SELECT product, day, min(hlc) AS first FROM dose WHERE child IN ({PARTS}) AND NOT withdrawn
         GROUP BY day, product ORDER BY day, first"
    );
    all(conn, &sql, [int(child.0)], |r| Ok((r.get(0)?, date(r.get(1)?))))
}

/// What stands against vaccines of a child and its parts, in a fixed order.
pub fn declines(conn: &Connection, child: ChildId) -> rusqlite::Result<Vec<DeclineState>> {
    let sql = format!(
        "SELECT series, why, day, until FROM decline WHERE child IN ({PARTS}) AND hidden_by IS NULL
         ORDER BY series, why, day, child"
    );
    all(conn, &sql, [int(child.0)], |r| {
        Ok(DeclineState {
            against: r.get(0)?,
            why: declined(r.get(1)?),
            on: date(r.get(2)?),
            until: r.get::<_, Option<i64>>(3)?.map(date),
        })
    })
}

/// The safer one stands for what cannot be.
pub fn declined(number: i64) -> Declined {
    if number == Declined::Refused as i64 { Declined::Refused } else { Declined::ContraIndicated }
}

/// The record that stands for a child: its own, or the one of which it is a part.
pub fn root(conn: &Connection, child: ChildId) -> rusqlite::Result<ChildId> {
    let sql = "SELECT merged_into FROM child WHERE id = ?1";
    let into = one(conn, sql, [int(child.0)], |r| r.get::<_, Option<i64>>(0))?;
    Ok(child_id(into.flatten()).unwrap_or(child))
}

pub fn child_state(conn: &Connection, child: ChildId) -> rusqlite::Result<Option<ChildState>> {
    let sql = "SELECT dob, sex, worker, gone, merged_into, consent_tracing, gone_on FROM child WHERE id = ?1";
    one(conn, sql, [int(child.0)], |r| {
        Ok(ChildState {
            dob: date(r.get(0)?),
            sex: sex(r.get(1)?),
            worker: user_id(r.get(2)?),
            gone: gone(r.get(3)?),
            merged_into: child_id(r.get(4)?),
            consent_tracing: r.get(5)?,
            gone_on: r.get::<_, Option<i64>>(6)?.map(date),
        })
    })
}

impl OtherId {
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Abha => "abha",
            Self::Rch => "rch",
            Self::Uwin => "uwin",
        }
    }
}

impl People for Tables<'_> {
    type Error = rusqlite::Error;

    fn user(&self, user: UserId) -> Answer<Option<UserState>> {
        let sql = "SELECT role, active, code IS NOT NULL FROM user WHERE id = ?1 AND place IS NULL";
        answer(one(self.0, sql, [int(user.0)], |r| {
            Ok(UserState { role: role(r.get(0)?), active: r.get(1)?, waiting: r.get(2)? })
        }))
    }

    fn login_taken(&self, login: &str) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM user WHERE login = ?1 LIMIT 1", [login], |_| Ok(()))).map(|r| r.is_some())
    }

    fn other_has_login(&self, user: UserId) -> Answer<bool> {
        answer(other_has_login(self.0, int(user.0)))
    }

    fn active_users(&self, role: Role) -> Answer<u32> {
        let sql = "SELECT count(*) FROM user WHERE role = ?1 AND active";
        answer(one(self.0, sql, [role_number(role)], |r| r.get(0))).map(Option::unwrap_or_default)
    }
}

impl Look for Tables<'_> {
    fn child(&self, child: ChildId) -> Answer<Option<ChildState>> {
        answer(child_state(self.0, child))
    }

    fn children_of(&self, worker: UserId) -> Answer<u32> {
        let sql = "SELECT count(*) FROM child WHERE worker = ?1 AND gone IS NULL AND merged_into IS NULL";
        answer(one(self.0, sql, [int(worker.0)], |r| r.get(0))).map(Option::unwrap_or_default)
    }

    fn has_parts(&self, child: ChildId) -> Answer<bool> {
        let sql = "SELECT 1 FROM child WHERE merged_into = ?1 LIMIT 1";
        answer(one(self.0, sql, [int(child.0)], |_| Ok(()))).map(|r| r.is_some())
    }

    fn other_id_taken(&self, kind: OtherId, number: &str, child: ChildId) -> Answer<bool> {
        let column = kind.column();
        // Two records that are one child may both know the number.
        let sql = format!(
            "SELECT 1 FROM child WHERE {column} = ?1 AND {column} <> '' AND id <> ?2
             AND merged_into IS NOT ?2 LIMIT 1"
        );
        answer(one(self.0, &sql, (number, int(child.0)), |_| Ok(()))).map(|r| r.is_some())
    }

    fn probable_duplicates(&self, form: &ChildDetails) -> Answer<Vec<ChildId>> {
        answer(super::alike::probable(self.0, form))
    }

    fn doses(&self, child: ChildId) -> Answer<Vec<(String, NaiveDate)>> {
        answer(doses(self.0, child))
    }

    fn dose(&self, child: ChildId, product: &str, on: Day) -> Answer<Option<(ChildId, DoseState)>> {
        let sql = format!(
            "SELECT child, batch, withdrawn, outside IS NOT NULL FROM dose WHERE child IN ({PARTS}) AND day = ?2 AND product = ?3
             ORDER BY withdrawn, child <> ?1, batch_hidden_by IS NOT NULL, hlc LIMIT 1"
        );
        answer(one(self.0, &sql, (int(child.0), i64::from(on.0), product), |r| {
            Ok((ChildId(uint(r.get(0)?)), DoseState { batch: r.get(1)?, withdrawn: r.get(2)?, outside: r.get(3)? }))
        }))
    }

    fn declines(&self, child: ChildId) -> Answer<Vec<DeclineState>> {
        answer(declines(self.0, child))
    }

    fn toy(&self, toy: DeviceId) -> Answer<Option<ToyState>> {
        let sql = "SELECT worker, stopped, ordered, order_no, obeyed_ms IS NOT NULL FROM toy WHERE id = ?1";
        answer(one(self.0, sql, [toy.0], |r| {
            Ok(ToyState {
                worker: user_id(r.get(0)?),
                stopped: toy_stop(r.get(1)?),
                order: toy_order(r.get(2)?, r.get(3)?),
                obeyed: r.get(4)?,
            })
        }))
    }

    fn toy_of(&self, worker: UserId) -> Answer<Option<DeviceId>> {
        answer(one(self.0, "SELECT id FROM toy WHERE worker = ?1 LIMIT 1", [int(worker.0)], |r| r.get(0).map(DeviceId)))
    }

    fn toy_last_epoch(&self, toy: DeviceId) -> Answer<u64> {
        let sql = "SELECT max(epoch) FROM toy_record WHERE toy = ?1";
        let last = answer(one(self.0, sql, [toy.0], |r| r.get::<_, Option<i64>>(0)))?;
        Ok(last.flatten().map_or(0, uint))
    }

    fn toy_last_seq(&self, toy: DeviceId, epoch: u64) -> Answer<u64> {
        let sql = "SELECT max(seq) FROM toy_record WHERE toy = ?1 AND epoch = ?2";
        let last = answer(one(self.0, sql, (toy.0, int(epoch)), |r| r.get::<_, Option<i64>>(0)))?;
        Ok(last.flatten().map_or(0, uint))
    }

    fn has_fence(&self, fence: FenceId) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM fence WHERE id = ?1", [int(fence.0)], |_| Ok(()))).map(|r| r.is_some())
    }

    fn fences(&self) -> Answer<u32> {
        answer(one(self.0, "SELECT count(*) FROM fence", [], |r| r.get(0))).map(Option::unwrap_or_default)
    }

    fn card(&self, card: CardNo) -> Answer<Option<CardState>> {
        answer(one(self.0, "SELECT child, stopped, counter FROM card WHERE no = ?1", [int(card.0)], |r| {
            Ok(CardState { child: child_id(r.get(0)?), stopped: card_stop(r.get(1)?), counter: r.get(2)? })
        }))
    }

    fn uid_taken(&self, uid: &[u8]) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM card WHERE uid = ?1 LIMIT 1", [uid], |_| Ok(()))).map(|r| r.is_some())
    }

    fn chip_stopped(&self, card: CardNo) -> Answer<bool> {
        let sql = "SELECT 1 FROM card c JOIN card o ON o.uid = c.uid WHERE c.no = ?1 AND o.stopped IN (?2, ?3) LIMIT 1";
        let [lost, blocked] = NEVER_OPENS.map(|stop| stop as i64);
        answer(one(self.0, sql, (int(card.0), lost, blocked), |_| Ok(()))).map(|r| r.is_some())
    }

    fn card_of(&self, child: ChildId) -> Answer<Option<CardNo>> {
        let sql = format!("SELECT no FROM card WHERE child IN ({PARTS}) AND stopped IS NULL LIMIT 1");
        answer(one(self.0, &sql, [int(child.0)], |r| r.get(0).map(uint).map(CardNo)))
    }

    fn task(&self, task: TaskId) -> Answer<Option<TaskState>> {
        let sql = "SELECT worker, done IS NULL, reason IS ?2 FROM task WHERE id = ?1";
        answer(one(self.0, sql, (int(task.0), HANDED_OVER), |r| {
            Ok(TaskState { worker: UserId(uint(r.get(0)?)), open: r.get(1)?, handed_over: r.get(2)? })
        }))
    }

    fn session(&self, session: SessionId) -> Answer<Option<SessionState>> {
        let sql = "SELECT day, held, worker FROM session WHERE id = ?1";
        answer(one(self.0, sql, [int(session.0)], |r| {
            Ok(SessionState { on: date(r.get(0)?), worker: user_id(r.get(2)?), stage: stage(r.get(1)?) })
        }))
    }

    fn session_on(&self, on: Day, worker: UserId) -> Answer<Option<SessionId>> {
        let sql = "SELECT id FROM session WHERE day = ?1 AND held IS NOT 0
                   ORDER BY worker IS NOT ?2, kind, held IS NULL, id LIMIT 1";
        answer(one(self.0, sql, (i64::from(on.0), int(worker.0)), |r| r.get(0).map(uint).map(SessionId)))
    }

    fn batch(&self, product: &str, batch: &str) -> Answer<Option<BatchState>> {
        let sql = "SELECT manufacturer, expires, doses_per_vial, vials FROM batch WHERE product = ?1 AND batch = ?2";
        answer(one(self.0, sql, (product, batch), |r| {
            Ok(BatchState {
                manufacturer: r.get(0)?,
                expires_on: date(r.get(1)?),
                doses_per_vial: r.get(2)?,
                vials: r.get(3)?,
            })
        }))
    }

    fn vial(&self, vial: EventId) -> Answer<Option<VialState>> {
        let sql = "SELECT b.doses_per_vial, v.closed_ms FROM vial v
                   JOIN batch b ON b.product = v.product AND b.batch = v.batch WHERE v.origin = ?1 AND v.seq = ?2";
        answer(one(self.0, sql, (vial.origin.0, int(vial.seq)), |r| {
            Ok(VialState { doses: r.get(0)?, open: r.get::<_, Option<i64>>(1)?.is_none() })
        }))
    }

    fn aefi(&self, aefi: EventId) -> Answer<Option<AefiState>> {
        let sql = "SELECT child, form FROM aefi WHERE origin = ?1 AND seq = ?2";
        answer(one(self.0, sql, (aefi.origin.0, int(aefi.seq)), |r| {
            // A form was written by this program; what cannot be read names no dose.
            let form = from_cbor::<AefiForm>(&r.get::<_, Vec<u8>>(1)?);
            Ok((ChildId(uint(r.get(0)?)), form.map(|form| form.doses).unwrap_or_default()))
        }))
    }

    fn growth(&self, growth: EventId) -> Answer<Option<ChildId>> {
        let sql = "SELECT child FROM growth WHERE origin = ?1 AND seq = ?2 AND withdrawn IS NULL";
        answer(one(self.0, sql, (growth.origin.0, int(growth.seq)), |r| r.get(0).map(uint).map(ChildId)))
    }

    fn call(&self, call: EventId) -> Answer<Option<CallState>> {
        let sql = "SELECT child, by_user FROM call WHERE origin = ?1 AND seq = ?2";
        answer(one(self.0, sql, (call.origin.0, int(call.seq)), |r| {
            let by = r.get::<_, Option<i64>>(1)?.map(uint).map(UserId);
            Ok(CallState { child: ChildId(uint(r.get(0)?)), by })
        }))
    }

    fn open_conflict(&self, event: EventId) -> Answer<Option<String>> {
        let sql = "SELECT kind FROM conflict WHERE origin = ?1 AND seq = ?2 AND accepted IS NULL";
        answer(one(self.0, sql, (event.origin.0, int(event.seq)), |r| r.get(0)))
    }

    fn last_certificate(&self) -> Answer<u64> {
        // Of our own: those that came with a child have the numbers of the station that issued them.
        let sql = "SELECT max(number) FROM certificate
                   WHERE NOT EXISTS (SELECT 1 FROM carried WHERE carried.origin = certificate.origin)";
        answer(one(self.0, sql, [], |r| r.get::<_, Option<i64>>(0))).map(|n| n.flatten().map_or(0, uint))
    }

    fn reference_key(&self) -> Answer<Option<ReferenceKey>> {
        answer(one(self.0, "SELECT key FROM reminders", [], |r| bytes(r, 0).map(ReferenceKey)))
    }

    fn opted_out(&self, phone: &str) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM opt_out WHERE phone = ?1", [phone], |_| Ok(()))).map(|r| r.is_some())
    }

    fn message(&self, reference: [u8; 16]) -> Answer<Option<MessageState>> {
        answer(message_state(self.0, reference))
    }

    fn has_district(&self) -> Answer<bool> {
        answer(one(self.0, "SELECT 1 FROM district", [], |_| Ok(()))).map(|r| r.is_some())
    }

    fn is_asked_for(&self, whom: Sought) -> Answer<bool> {
        let sql = "SELECT 1 FROM asked WHERE answer IS NULL AND child IS ?1 AND card IS ?2";
        answer(one(self.0, sql, sought(whom), |_| Ok(()))).map(|r| r.is_some())
    }

    fn children_asked_for(&self) -> Answer<u32> {
        let sql = "SELECT count(*) FROM asked WHERE answer IS NULL";
        answer(one(self.0, sql, [], |r| r.get(0))).map(Option::unwrap_or_default)
    }
}

/// What keeps a chip from opening a record, under whichever number it was said.
pub const NEVER_OPENS: [CardStop; 2] = [CardStop::Lost, CardStop::Blocked];

/// Whom a station asks for, as it stands in `asked`: the child, or the card.
pub fn sought(whom: Sought) -> (Option<i64>, Option<i64>) {
    match whom {
        Sought::Child(child) => (Some(int(child.0)), None),
        Sought::Card(card) => (None, Some(int(card.0))),
    }
}

/// And read from there: its first two columns are these.
pub fn sought_in(r: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Sought>> {
    let child = r.get::<_, Option<i64>>(0)?.map(|child| Sought::Child(ChildId(uint(child))));
    let card = r.get::<_, Option<i64>>(1)?.map(|card| Sought::Card(CardNo(uint(card))));
    Ok(child.or(card))
}

/// Has another active user the login of this one?
pub fn other_has_login(conn: &Connection, user: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM user u JOIN user o ON o.login = u.login AND o.id <> u.id AND o.active
               WHERE u.id = ?1 LIMIT 1";
    one(conn, sql, [user], |_| Ok(())).map(|r| r.is_some())
}

/// An active user by login: there is at most one.
pub fn user_by_login(conn: &Connection, login: &str) -> rusqlite::Result<Option<super::Session>> {
    one(conn, "SELECT id, login, name, role, since FROM user WHERE login = ?1 AND active", [login], session)
}

pub fn active_user(conn: &Connection, user: UserId) -> rusqlite::Result<Option<super::Session>> {
    one(conn, "SELECT id, login, name, role, since FROM user WHERE id = ?1 AND active", [int(user.0)], session)
}

fn session(r: &rusqlite::Row<'_>) -> rusqlite::Result<super::Session> {
    Ok(super::Session {
        user: UserId(uint(r.get(0)?)),
        login: r.get(1)?,
        name: r.get(2)?,
        role: role(r.get(3)?),
        since: uint(r.get(4)?),
    })
}

/// A worker's open tasks, each with what another worker is given for it.
pub fn open_tasks(conn: &Connection, of: UserId, to: UserId) -> rusqlite::Result<Vec<(TaskId, NewTask)>> {
    let sql = "SELECT id, kind, child, place, due, note FROM task WHERE worker = ?1 AND done IS NULL ORDER BY due, id";
    all(conn, sql, [int(of.0)], |r| {
        let (kind, child) = (task_kind(r.get(1)?), child_id(r.get(2)?));
        let new = NewTask { worker: to, kind, child, place: r.get(3)?, due: Day(r.get(4)?), note: r.get(5)? };
        Ok((TaskId(uint(r.get(0)?)), new))
    })
}

/// When this computer last wrote something, by its own clock.
pub fn last_ms(conn: &Connection) -> rusqlite::Result<u64> {
    Ok(one(conn, "SELECT last_ms FROM node", [], |r| r.get(0).map(uint))?.unwrap_or_default())
}

/// How this station stands to its district, when it has one.
pub fn contact(conn: &Connection) -> rusqlite::Result<Option<Contact>> {
    let sql = "SELECT max(joined_ms, coalesce((SELECT max(at_ms) FROM proven), 0)), contact_days FROM district";
    one(conn, sql, [], |r| Ok(Contact { last_ms: uint(r.get(0)?), days: r.get(1)? }))
}

/// The role of a user who may log in, and since when no session of theirs was ended.
pub fn standing(conn: &Connection, user: UserId) -> rusqlite::Result<Option<(Role, u64)>> {
    let sql = "SELECT role, since FROM user WHERE id = ?1 AND active";
    one(conn, sql, [int(user.0)], |r| Ok((role(r.get(0)?), uint(r.get(1)?))))
}
