//! Children who move between stations: nothing of theirs is lost on the way, and nothing is undone by who comes late.

use super::clerk::{Rounds, forge, forge_entries, vaccinate};
use super::world::{Phc, World, phc};
use clinic::date::{india, to_day};
use clinic::ledger::{Actor, Hlc};
use clinic::record::Fact;
use clinic::record::command::{Command, DoseKey};
use clinic::record::fact::{
    CallMade, CallOutcome, CardAssigned, CardRegistered, CardStop, CardStopped, ChildAssigned, ChildInactivated,
    ChildMerged, ChildRegistered, Gone, GrowthMeasured, UserRegistered,
};
use clinic::record::limits::MOVED_MAX_BYTES;
use clinic::record::role::Role;
use clinic::store::{ChildPage, Happened};
use district::office::OfficeError;
use district::wall_ms;
use hub_protocol::toy::{self, Found, Growth, Record, Sighting, SignedRecord};
use hub_protocol::{ChildId, Day, Identity, UserId};
use std::collections::BTreeSet;

fn today() -> Day {
    to_day(india(wall_ms()))
}

fn withdraw(phc: &Phc, child: ChildId) {
    let dose = DoseKey { child, product: "BCG".to_owned(), on: today() };
    phc.clinic.submit(&phc.asha, Command::WithdrawDose { dose, reason: "another child".into() }).unwrap();
}

fn page(phc: &Phc, child: ChildId) -> ChildPage {
    phc.clinic.child(&phc.admin, child).unwrap()
}

fn conflicts(phc: &Phc) -> Vec<String> {
    let open = phc.clinic.conflicts(&phc.admin).unwrap();
    open.into_iter().map(|line| line.kind).collect()
}

/// The first station's child, moved to the second; the first does not know it yet.
fn moved() -> World {
    let w = World::new();
    vaccinate(&w.one);
    w.contact();
    w.desk(Role::Admin).move_child(w.one.child, &w.two.station).unwrap();
    w.contact_of(&w.two);
    w
}

#[test]
fn a_dose_is_given_where_it_was_given_wherever_the_child_goes() {
    let w = moved();
    let told = |phc: &Phc| page(phc, w.one.child).doses.into_iter().map(|dose| dose.outside).collect::<Vec<_>>();
    assert_eq!(told(&w.two), [Some("PHC Belwa".to_owned())]);
    w.contact();
    w.desk(Role::Admin).move_child(w.one.child, &w.one.station).unwrap();
    w.contact();
    assert_eq!(told(&w.one), [None]);
}

#[test]
fn who_comes_late_does_not_hide_a_child_who_is_looked_after_elsewhere() {
    let w = moved();
    let child = w.one.child;
    // Registered again by the first, who joins the two before it hears of the move.
    let again = ChildId(4_711);
    let form = page(&w.one, child).details;
    let register = Command::RegisterChild { child: again, form, worker: None, distinct_from: vec![child] };
    w.one.clinic.submit(&w.one.admin, register).unwrap();
    let merge = Command::MergeChildren { child, into: again, reason: "the same".into() };
    w.one.clinic.submit(&w.one.admin, merge).unwrap();
    w.contact();
    Rounds::begin(&w).settle();
    w.contact();
    let there = page(&w.two, child);
    assert!(there.gone.is_none() && there.doses.len() == 1, "{there:?}");
    assert_eq!(conflicts(&w.two), ["merged-elsewhere"]);
    w.verify();
}

#[test]
fn a_child_who_moved_away_is_joined_to_nobody() {
    let w = moved();
    w.contact();
    let again = ChildId(4_711);
    let form = page(&w.one, w.one.child).details;
    let register = Command::RegisterChild { child: again, form, worker: None, distinct_from: vec![w.one.child] };
    w.one.clinic.submit(&w.one.admin, register).unwrap();
    let merge = Command::MergeChildren { child: w.one.child, into: again, reason: "the same".into() };
    assert!(w.one.clinic.submit(&w.one.admin, merge).is_err());
}

