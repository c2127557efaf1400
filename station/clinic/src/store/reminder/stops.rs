//! Families that wrote that they want no more. Gateways go on listing an answer for weeks, and a modem may not give one
//! up: each is acted on once, so that what the family says at the desk afterwards holds.

use crate::date::india;
use crate::ledger::Actor;
use crate::record::fact::{Fact, OptOutSet};
use crate::record::text;
use crate::reminder::Channel;
use crate::store::sql::{all, bytes, day, one, run};
use crate::store::writer::{Job, State, append};
use crate::store::{Clinic, Env, StoreError};
use hub_protocol::Identity;
use rusqlite::Transaction;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// An answer that says STOP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidStop {
    /// From this phone, in any form.
    pub phone: String,
    /// All that the gateway, or the modem, has of it: by this it is known again.
    pub entry: String,
}

impl Clinic {
    /// Families wrote that they want no more. `stops` is all that is listed now, in any order: what was listed the last
    /// time, or not long ago, changes nothing, and two that are alike are two. Durable when this returns.
    pub fn stops_heard(&self, channel: Channel, stops: Vec<SaidStop>) -> Result<(), StoreError> {
        // A gateway gives numbers in many forms; what is none of a family's changes nothing.
        let of_family =
            |stop: SaidStop| Some(SaidStop { phone: text::phone(&stop.phone).ok().filter(|p| !p.is_empty())?, ..stop });
        let stops = stops.into_iter().filter_map(of_family).collect();
        self.ask(|reply| Job::StopsHeard { channel, stops, reply })
    }
}

/// An answer that is not listed any more is known for so long: a list that is empty once must not undo what a family
/// said at the desk since.
const KNOWN_DAYS: i64 = 7;
/// More answers than a clinic has families are no list of theirs.
const LISTED_MAX: usize = 10_000;
/// `times` in the table: how often an entry is listed; of one that is not listed any more, below zero, the day after which
/// it counts again, in hundreds, and how often it was.
const TIMES_MAX: i64 = 99;

/// What was listed the last time, or not long ago.
#[derive(Clone, Copy)]
struct Known(i64);

impl Known {
    fn times(self) -> i64 {
        if self.0 < 0 { -self.0 % (TIMES_MAX + 1) } else { self.0 }
    }

    /// It is not listed today; `None`: let go of.
    fn unlisted(self, today: i64) -> Option<Self> {
        if self.0 >= 0 {
            return Some(Self(-((today + KNOWN_DAYS) * (TIMES_MAX + 1) + self.0.min(TIMES_MAX))));
        }
        (-self.0 / (TIMES_MAX + 1) >= today).then_some(self)
    }
}

pub(in crate::store) fn hear_stops(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    channel: Channel,
    stops: &[SaidStop],
) -> Result<(), StoreError> {
    let mut listed: BTreeMap<[u8; 32], (i64, &str)> = BTreeMap::new();
    for stop in stops.iter().take(LISTED_MAX) {
        let (times, _) = listed.entry(Sha256::digest(&stop.entry).into()).or_insert((0, &stop.phone));
        *times += 1;
    }
    if stops.len() > LISTED_MAX {
        tracing::warn!(
            listed = stops.len(),
            "more families are listed that want no messages than can be: the rest waits"
        );
    }
    let sql = "SELECT entry, times FROM stop_listed WHERE channel = ?1";
    let mut before: BTreeMap<[u8; 32], Known> =
        all(tx, sql, [channel as i64], |r| Ok((bytes::<32>(r, 0)?, Known(r.get(1)?))))?.into_iter().collect();
    let is_new =
        |(entry, (times, _)): &(&[u8; 32], &(i64, &str))| *times > before.get(*entry).map_or(0, |known| known.times());
    let fresh: Vec<&str> = listed.iter().filter(is_new).map(|(_, (_, phone))| *phone).collect();
    if !fresh.is_empty() {
        // A gateway's box may be shared, or the gateway lie: only the families of this clinic are believed to have written.
        let families = all(tx, "SELECT DISTINCT phone FROM child", [], |r| r.get::<_, String>(0))?;
        let families: BTreeSet<String> = families.into_iter().collect();
        for phone in fresh.into_iter().filter(|phone| families.contains(*phone)) {
            opt_out(tx, state, env, identity, phone)?;
        }
    }
    run(tx, "DELETE FROM stop_listed WHERE channel = ?1", [channel as i64])?;
    let put = |entry: &[u8; 32], times: i64| {
        run(tx, "INSERT INTO stop_listed VALUES (?1, ?2, ?3)", (channel as i64, entry, times))
    };
    for (entry, (times, _)) in &listed {
        let _ = before.remove(entry);
        let _ = put(entry, *times)?;
    }
    let today = day(india(env.now_ms()));
    let unlisted = before.iter().filter_map(|(entry, known)| Some((entry, known.unlisted(today)?)));
    for (entry, known) in unlisted.take(LISTED_MAX) {
        let _ = put(entry, known.0)?;
    }
    Ok(())
}

fn opt_out(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
    phone: &str,
) -> Result<(), StoreError> {
    let known = one(tx, "SELECT 1 FROM opt_out WHERE phone = ?1", [phone], |_| Ok(()))?.is_some();
    if !known {
        append(tx, state, env, identity, Actor::NODE, &Fact::OptOutSet(OptOutSet { phone: phone.into(), out: true }))?;
    }
    Ok(())
}
