//! `tikka-station import` as an Admin uses it: template, trial, report, decisions, a stop in the middle.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output};
use tests::station::{Station, words};

/// A file beside the clinic's folder.
fn text(clinic: &Station, name: &str) -> String {
    clinic.path(name).to_str().unwrap().to_owned()
}

fn import(clinic: &Station, args: &[&str]) -> Output {
    clinic.as_admin(&[&["import"], args].concat()).output().unwrap()
}

/// Of a report: outcome, code, words.
fn rows(report: &[u8]) -> Vec<(String, String, String)> {
    let mut rows = csv::Reader::from_reader(report);
    let head = rows.headers().unwrap().clone();
    assert_eq!(
        head.iter().collect::<Vec<_>>(),
        ["file", "line", "ref", "outcome", "child", "field", "code", "words", "decision"]
    );
    let row = |row: csv::StringRecord| (row[3].to_owned(), row[6].to_owned(), row[7].to_owned());
    rows.records().map(|one| row(one.unwrap())).collect()
}

fn count(rows: &[(String, String, String)], outcome: &str) -> usize {
    rows.iter().filter(|row| row.0 == outcome).count()
}

fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/import").join(name).to_str().unwrap().to_owned()
}

#[test]
fn files_are_tried_taken_decided_and_never_doubled() {
    let clinic = Station::found(None);
    let (children, doses) = (example("children.csv"), example("doses.csv"));
    let tried = import(&clinic, &[&children, "--doses", &doses, "--dry-run"]);
    assert_eq!(tried.status.code(), Some(1), "{}", words(&tried));
    assert!(
        words(&tried).contains("nothing is stored") && words(&tried).contains("left out: Ward"),
        "{}",
        words(&tried)
    );
    assert_eq!(clinic.children(), 0);

    let trial = rows(&tried.stdout);
    let would = |row: &(String, String, String)| row.0 != "added" || row.2.starts_with("Would be taken");
    assert!(count(&trial, "added") > 0 && trial.iter().all(would), "{trial:?}");

    let report = text(&clinic, "report.csv");
    let args = [children.as_str(), "--doses", &doses, "--report", &report];
    let done = import(&clinic, &[&args[..], &["--lang", "hi"]].concat());
    assert_eq!(done.status.code(), Some(1), "{}", words(&done));
    assert!(
        done.stdout.is_empty() && words(&done).contains("children: 4 added, 1 looks-like, 3 refused."),
        "{}",
        words(&done)
    );
    assert_eq!(clinic.children(), 4);
    let written = rows(&fs::read(&report).unwrap());
    let codes = |rows: &[(String, String, String)]| -> Vec<_> {
        rows.iter().map(|(outcome, code, _)| (outcome.clone(), code.clone())).collect()
    };
    assert_eq!(codes(&rows(&tried.stdout)), codes(&written), "the trial said the same");
    assert!(written.iter().all(|(_, _, words)| words.chars().any(|c| ('\u{900}'..='\u{97f}').contains(&c))));
    let again = import(&clinic, &args);
    assert_eq!(again.status.code(), Some(1), "nothing is overwritten: {}", words(&again));

    // The Admin says of the one who looks like Asha that it is her.
    let decided = fs::read_to_string(&report).unwrap();
    let decided: String = decided
        .lines()
        .map(|line| if line.contains("looks-like") { format!("{line}same\n") } else { format!("{line}\n") })
        .collect();
    fs::write(clinic.path("decided.csv"), decided).unwrap();
    let options =
        ["--decisions", &text(&clinic, "decided.csv"), "--reason", "as in the register", "--proof", "register"];
    let last = import(&clinic, &[&[children.as_str(), "--doses", &doses], &options[..]].concat());
    assert!(!words(&last).contains("left out: outcome"), "its own report is known: {}", words(&last));
    let last = rows(&last.stdout);
    assert_eq!((count(&last, "looks-like"), count(&last, "already-here"), count(&last, "added")), (0, 10, 2));
    assert_eq!(count(&last, "joined"), 1, "what her line says beyond the record is kept");

    clinic.verified();
}

