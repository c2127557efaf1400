//! A whole shift at the real desk, role by role and in both languages: people come, mistakes are made and put right, and
//! at the end the records hold.

use crate::window::{Window, founded, later, password, session, today};
use crate::{form, left_in_english, register};
use chrono::{Days, NaiveDate};
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::Role;
use clinic::record::command::{Command, NewUser};
use clinic::record::fact::{CallOutcome, SessionKind, SessionPlan};
use clinic::store::{ChildPage, DueFilter, TaskFilter, TaskShow};
use hub_protocol::{ChildId, SessionId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::words::{Lang, Words};

/// Who comes, as it is typed in each language.
struct People {
    children: [&'static str; 3],
    mothers: [&'static str; 3],
    village: &'static str,
}

fn people(lang: Lang) -> People {
    match lang {
        Lang::En => People {
            children: ["Aarav Yadav", "Kavya Singh", "Zoya Khatun"],
            mothers: ["Meena Devi", "Sita Singh", "Rubi Khatun"],
            village: "Khajuri",
        },
        Lang::Hi => People {
            children: ["आरव यादव", "काव्या सिंह", "ज़ोया ख़ातून"],
            mothers: ["मीना देवी", "सीता सिंह", "रूबी ख़ातून"],
            village: "खजुरी",
        },
    }
}

struct Shift {
    window: Window,
    clinic: Clinic,
    words: Words,
    lang: Lang,
}

impl Shift {
    fn say(&self, key: &str) -> String {
        self.words.get(key)
    }

    fn letter(&mut self, code: Code) {
        // As a Hindi layout writes it: the place of the key counts.
        self.window.press(code, "क", Modifiers::ALT);
    }

    /// Everything that is written on the screen now can be read by whoever reads this language.
    #[track_caller]
    fn reads_well(&mut self) {
        if self.lang == Lang::Hi {
            let own = ["Rekha Kumari", "Sushma Rai", "Tara Devi", "root1", "admin", "asha", "sushma", "tara7", "Tab"];
            let mut latin = left_in_english(&mut self.window);
            latin.retain(|text| !own.iter().any(|name| text.contains(name)) && !text.contains("/media/usb"));
            assert!(latin.is_empty(), "{latin:?}");
        }
    }

    fn log_in(&mut self, login: &str) {
        self.window.ctrl(Code::KeyU, "u");
        self.window.log_in(login);
        self.reads_well();
    }

    fn children(&self) -> u32 {
        self.clinic.today_view(&session(&self.clinic, "admin")).unwrap().children
    }

    fn page(&self, child: ChildId) -> ChildPage {
        self.clinic.child(&session(&self.clinic, "asha"), child).unwrap()
    }

    fn fill(&mut self, key: &str, typed: &str) {
        let label = self.say(key);
        self.window.fill(&label, typed);
    }

    fn click(&mut self, key: &str) {
        let label = self.say(key);
        self.window.click(&label);
    }

    /// The form of a child is typed and saved, with a day that is not in the calendar first.
    fn register(&mut self, who: usize, born: NaiveDate) {
        let People { children, mothers, village } = people(self.lang);
        let before = self.children();
        self.window.tap(Named::Escape);
        self.window.alt(3);
        self.fill("register-name", children[who]);
        self.fill("field-dob", "31/02/2026");
        self.click("sex-female");
        self.fill("field-mother", mothers[who]);
        self.fill("field-village", village);
        self.click("register-consent-tracing");
        self.window.ctrl(Code::KeyS, "s");
        assert_eq!(self.children(), before, "there is no such day");
        self.reads_well();
        self.fill("field-dob", &born.format("%d/%m/%Y").to_string());
        self.window.ctrl(Code::KeyS, "s");
        self.reads_well();
    }

    fn open(&mut self, who: usize) {
        self.window.alt(2);
        self.window.type_text(people(self.lang).children[who]);
        self.window.tap(Named::Enter);
        let title = self.say("visit-give-title");
        self.window.sees(&title);
        self.reads_well();
    }

    /// Enter, until all that was ticked is saved.
    fn save(&mut self) {
        let done = self.say("visit-next-child");
        for _ in 0..30 {
            if self.window.texts().contains(&done) {
                return self.reads_well();
            }
            self.window.tap(Named::Enter);
        }
        panic!("not saved: {:#?}", self.window.texts());
    }

    /// Every place of this person.
    fn goes_round(&mut self) {
        for digit in [1, 2, 3, 4, 5, 6, 7, 8, 9, 0] {
            self.window.alt(digit);
            self.reads_well();
        }
        self.window.alt(1);
    }
}

fn a_shift(lang: Lang) {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    for (login, name, role) in [("sushma", "Sushma Rai", Role::Supervisor), ("tara7", "Tara Devi", Role::Tracker)] {
        let new = NewUser { login: login.into(), name: name.into(), role };
        clinic.register_user(&session(&clinic, "admin"), &new, &password(login)).unwrap();
    }
    let window = Window::at_desk(dir.path(), &clinic, "asha", lang);
    let mut shift = Shift { window, clinic: clinic.clone(), words: Words::new(lang), lang };
    let (asha, admin) = (session(&clinic, "asha"), session(&clinic, "admin"));

    // The morning: she logs in, and a mother brings a new child.
    shift.log_in("asha");
    let born = today() - Days::new(60);
    shift.register(0, born);
    assert_eq!(shift.children(), 1);
    let first = clinic.due_list(&asha, &DueFilter::default(), 0).unwrap().rows[0].child.id;
    shift.window.tap(Named::Escape);

    // The first visit: saved, taken back with one key, and saved again.
    shift.open(0);
    shift.save();
    let given = shift.page(first).doses.len();
    assert!(given >= 5, "{given}");
    shift.letter(Code::KeyU);
    shift.reads_well();
    assert_eq!(shift.page(first).doses.len(), 0);
    shift.save();
    assert_eq!(shift.page(first).doses.len(), given);
    shift.window.tap(Named::Enter);

    // A second child: the paper card of another place, then a family that says no.
    shift.register(1, born);
    let second = clinic.due_list(&asha, &DueFilter::default(), 0).unwrap().rows[0].child.id;
    assert_ne!(first, second);
    shift.window.tap(Named::Escape);
    shift.open(1);
    shift.letter(Code::KeyE);
    shift.window.type_text("22/09/2026");
    shift.window.tap(Named::Enter);
    shift.window.tap(Named::Enter);
    shift.window.type_text("जन्म का कार्ड");
    shift.window.tap(Named::Enter);
    shift.reads_well();
    let save = (1..20).map(|n: i64| shift.words.with("visit-save-elsewhere", &[("n", n.into())]));
    let texts = shift.window.texts();
    let save = save.into_iter().find(|save| texts.contains(save)).unwrap();
    shift.window.click(&save);
    shift.reads_well();
    let copied = shift.page(second).doses.len();
    assert!(copied > 0);
    shift.letter(Code::KeyE);
    shift.window.tap(Named::Escape);
    shift.window.alt(1);
    shift.open(1);
    shift.letter(Code::KeyD);
    shift.reads_well();
    let opv = shift.words.product("OPV");
    shift.window.click(&opv);
    shift.window.tap(Named::Enter);
    shift.window.type_text("दादी को बुखार का डर");
    shift.window.tap(Named::Enter);
    shift.reads_well();
    assert_eq!(shift.page(second).declines.len(), 1);

    // What was copied wrongly is withdrawn with a reason.
    let line = shift.words.day(NaiveDate::from_ymd_opt(2026, 9, 22).unwrap());
    shift.window.click(&line);
    shift.window.type_text("दूसरे बच्चे का कार्ड");
    shift.reads_well();
    shift.click("put-right-withdraw");
    shift.reads_well();
    assert_eq!(shift.page(second).doses.len(), copied - 1);

    // It is weighed, and had fever after a dose.
    shift.letter(Code::KeyG);
    shift.fill("growth-weight", "4.7");
    shift.fill("growth-length", "56.5");
    shift.reads_well();
    shift.click("growth-save");
    shift.reads_well();
    assert_eq!(shift.page(second).growth.len(), 1);
    shift.window.tap(Named::Escape);
    shift.window.tap(Named::Escape);
    shift.letter(Code::KeyS);
    shift.reads_well();
    shift.window.tap(Named::Escape);

    // A third one gets a card, and comes again with it.
    shift.window.alt(1);
    shift.register(2, today() - Days::new(43));
    assert_eq!(shift.children(), 3);
    let news = shift.window.hub.put_down(7);
    shift.window.tell(Message::News(news));
    shift.letter(Code::KeyK);
    shift.reads_well();
    shift.window.tap(Named::Enter);
    shift.reads_well();
    shift.window.alt(1);
    let news = shift.window.hub.put_down(7);
    shift.window.tell(Message::News(news));
    let third = people(lang).children[2];
    shift.window.sees(third);
    shift.save();
    shift.window.tap(Named::Enter);

    // She calls a family; nobody answers, and it is taken back.
    shift.window.alt(1);
    let called = |clinic: &Clinic| {
        let rows = clinic.due_list(&asha, &DueFilter::default(), 0).unwrap().rows;
        rows.iter().filter_map(|row| row.call.map(|call| call.outcome)).collect::<Vec<_>>()
    };
    shift.letter(Code::KeyC);
    shift.reads_well();
    shift.letter(Code::KeyN);
    assert_eq!(called(&clinic), [CallOutcome::NoAnswer]);
    shift.letter(Code::KeyU);
    assert_eq!(called(&clinic), []);
    shift.goes_round();

    // The Admin looks through everything, and asks for a child to be found.
    shift.log_in("admin");
    shift.goes_round();
    shift.letter(Code::KeyT);
    shift.reads_well();
    let tasks = |show| clinic.tasks(&admin, &TaskFilter { show, ..TaskFilter::default() }, 0).unwrap().0;
    assert_eq!(tasks(TaskShow::Open).len(), 1);
    shift.letter(Code::KeyA);
    shift.reads_well();

    // The worker says why it was not done.
    shift.log_in("asha");
    shift.window.alt(5);
    shift.reads_well();
    shift.letter(Code::KeyX);
    shift.window.type_text("भट्ठा बंद है");
    shift.window.tap(Named::Enter);
    shift.reads_well();
    assert_eq!(tasks(TaskShow::Closed).len(), 1);

    // Who sees figures, who finds families, who keeps the keys.
    for login in ["sushma", "tara7", "root1"] {
        shift.log_in(login);
        shift.goes_round();
    }
    shift.log_in("asha");
    other_visits(&mut shift);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}

/// Twins, a card that is nobody's, a new batch, a dose too early, a vaccine that would harm, a session from paper.
fn other_visits(shift: &mut Shift) {
    let (names, site) = match shift.lang {
        Lang::En => (["Gita Rai", "Mita Rai", "Karan Rai", "Nitin Rai", "Lata Rai", "Pihu Rai"], "Anganwadi 2"),
        Lang::Hi => (["गीता राय", "मीता राय", "करण राय", "नितिन राय", "लता राय", "पीहू राय"], "आंगनवाड़ी 2"),
    };
    let clinic = shift.clinic.clone();
    let new = |name: &str, days| register(&clinic, "asha", form(name, today() - Days::new(days)));
    let open = |shift: &mut Shift, name: &str| {
        shift.window.alt(2);
        shift.window.type_text(name);
        shift.window.tap(Named::Enter);
        shift.window.sees(name);
        shift.reads_well();
    };

    // Twins, one after the other.
    let twins = [new(names[0], 60), new(names[1], 60)];
    for (name, twin) in names.iter().zip(twins) {
        open(shift, name);
        shift.save();
        assert!(shift.page(twin).doses.len() >= 5, "{name}");
        shift.window.tap(Named::Enter);
    }

    // A card that is nobody's is given to the child on the page; its batch is a new one.
    let third = new(names[2], 60);
    let news = shift.window.hub.put_down(9);
    shift.window.tell(Message::News(news));
    let nobodys = shift.say("live-card-nobodys");
    shift.window.sees(&nobodys);
    shift.reads_well();
    open(shift, names[2]);
    shift.letter(Code::KeyK);
    shift.reads_well();
    shift.window.tap(Named::Enter);
    shift.reads_well();
    assert!(shift.page(third).card.is_some());
    let news = shift.window.hub.take_away();
    shift.window.tell(Message::News(news));
    open(shift, names[2]);
    shift.window.type_text("N-77");
    later(1_000);
    shift.window.ctrl(Code::KeyS, "s");
    shift.reads_well();
    assert!(shift.page(third).doses.iter().any(|dose| dose.batch.as_deref() == Some("N-77")));

    // A dose before its time is stored with its reason only.
    let fourth = new(names[3], 20);
    open(shift, names[3]);
    shift.letter(Code::KeyM);
    let early = shift.words.dose_label("PENTA-1");
    shift.window.click(&early);
    let asked = shift.say("visit-reason");
    for _ in 0..10 {
        if !shift.window.texts().contains(&asked) {
            shift.window.tap(Named::Enter);
        }
    }
    shift.reads_well();
    assert!(shift.page(fourth).doses.iter().all(|dose| dose.product != "PENTA"));
    shift.window.type_text("परिवार भट्ठे पर जा रहा है");
    shift.window.tap(Named::Enter);
    shift.reads_well();
    assert!(shift.page(fourth).doses.iter().any(|dose| dose.product == "PENTA" && dose.reason.is_some()));

    // What would harm is not ticked any more.
    let fifth = new(names[4], 60);
    open(shift, names[4]);
    shift.letter(Code::KeyD);
    shift.click("declined-contra-indicated");
    shift.click("decline-live");
    shift.fill("decline-reason", "दो हफ़्ते से स्टेरॉयड");
    shift.window.tap(Named::Enter);
    shift.reads_well();
    assert_eq!(shift.page(fifth).declines.len(), 1);
    shift.save();
    let after = shift.page(fifth).doses;
    assert!(!after.is_empty() && after.iter().all(|dose| dose.product != "OPV" && dose.product != "BCG"));

    // A session of last week, from its paper: the batches are passed over, and the last child is taken back once.
    let sixth = new(names[5], 60);
    let on = to_day(today() - Days::new(7));
    let worker = Some(session(&clinic, "asha").user);
    let plan =
        SessionPlan { on, kind: SessionKind::Outreach, site: site.into(), villages: vec!["Khajuri".into()], worker };
    clinic.submit(&session(&clinic, "admin"), Command::PlanSession { session: SessionId(71), plan }).unwrap();
    shift.window.alt(6);
    shift.window.press(Code::KeyE, "क", Modifiers::empty());
    shift.reads_well();
    shift.window.ctrl(Code::KeyS, "s");
    let enter = |shift: &mut Shift| {
        shift.window.type_text(names[5]);
        shift.window.tap(Named::Enter);
        shift.reads_well();
        shift.window.tap(Named::Enter);
        shift.page(sixth).doses.len()
    };
    let written = enter(shift);
    assert!(written > 0);
    shift.window.ctrl(Code::KeyZ, "z");
    assert_eq!(shift.page(sixth).doses.len(), 0);
    assert_eq!(enter(shift), written);
}

#[test]
fn a_whole_shift_in_english() {
    a_shift(Lang::En);
}

#[test]
fn a_whole_shift_in_hindi() {
    a_shift(Lang::Hi);
}
