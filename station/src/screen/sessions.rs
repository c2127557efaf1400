//! Sessions: the plan, what was held, who is to come, what was given.

use super::today::opened_row;
use super::{Hands, Now, blocking, workers};
use crate::paper::wanted::Wanted;
use crate::ui::choice::short_choice;
use crate::ui::list::{List, Scrolled};
use crate::ui::theme::{self, gap};
use crate::ui::typed_date::{self, parse};
use crate::ui::{
    self, Banner, Button, Element, Icon, Kind, Look, Press, Trouble, empty, field, headed_card, note, tag,
};
use crate::ui::{Beside, SETTLE_MS, focus, panes};
use crate::words::Words;
use chrono::{Days, NaiveDate};
use clinic::Session;
use clinic::date::to_day;
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::{SessionKind, SessionPlan};
use clinic::record::refusal::Field;
use clinic::record::role::{Query, Right};
use clinic::record::{SessionStage, may_be_held};
use clinic::store::{DueChild, SessionLine, SessionPage, StoreError};
use hub_protocol::{ChildId, SessionId, UserId};
use iced::widget::{Row, column, container, row, text};
use iced::{Length, Task};

const ROW_HEIGHT: f32 = 54.0;
const SIDE_WIDTH: f32 = 360.0;
const DAY_WIDTH: f32 = 130.0;
const STATE_WIDTH: f32 = 170.0;
const REASON: &str = "sessions-reason";
const DATE: &str = "sessions-date";
/// What is shown, in days back and ahead.
const BACK_DAYS: u64 = 62;
const AHEAD_DAYS: u64 = 120;
/// Children of the due list that stand beside the session.
const DUE_SHOWN: usize = 12;

#[derive(Debug, Clone)]
pub struct Loaded {
    on: NaiveDate,
    sessions: Vec<SessionLine>,
    workers: Vec<(UserId, String, u32)>,
}

/// One session, with those who are to come when this person may see them.
#[derive(Debug, Clone)]
pub struct One {
    page: SessionPage,
    due: Vec<DueChild>,
    total: u32,
}

pub struct Sessions {
    loaded: Option<Loaded>,
    one: Option<One>,
    trouble: Option<Trouble>,
    list: List,
    panel: Panel,
    busy: bool,
}

enum Panel {
    Nothing,
    New(Form),
    NotHeld {
        session: SessionId,
        reason: String,
    },
    /// That it is being held is said once: it is asked.
    Hold {
        session: SessionId,
        asked_ms: u64,
    },
}

struct Form {
    on: String,
    kind: SessionKind,
    site: String,
    villages: String,
    worker: Option<UserId>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    One(Box<Result<One, Trouble>>),
    Scrolled(Scrolled),
    Choose(usize),
    Open(ChildId),
    Papers(SessionId),
    Stock,
    Sheet,
    New,
    On(String),
    Kind(SessionKind),
    Site(String),
    Villages(String),
    Worker(UserId),
    Save,
    Hold(SessionId),
    HoldNow,
    NotHeld(SessionId),
    Reason(String),
    NotHeldNow,
    Saved(Result<(), Trouble>),
    Leave,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Open(ChildId),
    Papers(Vec<Wanted>),
    Stock,
    /// What was written on paper is entered: of this session on its day, or of another day.
    Sheet(Option<(SessionId, NaiveDate)>),
}

