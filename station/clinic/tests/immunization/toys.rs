//! Doses that toys tell, beside what the desk says.

use super::*;
use clinic::record::refusal::Refusal;
use common::NOON_MS;
use common::toys::Toy;
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord};

fn of_dose(child: ChildId, product: &str, batch: Option<&str>) -> ToyFact {
    let batch = batch.map(str::to_owned);
    ToyFact::Dose(Dose { child, product: product.into(), on: to_day(today()), batch })
}

fn conflicts(d: &Desk) -> Vec<(clinic::ledger::EventId, String)> {
    let all = d.clinic.conflicts(&d.admin).unwrap();
    all.into_iter().filter(|c| c.settled.is_none()).map(|c| (c.event, c.kind)).collect()
}

fn settle(d: &Desk, event: clinic::ledger::EventId, accepted: bool) -> Outcome {
    d.clinic.submit(&d.admin, Command::SettleConflict { event, accepted, reason: "asked the family".into() })
}

#[test]
fn a_dose_told_by_desk_and_toy_is_one_in_either_order() {
    for toy_first in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let d = desk(dir.path());
        let mut toy = Toy::of_asha(&d);
        let child = d.child_of(50);
        if toy_first {
            toy.tells(&d, of_dose(child, "OPV", None), 0);
            assert_eq!(refusal(d.give(child, "OPV", today())), Refusal::DoseKnown);
        } else {
            d.give_with(child, told("OPV", today(), Some("O 7")), None, GivenAt::Here(None)).unwrap();
            toy.tells(&d, of_dose(child, "OPV", Some("O 8")), 0);
        }
        let page = d.page(child);
        assert_eq!(page.doses.len(), 1);
        let line = dose(&page, "OPV");
        assert_eq!((line.by.as_str(), line.toy.as_deref()), ("The asha", Some("7")));
        // The first word stands.
        assert_eq!(line.batch.as_deref(), if toy_first { None } else { Some("O 7") });
        assert_eq!(conflicts(&d), []);
        d.sound();
    }
}

#[test]
fn what_the_first_left_out_the_second_fills_in() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let child = d.child_of(50);
    d.give(child, "OPV", today()).unwrap();
    toy.tells(&d, of_dose(child, "OPV", Some("O 8")), 0);
    assert_eq!(dose(&d.page(child), "OPV").batch.as_deref(), Some("O 8"));
    // Copied from a paper card, and told by her own toy: it was given here.
    d.give_with(child, told("PENTA", today(), None), None, GivenAt::Outside("paper card".into())).unwrap();
    toy.tells(&d, of_dose(child, "PENTA", None), 0);
    assert_eq!(dose(&d.page(child), "PENTA").outside, None);
    // The toy's dose stands in its worker's session of the day.
    toy.tells(&d, of_dose(child, "BCG", None), 0);
    let page = d.page(child);
    assert_eq!(dose(&page, "BCG").session, dose(&page, "OPV").session);
    assert!(dose(&page, "BCG").session.is_some());
    d.sound();
}

#[test]
fn a_toys_word_against_a_withdrawal_waits_for_an_admin() {
    for accepted in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let d = desk(dir.path());
        let mut toy = Toy::of_asha(&d);
        let child = d.child_of(50);
        d.give(child, "OPV", today()).unwrap();
        d.withdraw(key(child, "OPV", today())).unwrap();
        toy.tells(&d, of_dose(child, "OPV", Some("O 8")), 0);
        assert_eq!(d.page(child).doses, []);
        let [(event, kind)] = conflicts(&d).try_into().unwrap();
        assert_eq!(kind, "withdrawn-dose");
        settle(&d, event, accepted).unwrap();
        assert_eq!(refusal(settle(&d, event, !accepted)), Refusal::UnknownConflict);
        let page = d.page(child);
        assert_eq!(page.doses.len(), usize::from(accepted));
        if accepted {
            assert_eq!(
                (dose(&page, "OPV").batch.as_deref(), dose(&page, "OPV").toy.as_deref()),
                (Some("O 8"), Some("7"))
            );
            assert_eq!(refusal(d.give(child, "OPV", today())), Refusal::DoseKnown);
        }
        d.sound();
    }
}

#[test]
fn an_answer_that_comes_when_the_dose_was_told_again_adds_a_witness() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let child = d.child_of(50);
    d.give(child, "OPV", today()).unwrap();
    d.withdraw(key(child, "OPV", today())).unwrap();
    toy.tells(&d, of_dose(child, "OPV", Some("O 8")), 0);
    d.give_with(child, told("OPV", today(), Some("O 9")), None, GivenAt::Here(None)).unwrap();
    let [(event, _)] = conflicts(&d).try_into().unwrap();
    settle(&d, event, true).unwrap();
    let page = d.page(child);
    assert_eq!(page.doses.len(), 1);
    assert_eq!((dose(&page, "OPV").batch.as_deref(), dose(&page, "OPV").toy.as_deref()), (Some("O 9"), Some("7")));
    assert!(dose(&page, "OPV").session.is_some());
    // Told once more by the toy: it is known.
    toy.tells(&d, of_dose(child, "OPV", None), 0);
    assert_eq!(conflicts(&d), []);
    d.sound();
}

