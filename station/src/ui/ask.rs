//! A question before something is lost.

use super::icon::{self, Icon};
use super::theme::{self, colors, gap};
use super::{Button, Element, Press, body, title};
use iced::Length;
use iced::widget::{column, container, row};

/// The button that loses nothing: the focus belongs there.
pub const STAY: &str = "ask-stay";

/// What a person answers by a key, if anything: is it left?
pub fn answer(press: Press) -> Option<bool> {
    match press {
        Press::Escape | Press::Enter => Some(false),
        // No letter: whoever types a name did not see the question.
        Press::Ctrl('D') => Some(true),
        _ => None,
    }
}

/// To stay is the main thing, and what Enter means. The answers are words and what they mean.
pub fn ask<'a, M: Clone + 'a>(
    question: String,
    about: String,
    stay: (String, M),
    leave: (String, M),
) -> Element<'a, M> {
    let question = row![icon::icon(Icon::Triangle, 22.0, colors().wait), title(question).width(Length::Fill)];
    let answers = row![
        Button::primary(stay.0, Some(stay.1)).key("Esc").id(STAY),
        Button::new(super::Kind::Danger, leave.0, Some(leave.1)).key("Ctrl D"),
    ];
    let all = column![question.spacing(gap(3)).align_y(iced::Center), body(about), answers.spacing(gap(3)).wrap()];
    let sheet = container(all.spacing(gap(5))).max_width(560).padding(gap(8)).style(theme::card);
    container(super::scroll(container(sheet).center_x(Length::Fill)))
        .center(Length::Fill)
        .padding(gap(3))
        .style(theme::paper)
        .into()
}
