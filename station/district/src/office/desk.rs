//! What one of the district's people does at the stations. Each thing is decided by the rules, in the mirror of the
//! station as it will be when it has taken all that it was told.

use super::distribute::{distribute, trust_again};
use super::error::OfficeError;
use super::holders::{CardAt, Cards, Place};
use super::login::SignedIn;
use super::mirrors::Mirrors;
use super::pen::{Pen, retrying};
use super::people::Office;
use super::told::Told;
use crate::archive::{Archive, Station, StationNo};
use crate::enrolment::clean_name;
use crate::stations::the_one;
use crate::wall_ms;
use clinic::ledger::Actor;
use clinic::record::command::{Command, NewTask, NewUser, Settings};
use clinic::record::fact::{
    Author, CardKeyMade, CardStop, Fact, OperatorKnown, SealingKey, StationReadmitted, StationRevoked, ToyStop,
};
use clinic::record::limits::TEXT_MAX_CHARS;
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::{OfficeKind, Right};
use clinic::record::rule::OfficeCommand;
use clinic::record::secret::{CODE_BYTES, KdfCost, OneTimeCode, SALT_BYTES, SecretHash};
use clinic::record::text::required;
use clinic::store::{Mirror, MirrorUser, Stop};
use hub_protocol::{CardNo, TaskId, UserId};
use std::path::Path;
use std::sync::Arc;

/// The desk of one who is signed in.
pub struct Desk<A> {
    pub(super) archive: Arc<A>,
    pub(super) mirrors: Mirrors<A>,
    pub(super) by: SignedIn,
    cost: KdfCost,
}

/// What of a station's settings is to be another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsChange {
    pub schedule: Option<String>,
    pub je_endemic: Option<bool>,
    pub defaulter_days: Option<u16>,
    pub auto_lock_min: Option<u16>,
    pub region: Option<String>,
}

impl SettingsChange {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    fn of(&self, now: Settings) -> Settings {
        Settings {
            schedule: self.schedule.clone().unwrap_or(now.schedule),
            je_endemic: self.je_endemic.unwrap_or(now.je_endemic),
            defaulter_days: self.defaulter_days.unwrap_or(now.defaulter_days),
            auto_lock_min: self.auto_lock_min.unwrap_or(now.auto_lock_min),
            region: self.region.clone().unwrap_or(now.region),
            ..now
        }
    }
}

impl<A: Archive> Desk<A> {
    pub fn new(archive: Arc<A>, data: &Path, by: SignedIn, cost: KdfCost) -> Result<Self, OfficeError> {
        Ok(Self { mirrors: Mirrors::new(archive.clone(), data, Stop::default())?, archive, by, cost })
    }

    pub fn may(&self, kind: OfficeKind) -> Result<(), Refusal> {
        self.by.operator.may(Right::Office(kind))
    }

    /// The station of this name, or with this device.
    pub fn station(&self, said: &str) -> Result<Station, OfficeError> {
        Ok(the_one(self.archive.stations()?, said)?)
    }

    /// The office's own log, from its beginning: read once for a command.
    pub(super) fn office(&self) -> Result<Office, OfficeError> {
        Office::load(self.archive.as_ref())
    }

    /// Who was revoked hears nothing any more: what it is told would be lost.
    pub(super) fn stands(&self, office: &Office, station: &Station) -> Result<(), OfficeError> {
        let former = self.archive.former_keys(station.no)?;
        if office.is_revoked(former.iter().chain([&station.key])) {
            return Err(OfficeError::Revoked(station.name.clone()));
        }
        Ok(())
    }

    /// The stations that were not revoked, of which this is one.
    pub(super) fn places(&self, station: &Station) -> Result<(Office, Vec<Place>), OfficeError> {
        let office = self.office()?;
        self.stands(&office, station)?;
        let all = Place::all(self.archive.as_ref(), &office)?;
        Ok((office, all))
    }

