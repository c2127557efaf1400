//! Pictures of every screen, in both languages, as they were looked at by eye: on the usual screen of an old PC, with
//! strong contrast, with words twice as large, and the busiest ones on the smallest screen. What is missing or looks
//! otherwise fails.
//!
//! `TIKKA_GOLDENS=write` makes them anew: look at each before it is committed. They are kept at half their size,
//! and with few shades, which shows every word and keeps them small.

use crate::rare;
use crate::reminders::busy_outbox;
use crate::tangled::{finder, in_order, restore, sheet, supervisor, tangled};
use crate::window::{Window, env, founded, session, today};
use crate::{form, give};
use chrono::{Days, NaiveDate};
use clinic::Clinic;
use clinic::date::to_day;
use clinic::device::{Batch, Sample};
use clinic::record::command::{ChildForm, Command, NewTask};
use clinic::record::fact::{SessionKind, SessionPlan};
use hub_protocol::toy::{Position, TaskKind};
use hub_protocol::{ChildId, DeviceId, Identity, SessionId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::{Rectangle, Size};
use station::fonts::Fonts;
use station::words::{Lang, Words};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Of so many half-size pixels another shade is no change: a rounding of the renderer.
const OTHER_MAX: usize = 12;
/// And a shade is another one from this difference on.
const SHADE_MIN: u8 = 40;
/// The largest step of a shade that is kept.
const STEP: u8 = 16;

/// What an Admin brings.
const FILE: &str = "ref,name,dob,sex,mother,village\n1,Pooja Kumari,21/09/2026,F,Meena Devi,Khajuri\n2,Ravi,31/02/2026,M,Rita Devi,Belwa\n";

/// How a picture is looked at.
#[derive(Clone, Copy)]
pub enum Eye {
    Usual,
    Contrast,
    Twice,
    /// Strong contrast and words twice as large.
    ContrastTwice,
    Small,
}

impl Eye {
    fn size(self) -> Size {
        match self {
            Self::Usual | Self::Contrast | Self::Twice | Self::ContrastTwice => Size::new(1366.0, 768.0),
            Self::Small => Size::new(1024.0, 600.0),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::Contrast => "-contrast",
            Self::Small => "-small",
            Self::Twice => "-twice",
            Self::ContrastTwice => "-contrast-twice",
        }
    }

    fn has_contrast(self) -> bool {
        matches!(self, Self::Contrast | Self::ContrastTwice)
    }

    fn is_twice(self) -> bool {
        matches!(self, Self::Twice | Self::ContrastTwice)
    }

    /// The pages on which most is done are looked at, and no others.
    fn is_short(self) -> bool {
        matches!(self, Self::Small | Self::ContrastTwice)
    }
}

/// What is kept of a picture.
#[derive(PartialEq)]
struct Golden {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Golden {
    /// At half the size, with few shades.
    fn of(rgba: &[u8], size: Size) -> Self {
        let (wide, width, height) = (size.width as usize, size.width as usize / 2, size.height as usize / 2);
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                for channel in 0..3 {
                    let at = |dx: usize, dy: usize| u32::from(rgba[((2 * y + dy) * wide + 2 * x + dx) * 4 + channel]);
                    let mean = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
                    rgb.push(mean as u8 / STEP * STEP);
                }
            }
        }
        Self { width: width as u32, height: height as u32, rgb }
    }

    fn read(path: &Path) -> Option<Self> {
        let mut reader = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).ok()?)).read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        Some(Self { width: info.width, height: info.height, rgb })
    }

    fn write(&self, path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.write_header().unwrap().write_image_data(&self.rgb).unwrap();
    }

    /// How many pixels look otherwise.
    fn differs(&self, other: &Self) -> usize {
        let same_size = (self.width, self.height) == (other.width, other.height);
        let pairs = self.rgb.chunks(3).zip(other.rgb.chunks(3));
        let otherwise = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) >= SHADE_MIN);
        if same_size { pairs.filter(otherwise).count() } else { usize::MAX }
    }
}

fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

/// The fonts that the pictures were drawn with: other ones have other shapes.
fn fonts() -> String {
    let fonts = Fonts::load().unwrap();
    fonts.faces().map(|face| face.bytes.len().to_string()).join(" ")
}

/// A person who walks through the screens, and what does not look as it did.
pub struct Walk {
    pub window: Window,
    lang: Lang,
    eye: Eye,
    wrong: Vec<String>,
    seen: BTreeSet<String>,
}

impl Walk {
    fn new(mut window: Window, lang: Lang, eye: Eye) -> Self {
        window.size = eye.size();
        if eye.is_twice() {
            window.enlarge();
        }
        Self { window, lang, eye, wrong: Vec::new(), seen: BTreeSet::new() }
    }

    /// The screen as it is now, beside how it was.
    pub fn look(&mut self, name: &str) {
        self.look_but(name, |_, _| None);
    }

    /// With what has the focus, which no cursor blinks in.
    pub fn look_with_focus(&mut self, name: &str) {
        self.compare(name, |_, _| None);
    }

    pub fn words(&self) -> Words {
        Words::new(self.lang)
    }

    /// The same, without what is another at each run: of a text and its place `hidden` says where it may stand.
    pub fn look_but(&mut self, name: &str, hidden: impl Fn(&str, Rectangle) -> Option<Rectangle>) {
        self.window.unfocus();
        self.compare(name, hidden);
    }

    fn compare(&mut self, name: &str, hidden: impl Fn(&str, Rectangle) -> Option<Rectangle>) {
        let mut rgba = self.window.draw();
        let (wide, scale) = (self.window.size.width as usize, self.window.scale());
        for text in self.window.texts() {
            for place in self.window.places_of(&text) {
                if let Some(hidden) = hidden(&text, place) {
                    blacken(&mut rgba, wide, hidden * scale);
                }
            }
        }
        let now = Golden::of(&rgba, self.window.size);
        let name = format!("{}/{name}{}.png", self.lang, self.eye.name());
        assert!(self.seen.insert(name.clone()), "{name} twice");
        let path = dir().join(&name);
        if std::env::var_os("TIKKA_GOLDENS").is_some_and(|what| what == "write") {
            now.write(&path);
        }
        match Golden::read(&path) {
            None => self.wrong.push(format!("{name} is missing")),
            Some(was) => match now.differs(&was) {
                0..=OTHER_MAX => {}
                pixels => {
                    let out = std::env::temp_dir().join(format!("tikka-{}", name.replace('/', "-")));
                    now.write(&out);
                    self.wrong.push(format!("{name}: {pixels} pixels differ; as it is now: {}", out.display()));
                }
            },
        }
    }

    fn place(&mut self, digit: u8, name: &str) {
        self.window.alt(digit);
        self.look(name);
    }

    /// Clicks on something that may be further down.
    pub fn click(&mut self, key: &str, name: &str) {
        self.click_on(&Words::new(self.lang).get(key));
        self.look(name);
    }

    pub fn click_on(&mut self, words: &str) {
        self.tall(|window| window.click(words));
    }

    /// Does something in a window that shows all of the page.
    pub fn tall<T>(&mut self, act: impl FnOnce(&mut Window) -> T) -> T {
        let size = std::mem::replace(&mut self.window.size, Size::new(2_732.0, 4_000.0));
        let done = act(&mut self.window);
        self.window.size = size;
        done
    }

    pub fn fill(&mut self, key: &str, typed: &str) {
        self.window.fill(&Words::new(self.lang).get(key), typed);
    }

    pub fn letter(&mut self, code: Code, name: &str) {
        self.window.press(code, "x", Modifiers::ALT);
        self.look(name);
    }

    pub fn escape(&mut self) {
        self.window.unfocus();
        self.window.tap(Named::Escape);
    }
}

