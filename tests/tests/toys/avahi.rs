//! avahi as a foreign mDNS program: that of the machine where one runs, else one of our own with a bus of
//! its own. Ours ends when the test does, also when the test is killed.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const BUS_VARIABLE: &str = "DBUS_SYSTEM_BUS_ADDRESS";
const SERVICE: &str = "_tikka-toy._udp";
const PATIENCE: Duration = Duration::from_secs(100);
const POLL: Duration = Duration::from_millis(50);

/// Starts bus and daemon and ends both, by their pids, when our end of stdin closes.
const KEEPER: &str = r#"
dbus-daemon --system --nofork --nopidfile --address="unix:path=$1/bus" </dev/null &
bus=$!
while [ ! -S "$1/bus" ] && kill -0 $bus 2>/dev/null; do sleep 0.05; done
DBUS_SYSTEM_BUS_ADDRESS="unix:path=$1/bus" avahi-daemon --no-drop-root --no-rlimits --no-chroot </dev/null &
daemon=$!
read -r word
kill $daemon 2>/dev/null
wait $daemon
kill $bus 2>/dev/null
wait $bus
"#;

pub struct Avahi {
    own: Option<Own>,
}

struct Own {
    keeper: Child,
    stdin: Option<ChildStdin>,
    dir: TempDir,
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(mut stdin) = self.stdin.take() {
            let _ = stdin.write_all(b"end\n");
        }
        let _ = self.keeper.wait();
    }
}

/// An announcement that stands as long as this does.
pub struct Published(Child);

impl Drop for Published {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn find(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    places.map(|dir| dir.join(program)).find(|p| p.exists()).unwrap_or_else(|| {
        panic!("{program} is missing: the tests need the packages avahi-daemon, avahi-utils and dbus (tests/run installs them)")
    })
}

impl Avahi {
    pub fn start() -> Self {
        for program in ["avahi-browse", "avahi-publish", "avahi-daemon", "dbus-daemon"] {
            find(program);
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Another test may be running an avahi just now, and there can be only one.
            for own in [None, Some(Own::start())] {
                let avahi = Self { own };
                if avahi.answers(deadline.min(Instant::now() + Duration::from_secs(3))) {
                    return avahi;
                }
            }
            assert!(Instant::now() < deadline, "no avahi-daemon starts");
        }
    }

    fn answers(&self, deadline: Instant) -> bool {
        loop {
            if self.browse().is_some() {
                return true;
            }
            let may_come = self.own.as_ref().is_some_and(|own| UnixStream::connect(own.bus()).is_ok());
            if Instant::now() > deadline || (self.own.is_none() && !may_come) {
                return false;
            }
            std::thread::sleep(POLL);
        }
    }

    /// Announces a device that is none of ours, until the end of what is given back.
    pub fn publish(&self, name: &str, port: u16, txt: &[&str]) -> Published {
        let mut publish = self.command("avahi-publish");
        publish.args(["--service", name, SERVICE]).arg(port.to_string()).args(txt);
        Published(publish.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(find(program));
        command.stdin(Stdio::null());
        if let Some(own) = &self.own {
            command.env(BUS_VARIABLE, format!("unix:path={}", own.bus().display()));
        }
        command
    }

    /// What avahi-browse resolves now, each line split at its semicolons.
    fn browse(&self) -> Option<Vec<Vec<String>>> {
        let mut browse = self.command("avahi-browse");
        let output = browse.args(["--parsable", "--resolve", "--terminate", SERVICE]).output().unwrap();
        if !output.status.success() {
            return None;
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines = text.lines().map(|l| l.splitn(10, ';').map(str::to_owned).collect::<Vec<_>>());
        Some(lines.filter(|l| l[0] == "=" && l.len() == 10).collect())
    }

    /// Browses until the lines are as wanted.
    pub fn browse_until(&self, wanted: impl Fn(&[Vec<String>]) -> bool) -> Vec<Vec<String>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let lines = self.browse().expect("avahi-browse fails");
            if wanted(&lines) {
                return lines;
            }
            assert!(Instant::now() < deadline, "avahi-browse lists only: {lines:?}");
        }
    }
}

impl Own {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = keeper.stdin.take();
        Self { keeper, stdin, dir }
    }

    fn bus(&self) -> PathBuf {
        let dir: &Path = self.dir.path();
        dir.join("bus")
    }
}
