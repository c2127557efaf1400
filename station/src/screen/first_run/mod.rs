//! An empty folder becomes a clinic: its name and schedule, the first three people, the recovery key on
//! paper, and the district. No default password exists anywhere.

mod person;
mod restore;
mod view;

use super::blocking;
use crate::live::{Live, StartHub};
use crate::plugged::Plugged;
use crate::ui::{Press, Trouble, focus};
use crate::words::Lang;
use clinic::record::limits::NAME_MAX_CHARS;
use clinic::record::refusal::Field;
use clinic::record::role::Role;
use clinic::record::text;
use clinic::store::{Founding, RecoveryKey, found};
use clinic::{Clinic, Env, Session};
use iced::Task;
use person::Person;
use restore::Restore;
use std::path::PathBuf;

const CLINIC: &str = "first-run-clinic";
const TYPED_KEY: &str = "first-run-typed-key";
const LINK: &str = "first-run-link";
/// Symbols of one group of the printed key.
const GROUP: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Language,
    Clinic,
    SuperAdmin,
    Key,
    KeyBack,
    Admin,
    Worker,
    District,
    Done,
    /// Instead of all of these: the clinic comes from a backup.
    Restore,
}

impl Page {
    /// Those that are counted as steps.
    const STEPS: [Self; 8] = [
        Self::Language,
        Self::Clinic,
        Self::SuperAdmin,
        Self::Key,
        Self::KeyBack,
        Self::Admin,
        Self::Worker,
        Self::District,
    ];

    fn step(self) -> usize {
        Self::STEPS.iter().position(|page| *page == self).unwrap_or(Self::STEPS.len())
    }
}

pub struct FirstRun {
    dir: PathBuf,
    env: Env,
    start_hub: StartHub,
    plugged: Plugged,
    page: Page,
    clinic_name: String,
    schedule: Option<&'static str>,
    je_endemic: Option<bool>,
    super_admin: Person,
    admin: Person,
    worker: Person,
    recovery: Option<RecoveryKey>,
    typed_key: String,
    link: String,
    restore: Restore,
    busy: bool,
    trouble: Option<Trouble>,
    /// What a page still lacks, as the key of the words that say it.
    lacks: Option<&'static str>,
    founded: Option<Founded>,
}

struct Founded {
    clinic: Clinic,
    session: Session,
    live: Option<Live>,
}

#[derive(Clone)]
pub enum Message {
    Lang(Lang),
    Clinic(String),
    Schedule(&'static str),
    Endemic(bool),
    Person(person::Message),
    TypedKey(String),
    Link(String),
    Forward,
    Back,
    Founded(Result<(Clinic, Session), Trouble>),
    Hub(Result<Live, Trouble>),
    Enrolled(Result<(), Trouble>),
    /// Without a district for now.
    Later,
    /// There is a backup.
    ToRestore,
    Restore(restore::Message),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Lang(Lang),
    /// Everybody can log in now.
    Done(Clinic, Option<Live>),
    /// The clinic of a backup is in the folder.
    Restored,
}

/// How a group of the typed key compares with the printed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Open,
    Right,
    Wrong,
}

impl FirstRun {
    pub fn new(dir: PathBuf, env: Env, start_hub: StartHub, plugged: Plugged) -> Self {
        Self {
            dir,
            env,
            start_hub,
            plugged,
            page: Page::Language,
            clinic_name: String::new(),
            schedule: None,
            je_endemic: None,
            super_admin: Person::default(),
            admin: Person::default(),
            worker: Person::default(),
            recovery: None,
            typed_key: String::new(),
            link: String::new(),
            restore: Restore::default(),
            busy: false,
            trouble: None,
            lacks: None,
            founded: None,
        }
    }

