//! The workers' toys: which there are, how they are, and how a new one becomes the clinic's.

mod alerts;
mod course;
mod fences;
mod map;
mod one;

pub use alerts::sentence as alert_sentence;

use super::{Hands, Now, blocking, workers};
use crate::live::NewToy;
use crate::paper::wanted::{Wanted, month_of};
use crate::ui::theme::gap;
use crate::ui::{
    self, Banner, Beside, Button, Chosen, Element, Icon, Kind, Look, Press, Trouble, empty, field, headed_card, note,
    tag,
};
use crate::ui::{focus, panes};
use crate::words::Words;
use chrono::Months;
use clinic::Session;
use clinic::device::{LOW_BATTERY_PERCENT, Sample};
use clinic::record::command::{Command, CommandKind};
use clinic::record::fact::ToyStop;
use clinic::record::refusal::Field;
use clinic::record::role::Right;
use clinic::store::{ToyAlerts, ToyLine, ToyNow, ToyOrder};
use fences::Fences;
use hub::toys::{Fault, Found, Presence, ToySeen};
use hub_protocol::toy::{OrderKind, SETUP_SECRET_BYTES};
use hub_protocol::{DeviceId, UserId, symbols};
use iced::widget::{column, container, row};
use iced::{Length, Task};
use map::Map;
use one::{Known, One};

const SIDE_WIDTH: f32 = 380.0;
const STATE_WIDTH: f32 = 160.0;
/// Of the alerts, which stand there while nothing else does.
const ALERTS_WIDTH: f32 = 300.0;
const CODE: &str = "toys-code";

#[derive(Debug, Clone)]
pub struct Loaded {
    toys: Vec<ToyLine>,
    workers: Vec<(UserId, String, u32)>,
    alerts: ToyAlerts,
}

impl Loaded {
    /// Who has the toy now.
    fn holder(&self, toy: DeviceId) -> Option<&(UserId, String)> {
        self.toys.iter().find(|line| line.id == toy)?.worker.as_ref()
    }

    /// Those to whom the toy can be given: who has a toy can be given no second one.
    fn free(&self, toy: DeviceId) -> Vec<UserId> {
        let line = self.toys.iter().find(|line| line.id == toy);
        let has = |worker: UserId| self.toys.iter().find(|t| t.worker.as_ref().is_some_and(|(id, _)| *id == worker));
        let can = |worker: &UserId| line.is_some() && has(*worker).is_none();
        self.workers.iter().map(|(id, ..)| *id).filter(can).collect()
    }

    /// Toys that are seen and can be registered: new ones, and those of the clinic that do not know this computer.
    fn unregistered<'t>(&self, seen: &'t [ToySeen]) -> Vec<(&'t ToySeen, Option<&ToyLine>)> {
        let new = seen.iter().filter(|seen| is_unknown(seen, &self.toys)).map(|seen| (seen, None));
        let lost = self.toys.iter().filter_map(|toy| Some((lost_to_us(toy, seen)?, Some(toy))));
        new.chain(lost).collect()
    }
}

/// What can be worked with the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    /// An alert that nobody has seen, by its number.
    Alert(i64),
    Toy(DeviceId),
    /// One that can be registered, by its short name.
    New(String),
}

pub struct Toys {
    loaded: Option<Loaded>,
    trouble: Option<Trouble>,
    at: Chosen<Row>,
    panel: Panel,
}

/// What stands at the right.
enum Panel {
    Nothing,
    Register(Registering),
    Assign {
        toy: DeviceId,
        label: String,
        /// The worker whom Enter means.
        at: Chosen<UserId>,
        busy: bool,
        trouble: Option<Trouble>,
    },
    One(Box<One>),
    Fences(Box<Fences>),
    Map(Box<Map>),
}

struct Registering {
    short: String,
    found: Option<Found>,
    code: String,
    secret: String,
    label: String,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Loaded, Trouble>),
    Register(String),
    Found(String, Result<Found, Trouble>),
    Code(String),
    Secret(String),
    Label(String),
    RegisterNow,
    /// The toy of this code is the clinic's now, under this label.
    Registered(String, String, Result<(), Trouble>),
    Assign(DeviceId, String),
    AssignTo(Option<UserId>),
    Assigned(Result<(), Trouble>),
    More(DeviceId),
    Known(DeviceId, Box<Result<Known, Trouble>>),
    Note(String),
    Stop(ToyStop),
    Return,
    Stopped(DeviceId, Result<(), Trouble>),
    /// To wipe it, or not.
    AskWipe(bool),
    Order(OrderKind),
    Ordered(DeviceId, Result<(), Trouble>),
    Ring,
    Rang(DeviceId, Result<(), Trouble>),
    /// An alert, by its number.
    Seen(i64),
    Acknowledged(Result<(), Trouble>),
    OpenFences,
    Fences(fences::Message),
    OpenMap,
    Map(map::Message),
    Papers,
    Close,
}

