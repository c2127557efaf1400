//! The visit of the story: a child is registered, sees what is due, gets a card, and is vaccinated.

use super::children::visitor;
use super::stage::{Stage, register};
use super::{DemoError, tell};
use clinic::date::to_day;
use clinic::record::command::{Command, GivenAt};
use hub::CardMeaning;
use hub::cards::{CardIn, ReaderState};
use hub_protocol::ChildId;
use std::time::Duration;
use tokio::time::timeout;

/// How long a reader is given to say that it is there, and what lies on it.
const READER_TIMEOUT: Duration = Duration::from_secs(3);

pub struct Visit {
    pub child: ChildId,
    pub doses: usize,
    /// The child's card opened the visit.
    pub card_used: bool,
}

pub async fn play(stage: &Stage) -> Result<Visit, DemoError> {
    let (clinic, worker) = (&stage.clinic, &stage.worker);
    let (child, form) = visitor(&mut stage.chance.clone(), stage.today);
    let name = form.name.clone();
    register(clinic, worker, child, &form, None)?;
    tell(format!("{} logged in and registered {name}, six weeks old, as {child}.", worker.name));

    let card_used = match card_on_reader(stage).await {
        Some(card) => give_card(stage, &card, child).await?,
        None => false,
    };
    if !card_used {
        let (found, _) = clinic.children(worker, &child.to_string(), 0)?;
        tell(format!("The child was found by typing its number: {} match.", found.len()));
    }

    let page = clinic.child(worker, child)?;
    let mut recorded = 0;
    for next in page
        .next
        .iter()
        .filter(|next| next.may_be_given_on(stage.today) && next.due.is_some_and(|due| due <= stage.today))
    {
        let Some(product) = next.products.first() else { continue };
        let dose = Command::RecordDose {
            child,
            product: product.clone(),
            on: to_day(stage.today),
            batch: next.batch.clone(),
            reason: None,
            at: GivenAt::Here(None),
        };
        clinic.submit(worker, dose)?;
        recorded += 1;
        tell(format!("{} was given; batch {}.", next.item, next.batch.as_deref().unwrap_or("not written")));
    }
    let after = clinic.child(worker, child)?;
    if let Some(next) = after.child.next_due {
        tell(format!("{recorded} doses recorded. Next due on {next}."));
    }
    Ok(Visit { child, doses: after.doses.iter().filter(|dose| dose.toy.is_none()).count(), card_used })
}

/// The card that lies on the reader, or a plain word why there is none.
async fn card_on_reader(stage: &Stage) -> Option<CardIn> {
    let mut reader = stage.hub.reader();
    let known = timeout(READER_TIMEOUT, reader.wait_for(|state| *state != ReaderState::Starting)).await;
    match known.ok().and_then(Result::ok).map(|state| state.clone()) {
        Some(ReaderState::Ready { .. }) => {}
        Some(ReaderState::NoReader) => {
            tell("No card reader is connected: the child is found by name.");
            return None;
        }
        Some(ReaderState::ServiceRefused) => {
            tell("The card service does not let this user in: the child is found by name.");
            return None;
        }
        Some(ReaderState::ServiceNotRunning | ReaderState::Starting) | None => {
            tell("No card service runs on this machine: the child is found by name.");
            return None;
        }
    }
    let mut cards = stage.hub.cards()?;
    if let Some(card) = stage.hub.cards_present().into_iter().next() {
        return Some(card);
    }
    let inserted = timeout(READER_TIMEOUT, async {
        loop {
            match cards.recv().await {
                Ok(hub::cards::CardEvent::Inserted(card)) => return Some(card),
                Ok(hub::cards::CardEvent::Removed { .. }) => {}
                Err(_) => return None,
            }
        }
    });
    let card = inserted.await.ok().flatten();
    if card.is_none() {
        tell("A card reader is there, but no card lies on it: the child is found by name.");
    }
    card
}

/// Makes a blank card the child's and reads it again. A card with anything else on it is left alone.
async fn give_card(stage: &Stage, card: &CardIn, child: ChildId) -> Result<bool, DemoError> {
    let (hub, worker) = (&stage.hub, &stage.worker);
    let number = match hub.meaning(worker, card).await? {
        CardMeaning::New => hub.issue_card(worker, card).await?,
        CardMeaning::NotAssigned(number) => number,
        CardMeaning::Child(held) if held == child => {
            tell("The child's card lies on the reader and opens the child.");
            return Ok(true);
        }
        _ => {
            tell("The card on the reader is neither blank nor of this demo; it is left as it is.");
            return Ok(false);
        }
    };
    stage.clinic.submit(worker, Command::AssignCard { card: number, child })?;
    tell("A blank card was written, signed, and given to the child.");
    let again = hub.cards_present().into_iter().find(|lying| lying.uid == card.uid);
    let opened = match again {
        Some(lying) => hub.meaning(worker, &lying).await? == CardMeaning::Child(child),
        None => false,
    };
    if opened {
        tell("The card was read again, its signature holds, and it opens the child.");
    }
    Ok(opened)
}
