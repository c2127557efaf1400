//! Every child of the clinic, found while typing.

mod view;

use super::ask_district::{ask_district, first_waiting, withdraw_ask};
use super::paged::{Page, Paged, Row};
use super::{Hands, blocking, opens, workers};
use crate::ui::list::{List, Scrolled};
use crate::ui::{Press, Trouble, focus, tab_stop};
use clinic::record::command::CommandKind;
use clinic::record::fact::Sought;
use clinic::record::role::Right;
use clinic::store::{AskedFor, CHILDREN_PAGE, ChildFilter, ChildLine, ChildrenFound, Whose};
use hub_protocol::{ChildId, UserId};
use iced::Task;
use iced::widget::operation;

const SEARCH: &str = "children-search";
const ROW_HEIGHT: f32 = 60.0;
/// Villages, and workers with how many children each has.
type Choices = (Vec<String>, Vec<(UserId, String, u32)>);

/// What can be chosen from, when it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    Villages,
    Workers,
    /// All of it, where there is no room for it beside the list.
    All,
}

pub use view::worker_name;

impl Row for ChildLine {
    type Id = ChildId;

    fn id(&self) -> ChildId {
        self.id
    }
}

pub struct Children {
    typed: String,
    filter: ChildFilter,
    panel: Option<Panel>,
    villages: Vec<String>,
    workers: Vec<(UserId, String, u32)>,
    rows: Paged<ChildLine>,
    /// Enter came before the answer: it means the first of those who are asked for.
    opens_first: bool,
    /// There are more than can be shown.
    more: bool,
    trouble: Option<Trouble>,
    /// Children of other stations for whom the district was asked.
    asks: Vec<AskedFor>,
}

#[derive(Clone)]
pub enum Message {
    Typed(String),
    Page(Page, Result<ChildrenFound, Trouble>),
    Choices(Result<Choices, Trouble>),
    Panel(Panel),
    Whose(Whose),
    Village(Option<String>),
    Gone,
    WithoutCard,
    Age(Option<(u32, u32)>),
    NoFilter,
    Duplicates,
    Scrolled(Scrolled),
    Open(ChildId),
    Enter,
    Register,
    Asks(Result<Vec<AskedFor>, Trouble>),
    Ask(ChildId),
    TakeBack(Sought),
    Asked(Result<(), Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Open(ChildId),
    Register,
    /// Records that are probably of one child.
    Duplicates,
}

impl Children {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let mut screen = Self {
            typed: String::new(),
            filter: ChildFilter::default(),
            panel: None,
            villages: Vec::new(),
            workers: Vec::new(),
            rows: Paged::new(List::new("children-list", ROW_HEIGHT), CHILDREN_PAGE),
            opens_first: false,
            more: false,
            trouble: None,
            asks: Vec::new(),
        };
        let first = screen.rows.ask();
        let (first, asks) = (screen.read(&[first], hands), read_asks(hands));
        let hands = hands.clone();
        let choices = move || Ok((hands.clinic.villages(&hands.session)?, workers(&hands)?));
        let choices = blocking(choices, Message::Choices);
        (screen, Task::batch([first, choices, asks, focus(SEARCH)]))
    }

    /// Another question: its answer is shown from the top.
    fn ask_anew(&mut self, hands: &Hands) -> Action {
        self.opens_first = false;
        let first = self.rows.ask();
        Action::Run(Task::batch([self.rows.list.reset(), self.read(&[first], hands)]))
    }

    fn read(&self, pages: &[Page], hands: &Hands) -> Task<Message> {
        let read = |page: &Page| {
            let (hands, typed, filter, page) = (hands.clone(), self.typed.clone(), self.filter.clone(), *page);
            let offset = page.offset(CHILDREN_PAGE);
            let work = move || Ok(hands.clinic.find_children(&hands.session, &typed, &filter, offset)?);
            blocking(work, move |read| Message::Page(page, read))
        };
        Task::batch(pages.iter().map(read).collect::<Vec<_>>())
    }

    /// Shown again, as it was left.
    pub fn resume(&mut self, hands: &Hands) -> Task<Message> {
        // What is typed next takes the place of what was looked for.
        let search = focus(SEARCH).chain(operation::select_all(tab_stop::id(SEARCH)));
        Task::batch([self.rows.list.restore(), self.reload(hands), search])
    }

