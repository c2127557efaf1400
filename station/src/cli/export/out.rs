//! Where an export goes.

use crate::whole::Whole;
use std::io::{self, BufWriter, Stdout, Write};
use std::path::PathBuf;

const BUFFER_BYTES: usize = 64 * 1024;

/// A file, which is there whole at the end or not at all, or standard output.
pub enum Out {
    File(BufWriter<Whole>),
    Stdout(BufWriter<Stdout>),
}

impl Out {
    pub fn to(path: Option<PathBuf>) -> io::Result<Self> {
        Ok(match path {
            Some(path) if path.as_os_str() != "-" => {
                Self::File(BufWriter::with_capacity(BUFFER_BYTES, Whole::beside(&path)?))
            }
            _ => Self::Stdout(BufWriter::with_capacity(BUFFER_BYTES, io::stdout())),
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
