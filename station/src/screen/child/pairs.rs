//! Records that are probably of one child, for the Admin to look at.

use super::alike::{Shown, why};
use super::merge;
use crate::screen::{Hands, Now, blocking};
use crate::ui::theme::{self, RING, gap};
use crate::ui::{self, Banner, Button, Chosen, Element, Icon, Look, Press, Trouble, empty, note};
use crate::words::Words;
use clinic::names::duplicates::Level;
use clinic::record::command::Command;
use clinic::store::{DuplicatePair, MergeView, PAIRS_PAGE};
use hub_protocol::ChildId;
use iced::widget::{column, container, row};
use iced::{Length, Task};

pub struct Pairs {
    page: u32,
    pairs: Option<Vec<DuplicatePair>>,
    /// The pair that the keys mean.
    at: Chosen<(ChildId, ChildId)>,
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
        let screen = Self { page: 0, pairs: None, at: Chosen::default(), apart: None, busy: false, trouble: None };
        let load = screen.reload(hands);
        (screen, load)
    }

    pub fn reload(&self, hands: &Hands) -> Task<Message> {
        let (page, Hands { clinic, session, .. }) = (self.page, hands.clone());
        blocking(move || Ok(clinic.duplicates(&session, page)?), Message::Loaded)
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Loaded(Ok(pairs)) => {
                self.pairs = Some(pairs);
                self.at.follow(&self.rows(), hands.clinic.env().now_ms());
            }
            Message::Loaded(Err(trouble)) => self.trouble = Some(trouble),
            Message::Page(page) => {
                self.page = page;
                self.pairs = None;
                self.at.reset();
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

    fn rows(&self) -> Vec<(ChildId, ChildId)> {
        self.pairs.iter().flatten().map(|pair| (pair.one.id, pair.other.id)).collect()
    }

    /// The pages before and after this one, where there are any.
    fn pages(&self) -> (Option<u32>, Option<u32>) {
        let is_full = self.pairs.as_ref().is_some_and(|pairs| pairs.len() == PAIRS_PAGE as usize);
        (self.page.checked_sub(1), is_full.then_some(self.page + 1))
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        if self.apart.is_some() {
            return match press {
                Press::Escape => self.update(Message::Keep, hands, words),
                Press::Enter => self.update(Message::ApartNow, hands, words),
                _ => Action::None,
            };
        }
        let rows = self.rows();
        if let Some(task) = self.at.press(press, &rows) {
            return Action::Run(task);
        }
        let to = match (press, self.pages()) {
            (Press::Escape, _) => return Action::Back,
            (Press::PageUp, (page, _)) | (Press::PageDown, (_, page)) => page,
            _ => None,
        };
        if let Some(page) = to {
            return self.update(Message::Page(page), hands, words);
        }
        let Some((one, other)) = self.at.seen(&rows, hands.clinic.env().now_ms()) else { return Action::None };
        match press {
            Press::Letter('M') => Action::Merge(one, other),
            Press::Letter('T') => self.update(Message::Apart(one, other), hands, words),
            Press::Letter('A') => Action::Open(one),
            Press::Letter('B') => Action::Open(other),
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
            return ui::alone(now.room, main.push(self.asked(view, now)));
        }
        let Some(pairs) = &self.pairs else {
            return ui::card(main.push(ui::working(words.get("shell-loading")))).width(Length::Fill).into();
        };
        if pairs.is_empty() {
            main = main.push(empty(Icon::Check, words.get("pairs-none"), words.get("pairs-none-next")));
        }
        let mut list = column![].spacing(gap(2));
        for pair in pairs {
            let key = (pair.one.id, pair.other.id);
            list = list.push(self.at.row(&key, self.pair(pair, words))).push(ui::rule());
        }
        main = main.push(long(list, now));
        let (before, after) = self.pages();
        let mut end = row![].spacing(gap(3)).align_y(iced::Center).push(ui::chosen::how(pairs.len(), words));
        if before.is_some() || after.is_some() {
            let page = |page: Option<u32>| page.map(Message::Page);
            end = end
                .push(Button::secondary(words.get("pairs-before"), page(before)).key("PgUp"))
                .push(Button::secondary(words.get("pairs-after"), page(after)).key("PgDn"));
        }
        ui::alone(now.room, main.push(end))
    }

    /// Both records with all that each has, and the question.
    fn asked<'a>(&'a self, view: &'a MergeView, now: Now<'a>) -> Element<'a, Message> {
        let words = now.words;
        let card = |record| {
            let card = container(merge::whole(record, words)).padding(gap(3)).width(Length::Fill);
            card.style(theme::chip(theme::colors().shade, theme::RADIUS))
        };
        let answers = row![
            Button::primary(words.get("pairs-two-now"), (!self.busy).then_some(Message::ApartNow)).key("Enter"),
            Button::secondary(words.get("shell-cancel"), Some(Message::Keep)).key("Esc"),
        ];
        let both = row![card(&view.goes), card(&view.stays)].spacing(gap(3));
        let both = long(both, now);
        let answers = answers.spacing(gap(3)).wrap().vertical_spacing(gap(1));
        column![ui::bold(words.get("pairs-two-sure")), both, answers].spacing(gap(3)).into()
    }

    fn pair<'a>(&'a self, pair: &'a DuplicatePair, words: &'a Words) -> Element<'a, Message> {
        let (one, other) = (pair.one.id, pair.other.id);
        // The keys are of the chosen pair.
        let chosen = self.at.is(&(one, other));
        let keyed = |button: Button<'a, Message>, key| if chosen { button.key(key) } else { button };
        let card = |line, id, key| {
            let open = Button::quiet(words.get("today-open-child"), Some(Message::Open(id)));
            let face = column![Shown::line(line, words).view(words), keyed(open, key)].spacing(gap(2));
            container(face).padding(gap(3)).width(Length::Fill).style(theme::chip(theme::colors().shade, theme::RADIUS))
        };
        let answers = row![
            keyed(Button::secondary(words.get("pairs-one"), Some(Message::Merge(one, other))), "M"),
            keyed(Button::secondary(words.get("pairs-two"), Some(Message::Apart(one, other))), "T"),
        ];
        column![
            row![card(&pair.one, one, "A"), card(&pair.other, other, "B")].spacing(gap(3)),
            why(Level::Probable, &pair.why, words),
            answers.spacing(gap(3)).wrap().vertical_spacing(gap(1)),
        ]
        .spacing(gap(2))
        .into()
    }
}

/// The ring of what has the focus needs room, where a bar cuts it off.
fn long<'a>(content: impl Into<Element<'a, Message>>, now: Now<'_>) -> Element<'a, Message> {
    match now.room.is_low() {
        true => content.into(),
        false => ui::long(false, container(content).padding(RING)),
    }
}