    /// Would something that was typed be lost?
    pub fn has_input(&self) -> bool {
        self.restore.has_input() || self.founded.is_none() && !self.clinic_name.trim().is_empty()
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Lang(lang) => return Action::Lang(lang),
            Message::Clinic(typed) => {
                self.clinic_name = typed;
                self.trouble = None;
            }
            Message::Schedule(id) => self.schedule = Some(id),
            Message::Endemic(endemic) => self.je_endemic = Some(endemic),
            Message::Person(message) => {
                if let Some(person) = self.person_mut() {
                    person.update(message);
                }
            }
            Message::TypedKey(typed) => self.typed_key = typed,
            Message::Link(typed) => self.link = typed,
            Message::Forward => return self.forward(),
            Message::Back => return self.back(),
            Message::Founded(Ok((clinic, session))) => {
                self.busy = false;
                self.founded = Some(Founded { clinic: clinic.clone(), session, live: None });
                let hub = Task::perform((self.start_hub)(clinic), |hub| Message::Hub(hub.map_err(Trouble::from)));
                let Action::Run(open) = self.open(Page::District) else { return Action::Run(hub) };
                return Action::Run(Task::batch([open, hub]));
            }
            Message::Founded(Err(trouble)) | Message::Enrolled(Err(trouble)) | Message::Hub(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Hub(Ok(live)) => {
                if let Some(founded) = &mut self.founded {
                    founded.live = Some(live);
                }
            }
            Message::Enrolled(Ok(())) => {
                self.busy = false;
                return self.open(Page::Done);
            }
            Message::Later if self.page == Page::District && !self.busy => return self.open(Page::Done),
            Message::Later => {}
            Message::ToRestore => return self.open(Page::Restore),
            Message::Restore(message) => {
                return Action::Run(self.restore.update(message, &self.plugged).map(Message::Restore));
            }
        }
        Action::None
    }

    pub fn press(&mut self, press: Press) -> Action {
        match press {
            Press::Enter => self.forward(),
            Press::Escape => self.back(),
            Press::Letter('R') if self.page == Page::Language => self.open(Page::Restore),
            _ => Action::None,
        }
    }

    fn person_mut(&mut self) -> Option<&mut Person> {
        match self.page {
            Page::SuperAdmin => Some(&mut self.super_admin),
            Page::Admin => Some(&mut self.admin),
            Page::Worker => Some(&mut self.worker),
            _ => None,
        }
    }

    /// Shows a page, with the focus in its first field.
    fn open(&mut self, page: Page) -> Action {
        self.page = page;
        self.trouble = None;
        self.lacks = None;
        let first = match page {
            Page::Clinic => CLINIC,
            Page::SuperAdmin | Page::Admin | Page::Worker => person::NAME,
            Page::KeyBack => TYPED_KEY,
            Page::District => LINK,
            Page::Restore => restore::FILE,
            Page::Language | Page::Key | Page::Done => return Action::None,
        };
        let look = match page {
            Page::Restore => self.restore.look(&self.plugged).map(Message::Restore),
            _ => Task::none(),
        };
        Action::Run(Task::batch([focus(first), look]))
    }

    fn back(&mut self) -> Action {
        if self.busy {
            return Action::None;
        }
        match self.page {
            Page::Language | Page::District | Page::Done => Action::None,
            Page::Restore if self.restore.is_running() || self.restore.is_done() => Action::None,
            Page::Restore => self.open(Page::Language),
            page => self.open(Page::STEPS[page.step().saturating_sub(1)]),
        }
    }

    fn forward(&mut self) -> Action {
        if self.busy {
            return Action::None;
        }
        self.trouble = None;
        self.lacks = None;
        match self.page {
            Page::Language => self.open(Page::Clinic),
            Page::Clinic => self.clinic_page(),
            Page::SuperAdmin => match self.super_admin.check(Role::SuperAdmin, &[]) {
                true => self.key_page(),
                false => Action::None,
            },
            Page::Key => self.open(Page::KeyBack),
            Page::KeyBack if self.key_is_right() => self.open(Page::Admin),
            Page::KeyBack => {
                self.lacks = Some("first-run-key-not-yet");
                Action::None
            }
            Page::Admin => match self.admin.check(Role::Admin, &[&self.super_admin]) {
                true => self.open(Page::Worker),
                false => Action::None,
            },
            Page::Worker => match self.worker.check(Role::PhcWorker, &[&self.super_admin, &self.admin]) {
                true => self.found(),
                false => Action::None,
            },
            Page::District => self.enrol(),
            Page::Restore if self.restore.is_done() => Action::Restored,
            Page::Restore => Action::Run(self.restore.begin(&self.dir, &self.env).map(Message::Restore)),
            Page::Done => match self.founded.take() {
                Some(founded) => Action::Done(founded.clinic, founded.live),
                None => Action::None,
            },
        }
    }

