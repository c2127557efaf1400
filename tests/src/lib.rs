//! Helpers of the tests that run real processes together.

pub mod badlink;
pub mod district;
pub mod fleet;
pub mod help;
pub mod logs;
pub mod namespaces;
pub mod pcscd;
pub mod people;
pub mod postgres;
pub mod station;
pub mod vcard;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One of the workspace's programs, built beside this test.
///
/// # Panics
/// When it was not built.
pub fn program(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("a test knows where it stands");
    let built = this.ancestors().skip(1).map(|dir| dir.join(name)).find(|path| path.is_file());
    built.unwrap_or_else(|| panic!("{name} is not built beside {}: cargo build --workspace", this.display()))
}

/// The same as a command, with words before it: `faketime -1d`, say.
fn wrapped(wrapper: &[String], name: &str) -> Command {
    match wrapper {
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program(name));
            command
        }
        [] => Command::new(program(name)),
    }
}

/// A file that only its owner may read, as a password wants it.
///
/// # Panics
/// When it cannot be written.
pub fn private_file(path: &Path, text: &str) {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).expect("a file");
}

/// Says past the test harness that a test could not be run here and why; `tests/run` counts these lines.
pub fn skipped(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "\nSKIPPED {test}: {}", why.replace('\n', " "));
}