    /// Tells a station what follows from this, unless the rules refuse it.
    pub fn tell(&self, station: &Station, command: &OfficeCommand) -> Result<Fact, OfficeError> {
        self.stands(&self.office()?, station)?;
        self.tell_standing(station, command)
    }

    /// The same of one that was not revoked.
    pub(super) fn tell_standing(&self, station: &Station, command: &OfficeCommand) -> Result<Fact, OfficeError> {
        retrying(|| {
            let mut mirror = self.mirrors.of(station)?;
            let fact = self.decide(&mut mirror, station, command.clone())?;
            let mut pen = Pen::new(self.archive.as_ref())?;
            self.write(&mut pen, station, &fact)?;
            pen.commit()?;
            Ok(fact)
        })
    }

    pub(super) fn decide(
        &self,
        mirror: &mut Mirror,
        station: &Station,
        command: OfficeCommand,
    ) -> Result<Fact, OfficeError> {
        let (logs, district) = (self.mirrors.logs(station), &self.mirrors.district);
        match mirror.decide(&logs, district, command, self.by.operator, wall_ms()) {
            Ok(decided) => Ok(decided?),
            Err(clinic::store::MirrorError::Store(clinic::store::StoreError::NoClinic)) => Err(OfficeError::NoRecords),
            Err(error) => Err(error.into()),
        }
    }

    /// As something that this person did; who that is the station is told before.
    pub(super) fn write(&self, pen: &mut Pen<'_, A>, station: &Station, fact: &Fact) -> Result<(), OfficeError> {
        let (user, name) = (self.by.operator.user, &self.by.name);
        let is_known = |told: &Told| told.operators.get(&user) == Some(name);
        if !pen.writes_to(station.no) && !is_known(&Told::load(self.archive.as_ref(), station.no)?) {
            let operator = Author { user, name: name.clone(), place: None };
            pen.write(station.no, Actor::NODE, &Fact::OperatorKnown(OperatorKnown { operator }))?;
        }
        pen.write(station.no, Actor(Some(user)), fact)
    }

    /// Writes into the office's own log.
    pub(super) fn note(&self, fact: &Fact) -> Result<(), OfficeError> {
        retrying(|| {
            let mut pen = Pen::new(self.archive.as_ref())?;
            pen.write(StationNo::OFFICE, Actor(Some(self.by.operator.user)), fact)?;
            pen.commit().map(drop)
        })
    }

    /// How far the log that flows down to a station is written, and how far the station says that it is in force there.
    pub fn directives(&self, station: &Station) -> Result<(u64, u64), OfficeError> {
        let Some(end) = self.archive.own_log(station.no)? else { return Ok((0, 0)) };
        Ok((end.seq, self.mirrors.of(station)?.in_force(end.origin)?))
    }

    /// The people of a station, with those who still wait for a password there.
    pub fn users(&self, station: &Station) -> Result<Vec<MirrorUser>, OfficeError> {
        self.by.operator.may(Right::See(clinic::record::role::Query::Users))?;
        let mut mirror = self.mirrors.of(station)?;
        Ok(mirror.users(&self.mirrors.logs(station), &self.mirrors.district)?)
    }

    fn user(&self, station: &Station, login: &str) -> Result<MirrorUser, OfficeError> {
        let wanted = login.trim().to_lowercase();
        let mut mirror = self.mirrors.of(station)?;
        let users = mirror.users(&self.mirrors.logs(station), &self.mirrors.district)?;
        // Of several who had a login it is the one who has it.
        let mut users: Vec<MirrorUser> = users.into_iter().filter(|user| user.login == wanted).collect();
        users.sort_by_key(|user| (user.active, user.waiting));
        users.pop().ok_or_else(|| OfficeError::UnknownLogin(login.to_owned()))
    }

