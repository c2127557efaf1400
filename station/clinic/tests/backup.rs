//! Backups: whole or not at all, read back before they count, and a clinic again wherever they are restored.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::ledger::{Actor, Chain, Entry, Hlc, pack};
use clinic::record::command::Command;
use clinic::record::fact::{Fact, OpenedWhy, OriginOpened};
use clinic::record::refusal::Refusal;
use clinic::replica::{Done, Failed, Fault, Job, Logs, perform};
use clinic::store::{
    BackupError, Keys, LoginError, OpenError, Problem, Progress, Rebuilt, RecoveryKey, Restored, Restoring, Secret,
    SlotKind, Step, Stop, found, restore,
};
use common::{Desk, NOON_MS, database, env, form, founding, on_a_small_disk, password, tables, today};
use hub_protocol::replica::{Batch, Head};
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord};
use hub_protocol::{ChildId, Identity, OriginId};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

const NEW_PASSWORD: &str = "another horse 7";
/// The folder of a process that is killed.
const FOLDER: &str = "TIKKA_TEST_BACKUP";
/// The word of its progress at which it is held.
const HOLD_AT: &str = "TIKKA_TEST_HOLD_AT";
/// What it says to the test begins so.
const SAYS: &str = "restoring: ";
/// At which it is killed without being held.
const MOMENTS: u32 = 20;

/// A clinic with something of everything, and the recovery key on its paper.
struct House {
    dir: tempfile::TempDir,
    desk: Desk,
    recovery: RecoveryKey,
    toy: Identity,
    child: ChildId,
}

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let founding = founding();
        let desk = open(&found(&dir.path().join("clinic"), &founding, env()).unwrap());
        let child = desk.register(&desk.asha, form("Child One", today() - Days::new(60)), None).unwrap();
        desk.dose(&desk.asha, child, "BCG", today()).unwrap();
        let toy = Identity::from_seed([5; 32]);
        desk.give_toy(&toy, desk.asha.user);
        let house = Self { dir, desk, recovery: founding.recovery, toy, child };
        assert_eq!(house.take(&house.desk.clinic, 1), 1);
        assert_eq!(house.desk.clinic.issue_certificate(&house.desk.asha, child).unwrap().no.number, 1);
        house
    }

    fn take(&self, clinic: &Clinic, seq: u64) -> u64 {
        let (toy, worker) = (self.toy.device_id(), self.desk.asha.user);
        let dose = Dose { child: self.child, product: "OPV".into(), on: to_day(today()), batch: None };
        let record = Record { toy, epoch: 1, seq, worker, at_ms: NOON_MS, fact: ToyFact::Dose(dose) };
        let signed = SignedRecord::sign(&record, &self.toy);
        clinic.take_toy_records(&self.toy.public_key(), vec![signed], 0).unwrap().committed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn backup(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        self.desk.clinic.backup(&self.desk.admin, &path, &mut |_| {}).unwrap();
        path
    }

    /// A process that restores into `again`, held at this word of its progress, and what it says.
    fn restoring(&self, hold_at: Option<u32>) -> (Child, impl Iterator<Item = String> + use<>) {
        let mut command = Process::new(std::env::current_exe().unwrap());
        command.args(["--exact", "a_restore_that_is_killed_can_be_repeated", "--nocapture"]);
        command.env(FOLDER, self.dir.path()).env_remove(HOLD_AT);
        if let Some(word) = hold_at {
            command.env(HOLD_AT, word.to_string());
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut restoring = command.spawn().unwrap();
        let out = BufReader::new(restoring.stdout.take().unwrap()).lines().map_while(Result::ok);
        (restoring, out.filter_map(|line| line.strip_prefix(SAYS).map(str::to_owned)))
    }

    fn restore(&self, file: &Path, to: &str) -> Result<Restored, BackupError> {
        restore(file, &self.path(to), &self.recovery, "admin", NEW_PASSWORD, &env(), &mut |_| {})
    }
}

fn open(clinic: &Clinic) -> Desk {
    let login = |name: &str| clinic.login(name, &password(name)).unwrap();
    Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() }
}

fn own_head(clinic: &Clinic) -> Head {
    clinic.heads().unwrap().into_iter().find(|h| h.origin == clinic.origin()).unwrap()
}

