//! Another key for the database: nothing is lost, nothing old opens it, and a cut at any step does no harm.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::Clinic;
use clinic::store::{BackupError, DataKey, Keys, LoginError, OpenError, RecoveryKey, Rekeyed, Secret, rekey};
use common::{database_at, desk_of, env, form, founding, password, tables, today};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

const NEW_PASSWORD: &str = "another horse 7";

struct House {
    dir: tempfile::TempDir,
    recovery: RecoveryKey,
}

impl House {
    /// With a child and a dose; closed.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let founding = founding();
        let d = desk_of(&dir.path().join("clinic"), &founding);
        let child = d.register(&d.asha, form("Child One", today() - Days::new(60)), None).unwrap();
        d.dose(&d.asha, child, "BCG", today()).unwrap();
        d.clinic.make_key_file(&d.admin, &dir.path().join("admin.key")).unwrap();
        Self { dir, recovery: founding.recovery }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("clinic")
    }

    fn rekey(&self, login: &str) -> Result<Rekeyed, BackupError> {
        rekey(&self.path(), &self.recovery, login, NEW_PASSWORD, &env(), &mut |_| {})
    }

    fn key(&self, dir: &Path) -> DataKey {
        Keys::read(dir).unwrap().open(&Secret::Recovery(&self.recovery), &env()).unwrap().unwrap()
    }
}