impl Message {
    /// It takes the place of what stands at the right.
    pub fn replaces(&self) -> bool {
        matches!(
            self,
            Self::Register(_) | Self::Assign(..) | Self::More(_) | Self::OpenFences | Self::OpenMap | Self::Close
        )
    }
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Papers(Vec<Wanted>),
}

impl Toys {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        (Self { loaded: None, trouble: None, at: Chosen::default(), panel: Panel::Nothing }, read(hands))
    }

    /// What stands at the right is read again too.
    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let panel = match &self.panel {
            Panel::One(one) => one.reload(hands),
            Panel::Map(map) => map.reload(hands).map(Message::Map),
            Panel::Fences(_) => fences::read(hands).map(Message::Fences),
            Panel::Nothing | Panel::Register(_) | Panel::Assign { .. } => Task::none(),
        };
        Task::batch([read(hands), panel])
    }

    pub fn has_input(&self) -> bool {
        match &self.panel {
            Panel::Register(form) => !(form.code.is_empty() && form.secret.is_empty()),
            Panel::One(one) => one.has_input(),
            Panel::Fences(fences) => fences.has_input(),
            Panel::Nothing | Panel::Assign { .. } | Panel::Map(_) => false,
        }
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(loaded)) => {
                if let Panel::Assign { toy, at, .. } = &mut self.panel {
                    at.follow(&loaded.free(*toy), hands.clinic.env().now_ms());
                }
                self.loaded = Some(loaded);
                self.trouble = None;
                self.at.follow(&self.rows_now(hands), hands.clinic.env().now_ms());
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Register(short) => return self.look(short, hands),
            Message::Assign(toy, label) => {
                let mut at = Chosen::default();
                let free = self.loaded.as_ref().map_or_else(Vec::new, |loaded| loaded.free(toy));
                at.follow(&free, hands.clinic.env().now_ms());
                self.panel = Panel::Assign { toy, label, at, busy: false, trouble: None };
            }
            Message::AssignTo(worker) => return self.assign(worker, hands),
            Message::Assigned(Ok(())) => {
                self.panel = Panel::Nothing;
                return Action::Said(Banner::good(words.get("toys-assigned")), read(hands));
            }
            Message::Assigned(Err(why)) => {
                if let Panel::Assign { busy, trouble, .. } = &mut self.panel {
                    *busy = false;
                    *trouble = Some(why);
                }
                // It may have been taken back before it could not be given.
                return Action::Run(read(hands));
            }
            Message::More(toy) => {
                let (one, read) = One::new(toy, hands);
                self.panel = Panel::One(Box::new(one));
                return Action::Run(read);
            }
            Message::Stopped(toy, Ok(())) => {
                self.close_one(toy);
                return Action::Said(Banner::good(words.get("toys-stopped")), read(hands));
            }
            Message::Ordered(toy, Ok(())) => {
                self.close_one(toy);
                return Action::Said(Banner::good(words.get("toys-ordered")), read(hands));
            }
            Message::Seen(no) => {
                let Hands { clinic, session, .. } = hands.clone();
                let see = move || Ok(clinic.acknowledge_alert(&session, no)?);
                return Action::Run(blocking(see, Message::Acknowledged));
            }
            Message::Acknowledged(Ok(())) => return Action::Run(read(hands)),
            Message::Acknowledged(Err(trouble)) => self.trouble = Some(trouble),
            Message::OpenFences => {
                let workers = self.loaded.iter().flat_map(|loaded| &loaded.workers);
                let (fences, read) = Fences::new(workers.map(|(id, name, _)| (*id, name.clone())).collect(), hands);
                self.panel = Panel::Fences(Box::new(fences));
                return Action::Run(read.map(Message::Fences));
            }
            Message::Fences(message) => return self.update_fences(message, hands, words),
            Message::OpenMap => return self.open_map(hands),
            Message::Map(message) => return self.update_map(message, hands),
            Message::Papers => return offer_papers(hands),
            Message::Close => self.panel = Panel::Nothing,
            Message::Registered(short, label, done) => return self.registered(&short, &label, done, hands, words),
            message => {
                if let Panel::One(one) = &mut self.panel {
                    return one.update(message, hands);
                }
                return self.update_registering(message, hands);
            }
        }
        Action::None
    }

    /// What stands at the right, unless it is of something else by now.
    fn close_one(&mut self, toy: DeviceId) {
        if matches!(&self.panel, Panel::One(one) if one.is_of(toy)) {
            self.panel = Panel::Nothing;
        }
    }

    fn registered(
        &mut self,
        short: &str,
        label: &str,
        done: Result<(), Trouble>,
        hands: &Hands,
        words: &Words,
    ) -> Action {
        let form = match &mut self.panel {
            Panel::Register(form) if form.short == short => Some(form),
            _ => None,
        };
        match (done, form) {
            (Ok(()), form) => {
                if form.is_some() {
                    self.panel = Panel::Nothing;
                }
                Action::Said(Banner::good(words.with("toys-registered", &[("label", label.into())])), read(hands))
            }
            (Err(trouble), Some(form)) => {
                form.busy = false;
                form.trouble = Some(trouble);
                Action::None
            }
            (Err(trouble), None) => Action::Said(Banner::wrong(trouble.sentence(words)), Task::none()),
        }
    }

    fn update_fences(&mut self, message: fences::Message, hands: &Hands, words: &Words) -> Action {
        let Panel::Fences(fences) = &mut self.panel else { return Action::None };
        match fences.update(message, hands) {
            fences::Action::None => Action::None,
            fences::Action::Run(task) => Action::Run(task.map(Message::Fences)),
            fences::Action::Did(did, task) => {
                Action::Said(Banner::good(words.get(did.said())), task.map(Message::Fences))
            }
            fences::Action::Close => {
                self.panel = Panel::Nothing;
                Action::None
            }
        }
    }

    fn open_map(&mut self, hands: &Hands) -> Action {
        let (map, read) = Map::new(hands);
        self.panel = Panel::Map(Box::new(map));
        Action::Run(read.map(Message::Map))
    }

    fn update_map(&mut self, message: map::Message, hands: &Hands) -> Action {
        let Panel::Map(map) = &mut self.panel else { return Action::None };
        match map.update(message, hands) {
            map::Action::None => {}
            map::Action::Run(task) => return Action::Run(task.map(Message::Map)),
            map::Action::Close => self.panel = Panel::Nothing,
        }
        Action::None
    }

    fn update_registering(&mut self, message: Message, hands: &Hands) -> Action {
        let Panel::Register(form) = &mut self.panel else { return Action::None };
        match message {
            Message::Found(short, found) if short == form.short => match found {
                Ok(found) => {
                    form.found = Some(found);
                    return Action::Run(focus(CODE));
                }
                Err(trouble) => form.trouble = Some(trouble),
            },
            Message::Code(typed) => form.code = typed,
            Message::Secret(typed) => form.secret = typed,
            Message::Label(typed) => form.label = typed,
            Message::RegisterNow => return form.register(hands),
            _ => {}
        }
        Action::None
    }

    /// What the keys can mean, in the order in which it stands on the page.
    fn rows(&self, session: &Session, seen: &[ToySeen]) -> Vec<Row> {
        let Some(loaded) = &self.loaded else { return Vec::new() };
        let mut rows: Vec<Row> = loaded.toys.iter().map(|toy| Row::Toy(toy.id)).collect();
        if session.may(Right::Do(CommandKind::RegisterToy)) {
            rows.extend(loaded.unregistered(seen).into_iter().map(|(seen, _)| Row::New(seen.short.clone())));
        }
        if session.may(Right::Do(CommandKind::AcknowledgeAlert)) {
            let unseen = alerts::shown(&loaded.alerts).into_iter().filter(|line| alerts::is_unseen(line));
            rows.extend(unseen.map(|line| Row::Alert(line.no)));
        }
        rows
    }

    fn rows_now(&self, hands: &Hands) -> Vec<Row> {
        match &hands.live {
            Some(live) => self.rows(&hands.session, &live.toys.borrow()),
            None => self.rows(&hands.session, &[]),
        }
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        match (press, &mut self.panel) {
            (press, Panel::Nothing) => self.act(press, hands, words),
            (Press::Escape, Panel::One(one)) if one.asks_wipe() => one.update(Message::AskWipe(false), hands),
            (Press::Escape, _) => self.update(Message::Close, hands, words),
            (Press::Enter, Panel::Register(form)) => form.register(hands),
            (Press::Letter('T'), Panel::Assign { toy, .. }) => {
                let toy = *toy;
                let held = self.loaded.as_ref().is_some_and(|loaded| loaded.holder(toy).is_some());
                if held { self.assign(None, hands) } else { Action::None }
            }
            (press, Panel::Assign { toy, at, .. }) => {
                let free = self.loaded.as_ref().map_or_else(Vec::new, |loaded| loaded.free(*toy));
                if let Some(task) = at.press(press, &free) {
                    return Action::Run(task);
                }
                match at.seen(&free, hands.clinic.env().now_ms()).filter(|_| press == Press::Enter) {
                    Some(worker) => self.assign(Some(worker), hands),
                    None => Action::None,
                }
            }
            (press, Panel::One(one)) => one.press(press, hands),
            (Press::Ctrl('S'), Panel::Fences(_)) => self.update(Message::Fences(fences::Message::Save), hands, words),
            (Press::Letter('U'), Panel::Fences(_)) => self.update(Message::Fences(fences::Message::Undo), hands, words),
            (press, Panel::Map(map)) => match map.press(press, hands) {
                map::Action::Run(task) => Action::Run(task.map(Message::Map)),
                map::Action::None | map::Action::Close => Action::None,
            },
            (_, Panel::Register(_) | Panel::Fences(_)) => Action::None,
        }
    }

    /// What a key does with the list.
    fn act(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        let rows = self.rows_now(hands);
        if let Some(task) = self.at.press(press, &rows) {
            return Action::Run(task);
        }
        match press {
            Press::Letter('P') => return offer_papers(hands),
            Press::Letter('M') => return self.open_map(hands),
            Press::Letter('A') => return self.update(Message::OpenFences, hands, words),
            _ => {}
        }
        let message = match (press, self.at.seen(&rows, hands.clinic.env().now_ms())) {
            (Press::Letter('S'), Some(Row::Alert(no))) => Message::Seen(no),
            (Press::Letter('R'), Some(Row::New(short))) => Message::Register(short),
            (Press::Enter, Some(Row::Toy(toy))) => Message::More(toy),
            (Press::Letter('G'), Some(Row::Toy(toy))) if hands.session.may(Right::Do(CommandKind::AssignToy)) => {
                let toys = self.loaded.iter().flat_map(|loaded| &loaded.toys);
                let Some(line) = toys.into_iter().find(|line| line.id == toy && line.stopped.is_none()) else {
                    return Action::None;
                };
                Message::Assign(toy, line.label.clone())
            }
            _ => return Action::None,
        };
        self.update(message, hands, words)
    }

    fn look(&mut self, short: String, hands: &Hands) -> Action {
        let Some(live) = &hands.live else { return Action::None };
        let known = self.loaded.iter().flat_map(|loaded| &loaded.toys).find(|toy| toy.id.short() == short);
        self.panel = Panel::Register(Registering {
            short: short.clone(),
            found: None,
            code: String::new(),
            secret: String::new(),
            label: known.map(|toy| toy.label.clone()).unwrap_or_default(),
            busy: false,
            trouble: None,
        });
        let look = live.hub.look(short.clone());
        Action::Run(Task::perform(look, move |found| Message::Found(short, found.map_err(Trouble::from))))
    }

    fn assign(&mut self, worker: Option<UserId>, hands: &Hands) -> Action {
        let Panel::Assign { toy, busy, trouble, .. } = &mut self.panel else { return Action::None };
        if *busy {
            return Action::None;
        }
        *busy = true;
        *trouble = None;
        let (toy, Hands { clinic, session, .. }) = (*toy, hands.clone());
        let held = self.loaded.as_ref().is_some_and(|loaded| loaded.holder(toy).is_some());
        let work = move || {
            if held && worker.is_some() {
                clinic.submit(&session, Command::AssignToy { toy, worker: None })?;
            }
            Ok(clinic.submit(&session, Command::AssignToy { toy, worker }).map(|_| ())?)
        };
        Action::Run(blocking(work, Message::Assigned))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let fences = Button::quiet(words.get("fences-title"), Some(Message::OpenFences)).key("A");
        let papers = Button::quiet(words.get("papers-open"), Some(Message::Papers)).key("P");
        let map = Button::quiet(words.get("toys-map"), Some(Message::OpenMap)).key("M");
        let buttons = row![map, papers, fences].align_y(iced::Center);
        let title = ui::title(words.get("toys-title"));
        let heading: Element<'a, Message> = match now.room.is_tight() {
            true => column![title, buttons.wrap().vertical_spacing(gap(1))].into(),
            false => row![title.width(Length::Fill), buttons].align_y(iced::Center).into(),
        };
        let rows = self.rows(now.session, now.live.map_or(&[], |live| &live.toys)).len();
        // While something stands beside the list, the keys are that's.
        let keys = matches!(self.panel, Panel::Nothing);
        let mut main = column![heading].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        let Some(loaded) = &self.loaded else {
            return ui::card(main.push(ui::working(words.get("shell-loading")))).width(Length::Fill).into();
        };
        // Below the toys they stand where that is narrow.
        main = main.push(now.room.is_narrow().then(|| alerts::count(&loaded.alerts, words)));
        let may_register = now.may(Right::Do(CommandKind::RegisterToy));
        if loaded.toys.is_empty() {
            let next = if may_register { "toys-none-next" } else { "today-no-toy-of-mine" };
            main = main.push(empty(Icon::Toy, words.get("toys-none"), words.get(next)));
        }
        for toy in &loaded.toys {
            let row = Row::Toy(toy.id);
            let keys = keys && self.at.is(&row);
            main = main.push(self.at.row(&row, toy_row(toy, keys, now))).push(ui::rule());
        }
        if may_register {
            main = main.push(self.new_toys(loaded, keys, now));
        }
        // What comes and goes by itself moves nothing that is clicked.
        if now.live.is_none() {
            main = main.push(note(Look::Wait, words.get("toys-hub-off")));
        }
        main = main.push(ui::chosen::how(rows, words));
        let main = ui::card(main).width(Length::Fill);
        let side = match &self.panel {
            Panel::Nothing => Beside::Also(alerts::view(&loaded.alerts, (&self.at, keys), now)),
            Panel::Register(form) => Beside::Asked(form.view(words)),
            Panel::Assign { toy, label, at, busy, trouble } => {
                Beside::Asked(assign_panel((*toy, label), at, *busy, trouble.as_ref(), loaded, words))
            }
            Panel::One(one) => Beside::Asked(one.view(now)),
            Panel::Fences(fences) => Beside::Asked(fences.view(now).map(Message::Fences)),
            Panel::Map(map) => Beside::Asked(map.view(now).map(Message::Map)),
        };
        let width = if keys { ALERTS_WIDTH } else { SIDE_WIDTH };
        panes(now.room, ui::scroll(main).width(Length::Fill).height(Length::Fill), side, width)
    }

    fn new_toys<'a>(&self, loaded: &'a Loaded, keys: bool, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut lines = column![ui::bold(words.get("toys-new-title"))].spacing(gap(1));
        let new = loaded.unregistered(now.live.map_or(&[], |live| &live.toys));
        if new.is_empty() {
            lines = lines.push(ui::small(words.get("toys-new-none")));
        }
        for (seen, known) in new {
            let (look, state) = presence(&seen.state, now);
            let name = match known {
                None => column![ui::body(seen.model.as_str()), ui::small(named(&seen.short))],
                Some(toy) => column![ui::body(toy.label.as_str()), ui::small(words.get("toys-again"))],
            };
            let row = Row::New(seen.short.clone());
            let register = Button::secondary(words.get("toys-register"), Some(Message::Register(seen.short.clone())));
            let register = if keys && self.at.is(&row) { register.key("R") } else { register };
            let cells = row![name.width(Length::Fill), tag(look, state), register];
            lines = lines.push(self.at.row(&row, cells.spacing(gap(3)).align_y(iced::Center)));
        }
        container(lines).padding(iced::Padding::ZERO.top(gap(3))).into()
    }
}