#[test]
fn a_clinic_comes_back_and_goes_on() {
    let house = House::new();
    let before = own_head(&house.desk.clinic);
    let file = house.backup("stick.tikka");
    let restored = house.restore(&file, "again").unwrap();
    assert_eq!((restored.made_at_ms, restored.events, restored.without_password), (NOON_MS, before.seq, 2));

    let again = house.path("again");
    let slots = Keys::read(&again).unwrap().kinds();
    assert_eq!(slots, [SlotKind::Recovery, SlotKind::Password]);
    let wrong = Clinic::unlock(&again, "asha", &password("asha"), env()).map(drop);
    assert!(matches!(wrong, Err(LoginError::Wrong)));
    assert!(Clinic::unlock(&again, "admin", &password("admin"), env()).is_err(), "the old password is gone");
    let (clinic, admin) = Clinic::unlock(&again, "admin", NEW_PASSWORD, env()).unwrap();
    let report = clinic.verify(&admin).unwrap();
    assert_eq!((report.problems, report.logs, report.events), (vec![], 2, before.seq + 2));
    // The station is the same, its log is another; the old one ends where the backup was made.
    assert_eq!(clinic.identity().public_key(), house.desk.clinic.identity().public_key());
    assert_ne!(clinic.origin(), before.origin);
    assert!(clinic.heads().unwrap().contains(&before));
    assert_eq!((own_head(&clinic).origin, own_head(&clinic).seq), (restored.origin, 2));

    // Numbers go on where they were, in the new log.
    clinic.submit(&admin, Command::AssignChild { child: house.child, worker: None }).unwrap();
    assert_eq!(clinic.issue_certificate(&admin, house.child).unwrap().no.number, 2);
    assert_eq!(house.take(&clinic, 2), 2);
    assert!(clinic.heads().unwrap().contains(&before));
    let sync = clinic.sync().unwrap();
    assert_eq!((sync.events, sync.at_district, sync.waiting_since_ms), (before.seq + 5, 0, Some(NOON_MS)));
    clinic.proven(before).unwrap();
    assert_eq!(clinic.sync().unwrap().at_district, before.seq);
    assert_eq!(clinic.toy_durable(house.toy.device_id(), 1).unwrap(), 1);
    clinic.proven(own_head(&clinic)).unwrap();
    assert_eq!(clinic.sync().unwrap().waiting_since_ms, None);
    assert_eq!(clinic.toy_durable(house.toy.device_id(), 1).unwrap(), 2);
    assert!(clinic.child(&admin, house.child).unwrap().doses.iter().all(|d| d.at_district));
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    drop(clinic);
    // A backup of what was restored is a backup.
    let (clinic, admin) = Clinic::unlock(&again, "admin", NEW_PASSWORD, env()).unwrap();
    clinic.backup(&admin, &house.path("second.tikka"), &mut |_| {}).unwrap();
    assert_eq!(house.restore(&house.path("second.tikka"), "third").unwrap().without_password, 2);
}

