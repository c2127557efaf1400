//! The day's run, and how each of its messages fares. The station itself does this: nobody at the desk asks for it.

mod step;
mod stops;

use super::query::{coming, days_run, opted_out, reminders, still_holds, told};
use super::sql::{all, bytes, date, day, int, one, run, uint};
use super::writer::{Job, State, append};
use super::{Clinic, Env, Session, StoreError, SubmitError};
use crate::date::{india, to_day};
use crate::ledger::Actor;
use crate::record::command::CommandKind;
use crate::record::fact::{Became, Fact, MessageMade, NotSent, RemindersRun, ToldOf};
use crate::record::limits::{SECRET_MAX_CHARS, TEXT_MAX_CHARS, TOLD_PER_RUN_MAX};
use crate::record::refusal::Field;
use crate::record::role::Right;
use crate::record::text;
use crate::reminder::{
    Answer, CATCH_UP_DAYS, Channel, Language, Message, MessageState, Stage, WAIT_LONGEST_MS, due_run, may_send,
    messages,
};
use crate::store::look::stored;
use chrono::{Days, NaiveDate};
use hub_protocol::{ChildId, Identity};
use rusqlite::{Connection, Transaction};
use std::collections::BTreeSet;
use step::is_unclear;
pub(super) use step::{resume, step};
pub use stops::SaidStop;
pub(super) use stops::hear_stops;

/// Late by so many days when the message is made, and it may go out for as many more.
const LATE_SENT_DAYS: u64 = 14;
/// What is kept of a message at this computer is let go after this.
const TRY_KEPT_DAYS: u64 = 60;

/// A message that may go out now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub reference: [u8; 16],
    pub channel: Channel,
    pub language: Language,
    /// The most urgent of what still holds of its children.
    pub stage: Stage,
    /// The day to name.
    pub on: NaiveDate,
    /// How many it is about, as far as it still holds.
    pub children: u32,
    /// Ten digits.
    pub phone: String,
}

/// What the outbox says to whoever sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextMessage {
    Send(Outgoing),
    /// It is not to be sent any more.
    Drop([u8; 16], NotSent),
    /// Nothing can go out before this moment, ms since 1970; `None`: before a change of the records or of the hours.
    Wait(Option<u64>),
}

/// A message that the gateway took, of which it may say more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    pub reference: [u8; 16],
    pub channel: Channel,
    pub gateway_id: String,
}

/// What opens a way from this computer.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Way {
    /// The modem's port; empty for the others.
    pub place: String,
    /// The gateway's key, the token, or the PIN of the modem's card.
    pub secret: String,
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Way").field("place", &self.place).finish_non_exhaustive()
    }
}

/// A step of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageStep {
    /// It is about to be given to the gateway: durable before the first byte goes out.
    Begin,
    Answered {
        answer: Answer,
        /// Empty: none was given.
        gateway_id: String,
        parts: u8,
        paise: u32,
        /// Any number: see [`crate::reminder::wait_ms`].
        random: u32,
    },
    /// The gateway says later what became of it, or it is not to be sent any more.
    Became { became: Became, why: Option<NotSent> },
}

impl Clinic {
    /// Makes the run of the day, when it is time for it. Gives how many messages it made; nothing when there is none to
    /// be made. A message of it goes out only from here on, so that a power cut leaves all of a run or nothing.
    pub fn run_reminders(&self) -> Result<Option<usize>, StoreError> {
        self.ask(|reply| Job::RunReminders { reply })
    }

    /// What was on its way when the program ended is an outcome that nobody knows. Once, before the first
    /// [`Clinic::next_message`].
    pub fn resume_messages(&self, random: u32) -> Result<(), StoreError> {
        self.ask(|reply| Job::ResumeMessages { random, reply })
    }

    /// Takes a step of a message. Gives how it stands then; one that no run here made has failed.
    pub fn message_step(&self, reference: [u8; 16], step: MessageStep) -> Result<MessageState, StoreError> {
        self.ask(|reply| Job::Message { reference, step, reply })
    }

    /// The next message to be sent.
    pub fn next_message(&self) -> Result<NextMessage, StoreError> {
        self.next_message_but(&[])
    }

    /// The same without those of some channels, which cannot be reached now.
    pub fn next_message_but(&self, without: &[Channel]) -> Result<NextMessage, StoreError> {
        let now_ms = self.0.env.now_ms();
        // What is due decides whether a message still holds.
        let today = self.today()?;
        self.read(|conn| next(conn, without, now_ms, today))
    }

