//! What is read from the rows, and what a restored archive is filled with.

use super::event::{self, head};
use super::{ArchiveError, IDENTITY, NAME, Session, bytes, place};
use crate::archive::identities::NoteKind;
use crate::archive::pieces::{Fill, View};
use crate::archive::{HeldLog, Invite, Piece, Station, StationNo, StationState, Take, int, uint};
use clinic::ledger::Event;
use deadpool_postgres::{GenericClient, Transaction};
use hub_protocol::replica::{Head, SignedHead};
use hub_protocol::{DeviceId, Identity, OriginId, PublicKey};
use tokio_postgres::Row;

impl<C: GenericClient> Session<'_, C> {
    pub fn station(&self, row: &Row) -> Result<Station, ArchiveError> {
        let no = StationNo(row.try_get(0)?);
        let why: Option<&[u8]> = row.try_get(4)?;
        Ok(Station {
            no,
            name: self.text(&place(b"station name", no.0), row.try_get(1)?, "a station's name")?,
            key: PublicKey(bytes(row, 2)?),
            recovery: PublicKey(bytes(row, 3)?),
            state: match why {
                Some(why) => {
                    StationState::Quarantined { why: self.text(&place(b"quarantine", no.0), why, "a reason")? }
                }
                None => StationState::Active,
            },
            last_contact_ms: row.try_get::<_, Option<i64>>(5)?.map(uint),
        })
    }

    /// The links that have not expired, each with its number.
    pub fn invites(&self, now_ms: u64) -> Result<Vec<(i64, Invite)>, ArchiveError> {
        let sql = "SELECT no, secret, name, expires_ms, used_by FROM invite WHERE district = $1 AND expires_ms > $2";
        let rows = self.rows(sql, &[&self.archive.district, &int(now_ms)])?;
        let invite = |row: &Row| {
            let no: i64 = row.try_get(0)?;
            let what = "a link's secret";
            let secret = self.open(&place(b"invite secret", no), row.try_get(1)?, what)?;
            let used: Option<&[u8]> = row.try_get(4)?;
            let invite = Invite {
                secret: secret.try_into().map_err(|_| ArchiveError::Damaged(what))?,
                name: self.text(&place(b"invite name", no), row.try_get(2)?, "a link's name")?,
                expires_ms: uint(row.try_get(3)?),
                used_by: used.map(|_| bytes(row, 4).map(DeviceId)).transpose()?,
            };
            Ok((no, invite))
        };
        rows.iter().map(invite).collect()
    }

    /// The logs of one station or of all, each as far as its last event, in the order in which they came.
    pub fn held_logs(&self, station: Option<StationNo>) -> Result<Vec<HeldLog>, ArchiveError> {
        let sql = last_event_sql!("l.writer", "AND (l.station = $2 OR $2 IS NULL) ORDER BY l.no");
        let rows = self.rows(sql, &[&self.archive.district, &station.map(|station| station.0)])?;
        let held = |row: &Row| {
            let last = self.event(OriginId(bytes(row, 0)?), row, 2)?;
            Ok(HeldLog { writer: PublicKey(bytes(row, 1)?), head: head(&last) })
        };
        rows.iter().map(held).collect()
    }

    /// The newest of the logs that the district wrote for a station.
    pub fn own_log(&self, district: &PublicKey, station: StationNo) -> Result<Option<Head>, ArchiveError> {
        let sql = last_event_sql!(
            "l.no",
            "AND l.no = (SELECT max(no) FROM log WHERE district = $1 AND station = $2 AND writer = $3
             AND origin NOT IN (SELECT key FROM note WHERE district = $1 AND kind = 3))"
        );
        let row = self.row(sql, &[&self.archive.district, &station.0, &&district.0[..]])?;
        row.map(|row| Ok(head(&self.event(OriginId(bytes(&row, 0)?), &row, 2)?))).transpose()
    }

    pub fn events(
        &self,
        origin: OriginId,
        after: u64,
        max_events: u32,
        max_bytes: usize,
    ) -> Result<Vec<Event>, ArchiveError> {
        // The database stops near the limit; here it is kept to the byte.
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM (SELECT e.*, (sum(length(e.sealed) - $5::bigint) OVER (ORDER BY e.seq))::bigint AS bytes
              FROM event e JOIN log l ON l.district = e.district AND l.no = e.log
              WHERE e.district = $1 AND l.district = $1 AND l.origin = $2 AND e.seq > $3
              ORDER BY e.seq LIMIT $4) e
              WHERE e.bytes - (length(e.sealed) - $5::bigint) <= $6 ORDER BY e.seq"
        );
        let most = i64::try_from(max_bytes).unwrap_or(i64::MAX);
        let rows = self.rows(
            sql,
            &[
                &self.archive.district,
                &&origin.0[..],
                &int(after),
                &i64::from(max_events),
                &(event::BESIDE_BODY_BYTES as i64),
                &most,
            ],
        )?;
        let (mut events, mut held_bytes) = (Vec::with_capacity(rows.len()), 0);
        for row in rows {
            let event = self.event(origin, &row, 0)?;
            held_bytes += event.entry.body.len();
            if held_bytes > max_bytes && !events.is_empty() {
                break;
            }
            events.push(event);
        }
        Ok(events)
    }

    /// A row of `signed_sql!`.
    pub fn signed_head(&self, origin: OriginId, row: &Row) -> Result<SignedHead, ArchiveError> {
        let head = head(&self.event(origin, row, 1)?);
        Ok(SignedHead { head, signature: self.signature(&head, row.try_get(0)?)? })
    }

    pub fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError> {
        let sql = signed_sql!("AND s.seq > $3 ORDER BY s.seq LIMIT $4");
        let rows = self.rows(sql, &[&self.archive.district, &&origin.0[..], &int(after), &i64::from(max)])?;
        rows.iter().map(|row| self.signed_head(origin, row)).collect()
    }
}

