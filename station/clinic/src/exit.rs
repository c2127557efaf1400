//! How the programs that keep records end: one table of exit codes, so that a script learns it once.

use std::process::ExitCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    Done = 0,
    /// Something did not work; stderr says what.
    Failed = 1,
    /// What was typed cannot be used: an argument, an address, a number, a link.
    Usage = 2,
    /// Records or files are not what was written, or figures contradict each other.
    Differs = 3,
    /// A login, password, key or rule is against it.
    Refused = 4,
    /// Another program is at work there.
    InUse = 5,
    /// What should be there is not, or what should not be there is.
    Place = 6,
}

/// The table as `--help` prints it.
pub const HELP: &str = "\
Exit codes:
  0  The command did what it was asked.
  1  Something failed: the disk, the network, or a part of the work. The reason is on stderr.
  2  The command line is wrong, or something in it cannot be used: an address, a number, a link.
  3  Records, a backup or a certificate are not what was written, or figures cannot be true.
  4  Refused: a login, password or key is wrong, a rule or the other side is against it. Nothing was changed.
  5  Another program is at work on this folder.
  6  There is no clinic or district in this folder, or there is one already.";

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}
