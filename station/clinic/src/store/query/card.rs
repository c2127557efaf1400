//! What a child's card is to say, and what a card says that is not known here.

use super::child::root_state;
use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, bytes, int, one};
use crate::record::fact::SealingKey;
use crate::record::refusal::Refusal;
use crate::store::look::PARTS;
use hub_protocol::card::summary::Summary;
use hub_protocol::{CardNo, ChildId, Day, PublicKey};
use rusqlite::Connection;

/// Whose signature stands on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardSigner {
    /// This station, on this computer or on one that it took over.
    Here,
    Neighbour {
        name: String,
    },
    /// The district shut it out, or another computer took its place: nothing that it signs is believed.
    Distrusted {
        name: String,
    },
}

/// What is to be written on a child's card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardContent {
    pub summary: Summary,
    /// The district's newest key and its number; without one no summary is written.
    pub key: Option<(u32, SealingKey)>,
}

impl Clinic {
    /// Whose signatures on cards can be checked here.
    pub fn card_signers(&self) -> Result<Vec<(PublicKey, CardSigner)>, StoreError> {
        let own = self.identity().public_key();
        self.read(|conn| {
            let former = all(conn, "SELECT key FROM former ORDER BY no", [], |r| bytes(r, 0).map(PublicKey))?;
            let here = [own].into_iter().chain(former).map(|key| (key, CardSigner::Here));
            let others = all(conn, "SELECT key, name, trusted FROM station ORDER BY key", [], |r| {
                let (name, trusted): (String, bool) = (r.get(1)?, r.get(2)?);
                let signer = if trusted { CardSigner::Neighbour { name } } else { CardSigner::Distrusted { name } };
                Ok((PublicKey(bytes(r, 0)?), signer))
            })?;
            Ok(here.chain(others).collect())
        })
    }

    /// The key with this number, with which a summary on a card was sealed.
    pub fn card_key(&self, id: u32) -> Result<Option<SealingKey>, StoreError> {
        let sql = "SELECT key FROM card_key WHERE id = ?1";
        self.read(|conn| Ok(one(conn, sql, [id], |r| bytes(r, 0).map(SealingKey))?))
    }

    /// Is a card with this number registered here, on whatever chip?
    pub fn has_card(&self, card: CardNo) -> Result<bool, StoreError> {
        self.read(|conn| Ok(one(conn, "SELECT 1 FROM card WHERE no = ?1", [int(card.0)], |_| Ok(()))?.is_some()))
    }

    /// What is to stand on the card of this child.
    pub fn card_content(&self, session: &Session, child: ChildId) -> Result<CardContent, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        // What is due next is worked out for the day.
        self.today()?;
        let content = self.read(|conn| {
            let Some((child, _)) = root_state(conn, child)? else { return Ok(None) };
            let newest = "SELECT id, key FROM card_key ORDER BY id DESC LIMIT 1";
            let key = one(conn, newest, [], |r| Ok((r.get(0)?, SealingKey(bytes(r, 1)?))))?;
            let summary = Summary::of(told(conn, child, GIVEN)?, due_next(conn, child)?);
            Ok(Some(CardContent { summary, key }))
        })?;
        Ok(content.ok_or(Refusal::UnknownChild)?)
    }

    /// Those of these doses, by product and day, of which nothing stands in the child's record: neither that they were
    /// given, nor that somebody took them out of it.
    pub fn doses_unknown(
        &self,
        session: &Session,
        child: ChildId,
        mut doses: Vec<(String, Day)>,
    ) -> Result<Vec<(String, Day)>, SubmitError> {
        let known = self.doses_known(session, child, "")?;
        doses.retain(|dose| !known.contains(dose));
        Ok(doses)
    }

    /// How many of the doses that are left out of a card of this child may be unknown here.
    pub fn doses_left_out(&self, session: &Session, child: ChildId, card: &Summary) -> Result<u32, SubmitError> {
        Ok(card.left_out_beside(&self.doses_known(session, child, GIVEN)?))
    }

    fn doses_known(&self, session: &Session, child: ChildId, which: &str) -> Result<Vec<(String, Day)>, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let known = self.read(|conn| {
            let Some((child, _)) = root_state(conn, child)? else { return Ok(None) };
            Ok(Some(told(conn, child, which)?))
        })?;
        Ok(known.ok_or(Refusal::UnknownChild)?)
    }
}

/// Nobody took them out of the record.
const GIVEN: &str = "AND NOT withdrawn";

/// What is told of the child's doses, by product and day.
fn told(conn: &Connection, child: ChildId, which: &str) -> rusqlite::Result<Vec<(String, Day)>> {
    let sql = format!("SELECT DISTINCT product, day FROM dose WHERE child IN ({PARTS}) {which} ORDER BY day, product");
    all(conn, &sql, [int(child.0)], |r| Ok((r.get(0)?, Day(r.get(1)?))))
}

/// The first day on which something is due, and all that is due then.
fn due_next(conn: &Connection, child: ChildId) -> rusqlite::Result<Option<(Day, Vec<String>)>> {
    let sql = "SELECT due, product FROM next_dose WHERE child = ?1 AND refused IS NULL
                   AND due = (SELECT min(due) FROM next_dose WHERE child = ?1 AND refused IS NULL) ORDER BY item";
    let due = all(conn, sql, [int(child.0)], |r| Ok((Day(r.get(0)?), r.get::<_, String>(1)?)))?;
    let first = due.first().map(|(on, _)| *on);
    Ok(first.map(|on| (on, due.into_iter().map(|(_, product)| product).collect())))
}
