//! `tikka-station` without its screen, as a process of a test's own: founded by `init`, fed by `import`, run by `hub`,
//! and looked at by `verify`.

use crate::private_file;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// For anything that a process is waited for; a machine may be busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

/// The people of a clinic that [`Station::found`] makes, with passwords that no rule is against.
const PEOPLE: &str = r#"
clinic = "PHC Rampur"
schedule = "uip"
je_endemic = false
super_admin = { login = "super", name = "The Super Admin", password = "horse staple 1" }
admin = { login = "admin", name = "The Admin", password = "horse staple 2" }
worker = { login = "asha", name = "The worker", password = "horse staple 3" }
"#;

/// A clinic's folder and what belongs to it.
pub struct Station {
    dir: TempDir,
    /// Put before every command, and replaced by it: a changed clock, a namespace, a fault.
    wrapper: Vec<String>,
    /// What `init` printed for the paper.
    pub recovery_key: String,
}

impl Station {
    /// Founds a clinic; `district` is the one-time link that it joins.
    ///
    /// # Panics
    /// When it cannot be founded.
    pub fn found(district: Option<&str>) -> Self {
        Self::found_under(district, &[])
    }

    /// The same, with words before each command, `faketime -1d` for example.
    ///
    /// # Panics
    /// When it cannot be founded.
    pub fn found_under(district: Option<&str>, wrapper: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let wrapper = wrapper.iter().map(ToString::to_string).collect();
        let mut station = Self { dir, wrapper, recovery_key: String::new() };
        // TOML wants the single values before the tables.
        let link = district.map(|link| format!("district = \"{link}\"\n")).unwrap_or_default();
        private_file(&station.path("answers"), &(link + PEOPLE));
        let (answers, key) = (station.path("answers"), station.path("admin.key"));
        let founded = station.command(&["init"]).arg("--answers").arg(answers).arg("--make-key-file").arg(key).output();
        let founded = founded.expect("a process");
        assert_eq!(founded.status.code(), Some(0), "{}", words(&founded));
        station.recovery_key = lines(&founded)[0]["recovery_key"].as_str().expect("a recovery key").to_owned();
        station
    }

    /// The clinic of a backup, in a folder of its own, with a new key file for its Admin.
    ///
    /// # Panics
    /// When it is not restored.
    pub fn restored(&self, backup: &Path) -> Self {
        const PASSWORD: &str = "another horse 7";
        let dir = tempfile::tempdir().expect("a folder");
        let restored = Self { dir, wrapper: self.wrapper.clone(), recovery_key: self.recovery_key.clone() };
        let typed = format!("{}\n{PASSWORD}\n", self.recovery_key);
        let mut command = restored.command(&["restore", "--login", "admin"]);
        command.arg(backup).stdin(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        let mut stdin = child.stdin.take().expect("its input");
        std::io::Write::write_all(&mut stdin, typed.as_bytes()).expect("the recovery key");
        drop(stdin);
        let done = child.wait_with_output().expect("its end");
        assert_eq!(done.status.code(), Some(0), "{}", words(&done));
        let (clinic, admin) = clinic::Clinic::unlock(&restored.data(), "admin", PASSWORD, clinic::Env::system())
            .expect("the new password opens it");
        clinic.make_key_file(&admin, &restored.key_file()).expect("a key file");
        restored
    }

    /// From here on these words stand before each command.
    pub fn wrap(&mut self, wrapper: &[&str]) {
        self.wrapper = wrapper.iter().map(ToString::to_string).collect();
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// A place for files beside the clinic's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn key_file(&self) -> PathBuf {
        self.path("admin.key")
    }

    /// A command on this clinic, without its key.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = crate::wrapped(&self.wrapper, "tikka-station");
        command.args(args).arg("--data").arg(self.data());
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The same, as the Admin of the key file.
    pub fn as_admin(&self, args: &[&str]) -> Command {
        let mut command = self.command(args);
        command.arg("--key-file").arg(self.key_file());
        command
    }

    /// Writes a file of `count` children, from number `first` on, and gives its path. Their names sound like nobody
    /// else's; the first `of_asha` are the worker's, the others nobody's.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn children_file(&self, first: u64, count: u64, of_asha: u64) -> PathBuf {
        let line = |n: u64| {
            let worker = if n < first + of_asha { "asha" } else { "" };
            let (name, mother) = (sounds(n), sounds(n + 1_000_003));
            let (year, month, day) = (2021 + n % 4, 1 + n % 12, 1 + n % 27);
            format!("K-{n},{name},{year}-{month:02}-{day:02},F,{mother},Rampur,{worker}\n")
        };
        let path = self.path(&format!("children-{first}.csv"));
        let text: String = (first..first + count).map(line).collect();
        std::fs::write(&path, format!("ref,name,dob,sex,mother,village,worker\n{text}")).expect("a file of children");
        path
    }

    /// Takes a file of children in, whole.
    ///
    /// # Panics
    /// When a line of it is not taken.
    pub fn import(&self, children: &Path) {
        let done = self.as_admin(&["import"]).arg(children).output().expect("a process");
        assert_eq!(done.status.code(), Some(0), "{}", words(&done));
    }

