//! The desk under load, for `tikka-bench desk`: what a keystroke and a scroll step cost over a large clinic, what a long
//! day leaves in memory, and the real window among toys that never stop talking.
//!
//! `desk-load steps DIR KEY` and `desk-load hour DIR KEY LOGIN PASSWORD` print one JSON line a figure; `desk-load storm DIR KEY` opens the window.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "../tests/desktop/quiet_hub.rs"]
mod quiet_hub;
#[path = "../tests/desktop/window.rs"]
mod window;

use clinic::store::KeyFile;
use clinic::{Clinic, Session};
use hub::toys::Presence;
use hub_protocol::Identity;
use iced::advanced::clipboard;
use iced::advanced::graphics::Viewport;
use iced::advanced::renderer::Style;
use iced::keyboard::key::Named;
use iced::{Color, Event, Point, Rectangle, Size, mouse};
use iced_test::runtime::UserInterface;
use iced_test::simulator;
use quiet_hub::QuietHub;
use serde_json::json;
use station::app::{AppStart, Message, run};
use station::live::News;
use station::paper::out::Programs;
use station::plugged::Plugged;
use station::words::Lang;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use window::{Window, env, today};

/// What people type who look for a child, in either script.
const TYPED: [&str; 8] = ["sunita dev", "aarav yad", "मीना", "khan", "rohan sahu", "प्रिया", "6123", "zoya ansari"];
const ROUNDS: usize = 12;
const SCROLLS: usize = 600;
/// Children whose doses are recorded, and as many that are looked for, opened and left: a hard hour.
const VISITS: usize = 120;
/// The toys tell something each second of the half minute that each takes.
const NEWS_A_VISIT: usize = 30;
const EMPTY: usize = 50;
/// In the middle of the list.
const OVER_THE_LIST: Point = Point::new(700.0, 500.0);
const TOYS: u8 = 50;
const STORM_EVERY: Duration = Duration::from_millis(1);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [how, dir, key, worker @ ..] = args.as_slice() else { panic!("desk-load steps|hour|storm DIR KEY") };
    let file = KeyFile::read(Path::new(key)).unwrap();
    let unlocked = Clinic::unlock_with_file(Path::new(dir), &file, env()).unwrap();
    match how.as_str() {
        "steps" => steps(Path::new(dir), unlocked),
        "hour" => {
            let [login, password] = worker else { panic!("desk-load hour DIR KEY LOGIN PASSWORD") };
            let session = unlocked.0.login(login, password).unwrap();
            hour(Path::new(dir), (unlocked.0, session));
        }
        "storm" => storm(Path::new(dir), unlocked),
        other => panic!("{other}?"),
    }
}

/// What the window's picture lies in: kept from one to the next, as a window keeps it.
struct Picture {
    pixels: tiny_skia::Pixmap,
    mask: tiny_skia::Mask,
    viewport: Viewport,
    /// Of whole frames with nothing in them but the background.
    empty: Vec<Duration>,
}

impl Picture {
    fn of(window: &Window) -> Self {
        let (width, height) = (window.size.width as u32, window.size.height as u32);
        Self {
            pixels: tiny_skia::Pixmap::new(width, height).unwrap(),
            mask: tiny_skia::Mask::new(width, height).unwrap(),
            viewport: Viewport::with_physical_size(Size::new(width, height), 1.0),
            empty: Vec::new(),
        }
    }

    /// All of it, as the window draws it after a message.
    fn draw(&mut self, renderer: &mut iced::Renderer, background: Color) {
        let all = [Rectangle::with_size(self.viewport.logical_size())];
        renderer.draw(&mut self.pixels.as_mut(), &mut self.mask, &self.viewport, &all, background);
    }

    /// What this renderer costs at least.
    fn measure_empty(&mut self, background: Color) {
        let mut renderer = iced::Renderer::new(iced::Font::default(), 16.0.into());
        for _ in 0..EMPTY {
            let start = Instant::now();
            self.draw(&mut renderer, background);
            self.empty.push(start.elapsed());
        }
    }
}

/// What a person sees changes: from the event to the picture, all of it drawn. What is read beside the screen comes later,
/// with a picture of its own.
fn step(window: &mut Window, picture: &mut Picture, events: &[Event], cursor: mouse::Cursor) -> Vec<Duration> {
    let mut took = Vec::new();
    let mut messages = Vec::new();
    // As it stands in the window since the last picture.
    let mut interface =
        UserInterface::build(window.app.view(), window.size, window.cache.take().unwrap(), &mut window.renderer);
    let start = Instant::now();
    let _ = interface.update(events, cursor, &mut window.renderer, &mut clipboard::Null, &mut messages);
    window.cache = Some(interface.into_cache());
    let tasks: Vec<_> = messages.into_iter().map(|message| window.app.update(message)).collect();
    paint(window, picture);
    took.push(start.elapsed());
    for task in tasks {
        window.run(task);
    }
    // The answers, drawn at once.
    let start = Instant::now();
    paint(window, picture);
    took.push(start.elapsed());
    took
}

