//! What `verify` finds, and that a backup of each store makes each store again.
#![allow(clippy::unwrap_used)]

mod stores;

use clinic::ledger::{Actor, Chain, Entry, Event, Hlc};
use district::archive::{
    Archive, ArchiveError, BackupError, PostgresArchive, SqliteArchive, Stage, Station, StationNo, Written, backup,
    unpack,
};
use district::enrolment::{Asking, admit, make_link};
use district::verify::{Problem, Total, Walked, verify};
use hub_protocol::replica::{Enrol, SignedHead, VERSION, enrol_proof};
use hub_protocol::{Identity, OriginId};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use stores::{Store, Tamper, peer};

against_each_store!(
    a_whole_archive_is_found_whole,
    what_was_changed_behind_our_back_is_found,
    a_backup_makes_the_same_archive_again,
    a_backup_is_made_while_stations_write,
    a_backup_is_refused_where_it_would_do_harm,
);

const NOW_MS: u64 = 1_700_000_000_000;

fn node(seed: u8) -> Identity {
    Identity::from_seed([seed; 32])
}

/// A log that no other test has.
fn log() -> OriginId {
    let mut origin = [0; 16];
    getrandom::fill(&mut origin).unwrap();
    OriginId(origin)
}

fn run(before: Chain, bodies: &[&str], signer: &Identity) -> (Vec<Event>, SignedHead) {
    let mut chain = before;
    let entry = |body: &&str| Entry {
        hlc: Hlc(u64::MAX),
        actor: Actor::NODE,
        kind: u16::MAX,
        version: u8::MAX,
        body: body.as_bytes().to_vec(),
    };
    let events = bodies.iter().map(|body| chain.append(entry(body))).collect();
    (events, chain.head().sign(signer))
}

fn join<A: Archive>(archive: &A, seed: u8) -> Station {
    let link = make_link(archive, &format!("PHC {seed}"), "district.example:4433", [seed; 15], NOW_MS).unwrap();
    let proof = enrol_proof(&link.secret, &[seed; 32]);
    let request = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery: node(200).public_key() };
    let key = node(seed).public_key();
    let asking = Asking { key, exporter: [seed; 32], new_origin: OriginId([seed; 16]), now_ms: NOW_MS };
    admit(archive, &request, &asking).unwrap();
    archive.station_by_key(&key).unwrap().unwrap()
}

/// A district with a bit of everything. `log` is the first station's.
fn filled<S: Store>(place: &S::Place, log: OriginId) -> S {
    let archive = S::open(place);
    archive.set_name("Zila Sitapur").unwrap();
    archive.set_listened_at("10.0.0.1:4433").unwrap();
    let (one, two) = (join(&archive, 1), join(&archive, 2));
    let mut chain = Chain::empty(log);
    for bodies in [&["a", "b"][..], &["c"], &["d", "e", "f"]] {
        let (events, head) = run(chain, bodies, &node(1));
        archive.store(&peer(&one, NOW_MS + 5), &events, head).unwrap();
        chain = Chain::at(head.head);
    }
    let (events, head) = run(Chain::empty(OriginId([102; 16])), &["x"], &node(2));
    archive.store(&peer(&two, NOW_MS + 6), &events, head).unwrap();
    archive.quarantine(two.no, "two truths").unwrap();
    make_link(&archive, "PHC 3", "district.example:4433", [3; 15], NOW_MS).unwrap();
    let (events, head) = run(Chain::empty(OriginId([50; 16])), &["office"], &archive.identity().unwrap());
    archive.write(&[Written { station: StationNo::OFFICE, events, head }]).unwrap();
    archive
}

fn walked<A: Archive>(archive: &A) -> (Total, Vec<Walked>) {
    let mut logs = Vec::new();
    let total = verify::<_, ArchiveError>(archive, |log| {
        logs.push(log.clone());
        Ok(())
    });
    (total.unwrap(), logs)
}

fn a_whole_archive_is_found_whole<S: Store>() {
    let place = S::place();
    let log = log();
    let archive = filled::<S>(&place, log);
    let (total, logs) = walked(&archive);
    // Six, one, the office's, and two for each of the two stations.
    assert_eq!(total, Total { logs: 5, events: 12, problems: 0 });
    let own = logs.iter().find(|walked| walked.head.origin == log).unwrap();
    assert_eq!((own.writer, own.head.seq), (node(1).public_key(), 6));
    assert!(own.signed >= 1);
}

