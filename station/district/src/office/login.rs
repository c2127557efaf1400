//! Who sits at the district's desk, and what they do to the district's own people.

use super::error::OfficeError;
use super::pen::{Pen, retrying};
use super::people::Office;
use crate::archive::{Archive, StationNo};
use crate::wall_ms;
use clinic::ledger::Actor;
use clinic::record::command::{Command, NewUser};
use clinic::record::fact::{Fact, OperatorPassword};
use clinic::record::refusal::Refusal;
use clinic::record::rule::{self, No, Operator, decide_office};
use clinic::record::secret::{KdfCost, SALT_BYTES, SecretHash};
use clinic::store::TriesFile;
use hub_protocol::UserId;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;

/// Somebody whose password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub operator: Operator,
    pub name: String,
    pub login: String,
}

/// Logs one of the district's people in. Wrong passwords are counted in `data` and lock the login for a growing time.
pub fn sign_in<A: Archive>(
    archive: &A,
    data: &Path,
    login: &str,
    password: &str,
    cost: KdfCost,
) -> Result<SignedIn, OfficeError> {
    let office = Office::load(archive)?;
    if office.has_nobody() {
        return Err(OfficeError::Nobody);
    }
    let tag = tag(archive, login)?;
    // One at a time, or of many tries at once one would be counted. The system lets go when the process ends.
    let one_by_one = File::open(data)?;
    one_by_one.lock()?;
    let mut tries = TriesFile::read(data);
    let now_ms = wall_ms();
    if let Some(until_ms) = tries.locked_until_ms(tag, now_ms)? {
        return Err(OfficeError::Locked { until_ms });
    }
    let person = office.by_login(login);
    let fits = match person.and_then(|person| person.password.as_ref()) {
        Some(hash) => hash.fits(password.as_bytes())?,
        None => {
            // An unknown login takes as long as a wrong password.
            let _not_kept = SecretHash::of(password.as_bytes(), [0; SALT_BYTES], cost)?;
            false
        }
    };
    match person.filter(|person| fits && person.active) {
        Some(person) => {
            tries.right(tag)?;
            let (name, login) = (person.name.clone(), person.login.clone());
            Ok(SignedIn { operator: person.operator(), name, login })
        }
        None => {
            tries.wrong(tag, now_ms)?;
            Err(OfficeError::WrongLogin)
        }
    }
}

/// The file with the count of wrong passwords names nobody.
fn tag<A: Archive>(archive: &A, login: &str) -> Result<[u8; 8], OfficeError> {
    let mut hasher = Sha256::new();
    hasher.update(b"tikka district login\0");
    hasher.update(archive.identity()?.seed());
    hasher.update(login.trim().to_lowercase());
    let mut tag = [0; 8];
    tag.copy_from_slice(&hasher.finalize()[..8]);
    Ok(tag)
}

/// What is done to the district's own people, each with the password that belongs to it.
pub struct Passwords<'a, A> {
    pub archive: &'a A,
    /// Nobody, as long as there is nobody.
    pub by: Option<Operator>,
    pub cost: KdfCost,
}

impl<A: Archive> Passwords<'_, A> {
    /// A new person of the district's. The first of all is a Super Admin and made by nobody.
    pub fn add(&self, new: &NewUser, password: &str) -> Result<UserId, OfficeError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random)?;
        let user = UserId::from_random(random);
        self.decide(&Command::RegisterUser { user, new: new.clone() }, Some((user, &new.login, password)))?;
        Ok(user)
    }

    pub fn disable(&self, login: &str) -> Result<(), OfficeError> {
        let (user, _) = self.known(login)?;
        self.decide(&Command::DisableUser { user }, None)
    }

    pub fn enable(&self, login: &str, password: &str) -> Result<(), OfficeError> {
        let (user, login) = self.known(login)?;
        self.decide(&Command::EnableUser { user }, Some((user, &login, password)))
    }

    /// A new password: one's own, or of somebody who forgot it.
    pub fn change(&self, login: &str, password: &str) -> Result<(), OfficeError> {
        let (user, login) = self.known(login)?;
        let own = self.by.is_some_and(|by| by.user == user);
        let command = if own { Command::ChangePassword } else { Command::ResetPassword { user } };
        self.decide(&command, Some((user, &login, password)))
    }

    fn known(&self, login: &str) -> Result<(UserId, String), OfficeError> {
        let office = Office::load(self.archive)?;
        let person = office.by_login(login).ok_or_else(|| OfficeError::UnknownLogin(login.to_owned()))?;
        Ok((person.user, person.login.clone()))
    }

    fn decide(&self, command: &Command, password: Option<(UserId, &str, &str)>) -> Result<(), OfficeError> {
        let mut random = [0; SALT_BYTES];
        getrandom::fill(&mut random)?;
        let kept = match password {
            Some((user, login, password)) => {
                rule::password(password, login)?;
                let password = SecretHash::of(password.as_bytes(), random, self.cost)?;
                Some(Fact::OperatorPassword(OperatorPassword { user, password }))
            }
            None => None,
        };
        retrying(|| {
            let office = Office::load(self.archive)?;
            let fact = decide_office(command, self.by, &office, wall_ms()).map_err(|no| match no {
                No::Refused(refusal) => refusal,
                No::Broken(never) => match never {},
            })?;
            // The first of all is their own author.
            let author = match (&self.by, command) {
                (Some(by), _) => by.user,
                (None, Command::RegisterUser { user, .. }) => *user,
                (None, _) => return Err(Refusal::NotActive.into()),
            };
            let mut pen = Pen::new(self.archive)?;
            for fact in [&fact].into_iter().chain(kept.as_ref()) {
                pen.write(StationNo::OFFICE, Actor(Some(author)), fact)?;
            }
            pen.commit().map(drop)
        })
    }
}
