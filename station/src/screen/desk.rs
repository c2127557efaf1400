//! Everything of a person who is logged in: one screen at a time, and what stands around it.

mod lists;

use super::child::{self, pairs};
use super::shell::{self, Place};
use super::{Hands, Now, OnReader, blocking};
use super::{
    alerts, audit, cards, children, conflicts, find, register, reports, sessions, settings, staff, stock, tasks, today,
    toys, visit,
};
use crate::live::{Live, LiveNow, News};
use crate::paper::PaperError;
use crate::ui::{Banner, Element, Press, Trouble};
use crate::words::{Lang, Words};
use chrono::NaiveDate;
use clinic::record::role::{Query, Right};
use clinic::store::{CertificateData, ClinicView, Sync};
use clinic::{Clinic, Session};
use hub::CardMeaning;
use hub::cards::{CardEvent, CardIn, ReadFailure};
use hub::uplink::LinkState;
use hub_protocol::ChildId;
use iced::Task;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Makes the paper of a certificate that was issued, in a file whose path it gives. May take its time.
pub type SaveCertificate =
    Arc<dyn Fn(&CertificateData, &Session, Lang) -> Result<PathBuf, PaperError> + Send + std::marker::Sync>;

/// The same digit leaves what is half typed when it comes again not sooner and not later than this.
const ANSWER_MS: u64 = 1_000;
const ASKED_MS: u64 = 15_000;

pub struct Desk {
    hands: Hands,
    view: ClinicView,
    sync: Option<Sync>,
    live: Option<LiveNow>,
    screen: Screen,
    /// The list from which the child was opened, as it was left.
    behind: Option<Screen>,
    banner: Option<Banner>,
    /// The card that lies there now.
    on_reader: Option<OnReader>,
    /// Whom the banner speaks of.
    banner_child: Option<ChildId>,
    /// The digit that would leave what is half typed, and when it was asked about.
    leaving: Option<(u8, u64)>,
    save_certificate: SaveCertificate,
    /// The day for which the lists were read.
    day: NaiveDate,
    /// What is shown is being read again, and whether it is old already.
    refreshing: bool,
    stale: bool,
}

enum Screen {
    Today(Box<today::Today>),
    Children(children::Children),
    Register(Box<register::Register>),
    Visit(Box<visit::Visit>),
    Record(Box<child::Record>),
    Pairs(pairs::Pairs),
    Toys(toys::Toys),
    Staff(Box<staff::Staff>),
    Settings(Box<settings::Settings>),
    Audit(Box<audit::Audit>),
    Conflicts(Box<conflicts::Conflicts>),
    Alerts(Box<alerts::Alerts>),
    Tasks(Box<tasks::Tasks>),
    Cards(Box<cards::Cards>),
    Sessions(Box<sessions::Sessions>),
    Stock(Box<stock::Stock>),
    Reports(Box<reports::Reports>),
    Find(Box<find::Find>),
}

#[derive(Clone)]
pub enum Message {
    Shell(shell::Message),
    Today(today::Message),
    Children(children::Message),
    Register(register::Message),
    Visit(visit::Message),
    Record(child::Message),
    Pairs(pairs::Message),
    Toys(toys::Message),
    Staff(staff::Message),
    Settings(settings::Message),
    Audit(audit::Message),
    Conflicts(conflicts::Message),
    Alerts(alerts::Message),
    Tasks(tasks::Message),
    Cards(cards::Message),
    Sessions(sessions::Message),
    Stock(stock::Message),
    Reports(reports::Message),
    Find(find::Message),
    /// What stands in the bar.
    Refreshed(Result<(ClinicView, Sync), Trouble>),
    /// What the card stands for that was put on the reader.
    Card(CardIn, Result<CardMeaning, Trouble>),
    Paper(Result<(String, PathBuf), Trouble>),
}

pub enum Action {
    None,
    Run(Task<Message>),
    Lock,
    Lang(Lang),
}

