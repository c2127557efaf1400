//! Batches, vials, and the sessions in which they are used.

use super::people::active_worker;
use super::{BatchState, Look, No, Now, SessionStage, VialState, past, plannable, reason_text};
use crate::date::to_date;
use crate::ledger::EventId;
use crate::record::fact::{self, BatchReceived, Fact, SessionKind, SessionPlan, StockChanged, StockWhy};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal};
use crate::record::text::{name, optional, optional_name, required};
use chrono::{Months, NaiveDate};
use hub_protocol::SessionId;

pub(super) fn receive<L: Look>(received: BatchReceived, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    now.schedule.product(&received.product).ok_or(Refusal::UnknownProduct)?;
    let batch = required(Field::Batch, &received.batch, limits::BATCH_MAX_CHARS)?;
    let manufacturer = optional(Field::Manufacturer, &received.manufacturer, limits::NAME_MAX_CHARS)?;
    let on = past(Field::Date, received.on, now.today)?;
    let expires = to_date(received.expires_on).ok_or(Refusal::Form(Field::Expiry))?;
    let latest = now.today.checked_add_months(Months::new(12 * limits::EXPIRY_MAX_YEARS));
    if expires < on || latest.is_none_or(|latest| expires > latest) {
        return Err(Refusal::Range(Field::Expiry).into());
    }
    if !(1..=limits::DOSES_PER_VIAL_MAX).contains(&received.doses_per_vial) {
        return Err(Refusal::Range(Field::DosesPerVial).into());
    }
    if !(1..=limits::VIALS_MAX).contains(&received.vials) {
        return Err(Refusal::Range(Field::Vials).into());
    }
    if let Some(known) = look.batch(&received.product, &batch)? {
        let BatchState { manufacturer: maker, expires_on, doses_per_vial, .. } = known;
        if maker != manufacturer || expires_on != expires || doses_per_vial != received.doses_per_vial {
            return Err(Refusal::BatchDiffers.into());
        }
    }
    Ok(Fact::BatchReceived(BatchReceived { batch, manufacturer, ..received }))
}

pub(super) fn change<L: Look>(change: StockChanged, look: &L) -> Result<Fact, No<L::Error>> {
    let known = look.batch(&change.product, &change.batch)?.ok_or(Refusal::UnknownBatch)?;
    if change.vials == 0 || change.vials.unsigned_abs() > limits::VIALS_MAX {
        return Err(Refusal::Range(Field::Vials).into());
    }
    if change.vials > 0 && !may_grow(change.why) {
        return Err(Refusal::Range(Field::Vials).into());
    }
    if change.why == StockWhy::Other && change.note.is_empty() {
        return Err(Refusal::Missing(Field::Note).into());
    }
    if known.vials + i64::from(change.vials) < 0 {
        return Err(Refusal::NoVials.into());
    }
    Ok(Fact::StockChanged(change))
}

/// Only what was counted, or needs a note, can be more than before.
fn may_grow(why: StockWhy) -> bool {
    matches!(why, StockWhy::Counted | StockWhy::Other)
}

/// The change that a person means who wrote this number: what was counted is written with its sign, all else is a loss.
pub fn stock_change(why: StockWhy, written: i32) -> i32 {
    if why == StockWhy::Counted { written } else { written.saturating_abs().saturating_neg() }
}

/// A session is held on its day, or written down later.
pub fn may_be_held(on: NaiveDate, today: NaiveDate) -> bool {
    on <= today
}

pub(super) fn open_vial<L: Look>(product: String, batch: String, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    let known = look.batch(&product, &batch)?.ok_or(Refusal::UnknownBatch)?;
    if known.expires_on < now.today {
        return Err(Refusal::BatchExpired.into());
    }
    if known.vials < 1 {
        return Err(Refusal::NoVials.into());
    }
    Ok(Fact::VialOpened(fact::VialOpened { product, batch, at_ms: now.now_ms }))
}

