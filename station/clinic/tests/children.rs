//! Children: found, compared, edited, merged, moved, and what is told of them afterwards.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{Days, NaiveDate};
use clinic::Session;
use clinic::date::to_day;
use clinic::names::duplicates::{Level, Reason};
use clinic::record::command::{ChildForm, Command, DoseKey, NewTask, NewUser};
use clinic::record::fact::{CallMade, CallOutcome, CardStop, DoseTold, Food, Gone, GrowthMeasured, Place, Sex};
use clinic::record::refusal::{Field, Refusal};
use clinic::record::role::Role;
use clinic::store::{
    ChildFilter, Detail, DoseSaid, Happened, Keys, Problem, Rebuilt, Secret, SubmitError, Told, Whose,
};
use common::{Desk, desk, refusal, today};
use hub_protocol::toy::TaskKind;
use hub_protocol::{CardNo, ChildId, UserId};

/// A child who looks like no other one.
fn form(name: &str, days: u64, mother: &str) -> ChildForm {
    ChildForm { mother: mother.into(), phone: String::new(), ..common::form(name, today() - Days::new(days)) }
}

fn registered(d: &Desk, form: ChildForm) -> ChildId {
    d.register(&d.admin, form, None).unwrap()
}

fn found(d: &Desk, typed: &str) -> Vec<String> {
    d.clinic.children(&d.asha, typed, 0).unwrap().0.into_iter().map(|child| child.name).collect()
}

fn filtered(d: &Desk, typed: &str, filter: ChildFilter) -> Vec<String> {
    let found = d.clinic.find_children(&d.admin, typed, &filter, 0).unwrap();
    assert_eq!(found.total as usize, found.lines.len());
    found.lines.into_iter().map(|child| child.name).collect()
}

fn do_it(d: &Desk, command: Command) -> Result<(), SubmitError> {
    d.clinic.submit(&d.admin, command).map(|_| ())
}

fn merge(child: ChildId, into: ChildId) -> Command {
    Command::MergeChildren { child, into, reason: "One child, written twice".into() }
}

fn unmerge(child: ChildId, worker: Option<UserId>) -> Command {
    Command::UnmergeChild { child, worker, reason: "They are two".into() }
}

fn gone(child: ChildId, why: Gone, on: NaiveDate) -> Command {
    Command::InactivateChild { child, why, on: to_day(on), note: "To Patna".into() }
}

fn back(child: ChildId, worker: Option<UserId>) -> Command {
    Command::ReactivateChild { child, worker, reason: "The family is here again".into() }
}

fn card(d: &Desk, uid: u8, child: ChildId) -> CardNo {
    let card = d.clinic.env().new_card_no().unwrap();
    d.clinic.submit(&d.asha, Command::RegisterCard { card, uid: vec![uid; 7], written: true }).unwrap();
    d.clinic.submit(&d.asha, Command::AssignCard { card, child }).unwrap();
    card
}

fn second_worker(d: &Desk) -> Session {
    let bina = NewUser { login: "bina".into(), name: "Bina".into(), role: Role::PhcWorker };
    d.clinic.register_user(&d.admin, &bina, "horse staple 44").unwrap();
    d.clinic.login("bina", "horse staple 44").unwrap()
}

/// Fifty children for a worker, of whom none looks like another.
fn fill(d: &Desk, worker: UserId) -> Vec<ChildId> {
    let one = |n: u64| {
        let mother = format!("{}eeta", char::from(b'A' + u8::try_from(n % 26).unwrap()));
        d.register(&d.admin, form("", 40 + n * 20, &mother), Some(worker)).unwrap()
    };
    (0..50).map(one).collect()
}

fn all_is_well(d: &Desk) {
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
}