impl Sessions {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let list = List::new("sessions-list", ROW_HEIGHT);
        let screen = Self { loaded: None, one: None, trouble: None, list, panel: Panel::Nothing, busy: false };
        (screen, Self::reload(hands))
    }

    pub fn reload(hands: &Hands) -> Task<Message> {
        let hands = hands.clone();
        let read = move || {
            let on = clinic::date::india(hands.clinic.env().now_ms());
            let period = on - Days::new(BACK_DAYS)..=on + Days::new(AHEAD_DAYS);
            let (sessions, _) = hands.clinic.sessions(&hands.session, &period, 0)?;
            Ok(Loaded { on, sessions, workers: workers(&hands)? })
        };
        blocking(read, Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        match &self.panel {
            Panel::Nothing | Panel::Hold { .. } => false,
            Panel::New(form) => !(form.site.trim().is_empty() && form.villages.trim().is_empty()),
            Panel::NotHeld { reason, .. } => !reason.trim().is_empty(),
        }
    }

    fn len(&self) -> usize {
        self.loaded.as_ref().map_or(0, |loaded| loaded.sessions.len())
    }

    fn chosen(&self) -> Option<&SessionLine> {
        self.loaded.as_ref()?.sessions.get(self.list.chosen)
    }

    fn read_one(&self, hands: &Hands) -> Task<Message> {
        let Some(id) = self.chosen().map(|line| line.id) else { return Task::none() };
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || {
            let page = clinic.session_page(&session, id)?;
            let ahead = page.session.stage == SessionStage::Planned && session.may(Right::See(Query::Today));
            let (due, total) = if ahead { clinic.session_due(&session, id, 0)? } else { (Vec::new(), 0) };
            Ok(One { page, due, total })
        };
        blocking(read, |one| Message::One(Box::new(one)))
    }

    fn submit(&mut self, command: Command, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        self.busy = true;
        self.trouble = None;
        Action::Run(hands.submit(command, Message::Saved))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                let first = self.loaded.is_none();
                // The next one is what people come for: it stands before those that are over.
                let next = loaded.sessions.iter().rposition(|line| line.on >= loaded.on);
                let was = self.chosen().map(|line| line.id);
                let find = |was| loaded.sessions.iter().position(|line| line.id == was);
                self.list.follow(was, find, loaded.sessions.len(), hands.clinic.env().now_ms());
                if first {
                    self.list.chosen = next.unwrap_or_default();
                }
                self.loaded = Some(loaded);
                return Action::Run(self.read_one(hands));
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::One(one) => match *one {
                Ok(one) => self.one = Some(one),
                Err(trouble) => self.trouble = Some(trouble),
            },
            Message::Scrolled(to) => self.list.scrolled(to),
            Message::Choose(n) => {
                self.list.chosen = n;
                return Action::Run(self.read_one(hands));
            }
            Message::Open(child) => return Action::Open(child),
            Message::Papers(id) => return Action::Papers(vec![Wanted::Session(id)]),
            Message::Stock => return Action::Stock,
            Message::Sheet => return self.sheet(hands),
            Message::New => return self.plan(hands),
            Message::Hold(session) => {
                self.panel = Panel::Hold { session, asked_ms: hands.clinic.env().now_ms() };
            }
            Message::NotHeld(session) => {
                self.panel = Panel::NotHeld { session, reason: String::new() };
                return Action::Run(focus(REASON));
            }
            Message::Saved(Ok(())) => {
                self.busy = false;
                self.panel = Panel::Nothing;
                return Action::Said(Banner::good(words.get("sessions-saved")), Self::reload(hands));
            }
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Leave => {
                self.panel = Panel::Nothing;
                self.trouble = None;
            }
            message => return self.update_panel(message, hands),
        }
        Action::None
    }

    fn update_panel(&mut self, message: Message, hands: &Hands) -> Action {
        match (&mut self.panel, message) {
            // A key that bounces is no answer.
            (Panel::Hold { session, asked_ms }, Message::HoldNow)
                if hands.clinic.env().now_ms().abs_diff(*asked_ms) >= SETTLE_MS =>
            {
                let session = *session;
                return self.submit(Command::HoldSession { session, plan: None }, hands);
            }
            (Panel::NotHeld { reason, .. }, Message::Reason(typed)) => *reason = typed,
            (Panel::NotHeld { session, reason }, Message::NotHeldNow) => {
                let command = Command::CancelSession { session: *session, reason: reason.clone() };
                return self.submit(command, hands);
            }
            (Panel::New(form), Message::On(typed)) => form.on = typed,
            (Panel::New(form), Message::Kind(kind)) => form.kind = kind,
            (Panel::New(form), Message::Site(typed)) => form.site = typed,
            (Panel::New(form), Message::Villages(typed)) => form.villages = typed,
            (Panel::New(form), Message::Worker(worker)) => {
                form.worker = if form.worker == Some(worker) { None } else { Some(worker) };
            }
            (Panel::New(form), Message::Save) => {
                let Some(on) = parse(&form.on) else {
                    self.trouble = Some(Trouble::no_date(&form.on, Field::Date));
                    return Action::None;
                };
                let villages = form.villages.split([',', ';', '\n']).map(|v| v.trim().to_owned());
                let plan = SessionPlan {
                    on: to_day(on),
                    kind: form.kind,
                    site: form.site.clone(),
                    villages: villages.filter(|v| !v.is_empty()).collect(),
                    worker: form.worker,
                };
                let random = hands.clinic.env().random().map_err(StoreError::from);
                match random.map(SessionId::from_random) {
                    Ok(session) => return self.submit(Command::PlanSession { session, plan }, hands),
                    Err(error) => self.trouble = Some(error.into()),
                }
            }
            _ => {}
        }
        Action::None
    }

    fn sheet(&self, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::RecordDose)) {
            return Action::None;
        }
        let today = clinic::date::india(hands.clinic.env().now_ms());
        let was = |line: &&SessionLine| line.on <= today && line.stage != SessionStage::NotHeld;
        Action::Sheet(self.chosen().filter(was).map(|line| (line.id, line.on)))
    }

    fn plan(&mut self, hands: &Hands) -> Action {
        if !hands.session.may(Right::Do(CommandKind::PlanSession)) {
            return Action::None;
        }
        let tomorrow = clinic::date::india(hands.clinic.env().now_ms()) + Days::new(1);
        self.trouble = None;
        self.panel = Panel::New(Form {
            on: typed_date::write(tomorrow),
            kind: SessionKind::Outreach,
            site: String::new(),
            villages: String::new(),
            worker: None,
        });
        Action::Run(focus(DATE))
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        match (&self.panel, press) {
            (Panel::Nothing, _) => {}
            (_, Press::Escape) => return self.update(Message::Leave, hands, words),
            (Panel::New(_), Press::Enter) => return self.update(Message::Save, hands, words),
            (Panel::NotHeld { .. }, Press::Enter) => return self.update(Message::NotHeldNow, hands, words),
            (Panel::Hold { .. }, Press::Enter) => return self.update(Message::HoldNow, hands, words),
            _ => return Action::None,
        }
        if let Some(task) = self.list.press(press, self.len()) {
            return Action::Run(Task::batch([task, self.read_one(hands)]));
        }
        match press {
            Press::Letter('N') => self.plan(hands),
            Press::Letter('P') if hands.session.may(Right::See(Query::Today)) => {
                let id = self.chosen().map(|line| line.id);
                id.map_or(Action::None, |id| self.update(Message::Papers(id), hands, words))
            }
            Press::Letter('E') => self.sheet(hands),
            Press::Letter(letter @ ('H' | 'X')) => {
                let today = clinic::date::india(hands.clinic.env().now_ms());
                let is_seen = self.list.is_seen(hands.clinic.env().now_ms());
                let Some(line) = self.chosen().filter(|_| is_seen) else { return Action::None };
                let (holds, cancels) = can(line, today, &hands.session);
                match letter {
                    'H' if holds => self.update(Message::Hold(line.id), hands, words),
                    'X' if cancels => self.update(Message::NotHeld(line.id), hands, words),
                    _ => Action::None,
                }
            }
            Press::Letter('S') if hands.session.may(Right::See(Query::Stock)) => Action::Stock,
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut heading = row![ui::title(words.get("sessions-title")).width(Length::Fill)].spacing(gap(2));
        if now.may(Right::See(Query::Stock)) {
            heading = heading.push(Button::secondary(words.get("stock-title"), Some(Message::Stock)).key("S"));
        }
        if now.may(Right::Do(CommandKind::RecordDose)) {
            heading = heading.push(Button::secondary(words.get("sheet-open"), Some(Message::Sheet)).key("E"));
        }
        if now.may(Right::Do(CommandKind::PlanSession)) {
            heading = heading.push(Button::primary(words.get("sessions-plan"), Some(Message::New)).key("N"));
        }
        let mut main = column![heading.align_y(iced::Center)].spacing(gap(3));
        if let Some(trouble) = self.trouble.as_ref().filter(|_| matches!(self.panel, Panel::Nothing)) {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        match &self.loaded {
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(loaded) if loaded.sessions.is_empty() => {
                let may_plan = now.may(Right::Do(CommandKind::PlanSession));
                let next = if may_plan { "sessions-none-plan" } else { "sessions-none-next" };
                main = main.push(empty(Icon::Clock, words.get("sessions-none"), words.get(next)));
            }
            Some(loaded) => {
                let view = |n| self.row_view(n, loaded.on, now);
                main = main.push(self.list.view(loaded.sessions.len(), view, Message::Scrolled));
                main = main.push(ui::chosen::how(loaded.sessions.len(), words));
            }
        }
        let side = match (&self.panel, &self.loaded, self.one.as_ref()) {
            (Panel::New(form), Some(loaded), _) => Beside::Asked(self.form(form, &loaded.workers, words)),
            (Panel::NotHeld { session, reason }, Some(loaded), _) => {
                let line = loaded.sessions.iter().find(|line| line.id == *session);
                line.map_or(Beside::Nothing, |line| Beside::Asked(self.not_held(line, loaded.on, reason, words)))
            }
            (Panel::Hold { session, .. }, Some(loaded), _) => {
                let line = loaded.sessions.iter().find(|line| line.id == *session);
                line.map_or(Beside::Nothing, |line| Beside::Asked(self.hold(line, words)))
            }
            (Panel::Nothing, Some(_), Some(one)) if self.chosen().is_some_and(|c| c.id == one.page.session.id) => {
                Beside::Also(self.one_view(one, now))
            }
            _ => Beside::Nothing,
        };
        panes(now.room, ui::card(main).width(Length::Fill).height(Length::Fill), side, SIDE_WIDTH)
    }

    fn row_view<'a>(&'a self, n: usize, today: NaiveDate, now: Now<'_>) -> Element<'a, Message> {
        let words = now.words;
        let Some(line) = self.loaded.as_ref().and_then(|loaded| loaded.sessions.get(n)) else { return ui::rule() };
        let (look, said) = state(line, today, words);
        let villages =
            if line.villages.is_empty() { words.get("sessions-all-villages") } else { line.villages.join(", ") };
        let villages = ui::small(villages).wrapping(text::Wrapping::None);
        let what = match now.room.is_tight() {
            // In a narrow column the place is read whole in two lines.
            true => column![ui::bold(place(line, words))],
            false => column![ui::bold(place(line, words)).wrapping(text::Wrapping::None), villages],
        };
        let cells = row![
            container(ui::body(words.day(line.on))).width(DAY_WIDTH),
            container(what).width(Length::Fill).clip(true),
            container(tag(look, said)).width(STATE_WIDTH),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        opened_row(cells, ROW_HEIGHT, self.list.chosen == n, Message::Choose(n))
    }

    fn one_view<'a>(&'a self, one: &'a One, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let line = &one.page.session;
        let today = self.loaded.as_ref().map_or_else(|| now.today(), |loaded| loaded.on);
        let (look, said) = state(line, today, words);
        let mut lines = column![ui::bold(place(line, words)), ui::small(words.day(line.on)), tag(look, said)];
        if let Some((_, name)) = &line.worker {
            lines = lines.push(ui::small(words.with("sessions-by", &[("name", name.into())])));
        }
        if !line.reason.is_empty() {
            lines = lines.push(ui::body(line.reason.as_str()));
        }
        // The sheet names who is to come.
        if now.may(Right::See(Query::Today)) {
            let papers = Button::secondary(words.get("papers-open"), Some(Message::Papers(line.id)));
            lines = lines.push(papers.icon(Icon::Paper).key("P").width(Length::Fill));
        }
        if line.stage == SessionStage::Planned {
            let (holds, cancels) = can(line, today, now.session);
            if holds {
                let hold = (!self.busy).then_some(Message::Hold(line.id));
                lines = lines.push(Button::primary(words.get("sessions-hold"), hold).key("H").width(Length::Fill));
            }
            if cancels {
                let not = words.get(is_off(line, today));
                let not = Button::new(Kind::Danger, not, Some(Message::NotHeld(line.id)));
                lines = lines.push(not.key("X").width(Length::Fill));
            }
            let expected = [("n", one.page.expected_children.into())];
            lines = lines.push(ui::rule()).push(ui::small_bold(words.with("sessions-expected", &expected)));
            lines = lines.push(products(&one.page.expected, words));
            for due in one.due.iter().take(DUE_SHOWN) {
                let child = &due.child;
                let name = format!("{} · {}", words.child_name(&child.name, &child.mother), child.village);
                lines = lines.push(Button::quiet(name, Some(Message::Open(child.id))));
            }
            if let Some(more) = (one.total as usize).checked_sub(DUE_SHOWN).filter(|more| *more > 0) {
                lines = lines.push(ui::small(words.with("today-more", &[("n", more.into())])));
            }
        }
        if line.stage == SessionStage::Held {
            let given = [("n", line.doses.into()), ("children", one.page.children.into())];
            lines = lines.push(ui::rule()).push(ui::small_bold(words.with("sessions-given", &given)));
            lines = lines.push(products(&one.page.tally, words));
        }
        headed_card(words.get("sessions-one"), lines.spacing(gap(3))).into()
    }

    fn wrong(&self, field: Field, words: &Words) -> Option<String> {
        self.trouble.as_ref().filter(|t| t.field() == Some(field)).map(|t| t.sentence(words))
    }

    fn hold<'a>(&self, line: &SessionLine, words: &Words) -> Element<'a, Message> {
        let hold = (!self.busy).then_some(Message::HoldNow);
        let buttons = row![
            Button::primary(words.get("sessions-hold"), hold).key("Enter"),
            Button::quiet(words.get("shell-back"), Some(Message::Leave)).key("Esc"),
        ];
        let mut lines = column![ui::bold(place(line, words)), ui::small(words.day(line.on))].spacing(gap(3));
        lines = lines.push(note(Look::Wait, words.get("sessions-hold-about")));
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        lines = lines.push(trouble).push(buttons.spacing(gap(1)).align_y(iced::Center));
        headed_card(words.get("sessions-hold-title"), lines).into()
    }

    /// It was not held, or will not be.
    fn not_held<'a>(
        &'a self,
        line: &SessionLine,
        today: NaiveDate,
        reason: &'a str,
        words: &Words,
    ) -> Element<'a, Message> {
        let what = is_off(line, today);
        let why = field(words.get("tasks-why-not"), reason, Message::Reason).id(REASON);
        let why = why.error(self.wrong(Field::Reason, words)).on_enter(Message::NotHeldNow);
        let save = Button::primary(words.get(what), (!self.busy).then_some(Message::NotHeldNow));
        let leave = Button::quiet(words.get("shell-back"), Some(Message::Leave)).key("Esc");
        let buttons = row![save, leave].spacing(gap(1)).align_y(iced::Center);
        let about = note(Look::Wait, words.get("sessions-not-held-about"));
        let which = column![ui::bold(place(line, words)), ui::small(words.day(line.on))];
        let lines = column![which, Element::from(why), about, buttons].spacing(gap(3));
        headed_card(words.get(what), lines).into()
    }

    fn form<'a>(&'a self, form: &'a Form, workers: &'a [(UserId, String, u32)], words: &Words) -> Element<'a, Message> {
        let on = field(words.get("sessions-on"), &form.on, Message::On).id(DATE);
        let mut lines = column![Element::from(on.error(self.wrong(Field::Date, words)))].spacing(gap(2));
        let kinds = SessionKind::ALL.map(|kind| {
            short_choice(words.get(&format!("session-kind-{}", kind.code())), form.kind == kind, Message::Kind(kind))
        });
        lines = lines.push(Row::with_children(kinds).spacing(gap(1)).wrap());
        let site = field(words.get("sessions-site"), &form.site, Message::Site);
        lines = lines.push(Element::from(site.error(self.wrong(Field::Site, words))));
        let villages = field(words.get("sessions-villages"), &form.villages, Message::Villages);
        let villages = villages.hint(words.get("sessions-villages-hint"));
        lines = lines.push(Element::from(villages.error(self.wrong(Field::Village, words))));
        lines = lines.push(ui::small_bold(words.get("sessions-worker")));
        for (id, name, _) in workers {
            let choice = short_choice(name.clone(), form.worker == Some(*id), Message::Worker(*id));
            lines = lines.push(choice);
        }
        let shown = [Field::Date, Field::Site, Field::Village];
        if let Some(trouble) = self.trouble.as_ref().filter(|t| t.field().is_none_or(|f| !shown.contains(&f))) {
            lines = lines.push(note(Look::Late, trouble.sentence(words)));
        }
        let save = Button::primary(words.get("sessions-save"), (!self.busy).then_some(Message::Save)).key("Enter");
        let leave = Button::quiet(words.get("shell-cancel"), Some(Message::Leave)).key("Esc");
        let buttons = row![save, leave].spacing(gap(1)).align_y(iced::Center);
        headed_card(words.get("sessions-plan"), lines.push(buttons)).into()
    }
}

