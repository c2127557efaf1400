//! From one page to the next, and what is asked before something typed is lost.

use super::*;

/// Where a page is left to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leave {
    To(Place),
    /// To the list from which the child was opened.
    Back,
    Child(ChildId),
    /// To what is written of the child.
    Record(ChildId),
    Alerts,
    Conflicts,
    /// A task to find this child.
    Tracing(ChildId),
    Sheet(Option<(SessionId, NaiveDate)>),
    Stock,
    Import,
    Outbox,
    Reminders,
    Audit,
    LogOut,
}

impl Desk {
    /// Another page; what was asked on the one before is answered to nobody.
    pub(super) fn turn_to(&mut self, screen: Screen) -> Screen {
        self.page += 1;
        self.since = self.page;
        self.replacing = false;
        self.keep_undo();
        std::mem::replace(&mut self.screen, screen)
    }

    /// What was saved on a child's page can be undone there for a while, also after a look elsewhere.
    fn keep_undo(&mut self) {
        if let Screen::Visit(visit) = &mut self.screen
            && let Some(undo) = visit.leave_undo()
        {
            self.undo = Some(undo);
        }
    }

    pub(super) fn open_child(&mut self, child: ChildId) -> Task<Message> {
        let (mut visit, load) = visit::Visit::new(child, &self.hands);
        self.keep_undo();
        if let Some(undo) = self.undo.take_if(|undo| undo.is_of(child)) {
            visit.take_up(undo);
        }
        let since = self.since;
        let left = self.turn_to(Screen::Visit(Box::new(visit)));
        let is_list = matches!(
            left,
            Screen::Today(_)
                | Screen::Children(_)
                | Screen::Conflicts(_)
                | Screen::Pairs(_)
                | Screen::Tasks(_)
                | Screen::Cards(_)
                | Screen::Alerts(_)
                | Screen::Sessions(_)
                | Screen::Certificates(_)
        );
        // From one child to the next the list stays behind.
        if is_list {
            self.behind = Some(Behind { screen: left, since });
        }
        self.papers = None;
        self.banner = None;
        self.banner_leads = None;
        load.map(Message::Visit)
    }

    /// Leaves the page; with something that is not saved only when the person says so.
    pub(super) fn leave(&mut self, to: Leave) -> Action {
        let keeps_behind = matches!(to, Leave::Back | Leave::Child(_) | Leave::Record(_));
        if self.screen.has_input() || self.makes_paper() || (!keeps_behind && self.has_input_behind()) {
            self.leaving = Some(to);
            return Action::Run(focus(ask::STAY));
        }
        self.leave_anyway(to)
    }

    pub(super) fn leave_anyway(&mut self, to: Leave) -> Action {
        self.leaving = None;
        self.papers = None;
        let forget = match &mut self.screen {
            Screen::Register(_) => register::Register::forget(&self.hands).map(Message::Register),
            Screen::Visit(visit) => visit.forget(&self.hands).map(Message::Visit),
            Screen::Record(record) => record.forget(&self.hands).map(Message::Record),
            Screen::Reminders(reminders) => reminders.forget(&self.hands).map(Message::Reminders),
            _ => Task::none(),
        };
        let left = match to {
            Leave::To(place) => self.go(place),
            Leave::Back => self.back(),
            Leave::Child(child) => Action::Run(self.open_child(child)),
            Leave::Record(child) => Action::Run(self.open_record(child, None)),
            Leave::Alerts => self.show_alerts(),
            Leave::Conflicts => self.show_conflicts(),
            Leave::Tracing(child) => {
                let (screen, open) = tasks::Tasks::tracing(child, &self.hands);
                self.show(Screen::Tasks(Box::new(screen)), open.map(Message::Tasks))
            }
            Leave::Sheet(session) => {
                let (screen, open) = sheet::Sheet::new(session, &self.hands);
                self.show(Screen::Sheet(Box::new(screen)), open.map(Message::Sheet))
            }
            Leave::Stock => {
                let (screen, open) = stock::Stock::new(&self.hands);
                self.show(Screen::Stock(Box::new(screen)), open.map(Message::Stock))
            }
            Leave::Import => {
                let (screen, open) = import::Import::new(&self.hands);
                self.show(Screen::Import(Box::new(screen)), open.map(Message::Import))
            }
            Leave::Outbox => {
                let (screen, open) = outbox::Outbox::new(&self.hands);
                self.show(Screen::Outbox(Box::new(screen)), open.map(Message::Outbox))
            }
            Leave::Reminders => {
                let (screen, open) = reminders::Reminders::new(&self.hands);
                self.show(Screen::Reminders(Box::new(screen)), open.map(Message::Reminders))
            }
            Leave::Audit => {
                let (screen, open) = audit::Audit::new(&self.hands);
                self.show(Screen::Audit(Box::new(screen)), open.map(Message::Audit))
            }
            Leave::LogOut => Action::LogOut(Task::none()),
        };
        match left {
            Action::Run(task) => Action::Run(Task::batch([forget, task])),
            Action::LogOut(task) => Action::LogOut(Task::batch([forget, task])),
            left => left,
        }
    }

    pub(super) fn answered(&mut self, leave: bool) -> Action {
        let to = self.leaving.take();
        to.filter(|_| leave).map_or(Action::None, |to| self.leave_anyway(to))
    }

    pub(super) fn go(&mut self, place: Place) -> Action {
        let (screen, open) = Screen::open(place, &self.hands);
        let _left = self.turn_to(screen);
        self.behind = None;
        self.banner = None;
        self.banner_leads = None;
        Action::Run(open)
    }

    /// Back to the list the child was opened from.
    pub(super) fn back(&mut self) -> Action {
        let Some(Behind { mut screen, since }) = self.behind.take() else { return self.go(Place::Today) };
        let resume = screen.resume(&self.hands);
        let _left = self.turn_to(screen);
        self.since = since;
        self.banner = None;
        self.banner_leads = None;
        Action::Run(resume)
    }

    /// A screen without a place of its own on the rail.
    pub(super) fn show(&mut self, screen: Screen, open: Task<Message>) -> Action {
        let _left = self.turn_to(screen);
        self.behind = None;
        self.banner = None;
        self.banner_leads = None;
        Action::Run(open)
    }
}
