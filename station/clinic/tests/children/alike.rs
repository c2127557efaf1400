//! Who looks like the same child.

use crate::common::{desk, refusal, today};
use crate::{all_is_well, do_it, form, gone, merge, registered, unmerge};
use clinic::names::duplicates::{Level, Reason};
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::Gone;
use clinic::record::refusal::Refusal;
use clinic::store::Happened;
use hub_protocol::ChildId;

#[test]
fn probable_duplicates_are_shown_before_a_child_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let first = ChildForm {
        phone: "9876543210".into(), ..form("मीना कुमारी", 50, "सुनीता देवी")
    };
    let there = registered(&d, first);
    let again = ChildForm { phone: "9876543210".into(), ..form("Meena Kumari", 50, "Sunita Devi") };
    let new = |distinct_from: Vec<ChildId>| {
        let child = d.clinic.env().new_child_id().unwrap();
        let command = Command::RegisterChild { child, form: again.clone(), worker: None, distinct_from };
        d.clinic.submit(&d.asha, command).map(|_| child)
    };
    let shown = d.clinic.probable_duplicates(&d.asha, &again).unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!((shown[0].child.id, shown[0].level), (there, Level::Probable));
    for why in [Reason::NameSame, Reason::DobSame, Reason::MotherSame, Reason::PhoneSame] {
        assert!(shown[0].why.contains(&why), "{why:?}: {:?}", shown[0].why);
    }
    let events = d.clinic.sync().unwrap().events;
    assert_eq!(refusal(new(Vec::new())), Refusal::Duplicates);
    assert_eq!(refusal(new(vec![ChildId(1), ChildId(2)])), Refusal::Duplicates);
    assert_eq!(d.clinic.sync().unwrap().events, events);
    let other = new(vec![ChildId(1), there]).unwrap();
    // Somebody looked: they are not asked about again, and what was not asked is not told.
    assert_eq!(d.clinic.duplicates(&d.admin, 0).unwrap(), []);
    let told = d.clinic.child_history(&d.admin, other).unwrap();
    let Happened::Registered { distinct_from, .. } = &told[0].what else { panic!("{told:?}") };
    assert_eq!(distinct_from, &[there]);
    // Twins are two children, and so are a brother and a sister.
    let twin = |order, name: &str| ChildForm { birth_order: Some(order), ..form(name, 20, "Rukhsana Khatun") };
    let twins = [twin(1, ""), twin(2, ""), form("Ram", 30, "Parveen Ansari"), form("Lakshman", 30, "Parveen Ansari")];
    for form in [&twins[..], &[form("Sana", 400, "Parveen Ansari")]].concat() {
        assert_eq!(d.clinic.probable_duplicates(&d.asha, &form).unwrap().len(), 0, "{form:?}");
        registered(&d, form);
    }
    // A record that became a part is no other child, and one that is gone is still the same.
    do_it(&d, merge(other, there)).unwrap();
    do_it(&d, gone(there, Gone::MovedAway, today())).unwrap();
    let shown = d.clinic.probable_duplicates(&d.asha, &again).unwrap();
    let shown: Vec<_> = shown.iter().map(|line| (line.child.id, line.child.gone)).collect();
    assert_eq!(shown, [(there, Some(Gone::MovedAway))]);
    all_is_well(&d);
}

#[test]
fn pairs_that_nobody_looked_at_wait_for_the_admin() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let same = || form("Pooja Kumari", 60, "Geeta Devi");
    let pairs = || {
        let pairs = d.clinic.duplicates(&d.admin, 0).unwrap();
        pairs
            .into_iter()
            .map(|pair| (pair.one.id.min(pair.other.id), pair.one.id.max(pair.other.id)))
            .collect::<Vec<_>>()
    };
    let one = registered(&d, same());
    let other = registered(&d, form("Kajal", 900, "Usha"));
    let third = registered(&d, form("Neha", 1_500, "Bimla"));
    assert_eq!(pairs(), []);
    let edit = |child, form| do_it(&d, Command::EditChild { child, form, reason: "Was mixed up".into() }).unwrap();
    edit(other, same());
    let pair = (one.min(other), one.max(other));
    assert_eq!(pairs(), [pair]);
    assert!(!d.clinic.duplicates(&d.admin, 0).unwrap()[0].why.is_empty());
    assert_eq!(d.clinic.duplicates(&d.admin, 1).unwrap(), []);
    // Edited back, it is over; edited again, it is there again.
    edit(other, form("Kajal", 900, "Usha"));
    assert_eq!(pairs(), []);
    edit(other, same());
    edit(third, same());
    assert_eq!(pairs().len(), 3);
    // One of them is a part now: what is left is the pair with the third.
    do_it(&d, merge(other, one)).unwrap();
    assert_eq!(pairs(), [(one.min(third), one.max(third))]);
    let apart = Command::TellApart { child: third, other: one };
    assert!(matches!(refusal(d.clinic.submit(&d.asha, apart.clone())), Refusal::NotAllowed(_)));
    do_it(&d, apart).unwrap();
    assert_eq!(pairs(), []);
    // Taken apart again, the two are known to be two.
    do_it(&d, unmerge(other, None)).unwrap();
    assert_eq!(pairs(), [(other.min(third), other.max(third))]);
    do_it(&d, gone(other, Gone::Other, today())).unwrap();
    assert_eq!(pairs().len(), 1);
    do_it(&d, gone(third, Gone::Other, today())).unwrap();
    assert_eq!(pairs(), []);
    let wrong = |child, other| refusal(do_it(&d, Command::TellApart { child, other }));
    assert_eq!(wrong(one, one), Refusal::SameChild);
    assert_eq!(wrong(one, ChildId(9)), Refusal::UnknownChild);
    all_is_well(&d);
}
