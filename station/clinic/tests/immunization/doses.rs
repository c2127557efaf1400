//! Doses at the desk.

use super::*;
use clinic::forecast::{GivenReason, GivenStatus};
use clinic::record::fact::{Gone, SessionKind, UNDONE};
use clinic::record::refusal::{Field, Refusal};
use hub_protocol::SessionId;

#[test]
fn the_first_dose_of_a_day_opens_its_session() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(70);
    let before = d.clinic.sync().unwrap().events;
    d.give(child, "BCG", today()).unwrap();
    d.give(child, "OPV", today()).unwrap();
    // The session and two doses.
    assert_eq!(d.clinic.sync().unwrap().events, before + 3);
    let page = d.page(child);
    let session = dose(&page, "BCG").session.clone().unwrap();
    assert_eq!((session.kind, session.site.as_str()), (SessionKind::Fixed, ""));
    assert_eq!(dose(&page, "OPV").session.as_ref().unwrap().id, session.id);
    // A day long ago has its own, however long ago; what is refused opens none.
    let other = d.register(&d.asha, form("Raju", ago(800)), None).unwrap();
    d.give(other, "BCG", ago(790)).unwrap();
    let old = dose(&d.page(other), "BCG").session.clone().unwrap();
    assert_ne!(old.id, session.id);
    let events = d.clinic.sync().unwrap().events;
    assert_eq!(refusal(d.give(child, "BCG", today() + Days::new(1))), Refusal::Future(Field::Date));
    assert_eq!(refusal(d.give(child, "BCG", ago(71))), Refusal::BeforeBirth);
    assert_eq!(refusal(d.give(child, "NOPE", ago(3))), Refusal::UnknownProduct);
    assert_eq!(refusal(d.give(ChildId(9), "BCG", ago(3))), Refusal::UnknownChild);
    assert!(matches!(refusal(d.give(child, "OPV", ago(1))), Refusal::NeedsReason(_)));
    assert_eq!(d.clinic.sync().unwrap().events, events);
    d.sound();
}

#[test]
fn a_dose_names_the_session_that_was_planned() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(70);
    let planned = SessionId(77);
    let plan = clinic::record::fact::SessionPlan {
        on: to_day(today()),
        kind: SessionKind::Outreach,
        site: "Anganwadi Belwa".into(),
        villages: vec!["Belwa".into()],
        worker: Some(d.asha.user),
    };
    d.clinic.submit(&d.admin, Command::PlanSession { session: planned, plan }).unwrap();
    d.give(child, "BCG", today()).unwrap();
    let page = d.page(child);
    let session = dose(&page, "BCG").session.clone().unwrap();
    assert_eq!((session.id, session.site.as_str()), (planned, "Anganwadi Belwa"));
    // Giving a dose in it means that it was held.
    let cancel = Command::CancelSession { session: planned, reason: "rain".into() };
    assert_eq!(refusal(d.clinic.submit(&d.admin, cancel)), Refusal::SessionOver);
    let here = |session| GivenAt::Here(Some(session));
    let yesterday = told("OPV", ago(1), None);
    assert_eq!(refusal(d.give_with(child, yesterday, None, here(planned))), Refusal::SessionDay);
    let opv = told("OPV", today(), None);
    assert_eq!(refusal(d.give_with(child, opv.clone(), None, here(SessionId(5)))), Refusal::UnknownSession);
    d.give_with(child, opv, None, here(planned)).unwrap();
    d.sound();
}

#[test]
fn a_batch_may_be_used_up_to_its_last_day() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(200);
    d.receive("BCG", "B-1", ago(10));
    let on = |days, reason| d.give_with(child, told("BCG", ago(days), Some("b-1")), reason, GivenAt::Here(None));
    assert_eq!(refusal(on(9, None)), Refusal::BatchExpired);
    on(10, None).unwrap();
    d.withdraw(key(child, "BCG", ago(10))).unwrap();
    on(9, Some("the only vial of an outbreak")).unwrap();
    // The batch that is past is not offered again.
    let page = d.page(child);
    assert!(page.next.iter().all(|line| line.batch.is_none()), "{:?}", page.next);
    // A correction is held to the same: another batch, or another day.
    d.give_with(child, told("OPV", ago(12), Some("O-1")), None, GivenAt::Here(None)).unwrap();
    d.receive("OPV", "O-9", ago(13));
    let (was, to) = (key(child, "OPV", ago(12)), told("OPV", ago(12), Some("O-9")));
    assert_eq!(refusal(d.correct(was.clone(), to.clone(), false)), Refusal::BatchExpired);
    d.correct(was, to, true).unwrap();
    // What a paper card says of another clinic's batch is not judged here.
    let outside = GivenAt::Outside("paper card".into());
    d.give_with(child, told("HepB", ago(200), Some("B-1")), None, outside).unwrap();
    d.sound();
}

