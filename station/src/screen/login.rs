//! Who is it? Before anybody is logged in, and while the desk is locked.

use crate::ui::choice::short_choice;
use crate::ui::theme::{self, gap};
use crate::ui::{self, Button, Element, Icon, Letters, Look, Press, Room, Trouble, field, focus, icon, note};
use crate::words::{Lang, Words};
use clinic::{Clinic, Env, Session};
use iced::Task;
use iced::widget::{column, row, space};
use std::path::PathBuf;
use zeroize::Zeroize;

const LOGIN: &str = "login-name";
const PASSWORD: &str = "login-password";
/// Room for three lines of what is said over the fields.
const SAID_HEIGHT: f32 = 76.0;

pub struct Login {
    dir: PathBuf,
    env: Env,
    /// The clinic, when somebody opened it already.
    clinic: Option<Clinic>,
    clinic_name: Option<String>,
    /// Whose desk is locked.
    locked_by: Option<String>,
    login: String,
    password: String,
    busy: bool,
    trouble: Option<Trouble>,
    letters: Letters,
}

#[derive(Clone)]
pub enum Message {
    Login(String),
    Password(String),
    Enter,
    Done(Result<(Clinic, Session), Trouble>),
    /// Somebody else than the one who locked.
    Another,
    Lang(Lang),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Opened(Clinic, Session),
    Lang(Lang),
}

impl Login {
    /// The first login of the day.
    pub fn new(dir: PathBuf, env: Env) -> (Self, Task<Message>) {
        let screen = Self {
            dir,
            env,
            clinic: None,
            clinic_name: None,
            locked_by: None,
            login: String::new(),
            password: String::new(),
            busy: false,
            trouble: None,
            letters: Letters::default(),
        };
        (screen, focus(LOGIN))
    }

    /// For an open clinic whose desk is locked, or left to somebody else.
    pub fn locked(dir: PathBuf, clinic: Clinic, name: String, by: Option<&Session>) -> (Self, Task<Message>) {
        let env = clinic.env().clone();
        let (mut screen, first) = Self::new(dir, env);
        screen.clinic = Some(clinic);
        screen.clinic_name = Some(name);
        let Some(by) = by else { return (screen, first) };
        screen.login.clone_from(&by.login);
        screen.locked_by = Some(by.name.clone());
        (screen, focus(PASSWORD))
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Login(login) => {
                self.login = login;
                self.draw_ahead();
            }
            Message::Password(password) => {
                self.password.zeroize();
                self.password = password;
                self.draw_ahead();
            }
            Message::Enter => return self.enter(),
            Message::Done(Ok((clinic, session))) => {
                self.password.zeroize();
                return Action::Opened(clinic, session);
            }
            Message::Done(Err(trouble)) => {
                self.busy = false;
                self.password.zeroize();
                self.trouble = Some(trouble);
                return Action::Run(focus(PASSWORD));
            }
            Message::Another => {
                self.login.clear();
                self.password.zeroize();
                self.locked_by = None;
                self.trouble = None;
                return Action::Run(focus(LOGIN));
            }
            Message::Lang(lang) => return Action::Lang(lang),
        }
        Action::None
    }

    pub fn press(&mut self, press: Press) -> Action {
        match press {
            Press::Enter => self.enter(),
            Press::Ctrl('U') if self.clinic.is_some() => self.update(Message::Another),
            _ => Action::None,
        }
    }

    /// Before the first desk of the day nothing of it was drawn yet.
    fn draw_ahead(&mut self) {
        if self.clinic.is_none() {
            self.letters.go_on();
        }
    }

    fn enter(&mut self) -> Action {
        if self.busy {
            return Action::None;
        }
        if self.login.trim().is_empty() {
            return Action::Run(focus(LOGIN));
        }
        if self.password.is_empty() {
            return Action::Run(focus(PASSWORD));
        }
        self.busy = true;
        self.trouble = None;
        self.letters = Letters::default();
        let (dir, env, clinic) = (self.dir.clone(), self.env.clone(), self.clinic.clone());
        let (login, mut password) = (self.login.clone(), self.password.clone());
        let work = move || {
            let outcome = match clinic {
                Some(clinic) => clinic.login(&login, &password).map(|session| (clinic, session)),
                None => Clinic::unlock(&dir, &login, &password, env),
            };
            password.zeroize();
            Ok(outcome?)
        };
        Action::Run(super::blocking(work, Message::Done))
    }

    pub fn view<'a>(&'a self, words: &'a Words, room: Room) -> Element<'a, Message> {
        let name = self.clinic_name.clone().unwrap_or_else(|| words.get("shell-program"));
        let heading = row![icon::icon(Icon::Drop, 30.0, theme::colors().action), ui::title(name).width(iced::Fill)]
            .spacing(gap(3))
            .align_y(iced::Center);
        let under = match &self.locked_by {
            Some(by) => words.with("login-locked-by", &[("name", by.into())]),
            None => words.get("login-say-who"),
        };
        // What is wrong stands in the same room: the box does not move under the hand that types once more.
        let said = match &self.trouble {
            Some(trouble) => note(Look::Late, trouble.sentence(words)),
            None => ui::small(under).into(),
        };
        let said_height = if room.is_low() { 0.0 } else { SAID_HEIGHT };
        let mut page = column![
            heading.push(languages(words, Message::Lang)),
            row![space().height(said_height), said],
            column![
                field(words.get("login-name"), &self.login, Message::Login).id(LOGIN),
                field(words.get("login-password"), &self.password, Message::Password).id(PASSWORD).secure(),
            ]
            .spacing(gap(1)),
        ]
        .spacing(gap(4));
        let enter = if self.busy { words.get("login-checking") } else { words.get("login-enter") };
        page = page.push(Button::primary(enter, (!self.busy).then_some(Message::Enter)).key("Enter").width(iced::Fill));
        let another = || Button::quiet(words.get("login-another"), Some(Message::Another)).key("Ctrl U");
        page = page.push(self.locked_by.is_some().then(another).map(Element::from));
        self.letters.under(ui::sheet(480.0, page), words.lang())
    }
}

/// Each language under its own name, so that it is found by who cannot read the other.
pub fn languages<'a, M: Clone + 'a>(words: &Words, choose: fn(Lang) -> M) -> Element<'a, M> {
    let mut all = row![].spacing(gap(1)).align_y(iced::Center);
    for lang in Lang::ALL {
        let name = Words::new(lang).get("shell-language-name");
        all = all.push(short_choice(name, lang == words.lang(), choose(lang)));
    }
    all.into()
}
