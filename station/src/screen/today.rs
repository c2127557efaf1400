//! Who is late and who is due: the list that matters, and at its right what follows from it.

use super::{Hands, Now, blocking, opens, toys};
use crate::ui::list::{List, Scrolled};
use crate::ui::tag::filter;
use crate::ui::theme::{self, gap};
use crate::ui::{self, Button, Element, Icon, Look, Press, Trouble, empty, headed_card, note, tag};
use crate::words::Words;
use chrono::{Datelike, NaiveDate};
use clinic::record::command::{Command, CommandKind};
use clinic::record::role::{Query, Right};
use clinic::store::{ConflictLine, DueChild, TaskLine, TodayView, ToyLine};
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, TaskId};
use iced::widget::{button, column, container, row, text};
use iced::{Length, Padding, Task};

const ROW_HEIGHT: f32 = 60.0;
const SIDE_WIDTH: f32 = 290.0;
const CHILD_WIDTH: f32 = 204.0;
const GUARDIAN_WIDTH: f32 = 142.0;
const WHEN_WIDTH: f32 = 148.0;
/// Letters of what is to be given that stand in a row.
const DOSES_MAX_CHARS: usize = 68;
/// Lines of a list at the side.
const SIDE_MAX: usize = 6;

/// What the screen shows, read in one go.
#[derive(Debug, Clone)]
pub struct Loaded {
    view: TodayView,
    toys: Vec<ToyLine>,
    tasks: Vec<TaskLine>,
    conflicts: Vec<ConflictLine>,
}

