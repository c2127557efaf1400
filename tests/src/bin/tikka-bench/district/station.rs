//! The station that is measured: a process of its own, so that its memory is its own and it can be killed.
//!
//! It reads lines (`enrol LINK`, `go ADDRESS DISTRICT CONGESTION MB|free`, `dose`, `stop`) and writes JSON lines.

use super::{Error, ledger};
use crate::{cpu_s, memory_mib};
use clinic::record::command::Line;
use clinic::record::fact::Congestion;
use clinic::replica::Logs;
use hub::uplink::{Uplink, UplinkConfig, enrol};
use hub_protocol::DeviceId;
use hub_protocol::replica::EnrolLink;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Between two words about the progress.
const TELL_EVERY: Duration = Duration::from_millis(20);
/// What nothing that is measured takes.
const PATIENCE: Duration = Duration::from_secs(600);

/// The station's own process.
pub fn run(dir: &Path) -> Result<(), Error> {
    let desk = ledger::open(dir)?;
    let (tick, grew) = watch::channel(0);
    desk.clinic.on_commit(move || tick.send_modify(|n| *n += 1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let recovery = desk.clinic.clinic()?.recovery;
    let mut uplink: Option<Uplink> = None;
    let mut doses = 0;
    say(&json!({"opened": desk.clinic.sync()?.events}))?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["enrol", link] => {
                let link: EnrolLink = link.parse()?;
                runtime.block_on(enrol(desk.clinic.identity(), &link, recovery))?;
                say(&json!({"enrolled": true}))?;
            }
            ["go", address, district, congestion, daily_mb] => {
                // From here on the peak is the replication's.
                std::fs::write("/proc/self/clear_refs", "5")?;
                let before_mib = memory_mib("self", "VmRSS");
                let congestion = Congestion::ALL.into_iter().find(|c| c.as_str() == congestion).unwrap_or_default();
                let config = UplinkConfig {
                    address: address.to_owned(),
                    district: DeviceId::from_full(district)?,
                    identity: desk.clinic.identity().clone(),
                    meter: None,
                };
                let line = watch::channel(Line { daily_mb: daily_mb.parse().ok(), congestion }).1;
                let start = Instant::now();
                let clinic = Arc::new(desk.clinic.clone());
                let (grew, guard) = (grew.clone(), runtime.enter());
                let started = Uplink::start(config, clinic, grew, line);
                drop(guard);
                until_acked(&runtime, &desk.clinic, &started, start)?;
                let peak_mib = memory_mib("self", "VmHWM") - before_mib;
                say(&json!({"done_ms": ms(start), "peak_mib": peak_mib}))?;
                uplink = Some(started);
            }
            ["dose"] => {
                let uplink = uplink.as_ref().ok_or("no link yet")?;
                doses += 1;
                ledger::one_more(&desk, doses)?;
                let start = Instant::now();
                until_acked(&runtime, &desk.clinic, uplink, start)?;
                say(&json!({"one_ms": ms(start)}))?;
            }
            ["stop"] => {
                if let Some(uplink) = uplink.take() {
                    runtime.block_on(uplink.shutdown());
                }
                say(&json!({"stopped": true}))?;
            }
            _ => return Err("what is said is not understood".into()),
        }
    }
    Ok(())
}

/// Until the district has proved that it holds every log of ours to its end, telling how far it is.
fn until_acked(
    runtime: &tokio::runtime::Runtime,
    clinic: &clinic::Clinic,
    uplink: &Uplink,
    start: Instant,
) -> Result<(), Error> {
    let heads = clinic.heads()?;
    let own = heads.iter().find(|h| h.origin == clinic.origin()).copied().ok_or("no log")?;
    let mut status = uplink.status();
    runtime.block_on(async {
        let mut told = Instant::now();
        loop {
            let acked = status.borrow_and_update().acked.iter().find(|h| h.origin == own.origin).map_or(0, |h| h.seq);
            if acked >= own.seq {
                return Ok(());
            }
            if told.elapsed() >= TELL_EVERY {
                say(&json!({"acked": acked, "of": own.seq}))?;
                told = Instant::now();
            }
            if tokio::time::timeout(PATIENCE.saturating_sub(start.elapsed()), status.changed()).await.is_err() {
                return Err("the district has not everything in time".into());
            }
        }
    })
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}

fn say(line: &Value) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// That process, seen from the one that measures.
pub struct Station {
    process: Child,
    input: ChildStdin,
    said: Receiver<Value>,
    pub events: u64,
}

impl Station {
    pub fn start(dir: &Path) -> Result<Self, Error> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["station-side", "--dir"])
            .arg(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (input, out) = (process.stdin.take().ok_or("no input")?, process.stdout.take().ok_or("no output")?);
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str(&line) {
                    let _ = tell.send(value);
                }
            }
        });
        let mut station = Self { process, input, said, events: 0 };
        station.events = station.hear("opened")?["opened"].as_u64().ok_or("no events")?;
        Ok(station)
    }

    pub fn say(&mut self, line: &str) -> Result<(), Error> {
        writeln!(self.input, "{line}")?;
        Ok(self.input.flush()?)
    }

    /// The next line that has this key; others are progress.
    pub fn hear(&self, key: &str) -> Result<Value, Error> {
        loop {
            let line = self.said.recv_timeout(PATIENCE).map_err(|_| "the station says nothing any more")?;
            if line.get(key).is_some() {
                return Ok(line);
            }
        }
    }

    pub fn enrol(&mut self, link: &EnrolLink) -> Result<(), Error> {
        self.say(&format!("enrol {link}"))?;
        self.hear("enrolled").map(drop)
    }

    /// Until the district is said to hold so many.
    pub fn until(&self, events: u64) -> Result<(), Error> {
        while self.hear("acked")?["acked"].as_u64().unwrap_or_default() < events {}
        Ok(())
    }

    pub fn cpu_s(&self) -> f64 {
        cpu_s(self.process.id())
    }

    pub fn kill(mut self) -> Result<(), Error> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
