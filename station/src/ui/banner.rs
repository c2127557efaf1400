//! What the program has to say: a strip with a shape, and what stands in a list that is empty.

use super::icon;
use super::tag::Look;
use super::theme::{self, SIZE_TEXT, colors, gap};
use super::{Button, Element, Icon, bold, small};
use crate::fonts;
use iced::widget::{column, container, row, text};
use iced::{Length, Padding};

/// News for the person, until it is closed or the next comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    pub look: Look,
    pub words: String,
}

impl Banner {
    pub fn good(words: String) -> Self {
        Self { look: Look::Done, words }
    }

    pub fn wait(words: String) -> Self {
        Self { look: Look::Wait, words }
    }

    pub fn wrong(words: String) -> Self {
        Self { look: Look::Late, words }
    }

    /// With a button that closes it.
    pub fn view<'a, M: Clone + 'a>(&self, close: String, on_close: M) -> Element<'a, M> {
        strip(self.look, self.words.clone(), Some(Button::quiet(close, Some(on_close)).into()))
    }
}

/// A strip that stays.
pub fn note<'a, M: 'a>(look: Look, words: String) -> Element<'a, M> {
    strip(look, words, None)
}

/// One with which something can be done.
pub fn note_with<'a, M: 'a>(look: Look, words: String, end: impl Into<Element<'a, M>>) -> Element<'a, M> {
    strip(look, words, Some(end.into()))
}

fn strip<'a, M: 'a>(look: Look, words: String, end: Option<Element<'a, M>>) -> Element<'a, M> {
    let said = text(words).size(SIZE_TEXT).font(fonts::SCREEN_BOLD).color(look.ink()).width(Length::Fill);
    let mut face = row![icon::icon(look.icon(), 14.0, look.ink()), said].spacing(gap(3)).align_y(iced::Center);
    if let Some(end) = end {
        face = face.push(end);
    }
    container(face)
        .padding(Padding::from([8.0, 16.0]))
        .width(Length::Fill)
        .style(theme::chip(look.back(), theme::RADIUS))
        .into()
}

/// An empty list: what it means and what to do next.
pub fn empty<'a, M: 'a>(which: Icon, heading: String, next: String) -> Element<'a, M> {
    let words = column![icon::icon(which, 36.0, colors().muted), bold(heading), small(next)]
        .spacing(gap(2))
        .align_x(iced::Center)
        .max_width(460);
    container(words).center_x(Length::Fill).padding(gap(10)).into()
}