fn read(hands: &Hands) -> Task<Message> {
    let hands = hands.clone();
    let work = move || {
        let toys = hands.clinic.toys(&hands.session)?;
        Ok(Loaded { toys, workers: workers(&hands)?, alerts: hands.clinic.toy_alerts(&hands.session)? })
    };
    blocking(work, Message::Loaded)
}

/// A toy as it is this moment: what the hub hears of it, over what was kept.
fn at_once(toy: &ToyNow, now: Now<'_>) -> ToyNow {
    let mut toy = toy.clone();
    let Some(seen) = now.live.and_then(|live| live.toys.iter().find(|seen| seen.id == Some(toy.toy))) else {
        return toy;
    };
    match seen.state {
        Presence::Online => toy.heard_ms = Some(now.now_ms),
        Presence::Offline { since_ms } => toy.heard_ms = toy.heard_ms.max(Some(since_ms)),
        _ => {}
    }
    if let Some(told) = &seen.telemetry {
        let offset_ms = seen.clock_offset_ms.unwrap_or_default();
        let at_ms = told.at_ms.saturating_add_signed(offset_ms.saturating_neg()).min(now.now_ms);
        let sample = Sample::of(told, offset_ms, at_ms);
        toy.sample = Some(sample);
        if sample.position.is_some() {
            toy.place = Some(sample);
        }
    }
    toy
}

