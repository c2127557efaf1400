//! The main job, end to end: the station's own demo with real processes, real wires and a real database,
//! also with a card on a reader, killed in the middle, and looked at afterwards by a suspicious reader.
#![allow(clippy::unwrap_used)]

use clinic::Env;
use clinic::store::{KeyFile, Keys, Secret};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tests::pcscd::Pcscd;
use tests::program;
use tests::vcard::{Chip, Kind, VirtualCard};

/// The doses that the owner's list asks for at six weeks, for a child to whom nothing was given, with the
/// zero dose of polio, whose window has closed, left out.
const DOSES_AT_SIX_WEEKS: usize = 8;

struct Play {
    out: PathBuf,
    summary: Value,
    words: String,
}

fn demo(out: &Path) -> Command {
    let mut command = Command::new(program("tikka-station"));
    command.args(["demo", "--headless", "--out"]).arg(out).stdin(Stdio::null());
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}

fn play(command: &mut Command, out: &Path) -> Play {
    let done = command.output().unwrap();
    let words = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "the demo failed: {words}");
    let summary = serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap();
    Play { out: out.to_owned(), summary, words }
}

impl Play {
    fn check(&self) {
        let summary = &self.summary;
        assert_eq!(summary["station"], summary["district"]);
        assert!(summary["station"]["events"].as_u64() > Some(300));
        assert_eq!(summary["station"]["hash"].as_str().map(str::len), Some(64));
        assert_eq!(summary["toys_discovered"], 2);
        assert_eq!(summary["doses"]["visit"], DOSES_AT_SIX_WEEKS, "{}", self.words);
        assert_eq!(summary["doses"]["toy"], 1);
        let picture = std::fs::read(self.out.join("today.png")).unwrap();
        assert!(picture.starts_with(b"\x89PNG") && picture.len() > 20_000);
        let text = Command::new("pdftotext").arg("-layout").arg(self.out.join("certificate.pdf")).arg("-").output();
        let text = String::from_utf8(text.unwrap().stdout).unwrap();
        assert!(text.contains("SPECIMEN") && text.contains("टीकाकरण"), "{text}");
        let (card, keys) = (self.out.join("certificate.smart-health-card"), self.out.join("jwks.json"));
        let checked = self.station(&["verify-certificate", card.to_str().unwrap(), "--jwks", keys.to_str().unwrap()]);
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }

    fn station(&self, args: &[&str]) -> Output {
        let path = |field: &str| self.summary[field].as_str().unwrap().to_owned();
        Command::new(program("tikka-station"))
            .args(args)
            .args(["--data", &path("station_data"), "--key-file", &path("key_file")])
            .output()
            .unwrap()
    }

