//! `rekey`: another key for the records, after somebody who is not to read them may have copied the one they had.

use super::recover::key_and_password;
use super::{Failure, Place, backup, progress, say};
use clinic::Env;
use clinic::exit::Code;
use clinic::store::{BackupError, OpenError, is_founded, rekey};
use serde_json::json;

#[derive(clap::Args)]
pub struct Rekey {
    /// A Super Admin of the clinic, who gets the new password.
    #[arg(long)]
    login: String,
}

impl Rekey {
    pub fn run(&self, place: &Place) -> Result<(), Failure> {
        let dir = place.dir()?;
        if !is_founded(&dir) {
            return Err(OpenError::NoClinic.into());
        }
        let (key, password) = key_and_password(&self.login)?;
        let done = rekey(&dir, &key, &self.login, &password, &Env::system(), &mut progress::teller());
        let done = done.map_err(|error| match error {
            BackupError::WrongKey => Failure::new(Code::Refused, "this is not the clinic's recovery key"),
            BackupError::NotAnAdmin => {
                Failure::new(Code::Refused, "nobody of this login is an active Super Admin of the clinic")
            }
            error => backup::failure(error, &dir),
        })?;
        say(&json!({"event": "rekeyed", "events": done.events, "without_password": done.without_password}))?;
        eprintln!(
            "The records are under a new key, {} events. {} can log in with the new password. {} others cannot before \
             an Admin gives each a new one, and key files have to be made anew. The recovery key on paper stays. \
             Backups and copies made before open with the old keys still: make a new backup, then destroy them.",
            done.events, self.login, done.without_password
        );
        Ok(())
    }
}
