//! The desk's window on a virtual screen: how soon it is painted, beside an empty window, and what it costs while
//! nobody touches it.

mod load;

use crate::corpus::{self, Place};
use crate::{Outcome, cpu_s, figure, memory_mib, ms, timed};
use clinic::Clinic;
use clinic::store::KdfCost;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
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
/// Nor is the edge of a letter that is drawn once more over itself: of 255, so much is seen by nobody.
const NOISE: u8 = 32;
/// So long nobody touches the desk.
const IDLE: Duration = Duration::from_secs(30);
const WIDTH: usize = 1_366;
const HEIGHT: usize = 768;
const BYTES_PER_PIXEL: usize = 4;
/// The bar at the top tells of the toys, the reader and the district; what is under it does not.
const BAR_HEIGHT: usize = 46;

/// When a picture changed the last time before it stood still.
#[derive(Debug, Clone, Copy)]
struct Painted {
    /// Under the bar: the page.
    page: Duration,
    /// Anywhere: the bar also says how the hub starts, which comes beside the page and after it.
    all: Duration,
}

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

    /// From the start of a program to the last changes of the picture before it stands still.
    fn painted(&self, command: Command) -> Result<(Child, Painted)> {
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

    /// From what somebody does to the last changes of the picture before it stands still.
    fn changed(&self, does: impl FnOnce() -> Result<()>) -> Result<Painted> {
        let mut last = self.look()?;
        let start = Instant::now();
        does()?;
        let (mut page, mut all) = (None, None);
        while start.elapsed() < PATIENCE {
            let now = self.look()?;
            let at = start.elapsed();
            if is_other(under_the_bar(&now), under_the_bar(&last)) {
                page = Some(at);
            }
            if is_other(&now, &last) {
                (all, last) = (Some(at), now);
            } else if all.is_some_and(|all| at - all >= STILL) {
                break;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        let (page, all) = page.zip(all).ok_or("nothing was painted")?;
        Ok(Painted { page, all })
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
    a.len() != b.len() || a != b && a.iter().zip(b).filter(|(a, b)| a.abs_diff(**b) > NOISE).count() > CARET_BYTES
}

/// What lies before the pixels is the file's head.
fn under_the_bar(picture: &[u8]) -> &[u8] {
    &picture[picture.len().saturating_sub(WIDTH * (HEIGHT - BAR_HEIGHT) * BYTES_PER_PIXEL)..]
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

fn medians(painted: &[Painted]) -> (f64, f64) {
    let of = |time: fn(&Painted) -> Duration| median(painted.iter().map(time).collect());
    (of(|painted| painted.page), of(|painted| painted.all))
}

pub fn run(place: &Place) -> Outcome {
    let key = place.dir.join("bench.key");
    {
        let (clinic, admin) = corpus::open(&place.dir)?;
        clinic.make_key_file(&admin, &key)?;
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
    let (floor, _) = medians(&floor);
    let argon2_ms = argon2_ms(&place.dir)?;
    for (name, painted, from) in [
        ("desk-start-login", login, "the start of the program"),
        ("desk-start-today", today, "the start of the program, with a key file"),
        ("desk-login-today", entered, "Enter in the password, with a cheap Argon2"),
    ] {
        let (page, all) = medians(&painted);
        let note =
            format!("median, from {from} to the last change of the picture: of the page, and of all with the bar");
        let more = json!({"ms": crate::rounded(page), "with_the_bar_ms": crate::rounded(all),
            "empty_window_ms": crate::rounded(floor), "argon2_apart_ms": crate::rounded(argon2_ms),
            "starts": STARTS, "children": place.children, "note": note});
        figure(name, page / floor, "times an empty window", Some(1.5), more)?;
    }
    idle(&screen, station(Some(&key)), place)?;
    load::run(&screen, place, &key)?;
    std::fs::remove_file(key)?;
    Ok(())
}

/// What Argon2 adds to a real login: of a clinic that is opened by a password, beside one whose passwords are cheap.
fn argon2_ms(dir: &Path) -> std::result::Result<f64, corpus::Error> {
    let mut took = Vec::new();
    for (name, kdf) in [("dear", KdfCost::CLINIC), ("cheap", corpus::env().kdf)] {
        let (dir, mut env) = (dir.with_file_name(name), corpus::env());
        env.kdf = kdf;
        drop(corpus::make(&dir, env.clone())?);
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let (_, time) = timed(|| Clinic::unlock(&dir, "admin", corpus::PASSWORD, env.clone()))?;
            times.push(time);
        }
        std::fs::remove_dir_all(&dir)?;
        took.push(median(times));
    }
    Ok(took[0] - took[1])
}

/// Somebody types login and password: from Enter to the desk.
fn enters(screen: &Screen, command: Command) -> Result<Painted> {
    let (program, _) = screen.painted(command)?;
    screen.to_window()?;
    screen.keys(&["type", "--delay", "20", "admin"])?;
    screen.keys(&["key", "Tab"])?;
    screen.keys(&["type", "--delay", "20", corpus::PASSWORD])?;
    // The hand is there already: the start of `xdotool` is no part of a login.
    let mut hand = Command::new("xdotool");
    let mut hand = hand.arg("-").env("DISPLAY", &screen.name).stdin(Stdio::piped()).spawn()?;
    let mut tells = hand.stdin.take().ok_or("xdotool takes no orders")?;
    std::thread::sleep(STILL);
    let took = screen.changed(|| Ok(tells.write_all(b"key --delay 0 Return\n")?))?;
    drop(tells);
    let _status = hand.wait()?;
    end(program)?;
    Ok(took)
}

/// What must hold, as a figure: 0 is what is asked for.
fn holds(name: &str, holds: bool, more: serde_json::Value) -> Outcome {
    figure(name, if holds { 0.0 } else { 1.0 }, "times it did not hold", Some(0.0), more)
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
    let more = json!({"seconds": IDLE.as_secs(), "children": place.children});
    holds("desk-idle-picture-stays", same, more.clone())?;
    figure("desk-idle", 100.0 * used / IDLE.as_secs_f64(), "% of a core", Some(0.5), more)?;
    figure("desk-memory", memory, "MiB", Some(160.0), json!({"children": place.children, "after": "start and 35 s"}))
}
