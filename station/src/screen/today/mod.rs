//! Who is late and who is due: the list that matters, and at its right what follows from it.

mod call;
mod filters;
mod side;
mod view;

use super::paged::{Page, Paged, Row};
use super::undo::{self, Undo};
use super::{Hands, blocking, opens};
use crate::paper::wanted::Wanted;
use crate::ui::list::{List, Scrolled};
use crate::ui::{Banner, Press, Trouble};
use crate::words::Words;
use call::{Calling, Written};
use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::{Command, CommandKind, NewTask};
use clinic::record::fact::CallOutcome;
use clinic::record::role::{Query, Right};
use clinic::store::ComeBack;
use clinic::store::{
    ChildLine, ConflictLine, DUE_PAGE, DueChild, DueFilter, DueList, DueShow, Named, StoreError, TaskFilter, TaskLine,
    TodayView, ToyAlerts, ToyLine,
};
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, TaskId, UserId};
use iced::Task;

pub use side::{about, kind_key};
pub use view::{doses_in_words, keys, late_in_words, opened_row, spaced_phone, weekday};

const ROW_HEIGHT: f32 = 60.0;
/// In so many days a child is to be found.
const TRACE_DAYS: u64 = 3;

/// What the screen shows, read in one go.
#[derive(Debug, Clone)]
pub struct Loaded {
    view: TodayView,
    toys: Vec<ToyLine>,
    /// What is wrong with them.
    alerts: ToyAlerts,
    /// The first of those that are open.
    tasks: Vec<TaskLine>,
    open_tasks: usize,
    conflicts: Vec<ConflictLine>,
}

/// What is shown of everybody.
pub fn load(hands: &Hands) -> Result<Loaded, Trouble> {
    read(hands, &DueFilter::default())
}

fn read(hands: &Hands, filter: &DueFilter) -> Result<Loaded, Trouble> {
    let Hands { clinic, session, .. } = hands;
    let may = |query| session.may(Right::See(query));
    let mut view = clinic.today_view(session)?;
    if *filter != DueFilter::default() {
        view.list = clinic.due_list(session, filter, 0)?;
    }
    let (tasks, open_tasks) =
        if may(Query::Tasks) { clinic.tasks(session, &TaskFilter::default(), 0)? } else { (Vec::new(), 0) };
    Ok(Loaded {
        view,
        toys: if may(Query::Toys) { clinic.toys(session)? } else { Vec::new() },
        alerts: if may(Query::Toys) { clinic.toy_alerts(session)? } else { ToyAlerts::default() },
        tasks,
        open_tasks: open_tasks as usize,
        conflicts: if may(Query::Conflicts) { clinic.conflicts(session)? } else { Vec::new() },
    })
}

impl Row for DueChild {
    type Id = ChildId;

    fn id(&self) -> ChildId {
        self.child.id
    }
}

pub struct Today {
    loaded: Option<Loaded>,
    trouble: Option<Trouble>,
    filter: DueFilter,
    /// All villages stand over the list, not only those where most are late.
    all_villages: bool,
    /// Toys and tasks stand in the list's place, where there is no room for both.
    shows_side: bool,
    /// The first page comes with the rest.
    rows: Paged<DueChild>,
    calling: Option<Calling>,
    /// What was done last and can be taken back, and when it was done.
    undo: Option<(Undo, u64)>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Page, Result<Loaded, Trouble>),
    Page(Page, Result<DueList, Trouble>),
    Scrolled(Scrolled),
    Show(DueShow),
    Village(String),
    AllVillages,
    Side,
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
    Closed(Result<TaskId, Trouble>),
    /// The worker has it now.
    Traced(Result<(TaskId, String, Named), Trouble>),
    Called(Result<Written, Trouble>),
    Undo,
    Undone(Undo, Result<(), Trouble>),
}

impl Message {
    /// What became of something that was stored.
    pub fn tells_what_became(&self) -> bool {
        matches!(self, Self::Closed(_) | Self::Traced(_) | Self::Called(_) | Self::Undone(..))
    }

