//! Who works here, and who may log in.

mod given;

use super::{Hands, Now, blocking};
use crate::ui::theme::{TIGHT, gap};
use crate::ui::{
    self, Banner, Button, Chosen, Element, Kind, Look, Press, Trouble, choice, field, focus, headed_card, note, page,
    tag,
};
use crate::words::Words;
use clinic::Session;
use clinic::record;
use clinic::record::command::{CommandKind, NewUser};
use clinic::record::limits::CHILDREN_PER_WORKER;
use clinic::record::refusal::Field;
use clinic::record::role::{Right, Role};
use clinic::store::{HandedOver, Standing, UserLine};
use given::Given;
use hub_protocol::UserId;
use iced::widget::{column, container, row};
use iced::{Length, Task};
use zeroize::Zeroize;

const SIDE_WIDTH: f32 = 320.0;
/// How the room of a row is shared, on a small screen too.
const NAME_PART: u16 = 7;
const ROLE_PART: u16 = 9;
const BUTTONS_PART: u16 = 8;
const NAME: &str = "staff-name";
const LOGIN: &str = "staff-login";
const PASSWORD: &str = "staff-password";
const AGAIN: &str = "staff-password-again";
const ADD: &str = "staff-add";

pub struct Staff {
    users: Option<Vec<UserLine>>,
    /// The person whom the keys mean.
    at: Chosen<UserId>,
    trouble: Option<Trouble>,
    form: Form,
    /// What is being done to one of them.
    panel: Option<(UserId, Panel)>,
    busy: bool,
}

enum Panel {
    /// To disable, asked once more.
    Leaving,
    Password(Given),
    /// To whom the children and tasks of one who left go: the one that Enter means, or the clinic's list.
    HandOver(Chosen<Option<UserId>>),
}