pub(super) fn close_vial<L: Look>(
    vial: EventId,
    wasted_doses: u16,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let VialState { doses, open } = look.vial(vial)?.ok_or(Refusal::UnknownVial)?;
    if !open {
        return Err(Refusal::UnknownVial.into());
    }
    if wasted_doses > doses {
        return Err(Refusal::Range(Field::DosesPerVial).into());
    }
    Ok(Fact::VialClosed(fact::VialClosed { vial, wasted_doses, at_ms: now.now_ms }))
}

pub(super) fn plan_session<L: Look>(
    session: SessionId,
    plan: &SessionPlan,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let plan = plan_fields(plan, look, now)?;
    match look.session(session)?.map(|s| s.stage) {
        None | Some(SessionStage::Planned) => Ok(Fact::SessionPlanned(fact::SessionPlanned { session, plan })),
        Some(SessionStage::Held | SessionStage::NotHeld) => Err(Refusal::SessionOver.into()),
    }
}

pub(super) fn hold_session<L: Look>(
    session: SessionId,
    plan: Option<SessionPlan>,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let plan = plan.map(|plan| plan_fields(&plan, look, now)).transpose()?;
    let on = match (&plan, look.session(session)?) {
        (Some(_), Some(_)) => return Err(Refusal::SessionTaken.into()),
        (None, None) => return Err(Refusal::UnknownSession.into()),
        (None, Some(state)) if state.stage != SessionStage::Planned => return Err(Refusal::SessionOver.into()),
        (None, Some(state)) => state.on,
        (Some(plan), None) => to_date(plan.on).ok_or(Refusal::Form(Field::Date))?,
    };
    if !may_be_held(on, now.today) {
        return Err(Refusal::SessionAhead.into());
    }
    Ok(Fact::SessionHeld(fact::SessionHeld { session, plan }))
}

pub(super) fn cancel_session<L: Look>(session: SessionId, reason: &str, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.session(session)?.ok_or(Refusal::UnknownSession)?;
    if state.stage != SessionStage::Planned {
        return Err(Refusal::SessionOver.into());
    }
    Ok(Fact::SessionNotHeld(fact::SessionNotHeld { session, reason: reason_text(reason)? }))
}

fn plan_fields<L: Look>(plan: &SessionPlan, look: &L, now: Now<'_>) -> Result<SessionPlan, No<L::Error>> {
    plannable(plan.on, now.today)?;
    if let Some(worker) = plan.worker {
        active_worker(worker, look)?;
    }
    let site = match plan.kind {
        // The centre itself needs no name.
        SessionKind::Fixed => optional_name(Field::Site, &plan.site, limits::NAME_MAX_CHARS)?,
        SessionKind::Outreach | SessionKind::Mobile => name(Field::Site, &plan.site, limits::NAME_MAX_CHARS)?,
    };
    if plan.villages.len() > limits::VILLAGES_MAX {
        return Err(Refusal::TooLong(Field::Village).into());
    }
    let villages = plan.villages.iter().map(|v| name(Field::Village, v, limits::NAME_MAX_CHARS));
    let villages = villages.collect::<Result<Vec<_>, _>>()?;
    Ok(SessionPlan { site, villages, ..*plan })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_written_without_a_sign_and_what_was_counted_with_one() {
        for why in StockWhy::ALL {
            for written in [-3, 3] {
                let counted = why == StockWhy::Counted;
                let change = stock_change(why, written);
                assert_eq!(change, if counted { written } else { -3 }, "{why:?}");
                assert!(change < 0 || may_grow(why), "{why:?}");
            }
        }
        assert!(stock_change(StockWhy::Broken, i32::MIN) < 0);
    }

    #[test]
    fn a_session_is_held_once_its_day_came() {
        let today = NaiveDate::from_yo_opt(2026, 100).unwrap_or_default();
        assert!(may_be_held(today, today) && may_be_held(today.pred_opt().unwrap_or_default(), today));
        assert!(!may_be_held(today.succ_opt().unwrap_or_default(), today));
    }
}
