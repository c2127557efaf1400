//! What became of several commands of which each is stored or refused for itself.

use crate::screen::Hands;
use crate::ui::{Banner, Trouble};
use crate::words::Words;
use clinic::record::command::Command;

#[derive(Debug, Clone)]
pub struct Stored {
    n: usize,
    of: usize,
    /// Why the first of the others was not.
    trouble: Option<Trouble>,
}

impl Stored {
    pub fn submit(hands: &Hands, commands: Vec<Command>) -> Self {
        let of = commands.len();
        let outcomes = hands.clinic.submit_all(&hands.session, commands);
        let n = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        Self { n, of, trouble: outcomes.into_iter().find_map(Result::err).map(Trouble::from) }
    }

    /// Why none of it was stored.
    pub fn nothing(&self) -> Option<Trouble> {
        self.trouble.clone().filter(|_| self.n == 0)
    }

    /// All of it, none of it, or how much.
    pub fn banner(self, words: &Words, all: impl FnOnce(usize) -> Banner) -> Banner {
        match self.trouble {
            None => all(self.n),
            Some(trouble) if self.n == 0 => Banner::wrong(trouble.sentence(words)),
            Some(trouble) => {
                let some = words.with("visit-some-stored", &[("n", self.n.into()), ("of", self.of.into())]);
                // Whatever is no rule says that nothing was changed.
                let why = matches!(trouble, Trouble::Refused(_)).then(|| trouble.sentence(words));
                Banner::wrong([Some(some), why].into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
        }
    }
}