    /// A new person for a station. The code is told to that person and to nobody else.
    pub fn send_user(&self, station: &Station, new: NewUser) -> Result<OneTimeCode, OfficeError> {
        let user = UserId::from_random(random()?);
        self.with_code(station, |code| OfficeCommand::SendUser { user, new, code })
    }

    /// A new code for somebody who waits and lost theirs, or who was disabled and comes back.
    pub fn send_code(&self, station: &Station, login: &str) -> Result<OneTimeCode, OfficeError> {
        let MirrorUser { user, login, name, .. } = self.user(station, login)?;
        self.with_code(station, |code| OfficeCommand::SendCode { user, login, name, code })
    }

    fn with_code(
        &self,
        station: &Station,
        command: impl FnOnce(SecretHash) -> OfficeCommand,
    ) -> Result<OneTimeCode, OfficeError> {
        let code = OneTimeCode::from_random(random::<CODE_BYTES>()?);
        let hash = SecretHash::of(code.bytes(), random::<SALT_BYTES>()?, self.cost)?;
        self.tell(station, &command(hash))?;
        Ok(code)
    }

    /// Out at the next contact.
    pub fn disable_user(&self, station: &Station, login: &str) -> Result<(), OfficeError> {
        let user = self.user(station, login)?.user;
        self.tell(station, &OfficeCommand::As(Command::DisableUser { user })).map(drop)
    }

    /// A task for a PHC Worker.
    pub fn assign_task(&self, station: &Station, worker: &str, task: NewTask) -> Result<TaskId, OfficeError> {
        let new = NewTask { worker: self.user(station, worker)?.user, ..task };
        let task = TaskId::from_random(random()?);
        self.tell(station, &OfficeCommand::As(Command::AssignTask { task, new }))?;
        Ok(task)
    }

    pub fn change_settings(&self, station: &Station, change: &SettingsChange) -> Result<(), OfficeError> {
        let mut mirror = self.mirrors.of(station)?;
        let now =
            mirror.settings(&self.mirrors.logs(station), &self.mirrors.district)?.ok_or(OfficeError::NoRecords)?;
        self.tell(station, &OfficeCommand::As(Command::ChangeSettings(change.of(now)))).map(drop)
    }

    /// The toy with this label, or this code.
    pub fn stop_toy(&self, station: &Station, said: &str, why: ToyStop, note: &str) -> Result<(), OfficeError> {
        let toys = self.mirrors.of(station)?.toys()?;
        let is = |toy: &hub_protocol::DeviceId, label: &str| label == said || toy.code() == said || toy.short() == said;
        let (toy, _) = toys.into_iter().find(|(toy, label)| is(toy, label)).ok_or(Refusal::UnknownToy)?;
        self.tell(station, &OfficeCommand::As(Command::StopToy { toy, why, note: note.to_owned() })).map(drop)
    }

    /// The stations that use this card: one, unless several say that they do. Or else one that has it.
    fn card_at(&self, card: CardNo) -> Result<Vec<Station>, OfficeError> {
        let all = Place::all(self.archive.as_ref(), &self.office()?)?;
        let (mut cards, mut has) = (Cards::new([card].into()), None);
        for (at, place) in all.iter().enumerate() {
            let mirror = self.mirrors.of(&place.station)?;
            cards.ask(at, place, &mirror)?;
            if mirror.card(card)?.is_some() {
                has = has.or(Some(at));
            }
        }
        let at = match cards.iter().next() {
            Some((_, CardAt::One { at, .. })) => vec![at],
            Some((_, CardAt::Several(at))) => at,
            Some((_, CardAt::Nowhere)) | None => vec![has.ok_or(OfficeError::UnknownCard)?],
        };
        Ok(at.into_iter().map(|at| all[at].station.clone()).collect())
    }

    /// Wherever the card is used; the others hear of it by the clerk.
    pub fn stop_card(&self, card: CardNo, why: CardStop) -> Result<Vec<Station>, OfficeError> {
        self.tell_each(self.card_at(card)?, &Command::StopCard { card, why })
    }

