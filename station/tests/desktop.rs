//! People at the real desktop: from an empty folder to a visit, with their mistakes, in both languages.
#![allow(clippy::unwrap_used)]

mod desk;

use chrono::{Days, NaiveDate};
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::Sex;
use desk::{NOON_MS, Window, env, founded, password, session, today};
use hub::toys::Presence;
use hub::uplink::LinkState;
use hub_protocol::toy::TaskKind;
use hub_protocol::{ChildId, Identity};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::time::Instant;
use station::app::{Message, picture_today};
use station::words::{Lang, Words};
use std::time::Duration;

fn form(name: &str, dob: NaiveDate) -> ChildForm {
    ChildForm {
        name: name.into(),
        dob: to_day(dob),
        dob_estimated: false,
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        father: String::new(),
        phone: "9876543210".into(),
        village: "Khajuri".into(),
        landmark: String::new(),
        consent_reminders: true,
        consent_tracing: true,
    }
}

fn register(clinic: &Clinic, login: &str, form: ChildForm) -> ChildId {
    let child = clinic.env().new_child_id().unwrap();
    clinic.submit(&session(clinic, login), Command::RegisterChild { child, form, worker: None }).unwrap();
    child
}

fn give(clinic: &Clinic, child: ChildId, product: &str, on: NaiveDate) {
    let batch = Some(format!("{product}24-118"));
    let command = Command::RecordDose { child, product: product.into(), on: to_day(on), batch, reason: None };
    clinic.submit(&session(clinic, "asha"), command).unwrap();
}

/// Types the form of a child; the desk shows the visit afterwards.
fn type_child(window: &mut Window, name: &str, dob: &str) {
    window.press(Code::Digit3, "3", Modifiers::empty());
    window.fill("Name of the child", name);
    window.fill("Date of birth", dob);
    window.click("Girl");
    window.fill("Mother's name", "Meena Devi");
    window.fill("Phone", "98765 43210");
    window.fill("Village", "Khajuri");
    window.click("reminders by phone");
}

#[test]
fn the_first_run_from_an_empty_folder_to_the_login() {
    let dir = tempfile::tempdir().unwrap();
    let mut window = Window::open(dir.path(), Lang::En, None);
    window.sees("Choose a language");
    window.picture("first-run-1-language");
    window.tap(Named::Enter);
    window.sees("Name this clinic");
    window.tap(Named::Enter);
    window.sees("This is needed: Name of the clinic");
    window.type_text("PHC Rampur");
    window.tap(Named::Enter);
    window.sees("Choose one of the two schedules");
    window.picture("first-run-2-clinic");
    window.click("What the government supplies (UIP)");
    window.tap(Named::Enter);
    window.sees("Say whether JE is common");
    window.click("No");
    window.tap(Named::Enter);

    window.sees("The Super Admin");
    window.type_text("Ravi Prasad");
    window.fill("Login", "ravi");
    window.fill("Password", "ravi1234");
    window.fill("Password once more", "ravi1234");
    window.tap(Named::Enter);
    window.sees("Too easy to guess");
    window.picture("first-run-3-super-admin");
    window.fill("Password", "! mango tree");
    window.tap(Named::Enter);
    window.sees("The two passwords are not the same");
    window.fill("Password once more", "! mango tree");
    window.tap(Named::Enter);

    window.sees("The recovery key");
    let groups: Vec<String> =
        window.texts().into_iter().filter(|t| t.len() == 5 && t.chars().all(|c| c.is_ascii_alphanumeric())).collect();
    let key: Vec<String> = groups.into_iter().filter(|g| *g == g.to_uppercase()).collect();
    assert_eq!(key.len(), 8, "{key:?}");
    window.picture("first-run-4-key");
    window.tap(Named::Enter);
    let mut typed = key.clone();
    typed[2] = typed[2].chars().rev().collect();
    window.type_text(&typed.join("-"));
    window.tap(Named::Enter);
    window.sees("The key is not complete yet");
    window.sees(if typed == key { "Group 3 is right" } else { "Group 3: look again" });
    window.picture("first-run-5-key-back");
    window.tap(Named::Escape);
    window.tap(Named::Escape);
    window.sees("Write this key on paper");
    window.tap(Named::Enter);
    window.write_over(&key.join(" ").to_lowercase());
    window.sees("Group 8 is right");
    window.tap(Named::Enter);

    window.sees("The first Admin");
    window.type_text("Rekha Kumari");
    window.fill("Login", "ravi");
    window.fill("Password", "brown cow 77");
    window.fill("Password once more", "brown cow 77");
    window.tap(Named::Enter);
    window.sees("Somebody has this login already");
    window.fill("Login", "rekha");
    window.tap(Named::Enter);
    window.sees("The first PHC Worker");
    window.type_text("Sunita Devi");
    window.fill("Login", "sunita");
    window.fill("Password", "green gate 5");
    window.fill("Password once more", "green gate 5");
    window.picture("first-run-6-worker");
    window.tap(Named::Enter);

    window.sees("Join the district");
    window.type_text("tikka://nowhere");
    window.tap(Named::Enter);
    window.sees("This is not a link from the district office");
    window.picture("first-run-7-district");
    window.click("Later");
    window.sees("The clinic is ready");
    window.picture("first-run-8-done");
    window.tap(Named::Enter);
    window.sees("PHC Rampur");
    window.type_text("sunita");
    window.tap(Named::Tab);
    window.type_text("green gate 5");
    window.tap(Named::Enter);
    window.sees("No child is registered yet");
    window.sees("No district yet: 5 records are only here");
    window.picture("today-empty");
}