#[test]
fn a_dose_that_was_withdrawn_is_not_believed_again_by_who_comes_late() {
    let w = moved();
    let child = w.one.child;
    withdraw(&w.two, child);
    // The first tells the same dose once more, not knowing.
    withdraw(&w.one, child);
    vaccinate(&w.one);
    w.contact();
    Rounds::begin(&w).settle();
    w.contact();
    assert!(page(&w.two, child).doses.is_empty());
    assert_eq!(conflicts(&w.two), ["withdrawn-dose"]);
    w.verify();
}

#[test]
fn what_was_written_of_a_child_here_is_not_overwritten_by_who_comes_late() {
    let w = moved();
    let child = w.one.child;
    let edit = |phc: &Phc, phone: &str| {
        let mut form = page(phc, child).details;
        form.phone = phone.to_owned();
        phc.clinic.submit(&phc.admin, Command::EditChild { child, form, reason: "asked".into() }).unwrap();
    };
    edit(&w.one, "9876543210");
    edit(&w.two, "9123456780");
    w.contact();
    Rounds::begin(&w).settle();
    w.contact();
    assert_eq!(page(&w.two, child).details.phone, "9123456780");
    assert_eq!(conflicts(&w.two), ["edited-elsewhere"]);
    w.verify();
}

/// What is told elsewhere nobody judges again: in doubt at one station, it does not come true at the next.
#[test]
fn what_a_toy_told_and_nobody_believes_does_not_go_along() {
    let w = World::new();
    let child = w.one.child;
    // Nobody ever carried this toy: an Admin is to look at what it tells.
    let toy = Identity::from_seed([1; 32]);
    let mut seqs = 1..;
    let mut told = |fact| {
        let (seq, worker) = (seqs.next().unwrap(), w.one.asha.user);
        SignedRecord::sign(&Record { toy: toy.device_id(), epoch: 1, seq, worker, at_ms: wall_ms(), fact }, &toy)
    };
    let weighed = |weight_g| {
        toy::Fact::Growth(Growth {
            child,
            on: today(),
            weight_g: Some(weight_g),
            length_mm: None,
            standing: false,
            muac_mm: None,
            head_mm: None,
            oedema: false,
        })
    };
    let seen = toy::Fact::Sighting(Sighting { child, on: today(), found: Found::Away, note: String::new() });
    let records = vec![told(weighed(3_100)), told(weighed(3_200)), told(weighed(900_000)), told(seen)];
    w.one.clinic.take_toy_records(&toy.public_key(), records, 0).unwrap();
    let open = w.one.clinic.conflicts(&w.one.admin).unwrap();
    let kinds: Vec<&str> = open.iter().map(|line| line.kind.as_str()).collect();
    assert_eq!(kinds, ["toy-measured", "toy-measured", "toy-measured-impossible", "toy-sighted"]);
    let believe = |nth: usize| {
        let (event, reason) = (open[nth].event, "she showed the paper".to_owned());
        w.one.clinic.submit(&w.one.admin, Command::SettleConflict { event, accepted: true, reason }).unwrap();
    };
    believe(0);
    w.contact();
    w.desk(Role::Admin).move_child(child, &w.two.station).unwrap();
    w.contact_of(&w.two);
    let weights = || {
        let view = w.two.clinic.child_growth(&w.two.admin, child).unwrap();
        view.lines.into_iter().filter_map(|line| line.measured.weight_g).collect::<BTreeSet<_>>()
    };
    let said = |what: fn(&Happened) -> bool| {
        let history = w.two.clinic.child_history(&w.two.admin, child).unwrap();
        history.iter().filter(|line| what(&line.what)).count()
    };
    assert_eq!(weights(), BTreeSet::from([3_100]));
    assert_eq!(said(|what| matches!(what, Happened::MeasuredOnToy { .. })), 1);
    assert_eq!(said(|what| matches!(what, Happened::Sighted { .. })), 0);
    // What is believed after all comes late.
    believe(1);
    believe(3);
    w.contact();
    Rounds::begin(&w).settle();
    w.contact();
    assert_eq!(weights(), BTreeSet::from([3_100, 3_200]));
    assert_eq!(said(|what| matches!(what, Happened::Sighted { .. })), 1);
    w.verify();
}

