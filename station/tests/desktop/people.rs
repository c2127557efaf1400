//! People, their passwords, the settings, the audit and what is to be settled.

use crate::window::{NOON_MS, Window, founded, later, password, session, today};
use crate::{form, left_in_english, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::ledger::{Actor, Chain, Hlc};
use clinic::milestone::FullySet;
use clinic::record::Role;
use clinic::record::command::{Command, NewTask, NewUser};
use clinic::record::fact::{Fact, OpenedWhy, OriginOpened, UserSent};
use clinic::record::rule::CONFLICT_KINDS;
use clinic::record::secret::{OneTimeCode, SecretHash};
use clinic::replica::Logs;
use clinic::store::{LoginError, Seen};
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord, TaskKind};
use hub_protocol::{ChildId, Identity, OriginId, TaskId, UserId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::time::Instant;
use station::app::Message;
use station::words::{Lang, Words};

const MINUTE_MS: u64 = 60_000;

fn worker(clinic: &Clinic, login: &str, name: &str) -> UserId {
    let new = NewUser { login: login.into(), name: name.into(), role: Role::PhcWorker };
    clinic.register_user(&session(clinic, "admin"), &new, &password(login)).unwrap()
}

fn assigned(clinic: &Clinic, count: u64, worker: UserId) {
    let admin = session(clinic, "admin");
    let names = ["Aarav", "Zoya", "Kamala", "Imran"];
    let mothers = ["Sunita Devi", "Rukhsana Bano", "Gita Kumari", "Farida Khatun"];
    for n in 0..count {
        let at = usize::try_from(n).unwrap();
        let mut form = form(names[at], today() - Days::new(20 + 90 * n));
        form.mother = mothers[at].into();
        form.phone = format!("987654321{n}");
        let child = register(clinic, "admin", form);
        clinic.submit(&admin, Command::AssignChild { child, worker: Some(worker) }).unwrap();
    }
}

#[test]
fn an_admin_sees_what_the_settings_do_before_they_are_saved() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    assigned(&clinic, 4, session(&clinic, "asha").user);
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    // The whole page: a person scrolls.
    window.size.height = 1_600.0;
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees("Change something above");
    window.sees_no("Save these settings");
    window.picture("settings-admin");
    window.fill("A child counts as late this many days after the due date", "99");
    window.click("Show what changes");
    window.sees("Days until a child is late");
    window.sees_no("Save these settings");
    window.fill("A child counts as late this many days after the due date", "30");
    window.fill("Lock the screen after this many minutes without use", "2");
    window.click("East");
    window.fill("Number of the facility (HFR)", "IN 09");
    window.click("Show what changes");
    window.sees_no("Nothing is saved yet.");
    window.fill("Number of the facility (HFR)", "IN0910001234");
    window.fill("Phone of the facility", "05922-234567");
    window.click("all vaccines of the plan up to 1 year");
    window.click("Show what changes");
    window.sees("Nothing is saved yet.");
    window.sees("Of 4 children");
    window.sees("No vaccine and no date of a child changes.");
    window.picture("settings-effect");
    window.click("National schedule with the IAP (academy) vaccines");
    window.click("Show what changes");
    window.sees("Vaccines that change, for 4 children:");
    window.sees("new for 4");
    window.picture("settings-effect-vaccines");
    window.click("National Immunization Schedule (UIP)");
    assert_eq!(clinic.clinic().unwrap().defaulter_days, 7);
    // What was shown is of this form: another form asks again.
    window.fill("A child counts as late this many days after the due date", "20");
    window.sees_no("Save these settings");
    window.click("Show what changes");
    window.click("Save these settings");
    window.sees("Saved. Every child's next dates are worked out again.");
    let view = clinic.clinic().unwrap();
    assert_eq!((view.defaulter_days, view.auto_lock_min, view.region.as_str()), (20, 2, "east"));
    assert_eq!((view.facility_code.as_str(), view.facility_phone.as_str()), ("IN0910001234", "05922-234567"));
    assert_eq!(view.fully, FullySet::Extended);
    window.sees("Change something above");
    // The desk locks itself after the new time, by the clock on the wall too: the computer may have slept.
    window.tell(Message::Look(Instant::now()));
    window.sees("Change something above");
    later(2 * MINUTE_MS);
    window.tell(Message::Look(Instant::now()));
    window.sees("Locked by Rekha Kumari");
    // A worker looks, and changes nothing.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.sees("An Admin can change these.");
    window.sees("East");
    window.sees_no("Show what changes");
    window.sees_no("Who saw what");
}

