//! What only PostgreSQL can do to us: it is dumped by others, restarted, and killed while we write.
#![allow(clippy::unwrap_used)]

mod stores;

use clinic::ledger::{Actor, Chain, Entry, Event, Hlc};
use clinic::record::Fact;
use clinic::record::fact::{ChildDetails, ChildRegistered};
use district::archive::{Archive, ArchiveError, PostgresArchive, Station, hex};
use district::enrolment::{Asking, admit, make_link};
use district::verify::{Total, verify};
use hub_protocol::replica::{Enrol, Head, SignedHead, VERSION, enrol_proof};
use hub_protocol::{ChildId, Identity, OriginId};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use stores::postgres::{Server, sql};
use stores::{Store, peer};

const NOW_MS: u64 = 1_700_000_000_000;
const SECRET: [u8; 15] = *b"a-secret-to-see";
/// A station tries again so long before the test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

fn node(seed: u8) -> Identity {
    Identity::from_seed([seed; 32])
}

/// Joins a station of this key and name.
fn join(archive: &PostgresArchive, seed: u8, name: &str) -> Station {
    let link = make_link(archive, name, "district.example:4433", [seed; 15], NOW_MS).unwrap();
    let proof = enrol_proof(&link.secret, &[seed; 32]);
    let request = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery: node(200).public_key() };
    let key = node(seed).public_key();
    let asking = Asking { key, exporter: [seed; 32], new_origin: OriginId([seed; 16]), now_ms: NOW_MS };
    admit(archive, &request, &asking).unwrap();
    archive.station_by_key(&key).unwrap().unwrap()
}

fn run(before: Head, entries: impl IntoIterator<Item = Entry>, signer: &Identity) -> (Vec<Event>, SignedHead) {
    let mut chain = Chain::at(before);
    let events = entries.into_iter().map(|entry| chain.append(entry)).collect();
    (events, chain.head().sign(signer))
}

fn dose(n: u64) -> Entry {
    let body = format!("dose {n} {}", "x".repeat((n % 60) as usize)).into_bytes();
    Entry { hlc: Hlc(n), actor: Actor::NODE, kind: 30, version: 1, body }
}

#[test]
fn a_dump_shows_no_name_no_phone_and_no_secret() {
    let key = <PostgresArchive as Store>::place();
    let district = Identity::from_seed(key);
    let archive = PostgresArchive::open(stores::postgres::url(), key, Some(&district)).unwrap();
    archive.set_name("Zila Sitapur").unwrap();
    let station = join(&archive, 1, "PHC Mishrikh");
    make_link(&archive, "PHC Laharpur", "district.example:4433", SECRET, NOW_MS).unwrap();
    let details = ChildDetails {
        name: "Gulabwati Chaurasia".into(),
        mother: "Phoolmati".into(),
        phone: "9415012345".into(),
        village: "Bahadurpur".into(),
        ..ChildDetails::default()
    };
    let fact = ChildRegistered { child: ChildId(77), details, worker: None, distinct_from: vec![] };
    let origin = OriginId(key[..16].try_into().unwrap());
    let entry = Fact::ChildRegistered(fact).to_entry(Hlc(1), Actor::NODE);
    let (events, head) = run(Chain::empty(origin).head(), [entry], &node(1));
    archive.store(&peer(&station, NOW_MS), &events, head).unwrap();
    archive.quarantine(station.no, "Anokhelal wrote two truths").unwrap();
    // It is all there for who has the key.
    assert_eq!(archive.entries(origin, 0, 9, 9_999).unwrap()[0].body, events[0].entry.body);

    let dump = Command::new("pg_dump").args(["--inserts", "-n", "tikka", stores::postgres::url()]).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = String::from_utf8(dump.stdout).unwrap();
    let shows = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).is_ok_and(|text| dump.contains(text));
        text || dump.contains(&hex(bytes))
    };
    // The search works: the row is there, with what may be seen of it.
    assert!(shows(&origin.0) && shows(&node(1).public_key().0));
    for (what, hidden) in [
        ("the child", &b"Gulabwati"[..]),
        ("the mother", b"Phoolmati"),
        ("the phone", b"9415012345"),
        ("the village", b"Bahadurpur"),
        ("the station", b"Mishrikh"),
        ("a link's name", b"Laharpur"),
        ("the district", b"Sitapur"),
        ("the reason", b"Anokhelal"),
        ("a link's secret", &SECRET),
        ("the body", &events[0].entry.body),
        // With them a guessed body could be confirmed.
        ("the hash", &events[0].hash),
        ("the signature", &head.signature),
        ("the district's key", &district.seed()),
    ] {
        assert!(!shows(hidden), "{what} can be read in the dump");
    }
}

