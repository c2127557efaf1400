//! What the district finds in the records of its stations, and what it tells them by itself.

use super::world::{Phc, World};
use clinic::date::{india, to_day};
use clinic::ledger::{Actor, Chain, Entry, Hlc};
use clinic::record::Fact;
use clinic::record::command::{Command, GivenAt, Settings};
use clinic::record::fact::{
    CardAssigned, CardRegistered, CardStop, CardStopped, ChildReactivated, ChildRegistered, DoseGiven, StationForgotten,
};
use clinic::record::limits::MOVED_MAX_BYTES;
use clinic::record::role::Role;
use clinic::replica::Logs;
use clinic::store::{CardSigner, Stop};
use district::archive::{Archive, Identities, SqliteArchive};
use district::enrolment::EnrolmentError;
use district::identity::readmit;
use district::office::{Clerk, Finding, OfficeError, Round};
use district::wall_ms;
use hub_protocol::certificate::{self, Certificate};
use hub_protocol::replica::Refusal;
use hub_protocol::{ChildId, Identity, OriginId};
use std::collections::BTreeSet;

/// The clerk of a server that was just started, for whom time passes quickly.
pub(super) struct Rounds(Clerk<SqliteArchive>, u64);

impl Rounds {
    pub(super) fn begin(w: &World) -> Self {
        Self(Clerk::new(w.archive.clone(), w.dir.path(), Stop::default()).unwrap(), wall_ms())
    }

    fn one(&mut self) -> Round {
        self.1 += 10_000;
        self.0.round(self.1).unwrap()
    }

    /// A round to see what grew, one to see that it grows no more, and one to pass it on. Gives how many were told.
    pub(super) fn settle(&mut self) -> usize {
        (0..3).map(|_| self.one().told).sum()
    }
}

pub(super) fn vaccinate(phc: &Phc) {
    let (child, on) = (phc.child, to_day(india(wall_ms())));
    let (product, batch) = ("BCG".to_owned(), Some("B 17".to_owned()));
    let dose = Command::RecordDose { child, product, on, batch, reason: None, at: GivenAt::Here(None) };
    phc.clinic.submit(&phc.asha, dose).unwrap();
}

#[test]
fn what_stands_in_two_stations_is_found_and_what_breaks_a_rule_there() {
    let w = World::new();
    let settings = w.one.clinic.settings(&w.one.admin).unwrap();
    let by = Actor(Some(w.one.asha.user));
    forge_entries(&w, &w.one, [Fact::SettingsChanged(settings).to_entry(Hlc(wall_ms() << 16), by)]);
    let findings = w.desk(Role::Admin).findings().unwrap();
    let [district::office::Finding::Broken { station, breach }] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!((station.as_str(), breach.rule.as_str(), breach.noticed), ("PHC Belwa", "not-allowed", false));
}

#[test]
fn a_clock_that_falls_within_a_log_keeps_nobody_busy_for_ever() {
    let w = World::new();
    let fact = Fact::SettingsChanged(w.one.clinic.settings(&w.one.admin).unwrap());
    // More than are taken at once, each before the one that it follows.
    let at = |n: u64| Hlc((wall_ms() << 16) - (n << 20));
    forge_entries(&w, &w.one, (0..4_500).map(|n| fact.to_entry(at(n), Actor(None))));
    let (done, looked) = std::sync::mpsc::channel();
    let desk = w.desk(Role::Admin);
    std::thread::spawn(move || done.send(desk.findings().map(|found| found.len())));
    let found = looked.recv_timeout(std::time::Duration::from_secs(120));
    assert!(matches!(found, Ok(Ok(_))), "{found:?}");
}

#[test]
fn a_schedule_that_is_unknown_here_hides_nothing_else() {
    let w = World::new();
    let settings = w.one.clinic.settings(&w.one.admin).unwrap();
    let newer = Fact::SettingsChanged(Settings { schedule: "uip-2027".into(), ..settings });
    forge(&w, &w.one, &[newer.clone(), newer]);
    let desk = w.desk(Role::Admin);
    let findings = desk.findings().unwrap();
    let [Finding::Broken { station, breach }] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!((station.as_str(), breach.rule.as_str()), ("PHC Belwa", "unknown-schedule"));
    assert_eq!(desk.find_children("child").unwrap().len(), 2);
}