#[test]
fn a_backup_under_load_holds_one_moment_and_loses_nothing_of_it() {
    let house = House::new();
    let d = &house.desk;
    let stop = AtomicBool::new(false);
    let (mut told, mut made) = (Vec::new(), None);
    std::thread::scope(|scope| {
        for name in ["Lakshmi", "Rukmini", "Farzana"] {
            let mut form = form(name, today() - Days::new(9));
            (form.mother, form.phone, form.village) = (format!("Mother of {name}"), String::new(), name.to_owned());
            let child = d.register(&d.admin, form, None).unwrap();
            let stop = &stop;
            scope.spawn(move || {
                let workers = [Some(d.asha.user), None].into_iter().cycle();
                for worker in workers.take_while(|_| !stop.load(Ordering::Relaxed)) {
                    d.clinic.submit(&d.admin, Command::AssignChild { child, worker }).unwrap();
                }
            });
        }
        let file = house.path("load.tikka");
        let before = own_head(&d.clinic).seq;
        let backup = d.clinic.backup(&d.admin, &file, &mut |p: Progress| told.push(p));
        let after = own_head(&d.clinic).seq;
        stop.store(true, Ordering::Relaxed);
        let backup = backup.unwrap();
        assert!((before..=after).contains(&backup.head.seq) && after > before, "{before} {backup:?} {after}");
        made = Some(backup);
    });
    let backup = made.unwrap();
    let whole = told.iter().filter(|p| p.done == p.total).count();
    assert!(whole >= 2 && told.iter().all(|p| p.done <= p.total), "{told:?}");
    house.restore(&house.path("load.tikka"), "again").unwrap();
    let (clinic, admin) = Clinic::unlock(&house.path("again"), "admin", NEW_PASSWORD, env()).unwrap();
    assert_eq!(clinic.hash_at(backup.head.origin, backup.head.seq).unwrap(), Some(backup.head.hash));
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    drop(clinic);

    // Row for row, once nobody writes: what the restored clinic has more is what restoring itself wrote.
    let restored = house.restore(&house.backup("quiet.tikka"), "quiet").unwrap();
    let secret = Secret::Recovery(&house.recovery);
    let key = Keys::read(&house.path("clinic")).unwrap().open(&secret, &env()).unwrap().unwrap();
    let (old, new) = ["clinic", "quiet"].map(|dir| tables(&database(&house.path(dir), &key))).into();
    let origin = format!("{:?}", restored.origin.0.to_vec());
    let origin = origin.trim_matches(['[', ']']);
    assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
    for (table, rows) in &old {
        // The ledger names a log by its number here, the rest by its own name.
        let ours = |row: &&String| match table.as_str() {
            "event" | "head" => !row.starts_with("[Integer(2)"),
            "audit" => !row.contains(&format!("Integer({})", clinic::store::Seen::Restore as i64)),
            // Whose password is new is known by another stamp.
            "user" => !row.contains("Text(\"admin\")"),
            // Families are not reminded on the day of a restore.
            "reminder_day" => false,
            _ => !row.contains(origin),
        };
        if table != "node" {
            let [new, old] = [&new[table], rows].map(|rows| rows.iter().filter(ours).collect::<Vec<_>>());
            assert_eq!(new, old, "{table}");
        }
    }
}

#[test]
fn a_backup_that_is_stopped_leaves_no_file() {
    let house = House::new();
    let d = &house.desk;
    for step in [Step::Copying, Step::Checking] {
        let (stop, file) = (Stop::default(), house.path("stick.tikka"));
        let mut at = |p: Progress| {
            if p.step == step {
                stop.ask();
            }
        };
        let stopped = d.clinic.backup_unless(&d.admin, &file, &stop, &mut at);
        assert!(matches!(stopped, Err(BackupError::Stopped)), "{step:?}: {stopped:?}");
        let names = std::fs::read_dir(house.dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with("stick")).collect();
        assert!(left.is_empty(), "{step:?}: {left:?}");
    }
    house.restore(&house.backup("stick.tikka"), "again").unwrap();
}

#[test]
fn a_restore_that_is_stopped_leaves_an_empty_folder() {
    let house = House::new();
    let (file, dir) = (house.backup("stick.tikka"), house.path("again"));
    let (recovery, login, new_password) = (&house.recovery, "admin", NEW_PASSWORD);
    let restoring = Restoring { file: &file, dir: &dir, recovery, login, new_password };
    let mut steps = Vec::new();
    // Stopped at each word of its progress, until one gets to the end.
    for word in 0.. {
        let (stop, mut words) = (Stop::default(), 0);
        let mut at = |p: Progress| {
            if words == word {
                steps.push(p.step);
                stop.ask();
            }
            words += 1;
        };
        match restoring.unless(&stop, &env(), &mut at) {
            Err(BackupError::Stopped) => {
                let left = std::fs::read_dir(&dir).map_or(0, |names| names.filter(|name| !is_lock(name)).count());
                assert_eq!(left, 0, "stopped at {:?}", steps.last());
            }
            Ok(_) => break,
            Err(error) => panic!("stopped at {:?}: {error}", steps.last()),
        }
    }
    assert!([Step::Copying, Step::Checking].iter().all(|step| steps.contains(step)), "{steps:?}");
    drop(Clinic::unlock(&dir, "admin", NEW_PASSWORD, env()).unwrap());
}

