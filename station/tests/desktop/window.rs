//! A person at the real program, without a display: types, clicks, reads. Tasks run as in the window, on a
//! tokio runtime, and each step waits until all of them have ended.

use crate::quiet_hub::QuietHub;
use chrono::NaiveDate;
use clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey, found};
use clinic::{Clinic, Env, Session};
use iced::advanced::clipboard;
use iced::advanced::renderer::{Headless, Style};
use iced::advanced::widget::operation::{Operation, Outcome};
use iced::keyboard::key::{Code, Key, Named, Physical};
use iced::keyboard::{Location, Modifiers};
use iced::{Event, Point, Renderer, Settings, Size, Task, keyboard, mouse, window};
use iced_test::futures::futures::StreamExt;
use iced_test::futures::futures::stream::SelectAll;
use iced_test::runtime::user_interface::Cache;
use iced_test::runtime::{Action, UserInterface, task};
use iced_test::selector::{Candidate, Selector, Target};
use iced_test::simulator;
use station::app::{App, AppStart, Message, settings};
use station::fonts::Fonts;
use station::paper::out::Programs;
use station::plugged::Plugged;
use station::words::Lang;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// 2026-11-20, noon in India; a Friday.
pub const NOON_MS: u64 = 1_795_156_200_000;

/// The window of a usual old PC; `TIKKA_PICTURE_SIZE=1024x600` looks at another one.
pub fn size() -> Size {
    let Ok(asked) = std::env::var("TIKKA_PICTURE_SIZE") else { return Size::new(1366.0, 768.0) };
    let (width, height) = asked.split_once('x').unwrap();
    Size::new(width.parse().unwrap(), height.parse().unwrap())
}

thread_local! {
    /// The clock of one test: it starts at noon and goes on when the person takes her time.
    static CLOCK: Arc<AtomicU64> = Arc::new(AtomicU64::new(NOON_MS));
}

/// As long as a person needs to see what is on the screen.
const LOOK_MS: u64 = 1_000;

fn look() {
    CLOCK.with(|clock| clock.fetch_add(LOOK_MS, Ordering::SeqCst));
}

/// Time goes by, and nobody is there.
pub fn later(ms: u64) {
    CLOCK.with(|clock| clock.fetch_add(ms, Ordering::SeqCst));
}

pub fn env() -> Env {
    let clock = CLOCK.with(Arc::clone);
    let mut env = Env::with_clock(move || clock.load(Ordering::SeqCst));
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

pub fn today() -> NaiveDate {
    clinic::date::india(NOON_MS)
}

pub fn password(login: &str) -> String {
    format!("horse staple {}", login.len())
}

/// A clinic with `root1` (Super Admin), `admin` and `asha` (PHC Worker).
pub fn founded(dir: &Path, schedule: &str) -> Clinic {
    founded_with(dir, schedule, RecoveryKey::generate(&env()).unwrap())
}

pub fn founded_with(dir: &Path, schedule: &str, recovery: RecoveryKey) -> Clinic {
    let person = |login: &str, name: &str| NewPerson {
        login: login.into(),
        name: name.into(),
        password: Zeroizing::new(password(login)),
    };
    let founding = Founding {
        clinic: "PHC Rampur".into(),
        schedule: schedule.into(),
        je_endemic: false,
        super_admin: person("root1", "Ravi Prasad"),
        admin: person("admin", "Rekha Kumari"),
        worker: person("asha", "Sunita Devi"),
        recovery,
        demo: false,
    };
    found(dir, &founding, env()).unwrap()
}

pub fn session(clinic: &Clinic, login: &str) -> Session {
    clinic.login(login, &password(login)).unwrap()
}

/// What a person does with the hands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Clicks, and cards put on the reader.
    pub taps: u32,
    pub keys: u32,
}

impl Done {
    fn count(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Mouse(mouse::Event::ButtonPressed(_)) => self.taps += 1,
                Event::Keyboard(keyboard::Event::KeyPressed { .. }) => self.keys += 1,
                _ => {}
            }
        }
    }
}

pub struct Window {
    pub app: App,
    pub hub: QuietHub,
    /// How large the window is now, in pixels.
    pub size: Size,
    /// What the person did so far.
    pub done: Done,
    /// It was closed.
    pub closed: bool,
    /// What is clicked on as soon as it can be read, once: while work goes on.
    pub meanwhile: Option<String>,
    /// Answers that did not come yet, while they are held back.
    held: Option<Vec<Message>>,
    pub cache: Option<Cache>,
    pub renderer: Renderer,
    runtime: tokio::runtime::Runtime,
}

