//! Edited, merged, gone and back, and the history of it all.

use crate::common::{self, desk, refusal, today};
use crate::{all_is_well, back, card, do_it, fill, form, gone, merge, registered, second_worker, unmerge};
use chrono::Days;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, DoseKey, NewTask};
use clinic::record::fact::{
    CallMade, CallOutcome, CardStop, Declined, DoseDeclined, DoseTold, Food, Gone, GrowthMeasured, Place, Sex,
};
use clinic::record::refusal::{Field, Refusal};
use clinic::store::{Detail, DoseSaid, Happened, Told};
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, UserId};

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
    assert!(matches!(refusal(d.clinic.submit(&d.asha, merge(a, b))), Refusal::NotAllowed(_)));
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
    let mistaken = CallMade { note: "another family".into(), ..call };
    let mistaken = d.clinic.submit(&d.admin, Command::RecordCall(mistaken)).unwrap().event;
    assert_eq!(refusal(d.clinic.submit(&d.asha, Command::WithdrawCall { call: mistaken })), Refusal::UnknownCall);
    do_it(&d, Command::WithdrawCall { call: mistaken }).unwrap();
    assert_eq!(refusal(do_it(&d, Command::WithdrawCall { call: mistaken })), Refusal::UnknownCall);
    assert_eq!(d.clinic.calls(&d.admin, child).unwrap().len(), 1);
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
        Happened::Measured(growth, vec![]),
        Happened::MeasureWithdrawn { on: Some(today()), reason: "Wrong scale".into() },
        Happened::Called(call.clone()),
        Happened::Called(CallMade { note: "another family".into(), ..call }),
        Happened::CallWithdrawn,
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
    assert!(matches!(refusal(d.clinic.child_history(&d.root, child)), Refusal::NotAllowed(_)));
    all_is_well(&d);
}

#[test]
fn what_was_told_of_a_part_before_the_merge_stands_again_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let say = |command| d.clinic.submit(&d.asha, command);
    let told = |product: &str, on, batch: &str| DoseTold {
        product: product.into(),
        on: to_day(on),
        batch: (!batch.is_empty()).then(|| batch.into()),
    };
    let key = |child, product: &str, on| DoseKey { child, product: product.into(), on: to_day(on) };
    let mr = |child, dob| {
        let (series, reason) = ("MR".into(), "Allergic".into());
        let (on, why) = (to_day(dob), Declined::ContraIndicated);
        Command::DeclineDose(DoseDeclined { child, series, on, until: None, why, reason })
    };
    let mut n: u8 = 0;
    // Whoever of the two told of it first, and whoever is asked for.
    for (root_first, by_part) in [(true, false), (false, false), (true, true), (false, true)] {
        for change in ["day", "batch", "no batch", "withdrawn"] {
            n += 1;
            let dob = today() - Days::new(900 + u64::from(n) * 3);
            let next_day = dob + Days::new(1);
            let [a, b, c] = [0, 1, 2].map(|at| {
                let letter = |n: u8| char::from(b'a' + n);
                let name = format!("{}{}oo{}", letter(n % 26), letter(n / 26), letter(at));
                registered(&d, form(&name, 900 + u64::from(n) * 3 + u64::from(at), &name))
            });
            for child in if root_first { [a, b, c] } else { [c, b, a] } {
                d.dose(&d.asha, child, "BCG", dob).unwrap();
            }
            d.dose(&d.asha, b, "OPV", dob).unwrap();
            for child in [a, b, c] {
                say(mr(child, dob)).unwrap();
            }
            let page = |child| d.clinic.child(&d.admin, child).unwrap();
            let (before_a, before_b, before_c) = (page(a), page(b), page(c));
            do_it(&d, merge(b, a)).unwrap();
            do_it(&d, merge(c, a)).unwrap();
            let asked = if by_part { b } else { a };
            let dose = key(asked, "BCG", dob);
            let reason = || "Another child's".to_owned();
            let correct = |to| Command::CorrectDose { dose: dose.clone(), to, reason: reason(), anyway: true };
            let command = match change {
                "day" => correct(told("BCG", next_day, "C 1")),
                "batch" => correct(told("BCG", dob, "C 1")),
                "no batch" => correct(told("BCG", dob, "")),
                _ => Command::WithdrawDose { dose, reason: reason() },
            };
            say(command).unwrap();
            let lift = Command::LiftDecline {
                child: asked,
                series: "MR".into(),
                why: Declined::ContraIndicated,
                reason: "A mistake".into(),
            };
            say(lift.clone()).unwrap();
            assert_eq!(refusal(say(lift)), Refusal::NotDeclined);
            let bcg = |child| {
                let doses = page(child).doses.into_iter().filter(|dose| dose.product == "BCG");
                doses.map(|dose| (dose.on, dose.batch)).collect::<Vec<_>>()
            };
            let changed = match change {
                "day" => vec![(next_day, Some("C 1".to_owned()))],
                "batch" => vec![(dob, Some("C 1".to_owned()))],
                "no batch" => vec![(dob, None)],
                _ => Vec::new(),
            };
            let case = (root_first, by_part, change);
            assert_eq!(bcg(a), changed, "{case:?}");
            let merged = page(a);
            assert_eq!((merged.declines.len(), merged.taken_back.len()), (0, 1), "{case:?}");
            all_is_well(&d);

            do_it(&d, unmerge(b, None)).unwrap();
            assert!(page(b) == before_b, "{case:?}");
            // The other part is one still.
            let still = page(a);
            assert_eq!((bcg(a), still.declines.len(), still.taken_back.len()), (changed.clone(), 0, 1), "{case:?}");
            do_it(&d, unmerge(c, None)).unwrap();
            assert!(page(c) == before_c, "{case:?}");
            let alone = page(a);
            assert_eq!((bcg(a), alone.declines.len(), alone.taken_back.len()), (changed, 0, 1), "{case:?}");
            assert_ne!(alone.doses, before_a.doses);
            // What was done to the child of all of them is told of each.
            for child in [a, b, c] {
                let told = d.clinic.child_history(&d.admin, child).unwrap();
                let lifted = told.iter().filter(|line| matches!(line.what, Happened::DeclineLifted { .. })).count();
                let taken = told.iter().filter(|line| {
                    matches!(line.what, Happened::DoseCorrected { .. } | Happened::DoseWithdrawn { .. })
                });
                assert_eq!((lifted, taken.count()), (1, 1), "{case:?}");
            }
            all_is_well(&d);
        }
    }
}

#[test]
fn what_one_part_alone_had_stays_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let dob = today() - Days::new(60);
    let [a, b] = [("Pooja", 60, "Geeta"), ("Kajal", 62, "Usha")].map(|(n, days, m)| registered(&d, form(n, days, m)));
    d.dose(&d.asha, b, "BCG", dob).unwrap();
    do_it(&d, merge(b, a)).unwrap();
    let to = DoseTold { product: "BCG".into(), on: to_day(dob + Days::new(1)), batch: None };
    let dose = DoseKey { child: a, product: "BCG".into(), on: to_day(dob) };
    let correct = Command::CorrectDose { dose, to, reason: "The day after".into(), anyway: true };
    d.clinic.submit(&d.asha, correct).unwrap();
    do_it(&d, unmerge(b, None)).unwrap();
    let page = d.clinic.child(&d.admin, a).unwrap();
    assert_eq!((page.doses.len(), page.taken_back.len()), (0, 0));
    let page = d.clinic.child(&d.admin, b).unwrap();
    assert_eq!(page.doses.iter().map(|dose| dose.on).collect::<Vec<_>>(), [dob + Days::new(1)]);
    all_is_well(&d);
}
