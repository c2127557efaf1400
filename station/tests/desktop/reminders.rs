//! Families are reminded: an Admin sets how, sees what became of each message, and a family wants no more.

use crate::window::{NOON_MS, Window, founded, session, today};
use crate::{form, register};
use chrono::Days;
use clinic::Clinic;
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::{Became, Body, Modem, NotSent, ReferenceKey, ReminderSettings, Template};
use clinic::reminder::{Answer, Channel, Language, MessageState, Stage};
use clinic::store::{Draft, MessageStep, NextMessage, OutboxShow, Way};
use hub::{Trouble, WayTrouble};
use hub_protocol::ChildId;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use iced::{Point, Size};
use station::app::Message;
use station::live::News;
use station::words::{Lang, Words};

/// From here on the clinic reminds families by a modem, in both languages.
fn remind_by_modem(clinic: &Clinic) {
    let template =
        |stage, language| Template { stage, language, id: String::new(), text: "Please come on {date}".into() };
    let templates = Stage::ALL.into_iter().flat_map(|stage| Language::ALL.map(|language| template(stage, language)));
    let modem = Modem { templates: templates.collect(), part_paise: 25 };
    let settings = ReminderSettings { on: true, modem: Some(modem), ..ReminderSettings::default() };
    let change = Command::ChangeReminders { settings, key: ReferenceKey([4; 32]) };
    clinic.submit(&session(clinic, "admin"), change).unwrap();
}

/// A day's run of which each message became something else. All of it is the same at each run.
pub fn busy_outbox(clinic: &Clinic) {
    remind_by_modem(clinic);
    let admin = session(clinic, "admin");
    let families =
        [("Aarav Yadav", 0), ("Zoya Khatun", 7), ("पूजा कुमारी", 7), ("Ravi Paswan", 0), ("", 7), ("Kavya Singh", 0)];
    for (n, (name, days)) in (11..).zip(families) {
        let (child, phone) = (ChildId(n), format!("98765432{n:02}"));
        let form = ChildForm { phone, ..form(name, today() - Days::new(days)) };
        let distinct_from =
            clinic.probable_duplicates(&admin, &form).unwrap().into_iter().map(|line| line.child.id).collect();
        clinic.submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from }).unwrap();
    }
    assert_eq!(clinic.run_reminders().unwrap(), Some(families.len()));
    let (gateway_id, random) = (String::new(), 0);
    for answer in [Answer::Taken, Answer::Taken, Answer::Unclear, Answer::Refused, Answer::NotNow { after_ms: None }] {
        let NextMessage::Send(out) = clinic.next_message().unwrap() else { panic!("nothing is to be sent") };
        let step = |step| clinic.message_step(out.reference, step).unwrap();
        step(MessageStep::Begin);
        let gateway_id = gateway_id.clone();
        step(MessageStep::Answered { answer, gateway_id, parts: 2, paise: 50, random });
        if out.stage == Stage::Late && answer == Answer::Taken {
            step(MessageStep::Became { became: Became::Delivered, why: None });
        }
    }
}

#[test]
fn an_admin_decides_about_a_message_of_which_nobody_knows() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        remind_by_modem(&clinic);
        let admin = session(&clinic, "admin");
        register(&clinic, "admin", form("Nanhi", today()));
        assert_eq!(clinic.run_reminders().unwrap(), Some(1));
        let NextMessage::Send(out) = clinic.next_message().unwrap() else { panic!("nothing is to be sent") };
        clinic.message_step(out.reference, MessageStep::Begin).unwrap();
        let (answer, gateway_id) = (Answer::Unclear, String::new());
        let unclear = MessageStep::Answered { answer, gateway_id, parts: 1, paise: 25, random: 0 };
        assert_eq!(clinic.message_step(out.reference, unclear).unwrap(), MessageState::Unknown);
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        window.size.height = 2_400.0;
        window.press(Code::Digit0, "0", Modifiers::ALT);
        window.click(&words.get("settings-outbox-open"));
        window.size.height = 768.0;
        window.sees("Nanhi");
        window.sees(&words.get("message-unknown"));
        // Nobody said at this computer where the modem is.
        let way = words.get("channel-modem");
        window.sees(&words.with("outbox-closed", &[("way", way.into())]));
        window.picture(&format!("outbox-{lang}"));
        let tell = |window: &mut Window, troubles| window.tell(Message::News(News::Troubles(troubles)));
        for trouble in Trouble::ALL {
            tell(&mut window, vec![WayTrouble { channel: Channel::Modem, trouble, at_ms: NOON_MS }]);
            let args = [("way", words.get("channel-modem").into()), ("at", "12:00".into())];
            window.sees(&words.with(&format!("way-trouble-{}", trouble.code()), &args));
        }
        tell(&mut window, Vec::new());
        window.click(&words.get("outbox-again"));
        // What waits can be given up, and is not sent twice.
        window.sees_no(&words.get("outbox-again"));
        window.sees(&words.get("outbox-give-up"));
        let state = || clinic.outbox(&admin, OutboxShow::All, 0).unwrap().lines[0].state;
        assert_eq!(state(), MessageState::Queued);
        window.click(&words.get("outbox-give-up"));
        window.sees(&words.get("outbox-again"));
        assert_eq!(state(), MessageState::Failed);
        window.tap(Named::Escape);
        window.sees(&words.get("settings-outbox-open"));
        let states = MessageState::ALL.map(|state| format!("message-{}", state.code()));
        let others = NotSent::ALL.map(|why| format!("not-sent-{}", why.code()));
        let ways = Channel::ALL.map(|channel| format!("channel-{}", channel.code()));
        let stages = Stage::ALL.map(|stage| format!("stage-{}", stage.code()));
        for key in states.iter().chain(&others).chain(&ways).chain(&stages) {
            assert!(words.has(key), "{key}");
        }
    }
}

