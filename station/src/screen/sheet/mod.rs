//! A session that was written on paper: its date and its batches once, then child after child, by keyboard alone.

mod view;

use super::villages::{self, Villages};
use super::visit::basket::{Basket, Chose, Recorded, Shot, Warning};
use super::{Hands, Now, blocking};
use crate::ui::{Banner, Element, Press, SETTLE_MS, Trouble, focus, typed_date};
use crate::words::Words;
use chrono::NaiveDate;
use clinic::date::to_day;
use clinic::names::begins;
use clinic::record::command::{Command, DoseKey, GivenAt};
use clinic::record::fact::UNDONE;
use clinic::record::refusal::{Field, Refusal};
use clinic::store::{ChildFilter, ChildLine, ChildPage, Draft};
use hub_protocol::{ChildId, SessionId};
use iced::Task;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const ON: &str = "sheet-on";
const VILLAGE: &str = "sheet-village";
const SEARCH: &str = "sheet-search";
/// The first of the vaccines of the child.
const FIRST: &str = "sheet-first";
const REASON: &str = "sheet-reason";
/// Children who fit what is typed and stand under the field.
const FOUND_MAX: usize = 8;
/// The head of a sheet is offered again for so long.
const FORGOTTEN_MS: u64 = 3 * 24 * 3_600_000;

pub struct Sheet {
    /// As it is typed.
    on: String,
    /// The session whose sheet it is, and its day; another day is another session.
    session: Option<(SessionId, NaiveDate)>,
    /// Where it was held, as it is typed: several villages with commas between them.
    village: String,
    villages: Villages,
    /// The vaccines of the clinic's schedule, with the batch of that day, if it is known.
    batches: Vec<(String, String)>,
    /// The day is agreed on: the children follow.
    day: Option<NaiveDate>,
    typed: String,
    /// Which question was asked last: the answer to an earlier one is of no use.
    asked: u64,
    /// Whose answer stands under the field.
    shown: u64,
    /// Enter came before the answer: it means the first of those who are asked for.
    picks_first: bool,
    found: Vec<ChildLine>,
    chosen: usize,
    child: Option<Entering>,
    /// The latest is the last.
    entered: Vec<Entered>,
    /// When came what the keys mean now, the field for a child or its line: the key that led there, struck once more,
    /// is not meant for it.
    came_ms: u64,
    busy: bool,
    trouble: Option<Trouble>,
    unkept: bool,
    /// The day of a sheet that was begun too long ago to be offered.
    forgotten: Option<String>,
}

/// The head of the sheet, as it is kept until another one is begun.
#[derive(Serialize, Deserialize)]
struct Kept {
    on: String,
    batches: Vec<(String, String)>,
    /// It was not always asked.
    #[serde(default)]
    village: String,
    /// Neither was this.
    #[serde(default)]
    kept_ms: Option<u64>,
}

/// The child whose line of the sheet is entered now.
struct Entering {
    page: Box<ChildPage>,
    basket: Basket,
    /// Vaccines that did not fit on that day are shown too.
    all: bool,
    /// Stored before something else of this child was asked about.
    stored: Vec<String>,
}

/// A line of the sheet that is in the records.
struct Entered {
    child: ChildId,
    name: String,
    products: Vec<String>,
    on: NaiveDate,
}

/// What the head of the sheet begins with.
#[derive(Clone)]
pub struct Head {
    products: Vec<String>,
    /// Of the session.
    village: String,
    /// Those that are known.
    villages: Vec<String>,
}

#[derive(Clone)]
pub enum Message {
    Head(Result<Head, Trouble>),
    Village(String),
    Villages(villages::Message),
    Kept(Result<Option<Vec<u8>>, Trouble>),
    KeptNow,
    On(String),
    Batch(usize, String),
    Begin,
    Typed(String),
    Found(u64, Result<Vec<ChildLine>, Trouble>),
    Pick(usize),
    PickChosen,
    Opened(Result<Box<ChildPage>, Trouble>),
    Tick(usize),
    Product(usize),
    TakeProduct(usize, String),
    Reason(usize, String),
    ShowAll,
    Save,
    Saved(Vec<Recorded>),
    LeaveChild,
    /// All of the sheet is entered.
    Finish,
    TakeBack,
    TakenBack(Result<(), Trouble>),
    /// The date and the batches again.
    ToHead,
    Back,
}

pub enum Action {
    None,
    Run(Task<Message>),
    Said(Banner, Task<Message>),
    Back,
    /// Back, with what was entered.
    Finished(Banner),
}

