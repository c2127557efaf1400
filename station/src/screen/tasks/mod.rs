//! Tasks: what an Admin asks of the workers, and what became of it.

mod form;

use super::today::{about, kind_key, opened_row};
use super::undo::{self, Undo};
use super::{Hands, Now, blocking, opens, workers};
use crate::ui::list::{List, Scrolled};
use crate::ui::tag::filter;
use crate::ui::theme::{self, TIGHT, gap};
use crate::ui::{
    self, Banner, Beside, Button, Element, Icon, Look, Press, Trouble, empty, field, headed_card, note, tag,
};
use crate::ui::{focus, panes, trouble};
use crate::words::Words;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{BY_MISTAKE, CAME, HANDED_OVER};
use clinic::record::refusal::Field;
use clinic::record::role::Right;
use clinic::store::{ChildLine, Named, TaskFilter, TaskLine, TaskShow};
use form::Form;
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, TaskId, UserId};
use iced::widget::{column, container, row, text};
use iced::{Length, Padding, Task};

const ROW_HEIGHT: f32 = 62.0;
/// Of two small lines.
const ABOUT_HEIGHT: f32 = 2.0 * 1.3 * theme::SIZE_SMALL;
const SIDE_WIDTH: f32 = 360.0;
const WORKER_WIDTH: f32 = 170.0;
const WHEN_WIDTH: f32 = 190.0;
const REASON: &str = "tasks-reason";
const SHOWN: [TaskShow; 3] = [TaskShow::Open, TaskShow::Overdue, TaskShow::Closed];

#[derive(Debug, Clone)]
pub struct Loaded {
    filter: TaskFilter,
    tasks: Vec<TaskLine>,
    total: u32,
    workers: Vec<(UserId, String, u32)>,
}

pub struct Tasks {
    loaded: Option<Loaded>,
    trouble: Option<Trouble>,
    filter: TaskFilter,
    list: List,
    panel: Panel,
    /// What was done last and can be taken back, and when it was done.
    undo: Option<(Undo, u64)>,
}

/// What stands at the right.
enum Panel {
    Nothing,
    /// The chosen task, where there is no room for it beside the list.
    One,
    New(Box<Form>),
    /// It is closed, with what the family said; of what was not done that must be said.
    Closing {
        task: TaskId,
        done: bool,
        reason: String,
        busy: bool,
        trouble: Option<Trouble>,
    },
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    Scrolled(Scrolled),
    Show(TaskShow),
    Choose(usize),
    Open(ChildId),
    Done(TaskId),
    NotDone(TaskId),
    Reason(String),
    CloseNow,
    Closed(Result<TaskId, Trouble>),
    Undo,
    Undone(Undo, Result<(), Trouble>),
    New,
    /// For a child who is to be found.
    For(Result<Named, Trouble>),
    Kind(TaskKind),
    Worker(UserId),
    Typed(String),
    Found(String, Result<Vec<ChildLine>, Trouble>),
    Child(Option<Named>),
    Place(String),
    Due(String),
    Note(String),
    Save,
    /// The worker has it now, and about whom it is.
    Saved(Result<(TaskId, String, Option<Named>), Trouble>),
    Leave,
}

impl Message {
    /// What became of something that was stored.
    pub fn tells_what_became(&self) -> bool {
        matches!(self, Self::Closed(_) | Self::Undone(..) | Self::Saved(_))
    }
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Open(ChildId),
}

