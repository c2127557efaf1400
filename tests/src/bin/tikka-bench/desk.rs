//! The desk's window on a virtual screen: how soon it is painted, beside an empty window, and what it costs while
//! nobody touches it.

mod load;

use crate::corpus::{self, Place};
use crate::{Outcome, cpu_s, figure, memory_mib, ms};
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Starts of each, in turn.
const STARTS: usize = 7;
/// A picture that stays so long is the one that was waited for.
const STILL: Duration = Duration::from_millis(700);
/// Longer than any start.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(4);
/// A caret that blinks is no change: so many bytes of a picture are no word either.
const CARET_BYTES: usize = 400;
/// So long nobody touches the desk.
const IDLE: Duration = Duration::from_secs(30);

/// A virtual screen whose picture is a file.
struct Screen {
    server: Child,
    name: String,
    picture: PathBuf,
    /// With no window on it.
    blank: Vec<u8>,
}

impl Screen {
    fn start(dir: &Path) -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-fbdir"])
            .arg(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut number = String::new();
        let out = server.stdout.as_mut().ok_or("Xvfb has no output")?;
        let _read = BufReader::new(out).read_line(&mut number)?;
        let (name, picture) = (format!(":{}", number.trim()), dir.join("Xvfb_screen0"));
        let mut screen = Self { server, name, picture, blank: Vec::new() };
        screen.blank = screen.look()?;
        Ok(screen)
    }

    fn look(&self) -> Result<Vec<u8>> {
        let mut picture = Vec::new();
        let _read = File::open(&self.picture)?.read_to_end(&mut picture)?;
        Ok(picture)
    }

    fn run(&self, mut command: Command) -> Result<Child> {
        let command = command.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY");
        Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
    }

    /// From the start of a program to the last change of the picture before it stands still.
    fn painted(&self, command: Command) -> Result<(Child, Duration)> {
        let mut program = None;
        // The window before is gone.
        let since = Instant::now();
        while is_other(&self.look()?, &self.blank) {
            if since.elapsed() > PATIENCE {
                return Err("a window stays that was closed".into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        let took = self.changed(|| {
            program = Some(self.run(command)?);
            Ok(())
        })?;
        Ok((program.ok_or("no program")?, took))
    }

    /// From what somebody does to the last change of the picture before it stands still.
    fn changed(&self, does: impl FnOnce() -> Result<()>) -> Result<Duration> {
        let mut last = self.look()?;
        let start = Instant::now();
        does()?;
        let mut changed = None;
        while start.elapsed() < PATIENCE {
            let now = self.look()?;
            if is_other(&now, &last) {
                (changed, last) = (Some(start.elapsed()), now);
            } else if changed.is_some_and(|at| start.elapsed() - at >= STILL) {
                break;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(changed.ok_or("nothing was painted")?)
    }

    /// A hand on the keyboard: `xdotool`, until it is done.
    fn keys(&self, args: &[&str]) -> Result<()> {
        let done = Command::new("xdotool").args(args).env("DISPLAY", &self.name).output()?;
        if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned().into()) }
    }

    /// The keys go to the program's window.
    fn to_window(&self) -> Result<()> {
        self.keys(&["search", "--sync", "--onlyvisible", "--name", "Tikka", "windowfocus"])
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn is_other(a: &[u8], b: &[u8]) -> bool {
    a.len() != b.len() || a != b && a.iter().zip(b).filter(|(a, b)| a != b).count() > CARET_BYTES
}

fn end(mut program: Child) -> Result<()> {
    program.kill()?;
    let _status = program.wait()?;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    ms(times.get(times.len() / 2).copied().unwrap_or_default())
}

pub fn run(place: &Place) -> Outcome {
    let key = place.dir.join("bench.key");
    {
        let (clinic, worker) = corpus::open(&place.dir)?;
        clinic.make_key_file(&worker, &key)?;
    }
    let frames = tempfile::tempdir()?;
    let screen = Screen::start(frames.path())?;
    let here = std::env::current_exe()?;
    let station = |key: Option<&Path>| {
        let mut command = Command::new(here.with_file_name("tikka-station"));
        let _ = command.arg("--data").arg(&place.dir);
        if let Some(key) = key {
            let _ = command.arg("--key-file").arg(key);
        }
        command
    };
    let empty = here.with_file_name("examples").join("empty-window");
    if !empty.exists() {
        return Err("build the floor first: cargo build --release --workspace --example empty-window".into());
    }
    let (mut floor, mut login, mut today) = (Vec::new(), Vec::new(), Vec::new());
    let mut entered = Vec::new();
    for _ in 0..STARTS {
        for (command, times) in
            [(Command::new(&empty), &mut floor), (station(None), &mut login), (station(Some(&key)), &mut today)]
        {
            let (program, painted) = screen.painted(command)?;
            times.push(painted);
            end(program)?;
        }
        entered.push(enters(&screen, station(None))?);
    }
    let floor = median(floor);
    for (name, times) in [("desk-start-login", login), ("desk-start-today", today)] {
        let time = median(times);
        let more = json!({"ms": crate::rounded(time), "empty_window_ms": crate::rounded(floor), "starts": STARTS,
            "children": place.children, "note": "median; to the last change of the picture; without Argon2"});
        figure(name, time / floor, "times an empty window", Some(1.5), more)?;
    }
    let more = json!({"empty_window_ms": crate::rounded(floor), "starts": STARTS, "children": place.children,
        "note": "median; from Enter in the password to the last change of the picture; a cheap Argon2"});
    let time = median(entered);
    figure("desk-login-today", time / floor, "times an empty window", Some(1.5), with(more, "ms", time))?;
    idle(&screen, station(Some(&key)), place)?;
    load::run(&screen, place, &key)?;
    std::fs::remove_file(key)?;
    Ok(())
}

fn with(mut more: serde_json::Value, name: &str, value: f64) -> serde_json::Value {
    more[name] = json!(crate::rounded(value));
    more
}

/// Somebody types login and password: from Enter to the desk.
fn enters(screen: &Screen, command: Command) -> Result<Duration> {
    let (program, _) = screen.painted(command)?;
    screen.to_window()?;
    screen.keys(&["type", "--delay", "20", "admin"])?;
    screen.keys(&["key", "Tab"])?;
    screen.keys(&["type", "--delay", "20", corpus::PASSWORD])?;
    std::thread::sleep(STILL);
    let took = screen.changed(|| screen.keys(&["key", "Return"]))?;
    end(program)?;
    Ok(took)
}

/// What an open desk costs while nobody touches it, and whether it draws.
fn idle(screen: &Screen, command: Command, place: &Place) -> Outcome {
    let (program, _) = screen.painted(command)?;
    // The hub has looked around by then.
    std::thread::sleep(Duration::from_secs(5));
    let (before, used) = (screen.look()?, cpu_s(program.id()));
    std::thread::sleep(IDLE);
    let used = cpu_s(program.id()) - used;
    let same = screen.look()? == before;
    let memory = memory_mib(&program.id().to_string(), "VmRSS");
    end(program)?;
    let more = json!({"seconds": IDLE.as_secs(), "picture_stayed": same, "children": place.children});
    figure("desk-idle", 100.0 * used / IDLE.as_secs_f64(), "% of a core", Some(0.5), more)?;
    figure("desk-memory", memory, "MiB", Some(160.0), json!({"children": place.children, "after": "start and 35 s"}))
}
