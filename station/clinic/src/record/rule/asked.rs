//! What somebody must have asked for, so that this became a fact: so that the rules can be asked again by who only
//! has the log.

use crate::record::command::{Command, DoseKey, GivenAt, NewTask, NewUser};
use crate::record::fact::{DoseGiven, Fact};
use crate::record::role::Role;
use hub_protocol::UserId;

/// The command behind a fact, by somebody of this role. `None` for what nobody asked for at a desk: the founding, a
/// toy's record, a directive.
#[allow(clippy::too_many_lines, reason = "one line a kind")]
pub fn asked(fact: Fact, by: UserId, role: Role) -> Option<Command> {
    Some(match fact {
        Fact::UserRegistered(f) => {
            Command::RegisterUser { user: f.user, new: NewUser { login: f.login, name: f.name, role: f.role } }
        }
        Fact::UserDisabled(f) => Command::DisableUser { user: f.user },
        Fact::UserEnabled(f) => Command::EnableUser { user: f.user },
        Fact::UserAdmitted(f) => Command::AdmitUser { user: f.user },
        Fact::PasswordReset(f) if f.user == by => Command::ChangePassword,
        Fact::PasswordReset(f) => Command::ResetPassword { user: f.user },
        Fact::SettingsChanged(f) => Command::ChangeSettings(f),
        Fact::LineChanged(f) => Command::ChangeLine(f),
        Fact::ToySettingsChanged(f) => Command::ChangeToySettings(f),
        Fact::RemindersChanged(f) => Command::ChangeReminders { settings: f.settings, key: f.key },
        Fact::OptOutSet(f) => Command::SetOptOut { phone: f.phone, out: f.out },
        Fact::MessageSettled(f) => Command::SettleMessage { reference: f.reference, again: f.again },
        Fact::ClockAccepted(_) => Command::AcceptClock,
        Fact::DistrictJoined(f) => Command::JoinDistrict {
            district: f.district,
            address: f.address,
            district_name: f.district_name,
            station_name: f.station_name,
        },
        Fact::ChildRegistered(f) => {
            Command::RegisterChild { child: f.child, form: f.details, worker: f.worker, distinct_from: f.distinct_from }
        }
        Fact::ChildAssigned(f) => Command::AssignChild { child: f.child, worker: f.worker },
        Fact::ChildEdited(f) => Command::EditChild { child: f.child, form: f.details, reason: f.reason },
        Fact::ChildMerged(f) => Command::MergeChildren { child: f.child, into: f.into, reason: f.reason },
        Fact::ChildUnmerged(f) => Command::UnmergeChild { child: f.child, worker: f.worker, reason: f.reason },
        Fact::ChildrenToldApart(f) => Command::TellApart { child: f.child, other: f.other },
        Fact::ChildInactivated(f) => Command::InactivateChild { child: f.child, why: f.why, on: f.on, note: f.note },
        Fact::ChildReactivated(f) => Command::ReactivateChild { child: f.child, worker: f.worker, reason: f.reason },
        Fact::ChildAsked(f) => Command::AskForChild { sought: f.sought },
        Fact::AskWithdrawn(f) => Command::WithdrawAsk { sought: f.sought },
        Fact::DoseGiven(f) => return dose(f, role),
        Fact::DoseCorrected(f) => Command::CorrectDose {
            dose: DoseKey { child: f.child, product: f.product, on: f.on },
            to: f.to,
            reason: f.reason,
            anyway: true,
        },
        Fact::DoseWithdrawn(f) => {
            Command::WithdrawDose { dose: DoseKey { child: f.child, product: f.product, on: f.on }, reason: f.reason }
        }
        Fact::DoseDeclined(f) => Command::DeclineDose(f),
        Fact::DeclineLifted(f) => {
            Command::LiftDecline { child: f.child, series: f.series, why: f.why, reason: f.reason }
        }
        Fact::AefiReported(f) => Command::ReportAefi { child: f.child, form: f.form },
        Fact::AefiUpdated(f) => Command::UpdateAefi { aefi: f.aefi, form: f.form },
        Fact::AefiWithdrawn(f) => Command::WithdrawAefi { aefi: f.aefi, reason: f.reason },
        Fact::GrowthMeasured(f) => Command::MeasureGrowth(f),
        Fact::GrowthWithdrawn(f) => Command::WithdrawGrowth { growth: f.growth, reason: f.reason },
        Fact::CallMade(f) => Command::RecordCall(f),
        Fact::CallWithdrawn(f) => Command::WithdrawCall { call: f.call },
        Fact::CardRegistered(f) => Command::RegisterCard { card: f.card, uid: f.uid, written: f.written },
        Fact::CardAssigned(f) => Command::AssignCard { card: f.card, child: f.child },
        Fact::CardStopped(f) => Command::StopCard { card: f.card, why: f.why },
        Fact::CardUnblocked(f) => Command::UnblockCard { card: f.card, reason: f.reason },
        Fact::CardWritten(f) => Command::WriteCard { card: f.card, counter: f.counter },
        Fact::ToyRegistered(f) => Command::RegisterToy { key: f.key, model: f.model, label: f.label },
        Fact::ToyAssigned(f) => Command::AssignToy { toy: f.toy, worker: f.worker },
        Fact::ToyStopped(f) => Command::StopToy { toy: f.toy, why: f.why, note: f.note },
        Fact::ToyReturned(f) => Command::ReturnToy { toy: f.toy, note: f.note },
        Fact::FenceSet(f) => Command::SetFence(f),
        Fact::FenceRemoved(f) => Command::RemoveFence { fence: f.fence },
        Fact::ToyOrdered(f) => Command::OrderToy { toy: f.toy, what: f.what, note: f.note },
        Fact::TaskAssigned(f) => Command::AssignTask {
            task: f.task,
            new: NewTask { worker: f.worker, kind: f.kind, child: f.child, place: f.place, due: f.due, note: f.note },
        },
        Fact::TaskClosed(f) => Command::CloseTask { task: f.task, done: f.done, reason: f.reason },
        Fact::TaskReopened(f) => Command::ReopenTask { task: f.task },
        Fact::CertificateIssued(f) => Command::IssueCertificate { child: f.child, on: f.on, key: f.key? },
        Fact::BatchReceived(f) => Command::ReceiveBatch(f),
        Fact::StockChanged(f) => {
            Command::ChangeStock { product: f.product, batch: f.batch, vials: f.vials, why: f.why, note: f.note }
        }
        Fact::VialOpened(f) => Command::OpenVial { product: f.product, batch: f.batch },
        Fact::VialClosed(f) => Command::CloseVial { vial: f.vial, wasted_doses: f.wasted_doses },
        Fact::SessionPlanned(f) => Command::PlanSession { session: f.session, plan: f.plan },
        Fact::SessionHeld(f) => Command::HoldSession { session: f.session, plan: f.plan },
        Fact::SessionNotHeld(f) => Command::CancelSession { session: f.session, reason: f.reason },
        Fact::ConflictSettled(f) => Command::SettleConflict { event: f.event, accepted: f.accepted, reason: f.reason },
        Fact::OriginOpened(_)
        | Fact::RemindersRun(_)
        | Fact::MessageBecame(_)
        | Fact::ToyObeyed(_)
        | Fact::MeasuredOnToy(_)
        | Fact::ChildSighted(_)
        | Fact::ChildOnToy(_)
        | Fact::ClinicFounded(_)
        | Fact::StationAdmitted(_)
        | Fact::StationReplaced(_)
        | Fact::LogReopened(_)
        | Fact::UserSent(_)
        | Fact::ChildMovedIn(_)
        | Fact::ChildMovedOut(_)
        | Fact::ChildWithheld(_)
        | Fact::CardKeyMade(_)
        | Fact::StationKnown(_)
        | Fact::StationForgotten(_)
        | Fact::StationRenamed(_)
        | Fact::ContactRule(_)
        | Fact::OperatorKnown(_)
        | Fact::DirectivesTaken(_)
        | Fact::OperatorPassword(_)
        | Fact::StationRevoked(_)
        | Fact::StationReadmitted(_)
        | Fact::OperatorLooked(_) => return None,
    })
}

/// An Admin's doses come from a file, a worker's from the desk.
fn dose(f: DoseGiven, role: Role) -> Option<Command> {
    if f.toy.is_some() {
        return None;
    }
    let at = match f.outside {
        Some(proof) => GivenAt::Outside(proof),
        None => GivenAt::Here(f.session),
    };
    let DoseGiven { child, product, on, batch, reason, .. } = f;
    Some(match role {
        Role::Admin => Command::ImportDose { child, product, on, batch, reason, at },
        _ => Command::RecordDose { child, product, on, batch, reason, at },
    })
}
