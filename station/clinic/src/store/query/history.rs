//! Everything that happened to a child, from the ledger itself: who did it, when, and what it was before.

use super::{Clinic, Query, Right, Session, StoreError, SubmitError, all, bytes, int, one, uint};
use crate::date::to_date;
use crate::growth::Remeasure;
use crate::ledger::{Entry, EventId, Hlc};
use crate::record::fact::{
    AefiForm, CallMade, CardStop, ChildDetails, Declined, DoseTold, Fact, Food, Gone, GrowthMeasured, Part, Place, Sex,
};
use crate::record::refusal::Refusal;
use crate::reminder::Language;
use crate::store::apply::Subject;
use crate::store::apply::nourished::assessed;
use crate::store::logs::is_proven;
use crate::store::look::{PARTS, child_state, root};
use crate::store::rebuild::entry;
use chrono::NaiveDate;
use hub_protocol::toy::{Found, TaskKind};
use hub_protocol::{CardNo, ChildId, DeviceId, OriginId, TaskId, UserId};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};

/// Events of one child that are read: more than any childhood has.
const EVENTS_MAX: usize = 2_000;

/// A field of a child's form. The last part of the words' key `field-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    Name,
    Dob,
    DobEstimated,
    Sex,
    Mother,
    Father,
    Phone,
    Village,
    Landmark,
    Reminders,
    Tracing,
    Abha,
    Rch,
    Uwin,
    BirthOrder,
    Food,
    Place,
    Language,
}

impl Detail {
    pub const ALL: [Self; 18] = [
        Self::Name,
        Self::Dob,
        Self::DobEstimated,
        Self::Sex,
        Self::Mother,
        Self::Father,
        Self::Phone,
        Self::Village,
        Self::Landmark,
        Self::Reminders,
        Self::Tracing,
        Self::Abha,
        Self::Rch,
        Self::Uwin,
        Self::BirthOrder,
        Self::Food,
        Self::Place,
        Self::Language,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Dob => "dob",
            Self::DobEstimated => "dob-estimated",
            Self::Sex => "sex",
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Phone => "phone",
            Self::Village => "village",
            Self::Landmark => "landmark",
            Self::Reminders => "reminders",
            Self::Tracing => "tracing",
            Self::Abha => "abha",
            Self::Rch => "rch",
            Self::Uwin => "uwin",
            Self::BirthOrder => "birth-order",
            Self::Food => "food",
            Self::Place => "place",
            Self::Language => "language",
        }
    }

    fn of(self, form: &ChildDetails) -> Told {
        let text = |text: &str| if text.is_empty() { Told::Nothing } else { Told::Text(text.to_owned()) };
        match self {
            Self::Name => text(&form.name),
            Self::Dob => to_date(form.dob).map_or(Told::Nothing, Told::Day),
            Self::DobEstimated => Told::Yes(form.dob_estimated),
            Self::Sex => Told::Sex(form.sex),
            Self::Mother => text(&form.mother),
            Self::Father => text(&form.father),
            Self::Phone => text(&form.phone),
            Self::Village => text(&form.village),
            Self::Landmark => text(&form.landmark),
            Self::Reminders => Told::Yes(form.consent_reminders),
            Self::Tracing => Told::Yes(form.consent_tracing),
            Self::Abha => text(&form.abha),
            Self::Rch => text(&form.rch),
            Self::Uwin => text(&form.uwin),
            Self::BirthOrder => form.birth_order.map_or(Told::Nothing, |n| Told::Number(n.into())),
            Self::Food => form.food.map_or(Told::Nothing, Told::Food),
            Self::Place => form.place.map_or(Told::Nothing, Told::Place),
            Self::Language => form.language.map_or(Told::Nothing, Told::Language),
        }
    }
}

/// What a field says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Nothing,
    Text(String),
    Day(NaiveDate),
    Yes(bool),
    Sex(Sex),
    Number(u32),
    Food(Food),
    Place(Place),
    Language(Language),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub what: Detail,
    pub old: Told,
    pub new: Told,
}

