//! What stands on the screens, in both languages.

use crate::window::{NOON_MS, Window, env, founded, session, today};
use crate::{form, give, left_in_english, register};
use chrono::{Days, NaiveDate};
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, NewTask};
use hub::toys::Presence;
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, Identity};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::{Message, picture_today};
use station::words::{Lang, Words};

#[test]
fn hindi_is_hindi_everywhere() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("आरव यादव", today() - Days::new(80)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.click("हिन्दी");
    window.sees("आज, शुक्रवार, 20 नवंबर 2026");
    // The desk remembers it.
    assert_eq!(std::fs::read_to_string(dir.path().join("desk-language")).unwrap(), "hi");
    for (code, key) in [
        (Code::Digit1, "१"),
        (Code::Digit2, "२"),
        (Code::Digit3, "३"),
        (Code::Digit4, "४"),
        (Code::Digit5, "५"),
        (Code::Digit6, "६"),
        (Code::Digit7, "७"),
        (Code::Digit8, "८"),
        (Code::Digit0, "०"),
    ] {
        // On a Hindi layout the same key writes another digit.
        window.press(code, key, Modifiers::ALT);
        window.picture(&format!("hi-{code:?}"));
        let latin = left_in_english(&mut window);
        assert!(latin.is_empty(), "{code:?}: {latin:?}");
    }
    window.press(Code::Digit1, "१", Modifiers::ALT);
    window.tap(Named::Enter);
    window.sees("पेंटावेलेंट 1");
    window.picture("hi-visit");
    // No batch is known yet: it asks once.
    window.tap(Named::Enter);
    window.sees("बैच लिखें");
    window.picture("hi-visit-no-batch");
    window.tap(Named::Enter);
    window.sees("टीके सहेजे गए");
    window.picture("hi-visit-after");
}

/// A busy day, for the pictures.
fn busy(clinic: &Clinic) {
    let names = [
        ("Aarav Yadav", 86, "Khajuri"),
        ("Zoya Khatun", 281, "Belwa"),
        ("Ravi Paswan", 495, "Rampur tola"),
        ("", 45, "Rampur"),
        ("Imran Ansari", 72, "Belwa"),
        ("Pooja Kumari", 98, "Khajuri"),
        ("Kavya Singh", 42, "Rampur"),
        ("Mohammad Irfan", 44, "Belwa"),
        ("Ananya Devi Chaudhary", 600, "Rampur tola"),
    ];
    let children: Vec<(ChildId, NaiveDate)> = names
        .iter()
        .map(|(name, days, village)| {
            let dob = today() - Days::new(*days);
            let form = ChildForm { village: (*village).into(), ..form(name, dob) };
            (register(clinic, "asha", form), dob)
        })
        .collect();
    for (n, (child, dob)) in children.iter().enumerate() {
        for product in ["BCG", "OPV", "HepB"] {
            give(clinic, *child, product, *dob);
        }
        // Some came at six weeks.
        if n % 2 == 1 && today() - *dob > chrono::TimeDelta::days(50) {
            let asha = session(clinic, "asha");
            let on = *dob + Days::new(43);
            for line in clinic.child(&asha, *child).unwrap().next.iter().filter(|l| l.may_be_given_on(on)) {
                give(clinic, *child, &line.products[0], on);
            }
        }
    }
    let admin = session(clinic, "admin");
    for n in 1..=3u8 {
        let key = Identity::from_seed([n; 32]).public_key();
        let toy = Command::RegisterToy { key, model: "TK-1".into(), label: format!("Toy {n}") };
        clinic.submit(&admin, toy).unwrap();
    }
    let asha = session(clinic, "asha").user;
    let toy = Identity::from_seed([1; 32]).device_id();
    clinic.submit(&admin, Command::AssignToy { toy, worker: Some(asha) }).unwrap();
    let new = NewTask {
        worker: asha,
        kind: TaskKind::Trace,
        child: Some(children[0].0),
        place: String::new(),
        due: to_day(today() + Days::new(3)),
        note: "Moved to the grandmother in Belwa".into(),
    };
    let task = env().new_task_id().unwrap();
    clinic.submit(&admin, Command::AssignTask { task, new }).unwrap();
}

#[test]
fn today_lists_the_late_first_and_is_the_picture_of_the_demo() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    busy(&clinic);
    for lang in Lang::ALL {
        for login in ["asha", "admin"] {
            let mut window = Window::at_desk(dir.path(), &clinic, login, lang);
            let news = window.hub.see(&[
                (Some(Identity::from_seed([1; 32]).device_id()), Presence::Online),
                (Some(Identity::from_seed([2; 32]).device_id()), Presence::Offline { since_ms: NOON_MS - 3_600_000 }),
            ]);
            window.tell(Message::News(news));
            window.picture(&format!("today-{login}-{lang}"));
            // A number after doses is no dose, and nobody counts hundreds of days.
            if lang == Lang::Hi {
                window.sees("और 1 टीका");
            }
            window.sees(if lang == Lang::En { "18 months late" } else { "18 महीने की देर" });
            let texts = window.texts();
            let at =
                |name: &str| texts.iter().position(|text| text == name).unwrap_or_else(|| panic!("{name}: {texts:?}"));
            assert!(at("Ananya Devi Chaudhary") < at("Kavya Singh"));
            window.sees(&Words::new(lang).with(
                "today-task-due",
                &[("name", "Sunita Devi".into()), ("day", Words::new(lang).day(today() + Days::new(3)).into())],
            ));
            if login == "asha" {
                window.tap(Named::ArrowDown);
                window.tap(Named::Enter);
                window.picture(&format!("visit-{lang}"));
            } else {
                window.press(Code::Digit2, "2", Modifiers::ALT);
                window.picture(&format!("children-{lang}"));
            }
        }
        let png = picture_today(&clinic, &session(&clinic, "asha"), None, lang, (1366, 768)).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (1366, 768));
        if let Some(to) = std::env::var_os("TIKKA_PICTURES") {
            std::fs::write(std::path::Path::new(&to).join(format!("picture-today-{lang}.png")), &png).unwrap();
        }
    }
}
