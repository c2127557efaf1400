//! A power cut between any two steps of a new password: the old one works or the new one does.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::record::role::Role;
use crate::store::{Env, Founding, KdfCost, NewPerson, RecoveryKey, found};
use zeroize::Zeroizing;

const OLD: &str = "horse staple 5";
const NEW: &str = "tall neem 42";

fn env() -> Env {
    let mut env = Env::with_clock(|| 1_795_156_200_000);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

fn clinic(dir: &Path) -> (Clinic, RecoveryKey) {
    let with = |login: &str| NewPerson {
        login: login.into(),
        name: format!("The {login}"),
        password: Zeroizing::new(OLD.into()),
    };
    let recovery = RecoveryKey::generate(&env()).unwrap();
    let founding = Founding {
        clinic: "PHC".into(),
        schedule: "uip".into(),
        je_endemic: false,
        super_admin: with("root1"),
        admin: with("admin"),
        worker: with("asha"),
        recovery: recovery.clone(),
        demo: false,
    };
    (found(dir, &founding, env()).unwrap(), recovery)
}

fn opens(dir: &Path, login: &str, password: &str) -> bool {
    match Clinic::unlock(dir, login, password, env()) {
        Ok(_) => true,
        Err(LoginError::Wrong) => false,
        Err(error) => panic!("{error:?}"),
    }
}

/// The slot of a new password beside the old one, as [`Clinic::with_password`] makes it first.
fn slot_only(clinic: &Clinic, login: &str) {
    let user = clinic.session_by(login).map_or(UserId(7), |session| session.user);
    let since = clinic.since(user).unwrap().unwrap_or_default();
    let secret = Secret::Password { login, password: NEW };
    guard(&clinic.0.keys).put_beside(&secret, &clinic.0.data_key, &clinic.0.env, user, since).unwrap();
}

#[test]
fn cut_off_before_the_event_the_old_password_is_the_one() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, _) = clinic(dir.path());
    for login in ["root1", "asha", "nobody"] {
        slot_only(&clinic, login);
        // Nor does it open the clinic that runs on, whatever made the command fail.
        assert!(matches!(clinic.login(login, NEW), Err(LoginError::Wrong)), "{login}");
    }
    assert!(clinic.login("root1", OLD).is_ok());
    drop(clinic);
    // Whichever is tried first.
    assert!(!opens(dir.path(), "root1", NEW));
    assert!(opens(dir.path(), "root1", OLD));
    assert!(opens(dir.path(), "asha", OLD));
    assert!(!opens(dir.path(), "asha", NEW));
    assert!(!opens(dir.path(), "nobody", NEW));
}

#[test]
fn cut_off_after_the_event_the_new_password_is_the_one() {
    for first in [OLD, NEW] {
        let dir = tempfile::tempdir().unwrap();
        let (clinic, _) = clinic(dir.path());
        let root = clinic.login("root1", OLD).unwrap();
        let file = dir.path().join("file");
        clinic.make_key_file(&root, &file).unwrap();
        slot_only(&clinic, "root1");
        clinic.command(&root, Command::ChangePassword).unwrap();
        drop(clinic);
        assert_eq!(opens(dir.path(), "root1", first), first == NEW);
        assert!(opens(dir.path(), "root1", NEW));
        assert!(!opens(dir.path(), "root1", OLD));
        let file = KeyFile::read(&file).unwrap();
        assert!(matches!(Clinic::unlock_with_file(dir.path(), &file, env()), Err(LoginError::Wrong)));
    }
}

#[test]
fn a_slot_that_was_left_over_twice_is_still_nobodys() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, _) = clinic(dir.path());
    let root = clinic.login("root1", OLD).unwrap();
    slot_only(&clinic, "root1");
    // The next change goes through: its own password counts, the one that was left over does not.
    let session = clinic.change_password(&root, OLD, "red kite 77").unwrap();
    assert!(matches!(clinic.login("root1", NEW), Err(LoginError::Wrong)));
    assert!(matches!(clinic.login("root1", OLD), Err(LoginError::Wrong)));
    assert_eq!(clinic.login("root1", "red kite 77").unwrap(), session);
}

#[test]
fn a_command_that_is_refused_gives_nobody_a_password() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, _) = clinic(dir.path());
    let admin = clinic.login("admin", OLD).unwrap();
    // Asked of the slots alone, as if the checks before them had let it pass.
    let refused = || Err::<(), _>(SubmitError::from(Refusal::UserActive));
    assert!(clinic.with_password(clinic.session_by("root1").unwrap().user, "root1", Is::Known, NEW, refused).is_err());
    let taken = clinic.with_password(UserId(7), "root1", Is::New, NEW, || Ok::<_, SubmitError>(()));
    assert!(matches!(taken, Err(SubmitError::Refused(Refusal::LoginTaken))));
    assert!(matches!(clinic.login("root1", NEW), Err(LoginError::Wrong)));
    assert!(clinic.login("root1", OLD).is_ok());
    let new = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::Admin };
    assert!(clinic.register_user(&admin, &new, NEW).is_err());
    assert!(matches!(clinic.login("bina", NEW), Err(LoginError::Wrong)));
}

#[test]
fn the_recovery_key_gives_a_password_and_leaves_a_trace() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, recovery) = clinic(dir.path());
    let before = clinic.sync().unwrap().events;
    drop(clinic);
    assert!(Clinic::recover(dir.path(), &recovery, "root1", "12345678", env()).is_err());
    Clinic::recover(dir.path(), &recovery, "root1", NEW, env()).unwrap();
    assert!(!opens(dir.path(), "root1", OLD));
    let (clinic, _) = Clinic::unlock(dir.path(), "root1", NEW, env()).unwrap();
    assert_eq!(clinic.sync().unwrap().events, before + 1);
}
