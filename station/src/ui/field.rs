//! A field of a form: its name over it, what is wrong or worth knowing under it.

use super::caret::{self, caret, caret_leaving_escape};
use super::icon::{self, Icon};
use super::theme::{self, SIZE_SMALL, SIZE_TEXT, colors, gap};
use super::{Element, small, small_bold, tab_stop};
use crate::fonts;
use iced::widget::{column, container, row, space, text};
use iced::{Length, Padding};

/// Kept under each field, so that nothing moves when something is said there.
const UNDER_HEIGHT: f32 = SIZE_SMALL * 1.3;

pub struct Field<'a, M> {
    label: String,
    value: &'a str,
    on_input: Box<dyn Fn(String) -> M + 'a>,
    id: Option<&'static str>,
    error: Option<String>,
    hint: Option<String>,
    secure: bool,
    width: Length,
    plain: bool,
    searches: bool,
    on_enter: Option<M>,
    mark: Option<String>,
    under: Option<Element<'a, M>>,
}

pub fn field<'a, M: Clone + 'a>(label: String, value: &'a str, on_input: impl Fn(String) -> M + 'a) -> Field<'a, M> {
    Field {
        label,
        value,
        on_input: Box::new(on_input),
        id: None,
        error: None,
        hint: None,
        secure: false,
        width: Length::Fill,
        plain: false,
        searches: false,
        on_enter: None,
        mark: None,
        under: None,
    }
}

impl<'a, M: Clone + 'a> Field<'a, M> {
    /// The name by which the focus is moved here.
    pub fn id(self, id: &'static str) -> Self {
        Self { id: Some(id), ..self }
    }

    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }

    /// Shown while nothing is wrong.
    pub fn hint(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// What Enter means here; otherwise it is left to the page.
    pub fn on_enter(self, message: M) -> Self {
        Self { on_enter: Some(message), ..self }
    }

    /// Stands beside the name: that it must be filled in.
    pub fn mark(self, mark: String) -> Self {
        Self { mark: Some(mark), ..self }
    }

    /// In place of the words under it.
    pub fn under(self, under: Element<'a, M>) -> Self {
        Self { under: Some(under), ..self }
    }

    /// What is typed here is looked for: with nothing typed Esc goes back at once.
    pub fn searches(self) -> Self {
        Self { searches: true, ..self }
    }

    pub fn secure(self) -> Self {
        Self { secure: true, ..self }
    }

    pub fn width(self, width: impl Into<Length>) -> Self {
        Self { width: width.into(), ..self }
    }

    /// Without the room for words under it.
    pub fn plain(self) -> Self {
        Self { plain: true, ..self }
    }
}

/// The name over what is asked, and whether it must be answered.
pub fn named<'a, M: 'a>(label: String, mark: Option<String>) -> Element<'a, M> {
    row![small_bold(label)].push(mark.map(small)).spacing(gap(2)).into()
}

/// What is wrong, beside a shape.
pub fn error<'a, M: 'a>(words: String) -> Element<'a, M> {
    row![
        container(icon::icon(Icon::Triangle, 11.0, colors().late)).padding(Padding::ZERO.top(3)),
        text(words).size(SIZE_SMALL).color(colors().late).font(fonts::SCREEN_BOLD).width(Length::Fill)
    ]
    .spacing(gap(1))
    .into()
}

impl<'a, M: Clone + 'a> From<Field<'a, M>> for Element<'a, M> {
    fn from(field: Field<'a, M>) -> Self {
        let Field {
            label,
            value,
            on_input,
            id,
            error: wrong,
            hint,
            secure,
            width,
            plain,
            searches,
            on_enter,
            mark,
            under,
        } = field;
        let mut input = caret::input(value)
            .on_input(on_input)
            .size(SIZE_TEXT)
            .padding(Padding::from([8.0, 10.0]))
            .secure(secure)
            .on_submit_maybe(on_enter)
            .style(theme::input(wrong.is_some()));
        if let Some(id) = id {
            input = input.id(tab_stop::id(id));
        }
        let mut parts = column![].spacing(gap(1)).width(width);
        if !label.is_empty() {
            parts = parts.push(named(label, mark));
        }
        parts = parts.push(if searches && value.is_empty() { caret_leaving_escape(input) } else { caret(input) });
        match (wrong, under.or_else(|| hint.map(|words| small(words).into()))) {
            (Some(words), _) => parts = parts.push(error(words)),
            (None, Some(under)) => parts = parts.push(under),
            (None, None) if !plain => parts = parts.push(space().height(UNDER_HEIGHT)),
            (None, None) => {}
        }
        parts.into()
    }
}
