//! Who is late and who is due: the list that matters, and at its right what follows from it.

mod call;
mod filters;
mod side;

use super::{Hands, Now, blocking, opens};
use crate::paper::wanted::Wanted;
use crate::ui::list::{List, Scrolled};
use crate::ui::theme::{self, gap};
use crate::ui::{self, Banner, Beside, Button, Element, Icon, Look, Press, Trouble, empty, note, panes, tag};
use crate::words::Words;
use call::{Calling, Told, Written};
use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::{Command, CommandKind, NewTask};
use clinic::record::fact::CallOutcome;
use clinic::record::role::{Query, Right};
use clinic::store::ComeBack;
use clinic::store::{
    ConflictLine, DUE_PAGE, DueChild, DueFilter, DueList, DueShow, StoreError, TaskFilter, TaskLine, TodayView, ToyLine,
};
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, TaskId, UserId};
use iced::widget::{button, column, container, row, text};
use iced::{Length, Padding, Task};
use std::collections::{BTreeMap, BTreeSet};

pub use side::{about, kind_key};

const ROW_HEIGHT: f32 = 60.0;
const SIDE_WIDTH: f32 = 290.0;
const CHILD_WIDTH: f32 = 204.0;
const GUARDIAN_WIDTH: f32 = 142.0;
const WHEN_WIDTH: f32 = 148.0;
/// Letters of what is to be given that stand in a row.
const DOSES_MAX_CHARS: usize = 68;
/// A call can be taken back with one key for so long after it was written down.
const UNDO_MS: u64 = 60_000;
/// In so many days a child is to be found.
const TRACE_DAYS: u64 = 3;

/// What the screen shows, read in one go.
#[derive(Debug, Clone)]
pub struct Loaded {
    view: TodayView,
    filter: DueFilter,
    toys: Vec<ToyLine>,
    /// The first of those that are open.
    tasks: Vec<TaskLine>,
    open_tasks: usize,
    conflicts: Vec<ConflictLine>,
}

/// What is shown of everybody.
pub fn load(hands: &Hands) -> Result<Loaded, Trouble> {
    read(hands, DueFilter::default())
}

fn read(hands: &Hands, filter: DueFilter) -> Result<Loaded, Trouble> {
    let Hands { clinic, session, .. } = hands;
    let may = |query| session.may(Right::See(query));
    let mut view = clinic.today_view(session)?;
    if filter != DueFilter::default() {
        view.list = clinic.due_list(session, &filter, 0)?;
    }
    let (tasks, open_tasks) =
        if may(Query::Tasks) { clinic.tasks(session, &TaskFilter::default(), 0)? } else { (Vec::new(), 0) };
    Ok(Loaded {
        view,
        filter,
        toys: if may(Query::Toys) { clinic.toys(session)? } else { Vec::new() },
        tasks,
        open_tasks: open_tasks as usize,
        conflicts: if may(Query::Conflicts) { clinic.conflicts(session)? } else { Vec::new() },
    })
}

pub struct Today {
    loaded: Option<Loaded>,
    trouble: Option<Trouble>,
    filter: DueFilter,
    /// All villages stand over the list, not only those where most are late.
    all_villages: bool,
    list: List,
    /// Children of the list, by the page they came with. The first page came with the rest.
    pages: BTreeMap<usize, Vec<DueChild>>,
    /// Pages that were asked for.
    asked: BTreeSet<usize>,
    calling: Option<Calling>,
    /// The call that was written down last, and when.
    told: Option<(Told, u64)>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    Page(DueFilter, usize, Result<DueList, Trouble>),
    Scrolled(Scrolled),
    Show(DueShow),
    Village(String),
    AllVillages,
    Open(ChildId),
    Find,
    Register,
    Toys,
    Tasks,
    Conflicts,
    Alerts,
    Papers,
    TaskDone(TaskId),
    Call(ChildId),
    Trace(ChildId),
    Outcome(CallOutcome),
    ComesOn(String),
    Coming(Result<ComeBack, Trouble>),
    ComesThen(NaiveDate),
    Note(String),
    LeaveCall,
    Closed(Result<(), Trouble>),
    Traced(Result<String, Trouble>),
    Called(Result<Written, Trouble>),
    UndoCall,
    CallUndone(Result<(), Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Open(ChildId),
    Find,
    Register,
    Toys,
    Tasks,
    /// The task to find a child whom no worker has: somebody must be chosen.
    TraceBy(ChildId),
    Conflicts,
    Alerts,
    Papers(Vec<Wanted>),
    Trouble(Trouble),
}

impl Today {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self::empty();
        let read = screen.reload(hands);
        (screen, read)
    }

