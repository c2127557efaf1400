//! A card on the reader and the records: what it stands for, what it tells, and what is written on it.

use crate::cards::{self, CardError, CardIn, NoRecord, ReadFailure};
use crate::{Hub, HubError, blocking};
use clinic::Session;
use clinic::record::command::{Command, CommandKind};
use clinic::record::refusal::Refusal;
use clinic::store::{CardContent, CardKnown, CardSigner, StoreError, SubmitError};
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
    /// Signed by a station that this one does not know.
    AnotherClinic,
    /// Signed by a station of the district that it trusts no more.
    Distrusted,
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
    /// Doses that had no room on the card, or of a product that this program does not know.
    pub more: u32,
    /// When something is due next.
    pub due: Option<Day>,
}

/// The stations whose signatures can be checked.
struct Signers(Vec<(PublicKey, CardSigner)>);

impl Signers {
    fn trusted(&self, kid: &KeyId) -> Option<PublicKey> {
        self.find(kid).filter(|(_, signer)| !matches!(signer, CardSigner::Distrusted { .. })).map(|(key, _)| *key)
    }

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

impl Hub {
    async fn signers(&self) -> Result<Signers, HubError> {
        Ok(Signers(blocking(&self.0.clinic, |c| c.card_signers()).await?))
    }

    async fn known(&self, session: &Session, card: &CardIn) -> Result<Option<CardKnown>, HubError> {
        let (asking, uid) = (session.clone(), card.uid.clone());
        blocking(&self.0.clinic, move |c| c.card_by_uid(&asking, &uid)).await
    }

    /// The card as it lies there now: it may have been written since the caller saw it.
    fn lying(&self, card: &CardIn) -> Option<CardIn> {
        self.cards_present().into_iter().find(|now| now.reader == card.reader && now.uid == card.uid)
    }

    /// What a card on the reader stands for. A card that should carry our record opens nothing unless the
    /// record is there and its signature fits this very chip.
    pub async fn meaning(&self, session: &Session, card: &CardIn) -> Result<CardMeaning, HubError> {
        let card = &self.lying(card).unwrap_or_else(|| card.clone());
        let known = self.known(session, card).await?;
        let signers = self.signers().await?;
        let record = cards::verify(card, |kid| signers.trusted(kid));
        let distrusted = record == Err(NoRecord::Refused(CardRefusal::UnknownStation))
            && cards::verify(card, |kid| signers.any(kid)).is_ok();
        let Some(known) = known else { return self.unknown_chip(card, record, distrusted, &signers).await };
        Ok(match record {
            _ if known.stopped => CardMeaning::Stopped,
            _ if known.written && distrusted => CardMeaning::Distrusted,
            Ok(verified) if known.written && verified.record.card_no != known.card => CardMeaning::Altered,
            // After a write that was torn or not noted the counter is as it was noted last, or higher.
            Ok(verified) if known.written && verified.record.counter < known.counter => CardMeaning::Copied,
            Err(_) if known.written => CardMeaning::Altered,
            _ => known.child.map_or(CardMeaning::NotAssigned(known.card), CardMeaning::Child),
        })
    }

    async fn unknown_chip(
        &self,
        card: &CardIn,
        record: Result<Verified, NoRecord>,
        distrusted: bool,
        signers: &Signers,
    ) -> Result<CardMeaning, HubError> {
        let claimed = match &card.content {
            cards::Content::Ours { area } => card::claimed(area),
            _ => None,
        };
        if let Some(number) = claimed {
            // A number is random, and a registered chip was looked for: somebody copied its card.
            if blocking(&self.0.clinic, move |c| c.has_card(number)).await? {
                return Ok(CardMeaning::Copied);
            }
        }
        Ok(match record {
            Ok(verified) if signers.of(&verified) != Some(&CardSigner::Here) => {
                let number = verified.record.card_no;
                match blocking(&self.0.clinic, move |c| c.is_stopped_elsewhere(number)).await? {
                    true => CardMeaning::Stopped,
                    false => CardMeaning::Neighbour(number),
                }
            }
            Err(NoRecord::Unreadable(why)) => CardMeaning::Unreadable(why),
            Err(NoRecord::Refused(CardRefusal::UnknownStation)) if distrusted => CardMeaning::Distrusted,
            Err(NoRecord::Refused(CardRefusal::UnknownStation)) => CardMeaning::AnotherClinic,
            Err(NoRecord::Refused(CardRefusal::Foreign)) => CardMeaning::Foreign,
            Err(NoRecord::Refused(CardRefusal::Blank) | NoRecord::NoStorage) => CardMeaning::New,
            // Our own record on a chip that is not registered: the registration was cut off. So was a first
            // write that left no whole record.
            Ok(_) | Err(NoRecord::Refused(CardRefusal::Malformed)) => CardMeaning::New,
            Err(NoRecord::Refused(CardRefusal::BadSignature | CardRefusal::FutureVersion)) => CardMeaning::Altered,
        })
    }