/// What each toy did in this month, and in the one before.
fn offer_papers(hands: &Hands) -> Action {
    let today = clinic::date::india(hands.clinic.env().now_ms());
    let months = [Some(today), today.checked_sub_months(Months::new(1))];
    let days = || months.into_iter().flatten().map(month_of);
    Action::Papers(days().map(Wanted::Devices).chain(days().map(Wanted::DeviceFigures)).collect())
}

impl Registering {
    /// What can be said of the code as far as it is typed.
    fn code_state(&self) -> CodeState {
        let Some(found) = &self.found else { return CodeState::Open };
        if self.code.trim().is_empty() {
            return CodeState::Open;
        }
        match found.id.matches_code(&self.code) {
            Ok(true) => CodeState::Same,
            Ok(false) => CodeState::Other,
            Err(symbols::SymbolError::Length) => CodeState::Open,
            Err(symbols::SymbolError::Check | symbols::SymbolError::Character) => CodeState::Slip,
        }
    }

    fn secret(&self) -> Option<[u8; SETUP_SECRET_BYTES]> {
        symbols::read_bytes(&self.secret, SETUP_SECRET_BYTES).ok()?.try_into().ok()
    }

    fn register(&mut self, hands: &Hands) -> Action {
        let (Some(live), Some(found), Some(secret)) = (&hands.live, &self.found, self.secret()) else {
            return Action::None;
        };
        if self.busy || self.code_state() != CodeState::Same {
            return Action::None;
        }
        self.busy = true;
        self.trouble = None;
        let toy = NewToy { short: self.short.clone(), expected: found.id, secret, label: self.label.clone() };
        let (short, label) = (self.short.clone(), self.label.clone());
        let call = live.hub.register_toy(hands.session.clone(), toy);
        Action::Run(Task::perform(call, move |done| {
            Message::Registered(short, label, done.map(|_| ()).map_err(Trouble::from))
        }))
    }