/// The field of a text, by its message and language.
pub fn label(words: &Words, stage: Stage, language: Language) -> String {
    let stage = words.get(&format!("stage-{}", stage.code()));
    let language = words.get(&format!("language-{}", language.code()));
    words.with("reminders-text", &[("stage", stage.into()), ("language", language.into())])
}

/// Tall enough for the whole page: a person scrolls.
pub fn set_up(window: &mut Window, words: &Words) {
    window.size = Size::new(1366.0, 3_200.0);
    window.press(Code::Digit0, "0", Modifiers::ALT);
    window.click(&words.get("settings-outbox-set"));
    window.sees(&words.get("reminders-title"));
}

#[test]
fn an_admin_sets_a_modem_up_at_the_desk() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        set_up(&mut window, &words);
        window.click(&words.get("reminders-on"));
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("refusal-missing-gateway"));
        window.click(&words.get("reminders-sms-modem"));
        window.fill(&words.get("reminders-port"), "/dev/ttyUSB0");
        window.fill(&words.get("reminders-pin"), "4711");
        window.fill(&words.get("field-price"), "25");
        window.fill(&words.get("reminders-run-at"), "10:15");
        window.fill(&words.get("reminders-quiet-from"), "8");
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("refusal-form-hours"));
        window.fill(&words.get("reminders-quiet-from"), "20:00");
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("refusal-missing-template"));
        for stage in Stage::ALL {
            window.fill(&label(&words, stage, Language::English), "Please come on {when}");
        }
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("refusal-form-template"));
        assert_eq!(clinic.reminders().unwrap(), None, "nothing was kept that is wrong");
        for stage in Stage::ALL {
            window.fill(&label(&words, stage, Language::English), "Please come on {date}");
        }
        window.picture(&format!("reminders-modem-{lang}"));
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("reminders-saved"));
        let english = |stage| Template {
            stage,
            language: Language::English,
            id: String::new(),
            text: "Please come on {date}".into(),
        };
        let modem = Modem { templates: Stage::ALL.map(english).to_vec(), part_paise: 25 };
        let by_modem = ReminderSettings {
            on: true,
            run_at_min: 10 * 60 + 15,
            quiet_from_min: 20 * 60,
            modem: Some(modem),
            ..ReminderSettings::default()
        };
        assert_eq!(clinic.reminders().unwrap().unwrap().settings, by_modem);
        let way = Way { place: "/dev/ttyUSB0".into(), secret: "4711".into() };
        assert_eq!(clinic.message_way(Channel::Modem).unwrap(), Some(way.clone()));
        // Another port: the PIN that nobody sees stays. The ledger hears nothing of it.
        let events = clinic.sync().unwrap().events;
        window.sees(&words.get("reminders-secret-kept"));
        window.fill(&words.get("reminders-port"), "/dev/ttyUSB1");
        window.ctrl(Code::KeyS, "s");
        assert_eq!(clinic.message_way(Channel::Modem).unwrap(), Some(Way { place: "/dev/ttyUSB1".into(), ..way }));
        assert_eq!(clinic.sync().unwrap().events, events);
        // Nothing was left unsaved: nobody is asked.
        window.unfocus();
        window.tap(Named::Escape);
        window.sees(&words.get("settings-outbox-set"));
    }
}

