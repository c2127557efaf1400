//! Another key for the database: nothing is lost, nothing old opens it, and a cut at any step does no harm.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Days;
use clinic::Clinic;
use clinic::store::{
    AuditFilter, BackupError, DataKey, Keys, LoginError, OpenError, RecoveryKey, Rekeyed, Secret, Seen, found, rekey,
    restore,
};
use common::{database_at, desk_of, env, form, founding, is_root, on_a_small_disk, password, tables, today};
use hub_protocol::UserId;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown, lchown, symlink};
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

/// Who did what, oldest first, without logins.
fn audit(dir: &Path, login: &str, password: &str) -> Vec<(Option<String>, Seen)> {
    let (clinic, session) = Clinic::unlock(dir, login, password, env()).unwrap();
    let login = |user: UserId| clinic.users(&session).unwrap().into_iter().find(|u| u.id == user).unwrap().login;
    let lines = clinic.audit(&session, &AuditFilter::default(), None).unwrap().lines;
    let told = lines.into_iter().rev().map(|line| (line.user.map(|(user, _)| login(user)), line.what.unwrap()));
    told.filter(|(_, seen)| *seen != Seen::LoggedIn).collect()
}

#[test]
fn what_came_to_nothing_is_in_the_audit() {
    let house = House::new();
    let dir = house.path();
    let other = RecoveryKey::generate(&env()).unwrap();
    let by = |login: &str, seen| (Some(login.to_owned()), seen);
    let mut told = audit(&dir, "admin", &password("admin"));
    // The wrong paper opens no records: it is told at the next login.
    rekey(&dir, &other, "root1", NEW_PASSWORD, &env(), &mut |_| {}).unwrap_err();
    told.push((None, Seen::RecoveryFailed));
    assert_eq!(audit(&dir, "admin", &password("admin")), told);
    Clinic::recover(&dir, &other, "asha", NEW_PASSWORD, env()).unwrap_err();
    told.push((None, Seen::RecoveryFailed));
    assert_eq!(audit(&dir, "admin", &password("admin")), told);
    // The right one, for what may not be.
    house.rekey("admin").unwrap_err();
    house.rekey("nobody").unwrap_err();
    rekey(&dir, &house.recovery, "root1", "12345678", &env(), &mut |_| {}).unwrap_err();
    Clinic::recover(&dir, &house.recovery, "nobody", NEW_PASSWORD, env()).unwrap_err();
    Clinic::recover(&dir, &house.recovery, "asha", "12345678", env()).unwrap_err();
    let failed = Seen::RecoveryFailed;
    told.extend([by("admin", failed), (None, failed), by("root1", failed), (None, failed), by("asha", failed)]);
    assert_eq!(audit(&dir, "admin", &password("admin")), told);
    // What was counted under the old keys is told before they go, and not kept.
    for _ in 0..5 {
        assert!(!opens(&dir, "asha", "wrong wrong"));
    }
    assert!(dir.join("tries.json").exists());
    house.rekey("root1").unwrap();
    assert!(!dir.join("tries.json").exists());
    told.extend([by("asha", Seen::LoginLocked), by("root1", Seen::Rekey)]);
    assert_eq!(audit(&dir, "root1", NEW_PASSWORD), told);
}

/// Everything in a folder, and the folder itself.
fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = vec![dir.to_owned()];
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        found.extend(if entry.file_type().unwrap().is_dir() { below(&entry.path()) } else { vec![entry.path()] });
    }
    found
}

/// Of anybody but root these files are one's own, and stay so.
#[test]
fn what_root_makes_in_a_folder_belongs_to_its_owner() {
    let house = House::new();
    let dir = house.path();
    let (uid, gid) = if is_root() { (65_534, 65_534) } else { fs::metadata(&dir).map(|m| (m.uid(), m.gid())).unwrap() };
    let give = |dir: &Path| below(dir).iter().for_each(|path| chown(path, Some(uid), Some(gid)).unwrap());
    let all_theirs = |dir: &Path, least: usize| {
        let below = below(dir);
        for path in &below {
            let is = fs::metadata(path).unwrap();
            assert_eq!((is.uid(), is.gid()), (uid, gid), "{}", path.display());
        }
        assert!(below.len() >= least, "{below:?}");
    };
    give(&dir);
    assert!(!opens(&dir, "asha", "wrong wrong"));
    Clinic::recover(&dir, &house.recovery, "asha", "tall neem tree 42", env()).unwrap();
    all_theirs(&dir, 5);
    // Cut off after the decision, for its owner to end.
    fs::create_dir(dir.join("keys.new")).unwrap();
    give(&dir.join("keys.new"));
    assert!(matches!(house.rekey("root1"), Err(BackupError::Unfinished(_))));
    assert!(dir.join("rekeyed").exists());
    all_theirs(&dir, 7);
    fs::remove_dir(dir.join("keys.new")).unwrap();
    let (clinic, root) = Clinic::unlock(&dir, "root1", NEW_PASSWORD, env()).unwrap();
    assert!(dir.join("ledger.db-wal").exists());
    all_theirs(&dir, 6);
    let file = house.dir.path().join("stick.tikka");
    clinic.backup(&root, &file, &mut |_| {}).unwrap();
    drop(clinic);
    // A clinic that is made in their folder.
    for name in ["founded", "restored"] {
        let new = house.dir.path().join(name);
        fs::create_dir(&new).unwrap();
        give(&new);
        match name {
            "founded" => drop(found(&new, &founding(), env()).unwrap()),
            _ => drop(restore(&file, &new, &house.recovery, "root1", NEW_PASSWORD, &env(), &mut |_| {}).unwrap()),
        }
        all_theirs(&new, 4);
    }
}