pub fn load(hands: &Hands) -> Result<Loaded, Trouble> {
    let Hands { clinic, session, .. } = hands;
    let may = |query| session.may(Right::See(query));
    Ok(Loaded {
        view: clinic.today_view(session)?,
        toys: if may(Query::Toys) { clinic.toys(session)? } else { Vec::new() },
        tasks: if may(Query::Tasks) { clinic.tasks(session)? } else { Vec::new() },
        conflicts: if may(Query::Conflicts) { clinic.conflicts(session)? } else { Vec::new() },
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    All,
    Late,
    Due,
}

pub struct Today {
    loaded: Option<Loaded>,
    trouble: Option<Trouble>,
    show: Show,
    list: List,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    Scrolled(Scrolled),
    Show(Show),
    Open(ChildId),
    Find,
    Register,
    Toys,
    TaskDone(TaskId),
    Closed(Result<(), Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Open(ChildId),
    Find,
    Register,
    Toys,
    Trouble(Trouble),
}

impl Today {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self { loaded: None, trouble: None, show: Show::All, list: List::new("today-list", ROW_HEIGHT) };
        (screen, Self::reload(hands))
    }

    /// With everything there already.
    pub fn with(loaded: Loaded) -> Self {
        Self { loaded: Some(loaded), trouble: None, show: Show::All, list: List::new("today-list", ROW_HEIGHT) }
    }

    /// Shown again, as it was left.
    pub fn resume(&self, hands: &Hands) -> Task<Message> {
        Task::batch([self.list.restore(), Self::reload(hands)])
    }

    pub fn reload(hands: &Hands) -> Task<Message> {
        let hands = hands.clone();
        blocking(move || load(&hands), Message::Loaded)
    }

    fn rows(&self) -> (&[DueChild], &[DueChild]) {
        let Some(loaded) = &self.loaded else { return (&[], &[]) };
        let view = &loaded.view;
        match self.show {
            Show::All => (&view.defaulters, &view.due),
            Show::Late => (&view.defaulters, &[]),
            Show::Due => (&[], &view.due),
        }
    }

    fn row(&self, n: usize) -> Option<&DueChild> {
        let (late, due) = self.rows();
        late.get(n).or_else(|| due.get(n.checked_sub(late.len())?))
    }

    fn len(&self) -> usize {
        let (late, due) = self.rows();
        late.len() + due.len()
    }

    pub fn update(&mut self, message: Message, hands: &Hands) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                self.loaded = Some(loaded);
                self.trouble = None;
                self.list.chosen = self.list.chosen.min(self.len().saturating_sub(1));
                Action::None
            }
            Message::Loaded(Err(trouble)) => {
                self.trouble = Some(trouble);
                Action::None
            }
            Message::Scrolled(to) => {
                self.list.scrolled(to);
                Action::None
            }
            Message::Show(show) => {
                self.show = if self.show == show { Show::All } else { show };
                Action::Run(self.list.reset())
            }
            Message::Open(child) => Action::Open(child),
            Message::Find => Action::Find,
            Message::Register => Action::Register,
            Message::Toys => Action::Toys,
            Message::TaskDone(task) => {
                let Hands { clinic, session, .. } = hands.clone();
                let command = Command::CloseTask { task, done: true, reason: String::new() };
                let work = move || Ok(clinic.submit(&session, command).map(|_| ())?);
                Action::Run(blocking(work, Message::Closed))
            }
            Message::Closed(Ok(())) => Action::Run(Self::reload(hands)),
            Message::Closed(Err(trouble)) => Action::Trouble(trouble),
        }
    }

    pub fn press(&mut self, press: Press) -> Action {
        if let Some(task) = self.list.press(press, self.len()) {
            return Action::Run(task);
        }
        match press {
            Press::Letter('V') => Action::Find,
            press if opens(press) => self.row(self.list.chosen).map_or(Action::None, |c| Action::Open(c.child.id)),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main = column![self.heading(now)].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(loaded) = &self.loaded else {
            main = main.push(ui::working(words.get("shell-loading")));
            return ui::card(main).width(Length::Fill).height(Length::Fill).into();
        };
        if loaded.view.children == 0 {
            main = main.push(empty(Icon::Child, words.get("today-no-children"), words.get("today-no-children-next")));
            if now.may(Right::Do(CommandKind::RegisterChild)) {
                let register = Button::primary(words.get("children-register"), Some(Message::Register));
                main = main.push(container(register.icon(Icon::ChildNew)).center_x(Length::Fill));
            }
        } else if self.len() == 0 {
            main = main.push(filters(words, &loaded.view, self.show));
            main = main.push(empty(Icon::Today, words.get("today-nobody"), words.get("today-nobody-next")));
        } else {
            main = main.push(filters(words, &loaded.view, self.show));
            main = main.push(column_names(words)).push(ui::rule());
            let row = |n| self.row_view(n, now);
            main = main.push(self.list.view(self.len(), row, Message::Scrolled));
            main = main.push(keys(words));
        }
        row![
            ui::card(main).width(Length::Fill).height(Length::Fill),
            container(ui::scroll(side(loaded, now))).width(SIDE_WIDTH),
        ]
        .spacing(gap(3))
        .into()
    }

    fn heading<'a>(&self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let on = self.loaded.as_ref().map_or_else(|| now.today(), |loaded| loaded.view.on);
        let title = words.with("today-title", &[("day", weekday(words, on).into())]);
        let mut left = column![ui::title(title)].spacing(2).width(Length::Fill);
        if let Some(loaded) = &self.loaded {
            let view = &loaded.view;
            let counts = words.with(
                "today-counts",
                &[
                    ("late", view.defaulters.len().into()),
                    ("due", view.due.len().into()),
                    ("children", view.children.into()),
                ],
            );
            left = left.push(ui::small(counts));
        }
        let find = Button::primary(words.get("today-new-visit"), Some(Message::Find)).key("V");
        row![left, find].spacing(gap(3)).align_y(iced::Center).into()
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let Some(due) = self.row(n) else { return ui::rule() };
        let words = now.words;
        let child = &due.child;
        let today = self.loaded.as_ref().map_or_else(|| now.today(), |l| l.view.on);
        let place = format!("{} · {}", words.age(child.dob, today), child.village);
        let who = column![
            ui::bold(words.child_name(&child.name, &child.mother)).wrapping(text::Wrapping::None),
            ui::small(place).wrapping(text::Wrapping::None)
        ];
        let guardian = if child.mother.is_empty() { &child.father } else { &child.mother };
        let phone = if child.phone.is_empty() { words.get("child-no-phone") } else { spaced_phone(&child.phone) };
        let family = column![
            ui::body(guardian.as_str()).wrapping(text::Wrapping::None),
            ui::small(phone).wrapping(text::Wrapping::None)
        ];
        let doses = doses_in_words(words, due.doses.iter().map(|d| d.item.as_str()), DOSES_MAX_CHARS);
        let late = self.rows().0.len() > n;
        let when = if late {
            tag(Look::Late, late_in_words(words, due.days_late))
        } else if due.days_late > 0 {
            tag(Look::Good, words.with("today-due-since", &[("n", due.days_late.into())]))
        } else {
            tag(Look::Good, words.get("today-due-today"))
        };
        let cells = row![
            container(who).width(CHILD_WIDTH).clip(true),
            container(family).width(GUARDIAN_WIDTH).clip(true),
            container(ui::small(doses).color(theme::INK)).width(Length::Fill).max_height(ROW_HEIGHT - 8.0).clip(true),
            container(when).width(WHEN_WIDTH),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Open(child.id))
    }
}

