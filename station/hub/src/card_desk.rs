//! A card on the reader and the records: what it stands for, what it tells, and what is written on it.

use crate::cards::{self, CardError, CardIn, NoRecord, ReadFailure};
use crate::{Hub, HubError, blocking};
use clinic::record::command::{Command, CommandKind};
use clinic::record::refusal::Refusal;
use clinic::store::{CardContent, CardFraud, CardKnown, CardSigner, StoreError, SubmitError};
use clinic::{Clinic, Session};
use hub_protocol::card::summary::{NONCE_BYTES, OnDay, Summary};
use hub_protocol::card::{self, CardRefusal, KeyId, Verified};
use hub_protocol::{CardNo, ChildId, Day, PublicKey};

/// What a card on the reader stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardMeaning {
    Child(ChildId),
    /// Registered here and given to nobody yet.
    NotAssigned(CardNo),
    /// Reported lost, or blocked.
    Stopped,
    /// May be registered here.
    New,
    /// Signed by another station of the district, and not stopped there.
    Neighbour(CardNo),
    /// Signed last by a station that this one does not know (yet).
    AnotherClinic,
    /// Signed by a computer that the district trusts no more. The number, when nobody here has the card: it says nothing
    /// of the child, but the district knows whose it is.
    Distrusted(Option<CardNo>),
    /// A bank's or metro card: never touched.
    Foreign,
    /// It should carry our record, and does not carry the right one.
    Altered,
    /// Its number is another chip's, or it was written less often than the card of its number.
    Copied,
    Unreadable(ReadFailure),
}

/// What the summary on a card tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardTold {
    /// The station that signed it; none when it was this one.
    pub station: Option<String>,
    /// Doses by product and day that are not in the record, the oldest first: all of them for a child that is not here.
    pub doses: Vec<(String, Day)>,
    /// Doses that had no room on the card, as far as they may be missing in the record, and those of a product that this
    /// program does not know.
    pub more: u32,
    /// When something is due next.
    pub due: Option<Day>,
}

/// The stations whose signatures can be checked.
struct Signers(Vec<(PublicKey, CardSigner)>);

impl Signers {
    fn any(&self, kid: &KeyId) -> Option<PublicKey> {
        self.find(kid).map(|(key, _)| *key)
    }

    fn find(&self, kid: &KeyId) -> Option<&(PublicKey, CardSigner)> {
        self.0.iter().find(|(key, _)| KeyId::of(&key.device_id()) == *kid)
    }

    fn of(&self, verified: &Verified) -> Option<&CardSigner> {
        self.find(&KeyId::of(&verified.station)).map(|(_, signer)| signer)
    }
}

/// A card on the reader, and what is known of it.
struct Lying {
    card: CardIn,
    /// When its chip is registered here.
    known: Option<CardKnown>,
    signers: Signers,
    /// What was written on it last, by a station that is trusted.
    record: Result<Verified, NoRecord>,
    /// What was written on it last, by one that is trusted no more.
    distrusted: Option<Verified>,
}

impl Lying {
    fn new(card: CardIn, known: Option<CardKnown>, signers: Signers) -> Self {
        let record = cards::verify(&card, |kid| signers.any(kid));
        let (record, distrusted) = match record {
            Ok(held) if matches!(signers.of(&held), Some(CardSigner::Distrusted { .. })) => {
                (Err(CardRefusal::UnknownStation.into()), Some(held))
            }
            record => (record, None),
        };
        Self { card, known, signers, record, distrusted }
    }

    /// The number that stands on it, signed or not.
    fn claims(&self) -> Option<CardNo> {
        match &self.card.content {
            cards::Content::Ours { area } => card::claimed(area),
            _ => None,
        }
    }

    /// The station that wrote on it; none when it was this one.
    fn neighbour(&self, verified: &Verified) -> Option<&str> {
        match self.signers.of(verified) {
            Some(CardSigner::Neighbour { name }) => Some(name),
            _ => None,
        }
    }
}

impl Hub {
    /// The card as it lies there now, which may have been written since the caller saw it; as it was seen when it was
    /// taken away.
    async fn lying(&self, session: &Session, seen: &CardIn) -> Result<Lying, HubError> {
        let card = self.still_there(seen).unwrap_or_else(|| seen.clone());
        let (asking, uid) = (session.clone(), card.uid.clone());
        let read = move |c: &Clinic| -> Result<_, HubError> { Ok((c.card_by_uid(&asking, &uid)?, c.card_signers()?)) };
        let (known, signers) = blocking(&self.0.clinic, read).await?;
        Ok(Lying::new(card, known, Signers(signers)))
    }

    fn still_there(&self, seen: &CardIn) -> Option<CardIn> {
        self.cards_present().into_iter().find(|now| now.reader == seen.reader && now.uid == seen.uid)
    }