#[test]
fn a_wrong_password_is_refused_and_locks_after_a_while() {
    let dir = tempfile::tempdir().unwrap();
    drop(founded(dir.path(), "uip"));
    let mut window = Window::open(dir.path(), Lang::En, None);
    window.picture("login");
    window.type_text("asha");
    window.tap(Named::Enter);
    for _ in 0..4 {
        window.type_text("not my password");
        window.tap(Named::Enter);
        window.sees("The login or the password is wrong.");
    }
    window.picture("login-wrong");
    window.type_text(&password("asha"));
    window.tap(Named::Enter);
    window.sees("Sunita Devi · PHC Worker");

    window.ctrl(Code::KeyL, "l");
    window.sees("Locked by Sunita Devi");
    for _ in 0..6 {
        window.type_text("not my password");
        window.tap(Named::Enter);
    }
    window.sees("Too many wrong passwords. Try again after 12:0");
    window.picture("login-locked");
    // Another person is not kept out: two keys, and the name.
    window.ctrl(Code::KeyU, "u");
    window.log_in("admin");
    window.sees("Rekha Kumari · Admin");
}

#[test]
fn a_visit_from_the_registration_to_the_next_date() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Aarav Yadav", "8/10/2026");
    window.sees("6 weeks, born on Thursday 8 Oct 2026");
    window.picture("register");
    window.ctrl(Code::KeyS, "s");
    // Six weeks old: what is due is ticked.
    window.sees("Aarav Yadav");
    window.sees("Pentavalent 1");
    window.sees("43 days late: nothing has to be started again");
    window.picture("visit-before");
    let texts = window.texts();
    let save = texts.iter().find(|text| text.starts_with("Save ")).unwrap().clone();
    window.tap(Named::Enter);
    let count: usize = save.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(count >= 6, "{save}");
    window.sees(&format!("{count} doses are saved."));
    window.sees("Come back on Friday");
    window.sees("18 Dec 2026");
    window.sees(&format!("Doses given: {count}"));
    window.sees("only here");
    window.picture("visit-after");
    assert_eq!(clinic.child(&session(&clinic, "asha"), only_child(&clinic)).unwrap().doses.len(), count);
    // Enter again is for the next child.
    window.sees("Done, next child");
    window.tap(Named::Enter);
    window.sees("Today, Friday 20 Nov 2026");
    // Nothing is due any more, and the child is found by any of its words.
    window.press(Code::Digit1, "1", Modifiers::empty());
    window.sees("Nobody is waiting");
    window.press(Code::Digit2, "2", Modifiers::empty());
    window.type_text("khaj mee");
    window.sees("1 child found");
    window.picture("children");
    window.tap(Named::Enter);
    window.sees("Come back on Friday");
    // Back is where one came from, as it was left.
    window.tap(Named::Escape);
    window.sees("khaj mee");
    window.sees("1 child found");
}

