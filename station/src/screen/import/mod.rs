//! Children and doses from the files of a register or of another program: tried first, with a word for each line, then
//! taken as they were tried.

mod view;
mod work;

use super::long::Running;
use super::papers;
use super::plugged::{self, Offers};
use super::{Hands, Now, blocking};
use crate::import_files::{Template, template};
use crate::paper::{PaperError, save};
use crate::ui::list::{List, Scrolled};
use crate::ui::{Banner, Element, Press, SETTLE_MS, Trouble, focus};
use crate::words::Words;
use clinic::import::{Options, Outcome, Progress, What};
use clinic::store::Keep;
use hub_protocol::ChildId;
use iced::Task;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use work::{Alike, Files, Told, Wrong};

const CHILDREN: &str = "import-children";
/// Four lines of why a line is not taken.
const ROW_HEIGHT: f32 = 76.0;

pub struct Import {
    children: String,
    doses: String,
    /// Files on sticks; each of the two may be one of them.
    files: Offers,
    options: Options,
    running: Option<(Running<Progress>, Keep)>,
    wrong: Option<Wrong>,
    told: Option<Shown>,
}

/// What became of the lines, and what a person makes of it.
struct Shown {
    told: Arc<Told>,
    answers: Answers,
    /// Only what was not taken.
    open_only: bool,
    /// Places of the outcomes that are shown.
    rows: Vec<usize>,
    list: List,
    alike: Option<Box<Alike>>,
    /// Since when it can be seen.
    alike_ms: u64,
}

/// What a person said of lines that look like registered children, by the line of the file of children.
#[derive(Debug, Clone, Default)]
pub struct Answers(BTreeMap<usize, Answer>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Same(ChildId),
    /// None of those it looks like.
    Other,
}

impl Answer {
    /// As it stands in the column `decision` beside this child.
    fn word(self, child: ChildId) -> &'static str {
        match self {
            Self::Same(same) if same == child => "same",
            Self::Same(_) => "",
            Self::Other => "other",
        }
    }
}

impl Answers {
    fn of(&self, outcome: &Outcome) -> Option<Answer> {
        let asked = matches!(outcome.what, What::LooksLike(_));
        self.0.get(&outcome.line).copied().filter(|_| asked)
    }
}

#[derive(Clone)]
pub enum Message {
    Children(String),
    Doses(String),
    Files(plugged::Message),
    FullToList,
    Proof(String),
    Reason(String),
    /// Empty files to be filled.
    Empty,
    Emptied(Result<PathBuf, Trouble>),
    Try,
    Take,
    Heard(Progress),
    Stop,
    Done(Result<Arc<Told>, Wrong>),
    Show(bool),
    Scrolled(Scrolled),
    Choose(usize),
    Alike(Result<Box<Alike>, Trouble>),
    Answer(Option<Answer>),
    Report,
    Reported(Result<PathBuf, Trouble>),
    ToFiles,
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Say(Banner),
    Trouble(Trouble),
    Back,
}

