//! The desk under load, for `tikka-bench desk`: what a keystroke and a scroll step cost over a large clinic, what a long
//! day leaves in memory, and the real window among toys that never stop talking.
//!
//! `desk-load steps DIR KEY` prints one JSON line a figure; `desk-load storm DIR KEY` opens the window.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "../tests/desktop/quiet_hub.rs"]
mod quiet_hub;
#[path = "../tests/desktop/window.rs"]
mod window;

use clinic::Clinic;
use clinic::store::KeyFile;
use hub::toys::Presence;
use hub_protocol::Identity;
use iced::advanced::clipboard;
use iced::advanced::renderer::Style;
use iced::keyboard::key::Named;
use iced::{Event, Point, Size, mouse};
use iced_test::runtime::UserInterface;
use iced_test::simulator;
use quiet_hub::QuietHub;
use serde_json::json;
use station::app::{AppStart, run};
use station::paper::out::Programs;
use station::words::Lang;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use window::{Window, env};

/// What people type who look for a child, in either script.
const TYPED: [&str; 8] = ["sunita dev", "aarav yad", "मीना", "khan", "rohan sahu", "प्रिया", "6123", "zoya ansari"];
const ROUNDS: usize = 12;
const SCROLLS: usize = 600;
/// Children that are looked for, opened and left.
const VISITS: usize = 400;
/// In the middle of the list.
const OVER_THE_LIST: Point = Point::new(700.0, 500.0);
const TOYS: u8 = 50;
const STORM_EVERY: Duration = Duration::from_millis(1);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [how, dir, key] = args.as_slice() else { panic!("desk-load steps|storm DIR KEY") };
    let file = KeyFile::read(Path::new(key)).unwrap();
    let unlocked = Clinic::unlock_with_file(Path::new(dir), &file, env()).unwrap();
    match how.as_str() {
        "steps" => steps(Path::new(dir), unlocked),
        "storm" => storm(Path::new(dir), unlocked),
        other => panic!("{other}?"),
    }
}

/// What a person sees changes: from the event to the picture, all of it drawn. What is read beside the screen comes later,
/// with a picture of its own.
fn step(window: &mut Window, events: &[Event], cursor: mouse::Cursor) -> Vec<Duration> {
    let mut took = Vec::new();
    let mut messages = Vec::new();
    // As it stands in the window since the last picture.
    let mut interface =
        UserInterface::build(window.app.view(), window.size, window.cache.take().unwrap(), &mut window.renderer);
    let start = Instant::now();
    let _ = interface.update(events, cursor, &mut window.renderer, &mut clipboard::Null, &mut messages);
    window.cache = Some(interface.into_cache());
    let tasks: Vec<_> = messages.into_iter().map(|message| window.app.update(message)).collect();
    paint(window);
    took.push(start.elapsed());
    for task in tasks {
        window.run(task);
    }
    // The answers, drawn at once.
    let start = Instant::now();
    paint(window);
    took.push(start.elapsed());
    took
}

fn paint(window: &mut Window) {
    let mut interface =
        UserInterface::build(window.app.view(), window.size, window.cache.take().unwrap(), &mut window.renderer);
    let frame = Event::Window(iced::window::Event::RedrawRequested(iced::time::Instant::now()));
    let nowhere = mouse::Cursor::Unavailable;
    let _ = interface.update(&[frame], nowhere, &mut window.renderer, &mut clipboard::Null, &mut Vec::new());
    let style = window.app.style(&window.app.theme());
    interface.draw(&mut window.renderer, &window.app.theme(), &Style { text_color: style.text_color }, nowhere);
    window.cache = Some(interface.into_cache());
    let size = Size::new(window.size.width as u32, window.size.height as u32);
    let _picture =
        iced::advanced::renderer::Headless::screenshot(&mut window.renderer, size, 1.0, style.background_color);
}

fn say(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    println!("{}", json!({"step": name, "n": times.len(), "median_ms": at(50), "p99_ms": at(99)}));
}

fn steps(dir: &Path, unlocked: (Clinic, clinic::Session)) {
    let mut window = Window::open(dir, Lang::En, Some(unlocked));
    window.alt(2);
    paint(&mut window);
    let (mut keys, mut answers) = (Vec::new(), Vec::new());
    for word in TYPED.iter().cycle().take(TYPED.len() * ROUNDS) {
        window.write_over(" ");
        for letter in word.chars() {
            let events: Vec<Event> = simulator::typewrite(&letter.to_string()).collect();
            let took = step(&mut window, &events, mouse::Cursor::Unavailable);
            keys.push(took[0]);
            answers.push(took[1]);
        }
    }
    say("keystroke", keys);
    say("answer", answers);
    window.alt(1);
    window.alt(2);
    let over = mouse::Cursor::Available(OVER_THE_LIST);
    let mut scrolls = Vec::new();
    for n in 0..SCROLLS {
        // Down through all of them, with a jump now and then, and back up.
        let lines = if n % 50 == 49 {
            -400.0
        } else if n % 7 == 6 {
            4.0
        } else {
            -3.0
        };
        let delta = mouse::ScrollDelta::Lines { x: 0.0, y: lines };
        scrolls.extend(step(&mut window, &[Event::Mouse(mouse::Event::WheelScrolled { delta })], over));
    }
    say("scroll", scrolls);
    let before = memory_mib();
    let (mut half, words) = (before, TYPED.iter().cycle());
    for (n, word) in words.take(VISITS).enumerate() {
        window.alt(2);
        window.type_text(word);
        window.tap(Named::Enter);
        paint(&mut window);
        window.alt(1);
        paint(&mut window);
        if n == VISITS / 2 {
            half = memory_mib();
        }
    }
    let after = memory_mib();
    println!("{}", json!({"step": "use", "visits": VISITS, "start_mib": before, "half_mib": half, "end_mib": after}));
}

/// The real window, while every toy of a large district tells something a thousand times a second in all.
fn storm(dir: &Path, unlocked: (Clinic, clinic::Session)) {
    let hub = QuietHub::default();
    let live = hub.live();
    let start = AppStart {
        dir: dir.to_owned(),
        lang: Some(Lang::En),
        env: env(),
        start_hub: Arc::new(move |clinic| live(clinic)),
        unlocked: Some(unlocked),
        programs: Programs::of_system(),
    };
    let talking = std::thread::Builder::new().name("talking".into());
    let talks = talking.spawn(move || {
        let ids: Vec<_> = (0..TOYS).map(|n| Some(Identity::from_seed([n; 32]).device_id())).collect();
        let mut seen: Vec<_> = ids.iter().map(|id| (*id, Presence::Online)).collect();
        let mut next = Instant::now();
        for n in 0.. {
            let at = n % seen.len();
            seen[at].1 = if seen[at].1 == Presence::Online { Presence::Connecting } else { Presence::Online };
            let _news = hub.see(&seen);
            next += STORM_EVERY;
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
    });
    let _talks = talks.unwrap();
    run(start).unwrap();
}

fn memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}