    fn view<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let mut form = column![ui::small(words.get("toys-register-about")), ui::above(trouble.into_iter().collect())]
            .spacing(gap(2));
        if self.found.is_none() {
            if self.trouble.is_none() {
                form = form.push(ui::working(words.get("toys-looking")));
            }
            let close = Button::secondary(words.get("shell-cancel"), Some(Message::Close)).key("Esc");
            return headed_card(words.get("toys-register-title"), form.push(close)).into();
        }
        let state = self.code_state();
        let wrong = match state {
            CodeState::Slip => Some(words.get("toys-code-slip")),
            CodeState::Other => Some(words.get("toys-code-other")),
            CodeState::Open | CodeState::Same => None,
        };
        let hint = if state == CodeState::Same { "toys-code-same" } else { "toys-code-hint" };
        let slip = !self.secret.trim().is_empty()
            && matches!(
                symbols::read_bytes(&self.secret, SETUP_SECRET_BYTES),
                Err(symbols::SymbolError::Check | symbols::SymbolError::Character)
            );
        let label_wrong = self.trouble.as_ref().filter(|t| t.field() == Some(Field::Label));
        let ready = !self.busy && state == CodeState::Same && self.secret().is_some() && !self.label.trim().is_empty();
        let save = if self.busy { words.get("toys-registering") } else { words.get("toys-register-now") };
        form = form
            .push(field(words.get("toys-code"), &self.code, Message::Code).id(CODE).hint(words.get(hint)).error(wrong))
            .push(
                field(words.get("toys-secret"), &self.secret, Message::Secret)
                    .hint(words.get("toys-secret-hint"))
                    .error(slip.then(|| words.get("toys-code-slip"))),
            )
            .push(
                field(words.get("field-label"), &self.label, Message::Label)
                    .hint(words.get("toys-label-hint"))
                    .error(label_wrong.map(|t| t.sentence(words))),
            )
            .push(note(Look::Wait, words.get("toys-hold-button")))
            .push(
                row![
                    Button::primary(save, ready.then_some(Message::RegisterNow)).key("Enter"),
                    Button::secondary(words.get("shell-cancel"), Some(Message::Close)).key("Esc"),
                ]
                .spacing(gap(2)),
            );
        headed_card(words.get("toys-register-title"), form).into()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CodeState {
    Open,
    /// A symbol was mistyped.
    Slip,
    /// A good code, of another toy.
    Other,
    Same,
}

/// A toy's short name as its label has it; what another thing in the network calls itself, as it is.
fn named(short: &str) -> String {
    DeviceId::beginning_of_code(short).unwrap_or_else(|| short.to_owned())
}

/// `keys`: it is the chosen one.
fn toy_row<'a>(toy: &'a ToyLine, keys: bool, now: Now<'a>) -> Element<'a, Message> {
    let words = now.words;
    let seen = now.live.and_then(|live| live.toys.iter().find(|seen| seen.id == Some(toy.id)));
    let worker = toy.worker.as_ref().map_or_else(|| words.get("toys-nobody"), |(_, name)| name.clone());
    let code = words.with("toys-model-code", &[("model", (&toy.model).into()), ("code", toy.id.code().into())]);
    let who = column![ui::bold(toy.label.as_str()), ui::small(code)];
    let whose = column![ui::body(worker), ui::small(words.with("toys-records", &[("n", toy.records.into())]))];
    let (look, state) = match toy.stopped {
        Some(why) => (Look::Closed, words.get(&format!("toy-stop-{}", why.code()))),
        None => state_of(toy.id, now),
    };
    let order = toy.order.as_ref().and_then(|order| order_tag(order, words));
    let battery: Element<'a, Message> = match seen.and_then(|seen| seen.telemetry.as_ref()) {
        Some(told) => {
            let words = words.with("toys-battery", &[("percent", u32::from(told.battery_percent).into())]);
            if told.battery_percent < LOW_BATTERY_PERCENT && !told.charging {
                tag(Look::Late, words)
            } else {
                ui::body(words).into()
            }
        }
        None => ui::small(words.get("toys-battery-unknown")).into(),
    };
    let states = column![tag(look, state)].push(order).spacing(gap(1));
    let narrow = now.room.is_narrow();
    let (below, battery) = if narrow { (None, Some(battery)) } else { (Some(battery), None) };
    let states = states.push(below);
    let keyed = |button: Button<'a, Message>, key| if keys { button.key(key) } else { button };
    let mut does = row![].spacing(gap(2)).align_y(iced::Center);
    if now.may(Right::Do(CommandKind::AssignToy)) && toy.stopped.is_none() {
        let message = Message::Assign(toy.id, toy.label.clone());
        does = does.push(keyed(Button::secondary(words.get("toys-assign"), Some(message)), "G"));
    }
    does = does.push(keyed(Button::quiet(words.get("toys-more"), Some(Message::More(toy.id))), "Enter"));
    if narrow {
        // One below the other: beside each other the code would break over five lines.
        let how = row![states].push(battery).spacing(gap(3)).align_y(iced::Center).wrap().vertical_spacing(gap(1));
        let whose = row![who.width(Length::FillPortion(3)), whose.width(Length::FillPortion(2))].spacing(gap(3));
        return column![whose, how, does.wrap().vertical_spacing(gap(1))].spacing(gap(2)).into();
    }
    row![
        who.width(Length::FillPortion(3)),
        whose.width(Length::FillPortion(2)),
        container(states).width(STATE_WIDTH),
        does
    ]
    .spacing(gap(3))
    .align_y(iced::Center)
    .into()
}