impl Import {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let files = Offers::new(plugged::Wanted::File("csv"));
        let look = files.look(&hands.plugged).map(Message::Files);
        let screen = Self {
            children: String::new(),
            doses: String::new(),
            files,
            options: Options::default(),
            running: None,
            wrong: None,
            told: None,
        };
        (screen, Task::batch([focus(CHILDREN), look]))
    }

    /// Would something be lost that somebody said or waited for, or be cut off?
    pub fn has_input(&self) -> bool {
        self.running.is_some() || self.told.as_ref().is_some_and(|shown| shown.told.keep == Keep::No)
    }

    /// Of the lines that were shown some are answered.
    pub fn has_answers(&self) -> bool {
        self.told.as_ref().is_some_and(|shown| shown.told.keep == Keep::No && !shown.answers.0.is_empty())
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Children(typed) => self.children = typed,
            Message::Doses(typed) => self.doses = typed,
            Message::Files(message) => {
                return Action::Run(self.files.update(message, &hands.plugged).map(Message::Files));
            }
            Message::FullToList => self.options.full_to_list = !self.options.full_to_list,
            Message::Proof(typed) => self.options.proof = typed,
            Message::Reason(typed) => self.options.reason = typed,
            Message::Empty => return Action::Run(empty(hands)),
            Message::Emptied(Ok(path)) | Message::Reported(Ok(path)) => {
                let args = [("path", path.display().to_string().into())];
                return Action::Say(Banner::good(words.with("bring-file-saved", &args)));
            }
            Message::Emptied(Err(trouble)) | Message::Reported(Err(trouble)) => return Action::Trouble(trouble),
            Message::Try => return self.try_them(hands, words),
            Message::Take => return self.take(hands, words),
            Message::Heard(progress) => {
                if let Some((running, _)) = &mut self.running {
                    running.hear(progress);
                }
                return Action::None;
            }
            Message::Stop => {
                if let Some((running, _)) = &self.running {
                    running.stop();
                }
                return Action::None;
            }
            Message::Done(outcome) => {
                self.running = None;
                match outcome {
                    Ok(told) => return self.show(told, hands),
                    Err(wrong) => self.wrong = Some(wrong),
                }
                return Action::None;
            }
            Message::ToFiles => {
                self.told = None;
                return Action::Run(focus(CHILDREN));
            }
            Message::Back => return Action::Back,
            message => return self.update_shown(message, hands, words),
        }
        self.wrong = None;
        Action::None
    }

    fn update_shown(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        let Some(shown) = &mut self.told else { return Action::None };
        match message {
            Message::Show(open_only) => {
                shown.show(open_only);
                return Action::Run(Task::batch([shown.list.reset(), shown.read_alike(hands)]));
            }
            Message::Scrolled(to) => shown.list.scrolled(to),
            Message::Choose(n) => {
                shown.list.chosen = n;
                return Action::Run(shown.read_alike(hands));
            }
            Message::Alike(Ok(alike)) => {
                shown.alike = Some(alike);
                shown.alike_ms = hands.clinic.env().now_ms();
            }
            Message::Alike(Err(trouble)) => return Action::Trouble(trouble),
            Message::Answer(Some(_)) if !shown.is_seen(hands) => {}
            Message::Answer(answer) => return Action::Run(shown.answer(answer, hands)),
            Message::Report => {
                let (told, answers, lang) = (shown.told.clone(), shown.answers.clone(), words.lang());
                let now_ms = hands.clinic.env().now_ms();
                let save = move || told.save(&answers, &Words::new(lang), now_ms);
                return Action::Run(blocking(save, Message::Reported));
            }
            _ => {}
        }
        Action::None
    }

    fn try_them(&mut self, hands: &Hands, words: &Words) -> Action {
        if self.running.is_some() || (self.children.trim().is_empty() && self.doses.trim().is_empty()) {
            return Action::None;
        }
        let (children, doses) = (self.children.clone(), self.doses.clone());
        let options = Options { same: words.get("import-same-note"), ..self.options.clone() };
        let files = move || Files::read(&children, &doses, options).map(Arc::new);
        self.run(files, None, Keep::No, hands)
    }

    fn take(&mut self, hands: &Hands, words: &Words) -> Action {
        let Some(shown) = &self.told else { return Action::None };
        if self.running.is_some() || !shown.may_take() {
            return Action::None;
        }
        let files = shown.told.files.clone();
        match shown.told.decisions(&shown.answers, words) {
            Ok(decisions) => self.run(move || Ok(files), Some(decisions), Keep::Yes, hands),
            Err(trouble) => Action::Trouble(trouble),
        }
    }

    fn run(
        &mut self,
        files: impl FnOnce() -> Result<Arc<Files>, Wrong> + Send + 'static,
        decisions: Option<Vec<u8>>,
        keep: Keep,
        hands: &Hands,
    ) -> Action {
        let hands = hands.clone();
        let (running, task) = Running::begin(
            move |stop, teller| {
                let told = files().and_then(|files| files.run(&hands, decisions.as_deref(), keep, stop, teller));
                Ok(told.map(Arc::new))
            },
            Message::Heard,
            |done| Message::Done(done.unwrap_or_else(|trouble| Err(trouble.into()))),
        );
        self.wrong = None;
        self.running = Some((running, keep));
        Action::Run(task)
    }

    fn show(&mut self, told: Arc<Told>, hands: &Hands) -> Action {
        let list = List::new("import-lines", ROW_HEIGHT);
        let answers = Answers::default();
        let mut shown = Shown { told, answers, open_only: true, rows: Vec::new(), list, alike: None, alike_ms: 0 };
        shown.show(shown.told.outcomes.iter().any(|outcome| outcome.what.taken().is_none()));
        let read = shown.read_alike(hands);
        self.told = Some(shown);
        Action::Run(read)
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        if self.running.is_some() {
            return Action::None;
        }
        let Some(shown) = &mut self.told else {
            return match press {
                Press::Enter => self.try_them(hands, words),
                Press::Escape => Action::Back,
                _ => Action::None,
            };
        };
        if let Some(task) = shown.list.press(press, shown.rows.len()) {
            return Action::Run(Task::batch([task, shown.read_alike(hands)]));
        }
        match press {
            Press::Enter | Press::Letter('A') if !shown.is_seen(hands) => Action::None,
            Press::Enter => match shown.chosen_alike() {
                [one] => {
                    let same = Answer::Same(*one);
                    Action::Run(shown.answer(Some(same), hands))
                }
                _ => Action::None,
            },
            Press::Letter('A') if !shown.chosen_alike().is_empty() => {
                Action::Run(shown.answer(Some(Answer::Other), hands))
            }
            Press::Letter('T') => self.take(hands, words),
            Press::Letter('R') => self.update(Message::Report, hands, words),
            Press::Escape => self.update(Message::ToFiles, hands, words),
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        match (&self.running, &self.told) {
            (Some((running, keep)), _) => view::running(running, *keep, now.words),
            (None, Some(shown)) => shown.view(now),
            (None, None) => self.files(now.words),
        }
    }
}

