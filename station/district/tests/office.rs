//! The rows of the role table that are the district's, walked one by one: each is tried by each role of the district's
//! people, through the call that its command makes. What the table does not allow is refused and writes nothing.
#![allow(clippy::unwrap_used)]

use clinic::ledger::{Chain, Event};
use clinic::record::command::{Command, CommandKind, NewTask, NewUser};
use clinic::record::fact::{CardStop, Sex, ToyStop};
use clinic::record::refusal::Refusal;
use clinic::record::role::{OfficeKind, Right, Role, may};
use clinic::record::rule::{DIRECTIVE_COMMANDS, OfficeCommand, Operator};
use clinic::record::secret::KdfCost;
use clinic::replica::Logs;
use clinic::store::{Founding, NewPerson, RecoveryKey, found};
use clinic::{Clinic, Env, Session};
use district::archive::{Archive, SqliteArchive, Station, StationNo};
use district::enrolment::{Asking, admit, make_link};
use district::office::{Clerk, Desk, Office, OfficeError, Passwords, SettingsChange, SignedIn, sign_in};
use district::wall_ms;
use hub_protocol::replica::{Enrol, Head, VERSION, enrol_proof};
use hub_protocol::toy::TaskKind;
use hub_protocol::{CardNo, ChildId, Identity, OriginId, PublicKey, UserId};
use std::sync::Arc;
use tempfile::TempDir;

const CHEAP: KdfCost = KdfCost { memory_kib: 64, passes: 1 };
const PASSWORD: &str = "tall neem tree 42";

fn env() -> Env {
    let mut env = Env::system();
    env.kdf = CHEAP;
    env
}

/// A station that carries its log to the district and the district's back by hand.
struct Phc {
    clinic: Clinic,
    admin: Session,
    asha: Session,
    station: Station,
    child: ChildId,
    card: CardNo,
}

struct World {
    dir: TempDir,
    archive: Arc<SqliteArchive>,
    one: Phc,
    two: Phc,
}

fn phc(archive: &SqliteArchive, dir: &TempDir, name: &str, seed: u8) -> Phc {
    let person = |login: &str| NewPerson {
        login: login.into(),
        name: format!("The {login}"),
        password: format!("horse staple {}", login.len()).into(),
    };
    let founding = Founding {
        clinic: name.into(),
        schedule: "uip".into(),
        je_endemic: false,
        super_admin: person("root1"),
        admin: person("admin"),
        worker: person("asha"),
        recovery: RecoveryKey::generate(&env()).unwrap(),
        demo: false,
    };
    let clinic = found(&dir.path().join(name), &founding, env()).unwrap();
    let login = |name: &str| clinic.login(name, &format!("horse staple {}", name.len())).unwrap();
    let (admin, asha) = (login("admin"), login("asha"));
    let link = make_link(archive, name, "district.example:4433", [seed; 15], wall_ms()).unwrap();
    let proof = enrol_proof(&link.secret, &[seed; 32]);
    let request = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery: founding.recovery.public_key() };
    let key = clinic.identity().public_key();
    let asking = Asking { key, exporter: [seed; 32], new_origin: OriginId([seed; 16]), now_ms: wall_ms() };
    admit(archive, &request, &asking).unwrap();
    let station = archive.station_by_key(&key).unwrap().unwrap();

    let child = ChildId(u64::from(seed) * 100);
    let form = clinic::record::ChildForm {
        name: format!("Child of {name}"),
        dob: clinic::date::to_day(clinic::date::india(wall_ms())),
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        village: name.into(),
        ..Default::default()
    };
    let submit = |by: &Session, command| clinic.submit(by, command).unwrap();
    submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from: vec![] });
    let card = CardNo(u64::from(seed) * 7);
    submit(&admin, Command::RegisterCard { card, uid: vec![4, seed, 1], written: true });
    let toy = Identity::from_seed([seed; 32]);
    submit(&admin, Command::RegisterToy { key: toy.public_key(), model: "m".into(), label: format!("T{seed}") });
    Phc { clinic, admin, asha, station, child, card }
}

fn copy(from: &impl Logs, writer: &PublicKey, mut put: impl FnMut(Vec<Event>, Head), held: &[Head]) {
    for head in from.heads().unwrap() {
        if from.writer(head.origin).unwrap() != Some(*writer) {
            continue;
        }
        let at = held.iter().find(|held| held.origin == head.origin).copied();
        let at = at.unwrap_or(Chain::empty(head.origin).head());
        let mut chain = Chain::at(at);
        let entries = from.entries(head.origin, at.seq, u32::MAX, usize::MAX).unwrap();
        let events: Vec<Event> = entries.into_iter().map(|entry| chain.append(entry)).collect();
        if !events.is_empty() {
            put(events, chain.head());
        }
    }
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let archive = SqliteArchive::open(dir.path(), [42; 32], &Identity::from_seed([9; 32])).unwrap();
        archive.set_name("District Rampur").unwrap();
        let (one, two) = (phc(&archive, &dir, "PHC Belwa", 1), phc(&archive, &dir, "PHC Kheri", 2));
        let world = Self { dir, archive: Arc::new(archive), one, two };
        world.contact();
        world
    }

    /// Both stations carry everything there and back.
    fn contact(&self) {
        let district = self.archive.identity().unwrap();
        for phc in [&self.one, &self.two] {
            let logs = district::station_logs::StationLogs::new(self.archive.clone(), phc.station.no);
            let me = phc.clinic.identity().clone();
            let down = |events: Vec<Event>, head: Head| {
                phc.clinic.store(&district.public_key(), &events, head.sign(&district)).unwrap();
            };
            copy(&logs, &district.public_key(), down, &phc.clinic.heads().unwrap());
            let up = |events: Vec<Event>, head: Head| {
                self.archive.store(phc.station.no, &events, head.sign(&me), wall_ms()).unwrap();
            };
            copy(&phc.clinic, &me.public_key(), up, &logs.heads().unwrap());
        }
    }

    fn desk(&self, role: Role) -> Desk<SqliteArchive> {
        let by = SignedIn { operator: Operator { user: UserId(77), role }, name: "Rao".into(), login: "rao".into() };
        Desk::new(self.archive.clone(), self.dir.path(), by, CHEAP).unwrap()
    }

    /// Everything that the district wrote.
    fn written(&self) -> (Option<Head>, Vec<(StationNo, Head)>) {
        (self.archive.own_log(StationNo::OFFICE).unwrap(), self.archive.own_logs().unwrap())
    }

    fn verify(&self) {
        for phc in [&self.one, &self.two] {
            assert_eq!(phc.clinic.verify(&phc.admin).unwrap().problems, []);
        }
    }
}

