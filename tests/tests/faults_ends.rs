//! Faults of the machine at either end of the district's link, with real programs: what was acknowledged stays, who is
//! refused is told why, and when the fault is gone both ends hold the same.
#![allow(clippy::unwrap_used)]

#[path = "faults/disk.rs"]
mod disk;

use disk::on_a_disk_of;
use hub_protocol::replica::EnrolLink;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};
use tests::district::{District, run};
use tests::station::{RunningHub, Station, lines, words};

const PATIENCE: Duration = Duration::from_secs(60);

/// Everything arrives: both ends hold the same, `verify` finds nothing, and the hub says that all is there. Gives the
/// number of the station's events.
fn agree(station: &Station, district: &District, name: &str) -> u64 {
    let end = Instant::now() + PATIENCE;
    loop {
        let hub = station.hub();
        let all = |link: &Value| link["state"] == "connected" && link["events"] == link["at_district"];
        hub.event_within("link", PATIENCE, all);
        assert_eq!(hub.terminate(), Some(0));
        let ((events, hash), line) = (station.verified(), district.station(name));
        assert_eq!(line["state"], "active");
        if (line["events"].as_u64(), line["hash"].as_str()) == (Some(events), Some(hash.as_str())) {
            return events;
        }
        // What the district was known to hold it may have lost; then one more conversation is needed.
        assert!(Instant::now() < end, "{events} events here, there {line}");
    }
}

fn joined(district: &District, name: &str) -> Station {
    Station::found(Some(&district.link(name).to_string()))
}

/// Waits until the hub says that its link is in this state.
fn until(hub: &RunningHub, state: &str) -> Value {
    hub.event_within("link", PATIENCE, |link| link["state"] == state)
}

#[test]
fn a_district_with_a_full_disk_says_so_and_takes_the_rest_when_there_is_room() {
    on_a_disk_of("6m", "a_district_with_a_full_disk_says_so_and_takes_the_rest_when_there_is_room", |disk| {
        let mut district = District::start_under(tempfile::tempdir_in(disk).unwrap(), &[], "127.0.0.1:0");
        let station = joined(&district, "PHC Rampur");
        let before = agree(&station, &district, "PHC Rampur");
        // What is left of the disk, but for a page or two, is somebody else's.
        let room = fill(disk, 24 * 1024);
        station.import(&station.children_file(0, 400, 0));
        let hub = station.hub();
        until(&hub, "refused");
        let held = district.station("PHC Rampur")["events"].as_u64().unwrap();
        assert!(held >= hub.at_district().max(before), "acknowledged and not there");
        assert!(held < before + 400, "the disk was never full");
        hub.kill();
        std::fs::remove_file(room).unwrap();
        agree(&station, &district, "PHC Rampur");
        assert_eq!(district.terminate(), Some(0));
        district.restart();
        agree(&station, &district, "PHC Rampur");
    });
}

/// A file that takes all of a disk but so many bytes.
fn fill(disk: &Path, free: usize) -> std::path::PathBuf {
    let room = disk.join("room");
    let mut file = std::fs::File::create(&room).unwrap();
    let mut size = 0;
    while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {
        size += 4096;
    }
    file.set_len(size - free as u64).unwrap();
    room
}