/// A dose as one of its witnesses told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseSaid {
    pub product: String,
    pub on: NaiveDate,
    pub batch: Option<String>,
    /// Why it was stored although the schedule warned.
    pub reason: Option<String>,
    /// What people call the toy that told it.
    pub toy: Option<String>,
    /// Given elsewhere: the proof that was seen.
    pub outside: Option<String>,
    /// Somebody told it before: this is one more witness of the same dose.
    pub again: bool,
    /// It was not believed: the last part of the words' key `conflict-…`.
    pub doubt: Option<String>,
}

/// What happened. Names of people are as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    Registered {
        worker: Option<String>,
        distinct_from: Vec<ChildId>,
    },
    /// By a toy: its label, and why an Admin was to look at it first.
    RegisteredOnToy {
        toy: Option<String>,
        doubt: Option<String>,
    },
    /// Without a change the form was saved as it was.
    Edited {
        changes: Vec<Change>,
        reason: String,
    },
    /// To nobody: on the clinic's list.
    Assigned {
        to: Option<String>,
    },
    /// The record `child` became a part of `into`.
    Merged {
        child: ChildId,
        into: ChildId,
        reason: String,
    },
    Unmerged {
        child: ChildId,
        worker: Option<String>,
        reason: String,
    },
    ToldApart {
        other: ChildId,
    },
    WentAway {
        why: Gone,
        on: NaiveDate,
        note: String,
    },
    CameBack {
        worker: Option<String>,
        reason: String,
    },
    /// The district moved the child here, from the station of this name, with its record.
    MovedIn {
        from: String,
        on: NaiveDate,
    },
    /// To the station of this name.
    MovedOut {
        to: String,
        on: NaiveDate,
    },
    Dose(DoseSaid),
    DoseCorrected {
        product: String,
        on: NaiveDate,
        to: DoseTold,
        reason: String,
    },
    DoseWithdrawn {
        product: String,
        on: NaiveDate,
        reason: String,
    },
    Declined {
        series: String,
        why: Declined,
        on: NaiveDate,
        until: Option<NaiveDate>,
        reason: String,
    },
    DeclineLifted {
        series: String,
        reason: String,
    },
    /// An Admin answered a doubt about what was told of this child.
    DoubtSettled {
        accepted: bool,
        reason: String,
    },
    AefiReported(AefiForm),
    AefiUpdated(AefiForm),
    AefiWithdrawn {
        reason: String,
    },
    /// With the measures that are hardly possible.
    Measured(GrowthMeasured, Vec<Remeasure>),
    /// By a toy: its label, and why it is not believed.
    MeasuredOnToy {
        growth: GrowthMeasured,
        doubted: Vec<Remeasure>,
        toy: Option<String>,
        doubt: Option<String>,
    },
    /// A worker was at the child's home.
    Sighted {
        on: NaiveDate,
        found: Found,
        note: String,
        toy: Option<String>,
        doubt: Option<String>,
    },
    /// Of that day.
    MeasureWithdrawn {
        on: Option<NaiveDate>,
        reason: String,
    },
    Called(CallMade),
    CallWithdrawn,
    CardGiven {
        card: CardNo,
    },
    CardStopped {
        card: CardNo,
        why: CardStop,
    },
    CardUnblocked {
        card: CardNo,
        reason: String,
    },
    TaskGiven {
        task: TaskId,
        worker: String,
        kind: TaskKind,
        due: NaiveDate,
        note: String,
    },
    TaskClosed {
        task: TaskId,
        done: bool,
        reason: String,
    },
    TaskReopened {
        task: TaskId,
    },
    Certificate {
        number: u64,
        on: NaiveDate,
    },
}

/// One event of a child's life here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    pub event: EventId,
    /// When it was written, ms since 1970.
    pub at_ms: u64,
    /// Who did it; nobody: this computer itself.
    pub by: Option<String>,
    /// In whose record it stands: the child's own, or a part's.
    pub record: ChildId,
    pub what: Happened,
    /// The district has proven to hold it.
    pub at_district: bool,
}

