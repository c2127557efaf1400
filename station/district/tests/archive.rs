//! What every archive must do, run against each store.
#![allow(clippy::unwrap_used)]

mod stores;

use clinic::ledger::{Actor, Chain, Entry, Event, Hlc};
use clinic::record::Fact;
use clinic::replica::{Logs, content};
use district::archive::identities::{Accession, Reopening, Run};
use district::archive::{
    Admission, Archive, ArchiveError, INVITES_MAX, Invite, Peer, SqliteArchive, Station, StationNo, StationState,
    Written,
};
use district::enrolment::{Asking, EnrolmentError, LINK_LIFETIME_MS, admit, clean_name, make_link};
use district::station_logs::StationLogs;
use hub_protocol::replica::{Enrol, EnrolLink, Refusal, SignedHead, VERSION, enrol_proof};
use hub_protocol::{Identity, OriginId, UserId};
use std::sync::Arc;
use stores::{Store, peer};

against_each_store!(
    events_come_back_as_they_were_and_twice_is_once,
    another_event_at_the_same_place_and_a_gap_change_nothing,
    a_log_belongs_to_one_station,
    who_was_shut_out_or_replaced_stores_nothing_more,
    a_link_takes_one_station_in_once,
    the_districts_log_says_who_was_taken_in_by_whom,
    links_are_bounded_and_forgotten,
    names_and_addresses_are_looked_at,
    a_district_is_found_by_its_key_and_keeps_its_identity,
    a_taken_origin_does_not_admit,
    two_processes_may_make_the_same_archive,
    two_processes_write_at_once_and_nothing_is_lost,
    the_district_writes_its_own_logs_all_or_none_and_says_when_it_was_overtaken,
);

const NOW_MS: u64 = 1_700_000_000_000;
const LOG: OriginId = OriginId([101; 16]);
const ADDRESS: &str = "district.example:4433";

fn archive<S: Store>() -> (S::Place, Arc<S>) {
    let place = S::place();
    let archive = S::open(&place);
    archive.set_name("Rampur District").unwrap();
    (place, Arc::new(archive))
}

fn node(seed: u8) -> Identity {
    Identity::from_seed([seed; 32])
}

fn request(link: &EnrolLink, exporter: &[u8; 32]) -> Enrol {
    let proof = enrol_proof(&link.secret, exporter);
    Enrol { version_min: VERSION, version_max: VERSION, proof, recovery: node(200).public_key() }
}

fn asking(seed: u8, now_ms: u64) -> Asking {
    Asking { key: node(seed).public_key(), exporter: [seed; 32], new_origin: OriginId([seed; 16]), now_ms }
}

/// Joins the station with this key, by a link of its own.
fn join<A: Archive>(archive: &A, seed: u8) -> Station {
    let link = make_link(archive, &format!("PHC {seed}"), ADDRESS, [seed; 15], NOW_MS).unwrap();
    admit(archive, &request(&link, &[seed; 32]), &asking(seed, NOW_MS)).unwrap();
    archive.station_by_key(&node(seed).public_key()).unwrap().unwrap()
}

fn run(before: Chain, bodies: &[&[u8]], signer: &Identity) -> (Vec<Event>, SignedHead) {
    let mut chain = before;
    let entry = |body: &[u8]| Entry {
        hlc: Hlc(u64::MAX),
        actor: Actor(Some(UserId(u64::MAX))),
        kind: u16::MAX,
        version: u8::MAX,
        body: body.to_vec(),
    };
    let events = bodies.iter().map(|body| chain.append(entry(body))).collect();
    (events, chain.head().sign(signer))
}

