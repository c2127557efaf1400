//! The archive in PostgreSQL 15 or newer, beside the archives of other districts. It can be reached from several
//! processes and survives that the database is restarted: each call takes a connection that answers, and a call that
//! failed changed nothing, or all of it if only the answer to its commit was lost.
//!
//! Calls block the thread they are made on, whatever thread that is; the connections live on a thread of this archive.

mod connect;
#[macro_use]
mod event;
mod logs;
mod rows;
mod schema;
mod session;

use super::append::{append, append_own};
use super::identities::Tables as _;
use super::pieces::{fill, give};
use super::sealing::{Sealer, mark};
use super::{
    Admission, Archive, ArchiveError, HeldLog, INVITES_MAX, Invite, Peer, Station, StationNo, StationState, Take,
    Written, int, uint,
};
use clinic::ledger::Event;
use deadpool_postgres::{Client, Pool, PoolError, Transaction};
use event::head;
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{Identity, OriginId, PublicKey};
use session::{IDENTITY, NAME, Session, bytes, place};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::{IsolationLevel, Row};

/// The database cancels a statement after a minute; what does not answer even then is not there.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(90);

pub struct PostgresArchive {
    pool: Pool,
    /// Carries the connections; gone only while it is dropped.
    runtime: Option<Runtime>,
    sealer: Sealer,
    district: i32,
}

impl std::fmt::Debug for PostgresArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresArchive").field("district", &self.district).finish_non_exhaustive()
    }
}

impl Drop for PostgresArchive {
    fn drop(&mut self) {
        self.pool.close();
        if let Some(runtime) = self.runtime.take() {
            // It may be dropped where waiting is not allowed; the database rolls back what was not committed.
            runtime.shutdown_background();
        }
    }
}

impl From<tokio_postgres::Error> for ArchiveError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl From<PoolError> for ArchiveError {
    fn from(error: PoolError) -> Self {
        Self::Database(Box::new(error))
    }
}

/// Stations of the district, of which `$rest` chooses.
macro_rules! station_sql {
    ($rest:literal) => {
        concat!(
            "SELECT no, name, key, recovery, quarantined_why, last_contact_ms FROM station WHERE district = $1 ",
            $rest
        )
    };
}

mod identities;

impl PostgresArchive {
    /// Opens the archive of the district of this key. If there is none, it is made with `new_identity` as the district's
    /// key, or [`ArchiveError::NoDistrict`] says so.
    pub fn open(url: &str, key: [u8; 32], new_identity: Option<&Identity>) -> Result<Self, ArchiveError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|e| ArchiveError::Database(Box::new(e)))?;
        let pool = connect::pool(url)?;
        let mut archive = Self { pool, runtime: Some(runtime), sealer: Sealer::new(&key), district: 0 };
        archive.district = archive.write(|tx| {
            schema::prepare(tx)?;
            let mark = mark(&key).to_vec();
            if let Some(identity) = new_identity {
                let seed = tx.seal(IDENTITY, &identity.seed())?;
                let sql = "INSERT INTO district (mark, identity_seed) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING";
                tx.execute(sql, &[&mark, &seed])?;
            }
            let row = tx.row("SELECT district FROM district WHERE mark = $1", &[&mark])?;
            Ok(row.ok_or(ArchiveError::NoDistrict)?.try_get(0)?)
        })?;
        Ok(archive)
    }

    fn wait<T, E: Into<ArchiveError>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, ArchiveError> {
        let _entered = self.runtime.as_ref().map(Runtime::enter);
        match futures_executor::block_on(async { tokio::time::timeout(ANSWER_TIMEOUT, work).await }) {
            Ok(answer) => answer.map_err(Into::into),
            Err(late) => Err(ArchiveError::Database(Box::new(late))),
        }
    }

    fn read<T>(&self, read: impl FnOnce(&Session<'_, Client>) -> Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        let client = self.wait(self.pool.get())?;
        read(&Session { archive: self, client })
    }

    fn write<T>(
        &self,
        write: impl FnOnce(&Session<'_, Transaction<'_>>) -> Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        let mut client = self.wait(self.pool.get())?;
        let tx = Session { archive: self, client: self.wait(client.transaction())? };
        let result = write(&tx)?;
        self.wait(tx.client.commit())?;
        Ok(result)
    }
}

impl Archive for PostgresArchive {
    fn identity(&self) -> Result<Identity, ArchiveError> {
        self.read(|db| db.identity())
    }

