//! What the lists of the clinic ask of the desk.

use super::{Action, Desk, Leave, Message, Place, Screen};
use crate::paper::wanted::Wanted;
use crate::screen::{alerts, cards, certificates, find, papers, reports, sessions, stock, tasks};
use crate::words::Words;
use iced::Task;

impl Desk {
    pub(super) fn show_alerts(&mut self) -> Action {
        let (screen, open) = alerts::Alerts::new(&self.hands);
        self.show(Screen::Alerts(Box::new(screen)), open.map(Message::Alerts))
    }

    pub(super) fn alerts(&mut self, action: alerts::Action) -> Action {
        match action {
            alerts::Action::None => Action::None,
            alerts::Action::Run(task) => Action::Run(task.map(Message::Alerts)),
            alerts::Action::Open(child) => Action::Run(self.open_child(child)),
            alerts::Action::Back => self.go(Place::Today),
        }
    }

    pub(super) fn tasks(&mut self, action: tasks::Action) -> Action {
        match action {
            tasks::Action::None => Action::None,
            tasks::Action::Run(task) => Action::Run(task.map(Message::Tasks)),
            tasks::Action::Open(child) => Action::Run(self.open_child(child)),
            tasks::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Tasks))
            }
        }
    }

    pub(super) fn cards(&mut self, action: cards::Action, words: &Words) -> Action {
        match action {
            cards::Action::None => Action::None,
            cards::Action::Run(task) => Action::Run(task.map(Message::Cards)),
            cards::Action::Open(child) => Action::Run(self.open_child(child)),
            cards::Action::Registered(card, number, banner, task) => {
                if let Some(on) = self.on_reader.as_mut().filter(|on| on.card == card) {
                    on.meaning = hub::CardMeaning::NotAssigned(number);
                }
                self.say(banner);
                Action::Run(task.map(Message::Cards))
            }
            cards::Action::Trouble(trouble) => {
                self.trouble(&trouble, words);
                Action::None
            }
            cards::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Cards))
            }
        }
    }

    pub(super) fn sessions(&mut self, action: sessions::Action, words: &Words) -> Action {
        match action {
            sessions::Action::None => Action::None,
            sessions::Action::Run(task) => Action::Run(task.map(Message::Sessions)),
            sessions::Action::Open(child) => Action::Run(self.open_child(child)),
            sessions::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Sessions))
            }
            sessions::Action::Papers(offered) => self.open_papers(offered, words),
            sessions::Action::Sheet(session) => self.leave(Leave::Sheet(session)),
            sessions::Action::Stock => self.leave(Leave::Stock),
        }
    }

    pub(super) fn stock(&mut self, action: stock::Action) -> Action {
        match action {
            stock::Action::None => Action::None,
            stock::Action::Run(task) => Action::Run(task.map(Message::Stock)),
            stock::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Stock))
            }
            stock::Action::Back => self.leave(Leave::To(Place::Sessions)),
        }
    }

    pub(super) fn reports(&mut self, action: reports::Action, words: &Words) -> Action {
        match action {
            reports::Action::None => Action::None,
            reports::Action::Run(task) => Action::Run(task.map(Message::Reports)),
            reports::Action::Papers(offered) => self.open_papers(offered, words),
            reports::Action::Certificates => {
                let (screen, open) = certificates::Certificates::new(&self.hands);
                self.show(Screen::Certificates(Box::new(screen)), open.map(Message::Certificates))
            }
        }
    }

    pub(super) fn certificates(&mut self, action: certificates::Action, words: &Words) -> Action {
        match action {
            certificates::Action::None => Action::None,
            certificates::Action::Run(task) => Action::Run(task.map(Message::Certificates)),
            certificates::Action::Open(child) => Action::Run(self.open_child(child)),
            certificates::Action::Papers(offered, read) => {
                let read = read.map(Message::Certificates);
                match self.open_papers(offered, words) {
                    Action::Run(open) => Action::Run(Task::batch([open, read])),
                    _ => Action::Run(read),
                }
            }
            certificates::Action::Back => self.leave(Leave::To(Place::Reports)),
        }
    }

    /// Papers of what the screen shows; the screen stays as it is behind them.
    pub(super) fn open_papers(&mut self, offered: Vec<Wanted>, words: &Words) -> Action {
        let child = if let Screen::Visit(screen) = &self.screen { screen.named(words) } else { None };
        let opened = papers::Papers::new(offered, child, &self.hands, self.programs.clone(), words.lang());
        let Some((papers, ask)) = opened else { return Action::None };
        self.papers = Some(papers);
        self.banner = None;
        self.banner_leads = None;
        Action::Run(ask.map(Message::Papers))
    }

    pub(super) fn papers(&mut self, action: papers::Action) -> Action {
        match action {
            papers::Action::None => {}
            papers::Action::Run(task) => return Action::Run(task.map(Message::Papers)),
            papers::Action::Said(banner) => {
                self.papers = None;
                self.say(banner);
                // It was asked about the paper alone.
                if !self.has_input() {
                    self.leaving = None;
                }
            }
            papers::Action::Close => self.papers = None,
        }
        Action::None
    }

    pub(super) fn find(&mut self, action: find::Action) -> Action {
        match action {
            find::Action::None => Action::None,
            find::Action::Run(task) => Action::Run(task.map(Message::Find)),
            find::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Find))
            }
        }
    }
}
