//! Every child of the clinic, found while typing.

use super::ask_district::{ask_district, asked_lines, elsewhere, first_waiting, may_ask, waits, withdraw_ask};
use super::child::alike::child_name;
use super::today::{keys, opened_row, spaced_phone};
use super::{Hands, Now, blocking, opens, workers};
use crate::ui::list::{List, Scrolled};
use crate::ui::tag::filter;
use crate::ui::theme::gap;
use crate::ui::{
    self, Beside, Button, Element, Icon, Look, Press, Trouble, empty, field, focus, note, panes, tab_stop, tag,
};
use crate::words::Words;
use clinic::record::command::CommandKind;
use clinic::record::fact::Sought;
use clinic::record::role::{Right, Role};
use clinic::store::{AskedFor, ChildFilter, ChildLine, ChildrenFound, Whose};
use hub_protocol::{ChildId, UserId};
use iced::widget::{column, container, operation, row, text};
use iced::{Length, Padding, Task};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const SEARCH: &str = "children-search";
const ROW_HEIGHT: f32 = 60.0;
/// Rows that are read at once: the store's page.
const PAGE: u32 = clinic::store::CHILDREN_PAGE;
/// Chips of villages and workers that stand side by side.
const CHIPS_HEIGHT: f32 = 92.0;
/// Bands of age, in completed months.
const AGES: [(u32, u32, &str); 4] = [
    (0, 12, "children-age-first"),
    (12, 24, "children-age-second"),
    (24, 60, "children-age-to-five"),
    (60, 240, "children-age-older"),
];
const AGE_WIDTH: f32 = 142.0;
const GUARDIAN_WIDTH: f32 = 176.0;
const VILLAGE_WIDTH: f32 = 168.0;
const WORKER_WIDTH: f32 = 168.0;
const NEXT_WIDTH: f32 = 168.0;

/// Villages, and workers with how many children each has.
type Choices = (Vec<String>, Vec<(UserId, String, u32)>);