impl Desk {
    /// The first screen of a person.
    pub fn new(
        clinic: Clinic,
        session: Session,
        view: ClinicView,
        live: Option<Live>,
        save_certificate: SaveCertificate,
    ) -> (Self, Task<Message>) {
        let now = live.as_ref().map(LiveNow::of);
        let day = clinic::date::india(clinic.env().now_ms());
        let hands = Hands { clinic, session, live };
        let first = Place::first(&hands.session);
        let (screen, open) = Screen::open(first, &hands);
        let mut desk = Self {
            hands,
            view,
            sync: None,
            live: now,
            screen,
            behind: None,
            banner: None,
            on_reader: None,
            banner_child: None,
            leaving: None,
            save_certificate,
            day,
            refreshing: false,
            stale: false,
        };
        let bar = desk.refresh_bar();
        let lies = desk.live.as_ref().and_then(|live| live.card.clone());
        let card = lies.map_or_else(Task::none, |card| desk.card(card));
        (desk, Task::batch([open, bar, card]))
    }

    pub fn session(&self) -> &Session {
        &self.hands.session
    }

    pub fn clinic(&self) -> Clinic {
        self.hands.clinic.clone()
    }

    /// Nobody touched the desk for so long: it is locked.
    pub fn auto_lock(&self) -> Duration {
        Duration::from_secs(60 * u64::from(self.view.auto_lock_min))
    }

    /// Would something that was typed be lost?
    pub fn has_input(&self) -> bool {
        self.screen.has_input()
    }

    pub fn clinic_name(&self) -> &str {
        &self.view.name
    }

    /// A countdown is on the screen.
    pub fn counts_down(&self) -> bool {
        self.live.as_ref().is_some_and(|live| matches!(live.link.state, LinkState::Waiting { .. }))
    }

    /// The hub runs from now on.
    pub fn connect(&mut self, live: Live) -> Task<Message> {
        self.live = Some(LiveNow::of(&live));
        self.hands.live = Some(live);
        self.refresh_bar()
    }

    /// After midnight other doses are due.
    pub fn look_at_the_date(&mut self) -> Task<Message> {
        let today = clinic::date::india(self.hands.clinic.env().now_ms());
        if std::mem::replace(&mut self.day, today) == today { Task::none() } else { self.refresh() }
    }

    pub fn trouble(&mut self, trouble: &Trouble, words: &Words) {
        self.say(Banner::wrong(trouble.sentence(words)));
    }

    fn say(&mut self, banner: Banner) {
        self.banner = Some(banner);
        self.banner_child = None;
    }

    fn refresh_bar(&mut self) -> Task<Message> {
        if self.refreshing {
            self.stale = true;
            return Task::none();
        }
        self.refreshing = true;
        let clinic = self.hands.clinic.clone();
        blocking(move || Ok((clinic.clinic()?, clinic.sync()?)), Message::Refreshed)
    }

    /// Somebody came back after the lock: what is shown may be old.
    pub fn come_back(&mut self) -> Task<Message> {
        self.live = self.hands.live.as_ref().map(LiveNow::of);
        // An answer that came while somebody else was here is lost.
        self.refreshing = false;
        self.refresh()
    }

    fn refresh(&mut self) -> Task<Message> {
        let bar = self.refresh_bar();
        Task::batch([bar, self.screen.reload(&self.hands)])
    }

    pub fn news(&mut self, news: News) -> Task<Message> {
        if let Some(live) = &mut self.live {
            live.learn(&news);
        }
        match news {
            News::Changed => self.refresh(),
            News::Link(_) => self.refresh_bar(),
            News::Card(CardEvent::Inserted(card)) => self.card(card),
            News::Card(CardEvent::Removed { .. }) | News::Reader(_) => {
                let lies = self.live.as_ref().and_then(|live| live.card.as_ref());
                self.on_reader.take_if(|on| lies != Some(&on.card));
                Task::none()
            }
            News::Toys(_) => Task::none(),
        }
    }

    /// A card was put down: what is it?
    fn card(&self, card: CardIn) -> Task<Message> {
        let Some(live) = self.hands.live.as_ref().filter(|_| self.hands.session.may(Right::See(Query::Child))) else {
            return Task::none();
        };
        let meaning = live.hub.meaning(self.hands.session.clone(), card.clone());
        Task::perform(meaning, move |meaning| Message::Card(card, meaning.map_err(Trouble::from)))
    }

