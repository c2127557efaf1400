//! What is plugged in, under a field that asks for a place or a file: nobody has to know how paths are written.

use super::blocking;
use crate::plugged::Plugged;
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element};
use crate::words::Words;
use iced::Task;
use iced::widget::Row;
use std::path::{Path, PathBuf};

const OFFERED_MAX: usize = 4;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    Stick,
    /// A file of this ending.
    File(&'static str),
}

pub struct Offers {
    wanted: Wanted,
    /// Until it was looked, nothing is said.
    found: Option<Vec<PathBuf>>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Look,
    Found(Vec<PathBuf>),
}

impl Offers {
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, found: None }
    }

    pub fn look(&self, plugged: &Plugged) -> Task<Message> {
        let (plugged, wanted) = (plugged.clone(), self.wanted);
        let look = move || {
            Ok(match wanted {
                Wanted::Stick => plugged.places(),
                Wanted::File(ending) => plugged.files(ending),
            })
        };
        blocking(look, |found| Message::Found(found.unwrap_or_default()))
    }

    pub fn update(&mut self, message: Message, plugged: &Plugged) -> Task<Message> {
        match message {
            Message::Look => return self.look(plugged),
            Message::Found(found) => self.found = Some(found),
        }
        Task::none()
    }

    /// `choose`: what is chosen, as it would be typed.
    pub fn view<'a, M: Clone + 'a>(
        &self,
        words: &Words,
        choose: impl Fn(String) -> M,
        own: impl Fn(Message) -> M,
    ) -> Element<'a, M> {
        let mut all = Row::new().spacing(gap(1)).align_y(iced::Center);
        let Some(found) = &self.found else { return all.into() };
        if found.is_empty() {
            let none = match self.wanted {
                Wanted::Stick => "plugged-none",
                Wanted::File(_) => "plugged-no-file",
            };
            all = all.push(ui::small(words.get(none)));
        }
        for path in found.iter().take(OFFERED_MAX) {
            all = all.push(Button::secondary(label(path), Some(choose(path.display().to_string()))));
        }
        all = all.push(Button::quiet(words.get("plugged-look"), Some(own(Message::Look))));
        all.wrap().vertical_spacing(gap(1)).into()
    }
}

/// `KINGSTON`, or `tikka-2026-11-20-1200.backup`.
fn label(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
