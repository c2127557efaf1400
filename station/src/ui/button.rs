//! Buttons: one kind for the main thing of a page, one for the rest, and their keys shown on them.

use super::icon::{self, Icon};
use super::theme::{self, SIZE_TEXT, colors, gap};
use super::{Element, tab_stop};
use crate::fonts;
use iced::widget::{button, column, container, row, text};
use iced::{Background, Color, Length, Padding, Shadow, Theme, border};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one main thing of a page.
    Primary,
    Secondary,
    /// Stands in a row of text.
    Quiet,
    /// Takes something away.
    Danger,
    /// On the deep bar.
    Bar,
}

pub struct Button<'a, M> {
    label: String,
    key: Option<&'a str>,
    icon: Option<Icon>,
    kind: Kind,
    on_press: Option<M>,
    width: Length,
    id: Option<&'static str>,
}

impl<'a, M: Clone + 'a> Button<'a, M> {
    /// `None` shows it, and that it cannot be pressed now.
    pub fn new(kind: Kind, label: String, on_press: Option<M>) -> Self {
        Self { label, key: None, icon: None, kind, on_press, width: Length::Shrink, id: None }
    }

    pub fn primary(label: String, on_press: Option<M>) -> Self {
        Self::new(Kind::Primary, label, on_press)
    }

    pub fn secondary(label: String, on_press: Option<M>) -> Self {
        Self::new(Kind::Secondary, label, on_press)
    }

    pub fn quiet(label: String, on_press: Option<M>) -> Self {
        Self::new(Kind::Quiet, label, on_press)
    }

    /// The key that does the same, as it stands on the keyboard.
    pub fn key(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }

    pub fn icon(self, icon: Icon) -> Self {
        Self { icon: Some(icon), ..self }
    }

    /// The name by which the focus is moved here.
    pub fn id(self, id: &'static str) -> Self {
        Self { id: Some(id), ..self }
    }

    pub fn width(self, width: impl Into<Length>) -> Self {
        Self { width: width.into(), ..self }
    }
}

/// The name of a key in a small box.
pub fn key_cap<'a, M: 'a>(key: &'a str, color: Color) -> Element<'a, M> {
    let name = text(key).size(11).color(color).wrapping(text::Wrapping::None);
    container(name).padding(Padding::from([1.0, 5.0])).style(theme::key_cap(color)).into()
}

impl<'a, M: Clone + 'a> From<Button<'a, M>> for Element<'a, M> {
    fn from(button_of: Button<'a, M>) -> Self {
        let Button { label, key, icon, kind, on_press, width, id } = button_of;
        let (back, over, ink, edge) = match kind {
            Kind::Primary => (colors().action, colors().action_hover, colors().on_deep, colors().action),
            Kind::Secondary => (colors().card, colors().hover, colors().action, colors().action),
            Kind::Quiet => (Color::TRANSPARENT, colors().hover, colors().action, Color::TRANSPARENT),
            Kind::Danger => (colors().card, colors().late_back, colors().late, colors().late),
            Kind::Bar => (Color::TRANSPARENT, colors().action, colors().on_deep, Color::TRANSPARENT),
        };
        let ink = if on_press.is_none() { colors().muted } else { ink };
        let weight = if kind == Kind::Bar { fonts::SCREEN } else { fonts::SCREEN_BOLD };
        let words = super::level(label, |words| words.size(SIZE_TEXT).font(weight).color(ink));
        let mut face = row![].spacing(gap(2)).align_y(iced::Center);
        if let Some(which) = icon {
            face = face.push(icon::icon(which, 16.0, ink));
        }
        face = face.push(words);
        if let Some(key) = key {
            face = face.push(key_cap(key, ink));
        }
        let padding = match kind {
            Kind::Quiet | Kind::Bar => Padding::from([4.0, 10.0]),
            Kind::Primary | Kind::Secondary | Kind::Danger => Padding::from([9.0, 18.0]),
        };
        let mut face = container(face);
        if width != Length::Shrink {
            face = face.center_x(Length::Fill);
        }
        let style = theme::button_style(back, over, ink, edge);
        let pressed = button(face).padding(padding).width(width).style(style).on_press_maybe(on_press.clone());
        match on_press {
            Some(message) => tab_stop(pressed, message).id(id).on_deep(kind == Kind::Bar).into(),
            None => pressed.into(),
        }
    }
}

/// One of some words that are offered under a field: by the mouse, or by keys that its page has.
pub fn offered<'a, M: Clone + 'a>(label: String, chosen: bool, message: M) -> Element<'a, M> {
    let (back, ink) = if chosen { (colors().chosen, colors().ink) } else { (Color::TRANSPARENT, colors().action) };
    let edge = if chosen { colors().action } else { Color::TRANSPARENT };
    let words = text(label).size(theme::SIZE_SMALL).font(fonts::SCREEN_BOLD).color(ink);
    button(words.wrapping(text::Wrapping::None))
        .padding(Padding::from([0.0, 4.0]))
        .style(theme::button_style(back, colors().hover, ink, edge))
        .on_press(message)
        .into()
}

