//! The parts that open on the page of a child, and what becomes of them.

use super::aefi::Aefi;
use super::decline::Decline;
use super::growth::Growth;
use super::plan;
use super::put_right::{self, PutRight};
use super::{Action, Message, Panel, Visit, view};
use crate::paper::wanted::Wanted;
use crate::screen::{Hands, Step, blocking};
use crate::ui::focus;
use crate::words::Words;
use clinic::record::command::CommandKind;
use clinic::record::role::{Query, Right};
use clinic::store::CertificateData;
use iced::Task;
use std::sync::Arc;

impl Visit {
    pub(super) fn open_dose(&mut self, at: usize, hands: &Hands) -> Action {
        let line = self.page.as_ref().and_then(|page| page.doses.get(at));
        let Some(line) = line.filter(|_| hands.session.may(Right::Do(CommandKind::CorrectDose))) else {
            return Action::None;
        };
        self.panel = Panel::PutRight(Box::new(PutRight::new(self.child, line)));
        Action::Run(focus(put_right::REASON))
    }

    pub(super) fn open_decline(&mut self, hands: &Hands) -> Action {
        let may = hands.session.may(Right::Do(CommandKind::DeclineDose));
        let Some(page) = self.page.as_ref().filter(|_| may) else { return Action::None };
        let (decline, focus) = Decline::new(page);
        self.panel = Panel::Decline(Box::new(decline));
        Action::Run(focus)
    }

    pub(super) fn open_growth(&mut self, hands: &Hands) -> Action {
        let Some(page) = &self.page else { return Action::None };
        let (growth, load) = Growth::new(page, hands);
        self.panel = Panel::Growth(Box::new(growth));
        Action::Run(Task::batch([load.map(Message::Growth), view::from_the_top()]))
    }

    pub(super) fn open_plan(&mut self) -> Action {
        let Some(page) = &self.page else { return Action::None };
        self.panel = Panel::Plan;
        Action::Run(Task::batch([view::from_the_top(), plan::to_its_age(page)]))
    }

    pub(super) fn open_aefi(&mut self, hands: &Hands) -> Action {
        if let Some(page) = self.page.as_ref().filter(|_| hands.session.may(Right::See(Query::Aefis))) {
            self.panel = Panel::Aefi(Box::new(Aefi::new(page, hands)));
            return Action::Run(view::from_the_top());
        }
        Action::None
    }

    pub(super) fn in_panel(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        let step = match (message, &mut self.panel) {
            (Message::PutRight(message), Panel::PutRight(panel)) => {
                panel.update(message, hands, words).map(Message::PutRight)
            }
            (Message::Decline(message), Panel::Decline(panel)) => {
                panel.update(message, hands, words).map(Message::Decline)
            }
            (Message::Growth(message), Panel::Growth(panel)) => {
                panel.update(message, hands, words).map(Message::Growth)
            }
            (Message::Aefi(message), Panel::Aefi(panel)) => panel.update(message, hands, words).map(Message::Aefi),
            // An answer to a panel that was left.
            _ => Step::Stay,
        };
        self.take(step, hands)
    }

    pub(super) fn take(&mut self, step: Step<Message>, hands: &Hands) -> Action {
        match step {
            Step::Stay => Action::None,
            Step::Run(task) => Action::Run(task),
            Step::Close => {
                self.panel = Panel::Give;
                self.settle(hands);
                Action::None
            }
            Step::Stored(banner) => {
                self.panel = Panel::Give;
                self.settle(hands);
                Action::Said(banner, self.load(hands))
            }
            Step::StoredHere(banner, task) => Action::Said(banner, Task::batch([self.load(hands), task])),
        }
    }

    pub(super) fn ask_to_certify(&mut self) {
        if self.page.is_some() {
            self.panel = Panel::Certify { with_numbers: false };
        }
    }

    pub(super) fn certify(&mut self, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        self.busy = true;
        let with_numbers = matches!(self.panel, Panel::Certify { with_numbers: true });
        let (child, Hands { clinic, session, .. }) = (self.child, hands.clone());
        let work = move || Ok(Arc::new(CertificateData { with_numbers, ..clinic.issue_certificate(&session, child)? }));
        Action::Run(blocking(work, Message::Issued))
    }

    /// The papers of the child that are no certificate; what is on the screen comes first.
    pub(super) fn offer_papers(&self) -> Action {
        if self.page.is_none() {
            return Action::None;
        }
        let child = self.child;
        let mut offered = vec![Wanted::Slip(child), Wanted::Schedule(child), Wanted::Child(child), Wanted::Diet(child)];
        match self.panel {
            Panel::Growth(_) => offered.rotate_right(1),
            Panel::Plan => offered.rotate_left(2),
            _ => {}
        }
        Action::Papers(offered)
    }
}
