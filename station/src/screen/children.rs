//! Every child of the clinic, found while typing.

use super::today::{keys, opened_row, spaced_phone};
use super::{Hands, Now, blocking, opens};
use crate::ui::list::{List, Scrolled};
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Icon, Look, Press, Trouble, empty, field, note, tab_stop, tag};
use crate::words::Words;
use clinic::record::command::CommandKind;
use clinic::record::limits::DEFAULTER_DAYS;
use clinic::record::role::Right;
use clinic::store::ChildLine;
use hub_protocol::ChildId;
use iced::widget::{column, container, operation, row, text};
use iced::{Length, Padding, Task};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const SEARCH: &str = "children-search";
const ROW_HEIGHT: f32 = 60.0;
/// Rows that are read at once: the store's page.
const PAGE: u32 = clinic::store::PAGE_MAX;
const AGE_WIDTH: f32 = 142.0;
const GUARDIAN_WIDTH: f32 = 176.0;
const VILLAGE_WIDTH: f32 = 168.0;
const WORKER_WIDTH: f32 = 168.0;
const NEXT_WIDTH: f32 = 168.0;

pub struct Children {
    typed: String,
    /// Grows with each question, so that a slow answer to an old one is not taken.
    asked: u64,
    total: Option<u32>,
    /// By number of the page; a page that is being read is empty.
    pages: BTreeMap<u32, Vec<ChildLine>>,
    trouble: Option<Trouble>,
    list: List,
}

#[derive(Clone)]
pub enum Message {
    Typed(String),
    Page { asked: u64, page: u32, read: Result<(Vec<ChildLine>, u32), Trouble> },
    Scrolled(Scrolled),
    Open(ChildId),
    Enter,
    Register,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Open(ChildId),
    Register,
}

