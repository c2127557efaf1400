//! The card on the reader: it becomes the child's, and what it tells becomes a part of the record.

use super::stored::Stored;
use super::{Action, Message, Visit};
use crate::screen::{Hands, OnReader, beside, blocking};
use crate::words::Words;
use clinic::record::command::{Command, GivenAt};
use hub::CardMeaning;
use iced::Task;

impl Visit {
    /// The card on the reader becomes the child's.
    pub(super) fn give_card(&mut self, hands: &Hands, card: Option<&OnReader>) -> Action {
        let (Some(OnReader { card, meaning, .. }), Some(page), Some(live)) = (card, &self.page, &hands.live) else {
            return Action::None;
        };
        let issued = match meaning {
            CardMeaning::NotAssigned(number) => Ok(*number),
            CardMeaning::New | CardMeaning::Neighbour(_) => {
                Err(live.hub.issue_card(hands.session.clone(), card.clone()))
            }
            _ => return Action::None,
        };
        if page.card.is_some() || self.busy {
            return Action::None;
        }
        self.busy = true;
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let (hub, lies, renews) = (live.hub.clone(), card.clone(), !matches!(meaning, CardMeaning::Neighbour(_)));
        let work = async move {
            let number = match issued {
                Ok(number) => number,
                Err(issue) => issue.await?,
            };
            let assign = Command::AssignCard { card: number, child };
            let asking = session.clone();
            beside(move || Ok(clinic.submit(&asking, assign).map(|_| ())?)).await?;
            // What another clinic's card tells is looked at first.
            if renews {
                let _ = hub.renew_card(session, lies).await?;
            }
            Ok(())
        };
        Action::Run(Task::perform(work, Message::CardGiven))
    }

    /// A person says that the doses on the card were given: each becomes a dose of the record, with the card as the
    /// proof of it.
    pub(super) fn take_doses(&mut self, hands: &Hands, card: Option<&OnReader>, words: &Words) -> Action {
        let Some(told) = card.filter(|on| on.meaning == CardMeaning::Child(self.child)).and_then(|on| on.told.as_ref())
        else {
            return Action::None;
        };
        if self.busy || told.doses.is_empty() {
            return Action::None;
        }
        self.busy = true;
        let proof = match &told.station {
            Some(station) => words.with("visit-card-proof", &[("station", station.clone().into())]),
            None => words.get("visit-card-proof-here"),
        };
        let (child, hands) = (self.child, hands.clone());
        let command = move |(product, on)| Command::RecordDose {
            child,
            product,
            on,
            batch: None,
            // It was given, whatever the schedule says against it.
            reason: Some(proof.clone()),
            at: GivenAt::Outside(proof.clone()),
        };
        let commands: Vec<Command> = told.doses.iter().cloned().map(command).collect();
        Action::Run(blocking(move || Ok(Stored::submit(&hands, commands)), Message::DosesTaken))
    }
}