fn events_come_back_as_they_were_and_twice_is_once<S: Store>() {
    let (place, archive) = archive::<S>();
    let station = join(archive.as_ref(), 1);
    let (events, head) = run(Chain::empty(LOG), &[b"a", b"b", b"c"], &node(1));
    let store = |events: &[Event]| archive.store(&peer(&station, NOW_MS + 5), events, head);
    assert_eq!(store(&events[..2]).unwrap().seq, 2);
    assert_eq!(store(&events).unwrap(), head.head);
    assert_eq!(store(&events).unwrap(), head.head);

    let entries: Vec<Entry> = events.iter().map(|e| e.entry.clone()).collect();
    // Another process sees the same.
    for archive in [archive.clone(), Arc::new(S::open(&place))] {
        assert_eq!(archive.entries(LOG, 0, 100, 100).unwrap(), entries);
        assert_eq!(archive.entries(LOG, 1, 1, 100).unwrap(), entries[1..2]);
        assert_eq!(archive.entries(LOG, 0, 100, 1).unwrap(), entries[..1]);
        assert_eq!(archive.entries(LOG, 3, 100, 100).unwrap(), []);
        assert_eq!(archive.hash_at(LOG, 2).unwrap(), Some(events[1].hash));
        assert_eq!(archive.hash_at(LOG, 4).unwrap(), None);
        assert_eq!(archive.hash_at(OriginId([77; 16]), 1).unwrap(), None);
        assert_eq!(archive.writer(LOG).unwrap(), Some(node(1).public_key()));
        let known = archive.station_by_key(&node(1).public_key()).unwrap().unwrap();
        assert_eq!(known.last_contact_ms, Some(NOW_MS + 5));
    }
}

fn another_event_at_the_same_place_and_a_gap_change_nothing<S: Store>() {
    let (_place, archive) = archive::<S>();
    let station = join(archive.as_ref(), 1);
    let (events, head) = run(Chain::empty(LOG), &[b"a", b"b"], &node(1));
    archive.store(&peer(&station, NOW_MS), &events, head).unwrap();

    let (fork, fork_head) = run(Chain::empty(LOG), &[b"a", b"B", b"c"], &node(1));
    let refused = archive.store(&peer(&station, NOW_MS), &fork, fork_head);
    assert!(matches!(refused, Err(ArchiveError::Fork { seq: 2, .. })));

    let (later, later_head) = run(Chain::at(head.head), &[b"c", b"d"], &node(1));
    let refused = archive.store(&peer(&station, NOW_MS), &later[1..], later_head);
    assert!(matches!(refused, Err(ArchiveError::Gap { seq: 4, .. })));

    let logs = StationLogs::new(archive, &station);
    assert_eq!(content(&logs, &station.key).unwrap().events, 2);
    assert!(logs.heads().unwrap().contains(&head.head));
}

fn a_log_belongs_to_one_station<S: Store>() {
    let (_place, archive) = archive::<S>();
    let (one, two) = (join(archive.as_ref(), 1), join(archive.as_ref(), 2));
    let (events, head) = run(Chain::empty(LOG), &[b"a"], &node(1));
    archive.store(&peer(&one, NOW_MS), &events, head).unwrap();
    let (later, later_head) = run(Chain::at(head.head), &[b"b"], &node(2));
    let refused = archive.store(&peer(&two, NOW_MS), &later, later_head);
    assert!(matches!(refused, Err(ArchiveError::NotTheWriter { .. })));

    // And nobody but the district writes the district's log.
    let own = archive.logs(two.no).unwrap()[0].head;
    let (forged, forged_head) = run(Chain::at(own), &[b"b"], &node(2));
    let refused = archive.store(&peer(&two, NOW_MS), &forged, forged_head);
    assert!(matches!(refused, Err(ArchiveError::NotTheWriter { .. })));

    // Each sees its own logs and the district's log for it, and is told who writes the others.
    let logs = StationLogs::new(archive, &two);
    assert_eq!(logs.heads().unwrap().iter().map(|h| h.origin).collect::<Vec<_>>(), [OriginId([2; 16])]);
    assert_eq!(logs.writer(LOG).unwrap(), Some(one.key));
}

