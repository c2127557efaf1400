//! `init`: the first run without a screen. The answers come from a file, passwords included, so that none
//! stands in a command line that everybody on the machine can read.

use super::{Failure, Place, say};
use clinic::store::{Founding, NewPerson, RecoveryKey, found};
use clinic::{Clinic, Env};
use serde::Deserialize;
use serde_json::json;
use std::io::{Read, Write};
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(clap::Args)]
pub struct Init {
    /// A TOML file with the answers of the first run, or `-` for standard input.
    ///
    /// clinic = "PHC Rampur", schedule = "uip" or "seed", je_endemic = false, and tables [super_admin],
    /// [admin], [worker] with login, name and password. Optional: district = "tikka://…" (the one-time link).
    #[arg(long, value_name = "FILE")]
    answers: PathBuf,
    /// Writes a new key file here that opens the clinic as the Admin, for `--key-file`.
    #[arg(long, value_name = "FILE")]
    make_key_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    clinic: String,
    schedule: String,
    je_endemic: bool,
    super_admin: Person,
    admin: Person,
    worker: Person,
    district: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    login: String,
    name: String,
    password: Zeroizing<String>,
}

impl From<Person> for NewPerson {
    fn from(person: Person) -> Self {
        Self { login: person.login, name: person.name, password: person.password }
    }
}

impl Init {
    pub fn run(self, place: &Place) -> Result<(), Failure> {
        let dir = place.dir()?;
        let mut text = Zeroizing::new(String::new());
        if self.answers.as_os_str() == "-" {
            std::io::stdin().read_to_string(&mut text)?;
        } else {
            std::fs::File::open(&self.answers)?.read_to_string(&mut text)?;
        }
        let answers: Answers = toml::from_str(&text)?;
        let env = Env::system();
        let recovery = RecoveryKey::generate(&env)?;
        let (root, admin) = (answers.super_admin.login.clone(), answers.admin.login.clone());
        let passwords = (answers.super_admin.password.clone(), answers.admin.password.clone());
        let founding = Founding {
            clinic: answers.clinic,
            schedule: answers.schedule,
            je_endemic: answers.je_endemic,
            super_admin: answers.super_admin.into(),
            admin: answers.admin.into(),
            worker: answers.worker.into(),
            recovery,
            demo: false,
        };
        // Before the founding: a clinic whose recovery key nobody ever saw must not come about.
        say(&json!({"event": "recovery-key", "recovery_key": founding.recovery.printed()}));
        std::io::stdout().flush()?;
        let clinic = found(&dir, &founding, env)?;
        say(&json!({"event": "founded", "station": clinic.identity().device_id().full()}));
        eprintln!(
            "The clinic is founded. The recovery key stands on stdout, once: write it on paper and lock it away."
        );
        if let Some(path) = &self.make_key_file {
            let session = clinic.login(&admin, &passwords.1)?;
            clinic.make_key_file(&session, path)?;
            eprintln!("The key file is written: whoever has it can open the clinic as {admin}.");
        }
        if let Some(link) = answers.district {
            join(&clinic, &root, &passwords.0, &link)?;
            say(&json!({"event": "joined"}));
        }
        Ok(())
    }
}

fn join(clinic: &Clinic, login: &str, password: &str, link: &str) -> Result<(), Failure> {
    let session = clinic.login(login, password)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let hub = hub::Hub::start(clinic.clone(), None).await?;
        let joined = hub.enrol(&session, link).await;
        hub.shutdown().await;
        joined
    })?;
    Ok(())
}
