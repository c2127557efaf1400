//! Command -> fact, or refusal. Looks at the records through [`Look`] and at nothing else.

mod asked;
mod care;
mod child;
mod clinic;
mod coming;
mod contact;
mod dose;
mod fence;
mod office;
mod people;
mod reminder;
mod stock;
mod things;

pub use asked::asked;
pub use care::{asks_breastfed, is_suspected, measurement};
pub use child::{form_faults, form_fields, may_merge, room};
pub use clinic::{CONFLICT_KINDS, change_line, change_settings, change_toy_settings, may_accept, proposed};
pub use coming::{ComeBack, NotThen, SESSION_WITHIN_DAYS, SessionDay, come_back};
pub use contact::{Contact, in_contact};
pub use dose::{Declines, against, engine_sex, forecast_child, forecast_given, implied_session};
pub use office::{DIRECTIVE_COMMANDS, OfficeCommand, Operator, arrives, decide_directive, decide_office, last_of_role};
pub use people::{may_manage, password, user_fields};
pub use reminder::{change_reminders, message_became};
pub use stock::{may_be_held, stock_change};
pub use things::{card_stops, toy_obeyed};

use super::command::{Command, GivenAt};
use super::fact::{self, CardStop, Declined, DoseTold, Fact, Gone, Sex, Sought};
use super::limits;
use super::refusal::{Field, Refusal};
use super::role::{Role, Roles, Scope, may, not_allowed};
use super::text::{clean, optional, required};
use crate::date::{to_date, to_day};
use crate::device::FenceId;
use crate::forecast::Schedule;
use crate::ledger::EventId;
use crate::reminder::MessageState;
use chrono::NaiveDate;
use hub_protocol::toy::Order;
use hub_protocol::{CardNo, ChildId, Day, DeviceId, SessionId, TaskId, UserId};

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
    /// The district sent this person, who has no password here yet.
    pub waiting: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildState {
    pub dob: NaiveDate,
    pub sex: Sex,
    pub worker: Option<UserId>,
    pub gone: Option<Gone>,
    pub gone_on: Option<NaiveDate>,
    /// The record of which this one is a part.
    pub merged_into: Option<ChildId>,
    pub consent_tracing: bool,
}

impl ChildState {
    /// Counts among a worker's 50.
    pub fn active(&self) -> bool {
        self.gone.is_none() && self.merged_into.is_none()
    }
}

/// A number that another system gave a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherId {
    Abha,
    Rch,
    Uwin,
}

/// A dose as it is told, believed or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseState {
    pub batch: Option<String>,
    /// Given elsewhere.
    pub outside: bool,
    pub withdrawn: bool,
}

