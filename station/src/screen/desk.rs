//! Everything of a person who is logged in: one screen at a time, and what stands around it.

mod answers;
mod leave;
mod lists;
mod places;
mod reader;
mod reading;
mod routes;

use super::ask_district::{ask_district, asked_for, asked_sentence, waits};
use super::child::{self, pairs};
use super::shell::{self, Place};
use super::{Hands, Now, OnReader, blocking};
use super::{
    alerts, audit, cards, certificates, children, conflicts, find, import, outbox, papers, register, reminders,
    reports, sessions, settings, sheet, staff, stock, tasks, today, toys, visit,
};
use crate::live::{Live, LiveNow, News};
use crate::paper::out::Programs;
use crate::plugged::Plugged;
use crate::ui::{self, Banner, Contrast, Element, Press, Room, Scale, Trouble, ask, focus, focus_first};
use crate::words::{Lang, Words};
use chrono::NaiveDate;
use clinic::record::command::CommandKind;
use clinic::record::fact::Sought;
use clinic::record::role::{Query, Right};
use clinic::store::{AskedFor, ClinicView, Draft, Sync};
use clinic::{Clinic, Session};
use hub::cards::{CardEvent, CardIn, ReadFailure};
use hub::uplink::LinkState;
use hub::{CardMeaning, CardTold};
use hub_protocol::{ChildId, SessionId};
use iced::Task;
use leave::Leave;
use places::Screen;
use reading::Reading;
use std::time::Duration;

/// What the button of a banner does.
#[derive(Debug, Clone, Copy)]
enum Leads {
    ToChild(ChildId),
    ToRecord(ChildId),
    /// Asks the district for the child.
    Ask(Sought),
}

impl Leads {
    fn label(self) -> &'static str {
        match self {
            Self::ToChild(_) | Self::ToRecord(_) => "live-open-child",
            Self::Ask(_) => "ask-district",
        }
    }
}

/// What was found of a card on the reader.
#[derive(Clone)]
pub struct Looked {
    meaning: CardMeaning,
    told: Option<CardTold>,
    /// Of the child of a card of another station.
    asked: Option<AskedFor>,
}

/// Whose a message is: of a person's desk, and of the page that stood on it then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    pub desk: u64,
    page: u64,
}

/// The list from which the child was opened.
struct Behind {
    screen: Screen,
    since: u64,
}

pub struct Desk {
    /// Of the desks since the program began.
    no: u64,
    /// Of the pages on this desk: grows with each one.
    page: u64,
    /// What the page stored since this one still comes: a list that is shown again is the one that was left.
    since: u64,
    hands: Hands,
    view: ClinicView,
    sync: Option<Sync>,
    /// What is wrong with the toys: so many things.
    toy_alerts: u32,
    live: Option<LiveNow>,
    screen: Screen,
    /// The list from which the child was opened, as it was left.
    behind: Option<Behind>,
    banner: Option<Banner>,
    /// The card that lies there now.
    on_reader: Option<OnReader>,
    /// What the banner's button does.
    banner_leads: Option<Leads>,
    /// The page was to be left with something that is not saved: it is asked.
    leaving: Option<Leave>,
    /// Esc was pressed over something typed, and it was said that it would be lost.
    escaping: bool,
    /// Another thing was to be opened over something typed, and it was said that it would be lost.
    replacing: bool,
    /// A paper is to be made of what the screen shows.
    papers: Option<papers::Papers>,
    programs: Programs,
    /// What was saved on the child's page that was left last.
    undo: Option<visit::Undo>,
    /// The day for which the lists were read.
    day: NaiveDate,
    /// The bar, and what the screen shows.
    bar: Reading,
    shown: Reading,
}

/// What stands around every page.
#[derive(Debug, Clone)]
pub struct Bar {
    view: ClinicView,
    sync: Sync,
    toy_alerts: u32,
}

/// What somebody was doing when the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutOff {
    NewChild,
    /// On the page of this child.
    Visit(ChildId),
    /// In the form of this child.
    Edit(ChildId),
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
    Import(import::Message),
    Sheet(sheet::Message),
    Outbox(outbox::Message),
    Reminders(reminders::Message),
    Conflicts(conflicts::Message),
    Alerts(alerts::Message),
    Tasks(tasks::Message),
    Cards(cards::Message),
    Sessions(sessions::Message),
    Stock(stock::Message),
    Reports(reports::Message),
    Certificates(certificates::Message),
    Find(find::Message),
    Papers(papers::Message),
    /// A form of this person was cut off, and is kept.
    CutOff(Option<CutOff>),
    /// What stands in the bar.
    Refreshed(Result<Bar, Trouble>),
    /// What the screen shows was read again.
    Shown,
    /// What the card stands for that was put on the reader.
    Card(CardIn, Result<Looked, Trouble>),
    /// The district was asked for a child.
    Asked(Result<(), Trouble>),
    /// The record was written on the child's card, if there was anything to write.
    Renewed(Result<bool, Trouble>),
}