#[test]
fn a_dose_from_elsewhere_needs_a_proof_and_has_no_session() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(100);
    let outside = |proof: &str| GivenAt::Outside(proof.into());
    let bcg = || told("BCG", ago(99), Some("X 1"));
    assert_eq!(refusal(d.give_with(child, bcg(), None, outside("  "))), Refusal::Missing(Field::Proof));
    let long = "x".repeat(301);
    assert_eq!(refusal(d.give_with(child, bcg(), None, outside(&long))), Refusal::TooLong(Field::Proof));
    d.give_with(child, bcg(), None, outside("card of the district hospital")).unwrap();
    let page = d.page(child);
    let line = dose(&page, "BCG");
    assert_eq!(line.outside.as_deref(), Some("card of the district hospital"));
    assert_eq!((line.session.as_ref(), line.status), (None, GivenStatus::Valid));
    // Its batch lies in another clinic's fridge.
    d.give(child, "OPV", today()).unwrap();
    assert!(page.next.iter().all(|line| line.batch.is_none()));
    // Put right, it stays what it is; another day asks for no session.
    d.correct(key(child, "BCG", ago(99)), told("BCG", ago(98), None), false).unwrap();
    let page = d.page(child);
    assert_eq!(days_of(&page, "BCG"), [ago(98)]);
    assert_eq!(dose(&page, "BCG").outside.as_deref(), Some("card of the district hospital"));
    assert_eq!(dose(&page, "BCG").session, None);
    d.sound();
}

#[test]
fn a_correction_keeps_who_gave_it_and_finds_the_session_of_the_day() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(100);
    d.give_with(child, told("BCG", ago(50), Some("B 1")), None, GivenAt::Here(None)).unwrap();
    let bina = common_worker(&d);
    let was = dose(&d.page(child), "BCG").session.clone().unwrap();
    let by_bina = |dose, to, anyway| {
        let reason = "read again".to_owned();
        d.clinic.submit(&bina, Command::CorrectDose { dose, to, reason, anyway })
    };
    // Nothing changes, no reason, or no such dose.
    let same = told("BCG", ago(50), Some("B 1"));
    assert_eq!(refusal(by_bina(key(child, "BCG", ago(50)), same, false)), Refusal::DoseKnown);
    let to = told("BCG", ago(50), Some("B 2"));
    let no_reason =
        Command::CorrectDose { dose: key(child, "BCG", ago(50)), to: to.clone(), reason: " ".into(), anyway: true };
    assert_eq!(refusal(d.clinic.submit(&bina, no_reason)), Refusal::Missing(Field::Reason));
    assert_eq!(refusal(by_bina(key(child, "BCG", ago(51)), to.clone(), false)), Refusal::UnknownDose);
    by_bina(key(child, "BCG", ago(50)), to, false).unwrap();
    let page = d.page(child);
    let line = dose(&page, "BCG");
    assert_eq!((line.batch.as_deref(), line.by.as_str()), (Some("B 2"), "The asha"));
    assert_eq!(line.session.as_ref(), Some(&was));
    let back = &page.taken_back[0];
    assert_eq!((back.by.as_str(), back.stands_again), ("Bina", false));
    assert_eq!(back.to, Some(("BCG".to_owned(), ago(50), Some("B 2".to_owned()))));
    // Another day is another session, opened when there is none.
    by_bina(key(child, "BCG", ago(50)), told("BCG", ago(49), Some("B 2")), false).unwrap();
    let page = d.page(child);
    let line = dose(&page, "BCG");
    assert_eq!((line.on, line.by.as_str()), (ago(49), "The asha"));
    assert_ne!(line.session.as_ref().unwrap().id, was.id);
    assert_eq!(page.taken_back.len(), 2);
    // Future and birth hold here too.
    let wrong = |on| by_bina(key(child, "BCG", ago(49)), told("BCG", on, None), true);
    assert_eq!(refusal(wrong(today() + Days::new(1))), Refusal::Future(Field::Date));
    assert_eq!(refusal(wrong(ago(101))), Refusal::BeforeBirth);
    wrong(ago(100)).unwrap();
    d.sound();
}