#[test]
fn a_child_is_found_by_any_of_its_words_in_either_script() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let meena = ChildForm {
        father: "रामेश्वर यादव".into(),
        phone: "98765 43210".into(),
        village: "खजुरी".into(),
        landmark: "near the old well".into(),
        abha: "91-2345-6789-0124".into(),
        rch: "BR/12-777".into(),
        uwin: "U55".into(),
        ..form("मीना कुमारी", 100, "Sunita Devi")
    };
    let meena = registered(&d, meena);
    registered(&d, form("Imran Ansari", 200, "Fatima Khatun"));
    let id = meena.to_string();
    let card = card(&d, 4, meena);
    let typed = [
        "m",
        "meena",
        "Mina",
        "मीन",
        "meena kum",
        "kumari mee",
        "sunita",
        "सुनीता",
        "rameshwar",
        "khajuri",
        "khaj mee",
        "well",
        "98765",
        "9876543210",
        "+91 98765 43210",
        "४३२१०",
        "9123 4567 8901 24",
        "BR/12-777",
        "u55",
        &id,
        &id.to_lowercase(),
        &id.replace('-', " "),
        &id.replace('-', ""),
        &id[..4],
        &card.to_string(),
    ];
    for typed in typed {
        assert_eq!(found(&d, typed), ["मीना कुमारी"], "{typed}");
    }
    for typed in ["meenaz", "meena ansari", "khajuri imran", "54321", "0", "meena\" OR \"imran", "meena NOT imran"] {
        assert!(!found(&d, typed).contains(&"मीना कुमारी".to_owned()), "{typed}");
    }
    // Nothing typed: all, by name; what is no word is nothing typed.
    for typed in ["", "  ", "…", "%", "_", "\"*", "\\"] {
        assert_eq!(found(&d, typed), ["Imran Ansari", "मीना कुमारी"], "{typed}");
    }
    // An edit is found by the new words and no more by the old ones.
    let edited = ChildForm { name: "Rani Kumari".into(), ..form("", 100, "Sunita Devi") };
    do_it(&d, Command::EditChild { child: meena, form: edited, reason: String::new() }).unwrap();
    assert!(found(&d, "meena").is_empty() && found(&d, "98765").is_empty() && found(&d, "khajuri").is_empty());
    assert_eq!(found(&d, "rani"), ["Rani Kumari"]);
    all_is_well(&d);
}

#[test]
fn the_best_match_stands_first_and_a_search_ends_somewhere() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    registered(&d, form("Sita Yadav", 300, "Meena Devi"));
    registered(&d, form("Anita Meena", 600, "Rukhsana"));
    registered(&d, form("मीना", 900, "Kamla"));
    registered(&d, form("Meena Bai", 1_200, "Geeta"));
    assert_eq!(found(&d, "meena"), ["मीना", "Meena Bai", "Anita Meena", "Sita Yadav"]);
    assert_eq!(found(&d, "meena b"), ["Meena Bai"]);
    for n in 0..520 {
        let mother = format!("Zora {}", ["Kamla", "Bimla", "Usha"][n % 3]);
        registered(&d, form(&format!("Z{n}"), 20 + 9 * (n as u64), &mother));
    }
    let whole = d.clinic.find_children(&d.admin, "", &ChildFilter::default(), 500).unwrap();
    assert_eq!((whole.lines.len(), whole.total, whole.more), (24, 524, false));
    let zora = d.clinic.find_children(&d.admin, "zora", &ChildFilter::default(), 0).unwrap();
    assert_eq!((zora.lines.len(), zora.total, zora.more), (100, 200, true));
    let last = d.clinic.find_children(&d.admin, "zora", &ChildFilter::default(), 150).unwrap();
    assert_eq!((last.lines.len(), last.total, last.more), (50, 200, true));
    assert_eq!(d.clinic.find_children(&d.admin, "zora", &ChildFilter::default(), 200).unwrap().lines, []);
    // Each page goes on where the one before ended.
    let all: Vec<ChildId> =
        (0..6).flat_map(|page| d.clinic.children(&d.admin, "", page * 100).unwrap().0).map(|child| child.id).collect();
    let mut once = all.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((all.len(), once.len()), (524, 524));
}

