//! Families that wrote that they want no more. Gateways go on listing an answer for weeks, and a modem may not give one
//! up: each is acted on once, so that what the family says at the desk afterwards holds.

use crate::ledger::Actor;
use crate::record::fact::{Fact, OptOutSet};
use crate::record::text;
use crate::reminder::Channel;
use crate::store::sql::{all, bytes, one, run};
use crate::store::writer::{Job, State, append};
use crate::store::{Clinic, Env, StoreError};
use hub_protocol::Identity;
use rusqlite::Transaction;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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
    /// time changes nothing, and two that are alike are two. Durable when this returns.
    pub fn stops_heard(&self, channel: Channel, stops: Vec<SaidStop>) -> Result<(), StoreError> {
        // A gateway gives numbers in many forms; what is none of a family's changes nothing.
        let of_family =
            |stop: SaidStop| Some(SaidStop { phone: text::phone(&stop.phone).ok().filter(|p| !p.is_empty())?, ..stop });
        let stops = stops.into_iter().filter_map(of_family).collect();
        self.ask(|reply| Job::StopsHeard { channel, stops, reply })
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
    let mut listed: BTreeMap<[u8; 32], (u32, &str)> = BTreeMap::new();
    for stop in stops {
        let (times, _) = listed.entry(Sha256::digest(&stop.entry).into()).or_insert((0, &stop.phone));
        *times += 1;
    }
    let sql = "SELECT entry, times FROM stop_listed WHERE channel = ?1";
    let before: BTreeMap<[u8; 32], u32> =
        all(tx, sql, [channel as i64], |r| Ok((bytes::<32>(r, 0)?, r.get::<_, u32>(1)?)))?.into_iter().collect();
    for (entry, (times, phone)) in &listed {
        if *times > before.get(entry).copied().unwrap_or_default() {
            opt_out(tx, state, env, identity, phone)?;
        }
    }
    // What is not listed any more is let go: written once more, it counts.
    run(tx, "DELETE FROM stop_listed WHERE channel = ?1", [channel as i64])?;
    for (entry, (times, _)) in &listed {
        run(tx, "INSERT INTO stop_listed VALUES (?1, ?2, ?3)", (channel as i64, entry, times))?;
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
