//! Event -> read tables. Replay never refuses: what a rule would have refused at the desk, but happened
//! all the same, becomes a conflict for an Admin.

mod care;
mod child;
mod directive;
mod dose;
mod forecast;
mod moved;
pub mod nourished;
mod people;
mod reminder;
mod stock;
mod things;
mod toy;
mod waiting;

pub use forecast::refresh_forecast;
pub use stock::OPENED;

use super::sql::{int, one, run, uint};
use crate::ledger::{Event, EventId, Hlc};
use crate::record::fact::{DoseGiven, Fact};
use crate::record::limits::{AUTO_LOCK_MIN, CONTACT_DAYS, DEFAULTER_DAYS};
use hub_protocol::ChildId;
use rusqlite::{Connection, ToSql};

/// Whose forecast may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    Nobody,
    Child(ChildId),
    Both(ChildId, ChildId),
    Many(Vec<ChildId>),
    /// The schedule changed: everybody's who is looked after here, and these too.
    Everybody(Vec<ChildId>),
}

impl Touched {
    fn and(self, other: Self) -> Self {
        let everybody = matches!((&self, &other), (Self::Everybody(_), _) | (_, Self::Everybody(_)));
        let mut children = self.children();
        children.extend(other.children());
        if everybody { Self::Everybody(children) } else { Self::Many(children) }
    }

    fn children(self) -> Vec<ChildId> {
        match self {
            Self::Nobody => Vec::new(),
            Self::Child(child) => vec![child],
            Self::Both(one, other) => vec![one, other],
            Self::Many(children) | Self::Everybody(children) => children,
        }
    }
}

/// What an event speaks of, beside doses: whose history it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Clinic = 0,
    User = 1,
    Child = 2,
    Card = 3,
    Toy = 4,
    Task = 5,
    Session = 6,
}

/// Applies one event of a log of our own. `directives` are the district's events that come into force with it, when it
/// is a [`crate::record::fact::DirectivesTaken`]: all that are held of those it names and no earlier one named.
pub fn apply(conn: &Connection, event: &Event, fact: &Fact, directives: &[Event]) -> rusqlite::Result<Touched> {
    let at = At { conn, id: event.id, hlc: int(event.entry.hlc.0), by: event.entry.actor.0.map(|u| int(u.0)) };
    match fact {
        Fact::DirectivesTaken(f) => directive::take(at, f, directives),
        _ => happened(at, fact),
    }
}

/// An event of a district's log that our own log never says to have taken: as programs kept it that took nothing.
pub fn untaken(conn: &Connection, event: &Event, fact: Option<&Fact>) -> rusqlite::Result<()> {
    let tells_nothing = |fact: &Fact| {
        use Fact::{LogReopened, OriginOpened, StationAdmitted, StationReplaced};
        matches!(fact, OriginOpened(_) | StationAdmitted(_) | StationReplaced(_) | LogReopened(_))
    };
    if fact.is_some_and(tells_nothing) {
        return Ok(());
    }
    let at = At { conn, id: event.id, hlc: int(event.entry.hlc.0), by: event.entry.actor.0.map(|u| int(u.0)) };
    at.conflict("not-the-districts", None, None)
}

