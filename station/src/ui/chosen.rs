//! Which row of a short list the keys mean, where the rows are not of one height. It is known by what it is, not by its
//! place: no key ever acts on what came to stand there by itself.

use super::focus::{ROW, show_row};
use super::theme::{self, gap};
use super::{Element, Press, SETTLE_MS, button, small};
use crate::words::Words;
use iced::widget::{container, row};
use iced::{Length, Task};

#[derive(Debug, Clone)]
pub struct Chosen<K> {
    key: Option<K>,
    /// Where it stood.
    at: usize,
    /// When another row took its place.
    moved_ms: Option<u64>,
}

impl<K> Default for Chosen<K> {
    fn default() -> Self {
        Self { key: None, at: 0, moved_ms: None }
    }
}

impl<K: Clone + PartialEq> Chosen<K> {
    pub fn is(&self, key: &K) -> bool {
        self.key.as_ref() == Some(key)
    }

    pub fn choose(&mut self, key: K, rows: &[K]) {
        self.at = rows.iter().position(|row| *row == key).unwrap_or(self.at);
        self.key = Some(key);
        self.moved_ms = None;
    }

    fn place(&self, rows: &[K]) -> Option<usize> {
        rows.iter().position(|row| self.is(row))
    }

    /// Other rows are shown: the first is chosen.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// The rows were read again: whatever was chosen stays so. When it is gone, the one in its place is.
    pub fn follow(&mut self, rows: &[K], now_ms: u64) {
        match self.place(rows) {
            Some(at) => self.at = at,
            None => {
                self.moved_ms = self.key.as_ref().map(|_| now_ms).or(self.moved_ms);
                self.at = self.at.min(rows.len().saturating_sub(1));
                self.key = rows.get(self.at).cloned();
            }
        }
    }

    /// Moves the choice with a key. `None`: the key means nothing to a list.
    pub fn press<M: Send + 'static>(&mut self, press: Press, rows: &[K]) -> Option<Task<M>> {
        let last = rows.len().checked_sub(1)?;
        // What was chosen may have gone with the news, which no page is told of.
        let at = self.place(rows);
        let to = match press {
            Press::Up => at.map_or(self.at, |at| at.saturating_sub(1)),
            Press::Down => at.map_or(self.at, |at| at + 1),
            Press::Home => 0,
            Press::End => last,
            _ => return None,
        };
        self.at = to.min(last);
        self.key = rows.get(self.at).cloned();
        self.moved_ms = None;
        Some(show_row())
    }

    /// The chosen one, when the person had time to see which it is.
    pub fn seen(&self, rows: &[K], now_ms: u64) -> Option<K> {
        let is_seen = self.moved_ms.is_none_or(|at_ms| now_ms.abs_diff(at_ms) >= SETTLE_MS);
        self.key.clone().filter(|key| is_seen && rows.contains(key))
    }

    /// A row, drawn as chosen when it is.
    pub fn row<'a, M: 'a>(&self, key: &K, content: impl Into<Element<'a, M>>) -> Element<'a, M> {
        let chosen = self.is(key);
        let face = container(content).padding(gap(2)).width(Length::Fill).style(theme::row_face(chosen));
        if chosen { face.id(ROW).into() } else { face.into() }
    }
}

/// How a row is chosen, where there are several.
pub fn how<'a, M: 'a>(rows: usize, words: &Words) -> Option<Element<'a, M>> {
    let cap = |key| button::key_cap(key, theme::colors().muted);
    let how = row![cap("↑"), cap("↓"), small(words.get("shell-keys-choose"))];
    (rows > 1).then(|| how.spacing(gap(2)).align_y(iced::Center).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(chosen: &mut Chosen<u8>, press: Press, rows: &[u8]) -> bool {
        chosen.press::<()>(press, rows).is_some()
    }

    #[test]
    fn keys_move_the_choice_and_stay_inside() {
        let (mut chosen, rows) = (Chosen::default(), [7, 8, 9]);
        chosen.follow(&rows, 0);
        assert_eq!(chosen.seen(&rows, 0), Some(7));
        for (press, at) in [(Press::Down, 8), (Press::Down, 9), (Press::Down, 9), (Press::Home, 7), (Press::Up, 7)] {
            assert!(moved(&mut chosen, press, &rows));
            assert_eq!(chosen.seen(&rows, 0), Some(at));
        }
        assert!(!moved(&mut chosen, Press::Enter, &rows) && !moved(&mut chosen, Press::Down, &[]));
    }

    #[test]
    fn what_took_the_place_of_another_is_looked_at_first() {
        let mut chosen = Chosen::default();
        chosen.follow(&[7, 8, 9], 0);
        chosen.choose(8, &[7, 8, 9]);
        chosen.follow(&[6, 7, 8, 9], 10);
        assert_eq!(chosen.seen(&[6, 7, 8, 9], 10), Some(8));
        chosen.follow(&[6, 7, 9], 20);
        assert_eq!(chosen.seen(&[6, 7, 9], 20), None);
        assert_eq!(chosen.seen(&[6, 7, 9], 20 + SETTLE_MS), Some(9));
        // Gone without a word: no key means anything until another one is chosen.
        assert_eq!(chosen.seen(&[6, 7], 20 + SETTLE_MS), None);
        assert!(moved(&mut chosen, Press::Down, &[6, 7]));
        assert_eq!(chosen.seen(&[6, 7], 30), Some(7));
    }
}
