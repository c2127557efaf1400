//! The command lines as scripts use them: help, passwords from files, exit codes, what the audit says of it.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};
use tests::district::District;
use tests::help::walk;
use tests::private_file;
use tests::station::{Station, words};

#[test]
fn every_command_and_every_argument_says_what_it_is() {
    for (program, least) in [("tikka-station", 30), ("tikka-district", 20)] {
        let all = walk(program);
        let silent: Vec<String> = all
            .iter()
            .flat_map(|help| help.said.iter().map(|(word, words)| (help.path.join(" "), word, words)))
            .filter(|(.., words)| words.is_empty())
            .map(|(path, word, _)| format!("{path}: {word}"))
            .collect();
        assert_eq!(silent, Vec::<String>::new(), "{program}");
        assert!(all.len() >= least, "{program}: only {} commands were found", all.len());
    }
}

#[test]
fn a_command_lists_a_way_to_open_the_clinic_only_where_it_opens_one() {
    let all = walk("tikka-station");
    let of = |name: &str| all.iter().find(|help| help.path == [name]).unwrap();
    for name in ["init", "demo", "recover", "restore", "rekey", "takeover", "forecast", "growth", "verify-certificate"]
    {
        assert!(!of(name).lists("--key-file") && !of(name).lists("--password-file"), "{name}");
        assert!(of(name).lists("--data"), "{name}");
    }
    // Whose password is made anew still has to be said.
    assert!(of("restore").lists("--login") && !of("init").lists("--login"));
    for name in ["key-file", "join", "list", "backup", "import", "verify"] {
        assert!(of(name).lists("--key-file") && of(name).lists("--password-file"), "{name}");
    }
}

