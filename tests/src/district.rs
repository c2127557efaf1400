//! `tikka-district serve` as a process of a test's own.

use crate::program;
use hub_protocol::DeviceId;
use hub_protocol::replica::EnrolLink;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// For anything that a process is waited for; a machine may be busy with other things.
const DEADLINE: Duration = Duration::from_secs(90);

/// Beside the data.
const LOG: &str = "serve.log";
/// Names the PostgreSQL of a district that is in one.
const DATABASE: &str = "TIKKA_DATABASE_URL";

pub struct District {
    data: TempDir,
    /// Where the store is, unless it is in `data`.
    database: Option<String>,
    /// Put before the server's command, and replaced by it: a changed clock, a namespace, a fault.
    wrapper: Vec<String>,
    process: Child,
    pub address: String,
    pub id: DeviceId,
    /// Where the counters are read.
    pub metrics: String,
}

/// Runs one command to its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(program("tikka-district")).args(arguments).stdin(Stdio::null()).output().expect("a process")
}

impl District {
    /// A new district on a port of its own.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn start() -> Self {
        Self::start_with(&[], &[])
    }

    /// With more arguments and environment.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let (process, ready) = serve(&data, &[], "127.0.0.1:0", arguments, environment);
        Self::of(data, vec![], process, &ready)
    }

    /// With its store in a PostgreSQL.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn start_in(database: &str) -> Self {
        let mut district = Self::start_with(&[], &[(DATABASE, database)]);
        district.database = Some(database.to_owned());
        district
    }

    /// The same in this folder, with words before the command, and on this address.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn start_under(data: TempDir, wrapper: &[&str], listen: &str) -> Self {
        let wrapper: Vec<String> = wrapper.iter().map(ToString::to_string).collect();
        let (process, ready) = serve(&data, &wrapper, listen, &[], &[]);
        Self::of(data, wrapper, process, &ready)
    }

    /// Runs another command on the same district to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(program("tikka-district"));
        command.args(arguments).args(["--data", self.data()]).envs(self.environment());
        command.stdin(Stdio::null()).output().expect("a process")
    }

    fn environment(&self) -> Option<(&str, &str)> {
        self.database.as_deref().map(|url| (DATABASE, url))
    }

    fn of(data: TempDir, wrapper: Vec<String>, process: Child, ready: &Value) -> Self {
        let (address, id, metrics) = parts(ready);
        Self { data, database: None, wrapper, process, address, id, metrics }
    }

    /// What was logged so far.
    ///
    /// # Panics
    /// When the log cannot be read.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.path().join(LOG)).expect("the log")
    }

    /// From the next start on these words stand before the command.
    pub fn wrap(&mut self, wrapper: &[&str]) {
        self.wrapper = wrapper.iter().map(ToString::to_string).collect();
    }

    /// # Panics
    /// When the folder's name is not text.
    pub fn data(&self) -> &str {
        self.data.path().to_str().expect("a folder's name")
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// SIGKILL: no chance to tidy up.
    ///
    /// # Panics
    /// When there is no process to kill.
    pub fn kill(&mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it has ended");
    }

    /// On the same port, with the same data.
    ///
    /// # Panics
    /// When it does not get ready, or is another district.
    pub fn restart(&mut self) {
        let (process, ready) = serve(&self.data, &self.wrapper, &self.address, &[], self.environment().as_slice());
        let (address, id, metrics) = parts(&ready);
        assert_eq!((&address, id), (&self.address, self.id));
        (self.process, self.metrics) = (process, metrics);
    }

    /// SIGTERM. Gives the exit code.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn terminate(&mut self) -> Option<i32> {
        let told = Command::new("kill").arg("-TERM").arg(self.process.id().to_string()).status();
        assert!(told.is_ok_and(|status| status.success()));
        let end = Instant::now() + DEADLINE;
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait().expect("its state") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server did not stop");
    }

    /// A one-time link, made by another process while the server runs.
    ///
    /// # Panics
    /// When none is made.
    pub fn link(&self, station: &str) -> EnrolLink {
        let link = self.enroll(&["enroll", station]);
        assert_eq!((&link.address, link.district), (&self.address, self.id));
        link
    }

    /// The same for stations that reach the district at another address than its own.
    ///
    /// # Panics
    /// When none is made.
    pub fn link_at(&self, station: &str, address: &str) -> EnrolLink {
        self.enroll(&["enroll", station, "--address", address])
    }

    fn enroll(&self, arguments: &[&str]) -> EnrolLink {
        let output = self.command(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a link")
    }

    /// # Panics
    /// When they cannot be told.
    pub fn stations(&self) -> Vec<Value> {
        let output = self.command(&["stations"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        crate::station::lines(&output)
    }

    /// The line of one station; others may be unreadable.
    ///
    /// # Panics
    /// When there is none of this name.
    pub fn station(&self, name: &str) -> Value {
        let output = self.command(&["stations"]);
        let found = crate::station::lines(&output).into_iter().find(|line| line["station"] == name);
        found.unwrap_or_else(|| panic!("{name} is not there: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

impl Drop for District {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(
    data: &TempDir,
    wrapper: &[String],
    listen: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> (Child, Value) {
    let log = std::fs::File::options().create(true).append(true).open(data.path().join(LOG)).expect("a log");
    let mut process = crate::wrapped(wrapper, "tikka-district")
        .args(["serve", "--listen", listen, "--name", "Test District", "--metrics", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .args(arguments)
        .envs(environment.iter().copied())
        // It ends with this test, however this test ends.
        .arg("--attached")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("a process");
    let stdout = process.stdout.take().expect("its output");
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(stdout).read_line(&mut line);
        let _ = tell.send(line);
    });
    let line = told.recv_timeout(DEADLINE).expect("its first line");
    let ready: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"));
    assert_eq!(ready["event"], "listening");
    (process, ready)
}

/// Address, device, and where the counters are read.
fn parts(ready: &Value) -> (String, DeviceId, String) {
    let text = |key: &str| ready[key].as_str().expect("text").to_owned();
    (text("address"), DeviceId::from_full(&text("district")).expect("an id"), text("metrics"))
}

/// A plain HTTP request. Gives the status and the body.
///
/// # Panics
/// When there is no answer.
pub fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(DEADLINE)).expect("a patience");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}
