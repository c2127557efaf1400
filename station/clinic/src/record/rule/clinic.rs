//! The settings of the clinic, and what an Admin answers to facts that broke a rule.

use super::{Look, No, reason_text};
use crate::diet::Region;
use crate::forecast::Schedule;
use crate::ledger::EventId;
use crate::record::command::{Line, Settings, ToySettings};
use crate::record::fact::{self, Fact};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal};
use crate::record::text;
use hub_protocol::toy::{REPORT_MAX_S, ROSTER_MAX_DAYS};

/// Settings as they would be kept, or what is wrong with them.
pub fn change_settings(settings: Settings) -> Result<Settings, Refusal> {
    if Schedule::builtin(&settings.schedule).is_none() {
        return Err(Refusal::UnknownSchedule);
    }
    if settings.defaulter_days > limits::DEFAULTER_DAYS_MAX {
        return Err(Refusal::Range(Field::DefaulterDays));
    }
    if !(1..=limits::AUTO_LOCK_MAX_MIN).contains(&settings.auto_lock_min) {
        return Err(Refusal::Range(Field::AutoLock));
    }
    // Empty: not chosen yet.
    if !settings.region.is_empty() && Region::of_code(&settings.region).is_none() {
        return Err(Refusal::Form(Field::Region));
    }
    let plain = |field: Field, typed: Option<&str>, marks: &str| {
        let text = typed.map(|typed| text::optional(field, typed, limits::OTHER_ID_MAX_CHARS)).transpose()?;
        let good = |c: char| c.is_ascii_alphanumeric() || marks.contains(c);
        if text.as_ref().is_some_and(|text| !text.chars().all(good)) {
            return Err(Refusal::Characters(field));
        }
        Ok(text)
    };
    let facility_code = plain(Field::FacilityCode, settings.facility_code.as_deref(), "-/")?;
    let facility_phone = plain(Field::FacilityPhone, settings.facility_phone.as_deref(), "+-() ,")?;
    Ok(Settings { facility_code, facility_phone, ..settings })
}

pub fn change_line(line: Line) -> Result<Line, Refusal> {
    match line.daily_mb {
        Some(mb) if !(1..=limits::LINE_DAILY_MAX_MB).contains(&mb) => Err(Refusal::Range(Field::LineDaily)),
        _ => Ok(line),
    }
}

pub fn change_toy_settings(settings: ToySettings) -> Result<ToySettings, Refusal> {
    if !(1..=REPORT_MAX_S).contains(&settings.report_s) {
        return Err(Refusal::Range(Field::ToyReport));
    }
    if !(1..=ROSTER_MAX_DAYS).contains(&settings.roster_days) {
        return Err(Refusal::Range(Field::ToyRoster));
    }
    Ok(settings)
}

/// Every rule that a fact can break: the last parts of the words' keys `conflict-…` and `proposed-…`.
pub const CONFLICT_KINDS: [&str; 26] = [
    "unknown-child",
    "impossible-date",
    "before-birth",
    "after-death",
    "future-date",
    "unknown-product",
    "toy-clock",
    "not-her-toy",
    "withdrawn-dose",
    "merged-elsewhere",
    "edited-elsewhere",
    "of-another-child",
    "toy-measured",
    "toy-measured-impossible",
    "toy-sighted",
    "toy-child",
    "toy-child-alike",
    "toy-child-full",
    "toy-child-impossible",
    "two-cards",
    "login-twice",
    "not-the-districts",
    "last-of-role",
    "task-for-nobody",
    "unknown-settings",
    "log-reopened",
];

/// What can be true although a rule spoke against it; the others can only be set aside.
const ACCEPTABLE: [&str; 10] = [
    "toy-clock",
    "not-her-toy",
    "withdrawn-dose",
    "toy-measured",
    "toy-sighted",
    "toy-child",
    "toy-child-alike",
    "toy-child-full",
    "two-cards",
    "log-reopened",
];

/// May an Admin say that this is true after all?
pub fn may_accept(kind: &str) -> bool {
    ACCEPTABLE.contains(&kind)
}

/// The answer that is proposed; the Admin decides. A dose by a toy whose clock was wrong was most likely given,
/// and the worker knows when. What somebody withdrew with a reason, or what came in a worker's name from a toy
/// that she did not carry, most likely was not. A child who looks like another one is registered first and then joined
/// with it, so that nothing of either is lost. That a log went on as another is only to be known.
pub fn proposed(kind: &str) -> bool {
    matches!(kind, "toy-clock" | "toy-child-alike" | "toy-child-full" | "log-reopened")
}

pub(super) fn settle<L: Look>(event: EventId, accepted: bool, reason: &str, look: &L) -> Result<Fact, No<L::Error>> {
    let kind = look.open_conflict(event)?.ok_or(Refusal::UnknownConflict)?;
    if accepted && !may_accept(&kind) {
        return Err(Refusal::CannotAccept.into());
    }
    Ok(Fact::ConflictSettled(fact::ConflictSettled { event, accepted, reason: reason_text(reason)? }))
}