/// What can be chosen from, when it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    Villages,
    Workers,
}

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

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let count = match self.total {
            Some(total) if self.more => words.with("children-found-more", &[("n", total.into())]),
            Some(total) if self.typed.trim().is_empty() && self.filter == ChildFilter::default() => {
                words.with("children-count", &[("n", total.into())])
            }
            Some(total) => words.with("children-found", &[("n", total.into())]),
            None => words.get("shell-loading"),
        };
        let may_register = now.may(Right::Do(CommandKind::RegisterChild));
        let mut heading = row![column![ui::title(words.get("children-title")), ui::small(count)].width(Length::Fill)]
            .spacing(gap(3))
            .align_y(iced::Center);
        if now.may(Right::Do(CommandKind::MergeChildren)) {
            heading = heading.push(Button::secondary(words.get("children-duplicates"), Some(Message::Duplicates)));
        }
        if may_register {
            heading = heading
                .push(Button::secondary(words.get("children-register"), Some(Message::Register)).icon(Icon::ChildNew));
        }
        let search = field(words.get("children-search"), &self.typed, Message::Typed).id(SEARCH).plain();
        let mut main = column![heading, Element::from(search), self.filters(now)].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        main = main.extend(asked_lines(&self.asked_told(), Message::TakeBack, now));
        if self.total == Some(0) {
            let any = self.typed.trim().is_empty() && self.filter == ChildFilter::default();
            let (heading, next) = match (any, may_register) {
                (true, true) => ("children-none", "children-none-next"),
                (true, false) => ("children-none", "children-none-wait"),
                (false, _) => ("children-not-found", "children-not-found-next"),
            };
            main = main.push(match self.unknown_number() {
                Some(child) if may_ask(self.asked_for(child), now) => elsewhere(Some(Message::Ask(child)), words),
                Some(child) if self.asked_for(child).is_some_and(waits) => elsewhere(None, words),
                _ => empty(Icon::Search, words.get(heading), words.get(next)),
            });
        } else {
            main = main.push(column_names(now)).push(ui::rule());
            main = main.push(self.list.view(self.len(), |n| self.row_view(n, now), Message::Scrolled));
            main = main.push(keys(words));
        }
        let list = ui::card(main).width(Length::Fill).height(Length::Fill);
        panes(now.room, list, Beside::Nothing, 0.0)
    }

    /// Of whom the district was asked: of the one whose number is typed, and of all while nothing is.
    fn asked_told(&self) -> Vec<&AskedFor> {
        if self.typed.trim().is_empty() && self.filter == ChildFilter::default() {
            return self.asks.iter().collect();
        }
        self.unknown_number().and_then(|child| self.asked_for(child)).into_iter().collect()
    }

    fn filters<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let is = &self.filter;
        let named = |label: String, on: bool, message: Message| {
            filter(if on { Look::Good } else { Look::Upcoming }, label, on, message)
        };
        let chip = |key: &str, on: bool, message: Message| named(words.get(key), on, message);
        let mut chips: Vec<Element<'a, Message>> = Vec::new();
        if now.session.role == Role::PhcWorker {
            let mine = Whose::Of(now.session.user);
            chips.push(chip("children-mine", is.whose == mine, Message::Whose(mine)));
        }
        chips.push(chip("children-nobodys", is.whose == Whose::Nobodys, Message::Whose(Whose::Nobodys)));
        if !self.workers.is_empty() {
            let of = self.workers.iter().find(|(id, ..)| is.whose == Whose::Of(*id));
            let on = of.is_some() || self.panel == Some(Panel::Workers);
            let label = of.map_or_else(|| words.get("children-of-worker"), |(_, name, _)| name.clone());
            chips.push(named(label, on, Message::Panel(Panel::Workers)));
        }
        let on = is.village.is_some() || self.panel == Some(Panel::Villages);
        let label = is.village.clone().unwrap_or_else(|| words.get("children-of-village"));
        chips.push(named(label, on, Message::Panel(Panel::Villages)));
        for (from, to, key) in AGES {
            let age = Some((from, to));
            chips.push(chip(key, is.age_months == age, Message::Age(age)));
        }
        chips.push(chip("children-without-card", is.without_card, Message::WithoutCard));
        chips.push(chip("children-gone", is.gone, Message::Gone));
        if *is != ChildFilter::default() {
            chips.push(Button::quiet(words.get("children-no-filter"), Some(Message::NoFilter)).into());
        }
        let mut all =
            column![row(chips).spacing(gap(2)).align_y(iced::Center).wrap().vertical_spacing(gap(1))].spacing(gap(2));
        let panel: Vec<Element<'a, Message>> = match self.panel {
            None => Vec::new(),
            Some(Panel::Villages) => self
                .villages
                .iter()
                .map(|village| {
                    let on = is.village.as_ref() == Some(village);
                    filter(Look::Upcoming, village.clone(), on, Message::Village(Some(village.clone())))
                })
                .collect(),
            Some(Panel::Workers) => self
                .workers
                .iter()
                .map(|(id, name, _)| {
                    let whose = Whose::Of(*id);
                    filter(Look::Upcoming, name.clone(), is.whose == whose, Message::Whose(whose))
                })
                .collect(),
        };
        if !panel.is_empty() {
            let chips = row(panel).spacing(gap(2)).wrap().vertical_spacing(gap(1));
            all = all
                .push(container(ui::scroll(container(chips).padding(4).width(Length::Fill))).max_height(CHIPS_HEIGHT));
        }
        all.into()
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(child) = self.child(n) else {
            return container(ui::small(words.get("shell-loading"))).height(ROW_HEIGHT).padding(gap(2)).into();
        };
        let one_line = text::Wrapping::None;
        let today = now.today();
        let who = column![
            ui::bold(child_name(&child.name, &child.mother, child.birth_order, words)).wrapping(one_line),
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
        let next: Element<'a, Message> = match child.next_due {
            _ if child.gone.is_some() => {
                let gone = child.gone.map(|gone| words.get(&format!("gone-{}", gone.code())));
                tag(Look::Closed, gone.unwrap_or_default())
            }
            Some(due) if due == today => tag(Look::Good, words.get("today-due-today")),
            Some(due) if due < today => {
                let late = now.is_late(due, today);
                let since = words.with("children-due-since", &[("day", words.day(due).into())]);
                tag(if late { Look::Late } else { Look::Good }, since)
            }
            Some(due) => tag(Look::Upcoming, words.day(child.come_on.unwrap_or(due))),
            None => tag(Look::Done, words.get("children-nothing-due")),
        };
        let room = now.room;
        // Without room for its own column the village stands under the age.
        let mut age = column![ui::body(age).wrapping(one_line)];
        age = age.push(room.is_narrow().then(|| ui::small(child.village.as_str()).wrapping(one_line)));
        let cell = |text, width: f32| container(ui::body(text).wrapping(one_line)).width(width).clip(true);
        let cells = row![container(who).width(Length::Fill).clip(true), container(age).width(AGE_WIDTH).clip(true),]
            .push((!room.is_tight()).then(|| container(family).width(GUARDIAN_WIDTH).clip(true)))
            .push((!room.is_narrow()).then(|| cell(child.village.clone(), VILLAGE_WIDTH)))
            .push((!room.is_narrow()).then(|| cell(worker_name(child, words), WORKER_WIDTH)))
            .push(container(next).width(NEXT_WIDTH))
            .spacing(gap(3))
            .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Open(child.id))
    }
}

/// Who looks after a child.
pub fn worker_name(child: &ChildLine, words: &Words) -> String {
    match &child.worker {
        Some((_, name)) if child.worker_left => words.with("children-worker-left", &[("name", name.into())]),
        Some((_, name)) => name.clone(),
        None => words.get("children-no-worker"),
    }
}

fn read_asks(hands: &Hands) -> Task<Message> {
    let hands = hands.clone();
    blocking(move || Ok(hands.clinic.asked_for(&hands.session)?), Message::Asks)
}

fn page_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX) / PAGE
}

fn column_names<'a>(now: Now<'a>) -> Element<'a, Message> {
    let room = now.room;
    let name =
        |key, width: Length| Element::from(container(ui::small_bold(now.words.get(key))).width(width).clip(true));
    row![name("today-column-child", Length::Fill), name("children-column-age", AGE_WIDTH.into())]
        .push((!room.is_tight()).then(|| name("today-column-guardian", GUARDIAN_WIDTH.into())))
        .push((!room.is_narrow()).then(|| name("field-village", VILLAGE_WIDTH.into())))
        .push((!room.is_narrow()).then(|| name("children-column-worker", WORKER_WIDTH.into())))
        .push(name("children-column-next", NEXT_WIDTH.into()))
        .spacing(gap(3))
        .padding(Padding { left: 8.0, right: 18.0, ..Padding::ZERO })
        .into()
}
