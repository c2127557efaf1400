//! Helpers of the tests that run real processes together.

pub mod badlink;
pub mod logs;
pub mod pcscd;
pub mod postgres;
pub mod vcard;

use std::path::PathBuf;

/// One of the workspace's programs, built beside this test.
///
/// # Panics
/// When it was not built.
pub fn program(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("a test knows where it stands");
    let built = this.ancestors().skip(1).map(|dir| dir.join(name)).find(|path| path.is_file());
    built.unwrap_or_else(|| panic!("{name} is not built beside {}: cargo build --workspace", this.display()))
}
