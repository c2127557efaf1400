//! What the district finds in a mirror.

use super::{Mirror, MirrorError, event_id};
use crate::date::to_day;
use crate::ledger::{EventId, Hlc};
use crate::record::command::Settings;
use crate::record::fact::{CardStop, Gone, Sought};
use crate::record::role::Role;
use crate::replica::Logs;
use crate::store::StoreError;
use crate::store::apply::Subject;
use crate::store::look::{card_stop, child_id, gone, role, sought_in, user_id};
use crate::store::query::{ChildLine, found_by};
use crate::store::sql::{all, bytes, date, int, one, uint};
use chrono::NaiveDate;
use hub_protocol::{CardNo, ChildId, Day, DeviceId, OriginId, PublicKey, UserId};

/// A fact that broke a rule of its station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    pub event: EventId,
    /// The rule: what the station made of it (`conflict-…`), or the refusal that it would have met at a desk.
    pub rule: String,
    /// The station has noticed it too, and its Admin answers it there.
    pub noticed: bool,
    pub at_ms: u64,
    pub by: Option<UserId>,
    pub child: Option<ChildId>,
}

/// A child that is found by name.
pub type ChildFound = ChildLine;

/// A child of the station's records, itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildHeld {
    pub child: ChildId,
    pub gone: Option<Gone>,
}

/// A child of another station for whose record this one asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub sought: Sought,
    pub at_ms: u64,
    /// The name of who asked.
    pub by: Option<String>,
}

/// A dose that was told at this station.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DoseHere {
    pub child: ChildId,
    pub on: Day,
    pub product: String,
}

/// A card that opens a record here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardHeld {
    pub card: CardNo,
    pub uid: Vec<u8>,
    pub child: ChildId,
}

/// A card in a station's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardThere {
    /// Whose record it opens; none as long as it is nobody's.
    pub child: Option<ChildId>,
    /// It is for nobody yet, or its child is looked after here.
    pub used: bool,
    pub stop: Option<CardStop>,
}

/// Somebody who works there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorUser {
    pub user: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub active: bool,
    /// Has no password there yet.
    pub waiting: bool,
}

/// Of a card `k` and its child `p`: it is for nobody yet, or its child is looked after here.
const USED: &str = "(k.child IS NULL OR (SELECT gone FROM child WHERE id = coalesce(p.merged_into, p.id)) IS NULL)";

impl Mirror {
    /// Facts that broke a rule and that nobody has answered, the oldest first.
    pub fn breaches(&self) -> Result<Vec<Breach>, StoreError> {
        let sql = "SELECT origin, seq, kind, hlc, by_user, child, 1 FROM conflict WHERE accepted IS NULL
                   UNION ALL SELECT origin, seq, rule, hlc, by_user, NULL, 0 FROM breach ORDER BY 4, 1, 2";
        Ok(all(&self.conn, sql, [], |r| {
            Ok(Breach {
                event: event_id(bytes(r, 0)?, r.get(1)?),
                rule: r.get(2)?,
                at_ms: Hlc(uint(r.get(3)?)).ms(),
                by: user_id(r.get(4)?),
                child: child_id(r.get(5)?),
                noticed: r.get(6)?,
            })
        })?)
    }

    /// Everybody, as they will be when the station has taken what it was told.
    pub fn users<L: Logs>(&mut self, logs: &L, district: &PublicKey) -> Result<Vec<MirrorUser>, MirrorError<L::Error>> {
        let sql = "SELECT id, login, name, role, active, code IS NOT NULL FROM user WHERE place IS NULL
                   ORDER BY login, id";
        self.when_told(logs, district, |conn| {
            Ok(all(conn, sql, [], |r| {
                Ok(MirrorUser {
                    user: UserId(uint(r.get(0)?)),
                    login: r.get(1)?,
                    name: r.get(2)?,
                    role: role(r.get(3)?),
                    active: r.get(4)?,
                    waiting: r.get(5)?,
                })
            })?)
        })
    }

    /// The settings, as they will be then; none before the clinic's founding is here.
    pub fn settings<L: Logs>(
        &mut self,
        logs: &L,
        district: &PublicKey,
    ) -> Result<Option<Settings>, MirrorError<L::Error>> {
        let sql = "SELECT schedule, je_endemic, defaulter_days, auto_lock_min, region FROM clinic";
        self.when_told(logs, district, |conn| {
            Ok(one(conn, sql, [], |r| {
                Ok(Settings {
                    schedule: r.get(0)?,
                    je_endemic: r.get(1)?,
                    defaulter_days: r.get(2)?,
                    auto_lock_min: r.get(3)?,
                    region: r.get(4)?,
                    // As they are.
                    facility_code: None,
                    facility_phone: None,
                    fully: None,
                })
            })?)
        })
    }

    /// Registered toys, with their labels.
    pub fn toys(&self) -> Result<Vec<(DeviceId, String)>, StoreError> {
        let sql = "SELECT id, label FROM toy ORDER BY label, id";
        Ok(all(&self.conn, sql, [], |r| Ok((DeviceId(bytes(r, 0)?), r.get(1)?)))?)
    }

    /// Children whose words begin like each one that is typed, in either script; the best match first.
    pub fn children_found(&self, typed: &str, today: NaiveDate) -> Result<Vec<ChildFound>, StoreError> {
        found_by(&self.conn, typed, today)
    }

