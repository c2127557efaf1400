//! The card on the reader: it becomes the child's, and what it tells becomes a part of the record.

use super::stored::Stored;
use super::{Action, Message, Panel, Visit, view};
use crate::screen::{Hands, OnReader, beside, blocking};
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Look, headed_card, note};
use crate::words::Words;
use clinic::record::command::{Command, CommandKind, GivenAt};
use clinic::record::role::Right;
use clinic::store::ChildPage;
use hub::CardMeaning;
use iced::Task;
use iced::widget::{column, row};

/// Is it nobody's card, which a child can be given?
pub fn is_free(meaning: &CardMeaning) -> bool {
    matches!(meaning, CardMeaning::New | CardMeaning::NotAssigned(_) | CardMeaning::Neighbour(_))
}

impl Visit {
    /// A card that is given stays the child's: whose it becomes is asked first.
    pub(super) fn ask_to_give_card(&mut self, hands: &Hands, card: Option<&OnReader>) -> Action {
        let free = card.filter(|on| is_free(&on.meaning) && hands.session.may(Right::Do(CommandKind::AssignCard)));
        let Some(on) = free.filter(|_| !self.busy && self.page.as_ref().is_some_and(|page| page.card.is_none())) else {
            return Action::None;
        };
        self.panel = Panel::GiveCard(on.card.clone());
        self.settle(hands);
        // Whose it becomes is read first.
        Action::Run(view::from_the_top())
    }

    pub(super) fn leave_card_question(&mut self) {
        if matches!(self.panel, Panel::GiveCard(_)) {
            self.panel = Panel::Give;
        }
    }

    pub(super) fn give_card_view<'a>(&self, page: &ChildPage, words: &Words) -> Element<'a, Message> {
        let child = &page.child;
        let name = words.child_name(&child.name, &child.mother);
        let who = [("child", name.into()), ("age", words.age(child.dob, page.on).into())];
        let give = (!self.busy).then_some(Message::GiveCardNow);
        let buttons = row![
            Button::primary(words.get("visit-give-card-yes"), give).key("Enter"),
            Button::quiet(words.get("shell-cancel"), Some(Message::LeavePanel)).key("Esc"),
        ];
        let lines = column![
            ui::bold(words.with("visit-give-card-to", &who)),
            note(Look::Wait, words.get("visit-give-card-about")),
            buttons.spacing(gap(2)).align_y(iced::Center),
        ];
        headed_card(words.get("visit-give-card"), lines.spacing(gap(3))).into()
    }

    /// The card on the reader becomes the child's.
    pub(super) fn give_card(&mut self, hands: &Hands, card: Option<&OnReader>) -> Action {
        // Another card lies there by now, or none: of that one nobody was asked.
        let asked = |on: &&OnReader| matches!(&self.panel, Panel::GiveCard(asked) if *asked == on.card);
        let Some(OnReader { card, meaning, .. }) = card.filter(asked) else {
            self.leave_card_question();
            return Action::None;
        };
        let (Some(page), Some(live)) = (&self.page, &hands.live) else { return Action::None };
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