impl Children {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let mut screen = Self {
            typed: String::new(),
            asked: 0,
            total: None,
            pages: BTreeMap::new(),
            trouble: None,
            list: List::new("children-list", ROW_HEIGHT),
        };
        let first = screen.ask(hands);
        (screen, Task::batch([first, operation::focus(tab_stop::id(SEARCH))]))
    }

    /// Reads the first page of what is typed; the old rows stay until it is there.
    fn ask(&mut self, hands: &Hands) -> Task<Message> {
        self.asked += 1;
        self.read(0, hands)
    }

    fn read(&mut self, page: u32, hands: &Hands) -> Task<Message> {
        let (hands, typed, asked) = (hands.clone(), self.typed.clone(), self.asked);
        let work = move || Ok(hands.clinic.children(&hands.session, &typed, page * PAGE)?);
        blocking(work, move |read| Message::Page { asked, page, read })
    }

    /// Shown again, as it was left.
    pub fn resume(&mut self, hands: &Hands) -> Task<Message> {
        Task::batch([self.list.restore(), self.reload(hands), operation::focus(tab_stop::id(SEARCH))])
    }

    /// Records changed: the rows that can be seen are read again.
    pub fn reload(&mut self, hands: &Hands) -> Task<Message> {
        self.asked += 1;
        let visible = self.list.visible(self.len());
        let pages = page_of(visible.start)..=page_of(visible.end.saturating_sub(1));
        Task::batch(pages.map(|page| self.read(page, hands)).collect::<Vec<_>>())
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
                let ask = self.ask(hands);
                Action::Run(Task::batch([self.list.reset(), ask]))
            }
            Message::Page { asked, .. } if asked != self.asked => Action::None,
            Message::Page { page, read: Ok((lines, total)), .. } => {
                // The first answer to a new question: everything before belongs to another one.
                if page == 0 || self.total != Some(total) {
                    self.pages.clear();
                }
                self.total = Some(total);
                self.pages.insert(page, lines);
                self.trouble = None;
                self.list.chosen = self.list.chosen.min(self.len().saturating_sub(1));
                self.missing(hands)
            }
            Message::Page { page, read: Err(trouble), .. } => {
                self.pages.remove(&page);
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

    fn open_chosen(&self) -> Action {
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
            Press::Letter('F') => Action::Run(operation::focus(tab_stop::id(SEARCH))),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let count = match self.total {
            Some(total) if self.typed.trim().is_empty() => words.with("children-count", &[("n", total.into())]),
            Some(total) => words.with("children-found", &[("n", total.into())]),
            None => words.get("shell-loading"),
        };
        let may_register = now.may(Right::Do(CommandKind::RegisterChild));
        let mut heading = row![column![ui::title(words.get("children-title")), ui::small(count)].width(Length::Fill)]
            .spacing(gap(3))
            .align_y(iced::Center);
        if may_register {
            heading = heading
                .push(Button::secondary(words.get("children-register"), Some(Message::Register)).icon(Icon::ChildNew));
        }
        let search = field(words.get("children-search"), &self.typed, Message::Typed).id(SEARCH).plain();
        let mut main = column![heading, Element::from(search)].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        if self.total == Some(0) {
            let (heading, next) = match (self.typed.trim().is_empty(), may_register) {
                (true, true) => ("children-none", "children-none-next"),
                (true, false) => ("children-none", "children-none-wait"),
                (false, _) => ("children-not-found", "children-not-found-next"),
            };
            main = main.push(empty(Icon::Search, words.get(heading), words.get(next)));
        } else {
            main = main.push(column_names(words)).push(ui::rule());
            main = main.push(self.list.view(self.len(), |n| self.row_view(n, now), Message::Scrolled));
            main = main.push(keys(words));
        }
        ui::card(main).width(Length::Fill).height(Length::Fill).into()
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(child) = self.child(n) else {
            return container(ui::small(words.get("shell-loading"))).height(ROW_HEIGHT).padding(gap(2)).into();
        };
        let one_line = text::Wrapping::None;
        let today = now.today();
        let who = column![
            ui::bold(words.child_name(&child.name, &child.mother)).wrapping(one_line),
            ui::small(child.id.to_string()).wrapping(one_line)
        ];
        let mut age = words.age(child.dob, today);
        if child.dob_estimated {
            age = words.with("date-estimated", &[("date", age.into())]);
        }
        let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
        let family = column![
            ui::body(guardian.as_str()).wrapping(one_line),
            ui::small(spaced_phone(&child.phone)).wrapping(one_line)
        ];
        let worker = child.worker.as_ref().map_or_else(|| words.get("children-no-worker"), |(_, name)| name.clone());
        let next: Element<'a, Message> = match child.next_due {
            Some(due) if due == today => tag(Look::Good, words.get("today-due-today")),
            Some(due) if due < today => {
                let late = (today - due).num_days() >= DEFAULTER_DAYS;
                let since = words.with("children-due-since", &[("day", words.day(due).into())]);
                tag(if late { Look::Late } else { Look::Good }, since)
            }
            Some(due) => tag(Look::Upcoming, words.day(due)),
            None => tag(Look::Done, words.get("children-nothing-due")),
        };
        let cells = row![
            container(who).width(Length::Fill).clip(true),
            container(ui::body(age).wrapping(one_line)).width(AGE_WIDTH).clip(true),
            container(family).width(GUARDIAN_WIDTH).clip(true),
            container(ui::body(child.village.as_str()).wrapping(one_line)).width(VILLAGE_WIDTH).clip(true),
            container(ui::body(worker).wrapping(one_line)).width(WORKER_WIDTH).clip(true),
            container(next).width(NEXT_WIDTH),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Open(child.id))
    }
}

fn page_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX) / PAGE
}

fn column_names<'a>(words: &Words) -> Element<'a, Message> {
    row![
        container(ui::small_bold(words.get("today-column-child"))).width(Length::Fill),
        container(ui::small_bold(words.get("children-column-age"))).width(AGE_WIDTH),
        container(ui::small_bold(words.get("today-column-guardian"))).width(GUARDIAN_WIDTH),
        container(ui::small_bold(words.get("field-village"))).width(VILLAGE_WIDTH),
        container(ui::small_bold(words.get("children-column-worker"))).width(WORKER_WIDTH),
        container(ui::small_bold(words.get("children-column-next"))).width(NEXT_WIDTH),
    ]
    .spacing(gap(3))
    .padding(Padding { left: 8.0, right: 18.0, ..Padding::ZERO })
    .into()
}
