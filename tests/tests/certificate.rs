//! A certificate from the command line, and whether it is true: as an Admin, a stranger with a scanner, and a full disk
//! meet it.
#![allow(clippy::unwrap_used)]

#[path = "faults/disk.rs"]
mod disk;

use clinic::health_card::{self, CardDose, Content, IssuerKey, card_file};
use hub_protocol::ChildId;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tests::program;
use tests::station::Station;

const FILES: [&str; 4] = ["certificate.pdf", "certificate.smart-health-card", "jwks.json", "qr.txt"];

/// A clinic with one child and two doses, and the child's number.
fn clinic() -> (Station, String) {
    let station = Station::found(None);
    let file = |name: &str, text: &str| {
        fs::write(station.path(name), text).unwrap();
        station.path(name)
    };
    let children = file(
        "children.csv",
        "ref,name,dob,sex,mother,village,worker\n1,मीना कुमारी,2024-03-04,F,Sunita Devi,Rampur,asha\n",
    );
    let doses = file("doses.csv", "ref,product,date,batch,here\n1,BCG,2024-03-04,B 17,yes\n1,OPV,2024-03-04,P 4,yes\n");
    let taken = station.as_admin(&["import"]).arg(children).arg("--doses").arg(doses).output().unwrap();
    assert_eq!(taken.status.code(), Some(0), "{}", words(&taken));
    let listed = station.as_admin(&["list", "children"]).output().unwrap();
    let child: Value = serde_json::from_slice(&listed.stdout).unwrap();
    (station, child["child"].as_str().unwrap().to_owned())
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn issue(station: &Station, child: &str, out: &Path) -> Output {
    station.as_admin(&["certificate", "--child", child]).arg("--out").arg(out).output().unwrap()
}

fn verify(station: &Station, file: &Path) -> Output {
    station.command(&["verify-certificate"]).arg(file).output().unwrap()
}

/// A verifier elsewhere, who has the key set and no clinic.
fn stranger(home: &Path, keys: &Path, input: &[u8]) -> Output {
    let mut command = Command::new(program("tikka-station"));
    command.args(["verify-certificate", "-", "--data"]).arg(home).arg("--jwks").arg(keys);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_certificate_is_issued_scanned_and_checked() {
    let (station, child) = clinic();
    let out = station.path("paper");
    let done = issue(&station, &child, &out);
    assert_eq!(done.status.code(), Some(0), "{}", words(&done));
    assert_eq!(names(&out), FILES);
    assert_eq!(lines(&done)[0]["cards"], 1);

    // As the clinic's own computer checks it, without a login.
    let card = out.join("certificate.smart-health-card");
    let yes = verify(&station, &card);
    assert_eq!(yes.status.code(), Some(0), "{}", words(&yes));
    let told = &lines(&yes)[0];
    assert_eq!(
        (&told["valid"], &told["name"], &told["born"]),
        (&true.into(), &"मीना कुमारी".into(), &"2024-03-04".into())
    );
    assert_eq!(told["doses"][0]["lot"], "B 17");
    assert_eq!(told["doses"].as_array().unwrap().len(), 2);
    assert!(words(&yes).starts_with("Yes: मीना कुमारी, born 2024-03-04, 2 doses; signed on "), "{}", words(&yes));

    // What a scanner reads from the printed page is what qr.txt says, and a stranger with the keys believes it.
    let scanned = scan(&out.join("certificate.pdf"), &station.path("page"));
    assert_eq!(scanned, fs::read_to_string(out.join("qr.txt")).unwrap());
    let (elsewhere, keys) = (station.path("elsewhere"), out.join("jwks.json"));
    let yes = stranger(&elsewhere, &keys, scanned.as_bytes());
    assert_eq!(yes.status.code(), Some(0), "{}", words(&yes));
    assert_eq!(lines(&yes)[0]["name"], "मीना कुमारी");

    what_is_not_true_is_refused(&station, &out, &elsewhere);
    every_issue_is_noted(&station, &child);
}

/// The text of the code on a page that was printed and scanned at 200 dots an inch.
fn scan(pdf: &Path, page: &Path) -> String {
    let drawn = Command::new("pdftoppm").args(["-r", "200", "-png"]).arg(pdf).arg(page).status();
    assert!(drawn.expect("the package poppler-utils").success());
    let pages: Vec<PathBuf> = names(page.parent().unwrap())
        .into_iter()
        .filter(|name| name.starts_with("page-"))
        .map(|name| page.with_file_name(name))
        .collect();
    let read = Command::new("zbarimg").args(["--raw", "-q"]).args(&pages).output().expect("the package zbar-tools");
    String::from_utf8(read.stdout).unwrap()
}

fn what_is_not_true_is_refused(station: &Station, out: &Path, elsewhere: &Path) {
    let code = fs::read_to_string(out.join("qr.txt")).unwrap();
    let keys = out.join("jwks.json");
    let other = station.path("other.json");
    fs::write(&other, IssuerKey::of(&[5; 32]).key_set()).unwrap();
    // Two digits in the middle of what was signed.
    let mut changed = code.clone().into_bytes();
    let at = changed.len() / 2 / 2 * 2 + 1;
    let other_letter = if changed[at..at + 2] == *b"20" { *b"21" } else { *b"20" };
    changed[at..at + 2].copy_from_slice(&other_letter);
    for (input, keys, why) in [
        (changed.as_slice(), &keys, "signature"),
        (code.as_bytes(), &other, "unknown-key"),
        (code.trim().trim_start_matches("shc:/").as_bytes(), &keys, "no-prefix"),
        (&code.trim().as_bytes()[..code.len() - 2], &keys, "odd-digits"),
        (b"Meena Devi has had every dose".as_slice(), &keys, "shape"),
        (b"".as_slice(), &keys, "no-card"),
    ] {
        let no = stranger(elsewhere, keys, input);
        assert_eq!(no.status.code(), Some(3), "{why}: {}", words(&no));
        // Another clinic's may be true: what is missing is named.
        assert_eq!(words(&no).contains("--jwks"), why == "unknown-key", "{why}: {}", words(&no));
        assert_eq!((&lines(&no)[0]["valid"], &lines(&no)[0]["why"]), (&false.into(), &why.into()));
        assert!(words(&no).contains("No: "), "{}", words(&no));
    }
    // Two true cards of two children: nobody may take the one's doses for the other's.
    let key = IssuerKey::of(&[5; 32]);
    let card = |name: &str| {
        let born = "2022-01-01".parse().unwrap();
        let dose = CardDose { cvx: "19".into(), on: born, lot: None, place: None, outside: false };
        let content = Content { name: name.into(), born, doses: vec![dose] };
        health_card::issue(&content, "https://phc.tikka.invalid", 1_700_000_000, &key).unwrap().remove(0).jws
    };
    let (asha, ravi) = (card("Asha"), card("Ravi"));
    let two = stranger(elsewhere, &other, card_file([&*asha, &*ravi]).as_bytes());
    assert_eq!((two.status.code(), &lines(&two)[2]["why"]), (Some(3), &"different-children".into()));
    assert!(words(&two).contains("different children"), "{}", words(&two));
    let one = stranger(elsewhere, &other, card_file([&*asha, &*asha]).as_bytes());
    assert_eq!(one.status.code(), Some(0), "{}", words(&one));
    assert_eq!(lines(&one)[0]["jwks"], *other.to_string_lossy());
    // No key at all, a file that is no key set, a file that is not there: no answer is given.
    let alone = Command::new(program("tikka-station"))
        .args(["verify-certificate", "--data"])
        .arg(elsewhere)
        .arg(out.join("qr.txt"))
        .output()
        .unwrap();
    assert_eq!(alone.status.code(), Some(2));
    assert!(words(&alone).contains("--jwks"), "{}", words(&alone));
    assert_eq!((&lines(&alone)[0]["valid"], &lines(&alone)[0]["why"]), (&Value::Null, &"no-keys".into()));
    // Another file of the same certificate is not called forged: the right one is named.
    let picture = station.path("page-1.png");
    for (file, why, right) in [
        (out.join("certificate.pdf"), "paper", "certificate.smart-health-card"),
        (keys, "keys", "certificate.smart-health-card"),
        (picture, "picture", "zbarimg"),
    ] {
        let other = verify(station, &file);
        assert_eq!(other.status.code(), Some(2), "{why}: {}", words(&other));
        assert_eq!((&lines(&other)[0]["valid"], &lines(&other)[0]["why"]), (&Value::Null, &why.into()));
        assert!(words(&other).contains(right), "{}", words(&other));
    }
    assert_eq!(stranger(elsewhere, &out.join("qr.txt"), code.as_bytes()).status.code(), Some(2));
    assert_eq!(verify(station, &out.join("nothing")).status.code(), Some(1));
}

fn every_issue_is_noted(station: &Station, child: &str) {
    let again = issue(station, child, &station.path("paper"));
    assert_eq!(lines(&again)[0]["issue"], 2);
    // No number of a child, and a child who is not registered here.
    for (child, code) in [("K7QM".to_owned(), 2), (ChildId(4).to_string(), 4)] {
        let out = station.path("nothing");
        let refused = issue(station, &child, &out);
        assert_eq!(refused.status.code(), Some(code), "{child}: {}", words(&refused));
        assert!(!out.exists() || names(&out).is_empty());
    }
}

/// What programs that are not ours say of the codes in a file, a line a code: jose, and kill-the-clipboard.
fn judged(verifiers: &Path, keys: &Path, codes: &Path) -> Vec<Value> {
    let script = verifiers.join("judge-cards.mjs");
    let said = Command::new("node").arg(script).arg("read").args([keys, codes]).output().unwrap();
    assert!(said.status.success(), "{}", words(&said));
    lines(&said)
}

#[test]
fn others_believe_a_true_card_and_refuse_what_is_made_of_it() {
    let verifiers = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("target/verifiers");
    if !verifiers.join("node_modules/jose").is_dir() {
        let why = "jose and kill-the-clipboard are not here; tests/verifiers/prepare target/verifiers fetches them";
        return tests::skipped("others_believe_a_true_card_and_refuse_what_is_made_of_it", why);
    }
    let (station, child) = clinic();
    let out = station.path("paper");
    let done = issue(&station, &child, &out);
    assert_eq!(done.status.code(), Some(0), "{}", words(&done));
    // What a scanner reads from the paper.
    let scanned = out.join("qr.txt");
    fs::write(&scanned, scan(&out.join("certificate.pdf"), &station.path("page"))).unwrap();
    let keys = out.join("jwks.json");
    let told = judged(&verifiers, &keys, &scanned);
    assert_eq!(told[0]["jose"]["name"], "मीना कुमारी");
    assert_eq!((&told[0]["jose"]["doses"], &told[0]["clipboard"]["entries"]), (&2.into(), &3.into()));

    let script = verifiers.join("judge-cards.mjs");
    let made = Command::new("node").arg(script).arg("make").arg(&out).output().unwrap();
    assert!(made.status.success(), "{}", words(&made));
    let elsewhere = station.path("elsewhere");
    let ours = |keys: &Path, code: &Path| stranger(&elsewhere, keys, &fs::read(code).unwrap());
    // A card that somebody else's program signed is read here as it is there.
    let own = out.join("own.json");
    let yes = ours(&own, &out.join("own.txt"));
    assert_eq!(yes.status.code(), Some(0), "{}", words(&yes));
    assert_eq!(judged(&verifiers, &own, &out.join("own.txt"))[0]["jose"]["doses"], 2);
    let mut count = 0;
    for name in names(&out).into_iter().filter(|name| name.starts_with("bad-")) {
        let code = out.join(&name);
        let keys = if name == "bad-zlib.txt" { &own } else { &keys };
        let no = ours(keys, &code);
        assert_eq!(no.status.code(), Some(3), "{name}: {}", words(&no));
        let theirs = judged(&verifiers, keys, &code);
        assert!(theirs[0]["jose"]["refused"].is_string(), "{name}: {theirs:?}");
        assert!(theirs[0]["clipboard"]["refused"].is_string(), "{name}: {theirs:?}");
        count += 1;
    }
    assert_eq!(count, 10);
    // And a true card under another key.
    assert!(judged(&verifiers, &own, &scanned)[0]["jose"]["refused"].is_string());
    assert!(judged(&verifiers, &own, &scanned)[0]["clipboard"]["refused"].is_string());
    assert_eq!(ours(&own, &scanned).status.code(), Some(3));
}

#[test]
fn a_full_disk_keeps_no_half_a_certificate() {
    disk::on_a_disk_of("256k", "a_full_disk_keeps_no_half_a_certificate", |small| {
        let (station, child) = clinic();
        let out = small.join("paper");
        fs::create_dir_all(&out).unwrap();
        let block = small.join("other");
        fs::write(&block, vec![b'x'; 230_000]).unwrap();
        let failed = issue(&station, &child, &out);
        assert_eq!(failed.status.code(), Some(1), "{}", words(&failed));
        assert!(words(&failed).contains("free space"), "{}", words(&failed));
        assert_eq!(names(&out), Vec::<String>::new());
        fs::remove_file(&block).unwrap();
        let done = issue(&station, &child, &out);
        assert_eq!(done.status.code(), Some(0), "{}", words(&done));
        assert_eq!(names(&out), FILES);
    });
}
