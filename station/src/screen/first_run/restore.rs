//! A clinic comes back from a backup, on a computer that has none.

use crate::plugged::Plugged;
use crate::screen::long::Running;
use crate::screen::plugged::{self, Offers};
use crate::ui::theme::gap;
use crate::ui::{self, Element, Look, Trouble, field, focus, note, trouble};
use crate::words::Words;
use clinic::Env;
use clinic::date::{india, india_clock};
use clinic::record::may_be_password;
use clinic::record::refusal::{Field, Refusal};
use clinic::store::{BackupError, Progress, RecoveryKey, Restored, Restoring, Step};
use iced::Task;
use iced::widget::{column, row};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, Zeroizing};

pub const FILE: &str = "restore-file";
const KEY: &str = "restore-key";
const LOGIN: &str = "restore-login";
const PASSWORD: &str = "restore-password";
const AGAIN: &str = "restore-again";
const MEGABYTE: u64 = 1_000_000;

pub struct Restore {
    file: String,
    files: Offers,
    key: String,
    login: String,
    password: String,
    again: String,
    running: Option<Running<Progress>>,
    wrong: Option<Wrong>,
    done: Option<Restored>,
}

/// What is wrong, and the field in which, if it is one of them.
struct Wrong {
    at: Option<&'static str>,
    why: Trouble,
}

#[derive(Clone)]
pub enum Message {
    File(String),
    Files(plugged::Message),
    Key(String),
    Login(String),
    Password(String),
    Again(String),
    Told(Progress),
    Stop,
    Done(Result<Restored, Failed>),
}