fn paint(window: &mut Window, picture: &mut Picture) {
    let mut interface =
        UserInterface::build(window.app.view(), window.size, window.cache.take().unwrap(), &mut window.renderer);
    let frame = Event::Window(iced::window::Event::RedrawRequested(iced::time::Instant::now()));
    let nowhere = mouse::Cursor::Unavailable;
    let _ = interface.update(&[frame], nowhere, &mut window.renderer, &mut clipboard::Null, &mut Vec::new());
    let style = window.app.style(&window.app.theme());
    interface.draw(&mut window.renderer, &window.app.theme(), &Style { text_color: style.text_color }, nowhere);
    window.cache = Some(interface.into_cache());
    picture.draw(&mut window.renderer, style.background_color);
}

fn say(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    println!("{}", json!({"step": name, "n": times.len(), "median_ms": at(50), "p99_ms": at(99)}));
}

fn steps(dir: &Path, unlocked: (Clinic, Session)) {
    let mut window = Window::open(dir, Lang::En, Some(unlocked));
    let mut picture = Picture::of(&window);
    picture.measure_empty(window.app.style(&window.app.theme()).background_color);
    say("empty", std::mem::take(&mut picture.empty));
    window.alt(2);
    paint(&mut window, &mut picture);
    let (mut keys, mut answers) = (Vec::new(), Vec::new());
    for word in TYPED.iter().cycle().take(TYPED.len() * ROUNDS) {
        window.write_over(" ");
        for letter in word.chars() {
            let events: Vec<Event> = simulator::typewrite(&letter.to_string()).collect();
            let took = step(&mut window, &mut picture, &events, mouse::Cursor::Unavailable);
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
        scrolls.extend(step(&mut window, &mut picture, &[Event::Mouse(mouse::Event::WheelScrolled { delta })], over));
    }
    say("scroll", scrolls);
}

/// A worker's hour: children whose doses are recorded, children who are looked for, and toys that tell something.
fn hour(dir: &Path, unlocked: (Clinic, Session)) {
    let (clinic, session) = unlocked.clone();
    let mut window = Window::open(dir, Lang::En, Some(unlocked));
    let mut picture = Picture::of(&window);
    let before = Memory::now(&clinic);
    let (mut half, mut words) = (before, TYPED.iter().cycle());
    let toys: Vec<_> = (0..TOYS).map(|n| Some(Identity::from_seed([n; 32]).device_id())).collect();
    for n in 0..VISITS {
        // The child that waits longest: what is due, recorded with the batches used last, and the next one.
        window.alt(1);
        paint(&mut window, &mut picture);
        window.tap(Named::Enter);
        paint(&mut window, &mut picture);
        window.tap(Named::Enter);
        paint(&mut window, &mut picture);
        window.tap(Named::Escape);
        // One is looked for, opened and left.
        window.alt(2);
        window.type_text(words.next().unwrap());
        window.tap(Named::Enter);
        paint(&mut window, &mut picture);
        for second in 0..NEWS_A_VISIT {
            let state = if (n + second) % 2 == 0 { Presence::Online } else { Presence::Connecting };
            let seen: Vec<_> = toys.iter().map(|id| (*id, state)).collect();
            let news = window.hub.see(&seen);
            window.tell(Message::News(news));
            paint(&mut window, &mut picture);
        }
        window.tell(Message::News(News::Changed));
        if n == VISITS / 2 {
            half = Memory::now(&clinic);
        }
    }
    let after = Memory::now(&clinic);
    let doses = clinic.report(&session, &(today()..=today()), &Default::default()).unwrap().doses;
    println!(
        "{}",
        json!({"step": "use", "visits": VISITS, "doses": doses, "records": after.records - before.records,
            "news": VISITS * NEWS_A_VISIT, "start_mib": before.mib, "half_mib": half.mib, "end_mib": after.mib})
    );
}

/// The real window, while every toy of a large district tells something a thousand times a second in all.
fn storm(dir: &Path, unlocked: (Clinic, Session)) {
    let hub = QuietHub::default();
    let live = hub.live();
    let start = AppStart {
        dir: dir.to_owned(),
        lang: Some(Lang::En),
        env: env(),
        start_hub: Arc::new(move |clinic| live(clinic)),
        unlocked: Some(unlocked),
        programs: Programs::of_system(),
        plugged: Plugged::of_system(),
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

#[derive(Clone, Copy)]
struct Memory {
    mib: f64,
    records: u64,
}

impl Memory {
    fn now(clinic: &Clinic) -> Self {
        Self { mib: memory_mib(), records: clinic.sync().unwrap().events }
    }
}

fn memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}
