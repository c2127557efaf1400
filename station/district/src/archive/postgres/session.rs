//! What is asked of a connection, or of a transaction on one.

use super::PostgresArchive;
use crate::archive::{ArchiveError, Invite, Station, StationNo, StationState, int};
use deadpool_postgres::{GenericClient, Transaction};
use hub_protocol::{Identity, PublicKey};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection, or a transaction on one.
pub(super) struct Session<'a, C> {
    pub archive: &'a PostgresArchive,
    pub client: C,
}

impl<C: GenericClient> Session<'_, C> {
    pub fn rows(&self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, ArchiveError> {
        self.archive.wait(async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client.query(&statement, params).await
        })
    }

    /// For a statement that gives one row at most.
    pub fn row(&self, sql: &'static str, params: Params<'_>) -> Result<Option<Row>, ArchiveError> {
        Ok(self.rows(sql, params)?.pop())
    }

    /// Gives the number of rows that were changed.
    pub fn execute(&self, sql: &'static str, params: Params<'_>) -> Result<u64, ArchiveError> {
        self.archive.wait(async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client.execute(&statement, params).await
        })
    }

    /// Several statements without parameters.
    pub fn batch(&self, sql: &str) -> Result<(), ArchiveError> {
        self.archive.wait(self.client.batch_execute(sql))
    }

    /// Seals a value of this district.
    pub fn seal(&self, place: &[u8], value: &[u8]) -> Result<Vec<u8>, ArchiveError> {
        self.archive.sealer.seal(place, &[value])
    }

    pub fn open(&self, place: &[u8], sealed: &[u8], what: &'static str) -> Result<Vec<u8>, ArchiveError> {
        self.archive.sealer.open(place, sealed, what)
    }

    pub fn text(&self, place: &[u8], sealed: &[u8], what: &'static str) -> Result<String, ArchiveError> {
        String::from_utf8(self.open(place, sealed, what)?).map_err(|_| ArchiveError::Damaged(what))
    }

    pub fn identity(&self) -> Result<Identity, ArchiveError> {
        let row = self.row("SELECT identity_seed FROM district WHERE district = $1", &[&self.archive.district])?;
        let row = row.ok_or(ArchiveError::NoDistrict)?;
        let what = "the district's key";
        let seed = self.open(IDENTITY, row.try_get(0)?, what)?;
        Ok(Identity::from_seed(seed.try_into().map_err(|_| ArchiveError::Damaged(what))?))
    }
}

impl Session<'_, Transaction<'_>> {
    pub fn keep_invite(&self, no: i64, invite: &Invite) -> Result<(), ArchiveError> {
        let secret = self.seal(&place(b"invite secret", no), &invite.secret)?;
        let name = self.seal(&place(b"invite name", no), invite.name.as_bytes())?;
        let used = invite.used_by.map(|device| device.0.to_vec());
        let sql =
            "INSERT INTO invite (district, no, secret, name, expires_ms, used_by) VALUES ($1, $2, $3, $4, $5, $6)";
        self.execute(sql, &[&self.archive.district, &no, &secret, &name, &int(invite.expires_ms), &used]).map(drop)
    }

    /// The row of what the district keeps for itself, unless it is there.
    pub fn make_office(&self, key: PublicKey) -> Result<(), ArchiveError> {
        let there = "SELECT 1 FROM station WHERE district = $1 AND no = 0";
        if self.row(there, &[&self.archive.district])?.is_some() {
            return Ok(());
        }
        let office = Station {
            no: StationNo::OFFICE,
            name: String::new(),
            key,
            recovery: key,
            state: StationState::Active,
            last_contact_ms: None,
        };
        self.keep_station(&office, 0)
    }

    pub fn keep_station(&self, station: &Station, enrolled_ms: u64) -> Result<(), ArchiveError> {
        let Station { no, name, key, recovery, state, last_contact_ms } = station;
        let why = match state {
            StationState::Active => None,
            StationState::Quarantined { why } => Some(self.seal(&place(b"quarantine", no.0), why.as_bytes())?),
        };
        let name = self.seal(&place(b"station name", no.0), name.as_bytes())?;
        let contact = last_contact_ms.map(int);
        let sql = "INSERT INTO station
                   (district, no, name, key, recovery, quarantined_why, enrolled_ms, last_contact_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let (key, recovery) = (&key.0[..], &recovery.0[..]);
        let district = &self.archive.district;
        self.execute(sql, &[district, &no.0, &name, &key, &recovery, &why, &int(enrolled_ms), &contact]).map(drop)
    }

    /// Numbers are given in turn: who gives one holds this until the end of the transaction.
    pub fn lock_numbers(&self) -> Result<(), ArchiveError> {
        let sql = "SELECT 1 FROM district WHERE district = $1 FOR NO KEY UPDATE";
        self.execute(sql, &[&self.archive.district]).map(drop)
    }
}

/// Where a value is, for its seal.
pub(super) const IDENTITY: &[u8] = b"identity";
pub(super) const NAME: &[u8] = b"district name";

/// The place of a value in the row with this number.
pub(super) fn place(what: &[u8], no: i64) -> Vec<u8> {
    [what, b" ", &no.to_be_bytes()].concat()
}

pub(super) fn bytes<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], ArchiveError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| ArchiveError::Damaged("a value of fixed length"))
}
