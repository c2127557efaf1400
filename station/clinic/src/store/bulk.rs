//! Many commands of one person in one transaction, each decided by the rules as if it came alone: kept together, or
//! tried and taken back, so that a trial answers exactly what the real run will.

use super::alike::{PERSON, person, probable};
use super::look::{Tables, standing};
use super::query::{ChildRecord, child_record};
use super::sql::{int, one, uint};
use super::writer::{BulkWork, Job, State, guarded, rolled_back, submit};
use super::{Clinic, Env, Receipt, Session, StoreError, SubmitError};
use crate::date::to_date;
use crate::forecast::Schedule;
use crate::names::duplicates::score;
use crate::record::command::Command;
use crate::record::fact::ChildDetails;
use crate::record::refusal::Refusal;
use crate::record::rule::{Look, No, OtherId};
use hkdf::Hkdf;
use hub_protocol::{ChildId, Identity, UserId};
use rusqlite::Transaction;
use sha2::Sha256;
use std::sync::mpsc::sync_channel;

/// What becomes of the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Yes,
    /// Nothing is stored: what each command would have done is seen by those after it, and then forgotten.
    No,
}

/// The writer at work for one person.
pub struct Bulk<'a, 'c> {
    pub(super) tx: &'a mut Transaction<'c>,
    pub(super) state: &'a mut State,
    pub(super) env: &'a Env,
    pub(super) identity: &'a Identity,
    pub(super) by: UserId,
    pub(super) since: u64,
}

impl Bulk<'_, '_> {
    pub(super) fn work(mut self, work: BulkWork) -> Result<(), SubmitError> {
        match standing(self.tx, self.by)? {
            Some((_, now)) if now == self.since => work(&mut self),
            Some(_) => Err(Refusal::LoggedOut.into()),
            None => Err(Refusal::NotActive.into()),
        }
    }

    /// As [`Clinic::submit`]: done or refused by itself. Not for what needs a key slot beside its event.
    pub(crate) fn submit(&mut self, command: Command) -> Result<Receipt, SubmitError> {
        // What is written after SQLite gave up would stand without what came before.
        if self.tx.is_autocommit() {
            return Err(rolled_back().into());
        }
        let Self { env, identity, by, .. } = *self;
        guarded(self.tx, self.state, |tx, state| submit(tx, state, env, identity, by, command))
    }

    /// Several that are done together, or none of them.
    pub(crate) fn together<T>(
        &mut self,
        work: impl FnOnce(&mut Bulk<'_, '_>) -> Result<T, SubmitError>,
    ) -> Result<T, SubmitError> {
        let Self { env, identity, by, since, .. } = *self;
        guarded(self.tx, self.state, |tx, state| work(&mut Bulk { tx, state, env, identity, by, since }))
    }

    pub(crate) fn schedule(&self) -> Result<&'static Schedule, StoreError> {
        Ok(self.state.settings.ok_or(StoreError::NoClinic)?.schedule)
    }

    /// The record that stands for this child.
    pub(crate) fn root(&self, child: ChildId) -> Result<Option<ChildId>, StoreError> {
        let state = answer(Tables(self.tx).child(child))?;
        Ok(state.map(|state| state.merged_into.unwrap_or(child)))
    }

    /// The record that stands for this child, as it stands.
    pub(crate) fn record(&self, child: ChildId) -> Result<Option<ChildRecord>, StoreError> {
        child_record(self.tx, child)
    }

    /// The record of the child who has this number in another system.
    pub(crate) fn numbered(&self, kind: OtherId, number: &str) -> Result<Option<ChildId>, StoreError> {
        let column = kind.column();
        let sql = format!("SELECT coalesce(merged_into, id) FROM child WHERE {column} = ?1 AND {column} <> '' LIMIT 1");
        Ok(one(self.tx, &sql, [number], |r| r.get(0).map(uint).map(ChildId))?)
    }

    /// Is the child on the form alike enough to one that is registered, for a number they share to be no slip?
    pub(crate) fn resembles(&self, child: ChildId, form: &ChildDetails) -> Result<bool, StoreError> {
        let Some(dob) = to_date(form.dob) else { return Ok(false) };
        let known = one(self.tx, &format!("{PERSON} WHERE c.id = ?1"), [int(child.0)], person)?;
        Ok(known.is_some_and(|known| {
            let new = crate::names::duplicates::Person {
                name: &form.name,
                dob,
                dob_estimated: form.dob_estimated,
                sex: form.sex,
                mother: &form.mother,
                father: &form.father,
                phone: &form.phone,
                village: &form.village,
                birth_order: form.birth_order,
            };
            score(&new, &known.as_person()).is_some()
        }))
    }

    /// Who is probably the child on the form: those for whom the rule refuses it.
    pub(crate) fn probable(&self, form: &ChildDetails) -> Result<Vec<ChildId>, StoreError> {
        Ok(probable(self.tx, form)?)
    }
}

fn answer<T>(answer: Result<T, No<rusqlite::Error>>) -> Result<T, StoreError> {
    answer.map_err(|no| match no {
        No::Broken(error) => error.into(),
        // Asking is never refused.
        No::Refused(_) => StoreError::Closed,
    })
}

impl Clinic {
    /// Does `work` on the writer's thread, where nothing else is written meanwhile, and gives its answer when all of it
    /// is durable; or, where nothing is kept, when it is undone. Fails `work`, nothing of it is stored.
    pub(crate) fn bulk<T: Send + 'static>(
        &self,
        session: &Session,
        keep: Keep,
        work: impl FnOnce(&mut Bulk<'_, '_>) -> Result<T, SubmitError> + Send + 'static,
    ) -> Result<T, SubmitError> {
        let Session { user: by, since, .. } = *session;
        let (give, take) = sync_channel(1);
        let work: BulkWork = Box::new(move |bulk| {
            // One answer fits, and whoever waits for it waits below.
            let _ = give.send(work(bulk)?);
            Ok(())
        });
        self.ask(|reply| Job::Bulk { by, since, keep, work, reply })?;
        take.recv().map_err(|_| StoreError::Closed.into())
    }

    /// The id of the child of a line in a file: the same whenever the same line is read again, so that nothing is
    /// imported twice, and as good as random to everybody without this clinic's key.
    pub(crate) fn id_of_line(&self, line: &[u8]) -> ChildId {
        const LABEL: &[u8] = b"tikka: child of an imported line";
        let mut bytes = [0; 8];
        // Eight bytes are never too many to ask for.
        let _ = Hkdf::<Sha256>::new(Some(LABEL), &self.0.data_key[..]).expand(line, &mut bytes);
        ChildId::from_random(bytes)
    }
}
