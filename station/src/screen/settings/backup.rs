//! A backup of the clinic, made while the desk works.

use super::super::long::Running;
use super::super::plugged::{self, Offers};
use super::super::{Hands, Now};
use super::Action;
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Trouble, field, note};
use crate::whole::refuse_of_the_program;
use crate::words::Words;
use chrono::Timelike;
use clinic::date::{india, india_time};
use clinic::store::{Backup, BackupError, Progress, Step};
use iced::Task;
use iced::widget::column;
use std::path::PathBuf;

const MEGABYTE: u64 = 1_000_000;

/// The field of the place.
pub const TO: &str = "settings-backup-to";

pub struct BackupCard {
    /// The folder in which the file is made, or the file.
    to: String,
    sticks: Offers,
    running: Option<Running<Progress>>,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    To(String),
    Sticks(plugged::Message),
    Make,
    Told(Progress),
    Stop,
    Made(Result<(PathBuf, Backup), Trouble>),
}

impl BackupCard {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let sticks = Offers::new(plugged::Wanted::Stick);
        let look = sticks.look(&hands.plugged).map(Message::Sticks);
        (Self { to: String::new(), sticks, running: None, trouble: None }, look)
    }

    /// Leaving the page stops what is being made here.
    pub fn has_input(&self) -> bool {
        self.running.is_some()
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::To(typed) => {
                self.to = typed;
                self.trouble = None;
            }
            Message::Sticks(message) => {
                let look = self.sticks.update(message, &hands.plugged);
                return Action::Run(look.map(Message::Sticks).map(super::Message::Backup));
            }
            Message::Make => return self.make(hands),
            Message::Told(progress) => {
                if let Some(running) = &mut self.running {
                    running.hear(progress);
                }
            }
            Message::Stop => {
                if let Some(running) = &self.running {
                    running.stop();
                }
            }
            Message::Made(Ok((path, backup))) => {
                self.running = None;
                let args = [("path", path.display().to_string().into()), ("n", backup.events.into())];
                return Action::Say(Banner::good(words.with("settings-backup-made", &args)));
            }
            Message::Made(Err(trouble)) => {
                self.running = None;
                self.trouble = Some(trouble);
            }
        }
        Action::None
    }

    fn make(&mut self, hands: &Hands) -> Action {
        let to = self.to.trim();
        if self.running.is_some() || to.is_empty() {
            return Action::None;
        }
        let path = file(PathBuf::from(to), hands.clinic.env().now_ms());
        let hands = hands.clone();
        let (running, task) = Running::begin(
            move |stop, teller| {
                refuse_of_the_program(&path).map_err(BackupError::from)?;
                let made = hands.clinic.backup_unless(&hands.session, &path, stop, &mut |p| teller.tell(p))?;
                Ok((path, made))
            },
            Message::Told,
            Message::Made,
        );
        self.trouble = None;
        self.running = Some(running);
        Action::Run(task.map(super::Message::Backup))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let card = column![
            ui::small(words.get("settings-backup-about")),
            ui::above(trouble.into_iter().collect()),
            field(words.get("settings-backup-to"), &self.to, Message::To)
                .id(TO)
                .hint(words.get("settings-backup-to-hint"))
                .on_enter(Message::Make),
            self.sticks.view(words, Message::To, Message::Sticks),
        ]
        .spacing(gap(2));
        let Some(running) = &self.running else {
            let make = (!self.to.trim().is_empty()).then_some(Message::Make);
            return card.push(Button::secondary(words.get("settings-backup-make"), make).key("Enter")).into();
        };
        card.push(running.view(|progress| how_far(progress, words), Message::Stop, words)).into()
    }
}

/// In a folder it gets a name of its own, with the day and the time.
fn file(to: PathBuf, now_ms: u64) -> PathBuf {
    if !to.is_dir() {
        return to;
    }
    let time = india_time(now_ms).map_or_else(String::new, |t| format!("-{:02}{:02}", t.hour(), t.minute()));
    to.join(format!("tikka-{}{time}.backup", india(now_ms)))
}

fn how_far(Progress { step, done, total }: Progress, words: &Words) -> String {
    let (key, unit) = match step {
        Step::Copying => ("settings-backup-copying", MEGABYTE),
        Step::Checking | Step::Building => ("settings-backup-checking", 1),
    };
    words.with(key, &[("n", (done / unit).into()), ("of", total.div_ceil(unit).into())])
}