#[test]
fn a_template_is_filled_in_and_taken() {
    let clinic = Station::found(None);
    for (which, file) in [("children", "c.csv"), ("doses", "d.csv")] {
        let template = clinic.command(&["import", "--template", which]).output().unwrap();
        assert_eq!(template.status.code(), Some(0), "{}", words(&template));
        let filled = String::from_utf8(template.stdout).unwrap().replace("# 17", "17").replace("worker1", "asha");
        fs::write(clinic.path(file), filled).unwrap();
    }
    let done = import(&clinic, &[&text(&clinic, "c.csv"), "--doses", &text(&clinic, "d.csv")]);
    assert_eq!(done.status.code(), Some(0), "{}", words(&done));
    assert_eq!(count(&rows(&done.stdout), "added"), 2);
}

#[test]
fn a_file_that_cannot_be_read_is_said_and_changes_nothing() {
    let clinic = Station::found(None);
    fs::write(clinic.path("old.csv"), b"name,dob,mother,village\nJos\xe9,2024-01-01,Meena,Rampur\n").unwrap();
    let refused = import(&clinic, &[&text(&clinic, "old.csv")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        words(&refused).contains("old.csv: line 2") && words(&refused).contains("CSV UTF-8"),
        "{}",
        words(&refused)
    );
    assert_eq!(import(&clinic, &[&text(&clinic, "none.csv")]).status.code(), Some(1));
    assert_eq!(import(&clinic, &[]).status.code(), Some(2));
    assert_eq!(clinic.children(), 0);
}

#[test]
fn a_run_that_is_interrupted_says_how_far_it_is_and_goes_on_later() {
    let clinic = Station::found(None);
    let mut file = "ref,name,dob,mother,village\n".to_owned();
    let lines = 4_000;
    for n in 0..lines {
        let (year, month, day) = (2022 + n / 336 % 4, n / 28 % 12 + 1, n % 28 + 1);
        let spread = n * 2_654_435_761;
        let (name, mother, village) = (word(spread), word(spread * 31), word(n / 40));
        writeln!(file, "{n},{name},{year}-{month:02}-{day:02},{mother},{village}").unwrap();
    }
    fs::write(clinic.path("many.csv"), file).unwrap();
    let many = text(&clinic, "many.csv");
    // A pipe that nobody reads would hold it once the report is longer than a pipe takes.
    let report = clinic.path("report.csv");
    let mut running: Child =
        clinic.as_admin(&["import", &many]).stdout(File::create(&report).unwrap()).spawn().unwrap();
    let mut told = BufReader::new(running.stderr.take().unwrap()).lines();
    let first = told.find(|line| line.as_ref().is_ok_and(|line| line.contains(" left."))).unwrap().unwrap();
    assert!(first.contains("of 4,000 lines, 0 refused"), "{first}");
    let asked = Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let rest: Vec<String> = told.map(Result::unwrap).collect();
    assert_eq!(running.wait().unwrap().code(), Some(1), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("stopped: ") && line.contains("of 4,000 lines are done")), "{rest:?}");
    let stored = count(&rows(&fs::read(&report).unwrap()), "added");
    assert!(stored < lines, "it ended before it was asked to");
    assert_eq!(clinic.children(), stored);
    let done = import(&clinic, &[&many]);
    let rows = rows(&done.stdout);
    assert_eq!((count(&rows, "already-here"), count(&rows, "already-here") + count(&rows, "added")), (stored, lines));
    assert_eq!(done.status.code(), Some(0), "{}", words(&done));
}

/// Names that do not sound alike.
fn word(mut n: usize) -> String {
    const PARTS: [&str; 12] = ["ka", "mo", "ri", "su", "te", "la", "no", "vi", "ba", "di", "go", "pe"];
    let mut word = String::new();
    for _ in 0..5 {
        word.push_str(PARTS[n % 12]);
        n /= 12;
    }
    word
}