/// May this person say that it is being held, or that it is not? Only of one that is planned, and held on its day.
fn can(line: &SessionLine, today: NaiveDate, session: &Session) -> (bool, bool) {
    let may = |kind| line.stage == SessionStage::Planned && session.may(Right::Do(kind));
    (may(CommandKind::HoldSession) && may_be_held(line.on, today), may(CommandKind::CancelSession))
}

fn place(line: &SessionLine, words: &Words) -> String {
    let kind = words.get(&format!("session-kind-{}", line.kind.code()));
    if line.site.is_empty() { kind } else { format!("{} · {kind}", line.site) }
}

fn state(line: &SessionLine, today: NaiveDate, words: &Words) -> (Look, String) {
    match line.stage {
        SessionStage::Held => (Look::Done, words.with("sessions-held", &[("n", line.doses.into())])),
        SessionStage::NotHeld => (Look::Closed, words.get("sessions-was-not-held")),
        SessionStage::Planned if line.on < today => (Look::Late, words.get("sessions-unanswered")),
        SessionStage::Planned if line.on == today => (Look::Good, words.get("sessions-today")),
        SessionStage::Planned => (Look::Upcoming, words.get("sessions-planned")),
    }
}

/// What is said of one that nobody holds: before its day it is called off.
fn is_off(line: &SessionLine, today: NaiveDate) -> &'static str {
    if may_be_held(line.on, today) { "sessions-not-held" } else { "sessions-cancel" }
}

fn products<'a>(counts: &[(String, u32)], words: &Words) -> Element<'a, Message> {
    // `OPV 2` would be the second dose.
    let said = counts.iter().map(|(product, n)| {
        words.with("sessions-doses-of", &[("product", words.product(product).into()), ("n", (*n).into())])
    });
    ui::small(said.collect::<Vec<_>>().join(" · ")).color(theme::colors().ink).into()
}