impl Message {
    /// Of the page that is shown, not of what stands around it.
    fn is_of_a_page(&self) -> bool {
        !matches!(
            self,
            Self::Shell(_)
                | Self::CutOff(_)
                | Self::Refreshed(_)
                | Self::Shown
                | Self::Card(..)
                | Self::Asked(_)
                | Self::Renewed(_)
        )
    }

    /// What became of something that a list stored. Whoever opened a child meanwhile hears of it too, and the list is
    /// not left waiting for it.
    fn tells_what_became(&self) -> bool {
        match self {
            Self::Today(message) => message.tells_what_became(),
            Self::Tasks(message) => message.tells_what_became(),
            Self::Cards(message) => matches!(message, cards::Message::Saved(..)),
            Self::Sessions(message) => matches!(message, sessions::Message::Saved(_)),
            Self::Pairs(message) => matches!(message, pairs::Message::Told(_)),
            Self::Conflicts(message) => matches!(message, conflicts::Message::Settled(_)),
            _ => false,
        }
    }

    /// It takes the place of what is half typed beside a list, or on a part of the page.
    fn replaces(&self) -> bool {
        match self {
            Self::Today(message) => message.replaces(),
            Self::Visit(message) => message.replaces(),
            Self::Toys(message) => message.replaces(),
            Self::Tasks(message) => {
                matches!(message, tasks::Message::New | tasks::Message::Done(_) | tasks::Message::NotDone(_))
            }
            Self::Sessions(message) => matches!(message, sessions::Message::New | sessions::Message::NotHeld(_)),
            Self::Stock(message) => {
                matches!(message, stock::Message::Receive | stock::Message::Change(..) | stock::Message::CloseVial(..))
            }
            Self::Staff(message) => {
                matches!(message, staff::Message::Give(_) | staff::Message::Disable(_) | staff::Message::HandOver(_))
            }
            Self::Conflicts(message) => {
                matches!(message, conflicts::Message::Choose(_) | conflicts::Message::ShowSettled(_))
            }
            Self::Import(message) => matches!(message, import::Message::ToFiles),
            _ => false,
        }
    }
}

pub enum Action {
    None,
    Run(Task<Message>),
    /// For the list behind the page.
    RunFor(Address, Task<Message>),
    Lock,
    /// Nothing of the person waits here; what is still to be done for them is done.
    LogOut(Task<Message>),
    Lang(Lang),
    Scale(Scale),
    Contrast(Contrast),
}

/// With what a desk begins, read in one go: it comes with its list, and is not drawn three times before that.
#[derive(Clone)]
pub struct First {
    bar: Bar,
    /// When that is the first page. When it cannot be read the page says so.
    today: Option<Box<today::Loaded>>,
}

impl First {
    pub fn read(clinic: Clinic, session: Session) -> Result<Self, Trouble> {
        let bar = Bar::read(&clinic, &session)?;
        let hands = Hands { clinic, session, live: None, plugged: Plugged::of_system() };
        let is_today = Place::first(&hands.session) == Place::Today;
        Ok(Self { bar, today: is_today.then(|| today::load(&hands).ok().map(Box::new)).flatten() })
    }
}

impl Desk {
    /// The first screen of a person.
    pub fn new(no: u64, hands: Hands, first: First, programs: Programs) -> (Self, Task<Message>) {
        let now = hands.live.as_ref().map(LiveNow::of);
        let day = clinic::date::india(hands.clinic.env().now_ms());
        let First { bar: Bar { view, sync, toy_alerts }, today } = first;
        let (screen, open) = match today {
            Some(loaded) => {
                let (screen, rest) = today::Today::begin(*loaded, &hands);
                (Screen::Today(Box::new(screen)), rest.map(Message::Today))
            }
            None => Screen::open(Place::first(&hands.session), &hands),
        };
        let mut desk = Self {
            no,
            page: 0,
            since: 0,
            hands,
            view,
            sync: Some(sync),
            toy_alerts,
            live: now,
            screen,
            behind: None,
            banner: None,
            on_reader: None,
            banner_leads: None,
            leaving: None,
            escaping: false,
            replacing: false,
            papers: None,
            programs,
            undo: None,
            day,
            bar: Reading::default(),
            shown: Reading::default(),
        };
        let (draft, card) = (desk.look_for_draft(), desk.look_at_the_card());
        (desk, Task::batch([open, draft, card]))
    }

    /// For the answers to what is asked here and now.
    pub fn address(&self) -> Address {
        Address { desk: self.no, page: self.page }
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
        self.screen.has_input() || self.has_input_behind() || self.makes_paper()
    }

