//! Two hundred toys of one process beside a hub: how soon they are shown, how fast an offline day is handed over, and
//! what they cost the hub.

use crate::{Outcome, cpu_s, figure, memory_mib, spread};
use clinic::date::{india, to_day};
use clinic::record::command::{ChildForm, Command, NewUser};
use clinic::record::fact::Sex;
use clinic::record::role::Role;
use clinic::store::{RecoveryKey, found};
use clinic::{Clinic, Session};
use hub::toys::{Presence, ToyError, ToySeen};
use hub::{Hub, HubError};
use hub_protocol::toy::SETUP_SECRET_BYTES;
use hub_protocol::{DeviceId, symbols};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command as Process, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tests::people::{PASSWORD, env, founding};
use tokio::sync::watch;

const TOYS: usize = 200;
/// Of a worker's day in the villages.
const DOSES: u64 = 50;
const DAYS: u64 = 5;
const PATIENCE: Duration = Duration::from_secs(120);
const AGAIN: Duration = Duration::from_millis(200);
/// A dose is told for one of so many days: too few for a second one of the same vaccine to count, so that it stays due
/// and the toy takes the next.
const DOSE_DAYS: u64 = 20;
/// How long a hub is left alone before it is looked at, and how long its processor time is counted.
const SETTLE: Duration = Duration::from_secs(10);
const COUNTED: Duration = Duration::from_secs(30);

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub fn run(dir: &Path) -> Outcome {
    let place = dir.join("live");
    let clinic = found(&place, &founding("Bench", RecoveryKey::generate(&env())?), env())?;
    let admin = clinic.login("admin", PASSWORD)?;
    let key = dir.join("live.key");
    clinic.make_key_file(&admin, &key)?;
    let mut fleet = Fleet::start(&dir.join("toys"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(in_contact(&clinic, &admin, &mut fleet))?;
    // Whatever still holds the clinic's folder ends with it.
    drop((runtime, clinic, admin));
    // Without radio nothing of them is announced: the hub is as idle as one without toys.
    fleet.tell_all(&json!({"do": "offline"}))?;
    fleet.each("radio")?;
    costs(&place, &key, &mut fleet)
}

/// How soon toys are shown after they were switched on, and how long an offline day takes.
async fn in_contact(clinic: &Clinic, admin: &Session, fleet: &mut Fleet) -> Outcome {
    let hub = Hub::start(clinic.clone(), None).await?;
    let mut seen = hub.toys();
    shown(&mut seen, fleet, |_| true).await?;
    fleet.tell_all(&json!({"do": "pair"}))?;
    fleet.each("pair")?;
    for (n, toy) in fleet.toys.iter().enumerate() {
        let new = NewUser { login: format!("worker{n}"), name: format!("Worker {n}"), role: Role::PhcWorker };
        let worker = clinic.register_user(admin, &new, PASSWORD)?;
        register(&hub, admin, toy, &format!("Toy {n}")).await?;
        let _ = clinic.submit(admin, Command::AssignToy { toy: toy.id, worker: Some(worker) })?;
        if n == 0 {
            let born = india(clinic.env().now_ms()) - chrono::Days::new(400);
            let form = ChildForm {
                name: "Rukmini".into(),
                dob: to_day(born),
                sex: Sex::Female,
                mother: "Meena Devi".into(),
                village: "Belwa".into(),
                ..ChildForm::default()
            };
            let child = clinic.env().new_child_id()?;
            let register = Command::RegisterChild { child, form, worker: Some(worker), distinct_from: Vec::new() };
            let _ = clinic.submit(admin, register)?;
        }
    }
    shown(&mut seen, fleet, online).await?;
    switched_on(&mut seen, fleet).await?;
    offline_day(clinic, fleet)?;
    hub.shutdown().await;
    Ok(())
}

/// On a busy machine a toy may be out of sight for a moment.
async fn register(hub: &Hub, admin: &Session, toy: &Toy, label: &str) -> Outcome {
    let end = Instant::now() + PATIENCE;
    loop {
        match hub.register_toy(admin, &toy.short, toy.id, toy.secret, label).await {
            Ok(_) => return Ok(()),
            Err(HubError::Toy(ToyError::NotSeen | ToyError::Unreachable(_) | ToyError::Slow))
                if Instant::now() < end => {}
            Err(error) => return Err(error.into()),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

fn online(toy: &ToySeen) -> bool {
    toy.state == Presence::Online
}

/// Waits until all toys are seen so; gives when each was first.
async fn shown(
    seen: &mut watch::Receiver<Vec<ToySeen>>,
    fleet: &Fleet,
    wanted: impl Fn(&ToySeen) -> bool,
) -> Result<Vec<Instant>, Failure> {
    let mut first: Vec<Option<Instant>> = vec![None; fleet.toys.len()];
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        let now = Instant::now();
        for toy in seen.borrow_and_update().iter().filter(|toy| wanted(toy)) {
            if let Some(at) = fleet.toys.iter().position(|one| one.short == toy.short) {
                let _ = first[at].get_or_insert(now);
            }
        }
        if let Some(all) = first.iter().copied().collect::<Option<Vec<Instant>>>() {
            return Ok(all);
        }
        tokio::time::timeout_at(end, seen.changed()).await.map_err(|_| "not all toys are seen")??;
    }
}

/// All at once, which is more than a clinic does.
async fn switched_on(seen: &mut watch::Receiver<Vec<ToySeen>>, fleet: &mut Fleet) -> Outcome {
    fleet.tell_all(&json!({"do": "power", "on": false}))?;
    shown(seen, fleet, |toy| matches!(toy.state, Presence::Offline { .. })).await?;
    let told = Instant::now();
    fleet.tell_all(&json!({"do": "power", "on": true}))?;
    let shown = shown(seen, fleet, online).await?;
    let times: Vec<Duration> = shown.into_iter().map(|at| at - told).collect();
    let last = times.iter().max().copied().unwrap_or_default();
    let (median, p99) = spread(times);
    let more = json!({"toys": TOYS, "p99": p99, "last_ms": last.as_millis() as u64, "how": "all switched on at once"});
    figure("toys-switched-on", median, "ms", Some(1_000.0), more)
}

/// One toy records a day without radio and comes into reach again.
fn offline_day(clinic: &Clinic, fleet: &mut Fleet) -> Outcome {
    fleet.tell(1, json!({"do": "children"}))?;
    let children = fleet.next(1, "children")?;
    let child = &children["children"][0];
    let product = child["due"][0]["product"].as_str().ok_or("nothing is due")?.to_owned();
    let today = india(clinic.env().now_ms());
    let mut times = Vec::new();
    let mut since_radio = Vec::new();
    for _ in 0..DAYS {
        fleet.tell(1, json!({"do": "offline"}))?;
        let _ = fleet.next(1, "radio")?;
        let mut last = Value::Null;
        for n in 0..DOSES {
            let on = today - chrono::Days::new(1 + n % DOSE_DAYS);
            let dose = json!({"do": "dose", "child": child["child"], "product": product, "on": on.to_string()});
            fleet.tell(1, dose)?;
            last = fleet.next(1, "recorded")?["seq"].clone();
        }
        let radio = Instant::now();
        fleet.tell(1, json!({"do": "online"}))?;
        let _ = fleet.next(1, "connected")?;
        let connected = Instant::now();
        while fleet.next(1, "acked")?["committed"] != last {}
        times.push(connected.elapsed());
        since_radio.push(radio.elapsed());
    }
    let ((median, p99), (since_radio, _)) = (spread(times), spread(since_radio));
    let more = json!({"doses": DOSES, "days": DAYS, "p99": p99, "since_the_radio_is_on_ms": since_radio,
        "beside": TOYS - 1});
    figure("toys-offline-day", median, "ms", Some(500.0), more)
}

/// The hub's memory and processor time without toys and with all of them.
fn costs(place: &Path, key: &Path, fleet: &mut Fleet) -> Outcome {
    let station = std::env::current_exe()?.with_file_name("tikka-station");
    let mut command = Process::new(station);
    let command = command.args(["hub", "--data"]).arg(place).arg("--key-file").arg(key);
    let hub = Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?);
    let looked = costs_of(hub, fleet);
    std::fs::remove_file(key)?;
    looked
}

fn costs_of(mut hub: Running, fleet: &mut Fleet) -> Outcome {
    let out = hub.0.stdout.take().ok_or("no output")?;
    let mut lines = BufReader::new(out).lines().map_while(Result::ok);
    if !lines.any(|line| line.contains("ready")) {
        return Err("the hub did not start".into());
    }
    // What it says of its toys is read, or it would wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    let process = hub.0.id();
    let memory = || memory_mib(&process.to_string(), "VmRSS");
    let used = |how_long: Duration| {
        let before = cpu_s(process);
        std::thread::sleep(how_long);
        100.0 * (cpu_s(process) - before) / how_long.as_secs_f64()
    };
    std::thread::sleep(SETTLE);
    let (idle_mib, idle_percent) = (memory(), used(SETTLE));
    fleet.tell_all(&json!({"do": "online"}))?;
    fleet.each("connected")?;
    std::thread::sleep(SETTLE);
    let percent = used(COUNTED);
    let mib = memory();
    let more = json!({"toys": TOYS, "idle_mib": idle_mib, "with_toys_mib": mib});
    figure("toys-hub-memory", mib - idle_mib, "MiB over the idle hub", Some(24.0), more)?;
    let more = json!({"toys": TOYS, "idle_percent": idle_percent, "seconds": COUNTED.as_secs()});
    figure("toys-hub-processor", percent, "% of a core", Some(2.0), more)
}

/// Ended when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Toy {
    id: DeviceId,
    short: String,
    secret: [u8; SETUP_SECRET_BYTES],
}

/// `tikka-toy run --count 200`.
struct Fleet {
    toys: Vec<Toy>,
    stdin: ChildStdin,
    events: Receiver<Value>,
    _process: Running,
}

impl Fleet {
    fn start(dir: &Path) -> Result<Self, Failure> {
        let mut command = Process::new(std::env::current_exe()?.with_file_name("tikka-toy"));
        command.args(["run", "--attached", "--model", "fleet", "--count", &TOYS.to_string(), "--data"]).arg(dir);
        let mut process = Running(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?);
        let (stdin, stdout) = process.0.stdin.take().zip(process.0.stdout.take()).ok_or("no pipes")?;
        let (out, events) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            for event in lines.filter_map(|line| serde_json::from_str(&line).ok()) {
                if out.send(event).is_err() {
                    return;
                }
            }
        });
        let mut fleet = Self { toys: Vec::new(), stdin, events, _process: process };
        for number in 1..=TOYS as u64 {
            let label = fleet.next(number, "label")?;
            let text = |name: &str| label[name].as_str().unwrap_or_default();
            let secret = symbols::read_bytes(text("secret"), SETUP_SECRET_BYTES).map_err(|e| e.to_string())?;
            fleet.toys.push(Toy {
                id: DeviceId::from_full(text("id")).map_err(|e| e.to_string())?,
                short: text("short").to_owned(),
                secret: secret.try_into().map_err(|_| "no setup secret")?,
            });
        }
        Ok(fleet)
    }

    fn tell(&mut self, toy: u64, mut command: Value) -> Outcome {
        command["toy"] = json!(toy);
        self.tell_all(&command)
    }

    fn tell_all(&mut self, command: &Value) -> Outcome {
        Ok(writeln!(self.stdin, "{command}")?)
    }

    /// The next event of this name from this toy; all others are passed over.
    fn next(&mut self, toy: u64, name: &str) -> Result<Value, Failure> {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left).map_err(|_| format!("no {name} of toy {toy}"))?;
            if event["event"] == name && event["toy"] == toy {
                return Ok(event);
            }
        }
    }

    /// One event of this name from each toy.
    fn each(&mut self, name: &str) -> Outcome {
        let mut waiting: std::collections::BTreeSet<u64> = (1..=TOYS as u64).collect();
        let end = Instant::now() + PATIENCE;
        while !waiting.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left).map_err(|_| format!("no {name} of {} toys", waiting.len()))?;
            if event["event"] == name {
                let _ = waiting.remove(&event["toy"].as_u64().unwrap_or_default());
            }
        }
        Ok(())
    }
}
