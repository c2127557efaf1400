//! A restored clinic, and then the old log comes back from the district: one login, and one chip, may have been
//! registered in both.
#![allow(clippy::unwrap_used)]

mod common;

use clinic::Clinic;
use clinic::ledger::Chain;
use clinic::record::command::{Command, NewUser};
use clinic::record::fact::CardStop;
use clinic::record::refusal::Refusal;
use clinic::record::role::Role;
use clinic::replica::Logs;
use clinic::store::{KeyFile, LoginError, RecoveryKey, UserLine, found, restore};
use common::{env, form, founding, password, refusal, today};
use hub_protocol::CardNo;

const OLD: &str = "tall neem 42";
const NEW: &str = "red kite 77";

/// A clinic, and the same one restored from a backup of its first day.
struct Twice {
    dir: tempfile::TempDir,
    old: Clinic,
    new: Clinic,
}

impl Twice {
    fn new(before: impl FnOnce(&Clinic)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let recovery = RecoveryKey::generate(&env()).unwrap();
        let mut founding = founding();
        founding.recovery = recovery.clone();
        let old = found(&dir.path().join("old"), &founding, env()).unwrap();
        before(&old);
        let (file, to) = (dir.path().join("b.tikka"), dir.path().join("new"));
        let admin = old.login("admin", &password("admin")).unwrap();
        old.backup(&admin, &file, &mut |_| {}).unwrap();
        restore(&file, &to, &recovery, "root1", &password("root1"), &env(), &mut |_| {}).unwrap();
        let (new, root) = Clinic::unlock(&to, "root1", &password("root1"), env()).unwrap();
        for known in new.users(&root).unwrap().iter().filter(|u| ["admin", "asha"].contains(&u.login.as_str())) {
            new.reset_password(&root, known.id, &password(&known.login)).unwrap();
        }
        Self { dir, old, new }
    }

    /// What the district holds of the old log.
    fn comes_back(&self) {
        let origin = self.old.origin();
        let mut chain = Chain::empty(origin);
        let entries = self.old.entries(origin, 0, 10_000, usize::MAX).unwrap();
        let events: Vec<_> = entries.into_iter().map(|entry| chain.append(entry)).collect();
        self.new.store(&self.old.identity().public_key(), &events, chain.head().sign(self.old.identity())).unwrap();
    }
}

fn root(clinic: &Clinic) -> clinic::Session {
    clinic.login("root1", &password("root1")).unwrap()
}

fn desk(clinic: &Clinic) -> clinic::Session {
    clinic.login("admin", &password("admin")).unwrap()
}

fn register(clinic: &Clinic, login: &str, role: Role, password: &str) -> hub_protocol::UserId {
    let new = NewUser { login: login.into(), name: format!("{} {login}", role.code()), role };
    let by = if role == Role::Admin { root(clinic) } else { desk(clinic) };
    clinic.register_user(&by, &new, password).unwrap()
}

fn sound(clinic: &Clinic) {
    assert_eq!(clinic.verify(&root(clinic)).unwrap().problems, []);
}

fn named(clinic: &Clinic, login: &str) -> Vec<UserLine> {
    clinic.users(&root(clinic)).unwrap().into_iter().filter(|u| u.login == login).collect()
}

fn wrong(clinic: &Clinic, password: &str) {
    assert!(matches!(clinic.login("ravi", password), Err(LoginError::Wrong)));
}