/// Thirty fields outlive a power cut; what opens a gateway is kept nowhere but where it belongs.
#[test]
fn a_half_typed_set_up_outlives_a_power_cut() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let words = Words::new(lang);
        let before = words.get("register-from-before");
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        set_up(&mut window, &words);
        window.click(&words.get("reminders-on"));
        window.click(&words.get("reminders-sms-modem"));
        window.fill(&words.get("reminders-port"), "/dev/ttyUSB0");
        window.fill(&words.get("reminders-pin"), "4711");
        let first = label(&words, Stage::Ahead, Language::English);
        window.fill(&first, "Please come on {date}");
        window.tell(Message::Keep);
        drop(window);
        let admin = session(&clinic, "admin");
        let kept = clinic.draft(&admin, Draft::Reminders).unwrap().unwrap();
        assert!(!String::from_utf8(kept).unwrap().contains("4711"));
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        set_up(&mut window, &words);
        window.sees(&before);
        window.sees("/dev/ttyUSB0");
        window.sees("Please come on {date}");
        window.picture("reminders-from-before");
        window.click(&words.get("settings-undo"));
        window.sees_no(&before);
        window.sees_no("/dev/ttyUSB0");
        window.tell(Message::Keep);
        assert_eq!(clinic.draft(&admin, Draft::Reminders).unwrap(), None);
        // Left on purpose, it is forgotten.
        window.click(&words.get("reminders-on"));
        window.tell(Message::Keep);
        assert!(clinic.draft(&admin, Draft::Reminders).unwrap().is_some());
        window.unfocus();
        window.tap(Named::Escape);
        window.click(&words.get("shell-leave-go"));
        assert_eq!(clinic.draft(&admin, Draft::Reminders).unwrap(), None);
    }
}

#[test]
fn an_admin_sets_a_gateway_and_whatsapp_up_at_the_desk() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "admin", lang);
        set_up(&mut window, &words);
        window.click(&words.get("reminders-on"));
        window.click(&words.get("reminders-sms-gateway"));
        window.fill(&words.get("field-gateway-address"), "http://sms.example.in/send");
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("refusal-form-gateway-address"));
        window.fill(&words.get("field-gateway-address"), "https://sms.example.in/send");
        window.fill(&words.get("reminders-sender"), "PHC");
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("refusal-form-sender"));
        window.fill(&words.get("reminders-sender"), "PHCRAM");
        window.fill(&words.get("field-entity"), "1101234567890123456");
        window.fill(&words.get("field-price"), "18");
        window.fill(&words.get("reminders-key"), "s3cret");
        window.fill(&words.get("reminders-id-at"), "/id");
        for (stage, n) in Stage::ALL.into_iter().zip(0..) {
            window.fill(&label(&words, stage, Language::English), "Please come on {date}. PHC Rampur");
            // Each message has a row for either language.
            let name = window.places_of(&words.get("field-template-id"))[2 * n];
            window.click_at(Point::new(name.center_x(), name.y + 2.0 * name.height));
            window.write_over(&format!("110700000000000000{n}"));
        }
        window.picture(&format!("reminders-gateway-{lang}"));
        window.ctrl(Code::KeyS, "s");
        window.sees(&words.get("reminders-saved"));
        let sms = clinic.reminders().unwrap().unwrap().settings.sms.unwrap();
        assert_eq!((sms.url.as_str(), sms.sender.as_str()), ("https://sms.example.in/send", "PHCRAM"));
        assert_eq!((sms.body, sms.part_paise, sms.id_pointer.as_str()), (Body::Json, 18, "/id"));
        assert_eq!((sms.fields.len(), sms.headers.len(), sms.templates.len()), (6, 1, 3));
        assert_eq!(sms.templates[2].id, "1107000000000000002");
        assert_eq!(clinic.message_way(Channel::Sms).unwrap().unwrap().secret, "s3cret");
        // WhatsApp beside it; what was typed is not lost by a key.
        window.click(&words.get("reminders-whatsapp-on"));
        window.fill(&words.get("field-number-id"), "55667788");
        window.unfocus();
        window.tap(Named::Escape);
        window.sees(&words.get("shell-leave-title"));
        window.tap(Named::Escape);
        window.sees("55667788");
        window.click(&words.get("settings-undo"));
        window.sees_no("55667788");
    }
}

#[test]
fn a_family_that_wants_no_more_is_written_to_no_more() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let clinic = founded(dir.path(), "uip");
        let asha = session(&clinic, "asha");
        let child = register(&clinic, "asha", form("Nanhi", today()));
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.tap(Named::Enter);
        window.press(Code::KeyR, "r", Modifiers::ALT);
        window.click(&words.get("record-opt-out"));
        window.sees(&words.get("record-opted-out"));
        window.sees(&words.get("record-says-stop"));
        window.picture(&format!("record-opted-out-{lang}"));
        assert!(clinic.child_record(&asha, child).unwrap().opted_out);
        window.click(&words.get("record-opt-in"));
        window.sees(&words.get("record-opted-in"));
        window.sees_no(&words.get("record-says-stop"));
        assert!(!clinic.child_record(&asha, child).unwrap().opted_out);
    }
}