impl Shown {
    fn show(&mut self, open_only: bool) {
        self.open_only = open_only;
        let outcomes = self.told.outcomes.iter().enumerate();
        let wanted = outcomes.filter(|(_, outcome)| !open_only || outcome.what.taken().is_none());
        self.rows = wanted.map(|(at, _)| at).collect();
        self.list.chosen = 0;
    }

    fn chosen(&self) -> Option<&Outcome> {
        self.told.outcomes.get(*self.rows.get(self.list.chosen)?)
    }

    /// Whom the chosen line looks like, while that can still be decided.
    fn chosen_alike(&self) -> &[ChildId] {
        match self.chosen().map(|outcome| &outcome.what) {
            Some(What::LooksLike(alike)) if self.told.keep == Keep::No => alike,
            _ => &[],
        }
    }

    /// The person had time to see whom the chosen line looks like: what is answered is about nobody else.
    fn is_seen(&self, hands: &Hands) -> bool {
        let line = self.chosen().map(|outcome| outcome.line);
        let is_shown = self.alike.as_ref().is_some_and(|alike| line == Some(alike.line));
        is_shown && hands.clinic.env().now_ms().abs_diff(self.alike_ms) >= SETTLE_MS
    }

    /// It was only tried so far, to the end, and something would be done.
    fn may_take(&self) -> bool {
        let taken = |outcome: &Outcome| outcome.what.taken().is_some() || self.answers.of(outcome).is_some();
        self.told.keep == Keep::No && self.told.left.is_none() && self.told.outcomes.iter().any(taken)
    }

    fn read_alike(&self, hands: &Hands) -> Task<Message> {
        let Some(outcome) = self.chosen().filter(|outcome| matches!(outcome.what, What::LooksLike(_))) else {
            return Task::none();
        };
        let (files, outcome, hands) = (self.told.files.clone(), outcome.clone(), hands.clone());
        blocking(move || Ok(Box::new(files.alike(&hands, &outcome)?)), Message::Alike)
    }

    /// The chosen line is answered; the next one that waits for an answer is chosen.
    fn answer(&mut self, answer: Option<Answer>, hands: &Hands) -> Task<Message> {
        let Some(line) = self.chosen().map(|outcome| outcome.line) else { return Task::none() };
        match answer {
            Some(answer) => drop(self.answers.0.insert(line, answer)),
            None => {
                let _taken_back = self.answers.0.remove(&line);
                return Task::none();
            }
        }
        let waits = |at: &usize| {
            let outcome = &self.told.outcomes[*at];
            matches!(outcome.what, What::LooksLike(_)) && self.answers.of(outcome).is_none()
        };
        let Some(next) = self.rows.iter().position(waits) else { return Task::none() };
        let move_to = self.list.choose(next);
        Task::batch([move_to, self.read_alike(hands)])
    }
}

/// Puts an empty file of each kind into the clinic's folder of papers, unless somebody keeps one there already.
fn empty(hands: &Hands) -> Task<Message> {
    let folder = hands.clinic.dir().join(papers::FOLDER);
    let make = move || {
        std::fs::create_dir_all(&folder).map_err(PaperError::Write)?;
        let mut path = PathBuf::new();
        for (which, name) in [(Template::Doses, "doses.csv"), (Template::Children, "children.csv")] {
            path = folder.join(name);
            if !path.exists() {
                save(&path, &template(which).map_err(PaperError::Write)?)?;
            }
        }
        Ok(path)
    };
    blocking(make, Message::Emptied)
}
