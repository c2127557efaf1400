//! Where a paper goes: to a printer, by the system's print command, or before somebody's eyes.

use crate::words::Words;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A print service that does not answer by then is taken for dead.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// More printers than anybody chooses from.
const PRINTERS_MAX: usize = 20;
/// Of what the print command says, for the log.
const SAID_MAX_CHARS: usize = 300;

/// The programs of this system that take papers.
#[derive(Debug, Clone)]
pub struct Programs {
    lp: PathBuf,
    lpstat: PathBuf,
    viewer: PathBuf,
}

/// The printers of this system by their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printers {
    pub names: Vec<String>,
    /// The one that the system takes when nobody chooses.
    pub usual: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error("this system has no print command (lp, package cups-client)")]
    NoCommand,
    #[error("the printer {printer} did not take it: {said}")]
    Refused { printer: String, said: String },
    #[error("the print command does not answer")]
    Silent,
    #[error("the print command cannot be run")]
    Run(#[source] io::Error),
}

impl PrintError {
    /// What happened and what to do, for people.
    pub fn sentence(&self, words: &Words) -> String {
        match self {
            Self::NoCommand => words.get("paper-error-no-print-command"),
            Self::Refused { printer, .. } => words.with("paper-error-printer-refused", &[("printer", printer.into())]),
            Self::Silent | Self::Run(_) => words.get("paper-error-print-silent"),
        }
    }
}

impl Programs {
    /// CUPS' commands and the desktop's viewer, by the `PATH`.
    pub fn of_system() -> Self {
        Self { lp: "lp".into(), lpstat: "lpstat".into(), viewer: "xdg-open".into() }
    }

    /// Others of the same names.
    pub fn in_dir(dir: &Path) -> Self {
        let Self { lp, lpstat, viewer } = Self::of_system();
        Self { lp: dir.join(lp), lpstat: dir.join(lpstat), viewer: dir.join(viewer) }
    }

    /// Which printers there are. A print service that does not run has none.
    pub async fn printers(&self) -> Result<Printers, PrintError> {
        let names = self.ask("-e").await?;
        let names = names.lines().map(str::trim).filter(|name| !name.is_empty()).take(PRINTERS_MAX);
        let names: Vec<String> = names.map(str::to_owned).collect();
        // `system default destination: NAME`, or a sentence without a name.
        let usual = self.ask("-d").await?;
        let usual = usual.split_once(": ").map(|(_, name)| name.trim().to_owned());
        let usual = usual.filter(|name| names.contains(name)).or_else(|| names.first().cloned());
        Ok(Printers { names, usual })
    }

    async fn ask(&self, what: &str) -> Result<String, PrintError> {
        let mut command = Command::new(&self.lpstat);
        command.arg(what).stdin(Stdio::null());
        let output = answer(command, None).await?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Gives a paper to a printer. It goes by a pipe, so that no copy stays on the disk.
    pub async fn print(&self, printer: &str, pdf: Vec<u8>) -> Result<(), PrintError> {
        let mut command = Command::new(&self.lp);
        // The queue shows the title to everybody: it names nobody.
        command.args(["-d", printer, "-t", "Tikka"]).stdin(Stdio::piped());
        let output = answer(command, Some(pdf)).await?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().chars().take(SAID_MAX_CHARS).collect();
        Err(PrintError::Refused { printer: printer.to_owned(), said })
    }

    /// Shows a file, where the system has a viewer.
    pub fn show(&self, file: &Path) {
        let mut viewer = Command::new(&self.viewer);
        viewer.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if viewer.spawn().is_err() {
            tracing::info!("this system has no xdg-open: the paper is saved, not shown");
        }
    }
}

/// What a print command answers, in English: it is read here.
async fn answer(mut command: Command, input: Option<Vec<u8>>) -> Result<Output, PrintError> {
    command.env("LC_ALL", "C").stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => PrintError::NoCommand,
        _ => PrintError::Run(error),
    })?;
    let feed = child.stdin.take().zip(input);
    let talk = async {
        let feed = async {
            if let Some((mut stdin, input)) = feed
                && let Err(error) = stdin.write_all(&input).await
            {
                // A command that refuses does not read to the end; its own words say why.
                tracing::info!(%error, "the print command did not read everything");
            }
        };
        tokio::join!(feed, child.wait_with_output()).1
    };
    match tokio::time::timeout(ANSWER_MAX, talk).await {
        Ok(answered) => answered.map_err(PrintError::Run),
        Err(_) => Err(PrintError::Silent),
    }
}