impl Tasks {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self {
            loaded: None,
            trouble: None,
            filter: TaskFilter::default(),
            list: List::new("tasks-list", ROW_HEIGHT),
            panel: Panel::Nothing,
            undo: None,
        };
        let read = screen.reload(hands);
        (screen, read)
    }

    /// With a task that is to be given: to find this child.
    pub fn tracing(child: ChildId, hands: &Hands) -> (Self, Task<Message>) {
        let (screen, read) = Self::new(hands);
        let Hands { clinic, session, .. } = hands.clone();
        let find = move || {
            let line = clinic.child(&session, child)?.child;
            Ok(Named { id: line.id, name: line.name, mother: line.mother, village: line.village })
        };
        (screen, Task::batch([read, blocking(find, Message::For)]))
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (hands, filter) = (hands.clone(), self.filter);
        let read = move || {
            let (tasks, total) = hands.clinic.tasks(&hands.session, &filter, 0)?;
            Ok(Loaded { filter, tasks, total, workers: workers(&hands)? })
        };
        blocking(read, Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        match &self.panel {
            Panel::Nothing | Panel::One => false,
            Panel::New(form) => form.has_input(),
            Panel::Closing { reason, .. } => !reason.trim().is_empty(),
        }
    }

    fn chosen(&self) -> Option<&TaskLine> {
        self.loaded.as_ref()?.tasks.get(self.list.chosen)
    }

    fn len(&self) -> usize {
        self.loaded.as_ref().map_or(0, |loaded| loaded.tasks.len())
    }

    /// Is what stands in the list what is asked for now?
    fn is_current(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.filter == self.filter)
    }

    fn show(&mut self, loaded: Loaded, hands: &Hands) {
        let was = self.chosen().filter(|_| self.is_current()).map(|task| task.id);
        let find = |was| loaded.tasks.iter().position(|task| task.id == was);
        self.list.follow(was, find, loaded.tasks.len(), hands.clinic.env().now_ms());
        self.loaded = Some(loaded);
        self.trouble = None;
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                if loaded.filter == self.filter {
                    self.show(loaded, hands);
                }
            }
            Message::Loaded(Err(trouble)) | Message::For(Err(trouble)) => self.trouble = Some(trouble),
            Message::Scrolled(to) => self.list.scrolled(to),
            Message::Show(show) => {
                self.filter.show = show;
                return Action::Run(Task::batch([self.list.reset(), self.reload(hands)]));
            }
            Message::Choose(n) => {
                self.list.chosen = n;
                // What is half typed beside the list stays.
                if matches!(self.panel, Panel::Nothing | Panel::One) {
                    self.panel = Panel::One;
                }
            }
            Message::Open(child) => return Action::Open(child),
            Message::Done(task) | Message::NotDone(task) => {
                let done = matches!(message, Message::Done(_));
                self.panel = Panel::Closing { task, done, reason: String::new(), busy: false, trouble: None };
                return Action::Run(focus(REASON));
            }
            Message::Closed(Ok(task)) => {
                if matches!(self.panel, Panel::Closing { task: of, .. } if of == task) {
                    self.panel = Panel::Nothing;
                }
                self.undo = Some((Undo::Task(task), hands.clinic.env().now_ms()));
                return Action::Said(Banner::good(words.get("tasks-closed")), self.reload(hands));
            }
            Message::Undo => return self.undo(hands),
            Message::Undone(undo, Ok(())) => {
                return Action::Said(Banner::wait(words.get(undo.done())), self.reload(hands));
            }
            Message::Undone(_, Err(trouble)) => self.trouble = Some(trouble),
            Message::New => return self.new_task(None, hands),
            Message::For(Ok(child)) => return self.new_task(Some(child), hands),
            Message::Saved(Ok((task, name, child))) => {
                self.panel = Panel::Nothing;
                self.undo = Some((Undo::Given(task), hands.clinic.env().now_ms()));
                let said = match child.map(|child| words.child_name(&child.name, &child.mother)) {
                    Some(child) => words.with("today-traced", &[("name", name.into()), ("child", child.into())]),
                    None => words.with("tasks-given", &[("name", name.into())]),
                };
                return Action::Said(Banner::good(said), self.reload(hands));
            }
            Message::Leave => self.panel = Panel::Nothing,
            message => return self.update_panel(message, hands),
        }
        Action::None
    }

    fn update_panel(&mut self, message: Message, hands: &Hands) -> Action {
        match (&mut self.panel, message) {
            (Panel::Closing { reason, .. }, Message::Reason(typed)) => *reason = typed,
            (Panel::Closing { task, done, reason, busy, trouble }, Message::CloseNow) if !*busy => {
                *busy = true;
                *trouble = None;
                return close(*task, *done, reason.clone(), hands);
            }
            (Panel::Closing { busy, trouble, .. }, Message::Closed(Err(why))) => {
                *busy = false;
                *trouble = Some(why);
            }
            (Panel::New(form), message) => return form.update(message, hands),
            (_, Message::Closed(Err(why))) => self.trouble = Some(why),
            _ => {}
        }
        Action::None
    }

    fn undoable(&self, now_ms: u64) -> Option<Undo> {
        undo::still(self.undo, now_ms)
    }

    fn undo(&mut self, hands: &Hands) -> Action {
        let Some(undo) = self.undoable(hands.clinic.env().now_ms()) else { return Action::None };
        self.undo = None;
        Action::Run(hands.submit(undo.command(), move |done| Message::Undone(undo, done)))
    }

    fn new_task(&mut self, child: Option<Named>, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::AssignTask)) {
            return Action::None;
        }
        let (form, focus) = Form::new(child, clinic::date::india(hands.clinic.env().now_ms()));
        self.panel = Panel::New(Box::new(form));
        Action::Run(focus)
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        match (&mut self.panel, press) {
            (Panel::Nothing, _) => {}
            (Panel::One, press) if press != Press::Escape => {}
            (_, Press::Escape) => {
                self.panel = Panel::Nothing;
                return Action::None;
            }
            (Panel::New(_), Press::Enter) => return self.update(Message::Save, hands, words),
            (Panel::Closing { .. }, Press::Enter) => return self.update(Message::CloseNow, hands, words),
            _ => return Action::None,
        }
        if let Some(task) = self.list.press(press, self.len()) {
            return Action::Run(task);
        }
        let may_close = hands.session.may(Right::Do(CommandKind::CloseTask));
        let is_seen = self.is_current() && self.list.is_seen(hands.clinic.env().now_ms());
        let chosen = self.chosen().filter(|_| is_seen);
        let open = chosen.filter(|task| task.done.is_none() && may_close).map(|task| task.id);
        let child = chosen.and_then(|task| task.child.as_ref()).map(|child| child.id);
        match (press, open, child) {
            (Press::Letter('N'), ..) => self.new_task(None, hands),
            (Press::Letter('U'), ..) => self.undo(hands),
            (Press::Letter('D'), Some(task), _) => self.update(Message::Done(task), hands, words),
            (Press::Letter('X'), Some(task), _) => self.update(Message::NotDone(task), hands, words),
            (press, _, Some(child)) if opens(press) => Action::Open(child),
            (press, _, None) if opens(press) && is_seen => {
                self.panel = Panel::One;
                Action::None
            }
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut heading = row![ui::title(words.get("tasks-title")).width(Length::Fill)].align_y(iced::Center);
        if now.may(Right::Do(CommandKind::AssignTask)) {
            heading = heading.push(Button::primary(words.get("tasks-new"), Some(Message::New)).key("N"));
        }
        let mut main = column![heading].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let shown = SHOWN.map(|show| {
            let (look, key) = match show {
                TaskShow::Overdue => (Look::Late, "tasks-overdue"),
                TaskShow::Closed => (Look::Done, "tasks-over"),
                TaskShow::Open | TaskShow::All => (Look::Wait, "tasks-open"),
            };
            filter(look, words.get(key), self.filter.show == show, Message::Show(show))
        });
        main = main.push(row(shown).spacing(gap(2)));
        match &self.loaded {
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(loaded) if loaded.tasks.is_empty() => {
                let may_assign = now.may(Right::Do(CommandKind::AssignTask));
                let next = if may_assign { "tasks-none-next" } else { "tasks-none-next-worker" };
                main = main.push(empty(Icon::Check, words.get("tasks-none"), words.get(next)));
                main = main.push(self.undo_button(now));
            }
            Some(loaded) => {
                let view = |n| self.row_view(n, now);
                main = main.push(self.list.view(loaded.tasks.len(), view, Message::Scrolled));
                if let Some(more @ 1..) = loaded.total.checked_sub(loaded.tasks.len() as u32) {
                    main = main.push(ui::small(words.with("today-more", &[("n", more.into())])));
                }
                main = main.push(self.keys(now));
            }
        }
        let chosen = || self.chosen().map(|task| self.one(task, now));
        let beside = match (&self.panel, &self.loaded) {
            (Panel::New(form), Some(loaded)) => Beside::Asked(form.view(words, &loaded.workers)),
            (Panel::Closing { task, done, reason, busy, trouble }, loaded) => {
                let task = loaded.iter().flat_map(|loaded| &loaded.tasks).find(|line| line.id == *task);
                Beside::Asked(closing(task, *done, (reason, *busy), trouble.as_ref(), words))
            }
            (Panel::One, _) => chosen().map_or(Beside::Nothing, Beside::Asked),
            (Panel::Nothing, _) if !now.room.is_narrow() => chosen().map_or(Beside::Nothing, Beside::Also),
            _ => Beside::Nothing,
        };
        let list = ui::card(main).width(Length::Fill).height(Length::Fill);
        panes(now.room, list, beside, SIDE_WIDTH)
    }

    /// What can be done about the chosen task, with its keys.
    fn keys<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut all = row![container(super::today::keys(words)).width(Length::Fill)].push(self.undo_button(now));
        if let Some(task) = self.chosen().filter(|t| t.done.is_none() && now.may(Right::Do(CommandKind::CloseTask))) {
            let id = task.id;
            all = all.push(Button::quiet(words.get("today-task-done"), Some(Message::Done(id))).key("D"));
            all = all.push(Button::quiet(words.get("tasks-not-done"), Some(Message::NotDone(id))).key("X"));
        }
        all.spacing(gap(2)).align_y(iced::Center).into()
    }

    /// All that is known of a task: a row of the list has no room for what somebody wrote.
    fn one<'a>(&'a self, task: &'a TaskLine, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut lines = column![ui::bold(words.get(kind_key(task.kind))), due_tag(task, now)].spacing(gap(2));
        if let Some(child) = &task.child {
            let said = format!("{} · {}", words.child_name(&child.name, &child.mother), child.village);
            lines = lines.push(ui::labelled(words.get("tasks-child"), ui::body(said)));
        }
        let worker = (!task.worker.1.is_empty()).then(|| task.worker.1.clone());
        let parts = [
            ("tasks-where", (!task.place.is_empty()).then(|| task.place.clone())),
            ("tasks-for", worker),
            ("field-note", (!task.note.is_empty()).then(|| task.note.clone())),
            ("tasks-said", (!task.reason.is_empty()).then(|| reason(task, words))),
        ];
        for (key, said) in parts.into_iter().filter_map(|(key, said)| Some((key, said?))) {
            lines = lines.push(ui::labelled(words.get(key), ui::body(said)));
        }
        let mut buttons = row![].spacing(gap(2));
        if let Some(child) = &task.child {
            let open = Button::secondary(words.get("today-open-child"), Some(Message::Open(child.id)));
            buttons = buttons.push(open.key("Enter"));
        }
        if now.room.is_narrow() {
            if task.done.is_none() && now.may(Right::Do(CommandKind::CloseTask)) {
                let done = Button::secondary(words.get("today-task-done"), Some(Message::Done(task.id))).key("D");
                let not = Button::secondary(words.get("tasks-not-done"), Some(Message::NotDone(task.id))).key("X");
                buttons = buttons.push(done).push(not);
            }
            buttons = buttons.push(Button::quiet(words.get("shell-back"), Some(Message::Leave)).key("Esc"));
        }
        // There it stands in the list's place.
        let trouble = self.trouble.as_ref().filter(|_| now.room.is_narrow());
        lines = lines.push(trouble.map(|trouble| note(Look::Late, trouble.sentence(words))));
        headed_card(words.get("tasks-one"), lines.push(buttons.wrap().vertical_spacing(gap(2)))).into()
    }

    fn undo_button<'a>(&self, now: Now<'a>) -> Option<Element<'a, Message>> {
        let undo = |undo: Undo| Button::quiet(now.words.get(undo.label()), Some(Message::Undo)).key("U");
        self.undoable(now.now_ms).map(|what| undo(what).into())
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(task) = self.loaded.as_ref().and_then(|loaded| loaded.tasks.get(n)) else { return ui::rule() };
        let mut about = about(words, task);
        if !task.reason.is_empty() {
            about = format!("{about} · {}", reason(task, words));
        }
        let what = column![
            ui::bold(words.get(kind_key(task.kind))).wrapping(text::Wrapping::None),
            // Two lines: where to look for a child often stands at the end.
            container(ui::small(about).color(theme::colors().ink)).max_height(ABOUT_HEIGHT).clip(true)
        ];
        let worker = ui::body(task.worker.1.as_str()).wrapping(text::Wrapping::None);
        let what = container(what).width(Length::Fill).clip(true);
        let cells = if now.room.is_tight() {
            let end = column![worker, due_tag(task, now)].spacing(TIGHT);
            row![what, container(end).width(WHEN_WIDTH).clip(true)]
        } else {
            let worker = container(worker).width(WORKER_WIDTH).clip(true);
            row![what, worker, container(due_tag(task, now)).width(WHEN_WIDTH)]
        };
        let cells = cells.spacing(gap(3)).align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Choose(n))
    }
}