#[test]
fn a_disk_that_does_not_sync_costs_a_district_and_a_station_nothing_that_was_answered() {
    if !may_trace("a_disk_that_does_not_sync_costs_a_district_and_a_station_nothing_that_was_answered") {
        return;
    }
    let mut district = District::start();
    let mut station = joined(&district, "PHC Rampur");
    station.import(&station.children_file(0, 120, 0));
    let failing = FailingSyncs::of(district.pid());
    let hub = station.hub();
    until(&hub, "refused");
    let acked = hub.at_district();
    // The power goes while it is so.
    district.kill();
    drop(failing);
    let held = district.station("PHC Rampur")["events"].as_u64().unwrap();
    assert!(held >= acked, "{acked} events were acknowledged, {held} are there");
    district.restart();
    hub.kill();
    agree(&station, &district, "PHC Rampur");
    // It passes by itself too.
    station.import(&station.children_file(500, 60, 0));
    let failing = FailingSyncs::of(district.pid());
    let hub = station.hub();
    until(&hub, "refused");
    drop(failing);
    hub.terminate();
    agree(&station, &district, "PHC Rampur");

    // The same disk under the station, from the first line on: what is said to be taken is taken.
    station.wrap(&["strace", "-D", "-f", "-o", "/dev/null", "-e", "inject=fdatasync,fsync:error=EIO:when=4+"]);
    let file = station.children_file(1_000, 120, 0);
    let stopped = station.as_admin(&["import"]).arg(&file).output().unwrap();
    assert_ne!(stopped.status.code(), Some(0), "the disk never failed");
    assert!(!words(&stopped).contains("panicked") && words(&stopped).len() > 20, "{}", words(&stopped));
    station.wrap(&[]);
    station.verified();
    station.import(&file);
    assert_eq!(station.children(), 300);
    agree(&station, &district, "PHC Rampur");
}

/// A process whose every sync of the disk is answered with an error, as long as this lives.
struct FailingSyncs {
    strace: Child,
    /// Kept open: strace goes on telling.
    _words: BufReader<ChildStderr>,
}

impl FailingSyncs {
    fn of(process: u32) -> Self {
        let inject = ["-e", "inject=fdatasync,fsync:error=EIO", "-f", "-o", "/dev/null", "-p"];
        let mut strace =
            Command::new("strace").args(inject).arg(process.to_string()).stderr(Stdio::piped()).spawn().unwrap();
        let mut words = BufReader::new(strace.stderr.take().unwrap());
        let mut line = String::new();
        words.read_line(&mut line).unwrap();
        assert!(line.contains("attached"), "{line}");
        Self { strace, _words: words }
    }
}

impl Drop for FailingSyncs {
    fn drop(&mut self) {
        // It lets the process go.
        let _ = Command::new("kill").arg("-INT").arg(self.strace.id().to_string()).status();
        let _ = self.strace.wait();
    }
}

fn may_trace(test: &str) -> bool {
    let tried = Command::new("strace").args(["-D", "-f", "-o", "/dev/null", "true"]).output();
    let allowed = tried.as_ref().is_ok_and(|done| done.status.success());
    if !allowed {
        let why = tried.map_or_else(|e| e.to_string(), |done| words(&done));
        tests::skipped(test, &format!("strace may trace nothing here: {why}"));
    }
    allowed
}

#[test]
fn a_damaged_page_of_a_district_is_named_and_the_other_stations_are_served() {
    let mut district = District::start();
    let (hurt, other) = (joined(&district, "PHC Rampur"), joined(&district, "PHC Sonpur"));
    hurt.import(&hurt.children_file(0, 600, 0));
    agree(&hurt, &district, "PHC Rampur");
    agree(&other, &district, "PHC Sonpur");
    assert_eq!(district.terminate(), Some(0));
    // The larger log's events fill the middle of the file.
    damage(&Path::new(district.data()).join("district.db"));
    district.restart();

    let said = run(&["stations", "--data", district.data()]);
    assert_ne!(said.status.code(), Some(0));
    assert!(words(&said).contains("PHC Rampur") && words(&said).contains("malformed"), "{}", words(&said));
    // Whom it does not concern is listed, and served.
    let listed = lines(&said);
    let line = listed.iter().find(|line| line["station"] == "PHC Sonpur").expect("the other station is listed");
    assert_eq!(line["state"], "active");
    other.import(&other.children_file(10_000, 30, 0));
    agree(&other, &district, "PHC Sonpur");
}

