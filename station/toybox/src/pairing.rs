//! The pair button: a toy can be registered only while it is held, and a press allows a few wrong secrets.

use hub_protocol::toy::{PAIR_TRIES, Refusal};

#[derive(Debug, Default)]
pub struct Pairing {
    held: bool,
    wrong: u8,
}

impl Pairing {
    /// A new press starts the count of tries anew; holding on does not.
    pub fn set_held(&mut self, held: bool) {
        if held && !self.held {
            self.wrong = 0;
        }
        self.held = held;
    }

    pub fn held(&self) -> bool {
        self.held
    }

    /// Whether a proof may be looked at, and whether it fitted.
    pub fn try_secret(&mut self, fits: impl FnOnce() -> bool) -> Result<(), Refusal> {
        if !self.held {
            return Err(Refusal::NotPairing);
        }
        if self.wrong >= PAIR_TRIES {
            return Err(Refusal::TooManyTries);
        }
        if fits() {
            return Ok(());
        }
        self.wrong += 1;
        Err(Refusal::WrongSecret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_allows_five_wrong_secrets() {
        let mut button = Pairing::default();
        assert_eq!(button.try_secret(|| true), Err(Refusal::NotPairing));
        button.set_held(true);
        for _ in 0..PAIR_TRIES {
            assert_eq!(button.try_secret(|| false), Err(Refusal::WrongSecret));
        }
        // Now even the right one does not count, and holding on does not help.
        assert_eq!(button.try_secret(|| true), Err(Refusal::TooManyTries));
        button.set_held(true);
        assert_eq!(button.try_secret(|| true), Err(Refusal::TooManyTries));
        button.set_held(false);
        assert_eq!(button.try_secret(|| true), Err(Refusal::NotPairing));
        button.set_held(true);
        assert_eq!(button.try_secret(|| true), Ok(()));
    }
}