fn is_lock(name: &std::io::Result<std::fs::DirEntry>) -> bool {
    name.as_ref().is_ok_and(|name| name.file_name() == "lock")
}

#[test]
fn who_may_not_and_what_cannot_leaves_no_file() {
    let house = House::new();
    let d = &house.desk;
    let backup = |by, path: &Path| d.clinic.backup(by, path, &mut |_| {});
    let file = house.path("stick.tikka");
    assert!(matches!(backup(&d.asha, &file), Err(BackupError::Refused(Refusal::NotAllowed(_)))));
    assert!(matches!(backup(&d.admin, &house.path("no/such/folder")), Err(BackupError::Io(_))));
    // What a killed program left is cleared away; what somebody else keeps there, or a link to it, is not touched.
    let (left, trap) =
        (house.path("stick.tikka.0123456789abcdef.part"), house.path("stick.tikka.fedcba9876543210.part"));
    std::fs::write(&left, vec![7; 100_000]).unwrap();
    std::os::unix::fs::symlink(house.path("clinic/ledger.db"), &trap).unwrap();
    std::fs::write(house.path("stick.tikka.new"), b"my own notes").unwrap();
    backup(&d.root, &file).unwrap();
    assert!(!left.exists() && trap.is_symlink());
    assert_eq!(std::fs::read(house.path("stick.tikka.new")).unwrap(), b"my own notes");
    assert!(std::fs::metadata(house.path("clinic/ledger.db")).unwrap().len() > 100_000);
    std::fs::remove_file(house.path("stick.tikka.new")).unwrap();
    std::fs::remove_file(trap).unwrap();
    let held = std::fs::read(&file).unwrap();
    assert!(matches!(backup(&d.admin, &file), Err(BackupError::Exists)));
    assert_eq!(std::fs::read(&file).unwrap(), held);
    // A name with every kind of sign, as a stick may have it.
    backup(&d.admin, &house.path("a b%20?immutable=0#é'\".tikka")).unwrap();
    let names = std::fs::read_dir(house.dir.path()).unwrap().count();
    assert_eq!(names, 3, "the clinic and two backups");
    for secret in ["Meena", "98765", "Rampur", "asha", "Child One"] {
        assert!(!held.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret}");
    }
    // Records that were changed behind the program's back are no backup.
    let secret = Secret::Recovery(&house.recovery);
    let key = Keys::read(&house.path("clinic")).unwrap().open(&secret, &env()).unwrap().unwrap();
    let conn = database(&house.path("clinic"), &key);
    assert_eq!(conn.execute("UPDATE child SET village = 'elsewhere'", []).unwrap(), 1);
    let broken = backup(&d.admin, &house.path("broken.tikka"));
    assert!(matches!(&broken, Err(BackupError::Records(p)) if matches!(p[..], [Problem::RowDiffers { .. }, ..])));
    assert_eq!(std::fs::read_dir(house.dir.path()).unwrap().count(), names, "nothing is left of it");
    // The ledger is whole: the tables are built again, and it is one.
    assert!(matches!(d.clinic.rebuild(&d.admin, |_| {}).unwrap(), Rebuilt::Done { events } if events > 5));
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
    assert_eq!(d.clinic.child(&d.admin, house.child).unwrap().child.village, "Rampur");
    backup(&d.admin, &house.path("broken.tikka")).unwrap();
}

#[test]
fn a_broken_ledger_is_never_built_upon() {
    let house = House::new();
    let d = &house.desk;
    assert!(d.clinic.rebuild(&d.asha, |_| {}).is_err(), "a worker may not");
    let secret = Secret::Recovery(&house.recovery);
    let key = Keys::read(&house.path("clinic")).unwrap().open(&secret, &env()).unwrap().unwrap();
    let conn = database(&house.path("clinic"), &key);
    let sql = "UPDATE event SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE seq = 6";
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
    let beside_audit = |conn| {
        let mut tables = tables(conn);
        tables.remove("audit");
        tables
    };
    let before = beside_audit(&conn);
    let Rebuilt::LedgerBroken(problems) = d.clinic.rebuild(&d.admin, |_| {}).unwrap() else { panic!("built") };
    assert!(problems.iter().any(|p| matches!(p, Problem::EventChanged(id) if id.seq == 6)), "{problems:?}");
    assert_eq!(beside_audit(&conn), before);
    assert!(matches!(d.clinic.backup(&d.admin, &house.path("b.tikka"), &mut |_| {}), Err(BackupError::Records(_))));
}