fn blacken(rgba: &mut [u8], wide: usize, place: Rectangle) {
    let (left, right) = (place.x as usize, ((place.x + place.width) as usize).min(wide));
    for y in place.y as usize..(place.y + place.height) as usize {
        if let Some(row) = rgba.get_mut((y * wide + left) * 4..(y * wide + right) * 4) {
            row.fill(0);
        }
    }
}

pub fn child(clinic: &Clinic, no: u64, name: &str, days: u64, village: &str) -> (ChildId, NaiveDate) {
    let (child, dob) = (ChildId(no), today() - Days::new(days));
    let form = ChildForm { village: village.into(), phone: format!("98765432{no:02}"), ..form(name, dob) };
    let by = session(clinic, "asha");
    let distinct_from = clinic.probable_duplicates(&by, &form).unwrap().into_iter().map(|line| line.child.id).collect();
    clinic.submit(&by, Command::RegisterChild { child, form, worker: None, distinct_from }).unwrap();
    (child, dob)
}

/// A clinic on a usual day. All of it is the same at each run.
pub fn busy(clinic: &Clinic) {
    let names = [
        ("Aarav Yadav", 86, "Khajuri"),
        ("Zoya Khatun", 281, "Belwa"),
        ("Ravi Paswan", 495, "Rampur tola"),
        ("", 45, "Rampur"),
        ("Imran Ansari", 72, "Belwa"),
        ("पूजा कुमारी", 98, "Khajuri"),
        ("Kavya Singh", 42, "Rampur"),
        ("Ananya Devi Chaudhary", 600, "Rampur tola"),
    ];
    for (no, (name, days, village)) in (11..).zip(names) {
        let (child, dob) = child(clinic, no, name, days, village);
        for product in ["BCG", "OPV", "HepB"] {
            give(clinic, child, product, dob);
        }
    }
    let admin = session(clinic, "admin");
    let key = Identity::from_seed([1; 32]).public_key();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    let worker = session(clinic, "asha").user;
    let toy = Identity::from_seed([1; 32]).device_id();
    clinic.submit(&admin, Command::AssignToy { toy, worker: Some(worker) }).unwrap();
    walked(clinic, toy);
    let new = NewTask {
        worker,
        kind: TaskKind::Trace,
        child: Some(ChildId(11)),
        place: String::new(),
        due: to_day(today() + Days::new(3)),
        note: "Moved to the grandmother in Belwa".into(),
    };
    clinic.submit(&admin, Command::AssignTask { task: env().new_task_id().unwrap(), new }).unwrap();
    let plan = SessionPlan {
        on: to_day(today() + Days::new(5)),
        kind: SessionKind::ALL[0],
        site: "Anganwadi 2".into(),
        villages: vec!["Belwa".into()],
        worker: Some(worker),
    };
    clinic.submit(&admin, Command::PlanSession { session: SessionId(71), plan }).unwrap();
}

/// Where a toy was this morning: this computer alone knows it, no record tells of it.
fn walked(clinic: &Clinic, toy: DeviceId) {
    let at = |n: i32| {
        let (north, east) = (n * 9_000, n * 14_000 - n * n * 800);
        let position = Position { latitude_e7: 286_139_000 + north, longitude_e7: 772_090_000 + east, accuracy_m: 90 };
        let sample = Sample {
            at_ms: clinic.env().now_ms() - 15 * 60_000 * u64::from(n.unsigned_abs()),
            battery_percent: 80,
            charging: false,
            temperature_c: 24,
            storage_free_kib: 4_000,
            restarts: 1,
            records_held: 0,
            clock_offset_ms: 0,
            position: Some(position),
        };
        (toy, sample)
    };
    clinic.keep_devices(Batch { samples: (0..12).map(at).collect(), ..Batch::default() }).unwrap();
}