/// A late form waits where the child is looked after; at its next station it is not taken for the newest either.
#[test]
fn what_waits_at_one_station_is_not_done_at_the_next() {
    let w = moved();
    let child = w.one.child;
    let mut form = page(&w.one, child).details;
    form.phone = "9876543210".to_owned();
    let edit = Command::EditChild { child, form, reason: "asked".into() };
    w.one.clinic.submit(&w.one.admin, edit).unwrap();
    let (outcome, note) = (CallOutcome::NoAnswer, String::new());
    let call = CallMade { child, on: today(), outcome, will_come_on: None, note };
    w.two.clinic.submit(&w.two.admin, Command::RecordCall(call)).unwrap();
    w.contact();
    Rounds::begin(&w).settle();
    w.contact();
    assert_eq!(conflicts(&w.two), ["edited-elsewhere"]);
    let three = phc(&w.archive, &w.dir, "PHC Madhopur", 3);
    w.desk(Role::Admin).move_child(child, &three.station).unwrap();
    w.contact_of(&three);
    let there = page(&three, child);
    assert_eq!((there.doses.len(), there.details.phone.as_str()), (1, ""));
    assert_eq!(conflicts(&three), [] as [String; 0]);
    w.verify();
}

/// A lying station writes that another child, whom it never had, and that one's card are parts of the one that it had.
#[test]
fn who_had_one_child_has_no_say_about_another() {
    let w = moved();
    w.contact();
    let (child, other, card) = (w.one.child, w.two.child, w.two.card);
    w.two.clinic.submit(&w.two.asha, Command::AssignCard { card, child: other }).unwrap();
    w.contact();
    let details = page(&w.two, other).details;
    let measured = GrowthMeasured {
        child: other,
        on: today(),
        weight_g: Some(3_000),
        length_mm: None,
        standing: false,
        muac_mm: None,
        head_mm: None,
        oedema: false,
        breastfed: None,
    };
    forge(
        &w,
        &w.one,
        &[
            Fact::ChildRegistered(ChildRegistered { child: other, details, worker: None, distinct_from: vec![] }),
            Fact::GrowthMeasured(measured),
            Fact::ChildMerged(ChildMerged { child: other, into: child, reason: "the same".into() }),
            Fact::CardRegistered(CardRegistered { card, uid: vec![4, 2, 1], written: true }),
            Fact::CardAssigned(CardAssigned { card, child }),
            Fact::CardStopped(CardStopped { card, why: CardStop::Lost }),
            Fact::ChildInactivated(ChildInactivated {
                child: other,
                why: Gone::Died,
                on: today(),
                note: String::new(),
            }),
        ],
    );
    Rounds::begin(&w).settle();
    w.contact();
    let there = page(&w.two, other);
    assert!(there.child.id == other && there.gone.is_none() && there.growth.is_empty(), "{there:?}");
    let known = w.two.clinic.card_by_uid(&w.two.admin, &[4, 2, 1]).unwrap().unwrap();
    assert_eq!((known.child, known.stopped), (Some(other), false));
    let told = conflicts(&w.two);
    assert!(told.len() == 7 && told.iter().all(|kind| kind == "of-another-child"), "{told:?}");
    w.verify();
}

#[test]
fn what_a_replaced_computer_wrote_does_not_come_back_with_a_child() {
    let w = moved();
    w.contact();
    let child = w.one.child;
    // The second's child page goes back to a station whose computer was replaced meanwhile.
    let now = w.take_over(&w.one, 61);
    let station = district::archive::Archive::stations(w.archive.as_ref()).unwrap();
    let one = station.into_iter().find(|station| station.key == now).unwrap();
    w.desk(Role::Admin).move_child(child, &one).unwrap();
    let brought = w.told(&w.one).into_iter().filter_map(|fact| match fact {
        Fact::ChildMovedIn(f) if f.child == child => Some(f.events),
        _ => None,
    });
    let own = w.one.clinic.origin();
    let own: Vec<_> = brought.flatten().filter(|carried| carried.id.origin == own).collect();
    assert!(own.is_empty(), "{own:?}");
}

