//! The desktop: the window, who is logged in, the language, and the way from one to the other.

use crate::ahead::ahead;
use crate::fonts::{self, Fonts, FontsMissing};
use crate::live::{Live, LiveNow, News, StartHub, news};
use crate::paper::out::Programs;
use crate::plugged::Plugged;
use crate::screen::desk::{self, Desk};
use crate::screen::first_run::{self, FirstRun};
use crate::screen::login::{self, Login};
use crate::screen::shell::{self, COUNT_STEP_S, Place};
use crate::screen::today::{self, Today};
use crate::screen::{Hands, Now};
use crate::ui::{self, Contrast, Element, Press, Room, Scale, Trouble, ask, colors, focus, keys, theme};
use crate::words::{Lang, Words};
use clinic::store::is_founded;
use clinic::{Clinic, Env, Session};
use iced::time::Instant;
use iced::widget::{responsive, space};
use iced::{Color, Settings, Size, Subscription, Task, Theme, window};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Of the background, all of them one colour to the eye: more than messages come between two pictures.
const SHADES: u8 = 16;
/// What is typed is kept so often: a power cut takes no more, and somebody who types costs a few small writes a second.
const KEEP_EVERY: Duration = Duration::from_millis(300);
/// A hub that did not start is started again after so long.
const HUB_AGAIN_MS: u64 = 60_000;
/// How often it is looked whether anybody is there.
const IDLE_LOOK: Duration = Duration::from_secs(30);
const WINDOW: Size = Size::new(1366.0, 768.0);
const WINDOW_MIN: Size = Size::new(800.0, 480.0);
/// Where the language of this computer's desk is remembered, in the clinic's folder.
const LANG_FILE: &str = "desk-language";
/// And how large the words are.
const SCALE_FILE: &str = "desk-scale";
const CONTRAST_FILE: &str = "desk-contrast";

/// With what the desktop starts.
#[derive(Clone)]
pub struct AppStart {
    /// The clinic's folder; empty before the first run.
    pub dir: PathBuf,
    /// `None`: as it was last time, else as the system is set.
    pub lang: Option<Lang>,
    pub env: Env,
    /// Called once, after the first login of the day or the first run.
    pub start_hub: StartHub,
    /// Opened by a key file: nobody is asked.
    pub unlocked: Option<(Clinic, Session)>,
    /// What papers are given to.
    pub programs: Programs,
    /// Sticks and disks.
    pub plugged: Plugged,
}

