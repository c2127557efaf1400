//! Opening the clinic for a command: with the key file, with a login and its password file, or by asking for both.

use super::{Failure, Place};
use clinic::exit::Code;
use clinic::secret_file::{SecretFileError, password_in};
use clinic::store::{KeyFile, KeysError, LoginError, OpenError};
use clinic::{Clinic, Env, Session};
use std::io::{BufRead, IsTerminal, Write};
use zeroize::Zeroizing;

/// Opens with `--key-file`, or with `--login` and `--password-file`; on a terminal asks for what is missing.
pub fn unlock(place: &Place) -> Result<(Clinic, Session), Failure> {
    let dir = place.dir()?;
    if !clinic::store::is_founded(&dir) {
        return Err(OpenError::NoClinic.into());
    }
    if let Some(path) = &place.key_file {
        let file = KeyFile::read(path).map_err(|error| match error {
            KeysError::Secret(error) => of_secret_file(&error),
            error => Failure::new(Code::Refused, format!("{}: {}", path.display(), super::with_causes(&error))),
        })?;
        return Ok(Clinic::unlock_with_file(&dir, &file, Env::system())?);
    }
    if let (Some(login), Some(path)) = (&place.login, &place.password_file) {
        let password = password_in(path).map_err(|error| of_secret_file(&error))?;
        return Ok(Clinic::unlock(&dir, login, &password, Env::system())?);
    }
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        let words = "say --key-file FILE, or --login LOGIN --password-file FILE: nobody is here to type a password";
        return Err(Failure::new(Code::Usage, words));
    }
    let login = match &place.login {
        Some(login) => login.clone(),
        None => ask("Login: ")?,
    };
    let password = Zeroizing::new(rpassword::prompt_password("Password: ")?);
    Ok(Clinic::unlock(&dir, &login, &password, Env::system())?)
}

/// Why a file with a password or a key is not taken.
pub fn of_secret_file(error: &SecretFileError) -> Failure {
    let code = if matches!(error, SecretFileError::Io(..)) { Code::Failed } else { Code::Refused };
    Failure::new(code, super::with_causes(error))
}

fn ask(question: &str) -> Result<String, Failure> {
    eprint!("{question}");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// The plain words and the code of an opening that failed; `None` for any other error.
pub fn failure(error: &(dyn std::error::Error + 'static)) -> Option<Failure> {
    match error.downcast_ref::<LoginError>() {
        Some(LoginError::Wrong) => {
            let words = "login or key is wrong, or the user may not log in any more";
            return Some(Failure::new(Code::Refused, words));
        }
        Some(LoginError::Locked { until_ms }) => {
            let until = clinic::date::india_clock(*until_ms);
            return Some(Failure::new(Code::Refused, format!("too many wrong passwords: locked until {until}")));
        }
        Some(LoginError::Open(error)) => return opening(error),
        None => {}
    }
    error.downcast_ref::<OpenError>().and_then(opening)
}

fn opening(error: &OpenError) -> Option<Failure> {
    let (code, words) = match error {
        OpenError::InTheWay(name) => {
            let words = format!(
                "in the clinic's folder lies a file or a link called {name}, where Tikka keeps a folder of its own: move \
                 it away, then run the same command again; nothing is changed"
            );
            return Some(Failure::new(Code::Place, words));
        }
        OpenError::NotTheFile(name) => {
            let words = format!(
                "{name} is a link: the old records would stay where it leads, under the old key. Put the file itself into \
                 the clinic's folder, then run the same command again; nothing is changed"
            );
            return Some(Failure::new(Code::Place, words));
        }
        OpenError::NoClinic => {
            (Code::Place, "no clinic was founded in this folder; `tikka-station` begins the first run")
        }
        OpenError::Founded => (Code::Place, "a clinic was founded in this folder already; nothing is changed"),
        OpenError::RecordsGone => (
            Code::Place,
            "the keys of a clinic are in this folder, but not its records: put ledger.db back; nothing is changed",
        ),
        OpenError::Store(error) if error.is_damaged() => {
            (Code::Differs, "the database file is damaged; keep this folder and tell the district")
        }
        OpenError::InUse => (Code::InUse, "another Tikka station has these records open: close it first"),
        OpenError::WrongKey => (
            Code::Refused,
            "the key does not open this database: keys and database are not of one clinic, or one is damaged",
        ),
        _ => return None,
    };
    Some(Failure::new(code, words))
}