    fn name(&self) -> Result<Option<String>, ArchiveError> {
        self.read(|db| {
            let row = db.row("SELECT name FROM district WHERE district = $1", &[&self.district])?;
            let sealed: Option<Vec<u8>> = row.ok_or(ArchiveError::NoDistrict)?.try_get(0)?;
            sealed.map(|sealed| db.text(NAME, &sealed, "the district's name")).transpose()
        })
    }

    fn set_name(&self, name: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            let name = tx.seal(NAME, name.as_bytes())?;
            tx.execute("UPDATE district SET name = $2 WHERE district = $1", &[&self.district, &name]).map(drop)
        })
    }

    fn listened_at(&self) -> Result<Option<String>, ArchiveError> {
        self.read(|db| {
            let row = db.row("SELECT listened_at FROM district WHERE district = $1", &[&self.district])?;
            Ok(row.ok_or(ArchiveError::NoDistrict)?.try_get(0)?)
        })
    }

    fn set_listened_at(&self, address: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            let sql = "UPDATE district SET listened_at = $2 WHERE district = $1";
            tx.execute(sql, &[&self.district, &address]).map(drop)
        })
    }

    fn invite(&self, invite: &Invite, now_ms: u64) -> Result<(), ArchiveError> {
        self.write(|tx| {
            tx.lock_numbers()?;
            let sql = "DELETE FROM invite WHERE district = $1 AND expires_ms <= $2";
            tx.execute(sql, &[&self.district, &int(now_ms)])?;
            let sql = "SELECT count(*), coalesce(max(no), 0) + 1 FROM invite WHERE district = $1";
            let row = tx.row(sql, &[&self.district])?.ok_or(ArchiveError::NoDistrict)?;
            let (open, no): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            if uint(open) >= INVITES_MAX {
                return Err(ArchiveError::TooManyInvites);
            }
            tx.keep_invite(no, invite)
        })
    }

    fn invites(&self, now_ms: u64) -> Result<Vec<Invite>, ArchiveError> {
        self.read(|db| Ok(db.invites(now_ms)?.into_iter().map(|(_, invite)| invite).collect()))
    }

    fn admit(&self, admission: &Admission) -> Result<Station, ArchiveError> {
        self.write(|tx| {
            let Admission { secret, name, key, recovery, log, log_head, now_ms } = admission;
            tx.lock_numbers()?;
            let open = tx.invites(*now_ms)?;
            let found = open.iter().find(|(_, invite)| invite.secret == *secret && invite.used_by.is_none());
            let (invite, _) = found.ok_or(ArchiveError::InviteGone)?;
            let device = key.device_id().0.to_vec();
            let sql = "UPDATE invite SET used_by = $3 WHERE district = $1 AND no = $2";
            tx.execute(sql, &[&self.district, invite, &device])?;

            let sql = "SELECT coalesce(max(no), 0) + 1 FROM station WHERE district = $1";
            let no: i64 = tx.row(sql, &[&self.district])?.ok_or(ArchiveError::NoDistrict)?.try_get(0)?;
            let station = Station {
                no: StationNo(no),
                name: name.clone(),
                key: *key,
                recovery: *recovery,
                state: StationState::Active,
                last_contact_ms: Some(*now_ms),
            };
            tx.keep_station(&station, *now_ms)?;
            append(tx, station.no, &tx.identity()?.public_key(), log, log_head)?;
            Ok(station)
        })
    }

    fn stations(&self) -> Result<Vec<Station>, ArchiveError> {
        self.read(|db| {
            let rows = db.rows(station_sql!("AND no > 0 ORDER BY no"), &[&self.district])?;
            rows.iter().map(|row| db.station(row)).collect()
        })
    }

    fn station_by_key(&self, key: &PublicKey) -> Result<Option<Station>, ArchiveError> {
        self.read(|db| {
            let row = db.row(station_sql!("AND key = $2 AND no > 0"), &[&self.district, &&key.0[..]])?;
            row.map(|row| db.station(&row)).transpose()
        })
    }

    fn quarantine(&self, station: StationNo, why: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            let why = tx.seal(&place(b"quarantine", station.0), why.as_bytes())?;
            // The first reason is the one to look at.
            let sql = "UPDATE station SET quarantined_why = $3
                       WHERE district = $1 AND no = $2 AND quarantined_why IS NULL";
            tx.execute(sql, &[&self.district, &station.0, &why]).map(drop)
        })
    }

    fn contact(&self, station: StationNo, now_ms: u64) -> Result<(), ArchiveError> {
        self.write(|tx| {
            let sql = "UPDATE station SET last_contact_ms = $3 WHERE district = $1 AND no = $2";
            tx.execute(sql, &[&self.district, &station.0, &int(now_ms)]).map(drop)
        })
    }

    fn logs(&self, station: StationNo) -> Result<Vec<HeldLog>, ArchiveError> {
        self.read(|db| db.held_logs(Some(station)))
    }

    fn every_log(&self) -> Result<Vec<HeldLog>, ArchiveError> {
        self.read(|db| db.held_logs(None))
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, ArchiveError> {
        self.read(|db| {
            let sql = "SELECT writer FROM log WHERE district = $1 AND origin = $2";
            let row = db.row(sql, &[&self.district, &&origin.0[..]])?;
            row.map(|row| Ok(PublicKey(bytes(&row, 0)?))).transpose()
        })
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.read(|db| {
            let sql = event_sql!("AND e.seq = $3");
            let row = db.row(sql, &[&self.district, &&origin.0[..], &int(seq)])?;
            row.map(|row| Ok(db.event(origin, &row, 0)?.hash)).transpose()
        })
    }

    fn events(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Event>, ArchiveError> {
        self.read(|db| db.events(origin, after, max_events, max_bytes))
    }

    fn signed_head(&self, origin: OriginId, after: u64, last: u64) -> Result<Option<SignedHead>, ArchiveError> {
        self.read(|db| {
            let sql = signed_sql!("AND s.seq > $3 AND s.seq <= $4 ORDER BY s.seq DESC LIMIT 1");
            let row = db.row(sql, &[&self.district, &&origin.0[..], &int(after), &int(last)])?;
            row.map(|row| db.signed_head(origin, &row)).transpose()
        })
    }

    fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError> {
        self.read(|db| db.signed_heads(origin, after, max))
    }

    fn store(&self, peer: &Peer, events: &[Event], head: SignedHead) -> Result<Head, ArchiveError> {
        self.write(|tx| {
            tx.hears(peer)?;
            append(tx, peer.station, &peer.key, events, &head)
        })
    }

    fn own_log(&self, station: StationNo) -> Result<Option<Head>, ArchiveError> {
        self.read(|db| db.own_log(&db.identity()?.public_key(), station))
    }

    fn own_logs(&self) -> Result<Vec<(StationNo, Head)>, ArchiveError> {
        self.read(|db| {
            let sql = last_event_sql!(
                "l.station",
                "AND l.no IN (SELECT max(no) FROM log WHERE district = $1 AND writer = $2 AND station > 0
                 AND origin NOT IN (SELECT key FROM note WHERE district = $1 AND kind = 3) GROUP BY station) ORDER BY l.station"
            );
            let writer = db.identity()?.public_key();
            let rows = db.rows(sql, &[&self.district, &&writer.0[..]])?;
            let own = |row: &Row| Ok((StationNo(row.try_get(1)?), head(&db.event(OriginId(bytes(row, 0)?), row, 2)?)));
            rows.iter().map(own).collect()
        })
    }

    fn write(&self, written: &[Written]) -> Result<(), ArchiveError> {
        self.write(|tx| {
            // One at a time: what is looked at here is what is appended to.
            tx.lock_numbers()?;
            let writer = tx.identity()?.public_key();
            for Written { station, events, head } in written {
                if *station == StationNo::OFFICE {
                    tx.make_office(writer)?;
                }
                let held = tx.own_log(&writer, *station)?;
                append_own(tx, *station, &writer, held, events, head)?;
            }
            Ok(())
        })
    }

    fn rename(&self, station: StationNo, name: &str) -> Result<(), ArchiveError> {
        self.write(|tx| {
            let name = tx.seal(&place(b"station name", station.0), name.as_bytes())?;
            let sql = "UPDATE station SET name = $3 WHERE district = $1 AND no = $2";
            tx.execute(sql, &[&self.district, &station.0, &name]).map(drop)
        })
    }

    fn check_pages(&self) -> Result<(), ArchiveError> {
        // PostgreSQL checks the sums of its pages as it reads them; each row of ours has a seal besides.
        Ok(())
    }

    fn pieces(&self, take: Take<'_>) -> Result<(), ArchiveError> {
        let mut client = self.wait(self.pool.get())?;
        let moment = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
        give(&Session { archive: self, client: self.wait(moment.start())? }, take)
    }

    fn fill(&self, from: &dyn Archive) -> Result<(), ArchiveError> {
        self.write(|tx| fill(tx, from))
    }
}
