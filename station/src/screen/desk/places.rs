//! The screens of the desk: which one a place opens, and what holds for each.

use super::*;

pub(super) enum Screen {
    Today(Box<today::Today>),
    Children(children::Children),
    Register(Box<register::Register>),
    Visit(Box<visit::Visit>),
    Record(Box<child::Record>),
    Pairs(pairs::Pairs),
    Toys(toys::Toys),
    Staff(Box<staff::Staff>),
    Settings(Box<settings::Settings>),
    Audit(Box<audit::Audit>),
    Import(Box<import::Import>),
    Sheet(Box<sheet::Sheet>),
    Outbox(Box<outbox::Outbox>),
    Reminders(Box<reminders::Reminders>),
    Conflicts(Box<conflicts::Conflicts>),
    Alerts(Box<alerts::Alerts>),
    Tasks(Box<tasks::Tasks>),
    Cards(Box<cards::Cards>),
    Sessions(Box<sessions::Sessions>),
    Stock(Box<stock::Stock>),
    Reports(Box<reports::Reports>),
    Certificates(Box<certificates::Certificates>),
    Find(Box<find::Find>),
}

impl Screen {
    pub(super) fn open(place: Place, hands: &Hands) -> (Self, Task<Message>) {
        match place {
            Place::Today => {
                let (screen, task) = today::Today::new(hands);
                (Self::Today(Box::new(screen)), task.map(Message::Today))
            }
            Place::Children => {
                let (screen, task) = children::Children::new(hands);
                (Self::Children(screen), task.map(Message::Children))
            }
            Place::Register => {
                let (screen, task) = register::Register::new(hands);
                (Self::Register(Box::new(screen)), task.map(Message::Register))
            }
            Place::Toys => {
                let (screen, task) = toys::Toys::new(hands);
                (Self::Toys(screen), task.map(Message::Toys))
            }
            Place::Staff => {
                let (screen, task) = staff::Staff::new(hands);
                (Self::Staff(Box::new(screen)), task.map(Message::Staff))
            }
            Place::Settings => {
                let (screen, task) = settings::Settings::new(hands);
                (Self::Settings(Box::new(screen)), task.map(Message::Settings))
            }
            Place::Tasks => {
                let (screen, task) = tasks::Tasks::new(hands);
                (Self::Tasks(Box::new(screen)), task.map(Message::Tasks))
            }
            Place::Cards => {
                let (screen, task) = cards::Cards::new(hands);
                (Self::Cards(Box::new(screen)), task.map(Message::Cards))
            }
            Place::Sessions => {
                let (screen, task) = sessions::Sessions::new(hands);
                (Self::Sessions(Box::new(screen)), task.map(Message::Sessions))
            }
            Place::Reports => {
                let (screen, task) = reports::Reports::new(hands);
                (Self::Reports(Box::new(screen)), task.map(Message::Reports))
            }
            Place::Find => {
                let (screen, task) = find::Find::new(hands);
                (Self::Find(Box::new(screen)), task.map(Message::Find))
            }
        }
    }

    /// A list is shown again, as it was left.
    pub(super) fn resume(&mut self, hands: &Hands) -> Task<Message> {
        match self {
            Self::Today(screen) => screen.resume(hands).map(Message::Today),
            Self::Children(screen) => screen.resume(hands).map(Message::Children),
            Self::Certificates(screen) => screen.resume(hands).map(Message::Certificates),
            screen => screen.reload(hands),
        }
    }

