//! The district's own people, as its log has them.

use super::error::OfficeError;
use super::pen::facts;
use crate::archive::{Archive, ArchiveError, Station, StationNo};
use clinic::record::fact::{CardKeyMade, Fact};
use clinic::record::role::Role;
use clinic::record::rule::{No, Operator, People, UserState};
use clinic::record::secret::SecretHash;
use hub_protocol::{DeviceId, PublicKey, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub user: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub active: bool,
    pub(super) password: Option<SecretHash>,
}

impl Person {
    pub fn operator(&self) -> Operator {
        Operator { user: self.user, role: self.role }
    }
}

/// What the office's own log says.
#[derive(Debug, Default)]
pub struct Office {
    people: BTreeMap<UserId, Person>,
    pub(super) card_keys: BTreeMap<u32, CardKeyMade>,
    pub(super) revoked: BTreeSet<DeviceId>,
}

impl Office {
    pub fn load<A: Archive>(archive: &A) -> Result<Self, OfficeError> {
        let mut office = Self::default();
        if let Some(head) = archive.own_log(StationNo::OFFICE)? {
            facts(archive, head, |_, fact| office.learn(fact))?;
        }
        Ok(office)
    }

    fn learn(&mut self, fact: Fact) {
        match fact {
            Fact::UserRegistered(f) => {
                let (user, active) = (f.user, true);
                let person = Person { user, login: f.login, name: f.name, role: f.role, active, password: None };
                self.people.insert(user, person);
            }
            Fact::UserDisabled(f) => self.change(f.user, |person| person.active = false),
            Fact::UserEnabled(f) => self.change(f.user, |person| person.active = true),
            Fact::OperatorPassword(f) => self.change(f.user, |person| person.password = Some(f.password)),
            Fact::CardKeyMade(f) => {
                self.card_keys.insert(f.id, f);
            }
            Fact::StationRevoked(f) => {
                self.revoked.insert(f.station);
            }
            _ => {}
        }
    }

    fn change(&mut self, user: UserId, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.people.get_mut(&user) {
            change(person);
        }
    }

    /// By login.
    pub fn people(&self) -> Vec<&Person> {
        let mut people: Vec<&Person> = self.people.values().collect();
        people.sort_by(|a, b| a.login.cmp(&b.login));
        people
    }

    /// Nobody can log in: the first Super Admin is still to be made.
    pub fn has_nobody(&self) -> bool {
        self.people.is_empty()
    }

    pub fn by_login(&self, login: &str) -> Option<&Person> {
        let login = login.trim().to_lowercase();
        self.people.values().find(|person| person.login == login)
    }

    /// Was a station revoked, by any of the keys that it has or had?
    pub fn is_revoked<'a>(&self, keys: impl IntoIterator<Item = &'a PublicKey>) -> bool {
        keys.into_iter().any(|key| self.revoked.contains(&key.device_id()))
    }

    /// The stations that were not revoked, and the keys that stand for none of them any more: those of the others, and
    /// of computers whose place another has taken.
    pub fn divide<A: Archive>(&self, archive: &A) -> Result<(Vec<Station>, BTreeSet<[u8; 32]>), ArchiveError> {
        let former = archive.every_former_key()?;
        let mut gone: BTreeSet<[u8; 32]> = former.iter().map(|(_, key)| key.0).collect();
        let mut stand = Vec::new();
        for station in archive.stations()? {
            let before = former.iter().filter(|(of, _)| *of == station.no).map(|(_, key)| key);
            if self.is_revoked(before.chain([&station.key])) {
                gone.insert(station.key.0);
            } else {
                stand.push(station);
            }
        }
        Ok((stand, gone))
    }

    /// The stations that were not revoked.
    pub fn standing<A: Archive>(&self, archive: &A) -> Result<Vec<Station>, ArchiveError> {
        Ok(self.divide(archive)?.0)
    }
}

impl People for Office {
    type Error = Infallible;

    fn user(&self, user: UserId) -> Result<Option<UserState>, No<Infallible>> {
        let state = |person: &Person| UserState { role: person.role, active: person.active, waiting: false };
        Ok(self.people.get(&user).map(state))
    }

    fn login_taken(&self, login: &str) -> Result<bool, No<Infallible>> {
        Ok(self.people.values().any(|person| person.login == login))
    }

    fn other_has_login(&self, user: UserId) -> Result<bool, No<Infallible>> {
        let login = self.people.get(&user).map(|person| &person.login);
        Ok(self.people.values().any(|other| other.active && other.user != user && Some(&other.login) == login))
    }

    fn active_users(&self, role: Role) -> Result<u32, No<Infallible>> {
        let count = self.people.values().filter(|person| person.active && person.role == role).count();
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}