    /// Messages that were taken these days and of which the gateway may know more.
    pub fn awaited_messages(&self) -> Result<Vec<Awaited>, StoreError> {
        let since = self.today()?.checked_sub_days(Days::new(CATCH_UP_DAYS)).unwrap_or_default();
        self.read(|conn| {
            let sql = "SELECT m.reference, m.channel, t.gateway_id FROM message m JOIN message_try t
                           ON t.reference = m.reference
                       WHERE m.state = ?1 AND m.run_day >= ?2 AND t.gateway_id <> '' ORDER BY m.run_day, m.reference";
            Ok(all(conn, sql, (MessageState::Sent as i64, day(since)), |r| {
                let channel = stored(Channel::ALL, r.get(1)?, |c| *c as i64);
                Ok(Awaited { reference: bytes(r, 0)?, channel, gateway_id: r.get(2)? })
            })?)
        })
    }

    /// Keeps what opens a way from this computer. By whoever may set the reminders; it stands in no log.
    pub fn set_message_way(&self, session: &Session, channel: Channel, way: &Way) -> Result<(), SubmitError> {
        self.scope(session, Right::Do(CommandKind::ChangeReminders))?;
        let way = Way {
            place: text::optional(Field::Gateway, &way.place, TEXT_MAX_CHARS)?,
            secret: text::optional(Field::Gateway, &way.secret, SECRET_MAX_CHARS)?,
        };
        Ok(self.ask::<_, StoreError>(|reply| Job::PutWay { channel, way, reply })?)
    }

    /// The ways that are set up and that this computer cannot open: nobody typed here what opens them. For the station
    /// itself: it names no family.
    pub fn closed_ways(&self) -> Result<Vec<Channel>, StoreError> {
        let Some(set) = self.reminders()?.filter(|set| set.settings.on) else { return Ok(Vec::new()) };
        let mut closed = Vec::new();
        for channel in set.settings.channels() {
            let way = self.message_way(channel)?.unwrap_or_default();
            if !set.settings.is_open(channel, &way.place, &way.secret) {
                closed.push(channel);
            }
        }
        Ok(closed)
    }

    /// What opens a way from this computer; nothing when nobody said it here.
    pub fn message_way(&self, channel: Channel) -> Result<Option<Way>, StoreError> {
        let sql = "SELECT place, secret FROM message_way WHERE channel = ?1";
        self.read(|conn| Ok(one(conn, sql, [channel as i64], |r| Ok(Way { place: r.get(0)?, secret: r.get(1)? }))?))
    }
}

/// The day's run, in one event. Pure but for the tables: the rules are those of [`crate::reminder`].
pub(super) fn make_run(
    tx: &mut Transaction<'_>,
    state: &mut State,
    env: &Env,
    identity: &Identity,
) -> Result<Option<usize>, StoreError> {
    let now_ms = env.now_ms();
    let Some(set) = reminders(tx)?.filter(|set| set.settings.on) else { return Ok(None) };
    let today = india(now_ms);
    let Some(due) = due_run(now_ms, set.settings.hours(), days_run(tx, today)?) else { return Ok(None) };
    let coming = coming(tx, due, set.settings.language)?;
    let channels = set.settings.channels();
    let made = messages(due, &set.key.0, &channels, coming, &opted_out(tx)?, &told(tx, today)?);
    let (kept, left) = within_limit(made);
    if left > 0 {
        tracing::warn!(left, "the run of a day is too large: some families are not told today");
    }
    let count = kept.len();
    let fact = Fact::RemindersRun(RemindersRun { on: to_day(today), messages: kept.iter().map(fact_of).collect() });
    append(tx, state, env, identity, Actor::NODE, &fact)?;
    forget_old(tx, today)?;
    Ok(Some(count))
}

/// The most urgent ones, as many as fit into one event; and how many do not.
fn within_limit(mut made: Vec<Message>) -> (Vec<Message>, usize) {
    made.sort_by_key(|message| (std::cmp::Reverse(message.stage), message.reference));
    let mut told = 0;
    let fits = made.iter().take_while(|message| {
        told += message.told.len();
        told <= TOLD_PER_RUN_MAX
    });
    let keep = fits.count();
    let left = made.len() - keep;
    made.truncate(keep);
    (made, left)
}

fn fact_of(message: &Message) -> MessageMade {
    let told = message.told.iter().map(|told| ToldOf { child: told.child, stage: told.stage, on: to_day(told.on) });
    MessageMade {
        reference: message.reference.0,
        channel: message.channel,
        language: message.language,
        stage: message.stage,
        on: to_day(message.on),
        told: told.collect(),
    }
}

