//! Toys, cards, tasks.

use super::child::root;
use super::people::active_worker;
use super::{By, Look, No, Now, SessionStage, SessionState, note_text, plannable, reason_text};
use crate::record::command::{CommandKind, NewTask};
use crate::record::fact::{self, CardStop, Fact, ToyStop};
use crate::record::limits;
use crate::record::refusal::{Field, Refusal};
use crate::record::role::{Right, Scope, not_ones_own};
use crate::record::text::{clean, name, optional};
use hub_protocol::toy::{self, Order, OrderKind, SignedObeyed, SignedRecord, TaskKind};
use hub_protocol::{CardNo, ChildId, DeviceId, PublicKey, TaskId, UserId};

pub(super) fn register_toy<L: Look>(key: PublicKey, model: &str, label: &str, look: &L) -> Result<Fact, No<L::Error>> {
    if look.toy(key.device_id())?.is_some() {
        return Err(Refusal::ToyTaken.into());
    }
    let label = name(Field::Label, label, limits::NAME_MAX_CHARS)?;
    Ok(Fact::ToyRegistered(fact::ToyRegistered { key, model: clean(model, limits::NAME_MAX_CHARS), label }))
}

pub(super) fn assign_toy<L: Look>(
    toy: DeviceId,
    worker: Option<UserId>,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let state = look.toy(toy)?.ok_or(Refusal::UnknownToy)?;
    if let Some(worker) = worker {
        if state.stopped.is_some() {
            return Err(Refusal::ToyStopped.into());
        }
        if locks(state.order) {
            return Err(Refusal::ToyLocked.into());
        }
        active_worker(worker, look)?;
        if state.worker.is_some_and(|h| h != worker) {
            return Err(Refusal::ToyHasWorker.into());
        }
        if look.toy_of(worker)?.is_some_and(|t| t != toy) {
            return Err(Refusal::WorkerHasToy.into());
        }
    }
    Ok(Fact::ToyAssigned(fact::ToyAssigned { toy, worker, at_ms: now.now_ms }))
}

pub(super) fn stop_toy<L: Look>(
    toy: DeviceId,
    why: ToyStop,
    note: &str,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    if look.toy(toy)?.ok_or(Refusal::UnknownToy)?.stopped == Some(why) {
        return Err(Refusal::ToyStopped.into());
    }
    Ok(Fact::ToyStopped(fact::ToyStopped { toy, why, note: note_text(note)?, at_ms: now.now_ms }))
}

pub(super) fn return_toy<L: Look>(toy: DeviceId, note: &str, look: &L) -> Result<Fact, No<L::Error>> {
    if look.toy(toy)?.ok_or(Refusal::UnknownToy)?.stopped.is_none() {
        return Err(Refusal::ToyNotStopped.into());
    }
    Ok(Fact::ToyReturned(fact::ToyReturned { toy, note: note_text(note)? }))
}

pub(super) fn order_toy<L: Look>(
    toy: DeviceId,
    what: OrderKind,
    note: &str,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let state = look.toy(toy)?.ok_or(Refusal::UnknownToy)?;
    let says_nothing = match what {
        OrderKind::Unlock => !locks(state.order),
        what => state.order.is_some_and(|order| order.what == what),
    };
    if says_nothing {
        return Err(Refusal::ToyOrdered.into());
    }
    // By the clock, so that a station put back from a backup gives no number a second time.
    let no = state.order.map_or(0, |order| order.no + 1).max(now.now_ms);
    Ok(Fact::ToyOrdered(fact::ToyOrdered { toy, what, no, note: note_text(note)?, at_ms: now.now_ms }))
}

fn locks(order: Option<Order>) -> bool {
    order.is_some_and(|order| order.what != OrderKind::Unlock)
}

/// What becomes of a toy's word that it obeyed: a fact, once. `None`: it is known, or another order holds since.
pub fn toy_obeyed<L: Look>(
    key: &PublicKey,
    signed: &SignedObeyed,
    look: &L,
    now: Now<'_>,
) -> Result<Option<Fact>, No<L::Error>> {
    let refuse = |r: toy::Refusal| No::Refused(Refusal::Toy(r));
    let obeyed = signed.open(key).map_err(refuse)?;
    let state = look.toy(obeyed.toy)?.ok_or(refuse(toy::Refusal::UnknownToy))?;
    match state.order {
        Some(order) if order == obeyed.order && !state.obeyed => {
            let toy::Obeyed { toy, order, at_ms: toy_ms } = obeyed;
            let fact = fact::ToyObeyed { toy, order, toy_ms, signature: signed.signature, at_ms: now.now_ms };
            Ok(Some(Fact::ToyObeyed(fact)))
        }
        Some(order) if order.no >= obeyed.order.no => Ok(None),
        // Nobody gave that order.
        _ => Err(refuse(toy::Refusal::OutOfOrder)),
    }
}