#[test]
fn one_login_is_one_person() {
    let (mut first, mut second) = (0, 0);
    for round in 0..20 {
        let twice = Twice::new(|_| {});
        let (old, new) = (&twice.old, &twice.new);
        // Which of them comes first in the order: the one whose clock had ticked less.
        for _ in 0..round % 2 * 10 {
            let asha = named(old, "asha")[0].id;
            old.reset_password(&desk(old), asha, OLD).unwrap();
        }
        let admin = register(old, "ravi", Role::Admin, OLD);
        let tracker = register(new, "ravi", Role::Tracker, NEW);
        let session = new.login("ravi", NEW).unwrap();
        assert_eq!(session.user, tracker);
        twice.comes_back();
        let dir = twice.dir.path().join("new");
        sound(new);

        let people = named(new, "ravi");
        let active: Vec<_> = people.iter().filter(|u| u.active).map(|u| u.id).collect();
        assert_eq!((people.len(), active.len()), (2, 1), "round {round}");
        let boss = root(new);
        let conflicts = new.conflicts(&desk(new)).unwrap();
        assert_eq!(conflicts.iter().map(|c| c.kind.as_str()).collect::<Vec<_>>(), ["login-twice"]);
        let loser = people.iter().find(|u| !u.active).unwrap();
        assert_eq!(conflicts[0].user, Some((loser.name.clone(), "ravi".to_owned())));
        assert!(!conflicts[0].acceptable);
        assert_eq!(refusal(new.enable_user(&boss, loser.id, "blue owl 31")), Refusal::LoginTaken);
        assert_eq!(refusal(new.reset_password(&boss, loser.id, "blue owl 31")), Refusal::UnknownUser);
        let again = NewUser { login: "ravi".into(), name: "Another".into(), role: Role::Tracker };
        assert_eq!(refusal(new.register_user(&boss, &again, "blue owl 31")), Refusal::LoginTaken);
        wrong(new, "blue owl 31");
        if active == [admin] {
            first += 1;
            wrong(new, NEW);
            assert_eq!(refusal(new.children(&session, "", 0)), Refusal::NotActive, "who lost the login is logged out");
            // The old station's passwords are not here.
            wrong(new, OLD);
            new.reset_password(&boss, admin, OLD).unwrap();
            assert_eq!(new.login("ravi", OLD).unwrap().user, admin);
        } else {
            second += 1;
            assert_eq!(new.login("ravi", NEW).unwrap().user, tracker);
        }
        // The other one once the login is free, and then not both.
        new.disable_user(&boss, active[0]).unwrap();
        wrong(new, OLD);
        wrong(new, NEW);
        new.enable_user(&boss, loser.id, "blue owl 31").unwrap();
        assert_eq!(new.login("ravi", "blue owl 31").unwrap().user, loser.id);
        assert_eq!(refusal(new.enable_user(&boss, active[0], "grey fox 55")), Refusal::LoginTaken);
        assert_eq!(new.login("ravi", "blue owl 31").unwrap().user, loser.id);
        sound(new);
        // It is in the records, not in what this program remembers.
        let key_file = dir.join("file");
        new.make_key_file(&boss, &key_file).unwrap();
        let Twice { dir: _held, new, .. } = twice;
        drop(new);
        assert!(matches!(Clinic::unlock(&dir, "ravi", NEW, env()), Err(LoginError::Wrong)));
        let (new, session) = Clinic::unlock(&dir, "ravi", "blue owl 31", env()).unwrap();
        assert_eq!(session.user, loser.id);
        drop(new);
        let (_, session) = Clinic::unlock_with_file(&dir, &KeyFile::read(&key_file).unwrap(), env()).unwrap();
        assert_eq!(session.login, "root1");
    }
    assert_eq!((first, second), (10, 10));
}

/// Somebody who was disabled in the backup was enabled on the dead station, and the other one keeps the login.
#[test]
fn nobody_is_enabled_beside_another() {
    let twice = Twice::new(|_| {});
    let (old, new) = (&twice.old, &twice.new);
    let one = register(old, "ravi", Role::Tracker, OLD);
    old.disable_user(&root(old), one).unwrap();
    let other = register(new, "ravi", Role::Tracker, NEW);
    twice.comes_back();
    sound(new);
    let active = || named(new, "ravi").iter().filter(|u| u.active).map(|u| u.id).collect::<Vec<_>>();
    assert!(active().len() <= 1);
    old.enable_user(&root(old), one, OLD).unwrap();
    twice.comes_back();
    assert_eq!(active().len(), 1);
    assert_eq!(new.conflicts(&desk(new)).unwrap().len(), 1);
    assert_eq!(new.login("ravi", NEW).is_ok(), active() == [other]);
    assert!(new.login("ravi", OLD).is_err());
    sound(new);
}

#[test]
fn a_chip_that_was_ever_lost_opens_nothing() {
    for (why, stopped) in [
        (None, false),
        (Some(CardStop::Lost), true),
        (Some(CardStop::Blocked), true),
        (Some(CardStop::Replaced), false),
    ] {
        for round in 0..5 {
            let twice = Twice::new(|clinic| {
                let admin = clinic.login("admin", &password("admin")).unwrap();
                let child = clinic.env().new_child_id().unwrap();
                let form = form("Meera", today());
                clinic
                    .submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from: Vec::new() })
                    .unwrap();
            });
            let uid = vec![4, 1, 2, 3, round];
            let card = |clinic: &Clinic, no: CardNo| {
                let admin = clinic.login("admin", &password("admin")).unwrap();
                let register = Command::RegisterCard { card: no, uid: uid.clone(), written: false };
                clinic.submit(&admin, register).unwrap();
                let child = clinic.children(&admin, "", 0).unwrap().0[0].id;
                let asha = clinic.login("asha", &password("asha")).unwrap();
                clinic.submit(&asha, Command::AssignCard { card: no, child }).unwrap();
                (admin, child)
            };
            let (before, after) = (CardNo(u64::from(round % 2) * 9 + 1), CardNo(5));
            let (admin, child) = card(&twice.old, before);
            if let Some(why) = why {
                twice.old.submit(&admin, Command::StopCard { card: before, why }).unwrap();
            }
            let (admin, _) = card(&twice.new, after);
            assert!(!twice.new.card_by_uid(&admin, &uid).unwrap().unwrap().stopped);
            twice.comes_back();
            let known = twice.new.card_by_uid(&admin, &uid).unwrap().unwrap();
            assert_eq!((known.stopped, known.child), (stopped, Some(child)), "{why:?}");
            if why == Some(CardStop::Replaced) {
                assert_eq!(known.card, after);
            }
            sound(&twice.new);
        }
    }
}