fn happened(at: At<'_>, fact: &Fact) -> rusqlite::Result<Touched> {
    match fact {
        // What is kept of these is the log itself; the district's are looked at in its own log.
        Fact::StationAdmitted(_)
        | Fact::StationReplaced(_)
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
        | Fact::OperatorLooked(_) => {}
        Fact::OriginOpened(f) => reminder::opened(at, f.why)?,
        Fact::RemindersChanged(f) => reminder::change(at, f)?,
        Fact::RemindersRun(f) => reminder::run(at, f)?,
        Fact::MessageBecame(f) => reminder::became(at, f)?,
        Fact::MessageSettled(f) => reminder::settle(at, f)?,
        Fact::OptOutSet(f) => reminder::opt_out(at, f)?,
        Fact::ClinicFounded(f) => {
            let (lock, late) = (AUTO_LOCK_MIN, DEFAULTER_DAYS);
            at.run(
                "INSERT INTO clinic VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, '', '', '', 0) ON CONFLICT DO NOTHING",
                (&f.name, &f.schedule, f.je_endemic, f.recovery.0, f.demo, late, lock),
            )?;
        }
        Fact::DistrictJoined(f) => {
            at.run(
                "INSERT INTO district VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
                (
                    f.district.0,
                    &f.address,
                    &f.district_name,
                    &f.station_name,
                    int(Hlc(uint(at.hlc)).ms()),
                    CONTACT_DAYS,
                ),
            )?;
            at.note(Subject::Clinic, 1)?;
        }
        Fact::SettingsChanged(f) => {
            let sql = "SELECT schedule = ?1 AND je_endemic = ?2 FROM clinic";
            let same = one(at.conn, sql, (&f.schedule, f.je_endemic), |r| r.get::<_, bool>(0))?;
            at.run(
                "UPDATE clinic SET schedule = ?1, je_endemic = ?2, defaulter_days = ?3, auto_lock_min = ?4, region = ?5,
                     facility_code = coalesce(?6, facility_code), facility_phone = coalesce(?7, facility_phone),
                     fully = coalesce(?8, fully)",
                (
                    &f.schedule,
                    f.je_endemic,
                    f.defaulter_days,
                    f.auto_lock_min,
                    &f.region,
                    &f.facility_code,
                    &f.facility_phone,
                    f.fully.map(|set| set as i64),
                ),
            )?;
            at.note(Subject::Clinic, 1)?;
            // The rest of the settings changes no dose.
            return Ok(if same == Some(true) { Touched::Nobody } else { Touched::Everybody(Vec::new()) });
        }
        Fact::LineChanged(f) => {
            at.run("INSERT OR REPLACE INTO line VALUES (1, ?1, ?2)", (f.daily_mb, f.congestion as i64))?;
            at.note(Subject::Clinic, 1)?;
        }
        Fact::ToySettingsChanged(f) => {
            let row = (f.language as i64, f.report_s, f.roster_days);
            at.run("INSERT OR REPLACE INTO toy_settings VALUES (1, ?1, ?2, ?3)", row)?;
            at.note(Subject::Clinic, 1)?;
        }
        Fact::ClockAccepted(f) => {
            reminder::clock_accepted(at, f.on)?;
            at.note(Subject::Clinic, 1)?;
        }
        Fact::UserRegistered(f) => people::register(at, f)?,
        Fact::UserDisabled(f) => people::disable(at, f)?,
        Fact::UserEnabled(f) => people::enable(at, f)?,
        Fact::UserAdmitted(f) => people::admit(at, f)?,
        Fact::PasswordReset(f) => {
            at.run("UPDATE user SET since = ?2 WHERE id = ?1", (int(f.user.0), at.hlc))?;
            at.note(Subject::User, int(f.user.0))?;
        }
        Fact::ChildRegistered(f) => return child::register(at, f),
        Fact::ChildEdited(f) => return child::edit(at, f),
        Fact::ChildAssigned(f) => return child::assign(at, f),
        Fact::ChildMerged(f) => return child::merge(at, f),
        Fact::ChildUnmerged(f) => return child::unmerge(at, f),
        Fact::ChildrenToldApart(f) => child::tell_apart(at, f)?,
        Fact::ChildAsked(f) => moved::ask(at, f)?,
        Fact::AskWithdrawn(f) => moved::withdraw_ask(at, f)?,
        Fact::ChildInactivated(f) => return child::inactivate(at, f),
        Fact::ChildReactivated(f) => return child::reactivate(at, f),
        Fact::DoseGiven(f) => return dose::give(at, f),
        Fact::DoseCorrected(f) => return dose::correct(at, f),
        Fact::DoseWithdrawn(f) => return dose::withdraw(at, f),
        Fact::DoseDeclined(f) => return dose::decline(at, f),
        Fact::DeclineLifted(f) => return dose::lift_decline(at, f),
        Fact::ConflictSettled(f) => return dose::settle(at, f),
        Fact::AefiReported(f) => care::report_aefi(at, f)?,
        Fact::AefiUpdated(f) => care::update_aefi(at, f)?,
        Fact::AefiWithdrawn(f) => care::withdraw_aefi(at, f)?,
        Fact::GrowthMeasured(f) => return care::measure(at, f),
        Fact::GrowthWithdrawn(f) => return care::withdraw_growth(at, f),
        Fact::MeasuredOnToy(f) => return toy::measured(at, f),
        Fact::ChildSighted(f) => return toy::sighted(at, f),
        Fact::ChildOnToy(f) => return toy::registered(at, f),
        Fact::CallMade(f) => care::call(at, f)?,
        Fact::CallWithdrawn(f) => care::withdraw_call(at, f)?,
        Fact::CardRegistered(f) => things::register_card(at, f)?,
        Fact::CardAssigned(f) => things::assign_card(at, f)?,
        Fact::CardStopped(f) => things::stop_card(at, f)?,
        Fact::CardUnblocked(f) => things::unblock_card(at, f)?,
        Fact::CardWritten(f) => things::write_card(at, f)?,
        Fact::ToyRegistered(f) => things::register_toy(at, f)?,
        Fact::ToyAssigned(f) => things::assign_toy(at, f)?,
        Fact::ToyStopped(f) => things::stop_toy(at, f)?,
        Fact::ToyReturned(f) => things::return_toy(at, f)?,
        Fact::FenceSet(f) => things::set_fence(at, f)?,
        Fact::FenceRemoved(f) => things::remove_fence(at, f)?,
        Fact::ToyOrdered(f) => things::order_toy(at, f)?,
        Fact::ToyObeyed(f) => things::toy_obeyed(at, f)?,
        Fact::TaskAssigned(f) => things::assign_task(at, f)?,
        Fact::TaskClosed(f) => things::close_task(at, f)?,
        Fact::TaskReopened(f) => things::reopen_task(at, f)?,
        Fact::CertificateIssued(f) => things::issue_certificate(at, f)?,
        Fact::BatchReceived(f) => stock::receive(at, f)?,
        Fact::StockChanged(f) => stock::change(at, f)?,
        Fact::VialOpened(f) => stock::open_vial(at, f)?,
        Fact::VialClosed(f) => stock::close_vial(at, f)?,
        Fact::SessionPlanned(f) => stock::plan_session(at, f)?,
        Fact::SessionHeld(f) => stock::hold_session(at, f)?,
        Fact::SessionNotHeld(f) => stock::cancel_session(at, f)?,
        Fact::LogReopened(_) => at.conflict("log-reopened", None, None)?,
    }
    Ok(Touched::Nobody)
}

