//! The district's store under the real server: in a file and in PostgreSQL, checked, backed up, and moved from one to
//! the other.
#![allow(clippy::unwrap_used)]

#[path = "district/station.rs"]
#[allow(dead_code, reason = "the tests of the link use the rest")]
mod station;

use hub::uplink::{LinkState, enrol};
use serde_json::Value;
use station::{Station, eventually, random};
use std::process::Output;
use tests::district::{District, run};
use tests::postgres;

fn ok(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    lines(output)
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A district of one station that has sent this many events.
async fn served(district: &District, station: &Station, events: u64) {
    station.append(events);
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    let link = station.connect(&district.address, district.id);
    station.all_acked(&link).await;
    link.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_district_in_postgresql_is_one_like_any_other() {
    let mut district = District::start_in(postgres::url());
    let station = Station::new(1);
    served(&district, &station, 2_000).await;
    let line = district.station("PHC Rampur");
    assert_eq!((&line["events"], &line["hash"]), (&2_000.into(), &station::hex(&station.content().hash).into()));

    // Killed while the next events come: the same district goes on, and nothing is lost or twice.
    let link = station.connect(&district.address, district.id);
    for seed in 0..3 {
        station.append(500 + u64::from(random() % 500));
        if seed > 0 {
            eventually(&link, |status| status.state == LinkState::Connected).await;
        }
        district.kill();
        district.restart();
    }
    station.all_acked(&link).await;
    let line = district.station("PHC Rampur");
    let content = station.content();
    assert_eq!((&line["events"], &line["hash"]), (&content.events.into(), &station::hex(&content.hash).into()));
    let checked = ok(&district.command(&["verify"]));
    let total = checked.last().unwrap();
    assert_eq!(
        (&total["logs"], &total["events"], &total["problems"]),
        (&2.into(), &(content.events + 2).into(), &0.into())
    );

    // Without the URL the directory says where its district is, and none is begun beside it.
    for command in ["serve", "stations", "verify"] {
        let refused = run(&[command, "--data", district.data()]);
        assert_eq!(refused.status.code(), Some(6), "{command}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("--database-url"), "{command}");
    }
    link.shutdown().await;
    assert_eq!(district.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_district_that_outgrows_its_file_moves_to_postgresql() {
    let mut district = District::start();
    let station = Station::new(2);
    served(&district, &station, 1_000).await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("district.tikka");
    let file = file.to_str().unwrap();
    // While the server runs, also by the name of its file.
    let told = ok(&district.command(&["backup", file]));
    assert_eq!((&told[0]["logs"], &told[0]["events"]), (&2.into(), &1_002.into()));
    let again = district.command(&["backup", file]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(district.terminate(), Some(0));

    // A file is not put into PostgreSQL by naming one.
    let url = postgres::url();
    let refused = run(&["stations", "--data", district.data(), "--database-url", url]);
    assert_eq!(refused.status.code(), Some(6));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("restore"));

    let moved = dir.path().join("moved");
    let moved = moved.to_str().unwrap();
    let key = format!("{}/district.key", district.data());
    let restore = ["restore", file, "--data", moved, "--key-file", &key, "--database-url", url];
    assert_eq!(run(&restore[..4]).status.code(), Some(4), "a backup opens with its key alone");
    assert_eq!(ok(&run(&restore)), told);
    assert_eq!(run(&restore).status.code(), Some(6), "a district is there already");
    let place = ["--data", moved, "--key-file", &key, "--database-url", url];
    let stations = ok(&run(&[&["stations"][..], &place].concat()));
    assert_eq!(stations[0]["hash"], station::hex(&station.content().hash));
    assert_eq!(ok(&run(&[&["verify"][..], &place].concat())).last().unwrap()["events"], 1_002);
}

#[test]
fn verify_says_what_is_wrong_and_ends_with_3() {
    let mut district = District::start();
    let link = district.link("PHC Rampur");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let station = Station::new(3);
    runtime.block_on(enrol(&station.key, &link, station.recovery())).unwrap();
    assert_eq!(district.terminate(), Some(0));
    let checked = district.command(&["verify"]);
    assert_eq!((checked.status.code(), lines(&checked).len()), (Some(0), 2));

    // A body that somebody with the key changes.
    let key = std::fs::read_to_string(format!("{}/district.key", district.data())).unwrap();
    let conn = rusqlite::Connection::open(format!("{}/district.db", district.data())).unwrap();
    conn.pragma_update(None, "key", format!("x'{}'", key.trim())).unwrap();
    conn.execute("UPDATE event SET body = x'00' WHERE seq = 2", []).unwrap();
    drop(conn);
    let checked = district.command(&["verify"]);
    assert_eq!(checked.status.code(), Some(3));
    let lines = lines(&checked);
    assert!(lines[0]["problem"].as_str().unwrap().contains("event 2"), "{lines:?}");
    assert_eq!((&lines[0]["events"], &lines[1]["problems"]), (&1.into(), &1.into()));

    // A page that the disk changes.
    let path = format!("{}/district.db", district.data());
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let checked = district.command(&["verify"]);
    assert_eq!(checked.status.code(), Some(3), "{}", String::from_utf8_lossy(&checked.stderr));
}