#[test]
fn what_is_too_large_to_be_sent_on_stays_behind_and_the_child_goes() {
    let w = World::new();
    let (child, reason) = (w.one.child, "x".repeat(1 << 20));
    let large = Fact::ChildReactivated(ChildReactivated { child, worker: None, reason });
    forge(&w, &w.one, &[large]);
    w.desk(Role::Admin).move_child(child, &w.two.station).unwrap();
    let bodies = w.told(&w.two).into_iter().map(|fact| fact.to_entry(Hlc(0), Actor::NODE).body.len());
    assert!(bodies.max().unwrap() < MOVED_MAX_BYTES + 1024);
    w.contact_of(&w.two);
    assert!(w.two.clinic.child(&w.two.admin, child).is_ok());
}

#[test]
fn the_clerk_passes_by_who_was_revoked() {
    let w = World::new();
    w.desk(Role::SuperAdmin).revoke(&w.two.station, "the computer was stolen").unwrap();
    let mut clerk = Rounds::begin(&w);
    let mirrors: usize = (0..3).map(|_| clerk.one().mirrors).sum();
    assert_eq!(mirrors, 1);
}

#[test]
fn the_clerk_tells_everybody_what_is_new_and_then_nothing() {
    let w = World::new();
    let mut clerk = Rounds::begin(&w);
    assert_eq!(clerk.one().told, 2, "each the other's key");
    w.contact();
    w.one.clinic.submit(&w.one.admin, Command::StopCard { card: w.one.card, why: CardStop::Lost }).unwrap();
    w.contact();
    assert_eq!(clerk.settle(), 1);
    w.contact();
    assert!(w.two.clinic.is_stopped_elsewhere(w.one.card).unwrap());
    let rounds: Vec<_> = (0..4).map(|_| clerk.one()).collect();
    assert!(rounds.iter().all(|round| round.told == 0), "{rounds:?}");
    assert_eq!(rounds[3], Round::default());
    w.verify();
}

#[test]
fn a_district_that_was_put_back_knows_what_it_had_told() {
    let w = World::new();
    let admin = w.desk(Role::Admin);
    w.one.clinic.submit(&w.one.admin, Command::StopCard { card: w.one.card, why: CardStop::Blocked }).unwrap();
    w.contact();
    assert_eq!(Rounds::begin(&w).settle(), 3, "each the other's key, and one of the card");
    w.contact();
    assert!(w.two.clinic.is_stopped_elsewhere(w.one.card).unwrap());
    // Its first station gives the child a dose before it hears that it has moved.
    admin.move_child(w.one.child, &w.two.station).unwrap();
    vaccinate(&w.one);
    w.put_back();
    let mut clerk = Rounds::begin(&w);
    assert_eq!(clerk.settle(), 0, "all of it was told before");

    w.one.clinic.submit(&w.one.admin, Command::UnblockCard { card: w.one.card, reason: "found".into() }).unwrap();
    w.contact();
    assert_eq!(clerk.settle(), 1);
    w.contact();
    assert!(!w.two.clinic.is_stopped_elsewhere(w.one.card).unwrap(), "the card is free again");
    assert_eq!(w.two.clinic.child(&w.two.admin, w.one.child).unwrap().doses.len(), 1, "the dose follows the child");

    w.desk(Role::SuperAdmin).revoke(&w.two.station, "stolen").unwrap();
    let forgets = |fact: &Fact| matches!(fact, Fact::StationForgotten(f) if f.key == w.two.station.key);
    assert!(w.told(&w.one).iter().any(forgets), "who was revoked is trusted no more");
    w.contact_of(&w.one);
    w.verify();
}

#[test]
fn who_was_shut_out_before_the_district_was_put_back_is_trusted_by_nobody() {
    let w = World::new();
    Rounds::begin(&w).settle();
    // The others have it from the district, whose own note of it was lost with its database.
    w.tell(&w.one, &Fact::StationForgotten(StationForgotten { key: w.two.station.key }));
    w.put_back();
    assert_eq!(Rounds::begin(&w).settle(), 0);
    let findings = w.desk(Role::Admin).findings().unwrap();
    let before = |finding: &Finding| matches!(finding, Finding::ShutOutBefore { station } if station == "PHC Kheri");
    assert!(findings.iter().any(before), "{findings:?}");
}

