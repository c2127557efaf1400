//! One's own password.

use super::super::{Hands, Now, blocking};
use super::Action;
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Trouble, field, focus, note};
use crate::words::Words;
use clinic::Session;
use clinic::record::refusal::{Field, Refusal};
use iced::widget::column;
use zeroize::Zeroize;

pub const OLD: &str = "settings-password-old";
const NEW: &str = "settings-password-new";
const AGAIN: &str = "settings-password-again";

#[derive(Default)]
pub struct Password {
    old: String,
    new: String,
    again: String,
    differ: bool,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Old(String),
    New(String),
    Again(String),
    /// Enter in a field: to the next one.
    GoTo(&'static str),
    Change,
    Changed(Result<Session, Trouble>),
}

impl Drop for Password {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Password {
    pub fn has_input(&self) -> bool {
        !(self.old.is_empty() && self.new.is_empty() && self.again.is_empty())
    }

    fn clear(&mut self) {
        self.old.zeroize();
        self.new.zeroize();
        self.again.zeroize();
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Old(typed) => self.old = typed,
            Message::New(typed) => self.new = typed,
            Message::Again(typed) => self.again = typed,
            Message::GoTo(id) => return Action::Run(focus(id)),
            Message::Change => return self.change(hands),
            Message::Changed(Ok(session)) => {
                self.busy = false;
                self.clear();
                return Action::NewSession(session, Banner::good(words.get("settings-password-changed")));
            }
            Message::Changed(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
                return Action::None;
            }
        }
        self.differ = false;
        self.trouble = None;
        Action::None
    }

    fn change(&mut self, hands: &Hands) -> Action {
        self.differ = self.new != self.again;
        if self.differ || self.busy || self.old.is_empty() || self.new.is_empty() {
            return Action::None;
        }
        self.busy = true;
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        let (mut old, mut new) = (self.old.clone(), self.new.clone());
        let work = move || {
            let changed = clinic.change_password(&session, &old, &new);
            old.zeroize();
            new.zeroize();
            Ok(changed?)
        };
        Action::Run(blocking(work, Message::Changed).map(super::Message::Password))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let wrong_old = matches!(self.trouble, Some(Trouble::Refused(Refusal::WrongPassword)));
        let sentence = self.trouble.as_ref().map(|trouble| trouble.sentence(words));
        let about_new = self.trouble.as_ref().is_some_and(|trouble| trouble.field() == Some(Field::Password));
        let general = sentence.clone().filter(|_| !wrong_old && !about_new).map(|said| note(Look::Late, said));
        let change = if self.busy { words.get("shell-saving") } else { words.get("settings-password-change") };
        column![
            ui::above(general.into_iter().collect()),
            field(words.get("settings-password-old"), &self.old, Message::Old)
                .id(OLD)
                .on_enter(Message::GoTo(NEW))
                .error(sentence.clone().filter(|_| wrong_old))
                .secure(),
            field(words.get("settings-password-new"), &self.new, Message::New)
                .id(NEW)
                .on_enter(Message::GoTo(AGAIN))
                .hint(words.get("first-run-password-hint"))
                .error(sentence.filter(|_| about_new))
                .secure(),
            field(words.get("first-run-password-again"), &self.again, Message::Again)
                .id(AGAIN)
                .on_enter(Message::Change)
                .error(self.differ.then(|| words.get("first-run-password-differs")))
                .secure(),
            Button::secondary(change, (!self.busy).then_some(Message::Change)),
        ]
        .spacing(gap(2))
        .into()
    }
}
