//! A station that comes back from an old backup: the district gives it what it wrote afterwards.
#![allow(clippy::unwrap_used)]

mod stores;

use clinic::date::{india, to_day};
use clinic::record::command::{Command, NewTask};
use clinic::replica::{Failed, Fault, Limits, Logs, Output, Session, content, perform};
use clinic::store::{Founding, KdfCost, Keys, NewPerson, RecoveryKey, Secret, found, restore};
use clinic::{Clinic, Env};
use district::archive::SqliteArchive;
use district::enrolment::{Asking, admit, make_link};
use district::station_logs::StationLogs;
use hub_protocol::replica::{Enrol, Message, VERSION, enrol_proof};
use hub_protocol::toy::TaskKind;
use hub_protocol::{Identity, OriginId, PublicKey};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stores::Store;

against_each_store!(
    a_station_from_an_old_backup_gets_its_own_events_back,
    what_the_district_never_had_reaches_it_under_the_old_log,
    an_old_copy_of_the_folder_is_still_refused,
);

const PASSWORD: &str = "horse staple 9";
const NOW_MS: u64 = 1_795_156_200_000;
/// Steps of a conversation after which it should long have settled.
const STEPS_MAX: u32 = 10_000;

fn env() -> Env {
    let mut env = Env::with_clock(|| NOW_MS);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

struct World<S: Store> {
    dir: tempfile::TempDir,
    place: S::Place,
    archive: Arc<S>,
    district: Identity,
    recovery: RecoveryKey,
    /// Where each clinic that is open now has its files.
    folders: RefCell<BTreeMap<OriginId, PathBuf>>,
}

impl<S: Store> World<S> {
    /// A clinic that its district knows.
    fn new() -> (Self, Clinic) {
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
        let folders = BTreeMap::from([(clinic.origin(), dir.path().join("clinic"))]);
        let folders = RefCell::new(folders);
        (Self { dir, place, archive: Arc::new(archive), district, recovery, folders }, clinic)
    }

    fn logs(&self, station: &PublicKey) -> StationLogs<S> {
        let station = self.archive.station_by_key(station).unwrap().unwrap();
        StationLogs::new(self.archive.clone(), station.no)
    }

    /// One conversation, until nobody has anything to say. Gives the faults of station and district.
    fn talk(&self, clinic: &Clinic) -> Vec<Fault> {
        self.talk_until(clinic, STEPS_MAX)
    }

    /// As long as that, or until the connection is cut off after some messages.
    fn talk_until(&self, clinic: &Clinic, messages: u32) -> Vec<Fault> {
        let station = clinic.identity().public_key();
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
                                perform(clinic, clinic.identity(), &self.district.public_key(), job)
                                    .map_err(Failed::fault)
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
    fn notes(&self, clinic: &Clinic) -> Vec<String> {
        let folder = self.folders.borrow()[&clinic.origin()].clone();
        let secret = Secret::Recovery(&self.recovery);
        let key = Keys::read(&folder).unwrap().open(&secret, &env()).unwrap().unwrap();
        let conn = rusqlite::Connection::open(folder.join("ledger.db")).unwrap();
        let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
        conn.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
        let mut statement = conn.prepare("SELECT note FROM task ORDER BY note").unwrap();
        statement.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn equal(&self, clinic: &Clinic) {
        let key = clinic.identity().public_key();
        assert_eq!(content(clinic, &key).unwrap(), content(&self.logs(&key), &key).unwrap());
        let sync = clinic.sync().unwrap();
        assert_eq!((sync.at_district, sync.waiting_since_ms), (sync.events, None));
    }

    fn backup(&self, clinic: &Clinic, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        let admin = clinic.login("admin", PASSWORD).unwrap();
        clinic.backup(&admin, &path, &mut |_| {}).unwrap();
        path
    }

    fn restore(&self, file: &Path, to: &str) -> Clinic {
        let to = self.dir.path().join(to);
        restore(file, &to, &self.recovery, "admin", PASSWORD, &env(), &mut |_| {}).unwrap();
        self.open(&to)
    }

    fn open(&self, folder: &Path) -> Clinic {
        let (clinic, _) = Clinic::unlock(folder, "admin", PASSWORD, env()).unwrap();
        self.folders.borrow_mut().insert(clinic.origin(), folder.to_owned());
        clinic
    }
}

/// Work for the clinic: a task a note.
fn write(clinic: &Clinic, notes: impl Iterator<Item = String>) {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    let worker = clinic.users(&admin).unwrap().into_iter().find(|u| u.login == "asha").unwrap().id;
    for note in notes {
        let due = to_day(india(NOW_MS));
        let new = NewTask { worker, kind: TaskKind::Other, child: None, place: "the school".into(), due, note };
        let task = clinic.env().new_task_id().unwrap();
        clinic.submit(&admin, Command::AssignTask { task, new }).unwrap();
    }
}

fn verified(clinic: &Clinic) {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}

fn a_station_from_an_old_backup_gets_its_own_events_back<S: Store>() {
    let (world, clinic) = World::<S>::new();
    write(&clinic, (0..10).map(|n| format!("before {n:04}")));
    assert!(world.talk(&clinic).is_empty());
    let old = world.backup(&clinic, "old.tikka");
    // A busy time, told to the district in small pieces and in large ones.
    for piece in 0..30 {
        write(&clinic, (0..3).map(|n| format!("after {piece:02} {n:04}")));
        assert!(world.talk(&clinic).is_empty());
    }
    write(&clinic, (0..700).map(|n| format!("later {n:04}")));
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);
    let (all, closed) = (world.notes(&clinic), clinic.origin());
    drop(clinic);

    // The computer dies. The backup knows ten of them; what it does not know is at the district.
    let clinic = world.restore(&old, "again");
    assert_eq!(world.notes(&clinic).len(), 10);
    write(&clinic, ["since".to_owned()].into_iter());
    let sync = clinic.sync().unwrap();
    assert!(sync.at_district < sync.events);
    // The line is bad: each time it breaks after a few messages, and nothing that came is lost.
    let mut held = world.notes(&clinic).len();
    for messages in 3..9 {
        world.talk_until(&clinic, messages);
        let now = world.notes(&clinic).len();
        assert!(now >= held, "{now} of {held}");
        held = now;
        verified(&clinic);
    }
    assert!(world.talk(&clinic).is_empty());
    let mut expected = all;
    expected.push("since".to_owned());
    expected.sort();
    assert_eq!(world.notes(&clinic), expected);
    verified(&clinic);
    // Both logs are whole on both sides, and nothing was sent twice.
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);
    assert_ne!(clinic.origin(), closed);
    write(&clinic, ["and on".to_owned()].into_iter());
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);

    // Once more from the same backup: now there is a log that it never heard of.
    let second = clinic.origin();
    drop(clinic);
    let clinic = world.restore(&old, "third");
    assert!(world.talk(&clinic).is_empty());
    assert!(world.talk(&clinic).is_empty());
    expected.push("and on".to_owned());
    expected.sort();
    assert_eq!(world.notes(&clinic), expected);
    assert!(clinic.heads().unwrap().iter().any(|h| h.origin == second));
    verified(&clinic);
    world.equal(&clinic);
}

