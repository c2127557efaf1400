//! `restore`: a clinic from a backup, in a folder that has none.

use super::recover::key_and_password;
use super::{Failure, Place, backup, progress, say};
use clinic::Env;
use clinic::store::{may_found, restore};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    /// An Admin or Super Admin of the clinic, who gets the new password.
    #[arg(long)]
    login: String,
}

impl Restore {
    pub fn run(&self, place: &Place) -> Result<(), Failure> {
        let dir = place.dir()?;
        // Before anybody types a long key.
        may_found(&dir)?;
        let (key, password) = key_and_password(&self.login)?;
        let restored = restore(&self.file, &dir, &key, &self.login, &password, &Env::system(), &mut progress::teller())
            .map_err(|error| backup::failure(error, &self.file))?;
        say(&json!({
            "event": "restored", "made_at_ms": restored.made_at_ms, "events": restored.events,
            "origin": restored.origin.to_string(), "without_password": restored.without_password,
        }))?;
        eprintln!(
            "The clinic is restored: {} events. {} can log in with the new password. {} others cannot before an \
             Admin gives each a new one. What was recorded after the backup comes back from the district, as far as \
             it had arrived there. The computer that this clinic was on must not be used any more. The records have the \
             key that they had when the backup was made: if they were put under a new one after that, because somebody may \
             have copied the old one, run `tikka-station rekey` again now.",
            restored.events, self.login, restored.without_password
        );
        Ok(())
    }
}