impl<C: GenericClient> View for Session<'_, C> {
    fn people(&self, take: Take<'_>) -> Result<(), ArchiveError> {
        let district = &self.archive.district;
        let row = self.row("SELECT name, listened_at FROM district WHERE district = $1", &[district])?;
        let row = row.ok_or(ArchiveError::NoDistrict)?;
        let name: Option<&[u8]> = row.try_get(0)?;
        let name = name.map(|sealed| self.text(NAME, sealed, "the district's name")).transpose()?;
        take(Piece::District { identity: self.identity()?, name, listened_at: row.try_get(1)? })?;
        self.invites(0)?.into_iter().try_for_each(|(_, invite)| take(Piece::Invite(invite)))?;
        let sql = "SELECT no, name, key, recovery, quarantined_why, last_contact_ms, enrolled_ms
                   FROM station WHERE district = $1 ORDER BY no";
        for row in self.rows(sql, &[district])? {
            let enrolled_ms = uint(row.try_get(6)?);
            take(Piece::Station { station: self.station(&row)?, enrolled_ms })?;
        }
        for kind in NoteKind::ALL {
            self.notes_of(kind, None)?.into_iter().try_for_each(|note| take(Piece::Note(note)))?;
        }
        Ok(())
    }

    fn all_logs(&self) -> Result<Vec<(OriginId, StationNo, PublicKey)>, ArchiveError> {
        let sql = "SELECT origin, station, writer FROM log WHERE district = $1 ORDER BY no";
        let rows = self.rows(sql, &[&self.archive.district])?;
        let log = |row: &Row| Ok((OriginId(bytes(row, 0)?), StationNo(row.try_get(1)?), PublicKey(bytes(row, 2)?)));
        rows.iter().map(log).collect()
    }

    fn events(&self, origin: OriginId, after: u64, max: u32, max_bytes: usize) -> Result<Vec<Event>, ArchiveError> {
        Session::events(self, origin, after, max, max_bytes)
    }

    fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError> {
        Session::signed_heads(self, origin, after, max)
    }
}

impl Fill for Session<'_, Transaction<'_>> {
    fn is_new(&self) -> Result<bool, ArchiveError> {
        self.lock_numbers()?;
        let sql =
            "SELECT 1 FROM station WHERE district = $1 UNION ALL SELECT 1 FROM invite WHERE district = $1 LIMIT 1";
        Ok(self.row(sql, &[&self.archive.district])?.is_none())
    }

    fn district(&self, identity: &Identity, name: Option<&str>, address: Option<&str>) -> Result<(), ArchiveError> {
        let seed = self.seal(IDENTITY, &identity.seed())?;
        let name = name.map(|name| self.seal(NAME, name.as_bytes())).transpose()?;
        let sql = "UPDATE district SET identity_seed = $2, name = $3, listened_at = $4 WHERE district = $1";
        self.execute(sql, &[&self.archive.district, &seed, &name, &address]).map(drop)
    }

    fn invite(&self, invite: &Invite) -> Result<(), ArchiveError> {
        let sql = "SELECT coalesce(max(no), 0) + 1 FROM invite WHERE district = $1";
        let row = self.row(sql, &[&self.archive.district])?.ok_or(ArchiveError::NoDistrict)?;
        self.keep_invite(row.try_get(0)?, invite)
    }

    fn station(&self, station: &Station, enrolled_ms: u64) -> Result<(), ArchiveError> {
        self.keep_station(station, enrolled_ms)
    }
}
