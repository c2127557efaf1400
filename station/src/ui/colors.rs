//! The colours, each by what it is for, in two strengths. Contrast of text is at least 4.5 to 1; for eyes that need
//! more, at least 7 to 1.

use iced::{Color, color};
use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

/// How strongly colours differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contrast {
    #[default]
    Usual,
    High,
}

impl Contrast {
    pub const ALL: [Self; 2] = [Self::Usual, Self::High];

    /// The last part of the words' key `settings-contrast-…`, and how it is remembered.
    pub fn code(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::High => "high",
        }
    }

    pub fn colors(self) -> &'static Colors {
        match self {
            Self::Usual => &USUAL,
            Self::High => &HIGH,
        }
    }
}

impl fmt::Display for Contrast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a contrast; use \"usual\" or \"high\"")]
pub struct NoContrast;

impl FromStr for Contrast {
    type Err = NoContrast;

    fn from_str(text: &str) -> Result<Self, NoContrast> {
        Self::ALL.into_iter().find(|contrast| contrast.code() == text).ok_or(NoContrast)
    }
}

thread_local! {
    /// Of what this thread draws. iced builds, draws and styles a window on one thread.
    static DRAWN: Cell<Contrast> = const { Cell::new(Contrast::Usual) };
}

/// What is drawn from now on has this contrast.
pub fn draw_with(contrast: Contrast) {
    DRAWN.set(contrast);
}

pub fn contrast() -> Contrast {
    DRAWN.get()
}

/// The colours of what is drawn now.
pub fn colors() -> &'static Colors {
    contrast().colors()
}

#[derive(Debug)]
pub struct Colors {
    pub ink: Color,
    /// Text that matters less.
    pub muted: Color,
    pub paper: Color,
    /// Where the rail stands.
    pub shade: Color,
    pub card: Color,
    pub line: Color,
    /// Edges of things that can be typed into or pressed: 3 to 1 on white.
    pub edge: Color,
    pub deep: Color,
    pub on_deep: Color,
    pub action: Color,
    pub action_hover: Color,
    /// Behind a row the mouse or the arrow keys point at.
    pub hover: Color,
    pub chosen: Color,
    /// The ring around what the keyboard is at.
    pub focus: Color,
    pub good_back: Color,
    pub good: Color,
    pub late_back: Color,
    pub late: Color,
    pub upcoming_back: Color,
    pub upcoming: Color,
    pub wait_back: Color,
    pub wait: Color,
    /// Shapes on the deep bar.
    pub lamp_good: Color,
    pub lamp_wait: Color,
    pub lamp_late: Color,
    /// Behind letters that are marked in a field.
    pub selection: Color,
}

const USUAL: Colors = Colors {
    ink: color!(0x1d2a2f),
    muted: color!(0x55666b),
    paper: color!(0xf4f6f5),
    shade: color!(0xe6ecea),
    card: color!(0xffffff),
    line: color!(0xd7dfdc),
    edge: color!(0x84949a),
    deep: color!(0x0e4a4a),
    on_deep: color!(0xffffff),
    action: color!(0x0e6b66),
    action_hover: color!(0x0b5a56),
    hover: color!(0xeef4f2),
    chosen: color!(0xdcebe8),
    focus: color!(0xc05000),
    good_back: color!(0xdff1e6),
    good: color!(0x0b5c33),
    late_back: color!(0xfde5e0),
    late: color!(0x9c2b16),
    upcoming_back: color!(0xe7edf5),
    upcoming: color!(0x2b4d7b),
    wait_back: color!(0xfdf0d2),
    wait: color!(0x6d4700),
    lamp_good: color!(0x7bd88f),
    lamp_wait: color!(0xffc04d),
    lamp_late: color!(0xff9b85),
    selection: color!(0xa9d3cd),
};

const HIGH: Colors = Colors {
    ink: color!(0x000000),
    muted: color!(0x1f2a2e),
    paper: color!(0xffffff),
    shade: color!(0xe4e4e4),
    card: color!(0xffffff),
    line: color!(0x5a6468),
    edge: color!(0x000000),
    deep: color!(0x00201f),
    on_deep: color!(0xffffff),
    action: color!(0x00403d),
    action_hover: color!(0x002523),
    hover: color!(0xe8f0ee),
    chosen: color!(0xffe98a),
    focus: color!(0xb00000),
    good_back: color!(0xdff5e6),
    good: color!(0x003d1c),
    late_back: color!(0xffe3de),
    late: color!(0x7a1200),
    upcoming_back: color!(0xe3ebf7),
    upcoming: color!(0x0b2a5c),
    wait_back: color!(0xfff0c2),
    wait: color!(0x472c00),
    lamp_good: color!(0x8df5a3),
    lamp_wait: color!(0xffd26a),
    lamp_late: color!(0xffb3a1),
    selection: color!(0x7fd4c8),
};

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2: relative luminance.
    fn luminance(c: Color) -> f32 {
        let [r, g, b, _] = c.into_linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn ratio(a: Color, b: Color) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_by_tired_eyes() {
        for (contrast, text, edges) in [(Contrast::Usual, 4.5, 3.0), (Contrast::High, 7.0, 4.5)] {
            let c = contrast.colors();
            for (ink, back) in [
                (c.ink, c.card),
                (c.ink, c.paper),
                (c.ink, c.shade),
                (c.ink, c.chosen),
                (c.muted, c.card),
                (c.muted, c.paper),
                (c.muted, c.hover),
                (c.muted, c.chosen),
                (c.muted, c.shade),
                (c.on_deep, c.deep),
                (c.on_deep, c.action),
                (c.on_deep, c.action_hover),
                (c.action, c.card),
                (c.good, c.good_back),
                (c.late, c.late_back),
                (c.late, c.card),
                (c.upcoming, c.upcoming_back),
                (c.wait, c.wait_back),
            ] {
                assert!(ratio(ink, back) >= text, "{contrast}: {ink:?} on {back:?}: {}", ratio(ink, back));
            }
            let at = [
                (c.edge, c.card),
                (c.focus, c.card),
                (c.focus, c.paper),
                (c.lamp_good, c.deep),
                (c.lamp_late, c.deep),
                // Around the chosen row, and around what has the focus on the bar.
                (c.action, c.chosen),
                (c.action, c.card),
                (c.on_deep, c.deep),
            ];
            for (edge, back) in at {
                assert!(ratio(edge, back) >= edges, "{contrast}: {edge:?} on {back:?}: {}", ratio(edge, back));
            }
        }
    }
}