#[test]
fn filters_narrow_the_list_and_the_search() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = |name: &str, days, mother: &str, village: &str, worker| {
        let form = ChildForm { village: village.into(), ..form(name, days, mother) };
        d.register(&d.admin, form, worker).unwrap()
    };
    let asha = Some(d.asha.user);
    let aarav = child("Aarav", 30, "Geeta", "Khajuri", asha);
    let bina = child("Bina", 400, "Kamla", "खजुरी", None);
    let chand = child("Chand", 800, "Usha", "Belwa", asha);
    let dolly = child("Dolly", 2_000, "Fatima", "Belwa", None);
    card(&d, 4, aarav);
    let with_card = card(&d, 5, dolly);
    let none = ChildFilter::default;
    let of = |whose| ChildFilter { whose, ..none() };
    assert_eq!(filtered(&d, "", of(Whose::Of(d.asha.user))), ["Aarav", "Chand"]);
    assert_eq!(filtered(&d, "ch", of(Whose::Of(d.asha.user))), ["Chand"]);
    assert_eq!(filtered(&d, "bin", of(Whose::Of(d.asha.user))), [""; 0]);
    assert_eq!(filtered(&d, "", of(Whose::Nobodys)), ["Bina", "Dolly"]);
    assert_eq!(filtered(&d, "d", of(Whose::Nobodys)), ["Dolly"]);
    let village = |name: &str| ChildFilter { village: Some(name.into()), ..none() };
    assert_eq!(filtered(&d, "", village("KHAJURI")), ["Aarav", "Bina"]);
    assert_eq!(filtered(&d, "bin", village("खजुरी")), ["Bina"]);
    assert_eq!(filtered(&d, "chand", village("खजुरी")), [""; 0]);
    assert_eq!(filtered(&d, "", ChildFilter { without_card: true, ..none() }), ["Bina", "Chand"]);
    assert_eq!(filtered(&d, "chand", ChildFilter { without_card: true, ..none() }), ["Chand"]);
    let age = |from, to| ChildFilter { age_months: Some((from, to)), ..none() };
    assert_eq!(filtered(&d, "", age(0, 12)), ["Aarav"]);
    assert_eq!(filtered(&d, "", age(12, 24)), ["Bina"]);
    assert_eq!(filtered(&d, "", age(24, 60)), ["Chand"]);
    assert_eq!(filtered(&d, "", age(60, 228)), ["Dolly"]);
    assert_eq!(filtered(&d, "dol", age(24, 60)), [""; 0]);
    // Who is gone stands in a list of its own, and is found and marked.
    do_it(&d, gone(dolly, Gone::MovedAway, today())).unwrap();
    do_it(&d, Command::StopCard { card: with_card, why: CardStop::Lost }).unwrap();
    assert_eq!(filtered(&d, "", none()), ["Aarav", "Bina", "Chand"]);
    assert_eq!(filtered(&d, "", of(Whose::Nobodys)), ["Bina"]);
    assert_eq!(filtered(&d, "", ChildFilter { gone: true, ..none() }), ["Dolly"]);
    assert_eq!(filtered(&d, "dolly", ChildFilter { gone: true, ..none() }), ["Dolly"]);
    assert_eq!(filtered(&d, "aarav", ChildFilter { gone: true, ..none() }), [""; 0]);
    let (lines, _) = d.clinic.children(&d.asha, "dolly", 0).unwrap();
    assert_eq!(lines[0].gone, Some(Gone::MovedAway));
    // A part is found by its own words, and is the child of whom it became a part.
    do_it(&d, merge(bina, chand)).unwrap();
    assert_eq!(filtered(&d, "bina", none()), ["Chand"]);
    assert_eq!(filtered(&d, "bina", of(Whose::Of(d.asha.user))), ["Chand"]);
    assert_eq!(filtered(&d, "", none()), ["Aarav", "Chand"]);
    let villages = d.clinic.villages(&d.admin).unwrap();
    assert!(villages.len() == 2 && villages[0] == "Belwa" && ["Khajuri", "खजुरी"].contains(&villages[1].as_str()));
    all_is_well(&d);
}

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
    assert_eq!(refusal(d.clinic.submit(&d.asha, apart.clone())), Refusal::NotAllowed);
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

