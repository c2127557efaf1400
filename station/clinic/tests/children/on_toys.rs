//! Children whom a worker registers on a toy: children at once, or waiting with all that is told of them.

use super::*;
use clinic::ledger::EventId;
use clinic::record::fact::{ChildMovedIn, ChildMovedOut, Fact, Part};
use clinic::record::refusal::Refusal;
use clinic::store::{Happened, Report, ReportFilter};
use common::toys::Toy;
use common::{TestDistrict, desk, refusal};
use hub_protocol::toy::{Dose, Fact as ToyFact, NewChild, Sex};

impl Toy {
    /// Registers a child and gives it BCG.
    fn registers(&mut self, d: &Desk, new: NewChild) -> ChildId {
        let (child, on) = (new.child, to_day(today()));
        self.tells(d, ToyFact::Child(new), 0);
        self.tells(d, ToyFact::Dose(Dose { child, product: "BCG".into(), on, batch: None }), 0);
        child
    }
}

fn newborn(id: u64, mother: &str) -> NewChild {
    NewChild {
        child: ChildId(id),
        name: String::new(),
        dob: to_day(today() - Days::new(2)),
        dob_estimated: false,
        sex: Sex::Female,
        mother: mother.into(),
        phone: "9876543210".into(),
        village: "Rampur".into(),
        consent_reminders: true,
        consent_tracing: false,
        birth_order: None,
    }
}

fn open(d: &Desk) -> Vec<(EventId, String)> {
    d.clinic.conflicts(&d.admin).unwrap().into_iter().map(|line| (line.event, line.kind)).collect()
}

fn settle(d: &Desk, event: EventId, accepted: bool) -> Result<(), SubmitError> {
    do_it(d, Command::SettleConflict { event, accepted, reason: "asked the worker".into() })
}

fn doses(d: &Desk, child: ChildId) -> usize {
    d.clinic.child(&d.admin, child).unwrap().doses.iter().filter(|dose| dose.product == "BCG").count()
}

fn worker_and_gone(d: &Desk, child: ChildId) -> (Option<UserId>, Option<Gone>) {
    let page = d.clinic.child(&d.admin, child).unwrap();
    (page.child.worker.map(|(id, _)| id), page.gone.map(|(why, _)| why))
}

#[test]
fn a_child_registered_on_a_toy_is_its_workers_with_its_doses() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let child = toy.registers(&d, newborn(9, " Meena  Devi"));
    let page = d.clinic.child(&d.asha, child).unwrap();
    assert_eq!((page.child.mother.as_str(), page.child.village.as_str()), ("Meena Devi", "Rampur"));
    assert!(page.details.consent_reminders && !page.details.consent_tracing);
    assert_eq!((worker_and_gone(&d, child), doses(&d, child)), ((Some(d.asha.user), None), 1));
    assert_eq!(open(&d), []);
    assert_eq!(found(&d, "meena").len(), 1);
    // The toy carries it from now on.
    let roster = d.clinic.roster(toy.identity.device_id()).unwrap();
    assert_eq!(roster.children.iter().map(|c| c.id).collect::<Vec<_>>(), [child]);
    assert!(!roster.children[0].due.is_empty());
    let history = d.clinic.child_history(&d.asha, child).unwrap();
    let told = history.iter().filter(|line| matches!(line.what, Happened::RegisteredOnToy { doubt: None, .. }));
    assert_eq!(told.count(), 1);
    all_is_well(&d);
}

#[test]
fn one_who_looks_like_another_waits_with_its_doses_until_the_two_are_joined() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let first = toy.registers(&d, newborn(9, "Meena Devi"));
    let again = toy.registers(&d, newborn(10, "Meena Devi"));
    assert_eq!((worker_and_gone(&d, again), doses(&d, again)), ((None, Some(Gone::Waiting)), 1));
    assert_eq!(open(&d).iter().map(|(_, kind)| kind.as_str()).collect::<Vec<_>>(), ["toy-child-alike"]);
    assert_eq!(d.clinic.roster(toy.identity.device_id()).unwrap().children.len(), 1);
    // She sees on her list that it waits, and so does the Admin.
    for session in [&d.asha, &d.admin] {
        assert_eq!(d.clinic.today_view(session).unwrap().waiting, 1);
    }
    assert_eq!(d.clinic.today_view(&second_worker(&d)).unwrap().waiting, 0);
    // Nobody says at a desk that a child waits.
    let waits = gone(first, Gone::Waiting, today());
    assert!(matches!(refusal(do_it(&d, waits)), Refusal::NotAllowed(_)));
    do_it(&d, merge(again, first)).unwrap();
    assert_eq!((worker_and_gone(&d, first), doses(&d, first)), ((Some(d.asha.user), None), 1));
    assert_eq!(open(&d), [], "whoever joined them has answered");
    // Taken apart again they are two children like any others.
    do_it(&d, unmerge(again, Some(d.asha.user))).unwrap();
    assert_eq!((worker_and_gone(&d, again), doses(&d, again)), ((Some(d.asha.user), None), 1));
    all_is_well(&d);
}

