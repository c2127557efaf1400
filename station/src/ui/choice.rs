//! One of several, and yes or no: iced's own are not reachable with Tab.

use super::button::key_cap;
use super::icon::{self, Icon};
use super::theme::{self, colors, gap};
use super::{Element, bold, small, tab_stop};
use iced::widget::{button, column, row};
use iced::{Background, Length, Padding, Shadow, Theme, border};

fn style(chosen: bool) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |_, status| {
        let over = matches!(status, button::Status::Hovered | button::Status::Pressed);
        let back = if chosen {
            colors().chosen
        } else if over {
            colors().hover
        } else {
            colors().card
        };
        button::Style {
            background: Some(Background::Color(back)),
            text_color: colors().ink,
            border: border::rounded(theme::RADIUS).width(if chosen { 2 } else { 1 }).color(if chosen {
                colors().action
            } else {
                colors().edge
            }),
            shadow: Shadow::default(),
            snap: true,
        }
    }
}

/// One of several. The second line says what it means.
pub fn choice<'a, M: Clone + 'a>(label: String, about: Option<String>, chosen: bool, message: M) -> Element<'a, M> {
    let mark = if chosen { Icon::RadioChosen } else { Icon::RadioEmpty };
    let mut words = column![bold(label)].spacing(2).width(Length::Fill);
    if let Some(about) = about {
        words = words.push(small(about));
    }
    let face = row![icon::icon(mark, icon::USUAL, if chosen { colors().action } else { colors().muted }), words]
        .spacing(gap(3))
        .align_y(iced::Center);
    let pressed = button(face)
        .padding(Padding::from([8.0, 12.0]))
        .width(Length::Fill)
        .style(style(chosen))
        .on_press(message.clone());
    tab_stop(pressed, message).by_space().into()
}

/// One of several that stand side by side and take as little room as they can.
pub fn short_choice<'a, M: Clone + 'a>(label: String, chosen: bool, message: M) -> Element<'a, M> {
    side_by_side(label, chosen, (None, None), message)
}

/// The same, with the key that chooses it.
pub fn keyed_choice<'a, M: Clone + 'a>(label: String, key: &'a str, chosen: bool, message: M) -> Element<'a, M> {
    side_by_side(label, chosen, (Some(key), None), message)
}

/// The same, with a name by which the focus is moved there.
pub fn short_choice_at<'a, M: Clone + 'a>(
    label: String,
    chosen: bool,
    id: Option<&'static str>,
    message: M,
) -> Element<'a, M> {
    side_by_side(label, chosen, (None, id), message)
}

fn side_by_side<'a, M: Clone + 'a>(
    label: String,
    chosen: bool,
    (key, id): (Option<&'a str>, Option<&'static str>),
    message: M,
) -> Element<'a, M> {
    let mark = if chosen { Icon::RadioChosen } else { Icon::RadioEmpty };
    let words = super::level(label, |words| words.size(theme::SIZE_TEXT).color(colors().ink));
    let face = row![icon::icon(mark, 16.0, if chosen { colors().action } else { colors().muted }), words]
        .push(key.map(|key| key_cap(key, colors().muted)))
        .spacing(gap(2))
        .align_y(iced::Center);
    let pressed = button(face).padding(Padding::from([8.0, 12.0])).style(style(chosen)).on_press(message.clone());
    tab_stop(pressed, message).by_space().id(id).into()
}

/// One of some that may hold together, side by side.
pub fn short_tick<'a, M: Clone + 'a>(
    label: String,
    ticked: bool,
    id: Option<&'static str>,
    message: M,
) -> Element<'a, M> {
    let words = super::level(label, |words| words.size(theme::SIZE_TEXT).color(colors().ink));
    let face = row![mark(ticked), words].spacing(gap(2)).align_y(iced::Center);
    let pressed = button(face).padding(Padding::from([6.0, 12.0])).style(style(ticked)).on_press(message.clone());
    tab_stop(pressed, message).by_space().id(id).into()
}

/// Yes or no.
pub fn tick<'a, M: Clone + 'a>(label: String, ticked: bool, message: M) -> Element<'a, M> {
    let face = row![mark(ticked), super::body(label).width(Length::Fill)].spacing(gap(3)).align_y(iced::Center);
    let pressed = button(face)
        .padding(Padding::from([5.0, 6.0]))
        .width(Length::Fill)
        .style(theme::row_style(false))
        .on_press(message.clone());
    tab_stop(pressed, message).by_space().radius(6.0).into()
}

/// The box itself.
pub fn mark<'a, M: 'a>(ticked: bool) -> Element<'a, M> {
    let (which, color) = if ticked { (Icon::BoxTicked, colors().action) } else { (Icon::BoxEmpty, colors().muted) };
    icon::icon(which, 22.0, color)
}
