//! From the desk to the screen that is shown, and back.

use super::*;

impl Desk {
    pub fn press(&mut self, press: Press, words: &Words) -> Action {
        // Whoever gets up locks, whatever is asked: it is still asked afterwards.
        if press == Press::Ctrl('L') {
            return Action::Lock;
        }
        if self.leaving.is_some() {
            return ask::answer(press).map_or(Action::None, |leave| self.answered(leave));
        }
        if let Press::Digit(digit) = press {
            return Place::at(digit, &self.hands.session).map_or(Action::None, |place| self.leave(Leave::To(place)));
        }
        if let Press::Stray(digit) = press
            && !self.screen.takes_digits()
        {
            self.say(Banner::wait(words.with("shell-stray-digit", &[("n", i64::from(digit).into())])));
            return Action::None;
        }
        if press == Press::Ctrl('U') {
            return self.leave(Leave::LogOut);
        }
        if let Some(papers) = &mut self.papers {
            let action = papers.press(press, &self.hands, words);
            return self.papers(action);
        }
        let was_asked = std::mem::replace(&mut self.escaping, press == Press::Escape && self.screen.escape_loses());
        if self.escaping && !was_asked {
            self.say(Banner::wait(words.get("shell-escape-loses")));
            return Action::None;
        }
        if std::mem::take(&mut self.escaping) {
            self.banner = None;
        }
        let (hands, card) = (&self.hands, self.on_reader.as_ref());
        match &mut self.screen {
            Screen::Today(screen) => {
                let action = screen.press(press, hands);
                self.today(action, words)
            }
            Screen::Children(screen) => {
                let action = screen.press(press, hands);
                self.children(action)
            }
            Screen::Register(screen) => {
                let action = screen.press(press, hands);
                self.register(action, words)
            }
            Screen::Visit(screen) => {
                let action = screen.press(press, hands, card);
                self.visit(action, words)
            }
            Screen::Record(screen) => {
                let action = screen.press(press, hands);
                self.record(action)
            }
            Screen::Pairs(screen) => {
                let action = screen.press(press, hands, words);
                self.pairs(action)
            }
            Screen::Toys(screen) => {
                let action = screen.press(press, hands, words);
                self.toys(action, words)
            }
            Screen::Staff(screen) => {
                let action = screen.press(press, hands, words);
                self.staff(action)
            }
            Screen::Settings(screen) => {
                let action = screen.press(press, hands, words);
                self.settings(action)
            }
            Screen::Audit(screen) => {
                let action = screen.press(press, hands);
                self.audit(action)
            }
            Screen::Sheet(screen) => {
                let action = screen.press(press, hands, words);
                self.sheet(action)
            }
            Screen::Import(screen) => {
                let action = screen.press(press, hands, words);
                self.import(action, words)
            }
            Screen::Outbox(screen) => {
                let action = screen.press(press, hands);
                self.outbox(action)
            }
            Screen::Reminders(screen) => {
                let action = screen.press(press, hands);
                self.reminders(action)
            }
            Screen::Conflicts(screen) => {
                let action = screen.press(press, hands, words);
                self.conflicts(action)
            }
            Screen::Alerts(screen) => {
                let action = screen.press(press, hands);
                self.alerts(action)
            }
            Screen::Tasks(screen) => {
                let action = screen.press(press, hands, words);
                self.tasks(action)
            }
            Screen::Cards(screen) => {
                let action = screen.press(press, hands, card);
                self.cards(action, words)
            }
            Screen::Sessions(screen) => {
                let action = screen.press(press, hands, words);
                self.sessions(action, words)
            }
            Screen::Stock(screen) => {
                let action = screen.press(press, hands, words);
                self.stock(action)
            }
            Screen::Reports(screen) => {
                let action = screen.press(press, hands);
                self.reports(action, words)
            }
            Screen::Certificates(screen) => {
                let action = screen.press(press, hands);
                self.certificates(action, words)
            }
            Screen::Find(screen) => {
                let action = screen.press(press, hands);
                self.find(action)
            }
        }
    }

    /// What became of something that the list behind the page stored is told to that list.
    fn tell_behind(&mut self, address: Address, message: Message, words: &Words) -> Action {
        let Some(mut behind) = self.behind.take() else { return Action::None };
        if address.page < behind.since || !message.tells_what_became() {
            self.behind = Some(behind);
            return Action::None;
        }
        let (page, since, escaping) = (self.page, self.since, self.escaping);
        (self.page, self.since) = (address.page, behind.since);
        std::mem::swap(&mut self.screen, &mut behind.screen);
        let action = self.update(address, message, words);
        std::mem::swap(&mut self.screen, &mut behind.screen);
        (self.page, self.since, self.escaping) = (page, since, escaping);
        self.behind = Some(behind);
        match action {
            Action::Run(task) => Action::RunFor(address, task),
            _ => Action::None,
        }
    }

