//! Two machines on one: a station's and a district's network namespace, and a road between them that is a third. They
//! last as long as this value, and nothing of the machine's own network is touched.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Set in the process that may make namespaces of its own.
const INSIDE: &str = "TIKKA_TEST_NAMESPACES";

/// The road's end at the station, where the district seems to be.
pub const ROAD_AT_STATION: &str = "10.77.1.1";
const STATION: &str = "10.77.1.2";
/// The road's end at the district, where stations seem to come from.
const ROAD_AT_DISTRICT: &str = "10.77.2.1";
pub const DISTRICT: &str = "10.77.2.2";

/// Runs `body` in a copy of this test's process that is on a network of its own. Where the system does not allow that,
/// it is said on standard error, for `tests/run` to count.
///
/// # Panics
/// When the copy fails.
pub fn on_a_network_of_its_own(test: &str, body: impl FnOnce(&TwoMachines)) {
    if std::env::var_os(INSIDE).is_some() {
        return body(&TwoMachines::make());
    }
    let root = Path::new("/proc/self").metadata().is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let unshare: &[&str] = if root { &["--net"] } else { &["--net", "--map-root-user"] };
    let allowed = Command::new("unshare").args(unshare).args(["ip", "link", "add", "type", "veth"]).output();
    if !allowed.as_ref().is_ok_and(|done| done.status.success()) {
        let why =
            allowed.map_or_else(|e| e.to_string(), |done| String::from_utf8_lossy(&done.stderr).trim().to_owned());
        crate::skipped(test, &format!("no network namespaces may be made here: {why}"));
        return;
    }
    let this = std::env::current_exe().expect("a test knows where it stands");
    let done = Command::new("unshare")
        .args(unshare)
        .arg(this)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("a process");
    let said = String::from_utf8_lossy(&done.stdout);
    println!("{said}");
    assert!(done.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&done.stderr));
}

pub struct TwoMachines {
    station: Child,
    district: Child,
}

impl TwoMachines {
    fn make() -> Self {
        ip(&["link", "set", "lo", "up"]);
        let machines = Self { station: keep_a_namespace(), district: keep_a_namespace() };
        machines.wire(&machines.station, "station", ROAD_AT_STATION, STATION);
        machines.wire(&machines.district, "district", ROAD_AT_DISTRICT, DISTRICT);
        machines
    }

    /// A cable from the road to one of the machines.
    fn wire(&self, machine: &Child, name: &str, here: &str, there: &str) {
        let pid = machine.id().to_string();
        ip(&["link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", &pid]);
        ip(&["address", "add", &format!("{here}/24"), "dev", name]);
        ip(&["link", "set", name, "up"]);
        let inside = |args: &[&str]| {
            let done = Command::new("nsenter").args(["--net", "-t", &pid, "ip"]).args(args).status();
            assert!(done.is_ok_and(|status| status.success()), "ip {args:?} on the machine {name}");
        };
        inside(&["link", "set", "lo", "up"]);
        inside(&["address", "add", &format!("{there}/24"), "dev", "eth0"]);
        inside(&["link", "set", "eth0", "up"]);
        inside(&["route", "add", "default", "via", here]);
    }

    /// The words before a command that make it run on the station's machine.
    pub fn at_station(&self) -> [String; 4] {
        enter(&self.station)
    }

    /// The same for the district's.
    pub fn at_district(&self) -> [String; 4] {
        enter(&self.district)
    }
}

impl Drop for TwoMachines {
    fn drop(&mut self) {
        for keeper in [&mut self.station, &mut self.district] {
            let _ = keeper.kill();
            let _ = keeper.wait();
        }
    }
}

fn enter(machine: &Child) -> [String; 4] {
    ["nsenter".to_owned(), "--net".to_owned(), "-t".to_owned(), machine.id().to_string()]
}

/// A process that does nothing but have a network of its own. It ends when its standard input does.
fn keep_a_namespace() -> Child {
    let mut keeper = Command::new("unshare")
        .args(["--net", "sh", "-c", "echo there; cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut line = String::new();
    let mut out = std::io::BufReader::new(keeper.stdout.take().expect("its output"));
    std::io::BufRead::read_line(&mut out, &mut line).expect("its word");
    assert_eq!(line, "there\n");
    keeper
}

fn ip(args: &[&str]) {
    let done = Command::new("ip").args(args).status();
    assert!(done.is_ok_and(|status| status.success()), "ip {args:?}");
}
