//! How much room a window has, and how a page uses it. Nothing that a button acts on is ever cut off: what does
//! not fit beside stands below, and what does not fit at all is scrolled to.

use super::theme::{self, gap};
use super::{Contrast, Element, Scale};
use iced::widget::{Column, column, container, row, scrollable};
use iced::{Length, Padding, Size};

/// Below this what stands beside a list goes below it.
const NARROW: f32 = 1200.0;
/// Below this also the parts of a row, and the names of the places, need another form.
const TIGHT: f32 = 900.0;
/// What stands around a page: the bar, the room for news, and the edge.
const AROUND: f32 = 130.0;
/// Of what stands below so much is seen that people know it is there.
const PEEK: f32 = 36.0;
/// How wide the bar of what is scrolled is.
const BAR: f32 = 6.0;
/// A list lower than this is no list.
const LEAST_HEIGHT: f32 = 420.0;

/// The window, in the measure of its words: the larger they are, the less of it there is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    pub size: Size,
    /// How large the words are.
    pub scale: Scale,
    pub contrast: Contrast,
}

impl Room {
    pub fn is_narrow(self) -> bool {
        self.size.width < NARROW
    }

    pub fn is_tight(self) -> bool {
        self.size.width < TIGHT
    }

    /// A column of a list that may be this wide where there is room.
    pub fn column(self, width: f32) -> f32 {
        if self.is_tight() { width * 0.7 } else { width }
    }

    /// Not even a list has room: the page is scrolled.
    pub fn is_low(self) -> bool {
        self.size.height - AROUND < LEAST_HEIGHT
    }

    /// Of a list with something below it.
    fn list_height(self) -> f32 {
        (self.size.height - AROUND - PEEK).max(LEAST_HEIGHT)
    }
}

/// What stands beside a list.
pub enum Beside<'a, M> {
    Nothing,
    /// What follows from the list: below it, where there is no room beside.
    Also(Element<'a, M>),
    /// What somebody asked for: in the list's place, where there is no room beside.
    Asked(Element<'a, M>),
}

/// A page of a list, which takes all the height it gets, and what stands beside it.
pub fn panes<'a, M: 'a>(
    room: Room,
    list: impl Into<Element<'a, M>>,
    beside: Beside<'a, M>,
    width: f32,
) -> Element<'a, M> {
    let list = list.into();
    match (beside, room.is_narrow()) {
        (Beside::Nothing, _) if room.is_low() => {
            super::scroll(container(list).height(LEAST_HEIGHT)).width(Length::Fill).height(Length::Fill).into()
        }
        (Beside::Nothing, _) => list,
        (Beside::Also(side) | Beside::Asked(side), false) => {
            row![list, container(super::scroll(side)).width(width)].spacing(gap(3)).into()
        }
        (Beside::Asked(side), true) => super::scroll(side).width(Length::Fill).height(Length::Fill).into(),
        (Beside::Also(side), true) => {
            let list = container(list).height(room.list_height());
            let all = column![list, container(side).width(Length::Fill)].spacing(gap(3));
            super::scroll(all).width(Length::Fill).height(Length::Fill).into()
        }
    }
}

/// A page that is as long as it is, with what stands beside it: below it where there is no room, under one scroll bar.
pub fn page<'a, M: 'a>(
    room: Room,
    main: impl Into<Element<'a, M>>,
    side: impl Into<Element<'a, M>>,
    width: f32,
) -> Element<'a, M> {
    let (main, side) = (main.into(), side.into());
    match room.is_narrow() {
        true => super::scroll(column![main, container(side).width(Length::Fill)].spacing(gap(3)))
            .width(Length::Fill)
            .height(Length::Fill)
            .into(),
        false => {
            let main = super::scroll(main).width(Length::Fill).height(Length::Fill);
            row![main, container(super::scroll(side)).width(width)].spacing(gap(3)).into()
        }
    }
}

/// What stands alone on a page: as high as the window, or, where not even a list has room, scrolled as a whole.
pub fn alone<'a, M: 'a>(room: Room, main: Column<'a, M>) -> Element<'a, M> {
    let card = super::card(main).width(Length::Fill);
    match room.is_low() {
        true => super::scroll(card).width(Length::Fill).height(Length::Fill).into(),
        false => card.height(Length::Fill).into(),
    }
}

/// What has a bar of its own, but on a page that is scrolled as a whole: there is one bar then. Its room is kept free:
/// nothing moves aside when the bar comes.
pub fn long<'a, M: 'a>(whole: bool, content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    match whole {
        true => content.into(),
        false => {
            let bar = scrollable::Scrollbar::new().width(BAR).scroller_width(BAR);
            let content = container(content).padding(Padding::ZERO.right(BAR + gap(1)));
            let bar = scrollable::Direction::Vertical(bar);
            scrollable(content).direction(bar).style(theme::scroll).height(Length::Fill).into()
        }
    }
}

/// Two halves of a page that are read one after the other.
pub fn halves<'a, M: 'a>(
    room: Room,
    first: impl Into<Element<'a, M>>,
    second: impl Into<Element<'a, M>>,
) -> Element<'a, M> {
    match room.is_narrow() {
        true => column![first.into(), second.into()].spacing(gap(3)).into(),
        false => row![first.into(), second.into()].spacing(gap(3)).into(),
    }
}