#[test]
fn a_quarantined_station_is_trusted_by_the_others_again_when_a_person_has_looked_at_it() {
    let w = World::new();
    let mut clerk = Rounds::begin(&w);
    clerk.settle();
    let signs = || {
        w.contact_of(&w.one);
        let all = w.one.clinic.card_signers().unwrap();
        all.into_iter().find(|(key, _)| *key == w.two.station.key).unwrap().1
    };
    let name = || "PHC Kheri".to_owned();
    assert_eq!(signs(), CardSigner::Neighbour { name: name() });
    w.archive.quarantine(w.two.station.no, "two truths").unwrap();
    assert_eq!(clerk.settle(), 1);
    assert_eq!(signs(), CardSigner::Distrusted { name: name() });
    // That it is quarantined the office knows already.
    let findings = w.desk(Role::Admin).findings().unwrap();
    assert!(!findings.iter().any(|finding| matches!(finding, Finding::ShutOutBefore { .. })), "{findings:?}");
    w.desk(Role::SuperAdmin).readmit(&w.two.station).unwrap();
    assert_eq!(signs(), CardSigner::Neighbour { name: name() });
    assert_eq!(clerk.settle(), 0, "all of it was told");
    w.verify();
}

#[test]
fn a_new_computer_of_a_station_is_known_to_the_others_and_the_one_before_no_more() {
    let w = World::new();
    let mut clerk = Rounds::begin(&w);
    clerk.settle();
    let (before, now) = (w.two.station.key, w.take_over(&w.two, 51));
    assert_eq!(clerk.one().told, 1);
    let told = w.told(&w.one);
    assert!(told.iter().any(|fact| matches!(fact, Fact::StationKnown(f) if f.key == now)), "{told:?}");
    assert!(told.iter().any(|fact| matches!(fact, Fact::StationForgotten(f) if f.key == before)), "{told:?}");
}

#[test]
fn who_was_revoked_comes_back_under_no_key() {
    let w = World::new();
    Rounds::begin(&w).settle();
    w.desk(Role::SuperAdmin).revoke(&w.two.station, "stolen").unwrap();
    // As if the command had been cut off before the quarantine.
    w.archive.clear(w.two.station.no).unwrap();
    let (before, new) = (w.two.station.key, Identity::from_seed([50; 32]).public_key());
    let certified = certificate::Station {
        key: new,
        former: vec![before],
        recovery: w.two.station.recovery,
        name: w.two.station.name.clone(),
        issued_ms: wall_ms(),
    };
    let certificate = Certificate::issue(certified, &w.archive.identity().unwrap());
    let again = readmit(w.archive.as_ref(), &certificate, &new, OriginId([50; 16]), wall_ms());
    assert!(matches!(again, Err(EnrolmentError::Refused(Refusal::Quarantined))), "{again:?}");
    let now = w.take_over(&w.two, 51);
    Rounds::begin(&w).settle();
    let known = |fact: &Fact| matches!(fact, Fact::StationKnown(f) if f.key == now);
    assert!(!w.told(&w.one).iter().any(known), "another key makes nobody trusted again");
}

/// A station that does not keep to its own program: it writes what it likes into its log.
pub(super) fn forge(w: &World, phc: &Phc, facts: &[Fact]) {
    let hlc = |n: u64| Hlc((wall_ms() << 16) + n);
    let by = Actor(Some(phc.admin.user));
    forge_entries(w, phc, (0..).zip(facts).map(|(n, fact)| fact.to_entry(hlc(n), by)));
}

pub(super) fn forge_entries(w: &World, phc: &Phc, entries: impl IntoIterator<Item = Entry>) {
    let logs = w.logs(phc);
    let head = logs.heads().unwrap().into_iter().find(|head| head.origin == phc.clinic.origin()).unwrap();
    let mut chain = Chain::at(head);
    let events: Vec<_> = entries.into_iter().map(|entry| chain.append(entry)).collect();
    let me = phc.clinic.identity();
    logs.store(&me.public_key(), &events, chain.head().sign(me)).unwrap();
}

/// A card of the first station's child, which the second registers too, after `before`, and says that it is lost.
fn claimed(before: impl FnOnce(&World) -> Vec<Fact>) -> (World, Rounds) {
    let w = World::new();
    let card = w.one.card;
    w.one.clinic.submit(&w.one.asha, Command::AssignCard { card, child: w.one.child }).unwrap();
    w.contact();
    let mut clerk = Rounds::begin(&w);
    clerk.settle();
    let registered = Fact::CardRegistered(CardRegistered { card, uid: vec![4, 9, 9], written: true });
    let lost = Fact::CardStopped(CardStopped { card, why: CardStop::Lost });
    let facts = [vec![registered], before(&w), vec![lost]].concat();
    forge(&w, &w.two, &facts);
    assert_eq!(clerk.settle(), 0, "the district passes on what is not that station's to say");
    (w, clerk)
}