impl Clinic {
    /// All that happened to a child, its merged records included, the latest first. For a child of another worker the
    /// look itself is recorded.
    pub fn child_history(&self, session: &Session, child: ChildId) -> Result<Vec<HistoryLine>, SubmitError> {
        self.scope(session, Right::See(Query::Child))?;
        let read = self.read(|conn| {
            let Some(state) = child_state(conn, child)? else { return Ok(None) };
            let root = state.merged_into.unwrap_or(child);
            let worker = child_state(conn, root)?.and_then(|root| root.worker);
            Ok(Some((root, worker, history(conn, root)?)))
        })?;
        let (root, worker, lines) = read.ok_or(Refusal::UnknownChild)?;
        self.saw_record(session, root, worker)?;
        Ok(lines)
    }
}

/// Where an event stands: in the order in which things happened.
type At = (i64, [u8; 16], i64);

fn history(conn: &Connection, root: ChildId) -> Result<Vec<HistoryLine>, StoreError> {
    let mut events: BTreeSet<At> = BTreeSet::new();
    let (child, task) = (Subject::Child as i64, Subject::Task as i64);
    let sources = [
        format!("SELECT hlc, origin, seq FROM history WHERE subject = {child} AND id IN ({PARTS})"),
        format!(
            "SELECT h.hlc, h.origin, h.seq FROM task t JOIN history h ON h.subject = {task} AND h.id = t.id
             WHERE t.child IN ({PARTS})"
        ),
        format!("SELECT hlc, origin, seq FROM conflict WHERE child IN ({PARTS})"),
        // A witness stands by its event; its clock is the event's.
        format!(
            "SELECT e.hlc, w.origin, w.seq FROM dose d JOIN dose_witness w
                 ON w.child = d.child AND w.day = d.day AND w.product = d.product
             JOIN origin o ON o.id = w.origin JOIN event e ON e.origin = o.no AND e.seq = w.seq
             WHERE d.child IN ({PARTS})"
        ),
        // So does one that came with the child from another station.
        format!(
            "SELECT e.hlc, w.origin, w.seq FROM dose d JOIN dose_witness w
                 ON w.child = d.child AND w.day = d.day AND w.product = d.product
             JOIN carried e ON e.origin = w.origin AND e.seq = w.seq WHERE d.child IN ({PARTS})"
        ),
    ];
    for sql in sources {
        events.extend(all(conn, &sql, [int(root.0)], |r| Ok((r.get(0)?, bytes(r, 1)?, r.get(2)?)))?);
    }
    while events.len() > EVENTS_MAX {
        events.pop_first();
    }
    let mut told = Teller { conn, root, forms: HashMap::new(), names: HashMap::new(), seen: BTreeSet::new() };
    let mut lines = Vec::new();
    for (_, origin, seq) in events {
        lines.extend(told.line(EventId { origin: OriginId(origin), seq: uint(seq) })?);
    }
    lines.reverse();
    Ok(lines)
}

/// An event as it was written, here or at the station from which a child came.
pub(super) fn entry_of(conn: &Connection, id: EventId) -> rusqlite::Result<Option<Entry>> {
    let sql = "SELECT e.hlc, e.actor, e.kind, e.version, e.body FROM event e JOIN origin o ON o.no = e.origin
               WHERE o.id = ?1 AND e.seq = ?2
               UNION ALL SELECT hlc, actor, kind, version, body FROM carried WHERE origin = ?1 AND seq = ?2";
    one(conn, sql, (id.origin.0, int(id.seq)), |r| entry(r, 0))
}

/// Tells events in the order in which they happened.
struct Teller<'a> {
    conn: &'a Connection,
    root: ChildId,
    /// How each record's form stood last.
    forms: HashMap<ChildId, ChildDetails>,
    names: HashMap<i64, String>,
    /// Doses that were told already.
    seen: BTreeSet<(String, i32)>,
}