    fn empty() -> Self {
        Self {
            loaded: None,
            trouble: None,
            filter: DueFilter::default(),
            all_villages: false,
            list: List::new("today-list", ROW_HEIGHT),
            pages: BTreeMap::new(),
            asked: BTreeSet::new(),
            calling: None,
            told: None,
        }
    }

    /// With everything there already.
    pub fn with(loaded: Loaded) -> Self {
        let mut screen = Self::empty();
        screen.show(loaded);
        screen
    }

    /// Shown again, as it was left.
    pub fn resume(&self, hands: &Hands) -> Task<Message> {
        Task::batch([self.list.restore(), self.reload(hands)])
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (hands, filter) = (hands.clone(), self.filter.clone());
        blocking(move || read(&hands, filter), Message::Loaded)
    }

    /// What is half done would be lost.
    pub fn has_input(&self) -> bool {
        self.calling.as_ref().is_some_and(Calling::has_input)
    }

    fn show(&mut self, mut loaded: Loaded) {
        self.pages.clear();
        self.asked.clear();
        self.pages.insert(0, std::mem::take(&mut loaded.view.list.rows));
        self.loaded = Some(loaded);
        self.trouble = None;
        self.list.chosen = self.list.chosen.min(self.len().saturating_sub(1));
    }

    fn row(&self, n: usize) -> Option<&DueChild> {
        let page = DUE_PAGE as usize;
        self.pages.get(&(n / page))?.get(n % page)
    }

    fn chosen(&self) -> Option<&DueChild> {
        self.row(self.list.chosen)
    }

    fn len(&self) -> usize {
        let Some(loaded) = &self.loaded else { return 0 };
        let DueList { late, due, .. } = &loaded.view.list;
        let shown = match self.filter.show {
            DueShow::All => late + due,
            DueShow::Late => *late,
            DueShow::Due => *due,
        };
        shown as usize
    }

    /// Asks for the pages that can be seen and are not there.
    fn fetch(&mut self, hands: &Hands) -> Task<Message> {
        let visible = self.list.visible(self.len());
        let page = DUE_PAGE as usize;
        let mut tasks = Vec::new();
        for n in visible.start / page..visible.end.div_ceil(page) {
            if self.pages.contains_key(&n) || !self.asked.insert(n) {
                continue;
            }
            let Hands { clinic, session, .. } = hands.clone();
            let (filter, asked) = (self.filter.clone(), self.filter.clone());
            let offset = u32::try_from(n * page).unwrap_or(u32::MAX);
            let read = move || Ok(clinic.due_list(&session, &filter, offset)?);
            tasks.push(blocking(read, move |list| Message::Page(asked, n, list)));
        }
        Task::batch(tasks)
    }

