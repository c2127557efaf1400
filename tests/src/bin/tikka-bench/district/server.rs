//! A `tikka-district` process that is measured.

use super::Error;
use crate::{cpu_s, memory_mib};
use hub_protocol::DeviceId;
use hub_protocol::replica::EnrolLink;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tests::program;

pub struct District {
    pub dir: PathBuf,
    process: Child,
    pub address: SocketAddr,
    pub id: DeviceId,
    pub start_mib: f64,
    congestion: &'static str,
}

impl District {
    pub fn start(dir: &Path, congestion: &'static str) -> Result<Self, Error> {
        std::fs::create_dir_all(dir)?;
        Self::serve(dir.to_owned(), "127.0.0.1:0".parse()?, congestion)
    }

    fn serve(dir: PathBuf, listen: SocketAddr, congestion: &'static str) -> Result<Self, Error> {
        let mut process = Command::new(program("tikka-district"))
            .args(["serve", "--listen", &listen.to_string(), "--name", "Bench", "--congestion", congestion])
            .arg("--attached")
            .arg("--data")
            .arg(&dir)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let ready: serde_json::Value = serde_json::from_str(&line)?;
        let text = |key: &str| ready[key].as_str().ok_or("the district does not say where it is");
        let (address, id) = (text("address")?.parse()?, DeviceId::from_full(text("district")?)?);
        let start_mib = memory_mib(&process.id().to_string(), "VmRSS");
        Ok(Self { dir, process, address, id, start_mib, congestion })
    }

    /// A one-time link.
    pub fn link(&self, station: &str) -> Result<EnrolLink, Error> {
        let enroll = Command::new(program("tikka-district"))
            .args(["enroll", station, "--address", &self.address.to_string(), "--data"])
            .arg(&self.dir)
            .output()?;
        Ok(String::from_utf8(enroll.stdout)?.trim().parse()?)
    }

    pub fn cpu_s(&self) -> f64 {
        cpu_s(self.process.id())
    }

    pub fn peak_mib(&self) -> f64 {
        memory_mib(&self.process.id().to_string(), "VmHWM")
    }

    /// SIGKILL, and a new process on the same port.
    pub fn kill_and_restart(&mut self) -> Result<(), Error> {
        self.process.kill()?;
        self.process.wait()?;
        let again = Self::serve(self.dir.clone(), self.address, self.congestion)?;
        // The old value has nothing left to end.
        drop(std::mem::replace(self, again));
        Ok(())
    }
}

impl Drop for District {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