fn drop_ok<T>(done: Result<T, OfficeError>) -> Result<(), OfficeError> {
    done.map(drop)
}

/// A thing of this kind in which nothing is wrong. A kind without a sample does not compile.
fn office(w: &World, desk: &Desk<SqliteArchive>, kind: OfficeKind) -> Result<(), OfficeError> {
    match kind {
        OfficeKind::MoveChild => drop_ok(desk.move_child(w.one.child, &w.two.station)),
        OfficeKind::FindChildren => drop_ok(desk.find_children("child")),
        OfficeKind::SeeConflicts => drop_ok(desk.findings()),
        OfficeKind::RenameStation => desk.rename(&w.one.station, "PHC Rampur"),
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
        let refused = matches!(tried, Err(OfficeError::Refused(Refusal::NotAllowed)));
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
        assert!(matches!(told, Err(OfficeError::Refused(Refusal::NotAllowed))), "{told:?}");
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
    assert!(matches!(early, Err(OfficeError::Refused(Refusal::NotActive))), "{early:?}");
    people(None).add(&new("Boss", Role::SuperAdmin), PASSWORD).unwrap();
    let second = people(None).add(&new("other", Role::SuperAdmin), PASSWORD);
    assert!(matches!(second, Err(OfficeError::Refused(Refusal::NotActive))), "the door is shut behind the first");
    let boss = sign(" BOSS", PASSWORD).unwrap().operator;
    people(Some(boss)).add(&new("rao", Role::Admin), PASSWORD).unwrap();
    let rao = sign("rao", PASSWORD).unwrap().operator;
    let refused = |done: Result<(), OfficeError>| match done {
        Err(OfficeError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(people(Some(rao)).change("boss", "winding river 7")), Refusal::NotAllowed);
    assert_eq!(refused(people(Some(rao)).disable("boss")), Refusal::NotAllowed);
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

#[test]
fn what_stands_in_two_stations_is_found_and_what_breaks_a_rule_there() {
    let w = World::new();
    // The station's own program keeps the rules; somebody else's with the station's key may not.
    let asha = w.one.asha.user;
    let log = w.one.clinic.origin();
    let head = w.one.clinic.heads().unwrap().into_iter().find(|head| head.origin == log).unwrap();
    let mut chain = Chain::at(head);
    let settings = w.one.clinic.settings(&w.one.admin).unwrap();
    let hlc = clinic::ledger::Hlc(wall_ms() << 16);
    let by = clinic::ledger::Actor(Some(asha));
    let forged = chain.append(clinic::record::Fact::SettingsChanged(settings).to_entry(hlc, by));
    let signed = chain.head().sign(w.one.clinic.identity());
    w.archive.store(w.one.station.no, &[forged], signed, wall_ms()).unwrap();
    let findings = w.desk(Role::Admin).findings().unwrap();
    let [district::office::Finding::Broken { station, breach }] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!((station.as_str(), breach.rule.as_str(), breach.noticed), ("PHC Belwa", "not-allowed", false));
}

#[test]
fn the_clerk_tells_everybody_what_is_new_and_then_nothing() {
    let w = World::new();
    let mut clerk = Clerk::new(w.archive.clone(), w.dir.path()).unwrap();
    let mut now_ms = wall_ms();
    let mut round = || {
        now_ms += 10_000;
        clerk.round(now_ms).unwrap()
    };
    assert_eq!(round().told, 2, "each the other's key");
    w.contact();
    w.one.clinic.submit(&w.one.admin, Command::StopCard { card: w.one.card, why: CardStop::Lost }).unwrap();
    w.contact();
    // A round to see that it grew, and one to see that it grows no more.
    let told: usize = (0..3).map(|_| round().told).sum();
    assert_eq!(told, 1);
    w.contact();
    assert!(w.two.clinic.is_stopped_elsewhere(w.one.card).unwrap());
    let rounds: Vec<_> = (0..4).map(|_| round()).collect();
    assert!(rounds.iter().all(|round| round.told == 0), "{rounds:?}");
    assert_eq!(rounds[3], district::office::Round::default());
    w.verify();
}
