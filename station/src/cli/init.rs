//! `init`: the first run without a screen. The answers come from a file, passwords included, so that none
//! stands in a command line that everybody on the machine can read.

use super::unlock::of_secret_file;
use super::{Failure, Place, refused, say};
use clinic::exit::Code;
use clinic::record::refusal::Refusal;
use clinic::record::role::Role;
use clinic::secret_file::text_in;
use clinic::store::{Founding, NewPerson, RecoveryKey, found, may_found};
use clinic::{Clinic, Env, Session};
use hub::{Hub, HubError};
use hub_protocol::replica::EnrolLink;
use serde::Deserialize;
use serde_json::json;
use std::path::{PathBuf, absolute};
use zeroize::Zeroizing;

#[derive(clap::Args)]
pub struct Init {
    /// A TOML file with the answers of the first run, which only its owner may read, or `-` for standard input.
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
        let answers = self.read()?;
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
        // All that can be known before is asked before: a key that is printed belongs to a clinic.
        may_found(&dir)?;
        // By the name of the table, so that it is clear whose it is.
        let people = [
            ("super_admin", &founding.super_admin, Role::SuperAdmin),
            ("admin", &founding.admin, Role::Admin),
            ("worker", &founding.worker, Role::PhcWorker),
        ];
        for (table, person, role) in people {
            let _ = person.check(role).map_err(|refusal| of_table(table, refusal))?;
        }
        founding.check()?;
        let link: Option<EnrolLink> = answers.district.map(|link| link.parse()).transpose()?;
        if let Some(path) = self.make_key_file.as_ref().filter(|path| path.exists()) {
            return Err(Failure::new(Code::Failed, format!("{} is there already; nothing is changed", path.display())));
        }
        let here = absolute(&dir).ok();
        let inside = |path: &&PathBuf| path.parent().is_some_and(|folder| absolute(folder).ok() == here);
        if let Some(path) = self.make_key_file.as_ref().filter(inside) {
            let words =
                format!("{}: that folder will hold what the key opens: write it into another one", path.display());
            return Err(Failure::new(Code::Failed, words));
        }
        // Before the founding: a clinic whose recovery key nobody ever saw must not come about.
        say(&json!({"event": "recovery-key", "recovery_key": founding.recovery.printed()}))?;
        let clinic = found(&dir, &founding, env)?;
        say(&json!({"event": "founded", "station": clinic.identity().device_id().full()}))?;
        eprintln!(
            "The clinic is founded. The recovery key stands on stdout, once: write it on paper and lock it away."
        );
        if let Some(path) = &self.make_key_file {
            let session = clinic.login(&admin, &passwords.1)?;
            clinic.make_key_file(&session, path).map_err(|e| later(Failure::from(e).at(path), "key-file OUT"))?;
            eprintln!("The key file is written: whoever has it can open the clinic as {admin}.");
        }
        if let Some(link) = link {
            let session = clinic.login(&root, &passwords.0)?;
            join(&clinic, &session, &link).map_err(|e| later(e, "join"))?;
            say(&json!({"event": "joined"}))?;
        }
        Ok(())
    }

    fn read(&self) -> Result<Answers, Failure> {
        let text = text_in(&self.answers).map_err(|error| of_secret_file(&error))?;
        toml::from_str(&text).map_err(|error| {
            // Not the line itself: there may be a password in it.
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            let words = format!("{}, line {line}: {}", self.answers.display(), error.message());
            Failure::new(Code::Usage, words)
        })
    }
}

/// What is wrong in one table of the answers.
fn of_table(table: &str, refusal: Refusal) -> Failure {
    let mut failure = Failure::from(refusal);
    failure.words = format!("[{table}] {}", failure.words);
    failure
}

/// The clinic stands, a later step does not: what went wrong, and how to go on.
fn later(mut failure: Failure, command: &str) -> Failure {
    failure.words = format!("The clinic is founded, but: {}. Then: tikka-station {command}", failure.words);
    failure
}

pub fn join(clinic: &Clinic, session: &Session, link: &EnrolLink) -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let joined: Result<(), HubError> = runtime.block_on(async {
        let hub = Hub::start(clinic.clone(), None).await?;
        let joined = hub.enrol(session, &link.to_string()).await;
        hub.shutdown().await;
        joined
    });
    joined.map_err(|error| match error {
        HubError::Uplink(error) => refused::contact(error, &link.address),
        error => error.into(),
    })
}