    pub fn unblock_card(&self, card: CardNo, reason: &str) -> Result<Vec<Station>, OfficeError> {
        self.tell_each(self.card_at(card)?, &Command::UnblockCard { card, reason: reason.to_owned() })
    }

    fn tell_each(&self, stations: Vec<Station>, command: &Command) -> Result<Vec<Station>, OfficeError> {
        for station in &stations {
            self.tell_standing(station, &OfficeCommand::As(command.clone()))?;
        }
        Ok(stations)
    }

    pub fn set_contact_days(&self, station: &Station, days: u16) -> Result<(), OfficeError> {
        self.tell(station, &OfficeCommand::SetContactDays { days }).map(drop)
    }

    /// The others hear of the name too. Gives it as it is kept.
    pub fn rename(&self, station: &Station, name: &str) -> Result<String, OfficeError> {
        let name = clean_name(name)?;
        self.tell(station, &OfficeCommand::RenameStation { name: name.clone() })?;
        self.archive.rename(station.no, &name)?;
        distribute(self.archive.as_ref())?;
        Ok(name)
    }

    /// Is another station that may connect called so too?
    pub fn has_namesake(&self, station: &Station, name: &str) -> Result<bool, OfficeError> {
        let standing = self.office()?.standing(self.archive.as_ref())?;
        Ok(standing.iter().any(|other| other.no != station.no && other.name == name))
    }

    /// Keeps a station out for good. What it sent before stays; what it signed is believed no more.
    pub fn revoke(&self, station: &Station, reason: &str) -> Result<(), OfficeError> {
        self.may(OfficeKind::RevokeStation)?;
        let reason = required(Field::Reason, reason, TEXT_MAX_CHARS)?;
        let device = station.key.device_id();
        if !self.office()?.is_revoked([&station.key]) {
            self.note(&Fact::StationRevoked(StationRevoked { station: device, reason: reason.clone() }))?;
        }
        self.archive.quarantine(station.no, &format!("revoked by the district: {reason}"))?;
        distribute(self.archive.as_ref()).map(drop)
    }

    /// A person has looked at a station that was quarantined, or spoke with two voices: it may connect again, and its
    /// marks are gone; the other stations believe its cards again. One that was revoked stays out.
    pub fn readmit(&self, station: &Station) -> Result<(), OfficeError> {
        self.may(OfficeKind::ReadmitStation)?;
        self.stands(&self.office()?, station)?;
        self.note(&Fact::StationReadmitted(StationReadmitted { station: station.key.device_id() }))?;
        self.archive.clear(station.no)?;
        trust_again(self.archive.as_ref(), station)?;
        distribute(self.archive.as_ref()).map(drop)
    }

    /// A new key for the summaries on cards, for every station. Gives its number.
    pub fn rotate_card_key(&self) -> Result<u32, OfficeError> {
        self.may(OfficeKind::RotateCardKey)?;
        let key = SealingKey(random()?);
        let id = retrying(|| {
            let office = self.office()?;
            let mut id = office.card_keys.keys().max().map_or(1, |id| id + 1);
            // A district that was put back from an old copy may not know the newest one.
            for station in office.standing(self.archive.as_ref())? {
                let told = Told::load(self.archive.as_ref(), station.no)?.card_keys;
                id = told.keys().max().map_or(id, |told| id.max(told + 1));
            }
            let mut pen = Pen::new(self.archive.as_ref())?;
            let made = Fact::CardKeyMade(CardKeyMade { id, key });
            pen.write(StationNo::OFFICE, Actor(Some(self.by.operator.user)), &made)?;
            pen.commit()?;
            Ok(id)
        })?;
        distribute(self.archive.as_ref())?;
        Ok(id)
    }
}

fn random<const N: usize>() -> Result<[u8; N], OfficeError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