    fn lines(&self, args: &[&str]) -> Vec<Value> {
        let done = self.station(args);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[test]
fn the_demo_plays_and_both_sides_agree() {
    let dir = tempfile::tempdir().unwrap();
    // No card service: the socket that is looked for is nobody's.
    let mut command = demo(dir.path());
    command.env("PCSCLITE_CSOCK_NAME", dir.path().join("nobody"));
    let play = play(&mut command, dir.path());
    play.check();
    assert_eq!(play.summary["card_used"], false);
    assert!(play.words.contains("No card service"), "{}", play.words);

    let verified = play.lines(&["verify"]);
    assert_eq!(verified.last().unwrap()["good"], true);
    assert_eq!(play.lines(&["list", "children"]).len(), 301);
    assert_eq!(play.lines(&["list", "toys"]).len(), 2);
    let due = play.lines(&["list", "due"]);
    assert!(due.iter().any(|line| line["defaulter"] == true) && due.iter().any(|line| line["defaulter"] == false));

    a_second_station_on_the_same_data_is_refused(&play);
    one_changed_byte_is_named(&play);
    somebody_elses_folder_is_left_alone(dir.path());
}

fn a_second_station_on_the_same_data_is_refused(play: &Play) {
    let path = |field: &str| play.summary[field].as_str().unwrap().to_owned();
    let mut hub = Command::new(program("tikka-station"))
        .args(["hub", "--data", &path("station_data"), "--key-file", &path("key_file")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(hub.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("ready"), "{first}");
    let refused = play.station(&["list", "toys"]);
    assert_eq!(refused.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another Tikka station"));
    hub.kill().unwrap();
    hub.wait().unwrap();
}

fn one_changed_byte_is_named(play: &Play) {
    let station = Path::new(play.summary["station_data"].as_str().unwrap());
    let file = KeyFile::read(Path::new(play.summary["key_file"].as_str().unwrap())).unwrap();
    let keys = Keys::read(station).unwrap();
    let key = keys.open(&Secret::KeyFile(&file), &Env::system()).unwrap().expect("the key file opens");
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let conn = rusqlite::Connection::open(station.join("ledger.db")).unwrap();
    conn.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    let (no, seq, mut body): (i64, i64, Vec<u8>) = conn
        .query_row("SELECT origin, seq, body FROM event WHERE kind = 30 ORDER BY seq LIMIT 1 OFFSET 100", [], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .unwrap();
    let middle = body.len() / 2;
    body[middle] ^= 1;
    conn.execute("UPDATE event SET body = ?1 WHERE origin = ?2 AND seq = ?3", (&body, no, seq)).unwrap();
    drop(conn);
    let done = play.station(&["verify"]);
    assert_eq!(done.status.code(), Some(3));
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(words.contains(&format!("Event {seq} of log")), "{words}");
}

fn somebody_elses_folder_is_left_alone(dir: &Path) {
    let other = dir.join("other");
    std::fs::create_dir_all(other.join("data/station")).unwrap();
    std::fs::write(other.join("data/station/ledger.db"), "somebody's records").unwrap();
    let done = demo(&other).output().unwrap();
    assert!(!done.status.success());
    assert_eq!(std::fs::read(other.join("data/station/ledger.db")).unwrap(), b"somebody's records");
    // Also where --data says so.
    let data = other.join("data");
    let done = demo(&dir.join("left")).arg("--data").arg(&data).output().unwrap();
    assert!(!done.status.success());
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(words.contains(&format!("the folder {} holds something that no demo made", data.display())), "{words}");
    assert_eq!(std::fs::read(other.join("data/station/ledger.db")).unwrap(), b"somebody's records");
}

#[test]
fn with_a_card_on_the_reader_the_card_opens_the_child() {
    let dir = tempfile::tempdir().unwrap();
    let pcscd = Pcscd::start();
    let card = VirtualCard::insert(pcscd.port(), Chip::blank(Kind::Ntag215, &[4, 9, 8, 7, 6, 5, 4]).unwrap()).unwrap();
    let mut command = demo(dir.path());
    command.envs(pcscd.env());
    let play = play(&mut command, dir.path());
    play.check();
    assert_eq!(play.summary["card_used"], true, "{}", play.words);
    let on_card = card.remove().data().to_vec();
    for secret in ["Devi", "Rampur", "worker"] {
        assert!(!on_card.windows(secret.len()).any(|w| w == secret.as_bytes()));
    }
}

#[test]
fn killed_in_the_middle_of_replication_it_goes_on_and_nothing_is_twice() {
    let dir = tempfile::tempdir().unwrap();
    let mut killed = demo(dir.path()).stderr(Stdio::piped()).spawn().unwrap();
    kill_when(&mut killed, "invented children");
    let play = play(&mut demo(dir.path()), dir.path());
    play.check();
    assert!(play.words.contains("goes on where it was"), "{}", play.words);
    assert_eq!(play.lines(&["verify"]).last().unwrap()["good"], true);
    assert_eq!(play.lines(&["list", "children"]).len(), 301);
}

/// SIGKILL as soon as the program says these words: the uplink is in the middle of its work then.
fn kill_when(child: &mut Child, words: &str) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains(words))), "the demo never said: {words}");
    child.kill().unwrap();
    child.wait().unwrap();
}
