//! Adverse events, growth, calls to families.

use super::child::root;
use super::{By, ChildState, Look, No, Now, note_text, past, reason_text};
use crate::date::{to_date, to_day};
use crate::growth::{self, GrowthError, Measurement, Position};
use crate::ledger::EventId;
use crate::record::fact::{self, AefiClass, AefiDose, AefiForm, AefiOutcome, CallOutcome, Fact};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal};
use crate::record::role::Role;
use crate::record::text::{optional, required};
use chrono::NaiveDate;
use hub_protocol::ChildId;

const DAY_MINUTES: u16 = 24 * 60;
/// What was given so many days before is the first to be suspected.
const SUSPECTED_DAYS: i64 = 2;
/// Whether a child is breastfed is asked until its second birthday.
const BREASTFED_DAYS: u32 = 731;

/// Is it a dose that is thought of first, when something happened to a child?
pub fn is_suspected(given: NaiveDate, today: NaiveDate) -> bool {
    (today - given).num_days() <= SUSPECTED_DAYS
}

/// Of a child of so many days: is it asked whether it is breastfed?
pub fn asks_breastfed(age_days: u32) -> bool {
    age_days < BREASTFED_DAYS
}

pub(super) fn report_aefi<L: Look>(
    child: ChildId,
    form: AefiForm,
    by: By,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let child = root(child, look)?;
    let form = aefi_fields(child, form, &[], look, now)?;
    let session = match form.doses.first() {
        Some(dose) => look.session_on(dose.on, by.user)?,
        None => None,
    };
    Ok(Fact::AefiReported(fact::AefiReported { child, form, on: to_day(now.today), session }))
}

pub(super) fn update_aefi<L: Look>(
    aefi: EventId,
    form: AefiForm,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let (child, told) = look.aefi(aefi)?.ok_or(Refusal::UnknownAefi)?;
    let form = aefi_fields(root(child, look)?, form, &told, look, now)?;
    Ok(Fact::AefiUpdated(fact::AefiUpdated { aefi, form }))
}

pub(super) fn withdraw_aefi<L: Look>(aefi: EventId, reason: &str, look: &L) -> Result<Fact, No<L::Error>> {
    look.aefi(aefi)?.ok_or(Refusal::UnknownAefi)?;
    Ok(Fact::AefiWithdrawn(fact::AefiWithdrawn { aefi, reason: reason_text(reason)? }))
}

/// The form as it is kept. `told`: the doses it named before, which may have been corrected since.
fn aefi_fields<L: Look>(
    child: ChildId,
    form: AefiForm,
    told: &[AefiDose],
    look: &L,
    now: Now<'_>,
) -> Result<AefiForm, No<L::Error>> {
    let text = |field, text: &str| optional(field, text, limits::TEXT_MAX_CHARS);
    let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    if form.doses.is_empty() {
        return Err(Refusal::Missing(Field::Product).into());
    }
    if form.doses.len() > limits::AEFI_DOSES_MAX {
        return Err(Refusal::TooLong(Field::Product).into());
    }
    let onset = past(Field::Onset, form.onset_on, now.today)?;
    let minutes = form.doses.iter().map(|d| d.at_min).chain([form.onset_min]);
    if minutes.flatten().any(|minute| minute >= DAY_MINUTES) {
        return Err(Refusal::Range(Field::Onset).into());
    }
    let mut doses: Vec<AefiDose> = Vec::with_capacity(form.doses.len());
    for mut dose in form.doses {
        let same = |other: &AefiDose| other.product == dose.product && other.on == dose.on;
        if doses.iter().any(same) {
            return Err(Refusal::DoseKnown.into());
        }
        if !told.iter().any(same) && look.dose(child, &dose.product, dose.on)?.is_none_or(|(_, known)| known.withdrawn)
        {
            return Err(Refusal::UnknownDose.into());
        }
        // An event that follows a dose cannot come before it.
        let on = to_date(dose.on).ok_or(Refusal::Form(Field::Date))?;
        let earlier = dose.at_min.zip(form.onset_min).is_some_and(|(given, onset)| onset < given);
        if onset < on || (onset == on && earlier) {
            return Err(Refusal::Form(Field::Onset).into());
        }
        dose.diluent = optional(Field::Batch, &dose.diluent, limits::BATCH_MAX_CHARS)?;
        doses.push(dose);
    }
    let died = form.outcome == AefiOutcome::Died;
    if died != form.died_on.is_some() {
        return Err(Refusal::Missing(Field::Date).into());
    }
    for day in [form.admitted_on, form.died_on].into_iter().flatten() {
        if past(Field::Date, day, now.today)? < state.dob {
            return Err(Refusal::BeforeBirth.into());
        }
    }
    if form.died_on.and_then(to_date).is_some_and(|died| died < onset) {
        return Err(Refusal::Form(Field::Onset).into());
    }
    let hospital = text(Field::Hospital, &form.hospital)?;
    // Death, a hospital stay or a cluster make an event serious, whatever was ticked.
    let serious = died || form.cluster || form.admitted_on.is_some() || !hospital.is_empty();
    Ok(AefiForm {
        class: if serious { AefiClass::Serious } else { form.class },
        doses,
        description: required(Field::Description, &form.description, limits::TEXT_MAX_CHARS)?,
        hospital,
        past_reactions: text(Field::PastReactions, &form.past_reactions)?,
        case_id: optional(Field::CaseId, &form.case_id, limits::NAME_MAX_CHARS)?,
        told_by: optional(Field::ToldBy, &form.told_by, limits::NAME_MAX_CHARS)?,
        ..form
    })
}