/// A stick is plugged into the computer whose clinic is in `dir`.
pub fn plug_in(dir: &Path, stick: &Path) {
    std::fs::write(dir.join("mounts"), format!("/dev/sdb1 {} vfat rw 0 0\n", stick.display())).unwrap();
}

impl Window {
    pub fn open(dir: &Path, lang: Lang, unlocked: Option<(Clinic, Session)>) -> Self {
        Self::open_with(QuietHub::default(), dir, lang, unlocked)
    }

    pub fn open_with(hub: QuietHub, dir: &Path, lang: Lang, unlocked: Option<(Clinic, Session)>) -> Self {
        let live = hub.live();
        let start = AppStart {
            dir: dir.to_owned(),
            lang: Some(lang),
            env: env(),
            start_hub: Arc::new(move |clinic| live(clinic)),
            unlocked,
            programs: Programs::in_dir(&dir.join("programs")),
            // Nothing, unless a test says so.
            plugged: Plugged::told_by(dir.join("mounts"), vec!["/".into()]),
        };
        let settings = settings(&Fonts::load().unwrap());
        load_fonts(&settings);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let renderer = <Renderer as Headless>::new(settings.default_font, settings.default_text_size, None);
        let renderer = runtime.block_on(renderer).unwrap();
        let (app, task) = App::new(start);
        let mut window = Self {
            app,
            hub,
            size: size(),
            done: Done::default(),
            closed: false,
            meanwhile: None,
            held: None,
            cache: Some(Cache::default()),
            renderer,
            runtime,
        };
        window.run(task);
        window
    }

    /// Somebody at an open desk.
    pub fn at_desk(dir: &Path, clinic: &Clinic, login: &str, lang: Lang) -> Self {
        Self::open(dir, lang, Some((clinic.clone(), session(clinic, login))))
    }

    /// The window in the measure of its words.
    fn room(&self) -> Size {
        let scale = self.app.scale_factor();
        Size::new(self.size.width / scale, self.size.height / scale)
    }

    /// Puts a card on the reader.
    pub fn put_down(&mut self, uid: u8) {
        look();
        self.done.taps += 1;
        let news = self.hub.put_down(uid);
        self.tell(Message::News(news));
    }

    /// Nothing has the focus: no cursor blinks in a picture.
    pub fn unfocus(&mut self) {
        self.operate(Box::new(iced::advanced::widget::operation::focusable::unfocus()));
    }

    /// Does what a message leads to, until nothing is left to do.
    pub fn tell(&mut self, message: Message) {
        let task = self.app.update(message);
        self.run(task);
    }

    pub fn run(&mut self, task: Task<Message>) {
        let mut actions = SelectAll::new();
        actions.extend(task::into_stream(task));
        loop {
            for message in self.clicks_meanwhile() {
                let task = self.app.update(message);
                actions.extend(task::into_stream(task));
            }
            let Some(action) = self.runtime.block_on(actions.next()) else { return };
            match action {
                Action::Output(message) => match &mut self.held {
                    Some(held) => held.push(message),
                    None => {
                        let task = self.app.update(message);
                        actions.extend(task::into_stream(task));
                    }
                },
                Action::Widget(operation) => self.operate(operation),
                Action::Window(iced_test::runtime::window::Action::Close(_)) => self.closed = true,
                _ => {}
            }
        }
    }

    /// What the person does is done, and what it led to is told later, as on a slow disk: by [`Self::answer`].
    pub fn held_back(&mut self, act: impl FnOnce(&mut Self)) -> Vec<Message> {
        self.held = Some(Vec::new());
        act(self);
        self.held.take().unwrap_or_default()
    }

    /// What was held back is told.
    pub fn answer(&mut self, held: Vec<Message>) {
        assert!(!held.is_empty(), "nothing was held back");
        held.into_iter().for_each(|message| self.tell(message));
    }

    fn clicks_meanwhile(&mut self) -> Vec<Message> {
        let Some(wanted) = self.meanwhile.clone() else { return Vec::new() };
        let Some(place) = self.place_of(&wanted) else { return Vec::new() };
        self.meanwhile = None;
        let events: Vec<Event> = simulator::click().collect();
        self.messages(&events, mouse::Cursor::Available(place.center()))
    }

