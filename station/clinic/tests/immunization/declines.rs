//! Refused, and contra-indicated.

use super::*;
use clinic::forecast::{NextStatus, Why};
use clinic::record::fact::{Declined, DoseDeclined};
use clinic::record::refusal::{Field, Refusal};
use clinic::store::{NextLine, StripState};
use common::clocked;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

fn declined(child: ChildId, series: &str, why: Declined, on: NaiveDate, until: Option<NaiveDate>) -> Command {
    let (series, reason) = (series.to_owned(), "as the mother told".to_owned());
    Command::DeclineDose(DoseDeclined { child, series, why, on: to_day(on), until: until.map(to_day), reason })
}

fn lift(child: ChildId, series: &str, why: Declined, reason: &str) -> Command {
    Command::LiftDecline { child, series: series.into(), why, reason: reason.into() }
}

fn next<'a>(page: &'a ChildPage, series: &str) -> &'a NextLine {
    page.next.iter().rfind(|line| line.series == series).unwrap()
}

use Declined::{ContraIndicated, Refused};

#[test]
fn what_would_harm_is_on_no_list_until_its_time_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(common::NOON_MS));
    let clinic = clinic::store::found(dir.path(), &common::founding(), clocked(&now)).unwrap();
    let login = |name: &str| clinic.login(name, &common::password(name)).unwrap();
    let (root, admin, asha) = (login("root1"), login("admin"), login("asha"));
    let d = Desk { clinic, root, admin, asha };
    let child = d.child_of(300);
    let due = |series: &str| {
        let list = d.clinic.today_view(&d.asha).unwrap();
        list.list.rows.iter().flat_map(|c| &c.doses).any(|dose| dose.item.starts_with(series))
    };
    assert!(due("MR-"));
    let ask = |command| d.clinic.submit(&d.asha, command);
    ask(declined(child, "MR", ContraIndicated, ago(2), Some(today() + Days::new(9)))).unwrap();
    // It waits, on the page as in the list, from the day after the last one.
    let page = d.page(child);
    let mr = next(&page, "MR");
    assert_eq!((mr.status, mr.earliest), (NextStatus::Upcoming, Some(today() + Days::new(10))));
    assert!(mr.why.iter().any(|why| matches!(why, Why::ContraindicatedUntil { .. })));
    assert_eq!(mr.products, ["MR", "MMR"], "what can be given when it is over");
    assert!(!due("MR-"));
    // Given all the same only with a reason; one that was given before it was known needs none.
    assert_eq!(refusal(d.give(child, "MR", today())), Refusal::ContraIndicated);
    d.give(child, "MR", ago(3)).unwrap();
    d.withdraw(key(child, "MR", ago(3))).unwrap();
    // For good: not due at all, whatever the schedule says.
    ask(declined(child, "MR", ContraIndicated, ago(2), None)).unwrap();
    let page = d.page(child);
    assert_eq!(next(&page, "MR").status, NextStatus::Contraindicated);
    assert!(page.strip.iter().filter(|l| l.series == "MR").all(|l| l.state == StripState::ContraIndicated));
    assert!(!due("MR-"));
    // A refusal does not take its place.
    ask(declined(child, "MR", Refused, today(), None)).unwrap();
    assert_eq!(next(&d.page(child), "MR").status, NextStatus::Contraindicated);
    ask(lift(child, "MR", Refused, "")).unwrap();
    assert_eq!(refusal(ask(lift(child, "MR", Refused, ""))), Refusal::NotDeclined);
    assert_eq!(refusal(ask(lift(child, "MR", ContraIndicated, " "))), Refusal::Missing(Field::Reason));
    assert_eq!(d.page(child).declines.len(), 1);
    // Passing again; the day after the last one it is due by itself.
    ask(declined(child, "MR", ContraIndicated, ago(2), Some(today()))).unwrap();
    assert!(!due("MR-"));
    d.sound();
    now.fetch_add(24 * 3_600_000, Ordering::Relaxed);
    assert!(due("MR-"));
    assert!(!d.page(child).declines[0].counts);
    d.sound();
    ask(lift(child, "MR", ContraIndicated, "it was a cold")).unwrap();
    assert_eq!(d.page(child).declines, []);
    d.sound();
}

#[test]
fn a_refusal_changes_no_date_and_marks_the_dose() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(300);
    let before = next(&d.page(child), "MR").clone();
    d.clinic.submit(&d.asha, declined(child, "MR", Refused, ago(1), None)).unwrap();
    let page = d.page(child);
    let after = next(&page, "MR");
    assert_eq!((after.due, after.status, after.refused), (before.due, before.status, Some(ago(1))));
    let marked = |d: &Desk| {
        let doses = d.clinic.today_view(&d.asha).unwrap().list.rows.into_iter().flat_map(|c| c.doses);
        doses.filter(|dose| dose.item == "MR-1").map(|dose| dose.refused).collect::<Vec<_>>()
    };
    assert_eq!(marked(&d), [Some(ago(1))]);
    assert_eq!(page.strip.iter().find(|l| l.item == "MR-1").unwrap().refused, Some(ago(1)));
    // They came back: nothing warns, and the mark goes with the dose.
    d.give(child, "MR", today()).unwrap();
    assert!(page.declines[0].counts);
    let page = d.page(child);
    assert!(page.next.iter().all(|line| line.refused.is_none()) && !page.declines[0].counts);
    d.sound();
}