/// A row of a list that opens something: of fixed height, with a line under it.
pub fn opened_row<'a, M: Clone + 'a>(
    cells: impl Into<Element<'a, M>>,
    height: f32,
    chosen: bool,
    message: M,
) -> Element<'a, M> {
    let face = button(container(cells).center_y(Length::Fill))
        .padding(Padding::from([2.0, 8.0]))
        .width(Length::Fill)
        .height(height - 1.0)
        .style(theme::row_style(chosen))
        .on_press(message);
    column![face, ui::rule()].height(height).into()
}

fn column_names<'a>(words: &Words) -> Element<'a, Message> {
    row![
        container(ui::small_bold(words.get("today-column-child"))).width(CHILD_WIDTH),
        container(ui::small_bold(words.get("today-column-guardian"))).width(GUARDIAN_WIDTH),
        container(ui::small_bold(words.get("today-column-give"))).width(Length::Fill),
        container(ui::small_bold(words.get("today-column-when"))).width(WHEN_WIDTH),
    ]
    .spacing(gap(3))
    .padding(Padding { left: 8.0, right: 18.0, ..Padding::ZERO })
    .into()
}

fn filters<'a>(words: &Words, view: &TodayView, show: Show) -> Element<'a, Message> {
    let late = words.with("today-filter-late", &[("n", view.defaulters.len().into())]);
    let due = words.with("today-filter-due", &[("n", view.due.len().into())]);
    row![
        filter(Look::Late, late, show == Show::Late, Message::Show(Show::Late)),
        filter(Look::Good, due, show == Show::Due, Message::Show(Show::Due)),
    ]
    .spacing(gap(2))
    .into()
}

/// How the list is used without a mouse.
pub fn keys<'a, M: 'a>(words: &Words) -> Element<'a, M> {
    let cap = |key| ui::button::key_cap(key, theme::MUTED);
    row![
        cap("↑"),
        cap("↓"),
        ui::small(words.get("shell-keys-choose")),
        cap("Enter"),
        ui::small(words.get("shell-keys-open")),
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}

fn side<'a>(loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut cards = column![].spacing(gap(3)).width(Length::Fill);
    if now.may(Right::See(Query::Conflicts)) && !loaded.conflicts.is_empty() {
        cards = cards.push(conflicts(loaded, words));
    }
    if now.may(Right::See(Query::Toys)) {
        cards = cards.push(toy_card(loaded, now));
    }
    if now.may(Right::See(Query::Tasks)) {
        cards = cards.push(task_card(loaded, now));
    }
    cards.into()
}

fn conflicts<'a>(loaded: &'a Loaded, words: &Words) -> Element<'a, Message> {
    let mut lines = column![].spacing(gap(2));
    for conflict in loaded.conflicts.iter().take(SIDE_MAX) {
        let said = column![
            tag(Look::Wait, words.get("today-conflict")),
            ui::small(words.get(&format!("conflict-{}", conflict.kind))).color(theme::INK)
        ]
        .spacing(2);
        lines = lines.push(said);
        // A child that the records do not know cannot be opened.
        if let Some(child) = conflict.child.filter(|_| conflict.kind != "unknown-child") {
            lines = lines.push(Button::quiet(words.get("today-open-child"), Some(Message::Open(child))));
        }
    }
    lines = more(lines, loaded.conflicts.len(), words);
    headed_card(words.get("today-conflicts-title"), lines).into()
}

