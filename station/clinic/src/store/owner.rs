//! Whose the files of a clinic are. A command that root runs must not leave behind what the clinic's own user cannot read.
//!
//! Nor may that user get by it what is root's: only what was made just now is given away, and never what a link leads to.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::Path;

const ROOT: u32 = 0;

/// Gives a new file that root has just made in `dir` to whoever `dir` belongs to.
pub fn give(made: &File, dir: &Path) -> io::Result<()> {
    let (is, should) = (made.metadata()?, fs::metadata(dir)?);
    // Nobody else can give anything away, or has to.
    if is.uid() == ROOT && (is.uid(), is.gid()) != (should.uid(), should.gid()) {
        fchown(made, Some(should.uid()), Some(should.gid()))?;
    }
    Ok(())
}

/// The same for a folder.
pub fn give_folder(path: &Path, dir: &Path) -> io::Result<()> {
    let made = File::open(path)?;
    let (is, there) = (made.metadata()?, fs::symlink_metadata(path)?);
    // Somebody may have put a link in its place meanwhile.
    if !there.is_dir() || (is.dev(), is.ino()) != (there.dev(), there.ino()) {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    give(&made, dir)
}
