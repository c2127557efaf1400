//! The house's arrows: who may depend on whom, and which crate may name which library.
#![allow(clippy::unwrap_used)]

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each crate of ours and those of ours that it may use.
const ARROWS: [(&str, &[&str]); 7] = [
    ("hub-protocol", &[]),
    ("clinic", &["hub-protocol"]),
    ("hub", &["clinic", "hub-protocol"]),
    ("station", &["hub", "clinic", "hub-protocol"]),
    ("district", &["clinic", "hub-protocol"]),
    ("toybox", &["hub-protocol"]),
    ("tests", &["hub-protocol", "clinic", "hub", "station", "district", "toybox"]),
];

/// Libraries that only these crates may name. `tests` may name all.
const KEPT: [(&str, &[&str]); 12] = [
    ("rusqlite", &["clinic", "district"]),
    ("tokio_postgres", &["district"]),
    ("deadpool_postgres", &["district"]),
    ("pcsc", &["hub"]),
    ("serial2_tokio", &["hub"]),
    ("iced", &["station"]),
    ("iced_test", &["station"]),
    ("printpdf", &["station"]),
    ("quinn", &["hub", "district", "toybox"]),
    ("mdns_sd", &["hub", "toybox"]),
    ("argon2", &["clinic"]),
    ("tokio", &["hub", "station", "district", "toybox"]),
];

/// Inside a crate, the only folders that may name a library.
const KEPT_INSIDE: [(&str, &str, &str); 7] = [
    ("clinic", "rusqlite", "src/store"),
    ("district", "rusqlite", "src/archive"),
    ("district", "tokio_postgres", "src/archive"),
    ("district", "deadpool_postgres", "src/archive"),
    ("station", "printpdf", "src/paper"),
    ("hub", "pcsc", "src/cards"),
    ("hub", "serial2_tokio", "src/messages"),
];

/// Words that the wire's crate must not hold: no socket, clock, file or database.
const NOT_ON_THE_WIRE: [&str; 6] = ["std::net", "std::fs", "SystemTime", "Instant", "rusqlite", "tokio"];

#[test]
fn crates_depend_one_way() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let mut seen = BTreeSet::new();
    for package in &metadata.packages {
        let (name, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == package.name.as_str())
            .unwrap_or_else(|| panic!("crate {} has no place in the house: give it one in this table", package.name));
        seen.insert(*name);
        for dependency in &package.dependencies {
            // A dev-dependency of ours would be an arrow too: tests that need two crates live in `tests`.
            let theirs = dependency.name.as_str();
            assert!(
                !ours.contains(theirs) || allowed.contains(&theirs),
                "{name} must not depend on {theirs} ({:?})",
                dependency.kind
            );
            if dependency.kind != DependencyKind::Development {
                check_kept(name, &theirs.replace('-', "_"));
            }
        }
    }
    assert_eq!(seen, ours, "a crate of the house is gone");
}

#[test]
fn imports_go_one_way() {
    for (name, dir) in crates() {
        if name == "tests" {
            continue;
        }
        for (file, text) in sources(&dir.join("src")) {
            for library in named_crates(&text) {
                check_kept(&name, &library);
                let inside = KEPT_INSIDE.iter().find(|(krate, kept, _)| *krate == name && *kept == library);
                if let Some((_, _, folder)) = inside {
                    let allowed = dir.join(folder);
                    assert!(
                        file.starts_with(&allowed) || file == allowed.with_extension("rs"),
                        "{} names {library}, which is for {folder} alone",
                        file.display()
                    );
                }
            }
        }
    }
}

#[test]
fn the_wire_has_no_socket_clock_file_or_database() {
    for (file, text) in sources(&root().join("hub-protocol/src")) {
        for word in NOT_ON_THE_WIRE {
            let code = text.lines().find(|l| !l.trim_start().starts_with("//") && l.contains(word));
            assert_eq!(code, None, "{} names {word}", file.display());
        }
    }
}

#[test]
fn screens_hold_no_sql_and_no_rule_of_their_own() {
    for folder in ["station/src/screen", "station/src/ui"] {
        for (file, text) in sources(&root().join(folder)) {
            for word in ["SELECT ", "INSERT ", "clinic::forecast::forecast(", "record::rule"] {
                assert!(!text.contains(word), "{} holds {word}", file.display());
            }
            let rule = code(&text).find_map(rule_of_its_own);
            assert_eq!(rule, None, "{} holds a rule: ask a function of `clinic`", file.display());
        }
    }
}

