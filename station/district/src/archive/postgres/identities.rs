//! Who is who, in the PostgreSQL archive.

use super::{ArchiveError, PostgresArchive, Session, place};
use crate::archive::append::Log;
use crate::archive::identities::{Identities, Note, NoteKind, Tables};
use crate::archive::{Peer, Station, StationNo, StationState, int, uint};
use deadpool_postgres::{GenericClient, Transaction};
use hub_protocol::replica::ENROL_SECRET_BYTES;
use hub_protocol::{DeviceId, PublicKey};
use tokio_postgres::Row;

impl Identities for PostgresArchive {
    fn in_one_step(&self, work: &mut dyn FnMut(&dyn Tables) -> Result<(), ArchiveError>) -> Result<(), ArchiveError> {
        self.write(|tx| {
            // One at a time: what is looked at here is what is changed.
            tx.lock_numbers()?;
            work(tx)
        })
    }

    fn notes(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError> {
        self.read(|db| db.notes_of(kind, station))
    }
}

impl<C: GenericClient> Session<'_, C> {
    pub fn notes_of(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError> {
        let sql = "SELECT key, station, at FROM note
                   WHERE district = $1 AND kind = $2 AND (station = $3 OR $3 IS NULL) ORDER BY at, key";
        let station = station.map(|station| station.0);
        let rows = self.rows(sql, &[&self.archive.district, &(kind as i32), &station])?;
        let note = |row: &Row| {
            let (station, at): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
            Ok(Note { kind, key: row.try_get(0)?, station: StationNo(station), at: uint(at) })
        };
        rows.iter().map(note).collect()
    }
}

impl Tables for Session<'_, Transaction<'_>> {
    fn notes(&self, kind: NoteKind, station: Option<StationNo>) -> Result<Vec<Note>, ArchiveError> {
        self.notes_of(kind, station)
    }

    fn put_note(&self, note: &Note) -> Result<(), ArchiveError> {
        let Note { kind, key, station, at } = note;
        let sql = "INSERT INTO note (district, kind, key, station, at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (district, kind, key, station) DO UPDATE SET at = excluded.at";
        self.execute(sql, &[&self.archive.district, &(*kind as i32), key, &station.0, &int(*at)]).map(drop)
    }

    fn remove_note(&self, note: &Note) -> Result<(), ArchiveError> {
        let Note { kind, key, station, .. } = note;
        let sql = "DELETE FROM note WHERE district = $1 AND kind = $2 AND key = $3 AND station = $4";
        self.execute(sql, &[&self.archive.district, &(*kind as i32), key, &station.0]).map(drop)
    }

    fn cut(&self, log: &Log, seq: u64) -> Result<(), ArchiveError> {
        let (district, seq) = (&self.archive.district, int(seq));
        self.execute("DELETE FROM signed WHERE district = $1 AND log = $2 AND seq > $3", &[district, &log.no, &seq])?;
        self.execute("DELETE FROM event WHERE district = $1 AND log = $2 AND seq > $3", &[district, &log.no, &seq])
            .map(drop)
    }

    fn use_link(&self, secret: &[u8; ENROL_SECRET_BYTES], device: DeviceId, now_ms: u64) -> Result<bool, ArchiveError> {
        let open = self.invites(now_ms)?;
        let found = open.iter().find(|(_, invite)| invite.secret == *secret && invite.used_by.is_none());
        let Some((no, _)) = found else { return Ok(false) };
        let sql = "UPDATE invite SET used_by = $3 WHERE district = $1 AND no = $2";
        Ok(self.execute(sql, &[&self.archive.district, no, &device.0.to_vec()])? == 1)
    }

    fn new_station(
        &self,
        name: &str,
        key: &PublicKey,
        recovery: &PublicKey,
        now_ms: u64,
    ) -> Result<StationNo, ArchiveError> {
        let sql = "SELECT coalesce(max(no), 0) + 1 FROM station WHERE district = $1";
        let row = self.row(sql, &[&self.archive.district])?.ok_or(ArchiveError::NoDistrict)?;
        let station = Station {
            no: StationNo(row.try_get(0)?),
            name: name.to_owned(),
            key: *key,
            recovery: *recovery,
            state: StationState::Active,
            last_contact_ms: Some(now_ms),
        };
        self.keep_station(&station, now_ms)?;
        Ok(station.no)
    }

    fn rekey(&self, station: StationNo, key: &PublicKey, name: &str, now_ms: u64) -> Result<(), ArchiveError> {
        let name = self.seal(&place(b"station name", station.0), name.as_bytes())?;
        let sql = "UPDATE station SET key = $3, name = $4, last_contact_ms = $5 WHERE district = $1 AND no = $2";
        self.execute(sql, &[&self.archive.district, &station.0, &&key.0[..], &name, &int(now_ms)]).map(drop)
    }

    fn hears(&self, peer: &Peer) -> Result<(), ArchiveError> {
        let sql = "UPDATE station SET last_contact_ms = $4
                   WHERE district = $1 AND no = $2 AND key = $3 AND quarantined_why IS NULL";
        let key = &peer.key.0[..];
        let heard = self.execute(sql, &[&self.archive.district, &peer.station.0, &key, &int(peer.now_ms)])?;
        if heard == 1 { Ok(()) } else { Err(ArchiveError::ShutOut) }
    }

    fn find_station(&self, station: StationNo) -> Result<Station, ArchiveError> {
        let row = self.row(station_sql!("AND no = $2"), &[&self.archive.district, &station.0])?;
        self.station(&row.ok_or(ArchiveError::Damaged("a station's row"))?)
    }

    fn lift_quarantine(&self, station: StationNo) -> Result<(), ArchiveError> {
        let sql = "UPDATE station SET quarantined_why = NULL WHERE district = $1 AND no = $2";
        self.execute(sql, &[&self.archive.district, &station.0]).map(drop)
    }

    fn district_key(&self) -> Result<PublicKey, ArchiveError> {
        Ok(self.identity()?.public_key())
    }
}