fn only_child(clinic: &Clinic) -> ChildId {
    clinic.children(&session(clinic, "asha"), "", 0).unwrap().0[0].id
}

#[test]
fn a_form_says_what_is_missing_beside_the_field() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit3, "3", Modifiers::empty());
    window.ctrl(Code::KeyS, "s");
    window.sees("This is needed: Date of birth");
    window.type_text("31/02/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("Write day, month and year");
    // Digits of the other script are digits too, and a number is no shortcut while somebody types.
    window.write_over("०१/११/२०२६");
    window.sees("2 weeks, born on Sunday 1 Nov 2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("Choose the sex.");
    window.click("Boy");
    window.ctrl(Code::KeyS, "s");
    window.sees("The name of the mother or of the father is needed.");
    window.type_text("Sita");
    window.fill("Phone", "12345");
    window.ctrl(Code::KeyS, "s");
    window.sees("An Indian number has ten digits");
    window.picture("register-refused");
    window.fill("Phone", "+91 98765-43210");
    window.ctrl(Code::KeyS, "s");
    window.sees("This is needed: Village");
    window.type_text("Belwa");
    window.ctrl(Code::KeyS, "s");
    window.sees("Baby of Sita");
}

#[test]
fn a_dose_too_early_is_stored_only_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let child = register(&clinic, "asha", form("Zoya Khatun", today() - Days::new(30)));
    for product in ["BCG", "OPV", "HepB"] {
        if clinic
            .child(&session(&clinic, "asha"), child)
            .unwrap()
            .next
            .iter()
            .any(|n| n.products.contains(&product.to_owned()) && n.may_be_given_on(today()))
        {
            give(&clinic, child, product, today());
        }
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.type_text("zoya");
    window.tap(Named::Enter);
    window.sees("Nothing is due today");
    window.press(Code::KeyM, "m", Modifiers::empty());
    window.click("Pentavalent 1");
    window.sees("Save 1 dose");
    window.tap(Named::Enter);
    window.sees("The schedule warns: the child is too young for this dose.");
    window.picture("visit-warned");
    // The focus is in the field that asks.
    window.type_text("Family leaves for the brick kiln");
    window.tap(Named::Enter);
    window.sees("1 dose is saved.");
    window.sees("Too early");
    window.sees("Reason: Family leaves for the brick kiln");
    window.picture("visit-too-early");
}

#[test]
fn doses_from_a_paper_card_get_their_own_date() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Ravi Paswan", today() - Days::new(60)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.tap(Named::Enter);
    window.sees("Ravi Paswan");
    window.fill_beside("Given on", "05/11/2026");
    window.sees("Thursday 5 Nov 2026");
    window.tap(Named::Enter);
    window.sees("doses are saved.");
    window.sees("Doses given: 6");
    // What comes next is for today again.
    window.sees("today");
    window.sees("Come back on Thursday");
    window.sees("3 Dec 2026");
}

#[test]
fn the_fifty_first_child_is_refused_with_a_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for n in 0..50 {
        register(&clinic, "asha", form(&format!("Child {n}"), today() - Days::new(20 + n)));
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    type_child(&mut window, "Too Many", "1/11/2026");
    window.ctrl(Code::KeyS, "s");
    window.sees("This worker has 50 children already");
    window.sees("Ask the Admin to register this child");
    window.picture("register-full");

    window.ctrl(Code::KeyL, "l");
    window.ctrl(Code::KeyU, "u");
    window.log_in("admin");
    type_child(&mut window, "Not Too Many", "1/11/2026");
    window.click("Sunita Devi (50 children)");
    window.ctrl(Code::KeyS, "s");
    window.sees("This worker has 50 children already");
    window.picture("register-admin");
    window.click("Leave it on the clinic's list");
    window.sees("Not Too Many");
    window.sees("nobody yet");
    window.sees("A PHC Worker records doses.");
    window.picture("visit-admin");
    assert_eq!(clinic.children(&session(&clinic, "admin"), "", 0).unwrap().1, 51);
}

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
    let own = |text: &str| {
        ["PHC Rampur", "Sunita Devi", "Meena Devi", "Khajuri", "English", "Enter", "Ctrl", "Esc", "PENTA", "BCG24"]
            .iter()
            .any(|name| text.contains(name))
    };
    for (code, key) in
        [(Code::Digit1, "१"), (Code::Digit2, "२"), (Code::Digit3, "३"), (Code::Digit4, "४"), (Code::Digit5, "५")]
    {
        // On a Hindi layout the same key writes another digit. Out of the search field first.
        window.tap(Named::Escape);
        window.press(code, key, Modifiers::empty());
        window.picture(&format!("hi-{code:?}"));
        let latin: Vec<String> = window
            .texts()
            .into_iter()
            .filter(|t| t.chars().filter(char::is_ascii_alphabetic).count() > 1 && !own(t))
            .filter(|t| !t.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'))
            .collect();
        assert!(latin.is_empty(), "{code:?}: {latin:?}");
    }
    window.press(Code::Digit1, "१", Modifiers::empty());
    window.tap(Named::Enter);
    window.sees("पेंटावेलेंट 1");
    window.picture("hi-visit");
    window.tap(Named::Enter);
    window.sees("खुराकें सहेजी गईं");
    window.picture("hi-visit-after");
}