/// It is the transaction that looks: who was let in a moment before is told so by it.
fn who_was_shut_out_or_replaced_stores_nothing_more<S: Store>() {
    let (_place, archive) = archive::<S>();
    let archive = archive.as_ref();
    let (one, two) = (join(archive, 1), join(archive, 2));
    let (events, head) = run(Chain::empty(LOG), &[b"a", b"b"], &node(1));
    archive.store(&peer(&one, NOW_MS), &events[..1], head).unwrap();
    let own = archive.logs(two.no).unwrap()[0].head;
    let refused = |done: Result<(), ArchiveError>| assert!(matches!(done, Err(ArchiveError::ShutOut)), "{done:?}");
    let none_of_it = |peer: &Peer| {
        refused(archive.store(peer, &events[1..], head).map(drop));
        // Nor under an earlier key, or what the district wrote.
        for writer in [one.key, archive.identity().unwrap().public_key()] {
            refused(archive.keep(peer, &writer, &events[1..], head).map(drop));
        }
        let common = own.sign(&archive.identity().unwrap());
        let reopening = Reopening { end: own, common, kept: true, moved: None, fresh: None };
        refused(archive.reopen(peer, &reopening));
        assert_eq!(archive.hash_at(LOG, 2).unwrap(), None);
    };

    archive.quarantine(one.no, "two truths").unwrap();
    none_of_it(&peer(&one, NOW_MS));
    archive.clear(one.no).unwrap();
    let mut chain = Chain::at(archive.own_log(one.no).unwrap().unwrap());
    let replaced = Entry { hlc: Hlc(1), actor: Actor::NODE, kind: u16::MAX, version: 1, body: vec![] };
    let events_of_ours = vec![chain.append(replaced)];
    let log = Run { events: events_of_ours, head: chain.head().sign(&archive.identity().unwrap()) };
    let accession = Accession {
        link: None,
        station: Some(one.no),
        name: one.name.clone(),
        key: node(7).public_key(),
        former: vec![one.key],
        recovery: one.recovery,
        log,
        now_ms: NOW_MS,
    };
    let new = archive.accede(&accession).unwrap();
    none_of_it(&peer(&one, NOW_MS));
    // The new computer brings it.
    archive.keep(&peer(&new, NOW_MS), &one.key, &events[1..], head).unwrap();
    assert_eq!(archive.hash_at(LOG, 2).unwrap(), Some(events[1].hash));
}

