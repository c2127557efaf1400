//! States: always a shape, a word and a colour together, for eyes that miss one of them.

use super::icon::{self, Icon};
use super::theme::{self, SIZE_SMALL, gap};
use super::{Element, button};
use crate::fonts;
use iced::widget::{container, row, text};
use iced::{Color, Padding};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Due now, in order, reachable.
    Good,
    Done,
    Late,
    Wrong,
    Upcoming,
    /// Over, or not for this child.
    Closed,
    /// Waits for something, or needs a look.
    Wait,
}

impl Look {
    pub fn icon(self) -> Icon {
        match self {
            Self::Good => Icon::Disc,
            Self::Done => Icon::Check,
            Self::Late => Icon::Triangle,
            Self::Wrong | Self::Closed => Icon::Cross,
            Self::Upcoming => Icon::Ring,
            Self::Wait => Icon::Square,
        }
    }

    pub fn ink(self) -> Color {
        match self {
            Self::Good | Self::Done => theme::colors().good,
            Self::Late | Self::Wrong => theme::colors().late,
            Self::Upcoming => theme::colors().upcoming,
            Self::Closed => theme::colors().muted,
            Self::Wait => theme::colors().wait,
        }
    }

    pub fn back(self) -> Color {
        match self {
            Self::Good | Self::Done => theme::colors().good_back,
            Self::Late | Self::Wrong => theme::colors().late_back,
            Self::Upcoming => theme::colors().upcoming_back,
            Self::Closed => theme::colors().shade,
            Self::Wait => theme::colors().wait_back,
        }
    }

    /// On the deep bar.
    pub fn lamp(self) -> Color {
        match self {
            Self::Good | Self::Done => theme::colors().lamp_good,
            Self::Late | Self::Wrong => theme::colors().lamp_late,
            Self::Upcoming | Self::Closed | Self::Wait => theme::colors().lamp_wait,
        }
    }
}

const PADDING: Padding = Padding { top: 2.0, right: 10.0, bottom: 2.0, left: 8.0 };

fn content<'a, M: 'a>(look: Look, words: String) -> Element<'a, M> {
    let said = super::level(words, |words| words.size(SIZE_SMALL).font(fonts::SCREEN_BOLD).color(look.ink()));
    row![icon::icon(look.icon(), 10.0, look.ink()), said].spacing(gap(1) + 1.0).align_y(iced::Center).into()
}

pub fn tag<'a, M: 'a>(look: Look, words: String) -> Element<'a, M> {
    container(content(look, words)).padding(PADDING).style(theme::chip(look.back(), 11.0)).into()
}

/// A tag that shows a part of a list when it is pressed. `on` says whether it does now.
pub fn filter<'a, M: Clone + 'a>(look: Look, words: String, on: bool, message: M) -> Element<'a, M> {
    let edge = if on { look.ink() } else { look.back() };
    let face = iced::widget::button(content(look, words))
        .padding(Padding { top: 4.0, bottom: 4.0, ..PADDING })
        .style(button::pill(look.back(), look.ink(), edge))
        .on_press(message.clone());
    super::tab_stop(face, message).radius(14.0).into()
}

/// One fact on the deep bar.
pub fn lamp<'a, M: 'a>(look: Look, words: String) -> Element<'a, M> {
    row![
        icon::icon(look.icon(), 10.0, look.lamp()),
        text(words).size(SIZE_SMALL + 1.0).color(theme::colors().on_deep).wrapping(text::Wrapping::None)
    ]
    .spacing(gap(2))
    .align_y(iced::Center)
    .into()
}