impl Sheet {
    /// The sheet of a session, or of a day that nobody planned.
    pub fn new(session: Option<(SessionId, NaiveDate)>, hands: &Hands) -> (Self, Task<Message>) {
        let screen = Self {
            on: session.map(|(_, on)| typed_date::write(on)).unwrap_or_default(),
            session,
            village: String::new(),
            villages: Villages::default(),
            batches: Vec::new(),
            day: None,
            typed: String::new(),
            asked: 0,
            shown: 0,
            picks_first: false,
            found: Vec::new(),
            chosen: 0,
            child: None,
            entered: Vec::new(),
            came_ms: 0,
            busy: false,
            trouble: None,
            unkept: false,
            forgotten: None,
        };
        let Hands { clinic, session: by, .. } = hands.clone();
        let head = move || {
            let of = session.map(|(id, _)| clinic.session_page(&by, id)).transpose()?;
            let village = of.map(|page| page.session.villages.join(", ")).unwrap_or_default();
            Ok(Head { products: clinic.vaccines_used(&by)?, village, villages: clinic.villages(&by)? })
        };
        (screen, Task::batch([blocking(head, Message::Head), focus(ON)]))
    }

    /// Would something that was typed be lost?
    pub fn has_input(&self) -> bool {
        let head = self.day.is_none() && self.batches.iter().any(|(_, batch)| !batch.trim().is_empty());
        // Whoever left while it is stored would not hear what became of it.
        head || self.busy || self.child.as_ref().is_some_and(|child| child.basket.touched())
    }

    /// What was ticked and typed of a child.
    pub fn escape_loses(&self) -> bool {
        self.child.as_ref().is_some_and(|child| child.basket.touched() && !child.basket.is_choosing())
    }

    /// Which sheet it is, and whose line is entered now.
    pub fn named(&self, words: &Words) -> String {
        let title = words.get("sheet-title");
        match &self.child {
            Some(Entering { page, .. }) => {
                format!("{title}: {}", words.child_name(&page.child.name, &page.child.mother))
            }
            None => title,
        }
    }

    /// As in a ledger, while the head of the sheet is filled.
    pub fn enter_goes_on(&self) -> bool {
        self.day.is_none()
    }

    pub fn is_unkept(&self) -> bool {
        self.unkept
    }