    fn card_means(&mut self, card: CardIn, meaning: CardMeaning, words: &Words) -> Task<Message> {
        // It may have been taken away while it was looked up.
        if self.live.as_ref().and_then(|live| live.card.as_ref()) != Some(&card) {
            return Task::none();
        }
        self.on_reader = Some(OnReader { card, meaning });
        let key = match meaning {
            CardMeaning::Child(child) => return self.card_of(child, words),
            // On a child's page the button to give the card appears by itself.
            CardMeaning::New | CardMeaning::NotAssigned(_) if matches!(self.screen, Screen::Visit(_)) => {
                return Task::none();
            }
            CardMeaning::New | CardMeaning::NotAssigned(_) => "live-card-nobodys",
            CardMeaning::Stopped => "refusal-card-stopped",
            CardMeaning::AnotherClinic => "live-card-another-clinic",
            CardMeaning::Foreign => "trouble-card-foreign",
            CardMeaning::Altered => "live-card-altered",
            CardMeaning::Unreadable(ReadFailure::NoAnswer) => "live-card-no-answer",
            CardMeaning::Unreadable(ReadFailure::Busy) => "trouble-card-busy",
            CardMeaning::Unreadable(ReadFailure::NoUid) => "live-card-no-number",
            CardMeaning::Unreadable(ReadFailure::RandomUid) => "live-card-random",
            CardMeaning::Unreadable(ReadFailure::Locked) => "live-card-locked",
        };
        self.say(Banner::wait(words.get(key)));
        Task::none()
    }

    fn card_of(&mut self, child: ChildId, words: &Words) -> Task<Message> {
        match &self.screen {
            Screen::Visit(visit) if visit.child() == child => Task::none(),
            Screen::Record(record) if record.child() == child => Task::none(),
            screen if screen.has_input() => {
                // What is half typed is worth more than the shortcut.
                self.say(Banner::wait(words.get("live-card-of-child")));
                self.banner_child = Some(child);
                Task::none()
            }
            _ => self.open_child(child),
        }
    }

    fn open_child(&mut self, child: ChildId) -> Task<Message> {
        let (visit, load) = visit::Visit::new(child, &self.hands);
        let left = std::mem::replace(&mut self.screen, Screen::Visit(Box::new(visit)));
        let is_list = matches!(
            left,
            Screen::Today(_)
                | Screen::Children(_)
                | Screen::Conflicts(_)
                | Screen::Pairs(_)
                | Screen::Tasks(_)
                | Screen::Cards(_)
                | Screen::Alerts(_)
                | Screen::Sessions(_)
        );
        self.behind = is_list.then_some(left);
        self.banner = None;
        self.banner_child = None;
        load.map(Message::Visit)
    }

    fn go(&mut self, place: Place) -> Action {
        self.leaving = None;
        let (screen, open) = Screen::open(place, &self.hands);
        self.screen = screen;
        self.behind = None;
        self.banner = None;
        self.banner_child = None;
        Action::Run(open)
    }

    /// Back to the list the child was opened from.
    fn back(&mut self) -> Action {
        let Some(mut screen) = self.behind.take() else { return self.go(Place::Today) };
        let resume = screen.resume(&self.hands);
        self.screen = screen;
        self.banner = None;
        self.banner_child = None;
        Action::Run(resume)
    }

    /// The same digit came once more, soon after the question and not by a key that bounces.
    fn leaves_by(&mut self, digit: u8) -> bool {
        let now_ms = self.hands.clinic.env().now_ms();
        let asked = self.leaving.filter(|(asked, _)| *asked == digit).map(|(_, ms)| now_ms.abs_diff(ms));
        match asked {
            Some(ms) if ms < ANSWER_MS => false,
            Some(ms) if ms < ASKED_MS => true,
            _ => {
                self.leaving = Some((digit, now_ms));
                false
            }
        }
    }