    pub fn children(&self) -> usize {
        let list = self.as_admin(&["list", "children"]).output().expect("a process");
        assert_eq!(list.status.code(), Some(0), "{}", words(&list));
        lines(&list).len()
    }

    /// `verify`, which must find nothing: the events of our own logs, and their hash.
    ///
    /// # Panics
    /// When it finds something.
    pub fn verified(&self) -> (u64, String) {
        let done = self.as_admin(&["verify"]).output().expect("a process");
        assert_eq!(done.status.code(), Some(0), "{}\n{}", words(&done), String::from_utf8_lossy(&done.stdout));
        let last = lines(&done).pop().expect("a last line");
        let own = &last["own"];
        (own["events"].as_u64().expect("a count"), own["hash"].as_str().expect("a hash").to_owned())
    }

    /// Starts the hub and waits until it is ready.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn hub(&self) -> RunningHub {
        RunningHub::start(self.as_admin(&["hub"]))
    }
}

/// Five syllables that follow from a number, for names that sound like nobody else's.
pub fn sounds(n: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "chu", "di", "fo", "ga", "hi", "ju", "ko", "la", "mi", "nu", "po", "ra", "si", "tu", "yo"];
    let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    (0..5).map(|at| SYLLABLES[(mixed >> (4 * at)) as usize % SYLLABLES.len()]).collect()
}

/// What a process said on its standard error.
pub fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The JSON lines of a process.
///
/// # Panics
/// When a line is no JSON.
pub fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"))).collect()
}

/// `tikka-station hub`, until it is killed or dropped.
pub struct RunningHub {
    process: Child,
    events: Receiver<Value>,
    progress: Arc<Progress>,
    words: Arc<Mutex<String>>,
}

/// How much of the ledger the hub has said to be at the district.
#[derive(Default)]
struct Progress {
    at_district: AtomicU64,
    grew: (Mutex<()>, Condvar),
}

impl RunningHub {
    fn start(mut command: Command) -> Self {
        let mut process = command.spawn().expect("a process");
        let stdout = process.stdout.take().expect("its output");
        let mut stderr = process.stderr.take().expect("its words");
        let (told, events) = channel();
        let progress = Arc::new(Progress::default());
        let shared = progress.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // The last line of one that is killed may be cut off.
                let Ok(event) = serde_json::from_str::<Value>(&line) else { return };
                if let Some(held) = event["at_district"].as_u64() {
                    shared.at_district.fetch_max(held, Ordering::SeqCst);
                    let _woken = shared.grew.0.lock().unwrap_or_else(PoisonError::into_inner);
                    shared.grew.1.notify_all();
                }
                if told.send(event).is_err() {
                    return;
                }
            }
        });
        let words = Arc::new(Mutex::new(String::new()));
        let heard = words.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = std::io::Read::read(&mut stderr, &mut buffer) {
                let mut text = heard.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&String::from_utf8_lossy(&buffer[..n]));
            }
        });
        let hub = Self { process, events, progress, words };
        hub.event("ready");
        hub
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it said on its standard error so far.
    pub fn words(&self) -> String {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Events of our logs that this run has said to be at the district, at most.
    pub fn at_district(&self) -> u64 {
        self.progress.at_district.load(Ordering::SeqCst)
    }

    /// Waits until more than `before` events are said to be at the district; gives whether they are.
    pub fn waits_for_more_than(&self, before: u64, patience: Duration) -> bool {
        let lock = self.progress.grew.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |_: &mut ()| self.at_district() <= before;
        let (_lock, waited) =
            self.progress.grew.1.wait_timeout_while(lock, patience, waiting).unwrap_or_else(PoisonError::into_inner);
        !waited.timed_out()
    }

    /// The next event of this name.
    ///
    /// # Panics
    /// When it does not come.
    pub fn event(&self, name: &str) -> Value {
        self.event_that(name, |_| true)
    }

    /// The next event of this name that is as wanted; others are passed over.
    ///
    /// # Panics
    /// When it does not come.
    pub fn event_that(&self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.event_within(name, PATIENCE, wanted)
    }

    /// The same with another patience.
    ///
    /// # Panics
    /// When it does not come.
    pub fn event_within(&self, name: &str, patience: Duration, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + patience;
        loop {
            match self.events.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(event) if event["event"] == name && wanted(&event) => return event,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => panic!("no `{name}` in time: {}", self.words()),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended without `{name}`: {}", self.words()),
            }
        }
    }

    /// SIGKILL: no chance to tidy up.
    ///
    /// # Panics
    /// When there is no process to kill.
    pub fn kill(mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it has ended");
    }

    /// SIGTERM, and the exit code.
    ///
    /// # Panics
    /// When it does not end.
    pub fn terminate(mut self) -> Option<i32> {
        let told = Command::new("kill").arg("-TERM").arg(self.process.id().to_string()).status();
        assert!(told.is_ok_and(|status| status.success()));
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.process.try_wait().expect("its state") {
                return status.code();
            }
            assert!(Instant::now() < end, "it does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for RunningHub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
