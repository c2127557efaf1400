//! Long lists. iced lays out every row of a column at every message, so only the rows that can be seen are
//! made: they are all of one height, with empty space for the rest.

use super::keys::Press;
use super::rows::{Rows, Whole};
use super::{Element, SETTLE_MS};
use iced::widget::operation::{self, AbsoluteOffset};
use iced::{Length, Task};
use std::ops::Range;

/// Rows made beyond the edge. A turn of the wheel is told before it is drawn, and makes the rows that come into sight.
const BEYOND: usize = 2;
/// Until the window has told how much of a list can be seen.
const FIRST_HEIGHT: f32 = 760.0;
/// Rows of a press on Page Down.
const PAGE: usize = 8;

/// Where a list stands, and which of its rows is chosen.
#[derive(Debug, Clone)]
pub struct List {
    id: &'static str,
    row_height: f32,
    top: f32,
    height: f32,
    pub chosen: usize,
    /// When another row took the place of the chosen one by itself.
    moved_ms: Option<u64>,
}

/// A list was scrolled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scrolled {
    top: f32,
    height: f32,
}

impl List {
    pub fn new(id: &'static str, row_height: f32) -> Self {
        Self { id, row_height, top: 0.0, height: FIRST_HEIGHT, chosen: 0, moved_ms: None }
    }

    pub fn scrolled(&mut self, to: Scrolled) {
        self.top = to.top;
        self.height = to.height;
    }

    /// The rows that must be there now, of `len`.
    pub fn visible(&self, len: usize) -> Range<usize> {
        let first = (self.top / self.row_height).max(0.0) as usize;
        let count = (self.height / self.row_height).max(0.0) as usize + 1;
        first.saturating_sub(BEYOND).min(len)..(first + count + BEYOND).min(len)
    }

    /// Back to the first row, for a new content.
    pub fn reset<M: Send + 'static>(&mut self) -> Task<M> {
        self.chosen = 0;
        self.top = 0.0;
        operation::scroll_to(self.id, AbsoluteOffset { x: None, y: Some(0.0) })
    }

    /// The list is shown again, where it was left.
    pub fn restore<M: Send + 'static>(&self) -> Task<M> {
        operation::scroll_to(self.id, AbsoluteOffset { x: None, y: Some(self.top) })
    }

    /// Moves the choice with a key, and the list with it. `None`: the key means nothing to a list.
    pub fn press<M: Send + 'static>(&mut self, press: Press, len: usize) -> Option<Task<M>> {
        let last = len.checked_sub(1)?;
        let to = match press {
            Press::Up => self.chosen.saturating_sub(1),
            Press::Down => self.chosen.saturating_add(1),
            Press::PageUp => self.chosen.saturating_sub(PAGE),
            Press::PageDown => self.chosen.saturating_add(PAGE),
            Press::Home => 0,
            Press::End => last,
            _ => return None,
        };
        Some(self.choose(to.min(last)))
    }

    /// Moves the choice to a row, and the list with it.
    pub fn choose<M: Send + 'static>(&mut self, row: usize) -> Task<M> {
        self.chosen = row;
        let (top, bottom) = (self.chosen as f32 * self.row_height, (self.chosen + 1) as f32 * self.row_height);
        let to = if top < self.top {
            top
        } else if bottom > self.top + self.height {
            bottom - self.height
        } else {
            return Task::none();
        };
        self.top = to;
        operation::scroll_to(self.id, AbsoluteOffset { x: None, y: Some(to) })
    }

    /// The rows were read again: whatever was chosen before stays so, wherever it stands now. When it is gone, another
    /// row takes its place.
    pub fn follow<K>(&mut self, was: Option<K>, find: impl FnOnce(K) -> Option<usize>, len: usize, now_ms: u64) {
        // In an empty list there is no other one.
        let is_another = was.is_some() && len > 0;
        match was.and_then(find) {
            Some(row) => self.chosen = row,
            None => {
                self.chosen = self.chosen.min(len.saturating_sub(1));
                self.moved_ms = is_another.then_some(now_ms).or(self.moved_ms);
            }
        }
    }

    /// The person had time to see which row is chosen.
    pub fn is_seen(&self, now_ms: u64) -> bool {
        self.moved_ms.is_none_or(|at_ms| now_ms.abs_diff(at_ms) >= SETTLE_MS)
    }

    /// `row` makes one row of exactly the list's height.
    pub fn view<'a, M: 'a>(
        &self,
        len: usize,
        row: impl Fn(usize) -> Element<'a, M>,
        on_scroll: impl Fn(Scrolled) -> M + 'a,
    ) -> Element<'a, M> {
        let list = super::scroll(Rows::new(len, self.row_height, self.visible(len), row))
            .id(super::tab_stop::id(self.id))
            .height(Length::Fill)
            .on_scroll(move |viewport| {
                on_scroll(Scrolled { top: viewport.absolute_offset().y, height: viewport.bounds().height })
            });
        Whole::new(list, self.row_height).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_seen_is_made() {
        let mut list = List::new("test", 50.0);
        list.scrolled(Scrolled { top: 0.0, height: 500.0 });
        assert_eq!(list.visible(10_000), 0..13);
        list.scrolled(Scrolled { top: 250_000.0, height: 500.0 });
        assert_eq!(list.visible(10_000), 4_998..5_013);
        assert_eq!(list.visible(3), 3..3);
        assert_eq!(list.visible(0), 0..0);
    }

    #[test]
    fn the_choice_stays_inside_and_in_sight() {
        let mut list = List::new("test", 50.0);
        list.scrolled(Scrolled { top: 0.0, height: 500.0 });
        assert!(list.press::<()>(Press::Down, 0).is_none());
        assert!(list.press::<()>(Press::Enter, 5).is_none());
        for _ in 0..7 {
            assert!(list.press::<()>(Press::Down, 5).is_some());
        }
        assert_eq!(list.chosen, 4);
        assert!(list.press::<()>(Press::End, 100).is_some());
        assert_eq!((list.chosen, list.top), (99, 4_500.0));
        assert!(list.press::<()>(Press::Home, 100).is_some());
        assert_eq!((list.chosen, list.top), (0, 0.0));
    }

    #[test]
    fn the_chosen_row_is_followed_to_its_new_place() {
        let mut list = List::new("test", 50.0);
        let find = |rows: &'static [u32]| move |was: u32| rows.iter().position(|row| *row == was);
        list.follow(None, find(&[10, 20]), 2, 0);
        list.chosen = 1;
        list.follow(Some(20), find(&[5, 10, 20]), 3, 0);
        assert_eq!(list.chosen, 2);
        assert!(list.is_seen(0));
        // It is gone: what took its place is seen first.
        list.follow(Some(20), find(&[5, 10]), 2, 7_000);
        assert_eq!(list.chosen, 1);
        assert!(!list.is_seen(7_000 + SETTLE_MS - 1) && list.is_seen(7_000 + SETTLE_MS));
    }
}