#[test]
fn screens_take_their_sizes_from_the_design_system() {
    for (file, text) in sources(&root().join("station/src/screen")) {
        let own = size_of_its_own(&text);
        assert_eq!(own, None, "{} has a size of its own: give it a name in ui/theme", file.display());
    }
}

/// A size, a space or a radius that is a number, and not a step of `gap` or a name of the design system.
fn size_of_its_own(text: &str) -> Option<&str> {
    let sized = [".size(", ".spacing(", ".vertical_spacing(", ".padding(", ".radius(", "rounded("];
    sized.iter().flat_map(|call| text.match_indices(call).map(move |(at, _)| at + call.len())).find_map(|at| {
        let arguments = inside(&text[at..]);
        let mut own = arguments.to_owned();
        while let Some(at) = own.find("gap(") {
            let steps = inside(&own[at + 4..]).len();
            own.replace_range(at..at + 4 + steps, "");
        }
        let numbers = own.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_')));
        let is_own = |word: &str| starts_with_number(word) && !word.trim_matches(['0', '.']).is_empty();
        numbers.into_iter().any(is_own).then_some(arguments)
    })
}

/// What stands before the bracket that closes.
fn inside(text: &str) -> &str {
    let mut open = 1;
    let end = text.find(|c: char| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    &text[..end.unwrap_or(text.len())]
}

#[test]
fn a_size_in_a_screen_is_seen() {
    for own in ["a.size(26)", "a.spacing(2)", ".padding(Padding::from([gap(1), 6.0]))", "border::rounded(4).width(1)"] {
        assert!(size_of_its_own(own).is_some(), "{own}");
    }
    for taken in ["a.spacing(gap(if low { 1 } else { 3 }))", ".padding(0)", ".padding([0.0, gap(2)])", ".size(SIZE_2)"]
    {
        assert_eq!(size_of_its_own(taken), None, "{taken}");
    }
}

/// What a rule looks like that was written where it is drawn: several roles or states that are let do something, or a
/// number of days of a child's life.
fn rule_of_its_own(line: &str) -> Option<&str> {
    let several = ["Role::", "NextStatus::", "CardStop::"];
    let is_several = several.iter().any(|of| line.contains("matches!(") && line.matches(of).count() > 1);
    let is_age = line.contains("num_days()") && line.split(['<', '>', '=']).skip(1).any(starts_with_number);
    (is_several || is_age).then_some(line)
}

fn starts_with_number(text: &str) -> bool {
    text.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// The lines of a source that are code.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn a_rule_in_a_screen_is_seen() {
    assert!(rule_of_its_own("let admins = matches!(role, Role::SuperAdmin | Role::Admin);").is_some());
    assert!(rule_of_its_own("ticked: (today - on).num_days() <= 2,").is_some());
    assert!(rule_of_its_own("let first = matches!(self.view, View::First | View::Second);").is_none());
    assert!(rule_of_its_own("if (last - today).num_days() < SOON {").is_none());
}

#[test]
fn the_test_itself_sees_a_wrong_arrow() {
    assert_eq!(named_crates("use rusqlite::Connection;\nlet c = iced::Task::none();"), ["iced", "rusqlite"]);
    assert!(named_crates("// use rusqlite::Connection;").is_empty());
    let wrong = std::panic::catch_unwind(|| check_kept("station", "rusqlite"));
    assert!(wrong.is_err());
}

fn check_kept(name: &str, library: &str) {
    if let Some((_, keepers)) = KEPT.iter().find(|(kept, _)| *kept == library) {
        assert!(name == "tests" || keepers.contains(&name), "{name} names {library}, which is for {keepers:?} alone");
    }
}

/// Libraries of [`KEPT`] that a source names in code, as `library::…`.
fn named_crates(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found: Vec<String> = KEPT
        .iter()
        .map(|(library, _)| *library)
        .filter(|library| {
            let path = format!("{library}::");
            code.match_indices(&path).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            })
        })
        .map(str::to_owned)
        .collect();
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn crates() -> BTreeMap<String, PathBuf> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    metadata
        .packages
        .iter()
        .map(|p| (p.name.to_string(), p.manifest_path.parent().unwrap().as_std_path().to_owned()))
        .collect()
}

fn sources(dir: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {}", dir.display());
    found
}
