//! The design system: what every screen is made of, so that none invents its own.

pub mod ask;
pub mod banner;
pub mod button;
pub mod caret;
pub mod choice;
pub mod chosen;
pub mod colors;
pub mod drawn;
pub mod field;
pub mod focus;
pub mod icon;
pub mod keys;
pub mod letters;
pub mod list;
pub mod room;
pub mod rows;
pub mod scale;
pub mod tab_stop;
pub mod tag;
pub mod theme;
pub mod trouble;
pub mod typed_date;
pub mod typed_number;

pub use ask::ask;
pub use banner::{Banner, empty, note, note_with};
pub use button::{Button, Kind};
pub use choice::{choice, tick};
pub use chosen::Chosen;
pub use colors::Contrast;
pub use field::field;
pub use focus::{focus, focus_first};
pub use icon::Icon;
pub use keys::Press;
pub use letters::Letters;
pub use room::{Beside, Room, alone, halves, long, page, panes};
pub use scale::Scale;
pub use tab_stop::tab_stop;
pub use tag::{Look, tag};
pub use trouble::Trouble;

use crate::fonts;
use crate::words::{Words, is_devanagari};
use iced::widget::{Column, Row, Scrollable, Text, column, container, row, scrollable, space, text};
use iced::{Color, Length, Padding};
use theme::{SIZE_NUMBER, SIZE_SMALL, SIZE_TEXT, SIZE_TITLE, colors, gap};

/// What follows sooner after something came or changed by itself was meant for what stood there before: the second
/// stroke of a key that bounces, or of a hand in a hurry.
pub const SETTLE_MS: u64 = 1_000;

pub type Element<'a, M> = iced::Element<'a, M>;

pub fn body<'a>(words: impl text::IntoFragment<'a>) -> Text<'a> {
    text(words).size(SIZE_TEXT).color(colors().ink)
}

pub fn bold<'a>(words: impl text::IntoFragment<'a>) -> Text<'a> {
    body(words).font(fonts::SCREEN_BOLD)
}

pub fn small<'a>(words: impl text::IntoFragment<'a>) -> Text<'a> {
    text(words).size(SIZE_SMALL).color(colors().muted)
}

pub fn small_bold<'a>(words: impl text::IntoFragment<'a>) -> Text<'a> {
    small(words).font(fonts::SCREEN_BOLD)
}

pub fn title<'a>(words: impl text::IntoFragment<'a>) -> Text<'a> {
    text(words).size(SIZE_TITLE).color(colors().ink).font(fonts::SCREEN_BOLD)
}

/// A figure or a date that is read from across the desk.
pub fn number<'a>(words: impl text::IntoFragment<'a>, color: Color) -> Text<'a> {
    text(words).size(SIZE_NUMBER).color(color).font(fonts::SCREEN_BOLD)
}

/// A white sheet with a thin line around it.
pub fn card<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> iced::widget::Container<'a, M> {
    container(content).padding(gap(4)).style(theme::card)
}

/// A white sheet with a heading.
pub fn headed_card<'a, M: 'a>(heading: String, content: impl Into<Element<'a, M>>) -> iced::widget::Container<'a, M> {
    card(column![small_bold(heading), content.into()].spacing(gap(3))).width(Length::Fill)
}

/// The same, with the key that moves the focus to what is typed there.
pub fn keyed_card<'a, M: 'a>(
    (heading, key): (String, &'a str),
    content: impl Into<Element<'a, M>>,
) -> iced::widget::Container<'a, M> {
    let heading = row![small_bold(heading), button::key_cap(key, colors().muted)].spacing(gap(2));
    card(column![heading.align_y(iced::Center), content.into()].spacing(gap(3))).width(Length::Fill)
}

pub fn stack<'a, M: 'a>(parts: impl IntoIterator<Item = Element<'a, M>>) -> Column<'a, M> {
    Column::with_children(parts).spacing(gap(2))
}

/// Pushes what follows to the far end of a row.
pub fn push<'a, M: 'a>() -> Element<'a, M> {
    space::horizontal().into()
}

/// A page in the middle of the window, for what comes before anybody is logged in.
pub fn sheet<'a, M: 'a>(width: f32, content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    let sheet = container(content).max_width(width).padding(gap(8)).style(theme::card);
    container(scroll(container(sheet).center_x(Length::Fill))).center(Length::Fill).padding(gap(3)).into()
}

/// Something that comes and goes over what stays. It keeps its place in the tree of widgets, so that what
/// follows keeps its focus and its scroll.
pub fn above<'a, M: 'a>(parts: Vec<Element<'a, M>>) -> Element<'a, M> {
    let padding = if parts.is_empty() { Padding::ZERO } else { Padding::ZERO.bottom(gap(3)) };
    container(Column::with_children(parts).spacing(gap(2))).padding(padding).into()
}

/// The head of a page that was opened from another one: its name, and the way back.
pub fn opened<'a, M: Clone + 'a>(title: String, back: M, words: &Words) -> Row<'a, M> {
    let back = Button::quiet(words.get("shell-back"), Some(back)).key("Esc");
    row![self::title(title).width(Length::Fill), back].spacing(gap(2)).align_y(iced::Center)
}

/// What may be longer than the room it has.
pub fn scroll<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Scrollable<'a, M> {
    let bar = scrollable::Scrollbar::new().width(6).scroller_width(6).spacing(gap(1));
    scrollable(content).direction(scrollable::Direction::Vertical(bar)).style(theme::scroll)
}

/// Devanagari hangs from its line: a word of it alone stands too high beside an icon or a Latin word.
pub fn level<'a, M: 'a>(words: String, dress: impl FnOnce(Text<'a>) -> Text<'a>) -> Element<'a, M> {
    let alone = words.chars().any(is_devanagari) && !words.chars().any(|c| c.is_ascii_alphanumeric());
    let shown = dress(text(words).wrapping(text::Wrapping::None));
    if alone { container(shown).padding(Padding::ZERO.top(2.5)).into() } else { shown.into() }
}

/// A thin line.
pub fn rule<'a, M: 'a>() -> Element<'a, M> {
    container(space::horizontal()).height(1).width(Length::Fill).style(theme::line).into()
}

/// The words that name a thing, over it.
pub fn labelled<'a, M: 'a>(label: String, content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    column![small_bold(label), content.into()].spacing(gap(1)).width(Length::Fill).into()
}

/// Long work is being done: says so instead of looking dead.
pub fn working<'a, M: 'a>(words: String) -> Element<'a, M> {
    row![icon::small(Icon::Clock, colors().muted), small(words)].spacing(gap(2)).align_y(iced::Center).into()
}