    /// What a card on the reader stands for. A card that should carry our record opens nothing unless the
    /// record is there and its signature fits this very chip. The Admin is told of one that is a copy or was altered.
    pub async fn meaning(&self, session: &Session, card: &CardIn) -> Result<CardMeaning, HubError> {
        let lying = self.lying(session, card).await?;
        let meaning = self.meaning_of(&lying).await?;
        let what = match meaning {
            CardMeaning::Copied => CardFraud::Copied,
            CardMeaning::Altered => CardFraud::Altered,
            _ => return Ok(meaning),
        };
        let number = lying.known.map(|known| known.card).or_else(|| lying.claims());
        tracing::warn!(?what, "a card is not believed");
        let asking = session.clone();
        let told: Result<(), HubError> = blocking(&self.0.clinic, move |c| c.report_card(&asking, number, what)).await;
        // Who has it in the hand is warned all the same.
        if let Err(error) = told {
            tracing::error!(%error, "a card that is not believed is not in the audit");
        }
        Ok(meaning)
    }

    async fn meaning_of(&self, lying: &Lying) -> Result<CardMeaning, HubError> {
        let Some(known) = lying.known else { return self.unknown_chip(lying).await };
        Ok(match lying.record {
            _ if known.stopped => CardMeaning::Stopped,
            _ if known.written && lying.distrusted.is_some() => CardMeaning::Distrusted(None),
            Ok(ref held) if known.written && held.record.card_no != known.card => CardMeaning::Altered,
            // After a write that was torn or not noted the counter is as it was noted last, or higher.
            Ok(ref held) if known.written && held.record.counter < known.counter => CardMeaning::Copied,
            Err(NoRecord::Refused(CardRefusal::UnknownStation)) if known.written => CardMeaning::AnotherClinic,
            Err(_) if known.written => CardMeaning::Altered,
            _ => known.child.map_or(CardMeaning::NotAssigned(known.card), CardMeaning::Child),
        })
    }

    async fn unknown_chip(&self, lying: &Lying) -> Result<CardMeaning, HubError> {
        if let Some(number) = lying.claims() {
            // A number is random, and a registered chip was looked for: somebody copied its card.
            if blocking(&self.0.clinic, move |c| c.has_card(number)).await? {
                return Ok(CardMeaning::Copied);
            }
        }
        Ok(match &lying.record {
            Ok(held) if lying.signers.of(held) != Some(&CardSigner::Here) => {
                self.of_another(held.record.card_no, CardMeaning::Neighbour).await?
            }
            Err(NoRecord::Unreadable(why)) => CardMeaning::Unreadable(*why),
            Err(NoRecord::Refused(CardRefusal::UnknownStation)) => match &lying.distrusted {
                Some(held) => {
                    self.of_another(held.record.card_no, |number| CardMeaning::Distrusted(Some(number))).await?
                }
                None => CardMeaning::AnotherClinic,
            },
            Err(NoRecord::Refused(CardRefusal::Foreign)) => CardMeaning::Foreign,
            Err(NoRecord::Refused(CardRefusal::Blank) | NoRecord::NoStorage) => CardMeaning::New,
            // Our own record on a chip that is not registered: the registration was cut off. So was a first
            // write that left no whole record.
            Ok(_) | Err(NoRecord::Refused(CardRefusal::Malformed)) => CardMeaning::New,
            Err(NoRecord::Refused(CardRefusal::BadSignature | CardRefusal::FutureVersion)) => CardMeaning::Altered,
        })
    }

    /// A card of another station, unless that one stopped it.
    async fn of_another(
        &self,
        number: CardNo,
        meaning: impl FnOnce(CardNo) -> CardMeaning,
    ) -> Result<CardMeaning, HubError> {
        let is_stopped = blocking(&self.0.clinic, move |c| c.is_stopped_elsewhere(number)).await?;
        Ok(if is_stopped { CardMeaning::Stopped } else { meaning(number) })
    }

    /// What the card tells of doses that are not in the record of `child`; for a child who is not known here, of all of
    /// them. `None` when it tells nothing, or nothing that can be believed and opened here.
    pub async fn card_told(
        &self,
        session: &Session,
        card: &CardIn,
        child: Option<ChildId>,
    ) -> Result<Option<CardTold>, HubError> {
        let lying = self.lying(session, card).await?;
        let Ok(held) = &lying.record else { return Ok(None) };
        let Some(summary) = self.open(&lying.card, held).await? else { return Ok(None) };
        let (mut doses, unknown) = doses_of(&summary);
        let mut left_out = summary.left_out;
        if let Some(child) = child {
            doses = self.not_in_record(session, child, doses).await?;
            left_out = self.left_out(session, child, &summary).await?;
        }
        let station = lying.neighbour(held).map(str::to_owned);
        let due = summary.next.map(|OnDay { on, .. }| on);
        Ok(Some(CardTold { station, doses, more: left_out.saturating_add(unknown), due }))
    }

    async fn not_in_record(
        &self,
        session: &Session,
        child: ChildId,
        doses: Vec<(String, Day)>,
    ) -> Result<Vec<(String, Day)>, HubError> {
        let asking = session.clone();
        blocking(&self.0.clinic, move |c| c.doses_unknown(&asking, child, doses)).await
    }

    async fn left_out(&self, session: &Session, child: ChildId, summary: &Summary) -> Result<u32, HubError> {
        let (asking, summary) = (session.clone(), summary.clone());
        blocking(&self.0.clinic, move |c| c.doses_left_out(&asking, child, &summary)).await
    }

