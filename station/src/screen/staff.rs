//! Who works here, and who may log in.

use super::{Hands, Now, blocking};
use crate::ui::theme::gap;
use crate::ui::{
    self, Banner, Button, Element, Kind, Look, Press, Trouble, choice, field, headed_card, note, tab_stop, tag,
};
use crate::words::Words;
use clinic::Session;
use clinic::record::command::{CommandKind, NewUser};
use clinic::record::refusal::Field;
use clinic::record::role::{Right, Role};
use clinic::store::UserLine;
use hub_protocol::UserId;
use iced::widget::{column, container, operation, row};
use iced::{Length, Task};
use zeroize::Zeroize;

const SIDE_WIDTH: f32 = 380.0;
const ROLE_WIDTH: f32 = 150.0;
const STATE_WIDTH: f32 = 150.0;
const BUTTON_WIDTH: f32 = 136.0;
const NAME: &str = "staff-name";
const LOGIN: &str = "staff-login";
const PASSWORD: &str = "staff-password";
const AGAIN: &str = "staff-password-again";
const ADD: &str = "staff-add";

pub struct Staff {
    users: Option<Vec<UserLine>>,
    trouble: Option<Trouble>,
    form: Form,
    /// Whom to disable, asked once more.
    leaving: Option<UserId>,
    busy: bool,
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
    Disabled(Result<(), Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
}

impl Staff {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let form = Form { role: roles(&hands.session).last().copied(), ..Form::default() };
        (Self { users: None, trouble: None, form, leaving: None, busy: false }, Self::reload(hands))
    }

    pub fn reload(hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.users(&session)?), Message::Loaded)
    }

    pub fn has_input(&self) -> bool {
        !(self.form.name.is_empty() && self.form.login.is_empty() && self.form.password.is_empty())
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        if matches!(message, Message::Name(_) | Message::Login(_) | Message::Password(_) | Message::Again(_)) {
            self.form.differ = false;
            self.form.trouble = None;
        }
        match message {
            Message::Loaded(Ok(users)) => self.users = Some(users),
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Name(typed) => self.form.name = typed,
            Message::Login(typed) => self.form.login = typed,
            Message::Password(typed) => self.form.password = typed,
            Message::Again(typed) => self.form.again = typed,
            Message::Role(role) => self.form.role = Some(role),
            Message::GoTo(id) => return Action::Run(operation::focus(tab_stop::id(id))),
            Message::Add => return self.add(hands),
            Message::Added(Ok(())) => {
                self.busy = false;
                let said = Banner::good(words.with("staff-added", &[("name", (&self.form.name).into())]));
                self.form.password.zeroize();
                self.form.again.zeroize();
                self.form = Form { role: self.form.role, ..Form::default() };
                let first = operation::focus(tab_stop::id(NAME));
                return Action::Said(said, Task::batch([Self::reload(hands), first]));
            }
            Message::Added(Err(trouble)) => {
                self.busy = false;
                self.form.trouble = Some(trouble);
            }
            Message::Disable(user) => self.leaving = Some(user),
            Message::Keep => self.leaving = None,
            Message::DisableNow(user) => {
                self.leaving = None;
                let Hands { clinic, session, .. } = hands.clone();
                let work = move || Ok(clinic.disable_user(&session, user)?);
                return Action::Run(blocking(work, Message::Disabled));
            }
            Message::Disabled(Ok(())) => {
                self.trouble = None;
                return Action::Said(Banner::good(words.get("staff-disabled-said")), Self::reload(hands));
            }
            Message::Disabled(Err(trouble)) => self.trouble = Some(trouble),
        }
        Action::None
    }

    pub fn press(&mut self, press: Press) -> Action {
        match press {
            Press::Escape => {
                self.leaving = None;
                Action::None
            }
            Press::Letter('N') => Action::Run(operation::focus(tab_stop::id(NAME))),
            _ => Action::None,
        }
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
                    main = main.push(self.user_row(user, now)).push(ui::rule());
                }
            }
        }
        let list = ui::scroll(ui::card(main).width(Length::Fill));
        row![list.width(Length::Fill).height(Length::Fill), container(self.form_view(now)).width(SIDE_WIDTH)]
            .spacing(gap(3))
            .into()
    }

    fn user_row<'a>(&'a self, user: &'a UserLine, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let mut under = user.login.clone();
        if user.role == Role::PhcWorker {
            under = words.with("staff-children", &[("login", (&user.login).into()), ("n", user.children.into())]);
        }
        let state = if user.active {
            tag(Look::Good, words.get("staff-active"))
        } else {
            tag(Look::Wait, words.get("staff-disabled"))
        };
        let mut cells = row![
            column![ui::bold(user.name.as_str()), ui::small(under)].width(Length::Fill),
            container(ui::body(words.get(&format!("role-{}", user.role.code())))).width(ROLE_WIDTH),
            container(state).width(STATE_WIDTH),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        if user.active && user.id != now.session.user && may_disable(now.session, user.role) {
            let disable = Button::secondary(words.get("staff-disable"), Some(Message::Disable(user.id)));
            cells = cells.push(container(disable).align_right(BUTTON_WIDTH));
        } else {
            cells = cells.push(iced::widget::space().width(BUTTON_WIDTH));
        }
        if self.leaving != Some(user.id) {
            return cells.into();
        }
        let sure = row![
            Button::new(Kind::Danger, words.get("staff-disable-now"), Some(Message::DisableNow(user.id))),
            Button::secondary(words.get("shell-cancel"), Some(Message::Keep)).key("Esc"),
        ]
        .spacing(gap(2));
        let asked = words.with("staff-disable-sure", &[("name", (&user.name).into())]);
        column![cells, note(Look::Late, asked), sure].spacing(gap(2)).into()
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
        fields = fields.push(ui::labelled(words.get("staff-role"), choices));
        let save = if self.busy { words.get("shell-saving") } else { words.get("staff-add") };
        let add = Button::primary(save, (!self.busy).then_some(Message::Add)).id(ADD);
        headed_card(words.get("staff-add-title"), fields.push(iced::widget::space().height(gap(1))).push(add)).into()
    }
}

/// The roles this person may give.
fn roles(session: &Session) -> Vec<Role> {
    let kind = |role: &Role| match role {
        Role::SuperAdmin => CommandKind::CreateSuperAdmin,
        Role::Admin => CommandKind::CreateAdmin,
        Role::PhcWorker | Role::Supervisor | Role::Tracker => CommandKind::CreateStaff,
    };
    let order = [Role::SuperAdmin, Role::Admin, Role::Supervisor, Role::Tracker, Role::PhcWorker];
    order.into_iter().filter(|role| session.may(Right::Do(kind(role)))).collect()
}

/// A button that can only be refused is not shown; the rule itself is the records'.
fn may_disable(session: &Session, role: Role) -> bool {
    let admins = matches!(role, Role::SuperAdmin | Role::Admin);
    session.may(Right::Do(CommandKind::DisableUser)) && (!admins || session.may(Right::Do(CommandKind::CreateAdmin)))
}