fn toy_card<'a>(loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let mut lines = column![].spacing(gap(3));
    for toy in loaded.toys.iter().take(SIDE_MAX) {
        let (look, state) = toys::state_of(toy.id, now);
        let worker = toy.worker.as_ref().map_or_else(|| words.get("toys-nobody"), |(_, name)| name.clone());
        let who = column![ui::bold(toy.label.as_str()), ui::small(worker)].width(Length::Fill);
        lines = lines.push(row![who, tag(look, state)].spacing(gap(2)).align_y(iced::Center));
    }
    lines = more(lines, loaded.toys.len(), words);
    let may_register = now.may(Right::Do(CommandKind::RegisterToy));
    let new = now.live.map_or(0, |live| live.toys.iter().filter(|t| toys::is_new(t)).count());
    if may_register && new > 0 {
        lines = lines.push(tag(Look::Wait, words.with("today-new-toys", &[("n", new.into())])));
        lines = lines.push(Button::quiet(words.get("today-open-toys"), Some(Message::Toys)));
    } else if loaded.toys.is_empty() {
        let key = if may_register { "today-no-toys" } else { "today-no-toy-of-mine" };
        lines = lines.push(ui::small(words.get(key)));
    }
    headed_card(words.get("today-toys-title"), lines).into()
}

fn task_card<'a>(loaded: &'a Loaded, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let open = loaded.tasks.iter().filter(|task| task.done.is_none());
    let count = open.clone().count();
    let mut lines = column![].spacing(gap(3));
    for task in open.take(SIDE_MAX) {
        let kind = match task.kind {
            TaskKind::Visit => "today-task-visit",
            TaskKind::Trace => "today-task-trace",
            TaskKind::Card => "today-task-card",
            TaskKind::Other => "today-task-other",
        };
        let due =
            words.with("today-task-due", &[("day", words.day(task.due).into()), ("name", (&task.worker.1).into())]);
        let mut said = column![ui::bold(words.get(kind)), ui::small(due)].spacing(2);
        if !task.note.is_empty() {
            said = said.push(ui::small(task.note.as_str()).color(theme::INK));
        }
        let mut buttons = row![].spacing(gap(1));
        if let Some(child) = task.child {
            buttons = buttons.push(Button::quiet(words.get("today-open-child"), Some(Message::Open(child))));
        }
        if now.may(Right::Do(CommandKind::CloseTask)) {
            let done = Button::quiet(words.get("today-task-done"), Some(Message::TaskDone(task.id))).icon(Icon::Check);
            buttons = buttons.push(done);
        }
        lines = lines.push(said.push(buttons));
    }
    lines = more(lines, count, words);
    if count == 0 {
        lines = lines.push(ui::small(words.get("today-no-tasks")));
    }
    headed_card(words.with("today-tasks-title", &[("n", count.into())]), lines).into()
}

fn more<'a>(
    lines: iced::widget::Column<'a, Message>,
    count: usize,
    words: &Words,
) -> iced::widget::Column<'a, Message> {
    match count.checked_sub(SIDE_MAX) {
        None | Some(0) => lines,
        Some(n) => lines.push(ui::small(words.with("today-more", &[("n", n.into())]))),
    }
}

/// `Wednesday, 25 Nov 2026`.
pub fn weekday(words: &Words, day: NaiveDate) -> String {
    let name = words.get(&format!("weekday-{}", day.weekday().number_from_monday()));
    words.with("today-weekday", &[("weekday", name.into()), ("day", words.day(day).into())])
}

/// Doses in a row as far as there is room, and how many more there are.
pub fn doses_in_words<'d>(words: &Words, items: impl ExactSizeIterator<Item = &'d str>, max_chars: usize) -> String {
    let count = items.len();
    let mut said = String::new();
    for (n, item) in items.enumerate() {
        let label = words.dose_label(item);
        if n > 0 && said.chars().count() + label.chars().count() > max_chars {
            let rest = words.with("today-more-doses", &[("n", (count - n).into())]);
            return format!("{said}, {rest}");
        }
        if n > 0 {
            said.push_str(", ");
        }
        said.push_str(&label);
    }
    said
}

/// From so many days on nobody counts days.
const DAYS_UNTIL: i64 = 60;
/// And from so many on, months.
const MONTHS_UNTIL_DAYS: i64 = 2 * 365;

/// `43 days late`, `5 months late`, `2 years late`.
pub fn late_in_words(words: &Words, days: i64) -> String {
    let (key, n) = if days < DAYS_UNTIL {
        ("today-days-late", days)
    } else if days < MONTHS_UNTIL_DAYS {
        ("today-months-late", days / 30)
    } else {
        ("today-years-late", days / 365)
    };
    words.with(key, &[("n", n.into())])
}

/// `98765 43210`.
pub fn spaced_phone(phone: &str) -> String {
    match phone.split_at_checked(5) {
        Some((first, rest)) if !rest.is_empty() => format!("{first} {rest}"),
        _ => phone.to_owned(),
    }
}
