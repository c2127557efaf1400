//! What must hold at each step, and at the end.

use super::super::{Fault, Logs, Session, content};
use super::Dice;
use super::world::World;
use hub_protocol::replica::Head;
use std::collections::BTreeSet;

const CALM_STEPS_MAX: u32 = 20_000;
/// Connections after which all must be the same everywhere.
const CALM_ROUNDS_MAX: u32 = 24;

impl World {
    /// What a side was told is durable at the other is so, also after a power cut; and no honest peer is accused.
    pub fn check_promise(&self) -> Result<(), String> {
        let lost = |head: &Head| Err(format!("event {} of {} was acknowledged and is lost", head.seq, head.origin));
        let alive = self.alive();
        for at in &alive {
            let computer = &self.computers[*at];
            let [here, there] = &computer.ends;
            let noted = computer.logs.proved().into_values();
            for head in here.session.iter().flat_map(Session::acked).chain(noted) {
                if !self.district.has_on_disk(&head) {
                    return lost(&head);
                }
            }
            let noted = self.district.proved().into_values().filter(|_| alive.len() == 1);
            for head in there.session.iter().flat_map(Session::acked).chain(noted) {
                if !computer.logs.has_on_disk(&head) {
                    return lost(&head);
                }
            }
        }
        let wrong =
            |fault: &&Fault| fault.quarantines() || matches!(fault, Fault::Disowned { .. } | Fault::NotYours { .. });
        match self.computers.iter().flat_map(|computer| &computer.faults).find(wrong) {
            Some(fault) => Err(format!("an honest peer was accused: {fault}")),
            None => Ok(()),
        }
    }

    /// The weather clears: everything that is still owed is done.
    pub fn calm(&mut self, dice: &mut Dice) -> Result<(), String> {
        for _ in 0..CALM_ROUNDS_MAX {
            self.quiet(dice)?;
            if self.same() && self.all_know() {
                return Ok(());
            }
            // What another computer of the station sent is told at the next connection.
            for at in self.alive() {
                self.computers[at].cut();
            }
        }
        Err(if self.same() { "all is there, and a sender does not know it" } else { "the sides never became equal" }
            .into())
    }

    /// Until nobody has anything to say.
    fn quiet(&mut self, dice: &mut Dice) -> Result<(), String> {
        for _ in 0..CALM_STEPS_MAX {
            let alive = self.alive();
            self.district.full.set(false);
            for at in &alive {
                self.computers[*at].logs.full.set(false);
                if !self.computers[*at].connected() {
                    self.connect(*at);
                }
            }
            if alive.iter().any(|at| self.computers[*at].busy()) {
                for at in alive {
                    for me in 0..2 {
                        self.work(at, me, dice);
                        self.report(at, me, dice);
                        self.deliver(at, me);
                    }
                }
                self.check_promise()?;
            } else if alive.iter().all(|at| self.computers[*at].at_rest()) {
                return Ok(());
            } else if alive.iter().all(|at| self.computers[*at].connected()) {
                self.tick(self.limits.stall_timeout_ms);
            }
        }
        let last: Vec<_> = self.computers.iter().filter_map(|computer| computer.faults.last()).collect();
        Err(format!("they never come to rest, lastly because of {last:?}"))
    }

    fn same(&self) -> bool {
        let all = self.district.all();
        self.alive().iter().all(|at| self.computers[*at].logs.all() == all && self.computers[*at].awaits.is_none())
    }

    /// Every sender knows that the other has all.
    fn all_know(&self) -> bool {
        self.alive().iter().all(|at| {
            let logs = &self.computers[*at].logs;
            let (key, proved) = (logs.key.public_key(), logs.proved());
            let former = logs.former(&key).unwrap();
            logs.heads().unwrap().iter().all(|head| {
                let writer = logs.writer(head.origin).unwrap();
                let ours = writer.is_some_and(|writer| writer == key || former.contains(&writer));
                !ours || proved.get(&head.origin) == Some(head)
            })
        })
    }

    pub fn check_end(&mut self) -> Result<(), String> {
        let all = self.district.all();
        for events in all.values() {
            // The sequence has no gap and no repetition.
            if events.iter().enumerate().any(|(place, event)| event.id.seq != place as u64 + 1) {
                return Err("an event is missing or there twice".into());
            }
        }
        let work = self.district.work_on_disk();
        let set: BTreeSet<&Vec<u8>> = work.iter().collect();
        if set.len() < work.len() {
            return Err("something that was written once is there twice".into());
        }
        if let Some(lost) = self.expected.iter().find(|work| !set.contains(work)) {
            return Err(format!("what was written as number {lost:?} is lost"));
        }
        for at in self.alive() {
            let logs = &self.computers[at].logs;
            let writers = [
                vec![logs.key.public_key(), self.district.key.public_key()],
                logs.former(&logs.key.public_key()).unwrap(),
            ];
            for writer in writers.concat() {
                if content(logs, &writer).unwrap() != content(&self.district, &writer).unwrap() {
                    return Err("the contents differ".into());
                }
            }
        }
        self.count.events = work.len() as u64;
        Ok(())
    }
}