    /// A question about leaving begins with what is lost.
    pub fn naming_unsaved(&self, about: String, words: &Words) -> String {
        match self.unsaved(words) {
            Some(what) => format!("{what}. {about}"),
            None => about,
        }
    }

    /// What is not saved, or whose paper is being made, where more than one may be meant.
    fn unsaved(&self, words: &Words) -> Option<String> {
        if let Some(papers) = self.papers.as_ref().filter(|papers| papers.is_busy()) {
            return papers.whose(words);
        }
        let behind = self.behind.as_ref().map(|behind| &behind.screen);
        [Some(&self.screen), behind].into_iter().flatten().find(|screen| screen.has_input())?.unsaved(words)
    }

    /// A paper is being made or printed.
    pub fn makes_paper(&self) -> bool {
        self.papers.as_ref().is_some_and(papers::Papers::is_busy)
    }

    fn has_input_behind(&self) -> bool {
        self.behind.as_ref().is_some_and(|behind| behind.screen.has_input())
    }

    /// As in a ledger: Enter goes on to the next field.
    pub fn enter_goes_on(&self) -> bool {
        self.leaving.is_none() && self.papers.is_none() && self.screen.enter_goes_on()
    }

    /// Something was typed that a power cut would take.
    pub fn is_unkept(&self) -> bool {
        match &self.screen {
            Screen::Register(screen) => screen.is_unkept(),
            Screen::Sheet(screen) => screen.is_unkept(),
            Screen::Visit(screen) => screen.is_unkept(),
            Screen::Record(screen) => screen.is_unkept(),
            Screen::Reminders(screen) => screen.is_unkept(),
            _ => false,
        }
    }

    fn look_for_draft(&self) -> Task<Message> {
        if !self.hands.session.may(Right::Do(CommandKind::RegisterChild)) {
            return Task::none();
        }
        let Hands { clinic, session, .. } = self.hands.clone();
        let look = move || {
            if let Some(child) = clinic.draft(&session, Draft::Visit)?.as_deref().and_then(visit::draft::child) {
                return Ok(Some(CutOff::Visit(child)));
            }
            if let Some(child) = clinic.draft(&session, Draft::Edit)?.as_deref().and_then(child::draft::child) {
                return Ok(Some(CutOff::Edit(child)));
            }
            Ok(clinic.draft(&session, Draft::NewChild)?.map(|_| CutOff::NewChild))
        };
        // Whoever opens the form hears of what cannot be read.
        blocking(look, |kept| Message::CutOff(kept.unwrap_or(None)))
    }

    /// Keeps what is typed so far.
    pub fn keep(&mut self) -> Task<Message> {
        match &mut self.screen {
            Screen::Register(screen) => screen.keep(&self.hands).map(Message::Register),
            Screen::Sheet(screen) => screen.keep(&self.hands).map(Message::Sheet),
            Screen::Visit(screen) => screen.keep(&self.hands).map(Message::Visit),
            Screen::Record(screen) => screen.keep(&self.hands).map(Message::Record),
            Screen::Reminders(screen) => screen.keep(&self.hands).map(Message::Reminders),
            _ => Task::none(),
        }
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

    /// Whoever heard that it did not start hears that it did.
    pub fn hub_is_back(&mut self, words: &Words) {
        self.say(Banner::good(words.get("shell-hub-back")));
    }

    fn say(&mut self, banner: Banner) {
        self.banner = Some(banner);
        self.banner_leads = None;
    }

    /// Somebody came back after the lock: what is shown may be old.
    pub fn come_back(&mut self) -> Task<Message> {
        self.live = self.hands.live.as_ref().map(LiveNow::of);
        // What the reader told meanwhile was not heard.
        let lies = self.live.as_ref().and_then(|live| live.card.as_ref());
        let is_another = lies != self.on_reader.as_ref().map(|on| &on.card);
        let card = if is_another { self.look_at_the_card() } else { Task::none() };
        Task::batch([self.refresh(), card, self.go_to_first()])
    }

    /// Whoever unlocks goes on by the keyboard: the first field has the focus. What is asked is answered first.
    fn go_to_first(&mut self) -> Task<Message> {
        if self.leaving.is_some() || self.papers.is_some() {
            return Task::none();
        }
        match &mut self.screen {
            Screen::Visit(screen) => screen.go_on(&self.hands).map(Message::Visit),
            _ => focus_first(),
        }
    }

    /// The card that lies there, if any; one that lay there before is gone.
    fn look_at_the_card(&mut self) -> Task<Message> {
        self.on_reader = None;
        let lies = self.live.as_ref().and_then(|live| live.card.clone());
        lies.map_or_else(Task::none, |card| self.card(card))
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
            News::Toys(_) | News::Troubles(_) => Task::none(),
        }
    }
}