/// The event that is applied, and where to.
#[derive(Clone, Copy)]
struct At<'a> {
    conn: &'a Connection,
    id: EventId,
    hlc: i64,
    by: Option<i64>,
}

impl At<'_> {
    fn run(&self, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<usize> {
        run(self.conn, sql, params)
    }

    fn origin(&self) -> [u8; 16] {
        self.id.origin.0
    }

    fn seq(&self) -> i64 {
        int(self.id.seq)
    }

    /// Puts the event into somebody's or something's history.
    fn note(&self, subject: Subject, id: impl ToSql) -> rusqlite::Result<()> {
        self.run(
            "INSERT INTO history VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            rusqlite::params![subject as i64, id, self.hlc, self.origin(), self.seq()],
        )?;
        Ok(())
    }

    fn conflict(&self, kind: &str, child: Option<ChildId>, dose: Option<&DoseGiven>) -> rusqlite::Result<()> {
        self.run(
            "INSERT INTO conflict VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL, NULL, NULL) ON CONFLICT DO NOTHING",
            rusqlite::params![
                self.origin(),
                self.seq(),
                kind,
                self.hlc,
                child.map(|c| int(c.0)),
                self.by,
                dose.map(|d| &d.product),
                dose.map(|d| i64::from(d.on.0)),
                dose.and_then(|d| d.batch.as_deref()).map(dose::batch_text),
                dose.and_then(|d| d.toy.as_ref()).map(|t| t.toy.0),
            ],
        )?;
        Ok(())
    }
}