#[test]
fn a_merge_folds_two_records_and_an_unmerge_brings_both_back() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(60);
    let one = d.register(&d.asha, form("Pooja", 60, "Geeta"), None).unwrap();
    let other = d.register(&d.asha, form("Puja", 62, "Kamla"), None).unwrap();
    let (card_one, card_other) = (card(&d, 4, one), card(&d, 5, other));
    for child in [one, other] {
        d.dose(&d.asha, child, "BCG", dob).unwrap();
    }
    d.dose(&d.asha, other, "OPV", dob).unwrap();
    let before = (d.clinic.child(&d.asha, one).unwrap(), d.clinic.child(&d.asha, other).unwrap());
    do_it(&d, merge(other, one)).unwrap();
    assert_eq!(d.clinic.today_view(&d.asha).unwrap().children, 1, "one place is free");
    assert_eq!(refusal(d.dose(&d.asha, one, "OPV", dob)), Refusal::DoseKnown);
    assert_eq!(refusal(d.dose(&d.asha, other, "BCG", dob)), Refusal::DoseKnown);
    let page = d.clinic.child(&d.asha, one).unwrap();
    let products: Vec<&str> = page.doses.iter().map(|dose| dose.product.as_str()).collect();
    assert_eq!(products, ["BCG", "OPV"], "one BCG, told twice");
    // Either card opens the child, and an Admin is asked about two in use.
    for uid in [4, 5] {
        assert_eq!(d.clinic.card_by_uid(&d.asha, &[uid; 7]).unwrap().unwrap().child, Some(one), "{uid}");
    }
    let kinds = || d.clinic.conflicts(&d.admin).unwrap().into_iter().map(|c| c.kind).collect::<Vec<_>>();
    assert_eq!(kinds(), ["two-cards"]);
    assert_eq!(d.clinic.child(&d.asha, other).unwrap().child.id, one);
    assert_eq!(d.clinic.issue_certificate(&d.asha, other).unwrap().no.number, 1);
    // A record inside another does nothing for itself.
    let inside = [
        Command::EditChild { child: other, form: form("X", 60, "Y"), reason: String::new() },
        Command::AssignChild { child: other, worker: None },
        gone(other, Gone::Died, today()),
        back(other, None),
        merge(other, one),
        merge(one, other),
        Command::TellApart { child: one, other },
    ];
    for command in inside {
        assert_eq!(refusal(do_it(&d, command.clone())), Refusal::ChildMerged, "{command:?}");
    }
    let record = d.clinic.child_record(&d.asha, other).unwrap();
    assert_eq!(record.line.id, one);
    assert_eq!(record.parts.iter().map(|part| part.id).collect::<Vec<_>>(), [other]);
    do_it(&d, unmerge(other, Some(d.asha.user))).unwrap();
    let mut after = (d.clinic.child(&d.asha, one).unwrap(), d.clinic.child(&d.asha, other).unwrap());
    // The certificate was given to the child of both records: it stays with the one that stood for it.
    assert_eq!(after.0.certificates.drain(..).count(), 1);
    assert!(after == before);
    assert_eq!(kinds(), [""; 0]);
    assert_eq!(d.clinic.card_by_uid(&d.asha, &[5; 7]).unwrap().unwrap().child, Some(other));
    assert_eq!(refusal(do_it(&d, unmerge(other, None))), Refusal::NotMerged);
    assert_eq!(refusal(do_it(&d, unmerge(ChildId(3), None))), Refusal::UnknownChild);
    assert_ne!(card_one, card_other);
    all_is_well(&d);
}

#[test]
fn merges_are_one_level_deep_and_hide_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let [a, b, c] = [("Asha", 60, "Geeta"), ("Bela", 400, "Kamla"), ("Chhaya", 900, "Usha")]
        .map(|(name, days, mother)| registered(&d, form(name, days, mother)));
    assert_eq!(refusal(do_it(&d, merge(a, a))), Refusal::SameChild);
    assert_eq!(refusal(do_it(&d, merge(a, ChildId(3)))), Refusal::UnknownChild);
    let unsaid = Command::MergeChildren { child: a, into: b, reason: "  ".into() };
    assert_eq!(refusal(do_it(&d, unsaid)), Refusal::Missing(Field::Reason));
    assert_eq!(refusal(d.clinic.submit(&d.asha, merge(a, b))), Refusal::NotAllowed);
    do_it(&d, merge(a, b)).unwrap();
    assert_eq!(refusal(do_it(&d, merge(b, c))), Refusal::HasParts);
    assert_eq!(refusal(do_it(&d, merge(c, a))), Refusal::ChildMerged);
    do_it(&d, merge(c, b)).unwrap();
    do_it(&d, unmerge(c, None)).unwrap();
    // A child who is here does not vanish in the record of one who is gone; the other way round is right.
    do_it(&d, gone(b, Gone::MovedAway, today())).unwrap();
    assert_eq!(refusal(do_it(&d, merge(c, b))), Refusal::ChildGone);
    do_it(&d, unmerge(a, None)).unwrap();
    do_it(&d, merge(b, c)).unwrap();
    // Who was gone is gone again, whoever is named as the worker.
    do_it(&d, unmerge(b, Some(d.asha.user))).unwrap();
    assert_eq!(d.clinic.today_view(&d.asha).unwrap().children, 0);
    let (lines, _) = d.clinic.children(&d.admin, "bela", 0).unwrap();
    assert_eq!((lines[0].gone, lines[0].worker.clone()), (Some(Gone::MovedAway), None));
    all_is_well(&d);
}