    fn operate(&mut self, operation: Box<dyn Operation>) {
        let mut interface =
            UserInterface::build(self.app.view(), self.room(), self.cache.take().unwrap(), &mut self.renderer);
        let mut next = Some(operation);
        while let Some(mut operation) = next.take() {
            interface.operate(&self.renderer, operation.as_mut());
            if let Outcome::Chain(chained) = operation.finish() {
                next = Some(chained);
            }
        }
        self.cache = Some(interface.into_cache());
    }

    /// Keys that come faster than the screen is drawn: some letters, a key, and more letters.
    pub fn burst(&mut self, before: &str, key: Named, after: &str) {
        let mut events: Vec<Event> = simulator::typewrite(before).collect();
        events.extend(simulator::tap_key(Key::Named(key), None));
        events.extend(simulator::typewrite(after));
        self.events(&events, mouse::Cursor::Unavailable);
    }

    /// Keys that come faster than what they ask for is read: nothing is answered before the last of them.
    pub fn hurry(&mut self, typed: &str, key: Named) {
        let letters = typed.chars().map(|c| simulator::typewrite(&c.to_string()).collect());
        let strokes: Vec<Vec<Event>> = letters.chain([simulator::tap_key(Key::Named(key), None).collect()]).collect();
        let mut asked = Vec::new();
        for stroke in strokes {
            for message in self.messages(&stroke, mouse::Cursor::Unavailable) {
                asked.push(self.app.update(message));
            }
        }
        self.run(Task::batch(asked));
    }

    fn events(&mut self, events: &[Event], cursor: mouse::Cursor) {
        for message in self.messages(events, cursor) {
            self.tell(message);
        }
    }

    fn messages(&mut self, events: &[Event], cursor: mouse::Cursor) -> Vec<Message> {
        self.done.count(events);
        let mut messages = Vec::new();
        let mut interface =
            UserInterface::build(self.app.view(), self.room(), self.cache.take().unwrap(), &mut self.renderer);
        let _ = interface.update(events, cursor, &mut self.renderer, &mut clipboard::Null, &mut messages);
        self.cache = Some(interface.into_cache());
        messages
    }

    fn find<S: Selector + Send>(&mut self, selector: S) -> Option<S::Output>
    where
        S::Output: Clone + Send + 'static,
    {
        let mut find = selector.find();
        let mut interface =
            UserInterface::build(self.app.view(), self.room(), self.cache.take().unwrap(), &mut self.renderer);
        interface.operate(&self.renderer, &mut iced::advanced::widget::operation::black_box(&mut find));
        self.cache = Some(interface.into_cache());
        match find.finish() {
            Outcome::Some(found) => found,
            _ => None,
        }
    }

