//! A backup of the clinic, made while the desk works.

use super::super::{Hands, Now, beside};
use super::Action;
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Trouble, field, note};
use crate::words::Words;
use chrono::Timelike;
use clinic::date::{india, india_time};
use clinic::store::{Backup, Progress, Step, Stop};
use iced::Task;
use iced::futures::channel::mpsc;
use iced::futures::{SinkExt, Stream};
use iced::widget::column;
use std::path::PathBuf;
use tokio::sync::watch;

/// Messages that may wait for the screen.
const WAITING: usize = 4;
const MEGABYTE: u64 = 1_000_000;

#[derive(Default)]
pub struct BackupCard {
    /// The folder in which the file is made, or the file.
    to: String,
    running: Option<Running>,
    trouble: Option<Trouble>,
}

/// A backup that is being made. It is stopped when nobody waits for it any more.
#[derive(Default)]
struct Running {
    told: Option<Progress>,
    stop: Stop,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.ask();
    }
}

#[derive(Clone)]
pub enum Message {
    To(String),
    Make,
    Told(Progress),
    Stop,
    Made(Result<(PathBuf, Backup), Trouble>),
}

impl BackupCard {
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
            Message::Make => return self.make(hands),
            Message::Told(progress) => {
                if let Some(running) = &mut self.running {
                    running.told = Some(progress);
                }
            }
            Message::Stop => {
                if let Some(running) = &self.running {
                    running.stop.ask();
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
        let running = Running::default();
        let making = making(hands.clone(), path, running.stop.clone());
        self.trouble = None;
        self.running = Some(running);
        Action::Run(Task::stream(making).map(super::Message::Backup))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let mut card = column![
            ui::small(words.get("settings-backup-about")),
            ui::above(trouble.into_iter().collect()),
            field(words.get("settings-backup-to"), &self.to, Message::To)
                .hint(words.get("settings-backup-to-hint"))
                .on_enter(Message::Make),
        ]
        .spacing(gap(2));
        let Some(running) = &self.running else {
            let make = (!self.to.trim().is_empty()).then_some(Message::Make);
            return card.push(Button::secondary(words.get("settings-backup-make"), make)).into();
        };
        let asked = running.stop.is_asked();
        let said = match running.told {
            _ if asked => words.get("settings-backup-stopping"),
            Some(progress) => how_far(progress, words),
            None => words.get("settings-backup-begins"),
        };
        card = card.push(ui::working(said));
        card.push(Button::secondary(words.get("settings-backup-stop"), (!asked).then_some(Message::Stop))).into()
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

/// Works beside the screen, and tells how far it is; the newest is enough.
fn making(hands: Hands, path: PathBuf, stop: Stop) -> impl Stream<Item = Message> + use<> {
    iced::stream::channel(WAITING, async move |mut out: mpsc::Sender<Message>| {
        let (tell, mut told) = watch::channel(None);
        let work = beside(move || {
            let mut tell = |progress| {
                let _before = tell.send_replace(Some(progress));
            };
            let made = hands.clinic.backup_unless(&hands.session, &path, &stop, &mut tell)?;
            Ok((path, made))
        });
        let mut work = std::pin::pin!(work);
        loop {
            let message = tokio::select! {
                made = &mut work => Message::Made(made),
                Ok(()) = told.changed() => match *told.borrow_and_update() {
                    Some(progress) => Message::Told(progress),
                    None => continue,
                },
            };
            let last = matches!(message, Message::Made(_));
            if out.send(message).await.is_err() || last {
                return;
            }
        }
    })
}
