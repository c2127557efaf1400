//! How everything of one archive comes into another one, whatever store each is.

use super::append::Log;
use super::identities::Tables;
use super::{Archive, ArchiveError, Invite, Piece, Station, StationNo, Take};
use clinic::ledger::Event;
use hub_protocol::replica::SignedHead;
use hub_protocol::{Identity, OriginId, PublicKey};

/// Events, or signed heads, that are read at once.
const PAGE: u32 = 2_000;
/// Bytes of bodies that are read at once.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// A store as it stands at one moment.
pub(super) trait View {
    /// The pieces of the small tables.
    fn people(&self, take: Take<'_>) -> Result<(), ArchiveError>;
    /// Every log with its station and writer, in the order in which they came.
    fn all_logs(&self) -> Result<Vec<(OriginId, StationNo, PublicKey)>, ArchiveError>;
    fn events(&self, origin: OriginId, after: u64, events: u32, bytes: usize) -> Result<Vec<Event>, ArchiveError>;
    fn signed_heads(&self, origin: OriginId, after: u64, max: u32) -> Result<Vec<SignedHead>, ArchiveError>;
}

/// What a store needs to be filled, within one transaction. Events and notes come by [`Tables`].
pub(super) trait Fill: Tables {
    /// Is it as it was made, without stations and links?
    fn is_new(&self) -> Result<bool, ArchiveError>;
    fn district(&self, identity: &Identity, name: Option<&str>, address: Option<&str>) -> Result<(), ArchiveError>;
    fn invite(&self, invite: &Invite) -> Result<(), ArchiveError>;
    /// Under the number that it had.
    fn station(&self, station: &Station, enrolled_ms: u64) -> Result<(), ArchiveError>;
}

pub(super) fn give(view: &impl View, take: Take<'_>) -> Result<(), ArchiveError> {
    view.people(take)?;
    for (origin, station, writer) in view.all_logs()? {
        take(Piece::Log { origin, station, writer })?;
        let mut after = 0;
        loop {
            let events = view.events(origin, after, PAGE, PAGE_BYTES)?;
            let Some(last) = events.last() else { break };
            after = last.id.seq;
            take(Piece::Events(events))?;
        }
        after = 0;
        loop {
            let heads = view.signed_heads(origin, after, PAGE)?;
            let Some(last) = heads.last() else { break };
            after = last.head.seq;
            heads.into_iter().try_for_each(|head| take(Piece::Signed(head)))?;
        }
    }
    Ok(())
}

pub(super) fn fill(tables: &impl Fill, from: &dyn Archive) -> Result<(), ArchiveError> {
    if !tables.is_new()? {
        return Err(ArchiveError::InUse);
    }
    let mut log: Option<Log> = None;
    let no_log = || ArchiveError::Damaged("a piece without its log");
    from.pieces(&mut |piece| match piece {
        Piece::District { identity, name, listened_at } => {
            tables.district(&identity, name.as_deref(), listened_at.as_deref())
        }
        Piece::Invite(invite) => tables.invite(&invite),
        Piece::Station { station, enrolled_ms } => tables.station(&station, enrolled_ms),
        Piece::Note(note) => tables.put_note(&note),
        Piece::Log { origin, station, writer } => {
            log = Some(tables.make_log(origin, station, &writer)?);
            Ok(())
        }
        Piece::Events(events) => tables.insert(log.as_ref().ok_or_else(no_log)?, &events),
        Piece::Signed(head) => tables.keep_signed(log.as_ref().ok_or_else(no_log)?, &head, None),
    })
}
