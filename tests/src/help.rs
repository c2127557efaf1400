//! What a program's `--help` says of its commands and arguments, read as a person reads it.

use crate::program;
use std::process::Command;

/// Of one command.
pub struct Help {
    /// The words after the program's name.
    pub path: Vec<String>,
    /// Each command, argument and option, and the first line that says what it is.
    pub said: Vec<(String, String)>,
}

impl Help {
    pub fn lists(&self, option: &str) -> bool {
        self.said.iter().any(|(name, _)| name.split([' ', ',']).any(|word| word == option))
    }
}

/// The help of a program and of all its commands, down to the last.
///
/// # Panics
/// When a command has no help, or one that cannot be read.
pub fn walk(name: &str) -> Vec<Help> {
    let mut found = Vec::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let shown = Command::new(program(name)).args(&path).arg("--help").output().expect("a process");
        assert!(shown.status.success(), "{name} {path:?} --help: {}", String::from_utf8_lossy(&shown.stderr));
        let text = String::from_utf8(shown.stdout).expect("UTF-8");
        let (mut about, mut section) = (String::new(), String::new());
        let mut said: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            match line.strip_prefix("  ") {
                // Words of a section begin at its margin, and what belongs to a word further right.
                Some(word) if !section.is_empty() => read(word, &section, &mut said),
                _ if line.ends_with(':') && !line.starts_with(' ') => section = line.trim_end_matches(':').to_owned(),
                _ if section.is_empty() && !line.starts_with("Usage") => about.push_str(line),
                // The exit codes and examples after the last section.
                _ if !line.trim().is_empty() => section.clear(),
                _ => {}
            }
        }
        said.push((String::new(), about));
        let commands = said.iter().filter_map(|(word, _)| word.strip_prefix("Commands "));
        for command in commands.filter(|command| *command != "help") {
            open.push([&path[..], &[command.to_owned()]].concat());
        }
        found.push(Help { path, said });
    }
    found
}

fn read(line: &str, section: &str, said: &mut Vec<(String, String)>) {
    if !["Commands", "Arguments", "Options"].contains(&section) {
        return;
    }
    // An option without a short name stands further right than one with it, its words further than both.
    let margin = line.len() - line.trim_start().len();
    let begins = match section {
        "Options" => margin <= 4 && line.trim_start().starts_with('-'),
        _ => margin == 0 && !line.trim().is_empty(),
    };
    if begins {
        let (word, words) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
        let word = if section == "Commands" { format!("Commands {word}") } else { word.to_owned() };
        said.push((word, words.trim().to_owned()));
    } else if let Some((_, words)) = said.last_mut() {
        words.push_str(line.trim());
    }
}
