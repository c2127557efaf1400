//! Sizes, and the styles of iced's own widgets.

pub use super::colors::colors;
use super::colors::{Contrast, contrast};
use iced::widget::{button, container, scrollable, text_input};
use iced::{Background, Border, Color, Padding, Shadow, Theme, border};
use std::sync::LazyLock;

pub const SIZE_TEXT: f32 = 15.0;
pub const SIZE_SMALL: f32 = 13.0;
pub const SIZE_TITLE: f32 = 22.0;
pub const SIZE_NUMBER: f32 = 34.0;
/// Of what is read to somebody, or copied: a phone's number, the recovery key.
pub const SIZE_BIG: f32 = 26.0;
/// Of the name of what a line or a bar is about.
pub const SIZE_NAME: f32 = 16.0;
/// In a drawing.
pub const SIZE_FIGURE: f32 = 12.0;
pub const RADIUS: f32 = 10.0;
/// Of a row of a list, and of a field.
pub const RADIUS_ROW: f32 = 6.0;
/// Room for the ring around what has the focus, which a scrolled part would cut.
pub const RING: f32 = 4.0;

/// Between lines that are one.
pub const TIGHT: f32 = 2.0;
/// Around the names above a list's columns, which stand over its rows beside its scroll bar.
pub const LIST_HEAD: Padding = Padding { top: 0.0, right: 18.0, bottom: 0.0, left: 8.0 };

/// Spacing goes in steps of four pixels.
pub const fn gap(steps: u16) -> f32 {
    steps as f32 * 4.0
}

pub fn theme() -> Theme {
    static THEMES: [LazyLock<Theme>; 2] =
        [LazyLock::new(|| custom(Contrast::Usual)), LazyLock::new(|| custom(Contrast::High))];
    THEMES[contrast() as usize].clone()
}

fn custom(contrast: Contrast) -> Theme {
    let colors = contrast.colors();
    let palette = iced::theme::Palette {
        background: colors.paper,
        text: colors.ink,
        primary: colors.action,
        success: colors.good,
        warning: colors.wait,
        danger: colors.late,
    };
    Theme::custom("Tikka", palette)
}

fn filled(color: Color) -> container::Style {
    container::Style::default().background(color).color(colors().ink)
}

pub fn card(_: &Theme) -> container::Style {
    filled(colors().card).border(border::rounded(RADIUS).color(colors().line).width(1))
}

pub fn paper(_: &Theme) -> container::Style {
    filled(colors().paper)
}

pub fn shade(_: &Theme) -> container::Style {
    filled(colors().shade)
}

pub fn line(_: &Theme) -> container::Style {
    filled(colors().line)
}

pub fn bar(_: &Theme) -> container::Style {
    container::Style::default().background(colors().deep).color(colors().on_deep)
}

/// The one thing of a page that is read first.
pub fn deep_card(_: &Theme) -> container::Style {
    container::Style::default().background(colors().deep).color(colors().on_deep).border(border::rounded(RADIUS))
}

/// A coloured strip or chip.
pub fn chip(back: Color, radius: f32) -> impl Fn(&Theme) -> container::Style {
    move |_| container::Style::default().background(back).border(border::rounded(radius))
}

/// The box around a key's name on a button.
pub fn key_cap(color: Color) -> impl Fn(&Theme) -> container::Style {
    move |_| container::Style::default().color(color).border(border::rounded(4).color(color).width(1))
}

/// A button of two colours; `edge` is its line.
pub fn button_style(
    back: Color,
    over: Color,
    ink: Color,
    edge: Color,
) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |_, status| {
        let (background, text_color, color) = match status {
            button::Status::Active => (back, ink, edge),
            button::Status::Hovered | button::Status::Pressed => (over, ink, edge),
            button::Status::Disabled => (colors().shade, colors().muted, colors().line),
        };
        button::Style {
            background: Some(Background::Color(background)),
            text_color,
            border: Border { color, width: 1.0, radius: RADIUS.into() },
            shadow: Shadow::default(),
            snap: true,
        }
    }
}

/// The edge of a row. Of a chosen one its background alone is not seen by tired eyes.
fn row_edge(chosen: bool) -> Border {
    if chosen { border::rounded(RADIUS_ROW).color(colors().action).width(2) } else { border::rounded(RADIUS_ROW) }
}

/// A row that keys mean, and that holds buttons of its own.
pub fn row_face(chosen: bool) -> impl Fn(&Theme) -> container::Style {
    move |_| {
        let back = if chosen { colors().chosen } else { colors().card };
        container::Style::default().background(back).border(row_edge(chosen))
    }
}

/// A row of a list that can be opened.
pub fn row_style(chosen: bool) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |_, status| {
        let background = match status {
            _ if chosen => colors().chosen,
            button::Status::Hovered | button::Status::Pressed => colors().hover,
            button::Status::Active | button::Status::Disabled => colors().card,
        };
        button::Style {
            background: Some(Background::Color(background)),
            text_color: colors().ink,
            border: row_edge(chosen),
            shadow: Shadow::default(),
            snap: true,
        }
    }
}

pub fn input(wrong: bool) -> impl Fn(&Theme, text_input::Status) -> text_input::Style {
    move |_, status| {
        let (color, width) = match status {
            text_input::Status::Focused { .. } => (colors().focus, 2.0),
            _ if wrong => (colors().late, 2.0),
            text_input::Status::Hovered => (colors().ink, 1.0),
            text_input::Status::Active | text_input::Status::Disabled => (colors().edge, 1.0),
        };
        let background = if matches!(status, text_input::Status::Disabled) { colors().shade } else { colors().card };
        text_input::Style {
            background: Background::Color(background),
            border: Border { color, width, radius: RADIUS_ROW.into() },
            icon: colors().muted,
            placeholder: colors().muted,
            value: colors().ink,
            selection: colors().selection,
        }
    }
}

pub fn scroll(_: &Theme, status: scrollable::Status) -> scrollable::Style {
    let held = !matches!(status, scrollable::Status::Active { .. });
    let rail = scrollable::Rail {
        background: Some(Background::Color(colors().paper)),
        border: border::rounded(4),
        scroller: scrollable::Scroller {
            background: Background::Color(if held { colors().muted } else { colors().edge }),
            border: border::rounded(4),
        },
    };
    scrollable::Style {
        container: container::Style::default(),
        vertical_rail: rail,
        horizontal_rail: rail,
        gap: None,
        auto_scroll: scrollable::AutoScroll {
            background: Background::Color(colors().card),
            border: border::rounded(12).width(1).color(colors().line),
            shadow: Shadow::default(),
            icon: colors().ink,
        },
    }
}