fn forget_old(tx: &Transaction<'_>, today: NaiveDate) -> rusqlite::Result<()> {
    let before = today.checked_sub_days(Days::new(TRY_KEPT_DAYS)).unwrap_or_default();
    let sql = "DELETE FROM message_try WHERE reference IN (SELECT reference FROM message WHERE run_day < ?1)";
    run(tx, sql, [day(before)])?;
    Ok(())
}

fn next(conn: &Connection, without: &[Channel], now_ms: u64, today: NaiveDate) -> Result<NextMessage, StoreError> {
    let Some(set) = reminders(conn)?.filter(|set| set.settings.on) else { return Ok(NextMessage::Wait(None)) };
    // Families in need first; of one stage, in the order of the references, which is no order of families.
    let channels = Channel::ALL.into_iter().filter(|channel| !without.contains(channel));
    let channels = channels.map(|channel| (channel as i64).to_string()).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT m.reference, m.channel, m.language, m.stage, m.day, CASE WHEN t.next_ms <= ?3 THEN t.next_ms ELSE 0 END AS next_ms
               FROM message m LEFT JOIN message_try t ON t.reference = m.reference
               WHERE m.state = ?1 AND NOT coalesce(t.sending, 0) AND m.channel IN ({channels})
               ORDER BY next_ms > ?2, CASE WHEN next_ms > ?2 THEN next_ms END, m.stage DESC, m.reference LIMIT 1"
    );
    // No wait is longer: one that seems so was begun by a clock that was ahead.
    let longest = int(now_ms.saturating_add(WAIT_LONGEST_MS));
    let found = one(conn, &sql, (MessageState::Queued as i64, int(now_ms), longest), |r| {
        let out = Outgoing {
            reference: bytes(r, 0)?,
            channel: stored(Channel::ALL, r.get(1)?, |c| *c as i64),
            language: stored(Language::ALL, r.get(2)?, |l| *l as i64),
            stage: stored(Stage::ALL, r.get(3)?, |s| *s as i64),
            on: date(r.get(4)?),
            children: 0,
            phone: String::new(),
        };
        Ok((out, r.get(5).map(uint)?))
    })?;
    let Some((mut out, next_ms)) = found else { return Ok(NextMessage::Wait(None)) };
    // What the run made may not be so any more: a child of the family came, and another is still to come.
    let holds = still_holds(conn, out.reference)?;
    let in_time: Vec<_> = holds.iter().filter(|telling| !too_late(telling.stage, telling.on, today)).collect();
    if in_time.is_empty() && (!holds.is_empty() || too_late(out.stage, out.on, today)) {
        return Ok(NextMessage::Drop(out.reference, NotSent::TooLate));
    }
    if !set.settings.channels().contains(&out.channel) {
        return Ok(NextMessage::Drop(out.reference, NotSent::NoWay));
    }
    // The gateway was known to take it once, and is not any more: it is not given it again.
    if !set.settings.retry(out.channel).once_by_reference && is_unclear(conn, out.reference)? {
        return Ok(NextMessage::Drop(out.reference, NotSent::Tries));
    }
    if next_ms > now_ms {
        return Ok(NextMessage::Wait(Some(next_ms)));
    }
    if !may_send(now_ms, set.settings.hours()) {
        return Ok(NextMessage::Wait(None));
    }
    let Some(urgent) = in_time.first() else {
        return Ok(NextMessage::Drop(out.reference, NotSent::NotWanted));
    };
    // Whoever has another phone by now is not told of here.
    let children: BTreeSet<ChildId> =
        in_time.iter().filter(|telling| telling.phone == urgent.phone).map(|telling| telling.child).collect();
    (out.stage, out.on) = (urgent.stage, urgent.on);
    out.phone.clone_from(&urgent.phone);
    out.children = u32::try_from(children.len()).unwrap_or(u32::MAX);
    Ok(NextMessage::Send(out))
}

/// Nobody is told today that yesterday was the day.
fn too_late(stage: Stage, on: NaiveDate, today: NaiveDate) -> bool {
    match stage {
        Stage::Ahead => on <= today,
        Stage::Today => on < today,
        Stage::Late => on.checked_add_days(Days::new(LATE_SENT_DAYS)).is_none_or(|last| last < today),
    }
}

pub(super) fn put_way(tx: &Transaction<'_>, channel: Channel, way: &Way) -> rusqlite::Result<()> {
    let row = (channel as i64, &way.place, &way.secret);
    run(tx, "INSERT OR REPLACE INTO message_way VALUES (?1, ?2, ?3)", row)?;
    Ok(())
}
