//! Whose the files of a clinic are. A command that root runs must not leave behind what the clinic's own user cannot read.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::Path;

const ROOT: u32 = 0;

/// Gives a file or folder that root has just made in `dir` to whoever `dir` belongs to.
pub fn give(made: &File, dir: &Path) -> io::Result<()> {
    let (is, should) = (made.metadata()?, fs::metadata(dir)?);
    // Nobody else can give anything away, or has to.
    if is.uid() == ROOT && (is.uid(), is.gid()) != (should.uid(), should.gid()) {
        fchown(made, Some(should.uid()), Some(should.gid()))?;
    }
    Ok(())
}