/// A chip that can be pressed.
pub fn pill(back: Color, ink: Color, edge: Color) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |_, status| button::Style {
        background: Some(Background::Color(back)),
        text_color: ink,
        border: border::rounded(14).width(2).color(match status {
            button::Status::Hovered | button::Status::Pressed => ink,
            button::Status::Active | button::Status::Disabled => edge,
        }),
        shadow: Shadow::default(),
        snap: true,
    }
}

/// A place with its name under it, where the rail is narrow.
pub fn rail_tight<'a, M: Clone + 'a>(
    which: Icon,
    label: String,
    (key, mark): (&'a str, Option<Element<'a, M>>),
    here: bool,
    message: M,
) -> Element<'a, M> {
    let (ink, cap) = if here { (colors().on_deep, colors().on_deep) } else { (theme::colors().ink, colors().muted) };
    // What is to be seen there stands in place of the sign: there is no room for both.
    let sign = mark.unwrap_or_else(|| icon::icon(which, icon::USUAL, ink));
    let sign = row![sign, key_cap(key, cap)].spacing(gap(1)).align_y(iced::Center);
    let face = column![sign, text(label).size(theme::SIZE_SMALL).color(ink)].spacing(2).align_x(iced::Center);
    let (back, over) = if here { (colors().action, colors().action) } else { (theme::colors().shade, colors().line) };
    let style = theme::button_style(back, over, ink, Color::TRANSPARENT);
    let pressed = button(container(face).center_x(Length::Fill))
        .padding(Padding::from([6.0, 4.0]))
        .width(Length::Fill)
        .style(style)
        .on_press(message.clone());
    tab_stop(pressed, message).into()
}

/// A place of the program, on the rail: its key, and what is to be seen there.
pub fn rail<'a, M: Clone + 'a>(
    which: Icon,
    label: String,
    (key, mark): (&'a str, Option<Element<'a, M>>),
    here: bool,
    message: M,
) -> Element<'a, M> {
    let (ink, cap) = if here { (colors().on_deep, colors().on_deep) } else { (theme::colors().ink, colors().muted) };
    let weight = if here { fonts::SCREEN_BOLD } else { fonts::SCREEN };
    let words = text(label).size(SIZE_TEXT).font(weight).color(ink).width(Length::Fill);
    let face = row![icon::icon(which, icon::USUAL, ink), words].push(mark).push(key_cap(key, cap));
    let face = face.spacing(gap(2)).align_y(iced::Center);
    let (back, over) = if here { (colors().action, colors().action) } else { (theme::colors().shade, colors().line) };
    let style = theme::button_style(back, over, ink, Color::TRANSPARENT);
    let pressed =
        button(face).padding(Padding::from([9.0, 12.0])).width(Length::Fill).style(style).on_press(message.clone());
    tab_stop(pressed, message).into()
}
