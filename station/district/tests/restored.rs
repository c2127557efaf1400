//! A station that comes back from an old backup: the district gives it what it wrote afterwards.
#![allow(clippy::unwrap_used)]

mod stores;
mod world;

use clinic::replica::Logs;
use district::archive::SqliteArchive;
use std::sync::Arc;
use stores::Store;
use world::{World, verified, write};

against_each_store!(
    a_station_from_an_old_backup_gets_its_own_events_back,
    what_the_district_never_had_reaches_it_under_the_old_log,
);

fn a_station_from_an_old_backup_gets_its_own_events_back<S: Store>() {
    let (world, clinic) = World::<S>::new();
    write(&clinic, (0..10).map(|n| format!("before {n:04}")));
    assert!(world.talk(&clinic).is_empty());
    let old = world.backup(&clinic, "old.tikka");
    // A busy time, told to the district in small pieces and in large ones.
    for piece in 0..30 {
        write(&clinic, (0..3).map(|n| format!("after {piece:02} {n:04}")));
        assert!(world.talk(&clinic).is_empty());
    }
    write(&clinic, (0..700).map(|n| format!("later {n:04}")));
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);
    let (all, closed) = (world.notes(&clinic), clinic.origin());
    drop(clinic);

    // The computer dies. The backup knows ten of them; what it does not know is at the district.
    let clinic = world.restore(&old, "again");
    assert_eq!(world.notes(&clinic).len(), 10);
    write(&clinic, ["since".to_owned()].into_iter());
    let sync = clinic.sync().unwrap();
    assert!(sync.at_district < sync.events);
    // The line is bad: each time it breaks after a few messages, and nothing that came is lost.
    let mut held = world.notes(&clinic).len();
    for messages in 3..9 {
        world.talk_until(&clinic, messages);
        let now = world.notes(&clinic).len();
        assert!(now >= held, "{now} of {held}");
        held = now;
        verified(&clinic);
    }
    assert!(world.talk(&clinic).is_empty());
    let mut expected = all;
    expected.push("since".to_owned());
    expected.sort();
    assert_eq!(world.notes(&clinic), expected);
    verified(&clinic);
    // Both logs are whole on both sides, and nothing was sent twice.
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);
    assert_ne!(clinic.origin(), closed);
    write(&clinic, ["and on".to_owned()].into_iter());
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);

    // Once more from the same backup: now there is a log that it never heard of.
    let second = clinic.origin();
    drop(clinic);
    let clinic = world.restore(&old, "third");
    assert!(world.talk(&clinic).is_empty());
    assert!(world.talk(&clinic).is_empty());
    expected.push("and on".to_owned());
    expected.sort();
    assert_eq!(world.notes(&clinic), expected);
    assert!(clinic.heads().unwrap().iter().any(|h| h.origin == second));
    verified(&clinic);
    world.equal(&clinic);
}

fn what_the_district_never_had_reaches_it_under_the_old_log<S: Store>() {
    let (world, clinic) = World::<S>::new();
    write(&clinic, (0..10).map(|n| format!("at the district {n}")));
    assert!(world.talk(&clinic).is_empty());
    write(&clinic, (0..10).map(|n| format!("only here {n}")));
    let file = world.backup(&clinic, "b.tikka");
    drop(clinic);
    let clinic = world.restore(&file, "again");
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);
    verified(&clinic);
    assert_eq!(world.notes(&clinic).len(), 20);
}

/// A district that was set up before it kept signed heads: it gives back what its newest one vouches for.
#[test]
fn a_district_of_the_first_form_goes_on() {
    let (world, clinic) = World::<SqliteArchive>::new();
    let file = world.backup(&clinic, "b.tikka");
    write(&clinic, (0..10).map(|n| format!("after {n}")));
    assert!(world.talk(&clinic).is_empty());
    drop(clinic);
    let World { dir, place, archive, district, recovery } = world;
    drop(archive);
    let conn = rusqlite::Connection::open(SqliteArchive::path_in(place.path())).unwrap();
    conn.pragma_update(None, "key", format!("x'{}'", "2a".repeat(32))).unwrap();
    conn.execute_batch(
        "ALTER TABLE log ADD COLUMN signed_seq INTEGER NOT NULL DEFAULT 0;
         ALTER TABLE log ADD COLUMN signature BLOB CHECK (length(signature) = 64);
         UPDATE log SET signed_seq = (SELECT max(seq) FROM signed WHERE log = no);
         UPDATE log SET signature = (SELECT signature FROM signed WHERE log = no AND seq = signed_seq);
         DROP TABLE signed;
         DROP TABLE note;
         PRAGMA user_version = 1",
    )
    .unwrap();
    drop(conn);
    let archive = Arc::new(<SqliteArchive as Store>::open(&place));
    let world = World { dir, place, archive, district, recovery };
    let clinic = world.restore(&file, "again");
    for _ in 0..2 {
        assert!(world.talk(&clinic).is_empty());
    }
    assert_eq!(world.notes(&clinic).len(), 10);
    world.equal(&clinic);
    verified(&clinic);
}
