//! `takeover`: this computer in the place of one that is gone, with everything that the district holds of it.

use super::recover::key_and_password;
use super::{Failure, Place, backup, one_time_link, progress, refused, say};
use clinic::Env;
use clinic::exit::Code;
use clinic::replica::Logs;
use clinic::store::{BackupError, Takeover, may_found};
use hub::uplink::{UplinkConfig, UplinkError, fetch, take_over};
use hub_protocol::replica::{EnrolLink, Refusal, TakenOver};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

#[derive(clap::Args)]
pub struct TakeOver {
    /// What `tikka-district enroll --replaces` printed. Without it, or for `-`, it is asked for: whoever works on this
    /// computer can read a command line.
    link: Option<String>,
    /// An Admin or Super Admin of the clinic, who gets the new password.
    #[arg(long)]
    login: String,
}

impl TakeOver {
    pub fn run(&self, place: &Place) -> Result<(), Failure> {
        let dir = place.dir()?;
        // Before anybody types a long key.
        may_found(&dir)?;
        let link = one_time_link(self.link.clone())?;
        let (key, password) = key_and_password(&self.login)?;
        let takeover = Takeover::begin(&dir, &key, &Env::system()).map_err(|error| in_words(error, &dir))?;
        let runtime = tokio::runtime::Runtime::new()?;
        let asked = runtime.block_on(take_over(takeover.identity(), &link, |words| key.sign_takeover(words)));
        let taken = match asked {
            Ok(taken) => taken,
            Err(error) => {
                if matches!(error, UplinkError::Refused(Refusal::BadRecovery)) {
                    takeover.give_up().map_err(|error| in_words(error, &dir))?;
                }
                return Err(refused::contact(error, &link.address));
            }
        };
        takeover.accepted(&taken.former)?;
        eprintln!(
            "{} has given this computer the place of the one of {}, which it refuses from now on. The records are \
             coming. If this is cut off or fails, run the same command again with the same folder.",
            taken.district, taken.station
        );
        let takeover = runtime.block_on(receive(takeover, &link, &taken))?;
        let done = takeover
            .finish(&key, &self.login, &password, &mut progress::teller())
            .map_err(|error| in_words(error, &dir))?;
        say(&json!({
            "event": "taken-over", "events": done.events, "origin": done.origin.to_string(),
            "without_password": done.without_password,
        }))?;
        eprintln!(
            "The clinic is here: {} events. {} can log in with the new password. {} others cannot before an Admin \
             gives each a new one. The computer before this one is refused by the district from now on.",
            done.events, self.login, done.without_password
        );
        Ok(())
    }
}

async fn receive(takeover: Takeover, link: &EnrolLink, taken: &TakenOver) -> Result<Takeover, Failure> {
    let config = UplinkConfig {
        address: link.address.clone(),
        district: link.district,
        identity: takeover.identity().clone(),
        meter: None,
    };
    let takeover = Arc::new(takeover);
    let held = |logs: &Takeover| {
        let all = logs.holds(&taken.heads).unwrap_or(false);
        (all, logs.heads().map_or(0, |heads| heads.iter().map(|head| head.seq).sum()))
    };
    fetch(config, takeover.clone(), held).await.map_err(|error| {
        let words = format!("{error}; what has come is kept: run the same command again");
        Failure::new(Code::Failed, words)
    })?;
    Arc::into_inner(takeover).ok_or_else(|| Failure::new(Code::Failed, "the link did not end"))
}

fn in_words(error: BackupError, dir: &Path) -> Failure {
    match error {
        BackupError::WrongKey => Failure::new(
            Code::Refused,
            "the recovery key is not this clinic's, or not the one with which this takeover was begun",
        ),
        // Who works there is only known when the records are here, and then the place is taken.
        BackupError::NotAnAdmin => Failure::new(
            Code::Failed,
            "nobody of this login is an active Admin or Super Admin of the clinic. This computer has the place of the \
             one before it by now, and the records are here: run the same command again with the same folder and the \
             --login of one who is",
        ),
        error => backup::failure(error, dir),
    }
}
