//! Two records beside each other, before they are made one.

use crate::common::{desk, form, refusal, today};
use crate::{do_it, gone, merge};
use chrono::Days;
use clinic::record::command::Command;
use clinic::record::fact::Gone;
use clinic::record::refusal::Refusal;
use clinic::store::{AuditFilter, Seen};
use hub_protocol::ChildId;

#[test]
fn what_each_of_two_records_has_is_shown_before_they_are_one() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(60);
    let a = d.register(&d.asha, form("Asha", dob), Some(d.asha.user)).unwrap();
    let b = d.register(&d.asha, form("Bela", dob), None).unwrap();
    let c = d.register(&d.asha, form("Chhaya", dob), None).unwrap();
    // BCG is told by both, OPV by one.
    for (child, product) in [(a, "BCG"), (b, "BCG"), (b, "OPV")] {
        d.dose(&d.asha, child, product, dob).unwrap();
    }
    let card = d.clinic.env().new_card_no().unwrap();
    d.clinic.submit(&d.asha, Command::RegisterCard { card, uid: vec![4, 1, 2, 3], written: false }).unwrap();
    d.clinic.submit(&d.asha, Command::AssignCard { card, child: a }).unwrap();

    let view = d.clinic.merging(&d.admin, a, b).unwrap();
    assert_eq!((view.goes.line.id, view.stays.line.id, view.refused), (a, b, None));
    assert_eq!((view.goes.card, view.stays.card), (Some(card), None));
    assert_eq!((view.goes.doses.len(), view.stays.doses.len(), view.doses), (1, 2, 2));
    assert_eq!(view.goes.line.worker.as_ref().map(|(id, _)| *id), Some(d.asha.user));
    // The look at both is noted.
    let seen = d.clinic.audit(&d.admin, &AuditFilter::default(), None).unwrap().lines;
    let seen: Vec<ChildId> = seen
        .iter()
        .filter(|l| l.what == Some(Seen::SawRecord))
        .filter_map(|l| l.child.as_ref().map(|c| c.id))
        .collect();
    assert!(seen.contains(&a) && seen.contains(&b));

    // It does what it says; and what cannot be is said before.
    d.clinic.submit(&d.admin, Command::MergeChildren { child: a, into: b, reason: "one girl".into() }).unwrap();
    let page = d.clinic.child(&d.admin, a).unwrap();
    assert_eq!((page.child.id, page.card), (b, Some(card)));
    assert_eq!(d.clinic.merging(&d.admin, b, c).unwrap().refused, Some(Refusal::HasParts));
    assert_eq!(d.clinic.merging(&d.admin, c, b).unwrap().refused, None);
    assert_eq!(d.clinic.merging(&d.admin, c, a).unwrap().refused, Some(Refusal::ChildMerged));
    assert_eq!(d.clinic.merging(&d.admin, c, c).unwrap().refused, Some(Refusal::SameChild));
    assert_eq!(refusal(d.clinic.merging(&d.admin, c, ChildId(5))), Refusal::UnknownChild);
    assert!(matches!(refusal(d.clinic.merging(&d.root, c, b)), Refusal::NotAllowed(_)));
}

#[test]
fn the_fuller_record_is_proposed_to_stay() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(60);
    let [a, b, c] = ["Asha", "Bela", "Chhaya"].map(|name| d.register(&d.asha, form(name, dob), None).unwrap());
    let proposed = |one, other| {
        let view = d.clinic.merge_proposed(&d.admin, one, other).unwrap();
        (view.goes.line.id, view.stays.line.id, view.refused)
    };
    // Nothing tells them apart: as they were named.
    assert_eq!((proposed(a, b), proposed(b, a)), ((a, b, None), (b, a, None)));
    d.dose(&d.asha, a, "BCG", dob).unwrap();
    assert_eq!((proposed(a, b), proposed(b, a)), ((b, a, None), (b, a, None)));
    d.dose(&d.asha, b, "BCG", dob).unwrap();
    d.dose(&d.asha, b, "OPV", dob).unwrap();
    assert_eq!(proposed(a, b), (a, b, None));
    // Who is looked after here stands for one who is not; and what can be done is proposed, not what cannot.
    do_it(&d, gone(b, Gone::MovedAway, today())).unwrap();
    assert_eq!(proposed(a, b), (b, a, None));
    do_it(&d, merge(b, a)).unwrap();
    for product in ["BCG", "OPV", "HepB"] {
        d.dose(&d.asha, c, product, dob).unwrap();
    }
    assert_eq!((proposed(a, c), proposed(c, a)), ((c, a, None), (c, a, None)));
    assert_eq!(d.clinic.record_has(&d.admin, c).unwrap().doses.len(), 3);
}