#[test]
fn a_desk_that_nobody_touches_is_locked_and_opens_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit3, "3", Modifiers::empty());
    window.type_text("Half typed");
    window.tell(Message::Look(Instant::now() + Duration::from_secs(9 * 60)));
    window.sees("Half typed");
    window.tell(Message::Look(Instant::now() + Duration::from_secs(10 * 60)));
    window.sees("Locked by Sunita Devi");
    window.sees_no("Half typed");
    window.type_text(&password("asha"));
    window.tap(Named::Enter);
    window.sees("Half typed");
    // Another person does not see it.
    window.ctrl(Code::KeyL, "l");
    window.click("Another person");
    window.log_in("admin");
    window.sees("Rekha Kumari · Admin");
    window.sees_no("Half typed");
    // Tab goes through the buttons too, and shows where it is.
    for _ in 0..4 {
        window.tap(Named::Tab);
    }
    window.picture("focus");
    window.tap(Named::Enter);
    window.sees("Search: name, mother, village, phone or id");
}

#[test]
fn a_card_on_the_reader_opens_its_child() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Pooja Kumari", today() - Days::new(100)));
    register(&clinic, "asha", form("Imran Ansari", today() - Days::new(40)));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let news = window.hub.put_down(7);
    window.tell(Message::News(news));
    window.sees("This card is not given to any child.");
    window.press(Code::KeyV, "v", Modifiers::empty());
    window.type_text("pooja");
    window.tap(Named::Enter);
    window.sees("Give this card to the child");
    window.picture("visit-card");
    window.press(Code::KeyK, "k", Modifiers::empty());
    window.sees("The card is this child's now.");
    window.sees("This child has a card");
    let news = window.hub.take_away();
    window.tell(Message::News(news));

    window.press(Code::Digit1, "1", Modifiers::empty());
    let news = window.hub.put_down(7);
    window.tell(Message::News(news));
    window.sees("Pooja Kumari");
    window.sees("Give today");
    // A form that is half typed is not thrown away for a card.
    window.press(Code::Digit3, "3", Modifiers::empty());
    window.type_text("Half typed");
    let news = window.hub.put_down(7);
    window.tell(Message::News(news));
    window.sees("Half typed");
    window.sees("The card of a registered child lies on the reader.");
    window.click("Open the child");
    window.sees("Give today");
    window.press(Code::KeyC, "c", Modifiers::empty());
    window.sees("Certificate 1 is saved: /papers/1.pdf");
}

#[test]
fn each_role_sees_its_own_places() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "seed");
    for (login, places, no) in [
        ("root1", &["Toys", "Staff", "Settings"][..], &["Today", "Children", "New child"][..]),
        ("admin", &["Today", "Children", "New child", "Toys", "Staff", "Settings"][..], &[][..]),
        ("asha", &["Today", "Children", "New child", "Toys", "Settings"][..], &["Staff"][..]),
    ] {
        let mut window = Window::at_desk(dir.path(), &clinic, login, Lang::En);
        let texts = window.texts();
        for place in places {
            assert!(texts.contains(&(*place).to_owned()), "{login}: {place} in {texts:?}");
        }
        for place in no {
            assert!(!texts.contains(&(*place).to_owned()), "{login}: {place} in {texts:?}");
        }
    }
}

