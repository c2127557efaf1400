//! The station's machine, the district's, and a slow road between them that loses packets: real programs in network
//! namespaces of their own.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::time::Duration;
use tests::badlink::{BadLink, Link};
use tests::district::District;
use tests::namespaces::{DISTRICT, ROAD_AT_STATION, TwoMachines, on_a_network_of_its_own};
use tests::station::Station;

/// Children that are registered before the road is there, and after its outage.
const CHILDREN: [u64; 2] = [300, 150];
const LOSS: f64 = 0.1;
const OUTAGE: Duration = Duration::from_secs(8);
/// For everything to arrive over this road.
const PATIENCE: Duration = Duration::from_secs(180);

#[test]
fn over_a_road_that_loses_and_breaks_everything_arrives_once() {
    on_a_network_of_its_own("over_a_road_that_loses_and_breaks_everything_arrives_once", over_the_road);
}

fn over_the_road(machines: &TwoMachines) {
    let seed = std::env::var("TIKKA_SEED").map_or(u64::from(std::process::id()), |seed| seed.parse().unwrap());
    println!("TIKKA_SEED={seed}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let words = |wrapper: [String; 4]| wrapper.to_vec();
    let (at_station, at_district) = (words(machines.at_station()), words(machines.at_district()));
    let there: Vec<&str> = at_district.iter().map(String::as_str).collect();
    let district = District::start_under(tempfile::tempdir().unwrap(), &there, &format!("{DISTRICT}:4433"));
    let link = Link { loss: LOSS, ..Link::VILLAGE };
    let listen: SocketAddr = format!("{ROAD_AT_STATION}:4433").parse().unwrap();
    let road = runtime.block_on(BadLink::start_at(listen, district.address.parse().unwrap(), link, seed)).unwrap();

    let invitation = district.link_at("PHC Rampur", &road.address().to_string()).to_string();
    let here: Vec<&str> = at_station.iter().map(String::as_str).collect();
    let station = Station::found_under(Some(&invitation), &here);
    station.import(&station.children_file(0, CHILDREN[0], 0));
    let hub = station.hub();
    // Some of it is there: now the road breaks.
    assert!(hub.waits_for_more_than(10, PATIENCE), "{}", hub.words());
    road.cut(true);
    std::thread::sleep(OUTAGE);
    road.cut(false);
    arrives(&station, hub, &district);
    // A second time it only has to bring what is new.
    let before = road.up().bytes;
    station.import(&station.children_file(10_000, CHILDREN[1], 0));
    let hub = station.hub();
    arrives(&station, hub, &district);
    let (up, down) = (road.up(), road.down());
    println!("up {up:?}, down {down:?}, the last {} records took {} bytes", CHILDREN[1], up.bytes - before);
    assert!(up.lost > 0 && down.lost > 0, "nothing was lost: {up:?} {down:?}");
}

/// Waits until all of it is said to be there, and looks whether it is.
fn arrives(station: &Station, hub: tests::station::RunningHub, district: &District) {
    let all = hub.event_within("link", PATIENCE, |link| link["events"] == link["at_district"]);
    assert_eq!(hub.terminate(), Some(0));
    let (events, hash) = station.verified();
    assert_eq!(all["events"].as_u64(), Some(events));
    let line = district.station("PHC Rampur");
    assert_eq!((line["events"].as_u64(), line["hash"].as_str()), (Some(events), Some(hash.as_str())));
}