fn typed(clinic: &Station, args: &[&str], stdin: &str) -> Output {
    let mut child = clinic.command(args).stdin(Stdio::piped()).spawn().unwrap();
    // A command that is refused at once does not read it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn a_password_comes_from_a_file_that_is_its_owners_alone() {
    let clinic = Station::found(None);
    let (file, out) = (clinic.path("password"), clinic.path("new.key"));
    let (file, out) = (file.to_str().unwrap(), out.to_str().unwrap());
    private_file(file.as_ref(), "horse staple 2\n");
    let way = ["--login", "admin", "--password-file", file];
    let made = clinic.command(&[&["key-file", out], &way[..]].concat()).output().unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", words(&made));
    let opened = clinic.command(&["list", "users", "--key-file", out]).output().unwrap();
    assert_eq!(opened.status.code(), Some(0), "{}", words(&opened));
    // From a pipe, too; and a link that is none is refused before anything is opened.
    let piped = typed(&clinic, &["list", "users", "--login", "admin", "--password-file", "-"], "horse staple 2\n");
    assert_eq!(piped.status.code(), Some(0), "{}", words(&piped));
    let no_link = clinic.command(&[&["join", "tikka://"], &way[..]].concat()).output().unwrap();
    assert_eq!(no_link.status.code(), Some(2), "{}", words(&no_link));
    for args in [&["join"][..], &["join", "-"]] {
        let no_link = typed(&clinic, &[args, &way[..]].concat(), "tikka://\n");
        assert_eq!(no_link.status.code(), Some(2), "{}", words(&no_link));
        assert_eq!(
            words(&no_link),
            words(&clinic.command(&[&["join", "tikka://"], &way[..]].concat()).output().unwrap())
        );
    }

    let list = [&["list", "users"], &way[..]].concat();
    let refused = |code: i32, about: &str| {
        let no = clinic.command(&list).output().unwrap();
        assert_eq!((no.status.code(), no.stdout.len()), (Some(code), 0), "{}", words(&no));
        assert!(words(&no).contains(about) && !words(&no).contains("horse"), "{}", words(&no));
    };
    private_file(file.as_ref(), "another horse\n");
    refused(4, "wrong");
    std::fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
    refused(4, "chmod 600");
    std::fs::remove_file(file).unwrap();
    refused(4, "not here");
    // Whose password it is has to be said, and there is one way in at a time.
    for args in [
        &["list", "users", "--password-file", "-"][..],
        &["list", "users", "--login", "admin", "--password-file", "-", "--key-file", out],
        &["list", "users"],
    ] {
        assert_eq!(typed(&clinic, args, "horse staple 2\n").status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn a_file_that_opens_a_clinic_is_its_owners_alone() {
    let clinic = Station::found(None);
    let key = clinic.path("admin.key");
    std::fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    let no = clinic.command(&["list", "users", "--key-file", key.to_str().unwrap()]).output().unwrap();
    assert_eq!((no.status.code(), no.stdout.len()), (Some(4), 0), "{}", words(&no));
    assert!(words(&no).contains("chmod 600"), "{}", words(&no));

    let (answers, elsewhere) = (clinic.path("answers"), clinic.path("elsewhere"));
    std::fs::set_permissions(&answers, Permissions::from_mode(0o644)).unwrap();
    let args = ["--data", elsewhere.to_str().unwrap(), "init", "--answers", answers.to_str().unwrap()];
    let no = std::process::Command::new(tests::program("tikka-station")).args(args).output().unwrap();
    assert_eq!((no.status.code(), no.stdout.len()), (Some(4), 0), "{}", words(&no));
    assert!(words(&no).contains("chmod 600") && !words(&no).contains("horse"), "{}", words(&no));
    assert!(!elsewhere.exists());
}

#[test]
fn a_key_file_that_is_missing_has_one_code_in_both_programs() {
    let clinic = Station::found(None);
    let missing = clinic.path("missing.key");
    let missing = missing.to_str().unwrap();
    let station = clinic.command(&["list", "users", "--key-file", missing]).output().unwrap();
    assert_eq!(station.status.code(), Some(4), "{}", words(&station));
    let district = District::start();
    let district = district.command(&["stations", "--key-file", missing]);
    assert_eq!(district.status.code(), Some(4), "{}", words(&district));
}

#[test]
fn a_list_that_is_printed_is_no_export_in_the_audit() {
    let clinic = Station::found(None);
    let told = || -> Vec<String> {
        let audit = clinic.as_admin(&["list", "audit"]).output().unwrap();
        assert_eq!(audit.status.code(), Some(0), "{}", words(&audit));
        let lines = String::from_utf8(audit.stdout).unwrap();
        let what = |line: &str| serde_json::from_str::<Value>(line).unwrap()["what"].as_str().unwrap().to_owned();
        lines.lines().map(what).collect()
    };
    let told = told();
    assert!(told.contains(&"list".into()) && !told.contains(&"export".into()), "{told:?}");
    let out = clinic.as_admin(&["export", "csv", "users"]).output().unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", words(&out));
    let audit = clinic.as_admin(&["list", "audit"]).output().unwrap();
    assert!(String::from_utf8_lossy(&audit.stdout).contains("\"export\""));
}

#[test]
fn an_export_that_is_told_to_stop_leaves_no_half_written_file() {
    let clinic = Station::found(None);
    clinic.import(&clinic.children_file(0, 200, 0));
    let dir = clinic.path("out");
    std::fs::create_dir(&dir).unwrap();
    let names = || -> Vec<String> {
        std::fs::read_dir(&dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    let out = dir.join("clinic.json");
    for signal in ["-INT", "-TERM", "-HUP"] {
        // One that was faster than the signal wrote its file whole: it is asked again.
        let stopped = std::iter::repeat_with(|| {
            let _ = std::fs::remove_file(&out);
            let mut export = clinic.as_admin(&["export", "fhir", "--out", out.to_str().unwrap()]);
            let mut export = export.stderr(Stdio::piped()).spawn().unwrap();
            while names().is_empty() && export.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            let told = std::process::Command::new("kill").arg(signal).arg(export.id().to_string()).status();
            let ended = export.wait_with_output().unwrap();
            (told.unwrap().success() && !out.exists()).then_some(ended)
        });
        let stopped = stopped.take(20).flatten().next().expect("it is stopped in the middle");
        assert_eq!(stopped.status.code(), Some(1), "{signal}: {}", words(&stopped));
        assert_eq!(names(), Vec::<String>::new(), "{signal}");
    }
}