#[test]
fn a_wrong_byte_anywhere_or_a_cut_is_found_before_the_folder_is_touched() {
    let house = House::new();
    let file = house.backup("stick.tikka");
    let whole = std::fs::read(&file).unwrap();
    let bad = house.path("bad.tikka");
    let refused = |bytes: &[u8]| {
        std::fs::write(&bad, bytes).unwrap();
        let refused = house.restore(&bad, "again").unwrap_err();
        assert!(!house.path("again").exists());
        refused
    };
    let tail = whole.len() - 700;
    for at in (0..tail).step_by(whole.len() / 61).chain((tail..whole.len()).step_by(7)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        let refused = refused(&bytes);
        assert!(matches!(refused, BackupError::Damaged | BackupError::NotABackup), "{at}: {refused:?}");
    }
    // By somebody who knows the form of the file, but not the key.
    for at in (0..whole.len() - 32).step_by(whole.len() / 61) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        let end = bytes.len() - 32;
        let digest = Sha256::digest(&bytes[..end]);
        bytes[end..].copy_from_slice(&digest);
        refused(&bytes);
    }
    for left in (0..whole.len()).step_by(whole.len() / 23).chain([whole.len() - 1]) {
        let refused = refused(&whole[..left]);
        assert!(matches!(refused, BackupError::NotABackup), "{left}: {refused:?}");
    }
    let mut longer = whole;
    longer.push(0);
    assert!(matches!(refused(&longer), BackupError::NotABackup));
    assert!(matches!(house.restore(&house.path("clinic/ledger.db"), "again"), Err(BackupError::NotABackup)));
    assert!(house.restore(&file, "again").is_ok());
}

#[test]
fn the_paper_opens_it_and_only_an_empty_place_takes_it() {
    let house = House::new();
    let file = house.backup("stick.tikka");
    let to = house.path("again");
    let attempt = |key: &RecoveryKey, login: &str, password: &str| {
        restore(&file, &to, key, login, password, &env(), &mut |_| {}).map(drop)
    };
    let other = RecoveryKey::generate(&env()).unwrap();
    assert!(matches!(attempt(&other, "admin", NEW_PASSWORD), Err(BackupError::WrongKey)));
    for login in ["asha", "nobody", ""] {
        assert!(matches!(attempt(&house.recovery, login, NEW_PASSWORD), Err(BackupError::NotAnAdmin)), "{login}");
    }
    let weak = attempt(&house.recovery, "admin", "12345678");
    assert!(matches!(weak, Err(BackupError::Refused(Refusal::WeakPassword(_)))));
    assert!(!to.exists());
    let running = house.restore(&file, "clinic");
    assert!(matches!(running, Err(BackupError::Open(OpenError::Founded))));
    attempt(&house.recovery, " Root1", NEW_PASSWORD).unwrap();
    let twice = attempt(&house.recovery, "admin", NEW_PASSWORD);
    assert!(matches!(twice, Err(BackupError::Open(OpenError::Founded))));
    // A second place is another log of the same station.
    let second = house.restore(&file, "second").unwrap();
    let (clinic, root) = Clinic::unlock(&to, "root1", NEW_PASSWORD, env()).unwrap();
    assert_ne!(clinic.origin(), second.origin);
    assert_eq!(clinic.verify(&root).unwrap().problems, []);
    // Somebody's keys without records stay.
    let keys = house.path("keys-only");
    std::fs::create_dir(&keys).unwrap();
    std::fs::copy(to.join("keys.cbor"), keys.join("keys.cbor")).unwrap();
    assert!(matches!(house.restore(&file, "keys-only"), Err(BackupError::Open(OpenError::RecordsGone))));
}

