//! What is drawn on a canvas.

use crate::fonts;
use iced::alignment::Vertical;
use iced::widget::canvas::Text;
use iced::widget::text::Alignment;
use iced::{Color, Pixels, Point};

/// A word or figure beside, or in, what is drawn: `position` is its middle in height.
pub fn label(content: String, px: f32, position: Point, color: Color, align: Alignment) -> Text {
    Text {
        content,
        position,
        color,
        size: Pixels(px),
        font: fonts::SCREEN,
        align_x: align,
        align_y: Vertical::Center,
        ..Text::default()
    }
}
