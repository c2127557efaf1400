//! `backup`: one file with everything, for a stick or another computer.

use super::unlock::unlock;
use super::{DISK_FULL, Failure, Place, hex, progress, say, verify, with_causes};
use crate::whole::refuse_of_the_program;
use clinic::exit::Code;
use clinic::store::BackupError;
use serde_json::json;
use std::path::Path;

pub fn run(place: &Place, file: &Path) -> Result<(), Failure> {
    refuse_of_the_program(file).map_err(|error| Failure::from(error).at(file))?;
    let (clinic, session) = unlock(place)?;
    let backup = clinic.backup(&session, file, &mut progress::teller()).map_err(|error| failure(error, file))?;
    let head = backup.head;
    say(&json!({
        "event": "backup", "made_at_ms": backup.made_at_ms, "events": backup.events, "bytes": backup.bytes,
        "origin": head.origin.to_string(), "seq": head.seq, "hash": hex(&head.hash),
    }))?;
    eprintln!(
        "The backup is written and was read back: {} events. It opens with the recovery key on the paper: keep the \
         two apart.",
        backup.events
    );
    Ok(())
}

/// What went wrong with a backup file, in words.
pub fn failure(error: BackupError, file: &Path) -> Failure {
    let name = file.display();
    let (code, words) = match error {
        BackupError::Unfinished(why) => {
            let why = if why.is_disk_full() { "the disk is full".to_owned() } else { with_causes(&why) };
            let words = format!(
                "the records are under the new key, but the last step failed: {why}. Put that right and start Tikka: it \
                 ends what was begun, and the new password is good"
            );
            (Code::Failed, words)
        }
        error if error.is_disk_full() => (Code::Failed, DISK_FULL.to_owned()),
        BackupError::Exists => (Code::Failed, format!("{name} is there already; nothing is overwritten")),
        BackupError::Busy => (Code::Failed, format!("another program is just writing {name}")),
        BackupError::NotABackup => (Code::Differs, format!("{name} is not a backup, or it was cut off")),
        BackupError::Damaged => {
            (Code::Differs, format!("{name} is damaged: take another backup, this one is not what was written"))
        }
        BackupError::Newer(form) => {
            (Code::Failed, format!("{name} was made by a newer program (form {form}): install that one"))
        }
        BackupError::WrongKey => {
            (Code::Refused, "this recovery key does not open the backup: it belongs to another clinic".to_owned())
        }
        BackupError::Records(problems) => {
            problems.iter().for_each(|problem| eprintln!("{}", verify::words(problem)));
            (Code::Differs, "the records are not what was written; keep this folder and tell the district".to_owned())
        }
        BackupError::Differs => {
            (Code::Differs, "the copy is not what this clinic holds; look at the disk, and try again".to_owned())
        }
        BackupError::NotAnAdmin => {
            let words = "in the backup nobody of this login is an active Admin or Super Admin";
            (Code::Refused, words.to_owned())
        }
        BackupError::NoRecovery => {
            (Code::Failed, "this clinic's keys have no recovery key: a backup could never be opened".to_owned())
        }
        BackupError::Open(error) => return Failure::from(error).at(file),
        other => return Failure::from(other).at(file),
    };
    Failure::new(code, words)
}