    /// Reads again what is shown.
    pub(super) fn reload(&mut self, hands: &Hands) -> Task<Message> {
        match self {
            Self::Today(screen) => screen.reload(hands).map(Message::Today),
            Self::Children(screen) => screen.reload(hands).map(Message::Children),
            Self::Visit(screen) => screen.reload(hands).map(Message::Visit),
            Self::Record(screen) => screen.reload(hands).map(Message::Record),
            Self::Pairs(screen) => screen.reload(hands).map(Message::Pairs),
            Self::Toys(screen) => screen.reload(hands).map(Message::Toys),
            Self::Staff(_) => staff::Staff::reload(hands).map(Message::Staff),
            Self::Conflicts(_) => conflicts::Conflicts::reload(hands).map(Message::Conflicts),
            Self::Alerts(screen) => screen.reload(hands).map(Message::Alerts),
            Self::Tasks(screen) => screen.reload(hands).map(Message::Tasks),
            Self::Cards(screen) => screen.reload(hands).map(Message::Cards),
            Self::Sessions(_) => sessions::Sessions::reload(hands).map(Message::Sessions),
            Self::Stock(_) => stock::Stock::reload(hands).map(Message::Stock),
            // Each look at the list is noted: it is read when somebody asks for it. A report takes its time.
            Self::Find(_) | Self::Reports(_) => Task::none(),
            Self::Outbox(screen) => screen.reload(hands).map(Message::Outbox),
            Self::Certificates(screen) => screen.reload(hands).map(Message::Certificates),
            Self::Register(_)
            | Self::Settings(_)
            | Self::Audit(_)
            | Self::Import(_)
            | Self::Sheet(_)
            | Self::Reminders(_) => Task::none(),
        }
    }

    /// As in a ledger: Enter goes on to the next field.
    pub(super) fn enter_goes_on(&self) -> bool {
        match self {
            Self::Register(screen) => screen.enter_goes_on(),
            Self::Sheet(screen) => screen.enter_goes_on(),
            Self::Record(screen) => screen.enter_goes_on(),
            _ => false,
        }
    }

    /// A digit that missed its field still goes there.
    pub(super) fn takes_digits(&self) -> bool {
        match self {
            Self::Children(_) | Self::Certificates(_) => true,
            Self::Visit(screen) => screen.takes_digits(),
            _ => false,
        }
    }

    /// Esc would take away what was typed: the page does not ask by itself.
    pub(super) fn escape_loses(&self) -> bool {
        match self {
            Self::Visit(screen) => screen.escape_loses(),
            Self::Staff(screen) => screen.escape_loses(),
            Self::Sheet(screen) => screen.escape_loses(),
            Self::Import(screen) => screen.has_answers(),
            Self::Today(_)
            | Self::Record(_)
            | Self::Tasks(_)
            | Self::Sessions(_)
            | Self::Stock(_)
            | Self::Toys(_)
            | Self::Conflicts(_) => self.has_input(),
            _ => false,
        }
    }

    /// Opening another thing here would take away what was typed.
    pub(super) fn replacing_loses(&self) -> bool {
        match self {
            Self::Import(screen) => screen.has_answers(),
            screen => screen.escape_loses(),
        }
    }

    /// What is not saved, where more than one page may be meant.
    pub(super) fn unsaved(&self, words: &Words) -> Option<String> {
        match self {
            Self::Visit(screen) => screen.named(words),
            Self::Register(screen) => Some(screen.named(words)),
            Self::Record(screen) => screen.named(words),
            Self::Sheet(screen) => Some(screen.named(words)),
            _ => None,
        }
    }

    /// Would something that was typed be lost?
    pub(super) fn has_input(&self) -> bool {
        match self {
            Self::Today(screen) => screen.has_input(),
            Self::Children(_) | Self::Pairs(_) => false,
            Self::Certificates(screen) => screen.has_input(),
            Self::Record(screen) => screen.has_input(),
            Self::Register(screen) => screen.has_input(),
            // Whoever left while it is saved would not hear what became of it.
            Self::Visit(screen) => screen.has_input() || screen.is_busy(),
            Self::Toys(screen) => screen.has_input(),
            Self::Staff(screen) => screen.has_input(),
            Self::Settings(screen) => screen.has_input(),
            Self::Reminders(screen) => screen.has_input(),
            Self::Audit(_) | Self::Outbox(_) => false,
            Self::Import(screen) => screen.has_input(),
            Self::Sheet(screen) => screen.has_input(),
            Self::Conflicts(screen) => screen.has_input(),
            Self::Tasks(screen) => screen.has_input(),
            Self::Cards(screen) => screen.has_input(),
            Self::Sessions(screen) => screen.has_input(),
            Self::Stock(screen) => screen.has_input(),
            Self::Alerts(_) | Self::Reports(_) | Self::Find(_) => false,
        }
    }
}