fn what_was_changed_behind_our_back_is_found<S: Store>() {
    for how in [Tamper::Body, Tamper::Missing, Tamper::Signature, Tamper::Unsigned] {
        let place = S::place();
        let log = log();
        let archive = filled::<S>(&place, log);
        S::tamper(&place, log, how);
        let (total, logs) = walked(&archive);
        assert_eq!(total.problems, 1, "{how:?}");
        let problem = logs.into_iter().find(|walked| walked.head.origin == log).unwrap().problem.unwrap();
        let fits = match how {
            Tamper::Body => matches!(problem, Problem::Changed { seq: 2 } | Problem::Unreadable { .. }),
            Tamper::Missing => problem == Problem::Missing { seq: 2 },
            Tamper::Signature => matches!(problem, Problem::Signature { .. } | Problem::Unreadable { .. }),
            Tamper::Unsigned => problem == Problem::Unsigned { seq: 0 },
        };
        assert!(fits, "{how:?}: {problem}");
        // And no backup is made of it.
        let dir = tempfile::tempdir().unwrap();
        let made = backup(&archive, &dir.path().join("b.tikka"), S::key(&place));
        assert!(made.is_err(), "{how:?}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

/// Everything that an archive gives, in words.
fn everything<A: Archive>(archive: &A) -> Vec<String> {
    let mut all = Vec::new();
    archive
        .pieces(&mut |piece| {
            all.push(match piece {
                district::archive::Piece::District { identity, name, listened_at } => {
                    format!("{} {name:?} {listened_at:?}", identity.device_id())
                }
                other => format!("{other:?}"),
            });
            Ok(())
        })
        .unwrap();
    all
}

fn a_backup_makes_the_same_archive_again<S: Store>() {
    let place = S::place();
    let archive = filled::<S>(&place, log());
    let dir = tempfile::tempdir().unwrap();
    let (file, key) = (dir.path().join("b.tikka"), S::key(&place));
    let total = backup(&archive, &file, key).unwrap();
    assert_eq!(total, walked(&archive).0);
    // It is one file, for its owner, in which nothing can be read.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(7).any(|w| w == b"Sitapur") && !bytes.starts_with(b"SQLite"));

    let sqlite = dir.path().join("again");
    SqliteArchive::make_directory(&sqlite).unwrap();
    let unpacked = unpack(&file, &SqliteArchive::path_in(&sqlite), key, &mut |_| ()).unwrap();
    assert_eq!(unpacked.total, total);
    // PostgreSQL finds a district by its key, and this one may be there: another key is another district.
    let other = <PostgresArchive as Store>::place();
    let postgres = <PostgresArchive as Store>::open(&other);
    postgres.fill(&unpacked.archive).unwrap();
    assert!(matches!(postgres.fill(&unpacked.archive), Err(ArchiveError::InUse)));
    unpacked.keep(&SqliteArchive::path_in(&sqlite)).unwrap();
    let sqlite = SqliteArchive::open(&sqlite, key, &node(77)).unwrap();
    let all = everything(&archive);
    assert!(all.len() > 12, "{all:?}");
    assert_eq!(everything(&sqlite), all);
    assert_eq!(everything(&postgres), all);
    assert_eq!((walked(&sqlite).0, walked(&postgres).0), (total.clone(), total));
    // Both go on where it ended.
    goes_on(&sqlite);
    goes_on(&postgres);
}

fn goes_on<A: Archive>(archive: &A) {
    let station = archive.station_by_key(&node(1).public_key()).unwrap().unwrap();
    let end = archive.logs(station.no).unwrap().into_iter().find(|log| log.writer == station.key).unwrap().head;
    let (events, head) = run(Chain::at(end), &["g"], &node(1));
    assert_eq!(archive.store(&peer(&station, NOW_MS), &events, head).unwrap(), head.head);
    let no = join(archive, 4).no;
    assert_eq!(no, StationNo(3));
}

fn a_backup_is_made_while_stations_write<S: Store>() {
    let place = S::place();
    let archive = filled::<S>(&place, log());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("b.tikka");
    let (stop, origin) = (AtomicBool::new(false), OriginId([110; 16]));
    let station = archive.station_by_key(&node(1).public_key()).unwrap().unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut chain = Chain::empty(origin);
            while !stop.load(Ordering::Relaxed) {
                let (events, head) = run(chain, &["x", "y", "z"], &node(1));
                archive.store(&peer(&station, NOW_MS), &events, head).unwrap();
                chain = Chain::at(head.head);
            }
        });
        while archive.hash_at(origin, 9).unwrap().is_none() {
            assert!(!writer.is_finished());
        }
        let total = backup(&archive, &file, S::key(&place)).unwrap();
        stop.store(true, Ordering::Relaxed);
        assert!(total.events >= 12 + 9 && total.problems == 0, "{total:?}");
    });
}

fn a_backup_is_refused_where_it_would_do_harm<S: Store>() {
    let place = S::place();
    let archive = filled::<S>(&place, log());
    let dir = tempfile::tempdir().unwrap();
    let (file, key) = (dir.path().join("b.tikka"), S::key(&place));
    std::fs::write(&file, "mine").unwrap();
    assert!(matches!(backup(&archive, &file, key), Err(BackupError::Exists(_))));
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    std::fs::remove_file(&file).unwrap();
    backup(&archive, &file, key).unwrap();

    let to = dir.path().join("district.db");
    let refused = |file: &Path, key| {
        let unpacked = unpack(file, &to, key, &mut |_| ());
        assert!(unpacked.is_err(), "{unpacked:?}");
        drop(unpacked);
        let mut names = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name());
        assert!(!names.any(|name| name.to_string_lossy().contains("part")));
    };
    refused(&file, [1; 32]);
    // Cut off, and with one byte changed.
    let good = std::fs::read(&file).unwrap();
    let bad = dir.path().join("bad");
    std::fs::write(&bad, &good[..good.len() / 2]).unwrap();
    refused(&bad, key);
    for at in [good.len() / 3, good.len() - 100] {
        let mut changed = good.clone();
        changed[at] ^= 1;
        std::fs::write(&bad, &changed).unwrap();
        refused(&bad, key);
    }
    let mut told = Vec::new();
    unpack(&file, &to, key, &mut |stage| told.push(stage)).unwrap();
    let bytes = std::fs::metadata(&file).unwrap().len();
    assert_eq!(told[0], Stage::Copying { done: bytes, total: bytes });
    assert!(matches!(told[..], [_, .., Stage::Checking { done, total }] if done == total && total > 0), "{told:?}");
}
