//! `tikka-toy run --count N` as a process, and what is known of each of its toys.

use hub_protocol::toy::SETUP_SECRET_BYTES;
use hub_protocol::{DeviceId, symbols};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(180);

/// Something as the worker entered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub child: String,
    pub on: String,
    pub what: What,
}

/// The batch, the weight, the note or the mother is of this one alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Dose { product: String, batch: String },
    Weight { weight_g: u32 },
    Visit { note: String },
    New { mother: String },
}

/// What the worker knows of her toy.
#[derive(Debug, PartialEq, Eq)]
pub enum Phase {
    Ready,
    /// It was told something and has not answered.
    Asked(Told),
    /// Without power. What it was told may be on it or not: the power went while it was written.
    Off(Option<Told>),
    /// Switched on again, and asked which record is its last.
    Waking(Option<Told>),
}

pub struct Toy {
    pub id: DeviceId,
    pub short: String,
    pub secret: [u8; SETUP_SECRET_BYTES],
    pub phase: Phase,
    /// What it said is on its disk, by its number.
    pub recorded: BTreeMap<u64, Told>,
    pub children: Vec<String>,
    /// The last one that was registered on it.
    pub new: Option<String>,
    pub product: String,
    pub held: u64,
}

impl Toy {
    fn of(label: &Value) -> Self {
        let text = |name: &str| label[name].as_str().unwrap();
        Self {
            id: DeviceId::from_full(text("id")).unwrap(),
            short: text("short").to_owned(),
            secret: symbols::read_bytes(text("secret"), SETUP_SECRET_BYTES).unwrap().try_into().unwrap(),
            phase: Phase::Ready,
            recorded: BTreeMap::new(),
            children: Vec::new(),
            new: None,
            product: String::new(),
            held: 0,
        }
    }

    fn last(&self) -> u64 {
        self.recorded.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    /// Takes an event. Gives what the worker says to it.
    fn take(&mut self, event: &Value) -> Option<Value> {
        match event["event"].as_str().unwrap() {
            "recorded" => {
                let seq = event["seq"].as_u64().unwrap();
                let Phase::Asked(mut told) = std::mem::replace(&mut self.phase, Phase::Ready) else {
                    panic!("nobody asked for {event}");
                };
                if let Some(child) = event["child"].as_str() {
                    child.clone_into(&mut told.child);
                    // What else is told may be of it, whether or not anybody else knows of it yet.
                    self.new = Some(told.child.clone());
                }
                assert_eq!(seq, self.last() + 1, "{}", self.short);
                self.recorded.insert(seq, told);
                self.held += 1;
            }
            "refused" => {
                let Phase::Asked(told) = std::mem::replace(&mut self.phase, Phase::Ready) else {
                    panic!("nobody asked for {event}");
                };
                if event["code"] == "storage" {
                    self.phase = Phase::Off(Some(told));
                }
            }
            "error" if event["why"] == "the toy has no power" => {
                if matches!(self.phase, Phase::Asked(_)) {
                    self.phase = Phase::Off(None);
                }
            }
            "power" if event["on"] == false => {
                match &mut self.phase {
                    Phase::Ready => self.phase = Phase::Off(None),
                    Phase::Waking(unsure) => self.phase = Phase::Off(unsure.take()),
                    // It is still to say that it has no power for this.
                    Phase::Asked(_) | Phase::Off(_) => {}
                }
            }
            "power" => {
                if let Phase::Off(unsure) = &mut self.phase {
                    self.phase = Phase::Waking(unsure.take());
                }
                return Some(json!({"do": "status"}));
            }
            "status" => {
                self.held = event["held"].as_u64().unwrap();
                let last_seq = event["last_seq"].as_u64().unwrap();
                if let Phase::Waking(unsure) = &mut self.phase {
                    if let Some(told) = unsure.take().filter(|_| last_seq > self.last()) {
                        self.recorded.insert(self.last() + 1, told);
                    }
                    self.phase = Phase::Ready;
                }
                if self.phase == Phase::Ready {
                    assert_eq!(last_seq, self.last(), "{} lost what it had said to be safe", self.short);
                }
            }
            "acked" => self.held = event["held"].as_u64().unwrap(),
            _ => {}
        }
        None
    }
}

pub struct Fleet {
    pub toys: Vec<Toy>,
    process: Child,
    stdin: ChildStdin,
    events: Receiver<Value>,
}

impl Fleet {
    pub fn start(dir: &Path, count: usize, seed: u64) -> Self {
        let mut command = Command::new(tests::program("tikka-toy"));
        command.args(["run", "--attached", "--model", "fleet"]).arg("--data").arg(dir);
        command.args(["--count", &count.to_string(), "--seed", &seed.to_string()]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (out, events) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"));
                if out.send(event).is_err() {
                    return;
                }
            }
        });
        let mut fleet = Self { toys: Vec::new(), process, stdin, events };
        for number in 1..=count as u64 {
            let label = fleet.next("label");
            assert_eq!(label["toy"], number);
            fleet.toys.push(Toy::of(&label));
        }
        fleet
    }

    pub fn tell(&mut self, at: usize, mut command: Value) {
        command["toy"] = json!(at + 1);
        writeln!(self.stdin, "{command}").unwrap();
    }

    pub fn tell_all(&mut self, command: &Value) {
        writeln!(self.stdin, "{command}").unwrap();
    }

    /// The next event of this name; others are taken on the way.
    fn next(&mut self, name: &str) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let event = self.hear(end).unwrap_or_else(|| panic!("no `{name}` in time"));
            if event["event"] == name {
                return event;
            }
        }
    }

    /// One event of this name from each toy.
    pub fn told_by_each(&mut self, name: &str, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut came: BTreeMap<u64, Value> = BTreeMap::new();
        while came.len() < self.toys.len() {
            let event = self.next(name);
            if wanted(&event) {
                came.insert(event["toy"].as_u64().unwrap(), event);
            }
        }
        came.into_values().collect()
    }

    /// Takes the next event that comes before a moment, and lets its toy's worker answer.
    pub fn hear(&mut self, end: Instant) -> Option<Value> {
        match self.events.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(event) => {
                let at = event["toy"].as_u64().map(|number| number as usize - 1);
                let answer = at.and_then(|at| self.toys.get_mut(at)).and_then(|toy| toy.take(&event));
                if let (Some(at), Some(answer)) = (at, answer) {
                    self.tell(at, answer);
                }
                Some(event)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the toys have ended"),
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
