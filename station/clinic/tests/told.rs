//! Which toys are to look again after a commit: each whose roster, order, settings or acknowledgement it changed, and
//! not two hundred others.
#![allow(clippy::unwrap_used)]

mod common;

use clinic::date::to_day;
use clinic::record::command::{Command, NewTask, ToySettings};
use clinic::record::fact::{SessionKind, SessionPlan};
use clinic::record::role::Role;
use clinic::reminder::Language;
use clinic::replica::Logs;
use clinic::store::Draft;
use common::toys::Toy;
use common::*;
use hub_protocol::toy::{self, OrderKind, TaskKind};
use hub_protocol::{DeviceId, Identity, SessionId, TaskId};

/// Asha's toy, and the one of another worker.
struct Two {
    d: Desk,
    toys: [DeviceId; 2],
    stamps: [u64; 2],
    registrations: u64,
}

impl Two {
    /// Which of them are concerned by what happened since the last time this was asked, and may others be registered?
    fn concerned(&mut self) -> ([bool; 2], bool) {
        let (stamps, registrations) =
            (self.toys.map(|toy| self.d.clinic.toy_stamp(toy)), self.d.clinic.toy_registrations());
        let concerned = [stamps[0] != self.stamps[0], stamps[1] != self.stamps[1]];
        let others = registrations != self.registrations;
        (self.stamps, self.registrations) = (stamps, registrations);
        (concerned, others)
    }
}

#[test]
fn a_commit_concerns_the_toys_that_it_changes_something_for() {
    const NOBODY: [bool; 2] = [false, false];
    const ASHA: [bool; 2] = [true, false];
    const BINA: [bool; 2] = [false, true];
    const BOTH: [bool; 2] = [true, true];
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let bina = clinic::record::NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
    let bina = d.clinic.register_user(&d.admin, &bina, &password("bina")).unwrap();
    let mut ours = Toy::of_asha(&d);
    let theirs = Identity::from_seed([6; 32]);
    d.give_toy(&theirs, bina);
    let toys = [ours.identity.device_id(), theirs.device_id()];
    let mut two = Two { d, toys, stamps: [0; 2], registrations: 0 };
    assert_eq!(two.concerned(), (BOTH, true));
    let do_it = |two: &Two, command| two.d.clinic.submit(&two.d.admin, command).unwrap();

    let child = two.d.register(&two.d.asha, form("Pooja", today()), Some(two.d.asha.user)).unwrap();
    assert_eq!(two.concerned(), (ASHA, false));
    two.d.dose(&two.d.asha, child, "BCG", today()).unwrap();
    assert_eq!(two.concerned(), (ASHA, false));
    do_it(&two, Command::AssignChild { child, worker: Some(bina) });
    assert_eq!(two.concerned(), (BOTH, false));
    // Of a child that nobody visits no toy knows.
    do_it(&two, Command::AssignChild { child, worker: None });
    assert_eq!(two.concerned(), (BINA, false));
    two.d.dose(&two.d.asha, child, "OPV", today()).unwrap();
    assert_eq!(two.concerned(), (NOBODY, false));

    let (due, note, place) = (to_day(today()), "Weigh".into(), "School".into());
    let new = NewTask { worker: bina, kind: TaskKind::Other, child: None, place, due, note };
    do_it(&two, Command::AssignTask { task: TaskId(7), new });
    assert_eq!(two.concerned(), (BINA, false));
    do_it(&two, Command::OrderToy { toy: toys[0], what: OrderKind::Lock, note: String::new() });
    assert_eq!(two.concerned(), (ASHA, true));
    two.d.clinic.disable_user(&two.d.admin, bina).unwrap();
    assert_eq!(two.concerned().0, BINA);
    let settings = ToySettings { language: Language::Hindi, report_s: 60, roster_days: 7 };
    do_it(&two, Command::ChangeToySettings(settings));
    assert_eq!(two.concerned().0, BOTH);
    // On the day of a session its villages are asked to come.
    let plan = SessionPlan {
        on: to_day(today() + chrono::Days::new(3)),
        kind: SessionKind::Outreach,
        site: "School".into(),
        villages: vec!["Rampur".into()],
        worker: None,
    };
    do_it(&two, Command::PlanSession { session: SessionId(9), plan });
    assert_eq!(two.concerned().0, BOTH);
    two.d.clinic.keep_draft(&two.d.admin, Draft::NewChild, Some(vec![1])).unwrap();
    assert_eq!(two.concerned(), (NOBODY, false));

    // What the district holds is news for a toy that waits for it, and for no other.
    let head =
        |two: &Two| two.d.clinic.heads().unwrap().into_iter().find(|h| h.origin == two.d.clinic.origin()).unwrap();
    two.d.clinic.proven(head(&two)).unwrap();
    assert_eq!(two.concerned(), (NOBODY, false));
    let sighting = toy::Sighting { child, on: to_day(today()), found: toy::Found::Away, note: String::new() };
    ours.tells(&two.d, toy::Fact::Sighting(sighting), 0);
    two.concerned();
    assert_eq!(two.d.clinic.toy_durable(toys[0], 1).unwrap(), 0);
    two.d.clinic.proven(head(&two)).unwrap();
    assert_eq!(two.concerned(), (ASHA, false));
    assert_eq!(two.d.clinic.toy_durable(toys[0], 1).unwrap(), 1);
    two.d.clinic.proven(head(&two)).unwrap();
    assert_eq!(two.concerned(), (NOBODY, false));
    // Whatever the tables said before.
    two.d.clinic.rebuild(&two.d.root, |_| {}).unwrap();
    assert_eq!(two.concerned(), (BOTH, true));
}
