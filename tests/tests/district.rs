//! A real `tikka-district` and the station's real uplink, over loopback.
#![allow(clippy::unwrap_used)]

#[path = "district/hostile.rs"]
#[allow(dead_code, reason = "the tests of an adversary use the rest")]
mod hostile;
#[path = "district/station.rs"]
mod station;

use clinic::ledger::{Actor, Entry, Hlc};
use clinic::record::Fact;
use clinic::record::command::Line;
use hostile::Hostile;
use hub::uplink::{LinkState, UplinkError, enrol};
use hub_protocol::replica::{BODY_MAX_BYTES, EnrolLink, Refusal};
use hub_protocol::{Identity, OriginId};
use station::{Station, eventually};
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tests::badlink::{BadLink, Link};
use tests::district::{self, District};
use tests::logs::opening;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_thousand_events_reach_the_district_and_both_sides_prove_it() {
    let mut district = District::start();
    let station = Station::new(1);
    station.append(3_000);
    let enrolled = enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    assert_eq!((enrolled.district.as_str(), enrolled.station.as_str()), ("Test District", "PHC Rampur"));

    let link = station.connect(&district.address, district.id);
    station.all_acked(&link).await;
    assert_eq!(link.status().borrow().state, LinkState::Connected);
    assert!(link.status().borrow().last_contact_ms.is_some());
    // One more, while the connection stands.
    station.append(1);
    station.all_acked(&link).await;

    let line = district.station("PHC Rampur");
    let content = station.content();
    assert_eq!(line["events"], 3_001);
    assert_eq!(line["hash"], station::hex(&content.hash));
    assert_eq!(line["state"], "active");
    assert!(line["last_contact_ms"].as_u64().is_some());
    // The store was told what is proved.
    assert_eq!(station.logs.proved(), station.logs.heads_of(&station.key));

    // And the district's own log came down.
    let facts = station.logs.facts_by(district.id);
    let [Fact::OriginOpened(_), Fact::StationAdmitted(admitted)] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!((admitted.district, admitted.station_name.as_str()), (district.id, "PHC Rampur"));

    let status = link.status();
    link.shutdown().await;
    assert_eq!(status.borrow().state, LinkState::Off);
    assert_eq!(district.terminate(), Some(0));
}

#[tokio::test]
async fn a_link_is_for_one_station_and_one_use() {
    let district = District::start();
    let (one, two) = (Station::new(1), Station::new(2));
    let link = district.link("PHC Rampur");
    enrol(&one.key, &link, one.recovery()).await.unwrap();
    // The answer might have been lost.
    enrol(&one.key, &link, one.recovery()).await.unwrap();
    let second = enrol(&two.key, &link, two.recovery()).await;
    assert!(matches!(second, Err(UplinkError::Refused(Refusal::BadSecret))), "{second:?}");
    let guessed = EnrolLink { secret: [0; 15], ..link };
    let refused = enrol(&two.key, &guessed, two.recovery()).await;
    assert!(matches!(refused, Err(UplinkError::Refused(Refusal::BadSecret))), "{refused:?}");
    assert_eq!(district.stations().len(), 1);
}

#[tokio::test]
async fn a_station_that_was_not_taken_in_is_told_so() {
    let district = District::start();
    let stranger = Station::new(1);
    stranger.append(5);
    let link = stranger.connect(&district.address, district.id);
    eventually(&link, |s| s.state == LinkState::Refused(Refusal::UnknownStation)).await;
    assert!(link.status().borrow().acked.is_empty());
    assert!(district.stations().is_empty());
}