/// One byte in the middle of the database's file.
fn damage(database: &Path) {
    let mut bytes = std::fs::read(database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(database, bytes).unwrap();
}

#[test]
fn a_damaged_page_of_a_station_is_named_and_nothing_of_it_is_sent() {
    let district = District::start();
    let station = joined(&district, "PHC Rampur");
    station.import(&station.children_file(0, 200, 0));
    let events = agree(&station, &district, "PHC Rampur");
    damage(&station.data().join("ledger.db"));
    let verified = station.as_admin(&["verify"]).output().unwrap();
    assert_eq!(verified.status.code(), Some(3), "{}", words(&verified));
    assert!(words(&verified).contains("damaged"), "{}", words(&verified));
    assert_eq!(district.station("PHC Rampur")["events"].as_u64(), Some(events));
}

#[test]
fn both_ends_come_back_from_their_backups() {
    let mut district = District::start();
    let station = joined(&district, "PHC Rampur");
    station.import(&station.children_file(0, 40, 0));
    agree(&station, &district, "PHC Rampur");
    // The district's folder as it is now, and a backup of the station.
    assert_eq!(district.terminate(), Some(0));
    let old = tempfile::tempdir().unwrap();
    copy(Path::new(district.data()), old.path());
    district.restart();
    let stick = station.path("stick.tikka");
    let made = station.as_admin(&["backup"]).arg(&stick).output().unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", words(&made));
    station.import(&station.children_file(1_000, 40, 0));
    let later = agree(&station, &district, "PHC Rampur");

    // The district goes on from the old folder: the station brings what is missing.
    district.kill();
    std::fs::remove_dir_all(district.data()).unwrap();
    copy(old.path(), Path::new(district.data()));
    district.restart();
    assert!(district.station("PHC Rampur")["events"].as_u64() < Some(later));
    assert_eq!(agree(&station, &district, "PHC Rampur"), later);

    // The station goes on from its backup: the district gives back what is missing.
    let restored = station.restored(&stick);
    let again = agree(&restored, &district, "PHC Rampur");
    assert!(again > later, "the new log has events of its own");
    assert_eq!(restored.children(), 80);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// The words before a command that set its clock. The program `faketime` itself stays in between.
fn with_a_clock(offset: &str) -> [String; 4] {
    let found = std::fs::read_dir("/usr/lib").unwrap().map(|dir| dir.unwrap().path());
    let library = found.map(|dir| dir.join("faketime/libfaketimeMT.so.1")).find(|path| path.is_file());
    let library = library.expect("the package faketime is installed");
    let (library, offset) = (format!("LD_PRELOAD={}", library.display()), format!("FAKETIME={offset}"));
    // Only the clock on the wall is wrong; the one that counts a timeout is nobody's to set.
    ["env".to_owned(), library, offset, "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned()]
}

#[test]
fn a_clock_that_was_set_back_stops_no_link_and_is_said() {
    let mut district = District::start();
    let mut station = joined(&district, "PHC Rampur");
    station.import(&station.children_file(0, 20, 0));
    agree(&station, &district, "PHC Rampur");
    let _: EnrolLink = district.link("PHC Sonpur");

    // At the station: what is new is refused until somebody has looked, what is there is replicated.
    let three_days_ago = with_a_clock("-3d");
    let three_days_ago: Vec<&str> = three_days_ago.iter().map(String::as_str).collect();
    station.wrap(&three_days_ago);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.csv");
    let mut import = station.as_admin(&["import", "--report", report.to_str().unwrap()]);
    let refused = import.arg(station.children_file(1_000, 20, 0)).output().unwrap();
    assert!(!report.exists(), "a report of nothing");
    assert_eq!(refused.status.code(), Some(4), "{}", words(&refused));
    assert!(words(&refused).contains("clock"), "{}", words(&refused));
    agree(&station, &district, "PHC Rampur");

    // At the district: it goes on, and takes others in.
    station.wrap(&[]);
    assert_eq!(district.terminate(), Some(0));
    district.wrap(&three_days_ago);
    district.restart();
    station.import(&station.children_file(1_000, 20, 0));
    agree(&station, &district, "PHC Rampur");
    let other = joined(&district, "PHC Sonpur");
    agree(&other, &district, "PHC Sonpur");
    assert_eq!(district.terminate(), Some(0));
    district.wrap(&[]);
    district.restart();
    agree(&station, &district, "PHC Rampur");
    agree(&other, &district, "PHC Sonpur");
}