#[test]
fn what_was_typed_waits_for_its_person() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit3, "3", Modifiers::ALT);
    window.type_text("Half typed");
    // Two keys, and another person is at the desk.
    window.ctrl(Code::KeyL, "l");
    window.ctrl(Code::KeyU, "u");
    window.log_in("admin");
    window.sees("Rekha Kumari · Admin");
    window.sees_no("Half typed");
    window.ctrl(Code::KeyL, "l");
    window.ctrl(Code::KeyU, "u");
    window.log_in("asha");
    window.sees("Half typed");
    // Not after the password changed: who knew the old one may have been there.
    window.ctrl(Code::KeyL, "l");
    let asha = session(&clinic, "asha");
    clinic.reset_password(&session(&clinic, "admin"), asha.user, "tall neem 42").unwrap();
    window.type_text(&password("asha"));
    window.tap(Named::Enter);
    window.sees("The login or the password is wrong.");
    window.type_text("tall neem 42");
    window.tap(Named::Enter);
    window.sees("Sunita Devi · PHC Worker");
    window.sees_no("Half typed");
}

#[test]
fn whoever_needs_it_sees_larger_words_and_stronger_colours() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.size.height = 1_200.0;
    window.alt(0);
    let usual = window.draw();
    window.click("High");
    assert!(usual != window.draw());
    window.click("150 %");
    assert!((window.app.scale_factor() - 1.5).abs() < f32::EPSILON);
    for (code, scale) in [(Code::Minus, 1.25), (Code::Minus, 1.0), (Code::Minus, 1.0), (Code::Equal, 1.25)] {
        window.press(code, "-", Modifiers::CTRL);
        assert!((window.app.scale_factor() - scale).abs() < f32::EPSILON);
    }
    // The desk remembers both.
    drop(window);
    let window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    assert!((window.app.scale_factor() - 1.25).abs() < f32::EPSILON);
    assert_eq!(std::fs::read_to_string(dir.path().join("desk-contrast")).unwrap(), "high");
}

#[test]
fn everybody_changes_the_own_password() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.fill("Present password", "not my password");
    window.fill("New password", "tall neem 42");
    window.fill("Password once more", "tall neem 43");
    window.tap(Named::Enter);
    window.sees("The two passwords are not the same");
    window.fill("Password once more", "tall neem 42");
    window.tap(Named::Enter);
    window.sees("The old password is not right. Type it again.");
    window.picture("settings-password");
    window.fill("Present password", &password("asha"));
    // The last field is below the fold: who goes there by Tab sees it, and Enter in it is the button.
    window.tap(Named::Tab);
    window.tap(Named::Tab);
    window.tap(Named::Enter);
    window.sees("Your password is changed.");
    assert!(matches!(clinic.login("asha", &password("asha")), Err(LoginError::Wrong)));
    assert!(clinic.login("asha", "tall neem 42").is_ok());
    // The desk goes on with the new one.
    window.press(Code::Digit2, "2", Modifiers::ALT);
    window.sees("Search: name, mother, village, phone, number or card");
}

#[test]
fn who_leaves_hands_the_children_over_and_comes_back_with_a_new_password() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    worker(&clinic, "farida", "Farida Bano");
    let asha = session(&clinic, "asha").user;
    assigned(&clinic, 3, asha);
    let (place, note) = (String::new(), "the cold box".to_owned());
    let new = NewTask { worker: asha, kind: TaskKind::Other, child: None, place, due: to_day(today()), note };
    clinic.submit(&session(&clinic, "admin"), Command::AssignTask { task: TaskId(1), new }).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.press(Code::Digit9, "9", Modifiers::ALT);
    window.click("New password");
    window.sees("Farida Bano can log in with the new password only.");
    window.picture("staff-reset");
    window.type_text("tall neem 42");
    window.tap(Named::Enter);
    window.type_text("tall neem 4");
    window.tap(Named::Enter);
    window.sees("The two passwords are not the same");
    window.write_over("tall neem 42");
    window.tap(Named::Enter);
    window.sees("Farida Bano can log in with the new password.");
    assert!(clinic.login("farida", "tall neem 42").is_ok());
    // Sunita Devi stands after Farida Bano.
    let second = window.places_of("Disable").remove(1);
    window.click_at(second.center());
    window.sees("Sunita Devi will not be able to log in any more.");
    window.sees("3 children and 1 open task stay behind");
    window.click("Yes, disable");
    window.sees("Sunita Devi has left 3 children and 1 open task. Who takes them?");
    window.sees("Nobody looks after 3 children, open tasks: 1");
    window.picture("staff-hand-over");
    window.click("Farida Bano · 0 of 50");
    window.sees("Done. Children handed over: 3; tasks: 1.");
    window.sees_no("Nobody looks after");
    let users = clinic.users(&session(&clinic, "admin")).unwrap();
    assert_eq!(users.iter().find(|user| user.login == "farida").unwrap().children, 3);
    window.click("Let in again");
    window.sees("Sunita Devi can log in again, with a new password.");
    window.type_text("12345678");
    window.tap(Named::Enter);
    window.type_text("12345678");
    window.tap(Named::Enter);
    window.sees("Sunita Devi can log in again, with a new password.");
    window.fill("New password, typed by that person", "red kite 77");
    window.fill("Once more", "red kite 77");
    window.tap(Named::Enter);
    window.sees("Sunita Devi can log in with the new password.");
    assert!(clinic.login("asha", "red kite 77").is_ok());
}