#[test]
fn a_correction_holds_against_the_toy_that_told_the_wrong_dose() {
    for toy_first in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let d = desk(dir.path());
        let mut toy = Toy::of_asha(&d);
        let child = d.child_of(60);
        if toy_first {
            toy.tells(&d, of_dose(child, "OPV", None), 0);
        } else {
            d.give(child, "OPV", today()).unwrap();
        }
        d.correct(key(child, "OPV", today()), told("PENTA", today(), None), false).unwrap();
        toy.tells(&d, of_dose(child, "OPV", None), 0);
        let page = d.page(child);
        assert!(page.doses.iter().all(|line| line.product != "OPV"), "{:?}", page.doses);
        let [(event, kind)] = conflicts(&d).try_into().unwrap();
        assert_eq!(kind, "withdrawn-dose");
        settle(&d, event, false).unwrap();
        d.sound();
    }
}

#[test]
fn a_withdrawal_holds_for_every_record_of_the_child() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let (child, part) = (d.child_of(50), d.child_of(50));
    d.give(child, "OPV", today()).unwrap();
    let merge = Command::MergeChildren { child: part, into: child, reason: "one child".into() };
    d.clinic.submit(&d.admin, merge).unwrap();
    d.withdraw(key(child, "OPV", today())).unwrap();
    // The toy still knows the child by the part's number.
    toy.tells(&d, of_dose(part, "OPV", None), 0);
    assert_eq!(d.page(child).doses, []);
    assert_eq!(conflicts(&d)[0].1, "withdrawn-dose");
    toy.tells(&d, of_dose(part, "PENTA", None), 0);
    assert_eq!(days_of(&d.page(child), "PENTA"), [today()]);
    assert_eq!(refusal(d.give(child, "PENTA", today())), Refusal::DoseKnown);
    d.sound();
}

#[test]
fn a_doubted_date_is_believed_only_when_an_admin_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let child = d.child_of(50);
    toy.tells(&d, of_dose(child, "OPV", None), 13 * 3_600_000);
    let [(event, kind)] = conflicts(&d).try_into().unwrap();
    assert_eq!((kind.as_str(), d.page(child).doses.len()), ("toy-clock", 0));
    // Told at the desk and withdrawn there before the Admin looks: the Admin's word is the last.
    d.give(child, "OPV", today()).unwrap();
    d.withdraw(key(child, "OPV", today())).unwrap();
    settle(&d, event, true).unwrap();
    assert_eq!(days_of(&d.page(child), "OPV"), [today()]);
    d.sound();
}

#[test]
fn a_wrong_clock_does_not_hide_what_is_worse() {
    const WRONG_MS: i64 = 30 * 60 * 60 * 1000;
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let mut toy = Toy::of_asha(&d);
    let child = d.child_of(50);
    let kind = |d: &Desk| conflicts(d).last().unwrap().1.clone();
    d.give(child, "OPV", today()).unwrap();
    d.withdraw(key(child, "OPV", today())).unwrap();
    toy.tells(&d, of_dose(child, "OPV", None), WRONG_MS);
    assert_eq!(kind(&d), "withdrawn-dose");
    // In the name of somebody who never carried it.
    toy.seq += 1;
    let told = Dose { child, product: "PENTA".into(), on: to_day(today()), batch: None };
    let (device, worker) = (toy.identity.device_id(), d.admin.user);
    let record = Record { toy: device, epoch: 1, seq: toy.seq, worker, at_ms: NOON_MS, fact: ToyFact::Dose(told) };
    let signed = SignedRecord::sign(&record, &toy.identity);
    d.clinic.take_toy_records(&toy.identity.public_key(), vec![signed], WRONG_MS).unwrap();
    assert_eq!(conflicts(&d).iter().filter(|(_, kind)| kind == "not-her-toy").count(), 1);
    let yesterday = to_day(today() - chrono::Days::new(1));
    let why = clinic::record::fact::Gone::Died;
    let died = Command::InactivateChild { child, why, on: yesterday, note: String::new() };
    d.clinic.submit(&d.admin, died).unwrap();
    toy.tells(&d, of_dose(child, "PCV", None), 0);
    assert_eq!(conflicts(&d).iter().filter(|(_, kind)| kind == "after-death").count(), 1);
    d.sound();
}
