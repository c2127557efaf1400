//! How the toys behave: in which language, how often they say how they are, how long they remember whom they carry.

use super::super::{Hands, Now};
use super::Action;
use crate::ui::choice::short_choice;
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Trouble, note};
use crate::words::Words;
use clinic::record::command::{Command, CommandKind, ToySettings};
use clinic::record::role::Right;
use clinic::reminder::Language;
use iced::Task;
use iced::widget::{column, row};

/// What is offered.
const REPORTS_S: [u16; 4] = [10, 30, 120, 600];
const ROSTERS_DAYS: [u16; 4] = [3, 7, 14, 30];

#[derive(Default)]
pub struct ToysCard {
    /// What is chosen and not saved yet.
    chosen: Option<ToySettings>,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Choose(ToySettings),
    Save,
    Saved(Result<(), Trouble>),
}

impl ToysCard {
    pub fn has_input(&self) -> bool {
        self.chosen.is_some()
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Choose(settings) => {
                self.chosen = Some(settings);
                self.trouble = None;
            }
            Message::Save => return self.save(hands),
            Message::Saved(Ok(())) => {
                self.busy = false;
                self.chosen = None;
                return Action::Changed(Banner::good(words.get("settings-toys-saved")), Task::none());
            }
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
        }
        Action::None
    }

    fn save(&mut self, hands: &Hands) -> Action {
        let Some(settings) = self.chosen.filter(|_| !self.busy) else { return Action::None };
        self.busy = true;
        let change = Command::ChangeToySettings(settings);
        Action::Run(hands.submit(change, Message::Saved).map(super::Message::Toys))
    }

    /// Shown to who may change it.
    pub fn view<'a>(&'a self, now: Now<'a>) -> Option<Element<'a, Message>> {
        let words = now.words;
        if !now.may(Right::Do(CommandKind::ChangeToySettings)) {
            return None;
        }
        let set = self.chosen.unwrap_or(now.view.toys);
        let (mut languages, mut reports, mut rosters) = (row![], row![], row![]);
        for language in Language::ALL {
            let label = words.get(&format!("language-{}", language.code()));
            let choose = Message::Choose(ToySettings { language, ..set });
            languages = languages.push(short_choice(label, set.language == language, choose));
        }
        for report_s in REPORTS_S {
            let choose = Message::Choose(ToySettings { report_s, ..set });
            reports = reports.push(short_choice(every(report_s, words), set.report_s == report_s, choose));
        }
        for roster_days in ROSTERS_DAYS {
            let label = words.with("settings-toys-days", &[("n", u32::from(roster_days).into())]);
            let choose = Message::Choose(ToySettings { roster_days, ..set });
            rosters = rosters.push(short_choice(label, set.roster_days == roster_days, choose));
        }
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let mut card = column![
            ui::labelled(words.get("settings-toys-language"), languages.spacing(gap(1))),
            ui::labelled(words.get("settings-toys-report"), reports.spacing(gap(1)).wrap().vertical_spacing(gap(1))),
            ui::labelled(words.get("settings-toys-roster"), rosters.spacing(gap(1)).wrap().vertical_spacing(gap(1))),
            ui::small(words.get("settings-toys-about")),
            ui::above(trouble.into_iter().collect()),
        ]
        .spacing(gap(3));
        if set != now.view.toys {
            let save = if self.busy { words.get("shell-saving") } else { words.get("settings-toys-save") };
            card = card.push(Button::primary(save, (!self.busy).then_some(Message::Save)).key("T"));
        }
        Some(card.into())
    }
}

fn every(seconds: u16, words: &Words) -> String {
    match seconds {
        0..120 => words.with("settings-toys-seconds", &[("n", u32::from(seconds).into())]),
        _ => words.with("settings-toys-minutes", &[("n", u32::from(seconds / 60).into())]),
    }
}