fn assign_panel<'a>(
    (toy, label): (DeviceId, &str),
    at: &Chosen<UserId>,
    busy: bool,
    trouble: Option<&Trouble>,
    loaded: &'a Loaded,
    words: &'a Words,
) -> Element<'a, Message> {
    let mut lines = column![ui::small(words.get("toys-assign-about"))].spacing(gap(2));
    if let Some(trouble) = trouble {
        lines = lines.push(note(Look::Late, trouble.sentence(words)));
    }
    if busy {
        lines = lines.push(ui::working(words.get("shell-saving")));
    }
    let holder = loaded.holder(toy);
    if loaded.free(toy).is_empty() {
        lines = lines.push(ui::small(words.get("toys-nobody-free")));
    }
    if let Some((_, name)) = holder {
        lines = lines.push(note(Look::Done, words.with("toys-held-by", &[("name", name.into())])));
        let back = (!busy).then_some(Message::AssignTo(None));
        lines = lines.push(Button::secondary(words.get("toys-take-back"), back).key("T").width(Length::Fill));
    }
    for (id, name, _) in loaded.workers.iter().filter(|(id, ..)| holder.is_none_or(|(holds, _)| holds != id)) {
        // Who has a toy can be given no second one.
        let other = loaded.toys.iter().find(|toy| toy.worker.as_ref().is_some_and(|(holds, _)| holds == id));
        let said = match other {
            Some(has) => words.with("toys-worker-has", &[("name", name.into()), ("toy", (&has.label).into())]),
            None => name.clone(),
        };
        let give = (!busy && other.is_none()).then_some(Message::AssignTo(Some(*id)));
        let button = match at.is(id) {
            true => Button::new(Kind::Primary, said, give).key("Enter"),
            false => Button::secondary(said, give),
        };
        lines = lines.push(button.width(Length::Fill));
    }
    lines = lines.push(ui::chosen::how(loaded.free(toy).len(), words));
    lines = lines.push(Button::quiet(words.get("shell-cancel"), Some(Message::Close)).key("Esc"));
    headed_card(words.with("toys-assign-title", &[("label", label.into())]), lines).into()
}