    pub fn press(&mut self, press: Press, words: &Words) -> Action {
        if let Press::Digit(digit) = press {
            // What is half typed is worth more than the shortcut: a digit may have missed its field.
            if self.screen.has_input() && !self.leaves_by(digit) {
                self.say(Banner::wait(words.with("shell-unsaved", &[("n", i64::from(digit).into())])));
                return Action::None;
            }
            return Place::at(digit, &self.hands.session).map_or(Action::None, |place| self.go(place));
        }
        self.leaving = None;
        if press == Press::Ctrl('L') {
            return Action::Lock;
        }
        let (hands, card) = (&self.hands, self.on_reader.as_ref());
        match &mut self.screen {
            Screen::Today(screen) => {
                let action = screen.press(press, hands);
                self.today(action, words)
            }
            Screen::Children(screen) => {
                let action = screen.press(press, hands);
                self.children(action)
            }
            Screen::Register(screen) => {
                let action = screen.press(press, hands);
                self.register(action)
            }
            Screen::Visit(screen) => {
                let action = screen.press(press, hands, card);
                self.visit(action, words)
            }
            Screen::Record(screen) => {
                let action = screen.press(press, hands);
                self.record(action)
            }
            Screen::Pairs(screen) => {
                let action = screen.press(press);
                self.pairs(action)
            }
            Screen::Toys(screen) => {
                let action = screen.press(press, hands);
                self.toys(action)
            }
            Screen::Staff(screen) => {
                let action = screen.press(press);
                self.staff(action)
            }
            Screen::Settings(screen) => {
                let action = screen.press(press, hands);
                self.settings(action)
            }
            Screen::Audit(screen) => {
                let action = screen.press(press, hands);
                self.audit(action)
            }
            Screen::Conflicts(screen) => {
                let action = screen.press(press);
                self.conflicts(action)
            }
            Screen::Alerts(screen) => {
                let action = screen.press(press);
                self.alerts(action)
            }
            Screen::Tasks(screen) => {
                let action = screen.press(press, hands, words);
                self.tasks(action)
            }
            Screen::Cards(screen) => {
                let action = screen.press(press, hands);
                self.cards(action)
            }
            Screen::Sessions(screen) => {
                let action = screen.press(press, hands, words);
                self.sessions(action)
            }
            Screen::Stock(screen) => {
                let action = screen.press(press, hands, words);
                self.stock(action)
            }
            Screen::Reports(screen) => {
                let action = screen.press(press, hands);
                self.reports(action)
            }
            Screen::Find(screen) => {
                let action = screen.press(press);
                self.find(action)
            }
        }
    }

    pub fn update(&mut self, message: Message, words: &Words) -> Action {
        let (hands, card) = (&self.hands, self.on_reader.as_ref());
        match (message, &mut self.screen) {
            (Message::Shell(message), _) => self.shell(message),
            (Message::Today(message), Screen::Today(screen)) => {
                let action = screen.update(message, hands, words);
                self.today(action, words)
            }
            (Message::Children(message), Screen::Children(screen)) => {
                let action = screen.update(message, hands);
                self.children(action)
            }
            (Message::Register(message), Screen::Register(screen)) => {
                let action = screen.update(message, hands);
                self.register(action)
            }
            (Message::Visit(message), Screen::Visit(screen)) => {
                let action = screen.update(message, hands, card, words);
                self.visit(action, words)
            }
            (Message::Record(message), Screen::Record(screen)) => {
                let action = screen.update(message, hands, words);
                self.record(action)
            }
            (Message::Pairs(message), Screen::Pairs(screen)) => {
                let action = screen.update(message, hands, words);
                self.pairs(action)
            }
            (Message::Toys(message), Screen::Toys(screen)) => {
                let action = screen.update(message, hands, words);
                self.toys(action)
            }
            (Message::Staff(message), Screen::Staff(screen)) => {
                let action = screen.update(message, hands, words);
                self.staff(action)
            }
            (Message::Settings(message), Screen::Settings(screen)) => {
                let action = screen.update(message, hands, words);
                self.settings(action)
            }
            (Message::Audit(message), Screen::Audit(screen)) => {
                let action = screen.update(message, hands);
                self.audit(action)
            }
            (Message::Conflicts(message), Screen::Conflicts(screen)) => {
                let action = screen.update(message, hands, words);
                self.conflicts(action)
            }
            (Message::Alerts(message), Screen::Alerts(screen)) => {
                let action = screen.update(message, hands);
                self.alerts(action)
            }
            (Message::Tasks(message), Screen::Tasks(screen)) => {
                let action = screen.update(message, hands, words);
                self.tasks(action)
            }
            (Message::Cards(message), Screen::Cards(screen)) => {
                let action = screen.update(message, hands, words);
                self.cards(action)
            }
            (Message::Sessions(message), Screen::Sessions(screen)) => {
                let action = screen.update(message, hands, words);
                self.sessions(action)
            }
            (Message::Stock(message), Screen::Stock(screen)) => {
                let action = screen.update(message, hands, words);
                self.stock(action)
            }
            (Message::Reports(message), Screen::Reports(screen)) => {
                let action = screen.update(message, hands);
                self.reports(action)
            }
            (Message::Find(message), Screen::Find(screen)) => {
                let action = screen.update(message, hands, words);
                self.find(action)
            }
            (Message::Refreshed(read), _) => self.refreshed(read, words),
            (Message::Card(card, Ok(meaning)), _) => Action::Run(self.card_means(card, meaning, words)),
            (Message::Card(_, Err(trouble)), _) => {
                self.trouble(&trouble, words);
                Action::None
            }
            (Message::Paper(Ok((number, path))), _) => {
                let args = [("number", number.into()), ("path", path.display().to_string().into())];
                self.say(Banner::good(words.with("visit-certificate-saved", &args)));
                Action::None
            }
            (Message::Paper(Err(trouble)), _) => {
                self.trouble(&trouble, words);
                Action::None
            }
            // An answer to a screen that was left.
            _ => Action::None,
        }
    }

