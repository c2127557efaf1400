//! What a transaction does with a log.

use super::event::{COPY, COPY_TYPES, Columns, head};
use super::{ArchiveError, Session, StationNo, bytes, int, uint};
use crate::archive::append::{Log, LogTables};
use crate::archive::sealing::Nonces;
use clinic::ledger::Event;
use deadpool_postgres::Transaction;
use hub_protocol::replica::SignedHead;
use hub_protocol::{OriginId, PublicKey};
use std::pin::pin;
use tokio_postgres::Row;
use tokio_postgres::binary_copy::BinaryCopyInWriter;

impl LogTables for Session<'_, Transaction<'_>> {
    fn log(&self, origin: OriginId) -> Result<Option<Log>, ArchiveError> {
        // The lock first, in a statement of its own: the next one sees what was committed before it was had.
        let sql = "SELECT no, station, writer FROM log WHERE district = $1 AND origin = $2 FOR UPDATE";
        let Some(row) = self.row(sql, &[&self.archive.district, &&origin.0[..]])? else { return Ok(None) };
        let mut log = Log::new(row.try_get(0)?, origin, StationNo(row.try_get(1)?), PublicKey(bytes(&row, 2)?));
        let sql = concat!(
            "SELECT ARRAY(SELECT seq FROM signed WHERE district = $1 AND log = $2 ORDER BY seq DESC LIMIT 2), ",
            event_columns!(),
            " FROM event e WHERE e.district = $1 AND e.log = $2 ORDER BY e.seq DESC LIMIT 1"
        );
        if let Some(row) = self.row(sql, &[&self.archive.district, &log.no])? {
            log.signed = row.try_get::<_, Vec<i64>>(0)?.into_iter().map(uint).collect();
            log.end = head(&self.event(origin, &row, 1)?);
        }
        Ok(Some(log))
    }

    fn make_log(&self, origin: OriginId, station: StationNo, writer: &PublicKey) -> Result<Log, ArchiveError> {
        self.lock_numbers()?;
        let sql = "INSERT INTO log (district, no, origin, station, writer)
                   SELECT $1, coalesce(max(no), 0) + 1, $2, $3, $4 FROM log WHERE district = $1 RETURNING no";
        let row = self.row(sql, &[&self.archive.district, &&origin.0[..], &station.0, &&writer.0[..]])?;
        let no = row.ok_or(ArchiveError::NoDistrict)?.try_get(0)?;
        Ok(Log::new(no, origin, station, *writer))
    }

    fn hashes(&self, log: &Log, first: u64, last: u64) -> Result<Vec<[u8; 32]>, ArchiveError> {
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM event e WHERE e.district = $1 AND e.log = $2 AND e.seq BETWEEN $3 AND $4 ORDER BY e.seq"
        );
        let rows = self.rows(sql, &[&self.archive.district, &log.no, &int(first), &int(last)])?;
        let hash = |row: &Row| Ok(self.event(log.end.origin, row, 0)?.hash);
        rows.iter().map(hash).collect()
    }

    fn insert(&self, log: &Log, events: &[Event]) -> Result<(), ArchiveError> {
        let mut nonces = Nonces::take(events.len())?;
        let rows = async {
            let statement = self.client.prepare_cached(COPY).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(self.client.copy_in(&statement).await?, &COPY_TYPES));
            for (event, nonce) in events.iter().zip(&mut nonces) {
                let columns = Columns::of(event);
                let sealed = columns.seal(&self.archive.sealer, nonce, event)?;
                let Columns { seq, hlc, actor, kind, version } = columns;
                let district = self.archive.district;
                writer.as_mut().write(&[&log.no, &seq, &hlc, &actor, &district, &kind, &version, &sealed]).await?;
            }
            Ok::<u64, ArchiveError>(writer.finish().await?)
        };
        let kept = self.archive.wait(rows)?;
        if kept == events.len() as u64 { Ok(()) } else { Err(ArchiveError::Damaged("the count of copied rows")) }
    }

    fn keep_signed(&self, log: &Log, head: &SignedHead, instead_of: Option<u64>) -> Result<(), ArchiveError> {
        let signature = self.seal_signature(&head.head, &head.signature)?;
        let sql = "WITH gone AS (DELETE FROM signed WHERE district = $1 AND log = $2 AND seq = $3)
                   INSERT INTO signed (district, log, seq, signature) VALUES ($1, $2, $4, $5)";
        let instead_of = instead_of.map(int);
        self.execute(sql, &[&self.archive.district, &log.no, &instead_of, &int(head.head.seq), &signature]).map(drop)
    }
}
