//! One program at a time in a clinic's folder.

use super::{OpenError, owner};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

const NAME: &str = "lock";

/// Held as long as this lives. The system lets go of it when the process ends, however it ends.
pub(super) struct FolderLock(File);

impl FolderLock {
    pub fn take(dir: &Path) -> Result<Self, OpenError> {
        let (path, mut options) = (dir.join(NAME), File::options());
        let file = match options.write(true).create_new(true).open(&path) {
            Ok(made) => {
                owner::give(&made, dir)?;
                made
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => options.create_new(false).open(&path)?,
            Err(error) => return Err(error.into()),
        };
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

impl Drop for FolderLock {
    /// To close the file is not enough: a child process that another thread is just starting has it too until it becomes
    /// the other program, and the folder would seem in use for that moment.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the clinic's folder stays locked until this program ends");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn it_is_let_go_of_also_while_a_child_process_has_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(dir.path()).unwrap();
        assert!(matches!(FolderLock::take(dir.path()), Err(OpenError::InUse)));
        // As a process has it between fork and exec.
        let child = lock.0.try_clone().unwrap();
        drop(lock);
        drop(FolderLock::take(dir.path()).unwrap());
        drop(child);
    }
}
