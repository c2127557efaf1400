//! A paper before it is made: which one, in which language, and whether it is printed, saved or looked at. Every page
//! that has papers opens this one.

use super::plugged::{self, Offers};
use super::{Hands, Now, beside};
use crate::fonts::Fonts;
use crate::paper::out::{Printers, Programs};
use crate::paper::text::Typesetter;
use crate::paper::wanted::{Wanted, make};
use crate::paper::{Languages, PaperError, Step, save};
use crate::ui::choice::{choice, short_choice};
use crate::ui::theme::{self, RING, gap};
use crate::ui::{self, Banner, Button, Element, Icon, Look, Press, Trouble, field, focus, note};
use crate::words::{Lang, Words};
use iced::futures::{Stream, StreamExt, stream};
use iced::widget::{Row, column, container, row};
use iced::{Length, Task};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// Where papers are put when nobody says otherwise, in the clinic's folder.
pub const FOLDER: &str = "papers";
const WIDTH: f32 = 680.0;
/// In a lower window not all of it is seen at once.
const WHOLE_HEIGHT: f32 = 740.0;
const PRINT: &str = "papers-print";
const SAVE: &str = "papers-save";

pub struct Papers {
    /// At least one.
    offered: Vec<Wanted>,
    /// The child whose they are.
    child: Option<String>,
    chosen: usize,
    languages: Languages,
    programs: Programs,
    /// Until the system has answered.
    printers: Option<Result<Printers, Trouble>>,
    printer: Option<String>,
    to: String,
    sticks: Offers,
    busy: bool,
    /// How far it is.
    step: Option<Step>,
    /// Whoever left this page wants no paper any more.
    stopped: Arc<AtomicBool>,
    trouble: Option<Trouble>,
}

impl Drop for Papers {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

#[derive(Debug, Clone)]
pub enum Message {
    Printers(Result<Printers, Trouble>),
    Choose(usize),
    In(Languages),
    Printer(String),
    To(String),
    Sticks(plugged::Message),
    Print,
    Save,
    Look,
    Step(Step),
    Done(Result<Done, Trouble>),
    Close,
}

#[derive(Debug, Clone)]
pub enum Done {
    Printed(String),
    Saved(PathBuf),
    /// Nobody wanted it any more.
    Stopped,
}

pub enum Action {
    None,
    Run(Task<Message>),
    /// It is made, and this page is over.
    Said(Banner),
    Close,
}

/// Where the paper goes.
enum Way {
    Print(String),
    Save(PathBuf),
    Look(PathBuf),
}

impl Papers {
    /// Of several papers the first is the one that is meant most often. `None`: this person may have none of them.
    pub fn new(
        offered: Vec<Wanted>,
        child: Option<String>,
        hands: &Hands,
        programs: Programs,
        lang: Lang,
    ) -> Option<(Self, Task<Message>)> {
        let offered: Vec<Wanted> = offered.into_iter().filter(|wanted| wanted.is_for(&hands.session)).collect();
        let languages = match (offered.first()?, lang) {
            // The family reads its own language, an office elsewhere reads English.
            (Wanted::Certificate(_), Lang::Hi) => Languages::Both,
            (_, lang) => lang.into(),
        };
        let mut papers = Self {
            offered,
            child,
            chosen: 0,
            languages,
            programs: programs.clone(),
            printers: None,
            printer: None,
            to: String::new(),
            sticks: Offers::new(plugged::Wanted::Stick),
            busy: false,
            step: None,
            stopped: Arc::default(),
            trouble: None,
        };
        papers.to = papers.file_name(hands);
        let ask = async move { programs.printers().await.map_err(Trouble::from) };
        let look = papers.sticks.look(&hands.plugged).map(Message::Sticks);
        Some((papers, Task::batch([Task::perform(ask, Message::Printers), look])))
    }

    /// A paper is being made: whoever leaves stops it.
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// The child's name, so that nobody prints the paper of another.
    pub fn whose(&self, words: &Words) -> Option<String> {
        match self.wanted() {
            Wanted::Certificate(data) => Some(words.child_name(&data.page.child.name, &data.page.child.mother)),
            _ => self.child.clone(),
        }
    }

    fn wanted(&self) -> &Wanted {
        &self.offered[self.chosen.min(self.offered.len() - 1)]
    }