    fn filtered(&mut self, hands: &Hands) -> Action {
        self.calling = None;
        Action::Run(Task::batch([self.list.reset(), self.reload(hands)]))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            // An answer to an earlier question.
            Message::Loaded(Ok(loaded)) if loaded.filter != self.filter => {}
            Message::Loaded(Ok(loaded)) => {
                self.show(loaded);
                return Action::Run(self.fetch(hands));
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Page(filter, n, Ok(list)) if filter == self.filter => {
                self.asked.remove(&n);
                self.pages.insert(n, list.rows);
            }
            Message::Page(_, n, list) => {
                self.asked.remove(&n);
                if let Err(trouble) = list {
                    self.trouble = Some(trouble);
                }
            }
            Message::Scrolled(to) => {
                self.list.scrolled(to);
                return Action::Run(self.fetch(hands));
            }
            Message::Show(show) => {
                self.filter.show = if self.filter.show == show { DueShow::All } else { show };
                return self.filtered(hands);
            }
            Message::Village(village) => {
                let same = self.filter.village.as_ref() == Some(&village);
                self.filter.village = (!same).then_some(village);
                self.all_villages = false;
                return self.filtered(hands);
            }
            Message::AllVillages => self.all_villages = !self.all_villages,
            Message::Open(child) => return Action::Open(child),
            Message::Find => return Action::Find,
            Message::Register => return Action::Register,
            Message::Toys => return Action::Toys,
            Message::Tasks => return Action::Tasks,
            Message::Conflicts => return Action::Conflicts,
            Message::Alerts => return Action::Alerts,
            Message::Papers => return self.offer_papers(),
            Message::TaskDone(task) => {
                let Hands { clinic, session, .. } = hands.clone();
                let command = Command::CloseTask { task, done: true, reason: String::new() };
                let work = move || Ok(clinic.submit(&session, command).map(|_| ())?);
                return Action::Run(blocking(work, Message::Closed));
            }
            Message::Closed(Ok(())) => return Action::Run(self.reload(hands)),
            Message::Closed(Err(trouble)) | Message::Traced(Err(trouble)) => return Action::Trouble(trouble),
            Message::Call(child) => return self.call(child, hands),
            Message::Trace(child) => return self.trace(child, hands),
            Message::Traced(Ok(name)) => {
                let said = words.with("today-traced", &[("name", name.into())]);
                return Action::Said(Banner::good(said), self.reload(hands));
            }
            Message::LeaveCall => self.calling = None,
            Message::Called(Ok(Written::Stored(told))) => {
                self.calling = None;
                self.told = Some((told, hands.clinic.env().now_ms()));
                let said = words.with("call-saved", &[("said", told.said(words).into())]);
                return Action::Said(Banner::good(said), self.reload(hands));
            }
            Message::UndoCall => return self.undo_call(hands),
            Message::CallUndone(Ok(())) => {
                return Action::Said(Banner::wait(words.get("call-undone")), self.reload(hands));
            }
            Message::CallUndone(Err(trouble)) => return Action::Trouble(trouble),
            message => {
                if let Some(calling) = &mut self.calling {
                    return calling.update(message, hands);
                }
            }
        }
        Action::None
    }

    /// Who is late, for the field: of the village that is shown.
    fn offer_papers(&self) -> Action {
        Action::Papers(vec![Wanted::Defaulters { village: self.filter.village.clone(), worker: None }])
    }

