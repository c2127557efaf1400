//! A real file system of a given size, for a test of its own.

use std::path::Path;
use std::process::Command;

/// Where the small disk is; set in the process that has it.
const DISK: &str = "TIKKA_TEST_FULL_DISK";

/// Runs a test again in a mount namespace of its own, on a real file system of `size`.
pub fn on_a_disk_of(size: &str, test: &str, body: impl FnOnce(&Path)) {
    if let Some(disk) = std::env::var_os(DISK) {
        return body(Path::new(&disk));
    }
    let dir = tempfile::tempdir().unwrap();
    let script =
        format!("mount -t tmpfs -o size={size} tmpfs '{}' && exec \"$1\" --exact {test}", dir.path().display());
    let done = Command::new("unshare")
        .args(own_mounts())
        .args(["sh", "-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .env(DISK, dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&done.stderr));
}

/// What `unshare` is told so that a process has mounts of its own, also without being root.
pub fn own_mounts() -> &'static [&'static str] {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout == b"0\n" { &["--mount"] } else { &["--mount", "--map-root-user"] }
}