    /// The record of a child, itself.
    pub fn child(&self, child: ChildId) -> Result<Option<ChildHeld>, StoreError> {
        let sql = "SELECT id, gone FROM child WHERE id = ?1";
        Ok(one(&self.conn, sql, [int(child.0)], |r| Ok(ChildHeld { child, gone: gone(r.get(1)?) }))?)
    }

    /// The record of which this one is a part, or itself.
    pub fn whole(&self, child: ChildId) -> Result<ChildId, StoreError> {
        let sql = "SELECT merged_into FROM child WHERE id = ?1 AND merged_into IS NOT NULL";
        Ok(one(&self.conn, sql, [int(child.0)], |r| r.get(0))?.map_or(child, |whole| ChildId(uint(whole))))
    }

    /// When the records first tell of a child, and in which log.
    pub fn child_since(&self, child: ChildId) -> Result<Option<(Hlc, OriginId)>, StoreError> {
        let sql = "SELECT hlc, origin FROM history WHERE subject = ?1 AND id = ?2 ORDER BY hlc, origin, seq LIMIT 1";
        Ok(one(&self.conn, sql, (Subject::Child as i64, int(child.0)), |r| {
            Ok((Hlc(uint(r.get(0)?)), OriginId(bytes(r, 1)?)))
        })?)
    }

    /// All children of the records that are no part of another's.
    pub fn children(&self) -> Result<Vec<ChildHeld>, StoreError> {
        let sql = "SELECT id, gone FROM child WHERE merged_into IS NULL";
        Ok(all(&self.conn, sql, [], |r| Ok(ChildHeld { child: ChildId(uint(r.get(0)?)), gone: gone(r.get(1)?) }))?)
    }

    /// The doses that this station told of a child: not those that came from elsewhere with it.
    pub fn doses_here(&self, child: ChildId) -> Result<Vec<DoseHere>, StoreError> {
        let sql = "SELECT DISTINCT d.day, d.product FROM dose d JOIN dose_witness w
                       ON w.child = d.child AND w.day = d.day AND w.product = d.product
                   WHERE d.child = ?1 AND NOT d.withdrawn AND d.outside IS NULL
                   AND NOT EXISTS (SELECT 1 FROM carried c WHERE c.origin = w.origin AND c.seq = w.seq)";
        Ok(all(&self.conn, sql, [int(child.0)], |r| {
            Ok(DoseHere { child, on: to_day(date(r.get(0)?)), product: r.get(1)? })
        })?)
    }

    /// Cards that open the record of a child who is looked after here.
    pub fn cards_held(&self) -> Result<Vec<CardHeld>, StoreError> {
        let sql = "SELECT k.no, k.uid, c.id FROM card k JOIN child p ON p.id = k.child
                   JOIN child c ON c.id = coalesce(p.merged_into, p.id)
                   WHERE k.stopped IS NULL AND c.gone IS NULL ORDER BY k.no";
        Ok(all(&self.conn, sql, [], |r| {
            Ok(CardHeld { card: CardNo(uint(r.get(0)?)), uid: r.get(1)?, child: ChildId(uint(r.get(2)?)) })
        })?)
    }

    /// What this station has to do with a card, if it knows it.
    pub fn card(&self, card: CardNo) -> Result<Option<CardThere>, StoreError> {
        let sql = format!(
            "SELECT coalesce(p.merged_into, p.id), {USED}, k.stopped FROM card k LEFT JOIN child p ON p.id = k.child
             WHERE k.no = ?1"
        );
        Ok(one(&self.conn, &sql, [int(card.0)], |r| {
            Ok(CardThere { child: child_id(r.get(0)?), used: r.get(1)?, stop: card_stop(r.get(2)?) })
        })?)
    }

    /// Cards that this station uses and that are lost or blocked.
    pub fn cards_stopped(&self) -> Result<Vec<(CardNo, CardStop)>, StoreError> {
        let sql = format!(
            "SELECT k.no, k.stopped FROM card k LEFT JOIN child p ON p.id = k.child
             WHERE k.stopped IN ({}, {}) AND {USED} ORDER BY k.no",
            CardStop::Lost as i64,
            CardStop::Blocked as i64
        );
        Ok(all(&self.conn, &sql, [], |r| {
            Ok((CardNo(uint(r.get(0)?)), card_stop(r.get(1)?).unwrap_or(CardStop::Lost)))
        })?)
    }

    /// For whom this station waits to hear from the district, when it has taken what it was told; who has waited longest
    /// first.
    pub fn asks<L: Logs>(&mut self, logs: &L, district: &PublicKey) -> Result<Vec<Ask>, MirrorError<L::Error>> {
        let sql = "SELECT a.child, a.card, a.hlc, u.name FROM asked a LEFT JOIN user u ON u.id = a.by_user
                   WHERE a.answer IS NULL ORDER BY a.hlc, a.origin, a.seq";
        self.when_told(logs, district, |conn| {
            let asks = all(conn, sql, [], |r| {
                let (at_ms, by) = (Hlc(uint(r.get(2)?)).ms(), r.get(3)?);
                Ok(sought_in(r)?.map(|sought| Ask { sought, at_ms, by }))
            })?;
            Ok(asks.into_iter().flatten().collect())
        })
    }

    /// How far the station says that the district's log is in force there.
    pub fn in_force(&self, origin: OriginId) -> Result<u64, StoreError> {
        let sql = "SELECT marked FROM directive WHERE origin = ?1";
        Ok(one(&self.conn, sql, [origin.0], |r| r.get(0).map(uint))?.unwrap_or_default())
    }
}
