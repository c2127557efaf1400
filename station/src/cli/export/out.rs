//! Where an export goes.

use crate::cli::Failure;
use crate::whole::Whole;
use clinic::exit::Code;
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

const BUFFER_BYTES: usize = 64 * 1024;

/// Where it is written, as the command line says it.
#[derive(clap::Args)]
pub struct To {
    /// The file to write, whole or not at all; without it standard output. One that is there already stays.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Writes over the file that is there already.
    #[arg(long, requires = "out")]
    replace: bool,
}

impl To {
    /// Before anybody is asked for a password.
    pub fn check(&self) -> Result<(), Failure> {
        self.file().map_or(Ok(()), |file| keeps(file, self.replace))
    }

    pub fn open(&self) -> Result<Out, Failure> {
        self.check()?;
        Ok(Out::to(self.file())?)
    }

    fn file(&self) -> Option<&Path> {
        self.out.as_deref().filter(|path| path.as_os_str() != "-")
    }
}

/// What somebody keeps is not written over by a slip of the hand.
pub fn keeps(file: &Path, replace: bool) -> Result<(), Failure> {
    // A link that leads nowhere is a file too.
    if replace || file.symlink_metadata().is_err() {
        return Ok(());
    }
    let words = format!("{} is there already, and stays: name another file, or say --replace", file.display());
    Err(Failure::new(Code::Failed, words))
}

/// A file, which is there whole at the end or not at all, or standard output.
pub enum Out {
    File(BufWriter<Whole>),
    Stdout(BufWriter<Stdout>),
}

impl Out {
    fn to(path: Option<&Path>) -> io::Result<Self> {
        Ok(match path {
            Some(path) => Self::File(BufWriter::with_capacity(BUFFER_BYTES, Whole::beside(path)?)),
            None => Self::Stdout(BufWriter::with_capacity(BUFFER_BYTES, io::stdout())),
        })
    }

    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::File(file) => file.into_inner().map_err(io::IntoInnerError::into_error)?.put(),
            Self::Stdout(mut out) => out.flush(),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stdout(out) => out.flush(),
        }
    }
}
