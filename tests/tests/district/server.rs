//! A `tikka-district serve` process of the test's own.

use hub_protocol::DeviceId;
use hub_protocol::replica::EnrolLink;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const DEADLINE: Duration = Duration::from_secs(20);
const LOG: &str = "serve.log";
/// Names the PostgreSQL of a district that is in one.
const DATABASE: &str = "TIKKA_DATABASE_URL";

pub struct District {
    data: TempDir,
    /// Where the store is, unless it is in `data`.
    database: Option<String>,
    process: Child,
    pub address: String,
    pub id: DeviceId,
    /// Where the counters are read.
    pub metrics: String,
}

/// Beside the test's own program, where Cargo puts the programs of the workspace.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("tikka-district");
    assert!(path.exists(), "{} is missing: run `cargo build -p district` first", path.display());
    path
}

/// Runs one command to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).stdin(Stdio::null()).output().unwrap()
}

impl District {
    pub fn start() -> Self {
        Self::start_with(&[], &[])
    }

    /// With more arguments and environment.
    pub fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let (process, ready) = serve(&data, "127.0.0.1:0", arguments, environment);
        let (address, id, metrics) = parts(&ready);
        Self { data, database: None, process, address, id, metrics }
    }

    /// With its store in a PostgreSQL.
    #[allow(dead_code, reason = "not every test has one")]
    pub fn start_in(database: &str) -> Self {
        let mut district = Self::start_with(&[], &[(DATABASE, database)]);
        district.database = Some(database.to_owned());
        district
    }

    /// Runs another command on the same district to its end.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command.args(arguments).args(["--data", self.data()]).envs(self.environment());
        command.stdin(Stdio::null()).output().unwrap()
    }

    fn environment(&self) -> Option<(&str, &str)> {
        self.database.as_deref().map(|url| (DATABASE, url))
    }

    /// What was logged so far, to a file beside the data.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.path().join(LOG)).unwrap()
    }

    pub fn data(&self) -> &str {
        self.data.path().to_str().unwrap()
    }

    /// SIGKILL: no chance to tidy up.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// On the same port, with the same data.
    pub fn restart(&mut self) {
        let (process, ready) = serve(&self.data, &self.address, &[], self.environment().as_slice());
        let (address, id, metrics) = parts(&ready);
        assert_eq!((&address, id), (&self.address, self.id));
        self.process = process;
        self.metrics = metrics;
    }

    /// SIGTERM. Gives the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        assert!(Command::new("kill").arg("-TERM").arg(self.process.id().to_string()).status().unwrap().success());
        let end = Instant::now() + DEADLINE;
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server did not stop");
    }

    /// A one-time link, made by another process while the server runs.
    pub fn link(&self, station: &str) -> EnrolLink {
        let output = self.command(&["enroll", station]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let link: EnrolLink = String::from_utf8(output.stdout).unwrap().parse().unwrap();
        assert_eq!((&link.address, link.district), (&self.address, self.id));
        link
    }

    pub fn stations(&self) -> Vec<Value> {
        let output = self.command(&["stations"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn station(&self, name: &str) -> Value {
        self.stations().into_iter().find(|line| line["station"] == name).unwrap()
    }
}

impl Drop for District {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(data: &TempDir, listen: &str, arguments: &[&str], environment: &[(&str, &str)]) -> (Child, Value) {
    let log = std::fs::File::options().create(true).append(true).open(data.path().join(LOG)).unwrap();
    let mut process = Command::new(binary())
        .args(["serve", "--data", data.path().to_str().unwrap(), "--listen", listen, "--name", "Test District"])
        .args(["--metrics", "127.0.0.1:0"])
        .args(arguments)
        .envs(environment.iter().copied())
        // It ends with this test, however this test ends.
        .arg("--attached")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let stdout = process.stdout.take().unwrap();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(stdout).read_line(&mut line);
        let _ = tell.send(line);
    });
    let line = told.recv_timeout(DEADLINE).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["event"], "listening");
    (process, ready)
}

/// Address, device, and where the counters are read.
fn parts(ready: &Value) -> (String, DeviceId, String) {
    let text = |key: &str| ready[key].as_str().unwrap().to_owned();
    (text("address"), DeviceId::from_full(&text("district")).unwrap(), text("metrics"))
}

/// A plain HTTP request. Gives the status and the body.
pub fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