/// What the records say, without what grows by the new password.
fn records(dir: &Path, key: &DataKey) -> BTreeMap<String, Vec<String>> {
    let mut tables = tables(&database_at(&dir.join("ledger.db"), key));
    ["audit", "event", "head", "history", "node", "user"].iter().for_each(|local| drop(tables.remove(*local)));
    tables
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn opens(dir: &Path, login: &str, password: &str) -> bool {
    match Clinic::unlock(dir, login, password, env()) {
        Ok((clinic, session)) => {
            if login != "asha" {
                assert_eq!(clinic.verify(&session).unwrap().problems, []);
            }
            true
        }
        Err(LoginError::Wrong) => false,
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn the_records_are_the_same_and_what_was_copied_opens_them_no_more() {
    let house = House::new();
    let (dir, copied) = (house.path(), house.dir.path().join("copied"));
    fs::create_dir(&copied).unwrap();
    fs::copy(dir.join("keys.cbor"), copied.join("keys.cbor")).unwrap();
    let old = house.key(&dir);
    let before = records(&dir, &old);
    let had = files(&dir);
    let done = house.rekey(" Root1 ").unwrap();
    assert_eq!((done.events, done.without_password), (9, 2));
    assert_eq!(files(&dir), had);
    let new = house.key(&dir);
    assert_ne!(old, new);
    for (table, rows) in records(&dir, &new) {
        assert_eq!(Some(&rows), before.get(&table), "{table}");
    }
    // The key that somebody copied, with the keys file of that day and a password of that day.
    let secret = Secret::Password { login: "admin", password: &password("admin") };
    let stolen = Keys::read(&copied).unwrap().open(&secret, &env()).unwrap().unwrap();
    let conn = rusqlite::Connection::open(dir.join("ledger.db")).unwrap();
    conn.pragma_update(None, "key", format!("x'{}'", data_hex(&stolen))).unwrap();
    assert!(conn.query_row("SELECT count(*) FROM event", [], |r| r.get::<_, i64>(0)).is_err());
    drop(conn);

    for login in ["root1", "admin", "asha"] {
        assert!(!opens(&dir, login, &password(login)), "{login}");
    }
    let file = clinic::store::KeyFile::read(&house.dir.path().join("admin.key")).unwrap();
    assert!(matches!(Clinic::unlock_with_file(&dir, &file, env()), Err(LoginError::Wrong)));
    let (clinic, root) = Clinic::unlock(&dir, "root1", NEW_PASSWORD, env()).unwrap();
    assert_eq!(clinic.verify(&root).unwrap().problems, []);
    // The others get theirs from whoever can log in; the paper opens it as before.
    let admin = clinic.users(&root).unwrap().into_iter().find(|user| user.login == "admin").unwrap();
    clinic.reset_password(&root, admin.id, "winding river 7").unwrap();
    drop(clinic);
    assert!(opens(&dir, "admin", "winding river 7"));
    Clinic::recover(&dir, &house.recovery, "asha", "tall neem tree 42", env()).unwrap();
    assert!(opens(&dir, "asha", "tall neem tree 42"));
    // And once more.
    assert_eq!(house.rekey("root1").unwrap().events, 12);
    assert!(opens(&dir, "root1", NEW_PASSWORD) && !opens(&dir, "asha", "tall neem tree 42"));
}

fn data_hex(key: &DataKey) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_is_not_to_be_done_changes_nothing() {
    let house = House::new();
    let (dir, key) = (house.path(), house.key(&house.path()));
    let other = RecoveryKey::generate(&env()).unwrap();
    let with = |recovery: &RecoveryKey, login: &str, password: &str| {
        rekey(&dir, recovery, login, password, &env(), &mut |_| {}).unwrap_err()
    };
    assert!(matches!(with(&other, "root1", NEW_PASSWORD), BackupError::WrongKey));
    assert!(matches!(with(&house.recovery, "admin", NEW_PASSWORD), BackupError::NotAnAdmin));
    assert!(matches!(with(&house.recovery, "nobody", NEW_PASSWORD), BackupError::NotAnAdmin));
    assert!(matches!(with(&house.recovery, "root1", "12345678"), BackupError::Refused(_)));
    let (clinic, _session) = Clinic::unlock(&dir, "root1", &password("root1"), env()).unwrap();
    assert!(matches!(with(&house.recovery, "root1", NEW_PASSWORD), BackupError::Open(OpenError::InUse)));
    drop(clinic);
    assert_eq!(house.key(&dir), key);
    assert!(opens(&dir, "asha", &password("asha")));
    let nowhere = house.dir.path().join("nowhere");
    let error = rekey(&nowhere, &house.recovery, "root1", NEW_PASSWORD, &env(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, BackupError::Open(OpenError::NoClinic)) && !nowhere.exists());
}

/// Puts files of `before` and of `after` where a power cut would have left them.
fn cut_off(house: &House, before: &Path, after: &Path, moved: &[&str], waits: &[&str]) -> PathBuf {
    let dir = tempfile::tempdir_in(house.dir.path()).unwrap().keep();
    for name in ["keys.cbor", "ledger.db"] {
        let from = if moved.contains(&name) { after } else { before };
        fs::copy(from.join(name), dir.join(name)).unwrap();
    }
    fs::create_dir(dir.join("rekeyed")).unwrap();
    for name in waits {
        fs::copy(after.join(name), dir.join("rekeyed").join(name)).unwrap();
    }
    dir
}

#[test]
fn a_cut_at_any_step_leaves_the_old_or_the_new() {
    let house = House::new();
    let (dir, before) = (house.path(), house.dir.path().join("before"));
    fs::create_dir(&before).unwrap();
    for name in ["keys.cbor", "ledger.db"] {
        fs::copy(dir.join(name), before.join(name)).unwrap();
    }
    // Before the rename that decides: as if nothing had been begun.
    fs::create_dir(dir.join("rekeying")).unwrap();
    fs::write(dir.join("rekeying/ledger.db"), b"half a copy").unwrap();
    assert!(opens(&dir, "asha", &password("asha")));
    assert!(!dir.join("rekeying").exists());
    house.rekey("root1").unwrap();

    // After it: the next opening ends what was begun, whoever comes.
    let both = ["keys.cbor", "ledger.db"];
    for (moved, waits) in [(&[][..], &both[..]), (&both[..1], &both[..]), (&both[..], &both[..1]), (&both[..], &[][..])]
    {
        let cut = cut_off(&house, &before, &dir, moved, waits);
        // Of the old database: it holds nothing that the new one lacks, and must not be put on it.
        if waits.contains(&"ledger.db") {
            fs::write(cut.join("ledger.db-wal"), b"of the old one").unwrap();
        }
        assert!(!opens(&cut, "asha", &password("asha")), "{moved:?}");
        assert!(opens(&cut, "root1", NEW_PASSWORD), "{moved:?}");
        assert!(!cut.join("rekeyed").exists());
        assert_eq!(house.key(&cut), house.key(&dir));
    }
}

#[test]
fn a_folder_put_back_over_a_cut_is_whole_again_or_what_was_begun() {
    let house = House::new();
    let (dir, before) = (house.path(), house.dir.path().join("before"));
    fs::create_dir(&before).unwrap();
    let both = ["keys.cbor", "ledger.db"];
    for name in both {
        fs::copy(dir.join(name), before.join(name)).unwrap();
    }
    house.rekey("root1").unwrap();
    // Cut off before the records were moved, or after it: yesterday's folder is put back over what stands.
    for (waits, old) in [(&both[..], false), (&both[..1], true)] {
        let cut = cut_off(&house, &before, &dir, &[], waits);
        assert_eq!(opens(&cut, "asha", &password("asha")), old);
        assert_eq!(opens(&cut, "root1", NEW_PASSWORD), !old);
    }
    // The records are gone: what was begun must not be put over another clinic later.
    let gone = cut_off(&house, &before, &dir, &[], &both);
    for name in both {
        fs::remove_file(gone.join(name)).unwrap();
    }
    assert!(matches!(clinic::store::may_found(&gone), Err(OpenError::RecordsGone)));
}

/// The folder that a process of this test works on, and the recovery key of the clinic in it.
const FOLDER: &str = "TIKKA_TEST_REKEY";
const PAPER: &str = "TIKKA_TEST_REKEY_PAPER";
/// The process is killed at the n-th call of each kind, for each n until it comes to its end. A kind that this kind of
/// machine does not have is none.
const CALLS: [&str; 6] =
    ["?rename,?renameat,?renameat2", "?mkdir,?mkdirat", "?unlink,?unlinkat", "?rmdir", "fsync", "fdatasync"];

#[test]
fn a_process_that_is_killed_at_any_step_leaves_the_old_or_the_new() {
    if let Some(dir) = std::env::var_os(FOLDER) {
        let recovery = RecoveryKey::typed(&std::env::var(PAPER).unwrap()).unwrap();
        rekey(Path::new(&dir), &recovery, "root1", NEW_PASSWORD, &env(), &mut |_| {}).unwrap();
        return;
    }
    let house = House::new();
    let (mut old, mut new) = (0, 0);
    for calls in CALLS {
        for n in 1.. {
            assert!(n < 200, "{calls} never come to an end");
            let cut = tempfile::tempdir_in(house.dir.path()).unwrap();
            for name in ["keys.cbor", "ledger.db"] {
                fs::copy(house.path().join(name), cut.path().join(name)).unwrap();
            }
            let ended = Process::new("strace")
                .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject={calls}:signal=KILL:when={n}")])
                .arg(std::env::current_exe().unwrap())
                .args(["--exact", "a_process_that_is_killed_at_any_step_leaves_the_old_or_the_new"])
                .env(FOLDER, cut.path())
                .env(PAPER, house.recovery.printed())
                .stdout(Stdio::null())
                .status()
                .unwrap();
            let (is_old, is_new) =
                (opens(cut.path(), "asha", &password("asha")), opens(cut.path(), "root1", NEW_PASSWORD));
            assert!(is_old != is_new, "at call {n} of {calls}: {is_old}, {is_new}");
            assert!(!files(cut.path()).iter().any(|name| name.starts_with("rekey")), "{:?}", files(cut.path()));
            if ended.success() {
                assert!(is_new);
                break;
            }
            *(if is_old { &mut old } else { &mut new }) += 1;
        }
    }
    assert!(old > 3 && new > 3, "{old} cut off before the decision, {new} after it");
}
