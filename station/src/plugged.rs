//! Sticks and disks that are plugged in, and what lies on them: offered where a place or a file is asked for.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Where desktops show what somebody plugs in.
const UNDER: [&str; 2] = ["/media", "/run/media"];
/// The kernel's list of what is mounted where.
const MOUNTS: &str = "/proc/self/mounts";
/// A stick may hold more than anybody looks through.
const ENTRIES_MAX: usize = 2_000;

/// What is plugged in, looked up anew each time it is asked for. A clone is a pointer.
#[derive(Debug, Clone)]
pub struct Plugged(Arc<Source>);

#[derive(Debug)]
struct Source {
    mounts: PathBuf,
    under: Vec<PathBuf>,
}

impl Plugged {
    pub fn of_system() -> Self {
        Self::told_by(MOUNTS.into(), UNDER.map(PathBuf::from).into())
    }

    /// As another file of the same form lists it, of what is mounted in these folders.
    pub fn told_by(mounts: PathBuf, under: Vec<PathBuf>) -> Self {
        Self(Arc::new(Source { mounts, under }))
    }

    /// Where each of them is.
    pub fn places(&self) -> Vec<PathBuf> {
        let mounts = fs::read(&self.0.mounts).unwrap_or_default();
        let places = mounts.split(|byte| *byte == b'\n').filter_map(|line| line.split(|byte| *byte == b' ').nth(1));
        let places = places.map(|place| PathBuf::from(OsString::from_vec(unescaped(place))));
        places.filter(|place| self.0.under.iter().any(|under| place.starts_with(under))).collect()
    }

    /// Files of such an ending in them and in their folders, the newest first.
    pub fn files(&self, ending: &str) -> Vec<PathBuf> {
        let is_meant = |path: &Path| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
        let mut found: Vec<(SystemTime, PathBuf)> = Vec::new();
        for place in self.places() {
            let first = entries(&place);
            let deeper = first.iter().filter(|path| path.is_dir()).flat_map(|folder| entries(folder));
            let files: Vec<_> = first.iter().cloned().chain(deeper).filter(|path| is_meant(path)).collect();
            found.extend(files.into_iter().filter_map(|path| Some((changed(&path)?, path))));
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().map(|(_, path)| path).collect()
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.take(ENTRIES_MAX).map(|entry| entry.path()).collect()
}

fn changed(path: &Path) -> Option<SystemTime> {
    let about = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    about.modified().ok()
}

/// The kernel writes a space as `\040`, and so other letters that would end a field.
fn unescaped(place: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(place.len());
    let mut rest = place;
    while let Some((byte, after)) = rest.split_first() {
        let code = after.get(..3).filter(|_| *byte == b'\\').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 8).ok()) {
            Some(letter) => {
                plain.push(letter);
                rest = &after[3..];
            }
            None => {
                plain.push(*byte);
                rest = after;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sticks_are_found_by_their_place_and_files_by_their_age() {
        let dir = tempfile::tempdir().unwrap();
        let (media, stick) = (dir.path().join("media"), dir.path().join("media/asha/OLD STICK"));
        fs::create_dir_all(stick.join("tikka")).unwrap();
        let mounts = dir.path().join("mounts");
        let escaped = stick.to_str().unwrap().replace(' ', "\\040");
        let list =
            format!("/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 {escaped} vfat rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n\nbroken\n");
        fs::write(&mounts, list).unwrap();
        let plugged = Plugged::told_by(mounts, vec![media]);
        assert_eq!(plugged.places(), std::slice::from_ref(&stick));
        assert!(plugged.files("backup").is_empty());

        let (older, newer) = (stick.join("b.backup"), stick.join("tikka/a.BACKUP"));
        for (path, age_s) in [(&older, 100), (&newer, 50)] {
            let file = fs::File::create(path).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age_s)).unwrap();
        }
        fs::write(stick.join("notes.txt"), "").unwrap();
        fs::create_dir(stick.join("folder.backup")).unwrap();
        assert_eq!(plugged.files("backup"), [newer, older]);
        // Nothing is plugged in, or the system does not say.
        assert!(Plugged::told_by(dir.path().join("none"), Vec::new()).places().is_empty());
    }

    #[test]
    fn only_codes_of_three_digits_are_letters() {
        for (written, plain) in
            [("a\\040b", "a b"), ("a\\134040", "a\\040"), ("a\\04", "a\\04"), ("\\9xx", "\\9xx"), ("\\", "\\")]
        {
            assert_eq!(unescaped(written.as_bytes()), plain.as_bytes(), "{written}");
        }
    }
}
