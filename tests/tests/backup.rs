//! The commands by which a clinic survives its computer: backup, restore, rebuild, verify.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tests::{private_file, program};

const ANSWERS: &str = r#"
clinic = "PHC Rampur"
schedule = "uip"
je_endemic = false
super_admin = { login = "super", name = "The Super Admin", password = "horse staple 1" }
admin = { login = "admin", name = "The Admin", password = "horse staple 2" }
worker = { login = "worker1", name = "The worker", password = "horse staple 3" }
"#;

fn station(data: &Path, args: &[&str], typed: &str) -> Output {
    let mut child = Command::new(program("tikka-station"))
        .args(args)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who refuses before it reads has heard enough.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_founding_says_whose_password_is_weak() {
    let dir = tempfile::tempdir().unwrap();
    let answers = dir.path().join("answers");
    for (table, password) in [("super_admin", 1), ("admin", 2), ("worker", 3)] {
        let weak = ANSWERS.replace(&format!("\"horse staple {password}\""), "\"12345678\"");
        assert_ne!(weak, ANSWERS);
        private_file(&answers, &weak);
        let refused = station(&dir.path().join("clinic"), &["init", "--answers", answers.to_str().unwrap()], "");
        assert_eq!(code(&refused), Some(4), "{}", said(&refused));
        assert!(said(&refused).contains(&format!("[{table}] refused: ")), "{}", said(&refused));
    }
    assert!(!dir.path().join("clinic").exists());
}

#[test]
fn a_clinic_goes_on_on_another_computer() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let text = |name: &str| path(name).to_str().unwrap().to_owned();
    let (first, second) = (path("first"), path("second"));
    private_file(&path("answers"), ANSWERS);
    let founded = station(&first, &["init", "--answers", &text("answers"), "--make-key-file", &text("admin.key")], "");
    assert_eq!(code(&founded), Some(0), "{}", said(&founded));
    let key = lines(&founded)[0]["recovery_key"].as_str().unwrap().to_owned();

    let as_admin =
        |data: &Path, args: &[&str]| station(data, &[args, &["--key-file", &text("admin.key")]].concat(), "");
    let made = as_admin(&first, &["backup", &text("stick.tikka")]);
    assert_eq!(code(&made), Some(0), "{}", said(&made));
    let made = &lines(&made)[0];
    assert_eq!((made["event"].as_str(), made["events"].as_u64()), (Some("backup"), Some(5)));
    assert_eq!(made["bytes"].as_u64(), Some(std::fs::metadata(path("stick.tikka")).unwrap().len()));
    let again = as_admin(&first, &["backup", &text("stick.tikka")]);
    assert_eq!(code(&again), Some(1), "nothing is overwritten: {}", said(&again));

    let restore = |data: &Path, file: &str, login: &str, key: &str| {
        station(data, &["restore", &text(file), "--login", login], &format!("{key}\nanother horse 7\n"))
    };
    // What cannot be is said, and nothing is made.
    assert_eq!(code(&restore(&first, "stick.tikka", "admin", &key)), Some(6));
    assert_eq!(code(&restore(&second, "stick.tikka", "worker1", &key)), Some(4));
    assert_eq!(code(&restore(&second, "stick.tikka", "admin", "00000")), Some(4));
    assert_eq!(code(&restore(&second, "answers", "admin", &key)), Some(3));
    let mut bytes = std::fs::read(path("stick.tikka")).unwrap();
    bytes[9_000] ^= 4;
    std::fs::write(path("bad.tikka"), &bytes).unwrap();
    let bad = restore(&second, "bad.tikka", "admin", &key);
    assert_eq!(code(&bad), Some(3));
    assert!(said(&bad).contains("damaged"), "{}", said(&bad));
    assert!(!second.exists());

    let restored = restore(&second, "stick.tikka", "admin", &key);
    assert_eq!(code(&restored), Some(0), "{}", said(&restored));
    assert!(said(&restored).contains("`tikka-station rekey` again"), "{}", said(&restored));
    let restored = &lines(&restored)[0];
    assert_eq!((restored["events"].as_u64(), restored["without_password"].as_u64()), (Some(5), Some(2)));
    // The key file of the first computer opens nothing here; another is made by the recovery key.
    assert_eq!(code(&as_admin(&second, &["verify"])), Some(4));
    let recovered = station(&second, &["recover", "--login", "super"], &format!("{key}\nhorse staple 9\n"));
    assert_eq!(code(&recovered), Some(0), "{}", said(&recovered));
    // What keeps it from opening, or its key from being changed, is named.
    std::fs::write(second.join("rekeyed"), "a note").unwrap();
    let opened = as_admin(&second, &["verify"]);
    assert_eq!(code(&opened), Some(6), "{}", said(&opened));
    assert!(said(&opened).contains("called rekeyed") && said(&opened).contains("move it away"), "{}", said(&opened));
    std::fs::remove_file(second.join("rekeyed")).unwrap();
    std::fs::rename(second.join("ledger.db"), path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(path("elsewhere"), second.join("ledger.db")).unwrap();
    let rekeyed = station(&second, &["rekey", "--login", "super"], &format!("{key}\nhorse staple 9\n"));
    assert_eq!(code(&rekeyed), Some(6), "{}", said(&rekeyed));
    assert!(said(&rekeyed).contains("ledger.db is a link"), "{}", said(&rekeyed));
    let rebuilt = as_admin(&first, &["rebuild"]);
    assert_eq!(lines(&rebuilt)[0]["events"].as_u64(), Some(5), "{}", said(&rebuilt));
    assert_eq!(lines(&as_admin(&first, &["verify"])).last().unwrap()["good"], true);
}