    fn refreshed(&mut self, read: Result<(ClinicView, Sync), Trouble>, words: &Words) -> Action {
        self.refreshing = false;
        match read {
            Ok((view, sync)) => {
                self.view = view;
                self.sync = Some(sync);
            }
            Err(trouble) => self.trouble(&trouble, words),
        }
        if std::mem::take(&mut self.stale) {
            return Action::Run(self.refresh_bar());
        }
        Action::None
    }

    fn shell(&mut self, message: shell::Message) -> Action {
        match message {
            shell::Message::Go(place) => self.go(place),
            shell::Message::Lang(lang) => Action::Lang(lang),
            shell::Message::Lock => Action::Lock,
            shell::Message::CloseBanner => {
                self.banner = None;
                Action::None
            }
            shell::Message::OpenBanner => match self.banner_child {
                Some(child) => Action::Run(self.open_child(child)),
                None => Action::None,
            },
        }
    }

    fn today(&mut self, action: today::Action, words: &Words) -> Action {
        match action {
            today::Action::None => Action::None,
            today::Action::Run(task) => Action::Run(task.map(Message::Today)),
            today::Action::Open(child) => Action::Run(self.open_child(child)),
            today::Action::Find => self.go(Place::Children),
            today::Action::Register => self.go(Place::Register),
            today::Action::Toys => self.go(Place::Toys),
            today::Action::Tasks => self.go(Place::Tasks),
            today::Action::Alerts => self.show_alerts(),
            today::Action::TraceBy(child) => {
                let (screen, open) = tasks::Tasks::tracing(child, &self.hands);
                self.show(Screen::Tasks(Box::new(screen)), open.map(Message::Tasks))
            }
            today::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Today))
            }
            today::Action::Conflicts => {
                let (screen, open) = conflicts::Conflicts::new(&self.hands);
                self.show(Screen::Conflicts(Box::new(screen)), open.map(Message::Conflicts))
            }
            today::Action::Trouble(trouble) => {
                self.trouble(&trouble, words);
                Action::None
            }
        }
    }

    fn children(&mut self, action: children::Action) -> Action {
        match action {
            children::Action::None => Action::None,
            children::Action::Run(task) => Action::Run(task.map(Message::Children)),
            children::Action::Open(child) => Action::Run(self.open_child(child)),
            children::Action::Register => self.go(Place::Register),
            children::Action::Duplicates => {
                let (screen, open) = pairs::Pairs::new(&self.hands);
                self.show(Screen::Pairs(screen), open.map(Message::Pairs))
            }
        }
    }

    fn register(&mut self, action: register::Action) -> Action {
        match action {
            register::Action::None => Action::None,
            register::Action::Run(task) => Action::Run(task.map(Message::Register)),
            register::Action::Saved(child) => {
                let open = self.open_child(child);
                if let Screen::Visit(visit) = &mut self.screen {
                    visit.just_registered();
                }
                Action::Run(open)
            }
            register::Action::Open(child) => Action::Run(self.open_child(child)),
            register::Action::Cancel => self.go(Place::Today),
        }
    }

    fn visit(&mut self, action: visit::Action, words: &Words) -> Action {
        match action {
            visit::Action::None => Action::None,
            visit::Action::Run(task) => Action::Run(task.map(Message::Visit)),
            visit::Action::Back => self.back(),
            visit::Action::Record(child) => {
                // The list from which the child was opened stays behind.
                let behind = self.behind.take();
                let open = self.open_record(child, None);
                self.behind = behind;
                Action::Run(open)
            }
            visit::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Visit))
            }
            visit::Action::CardGiven(banner, task) => {
                if let (Some(on), Screen::Visit(visit)) = (&mut self.on_reader, &self.screen) {
                    on.meaning = CardMeaning::Child(visit.child());
                }
                self.say(banner);
                Action::Run(task.map(Message::Visit))
            }
            visit::Action::Trouble(trouble) => {
                self.trouble(&trouble, words);
                Action::None
            }
            visit::Action::Paper(data) => {
                let (save, session, lang) = (self.save_certificate.clone(), self.hands.session.clone(), words.lang());
                let work = move || Ok((data.no.to_string(), save(&data, &session, lang)?));
                Action::Run(blocking(work, Message::Paper))
            }
        }
    }

    fn record(&mut self, action: child::Action) -> Action {
        match action {
            child::Action::None => Action::None,
            child::Action::Run(task) => Action::Run(task.map(Message::Record)),
            child::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Record))
            }
            child::Action::Visit(child) => {
                // The list from which the child was opened is still behind it.
                let behind = self.behind.take();
                let open = self.open_child(child);
                self.behind = behind;
                Action::Run(open)
            }
        }
    }

    fn pairs(&mut self, action: pairs::Action) -> Action {
        match action {
            pairs::Action::None => Action::None,
            pairs::Action::Run(task) => Action::Run(task.map(Message::Pairs)),
            pairs::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Pairs))
            }
            pairs::Action::Open(child) => Action::Run(self.open_child(child)),
            pairs::Action::Merge(child, into) => {
                let open = self.open_record(child, Some(into));
                Action::Run(open)
            }
            pairs::Action::Back => self.go(Place::Children),
        }
    }

    /// What is written of a child.
    fn open_record(&mut self, child: ChildId, merge_into: Option<ChildId>) -> Task<Message> {
        let (record, load) = child::Record::new(child, merge_into, &self.hands);
        self.screen = Screen::Record(Box::new(record));
        self.banner = None;
        self.banner_child = None;
        load.map(Message::Record)
    }

    fn toys(&mut self, action: toys::Action) -> Action {
        match action {
            toys::Action::None => Action::None,
            toys::Action::Run(task) => Action::Run(task.map(Message::Toys)),
            toys::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Toys))
            }
        }
    }

    fn staff(&mut self, action: staff::Action) -> Action {
        match action {
            staff::Action::None => Action::None,
            staff::Action::Run(task) => Action::Run(task.map(Message::Staff)),
            staff::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Staff))
            }
        }
    }

    fn settings(&mut self, action: settings::Action) -> Action {
        match action {
            settings::Action::None => Action::None,
            settings::Action::Run(task) => Action::Run(task.map(Message::Settings)),
            settings::Action::Lang(lang) => Action::Lang(lang),
            settings::Action::Enrolled(banner) => {
                self.say(banner);
                Action::Run(self.refresh_bar())
            }
            settings::Action::Say(banner) => {
                self.say(banner);
                Action::None
            }
            settings::Action::Changed(banner, task) => {
                self.say(banner);
                let bar = self.refresh_bar();
                Action::Run(Task::batch([bar, task.map(Message::Settings)]))
            }
            settings::Action::NewSession(session, banner) => {
                self.hands.session = session;
                self.say(banner);
                Action::None
            }
            settings::Action::Audit => {
                let (screen, open) = audit::Audit::new(&self.hands);
                self.show(Screen::Audit(Box::new(screen)), open.map(Message::Audit))
            }
        }
    }

    fn audit(&mut self, action: audit::Action) -> Action {
        match action {
            audit::Action::None => Action::None,
            audit::Action::Run(task) => Action::Run(task.map(Message::Audit)),
            audit::Action::Back => self.go(Place::Settings),
        }
    }

    fn conflicts(&mut self, action: conflicts::Action) -> Action {
        match action {
            conflicts::Action::None => Action::None,
            conflicts::Action::Run(task) => Action::Run(task.map(Message::Conflicts)),
            conflicts::Action::Open(child) => Action::Run(self.open_child(child)),
            conflicts::Action::Said(banner, task) => {
                self.say(banner);
                Action::Run(task.map(Message::Conflicts))
            }
            conflicts::Action::Back => self.go(Place::Today),
        }
    }

    /// A screen without a place of its own on the rail.
    fn show(&mut self, screen: Screen, open: Task<Message>) -> Action {
        self.screen = screen;
        self.behind = None;
        self.banner = None;
        self.banner_child = None;
        Action::Run(open)
    }

    pub fn view<'a>(&'a self, words: &'a Words, now_ms: u64) -> Element<'a, Message> {
        let live = self.live.as_ref();
        let card = self.on_reader.as_ref().map(|on| on.meaning);
        let now = Now { words, session: &self.hands.session, view: &self.view, live, card, now_ms };
        let (here, content) = match &self.screen {
            Screen::Today(screen) => (Some(Place::Today), screen.view(now).map(Message::Today)),
            Screen::Children(screen) => (Some(Place::Children), screen.view(now).map(Message::Children)),
            Screen::Register(screen) => (Some(Place::Register), screen.view(now).map(Message::Register)),
            Screen::Visit(screen) => (None, screen.view(now).map(Message::Visit)),
            Screen::Record(screen) => (None, screen.view(now).map(Message::Record)),
            Screen::Pairs(screen) => (Some(Place::Children), screen.view(now).map(Message::Pairs)),
            Screen::Toys(screen) => (Some(Place::Toys), screen.view(now).map(Message::Toys)),
            Screen::Staff(screen) => (Some(Place::Staff), screen.view(now).map(Message::Staff)),
            Screen::Settings(screen) => (Some(Place::Settings), screen.view(now).map(Message::Settings)),
            Screen::Audit(screen) => (Some(Place::Settings), screen.view(now).map(Message::Audit)),
            Screen::Conflicts(screen) => (Some(Place::Today), screen.view(now).map(Message::Conflicts)),
            Screen::Alerts(screen) => (Some(Place::Today), screen.view(now).map(Message::Alerts)),
            Screen::Tasks(screen) => (Some(Place::Tasks), screen.view(now).map(Message::Tasks)),
            Screen::Cards(screen) => (Some(Place::Cards), screen.view(now).map(Message::Cards)),
            Screen::Sessions(screen) => (Some(Place::Sessions), screen.view(now).map(Message::Sessions)),
            Screen::Stock(screen) => (Some(Place::Sessions), screen.view(now).map(Message::Stock)),
            Screen::Reports(screen) => (Some(Place::Reports), screen.view(now).map(Message::Reports)),
            Screen::Find(screen) => (Some(Place::Find), screen.view(now).map(Message::Find)),
        };
        let banner = self.banner.as_ref().map(|banner| (banner, self.banner_child.map(|_| "live-open-child")));
        shell::view(now, self.sync.as_ref(), here, banner, content, Message::Shell)
    }
}