pub(super) fn register_card<L: Look>(
    card: CardNo,
    uid: Vec<u8>,
    written: bool,
    look: &L,
) -> Result<Fact, No<L::Error>> {
    if uid.is_empty() || uid.len() > limits::UID_MAX_BYTES {
        return Err(Refusal::Form(Field::CardUid).into());
    }
    if look.card(card)?.is_some() || look.uid_taken(&uid)? {
        return Err(Refusal::CardTaken.into());
    }
    Ok(Fact::CardRegistered(fact::CardRegistered { card, uid, written }))
}

pub(super) fn assign_card<L: Look>(card: CardNo, child: ChildId, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.card(card)?.ok_or(Refusal::UnknownCard)?;
    let child = root(child, look)?;
    if state.stopped.is_some() || look.chip_stopped(card)? {
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

pub(super) fn stop_card<L: Look>(card: CardNo, why: CardStop, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.card(card)?.ok_or(Refusal::UnknownCard)?;
    if !may_stop(state.stopped, why) {
        return Err(Refusal::CardStopped.into());
    }
    Ok(Fact::CardStopped(fact::CardStopped { card, why }))
}

/// What may be said of a card of which something was said before. A block can be lifted, a card that was replaced may
/// still turn out to be lost, and a lost one never opens a record again. Nothing is said twice.
fn may_stop(before: Option<CardStop>, why: CardStop) -> bool {
    match before {
        None => true,
        Some(CardStop::Blocked) => why != CardStop::Blocked,
        Some(CardStop::Replaced) => why == CardStop::Lost,
        Some(CardStop::Lost) => false,
    }
}

/// What is offered to be said of a card. Another takes the place of one that a child has: a blocked one is the child's
/// no more.
pub fn card_stops(before: Option<CardStop>, of_child: bool) -> impl Iterator<Item = CardStop> {
    let has = of_child && before.is_none();
    CardStop::ALL.into_iter().filter(move |why| may_stop(before, *why) && (has || *why != CardStop::Replaced))
}

pub(super) fn unblock_card<L: Look>(card: CardNo, reason: &str, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.card(card)?.ok_or(Refusal::UnknownCard)?;
    match state.stopped {
        Some(CardStop::Blocked) => {}
        Some(CardStop::Lost | CardStop::Replaced) => return Err(Refusal::CardStopped.into()),
        None => return Err(Refusal::CardNotStopped.into()),
    }
    // In the meantime the child may have got another.
    if let Some(child) = state.child
        && look.card_of(root(child, look)?)?.is_some()
    {
        return Err(Refusal::ChildHasCard.into());
    }
    Ok(Fact::CardUnblocked(fact::CardUnblocked { card, reason: reason_text(reason)? }))
}

pub(super) fn write_card<L: Look>(card: CardNo, counter: u32, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.card(card)?.ok_or(Refusal::UnknownCard)?;
    if state.stopped.is_some() {
        return Err(Refusal::CardStopped.into());
    }
    if counter <= state.counter {
        return Err(Refusal::CardOlder.into());
    }
    Ok(Fact::CardWritten(fact::CardWritten { card, counter }))
}

pub(super) fn assign_task<L: Look>(task: TaskId, new: NewTask, look: &L, now: Now<'_>) -> Result<Fact, No<L::Error>> {
    let NewTask { worker, kind, child, place, due, note } = new;
    if look.task(task)?.is_some() {
        return Err(Refusal::UnknownTask.into());
    }
    active_worker(worker, look)?;
    let child = child.map(|child| root(child, look)).transpose()?;
    if let (TaskKind::Trace, Some(child)) = (kind, child)
        && !look.child(child)?.is_some_and(|state| state.consent_tracing)
    {
        return Err(Refusal::NoConsent.into());
    }
    plannable(due, now.today)?;
    let place = optional(Field::Place, &place, limits::NAME_MAX_CHARS)?;
    let note = note_text(&note)?;
    if child.is_none() && place.is_empty() && note.is_empty() {
        return Err(Refusal::Missing(Field::Note).into());
    }
    Ok(Fact::TaskAssigned(fact::TaskAssigned { task, worker, kind, child, due, note, place }))
}

pub(super) fn close_task<L: Look>(
    task: TaskId,
    done: bool,
    reason: &str,
    by: By,
    look: &L,
) -> Result<Fact, No<L::Error>> {
    let state = look.task(task)?.filter(|t| t.open).ok_or(Refusal::UnknownTask)?;
    if by.scope == Scope::Own && state.worker != by.user {
        return Err(not_ones_own(Right::Do(CommandKind::CloseTask)).into());
    }
    let reason = if done { optional(Field::Reason, reason, limits::TEXT_MAX_CHARS)? } else { reason_text(reason)? };
    Ok(Fact::TaskClosed(fact::TaskClosed { task, done, reason }))
}

pub(super) fn reopen_task<L: Look>(task: TaskId, by: By, look: &L) -> Result<Fact, No<L::Error>> {
    let state = look.task(task)?.filter(|t| !t.open && !t.handed_over).ok_or(Refusal::UnknownTask)?;
    if by.scope == Scope::Own && state.worker != by.user {
        return Err(not_ones_own(Right::Do(CommandKind::ReopenTask)).into());
    }
    Ok(Fact::TaskReopened(fact::TaskReopened { task }))
}

pub(super) fn take_toy_record<L: Look>(
    key: &PublicKey,
    signed: &SignedRecord,
    clock_offset_ms: i64,
    look: &L,
    now: Now<'_>,
) -> Result<Fact, No<L::Error>> {
    let refuse = |r: toy::Refusal| No::Refused(Refusal::Toy(r));
    let record = signed.open(key).map_err(refuse)?;
    if look.toy(record.toy)?.is_none() {
        return Err(refuse(toy::Refusal::UnknownToy));
    }
    // A store that was lost is not found again: what comes under its epoch after that of a newer one is no toy's word.
    let is_late = record.epoch < look.toy_last_epoch(record.toy)?;
    if is_late || record.seq != look.toy_last_seq(record.toy, record.epoch)? + 1 {
        return Err(refuse(toy::Refusal::BadSequence));
    }
    // Nothing was recorded after it came: by so much the toy's clock stood ahead at least, whatever it says of itself now.
    let ahead_ms = i64::try_from(record.at_ms).unwrap_or(i64::MAX).saturating_sub_unsigned(now.now_ms);
    let clock_offset_ms = if ahead_ms > 0 { clock_offset_ms.max(ahead_ms) } else { clock_offset_ms };
    let witness = fact::ToyWitness {
        toy: record.toy,
        epoch: record.epoch,
        seq: record.seq,
        at_ms: record.at_ms,
        clock_offset_ms,
        signature: signed.signature,
    };
    let dose = match record.fact {
        toy::Fact::Dose(dose) => dose,
        toy::Fact::Growth(told) => {
            let growth = fact::GrowthMeasured {
                child: told.child,
                on: told.on,
                weight_g: told.weight_g,
                length_mm: told.length_mm,
                standing: told.standing,
                muac_mm: told.muac_mm,
                head_mm: told.head_mm,
                oedema: told.oedema,
                breastfed: None,
            };
            return Ok(Fact::MeasuredOnToy(fact::MeasuredOnToy { growth, toy: witness }));
        }
        toy::Fact::Sighting(toy::Sighting { child, on, found, note }) => {
            return Ok(Fact::ChildSighted(fact::ChildSighted { child, on, found, note, toy: witness }));
        }
        toy::Fact::Child(told) => {
            let details = fact::ChildDetails {
                name: told.name,
                dob: told.dob,
                dob_estimated: told.dob_estimated,
                sex: told.sex,
                mother: told.mother,
                phone: told.phone,
                village: told.village,
                consent_reminders: told.consent_reminders,
                consent_tracing: told.consent_tracing,
                birth_order: told.birth_order,
                ..fact::ChildDetails::default()
            };
            return Ok(Fact::ChildOnToy(fact::ChildOnToy { child: told.child, details, toy: witness }));
        }
    };
    // Her own session of that day, if there is one: a toy opens none.
    let hers = |s: &SessionState| s.worker == Some(record.worker) && s.stage != SessionStage::NotHeld;
    let session = match look.session_on(dose.on, record.worker)? {
        Some(id) => look.session(id)?.filter(hers).map(|_| id),
        None => None,
    };
    Ok(Fact::DoseGiven(fact::DoseGiven {
        child: dose.child,
        product: dose.product,
        on: dose.on,
        batch: dose.batch,
        reason: None,
        toy: Some(witness),
        session,
        outside: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_card_is_offered_what_may_still_be_said() {
        use CardStop::{Blocked, Lost, Replaced};
        let offered = |before, of_child| card_stops(before, of_child).collect::<Vec<_>>();
        assert_eq!(offered(None, true), [Lost, Blocked, Replaced]);
        assert_eq!(offered(None, false), [Lost, Blocked]);
        for of_child in [true, false] {
            assert_eq!(offered(Some(Blocked), of_child), [Lost]);
            assert_eq!(offered(Some(Replaced), of_child), [Lost]);
            assert_eq!(offered(Some(Lost), of_child), []);
        }
        // The clinic may say more than is offered, and never the same twice.
        assert!(may_stop(Some(Blocked), Replaced) && may_stop(None, Replaced));
        assert!(CardStop::ALL.iter().all(|why| !may_stop(Some(*why), *why)));
    }
}