fn what_the_district_never_had_reaches_it_under_the_old_log<S: Store>() {
    let (world, clinic) = World::<S>::new();
    write(&clinic, (0..10).map(|n| format!("at the district {n}")));
    assert!(world.talk(&clinic).is_empty());
    write(&clinic, (0..10).map(|n| format!("only here {n}")));
    let file = world.backup(&clinic, "b.tikka");
    drop(clinic);
    let clinic = world.restore(&file, "again");
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);
    verified(&clinic);
    assert_eq!(world.notes(&clinic).len(), 20);
}

/// The folder was put back as it was, and goes on writing its log: the district sees it, and nobody may win.
fn an_old_copy_of_the_folder_is_still_refused<S: Store>() {
    let (world, clinic) = World::<S>::new();
    let folder = world.dir.path().join("clinic");
    drop(clinic);
    let copy = world.dir.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    for name in ["ledger.db", "keys.cbor"] {
        std::fs::copy(folder.join(name), copy.join(name)).unwrap();
    }
    let clinic = world.open(&folder);
    write(&clinic, ["one".to_owned(), "two".to_owned()].into_iter());
    assert!(world.talk(&clinic).is_empty());
    drop(clinic);
    let clinic = world.open(&copy);
    let faults = world.talk(&clinic);
    assert!(matches!(faults[..], [Fault::Behind { ours: 5, theirs: 7, .. }]), "{faults:?}");
    assert_eq!(world.notes(&clinic).len(), 0);
    verified(&clinic);
}

/// A district that was set up before it kept signed heads: it gives back what its newest one vouches for.
#[test]
fn a_district_of_the_first_form_goes_on() {
    let (world, clinic) = World::<SqliteArchive>::new();
    let file = world.backup(&clinic, "b.tikka");
    write(&clinic, (0..10).map(|n| format!("after {n}")));
    assert!(world.talk(&clinic).is_empty());
    drop(clinic);
    let World { dir, place, archive, district, recovery, folders } = world;
    drop(archive);
    let conn = rusqlite::Connection::open(SqliteArchive::path_in(place.path())).unwrap();
    conn.pragma_update(None, "key", format!("x'{}'", "2a".repeat(32))).unwrap();
    conn.execute_batch(
        "ALTER TABLE log ADD COLUMN signed_seq INTEGER NOT NULL DEFAULT 0;
         ALTER TABLE log ADD COLUMN signature BLOB CHECK (length(signature) = 64);
         UPDATE log SET signed_seq = (SELECT max(seq) FROM signed WHERE log = no);
         UPDATE log SET signature = (SELECT signature FROM signed WHERE log = no AND seq = signed_seq);
         DROP TABLE signed;
         PRAGMA user_version = 1",
    )
    .unwrap();
    drop(conn);
    let archive = Arc::new(<SqliteArchive as Store>::open(&place));
    let world = World { dir, place, archive, district, recovery, folders };
    let clinic = world.restore(&file, "again");
    for _ in 0..2 {
        assert!(world.talk(&clinic).is_empty());
    }
    assert_eq!(world.notes(&clinic).len(), 10);
    world.equal(&clinic);
    verified(&clinic);
}
