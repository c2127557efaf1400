//! An event as a row: what orders and counts stands open, hash and body are sealed, and the seal holds the whole row
//! together, so that none of it can be changed or moved unnoticed.

use super::{ArchiveError, Session, int, uint};
use crate::archive::sealing::{SEAL_BYTES, Sealer};
use clinic::ledger::{Actor, Entry, Event, EventId, Hlc};
use hub_protocol::replica::Head;
use hub_protocol::{OriginId, UserId};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// What a sealed value holds beside the body.
pub(super) const BESIDE_BODY_BYTES: usize = HASH_BYTES + SEAL_BYTES;
const HASH_BYTES: usize = 32;

/// The columns of the event `e`, as [`Session::event`] reads them.
macro_rules! event_columns {
    () => {
        "e.seq, e.hlc, e.actor, e.kind, e.version, e.sealed"
    };
}

/// Events of the district $1 and the log of origin $2, of which `$rest` chooses.
macro_rules! event_sql {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            event_columns!(),
            " FROM log l JOIN event e ON e.district = l.district AND e.log = l.no
              WHERE l.district = $1 AND e.district = $1 AND l.origin = $2 ",
            $rest
        )
    };
}

/// The last event of each log of the district $1 of which `$rest` chooses: origin, one more column of the log `l`, event.
macro_rules! last_event_sql {
    ($column:literal, $rest:literal) => {
        concat!(
            "SELECT l.origin, ",
            $column,
            ", ",
            event_columns!(),
            " FROM log l JOIN LATERAL (SELECT * FROM event WHERE district = $1 AND log = l.no
              ORDER BY seq DESC LIMIT 1) e ON true WHERE l.district = $1 ",
            $rest
        )
    };
}

/// Signed heads of the log of origin $2 of the district $1, of which `$rest` chooses.
macro_rules! signed_sql {
    ($rest:literal) => {
        concat!(
            "SELECT s.signature, ",
            event_columns!(),
            " FROM log l JOIN signed s ON s.district = $1 AND s.log = l.no
              JOIN event e ON e.district = $1 AND e.log = s.log AND e.seq = s.seq
              WHERE l.district = $1 AND l.origin = $2 ",
            $rest
        )
    };
}

/// How many events are put into the table at once, and in which columns.
pub(super) const COPY: &str =
    "COPY event (log, seq, hlc, actor, district, kind, version, sealed) FROM STDIN (FORMAT binary)";
pub(super) const COPY_TYPES: [Type; 8] =
    [Type::INT8, Type::INT8, Type::INT8, Type::INT8, Type::INT4, Type::INT4, Type::INT2, Type::BYTEA];

/// The values of a row, without district and log.
pub(super) struct Columns {
    pub seq: i64,
    pub hlc: i64,
    pub actor: Option<i64>,
    pub kind: i32,
    pub version: i16,
}

impl Columns {
    pub fn of(event: &Event) -> Self {
        let Entry { hlc, actor, kind, version, .. } = &event.entry;
        Self {
            seq: int(event.id.seq),
            hlc: int(hlc.0),
            actor: actor.0.map(|user| int(user.0)),
            kind: i32::from(*kind),
            version: i16::from(*version),
        }
    }

    /// What the seal is bound to.
    fn place(&self, origin: OriginId) -> Vec<u8> {
        let mut place = Vec::with_capacity(64);
        place.extend_from_slice(b"event ");
        place.extend_from_slice(&origin.0);
        place.extend_from_slice(&self.seq.to_be_bytes());
        place.extend_from_slice(&self.hlc.to_be_bytes());
        place.extend_from_slice(&self.kind.to_be_bytes());
        place.extend_from_slice(&self.version.to_be_bytes());
        // At the end, because it may be missing.
        place.extend_from_slice(self.actor.map(i64::to_be_bytes).as_ref().map_or(&[], |bytes| bytes));
        place
    }

    pub fn seal(&self, sealer: &Sealer, nonce: [u8; 24], event: &Event) -> Result<Vec<u8>, ArchiveError> {
        sealer.seal_with(nonce, &self.place(event.id.origin), &[&event.hash, &event.entry.body])
    }
}

impl<C> Session<'_, C> {
    /// The event in the columns from `at` on.
    pub fn event(&self, origin: OriginId, row: &Row, at: usize) -> Result<Event, ArchiveError> {
        let columns = Columns {
            seq: row.try_get(at)?,
            hlc: row.try_get(at + 1)?,
            actor: row.try_get(at + 2)?,
            kind: row.try_get(at + 3)?,
            version: row.try_get(at + 4)?,
        };
        let damaged = || ArchiveError::Damaged("an event");
        let mut body = self.archive.sealer.open(&columns.place(origin), row.try_get(at + 5)?, "an event")?;
        let hash = *body.first_chunk::<HASH_BYTES>().ok_or_else(damaged)?;
        body.drain(..HASH_BYTES);
        Ok(Event {
            id: EventId { origin, seq: uint(columns.seq) },
            entry: Entry {
                hlc: Hlc(uint(columns.hlc)),
                actor: Actor(columns.actor.map(|user| UserId(uint(user)))),
                kind: u16::try_from(columns.kind).map_err(|_| damaged())?,
                version: u8::try_from(columns.version).map_err(|_| damaged())?,
                body,
            },
            hash,
        })
    }

    /// A signature is sealed as well: beside a guessed body it would confirm it.
    pub fn seal_signature(&self, head: &Head, signature: &[u8; 64]) -> Result<Vec<u8>, ArchiveError> {
        self.archive.sealer.seal(&signature_place(head), &[signature])
    }

    pub fn signature(&self, head: &Head, sealed: &[u8]) -> Result<[u8; 64], ArchiveError> {
        let what = "a signature";
        let signature = self.archive.sealer.open(&signature_place(head), sealed, what)?;
        signature.try_into().map_err(|_| ArchiveError::Damaged(what))
    }
}

fn signature_place(head: &Head) -> Vec<u8> {
    [&b"signature "[..], &head.origin.0, &head.seq.to_be_bytes()].concat()
}

/// The log as it stands after this event.
pub(super) fn head(event: &Event) -> Head {
    Head { origin: event.id.origin, seq: event.id.seq, hash: event.hash }
}