    /// How many fields stand on the screen.
    pub fn fields(&mut self) -> usize {
        let mut fields = 0;
        let _ = self.find(|candidate: Candidate<'_>| {
            fields += usize::from(matches!(candidate, Candidate::TextInput { .. }));
            None::<()>
        });
        fields
    }

    /// Every text on the screen, in its order.
    pub fn texts(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        let _ = self.find(|candidate: Candidate<'_>| {
            match candidate {
                Candidate::Text { content, .. } => all.push(plain(content)),
                Candidate::TextInput { state, .. } => all.push(state.text().to_owned()),
                _ => {}
            }
            None::<()>
        });
        all
    }

    #[track_caller]
    pub fn sees(&mut self, words: &str) {
        let (texts, words) = (self.texts(), plain(words));
        assert!(texts.iter().any(|text| text.contains(&words)), "no {words:?} in {texts:#?}");
    }

    #[track_caller]
    pub fn sees_no(&mut self, words: &str) {
        let (texts, words) = (self.texts(), plain(words));
        assert!(texts.iter().all(|text| !text.contains(&words)), "{words:?} in {texts:#?}");
    }

    /// Clicks on the first text that reads so.
    #[track_caller]
    pub fn click(&mut self, words: &str) {
        let wanted = plain(words);
        let at = self.find(move |candidate: Candidate<'_>| match &candidate {
            Candidate::Text { content, .. } if plain(content) == wanted => {
                Target::from(candidate).visible_bounds().map(|bounds| bounds.center())
            }
            _ => None,
        });
        look();
        let texts = self.texts();
        self.click_at(at.unwrap_or_else(|| panic!("nothing reads {words:?} in {texts:#?}")));
    }

    /// Where the first text is that reads so.
    pub fn place_of(&mut self, words: &str) -> Option<iced::Rectangle> {
        let wanted = plain(words);
        self.find(move |candidate: Candidate<'_>| match candidate {
            Candidate::Text { content, bounds, .. } if plain(content) == wanted => Some(bounds),
            _ => None,
        })
    }

    /// The texts that begin above this line, in their order: each with its place, and what of it is seen.
    pub fn texts_above(&mut self, line: f32) -> Vec<(String, iced::Rectangle, iced::Rectangle)> {
        let mut all = Vec::new();
        let _ = self.find(|candidate: Candidate<'_>| {
            if let Candidate::Text { content, bounds, visible_bounds, .. } = candidate
                && bounds.y < line
            {
                all.push((plain(content), bounds, visible_bounds.unwrap_or_default()));
            }
            None::<()>
        });
        all
    }

    /// Words twice as large.
    pub fn enlarge(&mut self) {
        for _ in 0..3 {
            self.press(Code::Equal, "=", Modifiers::CTRL);
        }
    }

    /// Is all of this text seen?
    pub fn in_sight(&mut self, words: &str) -> bool {
        let wanted = plain(words);
        let seen = self.find(move |candidate: Candidate<'_>| match candidate {
            Candidate::Text { content, bounds, visible_bounds, .. } if plain(content) == wanted => {
                Some(visible_bounds.is_some_and(|seen| seen.height > bounds.height - 1.0))
            }
            _ => None,
        });
        seen.unwrap_or(false)
    }

    /// Where each text is that reads so, from the top.
    pub fn places_of(&mut self, words: &str) -> Vec<iced::Rectangle> {
        let wanted = plain(words);
        let mut all = Vec::new();
        let _ = self.find(|candidate: Candidate<'_>| {
            if let Candidate::Text { content, bounds, .. } = candidate
                && plain(content) == wanted
            {
                all.push(bounds);
            }
            None::<()>
        });
        all
    }

    pub fn click_at(&mut self, point: Point) {
        let events: Vec<Event> = simulator::click().collect();
        self.events(&events, mouse::Cursor::Available(point));
    }

    /// Clicks into the field whose name stands over it, and types.
    #[track_caller]
    pub fn fill(&mut self, label: &str, typed: &str) {
        let wanted = plain(label);
        let mut under: Option<iced::Rectangle> = None;
        let at = self.find(move |candidate: Candidate<'_>| match candidate {
            Candidate::Text { content, bounds, .. } if plain(content) == wanted => {
                under = Some(bounds);
                None
            }
            // The field stands under its name.
            Candidate::TextInput { bounds, visible_bounds, .. } => {
                let near = under.is_some_and(|name| bounds.y > name.y && bounds.y - name.y < 40.0);
                near.then_some(visible_bounds).flatten().map(|bounds| bounds.center())
            }
            _ => None,
        });
        self.click_at(at.unwrap_or_else(|| panic!("no field is called {label:?}")));
        self.write_over(typed);
    }

    /// Writes over the field at the right of its name.
    #[track_caller]
    pub fn fill_beside(&mut self, label: &str, typed: &str) {
        let wanted = plain(label);
        let mut beside = false;
        let at = self.find(move |candidate: Candidate<'_>| match candidate {
            Candidate::Text { content, .. } => {
                beside = beside || plain(content) == wanted;
                None
            }
            Candidate::TextInput { visible_bounds, .. } if beside => visible_bounds.map(|bounds| bounds.center()),
            _ => None,
        });
        self.click_at(at.unwrap_or_else(|| panic!("no field beside {label:?}")));
        self.write_over(typed);
    }

    /// Writes over what stands in the field.
    pub fn write_over(&mut self, typed: &str) {
        self.ctrl(Code::KeyA, "a");
        self.type_text(typed);
    }

    pub fn type_text(&mut self, typed: &str) {
        let events: Vec<Event> = simulator::typewrite(typed).collect();
        self.events(&events, mouse::Cursor::Unavailable);
    }

    /// A key, struck by somebody who looked at the screen before.
    pub fn tap(&mut self, named: Named) {
        if named == Named::Enter {
            look();
        }
        self.bounce(named);
    }

    /// A key that comes at once, as the second stroke of one that bounces.
    pub fn bounce(&mut self, named: Named) {
        let events: Vec<Event> = simulator::tap_key(Key::Named(named), None).collect();
        self.events(&events, mouse::Cursor::Unavailable);
    }

    /// A key by its place, with what a layout writes with it.
    pub fn press(&mut self, code: Code, writes: &str, modifiers: Modifiers) {
        self.key(Key::Character(writes.into()), code, Some(writes), modifiers, false);
    }

    fn key(&mut self, key: Key, code: Code, writes: Option<&str>, modifiers: Modifiers, repeat: bool) {
        let text = writes.filter(|_| !modifiers.command()).map(Into::into);
        let pressed = keyboard::Event::KeyPressed {
            key: key.clone(),
            modified_key: key,
            physical_key: Physical::Code(code),
            location: Location::Standard,
            modifiers,
            text,
            repeat,
        };
        self.events(&[Event::Keyboard(pressed)], mouse::Cursor::Unavailable);
    }

    /// A key by its place that is held down: after the stroke it comes again and again.
    pub fn hold(&mut self, code: Code, writes: &str, modifiers: Modifiers, times: usize) {
        self.press(code, writes, modifiers);
        for _ in 0..times {
            self.key(Key::Character(writes.into()), code, Some(writes), modifiers, true);
        }
    }

    /// The space bar, where a field or something that is ticked has the focus.
    pub fn press_space(&mut self) {
        let events: Vec<Event> = simulator::tap_key(Key::Named(Named::Space), Some(" ".into())).collect();
        self.events(&events, mouse::Cursor::Unavailable);
    }

    /// A digit of the number row.
    pub fn digit(&mut self, digit: u8, modifiers: Modifiers) {
        const CODES: [Code; 10] = [
            Code::Digit0,
            Code::Digit1,
            Code::Digit2,
            Code::Digit3,
            Code::Digit4,
            Code::Digit5,
            Code::Digit6,
            Code::Digit7,
            Code::Digit8,
            Code::Digit9,
        ];
        self.press(CODES[usize::from(digit)], &digit.to_string(), modifiers);
    }

    /// A key together with Alt.
    pub fn alt(&mut self, digit: u8) {
        self.digit(digit, Modifiers::ALT);
    }

    /// What has the focus: where it is, and how much of it can be seen.
    pub fn focused(&mut self) -> Option<(iced::Rectangle, Option<iced::Rectangle>)> {
        self.find(|candidate: Candidate<'_>| match candidate {
            Candidate::Focusable { bounds, visible_bounds, state, .. } if state.is_focused() => {
                Some((bounds, visible_bounds))
            }
            _ => None,
        })
    }

    pub fn ctrl(&mut self, code: Code, writes: &str) {
        let held = |modifiers| [Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers))];
        self.events(&held(Modifiers::CTRL), mouse::Cursor::Unavailable);
        self.press(code, writes, Modifiers::CTRL);
        self.events(&held(Modifiers::empty()), mouse::Cursor::Unavailable);
    }

    pub fn log_in(&mut self, login: &str) {
        self.type_text(login);
        self.tap(Named::Tab);
        self.type_text(&password(login));
        self.tap(Named::Enter);
    }

    /// Pixels of a length of 1.
    pub fn scale(&self) -> f32 {
        self.app.scale_factor()
    }

    /// The screen as it is now, as RGBA.
    pub fn draw(&mut self) -> Vec<u8> {
        let mut interface =
            UserInterface::build(self.app.view(), self.room(), self.cache.take().unwrap(), &mut self.renderer);
        let frame = Event::Window(window::Event::RedrawRequested(iced::time::Instant::now()));
        let nowhere = mouse::Cursor::Unavailable;
        let _ = interface.update(&[frame], nowhere, &mut self.renderer, &mut clipboard::Null, &mut Vec::new());
        let style = self.app.style(&self.app.theme());
        interface.draw(&mut self.renderer, &self.app.theme(), &Style { text_color: style.text_color }, nowhere);
        self.cache = Some(interface.into_cache());
        let (size, scale) = (self.size, self.app.scale_factor());
        self.renderer.screenshot(Size::new(size.width as u32, size.height as u32), scale, style.background_color)
    }

    /// Keeps a picture for people to look at, when `TIKKA_PICTURES` names a folder.
    pub fn picture(&mut self, name: &str) {
        let Some(dir) = std::env::var_os("TIKKA_PICTURES") else { return };
        let rgba = self.draw();
        let file = std::fs::File::create(Path::new(&dir).join(format!("{name}.png"))).unwrap();
        let mut encoder = png::Encoder::new(file, self.size.width as u32, self.size.height as u32);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(&rgba).unwrap();
    }
}

/// What is written: a hard space is read as a space.
fn plain(content: &str) -> String {
    content.replace('\u{A0}', " ")
}

fn load_fonts(settings: &Settings) {
    static LOADED: std::sync::Once = std::sync::Once::new();
    LOADED.call_once(|| station::fonts::load(&settings.fonts));
}
