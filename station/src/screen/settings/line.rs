//! What the line to the district may cost, and how considerate it is.

use super::super::{Hands, Now, blocking};
use super::Action;
use crate::ui::choice::short_choice;
use crate::ui::theme::gap;
use crate::ui::{self, Banner, Button, Element, Look, Trouble, note};
use crate::words::Words;
use clinic::record::command::{Command, CommandKind, Line};
use clinic::record::fact::Congestion;
use clinic::record::role::Right;
use iced::Task;
use iced::widget::{column, row};

/// What is offered, in megabytes a day.
const LIMITS_MB: [Option<u16>; 4] = [None, Some(100), Some(20), Some(5)];
const MANNERS: [(Congestion, &str); 2] =
    [(Congestion::Bbr, "settings-line-bad"), (Congestion::Cubic, "settings-line-shared")];

#[derive(Default)]
pub struct LineCard {
    /// What is chosen and not saved yet.
    chosen: Option<Line>,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Choose(Line),
    Save,
    Saved(Result<(), Trouble>),
}

impl LineCard {
    pub fn has_input(&self) -> bool {
        self.chosen.is_some()
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Choose(line) => {
                self.chosen = Some(line);
                self.trouble = None;
            }
            Message::Save => return self.save(hands),
            Message::Saved(Ok(())) => {
                self.busy = false;
                self.chosen = None;
                return Action::Changed(Banner::good(words.get("settings-line-saved")), Task::none());
            }
            Message::Saved(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
        }
        Action::None
    }

    fn save(&mut self, hands: &Hands) -> Action {
        let Some(line) = self.chosen.filter(|_| !self.busy) else { return Action::None };
        self.busy = true;
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || Ok(clinic.submit(&session, Command::ChangeLine(line)).map(|_| ())?);
        Action::Run(blocking(work, Message::Saved).map(super::Message::Line))
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let line = self.chosen.unwrap_or(now.view.line);
        let used = now.live.map_or(0, |live| live.link.today_bytes);
        let used = words.with("settings-line-used", &[("kb", used.div_ceil(1_000).into())]);
        if !now.may(Right::Do(CommandKind::ChangeLine)) {
            return column![ui::body(limit(line.daily_mb, words)), ui::small(used)].spacing(gap(2)).into();
        }
        let mut limits = row![].spacing(gap(1));
        for daily_mb in LIMITS_MB {
            let message = Message::Choose(Line { daily_mb, ..line });
            limits = limits.push(short_choice(limit(daily_mb, words), line.daily_mb == daily_mb, message));
        }
        let mut manners = row![].spacing(gap(1));
        for (congestion, key) in MANNERS {
            let message = Message::Choose(Line { congestion, ..line });
            manners = manners.push(short_choice(words.get(key), line.congestion == congestion, message));
        }
        let trouble = self.trouble.as_ref().map(|trouble| note(Look::Late, trouble.sentence(words)));
        let mut card = column![
            ui::labelled(words.get("settings-line-cost"), limits.wrap().vertical_spacing(gap(1))),
            ui::small(used),
            ui::labelled(words.get("settings-line-manner"), manners.wrap().vertical_spacing(gap(1))),
            ui::above(trouble.into_iter().collect()),
        ]
        .spacing(gap(3));
        if line.daily_mb.is_some() {
            card = card.push(ui::small(words.get("settings-line-about")));
        }
        if line != now.view.line {
            let save = if self.busy { words.get("shell-saving") } else { words.get("settings-line-save") };
            card = card.push(Button::primary(save, (!self.busy).then_some(Message::Save)).key("D"));
        }
        card.into()
    }
}

fn limit(daily_mb: Option<u16>, words: &Words) -> String {
    match daily_mb {
        None => words.get("settings-line-free"),
        Some(mb) => words.with("settings-line-limit", &[("mb", u64::from(mb).into())]),
    }
}