/// What the district says, as the replication brings it.
fn told(clinic: &Clinic, facts: &[Fact]) {
    let district = Identity::from_seed([77; 32]);
    let opened = OriginOpened { node: district.public_key(), why: OpenedWhy::Admitted };
    let mut chain = Chain::empty(OriginId([66; 16]));
    let write = |fact: &Fact| chain.append(fact.to_entry(Hlc(NOON_MS << 16), Actor::NODE));
    let events: Vec<_> = [Fact::OriginOpened(opened)].iter().chain(facts).map(write).collect();
    clinic.store(&district.public_key(), &events, chain.head().sign(&district)).unwrap();
}

#[test]
fn whom_the_district_sent_chooses_a_password_with_the_code() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let words = Words::new(lang);
        let code = OneTimeCode::from_random([7; 10]);
        let hash = SecretHash::of(code.bytes(), [1; 16], clinic.env().kdf).unwrap();
        let (login, name) = ("farida".into(), "Farida Bano".into());
        let sent = UserSent { user: UserId(4711), login, name, role: Role::PhcWorker, code: hash };
        told(&clinic, &[Fact::UserSent(sent)]);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        window.press(Code::Digit9, "9", Modifiers::ALT);
        window.sees(&words.get("staff-waiting"));
        window.click(&words.get("staff-admit"));
        window.sees(&words.with("staff-admit-about", &[("name", "Farida Bano".into())]));
        window.type_text("7777-7777");
        window.tap(Named::Enter);
        window.type_text("tall neem 42");
        window.tap(Named::Enter);
        window.type_text("tall neem 42");
        window.tap(Named::Enter);
        window.sees(&words.get("refusal-form-code"));
        window.fill(&words.get("field-code"), &OneTimeCode::from_random([8; 10]).printed());
        window.click(&words.get("staff-admit-now"));
        window.sees(&words.get("refusal-wrong-code"));
        window.fill(&words.get("field-code"), &code.printed());
        window.click(&words.get("staff-admit-now"));
        window.sees(&words.with("staff-given-said", &[("name", "Farida Bano".into())]));
        window.sees_no(&words.get("staff-waiting"));
        assert!(clinic.login("farida", "tall neem 42").is_ok());
    }
}

#[test]
fn an_admin_reads_who_saw_what() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let asha = session(&clinic, "asha");
    assigned(&clinic, 2, asha.user);
    worker(&clinic, "farida", "Farida Bano");
    let farida = session(&clinic, "farida");
    let lines = clinic.children(&asha, "", 0).unwrap().0;
    for line in &lines {
        clinic.child(&farida, line.id).unwrap();
    }
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "root1", lang);
        window.press(Code::Digit0, "0", Modifiers::ALT);
        window.click(&words.get("settings-audit-open"));
        window.sees(&words.get("seen-saw-record"));
        window.picture(&format!("audit-{lang}"));
        window.click("Aarav");
        window.sees("Aarav");
        window.sees_no("Zoya");
        window.tap(Named::Escape);
        window.sees("Zoya");
        window.click(&words.get("seen-login-locked"));
        window.sees(&words.get("audit-none"));
        window.tap(Named::Escape);
        window.sees(&words.get("settings-audit-open"));
        for seen in Seen::ALL {
            assert!(words.has(&format!("seen-{}", seen.code())), "{seen:?}");
        }
        for kind in CONFLICT_KINDS {
            assert!(words.has(&format!("conflict-{kind}")) && words.has(&format!("proposed-{kind}")), "{kind}");
        }
    }
}