#[test]
fn a_row_opens_at_its_own_place_alone() {
    let key = <PostgresArchive as Store>::place();
    let archive = <PostgresArchive as Store>::open(&key);
    let station = join(&archive, 1, "PHC");
    let origin = OriginId(key[..16].try_into().unwrap());
    let (events, head) = run(Chain::empty(origin).head(), (0..3).map(dose), &node(1));
    archive.store(&peer(&station, NOW_MS), &events, head).unwrap();
    let log = format!("(district, log) = (SELECT district, no FROM tikka.log WHERE origin = '\\x{}')", hex(&origin.0));
    for change in [
        format!("sealed = (SELECT sealed FROM tikka.event WHERE {log} AND seq = 1)"),
        "sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)".to_owned(),
        "hlc = hlc + 1".to_owned(),
        "actor = 1".to_owned(),
        "kind = 31".to_owned(),
        "version = 2".to_owned(),
    ] {
        let url = stores::postgres::url();
        sql(url, &format!("CREATE TABLE kept_{0} AS SELECT * FROM tikka.event WHERE {log} AND seq = 2", station.no.0));
        sql(url, &format!("UPDATE tikka.event SET {change} WHERE {log} AND seq = 2"));
        let read = archive.entries(origin, 1, 1, 100);
        assert!(matches!(read, Err(ArchiveError::Damaged(_))), "{change}: {read:?}");
        sql(url, &format!("DELETE FROM tikka.event WHERE {log} AND seq = 2"));
        sql(url, &format!("INSERT INTO tikka.event SELECT * FROM kept_{0}; DROP TABLE kept_{0}", station.no.0));
        assert_eq!(archive.entries(origin, 1, 1, 100).unwrap(), [events[1].entry.clone()]);
    }
}

#[test]
fn connections_are_replaced_after_a_restart() {
    let mut server = Server::start();
    let archive = PostgresArchive::open(&server.url, [7; 32], Some(&node(9))).unwrap();
    archive.set_name("Rampur").unwrap();
    let all_read = || {
        std::thread::scope(|scope| {
            let reads: Vec<_> = (0..8).map(|_| scope.spawn(|| archive.name())).collect();
            reads.into_iter().map(|read| read.join().unwrap()).collect::<Vec<_>>()
        })
    };
    assert!(all_read().into_iter().all(|name| name.unwrap().as_deref() == Some("Rampur")));
    server.stop();
    assert!(all_read().iter().all(|name| matches!(name, Err(ArchiveError::Database(_)))));
    server.start_again();
    assert!(all_read().into_iter().all(|name| name.unwrap().as_deref() == Some("Rampur")));
    // And while it was not looking.
    server.stop();
    server.start_again();
    archive.set_name("Rampur again").unwrap();
    assert!(all_read().into_iter().all(|name| name.unwrap().as_deref() == Some("Rampur again")));
}

/// Four stations send batches while PostgreSQL is killed again and again. Each does what a station does: after a
/// failure it asks what is held, and goes on from there.
#[test]
fn nothing_acknowledged_is_lost_when_postgresql_is_killed() {
    const WRITERS: u8 = 4;
    const KILLS: u64 = 6;
    let mut server = Server::start();
    let archive = PostgresArchive::open(&server.url, [7; 32], Some(&node(9))).unwrap();
    let stations: Vec<Station> = (1..=WRITERS).map(|seed| join(&archive, seed, "PHC")).collect();
    let (stop, acked, failed) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let last_acks: Vec<Head> = std::thread::scope(|scope| {
        let writers: Vec<_> = (1..=WRITERS)
            .zip(&stations)
            .map(|(seed, station)| {
                let (archive, stop, acked, failed) = (&archive, &stop, &acked, &failed);
                scope.spawn(move || write_until(archive, seed, station, stop, acked, failed))
            })
            .collect();
        for n in 0..KILLS {
            // Under load, and each time something new was acknowledged since.
            let before = acked.load(Ordering::Relaxed);
            let end = Instant::now() + PATIENCE;
            while acked.load(Ordering::Relaxed) < before + 200 {
                assert!(Instant::now() < end, "nothing is acknowledged any more");
                std::thread::yield_now();
            }
            match n % 2 {
                0 => server.kill(),
                _ => server.stop(),
            }
            server.start_again();
        }
        stop.store(true, Ordering::Relaxed);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert!(failed.load(Ordering::Relaxed) >= KILLS, "no call met a dead server");
    for (head, station) in last_acks.iter().zip(&stations) {
        assert_eq!(archive.hash_at(head.origin, head.seq).unwrap(), Some(head.hash), "{station:?}");
    }
    let found = verify::<_, ArchiveError>(&archive, |log| {
        assert_eq!(log.problem, None, "log {}", log.head.origin);
        Ok(())
    });
    let Total { logs, events, problems } = found.unwrap();
    assert_eq!((logs, problems), (2 * u64::from(WRITERS), 0));
    assert!(events >= acked.load(Ordering::Relaxed));
}

/// Gives the last head that was acknowledged.
fn write_until(
    archive: &PostgresArchive,
    seed: u8,
    station: &Station,
    stop: &AtomicBool,
    acked: &AtomicU64,
    failed: &AtomicU64,
) -> Head {
    let origin = OriginId([100 + seed; 16]);
    let me = node(seed);
    let mut written: Vec<Head> = vec![Chain::empty(origin).head()];
    let mut last_ack = written[0];
    let mut gave_up = Instant::now() + PATIENCE;
    while !stop.load(Ordering::Relaxed) {
        let from = *written.last().unwrap();
        let (events, head) = run(from, (0..1 + from.seq % 90).map(dose), &me);
        match archive.store(&peer(station, NOW_MS), &events, head) {
            Ok(end) => {
                assert_eq!(end, head.head);
                acked.fetch_add(events.len() as u64, Ordering::Relaxed);
                written.extend(events.iter().map(|e| Head { origin, seq: e.id.seq, hash: e.hash }));
                last_ack = end;
                gave_up = Instant::now() + PATIENCE;
            }
            Err(ArchiveError::Database(_)) => {
                failed.fetch_add(1, Ordering::Relaxed);
                assert!(Instant::now() < gave_up, "the store does not come back");
                // What is held now may be more than was acknowledged, never less, and never anything else.
                let Ok(logs) = archive.logs(station.no) else { continue };
                let held = logs.iter().map(|log| log.head).find(|head| head.origin == origin);
                let held = held.unwrap_or(Chain::empty(origin).head());
                assert!(held.seq >= last_ack.seq, "acknowledged {} and holds {}", last_ack.seq, held.seq);
                if held == head.head {
                    written.extend(events.iter().map(|e| Head { origin, seq: e.id.seq, hash: e.hash }));
                } else {
                    assert_eq!(held, from, "a part of a batch is held");
                }
            }
            Err(other) => panic!("{other}"),
        }
    }
    last_ack
}

#[test]
fn it_may_be_called_and_dropped_where_waiting_is_not_allowed() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async {
        let archive = <PostgresArchive as Store>::open(&<PostgresArchive as Store>::place());
        archive.set_name("Rampur").unwrap();
        assert_eq!(archive.name().unwrap().as_deref(), Some("Rampur"));
    });
}