    fn file_name(&self, hands: &Hands) -> String {
        self.wanted().file_name(clinic::date::india(hands.clinic.env().now_ms()))
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Printers(printers) => {
                self.printer = printers.as_ref().ok().and_then(|printers| printers.usual.clone());
                self.printers = Some(printers);
                return Action::Run(focus(if self.printer.is_some() { PRINT } else { SAVE }));
            }
            Message::Choose(n) => {
                let untouched = self.to == self.file_name(hands);
                self.chosen = n;
                self.trouble = None;
                if untouched {
                    self.to = self.file_name(hands);
                }
            }
            Message::In(languages) => self.languages = languages,
            Message::Printer(name) => self.printer = Some(name),
            Message::To(typed) => self.to = typed,
            Message::Sticks(message) => {
                return Action::Run(self.sticks.update(message, &hands.plugged).map(Message::Sticks));
            }
            Message::Print => {
                if let Some(printer) = self.printer.clone().filter(|_| self.wanted().is_paper()) {
                    return self.make(Way::Print(printer), hands);
                }
            }
            Message::Save => {
                if let Some(path) = self.path(hands) {
                    return self.make(Way::Save(path), hands);
                }
            }
            // The viewer needs a file: it is the clinic's own copy, wherever another one is saved.
            Message::Look => return self.make(Way::Look(folder(hands).join(self.file_name(hands))), hands),
            Message::Step(step) => self.step = Some(step),
            Message::Done(Ok(Done::Stopped)) => {}
            Message::Done(Ok(done)) => return Action::Said(Banner::good(done.said(words))),
            Message::Done(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Close => return Action::Close,
        }
        Action::None
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        match press {
            Press::Escape => Action::Close,
            Press::Letter('P') => self.update(Message::Print, hands, words),
            Press::Letter('S') => self.update(Message::Save, hands, words),
            Press::Letter('L') => self.update(Message::Look, hands, words),
            _ => Action::None,
        }
    }

    /// What was typed: a name alone is in the clinic's folder; in another folder the file gets its own name.
    fn path(&self, hands: &Hands) -> Option<PathBuf> {
        let typed = self.to.trim();
        let path = folder(hands).join(typed);
        let path = if path.is_dir() { path.join(self.file_name(hands)) } else { path };
        (!typed.is_empty()).then_some(path)
    }

    fn make(&mut self, way: Way, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        self.busy = true;
        self.step = None;
        self.trouble = None;
        let (hands, wanted, languages) = (hands.clone(), self.wanted().clone(), self.languages);
        let (programs, folder) = (self.programs.clone(), folder(&hands));
        let stopped = Arc::clone(&self.stopped);
        let unwanted = Arc::clone(&self.stopped);
        let (tell, told) = watch::channel(None);
        let watched = move |step| {
            let _before = tell.send_replace(Some(step));
            if unwanted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let work = async move {
            let drawn = beside(move || {
                let fonts = Fonts::load().map_err(|_| PaperError::Font)?;
                let setter = Typesetter::new(&fonts)?.watched(watched);
                Ok(make(&hands.clinic, &hands.session, &wanted, &setter, languages)?)
            });
            let pdf = drawn.await?;
            if stopped.load(Ordering::Relaxed) {
                return Ok(Done::Stopped);
            }
            match way {
                Way::Print(printer) => {
                    programs.print(&printer, pdf).await?;
                    Ok(Done::Printed(printer))
                }
                Way::Save(path) => Ok(Done::Saved(keep(path, pdf, folder).await?)),
                Way::Look(path) => {
                    let path = keep(path, pdf, folder).await?;
                    programs.show(&path);
                    Ok(Done::Saved(path))
                }
            }
        };
        Action::Run(Task::batch([Task::perform(work, Message::Done), Task::stream(news(told)).map(Message::Step)]))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let title = match self.whose(words) {
            Some(name) => words.with("papers-title-of", &[("name", name.into())]),
            None => words.get("papers-title"),
        };
        let mut all = column![].spacing(gap(4));
        let names = self.offered.iter().map(|wanted| name(wanted, words));
        all = match self.offered.len() {
            1 => names.fold(all, |all, name| all.push(ui::bold(name))),
            _ => {
                let choices =
                    names.enumerate().map(|(n, name)| choice(name, None, self.chosen == n, Message::Choose(n)));
                all.push(ui::stack(choices))
            }
        };
        if self.wanted().is_paper() {
            all = all.push(self.languages(words));
            all = all.push(ui::labelled(words.get("papers-printer"), self.printers(words)));
        }
        let to = field(words.get("papers-to"), &self.to, Message::To).on_enter(Message::Save);
        all = all.push(Element::from(to.hint(words.get("papers-to-hint"))));
        all = all.push(self.sticks.view(words, Message::To, Message::Sticks));
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let working = self.busy.then(|| {
            ui::working(match self.step {
                None => words.get("papers-making"),
                Some(Step::Lines { done, of }) => {
                    words.with("papers-making-lines", &[("done", done.into()), ("of", of.into())])
                }
                Some(Step::Page(page)) => words.with("papers-making-page", &[("page", page.into())]),
            })
        });
        let end = column![ui::above(trouble.into_iter().collect())].push(working).push(self.buttons(words));
        let (title, end) = (ui::title(title), end.spacing(gap(1)));
        let sheet = |content: Element<'a, Message>, around| {
            let sheet = container(content).max_width(WIDTH).padding(around).style(theme::card);
            container(sheet).center_x(Length::Fill)
        };
        if now.room.size.height < WHOLE_HEIGHT {
            // Whose paper it is, and what can be done with it, stay in sight.
            let all = ui::scroll(container(all).padding(RING)).height(Length::Fill);
            return sheet(column![title, all, end].spacing(gap(1)).into(), gap(3)).height(Length::Fill).into();
        }
        let all = sheet(column![title, all, end].spacing(gap(4)).into(), gap(6));
        ui::scroll(all).width(Length::Fill).height(Length::Fill).into()
    }

