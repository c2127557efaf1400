//! The real window on a real X server: it opens, paints, and obeys a key.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tests::program;

const ANSWERS: &str = r#"
clinic = "PHC Window"
schedule = "uip"
je_endemic = false
super_admin = { login = "root1", name = "Somebody", password = "horse staple 1" }
admin = { login = "admin", name = "Somebody else", password = "horse staple 2" }
worker = { login = "asha", name = "A worker", password = "horse staple 3" }
"#;
/// Longer than a slow machine needs to paint.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);

struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by tests/run");
        let mut number = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut number).unwrap();
        Self { server, name: format!(":{}", number.trim()) }
    }

    fn run(&self, program: &str, args: &[&str]) -> Vec<u8> {
        Command::new(program).args(args).env("DISPLAY", &self.name).output().unwrap().stdout
    }

    /// What is on the screen now, as a small picture without shades.
    fn picture(&self) -> Vec<u8> {
        self.run("import", &["-silent", "-window", "root", "-depth", "4", "rgb:-"])
    }

    fn wait(&self, what: &str, fits: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let until = Instant::now() + PATIENCE;
        loop {
            let picture = self.picture();
            if fits(&picture) {
                return picture;
            }
            assert!(Instant::now() < until, "never seen on the screen: {what}");
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn different(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a != b).count()
}

fn init(dir: &Path) {
    let mut init = Command::new(program("tikka-station"))
        .args(["init", "--answers", "-", "--data"])
        .arg(dir.join("clinic"))
        .arg("--make-key-file")
        .arg(dir.join("key"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    init.stdin.take().unwrap().write_all(ANSWERS.as_bytes()).unwrap();
    let done = init.wait_with_output().unwrap();
    assert!(done.status.success());
    let first = String::from_utf8(done.stdout).unwrap().lines().next().unwrap().to_owned();
    let line: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(line["recovery_key"].as_str().unwrap().len(), 8 * 6 - 1);
}

#[test]
fn the_window_opens_paints_and_obeys_a_key() {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path());
    let display = Display::start();
    let empty = display.picture();
    let mut station = Command::new(program("tikka-station"))
        .arg("--data")
        .arg(dir.path().join("clinic"))
        .arg("--key-file")
        .arg(dir.path().join("key"))
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .spawn()
        .unwrap();
    let painted = display.wait("the desk", |now| different(now, &empty) > now.len() / 3);
    display.run("xdotool", &["search", "--sync", "--onlyvisible", "--name", "PHC Window", "windowfocus"]);
    display.run("xdotool", &["key", "2"]);
    display.wait("the list of children", |now| different(now, &painted) > now.len() / 100);

    // The computer is switched off: the records stay whole.
    station.kill().unwrap();
    station.wait().unwrap();
    let verified = Command::new(program("tikka-station"))
        .args(["verify", "--data"])
        .arg(dir.path().join("clinic"))
        .arg("--key-file")
        .arg(dir.path().join("key"))
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn without_a_display_it_says_so_in_words() {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path());
    let done = Command::new(program("tikka-station"))
        .arg("--data")
        .arg(dir.path().join("clinic"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains("no display"));
}