#[test]
fn an_admin_adds_and_disables_a_person() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.press(Code::Digit5, "5", Modifiers::empty());
    window.fill("Name", "Farida Bano");
    window.fill("Login", "farida");
    window.fill("Password", "tall neem 42");
    window.fill("Password once more", "tall neem 43");
    window.tap(Named::Enter);
    window.sees("The two passwords are not the same");
    window.picture("staff");
    window.tap(Named::Backspace);
    window.type_text("2");
    window.tap(Named::Enter);
    window.sees("Farida Bano can log in now.");
    assert_eq!(clinic.login("farida", "tall neem 42").unwrap().role, clinic::record::Role::PhcWorker);
    // An Admin cannot disable an Admin or the Super Admin: those two rows have no button, nor has the own one.
    let buttons = window.texts().iter().filter(|text| *text == "Disable").count();
    assert_eq!(buttons, 2);
    window.click("Disable");
    window.sees("Farida Bano will not be able to log in any more.");
    window.picture("staff-disable");
    window.click("Yes, disable");
    window.sees("Done. This person can no longer log in.");
    assert_eq!(clinic.users(&session(&clinic, "admin")).unwrap().iter().filter(|user| user.active).count(), 3);
}

#[test]
fn toys_are_shown_as_they_are_and_given_to_workers() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let key = Identity::from_seed([3; 32]).public_key();
    let toy = Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() };
    clinic.submit(&admin, toy).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    let news = window.hub.see(&[(Some(key.device_id()), Presence::Online), (None, Presence::New)]);
    window.tell(Message::News(news));
    window.sees("1 of 1 toys online");
    window.sees("1 new toy nearby");
    window.press(Code::Digit4, "4", Modifiers::empty());
    window.sees("Online");
    window.sees("nobody yet");
    window.picture("toys");
    window.click("Give to…");
    window.picture("toys-assign");
    window.click("Sunita Devi");
    window.sees("Saved. The toy learns it at its next contact.");
    assert_eq!(clinic.toys(&admin).unwrap()[0].worker.as_ref().unwrap().1, "Sunita Devi");
    // A worker sees her own toy and nothing to register.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit4, "4", Modifiers::empty());
    window.sees("Toy 1");
    window.sees_no("Found nearby, not registered");
}

#[test]
fn the_bar_tells_the_truth_about_the_district() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let join = Command::JoinDistrict {
        district: Identity::from_seed([9; 32]).device_id(),
        address: "district.example:4433".into(),
        district_name: "Gaya".into(),
        station_name: "PHC Rampur".into(),
    };
    clinic.submit(&session(&clinic, "root1"), join).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.sees("6 waiting since 12:00");
    let news = window.hub.link(LinkState::Waiting { next_try_ms: NOON_MS + 38_000 });
    window.tell(Message::News(news));
    window.sees("6 waiting since 12:00, next try in 40 s");
    let news = window.hub.link(LinkState::Connected);
    window.tell(Message::News(news));
    window.sees("Sending 6 to the district");
    let head =
        clinic::replica::Logs::heads(&clinic).unwrap().into_iter().find(|h| h.origin == clinic.origin()).unwrap();
    clinic.proven(head).unwrap();
    window.tell(Message::News(station::live::News::Changed));
    window.sees("All 6 records are at the district");
    let news = window.hub.link(LinkState::WrongDistrict);
    window.tell(Message::News(news));
    window.sees("A stranger answers at the district's address");
    window.press(Code::Digit6, "6", Modifiers::empty());
    window.sees("Gaya");
    window.picture("settings");
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
    let task = Command::AssignTask {
        task: env().new_task_id().unwrap(),
        worker: asha,
        kind: TaskKind::Trace,
        child: Some(children[0].0),
        due: to_day(today() + Days::new(3)),
        note: "Moved to the grandmother in Belwa".into(),
    };
    clinic.submit(&admin, task).unwrap();
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
                window.press(Code::Digit2, "2", Modifiers::empty());
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