impl Screen {
    fn open(place: Place, hands: &Hands) -> (Self, Task<Message>) {
        match place {
            Place::Today => {
                let (screen, task) = today::Today::new(hands);
                (Self::Today(Box::new(screen)), task.map(Message::Today))
            }
            Place::Children => {
                let (screen, task) = children::Children::new(hands);
                (Self::Children(screen), task.map(Message::Children))
            }
            Place::Register => {
                let (screen, task) = register::Register::new(hands);
                (Self::Register(Box::new(screen)), task.map(Message::Register))
            }
            Place::Toys => {
                let (screen, task) = toys::Toys::new(hands);
                (Self::Toys(screen), task.map(Message::Toys))
            }
            Place::Staff => {
                let (screen, task) = staff::Staff::new(hands);
                (Self::Staff(Box::new(screen)), task.map(Message::Staff))
            }
            Place::Settings => {
                let (screen, task) = settings::Settings::new(hands);
                (Self::Settings(Box::new(screen)), task.map(Message::Settings))
            }
            Place::Tasks => {
                let (screen, task) = tasks::Tasks::new(hands);
                (Self::Tasks(Box::new(screen)), task.map(Message::Tasks))
            }
            Place::Cards => {
                let (screen, task) = cards::Cards::new(hands);
                (Self::Cards(Box::new(screen)), task.map(Message::Cards))
            }
            Place::Sessions => {
                let (screen, task) = sessions::Sessions::new(hands);
                (Self::Sessions(Box::new(screen)), task.map(Message::Sessions))
            }
            Place::Reports => {
                let (screen, task) = reports::Reports::new(hands);
                (Self::Reports(Box::new(screen)), task.map(Message::Reports))
            }
            Place::Find => {
                let (screen, task) = find::Find::new(hands);
                (Self::Find(Box::new(screen)), task.map(Message::Find))
            }
        }
    }

