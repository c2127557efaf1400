//! The real window on a real X server: it opens, paints, obeys a key, and takes a visit with a card on a real reader
//! service.
#![allow(clippy::unwrap_used)]

use chrono::{Days, NaiveDate};
use clinic::date::{india, to_day};
use clinic::record::command::{ChildForm, Command as Record, GivenAt};
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
/// So long somebody looks at a page before a key is meant for it; the program takes no sooner one for an answer.
const LOOKED_AT: Duration = Duration::from_secs(3);
/// And so often: a machine that is slow to show a picture is slow to make one.
const LOOKS_MIN: usize = 8;
/// A cursor may blink.
const BLINK: usize = 200;
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
            if Instant::now() >= until {
                let kept = std::env::temp_dir().join("tikka-window.png");
                self.run("import", &["-silent", "-window", "root", kept.to_str().unwrap()]);
                panic!("never seen on the screen: {what}; what was there: {}", kept.display());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// The same, and nothing of it moved while somebody looked at it.
    fn wait_until_still(&self, what: &str, fits: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let mut last = self.wait(what, fits);
        let (mut since, mut looks) = (Instant::now(), 0);
        while since.elapsed() < LOOKED_AT || looks < LOOKS_MIN {
            let now = self.picture();
            looks += 1;
            if different(&now, &last) > BLINK {
                (last, since, looks) = (now, Instant::now(), 0);
            }
            std::thread::sleep(LOOK_EVERY);
        }
        last
    }

    fn keys(&self, args: &[&str]) {
        self.run("xdotool", args);
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
fn a_nurse_logs_in_and_records_a_visit_with_the_childs_card() {
    in_own_process("a_nurse_logs_in_and_records_a_visit_with_the_childs_card", Duration::from_secs(900), || {
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
            .env("LANG", "C")
            .env_remove("WAYLAND_DISPLAY")
            .spawn()
            .unwrap();
        let login = display.wait_until_still("the login", |now| different(now, &empty) > now.len() / 3);
        display.keys(&["search", "--sync", "--onlyvisible", "--name", "Tikka", "windowfocus"]);
        display.keys(&["type", "--delay", "30", "asha"]);
        display.keys(&["key", "Tab"]);
        display.keys(&["type", "--delay", "30", password]);
        display.keys(&["key", "Return"]);
        let desk = display.wait_until_still("the desk", |now| different(now, &login) > now.len() / 10);
        // The whole visit: one tap and one key.
        let card = VirtualCard::insert(pcscd.port(), Chip::blank(Kind::Classic, &UID).unwrap()).unwrap();
        let visit = display.wait_until_still("the child of the card", |now| different(now, &desk) > now.len() / 20);
        display.keys(&["key", "Return"]);
        display.wait("the doses that were saved", |now| different(now, &visit) > now.len() / 100);
        card.remove();
        station.kill().unwrap();
        station.wait().unwrap();
        let (clinic, asha) = Clinic::unlock(&data, "asha", password, Env::system()).unwrap();
        let doses = clinic.child(&asha, child).unwrap().doses;
        let today = doses.iter().filter(|dose| dose.on == india(clinic.env().now_ms()));
        let batches: Vec<_> = today.map(|dose| dose.batch.as_deref()).collect();
        assert!(batches.len() >= 4 && batches.iter().all(|batch| *batch == Some(BATCH)), "{doses:?}");
        assert_eq!(clinic.verify(&clinic.login("admin", "horse staple 2").unwrap()).unwrap().problems, []);
    });
}

/// Of every vial of the clinic.
const BATCH: &str = "B 17";

/// A child of six weeks with a card that tells nothing but its number, in a clinic whose batches are known.
fn child_with_card(clinic: &Clinic, asha: &Session) -> ChildId {
    let today = india(clinic.env().now_ms());
    let before = child(clinic, asha, "Ravi Paswan", today - Days::new(90));
    for product in ["OPV", "PENTA", "RVV", "fIPV", "PCV"] {
        give(clinic, asha, before, product, today - Days::new(1));
    }
    let born = today - Days::new(43);
    let comes = child(clinic, asha, "Pooja Kumari", born);
    ["BCG", "OPV", "HepB"].iter().for_each(|product| give(clinic, asha, comes, product, born));
    let card = clinic.env().new_card_no().unwrap();
    let issue = Record::RegisterCard { card, uid: UID.to_vec(), written: false };
    for command in [issue, Record::AssignCard { card, child: comes }] {
        clinic.submit(asha, command).unwrap();
    }
    comes
}

fn child(clinic: &Clinic, asha: &Session, name: &str, born: NaiveDate) -> ChildId {
    let form = ChildForm {
        name: name.into(),
        dob: to_day(born),
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        village: "Khajuri".into(),
        ..ChildForm::default()
    };
    let child = clinic.env().new_child_id().unwrap();
    clinic.submit(asha, Record::RegisterChild { child, form, worker: None, distinct_from: Vec::new() }).unwrap();
    child
}

fn give(clinic: &Clinic, asha: &Session, child: ChildId, product: &str, on: NaiveDate) {
    let (product, on, batch) = (product.to_owned(), to_day(on), Some(BATCH.to_owned()));
    let at = GivenAt::Here(None);
    clinic.submit(asha, Record::RecordDose { child, product, on, batch, reason: None, at }).unwrap();
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
