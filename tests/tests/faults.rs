//! Faults of the machine: what was answered stays, what was not answered leaves no trace.
#![allow(clippy::unwrap_used)]

use clinic::date::{india, to_day};
use clinic::record::command::{ChildForm, Command as Ask};
use clinic::record::fact::Sex;
use clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey, SubmitError, found};
use clinic::{Clinic, Env, Session};
use std::path::Path;
use std::process::Command;

/// Where the full disk is; set in the process that has it.
const DISK: &str = "TIKKA_TEST_FULL_DISK";
const PASSWORD: &str = "horse staple 9";
/// Writes tried until the disk is full.
const TRIES: u32 = 20_000;

fn env() -> Env {
    let mut env = Env::system();
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

fn founded(dir: &Path) -> (Clinic, Session) {
    let person = |login: &str| NewPerson {
        login: login.to_owned(),
        name: "Somebody".to_owned(),
        password: PASSWORD.to_owned().into(),
    };
    let founding = Founding {
        clinic: "PHC".to_owned(),
        schedule: "uip".to_owned(),
        je_endemic: false,
        super_admin: person("root1"),
        admin: person("admin"),
        worker: person("asha"),
        recovery: RecoveryKey::generate(&env()).unwrap(),
        demo: false,
    };
    let clinic = found(dir, &founding, env()).unwrap();
    let admin = clinic.login("admin", PASSWORD).unwrap();
    (clinic, admin)
}

fn register(clinic: &Clinic, admin: &Session) -> Result<(), SubmitError> {
    let form = ChildForm {
        name: "A child".to_owned(),
        dob: to_day(india(clinic.env().now_ms())),
        dob_estimated: false,
        sex: Sex::Other,
        mother: "A mother with a name of some length".to_owned(),
        father: String::new(),
        phone: String::new(),
        village: "A village".to_owned(),
        landmark: "x".repeat(300),
        consent_reminders: true,
        consent_tracing: true,
    };
    let child = clinic.env().new_child_id().unwrap();
    clinic.submit(admin, Ask::RegisterChild { child, form, worker: None }).map(drop)
}

/// A real file system of 3 MiB, in a mount namespace of this test's own.
#[test]
fn a_full_disk_refuses_plainly_and_keeps_what_was_answered() {
    if let Some(disk) = std::env::var_os(DISK) {
        return on_a_full_disk(Path::new(&disk));
    }
    let dir = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size=3m tmpfs '{0}' && exec \"$1\" --exact a_full_disk_refuses_plainly_and_keeps_what_was_answered",
        dir.path().display()
    );
    let unshare: &[&str] = if is_root() { &["--mount"] } else { &["--mount", "--map-root-user"] };
    let done = Command::new("unshare")
        .args(unshare)
        .args(["sh", "-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .env(DISK, dir.path())
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

fn on_a_full_disk(disk: &Path) {
    let room = disk.join("room");
    std::fs::write(&room, vec![1; 512 * 1024]).unwrap();
    let data = disk.join("clinic");
    let (clinic, admin) = founded(&data);
    let mut answered = 0;
    let error = loop {
        assert!(answered < TRIES, "the disk never filled");
        match register(&clinic, &admin) {
            Ok(()) => answered += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, SubmitError::Store(e) if e.is_disk_full()), "{error:?}");
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, answered);
    // Still full: refused again, still nothing half stored.
    assert!(register(&clinic, &admin).is_err());
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, answered);
    // Room is made: it goes on where it was.
    std::fs::remove_file(&room).unwrap();
    register(&clinic, &admin).unwrap();
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, answered + 1);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    drop(clinic);
    let (clinic, admin) = Clinic::unlock(&data, "admin", PASSWORD, env()).unwrap();
    assert_eq!(clinic.children(&admin, "", 0).unwrap().1, answered + 1);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}
