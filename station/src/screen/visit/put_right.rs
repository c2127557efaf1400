//! A dose that was written down wrong: put right, or withdrawn.

use super::basket::Warning;
use crate::screen::{Hands, Now, Step};
use crate::ui::theme::{self, gap};
use crate::ui::{self, Banner, Button, Element, Look, Press, Trouble, choice, field, focus, note, typed_date};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::to_day;
use clinic::forecast::Schedule;
use clinic::record::command::{Command, DoseKey};
use clinic::record::fact::DoseTold;
use clinic::store::{ChildPage, DoseLine};
use hub_protocol::ChildId;
use iced::Length;
use iced::widget::{column, container, row};
use serde::{Deserialize, Serialize};

/// The field for the reason.
pub const REASON: &str = "put-right-reason";
const FIELD_WIDTH: f32 = 220.0;

pub struct PutRight {
    key: DoseKey,
    was: DoseLine,
    product: String,
    on: String,
    batch: String,
    reason: String,
    /// The other vaccines are shown.
    choosing: bool,
    /// A rule speaks against it; saving again is meant.
    warning: Option<Warning>,
    busy: bool,
    trouble: Option<Trouble>,
}

/// What was typed, as it is kept until it is saved, and of which dose.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    was: (String, String),
    product: String,
    on: String,
    batch: String,
    reason: String,
}

#[derive(Debug, Clone)]
pub enum Message {
    On(String),
    Batch(String),
    Reason(String),
    Choose,
    Product(String),
    Correct,
    Withdraw,
    Corrected(Result<(), Trouble>),
    Withdrawn(Result<(), Trouble>),
    Leave,
}

impl PutRight {
    pub fn new(child: ChildId, line: &DoseLine) -> Self {
        Self {
            key: DoseKey { child, product: line.product.clone(), on: to_day(line.on) },
            was: line.clone(),
            product: line.product.clone(),
            on: typed_date::write(line.on),
            batch: line.batch.clone().unwrap_or_default(),
            reason: String::new(),
            choosing: false,
            warning: None,
            busy: false,
            trouble: None,
        }
    }

    pub fn kept(&self) -> Kept {
        Kept {
            was: (self.was.product.clone(), typed_date::write(self.was.on)),
            product: self.product.clone(),
            on: self.on.clone(),
            batch: self.batch.clone(),
            reason: self.reason.clone(),
        }
    }

    /// `None`: the dose does not stand there any more.
    pub fn restored(page: &ChildPage, kept: Kept) -> Option<Self> {
        let (of, on) = &kept.was;
        let line = page.doses.iter().find(|line| line.product == *of && typed_date::write(line.on) == *on)?;
        let Kept { product, on, batch, reason, .. } = kept;
        Some(Self { product, on, batch, reason, ..Self::new(page.child.id, line) })
    }

    pub fn has_input(&self) -> bool {
        self.is_changed() || !self.reason.is_empty()
    }

    fn is_changed(&self) -> bool {
        let batch = self.was.batch.as_deref().unwrap_or_default();
        self.product != self.was.product || self.day() != Some(self.was.on) || self.batch.trim() != batch
    }

    fn day(&self) -> Option<NaiveDate> {
        typed_date::parse(&self.on)
    }

