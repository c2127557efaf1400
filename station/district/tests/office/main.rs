//! The rows of the role table that are the district's, walked one by one: each is tried by each role of the district's
//! people, through the call that its command makes. What the table does not allow is refused and writes nothing.
#![allow(clippy::unwrap_used)]

mod asks;
mod clerk;
mod moves;
mod stop;
mod world;

use clinic::record::command::{Command, CommandKind, NewTask, NewUser};
use clinic::record::fact::{CardStop, ToyStop};
use clinic::record::refusal::Refusal;
use clinic::record::role::{OfficeKind, Right, Role, may, not_allowed};
use clinic::record::rule::{DIRECTIVE_COMMANDS, OfficeCommand, Operator};
use district::archive::SqliteArchive;
use district::office::{Desk, Office, OfficeError, Passwords, SettingsChange, sign_in};
use district::wall_ms;
use hub_protocol::UserId;
use hub_protocol::toy::TaskKind;
use world::{CHEAP, PASSWORD, World};

fn drop_ok<T>(done: Result<T, OfficeError>) -> Result<(), OfficeError> {
    done.map(drop)
}

/// A thing of this kind in which nothing is wrong. A kind without a sample does not compile.
fn office(w: &World, desk: &Desk<SqliteArchive>, kind: OfficeKind) -> Result<(), OfficeError> {
    match kind {
        OfficeKind::MoveChild => drop_ok(desk.move_child(w.one.child, &w.two.station)),
        OfficeKind::FindChildren => drop_ok(desk.find_children("child")),
        OfficeKind::SeeConflicts => drop_ok(desk.findings()),
        OfficeKind::RenameStation => drop_ok(desk.rename(&w.one.station, "PHC Rampur")),
        OfficeKind::ReadmitStation => desk.readmit(&w.one.station),
        OfficeKind::RevokeStation => desk.revoke(&w.one.station, "stolen"),
        OfficeKind::SetContactDays => desk.set_contact_days(&w.one.station, 9),
        OfficeKind::RotateCardKey => drop_ok(desk.rotate_card_key()),
        OfficeKind::SeeOperators => Ok(desk.may(kind)?),
    }
}

fn directive(w: &World, desk: &Desk<SqliteArchive>, kind: CommandKind) -> Result<(), OfficeError> {
    let at = &w.one.station;
    match kind {
        CommandKind::DisableUser => desk.disable_user(at, "asha"),
        CommandKind::ChangeSettings => {
            desk.change_settings(at, &SettingsChange { auto_lock_min: Some(9), ..Default::default() })
        }
        CommandKind::StopToy => desk.stop_toy(at, "T1", ToyStop::Lost, ""),
        CommandKind::StopCard => drop_ok(desk.stop_card(w.one.card, CardStop::Blocked)),
        CommandKind::UnblockCard => {
            w.one.clinic.submit(&w.one.admin, Command::StopCard { card: w.one.card, why: CardStop::Blocked }).unwrap();
            w.contact();
            drop_ok(desk.unblock_card(w.one.card, "found"))
        }
        CommandKind::AssignTask => {
            let due = clinic::date::to_day(clinic::date::india(wall_ms()));
            let (kind, place, note) = (TaskKind::Other, "Well".into(), "Look".into());
            drop_ok(desk.assign_task(at, "asha", NewTask { worker: UserId(0), kind, child: None, place, due, note }))
        }
        kind => panic!("{kind:?} is no directive: say here how it is made"),
    }
}

fn walk(right: Right, role: Role, w: &World, attempt: impl FnOnce(&Desk<SqliteArchive>) -> Result<(), OfficeError>) {
    let desk = w.desk(role);
    let before = w.written();
    let tried = attempt(&desk);
    if may(role, right).is_some() {
        assert!(tried.is_ok(), "{right:?} by {role:?}: {tried:?}");
    } else {
        let refused = matches!(&tried, Err(OfficeError::Refused(no)) if *no == not_allowed(right));
        assert!(refused, "{right:?} by {role:?}: {tried:?}");
        assert_eq!(w.written(), before, "{right:?} by {role:?} was refused and wrote something");
    }
    w.contact();
    w.verify();
    assert_eq!(w.one.clinic.conflicts(&w.one.admin).unwrap(), [], "{right:?} by {role:?}");
}

#[test]
fn what_only_the_district_does_is_done_or_refused_as_the_table_says() {
    for kind in OfficeKind::ALL.iter().copied() {
        for role in Role::ALL {
            let w = World::new();
            walk(Right::Office(kind), role, &w, |desk| office(&w, desk, kind));
        }
    }
}