#[test]
fn a_postgresql_that_does_not_keep_what_it_says_is_refused() {
    let server = Server::start();
    sql(&server.url, "ALTER SYSTEM SET fsync = off");
    sql(&server.url, "SELECT pg_reload_conf()");
    let end = Instant::now() + PATIENCE;
    while sql(&server.url, "SHOW fsync").trim() != "off" {
        assert!(Instant::now() < end, "the setting is not taken");
    }
    let opened = PostgresArchive::open(&server.url, [7; 32], Some(&node(9)));
    assert!(matches!(opened, Err(ArchiveError::NotDurable)), "{opened:?}");
}

#[test]
fn commits_are_durable_whatever_the_role_prefers() {
    let server = Server::start();
    sql(&server.url, "ALTER ROLE tikka SET synchronous_commit = off");
    let archive = PostgresArchive::open(&server.url, [7; 32], Some(&node(9))).unwrap();
    // Asked of a connection of ours, by a trigger that tells what it ran under.
    sql(
        &server.url,
        "CREATE TABLE public.told (setting text);
         CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             INSERT INTO public.told VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
         CREATE TRIGGER tell BEFORE UPDATE ON tikka.district FOR EACH ROW EXECUTE FUNCTION public.tell()",
    );
    archive.set_name("Rampur").unwrap();
    assert_eq!(sql(&server.url, "SELECT setting FROM public.told").trim(), "on");
}

#[test]
fn over_a_network_the_certificate_is_checked() {
    let mut server = Server::start();
    let url = server.tls();
    let opened = |url: &str| PostgresArchive::open(url, [7; 32], Some(&node(9)));
    let archive = opened(&url).unwrap();
    archive.set_name("Rampur").unwrap();
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                     WHERE application_name = 'tikka-district'";
    assert_eq!(sql(&url, encrypted), "t");
    assert!(opened(&url.replace("verify-full", "require")).is_ok());

    // Who answers under another name, or is vouched for by nobody we trust, is told nothing.
    let (place, roots) = url.split_once("&sslrootcert=").unwrap();
    let mut strangers = vec![url.replace("@localhost:", "@127.0.0.1:")];
    let other = tempfile::tempdir().unwrap().path().join("none.crt");
    strangers.push(format!("{place}&sslrootcert={}", other.display()));
    let mut second = Server::start();
    let second = second.tls();
    let theirs = second.split_once("&sslrootcert=").unwrap().1;
    assert_ne!(roots, theirs);
    strangers.push(format!("{place}&sslrootcert={theirs}"));
    for stranger in &strangers {
        let refused = opened(stranger);
        assert!(matches!(refused, Err(ArchiveError::Database(_) | ArchiveError::Url(_))), "{stranger}: {refused:?}");
    }
}

#[test]
fn a_district_that_is_not_there_is_not_made_by_the_way() {
    let key = <PostgresArchive as Store>::place();
    let opened = PostgresArchive::open(stores::postgres::url(), key, None);
    assert!(matches!(opened, Err(ArchiveError::NoDistrict)), "{opened:?}");
    let nowhere = PostgresArchive::open("postgres://tikka@%2Fnowhere/postgres", key, None);
    assert!(matches!(nowhere, Err(ArchiveError::Database(_))), "{nowhere:?}");
}