#[tokio::test]
async fn another_district_at_the_address_is_not_spoken_to() {
    let (own, other) = (District::start(), District::start());
    let station = Station::new(1);
    station.append(5);
    enrol(&station.key, &own.link("PHC Rampur"), station.recovery()).await.unwrap();

    let link = station.connect(&other.address, own.id);
    eventually(&link, |s| s.state == LinkState::WrongDistrict).await;
    assert!(link.status().borrow().acked.is_empty() && link.status().borrow().last_contact_ms.is_none());

    let redirected = EnrolLink { address: other.address.clone(), ..own.link("PHC Rampur 2") };
    let refused = enrol(&station.key, &redirected, station.recovery()).await;
    assert!(matches!(refused, Err(UplinkError::WrongDistrict)), "{refused:?}");
    assert!(other.stations().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_district_that_is_killed_loses_nothing_that_it_acknowledged() {
    const KILLS: u32 = 5;
    let mut district = District::start();
    let station = Arc::new(Station::new(1));
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    let link = station.connect(&district.address, district.id);

    let working = Arc::new(AtomicBool::new(true));
    let writer = std::thread::spawn({
        let (station, working) = (station.clone(), working.clone());
        move || {
            while working.load(Ordering::Relaxed) {
                station.append(20);
                // A busy clinic, not a clock to wait for.
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    for _ in 0..KILLS {
        let before = station.acked(&link);
        // New acknowledgements come, then the blow falls somewhere among the next ones.
        eventually(&link, |s| s.acked.first().map_or(0, |h| h.seq) > before).await;
        let moment = u64::from(station::random() % 60);
        println!("killed {moment} ms after an acknowledgement");
        tokio::time::sleep(Duration::from_millis(moment)).await;
        district.kill();
        let acked = station.acked(&link);
        let held = district.station("PHC Rampur")["events"].as_u64().unwrap();
        assert!(held >= acked, "{acked} events were acknowledged, {held} are there");
        district.restart();
    }
    working.store(false, Ordering::Relaxed);
    writer.join().unwrap();
    station.all_acked(&link).await;

    let (line, content) = (district.station("PHC Rampur"), station.content());
    assert_eq!(line["events"].as_u64(), Some(content.events));
    assert_eq!(line["hash"], station::hex(&content.hash));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rubbish_on_the_port_is_refused_and_the_server_goes_on() {
    let district = District::start();
    // Not QUIC at all, and what looks a little like it.
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for n in 0..300_u32 {
        let mut noise: Vec<u8> =
            (0..1_200 - n).map(|i| (i.wrapping_mul(n).wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        noise[0] |= if n % 2 == 0 { 0xc0 } else { 0x40 };
        if n % 4 == 0 {
            noise[1..5].copy_from_slice(&[0, 0, 0, 1]);
        }
        socket.send_to(&noise, &district.address).unwrap();
    }
    let station = Station::new(1);
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    // Rubbish over a good connection: from a stranger, and from a station that is known.
    for key in [Identity::from_seed([66; 32]), station.key.clone()] {
        let too_long = (hub_protocol::frame::REPLICA_MAX_BYTES as u32 + 1).to_be_bytes();
        for bytes in [&[0, 0, 0, 3, 1, 2, 3][..], &[0xff; 64], &too_long] {
            let mut peer = Hostile::connect(&district.address, district.id, &key).await;
            peer.send_bytes(bytes).await;
            assert_eq!(peer.refusal().await, Refusal::Malformed);
        }
    }
    // A message that does not come first, and one that never comes.
    let mut peer = Hostile::connect(&district.address, district.id, &station.key).await;
    peer.send(&peer.batch(OriginId([5; 16]), &[], &station.key)).await;
    assert_eq!(peer.refusal().await, Refusal::OutOfOrder);
    let silent = Hostile::connect(&district.address, district.id, &station.key).await;

    station.append(10);
    let link = station.connect(&district.address, district.id);
    station.all_acked(&link).await;
    drop(silent);
    assert_eq!(district.station("PHC Rampur")["state"], "active");
}

fn dose(body: u8) -> Entry {
    Entry { hlc: Hlc(1), actor: Actor::NODE, kind: 30, version: 1, body: vec![body] }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forger_is_quarantined_and_the_others_go_on() {
    let district = District::start();
    let [honest, forger, forker, backward, heavy] = [1, 2, 3, 5, 6].map(Station::new);
    let all = [&honest, &forger, &forker, &backward, &heavy].into_iter();
    for (station, name) in all.zip(["honest", "forger", "forker", "backward", "heavy"]) {
        enrol(&station.key, &district.link(name), station.recovery()).await.unwrap();
    }
    honest.append(10);
    let link = honest.connect(&district.address, district.id);
    honest.all_acked(&link).await;

    // Signed by another key than the station's.
    let mut peer = Hostile::connect(&district.address, district.id, &forger.key).await;
    peer.hello(vec![]).await;
    peer.send(&peer.batch(OriginId([5; 16]), &[2], &forker.key)).await;
    assert_eq!(peer.refusal().await, Refusal::BadSignature);
    // Two truths for event 2, both signed by the station.
    let mut peer = Hostile::connect(&district.address, district.id, &forker.key).await;
    peer.hello(vec![]).await;
    let first = peer.batch(OriginId([6; 16]), &[2], &forker.key);
    peer.send(&first).await;
    peer.ack().await;
    peer.send(&peer.batch(OriginId([6; 16]), &[9, 3], &forker.key)).await;
    assert_eq!(peer.refusal().await, Refusal::Fork);
    // What no program of ours writes, properly chained and signed: a clock that goes back, an event without measure.
    let past = Entry { hlc: Hlc(0), ..dose(2) };
    let large = Entry { body: vec![7; BODY_MAX_BYTES + 1], ..dose(2) };
    for (station, odd) in [(&backward, past), (&heavy, large)] {
        let mut peer = Hostile::connect(&district.address, district.id, &station.key).await;
        peer.hello(vec![]).await;
        let entries = [opening(station.key.public_key()), dose(1), odd];
        peer.send(&peer.entries(OriginId([8; 16]), &entries, &station.key)).await;
        assert_eq!(peer.refusal().await, Refusal::BadChain);
    }
    // Somebody else's log: refused, and nothing worse.
    let third = Station::new(4);
    enrol(&third.key, &district.link("third"), third.recovery()).await.unwrap();
    let mut peer = Hostile::connect(&district.address, district.id, &third.key).await;
    peer.hello(vec![]).await;
    peer.send(&peer.batch(honest.logs.heads_of(&honest.key)[0].origin, &[], &third.key)).await;
    assert_eq!(peer.refusal().await, Refusal::NotYours);
    // A log says first whose it is.
    for entries in [vec![dose(1)], vec![opening(honest.key.public_key()), dose(1)]] {
        let mut peer = Hostile::connect(&district.address, district.id, &third.key).await;
        peer.hello(vec![]).await;
        peer.send(&peer.entries(OriginId([7; 16]), &entries, &third.key)).await;
        assert_eq!(peer.refusal().await, Refusal::Malformed);
    }
    assert_eq!(district.station("third")["events"], 0);

    for (name, state, events) in [
        ("honest", "active", 10),
        ("forger", "quarantined", 0),
        ("forker", "quarantined", 2),
        ("backward", "quarantined", 0),
        ("heavy", "quarantined", 0),
    ] {
        let line = district.station(name);
        assert_eq!((line["state"].as_str(), line["events"].as_u64()), (Some(state), Some(events)), "{name}");
    }
    assert_eq!(district.station("third")["state"], "active");
    for (name, why) in [("backward", "the clock goes back at event 3"), ("heavy", "event 3")] {
        let reason = district.station(name)["quarantined_why"].as_str().unwrap().to_owned();
        assert!(reason.contains(why), "{reason}");
    }
    let shut_out = forger.connect(&district.address, district.id);
    eventually(&shut_out, |s| s.state == LinkState::Refused(Refusal::Quarantined)).await;
    honest.append(5);
    honest.all_acked(&link).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_counts_is_read_over_http() {
    let mut district = District::start();
    let (station, stranger) = (Station::new(1), Station::new(2));
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    station.append(3_000);
    let link = station.connect(&district.address, district.id);
    station.all_acked(&link).await;
    let refused = stranger.connect(&district.address, district.id);
    eventually(&refused, |s| s.state == LinkState::Refused(Refusal::UnknownStation)).await;
    refused.shutdown().await;

    let (status, text) = district::get(&district.metrics, "/metrics");
    assert_eq!(status, 200);
    let value = |name: &str| {
        let line = text.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).unwrap_or_else(|| panic!("{name}:\n{text}"))
    };
    assert_eq!(value("tikka_events_total"), 3_000.0);
    let batches = value("tikka_batches_total");
    assert!((1.0..=3_000.0).contains(&batches), "{batches}");
    assert_eq!(value("tikka_store_seconds_count"), batches);
    assert_eq!(value("tikka_refusals_total{reason=\"unknown-station\"}"), 1.0);
    assert_eq!(value("tikka_stations{state=\"active\"}"), 1.0);
    assert!(value("tikka_connections") >= 1.0);
    assert!(value("tikka_received_bytes_total") > 10_000.0);
    let device = station.key.device_id().short();
    assert!(value(&format!("tikka_station_contact_age_seconds{{device=\"{device}\"}}")) < 60.0);
    assert!(!text.contains("Rampur"), "a name is among the figures");
    assert_eq!(district::get(&district.metrics, "/").0, 404);

    drop(link);
    assert_eq!(district.terminate(), Some(0));
}

#[tokio::test]
async fn systemd_is_told_and_the_log_is_json() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("notify");
    let systemd = std::os::unix::net::UnixDatagram::bind(&socket).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut district = District::start_with(&["--log-format", "json"], &[("NOTIFY_SOCKET", socket.to_str().unwrap())]);
    let mut word = [0; 64];
    let n = systemd.recv(&mut word).unwrap();
    assert_eq!(&word[..n], b"READY=1\n");
    let station = Station::new(1);
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    assert_eq!(district.terminate(), Some(0));
    let n = systemd.recv(&mut word).unwrap();
    assert_eq!(&word[..n], b"STOPPING=1\n");
    let log = district.log();
    let lines: Vec<serde_json::Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let said = |what: &str| lines.iter().any(|line| line["fields"]["message"] == what);
    assert!(said("a station was taken in") && said("stopping"), "{log}");
    assert!(!log.contains("Rampur"), "a name is in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_whose_day_is_spent_rests_until_it_may_cost_more() {
    let district = District::start();
    let station = Station::new(1);
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    station.append(30);
    station.line.send_replace(Line { daily_mb: Some(1), ..Line::default() });
    let link = station.connect(&district.address, district.id);
    station.all_acked(&link).await;
    let cost = link.status().borrow().today_bytes;
    assert!((3_000..50_000).contains(&cost), "{cost}");
    // Noise does not pack: more than a megabyte is to be sent.
    station.append_noise(2_000, 1_000);
    let mut status = link.status();
    let spent = status.wait_for(|s| matches!(s.state, LinkState::Spent { .. }));
    tokio::time::timeout(Duration::from_secs(120), spent).await.unwrap().unwrap();
    let (acked, cost) = (station.acked(&link), status.borrow().today_bytes);
    assert!(acked < 2_030 && (1_000_000..1_400_000).contains(&cost), "{acked} {cost}");
    assert!(status.borrow().sent.is_empty());
    station.line.send_replace(Line { daily_mb: Some(20), ..Line::default() });
    station.all_acked(&link).await;
    assert_eq!(district.station("PHC Rampur")["hash"], station::hex(&station.content().hash));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_paid_by_the_byte_is_let_go_and_dialled_for_the_next_record() {
    let district = District::start();
    let station = Station::new(1);
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    station.line.send_replace(Line { daily_mb: Some(5), ..Line::default() });
    station.append(30);
    let link = station.connect(&district.address, district.id);
    station.all_acked(&link).await;
    // It is quiet for half a minute first.
    let mut status = link.status();
    let rests = status.wait_for(|s| matches!(s.state, LinkState::Resting { .. }));
    tokio::time::timeout(Duration::from_secs(120), rests).await.unwrap().unwrap();
    let cost = status.borrow().today_bytes;
    assert!((3_000..12_000).contains(&cost), "{cost}");
    station.append(1);
    station.all_acked(&link).await;
    assert_eq!(district.station("PHC Rampur")["events"], 31);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_loses_delays_repeats_and_swaps_loses_no_record() {
    let district = District::start();
    let station = Station::new(1);
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    let seed = u64::from(station::random());
    println!("seed {seed}");
    let bad = Link {
        up_bits_per_s: Some(1_000_000),
        round_trip: Duration::from_millis(60),
        jitter: Duration::from_millis(20),
        loss: 0.1,
        repeated: 0.02,
        swapped: 0.02,
        ..Link::CLEAN
    };
    let bad = BadLink::start(district.address.parse().unwrap(), bad, seed).await.unwrap();
    station.append(5_000);
    let link = station.connect(&bad.address().to_string(), district.id);
    eventually(&link, |s| s.acked.first().is_some_and(|h| h.seq > 1_000)).await;
    bad.cut(true);
    station.append(100);
    bad.cut(false);
    station.all_acked(&link).await;
    assert!(bad.up().lost > 0);
    let (line, content) = (district.station("PHC Rampur"), station.content());
    assert_eq!((line["events"].as_u64(), &line["hash"]), (Some(5_100), &station::hex(&content.hash).into()));
}

/// A router that forgot the way, or a line that was dead for so long that the transport hardly tries any more: the
/// connection stands, and nobody answers on it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_falls_silent_is_left_for_one_that_answers() {
    /// The transport itself gives such a connection up after a minute.
    const WELL_BEFORE: Duration = Duration::from_secs(45);
    let district = District::start();
    let station = Station::new(1);
    enrol(&station.key, &district.link("PHC Rampur"), station.recovery()).await.unwrap();
    let slow = Link { up_bits_per_s: Some(500_000), round_trip: Duration::from_millis(60), ..Link::CLEAN };
    let bad = BadLink::start(district.address.parse().unwrap(), slow, 1).await.unwrap();
    station.append_noise(1_000, 200);
    let link = station.connect(&bad.address().to_string(), district.id);
    eventually(&link, |s| s.acked.first().is_some_and(|h| h.seq > 100)).await;
    bad.strand();
    tokio::time::timeout(WELL_BEFORE, station.all_acked(&link)).await.expect("it waits for the dead connection");
    assert!(bad.peers() > 1);
    let (line, content) = (district.station("PHC Rampur"), station.content());
    assert_eq!((line["events"].as_u64(), &line["hash"]), (Some(1_000), &station::hex(&content.hash).into()));
    // One machine it is, and its log is still the one it wrote.
    assert!(line["two_machines_ms"].is_null(), "{line}");
}

#[test]
fn wrong_use_is_told_in_words_and_exit_codes() {
    let district = District::start();
    let run = |arguments: &[&str]| {
        let output = district::run(arguments);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let data = district.data();
    let (code, words) = run(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--name", "Second"]);
    assert!(code == Some(5) && words.contains("another server"), "{code:?} {words}");

    let elsewhere = tempfile::tempdir().unwrap();
    let other_key = elsewhere.path().join("other.key");
    std::fs::write(&other_key, "a".repeat(64)).unwrap();
    let (code, words) = run(&["stations", "--data", data, "--key-file", other_key.to_str().unwrap()]);
    assert!(code == Some(4) && words.contains("key"), "{code:?} {words}");
    let lost = elsewhere.path().join("lost.key");
    let (code, words) = run(&["stations", "--data", data, "--key-file", lost.to_str().unwrap()]);
    assert!(code == Some(4) && words.contains("not here"), "{code:?} {words}");
    assert!(!lost.exists());

    let open = ["serve", "--data", elsewhere.path().to_str().unwrap(), "--name", "A", "--listen", "127.0.0.1:0"];
    let (code, words) = run(&[&open[..], &["--metrics", "0.0.0.0:0"]].concat());
    assert!(code == Some(2) && words.contains("loopback"), "{code:?} {words}");
    assert_eq!(run(&[&open[..], &["--congestion", "luck"]].concat()).0, Some(2));

    let (code, words) = run(&["enroll", "--data", data, " "]);
    assert!(code == Some(2) && words.contains("name"), "{code:?} {words}");
    let fresh = elsewhere.path().join("fresh");
    for reads in
        [&["stations", "--data", fresh.to_str().unwrap()][..], &["enroll", "--data", fresh.to_str().unwrap(), "A"]]
    {
        let (code, words) = run(reads);
        assert!(code == Some(6) && words.contains("no district") && !fresh.exists(), "{code:?} {words}");
    }
    let (code, words) = run(&["serve", "--data", fresh.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    assert!(code == Some(2) && words.contains("--name"), "{code:?} {words}");
    let (code, words) = run(&["enroll", "--data", fresh.to_str().unwrap(), "PHC Rampur"]);
    assert!(code == Some(2) && words.contains("--address"), "{code:?} {words}");
    let (code, words) = run(&["enroll", "--data", data, "PHC Rampur", "--address", "district.example"]);
    assert!(code == Some(2) && words.contains("host:port"), "{code:?} {words}");
    let (code, words) = run(&["restore", "--data", fresh.join("new").to_str().unwrap(), "none.tikka"]);
    assert!(code == Some(4) && words.contains("key file"), "{code:?} {words}");
    let key = format!("{data}/district.key");
    let (code, words) =
        run(&["restore", "--data", fresh.join("new").to_str().unwrap(), "none.tikka", "--key-file", &key]);
    assert!(code == Some(1) && words.contains("none.tikka cannot be read"), "{code:?} {words}");
    let (code, words) = run(&["conflicts", "--data", data]);
    assert!(code == Some(2) && words.contains("--login"), "{code:?} {words}");
    assert_eq!(run(&["dance"]).0, Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_link_for_one_name_is_made_with_a_warning() {
    let district = District::start();
    let enroll = |name: &str, more: &[&str]| {
        let output = district.command(&[&["enroll", name][..], more].concat());
        assert!(output.status.success());
        let link: EnrolLink = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
        (link, String::from_utf8(output.stderr).unwrap())
    };
    let (link, words) = enroll("PHC Rampur", &[]);
    assert_eq!(words.lines().count(), 1, "{words}");
    let (_, words) = enroll("PHC Rampur", &[]);
    assert!(words.contains("was not used yet"), "{words}");
    let station = Station::new(9);
    enrol(&station.key, &link, station.recovery()).await.unwrap();
    let (_, words) = enroll(" PHC Rampur ", &[]);
    assert!(words.contains("called \"PHC Rampur\" already") && words.contains("--replaces"), "{words}");
    // A new computer for that very station has its name rightly.
    let (_, words) = enroll("PHC Rampur", &["--replaces", "PHC Rampur"]);
    assert!(!words.contains("already"), "{words}");
    assert_eq!(enroll("PHC Belwa", &[]).1.lines().count(), 1);
}