    /// A list is shown again, as it was left.
    fn resume(&mut self, hands: &Hands) -> Task<Message> {
        match self {
            Self::Today(screen) => screen.resume(hands).map(Message::Today),
            Self::Children(screen) => screen.resume(hands).map(Message::Children),
            screen => screen.reload(hands),
        }
    }

    /// Reads again what is shown.
    fn reload(&mut self, hands: &Hands) -> Task<Message> {
        match self {
            Self::Today(screen) => screen.reload(hands).map(Message::Today),
            Self::Children(screen) => screen.reload(hands).map(Message::Children),
            Self::Visit(screen) => screen.reload(hands).map(Message::Visit),
            Self::Record(screen) => screen.reload(hands).map(Message::Record),
            Self::Pairs(screen) => screen.reload(hands).map(Message::Pairs),
            Self::Toys(_) => toys::Toys::reload(hands).map(Message::Toys),
            Self::Staff(_) => staff::Staff::reload(hands).map(Message::Staff),
            Self::Conflicts(_) => conflicts::Conflicts::reload(hands).map(Message::Conflicts),
            Self::Alerts(screen) => screen.reload(hands).map(Message::Alerts),
            Self::Tasks(screen) => screen.reload(hands).map(Message::Tasks),
            Self::Cards(screen) => screen.reload(hands).map(Message::Cards),
            Self::Sessions(_) => sessions::Sessions::reload(hands).map(Message::Sessions),
            Self::Stock(_) => stock::Stock::reload(hands).map(Message::Stock),
            // Each look at the list is noted: it is read when somebody asks for it. A report takes its time.
            Self::Find(_) | Self::Reports(_) => Task::none(),
            Self::Register(_) | Self::Settings(_) | Self::Audit(_) => Task::none(),
        }
    }

    /// Would something that was typed be lost?
    fn has_input(&self) -> bool {
        match self {
            Self::Today(screen) => screen.has_input(),
            Self::Children(_) | Self::Pairs(_) => false,
            Self::Record(screen) => screen.has_input(),
            Self::Register(screen) => screen.has_input(),
            Self::Visit(screen) => screen.has_input(),
            Self::Toys(screen) => screen.has_input(),
            Self::Staff(screen) => screen.has_input(),
            Self::Settings(screen) => screen.has_input(),
            Self::Audit(_) => false,
            Self::Conflicts(screen) => screen.has_input(),
            Self::Tasks(screen) => screen.has_input(),
            Self::Cards(screen) => screen.has_input(),
            Self::Sessions(screen) => screen.has_input(),
            Self::Stock(screen) => screen.has_input(),
            Self::Alerts(_) | Self::Reports(_) | Self::Find(_) => false,
        }
    }
}