/// Whoever stands at the other end of the line gives back what we signed, in its place, and nothing else.
#[test]
fn only_our_own_words_come_back_and_only_to_a_closed_log() {
    let house = House::new();
    let file = house.backup("stick.tikka");
    let old = &house.desk.clinic;
    let end = own_head(old);
    let mut second = form("Rukmini", today());
    (second.mother, second.phone) = ("Farzana Khatun".into(), String::new());
    house.desk.register(&house.desk.admin, second, None).unwrap();
    let entries = old.entries(end.origin, end.seq, 10, 10_000).unwrap();
    house.restore(&file, "again").unwrap();
    let (clinic, admin) = Clinic::unlock(&house.path("again"), "admin", NEW_PASSWORD, env()).unwrap();
    let (us, district) = (clinic.identity().clone(), Identity::from_seed([9; 32]));
    let batch = |before: Head, entries: &[Entry], signer: &Identity| {
        let mut chain = Chain::at(before);
        entries.iter().for_each(|entry| drop(chain.append(entry.clone())));
        Batch { first_seq: before.seq + 1, head: chain.head().sign(signer), packed: pack(entries).unwrap() }
    };
    let take = |batch: Batch| {
        let taken = perform(&clinic, &us, &district.public_key(), Job::Take { known: batch.first_seq - 1, batch });
        taken.map_err(Failed::fault)
    };
    let before = clinic.heads().unwrap();
    assert!(matches!(take(batch(end, &entries, &district)), Err(Fault::BadSignature { .. })));
    let live = own_head(&clinic);
    assert!(matches!(take(batch(live, &entries, &us)), Err(Fault::NotYours { .. })));
    let elsewhere = Head { hash: [1; 32], ..end };
    assert!(matches!(take(batch(elsewhere, &entries, &us)), Err(Fault::BadChain { .. })));
    // A log that begins with somebody else's words is none of ours, nor one that begins in the middle.
    let lost = Head { origin: OriginId([8; 16]), seq: 0, hash: [0; 32] };
    assert!(matches!(take(batch(lost, &entries, &us)), Err(Fault::Storage)));
    let opened = OriginOpened { node: us.public_key(), why: OpenedWhy::Restored };
    let opened = Fact::OriginOpened(opened).to_entry(Hlc(NOON_MS << 16), Actor::NODE);
    assert!(matches!(take(batch(lost, &[opened], &district)), Err(Fault::Storage)));
    assert_eq!(clinic.heads().unwrap(), before);
    // What is true comes in, once.
    for _ in 0..2 {
        assert!(matches!(take(batch(end, &entries, &us)), Ok(Done::Took { held, .. }) if held == own_head(old)));
    }
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, 2);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    assert_eq!(clinic.sync().unwrap().at_district, end.seq + 1, "who gives it back holds it");
}

/// The power goes at any moment of a restore: the folder then has the whole clinic, or none and takes it.
#[test]
fn a_restore_that_is_killed_can_be_repeated() {
    if let Some(dir) = std::env::var_os(FOLDER) {
        return restore_and_wait(Path::new(&dir));
    }
    let house = House::new();
    let file = house.backup("stick.tikka");
    std::fs::write(house.path("key"), house.recovery.printed()).unwrap();
    let kill = |mut restoring: Child, when: String| {
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        let cut_off = match house.restore(&file, "again") {
            Ok(_) => true,
            Err(BackupError::Open(OpenError::Founded)) => false,
            Err(error) => panic!("{when}: {error:?}"),
        };
        let again = house.path("again");
        let (clinic, admin) = Clinic::unlock(&again, "admin", NEW_PASSWORD, env()).unwrap();
        assert_eq!(clinic.verify(&admin).unwrap().problems, [], "{when}");
        drop(clinic);
        std::fs::remove_dir_all(&again).unwrap();
        cut_off
    };
    // Held at each word of its progress, and when it is done.
    let mut words = 0;
    loop {
        let (restoring, mut said) = house.restoring(Some(words));
        match said.next().as_deref() {
            Some("held") => assert!(kill(restoring, format!("at word {words}"))),
            Some("done") => {
                assert!(!kill(restoring, "after the end".into()));
                break;
            }
            said => panic!("{said:?}"),
        }
        words += 1;
    }
    assert!(words > 2, "{words}");
    // And anywhere between: parts of the time that one takes now.
    let start = Instant::now();
    let (restoring, mut said) = house.restoring(None);
    assert_eq!(said.next().as_deref(), Some("done"));
    let whole = start.elapsed();
    assert!(!kill(restoring, "after the end".into()));
    for part in 1..=MOMENTS {
        let (restoring, _said) = house.restoring(None);
        std::thread::sleep(whole * part / MOMENTS);
        let _ = kill(restoring, format!("after {part} parts of {MOMENTS} of {whole:?}"));
    }
}