/// The trouble, and the field it is about.
pub type Failed = (Option<&'static str>, Trouble);

impl Drop for Restore {
    fn drop(&mut self) {
        self.key.zeroize();
        self.password.zeroize();
        self.again.zeroize();
    }
}

impl Default for Restore {
    fn default() -> Self {
        Self {
            file: String::new(),
            files: Offers::new(plugged::Wanted::File("backup")),
            key: String::new(),
            login: String::new(),
            password: String::new(),
            again: String::new(),
            running: None,
            wrong: None,
            done: None,
        }
    }
}

impl Restore {
    /// Which backups are on the sticks that are plugged in?
    pub fn look(&self, plugged: &Plugged) -> Task<Message> {
        self.files.look(plugged).map(Message::Files)
    }

    /// Would something that was typed, or that is being done, be lost?
    pub fn has_input(&self) -> bool {
        self.done.is_none() && (self.running.is_some() || !self.key.trim().is_empty())
    }

    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub fn is_done(&self) -> bool {
        self.done.is_some()
    }

    pub fn update(&mut self, message: Message, plugged: &Plugged) -> Task<Message> {
        match message {
            Message::Files(message) => return self.files.update(message, plugged).map(Message::Files),
            Message::File(typed) => self.file = typed,
            Message::Key(typed) => self.key = typed,
            Message::Login(typed) => self.login = typed,
            Message::Password(typed) => self.password = typed,
            Message::Again(typed) => self.again = typed,
            Message::Told(progress) => {
                if let Some(running) = &mut self.running {
                    running.hear(progress);
                }
                return Task::none();
            }
            Message::Stop => {
                if let Some(running) = &self.running {
                    running.stop();
                }
                return Task::none();
            }
            Message::Done(outcome) => {
                self.running = None;
                match outcome {
                    Ok(restored) => self.done = Some(restored),
                    Err((at, why)) => return self.say(at, why),
                }
            }
        }
        self.wrong = None;
        Task::none()
    }

    /// What is wrong, with the focus where it is.
    fn say(&mut self, at: Option<&'static str>, why: Trouble) -> Task<Message> {
        self.wrong = Some(Wrong { at, why });
        at.map_or_else(Task::none, focus)
    }

    /// Begins, when all is there. The rules are asked early, so that the answer stands beside the field.
    pub fn begin(&mut self, dir: &Path, env: &Env) -> Task<Message> {
        if self.running.is_some() {
            return Task::none();
        }
        let file = self.file.trim();
        if file.is_empty() {
            return self.say(Some(FILE), Trouble::Plain("restore-no-file"));
        }
        let Ok(recovery) = RecoveryKey::typed(&self.key) else {
            return self.say(Some(KEY), Trouble::Plain("restore-no-key"));
        };
        if self.login.trim().is_empty() {
            return self.say(Some(LOGIN), Refusal::Missing(Field::Login).into());
        }
        if let Err(refusal) = may_be_password(&self.password, self.login.trim()) {
            return self.say(Some(PASSWORD), refusal.into());
        }
        if self.password != self.again {
            return self.say(Some(AGAIN), Trouble::Plain("first-run-password-differs"));
        }
        let (file, dir, env) = (PathBuf::from(file), dir.to_owned(), env.clone());
        let (login, password) = (self.login.clone(), Zeroizing::new(self.password.clone()));
        let (running, task) = Running::begin(
            move |stop, teller| {
                let restoring =
                    Restoring { file: &file, dir: &dir, recovery: &recovery, login: &login, new_password: &password };
                Ok(restoring.unless(stop, &env, &mut |progress| teller.tell(progress)).map_err(failed))
            },
            Message::Told,
            |outcome| Message::Done(outcome.unwrap_or_else(|trouble| Err((None, trouble)))),
        );
        self.wrong = None;
        self.running = Some(running);
        task
    }

    pub fn view<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        if let Some(restored) = &self.done {
            return self.restored(restored, words);
        }
        if let Some(running) = &self.running {
            return running.view(|progress| how_far(progress, words), Message::Stop, words);
        }
        let wrong = self.wrong.as_ref();
        let whole = wrong.filter(|wrong| wrong.at.is_none());
        let whole = whole.map(|wrong| note(Look::Late, wrong.why.sentence(words)));
        let error = |at: &str| wrong.filter(|wrong| wrong.at == Some(at)).map(|wrong| wrong.why.sentence(words));
        column![
            ui::above(whole.into_iter().collect()),
            field(words.get("restore-file"), &self.file, Message::File)
                .id(FILE)
                .hint(words.get("restore-file-hint"))
                .error(error(FILE)),
            self.files.view(words, Message::File, Message::Files),
            field(words.get("first-run-key-field"), &self.key, Message::Key)
                .id(KEY)
                .hint(words.get("first-run-key-hint"))
                .error(error(KEY)),
            field(words.get("restore-login"), &self.login, Message::Login)
                .id(LOGIN)
                .hint(words.get("restore-login-hint"))
                .error(error(LOGIN)),
            row![
                field(words.get("restore-password"), &self.password, Message::Password)
                    .id(PASSWORD)
                    .hint(words.get("first-run-password-hint"))
                    .error(error(PASSWORD))
                    .secure(),
                field(words.get("first-run-password-again"), &self.again, Message::Again)
                    .id(AGAIN)
                    .error(error(AGAIN))
                    .secure(),
            ]
            .spacing(gap(3)),
        ]
        .spacing(gap(2))
        .into()
    }

    fn restored<'a>(&'a self, restored: &Restored, words: &Words) -> Element<'a, Message> {
        let when = [
            ("n", restored.events.into()),
            ("date", words.day(india(restored.made_at_ms)).into()),
            ("time", india_clock(restored.made_at_ms).into()),
        ];
        let who = [("login", self.login.trim().to_lowercase().into()), ("n", restored.without_password.into())];
        column![
            ui::bold(words.with("restore-done-events", &when)),
            ui::body(words.with("restore-done-login", &who)),
            note(Look::Wait, words.get("restore-done-other")),
            ui::body(words.get("restore-done-later")),
            ui::small(words.get("restore-done-rekey")),
        ]
        .spacing(gap(3))
        .into()
    }
}

fn how_far(Progress { step, done, total }: Progress, words: &Words) -> String {
    let (key, unit) = match step {
        Step::Copying => ("restore-copying", MEGABYTE),
        Step::Checking => ("restore-checking", 1),
        Step::Building => ("restore-building", 1),
    };
    words.with(key, &[("n", (done / unit).into()), ("of", total.div_ceil(unit).into())])
}

/// What a person can do about it.
fn failed(error: BackupError) -> Failed {
    let full = error.is_disk_full();
    let (at, key) = match error {
        BackupError::Stopped => (None, "restore-stopped"),
        BackupError::Refused(refusal) => return (Some(PASSWORD), refusal.into()),
        BackupError::WrongKey => (Some(KEY), "restore-wrong-key"),
        BackupError::NotAnAdmin => (Some(LOGIN), "restore-not-an-admin"),
        BackupError::NotABackup => (Some(FILE), "restore-not-a-backup"),
        BackupError::Damaged | BackupError::Records(_) | BackupError::Differs => (Some(FILE), "restore-damaged"),
        BackupError::Newer(_) => (None, "trouble-newer"),
        _ if full => (None, "restore-full"),
        BackupError::Io(_) => (Some(FILE), "restore-unreadable"),
        BackupError::Open(error) => return (None, error.into()),
        other => return (None, other.into()),
    };
    trouble::logged(&error);
    (at, Trouble::Plain(key))
}