#[test]
fn who_is_gone_has_no_place_and_comes_back_to_one() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let asha = d.asha.user;
    let mine = fill(&d, asha);
    let full = Refusal::WorkerFull { max: 50 };
    let late = registered(&d, form("Late", 3_000, "Zubeda"));
    let assign = |child, worker| do_it(&d, Command::AssignChild { child, worker });
    assert_eq!(refusal(assign(late, Some(asha))), full);
    // To whom she is already is no 51st.
    assign(mine[0], Some(asha)).unwrap();
    do_it(&d, gone(mine[0], Gone::MovedAway, today() - Days::new(1))).unwrap();
    assert_eq!(d.clinic.today_view(&d.asha).unwrap().children, 49);
    assert_eq!(refusal(do_it(&d, gone(mine[0], Gone::Died, today()))), Refusal::ChildGone);
    assert_eq!(refusal(assign(mine[0], None)), Refusal::ChildGone);
    assign(late, Some(asha)).unwrap();
    assert_eq!(refusal(do_it(&d, back(mine[0], Some(asha)))), full);
    assert_eq!(refusal(do_it(&d, back(late, None))), Refusal::ChildActive);
    do_it(&d, back(mine[0], None)).unwrap();
    // A merge frees a place; taking it back needs one.
    do_it(&d, merge(late, mine[0])).unwrap();
    assign(mine[0], Some(asha)).unwrap();
    assert_eq!(refusal(do_it(&d, unmerge(late, Some(asha)))), full);
    do_it(&d, unmerge(late, None)).unwrap();
    let bina = second_worker(&d);
    assign(mine[0], Some(bina.user)).unwrap();
    assert_eq!(d.clinic.today_view(&bina).unwrap().children, 1);
    assert_eq!(d.clinic.today_view(&d.asha).unwrap().children, 49);
    for (worker, expected) in [(d.admin.user, Refusal::NotAWorker), (UserId(5), Refusal::UnknownUser)] {
        assert_eq!(refusal(assign(mine[1], Some(worker))), expected);
    }
    assert_eq!(refusal(assign(ChildId(1), None)), Refusal::UnknownChild);
    assert_eq!(refusal(do_it(&d, gone(mine[1], Gone::Died, today() + Days::new(1)))), Refusal::Future(Field::Date));
    let dob = d.clinic.child(&d.admin, mine[1]).unwrap().child.dob;
    assert_eq!(refusal(do_it(&d, gone(mine[1], Gone::Died, dob - Days::new(1)))), Refusal::BeforeBirth);
    // Nothing is due for one who is gone, and one who died gets nothing more.
    do_it(&d, gone(mine[1], Gone::Died, dob + Days::new(2))).unwrap();
    d.dose(&d.asha, mine[1], "BCG", dob + Days::new(2)).unwrap();
    assert_eq!(refusal(d.dose(&d.asha, mine[1], "OPV", dob + Days::new(3))), Refusal::ChildGone);
    let view = d.clinic.today_view(&d.asha).unwrap();
    assert!(!view.list.rows.iter().any(|due| due.child.id == mine[1]));
    // A birth after what happened cannot be written.
    let later = form("", 40, "Beeta");
    assert_eq!(
        refusal(do_it(&d, Command::EditChild { child: mine[1], form: later, reason: String::new() })),
        Refusal::BeforeBirth
    );
    all_is_well(&d);
}

#[test]
fn a_form_is_edited_within_its_limits() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let with = |abha: &str, rch: &str| ChildForm { abha: abha.into(), rch: rch.into(), ..form("Pooja", 60, "Geeta") };
    let one = registered(&d, with("91234567890124", "R1"));
    let other = registered(&d, form("Kajal", 900, "Usha"));
    let edit = |child, form: ChildForm| {
        d.clinic.submit(&d.asha, Command::EditChild { child, form, reason: String::new() }).map(|_| ())
    };
    // What is read back is what was saved.
    let kept = d.clinic.child_record(&d.asha, one).unwrap();
    assert_eq!((kept.form.clone(), kept.gone_on, kept.parts.len()), (with("91234567890124", "R1"), None, 0));
    edit(one, kept.form).unwrap();
    let whole = ChildForm {
        food: Some(Food::Egg),
        place: Some(Place { lat_udeg: 25_600_000, lon_udeg: 85_100_000 }),
        birth_order: Some(2),
        uwin: "U9".into(),
        ..with("91234567890124", "R1")
    };
    edit(one, whole.clone()).unwrap();
    assert_eq!(d.clinic.child_record(&d.asha, one).unwrap().form, whole);
    let cases = [
        (with("91234567890124", ""), Refusal::Taken(Field::Abha)),
        (with("", "r1"), Refusal::Taken(Field::Rch)),
        (with("91234567890125", ""), Refusal::Form(Field::Abha)),
        (ChildForm { birth_order: Some(0), ..form("A", 60, "B") }, Refusal::Range(Field::BirthOrder)),
        (ChildForm { birth_order: Some(10), ..form("A", 60, "B") }, Refusal::Range(Field::BirthOrder)),
        (form("A", 60, ""), Refusal::Missing(Field::Mother)),
        (form(&"x".repeat(10_000_000), 60, "B"), Refusal::TooLong(Field::Name)),
        (ChildForm { landmark: "a\u{202e}b".into(), ..form("A", 60, "B") }, Refusal::Characters(Field::Landmark)),
    ];
    for (form, expected) in cases {
        assert_eq!(refusal(edit(other, form)), expected);
    }
    assert_eq!(refusal(edit(ChildId(9), form("A", 60, "B"))), Refusal::UnknownChild);
    d.dose(&d.asha, other, "BCG", today() - Days::new(800)).unwrap();
    assert_eq!(refusal(edit(other, form("Kajal", 700, "Usha"))), Refusal::BeforeBirth);
    // Two records of one child may both know its number.
    do_it(&d, merge(one, other)).unwrap();
    edit(other, ChildForm { abha: "91234567890124".into(), ..form("Kajal", 900, "Usha") }).unwrap();
    all_is_well(&d);
}