impl Teller<'_> {
    fn line(&mut self, id: EventId) -> Result<Option<HistoryLine>, StoreError> {
        let Some(entry) = entry_of(self.conn, id)? else { return Ok(None) };
        let Some((record, what)) = self.tell(id, Fact::of(&entry)?)? else { return Ok(None) };
        let by = match entry.actor.0 {
            Some(user) => Some(self.name(user)?),
            None => None,
        };
        let at_district = is_proven(self.conn, id)?;
        let at_ms = Hlc(entry.hlc.0).ms();
        Ok(Some(HistoryLine { event: id, at_ms, by, record, what, at_district }))
    }

    fn tell(&mut self, id: EventId, fact: Fact) -> Result<Option<(ChildId, Happened)>, StoreError> {
        let day = |day| to_date(day).unwrap_or_default();
        Ok(Some(match fact {
            Fact::ChildRegistered(f) => {
                self.forms.insert(f.child, f.details);
                let worker = self.name_of(f.worker)?;
                (f.child, Happened::Registered { worker, distinct_from: f.distinct_from })
            }
            Fact::ChildOnToy(f) => {
                let (toy, doubt) = (self.toy(f.toy.toy)?, self.doubt(id)?);
                let _ = self.forms.insert(f.child, f.details);
                (f.child, Happened::RegisteredOnToy { toy, doubt })
            }
            Fact::ChildEdited(f) => {
                let old = self.forms.insert(f.child, f.details.clone());
                (f.child, Happened::Edited { changes: changes(old.as_ref(), &f.details), reason: f.reason })
            }
            Fact::ChildAssigned(f) => (f.child, Happened::Assigned { to: self.name_of(f.worker)? }),
            Fact::ChildMerged(f) => (f.child, Happened::Merged { child: f.child, into: f.into, reason: f.reason }),
            Fact::ChildUnmerged(f) => {
                let worker = self.name_of(f.worker)?;
                (f.child, Happened::Unmerged { child: f.child, worker, reason: f.reason })
            }
            Fact::ChildrenToldApart(f) => {
                let (record, other) = if f.other == self.root { (f.other, f.child) } else { (f.child, f.other) };
                (record, Happened::ToldApart { other })
            }
            Fact::ChildInactivated(f) => (f.child, Happened::WentAway { why: f.why, on: day(f.on), note: f.note }),
            Fact::ChildReactivated(f) => {
                let worker = self.name_of(f.worker)?;
                (f.child, Happened::CameBack { worker, reason: f.reason })
            }
            // The other parts of a move say nothing of their own.
            Fact::ChildMovedIn(f) if f.part == Part::Last => {
                (f.child, Happened::MovedIn { from: f.from, on: day(f.on) })
            }
            Fact::ChildMovedOut(f) => (f.child, Happened::MovedOut { to: f.to, on: day(f.on) }),
            Fact::DoseGiven(f) => {
                let doubt = self.doubt(id)?;
                let again = doubt.is_none() && !self.seen.insert((f.product.clone(), f.on.0));
                let toy = match f.toy {
                    Some(toy) => self.toy(toy.toy)?,
                    None => None,
                };
                let (product, batch, reason, outside) = (f.product, f.batch, f.reason, f.outside);
                let on = day(f.on);
                (f.child, Happened::Dose(DoseSaid { product, on, batch, reason, toy, outside, again, doubt }))
            }
            Fact::DoseCorrected(f) => {
                // What was said of another record, when this one was a part of it, takes nothing from this one.
                if root(self.conn, f.child)? == self.root {
                    self.seen.remove(&(f.product.clone(), f.on.0));
                    self.seen.insert((f.to.product.clone(), f.to.on.0));
                }
                let (product, on) = (f.product, day(f.on));
                (f.child, Happened::DoseCorrected { product, on, to: f.to, reason: f.reason })
            }
            Fact::DoseWithdrawn(f) => {
                if root(self.conn, f.child)? == self.root {
                    self.seen.remove(&(f.product.clone(), f.on.0));
                }
                (f.child, Happened::DoseWithdrawn { product: f.product, on: day(f.on), reason: f.reason })
            }
            Fact::DoseDeclined(f) => {
                let (series, why, on, until) = (f.series, f.why, day(f.on), f.until.map(day));
                (f.child, Happened::Declined { series, why, on, until, reason: f.reason })
            }
            Fact::DeclineLifted(f) => (f.child, Happened::DeclineLifted { series: f.series, reason: f.reason }),
            Fact::ConflictSettled(f) => (self.root, Happened::DoubtSettled { accepted: f.accepted, reason: f.reason }),
            Fact::AefiReported(f) => (f.child, Happened::AefiReported(f.form)),
            Fact::AefiUpdated(f) => (self.root, Happened::AefiUpdated(f.form)),
            Fact::AefiWithdrawn(f) => (self.root, Happened::AefiWithdrawn { reason: f.reason }),
            Fact::GrowthMeasured(f) => {
                let state = child_state(self.conn, self.root)?;
                let found = state.and_then(|state| assessed(&f, &state));
                (f.child, Happened::Measured(f, found.map(|found| found.doubted()).unwrap_or_default()))
            }
            Fact::MeasuredOnToy(f) => {
                let state = child_state(self.conn, self.root)?;
                let found = state.and_then(|state| assessed(&f.growth, &state));
                let doubted = found.map(|found| found.doubted()).unwrap_or_default();
                let (toy, doubt) = (self.toy(f.toy.toy)?, self.doubt(id)?);
                (f.growth.child, Happened::MeasuredOnToy { growth: f.growth, doubted, toy, doubt })
            }
            Fact::ChildSighted(f) => {
                let (toy, doubt) = (self.toy(f.toy.toy)?, self.doubt(id)?);
                (f.child, Happened::Sighted { on: day(f.on), found: f.found, note: f.note, toy, doubt })
            }
            Fact::GrowthWithdrawn(f) => {
                let sql = "SELECT day FROM growth WHERE origin = ?1 AND seq = ?2";
                let on = one(self.conn, sql, (f.growth.origin.0, int(f.growth.seq)), |r| r.get(0))?;
                let on = on.map(crate::store::sql::date);
                (self.root, Happened::MeasureWithdrawn { on, reason: f.reason })
            }
            Fact::CallMade(f) => (f.child, Happened::Called(f)),
            Fact::CallWithdrawn(f) => (f.child, Happened::CallWithdrawn),
            Fact::CardAssigned(f) => (f.child, Happened::CardGiven { card: f.card }),
            Fact::CardStopped(f) => (self.root, Happened::CardStopped { card: f.card, why: f.why }),
            Fact::CardUnblocked(f) => (self.root, Happened::CardUnblocked { card: f.card, reason: f.reason }),
            Fact::TaskAssigned(f) => {
                let (worker, child) = (self.name(f.worker)?, f.child.unwrap_or(self.root));
                let (task, kind, due, note) = (f.task, f.kind, day(f.due), f.note);
                (child, Happened::TaskGiven { task, worker, kind, due, note })
            }
            Fact::TaskClosed(f) => (self.root, Happened::TaskClosed { task: f.task, done: f.done, reason: f.reason }),
            Fact::TaskReopened(f) => (self.root, Happened::TaskReopened { task: f.task }),
            Fact::CertificateIssued(f) => (f.child, Happened::Certificate { number: f.number, on: day(f.on) }),
            // Nothing of a child.
            _ => return Ok(None),
        }))
    }

    fn doubt(&self, id: EventId) -> rusqlite::Result<Option<String>> {
        let sql = "SELECT kind FROM conflict WHERE origin = ?1 AND seq = ?2";
        one(self.conn, sql, (id.origin.0, int(id.seq)), |r| r.get(0))
    }

    fn toy(&self, toy: DeviceId) -> rusqlite::Result<Option<String>> {
        one(self.conn, "SELECT label FROM toy WHERE id = ?1", [toy.0], |r| r.get(0))
    }

    fn name_of(&mut self, user: Option<UserId>) -> rusqlite::Result<Option<String>> {
        user.map(|user| self.name(user)).transpose()
    }

    fn name(&mut self, user: UserId) -> rusqlite::Result<String> {
        let id = int(user.0);
        if let Some(name) = self.names.get(&id) {
            return Ok(name.clone());
        }
        let name: String =
            one(self.conn, "SELECT name FROM user WHERE id = ?1", [id], |r| r.get(0))?.unwrap_or_default();
        self.names.insert(id, name.clone());
        Ok(name)
    }
}

/// What an edit changed. Without the form before, all that it says.
fn changes(old: Option<&ChildDetails>, new: &ChildDetails) -> Vec<Change> {
    let each = Detail::ALL.into_iter().map(|what| {
        let old = old.map_or(Told::Nothing, |form| what.of(form));
        Change { what, old, new: what.of(new) }
    });
    each.filter(|change| change.old != change.new).collect()
}
