//! `tikka-bench NAME`: what the records cost, one JSON line a figure. A benchmark, never a test: a figure is worth
//! something beside its floor from the same run on the same machine.

mod archive;
mod cards;
mod corpus;
mod desk;
mod district;
mod doses;
mod fleet;
mod lists;
mod live;
mod memory;
mod paper;
mod telemetry;

use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Measures the records of a clinic and prints one JSON line a figure. Build it with `--release`.
#[derive(Parser)]
#[command(name = "tikka-bench", version)]
struct Options {
    /// What is measured.
    #[arg(value_enum)]
    name: Name,
    /// Records that are replicated.
    #[arg(default_value_t = 50_000)]
    count: usize,
    /// Where the made clinics lie while it runs; a folder on the disk that matters. Without it, a temporary one.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Children of the clinic of `lists`, `memory`, `paper` and `desk`.
    #[arg(long, default_value_t = 10_000)]
    children: usize,
    /// Children of the clinic of `search`.
    #[arg(long, default_value_t = 100_000)]
    searched: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A PostgreSQL that `archive` may fill; without it the district's other store is measured alone.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// All that is measured of a clinic's records.
    Records,
    /// One child's forecast with 30 doses.
    Forecast,
    /// The due and defaulter lists, the database's size, and the upkeep of a large clinic.
    Lists,
    /// Search as you type.
    Search,
    /// Durable doses, one by one and many at once.
    Doses,
    /// Peak memory of a station without a window.
    Memory,
    /// Certificates, the FHIR bundle of all children with its memory, the month's report.
    Paper,
    /// The desk's window on a virtual screen: its start beside an empty window's, and its cost while idle.
    Desk,
    /// What 200 toys cost that send a message a second, beside one write a message; how true what is shown of them is,
    /// and how well their failures are foreseen; and 200 real ones: how soon they are shown, how fast an offline day is
    /// handed over, what they cost the hub.
    Toys,
    /// The first of these.
    Telemetry,
    /// A child's card: from the reader to the child's page, and written anew, with an emulated card.
    Cards,
    /// The process that is measured by it.
    #[value(hide = true)]
    CardsSide,
    /// All of these, the link to the district.
    District,
    /// How fast a station's ledger becomes durable at the district, beside the floor of the district's database.
    Replicate,
    /// What crosses the wire for a record, in a long backlog and alone, and on an idle day.
    Bytes,
    /// Bad links, by each kind of congestion control, beside the bare transport.
    Link,
    /// A link that is dead a third of the time.
    Outages,
    /// What is sent again after either end was killed half way.
    Resume,
    /// Many stations at once.
    Fleet,
    /// The process that is measured by these.
    #[value(hide = true)]
    StationSide,
    /// The district's store beside the bare inserts of its database.
    Archive,
}

type Outcome = Result<(), Box<dyn std::error::Error + Send + std::marker::Sync>>;

fn main() -> ExitCode {
    let options = Options::parse();
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build: its figures say nothing. Build with --release.");
    }
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Outcome {
    let temporary = tempfile::tempdir()?;
    let dir = options.dir.clone().unwrap_or_else(|| temporary.path().to_owned());
    let is = |name| options.name == name || options.name == Name::Records;
    if options.name == Name::Archive {
        return archive::run(&dir, options.database_url.as_deref(), options.seed);
    }
    if matches!(options.name, Name::Toys | Name::Telemetry) {
        telemetry::run(&dir, options.seed)?;
        if options.name == Name::Telemetry {
            return Ok(());
        }
        fleet::run(options.seed)?;
        return live::run(&dir);
    }
    if options.name == Name::Cards {
        return cards::run();
    }
    if options.name == Name::CardsSide {
        return cards::side(&dir);
    }
    if is(Name::Forecast) {
        lists::forecast(options.seed)?;
    }
    if is(Name::Doses) {
        doses::run(&dir, options.seed)?;
    }
    if is(Name::Lists) || is(Name::Memory) {
        let place = corpus::dosed(&dir, options.children, options.seed)?;
        if is(Name::Lists) {
            lists::run(&place)?;
        }
        if is(Name::Memory) {
            memory::run(&place)?;
        }
        std::fs::remove_dir_all(&place.dir)?;
    }
    if options.name == Name::Paper {
        return paper::run(&corpus::dosed(&dir, options.children, options.seed)?);
    }
    if options.name == Name::Desk {
        let place = corpus::dosed(&dir, options.children, options.seed)?;
        desk::run(&place)?;
        return Ok(());
    }
    if is(Name::Search) {
        lists::search(&dir, options.searched, options.seed)?;
    }
    district::run(options, &dir)
}

/// Prints one figure: its name, its value with the unit, the goal, and what else makes it worth something.
fn figure(name: &str, value: f64, unit: &str, goal: Option<f64>, more: Value) -> Outcome {
    let mut line = json!({"figure": name, "value": rounded(value), "unit": unit});
    if let Value::Object(line) = &mut line {
        if let Some(goal) = goal {
            line.insert("goal".into(), json!(goal));
        }
        if let Value::Object(more) = more {
            line.extend(more);
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// How long one call takes.
fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Duration), E> {
    let start = Instant::now();
    let value = work()?;
    Ok((value, start.elapsed()))
}

/// The median and the 99th percentile.
fn spread(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied();
    (ms(at(50).unwrap_or_default()), ms(at(99).unwrap_or_default()))
}

/// Seconds of processor time that a process has used so far. Linux tells; elsewhere it is 0.
fn cpu_s(process: u32) -> f64 {
    cpu_s_of(Path::new(&format!("/proc/{process}")))
}

/// The same of a process or a thread by its folder.
fn cpu_s_of(proc: &Path) -> f64 {
    /// Linux counts in hundredths of a second.
    const TICKS_PER_S: f64 = 100.0;
    let stat = std::fs::read_to_string(proc.join("stat")).unwrap_or_default();
    // The name in brackets may have spaces; user and system time are the 12th and 13th words after it.
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_S
}

/// The most memory this process ever had, or another one has, in MiB. Linux tells; elsewhere it is 0.
fn memory_mib(process: &str, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix(line)).and_then(|rest| {
        rest.trim_start_matches(':').split_whitespace().next().and_then(|number| number.parse::<f64>().ok())
    });
    kib.unwrap_or_default() / 1024.0
}