#[test]
fn everything_that_happened_to_a_child_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(60);
    let child = d.register(&d.asha, form("Pooja", 60, "Geeta"), None).unwrap();
    let edited = ChildForm { sex: Sex::Male, birth_order: Some(2), ..form("Puja", 61, "Geeta") };
    d.clinic.submit(&d.asha, Command::EditChild { child, form: edited, reason: "From the slip".into() }).unwrap();
    d.dose(&d.asha, child, "BCG", dob).unwrap();
    let key = |product: &str, on| DoseKey { child, product: product.into(), on: to_day(on) };
    let to = DoseTold { product: "BCG".into(), on: to_day(dob + Days::new(1)), batch: None };
    let correct = Command::CorrectDose { dose: key("BCG", dob), to, reason: "The day after".into(), anyway: true };
    d.clinic.submit(&d.asha, correct).unwrap();
    let withdraw = Command::WithdrawDose { dose: key("BCG", dob + Days::new(1)), reason: "Another child's".into() };
    d.clinic.submit(&d.asha, withdraw).unwrap();
    let card = card(&d, 4, child);
    d.clinic.submit(&d.admin, Command::StopCard { card, why: CardStop::Lost }).unwrap();
    let task = d.clinic.env().new_task_id().unwrap();
    let new = NewTask {
        worker: d.asha.user,
        kind: TaskKind::Trace,
        child: Some(child),
        place: String::new(),
        due: to_day(today()),
        note: "by the well".into(),
    };
    do_it(&d, Command::AssignTask { task, new }).unwrap();
    d.clinic.submit(&d.asha, Command::CloseTask { task, done: false, reason: "Nobody there".into() }).unwrap();
    let growth = GrowthMeasured {
        child,
        on: to_day(today()),
        weight_g: Some(4_200),
        length_mm: None,
        standing: false,
        muac_mm: None,
        head_mm: None,
        oedema: false,
        breastfed: None,
    };
    let measured = d.clinic.submit(&d.asha, Command::MeasureGrowth(growth.clone())).unwrap().event;
    let wrong = Command::WithdrawGrowth { growth: measured, reason: "Wrong scale".into() };
    d.clinic.submit(&d.asha, wrong).unwrap();
    let call = CallMade {
        child,
        on: to_day(today()),
        outcome: CallOutcome::NoAnswer,
        will_come_on: None,
        note: String::new(),
    };
    do_it(&d, Command::RecordCall(call.clone())).unwrap();
    d.clinic.issue_certificate(&d.admin, child).unwrap();
    let part = registered(&d, form("Kajal", 900, "Usha"));
    do_it(&d, merge(part, child)).unwrap();
    do_it(&d, unmerge(part, None)).unwrap();
    do_it(&d, Command::AssignChild { child, worker: None }).unwrap();
    do_it(&d, gone(child, Gone::MovedAway, today())).unwrap();
    do_it(&d, back(child, Some(d.asha.user))).unwrap();

    let told = d.clinic.child_history(&d.asha, child).unwrap();
    assert!(told.iter().all(|line| line.by.is_some() && line.record == child || line.record == part));
    assert!(told.iter().all(|line| !line.at_district && line.at_ms == common::NOON_MS));
    let who: Vec<&str> = told.iter().filter_map(|line| line.by.as_deref()).collect();
    assert_eq!((who[0], who[told.len() - 1]), ("The admin", "The asha"));
    let mut what: Vec<Happened> = told.into_iter().map(|line| line.what).collect();
    what.reverse();
    let [Happened::Registered { worker, .. }, Happened::Edited { changes, reason }, rest @ ..] = &what[..] else {
        panic!("{what:?}")
    };
    assert_eq!((worker.as_deref(), reason.as_str()), (Some("The asha"), "From the slip"));
    let changes: Vec<_> = changes.iter().map(|c| (c.what, c.old.clone(), c.new.clone())).collect();
    let text = |text: &str| Told::Text(text.into());
    assert_eq!(
        changes,
        [
            (Detail::Name, text("Pooja"), text("Puja")),
            (Detail::Dob, Told::Day(dob), Told::Day(dob - Days::new(1))),
            (Detail::Sex, Told::Sex(Sex::Female), Told::Sex(Sex::Male)),
            (Detail::BirthOrder, Told::Nothing, Told::Number(2)),
        ]
    );
    let said = DoseSaid {
        product: "BCG".into(),
        on: dob,
        batch: Some("B 17".into()),
        reason: None,
        toy: None,
        outside: None,
        again: false,
        doubt: None,
    };
    let asha = Some("The asha".to_owned());
    let expected = [
        Happened::Dose(said),
        Happened::DoseCorrected {
            product: "BCG".into(),
            on: dob,
            to: DoseTold { product: "BCG".into(), on: to_day(dob + Days::new(1)), batch: None },
            reason: "The day after".into(),
        },
        Happened::DoseWithdrawn { product: "BCG".into(), on: dob + Days::new(1), reason: "Another child's".into() },
        Happened::CardGiven { card },
        Happened::CardStopped { card, why: CardStop::Lost },
        Happened::TaskGiven {
            task,
            worker: "The asha".into(),
            kind: TaskKind::Trace,
            due: today(),
            note: "by the well".into(),
        },
        Happened::TaskClosed { task, done: false, reason: "Nobody there".into() },
        Happened::Measured(growth),
        Happened::MeasureWithdrawn { on: Some(today()), reason: "Wrong scale".into() },
        Happened::Called(call),
        Happened::Certificate { number: 1, on: today() },
        Happened::Merged { child: part, into: child, reason: "One child, written twice".into() },
        Happened::Unmerged { child: part, worker: None, reason: "They are two".into() },
        Happened::Assigned { to: None },
        Happened::WentAway { why: Gone::MovedAway, on: today(), note: "To Patna".into() },
        Happened::CameBack { worker: asha, reason: "The family is here again".into() },
    ];
    for (n, expected) in expected.iter().enumerate() {
        assert_eq!(&rest[n], expected);
    }
    assert_eq!(rest.len(), expected.len());
    // While it is a part, what is told of it stands in the child's history, and is asked for by either number.
    do_it(&d, merge(part, child)).unwrap();
    let (of_child, of_part) =
        (d.clinic.child_history(&d.admin, child).unwrap(), d.clinic.child_history(&d.admin, part).unwrap());
    assert_eq!(of_child, of_part);
    assert!(of_child.iter().any(|line| line.record == part && matches!(line.what, Happened::Registered { .. })));
    assert_eq!(refusal(d.clinic.child_history(&d.admin, ChildId(4))), Refusal::UnknownChild);
    assert_eq!(refusal(d.clinic.child_history(&d.root, child)), Refusal::NotAllowed);
    all_is_well(&d);
}