/// What stands against a vaccine of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineState {
    /// What [`crate::forecast::Against`] reads.
    pub against: String,
    pub why: Declined,
    pub on: NaiveDate,
    pub until: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToyState {
    pub worker: Option<UserId>,
    pub stopped: Option<fact::ToyStop>,
    /// The one that holds.
    pub order: Option<Order>,
    /// The toy said that it did so.
    pub obeyed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardState {
    pub child: Option<ChildId>,
    pub stopped: Option<CardStop>,
    /// Of the last time it was written here.
    pub counter: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskState {
    pub worker: UserId,
    pub open: bool,
    /// Another worker was given it in another task.
    pub handed_over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStage {
    Planned,
    Held,
    NotHeld,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionState {
    pub on: NaiveDate,
    /// Who gives the doses.
    pub worker: Option<UserId>,
    pub stage: SessionStage,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchState {
    pub manufacturer: String,
    pub expires_on: NaiveDate,
    pub doses_per_vial: u16,
    /// Unopened.
    pub vials: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VialState {
    pub doses: u16,
    pub open: bool,
}

/// A report of an adverse event: whose, and the doses it names.
pub type AefiState = (ChildId, Vec<fact::AefiDose>);

/// What the rules need to know of the people of a place: a station, or the district.
pub trait People {
    type Error;
    fn user(&self, user: UserId) -> Result<Option<UserState>, No<Self::Error>>;
    /// Of anybody who ever had it: a login stands in the history for one person.
    fn login_taken(&self, login: &str) -> Result<bool, No<Self::Error>>;
    /// Another active user has the login of this one.
    fn other_has_login(&self, user: UserId) -> Result<bool, No<Self::Error>>;
    fn active_users(&self, role: Role) -> Result<u32, No<Self::Error>>;
}

/// What the rules need to know, as of this very transaction.
pub trait Look: People {
    fn child(&self, child: ChildId) -> Result<Option<ChildState>, No<Self::Error>>;
    /// Active ones.
    fn children_of(&self, worker: UserId) -> Result<u32, No<Self::Error>>;
    /// Other records are parts of this one.
    fn has_parts(&self, child: ChildId) -> Result<bool, No<Self::Error>>;
    /// Another child than `child` has this number.
    fn other_id_taken(&self, kind: OtherId, number: &str, child: ChildId) -> Result<bool, No<Self::Error>>;
    /// Registered children who are probably the one on the form.
    fn probable_duplicates(&self, form: &fact::ChildDetails) -> Result<Vec<ChildId>, No<Self::Error>>;
    /// Products and dates of the child's doses, in order of entry; those of its parts too.
    fn doses(&self, child: ChildId) -> Result<Vec<(String, NaiveDate)>, No<Self::Error>>;
    /// Of this child or one of its parts: whose record has it, and how it stands.
    fn dose(&self, child: ChildId, product: &str, on: Day) -> Result<Option<(ChildId, DoseState)>, No<Self::Error>>;
    /// Refusals and contra-indications of this child and its parts that were not lifted.
    fn declines(&self, child: ChildId) -> Result<Vec<DeclineState>, No<Self::Error>>;
    fn toy(&self, toy: DeviceId) -> Result<Option<ToyState>, No<Self::Error>>;
    fn toy_of(&self, worker: UserId) -> Result<Option<DeviceId>, No<Self::Error>>;
    /// The highest one under which a record of the toy is here; 0 of none.
    fn toy_last_epoch(&self, toy: DeviceId) -> Result<u64, No<Self::Error>>;
    fn toy_last_seq(&self, toy: DeviceId, epoch: u64) -> Result<u64, No<Self::Error>>;
    fn has_fence(&self, fence: FenceId) -> Result<bool, No<Self::Error>>;
    fn fences(&self) -> Result<u32, No<Self::Error>>;
    fn card(&self, card: CardNo) -> Result<Option<CardState>, No<Self::Error>>;
    fn uid_taken(&self, uid: &[u8]) -> Result<bool, No<Self::Error>>;
    /// The chip of this card was lost or blocked, under this number or another.
    fn chip_stopped(&self, card: CardNo) -> Result<bool, No<Self::Error>>;
    /// The one in use; of the child or one of its parts.
    fn card_of(&self, child: ChildId) -> Result<Option<CardNo>, No<Self::Error>>;
    fn task(&self, task: TaskId) -> Result<Option<TaskState>, No<Self::Error>>;
    fn session(&self, session: SessionId) -> Result<Option<SessionState>, No<Self::Error>>;
    /// Of those of a day, held or planned: the worker's own before the others'.
    fn session_on(&self, on: Day, worker: UserId) -> Result<Option<SessionId>, No<Self::Error>>;
    fn batch(&self, product: &str, batch: &str) -> Result<Option<BatchState>, No<Self::Error>>;
    fn vial(&self, vial: EventId) -> Result<Option<VialState>, No<Self::Error>>;
    /// Whose it is, and the doses it names.
    fn aefi(&self, aefi: EventId) -> Result<Option<AefiState>, No<Self::Error>>;
    /// Whose it is, when it was not withdrawn.
    fn growth(&self, growth: EventId) -> Result<Option<ChildId>, No<Self::Error>>;
    /// Whose family was called and who wrote it down, when it was not taken back.
    fn call(&self, call: EventId) -> Result<Option<CallState>, No<Self::Error>>;
    /// The kind of a conflict that nobody settled.
    fn open_conflict(&self, event: EventId) -> Result<Option<String>, No<Self::Error>>;
    fn last_certificate(&self) -> Result<u64, No<Self::Error>>;
    /// By which references are made, when there is one.
    fn reference_key(&self) -> Result<Option<fact::ReferenceKey>, No<Self::Error>>;
    fn opted_out(&self, phone: &str) -> Result<bool, No<Self::Error>>;
    fn message(&self, reference: [u8; 16]) -> Result<Option<MessageState>, No<Self::Error>>;
    fn has_district(&self) -> Result<bool, No<Self::Error>>;
    /// The district was asked for this one, and has not answered.
    fn is_asked_for(&self, sought: Sought) -> Result<bool, No<Self::Error>>;
    /// Of how many it has not answered.
    fn children_asked_for(&self) -> Result<u32, No<Self::Error>>;
}

/// A call to a family that was written down.
#[derive(Debug, Clone, Copy)]
pub struct CallState {
    pub child: ChildId,
    pub by: Option<UserId>,
}

/// What holds for the whole clinic at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// The wall clock, ms since 1970.
    pub now_ms: u64,
    pub today: NaiveDate,
    pub schedule: &'a Schedule,
    pub je_endemic: bool,
    /// How this station stands to its district; nothing when it has none.
    pub contact: Option<Contact>,
}

/// Who acts: an active user, and how far the right reaches.
#[derive(Debug, Clone, Copy)]
struct By {
    user: UserId,
    role: Role,
    scope: Scope,
}

/// The one place where a command becomes a fact.
pub fn decide<L: Look>(command: Command, by: UserId, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    if let Command::TakeToyRecord { toy, record, clock_offset_ms } = command {
        // A fact, not a wish: no role or limit can refuse it. What it breaks becomes a conflict.
        return things::take_toy_record(&toy, &record, clock_offset_ms, look, now);
    }
    let actor = look.user(by)?.filter(|u| u.active).ok_or(Refusal::NotActive)?;
    let scope = may(actor.role, command.right()).ok_or_else(|| not_allowed(command.right()))?;
    in_contact(command.right(), now.contact, now.now_ms)?;
    decided(command, By { user: by, role: actor.role, scope }, look, now)
}

/// The same for somebody whose right was looked at.
fn decided<L: Look>(command: Command, by: By, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    match command {
        Command::RegisterUser { user, new } => people::register(user, &new, look),
        Command::DisableUser { user } => people::disable(user, by, look, now.now_ms),
        Command::EnableUser { user } => people::enable(user, by, look),
        Command::AdmitUser { user } => people::admit(user, look),
        Command::ResetPassword { user } => people::reset_password(user, by, look),
        Command::ChangePassword => Ok(Fact::PasswordReset(fact::PasswordReset { user: by.user })),
        Command::ChangeSettings(settings) => Ok(Fact::SettingsChanged(change_settings(settings)?)),
        Command::ChangeLine(line) => Ok(Fact::LineChanged(change_line(line)?)),
        Command::ChangeToySettings(settings) => Ok(Fact::ToySettingsChanged(change_toy_settings(settings)?)),
        Command::RegisterToy { key, model, label } => things::register_toy(key, &model, &label, look),
        Command::AssignToy { toy, worker } => things::assign_toy(toy, worker, look, now),
        Command::StopToy { toy, why, note } => things::stop_toy(toy, why, &note, look, now),
        Command::ReturnToy { toy, note } => things::return_toy(toy, &note, look),
        Command::SetFence(fence) => fence::set(fence, look),
        Command::RemoveFence { fence } => fence::remove(fence, look),
        Command::OrderToy { toy, what, note } => things::order_toy(toy, what, &note, look, now),
        Command::RegisterChild { child, form, worker, distinct_from } => {
            child::register(child, &form, worker, distinct_from, by, look, now)
        }
        Command::EditChild { child, form, reason } => child::edit(child, &form, &reason, look, now),
        Command::AssignChild { child, worker } => child::assign(child, worker, look),
        Command::MergeChildren { child, into, reason } => child::merge(child, into, &reason, look),
        Command::UnmergeChild { child, worker, reason } => child::unmerge(child, worker, &reason, look),
        Command::TellApart { child, other } => child::tell_apart(child, other, look),
        Command::InactivateChild { child, why, on, note } => child::inactivate(child, why, on, &note, look, now),
        Command::ReactivateChild { child, worker, reason } => child::reactivate(child, worker, &reason, look),
        Command::AskForChild { sought } => child::ask(sought, look),
        Command::WithdrawAsk { sought } => child::withdraw_ask(sought, look),
        Command::RegisterCard { card, uid, written } => things::register_card(card, uid, written, look),
        Command::AssignCard { card, child } => things::assign_card(card, child, look),
        Command::StopCard { card, why } => things::stop_card(card, why, look),
        Command::UnblockCard { card, reason } => things::unblock_card(card, &reason, look),
        Command::WriteCard { card, counter } => things::write_card(card, counter, look),
        Command::AssignTask { task, new } => things::assign_task(task, new, look, now),
        Command::CloseTask { task, done, reason } => things::close_task(task, done, &reason, by, look),
        Command::ReopenTask { task } => things::reopen_task(task, by, look),
        Command::RecordDose { child, product, on, batch, reason, at } => {
            let told = DoseTold { product, on, batch };
            dose::record(child, told, reason.as_deref(), &at, by, look, now)
        }
        Command::ImportDose { child, product, on, batch, reason, at } => {
            let told = DoseTold { product, on, batch };
            dose::import(child, told, reason.as_deref(), &at, by, look, now)
        }
        Command::CorrectDose { dose, to, reason, anyway } => dose::correct(dose, to, &reason, anyway, by, look, now),
        Command::WithdrawDose { dose, reason } => dose::withdraw(dose, &reason, look),
        Command::DeclineDose(decline) => dose::decline(&decline, look, now),
        Command::LiftDecline { child, series, why, reason } => dose::lift_decline(child, series, why, &reason, look),
        Command::ReportAefi { child, form } => care::report_aefi(child, form, by, look, now),
        Command::UpdateAefi { aefi, form } => care::update_aefi(aefi, form, look, now),
        Command::WithdrawAefi { aefi, reason } => care::withdraw_aefi(aefi, &reason, look),
        Command::MeasureGrowth(growth) => care::measure(&growth, look, now),
        Command::WithdrawGrowth { growth, reason } => care::withdraw_growth(growth, &reason, look),
        Command::RecordCall(call) => care::record_call(&call, by, look, now),
        Command::WithdrawCall { call } => care::withdraw_call(call, by, look),
        Command::ReceiveBatch(batch) => stock::receive(batch, look, now),
        Command::ChangeStock { product, batch, vials, why, note } => {
            let changed =
                fact::StockChanged { product, batch, vials, why, on: to_day(now.today), note: note_text(&note)? };
            stock::change(changed, look)
        }
        Command::OpenVial { product, batch } => stock::open_vial(product, batch, look, now),
        Command::CloseVial { vial, wasted_doses } => stock::close_vial(vial, wasted_doses, look, now),
        Command::PlanSession { session, plan } => stock::plan_session(session, &plan, look, now),
        Command::HoldSession { session, plan } => stock::hold_session(session, plan, look, now),
        Command::CancelSession { session, reason } => stock::cancel_session(session, &reason, look),
        Command::IssueCertificate { child, on, key } => {
            let child = child::root(child, look)?;
            if look.child(child)?.is_some_and(|state| state.gone == Some(Gone::Waiting)) {
                return Err(Refusal::ChildWaits.into());
            }
            let number = look.last_certificate()? + 1;
            Ok(Fact::CertificateIssued(fact::CertificateIssued { child, number, on, key: Some(key) }))
        }
        Command::SettleConflict { event, accepted, reason } => clinic::settle(event, accepted, &reason, look),
        Command::ChangeReminders { settings, key } => reminder::change(settings, key, look),
        Command::SetOptOut { phone, out } => reminder::set_opt_out(&phone, out, look),
        Command::SettleMessage { reference, again } => reminder::settle_message(reference, again, look),
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
        Command::TakeToyRecord { .. } => Err(Refusal::NotAllowed(Roles::NONE).into()),
    }
}

/// A reason that must be given.
fn reason_text(reason: &str) -> Result<String, Refusal> {
    required(Field::Reason, reason, limits::TEXT_MAX_CHARS)
}

/// A note that may be empty.
fn note_text(note: &str) -> Result<String, Refusal> {
    optional(Field::Note, note, limits::TEXT_MAX_CHARS)
}

/// A day that has come.
fn past(field: Field, on: Day, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let on = to_date(on).ok_or(Refusal::Form(field))?;
    if on > today { Err(Refusal::Future(field)) } else { Ok(on) }
}

/// A day on which something can be planned, or was: it may be written down late.
fn plannable(on: Day, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let on = to_date(on).ok_or(Refusal::Form(Field::Date))?;
    let days = (on - today).num_days();
    let longest_ago = -366 * i64::from(limits::AGE_MAX_YEARS);
    if (longest_ago..=limits::AHEAD_MAX_DAYS).contains(&days) { Ok(on) } else { Err(Refusal::Range(Field::Date)) }
}