    /// What the card tells of doses that are not in the record of `child`; for a child who is not known here, of all of
    /// them. `None` when it tells nothing, or nothing that can be believed and opened here.
    pub async fn card_told(
        &self,
        session: &Session,
        card: &CardIn,
        child: Option<ChildId>,
    ) -> Result<Option<CardTold>, HubError> {
        let card = &self.lying(card).unwrap_or_else(|| card.clone());
        let signers = self.signers().await?;
        let Ok(verified) = cards::verify(card, |kid| signers.trusted(kid)) else { return Ok(None) };
        let Some(summary) = self.open(card, &verified).await? else { return Ok(None) };
        let mut more = summary.left_out;
        let mut doses = Vec::new();
        for (product, on) in summary.doses() {
            match product {
                Some(product) => doses.push((product.to_owned(), on)),
                None => more += 1,
            }
        }
        if let Some(child) = child {
            let asking = session.clone();
            doses = blocking(&self.0.clinic, move |c| c.doses_unknown(&asking, child, doses)).await?;
        }
        let station = match signers.of(&verified) {
            Some(CardSigner::Neighbour { name }) => Some(name.clone()),
            _ => None,
        };
        Ok(Some(CardTold { station, doses, more, due: summary.next.map(|OnDay { on, .. }| on) }))
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

    /// Is the whole summary on the card known here? Without its key, or with a product that this program does not know,
    /// writing would lose doses.
    async fn understood(&self, card: &CardIn, held: &Verified) -> Result<bool, HubError> {
        let summary = self.open(card, held).await?;
        Ok(summary.is_some_and(|summary| summary.doses().all(|(product, _)| product.is_some())))
    }

    /// Writes our signed record on a card that holds none, and registers the card. A card that is known by
    /// its chip's number alone is registered without writing, as is one on which a record of this or another station of
    /// the district stands already.
    pub async fn issue_card(&self, session: &Session, card: &CardIn) -> Result<CardNo, HubError> {
        self.check(session, CommandKind::RegisterCard).await?;
        let reader = self.card_reader()?;
        if self.known(session, card).await?.is_some() {
            return Err(SubmitError::from(Refusal::CardTaken).into());
        }
        if self.meaning(session, card).await? == CardMeaning::Stopped {
            return Err(SubmitError::from(Refusal::CardStopped).into());
        }
        let written = card.kind.holds_record();
        let signers = self.signers().await?;
        let number = match cards::verify(card, |kid| signers.trusted(kid)) {
            Ok(held) => held.record.card_no,
            Err(_) => {
                let number = self.0.clinic.env().new_card_no().map_err(StoreError::from)?;
                if written {
                    reader.issue(card, number, self.0.clinic.identity()).await?;
                }
                number
            }
        };
        self.submit(session, Command::RegisterCard { card: number, uid: card.uid.clone(), written }).await?;
        Ok(number)
    }

    /// Writes what stands in the child's record on the child's card, reads it back and notes it. Gives whether anything
    /// was written: not on a card that holds no record, and not when it says the same already.
    pub async fn renew_card(&self, session: &Session, card: &CardIn) -> Result<bool, HubError> {
        self.check(session, CommandKind::WriteCard).await?;
        let reader = self.card_reader()?;
        let card = &self.lying(card).ok_or(CardError::CardPulled)?;
        let Some(known) = self.known(session, card).await?.filter(|known| known.written) else { return Ok(false) };
        let CardMeaning::Child(child) = self.meaning(session, card).await? else {
            return Err(CardError::AlreadyIssued.into());
        };
        if self.card_told(session, card, Some(child)).await?.is_some_and(|told| !told.doses.is_empty()) {
            return Err(HubError::CardTellsMore);
        }
        let asking = session.clone();
        let CardContent { summary, key } = blocking(&self.0.clinic, move |c| c.card_content(&asking, child)).await?;
        let signers = self.signers().await?;
        let held = cards::verify(card, |kid| signers.trusted(kid)).map_err(CardError::NoRecord)?;
        if held.record.sealed.is_some() && !self.understood(card, &held).await? {
            return Err(HubError::CardNotUnderstood);
        }
        let sealed = match key {
            Some((id, key)) => {
                let fits = summary.clone().fitted();
                if held.record.sealed.as_deref().and_then(Summary::key_id) == Some(id)
                    && self.open(card, &held).await?.as_ref() == Some(&fits)
                {
                    return Ok(false);
                }
                let nonce = self.0.clinic.env().random::<NONCE_BYTES>().map_err(StoreError::from)?;
                let sealed = summary.seal((id, &key.0), &nonce, known.card, &card.uid);
                Some(sealed.map_err(|_| CardError::NotSealed)?)
            }
            None if held.record.sealed.is_none() && known.counter == held.record.counter => return Ok(false),
            None => None,
        };
        let after = reader.renew(card, |kid| signers.trusted(kid), sealed, self.0.clinic.identity()).await?;
        let wrote = cards::verify(&after, |kid| signers.trusted(kid)).map_err(CardError::NoRecord)?;
        self.submit(session, Command::WriteCard { card: known.card, counter: wrote.record.counter }).await?;
        Ok(true)
    }
}