    fn clinic_page(&mut self) -> Action {
        if let Err(refusal) = text::name(Field::ClinicName, &self.clinic_name, NAME_MAX_CHARS) {
            self.trouble = Some(refusal.into());
            return Action::Run(focus(CLINIC));
        }
        self.lacks = match (self.schedule, self.je_endemic) {
            (None, _) => Some("first-run-choose-schedule"),
            (_, None) => Some("first-run-choose-endemic"),
            (Some(_), Some(_)) => return self.open(Page::SuperAdmin),
        };
        Action::None
    }

    fn key_page(&mut self) -> Action {
        if self.recovery.is_none() {
            match RecoveryKey::generate(&self.env) {
                Ok(key) => self.recovery = Some(key),
                Err(error) => {
                    self.trouble = Some(clinic::store::OpenError::from(error).into());
                    return Action::None;
                }
            }
        }
        self.open(Page::Key)
    }

    /// The printed key, group by group, with how far it was typed back rightly.
    fn groups(&self) -> Vec<(String, Group)> {
        let Some(key) = &self.recovery else { return Vec::new() };
        let typed: Vec<char> = self.typed_key.chars().filter_map(symbol).collect();
        let printed = key.printed();
        let compare = |(n, group): (usize, &str)| {
            let typed: String = typed.iter().skip(n * GROUP).take(GROUP).collect();
            let state = match typed.len() {
                GROUP if typed == group => Group::Right,
                _ if group.starts_with(&typed) => Group::Open,
                _ => Group::Wrong,
            };
            (group.to_owned(), state)
        };
        printed.split('-').enumerate().map(compare).collect()
    }

    fn key_is_right(&self) -> bool {
        let typed = RecoveryKey::typed(&self.typed_key).map(|key| key.printed());
        self.recovery.as_ref().is_some_and(|key| typed.as_ref() == Ok(&key.printed()))
    }

    fn found(&mut self) -> Action {
        let (Some(schedule), Some(je_endemic), Some(recovery)) =
            (self.schedule, self.je_endemic, self.recovery.clone())
        else {
            return self.open(Page::Clinic);
        };
        self.busy = true;
        let founding = Founding {
            clinic: self.clinic_name.clone(),
            schedule: schedule.to_owned(),
            je_endemic,
            super_admin: self.super_admin.new_person(),
            admin: self.admin.new_person(),
            worker: self.worker.new_person(),
            recovery,
            demo: false,
        };
        let (dir, env) = (self.dir.clone(), self.env.clone());
        let work = move || {
            let clinic = found(&dir, &founding, env)?;
            let session = clinic.login(&founding.super_admin.login, &founding.super_admin.password)?;
            Ok((clinic, session))
        };
        Action::Run(blocking(work, Message::Founded))
    }

    fn enrol(&mut self) -> Action {
        if self.link.trim().is_empty() {
            self.lacks = Some("first-run-link-missing");
            return Action::None;
        }
        let Some(Founded { session, live, .. }) = &self.founded else { return Action::None };
        let Some(live) = live else {
            self.lacks = Some("first-run-hub-starting");
            return Action::None;
        };
        self.busy = true;
        let call = live.hub.enrol(session.clone(), self.link.clone());
        Action::Run(Task::perform(call, |done| Message::Enrolled(done.map_err(Trouble::from))))
    }
}

/// A typed character as it is compared: what only helps the eye is left out, what looks alike is alike.
fn symbol(c: char) -> Option<char> {
    match c.to_ascii_uppercase() {
        '-' | ' ' => None,
        'I' | 'L' => Some('1'),
        'O' => Some('0'),
        c => Some(c),
    }
}

/// The first error about this field, if the trouble is one.
fn about(trouble: Option<&Trouble>, field: Field) -> Option<&Trouble> {
    trouble.filter(|trouble| trouble.field() == Some(field))
}