    /// Records changed: the rows that can be seen are read again.
    pub fn reload(&mut self, hands: &Hands) -> Task<Message> {
        let pages = self.rows.ask_again();
        Task::batch([self.read(&pages, hands), read_asks(hands)])
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Typed(typed) => {
                self.typed = typed;
                self.ask_anew(hands)
            }
            Message::Choices(Ok((villages, workers))) => {
                self.villages = villages;
                self.workers = workers;
                Action::None
            }
            Message::Choices(Err(trouble)) => {
                self.trouble = Some(trouble);
                Action::None
            }
            Message::Panel(panel) => {
                self.panel = if self.panel == Some(panel) { None } else { Some(panel) };
                Action::None
            }
            Message::Whose(whose) => {
                // Once more takes it back.
                self.filter.whose = if self.filter.whose == whose { Whose::Anybodys } else { whose };
                self.panel = None;
                self.ask_anew(hands)
            }
            Message::Village(village) => {
                self.filter.village = if self.filter.village == village { None } else { village };
                self.panel = None;
                self.ask_anew(hands)
            }
            Message::Gone => {
                self.filter.gone = !self.filter.gone;
                self.ask_anew(hands)
            }
            Message::WithoutCard => {
                self.filter.without_card = !self.filter.without_card;
                self.ask_anew(hands)
            }
            Message::Age(age) => {
                self.filter.age_months = if self.filter.age_months == age { None } else { age };
                self.ask_anew(hands)
            }
            Message::NoFilter => {
                self.filter = ChildFilter::default();
                self.panel = None;
                self.ask_anew(hands)
            }
            Message::Duplicates => Action::Duplicates,
            Message::Page(page, Ok(ChildrenFound { lines, total, more })) => {
                if !self.rows.take(page, lines, total, hands.clinic.env().now_ms()) {
                    return Action::None;
                }
                self.more = more;
                self.trouble = None;
                if std::mem::take(&mut self.opens_first) {
                    return self.open_chosen(hands);
                }
                let missing = self.rows.missing();
                Action::Run(self.read(&missing, hands))
            }
            Message::Page(page, Err(trouble)) => {
                if self.rows.failed(page) {
                    self.opens_first = false;
                    self.trouble = Some(trouble);
                }
                Action::None
            }
            Message::Scrolled(to) => {
                let missing = self.rows.scrolled(to);
                Action::Run(self.read(&missing, hands))
            }
            Message::Open(child) => Action::Open(child),
            Message::Enter => self.open_chosen(hands),
            Message::Register => Action::Register,
            Message::Asks(Ok(asks)) => {
                self.asks = asks;
                Action::None
            }
            Message::Ask(child) => Action::Run(ask_district(hands, Sought::Child(child), Message::Asked)),
            Message::TakeBack(sought) => Action::Run(withdraw_ask(hands, sought, Message::Asked)),
            Message::Asked(Ok(())) => {
                self.trouble = None;
                Action::Run(read_asks(hands))
            }
            Message::Asks(Err(trouble)) | Message::Asked(Err(trouble)) => {
                self.trouble = Some(trouble);
                Action::None
            }
        }
    }

    /// The whole number of a child is typed, and nobody of this clinic has it.
    fn unknown_number(&self) -> Option<ChildId> {
        let nobody = self.rows.total() == Some(0) && self.filter == ChildFilter::default();
        if nobody { self.typed.trim().parse().ok() } else { None }
    }

    fn asked_for(&self, child: ChildId) -> Option<&AskedFor> {
        self.asks.iter().find(|asked| asked.sought == Sought::Child(child))
    }

    /// Of whom the district was asked: of the one whose number is typed, and of all while nothing is.
    fn asked_told(&self) -> Vec<&AskedFor> {
        if self.typed.trim().is_empty() && self.filter == ChildFilter::default() {
            return self.asks.iter().collect();
        }
        self.unknown_number().and_then(|child| self.asked_for(child)).into_iter().collect()
    }

    /// Of what is asked for now; a list of something else is not looked at.
    fn open_chosen(&mut self, hands: &Hands) -> Action {
        if !self.rows.is_current() {
            self.opens_first = true;
            return Action::None;
        }
        let chosen = self.rows.chosen_at(hands.clinic.env().now_ms());
        chosen.map_or(Action::None, |child| Action::Open(child.id))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        if let Some(task) = self.rows.list.press(press, self.rows.len()) {
            let missing = self.rows.missing();
            return Action::Run(Task::batch([task, self.read(&missing, hands)]));
        }
        match press {
            press if opens(press) => self.open_chosen(hands),
            // It missed the field.
            Press::Stray(digit) => {
                self.typed.push(char::from(b'0' + digit));
                let focus = focus(SEARCH);
                match self.ask_anew(hands) {
                    Action::Run(ask) => Action::Run(Task::batch([ask, focus])),
                    action => action,
                }
            }
            Press::Letter('F') => Action::Run(focus(SEARCH)),
            Press::Letter('W') if hands.session.may(Right::Do(CommandKind::WithdrawAsk)) => {
                let waits = first_waiting(&self.asked_told());
                waits.map_or(Action::None, |sought| self.update(Message::TakeBack(sought), hands))
            }
            _ => Action::None,
        }
    }
}

fn read_asks(hands: &Hands) -> Task<Message> {
    let hands = hands.clone();
    blocking(move || Ok(hands.clinic.asked_for(&hands.session)?), Message::Asks)
}