#[derive(Default)]
struct Form {
    name: String,
    login: String,
    password: String,
    again: String,
    role: Option<Role>,
    /// The two passwords differ.
    differ: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Loaded(Result<Vec<UserLine>, Trouble>),
    Name(String),
    Login(String),
    Password(String),
    Again(String),
    Role(Role),
    /// Enter in a field: to the next one.
    GoTo(&'static str),
    Add,
    Added(Result<(), Trouble>),
    Disable(UserId),
    Keep,
    DisableNow(UserId),
    Disabled(UserId, Result<(), Trouble>),
    /// A new password for one who forgot it, or comes back.
    Give(UserId),
    /// The one-time code of one whom the district sent.
    GivenCode(String),
    Given(String),
    GivenAgain(String),
    GiveNow,
    /// This person has the password now.
    GivenDone(UserId, Result<(), Trouble>),
    HandOver(UserId),
    HandTo(Option<UserId>),
    Handed(Result<HandedOver, Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
}

impl Staff {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let form = Form { role: roles(&hands.session).last().copied(), ..Form::default() };
        (
            Self { users: None, at: Chosen::default(), trouble: None, form, panel: None, busy: false },
            Self::reload(hands),
        )
    }

    pub fn reload(hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.users(&session)?), Message::Loaded)
    }

    /// Esc takes away what was typed for one person, not the form of a new one.
    pub fn escape_loses(&self) -> bool {
        matches!(&self.panel, Some((_, Panel::Password(given))) if !given.new.is_empty())
    }

    pub fn has_input(&self) -> bool {
        self.escape_loses()
            || !(self.form.name.is_empty() && self.form.login.is_empty() && self.form.password.is_empty())
    }

    fn user(&self, id: UserId) -> Option<&UserLine> {
        self.users.as_ref()?.iter().find(|user| user.id == id)
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        if matches!(message, Message::Name(_) | Message::Login(_) | Message::Password(_) | Message::Again(_)) {
            self.form.differ = false;
            self.form.trouble = None;
        }
        match message {
            Message::Loaded(Ok(users)) => {
                self.users = Some(users);
                self.at.follow(&self.rows(), hands.clinic.env().now_ms());
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Name(typed) => self.form.name = typed,
            Message::Login(typed) => self.form.login = typed,
            Message::Password(typed) => self.form.password = typed,
            Message::Again(typed) => self.form.again = typed,
            Message::Role(role) => self.form.role = Some(role),
            Message::GoTo(id) => return Action::Run(focus(id)),
            Message::Add => return self.add(hands),
            Message::Added(Ok(())) => {
                self.busy = false;
                let said = Banner::good(words.with("staff-added", &[("name", (&self.form.name).into())]));
                self.form.password.zeroize();
                self.form.again.zeroize();
                self.form = Form { role: self.form.role, ..Form::default() };
                let first = focus(NAME);
                return Action::Said(said, Task::batch([Self::reload(hands), first]));
            }
            Message::Added(Err(trouble)) => {
                self.busy = false;
                self.form.trouble = Some(trouble);
            }
            Message::Disable(user) => self.panel = Some((user, Panel::Leaving)),
            Message::Keep => self.panel = None,
            Message::DisableNow(user) => {
                self.panel = None;
                let Hands { clinic, session, .. } = hands.clone();
                let work = move || Ok(clinic.disable_user(&session, user)?);
                return Action::Run(blocking(work, move |done| Message::Disabled(user, done)));
            }
            Message::Disabled(user, Ok(())) => {
                self.trouble = None;
                // Somebody has to look after the children now.
                if self.user(user).is_some_and(has_work) && hands.session.may(Right::Do(CommandKind::AssignChild)) {
                    self.hand(user, hands);
                }
                return Action::Said(Banner::good(words.get("staff-disabled-said")), Self::reload(hands));
            }
            Message::Disabled(_, Err(trouble)) => self.trouble = Some(trouble),
            Message::Give(user) => {
                self.panel = Some((user, Panel::Password(Given::default())));
                let waits = self.user(user).is_some_and(|user| user.waiting);
                return Action::Run(focus(given::first(waits)));
            }
            Message::GivenCode(typed) => {
                if let Some((_, Panel::Password(given))) = &mut self.panel {
                    given.code.zeroize();
                    (given.code, given.trouble) = (typed, None);
                }
            }
            Message::Given(typed) => {
                if let Some((_, Panel::Password(given))) = &mut self.panel {
                    given.new.zeroize();
                    (given.new, given.differ, given.trouble) = (typed, false, None);
                }
            }
            Message::GivenAgain(typed) => {
                if let Some((_, Panel::Password(given))) = &mut self.panel {
                    given.again.zeroize();
                    (given.again, given.differ, given.trouble) = (typed, false, None);
                }
            }
            Message::GiveNow => return self.give(hands),
            Message::GivenDone(user, Ok(())) => {
                self.busy = false;
                if matches!(&self.panel, Some((of, Panel::Password(_))) if *of == user) {
                    self.panel = None;
                }
                let name = self.user(user).map(|user| user.name.clone()).unwrap_or_default();
                let said = Banner::good(words.with("staff-given-said", &[("name", name.into())]));
                return Action::Said(said, Self::reload(hands));
            }
            Message::GivenDone(user, Err(trouble)) => {
                self.busy = false;
                match &mut self.panel {
                    Some((of, Panel::Password(given))) if *of == user => given.trouble = Some(trouble),
                    _ => self.trouble = Some(trouble),
                }
            }
            Message::HandOver(user) => self.hand(user, hands),
            Message::HandTo(to) => {
                let Some((from, Panel::HandOver(_))) = &self.panel else { return Action::None };
                let (from, Hands { clinic, session, .. }) = (*from, hands.clone());
                if std::mem::replace(&mut self.busy, true) {
                    return Action::None;
                }
                return Action::Run(blocking(move || Ok(clinic.hand_over(&session, from, to)?), Message::Handed));
            }
            Message::Handed(Ok(HandedOver { moved, left, tasks, tasks_left })) => {
                self.busy = false;
                let args = [
                    ("moved", moved.into()),
                    ("left", left.into()),
                    ("tasks", tasks.into()),
                    ("tasksLeft", tasks_left.into()),
                ];
                let said = if left + tasks_left == 0 {
                    self.panel = None;
                    Banner::good(words.with("staff-handed", &args))
                } else {
                    Banner::wait(words.with("staff-handed-some", &args))
                };
                return Action::Said(said, Self::reload(hands));
            }
            Message::Handed(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
        }
        Action::None
    }

    fn rows(&self) -> Vec<UserId> {
        self.users.iter().flatten().map(|user| user.id).collect()
    }

    fn hand(&mut self, user: UserId, hands: &Hands) {
        let mut at = Chosen::default();
        let to = self.user(user).map_or_else(Vec::new, |from| self.takers(from));
        at.follow(&to, hands.clinic.env().now_ms());
        self.panel = Some((user, Panel::HandOver(at)));
    }

    /// Who can take over what this person leaves; of tasks the clinic's list takes none.
    fn takers(&self, from: &UserLine) -> Vec<Option<UserId>> {
        let has_room = |user: &&UserLine| from.children == 0 || user.children < CHILDREN_PER_WORKER;
        let workers = self.workers_beside(from).filter(has_room).map(|user| Some(user.id));
        workers.chain((from.children > 0).then_some(None)).collect()
    }

    fn workers_beside(&self, from: &UserLine) -> impl Iterator<Item = &UserLine> {
        let of = from.id;
        let works = move |user: &&UserLine| user.active && user.role == Role::PhcWorker && user.id != of;
        self.users.iter().flatten().filter(works)
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        match (press, &self.panel) {
            (Press::Escape, _) => {
                self.panel = None;
                Action::None
            }
            (Press::Ctrl('S'), Some((_, Panel::Password(_)))) => self.give(hands),
            (Press::Ctrl('S'), None) => self.add(hands),
            // No letter, as wherever something is taken away.
            (Press::Ctrl('D'), Some((user, Panel::Leaving))) => {
                let user = *user;
                self.update(Message::DisableNow(user), hands, words)
            }
            (_, Some((user, Panel::HandOver(_)))) => self.press_taker(*user, press, hands, words),
            (_, Some(_)) => Action::None,
            (_, None) => self.act(press, hands, words),
        }
    }

    fn press_taker(&mut self, from: UserId, press: Press, hands: &Hands, words: &Words) -> Action {
        let takers = self.user(from).map_or_else(Vec::new, |from| self.takers(from));
        let Some((_, Panel::HandOver(at))) = &mut self.panel else { return Action::None };
        if let Some(task) = at.press(press, &takers) {
            return Action::Run(task);
        }
        match at.seen(&takers, hands.clinic.env().now_ms()).filter(|_| press == Press::Enter) {
            Some(to) => self.update(Message::HandTo(to), hands, words),
            None => Action::None,
        }
    }

    /// What a key does with the list.
    fn act(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        let rows = self.rows();
        if let Some(task) = self.at.press(press, &rows) {
            return Action::Run(task);
        }
        if press == Press::Letter('N') {
            return Action::Run(focus(NAME));
        }
        let at = self.at.seen(&rows, hands.clinic.env().now_ms());
        let Some(user) = at.and_then(|id| self.user(id)) else { return Action::None };
        let can = Can::of(user, &hands.session);
        let message = match press {
            Press::Letter('H') if can.hand_over => Message::HandOver(user.id),
            Press::Letter('P') if can.reset || can.admit || can.enable => Message::Give(user.id),
            Press::Letter('D') if can.disable => Message::Disable(user.id),
            _ => return Action::None,
        };
        self.update(message, hands, words)
    }

    fn give(&mut self, hands: &Hands) -> Action {
        let known = self.panel.as_ref().and_then(|(id, _)| self.user(*id));
        let (active, waiting) = known.map_or((false, false), |user| (user.active, user.waiting));
        let Some((user, Panel::Password(given))) = &mut self.panel else { return Action::None };
        given.differ = given.new != given.again;
        given.trouble = None;
        if given.differ || std::mem::replace(&mut self.busy, true) {
            return Action::None;
        }
        let (user, mut new, Hands { clinic, session, .. }) = (*user, given.new.clone(), hands.clone());
        let mut code = given.code.clone();
        let work = move || {
            let done = match (active, waiting) {
                (true, _) => clinic.reset_password(&session, user, &new),
                (false, true) => clinic.admit_user(&session, user, &code, &new),
                (false, false) => clinic.enable_user(&session, user, &new),
            };
            new.zeroize();
            code.zeroize();
            Ok(done?)
        };
        Action::Run(blocking(work, move |done| Message::GivenDone(user, done)))
    }

    fn add(&mut self, hands: &Hands) -> Action {
        let form = &mut self.form;
        form.differ = form.password != form.again;
        let Some(role) = form.role.filter(|_| !form.differ && !self.busy) else { return Action::None };
        form.trouble = None;
        self.busy = true;
        let Hands { clinic, session, .. } = hands.clone();
        let new = NewUser { login: form.login.clone(), name: form.name.clone(), role };
        let mut password = form.password.clone();
        let work = move || {
            let done = clinic.register_user(&session, &new, &password);
            password.zeroize();
            Ok(done.map(|_| ())?)
        };
        Action::Run(blocking(work, Message::Added))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut main = column![ui::title(words.get("staff-title"))].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        match &self.users {
            None => main = main.push(ui::working(words.get("shell-loading"))),
            Some(users) => {
                for user in users {
                    let row = self.at.row(&user.id, self.user_row(user, now));
                    main = main.push(row).push(ui::rule());
                }
                main = main.push(ui::chosen::how(users.len(), words));
            }
        }
        page(now.room, ui::card(main).width(Length::Fill), self.form_view(now), SIDE_WIDTH)
    }

    fn user_row<'a>(&'a self, user: &'a UserLine, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut under = user.login.clone();
        if user.role == Role::PhcWorker {
            under = words.with("staff-children", &[("login", (&user.login).into()), ("n", user.children.into())]);
        }
        let mut who = column![ui::bold(user.name.as_str()), ui::small(under)].width(Length::FillPortion(NAME_PART));
        if !user.active && has_work(user) {
            let args = [("n", user.children.into()), ("tasks", user.tasks.into())];
            who = who.push(tag(Look::Late, words.with("staff-left-behind", &args)));
        }
        let state = match user.standing() {
            Standing::Active => tag(Look::Good, words.get("staff-active")),
            Standing::Waiting => tag(Look::Late, words.get("staff-waiting")),
            Standing::Disabled => tag(Look::Wait, words.get("staff-disabled")),
        };
        let role = column![ui::body(words.get(&format!("role-{}", user.role.code()))), state].spacing(TIGHT);
        let cells = row![
            who,
            container(role).width(Length::FillPortion(ROLE_PART)),
            container(self.buttons(user, now)).align_right(Length::FillPortion(BUTTONS_PART)),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        match &self.panel {
            Some((id, panel)) if *id == user.id => {
                let panel = match panel {
                    Panel::Leaving => leaving(user, words),
                    Panel::Password(given) => given.view(user, self.busy, words),
                    Panel::HandOver(at) => self.hand_over(user, at, words),
                };
                column![cells, panel].spacing(gap(2)).into()
            }
            _ => cells.into(),
        }
    }

    fn buttons<'a>(&'a self, user: &'a UserLine, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut buttons = row![].spacing(gap(1)).align_y(iced::Center);
        let can = Can::of(user, now.session);
        // The keys are of the chosen one, while nothing is asked of anybody.
        let keys = self.at.is(&user.id) && self.panel.is_none();
        let keyed = |button: Button<'a, Message>, key| if keys { button.key(key) } else { button };
        if can.hand_over {
            let hand = Button::quiet(words.get("staff-hand-over"), Some(Message::HandOver(user.id)));
            buttons = buttons.push(keyed(hand, "H"));
        }
        if can.reset {
            let reset = Button::quiet(words.get("staff-reset"), Some(Message::Give(user.id)));
            buttons = buttons.push(keyed(reset, "P"));
        }
        if can.disable {
            let disable = Button::quiet(words.get("staff-disable"), Some(Message::Disable(user.id)));
            buttons = buttons.push(keyed(disable, "D"));
        }
        if can.admit {
            let admit = Button::secondary(words.get("staff-admit"), Some(Message::Give(user.id)));
            buttons = buttons.push(keyed(admit, "P"));
        } else if can.enable {
            let enable = Button::quiet(words.get("staff-enable"), Some(Message::Give(user.id)));
            buttons = buttons.push(keyed(enable, "P"));
        }
        buttons.wrap().vertical_spacing(gap(1)).align_x(iced::Right).into()
    }

    fn hand_over<'a>(
        &'a self,
        from: &'a UserLine,
        at: &Chosen<Option<UserId>>,
        words: &'a Words,
    ) -> Element<'a, Message> {
        let args = [("name", (&from.name).into()), ("n", from.children.into()), ("tasks", from.tasks.into())];
        let said = words.with("staff-hand-over-to", &args);
        let takers = self.takers(from);
        let choice = |label, to: Option<UserId>| {
            let press = (takers.contains(&to) && !self.busy).then_some(Message::HandTo(to));
            match at.is(&to) {
                true => Button::new(Kind::Primary, label, press).key("Enter"),
                false => Button::secondary(label, press),
            }
        };
        let mut choices = row![].spacing(gap(1));
        for worker in self.workers_beside(from) {
            let room =
                [("name", (&worker.name).into()), ("n", worker.children.into()), ("of", CHILDREN_PER_WORKER.into())];
            choices = choices.push(choice(words.with("staff-worker-room", &room), Some(worker.id)));
        }
        choices = choices
            .push(choice(words.get("staff-hand-to-list"), None))
            .push(Button::secondary(words.get("shell-cancel"), Some(Message::Keep)).key("Esc"));
        column![note(Look::Wait, said), choices.wrap().vertical_spacing(gap(1))]
            .push(ui::chosen::how(takers.len(), words))
            .spacing(gap(2))
            .into()
    }

    fn form_view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let form = &self.form;
        let error = |field: Field| {
            form.trouble.as_ref().filter(|trouble| trouble.field() == Some(field)).map(|t| t.sentence(words))
        };
        let trouble = form.trouble.as_ref().filter(|trouble| trouble.field().is_none());
        let trouble = trouble.map(|trouble| note(Look::Late, trouble.sentence(words)));
        let mut fields = column![ui::above(trouble.into_iter().collect())].spacing(gap(2));
        fields = fields
            .push(
                field(words.get("field-name"), &form.name, Message::Name)
                    .id(NAME)
                    .on_enter(Message::GoTo(LOGIN))
                    .error(error(Field::Name)),
            )
            .push(
                field(words.get("field-login"), &form.login, Message::Login)
                    .id(LOGIN)
                    .on_enter(Message::GoTo(PASSWORD))
                    .hint(words.get("first-run-login-hint"))
                    .error(error(Field::Login)),
            )
            .push(
                field(words.get("field-password"), &form.password, Message::Password)
                    .id(PASSWORD)
                    .on_enter(Message::GoTo(AGAIN))
                    .hint(words.get("first-run-password-hint"))
                    .error(error(Field::Password))
                    .secure(),
            )
            .push(
                field(words.get("first-run-password-again"), &form.again, Message::Again)
                    .id(AGAIN)
                    .on_enter(Message::GoTo(ADD))
                    .error(form.differ.then(|| words.get("first-run-password-differs")))
                    .secure(),
            );
        let mut choices = column![].spacing(gap(1));
        for role in roles(now.session) {
            let label = words.get(&format!("role-{}", role.code()));
            choices = choices.push(choice::short_choice(label, form.role == Some(role), Message::Role(role)));
        }
        if let Some(role) = form.role {
            choices = choices.push(ui::small(words.get(&format!("role-about-{}", role.code()))));
        }
        fields = fields.push(ui::labelled(words.get("staff-role"), choices));
        let save = if self.busy { words.get("shell-saving") } else { words.get("staff-add") };
        let add = Button::primary(save, (!self.busy).then_some(Message::Add)).id(ADD);
        let add = if self.panel.is_none() { add.key("Ctrl S") } else { add };
        let fields = fields.push(iced::widget::space().height(gap(1))).push(add);
        let title = words.get("staff-add-title");
        if self.panel.is_none() { ui::keyed_card((title, "N"), fields) } else { headed_card(title, fields) }.into()
    }
}

