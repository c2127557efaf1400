//! One of the first three people.

use crate::ui::theme::gap;
use crate::ui::{Element, Trouble, field};
use crate::words::Words;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Role;
use clinic::store::NewPerson;
use iced::widget::{column, row};
use zeroize::{Zeroize, Zeroizing};

pub const NAME: &str = "first-run-name";

#[derive(Default)]
pub struct Person {
    pub name: String,
    login: String,
    password: String,
    again: String,
    differ: bool,
    trouble: Option<Trouble>,
}

#[derive(Clone)]
pub enum Message {
    Name(String),
    Login(String),
    Password(String),
    Again(String),
}

impl Drop for Person {
    fn drop(&mut self) {
        self.password.zeroize();
        self.again.zeroize();
    }
}

impl Person {
    pub fn update(&mut self, message: Message) {
        match message {
            Message::Name(typed) => self.name = typed,
            Message::Login(typed) => self.login = typed,
            Message::Password(typed) => self.password = typed,
            Message::Again(typed) => self.again = typed,
        }
        self.differ = false;
        self.trouble = None;
    }

    /// The same rules as when the clinic is founded, asked early so that the answer stands beside the field.
    pub fn check(&mut self, role: Role, others: &[&Self]) -> bool {
        let outcome = self.new_person().check(role).and_then(|new| {
            let taken = others.iter().any(|other| other.login.trim().to_lowercase() == new.login);
            if taken { Err(Refusal::LoginTaken) } else { Ok(()) }
        });
        self.trouble = outcome.err().map(Trouble::from);
        self.differ = self.trouble.is_none() && self.password != self.again;
        self.trouble.is_none() && !self.differ
    }

    pub fn new_person(&self) -> NewPerson {
        NewPerson {
            login: self.login.clone(),
            name: self.name.clone(),
            password: Zeroizing::new(self.password.clone()),
        }
    }

    pub fn view<'a>(&'a self, words: &'a Words) -> Element<'a, Message> {
        let error = |of: Field| super::about(self.trouble.as_ref(), of).map(|trouble| trouble.sentence(words));
        // Line by line, so that Tab goes the way people read.
        let who = row![
            field(words.get("first-run-person-name"), &self.name, Message::Name).id(NAME).error(error(Field::Name)),
            field(words.get("field-login"), &self.login, Message::Login)
                .hint(words.get("first-run-login-hint"))
                .error(error(Field::Login)),
        ];
        let password = row![
            field(words.get("field-password"), &self.password, Message::Password)
                .hint(words.get("first-run-password-hint"))
                .error(error(Field::Password))
                .secure(),
            field(words.get("first-run-password-again"), &self.again, Message::Again)
                .error(self.differ.then(|| words.get("first-run-password-differs")))
                .secure(),
        ];
        column![who.spacing(gap(6)), password.spacing(gap(6))].spacing(gap(2)).into()
    }
}