    fn languages<'a>(&'a self, words: &Words) -> Element<'a, Message> {
        let all =
            [(Languages::En, "papers-english"), (Languages::Hi, "papers-hindi"), (Languages::Both, "papers-both")];
        let all = all.map(|(which, key)| short_choice(words.get(key), self.languages == which, Message::In(which)));
        ui::labelled(words.get("papers-language"), choices(all))
    }

    fn printers<'a>(&'a self, words: &Words) -> Element<'a, Message> {
        match &self.printers {
            None => ui::working(words.get("papers-printers-asked")),
            Some(Err(trouble)) => note(Look::Wait, trouble.sentence(words)),
            Some(Ok(printers)) if printers.names.is_empty() => note(Look::Wait, words.get("papers-no-printer")),
            Some(Ok(printers)) => choices(printers.names.iter().map(|name| {
                let chosen = self.printer.as_ref() == Some(name);
                short_choice(name.clone(), chosen, Message::Printer(name.clone()))
            })),
        }
    }

    fn buttons<'a>(&'a self, words: &Words) -> Element<'a, Message> {
        // Nothing else can be done while a paper is made.
        if self.busy {
            return Button::quiet(words.get("papers-stop"), Some(Message::Close)).key("Esc").into();
        }
        let print = Button::primary(
            words.get("papers-print"),
            (self.printer.is_some() && self.wanted().is_paper()).then_some(Message::Print),
        );
        let save = Button::secondary(words.get("papers-save"), (!self.to.trim().is_empty()).then_some(Message::Save));
        row![
            print.icon(Icon::Paper).key("P").id(PRINT),
            save.key("S").id(SAVE),
            Button::secondary(words.get("papers-look"), Some(Message::Look)).key("L"),
            Button::quiet(words.get("shell-cancel"), Some(Message::Close)).key("Esc"),
        ]
        .spacing(gap(3))
        .align_y(iced::Center)
        .wrap()
        .vertical_spacing(gap(2))
        .into()
    }
}

impl Done {
    fn said(&self, words: &Words) -> String {
        match self {
            Self::Printed(printer) => words.with("papers-printed", &[("printer", printer.into())]),
            Self::Stopped => String::new(),
            Self::Saved(path) => words.with("papers-saved", &[("path", path.display().to_string().into())]),
        }
    }
}

/// The newest word of how far it is, until it is made.
fn news(told: watch::Receiver<Option<Step>>) -> impl Stream<Item = Step> {
    stream::unfold(told, async |mut told| {
        told.changed().await.ok()?;
        let step = *told.borrow_and_update();
        Some((step, told))
    })
    .filter_map(async |step| step)
}

fn folder(hands: &Hands) -> PathBuf {
    hands.clinic.dir().join(FOLDER)
}

fn choices<'a>(all: impl IntoIterator<Item = Element<'a, Message>>) -> Element<'a, Message> {
    Row::with_children(all).spacing(gap(2)).wrap().vertical_spacing(gap(2)).into()
}

/// What it is, and of which time.
fn name(wanted: &Wanted, words: &Words) -> String {
    let title = words.get(wanted.title());
    match (wanted, wanted.days()) {
        (Wanted::Certificate(data), _) => format!("{title} {}", data.no),
        (_, Some(days)) => format!("{title}, {} – {}", words.day(*days.start()), words.day(*days.end())),
        (_, None) => title,
    }
}

/// The clinic's own folder is made when it is missing, another is not: it may be of a stick that is not there. Gives
/// the name that the file got: a paper of one child never replaces the paper of another.
async fn keep(path: PathBuf, pdf: Vec<u8>, folder: PathBuf) -> Result<PathBuf, Trouble> {
    let work = move || {
        if path.parent() == Some(&folder) {
            std::fs::create_dir_all(&folder).map_err(PaperError::Write)?;
        }
        let path = free(path);
        save(&path, &pdf)?;
        Ok(path)
    };
    beside(work).await
}

/// `slip-2.pdf` where another file is `slip.pdf`.
fn free(path: PathBuf) -> PathBuf {
    let numbered = |n: u32| {
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{n}"));
        if let Some(kind) = path.extension() {
            name.push(".");
            name.push(kind);
        }
        path.with_file_name(name)
    };
    if !path.exists() {
        return path;
    }
    (2..).map(numbered).find(|path| !path.exists()).unwrap_or(path)
}
