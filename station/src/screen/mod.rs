//! The screens. Each has a State, a Message, an Action, `new`, `update` and `view`; a screen returns an
//! action and its parent decides. No screen holds a rule of the records.

pub mod aefi;
pub mod alerts;
mod ask_district;
pub mod audit;
pub mod cards;
pub mod certificates;
pub mod child;
pub mod children;
mod coming;
pub mod conflicts;
pub mod desk;
pub mod find;
pub mod first_run;
pub mod growth;
pub mod import;
pub mod login;
mod long;
pub mod outbox;
mod paged;
pub mod papers;
mod plugged;
pub mod register;
pub mod reminders;
pub mod reports;
pub mod sessions;
pub mod settings;
pub mod sheet;
pub mod shell;
pub mod staff;
pub mod stock;
pub mod tasks;
pub mod today;
pub mod toys;
mod undo;
pub mod villages;
pub mod visit;

use crate::live::{Live, LiveNow};
use crate::plugged::Plugged;
use crate::ui::trouble::time_of_day;
use crate::ui::{Banner, Look, Press, Room, Trouble};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::ledger::EventId;
use clinic::record::command::Command;
use clinic::record::role::{Query, Right, Role};
use clinic::store::{ClinicView, UserLine};
use clinic::{Clinic, Session};
use hub::cards::CardIn;
use hub::{CardMeaning, CardTold};
use hub_protocol::UserId;
use iced::Task;

/// With what a person who is logged in works. A clone is a few pointers.
#[derive(Clone)]
pub struct Hands {
    pub clinic: Clinic,
    pub session: Session,
    pub live: Option<Live>,
    pub plugged: Plugged,
}

impl Hands {
    /// Does what the person asks, beside the screen.
    pub fn submit<M: Send + 'static>(
        &self,
        command: Command,
        done: impl FnOnce(Result<(), Trouble>) -> M + Send + 'static,
    ) -> Task<M> {
        let Self { clinic, session, .. } = self.clone();
        blocking(move || Ok(clinic.submit(&session, command).map(drop)?), done)
    }
}

/// A card on the reader, and what it stands for.
#[derive(Clone)]
pub struct OnReader {
    pub card: CardIn,
    pub meaning: CardMeaning,
    /// What it tells that the record does not have.
    pub told: Option<CardTold>,
}

/// What every view needs to know.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    pub words: &'a Words,
    pub session: &'a Session,
    pub view: &'a ClinicView,
    pub live: Option<&'a LiveNow>,
    /// What the card on the reader stands for.
    pub card: Option<&'a OnReader>,
    pub now_ms: u64,
    pub room: Room,
}

impl Now<'_> {
    pub fn today(&self) -> NaiveDate {
        clinic::date::india(self.now_ms)
    }

    /// A moment that is over: its time, and in front of it the day when that is not today.
    pub fn moment(&self, at_ms: u64) -> String {
        let (day, time) = (clinic::date::india(at_ms), time_of_day(at_ms));
        if day == self.today() { time } else { format!("{} {time}", self.words.day(day)) }
    }

    pub fn may(&self, right: Right) -> bool {
        self.session.may(right)
    }

    /// Does a dose that was due on one day count as late on the other? So it does on every list.
    pub fn is_late(&self, due: NaiveDate, on: NaiveDate) -> bool {
        (on - due).num_days() >= i64::from(self.view.defaulter_days)
    }

    /// Where a record is: proved to be at the district, on its way there, or only here. A look, and the key of the words.
    pub fn held(&self, id: EventId, at_district: bool) -> (Look, &'static str) {
        if at_district {
            (Look::Done, "visit-at-district")
        } else if self.live.is_some_and(|live| live.link.is_sent(id)) {
            (Look::Upcoming, "visit-sent")
        } else {
            (Look::Wait, "visit-only-here")
        }
    }
}

/// What became of something a person did in a part of a page.
pub enum Step<M> {
    Stay,
    Run(Task<M>),
    /// The part is left.
    Close,
    /// It is stored: the part is left, and the page says so and reads again.
    Stored(Banner),
    /// The same, and the part stays.
    StoredHere(Banner, Task<M>),
}

impl<M: Send + 'static> Step<M> {
    pub fn map<N: Send + 'static>(self, map: impl FnMut(M) -> N + Send + 'static) -> Step<N> {
        match self {
            Self::Stay => Step::Stay,
            Self::Run(task) => Step::Run(task.map(map)),
            Self::Close => Step::Close,
            Self::Stored(banner) => Step::Stored(banner),
            Self::StoredHere(banner, task) => Step::StoredHere(banner, task.map(map)),
        }
    }
}

/// Work that waits for the disk or costs time runs beside the screen.
pub fn blocking<T: Send + 'static, M: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
    done: impl FnOnce(Result<T, Trouble>) -> M + Send + 'static,
) -> Task<M> {
    Task::perform(beside(work), done)
}

/// The same, for work that goes on afterwards.
pub async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        tracing::error!(%error, "work of a screen ended badly");
        Err(Trouble::CRASHED)
    })
}

/// PHC Workers who can be given a child or a toy, with how many children each has.
pub fn workers(hands: &Hands) -> Result<Vec<(UserId, String, u32)>, Trouble> {
    if !hands.session.may(Right::See(Query::Users)) {
        return Ok(Vec::new());
    }
    let users = hands.clinic.users(&hands.session)?;
    let active = |user: &UserLine| user.active && user.role == Role::PhcWorker;
    Ok(users.into_iter().filter(active).map(|user| (user.id, user.name, user.children)).collect())
}

/// Keys that choose a row, and the one that opens it.
pub fn opens(press: Press) -> bool {
    press == Press::Enter
}
