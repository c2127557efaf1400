//! What each screen asks of the desk.

use super::*;

impl Desk {
    pub(super) fn shell(&mut self, message: shell::Message) -> Action {
        match message {
            shell::Message::Go(place) => self.leave(Leave::To(place)),
            shell::Message::Leave(leave) => self.answered(leave),
            shell::Message::Lang(lang) => Action::Lang(lang),
            shell::Message::Lock => Action::Lock,
            shell::Message::LogOut => self.leave(Leave::LogOut),
            shell::Message::CloseBanner => {
                self.banner = None;
                Action::None
            }
            shell::Message::OpenBanner => match self.banner_leads {
                Some(Leads::ToChild(child)) => self.leave(Leave::Child(child)),
                Some(Leads::ToRecord(child)) => self.leave(Leave::Record(child)),
                Some(Leads::Ask(whom)) => {
                    self.banner_leads = None;
                    Action::Run(ask_district(&self.hands, whom, Message::Asked))
                }
                None => Action::None,
            },
        }
    }

    pub(super) fn today(&mut self, action: today::Action, words: &Words) -> Action {
        match action {
            today::Action::None => Action::None,
            today::Action::Run(task) => Action::Run(task.map(Message::Today)),
            today::Action::Open(child) => Action::Run(self.open_child(child)),
            today::Action::Find => self.leave(Leave::To(Place::Children)),
            today::Action::Register => self.leave(Leave::To(Place::Register)),
            today::Action::Toys => self.leave(Leave::To(Place::Toys)),
            today::Action::Tasks => self.leave(Leave::To(Place::Tasks)),
            today::Action::Alerts => self.leave(Leave::Alerts),
            today::Action::TraceBy(child) => self.leave(Leave::Tracing(child)),
            today::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Today))
            }
            today::Action::Papers(offered) => self.open_papers(offered, words),
            today::Action::Conflicts => self.leave(Leave::Conflicts),
            today::Action::Trouble(trouble) => {
                self.trouble(&trouble, words);
                Action::None
            }
        }
    }

    pub(super) fn children(&mut self, action: children::Action) -> Action {
        match action {
            children::Action::None => Action::None,
            children::Action::Run(task) => Action::Run(task.map(Message::Children)),
            children::Action::Open(child) => Action::Run(self.open_child(child)),
            children::Action::Register => self.go(Place::Register),
            children::Action::Duplicates => {
                let (screen, open) = pairs::Pairs::new(&self.hands);
                self.show(Screen::Pairs(screen), open.map(Message::Pairs))
            }
        }
    }

    pub(super) fn register(&mut self, action: register::Action, words: &Words) -> Action {
        match action {
            register::Action::None => Action::None,
            register::Action::Run(task) => Action::Run(task.map(Message::Register)),
            register::Action::Saved(child, forget) => {
                let open = Task::batch([self.open_child(child), forget.map(Message::Register)]);
                if let Screen::Visit(visit) = &mut self.screen {
                    visit.just_registered();
                }
                self.say(Banner::good(words.with("register-saved", &[("id", child.to_string().into())])));
                Action::Run(open)
            }
            // The child is here already: nothing of the form is wanted.
            register::Action::Open(child) => {
                let forget = register::Register::forget(&self.hands).map(Message::Register);
                Action::Run(Task::batch([forget, self.open_child(child)]))
            }
            register::Action::Cancel => self.leave(Leave::To(Place::Today)),
        }
    }

    pub(super) fn visit(&mut self, action: visit::Action, words: &Words) -> Action {
        match action {
            visit::Action::None => Action::None,
            visit::Action::Run(task) => Action::Run(task.map(Message::Visit)),
            visit::Action::Back => self.leave(Leave::Back),
            visit::Action::Record(child) => self.leave(Leave::Record(child)),
            visit::Action::Said(banner, task) => {
                self.say(banner);
                // Whatever was put into the record goes on the card while it lies there.
                Action::Run(Task::batch([task.map(Message::Visit), self.renew()]))
            }
            visit::Action::CardGiven(banner, task) => {
                self.say(banner);
                Action::Run(Task::batch([task.map(Message::Visit), self.card_again()]))
            }
            visit::Action::Trouble(trouble) => {
                self.trouble(&trouble, words);
                Action::None
            }
            visit::Action::Papers(offered) => self.open_papers(offered, words),
        }
    }

    pub(super) fn record(&mut self, action: child::Action) -> Action {
        match action {
            child::Action::None => Action::None,
            child::Action::Run(task) => Action::Run(task.map(Message::Record)),
            child::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Record))
            }
            child::Action::Visit(child) => {
                // The list from which the child was opened is still behind it.
                let behind = self.behind.take();
                let open = self.open_child(child);
                self.behind = behind;
                Action::Run(open)
            }
        }
    }

    pub(super) fn pairs(&mut self, action: pairs::Action) -> Action {
        match action {
            pairs::Action::None => Action::None,
            pairs::Action::Run(task) => Action::Run(task.map(Message::Pairs)),
            pairs::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Pairs))
            }
            pairs::Action::Open(child) => Action::Run(self.open_child(child)),
            pairs::Action::Merge(child, into) => {
                let open = self.open_record(child, Some(into));
                Action::Run(open)
            }
            pairs::Action::Back => self.go(Place::Children),
        }
    }

    /// What is written of a child.
    pub(super) fn open_record(&mut self, child: ChildId, merge_into: Option<ChildId>) -> Task<Message> {
        let (record, load) = child::Record::new(child, merge_into, &self.hands);
        let _left = self.turn_to(Screen::Record(Box::new(record)));
        self.banner = None;
        self.banner_leads = None;
        load.map(Message::Record)
    }

    pub(super) fn toys(&mut self, action: toys::Action, words: &Words) -> Action {
        match action {
            toys::Action::None => Action::None,
            toys::Action::Run(task) => Action::Run(task.map(Message::Toys)),
            toys::Action::Papers(offered) => self.open_papers(offered, words),
            toys::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Toys))
            }
        }
    }

    pub(super) fn staff(&mut self, action: staff::Action) -> Action {
        match action {
            staff::Action::None => Action::None,
            staff::Action::Run(task) => Action::Run(task.map(Message::Staff)),
            staff::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Staff))
            }
        }
    }

    pub(super) fn settings(&mut self, action: settings::Action) -> Action {
        match action {
            settings::Action::None => Action::None,
            settings::Action::Run(task) => Action::Run(task.map(Message::Settings)),
            settings::Action::Lang(lang) => Action::Lang(lang),
            settings::Action::Scale(scale) => Action::Scale(scale),
            settings::Action::Contrast(contrast) => Action::Contrast(contrast),
            settings::Action::Enrolled(banner) => {
                self.say(banner);
                Action::Run(self.refresh_bar())
            }
            settings::Action::Say(banner) => {
                self.say(banner);
                Action::None
            }
            settings::Action::Changed(banner, task) => {
                self.say(banner);
                let bar = self.refresh_bar();
                Action::Run(Task::batch([bar, task.map(Message::Settings)]))
            }
            settings::Action::NewSession(session, banner) => {
                self.hands.session = session;
                self.say(banner);
                Action::None
            }
            settings::Action::Import => self.leave(Leave::Import),
            settings::Action::Outbox => self.leave(Leave::Outbox),
            settings::Action::Reminders => self.leave(Leave::Reminders),
            settings::Action::Audit => self.leave(Leave::Audit),
        }
    }

    pub(super) fn sheet(&mut self, action: sheet::Action) -> Action {
        match action {
            sheet::Action::None => Action::None,
            sheet::Action::Run(task) => Action::Run(task.map(Message::Sheet)),
            sheet::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Sheet))
            }
            sheet::Action::Back => self.leave(Leave::To(Place::Sessions)),
            sheet::Action::Finished(banner) => {
                let went = self.leave(Leave::To(Place::Sessions));
                self.say(banner);
                went
            }
        }
    }

    pub(super) fn import(&mut self, action: import::Action, words: &Words) -> Action {
        match action {
            import::Action::None => Action::None,
            import::Action::Run(task) => Action::Run(task.map(Message::Import)),
            import::Action::Say(banner) => {
                self.say(banner);
                Action::None
            }
            import::Action::Trouble(trouble) => {
                self.trouble(&trouble, words);
                Action::None
            }
            import::Action::Back => self.leave(Leave::To(Place::Settings)),
        }
    }

    pub(super) fn audit(&mut self, action: audit::Action) -> Action {
        match action {
            audit::Action::None => Action::None,
            audit::Action::Run(task) => Action::Run(task.map(Message::Audit)),
            audit::Action::Back => self.go(Place::Settings),
        }
    }

    pub(super) fn outbox(&mut self, action: outbox::Action) -> Action {
        match action {
            outbox::Action::None => Action::None,
            outbox::Action::Run(task) => Action::Run(task.map(Message::Outbox)),
            outbox::Action::Back => self.go(Place::Settings),
        }
    }

    pub(super) fn reminders(&mut self, action: reminders::Action) -> Action {
        match action {
            reminders::Action::None => Action::None,
            reminders::Action::Run(task) => Action::Run(task.map(Message::Reminders)),
            reminders::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Reminders))
            }
            reminders::Action::Back => self.leave(Leave::To(Place::Settings)),
        }
    }

    pub(super) fn show_conflicts(&mut self) -> Action {
        let (screen, open) = conflicts::Conflicts::new(&self.hands);
        self.show(Screen::Conflicts(Box::new(screen)), open.map(Message::Conflicts))
    }

    pub(super) fn conflicts(&mut self, action: conflicts::Action) -> Action {
        match action {
            conflicts::Action::None => Action::None,
            conflicts::Action::Run(task) => Action::Run(task.map(Message::Conflicts)),
            conflicts::Action::Open(child) => Action::Run(self.open_child(child)),
            conflicts::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Conflicts))
            }
            conflicts::Action::Back => self.leave(Leave::To(Place::Today)),
        }
    }
}