#[test]
fn an_index_that_misses_a_child_is_noticed_and_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for (n, name) in ["Asha", "Bela", "Chhaya"].into_iter().enumerate() {
        registered(&d, form(name, 60 + 300 * n as u64, "Geeta"));
    }
    all_is_well(&d);
    // With the key, behind the program's back.
    let secret = Secret::Password { login: "asha", password: &common::password("asha") };
    let key = Keys::read(dir.path()).unwrap().open(&secret, &common::env()).unwrap().unwrap();
    let conn = rusqlite::Connection::open(dir.path().join("ledger.db")).unwrap();
    let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
    conn.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    let sql = "INSERT INTO child_word(child_word, rowid, search)
               SELECT 'delete', id, search FROM child WHERE name = 'Bela'";
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
    assert!(!found(&d, "geeta").contains(&"Bela".to_owned()));
    let problems = d.clinic.verify(&d.admin).unwrap().problems;
    assert!(matches!(problems[..], [Problem::RowsDiffer { table: "child_word", more: 3.. }]), "{problems:?}");
    assert_eq!(d.clinic.rebuild(&d.admin, |_| ()).unwrap(), Rebuilt::Done { events: d.clinic.sync().unwrap().events });
    assert_eq!(found(&d, "geeta"), ["Asha", "Bela", "Chhaya"]);
    all_is_well(&d);
}