/// Until when, or what became of it.
fn due_tag<'a>(task: &TaskLine, now: Now<'_>) -> Element<'a, Message> {
    let words = now.words;
    let due = words.with("tasks-until", &[("day", words.day(task.due).into())]);
    match task.done {
        None if task.due < now.today() => tag(Look::Late, due),
        None => tag(Look::Wait, due),
        Some(done) => {
            let (look, key) = if done { (Look::Done, "tasks-was-done") } else { (Look::Closed, "tasks-was-not") };
            let day = task.closed_ms.map_or_else(String::new, |ms| words.day(clinic::date::india(ms)));
            tag(look, words.with(key, &[("day", day.into())]))
        }
    }
}

/// What was said when it was closed.
fn reason(task: &TaskLine, words: &Words) -> String {
    match task.reason.as_str() {
        HANDED_OVER => words.get("task-handed-over"),
        CAME => words.get("task-came"),
        BY_MISTAKE => words.get("task-by-mistake"),
        reason => reason.to_owned(),
    }
}

fn close(task: TaskId, done: bool, reason: String, hands: &Hands) -> Action {
    let Hands { clinic, session, .. } = hands.clone();
    let command = Command::CloseTask { task, done, reason };
    Action::Run(blocking(move || Ok(clinic.submit(&session, command).map(|_| task)?), Message::Closed))
}