#[test]
fn what_waits_is_a_child_or_is_not_as_an_admin_says() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    toy.registers(&d, newborn(9, "Meena Devi"));
    let twin = toy.registers(&d, newborn(10, "Meena Devi"));
    let slip = toy.registers(&d, newborn(11, "Meena Devi"));
    let asked = open(&d);
    settle(&d, asked[0].0, true).unwrap();
    settle(&d, asked[1].0, false).unwrap();
    assert_eq!(worker_and_gone(&d, twin), (Some(d.asha.user), None));
    assert_eq!(worker_and_gone(&d, slip), (None, Some(Gone::Other)));
    assert_eq!((doses(&d, twin), doses(&d, slip)), (1, 1), "nothing that was told is lost");
    // Both looked like the first one: that stands among the pairs until somebody has said what it is.
    assert!(!d.clinic.duplicates(&d.admin, 0).unwrap().is_empty());
    all_is_well(&d);
}

#[test]
fn the_fifty_first_waits_and_is_nobodys_when_it_is_taken_in_too_soon() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let hers = fill(&d, d.asha.user);
    let (one, two) = (toy.registers(&d, newborn(9, "Zarina Bano")), toy.registers(&d, newborn(10, "Yamuna Bai")));
    let asked = open(&d);
    assert!(asked.iter().all(|(_, kind)| kind == "toy-child-full"), "{asked:?}");
    assert_eq!(
        (worker_and_gone(&d, one), worker_and_gone(&d, two)),
        ((None, Some(Gone::Waiting)), (None, Some(Gone::Waiting)))
    );
    settle(&d, asked[0].0, true).unwrap();
    assert_eq!(worker_and_gone(&d, one), (None, None), "on the clinic's list");
    do_it(&d, gone(hers[0], Gone::MovedAway, today())).unwrap();
    // Now there is room, and whoever brings it back answers the question too.
    do_it(&d, back(two, Some(d.asha.user))).unwrap();
    assert_eq!((worker_and_gone(&d, two), open(&d)), ((Some(d.asha.user), None), vec![]));
    assert_eq!((doses(&d, one), doses(&d, two)), (1, 1));
    all_is_well(&d);
}

#[test]
fn what_a_toy_cannot_know_or_nobody_can_be_is_looked_at_first() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    toy.tells(&d, ToyFact::Child(newborn(9, "Meena Devi")), 48 * 3_600_000);
    let unborn = NewChild { dob: to_day(today() + Days::new(5)), ..newborn(10, "Yamuna Bai") };
    toy.tells(&d, ToyFact::Child(unborn), 0);
    let motherless = NewChild { mother: " ".into(), ..newborn(11, "") };
    toy.tells(&d, ToyFact::Child(motherless), 0);
    // The number of a child that is here already.
    toy.tells(&d, ToyFact::Child(newborn(9, "Zarina Bano")), 0);
    let told = d.clinic.conflicts(&d.admin).unwrap();
    let kinds: Vec<&str> = told.iter().map(|line| line.kind.as_str()).collect();
    let no_form = "toy-child-impossible";
    assert_eq!(kinds, ["toy-child", no_form, no_form, no_form]);
    let mother = |n: usize| told[n].of.as_ref().map(|child| child.mother.as_str());
    assert_eq!([mother(0), mother(1), mother(3)], [Some("Meena Devi"), Some("Yamuna Bai"), Some("Zarina Bano")]);
    assert_eq!(worker_and_gone(&d, ChildId(9)), (None, Some(Gone::Waiting)));
    assert_eq!(refusal(settle(&d, told[1].event, true)), Refusal::CannotAccept);
    assert_eq!(refusal(d.clinic.child(&d.admin, ChildId(10))), Refusal::UnknownChild);
    settle(&d, told[0].event, true).unwrap();
    assert_eq!(worker_and_gone(&d, ChildId(9)), (Some(d.asha.user), None));
    all_is_well(&d);
}