#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    #[error("there is no display: neither WAYLAND_DISPLAY, WAYLAND_SOCKET nor DISPLAY is set")]
    NoDisplay,
    #[error(transparent)]
    Fonts(#[from] FontsMissing),
    #[error("the window")]
    Window(#[from] iced::Error),
}

#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error(transparent)]
    Fonts(#[from] FontsMissing),
    /// The exact error is in the log.
    #[error("the records cannot be shown")]
    Records,
    #[error("the renderer does not start")]
    Renderer,
    #[error("the picture cannot be written")]
    Png(#[from] png::EncodingError),
}

/// Opens the window and returns when it is closed.
pub fn run(start: AppStart) -> Result<(), DesktopError> {
    display()?;
    let mut settings = settings(&Fonts::load()?);
    // Lent for the life of the program: the renderer knows a font by its place, and loads it once.
    settings.fonts = settings.fonts.into_iter().map(|font| Cow::Borrowed(&*font.into_owned().leak())).collect();
    let own = settings.fonts.clone();
    ahead("fonts", move || fonts::get_ready(&own));
    iced::application(move || App::new(start.clone()), App::update, App::view)
        .title(App::title)
        .subscription(App::subscription)
        .theme(App::theme)
        .scale_factor(App::scale_factor)
        .style(App::style)
        .settings(settings)
        .window(window::Settings {
            size: WINDOW,
            min_size: Some(WINDOW_MIN),
            position: window::Position::Centered,
            exit_on_close_request: false,
            ..window::Settings::default()
        })
        .run()?;
    Ok(())
}

/// iced panics in its event loop without a display.
pub fn display() -> Result<(), DesktopError> {
    let names = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"];
    let set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if names.iter().any(set) { Ok(()) } else { Err(DesktopError::NoDisplay) }
}

/// The same for the window and for pictures.
pub fn settings(fonts: &Fonts) -> Settings {
    Settings {
        id: Some("tikka-station".into()),
        fonts: fonts.for_screen(),
        default_font: fonts::SCREEN,
        default_text_size: theme::SIZE_TEXT.into(),
        ..Settings::default()
    }
}

/// The Today screen of `session` as a PNG, drawn by the real program without a display.
pub fn picture_today(
    clinic: &Clinic,
    session: &Session,
    live: Option<&Live>,
    lang: Lang,
    size: (u32, u32),
) -> Result<Vec<u8>, PictureError> {
    let (clinic_of, by, plugged) = (clinic.clone(), session.clone(), Plugged::of_system());
    let hands = Hands { clinic: clinic_of, session: by, live: live.cloned(), plugged };
    let loaded = today::load(&hands).map_err(|_| PictureError::Records)?;
    let read = || Ok::<_, Trouble>((clinic.clinic()?, clinic.sync()?));
    let (view, sync) = read().map_err(|_| PictureError::Records)?;
    let (words, live) = (Words::new(lang), live.map(LiveNow::of));
    let room = Room { size: Size::new(size.0 as f32, size.1 as f32), scale: Scale::USUAL, contrast: Contrast::Usual };
    let now_ms = clinic.env().now_ms();
    let now = Now { words: &words, session, view: &view, live: live.as_ref(), card: None, now_ms, room };
    let screen = Today::with(loaded, now_ms);
    let content = screen.view(now).map(desk::Message::Today);
    let whole = shell::view(
        now,
        shell::Around { sync: Some(&sync), here: Some(Place::Today), banner: None, toy_alerts: 0 },
        content,
        desk::Message::Shell,
    );
    crate::picture::draw(whole, &settings(&Fonts::load()?), size)
}

pub struct App {
    start: AppStart,
    words: Words,
    scale: Scale,
    contrast: Contrast,
    stage: Stage,
    live: Option<Live>,
    /// The hub was asked to start.
    hub_asked: bool,
    /// It did not start.
    hub_down: Option<HubDown>,
    /// When somebody last touched the keyboard or the mouse, also by the wall clock: the other one stands still
    /// while the computer sleeps.
    active: Instant,
    active_ms: u64,
    /// Desks that were opened so far.
    desks: u64,
    /// Left with something typed, while others are at the desk: one a person at most.
    waiting: Vec<Desk>,
    /// The window was to be closed while something was not saved: it is asked.
    closing: Option<window::Id>,
    /// Counted at each message: see [`App::style`].
    shade: u8,
}

/// A hub that did not start.
struct HubDown {
    /// Of the last time.
    trouble: Trouble,
    failed_ms: u64,
    /// It is started again also while nobody is at the desk.
    clinic: Clinic,
}

enum Stage {
    /// Somebody's desk is being read, and nobody has to log in for it.
    Opening,
    FirstRun(Box<FirstRun>),
    Login(Box<Login>),
    Desk(Box<Desk>),
    /// The desk waits behind the login, as it was left.
    Locked(Box<Desk>, Box<Login>),
    /// The records are open, but cannot be read.
    Broken(Trouble),
}

#[derive(Clone)]
pub enum Message {
    FirstRun(first_run::Message),
    Login(login::Message),
    Desk(desk::Address, desk::Message),
    Press(Press),
    Active(Instant),
    /// Is anybody there?
    Look(Instant),
    /// What is typed is kept.
    Keep,
    /// A countdown goes on.
    Count,
    Opened(Clinic, Session, Result<desk::First, Trouble>),
    Hub(Clinic, Result<Live, Trouble>),
    News(News),
    Close(window::Id),
    /// The answer, when it was asked whether to close.
    Closing(bool),
    Remembered,
}

impl App {
    pub fn new(start: AppStart) -> (Self, Task<Message>) {
        let lang = start.lang.or_else(|| remembered(&start.dir, LANG_FILE)).unwrap_or_else(system_lang);
        let scale = remembered(&start.dir, SCALE_FILE).unwrap_or(Scale::USUAL);
        let contrast = remembered(&start.dir, CONTRAST_FILE).unwrap_or_default();
        let (dir, env) = (start.dir.clone(), start.env.clone());
        let (stage, task) = if start.unlocked.is_some() {
            (Stage::Opening, Task::none())
        } else if is_founded(&dir) {
            let (login, task) = Login::new(dir, env);
            (Stage::Login(Box::new(login)), task.map(Message::Login))
        } else {
            (
                Stage::FirstRun(Box::new(FirstRun::new(dir, env, start.start_hub.clone(), start.plugged.clone()))),
                Task::none(),
            )
        };
        let mut app = Self {
            start,
            words: Words::new(lang),
            scale,
            contrast,
            stage,
            live: None,
            hub_asked: false,
            hub_down: None,
            active: Instant::now(),
            active_ms: 0,
            desks: 0,
            waiting: Vec::new(),
            closing: None,
            shade: 0,
        };
        app.touched(Instant::now());
        match app.start.unlocked.take() {
            Some((clinic, session)) => (app, Self::open(clinic, session)),
            None => (app, task),
        }
    }

    pub fn title(&self) -> String {
        let name = match &self.stage {
            Stage::Desk(desk) | Stage::Locked(desk, _) => Some(desk.clinic_name()),
            _ => None,
        };
        let program = self.words.get("shell-program");
        name.map_or(program.clone(), |name| format!("{name} – {program}"))
    }

    pub fn scale_factor(&self) -> f32 {
        self.scale.factor()
    }

    pub fn theme(&self) -> Theme {
        colors::draw_with(self.contrast);
        theme::theme()
    }

    /// tiny-skia repaints only what changed and leaves lines behind when a list is scrolled. A background
    /// that is never quite the same makes it paint the whole window; several messages may come between two pictures.
    pub fn style(&self, _: &Theme) -> iced::theme::Style {
        colors::draw_with(self.contrast);
        let mut background_color: Color = theme::colors().paper;
        background_color.r -= 1e-5 * f32::from(self.shade);
        iced::theme::Style { background_color, text_color: theme::colors().ink }
    }

    pub fn update(&mut self, message: Message) -> Task<Message> {
        self.shade = (self.shade + 1) % SHADES;
        match (message, &mut self.stage) {
            (Message::FirstRun(message), Stage::FirstRun(screen)) => {
                let action = screen.update(message);
                self.first_run(action)
            }
            (Message::Login(message), Stage::Login(screen) | Stage::Locked(_, screen)) => {
                let action = screen.update(message);
                self.login(action)
            }
            (Message::Desk(address, message), _) => self.deliver(address, message),
            (Message::Press(press), _) => self.press(press),
            (Message::Active(at), _) => {
                self.touched(at);
                Task::none()
            }
            (Message::Look(at), Stage::Desk(desk)) => {
                let by_wall = Duration::from_millis(self.start.env.now_ms().saturating_sub(self.active_ms));
                if at.duration_since(self.active).max(by_wall) >= desk.auto_lock() {
                    return self.lock();
                }
                let task = desk.look_at_the_date();
                let task = addressed(desk, task);
                Task::batch([task, self.start_hub_again()])
            }
            (Message::Look(_), _) => self.start_hub_again(),
            (Message::Keep, Stage::Desk(desk) | Stage::Locked(desk, _)) => {
                let task = desk.keep();
                addressed(desk, task)
            }
            (Message::Opened(clinic, session, Ok(first)), _) => self.opened(clinic, session, first),
            (Message::Opened(clinic, _, Err(trouble)), _) => {
                self.stage = Stage::Broken(trouble);
                self.start_hub(clinic)
            }
            (Message::Hub(_, Ok(live)), stage) => {
                self.live = Some(live.clone());
                let was_down = self.hub_down.take().is_some();
                match stage {
                    Stage::Desk(desk) | Stage::Locked(desk, _) => {
                        let task = desk.connect(live);
                        if was_down {
                            desk.hub_is_back(&self.words);
                        }
                        addressed(desk, task)
                    }
                    _ => Task::none(),
                }
            }
            (Message::Hub(clinic, Err(trouble)), stage) => {
                // That it fails again is nothing new to those who heard of it; whoever comes later is told.
                self.hub_asked = false;
                let failed_ms = self.start.env.now_ms();
                let is_new = self.hub_down.is_none();
                if let (true, Stage::Desk(desk) | Stage::Locked(desk, _)) = (is_new, stage) {
                    desk.trouble(&trouble, &self.words);
                }
                self.hub_down = Some(HubDown { trouble, failed_ms, clinic });
                Task::none()
            }
            (Message::News(news), Stage::Desk(desk)) => {
                let task = desk.news(news);
                addressed(desk, task)
            }
            (Message::Close(id), _) => self.ask_to_close(id),
            (Message::Closing(anyway), _) => {
                let id = self.closing.take();
                id.filter(|_| anyway).map_or_else(Task::none, |id| self.close(id))
            }
            // News for a locked desk are read when it is unlocked.
            _ => Task::none(),
        }
    }

    /// Gives a message to its desk, also while that one waits for its person; one that was left hears nothing.
    fn deliver(&mut self, address: desk::Address, message: desk::Message) -> Task<Message> {
        let Self { stage, waiting, words, .. } = self;
        if let Stage::Desk(desk) | Stage::Locked(desk, _) = stage
            && desk.address().desk == address.desk
        {
            let action = desk.update(address, message, words);
            let task = self.desk(action);
            // What it was asked about is done.
            if !self.has_input() && self.left_by().is_empty() {
                self.closing = None;
            }
            return task;
        }
        let Some(desk) = waiting.iter_mut().find(|desk| desk.address().desk == address.desk) else {
            return Task::none();
        };
        match desk.update(address, message, words) {
            desk::Action::Run(task) => addressed(desk, task),
            desk::Action::RunFor(address, task) => task.map(move |message| Message::Desk(address, message)),
            // What is of the whole program is not for somebody who is away.
            _ => Task::none(),
        }
    }

    fn press(&mut self, press: Press) -> Task<Message> {
        match press {
            Press::Larger => return self.draw_at(self.scale.larger()),
            Press::Smaller => return self.draw_at(self.scale.smaller()),
            Press::Usual => return self.draw_at(Scale::USUAL),
            _ => {}
        }
        if press == Press::Ctrl('L') {
            self.closing = None;
        }
        if self.closing.is_some() {
            return ask::answer(press).map_or_else(Task::none, |anyway| self.update(Message::Closing(anyway)));
        }
        match &mut self.stage {
            Stage::FirstRun(screen) => {
                let action = screen.press(press);
                self.first_run(action)
            }
            Stage::Login(screen) | Stage::Locked(_, screen) => {
                let action = screen.press(press);
                self.login(action)
            }
            Stage::Desk(desk) => {
                let action = desk.press(press, &self.words);
                self.desk(action)
            }
            Stage::Opening | Stage::Broken(_) => Task::none(),
        }
    }

    fn first_run(&mut self, action: first_run::Action) -> Task<Message> {
        match action {
            first_run::Action::None => Task::none(),
            first_run::Action::Run(task) => task.map(Message::FirstRun),
            first_run::Action::Lang(lang) => self.speak(lang),
            first_run::Action::Restored => {
                let (login, task) = Login::new(self.start.dir.clone(), self.start.env.clone());
                self.stage = Stage::Login(Box::new(login));
                let kept = self.speak(self.words.lang());
                Task::batch([task.map(Message::Login), kept])
            }
            first_run::Action::Done(clinic, live) => {
                self.hub_asked = live.is_some();
                self.live = live;
                let Ok(name) = clinic.clinic().map(|view| view.name) else {
                    self.stage = Stage::Broken(Trouble::CRASHED);
                    return Task::none();
                };
                let (login, task) = Login::locked(self.start.dir.clone(), clinic, name, None);
                self.stage = Stage::Login(Box::new(login));
                let kept = self.speak(self.words.lang());
                Task::batch([task.map(Message::Login), kept])
            }
        }
    }

    fn login(&mut self, action: login::Action) -> Task<Message> {
        match action {
            login::Action::None => Task::none(),
            login::Action::Run(task) => task.map(Message::Login),
            login::Action::Lang(lang) => self.speak(lang),
            login::Action::Opened(clinic, session) => {
                self.touched(Instant::now());
                let locked = std::mem::replace(&mut self.stage, Stage::Broken(Trouble::CRASHED));
                self.stage = match locked {
                    Stage::Locked(desk, login) => {
                        self.waiting.push(*desk);
                        Stage::Login(login)
                    }
                    stage => stage,
                };
                // The same person goes on where the desk was left; whose password changed begins anew.
                let own = self.waiting.iter().position(|desk| *desk.session() == session);
                let own = own.map(|at| self.waiting.remove(at));
                self.waiting.retain(|desk| desk.has_input() && desk.session().user != session.user);
                match own {
                    Some(mut desk) => {
                        let hub = self.live.clone().map_or_else(Task::none, |live| desk.connect(live));
                        let start = self.start_hub(clinic);
                        let refresh = desk.come_back();
                        let task = addressed(&desk, Task::batch([hub, refresh]));
                        self.stage = Stage::Desk(Box::new(desk));
                        Task::batch([task, start])
                    }
                    None => Self::open(clinic, session),
                }
            }
        }
    }

    /// A task of the desk that is on the stage.
    fn addressed(&self, task: Task<desk::Message>) -> Task<Message> {
        match &self.stage {
            Stage::Desk(desk) | Stage::Locked(desk, _) => addressed(desk, task),
            Stage::Opening | Stage::FirstRun(_) | Stage::Login(_) | Stage::Broken(_) => Task::none(),
        }
    }

    fn touched(&mut self, at: Instant) {
        self.active = at;
        self.active_ms = self.start.env.now_ms();
    }

    fn desk(&mut self, action: desk::Action) -> Task<Message> {
        match action {
            desk::Action::None => Task::none(),
            desk::Action::Run(task) => self.addressed(task),
            desk::Action::RunFor(address, task) => task.map(move |message| Message::Desk(address, message)),
            desk::Action::Lang(lang) => self.speak(lang),
            desk::Action::Scale(scale) => self.draw_at(scale),
            desk::Action::Contrast(contrast) => {
                self.contrast = contrast;
                self.remember(CONTRAST_FILE, contrast.to_string())
            }
            desk::Action::Lock => self.lock(),
            desk::Action::LogOut(task) => Task::batch([self.addressed(task), self.log_out()]),
        }
    }

    /// Opens the desk of a person.
    fn open(clinic: Clinic, session: Session) -> Task<Message> {
        let (of, by) = (clinic.clone(), session.clone());
        let read = move || desk::First::read(of, by);
        crate::screen::blocking(read, move |first| Message::Opened(clinic, session, first))
    }

    /// Unless it runs, or is starting.
    fn start_hub(&mut self, clinic: Clinic) -> Task<Message> {
        if std::mem::replace(&mut self.hub_asked, true) {
            return Task::none();
        }
        let start = (self.start.start_hub)(clinic.clone());
        Task::perform(start, move |hub| Message::Hub(clinic, hub.map_err(Trouble::from)))
    }

    /// What was in its way may be gone: another program's port, a folder, a network.
    fn start_hub_again(&mut self) -> Task<Message> {
        let now_ms = self.start.env.now_ms();
        let down = self.hub_down.as_ref().filter(|down| now_ms.abs_diff(down.failed_ms) >= HUB_AGAIN_MS);
        down.map(|down| down.clinic.clone()).map_or_else(Task::none, |clinic| self.start_hub(clinic))
    }

    /// The hub starts with the first desk, and after it was read: who waits at the desk comes first.
    fn opened(&mut self, clinic: Clinic, session: Session, first: desk::First) -> Task<Message> {
        let hub = self.start_hub(clinic.clone());
        self.desks += 1;
        let (programs, plugged) = (self.start.programs.clone(), self.start.plugged.clone());
        let hands = Hands { clinic, session, live: self.live.clone(), plugged };
        let (mut desk, task) = Desk::new(self.desks, hands, first, programs);
        if let Some(down) = &self.hub_down {
            desk.trouble(&down.trouble, &self.words);
        }
        let task = addressed(&desk, task);
        self.stage = Stage::Desk(Box::new(desk));
        self.touched(Instant::now());
        Task::batch([task, hub])
    }

    fn lock(&mut self) -> Task<Message> {
        let stage = std::mem::replace(&mut self.stage, Stage::Broken(Trouble::CRASHED));
        let Stage::Desk(desk) = stage else {
            self.stage = stage;
            return Task::none();
        };
        let (clinic, name) = (desk.clinic(), desk.clinic_name().to_owned());
        let (login, task) = Login::locked(self.start.dir.clone(), clinic, name, Some(desk.session()));
        self.stage = Stage::Locked(desk, Box::new(login));
        task.map(Message::Login)
    }

    /// Nobody is at the desk any more, and nothing of it waits.
    fn log_out(&mut self) -> Task<Message> {
        let Stage::Desk(desk) = &self.stage else { return Task::none() };
        let (clinic, name) = (desk.clinic(), desk.clinic_name().to_owned());
        let (login, task) = Login::locked(self.start.dir.clone(), clinic, name, None);
        self.stage = Stage::Login(Box::new(login));
        task.map(Message::Login)
    }

    /// Changes the language, and remembers it once there is a clinic.
    fn speak(&mut self, lang: Lang) -> Task<Message> {
        self.words = Words::new(lang);
        self.remember(LANG_FILE, lang.to_string())
    }

    /// Changes how large everything is, and remembers it.
    fn draw_at(&mut self, scale: Scale) -> Task<Message> {
        self.scale = scale;
        self.remember(SCALE_FILE, scale.to_string())
    }

    fn remember(&self, file: &'static str, text: String) -> Task<Message> {
        let dir = self.start.dir.clone();
        let keep = move || {
            if is_founded(&dir)
                && let Err(error) = std::fs::write(dir.join(file), text)
            {
                tracing::warn!(%error, file, "how the desk was left is not remembered");
            }
            Ok(())
        };
        crate::screen::blocking(keep, |_| Message::Remembered)
    }

    /// Would something be lost that was typed here?
    fn has_input(&self) -> bool {
        match &self.stage {
            Stage::Desk(desk) => desk.has_input(),
            Stage::FirstRun(screen) => screen.has_input(),
            Stage::Opening | Stage::Locked(..) | Stage::Login(_) | Stage::Broken(_) => false,
        }
    }

    /// Who left something that is not saved, and is away.
    fn left_by(&self) -> Vec<&str> {
        let locked = match &self.stage {
            Stage::Locked(desk, _) => Some(&**desk),
            _ => None,
        };
        let left = self.waiting.iter().chain(locked).filter(|desk| desk.has_input());
        left.map(|desk| desk.session().name.as_str()).collect()
    }

    fn ask_to_close(&mut self, id: window::Id) -> Task<Message> {
        if !self.has_input() && self.left_by().is_empty() {
            return self.close(id);
        }
        self.closing = Some(id);
        focus(ask::STAY)
    }

    fn close(&mut self, id: window::Id) -> Task<Message> {
        let close = window::close(id);
        match self.live.take() {
            // Toys and district are told good-bye, which the hub does within seconds; nobody has to watch it.
            Some(live) => {
                let hide = window::set_mode(id, window::Mode::Hidden);
                hide.chain(Task::future(live.hub.shutdown()).discard()).chain(close)
            }
            None => close,
        }
    }

    pub fn subscription(&self) -> Subscription<Message> {
        let mut all = vec![window::close_requests().map(Message::Close)];
        if let Some(live) = &self.live {
            all.push(news(live).map(Message::News));
        }
        if matches!(self.stage, Stage::Desk(_)) || self.hub_down.is_some() {
            all.push(iced::time::every(IDLE_LOOK).map(Message::Look));
        }
        if matches!(&self.stage, Stage::Desk(desk) if desk.counts_down()) {
            all.push(iced::time::every(Duration::from_secs(COUNT_STEP_S)).map(|_| Message::Count));
        }
        if let Stage::Desk(desk) | Stage::Locked(desk, _) = &self.stage
            && desk.is_unkept()
        {
            all.push(iced::time::every(KEEP_EVERY).map(|_| Message::Keep));
        }
        Subscription::batch(all)
    }

    pub fn view(&self) -> Element<'_, Message> {
        let page = responsive(move |size| self.page(Room { size, scale: self.scale, contrast: self.contrast }));
        let enter_goes_on = matches!(&self.stage, Stage::Desk(desk) if desk.enter_goes_on() && self.closing.is_none());
        keys::watch(page, Message::Press, Message::Active).enter_goes_on(enter_goes_on).into()
    }

    /// What is lost when the program is closed: what stands here, or what somebody left who must log in to find it.
    fn closing_question(&self) -> Element<'_, Message> {
        let words = &self.words;
        let named = |about| match &self.stage {
            Stage::Desk(desk) => desk.naming_unsaved(about, words),
            _ => about,
        };
        if matches!(&self.stage, Stage::Desk(desk) if desk.makes_paper()) {
            let stay = (words.get("close-stay"), Message::Closing(false));
            let close = (words.get("close-paper-go"), Message::Closing(true));
            return ui::ask(words.get("shell-leave-paper"), named(words.get("close-about-paper")), stay, close);
        }
        let (about, stay) = if self.has_input() {
            (named(words.get("close-about")), "close-stay")
        } else {
            (words.with("close-about-left", &[("names", self.left_by().join(", ").into())]), "close-stay-open")
        };
        ui::ask(
            words.get("close-title"),
            about,
            (words.get(stay), Message::Closing(false)),
            (words.get("close-go"), Message::Closing(true)),
        )
    }

    fn page(&self, room: Room) -> Element<'_, Message> {
        colors::draw_with(self.contrast);
        let words = &self.words;
        match &self.stage {
            _ if self.closing.is_some() => self.closing_question(),
            Stage::Opening => space().into(),
            Stage::FirstRun(screen) => screen.view(words).map(Message::FirstRun),
            Stage::Login(screen) | Stage::Locked(_, screen) => screen.view(words, room).map(Message::Login),
            Stage::Desk(desk) => {
                let address = desk.address();
                desk.view(words, self.start.env.now_ms(), room).map(move |message| Message::Desk(address, message))
            }
            Stage::Broken(trouble) => ui::sheet(560.0, ui::body(trouble.sentence(words))),
        }
    }
}

/// What a task answers goes to the desk that asked, and to the page that stands there now.
fn addressed(desk: &Desk, task: Task<desk::Message>) -> Task<Message> {
    let address = desk.address();
    task.map(move |message| Message::Desk(address, message))
}

/// How the desk was left the last time.
fn remembered<T: FromStr>(dir: &Path, file: &str) -> Option<T> {
    std::fs::read_to_string(dir.join(file)).ok()?.trim().parse().ok()
}

fn system_lang() -> Lang {
    let set =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match set {
        Some(locale) if locale.starts_with("hi") => Lang::Hi,
        _ => Lang::En,
    }
}