/// The process that is killed: says when it is held or done, and stays until then.
fn restore_and_wait(dir: &Path) {
    let hold_at = std::env::var(HOLD_AT).ok().map(|word| word.parse::<u32>().unwrap());
    let say_and_stay = |what: &str| {
        println!("\n{SAYS}{what}");
        // Its end comes with the one who holds the other end.
        let _ = std::io::stdin().read(&mut [0]);
    };
    let key = RecoveryKey::typed(&std::fs::read_to_string(dir.join("key")).unwrap()).unwrap();
    let mut words = 0;
    let mut tell = |_| {
        if Some(words) == hold_at {
            say_and_stay("held");
        }
        words += 1;
    };
    restore(&dir.join("stick.tikka"), &dir.join("again"), &key, "admin", NEW_PASSWORD, &env(), &mut tell).unwrap();
    say_and_stay("done");
}

/// Cut off between the two moves, when keys stand in their place and the records do not.
#[test]
fn a_restore_that_was_cut_off_at_its_worst_moment_can_be_repeated() {
    let house = House::new();
    let file = house.backup("stick.tikka");
    house.restore(&file, "first").unwrap();
    let (first, again) = (house.path("first"), house.path("again"));
    std::fs::create_dir_all(again.join("restoring")).unwrap();
    std::fs::copy(first.join("keys.cbor"), again.join("keys.cbor")).unwrap();
    std::fs::copy(first.join("ledger.db"), again.join("restoring/ledger.db")).unwrap();
    assert!(!clinic::store::is_founded(&again));
    house.restore(&file, "again").unwrap();
    assert!(!again.join("restoring").exists());
    drop(Clinic::unlock(&again, "admin", NEW_PASSWORD, env()).unwrap());
}

/// On a disk that is too small for it a backup is refused in words, and nothing of it stays.
#[test]
fn a_full_disk_keeps_nothing_half_written() {
    let Some(disk) = on_a_small_disk("a_full_disk_keeps_nothing_half_written") else { return };
    let house = House::new();
    let whole = std::fs::read(house.backup("stick.tikka")).unwrap();
    let file = disk.join("stick.tikka");
    let mut refused = 0;
    for free_kib in (0..whole.len() / 1024 + 80).step_by(16) {
        let room = disk.join("room");
        std::fs::write(&room, vec![1; (2048 - free_kib) * 1024]).unwrap();
        match house.desk.clinic.backup(&house.desk.admin, &file, &mut |_| {}) {
            Ok(_) => std::fs::remove_file(&file).unwrap(),
            Err(error) => {
                assert!(error.is_disk_full(), "{error:?}");
                refused += 1;
            }
        }
        assert_eq!(std::fs::read_dir(&disk).unwrap().count(), 1, "with {free_kib} KiB");
        std::fs::remove_file(&room).unwrap();
    }
    assert!(refused > 3);
    // So with a restore: what did not fit leaves a folder that takes it later.
    let stick = house.path("stick.tikka");
    let restore_here = || restore(&stick, &disk.join("c"), &house.recovery, "admin", NEW_PASSWORD, &env(), &mut |_| {});
    for free_kib in (16..whole.len() / 1024 + 400).step_by(64) {
        let room = disk.join("room");
        std::fs::write(&room, vec![1; (2048 - free_kib) * 1024]).unwrap();
        let restored = restore_here();
        assert_eq!(restored.is_ok(), clinic::store::is_founded(&disk.join("c")), "{restored:?}");
        if let Err(error) = restored {
            assert!(error.is_disk_full(), "with {free_kib} KiB: {error:?}");
            std::fs::remove_file(&room).unwrap();
            restore_here().unwrap();
        } else {
            std::fs::remove_file(&room).unwrap();
        }
        std::fs::remove_dir_all(disk.join("c")).unwrap();
    }
}