#[test]
fn who_waits_is_hers_who_registered_it_whoever_has_the_toy_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    toy.registers(&d, newborn(9, "Meena Devi"));
    let (twin, other) = (toy.registers(&d, newborn(10, "Meena Devi")), toy.registers(&d, newborn(11, "Meena Devi")));
    let asked = open(&d);
    let bina = second_worker(&d);
    let toy = toy.identity.device_id();
    for worker in [None, Some(bina.user)] {
        do_it(&d, Command::AssignToy { toy, worker }).unwrap();
    }
    settle(&d, asked[0].0, true).unwrap();
    assert_eq!((worker_and_gone(&d, twin), doses(&d, twin)), ((Some(d.asha.user), None), 1));
    assert_eq!(d.clinic.roster(toy).unwrap().children, [], "nobody's children but hers who has it");
    // She who registered it does not work here any more: it is on the clinic's list.
    d.clinic.disable_user(&d.admin, d.asha.user).unwrap();
    settle(&d, asked[1].0, true).unwrap();
    assert_eq!((worker_and_gone(&d, other), doses(&d, other)), ((None, None), 1));
    all_is_well(&d);
}

#[test]
fn who_waits_may_move_away_and_come_back_before_anybody_has_answered() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut district = TestDistrict::joined(&d);
    let mut toy = Toy::of_asha(&d);
    toy.registers(&d, newborn(9, "Meena Devi"));
    let three = [10, 11, 12].map(|id| toy.registers(&d, newborn(id, "Meena Devi")));
    let asked = open(&d);
    let on = to_day(today());
    let leaves = |child| Fact::ChildMovedOut(ChildMovedOut { child, to: "PHC Kheri".into(), on });
    let comes = |child| {
        let (from, authors) = ("PHC Kheri".into(), Vec::new());
        Fact::ChildMovedIn(ChildMovedIn { child, from, on, part: Part::Last, events: Vec::new(), authors })
    };
    district.tell(&d.clinic, &three.map(leaves));
    let elsewhere = (None, Some(Gone::MovedStation));
    assert_eq!(three.map(|child| worker_and_gone(&d, child)), [elsewhere; 3]);
    assert_eq!(d.clinic.today_view(&d.admin).unwrap().waiting, 0);
    // Whatever is said of it here: another station looks after it.
    settle(&d, asked[0].0, true).unwrap();
    settle(&d, asked[1].0, false).unwrap();
    assert_eq!(three.map(|child| worker_and_gone(&d, child)), [elsewhere; 3]);
    // Who comes back is a child like any other that comes, and what was asked of it before takes it from nobody.
    district.tell(&d.clinic, &three.map(comes));
    assert_eq!(three.map(|child| worker_and_gone(&d, child)), [(None, None); 3]);
    do_it(&d, Command::AssignChild { child: three[2], worker: Some(d.asha.user) }).unwrap();
    settle(&d, asked[2].0, false).unwrap();
    assert_eq!((worker_and_gone(&d, three[2]), open(&d)), ((Some(d.asha.user), None), vec![]));
    assert_eq!(three.map(|child| doses(&d, child)), [1; 3]);
    all_is_well(&d);
}

/// The children whose records leave the clinic, and the BCG among what the month counts.
fn leaving(d: &Desk) -> (Vec<(ChildId, usize)>, u32, u32) {
    let mut records = Vec::new();
    let count = d.clinic.take_out_children(&d.admin, |page| {
        records.push((page.child.id, page.doses.len()));
        Ok::<(), SubmitError>(())
    });
    assert_eq!(count.unwrap() as usize, records.len());
    let month: Report = d.clinic.report(&d.admin, &(today()..=today()), &ReportFilter::default()).unwrap();
    (records, month.doses, month.count("bcg").unwrap())
}

/// The month's figures, the list of doses and the bundle for other systems are of children, not of what may be one.
#[test]
fn who_waits_is_in_no_figure_and_no_export_until_an_admin_says_that_it_is_a_child() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let first = toy.registers(&d, newborn(9, "Meena Devi"));
    let again = toy.registers(&d, newborn(10, "Meena Devi"));
    assert_eq!(worker_and_gone(&d, again), (None, Some(Gone::Waiting)));
    assert_eq!(leaving(&d), (vec![(first, 1)], 1, 1));
    let (listed, total) = d.clinic.children_to_take_out(&d.admin, 0).unwrap();
    assert_eq!((listed.iter().map(|line| line.id).collect::<Vec<_>>(), total), (vec![first], 1));
    settle(&d, open(&d)[0].0, true).unwrap();
    assert_eq!(leaving(&d), (vec![(first, 1), (again, 1)], 2, 2));
    all_is_well(&d);
}
