//! Records that are probably of one child, for the Admin to look at.

use super::alike::{Shown, why};
use super::merge;
use crate::screen::{Hands, Now, blocking};
use crate::ui::theme::{self, gap};
use crate::ui::{self, Banner, Button, Element, Icon, Look, Press, Trouble, empty, note};
use crate::words::Words;
use clinic::names::duplicates::Level;
use clinic::record::command::Command;
use clinic::store::{DuplicatePair, MergeView, PAIRS_PAGE};
use hub_protocol::ChildId;
use iced::widget::{column, container, row};
use iced::{Length, Task};

const RING: f32 = 4.0;

pub struct Pairs {
    page: u32,
    pairs: Option<Vec<DuplicatePair>>,
    /// Two records that somebody says are two children, with all that each has: asked once more.
    apart: Option<Box<MergeView>>,
    busy: bool,
    trouble: Option<Trouble>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Loaded(Result<Vec<DuplicatePair>, Trouble>),
    Page(u32),
    /// They are one.
    Merge(ChildId, ChildId),
    /// They are two: what each has is shown first.
    Apart(ChildId, ChildId),
    Beside(Result<Box<MergeView>, Trouble>),
    ApartNow,
    Keep,
    Told(Result<(), Trouble>),
    Open(ChildId),
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Open(ChildId),
    /// Make one of the two records a part of the other.
    Merge(ChildId, ChildId),
    Back,
}

impl Pairs {
    pub fn new(hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self { page: 0, pairs: None, apart: None, busy: false, trouble: None };
        let load = screen.reload(hands);
        (screen, load)
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (page, Hands { clinic, session, .. }) = (self.page, hands.clone());
        blocking(move || Ok(clinic.duplicates(&session, page)?), Message::Loaded)
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(pairs)) => self.pairs = Some(pairs),
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Page(page) => {
                self.page = page;
                return Action::Run(self.reload(hands));
            }
            Message::Merge(one, other) => return Action::Merge(one, other),
            Message::Apart(one, other) => {
                let Hands { clinic, session, .. } = hands.clone();
                let read = move || Ok(Box::new(clinic.merging(&session, one, other)?));
                return Action::Run(blocking(read, Message::Beside));
            }
            Message::Beside(Ok(view)) => self.apart = Some(view),
            Message::Beside(Err(trouble)) => self.trouble = Some(trouble),
            Message::Keep => self.apart = None,
            Message::ApartNow if self.busy => {}
            Message::ApartNow => {
                let Some(view) = &self.apart else { return Action::None };
                let (child, other) = (view.goes.line.id, view.stays.line.id);
                self.busy = true;
                let Hands { clinic, session, .. } = hands.clone();
                let tell = move || Ok(clinic.submit(&session, Command::TellApart { child, other }).map(|_| ())?);
                return Action::Run(blocking(tell, Message::Told));
            }
            Message::Told(Ok(())) => {
                self.busy = false;
                self.apart = None;
                self.trouble = None;
                return Action::Said(Banner::good(words.get("pairs-told")), self.reload(hands));
            }
            Message::Told(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Open(child) => return Action::Open(child),
            Message::Back => return Action::Back,
        }
        Action::None
    }

    pub fn press(&mut self, press: Press) -> Action {
        match press {
            Press::Escape if self.apart.take().is_none() => Action::Back,
            _ => Action::None,
        }
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let head = row![
            column![ui::title(words.get("pairs-title")), ui::small(words.get("pairs-about"))].width(Length::Fill),
            Button::secondary(words.get("shell-back"), Some(Message::Back)).key("Esc"),
        ]
        .spacing(gap(3))
        .align_y(iced::Center);
        let mut main = column![head].spacing(gap(3));
        if let Some(trouble) = &self.trouble {
            main = main.push(note(Look::Late, trouble.sentence(words)));
        }
        if let Some(view) = &self.apart {
            return ui::card(main.push(self.asked(view, words))).width(Length::Fill).height(Length::Fill).into();
        }
        let Some(pairs) = &self.pairs else {
            return ui::card(main.push(ui::working(words.get("shell-loading")))).width(Length::Fill).into();
        };
        if pairs.is_empty() {
            main = main.push(empty(Icon::Check, words.get("pairs-none"), words.get("pairs-none-next")));
        }
        let mut list = column![].spacing(gap(4));
        for pair in pairs {
            list = list.push(self.pair(pair, words));
        }
        main = main.push(ui::scroll(container(list).padding(RING)).height(Length::Fill));
        if self.page > 0 || pairs.len() == PAIRS_PAGE as usize {
            let back = (self.page > 0).then(|| Message::Page(self.page - 1));
            let on = (pairs.len() == PAIRS_PAGE as usize).then_some(Message::Page(self.page + 1));
            main = main.push(
                row![
                    Button::secondary(words.get("pairs-before"), back),
                    Button::secondary(words.get("pairs-after"), on)
                ]
                .spacing(gap(3)),
            );
        }
        ui::card(main).width(Length::Fill).height(Length::Fill).into()
    }

    /// Both records with all that each has, and the question.
    fn asked<'a>(&'a self, view: &'a MergeView, words: &'a Words) -> Element<'a, Message> {
        let card = |record| {
            let card = container(merge::whole(record, words)).padding(gap(3)).width(Length::Fill);
            card.style(theme::chip(theme::colors().shade, theme::RADIUS))
        };
        let answers = row![
            Button::primary(words.get("pairs-two-now"), (!self.busy).then_some(Message::ApartNow)),
            Button::secondary(words.get("shell-cancel"), Some(Message::Keep)).key("Esc"),
        ];
        let both = row![card(&view.goes), card(&view.stays)].spacing(gap(3));
        let both = ui::scroll(container(both).padding(RING)).height(Length::Fill);
        column![ui::bold(words.get("pairs-two-sure")), both, answers.spacing(gap(3))].spacing(gap(3)).into()
    }

    fn pair<'a>(&'a self, pair: &'a DuplicatePair, words: &'a Words) -> Element<'a, Message> {
        let (one, other) = (pair.one.id, pair.other.id);
        let card = |line, id| {
            let open = Button::quiet(words.get("today-open-child"), Some(Message::Open(id)));
            let face = column![Shown::line(line, words).view(words), open].spacing(gap(2));
            container(face).padding(gap(3)).width(Length::Fill).style(theme::chip(theme::colors().shade, theme::RADIUS))
        };
        let answers = row![
            Button::secondary(words.get("pairs-one"), Some(Message::Merge(one, other))),
            Button::secondary(words.get("pairs-two"), Some(Message::Apart(one, other))),
        ];
        column![
            row![card(&pair.one, one), card(&pair.other, other)].spacing(gap(3)),
            why(Level::Probable, &pair.why, words),
            answers.spacing(gap(3)),
            ui::rule(),
        ]
        .spacing(gap(2))
        .into()
    }
}
