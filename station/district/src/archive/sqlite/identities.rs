//! Who is who, in the SQLite archive.

use super::super::append::Log;
use super::super::identities::{self, Identities, Note, NoteKind};
use super::super::{ArchiveError, Peer, Station, StationNo, int, uint};
use super::SqliteArchive;
use super::rows::{STATION_COLUMNS, Tables, identity, station};
use hub_protocol::replica::ENROL_SECRET_BYTES;
use hub_protocol::{DeviceId, PublicKey};
use rusqlite::{Connection, params};

impl Identities for SqliteArchive {
    fn in_one_step(
        &self,
        work: &mut dyn FnMut(&dyn identities::Tables) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        self.write(|tx| work(&Tables(tx)))
    }

    fn notes(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError> {
        self.read(|conn| notes(conn, kind, station))
    }
}

pub(super) fn notes(conn: &Connection, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError> {
    let mut statement = conn.prepare_cached(
        "SELECT key, station, at FROM note WHERE kind = ?1 AND (station = ?2 OR ?2 IS NULL) ORDER BY at, key",
    )?;
    let rows = statement.query_map(params![kind as i64, station.map(|station| station.0)], |r| {
        Ok(Note { kind, key: r.get(0)?, station: StationNo(r.get(1)?), at: uint(r.get(2)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl identities::Tables for Tables<'_> {
    fn notes(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError> {
        notes(self.0, kind, station)
    }

    fn put_note(&self, note: &Note) -> Result<(), ArchiveError> {
        let Note { kind, key, station, at } = note;
        let sql = "INSERT INTO note (kind, key, station, at) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (kind, key, station) DO UPDATE SET at = excluded.at";
        self.0.execute(sql, params![*kind as i64, key, station.0, int(*at)])?;
        Ok(())
    }

    fn remove_note(&self, note: &Note) -> Result<(), ArchiveError> {
        let Note { kind, key, station, .. } = note;
        let sql = "DELETE FROM note WHERE kind = ?1 AND key = ?2 AND station = ?3";
        self.0.execute(sql, params![*kind as i64, key, station.0])?;
        Ok(())
    }

    fn cut(&self, log: &Log, seq: u64) -> Result<(), ArchiveError> {
        self.0.execute("DELETE FROM signed WHERE log = ?1 AND seq > ?2", [log.no, int(seq)])?;
        self.0.execute("DELETE FROM event WHERE log = ?1 AND seq > ?2", [log.no, int(seq)])?;
        Ok(())
    }

    fn use_link(&self, secret: &[u8; ENROL_SECRET_BYTES], device: DeviceId, now_ms: u64) -> Result<bool, ArchiveError> {
        let sql = "UPDATE invite SET used_by = ?1 WHERE secret = ?2 AND used_by IS NULL AND expires_ms > ?3";
        Ok(self.0.execute(sql, params![device.0, secret, int(now_ms)])? == 1)
    }

    fn new_station(
        &self,
        name: &str,
        key: &PublicKey,
        recovery: &PublicKey,
        now_ms: u64,
    ) -> Result<StationNo, ArchiveError> {
        let sql = "INSERT INTO station (name, key, recovery, enrolled_ms, last_contact_ms) VALUES (?1, ?2, ?3, ?4, ?4)";
        self.0.execute(sql, params![name, key.0, recovery.0, int(now_ms)])?;
        Ok(StationNo(self.0.last_insert_rowid()))
    }

    fn rekey(&self, station: StationNo, key: &PublicKey, name: &str, now_ms: u64) -> Result<(), ArchiveError> {
        let sql = "UPDATE station SET key = ?1, name = ?2, last_contact_ms = ?3 WHERE no = ?4";
        self.0.execute(sql, params![key.0, name, int(now_ms), station.0])?;
        Ok(())
    }

    fn hears(&self, peer: &Peer) -> Result<(), ArchiveError> {
        let sql = "UPDATE station SET last_contact_ms = ?1 WHERE no = ?2 AND key = ?3 AND quarantined_why IS NULL";
        let heard = self.0.prepare_cached(sql)?.execute(params![int(peer.now_ms), peer.station.0, peer.key.0])?;
        if heard == 1 { Ok(()) } else { Err(ArchiveError::ShutOut) }
    }

    fn find_station(&self, no: StationNo) -> Result<Station, ArchiveError> {
        let sql = format!("SELECT {STATION_COLUMNS} FROM station WHERE no = ?1");
        Ok(self.0.query_row(&sql, [no.0], station)?)
    }

    fn lift_quarantine(&self, station: StationNo) -> Result<(), ArchiveError> {
        self.0.execute("UPDATE station SET quarantined_why = NULL WHERE no = ?1", [station.0])?;
        Ok(())
    }

    fn district_key(&self) -> Result<PublicKey, ArchiveError> {
        Ok(identity(self.0)?.public_key())
    }
}