/// An order that was not confirmed yet, or that holds.
fn order_tag<'a>(order: &ToyOrder, words: &Words) -> Option<Element<'a, Message>> {
    let (look, state) = match order.obeyed_ms {
        None => (Look::Wait, "waits"),
        Some(_) if order.what == OrderKind::Unlock => return None,
        Some(_) => (Look::Closed, "done"),
    };
    Some(tag(look, words.get(&format!("toy-order-{}-{state}", order.what.code()))))
}

/// Seen, and nobody's yet.
pub fn is_new(toy: &ToySeen) -> bool {
    matches!(toy.state, Presence::New | Presence::Pairing)
}

/// New, and not one of the clinic's that the hub has not looked up yet.
pub fn is_unknown(toy: &ToySeen, known: &[ToyLine]) -> bool {
    is_new(toy) && !known.iter().any(|line| line.id.short() == toy.short)
}

/// A toy of the clinic's that does not know this computer: its computer was another one, or it lost its store.
fn lost_to_us<'t>(toy: &ToyLine, seen: &'t [ToySeen]) -> Option<&'t ToySeen> {
    let is_lost = |seen: &&ToySeen| {
        seen.id == Some(toy.id) && matches!(seen.state, Presence::Anothers | Presence::Failing(Fault::Forgotten))
    };
    seen.iter().find(is_lost)
}

/// How a registered toy is now.
pub fn state_of(toy: DeviceId, now: Now<'_>) -> (Look, String) {
    match now.live.and_then(|live| live.toys.iter().find(|seen| seen.id == Some(toy))) {
        Some(seen) => presence(&seen.state, now),
        None => (Look::Wait, now.words.get("toys-state-not-seen")),
    }
}

fn presence(state: &Presence, now: Now<'_>) -> (Look, String) {
    let words = now.words;
    match state {
        Presence::New => (Look::Upcoming, words.get("toys-state-new")),
        Presence::Pairing => (Look::Good, words.get("toys-state-pairing")),
        Presence::Connecting => (Look::Wait, words.get("toys-state-connecting")),
        Presence::Online => (Look::Good, words.get("toys-state-online")),
        Presence::Offline { since_ms } => {
            (Look::Late, words.with("toys-state-offline", &[("time", now.moment(*since_ms).into())]))
        }
        Presence::Asleep { until_ms } => {
            (Look::Upcoming, words.with("toys-state-asleep", &[("time", now.moment(*until_ms).into())]))
        }
        Presence::Anothers => (Look::Wait, words.get("toys-state-anothers")),
        Presence::Failing(_) => (Look::Late, words.get("toys-state-failing")),
    }
}