    async fn open(&self, card: &CardIn, verified: &Verified) -> Result<Option<Summary>, HubError> {
        let Some(sealed) = verified.record.sealed.clone() else { return Ok(None) };
        let Some(id) = Summary::key_id(&sealed) else { return Ok(None) };
        let key = blocking(&self.0.clinic, move |c| c.card_key(id)).await?;
        let opened = Summary::open(&sealed, |_| key.map(|key| key.0), verified.record.card_no, &card.uid);
        if let Err(error) = &opened {
            tracing::info!(%error, "a summary on a card cannot be read");
        }
        Ok(opened.ok())
    }

    /// Writes our signed record on a card that holds none, and registers the card. A card that is known by
    /// its chip's number alone is registered without writing, as is one on which a record of this or another station of
    /// the district stands already.
    pub async fn issue_card(&self, session: &Session, card: &CardIn) -> Result<CardNo, HubError> {
        self.check(session, CommandKind::RegisterCard).await?;
        let reader = self.card_reader()?;
        let lying = self.lying(session, card).await?;
        if lying.known.is_some() {
            return Err(SubmitError::from(Refusal::CardTaken).into());
        }
        if self.meaning_of(&lying).await? == CardMeaning::Stopped {
            return Err(SubmitError::from(Refusal::CardStopped).into());
        }
        let Lying { card, record, .. } = lying;
        let written = card.kind.holds_record();
        let number = match record {
            Ok(held) => held.record.card_no,
            Err(_) => {
                let number = self.0.clinic.env().new_card_no().map_err(StoreError::from)?;
                if written {
                    reader.issue(&card, number, self.0.clinic.identity()).await?;
                }
                number
            }
        };
        self.submit(session, Command::RegisterCard { card: number, uid: card.uid, written }).await?;
        Ok(number)
    }

    /// Writes what stands in the child's record on the child's card, reads it back and notes it. Gives whether anything
    /// was written: not on a card that holds no record, and not when it says the same already in the name of this very
    /// computer: what one signed that was replaced is believed nowhere else.
    pub async fn renew_card(&self, session: &Session, card: &CardIn) -> Result<bool, HubError> {
        self.check(session, CommandKind::WriteCard).await?;
        let reader = self.card_reader()?;
        let there = self.still_there(card).ok_or(CardError::CardPulled)?;
        let lying = self.lying(session, &there).await?;
        let Some(known) = lying.known.filter(|known| known.written) else { return Ok(false) };
        let CardMeaning::Child(child) = self.meaning_of(&lying).await? else {
            return Err(CardError::AlreadyIssued.into());
        };
        let Lying { card, signers, record, .. } = lying;
        let held = record.map_err(CardError::NoRecord)?;
        let summary = self.open(&card, &held).await?;
        let mut left_out = 0;
        if let Some(summary) = &summary {
            let (doses, unknown) = doses_of(summary);
            if !self.not_in_record(session, child, doses).await?.is_empty() {
                return Err(HubError::CardTellsMore);
            }
            // Of a product that this program does not know.
            if unknown > 0 {
                return Err(HubError::CardNotUnderstood);
            }
            left_out = self.left_out(session, child, summary).await?;
        } else if held.record.sealed.is_some() {
            return Err(HubError::CardNotUnderstood);
        }
        let ours = held.station == self.0.clinic.identity().device_id();
        let asking = session.clone();
        let CardContent { summary: mut fresh, key } =
            blocking(&self.0.clinic, move |c| c.card_content(&asking, child)).await?;
        // Older doses that this record lacks too go on being counted.
        fresh.left_out = fresh.left_out.saturating_add(left_out);
        let sealed = match key {
            Some((id, key)) => {
                let same_key = held.record.sealed.as_deref().and_then(Summary::key_id) == Some(id);
                if ours && same_key && summary == Some(fresh.clone().fitted()) {
                    return Ok(false);
                }
                let nonce = self.0.clinic.env().random::<NONCE_BYTES>().map_err(StoreError::from)?;
                let sealed = fresh.seal((id, &key.0), &nonce, known.card, &card.uid);
                Some(sealed.map_err(|_| CardError::NotSealed)?)
            }
            None if ours && held.record.sealed.is_none() && known.counter == held.record.counter => return Ok(false),
            None => None,
        };
        let after = reader.renew(&card, |kid| signers.any(kid), sealed, self.0.clinic.identity()).await?;
        let wrote = cards::verify(&after, |kid| signers.any(kid)).map_err(CardError::NoRecord)?;
        self.submit(session, Command::WriteCard { card: known.card, counter: wrote.record.counter }).await?;
        Ok(true)
    }
}

/// The doses that a summary tells by product and day, and how many are of a product that this program does not know.
fn doses_of(summary: &Summary) -> (Vec<(String, Day)>, u32) {
    let (mut doses, mut unknown) = (Vec::new(), 0);
    for (product, on) in summary.doses() {
        match product {
            Some(product) => doses.push((product.to_owned(), on)),
            None => unknown += 1,
        }
    }
    (doses, unknown)
}