#[test]
fn what_the_district_does_as_an_admin_of_a_station_is_by_the_same_rows() {
    for kind in DIRECTIVE_COMMANDS {
        for role in Role::ALL {
            let w = World::new();
            walk(Right::Do(kind), role, &w, |desk| directive(&w, desk, kind));
        }
    }
    // And whom it sends: by the rows of those who make such people at a desk.
    let sends = [
        (Role::SuperAdmin, CommandKind::CreateSuperAdmin),
        (Role::Admin, CommandKind::CreateAdmin),
        (Role::PhcWorker, CommandKind::CreateStaff),
    ];
    for (new, kind) in sends {
        for role in Role::ALL {
            let w = World::new();
            let new = NewUser { login: "dina".into(), name: "Dina".into(), role: new };
            walk(Right::Do(kind), role, &w, |desk| drop_ok(desk.send_user(&w.one.station, new)));
        }
    }
}

#[test]
fn wrong_passwords_are_counted_however_many_come_at_once() {
    let w = World::new();
    let archive = w.archive.as_ref();
    let boss = NewUser { login: "boss".into(), name: "N".into(), role: Role::SuperAdmin };
    Passwords { archive, by: None, cost: CHEAP }.add(&boss, PASSWORD).unwrap();
    let sign = |password: &str| sign_in(archive, w.dir.path(), "boss", password, CHEAP);
    let locked = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..12).map(|_| scope.spawn(|| sign("no neem tree 42"))).collect();
        let answers = tries.into_iter().map(|one| one.join().unwrap());
        answers.filter(|answer| matches!(answer, Err(OfficeError::Locked { .. }))).count()
    });
    assert_eq!(locked, 12 - clinic::record::limits::LOGIN_TRIES as usize);
    assert!(matches!(sign(PASSWORD), Err(OfficeError::Locked { .. })));
}

#[test]
fn a_station_takes_no_command_that_is_no_directive() {
    let w = World::new();
    let desk = w.desk(Role::Admin);
    let before = w.written();
    let edit = Command::InactivateChild {
        child: w.one.child,
        why: clinic::record::fact::Gone::Died,
        on: clinic::date::to_day(clinic::date::india(wall_ms())),
        note: String::new(),
    };
    for command in [edit, Command::AcceptClock, Command::TellApart { child: w.one.child, other: w.one.child }] {
        let told = desk.tell(&w.one.station, &OfficeCommand::As(command));
        assert!(matches!(told, Err(OfficeError::Refused(Refusal::NotAllowed(_)))), "{told:?}");
    }
    assert_eq!(w.written(), before);
}

#[test]
fn the_districts_people_are_in_its_log_and_their_passwords_in_no_ones_sight() {
    let w = World::new();
    let archive = w.archive.as_ref();
    let people = |by: Option<Operator>| Passwords { archive, by, cost: CHEAP };
    let sign = |login: &str, password: &str| sign_in(archive, w.dir.path(), login, password, CHEAP);
    let new = |login: &str, role| NewUser { login: login.into(), name: "N".into(), role };
    assert!(matches!(sign("boss", PASSWORD), Err(OfficeError::Nobody)));
    let early = people(None).add(&new("rao", Role::Admin), PASSWORD);
    assert!(matches!(early, Err(OfficeError::Refused(Refusal::FirstIsSuperAdmin))), "{early:?}");
    people(None).add(&new("Boss", Role::SuperAdmin), PASSWORD).unwrap();
    let late = people(None).add(&new("rao", Role::Admin), PASSWORD);
    assert!(matches!(late, Err(OfficeError::Refused(Refusal::NotActive))), "{late:?}");
    let second = people(None).add(&new("other", Role::SuperAdmin), PASSWORD);
    assert!(matches!(second, Err(OfficeError::Refused(Refusal::NotActive))), "the door is shut behind the first");
    let boss = sign(" BOSS", PASSWORD).unwrap().operator;
    people(Some(boss)).add(&new("rao", Role::Admin), PASSWORD).unwrap();
    let rao = sign("rao", PASSWORD).unwrap().operator;
    let refused = |done: Result<(), OfficeError>| match done {
        Err(OfficeError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(people(Some(rao)).change("boss", "winding river 7")), Refusal::NotAllowed(_)));
    assert!(matches!(refused(people(Some(rao)).disable("boss")), Refusal::NotAllowed(_)));
    assert_eq!(refused(people(Some(boss)).disable("boss")), Refusal::LastOfRole(Role::SuperAdmin));
    people(Some(rao)).change("rao", "winding river 7").unwrap();
    assert!(matches!(sign("rao", PASSWORD), Err(OfficeError::WrongLogin)));
    sign("rao", "winding river 7").unwrap();
    people(Some(boss)).add(&new("dee", Role::Admin), PASSWORD).unwrap();
    people(Some(boss)).disable("rao").unwrap();
    assert!(matches!(sign("rao", "winding river 7"), Err(OfficeError::WrongLogin)));
    people(Some(boss)).enable("rao", PASSWORD).unwrap();
    sign("rao", PASSWORD).unwrap();
    assert_eq!(Office::load(archive).unwrap().people().len(), 3);
}