    pub fn press(&mut self, press: Press, hands: &Hands) -> Step<Message> {
        match press {
            Press::Escape => Step::Close,
            Press::Enter | Press::Ctrl('S') if self.is_changed() => self.correct(hands),
            _ => Step::Stay,
        }
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Step<Message> {
        match message {
            Message::On(typed) => {
                self.on = typed;
                self.warning = None;
            }
            Message::Batch(typed) => {
                self.batch = typed;
                self.warning = None;
            }
            Message::Reason(typed) => self.reason = typed,
            Message::Choose => self.choosing = !self.choosing,
            Message::Product(product) => {
                self.product = product;
                self.choosing = false;
                self.warning = None;
            }
            Message::Correct => return self.correct(hands),
            Message::Withdraw => {
                let command = Command::WithdrawDose { dose: self.key.clone(), reason: self.reason.clone() };
                return self.submit(command, hands, Message::Withdrawn);
            }
            Message::Corrected(Ok(())) => return Step::Stored(Banner::good(words.get("put-right-corrected"))),
            Message::Withdrawn(Ok(())) => return Step::Stored(Banner::good(words.get("put-right-withdrawn"))),
            Message::Corrected(Err(trouble)) | Message::Withdrawn(Err(trouble)) => {
                self.busy = false;
                self.warning = match &trouble {
                    Trouble::Refused(refusal) => Warning::of(*refusal),
                    _ => None,
                };
                self.trouble = self.warning.is_none().then_some(trouble);
                if self.reason.trim().is_empty() {
                    return Step::Run(focus(REASON));
                }
            }
            Message::Leave => return Step::Close,
        }
        Step::Stay
    }

    fn correct(&mut self, hands: &Hands) -> Step<Message> {
        let Some(day) = self.day().filter(|_| self.is_changed()) else { return Step::Stay };
        let batch = Some(self.batch.trim().to_owned()).filter(|batch| !batch.is_empty());
        let command = Command::CorrectDose {
            dose: self.key.clone(),
            to: DoseTold { product: self.product.clone(), on: to_day(day), batch },
            reason: self.reason.clone(),
            anyway: self.warning.is_some(),
        };
        self.submit(command, hands, Message::Corrected)
    }

    fn submit(
        &mut self,
        command: Command,
        hands: &Hands,
        done: impl FnOnce(Result<(), Trouble>) -> Message + Send + 'static,
    ) -> Step<Message> {
        if self.busy {
            return Step::Stay;
        }
        self.busy = true;
        self.trouble = None;
        Step::Run(hands.submit(command, done))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let dose = words.dose_label(&self.was.item);
        let heading = words.with("put-right-title", &[("dose", dose.into()), ("day", words.day(self.was.on).into())]);
        let on_error = match self.day() {
            None => Some(words.get(if typed_date::is_whole(&self.on) {
                "visit-day-no-such"
            } else {
                "visit-day-unreadable"
            })),
            Some(_) => None,
        };
        let product = row![
            ui::labelled(words.get("field-product"), ui::bold(words.product(&self.product))),
            Button::quiet(words.get("put-right-other-vaccine"), Some(Message::Choose)),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        let mut parts = column![ui::title(heading), ui::small(words.get("put-right-about")), product].spacing(gap(3));
        if self.choosing {
            parts = parts.push(self.products(now));
        }
        let fields = row![
            Element::from(field(words.get("visit-day"), &self.on, Message::On).error(on_error).width(FIELD_WIDTH)),
            Element::from(field(words.get("field-batch"), &self.batch, Message::Batch).width(FIELD_WIDTH)),
        ]
        .spacing(gap(3));
        parts = parts.push(fields);
        if let Some(warning) = self.warning {
            let said = column![
                ui::body(warning.words(words)).color(theme::colors().wait),
                ui::small(words.get("put-right-warned")).color(theme::colors().wait)
            ]
            .spacing(gap(1));
            let said = container(said).padding(gap(3)).width(Length::Fill);
            parts = parts.push(said.style(theme::chip(theme::colors().wait_back, theme::RADIUS)));
        }
        if let Some(trouble) = &self.trouble {
            parts = parts.push(note(Look::Late, trouble.sentence(words)));
        }
        let reason = field(words.get("put-right-reason"), &self.reason, Message::Reason)
            .id(REASON)
            .hint(words.get("put-right-reason-hint"));
        ui::card(parts.push(Element::from(reason))).width(Length::Fill).into()
    }

    /// They stay in sight under the form.
    pub fn buttons<'a>(&self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let ready = !self.busy && self.day().is_some() && self.is_changed();
        let correct = if self.warning.is_some() { "put-right-correct-anyway" } else { "put-right-correct" };
        let all = row![
            Button::primary(words.get(correct), ready.then_some(Message::Correct)).key("Enter"),
            Button::new(
                ui::Kind::Danger,
                words.get("put-right-withdraw"),
                (!self.busy && !self.is_changed()).then_some(Message::Withdraw)
            ),
        ]
        .spacing(gap(3));
        let back = Button::secondary(words.get("shell-back"), Some(Message::Leave)).key("Esc");
        match now.room.is_tight() {
            true => all.push(back).wrap().vertical_spacing(gap(1)).into(),
            false => all.push(ui::push()).push(back).into(),
        }
    }

    fn products<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let schedule = Schedule::builtin(&now.view.schedule);
        let names = schedule.into_iter().flat_map(|s| s.products().map(|p| s.product_name(p).to_owned()));
        let chips = names.map(|name| {
            choice::short_choice(words.product(&name), name == self.product, Message::Product(name.clone()))
        });
        row(chips).spacing(gap(2)).wrap().vertical_spacing(gap(2)).into()
    }
}
