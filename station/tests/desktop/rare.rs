//! What is seen seldom and must be understood at once: after saving, a question, a lock, an empty list. All of it is the
//! same at each run.

use crate::form;
use crate::goldens::Walk;
use crate::quiet_hub::new_toy;
use crate::window::{NOON_MS, Window, password, session, today};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::device::{Alert, AlertKind, Batch};
use clinic::record::command::Command;
use clinic::record::fact::{GrowthMeasured, SessionKind, SessionPlan};
use hub::toys::Presence;
use hub_protocol::{ChildId, Identity, SessionId};
use iced::Rectangle;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;

/// The child who stands first on the list of the busy clinic was weighed.
pub fn weighed(clinic: &Clinic, child: ChildId) {
    let asha = session(clinic, "asha");
    for (days_ago, weight_g, length_mm) in [(30, 4_300, 545), (0, 4_700, 568)] {
        let on = to_day(today() - Days::new(days_ago));
        let measured = GrowthMeasured {
            child,
            on,
            weight_g: Some(weight_g),
            length_mm: Some(length_mm),
            standing: false,
            muac_mm: None,
            oedema: false,
            head_mm: None,
            breastfed: None,
        };
        clinic.submit(&asha, Command::MeasureGrowth(measured)).unwrap();
    }
}

/// A visit from the first Enter to the next child, and what is asked on the way.
pub fn visit(walk: &mut Walk) {
    let words = walk.words();
    walk.window.tap(Named::Tab);
    walk.look_with_focus("today-focus");
    walk.window.unfocus();
    walk.window.tap(Named::Enter);
    walk.letter(Code::KeyE, "visit-elsewhere");
    walk.window.press(Code::KeyE, "e", Modifiers::ALT);
    walk.letter(Code::KeyC, "visit-certify");
    walk.escape();
    walk.window.press(Code::KeyG, "g", Modifiers::ALT);
    walk.letter(Code::KeyL, "visit-measured");
    walk.letter(Code::KeyF, "visit-diet");
    walk.escape();
    walk.window.tap(Named::Enter);
    walk.look("visit-asks-batch");
    let done = words.get("visit-next-child");
    let mut strokes = 0;
    while !walk.window.texts().contains(&done) {
        walk.window.tap(Named::Enter);
        strokes += 1;
        assert!(strokes < 30, "not saved: {:#?}", walk.window.texts());
    }
    walk.look("visit-saved");
    walk.window.tap(Named::Enter);
    walk.window.ctrl(Code::KeyL, "l");
    walk.look("locked");
    walk.fill("login-password", &password("asha"));
    walk.window.tap(Named::Enter);
    walk.window.alt(3);
    walk.window.type_text("Half typed");
    walk.window.tell(Message::Close(iced::window::Id::unique()));
    walk.look("close-asks");
}

/// A toy that is wrong, and what can be done about it.
pub fn toys(walk: &mut Walk, clinic: &Clinic) {
    let toy = Identity::from_seed([1; 32]).device_id();
    let alert = Alert { short: toy.short(), kind: AlertKind::LostIsHere, opened_ms: NOON_MS, detail: String::new() };
    clinic.keep_devices(Batch { opened: vec![(Some(toy), alert)], ..Batch::default() }).unwrap();
    let offline = Presence::Offline { since_ms: NOON_MS };
    let news = walk.window.hub.see(&[(Some(toy), offline)]);
    walk.window.tell(Message::News(news));
    walk.window.tell(Message::News(station::live::News::Changed));
    walk.look("admin-today-alert");
    walk.window.alt(4);
    walk.look("admin-toys-alert");
    walk.click("toys-assign", "admin-toys-give");
    walk.escape();
    walk.click("toys-more", "admin-toys-more");
}

/// The Super Admin has a new toy on the table.
pub fn new_toys(walk: &mut Walk) {
    let news = walk.window.hub.see(&[(None, Presence::Pairing)]);
    walk.window.tell(Message::News(news));
    walk.window.alt(4);
    walk.click("toys-register", "root-toys-register");
    walk.fill("toys-code", &new_toy().device_id().code());
    walk.look("root-toys-code");
}

/// A clinic on its first day.
pub fn nobody(walk: &mut Walk) {
    walk.look("empty-today");
    walk.window.alt(2);
    walk.look("empty-children");
    walk.window.alt(5);
    walk.look("empty-tasks");
    walk.window.alt(6);
    walk.look("empty-sessions");
}

/// Who looks the same is shown before a child is registered twice.
pub fn twice(walk: &mut Walk) {
    let words = walk.words();
    let typed = form("Aarav Yadav", today() - Days::new(86));
    walk.window.alt(3);
    let day = (today() - Days::new(86)).format("%d/%m/%Y").to_string();
    let fields = [
        ("register-name", typed.name.as_str()),
        ("field-dob", day.as_str()),
        ("field-mother", typed.mother.as_str()),
        ("field-village", typed.village.as_str()),
    ];
    let fill = |window: &mut Window| {
        for (key, said) in fields {
            window.fill(&words.get(key), said);
        }
        window.click(&words.get("sex-female"));
    };
    let size = std::mem::replace(&mut walk.window.size, iced::Size::new(2_732.0, 4_000.0));
    fill(&mut walk.window);
    walk.window.size = size;
    walk.window.ctrl(Code::KeyS, "s");
    walk.look("register-alike");
}

