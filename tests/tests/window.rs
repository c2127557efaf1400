//! The real window on a real X server: it opens, paints, obeys a key, and takes a visit with a card on a real reader
//! service.
#![allow(clippy::unwrap_used)]

use chrono::Days;
use clinic::date::{india, to_day};
use clinic::record::command::{ChildForm, Command as Record};
use clinic::record::fact::Sex;
use clinic::{Clinic, Env, Session};
use hub_protocol::ChildId;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tests::pcscd::{Pcscd, in_own_process};
use tests::program;
use tests::vcard::{Chip, Kind, VirtualCard};

const ANSWERS: &str = r#"
clinic = "PHC Window"
schedule = "uip"
je_endemic = false
super_admin = { login = "root1", name = "Somebody", password = "horse staple 1" }
admin = { login = "admin", name = "Somebody else", password = "horse staple 2" }
worker = { login = "asha", name = "A worker", password = "horse staple 3" }
"#;
/// Of the child's card: its kind has 4 bytes.
const UID: [u8; 4] = [0x04, 0xA1, 0xB2, 0xC3];
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

/// What nobody moves any more.
fn settled(display: &Display, what: &str, changed: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut last = display.wait(what, changed);
    loop {
        std::thread::sleep(LOOK_EVERY);
        let now = display.picture();
        // A cursor may blink.
        if different(&now, &last) < 200 {
            return now;
        }
        last = now;
    }
}

#[test]
fn a_nurse_logs_in_and_records_a_visit_with_the_childs_card() {
    in_own_process("a_nurse_logs_in_and_records_a_visit_with_the_childs_card", Duration::from_secs(240), || {
        let dir = tempfile::tempdir().unwrap();
        init(dir.path());
        let (data, password) = (dir.path().join("clinic"), "horse staple 3");
        let (clinic, asha) = Clinic::unlock(&data, "asha", password, Env::system()).unwrap();
        let child = child_with_card(&clinic, &asha);
        drop(clinic);
        let (display, pcscd) = (Display::start(), Pcscd::start());
        let empty = display.picture();
        let mut station = Command::new(program("tikka-station"))
            .arg("--data")
            .arg(&data)
            .envs(pcscd.env())
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .spawn()
            .unwrap();
        let login = settled(&display, "the login", |now| different(now, &empty) > now.len() / 3);
        display.run("xdotool", &["search", "--sync", "--onlyvisible", "--name", "Tikka", "windowfocus"]);
        display.run("xdotool", &["type", "--delay", "30", "asha"]);
        display.run("xdotool", &["key", "Tab"]);
        display.run("xdotool", &["type", "--delay", "30", password]);
        display.run("xdotool", &["key", "Return"]);
        let desk = settled(&display, "the desk", |now| different(now, &login) > now.len() / 10);
        let card = VirtualCard::insert(pcscd.port(), Chip::blank(Kind::Classic, &UID).unwrap()).unwrap();
        let visit = settled(&display, "the child of the card", |now| different(now, &desk) > now.len() / 20);
        display.run("xdotool", &["key", "Return"]);
        settled(&display, "the doses that were saved", |now| different(now, &visit) > now.len() / 100);
        card.remove();
        station.kill().unwrap();
        station.wait().unwrap();
        let (clinic, asha) = Clinic::unlock(&data, "asha", password, Env::system()).unwrap();
        let doses = clinic.child(&asha, child).unwrap().doses;
        assert!(doses.len() >= 3, "{doses:?}");
        assert_eq!(clinic.verify(&clinic.login("admin", "horse staple 2").unwrap()).unwrap().problems, []);
    });
}

/// A child who is due, with a card that tells nothing but its number.
fn child_with_card(clinic: &Clinic, asha: &Session) -> ChildId {
    let born = india(clinic.env().now_ms()) - Days::new(43);
    let form = ChildForm {
        name: "Pooja Kumari".into(),
        dob: to_day(born),
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        village: "Khajuri".into(),
        ..ChildForm::default()
    };
    let (child, card) = (clinic.env().new_child_id().unwrap(), clinic.env().new_card_no().unwrap());
    let register = Record::RegisterChild { child, form, worker: None, distinct_from: Vec::new() };
    let issue = Record::RegisterCard { card, uid: UID.to_vec(), written: false };
    for command in [register, issue, Record::AssignCard { card, child }] {
        clinic.submit(asha, command).unwrap();
    }
    child
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