/// The roles this person may give.
fn roles(session: &Session) -> Vec<Role> {
    let order = [Role::SuperAdmin, Role::Admin, Role::Supervisor, Role::Tracker, Role::PhcWorker];
    order.into_iter().filter(|role| session.may(Right::Do(CommandKind::creates(*role)))).collect()
}

fn leaving<'a>(user: &'a UserLine, words: &'a Words) -> Element<'a, Message> {
    let sure = row![
        Button::new(Kind::Danger, words.get("staff-disable-now"), Some(Message::DisableNow(user.id))).key("Ctrl D"),
        Button::secondary(words.get("shell-cancel"), Some(Message::Keep)).key("Esc"),
    ]
    .spacing(gap(2));
    let asked = words.with("staff-disable-sure", &[("name", (&user.name).into())]);
    let mut all = column![note(Look::Late, asked)].spacing(gap(2));
    if has_work(user) {
        let args = [("n", user.children.into()), ("tasks", user.tasks.into())];
        all = all.push(note(Look::Wait, words.with("staff-disable-work", &args)));
    }
    all.push(sure).into()
}

/// What can be done to this person by whoever is at the desk.
struct Can {
    hand_over: bool,
    reset: bool,
    disable: bool,
    admit: bool,
    enable: bool,
}

impl Can {
    fn of(user: &UserLine, session: &Session) -> Self {
        let may = |kind| user.id != session.user && may_manage(session, user.role, kind);
        Self {
            hand_over: !user.active && has_work(user) && session.may(Right::Do(CommandKind::AssignChild)),
            reset: user.active && may(CommandKind::ResetPassword),
            disable: user.active && may(CommandKind::DisableUser),
            admit: user.waiting && session.may(Right::Do(CommandKind::AdmitUser)),
            enable: !user.active && may(CommandKind::EnableUser),
        }
    }
}

/// Somebody has to do it, when this person leaves.
fn has_work(user: &UserLine) -> bool {
    user.children > 0 || user.tasks > 0
}

/// A button that can only be refused is not shown.
fn may_manage(session: &Session, role: Role, kind: CommandKind) -> bool {
    session.may(Right::Do(kind)) && record::may_manage(role, session.role).is_ok()
}