    /// Somebody calls the family, or met it: what came of it is written down.
    fn call(&mut self, child: ChildId, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::RecordCall)) {
            return Action::None;
        }
        let mut rows = self.pages.values().flatten();
        let Some(due) = rows.find(|due| due.child.id == child) else { return Action::None };
        let today = self.loaded.as_ref().map_or_else(|| due.child.dob, |loaded| loaded.view.on);
        let (calling, ask) = Calling::new(due.clone(), today, hands);
        self.calling = Some(calling);
        Action::Run(ask)
    }

    /// The call that can still be taken back.
    fn undoable(&self, now_ms: u64) -> Option<Told> {
        self.told.filter(|(_, at_ms)| now_ms.abs_diff(*at_ms) < UNDO_MS).map(|(told, _)| told)
    }

    fn undo_call(&mut self, hands: &Hands) -> Action {
        let Some(Told { call, .. }) = self.undoable(hands.clinic.env().now_ms()) else { return Action::None };
        self.told = None;
        Action::Run(hands.submit(Command::WithdrawCall { call }, Message::CallUndone))
    }

    /// Asks the child's worker to find the child.
    fn trace(&mut self, child: ChildId, hands: &Hands) -> Action {
        let mut rows = self.pages.values().flatten();
        let Some(due) = rows.find(|due| due.child.id == child).filter(|due| due.trace.is_none()) else {
            return Action::None;
        };
        if !hands.session.may(Right::Do(CommandKind::AssignTask)) {
            return Action::None;
        }
        let (Some((worker, name)), Some(loaded)) = (due.child.worker.clone(), &self.loaded) else {
            return Action::TraceBy(child);
        };
        Action::Run(trace(hands, (worker, name), child, loaded.view.on))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        if let Some(calling) = &mut self.calling {
            return match press {
                Press::Escape => {
                    self.calling = None;
                    Action::None
                }
                press => calling.press(press, hands),
            };
        }
        if let Some(task) = self.list.press(press, self.len()) {
            return Action::Run(Task::batch([task, self.fetch(hands)]));
        }
        let chosen = self.chosen().map(|due| due.child.id);
        match (press, chosen) {
            (Press::Letter('V'), _) => Action::Find,
            (Press::Letter('A'), _) => Action::Alerts,
            (Press::Letter('P'), _) => self.offer_papers(),
            (Press::Letter('U'), _) => self.undo_call(hands),
            (Press::Letter('C'), Some(child)) => self.call(child, hands),
            (Press::Letter('T'), Some(child)) => self.trace(child, hands),
            (press, Some(child)) if opens(press) => Action::Open(child),
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
        let unfiltered = self.filter == DueFilter::default();
        if loaded.view.children == 0 && unfiltered && self.len() == 0 {
            main = main.push(empty(Icon::Child, words.get("today-no-children"), words.get("today-no-children-next")));
            if now.may(Right::Do(CommandKind::RegisterChild)) {
                let register = Button::primary(words.get("children-register"), Some(Message::Register));
                main = main.push(container(register.icon(Icon::ChildNew)).center_x(Length::Fill));
            }
        } else if self.len() == 0 {
            main = main.push(self.filters(words, &loaded.view.list));
            main = main.push(empty(Icon::Today, words.get("today-nobody"), words.get("today-nobody-next")));
        } else {
            main = main.push(self.filters(words, &loaded.view.list));
            main = main.push(column_names(now)).push(ui::rule());
            let row = |n| self.row_view(n, now);
            main = main.push(self.list.view(self.len(), row, Message::Scrolled));
            main = main.push(self.keys(now));
        }
        let side = match &self.calling {
            Some(calling) => Beside::Asked(calling.view(now)),
            None => Beside::Also(side::side(loaded, now)),
        };
        panes(now.room, ui::card(main).width(Length::Fill).height(Length::Fill), side, SIDE_WIDTH)
    }

    /// How the list is used without a mouse, and what can be done about the chosen child.
    fn keys<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut all = row![container(keys(words)).width(Length::Fill)].spacing(gap(2)).align_y(iced::Center);
        if self.undoable(now.now_ms).is_some() {
            all = all.push(Button::quiet(words.get("call-undo"), Some(Message::UndoCall)).key("U"));
        }
        if let Some(due) = self.chosen() {
            let child = due.child.id;
            if now.may(Right::Do(CommandKind::RecordCall)) {
                let call = Button::quiet(words.get("today-call"), Some(Message::Call(child)));
                all = all.push(call.key("C"));
            }
            if now.may(Right::Do(CommandKind::AssignTask)) {
                let ask = due.trace.is_none().then_some(Message::Trace(child));
                all = all.push(Button::quiet(words.get("today-trace"), ask).key("T"));
            }
        }
        all.into()
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
                &[("late", view.list.late.into()), ("due", view.list.due.into()), ("children", view.children.into())],
            );
            left = left.push(ui::small(counts));
        }
        let find = Button::primary(words.get("today-new-visit"), Some(Message::Find)).key("V");
        let alerts = Button::quiet(words.get("shell-alerts"), Some(Message::Alerts)).key("A");
        let papers = Button::quiet(words.get("papers-open"), Some(Message::Papers)).key("P");
        row![left, papers, alerts, find].spacing(gap(3)).align_y(iced::Center).into()
    }

    fn row_view<'a>(&'a self, n: usize, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let Some(due) = self.row(n) else {
            return container(ui::working(words.get("shell-loading"))).height(ROW_HEIGHT).into();
        };
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
        // What the family said comes first: what is cut off below is told on the child's page.
        let mark = marks(words, due);
        let mark = mark.map(|(look, said)| ui::small_bold(said).color(look.ink()).wrapping(text::Wrapping::None));
        let give = column![].push(mark).push(ui::small(doses).color(theme::colors().ink));
        let when = if due.late {
            tag(Look::Late, late_in_words(words, due.days_late))
        } else if due.days_late > 0 {
            tag(Look::Good, words.with("today-due-since", &[("n", due.days_late.into())]))
        } else {
            tag(Look::Good, words.get("today-due-today"))
        };
        let cells = row![container(who).width(CHILD_WIDTH).clip(true)]
            // The family's phone is also where the call is written down.
            .push((!now.room.is_tight()).then(|| container(family).width(GUARDIAN_WIDTH).clip(true)))
            .push(container(give).width(Length::Fill).max_height(ROW_HEIGHT - 6.0).clip(true))
            .push(container(when).width(WHEN_WIDTH))
            .spacing(gap(3))
            .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Open(child.id))
    }
}