#[test]
fn an_admin_settles_what_broke_a_rule() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let (admin, asha) = (session(&clinic, "admin"), session(&clinic, "asha"));
    let child = register(&clinic, "asha", form("Aarav Yadav", today() - Days::new(60)));
    let toy = Identity::from_seed([5; 32]);
    let (key, id) = (toy.public_key(), toy.device_id());
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    clinic.submit(&admin, Command::AssignToy { toy: id, worker: Some(asha.user) }).unwrap();
    for (seq, child, offset_ms) in [(1, child, 86_400_000), (2, ChildId(77), 0)] {
        let dose = Dose { child, product: "PENTA".into(), on: to_day(today()), batch: Some("P24-118".into()) };
        let (epoch, worker, at_ms, fact) = (1, asha.user, NOON_MS, ToyFact::Dose(dose));
        let record = SignedRecord::sign(&Record { toy: id, epoch, seq, worker, at_ms, fact }, &toy);
        clinic.take_toy_records(&key, vec![record], offset_ms).unwrap();
    }
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.sees("To be settled");
    window.click("Answer these");
    window.sees("Aarav Yadav, born 21 Sep 2026, Khajuri");
    window.sees("Pentavalent, given 20 Nov 2026");
    window.sees("Recorded by Sunita Devi on Toy 1");
    window.sees("Waiting: 2");
    window.click("Answer");
    window.sees("if the day is right, say that it is true");
    window.picture("conflicts");
    window.click("It is true: count it");
    window.sees("Reason");
    assert_eq!(clinic.open_conflicts(&admin).unwrap(), 2, "not without a reason");
    window.fill("Reason", "Asked Sunita Devi: the clock was wrong, the day is right");
    window.click("It is true: count it");
    window.sees("Done. The answer is written down with your name.");
    assert_eq!(clinic.child(&asha, child).unwrap().doses.len(), 1);
    window.sees("Waiting: 1");
    window.click("Answer");
    // What cannot be true has no such button.
    window.sees_no("It is true: count it");
    window.type_text("The child of another clinic");
    window.click("Set aside: do not count it");
    window.sees("Nothing waits for an answer.");
    window.click("Answered");
    window.sees("Rekha Kumari, 20 Nov 2026: The child of another clinic");
    window.picture("conflicts-answered");
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    window.sees_no("Answer these");
}

/// Without the names and logins of the staff, and the number of a child that nobody knows.
fn foreign(window: &mut Window) -> Vec<String> {
    let mut left = left_in_english(window);
    left.retain(|text| {
        !["Rekha Kumari", "root1", "admin", "asha", "02DJ", "/media/usb"].iter().any(|own| text.contains(own))
    });
    left
}

#[test]
fn these_screens_are_hindi_in_hindi() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let words = Words::new(Lang::Hi);
    let admin = session(&clinic, "admin");
    let mut at_admin = Window::at_desk(dir.path(), &clinic, "admin", Lang::Hi);
    at_admin.press(Code::Digit9, "९", Modifiers::ALT);
    at_admin.click(&words.get("staff-reset"));
    at_admin.picture("hi-staff-reset");
    assert_eq!(foreign(&mut at_admin), Vec::<String>::new());
    at_admin.tap(Named::Escape);
    at_admin.size.height = 1_600.0;
    at_admin.press(Code::Digit0, "०", Modifiers::ALT);
    at_admin.click(&words.get("diet-region-east"));
    at_admin.click(&words.get("settings-show-effect"));
    at_admin.picture("hi-settings");
    assert_eq!(foreign(&mut at_admin), Vec::<String>::new());
    let toy = Identity::from_seed([5; 32]);
    clinic
        .submit(&admin, Command::RegisterToy { key: toy.public_key(), model: "TK".into(), label: "7".into() })
        .unwrap();
    let dose = Dose { child: ChildId(77), product: "PENTA".into(), on: to_day(today()), batch: None };
    let record = Record {
        toy: toy.device_id(),
        epoch: 1,
        seq: 1,
        worker: admin.user,
        at_ms: NOON_MS,
        fact: ToyFact::Dose(dose),
    };
    clinic.take_toy_records(&toy.public_key(), vec![SignedRecord::sign(&record, &toy)], 0).unwrap();
    // What was chosen in the settings is not saved: it is asked.
    at_admin.press(Code::Digit1, "१", Modifiers::ALT);
    at_admin.sees("यहाँ लिखा हुआ अभी सहेजा नहीं गया");
    at_admin.ctrl(Code::KeyD, "d");
    at_admin.click(&words.get("today-settle"));
    at_admin.click(&words.get("conflicts-settle"));
    at_admin.picture("hi-conflicts");
    assert_eq!(foreign(&mut at_admin), Vec::<String>::new());
}

#[test]
fn a_role_is_explained_where_it_is_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        window.alt(9);
        for role in ["supervisor", "tracker", "phc-worker"] {
            let name = words.get(&format!("role-{role}"));
            let choice = *window.places_of(&name).last().unwrap();
            window.click_at(choice.center());
            window.sees(&words.get(&format!("role-about-{role}")));
        }
    }
}