pub(super) fn measure<L: Look>(growth: &fact::GrowthMeasured, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    let child = root(growth.child, look)?;
    let state = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    let measured = measurement(growth, &state, past(Field::Date, growth.on, now.today)?);
    // What cannot be true of any child is known where the scores are made.
    measured.check().map_err(|error| match error {
        GrowthError::BeforeBirth => Refusal::BeforeBirth,
        GrowthError::Impossible { field: growth::Field::Weight, .. } => Refusal::Range(Field::Weight),
        GrowthError::Impossible { field: growth::Field::Length, .. } => Refusal::Range(Field::Length),
        GrowthError::Impossible { field: growth::Field::Muac, .. } => Refusal::Range(Field::Muac),
        GrowthError::Impossible { field: growth::Field::Head, .. } => Refusal::Range(Field::Head),
        GrowthError::Impossible { field: growth::Field::Age, .. } => Refusal::Range(Field::Date),
        GrowthError::NothingMeasured | GrowthError::Table(_) => Refusal::NotMeasured,
    })?;
    Ok(Fact::GrowthMeasured(fact::GrowthMeasured { child, ..growth.clone() }))
}

/// A measuring as the scores take it.
pub fn measurement(growth: &fact::GrowthMeasured, child: &ChildState, on: NaiveDate) -> Measurement {
    Measurement {
        sex: super::dose::engine_sex(child.sex),
        dob: child.dob,
        on,
        weight_g: growth.weight_g,
        length_mm: growth.length_mm,
        position: growth.length_mm.map(|_| if growth.standing { Position::Standing } else { Position::Lying }),
        head_mm: growth.head_mm,
        muac_mm: growth.muac_mm,
        oedema: growth.oedema,
    }
}

pub(super) fn withdraw_growth<L: Look>(growth: EventId, reason: &str, look: &L) -> Result<Fact, No<L::Error>> {
    look.growth(growth)?.ok_or(Refusal::UnknownGrowth)?;
    Ok(Fact::GrowthWithdrawn(fact::GrowthWithdrawn { growth, reason: reason_text(reason)? }))
}

pub(super) fn withdraw_call<L: Look>(call: EventId, by: By, look: &L) -> Result<Fact, No<L::Error>> {
    let made = look.call(call)?.filter(|made| made.by == Some(by.user)).ok_or(Refusal::UnknownCall)?;
    Ok(Fact::CallWithdrawn(fact::CallWithdrawn { child: made.child, call }))
}

pub(super) fn record_call<L: Look>(
    call: &fact::CallMade,
    by: By,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let child = root(call.child, look)?;
    let state: ChildState = look.child(child)?.ok_or(Refusal::UnknownChild)?;
    if by.role == Role::Tracker && !state.consent_tracing {
        return Err(Refusal::NoConsent.into());
    }
    let on = past(Field::Date, call.on, now.today)?;
    let comes = call.will_come_on.map(|day| to_date(day).ok_or(Refusal::Form(Field::Until))).transpose()?;
    if comes.is_some() != (call.outcome == CallOutcome::WillCome) || comes.is_some_and(|day| day < on) {
        return Err(Refusal::Form(Field::Until).into());
    }
    if comes.is_some_and(|day| (day - on).num_days() > limits::AHEAD_MAX_DAYS) {
        return Err(Refusal::Range(Field::Until).into());
    }
    Ok(Fact::CallMade(fact::CallMade { child, note: note_text(&call.note)?, ..call.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;

    #[test]
    fn doses_of_two_days_are_suspected() {
        let today = NaiveDate::from_yo_opt(2026, 100).unwrap_or_default();
        let given = |days| is_suspected(today - Days::new(days), today);
        assert_eq!([0, 1, 2, 3, 30].map(given), [true, true, true, false, false]);
    }

    #[test]
    fn breastfeeding_is_asked_about_until_the_second_birthday() {
        // Two years have 731 days at most.
        assert_eq!([0, 364, 730, 731, 2_000].map(asks_breastfed), [true, true, true, false, false]);
    }
}
