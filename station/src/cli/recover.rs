//! `recover`: the printed recovery key gives somebody a new password.

use super::{Failure, Place};
use clinic::exit::Code;
use clinic::record::rule;
use clinic::store::{OpenError, RecoveryKey};
use clinic::{Clinic, Env};
use std::io::{BufRead, IsTerminal};
use zeroize::Zeroizing;

pub fn run(place: &Place, login: &str) -> Result<(), Failure> {
    let dir = place.dir()?;
    if !clinic::store::is_founded(&dir) {
        return Err(OpenError::NoClinic.into());
    }
    let (key, password) = key_and_password(login)?;
    Clinic::recover(&dir, &key, login, &password, Env::system())?;
    eprintln!("{login} can log in with the new password. The reset stands in the records.");
    Ok(())
}

/// Asks on a terminal; else reads two lines: the recovery key as it is printed, the new password.
pub fn key_and_password(login: &str) -> Result<(RecoveryKey, Zeroizing<String>), Failure> {
    let (key, password) = if std::io::stdin().is_terminal() {
        let key = Zeroizing::new(rpassword::prompt_password("Recovery key: ")?);
        let password = Zeroizing::new(rpassword::prompt_password(format!("New password of {login}: "))?);
        let again = Zeroizing::new(rpassword::prompt_password("The same again: ")?);
        if password != again {
            return Err(Failure::new(Code::Refused, "the two passwords differ; nothing is changed"));
        }
        (key, password)
    } else {
        let mut lines = std::io::stdin().lock().lines();
        let mut line = || lines.next().transpose().map(|line| Zeroizing::new(line.unwrap_or_default()));
        (line()?, line()?)
    };
    let key = RecoveryKey::typed(&key)
        .map_err(|error| Failure::new(Code::Refused, format!("this is not a recovery key: {error}")))?;
    // Before anything is begun that a weak password would stop half way.
    rule::password(&password, login)
        .map_err(|refusal| Failure::new(Code::Refused, format!("{refusal}; nothing is changed")))?;
    Ok((key, password))
}
