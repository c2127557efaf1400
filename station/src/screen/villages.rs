//! Villages that are known, offered under a field while somebody types: a village that is written in two ways is two.

use crate::ui::button::offered;
use crate::ui::theme::gap;
use crate::ui::{self, Element};
use crate::words::Words;
use clinic::names::begins;
use iced::widget::row;

const OFFERED_MAX: usize = 4;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Villages {
    all: Vec<String>,
    /// Of those that are offered now.
    chosen: Option<usize>,
}

#[derive(Debug, Clone)]
pub enum Message {
    /// The chosen one is meant.
    Take,
    This(String),
}

impl Villages {
    pub fn offer(&mut self, all: Vec<String>) {
        self.all = all;
    }

    /// Something else is typed: nothing is chosen any more.
    pub fn typed(&mut self) {
        self.chosen = None;
    }

    /// Those that begin as typed, in either script; none when it stands there already.
    pub fn like(&self, typed: &str) -> Vec<&str> {
        let typed = typed.trim();
        if typed.is_empty() || self.all.iter().any(|village| village == typed) {
            return Vec::new();
        }
        self.all.iter().map(String::as_str).filter(|village| begins(village, typed)).take(OFFERED_MAX).collect()
    }

    pub fn is_chosen(&self, typed: &str) -> bool {
        self.chosen.is_some_and(|at| at < self.like(typed).len())
    }

    /// The next one that is offered, or the one before; before the first nothing is chosen.
    pub fn step(&mut self, down: bool, typed: &str) {
        let last = self.like(typed).len().checked_sub(1);
        self.chosen = match (self.chosen, down) {
            (None, true) => last.map(|_| 0),
            (Some(at), true) => last.map(|last| (at + 1).min(last)),
            (at, false) => at.and_then(|at| at.checked_sub(1)),
        };
    }

    /// The village that is written then.
    pub fn update(&mut self, message: Message, typed: &str) -> Option<String> {
        let at = self.chosen.take();
        match message {
            Message::Take => self.like(typed).get(at?).map(|village| (*village).to_owned()),
            Message::This(village) => Some(village),
        }
    }

    /// What is offered, in one line under the field.
    pub fn view<'a>(&self, typed: &str, words: &Words) -> Option<Element<'a, Message>> {
        let like = self.like(typed);
        if like.is_empty() {
            return None;
        }
        let mut line = row![ui::small(words.get("villages-offered"))].spacing(gap(2)).align_y(iced::Center);
        for (at, village) in like.into_iter().enumerate() {
            line = line.push(offered(village.to_owned(), self.chosen == Some(at), Message::This(village.to_owned())));
        }
        Some(line.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_either_script_offers_what_is_known() {
        let mut villages = Villages::default();
        villages.offer(["Rampur", "Ranipur", "Belwa", "Rampur Khas"].map(String::from).to_vec());
        assert_eq!(villages.like("ram"), ["Rampur", "Rampur Khas"]);
        assert_eq!(villages.like("\u{930}\u{93e}\u{92e}"), ["Rampur", "Rampur Khas"]);
        assert!(
            villages.like("").is_empty() && villages.like("Rampur").is_empty() && villages.like("Sonbarsa").is_empty()
        );
        villages.step(true, "ram");
        villages.step(true, "ram");
        assert!(villages.is_chosen("ram"));
        assert_eq!(villages.update(Message::Take, "ram").as_deref(), Some("Rampur Khas"));
        // Typed on: nothing is chosen, and Up before the first chooses nothing.
        villages.step(true, "ram");
        villages.typed();
        villages.step(false, "ramp");
        assert!(!villages.is_chosen("ramp"));
    }
}
