//! Colours, sizes and the styles of iced's own widgets. Contrast of text is at least 4.5 to 1.

use iced::widget::{button, container, scrollable, text_input};
use iced::{Background, Border, Color, Shadow, Theme, border, color};
use std::sync::LazyLock;

pub const INK: Color = color!(0x1d2a2f);
/// Text that matters less.
pub const MUTED: Color = color!(0x55666b);
pub const PAPER: Color = color!(0xf4f6f5);
/// Where the rail stands.
pub const SHADE: Color = color!(0xe6ecea);
pub const CARD: Color = color!(0xffffff);
pub const LINE: Color = color!(0xd7dfdc);
/// Edges of things that can be typed into or pressed: 3 to 1 on white.
pub const EDGE: Color = color!(0x84949a);
pub const DEEP: Color = color!(0x0e4a4a);
pub const ON_DEEP: Color = color!(0xffffff);
pub const ACTION: Color = color!(0x0e6b66);
pub const ACTION_HOVER: Color = color!(0x0b5a56);
/// Behind a row the mouse or the arrow keys point at.
pub const HOVER: Color = color!(0xeef4f2);
pub const CHOSEN: Color = color!(0xdcebe8);
/// The ring around what the keyboard is at.
pub const FOCUS: Color = color!(0xc05000);

pub const GOOD_BACK: Color = color!(0xdff1e6);
pub const GOOD: Color = color!(0x0b5c33);
pub const LATE_BACK: Color = color!(0xfde5e0);
pub const LATE: Color = color!(0x9c2b16);
pub const UPCOMING_BACK: Color = color!(0xe7edf5);
pub const UPCOMING: Color = color!(0x2b4d7b);
pub const WAIT_BACK: Color = color!(0xfdf0d2);
pub const WAIT: Color = color!(0x6d4700);
/// Shapes on the deep bar.
pub const LAMP_GOOD: Color = color!(0x7bd88f);
pub const LAMP_WAIT: Color = color!(0xffc04d);
pub const LAMP_LATE: Color = color!(0xff9b85);

pub const SIZE_TEXT: f32 = 15.0;
pub const SIZE_SMALL: f32 = 13.0;
pub const SIZE_TITLE: f32 = 22.0;
pub const SIZE_NUMBER: f32 = 34.0;
pub const RADIUS: f32 = 10.0;

/// Spacing goes in steps of four pixels.
pub const fn gap(steps: u16) -> f32 {
    steps as f32 * 4.0
}

pub fn theme() -> Theme {
    static THEME: LazyLock<Theme> = LazyLock::new(|| {
        let palette = iced::theme::Palette {
            background: PAPER,
            text: INK,
            primary: ACTION,
            success: GOOD,
            warning: WAIT,
            danger: LATE,
        };
        Theme::custom("Tikka", palette)
    });
    THEME.clone()
}

fn filled(color: Color) -> container::Style {
    container::Style::default().background(color).color(INK)
}

pub fn card(_: &Theme) -> container::Style {
    filled(CARD).border(border::rounded(RADIUS).color(LINE).width(1))
}

pub fn paper(_: &Theme) -> container::Style {
    filled(PAPER)
}

pub fn shade(_: &Theme) -> container::Style {
    filled(SHADE)
}

pub fn line(_: &Theme) -> container::Style {
    filled(LINE)
}

pub fn bar(_: &Theme) -> container::Style {
    container::Style::default().background(DEEP).color(ON_DEEP)
}

/// The one thing of a page that is read first.
pub fn deep_card(_: &Theme) -> container::Style {
    container::Style::default().background(DEEP).color(ON_DEEP).border(border::rounded(RADIUS))
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
            button::Status::Disabled => (SHADE, MUTED, LINE),
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

/// A row of a list that can be opened.
pub fn row_style(chosen: bool) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |_, status| {
        let background = match status {
            _ if chosen => CHOSEN,
            button::Status::Hovered | button::Status::Pressed => HOVER,
            button::Status::Active | button::Status::Disabled => CARD,
        };
        button::Style {
            background: Some(Background::Color(background)),
            text_color: INK,
            border: border::rounded(6),
            shadow: Shadow::default(),
            snap: true,
        }
    }
}

pub fn input(wrong: bool) -> impl Fn(&Theme, text_input::Status) -> text_input::Style {
    move |_, status| {
        let (color, width) = match status {
            text_input::Status::Focused { .. } => (FOCUS, 2.0),
            _ if wrong => (LATE, 2.0),
            text_input::Status::Hovered => (INK, 1.0),
            text_input::Status::Active | text_input::Status::Disabled => (EDGE, 1.0),
        };
        let background = if matches!(status, text_input::Status::Disabled) { SHADE } else { CARD };
        text_input::Style {
            background: Background::Color(background),
            border: Border { color, width, radius: 6.0.into() },
            icon: MUTED,
            placeholder: MUTED,
            value: INK,
            selection: color!(0xa9d3cd),
        }
    }
}

pub fn scroll(_: &Theme, status: scrollable::Status) -> scrollable::Style {
    let held = !matches!(status, scrollable::Status::Active { .. });
    let rail = scrollable::Rail {
        background: Some(Background::Color(PAPER)),
        border: border::rounded(4),
        scroller: scrollable::Scroller {
            background: Background::Color(if held { MUTED } else { EDGE }),
            border: border::rounded(4),
        },
    };
    scrollable::Style {
        container: container::Style::default(),
        vertical_rail: rail,
        horizontal_rail: rail,
        gap: None,
        auto_scroll: scrollable::AutoScroll {
            background: Background::Color(CARD),
            border: border::rounded(12).width(1).color(LINE),
            shadow: Shadow::default(),
            icon: INK,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2: relative luminance.
    fn luminance(c: Color) -> f32 {
        let [r, g, b, _] = c.into_linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: Color, b: Color) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_by_tired_eyes() {
        for (ink, back) in [
            (INK, CARD),
            (INK, PAPER),
            (INK, SHADE),
            (INK, CHOSEN),
            (MUTED, CARD),
            (MUTED, PAPER),
            (MUTED, HOVER),
            (MUTED, CHOSEN),
            (MUTED, SHADE),
            (ON_DEEP, DEEP),
            (ON_DEEP, ACTION),
            (ON_DEEP, ACTION_HOVER),
            (ACTION, CARD),
            (GOOD, GOOD_BACK),
            (LATE, LATE_BACK),
            (LATE, CARD),
            (UPCOMING, UPCOMING_BACK),
            (WAIT, WAIT_BACK),
        ] {
            assert!(contrast(ink, back) >= 4.5, "{ink:?} on {back:?}: {}", contrast(ink, back));
        }
        for (edge, back) in [(EDGE, CARD), (FOCUS, CARD), (FOCUS, PAPER), (LAMP_GOOD, DEEP), (LAMP_LATE, DEEP)] {
            assert!(contrast(edge, back) >= 3.0, "{edge:?} on {back:?}: {}", contrast(edge, back));
        }
    }
}