    /// Keeps the head of the sheet, for the next time: after a power cut, or when a child had to be registered first.
    pub fn keep(&mut self, hands: &Hands) -> Task<Message> {
        self.unkept = false;
        let kept = Kept {
            on: self.on.clone(),
            batches: self.batches.clone(),
            village: self.village.clone(),
            kept_ms: Some(hands.clinic.env().now_ms()),
        };
        let body = serde_json::to_vec(&kept).ok();
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.keep_draft(&session, Draft::Sheet, body)?), |_| Message::KeptNow)
    }

    fn look_for_kept(hands: &Hands) -> Task<Message> {
        let Hands { clinic, session, .. } = hands.clone();
        blocking(move || Ok(clinic.draft(&session, Draft::Sheet)?), Message::Kept)
    }

    pub fn update(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        match message {
            Message::Head(Ok(Head { products, village, villages })) => {
                self.village = village;
                self.villages.offer(villages);
                self.batches = products.into_iter().map(|product| (product, String::new())).collect();
                return Action::Run(Self::look_for_kept(hands));
            }
            Message::Kept(Ok(kept)) => self.take_kept(kept.as_deref(), hands.clinic.env().now_ms()),
            Message::KeptNow => {}
            Message::Head(Err(trouble)) | Message::Kept(Err(trouble)) => self.trouble = Some(trouble),
            Message::On(typed) => {
                self.forgotten = None;
                self.on = typed;
                self.trouble = None;
                self.unkept = true;
            }
            Message::Village(typed) => {
                self.villages.typed();
                self.village = typed;
                self.unkept = true;
            }
            Message::Villages(message) => {
                if let Some(village) = self.villages.update(message, &self.village) {
                    self.village = village;
                    self.unkept = true;
                }
                return Action::Run(focus(VILLAGE));
            }
            Message::Batch(at, typed) => {
                if let Some((_, batch)) = self.batches.get_mut(at) {
                    *batch = typed;
                    self.unkept = true;
                }
            }
            Message::Begin => return self.begin(hands),
            Message::ToHead => {
                if self.busy {
                    return Action::None;
                }
                let _search = self.leave_child(hands);
                self.day = None;
                return Action::Run(focus(ON));
            }
            Message::Typed(typed) => {
                self.typed = typed;
                return Action::Run(self.ask(hands));
            }
            Message::Found(asked, Ok(found)) if asked == self.asked => {
                self.found = found;
                self.chosen = 0;
                self.shown = asked;
                if std::mem::take(&mut self.picks_first) {
                    return self.pick(0, hands);
                }
            }
            Message::Found(asked, Err(trouble)) if asked == self.asked => self.trouble = Some(trouble),
            Message::Found(..) => {}
            Message::Pick(n) => return self.pick(n, hands),
            Message::PickChosen => return self.pick_chosen(hands),
            Message::Finish => return self.finish(words),
            Message::TakeBack => return self.take_back(hands),
            Message::TakenBack(Ok(())) => {
                self.busy = false;
                let name = self.entered.pop().map(|line| line.name).unwrap_or_default();
                let said = Banner::wait(words.with("sheet-taken-back", &[("name", name.into())]));
                return Action::Said(said, focus(SEARCH));
            }
            Message::Opened(Err(trouble)) | Message::TakenBack(Err(trouble)) => {
                self.busy = false;
                self.trouble = Some(trouble);
            }
            Message::Opened(Ok(page)) => return self.opened(page, hands.clinic.env().now_ms()),
            Message::LeaveChild => return self.leave_child(hands),
            Message::Back => return Action::Back,
            message => return self.update_child(message, hands, words),
        }
        Action::None
    }

    /// Unless somebody was faster. The batches of one day are not those of another.
    fn take_kept(&mut self, kept: Option<&[u8]>, now_ms: u64) {
        let kept = kept.and_then(|body| serde_json::from_slice::<Kept>(body).ok());
        let Some(Kept { on, batches, village, kept_ms }) = kept.filter(|_| !self.has_input()) else { return };
        let same_day = typed_date::parse(&on) == typed_date::parse(&self.on);
        // Whoever opens a sheet of no day means the one of then only for some days.
        if !same_day
            && self.on.is_empty()
            && kept_ms.is_none_or(|kept_ms| now_ms.saturating_sub(kept_ms) >= FORGOTTEN_MS)
        {
            self.forgotten = Some(on);
            return;
        }
        if !same_day && !self.on.is_empty() {
            return;
        }
        self.on = on;
        // Two sessions of one day are in two villages.
        if self.village.is_empty() {
            self.village = village;
        }
        for (product, batch) in &mut self.batches {
            if let Some((_, kept)) = batches.iter().find(|(kept, _)| kept == product) {
                batch.clone_from(kept);
            }
        }
    }

    fn begin(&mut self, hands: &Hands) -> Action {
        let today = clinic::date::india(hands.clinic.env().now_ms());
        self.trouble = match typed_date::parse(&self.on) {
            None if self.on.trim().is_empty() => Some(Trouble::Plain("sheet-no-day")),
            None => Some(Trouble::no_date(&self.on, Field::Date)),
            Some(day) if day > today => Some(Refusal::Future(Field::Date).into()),
            Some(day) => {
                self.day = Some(day);
                None
            }
        };
        if self.day.is_none() {
            return Action::Run(focus(ON));
        }
        self.came_ms = hands.clinic.env().now_ms();
        let keep = self.keep(hands);
        Action::Run(Task::batch([keep, focus(SEARCH)]))
    }

    fn ask(&mut self, hands: &Hands) -> Task<Message> {
        self.asked += 1;
        self.picks_first = false;
        let (asked, typed, day) = (self.asked, self.typed.clone(), self.day);
        let places = self.village.split(',').map(|place| place.trim().to_owned());
        let places: Vec<String> = places.filter(|place| !place.is_empty()).collect();
        if typed.trim().is_empty() {
            self.found.clear();
            self.shown = asked;
            return Task::none();
        }
        let Hands { clinic, session, .. } = hands.clone();
        let read = move || {
            let mut found = clinic.find_children(&session, &typed, &ChildFilter::default(), 0)?.lines;
            // Of those of one name: whose village it was, and who had something due then.
            found.sort_by_key(|child| {
                let from_there = places.iter().any(|place| begins(&child.village, place));
                (!from_there, !day.is_some_and(|day| child.is_due_on(day)))
            });
            found.truncate(FOUND_MAX);
            Ok(found)
        };
        blocking(read, move |found| Message::Found(asked, found))
    }

    /// Of what is asked for now; a list of something else is not looked at.
    fn pick_chosen(&mut self, hands: &Hands) -> Action {
        if self.shown != self.asked {
            self.picks_first = true;
            return Action::None;
        }
        self.pick(self.chosen, hands)
    }

    fn pick(&mut self, n: usize, hands: &Hands) -> Action {
        let Some(child) = self.found.get(n).map(|line| line.id).filter(|_| !self.busy) else { return Action::None };
        self.busy = true;
        self.trouble = None;
        let Hands { clinic, session, .. } = hands.clone();
        Action::Run(blocking(move || Ok(Box::new(clinic.child(&session, child)?)), Message::Opened))
    }

    fn opened(&mut self, page: Box<ChildPage>, now_ms: u64) -> Action {
        self.busy = false;
        let Some(day) = self.day else { return Action::None };
        if day < page.child.dob {
            self.trouble = Some(Refusal::BeforeBirth.into());
            return Action::None;
        }
        let mut child = Entering { page, basket: Basket::default(), all: false, stored: Vec::new() };
        child.fill(day, &self.batches);
        self.child = Some(child);
        self.came_ms = now_ms;
        Action::Run(focus(FIRST))
    }

    /// What is stored of the child already stays a line of the sheet; what is being stored is waited for.
    fn leave_child(&mut self, hands: &Hands) -> Action {
        if self.busy {
            return Action::None;
        }
        if let (Some(child), Some(on)) = (self.child.take(), self.day)
            && !child.stored.is_empty()
        {
            let line = &child.page.child;
            let name = format!("{} {}", line.name, line.mother).trim().to_owned();
            self.entered.push(Entered { child: line.id, name, products: child.stored, on });
        }
        self.came_ms = hands.clinic.env().now_ms();
        self.trouble = None;
        Action::Run(focus(SEARCH))
    }

    fn update_child(&mut self, message: Message, hands: &Hands, words: &Words) -> Action {
        let (Some(child), Some(day)) = (&mut self.child, self.day) else { return Action::None };
        let now_ms = hands.clinic.env().now_ms();
        match message {
            Message::Tick(at) => child.basket.tick(at),
            Message::Product(at) if child.basket.offered(at).is_empty() => child.basket.choose(at),
            Message::TakeProduct(at, product) => {
                child.basket.take(at, &product);
                self.came_ms = now_ms;
            }
            Message::Product(_) => self.take_chosen(now_ms),
            Message::Save if child.basket.is_choosing() => self.take_chosen(now_ms),
            Message::Reason(at, reason) => child.basket.reason(at, reason),
            Message::ShowAll => {
                child.all = !child.all;
                child.fill(day, &self.batches);
                return Action::Run(focus(FIRST));
            }
            Message::Save => return self.save(hands),
            Message::Saved(outcomes) => return self.saved(outcomes, now_ms, words),
            _ => {}
        }
        Action::None
    }

    /// What the row says now has to be seen before a key saves it.
    fn take_chosen(&mut self, now_ms: u64) {
        if let Some(child) = &mut self.child {
            let _at = child.basket.take_chosen();
            self.came_ms = now_ms;
        }
    }

    fn save(&mut self, hands: &Hands) -> Action {
        let (Some(child), Some(day)) = (&self.child, self.day) else { return Action::None };
        let shots = child.basket.shots();
        if self.busy || shots.is_empty() {
            return Action::None;
        }
        self.busy = true;
        self.trouble = None;
        let session = self.session.filter(|(_, on)| *on == day).map(|(session, _)| session);
        let (id, hands) = (child.page.child.id, hands.clone());
        let record = move |shot: Shot| {
            let Shot { product, batch, reason } = shot;
            let (on, at) = (to_day(day), GivenAt::Here(session));
            let command = Command::RecordDose { child: id, product: product.clone(), on, batch, reason, at };
            let outcome = hands.clinic.submit(&hands.session, command).map(drop).map_err(Trouble::from);
            Recorded { product, outcome }
        };
        let work = move || Ok(shots.into_iter().map(record).collect());
        Action::Run(blocking(work, |done| {
            Message::Saved(
                done.unwrap_or_else(|trouble| vec![Recorded { product: String::new(), outcome: Err(trouble) }]),
            )
        }))
    }

    fn saved(&mut self, outcomes: Vec<Recorded>, now_ms: u64, words: &Words) -> Action {
        self.busy = false;
        let (Some(child), Some(day)) = (&mut self.child, self.day) else { return Action::None };
        self.trouble = outcomes.iter().find_map(|recorded| match &recorded.outcome {
            Ok(()) => None,
            // The row itself asks for the reason.
            Err(Trouble::Refused(refusal)) if Warning::of(*refusal).is_some() => None,
            Err(trouble) => Some(trouble.clone()),
        });
        let stored = outcomes.iter().filter(|recorded| recorded.outcome.is_ok());
        child.stored.extend(stored.map(|recorded| recorded.product.clone()));
        child.basket.learn(outcomes);
        if !child.basket.is_settled() {
            let next = if child.basket.warned() > 0 { focus(REASON) } else { Task::none() };
            return Action::Run(next);
        }
        let Some(Entering { page, stored, .. }) = self.child.take() else { return Action::None };
        let name = words.child_name(&page.child.name, &page.child.mother);
        let args = [("name", name.clone().into()), ("n", stored.len().into())];
        let said = Banner::good(words.with("sheet-saved", &args));
        self.entered.push(Entered { child: page.child.id, name, products: stored, on: day });
        self.came_ms = now_ms;
        self.typed.clear();
        self.found.clear();
        self.asked += 1;
        self.shown = self.asked;
        Action::Said(said, focus(SEARCH))
    }

    fn counts(&self, words: &Words) -> String {
        let doses: usize = self.entered.iter().map(|line| line.products.len()).sum();
        words.with("sheet-counts", &[("children", self.entered.len().into()), ("doses", doses.into())])
    }

    fn finish(&self, words: &Words) -> Action {
        match (self.busy, self.entered.is_empty()) {
            (true, _) => Action::None,
            (false, true) => Action::Back,
            (false, false) => {
                let said = words.with("sheet-finished", &[("counts", self.counts(words).into())]);
                Action::Finished(Banner::good(said))
            }
        }
    }

    /// The last line of the sheet was somebody else's.
    fn take_back(&mut self, hands: &Hands) -> Action {
        let Some(Entered { child, products, on, .. }) = self.entered.last().filter(|_| !self.busy) else {
            return Action::None;
        };
        self.busy = true;
        let key = |product: &String| DoseKey { child: *child, product: product.clone(), on: to_day(*on) };
        let withdraw = |dose| Command::WithdrawDose { dose, reason: UNDONE.to_owned() };
        let commands: Vec<_> = products.iter().map(key).map(withdraw).collect();
        let Hands { clinic, session, .. } = hands.clone();
        let work = move || {
            for outcome in clinic.submit_all(&session, commands) {
                let _withdrawn = outcome?;
            }
            Ok(())
        };
        Action::Run(blocking(work, Message::TakenBack))
    }

    pub fn press(&mut self, press: Press, hands: &Hands, words: &Words) -> Action {
        if self.day.is_none() {
            return match press {
                Press::Up | Press::Down => {
                    self.villages.step(press == Press::Down, &self.village);
                    Action::None
                }
                Press::Ctrl('S') => self.begin(hands),
                Press::Escape => Action::Back,
                _ => Action::None,
            };
        }
        let now_ms = hands.clinic.env().now_ms();
        let is_seen = now_ms.abs_diff(self.came_ms) >= SETTLE_MS;
        if let Some(child) = &mut self.child {
            match child.basket.press(press) {
                Some(Chose::Taken) => {
                    self.take_chosen(now_ms);
                    return Action::None;
                }
                Some(Chose::NotYet) => return Action::None,
                None => {}
            }
            return match press {
                Press::Enter | Press::Ctrl('S') if is_seen => self.save(hands),
                Press::Letter('M') => self.update(Message::ShowAll, hands, words),
                Press::Escape => self.leave_child(hands),
                _ => Action::None,
            };
        }
        match press {
            Press::Ctrl('S') | Press::Escape if !is_seen => {}
            Press::Up => self.chosen = self.chosen.saturating_sub(1),
            Press::Down => self.chosen = (self.chosen + 1).min(self.found.len().saturating_sub(1)),
            Press::Enter => return self.pick_chosen(hands),
            // While something is typed it is not the line before that is meant.
            Press::Ctrl('Z') if self.typed.trim().is_empty() => return self.take_back(hands),
            Press::Ctrl('S') if self.typed.trim().is_empty() => return self.finish(words),
            Press::Escape if !self.typed.is_empty() => return self.update(Message::Typed(String::new()), hands, words),
            Press::Escape => return self.update(Message::ToHead, hands, words),
            _ => {}
        }
        Action::None
    }

    pub fn view<'a>(&'a self, now: Now<'a>) -> Element<'a, Message> {
        match self.day {
            None => self.head(now),
            Some(day) => self.children(day, now),
        }
    }
}

impl Entering {
    fn fill(&mut self, day: NaiveDate, batches: &[(String, String)]) {
        self.basket.used(self.page.used.clone());
        let known = batches.iter().filter(|(_, batch)| !batch.trim().is_empty());
        let known: BTreeMap<_, _> = known.map(|(product, batch)| (product.clone(), batch.trim().to_owned())).collect();
        self.basket.fill_of(&self.page.next, day, known, self.all);
    }
}