fn join(clinic: &Clinic) {
    let join = Command::JoinDistrict {
        district: Identity::from_seed([9; 32]).device_id(),
        address: "district.example:4433".into(),
        district_name: "Gaya".into(),
        station_name: "PHC Rampur".into(),
    };
    clinic.submit(&session(clinic, "root1"), join).unwrap();
}

/// What a PHC Worker sees.
fn worker(walk: &mut Walk) {
    walk.look("today");
    walk.letter(Code::KeyC, "today-call");
    walk.escape();
    walk.letter(Code::KeyA, "alerts");
    walk.place(2, "children");
    walk.place(3, "register");
    walk.place(4, "toys");
    walk.letter(Code::KeyM, "toys-map");
    walk.click("toys-map-track", "toys-map-track");
    walk.escape();
    walk.place(5, "tasks");
    walk.place(6, "sessions");
    walk.letter(Code::KeyS, "stock");
    walk.place(7, "cards");
    walk.place(8, "reports");
    walk.place(0, "settings");
    walk.window.alt(1);
    walk.window.tap(Named::Enter);
    walk.look("visit");
    walk.letter(Code::KeyS, "visit-plan");
    walk.escape();
    walk.letter(Code::KeyG, "visit-growth");
    walk.escape();
    walk.letter(Code::KeyD, "visit-decline");
    walk.escape();
    walk.letter(Code::KeyA, "visit-aefi");
    walk.escape();
    walk.letter(Code::KeyP, "papers");
    walk.escape();
    walk.letter(Code::KeyR, "record");
    walk.letter(Code::KeyE, "record-edit");
    walk.window.alt(3);
    walk.window.type_text("Half typed");
    walk.window.alt(1);
    walk.look("leave-asks");
}

/// What an Admin sees and a worker does not.
fn admin(walk: &mut Walk) {
    walk.look("admin-today");
    walk.place(9, "admin-staff");
    walk.window.alt(5);
    walk.letter(Code::KeyN, "admin-tasks-new");
    walk.window.alt(6);
    walk.letter(Code::KeyN, "admin-sessions-plan");
    walk.place(0, "admin-settings");
}

/// A child of another clinic of the district.
fn elsewhere(walk: &mut Walk) {
    walk.window.alt(2);
    walk.window.type_text(&ChildId(999).to_string());
    walk.look("children-elsewhere");
    walk.window.click(&Words::new(walk.lang).get("ask-district"));
    walk.window.alt(1);
    walk.place(2, "children-asked");
}

/// Certificates, one of them issued again.
fn certificates(walk: &mut Walk) {
    walk.window.alt(8);
    walk.window.press(Code::KeyC, "c", Modifiers::ALT);
    // The symbols of a number follow from the log, which is a random one.
    walk.look_but("certificates", |text, place| {
        let (number, rest) = text.split_once('-')?;
        let is_number = number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit());
        let width = if rest.contains('·') { 300.0 } else { 100.0 };
        is_number.then_some(Rectangle { width, ..place })
    });
}

/// What an Admin sees of the messages to families.
fn reminders(walk: &mut Walk) {
    let words = Words::new(walk.lang);
    let mut from_settings = |button: &str, name: &str| {
        walk.window.alt(0);
        // The button is further down the page.
        walk.window.size.height = 6_000.0;
        walk.window.click(&words.get(button));
        walk.window.size = walk.eye.size();
        walk.look(name);
    };
    from_settings("settings-outbox-open", "outbox");
    from_settings("settings-outbox-set", "reminders");
}

/// Before anybody is logged in.
fn login(walk: &mut Walk) {
    walk.look("login");
}

/// The pages on which most is done.
fn busiest(walk: &mut Walk) {
    walk.look("today");
    walk.place(2, "children");
    walk.place(3, "register");
    walk.window.alt(1);
    walk.window.tap(Named::Enter);
    walk.look("visit");
    walk.letter(Code::KeyG, "visit-growth");
}

fn first_run(walk: &mut Walk) {
    walk.look("first-run-language");
    walk.window.tap(Named::Enter);
    walk.look("first-run-clinic");
    rare::founding(walk);
}

