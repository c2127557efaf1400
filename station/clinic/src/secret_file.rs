//! Files that hold what opens a clinic: passwords, answers with passwords, keys. What stands in a command line,
//! everybody on the machine can read; what stands in a file that others may read, too.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A password is a line, and the other files are a page; one that holds more is another one.
const FILE_MAX_BYTES: u64 = 64 * 1024;
/// What the group and all others may do with a file.
const OF_OTHERS: u32 = 0o077;

#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    #[error("{} is not here", .0.display())]
    Missing(PathBuf),
    #[error("others may read or change {path}: `chmod 600 {path}`", path = .0.display())]
    Open(PathBuf),
    #[error("{} cannot be read", .0.display())]
    Io(PathBuf, #[source] io::Error),
}

/// The text of a file that is its owner's alone, or of standard input for `-`.
pub fn text_in(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let mut text = Zeroizing::new(String::new());
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(FILE_MAX_BYTES).read_to_string(&mut text)
    } else {
        open(path)?.take(FILE_MAX_BYTES).read_to_string(&mut text)
    };
    let _bytes = read.map_err(|error| SecretFileError::Io(path.to_owned(), error))?;
    Ok(text)
}

/// The first line of such a file.
pub fn password_in(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let text = text_in(path)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// A file that is its owner's alone.
pub fn open(path: &Path) -> Result<File, SecretFileError> {
    let io = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => SecretFileError::Missing(path.to_owned()),
        _ => SecretFileError::Io(path.to_owned(), error),
    };
    let file = File::open(path).map_err(io)?;
    let about = file.metadata().map_err(io)?;
    // A pipe of a shell is nobody else's, whatever its mode says.
    if about.is_file() && about.permissions().mode() & OF_OTHERS != 0 {
        return Err(SecretFileError::Open(path.to_owned()));
    }
    Ok(file)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_password_is_the_first_line_of_a_file_that_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        assert!(matches!(password_in(&path), Err(SecretFileError::Missing(_))));
        fs::write(&path, "tall neem tree 42\r\nand more\n").unwrap();
        for mode in [0o644, 0o640, 0o602] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = password_in(&path).unwrap_err();
            assert!(matches!(error, SecretFileError::Open(_)), "{mode:o}: {error}");
            assert!(!error.to_string().contains("neem"));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(*password_in(&path).unwrap(), "tall neem tree 42");
        assert!(matches!(password_in(dir.path()), Err(SecretFileError::Io(..))));
    }
}