fn common_worker(d: &Desk) -> clinic::Session {
    use clinic::record::command::NewUser;
    let new = NewUser { login: "bina".into(), name: "Bina".into(), role: clinic::record::role::Role::PhcWorker };
    d.clinic.register_user(&d.admin, &new, "horse staple 44").unwrap();
    d.clinic.login("bina", "horse staple 44").unwrap()
}

#[test]
fn a_correction_that_breaks_the_schedule_is_seen_first() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(200);
    d.give(child, "PENTA", ago(150)).unwrap();
    d.give(child, "PENTA", ago(120)).unwrap();
    // Two days apart from the second: that one would count no more.
    let (was, to) = (key(child, "PENTA", ago(150)), told("PENTA", ago(122), None));
    assert_eq!(refusal(d.correct(was.clone(), to.clone(), false)), Refusal::NeedsReason(GivenReason::MinInterval));
    // Too young for it.
    let young = told("PENTA", ago(190), None);
    assert_eq!(refusal(d.correct(was.clone(), young, false)), Refusal::NeedsReason(GivenReason::MinAge));
    // Four weeks between them are enough, and one day less is not.
    let close = told("PENTA", ago(120 + 27), None);
    assert_eq!(refusal(d.correct(was.clone(), close, false)), Refusal::NeedsReason(GivenReason::MinInterval));
    d.correct(was, told("PENTA", ago(120 + 28), None), false).unwrap();
    d.correct(key(child, "PENTA", ago(148)), to, true).unwrap();
    let page = d.page(child);
    assert_eq!(days_of(&page, "PENTA"), [ago(122), ago(120)]);
    let too_early = |line: &&DoseLine| line.on == ago(120) && line.status == GivenStatus::InvalidTooEarly;
    assert!(page.doses.iter().any(|line| too_early(&line)));
    d.sound();
}

#[test]
fn a_withdrawn_dose_can_be_told_again_and_a_wrong_one_moved_there() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(100);
    d.give(child, "OPV", ago(30)).unwrap();
    let undo = Command::WithdrawDose { dose: key(child, "OPV", ago(30)), reason: UNDONE.into() };
    d.clinic.submit(&d.asha, undo.clone()).unwrap();
    // Gone from the page, and told with its reason; it cannot go twice.
    let page = d.page(child);
    assert_eq!(page.doses, []);
    assert_eq!((page.taken_back[0].reason.as_str(), &page.taken_back[0].to), (UNDONE, &None));
    assert_eq!(refusal(d.clinic.submit(&d.asha, undo)), Refusal::UnknownDose);
    assert_eq!(refusal(d.correct(key(child, "OPV", ago(30)), told("OPV", ago(29), None), true)), Refusal::UnknownDose);
    // Due again.
    assert!(page.next.iter().any(|line| line.series == "OPV" && line.due.is_some()));
    d.give_with(child, told("OPV", ago(30), Some("again")), None, GivenAt::Here(None)).unwrap();
    let page = d.page(child);
    assert_eq!(dose(&page, "OPV").batch.as_deref(), Some("again"));
    assert!(page.taken_back[0].stands_again);
    // A correction onto the day of a dose that was withdrawn.
    d.withdraw(key(child, "OPV", ago(30))).unwrap();
    d.give(child, "OPV", ago(10)).unwrap();
    d.correct(key(child, "OPV", ago(10)), told("OPV", ago(30), Some("third")), false).unwrap();
    let page = d.page(child);
    assert_eq!(days_of(&page, "OPV"), [ago(30)]);
    assert_eq!(dose(&page, "OPV").batch.as_deref(), Some("third"));
    // And onto one that is believed.
    d.give(child, "OPV", ago(2)).unwrap();
    assert_eq!(refusal(d.correct(key(child, "OPV", ago(2)), told("OPV", ago(30), None), true)), Refusal::DoseKnown);
    // There and back again.
    d.correct(key(child, "OPV", ago(30)), told("OPV", ago(40), None), false).unwrap();
    d.correct(key(child, "OPV", ago(40)), told("OPV", ago(30), None), false).unwrap();
    assert_eq!(days_of(&d.page(child), "OPV"), [ago(30), ago(2)]);
    d.sound();
}

