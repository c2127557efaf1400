//! Every child of the clinic, found while typing.

mod view;

use super::ask_district::{ask_district, first_waiting, withdraw_ask};
use super::{Hands, blocking, opens, workers};
use crate::ui::list::{List, Scrolled};
use crate::ui::{Press, Trouble, focus, tab_stop};
use clinic::record::command::CommandKind;
use clinic::record::fact::Sought;
use clinic::record::role::Right;
use clinic::store::{AskedFor, ChildFilter, ChildLine, ChildrenFound, Whose};
use hub_protocol::{ChildId, UserId};
use iced::Task;
use iced::widget::operation;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const SEARCH: &str = "children-search";
const ROW_HEIGHT: f32 = 60.0;
/// Rows that are read at once: the store's page.
const PAGE: u32 = clinic::store::CHILDREN_PAGE;
/// Villages, and workers with how many children each has.
type Choices = (Vec<String>, Vec<(UserId, String, u32)>);

/// What can be chosen from, when it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    Villages,
    Workers,
}

pub use view::worker_name;

pub struct Children {
    typed: String,
    filter: ChildFilter,
    panel: Option<Panel>,
    villages: Vec<String>,
    workers: Vec<(UserId, String, u32)>,
    /// Grows with each question, so that a slow answer to an old one is not taken.
    asked: u64,
    /// Whose answer stands in the list.
    shown: u64,
    /// Enter came before the answer: it means the first of those who are asked for.
    opens_first: bool,
    total: Option<u32>,
    /// There are more than can be shown.
    more: bool,
    /// By number of the page; a page that is being read is empty.
    pages: BTreeMap<u32, Vec<ChildLine>>,
    trouble: Option<Trouble>,
    /// Children of other stations for whom the district was asked.
    asks: Vec<AskedFor>,
    list: List,
}

#[derive(Clone)]
pub enum Message {
    Typed(String),
    Page { asked: u64, page: u32, read: Result<ChildrenFound, Trouble> },
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
            asked: 0,
            shown: 0,
            opens_first: false,
            total: None,
            more: false,
            pages: BTreeMap::new(),
            trouble: None,
            asks: Vec::new(),
            list: List::new("children-list", ROW_HEIGHT),
        };
        let (first, asks) = (screen.ask(hands), read_asks(hands));
        let hands = hands.clone();
        let choices = move || Ok((hands.clinic.villages(&hands.session)?, workers(&hands)?));
        let choices = blocking(choices, Message::Choices);
        (screen, Task::batch([first, choices, asks, focus(SEARCH)]))
    }

    /// Reads the first page of what is typed; the old rows stay until it is there.
    fn ask(&mut self, hands: &Hands) -> Task<Message> {
        self.asked += 1;
        self.read(0, hands)
    }

    /// Another question: its answer is shown from the top.
    fn ask_anew(&mut self, hands: &Hands) -> Action {
        self.opens_first = false;
        let ask = self.ask(hands);
        Action::Run(Task::batch([self.list.reset(), ask]))
    }

    fn read(&mut self, page: u32, hands: &Hands) -> Task<Message> {
        let (hands, typed, filter, asked) = (hands.clone(), self.typed.clone(), self.filter.clone(), self.asked);
        let work = move || Ok(hands.clinic.find_children(&hands.session, &typed, &filter, page * PAGE)?);
        blocking(work, move |read| Message::Page { asked, page, read })
    }

    /// Shown again, as it was left.
    pub fn resume(&mut self, hands: &Hands) -> Task<Message> {
        // What is typed next takes the place of what was looked for.
        let search = focus(SEARCH).chain(operation::select_all(tab_stop::id(SEARCH)));
        Task::batch([self.list.restore(), self.reload(hands), search])
    }

    /// Records changed: the rows that can be seen are read again.
    pub fn reload(&mut self, hands: &Hands) -> Task<Message> {
        self.asked += 1;
        let visible = self.list.visible(self.len());
        let pages = page_of(visible.start)..=page_of(visible.end.saturating_sub(1));
        Task::batch(pages.map(|page| self.read(page, hands)).chain([read_asks(hands)]).collect::<Vec<_>>())
    }

    fn len(&self) -> usize {
        self.total.unwrap_or_default() as usize
    }

    fn child(&self, n: usize) -> Option<&ChildLine> {
        self.pages.get(&page_of(n))?.get(n % PAGE as usize)
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
            Message::Page { asked, .. } if asked != self.asked => Action::None,
            Message::Page { page, read: Ok(ChildrenFound { lines, total, more }), .. } => {
                // The first answer to a new question: everything before belongs to another one.
                if page == 0 || self.total != Some(total) {
                    self.pages.clear();
                }
                self.total = Some(total);
                self.more = more;
                self.pages.insert(page, lines);
                self.shown = self.asked;
                self.trouble = None;
                self.list.chosen = self.list.chosen.min(self.len().saturating_sub(1));
                if std::mem::take(&mut self.opens_first) {
                    return self.open_chosen();
                }
                self.missing(hands)
            }
            Message::Page { page, read: Err(trouble), .. } => {
                self.pages.remove(&page);
                self.opens_first = false;
                self.trouble = Some(trouble);
                Action::None
            }
            Message::Scrolled(to) => {
                self.list.scrolled(to);
                self.missing(hands)
            }
            Message::Open(child) => Action::Open(child),
            Message::Enter => self.open_chosen(),
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

    /// Reads the pages whose rows can be seen and are not there.
    fn missing(&mut self, hands: &Hands) -> Action {
        let visible = self.list.visible(self.len());
        if visible.is_empty() {
            return Action::None;
        }
        let mut tasks = Vec::new();
        for page in page_of(visible.start)..=page_of(visible.end - 1) {
            if let Entry::Vacant(free) = self.pages.entry(page) {
                free.insert(Vec::new());
                tasks.push(self.read(page, hands));
            }
        }
        Action::Run(Task::batch(tasks))
    }

    /// The whole number of a child is typed, and nobody of this clinic has it.
    fn unknown_number(&self) -> Option<ChildId> {
        let nobody = self.total == Some(0) && self.filter == ChildFilter::default();
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
    fn open_chosen(&mut self) -> Action {
        if self.shown != self.asked {
            self.opens_first = true;
            return Action::None;
        }
        self.child(self.list.chosen).map_or(Action::None, |child| Action::Open(child.id))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        if let Some(task) = self.list.press(press, self.len()) {
            let missing = match self.missing(hands) {
                Action::Run(task) => task,
                _ => Task::none(),
            };
            return Action::Run(Task::batch([task, missing]));
        }
        match press {
            press if opens(press) => self.open_chosen(),
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

fn page_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX) / PAGE
}