fn disputes(w: &World) -> Vec<(Vec<String>, Vec<String>)> {
    let found = w.desk(Role::Admin).findings().unwrap().into_iter();
    let disputed = found.filter_map(|finding| match finding {
        Finding::CardStopDisputed { card, stopped, used } if card == w.one.card => Some((stopped, used)),
        _ => None,
    });
    disputed.map(|(stopped, used)| (stopped.into_iter().collect(), used.into_iter().collect())).collect()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn nobody_stops_the_card_of_another_stations_child() {
    let (w, mut clerk) = claimed(|_| vec![]);
    assert_eq!(disputes(&w), [(names(&["PHC Kheri"]), names(&["PHC Belwa"]))]);
    assert!(!w.one.clinic.is_stopped_elsewhere(w.one.card).unwrap());
    // Whose it is says so, and then it is.
    w.one.clinic.submit(&w.one.admin, Command::StopCard { card: w.one.card, why: CardStop::Lost }).unwrap();
    w.contact_of(&w.one);
    assert_eq!(clerk.settle(), 1);
    assert_eq!(disputes(&w), []);
}

#[test]
fn not_even_by_inventing_a_child_for_it() {
    let (w, mut clerk) = claimed(|w| {
        let details = w.one.clinic.child(&w.one.admin, w.one.child).unwrap().details;
        let child = ChildId(w.two.child.0 + 1);
        vec![
            Fact::ChildRegistered(ChildRegistered { child, details, worker: None, distinct_from: vec![] }),
            Fact::CardAssigned(CardAssigned { card: w.one.card, child }),
        ]
    });
    let both = names(&["PHC Belwa", "PHC Kheri"]);
    assert_eq!(disputes(&w), [(names(&["PHC Kheri"]), both.clone())]);
    // The operator blocks it wherever it is used.
    let at = w.desk(Role::Admin).stop_card(w.one.card, CardStop::Blocked);
    assert!(at.is_err(), "at the second it is lost already: {at:?}");
    w.one.clinic.submit(&w.one.admin, Command::StopCard { card: w.one.card, why: CardStop::Blocked }).unwrap();
    w.contact_of(&w.one);
    assert_eq!(clerk.settle(), 0);
    assert_eq!(disputes(&w), [(both.clone(), both)]);
}

#[test]
fn a_child_that_two_stations_claim_counts_where_it_was_first_and_a_move_brings_together_what_they_know() {
    let w = World::new();
    // The second writes the first one's child into its log, and a dose of its own.
    let (child, details) = (w.one.child, w.one.clinic.child(&w.one.admin, w.one.child).unwrap().details);
    vaccinate(&w.one);
    w.contact();
    let entries = |phc: &Phc| w.logs(phc).entries(phc.clinic.origin(), 0, u32::MAX, usize::MAX).unwrap();
    let given = entries(&w.one).iter().find_map(|entry| match Fact::of(entry).unwrap() {
        Fact::DoseGiven(dose) => Some(dose),
        _ => None,
    });
    let other = DoseGiven { product: "OPV".into(), ..given.unwrap() };
    let twice = Fact::ChildRegistered(ChildRegistered { child, details, worker: None, distinct_from: vec![] });
    forge(&w, &w.two, &[twice, Fact::DoseGiven(other)]);
    let found = w.desk(Role::Admin).findings().unwrap();
    let (both, counts) = (names(&["PHC Belwa", "PHC Kheri"]).into_iter().collect(), "PHC Belwa".to_owned());
    assert!(found.contains(&Finding::ChildTwice { child, stations: both, counts }), "{found:?}");

    let from = w.desk(Role::Admin).move_child(child, &w.one.station).unwrap();
    assert_eq!(from.iter().map(|station| station.no).collect::<Vec<_>>(), [w.two.station.no]);
    w.contact_of(&w.one);
    let products = |phc: &Phc| {
        let page = phc.clinic.child(&phc.admin, child).unwrap();
        page.doses.into_iter().map(|dose| dose.product).collect::<BTreeSet<_>>()
    };
    assert_eq!(products(&w.one), ["BCG", "OPV"].map(String::from).into());
    assert_eq!(w.one.clinic.verify(&w.one.admin).unwrap().problems, []);
    // From now on it is the first one's, whatever the second says.
    let left = w.desk(Role::Admin).move_child(child, &w.one.station);
    assert!(matches!(left, Err(OfficeError::Refused(_))), "{left:?}");
    let found = w.desk(Role::Admin).findings().unwrap();
    assert!(!found.iter().any(|finding| matches!(finding, Finding::ChildTwice { .. })), "{found:?}");
}