/// A clinic of 100,000 children: what a keystroke costs. Run it by hand, with optimisation.
#[test]
#[ignore = "takes minutes"]
fn a_keystroke_over_a_hundred_thousand_children() {
    use std::time::Instant;
    let first = ["Aarav", "Meena", "Pooja", "Imran", "Kavya", "Ravi", "Sita", "Zoya", "Anjali", "Mohan", "गीता", "सूरज"];
    let second = ["ni", "sh", "l", "ka", "ti", "nd", "ra", "v", "mi", "ja", "pu", "de", "ki", "su", "ga", "bha", "r"];
    let families = ["Yadav", "Kumari", "Devi", "Ansari", "Paswan", "Singh", "Khatun", "साह", "Mishra", "Das", "Roy"];
    let count: u64 = std::env::var("TIKKA_CHILDREN").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let invented = |n: u64| {
        // Numbers that look drawn, and are the same each time.
        let drawn =
            |salt: u64, of: u64| ((n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(salt as u32 * 7) >> 16) % of;
        let name = |salt| {
            let pick = |list: &[&str], salt| list[drawn(salt, list.len() as u64) as usize].to_owned();
            format!("{}{} {}", pick(&first, salt), pick(&second, salt + 1), pick(&families, salt + 2))
        };
        ChildForm {
            phone: format!("6{:09}", drawn(9, 1_000_000_000)),
            village: format!("Gaon {}{}", second[drawn(5, 17) as usize], drawn(6, 12)),
            father: name(11),
            ..form(&name(1), drawn(8, 6 * 365), &name(4))
        }
    };
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for clerk in 0..16 {
            let d = &d;
            scope.spawn(move || {
                for n in (clerk..count).step_by(16) {
                    let form = invented(n);
                    if d.register(&d.admin, form.clone(), None).is_err() {
                        let alike = d.clinic.probable_duplicates(&d.admin, &form).unwrap();
                        let distinct_from = alike.into_iter().map(|line| line.child.id).collect();
                        let child = d.clinic.env().new_child_id().unwrap();
                        let _ = d
                            .clinic
                            .submit(&d.admin, Command::RegisterChild { child, form, worker: None, distinct_from });
                    }
                }
            });
        }
    });
    println!("registered in {:?}", begun.elapsed());
    let size = std::fs::metadata(dir.path().join("ledger.db")).unwrap().len();
    println!("{} bytes a child", size / count);
    let none = ChildFilter::default();
    let filters = [
        ("", none.clone()),
        ("nobody's", ChildFilter { whose: Whose::Nobodys, ..none.clone() }),
        ("village", ChildFilter { village: Some("Gaon ni3".into()), ..none.clone() }),
        ("no card", ChildFilter { without_card: true, ..none.clone() }),
        ("gone", ChildFilter { gone: true, ..none.clone() }),
        ("first year", ChildFilter { age_months: Some((0, 12)), ..none.clone() }),
    ];
    let mut worst = std::time::Duration::ZERO;
    for (name, filter) in &filters {
        let typed = [
            "",
            "m",
            "me",
            "mee",
            "meen",
            "meena",
            "meenash",
            "meenash y",
            "k",
            "ya",
            "meena yad",
            "gita k",
            "gi",
            "s r g",
            "6",
            "61",
            "612345",
            "gaon",
            "gaon ni",
            "gaon k s",
            "zzz",
            "x",
            "0",
        ];
        for typed in typed {
            let ask = || d.clinic.find_children(&d.admin, typed, filter, 0).unwrap();
            let mut times: Vec<_> = (0..7)
                .map(|_| {
                    let begun = Instant::now();
                    ask();
                    begun.elapsed()
                })
                .collect();
            times.sort_unstable();
            let found = ask();
            if name.is_empty() {
                worst = worst.max(times[3]);
            }
            let plus = if found.more { "+" } else { "" };
            println!("{name:>10} {typed:>10}: median {:?}, slowest {:?}, {}{plus}", times[3], times[6], found.total);
        }
    }
    println!("worst median without a filter: {worst:?}");
    let begun = Instant::now();
    let last = d.clinic.find_children(&d.admin, "", &none, u32::try_from(count - 100).unwrap()).unwrap();
    println!("last page of all: {:?}, {}", begun.elapsed(), last.total);
    let begun = Instant::now();
    println!("{} villages: {:?}", d.clinic.villages(&d.admin).unwrap().len(), begun.elapsed());
    let begun = Instant::now();
    println!("{} pairs: {:?}", d.clinic.duplicates(&d.admin, 0).unwrap().len(), begun.elapsed());
    let begun = Instant::now();
    println!("alike {}: {:?}", d.clinic.probable_duplicates(&d.admin, &invented(7)).unwrap().len(), begun.elapsed());
    assert!(worst.as_millis() <= 16, "{worst:?}");
}
