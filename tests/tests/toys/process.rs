//! `tikka-toy` as a process: lines of JSON in, lines of JSON out.

use hub_protocol::toy::SETUP_SECRET_BYTES;
use hub_protocol::{DeviceId, symbols};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(100);
const POLL: Duration = Duration::from_millis(10);

pub struct Toy {
    pub model: String,
    pub code: String,
    pub short: String,
    pub id: DeviceId,
    pub secret: [u8; SETUP_SECRET_BYTES],
    pub port: u16,
    more: Vec<String>,
    dir: TempDir,
    controls: Controls,
}

/// The running process; clones share it.
#[derive(Clone)]
pub struct Controls(Arc<Mutex<Running>>);

struct Running {
    child: Child,
    stdin: ChildStdin,
    events: Receiver<Value>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program beside the test's own: cargo builds both into one directory.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    path.push("tikka-toy");
    assert!(path.exists(), "{} is missing: build it first with `cargo build -p toybox`", path.display());
    path
}

fn command(dir: &Path, model: &str, more: &[String]) -> Command {
    let mut command = Command::new(program());
    command.args(["run", "--data"]).arg(dir).args(["--model", model]).args(more);
    command
}

impl Toy {
    pub fn start(model: &str) -> Self {
        Self::start_with(model, &[])
    }

    pub fn start_with(model: &str, more: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let more: Vec<String> = more.iter().map(ToString::to_string).collect();
        let controls = Controls::start(dir.path(), model, &more);
        let label = controls.event("label");
        let text = |name: &str| label[name].as_str().unwrap().to_owned();
        let secret = symbols::read_bytes(&text("secret"), SETUP_SECRET_BYTES).unwrap();
        Self {
            model: model.to_owned(),
            code: text("code"),
            short: text("short"),
            id: DeviceId::from_full(&text("id")).unwrap(),
            secret: secret.try_into().unwrap(),
            port: label["port"].as_u64().unwrap().try_into().unwrap(),
            more,
            dir,
            controls,
        }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn clone_controls(&self) -> Controls {
        self.controls.clone()
    }

    pub fn tell(&self, command: &Value) {
        self.controls.tell(command);
    }

    /// The next event of this name; those before it are passed over.
    pub fn event(&self, name: &str) -> Value {
        self.controls.event(name)
    }

    pub fn wait_for(&self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.controls.wait_for(name, wanted)
    }

    /// SIGKILL: nothing is said or written any more.
    pub fn kill(&mut self) {
        self.controls.kill();
    }

    /// SIGTERM, and the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let mut running = self.controls.0.lock().unwrap();
        let pid = running.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        wait(&mut running.child)
    }

    /// The same toy, switched on again.
    pub fn start_again(&mut self) {
        self.controls = Controls::start(self.dir.path(), &self.model, &self.more);
        let label = self.controls.event("label");
        assert_eq!(label["code"], self.code.as_str());
        self.port = label["port"].as_u64().unwrap().try_into().unwrap();
    }

    /// Runs another process on the same directory: its exit code and its words.
    pub fn second_process(&self) -> (Option<i32>, String) {
        let mut second = command(self.dir.path(), &self.model, &self.more);
        let mut child = second.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let code = wait(&mut child);
        let words = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        (code, words)
    }
}

fn wait(child: &mut Child) -> Option<i32> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the process does not end");
        }
        std::thread::sleep(POLL);
    }
}

impl Controls {
    fn start(dir: &Path, model: &str, more: &[String]) -> Self {
        let mut child = command(dir, model, more).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (out, events) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                let Ok(line) = line else { return };
                let event = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"));
                if out.send(event).is_err() {
                    return;
                }
            }
        });
        Self(Arc::new(Mutex::new(Running { child, stdin, events })))
    }

    pub fn tell(&self, command: &Value) {
        writeln!(self.0.lock().unwrap().stdin, "{command}").unwrap();
    }

    pub fn event(&self, name: &str) -> Value {
        self.wait_for(name, |_| true)
    }

    pub fn wait_for(&self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let running = self.0.lock().unwrap();
        let deadline = Instant::now() + PATIENCE;
        let mut passed = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match running.events.recv_timeout(left) {
                Ok(event) if event["event"] == name && wanted(&event) => return event,
                Ok(event) => passed.push(event),
                Err(e) => panic!("no `{name}`: {e}; instead: {passed:?}"),
            }
        }
    }

    pub fn kill(&self) {
        let mut running = self.0.lock().unwrap();
        running.child.kill().unwrap();
        running.child.wait().unwrap();
    }
}
