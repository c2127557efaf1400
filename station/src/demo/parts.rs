//! The other programs of the demo: a district and toys, as processes of their own.

use super::DemoError;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long one step of another program may take.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// How often, and how far apart, a folder is tried that a killed demo's program still holds.
const RESUME_TRIES: u32 = 20;
const RESUME_PAUSE: Duration = Duration::from_millis(500);

/// A running program that speaks JSON lines. It ends when this one does, however that comes.
pub struct Part {
    name: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Part {
    fn start<S: AsRef<OsStr>>(name: &'static str, args: impl IntoIterator<Item = S>) -> Result<Self, DemoError> {
        let mut child = Command::new(program(name)?)
            .args(args)
            .env("RUST_LOG", std::env::var_os("RUST_LOG").unwrap_or_else(|| "warn".into()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| DemoError::Start { name, error })?;
        let stdout = child.stdout.take().ok_or(DemoError::Silent { name })?;
        let stdin = child.stdin.take();
        Ok(Self { name, child, stdin, lines: BufReader::new(stdout).lines() })
    }

    /// Starts a program and waits for its first event. Where a demo was killed, its programs need a moment
    /// to see that they are alone and to let go of their folders: then it is tried again.
    pub async fn ready<S: AsRef<OsStr>>(
        name: &'static str,
        args: &[S],
        event: &str,
        resumed: bool,
    ) -> Result<(Self, Value), DemoError> {
        let mut tries = if resumed { RESUME_TRIES } else { 1 };
        loop {
            let mut part = Self::start(name, args)?;
            match part.wait_event(event).await {
                Ok(line) => return Ok((part, line)),
                Err(error) => {
                    tries -= 1;
                    if tries == 0 {
                        return Err(error);
                    }
                    tokio::time::sleep(RESUME_PAUSE).await;
                }
            }
        }
    }

    pub async fn say(&mut self, line: &Value) -> Result<(), DemoError> {
        let stdin = self.stdin.as_mut().ok_or(DemoError::Silent { name: self.name })?;
        stdin.write_all(format!("{line}\n").as_bytes()).await.map_err(|_| DemoError::Silent { name: self.name })
    }

    /// The next line that fits. What does not fit is passed over; the program's end is an error.
    pub async fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Result<Value, DemoError> {
        let silent = DemoError::Silent { name: self.name };
        let waiting = async {
            while let Ok(Some(line)) = self.lines.next_line().await {
                if let Ok(value) = serde_json::from_str::<Value>(&line)
                    && fits(&value)
                {
                    return Some(value);
                }
            }
            None
        };
        timeout(STEP_TIMEOUT, waiting).await.ok().flatten().ok_or(silent)
    }

    pub async fn wait_event(&mut self, event: &str) -> Result<Value, DemoError> {
        self.wait(|line| line["event"] == event).await
    }

    /// Asks it to end by closing its input, and waits.
    pub async fn stop(mut self) {
        self.stdin = None;
        if timeout(STOP_TIMEOUT, self.child.wait()).await.is_err() {
            tracing::warn!(program = self.name, "did not end in time and is killed");
        }
    }
}

/// Runs a program to its end and gives what it printed.
pub async fn output<S: AsRef<OsStr>>(
    name: &'static str,
    args: impl IntoIterator<Item = S>,
) -> Result<String, DemoError> {
    let run = Command::new(program(name)?).args(args).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let done = timeout(STEP_TIMEOUT, run).await.map_err(|_| DemoError::Silent { name })?;
    let done = done.map_err(|error| DemoError::Start { name, error })?;
    if !done.status.success() {
        return Err(DemoError::Silent { name });
    }
    String::from_utf8(done.stdout).map_err(|_| DemoError::Silent { name })
}

/// The programs are installed beside this one.
fn program(name: &'static str) -> Result<PathBuf, DemoError> {
    let this = std::env::current_exe().map_err(|error| DemoError::Start { name, error })?;
    let path = this.with_file_name(name);
    if path.is_file() { Ok(path) } else { Err(DemoError::NotInstalled { name }) }
}