/// Whoever owns the folder may put there what leads to what is not theirs.
#[test]
fn what_a_link_leads_to_is_neither_written_nor_given_away() {
    let house = House::new();
    let (dir, theirs) = (house.path(), house.dir.path().join("theirs"));
    fs::write(&theirs, b"of somebody").unwrap();
    let owner = || fs::metadata(&theirs).map(|is| (is.uid(), is.gid())).unwrap();
    let before = owner();
    fs::remove_file(dir.join("lock")).unwrap();
    for name in ["lock", "keys.new", "tries.new"] {
        symlink(&theirs, dir.join(name)).unwrap();
    }
    if is_root() {
        below(&dir).iter().for_each(|path| lchown(path, Some(65_534), Some(65_534)).unwrap());
    }
    assert!(!opens(&dir, "asha", "wrong wrong"));
    Clinic::recover(&dir, &house.recovery, "asha", "tall neem tree 42", env()).unwrap();
    house.rekey("root1").unwrap();
    assert_eq!((owner(), fs::read(&theirs).unwrap()), (before, b"of somebody".to_vec()));
    assert!(opens(&dir, "root1", NEW_PASSWORD));
}

#[test]
fn records_that_are_a_link_are_left_as_they_are() {
    let house = House::new();
    let (dir, key) = (house.path(), house.key(&house.path()));
    for name in ["ledger.db", "keys.cbor"] {
        let away = house.dir.path().join(name);
        fs::rename(dir.join(name), &away).unwrap();
        symlink(&away, dir.join(name)).unwrap();
        let refused = house.rekey("root1");
        assert!(matches!(refused, Err(BackupError::Open(OpenError::NotTheFile(n))) if n == name), "{refused:?}");
        assert_eq!(house.key(&dir), key);
        fs::rename(&away, dir.join(name)).unwrap();
        assert!(opens(&dir, "asha", &password("asha")));
    }
    house.rekey("root1").unwrap();
}

#[test]
fn what_lies_where_a_folder_of_ours_belongs_is_named_and_left_alone() {
    let house = House::new();
    let (dir, elsewhere) = (house.path(), house.dir.path().join("elsewhere"));
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("ledger.db"), b"of somebody").unwrap();
    for name in ["rekeying", "rekeyed"] {
        let path = dir.join(name);
        for way in 0..3 {
            match way {
                0 => fs::write(&path, b"a note").unwrap(),
                1 => symlink(&elsewhere, &path).unwrap(),
                _ => symlink(dir.join("nowhere"), &path).unwrap(),
            }
            let opened = Clinic::unlock(&dir, "asha", &password("asha"), env()).map(drop);
            assert!(matches!(opened, Err(LoginError::Open(OpenError::InTheWay(n))) if n == name), "{opened:?}");
            let rekeyed = house.rekey("root1");
            assert!(matches!(rekeyed, Err(BackupError::Open(OpenError::InTheWay(n))) if n == name), "{rekeyed:?}");
            fs::remove_file(&path).unwrap();
            assert!(opens(&dir, "asha", &password("asha")));
        }
    }
    assert_eq!(fs::read(elsewhere.join("ledger.db")).unwrap(), b"of somebody");
}

#[test]
fn on_a_full_disk_it_is_the_old_or_the_new_and_said_so() {
    let Some(disk) = on_a_small_disk("on_a_full_disk_it_is_the_old_or_the_new_and_said_so") else { return };
    let house = House::new();
    let (dir, room) = (disk.join("c"), disk.join("room"));
    let whole = fs::metadata(house.path().join("ledger.db")).unwrap().len() as usize / 1024;
    let (mut old, mut new) = (0, 0);
    for free_kib in (16..2 * whole + 200).step_by(24) {
        fs::create_dir(&dir).unwrap();
        for name in ["keys.cbor", "ledger.db"] {
            fs::copy(house.path().join(name), dir.join(name)).unwrap();
        }
        let taken = 2048 - whole - 16;
        fs::write(&room, vec![1; taken.saturating_sub(free_kib) * 1024]).unwrap();
        let done = rekey(&dir, &house.recovery, "root1", NEW_PASSWORD, &env(), &mut |_| {});
        fs::remove_file(&room).unwrap();
        if let Err(error) = &done {
            assert!(error.is_disk_full(), "with {free_kib} KiB: {error:?}");
        }
        let is_old = matches!(&done, Err(error) if !matches!(error, BackupError::Unfinished(_)));
        assert_eq!(opens(&dir, "asha", &password("asha")), is_old, "with {free_kib} KiB: {done:?}");
        assert_eq!(opens(&dir, "root1", NEW_PASSWORD), !is_old, "with {free_kib} KiB: {done:?}");
        *(if is_old { &mut old } else { &mut new }) += 1;
        fs::remove_dir_all(&dir).unwrap();
    }
    assert!(old > 3 && new > 1, "{old} that did not fit, {new} that did");
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
