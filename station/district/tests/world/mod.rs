//! A clinic and its district in one process, over the real stores: what the tests of old copies have in common.
#![allow(dead_code)]

use super::stores::{self, Store};
use clinic::date::{india, to_day};
use clinic::record::command::{Command, NewTask};
use clinic::replica::{Failed, Fault, Limits, Logs, Output, Session, content, perform};
use clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey, TaskFilter, TaskShow, found, restore};
use clinic::{Clinic, Env};
use district::enrolment::{Asking, admit, make_link};
use district::station_logs::StationLogs;
use hub_protocol::replica::{Enrol, Message, VERSION, enrol_proof};
use hub_protocol::toy::TaskKind;
use hub_protocol::{Identity, OriginId, PublicKey};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const PASSWORD: &str = "horse staple 9";
pub const NOW_MS: u64 = 1_795_156_200_000;
/// Steps of a conversation after which it should long have settled.
const STEPS_MAX: u32 = 10_000;

pub fn env() -> Env {
    let mut env = Env::with_clock(|| NOW_MS);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

pub struct World<S: Store> {
    pub dir: tempfile::TempDir,
    pub place: S::Place,
    pub archive: Arc<S>,
    pub district: Identity,
    pub recovery: RecoveryKey,
}

impl<S: Store> World<S> {
    /// A clinic that its district knows.
    pub fn new() -> (Self, Clinic) {
        let dir = tempfile::tempdir().unwrap();
        let person = |login: &str| NewPerson {
            login: login.to_owned(),
            name: format!("The {login}"),
            password: PASSWORD.to_owned().into(),
        };
        let recovery = RecoveryKey::generate(&env()).unwrap();
        let founding = Founding {
            clinic: "PHC Rampur".to_owned(),
            schedule: "uip".to_owned(),
            je_endemic: false,
            super_admin: person("root1"),
            admin: person("admin"),
            worker: person("asha"),
            recovery: recovery.clone(),
            demo: false,
        };
        let clinic = found(&dir.path().join("clinic"), &founding, env()).unwrap();
        let district = stores::district();
        let place = S::place();
        let archive = S::open(&place);
        archive.set_name("Rampur District").unwrap();
        let link = make_link(&archive, "PHC Rampur", "district.example:4433", [3; 15], NOW_MS).unwrap();
        let proof = enrol_proof(&link.secret, &[4; 32]);
        let asked = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery: recovery.public_key() };
        let key = clinic.identity().public_key();
        let asking = Asking { key, exporter: [4; 32], new_origin: OriginId([9; 16]), now_ms: NOW_MS };
        admit(&archive, &asked, &asking).unwrap();
        (Self { dir, place, archive: Arc::new(archive), district, recovery }, clinic)
    }

    pub fn logs(&self, station: &PublicKey) -> StationLogs<S> {
        let station = self.archive.station_by_key(station).unwrap().unwrap();
        StationLogs::new(self.archive.clone(), &station)
    }

    /// One conversation, until nobody has anything to say. Gives the faults of station and district.
    pub fn talk(&self, clinic: &Clinic) -> Vec<Fault> {
        self.talk_until(clinic, STEPS_MAX)
    }

    /// As long as that, or until the connection is cut off after some messages.
    pub fn talk_until(&self, clinic: &Clinic, messages: u32) -> Vec<Fault> {
        self.talk_of(clinic, clinic.identity(), messages)
    }

    pub fn talk_of<L: Logs>(&self, logs: &L, me: &Identity, messages: u32) -> Vec<Fault> {
        let station = me.public_key();
        let held = self.logs(&station);
        let limits = Limits { batch_events: 200, ..Limits::default() };
        let mut ends = [Session::new(limits.clone(), NOW_MS), Session::new(limits, NOW_MS)];
        let mut inbox: [VecDeque<Message>; 2] = Default::default();
        let mut faults = Vec::new();
        let mut carried = 0;
        loop {
            let mut quiet = true;
            for at in 0..2 {
                while let Some(output) = ends[at].poll() {
                    quiet = false;
                    match output {
                        Output::Send(message) => inbox[1 - at].push_back(message),
                        Output::Close(fault) => faults.push(fault),
                        Output::Run(job) => {
                            let done = if at == 0 {
                                perform(logs, me, &self.district.public_key(), job).map_err(Failed::fault)
                            } else {
                                perform(&held, &self.district, &station, job).map_err(Failed::fault)
                            };
                            ends[at].done(done, 0);
                        }
                    }
                }
                if ends[at].has_room()
                    && let Some(message) = inbox[at].pop_front()
                {
                    quiet = false;
                    carried += 1;
                    if carried > messages {
                        return faults;
                    }
                    ends[at].received(message, 0);
                }
            }
            assert!(carried < STEPS_MAX, "it never settles");
            if quiet || !faults.is_empty() {
                return faults;
            }
        }
    }

    /// What the clinic knows of what was written, from its read tables.
    pub fn notes(&self, clinic: &Clinic) -> Vec<String> {
        let admin = clinic.login("admin", PASSWORD).unwrap();
        let filter = TaskFilter { show: TaskShow::All, ..TaskFilter::default() };
        let mut notes = Vec::new();
        loop {
            let (page, all) = clinic.tasks(&admin, &filter, notes.len() as u32).unwrap();
            notes.extend(page.into_iter().map(|task| task.note));
            if notes.len() == all as usize {
                notes.sort();
                return notes;
            }
        }
    }

    pub fn equal(&self, clinic: &Clinic) {
        let key = clinic.identity().public_key();
        assert_eq!(content(clinic, &key).unwrap(), content(&self.logs(&key), &key).unwrap());
        let sync = clinic.sync().unwrap();
        assert_eq!((sync.at_district, sync.waiting_since_ms), (sync.events, None));
    }

    /// As many conversations as it takes until nobody has anything to say. Gives the faults on the way.
    pub fn talk_out(&self, clinic: &Clinic) -> Vec<Fault> {
        let mut faults = Vec::new();
        loop {
            let now = self.talk(clinic);
            if now.is_empty() {
                return faults;
            }
            faults.extend(now);
            assert!(faults.len() < 10, "it never settles: {faults:?}");
        }
    }

    /// A copy of a clinic's folder as it is now.
    pub fn copy(&self, from: &str, to: &str) {
        let (from, to) = (self.dir.path().join(from), self.dir.path().join(to));
        std::fs::create_dir(&to).unwrap();
        for name in ["ledger.db", "ledger.db-wal", "keys.cbor"].iter().filter(|name| from.join(name).exists()) {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }

    pub fn backup(&self, clinic: &Clinic, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        let admin = clinic.login("admin", PASSWORD).unwrap();
        clinic.backup(&admin, &path, &mut |_| {}).unwrap();
        path
    }

    pub fn restore(&self, file: &Path, to: &str) -> Clinic {
        let folder = self.dir.path().join(to);
        restore(file, &folder, &self.recovery, "admin", PASSWORD, &env(), &mut |_| {}).unwrap();
        self.open(to)
    }

    pub fn open(&self, folder: &str) -> Clinic {
        Clinic::unlock(&self.dir.path().join(folder), "admin", PASSWORD, env()).unwrap().0
    }
}

/// Work for the clinic: a task a note.
pub fn write(clinic: &Clinic, notes: impl Iterator<Item = String>) {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    let worker = clinic.users(&admin).unwrap().into_iter().find(|u| u.login == "asha").unwrap().id;
    for note in notes {
        let due = to_day(india(NOW_MS));
        let new = NewTask { worker, kind: TaskKind::Other, child: None, place: "the school".into(), due, note };
        let task = clinic.env().new_task_id().unwrap();
        clinic.submit(&admin, Command::AssignTask { task, new }).unwrap();
    }
}

pub fn verified(clinic: &Clinic) {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}
