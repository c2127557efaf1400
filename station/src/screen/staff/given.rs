//! A password that somebody is given, or chooses with the district's one-time code.

use super::Message;
use crate::ui::theme::gap;
use crate::ui::{self, Button, Element, Look, Trouble, field, note};
use crate::words::Words;
use clinic::record::refusal::Field;
use clinic::store::UserLine;
use iced::widget::{column, row};
use zeroize::Zeroize;

const CODE: &str = "staff-given-code";
const GIVEN: &str = "staff-given-password";
const AGAIN: &str = "staff-given-again";

#[derive(Default)]
pub(super) struct Given {
    pub code: String,
    pub new: String,
    pub again: String,
    pub differ: bool,
    pub trouble: Option<Trouble>,
}

impl Drop for Given {
    fn drop(&mut self) {
        self.code.zeroize();
        self.new.zeroize();
        self.again.zeroize();
    }
}

/// The field where one begins to type.
pub(super) fn first(waits: bool) -> &'static str {
    if waits { CODE } else { GIVEN }
}

impl Given {
    pub fn view<'a>(&'a self, user: &'a UserLine, busy: bool, words: &'a Words) -> Element<'a, Message> {
        let name = ("name", (&user.name).into());
        let (about, save) = match (user.active, user.waiting) {
            (true, _) => (words.with("staff-reset-about", &[name]), "staff-reset-now"),
            (false, true) => (words.with("staff-admit-about", &[name]), "staff-admit-now"),
            (false, false) => (words.with("staff-enable-about", &[name]), "staff-enable-now"),
        };
        let wrong = |of: Field| {
            self.trouble.as_ref().filter(|trouble| trouble.field() == Some(of)).map(|trouble| trouble.sentence(words))
        };
        let general = |trouble: &&Trouble| !matches!(trouble.field(), Some(Field::Password | Field::Code));
        let general = self.trouble.as_ref().filter(general).map(|trouble| note(Look::Late, trouble.sentence(words)));
        let code = user.waiting.then(|| {
            field(words.get("field-code"), &self.code, Message::GivenCode)
                .id(CODE)
                .on_enter(Message::GoTo(GIVEN))
                .hint(words.get("staff-code-hint"))
                .error(wrong(Field::Code))
        });
        let save = if busy { words.get("shell-saving") } else { words.get(save) };
        let mut panel = column![note(Look::Wait, about), ui::above(general.into_iter().collect())].spacing(gap(2));
        if let Some(code) = code {
            panel = panel.push(code);
        }
        panel
            .push(
                row![
                    field(words.get("staff-given"), &self.new, Message::Given)
                        .id(GIVEN)
                        .on_enter(Message::GoTo(AGAIN))
                        .hint(words.get("first-run-password-hint"))
                        .error(wrong(Field::Password))
                        .secure(),
                    field(words.get("staff-given-again"), &self.again, Message::GivenAgain)
                        .id(AGAIN)
                        .on_enter(Message::GiveNow)
                        .error(self.differ.then(|| words.get("first-run-password-differs")))
                        .secure(),
                ]
                .spacing(gap(3)),
            )
            .push(
                row![
                    Button::primary(save, (!busy).then_some(Message::GiveNow)).key("Ctrl S"),
                    Button::secondary(words.get("shell-cancel"), Some(Message::Keep)).key("Esc"),
                ]
                .spacing(gap(2)),
            )
            .into()
    }
}
