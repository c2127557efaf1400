//! `tikka-district user ...`.

use super::{Login, done, give, say, secret};
use crate::cli::Failure;
use clap::{Args, Subcommand, ValueEnum};
use clinic::exit;
use clinic::record::command::NewUser;
use clinic::record::role::{OfficeKind, Role};
use clinic::record::secret::{KdfCost, OneTimeCode};
use clinic::store::Standing;
use district::office::{Office, OfficeError, Passwords};
use serde_json::json;
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(Debug, Subcommand)]
pub enum User {
    /// Print one JSON line for each person.
    #[command(after_help = exit::HELP)]
    List {
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        login: Login,
    },
    /// Make a person. One of a station gets a one-time code, which is printed: with it that person chooses a password
    /// there, while an Admin is logged in. One of the district's gets a password. The first of all is a Super Admin of
    /// the district and is made without --login.
    #[command(after_help = exit::HELP)]
    Add {
        /// What is typed at login.
        #[arg(value_name = "NEW-LOGIN")]
        new: String,
        /// The person's name.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// What the person may do. The district's own are super-admin or admin.
        #[arg(long)]
        role: RoleArg,
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        password: NewPassword,
        #[command(flatten)]
        login: Login,
    },
    /// Out at the station's next contact; what the person recorded stays.
    #[command(after_help = exit::HELP)]
    Disable {
        /// The person's login.
        #[arg(value_name = "USER")]
        user: String,
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        login: Login,
    },
    /// Lets somebody in again, or gives a new one-time code to somebody who still waits and lost the first.
    #[command(after_help = exit::HELP)]
    Enable {
        /// The person's login.
        #[arg(value_name = "USER")]
        user: String,
        #[command(flatten)]
        whose: Whose,
        #[command(flatten)]
        password: NewPassword,
        #[command(flatten)]
        login: Login,
    },
    /// A new password for one of the district's people: oneself, or somebody who forgot it.
    #[command(after_help = exit::HELP)]
    Password {
        /// The person's login.
        #[arg(value_name = "USER")]
        user: String,
        #[command(flatten)]
        password: NewPassword,
        #[command(flatten)]
        login: Login,
    },
}

/// Whose people.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// The district's own.
    #[arg(long)]
    pub district: bool,
    /// Those of the station of this name, or with this device.
    #[arg(long, value_name = "STATION")]
    pub station: Option<String>,
}

#[derive(Debug, Args)]
pub struct NewPassword {
    /// A file with the new password of one of the district's people, which only its owner may read. Without it the
    /// password is asked on the terminal.
    #[arg(long, value_name = "FILE")]
    pub new_password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    SuperAdmin,
    Admin,
    PhcWorker,
    Supervisor,
    Tracker,
}

impl RoleArg {
    fn role(self) -> Role {
        match self {
            Self::SuperAdmin => Role::SuperAdmin,
            Self::Admin => Role::Admin,
            Self::PhcWorker => Role::PhcWorker,
            Self::Supervisor => Role::Supervisor,
            Self::Tracker => Role::Tracker,
        }
    }
}

impl NewPassword {
    fn ask(&self) -> Result<Zeroizing<String>, Failure> {
        let first = secret(self.new_password_file.as_deref(), "New password: ")?;
        if self.new_password_file.is_none() && secret(None, "Once more: ")? != first {
            return Err(Failure::PasswordsDiffer);
        }
        Ok(first)
    }
}

pub fn run(user: User) -> Result<(), Failure> {
    match user {
        User::List { whose: Whose { station: Some(station), .. }, login } => {
            let desk = login.desk()?;
            for user in desk.users(&desk.station(&station)?)? {
                let state = Standing::of(user.active, user.waiting).code();
                say(&json!({
                    "login": user.login, "name": user.name, "role": user.role.code(), "state": state,
                }))?;
            }
            Ok(())
        }
        User::List { login, .. } => {
            let archive = login.archive()?;
            let desk = login.desk()?;
            desk.may(OfficeKind::SeeOperators).map_err(OfficeError::from)?;
            for person in Office::load(archive.as_ref())?.people() {
                let state = Standing::of(person.active, false).code();
                say(&json!({
                    "login": person.login, "name": person.name, "role": person.role.code(), "state": state,
                }))?;
            }
            Ok(())
        }
        User::Add { new, name, role, whose, password, login } => {
            let new = NewUser { login: new, name, role: role.role() };
            match whose.station {
                Some(station) => {
                    let desk = login.desk()?;
                    code(&desk.send_user(&desk.station(&station)?, new)?)
                }
                None => add_own(&new, &password, &login),
            }
        }
        User::Disable { user, whose, login } => match whose.station {
            Some(station) => {
                let desk = login.desk()?;
                let station = desk.station(&station)?;
                desk.disable_user(&station, &user)?;
                let line = json!({ "login": user, "station": station.name, "state": Standing::Disabled.code() });
                done(
                    &line,
                    &format!("{user} is out at the next contact of {}. What {user} recorded stays.", station.name),
                )
            }
            None => {
                with_passwords(&login, |passwords| Ok(passwords.disable(&user)?))?;
                let line = json!({ "login": user, "state": Standing::Disabled.code() });
                done(&line, &format!("{user} can no longer log in at the district."))
            }
        },
        User::Enable { user, whose, password, login } => match whose.station {
            Some(station) => {
                let desk = login.desk()?;
                code(&desk.send_code(&desk.station(&station)?, &user)?)
            }
            None => {
                with_passwords(&login, |passwords| Ok(passwords.enable(&user, &password.ask()?)?))?;
                let line = json!({ "login": user, "state": Standing::Active.code() });
                done(&line, &format!("{user} can log in again, with the new password."))
            }
        },
        User::Password { user, password, login } => {
            with_passwords(&login, |passwords| Ok(passwords.change(&user, &password.ask()?)?))?;
            done(
                &json!({ "login": user, "password": "changed" }),
                &format!("{user} can log in with the new password only."),
            )
        }
    }
}

/// The first person is made by nobody: whoever has the district's key makes it.
fn add_own(new: &NewUser, password: &NewPassword, login: &Login) -> Result<(), Failure> {
    let archive = login.archive()?;
    let first = Office::load(archive.as_ref())?.has_nobody();
    let by = if first { None } else { Some(login.sign_in(&archive)?.operator) };
    let passwords = Passwords { archive: archive.as_ref(), by, cost: KdfCost::CLINIC };
    let _user = passwords.add(new, &password.ask()?)?;
    let line = json!({ "login": new.login, "role": new.role.code(), "state": Standing::Active.code() });
    let words =
        if first { "The district has its first Super Admin, who makes the others with --login." } else { "Made." };
    done(&line, words)
}

fn with_passwords(
    login: &Login,
    work: impl FnOnce(&Passwords<'_, super::Store>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let archive = login.archive()?;
    let by = Some(login.sign_in(&archive)?.operator);
    work(&Passwords { archive: archive.as_ref(), by, cost: KdfCost::CLINIC })
}

/// On standard output, alone: it is shown to one person and then forgotten.
fn code(code: &OneTimeCode) -> Result<(), Failure> {
    give(&code.printed())?;
    eprintln!("Give this code to that person and to nobody else. It is used once, at the station, under Staff.");
    Ok(())
}