fn all_look_as_they_did(eye: Eye) {
    let known = fs::read_to_string(dir().join("fonts")).unwrap_or_default();
    let write = std::env::var_os("TIKKA_GOLDENS").is_some_and(|what| what == "write");
    if write {
        fs::create_dir_all(dir()).unwrap();
        fs::write(dir().join("fonts"), fonts()).unwrap();
    } else if !known.is_empty() && known != fonts() {
        // Past the test harness, which shows nothing of a test that passed; `tests/run` counts these lines.
        let _ = writeln!(io::stderr(), "\nSKIPPED goldens: this machine has other Noto fonts than those of Debian 12");
        return;
    }
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for lang in Lang::ALL {
        let empty = tempfile::tempdir().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        busy(&clinic);
        if eye.has_contrast() {
            for dir in [empty.path(), dir.path()] {
                fs::write(dir.join("desk-contrast"), "high").unwrap();
            }
        }
        let at_desk = |login| Window::at_desk(dir.path(), &clinic, login, lang);
        let mut walk = |window, steps: &dyn Fn(&mut Walk)| {
            let mut walk = Walk::new(window, lang, eye);
            steps(&mut walk);
            wrong.append(&mut walk.wrong);
            seen.append(&mut walk.seen);
        };
        if eye.is_short() {
            walk(at_desk("asha"), &busiest);
            continue;
        }
        walk(at_desk("asha"), &worker);
        walk(at_desk("asha"), &sheet);
        walk(at_desk("admin"), &admin);
        let told = tempfile::tempdir().unwrap();
        let telling = founded(told.path(), "uip");
        if eye.has_contrast() {
            fs::write(told.path().join("desk-contrast"), "high").unwrap();
        }
        busy_outbox(&telling);
        walk(Window::at_desk(told.path(), &telling, "admin", lang), &reminders);
        walk(Window::open(empty.path(), lang, None), &restore);
        walk(Window::open(empty.path(), lang, None), &first_run);
        walk(Window::open(dir.path(), lang, None), &login);
        // With large words the page is scrolled to the button.
        if !eye.is_twice() {
            join(&clinic);
            walk(at_desk("asha"), &elsewhere);
        }
        for child in [13, 16, 12, 16, 14] {
            clinic.issue_certificate(&session(&clinic, "asha"), ChildId(child)).unwrap();
        }
        walk(at_desk("admin"), &certificates);
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let contrast = || {
            if eye.has_contrast() {
                fs::write(dir.path().join("desk-contrast"), "high").unwrap();
            }
        };
        contrast();
        walk(Window::at_desk(dir.path(), &clinic, "asha", lang), &rare::nobody);
        busy(&clinic);
        let first = clinic.today_view(&session(&clinic, "asha")).unwrap().list.rows[0].child.id;
        rare::weighed(&clinic, first);
        walk(Window::at_desk(dir.path(), &clinic, "asha", lang), &rare::twice);
        walk(Window::at_desk(dir.path(), &clinic, "asha", lang), &rare::making_a_paper);
        walk(Window::at_desk(dir.path(), &clinic, "admin", lang), &rare::making_a_backup);
        walk(Window::at_desk(dir.path(), &clinic, "asha", lang), &rare::visit);
        walk(Window::at_desk(dir.path(), &clinic, "admin", lang), &|walk| rare::toys(walk, &clinic));
        walk(Window::at_desk(dir.path(), &clinic, "root1", lang), &rare::new_toys);
        walk(Window::at_desk(dir.path(), &clinic, "asha", lang), &rare::put_right);
        rare::reported(&clinic);
        walk(Window::at_desk(dir.path(), &clinic, "asha", lang), &rare::asked);
        walk(Window::at_desk(dir.path(), &clinic, "admin", lang), &rare::asked_of_an_admin);
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        tangled(&clinic);
        if eye.has_contrast() {
            fs::write(dir.path().join("desk-contrast"), "high").unwrap();
        }
        let files = dir.path().join("children.csv");
        fs::write(&files, FILE).unwrap();
        let at_desk = |login| Window::at_desk(dir.path(), &clinic, login, lang);
        walk(at_desk("admin"), &|walk| in_order(walk, &files));
        walk(at_desk("tara7"), &finder);
        walk(at_desk("root1"), &|walk| walk.look("root-first"));
        supervisor(&clinic);
        walk(at_desk("lata"), &|walk| walk.look("supervisor"));
    }
    wrong.extend(kept(eye).difference(&seen).map(|name| format!("{name} is looked at by nobody any more")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The pictures that are kept of one way of looking.
fn kept(eye: Eye) -> BTreeSet<String> {
    let others = [Eye::ContrastTwice, Eye::Contrast, Eye::Twice, Eye::Small].map(Eye::name);
    let is_of = |name: &str| others.into_iter().find(|end| name.ends_with(end)).unwrap_or("") == eye.name();
    let mut all = BTreeSet::new();
    for lang in Lang::ALL {
        for entry in fs::read_dir(dir().join(lang.to_string())).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            if file.strip_suffix(".png").is_some_and(is_of) {
                all.insert(format!("{lang}/{file}"));
            }
        }
    }
    all
}

/// A screen of the desk, as its source calls it, and the picture that shows it first.
const SCREENS: [(&str, &str); 23] = [
    ("Today", "today"),
    ("Children", "children"),
    ("Register", "register"),
    ("Visit", "visit"),
    ("Record", "record"),
    ("Pairs", "admin-pairs"),
    ("Toys", "toys"),
    ("Staff", "admin-staff"),
    ("Settings", "settings"),
    ("Audit", "admin-audit"),
    ("Import", "admin-import"),
    ("Sheet", "sheet"),
    ("Outbox", "outbox"),
    ("Reminders", "reminders"),
    ("Conflicts", "admin-conflicts"),
    ("Alerts", "alerts"),
    ("Tasks", "tasks"),
    ("Cards", "cards"),
    ("Sessions", "sessions"),
    ("Stock", "stock"),
    ("Reports", "reports"),
    ("Certificates", "certificates"),
    ("Find", "find"),
];

/// Who makes a new screen has to show it.
#[test]
fn every_screen_has_its_pictures() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/screen/desk/places.rs");
    let source = fs::read_to_string(source).unwrap();
    let (_, rest) = source.split_once("enum Screen {").unwrap();
    let (variants, _) = rest.split_once('}').unwrap();
    let screens: BTreeSet<&str> =
        variants.lines().filter_map(|line| line.trim().split_once('(')).map(|(name, _)| name).collect();
    let pictured: BTreeSet<&str> = SCREENS.into_iter().map(|(screen, _)| screen).collect();
    assert_eq!(screens, pictured);
    for eye in [Eye::Usual, Eye::Contrast, Eye::Twice] {
        let kept = kept(eye);
        for (screen, picture) in SCREENS {
            for lang in Lang::ALL {
                let name = format!("{lang}/{picture}{}.png", eye.name());
                assert!(kept.contains(&name), "{screen} is not shown: {name}");
            }
        }
    }
}

#[test]
fn every_screen_looks_as_it_did() {
    all_look_as_they_did(Eye::Usual);
}

#[test]
fn every_screen_looks_as_it_did_with_strong_contrast() {
    all_look_as_they_did(Eye::Contrast);
}

#[test]
fn the_busiest_screens_look_as_they_did_on_the_smallest_one() {
    all_look_as_they_did(Eye::Small);
}

#[test]
fn the_busiest_screens_look_as_they_did_with_strong_contrast_and_words_twice_as_large() {
    all_look_as_they_did(Eye::ContrastTwice);
}

#[test]
fn every_screen_looks_as_it_did_with_words_twice_as_large() {
    all_look_as_they_did(Eye::Twice);
}