    /// It takes the place of the call that is written down.
    pub fn replaces(&self) -> bool {
        matches!(self, Self::Show(_) | Self::Village(_) | Self::Call(_))
    }
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
        let mut screen = Self::empty();
        let read = screen.reload(hands);
        (screen, read)
    }

    fn empty() -> Self {
        Self {
            loaded: None,
            trouble: None,
            filter: DueFilter::default(),
            all_villages: false,
            shows_side: false,
            rows: Paged::new(List::new("today-list", ROW_HEIGHT), DUE_PAGE),
            calling: None,
            undo: None,
        }
    }

    /// With everything there already.
    pub fn with(loaded: Loaded, now_ms: u64) -> Self {
        let mut screen = Self::empty();
        let first = screen.rows.ask();
        screen.show(first, loaded, now_ms);
        screen
    }

    /// The same at a desk, which goes on reading what is not there.
    pub fn begin(loaded: Loaded, hands: &Hands) -> (Self, Task<Message>) {
        let mut screen = Self::with(loaded, hands.clinic.env().now_ms());
        let rest = screen.fetch(hands);
        (screen, rest)
    }

    /// Shown again, as it was left.
    pub fn resume(&mut self, hands: &Hands) -> Task<Message> {
        Task::batch([self.rows.list.restore(), self.reload(hands)])
    }

    pub fn reload(&mut self, hands: &Hands) -> Task<Message> {
        let first = self.rows.ask_first_again();
        self.read(first, hands)
    }

    fn read(&self, first: Page, hands: &Hands) -> Task<Message> {
        let (hands, filter) = (hands.clone(), self.filter.clone());
        blocking(move || read(&hands, &filter), move |loaded| Message::Loaded(first, loaded))
    }

    /// What is half done would be lost.
    pub fn has_input(&self) -> bool {
        self.calling.as_ref().is_some_and(Calling::has_input)
    }

    /// False: it is an answer to an earlier question.
    fn show(&mut self, first: Page, mut loaded: Loaded, now_ms: u64) -> bool {
        let total = self.total(&loaded.view.list);
        let rows = std::mem::take(&mut loaded.view.list.rows);
        let is_taken = self.rows.take(first, rows, total, now_ms);
        if is_taken {
            self.loaded = Some(loaded);
            self.trouble = None;
        }
        is_taken
    }

    /// Children of what is shown.
    fn total(&self, list: &DueList) -> u32 {
        match self.filter.show {
            DueShow::All => list.late + list.due,
            DueShow::Late => list.late,
            DueShow::Due => list.due,
        }
    }

    /// Asks for the pages that can be seen and are not there.
    fn fetch(&mut self, hands: &Hands) -> Task<Message> {
        let read = |page: Page| {
            let (Hands { clinic, session, .. }, filter) = (hands.clone(), self.filter.clone());
            let read = move || Ok(clinic.due_list(&session, &filter, page.offset(DUE_PAGE))?);
            blocking(read, move |list| Message::Page(page, list))
        };
        Task::batch(self.rows.missing().into_iter().map(read).collect::<Vec<_>>())
    }

    /// Another question: its answer is shown from the top.
    fn filtered(&mut self, hands: &Hands) -> Action {
        self.calling = None;
        let first = self.rows.ask();
        Action::Run(Task::batch([self.rows.list.reset(), self.read(first, hands)]))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(first, Ok(loaded)) => {
                if self.show(first, loaded, hands.clinic.env().now_ms()) {
                    return Action::Run(self.fetch(hands));
                }
            }
            Message::Page(page, Ok(list)) => {
                let total = self.total(&list);
                if self.rows.take(page, list.rows, total, hands.clinic.env().now_ms()) {
                    return Action::Run(self.fetch(hands));
                }
            }
            Message::Loaded(page, Err(trouble)) | Message::Page(page, Err(trouble)) => {
                if self.rows.failed(page) {
                    self.trouble = Some(trouble);
                }
            }
            Message::Scrolled(to) => {
                self.rows.list.scrolled(to);
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
            Message::Side => self.shows_side = !self.shows_side,
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
                let work = move || Ok(clinic.submit(&session, command).map(|_| task)?);
                return Action::Run(blocking(work, Message::Closed));
            }
            Message::Closed(Ok(task)) => {
                self.undo = Some((Undo::Task(task), hands.clinic.env().now_ms()));
                return Action::Said(Banner::good(words.get("tasks-closed")), self.reload(hands));
            }
            Message::Closed(Err(trouble)) | Message::Traced(Err(trouble)) => return Action::Trouble(trouble),
            Message::Call(child) => return self.call(child, hands),
            Message::Trace(child) => return self.trace(child, hands),
            Message::Traced(Ok((task, name, child))) => {
                self.undo = Some((Undo::Given(task), hands.clinic.env().now_ms()));
                let child = words.child_name(&child.name, &child.mother);
                let said = words.with("today-traced", &[("name", name.into()), ("child", child.into())]);
                return Action::Said(Banner::good(said), self.reload(hands));
            }
            Message::LeaveCall => self.leave_call(),
            Message::Called(Ok(Written::Stored(told))) => {
                self.calling = None;
                self.undo = Some((Undo::Call(told.call), hands.clinic.env().now_ms()));
                let said = words.with("call-saved", &[("said", told.said(words).into())]);
                return Action::Said(Banner::good(said), self.reload(hands));
            }
            Message::Undo => return self.undo(hands),
            Message::Undone(undo, Ok(())) => {
                return Action::Said(Banner::wait(words.get(undo.done())), self.reload(hands));
            }
            Message::Undone(_, Err(trouble)) => return Action::Trouble(trouble),
            message => {
                if let Some(calling) = &mut self.calling {
                    return calling.update(message, hands);
                }
            }
        }
        Action::None
    }

    /// Who is late and who is due, for the field: of the village that is shown. What is shown alone comes first.
    fn offer_papers(&self) -> Action {
        let village = self.filter.village.clone();
        let mut papers = vec![Wanted::Defaulters { village: village.clone(), worker: None }, Wanted::Due { village }];
        if self.filter.show == DueShow::Due {
            papers.reverse();
        }
        Action::Papers(papers)
    }

    /// Somebody calls the family, or met it: what came of it is written down.
    fn call(&mut self, child: ChildId, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::RecordCall)) {
            return Action::None;
        }
        let mut rows = self.rows.rows();
        let Some(due) = rows.find(|due| due.child.id == child) else { return Action::None };
        let today = self.loaded.as_ref().map_or_else(|| due.child.dob, |loaded| loaded.view.on);
        let (calling, ask) = Calling::new(due.clone(), today, hands);
        self.calling = Some(calling);
        Action::Run(ask)
    }

    fn leave_call(&mut self) {
        self.calling.take_if(|calling| !calling.is_busy());
    }

    /// What can still be taken back.
    fn undoable(&self, now_ms: u64) -> Option<Undo> {
        undo::still(self.undo, now_ms)
    }

    fn undo(&mut self, hands: &Hands) -> Action {
        let Some(undo) = self.undoable(hands.clinic.env().now_ms()) else { return Action::None };
        self.undo = None;
        Action::Run(hands.submit(undo.command(), move |done| Message::Undone(undo, done)))
    }

    /// Asks the child's worker to find the child.
    fn trace(&mut self, child: ChildId, hands: &Hands) -> Action {
        let mut rows = self.rows.rows();
        let Some(due) = rows.find(|due| due.child.id == child).filter(|due| due.trace.is_none()) else {
            return Action::None;
        };
        if !hands.session.may(Right::Do(CommandKind::AssignTask)) {
            return Action::None;
        }
        let (Some(worker), Some(loaded)) = (due.child.worker.clone(), &self.loaded) else {
            return Action::TraceBy(child);
        };
        let ChildLine { id, name, mother, village, .. } = due.child.clone();
        Action::Run(trace(hands, worker, Named { id, name, mother, village }, loaded.view.on))
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Action {
        if let Some(calling) = &mut self.calling {
            return match press {
                Press::Escape => {
                    self.leave_call();
                    Action::None
                }
                press => calling.press(press, hands),
            };
        }
        // Nothing is done to a row that the toys and tasks stand over: the list comes first.
        if self.shows_side && !matches!(press, Press::Letter('V' | 'A' | 'P' | 'S' | 'U')) {
            self.shows_side = false;
            return Action::None;
        }
        if let Some(task) = self.rows.list.press(press, self.rows.len()) {
            return Action::Run(Task::batch([task, self.fetch(hands)]));
        }
        let chosen = self.rows.chosen_at(hands.clinic.env().now_ms()).map(|due| due.child.id);
        match (press, chosen) {
            (Press::Letter('V'), _) => Action::Find,
            (Press::Letter('A'), _) => Action::Alerts,
            (Press::Letter('P'), _) => self.offer_papers(),
            (Press::Letter('S'), _) => {
                self.shows_side = !self.shows_side;
                Action::None
            }
            (Press::Letter('U'), _) => self.undo(hands),
            (Press::Letter('C'), Some(child)) => self.call(child, hands),
            (Press::Letter('T'), Some(child)) => self.trace(child, hands),
            (press, Some(child)) if opens(press) => Action::Open(child),
            _ => Action::None,
        }
    }
}

/// The task to find a child, for its worker.
fn trace(hands: &Hands, (worker, name): (UserId, String), child: Named, today: NaiveDate) -> Task<Message> {
    let Hands { clinic, session, .. } = hands.clone();
    let work = move || {
        let task = clinic.env().new_task_id().map_err(StoreError::from)?;
        let new = NewTask {
            worker,
            kind: TaskKind::Trace,
            child: Some(child.id),
            place: String::new(),
            due: to_day(today + Days::new(TRACE_DAYS)),
            note: String::new(),
        };
        clinic.submit(&session, Command::AssignTask { task, new })?;
        Ok((task, name, child))
    };
    blocking(work, Message::Traced)
}
