//! What a child takes along to another station.

use super::{Mirror, event_id};
use crate::ledger::EventId;
use crate::record::fact::{Author, Carried};
use crate::store::StoreError;
use crate::store::apply::Subject;
use crate::store::look::PARTS;
use crate::store::rebuild::entry;
use crate::store::sql::{all, bytes, int, one};
use hub_protocol::{ChildId, UserId};
use std::collections::BTreeSet;

/// Kinds of conflicts whose events stand in a child's history without being believed: nobody would judge them again where
/// the child goes.
const NOT_BELIEVED: &str =
    "'toy-measured', 'toy-measured-impossible', 'toy-sighted', 'merged-elsewhere', 'edited-elsewhere'";

impl Mirror {
    /// The events that make the record of this child and its parts, in the order in which they happened: what its
    /// history names, and the doses that are believed. What waits for an Admin or was set aside stays where it was said.
    pub fn events_of(&self, child: ChildId) -> Result<Vec<EventId>, StoreError> {
        let sources = [
            format!(
                "SELECT hlc, origin, seq FROM history h WHERE subject = {} AND id IN ({PARTS})
                     AND NOT EXISTS (SELECT 1 FROM conflict c WHERE c.origin = h.origin AND c.seq = h.seq
                         AND c.accepted IS NOT 1 AND c.kind IN ({NOT_BELIEVED}))",
                Subject::Child as i64
            ),
            // A card's registration is no child's yet.
            format!(
                "SELECT h.hlc, h.origin, h.seq FROM history h JOIN card k ON k.no = h.id
                 WHERE h.subject = {} AND k.child IN ({PARTS})",
                Subject::Card as i64
            ),
            format!(
                "SELECT d.hlc, w.origin, w.seq FROM dose d JOIN dose_witness w
                     ON w.child = d.child AND w.day = d.day AND w.product = d.product WHERE d.child IN ({PARTS})"
            ),
        ];
        let mut events = BTreeSet::new();
        for sql in sources {
            let found: Vec<(i64, [u8; 16], i64)> =
                all(&self.conn, &sql, [int(child.0)], |r| Ok((r.get(0)?, bytes(r, 1)?, r.get(2)?)))?;
            events.extend(found);
        }
        // An event that two sources name with another clock is one.
        let mut seen = BTreeSet::new();
        let once = events.into_iter().filter(|(_, origin, seq)| seen.insert((*origin, *seq)));
        Ok(once.map(|(_, origin, seq)| event_id(origin, seq)).collect())
    }

    /// An event that came here from another station with a child.
    pub fn carried(&self, id: EventId) -> Result<Option<Carried>, StoreError> {
        let sql = "SELECT hlc, actor, kind, version, body FROM carried WHERE origin = ?1 AND seq = ?2";
        let entry = one(&self.conn, sql, (id.origin.0, int(id.seq)), |r| entry(r, 0))?;
        Ok(entry.map(|entry| Carried { id, entry }))
    }

    /// Who this is, for a station that does not know them.
    pub fn author(&self, user: UserId) -> Result<Option<Author>, StoreError> {
        let sql = "SELECT name, place FROM user WHERE id = ?1";
        let row =
            one(&self.conn, sql, [int(user.0)], |r| Ok((r.get::<_, String>(0)?, r.get::<_, Option<String>>(1)?)))?;
        Ok(row.map(|(name, place)| {
            let end = place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
            let name = name.strip_suffix(&end).unwrap_or(&name).to_owned();
            Author { user, name, place }
        }))
    }
}