#[test]
fn a_child_is_never_lost_to_a_station_that_was_revoked() {
    let w = World::new();
    let (child, desk) = (w.one.child, w.desk(Role::Admin));
    vaccinate(&w.one);
    w.contact();
    // On its way there when the station is shut out: it never arrives.
    desk.move_child(child, &w.two.station).unwrap();
    w.contact_of(&w.one);
    w.desk(Role::SuperAdmin).revoke(&w.two.station, "the computer was stolen").unwrap();
    let away = |phc: &Phc| phc.clinic.child(&phc.admin, child).unwrap().gone.is_some();
    assert!(away(&w.one));

    let told = w.written();
    for refused in [
        desk.move_child(child, &w.two.station).map(drop),
        desk.set_contact_days(&w.two.station, 9),
        w.desk(Role::SuperAdmin).rename(&w.two.station, "PHC Nowhere").map(drop),
    ] {
        assert!(matches!(&refused, Err(OfficeError::Revoked(name)) if name == "PHC Kheri"), "{refused:?}");
    }
    assert_eq!(w.written(), told, "what is refused is told to nobody");

    // It comes back, and so does a child that was registered there.
    for child in [child, w.two.child] {
        let from = desk.move_child(child, &w.one.station).unwrap();
        assert_eq!(from.iter().map(|station| station.no).collect::<Vec<_>>(), [w.two.station.no]);
        let again = desk.move_child(child, &w.one.station);
        assert!(again.is_err(), "{again:?}");
    }
    w.contact_of(&w.one);
    assert!(!away(&w.one));
    assert_eq!(w.one.clinic.child(&w.one.admin, child).unwrap().doses.len(), 1);
    assert!(w.one.clinic.child(&w.one.admin, w.two.child).unwrap().gone.is_none());
    assert_eq!(w.one.clinic.verify(&w.one.admin).unwrap().problems, []);
    assert_eq!(w.one.clinic.conflicts(&w.one.admin).unwrap().len(), 0);
}

/// A child about whom so many people wrote that their names alone are more than fits a directive.
#[test]
fn the_names_of_who_wrote_of_a_child_fit_a_directive_too() {
    const AUTHORS: u64 = 900;
    let w = World::new();
    let child = w.one.child;
    let at = |n: u64| Hlc((wall_ms() << 16) + n);
    let wrote = (0..AUTHORS).flat_map(|n| {
        let (user, login) = (UserId(5_000 + n), format!("w{n}"));
        let name = format!("{n} {}", "x".repeat(400));
        let registered = Fact::UserRegistered(UserRegistered { user, login, name, role: Role::PhcWorker });
        let assigned = Fact::ChildAssigned(ChildAssigned { child, worker: None });
        [registered.to_entry(at(2 * n), Actor::NODE), assigned.to_entry(at(2 * n + 1), Actor(Some(user)))]
    });
    forge_entries(&w, &w.one, wrote);
    w.desk(Role::Admin).move_child(child, &w.two.station).unwrap();
    let told = w.told(&w.two);
    let bodies = told.iter().map(|fact| fact.to_entry(Hlc(0), Actor::NODE).body.len());
    assert!(bodies.max().unwrap() < MOVED_MAX_BYTES + 1024);
    let moved = told.iter().filter_map(|fact| if let Fact::ChildMovedIn(f) = fact { Some(f) } else { None });
    let wrote: BTreeSet<_> = moved.clone().flat_map(|f| &f.events).filter_map(|c| c.entry.actor.0).collect();
    let named: BTreeSet<_> = moved.flat_map(|f| &f.authors).map(|author| author.user).collect();
    assert!(wrote.len() as u64 >= AUTHORS && wrote == named, "{} of {}", named.len(), wrote.len());
    w.contact_of(&w.two);
    assert!(w.two.clinic.child(&w.two.admin, child).unwrap().gone.is_none());
}