    pub fn update(&mut self, address: Address, message: Message, words: &Words) -> Action {
        let is_here = address.page == self.page || (address.page >= self.since && message.tells_what_became());
        if !is_here && message.is_of_a_page() {
            return self.tell_behind(address, message, words);
        }
        let loses = message.replaces() && self.screen.replacing_loses();
        let was_asked = std::mem::replace(&mut self.replacing, loses);
        if loses && !was_asked {
            self.say(Banner::wait(words.get("shell-replace-loses")));
            return Action::None;
        }
        // Whoever goes on with the page did not mean to leave it.
        self.escaping &= !message.is_of_a_page();
        let (hands, card) = (&self.hands, self.on_reader.as_ref());
        match (message, &mut self.screen) {
            (Message::Shell(message), _) => self.shell(message),
            (Message::Today(message), Screen::Today(screen)) => {
                let action = screen.update(message, hands, words);
                self.today(action, words)
            }
            (Message::Children(message), Screen::Children(screen)) => {
                let action = screen.update(message, hands);
                self.children(action)
            }
            (Message::Register(message), Screen::Register(screen)) => {
                let action = screen.update(message, hands);
                self.register(action, words)
            }
            (Message::Visit(message), Screen::Visit(screen)) => {
                let action = screen.update(message, hands, card, words);
                self.visit(action, words)
            }
            (Message::Record(message), Screen::Record(screen)) => {
                let action = screen.update(message, hands, words);
                self.record(action)
            }
            (Message::Pairs(message), Screen::Pairs(screen)) => {
                let action = screen.update(message, hands, words);
                self.pairs(action)
            }
            (Message::Toys(message), Screen::Toys(screen)) => {
                let action = screen.update(message, hands, words);
                self.toys(action, words)
            }
            (Message::Staff(message), Screen::Staff(screen)) => {
                let action = screen.update(message, hands, words);
                self.staff(action)
            }
            (Message::Settings(message), Screen::Settings(screen)) => {
                let action = screen.update(message, hands, words);
                self.settings(action)
            }
            (Message::Audit(message), Screen::Audit(screen)) => {
                let action = screen.update(message, hands);
                self.audit(action)
            }
            (Message::Sheet(message), Screen::Sheet(screen)) => {
                let action = screen.update(message, hands, words);
                self.sheet(action)
            }
            (Message::Import(message), Screen::Import(screen)) => {
                let action = screen.update(message, hands, words);
                self.import(action, words)
            }
            (Message::Outbox(message), Screen::Outbox(screen)) => {
                let action = screen.update(message, hands);
                self.outbox(action)
            }
            (Message::Reminders(message), Screen::Reminders(screen)) => {
                let action = screen.update(message, hands, words);
                self.reminders(action)
            }
            (Message::Conflicts(message), Screen::Conflicts(screen)) => {
                let action = screen.update(message, hands, words);
                self.conflicts(action)
            }
            (Message::Alerts(message), Screen::Alerts(screen)) => {
                let action = screen.update(message, hands);
                self.alerts(action)
            }
            (Message::Tasks(message), Screen::Tasks(screen)) => {
                let action = screen.update(message, hands, words);
                self.tasks(action)
            }
            (Message::Cards(message), Screen::Cards(screen)) => {
                let action = screen.update(message, hands, card, words);
                self.cards(action, words)
            }
            (Message::Sessions(message), Screen::Sessions(screen)) => {
                let action = screen.update(message, hands, words);
                self.sessions(action, words)
            }
            (Message::Stock(message), Screen::Stock(screen)) => {
                let action = screen.update(message, hands, words);
                self.stock(action)
            }
            (Message::Reports(message), Screen::Reports(screen)) => {
                let action = screen.update(message, hands);
                self.reports(action, words)
            }
            (Message::Certificates(message), Screen::Certificates(screen)) => {
                let action = screen.update(message, hands);
                self.certificates(action, words)
            }
            (Message::Find(message), Screen::Find(screen)) => {
                let action = screen.update(message, hands, words);
                self.find(action)
            }
            (Message::Papers(message), _) => {
                let Some(papers) = &mut self.papers else { return Action::None };
                let action = papers.update(message, hands, words);
                self.papers(action)
            }
            (Message::CutOff(kept), screen) => {
                match kept {
                    Some(CutOff::NewChild) if !matches!(screen, Screen::Register(_)) => {
                        self.say(Banner::wait(words.get("shell-cut-off")));
                    }
                    Some(CutOff::Visit(child)) if !matches!(screen, Screen::Visit(_)) => {
                        self.say(Banner::wait(words.get("shell-cut-off-visit")));
                        self.banner_leads = Some(Leads::ToChild(child));
                    }
                    Some(CutOff::Edit(child)) if !matches!(screen, Screen::Record(_)) => {
                        self.say(Banner::wait(words.get("shell-cut-off-edit")));
                        self.banner_leads = Some(Leads::ToRecord(child));
                    }
                    _ => {}
                }
                Action::None
            }
            (Message::Refreshed(read), _) => self.refreshed(read, words),
            (Message::Shown, _) => {
                if self.shown.ends() {
                    Action::Run(self.refresh_shown())
                } else {
                    Action::None
                }
            }
            (Message::Card(card, Ok(looked)), _) => Action::Run(self.card_means(card, looked, words)),
            (Message::Asked(Ok(())), _) => {
                self.say(Banner::good(words.get("ask-district-done")));
                Action::None
            }
            (Message::Asked(Err(trouble)), _) => {
                self.say(Banner::wait(trouble.sentence(words)));
                Action::None
            }
            (Message::Renewed(Ok(wrote)), _) => self.renewed(wrote, words),
            (Message::Renewed(Err(trouble)), _) => {
                self.trouble(&trouble, words);
                Action::None
            }
            (Message::Card(_, Err(trouble)), _) => {
                self.trouble(&trouble, words);
                Action::None
            }
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, words: &'a Words, now_ms: u64, room: Room) -> Element<'a, Message> {
        let live = self.live.as_ref();
        let card = self.on_reader.as_ref();
        let now = Now { words, session: &self.hands.session, view: &self.view, live, card, now_ms, room };
        let (here, content) = match &self.screen {
            Screen::Today(screen) => (Some(Place::Today), screen.view(now).map(Message::Today)),
            Screen::Children(screen) => (Some(Place::Children), screen.view(now).map(Message::Children)),
            Screen::Register(screen) => (Some(Place::Register), screen.view(now).map(Message::Register)),
            Screen::Visit(screen) => (None, screen.view(now).map(Message::Visit)),
            Screen::Record(screen) => (None, screen.view(now).map(Message::Record)),
            Screen::Pairs(screen) => (Some(Place::Children), screen.view(now).map(Message::Pairs)),
            Screen::Toys(screen) => (Some(Place::Toys), screen.view(now).map(Message::Toys)),
            Screen::Staff(screen) => (Some(Place::Staff), screen.view(now).map(Message::Staff)),
            Screen::Settings(screen) => (Some(Place::Settings), screen.view(now).map(Message::Settings)),
            Screen::Audit(screen) => (Some(Place::Settings), screen.view(now).map(Message::Audit)),
            Screen::Sheet(screen) => (Some(Place::Sessions), screen.view(now).map(Message::Sheet)),
            Screen::Import(screen) => (Some(Place::Settings), screen.view(now).map(Message::Import)),
            Screen::Outbox(screen) => (Some(Place::Settings), screen.view(now).map(Message::Outbox)),
            Screen::Reminders(screen) => (Some(Place::Settings), screen.view(now).map(Message::Reminders)),
            Screen::Conflicts(screen) => (Some(Place::Today), screen.view(now).map(Message::Conflicts)),
            Screen::Alerts(screen) => (Some(Place::Today), screen.view(now).map(Message::Alerts)),
            Screen::Tasks(screen) => (Some(Place::Tasks), screen.view(now).map(Message::Tasks)),
            Screen::Cards(screen) => (Some(Place::Cards), screen.view(now).map(Message::Cards)),
            Screen::Sessions(screen) => (Some(Place::Sessions), screen.view(now).map(Message::Sessions)),
            Screen::Stock(screen) => (Some(Place::Sessions), screen.view(now).map(Message::Stock)),
            Screen::Reports(screen) => (Some(Place::Reports), screen.view(now).map(Message::Reports)),
            Screen::Certificates(screen) => (Some(Place::Reports), screen.view(now).map(Message::Certificates)),
            Screen::Find(screen) => (Some(Place::Find), screen.view(now).map(Message::Find)),
        };
        let content = if self.leaving.is_some() {
            let (title, about, go) = match self.makes_paper() {
                true => ("shell-leave-paper", "shell-leave-paper-about", "shell-leave-paper-go"),
                false => ("shell-leave-title", "shell-leave-about", "shell-leave-go"),
            };
            let question = (words.get(title), self.naming_unsaved(words.get(about), words));
            let stay = (words.get("shell-leave-stay"), shell::Message::Leave(false));
            let leave = (words.get(go), shell::Message::Leave(true));
            ui::ask(question.0, question.1, stay, leave).map(Message::Shell)
        } else if let Some(papers) = &self.papers {
            papers.view(now).map(Message::Papers)
        } else {
            content
        };
        let banner = self.banner.as_ref().map(|banner| (banner, self.banner_leads.map(Leads::label)));
        let around = shell::Around { sync: self.sync.as_ref(), here, banner, toy_alerts: self.toy_alerts };
        shell::view(now, around, content, Message::Shell)
    }
}