/// The task to find a child, for its worker.
fn trace(hands: &Hands, (worker, name): (UserId, String), child: ChildId, today: NaiveDate) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    let work = move || {
        let task = clinic.env().new_task_id().map_err(StoreError::from)?;
        let new = NewTask {
            worker,
            kind: TaskKind::Trace,
            child: Some(child),
            place: String::new(),
            due: to_day(today + Days::new(TRACE_DAYS)),
            note: String::new(),
        };
        clinic.submit(&session, Command::AssignTask { task, new })?;
        Ok(name)
    };
    blocking(work, Message::Traced)
}

/// What is known of the family, in one line: a task to find the child, what it said last, that it said no.
fn marks(words: &Words, due: &DueChild) -> Option<(Look, String)> {
    let traced = due.trace.is_some().then(|| words.get("today-being-traced"));
    let promised = due.call.filter(|call| call.will_come_on.is_some()).map(|call| call::told(words, call));
    match (traced, promised) {
        (Some(traced), Some((look, said))) => return Some((look, format!("{said} · {traced}"))),
        (Some(traced), None) => return Some((Look::Wait, traced)),
        (None, promised @ Some(_)) => return promised,
        (None, None) => {}
    }
    if let Some(call) = due.call {
        return Some(call::told(words, call));
    }
    due.is_refused().then(|| (Look::Late, words.get("today-refused")))
}

fn column_names<'a>(now: Now<'a>) -> Element<'a, Message> {
    let name =
        |key, width: Length| Element::from(container(ui::small_bold(now.words.get(key))).width(width).clip(true));
    row![name("today-column-child", CHILD_WIDTH.into())]
        .push((!now.room.is_tight()).then(|| name("today-column-guardian", GUARDIAN_WIDTH.into())))
        .push(name("today-column-give", Length::Fill))
        .push(name("today-column-when", WHEN_WIDTH.into()))
        .spacing(gap(3))
        .padding(Padding { left: 8.0, right: 18.0, ..Padding::ZERO })
        .into()
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

/// How the list is used without a mouse.
pub fn keys<'a, M: 'a>(words: &Words) -> Element<'a, M> {
    let cap = |key| ui::button::key_cap(key, theme::colors().muted);
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

/// `Wednesday, 25 Nov 2026`.
pub fn weekday(words: &Words, day: NaiveDate) -> String {
    words.with("today-weekday", &[("weekday", words.weekday(day).into()), ("day", words.day(day).into())])
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