#[test]
fn what_is_wrong_with_a_decline_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(30);
    let no = |command| refusal(d.clinic.submit(&d.asha, command));
    assert_eq!(no(declined(child, "NOPE", Refused, today(), None)), Refusal::UnknownSeries);
    assert_eq!(no(declined(child, "product:NOPE", Refused, today(), None)), Refusal::UnknownSeries);
    assert_eq!(no(declined(child, "MR", Refused, today() + Days::new(1), None)), Refusal::Future(Field::Date));
    assert_eq!(no(declined(child, "MR", Refused, ago(31), None)), Refusal::BeforeBirth);
    assert_eq!(no(declined(child, "MR", Refused, today(), Some(today()))), Refusal::Form(Field::Until));
    assert_eq!(no(declined(child, "MR", ContraIndicated, today(), Some(ago(1)))), Refusal::Form(Field::Until));
    let far = today() + Days::new(366 * 30);
    assert_eq!(no(declined(child, "MR", ContraIndicated, today(), Some(far))), Refusal::Form(Field::Until));
    assert_eq!(no(declined(ChildId(3), "MR", Refused, today(), None)), Refusal::UnknownChild);
    assert_eq!(no(lift(child, "MR", Refused, "")), Refusal::NotDeclined);
    let Command::DeclineDose(of) = declined(child, "MR", Refused, today(), None) else { unreachable!() };
    assert_eq!(no(Command::DeclineDose(DoseDeclined { reason: String::new(), ..of })), Refusal::Missing(Field::Reason));
    let admin = d.clinic.submit(&d.admin, declined(child, "MR", Refused, today(), None));
    assert!(matches!(refusal(admin), Refusal::NotAllowed(_)));
    // One day, and one product.
    d.clinic.submit(&d.asha, declined(child, "MR", ContraIndicated, today(), Some(today()))).unwrap();
    d.clinic.submit(&d.asha, declined(child, "product:OPV", ContraIndicated, today(), None)).unwrap();
    d.clinic.submit(&d.asha, declined(child, "kind:live", ContraIndicated, ago(3), Some(today()))).unwrap();
    assert_eq!(no(lift(child, "OPV", ContraIndicated, "x")), Refusal::NotDeclined);
    let page = d.page(child);
    assert_eq!(page.declines.len(), 3);
    assert_eq!(next(&page, "OPV").status, NextStatus::Contraindicated);
    assert!(next(&page, "BCG").earliest.unwrap() > today());
    d.sound();
}

#[test]
fn what_stands_against_one_record_stands_against_the_child() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let (child, part) = (d.child_of(300), d.child_of(300));
    d.clinic.submit(&d.asha, declined(part, "MR", ContraIndicated, ago(2), None)).unwrap();
    assert!(next(&d.page(child), "MR").due.is_some());
    let merge = Command::MergeChildren { child: part, into: child, reason: "one child".into() };
    d.clinic.submit(&d.admin, merge).unwrap();
    assert_eq!(next(&d.page(child), "MR").status, NextStatus::Contraindicated);
    assert_eq!(refusal(d.give(child, "MR", today())), Refusal::ContraIndicated);
    d.sound();
    d.clinic.submit(&d.asha, lift(child, "MR", ContraIndicated, "it was another's")).unwrap();
    assert!(next(&d.page(child), "MR").due.is_some());
    d.sound();
}

#[test]
fn what_harms_the_child_stands_under_another_schedule_too() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(300);
    for series in ["MR", "DTP"] {
        d.clinic.submit(&d.asha, declined(child, series, ContraIndicated, ago(2), None)).unwrap();
    }
    let settings = d.clinic.settings(&d.admin).unwrap();
    let new = clinic::record::command::Settings { schedule: "seed".into(), ..settings };
    d.clinic.submit(&d.admin, Command::ChangeSettings(new)).unwrap();
    let page = d.page(child);
    assert!(page.declines.iter().all(|line| line.counts));
    for series in ["MMR", "DPT"] {
        assert_eq!(next(&page, series).status, NextStatus::Contraindicated, "{series}");
    }
    for product in ["MMRV", "PENTA", "HEXA"] {
        // The schedule warns of some of them first.
        let no = refusal(d.give(child, product, today()));
        assert!(matches!(no, Refusal::ContraIndicated | Refusal::NeedsReason(_)), "{product}: {no:?}");
    }
    assert_eq!(refusal(d.give(child, "MR", today())), Refusal::ContraIndicated);
    // Hib alone may be given, and the family's polio too.
    assert!(next(&page, "Hib").products.iter().all(|product| product == "Hib"), "{:?}", next(&page, "Hib"));
    d.sound();
}