fn closing<'a>(
    task: Option<&TaskLine>,
    done: bool,
    (reason, busy): (&'a str, bool),
    trouble: Option<&'a Trouble>,
    words: &Words,
) -> Element<'a, Message> {
    let (title, asked) =
        if done { ("today-task-done", "tasks-family-said") } else { ("tasks-not-done", "tasks-why-not") };
    let wrong = trouble.filter(|t| t.field() == Some(Field::Reason)).map(|t| t.sentence(words));
    let why = field(words.get(asked), reason, Message::Reason).id(REASON).error(wrong);
    let which = task.map(|task| column![ui::bold(words.get(kind_key(task.kind))), ui::small(about(words, task))]);
    let mut lines = column![].push(which).push(Element::from(why.on_enter(Message::CloseNow))).spacing(gap(3));
    if let Some(trouble) = trouble.filter(|t| t.field() != Some(Field::Reason)) {
        lines = lines.push(note(Look::Late, trouble.sentence(words)));
    }
    let save = Button::primary(words.get("tasks-close-now"), (!busy).then_some(Message::CloseNow)).key("Enter");
    let leave = Button::quiet(words.get("shell-cancel"), Some(Message::Leave)).key("Esc");
    lines = lines.push(row![save, leave].spacing(gap(1)).align_y(iced::Center));
    headed_card(words.get(title), lines).padding(Padding::from(gap(4))).into()
}

/// What a refusal says of one field of a form.
fn wrong_at(trouble: Option<&Trouble>, field: Field, words: &Words) -> Option<String> {
    trouble.filter(|t| trouble::Trouble::field(t) == Some(field)).map(|t| t.sentence(words))
}
