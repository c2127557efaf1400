//! Records in memory, as far as toys need them.

use hub::toys::{DeskError, RegisteredToy, Taken, ToyDesk};
use hub_protocol::toy::{
    Obeyed, Order, Record, Refusal, Roster, RosterChild, RosterDue, Settings, SignedObeyed, SignedRecord, Worker,
};
use hub_protocol::{ChildId, Day, DeviceId, PublicKey, UserId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

pub const CHILD: ChildId = ChildId(7_777_777);
const WORKER: UserId = UserId(5);
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Default)]
pub struct Desk {
    held: Mutex<Held>,
    committed: Condvar,
}

type Hook = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Held {
    toys: HashMap<String, PublicKey>,
    /// Revision and worker.
    rosters: HashMap<DeviceId, (u64, Option<UserId>)>,
    records: BTreeMap<(DeviceId, u64, u64), SignedRecord>,
    /// Records that came, repeated ones too.
    deliveries: HashMap<DeviceId, usize>,
    durable: HashMap<DeviceId, u64>,
    after_commit: Option<Hook>,
    orders: HashMap<DeviceId, Order>,
    obeyed: Vec<Obeyed>,
    /// Changes of what toys are told.
    changes: u64,
}

impl Desk {
    pub fn add(&self, short: &str, key: PublicKey) {
        let mut held = self.held.lock().unwrap();
        held.toys.insert(short.to_owned(), key);
        held.rosters.insert(key.device_id(), (1, Some(WORKER)));
    }

    pub fn set_worker(&self, short: &str, worker: Option<UserId>) {
        let mut held = self.held.lock().unwrap();
        let id = held.toys[short].device_id();
        let revision = held.rosters[&id].0 + 1;
        held.rosters.insert(id, (revision, worker));
        held.changes += 1;
    }

    pub fn set_order(&self, toy: DeviceId, order: Order) {
        let mut held = self.held.lock().unwrap();
        held.orders.insert(toy, order);
        held.changes += 1;
    }

    pub fn wait_for_obeyed(&self, order: Order) {
        let held = self.held.lock().unwrap();
        let waits = |held: &mut Held| held.obeyed.iter().all(|o| o.order != order);
        let (_held, late) = self.committed.wait_timeout_while(held, PATIENCE, waits).unwrap();
        assert!(!late.timed_out(), "{order:?} was not obeyed");
    }

    pub fn set_durable(&self, toy: DeviceId, seq: u64) {
        let mut held = self.held.lock().unwrap();
        held.durable.insert(toy, seq);
        held.changes += 1;
    }

    /// Runs between the next commit and its acknowledgement.
    pub fn after_next_commit(&self, hook: impl FnOnce() + Send + 'static) {
        self.held.lock().unwrap().after_commit = Some(Box::new(hook));
    }

    pub fn wait_for_commits(&self, toy: DeviceId, wanted: usize) {
        let held = self.held.lock().unwrap();
        let few = |held: &mut Held| {
            held.records.keys().filter(|k| k.0 == toy).count() < wanted || held.after_commit.is_some()
        };
        let (_held, late) = self.committed.wait_timeout_while(held, PATIENCE, few).unwrap();
        assert!(!late.timed_out(), "fewer than {wanted} records were committed");
    }

    pub fn doses(&self, toy: DeviceId) -> Vec<Record> {
        let held = self.held.lock().unwrap();
        let key = held.toys.values().find(|k| k.device_id() == toy).copied().unwrap();
        held.records.iter().filter(|(k, _)| k.0 == toy).map(|(_, r)| r.open(&key).unwrap()).collect()
    }

    pub fn deliveries(&self, toy: DeviceId) -> usize {
        self.held.lock().unwrap().deliveries.get(&toy).copied().unwrap_or_default()
    }
}

impl ToyDesk for Desk {
    fn registered(&self, short: &str) -> Result<Option<RegisteredToy>, DeskError> {
        let key = self.held.lock().unwrap().toys.get(short).copied();
        Ok(key.map(|key| RegisteredToy { id: key.device_id(), key }))
    }

    fn stamp(&self, _toy: DeviceId) -> u64 {
        self.held.lock().unwrap().changes
    }

    fn registrations(&self) -> u64 {
        self.held.lock().unwrap().toys.len() as u64
    }

    fn roster(&self, toy: DeviceId) -> Result<Roster, DeskError> {
        let held = self.held.lock().unwrap();
        let (revision, worker) = *held.rosters.get(&toy).ok_or(DeskError::UnknownToy)?;
        let due = RosterDue {
            item: "PENTA-1".into(),
            product: "PENTA".into(),
            earliest: Day(19_950),
            due: Day(19_950),
            last_day: None,
        };
        let child = RosterChild {
            id: CHILD,
            name: "Invented Child".into(),
            dob: Day(19_900),
            guardian: "Invented Guardian".into(),
            village: "Nowhere".into(),
            due: vec![due],
        };
        let children = if worker.is_some() { vec![child] } else { vec![] };
        let worker = worker.map(|id| Worker { id, name: "Invented Worker".into() });
        Ok(Roster { revision, worker, children, tasks: vec![], blocked: vec![], left_out: 0 })
    }

    fn take(&self, toy: &PublicKey, records: Vec<SignedRecord>, _offset_ms: i64) -> Result<Taken, Refusal> {
        let id = toy.device_id();
        let mut held = self.held.lock().unwrap();
        let mut epoch = 0;
        let (before, sent) = (held.records.len(), records.len());
        for signed in records {
            let record = signed.open(toy)?;
            if record.worker != WORKER {
                return Err(Refusal::Malformed);
            }
            epoch = record.epoch;
            let last = (id, epoch, record.seq - 1);
            if record.seq > 1 && !held.records.contains_key(&last) {
                return Err(Refusal::BadSequence);
            }
            *held.deliveries.entry(id).or_default() += 1;
            let kept = held.records.entry((id, epoch, record.seq)).or_insert_with(|| signed.clone());
            if *kept != signed {
                return Err(Refusal::BadSequence);
            }
        }
        let repeated = sent - (held.records.len() - before);
        let committed = held.records.keys().filter(|k| k.0 == id && k.1 == epoch).map(|k| k.2).max();
        let committed = committed.unwrap_or_default();
        let durable = held.durable.get(&id).copied().unwrap_or_default();
        let hook = held.after_commit.take();
        drop(held);
        if let Some(hook) = hook {
            hook();
        }
        self.committed.notify_all();
        Ok(Taken { epoch, committed, durable, repeated, wait_s: None })
    }

    fn order(&self, toy: DeviceId) -> Result<Option<Order>, DeskError> {
        Ok(self.held.lock().unwrap().orders.get(&toy).copied())
    }

    fn settings(&self) -> Result<Settings, DeskError> {
        Ok(Settings { revision: 1, language: "en".into(), report_s: 30, roster_days: 14 })
    }

    fn obeyed(&self, toy: &PublicKey, obeyed: SignedObeyed) -> Result<(), Refusal> {
        let obeyed = obeyed.open(toy)?;
        let mut held = self.held.lock().unwrap();
        if held.orders.get(&obeyed.toy) == Some(&obeyed.order) {
            let _ = held.orders.remove(&obeyed.toy);
        }
        held.obeyed.push(obeyed);
        self.committed.notify_all();
        Ok(())
    }

    fn durable(&self, toy: DeviceId, _epoch: u64) -> Result<u64, DeskError> {
        Ok(self.held.lock().unwrap().durable.get(&toy).copied().unwrap_or_default())
    }
}