#[test]
fn records_that_are_one_child_have_its_doses_together() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let (child, twice) = (d.child_of(100), d.child_of(95));
    d.give(twice, "BCG", ago(90)).unwrap();
    // Before the birthday of the record that goes on.
    d.give(child, "OPV", ago(98)).unwrap();
    d.give_with(child, told("HepB", ago(60), Some("H 1")), None, GivenAt::Here(None)).ok();
    let merge = Command::MergeChildren { child, into: twice, reason: "one child".into() };
    d.clinic.submit(&d.admin, merge).unwrap();
    let page = d.page(twice);
    assert_eq!(d.page(child).child.id, twice, "a part is shown as the whole");
    assert_eq!(page.parts.iter().map(|p| p.id).collect::<Vec<_>>(), [child]);
    assert_eq!(days_of(&page, "BCG"), [ago(90)]);
    // The dose before that birthday counts for nothing, is shown, and stops no forecast.
    assert_eq!(dose(&page, "OPV").status, GivenStatus::Extra);
    assert!(page.next.iter().any(|line| line.due.is_some()));
    assert!(d.clinic.today_view(&d.asha).unwrap().children >= 1);
    // What one of the records has is known of the child.
    assert_eq!(refusal(d.give(twice, "OPV", ago(98))), Refusal::BeforeBirth);
    assert_eq!(refusal(d.give(child, "BCG", ago(90))), Refusal::DoseKnown);
    // A correction of the part's dose, by whichever number; and onto a dose of the other record.
    assert_eq!(refusal(d.correct(key(twice, "OPV", ago(98)), told("BCG", ago(90), None), true)), Refusal::DoseKnown);
    d.correct(key(twice, "OPV", ago(98)), told("OPV", ago(50), None), true).unwrap();
    assert_eq!(days_of(&d.page(twice), "OPV"), [ago(50)]);
    d.sound();
    // Taken apart, each has what was its own.
    let apart = Command::UnmergeChild { child, worker: None, reason: "two after all".into() };
    d.clinic.submit(&d.admin, apart).unwrap();
    assert_eq!(days_of(&d.clinic.child(&d.admin, child).unwrap(), "OPV"), [ago(50)]);
    assert_eq!(days_of(&d.page(twice), "OPV"), []);
    d.sound();
}

#[test]
fn a_dose_that_two_records_tell_is_one_and_goes_from_both() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let (child, twice) = (d.child_of(200), d.child_of(200));
    for one in [child, twice] {
        d.give(one, "BCG", ago(90)).unwrap();
        d.give(one, "OPV", ago(90)).unwrap();
    }
    let merge = Command::MergeChildren { child: twice, into: child, reason: "one child".into() };
    d.clinic.submit(&d.admin, merge).unwrap();
    assert_eq!(d.page(child).doses.len(), 2);
    d.withdraw(key(child, "BCG", ago(90))).unwrap();
    d.correct(key(twice, "OPV", ago(90)), told("OPV", ago(80), Some("O")), false).unwrap();
    let page = d.page(child);
    assert_eq!((days_of(&page, "BCG"), days_of(&page, "OPV")), (vec![], vec![ago(80)]));
    // A batch put right is put right in both.
    d.correct(key(child, "OPV", ago(80)), told("OPV", ago(80), Some("O 2")), false).unwrap();
    assert_eq!(dose(&d.page(child), "OPV").batch.as_deref(), Some("O 2"));
    d.sound();
}

#[test]
fn of_a_child_who_died_the_doses_before_can_be_put_right() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(100);
    d.give(child, "BCG", ago(50)).unwrap();
    let died = Command::InactivateChild { child, why: Gone::Died, on: to_day(ago(20)), note: String::new() };
    d.clinic.submit(&d.admin, died).unwrap();
    assert_eq!(refusal(d.give(child, "OPV", ago(19))), Refusal::ChildGone);
    d.give(child, "OPV", ago(20)).unwrap();
    let wrong = d.correct(key(child, "BCG", ago(50)), told("BCG", ago(19), None), true);
    assert_eq!(refusal(wrong), Refusal::ChildGone);
    d.correct(key(child, "BCG", ago(50)), told("BCG", ago(49), None), false).unwrap();
    let page = d.clinic.child(&d.admin, child).unwrap();
    assert_eq!(page.gone, Some((Gone::Died, ago(20))));
    assert_eq!((page.child.next_due, page.doses.len()), (None, 2));
    d.sound();
}