/// A dose that was written down wrong, and one that is too early.
pub fn put_right(walk: &mut Walk) {
    let words = walk.words();
    walk.window.tap(Named::Enter);
    // The first of the list has its doses now: it is the next one.
    let born = words.day(today() - Days::new(98));
    walk.click_on(&born);
    walk.look("visit-put-right");
    walk.escape();
    walk.window.press(Code::KeyM, "m", Modifiers::ALT);
    let early = words.with("visit-not-before", &[("day", "".into())]);
    let early = walk.window.texts().into_iter().find(|text| text.contains(early.trim())).unwrap();
    walk.click_on(&early);
    // First it is asked for batches, then for the reason.
    walk.window.tap(Named::Enter);
    walk.window.tap(Named::Enter);
    walk.look("visit-too-early");
}

/// A paper that takes its time.
pub fn making_a_paper(walk: &mut Walk) {
    walk.window.tap(Named::Enter);
    walk.window.press(Code::KeyP, "p", Modifiers::ALT);
    let _late = walk.window.held_back(|window| window.press(Code::KeyS, "s", Modifiers::ALT));
    walk.look("papers-making");
}

/// A backup that has begun.
pub fn making_a_backup(walk: &mut Walk) {
    walk.window.alt(0);
    walk.window.press(Code::KeyK, "k", Modifiers::ALT);
    walk.window.type_text("/media/stick/none");
    let _late = walk.window.held_back(|window| window.tap(Named::Enter));
    // How far it is, and the button that stops it, come into sight.
    walk.window.tap(Named::Tab);
    walk.look("admin-backup");
}

/// From the second step to the clinic that is ready.
pub fn founding(walk: &mut Walk) {
    let words = walk.words();
    walk.tall(|window| window.fill(&words.get("field-clinic-name"), "PHC Rampur"));
    walk.click_on(&words.get("first-run-schedule-uip"));
    walk.click_on(&words.get("first-run-endemic-no"));
    walk.window.tap(Named::Enter);
    let person = |walk: &mut Walk, name: &str, login: &str, password: &str| {
        let again = ("first-run-password-again", password);
        for (key, typed) in
            [("first-run-person-name", name), ("field-login", login), ("field-password", password), again]
        {
            walk.tall(|window| window.fill(&words.get(key), typed));
        }
        walk.window.tap(Named::Enter);
    };
    walk.look("first-run-super-admin");
    person(walk, "Ravi Prasad", "ravi", "! mango tree");
    let is_group = |text: &str| text.len() == 5 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let groups: Vec<String> = walk.window.texts().into_iter().filter(|text| is_group(text)).collect();
    assert_eq!(groups.len(), 8, "{groups:?}");
    // The key is another one at each run. A group stands in the middle of its box, however wide it is.
    walk.look_but("first-run-key", |text, place| {
        let x = ((place.center_x() - 64.0) / 4.0).round() * 4.0;
        is_group(text).then_some(Rectangle { x, width: 128.0, ..place })
    });
    walk.window.tap(Named::Enter);
    walk.look("first-run-key-back");
    let key = groups.join("-");
    walk.tall(|window| window.fill(&words.get("first-run-key-field"), &key));
    walk.window.tap(Named::Enter);
    walk.look("first-run-admin");
    person(walk, "Rekha Kumari", "rekha", "brown cow 77");
    walk.look("first-run-worker");
    person(walk, "Sunita Devi", "sunita", "green gate 5");
    walk.look("first-run-district");
    walk.click("first-run-later", "first-run-done");
}

/// A child of whom an adverse event was reported, and a session of today.
pub fn reported(clinic: &Clinic) {
    let (admin, asha) = (session(clinic, "admin"), session(clinic, "asha"));
    let plan = SessionPlan {
        on: to_day(today()),
        kind: SessionKind::ALL[1],
        site: "Anganwadi 3".into(),
        villages: vec!["Khajuri".into()],
        worker: None,
    };
    clinic.submit(&admin, Command::PlanSession { session: SessionId(72), plan }).unwrap();
    let (child, on) = (ChildId(11), to_day(today() - Days::new(86)));
    let event = crate::allowed::event("BCG", on);
    clinic.submit(&asha, Command::ReportAefi { child, form: event }).unwrap();
}

/// What a worker cannot take back is asked, and what she can needs a reason.
pub fn asked(walk: &mut Walk) {
    let words = walk.words();
    walk.window.alt(2);
    walk.window.type_text("aarav");
    walk.window.tap(Named::Enter);
    let news = walk.window.hub.put_down(7);
    walk.window.tell(Message::News(news));
    walk.letter(Code::KeyK, "visit-give-card");
    walk.escape();
    walk.window.press(Code::KeyA, "a", Modifiers::ALT);
    walk.click_on(&words.get("aefi-open"));
    walk.letter(Code::KeyW, "visit-aefi-withdraw");
}

/// The same for an Admin, who reads what a worker reported.
pub fn asked_of_an_admin(walk: &mut Walk) {
    let words = walk.words();
    walk.window.alt(2);
    walk.window.type_text("aarav");
    walk.window.tap(Named::Enter);
    walk.window.press(Code::KeyA, "a", Modifiers::ALT);
    walk.click("aefi-open", "admin-aefi-read");
    walk.window.alt(6);
    walk.window.tap(Named::ArrowUp);
    walk.letter(Code::KeyH, "admin-session-hold");
    walk.window.alt(4);
    walk.click_on(&words.get("toys-more"));
    walk.window.press(Code::KeyW, "w", Modifiers::ALT);
    walk.window.tap(Named::Enter);
    walk.look_with_focus("admin-toys-wipe");
}