fn a_link_takes_one_station_in_once<S: Store>() {
    let (_place, archive) = archive::<S>();
    let archive = archive.as_ref();
    let link = make_link(archive, " PHC Rampur ", ADDRESS, [1; 15], NOW_MS).unwrap();
    assert_eq!(link.district, archive.identity().unwrap().device_id());
    let ask =
        |link: &EnrolLink, seed: u8, now_ms| match admit(archive, &request(link, &[seed; 32]), &asking(seed, now_ms)) {
            Ok(enrolled) => Ok((enrolled.district, enrolled.station)),
            Err(EnrolmentError::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{error}"),
        };
    let rampur = Ok(("Rampur District".to_owned(), "PHC Rampur".to_owned()));
    // A proof made on another connection is worth nothing.
    let elsewhere = admit(archive, &request(&link, &[8; 32]), &asking(1, NOW_MS));
    assert!(matches!(elsewhere, Err(EnrolmentError::Refused(Refusal::BadSecret))));
    assert_eq!(ask(&EnrolLink { secret: [9; 15], ..link.clone() }, 1, NOW_MS), Err(Refusal::BadSecret));
    assert_eq!(ask(&link, 1, NOW_MS + LINK_LIFETIME_MS), Err(Refusal::BadSecret));
    assert_eq!(ask(&link, 1, NOW_MS), rampur);
    // The answer was lost: the same station asks again. Another one is too late.
    assert_eq!(ask(&link, 1, NOW_MS), rampur);
    assert_eq!(ask(&link, 2, NOW_MS), Err(Refusal::BadSecret));
    assert_eq!(archive.stations().unwrap().len(), 1);

    let station = archive.station_by_key(&node(1).public_key()).unwrap().unwrap();
    archive.quarantine(station.no, "two truths").unwrap();
    archive.quarantine(station.no, "a later reason").unwrap();
    assert_eq!(ask(&link, 1, NOW_MS), Err(Refusal::Quarantined));
    let kept = archive.station_by_key(&node(1).public_key()).unwrap().unwrap();
    assert_eq!(kept.state, StationState::Quarantined { why: "two truths".into() });
}

fn the_districts_log_says_who_was_taken_in_by_whom<S: Store>() {
    let (_place, archive) = archive::<S>();
    let station = join(archive.as_ref(), 1);
    let district = archive.identity().unwrap();
    let logs = archive.logs(station.no).unwrap();
    assert_eq!((logs.len(), logs[0].writer, logs[0].head.seq), (1, district.public_key(), 2));
    let facts: Vec<Fact> =
        archive.entries(logs[0].head.origin, 0, 9, 9_999).unwrap().iter().map(|e| Fact::of(e).unwrap()).collect();
    let [Fact::OriginOpened(opened), Fact::StationAdmitted(admitted)] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!(opened.node, district.public_key());
    assert_eq!((admitted.district, admitted.district_key), (district.device_id(), district.public_key()));
    assert_eq!((admitted.district_name.as_str(), admitted.station_name.as_str()), ("Rampur District", "PHC 1"));
}

fn links_are_bounded_and_forgotten<S: Store>() {
    let (_place, archive) = archive::<S>();
    let link = |n: u64, now_ms| {
        let mut secret = [0; 15];
        secret[..8].copy_from_slice(&n.to_be_bytes());
        archive.invite(&Invite { name: "PHC".into(), secret, expires_ms: now_ms + 10, used_by: None }, now_ms)
    };
    (0..INVITES_MAX).for_each(|n| link(n, NOW_MS).unwrap());
    assert!(matches!(link(INVITES_MAX, NOW_MS), Err(ArchiveError::TooManyInvites)));
    assert_eq!(archive.invites(NOW_MS).unwrap().len() as u64, INVITES_MAX);
    link(INVITES_MAX, NOW_MS + 10).unwrap();
    assert_eq!(archive.invites(NOW_MS + 10).unwrap().len(), 1);
}

fn names_and_addresses_are_looked_at<S: Store>() {
    let (_place, archive) = archive::<S>();
    for bad in ["", "  ", "two\nlines", &"x".repeat(81)] {
        assert!(matches!(clean_name(bad), Err(EnrolmentError::Name)), "{bad:?}");
    }
    assert_eq!(clean_name(" प्रा. स्वा. केंद्र रामपुर ").unwrap(), "प्रा. स्वा. केंद्र रामपुर");
    for bad in ["", "host", ":1", "host:port", "a/b:1"] {
        let link = make_link(archive.as_ref(), "PHC", bad, [1; 15], NOW_MS);
        assert!(matches!(link, Err(EnrolmentError::Address(_))), "{bad:?}");
    }
    assert!(make_link(archive.as_ref(), "PHC", "[::1]:4433", [1; 15], NOW_MS).is_ok());
}

fn a_district_is_found_by_its_key_and_keeps_its_identity<S: Store>() {
    let (place, archive) = archive::<S>();
    let identity = archive.identity().unwrap().device_id();
    drop(archive);
    // The identity that was made with the archive stays; a later "new" one is not used.
    let again = S::open_with(&place, S::key(&place), &node(7)).unwrap();
    assert_eq!(again.identity().unwrap().device_id(), identity);
    assert_eq!(again.name().unwrap().as_deref(), Some("Rampur District"));
}

#[test]
fn a_wrong_key_is_told_and_nothing_is_readable() {
    let (dir, archive) = archive::<SqliteArchive>();
    join(archive.as_ref(), 1);
    drop(archive);
    let wrong = SqliteArchive::open(dir.path(), [1; 32], &node(9));
    assert!(matches!(wrong, Err(ArchiveError::WrongKey)));
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(5).any(|w| w == b"PHC 1"), "a name is readable on the disk");
    }
}

fn a_taken_origin_does_not_admit<S: Store>() {
    let (_place, archive) = archive::<S>();
    let station = join(archive.as_ref(), 1);
    let link = make_link(archive.as_ref(), "PHC 2", ADDRESS, [2; 15], NOW_MS).unwrap();
    let (log, log_head) = run(Chain::empty(OriginId([1; 16])), &[b"x"], &archive.identity().unwrap());
    let refused = archive.admit(&Admission {
        secret: link.secret,
        name: "PHC 2".into(),
        key: node(2).public_key(),
        recovery: node(2).public_key(),
        log,
        log_head,
        now_ms: NOW_MS,
    });
    assert!(matches!(refused, Err(ArchiveError::NotTheWriter { .. })));
    // All or nothing: the link is still good and no station appeared.
    assert_eq!(archive.stations().unwrap(), [station]);
    assert!(archive.invites(NOW_MS).unwrap().iter().any(|i| i.name == "PHC 2" && i.used_by.is_none()));
}

