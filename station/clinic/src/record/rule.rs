//! Command -> fact, or refusal. Looks at the records through [`Look`] and at nothing else.

use super::command::{Command, NewUser};
use super::fact::{self, ChildDetails, Fact};
use super::limits;
use super::refusal::{Field, Refusal};
use super::role::{Role, Scope, may};
use super::text::{self, clean, optional, required};
use crate::date::{to_date, to_day};
use crate::forecast::{self, GivenStatus, ProductId, Schedule};
use chrono::{Months, NaiveDate};
use hub_protocol::toy::{self, SignedRecord};
use hub_protocol::{CardNo, ChildId, DeviceId, PublicKey, TaskId, UserId};

/// A refusal, or the store could not answer.
#[derive(Debug)]
pub enum No<E> {
    Refused(Refusal),
    Broken(E),
}

impl<E> From<Refusal> for No<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserState {
    pub role: Role,
    pub active: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildState {
    pub dob: NaiveDate,
    pub sex: fact::Sex,
    pub worker: Option<UserId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardState {
    pub child: Option<ChildId>,
    pub stopped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskState {
    pub worker: UserId,
    pub open: bool,
}

/// What the rules need to know, as of this very transaction.
pub trait Look {
    type Error;
    fn user(&self, user: UserId) -> Result<Option<UserState>, No<Self::Error>>;
    fn login_taken(&self, login: &str) -> Result<bool, No<Self::Error>>;
    fn active_users(&self, role: Role) -> Result<u32, No<Self::Error>>;
    fn child(&self, child: ChildId) -> Result<Option<ChildState>, No<Self::Error>>;
    fn children_of(&self, worker: UserId) -> Result<u32, No<Self::Error>>;
    /// Products and dates of the child's doses, in order of entry.
    fn doses(&self, child: ChildId) -> Result<Vec<(String, NaiveDate)>, No<Self::Error>>;
    /// The outer `None`: not registered. The inner one: nobody has it.
    fn toy(&self, toy: DeviceId) -> Result<Option<Option<UserId>>, No<Self::Error>>;
    fn toy_of(&self, worker: UserId) -> Result<Option<DeviceId>, No<Self::Error>>;
    fn toy_last_seq(&self, toy: DeviceId, epoch: u64) -> Result<u64, No<Self::Error>>;
    fn card(&self, card: CardNo) -> Result<Option<CardState>, No<Self::Error>>;
    fn uid_taken(&self, uid: &[u8]) -> Result<bool, No<Self::Error>>;
    fn card_of(&self, child: ChildId) -> Result<Option<CardNo>, No<Self::Error>>;
    fn task(&self, task: TaskId) -> Result<Option<TaskState>, No<Self::Error>>;
    fn last_certificate(&self) -> Result<u64, No<Self::Error>>;
    fn has_district(&self) -> Result<bool, No<Self::Error>>;
}

/// What holds for the whole clinic at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// The wall clock, ms since 1970.
    pub now_ms: u64,
    pub today: NaiveDate,
    pub schedule: &'a Schedule,
    pub je_endemic: bool,
}

/// The one place where a command becomes a fact.
pub fn decide<L: Look>(command: Command, by: UserId, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    if let Command::TakeToyRecord { toy, record, clock_offset_ms } = command {
        // A fact, not a wish: no role or limit can refuse it. What it breaks becomes a conflict.
        return take_toy_record(&toy, &record, clock_offset_ms, look);
    }
    let actor = look.user(by)?.filter(|u| u.active).ok_or(Refusal::NotActive)?;
    let scope = may(actor.role, command.right()).ok_or(Refusal::NotAllowed)?;
    match command {
        Command::RegisterUser { user, new } => register_user(user, &new, look),
        Command::DisableUser { user } => disable_user(user, actor.role, look, now),
        Command::RegisterToy { key, model, label } => {
            if look.toy(key.device_id())?.is_some() {
                return Err(Refusal::ToyTaken.into());
            }
            let label = required(Field::Label, &label, limits::NAME_MAX_CHARS)?;
            Ok(Fact::ToyRegistered(fact::ToyRegistered { key, model: clean(&model, limits::NAME_MAX_CHARS), label }))
        }
        Command::AssignToy { toy, worker } => assign_toy(toy, worker, look, now),
        Command::RegisterChild { child, form, worker } => {
            let details = child_details(&form, now.today)?;
            if look.child(child)?.is_some() {
                return Err(Refusal::ChildTaken.into());
            }
            // A worker who registers a child takes it; an Admin may leave it to be given to one.
            let worker = if actor.role == Role::PhcWorker { Some(by) } else { worker };
            room_for_child(worker, look)?;
            Ok(Fact::ChildRegistered(fact::ChildRegistered { child, details, worker }))
        }
        Command::AssignChild { child, worker } => {
            let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
            if state.worker != worker {
                room_for_child(worker, look)?;
            }
            Ok(Fact::ChildAssigned(fact::ChildAssigned { child, worker }))
        }
        Command::RegisterCard { card, uid, written } => {
            if uid.is_empty() || uid.len() > limits::UID_MAX_BYTES {
                return Err(Refusal::Form(Field::CardUid).into());
            }
            if look.card(card)?.is_some() || look.uid_taken(&uid)? {
                return Err(Refusal::CardTaken.into());
            }
            Ok(Fact::CardRegistered(fact::CardRegistered { card, uid, written }))
        }
        Command::AssignCard { card, child } => assign_card(card, child, look),
        Command::StopCard { card, why } => {
            look.card(card)?.ok_or(Refusal::UnknownCard)?;
            Ok(Fact::CardStopped(fact::CardStopped { card, why }))
        }
        Command::AssignTask { task, worker, kind, child, due, note } => {
            active_worker(worker, look)?;
            if let Some(child) = child {
                look.child(child)?.ok_or(Refusal::UnknownChild)?;
            }
            to_date(due).ok_or(Refusal::Form(Field::Date))?;
            let note = optional(Field::Note, &note, limits::TEXT_MAX_CHARS)?;
            Ok(Fact::TaskAssigned(fact::TaskAssigned { task, worker, kind, child, due, note }))
        }
        Command::CloseTask { task, done, reason } => {
            let state = look.task(task)?.filter(|t| t.open).ok_or(Refusal::UnknownTask)?;
            if scope == Scope::Own && state.worker != by {
                return Err(Refusal::NotAllowed.into());
            }
            let reason = optional(Field::Reason, &reason, limits::TEXT_MAX_CHARS)?;
            if !done && reason.is_empty() {
                return Err(Refusal::Missing(Field::Reason).into());
            }
            Ok(Fact::TaskClosed(fact::TaskClosed { task, done, reason }))
        }
        Command::RecordDose { child, product, on, batch, reason } => {
            let dose = fact::DoseGiven { child, product, on, batch, reason, toy: None };
            record_dose(dose, look, now).map(Fact::DoseGiven)
        }
        Command::IssueCertificate { child, on } => {
            look.child(child)?.ok_or(Refusal::UnknownChild)?;
            let number = look.last_certificate()? + 1;
            Ok(Fact::CertificateIssued(fact::CertificateIssued { child, number, on }))
        }
        Command::AcceptClock => Ok(Fact::ClockAccepted(fact::ClockAccepted { on: to_day(now.today) })),
        Command::JoinDistrict { district, address, district_name, station_name } => {
            if look.has_district()? {
                return Err(Refusal::DistrictKnown.into());
            }
            let joined = fact::DistrictJoined {
                district,
                address: clean(&address, limits::TEXT_MAX_CHARS),
                district_name: clean(&district_name, limits::NAME_MAX_CHARS),
                station_name: clean(&station_name, limits::NAME_MAX_CHARS),
            };
            Ok(Fact::DistrictJoined(joined))
        }
        Command::TakeToyRecord { .. } => Err(Refusal::NotAllowed.into()),
    }
}

/// Checks the name and login of a new user, for the first users too.
pub fn user_fields(new: &NewUser) -> Result<NewUser, Refusal> {
    let name = required(Field::Name, &new.name, limits::NAME_MAX_CHARS)?;
    let login = new.login.trim().to_lowercase();
    let length = login.chars().count();
    if !(limits::LOGIN_MIN_CHARS..=limits::LOGIN_MAX_CHARS).contains(&length) {
        return Err(Refusal::Form(Field::Login));
    }
    if !login.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
        return Err(Refusal::Characters(Field::Login));
    }
    Ok(NewUser { login, name, role: new.role })
}

/// A password that opens the whole clinic must not be the first thing anybody would try.
pub fn password(password: &str, login: &str) -> Result<(), Refusal> {
    /// Passwords that lists of stolen ones name first, and this product's own words.
    const COMMON: [&str; 14] = [
        "password",
        "passw0rd",
        "12345678",
        "123456789",
        "1234567890",
        "qwertyui",
        "qwerty123",
        "iloveyou",
        "admin123",
        "welcome1",
        "india123",
        "tikka123",
        "krishna",
        "abcd1234",
    ];
    let length = password.chars().count();
    if length > limits::PASSWORD_MAX_CHARS {
        return Err(Refusal::TooLong(Field::Password));
    }
    let lower = password.to_lowercase();
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let weak = length < limits::PASSWORD_MIN_CHARS
        || different.len() < 5
        || lower.contains(&login.to_lowercase())
        || COMMON.iter().any(|c| lower == *c || lower.strip_prefix(c).is_some_and(|rest| rest.len() < 3));
    if weak { Err(Refusal::WeakPassword) } else { Ok(()) }
}

fn register_user<L: Look>(user: UserId, new: &NewUser, look: &L) -> Result<Fact, No<L::Error>> {
    let new = user_fields(new)?;
    if look.login_taken(&new.login)? || look.user(user)?.is_some() {
        return Err(Refusal::LoginTaken.into());
    }
    Ok(Fact::UserRegistered(fact::UserRegistered { user, login: new.login, name: new.name, role: new.role }))
}

fn disable_user<L: Look>(user: UserId, by: Role, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    let state = look.user(user)?.filter(|u| u.active).ok_or(Refusal::UnknownUser)?;
    if matches!(state.role, Role::SuperAdmin | Role::Admin) {
        if by != Role::SuperAdmin {
            return Err(Refusal::NotAllowed.into());
        }
        if look.active_users(state.role)? <= 1 {
            return Err(Refusal::LastOfRole(state.role).into());
        }
    }
    Ok(Fact::UserDisabled(fact::UserDisabled { user, at_ms: now.now_ms }))
}

fn active_worker<L: Look>(worker: UserId, look: &L) -> Result<(), No<L::Error>> {
    let state = look.user(worker)?.filter(|u| u.active).ok_or(Refusal::UnknownUser)?;
    if state.role == Role::PhcWorker { Ok(()) } else { Err(Refusal::NotAWorker.into()) }
}

fn room_for_child<L: Look>(worker: Option<UserId>, look: &L) -> Result<(), No<L::Error>> {
    let Some(worker) = worker else { return Ok(()) };
    active_worker(worker, look)?;
    let max = limits::CHILDREN_PER_WORKER;
    if look.children_of(worker)? >= max { Err(Refusal::WorkerFull { max }.into()) } else { Ok(()) }
}

fn assign_toy<L: Look>(toy: DeviceId, worker: Option<UserId>, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    let holder = look.toy(toy)?.ok_or(Refusal::UnknownToy)?;
    if let Some(worker) = worker {
        active_worker(worker, look)?;
        if holder.is_some_and(|h| h != worker) {
            return Err(Refusal::ToyHasWorker.into());
        }
        if look.toy_of(worker)?.is_some_and(|t| t != toy) {
            return Err(Refusal::WorkerHasToy.into());
        }
    }
    Ok(Fact::ToyAssigned(fact::ToyAssigned { toy, worker, at_ms: now.now_ms }))
}

fn assign_card<L: Look>(card: CardNo, child: ChildId, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.card(card)?.ok_or(Refusal::UnknownCard)?;
    look.child(child)?.ok_or(Refusal::UnknownChild)?;
    if state.stopped {
        return Err(Refusal::CardStopped.into());
    }
    if state.child.is_some() {
        return Err(Refusal::CardHasChild.into());
    }
    if look.card_of(child)?.is_some() {
        return Err(Refusal::ChildHasCard.into());
    }
    Ok(Fact::CardAssigned(fact::CardAssigned { card, child }))
}

fn child_details(form: &ChildDetails, today: NaiveDate) -> Result<ChildDetails, Refusal> {
    let dob = to_date(form.dob).ok_or(Refusal::Form(Field::Dob))?;
    if dob > today {
        return Err(Refusal::Future(Field::Dob));
    }
    let years = limits::AGE_MAX_YEARS;
    if dob.checked_add_months(Months::new(12 * years)).is_none_or(|grown| grown <= today) {
        return Err(Refusal::TooOld { years });
    }
    let name = optional(Field::Name, &form.name, limits::NAME_MAX_CHARS)?;
    let mother = optional(Field::Mother, &form.mother, limits::NAME_MAX_CHARS)?;
    let father = optional(Field::Father, &form.father, limits::NAME_MAX_CHARS)?;
    if mother.is_empty() && father.is_empty() {
        return Err(Refusal::Missing(Field::Mother));
    }
    Ok(ChildDetails {
        name,
        mother,
        father,
        phone: text::phone(&form.phone)?,
        village: required(Field::Village, &form.village, limits::NAME_MAX_CHARS)?,
        landmark: optional(Field::Landmark, &form.landmark, limits::TEXT_MAX_CHARS)?,
        ..form.clone()
    })
}

fn record_dose<L: Look>(dose: fact::DoseGiven, look: &L, now: Now<'_>) -> Result<fact::DoseGiven, No<L::Error>> {
    let child = look.child(dose.child)?.ok_or(Refusal::UnknownChild)?;
    let product = now.schedule.product(&dose.product).ok_or(Refusal::UnknownProduct)?;
    let on = to_date(dose.on).ok_or(Refusal::Form(Field::Date))?;
    if on > now.today {
        return Err(Refusal::Future(Field::Date).into());
    }
    if on < child.dob {
        return Err(Refusal::BeforeBirth.into());
    }
    let batch = dose.batch.as_deref().map(|b| optional(Field::Batch, b, limits::BATCH_MAX_CHARS)).transpose()?;
    let reason = dose.reason.as_deref().map(|r| optional(Field::Reason, r, limits::TEXT_MAX_CHARS)).transpose()?;
    let known = look.doses(dose.child)?;
    if known.iter().any(|(p, d)| *p == dose.product && *d == on) {
        return Err(Refusal::DoseKnown.into());
    }
    let reason = reason.filter(|r| !r.is_empty());
    if reason.is_none()
        && let Some(warning) = warning(&known, product, on, child, now)
    {
        return Err(Refusal::NeedsReason(warning).into());
    }
    Ok(fact::DoseGiven { batch: batch.filter(|b| !b.is_empty()), reason, ..dose })
}

/// What the schedule says against giving `product` on `on`: no part of it would count, or a dose that
/// counts now would count no more.
fn warning(
    known: &[(String, NaiveDate)],
    product: ProductId,
    on: NaiveDate,
    child: ChildState,
    now: Now<'_>,
) -> Option<forecast::GivenReason> {
    let input = forecast_child(child, now.je_endemic);
    let mut given = forecast_given(now.schedule, known);
    let before = forecast::forecast(now.schedule, &input, &given, now.today).ok()?.given;
    // Past doses are entered in any order; the engine sorts by date and keeps the order of entry.
    let new = given.len();
    given.push(forecast::Given { product, on });
    let after = forecast::forecast(now.schedule, &input, &given, now.today).ok()?.given;
    let counts = |row: &&forecast::GivenRow| row.status == GivenStatus::Valid;
    let undone = before.iter().filter(counts).find_map(|was| {
        let is = after.iter().find(|is| is.index == was.index && is.series == was.series)?;
        if is.status == GivenStatus::Valid { None } else { is.reason }
    });
    let mut rows = after.iter().filter(|row| row.index == new);
    if rows.clone().any(|row| counts(&row)) { undone } else { rows.find_map(|row| row.reason) }
}

/// Recorded doses as the engine takes them; what the schedule does not know cannot count.
pub fn forecast_given(schedule: &Schedule, doses: &[(String, NaiveDate)]) -> Vec<forecast::Given> {
    doses
        .iter()
        .filter_map(|(product, on)| schedule.product(product).map(|product| forecast::Given { product, on: *on }))
        .collect()
}

pub fn forecast_child(child: ChildState, je_endemic: bool) -> forecast::Child {
    let sex = match child.sex {
        fact::Sex::Female => forecast::Sex::Female,
        fact::Sex::Male => forecast::Sex::Male,
        fact::Sex::Other => forecast::Sex::Other,
    };
    forecast::Child { dob: child.dob, sex, je_endemic }
}

fn take_toy_record<L: Look>(
    key: &PublicKey,
    signed: &SignedRecord,
    clock_offset_ms: i64,
    look: &L,
) -> Result<Fact, No<L::Error>> {
    let refuse = |r: toy::Refusal| No::Refused(Refusal::Toy(r));
    let record = signed.open(key).map_err(refuse)?;
    if look.toy(record.toy)?.is_none() {
        return Err(refuse(toy::Refusal::UnknownToy));
    }
    if record.seq != look.toy_last_seq(record.toy, record.epoch)? + 1 {
        return Err(refuse(toy::Refusal::BadSequence));
    }
    let toy::Fact::Dose(dose) = record.fact;
    let witness = fact::ToyWitness {
        toy: record.toy,
        epoch: record.epoch,
        seq: record.seq,
        at_ms: record.at_ms,
        clock_offset_ms,
        signature: signed.signature,
    };
    Ok(Fact::DoseGiven(fact::DoseGiven {
        child: dose.child,
        product: dose.product,
        on: dose.on,
        batch: dose.batch,
        reason: None,
        toy: Some(witness),
    }))
}