fn two_processes_may_make_the_same_archive<S: Store>() {
    // More than once, because the moment in which one is in the other's way is short.
    for _ in 0..25 {
        let (place, start) = (S::place(), std::sync::Barrier::new(8));
        let ids: Vec<_> = std::thread::scope(|scope| {
            let opens: Vec<_> = (0..8u8)
                .map(|n| {
                    let (place, start) = (&place, &start);
                    scope.spawn(move || {
                        start.wait();
                        let archive = S::open_with(place, S::key(place), &node(n)).unwrap();
                        archive.identity().unwrap().device_id()
                    })
                })
                .collect();
            opens.into_iter().map(|open| open.join().unwrap()).collect()
        });
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

fn the_district_writes_its_own_logs_all_or_none_and_says_when_it_was_overtaken<S: Store>() {
    let (place, archive) = archive::<S>();
    let (one, two) = (join(archive.as_ref(), 1), join(archive.as_ref(), 2));
    let district = archive.identity().unwrap();
    let end = |station: StationNo| archive.own_log(station).unwrap();
    assert_eq!(end(StationNo::OFFICE), None);
    let (events, head) = run(Chain::empty(OriginId([50; 16])), &[b"x"], &district);
    let office = Written { station: StationNo::OFFICE, events, head };
    let next = |station: StationNo, body: &[u8]| {
        let (events, head) = run(Chain::at(end(station).unwrap()), &[body], &district);
        Written { station, events, head }
    };
    let (a, b) = (next(one.no, b"a"), next(two.no, b"b"));
    archive.write(&[office.clone(), a.clone(), b.clone()]).unwrap();
    assert_eq!((end(StationNo::OFFICE), end(one.no)), (Some(office.head.head), Some(a.head.head)));
    assert_eq!(archive.own_logs().unwrap(), [(one.no, a.head.head), (two.no, b.head.head)]);

    // Somebody who looked before that is told, and nothing of theirs is kept.
    let c = next(one.no, b"c");
    let overtaken = archive.write(&[c, b]);
    assert!(matches!(overtaken, Err(ArchiveError::Fork { .. })), "{overtaken:?}");
    assert_eq!(end(one.no), Some(a.head.head));
    let (events, head) = run(Chain::at(a.head.head), &[b"d", b"e"], &district);
    let gap = archive.write(&[Written { station: one.no, events: events[1..].to_vec(), head }]);
    assert!(matches!(gap, Err(ArchiveError::Gap { .. })), "{gap:?}");
    // Nor is what another key signed.
    let (events, head) = run(Chain::at(a.head.head), &[b"d"], &node(1));
    assert!(archive.write(&[Written { station: one.no, events, head }]).is_err());

    // The office is no station.
    let again = S::open(&place);
    assert_eq!(again.stations().unwrap().len(), 2);
    assert_eq!(again.station_by_key(&district.public_key()).unwrap(), None);
    assert_eq!(again.hash_at(OriginId([50; 16]), 1).unwrap(), Some(office.head.head.hash));
    again.rename(one.no, "PHC Belwa").unwrap();
    assert_eq!(again.stations().unwrap()[0].name, "PHC Belwa");
}

/// `serve` takes batches while `enroll` makes links; both open the store for themselves.
fn two_processes_write_at_once_and_nothing_is_lost<S: Store>() {
    const BATCHES: u64 = 20;
    let (place, archive) = archive::<S>();
    let stations = [1, 2].map(|seed| join(archive.as_ref(), seed));
    std::thread::scope(|scope| {
        for (seed, station) in (1..).zip(&stations) {
            let archive = archive.clone();
            scope.spawn(move || {
                let mut head = Chain::empty(OriginId([100 + seed; 16])).head();
                for n in 0..BATCHES {
                    let (events, next) = run(Chain::at(head), &[b"a", b"b", b"c"], &node(seed));
                    assert_eq!(archive.store(&peer(station, NOW_MS + n), &events, next).unwrap(), next.head);
                    head = next.head;
                }
            });
        }
        scope.spawn(|| {
            let other = S::open(&place);
            for n in 0..BATCHES as u8 {
                make_link(&other, "PHC", ADDRESS, [50 + n; 15], NOW_MS).unwrap();
            }
        });
    });
    for (seed, station) in (1..).zip(&stations) {
        let held = archive.hash_at(OriginId([100 + seed; 16]), 3 * BATCHES).unwrap();
        assert!(held.is_some(), "station {seed}");
        assert_eq!(content(&StationLogs::new(archive.clone(), station), &station.key).unwrap().events, 3 * BATCHES);
    }
    assert_eq!(archive.invites(NOW_MS).unwrap().len() as u64, BATCHES + 2);
}
